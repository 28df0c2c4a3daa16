//! Making a backup of an instance that may be running.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{FORMAT, MANIFEST, Manifest, Part, Refusal, place_of};
use crate::app::App;
use crate::db::{Tx, dump, migrate};
use crate::error::{Error, Result};
use crate::media::{store, views};

/// What went into a backup.
#[derive(Debug, Clone, Copy)]
pub struct Saved {
    /// Rows of all tables.
    pub rows: u64,
    /// Files of the media folder.
    pub files: u64,
    /// Bytes of the archive.
    pub bytes: u64,
    /// Files that a row names and that aren't in the media folder: lost before, or deleted while the backup was made.
    pub missing: u64,
}

/// Writes a backup to `file`, which must not be there yet. It is readable to nobody else, and whole or absent after a crash.
///
/// The database is read as it was at one moment, the files after it: a file stands in the folder before its row does, and goes
/// after it.
///
/// # Errors
/// When the file is there already or can't be written, or the database or the media folder can't be read.
pub async fn save(app: &App, file: &Path) -> Result<Saved> {
    let (file, media) = (file.to_owned(), app.config.media.dir.clone());
    app.db.snapshot(move |tx| save_to(tx, &file, &media)).await
}

fn save_to(tx: &mut Tx<'_>, file: &Path, media: &Path) -> Result<Saved> {
    if file.exists() {
        return Err(Refusal::FileExists(file.display().to_string()).into());
    }
    let part = unfinished(file);
    let saved = write(tx, &part, media).and_then(|saved| {
        fs::rename(&part, file).map_err(Error::internal)?;
        sync_folder(file).map_err(Error::internal)?;
        Ok(saved)
    });
    if saved.is_err() {
        // What is left of it helps nobody; the error tells why.
        drop(fs::remove_file(&part));
    }
    saved
}

/// `FILE.part`, beside it.
fn unfinished(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// A new name is only durable once its folder is.
fn sync_folder(file: &Path) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

fn write(tx: &mut Tx<'_>, part: &Path, media: &Path) -> Result<Saved> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(part)
        .map_err(|error| Error::internal(format!("can't write {}: {error}", part.display())))?;
    let mut zip = ZipWriter::new(BufWriter::new(file));
    let mut manifest = Manifest {
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: tx.now.rfc3339(),
        base: tx.urls.base().to_owned(),
        migrations: migrate::state(tx)?.applied,
        tables: Vec::new(),
        files: 0,
    };
    for table in dump::tables(tx)? {
        // How long a table is isn't known before it was read.
        let deflated = SimpleFileOptions::default().large_file(true);
        zip.start_file(place_of(&table.name), deflated).map_err(Error::internal)?;
        let mut rows = 0;
        dump::rows(tx, &table, |line| {
            rows += 1;
            zip.write_all(line.as_bytes()).and_then(|()| zip.write_all(b"\n")).map_err(Error::internal)
        })?;
        let columns = table.columns().into_iter().map(str::to_owned).collect();
        manifest.tables.push(Part { name: table.name, columns, rows });
    }
    let mut wanted: BTreeSet<String> = views::stored(tx)?.into_iter().collect();
    for name in store::list(media).map_err(Error::internal)? {
        if add(&mut zip, media, &name)? {
            wanted.remove(&name);
            manifest.files += 1;
        }
    }
    zip.start_file(MANIFEST, SimpleFileOptions::default()).map_err(Error::internal)?;
    serde_json::to_writer_pretty(&mut zip, &manifest).map_err(Error::internal)?;
    let file = zip.finish().map_err(Error::internal)?.into_inner().map_err(Error::internal)?;
    file.sync_all().map_err(Error::internal)?;
    let bytes = file.metadata().map_err(Error::internal)?.len();
    let missing = u64::try_from(wanted.len()).unwrap_or(u64::MAX);
    Ok(Saved { rows: manifest.rows(), files: manifest.files, bytes, missing })
}

/// Adds a file of the media folder; tells whether it was still there.
fn add(zip: &mut ZipWriter<BufWriter<File>>, media: &Path, name: &str) -> Result<bool> {
    let mut file = match File::open(media.join(name)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        other => other.map_err(Error::internal)?,
    };
    // Pictures and documents are compressed by themselves.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(true);
    zip.start_file(format!("media/{name}"), stored).map_err(Error::internal)?;
    std::io::copy(&mut file, zip).map_err(Error::internal)?;
    Ok(true)
}
