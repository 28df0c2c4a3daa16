//! `vakplein audit`: the trail, and whether it is what was written.

use std::io::{Write, stderr, stdout};

use clap::Subcommand;

use super::keeping;
use crate::app::App;
use crate::audit::{self, AuditFault};
use crate::db::page::Part;
use crate::ids::PersonId;
use crate::policy::Viewer;

/// Lines that are read at once.
const PART: usize = 500;

/// What is done with the audit trail.
#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Look whether a line was changed, added or taken away since it was written. Ends with 1 when that is so.
    Verify {
        /// A hash that was noted elsewhere, such as the last one in the log of the machine. Ends with 1 when no line has it: then the
        /// trail was cut off, or made anew.
        #[arg(long, value_name = "HASH")]
        expect: Option<String>,
    },
}

/// Runs a command about the audit trail; without one it is printed.
pub(super) async fn run(app: &App, command: Option<AuditCommand>) -> anyhow::Result<()> {
    match command {
        None => keeping::audit(app).await,
        Some(AuditCommand::Verify { expect }) => verify(app, expect).await,
    }
}

async fn verify(app: &App, expect: Option<String>) -> anyhow::Result<()> {
    let found = app.db.read(audit::verify).await?;
    let last = found.last.as_deref().unwrap_or("none");
    let mut out = stdout();
    writeln!(out, "{:<12} {}", "days", found.days)?;
    writeln!(out, "{:<12} {}", "lines", found.lines)?;
    writeln!(out, "{:<12} {last}", "last hash")?;
    for fault in &found.faults {
        writeln!(stderr(), "{}", told(fault))?;
    }
    let expected = expect.map(|hash| hash.trim().to_ascii_lowercase());
    let mut missing = false;
    if let Some(expected) = expected {
        if expected == last {
            writeln!(out, "The expected hash is that of the last line.")?;
        } else if has(app, &expected).await? {
            writeln!(out, "The expected hash is in the chain, with other lines after it.")?;
        } else {
            writeln!(stderr(), "The expected hash isn't in the chain: no line that is kept has it.")?;
            missing = true;
        }
    }
    match found.faults.len() {
        0 if missing => anyhow::bail!("the audit trail doesn't end as it did, or was made anew"),
        0 => {
            writeln!(out, "Nothing was changed, added or taken away.")?;
            Ok(())
        }
        faults => anyhow::bail!("the audit trail is not what was written: faults: {faults}"),
    }
}

/// Whether a line has this hash.
async fn has(app: &App, hash: &str) -> anyhow::Result<bool> {
    // Whoever runs this has the database itself: there is nobody to ask for rights.
    let viewer = Viewer::Member { id: PersonId::fresh(), admin: true };
    let mut part = Part { after: None, size: PART };
    loop {
        let slice = app.db.read(move |tx| audit::list(tx, viewer, part)).await?;
        if slice.items.iter().any(|line| line.hash == hash) {
            return Ok(true);
        }
        match slice.next {
            Some(next) => part.after = Some(next),
            None => return Ok(false),
        }
    }
}

/// What is wrong, in a line: day, id, what.
fn told(fault: &AuditFault) -> String {
    let what = match fault.what {
        "line" => "this line isn't what was written, or isn't behind the line that was before it",
        "unhashed" => "this line has no hash, and there was a chain already",
        "count" => "the day has more lines, or less, than it had",
        "end" => "the day doesn't end with the line that it ended with",
        "day" => "there are lines of this day, and nothing is kept of it",
        other => other,
    };
    let id = fault.id.map_or_else(|| "-".to_owned(), |id| id.to_string());
    format!("{}\t{id}\t{what}", fault.day)
}
