//! Who may do what, and what may cross to whom: pure functions over values, with no database.
//!
//! An act loads a [`Standing`] and asks [`Standing::may`]. A read takes a [`Viewer`], a delivery or an ActivityPub response a
//! [`Destination`]; both ask [`visibility`]. What isn't known is refused.

pub mod federation;
pub mod hosts;
pub mod limits;
pub mod rates;
mod rules;
pub mod visibility;

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::ids::PersonId;
use crate::text_enum;

text_enum! {
    /// How far a group's content may go. The order counts: a later class is stricter.
    Class {
        /// Anyone the policy allows.
        Openbaar = "openbaar",
        /// Members, on allowed instances.
        Leden = "leden",
        /// Members, on instances with an agreement whose ceiling reaches this far.
        Vertrouwelijk = "vertrouwelijk",
        /// Members of this instance; it never leaves.
        Lokaal = "lokaal",
    }
}

text_enum! {
    /// What a member is in a group.
    Role {
        /// Reads, posts, reacts.
        Member = "member",
        /// Keeps order.
        Moderator = "moderator",
        /// Decides about the group itself.
        Owner = "owner",
    }
}

text_enum! {
    /// How one joins a group.
    Joining {
        /// At once.
        Open = "open",
        /// When staff of the group approves.
        Approval = "approval",
        /// By a personal, one-time invitation.
        Invite = "invite",
    }
}

text_enum! {
    /// Who starts topics in a group.
    Posting {
        /// Every member.
        Members = "members",
        /// Moderators and owners.
        Staff = "staff",
    }
}

/// Who reads. Every view takes one; there is no default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Viewer {
    /// Somebody who isn't signed in.
    Anonymous,
    /// A person with an account here.
    Member {
        /// Who.
        id: PersonId,
        /// Whether they administer this instance.
        admin: bool,
    },
}

impl Viewer {
    /// The person, when signed in.
    pub fn person(self) -> Option<PersonId> {
        match self {
            Self::Anonymous => None,
            Self::Member { id, .. } => Some(id),
        }
    }

    /// Whether it is an administrator of this instance.
    pub fn is_admin(self) -> bool {
        matches!(self, Self::Member { admin: true, .. })
    }

    /// Lets administrators of this instance through.
    ///
    /// # Errors
    /// `SignedOut`, or `Denied(NotAdmin)`.
    pub fn must_be_admin(self) -> Result<()> {
        self.person().ok_or(Error::SignedOut)?;
        if self.is_admin() { Ok(()) } else { Err(Reason::NotAdmin.into()) }
    }
}

/// Where something would go outside this instance. Every delivery and every ActivityPub response names one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Anybody at all: an unsigned request.
    Anyone,
    /// A server, known by its signature or by being the receiver; with what this instance holds of it.
    Peer {
        /// Host and port, if any.
        host: String,
        /// What the administrators decided about it.
        state: PeerState,
        /// The strictest class that was agreed with it. Not asked for, and `Openbaar`, where an open group is concerned.
        ceiling: Class,
        /// Whether somebody there belongs to the group that this is about: the receiver's member, or whoever asks. Not asked for,
        /// and `false`, where an open group is concerned.
        member: bool,
    },
}

text_enum! {
    /// What administrators decided about a peer.
    PeerState {
        /// Nothing special.
        Open = "open",
        /// Its people need approval to join, and its content isn't promoted.
        Limited = "limited",
        /// Nothing goes there, nothing is taken from there.
        Blocked = "blocked",
    }
}

/// How an act got here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A click, an API call or the command line on this instance.
    Here,
    /// Signed by the person's own server.
    Peer,
    /// Announced by the host of the group, which is the only one to say what stands in it.
    Host,
}

/// Who acts, and how the act got here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub person: PersonId,
    /// How the act got here.
    pub origin: Origin,
    /// The activity that brought it; `None` for what happens here. The journal keeps it, so that the group can announce it
    /// as it came in (FEP-1b12: never rebuilt).
    pub activity: Option<Arc<Incoming>>,
}

/// An activity that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// Its id on the wire.
    pub uri: String,
    /// Its raw JSON.
    pub document: String,
    /// A moderator let it in, after a rule had it wait.
    pub released: bool,
}

impl Actor {
    /// A person of this instance, acting here.
    pub fn here(person: PersonId) -> Self {
        Self { person, origin: Origin::Here, activity: None }
    }

    /// A person elsewhere, whose activity came in.
    pub fn remote(person: PersonId, origin: Origin, activity: Arc<Incoming>) -> Self {
        Self { person, origin, activity: Some(activity) }
    }
}

