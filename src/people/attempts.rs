//! Counts attempts at something limited, per subject and window, where the count must outlive a restart. How many are let
//! through stands in `policy::rates` and in what administrators decided (`instance::limits`).
//!
//! A subject never holds an address in the clear for longer than its window: rows past it are pruned.

use std::net::IpAddr;
use std::time::Duration;

use diesel::prelude::*;

use super::fold_email;
use crate::clock::Time;
use crate::db::{Lock, Native, Tx, lock, schema};
use crate::error::{Error, Result};
use crate::ids;
use crate::instance;
use crate::policy::Actor;
use crate::policy::rates::{self, Limit};

/// Refuses when a subject has used up a limit. `key` tells subjects of a limit apart: a person's id, an address, a digest.
///
/// # Errors
/// `Limited` with the time until the window ends.
pub fn check(tx: &mut Tx<'_>, limit: Limit, key: &str) -> Result<()> {
    let Some((count, ends)) = current(tx, &subject(limit, key), limit.seconds())? else { return Ok(()) };
    if count < instance::limits::rates(tx)?.rate(limit).count {
        return Ok(());
    }
    let wait = u64::try_from(ends.seconds_since(tx.now)).unwrap_or_default().max(1);
    Err(Error::Limited { limit, who: rates::shown(limit, key), wait: Duration::from_secs(wait) })
}

/// Counts one attempt.
///
/// # Errors
/// Only when the database does.
pub fn count(tx: &mut Tx<'_>, limit: Limit, key: &str) -> Result<()> {
    add(tx, &subject(limit, key), limit.seconds())
}

/// Counts one attempt, unless the limit is used up.
///
/// # Errors
/// `Limited` with the time until the window ends.
pub fn take(tx: &mut Tx<'_>, limit: Limit, key: &str) -> Result<()> {
    check(tx, limit, key)?;
    count(tx, limit, key)
}

/// Counts something that somebody with an account does, where limits count (`limits.enabled`). An act that fails isn't counted: its
/// transaction is undone.
///
/// # Errors
/// `Limited` with the time until the window ends.
pub fn by_person(tx: &mut Tx<'_>, limited: bool, limit: Limit, by: &Actor) -> Result<()> {
    if limited { take(tx, limit, &by.person.to_string()) } else { Ok(()) }
}

/// Forgets what was counted.
///
/// # Errors
/// Only when the database does.
pub fn clear(tx: &mut Tx<'_>, limit: Limit, key: &str) -> Result<()> {
    diesel::delete(schema::attempts::table.find(subject(limit, key))).execute(tx.conn)?;
    Ok(())
}

/// Notes something for so many seconds.
///
/// # Errors
/// Only when the database does.
pub fn hold(tx: &mut Tx<'_>, what: &str, seconds: i64) -> Result<()> {
    add(tx, what, seconds)
}

/// Whether something is still noted that was for so many seconds.
///
/// # Errors
/// Only when the database does.
pub fn is_held(tx: &mut Tx<'_>, what: &str, seconds: i64) -> Result<bool> {
    Ok(current(tx, what, seconds)?.is_some())
}

/// Forgets all whose window has ended, and with them the addresses in their subjects. Tells how many went.
///
/// # Errors
/// Only when the database does.
pub fn prune(tx: &mut Tx<'_>) -> Result<usize> {
    use schema::attempts::dsl;
    Ok(diesel::delete(dsl::attempts.filter(dsl::window_ends_at.lt(tx.now))).execute(tx.conn)?)
}

/// The key of whoever asks from an address, as it is written in a session; of IPv6 its network.
pub fn of_address(address: &str) -> String {
    address.parse::<IpAddr>().map_or_else(|_| address.to_owned(), rates::counted)
}

/// The key of a mailbox, which can't be read back from it.
pub fn of_mailbox(email: &str) -> String {
    super::login::hex(&ids::digest(&fold_email(email)))
}

fn subject(limit: Limit, key: &str) -> String {
    format!("{limit}:{key}")
}

fn add(tx: &mut Tx<'_>, subject: &str, seconds: i64) -> Result<()> {
    use schema::attempts::dsl;
    lock(tx, Lock::Person, subject)?;
    let (count, ends) = match current(tx, subject, seconds)? {
        Some((count, ends)) => (count + 1, ends),
        None => (1, tx.now.plus_seconds(seconds)),
    };
    let row = (dsl::subject.eq(subject), dsl::count.eq(count), dsl::window_ends_at.eq(ends));
    let change = (dsl::count.eq(count), dsl::window_ends_at.eq(ends));
    let upsert =
        diesel::insert_into(dsl::attempts).values(row).on_conflict(dsl::subject).do_update().set(change);
    Native(upsert).execute(tx.conn)?;
    Ok(())
}

/// The window that lasts now. One that ends later than any can was begun by a clock that was ahead.
fn current(tx: &mut Tx<'_>, subject: &str, seconds: i64) -> Result<Option<(i64, Time)>> {
    use schema::attempts::dsl;
    let latest = tx.now.plus_seconds(seconds + 1);
    let row = dsl::attempts.find(subject).filter(dsl::window_ends_at.gt(tx.now));
    let row = row.filter(dsl::window_ends_at.le(latest));
    Ok(row.select((dsl::count, dsl::window_ends_at)).first(tx.conn).optional()?)
}
