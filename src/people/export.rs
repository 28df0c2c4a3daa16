//! What a member can take along: everything of theirs that is stored here, as JSON, Markdown and their files in a zip file.
//!
//! Gathered in one read, packed into a file without a name that goes with its last reader, and sent from there: memory stays
//! small however much somebody uploaded. Holds only what the member wrote or did, and nothing that others wrote (GDPR article
//! 20).

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use diesel::prelude::*;
use futures_util::Stream;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{PersonRow, attempts, blocks, sessions, tokens};
use crate::actors;
use crate::clock::Time;
use crate::db::types::Json;
use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::ids::{GroupId, PersonId, PostId, RowId};
use crate::links::PromotionState;
use crate::media::{self, MediaRow};
use crate::membership::{self, MembershipState};
use crate::policy::rates::Limit;
use crate::policy::{Actor, Class, Role};
use crate::threads::ReactionKind;

/// Bytes that are read at once when the archive is sent.
const CHUNK: usize = 64 * 1024;

/// What goes into the archive.
#[derive(Debug, Clone)]
pub struct Archive {
    /// Name and content.
    texts: Vec<(&'static str, String)>,
    /// Name in the archive, and name below the media folder.
    files: Vec<(String, String)>,
}

/// Counts an archive, as making one reads all that a member ever uploaded.
///
/// # Errors
/// `Busy` after too many within an hour.
pub fn count(tx: &mut Tx<'_>, by: &Actor) -> Result<()> {
    attempts::take(tx, Limit::AccountExports, &by.person.to_string())
}

/// Gathers what is stored of a member.
///
/// # Errors
/// `NotFound` without an account.
pub fn gather(tx: &mut Tx<'_>, person: PersonId) -> Result<Archive> {
    let posts = posts(tx, person)?;
    let uploads = media::views::all_of(tx, person)?;
    let parts: Vec<(&'static str, Value)> = vec![
        ("profile.json", profile(tx, person)?),
        ("posts.json", Value::Array(posts.iter().map(Post::json).collect())),
        ("memberships.json", memberships(tx, person)?),
        ("invitations.json", invitations(tx, person)?),
        ("proposals.json", proposals(tx, person)?),
        ("reactions.json", reactions(tx, person)?),
        ("notices.json", notices(tx, person)?),
        ("relations.json", relations(tx, person)?),
        ("sessions.json", signed_in(tx, person)?),
        ("files.json", Value::Array(uploads.iter().map(|row| upload(tx, row)).collect())),
    ];
    let mut texts = Vec::with_capacity(parts.len() + 1);
    for (name, value) in parts {
        texts.push((name, serde_json::to_string_pretty(&value).map_err(Error::internal)?));
    }
    texts.push(("posts.md", posts.iter().map(Post::markdown).collect::<Vec<_>>().join("\n\n---\n\n")));
    let files = uploads.iter().filter_map(|row| Some((packed_as(row), row.file.clone()?))).collect();
    Ok(Archive { texts, files })
}

/// What a file is called in the archive: two uploads may have one name.
fn packed_as(row: &MediaRow) -> String {
    format!("files/{}-{}", row.id, row.name)
}

/// The archive as a zip file, from its beginning; it takes room below `dir`, the media folder, until it is dropped.
///
/// # Errors
/// When the folder can't be written, or its disk is full.
pub async fn pack(archive: Archive, dir: PathBuf) -> Result<File> {
    tokio::task::spawn_blocking(move || pack_now(&archive, &dir)).await.map_err(Error::internal)?
}

fn pack_now(archive: &Archive, dir: &Path) -> Result<File> {
    let mut zip = ZipWriter::new(nameless(dir).map_err(Error::internal)?);
    for (name, content) in &archive.texts {
        zip.start_file(*name, SimpleFileOptions::default()).map_err(Error::internal)?;
        zip.write_all(content.as_bytes()).map_err(Error::internal)?;
    }
    // Pictures and documents are compressed by themselves.
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut missing = Vec::new();
    for (name, file) in &archive.files {
        let mut file = match media::store::open_stored(dir, file) {
            Ok(file) => file,
            // Deleted since it was listed, or lost: the rest is still theirs to take along.
            Err(Error::NotFound) => {
                missing.push(name.as_str());
                continue;
            }
            Err(error) => return Err(error),
        };
        zip.start_file(name.as_str(), stored).map_err(Error::internal)?;
        std::io::copy(&mut file, &mut zip).map_err(Error::internal)?;
    }
    if !missing.is_empty() {
        zip.start_file("files/missing.txt", SimpleFileOptions::default()).map_err(Error::internal)?;
        zip.write_all(missing.join("\n").as_bytes()).map_err(Error::internal)?;
    }
    let mut file = zip.finish().map_err(Error::internal)?;
    file.seek(SeekFrom::Start(0)).map_err(Error::internal)?;
    Ok(file)
}

/// A file that nobody can open by name, and that is gone when it is closed, also after a crash.
fn nameless(dir: &Path) -> std::io::Result<File> {
    std::fs::create_dir_all(dir)?;
    let path = dir.join(format!("export-{}.part", RowId::fresh()));
    let file = File::options().read(true).write(true).create_new(true).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

/// What is in a file from where it stands, piece by piece.
pub fn pieces(file: File) -> impl Stream<Item = std::io::Result<Bytes>> + Send {
    futures_util::stream::try_unfold(file, |mut file| async move {
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; CHUNK];
            let count = loop {
                match file.read(&mut piece) {
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    other => break other?,
                }
            };
            piece.truncate(count);
            std::io::Result::Ok((piece, file))
        });
        let (piece, file) = read.await.map_err(std::io::Error::other)??;
        Ok(if piece.is_empty() { None } else { Some((Bytes::from(piece), file)) })
    })
}

