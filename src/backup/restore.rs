//! Restoring a backup into an empty database, and trying whether that would work.

use std::collections::BTreeSet;
use std::fs::{self, DirBuilder, File};
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Component, Path, PathBuf};

use zip::ZipArchive;

use super::{FORMAT, MANIFEST, Manifest, Refusal, place_of};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{DatabaseUrl, Db, Tx, dump, migrate};
use crate::error::{Error, Result};
use crate::federation::store::outbox_age;
use crate::ids::RowId;
use crate::media::{store, views};
use crate::membership::invitations;
use crate::people::{mail_links, sessions};
use crate::telemetry::Metrics;
use crate::urls::Urls;
use crate::{jobs, search};

/// Bytes of rows that are put into the database at once, and the most rows.
const AT_ONCE: (usize, usize) = (1 << 20, 500);

/// Longest line that is read, in bytes: no row of ours comes near it.
const LONGEST: u64 = 64 << 20;

type Archive = ZipArchive<BufReader<File>>;

/// What came out of a backup.
#[derive(Debug, Clone)]
pub struct Restored {
    /// Whose it is, as `scheme://domain`.
    pub base: String,
    /// When it was made, RFC 3339.
    pub made_at: String,
    /// Rows of all tables.
    pub rows: u64,
    /// Files of the media folder.
    pub files: u64,
    /// Files that a row names and that aren't in the backup.
    pub missing: u64,
    /// Deliveries to other servers that were under way, and are not made again.
    pub called_off: usize,
}

/// Restores a backup into the database and the media folder that the configuration names; the database must be empty.
///
/// The instance goes on as it was, but for what must not happen twice: what was being told to other servers, to people and by
/// mail isn't told again (a delivery that was still waiting stands as failed, and can be sent by hand), and everybody has to log
/// in anew, since a session that was ended after the backup would live again. So would links, also those of invitations.
///
/// # Errors
/// When the file isn't a backup or is damaged, is of another instance, or the database isn't empty: nothing was changed then.
pub async fn restore(config: &Config, clock: &Clock, file: &Path) -> Result<Restored> {
    let url = config.database().map_err(Error::internal)?;
    let urls = Urls::new(config.server.scheme == "https", &config.server.domain);
    let manifest = off_thread(file, |file| read_manifest(&mut open(file)?)).await?;
    if manifest.base != urls.base() {
        return Err(
            Refusal::OtherInstance { backup: manifest.base, configured: urls.base().to_owned() }.into()
        );
    }
    into(&url, urls, clock, file, manifest, &config.media.dir).await
}

/// Restores a backup beside its file and looks whether all is there, then removes that again. The instance isn't touched.
///
/// # Errors
/// When the file isn't a backup or is damaged.
pub async fn verify(clock: &Clock, file: &Path) -> Result<Restored> {
    let manifest = off_thread(file, |file| read_manifest(&mut open(file)?)).await?;
    let mut beside = file.as_os_str().to_owned();
    beside.push(format!(".{}", RowId::fresh()));
    let beside = PathBuf::from(beside);
    // All that the instance knows stands here for a moment.
    DirBuilder::new().mode(0o700).create(&beside).map_err(Error::internal)?;
    let (scheme, domain) = manifest.base.split_once("://").unwrap_or(("https", &manifest.base));
    let urls = Urls::new(scheme == "https", domain);
    let url = DatabaseUrl::Sqlite(beside.join("vakplein.db"));
    let restored = into(&url, urls, clock, file, manifest, &beside.join("media")).await;
    fs::remove_dir_all(&beside).map_err(Error::internal)?;
    restored
}

async fn off_thread<T: Send + 'static>(
    file: &Path,
    f: impl FnOnce(&Path) -> Result<T> + Send + 'static,
) -> Result<T> {
    let file = file.to_owned();
    tokio::task::spawn_blocking(move || f(&file)).await.map_err(Error::internal)?
}

fn damaged(why: impl std::fmt::Display) -> Error {
    Refusal::Damaged(why.to_string()).into()
}

fn open(file: &Path) -> Result<Archive> {
    let opened = File::open(file)
        .map_err(|error| Error::internal(format!("can't read {}: {error}", file.display())))?;
    ZipArchive::new(BufReader::new(opened)).map_err(damaged)
}

fn read_manifest(archive: &mut Archive) -> Result<Manifest> {
    let file = archive.by_name(MANIFEST).map_err(damaged)?;
    let manifest: Manifest = serde_json::from_reader(file).map_err(damaged)?;
    if manifest.format != FORMAT {
        return Err(Refusal::Newer(manifest.version).into());
    }
    Ok(manifest)
}

