//! What waits for a moderator: activities that came in and that a rule, or the guard against personal data, put aside. The door between
//! pages and programs, and the federation edge, which keeps them.
//!
//! Who keeps order in a group decides about what is for it, administrators about the rest and about open groups hosted elsewhere. About
//! what is for a closed group hosted elsewhere, of whose staff nobody need be here, administrators decide without reading it.

use std::collections::BTreeSet;
use std::fmt;

use diesel::prelude::*;
use serde_json::Value;
use uuid::Uuid;

use crate::actors::ActorRow;
use crate::clock::Time;
use crate::db::page::{Cursor, Part, Slice};
use crate::db::{Tx, among, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::federation::objects::document::Document;
use crate::federation::objects::post_in::POSTS;
use crate::federation::store::held::{self as tables, HeldRow};
use crate::federation::store::inbox::InboxState;
use crate::federation::store::known;
use crate::federation::{activities, quirks};
use crate::groups::face::{self, Named};
use crate::ids::{GroupId, RowId};
use crate::journal::{self, Detail, Did, Line};
use crate::moderation::check_decides;
use crate::people::admin::must_be_admin;
use crate::policy::{Actor, Class, Viewer, limits};
use crate::text::line::one_line;
use crate::text::personal::Kind;
use crate::text::plain;

/// Why something is refused that a moderator refused.
const REFUSED: &str = "held-refused";
/// Why something doesn't wait any more that did.
const DECIDED: [&str; 4] = [REFUSED, "held-too-long", "taken-back", "dropped"];
/// Activities in each other that are looked into: a group announces a post that its author made.
const NESTED: usize = 4;

/// Why something waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeldFor {
    /// A rule says so; a nil id when it can't be told which.
    Rule(RowId),
    /// It looks as if personal data of these kinds stands in it.
    PersonalData(Vec<Kind>),
    /// It refers to this one, which waits.
    With(RowId),
}

impl HeldFor {
    /// A rule, when it can't be told which.
    pub const SOME_RULE: Self = Self::Rule(RowId(Uuid::nil()));

    /// Reads what [`Display`](fmt::Display) writes.
    #[must_use]
    pub fn read(reason: &str) -> Self {
        let said = reason.strip_prefix("held: ").unwrap_or_default();
        let (word, rest) = said.split_once(' ').unwrap_or((said, ""));
        match word {
            "personal-data" => Self::PersonalData(rest.split(',').filter_map(Kind::from_word).collect()),
            "with" => rest.parse().map_or(Self::SOME_RULE, Self::With),
            _ => rest.parse().map_or(Self::SOME_RULE, Self::Rule),
        }
    }
}

impl fmt::Display for HeldFor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule(_) if *self == Self::SOME_RULE => f.write_str("held: rule"),
            Self::Rule(id) => write!(f, "held: rule {id}"),
            Self::PersonalData(kinds) => {
                let words: Vec<&str> = kinds.iter().map(|kind| kind.word()).collect();
                write!(f, "held: personal-data {}", words.join(","))
            }
            Self::With(id) => write!(f, "held: with {id}"),
        }
    }
}

/// The group in which something waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldIn {
    /// Which.
    pub id: GroupId,
    /// What it is called, for whoever may know of it.
    pub named: Option<Named>,
}

/// Something that waits for a moderator.
#[derive(Debug, Clone)]
pub struct Held {
    /// Its id.
    pub id: RowId,
    /// When it came.
    pub at: Time,
    /// The server that sent it.
    pub host: String,
    /// Type of the activity.
    pub kind: String,
    /// Why it waits.
    pub reason: HeldFor,
    /// In which group; `None`: it is for a person, or for the instance.
    pub group: Option<HeldIn>,
    /// Who wrote or did it: a handle, or the address of somebody who isn't known here.
    pub author: Option<String>,
    /// The title of what waits, for whoever may read it.
    pub title: Option<String>,
    /// Its text without markup, for whoever may read it.
    pub text: Option<String>,
    /// The other one with which it waits.
    pub with: Option<RowId>,
    /// Title and text aren't for the viewer, whatever is in them.
    pub unread: bool,
    /// The viewer decides about it.
    pub decides: bool,
}

