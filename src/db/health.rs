//! What the database says of itself: which one it is, whether what it acknowledged survives a power cut, and its time.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz};

use super::{Conn, Tx};
use crate::clock::Time;
use crate::error::Result;

/// A database as `vakplein doctor` sees it.
#[derive(Debug, Clone)]
pub struct Health {
    /// Name and version.
    pub server: String,
    /// Settings under which an acknowledged write can get lost, as `name = value`.
    pub doubts: Vec<String>,
    /// Its clock, where it has one of its own.
    pub clock: Option<Time>,
}

#[derive(QueryableByName)]
struct Sqlite {
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Text)]
    journal: String,
    #[diesel(sql_type = BigInt)]
    synchronous: i64,
}

#[derive(QueryableByName)]
struct Postgres {
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Text)]
    fsync: String,
    #[diesel(sql_type = Text)]
    pages: String,
    #[diesel(sql_type = Timestamptz)]
    now: DateTime<Utc>,
}

/// Looks.
///
/// # Errors
/// Only when the database does.
pub fn look(tx: &mut Tx<'_>) -> Result<Health> {
    match tx.conn {
        Conn::Sqlite(conn) => {
            let row: Sqlite = diesel::sql_query(
                "SELECT sqlite_version() AS version, journal_mode AS journal, synchronous \
                 FROM pragma_journal_mode, pragma_synchronous",
            )
            .get_result(conn)?;
            let mut doubts = Vec::new();
            if row.journal != "wal" {
                doubts.push(format!("journal_mode = {}", row.journal));
            }
            if row.synchronous < 2 {
                doubts.push(format!("synchronous = {}", row.synchronous));
            }
            let server = format!("SQLite {}, journal mode {}", row.version, row.journal);
            Ok(Health { server, doubts, clock: None })
        }
        Conn::Postgres(conn) => {
            let row: Postgres = diesel::sql_query(
                "SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync, \
                 current_setting('full_page_writes') AS pages, clock_timestamp() AS now",
            )
            .get_result(conn)?;
            let mut doubts = Vec::new();
            for (name, value) in [("fsync", row.fsync), ("full_page_writes", row.pages)] {
                if value != "on" {
                    doubts.push(format!("{name} = {value}"));
                }
            }
            let server = format!("PostgreSQL {}", row.version);
            Ok(Health { server, doubts, clock: Some(Time::new(row.now)) })
        }
    }
}
