//! One-time tokens with which `vakplein doctor` may ask the running server how it sees a request. Kept in `settings`.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::{put, value};
use crate::clock::Time;
use crate::db::{Lock, Tx, lock, schema};
use crate::error::{Error, Result};
use crate::ids;

const KEY: &str = "probe";

/// How long a token is good for, in seconds.
const LIFE: i64 = 60;

#[derive(Serialize, Deserialize)]
struct Kept {
    digest: Vec<u8>,
    until: Time,
}

/// Makes a token; the one before is void.
///
/// # Errors
/// Only when the database does.
pub fn issue(tx: &mut Tx<'_>) -> Result<String> {
    let secret = ids::secret();
    let kept = Kept { digest: ids::digest(&secret), until: tx.now.plus_seconds(LIFE) };
    put(tx, KEY, &kept)?;
    Ok(secret)
}

/// Whether a token is the one that was made last, and still good.
///
/// # Errors
/// `NotFound` when it isn't.
pub fn check(tx: &mut Tx<'_>, secret: &str) -> Result<()> {
    let kept: Kept = value(tx, KEY)?.ok_or(Error::NotFound)?;
    // Digests are compared, so the time that it takes tells nothing about the secret.
    if kept.digest == ids::digest(secret) && tx.now < kept.until { Ok(()) } else { Err(Error::NotFound) }
}

/// Uses a token up.
///
/// # Errors
/// `NotFound` when it isn't good (any more).
pub fn spend(tx: &mut Tx<'_>, secret: &str) -> Result<()> {
    use schema::settings::dsl;
    lock(tx, Lock::Settings, KEY)?;
    check(tx, secret)?;
    diesel::delete(dsl::settings.find(KEY)).execute(tx.conn)?;
    Ok(())
}
