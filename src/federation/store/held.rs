//! What a rule, or the guard against personal data, has wait for a moderator: rows of `inbox` in the state `held`.
//!
//! They are done as far as their lanes are concerned, so nothing waits behind them. What refers to one of them waits with it: its reason
//! names the row ([`HeldFor::With`]), and goes where that goes.

use std::collections::BTreeSet;

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::inbox::InboxState;
use crate::clock::Time;
use crate::db::page::{Cursor, Part};
use crate::db::{MultiBackend, Tx, VALUES, among, schema};
use crate::error::{Error, Result};
use crate::held::HeldFor;
use crate::ids::{GroupId, PersonId, RowId};
use crate::policy::limits;

/// Rows that are looked through for what an activity refers to, at most.
const LOOKED_AT: i64 = 500;

/// Why what was kept for too long is refused.
const TOO_LONG: &str = "held-too-long";

/// An activity that waits for a moderator, or did.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::inbox, check_for_backend(MultiBackend))]
pub struct HeldRow {
    /// Its id.
    pub id: RowId,
    /// Whose it is.
    pub actor_uri: String,
    /// Its id on the wire.
    pub activity_uri: String,
    /// Host of the actor.
    pub host: String,
    /// Its type.
    pub kind: String,
    /// Raw JSON.
    pub body: Option<String>,
    /// Its lane.
    pub lane: String,
    /// The thing that it is about.
    pub subject: String,
    /// How far it is.
    pub state: InboxState,
    /// Why it waits: a [`HeldFor`].
    pub reason: String,
    /// When it came.
    pub created_at: Time,
    /// In which group it waits.
    pub held_in: Option<GroupId>,
    /// Who let it in.
    pub released_by: Option<PersonId>,
}

impl HeldRow {
    /// Why it waits.
    #[must_use]
    pub fn held_for(&self) -> HeldFor {
        HeldFor::read(&self.reason)
    }

    /// The row that decides what becomes of it: its own, or that with which it waits.
    #[must_use]
    pub fn root(&self) -> RowId {
        match self.held_for() {
            HeldFor::With(root) => root,
            HeldFor::Rule(_) | HeldFor::PersonalData(_) => self.id,
        }
    }
}

/// Those that wait. In these words, and not with a value in its place, it is what the index knows.
fn waits() -> SqlLiteral<Bool> {
    sql::<Bool>("inbox.state = 'held'")
}

/// Whether anything waits at all.
///
/// # Errors
/// Only when the database does.
pub fn any(tx: &mut Tx<'_>) -> Result<bool> {
    use schema::inbox::dsl;
    let found: Option<RowId> =
        dsl::inbox.filter(waits()).select(dsl::id).limit(1).first(tx.conn).optional()?;
    Ok(found.is_some())
}

