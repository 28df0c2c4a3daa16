//! Files and mentions of a post: what is written beside its row.

use std::borrow::Cow;

use diesel::prelude::*;

use super::{Draft, PostRow, personal, rows};
use crate::db::{Native, Tx, columns, schema, search};
use crate::error::{Error, Result};
use crate::ids::{PersonId, PostId};
use crate::journal::{self, Did, Line};
use crate::links::guests;
use crate::policy::{Act, Actor, limits};
use crate::text::analyse;
use crate::{media, membership};

/// Attaches what a draft brings: files uploaded by its author, or pictures that stay elsewhere.
///
/// # Errors
/// `Invalid` when files are too many, or one isn't the author's or is used elsewhere, or when personal data stands in what is said about
/// one.
pub(super) fn attach(tx: &mut Tx<'_>, post: PostId, author: PersonId, draft: &Draft) -> Result<()> {
    match &draft.remote {
        Some(_) => media::acts::attach_remote(tx, post, &draft.remote_media),
        None => {
            personal::check_files(tx, author, draft)?;
            media::acts::attach(tx, author, post, &draft.media)
        }
    }
}

/// A picture of one's own post was described anew: other servers are told, as of any change.
///
/// # Errors
/// `Denied` as for a change of the text; `NotFound` when the post is gone.
pub fn described(tx: &mut Tx<'_>, by: &Actor, post: PostId) -> Result<()> {
    let post = rows::post(tx, post)?;
    let thread = rows::thread(tx, post.thread_id)?;
    let (own, locked) = (post.author_id == by.person, thread.locked_at.is_some());
    guests::standing(tx, by, &thread)?.may(Act::EditPost { own, locked })?;
    changed(tx, by, post.id)
}

/// A file was taken from one's own post, which one may for as long as one may delete the post.
///
/// # Errors
/// `Denied` to all but the author; `NotFound` when the post is gone.
pub fn taken_away(tx: &mut Tx<'_>, by: &Actor, post: PostId) -> Result<()> {
    let post = rows::post(tx, post)?;
    let own = post.author_id == by.person;
    membership::standing(tx, by, post.group_id)?.may(Act::DeletePost { own })?;
    changed(tx, by, post.id)
}

fn changed(tx: &mut Tx<'_>, by: &Actor, post: PostId) -> Result<()> {
    use schema::posts::dsl;
    let post: PostRow = diesel::update(dsl::posts.find(post))
        .set(dsl::edited_at.eq(Some(tx.now)))
        .returning(columns::<PostRow>())
        .get_result(tx.conn)?;
    let line = Line::new(Did::EditPost, by).group(post.group_id).thread(post.thread_id).post(post.id);
    journal::record(tx, &line)?;
    Ok(())
}

/// Whether a draft brings the files that a post has already.
pub(super) fn are_same(tx: &mut Tx<'_>, post: PostId, draft: &Draft) -> Result<bool> {
    let there = media::views::of_posts(tx, &[post])?.remove(&post).unwrap_or_default();
    Ok(match &draft.remote {
        Some(_) => {
            let there = there.iter().map(|file| (file.remote_url.as_deref(), file.alt.as_str()));
            there.eq(draft.remote_media.iter().map(|file| (Some(file.url.as_str()), file.alt.trim())))
        }
        None => there.iter().map(|file| file.id).eq(draft.media.iter().copied()),
    })
}

/// Whether a draft brings files of the same names and sizes as a post has: what is sent twice is uploaded twice.
pub(super) fn are_alike(tx: &mut Tx<'_>, owner: PersonId, post: PostId, draft: &Draft) -> Result<bool> {
    let there = media::views::of_posts(tx, &[post])?.remove(&post).unwrap_or_default();
    if there.len() != draft.media.len() {
        return Ok(false);
    }
    for (there, &id) in there.iter().zip(&draft.media) {
        match media::views::own(tx, owner, id) {
            Ok(sent) if sent.name == there.name && sent.size == there.size => {}
            // One that isn't there is refused by whoever attaches it.
            Ok(_) | Err(Error::NotFound) => return Ok(false),
            Err(error) => return Err(error),
        }
    }
    Ok(true)
}

/// Writes down who is mentioned, in place of who was.
pub(super) fn mention(tx: &mut Tx<'_>, post: PostId, draft: &Draft, again: bool) -> Result<()> {
    use schema::mentions::dsl;
    if again {
        diesel::delete(dsl::mentions.filter(dsl::post_id.eq(post))).execute(tx.conn)?;
    }
    for &actor in draft.mentions.iter().take(limits::MENTIONS) {
        let row = (dsl::post_id.eq(post), dsl::actor_id.eq(actor));
        let insert = diesel::insert_into(dsl::mentions).values(row).on_conflict_do_nothing();
        Native(insert).execute(tx.conn)?;
    }
    Ok(())
}

/// Makes a new post findable. Whether it may be seen is asked when somebody searches.
pub(super) fn index(tx: &mut Tx<'_>, post: PostId, draft: &Draft) {
    search::add(tx, post, analyse::VERSION, &terms(draft));
}

/// Makes a post findable by what it says now.
pub(super) fn index_again(tx: &mut Tx<'_>, post: PostId, draft: &Draft) -> Result<()> {
    search::put(tx, post, analyse::VERSION, &terms(draft))
}

fn terms(draft: &Draft) -> Cow<'_, str> {
    if draft.terms.is_empty() { super::draft::terms(draft).into() } else { draft.terms.as_str().into() }
}

/// Removes everything beside a post that its author deleted: files, earlier versions, mentions, search terms.
pub(super) fn forget(tx: &mut Tx<'_>, post: &PostRow) -> Result<()> {
    use schema::{mentions, revisions};
    media::acts::forget_post(tx, post.id)?;
    diesel::delete(revisions::table.filter(revisions::post_id.eq(post.id))).execute(tx.conn)?;
    diesel::delete(mentions::table.filter(mentions::post_id.eq(post.id))).execute(tx.conn)?;
    search::remove(tx, post.id)
}

/// `NotFound` for a post that nobody may react to or reply to any more.
pub(super) fn must_be_there(post: &PostRow, by: PersonId) -> Result<()> {
    let there = post.deleted_at.is_none() && post.removed_at.is_none();
    // What the group's host hasn't taken yet, only its author knows.
    let known = post.confirmed_at.is_some() || post.author_id == by;
    if there && known { Ok(()) } else { Err(Error::NotFound) }
}
