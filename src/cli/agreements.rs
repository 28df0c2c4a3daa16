//! `vakplein agreement …`: what was agreed with other instances about closed groups.

use std::io::Write;

use clap::{Args, Subcommand};

use super::{as_admin, class, words};
use crate::agreements::messages::{self, Message};
use crate::agreements::views::{self, Affected, Agreement, Sees};
use crate::agreements::{AgreementState, Terms, acts};
use crate::app::App;
use crate::clock::Time;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::policy::{Actor, Class, Viewer};

/// What is done with agreements.
#[derive(Debug, Subcommand)]
pub(super) enum AgreementCommand {
    /// List them: host, state, the strictest class that may cross, the strictest that may at this moment, last day, organisation.
    List,
    /// Show one: both sides of it, and what was written about it.
    Show {
        /// The host of the other instance.
        host: String,
    },
    /// Ask the other instance for an agreement. It counts here as soon as the other one agrees to at least that.
    Ask {
        /// Host and port, if any, of the other instance; the agreement is about exactly that.
        host: String,
        /// What is agreed.
        #[command(flatten)]
        wish: Wish,
    },
    /// Answer what the other instance asked for or agreed to.
    Answer {
        /// The host of the other instance.
        host: String,
        /// agree, discuss or refuse.
        #[arg(value_parser = ["agree", "discuss", "refuse"])]
        answer: String,
        /// Something to say with it; needed to discuss.
        #[arg(long, default_value = "")]
        message: String,
        /// The strictest class that may cross, when that is to be another than they have.
        #[arg(long, value_parser = class)]
        ceiling: Option<Class>,
        /// Its last day, when that is to be another than they have.
        #[arg(long, value_name = "DAY", value_parser = day)]
        until: Option<Time>,
    },
    /// Write something to the administrators of the other instance, who then also see how things stand here.
    Say {
        /// The host of the other instance.
        host: String,
        /// What to say.
        text: String,
    },
    /// Make an agreement, or put other terms in place of those it had. It counts at once, on this side; the other instance has its
    /// own, and is told when the two talk about it.
    Set {
        /// Host and port, if any, of the other instance; the agreement is about exactly that.
        host: String,
        /// What is agreed.
        #[command(flatten)]
        wish: Wish,
        /// agreed, suspended or ended; or, to change what is requested or discussed, that.
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

/// What is to be agreed.
#[derive(Debug, Args)]
pub struct Wish {
    /// The strictest class that may cross: leden or vertrouwelijk.
    #[arg(long, value_parser = class)]
    ceiling: Class,
    /// The organisation on the other side.
    #[arg(long)]
    organisation: String,
    /// What it is for; whoever is asked for it is told.
    #[arg(long)]
    purpose: String,
    /// Whom to ask there.
    #[arg(long, default_value = "")]
    contact: String,
    /// Its last day, such as 2027-12-31; without it, it counts until it is ended.
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<Time>,
}

impl Wish {
    fn terms(self, state: AgreementState) -> Terms {
        let Self { ceiling, organisation, purpose, contact, until } = self;
        Terms { state, ceiling, until, organisation, contact, purpose }
    }
}

/// Runs a command about agreements.
pub(super) async fn run(app: &App, by: Option<&str>, command: AgreementCommand) -> anyhow::Result<()> {
    match command {
        AgreementCommand::List => list(app, by).await,
        AgreementCommand::Show { host } => {
            let done = as_admin(app, by, move |tx, by| {
                let found = now(tx, by, &host)?;
                let viewer = Viewer::Member { id: by.person, admin: true };
                Ok((found, messages::list(tx, viewer, &host)?))
            });
            let ((agreement, affected), said) = done.await?;
            show(&agreement, affected)?;
            said.iter().try_for_each(written)
        }
        AgreementCommand::Ask { host, wish } => {
            let terms = wish.terms(AgreementState::Requested);
            let done = as_admin(app, by, move |tx, by| {
                let host = acts::ask(tx, by, &host, &terms)?;
                now(tx, by, &host)
            });
            let (agreement, affected) = done.await?;
            show(&agreement, affected)
        }
        AgreementCommand::Answer { host, answer, message, ceiling, until } => {
            let done = as_admin(app, by, move |tx, by| {
                let answer = match answer.as_str() {
                    "agree" => {
                        let offered = now(tx, by, &host)?.0.offered().ok_or(Error::Conflict)?;
                        let ceiling = ceiling.unwrap_or(offered.ceiling);
                        let until = until.or(offered.until);
                        acts::Answer::Agree(Some(Terms { ceiling, until, ..offered }))
                    }
                    "discuss" => acts::Answer::Discuss,
                    _ => acts::Answer::Refuse,
                };
                acts::answer(tx, by, &host, &answer, &message)?;
                now(tx, by, &host)
            });
            let (agreement, affected) = done.await?;
            show(&agreement, affected)
        }
        AgreementCommand::Say { host, text } => {
            as_admin(app, by, move |tx, by| acts::say(tx, by, &host, &text)).await?;
            Ok(())
        }
        AgreementCommand::Set { host, wish, state } => {
            let terms = wish.terms(state);
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
    theirs(agreement)?;
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

/// The other side of an agreement, as it told us.
fn theirs(agreement: &Agreement) -> anyhow::Result<()> {
    let Some(theirs) = &agreement.theirs else {
        let said = match agreement.sees {
            Sees::Yes => "nothing yet",
            Sees::No => "nothing; it runs software that knows no agreements",
            Sees::Unknown => "nothing; what it runs isn't known yet",
        };
        writeln!(std::io::stdout(), "{:<12} {said}", "they say")?;
        return Ok(());
    };
    let facts = [
        ("they say", theirs.state.word().to_owned()),
        ("  ceiling", theirs.ceiling.word().to_owned()),
        ("  last day", last_day(theirs.until)),
        ("  who", theirs.organisation.clone()),
        ("  contact", theirs.contact.clone()),
        ("  purpose", theirs.purpose.clone()),
        ("request of", agreement.asked.word().to_owned()),
    ];
    for (name, value) in facts {
        writeln!(std::io::stdout(), "{name:<12} {value}")?;
    }
    Ok(())
}

/// A message, on a line of its own or more.
fn written(message: &Message) -> anyhow::Result<()> {
    let Message { row, by } = message;
    let by = if row.ours { by.as_deref().unwrap_or("we") } else { row.host.as_str() };
    writeln!(std::io::stdout(), "{} {by}: {}", row.created_at.rfc3339(), row.content)?;
    Ok(())
}
