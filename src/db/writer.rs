//! SQLite's one writer: a thread that runs the waiting closures, a savepoint each, in one transaction.
//!
//! Group commit makes durable writes cheap: one `fsync` serves all that waited. A closure that fails or panics undoes only
//! its own savepoint. Nobody is answered before `COMMIT` has returned.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection, TransactionManager};
use tokio::sync::{mpsc, oneshot};

use super::turns::Lag;
use super::{Conn, DatabaseUrl, Tx, Undo, connect};
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::telemetry::Metrics;
use crate::urls::Urls;

/// At most this many closures share a transaction, so that the first doesn't wait long for its answer.
const GROUP: usize = 256;

/// Closures that may wait; more make `write` wait to hand its own over, for a while, which is the back-pressure.
const WAITING: usize = 4096;

type Manager = <Conn as Connection>::TransactionManager;
/// Runs in its savepoint and tells whether the database itself failed; then hands over the answer, once it is known
/// whether the group was committed.
type Work = Box<dyn FnOnce(&mut Tx<'_>) -> Ran + Send>;

struct Job {
    since: Instant,
    work: Work,
}

struct Ran {
    failed: bool,
    answer: Box<dyn FnOnce(bool) + Send>,
}

pub(super) struct Writer {
    jobs: mpsc::Sender<Job>,
    wait: Duration,
}

impl Writer {
    pub(super) fn start(
        url: &DatabaseUrl,
        wait: Duration,
        clock: Clock,
        urls: Urls,
        metrics: &Metrics,
        lag: Arc<Lag>,
    ) -> Result<Self> {
        connect::make_folder(url)?;
        let mut conn =
            connect::open(url, connect::Mode::Write, metrics, &Arc::default()).map_err(Error::internal)?;
        let (jobs, mut waiting) = mpsc::channel::<Job>(WAITING);
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                let mut group = Vec::with_capacity(GROUP);
                while waiting.blocking_recv_many(&mut group, GROUP) > 0 {
                    if let Some(first) = group.first() {
                        lag.note(first.since);
                    }
                    run_group(&mut conn, &clock, &urls, &mut group);
                }
            })
            .map_err(Error::internal)?;
        Ok(Self { jobs, wait })
    }

    pub(super) async fn run<T, F>(&self, f: F) -> Result<T>
    where
        F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
        T: Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let since = Instant::now();
        let work: Work = Box::new(move |tx| {
            let result = in_savepoint(tx, &f);
            let failed = result.as_ref().is_err_and(Error::is_fault);
            let answer = Box::new(move |committed: bool| {
                let result = if committed || result.is_err() { result } else { Err(not_committed()) };
                // The caller may have gone away; its work is done all the same.
                drop(answer.send(result));
            });
            Ran { failed, answer }
        });
        let room = match self.jobs.try_reserve() {
            Ok(room) => room,
            Err(_full) => self.room().await?,
        };
        room.send(Job { since, work });
        answered.await.map_err(|_gone| not_committed())?
    }

    /// Waits until there is room for one more.
    async fn room(&self) -> Result<mpsc::Permit<'_, Job>> {
        match tokio::time::timeout(self.wait, self.jobs.reserve()).await {
            Ok(Ok(room)) => Ok(room),
            Ok(Err(_stopped)) => Err(Error::internal("the writer has stopped")),
            Err(_late) => Err(Error::unavailable("too many writes wait")),
        }
    }
}

/// A full disk most of the time, and always something about the database, not about what was to be written.
fn not_committed() -> Error {
    Error::unavailable("the database could not commit")
}

fn in_savepoint<T>(tx: &mut Tx<'_>, f: &impl Fn(&mut Tx<'_>) -> Result<T>) -> Result<T> {
    let (now, urls) = (tx.now, tx.urls);
    // The savepoint's level of the transaction manager has to be taken back when the closure panics.
    let run = catch_unwind(AssertUnwindSafe(|| {
        tx.conn
            .transaction(|conn| Tx::new(conn, now, urls).whole(f).map_err(Undo))
            .map_err(|Undo(error)| error)
    }));
    run.unwrap_or_else(|_panic| {
        drop(Manager::rollback_transaction(tx.conn));
        Err(Error::internal("a write panicked; its changes were undone"))
    })
}

/// Runs a group in one transaction and answers everybody.
fn run_group(conn: &mut Conn, clock: &Clock, urls: &Urls, group: &mut Vec<Job>) {
    let begun = match conn {
        Conn::Sqlite(sqlite) => AnsiTransactionManager::begin_transaction_sql(sqlite, "BEGIN IMMEDIATE"),
        Conn::Postgres(_) => Err(diesel::result::Error::BrokenTransactionManager),
    };
    if let Err(error) = begun {
        tracing::error!(error = %error, "the database can't begin a write");
        group.clear(); // dropping a job tells its caller that nothing was committed
        return;
    }
    let now = clock.now();
    let mut answers = Vec::with_capacity(group.len());
    let mut alive = true;
    for job in group.drain(..) {
        if !alive {
            continue;
        }
        let ran = (job.work)(&mut Tx::new(conn, now, urls));
        // SQLite undoes the whole transaction on a full disk or an I/O error. What ran after that would commit alone.
        alive = !ran.failed || still_in_transaction(conn);
        answers.push(ran.answer);
    }
    let committed = alive && Manager::commit_transaction(conn).is_ok();
    if !committed {
        tracing::error!("a group of writes was not committed");
        drop(Manager::rollback_transaction(conn));
    }
    for answer in answers {
        answer(committed);
    }
}

/// Whether SQLite still holds our transaction: a second `BEGIN` is refused inside one.
fn still_in_transaction(conn: &mut Conn) -> bool {
    if conn.batch_execute("BEGIN").is_ok() {
        drop(conn.batch_execute("ROLLBACK"));
        return false;
    }
    true
}