/// What waits, the oldest first: in one group, or anywhere. Text and title of what is for a closed group only its staff sees.
///
/// # Errors
/// `SignedOut`; `Denied` to all but staff of the group, or administrators where none is named; `NotFound` when they may not know of it.
pub fn list(tx: &mut Tx<'_>, viewer: Viewer, group: Option<GroupId>, part: Part) -> Result<Slice<Held>> {
    may_look(tx, viewer, group)?;
    let rows = tables::list(tx, group, part)?;
    let slice = Slice::cut(rows, part.size, |row| Cursor { at: row.created_at, id: row.id.0 });
    let items = shown(tx, viewer, &slice.items)?;
    Ok(Slice { items, next: slice.next })
}

/// How much waits: in one group, or anywhere.
///
/// # Errors
/// As [`list`].
pub fn count(tx: &mut Tx<'_>, viewer: Viewer, group: Option<GroupId>) -> Result<i64> {
    may_look(tx, viewer, group)?;
    tables::count(tx, group)
}

fn may_look(tx: &mut Tx<'_>, viewer: Viewer, group: Option<GroupId>) -> Result<()> {
    if group.is_none() {
        return viewer.must_be_admin();
    }
    let by = Actor::here(viewer.person().ok_or(Error::SignedOut)?);
    check_decides(tx, &by, group)
}

/// Lets something in, with all that waits with it: it is applied in the order in which it came. Whoever calls wakes the queue.
///
/// # Errors
/// `NotFound` to all who don't decide about it; `Conflict` when it doesn't wait any more, or waits with another one, about which is
/// decided first.
pub fn release(tx: &mut Tx<'_>, by: &Actor, id: RowId) -> Result<()> {
    let row = waiting(tx, by, id)?;
    if row.root() != id && tables::find(tx, row.root())?.is_some_and(|root| root.state == InboxState::Held) {
        return Err(Error::Conflict);
    }
    if tables::release(tx, &row, by.person)? == 0 {
        return Err(Error::Conflict);
    }
    record(tx, Did::ReleaseHeld, by, &row, "")
}

/// Refuses something, with all that waits with it; what stood in it is forgotten. `reason` stands in the moderation log.
///
/// # Errors
/// As [`release`]; `Invalid` when the reason is missing or too long.
pub fn refuse(tx: &mut Tx<'_>, by: &Actor, id: RowId, reason: &str) -> Result<()> {
    let row = waiting(tx, by, id)?;
    let (reason, mut errors) = (reason.trim(), FieldErrors::default());
    if reason.is_empty() {
        errors.add("reason", "error-reason-missing");
    } else if reason.chars().count() > limits::REASON {
        errors.add_limit("reason", "error-text-long", i64::try_from(limits::REASON).unwrap_or(i64::MAX));
    }
    errors.into_result()?;
    // Whoever asked to join or to follow waits for an answer.
    let follow = row.body.as_deref().filter(|_| matches!(row.kind.as_str(), "Follow" | "Join"));
    if let Some(follow) = follow.and_then(|body| serde_json::from_str::<Value>(body).ok()) {
        activities::turned_away(tx, Document(&follow), &row.actor_uri, &row.activity_uri)?;
    }
    if tables::end(tx, &[id], REFUSED)? == 0 {
        return Err(Error::Conflict);
    }
    record(tx, Did::RefuseHeld, by, &row, reason)
}

/// The row, while it waits for somebody who decides about it.
fn waiting(tx: &mut Tx<'_>, by: &Actor, id: RowId) -> Result<HeldRow> {
    let was_held = |row: &HeldRow| {
        let waits = row.state == InboxState::Held;
        waits || row.released_by.is_some() || DECIDED.contains(&row.reason.as_str())
    };
    let row = tables::find(tx, id)?.filter(was_held).ok_or(Error::NotFound)?;
    must_decide(tx, by, row.held_in)?;
    if row.state == InboxState::Held { Ok(row) } else { Err(Error::Conflict) }
}

