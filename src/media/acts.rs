//! What changes the rows of files. The bytes are written before and removed after, outside the transaction.

use diesel::prelude::*;
use url::Url;

use super::{Description, MediaKind, MediaRow, Saved};
use crate::db::{Lock, Tx, lock, schema};
use crate::each;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{MediaId, PersonId, PostId};
use crate::jobs::{self, Job};
use crate::policy::{Actor, Reason, limits};
use crate::text::personal;
use crate::threads::{self, RemoteMedia};

/// Seconds that an upload may wait to be posted.
const WAITING: i64 = 86_400;

/// Rows that one round of [`prune`] removes at most.
const ROUND: i64 = 500;

/// Notes a file that was saved, as `by`'s, not yet posted. `quota` is what one person may upload in all, in bytes.
///
/// # Errors
/// `Invalid` when a picture has neither alternative text nor is marked decorative, or the quota is reached.
pub fn store(
    tx: &mut Tx<'_>,
    by: &Actor,
    saved: &Saved,
    description: &Description,
    quota: i64,
) -> Result<MediaRow> {
    let (alt, decorative) = check_description(saved.kind, description)?;
    lock(tx, Lock::Person, &by.person.to_string())?;
    if used(tx, by.person)?.saturating_add(saved.size) > quota {
        let mut errors = FieldErrors::default();
        errors.add_limit("file", "error-file-quota", quota / 1_000_000);
        return Err(Error::Invalid(errors));
    }
    let row = MediaRow {
        id: MediaId::fresh(),
        owner_id: Some(by.person),
        post_id: None,
        position: 0,
        kind: saved.kind,
        name: saved.name.clone(),
        media_type: saved.media_type.to_owned(),
        size: saved.size,
        width: saved.width,
        height: saved.height,
        alt,
        decorative,
        file: Some(saved.file.clone()),
        thumbnail: saved.thumbnail.clone(),
        remote_url: None,
        created_at: tx.now,
    };
    diesel::insert_into(schema::media::table).values(&row).execute(tx.conn)?;
    Ok(row)
}

/// Bytes that a person has uploaded and that are still there.
///
/// # Errors
/// Only when the database does.
pub fn used(tx: &mut Tx<'_>, person: PersonId) -> Result<i64> {
    use diesel::dsl::sql;
    use diesel::sql_types::BigInt;
    // A sum of whole numbers is no whole number on PostgreSQL.
    let sum = sql::<BigInt>("CAST(COALESCE(SUM(size), 0) AS BIGINT)");
    Ok(schema::media::table.filter(schema::media::owner_id.eq(person)).select(sum).first(tx.conn)?)
}

/// Checks what is said about a picture; gives it trimmed. A document has no alternative text.
///
/// # Errors
/// `Invalid` on the field `alt`.
pub fn check_description(kind: MediaKind, description: &Description) -> Result<(String, bool)> {
    if kind == MediaKind::Document {
        return Ok((String::new(), false));
    }
    if description.decorative {
        return Ok((String::new(), true));
    }
    let alt = description.alt.trim();
    let mut errors = FieldErrors::default();
    if alt.is_empty() {
        errors.add("alt", "error-alt-missing");
    } else if alt.chars().count() > limits::ALT {
        errors.add_limit("alt", "error-alt-long", i64::try_from(limits::ALT).unwrap_or(i64::MAX));
    }
    personal::refuse_bsn(&mut errors, "alt", alt);
    errors.into_result()?;
    Ok((alt.to_owned(), false))
}

/// Changes what is said about a picture of one's own. With a post that counts as a change of the post.
///
/// # Errors
/// `NotFound` when it isn't theirs, `Invalid` as in [`check_description`], `Denied` when the post can't be changed.
pub fn describe(tx: &mut Tx<'_>, by: &Actor, id: MediaId, description: &Description) -> Result<MediaRow> {
    let mut row = super::views::own(tx, by.person, id)?;
    let (alt, decorative) = check_description(row.kind, description)?;
    if alt == row.alt && decorative == row.decorative {
        return Ok(row);
    }
    if let Some(post) = row.post_id {
        threads::files::described(tx, by, post)?;
    }
    diesel::update(schema::media::table.find(id))
        .set((schema::media::alt.eq(&alt), schema::media::decorative.eq(decorative)))
        .execute(tx.conn)?;
    row.alt = alt;
    row.decorative = decorative;
    Ok(row)
}

