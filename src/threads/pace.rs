//! How fast one person may post. Only edges that people type into ask this; limits can be switched off in the settings of the
//! machine.

use std::time::Duration;

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::ids::PersonId;
use crate::instance;
use crate::people::attempts;
use crate::policy::Actor;
use crate::policy::rates::Limit;

/// Refuses somebody who posted too much lately. What is posted is counted by what is there.
///
/// # Errors
/// `Limited` with the time until they may post again.
pub fn check(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    use schema::posts::dsl;
    let limit = Limit::AccountPosts;
    let rate = instance::limits::rates(tx)?.rate(limit);
    let since = tx.now.plus_seconds(-rate.seconds);
    // The oldest of the last so many: when it leaves the window, there is room again.
    let oldest: Option<Time> = dsl::posts
        .filter(dsl::author_id.eq(person).and(dsl::created_at.gt(since)).and(dsl::created_at.le(tx.now)))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .offset(rate.count - 1)
        .limit(1)
        .select(dsl::created_at)
        .first(tx.conn)
        .optional()?;
    match oldest {
        None => Ok(()),
        Some(oldest) => {
            let wait = oldest.plus_seconds(rate.seconds).seconds_since(tx.now).max(1);
            let wait = Duration::from_secs(wait.unsigned_abs());
            Err(Error::Limited { limit, who: person.to_string(), wait })
        }
    }
}

/// Refuses somebody who started too many topics lately, and counts this one.
///
/// # Errors
/// `Limited` with the time until they may start another.
pub fn count_topic(tx: &mut Tx<'_>, by: &Actor) -> Result<()> {
    check(tx, by.person)?;
    attempts::by_person(tx, true, Limit::AccountTopics, by)
}
