//! Logging in: attempts within limits, password, second factor.
//!
//! Nobody can lock a member out: failures from browsers that never signed in to an account are counted against the account,
//! but a browser that did has an allowance of its own. An unknown account takes the same time and gets the same answer as a
//! wrong password.

use diesel::prelude::*;

use super::credentials::Hasher;
use super::sessions::{self, Place};
use super::{AccountRow, AccountState, attempts, fold_email, second_factor, sign_up};
use crate::db::{Db, Tx, schema};
use crate::error::{Error, Result};
use crate::ids::{self, PersonId};
use crate::policy::{Reason, limits};

/// What somebody typed, and from where.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// E-mail address or name.
    pub login: String,
    /// Password.
    pub password: String,
    /// From where.
    pub place: Place,
    /// Secret of the device cookie, if the browser has one.
    pub device: Option<String>,
    /// Whether limits count (`limits.enabled`).
    pub limited: bool,
}

/// Somebody who got in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub person: PersonId,
    /// Secret for the session cookie. What the cookie held before is worth nothing.
    pub session: String,
    /// Secret for the device cookie, which lasts a year.
    pub device: String,
    /// False: the session opens nothing until [`second_step`] was passed.
    pub verified: bool,
}

/// Checks name and password, and begins a session.
///
/// # Errors
/// `Invalid` on `password` when they don't belong together, whichever is wrong; `Busy` after too many attempts;
/// `Denied` (`Unconfirmed`, `NotActive` or `Suspended`) when they do belong together, but the account isn't in use.
pub async fn log_in(db: &Db, hasher: &Hasher, attempt: Attempt) -> Result<SignedIn> {
    let asked = attempt.clone();
    let found = db.read(move |tx| find(tx, &asked)).await?;
    let hash = found.account.as_ref().map(|account| account.password_hash.clone());
    let right = hasher.verify(attempt.password.clone(), hash).await?;
    db.write(move |tx| kept(finish(tx, &attempt, &found, right))).await?
}

/// Gives the second factor: a code of the app, or a recovery code. The session gets a new secret.
///
/// # Errors
/// `SignedOut` when the session ended meanwhile; `Invalid` on `code`; `Busy` after too many attempts.
pub async fn second_step(db: &Db, session: String, code: String, limited: bool) -> Result<String> {
    db.write(move |tx| kept(check_code(tx, &session, &code, limited))).await?
}

fn check_code(tx: &mut Tx<'_>, session: &str, code: &str, limited: bool) -> Result<String> {
    let row = sessions::by_secret(tx, session)?.ok_or(Error::SignedOut)?;
    if row.verified {
        return Ok(session.to_owned());
    }
    let subject = format!("code:{}", row.person_id);
    if limited {
        attempts::check(tx, &subject, limits::LOGIN_CODE)?;
    }
    if !second_factor::accept(tx, row.person_id, code)? {
        attempts::count(tx, &subject, limits::LOGIN_CODE)?;
        return Err(Error::field("code", "error-code-wrong"));
    }
    attempts::clear(tx, &subject)?;
    sessions::revoke(tx, row.person_id, row.id)?;
    let place = Place { device: row.device, address: row.address };
    let (_id, secret) = sessions::create(tx, row.person_id, &place, true)?;
    Ok(secret)
}

/// Keeps what was written although the answer is a refusal: a failed attempt must be counted. A fault still undoes all.
pub(super) fn kept<T>(result: Result<T>) -> Result<Result<T>> {
    match result {
        Err(error) if error.is_fault() => Err(error),
        other => Ok(other),
    }
}

struct Found {
    account: Option<AccountRow>,
    /// What failures are counted against, beside the address.
    subject: String,
    suspended: bool,
}

/// Looks the account up, and whether another attempt is let through.
fn find(tx: &mut Tx<'_>, attempt: &Attempt) -> Result<Found> {
    let account = account_of(tx, &attempt.login)?;
    let known = match (&account, &attempt.device) {
        (Some(account), Some(device)) => sessions::knows_device(tx, account.person_id, device)?,
        _ => false,
    };
    let who = match &account {
        Some(account) => account.person_id.to_string(),
        // Counted like any other, and without keeping what a stranger typed.
        None => hex(&ids::digest(&fold_email(&attempt.login))),
    };
    let subject = match (&attempt.device, known) {
        (Some(device), true) => format!("login:device:{who}:{}", hex(&ids::digest(device))),
        _ => account_subject(&who),
    };
    if attempt.limited {
        attempts::check(tx, &subject, limits::LOGIN_ACCOUNT)?;
        if !known {
            attempts::check(tx, &address_subject(&attempt.place), limits::LOGIN_ADDRESS)?;
        }
    }
    let suspended = match &account {
        Some(account) => super::find(tx, account.person_id)?.suspended_at.is_some(),
        None => false,
    };
    Ok(Found { account, subject, suspended })
}

fn finish(tx: &mut Tx<'_>, attempt: &Attempt, found: &Found, right: bool) -> Result<SignedIn> {
    let Some(account) = found.account.as_ref().filter(|_| right) else {
        attempts::count(tx, &found.subject, limits::LOGIN_ACCOUNT)?;
        attempts::count(tx, &address_subject(&attempt.place), limits::LOGIN_ADDRESS)?;
        return Err(Error::field("password", "error-login-wrong"));
    };
    if found.suspended {
        return Err(Reason::Suspended.into());
    }
    match account.state {
        AccountState::Active | AccountState::Leaving => {}
        AccountState::Waiting => return Err(Reason::NotActive.into()),
        AccountState::Unconfirmed => {
            // Whoever has the password may ask for the mail again.
            sign_up::mail_confirmation(tx, account, attempt.limited)?;
            return Err(Reason::Unconfirmed.into());
        }
    }
    attempts::clear(tx, &found.subject)?;
    let device = sessions::remember_device(tx, account.person_id, attempt.device.as_deref())?;
    let verified = !account.has_second_factor();
    let (_id, session) = sessions::create(tx, account.person_id, &attempt.place, verified)?;
    Ok(SignedIn { person: account.person_id, session, device, verified })
}

/// What failures are counted against that come from browsers which never signed in to an account.
fn account_subject(who: &str) -> String {
    format!("login:account:{who}")
}

/// Lets an account be tried again: its owner has proven by mail who they are.
pub(super) fn forgive(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    attempts::clear(tx, &account_subject(&person.to_string()))
}

fn address_subject(place: &Place) -> String {
    format!("login:address:{}", place.address)
}

/// The account that a name or e-mail address belongs to.
///
/// # Errors
/// Only when the database does.
pub fn account_of(tx: &mut Tx<'_>, login: &str) -> Result<Option<AccountRow>> {
    use schema::{accounts, actors, people};
    let folded = fold_email(login);
    if folded.contains('@') && !folded.starts_with('@') {
        let by_email = accounts::table.filter(accounts::email_folded.eq(folded));
        return Ok(by_email.select(AccountRow::as_select()).first(tx.conn).optional()?);
    }
    let by_name = accounts::table
        .inner_join(people::table.inner_join(actors::table))
        .filter(actors::local.and(actors::name_folded.eq(folded.trim_start_matches('@').to_owned())))
        .select(AccountRow::as_select());
    Ok(by_name.first(tx.conn).optional()?)
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
