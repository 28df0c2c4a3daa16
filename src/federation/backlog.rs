//! Whether more may come in: how much waits to be applied, and for how long, and how busy the database is.
//!
//! What waits lies in the database and takes no memory. But what comes in faster than it is applied for long only grows older, and
//! takes the database from members' own acts. Other servers keep what they weren't rid of, and come again.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use super::store::inbox;
use crate::app::App;
use crate::error::Result;

/// How often is looked, in milliseconds; and more often when much comes in.
const EVERY: i64 = 1_000;
/// Of what may wait this part comes in between two looks at most.
const PART: usize = 8;
/// So long, in seconds, may this part of what may wait be due without being applied: then nobody seems to apply anything.
const STUCK: (i64, usize) = (300, 100);
/// How long a write may wait for its turn before members' own go first.
const LAG: Duration = Duration::from_secs(2);

/// What is known of what waits.
#[derive(Debug, Default)]
pub struct Backlog {
    /// When was looked last, in milliseconds since 1970.
    looked: AtomicI64,
    /// How many were let in since.
    since: AtomicUsize,
    too_much: AtomicBool,
}

impl Backlog {
    /// What there is too much of for another activity to come in; `None` when it may.
    ///
    /// # Errors
    /// Only when the database does.
    pub async fn too_much(&self, app: &App) -> Result<Option<&'static str>> {
        if app.db.lag() > LAG {
            return Ok(Some("lag"));
        }
        let most = app.config.federation.backlog.max(1);
        let now = app.clock.now().utc().timestamp_millis();
        let looked = self.looked.load(Ordering::Relaxed);
        // Also when the clock was set back.
        let old = (now - looked).abs() >= EVERY;
        let many = self.since.fetch_add(1, Ordering::Relaxed) >= most / PART;
        // One looks, the others go by what was seen before.
        if (old || many)
            && self.looked.compare_exchange(looked, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
        {
            self.since.store(0, Ordering::Relaxed);
            let too_much = app.db.read(move |tx| inbox::is_long(tx, most, (most / STUCK.1, STUCK.0))).await?;
            self.too_much.store(too_much, Ordering::Relaxed);
        }
        Ok(self.too_much.load(Ordering::Relaxed).then_some("backlog"))
    }
}
