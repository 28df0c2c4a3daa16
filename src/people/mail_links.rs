//! Secrets in mailed links: each works once, for one purpose, for a limited time. Only their digests are stored.

use diesel::prelude::*;

use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::ids::{self, PersonId, RowId};
use crate::text_enum;

text_enum! {
    /// What a link is for.
    Purpose {
        /// Proves the address of a new account.
        Confirm = "confirm",
        /// Sets a new password.
        Reset = "reset",
        /// Proves a new address of an account in use.
        Email = "email",
    }
}

/// Makes a link's secret. Earlier links of the person for the same purpose stop working, but for those that prove the same
/// address of a new account: whoever asks again may still open the first mail.
///
/// # Errors
/// Only when the database does.
pub fn create(
    tx: &mut Tx<'_>,
    person: PersonId,
    purpose: Purpose,
    email: &str,
    seconds: i64,
) -> Result<String> {
    use schema::mail_links::dsl;
    let same = dsl::mail_links.filter(dsl::person_id.eq(person).and(dsl::purpose.eq(purpose.word())));
    if purpose == Purpose::Confirm {
        diesel::delete(same.filter(dsl::email.ne(email))).execute(tx.conn)?;
    } else {
        diesel::delete(same).execute(tx.conn)?;
    }
    let secret = ids::secret();
    diesel::insert_into(dsl::mail_links)
        .values((
            dsl::id.eq(RowId::fresh()),
            dsl::person_id.eq(person),
            dsl::purpose.eq(purpose.word()),
            dsl::digest.eq(ids::digest(&secret)),
            dsl::email.eq(email),
            dsl::created_at.eq(tx.now),
            dsl::expires_at.eq(tx.now.plus_seconds(seconds)),
        ))
        .execute(tx.conn)?;
    Ok(secret)
}

/// Whether a link would still work: for the page that it leads to, which changes nothing yet.
///
/// # Errors
/// Only when the database does.
pub fn works(tx: &mut Tx<'_>, purpose: Purpose, secret: &str) -> Result<bool> {
    Ok(find(tx, purpose, secret)?.is_some())
}

/// Uses a link up: whose it is, and the address that it proves.
///
/// # Errors
/// `NotFound` when it doesn't exist, was used, or is too old.
pub fn redeem(tx: &mut Tx<'_>, purpose: Purpose, secret: &str) -> Result<(PersonId, String)> {
    use schema::mail_links::dsl;
    let (id, person, email) = find(tx, purpose, secret)?.ok_or(Error::NotFound)?;
    // The condition decides between two that come at once.
    let used = diesel::update(dsl::mail_links.find(id).filter(dsl::used_at.is_null()))
        .set(dsl::used_at.eq(tx.now))
        .execute(tx.conn)?;
    if used == 1 { Ok((person, email)) } else { Err(Error::NotFound) }
}

/// Makes all links that weren't used worthless.
///
/// # Errors
/// Only when the database does.
pub fn void_all(tx: &mut Tx<'_>) -> Result<()> {
    use schema::mail_links::dsl;
    diesel::delete(dsl::mail_links.filter(dsl::used_at.is_null())).execute(tx.conn)?;
    Ok(())
}

/// Ends the links of a person with which one gets in or takes the account over: what one signs in with has changed since they
/// were asked for, and whoever asked may have been somebody else.
///
/// # Errors
/// Only when the database does.
pub fn end_all(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    use schema::mail_links::dsl;
    let confirm = Purpose::Confirm.word();
    diesel::delete(dsl::mail_links.filter(dsl::person_id.eq(person).and(dsl::purpose.ne(confirm))))
        .execute(tx.conn)?;
    Ok(())
}

fn find(tx: &mut Tx<'_>, purpose: Purpose, secret: &str) -> Result<Option<(RowId, PersonId, String)>> {
    use schema::mail_links::dsl;
    let query = dsl::mail_links
        .filter(dsl::digest.eq(ids::digest(secret)).and(dsl::purpose.eq(purpose.word())))
        .filter(dsl::used_at.is_null().and(dsl::expires_at.gt(tx.now)))
        .select((dsl::id, dsl::person_id, dsl::email));
    Ok(query.first(tx.conn).optional()?)
}
