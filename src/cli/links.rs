//! `vakplein link …`: links of groups hosted here with other groups, and topics of others that were offered to them.

use std::io::{Write, stdout};

use clap::{Args, Subcommand};

use super::{acting, as_admin, in_words, viewer, words};
use crate::app::App;
use crate::db::page::Part;
use crate::groups::views as groups;
use crate::ids::{LinkId, PromotionId};
use crate::links::queue::{self, Proposal};
use crate::links::views::{self, Linked};
use crate::links::{Choice, LinkState, Side, Takes, Wish, acts, promotions};
use crate::text::line::one_line;

/// Lines that are read at once.
const PART: usize = 200;

/// What is done with links between groups.
#[derive(Debug, Subcommand)]
pub(super) enum LinkCommand {
    /// List the links of a group: id, the other group, which end the group itself is, how far it is, which topics are shown, and of those
    /// only which words.
    List {
        /// Its name in addresses.
        group: String,
    },
    /// Ask another group for a link. One that is hosted here as well needn't answer: its administrators do both.
    Ask {
        /// The name of the group that asks.
        group: String,
        /// The other one: its name, name@host, or address.
        other: String,
        /// target shows topics of the other group in this one, source has topics of this one shown there.
        #[arg(long, value_parser = side)]
        side: Side,
        /// Which topics are shown.
        #[command(flatten)]
        topics: Topics,
        /// For those who keep the other group.
        #[arg(long, default_value = "")]
        note: String,
    },
    /// Accept a link that the other group asks for. Where this group is the one that shows topics, it says which.
    Accept {
        /// The name of the group.
        group: String,
        /// The link's id.
        id: LinkId,
        /// Which topics are shown.
        #[command(flatten)]
        topics: Topics,
    },
    /// Say anew which topics a group shows by a link: all of them, when nothing else is said.
    Set {
        /// The name of the group.
        group: String,
        /// The link's id.
        id: LinkId,
        /// Which topics are shown.
        #[command(flatten)]
        topics: Topics,
    },
    /// Refuse a link, take back what was asked, or end one: nothing is shown by it any more.
    End {
        /// The name of the group.
        group: String,
        /// The link's id.
        id: LinkId,
        /// Why; those who keep the other group read it.
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// List the topics of other groups that were offered to a group, the oldest first: id, since when, group, who asks in it, title, why.
    Offers {
        /// Its name in addresses.
        group: String,
    },
    /// Decide about a topic that was offered: it is shown, or refused.
    Decide {
        /// The id of the offer.
        id: PromotionId,
        /// Which of the two.
        #[command(flatten)]
        answer: Answer,
        /// Why it is refused.
        #[arg(long, default_value = "")]
        reason: String,
    },
}

// Which topics of the other group are shown.
#[derive(Debug, Args)]
pub(super) struct Topics {
    /// all, or promoted: only those that the curators of the group accepted.
    #[arg(long, value_parser = takes)]
    takes: Option<Takes>,
    /// Of all topics those with this word or phrase in the title or the first lines; may be given more than once.
    #[arg(long = "word", value_name = "WORD")]
    words: Vec<String>,
}

impl Topics {
    fn choice(self) -> Choice {
        Choice { takes: self.takes.unwrap_or(Takes::All), words: self.words.join("\n") }
    }

    /// Nothing, when nothing was said.
    fn chosen(self) -> Option<Choice> {
        let said = self.takes.is_some() || !self.words.is_empty();
        said.then(|| self.choice())
    }
}

// Yes or no.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Answer {
    /// Show it.
    #[arg(long)]
    accept: bool,
    /// Don't; that takes a reason.
    #[arg(long)]
    refuse: bool,
}

fn side(word: &str) -> Result<Side, String> {
    Side::from_word(word).ok_or_else(|| format!("one of {}", words(Side::ALL.iter().map(|side| side.word()))))
}

fn takes(word: &str) -> Result<Takes, String> {
    Takes::from_word(word)
        .ok_or_else(|| format!("one of {}", words(Takes::ALL.iter().map(|takes| takes.word()))))
}

