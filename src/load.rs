//! How much is in hand at once, and what is turned away when that is too much.
//!
//! Each kind of request has places of its own, so that a flood of one kind keeps out none of the others. A request waits a short
//! while for a place, in a queue with an end; what it sends has room of its own in memory. Whoever is turned away is asked to
//! come back: nothing was done yet, so nothing is lost.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::Config;
use crate::policy::limits;
use crate::telemetry::Metrics;

/// Requests in progress for each core, when the configuration leaves it to us; and at least so many.
const EACH_CORE: usize = 64;
const AT_LEAST: usize = 128;
/// As many times the places may wait for one.
const QUEUE: usize = 4;
/// What is sent with a request counts as so many bytes at least before it needs room: places bound what is smaller.
const SMALL: usize = 64 * 1024;
/// Room is given out in pieces of so many bytes.
const PIECE: usize = 1024;
/// Texts of people who were turned away that are read at once, to be given back to them.
const GIVEN_BACK: usize = 32;

/// When whoever was turned away should come back.
pub const COME_BACK: Duration = Duration::from_secs(10);

/// Kinds of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Reads a page or asks the API.
    Read,
    /// Changes something.
    Write,
    /// Asks for a file.
    File,
    /// Another server asks for a document.
    Document,
    /// Another server brings an activity.
    Inbox,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Read, Self::Write, Self::File, Self::Document, Self::Inbox];

    /// The word for the numbers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::File => "file",
            Self::Document => "document",
            Self::Inbox => "inbox",
        }
    }
}

/// What one instance has in hand. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Load {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    read: Places,
    write: Places,
    file: Places,
    document: Places,
    inbox: Places,
    uploads: Room,
    activities: Room,
    given_back: Arc<Semaphore>,
    patience: Duration,
    metrics: Metrics,
}

#[derive(Debug)]
struct Places {
    free: Arc<Semaphore>,
    most: usize,
    queue: Semaphore,
}

impl Places {
    fn new(most: usize) -> Self {
        let most = most.max(1);
        Self { free: Arc::new(Semaphore::new(most)), most, queue: Semaphore::new(most * QUEUE) }
    }
}

/// Memory for what requests send.
#[derive(Debug)]
struct Room {
    free: Arc<Semaphore>,
    pieces: usize,
    /// Most that one request may take.
    one: usize,
}

impl Room {
    fn new(bytes: usize, one: usize) -> Self {
        let pieces = bytes.div_ceil(PIECE).clamp(1, Semaphore::MAX_PERMITS);
        Self { free: Arc::new(Semaphore::new(pieces)), pieces, one }
    }
}

/// A request's place, and the room for what it sends. Both are free again when this goes.
#[derive(Debug)]
#[must_use = "the place is given up when this is dropped"]
pub struct Place {
    _place: OwnedSemaphorePermit,
    _room: Option<OwnedSemaphorePermit>,
}

/// Why a request was turned away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Full {
    /// No place came free in time.
    Places(Kind),
    /// There was no room for what it sends.
    Room,
}

impl Full {
    /// The word for the numbers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Places(kind) => kind.word(),
            Self::Room => "body",
        }
    }
}

/// What a request brings along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// Nothing.
    None,
    /// So many bytes, as it says.
    Bytes(u64),
    /// It doesn't say how much.
    Unknown,
}

