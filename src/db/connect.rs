//! Opening connections: which database a URL names, and how each connection is set up.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;
use diesel::r2d2::{self, ManageConnection, Pool};
use diesel::sqlite::SqliteConnection;

use super::Conn;
use crate::error::{Error, Result};
use crate::telemetry::Metrics;

/// Which of the two databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// SQLite, the embedded default.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// Where the database is: `sqlite:path/to/file.db` or `postgres://…`. Anything else is refused rather than guessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseUrl {
    /// A file; its folder is made when it is missing.
    Sqlite(PathBuf),
    /// A libpq connection URL.
    Postgres(String),
}

impl DatabaseUrl {
    /// Which of the two databases it names.
    pub fn backend(&self) -> Backend {
        match self {
            Self::Sqlite(_) => Backend::Sqlite,
            Self::Postgres(_) => Backend::Postgres,
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path == ":memory:" {
                return Err("a SQLite database needs a file, as in sqlite:data/vakplein.db".to_owned());
            }
            return Ok(Self::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        Err("write sqlite:PATH or postgres://USER@HOST/DATABASE".to_owned())
    }
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Read,
    Write,
}

/// Opens connections for a pool.
pub(super) struct Manager {
    url: DatabaseUrl,
    mode: Mode,
    metrics: Metrics,
    trust: Arc<Trust>,
}

/// Whether the server behind the connections of a pool is still there, as far as one knows.
#[derive(Default)]
pub(super) struct Trust {
    /// When it last answered on any of these connections.
    answered: Mutex<Option<Instant>>,
    /// When one of them failed.
    doubted: Mutex<Option<Instant>>,
}

impl Trust {
    /// A connection failed: for a while each is looked at before it is used.
    pub(super) fn doubt(&self) {
        *self.doubted.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn is_safe(&self) -> bool {
        let within = |moment: &Mutex<Option<Instant>>, time: Duration| {
            let moment = moment.lock().unwrap_or_else(PoisonError::into_inner);
            moment.is_some_and(|at| at.elapsed() < time)
        };
        within(&self.answered, TRUSTED) && !within(&self.doubted, DOUBTED)
    }

    fn has_answered(&self) {
        *self.answered.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
}

/// For how long it is taken for granted that a server which answered still does: asking before every read would be a round trip
/// more for each.
const TRUSTED: Duration = Duration::from_secs(1);

/// For how long it isn't after a connection failed: others may have failed with it.
const DOUBTED: Duration = Duration::from_mins(1);

/// How long libpq tries to connect, in seconds, and after how many milliseconds a server that is silent on the network is gone:
/// without these the system waits for a quarter of an hour.
const PATIENCE: [(&str, &str); 3] =
    [("connect_timeout", "5"), ("tcp_user_timeout", "30000"), ("keepalives_idle", "30")];

/// Adds to a URL what it doesn't say itself.
fn with_patience(url: &str) -> String {
    PATIENCE.iter().fold(url.to_owned(), |url, (name, value)| {
        if url.contains(&format!("{name}=")) {
            return url;
        }
        let sign = if url.contains('?') { '&' } else { '?' };
        format!("{url}{sign}{name}={value}")
    })
}

// FULL: an acknowledged write survives a power cut. The cache is 2 MiB a connection, so that memory stays small.
const SQLITE_SETUP: &str = "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
     PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2048; PRAGMA mmap_size = 268435456;";

pub(super) fn open(
    url: &DatabaseUrl,
    mode: Mode,
    metrics: &Metrics,
) -> std::result::Result<Conn, r2d2::Error> {
    use r2d2::Error::{ConnectionError, QueryError};
    let statements = metrics.statements();
    let count = move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { .. } = event {
            statements.inc();
        }
    };
    match url {
        DatabaseUrl::Sqlite(path) => {
            let mut conn = SqliteConnection::establish(&path.to_string_lossy()).map_err(ConnectionError)?;
            conn.batch_execute(SQLITE_SETUP).map_err(QueryError)?;
            if mode == Mode::Read {
                conn.batch_execute("PRAGMA query_only = ON").map_err(QueryError)?;
            }
            conn.set_instrumentation(count);
            Ok(Conn::Sqlite(conn))
        }
        DatabaseUrl::Postgres(url) => {
            let mut conn = PgConnection::establish(&with_patience(url)).map_err(ConnectionError)?;
            let setup = match mode {
                Mode::Read => "SET default_transaction_read_only = on",
                Mode::Write => "SET synchronous_commit = on",
            };
            conn.batch_execute("SET timezone = 'UTC'; SET client_min_messages = warning")
                .map_err(QueryError)?;
            conn.batch_execute(setup).map_err(QueryError)?;
            conn.set_instrumentation(count);
            Ok(Conn::Postgres(conn))
        }
    }
}

/// Makes the folder that a SQLite file stands in.
pub(super) fn make_folder(url: &DatabaseUrl) -> Result<()> {
    if let DatabaseUrl::Sqlite(path) = url
        && let Some(folder) = path.parent().filter(|folder| *folder != Path::new(""))
    {
        std::fs::create_dir_all(folder).map_err(|error| {
            Error::internal(format!("can't make the folder {}: {error}", folder.display()))
        })?;
    }
    Ok(())
}

/// A pool that connects as it is needed, and what is known of the server behind it.
pub(super) fn pool(
    url: &DatabaseUrl,
    mode: Mode,
    size: u32,
    metrics: &Metrics,
) -> Result<(Pool<Manager>, Arc<Trust>)> {
    make_folder(url)?;
    let trust = Arc::new(Trust::default());
    let manager = Manager { url: url.clone(), mode, metrics: metrics.clone(), trust: Arc::clone(&trust) };
    let pool = Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .test_on_check_out(url.backend() == Backend::Postgres)
        .connection_timeout(Duration::from_secs(10))
        .build(manager)
        .map_err(Error::internal)?;
    Ok((pool, trust))
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = r2d2::Error;

    fn connect(&self) -> std::result::Result<Conn, r2d2::Error> {
        open(&self.url, self.mode, &self.metrics)
    }

    fn is_valid(&self, conn: &mut Conn) -> std::result::Result<(), r2d2::Error> {
        if self.trust.is_safe() {
            return Ok(());
        }
        conn.batch_execute("SELECT 1").map_err(r2d2::Error::QueryError)?;
        self.trust.has_answered();
        Ok(())
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        use diesel::connection::TransactionManager;
        std::thread::panicking()
            || <Conn as Connection>::TransactionManager::is_broken_transaction_manager(conn)
    }
}
