//! What is known here of things on the wire: the reads that federation needs to place what comes in.

use diesel::prelude::*;
use url::Url;

use crate::actors::{ActorKind, ActorRow};
use crate::clock::Time;
use crate::db::{MultiBackend, Tx, VALUES, schema};
use crate::error::Result;
use crate::ids::{ActorId, GroupId, PersonId, PostId, ThreadId};
use crate::policy::Class;

/// A key is fetched again after a signature that failed at most this often, in seconds.
const KEY_AGAIN: i64 = 300;

/// A post that is known by its id on the wire.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::posts, check_for_backend(MultiBackend))]
pub struct KnownPost {
    /// Its id here.
    pub id: PostId,
    /// Its id on the wire.
    pub uri: String,
    /// Its thread.
    #[diesel(column_name = thread_id)]
    pub thread: ThreadId,
    /// Its group.
    #[diesel(column_name = group_id)]
    pub group: GroupId,
    /// Its author.
    #[diesel(column_name = author_id)]
    pub author: PersonId,
    /// What it replies to; `None` for a topic's first post.
    #[diesel(column_name = parent_id)]
    pub parent: Option<PostId>,
    /// Written here.
    pub local: bool,
    /// When the group's host took it.
    pub confirmed_at: Option<Time>,
    /// When its author deleted it.
    pub deleted_at: Option<Time>,
    /// When a moderator removed it.
    pub removed_at: Option<Time>,
    /// Id of its author on the wire.
    #[diesel(select_expression = schema::actors::uri)]
    pub author_uri: String,
}

impl KnownPost {
    /// Whether it is the first post of its thread.
    pub fn is_topic(&self) -> bool {
        self.parent.is_none()
    }
}

/// A group that is known by its id on the wire.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::actors, check_for_backend(MultiBackend))]
pub struct KnownGroup {
    /// Its id here.
    pub id: ActorId,
    /// Its id on the wire.
    pub uri: String,
    /// Hosted here.
    pub local: bool,
    /// Its host.
    pub host: String,
    /// Its followers collection.
    pub followers: Option<String>,
    /// Its outbox.
    pub outbox: Option<String>,
}

impl From<&ActorRow> for KnownGroup {
    fn from(actor: &ActorRow) -> Self {
        Self {
            id: actor.id,
            uri: actor.uri.clone(),
            local: actor.local,
            host: actor.host.clone(),
            followers: actor.followers.clone(),
            outbox: actor.outbox.clone(),
        }
    }
}

impl KnownGroup {
    /// Its id as a group.
    pub fn group(&self) -> GroupId {
        self.id.into()
    }
}

/// The post with this id on the wire.
///
/// # Errors
/// Only when the database does.
pub fn post(tx: &mut Tx<'_>, uri: &str) -> Result<Option<KnownPost>> {
    use schema::{actors, people, posts};
    let query = posts::table
        .inner_join(people::table.inner_join(actors::table).on(people::id.eq(posts::author_id)))
        .filter(posts::uri.eq(uri))
        .select(KnownPost::as_select());
    Ok(query.first(tx.conn).optional()?)
}

/// The topic with this id on the wire, as long as it stands in its group.
///
/// # Errors
/// Only when the database does.
pub fn topic(tx: &mut Tx<'_>, uri: &str) -> Result<Option<KnownPost>> {
    let stands = |post: &KnownPost| {
        post.is_topic()
            && post.confirmed_at.is_some()
            && post.deleted_at.is_none()
            && post.removed_at.is_none()
    };
    Ok(post(tx, uri)?.filter(stands))
}

/// The groups hosted here that show a topic of another group.
///
/// # Errors
/// Only when the database does.
pub fn shown_in(tx: &mut Tx<'_>, thread: ThreadId) -> Result<Vec<GroupId>> {
    use schema::{actors, shown_topics};
    let query = shown_topics::table
        .inner_join(actors::table.on(actors::id.eq(shown_topics::group_id)))
        .filter(shown_topics::thread_id.eq(thread))
        .filter(actors::local.eq(true).and(actors::gone_at.is_null()))
        .order(shown_topics::group_id)
        .select(shown_topics::group_id);
    Ok(query.load(tx.conn)?)
}

/// The posts with these ids on the wire.
///
/// # Errors
/// Only when the database does.
pub fn posts(tx: &mut Tx<'_>, uris: &[&str]) -> Result<Vec<KnownPost>> {
    use schema::{actors, people, posts};
    let mut found = Vec::new();
    for some in uris.chunks(VALUES) {
        let query = posts::table
            .inner_join(people::table.inner_join(actors::table).on(people::id.eq(posts::author_id)))
            .filter(posts::uri.eq_any(some.iter().copied()))
            .order(posts::id)
            .select(KnownPost::as_select());
        found.extend(query.load(tx.conn)?);
    }
    Ok(found)
}

