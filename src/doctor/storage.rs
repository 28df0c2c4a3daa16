//! Looks at what is kept: the database, the media folder, the room that is left, and the work that waits.

use std::path::Path;

use super::Finding;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Backend, DatabaseUrl, Db, health, migrate};
use crate::ids::RowId;
use crate::telemetry::Metrics;
use crate::urls::Urls;
use crate::{instance, jobs};

/// Less room than this is worth a warning, in bytes.
const LITTLE_ROOM: u64 = 1024 * 1024 * 1024;
/// With less room than this the next upload or commit may fail, in bytes.
const NO_ROOM: u64 = 64 * 1024 * 1024;
/// Work that is overdue this long, in seconds, is slow.
const LATE: i64 = 120;
/// Work that is overdue this long, in seconds, is done by nobody.
const ABANDONED: i64 = 900;

/// Opens the database as it is; `None` when there is none to go on with.
pub(super) async fn database(
    config: &Config,
    clock: &Clock,
    urls: &Urls,
    found: &mut Vec<Finding>,
) -> Option<Db> {
    const ABOUT: &str = "database";
    let url = config.database().ok()?;
    if let DatabaseUrl::Sqlite(path) = &url {
        // Opening it would make it.
        if !path.is_file() {
            found.push(Finding::fault(
                ABOUT,
                format!("there is no {}", path.display()),
                "run `vakplein migrate` for a new one, or set database.url to where it is",
            ));
            return None;
        }
        let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        room("disk", folder, found);
    }
    let (clock, urls) = (clock.clone(), urls.clone());
    let opened = tokio::task::spawn_blocking(move || Db::open(&url, clock, urls, Metrics::default())).await;
    let db = match opened {
        Ok(Ok(db)) => db,
        Ok(Err(error)) => {
            found.push(unreachable(config, &format!("{error:#}")));
            return None;
        }
        Err(error) => {
            found.push(unreachable(config, &error.to_string()));
            return None;
        }
    };
    let read = db.read(|tx| Ok((health::look(tx)?, migrate::state(tx)?))).await;
    let (health, schema) = match read {
        Ok(read) => read,
        Err(error) => {
            found.push(unreachable(config, &format!("{error:#}")));
            return None;
        }
    };
    if !schema.unknown.is_empty() {
        found.push(Finding::fault(
            ABOUT,
            format!(
                "{}; its schema is newer than this program: {}",
                health.server,
                schema.unknown.join(", ")
            ),
            "run the version of vakplein that migrated it, or a later one",
        ));
        return None;
    }
    if !schema.missing.is_empty() {
        found.push(Finding::fault(
            ABOUT,
            format!("{}; migrations that were not run: {}", health.server, schema.missing.join(", ")),
            "run `vakplein migrate`, or start `vakplein serve`, which does the same",
        ));
        return None;
    }
    match db.read(|tx| Ok((instance::pinned_domain(tx)?, tx.urls.base().to_owned()))).await {
        Ok((Some(pinned), ours)) if pinned != ours => {
            found.push(Finding::fault(
                ABOUT,
                format!("it belongs to {pinned}, and the configuration says {ours}"),
                "set server.domain and server.scheme back, or name another database.url",
            ));
            return None;
        }
        Ok(_) => {}
        Err(error) => {
            found.push(unreachable(config, &format!("{error:#}")));
            return None;
        }
    }
    let summary = format!("{}, {} migrations", health.server, schema.applied.len());
    if health.doubts.is_empty() {
        found.push(Finding::ok(ABOUT, summary));
    } else {
        let repair = match db.backend() {
            Backend::Sqlite => "keep the file on a local disk, not on a network folder",
            Backend::Postgres => "set these back on the database server",
        };
        let found_here = format!("{summary}; a power cut could lose data: {}", health.doubts.join(", "));
        found.push(Finding::warning(ABOUT, found_here, repair));
    }
    Some(db)
}

fn unreachable(config: &Config, error: &str) -> Finding {
    let repair = match config.database().map(|url| url.backend()) {
        Ok(Backend::Postgres) => {
            "check that the server runs and database.url names user, password, host and database"
        }
        _ => "check that the file and its folder belong to the user that vakplein runs as",
    };
    Finding::fault("database", format!("can't be opened: {error}"), repair)
}

/// Whether the media folder is there, can be written, and has room.
pub(super) async fn media(config: &Config, found: &mut Vec<Finding>) {
    let dir = config.media.dir.clone();
    match tokio::task::spawn_blocking(move || writable(&dir).map(|()| dir)).await {
        Ok(Ok(dir)) => room("media", &dir, found),
        Ok(Err(fault)) => found.push(fault),
        Err(error) => found.push(Finding::fault("media", error.to_string(), "look at the server's log")),
    }
}

fn writable(dir: &Path) -> Result<(), Finding> {
    let shown = dir.display();
    if !dir.is_dir() {
        let repair = "start `vakplein serve`, which makes it, or set media.dir to where it is";
        return Err(Finding::fault("media", format!("there is no folder {shown}"), repair));
    }
    let probe = dir.join(format!("doctor-{}.part", RowId::fresh()));
    let tried = std::fs::write(&probe, b"vakplein doctor").and_then(|()| std::fs::remove_file(&probe));
    tried.map_err(|error| {
        let repair = format!("give {shown} to the user that vakplein runs as");
        Finding::fault("media", format!("{shown} can't be written: {error}"), repair)
    })
}

/// How much room is left where a folder stands.
fn room(about: &'static str, folder: &Path, found: &mut Vec<Finding>) {
    let shown = folder.display();
    let free = match rustix::fs::statvfs(folder) {
        Ok(disk) => disk.f_bavail.saturating_mul(disk.f_frsize),
        Err(error) => {
            found.push(Finding::warning(
                about,
                format!("{shown}: the room left is unknown: {error}"),
                "look with df",
            ));
            return;
        }
    };
    let left = format!("{shown}, {} MB free", free / 1_000_000);
    found.push(if free < NO_ROOM {
        Finding::fault(about, left, "make room: uploads and commits are about to fail")
    } else if free < LITTLE_ROOM {
        Finding::warning(about, left, "make room before it runs out")
    } else {
        Finding::ok(about, left)
    });
}

/// Whether somebody works on the queue.
pub(super) async fn queue(db: &Db, clock: &Clock, found: &mut Vec<Finding>) {
    const ABOUT: &str = "queue";
    let read = db.read(|tx| Ok((jobs::waiting(tx)?, jobs::failed(tx, 100)?.len()))).await;
    let (waiting, failed) = match read {
        Ok(read) => read,
        Err(error) => {
            found.push(Finding::fault(
                ABOUT,
                format!("can't be read: {error:#}"),
                "look at the server's log",
            ));
            return;
        }
    };
    let count: i64 = waiting.iter().map(|(_, count, _)| count).sum();
    let oldest = waiting.iter().filter_map(|(_, _, due)| *due).min();
    let late = oldest.map_or(0, |due| clock.now().seconds_since(due).max(0));
    let summary = format!("{count} jobs to do, the oldest overdue by {late} s; {failed} failed for good");
    found.push(if late > ABANDONED {
        Finding::fault(
            ABOUT,
            summary,
            "nobody works on it: start `vakplein serve`, or `vakplein serve --role worker`",
        )
    } else if late > LATE {
        Finding::warning(
            ABOUT,
            summary,
            "check that a worker runs (`vakplein serve --role worker`) and isn't starved",
        )
    } else if failed > 0 {
        Finding::warning(ABOUT, summary, "see what failed, and try again, at /admin/jobs")
    } else {
        Finding::ok(ABOUT, summary)
    });
}
