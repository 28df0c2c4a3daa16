//! What is shown of proposals: to the curators of a group those that wait, to those whom one concerns how far it is, and where a topic can
//! be proposed.

use std::collections::HashMap;

use diesel::prelude::*;

use super::promotions::{can_be_asked, obstacles};
use super::{PromotionRow, PromotionState, views};
use crate::db::page::{Cursor, Part, Slice};
use crate::db::{Tx, VALUES, among, schema};
use crate::error::{Error, Result};
use crate::groups::outward;
use crate::groups::views::{self as groups, GroupLine};
use crate::ids::{GroupId, PersonId, PromotionId, ThreadId};
use crate::membership;
use crate::people::byline::{self, Byline};
use crate::policy::{Act, Actor, Class, Reason, Viewer, visibility};
use crate::threads::ThreadRow;

/// A proposal, with all that it names.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// What it is.
    pub row: PromotionRow,
    /// The topic's title; empty when it isn't shown any more.
    pub title: String,
    /// The beginning of its text.
    pub excerpt: String,
    /// The group that the topic is at home in.
    pub home: GroupLine,
    /// Where it would be shown.
    pub target: GroupLine,
    /// Who proposed it; `None`: its group, elsewhere, or somebody who is gone.
    pub by: Option<Byline>,
    /// Who asks in it.
    pub asker: Byline,
}

/// What was offered to a group and waits for its curators, the oldest first.
///
/// # Errors
/// `SignedOut`, `Denied` to all but staff, and where the group is closed or hosted elsewhere; `NotFound` when the reader may not know of
/// it.
pub fn offers(tx: &mut Tx<'_>, viewer: &Viewer, group: GroupId, part: Part) -> Result<Slice<Proposal>> {
    use schema::{promotions, threads};
    let Some(person) = viewer.person() else {
        // That it would help to sign in is told of nothing that must not be known.
        let class = outward::class(tx, group)?.ok_or(Error::NotFound)?;
        visibility::reads_group(class, false, false)?;
        return Err(Error::SignedOut);
    };
    let standing = membership::standing(tx, &Actor::here(person), group)?;
    standing.may(Act::Curate)?;
    if !standing.hosted_here {
        return Err(Reason::NotHost.into());
    }
    let mut query = promotions::table
        .inner_join(threads::table)
        .filter(promotions::group_id.eq(group).and(promotions::state.eq(PromotionState::Offered)))
        .filter(threads::hidden.eq(false))
        .order((promotions::created_at, promotions::id))
        .limit(part.limit())
        .select(PromotionRow::as_select())
        .into_boxed();
    if let Some(after) = part.after {
        let id = PromotionId::from(after.id);
        query = query.filter(
            promotions::created_at
                .gt(after.at)
                .or(promotions::created_at.eq(after.at).and(promotions::id.gt(id))),
        );
    }
    let found: Vec<PromotionRow> = query.load(tx.conn)?;
    let slice = Slice::cut(found, part.size, |row| Cursor { at: row.created_at, id: row.id.0 });
    Ok(Slice { items: whole(tx, slice.items)?, next: slice.next })
}

/// The proposals to show a topic elsewhere, the newest first: for whoever asks in it, those who proposed it, and the staff of its group. For
/// everybody else there are none.
///
/// # Errors
/// Only when the database does.
pub fn of_thread(tx: &mut Tx<'_>, viewer: &Viewer, thread: ThreadId) -> Result<Vec<Proposal>> {
    use schema::promotions::dsl;
    let Some(person) = viewer.person() else { return Ok(Vec::new()) };
    let rows: Vec<PromotionRow> = dsl::promotions
        .filter(dsl::thread_id.eq(thread))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .select(PromotionRow::as_select())
        .load(tx.conn)?;
    // What curators took off without that anybody had proposed it is theirs alone to know.
    let proposed = |row: &PromotionRow| row.state.stands() || row.by_id.is_some() || row.offer_uri.is_some();
    let found = whole(tx, rows.into_iter().filter(proposed).collect())?;
    let Some(home) = found.first().map(|one| one.home.id) else { return Ok(Vec::new()) };
    let concerns = |one: &Proposal| one.asker.id == person || one.row.by_id == Some(person);
    if found.iter().any(concerns) || is_staff(tx, person, home)? { Ok(found) } else { Ok(Vec::new()) }
}

