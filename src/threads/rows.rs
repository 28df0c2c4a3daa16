//! Rows of threads, posts and reactions, for the acts: they ask the policy, this doesn't.

use diesel::prelude::*;

use super::ahead::Ahead;
use super::{Draft, PostRow, ReactionKind, ThreadRow, acts, files};
use crate::clock::Time;
use crate::db::{Lock, MultiBackend, Tx, lock, schema};
use crate::error::{Error, Result};
use crate::ids::{GroupId, PersonId, PostId, RowId, ThreadId};
use crate::policy::{Actor, Origin, Standing, limits};
use crate::text::plain::to_text;

/// Where a new post stands.
pub(super) struct Place<'a> {
    /// Its id here.
    pub id: PostId,
    /// In which thread.
    pub thread: ThreadId,
    /// In which group.
    pub group: GroupId,
    /// What it replies to.
    pub parent: Option<&'a PostRow>,
    /// Its id on the wire, unless it brings one.
    pub uri: String,
}

/// The post, in whatever state.
pub(super) fn post(tx: &mut Tx<'_>, id: PostId) -> Result<PostRow> {
    if let Some((post, _)) = tx.ahead::<Ahead>().and_then(|ahead| ahead.posts.get(&id)) {
        return Ok(post.clone());
    }
    Ok(schema::posts::table.find(id).select(PostRow::as_select()).first(tx.conn)?)
}

/// The post and its thread, in whatever state.
pub(super) fn post_in_thread(tx: &mut Tx<'_>, id: PostId) -> Result<(PostRow, ThreadRow)> {
    use schema::{posts, threads};
    if let Some(found) = tx.ahead::<Ahead>().and_then(|ahead| ahead.posts.get(&id)) {
        return Ok(found.clone());
    }
    let query = posts::table.inner_join(threads::table).filter(posts::id.eq(id));
    Ok(query.select((PostRow::as_select(), ThreadRow::as_select())).first(tx.conn)?)
}

/// The thread, in whatever state.
pub(super) fn thread(tx: &mut Tx<'_>, id: ThreadId) -> Result<ThreadRow> {
    Ok(schema::threads::table.find(id).select(ThreadRow::as_select()).first(tx.conn)?)
}

/// The post that a draft from the wire would make a second time. When the group's host announces it, it is confirmed.
pub(super) fn known(tx: &mut Tx<'_>, by: &Actor, draft: &Draft) -> Result<Option<PostRow>> {
    let Some(remote) = &draft.remote else { return Ok(None) };
    let there = match tx.ahead::<Ahead>().and_then(|ahead| ahead.known.get(&remote.uri)) {
        Some(there) => there.clone(),
        None => {
            use schema::posts::dsl;
            let query = dsl::posts.filter(dsl::uri.eq(&remote.uri)).select(PostRow::as_select());
            query.first(tx.conn).optional()?
        }
    };
    let Some(known) = there else { return Ok(None) };
    // Somebody else's id: whoever sends this doesn't own it (FEP-fe34).
    if known.author_id != by.person {
        return Err(Error::Conflict);
    }
    if by.origin == Origin::Host && known.confirmed_at.is_none() {
        acts::confirm(tx, known.id)?;
        return post(tx, known.id).map(Some);
    }
    Ok(Some(known))
}

/// The post that a draft would make a second time: a button was pressed twice, or an answer got lost on its way and the
/// same was sent again. Only what is said here counts; from elsewhere the id tells.
pub(super) fn repeated(
    tx: &mut Tx<'_>,
    by: &Actor,
    group: GroupId,
    parent: Option<PostId>,
    draft: &Draft,
) -> Result<Option<PostRow>> {
    use schema::posts::dsl;
    if by.origin != Origin::Here {
        return Ok(None);
    }
    lock(tx, Lock::Person, &by.person.to_string())?;
    let since = tx.now.plus_seconds(-limits::REPEAT);
    // What was taken away or refused meanwhile may be tried again.
    let written: Vec<PostRow> = dsl::posts
        .filter(dsl::author_id.eq(by.person).and(dsl::created_at.gt(since)))
        .filter(dsl::group_id.eq(group).and(dsl::content.eq(&draft.content)))
        .filter(dsl::deleted_at.is_null().and(dsl::removed_at.is_null()).and(dsl::refused_reason.is_null()))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .select(PostRow::as_select())
        .load(tx.conn)?;
    for post in written.into_iter().filter(|post| post.parent_id == parent) {
        let same_title = parent.is_some() || thread(tx, post.thread_id)?.title == draft.title;
        if same_title && files::are_alike(tx, by.person, post.id, draft)? {
            return Ok(Some(post));
        }
    }
    Ok(None)
}

