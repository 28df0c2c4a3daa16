//! What moderators decide: resolving a case, the measures that go with it, warnings; and objections to what they decided.

use diesel::prelude::*;

use super::{Category, Outcome, ReportRow, ReportState, Resolution, Why, acts, check_decides};
use crate::clock::Time;
use crate::db::{Lock, Tx, lock, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{EntryId, GroupId, PersonId, ReportId};
use crate::journal::{self, Detail, Did, Entry, Line};
use crate::membership;
use crate::people::{AccountRole, AccountState};
use crate::policy::{Act, Actor, Reason, Role, limits};
use crate::threads;

/// Days within which one can object to a decision (Digital Services Act, art. 20, 1: six months).
pub const OBJECTION_DAYS: i64 = 183;

/// What is done about a case, besides deciding it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Measure {
    /// The post is removed.
    RemovePost,
    /// The person is warned.
    Warn,
    /// The person is banned from the group, or from the instance when the case has no group.
    Ban {
        /// Until when; `None` until it is lifted.
        until: Option<Time>,
    },
}

/// Decides about the whole case that a report belongs to. Everyone who reported is answered by the job that follows.
///
/// An objection that is found right undoes the decision: the post is restored, the ban lifted.
///
/// # Errors
/// `Denied` to all but those who decide here, and to whoever made the decision that is objected to while somebody else can
/// judge it; `Conflict` when it is decided already.
pub fn resolve(tx: &mut Tx<'_>, by: &Actor, id: ReportId, resolution: &Resolution) -> Result<()> {
    let case = open_case(tx, by, id)?;
    close(tx, by, &case, resolution)?;
    if case.category == Category::Objection && resolution.outcome == Outcome::Acted {
        undo(tx, by, &case)?;
    }
    Ok(())
}

/// Takes measures and decides the case as acted upon, all or nothing. Why is told to the person concerned and stands in
/// the public log; `note` is told to those who reported.
///
/// # Errors
/// As [`resolve`], and as the acts that the measures are; `Invalid` on `measures` when one doesn't fit the case.
pub fn act(
    tx: &mut Tx<'_>,
    by: &Actor,
    id: ReportId,
    measures: &[Measure],
    why: Why<'_>,
    note: &str,
) -> Result<()> {
    let case = open_case(tx, by, id)?;
    let wrong = || Error::field("measures", "error-measure-unfit");
    if measures.is_empty() || case.category == Category::Objection {
        return Err(wrong());
    }
    for measure in measures {
        match measure {
            Measure::RemovePost => threads::acts::remove(tx, by, case.post_id.ok_or_else(wrong)?, why)?,
            Measure::Warn => {
                let person = case.person_id.ok_or_else(wrong)?;
                warn(tx, by, case.group_id.ok_or_else(wrong)?, person, why)?;
            }
            Measure::Ban { until } => {
                let person = case.person_id.ok_or_else(wrong)?;
                membership::acts::ban(tx, by, case.group_id, person, why, *until)?;
            }
        }
    }
    close(tx, by, &case, &Resolution { outcome: Outcome::Acted, note: note.to_owned() })
}

/// Warns somebody about their conduct in a group. It stands in the log, and they are told.
///
/// # Errors
/// `Denied` to all but staff, `Invalid` without a reason, `NotFound` when there is no such person or they were never seen in
/// the group.
pub fn warn(tx: &mut Tx<'_>, by: &Actor, group: GroupId, person: PersonId, why: Why<'_>) -> Result<()> {
    membership::standing(tx, by, group)?.may(Act::Warn)?;
    check_reason(why.reason, "error-moderation-reason")?;
    if by.person == person {
        return Err(Error::field("person", "error-warn-self"));
    }
    if !was_in(tx, group, person)? {
        return Err(Error::NotFound);
    }
    let line = Line::new(Did::Warn, by).group(group).person(person).moderation(why.reason.trim());
    journal::record(tx, &line.ground(why.ground.word()))?;
    Ok(())
}

