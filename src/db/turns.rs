//! Turns on the connections of a pool: whoever finds none free waits without a thread, in order, and not for ever.
//!
//! A thread is only taken once a turn has come, so that no more threads wait than there are connections, and a database that is
//! gone is noticed once and not by each request anew.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::r2d2::{Pool, PooledConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connect::{Manager, Trust};
use crate::error::{Error, Result};

/// How long a connection is waited for at least, once it is one's turn: making one takes a moment.
const CONNECT: Duration = Duration::from_secs(2);
/// So long after the database wasn't there nobody waits longer for it than this.
const GONE: (Duration, Duration) = (Duration::from_secs(5), Duration::from_millis(100));
/// How often is written down that there is too much to do.
const SAID: Duration = Duration::from_secs(5);
/// How long it counts how long a write had to wait.
const LATELY: Duration = Duration::from_secs(1);

/// A pool, and whose turn it is.
pub(super) struct Turns {
    pool: Pool<Manager>,
    trust: Arc<Trust>,
    turns: Arc<Semaphore>,
    wait: Duration,
    gone: Mutex<Option<Instant>>,
    said: Complaint,
}

impl Turns {
    pub(super) fn new((pool, trust): (Pool<Manager>, Arc<Trust>), wait: Duration) -> Self {
        let count = usize::try_from(pool.max_size()).unwrap_or(1);
        let turns = Arc::new(Semaphore::new(count));
        Self { pool, trust, turns, wait, gone: Mutex::default(), said: Complaint::default() }
    }

    /// Waits for a turn, which lasts as long as what this gives is kept.
    pub(super) async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        if let Ok(turn) = Arc::clone(&self.turns).try_acquire_owned() {
            return Ok(turn);
        }
        let coming = Arc::clone(&self.turns).acquire_owned();
        match tokio::time::timeout(self.wait, coming).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => {
                self.said.say("all connections to the database are in use");
                Err(Error::Unavailable)
            }
        }
    }

    /// A connection, for whoever has a turn. Blocks.
    pub(super) fn connection(&self) -> Result<PooledConnection<Manager>> {
        let lately = self.gone().is_some_and(|at| at.elapsed() < GONE.0);
        let patience = if lately { GONE.1 } else { self.wait.max(CONNECT) };
        match self.pool.get_timeout(patience) {
            Ok(conn) => {
                if lately {
                    *self.gone() = None;
                }
                Ok(conn)
            }
            Err(error) => {
                *self.gone() = Some(Instant::now());
                self.said.say(&format!("the database can't be reached: {error}"));
                Err(Error::Unavailable)
            }
        }
    }

    /// Looks at how a unit of work ended: when a connection failed, the others are no longer taken for granted.
    pub(super) fn ended<T>(&self, result: Result<T>) -> Result<T> {
        if matches!(result, Err(Error::Unavailable)) {
            self.trust.doubt();
        }
        result
    }

    fn gone(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.gone.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says in the log what is wrong, but not a thousand times a second.
#[derive(Default)]
pub(super) struct Complaint(Mutex<Option<Instant>>);

impl Complaint {
    pub(super) fn say(&self, what: &str) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.is_none_or(|at| at.elapsed() >= SAID) {
            *last = Some(Instant::now());
            tracing::error!("{what}");
        }
    }
}

/// How long writes have to wait, as the last one did.
#[derive(Default)]
pub(super) struct Lag(Mutex<Option<(Instant, Duration)>>);

impl Lag {
    /// A write that waited since then has its turn.
    pub(super) fn note(&self, since: Instant) {
        let now = Instant::now();
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, now.duration_since(since)));
    }

    /// How long the last one waited; nothing when none did lately.
    pub(super) fn lately(&self) -> Duration {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.filter(|(at, _)| at.elapsed() < LATELY).map_or(Duration::ZERO, |(_, waited)| waited)
    }
}