/// Everything about a person in a group that decides what they may do there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The group's class.
    pub class: Class,
    /// How one joins.
    pub joining: Joining,
    /// Who starts topics.
    pub posting: Posting,
    /// Outsiders may know of it, though it is closed.
    pub face: bool,
    /// Whether this instance hosts the group. If not, its host decides, and what we know of roles may be old.
    pub hosted_here: bool,
    /// Nothing new is posted.
    pub archived: bool,
    /// How the act got here.
    pub origin: Origin,
    /// The person's role, once accepted.
    pub role: Option<Role>,
    /// The person asked to join and waits.
    pub pending: bool,
    /// Banned from the group now.
    pub banned: bool,
    /// Suspended or banned from this instance now, or on a blocked one.
    pub suspended: bool,
    /// Administrator of this instance.
    pub admin: bool,
    /// The person is of this instance.
    pub local: bool,
    /// What rules about other servers say: of somebody elsewhere about what comes from there, of somebody of ours about what goes to the
    /// group's host.
    pub effects: federation::Effects,
    /// A moderator let in what brings the act.
    pub released: bool,
    /// The topic that this is about is shown in a group that the person belongs to: they take part in it without having joined.
    pub guest: bool,
}

/// What somebody wants to do in a group, with what matters to the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// See the group and what is in it.
    Read,
    /// Become a member.
    Join,
    /// Become a member with an invitation that was found good.
    AcceptInvitation,
    /// Invite somebody, see and withdraw invitations.
    Invite,
    /// Start a topic.
    StartThread,
    /// Reply in a topic.
    Reply {
        /// The topic is locked.
        locked: bool,
    },
    /// Like a post, or take that back.
    React,
    /// Change the text of a post.
    EditPost {
        /// It is their own.
        own: bool,
        /// The topic is locked.
        locked: bool,
    },
    /// Delete their own post.
    DeletePost {
        /// It is their own.
        own: bool,
    },
    /// Remove somebody's post, or restore it.
    RemovePost,
    /// Lock or unlock a topic.
    Lock,
    /// Pin or unpin a topic.
    Pin,
    /// Move a topic out of this group, or into it.
    Move,
    /// Report a post or person to the group's moderators.
    Report,
    /// See and resolve reports.
    ResolveReports,
    /// Warn a member.
    Warn,
    /// Ban a person from the group, or lift a ban.
    Ban {
        /// What the person is in the group.
        target: Option<Role>,
    },
    /// Approve or reject those who ask to join.
    Admit,
    /// Change the group's texts and settings.
    EditGroup,
    /// Change a member's role.
    SetRole,
    /// Close the group or delete it.
    CloseGroup,
    /// Ask for links with other groups, answer, change and end them.
    Link,
    /// Decide which topics of other groups are shown.
    Curate,
    /// Propose to show a topic in another group.
    Promote,
}

text_enum! {
    /// Why something is refused. Each has a locale key, `reason-{word}`.
    Reason {
        /// It must not even be known that it exists: told as "not found".
        Hidden = "hidden",
        /// Only members may.
        NotMember = "not-member",
        /// The membership still waits for approval.
        Pending = "pending",
        /// Only moderators and owners may.
        NotStaff = "not-staff",
        /// Only owners may.
        NotOwner = "not-owner",
        /// Whoever decided something doesn't judge the objection to it.
        OwnDecision = "own-decision",
        /// Only administrators of the instance may.
        NotAdmin = "not-admin",
        /// Not theirs.
        NotOwn = "not-own",
        /// The topic is locked.
        Locked = "locked",
        /// The group is archived.
        Archived = "archived",
        /// Only staff starts topics in this group.
        StaffPosts = "staff-posts",
        /// One joins by invitation only.
        InviteOnly = "invite-only",
        /// Only groups that are for everybody are linked.
        NotOpen = "not-open",
        /// What is for everybody came into a closed group, or what isn't into an open one.
        WrongAudience = "wrong-audience",
        /// Banned from the group.
        Banned = "banned",
        /// Suspended on the instance.
        Suspended = "suspended",
        /// The group is hosted elsewhere, and only its host may say this.
        NotHost = "not-host",
        /// The last owner can't leave or lose the role.
        LastOwner = "last-owner",
        /// Blocked by the other person, or the instance is blocked.
        Blocked = "blocked",
        /// A rule of this instance about other servers says no.
        Ruled = "ruled",
        /// A rule of this instance has it wait until a moderator lets it in.
        Held = "held",
        /// A second administrator has to agree, and that can't be the same.
        NotSecond = "not-second",
        /// It touches members or what is closed, so it takes a change that a second administrator agrees to.
        NeedsSecond = "needs-second",
        /// Already so.
        Already = "already",
        /// This instance takes no sign-ups.
        SignUpClosed = "sign-up-closed",
        /// The account's e-mail address isn't proven yet.
        Unconfirmed = "unconfirmed",
        /// The account isn't confirmed or approved yet.
        NotActive = "not-active",
        /// Too much of it in a short time.
        TooMany = "too-many",
        /// The scope of the API token doesn't reach this far.
        Scope = "scope",
    }
}
