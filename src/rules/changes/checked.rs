//! Looks at what somebody wants to change before it is tried: each part in the form in which it is kept, no two that contradict each
//! other, and nothing that is so already.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::{Change, MOST};
use crate::db::{Tx, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::RowId;
use crate::policy::PeerState;
use crate::policy::federation::{Organisation, Scope};
use crate::rules::{Known, RuleRow, known_of};

/// What is left to be done of these changes.
///
/// # Errors
/// `Invalid` on the field of the first part that is wrong; on `changes` when there are none or too many, two are about the same, or all of
/// it is so already; `NotFound` for a rule that isn't there.
pub(super) fn checked(tx: &mut Tx<'_>, changes: Vec<Change>) -> Result<Vec<Change>> {
    if changes.is_empty() {
        return Err(Error::field("changes", "error-change-none"));
    }
    if changes.len() > MOST {
        return Err(Error::field("changes", "error-change-many"));
    }
    let (mut wanted, mut about) = (Vec::with_capacity(changes.len()), BTreeSet::new());
    for change in changes {
        let change = normal(tx, change)?;
        if !about.insert(subject(&change)) {
            return Err(Error::field("changes", "error-change-twice"));
        }
        wanted.push(change);
    }
    let there = There::read(tx, &wanted)?;
    let mut left = Vec::with_capacity(wanted.len());
    for change in wanted {
        if !there.is_so(&change)? {
            left.push(change);
        }
    }
    if left.is_empty() { Err(Error::field("changes", "error-change-same")) } else { Ok(left) }
}

/// A part in the form in which it is kept.
fn normal(tx: &mut Tx<'_>, change: Change) -> Result<Change> {
    Ok(match change {
        Change::AddRule { mut rule } => {
            let mut errors = FieldErrors::default();
            rule.check(tx, &mut errors)?;
            errors.into_result()?;
            Change::AddRule { rule }
        }
        Change::EndRule { id } => Change::EndRule { id },
        Change::SetServer { host, state } => Change::SetServer { host: tx.urls.other_host(&host)?, state },
        Change::SetOrganisation { host, organisation } => {
            Change::SetOrganisation { host: tx.urls.other_host(&host)?, organisation }
        }
    })
}

/// What a part is about; two about the same contradict each other, or say it twice.
fn subject(change: &Change) -> String {
    match change {
        Change::AddRule { rule } => format!("rule {}", of_scope(&rule.scope())),
        Change::EndRule { id } => format!("end {id}"),
        Change::SetServer { host, .. } => format!("server {host}"),
        Change::SetOrganisation { host, .. } => format!("organisation {host}"),
    }
}

fn of_scope(scope: &Scope) -> String {
    format!("{scope:?}")
}

/// What there is already.
struct There {
    /// By id.
    rules: BTreeMap<RowId, RuleRow>,
    /// Those that count and stay, by what they are about.
    counting: BTreeMap<String, Vec<RowId>>,
    servers: Known,
}

impl There {
    fn read(tx: &mut Tx<'_>, wanted: &[Change]) -> Result<Self> {
        let rows: Vec<RuleRow> =
            schema::rules::table.order(schema::rules::id).select(RuleRow::as_select()).load(tx.conn)?;
        let ended: BTreeSet<RowId> = wanted.iter().filter_map(Change::ended).collect();
        let mut counting: BTreeMap<String, Vec<RowId>> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.counts(tx.now) && !ended.contains(&row.id)) {
            counting.entry(of_scope(&row.rule().scope)).or_default().push(row.id);
        }
        let rules = rows.into_iter().map(|row| (row.id, row)).collect();
        Ok(Self { rules, counting, servers: servers(tx, wanted)? })
    }

    fn is_so(&self, change: &Change) -> Result<bool> {
        Ok(match change {
            Change::AddRule { rule } => {
                let alike = self.counting.get(&of_scope(&rule.scope())).into_iter().flatten();
                alike
                    .filter_map(|id| self.rules.get(id))
                    .any(|row| row.effect == rule.effect.word() && row.until == rule.until)
            }
            Change::EndRule { id } => {
                self.rules.get(id).ok_or(Error::NotFound)?;
                false
            }
            Change::SetServer { host, state } => self.server(host).0 == *state,
            Change::SetOrganisation { host, organisation } => self.server(host).1 == *organisation,
        })
    }

    fn server(&self, host: &str) -> (PeerState, Organisation) {
        self.servers.get(host).copied().unwrap_or((PeerState::Open, Organisation::Unknown))
    }
}

/// What is known of the very servers that changes name.
pub(super) fn servers(tx: &mut Tx<'_>, changes: &[Change]) -> Result<Known> {
    let named = changes.iter().filter_map(|change| match change {
        Change::SetServer { host, .. } | Change::SetOrganisation { host, .. } => Some(host.clone()),
        Change::AddRule { .. } | Change::EndRule { .. } => None,
    });
    known_of(tx, named.collect())
}
