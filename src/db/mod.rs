//! The database: one way to read, one way to change, on SQLite or PostgreSQL, chosen by URL at run time.
//!
//! [`Db::read`] runs on read-only connections. [`Db::write`] is the only way to change data: one transaction, and what it
//! answers with is on disk. Both wait for their turn, but not for ever. Everything that differs between the two databases stands in this folder; the code above it
//! writes plain Diesel on a [`Conn`], with [`Native`] around `ON CONFLICT` and `UNION`, `each!` around batch inserts, and
//! [`among()`] where pages ask for one of many values.

mod ahead;
mod among;
mod conn;
mod connect;
pub mod dump;
pub mod health;
pub mod migrate;
mod native;
pub mod page;
pub mod presence;
pub mod schema;
pub mod search;
mod tables;
mod turns;
pub mod types;
mod writer;

use std::any::Any;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::connection::{Connection, SimpleConnection};
use diesel::r2d2::PooledConnection;

pub use self::among::among;
pub use self::conn::{Conn, MultiBackend, MultiRawValue};
pub use self::connect::{Backend, DatabaseUrl};
pub use self::native::{Native, columns};
use self::turns::{Lag, Turns};
use self::writer::Writer;
use crate::clock::{Clock, Time};
use crate::error::{Error, Result};
use crate::telemetry::Metrics;
use crate::urls::Urls;

/// Most values of one column, or rows, in one statement: both databases limit how many places it may have. Who has more asks in
/// parts.
pub const VALUES: usize = 500;

/// Runs the same expression on the concrete connection: for batch inserts, which SQLite can't put into one statement.
#[macro_export]
macro_rules! each {
    ($conn:expr, |$inner:ident| $body:expr) => {
        match $conn {
            $crate::db::Conn::Postgres($inner) => $body,
            $crate::db::Conn::Sqlite($inner) => $body,
        }
    };
}

/// One unit of work: the connection, the moment it began, and the addresses of this instance.
///
/// Acts and views get it as their first argument, as `tx`.
pub struct Tx<'c> {
    /// For Diesel: `.load(tx.conn)`.
    pub conn: &'c mut Conn,
    /// Now, the same for everything in this unit of work.
    pub now: Time,
    /// Every URL that this instance mints or recognises.
    pub urls: &'c Urls,
    /// What is written at its end.
    ends: Vec<Box<dyn AtEnd>>,
    /// What was read ahead for what comes next in it.
    ahead: Vec<Box<dyn Any>>,
}

/// What is only added, and what hardly anything in the same unit of work reads: it is written once, at its end, in one statement
/// for all that was added; whoever does read it calls [`Tx::catch_up`] before.
pub trait AtEnd: Any {
    /// Writes them.
    ///
    /// # Errors
    /// Only when the database does.
    fn write(self: Box<Self>, tx: &mut Tx<'_>) -> Result<()>;
}

impl<'c> Tx<'c> {
    fn new(conn: &'c mut Conn, now: Time, urls: &'c Urls) -> Self {
        Self { conn, now, urls, ends: Vec::new(), ahead: Vec::new() }
    }

    /// Does a unit of work, with what is to be written at its end.
    fn whole<T>(mut self, f: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let value = f(&mut self)?;
        self.catch_up()?;
        Ok(value)
    }

    /// Writes now what was put off to the end of this unit of work: before something that reads it.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn catch_up(&mut self) -> Result<()> {
        for end in std::mem::take(&mut self.ends) {
            end.write(self)?;
        }
        Ok(())
    }

    /// What is written at the end of this unit of work, to add to it.
    pub fn at_end<T: AtEnd + Default>(&mut self) -> &mut T {
        let found = self.ends.iter().position(|end| (&**end as &dyn Any).is::<T>());
        let place = found.unwrap_or_else(|| {
            self.ends.push(Box::<T>::default());
            self.ends.len() - 1
        });
        let end = self.ends.get_mut(place).and_then(|end| (&mut **end as &mut dyn Any).downcast_mut());
        end.expect("it was just found or put there")
    }

    /// Does a part of this unit of work that is undone by itself when it fails.
    ///
    /// # Errors
    /// What `f` answers with. After an internal error nothing more may be done in this unit: the database may have undone all of it.
    pub fn part<T>(&mut self, f: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let (now, urls) = (self.now, self.urls);
        self.conn
            .transaction(|conn| Tx::new(conn, now, urls).whole(f).map_err(Undo))
            .map_err(|Undo(error)| error)
    }
}

