//! What other servers are told of threads: reads for `federation`, with all that a post's document names.
//!
//! It decides nothing: the class that comes with each answer is for `policy::visibility::may_cross`.

use diesel::prelude::*;

use super::{PostRow, ThreadRow};
use crate::actors::{self, ActorRow};
use crate::clock::Time;
use crate::db::{MultiBackend, Tx, schema};
use crate::error::{Error, Result};
use crate::ids::{GroupId, PersonId, PostId, ThreadId};
use crate::media::{self, views::Shown};
use crate::policy::Class;

/// Just enough of a post to decide whether and in which version its document is served.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::posts, check_for_backend(MultiBackend))]
pub struct PostHead {
    /// Its id.
    pub id: PostId,
    /// Its group.
    #[diesel(column_name = group_id)]
    pub group: GroupId,
    /// Class of its group.
    #[diesel(select_expression = schema::groups::class)]
    pub class: Class,
    /// Its thread.
    #[diesel(column_name = thread_id)]
    pub thread: ThreadId,
    /// Written here.
    pub local: bool,
    /// Id on the wire.
    pub uri: String,
    /// When its text last changed.
    pub edited_at: Option<Time>,
    /// When its author deleted it.
    pub deleted_at: Option<Time>,
    /// When a moderator removed it.
    pub removed_at: Option<Time>,
    /// Whether the group's host refused it.
    #[diesel(select_expression = schema::posts::refused_reason.is_not_null())]
    pub refused: bool,
}

impl PostHead {
    /// Whether it is the first post of its thread.
    pub fn is_topic(&self) -> bool {
        self.thread == ThreadId::from(self.id)
    }
}

/// The post to which another one replies.
#[derive(Debug, Clone)]
pub struct Parent {
    /// Id on the wire.
    pub uri: String,
    /// Who wrote it.
    pub author: ActorRow,
}

/// A post with everything that its document names.
#[derive(Debug, Clone)]
pub struct OutPost {
    /// The post.
    pub post: PostRow,
    /// Its thread.
    pub thread: ThreadRow,
    /// Its group's class.
    pub class: Class,
    /// Its group.
    pub group: ActorRow,
    /// Its author.
    pub author: ActorRow,
    /// To what it replies; `None` for the first post.
    pub parent: Option<Parent>,
    /// Who is mentioned in it, in a steady order.
    pub mentions: Vec<ActorRow>,
    /// Pictures and files, in order.
    pub attached: Vec<Shown>,
}

impl PostHead {
    /// Whether its text is no longer told to anybody.
    pub fn is_gone(&self) -> bool {
        self.deleted_at.is_some() || self.removed_at.is_some()
    }
}

/// The head of a post.
///
/// # Errors
/// `NotFound`.
pub fn head(tx: &mut Tx<'_>, id: PostId) -> Result<PostHead> {
    find_head(tx, Some(id), None)?.ok_or(Error::NotFound)
}

/// The head of the post with this id on the wire.
///
/// # Errors
/// Only when the database does.
pub fn by_uri(tx: &mut Tx<'_>, uri: &str) -> Result<Option<PostHead>> {
    find_head(tx, None, Some(uri))
}

/// The heads of posts; of those that aren't there, none.
///
/// # Errors
/// Only when the database does.
pub fn heads(tx: &mut Tx<'_>, ids: &[PostId]) -> Result<Vec<PostHead>> {
    use schema::{groups, posts};
    let query = posts::table.inner_join(groups::table).filter(posts::id.eq_any(ids)).order(posts::id);
    Ok(query.select(PostHead::as_select()).load(tx.conn)?)
}

fn find_head(tx: &mut Tx<'_>, id: Option<PostId>, uri: Option<&str>) -> Result<Option<PostHead>> {
    use schema::{groups, posts};
    let mut query = posts::table.inner_join(groups::table).select(PostHead::as_select()).into_boxed();
    if let Some(id) = id {
        query = query.filter(posts::id.eq(id));
    }
    if let Some(uri) = uri {
        query = query.filter(posts::uri.eq(uri.to_owned()));
    }
    Ok(query.first(tx.conn).optional()?)
}

/// How many posts somebody wrote that are open to all.
///
/// # Errors
/// Only when the database does.
pub fn open_posts(tx: &mut Tx<'_>, author: PersonId) -> Result<i64> {
    use schema::{groups, posts};
    let shown = posts::deleted_at.is_null().and(posts::removed_at.is_null());
    let query = posts::table
        .inner_join(groups::table)
        .filter(posts::author_id.eq(author).and(shown))
        .filter(groups::class.eq(Class::Openbaar))
        .count();
    Ok(query.get_result(tx.conn)?)
}

/// Ids on the wire of what somebody of this instance wrote last in groups that are open to all, the newest first, and whether
/// it was changed since. What its group's host hasn't taken is left out.
///
/// # Errors
/// Only when the database does.
pub fn latest_by(tx: &mut Tx<'_>, author: PersonId, limit: i64) -> Result<Vec<(String, bool)>> {
    use schema::{groups, posts};
    let shown = posts::deleted_at.is_null().and(posts::removed_at.is_null());
    let query = posts::table
        .inner_join(groups::table)
        .filter(posts::author_id.eq(author).and(posts::local.eq(true)).and(shown))
        .filter(posts::confirmed_at.is_not_null().and(groups::class.eq(Class::Openbaar)))
        .order((posts::created_at.desc(), posts::id.desc()))
        .limit(limit)
        .select((posts::uri, posts::edited_at.is_not_null()));
    Ok(query.load(tx.conn)?)
}

