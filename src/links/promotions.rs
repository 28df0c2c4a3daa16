//! Proposals to show a topic in a group that its own is linked to: with the consent of whoever asks in it, and decided by the curators of
//! that group.
//!
//! The group that a topic is at home in keeps the consent; the group that would show it decides. Where one of the two is elsewhere, this
//! side keeps what the other says. A proposal that was made anew takes the place of the one before.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{LinkState, PromotionRow, PromotionState, outward, shown, views};
use crate::actors;
use crate::db::{Tx, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{ActivityId, GroupId, PersonId, PromotionId, ThreadId};
use crate::journal::{self, Detail, Did, Line};
use crate::policy::{Act, Actor, Class, Reason, limits};
use crate::threads::ThreadRow;
use crate::{groups, membership};

/// Proposals of one group elsewhere that wait in one of ours; more aren't taken.
const WAITING: i64 = 200;

/// Proposes to show a topic in a group that its own is linked to. Whoever asks in it consents first, unless they propose it themselves.
///
/// # Errors
/// `Denied` to all but members and staff of the topic's group, which is open and hosted here; `NotFound` when the topic isn't shown there;
/// `Invalid` when that group isn't linked or can't be reached now, shows the topic already or has a proposal that stands, when whoever
/// asks can't be asked or said no before, or when the note is too long.
pub fn propose(
    tx: &mut Tx<'_>,
    by: &Actor,
    thread: ThreadId,
    to: GroupId,
    note: &str,
) -> Result<PromotionRow> {
    let thread = topic(tx, thread)?;
    if thread.hidden {
        return Err(Error::NotFound);
    }
    membership::standing(tx, by, thread.group_id)?.may(Act::Promote)?;
    let own = thread.author_id == by.person;
    let note = note.trim();
    let target = views::outlets(tx, thread.group_id)?.into_iter().find(|line| line.id == to);
    let mut errors = FieldErrors::default();
    match &target {
        None => errors.add("group", "error-promote-nowhere"),
        Some(_) => {
            if let Some(key) = obstacles(tx, &thread, own)?.get(&to).copied() {
                errors.add("group", key);
            } else if !own && !can_be_asked(tx, thread.author_id)? {
                errors.add("group", "error-promote-elsewhere");
            }
        }
    }
    if note.chars().count() > limits::REASON {
        errors.add_limit("note", "error-text-long", most());
    }
    errors.into_result()?;
    let state = if own { PromotionState::Offered } else { PromotionState::Consent };
    let old = of(tx, thread.id, to)?;
    let elsewhere = target.is_some_and(|line| !line.local);
    let row = PromotionRow {
        id: old.as_ref().map_or_else(PromotionId::fresh, |old| old.id),
        thread_id: thread.id,
        group_id: to,
        by_id: Some(by.person),
        note: note.to_owned(),
        state,
        offer_uri: (own && elsewhere).then(|| tx.urls.activity(ActivityId::fresh())),
        reason: String::new(),
        created_at: tx.now,
        changed_at: tx.now,
    };
    put(tx, old.as_ref(), &row)?;
    journal::record(tx, &line(Did::ProposeTopic, Some(by), &thread, &row, note))?;
    Ok(row)
}

/// Whoever asks in a topic consents to a proposal or declines it, or takes back one that stands: then it isn't shown any more.
///
/// # Errors
/// `Denied` to everybody else, and where another server hosts the topic's group; `NotFound` when there is no such proposal, or the topic is
/// gone; `Conflict` when there is nothing left to answer; `Invalid` when that group can't be proposed to any more.
pub fn answer(tx: &mut Tx<'_>, by: &Actor, id: PromotionId, yes: bool) -> Result<PromotionRow> {
    use PromotionState::{Accepted, Consent, Declined, Ended, Offered, Refused};
    let old = find(tx, id)?;
    let thread = topic(tx, old.thread_id)?;
    let own = thread.author_id == by.person;
    let standing = membership::standing(tx, by, thread.group_id)?;
    // It is about their own words, also when they belong to the group no longer.
    standing.may(Act::DeletePost { own })?;
    if !standing.hosted_here {
        return Err(Reason::NotHost.into());
    }
    let state = match (old.state, yes) {
        (Consent, true) => Offered,
        (Consent, false) => Declined,
        (Offered | Accepted, false) => Ended,
        (Offered | Accepted, true) | (Declined | Refused | Ended, _) => return Err(Error::Conflict),
    };
    let mut row = PromotionRow { state, changed_at: tx.now, ..old.clone() };
    if yes {
        if thread.hidden {
            return Err(Error::NotFound);
        }
        let target = views::outlets(tx, thread.group_id)?.into_iter().find(|line| line.id == old.group_id);
        let target = target.ok_or_else(|| Error::field("group", "error-promote-nowhere"))?;
        row.offer_uri = (!target.local).then(|| tx.urls.activity(ActivityId::fresh()));
    }
    put(tx, Some(&old), &row)?;
    if old.state == Accepted {
        shown::hide(tx, row.group_id, row.thread_id)?;
    }
    let note = if yes { row.note.as_str() } else { "" };
    journal::record(tx, &line(Did::AnswerProposal, Some(by), &thread, &row, note))?;
    Ok(row)
}

/// Curators decide about a topic that was offered to their group: it is shown there, or refused with the reason that whoever proposed it
/// and whoever asks in it get.
///
/// # Errors
/// `Denied` to all but staff, and where the group is closed or hosted elsewhere; `NotFound` when there is no such proposal, or the topic is
/// gone; `Conflict` when there is nothing to decide; `Invalid` when refusing has no reason, or it is too long.
pub fn decide(tx: &mut Tx<'_>, by: &Actor, id: PromotionId, yes: bool, reason: &str) -> Result<PromotionRow> {
    let old = find(tx, id)?;
    may_curate(tx, by, old.group_id)?;
    let reason = if yes { "" } else { reason.trim() };
    if !yes {
        check_reason(reason)?;
    }
    if old.state != PromotionState::Offered {
        return Err(Error::Conflict);
    }
    let thread = topic(tx, old.thread_id)?;
    if yes && (thread.hidden || !is_linked(tx, thread.group_id, old.group_id)?) {
        return Err(Error::NotFound);
    }
    let state = if yes { PromotionState::Accepted } else { PromotionState::Refused };
    let row = PromotionRow { state, reason: reason.to_owned(), changed_at: tx.now, ..old.clone() };
    put(tx, Some(&old), &row)?;
    if yes {
        shown::show(tx, row.group_id, &thread, true)?;
    }
    journal::record(tx, &decision(by, &thread, &row, state, reason))?;
    Ok(row)
}

/// Curators take a topic of another group off theirs, whether they chose it or a link brought it; no link brings it again.
///
/// # Errors
/// `Denied` to all but staff, and where the group is closed or hosted elsewhere; `NotFound` when it isn't shown there; `Invalid` when there
/// is no reason, or it is too long.
pub fn take_off(tx: &mut Tx<'_>, by: &Actor, group: GroupId, thread: ThreadId, reason: &str) -> Result<()> {
    may_curate(tx, by, group)?;
    let reason = reason.trim();
    check_reason(reason)?;
    let thread = topic(tx, thread)?;
    if !shown::take(tx, group, thread.id)? {
        return Err(Error::NotFound);
    }
    let old = of(tx, thread.id, group)?;
    let stood = old.as_ref().is_some_and(|old| old.state.stands());
    let row = match &old {
        Some(old) => PromotionRow {
            state: PromotionState::Ended,
            reason: reason.to_owned(),
            changed_at: tx.now,
            ..old.clone()
        },
        // Nobody proposed it. The row remembers that it isn't wanted.
        None => PromotionRow {
            id: PromotionId::fresh(),
            thread_id: thread.id,
            group_id: group,
            by_id: None,
            note: String::new(),
            state: PromotionState::Ended,
            offer_uri: None,
            reason: reason.to_owned(),
            created_at: tx.now,
            changed_at: tx.now,
        },
    };
    put(tx, old.as_ref(), &row)?;
    let off = Line::new(Did::HideTopic, by).group(group).thread(thread.id).post(thread.id.into());
    journal::record(tx, &off.moderation(reason))?;
    if stood {
        journal::record(tx, &decision(by, &thread, &row, PromotionState::Refused, reason))?;
    }
    Ok(())
}

/// A group elsewhere offers a topic of its own to a group hosted here that shows topics of it. The same offer changes nothing.
///
/// # Errors
/// `Denied` when the other group is closed or hosted elsewhere, or too many wait; `NotFound` when the groups aren't linked, or that isn't a
/// topic of the group that offers it.
pub fn offered(
    tx: &mut Tx<'_>,
    source: GroupId,
    thread: ThreadId,
    target: GroupId,
    offer_uri: &str,
    note: &str,
) -> Result<()> {
    must_be_ours(tx, target)?;
    let thread = topic(tx, thread)?;
    if thread.hidden || thread.group_id != source || !is_linked(tx, source, target)? {
        return Err(Error::NotFound);
    }
    let old = of(tx, thread.id, target)?;
    if old.as_ref().is_some_and(|old| old.offer_uri.as_deref() == Some(offer_uri) || old.state.stands()) {
        return Ok(());
    }
    if waiting(tx, source, target)? >= WAITING {
        return Err(Reason::TooMany.into());
    }
    let row = PromotionRow {
        id: old.as_ref().map_or_else(PromotionId::fresh, |old| old.id),
        thread_id: thread.id,
        group_id: target,
        by_id: None,
        note: note.trim().chars().take(limits::REASON).collect(),
        state: PromotionState::Offered,
        offer_uri: Some(offer_uri.to_owned()),
        reason: String::new(),
        created_at: tx.now,
        changed_at: tx.now,
    };
    put(tx, old.as_ref(), &row)?;
    let line = line(Did::ProposeTopic, None, &thread, &row, &row.note);
    journal::record(tx, &line).map(|_id| ())
}

/// A group elsewhere decided about a topic that was offered to it, or shows it no longer.
///
/// # Errors
/// `NotFound` when there is no such offer to that group; `Conflict` when there is nothing new in it.
pub fn answered(tx: &mut Tx<'_>, target: GroupId, offer_uri: &str, yes: bool, reason: &str) -> Result<()> {
    use PromotionState::{Accepted, Ended, Offered, Refused};
    let old = by_offer(tx, offer_uri)?;
    let thread = topic(tx, old.thread_id)?;
    let home = actors::find(tx, thread.group_id.into())?;
    if old.group_id != target || !home.local {
        return Err(Error::NotFound);
    }
    let state = match (old.state, yes) {
        (Offered, true) => Accepted,
        (Offered, false) => Refused,
        (Accepted, false) => Ended,
        _ => return Err(Error::Conflict),
    };
    let reason: String =
        if yes { String::new() } else { reason.trim().chars().take(limits::REASON).collect() };
    let row = PromotionRow { state, reason, changed_at: tx.now, ..old.clone() };
    put(tx, Some(&old), &row)?;
    if state == Ended {
        shown::hide(tx, target, thread.id)?;
    }
    let mut line = line(Did::DecideProposal, None, &thread, &row, &row.reason);
    let word = if yes { Accepted } else { Refused };
    word.word().clone_into(&mut line.detail.word);
    line.moderation = true;
    journal::record(tx, &line).map(|_id| ())
}

/// A group elsewhere takes back what it offered: it isn't shown any more.
///
/// # Errors
/// `NotFound` when there is no such offer of that group; `Conflict` when it doesn't stand.
pub fn withdrawn(tx: &mut Tx<'_>, source: GroupId, offer_uri: &str) -> Result<()> {
    let old = by_offer(tx, offer_uri)?;
    let thread = topic(tx, old.thread_id)?;
    let here = actors::find(tx, old.group_id.into())?.local;
    if thread.group_id != source || !here {
        return Err(Error::NotFound);
    }
    if !old.state.stands() {
        return Err(Error::Conflict);
    }
    let row = PromotionRow { state: PromotionState::Ended, changed_at: tx.now, ..old.clone() };
    put(tx, Some(&old), &row)?;
    if old.state == PromotionState::Accepted {
        shown::hide(tx, row.group_id, row.thread_id)?;
    }
    let line = line(Did::AnswerProposal, None, &thread, &row, "");
    journal::record(tx, &line).map(|_id| ())
}

/// A topic went to another group, which is linked to these: what was proposed elsewhere is settled. `thread` is as it was before.
pub(super) fn moved(tx: &mut Tx<'_>, thread: &ThreadRow, linked: &[GroupId]) -> Result<()> {
    use schema::promotions::dsl;
    let rows: Vec<PromotionRow> = dsl::promotions
        .filter(dsl::thread_id.eq(thread.id))
        .order(dsl::id)
        .select(PromotionRow::as_select())
        .load(tx.conn)?;
    for old in rows.iter().filter(|row| row.state.stands() && !linked.contains(&row.group_id)) {
        diesel::delete(dsl::promotions.find(old.id)).execute(tx.conn)?;
        let ended = PromotionRow { state: PromotionState::Ended, ..old.clone() };
        journal::record(tx, &line(Did::AnswerProposal, None, thread, &ended, ""))?;
    }
    Ok(())
}

/// Why a topic can't be proposed to groups, as the key of what to say, by group. `own`: by whoever asks in it.
pub(super) fn obstacles(
    tx: &mut Tx<'_>,
    thread: &ThreadRow,
    own: bool,
) -> Result<HashMap<GroupId, &'static str>> {
    use schema::{promotions, shown_topics};
    let rows: Vec<PromotionRow> = promotions::table
        .filter(promotions::thread_id.eq(thread.id))
        .select(PromotionRow::as_select())
        .load(tx.conn)?;
    let shown: Vec<GroupId> = shown_topics::table
        .filter(shown_topics::thread_id.eq(thread.id))
        .select(shown_topics::group_id)
        .load(tx.conn)?;
    let mut found: HashMap<GroupId, &'static str> =
        shown.into_iter().map(|group| (group, "error-promote-shown")).collect();
    for row in rows {
        // Nobody is asked again what they said no to. They can still propose it themselves.
        let declined = row.state == PromotionState::Declined
            || (row.state == PromotionState::Ended && row.reason.is_empty());
        if row.state.stands() {
            found.entry(row.group_id).or_insert("error-promote-stands");
        } else if declined && !own {
            found.entry(row.group_id).or_insert("error-promote-declined");
        }
    }
    Ok(found)
}

