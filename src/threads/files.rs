//! Files and mentions of a post: what is written beside its row.

use diesel::prelude::*;

use super::{Draft, PostRow, draft::limit};
use crate::db::{Native, Tx, schema, search};
use crate::each;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{MediaId, PersonId, PostId};
use crate::jobs::{self, Job};
use crate::policy::limits;
use crate::text::analyse;

/// Attaches what a draft brings: files uploaded by its author, or pictures that stay elsewhere.
///
/// # Errors
/// `Invalid` when a file isn't the author's, is used already, is too many, or is a picture without description.
pub(super) fn attach(tx: &mut Tx<'_>, post: PostId, author: PersonId, draft: &Draft) -> Result<()> {
    use schema::media::dsl;
    if draft.remote.is_some() {
        return attach_remote(tx, post, author, draft);
    }
    if draft.media.is_empty() {
        return Ok(());
    }
    let there: i64 = dsl::media.filter(dsl::post_id.eq(post)).count().get_result(tx.conn)?;
    let mut position = there;
    let mut errors = FieldErrors::default();
    for &id in &draft.media {
        let found: Option<(String, String, bool, Option<PostId>)> = dsl::media
            .find(id)
            .filter(dsl::owner_id.eq(author))
            .select((dsl::kind, dsl::alt, dsl::decorative, dsl::post_id))
            .first(tx.conn)
            .optional()?;
        match found {
            Some((_, _, _, Some(of))) if of == post => {}
            Some((kind, alt, decorative, None)) => {
                // WCAG 2.2, 1.1.1: a picture is described, or said to be decoration.
                if kind == "image" && !decorative && alt.trim().is_empty() {
                    errors.add("media", "error-media-alt");
                }
                diesel::update(dsl::media.find(id))
                    .set((dsl::post_id.eq(Some(post)), dsl::position.eq(position)))
                    .execute(tx.conn)?;
                position += 1;
            }
            _ => errors.add("media", "error-media-unknown"),
        }
    }
    if position > limit(limits::FILES) {
        errors.add_limit("media", "error-media-many", limit(limits::FILES));
    }
    errors.into_result()
}

fn attach_remote(tx: &mut Tx<'_>, post: PostId, author: PersonId, draft: &Draft) -> Result<()> {
    use schema::media::dsl;
    diesel::delete(dsl::media.filter(dsl::post_id.eq(post).and(dsl::file.is_null()))).execute(tx.conn)?;
    let rows: Vec<_> = draft
        .remote_media
        .iter()
        .take(limits::FILES)
        .zip(0_i64..)
        .map(|(file, position)| {
            let kind = if file.media_type.starts_with("image/") { "image" } else { "document" };
            (
                dsl::id.eq(MediaId::fresh()),
                dsl::owner_id.eq(Some(author)),
                dsl::post_id.eq(Some(post)),
                dsl::position.eq(position),
                dsl::kind.eq(kind),
                dsl::name.eq(&file.name),
                dsl::media_type.eq(&file.media_type),
                dsl::size.eq(0),
                dsl::width.eq(0),
                dsl::height.eq(0),
                dsl::alt.eq(&file.alt),
                dsl::decorative.eq(false),
                dsl::remote_url.eq(Some(&file.url)),
                dsl::created_at.eq(tx.now),
            )
        })
        .collect();
    if !rows.is_empty() {
        each!(tx.conn, |conn| diesel::insert_into(dsl::media).values(&rows).execute(conn))?;
    }
    Ok(())
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

/// Makes a post findable. Whether it may be seen is asked when somebody searches.
pub(super) fn index(tx: &mut Tx<'_>, post: PostId, draft: &Draft) -> Result<()> {
    let made;
    let terms = if draft.terms.is_empty() {
        made = super::draft::terms(draft);
        &made
    } else {
        &draft.terms
    };
    search::put(tx, post, analyse::VERSION, terms)
}

/// Removes everything beside a post that its author deleted: files, earlier versions, mentions, search terms.
pub(super) fn forget(tx: &mut Tx<'_>, post: &PostRow) -> Result<()> {
    use schema::{media, mentions, revisions};
    let files: Vec<(MediaId, Option<String>, Option<String>)> = media::table
        .filter(media::post_id.eq(post.id))
        .order(media::id)
        .select((media::id, media::file, media::thumbnail))
        .load(tx.conn)?;
    for (id, file, thumbnail) in files {
        let files: Vec<String> = file.into_iter().chain(thumbnail).collect();
        if !files.is_empty() {
            jobs::enqueue(tx, &Job::RemoveFile { media: id, files })?;
        }
    }
    diesel::delete(media::table.filter(media::post_id.eq(post.id))).execute(tx.conn)?;
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