/// Objects to a decision about oneself. It becomes a report for the same moderators, to be judged by another of them.
///
/// # Errors
/// `NotFound` when it isn't a decision about this person, `Denied(Already)` when they objected before, `Conflict` after
/// [`OBJECTION_DAYS`], `Invalid` without a text.
pub fn object_to(tx: &mut Tx<'_>, by: &Actor, entry: EntryId, text: &str) -> Result<ReportRow> {
    let entry = journal::entry(tx, entry)?;
    if !is_decision(&entry) || concerned(tx, &entry)? != Some(by.person) {
        return Err(Error::NotFound);
    }
    if entry.created_at < tx.now.plus_days(-OBJECTION_DAYS) {
        return Err(Error::Conflict);
    }
    check_reason(text, "error-objection-reason")?;
    lock(tx, Lock::Report, &entry.id.to_string())?;
    if objection(tx, entry.id, by.person)?.is_some() {
        return Err(Reason::Already.into());
    }
    let id = ReportId::fresh();
    let row = ReportRow {
        id,
        case_id: id,
        uri: None,
        group_id: entry.group_id,
        post_id: entry.post_id,
        person_id: Some(by.person),
        reporter_id: Some(by.person),
        reporter_name: String::new(),
        reporter_email: String::new(),
        reporter_host: String::new(),
        entry_id: Some(entry.id),
        category: Category::Objection,
        reason: text.trim().to_owned(),
        state: ReportState::Open,
        forwarded: false,
        resolved_by: None,
        resolution: String::new(),
        created_at: tx.now,
        resolved_at: None,
    };
    diesel::insert_into(schema::reports::table).values(&row).execute(tx.conn)?;
    journal::record(tx, &acts::line(Some(by), &row, entry.thread_id, Vec::new()))?;
    Ok(row)
}

/// Whether one can object to what a line tells: it restricts somebody, and was decided on this instance.
pub(super) fn is_decision(entry: &Entry) -> bool {
    let restricts = matches!(entry.act, Did::RemovePost | Did::Ban | Did::Warn | Did::Suspend);
    entry.moderation && restricts && !entry.remote
}

/// Whom a moderator's act is about: the person named, or the author of the post.
///
/// # Errors
/// Only when the database does.
pub fn concerned(tx: &mut Tx<'_>, entry: &Entry) -> Result<Option<PersonId>> {
    let Some(post) = entry.post_id.filter(|_| entry.person_id.is_none()) else { return Ok(entry.person_id) };
    let author = schema::posts::table.find(post).select(schema::posts::author_id).first(tx.conn);
    Ok(author.optional()?)
}

/// A person's objection to a decision.
pub(super) fn objection(tx: &mut Tx<'_>, entry: EntryId, person: PersonId) -> Result<Option<ReportRow>> {
    use schema::reports::dsl;
    let query = dsl::reports
        .filter(dsl::entry_id.eq(entry).and(dsl::reporter_id.eq(person)))
        .order(dsl::id)
        .select(ReportRow::as_select());
    Ok(query.first(tx.conn).optional()?)
}

/// The first report of an open case, locked, for somebody who decides about it.
fn open_case(tx: &mut Tx<'_>, by: &Actor, id: ReportId) -> Result<ReportRow> {
    use schema::reports::dsl;
    let case: ReportId = dsl::reports.find(id).select(dsl::case_id).first(tx.conn)?;
    lock(tx, Lock::Report, &case.to_string())?;
    let row: ReportRow = dsl::reports.find(case).select(ReportRow::as_select()).first(tx.conn)?;
    // Whoever may not decide isn't told that the report exists.
    check_decides(tx, by, row.decided_in()).map_err(|error| match error {
        Error::Denied(_) => Error::NotFound,
        other => other,
    })?;
    if row.state != ReportState::Open {
        return Err(Error::Conflict);
    }
    if let Some(entry) = row.entry_id {
        let decision = journal::entry(tx, entry)?;
        let own = row.person_id == Some(by.person) || decision.by_id == Some(by.person);
        if own && others_decide(tx, row.group_id, by.person)? {
            return Err(Reason::OwnDecision.into());
        }
    }
    Ok(row)
}

