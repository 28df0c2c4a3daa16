//! What is done with topics and posts. Every act asks the standing of whoever acts, and writes its line in the journal. Those that
//! keep order are in `staff.rs`.
//!
//! Acts that others announce again (the same post, the same removal) change nothing the second time.

use diesel::prelude::*;

pub use super::staff::{lock, move_thread, pin, remove, restore, unlock, unpin};

use super::personal::Before;
use super::rows::{self, Place, post, post_in_thread, reaction, thread};
use super::{Draft, PostRow, ReactionKind, ThreadKind, ThreadRow, counts, draft, files};
use crate::clock::Time;
use crate::db::{Native, Tx, columns, schema};
use crate::error::{Error, Result};
use crate::ids::{GroupId, PersonId, PostId, RowId, ThreadId};
use crate::journal::{self, Detail, Did, Line};
use crate::links::{guests, shown};
use crate::membership;
use crate::policy::{Act, Actor, Origin};
use crate::text::excerpt;

/// Length of a topic's excerpt, in graphemes.
const EXCERPT: usize = 280;

/// Starts a topic. Sent twice in a short while, it stays one.
///
/// # Errors
/// `Denied`, `Invalid`; `Conflict` when a post with this id on the wire is there already, and it isn't the group's host that
/// confirms it by announcing it.
pub fn start(tx: &mut Tx<'_>, by: &Actor, group: GroupId, draft: &Draft) -> Result<PostRow> {
    if let Some(known) = rows::known(tx, by, draft)? {
        return Ok(known);
    }
    let standing = membership::standing(tx, by, group)?;
    standing.may(Act::StartThread)?;
    let fitting = draft.fitting(&standing, Act::StartThread)?;
    let draft: &Draft = &fitting;
    draft::check(draft, true, None)?;
    if let Some(there) = rows::repeated(tx, by, group, None, draft)? {
        return Ok(there);
    }
    let id = PostId::fresh();
    let uri = tx.urls.thread(id.into());
    let post =
        rows::new_post(tx, by, &standing, draft, Place { id, thread: id.into(), group, parent: None, uri });
    let thread = ThreadRow {
        id: id.into(),
        group_id: group,
        author_id: by.person,
        kind: ThreadKind::Discussion,
        title: draft.title.clone(),
        excerpt: excerpt::summary(&draft.plain, EXCERPT),
        context_uri: draft.remote.as_ref().and_then(|remote| remote.context.clone()),
        reply_count: 0,
        created_at: post.created_at,
        active_at: post.created_at,
        pinned_at: None,
        locked_at: None,
        hidden: post.confirmed_at.is_none(),
    };
    diesel::insert_into(schema::threads::table).values(&thread).execute(tx.conn)?;
    rows::insert(tx, &post, draft)?;
    if !thread.hidden {
        counts::add_topic(tx, group, post.created_at);
        shown::appeared(tx, &thread);
    }
    journal::record(tx, &line(Did::StartThread, by, &post).detail(draft.personal.detail(None)))?;
    written(tx, by)?;
    Ok(post)
}

/// Replies to a post. Sent twice in a short while, it stays one reply.
///
/// # Errors
/// `Denied` (also when the topic is locked), `Invalid`; `NotFound` when the post is gone or not to be seen; `Conflict` as in
/// [`start`].
pub fn reply(tx: &mut Tx<'_>, by: &Actor, to: PostId, draft: &Draft) -> Result<PostRow> {
    if let Some(known) = rows::known(tx, by, draft)? {
        return Ok(known);
    }
    let (parent, thread) = post_in_thread(tx, to)?;
    let standing = guests::standing(tx, by, &thread)?;
    let act = Act::Reply { locked: thread.locked_at.is_some() };
    standing.may(act)?;
    let fitting = draft.fitting(&standing, act)?;
    let draft: &Draft = &fitting;
    // What a host announces below a post that it removed is still its thread.
    if by.origin != Origin::Host {
        files::must_be_there(&parent, by.person)?;
    }
    draft::check(draft, false, None)?;
    if let Some(there) = rows::repeated(tx, by, thread.group_id, Some(to), draft)? {
        return Ok(there);
    }
    let id = PostId::fresh();
    let uri = tx.urls.post(id);
    let place = Place { id, thread: thread.id, group: thread.group_id, parent: Some(&parent), uri };
    let mut post = rows::new_post(tx, by, &standing, draft, place);
    if post.local {
        // Also when the clock was set back: what is written here comes after what was there.
        post.created_at = post.created_at.max(thread.active_at).max(parent.created_at);
    }
    rows::insert(tx, &post, draft)?;
    if counts::is_visible(&post) {
        counts::add_reply(tx, thread.id, thread.group_id, post.created_at);
    }
    let line = line(Did::Reply, by, &post).person(parent.author_id);
    journal::record(tx, &line.detail(draft.personal.detail(None)))?;
    written(tx, by)?;
    Ok(post)
}

