//! Notices: what people are told of what others did. Owns `notices`.
//!
//! They follow from the journal, by a job: acts know nothing of them. Nobody is told of what they may not see, or by whom they
//! don't want to meet; but a moderator's decision always reaches whoever it is about.

pub mod acts;
mod known;
mod linked;
mod mail;
mod recipients;
pub mod views;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::clock::Time;
use crate::db::types::Json;
use crate::db::{MultiBackend, schema};
use crate::ids::{EntryId, GroupId, NoticeId, PersonId, PostId, ReportId, ThreadId};
use crate::text_enum;

text_enum! {
    /// What somebody is told. Each has locale keys, `notice-{word}` and for mails `notice-mail-{word}-subject` and `-body`.
    NoticeKind {
        /// A reply to one's post or in one's topic.
        Reply = "reply",
        /// One is mentioned.
        Mention = "mention",
        /// A report came in, for those who decide.
        Report = "report",
        /// Somebody objects to a decision, for those who judge.
        Objection = "objection",
        /// Somebody asks to join, for staff.
        JoinRequest = "join-request",
        /// Somebody signed up and waits, for administrators.
        SignUp = "sign-up",
        /// An agreement with another server ends soon, for administrators.
        AgreementEnds = "agreement-ends",
        /// Another server asks for an agreement, for administrators.
        AgreementAsked = "agreement-asked",
        /// Another server answered about an agreement, or changed its side of it, for administrators.
        AgreementChanged = "agreement-changed",
        /// Another server suspended or ended its side of an agreement, or refused it, for administrators.
        AgreementStopped = "agreement-stopped",
        /// Administrators of another server wrote something about an agreement, for administrators.
        AgreementSaid = "agreement-said",
        /// A change of the rules about other servers awaits a second administrator.
        RuleChange = "rule-change",
        /// Another group asks for a link with one's own, for its owners.
        LinkAsked = "link-asked",
        /// Another group agreed to a link that one's own asked for, for its owners.
        LinkAccepted = "link-accepted",
        /// Another group refused or ended a link with one's own, or doesn't ask for it any more; for its owners.
        LinkEnded = "link-ended",
        /// Somebody would like to show one's topic in another group too, and needs one's consent.
        PromotionAsked = "promotion-asked",
        /// A topic of another group was proposed, for those who choose what one's own group shows.
        PromotionOffered = "promotion-offered",
        /// It was decided whether a topic is shown in another group, for whoever began it and whoever proposed that.
        PromotionDecided = "promotion-decided",
        /// One is invited into a group.
        Invitation = "invitation",
        /// One's request to join was accepted.
        Accepted = "accepted",
        /// One's request to join was refused, or the membership ended.
        Rejected = "rejected",
        /// One's membership of a group elsewhere ended, as its server was blocked.
        Severed = "severed",
        /// One's role changed.
        Role = "role",
        /// One's membership got an end, another one, or none any more.
        Until = "until",
        /// One's membership is over by itself.
        Over = "over",
        /// One's report was decided.
        ReportResolved = "report-resolved",
        /// One's objection was decided.
        ObjectionResolved = "objection-resolved",
        /// One's post was removed by a moderator.
        Removed = "removed",
        /// One's post was restored.
        Restored = "restored",
        /// One's topic was locked.
        Locked = "locked",
        /// One's topic was moved to another group.
        Moved = "moved",
        /// One was warned.
        Warned = "warned",
        /// One was banned from a group or the instance.
        Banned = "banned",
        /// A ban was lifted.
        Unbanned = "unbanned",
        /// One's account was suspended.
        Suspended = "suspended",
        /// A suspension was lifted.
        Unsuspended = "unsuspended",
    }
}

impl NoticeKind {
    /// Whether it tells of a decision that restricts somebody. The law wants that such a statement of reasons arrives (Digital
    /// Services Act, art. 17), so no setting and no block holds it back.
    pub fn restricts(self) -> bool {
        matches!(self, Self::Removed | Self::Warned | Self::Banned | Self::Suspended)
    }

    /// Whether it tells of something decided about whoever is told, not of what others do in a group.
    pub fn decides(self) -> bool {
        let by_others = matches!(self, Self::Report | Self::Objection | Self::JoinRequest);
        !self.is_conversation() && !by_others && !self.is_link()
    }

    /// Whether it is about an agreement with another server.
    pub fn is_agreement(self) -> bool {
        matches!(
            self,
            Self::AgreementEnds
                | Self::AgreementAsked
                | Self::AgreementChanged
                | Self::AgreementStopped
                | Self::AgreementSaid
        )
    }

    /// Whether it is about a link between groups, or about a topic that is to be shown by one.
    pub fn is_link(self) -> bool {
        matches!(
            self,
            Self::LinkAsked
                | Self::LinkAccepted
                | Self::LinkEnded
                | Self::PromotionAsked
                | Self::PromotionOffered
                | Self::PromotionDecided
        )
    }

    /// Whether it is about what people write to each other, and so follows the setting for replies.
    pub fn is_conversation(self) -> bool {
        matches!(self, Self::Reply | Self::Mention)
    }
}

/// A notice.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::notices, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub struct NoticeRow {
    /// Its id.
    pub id: NoticeId,
    /// Who is told.
    pub person_id: PersonId,
    /// What.
    pub kind: NoticeKind,
    /// Who did it; `None` for what moderators decided, who act for their group.
    pub by_id: Option<PersonId>,
    /// In which group.
    pub group_id: Option<GroupId>,
    /// In which topic.
    pub thread_id: Option<ThreadId>,
    /// Which post.
    pub post_id: Option<PostId>,
    /// The line of the journal that it tells of.
    pub entry_id: EntryId,
    /// A [`Told`].
    pub detail: Json,
    /// When.
    pub created_at: Time,
    /// When it was read.
    pub read_at: Option<Time>,
    /// When a mail about it was written.
    pub mailed_at: Option<Time>,
}

/// What else a notice tells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// A moderator's reason or answer.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// A role; whether a report was acted upon; whether a membership has an end; a server: the one that was blocked, or that something was
    /// agreed with; which change of the rules; or how a link ended, or a proposal was decided.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub word: String,
    /// Until when, for a ban, a membership or an agreement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// The case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportId>,
    /// The other group of a link, or the one that a topic is to be shown in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<GroupId>,
    /// How addresses name the group in which one can do something about a link or proposal.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
}
