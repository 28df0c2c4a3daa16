//! Asking for a link, accepting, changing and ending it.
//!
//! Both ends are locked, in the order of their ids, before it is looked at whether they are open. Whoever makes a group stricter takes the
//! same lock, so no link comes to be while it does. What the other side is told follows from the journal.

use diesel::prelude::*;

use super::heard::AGAIN;
use super::outward::{Place, between, count, find, of_group, place, refusal};
use super::{Choice, LinkRow, LinkState, PromotionState, Side, Wish, shown};
use crate::db::{Lock, Tx, columns, lock, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{ActivityId, GroupId, LinkId};
use crate::jobs::{self, Job};
use crate::journal::{self, Detail, Did, Line};
use crate::membership;
use crate::policy::{Act, Actor, Reason, limits};
use crate::text::analyse::Query;
use crate::text::line::one_line;

/// How a link ended, in the journal (`to`): the side that was asked refused it.
pub const REFUSED: &str = "refused";
/// The side that asked took it back.
pub const WITHDRAWN: &str = "withdrawn";
/// It had been accepted.
pub const ENDED: &str = "ended";
/// Why a link ended, in the journal (`from`): one of the groups is closed now, or gone. The other side is told, though nobody did it.
pub const CLOSED: &str = "closed";

/// Keeps both ends of a link from being made stricter meanwhile.
pub(super) fn lock_ends(tx: &mut Tx<'_>, one: GroupId, other: GroupId) -> Result<()> {
    lock(tx, Lock::Class, &one.min(other).to_string())?;
    lock(tx, Lock::Class, &one.max(other).to_string())
}

/// Asks another group for a link. When it asked for the same already, this accepts it; so does whoever decides in both groups.
///
/// # Errors
/// `Denied` to all but owners of a group that is open and hosted here; `Invalid` when the other group isn't one that can be linked, there is
/// such a link or there are too many, its server is blocked, or something is wrong with the words or the note.
pub fn ask(tx: &mut Tx<'_>, by: &Actor, group: GroupId, wish: &Wish) -> Result<LinkRow> {
    lock_ends(tx, group, wish.other)?;
    membership::standing(tx, by, group)?.may(Act::Link)?;
    let mut errors = FieldErrors::default();
    let found = errors.gather(partner(tx, group, wish))?;
    let choice = match wish.side {
        Side::Target => errors.gather(checked(&wish.choice))?,
        Side::Source => Some(Choice::default()),
    };
    let note = wish.note.trim();
    if note.chars().count() > limits::REASON {
        errors.add_limit("note", "error-text-long", i64::try_from(limits::REASON).unwrap_or(i64::MAX));
    }
    let (Some((there, known)), Some(choice)) = (found, choice) else { return Err(Error::Invalid(errors)) };
    errors.into_result()?;
    if let Some(row) = known {
        return take_up(tx, by, group, &row, Some(&choice));
    }
    let (source_id, target_id) = ends(group, wish);
    let minted = (!there.local).then(|| tx.urls.activity(ActivityId::fresh()));
    let row = LinkRow {
        id: LinkId::fresh(),
        source_id,
        target_id,
        state: LinkState::Asked,
        asked_by: wish.side,
        takes: choice.takes,
        words: choice.words,
        note: note.to_owned(),
        follow_uri: minted.clone().filter(|_| wish.side == Side::Target),
        invite_uri: minted.clone().filter(|_| wish.side == Side::Source),
        created_by: Some(by.person),
        created_at: tx.now,
        accepted_at: None,
    };
    diesel::insert_into(schema::group_links::table).values(&row).execute(tx.conn)?;
    if there.local && membership::standing(tx, by, wish.other)?.may(Act::Link).is_ok() {
        return take_up(tx, by, wish.other, &row, None);
    }
    let detail = Detail { activity_uri: minted, reason: row.note.clone(), ..Detail::default() };
    record(tx, Did::AskLink, Some(by), &row, group, detail)?;
    Ok(row)
}

/// Source and target of what is asked for.
fn ends(group: GroupId, wish: &Wish) -> (GroupId, GroupId) {
    match wish.side {
        Side::Source => (group, wish.other),
        Side::Target => (wish.other, group),
    }
}

/// The group that is to be linked, and what it asked for already. A closed one reads like one that isn't there.
fn partner(tx: &mut Tx<'_>, group: GroupId, wish: &Wish) -> Result<(Place, Option<LinkRow>)> {
    if wish.other == group {
        return Err(Error::field("group", "error-link-self"));
    }
    let there = place(tx, wish.other)?.filter(Place::is_open);
    let there = there.ok_or_else(|| Error::field("group", "error-link-closed"))?;
    let (source, target) = ends(group, wish);
    let known = between(tx, source, target)?;
    if known.as_ref().is_some_and(|row| !row.awaits(group)) {
        return Err(Error::field("group", "error-link-twice"));
    }
    // What others ask doesn't take the place of what is asked here.
    let full = count(tx, group, false)? >= limits::LINKS || count(tx, wish.other, true)? >= limits::LINKS;
    if full && known.is_none() {
        let mut errors = FieldErrors::default();
        errors.add_limit("group", "error-link-many", limits::LINKS);
        return Err(Error::Invalid(errors));
    }
    if refusal(tx, &there, wish.side.other(), source)?.is_some() {
        return Err(Error::field("group", "error-link-blocked"));
    }
    Ok((there, known))
}

/// The choice as it is kept: words without what doesn't show, each once.
fn checked(choice: &Choice) -> Result<Choice> {
    let mut words: Vec<String> = Vec::new();
    for line in choice.words.lines().map(one_line).filter(|line| !line.is_empty()) {
        if !words.contains(&line) {
            words.push(line);
        }
        if words.len() > limits::LINK_WORDS {
            return Err(Error::field("words", "error-link-words"));
        }
    }
    let finds_nothing = |line: &String| {
        line.chars().count() > limits::LINK_WORD
            || !line.chars().any(char::is_alphabetic)
            || Query::parse(line, false).is_empty()
    };
    if words.iter().any(finds_nothing) {
        return Err(Error::field("words", "error-link-words"));
    }
    Ok(Choice { takes: choice.takes, words: words.join("\n") })
}

/// A link of a group, for those who decide about it, with both ends locked.
fn held(tx: &mut Tx<'_>, by: &Actor, group: GroupId, link: LinkId) -> Result<LinkRow> {
    membership::standing(tx, by, group)?.may(Act::Link)?;
    let row = find(tx, group, link)?;
    lock_ends(tx, row.source_id, row.target_id)?;
    // Somebody else may have answered or ended it meanwhile.
    find(tx, group, link)
}

/// Accepts what the other side asked for; a group that shows the other's topics may choose which. One that is accepted stays as it is.
///
/// # Errors
/// `Denied` to all but owners, and when the other group's server is blocked; `NotFound` when the group has no such link; `Conflict` when it
/// is the other side that has to answer; `Invalid` when something is wrong with the words.
pub fn accept(
    tx: &mut Tx<'_>,
    by: &Actor,
    group: GroupId,
    link: LinkId,
    choice: Option<&Choice>,
) -> Result<LinkRow> {
    let row = held(tx, by, group, link)?;
    if row.state == LinkState::Accepted {
        return Ok(row);
    }
    if !row.awaits(group) {
        return Err(Error::Conflict);
    }
    let choice = match choice.filter(|_| row.side_of(group) == Side::Target) {
        Some(choice) => Some(checked(choice)?),
        None => None,
    };
    take_up(tx, by, group, &row, choice.as_ref())
}

/// Accepts what the other side asked for. `choice` is of no matter where the group is the source.
fn take_up(
    tx: &mut Tx<'_>,
    by: &Actor,
    group: GroupId,
    row: &LinkRow,
    choice: Option<&Choice>,
) -> Result<LinkRow> {
    let side = row.side_of(group);
    let there = place(tx, row.end(side.other()))?.ok_or(Error::NotFound)?;
    if !there.is_open() {
        return Err(Reason::NotOpen.into());
    }
    if let Some(reason) = refusal(tx, &there, side.other(), row.source_id)? {
        return Err(reason.into());
    }
    // A target answers an invitation by following, which its source accepts by itself.
    let minted = (side == Side::Target && !there.local).then(|| tx.urls.activity(ActivityId::fresh()));
    let row = settle(tx, row, choice.filter(|_| side == Side::Target), minted.clone())?;
    let detail = Detail { activity_uri: minted, ..Detail::default() };
    record(tx, Did::AcceptLink, Some(by), &row, group, detail)?;
    Ok(row)
}

/// Makes a link count from now on, and begins to show what it brings.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    row: &LinkRow,
    choice: Option<&Choice>,
    follow_uri: Option<String>,
) -> Result<LinkRow> {
    use schema::group_links::dsl;
    let kept = choice_of(row);
    let choice = choice.unwrap_or(&kept);
    let row: LinkRow = diesel::update(dsl::group_links.find(row.id))
        .set((
            dsl::state.eq(LinkState::Accepted),
            dsl::accepted_at.eq(Some(tx.now)),
            dsl::takes.eq(choice.takes),
            dsl::words.eq(&choice.words),
            dsl::follow_uri.eq(follow_uri.or_else(|| row.follow_uri.clone())),
        ))
        .returning(columns::<LinkRow>())
        .get_result(tx.conn)?;
    // What a target elsewhere shows its own server decides.
    if is_here(tx, row.target_id)? {
        shown::fill(tx, &row)?;
        if !is_here(tx, row.source_id)? && !is_followed(tx, row.source_id)? {
            jobs::enqueue(tx, &Job::Backfill { group: row.source_id })?;
        }
    }
    Ok(row)
}

