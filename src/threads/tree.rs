//! A thread's posts in reading order: each with the replies to it below it, however many queries' worth of them there are.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;

use super::{ReactionKind, ThreadRow};
use crate::clock::Time;
use crate::db::page::Cursor;
use crate::db::{MultiBackend, Tx, among, schema};
use crate::error::Result;
use crate::ids::{GroupId, PersonId, PostId, ThreadId};
use crate::media::{self, views::Shown};
use crate::membership;
use crate::membership::permissions::Permissions;
use crate::people::blocks::Blocked;
use crate::people::byline::{self, Byline};
use crate::policy::{Role, Viewer, limits};

/// A post, as it is shown.
#[derive(Debug, Clone)]
pub struct PostLine {
    /// Which post.
    pub id: PostId,
    /// In which thread.
    pub thread_id: ThreadId,
    /// What it replies to; `None` for the first post.
    pub parent_id: Option<PostId>,
    /// Who wrote it.
    pub author: Arc<Byline>,
    /// What the author is in the group, when it is one of its staff.
    pub role: Option<Role>,
    /// Id on the wire.
    pub uri: String,
    /// Safe HTML; empty when it is gone.
    pub html: String,
    /// A content warning.
    pub summary: String,
    /// Marked as sensitive.
    pub sensitive: bool,
    /// BCP 47, when known.
    pub language: Option<String>,
    /// Replies above it that are shown; 0 for the first post and for direct replies to it.
    pub depth: usize,
    /// Likes.
    pub like_count: i64,
    /// How the reader reacted.
    pub reaction: Option<ReactionKind>,
    /// When it was written.
    pub created_at: Time,
    /// When its text last changed.
    pub edited_at: Option<Time>,
    /// The group's host hasn't announced it yet; only its author sees it.
    pub pending: bool,
    /// Why the group's host refused it.
    pub refused_reason: Option<String>,
    /// Whether it is still there.
    pub gone: Gone,
    /// The reader blocked or muted its author: shown folded.
    pub collapsed: bool,
    /// The reader hasn't seen it before.
    pub unread: bool,
    /// Pictures and files.
    pub media: Vec<Shown>,
    /// The reader may change it.
    pub may_edit: bool,
    /// The reader may delete it.
    pub may_delete: bool,
}

/// Whether a post is still there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gone {
    /// It is.
    No,
    /// Its author deleted it.
    Deleted,
    /// A moderator removed it, for this reason. Staff still gets the text.
    Removed(String),
}

/// What is read of each post of a thread; not the Markdown, which only programs and editors want.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::posts, check_for_backend(MultiBackend))]
struct Row {
    id: PostId,
    parent_id: Option<PostId>,
    author_id: PersonId,
    uri: String,
    html: String,
    summary: String,
    sensitive: bool,
    language: Option<String>,
    like_count: i64,
    created_at: Time,
    edited_at: Option<Time>,
    confirmed_at: Option<Time>,
    refused_reason: Option<String>,
    deleted_at: Option<Time>,
    removed_at: Option<Time>,
    removed_reason: String,
}

impl Row {
    fn is_gone(&self) -> bool {
        self.deleted_at.is_some() || self.removed_at.is_some()
    }
}

/// Who reads a thread, and what matters about that.
pub(super) struct Reader<'a> {
    /// Who.
    pub viewer: &'a Viewer,
    /// What they may do in the group.
    pub may: &'a Permissions,
    /// Whom they don't want to meet.
    pub blocked: Blocked,
    /// Until when they have read the thread.
    pub read_at: Option<Time>,
}

/// Which posts of a thread.
pub(super) enum Part {
    /// The first post with the replies after a place, at most `limits::REPLIES` of them.
    From(Option<Cursor>),
    /// One post.
    One(PostId),
}

