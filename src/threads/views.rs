//! What is shown of topics and posts. Every view asks what the reader may see; what they may not is as if it weren't there.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;

use super::hits::{PostHit, hits};
use super::lines::TopicLine;
use super::tree::{Gone, Part, PostLine, Reader, posts};
use super::{PostRow, ThreadRow, newest, readable, rows, via};
use crate::clock::Time;
use crate::db::page::{self, Cursor, Slice};
use crate::db::{MultiBackend, Tx, schema};
use crate::error::{Error, Result};
use crate::groups::views::{self as groups, GroupLine, GroupPage};
use crate::ids::{GroupId, PersonId, PostId, RowId, ThreadId};
use crate::links::guests;
use crate::membership;
use crate::membership::permissions::Permissions;
use crate::people::blocks;
use crate::policy::{Actor, Class, Viewer, limits};

/// Where topics are listed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// One group, pinned topics first, with those of other groups that it shows.
    Group(GroupId),
    /// Every group that the reader may read.
    All,
    /// The groups that the reader is a member of.
    Mine,
}

/// In which order topics are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Last posted in, first.
    #[default]
    Active,
    /// Last started, first.
    New,
    /// Only those without replies, last started first.
    Unanswered,
}

/// A topic with its posts.
#[derive(Debug, Clone)]
pub struct ThreadPage {
    /// The topic.
    pub thread: ThreadRow,
    /// Its group.
    pub group: Arc<GroupLine>,
    /// The first post, then replies in reading order.
    pub posts: Vec<PostLine>,
    /// Where the next page of replies begins.
    pub next: Option<Cursor>,
    /// What the reader may do in the group.
    pub may: Permissions,
    /// Until when the reader had read it; when that is before `thread.active_at`, `mark_read` has something to do.
    pub read_at: Option<Time>,
}

/// A post that stands alone, with what it stands in.
#[derive(Debug, Clone)]
pub struct PostPage {
    /// The post.
    pub post: PostLine,
    /// Its topic.
    pub thread: ThreadRow,
    /// Its group.
    pub group: Arc<GroupLine>,
    /// Markdown; empty when only HTML came in, or the text isn't the reader's to see.
    pub content: String,
    /// What the reader may do in the group.
    pub may: Permissions,
}

/// A post by its name alone, for collections.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::posts, check_for_backend(MultiBackend))]
pub struct PostRef {
    /// Which post.
    pub id: PostId,
    /// Id on the wire.
    pub uri: String,
    /// When it was written.
    pub created_at: Time,
}

/// An earlier version of a post.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::revisions, check_for_backend(MultiBackend))]
pub struct Revision {
    /// Its id.
    pub id: RowId,
    /// The topic's title then; empty for replies.
    pub title: String,
    /// Markdown, or plain text of something from elsewhere.
    pub content: String,
    /// Who wrote it.
    pub by_id: Option<PersonId>,
    /// When it was written.
    pub created_at: Time,
}

/// Topics of a group or of many.
///
/// # Errors
/// `NotFound` when the group isn't the reader's to know; `SignedOut` when somebody who isn't signed in asks for their own.
pub fn list(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    from: Where,
    sort: Sort,
    part: impl Into<page::Part>,
) -> Result<Slice<TopicLine>> {
    let part = part.into();
    match from {
        Where::Group(group) => {
            let (line, _) = may_read(tx, viewer, group)?;
            via::of_group(tx, viewer, line, sort, part)
        }
        Where::All => newest::list(tx, viewer, false, sort, part),
        Where::Mine => newest::list(tx, viewer, true, sort, part),
    }
}

/// Topics of a group that was shown to the reader, pinned ones first, with those of other groups that it shows.
///
/// # Errors
/// Only when the database does.
pub fn in_group(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    shown: &GroupPage,
    sort: Sort,
    part: impl Into<page::Part>,
) -> Result<Slice<TopicLine>> {
    via::of_group(tx, viewer, Arc::new(shown.into()), sort, part.into())
}