fn profile(tx: &mut Tx<'_>, person: PersonId) -> Result<Value> {
    let account = super::account(tx, person)?;
    let actor = actors::find(tx, person.into())?;
    let row: PersonRow = super::find(tx, person)?;
    Ok(json!({
        "handle": actor.handle(),
        "address": actor.url,
        "displayName": row.display_name,
        "bio": row.bio,
        "employer": row.employer,
        "function": row.function,
        "discoverable": row.discoverable,
        "email": account.email,
        "language": account.language,
        "mailReplies": account.mail_replies,
        "mailModeration": account.mail_moderation,
        "mailTitles": account.mail_titles,
        "motivation": account.motivation,
        "secondFactorSince": account.totp_confirmed_at,
        "createdAt": account.created_at,
        "confirmedAt": account.confirmed_at,
        "suspendedAt": row.suspended_at,
    }))
}

/// A post with where it stands. Of a removed one the member still gets their own words.
#[derive(Queryable)]
struct Post {
    id: PostId,
    uri: String,
    title: String,
    group: String,
    parent: Option<PostId>,
    content: String,
    created_at: Time,
    edited_at: Option<Time>,
    deleted_at: Option<Time>,
    removed_at: Option<Time>,
    removed_reason: String,
}

impl Post {
    fn json(&self) -> Value {
        json!({
            "id": self.id,
            "address": self.uri,
            "topic": self.title,
            "group": self.group,
            "isReply": self.parent.is_some(),
            "content": self.content,
            "createdAt": self.created_at,
            "editedAt": self.edited_at,
            "deletedAt": self.deleted_at,
            "removedAt": self.removed_at,
            "removedReason": self.removed_reason,
        })
    }

    fn markdown(&self) -> String {
        let at = self.created_at.rfc3339();
        format!("## {}\n\n{}, {at}\n<{}>\n\n{}", self.title, self.group, self.uri, self.content)
    }
}