fn close(tx: &mut Tx<'_>, by: &Actor, case: &ReportRow, resolution: &Resolution) -> Result<()> {
    use schema::reports::dsl;
    let note = resolution.note.trim();
    check_long(note, "note")?;
    let state = match resolution.outcome {
        Outcome::Acted => ReportState::Acted,
        Outcome::Dismissed => ReportState::Dismissed,
    };
    diesel::update(dsl::reports.filter(dsl::case_id.eq(case.id).and(dsl::state.eq(ReportState::Open))))
        .set((
            dsl::state.eq(state),
            dsl::resolved_by.eq(by.person),
            dsl::resolution.eq(note),
            dsl::resolved_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    let detail = Detail {
        word: state.word().to_owned(),
        reason: note.to_owned(),
        report: Some(case.id),
        ..Detail::default()
    };
    let mut line = Line::new(Did::ResolveReport, by).detail(detail);
    (line.group, line.post, line.person) = (case.group_id, case.post_id, case.person_id);
    journal::record(tx, &line)?;
    Ok(())
}

/// Undoes the decision that an objection is about.
fn undo(tx: &mut Tx<'_>, by: &Actor, case: &ReportRow) -> Result<()> {
    let (Some(entry), Some(person)) = (case.entry_id, case.person_id) else { return Ok(()) };
    let decision = journal::entry(tx, entry)?;
    let undone = match (decision.act, decision.post_id) {
        (Did::RemovePost, Some(post)) => threads::acts::restore(tx, by, post),
        (Did::Ban, _) => membership::acts::unban(tx, by, decision.group_id, person),
        // A warning can't be taken back, only be said to have been wrong; suspensions are lifted with the account.
        _ => Ok(()),
    };
    match undone {
        // Undone already, or the post or ban is gone.
        Err(Error::NotFound) => Ok(()),
        other => other,
    }
}

/// Whether somebody else of this instance can decide in the group, or as an administrator where none is named.
fn others_decide(tx: &mut Tx<'_>, group: Option<GroupId>, but: PersonId) -> Result<bool> {
    use schema::{accounts, memberships};
    let active = accounts::table
        .filter(accounts::state.eq(AccountState::Active).and(accounts::person_id.ne(but)))
        .into_boxed();
    let others: i64 = match group {
        None => active.filter(accounts::role.eq(AccountRole::Admin)).count().get_result(tx.conn)?,
        Some(group) => {
            let staff = memberships::table
                .filter(memberships::group_id.eq(group))
                .filter(membership::belongs(tx.now))
                .filter(memberships::role.ne(Role::Member))
                .select(memberships::person_id);
            active.filter(accounts::person_id.eq_any(staff)).count().get_result(tx.conn)?
        }
    };
    Ok(others > 0)
}

/// Whether a person is or was seen in a group: has a membership or wrote something.
fn was_in(tx: &mut Tx<'_>, group: GroupId, person: PersonId) -> Result<bool> {
    use diesel::dsl::{exists, select};
    use schema::posts::dsl;
    if membership::find(tx, group, person)?.is_some() {
        return Ok(true);
    }
    let posts = dsl::posts.filter(dsl::group_id.eq(group).and(dsl::author_id.eq(person)));
    Ok(select(exists(posts)).get_result(tx.conn)?)
}

fn check_reason(reason: &str, missing: &'static str) -> Result<()> {
    if reason.trim().is_empty() {
        return Err(Error::field("reason", missing));
    }
    check_long(reason.trim(), "reason")
}

fn check_long(text: &str, field: &'static str) -> Result<()> {
    let mut errors = FieldErrors::default();
    if text.chars().count() > limits::REASON {
        errors.add_limit(field, "error-report-reason-long", acts::number(limits::REASON));
    }
    errors.into_result()
}
