//! The media folder: writing, reading and removing files. It knows no rights and no rows but to tell orphans.
//!
//! Names are random, so that nothing of the uploader stands in a path, and sharded over 256 folders. A file is on disk before
//! its row is committed; a file whose row never came is an orphan, which [`sweep`] removes.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use super::files::{self, Cleaned, Refused};
use super::{MediaKind, MediaRow, Saved};
use crate::clock::Time;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::ids;

/// Files younger than this may still get their row.
const GRACE: Duration = Duration::from_secs(86_400);

/// The folder of what the proxy fetched, below the media folder.
pub(super) const CACHE: &str = "remote";

/// Examines an upload, makes it anew, and saves that below `dir`. Takes up to seconds, on threads for blocking work.
///
/// # Errors
/// `Invalid` on the field `file` when it isn't taken; a fault when the folder can't be written.
pub async fn save(dir: PathBuf, bytes: bytes::Bytes, claimed: String) -> Result<Saved> {
    tokio::task::spawn_blocking(move || {
        let cleaned = files::clean(&bytes, &claimed).map_err(refused)?;
        let name = files::download_name(&claimed, cleaned.extension);
        Ok(write_cleaned(&dir, &cleaned, name)?)
    })
    .await
    .map_err(Error::internal)?
}

fn refused(refused: Refused) -> Error {
    Error::field(
        "file",
        match refused {
            Refused::Empty => "error-file-empty",
            Refused::TooLarge => "error-file-too-large",
            Refused::Kind => "error-file-kind",
            Refused::OldOffice => "error-file-old-office",
            Refused::Encrypted => "error-file-encrypted",
            Refused::Macros => "error-file-macros",
            Refused::TooManyPixels => "error-file-too-many-pixels",
            Refused::Unpacked => "error-file-unpacked",
            Refused::Broken => "error-file-broken",
        },
    )
}

fn write_cleaned(dir: &Path, cleaned: &Cleaned, name: String) -> std::io::Result<Saved> {
    let file = random_name(cleaned.extension);
    write(dir, &file, &cleaned.bytes)?;
    let thumbnail = match &cleaned.thumbnail {
        None => None,
        Some(small) => {
            let name = random_name(small.extension);
            write(dir, &name, &small.bytes)?;
            Some(name)
        }
    };
    Ok(Saved {
        file,
        thumbnail,
        kind: if cleaned.is_image() { MediaKind::Image } else { MediaKind::Document },
        name,
        media_type: cleaned.media_type,
        size: i64::try_from(cleaned.bytes.len()).unwrap_or(i64::MAX),
        width: cleaned.width.into(),
        height: cleaned.height.into(),
    })
}

fn random_name(extension: &str) -> String {
    sharded(&hex(&ids::digest(&ids::secret())), extension)
}

/// `ab/abcdef….ext`: no capitals, for file systems that don't tell them apart.
pub(super) fn sharded(hex: &str, extension: &str) -> String {
    let shard: String = hex.chars().take(2).collect();
    format!("{shard}/{hex}.{extension}")
}

/// The first 16 bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// Writes a file so that after a crash it is whole or absent.
pub(super) fn write(dir: &Path, name: &str, bytes: &[u8]) -> std::io::Result<()> {
    let path = dir.join(name);
    let folder = path.parent().unwrap_or(dir);
    fs::create_dir_all(folder)?;
    let unfinished = path.with_extension("part");
    let mut file = fs::File::create(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, &path)?;
    // The name itself is only durable once the folder is.
    fs::File::open(folder)?.sync_all()
}

/// Reads a file that a row names.
///
/// # Errors
/// `NotFound` when it isn't there, or the name leads out of the folder.
pub async fn read(dir: PathBuf, name: String) -> Result<Vec<u8>> {
    tokio::task::spawn_blocking(move || match fs::read(inside(&dir, &name)?) {
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::NotFound),
        other => other.map_err(Error::internal),
    })
    .await
    .map_err(Error::internal)?
}

/// Opens a file that a row names, for whoever reads it piece by piece. Blocks.
///
/// # Errors
/// `NotFound` when it isn't there, or the name leads out of the folder.
pub fn open_stored(dir: &Path, name: &str) -> Result<fs::File> {
    match fs::File::open(inside(dir, name)?) {
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Error::NotFound),
        other => other.map_err(Error::internal),
    }
}

