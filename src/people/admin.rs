//! What administrators do with people: approve, suspend, reset a second factor, make others administrators.

use diesel::prelude::*;

use super::{AccountRole, AccountState, second_factor, sessions};
use crate::actors;
use crate::clock::Time;
use crate::db::page::{Cursor, Part, Slice};
use crate::db::{Lock, Tx, lock, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{ActorId, PersonId};
use crate::journal::{self, Detail, Did, Line};
use crate::mail::{self, Letter};
use crate::membership::{self, refusals};
use crate::moderation::Why;
use crate::policy::{Actor, Reason, Viewer, limits};
use crate::text_enum;

/// Refuses whoever doesn't administer this instance now.
///
/// # Errors
/// `Denied(NotAdmin)`.
pub fn must_be_admin(tx: &mut Tx<'_>, by: &Actor) -> Result<()> {
    let facts = membership::facts(tx, by.person)?;
    if facts.admin && !facts.suspended { Ok(()) } else { Err(Reason::NotAdmin.into()) }
}

/// Approves an account that waits.
///
/// # Errors
/// `Denied` to all but administrators; `Conflict` when it doesn't wait (any more).
pub fn approve(tx: &mut Tx<'_>, by: &Actor, person: PersonId) -> Result<()> {
    use schema::accounts::dsl;
    must_be_admin(tx, by)?;
    let account = waiting(tx, person)?;
    diesel::update(dsl::accounts.find(person)).set(dsl::state.eq(AccountState::Active)).execute(tx.conn)?;
    let name = actors::find(tx, person.into())?.name;
    let login = tx.urls.absolute("/login");
    mail::enqueue(tx, &Letter::to(&account, "approved").with("name", &name).with("login", &login))?;
    journal::record(tx, &Line::new(Did::ApproveAccount, by).person(person))?;
    Ok(())
}

/// Rejects an account that waits: it is deleted with all that was given, and its name is free again.
///
/// # Errors
/// `Denied` to all but administrators; `Invalid` without a reason; `Conflict` when it doesn't wait (any more).
pub fn reject(tx: &mut Tx<'_>, by: &Actor, person: PersonId, reason: &str) -> Result<()> {
    must_be_admin(tx, by)?;
    let reason = checked_reason(reason)?;
    let account = waiting(tx, person)?;
    let name = actors::find(tx, person.into())?.name;
    let contact = tx.urls.absolute("/contact");
    let letter =
        Letter::to(&account, "rejected").with("name", &name).with("reason", reason).with("contact", &contact);
    mail::enqueue(tx, &letter)?;
    diesel::delete(schema::actors::table.find(ActorId::from(person))).execute(tx.conn)?;
    let detail = Detail { word: "rejected".to_owned(), ..Detail::default() };
    journal::record(tx, &Line::new(Did::ApproveAccount, by).detail(detail))?;
    Ok(())
}

fn waiting(tx: &mut Tx<'_>, person: PersonId) -> Result<super::AccountRow> {
    lock(tx, Lock::Person, &person.to_string())?;
    let account = super::account(tx, person)?;
    if account.state == AccountState::Waiting { Ok(account) } else { Err(Error::Conflict) }
}

/// Suspends somebody, here or elsewhere: all sessions end, nothing of theirs is taken in, the profile isn't shown. A member is
/// told by a notice and by mail.
///
/// # Errors
/// `Denied` to all but administrators; `Invalid` without a reason or for oneself; `Conflict` when suspended already.
pub fn suspend(tx: &mut Tx<'_>, by: &Actor, person: PersonId, why: Why<'_>) -> Result<()> {
    use schema::people::dsl;
    must_be_admin(tx, by)?;
    let reason = checked_reason(why.reason)?;
    if person == by.person {
        return Err(Error::field("person", "error-ban-self"));
    }
    if super::find(tx, person)?.suspended_at.is_some() {
        return Err(Error::Conflict);
    }
    diesel::update(dsl::people.find(person)).set(dsl::suspended_at.eq(tx.now)).execute(tx.conn)?;
    sessions::revoke_all(tx, person, None)?;
    let line = Line::new(Did::Suspend, by).person(person).moderation(reason);
    journal::record(tx, &line.ground(why.ground.word()))?;
    refusals::put_out(tx, by, person)
}

/// Lifts a suspension.
///
/// # Errors
/// `Denied` to all but administrators; `Conflict` when there is none.
pub fn unsuspend(tx: &mut Tx<'_>, by: &Actor, person: PersonId) -> Result<()> {
    use schema::people::dsl;
    must_be_admin(tx, by)?;
    if super::find(tx, person)?.suspended_at.is_none() {
        return Err(Error::Conflict);
    }
    diesel::update(dsl::people.find(person)).set(dsl::suspended_at.eq(None::<Time>)).execute(tx.conn)?;
    journal::record(tx, &Line::new(Did::Unsuspend, by).person(person).moderation(""))?;
    Ok(())
}

/// Takes the second factor away from somebody who lost phone and codes. Whoever does this has made sure who asks.
///
/// # Errors
/// `Denied` to all but administrators; `NotFound` when there is no such account.
pub fn reset_second_factor(tx: &mut Tx<'_>, by: &Actor, person: PersonId) -> Result<()> {
    must_be_admin(tx, by)?;
    super::account(tx, person)?;
    second_factor::clear(tx, person)?;
    sessions::revoke_all(tx, person, None)?;
    Ok(())
}

/// Makes somebody an administrator, or an ordinary member again.
///
/// # Errors
/// `Denied` to all but administrators; `Invalid` when nobody would be left.
pub fn set_role(tx: &mut Tx<'_>, by: &Actor, person: PersonId, role: AccountRole) -> Result<()> {
    use schema::accounts::dsl;
    must_be_admin(tx, by)?;
    lock(tx, Lock::Settings, "admins")?;
    if role == AccountRole::Member {
        must_not_be_last(tx, person)?;
    }
    let changed = diesel::update(dsl::accounts.find(person)).set(dsl::role.eq(role)).execute(tx.conn)?;
    if changed == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Refuses when a person is the only administrator.
///
/// # Errors
/// `Invalid` on `role`.
pub fn must_not_be_last(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    use schema::{accounts, people};
    if super::account(tx, person)?.role != AccountRole::Admin {
        return Ok(());
    }
    let others: i64 = accounts::table
        .inner_join(people::table)
        .filter(accounts::role.eq(AccountRole::Admin).and(accounts::state.eq(AccountState::Active)))
        .filter(accounts::person_id.ne(person).and(people::suspended_at.is_null()))
        .count()
        .get_result(tx.conn)?;
    if others == 0 { Err(Error::field("role", "error-last-admin")) } else { Ok(()) }
}

fn checked_reason(reason: &str) -> Result<&str> {
    let mut errors = FieldErrors::default();
    let reason = reason.trim();
    if reason.is_empty() {
        errors.add("reason", "error-reason-missing");
    } else if reason.chars().count() > limits::REASON {
        errors.add_limit("reason", "error-reason-long", i64::try_from(limits::REASON).unwrap_or(i64::MAX));
    }
    errors.into_result().map(|()| reason)
}

text_enum! {
    /// Which accounts a list has.
    Which {
        /// All that were proven.
        All = "all",
        /// All, also those that aren't proven yet.
        Everything = "everything",
        /// Those that wait for approval.
        Waiting = "waiting",
        /// Those that aren't proven yet.
        Unconfirmed = "unconfirmed",
        /// Suspended ones.
        Suspended = "suspended",
        /// Administrators.
        Admins = "admins",
        /// Those that will be deleted.
        Leaving = "leaving",
    }
}

/// An account as administrators see it.
#[derive(Debug, Clone)]
pub struct AccountLine {
    /// Who.
    pub id: PersonId,
    /// Name in addresses.
    pub name: String,
    /// The name that is shown.
    pub display_name: String,
    /// E-mail address.
    pub email: String,
    /// How far the account is.
    pub state: AccountState,
    /// What it may do on the instance.
    pub role: AccountRole,
    /// Why they want to take part.
    pub motivation: String,
    /// Whether logging in takes a second factor.
    pub second_factor: bool,
    /// Suspended since.
    pub suspended_at: Option<Time>,
    /// When it is deleted.
    pub delete_after: Option<Time>,
    /// When it was made.
    pub created_at: Time,
    /// When it was last in use, by a session that still stands.
    pub seen_at: Option<Time>,
}

/// Accounts of this instance, the newest first; `q` is looked for in names and addresses.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn accounts(
    tx: &mut Tx<'_>,
    viewer: Viewer,
    q: &str,
    which: Which,
    part: Part,
) -> Result<Slice<AccountLine>> {
    use schema::{accounts, actors, people};
    viewer.must_be_admin()?;
    let mut query = accounts::table
        .inner_join(people::table.inner_join(actors::table))
        .order((accounts::created_at.desc(), accounts::person_id.desc()))
        .limit(part.limit())
        .select((super::AccountRow::as_select(), super::PersonRow::as_select(), actors::name))
        .into_boxed::<crate::db::MultiBackend>();
    query = match which {
        Which::All => query.filter(accounts::state.ne(AccountState::Unconfirmed)),
        Which::Everything => query,
        Which::Waiting => query.filter(accounts::state.eq(AccountState::Waiting)),
        Which::Unconfirmed => query.filter(accounts::state.eq(AccountState::Unconfirmed)),
        Which::Leaving => query.filter(accounts::state.eq(AccountState::Leaving)),
        Which::Suspended => query.filter(people::suspended_at.is_not_null()),
        Which::Admins => query.filter(accounts::role.eq(AccountRole::Admin)),
    };
    let q = q.trim().trim_start_matches('@');
    if !q.is_empty() {
        let escaped: String = q
            .chars()
            .flat_map(|c| matches!(c, '%' | '_' | '\\').then_some('\\').into_iter().chain([c]))
            .collect();
        let (folded, typed) = (format!("%{}%", escaped.to_lowercase()), format!("%{escaped}%"));
        query = query.filter(
            actors::name_folded
                .like(folded.clone())
                .escape('\\')
                .or(accounts::email_folded.like(folded).escape('\\'))
                .or(people::display_name.like(typed).escape('\\')),
        );
    }
    if let Some(after) = part.after {
        query = query.filter(
            accounts::created_at
                .lt(after.at)
                .or(accounts::created_at.eq(after.at).and(accounts::person_id.lt(PersonId::from(after.id)))),
        );
    }
    let rows: Vec<(super::AccountRow, super::PersonRow, String)> = query.load(tx.conn)?;
    let seen = last_seen(tx, &rows.iter().map(|(account, ..)| account.person_id).collect::<Vec<_>>())?;
    let lines = rows.into_iter().map(|(account, person, name)| line(account, person, name, &seen)).collect();
    Ok(Slice::cut(lines, part.size, |line: &AccountLine| Cursor { at: line.created_at, id: line.id.0 }))
}

/// One account as administrators see it.
///
/// # Errors
/// `Denied` to all but administrators; `NotFound`.
pub fn account_line(tx: &mut Tx<'_>, viewer: Viewer, person: PersonId) -> Result<AccountLine> {
    viewer.must_be_admin()?;
    let account = super::account(tx, person)?;
    let row = super::find(tx, person)?;
    let name = actors::find(tx, person.into())?.name;
    let seen = last_seen(tx, &[person])?;
    Ok(line(account, row, name, &seen))
}

fn line(
    account: super::AccountRow,
    person: super::PersonRow,
    name: String,
    seen: &[(PersonId, Option<Time>)],
) -> AccountLine {
    AccountLine {
        id: account.person_id,
        name,
        display_name: person.display_name,
        second_factor: account.has_second_factor(),
        email: account.email,
        state: account.state,
        role: account.role,
        motivation: account.motivation,
        suspended_at: person.suspended_at,
        delete_after: account.delete_after,
        created_at: account.created_at,
        seen_at: seen.iter().find(|(id, _)| *id == person.id).and_then(|(_, at)| *at),
    }
}

fn last_seen(tx: &mut Tx<'_>, people: &[PersonId]) -> Result<Vec<(PersonId, Option<Time>)>> {
    use schema::sessions::dsl;
    Ok(dsl::sessions
        .filter(dsl::person_id.eq_any(people))
        .group_by(dsl::person_id)
        .order(dsl::person_id)
        .select((dsl::person_id, diesel::dsl::max(dsl::seen_at)))
        .load(tx.conn)?)
}