/// What advisory locks are about, where a check-then-write act could otherwise race with itself on PostgreSQL.
#[derive(Debug, Clone, Copy)]
pub enum Lock {
    /// A name in the name space that people and groups share.
    Name,
    /// A group's staff: the last owner can't leave.
    Staff,
    /// A person's quota or one-time codes.
    Person,
    /// A group's class.
    Class,
    /// A group's invitations: how many wait, and for whom.
    Invitation,
    /// A report, resolved once.
    Report,
    /// Instance-wide settings.
    Settings,
    /// A peer's row: first contact and counters.
    Peer,
    /// The federation rules.
    Rules,
    /// The end of the audit trail.
    Audit,
}

/// Takes a lock until the end of the transaction. Does nothing on SQLite, which has one writer anyway.
///
/// # Errors
/// Only when the database does.
pub fn lock(tx: &mut Tx<'_>, kind: Lock, key: &str) -> Result<()> {
    if let Conn::Postgres(conn) = tx.conn {
        use diesel::RunQueryDsl;
        let name = format!("vakplein:{kind:?}:{key}");
        diesel::sql_query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))")
            .bind::<diesel::sql_types::Text, _>(name)
            .execute(conn)?;
    }
    Ok(())
}

/// The database of one instance. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    shared: Arc<Shared>,
}

struct Shared {
    url: DatabaseUrl,
    reads: Turns,
    writes: Writes,
    lag: Arc<Lag>,
    clock: Clock,
    urls: Urls,
    metrics: Metrics,
}

enum Writes {
    /// SQLite: one thread that commits in groups.
    Thread(Writer),
    /// PostgreSQL: a pool of its own.
    Pool(Turns),
}

/// How many connections there are, and how long is waited for one.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// Connections for reading, and for writing where there can be many; 0: what suits the database.
    pub connections: u32,
    /// How long is waited for one, or for a database that is gone.
    pub wait: Duration,
}

impl Default for Sizes {
    fn default() -> Self {
        Self { connections: 0, wait: Duration::from_secs(10) }
    }
}

impl Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").finish_non_exhaustive()
    }
}

impl Db {
    /// Opens the database, without migrating it.
    ///
    /// # Errors
    /// When it can't be reached, or the folder of the SQLite file can't be made.
    pub fn open(url: &DatabaseUrl, clock: Clock, urls: Urls, metrics: Metrics) -> Result<Self> {
        Self::sized(url, Sizes::default(), clock, urls, metrics)
    }

    /// The same, with so many connections.
    ///
    /// # Errors
    /// As for [`Db::open`].
    pub fn sized(
        url: &DatabaseUrl,
        sizes: Sizes,
        clock: Clock,
        urls: Urls,
        metrics: Metrics,
    ) -> Result<Self> {
        let connections = match (sizes.connections, url.backend()) {
            (0, Backend::Sqlite) => 4,
            (0, Backend::Postgres) => 8,
            (set, _) => set,
        };
        let lag = Arc::new(Lag::default());
        let turns = |mode| {
            let pool = connect::pool(url, mode, connections, &metrics)?;
            Ok::<_, Error>(Turns::new(pool, sizes.wait))
        };
        let writes = match url.backend() {
            Backend::Sqlite => {
                let (clock, urls) = (clock.clone(), urls.clone());
                Writes::Thread(Writer::start(url, sizes.wait, clock, urls, &metrics, Arc::clone(&lag))?)
            }
            Backend::Postgres => Writes::Pool(turns(connect::Mode::Write)?),
        };
        let reads = turns(connect::Mode::Read)?;
        let url = url.clone();
        Ok(Self { shared: Arc::new(Shared { url, reads, writes, lag, clock, urls, metrics }) })
    }

