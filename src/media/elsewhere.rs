//! Pictures that stay elsewhere: fetched once, examined and made anew like uploads, kept for some time below the media
//! folder, and shown from there. A reader's browser never asks another server, and nothing foreign is passed on as it came.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use url::Url;

use super::store;
use super::{files, files::Cleaned};
use crate::clock::{Clock, Time};
use crate::error::{Error, Result};
use crate::ids;

/// Largest picture that is fetched, in bytes.
pub const LARGEST: usize = 8 * 1024 * 1024;

/// Pictures fetched at once. Who comes later waits; who waits too long gets none.
const AT_ONCE: usize = 4;

/// How long one waits for one's turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long a failure is remembered, so that a page that is read often doesn't ask for it again and again.
const MISSED: Duration = Duration::from_secs(600);

/// The cache of pictures from elsewhere. Cheap to clone; one per instance.
#[derive(Debug, Clone)]
pub struct Cache {
    dir: PathBuf,
    clock: Clock,
    turns: Arc<Semaphore>,
}

/// A picture, ready to be served.
#[derive(Debug, Clone)]
pub struct Copy {
    /// The file that we made.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub media_type: &'static str,
}

enum Found {
    Copy(Copy),
    Missed,
    Unknown,
}

impl Cache {
    /// Below this media folder.
    pub fn new(media: &Path, clock: Clock) -> Self {
        Self { dir: media.join(store::CACHE), clock, turns: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// The picture at an address: our copy, or fetched now by `fetch`, which is called at most once.
    ///
    /// # Errors
    /// `NotFound` when it can't be had or is no picture that we take; `Busy` when too many are fetched now.
    pub async fn picture<F>(&self, url: &str, fetch: impl FnOnce(Url) -> F) -> Result<Copy>
    where
        F: Future<Output = Option<bytes::Bytes>>,
    {
        match self.look(url).await? {
            Found::Copy(copy) => return Ok(copy),
            Found::Missed => return Err(Error::NotFound),
            Found::Unknown => {}
        }
        let turn = tokio::time::timeout(PATIENCE, self.turns.acquire());
        let _turn = turn.await.map_err(|_late| Error::Busy(PATIENCE))?.map_err(Error::internal)?;
        // Somebody may have fetched it while we waited.
        match self.look(url).await? {
            Found::Copy(copy) => return Ok(copy),
            Found::Missed => return Err(Error::NotFound),
            Found::Unknown => {}
        }
        let fetched = match Url::parse(url) {
            Ok(address) => fetch(address).await,
            Err(_) => None,
        };
        self.keep(url, fetched).await
    }

    async fn look(&self, url: &str) -> Result<Found> {
        let (dir, key, now) = (self.dir.clone(), key(url), self.clock.now());
        tokio::task::spawn_blocking(move || look(&dir, &key, now))
            .await
            .map_err(Error::internal)?
            .map_err(Error::internal)
    }

    async fn keep(&self, url: &str, fetched: Option<bytes::Bytes>) -> Result<Copy> {
        let (dir, key) = (self.dir.clone(), key(url));
        let kept = tokio::task::spawn_blocking(move || {
            let picture = fetched.and_then(|bytes| files::clean(&bytes, "").ok()).filter(Cleaned::is_image);
            keep(&dir, &key, picture)
        });
        kept.await.map_err(Error::internal)?.map_err(Error::internal)?.ok_or(Error::NotFound)
    }
}

fn key(url: &str) -> String {
    store::hex(&ids::digest(url))
}

/// Extensions under which a copy can be kept.
const EXTENSIONS: [&str; 2] = ["jpg", "png"];

fn look(dir: &Path, key: &str, now: Time) -> std::io::Result<Found> {
    for extension in EXTENSIONS {
        let name = store::sharded(key, extension);
        match fs::read(dir.join(&name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error),
            Ok(bytes) => {
                let media_type = store::type_of(&name).unwrap_or("application/octet-stream");
                return Ok(Found::Copy(Copy { bytes, media_type }));
            }
        }
    }
    match fs::metadata(dir.join(store::sharded(key, "missed"))) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Found::Unknown),
        Err(error) => Err(error),
        Ok(missed) => {
            let old = store::is_older(missed.modified()?, MISSED, now);
            Ok(if old { Found::Unknown } else { Found::Missed })
        }
    }
}

fn keep(dir: &Path, key: &str, picture: Option<Cleaned>) -> std::io::Result<Option<Copy>> {
    let Some(picture) = picture else {
        store::write(dir, &store::sharded(key, "missed"), b"")?;
        return Ok(None);
    };
    store::write(dir, &store::sharded(key, picture.extension), &picture.bytes)?;
    Ok(Some(Copy { bytes: picture.bytes, media_type: picture.media_type }))
}
