//! Opening connections: which database a URL names, and how each connection is set up.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::connection::{InstrumentationEvent, SimpleConnection};
use diesel::prelude::*;
use diesel::r2d2::{self, ManageConnection, Pool, PooledConnection};
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
    known: Arc<Known>,
}

/// What the connections of a pool know of their server together.
#[derive(Default)]
pub(super) struct Known {
    /// When it last answered on any of them, if none was lost since.
    answered: Mutex<Option<Instant>>,
    /// The last attempt to connect failed.
    gone: AtomicBool,
}

impl Known {
    fn set_answered(&self, at: Option<Instant>) {
        *self.answered.lock().unwrap_or_else(PoisonError::into_inner) = at;
    }
}

/// Connections that are made as they are needed.
pub(super) struct Connections {
    pool: Pool<Manager>,
    known: Arc<Known>,
}

impl Connections {
    /// How many there are at most.
    pub(super) fn most(&self) -> u32 {
        self.pool.max_size()
    }

    /// One of them, waited for while others use them all. While the server is gone hardly: whoever asks then is told at once, and
    /// nothing piles up. The pool goes on trying to connect by itself.
    ///
    /// # Errors
    /// `Unavailable`.
    pub(super) fn get(&self, patience: Duration) -> Result<PooledConnection<Manager>> {
        const STEP: Duration = Duration::from_millis(250);
        let began = Instant::now();
        loop {
            match self.pool.get_timeout(STEP) {
                Ok(conn) => return Ok(conn),
                Err(error) if self.known.gone.load(Ordering::Relaxed) || began.elapsed() >= patience => {
                    return Err(Error::unavailable(error));
                }
                Err(_busy) => {}
            }
        }
    }
}

/// So long is waited at the start for the first connection.
const WAIT: Duration = Duration::from_secs(10);

/// For how long it is taken for granted that a server which answered still does: asking before every read would be a round trip
/// more for each.
const TRUSTED: Duration = Duration::from_secs(1);

/// How long libpq tries to connect, in seconds, and after how many milliseconds a server that is silent on the network is gone:
/// without these the system waits for a quarter of an hour.
const PATIENCE: [(&str, &str); 3] =
    [("connect_timeout", "5"), ("tcp_user_timeout", "30000"), ("keepalives_idle", "30")];

/// Adds to a URL what it doesn't say itself.
pub(super) fn with_patience(url: &str) -> String {
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
    known: &Arc<Known>,
) -> std::result::Result<Conn, r2d2::Error> {
    use diesel::result::{DatabaseErrorKind::ClosedConnection, Error::DatabaseError};
    use r2d2::Error::{ConnectionError, QueryError};
    let (statements, known) = (metrics.statements(), Arc::clone(known));
    let count = move |event: InstrumentationEvent<'_>| match event {
        InstrumentationEvent::StartQuery { .. } => {
            statements.inc();
        }
        // When one is lost the others may be, too: each is asked before it is used again.
        InstrumentationEvent::FinishQuery { error: Some(DatabaseError(ClosedConnection, _)), .. } => {
            known.set_answered(None);
        }
        _ => {}
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

/// A pool that connects as it is needed.
pub(super) fn pool(url: &DatabaseUrl, mode: Mode, size: u32, metrics: &Metrics) -> Result<Connections> {
    make_folder(url)?;
    let known = Arc::<Known>::default();
    let pool = Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .test_on_check_out(url.backend() == Backend::Postgres)
        .connection_timeout(WAIT)
        .build(Manager { url: url.clone(), mode, metrics: metrics.clone(), known: Arc::clone(&known) })
        .map_err(Error::internal)?;
    Ok(Connections { pool, known })
}

impl ManageConnection for Manager {
    type Connection = Conn;
    type Error = r2d2::Error;

    fn connect(&self) -> std::result::Result<Conn, r2d2::Error> {
        let opened = open(&self.url, self.mode, &self.metrics, &self.known);
        self.known.gone.store(opened.is_err(), Ordering::Relaxed);
        opened
    }

    fn is_valid(&self, conn: &mut Conn) -> std::result::Result<(), r2d2::Error> {
        let answered = *self.known.answered.lock().unwrap_or_else(PoisonError::into_inner);
        if answered.is_some_and(|answered| answered.elapsed() < TRUSTED) {
            return Ok(());
        }
        conn.batch_execute("SELECT 1").map_err(r2d2::Error::QueryError)?;
        self.known.set_answered(Some(Instant::now()));
        self.known.gone.store(false, Ordering::Relaxed);
        Ok(())
    }

    fn has_broken(&self, conn: &mut Conn) -> bool {
        use diesel::connection::TransactionManager;
        std::thread::panicking()
            || <Conn as Connection>::TransactionManager::is_broken_transaction_manager(conn)
    }
}
