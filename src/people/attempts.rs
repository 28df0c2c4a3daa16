//! Counts attempts at something limited, per subject and window. The rates are in `policy::limits`.
//!
//! A subject never holds an address in the clear for longer than its window: rows past it are pruned.

use std::time::Duration;

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{Lock, Native, Tx, lock, schema};
use crate::error::{Error, Result};
use crate::policy::limits::Rate;

/// Refuses when a subject has used up its rate.
///
/// # Errors
/// `Busy` with the time until the window ends.
pub fn check(tx: &mut Tx<'_>, subject: &str, rate: Rate) -> Result<()> {
    match current(tx, subject, rate)? {
        Some((count, ends)) if count >= rate.count => {
            let wait = u64::try_from(ends.seconds_since(tx.now)).unwrap_or_default().max(1);
            Err(Error::Busy(Duration::from_secs(wait)))
        }
        _ => Ok(()),
    }
}

/// Counts one attempt.
///
/// # Errors
/// Only when the database does.
pub fn count(tx: &mut Tx<'_>, subject: &str, rate: Rate) -> Result<()> {
    use schema::attempts::dsl;
    lock(tx, Lock::Person, subject)?;
    let (count, ends) = match current(tx, subject, rate)? {
        Some((count, ends)) => (count + 1, ends),
        None => (1, tx.now.plus_seconds(rate.seconds)),
    };
    let row = (dsl::subject.eq(subject), dsl::count.eq(count), dsl::window_ends_at.eq(ends));
    let change = (dsl::count.eq(count), dsl::window_ends_at.eq(ends));
    let upsert =
        diesel::insert_into(dsl::attempts).values(row).on_conflict(dsl::subject).do_update().set(change);
    Native(upsert).execute(tx.conn)?;
    Ok(())
}

/// Counts one attempt, unless the rate is used up.
///
/// # Errors
/// `Busy` with the time until the window ends.
pub fn take(tx: &mut Tx<'_>, subject: &str, rate: Rate) -> Result<()> {
    check(tx, subject, rate)?;
    count(tx, subject, rate)
}

/// Forgets what was counted.
///
/// # Errors
/// Only when the database does.
pub fn clear(tx: &mut Tx<'_>, subject: &str) -> Result<()> {
    diesel::delete(schema::attempts::table.find(subject)).execute(tx.conn)?;
    Ok(())
}

/// Forgets all whose window has ended, and with them the addresses in their subjects. Tells how many went.
///
/// # Errors
/// Only when the database does.
pub fn prune(tx: &mut Tx<'_>) -> Result<usize> {
    use schema::attempts::dsl;
    Ok(diesel::delete(dsl::attempts.filter(dsl::window_ends_at.lt(tx.now))).execute(tx.conn)?)
}

/// The window that lasts now. One that ends later than any can was begun by a clock that was ahead.
fn current(tx: &mut Tx<'_>, subject: &str, rate: Rate) -> Result<Option<(i64, Time)>> {
    use schema::attempts::dsl;
    let latest = tx.now.plus_seconds(rate.seconds + 1);
    let row = dsl::attempts.find(subject).filter(dsl::window_ends_at.gt(tx.now));
    let row = row.filter(dsl::window_ends_at.le(latest));
    Ok(row.select((dsl::count, dsl::window_ends_at)).first(tx.conn).optional()?)
}
