//! Migrations: embedded, run at start and by `vakplein migrate`, one history for both databases.
//!
//! `migrations/common` holds portable SQL in PostgreSQL's words; on SQLite the type names in [`SQLITE_WORDS`] are replaced.
//! What really differs stands in `migrations/sqlite` and `migrations/postgres`, under the same names. See
//! `migrations/README.md`.

use std::fmt;

use diesel::backend::Backend as DieselBackend;
use diesel::connection::BoxableConnection;
use diesel::migration::{Migration, MigrationMetadata, MigrationName, MigrationSource, MigrationVersion};
use diesel_migrations::MigrationHarness;
use rust_embed::RustEmbed;

use super::{Backend, Conn, Db, Tx};
use crate::error::{Error, Result};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/migrations"]
struct Files;

/// PostgreSQL's type names and what SQLite's STRICT tables have for them.
const SQLITE_WORDS: &[(&str, &str)] = &[
    ("UUID", "BLOB"),
    ("TIMESTAMPTZ", "TEXT"),
    ("BOOLEAN", "INTEGER"),
    ("BIGINT", "INTEGER"),
    ("BYTEA", "BLOB"),
];

/// Brings the database's schema up to date. Safe to run from several processes at once.
///
/// # Errors
/// When a migration fails; it is undone then, and named in the error.
pub async fn run(db: &Db) -> Result<usize> {
    db.write(apply).await
}

/// The same, in a transaction that does more.
///
/// # Errors
/// As [`run`].
pub fn apply(tx: &mut Tx<'_>) -> Result<usize> {
    let source = Source { backend: tx.conn.backend(), only: None };
    apply_from(tx, source)
}

/// Runs only these migrations, named by their numbers, as far as they weren't run: a backup is read into the schema that it
/// was made of.
///
/// # Errors
/// As [`run`].
pub fn apply_only(tx: &mut Tx<'_>, versions: &[String]) -> Result<usize> {
    let source = Source { backend: tx.conn.backend(), only: Some(versions.to_vec()) };
    apply_from(tx, source)
}

fn apply_from(tx: &mut Tx<'_>, source: Source) -> Result<usize> {
    let done = match tx.conn {
        Conn::Postgres(conn) => {
            use diesel::RunQueryDsl;
            // Another process may be migrating the same database: wait for it, then find nothing to do.
            diesel::sql_query("SELECT pg_advisory_xact_lock(7236150148022)").execute(conn)?;
            conn.run_pending_migrations(source).map(|done| done.len())
        }
        Conn::Sqlite(conn) => conn.run_pending_migrations(source).map(|done| done.len()),
    };
    done.map_err(|error| Error::internal(format!("migration failed: {error}")))
}

/// How far a database's schema is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// Migrations of ours that were run, by their numbers.
    pub applied: Vec<String>,
    /// Migrations of ours that were not.
    pub missing: Vec<String>,
    /// Migrations that were run and that we don't know: a later version was here.
    pub unknown: Vec<String>,
}

/// Looks which migrations were run; runs none.
///
/// # Errors
/// Only when the database does.
pub fn state(tx: &mut Tx<'_>) -> Result<State> {
    use diesel::prelude::*;
    use diesel::sql_types::{BigInt, Text};
    #[derive(QueryableByName)]
    struct Run {
        #[diesel(sql_type = Text)]
        version: String,
    }
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let backend = tx.conn.backend();
    // The table comes with the first migration. PostgreSQL takes nothing more in a transaction in which a statement failed, so it
    // is looked for first.
    let tables = match backend {
        Backend::Sqlite => "sqlite_schema WHERE name = '__diesel_schema_migrations'",
        Backend::Postgres => {
            "information_schema.tables WHERE table_schema = current_schema() AND table_name = '__diesel_schema_migrations'"
        }
    };
    let query = diesel::sql_query(format!("SELECT count(*) AS count FROM {tables}"));
    let there: Count = crate::each!(tx.conn, |conn| query.get_result(conn))?;
    let mut run: Vec<String> = Vec::new();
    if there.count > 0 {
        let query = "SELECT version FROM __diesel_schema_migrations ORDER BY version";
        let rows: Vec<Run> = crate::each!(tx.conn, |conn| diesel::sql_query(query).load(conn))?;
        run.extend(rows.into_iter().map(|row| row.version));
    }
    let mut state = State::default();
    for (name, _) in (Source { backend, only: None }).scripts() {
        let version = version(&name);
        match run.iter().position(|known| *known == version) {
            Some(at) => {
                state.applied.push(run.remove(at));
            }
            None => state.missing.push(name),
        }
    }
    state.unknown = run;
    Ok(state)
}

/// The number that a migration's name begins with.
fn version(name: &str) -> String {
    name.split('_').next().unwrap_or_default().to_owned()
}

struct Source {
    backend: Backend,
    /// Only those with these numbers.
    only: Option<Vec<String>>,
}

impl Source {
    /// Name and SQL of each migration, in their order.
    fn scripts(&self) -> Vec<(String, String)> {
        let own = match self.backend {
            Backend::Sqlite => "sqlite/",
            Backend::Postgres => "postgres/",
        };
        let mut paths: Vec<_> = Files::iter().collect();
        paths.sort();
        let script = |path: &str| {
            let mut sql = text(&format!("common/{path}"));
            if self.backend == Backend::Sqlite {
                sql = for_sqlite(&sql);
            }
            sql.push_str(&text(&format!("{own}{path}")));
            (path.trim_end_matches(".sql").to_owned(), sql)
        };
        let wanted = |path: &&str| self.only.as_ref().is_none_or(|only| only.contains(&version(path)));
        paths.iter().filter_map(|path| path.strip_prefix("common/")).filter(wanted).map(script).collect()
    }
}

impl<DB: DieselBackend> MigrationSource<DB> for Source {
    fn migrations(&self) -> diesel::migration::Result<Vec<Box<dyn Migration<DB>>>> {
        let step = |(name, sql)| -> Box<dyn Migration<DB>> { Box::new(Step { name, sql }) };
        Ok(self.scripts().into_iter().map(step).collect())
    }
}

fn text(path: &str) -> String {
    Files::get(path).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default()
}

/// Replaces PostgreSQL's type names, and makes every table STRICT.
fn for_sqlite(sql: &str) -> String {
    let mut sql = sql.replace("\n);", "\n) STRICT;");
    for (word, replacement) in SQLITE_WORDS {
        sql = sql.replace(&format!(" {word}"), &format!(" {replacement}"));
    }
    sql
}

struct Step {
    name: String,
    sql: String,
}

impl<DB: DieselBackend> Migration<DB> for Step {
    fn run(&self, conn: &mut dyn BoxableConnection<DB>) -> diesel::migration::Result<()> {
        Ok(conn.batch_execute(&self.sql)?)
    }

    fn revert(&self, _conn: &mut dyn BoxableConnection<DB>) -> diesel::migration::Result<()> {
        Err("migrations only go forward; restore a backup instead".into())
    }

    fn metadata(&self) -> &dyn MigrationMetadata {
        &Inside
    }

    fn name(&self) -> &dyn MigrationName {
        self
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl MigrationName for Step {
    fn version(&self) -> MigrationVersion<'_> {
        MigrationVersion::from(version(&self.name))
    }
}

/// Every migration runs inside the transaction of [`run`].
struct Inside;

impl MigrationMetadata for Inside {
    fn run_in_transaction(&self) -> bool {
        false
    }
}