/// A post as a draft wants it.
pub(super) fn new_post(
    tx: &Tx<'_>,
    by: &Actor,
    standing: &Standing,
    draft: &Draft,
    place: Place<'_>,
) -> PostRow {
    let remote = draft.remote.as_ref();
    let url = remote.map_or_else(
        || tx.urls.absolute(&crate::urls::Urls::place(place.thread, place.id)),
        |remote| remote.url.clone(),
    );
    // In a group elsewhere its host decides what stands in it, also about what is written here.
    let confirmed = standing.hosted_here || by.origin == Origin::Host;
    PostRow {
        id: place.id,
        thread_id: place.thread,
        group_id: place.group,
        parent_id: place.parent.map(|parent| parent.id),
        author_id: by.person,
        local: remote.is_none(),
        uri: remote.map_or(place.uri, |remote| remote.uri.clone()),
        url,
        content: draft.content.clone(),
        html: draft.html.clone(),
        summary: draft.summary.clone(),
        sensitive: draft.sensitive,
        language: draft.language.clone(),
        depth: place.parent.map_or(0, |parent| (parent.depth + 1).min(limits::DEPTH)),
        like_count: 0,
        dislike_count: 0,
        created_at: remote.map_or(tx.now, |remote| remote.published.min(tx.now)),
        edited_at: remote
            .and_then(|remote| remote.updated.filter(|updated| *updated > remote.published))
            .map(|updated| updated.min(tx.now)),
        confirmed_at: confirmed.then_some(tx.now),
        refused_reason: None,
        deleted_at: None,
        removed_at: None,
        removed_by: None,
        removed_reason: String::new(),
        document: remote.map(|remote| remote.document.clone()),
    }
}

/// Stores a post with its files, mentions and search terms.
pub(super) fn insert(tx: &mut Tx<'_>, post: &PostRow, draft: &Draft) -> Result<()> {
    diesel::insert_into(schema::posts::table).values(post).execute(tx.conn)?;
    if let Some(ahead) = tx.ahead_mut::<Ahead>() {
        ahead.known.remove(&post.uri);
    }
    if !(draft.media.is_empty() && draft.remote_media.is_empty()) {
        files::attach(tx, post.id, post.author_id, draft)?;
    }
    files::mention(tx, post.id, draft, false)?;
    files::index(tx, post.id, draft);
    Ok(())
}

/// Keeps the version that an edit replaces.
pub(super) fn keep_revision(tx: &mut Tx<'_>, old: &PostRow, title: &str, written: Time) -> Result<()> {
    use schema::revisions::dsl;
    let content = if old.content.is_empty() { to_text(&old.html) } else { old.content.clone() };
    diesel::insert_into(dsl::revisions)
        .values((
            dsl::id.eq(RowId::fresh()),
            dsl::post_id.eq(old.id),
            dsl::title.eq(title),
            dsl::content.eq(content),
            dsl::by_id.eq(Some(old.author_id)),
            dsl::created_at.eq(written),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Somebody's reaction to a post.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::reactions, check_for_backend(MultiBackend))]
pub(super) struct Reaction {
    /// Its id.
    pub id: RowId,
    /// What kind.
    pub kind: ReactionKind,
    /// The emoji; empty for an ordinary like.
    pub emoji: String,
    /// Id of the activity, when it came in.
    pub uri: Option<String>,
}

/// What somebody's reaction to a post is now, to change it.
pub(super) fn reaction(tx: &mut Tx<'_>, id: PostId, person: PersonId) -> Result<Option<Reaction>> {
    use schema::reactions::dsl;
    // Taken out: whoever asks is about to change it.
    if let Some(found) = tx.ahead_mut::<Ahead>().and_then(|ahead| ahead.reactions.remove(&(id, person))) {
        return Ok(found);
    }
    let query = dsl::reactions
        .filter(dsl::post_id.eq(id).and(dsl::person_id.eq(person)))
        .select(Reaction::as_select());
    Ok(query.first(tx.conn).optional()?)
}
