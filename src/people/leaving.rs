//! Leaving: the wish to go, a grace period in which it can be taken back, and the deletion.
//!
//! What others wrote stays whole: posts become tombstones, the name isn't given out again. Everything that says who it was goes.

use diesel::prelude::*;

use super::{AccountState, admin, sessions};
use crate::actors;
use crate::clock::Time;
use crate::db::{Db, Lock, Tx, lock, schema};
use crate::error::{Error, Result};
use crate::ids::{ActorId, MediaId, PersonId};
use crate::jobs::{self, Job};
use crate::journal::{self, Detail, Did, Line};
use crate::links;
use crate::mail::{self, Letter};
use crate::media;
use crate::membership;
use crate::policy::Actor;
use crate::threads;

/// Posts that one transaction makes tombstones of.
const BATCH: i64 = 200;

/// Wishes to go: the account is deleted after so many days. Until then the member can log in, and take it back.
///
/// # Errors
/// `Invalid` for the last administrator; `Conflict` when leaving already.
pub fn leave(tx: &mut Tx<'_>, by: &Actor, days: i64) -> Result<Time> {
    use schema::accounts::dsl;
    let account = super::account(tx, by.person)?;
    if account.state != AccountState::Active {
        return Err(Error::Conflict);
    }
    admin::must_not_be_last(tx, by.person)?;
    let then = tx.now.plus_days(days);
    diesel::update(dsl::accounts.find(by.person))
        .set((dsl::state.eq(AccountState::Leaving), dsl::delete_after.eq(then)))
        .execute(tx.conn)?;
    jobs::enqueue_at(tx, &Job::DeleteAccount { person: by.person }, then)?;
    let name = actors::find(tx, by.person.into())?.name;
    let letter = Letter::to(&account, "leaving")
        .with("name", &name)
        .with("days", &days.to_string())
        .with("login", &tx.urls.absolute("/login"));
    mail::enqueue(tx, &letter)?;
    Ok(then)
}

/// Takes the wish to go back.
///
/// # Errors
/// `Conflict` when not leaving.
pub fn stay(tx: &mut Tx<'_>, by: &Actor) -> Result<()> {
    use schema::accounts::dsl;
    lock(tx, Lock::Person, &by.person.to_string())?;
    if super::account(tx, by.person)?.state != AccountState::Leaving {
        return Err(Error::Conflict);
    }
    diesel::update(dsl::accounts.find(by.person))
        .set((dsl::state.eq(AccountState::Active), dsl::delete_after.eq(None::<Time>)))
        .execute(tx.conn)?;
    Ok(())
}

/// Deletes an account whose grace period ended. Not leaving any more, or deleted already: nothing happens.
///
/// # Errors
/// Only when the database does; what was done stays done, and the job goes on with the rest.
pub async fn delete(db: &Db, person: PersonId) -> Result<()> {
    if !db.read(move |tx| is_due(tx, person)).await? {
        return Ok(());
    }
    while db.write(move |tx| threads::forget::author(tx, person, BATCH)).await? > 0 {}
    db.write(move |tx| finish(tx, person)).await
}

fn is_due(tx: &mut Tx<'_>, person: PersonId) -> Result<bool> {
    match super::account(tx, person) {
        Ok(account) => {
            Ok(account.state == AccountState::Leaving
                && account.delete_after.is_some_and(|then| then <= tx.now))
        }
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

fn finish(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    use schema::{accounts, blocks, follows, notices, people};
    lock(tx, Lock::Person, &person.to_string())?;
    if !is_due(tx, person)? {
        return Ok(());
    }
    let inboxes = inboxes_without_shared(tx)?;
    threads::forget::reactions(tx, person)?;
    links::retention::forget(tx, person)?;
    membership::acts::forget(tx, person)?;
    sessions::revoke_all(tx, person, None)?;
    diesel::delete(follows::table.filter(follows::follower_id.eq(person).or(follows::target_id.eq(person))))
        .execute(tx.conn)?;
    diesel::delete(blocks::table.filter(blocks::person_id.eq(person).or(blocks::target_id.eq(person))))
        .execute(tx.conn)?;
    diesel::delete(notices::table.filter(notices::person_id.eq(person))).execute(tx.conn)?;
    diesel::update(people::table.find(person))
        .set((
            people::display_name.eq(""),
            people::bio.eq(""),
            people::bio_html.eq(""),
            people::avatar_id.eq(None::<MediaId>),
            people::avatar_alt.eq(""),
            people::employer.eq(""),
            people::function.eq(""),
            people::discoverable.eq(false),
            people::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    media::acts::forget_person(tx, person)?;
    // Tokens, sessions, codes, links and devices go with it.
    diesel::delete(accounts::table.find(person)).execute(tx.conn)?;
    actors::mark_gone(tx, ActorId::from(person))?;
    let detail = Detail { inboxes, ..Detail::default() };
    journal::record(tx, &Line::new(Did::DeletePerson, &Actor::here(person)).person(person).detail(detail))?;
    Ok(())
}

/// Inboxes of those elsewhere whose server has no shared one; the shared ones are found when the deletion is published.
fn inboxes_without_shared(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    use schema::actors::dsl;
    Ok(dsl::actors
        .filter(dsl::local.eq(false).and(dsl::gone_at.is_null()).and(dsl::shared_inbox.is_null()))
        .order(dsl::id)
        .select(dsl::inbox)
        .load(tx.conn)?)
}
