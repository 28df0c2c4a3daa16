//! The journal: one line for every act, written in the act's own transaction, never changed.
//!
//! Notifications, mail, federation and the moderation log read it; nothing else triggers them. [`record`] also enqueues the
//! jobs that do so, so that nothing is lost between a commit and a send. Kept for `retention.journal_days`, but the lines of the
//! moderation log for as long as the group exists.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::clock::Time;
use crate::db::types::Json;
use crate::db::{AtEnd, MultiBackend, Tx, VALUES, schema};
use crate::each;
use crate::error::Result;
use crate::ids::{EntryId, GroupId, PersonId, PostId, ReportId, ThreadId};
use crate::jobs;
use crate::policy::{Actor, Origin};
use crate::text::personal::Kind;
use crate::text_enum;

text_enum! {
    /// What was done.
    Did {
        /// A topic was started.
        StartThread = "start-thread",
        /// A reply was written.
        Reply = "reply",
        /// A post or title was changed.
        EditPost = "edit-post",
        /// An author deleted a post.
        DeletePost = "delete-post",
        /// A moderator removed a post.
        RemovePost = "remove-post",
        /// A moderator restored a post.
        RestorePost = "restore-post",
        /// A post was liked or disliked.
        React = "react",
        /// A reaction was taken back.
        Unreact = "unreact",
        /// A topic was locked.
        Lock = "lock",
        /// A topic was unlocked.
        Unlock = "unlock",
        /// A topic was pinned.
        Pin = "pin",
        /// A topic was unpinned.
        Unpin = "unpin",
        /// A topic was moved here from another group.
        MoveThread = "move-thread",
        /// Somebody asked to join.
        AskToJoin = "ask-to-join",
        /// Somebody became a member.
        Join = "join",
        /// Somebody was refused membership.
        RejectMember = "reject-member",
        /// Somebody was invited.
        Invite = "invite",
        /// An invitation was withdrawn.
        WithdrawInvitation = "withdraw-invitation",
        /// Somebody left.
        Leave = "leave",
        /// A member's role was changed.
        SetRole = "set-role",
        /// It was changed until when somebody is a member.
        SetUntil = "set-until",
        /// Somebody was banned.
        Ban = "ban",
        /// A ban was lifted.
        Unban = "unban",
        /// A member was warned.
        Warn = "warn",
        /// A report came in.
        Report = "report",
        /// A report was resolved.
        ResolveReport = "resolve-report",
        /// A group was made.
        CreateGroup = "create-group",
        /// A group's texts or settings were changed.
        EditGroup = "edit-group",
        /// A group was archived or opened again.
        ArchiveGroup = "archive-group",
        /// A group was deleted.
        DeleteGroup = "delete-group",
        /// A profile was changed.
        EditProfile = "edit-profile",
        /// A person was deleted.
        DeletePerson = "delete-person",
        /// An account was suspended.
        Suspend = "suspend",
        /// A suspension was lifted.
        Unsuspend = "unsuspend",
        /// A person asked to follow a person.
        Follow = "follow",
        /// A person stopped following a person.
        Unfollow = "unfollow",
        /// A person doesn't let somebody elsewhere follow them, or no longer.
        RefuseFollow = "refuse-follow",
        /// A person blocked or muted a person or instance.
        BlockPerson = "block-person",
        /// Such a block was lifted.
        UnblockPerson = "unblock-person",
        /// Somebody signed up and waits for approval.
        SignUp = "sign-up",
        /// An account was approved.
        ApproveAccount = "approve-account",
        /// An administrator decided about a peer.
        SetPeer = "set-peer",
        /// An administrator changed what is agreed with a server about closed content, or that ends soon.
        SetAgreement = "set-agreement",
        /// An administrator proposed, applied, withdrew or undid a change of the federation rules.
        SetRules = "set-rules",
        /// A moderator let in what waited because of a rule.
        ReleaseHeld = "release-held",
        /// A moderator refused what waited because of a rule.
        RefuseHeld = "refuse-held",
        /// An administrator changed a setting or page.
        EditInstance = "edit-instance",
        /// All copies of a closed group elsewhere were dropped, as nobody here may read them any more.
        DropCopies = "drop-copies",
        /// The staff of a group asked for a link with another, or that came in.
        AskLink = "ask-link",
        /// The staff of the group that was asked accepted a link, or that came in.
        AcceptLink = "accept-link",
        /// A link was refused, taken back or ended.
        EndLink = "end-link",
        /// Which topics a link takes was changed.
        SetLink = "set-link",
        /// Somebody proposed to show a topic in a group that its own is linked to.
        ProposeTopic = "propose-topic",
        /// Whoever asks in that topic consented or not, or the proposal was taken back.
        AnswerProposal = "answer-proposal",
        /// Curators accepted or refused to show such a topic.
        DecideProposal = "decide-proposal",
        /// A group shows a topic of another.
        ShowTopic = "show-topic",
        /// A group shows a topic of another no longer.
        HideTopic = "hide-topic",
    }
}

