//! `vakplein rules …`: what may pass between this instance and others. What is to change is tried first, and counts once it is applied.

use std::io::{Read as _, Write, stderr, stdout};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};

use super::forecasts::{named, seen, sentence, show};
use super::{acting, as_admin, class, in_words, texts, viewer, words};
use crate::app::App;
use crate::clock::Time;
use crate::db::Tx;
use crate::db::page::Part;
use crate::error::{Error, Result};
use crate::fediverse;
use crate::groups::views as groups;
use crate::ids::{GroupId, RowId};
use crate::policy::federation::{Direction, Effect, Kind, Organisation};
use crate::policy::{Class, PeerState};
use crate::rules::changes::acts::{self, Applied};
use crate::rules::changes::views::{self, Shown};
use crate::rules::changes::{Change, UNDO_DAYS};
use crate::rules::exchange::csv::{self, Meaning};
use crate::rules::exchange::file;
use crate::rules::{self, Draft};
use crate::text::line::one_line;

/// What is done with the rules.
#[derive(Debug, Subcommand)]
pub(super) enum RulesCommand {
    /// List them, the newest first: id, and what each says.
    List,
    /// Propose a rule. It is tried on what passed in the last 30 days; nothing changes before it is applied. What isn't named is left
    /// open: a rule of which only the effect is named is about everything.
    Add(NewRule),
    /// Propose that a rule ends.
    End {
        /// Its id.
        id: RowId,
        #[command(flatten)]
        why: Why,
    },
    /// Propose what a server as a whole may do; it needn't be known yet.
    Server {
        /// Its host, or a domain with all names below it.
        host: String,
        /// open, limited (people from there join only when staff approves) or blocked.
        #[arg(value_parser = state)]
        state: PeerState,
        #[command(flatten)]
        why: Why,
    },
    /// Propose to note who runs a server, for rules about kinds of organisations.
    Organisation {
        /// Its host, or a domain with all names below it.
        host: String,
        /// unknown, gemeente, werkplein, uitvoerder, rijk, belangenorganisatie, bedrijf or particulier.
        #[arg(value_parser = organisation)]
        organisation: Organisation,
        #[command(flatten)]
        why: Why,
    },
    /// List the changes that were proposed, the latest first: id, state, since when, why.
    Changes {
        /// Lines at most.
        #[arg(long, default_value_t = 50)]
        limit: usize,
    },
    /// Show a change: what it is, and what it would do.
    Show {
        /// Its id.
        id: RowId,
    },
    /// Try a change anew on what passed in the last 30 days: it is applied within a day after it was tried, or not at all.
    Try {
        /// Its id.
        id: RowId,
    },
    /// Apply a change. One that touches members or closed groups takes two administrators, who both say this.
    Apply {
        /// Its id.
        id: RowId,
        /// Its hash, as it was shown: what is applied is what was seen.
        #[arg(long)]
        hash: String,
    },
    /// Withdraw a change that wasn't applied.
    Withdraw {
        /// Its id.
        id: RowId,
    },
    /// Undo a change that was applied in the last 14 days, with the memberships and follows that ended because of it.
    Undo {
        /// Its id.
        id: RowId,
    },
    /// Print the rules as a file.
    Export {
        /// In which form.
        format: Format,
    },
    /// Propose what is in a file, as far as it isn't so already. Lines that can't be used are told, and left out.
    Import {
        /// In which form it is.
        format: Format,
        /// The file; `-` for standard input.
        file: PathBuf,
        #[command(flatten)]
        why: Why,
    },
}

// A rule that is proposed. No doc comment: it would stand in the help, in place of what the command is for.
#[derive(Debug, Args)]
pub(super) struct NewRule {
    /// allow, no-media, hide, read-only, hold or refuse.
    #[arg(value_parser = effect)]
    effect: Effect,
    /// A host, or a domain with all names below it.
    #[arg(long)]
    host: Option<String>,
    /// Servers of this kind of organisation: gemeente, werkplein, uitvoerder, rijk, belangenorganisatie, bedrijf, particulier or unknown.
    #[arg(long, value_parser = organisation)]
    organisation: Option<Organisation>,
    /// One group, by name.
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// topic, reply, reaction, report or join.
    #[arg(long, value_parser = kind)]
    kind: Option<Kind>,
    /// Groups of this class: openbaar, leden, vertrouwelijk or lokaal.
    #[arg(long, value_parser = class)]
    class: Option<Class>,
    /// in, out, or fetch: what this instance reads there.
    #[arg(long, value_parser = direction)]
    direction: Option<Direction>,
    /// Its last day, such as 2027-12-31; without it, it counts until it is ended.
    #[arg(long, value_name = "DAY", value_parser = day)]
    until: Option<Time>,
    #[command(flatten)]
    why: Why,
}

