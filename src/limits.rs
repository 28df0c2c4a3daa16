//! Limits that are counted in memory, in this process: on what comes too often to write down each time. Requests of programs and
//! searches, reactions, and what other servers send.
//!
//! What is let through stands in `policy::rates` and in what administrators decided, which is read again every few seconds.
//! Nobody is counted for ever: when there are too many, whoever wasn't seen for longest is forgotten. Whom a limit held up is
//! gathered here, and written down now and then, for administrators.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;

use crate::app::App;
use crate::clock::{Clock, Time};
use crate::error::{Error, Result};
use crate::instance;
use crate::policy::rates::{self, Limit, Rates};

/// Subjects that are counted at once.
const SUBJECTS: u64 = 50_000;
/// Seconds after which it is asked again what administrators decided.
const FRESH: i64 = 5;
/// Seconds between two notes of whom limits held up.
const NOTED: i64 = 10;
/// Those who are told apart in one note; all others count together.
const APART: usize = 100;
/// Longest name of somebody in a note, in bytes.
const WHO: usize = 300;

/// What one process counts. Belongs to one instance.
pub struct Limits {
    enabled: bool,
    clock: Clock,
    rates: RwLock<Rates>,
    /// When they were read, in seconds since 1970.
    read_at: AtomicI64,
    /// For each limit and subject the moment, in microseconds since 1970, at which all that was taken is paid off (GCRA).
    paid_off: Cache<(Limit, String), Arc<AtomicI64>>,
    held_up: Mutex<HeldUp>,
}

#[derive(Default)]
struct HeldUp {
    waiting: BTreeMap<(Limit, String), i64>,
    noted_at: Option<Time>,
}

impl std::fmt::Debug for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limits").field("enabled", &self.enabled).finish_non_exhaustive()
    }
}

impl Limits {
    /// Nothing counted yet. Not `enabled`: everything is let through (`limits.enabled`).
    pub fn new(enabled: bool, clock: Clock) -> Self {
        Self {
            enabled,
            clock,
            rates: RwLock::default(),
            read_at: AtomicI64::new(i64::MIN),
            paid_off: Cache::builder()
                .max_capacity(SUBJECTS)
                // Whoever comes in must be counted at once, not once they have come often.
                .eviction_policy(EvictionPolicy::lru())
                .build(),
            held_up: Mutex::default(),
        }
    }

    /// Takes over what administrators decided.
    pub fn set(&self, rates: Rates) {
        *self.rates.write().unwrap_or_else(PoisonError::into_inner) = rates;
        self.read_at.store(self.clock.now().unix(), Ordering::Relaxed);
    }

    /// Whether somebody may do so much more, without counting it.
    ///
    /// # Errors
    /// `Limited` with the time until they may.
    pub fn check(&self, limit: Limit, who: &str, much: u32) -> Result<()> {
        if !self.enabled {
            return Ok(());
        }
        // Whoever isn't counted yet needn't be, as long as they do nothing.
        let Some(paid_off) = self.paid_off.get(&(limit, who.to_owned())) else { return Ok(()) };
        let pace = self.pace(limit, much);
        pace.after(paid_off.load(Ordering::Relaxed)).map(|_then| ()).map_err(|wait| limited(limit, who, wait))
    }