/// A part of a list of topics, in this order.
pub(super) fn sorted(
    tx: &mut Tx<'_>,
    mut query: schema::threads::BoxedQuery<'_, MultiBackend>,
    sort: Sort,
    part: page::Part,
) -> Result<Slice<ThreadRow>> {
    use schema::threads;
    if sort == Sort::Unanswered {
        query = query.filter(threads::reply_count.eq(0));
    }
    let last = part.after.map(|after| (after.at, ThreadId::from(after.id)));
    let query = match (sort, last) {
        (Sort::Active, None) => query.order((threads::active_at.desc(), threads::id.desc())),
        (Sort::Active, Some((at, id))) => query
            .filter(threads::active_at.lt(at).or(threads::active_at.eq(at).and(threads::id.lt(id))))
            .order((threads::active_at.desc(), threads::id.desc())),
        (_, None) => query.order((threads::created_at.desc(), threads::id.desc())),
        (_, Some((at, id))) => query
            .filter(threads::created_at.lt(at).or(threads::created_at.eq(at).and(threads::id.lt(id))))
            .order((threads::created_at.desc(), threads::id.desc())),
    };
    let found: Vec<ThreadRow> = query.limit(part.limit()).select(ThreadRow::as_select()).load(tx.conn)?;
    Ok(Slice::cut(found, part.size, |thread| Cursor {
        at: if sort == Sort::Active { thread.active_at } else { thread.created_at },
        id: thread.id.0,
    }))
}

/// Topics of every group that the reader may read, the most recently active first.
///
/// # Errors
/// Only when the database does.
pub fn latest(tx: &mut Tx<'_>, viewer: &Viewer, part: impl Into<page::Part>) -> Result<Slice<TopicLine>> {
    list(tx, viewer, Where::All, Sort::Active, part)
}

/// A topic with its posts; `after` is the place where a page of replies begins, `None` for the first.
///
/// # Errors
/// `NotFound` when there is none or the reader may not see it; `Gone` when its author deleted it and nobody had replied.
pub fn page(tx: &mut Tx<'_>, viewer: &Viewer, id: ThreadId, after: Option<Cursor>) -> Result<ThreadPage> {
    let thread = readable::thread(tx, viewer, id)?;
    let (group, may) = may_take_part(tx, viewer, &thread)?;
    let read_at = read_at(tx, viewer, id)?;
    let blocked = blocks::blocked_by(tx, viewer)?;
    let reader = Reader { viewer, may: &may, blocked, read_at };
    let (posts, next) = posts(tx, &reader, &thread, &Part::From(after))?;
    // Replies to a topic that isn't there yet can't be there either.
    let first = posts.first().filter(|first| first.parent_id.is_none()).ok_or(Error::NotFound)?;
    match first.gone {
        _ if thread.reply_count > 0 => {}
        Gone::Deleted => return Err(Error::Gone),
        Gone::Removed(_) if !may.moderate && !first.may_delete => return Err(Error::NotFound),
        Gone::Removed(_) | Gone::No => {}
    }
    Ok(ThreadPage { thread, group, posts, next, may, read_at })
}

/// Where the page of replies begins that has this post: for links to one post of a long thread.
///
/// # Errors
/// `NotFound` when there is none, or the reader may not see its group.
pub fn place(tx: &mut Tx<'_>, viewer: &Viewer, id: PostId) -> Result<(ThreadId, Option<Cursor>)> {
    use schema::posts::dsl;
    let post = readable::post(tx, viewer, id)?;
    may_read(tx, viewer, post.group_id)?;
    let before =
        dsl::posts.filter(dsl::thread_id.eq(post.thread_id).and(dsl::parent_id.is_not_null())).filter(
            dsl::created_at.lt(post.created_at).or(dsl::created_at.eq(post.created_at).and(dsl::id.lt(id))),
        );
    let count: i64 = before.count().get_result(tx.conn)?;
    let size = i64::try_from(limits::REPLIES).unwrap_or(i64::MAX);
    let pages = count / size;
    if pages == 0 {
        return Ok((post.thread_id, None));
    }
    let last: PostRef = before
        .order((dsl::created_at, dsl::id))
        .offset(pages * size - 1)
        .limit(1)
        .select(PostRef::as_select())
        .first(tx.conn)?;
    Ok((post.thread_id, Some(Cursor { at: last.created_at, id: last.id.0 })))
}