fn inside(dir: &Path, name: &str) -> Result<PathBuf> {
    let plain = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
    if plain { Ok(dir.join(name)) } else { Err(Error::NotFound) }
}

/// Removes files. What is gone already is no error: the job may run twice.
///
/// # Errors
/// When the folder can't be changed.
pub async fn remove(dir: PathBuf, names: Vec<String>) -> Result<()> {
    tokio::task::spawn_blocking(move || {
        for name in names {
            match fs::remove_file(inside(&dir, &name)?) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(Error::internal(error)),
                _ => {}
            }
        }
        Ok(())
    })
    .await
    .map_err(Error::internal)?
}

/// Removes files older than a day that no row names, and what the proxy fetched more than `cache_days` ago (0: never).
/// Tells how many went.
///
/// # Errors
/// When the folder or the database can't be read.
pub async fn sweep(db: &Db, dir: PathBuf, cache_days: i64) -> Result<usize> {
    let cache = dir.join(CACHE);
    let now = db.clock().now();
    let (orphans, cached) = {
        let dir = dir.clone();
        tokio::task::spawn_blocking(move || -> std::io::Result<_> {
            let age = Duration::from_secs(u64::try_from(cache_days).unwrap_or(0).saturating_mul(86_400));
            let cached = if cache_days <= 0 { Vec::new() } else { older_than(&cache, age, now)? };
            Ok((older_than(&dir, GRACE, now)?, cached))
        })
        .await
        .map_err(Error::internal)?
        .map_err(Error::internal)?
    };
    let mut names: Vec<String> = cached.into_iter().map(|name| format!("{CACHE}/{name}")).collect();
    for some in orphans.chunks(200) {
        let some = some.to_vec();
        names.extend(db.read(move |tx| super::views::unknown(tx, some)).await?);
    }
    let count = names.len();
    remove(dir, names).await?;
    Ok(count)
}

/// Names of the files in the shards below `dir`; what the proxy fetched is elsewhere. Blocks.
///
/// # Errors
/// When the folder can't be read.
pub fn list(dir: &Path) -> std::io::Result<Vec<String>> {
    Ok(entries(dir)?.into_iter().map(|(name, _)| name).filter(|name| !name.ends_with(".part")).collect())
}

/// Names of the files in the shards below `dir` that are older than `age`.
fn older_than(dir: &Path, age: Duration, now: Time) -> std::io::Result<Vec<String>> {
    let mut found = Vec::new();
    for (name, file) in entries(dir)? {
        if is_older(file.metadata()?.modified()?, age, now) {
            found.push(name);
        }
    }
    Ok(found)
}

/// The files in the shards below `dir`, with their names below it.
fn entries(dir: &Path) -> std::io::Result<Vec<(String, fs::DirEntry)>> {
    let mut found = Vec::new();
    let shards = match fs::read_dir(dir) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(found),
        other => other?,
    };
    for shard in shards {
        let shard = shard?;
        let folder = shard.file_name();
        if folder.len() != 2 || !shard.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(shard.path())? {
            let file = file?;
            found
                .push((format!("{}/{}", folder.to_string_lossy(), file.file_name().to_string_lossy()), file));
        }
    }
    Ok(found)
}

/// Whether something written at `modified` is older than `age` now.
pub(super) fn is_older(modified: std::time::SystemTime, age: Duration, now: Time) -> bool {
    std::time::SystemTime::from(now.utc()).duration_since(modified).is_ok_and(|since| since > age)
}

/// The bytes of a file or, when asked for and there is one, of its smaller picture, with the media type of what is read.
///
/// # Errors
/// `NotFound` when the file stays elsewhere or is gone.
pub async fn open(dir: PathBuf, row: &MediaRow, small: bool) -> Result<(Vec<u8>, String)> {
    let name = match (&row.thumbnail, &row.file) {
        (Some(thumbnail), _) if small => thumbnail.clone(),
        (_, Some(file)) => file.clone(),
        _ => return Err(Error::NotFound),
    };
    let media_type =
        if small { type_of(&name).unwrap_or(&row.media_type).to_owned() } else { row.media_type.clone() };
    Ok((read(dir, name).await?, media_type))
}

/// The media type of a picture that we made, by the extension that we gave it.
pub(super) fn type_of(name: &str) -> Option<&'static str> {
    match Path::new(name).extension()?.to_str()? {
        "png" => Some("image/png"),
        "jpg" | "jpeg" => Some("image/jpeg"),
        "webp" => Some("image/webp"),
        _ => None,
    }
}