impl Load {
    /// Places and room as an instance is configured.
    pub fn new(config: &Config, metrics: &Metrics) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let most = match config.server.requests {
            0 => (cores * EACH_CORE).max(AT_LEAST),
            set => set,
        };
        let room = config.server.bodies_mb.saturating_mul(1024 * 1024);
        let inner = Inner {
            read: Places::new(most),
            write: Places::new(most / 2),
            file: Places::new(most),
            document: Places::new(most / 2),
            // Many of them only wait: for the batch that is being stored, or for a server that is asked for a key.
            inbox: Places::new(most.saturating_mul(4)),
            uploads: Room::new(room, limits::UPLOAD),
            activities: Room::new(room, config.federation.max_body),
            given_back: Arc::new(Semaphore::new(GIVEN_BACK)),
            patience: Duration::from_secs(config.server.wait),
            metrics: metrics.clone(),
        };
        Self { inner: Arc::new(inner) }
    }

    fn of(&self, kind: Kind) -> &Places {
        match kind {
            Kind::Read => &self.inner.read,
            Kind::Write => &self.inner.write,
            Kind::File => &self.inner.file,
            Kind::Document => &self.inner.document,
            Kind::Inbox => &self.inner.inbox,
        }
    }

    /// A place for a request, at once or after a short wait.
    ///
    /// # Errors
    /// [`Full`], which is counted.
    pub async fn enter(&self, kind: Kind, body: Body) -> Result<Place, Full> {
        let entered = self.find(kind, body).await;
        if let Err(full) = entered {
            self.turned_away(full.word());
        }
        entered
    }

    async fn find(&self, kind: Kind, body: Body) -> Result<Place, Full> {
        let places = self.of(kind);
        let place = match Arc::clone(&places.free).try_acquire_owned() {
            Ok(place) => place,
            Err(_none) => {
                let full = Full::Places(kind);
                let _queued = places.queue.try_acquire().map_err(|_long| full)?;
                let free = Arc::clone(&places.free).acquire_owned();
                self.soon(free).await.ok_or(full)?
            }
        };
        let room = if kind == Kind::Inbox { &self.inner.activities } else { &self.inner.uploads };
        let bytes = match body {
            Body::None => 0,
            Body::Bytes(bytes) => usize::try_from(bytes).unwrap_or(usize::MAX).min(room.one),
            Body::Unknown => room.one,
        };
        if bytes <= SMALL {
            return Ok(Place { _place: place, _room: None });
        }
        let pieces = u32::try_from(bytes.div_ceil(PIECE).min(room.pieces)).unwrap_or(u32::MAX);
        let taken = match Arc::clone(&room.free).try_acquire_many_owned(pieces) {
            Ok(taken) => taken,
            Err(_none) => {
                let free = Arc::clone(&room.free).acquire_many_owned(pieces);
                self.soon(free).await.ok_or(Full::Room)?
            }
        };
        Ok(Place { _place: place, _room: Some(taken) })
    }

    async fn soon<T, E>(&self, coming: impl Future<Output = Result<T, E>>) -> Option<T> {
        tokio::time::timeout(self.inner.patience, coming).await.ok()?.ok()
    }

    /// Leave to read a text that is to be given back to whoever was turned away with it.
    pub fn give_back(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.inner.given_back).try_acquire_owned().ok()
    }

    /// Counts that something was turned away: what there was too much of.
    pub fn turned_away(&self, what: &str) {
        self.inner.metrics.shed(what);
    }

    /// Notes how many places are in use, for whoever reads the numbers now.
    pub fn note(&self) {
        for kind in Kind::ALL {
            let places = self.of(kind);
            let used = places.most.saturating_sub(places.free.available_permits());
            self.inner.metrics.places(kind.word(), i64::try_from(used).unwrap_or(i64::MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(requests: i64, bodies: i64) -> Load {
        let set = [("REQUESTS", requests), ("BODIES_MB", bodies), ("WAIT", 0)];
        let env = set.map(|(key, value)| (format!("VAKPLEIN_SERVER__{key}"), value.to_string()));
        Load::new(&Config::load(None, env.into_iter()).unwrap(), &Metrics::default())
    }

    #[tokio::test]
    async fn each_kind_has_places_of_its_own() {
        let load = load(2, 64);
        let held = load.enter(Kind::Write, Body::None).await.unwrap();
        assert_eq!(load.enter(Kind::Write, Body::None).await.unwrap_err(), Full::Places(Kind::Write));
        for kind in [Kind::Read, Kind::File, Kind::Document, Kind::Inbox] {
            drop(load.enter(kind, Body::None).await.unwrap());
        }
        drop(held);
        drop(load.enter(Kind::Write, Body::None).await.unwrap());
    }

    #[tokio::test]
    async fn what_is_sent_takes_no_more_memory_than_there_is_room() {
        let load = load(100, 64);
        let large = Body::Bytes(40 * 1024 * 1024);
        let held = load.enter(Kind::Write, large).await.unwrap();
        assert_eq!(load.enter(Kind::Write, large).await.unwrap_err(), Full::Room);
        assert_eq!(load.enter(Kind::Write, Body::Unknown).await.unwrap_err(), Full::Room);
        // Texts need no room, and activities have their own.
        drop(load.enter(Kind::Write, Body::Bytes(60_000)).await.unwrap());
        drop(load.enter(Kind::Inbox, Body::Bytes(1_000_000)).await.unwrap());
        drop(held);
        drop(load.enter(Kind::Write, large).await.unwrap());
    }

    #[tokio::test]
    async fn one_that_needs_more_than_all_room_takes_all() {
        let load = load(100, 1);
        let held = load.enter(Kind::Write, Body::Bytes(40 * 1024 * 1024)).await.unwrap();
        assert_eq!(load.enter(Kind::Write, Body::Bytes(100_000)).await.unwrap_err(), Full::Room);
        drop(held);
        drop(load.enter(Kind::Write, Body::Bytes(100_000)).await.unwrap());
    }
}
