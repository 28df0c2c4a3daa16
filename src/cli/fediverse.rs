//! `vakplein peer …`, `log …` and `job …`: other servers, what went to and fro, and work that failed.

use std::io::Write;

use clap::Subcommand;

use super::{as_admin, words};
use crate::app::App;
use crate::clock::Time;
use crate::db::page::Part;
use crate::fediverse::{self, Flow, Peer, Ties};
use crate::ids::{JobId, RowId};
use crate::jobs;
use crate::policy::{PeerState, Viewer};
use crate::rules::changes::acts::Place;

/// What is done with other servers.
#[derive(Debug, Subcommand)]
pub(super) enum PeerCommand {
    /// List the servers that this one knows: host, state, software, activities that wait, failures in a row.
    List {
        /// Part of the host's name.
        #[arg(default_value = "")]
        q: String,
    },
    /// Show one.
    Show {
        /// Its host.
        host: String,
    },
    /// Decide what a server may do; it needn't be known yet. Blocking ends memberships and follows for good: `show` tells how
    /// many.
    Set {
        /// Its host.
        host: String,
        /// open, limited (people from there join only when staff approves) or blocked.
        #[arg(value_parser = state)]
        state: PeerState,
        /// Why, for administrators only.
        #[arg(long)]
        note: Option<String>,
    },
    /// Let what is to go there wait.
    Pause {
        /// Its host.
        host: String,
    },
    /// Let it go again.
    Resume {
        /// Its host.
        host: String,
    },
    /// Try at once what waits for a server that failed.
    Retry {
        /// Its host.
        host: String,
    },
    /// Drop what waits to go there; it isn't sent any more.
    Forget {
        /// Its host.
        host: String,
        /// Without this it only tells how much would be dropped.
        #[arg(long)]
        yes: bool,
    },
}

fn state(word: &str) -> Result<PeerState, String> {
    PeerState::from_word(word)
        .ok_or_else(|| format!("one of {}", words(PeerState::ALL.iter().map(|state| state.word()))))
}

/// Runs a command about servers.
pub(super) async fn peer(app: &App, by: Option<&str>, command: PeerCommand) -> anyhow::Result<()> {
    match command {
        PeerCommand::List { q } => list(app, by, q).await,
        PeerCommand::Show { host } => {
            let peer = as_admin(app, by, move |tx, by| {
                let viewer = Viewer::Member { id: by.person, admin: true };
                Ok((fediverse::peer(tx, viewer, &host)?, fediverse::ties(tx, viewer, &host)?))
            });
            let (peer, ties) = peer.await?;
            show(&peer, ties)
        }
        PeerCommand::Set { host, state, note } => change(app, by, host, Some(state), None, note).await,
        PeerCommand::Pause { host } => change(app, by, host, None, Some(true), None).await,
        PeerCommand::Resume { host } => change(app, by, host, None, Some(false), None).await,
        PeerCommand::Retry { host } => {
            as_admin(app, by, move |tx, by| fediverse::retry_peer(tx, by, &host)).await?;
            writeln!(std::io::stdout(), "What waits is tried now.")?;
            Ok(())
        }
        PeerCommand::Forget { host, yes } => forget(app, by, host, yes).await,
    }
}

async fn forget(app: &App, by: Option<&str>, host: String, sure: bool) -> anyhow::Result<()> {
    let name = host.clone();
    let count = as_admin(app, by, move |tx, by| {
        if sure {
            return fediverse::drop_queue(tx, by, &host);
        }
        let peer = fediverse::peer(tx, Viewer::Member { id: by.person, admin: true }, &host)?;
        Ok(usize::try_from(peer.queue).unwrap_or_default())
    });
    let count = count.await?;
    let mut out = std::io::stdout();
    if sure {
        writeln!(out, "Dropped: {count}.")?;
    } else {
        writeln!(out, "Waiting to go to {name}: {count}. To drop them, say it again with --yes.")?;
    }
    Ok(())
}

async fn list(app: &App, by: Option<&str>, q: String) -> anyhow::Result<()> {
    let mut after = String::new();
    loop {
        let (q, from) = (q.clone(), after.clone());
        let (peers, next) = as_admin(app, by, move |tx, by| {
            fediverse::peers(tx, Viewer::Member { id: by.person, admin: true }, &q, &from)
        })
        .await?;
        for peer in peers {
            let paused = if peer.paused { "\tpaused" } else { "" };
            let software = format!("{} {}", peer.software, peer.version);
            writeln!(
                std::io::stdout(),
                "{}\t{}\t{}\t{}\t{}{paused}",
                peer.host,
                peer.state,
                software.trim(),
                peer.queue,
                peer.failures
            )?;
        }
        match next {
            Some(next) => after = next,
            None => return Ok(()),
        }
    }
}