/// Runs a command about links.
pub(super) async fn run(app: &App, by: Option<&str>, command: LinkCommand) -> anyhow::Result<()> {
    match command {
        LinkCommand::List { group } => {
            let found = as_admin(app, by, move |tx, by| {
                let group = groups::find(tx, &group)?;
                views::list(tx, &viewer(by), group)
            });
            found.await?.iter().try_for_each(show)
        }
        LinkCommand::Ask { group, other, side, topics, note } => {
            // Whoever may not ask has nobody looked up.
            acting(app, by).await.map_err(|error| in_words(app, error))?;
            let other = app.find_group(None, &other).await.map_err(|error| in_words(app, error))?;
            let wish = Wish { other, side, choice: topics.choice(), note };
            let made = as_admin(app, by, move |tx, by| {
                let group = groups::find(tx, &group)?;
                let row = acts::ask(tx, by, group, &wish)?;
                views::find(tx, &viewer(by), group, row.id)
            });
            show(&made.await?)
        }
        LinkCommand::Accept { group, id, topics } => {
            let choice = topics.chosen();
            let done = as_admin(app, by, move |tx, by| {
                let group = groups::find(tx, &group)?;
                acts::accept(tx, by, group, id, choice.as_ref())?;
                views::find(tx, &viewer(by), group, id)
            });
            show(&done.await?)
        }
        LinkCommand::Set { group, id, topics } => {
            let choice = topics.choice();
            let done = as_admin(app, by, move |tx, by| {
                let group = groups::find(tx, &group)?;
                acts::set(tx, by, group, id, &choice)?;
                views::find(tx, &viewer(by), group, id)
            });
            show(&done.await?)
        }
        LinkCommand::End { group, id, reason } => {
            let done = as_admin(app, by, move |tx, by| {
                let group = groups::find(tx, &group)?;
                acts::end(tx, by, group, id, &reason)
            });
            done.await?;
            writeln!(stdout(), "Nothing is shown by this link any more.")?;
            Ok(())
        }
        LinkCommand::Offers { group } => offers(app, by, group).await,
        LinkCommand::Decide { id, answer, reason } => {
            let yes = answer.accept && !answer.refuse;
            as_admin(app, by, move |tx, by| promotions::decide(tx, by, id, yes, &reason)).await?;
            writeln!(stdout(), "{}", if yes { "The topic is shown." } else { "The topic is refused." })?;
            Ok(())
        }
    }
}

/// A link in a line.
fn show(link: &Linked) -> anyhow::Result<()> {
    let row = &link.row;
    let state = match row.state {
        LinkState::Accepted => "accepted",
        LinkState::Asked if link.awaits_us => "to answer",
        LinkState::Asked => "asked",
    };
    let (id, other, side, takes) = (row.id, link.other.local_name(), link.side, row.takes);
    writeln!(stdout(), "{id}\t{other}\t{side}\t{state}\t{takes}\t{}", words(row.words.lines()))?;
    Ok(())
}

async fn offers(app: &App, by: Option<&str>, group: String) -> anyhow::Result<()> {
    let mut part = Part { after: None, size: PART };
    loop {
        let name = group.clone();
        let slice = as_admin(app, by, move |tx, by| {
            let group = groups::find(tx, &name)?;
            queue::offers(tx, &viewer(by), group, part)
        });
        let slice = slice.await?;
        slice.items.iter().try_for_each(offered)?;
        match slice.next {
            Some(next) => part.after = Some(next),
            None => return Ok(()),
        }
    }
}

/// A topic that was offered, in a line.
fn offered(proposal: &Proposal) -> anyhow::Result<()> {
    let row = &proposal.row;
    let parts = [
        row.id.to_string(),
        row.created_at.rfc3339(),
        proposal.home.local_name(),
        proposal.asker.handle(),
        one_line(&proposal.title),
        one_line(&row.note),
    ];
    writeln!(stdout(), "{}", parts.join("\t"))?;
    Ok(())
}
