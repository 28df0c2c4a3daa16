//! What a change would do: the log of the last days judged by the rules before and after, and what there is between our people and those of
//! servers with which nothing would pass any more.
//!
//! The same log gives the same forecast, line by line, so that its hash says whether it is still what was seen.

use std::collections::BTreeSet;

use aws_lc_rs::digest::{SHA256, digest};
use diesel::dsl::{exists, select};
use diesel::prelude::*;

use super::worlds::{Worlds, classes};
use super::{Change, Forecast, passed};
use crate::agreements::AgreementState;
use crate::db::{Tx, VALUES, schema};
use crate::error::{Error, Result};
use crate::ids::{GroupId, PersonId, RowId};
use crate::membership::severed;
use crate::people::follows;
use crate::policy::Class;
use crate::policy::federation::Scope;
use crate::rules::RuleRow;

/// Tries changes on what passed lately, and on what there is.
///
/// # Errors
/// Only when the database does.
pub fn run(tx: &mut Tx<'_>, changes: &[Change]) -> Result<Forecast> {
    let hosts = Worlds::of(tx, changes)?.concerned();
    let (shifts, sample) = passed::replay(tx, &hosts)?;
    let closing: Vec<String> =
        hosts.iter().filter(|(_, host)| host.closes()).map(|(name, _)| name.clone()).collect();
    let mut forecast = Forecast { shifts, sample, hosts: hosts.into_keys().collect(), ..Forecast::default() };
    count_ties(tx, &closing, &mut forecast)?;
    Ok(forecast)
}

/// What there is between our people and those of these servers: relations, and people apart.
fn count_ties(tx: &mut Tx<'_>, hosts: &[String], forecast: &mut Forecast) -> Result<()> {
    let (mut here, mut there): (BTreeSet<PersonId>, BTreeSet<PersonId>) = Default::default();
    let mut groups: Vec<GroupId> = Vec::new();
    for some in hosts.chunks(VALUES) {
        let (theirs, ours) = severed::between(tx, some)?;
        forecast.members += number(theirs.len());
        forecast.memberships += number(ours.len());
        groups.extend(theirs.iter().chain(&ours).map(|(group, _)| *group));
        there.extend(theirs.iter().map(|(_, person)| *person));
        here.extend(ours.iter().map(|(_, person)| *person));
        let follows = follows::between(tx, some)?;
        forecast.follows += number(follows.len());
        here.extend(follows.iter().map(|(ours, _)| *ours));
        there.extend(follows.iter().map(|(_, theirs)| *theirs));
    }
    let classes = classes(tx, groups.iter().copied())?;
    let closed = groups.iter().filter(|group| classes.get(*group) != Some(&Class::Openbaar));
    forecast.closed = number(closed.count());
    forecast.people_here = number(here.len());
    forecast.people_there = number(there.len());
    Ok(())
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Names changes together with what they would do: SHA-256 over both as JSON, in hexadecimal digits.
///
/// # Errors
/// When they can't be written as JSON.
pub fn hash(changes: &[Change], forecast: &Forecast) -> Result<String> {
    let json = serde_json::to_vec(&(changes, forecast)).map_err(Error::internal)?;
    Ok(digest(&SHA256, &json).as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether a second administrator has to agree: somebody belongs to a group of ours or theirs, or something is agreed, with a server that it
/// concerns; or a rule that comes or goes is about everything, or names what is closed.
///
/// # Errors
/// Only when the database does.
pub fn is_wide(tx: &mut Tx<'_>, changes: &[Change], forecast: &Forecast) -> Result<bool> {
    let ended: BTreeSet<RowId> = changes.iter().filter_map(Change::ended).collect();
    let mut scopes: Vec<Scope> = changes.iter().filter_map(Change::scope).collect();
    if !ended.is_empty() {
        let rows: Vec<RuleRow> = schema::rules::table.select(RuleRow::as_select()).load(tx.conn)?;
        scopes.extend(rows.iter().filter(|row| ended.contains(&row.id)).map(|row| row.rule().scope));
    }
    let closed = |class: Option<Class>| class.is_some_and(|class| class > Class::Openbaar);
    if scopes.iter().any(|scope| scope.is_everything() || closed(scope.class)) {
        return Ok(true);
    }
    let groups: BTreeSet<GroupId> = scopes.iter().filter_map(|scope| scope.group).collect();
    let classes = classes(tx, groups.iter().copied())?;
    if groups.iter().any(|group| classes.get(group) != Some(&Class::Openbaar)) {
        return Ok(true);
    }
    touches(tx, &forecast.hosts)
}

/// Whether somebody of these servers belongs to a group here or the other way round, or something is agreed with one of them.
pub(super) fn touches(tx: &mut Tx<'_>, hosts: &[String]) -> Result<bool> {
    use schema::agreements::dsl;
    for some in hosts.chunks(VALUES) {
        if severed::count(tx, some)? != (0, 0) {
            return Ok(true);
        }
        // Not what was only asked for: a stranger's request must not make it harder to keep that stranger out.
        let agreed = dsl::state.eq_any([AgreementState::Agreed, AgreementState::Suspended]);
        let agreed = dsl::agreements.filter(dsl::host.eq_any(some)).filter(agreed);
        if select(exists(agreed)).get_result(tx.conn)? {
            return Ok(true);
        }
    }
    Ok(false)
}
