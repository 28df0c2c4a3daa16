//! Proposing a change of the rules, trying it anew, applying, withdrawing and undoing it; and what is decided about a server directly.
//!
//! What is applied is what was seen, all of it or nothing. Memberships and follows end, and come back, soon after, by jobs.

use std::collections::BTreeMap;

use diesel::dsl::{exists, select};
use diesel::prelude::*;

use super::checked::{checked, servers};
use super::{Before, Change, ChangeRow, ChangeState, Forecast, forecast, words};
use crate::actors;
use crate::audit::{self, Act, Outcome};
use crate::db::types::Json;
use crate::db::{Lock, Tx, VALUES, lock, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::fediverse;
use crate::ids::{GroupId, PersonId, RowId};
use crate::jobs::{self, Job};
use crate::journal::{self, Detail, Did};
use crate::people::admin::must_be_admin;
use crate::people::{AccountRole, AccountState};
use crate::policy::federation::Organisation;
use crate::policy::{Actor, PeerState, Reason, limits};
use crate::rules::RuleRow;

/// The word of the journal's line that tells of a change which awaits a second administrator.
pub const AWAITING: &str = "awaiting";

/// What became of a change that an administrator wants applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// It counts.
    Done,
    /// A second administrator has to agree.
    AwaitsSecond,
}

/// From where something is decided about a server directly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A page or a program.
    Afar,
    /// The command line: whoever sits at the machine can do anything anyway.
    Machine,
}

/// Proposes a change, with what it would do. Gives its id.
///
/// # Errors
/// `Denied` to all but administrators; `Invalid` on the field of what is wrong with the first part that is faulty, on `changes` when there is
/// nothing to change, too much, twice the same, or nothing that isn't so already, and on `reason`; `NotFound` for a rule that isn't there.
pub fn propose(tx: &mut Tx<'_>, by: &Actor, changes: Vec<Change>, reason: &str) -> Result<RowId> {
    must_be_admin(tx, by)?;
    let mut errors = FieldErrors::default();
    let changes = errors.gather(checked(tx, changes))?.unwrap_or_default();
    let reason = reason.trim();
    if errors.of("reason").is_none() {
        if reason.is_empty() {
            errors.add("reason", "error-rule-reason");
        } else if reason.chars().count() > limits::REASON {
            let most = i64::try_from(limits::REASON).unwrap_or(i64::MAX);
            errors.add_limit("reason", "error-text-long", most);
        }
    }
    errors.into_result()?;
    let row = tried(tx, by, &changes, reason)?;
    diesel::insert_into(schema::rule_changes::table).values(&row).execute(tx.conn)?;
    record(tx, by, &row, "proposed")?;
    Ok(row.id)
}