/// The closed group elsewhere with this id on the wire.
///
/// # Errors
/// Only when the database does.
pub fn closed_group(tx: &mut Tx<'_>, uri: &str) -> Result<Option<GroupId>> {
    use schema::{actors, groups};
    let query = groups::table
        .inner_join(actors::table)
        .filter(actors::uri.eq(uri).and(actors::local.eq(false)))
        .filter(groups::class.ne(Class::Openbaar))
        .select(groups::id);
    Ok(query.first(tx.conn).optional()?)
}

/// The actors with these ids on the wire.
///
/// # Errors
/// Only when the database does.
pub fn actors_named(tx: &mut Tx<'_>, uris: &[&str]) -> Result<Vec<ActorRow>> {
    use schema::actors::dsl;
    let mut found = Vec::new();
    for some in uris.chunks(VALUES) {
        let query = dsl::actors.filter(dsl::uri.eq_any(some.iter().copied())).order(dsl::id);
        found.extend(query.select(ActorRow::as_select()).load(tx.conn)?);
    }
    Ok(found)
}

/// The group with this id here.
///
/// # Errors
/// `NotFound`.
pub fn group(tx: &mut Tx<'_>, id: GroupId) -> Result<KnownGroup> {
    use schema::actors::dsl;
    Ok(dsl::actors.find(ActorId::from(id)).select(KnownGroup::as_select()).first(tx.conn)?)
}

/// Where a remote group's pinned topics and moderators are listed.
///
/// # Errors
/// `NotFound`.
pub fn group_lists(tx: &mut Tx<'_>, id: GroupId) -> Result<(Option<String>, Option<String>)> {
    use schema::groups::dsl;
    Ok(dsl::groups.find(id).select((dsl::featured, dsl::moderators)).first(tx.conn)?)
}

/// Whether anybody of this instance belongs to the group, or asked to: its host may send before its answer is applied.
///
/// # Errors
/// Only when the database does.
pub fn has_members_here(tx: &mut Tx<'_>, group: GroupId) -> Result<bool> {
    use schema::{actors, memberships, people};
    let query = memberships::table
        .inner_join(people::table.inner_join(actors::table))
        .filter(memberships::group_id.eq(group).and(actors::local.eq(true)));
    Ok(diesel::select(diesel::dsl::exists(query)).get_result(tx.conn)?)
}

/// The local person whose wish to join this group has this id on the wire.
///
/// # Errors
/// Only when the database does.
pub fn follower(tx: &mut Tx<'_>, group: GroupId, follow_uri: &str) -> Result<Option<PersonId>> {
    use schema::memberships::dsl;
    let query = dsl::memberships
        .filter(dsl::group_id.eq(group).and(dsl::follow_uri.eq(follow_uri)))
        .order(dsl::id)
        .select(dsl::person_id);
    Ok(query.first(tx.conn).optional()?)
}

/// The group that this person's Follow of this id was about.
///
/// # Errors
/// Only when the database does.
pub fn followed_group(tx: &mut Tx<'_>, person: PersonId, follow_uri: &str) -> Result<Option<GroupId>> {
    use schema::memberships::dsl;
    let query = dsl::memberships
        .filter(dsl::person_id.eq(person).and(dsl::follow_uri.eq(follow_uri)))
        .order(dsl::id)
        .select(dsl::group_id);
    Ok(query.first(tx.conn).optional()?)
}

/// The post that this person's reaction of this id was to.
///
/// # Errors
/// Only when the database does.
pub fn reacted_to(tx: &mut Tx<'_>, person: PersonId, uri: &str) -> Result<Option<PostId>> {
    use schema::reactions::dsl;
    let query = dsl::reactions.filter(dsl::person_id.eq(person).and(dsl::uri.eq(uri))).select(dsl::post_id);
    Ok(query.first(tx.conn).optional()?)
}

/// The posts of a person that aren't deleted yet, with their groups, the oldest first.
///
/// # Errors
/// Only when the database does.
pub fn posts_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<(PostId, GroupId)>> {
    use schema::posts::dsl;
    let query = dsl::posts.filter(dsl::author_id.eq(person).and(dsl::deleted_at.is_null()));
    Ok(query.order(dsl::id).select((dsl::id, dsl::group_id)).load(tx.conn)?)
}

/// Whether it is an automatic account, or no person at all.
///
/// # Errors
/// Only when the database does.
pub fn is_bot(tx: &mut Tx<'_>, person: PersonId) -> Result<bool> {
    use schema::people::dsl;
    Ok(dsl::people.find(person).select(dsl::bot).first(tx.conn).optional()?.unwrap_or(true))
}