/// A post with everything that its document names.
///
/// # Errors
/// `NotFound`.
pub fn post(tx: &mut Tx<'_>, id: PostId) -> Result<OutPost> {
    use schema::{groups, posts, threads};
    let (post, thread, class): (PostRow, ThreadRow, Class) = posts::table
        .inner_join(threads::table)
        .inner_join(groups::table)
        .filter(posts::id.eq(id))
        .select((PostRow::as_select(), ThreadRow::as_select(), groups::class))
        .first(tx.conn)?;
    let group = actors::find(tx, post.group_id.into())?;
    let author = actors::find(tx, post.author_id.into())?;
    let parent = post.parent_id.map(|parent| find_parent(tx, parent)).transpose()?;
    let mentions = mentions(tx, id)?;
    let attached = media::views::of_posts(tx, &[id])?.remove(&id).unwrap_or_default();
    Ok(OutPost { post, thread, class, group, author, parent, mentions, attached })
}

fn find_parent(tx: &mut Tx<'_>, id: PostId) -> Result<Parent> {
    use schema::posts::dsl;
    let (uri, author): (String, PersonId) =
        dsl::posts.find(id).select((dsl::uri, dsl::author_id)).first(tx.conn)?;
    Ok(Parent { uri, author: actors::find(tx, author.into())? })
}

fn mentions(tx: &mut Tx<'_>, id: PostId) -> Result<Vec<ActorRow>> {
    use schema::{actors, mentions};
    Ok(mentions::table
        .inner_join(actors::table)
        .filter(mentions::post_id.eq(id).and(actors::gone_at.is_null()))
        .order(actors::uri)
        .select(ActorRow::as_select())
        .load(tx.conn)?)
}

/// Ids on the wire of what is shown of a thread, in the order of writing, and how many there are.
///
/// # Errors
/// Only when the database does.
pub fn context(tx: &mut Tx<'_>, thread: ThreadId, limit: i64) -> Result<(i64, Vec<String>)> {
    use schema::posts::dsl;
    let shown = dsl::deleted_at.is_null().and(dsl::removed_at.is_null()).and(dsl::refused_reason.is_null());
    let total = dsl::posts.filter(dsl::thread_id.eq(thread)).filter(shown).count().get_result(tx.conn)?;
    let uris = dsl::posts
        .filter(dsl::thread_id.eq(thread))
        .filter(shown)
        .order((dsl::created_at, dsl::id))
        .limit(limit)
        .select(dsl::uri)
        .load(tx.conn)?;
    Ok((total, uris))
}

/// Ids on the wire of the direct replies to a post that are shown, the oldest first, and how many there are.
///
/// # Errors
/// Only when the database does.
pub fn replies(tx: &mut Tx<'_>, post: PostId, limit: i64) -> Result<(i64, Vec<String>)> {
    use schema::posts::dsl;
    let shown = dsl::deleted_at.is_null().and(dsl::removed_at.is_null()).and(dsl::refused_reason.is_null());
    let total = dsl::posts.filter(dsl::parent_id.eq(post)).filter(shown).count().get_result(tx.conn)?;
    let uris = dsl::posts
        .filter(dsl::parent_id.eq(post))
        .filter(shown)
        .order((dsl::created_at, dsl::id))
        .limit(limit)
        .select(dsl::uri)
        .load(tx.conn)?;
    Ok((total, uris))
}

/// A group's topics that are shown: all of them, or the pinned ones; the newest first.
///
/// # Errors
/// Only when the database does.
pub fn topics(tx: &mut Tx<'_>, group: GroupId, pinned: bool, limit: i64) -> Result<Vec<PostId>> {
    use schema::threads::dsl;
    let all = dsl::threads.filter(dsl::group_id.eq(group).and(dsl::hidden.eq(false)));
    let ids: Vec<ThreadId> = if pinned {
        all.filter(dsl::pinned_at.is_not_null())
            .order((dsl::pinned_at.desc(), dsl::id.desc()))
            .limit(limit)
            .select(dsl::id)
            .load(tx.conn)?
    } else {
        all.order((dsl::created_at.desc(), dsl::id.desc())).limit(limit).select(dsl::id).load(tx.conn)?
    };
    Ok(ids.into_iter().map(PostId::from).collect())
}

/// The group and class of a thread.
///
/// # Errors
/// `NotFound`.
pub fn thread_head(tx: &mut Tx<'_>, id: ThreadId) -> Result<(GroupId, Class)> {
    use schema::{groups, threads};
    Ok(threads::table
        .inner_join(groups::table)
        .filter(threads::id.eq(id))
        .select((threads::group_id, groups::class))
        .first(tx.conn)?)
}

/// Replies written here in groups that everybody may read: what NodeInfo counts.
///
/// # Errors
/// Only when the database does.
pub fn public_replies(tx: &mut Tx<'_>) -> Result<i64> {
    use schema::{groups, posts};
    let query = posts::table
        .inner_join(groups::table)
        .filter(groups::class.eq(Class::Openbaar))
        .filter(posts::local.eq(true).and(posts::parent_id.is_not_null()))
        .filter(posts::deleted_at.is_null().and(posts::removed_at.is_null()))
        .count();
    Ok(query.get_result(tx.conn)?)
}
