//! What a member can take along: everything of theirs that is stored here, as JSON and Markdown in a zip file.
//!
//! Gathered in one read, packed off the async threads by whoever calls ([`pack`] takes a while for a busy member). Holds only
//! what the member wrote or did, and nothing that others wrote (GDPR article 20).

use std::io::{Cursor, Write};

use diesel::prelude::*;
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{PersonRow, blocks, sessions, tokens};
use crate::actors;
use crate::clock::Time;
use crate::db::types::Json;
use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::ids::{PersonId, PostId};
use crate::media;
use crate::membership::MembershipState;
use crate::policy::Role;
use crate::threads::ReactionKind;

/// Files of the archive: name and content.
#[derive(Debug, Clone)]
pub struct Archive(Vec<(&'static str, String)>);

/// Gathers what is stored of a member.
///
/// # Errors
/// `NotFound` without an account.
pub fn gather(tx: &mut Tx<'_>, person: PersonId) -> Result<Archive> {
    let posts = posts(tx, person)?;
    let files: Vec<(&'static str, Value)> = vec![
        ("profile.json", profile(tx, person)?),
        ("posts.json", Value::Array(posts.iter().map(Post::json).collect())),
        ("memberships.json", memberships(tx, person)?),
        ("reactions.json", reactions(tx, person)?),
        ("notices.json", notices(tx, person)?),
        ("relations.json", relations(tx, person)?),
        ("sessions.json", signed_in(tx, person)?),
        ("files.json", files(tx, person)?),
    ];
    let mut archive = Vec::with_capacity(files.len() + 1);
    for (name, value) in files {
        archive.push((name, serde_json::to_string_pretty(&value).map_err(Error::internal)?));
    }
    archive.push(("posts.md", posts.iter().map(Post::markdown).collect::<Vec<_>>().join("\n\n---\n\n")));
    Ok(Archive(archive))
}

/// The archive as a zip file.
///
/// # Errors
/// Only when memory runs out.
pub fn pack(archive: &Archive) -> Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in &archive.0 {
        zip.start_file(*name, SimpleFileOptions::default()).map_err(Error::internal)?;
        zip.write_all(content.as_bytes()).map_err(Error::internal)?;
    }
    Ok(zip.finish().map_err(Error::internal)?.into_inner())
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
    Ok(posts::table
        .inner_join(threads::table)
        .inner_join(groups::table)
        .filter(posts::author_id.eq(person))
        .order((posts::created_at, posts::id))
        .select((
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
        ))
        .load(tx.conn)?)
}

fn memberships(tx: &mut Tx<'_>, person: PersonId) -> Result<Value> {
    use schema::{groups, memberships};
    type Row = (String, Role, MembershipState, String, Time, Option<Time>);
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
        ))
        .load(tx.conn)?;
    let each = |(group, role, state, motivation, asked, accepted): Row| {
        json!({
            "group": group, "role": role, "state": state, "motivation": motivation,
            "askedAt": asked, "acceptedAt": accepted,
        })
    };
    Ok(Value::Array(rows.into_iter().map(each).collect()))
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

fn files(tx: &mut Tx<'_>, person: PersonId) -> Result<Value> {
    let rows = media::views::all_of(tx, person)?;
    let each = |row: media::MediaRow| {
        let address = tx.urls.media(row.id, &row.name);
        json!({
            "name": row.name, "mediaType": row.media_type, "size": row.size, "alt": row.alt, "address": address,
            "createdAt": row.created_at,
        })
    };
    Ok(Value::Array(rows.into_iter().map(each).collect()))
}
