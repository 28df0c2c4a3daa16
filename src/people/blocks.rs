//! Whom or what a member doesn't want to meet. A block also ends and prevents following; a mute only hides.
//!
//! Nobody is told: not the blocked person, not their server; a follower elsewhere only learns that they follow no longer.
//! Views hide what [`Blocked::hides`] says.

use std::collections::HashSet;
use std::sync::Arc;

use diesel::prelude::*;

use super::byline::{self, Byline};
use crate::clock::Time;
use crate::db::{MultiBackend, Tx, schema};
use crate::error::{Error, Result};
use crate::ids::{PersonId, RowId};
use crate::journal::{self, Detail, Did, Line};
use crate::policy::{Actor, Viewer};
use crate::text_enum;

text_enum! {
    /// How far it goes.
    BlockKind {
        /// Hidden, and no following either way.
        Block = "block",
        /// Hidden.
        Mute = "mute",
    }
}

/// Whom or what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// One person.
    Person(PersonId),
    /// Everybody of an instance: `host[:port]`.
    Host(String),
}

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::blocks, check_for_backend(MultiBackend))]
struct BlockRow {
    id: RowId,
    kind: BlockKind,
    target_id: Option<PersonId>,
    target_host: Option<String>,
    created_at: Time,
}

/// A block or mute in its owner's list.
#[derive(Debug, Clone)]
pub struct BlockLine {
    /// Its id.
    pub id: RowId,
    /// How far it goes.
    pub kind: BlockKind,
    /// Whom, if it is a person.
    pub person: Option<Arc<Byline>>,
    /// Which instance, if it is one.
    pub host: Option<String>,
    /// Since when.
    pub created_at: Time,
}