/// Deletes a file of one's own, also from a post. A picture of a profile or group is replaced there first.
///
/// # Errors
/// `NotFound` when it isn't theirs, `Conflict` when a profile or group shows it.
pub fn delete(tx: &mut Tx<'_>, by: &Actor, id: MediaId) -> Result<()> {
    let row = super::views::own(tx, by.person, id)?;
    if super::views::is_picture(tx, id)? {
        return Err(Error::Conflict);
    }
    if let Some(post) = row.post_id {
        threads::files::taken_away(tx, by, post)?;
    }
    discard(tx, &[row])
}

/// Makes exactly these files the post's, in this order. Files that it had and that aren't named go.
///
/// # Errors
/// `Invalid` on the field `media` when they are too many, or one isn't the author's or belongs to something else.
pub fn attach(tx: &mut Tx<'_>, author: PersonId, post: PostId, files: &[MediaId]) -> Result<()> {
    use schema::media::dsl;
    if files.len() > limits::FILES {
        let mut errors = FieldErrors::default();
        errors.add_limit("media", "error-media-many", i64::try_from(limits::FILES).unwrap_or(i64::MAX));
        return Err(Error::Invalid(errors));
    }
    let before: Vec<MediaRow> = dsl::media
        .filter(dsl::post_id.eq(post).and(dsl::remote_url.is_null()))
        .select(MediaRow::as_select())
        .load(tx.conn)?;
    for (position, id) in (0_i64..).zip(files) {
        let free = dsl::post_id.is_null().or(dsl::post_id.eq(post));
        let theirs = dsl::media.find(*id).filter(dsl::owner_id.eq(author)).filter(free);
        let taken = diesel::update(theirs)
            .set((dsl::post_id.eq(post), dsl::position.eq(position)))
            .execute(tx.conn)?;
        if taken == 0 || super::views::is_picture(tx, *id)? {
            return Err(Error::field("media", "error-media-unknown"));
        }
    }
    let left: Vec<MediaRow> = before.into_iter().filter(|row| !files.contains(&row.id)).collect();
    discard(tx, &left)
}

/// Notes the pictures and files of a post that stay elsewhere, in order; takes the place of what was noted before. One that
/// is still there keeps its id, so that its address stays. Addresses that aren't `http(s)` are left out.
///
/// # Errors
/// Only when the database does.
pub fn attach_remote(tx: &mut Tx<'_>, post: PostId, files: &[RemoteMedia]) -> Result<()> {
    use schema::media::dsl;
    let before: Vec<MediaRow> = dsl::media
        .filter(dsl::post_id.eq(post).and(dsl::remote_url.is_not_null()))
        .select(MediaRow::as_select())
        .load(tx.conn)?;
    let mut rows: Vec<MediaRow> = Vec::new();
    let shown = files.iter().filter(|file| is_web(&file.url));
    for (position, file) in (0_i64..).zip(shown.take(limits::FILES)) {
        let known = before.iter().find(|row| row.remote_url.as_ref() == Some(&file.url));
        if rows.iter().any(|row| row.remote_url.as_ref() == Some(&file.url)) {
            continue;
        }
        rows.push(remote_row(tx, post, position, file, known));
    }
    diesel::delete(dsl::media.filter(dsl::post_id.eq(post).and(dsl::remote_url.is_not_null())))
        .execute(tx.conn)?;
    each!(tx.conn, |conn| diesel::insert_into(dsl::media).values(&rows).execute(conn))?;
    Ok(())
}

fn remote_row(
    tx: &Tx<'_>,
    post: PostId,
    position: i64,
    file: &RemoteMedia,
    known: Option<&MediaRow>,
) -> MediaRow {
    let short = |text: &str, most: usize| text.trim().chars().take(most).collect::<String>();
    let alt = short(&file.alt, limits::ALT);
    let image =
        file.media_type.starts_with("image/") || (file.media_type.is_empty() && looks_like_image(&file.url));
    MediaRow {
        id: known.map_or_else(MediaId::fresh, |row| row.id),
        owner_id: None,
        post_id: Some(post),
        position,
        kind: if image { MediaKind::Image } else { MediaKind::Document },
        name: short(&file.name, limits::TITLE),
        media_type: short(&file.media_type, limits::LABEL),
        size: 0,
        width: 0,
        height: 0,
        // Nothing is known of a picture without a text; it can't be called decorative.
        alt,
        decorative: false,
        file: None,
        thumbnail: None,
        remote_url: Some(file.url.clone()),
        created_at: known.map_or(tx.now, |row| row.created_at),
    }
}