/// Posts of a thread in reading order, and where the next page begins.
///
/// A post that is gone is kept as a stub when there are replies below it, when it is the first one, and for whoever removed
/// or wrote it. One that isn't confirmed is there for its author alone.
///
/// # Errors
/// Only when the database does.
pub(super) fn posts(
    tx: &mut Tx<'_>,
    reader: &Reader<'_>,
    thread: &ThreadRow,
    part: &Part,
) -> Result<(Vec<PostLine>, Option<Cursor>)> {
    let (rows, next) = load(tx, thread, part)?;
    let rows = order(shown(rows, reader));
    let authors = byline::of(tx, rows.iter().map(|(row, _)| row.author_id))?;
    let roles = roles(tx, thread.group_id, authors.keys().copied().collect())?;
    let ids: Vec<PostId> = rows.iter().map(|(row, _)| row.id).collect();
    let mut media = media::views::of_posts(tx, &ids)?;
    let reactions = reactions(tx, reader.viewer, thread.id)?;
    let me = reader.viewer.person();
    let lines = rows.into_iter().filter_map(|(row, depth)| {
        let author = Arc::clone(authors.get(&row.author_id)?);
        let own = me == Some(row.author_id);
        let gone = if row.deleted_at.is_some() {
            Gone::Deleted
        } else if row.removed_at.is_some() {
            Gone::Removed(row.removed_reason)
        } else {
            Gone::No
        };
        let readable = gone == Gone::No || reader.may.moderate;
        let locked = thread.locked_at.is_some();
        let writes = if locked { reader.may.reply_locked } else { reader.may.reply };
        Some(PostLine {
            id: row.id,
            thread_id: thread.id,
            parent_id: row.parent_id,
            role: roles.get(&row.author_id).copied(),
            uri: row.uri,
            html: if readable { row.html } else { String::new() },
            summary: if readable { row.summary } else { String::new() },
            sensitive: row.sensitive,
            language: row.language,
            depth,
            like_count: row.like_count,
            reaction: reactions.get(&row.id).copied(),
            created_at: row.created_at,
            edited_at: row.edited_at,
            pending: row.confirmed_at.is_none(),
            refused_reason: row.refused_reason,
            collapsed: reader.blocked.hides(&author),
            unread: me.is_some() && !own && reader.read_at.is_none_or(|read| row.created_at > read),
            media: if readable { media.remove(&row.id).unwrap_or_default() } else { Vec::new() },
            may_edit: own && gone == Gone::No && writes,
            may_delete: own && gone != Gone::Deleted,
            gone,
            author,
        })
    });
    Ok((lines.collect(), next))
}

fn load(tx: &mut Tx<'_>, thread: &ThreadRow, part: &Part) -> Result<(Vec<Row>, Option<Cursor>)> {
    use schema::posts::dsl;
    let first = PostId::from(thread.id);
    let after = match part {
        Part::One(id) => {
            let rows = dsl::posts.filter(dsl::id.eq(*id)).select(Row::as_select()).load(tx.conn)?;
            return Ok((rows, None));
        }
        Part::From(after) => *after,
    };
    let most = i64::try_from(limits::REPLIES).unwrap_or(i64::MAX);
    let mut query = dsl::posts
        .filter(dsl::thread_id.eq(thread.id))
        .order((dsl::created_at, dsl::id))
        .select(Row::as_select())
        .into_boxed();
    let mut rows: Vec<Row> = Vec::new();
    query = match after {
        // The first post, `REPLIES` replies, and one that tells whether there are more.
        None => query.limit(most + 2),
        Some(after) => {
            rows = dsl::posts.filter(dsl::id.eq(first)).select(Row::as_select()).load(tx.conn)?;
            let id = PostId::from(after.id);
            query
                .filter(dsl::created_at.gt(after.at).or(dsl::created_at.eq(after.at).and(dsl::id.gt(id))))
                .filter(dsl::id.ne(first))
                .limit(most + 1)
        }
    };
    rows.extend(query.load::<Row>(tx.conn)?);
    let more = rows.len() > limits::REPLIES + 1;
    rows.truncate(limits::REPLIES + 1);
    let next = rows.last().filter(|_| more).map(|row| Cursor { at: row.created_at, id: row.id.0 });
    Ok((rows, next))
}