/// Whether somebody has an account here, so that they can be asked.
pub(super) fn can_be_asked(tx: &mut Tx<'_>, person: PersonId) -> Result<bool> {
    let actor = actors::find(tx, person.into())?;
    Ok(actor.local && actor.gone_at.is_none())
}

/// A topic, in whatever state.
fn topic(tx: &mut Tx<'_>, id: ThreadId) -> Result<ThreadRow> {
    Ok(schema::threads::table.find(id).select(ThreadRow::as_select()).first(tx.conn)?)
}

fn find(tx: &mut Tx<'_>, id: PromotionId) -> Result<PromotionRow> {
    Ok(schema::promotions::table.find(id).select(PromotionRow::as_select()).first(tx.conn)?)
}

fn by_offer(tx: &mut Tx<'_>, uri: &str) -> Result<PromotionRow> {
    use schema::promotions::dsl;
    let query = dsl::promotions.filter(dsl::offer_uri.eq(uri)).select(PromotionRow::as_select());
    Ok(query.first(tx.conn)?)
}

/// The proposal to show a topic in a group, in whatever state.
fn of(tx: &mut Tx<'_>, thread: ThreadId, group: GroupId) -> Result<Option<PromotionRow>> {
    use schema::promotions::dsl;
    let query = dsl::promotions
        .filter(dsl::thread_id.eq(thread).and(dsl::group_id.eq(group)))
        .select(PromotionRow::as_select());
    Ok(query.first(tx.conn).optional()?)
}

