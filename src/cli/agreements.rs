//! `vakplein agreement …`: what was agreed with other instances about closed groups.

use std::io::Write;

use clap::Subcommand;

use super::{as_admin, class, words};
use crate::agreements::views::{self, Affected, Agreement};
use crate::agreements::{AgreementState, Terms, acts};
use crate::app::App;
use crate::clock::Time;
use crate::db::Tx;
use crate::error::Result;
use crate::policy::{Actor, Class, Viewer};

/// What is done with agreements.
#[derive(Debug, Subcommand)]
pub(super) enum AgreementCommand {
    /// List them: host, state, the strictest class that may cross, the strictest that may at this moment, last day, organisation.
    List,
    /// Make an agreement, or put other terms in place of those it had. It counts at once, on this side; the other instance has its
    /// own.
    Set {
        /// Host and port, if any, of the other instance; the agreement is about exactly that.
        host: String,
        /// The strictest class that may cross: leden or vertrouwelijk.
        #[arg(long, value_parser = class)]
        ceiling: Class,
        /// The organisation on the other side.
        #[arg(long)]
        organisation: String,
        /// What it is for.
        #[arg(long)]
        purpose: String,
        /// Whom to ask there.
        #[arg(long, default_value = "")]
        contact: String,
        /// Its last day, such as 2027-12-31; without it, it counts until it is ended.
        #[arg(long, value_name = "DAY", value_parser = day)]
        until: Option<Time>,
        /// agreed, suspended or ended.
        #[arg(long, default_value = "agreed", value_parser = state)]
        state: AgreementState,
    },
    /// End one: nothing of closed groups crosses any more.
    End {
        /// The host of the other instance.
        host: String,
    },
}

fn state(word: &str) -> Result<AgreementState, String> {
    AgreementState::from_word(word)
        .ok_or_else(|| format!("one of {}", words(AgreementState::ALL.iter().map(|state| state.word()))))
}

fn day(typed: &str) -> Result<Time, String> {
    Time::end_of_day(typed).ok_or_else(|| "a day such as 2027-12-31".to_owned())
}

/// Runs a command about agreements.
pub(super) async fn run(app: &App, by: Option<&str>, command: AgreementCommand) -> anyhow::Result<()> {
    match command {
        AgreementCommand::List => list(app, by).await,
        AgreementCommand::Set { host, ceiling, organisation, purpose, contact, until, state } => {
            let terms = Terms { state, ceiling, until, organisation, contact, purpose };
            let done = as_admin(app, by, move |tx, by| {
                let host = acts::set(tx, by, &host, &terms)?;
                now(tx, by, &host)
            });
            let (agreement, affected) = done.await?;
            show(&agreement, affected)
        }
        AgreementCommand::End { host } => {
            let done = as_admin(app, by, move |tx, by| {
                acts::end(tx, by, &host)?;
                now(tx, by, &host)
            });
            let (agreement, affected) = done.await?;
            show(&agreement, affected)
        }
    }
}

/// How an agreement is now, and whom it concerns that no more may cross.
fn now(tx: &mut Tx<'_>, by: &Actor, host: &str) -> Result<(Agreement, Affected)> {
    let viewer = Viewer::Member { id: by.person, admin: true };
    let agreement = views::find(tx, viewer, host)?;
    let affected = views::affected(tx, viewer, host, agreement.ceiling_now)?;
    Ok((agreement, affected))
}

fn last_day(until: Option<Time>) -> String {
    until.map_or_else(|| "none".to_owned(), Time::last_day)
}

async fn list(app: &App, by: Option<&str>) -> anyhow::Result<()> {
    let found =
        as_admin(app, by, |tx, by| views::list(tx, Viewer::Member { id: by.person, admin: true })).await?;
    for Agreement { row, ceiling_now, .. } in found {
        let until = last_day(row.until);
        writeln!(
            std::io::stdout(),
            "{}\t{}\t{}\t{ceiling_now}\t{until}\t{}",
            row.host,
            row.state,
            row.ceiling,
            row.organisation
        )?;
    }
    Ok(())
}

fn show(agreement: &Agreement, affected: Affected) -> anyhow::Result<()> {
    let row = &agreement.row;
    let facts = [
        ("host", row.host.clone()),
        ("state", row.state.word().to_owned()),
        ("ceiling", row.ceiling.word().to_owned()),
        ("now", agreement.ceiling_now.word().to_owned()),
        ("last day", last_day(row.until)),
        ("organisation", row.organisation.clone()),
        ("contact", row.contact.clone()),
        ("purpose", row.purpose.clone()),
    ];
    for (name, value) in facts {
        writeln!(std::io::stdout(), "{name:<12} {value}")?;
    }
    if affected.any() {
        let Affected { members, memberships } = affected;
        writeln!(
            std::io::stdout(),
            "Memberships of closed groups above what may cross now: {members} from there in groups here, \
             {memberships} from here in groups there."
        )?;
    }
    Ok(())
}
