//! Links between groups: topics of an open group, the source, are shown in another, the target. Owns `group_links`, `shown_topics` and
//! `promotions`.
//!
//! A link goes one way; groups that show each other's topics have two. Either side asks, the other accepts, and either ends it. On the wire
//! the target follows the source (FEP-d36d). A topic stays where it is: it keeps its id, and whoever answers does so there. So there is
//! nothing to loop: a target shows only topics that are at home in a group it is linked to, and what it shows goes no further. Nothing
//! closed crosses: both ends are open, and a link ends when one isn't any more.
//!
//! With [`Takes::Promoted`] the target shows only what its curators accepted: a topic of the source that somebody proposed, with the
//! consent of whoever asks in it.

pub mod acts;
pub mod guests;
pub mod heard;
pub mod outward;
pub mod promotions;
pub mod queue;
pub mod retention;
pub mod shown;
pub mod views;

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{MultiBackend, schema};
use crate::ids::{GroupId, LinkId, PersonId, PromotionId, ThreadId};
use crate::text_enum;

text_enum! {
    /// How far a link is. One that was refused or has ended isn't there any more; the journal tells of it.
    LinkState {
        /// One side asked, the other hasn't answered.
        Asked = "asked",
        /// Topics are shown.
        Accepted = "accepted",
    }
}

text_enum! {
    /// An end of a link.
    Side {
        /// The group whose topics are shown elsewhere too.
        Source = "source",
        /// The group that shows them.
        Target = "target",
    }
}

impl Side {
    /// The other end.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Source => Self::Target,
            Self::Target => Self::Source,
        }
    }
}

text_enum! {
    /// Which topics of the source the target shows.
    Takes {
        /// All, as far as they have one of the link's words.
        All = "all",
        /// Those that its curators accepted.
        Promoted = "promoted",
    }
}

text_enum! {
    /// How far a proposal to show a topic is.
    PromotionState {
        /// Whoever asks in the topic hasn't consented yet.
        Consent = "consent",
        /// The curators of the target haven't decided yet.
        Offered = "offered",
        /// It is shown.
        Accepted = "accepted",
        /// Whoever asks in it didn't want that.
        Declined = "declined",
        /// The curators didn't.
        Refused = "refused",
        /// It was taken back, or it isn't shown any more.
        Ended = "ended",
    }
}

impl PromotionState {
    /// Whether somebody still has to decide, or it is shown: there can't be another one.
    #[must_use]
    pub fn stands(self) -> bool {
        matches!(self, Self::Consent | Self::Offered | Self::Accepted)
    }
}

/// A link.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::group_links, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub struct LinkRow {
    /// Its id.
    pub id: LinkId,
    /// Whose topics are shown.
    pub source_id: GroupId,
    /// Where they are shown.
    pub target_id: GroupId,
    /// How far it is.
    pub state: LinkState,
    /// Which side asked.
    pub asked_by: Side,
    /// Which topics. The target's to say; what a target elsewhere shows isn't known here.
    pub takes: Takes,
    /// Of all topics those with one of these words in the title or the first lines, a line each; empty: all of them.
    pub words: String,
    /// What was written when asking.
    pub note: String,
    /// Id of the target's `Follow`.
    pub follow_uri: Option<String>,
    /// Id of the source's `Invite`.
    pub invite_uri: Option<String>,
    /// Who asked or, when it came in, nobody of this instance.
    pub created_by: Option<PersonId>,
    /// When it was asked.
    pub created_at: Time,
    /// When it was accepted.
    pub accepted_at: Option<Time>,
}

impl LinkRow {
    /// Which end of it a group is.
    #[must_use]
    pub fn side_of(&self, group: GroupId) -> Side {
        if group == self.source_id { Side::Source } else { Side::Target }
    }

    /// The group at an end.
    #[must_use]
    pub fn end(&self, side: Side) -> GroupId {
        match side {
            Side::Source => self.source_id,
            Side::Target => self.target_id,
        }
    }

    /// Whether it is this group that has to answer.
    #[must_use]
    pub fn awaits(&self, group: GroupId) -> bool {
        self.state == LinkState::Asked && self.side_of(group) != self.asked_by
    }
}

/// What the staff of a group asks of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The other group: open, here or elsewhere.
    pub other: GroupId,
    /// Which end the asking group would be: [`Side::Target`] to show the other's topics, [`Side::Source`] to have its own shown there.
    pub side: Side,
    /// Which topics, where the asking group is the target.
    pub choice: Choice,
    /// For the staff of the other group. May be empty.
    pub note: String,
}

/// Which topics a target shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// All or those that were promoted.
    pub takes: Takes,
    /// Of all topics those with one of these words, a line each; empty: all of them.
    pub words: String,
}

impl Default for Choice {
    fn default() -> Self {
        Self { takes: Takes::All, words: String::new() }
    }
}

/// A topic of another group that a group shows.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::shown_topics, check_for_backend(MultiBackend))]
pub struct ShownRow {
    /// The group that shows it.
    pub group_id: GroupId,
    /// The topic.
    pub thread_id: ThreadId,
    /// Its curators chose it.
    pub promoted: bool,
    /// When the topic was started.
    pub created_at: Time,
    /// When something visible was last posted in it.
    pub active_at: Time,
    /// Since when it is shown.
    pub shown_at: Time,
}

/// A proposal to show a topic in a group that its own is linked to.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::promotions, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub struct PromotionRow {
    /// Its id.
    pub id: PromotionId,
    /// The topic.
    pub thread_id: ThreadId,
    /// Where it would be shown.
    pub group_id: GroupId,
    /// Who proposed it; `None`: its group, elsewhere.
    pub by_id: Option<PersonId>,
    /// Why.
    pub note: String,
    /// How far it is.
    pub state: PromotionState,
    /// Id of the `Offer`, when one of the two groups is elsewhere.
    pub offer_uri: Option<String>,
    /// Why curators refused it or took it off.
    pub reason: String,
    /// When it was proposed.
    pub created_at: Time,
    /// When it last changed.
    pub changed_at: Time,
}