fn must_decide(tx: &mut Tx<'_>, by: &Actor, group: Option<GroupId>) -> Result<()> {
    match check_decides(tx, by, group) {
        Ok(()) => return Ok(()),
        Err(error) if error.is_fault() => return Err(error),
        Err(_) => {}
    }
    match must_be_admin(tx, by) {
        Ok(()) => {}
        Err(error) if error.is_fault() => return Err(error),
        Err(_) => return Err(Error::NotFound),
    }
    // An administrator doesn't decide where there is somebody who can read it.
    match group {
        Some(group) if !has_staff_here(tx, group)? => Ok(()),
        _ => Err(Error::NotFound),
    }
}

fn has_staff_here(tx: &mut Tx<'_>, group: GroupId) -> Result<bool> {
    use schema::actors::dsl;
    let here = dsl::actors.find(crate::ids::ActorId::from(group)).filter(dsl::gone_at.is_null());
    let local: Option<bool> = here.select(dsl::local).first(tx.conn).optional()?;
    Ok(local.unwrap_or(false))
}

fn record(tx: &mut Tx<'_>, did: Did, by: &Actor, row: &HeldRow, reason: &str) -> Result<()> {
    let detail = Detail { word: row.kind.clone(), host: row.host.clone(), ..Detail::default() };
    let mut line = Line::new(did, by).detail(detail);
    if let Some(group) = row.held_in {
        line = line.group(group).moderation(reason);
    } else {
        reason.clone_into(&mut line.detail.reason);
    }
    journal::record(tx, &line).map(|_id| ())
}

/// Rows as they are shown.
fn shown(tx: &mut Tx<'_>, viewer: Viewer, rows: &[HeldRow]) -> Result<Vec<Held>> {
    let ids: BTreeSet<GroupId> = rows.iter().filter_map(|row| row.held_in).collect();
    let names = face::names(tx, viewer, ids.iter().copied())?;
    let (mut unread, mut foreign) = (BTreeSet::new(), BTreeSet::new());
    for id in closed(tx, &ids)? {
        if !reads(tx, viewer, id)? {
            unread.insert(id);
            if has_staff_here(tx, id)? {
                foreign.insert(id);
            }
        }
    }
    let bodies: Vec<Value> = rows.iter().map(parsed).collect();
    let authors: Vec<Option<String>> =
        bodies.iter().map(|body| quirks::author(brought(body)).map(String::from)).collect();
    let uris: Vec<&str> = authors.iter().flatten().map(String::as_str).collect();
    let known = known::actors_named(tx, &uris)?;
    let handle = |uri: &String| {
        known.iter().find(|actor| actor.uri == *uri).map_or_else(|| uri.clone(), ActorRow::handle)
    };
    let items = rows.iter().zip(&bodies).zip(&authors).map(|((row, body), author)| {
        let reason = row.held_for();
        let hidden = row.held_in.is_some_and(|group| unread.contains(&group));
        let document = brought(body);
        let whole = matches!(reason, HeldFor::PersonalData(_));
        Held {
            id: row.id,
            at: row.created_at,
            host: row.host.clone(),
            kind: row.kind.clone(),
            group: row.held_in.map(|id| HeldIn { id, named: names.get(&id).cloned() }),
            author: author.as_ref().map(handle),
            title: if hidden { None } else { title(document) },
            text: if hidden { None } else { text(document, whole) },
            with: if let HeldFor::With(root) = &reason { Some(*root) } else { None },
            unread: hidden,
            decides: row.held_in.is_none_or(|group| !foreign.contains(&group)),
            reason,
        }
    });
    Ok(items.collect())
}

/// Those of these groups that are closed.
fn closed(tx: &mut Tx<'_>, ids: &BTreeSet<GroupId>) -> Result<Vec<GroupId>> {
    use schema::groups::dsl;
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = dsl::groups.filter(among(dsl::id, ids.iter().copied()).and(dsl::class.ne(Class::Openbaar)));
    Ok(query.order(dsl::id).select(dsl::id).load(tx.conn)?)
}

/// Whether somebody keeps order in a closed group, and so reads what waits there.
fn reads(tx: &mut Tx<'_>, viewer: Viewer, group: GroupId) -> Result<bool> {
    let Some(person) = viewer.person() else { return Ok(false) };
    match check_decides(tx, &Actor::here(person), Some(group)) {
        Ok(()) => Ok(true),
        Err(error) if error.is_fault() => Err(error),
        Err(_) => Ok(false),
    }
}

