//! Turns on the connections of a pool: whoever finds none free waits without a thread, in order, and not for ever.
//!
//! A thread is only taken once a turn has come, so that no more threads wait than there are connections, and a database that is
//! gone is noticed once and not by each request anew.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use diesel::r2d2::PooledConnection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connect::{Connections, Manager};
use crate::error::{Error, Result};

/// How long a connection is waited for at least, once it is one's turn: making one takes a moment.
const CONNECT: Duration = Duration::from_secs(2);
/// How long it counts how long a write had to wait.
const LATELY: Duration = Duration::from_secs(1);

/// Connections, and whose turn it is.
pub(super) struct Turns {
    connections: Connections,
    turns: Arc<Semaphore>,
    wait: Duration,
}

impl Turns {
    pub(super) fn new(connections: Connections, wait: Duration) -> Self {
        let count = usize::try_from(connections.most()).unwrap_or(1);
        Self { connections, turns: Arc::new(Semaphore::new(count)), wait }
    }

    /// Waits for a turn, which lasts as long as what this gives is kept.
    ///
    /// # Errors
    /// `Unavailable` when none came in time.
    pub(super) async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        if let Ok(turn) = Arc::clone(&self.turns).try_acquire_owned() {
            return Ok(turn);
        }
        let coming = Arc::clone(&self.turns).acquire_owned();
        match tokio::time::timeout(self.wait, coming).await {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(Error::unavailable("all connections to the database are in use")),
        }
    }

    /// A connection, for whoever has a turn. Blocks.
    ///
    /// # Errors
    /// `Unavailable`.
    pub(super) fn connection(&self) -> Result<PooledConnection<Manager>> {
        self.connections.get(self.wait.max(CONNECT))
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