/// Blocks or mutes somebody or an instance; what was before is replaced.
///
/// # Errors
/// `Invalid` for oneself, one's own instance or what isn't a host; `NotFound` when there is no such person.
pub fn set(tx: &mut Tx<'_>, by: &Actor, target: &Target, kind: BlockKind) -> Result<RowId> {
    use schema::blocks::dsl;
    let (person, host) = match target {
        Target::Person(id) if *id == by.person => {
            return Err(Error::field("person", "error-block-self"));
        }
        Target::Person(id) => (Some(super::find(tx, *id)?.id), None),
        Target::Host(host) => (None, Some(checked_host(tx, host)?)),
    };
    clear(tx, by.person, person, host.as_deref())?;
    let id = RowId::fresh();
    diesel::insert_into(dsl::blocks)
        .values((
            dsl::id.eq(id),
            dsl::person_id.eq(by.person),
            dsl::kind.eq(kind),
            dsl::target_id.eq(person),
            dsl::target_host.eq(&host),
            dsl::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    if let (BlockKind::Block, Some(person)) = (kind, person) {
        super::follows::sever(tx, by, person)?;
    }
    record(tx, Did::BlockPerson, by, person, host, kind.word())?;
    Ok(id)
}

/// Lifts a block or mute of one's own.
///
/// # Errors
/// `NotFound`.
pub fn lift(tx: &mut Tx<'_>, by: &Actor, id: RowId) -> Result<()> {
    use schema::blocks::dsl;
    let own = dsl::blocks.find(id).filter(dsl::person_id.eq(by.person));
    let row: BlockRow = own.select(BlockRow::as_select()).first(tx.conn)?;
    diesel::delete(dsl::blocks.find(id)).execute(tx.conn)?;
    record(tx, Did::UnblockPerson, by, row.target_id, row.target_host, row.kind.word())
}

/// Lifts whatever stands between a member and somebody or an instance. Nothing there: nothing happens.
///
/// # Errors
/// Only when the database does.
pub fn lift_target(tx: &mut Tx<'_>, by: &Actor, target: &Target) -> Result<()> {
    let gone = match target {
        Target::Person(id) => clear(tx, by.person, Some(*id), None)?,
        Target::Host(host) => clear(tx, by.person, None, Some(&host.to_ascii_lowercase()))?,
    };
    if gone == 0 {
        return Ok(());
    }
    match target {
        Target::Person(id) => record(tx, Did::UnblockPerson, by, Some(*id), None, ""),
        Target::Host(host) => record(tx, Did::UnblockPerson, by, None, Some(host.clone()), ""),
    }
}

/// A member's blocks and mutes, the newest first.
///
/// # Errors
/// Only when the database does.
pub fn list(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<BlockLine>> {
    use schema::blocks::dsl;
    let rows: Vec<BlockRow> = dsl::blocks
        .filter(dsl::person_id.eq(person))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .select(BlockRow::as_select())
        .load(tx.conn)?;
    let people = byline::of(tx, rows.iter().filter_map(|row| row.target_id))?;
    Ok(rows
        .into_iter()
        .map(|row| BlockLine {
            id: row.id,
            kind: row.kind,
            person: row.target_id.and_then(|id| people.get(&id).cloned()),
            host: row.target_host,
            created_at: row.created_at,
        })
        .collect())
}

/// Whom and what somebody doesn't want to meet: a filter for views.
#[derive(Debug, Clone, Default)]
pub struct Blocked {
    people: HashSet<PersonId>,
    hosts: HashSet<String>,
}

impl Blocked {
    /// Whether what this person says is hidden.
    pub fn hides(&self, person: &Byline) -> bool {
        self.people.contains(&person.id) || self.hosts.contains(&person.host)
    }
}

/// Whom and what a viewer doesn't want to meet, blocked or muted.
///
/// # Errors
/// Only when the database does.
pub fn blocked_by(tx: &mut Tx<'_>, viewer: &Viewer) -> Result<Blocked> {
    use schema::blocks::dsl;
    let Some(person) = viewer.person() else { return Ok(Blocked::default()) };
    let rows: Vec<(Option<PersonId>, Option<String>)> = dsl::blocks
        .filter(dsl::person_id.eq(person))
        .select((dsl::target_id, dsl::target_host))
        .load(tx.conn)?;
    let mut blocked = Blocked::default();
    for (person, host) in rows {
        blocked.people.extend(person);
        blocked.hosts.extend(host);
    }
    Ok(blocked)
}

/// What a member set against somebody, if anything.
///
/// # Errors
/// Only when the database does.
pub fn of_person(tx: &mut Tx<'_>, owner: PersonId, target: PersonId) -> Result<Option<BlockKind>> {
    use schema::blocks::dsl;
    let row = dsl::blocks.filter(dsl::person_id.eq(owner).and(dsl::target_id.eq(target)));
    Ok(row.select(dsl::kind).first(tx.conn).optional()?)
}

/// Whether one of two people blocked the other, or the other's instance.
///
/// # Errors
/// Only when the database does.
pub fn between(tx: &mut Tx<'_>, one: PersonId, other: PersonId) -> Result<bool> {
    Ok(blocks(tx, one, other)? || blocks(tx, other, one)?)
}

fn blocks(tx: &mut Tx<'_>, owner: PersonId, target: PersonId) -> Result<bool> {
    use schema::{actors, blocks};
    let host: String =
        actors::table.find(crate::ids::ActorId::from(target)).select(actors::host).first(tx.conn)?;
    let found = blocks::table
        .filter(blocks::person_id.eq(owner).and(blocks::kind.eq(BlockKind::Block)))
        .filter(blocks::target_id.eq(target).or(blocks::target_host.eq(host)));
    Ok(diesel::select(diesel::dsl::exists(found)).get_result(tx.conn)?)
}

/// A host as peers are named, not ours.
fn checked_host(tx: &Tx<'_>, host: &str) -> Result<String> {
    let wrong = || Error::field("host", "error-host");
    let host = host.trim().trim_start_matches('@').to_ascii_lowercase();
    let url = url::Url::parse(&format!("https://{host}/")).map_err(|_odd| wrong())?;
    let plain = url.host_str().is_some_and(|name| name.contains('.') || name.ends_with("localhost"));
    let named = crate::urls::host_of(&url).filter(|named| *named == host && plain).ok_or_else(wrong)?;
    if named == tx.urls.domain() { Err(wrong()) } else { Ok(named) }
}

fn clear(tx: &mut Tx<'_>, owner: PersonId, person: Option<PersonId>, host: Option<&str>) -> Result<usize> {
    use schema::blocks::dsl;
    let own = dsl::blocks.filter(dsl::person_id.eq(owner));
    let mut gone = 0;
    if let Some(person) = person {
        gone += diesel::delete(own.filter(dsl::target_id.eq(person))).execute(tx.conn)?;
    }
    if let Some(host) = host {
        gone += diesel::delete(own.filter(dsl::target_host.eq(host))).execute(tx.conn)?;
    }
    Ok(gone)
}

fn record(
    tx: &mut Tx<'_>,
    did: Did,
    by: &Actor,
    person: Option<PersonId>,
    host: Option<String>,
    word: &str,
) -> Result<()> {
    let detail = Detail { word: word.to_owned(), host: host.unwrap_or_default(), ..Detail::default() };
    let mut line = Line::new(did, by).detail(detail);
    line.person = person;
    journal::record(tx, &line).map(|_id| ())
}
