//! Bearer tokens for the API: made, listed, revoked, and recognised. Only their digests are stored.

use diesel::prelude::*;

use super::{AccountRole, AccountState, Scope, Scopes};
use crate::clock::Time;
use crate::db::{MultiBackend, Tx, schema};
use crate::error::{Error, Result};
use crate::ids::{self, PersonId, RowId};
use crate::policy::limits;

/// How often the last use of a token is written down, in seconds: not at every request.
const SEEN_EVERY: i64 = 3_600;

/// A token, without its secret.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::tokens, check_for_backend(MultiBackend))]
pub struct TokenRow {
    /// Its id.
    pub id: RowId,
    /// What its owner calls it.
    pub label: String,
    /// What it may be used for, as words.
    pub scopes: String,
    /// When it was made.
    pub created_at: Time,
    /// When it was last used, to the hour.
    pub seen_at: Option<Time>,
    /// When it ends; `None`: it doesn't.
    pub expires_at: Option<Time>,
}

/// Who holds a token, and what for.
#[derive(Debug, Clone)]
pub struct Bearer {
    /// The token.
    pub token: RowId,
    /// Its owner.
    pub person: PersonId,
    /// Its owner administers the instance, and the token reaches that far.
    pub admin: bool,
    /// What it may be used for.
    pub scopes: Scopes,
    /// Its use should be written down by [`seen`].
    pub stale: bool,
}

/// Makes a token for a person and gives its secret, which isn't kept.
///
/// # Errors
/// `Invalid` when the label is missing or too long, there is no scope, or the end is in the past; `NotFound` when the person
/// has no account.
pub fn create(
    tx: &mut Tx<'_>,
    person: PersonId,
    label: &str,
    scopes: &Scopes,
    expires_at: Option<Time>,
) -> Result<(TokenRow, String)> {
    super::account(tx, person)?;
    let label = label.trim();
    if label.is_empty() {
        return Err(Error::field("label", "error-label-missing"));
    }
    if label.chars().count() > limits::LABEL {
        return Err(Error::field("label", "error-label-long"));
    }
    if scopes.is_empty() {
        return Err(Error::field("scopes", "error-scopes-missing"));
    }
    if expires_at.is_some_and(|at| at <= tx.now) {
        return Err(Error::field("expiresAt", "error-expiry-past"));
    }
    let secret = ids::secret();
    let row = TokenRow {
        id: RowId::fresh(),
        label: label.to_owned(),
        scopes: scopes.text(),
        created_at: tx.now,
        seen_at: None,
        expires_at,
    };
    use schema::tokens::dsl;
    diesel::insert_into(dsl::tokens)
        .values((
            dsl::id.eq(row.id),
            dsl::person_id.eq(person),
            dsl::label.eq(&row.label),
            dsl::digest.eq(ids::digest(&secret)),
            dsl::scopes.eq(&row.scopes),
            dsl::created_at.eq(row.created_at),
            dsl::expires_at.eq(row.expires_at),
        ))
        .execute(tx.conn)?;
    Ok((row, secret))
}

/// A person's tokens, the newest first.
///
/// # Errors
/// Only when the database does.
pub fn list(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<TokenRow>> {
    use schema::tokens::dsl;
    Ok(dsl::tokens
        .filter(dsl::person_id.eq(person))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .select(TokenRow::as_select())
        .load(tx.conn)?)
}

/// Ends a token of a person's own.
///
/// # Errors
/// `NotFound`.
pub fn revoke(tx: &mut Tx<'_>, person: PersonId, id: RowId) -> Result<()> {
    use schema::tokens::dsl;
    let gone = diesel::delete(dsl::tokens.find(id).filter(dsl::person_id.eq(person))).execute(tx.conn)?;
    if gone == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Ends all tokens of a person.
///
/// # Errors
/// Only when the database does.
pub fn revoke_all(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    use schema::tokens::dsl;
    diesel::delete(dsl::tokens.filter(dsl::person_id.eq(person))).execute(tx.conn)?;
    Ok(())
}

/// Who holds this secret, read at the moment of the request: a token that was revoked, or whose owner was suspended or
/// leaves, opens nothing.
///
/// # Errors
/// `SignedOut` when nobody does.
pub fn bearer(tx: &mut Tx<'_>, secret: &str) -> Result<Bearer> {
    use schema::{accounts, people, tokens};
    let (token, person, words, seen_at, role): (RowId, PersonId, String, Option<Time>, AccountRole) =
        tokens::table
            .inner_join(accounts::table.inner_join(people::table))
            .filter(tokens::digest.eq(ids::digest(secret)))
            .filter(tokens::expires_at.is_null().or(tokens::expires_at.gt(tx.now)))
            .filter(accounts::state.eq(AccountState::Active).and(people::suspended_at.is_null()))
            .select((tokens::id, tokens::person_id, tokens::scopes, tokens::seen_at, accounts::role))
            .first(tx.conn)
            .optional()?
            .ok_or(Error::SignedOut)?;
    let scopes = Scopes::parse(&words);
    Ok(Bearer {
        token,
        person,
        admin: role == AccountRole::Admin && scopes.has(Scope::Admin),
        scopes,
        stale: seen_at.is_none_or(|at| tx.now.seconds_since(at) >= SEEN_EVERY),
    })
}

/// Writes down that a token was used.
///
/// # Errors
/// Only when the database does.
pub fn seen(tx: &mut Tx<'_>, token: RowId) -> Result<()> {
    use schema::tokens::dsl;
    diesel::update(dsl::tokens.find(token)).set(dsl::seen_at.eq(tx.now)).execute(tx.conn)?;
    Ok(())
}
