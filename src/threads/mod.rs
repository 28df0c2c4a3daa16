//! Threads: topics, replies and reactions. Owns `threads`, `posts`, `revisions`, `reactions`, `mentions`, `thread_reads`.
//!
//! A thread has the id of its first post. A post that was written here for a group elsewhere isn't confirmed until that
//! group's host has announced it.

pub mod acts;
pub mod ahead;
pub mod copies;
mod counts;
pub mod draft;
pub mod files;
pub mod forget;
pub mod hits;
pub mod lines;
mod newest;
pub mod outward;
pub mod pace;
pub mod personal;
mod readable;
pub mod reindex;
mod rows;
mod staff;
pub mod tree;
mod via;
pub mod views;

use std::borrow::Cow;

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{MultiBackend, schema};
use crate::error::Result;
use crate::ids::{ActorId, GroupId, MediaId, PersonId, PostId, ThreadId};
use crate::policy::{Act, Class, Reason, Standing};
use crate::text_enum;

text_enum! {
    /// What kind of topic.
    ThreadKind {
        /// Anything to talk about.
        Discussion = "discussion",
    }
}

text_enum! {
    /// How somebody reacted to a post.
    ReactionKind {
        /// Useful, or agreed.
        Like = "like",
        /// Not so. Only comes from elsewhere; it is kept, but not shown.
        Dislike = "dislike",
    }
}

/// A topic.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::threads, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub struct ThreadRow {
    /// Also the id of its first post.
    pub id: ThreadId,
    /// In which group.
    pub group_id: GroupId,
    /// Who started it.
    pub author_id: PersonId,
    /// What kind.
    pub kind: ThreadKind,
    /// Its title.
    pub title: String,
    /// The beginning of the first post, plain text.
    pub excerpt: String,
    /// Elsewhere: its context collection.
    pub context_uri: Option<String>,
    /// Visible replies.
    pub reply_count: i64,
    /// When it was started.
    pub created_at: Time,
    /// When something visible was last posted.
    pub active_at: Time,
    /// Pinned since.
    pub pinned_at: Option<Time>,
    /// Locked since.
    pub locked_at: Option<Time>,
    /// Not in lists: the first post is deleted, removed, or not yet confirmed by the host.
    pub hidden: bool,
}

/// A post: a topic's first message or a reply.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::posts, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub struct PostRow {
    /// Its id.
    pub id: PostId,
    /// In which thread.
    pub thread_id: ThreadId,
    /// In which group.
    pub group_id: GroupId,
    /// To which post it replies; `None` for the first.
    pub parent_id: Option<PostId>,
    /// Who wrote it.
    pub author_id: PersonId,
    /// Written on this instance.
    pub local: bool,
    /// Id on the wire.
    pub uri: String,
    /// Page for people.
    pub url: String,
    /// Markdown; empty when only HTML came in.
    pub content: String,
    /// Safe HTML.
    pub html: String,
    /// A content warning that came from elsewhere.
    pub summary: String,
    /// Marked as sensitive elsewhere.
    pub sensitive: bool,
    /// BCP 47, when known.
    pub language: Option<String>,
    /// Replies above it; 0 for the first post.
    pub depth: i64,
    /// Likes.
    pub like_count: i64,
    /// Dislikes, from elsewhere.
    pub dislike_count: i64,
    /// When it was written.
    pub created_at: Time,
    /// When its text last changed.
    pub edited_at: Option<Time>,
    /// When the group's host took it. `None`: "in behandeling".
    pub confirmed_at: Option<Time>,
    /// Why the group's host refused it.
    pub refused_reason: Option<String>,
    /// When its author deleted it.
    pub deleted_at: Option<Time>,
    /// When a moderator removed it.
    pub removed_at: Option<Time>,
    /// Which moderator.
    pub removed_by: Option<PersonId>,
    /// Why.
    pub removed_reason: String,
    /// The raw object as its origin sent it; `None` for what was written here.
    pub document: Option<String>,
}

/// What somebody wants to post: from a form, from the API, or from the wire. Edges make it, rendered and cleaned, before
/// they begin a transaction.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Title, for a topic.
    pub title: String,
    /// Markdown; empty when only HTML came in.
    pub content: String,
    /// Safe HTML, from `text`.
    pub html: String,
    /// Plain text, for the excerpt and for search.
    pub plain: String,
    /// A content warning from elsewhere.
    pub summary: String,
    /// Marked as sensitive elsewhere.
    pub sensitive: bool,
    /// BCP 47, when known.
    pub language: Option<String>,
    /// Who is mentioned, as far as known here.
    pub mentions: Vec<ActorId>,
    /// Uploaded files to attach, in order; they must be the author's and unused. An edit names
    /// all that shall stay.
    pub media: Vec<MediaId>,
    /// Pictures and files elsewhere; an edit puts them in place of those that were there.
    pub remote_media: Vec<RemoteMedia>,
    /// What in it looks like personal data; of what comes from elsewhere it is asked before there is a draft.
    pub personal: personal::Personal,
    /// Terms for search, from [`draft::terms`]; when empty, the act makes them.
    pub terms: String,
    /// What only things from elsewhere have.
    pub remote: Option<Remote>,
}

impl Draft {
    /// The draft as it may stand in a group: what a rule lets in without its pictures and files has none.
    ///
    /// # Errors
    /// `Denied` when it came from elsewhere for another audience: what is for everybody has no place in a closed group, whose members
    /// would take it for theirs alone, and what isn't has none in an open one.
    pub(super) fn fitting(&self, standing: &Standing, act: Act) -> Result<Cow<'_, Self>> {
        let open = standing.class == Class::Openbaar;
        if self.remote.as_ref().is_some_and(|remote| remote.public != open) {
            return Err(Reason::WrongAudience.into());
        }
        if self.remote_media.is_empty() || !standing.is_without_media(act) {
            return Ok(Cow::Borrowed(self));
        }
        Ok(Cow::Owned(Self { remote_media: Vec::new(), ..self.clone() }))
    }
}

/// A picture or file that stays elsewhere; shown through our proxy.
#[derive(Debug, Clone, Default)]
pub struct RemoteMedia {
    /// Where it is.
    pub url: String,
    /// Its media type, as its origin says.
    pub media_type: String,
    /// Alternative text.
    pub alt: String,
    /// Its name.
    pub name: String,
}

/// What a post from elsewhere brings with it.
#[derive(Debug, Clone)]
pub struct Remote {
    /// Id on the wire.
    pub uri: String,
    /// Page for people.
    pub url: String,
    /// When it was written, never later than now.
    pub published: Time,
    /// When it last changed, if it says so.
    pub updated: Option<Time>,
    /// Its context collection.
    pub context: Option<String>,
    /// The raw object.
    pub document: String,
    /// Whether it is addressed to everybody.
    pub public: bool,
}