fn is_web(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some())
}

/// Lemmy sends pictures as links without a type.
fn looks_like_image(url: &str) -> bool {
    let path = Url::parse(url).map(|url| url.path().to_ascii_lowercase()).unwrap_or_default();
    [".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif"].iter().any(|end| path.ends_with(end))
}

/// Deletes the files of a post: its author deleted it.
///
/// # Errors
/// Only when the database does.
pub fn forget_post(tx: &mut Tx<'_>, post: PostId) -> Result<()> {
    use schema::media::dsl;
    let rows: Vec<MediaRow> =
        dsl::media.filter(dsl::post_id.eq(post)).select(MediaRow::as_select()).load(tx.conn)?;
    discard(tx, &rows)
}

/// Deletes all that a person uploaded: their account is deleted. An emblem stays with its group, as nobody's.
///
/// # Errors
/// Only when the database does.
pub fn forget_person(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    use schema::groups;
    use schema::media::dsl;
    let emblems =
        groups::table.filter(groups::emblem_id.is_not_null()).select(groups::emblem_id.assume_not_null());
    diesel::update(dsl::media.filter(dsl::owner_id.eq(person).and(dsl::id.eq_any(emblems))))
        .set(dsl::owner_id.eq(None::<PersonId>))
        .execute(tx.conn)?;
    let rows: Vec<MediaRow> =
        dsl::media.filter(dsl::owner_id.eq(person)).select(MediaRow::as_select()).load(tx.conn)?;
    discard(tx, &rows)
}

/// Checks that a file can be a person's or group's picture: an image of theirs that no post has.
///
/// # Errors
/// `Invalid` on the field `media`.
pub fn check_picture(tx: &mut Tx<'_>, by: &Actor, id: MediaId, field: &'static str) -> Result<()> {
    let wrong = || Error::field(field, "error-media-unknown");
    let row = super::views::own(tx, by.person, id).map_err(|_unknown| wrong())?;
    let fits = row.kind == MediaKind::Image && row.post_id.is_none();
    fits.then_some(()).ok_or_else(wrong)
}

/// Removes uploads that nothing used within a day. Tells how many went; more may be left when it is [`ROUND`].
///
/// # Errors
/// Only when the database does.
pub fn prune(tx: &mut Tx<'_>) -> Result<usize> {
    use diesel::dsl::{exists, not};
    use schema::media::dsl;
    use schema::{groups, people};
    let avatars = people::table.filter(people::avatar_id.eq(dsl::id.nullable()));
    let emblems = groups::table.filter(groups::emblem_id.eq(dsl::id.nullable()));
    let rows: Vec<MediaRow> = dsl::media
        .filter(dsl::post_id.is_null().and(dsl::created_at.lt(tx.now.plus_seconds(-WAITING))))
        .filter(not(exists(avatars)).and(not(exists(emblems))))
        .order((dsl::created_at, dsl::id))
        .limit(ROUND)
        .select(MediaRow::as_select())
        .load(tx.conn)?;
    discard(tx, &rows)?;
    Ok(rows.len())
}

fn discard(tx: &mut Tx<'_>, rows: &[MediaRow]) -> Result<()> {
    for row in rows {
        diesel::delete(schema::media::table.find(row.id)).execute(tx.conn)?;
        let files = row.stored();
        if !files.is_empty() {
            jobs::enqueue(tx, &Job::RemoveFile { media: row.id, files })?;
        }
    }
    Ok(())
}

/// Whether a person may upload at all now.
///
/// # Errors
/// `Denied(Suspended)` or `Denied(NotActive)`.
pub fn check_uploader(tx: &mut Tx<'_>, by: &Actor) -> Result<()> {
    use crate::people::AccountState;
    use schema::{accounts, people};
    let (state, suspended): (AccountState, bool) = people::table
        .inner_join(accounts::table)
        .filter(people::id.eq(by.person))
        .select((accounts::state, people::suspended_at.is_not_null()))
        .first(tx.conn)?;
    if suspended {
        return Err(Reason::Suspended.into());
    }
    (state == AccountState::Active).then_some(()).ok_or_else(|| Reason::NotActive.into())
}