fn show(peer: &Peer, ties: Ties) -> anyhow::Result<()> {
    let when = |time: Option<Time>| time.map_or_else(|| "never".to_owned(), Time::rfc3339);
    let facts = [
        ("host", peer.host.clone()),
        ("state", peer.state.word().to_owned()),
        ("paused", peer.paused.to_string()),
        ("software", format!("{} {}", peer.software, peer.version).trim().to_owned()),
        ("waiting", peer.queue.to_string()),
        ("oldest", when(peer.oldest)),
        ("heard from", when(peer.seen_at)),
        ("reached", when(peer.reached_at)),
        ("failures", peer.failures.to_string()),
        ("error", peer.error.clone()),
        ("next try", when(peer.retry_at)),
        ("members", format!("{} from there in groups here", ties.members)),
        ("memberships", format!("{} from here in groups there", ties.memberships)),
        ("follows", ties.follows.to_string()),
        ("known since", peer.created_at.rfc3339()),
        ("note", peer.note.clone()),
    ];
    for (name, value) in facts {
        writeln!(std::io::stdout(), "{name:<12} {value}")?;
    }
    Ok(())
}

async fn change(
    app: &App,
    by: Option<&str>,
    host: String,
    state: Option<PeerState>,
    paused: Option<bool>,
    note: Option<String>,
) -> anyhow::Result<()> {
    let peer = as_admin(app, by, move |tx, by| {
        let viewer = Viewer::Member { id: by.person, admin: true };
        let (now, _known) = fediverse::peer_or_stranger(tx, viewer, &host)?;
        let note = note.as_deref().unwrap_or(&now.note);
        let (state, paused) = (state.unwrap_or(now.state), paused.unwrap_or(now.paused));
        fediverse::decide(tx, by, &now.host, state, paused, note, Place::Machine)?;
        Ok((fediverse::peer(tx, viewer, &now.host)?, fediverse::ties(tx, viewer, &now.host)?))
    });
    let (peer, ties) = peer.await?;
    show(&peer, ties)?;
    if peer.state == PeerState::Blocked && ties.any() {
        writeln!(
            std::io::stdout(),
            "These memberships and follows end now; lifting the block doesn't bring them back, undoing it within 14 days does."
        )?;
    }
    Ok(())
}

/// What is done with the federation log.
#[derive(Debug, Subcommand)]
pub(super) enum LogCommand {
    /// List what came in, the latest first: id, time, host, type, outcome, reason.
    List {
        /// in, out, or refused (at the door).
        #[arg(long, default_value = "in", value_parser = flow)]
        flow: Flow,
        /// Of this server only.
        #[arg(long, default_value = "")]
        host: String,
        /// Lines at most.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Try a line again: what came in and was refused or failed, or (`--flow out`) what another server didn't take.
    Retry {
        /// Its id.
        id: RowId,
    },
}

fn flow(word: &str) -> Result<Flow, String> {
    Flow::from_word(word).ok_or_else(|| format!("one of {}", words(Flow::ALL.iter().map(|flow| flow.word()))))
}

/// Runs a command about the federation log.
pub(super) async fn log(app: &App, by: Option<&str>, command: LogCommand) -> anyhow::Result<()> {
    match command {
        LogCommand::List { flow, host, limit } => {
            let part = Part { after: None, size: limit };
            let events = as_admin(app, by, move |tx, by| {
                fediverse::log(tx, Viewer::Member { id: by.person, admin: true }, flow, &host, part)
            });
            for event in events.await?.items {
                writeln!(
                    std::io::stdout(),
                    "{}\t{}\t{}\t{}\t{}\t{}",
                    event.id,
                    event.at.rfc3339(),
                    event.host,
                    event.kind,
                    event.outcome,
                    event.reason
                )?;
            }
            Ok(())
        }
        LogCommand::Retry { id } => {
            as_admin(app, by, move |tx, by| fediverse::retry(tx, by, id)).await?;
            writeln!(std::io::stdout(), "It is tried again.")?;
            Ok(())
        }
    }
}

/// What is done with work that failed for good.
#[derive(Debug, Subcommand)]
pub(super) enum JobCommand {
    /// List it: id, kind, tries, what went wrong the last time.
    List,
    /// Try it again.
    Retry {
        /// Its id.
        id: JobId,
    },
    /// Throw it away.
    Drop {
        /// Its id.
        id: JobId,
    },
}

/// Runs a command about failed work.
pub(super) async fn job(app: &App, by: Option<&str>, command: JobCommand) -> anyhow::Result<()> {
    match command {
        JobCommand::List => {
            for job in app.db.read(|tx| jobs::failed(tx, 500)).await? {
                writeln!(std::io::stdout(), "{}\t{}\t{}\t{}", job.id, job.kind, job.attempts, job.error)?;
            }
            return Ok(());
        }
        JobCommand::Retry { id } => as_admin(app, by, move |tx, _by| jobs::again(tx, id)).await?,
        JobCommand::Drop { id } => as_admin(app, by, move |tx, _by| jobs::give_up(tx, id)).await?,
    }
    writeln!(std::io::stdout(), "Done.")?;
    Ok(())
}
