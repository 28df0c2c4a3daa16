//! The connection that is one of two, with what Diesel's derive makes of it.
#![expect(missing_docs, reason = "the derive writes public items without documentation")]

use diesel::pg::PgConnection;
use diesel::sqlite::SqliteConnection;

use super::Backend;

/// A connection to one of the two databases.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// PostgreSQL.
    Postgres(PgConnection),
    /// SQLite, linked in.
    Sqlite(SqliteConnection),
}

impl Conn {
    /// Which database this is.
    pub fn backend(&self) -> Backend {
        match self {
            Self::Postgres(_) => Backend::Postgres,
            Self::Sqlite(_) => Backend::Sqlite,
        }
    }
}
