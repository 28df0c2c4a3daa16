//! What waits for a moderator, and what comes after it: whatever refers to it waits with it, and whoever sent it can take it back.
//!
//! Where nothing waits this costs one look into an empty index for all that are planned together.

use std::collections::BTreeSet;

use serde_json::Value;
use url::Url;

use super::activities::Stop;
use super::activities::ruled::Wait;
use super::fetch::Reach;
use super::glance::objects_of;
use super::objects::document::Document;
use super::quirks;
use super::store::held::{self, HeldRow};
use super::store::inbox::Claimed;
use super::store::known;
use crate::db::Tx;
use crate::error::Result;
use crate::held::HeldFor;
use crate::ids::RowId;

/// Activities in each other that are looked into.
const NESTED: usize = 4;

/// What some activities may refer to.
#[derive(Default)]
pub struct Waiting {
    rows: Vec<HeldRow>,
    /// What these are about and is here all the same: that needn't be waited for.
    known: BTreeSet<String>,
}

impl Waiting {
    /// Looks for what waits of all that these activities name.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn at<'v>(
        tx: &mut Tx<'_>,
        activities: impl Iterator<Item = (&'v Claimed, &'v Value)>,
    ) -> Result<Self> {
        if !held::any(tx)? {
            return Ok(Self::default());
        }
        let (mut names, mut actors) = (BTreeSet::new(), BTreeSet::new());
        for (row, activity) in activities {
            names.extend(named(activity));
            // Some software gives what it takes back another id than it had.
            if matches!(said(Document(activity)).kind(), "Undo" | "Leave") {
                actors.insert(row.actor_uri.clone());
            }
        }
        let rows = held::named(tx, &names, &actors)?;
        let subjects: BTreeSet<&str> = rows.iter().map(|row| row.subject.as_str()).collect();
        let subjects: Vec<&str> = subjects.into_iter().filter(|subject| !subject.is_empty()).collect();
        let known = known::posts(tx, &subjects)?.into_iter().map(|post| post.uri).collect();
        Ok(Self { rows, known })
    }

    /// Whether an activity has to wait with another one, or takes one back. Gives the rows that it takes back besides what it does.
    ///
    /// # Errors
    /// [`Stop::Held`]; [`Stop::TakenBack`] when that is all that there is to do.
    pub fn touched(&self, row: &Claimed, activity: &Value) -> Result<Vec<RowId>, Stop> {
        if self.rows.is_empty() {
            return Ok(Vec::new());
        }
        let document = said(Document(activity));
        match document.kind() {
            "Delete" => {
                let theirs = self.brought_by(row, document);
                let ids: Vec<RowId> = theirs.iter().map(|held| held.id).collect();
                // What is here is deleted as well.
                if theirs.iter().any(|held| self.known.contains(&held.subject)) {
                    return Ok(ids);
                }
                if !ids.is_empty() {
                    return Err(Stop::TakenBack(ids));
                }
            }
            "Undo" | "Leave" => {
                let ids = self.done_by(row, document);
                if !ids.is_empty() {
                    return Err(Stop::TakenBack(ids));
                }
            }
            _ => {}
        }
        // A moderator has seen it with what it refers to.
        if row.released_by.is_some() {
            return Ok(Vec::new());
        }
        let names = named(activity);
        let found = self.rows.iter().find(|held| {
            let brings = names.contains(&held.subject) && !self.known.contains(&held.subject);
            held.id != row.id && (brings || names.contains(&held.activity_uri))
        });
        found.map_or_else(|| Ok(Vec::new()), |held| Err(Stop::Held(with(held))))
    }

    /// What waits and brings the thing that is deleted, of the same actor or by the one who deletes.
    fn brought_by(&self, row: &Claimed, delete: Document<'_>) -> Vec<&HeldRow> {
        let Some(object) = delete.link("object").map(String::from) else { return Vec::new() };
        let by = delete.link("actor").map(String::from);
        let is_author = |held: &&HeldRow| {
            let body = parsed(held);
            let author = quirks::author(innermost(Document(&body))).map(String::from);
            author.is_some() && author == by && by.as_deref() == Some(row.actor_uri.as_str())
        };
        let about = self.rows.iter().filter(|held| held.subject == object);
        about.filter(|held| held.actor_uri == row.actor_uri || is_author(held)).collect()
    }

    /// What waits and is undone: by its id, or because it is the same done to the same by the same.
    fn done_by(&self, row: &Claimed, undo: Document<'_>) -> Vec<RowId> {
        let undone = match (undo.kind(), undo.object("object")) {
            ("Leave", _) => Some(Essence::of(undo).named("Join")),
            (_, inner) => inner.filter(|inner| !inner.kind().is_empty()).map(Essence::of),
        };
        let id = undo.link("object").map(String::from);
        let theirs = self.rows.iter().filter(|held| held.actor_uri == row.actor_uri);
        let same = theirs.filter(|held| {
            let by_id = id.as_ref() == Some(&held.activity_uri);
            by_id
                || undone.as_ref().is_some_and(|undone| *undone == Essence::of(said(Document(&parsed(held)))))
        });
        same.map(|held| held.id).collect()
    }
}

/// Something that is done at most once at a time: liking, joining.
#[derive(PartialEq)]
struct Essence {
    kind: String,
    actor: Option<Url>,
    object: Option<Url>,
}

impl Essence {
    fn of(activity: Document<'_>) -> Self {
        let kind = activity.kind().to_owned();
        let kind = if kind == "Follow" { "Join".to_owned() } else { kind };
        Self { kind, actor: activity.link("actor"), object: activity.link("object") }
    }

    fn named(self, kind: &str) -> Self {
        Self { kind: kind.to_owned(), ..self }
    }
}

/// What waits for a moderator of all that brings the thing at an address: it isn't got from there meanwhile.
///
/// # Errors
/// Only when the database does.
pub async fn of(reach: &Reach, url: &Url) -> Result<Option<Wait>> {
    let names = BTreeSet::from([url.to_string()]);
    let rows = reach.read(move |tx| held::named(tx, &names, &BTreeSet::new())).await?;
    Ok(rows.first().map(with))
}

fn with(held: &HeldRow) -> Wait {
    Wait::For(HeldFor::With(held.root()), held.held_in)
}

/// The addresses that an activity names, as they are kept.
fn named(activity: &Value) -> BTreeSet<String> {
    objects_of(activity).into_iter().filter_map(|uri| Url::parse(uri).ok()).map(String::from).collect()
}

/// The activity itself, below a group's announce.
fn said(activity: Document<'_>) -> Document<'_> {
    let inner = activity.object("object").filter(|_| activity.kind() == "Announce");
    inner.unwrap_or(activity)
}

fn innermost(activity: Document<'_>) -> Document<'_> {
    let mut document = activity;
    for _ in 0..NESTED {
        match document.object("object") {
            Some(inner) => document = inner,
            None => break,
        }
    }
    document
}

fn parsed(held: &HeldRow) -> Value {
    held.body.as_deref().and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default()
}
