//! Changes of the rules as administrators see them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use diesel::prelude::*;

use super::acts::has_other;
use super::{Change, ChangeRow, ChangeState, Forecast};
use crate::db::page::{Cursor, Part, Slice};
use crate::db::{Tx, VALUES, among, schema};
use crate::error::{Error, Result};
use crate::groups::face;
use crate::ids::{GroupId, RowId};
use crate::people::byline::{self, Byline};
use crate::policy::Viewer;
use crate::rules::RuleRow;

/// A change, as an administrator sees it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// How it is kept.
    pub row: ChangeRow,
    /// What is to change.
    pub changes: Vec<Change>,
    /// What it would do, or would have done when it was last tried.
    pub forecast: Forecast,
    /// Who wants it.
    pub by: Option<Arc<Byline>>,
    /// Who agreed to it.
    pub second: Option<Arc<Byline>>,
    /// It was tried within the last day, as it must be to apply it.
    pub fresh: bool,
    /// It can be undone now.
    pub undoable: bool,
    /// The viewer may apply it now, or agree to it.
    pub may_second: bool,
    /// There is no other administrator who could agree to it.
    pub alone: bool,
    /// The rules that it takes away, as far as they are there, or as they were.
    pub ended: Vec<(RowId, RuleRow)>,
}

/// All changes, the latest first.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn list(tx: &mut Tx<'_>, viewer: Viewer, part: Part) -> Result<Slice<Shown>> {
    use schema::rule_changes::dsl;
    viewer.must_be_admin()?;
    let mut query = dsl::rule_changes
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(part.limit())
        .select(ChangeRow::as_select())
        .into_boxed();
    if let Some(Cursor { at, id }) = part.after {
        query = query.filter(dsl::created_at.lt(at).or(dsl::created_at.eq(at).and(dsl::id.lt(RowId(id)))));
    }
    let rows: Vec<ChangeRow> = query.load(tx.conn)?;
    let slice = Slice::cut(rows, part.size, |row| Cursor { at: row.created_at, id: row.id.0 });
    Ok(Slice { items: shown(tx, viewer, slice.items)?, next: slice.next })
}

/// One change.
///
/// # Errors
/// `Denied` to all but administrators; `NotFound`.
pub fn find(tx: &mut Tx<'_>, viewer: Viewer, id: RowId) -> Result<Shown> {
    viewer.must_be_admin()?;
    let query = schema::rule_changes::table.find(id).select(ChangeRow::as_select());
    let row: ChangeRow = query.first(tx.conn)?;
    shown(tx, viewer, vec![row])?.pop().ok_or(Error::NotFound)
}

/// How many changes await a second administrator.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn awaiting(tx: &mut Tx<'_>, viewer: Viewer) -> Result<i64> {
    use schema::rule_changes::dsl;
    viewer.must_be_admin()?;
    Ok(dsl::rule_changes.filter(dsl::state.eq(ChangeState::Awaiting)).count().get_result(tx.conn)?)
}

fn shown(tx: &mut Tx<'_>, viewer: Viewer, rows: Vec<ChangeRow>) -> Result<Vec<Shown>> {
    let people = byline::of(tx, rows.iter().flat_map(|row| row.by_id.into_iter().chain(row.second_id)))?;
    let alone = match viewer.person() {
        Some(person) => !has_other(tx, person)?,
        None => false,
    };
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let (changes, forecast) = (row.parts()?, row.forecast()?);
        let fresh = row.is_fresh(tx.now);
        let own = row.state == ChangeState::Awaiting && row.by_id == viewer.person();
        all.push(Shown {
            by: row.by_id.and_then(|by| people.get(&by).cloned()),
            second: row.second_id.and_then(|by| people.get(&by).cloned()),
            fresh,
            undoable: row.is_undoable(tx.now),
            alone,
            may_second: row.is_open() && fresh && (!own || alone),
            ended: Vec::new(),
            forecast,
            changes,
            row,
        });
    }
    name_groups(tx, viewer, &mut all)?;
    find_ended(tx, &mut all)?;
    Ok(all)
}

/// Puts the names of groups in the place of their ids, of those that the viewer may know of now: nobody reads of a group that has closed
/// since.
fn name_groups(tx: &mut Tx<'_>, viewer: Viewer, all: &mut [Shown]) -> Result<()> {
    let samples = all.iter().flat_map(|shown| &shown.forecast.sample);
    let ids: Vec<GroupId> = samples.filter_map(|sample| sample.group.as_ref()?.parse().ok()).collect();
    let names = face::names(tx, viewer, ids)?;
    for sample in all.iter_mut().flat_map(|shown| &mut shown.forecast.sample) {
        let id = sample.group.take().and_then(|id| id.parse().ok());
        sample.group = id.and_then(|id| names.get(&id)).map(|named| named.name.clone());
    }
    Ok(())
}

/// Adds the rules that changes take away, or took.
fn find_ended(tx: &mut Tx<'_>, all: &mut [Shown]) -> Result<()> {
    use schema::rules::dsl;
    let ids: BTreeSet<RowId> =
        all.iter().flat_map(|shown| &shown.changes).filter_map(Change::ended).collect();
    let ids: Vec<RowId> = ids.into_iter().collect();
    let mut there: BTreeMap<RowId, RuleRow> = BTreeMap::new();
    for some in ids.chunks(VALUES) {
        let query = dsl::rules.filter(among(dsl::id, some.iter().copied())).order(dsl::id);
        let rows: Vec<RuleRow> = query.select(RuleRow::as_select()).load(tx.conn)?;
        there.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    for shown in all {
        let ids: BTreeSet<RowId> = shown.changes.iter().filter_map(Change::ended).collect();
        shown.ended.extend(ids.iter().filter_map(|id| Some((*id, there.get(id)?.clone()))));
        let gone = shown.row.stood()?.ended.into_iter().filter(|row| !there.contains_key(&row.id));
        shown.ended.extend(gone.map(|row| (row.id, row)));
    }
    Ok(())
}