/// Leaves out what the reader doesn't see. Replies to something left out move up to what is above it.
fn shown(rows: Vec<Row>, reader: &Reader<'_>) -> Vec<Row> {
    let me = reader.viewer.person();
    let mut with_replies: std::collections::HashSet<PostId> = std::collections::HashSet::new();
    let parents: HashMap<PostId, Option<PostId>> = rows.iter().map(|row| (row.id, row.parent_id)).collect();
    // A stub is needed above every visible reply, also above stubs.
    for row in rows.iter().filter(|row| !row.is_gone() && row.confirmed_at.is_some()) {
        let mut above = row.parent_id;
        while let Some(id) = above {
            if !with_replies.insert(id) {
                break;
            }
            above = parents.get(&id).copied().flatten();
        }
    }
    let keep = |row: &Row| {
        let own = me == Some(row.author_id);
        let confirmed = row.confirmed_at.is_some() || own;
        let stub = row.parent_id.is_none()
            || with_replies.contains(&row.id)
            || (row.removed_at.is_some() && row.deleted_at.is_none() && (own || reader.may.moderate));
        confirmed && (!row.is_gone() || stub)
    };
    let left_out: HashMap<PostId, Option<PostId>> =
        rows.iter().filter(|row| !keep(row)).map(|row| (row.id, row.parent_id)).collect();
    let mut rows: Vec<Row> = rows.into_iter().filter(|row| !left_out.contains_key(&row.id)).collect();
    for row in &mut rows {
        while let Some(above) = row.parent_id.and_then(|id| left_out.get(&id)) {
            row.parent_id = *above;
        }
    }
    rows
}

/// Puts each post below what it replies to, the oldest first, and tells how deep. What replies to something on an earlier
/// page stands at the top level.
fn order(rows: Vec<Row>) -> Vec<(Row, usize)> {
    let places: HashMap<PostId, usize> = rows.iter().enumerate().map(|(at, row)| (row.id, at)).collect();
    let mut below: Vec<Vec<usize>> = vec![Vec::new(); rows.len()];
    let mut stack: Vec<(usize, usize)> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let above = row.parent_id.and_then(|id| places.get(&id)).filter(|above| **above != at);
        match above.and_then(|above| below.get_mut(*above)) {
            Some(replies) => replies.push(at),
            None => stack.push((at, 0)),
        }
    }
    stack.reverse();
    let mut rows: Vec<Option<Row>> = rows.into_iter().map(Some).collect();
    let mut ordered = Vec::with_capacity(rows.len());
    // No recursion: a thread may be deeper than a stack.
    while let Some((at, depth)) = stack.pop() {
        let Some(row) = rows.get_mut(at).and_then(Option::take) else { continue };
        let next = if row.parent_id.is_none() { 0 } else { depth + 1 };
        ordered.push((row, depth));
        let replies = below.get(at).map(Vec::as_slice).unwrap_or_default();
        stack.extend(replies.iter().rev().map(|reply| (*reply, next)));
    }
    ordered
}

fn roles(tx: &mut Tx<'_>, group: GroupId, people: Vec<PersonId>) -> Result<HashMap<PersonId, Role>> {
    use schema::memberships::dsl;
    let rows: Vec<(PersonId, Role)> = dsl::memberships
        .filter(dsl::group_id.eq(group).and(among(dsl::person_id, people)))
        .filter(dsl::role.ne(Role::Member).and(membership::belongs(tx.now)))
        .select((dsl::person_id, dsl::role))
        .load(tx.conn)?;
    Ok(rows.into_iter().collect())
}

fn reactions(tx: &mut Tx<'_>, viewer: &Viewer, thread: ThreadId) -> Result<HashMap<PostId, ReactionKind>> {
    use schema::{posts, reactions};
    let Some(person) = viewer.person() else { return Ok(HashMap::new()) };
    let rows: Vec<(PostId, ReactionKind)> = posts::table
        .inner_join(reactions::table)
        .filter(posts::thread_id.eq(thread).and(reactions::person_id.eq(person)))
        .select((reactions::post_id, reactions::kind))
        .load(tx.conn)?;
    Ok(rows.into_iter().collect())
}
