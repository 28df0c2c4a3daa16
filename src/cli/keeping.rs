//! `vakplein backup`, `vakplein restore` and `vakplein audit`.

use std::io::{Write, stdout};
use std::path::Path;

use crate::app::App;
use crate::audit;
use crate::backup::{self, Restored};
use crate::clock::Clock;
use crate::config::Config;
use crate::db::page::Part;
use crate::ids::PersonId;
use crate::policy::Viewer;

/// Makes a backup, and tells what is in it.
pub(super) async fn backup(app: &App, file: &Path) -> anyhow::Result<()> {
    let saved = backup::save(app, file).await?;
    writeln!(
        stdout(),
        "{}: rows: {}, files: {}, bytes: {}",
        file.display(),
        saved.rows,
        saved.files,
        saved.bytes
    )?;
    missing(saved.missing)
}

/// Restores a backup, or only tries to.
pub(super) async fn restore(config: &Config, file: &Path, verify: bool) -> anyhow::Result<()> {
    let clock = Clock::system();
    let restored = if verify {
        backup::verify(&clock, file).await?
    } else {
        backup::restore(config, &clock, file).await?
    };
    let Restored { base, made_at, rows, files, .. } = &restored;
    writeln!(stdout(), "The backup of {base}, made {made_at}: rows: {rows}, files: {files}")?;
    missing(restored.missing)?;
    if verify {
        writeln!(stdout(), "It can be restored.")?;
        return Ok(());
    }
    if restored.called_off > 0 {
        writeln!(
            stdout(),
            "deliveries to other servers that were under way then and are not made again: {}; `vakplein log` shows them",
            restored.called_off
        )?;
    }
    writeln!(
        stdout(),
        "It is restored. Everybody logs in anew. Names of people and groups that came after the backup are free again: don't \
         give them to others, since other servers remember them."
    )?;
    Ok(())
}

/// Prints the audit trail.
pub(super) async fn audit(app: &App) -> anyhow::Result<()> {
    // Whoever runs this has the database itself: there is nobody to ask for rights.
    let viewer = Viewer::Member { id: PersonId::fresh(), admin: true };
    let mut part = Part { after: None, size: 500 };
    loop {
        let slice = app.db.read(move |tx| audit::list(tx, viewer, part)).await?;
        for line in slice.items {
            let line = serde_json::json!({
                "at": line.created_at.rfc3339(), "act": line.act, "outcome": line.outcome,
                "by": line.by_id, "object": line.object, "origin": line.origin, "hash": line.hash,
            });
            writeln!(stdout(), "{line}")?;
        }
        match slice.next {
            Some(next) => part.after = Some(next),
            None => return Ok(()),
        }
    }
}

fn missing(count: u64) -> anyhow::Result<()> {
    if count > 0 {
        writeln!(stdout(), "files that are named but not in the media folder: {count}")?;
    }
    Ok(())
}