/// What somebody did here is shown to them in the same transaction, with its numbers. What comes from elsewhere is applied many at
/// once, and counted when all of it is.
fn written(tx: &mut Tx<'_>, by: &Actor) -> Result<()> {
    if by.origin == Origin::Here { tx.catch_up() } else { Ok(()) }
}

/// Changes the text of a post, of a topic's first post also the title. The version before is kept.
///
/// From elsewhere an older change than the last one is left aside; one that changes nothing always is.
///
/// # Errors
/// `Denied` to all but the author, `Invalid`; `NotFound` when the post is gone.
pub fn edit(tx: &mut Tx<'_>, by: &Actor, id: PostId, draft: &Draft) -> Result<PostRow> {
    use schema::posts::dsl;
    let old = post(tx, id)?;
    let thread = thread(tx, old.thread_id)?;
    let own = old.author_id == by.person;
    let standing = guests::standing(tx, by, &thread)?;
    let act = Act::EditPost { own, locked: thread.locked_at.is_some() };
    standing.may(act)?;
    let fitting = draft.fitting(&standing, act)?;
    let draft: &Draft = &fitting;
    if old.deleted_at.is_some() {
        return Err(Error::NotFound);
    }
    let first = old.parent_id.is_none();
    let before = Before { title: &thread.title, content: &old.content, html: &old.html };
    draft::check(draft, first, Some(before))?;
    let written = old.edited_at.unwrap_or(old.created_at);
    let at = draft.remote.as_ref().and_then(|remote| remote.updated).unwrap_or(tx.now).min(tx.now);
    let title = if first { draft.title.clone() } else { String::new() };
    let same = title == thread.title || !first;
    let same = same && draft.html == old.html && draft.content == old.content && draft.summary == old.summary;
    let late = draft.remote.is_some() && at <= written;
    if late || (same && files::are_same(tx, id, draft)?) {
        return Ok(old);
    }
    if !same {
        rows::keep_revision(tx, &old, if first { &thread.title } else { "" }, written)?;
    }
    let document = draft.remote.as_ref().map(|remote| remote.document.clone());
    let new: PostRow = diesel::update(dsl::posts.find(id))
        .set((
            dsl::content.eq(&draft.content),
            dsl::html.eq(&draft.html),
            dsl::summary.eq(&draft.summary),
            dsl::sensitive.eq(draft.sensitive),
            dsl::language.eq(&draft.language),
            dsl::edited_at.eq(Some(at)),
            dsl::document.eq(document),
        ))
        .returning(columns::<PostRow>())
        .get_result(tx.conn)?;
    if first {
        use schema::threads::dsl;
        diesel::update(dsl::threads.find(thread.id))
            .set((dsl::title.eq(&title), dsl::excerpt.eq(excerpt::summary(&draft.plain, EXCERPT))))
            .execute(tx.conn)?;
    }
    files::attach(tx, id, old.author_id, draft)?;
    files::mention(tx, id, draft, true)?;
    files::index_again(tx, id, draft)?;
    journal::record(tx, &line(Did::EditPost, by, &new).detail(draft.personal.detail(Some(before))))?;
    Ok(new)
}

/// Deletes a post, by its author: text, files, earlier versions and, of a first post, the title go. The row stays as a
/// tombstone.
///
/// # Errors
/// `Denied` to all but the author.
pub fn delete(tx: &mut Tx<'_>, by: &Actor, id: PostId) -> Result<()> {
    use schema::posts::dsl;
    let old = post(tx, id)?;
    let own = old.author_id == by.person;
    membership::standing(tx, by, old.group_id)?.may(Act::DeletePost { own })?;
    if old.deleted_at.is_some() {
        return Ok(());
    }
    diesel::update(dsl::posts.find(id))
        .set((
            dsl::content.eq(""),
            dsl::html.eq(""),
            dsl::summary.eq(""),
            dsl::document.eq(None::<String>),
            dsl::deleted_at.eq(Some(tx.now)),
        ))
        .execute(tx.conn)?;
    if old.parent_id.is_none() {
        use schema::threads::dsl;
        diesel::update(dsl::threads.find(old.thread_id))
            .set((dsl::title.eq(""), dsl::excerpt.eq(""), dsl::pinned_at.eq(None::<Time>)))
            .execute(tx.conn)?;
    }
    files::forget(tx, &old)?;
    recount(tx, old.thread_id)?;
    journal::record(tx, &line(Did::DeletePost, by, &old))?;
    Ok(())
}

