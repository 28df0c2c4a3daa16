//! `vakplein held …`: what waits for a moderator, because of a rule or because personal data seems to stand in it.

use std::io::{Write, stdout};

use clap::Subcommand;

use super::{as_admin, viewer, words};
use crate::app::App;
use crate::db::page::Part;
use crate::groups::views as groups;
use crate::held::{self, Held, HeldFor, HeldIn};
use crate::ids::RowId;
use crate::text::line::one_line;

/// Lines that are read at once.
const PART: usize = 200;
/// Characters of a text that are printed when not all of it is wanted.
const EXCERPT: usize = 100;

/// What is done with what waits.
#[derive(Debug, Subcommand)]
pub(super) enum HeldCommand {
    /// List it, the oldest first: id, since when, server, type, why, group, author, title, text. Of a closed group its staff alone sees
    /// the last two.
    List {
        /// In this group only.
        #[arg(long, value_name = "NAME")]
        group: Option<String>,
        /// All of each text, not only how it begins.
        #[arg(long)]
        whole: bool,
    },
    /// Let one in, with all that waits with it.
    Release {
        /// Its id.
        id: RowId,
    },
    /// Refuse one, with all that waits with it; what stood in it is forgotten.
    Refuse {
        /// Its id.
        id: RowId,
        /// Why; this stands in the moderation log.
        #[arg(long, default_value = "")]
        reason: String,
    },
}

/// Runs a command about what waits.
pub(super) async fn run(app: &App, by: Option<&str>, command: HeldCommand) -> anyhow::Result<()> {
    let done = match command {
        HeldCommand::List { group, whole } => return list(app, by, group, whole).await,
        HeldCommand::Release { id } => {
            as_admin(app, by, move |tx, by| held::release(tx, by, id)).await?;
            "It comes in now."
        }
        HeldCommand::Refuse { id, reason } => {
            as_admin(app, by, move |tx, by| held::refuse(tx, by, id, &reason)).await?;
            "It is refused."
        }
    };
    writeln!(stdout(), "{done}")?;
    Ok(())
}

async fn list(app: &App, by: Option<&str>, group: Option<String>, whole: bool) -> anyhow::Result<()> {
    let mut part = Part { after: None, size: PART };
    loop {
        let name = group.clone();
        let slice = as_admin(app, by, move |tx, by| {
            let group = name.as_deref().map(|name| groups::find(tx, name)).transpose()?;
            held::list(tx, viewer(by), group, part)
        })
        .await?;
        for held in &slice.items {
            writeln!(stdout(), "{}", line(held, whole))?;
        }
        match slice.next {
            Some(next) => part.after = Some(next),
            None => return Ok(()),
        }
    }
}

/// One that waits, in a line.
fn line(held: &Held, whole: bool) -> String {
    let called = |group: &HeldIn| {
        group.named.as_ref().map_or_else(|| group.id.to_string(), |named| named.name.clone())
    };
    let most = if whole { usize::MAX } else { EXCERPT };
    let text: String = one_line(held.text.as_deref().unwrap_or_default()).chars().take(most).collect();
    let parts = [
        held.id.to_string(),
        held.at.rfc3339(),
        held.host.clone(),
        one_line(&held.kind),
        why(&held.reason),
        held.group.as_ref().map_or_else(|| "-".to_owned(), called),
        one_line(held.author.as_deref().unwrap_or("-")),
        one_line(held.title.as_deref().unwrap_or_default()),
        text,
    ];
    parts.join("\t")
}

fn why(reason: &HeldFor) -> String {
    match reason {
        HeldFor::Rule(_) if *reason == HeldFor::SOME_RULE => "a rule".to_owned(),
        HeldFor::Rule(id) => format!("rule {id}"),
        HeldFor::PersonalData(kinds) => {
            format!("personal data: {}", words(kinds.iter().map(|kind| kind.word())))
        }
        HeldFor::With(id) => format!("with {id}"),
    }
}