fn is_here(tx: &mut Tx<'_>, group: GroupId) -> Result<bool> {
    Ok(place(tx, group)?.is_some_and(|place| place.local))
}

/// Whether a member of ours has everything of a group come here.
fn is_followed(tx: &mut Tx<'_>, group: GroupId) -> Result<bool> {
    match membership::outward::member_here(tx, group) {
        Ok(_member) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Changes which topics a group shows by a link.
///
/// # Errors
/// `Denied` to all but owners of the group that shows them; `NotFound` when the group has no such link; `Invalid` when something is wrong
/// with the words.
pub fn set(tx: &mut Tx<'_>, by: &Actor, group: GroupId, link: LinkId, choice: &Choice) -> Result<LinkRow> {
    use schema::group_links::dsl;
    let row = held(tx, by, group, link)?;
    if row.side_of(group) != Side::Target {
        return Err(Reason::NotOwner.into());
    }
    let choice = checked(choice)?;
    let before = choice_of(&row);
    if before == choice {
        return Ok(row);
    }
    let row: LinkRow = diesel::update(dsl::group_links.find(row.id))
        .set((dsl::takes.eq(choice.takes), dsl::words.eq(&choice.words)))
        .returning(columns::<LinkRow>())
        .get_result(tx.conn)?;
    if row.state == LinkState::Accepted {
        shown::fill(tx, &row)?;
    }
    let detail = Detail { from: in_short(&before), to: in_short(&choice), ..Detail::default() };
    record(tx, Did::SetLink, Some(by), &row, group, detail)?;
    Ok(row)
}

/// Which topics a link brings now.
fn choice_of(row: &LinkRow) -> Choice {
    Choice { takes: row.takes, words: row.words.clone() }
}

/// A choice in a line of the journal.
fn in_short(choice: &Choice) -> String {
    if choice.words.is_empty() {
        return choice.takes.word().to_owned();
    }
    format!("{}: {}", choice.takes, choice.words.replace('\n', ", "))
}

/// Ends a link: refuses what the other side asked for, takes back what this side asked for, or ends what was accepted.
///
/// # Errors
/// `Denied` to all but owners; `NotFound` when the group has no such link; `Invalid` when the reason is too long.
pub fn end(tx: &mut Tx<'_>, by: &Actor, group: GroupId, link: LinkId, reason: &str) -> Result<()> {
    let row = held(tx, by, group, link)?;
    let reason = reason.trim();
    if reason.chars().count() > limits::REASON {
        let mut errors = FieldErrors::default();
        errors.add_limit("reason", "error-reason-long", i64::try_from(limits::REASON).unwrap_or(i64::MAX));
        return Err(Error::Invalid(errors));
    }
    remove(tx, &row)?;
    let detail = Detail { reason: reason.to_owned(), ..how(&row, group) };
    record(tx, Did::EndLink, Some(by), &row, group, detail)
}

/// Ends all links of a group that isn't for everybody any more, or is gone, and takes away all that is shown of it or in it. Asks nobody:
/// for acts that do that themselves, in the same transaction. `by`: whoever did it here.
///
/// # Errors
/// Only when the database does.
pub fn close(tx: &mut Tx<'_>, by: Option<&Actor>, group: GroupId) -> Result<()> {
    lock(tx, Lock::Class, &group.to_string())?;
    let Some(closed) = place(tx, group)? else { return Ok(()) };
    // Whoever is gone is told nothing.
    let told = by.is_none() && (closed.local || !closed.gone);
    for row in of_group(tx, group)? {
        let ours = if closed.local { group } else { row.end(row.side_of(group).other()) };
        remove(tx, &row)?;
        let from = if told { CLOSED } else { "" };
        let detail = Detail { from: from.to_owned(), ..how(&row, group) };
        record(tx, Did::EndLink, by, &row, ours, detail)?;
    }
    forget(tx, group)
}

/// How a link ends, by the group that ends it.
pub(super) fn how(row: &LinkRow, by: GroupId) -> Detail {
    let to = match row.state {
        LinkState::Accepted => ENDED,
        LinkState::Asked if row.awaits(by) => REFUSED,
        LinkState::Asked => WITHDRAWN,
    };
    Detail { to: to.to_owned(), activity_uri: row.invite_uri.clone(), ..Detail::default() }
}

/// Takes a link away, with what is shown by it. Proposals that stand go with it; those that were decided against stay decided.
pub(super) fn remove(tx: &mut Tx<'_>, row: &LinkRow) -> Result<()> {
    use schema::{group_links, promotions, threads};
    diesel::delete(group_links::table.find(row.id)).execute(tx.conn)?;
    shown::empty(tx, row)?;
    let topics = threads::table.filter(threads::group_id.eq(row.source_id)).select(threads::id);
    let stands = promotions::state
        .eq(PromotionState::Consent)
        .or(promotions::state.eq(PromotionState::Offered))
        .or(promotions::state.eq(PromotionState::Accepted));
    let theirs = promotions::group_id.eq(row.target_id).and(promotions::thread_id.eq_any(topics));
    diesel::delete(promotions::table.filter(theirs).filter(stands)).execute(tx.conn)?;
    Ok(())
}

/// Takes away what is still shown of a group or in it: what groups elsewhere show of each other has no link here.
fn forget(tx: &mut Tx<'_>, group: GroupId) -> Result<()> {
    use schema::{promotions, shown_topics, threads};
    let topics = || threads::table.filter(threads::group_id.eq(group)).select(threads::id);
    diesel::delete(shown_topics::table.filter(shown_topics::group_id.eq(group))).execute(tx.conn)?;
    diesel::delete(shown_topics::table.filter(shown_topics::thread_id.eq_any(topics()))).execute(tx.conn)?;
    diesel::delete(promotions::table.filter(promotions::group_id.eq(group))).execute(tx.conn)?;
    diesel::delete(promotions::table.filter(promotions::thread_id.eq_any(topics()))).execute(tx.conn)?;
    Ok(())
}

/// Writes a line about a link, from the place of one of its ends that is hosted here.
pub(super) fn record(
    tx: &mut Tx<'_>,
    did: Did,
    by: Option<&Actor>,
    row: &LinkRow,
    group: GroupId,
    detail: Detail,
) -> Result<()> {
    let side = row.side_of(group);
    let detail = Detail {
        word: side.word().to_owned(),
        other: Some(row.end(side.other())),
        follow_uri: row.follow_uri.clone(),
        ..detail
    };
    let line = Line {
        did,
        by: by.cloned(),
        group: Some(group),
        thread: None,
        post: None,
        person: None,
        // What a group shows, and where it is shown, is for everybody to know; what was only asked isn't.
        moderation: is_public(did) && detail.from != AGAIN,
        detail,
    };
    journal::record(tx, &line).map(|_id| ())
}

/// Whether a group's public log tells of it.
fn is_public(did: Did) -> bool {
    matches!(did, Did::AcceptLink | Did::EndLink | Did::SetLink)
}
