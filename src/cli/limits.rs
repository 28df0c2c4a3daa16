//! `vakplein limits …`: how often each may do something, without a browser.

use std::io::Write;

use clap::Subcommand;

use super::{as_admin, words};
use crate::app::App;
use crate::instance::limits::{self, Shown};
use crate::policy::Viewer;
use crate::policy::rates::Limit;

/// What is done with limits.
#[derive(Debug, Subcommand)]
pub(super) enum LimitsCommand {
    /// List all of them: name, what is let through, in how many seconds, the default, how often it held somebody up in the last
    /// 24 hours, and whom.
    List,
    /// Change one. A running server counts by it within seconds.
    Set {
        /// Its name.
        #[arg(value_parser = limit)]
        name: Limit,
        /// What is let through.
        #[arg(allow_negative_numbers = true)]
        count: i64,
    },
    /// Set one back to its default.
    Reset {
        /// Its name.
        #[arg(value_parser = limit)]
        name: Limit,
    },
}

fn limit(word: &str) -> Result<Limit, String> {
    Limit::from_word(word)
        .ok_or_else(|| format!("one of {}", words(Limit::ALL.iter().map(|limit| limit.word()))))
}

/// Runs a command about limits.
pub(super) async fn run(app: &App, by: Option<&str>, command: LimitsCommand) -> anyhow::Result<()> {
    let (name, count) = match command {
        LimitsCommand::List => return list(app, by).await,
        LimitsCommand::Set { name, count } => (name, Some(count)),
        LimitsCommand::Reset { name } => (name, None),
    };
    as_admin(app, by, move |tx, by| limits::change(tx, by, name, count)).await?;
    let said = if count.is_some() { "The limit is changed." } else { "The limit is as it comes." };
    writeln!(std::io::stdout(), "{said}")?;
    Ok(())
}

async fn list(app: &App, by: Option<&str>) -> anyhow::Result<()> {
    let found =
        as_admin(app, by, |tx, by| limits::list(tx, Viewer::Member { id: by.person, admin: true })).await?;
    for Shown { limit, count, hits, who } in found {
        let (seconds, default, who) = (limit.seconds(), limit.default().count, who.join(","));
        writeln!(std::io::stdout(), "{limit}\t{count}\t{seconds}\t{default}\t{hits}\t{who}")?;
    }
    Ok(())
}