async fn into(
    url: &DatabaseUrl,
    urls: Urls,
    clock: &Clock,
    file: &Path,
    manifest: Manifest,
    media: &Path,
) -> Result<Restored> {
    let db = Db::open(url, clock.clone(), urls, Metrics::default())?;
    let wanted = manifest.migrations.clone();
    // Before files are written: a database that isn't empty refuses, and then nothing has changed.
    db.write(move |tx| prepare(tx, &wanted)).await?;
    let folder = media.to_owned();
    let files = off_thread(file, move |file| unpack(&mut open(file)?, &folder)).await?;
    if files != manifest.files {
        return Err(damaged(format!("{files} files where {} were saved", manifest.files)));
    }
    let (file, parts) = (file.to_owned(), manifest.clone());
    let called_off = db
        .write(move |tx| {
            prepare(tx, &parts.migrations)?;
            fill(tx, &mut open(&file)?, &parts)?;
            migrate::apply(tx)?;
            stop(tx)
        })
        .await?;
    let folder = media.to_owned();
    let missing = db
        .read(move |tx| {
            let there: BTreeSet<String> =
                store::list(&folder).map_err(Error::internal)?.into_iter().collect();
            Ok(views::stored(tx)?.into_iter().filter(|name| !there.contains(name)).count())
        })
        .await?;
    Ok(Restored {
        rows: manifest.rows(),
        base: manifest.base,
        made_at: manifest.made_at,
        files,
        missing: u64::try_from(missing).unwrap_or(u64::MAX),
        called_off,
    })
}

/// Makes the tables as they were when the backup was made; they must be empty.
fn prepare(tx: &mut Tx<'_>, migrations: &[String]) -> Result<()> {
    let before = migrate::state(tx)?;
    let beyond = |number: &String| !migrations.contains(number);
    if before.applied.iter().any(beyond) || !before.unknown.is_empty() {
        return Err(Refusal::Ahead.into());
    }
    migrate::apply_only(tx, migrations)?;
    let after = migrate::state(tx)?;
    if let Some(unknown) = migrations.iter().find(|number| !after.applied.contains(number)) {
        return Err(Refusal::Newer(format!("with migration {unknown}")).into());
    }
    for table in dump::tables(tx)? {
        if dump::count(tx, &table)? > 0 {
            return Err(Refusal::NotEmpty(table.name).into());
        }
    }
    Ok(())
}

/// Writes the files of the media folder; tells how many.
fn unpack(archive: &mut Archive, media: &Path) -> Result<u64> {
    let mut files = 0;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(damaged)?;
        let full = entry.name().map_err(damaged)?.into_owned();
        let Some(name) = full.strip_prefix("media/") else { continue };
        if !Path::new(name).components().all(|part| matches!(part, Component::Normal(_))) {
            return Err(damaged(format!("a file named {name:?}")));
        }
        let path = media.join(name);
        fs::create_dir_all(path.parent().unwrap_or(media)).map_err(Error::internal)?;
        let mut file = File::create(&path).map_err(Error::internal)?;
        std::io::copy(&mut entry, &mut file).map_err(|error| damaged(format!("{name}: {error}")))?;
        file.sync_all().map_err(Error::internal)?;
        files += 1;
    }
    Ok(files)
}

/// Fills the tables.
fn fill(tx: &mut Tx<'_>, archive: &mut Archive, manifest: &Manifest) -> Result<()> {
    dump::put_off_references(tx)?;
    let tables = dump::tables(tx)?;
    for table in &tables {
        let part = manifest.tables.iter().find(|part| part.name == table.name);
        let part = part.ok_or_else(|| damaged(format!("the table {} isn't in it", table.name)))?;
        if part.columns != table.columns() {
            return Err(damaged(format!("the table {} has other columns", table.name)));
        }
        let rows = fill_table(tx, archive, table)?;
        if rows != part.rows {
            return Err(damaged(format!(
                "the table {} has {rows} rows where {} were saved",
                table.name, part.rows
            )));
        }
    }
    let broken = dump::check_references(tx)?;
    if !broken.is_empty() {
        return Err(damaged(format!("rows are missing that {} refers to", broken.join(", "))));
    }
    Ok(())
}

fn fill_table(tx: &mut Tx<'_>, archive: &mut Archive, table: &dump::Table) -> Result<u64> {
    let place = place_of(&table.name);
    let mut reader = BufReader::new(archive.by_name(&place).map_err(damaged)?);
    let (mut rows, mut bytes, mut lines) = (0, 0, Vec::new());
    let wrong = |error: Error| match error {
        Error::Internal(_) | Error::Conflict => damaged(format!("{place}: {error}")),
        other => other,
    };
    loop {
        let mut line = String::new();
        (&mut reader)
            .take(LONGEST)
            .read_line(&mut line)
            .map_err(|error| damaged(format!("{place}: {error}")))?;
        if line.is_empty() {
            dump::put(tx, table, &lines).map_err(wrong)?;
            return Ok(rows);
        }
        rows += 1;
        bytes += line.len();
        lines.push(line);
        if bytes > AT_ONCE.0 || lines.len() >= AT_ONCE.1 {
            dump::put(tx, table, &lines).map_err(wrong)?;
            lines.clear();
            bytes = 0;
        }
    }
}

/// Stops what must not happen twice; tells how many deliveries were called off.
fn stop(tx: &mut Tx<'_>) -> Result<usize> {
    jobs::forget_telling(tx)?;
    let called_off = outbox_age::call_off(tx, "restored from a backup: not sent again")?;
    sessions::end_all(tx)?;
    mail_links::void_all(tx)?;
    invitations::void_links(tx)?;
    search::index_all(tx)?;
    Ok(called_off)
}
