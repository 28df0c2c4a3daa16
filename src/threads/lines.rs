//! Topics as lines of a list: who, where, how many replies, and what the reader hasn't seen.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;

use super::{ThreadKind, ThreadRow};
use crate::clock::Time;
use crate::db::{MultiBackend, Tx, among, schema};
use crate::error::Result;
use crate::groups::views::{self as groups, GroupLine};
use crate::ids::{GroupId, PersonId, PostId, ThreadId};
use crate::people::blocks;
use crate::people::byline::Byline;
use crate::policy::Viewer;

/// A topic in a list.
#[derive(Debug, Clone)]
pub struct TopicLine {
    /// Which topic.
    pub id: ThreadId,
    /// Id on the wire.
    pub uri: String,
    /// Its group.
    pub group: Arc<GroupLine>,
    /// Who started it.
    pub author: Arc<Byline>,
    /// What kind.
    pub kind: ThreadKind,
    /// Its title.
    pub title: String,
    /// The beginning of its text.
    pub excerpt: String,
    /// Visible replies.
    pub reply_count: i64,
    /// Likes of its first post.
    pub like_count: i64,
    /// When it was started.
    pub created_at: Time,
    /// When something visible was last posted.
    pub active_at: Time,
    /// Stays on top of its group's list.
    pub pinned: bool,
    /// Stands in the list of a group that shows it, and is at home in another.
    pub via: bool,
    /// Takes no more replies.
    pub locked: bool,
    /// The reader's own, and the group's host hasn't announced it yet.
    pub pending: bool,
    /// What the reader has seen of it.
    pub seen: Seen,
}

/// What a reader has seen of a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Nobody is signed in, or it is older than the account.
    Unknown,
    /// Nothing of it.
    Nothing,
    /// All but so many replies.
    AllBut(i64),
}

/// Lines of these topics of many groups, in the same order; those of people whom the reader blocked or muted are left out.
///
/// # Errors
/// Only when the database does.
pub(super) fn lines(tx: &mut Tx<'_>, viewer: &Viewer, threads: Vec<ThreadRow>) -> Result<Vec<TopicLine>> {
    let groups = groups::lines(tx, threads.iter().map(|thread| thread.group_id))?;
    lines_in(tx, viewer, threads, &groups)
}

/// The same of topics of these groups.
///
/// # Errors
/// Only when the database does.
pub(super) fn lines_in(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    threads: Vec<ThreadRow>,
    groups: &HashMap<GroupId, Arc<GroupLine>>,
) -> Result<Vec<TopicLine>> {
    if threads.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<ThreadId> = threads.iter().map(|thread| thread.id).collect();
    let mut first = first_posts(tx, &ids)?;
    let blocked = blocks::blocked_by(tx, viewer)?;
    let mut seen = match viewer.person() {
        Some(person) => seen(tx, person, &ids)?,
        None => HashMap::new(),
    };
    let unseen = if viewer.person().is_some() { Seen::Nothing } else { Seen::Unknown };
    let lines = threads.into_iter().filter_map(|thread| {
        let First { like_count, uri, author } = first.remove(&thread.id)?;
        if blocked.hides(&author) {
            return None;
        }
        let own = viewer.person() == Some(thread.author_id);
        Some(TopicLine {
            id: thread.id,
            uri,
            group: Arc::clone(groups.get(&thread.group_id)?),
            author: Arc::new(author),
            kind: thread.kind,
            title: thread.title,
            excerpt: thread.excerpt,
            reply_count: thread.reply_count,
            like_count,
            created_at: thread.created_at,
            active_at: thread.active_at,
            pinned: thread.pinned_at.is_some(),
            via: false,
            locked: thread.locked_at.is_some(),
            pending: thread.hidden,
            seen: seen.remove(&thread.id).unwrap_or(if own { Seen::AllBut(0) } else { unseen }),
        })
    });
    Ok(lines.collect())
}

/// What a line shows of a topic's first post.
#[derive(Queryable, Selectable)]
#[diesel(table_name = schema::posts, check_for_backend(MultiBackend))]
struct First {
    like_count: i64,
    uri: String,
    #[diesel(embed)]
    author: Byline,
}

fn first_posts(tx: &mut Tx<'_>, threads: &[ThreadId]) -> Result<HashMap<ThreadId, First>> {
    use schema::{actors, people, posts};
    let first: Vec<PostId> = threads.iter().map(|id| PostId::from(*id)).collect();
    let rows: Vec<(ThreadId, First)> = posts::table
        .inner_join(people::table.on(people::id.eq(posts::author_id)))
        .inner_join(actors::table.on(actors::id.eq(people::id)))
        .filter(among(posts::id, first))
        .select((posts::thread_id, First::as_select()))
        .load(tx.conn)?;
    Ok(rows.into_iter().collect())
}

/// Which of these topics the person has opened, and how many replies came since.
fn seen(tx: &mut Tx<'_>, person: PersonId, threads: &[ThreadId]) -> Result<HashMap<ThreadId, Seen>> {
    use schema::{posts, thread_reads};
    let newer = posts::thread_id
        .eq(thread_reads::thread_id)
        .and(posts::created_at.gt(thread_reads::read_at).and(posts::author_id.ne(person)))
        .and(posts::deleted_at.is_null().and(posts::removed_at.is_null()))
        .and(posts::confirmed_at.is_not_null());
    let rows: Vec<(ThreadId, i64)> = thread_reads::table
        .left_join(posts::table.on(newer))
        .filter(thread_reads::person_id.eq(person))
        .filter(among(thread_reads::thread_id, threads.iter().copied()))
        .group_by(thread_reads::thread_id)
        .select((thread_reads::thread_id, diesel::dsl::count(posts::id.nullable())))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(id, count)| (id, Seen::AllBut(count))).collect())
}