impl Did {
    /// Whether anybody may have to be told of such an act. `notices` decides who; of the others it needn't be asked.
    pub fn is_told(self) -> bool {
        !matches!(
            self,
            Self::EditPost
                | Self::DeletePost
                | Self::React
                | Self::Unreact
                | Self::Unlock
                | Self::Pin
                | Self::Unpin
                | Self::CreateGroup
                | Self::EditGroup
                | Self::ArchiveGroup
                | Self::DeleteGroup
                | Self::EditProfile
                | Self::DeletePerson
                | Self::Follow
                | Self::Unfollow
                | Self::RefuseFollow
                | Self::BlockPerson
                | Self::UnblockPerson
                | Self::ApproveAccount
                | Self::SetPeer
                | Self::WithdrawInvitation
                | Self::ReleaseHeld
                | Self::RefuseHeld
                | Self::EditInstance
                | Self::DropCopies
                | Self::SetLink
                | Self::ShowTopic
                | Self::HideTopic
        )
    }
}

/// A line to be written.
#[derive(Debug, Clone)]
pub struct Line {
    /// What was done.
    pub did: Did,
    /// By whom; `None` for the instance itself.
    pub by: Option<Actor>,
    /// In which group.
    pub group: Option<GroupId>,
    /// In which thread.
    pub thread: Option<ThreadId>,
    /// To which post.
    pub post: Option<PostId>,
    /// To whom.
    pub person: Option<PersonId>,
    /// Shown in the public moderation log.
    pub moderation: bool,
    /// What else matters.
    pub detail: Detail,
}

impl Line {
    /// A line by somebody, about nothing yet.
    pub fn new(did: Did, by: &Actor) -> Self {
        Self {
            did,
            by: Some(by.clone()),
            group: None,
            thread: None,
            post: None,
            person: None,
            moderation: false,
            detail: Detail::default(),
        }
    }

    /// In this group.
    #[must_use]
    pub fn group(mut self, id: GroupId) -> Self {
        self.group = Some(id);
        self
    }

    /// In this thread.
    #[must_use]
    pub fn thread(mut self, id: ThreadId) -> Self {
        self.thread = Some(id);
        self
    }

    /// To this post.
    #[must_use]
    pub fn post(mut self, id: PostId) -> Self {
        self.post = Some(id);
        self
    }

    /// To this person.
    #[must_use]
    pub fn person(mut self, id: PersonId) -> Self {
        self.person = Some(id);
        self
    }

    /// Shown in the public moderation log, with this reason.
    #[must_use]
    pub fn moderation(mut self, reason: &str) -> Self {
        self.moderation = true;
        reason.clone_into(&mut self.detail.reason);
        self
    }

    /// On this ground, in one word.
    #[must_use]
    pub fn ground(mut self, word: &str) -> Self {
        word.clone_into(&mut self.detail.ground);
        self
    }

    /// With these details.
    #[must_use]
    pub fn detail(mut self, detail: Detail) -> Self {
        self.detail = detail;
        self
    }
}

/// What else matters about an act. A field that an act doesn't use stays at its default and isn't stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Detail {
    /// A moderator's reason, shown in the log and to the person concerned.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// On which ground a moderator decided, as the word of a category of reports.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub ground: String,
    /// The activity that brought the act, as it came in (FEP-1b12: announced verbatim).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity: Option<String>,
    /// Id of that activity, or of the one that is undone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity_uri: Option<String>,
    /// Id of the Follow that a ban ends: the activity may be the ban itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub follow_uri: Option<String>,
    /// Until when, for a ban or a membership.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// A word: a role, a reaction's kind, a state.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub word: String,
    /// What something was before it was changed, for a setting.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub from: String,
    /// What it is now.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub to: String,
    /// A host, for what concerns instances.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub host: String,
    /// The first report of the case that came in or was resolved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report: Option<ReportId>,
    /// The group that a thread came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_group: Option<GroupId>,
    /// The other group of a link, or the one that a topic is to be shown in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<GroupId>,
    /// Which kinds of personal data the author says are none in this text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_personal: Vec<Kind>,
    /// Whoever shall be told or sent to, where the rows that say so are gone after the act.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inboxes: Vec<String>,
}