fn parsed(row: &HeldRow) -> Value {
    row.body.as_deref().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default()
}

/// What an activity brings: the post, or else the innermost activity.
fn brought(body: &Value) -> Document<'_> {
    let mut document = Document(body);
    for _ in 0..NESTED {
        match document.object("object").filter(|_| !POSTS.contains(&document.kind())) {
            Some(inner) => document = inner,
            None => break,
        }
    }
    document
}

fn title(document: Document<'_>) -> Option<String> {
    let name = document.localised("name").0.filter(|_| POSTS.contains(&document.kind()))?;
    let title: String = one_line(name).chars().take(limits::TITLE).collect();
    (!title.is_empty()).then_some(title)
}

/// The words of what waits, without any markup. `whole`: also those that pages don't show.
fn text(document: Document<'_>, whole: bool) -> Option<String> {
    let is_post = POSTS.contains(&document.kind());
    let mut parts: Vec<String> = Vec::new();
    if is_post || document.kind() == "Flag" {
        parts.extend(document.localised("summary").0.map(words));
        let content = document.localised("content").0;
        parts.extend(content.map(|content| match document.text("mediaType") {
            Some("text/plain" | "text/markdown" | "text/x.misskeymarkdown") => content.to_owned(),
            _ => words(content),
        }));
    }
    if is_post {
        for file in document.objects("attachment") {
            parts.extend(file.text("name").or_else(|| file.text("summary")).map(one_line));
            let name = file.link("url").or_else(|| file.link("href"));
            let name = name.as_ref().and_then(|url| url.path_segments()?.next_back().map(one_line));
            parts.extend(name);
        }
        let source = document.object("source").filter(|_| whole);
        parts.extend(source.and_then(|source| source.text("content")).map(str::to_owned));
    } else if document.kind() == "Announce" {
        // Only its address came.
        parts.extend(document.link("object").map(String::from));
    }
    parts.retain(|part| !part.trim().is_empty());
    parts.dedup();
    let text: String = parts.join("\n\n").chars().take(limits::POST).collect();
    (!text.is_empty()).then_some(text)
}

fn words(html: &str) -> String {
    plain::to_text(&html.chars().take(limits::REMOTE_HTML).collect::<String>())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn why_something_waits_reads_as_it_is_written() {
        let id = RowId::fresh();
        for (reason, text) in [
            (HeldFor::Rule(id), format!("held: rule {id}")),
            (HeldFor::SOME_RULE, "held: rule".to_owned()),
            (
                HeldFor::PersonalData(vec![Kind::Iban, Kind::Phone]),
                "held: personal-data iban,phone".to_owned(),
            ),
            (HeldFor::With(id), format!("held: with {id}")),
        ] {
            assert_eq!(reason.to_string(), text);
            assert_eq!(HeldFor::read(&text), reason);
        }
        assert_eq!(HeldFor::read("held: with nobody"), HeldFor::SOME_RULE);
    }

    #[test]
    fn what_waits_is_shown_as_words() {
        let note = json!({
            "type": "Page", "name": "Een <b>titel</b>", "content": "<p>Dag <script>x</script>allen</p>",
            "attachment": [{ "type": "Image", "url": "https://a.example/m/kat.png", "name": "Een kat" }],
            "source": { "content": "Dag *allen*" },
        });
        let announce = json!({ "type": "Announce", "object": { "type": "Create", "object": note } });
        let document = brought(&announce);
        assert_eq!(title(document).unwrap(), "Een <b>titel</b>");
        assert_eq!(text(document, false).unwrap(), "Dag allen\n\nEen kat\n\nkat.png");
        assert!(text(document, true).unwrap().ends_with("Dag *allen*"));
        let bare = json!({ "type": "Announce", "object": "https://a.example/1" });
        assert_eq!(text(brought(&bare), false).unwrap(), "https://a.example/1");
        let like = json!({ "type": "Like", "object": "https://a.example/1" });
        assert_eq!((title(brought(&like)), text(brought(&like), false)), (None, None));
    }
}
