//! Sessions: made, renewed, listed, ended; and the browsers that people signed in from. Only digests of secrets are stored.
//!
//! Who is behind a session is `reader`'s, as every page begins with it.

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{MultiBackend, Native, Tx, schema};
use crate::error::{Error, Result};
use crate::ids::{self, PersonId, RowId};
use crate::policy::limits;

/// A session, without its secret.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::sessions, check_for_backend(MultiBackend))]
pub struct SessionRow {
    /// Its id.
    pub id: RowId,
    /// Whose.
    pub person_id: PersonId,
    /// Whether nothing is missing: false until the second factor was given.
    pub verified: bool,
    /// The browser, as it names itself, shortened.
    pub device: String,
    /// From which address it was last seen.
    pub address: String,
    /// When it began.
    pub created_at: Time,
    /// When it was last seen, to the hour.
    pub seen_at: Time,
    /// When it ends unless it is seen again.
    pub expires_at: Time,
}

/// Where somebody signs in from.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// `User-Agent`.
    pub device: String,
    /// Address.
    pub address: String,
}

/// Begins a session and gives its secret, for the cookie. One that isn't `verified` lasts only long enough to give the second
/// factor.
///
/// # Errors
/// Only when the database does.
pub fn create(tx: &mut Tx<'_>, person: PersonId, place: &Place, verified: bool) -> Result<(RowId, String)> {
    use schema::sessions::dsl;
    let (id, secret) = (RowId::fresh(), ids::secret());
    let lasts = if verified { limits::SESSION } else { limits::SESSION_UNVERIFIED };
    diesel::insert_into(dsl::sessions)
        .values((
            dsl::id.eq(id),
            dsl::person_id.eq(person),
            dsl::digest.eq(ids::digest(&secret)),
            dsl::verified.eq(verified),
            dsl::device.eq(place.device.chars().take(200).collect::<String>()),
            dsl::address.eq(&place.address),
            dsl::created_at.eq(tx.now),
            dsl::seen_at.eq(tx.now),
            dsl::expires_at.eq(tx.now.plus_seconds(lasts)),
        ))
        .execute(tx.conn)?;
    Ok((id, secret))
}

/// The session of this secret, verified or not, when it hasn't ended.
///
/// # Errors
/// Only when the database does.
pub fn by_secret(tx: &mut Tx<'_>, secret: &str) -> Result<Option<SessionRow>> {
    use schema::sessions::dsl;
    let query = dsl::sessions
        .filter(dsl::digest.eq(ids::digest(secret)).and(dsl::expires_at.gt(tx.now)))
        .select(SessionRow::as_select());
    Ok(query.first(tx.conn).optional()?)
}

/// A person's sessions that are in use, the last seen first.
///
/// # Errors
/// Only when the database does.
pub fn list(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<SessionRow>> {
    use schema::sessions::dsl;
    Ok(dsl::sessions
        .filter(dsl::person_id.eq(person).and(dsl::verified).and(dsl::expires_at.gt(tx.now)))
        .order((dsl::seen_at.desc(), dsl::id.desc()))
        .select(SessionRow::as_select())
        .load(tx.conn)?)
}

/// Ends a session of a person's own.
///
/// # Errors
/// `NotFound`.
pub fn revoke(tx: &mut Tx<'_>, person: PersonId, id: RowId) -> Result<()> {
    use schema::sessions::dsl;
    let gone = diesel::delete(dsl::sessions.find(id).filter(dsl::person_id.eq(person))).execute(tx.conn)?;
    if gone == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Ends all sessions of a person but one. Tells how many.
///
/// # Errors
/// Only when the database does.
pub fn revoke_all(tx: &mut Tx<'_>, person: PersonId, but: Option<RowId>) -> Result<usize> {
    use schema::sessions::dsl;
    let all = dsl::sessions.filter(dsl::person_id.eq(person));
    Ok(match but {
        Some(but) => diesel::delete(all.filter(dsl::id.ne(but))).execute(tx.conn)?,
        None => diesel::delete(all).execute(tx.conn)?,
    })
}

/// Ends everybody's sessions.
///
/// # Errors
/// Only when the database does.
pub fn end_all(tx: &mut Tx<'_>) -> Result<()> {
    diesel::delete(schema::sessions::table).execute(tx.conn)?;
    Ok(())
}

/// Ends the session of a secret: logging out.
///
/// # Errors
/// Only when the database does; a secret that opens nothing is none.
pub fn end(tx: &mut Tx<'_>, secret: &str) -> Result<()> {
    let digest = ids::digest(secret);
    diesel::delete(schema::sessions::table.filter(schema::sessions::digest.eq(digest))).execute(tx.conn)?;
    Ok(())
}

/// Gives a session a new secret, and all else of it stays: after a change of password, so that a stolen cookie is worth
/// nothing.
///
/// # Errors
/// `NotFound`.
pub fn rotate(tx: &mut Tx<'_>, id: RowId) -> Result<String> {
    use schema::sessions::dsl;
    let secret = ids::secret();
    let changed =
        diesel::update(dsl::sessions.find(id)).set(dsl::digest.eq(ids::digest(&secret))).execute(tx.conn)?;
    if changed == 0 { Err(Error::NotFound) } else { Ok(secret) }
}

/// Whether a person signed in from this browser before.
///
/// # Errors
/// Only when the database does.
pub fn knows_device(tx: &mut Tx<'_>, person: PersonId, secret: &str) -> Result<bool> {
    use schema::devices::dsl;
    let known = dsl::devices.filter(dsl::person_id.eq(person).and(dsl::digest.eq(ids::digest(secret))));
    Ok(diesel::select(diesel::dsl::exists(known)).get_result(tx.conn)?)
}

/// Remembers the browser that a person signed in from. Gives its secret, for a cookie that lasts.
///
/// # Errors
/// Only when the database does.
pub fn remember_device(tx: &mut Tx<'_>, person: PersonId, secret: Option<&str>) -> Result<String> {
    use schema::devices::dsl;
    // A secret of another make than ours could be a guess that somebody planted.
    let secret = secret.filter(|secret| secret.len() == 43).map_or_else(ids::secret, str::to_owned);
    let row = (
        dsl::id.eq(RowId::fresh()),
        dsl::person_id.eq(person),
        dsl::digest.eq(ids::digest(&secret)),
        dsl::seen_at.eq(tx.now),
    );
    let upsert = diesel::insert_into(dsl::devices)
        .values(row)
        .on_conflict((dsl::person_id, dsl::digest))
        .do_update()
        .set(dsl::seen_at.eq(tx.now));
    Native(upsert).execute(tx.conn)?;
    Ok(secret)
}
