//! The second factor: one-time codes of an app (RFC 6238), and recovery codes for when the phone is lost.

use diesel::prelude::*;

use super::{AccountRow, credentials};
use crate::db::{Lock, Tx, lock, schema};
use crate::each;
use crate::error::{Error, Result};
use crate::ids::{self, PersonId, RowId};
use crate::mail::{self, Letter};

/// What somebody needs to set up their app.
#[derive(Debug, Clone)]
pub struct Enrolment {
    /// The secret, for typing by hand.
    pub secret: String,
    /// The picture, SVG.
    pub picture: String,
    /// The address in the picture.
    pub address: String,
}

/// Begins to set up the second factor. Until [`confirm`], signing in takes none; beginning again makes another secret.
///
/// # Errors
/// `Conflict` when there is one already.
pub fn begin(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    use schema::accounts::dsl;
    if super::account(tx, person)?.has_second_factor() {
        return Err(Error::Conflict);
    }
    diesel::update(dsl::accounts.find(person))
        // Codes of an earlier secret say nothing about this one.
        .set((dsl::totp_secret.eq(Some(credentials::totp_secret())), dsl::totp_last_step.eq(0)))
        .execute(tx.conn)?;
    Ok(())
}

/// What to show to somebody who began. `site` is the name that the app shows.
///
/// # Errors
/// `NotFound` when nothing was begun, or it was confirmed: the secret isn't shown again.
pub fn enrolment(account: &AccountRow, site: &str) -> Result<Enrolment> {
    let secret =
        account.totp_secret.as_ref().filter(|_| !account.has_second_factor()).ok_or(Error::NotFound)?;
    let address = credentials::totp_uri(secret, site, &account.email);
    Ok(Enrolment { secret: credentials::base32(secret), picture: credentials::qr(&address)?, address })
}

/// Turns the second factor on, with a first code as proof that the app works. Gives the recovery codes, which aren't shown
/// again.
///
/// # Errors
/// `Invalid` on `code`; `Conflict` when nothing was begun or it is on already.
pub fn confirm(tx: &mut Tx<'_>, person: PersonId, code: &str) -> Result<Vec<String>> {
    use schema::accounts::dsl;
    lock(tx, Lock::Person, &person.to_string())?;
    let account = super::account(tx, person)?;
    let Some(secret) = account.totp_secret.as_ref().filter(|_| !account.has_second_factor()) else {
        return Err(Error::Conflict);
    };
    let step = credentials::totp_step(secret, code, tx.now.unix(), account.totp_last_step)?
        .ok_or_else(|| Error::field("code", "error-code-wrong"))?;
    diesel::update(dsl::accounts.find(person))
        .set((dsl::totp_confirmed_at.eq(tx.now), dsl::totp_last_step.eq(step)))
        .execute(tx.conn)?;
    let codes = new_codes(tx, person)?;
    tell(tx, &account, "factor-on")?;
    Ok(codes)
}

/// Makes new recovery codes; the old ones stop working.
///
/// # Errors
/// `Conflict` when there is no second factor.
pub fn renew_codes(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<String>> {
    if !super::account(tx, person)?.has_second_factor() {
        return Err(Error::Conflict);
    }
    new_codes(tx, person)
}

/// How many recovery codes are left.
///
/// # Errors
/// Only when the database does.
pub fn codes_left(tx: &mut Tx<'_>, person: PersonId) -> Result<i64> {
    use schema::recovery_codes::dsl;
    let left = dsl::recovery_codes.filter(dsl::person_id.eq(person).and(dsl::used_at.is_null()));
    Ok(left.count().get_result(tx.conn)?)
}

/// Whether a code is right now: one of the app, each once, or a recovery code, each once.
///
/// # Errors
/// When the stored secret can't be used.
pub fn accept(tx: &mut Tx<'_>, person: PersonId, code: &str) -> Result<bool> {
    lock(tx, Lock::Person, &person.to_string())?;
    let account = super::account(tx, person)?;
    let Some(secret) = account.totp_secret.as_ref().filter(|_| account.has_second_factor()) else {
        return Ok(false);
    };
    if let Some(step) = credentials::totp_step(secret, code, tx.now.unix(), account.totp_last_step)? {
        use schema::accounts::dsl;
        diesel::update(dsl::accounts.find(person)).set(dsl::totp_last_step.eq(step)).execute(tx.conn)?;
        return Ok(true);
    }
    use schema::recovery_codes::dsl;
    let digest = ids::digest(&credentials::fold_code(code));
    let used = diesel::update(
        dsl::recovery_codes
            .filter(dsl::person_id.eq(person).and(dsl::digest.eq(digest)).and(dsl::used_at.is_null())),
    )
    .set(dsl::used_at.eq(tx.now))
    .execute(tx.conn)?;
    if used > 0 {
        tell(tx, &account, "factor-recovery")?;
    }
    Ok(used > 0)
}

/// Turns the second factor off: the member did so with their password, or an administrator after looking who asks.
///
/// # Errors
/// Only when the database does.
pub fn clear(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    use schema::accounts::dsl;
    let account = super::account(tx, person)?;
    if account.totp_secret.is_none() {
        return Ok(());
    }
    diesel::update(dsl::accounts.find(person))
        .set((dsl::totp_secret.eq(None::<Vec<u8>>), dsl::totp_confirmed_at.eq(None::<crate::clock::Time>)))
        .execute(tx.conn)?;
    diesel::delete(schema::recovery_codes::table.filter(schema::recovery_codes::person_id.eq(person)))
        .execute(tx.conn)?;
    if account.has_second_factor() {
        tell(tx, &account, "factor-off")?;
    }
    Ok(())
}

fn new_codes(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<String>> {
    use schema::recovery_codes::dsl;
    diesel::delete(dsl::recovery_codes.filter(dsl::person_id.eq(person))).execute(tx.conn)?;
    let codes = credentials::recovery_codes();
    let rows: Vec<_> = codes
        .iter()
        .map(|code| {
            (
                dsl::id.eq(RowId::fresh()),
                dsl::person_id.eq(person),
                dsl::digest.eq(ids::digest(&credentials::fold_code(code))),
            )
        })
        .collect();
    each!(tx.conn, |conn| diesel::insert_into(dsl::recovery_codes).values(&rows).execute(conn))?;
    Ok(codes)
}

fn tell(tx: &mut Tx<'_>, account: &AccountRow, kind: &'static str) -> Result<()> {
    let letter = Letter::to(account, kind).with("link", &tx.urls.absolute("/settings/security"));
    mail::enqueue(tx, &letter)
}