/// Tries a change on the log anew. One that awaited a second administrator is proposed again.
///
/// # Errors
/// `Denied` to all but administrators; `NotFound`; `Conflict` when it isn't open any more.
pub fn rerun(tx: &mut Tx<'_>, by: &Actor, id: RowId) -> Result<()> {
    use schema::rule_changes::dsl;
    let row = open(tx, by, id)?;
    let changes = row.parts()?;
    let forecast = forecast::run(tx, &changes)?;
    let wide = forecast::is_wide(tx, &changes, &forecast)?;
    diesel::update(dsl::rule_changes.find(id))
        .set((
            dsl::state.eq(ChangeState::Proposed),
            dsl::result.eq(Json::of(&forecast)?),
            dsl::hash.eq(forecast::hash(&changes, &forecast)?),
            dsl::wide.eq(wide),
            dsl::ran_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    record(tx, by, &row, "tried")
}

/// Withdraws a change that wasn't applied.
///
/// # Errors
/// `Denied` to all but administrators; `NotFound`; `Conflict` when it isn't open any more.
pub fn withdraw(tx: &mut Tx<'_>, by: &Actor, id: RowId) -> Result<()> {
    use schema::rule_changes::dsl;
    let row = open(tx, by, id)?;
    diesel::update(dsl::rule_changes.find(id)).set(dsl::state.eq(ChangeState::Withdrawn)).execute(tx.conn)?;
    record(tx, by, &row, "withdrawn")
}

/// Applies a change as it was seen. Where that takes a second administrator the first only asks for it; when there is no other one, the
/// first is enough, and the audit trail says so.
///
/// # Errors
/// `Denied` to all but administrators, and to the one who asked for it where a second has to agree; `NotFound`; `Invalid` on `hash` when that
/// isn't what it would do, or that was found out more than a day ago; `Conflict` when it isn't open any more, or what it is about is gone.
pub fn apply(tx: &mut Tx<'_>, by: &Actor, id: RowId, hash: &str) -> Result<Applied> {
    use schema::rule_changes::dsl;
    let row = open(tx, by, id)?;
    if hash.trim() != row.hash {
        return Err(Error::field("hash", "error-change-hash"));
    }
    if !row.is_fresh(tx.now) {
        return Err(Error::field("hash", "error-change-old"));
    }
    let (changes, seen) = (row.parts()?, row.forecast()?);
    // Somebody may have joined since.
    let wide = row.wide || forecast::is_wide(tx, &changes, &seen)?;
    let alone = wide && !has_other(tx, by.person)?;
    if wide && !alone {
        match first(tx, &row, by)? {
            Some(first) if first == by.person => return Err(Reason::NotSecond.into()),
            Some(_) => {}
            None => {
                let asked = (
                    dsl::state.eq(ChangeState::Awaiting),
                    dsl::wide.eq(true),
                    dsl::by_id.eq(Some(by.person)),
                );
                diesel::update(dsl::rule_changes.find(id)).set(asked).execute(tx.conn)?;
                record(tx, by, &row, AWAITING)?;
                return Ok(Applied::AwaitsSecond);
            }
        }
    }
    let maker = row.by_id.unwrap_or(by.person);
    let before = perform(tx, maker, id, &changes)?;
    let second = Some(by.person).filter(|person| row.by_id != Some(*person));
    diesel::update(dsl::rule_changes.find(id))
        .set((
            dsl::state.eq(ChangeState::Applied),
            dsl::wide.eq(wide),
            dsl::before.eq(Json::of(&before)?),
            dsl::second_id.eq(second),
            dsl::applied_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    record(tx, by, &row, "applied")?;
    let mut told = format!("applied {}: {}", row.hash, words::of(&changes, &before.ended));
    told += &format!("; asked for by {}", name(tx, Some(maker))?);
    if second.is_some() {
        told += &format!("; agreed to by {}", name(tx, second)?);
    }
    if alone {
        told += "; alone, as there is no second administrator";
    }
    note(tx, by, told)?;
    Ok(Applied::Done)
}

/// Undoes a change: the rules and servers are again what they were, as far as nothing else was decided about them since, and soon after
/// the memberships and follows that ended are restored.
///
/// # Errors
/// `Denied` to all but administrators, and when it would block a server anew to which somebody belongs by now; `NotFound`; `Conflict` when it
/// isn't applied; `Invalid` on `id` when that was too long ago.
pub fn undo(tx: &mut Tx<'_>, by: &Actor, id: RowId) -> Result<()> {
    use schema::rule_changes::dsl;
    must_be_admin(tx, by)?;
    lock(tx, Lock::Rules, "")?;
    let row = find(tx, id)?;
    if row.state != ChangeState::Applied {
        return Err(Error::Conflict);
    }
    if !row.is_undoable(tx.now) {
        return Err(Error::field("id", "error-change-undo"));
    }
    let (changes, before) = (row.parts()?, row.stood()?);
    let back = backwards(tx, &changes, &before)?;
    may_block(tx, by, &back)?;
    let kept = give_back(tx, &changes, &before, &back)?;
    diesel::update(dsl::rule_changes.find(id))
        .set((dsl::state.eq(ChangeState::Undone), dsl::undone_at.eq(tx.now)))
        .execute(tx.conn)?;
    jobs::enqueue(tx, &Job::Restore { change: id })?;
    jobs::enqueue(tx, &Job::DropCopies)?;
    record(tx, by, &row, "undone")?;
    let mut told = format!("undone {}: {}", row.hash, words::of(&changes, &before.ended));
    if kept > 0 {
        told += &format!("; {kept} of it stay as they are, something else was decided since");
    }
    note(tx, by, told)
}

/// Decides about a server directly, which differs from what counts now: kept as a change like any other, so that it can be undone.
/// Blocking one to which somebody belongs, or with which something is agreed, takes a second administrator, and so a change that is proposed;
/// but not at the machine itself.
///
/// # Errors
/// `Denied` to all but administrators, and where a second one has to agree.
pub fn decide_directly(
    tx: &mut Tx<'_>,
    by: &Actor,
    host: &str,
    state: PeerState,
    reason: &str,
    at: Place,
) -> Result<()> {
    must_be_admin(tx, by)?;
    lock(tx, Lock::Rules, "")?;
    let changes = [Change::SetServer { host: host.to_owned(), state }];
    let row = tried(tx, by, &changes, reason)?;
    let touches = state == PeerState::Blocked && forecast::touches(tx, &row.forecast()?.hosts)?;
    if touches && at == Place::Afar && has_other(tx, by.person)? {
        return Err(Reason::NeedsSecond.into());
    }
    let before = Json::of(&perform(tx, by.person, row.id, &changes)?)?;
    let row = ChangeRow { state: ChangeState::Applied, before, applied_at: Some(tx.now), ..row };
    diesel::insert_into(schema::rule_changes::table).values(&row).execute(tx.conn)?;
    Ok(())
}

/// A change that was just tried, as it is to be kept.
fn tried(tx: &mut Tx<'_>, by: &Actor, changes: &[Change], reason: &str) -> Result<ChangeRow> {
    let forecast: Forecast = forecast::run(tx, changes)?;
    Ok(ChangeRow {
        id: RowId::fresh(),
        state: ChangeState::Proposed,
        changes: Json::of(&changes)?,
        reason: reason.to_owned(),
        result: Json::of(&forecast)?,
        hash: forecast::hash(changes, &forecast)?,
        wide: forecast::is_wide(tx, changes, &forecast)?,
        before: Json::default(),
        by_id: Some(by.person),
        second_id: None,
        created_at: tx.now,
        ran_at: tx.now,
        applied_at: None,
        undone_at: None,
    })
}

fn find(tx: &mut Tx<'_>, id: RowId) -> Result<ChangeRow> {
    let query = schema::rule_changes::table.find(id).select(ChangeRow::as_select());
    query.first(tx.conn).optional()?.ok_or(Error::NotFound)
}

/// A change that isn't applied or withdrawn yet, for an administrator; nobody else does anything with rules until the transaction ends.
fn open(tx: &mut Tx<'_>, by: &Actor, id: RowId) -> Result<ChangeRow> {
    must_be_admin(tx, by)?;
    lock(tx, Lock::Rules, "")?;
    let row = find(tx, id)?;
    if row.is_open() { Ok(row) } else { Err(Error::Conflict) }
}

/// Who asked for a change that awaits a second one, as long as that is an administrator.
fn first(tx: &mut Tx<'_>, row: &ChangeRow, by: &Actor) -> Result<Option<PersonId>> {
    let Some(first) = row.by_id.filter(|_| row.state == ChangeState::Awaiting) else { return Ok(None) };
    if first == by.person {
        return Ok(Some(first));
    }
    match must_be_admin(tx, &Actor::here(first)) {
        Ok(()) => Ok(Some(first)),
        Err(error) if error.is_fault() => Err(error),
        Err(_not_any_more) => Ok(None),
    }
}

/// Whether anybody else administers this instance.
pub(super) fn has_other(tx: &mut Tx<'_>, person: PersonId) -> Result<bool> {
    use schema::{accounts, people};
    let others = accounts::table
        .inner_join(people::table)
        .filter(accounts::role.eq(AccountRole::Admin).and(accounts::state.eq(AccountState::Active)))
        .filter(accounts::person_id.ne(person).and(people::suspended_at.is_null()));
    Ok(select(exists(others)).get_result(tx.conn)?)
}

/// Makes it so, and gives what stood there before. `maker` is who made the rules.
fn perform(tx: &mut Tx<'_>, maker: PersonId, id: RowId, changes: &[Change]) -> Result<Before> {
    let mut before = Before::default();
    for change in changes {
        match change {
            Change::AddRule { rule } => {
                let row = rule.row(maker, tx.now);
                // Its group may have gone since it was proposed.
                if !add_rule(tx, &row)? {
                    return Err(Error::Conflict);
                }
                before.added.push(row.id);
            }
            Change::EndRule { id } => {
                let query = schema::rules::table.find(id).select(RuleRow::as_select());
                let row: Option<RuleRow> = query.first(tx.conn).optional()?;
                before.ended.push(row.ok_or(Error::Conflict)?);
                diesel::delete(schema::rules::table.find(id)).execute(tx.conn)?;
            }
            Change::SetServer { host, state } => {
                let was = fediverse::set_server(tx, host, *state)?;
                before.servers.push((host.clone(), was));
                if *state == PeerState::Blocked && was != PeerState::Blocked {
                    jobs::enqueue(tx, &Job::Sever { host: host.clone(), change: Some(id) })?;
                }
            }
            Change::SetOrganisation { host, organisation } => {
                let was = fediverse::set_organisation(tx, host, *organisation)?;
                before.organisations.push((host.clone(), was));
            }
        }
    }
    // Copies of what nobody here may read any more go.
    jobs::enqueue(tx, &Job::DropCopies)?;
    Ok(before)
}

/// Writes a rule down, unless it is there or its group isn't; tells whether it did.
fn add_rule(tx: &mut Tx<'_>, row: &RuleRow) -> Result<bool> {
    use schema::{groups, people, rules};
    if let Some(group) = row.group_id {
        let there: Option<GroupId> =
            groups::table.find(group).select(groups::id).first(tx.conn).optional()?;
        if there.is_none() {
            return Ok(false);
        }
    }
    let there: Option<RowId> = rules::table.find(row.id).select(rules::id).first(tx.conn).optional()?;
    if there.is_some() {
        return Ok(false);
    }
    let maker: Option<PersonId> = match row.by_id {
        Some(maker) => people::table.find(maker).select(people::id).first(tx.conn).optional()?,
        None => None,
    };
    let row = RuleRow { by_id: maker, ..row.clone() };
    diesel::insert_into(rules::table).values(&row).execute(tx.conn)?;
    Ok(true)
}

/// What undoing a change sets about servers: what was before, where it is still as the change set it.
fn backwards(tx: &mut Tx<'_>, changes: &[Change], before: &Before) -> Result<Vec<Change>> {
    let now = servers(tx, changes)?;
    let (mut states, mut kinds): (BTreeMap<&str, PeerState>, BTreeMap<&str, Organisation>) =
        (BTreeMap::new(), BTreeMap::new());
    for change in changes {
        match change {
            Change::SetServer { host, state } => {
                states.insert(host, *state);
            }
            Change::SetOrganisation { host, organisation } => {
                kinds.insert(host, *organisation);
            }
            Change::AddRule { .. } | Change::EndRule { .. } => {}
        }
    }
    let mut back = Vec::new();
    for (host, was) in &before.servers {
        if now.get(host).map(|(state, _)| state) == states.get(host.as_str()) {
            back.push(Change::SetServer { host: host.clone(), state: *was });
        }
    }
    for (host, was) in &before.organisations {
        if now.get(host).map(|(_, kind)| kind) == kinds.get(host.as_str()) {
            back.push(Change::SetOrganisation { host: host.clone(), organisation: *was });
        }
    }
    Ok(back)
}

/// Undoing gives back, and so needs nobody's yes; but a server that it would block again may have members by now.
fn may_block(tx: &mut Tx<'_>, by: &Actor, back: &[Change]) -> Result<()> {
    let blocks = |change: &&Change| matches!(change, Change::SetServer { state: PeerState::Blocked, .. });
    let blocks: Vec<Change> = back.iter().filter(blocks).cloned().collect();
    if blocks.is_empty() {
        return Ok(());
    }
    let hosts = forecast::run(tx, &blocks)?.hosts;
    if forecast::touches(tx, &hosts)? && has_other(tx, by.person)? {
        return Err(Reason::NeedsSecond.into());
    }
    Ok(())
}

/// Gives back what stood there before; tells how much of it can't be, as something else was decided since.
fn give_back(tx: &mut Tx<'_>, changes: &[Change], before: &Before, back: &[Change]) -> Result<usize> {
    use schema::rules::dsl;
    let mut given = 0;
    for some in before.added.chunks(VALUES) {
        given += diesel::delete(dsl::rules.filter(dsl::id.eq_any(some))).execute(tx.conn)?;
    }
    for row in &before.ended {
        given += usize::from(add_rule(tx, row)?);
    }
    for change in back {
        given += 1;
        match change {
            Change::SetServer { host, state } => {
                fediverse::set_server(tx, host, *state)?;
                if *state == PeerState::Blocked {
                    jobs::enqueue(tx, &Job::Sever { host: host.clone(), change: None })?;
                }
            }
            Change::SetOrganisation { host, organisation } => {
                fediverse::set_organisation(tx, host, *organisation)?;
            }
            Change::AddRule { .. } | Change::EndRule { .. } => {}
        }
    }
    Ok(changes.len().saturating_sub(given))
}

fn record(tx: &mut Tx<'_>, by: &Actor, row: &ChangeRow, word: &str) -> Result<()> {
    let detail = Detail {
        word: word.to_owned(),
        reason: row.reason.clone(),
        to: row.id.to_string(),
        ..Detail::default()
    };
    journal::record(tx, &journal::Line::new(Did::SetRules, by).detail(detail)).map(|_id| ())
}

/// A line of the audit trail, in the transaction of what it is about.
fn note(tx: &mut Tx<'_>, by: &Actor, object: String) -> Result<()> {
    let line = audit::Line {
        act: Act::Rules,
        outcome: Outcome::Done,
        by: Some(by.person),
        object,
        origin: "rules".to_owned(),
    };
    audit::note(tx, &line)
}

fn name(tx: &mut Tx<'_>, person: Option<PersonId>) -> Result<String> {
    let Some(person) = person else { return Ok("somebody who is gone".to_owned()) };
    Ok(actors::find(tx, person.into())?.name)
}