/// One proposal, for whoever asks in the topic, who proposed it, and the staff of either group.
///
/// # Errors
/// `SignedOut`; `NotFound` when there is none, and for everybody else.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, id: PromotionId) -> Result<Proposal> {
    let person = viewer.person().ok_or(Error::SignedOut)?;
    let row: PromotionRow =
        schema::promotions::table.find(id).select(PromotionRow::as_select()).first(tx.conn)?;
    let found = whole(tx, vec![row])?.pop().ok_or(Error::NotFound)?;
    let concerned = found.asker.id == person
        || found.row.by_id == Some(person)
        || is_staff(tx, person, found.home.id)?
        || is_staff(tx, person, found.target.id)?;
    if concerned { Ok(found) } else { Err(Error::NotFound) }
}

/// The groups to which the reader may propose a topic; none when they may not.
///
/// # Errors
/// Only when the database does.
pub fn choices(tx: &mut Tx<'_>, viewer: &Viewer, thread: ThreadId) -> Result<Vec<GroupLine>> {
    use schema::threads::dsl;
    let Some(person) = viewer.person() else { return Ok(Vec::new()) };
    let topic: Option<ThreadRow> = dsl::threads
        .find(thread)
        .filter(dsl::hidden.eq(false))
        .select(ThreadRow::as_select())
        .first(tx.conn)
        .optional()?;
    let Some(topic) = topic else { return Ok(Vec::new()) };
    let standing = match membership::standing(tx, &Actor::here(person), topic.group_id) {
        Ok(standing) => standing,
        // The group is gone.
        Err(Error::NotFound) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let own = topic.author_id == person;
    if standing.may(Act::Promote).is_err() {
        return Ok(Vec::new());
    }
    let linked = views::outlets(tx, topic.group_id)?;
    if linked.is_empty() || (!own && !can_be_asked(tx, topic.author_id)?) {
        return Ok(Vec::new());
    }
    let obstacles = obstacles(tx, &topic, own)?;
    Ok(linked.into_iter().filter(|line| !obstacles.contains_key(&line.id)).collect())
}

/// Whether somebody keeps order in a group.
fn is_staff(tx: &mut Tx<'_>, person: PersonId, group: GroupId) -> Result<bool> {
    match membership::standing(tx, &Actor::here(person), group) {
        Ok(standing) => Ok(standing.may(Act::Curate).is_ok()),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// What is named of a topic: its group, who asks in it, whether it is hidden, title and excerpt.
type Topic = (GroupId, PersonId, bool, String, String);

/// Proposals with the topics, groups and people that they name, in the same order; without those of groups that are closed now. Whoever
/// calls has asked for rights.
fn whole(tx: &mut Tx<'_>, rows: Vec<PromotionRow>) -> Result<Vec<Proposal>> {
    use schema::threads::dsl;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut topics: HashMap<ThreadId, Topic> = HashMap::new();
    let ids: Vec<ThreadId> = rows.iter().map(|row| row.thread_id).collect();
    for some in ids.chunks(VALUES) {
        let found: Vec<(ThreadId, Topic)> = dsl::threads
            .filter(among(dsl::id, some.iter().copied()))
            .select((dsl::id, (dsl::group_id, dsl::author_id, dsl::hidden, dsl::title, dsl::excerpt)))
            .load(tx.conn)?;
        topics.extend(found);
    }
    let homes = topics.values().map(|topic| topic.0);
    let lines = groups::lines(tx, homes.chain(rows.iter().map(|row| row.group_id)))?;
    let askers = topics.values().map(|topic| topic.1);
    let people = byline::of(tx, askers.chain(rows.iter().filter_map(|row| row.by_id)))?;
    let one = |row: PromotionRow| {
        let (home, asker, hidden, title, excerpt) = topics.get(&row.thread_id)?.clone();
        let (title, excerpt) = if hidden { (String::new(), String::new()) } else { (title, excerpt) };
        let open = |id: GroupId| lines.get(&id).filter(|line| line.class == Class::Openbaar);
        let line = |id: GroupId| open(id).map(|line| (**line).clone());
        let byline = |id: PersonId| people.get(&id).map(|byline| (**byline).clone());
        let (home, target) = (line(home)?, line(row.group_id)?);
        let (by, asker) = (row.by_id.and_then(byline), byline(asker)?);
        Some(Proposal { row, title, excerpt, home, target, by, asker })
    };
    Ok(rows.into_iter().filter_map(one).collect())
}