/// Writes a proposal down, in place of what there was. Of two who decide at once the second finds another state.
fn put(tx: &mut Tx<'_>, old: Option<&PromotionRow>, row: &PromotionRow) -> Result<()> {
    use schema::promotions::dsl;
    let Some(old) = old else {
        diesel::insert_into(dsl::promotions).values(row).execute(tx.conn)?;
        return Ok(());
    };
    let changed = diesel::update(dsl::promotions.find(old.id).filter(dsl::state.eq(old.state)))
        .set((
            dsl::by_id.eq(row.by_id),
            dsl::note.eq(&row.note),
            dsl::state.eq(row.state),
            dsl::offer_uri.eq(&row.offer_uri),
            dsl::reason.eq(&row.reason),
            dsl::created_at.eq(row.created_at),
            dsl::changed_at.eq(row.changed_at),
        ))
        .execute(tx.conn)?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// How many offers of a group wait in another.
fn waiting(tx: &mut Tx<'_>, source: GroupId, target: GroupId) -> Result<i64> {
    use schema::{promotions, threads};
    let query = promotions::table
        .inner_join(threads::table)
        .filter(promotions::group_id.eq(target).and(promotions::state.eq(PromotionState::Offered)))
        .filter(threads::group_id.eq(source))
        .count();
    Ok(query.get_result(tx.conn)?)
}

fn is_linked(tx: &mut Tx<'_>, source: GroupId, target: GroupId) -> Result<bool> {
    let link = outward::between(tx, source, target)?;
    Ok(link.is_some_and(|link| link.state == LinkState::Accepted))
}

fn may_curate(tx: &mut Tx<'_>, by: &Actor, group: GroupId) -> Result<()> {
    let standing = membership::standing(tx, by, group)?;
    standing.may(Act::Curate)?;
    if standing.hosted_here { Ok(()) } else { Err(Reason::NotHost.into()) }
}

/// Whether a group can be offered topics by others: open, hosted here and not gone.
fn must_be_ours(tx: &mut Tx<'_>, group: GroupId) -> Result<()> {
    let actor = actors::find(tx, group.into())?;
    if !actor.local {
        return Err(Reason::NotHost.into());
    }
    let open = groups::outward::class(tx, group)? == Some(Class::Openbaar);
    if open && actor.gone_at.is_none() { Ok(()) } else { Err(Reason::Hidden.into()) }
}

fn check_reason(reason: &str) -> Result<()> {
    let mut errors = FieldErrors::default();
    if reason.is_empty() {
        errors.add("reason", "error-reason-missing");
    } else if reason.chars().count() > limits::REASON {
        errors.add_limit("reason", "error-text-long", most());
    }
    errors.into_result()
}

fn most() -> i64 {
    i64::try_from(limits::REASON).unwrap_or(i64::MAX)
}

/// A line about a proposal, in the group that the topic is at home in. `said`: what was written with it.
fn line(did: Did, by: Option<&Actor>, thread: &ThreadRow, row: &PromotionRow, said: &str) -> Line {
    Line {
        did,
        by: by.cloned(),
        group: Some(thread.group_id),
        thread: Some(thread.id),
        post: Some(thread.id.into()),
        person: Some(thread.author_id),
        moderation: false,
        detail: Detail {
            other: Some(row.group_id),
            word: row.state.word().to_owned(),
            activity_uri: row.offer_uri.clone(),
            reason: said.to_owned(),
            ..Detail::default()
        },
    }
}

/// A line about what curators of a group hosted here decided, in that group.
fn decision(by: &Actor, thread: &ThreadRow, row: &PromotionRow, state: PromotionState, reason: &str) -> Line {
    let mut line = line(Did::DecideProposal, Some(by), thread, row, reason).group(row.group_id);
    line.detail.other = Some(thread.group_id);
    state.word().clone_into(&mut line.detail.word);
    line.moderation = true;
    line
}
