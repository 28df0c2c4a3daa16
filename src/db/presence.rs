//! Which processes are at work on a PostgreSQL that they share: each holds a lock on a connection of its own, which ends with the
//! process, however that ends. SQLite has one process, and nothing to tell.
//!
//! Nothing depends on it but how soon others take over what a process had claimed: a lease ends by itself as well.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::connect::with_patience;
use super::{Conn, DatabaseUrl, Db, Tx};
use crate::error::{Error, Result};

/// That a process is at work, for as long as this lives and its connection stands.
pub struct Presence {
    conn: PgConnection,
}

impl std::fmt::Debug for Presence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Presence").finish_non_exhaustive()
    }
}

impl Presence {
    fn begin(url: &str, name: &str) -> Result<Self> {
        let mut conn = PgConnection::establish(&with_patience(url)).map_err(Error::unavailable)?;
        // Shared, so as not to wait for a connection of our own that was lost, before the server has noticed that.
        diesel::sql_query("SELECT pg_advisory_lock_shared(hashtextextended($1, 0))")
            .bind::<Text, _>(place(name))
            .execute(&mut conn)?;
        Ok(Self { conn })
    }

    /// This, if its connection still stands.
    fn checked(mut self) -> Option<Self> {
        diesel::sql_query("SELECT 1").execute(&mut self.conn).is_ok().then_some(self)
    }
}

fn place(name: &str) -> String {
    format!("vakplein:process:{name}")
}

impl Db {
    /// Lets the others know that the process of this name is at work, by what is given back. Called now and then with that, as a
    /// connection can be lost. `None` on SQLite.
    ///
    /// # Errors
    /// When the database can't be reached.
    pub async fn attend(&self, name: &str, before: Option<Presence>) -> Result<Option<Presence>> {
        let DatabaseUrl::Postgres(url) = self.shared.url.clone() else { return Ok(None) };
        let name = name.to_owned();
        let attending = tokio::task::spawn_blocking(move || match before.and_then(Presence::checked) {
            Some(presence) => Ok(presence),
            None => Presence::begin(&url, &name),
        });
        attending.await.map_err(Error::internal)?.map(Some)
    }
}

/// Whether a process of this name isn't at work any more. It is only known of those that let it be known.
///
/// # Errors
/// Only when the database does.
pub fn is_gone(tx: &mut Tx<'_>, name: &str) -> Result<bool> {
    #[derive(QueryableByName)]
    struct Held {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let Conn::Postgres(conn) = tx.conn else { return Ok(false) };
    // PostgreSQL shows the two halves of the number that is locked.
    let held: Held = diesel::sql_query(
        "SELECT count(*) AS count FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 \
         AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
         AND ((classid::bigint << 32) | objid::bigint) = hashtextextended($1, 0)",
    )
    .bind::<Text, _>(place(name))
    .get_result(conn)?;
    Ok(held.count == 0)
}
