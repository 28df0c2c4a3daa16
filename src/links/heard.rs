//! What the other side of a link says, from the wire. Whoever calls has proven that it is that group which says it, and knows both groups.
//!
//! A group elsewhere that follows one of ours only asks: our staff answers. What ours asked for counts as soon as the other side agrees, and
//! whatever there is ends when it says so. Nobody here did any of that, so the journal names nobody.

use diesel::prelude::*;

use super::acts::{how, lock_ends, record, remove, settle};
use super::outward::{Place, between, count, place, refusal};
use super::{Choice, LinkRow, LinkState, Side};
use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::ids::{GroupId, LinkId};
use crate::journal::{Detail, Did};
use crate::policy::{Reason, limits};

/// Why there is a line about what was accepted before, in the journal (`from`): the other side asked once more, and is answered once more.
/// Nobody else need be told.
pub const AGAIN: &str = "again";

/// A group elsewhere follows one hosted here: a link that waits for our staff. It counts at once where that is what our group asked for.
/// Whoever was accepted before, and asks again, lost the answer. `note`: for the staff.
///
/// # Errors
/// `NotFound` when the source isn't open, as for a group that isn't there; `Denied` when the other isn't open, its server is blocked, or too
/// many wait.
pub fn asked(tx: &mut Tx<'_>, source: GroupId, target: GroupId, follow_uri: &str, note: &str) -> Result<()> {
    use schema::group_links::dsl;
    let known = known(tx, source, target, Side::Target)?;
    let uri = Some(follow_uri.to_owned());
    let Some(row) = known else {
        let row = new(tx, source, target, Side::Target, note);
        return insert(tx, LinkRow { follow_uri: uri, ..row });
    };
    if row.state == LinkState::Asked && row.asked_by == Side::Source {
        let row = settle(tx, &row, None, uri)?;
        return record(tx, Did::AcceptLink, None, &row, source, Detail::default());
    }
    diesel::update(dsl::group_links.find(row.id)).set(dsl::follow_uri.eq(&uri)).execute(tx.conn)?;
    if row.state == LinkState::Asked {
        return Ok(());
    }
    let detail = Detail { from: AGAIN.to_owned(), ..Detail::default() };
    record(tx, Did::AcceptLink, None, &LinkRow { follow_uri: uri, ..row }, source, detail)
}

/// A group elsewhere asks one hosted here to show its topics: that waits for our staff, unless it is what our group asked for.
///
/// # Errors
/// As for [`asked`], with the ends changed over.
pub fn invited(
    tx: &mut Tx<'_>,
    source: GroupId,
    target: GroupId,
    invite_uri: &str,
    note: &str,
) -> Result<()> {
    use schema::group_links::dsl;
    let known = known(tx, source, target, Side::Source)?;
    let uri = Some(invite_uri.to_owned());
    let Some(row) = known else {
        let row = new(tx, source, target, Side::Source, note);
        return insert(tx, LinkRow { invite_uri: uri, ..row });
    };
    if row.state == LinkState::Accepted {
        return Ok(());
    }
    diesel::update(dsl::group_links.find(row.id)).set(dsl::invite_uri.eq(&uri)).execute(tx.conn)?;
    if row.asked_by == Side::Source {
        return Ok(());
    }
    // Our Follow is on its way there.
    let row = settle(tx, &row, None, None)?;
    record(tx, Did::AcceptLink, None, &row, target, Detail::default())
}

/// The source, elsewhere, accepts that a group of ours follows it.
///
/// # Errors
/// `NotFound` when our group doesn't: nobody is made to follow by being accepted. `Denied` when the source is hosted here.
pub fn accepted(tx: &mut Tx<'_>, source: GroupId, target: GroupId) -> Result<()> {
    let row = told_of(tx, source, target, Side::Source)?;
    if row.state == LinkState::Accepted {
        return Ok(());
    }
    if row.asked_by != Side::Target {
        return Err(Error::NotFound);
    }
    let row = settle(tx, &row, None, None)?;
    record(tx, Did::AcceptLink, None, &row, target, Detail::default())
}