    /// Reads. The connection is read-only, so a stray write fails in every test.
    ///
    /// # Errors
    /// What `f` answers with, or an internal error when the database does.
    pub async fn read<T, F>(&self, f: F) -> Result<T>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let shared = Arc::clone(&self.shared);
        let began = Instant::now();
        let turn = shared.reads.turn().await?;
        let result = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let mut conn = shared.reads.connection()?;
            Tx::new(&mut conn, shared.clock.now(), &shared.urls).whole(f)
        })
        .await
        .map_err(Error::internal)?;
        self.shared.metrics.database("read", began.elapsed());
        result
    }

    /// Does work that reads many times in a row: on one connection, on a thread that may block, without a hop per read.
    ///
    /// # Errors
    /// What `f` answers with, or an internal error when the database does or `f` panics.
    pub async fn reading<T, F>(&self, f: F) -> Result<T>
    where
        F: FnOnce(&Arc<Reading>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let shared = Arc::clone(&self.shared);
        let began = Instant::now();
        let turn = shared.reads.turn().await?;
        let result = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let conn = Mutex::new(shared.reads.connection()?);
            f(&Arc::new(Reading { conn, shared }))
        })
        .await
        .map_err(Error::internal)?;
        self.shared.metrics.database("read", began.elapsed());
        result
    }

    /// Reads everything as it was at one moment, however long that takes and whatever is written meanwhile.
    ///
    /// # Errors
    /// What `f` answers with, or an internal error when the database does.
    pub async fn snapshot<T, F>(&self, f: F) -> Result<T>
    where
        F: FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let shared = Arc::clone(&self.shared);
        let turn = shared.reads.turn().await?;
        tokio::task::spawn_blocking(move || {
            let _turn = turn;
            let mut conn = shared.reads.connection()?;
            let conn: &mut Conn = &mut conn;
            let (now, urls) = (shared.clock.now(), &shared.urls);
            let whole = conn.transaction(|conn| {
                if let Conn::Postgres(conn) = conn {
                    conn.batch_execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")?;
                }
                Tx::new(conn, now, urls).whole(f).map_err(Undo)
            });
            whole.map_err(|Undo(error)| error)
        })
        .await
        .map_err(Error::internal)?
    }

    /// The only way to change data: one transaction, durable once this answers `Ok`, undone when `f` answers `Err`.
    ///
    /// On PostgreSQL `f` runs again after a serialization failure or deadlock, so it must not have effects outside the
    /// transaction. No hashing, network or rendering inside: everything else waits on it.
    ///
    /// # Errors
    /// What `f` answers with, or an internal error when the database does or `f` panics.
    pub async fn write<T, F>(&self, f: F) -> Result<T>
    where
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let began = Instant::now();
        let result = match &self.shared.writes {
            Writes::Thread(writer) => writer.run(f).await,
            Writes::Pool(turns) => {
                let shared = Arc::clone(&self.shared);
                let turn = turns.turn().await;
                shared.lag.note(began);
                let turn = turn?;
                let writing = tokio::task::spawn_blocking(move || {
                    let _turn = turn;
                    shared.write_pooled(&f)
                });
                writing.await.map_err(Error::internal)?
            }
        };
        self.shared.metrics.database("write", began.elapsed());
        result
    }

    /// Which database this is.
    pub fn backend(&self) -> Backend {
        match self.shared.writes {
            Writes::Thread(_) => Backend::Sqlite,
            Writes::Pool(_) => Backend::Postgres,
        }
    }

    /// How long writes have to wait now before they are begun.
    pub fn lag(&self) -> Duration {
        self.shared.lag.lately()
    }

    /// The clock that gives transactions their time.
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }
}

/// A read-only connection for work that reads many times in a row: see [`Db::reading`].
pub struct Reading {
    conn: Mutex<PooledConnection<connect::Manager>>,
    shared: Arc<Shared>,
}

impl Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").finish_non_exhaustive()
    }
}

impl Reading {
    /// Reads, as [`Db::read`] does, on the thread that asks.
    ///
    /// # Errors
    /// What `f` answers with.
    pub fn read<T>(&self, f: impl FnOnce(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let mut conn = self.conn.lock().unwrap_or_else(PoisonError::into_inner);
        Tx::new(&mut conn, self.shared.clock.now(), &self.shared.urls).whole(f)
    }
}

impl Shared {
    fn write_pooled<T>(&self, f: &impl Fn(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        const TRIES: u32 = 5;
        let Writes::Pool(turns) = &self.writes else { return Err(Error::internal("no pool")) };
        let mut conn = turns.connection()?;
        let mut tries = 0;
        loop {
            tries += 1;
            let conn: &mut Conn = &mut conn;
            let result =
                conn.transaction(|conn| Tx::new(conn, self.clock.now(), &self.urls).whole(f).map_err(Undo));
            match result {
                Err(Undo(error)) if tries < TRIES && is_passing(&error) => {}
                Err(Undo(error)) => return Err(error),
                Ok(value) => return Ok(value),
            }
        }
    }
}

/// An error that undoes a transaction; only there because Diesel wants to turn its own errors into it.
struct Undo(Error);

impl From<diesel::result::Error> for Undo {
    fn from(error: diesel::result::Error) -> Self {
        // A failure to commit can be a serialization failure, which `is_passing` must be able to see.
        Self(Error::from(error))
    }
}

/// Whether the same transaction may succeed when it is run again (SQLSTATE 40001 and 40P01).
fn is_passing(error: &Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error as Diesel};
    let Error::Internal(error) = error else { return false };
    match error.downcast_ref::<Diesel>() {
        Some(Diesel::DatabaseError(DatabaseErrorKind::SerializationFailure, _)) => true,
        Some(Diesel::DatabaseError(_, info)) => info.message().contains("deadlock detected"),
        _ => false,
    }
}