// Why something is to change, and whether at once.
#[derive(Debug, Args)]
pub(super) struct Why {
    /// Why; administrators see it.
    #[arg(long)]
    reason: String,
    /// Apply it at once, unless a second administrator has to agree.
    #[arg(long)]
    apply: bool,
}

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Mastodon's list of blocked servers.
    MastodonBlocks,
    /// A list of servers that may come, one to a line.
    Allowed,
    /// A whole policy, signed by the instance whose it is.
    VakpleinPolicy,
}

fn choice<T: Copy>(found: Option<T>, all: &[T], word: fn(T) -> &'static str) -> Result<T, String> {
    found.ok_or_else(|| format!("one of {}", words(all.iter().map(|one| word(*one)))))
}

fn effect(typed: &str) -> Result<Effect, String> {
    choice(Effect::from_word(typed), Effect::ALL, Effect::word)
}

fn kind(typed: &str) -> Result<Kind, String> {
    choice(Kind::from_word(typed), Kind::ALL, Kind::word)
}

fn direction(typed: &str) -> Result<Direction, String> {
    choice(Direction::from_word(typed), Direction::ALL, Direction::word)
}

fn organisation(typed: &str) -> Result<Organisation, String> {
    choice(Organisation::from_word(typed), Organisation::ALL, Organisation::word)
}

fn state(typed: &str) -> Result<PeerState, String> {
    choice(PeerState::from_word(typed), PeerState::ALL, PeerState::word)
}

fn day(typed: &str) -> Result<Time, String> {
    Time::end_of_day(typed).ok_or_else(|| "a day such as 2027-12-31".to_owned())
}

/// Runs a command about rules.
pub(super) async fn run(app: &App, by: Option<&str>, command: RulesCommand) -> anyhow::Result<()> {
    let done = match command {
        RulesCommand::List => return list(app, by).await,
        RulesCommand::Add(rule) => return add(app, by, rule).await,
        RulesCommand::End { id, why } => return propose(app, by, vec![Change::EndRule { id }], why).await,
        RulesCommand::Server { host, state, why } => {
            return propose(app, by, vec![Change::SetServer { host, state }], why).await;
        }
        RulesCommand::Organisation { host, organisation, why } => {
            return propose(app, by, vec![Change::SetOrganisation { host, organisation }], why).await;
        }
        RulesCommand::Changes { limit } => return changes(app, by, limit).await,
        RulesCommand::Show { id } => return show(&seen(app, by, id).await?),
        RulesCommand::Try { id } => {
            as_admin(app, by, move |tx, by| acts::rerun(tx, by, id)).await?;
            return show(&seen(app, by, id).await?);
        }
        RulesCommand::Apply { id, hash } => return apply(app, by, id, hash).await,
        RulesCommand::Export { format } => return export(app, by, format).await,
        RulesCommand::Import { format, file, why } => return import(app, by, format, &file, why).await,
        RulesCommand::Withdraw { id } => {
            as_admin(app, by, move |tx, by| acts::withdraw(tx, by, id)).await?;
            "The change is withdrawn."
        }
        RulesCommand::Undo { id } => {
            as_admin(app, by, move |tx, by| acts::undo(tx, by, id)).await?;
            "The change is undone. Memberships and follows that ended because of it come back."
        }
    };
    writeln!(stdout(), "{done}")?;
    Ok(())
}

async fn add(app: &App, by: Option<&str>, rule: NewRule) -> anyhow::Result<()> {
    let NewRule { effect, host, organisation, group, kind, class, direction, until, why } = rule;
    let group = match group {
        Some(name) => Some(as_admin(app, by, move |tx, _by| group_called(tx, &name)).await?),
        None => None,
    };
    let reason = why.reason.clone();
    let rule = Draft { effect, host, organisation, group, kind, class, direction, until, reason };
    propose(app, by, vec![Change::AddRule { rule }], why).await
}

fn group_called(tx: &mut Tx<'_>, name: &str) -> Result<GroupId> {
    match groups::find(tx, name) {
        Err(Error::NotFound) => Err(Error::field("group", "error-rule-group")),
        found => found,
    }
}

