//! What an activity counts for at the door: which limits, and whose.
//!
//! What somebody does counts against that person, and all that a server sends against the server, generously: a host announces what
//! all members of its groups do, and isn't one person. Only what was proven to be somebody's is counted, so nobody can use up what
//! others have; whoever has used it up is turned away before anything is looked up or verified.

use url::Url;

use super::arrival::Head;
use crate::app::App;
use crate::error::Result;
use crate::policy::limits::MENTIONS;
use crate::policy::rates::Limit;
use crate::urls::host_of;

/// What an activity counts for.
#[derive(Debug)]
pub struct Tally {
    entries: Vec<(Limit, String, u32)>,
}

impl Tally {
    /// What an activity counts for when its actor sent it.
    pub fn of(app: &App, head: &Head) -> Self {
        let host = host_of(&head.actor).unwrap_or_default();
        let actor = head.actor.as_str();
        let mut entries = vec![(Limit::PeerActivities, host.clone(), 1)];
        match Matter::of(head) {
            Matter::Post => {
                entries.push((Limit::ActorPosts, actor.to_owned(), 1));
                let guard = app.client.guard();
                // Who writes in a group names it, too; that tells nobody.
                let is_ours = |uri: &&Url| guard.is_own_url(uri) && uri.path().starts_with("/u/");
                let named = head.mentions.iter().filter(is_ours).count();
                // More aren't told.
                let named = u32::try_from(named.min(MENTIONS)).unwrap_or_default();
                if named > 0 {
                    entries.push((Limit::ActorMentions, actor.to_owned(), named));
                }
            }
            Matter::Reaction => entries.push((Limit::ActorReactions, actor.to_owned(), 1)),
            Matter::Following => {
                entries.push((Limit::ActorFollows, actor.to_owned(), 1));
                entries.push((Limit::PeerFollows, host, 1));
            }
            Matter::Report => {
                entries.push((Limit::ActorReports, actor.to_owned(), 1));
                entries.push((Limit::PeerReports, host, 1));
            }
            Matter::Agreement => entries.push((Limit::PeerAgreements, host, 1)),
            Matter::Other => {}
        }
        Self { entries }
    }

    /// What it counts for when this server handed it on: it may have been sent by others many times.
    pub fn handed_on(host: String) -> Self {
        Self { entries: vec![(Limit::PeerActivities, host, 1)] }
    }

    /// Whether all of it fits, without counting it.
    ///
    /// # Errors
    /// `Limited` by the first that doesn't.
    pub fn check(&self, app: &App) -> Result<()> {
        self.entries.iter().try_for_each(|(limit, who, much)| app.limits.check(*limit, who, *much))
    }

    /// Counts it, if all of it fits.
    ///
    /// # Errors
    /// `Limited` by the first that doesn't.
    pub fn take(&self, app: &App) -> Result<()> {
        self.check(app)?;
        self.entries.iter().try_for_each(|(limit, who, much)| app.limits.take(*limit, who, *much))
    }
}

/// What an activity is to those who get it.
enum Matter {
    Post,
    Reaction,
    Following,
    Report,
    Agreement,
    /// Nobody is told of it, or it ends something, or a group says it.
    Other,
}

impl Matter {
    fn of(head: &Head) -> Self {
        let kind = if head.kind == "Undo" { head.undone.as_deref() } else { Some(head.kind.as_str()) };
        match kind {
            Some("Create" | "Update") => Self::Post,
            Some("Follow" | "Join" | "Leave") => Self::Following,
            Some("Flag") => Self::Report,
            // An instance offers an agreement, a group a topic.
            Some("Offer") if head.actor.path() == "/" => Self::Agreement,
            Some("Offer") => Self::Following,
            // An undo that names what it undoes by its id alone.
            Some("Like" | "Dislike" | "EmojiReact") | None => Self::Reaction,
            Some(_) => Self::Other,
        }
    }
}