/// Whether an actor is an instance itself: it has the address of the whole server, and is no person. Actors elsewhere that aren't groups are
/// kept like people; an instance is one that works by itself.
///
/// # Errors
/// Only when the database does.
pub fn is_instance(tx: &mut Tx<'_>, actor: &ActorRow) -> Result<bool> {
    let at_root = Url::parse(&actor.uri)
        .is_ok_and(|url| url.path() == "/" && url.query().is_none() && url.fragment().is_none());
    match actor.kind {
        ActorKind::Application => Ok(true),
        ActorKind::Person if at_root => is_bot(tx, actor.id.into()),
        ActorKind::Person | ActorKind::Group => Ok(false),
    }
}

/// Whether an actor's key may be fetched again after a signature that failed; notes that it is.
///
/// # Errors
/// Only when the database does.
pub fn may_try_key(tx: &mut Tx<'_>, actor: ActorId) -> Result<bool> {
    use schema::actors::dsl;
    // A look that lies ahead of us was one by a clock that was wrong.
    let due = dsl::key_tried_at
        .is_null()
        .or(dsl::key_tried_at.lt(tx.now.plus_seconds(-KEY_AGAIN)))
        .or(dsl::key_tried_at.gt(tx.now));
    let changed = diesel::update(dsl::actors.find(actor).filter(due))
        .set(dsl::key_tried_at.eq(tx.now))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Remote actors whose documents were read longest ago, before a moment: to be read again.
///
/// # Errors
/// Only when the database does.
pub fn stale(tx: &mut Tx<'_>, before: Time, limit: i64) -> Result<Vec<String>> {
    use schema::actors::dsl;
    let query = dsl::actors
        .filter(dsl::local.eq(false).and(dsl::gone_at.is_null()).and(dsl::fetched_at.lt(before)))
        .order((dsl::fetched_at, dsl::id))
        .limit(limit)
        .select(dsl::uri);
    Ok(query.load(tx.conn)?)
}

/// The post that an announce names: by its own id, or by the id of an activity of ours about it.
///
/// # Errors
/// Only when the database does.
pub fn announced(tx: &mut Tx<'_>, uri: &str) -> Result<Option<KnownPost>> {
    use schema::activities::dsl;
    if let Some(known) = post(tx, uri)? {
        return Ok(Some(known));
    }
    let about: Option<String> =
        dsl::activities.filter(dsl::uri.eq(uri)).select(dsl::object_uri).first(tx.conn).optional()?;
    match about {
        Some(about) => post(tx, &about),
        None => Ok(None),
    }
}

/// The actor with this id or page.
///
/// # Errors
/// Only when the database does.
pub fn actor_at(tx: &mut Tx<'_>, url: &str) -> Result<Option<ActorRow>> {
    use schema::actors::dsl;
    let query = dsl::actors
        .filter(dsl::uri.eq(url).or(dsl::url.eq(url)))
        .order(dsl::id)
        .select(ActorRow::as_select());
    Ok(query.first(tx.conn).optional()?)
}

/// The post with this id or page.
///
/// # Errors
/// Only when the database does.
pub fn post_at(tx: &mut Tx<'_>, url: &str) -> Result<Option<PostId>> {
    use schema::posts::dsl;
    let by_id: Option<PostId> =
        dsl::posts.filter(dsl::uri.eq(url)).select(dsl::id).first(tx.conn).optional()?;
    if by_id.is_some() {
        return Ok(by_id);
    }
    // Only posts from elsewhere have a page that isn't their id. `NOT local` in these words is what the index knows.
    let elsewhere = dsl::posts.filter(dsl::url.eq(url)).filter(diesel::dsl::not(dsl::local));
    Ok(elsewhere.order(dsl::id).select(dsl::id).first(tx.conn).optional()?)
}

/// Notes that an actor's document was asked for, also when that gave nothing: it isn't asked again at once.
///
/// # Errors
/// Only when the database does.
pub fn looked_at(tx: &mut Tx<'_>, uri: &str) -> Result<()> {
    use schema::actors::dsl;
    diesel::update(dsl::actors.filter(dsl::uri.eq(uri).and(dsl::local.eq(false))))
        .set(dsl::fetched_at.eq(tx.now))
        .execute(tx.conn)?;
    Ok(())
}

/// The raw document of a post from elsewhere.
///
/// # Errors
/// Only when the database does.
pub fn raw(tx: &mut Tx<'_>, uri: &str) -> Result<Option<String>> {
    use schema::posts::dsl;
    let query = dsl::posts.filter(dsl::uri.eq(uri)).select(dsl::document);
    Ok(query.first::<Option<String>>(tx.conn).optional()?.flatten())
}