/// Proposes changes, shows what they would do, and applies them when that is wanted and one administrator may.
async fn propose(app: &App, by: Option<&str>, changes: Vec<Change>, why: Why) -> anyhow::Result<()> {
    let Why { reason, apply: at_once } = why;
    let made = as_admin(app, by, move |tx, by| acts::propose(tx, by, changes.clone(), &reason));
    let change = seen(app, by, made.await?).await?;
    show(&change)?;
    let row = change.shown.row;
    if at_once && !row.wide {
        return apply(app, by, row.id, row.hash).await;
    }
    let how = format!("vakplein rules apply {} --hash {}", row.id, row.hash);
    let told = if row.wide {
        format!("It touches members or what is closed. It takes two administrators who say: {how} --as NAME")
    } else {
        format!("Nothing has changed yet. To apply it: {how}")
    };
    writeln!(stdout(), "{told}")?;
    Ok(())
}

async fn apply(app: &App, by: Option<&str>, id: RowId, hash: String) -> anyhow::Result<()> {
    let done = as_admin(app, by, move |tx, by| acts::apply(tx, by, id, &hash)).await?;
    let told = match done {
        Applied::Done => format!("It counts now. Undo it within {UNDO_DAYS} days: vakplein rules undo {id}"),
        Applied::AwaitsSecond => "Nothing has changed yet: a second administrator has to agree.".to_owned(),
    };
    writeln!(stdout(), "{told}")?;
    Ok(())
}

async fn list(app: &App, by: Option<&str>) -> anyhow::Result<()> {
    let listed = as_admin(app, by, |tx, by| {
        let rows = rules::views::list(tx, viewer(by))?;
        let groups = named(tx, by, rows.iter().filter_map(|row| row.group_id))?;
        Ok((rows, groups, tx.now))
    });
    let (rows, groups, now) = listed.await?;
    for row in rows {
        let over = if row.counts(now) { "" } else { " (over)" };
        let rule = row.rule();
        let said = sentence(rule.effect, &rule.scope, row.until, &row.reason, &groups);
        writeln!(stdout(), "{}\t{said}{over}", row.id)?;
    }
    Ok(())
}

async fn changes(app: &App, by: Option<&str>, limit: usize) -> anyhow::Result<()> {
    let part = Part { after: None, size: limit };
    let found = as_admin(app, by, move |tx, by| views::list(tx, viewer(by), part)).await?;
    for Shown { row, .. } in found.items {
        let at = row.created_at.rfc3339();
        writeln!(stdout(), "{}\t{}\t{at}\t{}", row.id, row.state, one_line(&row.reason))?;
    }
    Ok(())
}

async fn export(app: &App, by: Option<&str>, format: Format) -> anyhow::Result<()> {
    let text = match format {
        Format::MastodonBlocks => as_admin(app, by, |tx, by| csv::write_blocks(tx, viewer(by))).await?,
        Format::Allowed => as_admin(app, by, |tx, by| csv::write_allowed(tx, viewer(by))).await?,
        Format::VakpleinPolicy => {
            let who = acting(app, by).await.map_err(|error| in_words(app, error))?;
            fediverse::signed_policy(app, viewer(&who)).await.map_err(|error| in_words(app, error))?
        }
    };
    writeln!(stdout(), "{}", text.trim_end())?;
    Ok(())
}

async fn import(app: &App, by: Option<&str>, format: Format, path: &Path, why: Why) -> anyhow::Result<()> {
    // Whoever may not change anything needn't be asked for a file first.
    let who = acting(app, by).await.map_err(|error| in_words(app, error))?;
    let (text, reason) = (content(path)?, why.reason.clone());
    let meaning = match format {
        Format::MastodonBlocks => Some(Meaning::Blocks),
        Format::Allowed => Some(Meaning::Allowed),
        Format::VakpleinPolicy => None,
    };
    let read = match meaning {
        Some(meaning) => as_admin(app, by, move |tx, _by| csv::read(tx, &text, meaning, &reason)).await?,
        None => {
            let policy = fediverse::read_policy(app, viewer(&who), &text).await;
            let (domain, policy) = policy.map_err(|error| in_words(app, error))?;
            writeln!(stdout(), "The policy of {domain}, signed by it.")?;
            as_admin(app, by, move |tx, _by| file::read(tx, &policy)).await?
        }
    };
    let (texts, place) = (texts(app), if format == Format::VakpleinPolicy { "entry" } else { "line" });
    for (number, key) in &read.wrong {
        writeln!(stderr(), "{place} {number}: {}", texts.t(key))?;
    }
    let (same, wrong) = (read.same, read.wrong.len());
    writeln!(stdout(), "So already: {same}. Can't be used: {wrong}.")?;
    if read.changes.is_empty() {
        writeln!(stdout(), "Nothing would change.")?;
        return Ok(());
    }
    propose(app, by, read.changes, why).await
}

/// What is in a file, or on standard input.
fn content(path: &Path) -> anyhow::Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("no text on standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(path).with_context(|| format!("{} can't be read", path.display()))
}