/// The source, elsewhere, refuses that a group of ours follows it, or has it follow no longer.
///
/// # Errors
/// `NotFound` when there is no such link; `Denied` when the source is hosted here.
pub fn refused(tx: &mut Tx<'_>, source: GroupId, target: GroupId, reason: &str) -> Result<()> {
    let row = told_of(tx, source, target, Side::Source)?;
    ended(tx, &row, target, reason)
}

/// The end that is elsewhere takes back what it asked, refuses what ours asked, or ends what was accepted: whatever there is ends.
///
/// # Errors
/// `NotFound` when there is no such link; `Denied` when both ends are hosted here.
pub fn left(tx: &mut Tx<'_>, source: GroupId, target: GroupId, reason: &str) -> Result<()> {
    let here = place(tx, source)?.is_some_and(|place| place.local);
    let (theirs, ours) = if here { (Side::Target, source) } else { (Side::Source, target) };
    let row = told_of(tx, source, target, theirs)?;
    ended(tx, &row, ours, reason)
}

/// What there is between these two, when an end that is elsewhere speaks of it; `from` is which end that is.
fn told_of(tx: &mut Tx<'_>, source: GroupId, target: GroupId, from: Side) -> Result<LinkRow> {
    lock_ends(tx, source, target)?;
    let row = between(tx, source, target)?.ok_or(Error::NotFound)?;
    let theirs = place(tx, row.end(from))?.ok_or(Error::NotFound)?;
    if theirs.local { Err(Reason::NotHost.into()) } else { Ok(row) }
}

fn ended(tx: &mut Tx<'_>, row: &LinkRow, ours: GroupId, reason: &str) -> Result<()> {
    let theirs = row.end(row.side_of(ours).other());
    remove(tx, row)?;
    let detail = Detail { reason: in_bounds(reason), ..how(row, theirs) };
    record(tx, Did::EndLink, None, row, ours, detail)
}

/// What there is between these two, when an end that is elsewhere asks for a link; `from` is which end that is.
fn known(tx: &mut Tx<'_>, source: GroupId, target: GroupId, from: Side) -> Result<Option<LinkRow>> {
    lock_ends(tx, source, target)?;
    let (theirs, ours) = if from == Side::Target { (target, source) } else { (source, target) };
    let here = place(tx, ours)?.filter(Place::is_open).ok_or(Error::NotFound)?;
    let there = place(tx, theirs)?.ok_or(Error::NotFound)?;
    if !here.local || there.local {
        return Err(Reason::NotHost.into());
    }
    if !there.is_open() {
        return Err(Reason::NotOpen.into());
    }
    if let Some(reason) = refusal(tx, &there, from, source)? {
        return Err(reason.into());
    }
    let known = between(tx, source, target)?;
    // Whoever has many groups can't fill the list without end.
    if known.is_none() && count(tx, ours, true)? >= limits::LINKS {
        return Err(Reason::TooMany.into());
    }
    Ok(known)
}

/// A link as an end elsewhere asks for it; which topics are shown our staff says when it answers.
fn new(tx: &Tx<'_>, source: GroupId, target: GroupId, from: Side, note: &str) -> LinkRow {
    let Choice { takes, words } = Choice::default();
    LinkRow {
        id: LinkId::fresh(),
        source_id: source,
        target_id: target,
        state: LinkState::Asked,
        asked_by: from,
        takes,
        words,
        note: in_bounds(note),
        follow_uri: None,
        invite_uri: None,
        created_by: None,
        created_at: tx.now,
        accepted_at: None,
    }
}

/// What staff elsewhere wrote, no longer than ours could.
fn in_bounds(text: &str) -> String {
    text.trim().chars().take(limits::REASON).collect()
}

fn insert(tx: &mut Tx<'_>, row: LinkRow) -> Result<()> {
    diesel::insert_into(schema::group_links::table).values(&row).execute(tx.conn)?;
    let ours = row.end(row.asked_by.other());
    let detail =
        Detail { activity_uri: row.invite_uri.clone(), reason: row.note.clone(), ..Detail::default() };
    record(tx, Did::AskLink, None, &row, ours, detail)
}
