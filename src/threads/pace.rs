//! How fast one person may post. Only edges that people type into ask this; the limit can be switched off in the settings
//! of the machine.

use std::time::Duration;

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::ids::PersonId;
use crate::policy::limits::POSTING;

/// Refuses somebody who posted too much lately.
///
/// # Errors
/// `Busy` with the time until they may post again.
pub fn check(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    use schema::posts::dsl;
    let since = tx.now.plus_seconds(-POSTING.seconds);
    // The oldest of the last so many: when it leaves the window, there is room again.
    let oldest: Option<Time> = dsl::posts
        .filter(dsl::author_id.eq(person).and(dsl::created_at.gt(since)).and(dsl::created_at.le(tx.now)))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .offset(POSTING.count - 1)
        .limit(1)
        .select(dsl::created_at)
        .first(tx.conn)
        .optional()?;
    match oldest {
        None => Ok(()),
        Some(oldest) => {
            let wait = oldest.plus_seconds(POSTING.seconds).seconds_since(tx.now).max(1);
            Err(Error::Busy(Duration::from_secs(wait.unsigned_abs())))
        }
    }
}