    /// Counts so much, if it fits.
    ///
    /// # Errors
    /// `Limited` with the time until it does; then nothing is counted.
    pub fn take(&self, limit: Limit, who: &str, much: u32) -> Result<()> {
        if !self.enabled {
            return Ok(());
        }
        let paid_off = self.paid_off.get_with((limit, who.to_owned()), Arc::default);
        let pace = self.pace(limit, much);
        let mut refused = Duration::ZERO;
        let taken = paid_off.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |before| {
            pace.after(before).map_err(|wait| refused = wait).ok()
        });
        taken.map(|_before| ()).map_err(|_full| limited(limit, who, refused))
    }

    fn pace(&self, limit: Limit, much: u32) -> Pace {
        let rate = self.rates.read().unwrap_or_else(PoisonError::into_inner).rate(limit);
        let window = rate.seconds.saturating_mul(1_000_000);
        // However much it is, it fits into an empty window.
        let cost = (window / rate.count.max(1)).saturating_mul(i64::from(much)).clamp(1, window);
        Pace { now: self.clock.now().utc().timestamp_micros(), window, cost }
    }

    /// Notes whom a limit held up, if this error says so.
    pub fn note(&self, error: &Error) {
        let Error::Limited { limit, who, .. } = error else { return };
        let mut held_up = self.held_up.lock().unwrap_or_else(PoisonError::into_inner);
        let apart = who.len() <= WHO
            && (held_up.waiting.len() < APART || held_up.waiting.contains_key(&(*limit, who.clone())));
        let who = if apart { who.clone() } else { String::new() };
        *held_up.waiting.entry((*limit, who)).or_default() += 1;
    }

    /// What is to be written down now: not more often than every few seconds, unless it is asked for.
    fn to_write(&self, at_once: bool) -> Vec<(Limit, String, i64)> {
        let mut held_up = self.held_up.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let early = held_up.noted_at.is_some_and(|at| (0..NOTED).contains(&now.seconds_since(at)));
        if held_up.waiting.is_empty() || (early && !at_once) {
            return Vec::new();
        }
        held_up.noted_at = Some(now);
        std::mem::take(&mut held_up.waiting)
            .into_iter()
            .map(|((limit, who), count)| (limit, who, count))
            .collect()
    }

    /// Whether it is time to ask again what administrators decided; only one of those who ask at the same time has to.
    fn is_stale(&self) -> bool {
        let (now, read_at) = (self.clock.now().unix(), self.read_at.load(Ordering::Relaxed));
        let old = !(read_at..read_at.saturating_add(FRESH)).contains(&now);
        old && self.read_at.compare_exchange(read_at, now, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

/// What something takes of a window, all in microseconds.
#[derive(Debug, Clone, Copy)]
struct Pace {
    now: i64,
    window: i64,
    cost: i64,
}

impl Pace {
    /// When all is paid off afterwards, or how long it takes until it fits.
    fn after(self, before: i64) -> Result<i64, Duration> {
        // Nobody owes more than a window: a clock was set back.
        let before =
            if before > self.now.saturating_add(self.window) { self.now } else { before.max(self.now) };
        let after = before.saturating_add(self.cost);
        let over = after.saturating_sub(self.now.saturating_add(self.window));
        if over <= 0 { Ok(after) } else { Err(Duration::from_micros(over.unsigned_abs())) }
    }
}

fn limited(limit: Limit, who: &str, wait: Duration) -> Error {
    // A whole second is the least that `Retry-After` can say.
    let wait =
        Duration::from_secs(u64::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u64::MAX).max(1));
    Error::Limited { limit, who: rates::shown(limit, who), wait }
}

impl App {
    /// Reads again what administrators decided about the limits, when that was a few seconds ago.
    pub async fn refresh_limits(&self) {
        if !self.config.limits.enabled || !self.limits.is_stale() {
            return;
        }
        match self.db.read(instance::limits::rates).await {
            Ok(rates) => self.limits.set(rates),
            // What was decided before counts on.
            Err(error) => tracing::warn!(error = %error, "can't read the limits"),
        }
    }

    /// Counts something that somebody does.
    ///
    /// # Errors
    /// `Limited` with the time until they may.
    pub async fn allow(&self, limit: Limit, who: &str) -> Result<()> {
        self.refresh_limits().await;
        self.limits.take(limit, who, 1)
    }

    /// Writes down whom limits held up, now and then; `at_once` before somebody looks at it.
    pub async fn note_held_up(&self, at_once: bool) {
        let hits = self.limits.to_write(at_once);
        if hits.is_empty() {
            return;
        }
        if let Err(error) = self.db.write(move |tx| instance::limits::note(tx, &hits)).await {
            tracing::warn!(error = %error, "can't note whom the limits held up");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(result: Result<()>) -> u64 {
        match result {
            Ok(()) => 0,
            Err(Error::Limited { wait, .. }) => wait.as_secs(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn what_was_taken_is_paid_off_bit_by_bit() {
        let clock = Clock::system();
        let limits = Limits::new(true, clock.clone());
        // 60 in ten minutes: one more every ten seconds.
        let take = || wait(limits.take(Limit::ActorPosts, "eve", 1));
        for _ in 0..60 {
            assert_eq!(take(), 0);
        }
        let pause = take();
        assert!((9..=10).contains(&pause), "{pause}");
        assert!(wait(limits.check(Limit::ActorPosts, "eve", 1)) > 0);
        assert_eq!(wait(limits.take(Limit::ActorPosts, "jan", 1)), 0, "somebody else");
        assert_eq!(wait(limits.take(Limit::ActorReactions, "eve", 1)), 0, "something else");
        clock.advance(10);
        assert_eq!(take(), 0);
        assert!(take() > 0);
        clock.advance(600);
        for _ in 0..60 {
            assert_eq!(take(), 0);
        }
        assert!(take() > 0);
    }

    #[test]
    fn a_clock_that_is_set_back_holds_nobody_up() {
        let clock = Clock::system();
        let limits = Limits::new(true, clock.clone());
        clock.advance(7_200);
        assert_eq!(wait(limits.take(Limit::ActorPosts, "eve", 60)), 0);
        assert!(wait(limits.take(Limit::ActorPosts, "eve", 1)) > 0);
        clock.advance(-7_200);
        assert_eq!(wait(limits.take(Limit::ActorPosts, "eve", 1)), 0);
    }

    #[test]
    fn more_than_a_whole_window_fits_into_an_empty_one() {
        let limits = Limits::new(true, Clock::system());
        assert_eq!(wait(limits.take(Limit::ActorPosts, "eve", 1_000)), 0);
        assert!(wait(limits.take(Limit::ActorPosts, "eve", 1)) > 0);
        assert_eq!(wait(Limits::new(false, Clock::system()).take(Limit::ActorPosts, "eve", 1)), 0);
    }

    #[test]
    fn of_many_who_are_held_up_most_are_counted_together() {
        let limits = Limits::new(true, Clock::system());
        for number in 0..2_000 {
            limits.note(&limited(Limit::PeerActivities, &number.to_string(), Duration::ZERO));
        }
        let noted = limits.to_write(false);
        assert_eq!(noted.len(), APART + 1);
        assert_eq!(noted.iter().map(|(_, _, count)| count).sum::<i64>(), 2_000);
        limits.note(&limited(Limit::PeerActivities, "1", Duration::ZERO));
        assert!(limits.to_write(false).is_empty(), "not so soon");
        assert_eq!(limits.to_write(true).len(), 1);
    }
}