/// One post, with its Markdown.
///
/// # Errors
/// `NotFound` when there is none or the reader may not see it; `Gone` when its author deleted it.
pub fn post(tx: &mut Tx<'_>, viewer: &Viewer, id: PostId) -> Result<PostPage> {
    let row = readable::post(tx, viewer, id)?;
    let thread = rows::thread(tx, row.thread_id)?;
    let (group, may) = may_take_part(tx, viewer, &thread)?;
    let blocked = blocks::blocked_by(tx, viewer)?;
    let reader = Reader { viewer, may: &may, blocked, read_at: read_at(tx, viewer, thread.id)? };
    let (found, _) = posts(tx, &reader, &thread, &Part::One(id))?;
    if row.deleted_at.is_some() && (row.confirmed_at.is_some() || viewer.person() == Some(row.author_id)) {
        return Err(Error::Gone);
    }
    let post = found.into_iter().next().ok_or(Error::NotFound)?;
    if matches!(post.gone, Gone::Removed(_)) && !may.moderate && !post.may_delete {
        return Err(Error::NotFound);
    }
    let content = if post.gone == Gone::No || may.moderate { row.content } else { String::new() };
    Ok(PostPage { post, thread, group, content, may })
}

/// The Markdown of posts, for programs; a post that came in as HTML alone has none.
///
/// # Errors
/// Only when the database does. Whoever calls passes ids of posts that a view has shown to the reader.
pub fn sources(tx: &mut Tx<'_>, shown: &[PostLine]) -> Result<HashMap<PostId, String>> {
    use schema::posts::dsl;
    let ids: Vec<PostId> = shown.iter().filter(|post| !post.html.is_empty()).map(|post| post.id).collect();
    let rows: Vec<(PostId, String)> =
        dsl::posts.filter(dsl::id.eq_any(ids)).select((dsl::id, dsl::content)).load(tx.conn)?;
    Ok(rows.into_iter().collect())
}

/// The visible direct replies to a post, the oldest first.
///
/// # Errors
/// `NotFound` when there is no such post or the reader may not see its group.
pub fn replies(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    id: PostId,
    after: Option<Cursor>,
) -> Result<Slice<PostRef>> {
    let post = readable::post(tx, viewer, id)?;
    may_read(tx, viewer, post.group_id)?;
    refs(tx, post.thread_id, Some(id), after)
}

/// All visible posts of a thread, the oldest first (FEP-7888).
///
/// # Errors
/// `NotFound` when there is no such thread or the reader may not see its group.
pub fn context(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    id: ThreadId,
    after: Option<Cursor>,
) -> Result<Slice<PostRef>> {
    let thread = readable::thread(tx, viewer, id)?;
    may_read(tx, viewer, thread.group_id)?;
    refs(tx, id, None, after)
}

/// Earlier versions of a post, the oldest first; what it is now isn't among them.
///
/// # Errors
/// As [`post`]: of a post that the reader can't see there is no history either.
pub fn revisions(tx: &mut Tx<'_>, viewer: &Viewer, id: PostId) -> Result<Vec<Revision>> {
    use schema::revisions::dsl;
    let now = post(tx, viewer, id)?;
    if now.post.gone != Gone::No && !now.may.moderate {
        return Err(Error::NotFound);
    }
    Ok(dsl::revisions
        .filter(dsl::post_id.eq(id))
        .order((dsl::created_at, dsl::id))
        .select(Revision::as_select())
        .load(tx.conn)?)
}

/// In which thread a post stands, whoever asks: the act that follows asks the policy.
///
/// # Errors
/// `NotFound`.
pub fn thread_of(tx: &mut Tx<'_>, id: PostId) -> Result<ThreadId> {
    Ok(schema::posts::table.find(id).select(schema::posts::thread_id).first(tx.conn)?)
}

/// The post with this id on the wire, in whatever state: for edges that translate ids, never to be shown.
///
/// # Errors
/// Only when the database does.
pub fn by_uri(tx: &mut Tx<'_>, uri: &str) -> Result<Option<PostRow>> {
    let query = schema::posts::table.filter(schema::posts::uri.eq(uri)).select(PostRow::as_select());
    Ok(query.first(tx.conn).optional()?)
}

