//! What the federation edge of one instance keeps in memory: parsed keys, limits on what runs at once, recent failures.
//!
//! Nothing here decides who may do what, and nothing is believed from it that the database would deny: a key is found under
//! its own text, and the door compares that text with the actor's row again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use bytes::Bytes;
use moka::sync::Cache;
use tokio::sync::Semaphore;
use url::Url;
use uuid::Uuid;

use super::backlog::Backlog;
use super::gathering::Gathering;
use crate::keys::{KeyError, PublicKey, SigningKey};
use crate::text::html::Cleaner;
use crate::urls::host_of;

/// Requests to one host at once, for whatever came in.
const PER_HOST: usize = 4;
/// How long an address that gave nothing isn't asked again.
const FAILED: Duration = Duration::from_mins(2);
/// Refusals of one host that are logged in a minute, and of all hosts.
const LOGGED: (u32, u32) = (10, 120);
/// Bytes of documents of ours that are kept as they are served.
const DOCUMENTS: u64 = 32 * 1024 * 1024;

/// What the edge keeps in memory. Cheap to clone.
#[derive(Clone)]
pub struct State {
    inner: Arc<Inner>,
}

struct Inner {
    cleaner: Cleaner,
    backlog: Backlog,
    gathering: Gathering,
    public: Cache<String, PublicKey>,
    private: Cache<String, SigningKey>,
    documents: Cache<(Uuid, Uuid, i64), Bytes>,
    senders: Cache<String, Sender>,
    hosts: Cache<String, Arc<Semaphore>>,
    failed: Cache<String, Nothing>,
    logged: Cache<String, Arc<AtomicU32>>,
}

/// What an address gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nothing {
    /// Its server says that there is nothing.
    Missing,
    /// No answer, or none of use.
    NoAnswer,
}

/// Whose signature a key id made last time, and by which key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The actor.
    pub actor_uri: String,
    /// The key, as the actor's row has it.
    pub key: String,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State").finish_non_exhaustive()
    }
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    /// Nothing kept yet.
    pub fn new() -> Self {
        let minute = Duration::from_mins(1);
        Self {
            inner: Arc::new(Inner {
                cleaner: Cleaner::new(),
                backlog: Backlog::default(),
                gathering: Gathering::default(),
                public: Cache::new(20_000),
                private: Cache::new(5_000),
                documents: Cache::builder()
                    .weigher(|_key, bytes: &Bytes| u32::try_from(bytes.len()).unwrap_or(u32::MAX))
                    .max_capacity(DOCUMENTS)
                    .build(),
                senders: Cache::new(20_000),
                hosts: Cache::builder().max_capacity(10_000).time_to_idle(minute * 5).build(),
                failed: Cache::builder().max_capacity(50_000).time_to_live(FAILED).build(),
                logged: Cache::builder().max_capacity(10_000).time_to_live(minute).build(),
            }),
        }
    }

    /// Makes HTML from elsewhere safe.
    pub fn cleaner(&self) -> &Cleaner {
        &self.inner.cleaner
    }

    /// Whether more may come in.
    pub fn backlog(&self) -> &Backlog {
        &self.inner.backlog
    }

    /// Where what comes in is stored.
    pub fn gathering(&self) -> &Gathering {
        &self.inner.gathering
    }

    /// The places for requests to a host.
    pub fn places(&self, host: &str) -> Arc<Semaphore> {
        self.inner.hosts.get_with(host.to_owned(), || Arc::new(Semaphore::new(PER_HOST)))
    }

    /// A public key out of its text, PEM or Multikey, parsed once.
    ///
    /// # Errors
    /// When it is none.
    pub fn public_key(&self, text: &str) -> Result<PublicKey, KeyError> {
        if let Some(key) = self.inner.public.get(text) {
            return Ok(key);
        }
        let key =
            if text.starts_with('z') { PublicKey::from_multikey(text)? } else { PublicKey::from_pem(text)? };
        self.inner.public.insert(text.to_owned(), key.clone());
        Ok(key)
    }

    /// A private key of ours out of its PEM, parsed once: that takes 0.2 ms.
    ///
    /// # Errors
    /// When it is none.
    pub fn signing_key(&self, pem: &str) -> Result<SigningKey, KeyError> {
        if let Some(key) = self.inner.private.get(pem) {
            return Ok(key);
        }
        let key = SigningKey::from_pem(pem)?;
        self.inner.private.insert(pem.to_owned(), key.clone());
        Ok(key)
    }

    /// A document of ours in one version: what it is of, its group, and when it last changed. Whether it may be served is
    /// asked each time.
    pub fn document(&self, key: &(Uuid, Uuid, i64)) -> Option<Bytes> {
        self.inner.documents.get(key)
    }

    /// Keeps a document for whoever asks next.
    pub fn keep_document(&self, key: (Uuid, Uuid, i64), document: Bytes) {
        self.inner.documents.insert(key, document);
    }

    /// Who signed with this key id last time.
    pub fn sender(&self, key_id: &str) -> Option<Sender> {
        self.inner.senders.get(key_id)
    }

    /// Remembers who signs with a key id; the door still compares it with the actor's row.
    pub fn remember_sender(&self, key_id: &str, sender: Sender) {
        self.inner.senders.insert(key_id.to_owned(), sender);
    }

    /// Forgets that: the key was changed.
    pub fn forget_sender(&self, key_id: &str) {
        self.inner.senders.invalidate(key_id);
    }

    /// Whether an address gave nothing a moment ago.
    pub fn failed_lately(&self, url: &str) -> Option<Nothing> {
        self.inner.failed.get(url)
    }

    /// Notes that an address gave nothing.
    pub fn note_failure(&self, url: &str, what: Nothing) {
        self.inner.failed.insert(url.to_owned(), what);
    }

    /// How many such addresses are kept.
    pub fn failures(&self) -> u64 {
        self.inner.failed.run_pending_tasks();
        self.inner.failed.entry_count()
    }

    /// Forgets which addresses of a host gave nothing, so that they are asked again.
    pub fn forget_failures(&self, host: &str) {
        let of_host = |address: &str| Url::parse(address).ok().and_then(|url| host_of(&url));
        for (address, _) in &self.inner.failed {
            if of_host(&address).as_deref() == Some(host) {
                self.inner.failed.invalidate(address.as_str());
            }
        }
    }

    /// Whether another refusal of this host goes into the log: so many a minute, so that junk can't fill the disk.
    pub fn may_log(&self, host: &str) -> bool {
        let count = |key: String| {
            let counter = self.inner.logged.get_with(key, Arc::default);
            counter.fetch_add(1, Ordering::Relaxed)
        };
        count(format!("host {host}")) < LOGGED.0 && count("all".to_owned()) < LOGGED.1
    }
}
