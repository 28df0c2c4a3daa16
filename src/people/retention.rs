//! What is removed of people's rows when its time is over.

use diesel::prelude::*;

use super::AccountState;
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::ids::{ActorId, PersonId};
use crate::policy::limits;

/// Sign-ups that one round forgets at most.
const ROUND: i64 = 200;

/// Removes sessions, links and tokens that have ended, and sessions and browsers that weren't seen for `days`; 0 keeps those
/// that only age. Tells how many rows went.
///
/// # Errors
/// Only when the database does.
pub fn prune(tx: &mut Tx<'_>, days: i64) -> Result<usize> {
    use schema::{devices, mail_links, sessions, tokens};
    let now = tx.now;
    let mut gone = diesel::delete(sessions::table.filter(sessions::expires_at.lt(now))).execute(tx.conn)?;
    gone += diesel::delete(mail_links::table.filter(mail_links::expires_at.lt(now.plus_days(-1))))
        .execute(tx.conn)?;
    gone +=
        diesel::delete(tokens::table.filter(tokens::expires_at.lt(now.plus_days(-30)))).execute(tx.conn)?;
    if days > 0 {
        let since = now.plus_days(-days);
        gone += diesel::delete(sessions::table.filter(sessions::seen_at.lt(since))).execute(tx.conn)?;
        gone += diesel::delete(devices::table.filter(devices::seen_at.lt(since))).execute(tx.conn)?;
    }
    Ok(gone)
}

/// Forgets sign-ups whose address was never proven; their names are free again. Tells how many.
///
/// # Errors
/// Only when the database does.
pub fn prune_unconfirmed(tx: &mut Tx<'_>) -> Result<usize> {
    use schema::accounts::dsl;
    let old: Vec<PersonId> = dsl::accounts
        .filter(dsl::state.eq(AccountState::Unconfirmed))
        .filter(dsl::created_at.lt(tx.now.plus_seconds(-limits::UNCONFIRMED)))
        .order((dsl::created_at, dsl::person_id))
        .limit(ROUND)
        .select(dsl::person_id)
        .load(tx.conn)?;
    for person in &old {
        diesel::delete(schema::actors::table.find(ActorId::from(*person))).execute(tx.conn)?;
    }
    Ok(old.len())
}