/// Likes or dislikes a post. A person has one reaction to a post: a new one takes the place of the old.
///
/// # Errors
/// `Denied`; `NotFound` when the post is gone or not to be seen.
pub fn react(
    tx: &mut Tx<'_>,
    by: &Actor,
    id: PostId,
    kind: ReactionKind,
    emoji: &str,
    uri: Option<String>,
) -> Result<()> {
    use schema::reactions::dsl;
    let (post, thread) = post_in_thread(tx, id)?;
    guests::standing(tx, by, &thread)?.may(Act::React)?;
    files::must_be_there(&post, by.person)?;
    let known = reaction(tx, id, by.person)?;
    if known.as_ref().is_some_and(|old| old.kind == kind && old.emoji == emoji) {
        return Ok(());
    }
    match known {
        Some(old) => {
            diesel::update(dsl::reactions.find(old.id))
                .set((dsl::kind.eq(kind), dsl::emoji.eq(emoji), dsl::uri.eq(uri)))
                .execute(tx.conn)?;
            counts::add_reaction(tx, id, old.kind, -1);
        }
        None => {
            diesel::insert_into(dsl::reactions)
                .values((
                    dsl::id.eq(RowId::fresh()),
                    dsl::post_id.eq(id),
                    dsl::person_id.eq(by.person),
                    dsl::kind.eq(kind),
                    dsl::emoji.eq(emoji),
                    dsl::uri.eq(uri),
                    dsl::created_at.eq(tx.now),
                ))
                .execute(tx.conn)?;
        }
    }
    counts::add_reaction(tx, id, kind, 1);
    let detail = Detail { word: kind.word().to_owned(), ..Detail::default() };
    journal::record(tx, &line(Did::React, by, &post).person(post.author_id).detail(detail))?;
    written(tx, by)
}

/// Takes a reaction back; that is never refused to whoever may read the post. None there: nothing changes.
///
/// # Errors
/// `NotFound` when there is no such post.
pub fn unreact(tx: &mut Tx<'_>, by: &Actor, id: PostId) -> Result<()> {
    let post = post(tx, id)?;
    membership::standing(tx, by, post.group_id)?.may(Act::Read)?;
    let Some(old) = reaction(tx, id, by.person)? else { return Ok(()) };
    diesel::delete(schema::reactions::table.find(old.id)).execute(tx.conn)?;
    counts::add_reaction(tx, id, old.kind, -1);
    let detail = Detail { word: old.kind.word().to_owned(), activity_uri: old.uri, ..Detail::default() };
    journal::record(tx, &line(Did::Unreact, by, &post).person(post.author_id).detail(detail))?;
    written(tx, by)
}

/// The host of a group elsewhere announced a post: from now on everybody sees it.
///
/// # Errors
/// `NotFound`.
pub fn confirm(tx: &mut Tx<'_>, id: PostId) -> Result<()> {
    use schema::posts::dsl;
    tx.look_anew();
    let changed = diesel::update(dsl::posts.find(id).filter(dsl::confirmed_at.is_null()))
        .set((dsl::confirmed_at.eq(Some(tx.now)), dsl::refused_reason.eq(None::<String>)))
        .execute(tx.conn)?;
    let post = post(tx, id)?;
    if changed == 0 {
        return Ok(());
    }
    let thread = thread(tx, post.thread_id)?;
    counts::recount(tx, &thread)?;
    if post.parent_id.is_none() && counts::is_visible(&post) {
        shown::appeared(tx, &thread);
    }
    Ok(())
}

/// The host of a group elsewhere refused a post: only its author sees it, with the reason.
///
/// # Errors
/// `NotFound` when there is no such post that waits.
pub fn refuse(tx: &mut Tx<'_>, id: PostId, reason: &str) -> Result<()> {
    use schema::posts::dsl;
    let changed = diesel::update(dsl::posts.find(id).filter(dsl::confirmed_at.is_null()))
        .set(dsl::refused_reason.eq(Some(reason)))
        .execute(tx.conn)?;
    if changed == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Notes that somebody has read a topic until now.
///
/// # Errors
/// `NotFound` when there is no such topic.
pub fn mark_read(tx: &mut Tx<'_>, person: PersonId, id: ThreadId) -> Result<()> {
    use schema::thread_reads::dsl;
    let thread = thread(tx, id)?;
    let group = thread.group_id;
    membership::standing(tx, &Actor::here(person), group)?.may(Act::Read)?;
    let row = (dsl::person_id.eq(person), dsl::thread_id.eq(id), dsl::read_at.eq(tx.now));
    let insert = diesel::insert_into(dsl::thread_reads).values(row);
    let upsert =
        insert.on_conflict((dsl::person_id, dsl::thread_id)).do_update().set(dsl::read_at.eq(tx.now));
    Native(upsert).execute(tx.conn)?;
    Ok(())
}

/// Counts a topic's visible replies anew.
pub(super) fn recount(tx: &mut Tx<'_>, id: ThreadId) -> Result<()> {
    let thread = thread(tx, id)?;
    counts::recount(tx, &thread)
}

/// A line of the journal about a post.
pub(super) fn line(did: Did, by: &Actor, post: &PostRow) -> Line {
    Line::new(did, by).group(post.group_id).thread(post.thread_id).post(post.id)
}