/// A line of the journal.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::journal, check_for_backend(MultiBackend))]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// What was done.
    pub act: Did,
    /// By whom.
    pub by_id: Option<PersonId>,
    /// Whether it came in from another server.
    pub remote: bool,
    /// Whether it is shown in the public moderation log.
    pub moderation: bool,
    /// In which group.
    pub group_id: Option<GroupId>,
    /// In which thread.
    pub thread_id: Option<ThreadId>,
    /// To which post.
    pub post_id: Option<PostId>,
    /// To whom.
    pub person_id: Option<PersonId>,
    /// What else matters.
    pub detail: Json,
    /// When.
    pub created_at: Time,
}

/// Writes a line, and enqueues what follows from it: telling people, and telling other servers.
///
/// # Errors
/// Only when the database does.
pub fn record(tx: &mut Tx<'_>, line: &Line) -> Result<EntryId> {
    let id = EntryId::fresh();
    let by = line.by.as_ref().map(|by| by.person);
    let remote = line.by.as_ref().is_some_and(|by| by.origin != Origin::Here);
    let mut detail = line.detail.clone();
    if let Some(incoming) = line.by.as_ref().and_then(|by| by.activity.as_ref()) {
        detail.activity = Some(incoming.document.clone());
        detail.activity_uri = Some(incoming.uri.clone());
    }
    let row = NewEntry {
        id,
        act: line.did,
        by_id: by,
        remote,
        moderation: line.moderation,
        group_id: line.group,
        thread_id: line.thread,
        post_id: line.post,
        person_id: line.person,
        detail: Json::of(&detail)?,
        created_at: tx.now,
    };
    tx.at_end::<Lines>().0.push(row);
    // Other servers hear of it after all that was done in the same group, or by the same person, before.
    let lane = line.group.map(|group| group.to_string()).or_else(|| by.map(|by| by.to_string()));
    jobs::enqueue_following(tx, id, &lane.unwrap_or_default(), line.did.is_told())?;
    Ok(id)
}

/// A line as it is written.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = schema::journal)]
#[diesel(treat_none_as_default_value = false)]
struct NewEntry {
    id: EntryId,
    act: Did,
    by_id: Option<PersonId>,
    remote: bool,
    moderation: bool,
    group_id: Option<GroupId>,
    thread_id: Option<ThreadId>,
    post_id: Option<PostId>,
    person_id: Option<PersonId>,
    detail: Json,
    created_at: Time,
}

/// Lines to be written at the end of a transaction: one statement for all that were applied in it.
#[derive(Debug, Default)]
struct Lines(Vec<NewEntry>);

impl AtEnd for Lines {
    fn write(self: Box<Self>, tx: &mut Tx<'_>) -> Result<()> {
        for some in self.0.chunks(VALUES) {
            each!(tx.conn, |conn| diesel::insert_into(schema::journal::table).values(some).execute(conn))?;
        }
        Ok(())
    }
}

/// One line.
///
/// # Errors
/// `NotFound` when it was pruned.
pub fn entry(tx: &mut Tx<'_>, id: EntryId) -> Result<Entry> {
    Ok(schema::journal::table.find(id).select(Entry::as_select()).first(tx.conn)?)
}

/// Many lines, in the order of their ids; those that were pruned are left out.
///
/// # Errors
/// Only when the database does.
pub fn entries(tx: &mut Tx<'_>, ids: &[EntryId]) -> Result<Vec<Entry>> {
    use schema::journal::dsl;
    let query = dsl::journal.filter(dsl::id.eq_any(ids)).order(dsl::id).select(Entry::as_select());
    Ok(query.load(tx.conn)?)
}

/// Forgets lines older than `days`, but not those of the moderation log. 0 keeps all. Tells how many went.
///
/// # Errors
/// Only when the database does.
pub fn prune(tx: &mut Tx<'_>, days: i64) -> Result<usize> {
    use schema::journal::dsl;
    if days == 0 {
        return Ok(0);
    }
    let old = dsl::moderation.eq(false).and(dsl::created_at.lt(tx.now.plus_days(-days)));
    Ok(diesel::delete(dsl::journal.filter(old)).execute(tx.conn)?)
}

/// Forgets what happened to topics and posts of a closed group elsewhere whose copies are dropped: the lines carry what was written.
///
/// # Errors
/// Only when the database does.
pub fn forget_copies(tx: &mut Tx<'_>, group: GroupId) -> Result<()> {
    use schema::journal::dsl;
    let of_posts = dsl::post_id.is_not_null().or(dsl::thread_id.is_not_null());
    diesel::delete(dsl::journal.filter(dsl::group_id.eq(group).and(of_posts))).execute(tx.conn)?;
    Ok(())
}
