//! Pictures that stay elsewhere: fetched once, examined and made anew like uploads, kept for some time below the media
//! folder, and shown from there. A reader's browser never asks another server, and no picture is passed on as it came.
//!
//! Documents of closed groups are handed on as they came, and never kept: whether they may be had is asked at each request, here and of
//! whoever serves them. What they are called and taken for is ours to say: see [`document_type`].

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

/// Media types of the documents that may be uploaded here, as they are served, with the extension that goes with each.
const DOCUMENTS: [(&str, &str); 9] = [
    ("application/pdf", "pdf"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/vnd.oasis.opendocument.presentation", "odp"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ("text/csv; charset=utf-8", "csv"),
    ("text/plain; charset=utf-8", "txt"),
];

/// As what a document of another server is handed on, by the type that it says it has: media type and extension. What couldn't be
/// uploaded here is bytes, which no program opens by itself.
pub fn document_type(claimed: &str) -> (&'static str, &'static str) {
    let essence = |kind: &str| kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known = DOCUMENTS.iter().find(|(kind, _)| essence(kind) == essence(claimed));
    known.copied().unwrap_or(("application/octet-stream", "bin"))
}

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

#[cfg(test)]
mod tests {
    use super::document_type;

    #[test]
    fn a_document_is_handed_on_as_what_could_be_uploaded_here_or_as_bytes() {
        for (claimed, expected) in [
            ("application/pdf", ("application/pdf", "pdf")),
            ("Text/Plain", ("text/plain; charset=utf-8", "txt")),
            ("text/csv; charset=utf-7", ("text/csv; charset=utf-8", "csv")),
            ("text/html", ("application/octet-stream", "bin")),
            ("application/xhtml+xml", ("application/octet-stream", "bin")),
            ("image/svg+xml", ("application/octet-stream", "bin")),
            ("application/vnd.ms-word.document.macroEnabled.12", ("application/octet-stream", "bin")),
            ("", ("application/octet-stream", "bin")),
        ] {
            assert_eq!(document_type(claimed), expected, "{claimed}");
        }
    }
}