/// Puts a claimed row aside until a moderator decides.
///
/// # Errors
/// `Conflict` when the lease has passed to another worker: what was applied must be undone then.
pub fn keep(tx: &mut Tx<'_>, id: RowId, worker: &str, why: &HeldFor, group: Option<GroupId>) -> Result<()> {
    use schema::inbox::dsl;
    let row = dsl::inbox.find(id).filter(dsl::leased_by.eq(worker).and(dsl::done_at.is_null()));
    let changed = diesel::update(row)
        .set((
            dsl::state.eq(InboxState::Held),
            dsl::reason.eq(why.to_string()),
            dsl::held_in.eq(group),
            dsl::done_at.eq(tx.now),
            dsl::leased_by.eq(None::<String>),
        ))
        .execute(tx.conn)?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// What waits and is about one of these things, is one of these activities, or is of one of these actors; in the order in which it came.
///
/// # Errors
/// Only when the database does.
pub fn named(tx: &mut Tx<'_>, names: &BTreeSet<String>, actors: &BTreeSet<String>) -> Result<Vec<HeldRow>> {
    use schema::inbox::dsl;
    let mut found: Vec<HeldRow> = Vec::new();
    let names: Vec<&String> = names.iter().collect();
    for some in names.chunks(VALUES) {
        let by_name = among(dsl::subject, some.iter().map(|name| (*name).clone()));
        let by_id = among(dsl::activity_uri, some.iter().map(|name| (*name).clone()));
        let query = dsl::inbox
            .filter(waits())
            .filter(by_name.or(by_id))
            .order(dsl::id)
            .limit(LOOKED_AT)
            .select(HeldRow::as_select());
        found.extend(query.load(tx.conn)?);
    }
    let actors: Vec<&String> = actors.iter().collect();
    for some in actors.chunks(VALUES) {
        let query = dsl::inbox
            .filter(waits())
            .filter(among(dsl::actor_uri, some.iter().map(|actor| (*actor).clone())))
            .order(dsl::id)
            .limit(LOOKED_AT)
            .select(HeldRow::as_select());
        found.extend(query.load(tx.conn)?);
    }
    found.sort_by_key(|row| row.id);
    found.dedup_by_key(|row| row.id);
    Ok(found)
}

/// What waits, the oldest first; in one group, when one is named.
///
/// # Errors
/// Only when the database does.
pub fn list(tx: &mut Tx<'_>, group: Option<GroupId>, part: Part) -> Result<Vec<HeldRow>> {
    use schema::inbox::dsl;
    let mut query = dsl::inbox
        .filter(waits())
        .order((dsl::created_at, dsl::id))
        .limit(part.limit())
        .select(HeldRow::as_select())
        .into_boxed();
    if let Some(group) = group {
        query = query.filter(dsl::held_in.eq(group));
    }
    if let Some(Cursor { at, id }) = part.after {
        query = query.filter(dsl::created_at.gt(at).or(dsl::created_at.eq(at).and(dsl::id.gt(RowId(id)))));
    }
    Ok(query.load(tx.conn)?)
}

/// How much waits; in one group, when one is named.
///
/// # Errors
/// Only when the database does.
pub fn count(tx: &mut Tx<'_>, group: Option<GroupId>) -> Result<i64> {
    use schema::inbox::dsl;
    let all = dsl::inbox.filter(waits());
    Ok(match group {
        Some(group) => all.filter(dsl::held_in.eq(group)).count().get_result(tx.conn)?,
        None => all.count().get_result(tx.conn)?,
    })
}

/// One row, whether it still waits or not.
///
/// # Errors
/// Only when the database does.
pub fn find(tx: &mut Tx<'_>, id: RowId) -> Result<Option<HeldRow>> {
    let query = schema::inbox::table.find(id).select(HeldRow::as_select());
    Ok(query.first(tx.conn).optional()?)
}

/// Has a row applied after all, with what waits with it, in the order in which it came. Tells how many that is; 0 when it doesn't wait
/// any more.
///
/// # Errors
/// Only when the database does.
pub fn release(tx: &mut Tx<'_>, row: &HeldRow, by: PersonId) -> Result<usize> {
    use schema::inbox::dsl;
    let whole = dsl::id.eq(row.id).or(dsl::reason.eq(HeldFor::With(row.id).to_string()));
    let released = diesel::update(dsl::inbox.filter(waits()).filter(whole))
        .set((
            dsl::state.eq(InboxState::Waiting),
            dsl::reason.eq(""),
            dsl::attempts.eq(0_i64),
            dsl::run_at.eq(tx.now),
            // The deadline counts from now.
            dsl::created_at.eq(tx.now),
            dsl::done_at.eq(None::<Time>),
            dsl::leased_by.eq(None::<String>),
            dsl::released_by.eq(Some(by)),
            // One after the other, whichever servers they are from.
            dsl::lane.eq(&row.lane),
        ))
        .execute(tx.conn)?;
    Ok(released)
}

/// Ends the waiting of these rows, and of what waits with them: they are refused, and what stood in them is forgotten. Tells how many
/// that is.
///
/// # Errors
/// Only when the database does.
pub fn end(tx: &mut Tx<'_>, ids: &[RowId], reason: &str) -> Result<usize> {
    use schema::inbox::dsl;
    let mut ended = 0;
    for some in ids.chunks(VALUES) {
        let with: Vec<String> = some.iter().map(|id| HeldFor::With(*id).to_string()).collect();
        let whole = among(dsl::id, some.iter().copied()).or(among(dsl::reason, with));
        ended += diesel::update(dsl::inbox.filter(waits()).filter(whole))
            .set((
                dsl::state.eq(InboxState::Refused),
                dsl::reason.eq(reason),
                dsl::body.eq(None::<String>),
                dsl::done_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
    }
    Ok(ended)
}

/// Ends the waiting of all that an actor sent, who is gone.
///
/// # Errors
/// Only when the database does.
pub fn end_of(tx: &mut Tx<'_>, actor_uri: &str, reason: &str) -> Result<usize> {
    use schema::inbox::dsl;
    let theirs = dsl::inbox.filter(waits()).filter(dsl::actor_uri.eq(actor_uri));
    let ids: Vec<RowId> = theirs.select(dsl::id).load(tx.conn)?;
    end(tx, &ids, reason)
}

/// Ends the waiting of all that is for a group, whose copies are dropped.
///
/// # Errors
/// Only when the database does.
pub fn end_in(tx: &mut Tx<'_>, group: GroupId, reason: &str) -> Result<usize> {
    use schema::inbox::dsl;
    let for_it = dsl::inbox.filter(waits()).filter(dsl::held_in.eq(group));
    let ids: Vec<RowId> = for_it.select(dsl::id).load(tx.conn)?;
    end(tx, &ids, reason)
}

/// Refuses what nobody decided about for [`limits::HELD_DAYS`] days. Tells how many rows that were.
///
/// # Errors
/// Only when the database does.
pub fn expire(tx: &mut Tx<'_>) -> Result<usize> {
    use schema::inbox::dsl;
    let old = dsl::inbox.filter(waits()).filter(dsl::done_at.lt(tx.now.plus_days(-limits::HELD_DAYS)));
    let ids: Vec<RowId> = old.select(dsl::id).load(tx.conn)?;
    end(tx, &ids, TOO_LONG)
}