/// What somebody wrote, the newest first, as far as the reader may see it.
///
/// # Errors
/// Only when the database does.
pub fn by_author(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    person: PersonId,
    part: impl Into<page::Part>,
) -> Result<Slice<PostHit>> {
    use schema::{actors, groups as g, posts};
    let part = part.into();
    let mut query = posts::table
        .inner_join(g::table.inner_join(actors::table))
        .filter(posts::author_id.eq(person).and(posts::confirmed_at.is_not_null()))
        .filter(posts::deleted_at.is_null().and(posts::removed_at.is_null()).and(actors::gone_at.is_null()))
        .order((posts::created_at.desc(), posts::id.desc()))
        .limit(part.limit())
        .select(PostRef::as_select())
        .into_boxed();
    query = match viewer.person() {
        None => query.filter(g::class.eq(Class::Openbaar)),
        Some(_reader) => {
            let mine = membership::views::mine(*viewer, tx.now);
            query.filter(g::class.eq(Class::Openbaar).or(g::id.eq_any(mine)))
        }
    };
    if let Some(after) = part.after {
        let id = PostId::from(after.id);
        query = query
            .filter(posts::created_at.lt(after.at).or(posts::created_at.eq(after.at).and(posts::id.lt(id))));
    }
    let found: Vec<PostRef> = query.load(tx.conn)?;
    let slice = Slice::cut(found, part.size, |row| Cursor { at: row.created_at, id: row.id.0 });
    let ids: Vec<PostId> = slice.items.iter().map(|row| row.id).collect();
    Ok(Slice { items: hits(tx, viewer, &ids)?, next: slice.next })
}

/// The group of something, and what the reader may do in it.
fn may_read(tx: &mut Tx<'_>, viewer: &Viewer, id: GroupId) -> Result<(Arc<GroupLine>, Permissions)> {
    use schema::{actors, groups as g};
    let mine = membership::views::mine(*viewer, tx.now);
    let (group, gone): (GroupLine, Option<Time>) = g::table
        .inner_join(actors::table)
        .filter(g::id.eq(id).and(g::class.eq(Class::Openbaar).or(g::id.eq_any(mine))))
        .select((GroupLine::as_select(), actors::gone_at))
        .first(tx.conn)?;
    if gone.is_some() {
        return Err(if group.class == Class::Openbaar { Error::Gone } else { Error::NotFound });
    }
    let may = groups::permissions(tx, viewer, id, group.class)?;
    Ok((Arc::new(group), may))
}

/// The same of a topic's group: whoever belongs to a group that shows the topic replies and reacts in it, too.
fn may_take_part(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    thread: &ThreadRow,
) -> Result<(Arc<GroupLine>, Permissions)> {
    let (group, may) = may_read(tx, viewer, thread.group_id)?;
    let outside = may.role.is_none() && !may.reply && group.class == Class::Openbaar;
    let Some(person) = viewer.person().filter(|_| outside) else { return Ok((group, may)) };
    let by = Actor::here(person);
    if !guests::is_guest(tx, &by, thread)? {
        return Ok((group, may));
    }
    let guest = Permissions::from(&guests::standing(tx, &by, thread)?);
    Ok((group, Permissions { reply: guest.reply, react: guest.react, ..may }))
}

fn read_at(tx: &mut Tx<'_>, viewer: &Viewer, id: ThreadId) -> Result<Option<Time>> {
    use schema::thread_reads::dsl;
    let Some(person) = viewer.person() else { return Ok(None) };
    Ok(dsl::thread_reads.find((person, id)).select(dsl::read_at).first(tx.conn).optional()?)
}

fn refs(
    tx: &mut Tx<'_>,
    thread: ThreadId,
    parent: Option<PostId>,
    after: Option<Cursor>,
) -> Result<Slice<PostRef>> {
    use schema::posts::dsl;
    let mut query = dsl::posts
        .filter(dsl::thread_id.eq(thread))
        .filter(dsl::deleted_at.is_null().and(dsl::removed_at.is_null()))
        .filter(dsl::confirmed_at.is_not_null())
        .order((dsl::created_at, dsl::id))
        .limit(rows_of(limits::REPLIES))
        .select(PostRef::as_select())
        .into_boxed();
    if let Some(parent) = parent {
        query = query.filter(dsl::parent_id.eq(parent));
    }
    if let Some(after) = after {
        let id = PostId::from(after.id);
        query =
            query.filter(dsl::created_at.gt(after.at).or(dsl::created_at.eq(after.at).and(dsl::id.gt(id))));
    }
    let found: Vec<PostRef> = query.load(tx.conn)?;
    Ok(Slice::cut(found, limits::REPLIES, |row| Cursor { at: row.created_at, id: row.id.0 }))
}

/// One row more than a page: it tells whether there is a next one.
pub(super) fn rows_of(size: usize) -> i64 {
    i64::try_from(size + 1).unwrap_or(i64::MAX)
}