fn posts(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Post>> {
    use schema::{groups, posts, threads};
    let rows: Vec<((GroupId, Class), Post)> = posts::table
        .inner_join(threads::table)
        .inner_join(groups::table)
        .filter(posts::author_id.eq(person))
        .order((posts::created_at, posts::id))
        .select((
            (groups::id, groups::class),
            (
                posts::id,
                posts::uri,
                threads::title,
                groups::title,
                posts::parent_id,
                posts::content,
                posts::created_at,
                posts::edited_at,
                posts::deleted_at,
                posts::removed_at,
                posts::removed_reason,
            ),
        ))
        .load(tx.conn)?;
    let mine = membership::outward::groups_of(tx, person)?;
    let posts = rows.into_iter().map(|((group, class), mut post)| {
        // What others call their group and their topics in one that is closed is only told to who belongs to it.
        if class != Class::Openbaar && !mine.contains(&group) {
            post.group = String::new();
            if post.parent.is_some() {
                post.title = String::new();
            }
        }
        post
    });
    Ok(posts.collect())
}

fn memberships(tx: &mut Tx<'_>, person: PersonId) -> Result<Value> {
    use schema::{groups, memberships};
    type Row = (String, Role, MembershipState, String, Time, Option<Time>, Option<Time>);
    let rows: Vec<Row> = memberships::table
        .inner_join(groups::table)
        .filter(memberships::person_id.eq(person))
        .order(memberships::id)
        .select((
            groups::title,
            memberships::role,
            memberships::state,
            memberships::motivation,
            memberships::created_at,
            memberships::accepted_at,
            memberships::until,
        ))
        .load(tx.conn)?;
    let each = |(group, role, state, motivation, asked, accepted, until): Row| {
        json!({
            "group": group, "role": role, "state": state, "motivation": motivation,
            "askedAt": asked, "acceptedAt": accepted, "until": until,
        })
    };
    Ok(Value::Array(rows.into_iter().map(each).collect()))
}

/// Those that they made. What a closed group is called now is only told to who belongs to it.
fn invitations(tx: &mut Tx<'_>, person: PersonId) -> Result<Value> {
    use schema::{groups, invitations};
    type Row = ((GroupId, Class, String), String, Time, Time, Option<Time>, Option<Time>);
    let rows: Vec<Row> = invitations::table
        .inner_join(groups::table)
        .filter(invitations::by_id.eq(person))
        .order((invitations::created_at, invitations::id))
        .select((
            (groups::id, groups::class, groups::title),
            invitations::note,
            invitations::created_at,
            invitations::until,
            invitations::used_at,
            invitations::withdrawn_at,
        ))
        .load(tx.conn)?;
    let mine = membership::outward::groups_of(tx, person)?;
    let each = |((id, class, title), note, made, until, used, withdrawn): Row| {
        let title = (class == Class::Openbaar || mine.contains(&id)).then_some(title);
        json!({
            "group": title, "note": note, "createdAt": made, "until": until, "usedAt": used,
            "withdrawnAt": withdrawn,
        })
    };
    Ok(Value::Array(rows.into_iter().map(each).collect()))
}

/// Topics that they proposed to show in another group, and those of theirs that it was asked of. What a topic or a group is called is only
/// told while they may read it.
fn proposals(tx: &mut Tx<'_>, person: PersonId) -> Result<Value> {
    use schema::{groups, promotions, threads};
    type Home = (GroupId, Class);
    type Row = (Home, String, GroupId, Option<PersonId>, String, PromotionState, Time, Time);
    let rows: Vec<Row> = promotions::table
        .inner_join(threads::table.inner_join(groups::table))
        .filter(promotions::by_id.eq(person).or(threads::author_id.eq(person)))
        .order((promotions::created_at, promotions::id))
        .select((
            (groups::id, groups::class),
            threads::title,
            promotions::group_id,
            promotions::by_id,
            promotions::note,
            promotions::state,
            promotions::created_at,
            promotions::changed_at,
        ))
        .load(tx.conn)?;
    let mine = membership::outward::groups_of(tx, person)?;
    let mut all = Vec::with_capacity(rows.len());
    for ((home, class), topic, to, by, note, state, made, changed) in rows {
        let (to_class, to_title): (Class, String) =
            groups::table.find(to).select((groups::class, groups::title)).first(tx.conn)?;
        let reads = |group: GroupId, class: Class| class == Class::Openbaar || mine.contains(&group);
        let own = by == Some(person);
        all.push(json!({
            "topic": reads(home, class).then_some(topic),
            "shownIn": reads(to, to_class).then_some(to_title),
            "proposedByMe": own,
            "note": own.then_some(note),
            "state": state,
            "createdAt": made,
            "changedAt": changed,
        }));
    }
    Ok(Value::Array(all))
}

fn reactions(tx: &mut Tx<'_>, person: PersonId) -> Result<Value> {
    use schema::{posts, reactions};
    let rows: Vec<(String, ReactionKind, Time)> = reactions::table
        .inner_join(posts::table)
        .filter(reactions::person_id.eq(person))
        .order(reactions::id)
        .select((posts::uri, reactions::kind, reactions::created_at))
        .load(tx.conn)?;
    let each = |(post, kind, at)| json!({ "post": post, "kind": kind, "createdAt": at });
    Ok(Value::Array(rows.into_iter().map(each).collect()))
}

fn notices(tx: &mut Tx<'_>, person: PersonId) -> Result<Value> {
    use schema::notices::dsl;
    let rows: Vec<(String, Json, Time, Option<Time>)> = dsl::notices
        .filter(dsl::person_id.eq(person))
        .order((dsl::created_at, dsl::id))
        .select((dsl::kind, dsl::detail, dsl::created_at, dsl::read_at))
        .load(tx.conn)?;
    let each = |(kind, detail, at, read): (String, Json, Time, Option<Time>)| {
        let detail: Value = detail.read().unwrap_or(Value::Null);
        json!({ "kind": kind, "detail": detail, "createdAt": at, "readAt": read })
    };
    Ok(Value::Array(rows.into_iter().map(each).collect()))
}

/// Whom they follow, block and mute.
fn relations(tx: &mut Tx<'_>, person: PersonId) -> Result<Value> {
    use schema::{actors, follows};
    let followed: Vec<(String, Time)> = follows::table
        .inner_join(actors::table.on(actors::id.eq(follows::target_id)))
        .filter(follows::follower_id.eq(person))
        .order(follows::id)
        .select((actors::uri, follows::created_at))
        .load(tx.conn)?;
    let follows: Vec<Value> =
        followed.into_iter().map(|(uri, at)| json!({ "person": uri, "since": at })).collect();
    let blocks: Vec<Value> = blocks::list(tx, person)?
        .into_iter()
        .map(|line| {
            let person = line.person.map(|person| person.uri.clone());
            json!({ "kind": line.kind, "person": person, "host": line.host, "since": line.created_at })
        })
        .collect();
    Ok(json!({ "follows": follows, "blocks": blocks }))
}

fn signed_in(tx: &mut Tx<'_>, person: PersonId) -> Result<Value> {
    let sessions: Vec<Value> = sessions::list(tx, person)?
        .into_iter()
        .map(|row| {
            json!({
                "device": row.device, "address": row.address, "createdAt": row.created_at, "seenAt": row.seen_at,
            })
        })
        .collect();
    let tokens: Vec<Value> = tokens::list(tx, person)?
        .into_iter()
        .map(|row| json!({ "label": row.label, "scopes": row.scopes, "createdAt": row.created_at }))
        .collect();
    Ok(json!({ "sessions": sessions, "tokens": tokens }))
}

fn upload(tx: &Tx<'_>, row: &MediaRow) -> Value {
    json!({
        "file": packed_as(row), "name": row.name, "mediaType": row.media_type, "size": row.size, "alt": row.alt,
        "decorative": row.decorative, "address": tx.urls.media(row.id, &row.name), "post": row.post_id,
        "createdAt": row.created_at,
    })
}
