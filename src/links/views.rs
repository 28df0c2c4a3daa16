//! Links as they are shown: with which groups one is linked, what waits for an answer, and where a topic is to be seen.

use diesel::prelude::*;

use super::{LinkRow, LinkState, PromotionState, Side, outward};
use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::groups;
use crate::groups::views::GroupLine;
use crate::ids::{GroupId, LinkId, ThreadId};
use crate::membership;
use crate::people::byline::{self, Byline};
use crate::policy::{Act, Actor, Class, Viewer, visibility};
use crate::rules::Policy;

/// A link, as it is shown with one of its groups.
#[derive(Debug, Clone)]
pub struct Linked {
    /// The link. The note, and who asked, are only there for those who decide about it.
    pub row: LinkRow,
    /// Which end the group is.
    pub side: Side,
    /// The other group.
    pub other: GroupLine,
    /// Who asked, if it was somebody of this instance.
    pub by: Option<Byline>,
    /// It is this group that has to answer.
    pub awaits_us: bool,
    /// Nothing passes by it now: the server of the group that is elsewhere is blocked, or a rule says so.
    pub rests: bool,
}

/// The links of a group, in the order in which they were made: those that were accepted for whoever reads the group, all of them for those
/// who decide about it.
///
/// # Errors
/// `NotFound` when the reader may not know of the group.
pub fn list(tx: &mut Tx<'_>, viewer: &Viewer, group: GroupId) -> Result<Vec<Linked>> {
    let decides = decides(tx, viewer, group)?;
    let mut rows = outward::of_group(tx, group)?;
    if !decides {
        rows.retain(|row| row.state == LinkState::Accepted);
        for row in &mut rows {
            row.note = String::new();
            row.created_by = None;
        }
    }
    shown(tx, rows, group)
}

/// One link of a group, for those who decide about it.
///
/// # Errors
/// `NotFound` to all others, and when the group has no such link.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, group: GroupId, link: LinkId) -> Result<Linked> {
    if !decides(tx, viewer, group)? {
        return Err(Error::NotFound);
    }
    let row = outward::find(tx, group, link)?;
    shown(tx, vec![row], group)?.pop().ok_or(Error::NotFound)
}

/// How many links wait for an answer of this group; 0 for whoever doesn't decide about that.
///
/// # Errors
/// `NotFound` when the reader may not know of the group.
pub fn waiting(tx: &mut Tx<'_>, viewer: &Viewer, group: GroupId) -> Result<i64> {
    use schema::group_links::dsl;
    if viewer.person().is_none() || !decides(tx, viewer, group)? {
        return Ok(0);
    }
    let as_source = dsl::source_id.eq(group).and(dsl::asked_by.eq(Side::Target));
    let as_target = dsl::target_id.eq(group).and(dsl::asked_by.eq(Side::Source));
    let query = dsl::group_links.filter(dsl::state.eq(LinkState::Asked)).filter(as_source.or(as_target));
    Ok(query.count().get_result(tx.conn)?)
}

/// The groups that show topics of this one, or could when their curators accept one, by title; those on servers that are blocked are left
/// out. Whoever calls has seen that the reader may know the group.
///
/// # Errors
/// Only when the database does.
pub fn outlets(tx: &mut Tx<'_>, group: GroupId) -> Result<Vec<GroupLine>> {
    use schema::{actors, group_links, groups};
    let accepted = group_links::source_id.eq(group).and(group_links::state.eq(LinkState::Accepted));
    let targets = group_links::table.filter(accepted).select(group_links::target_id);
    let mut found: Vec<GroupLine> = groups::table
        .inner_join(actors::table)
        .filter(groups::id.eq_any(targets))
        .filter(groups::class.eq(Class::Openbaar).and(actors::gone_at.is_null()))
        .order((groups::title, groups::id))
        .select(GroupLine::as_select())
        .load(tx.conn)?;
    let hosts = found.iter().filter(|target| !target.local).map(|target| target.host.as_str());
    let policy = Policy::of(tx, hosts)?;
    found.retain(|target| {
        target.local || outward::rests(&policy, &target.host, Side::Target, group).is_none()
    });
    Ok(found)
}

/// The groups that show a topic, by title: those hosted here, those elsewhere of which that is known, and those whose curators accepted it.
/// All of them are open, so every reader of the topic may know them.
///
/// # Errors
/// Only when the database does.
pub fn shown_in(tx: &mut Tx<'_>, _viewer: &Viewer, thread: ThreadId) -> Result<Vec<GroupLine>> {
    use schema::{actors, groups, promotions, shown_topics};
    let here = shown_topics::table.filter(shown_topics::thread_id.eq(thread)).select(shown_topics::group_id);
    let chosen = promotions::table
        .filter(promotions::thread_id.eq(thread).and(promotions::state.eq(PromotionState::Accepted)))
        .select(promotions::group_id);
    let elsewhere = groups::id.eq_any(chosen).and(actors::local.eq(false));
    let query = groups::table
        .inner_join(actors::table)
        .filter(groups::id.eq_any(here).or(elsewhere))
        .filter(groups::class.eq(Class::Openbaar).and(actors::gone_at.is_null()))
        .order((groups::title, groups::id))
        .select(GroupLine::as_select());
    Ok(query.load(tx.conn)?)
}

/// Whether a reader decides about the links of a group, once they may read it.
fn decides(tx: &mut Tx<'_>, viewer: &Viewer, group: GroupId) -> Result<bool> {
    let Some(person) = viewer.person() else {
        let class = groups::outward::class(tx, group)?.ok_or(Error::NotFound)?;
        visibility::reads_group(class, false, false)?;
        return Ok(false);
    };
    let standing = membership::standing(tx, &Actor::here(person), group)?;
    standing.may(Act::Read)?;
    Ok(standing.may(Act::Link).is_ok())
}

/// Links of a group as they are shown with it.
fn shown(tx: &mut Tx<'_>, rows: Vec<LinkRow>, group: GroupId) -> Result<Vec<Linked>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let lines = groups::views::lines(tx, rows.iter().flat_map(|row| [row.source_id, row.target_id]))?;
    let people = byline::of(tx, rows.iter().filter_map(|row| row.created_by))?;
    let hosts = lines.values().filter(|line| !line.local).map(|line| line.host.as_str());
    let policy = Policy::of(tx, hosts)?;
    let rests = |row: &LinkRow, side: Side| {
        let line = lines.get(&row.end(side)).filter(|line| !line.local);
        line.is_some_and(|line| outward::rests(&policy, &line.host, side, row.source_id).is_some())
    };
    let linked = rows.into_iter().filter_map(|row| {
        let side = row.side_of(group);
        let other = lines.get(&row.end(side.other())).filter(|line| line.class == Class::Openbaar)?;
        let by = row.created_by.and_then(|by| people.get(&by));
        Some(Linked {
            side,
            other: (**other).clone(),
            by: by.map(|by| (**by).clone()),
            awaits_us: row.awaits(group),
            rests: rests(&row, Side::Source) || rests(&row, Side::Target),
            row,
        })
    });
    Ok(linked.collect())
}
