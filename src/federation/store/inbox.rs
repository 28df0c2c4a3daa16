//! Activities that came in, and requests that were refused at the door. Owns `inbox` and `refusals`.
//!
//! A row is claimed by a conditional update with a lease, in order within its lane: nothing is claimed while something older
//! on the same lane isn't done. `waiting` rows can be tried with what is known here; `parked` ones need another server.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::held;
use crate::clock::Time;
use crate::db::{MultiBackend, Tx, columns, schema};
use crate::error::{Error, Result};
use crate::ids::{PersonId, RowId};
use crate::text_enum;

/// How long a worker may take for a row before another takes it over, in seconds.
pub const LEASE: i64 = 120;

/// Rows of one lane that are claimed together.
const RUN: usize = 128;

/// How soon a row is looked at again that waits for a leased one, in milliseconds.
const AGAIN: i64 = 250;

text_enum! {
    /// How far an activity is.
    InboxState {
        /// To be applied with what is known here.
        Waiting = "waiting",
        /// Waits for another server.
        Parked = "parked",
        /// Applied.
        Applied = "applied",
        /// Nothing to do.
        Ignored = "ignored",
        /// A rule said no.
        Refused = "refused",
        /// It could not be applied in time.
        Failed = "failed",
        /// A rule has it wait for a moderator. It holds nothing else up: `done_at` is when it was put aside.
        Held = "held",
    }
}

/// A row that a worker has claimed.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::inbox, check_for_backend(MultiBackend))]
pub struct Claimed {
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
    /// How far it was.
    pub state: InboxState,
    /// Earlier tries.
    pub attempts: i64,
    /// When it came.
    pub created_at: Time,
    /// The moderator who let it in, after a rule had it wait.
    pub released_by: Option<PersonId>,
}

/// Whether any activity in this state is due. A loop that is woken looks before it claims.
///
/// # Errors
/// Only when the database does.
pub fn is_due(tx: &mut Tx<'_>, state: InboxState) -> Result<bool> {
    use schema::inbox::dsl;
    let due = dsl::inbox
        .filter(dsl::done_at.is_null().and(dsl::run_at.le(tx.now)))
        .filter(dsl::state.eq(state))
        .select(dsl::id)
        .limit(1);
    let found: Option<RowId> = due.first(tx.conn).optional()?;
    Ok(found.is_some())
}

/// Whether more than `most` activities wait to be applied here, or more than so many have been due for so many seconds.
///
/// # Errors
/// Only when the database does.
pub fn is_long(tx: &mut Tx<'_>, most: usize, stuck: (usize, i64)) -> Result<bool> {
    use schema::inbox::dsl;
    let waiting =
        || dsl::inbox.filter(dsl::done_at.is_null().and(dsl::state.eq(InboxState::Waiting))).select(dsl::id);
    // Not counted, but looked whether there is one at that place.
    let at = |place: usize| i64::try_from(place).unwrap_or(i64::MAX);
    let many = waiting().order((dsl::run_at, dsl::id)).offset(at(most)).limit(1);
    let found: Option<RowId> = many.first(tx.conn).optional()?;
    if found.is_some() {
        return Ok(true);
    }
    let (count, seconds) = stuck;
    let old = waiting().filter(dsl::run_at.le(tx.now.plus_seconds(-seconds)));
    let old = old.order((dsl::run_at, dsl::id)).offset(at(count)).limit(1);
    let found: Option<RowId> = old.first(tx.conn).optional()?;
    Ok(found.is_some())
}

/// Claims what is due in this state, up to `limit` rows, in order within each lane. Of a parked lane only the first.
///
/// # Errors
/// Only when the database does.
pub fn claim(tx: &mut Tx<'_>, worker: &str, state: InboxState, limit: i64) -> Result<Vec<Claimed>> {
    use schema::inbox::dsl;
    let due: Vec<(RowId, String)> = dsl::inbox
        .filter(dsl::done_at.is_null().and(dsl::run_at.le(tx.now)))
        .filter(dsl::state.eq(state))
        .order((dsl::run_at, dsl::id))
        .limit(limit)
        .select((dsl::id, dsl::lane))
        .load(tx.conn)?;
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let lanes: BTreeSet<&str> = due.iter().map(|(_, lane)| lane.as_str()).collect();
    let open: Vec<(String, RowId, InboxState, Time)> = dsl::inbox
        .filter(dsl::done_at.is_null().and(dsl::lane.eq_any(lanes)))
        .order((dsl::lane, dsl::id))
        .limit(limit * 4)
        .select((dsl::lane, dsl::id, dsl::state, dsl::run_at))
        .load(tx.conn)?;
    let run = if state == InboxState::Waiting { RUN } else { 1 };
    let (mut free, mut blocked) = (Vec::new(), BTreeMap::<Time, Vec<RowId>>::new());
    let mut by_lane: BTreeMap<&str, Vec<&(String, RowId, InboxState, Time)>> = BTreeMap::new();
    for row in &open {
        by_lane.entry(row.0.as_str()).or_default().push(row);
    }
    for rows in by_lane.values() {
        let ready = rows.iter().take(run).take_while(|row| row.2 == state && row.3 <= tx.now).count();
        free.extend(rows.iter().take(ready).map(|row| row.1));
        // What comes after a row that can't be claimed now waits for it, and mustn't be looked at all the time.
        if let Some(head) = rows.first().filter(|_| ready == 0) {
            let later = if head.2 == InboxState::Parked { head.3 } else { tx.now.plus_millis(AGAIN) };
            blocked.entry(later).or_default().extend(rows.iter().skip(1).map(|row| row.1));
        }
    }
    for (later, ids) in blocked {
        diesel::update(dsl::inbox.filter(dsl::id.eq_any(ids).and(dsl::run_at.le(tx.now))))
            .set(dsl::run_at.eq(later))
            .execute(tx.conn)?;
    }
    if free.is_empty() {
        return Ok(Vec::new());
    }
    let update = diesel::update(
        dsl::inbox.filter(dsl::id.eq_any(free)).filter(dsl::run_at.le(tx.now).and(dsl::done_at.is_null())),
    )
    .set((dsl::run_at.eq(tx.now.plus_seconds(LEASE)), dsl::leased_by.eq(worker)))
    .returning(columns::<Claimed>());
    let mut claimed: Vec<Claimed> = update.get_results(tx.conn)?;
    claimed.sort_by_key(|row| row.id);
    Ok(claimed)
}

/// Which of these claimed rows are still this worker's. They stay so until the end of the transaction.
///
/// # Errors
/// Only when the database does.
pub fn hold(tx: &mut Tx<'_>, ids: &[RowId], worker: &str) -> Result<BTreeSet<RowId>> {
    use schema::inbox::dsl;
    let rows = dsl::inbox.filter(dsl::id.eq_any(ids)).filter(dsl::leased_by.eq(worker));
    // An update that changes nothing locks the rows on PostgreSQL, so that no other worker can take them over meanwhile.
    let update =
        diesel::update(rows.filter(dsl::done_at.is_null())).set(dsl::leased_by.eq(worker)).returning(dsl::id);
    let held: Vec<RowId> = update.get_results(tx.conn)?;
    Ok(held.into_iter().collect())
}

/// Notes that rows which this transaction holds were applied in it.
///
/// # Errors
/// Only when the database does.
pub fn applied(tx: &mut Tx<'_>, ids: &[RowId]) -> Result<()> {
    use schema::inbox::dsl;
    diesel::update(dsl::inbox.filter(dsl::id.eq_any(ids)))
        .set((
            dsl::state.eq(InboxState::Applied),
            dsl::reason.eq(""),
            dsl::done_at.eq(tx.now),
            dsl::leased_by.eq(None::<String>),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Forgets the raw bodies of what was applied in closed groups: what is in them lies in no more places than it has to.
///
/// # Errors
/// Only when the database does.
pub fn forget_bodies(tx: &mut Tx<'_>, ids: &[RowId]) -> Result<()> {
    use schema::inbox::dsl;
    if !ids.is_empty() {
        diesel::update(dsl::inbox.filter(dsl::id.eq_any(ids)))
            .set(dsl::body.eq(None::<String>))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// What became of a claimed row. Called in the transaction that applied it, so that it counts exactly once.
///
/// # Errors
/// `Conflict` when the lease has passed to another worker: what was applied must be undone then.
pub fn finish(tx: &mut Tx<'_>, id: RowId, worker: &str, state: InboxState, reason: &str) -> Result<()> {
    use schema::inbox::dsl;
    let row = dsl::inbox.find(id).filter(dsl::leased_by.eq(worker).and(dsl::done_at.is_null()));
    let changed = diesel::update(row)
        .set((
            dsl::state.eq(state),
            dsl::reason.eq(reason),
            dsl::done_at.eq(tx.now),
            dsl::leased_by.eq(None::<String>),
        ))
        .execute(tx.conn)?;
    if changed == 1 { Ok(()) } else { Err(Error::Conflict) }
}

/// Puts a claimed row aside until `run_at`, for the reason given; what is behind it on its lane waits too.
///
/// # Errors
/// Only when the database does.
pub fn park(tx: &mut Tx<'_>, row: &Claimed, attempts: i64, run_at: Time, reason: &str) -> Result<()> {
    use schema::inbox::dsl;
    diesel::update(dsl::inbox.find(row.id).filter(dsl::done_at.is_null()))
        .set((
            dsl::state.eq(InboxState::Parked),
            dsl::attempts.eq(attempts),
            dsl::run_at.eq(run_at),
            dsl::reason.eq(reason),
            dsl::leased_by.eq(None::<String>),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Gives claimed rows back unchanged.
///
/// # Errors
/// Only when the database does.
pub fn release(tx: &mut Tx<'_>, ids: &[RowId]) -> Result<()> {
    use schema::inbox::dsl;
    diesel::update(dsl::inbox.filter(dsl::id.eq_any(ids)).filter(dsl::done_at.is_null()))
        .set((dsl::run_at.eq(tx.now), dsl::leased_by.eq(None::<String>)))
        .execute(tx.conn)?;
    Ok(())
}

/// Which processes have claimed rows.
///
/// # Errors
/// Only when the database does.
pub fn holders(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    use schema::inbox::dsl;
    let leased = dsl::inbox.filter(dsl::done_at.is_null().and(dsl::leased_by.is_not_null()));
    let running = leased.filter(dsl::run_at.gt(tx.now).and(dsl::run_at.le(tx.now.plus_seconds(LEASE))));
    Ok(running.select(dsl::leased_by.assume_not_null()).distinct().load(tx.conn)?)
}

/// Gives back what a process had claimed in these states.
///
/// # Errors
/// Only when the database does.
pub fn release_of(tx: &mut Tx<'_>, worker: &str, states: &[InboxState]) -> Result<usize> {
    use schema::inbox::dsl;
    let leased = dsl::inbox.filter(dsl::done_at.is_null().and(dsl::leased_by.eq(worker)));
    let freed = diesel::update(leased.filter(dsl::state.eq_any(states)))
        .set((dsl::run_at.eq(tx.now), dsl::leased_by.eq(None::<String>)))
        .execute(tx.conn)?;
    Ok(freed)
}

/// Gives back what any process had claimed: for a start when no other process can be at work.
///
/// # Errors
/// Only when the database does.
pub fn release_all(tx: &mut Tx<'_>) -> Result<usize> {
    use schema::inbox::dsl;
    let leased = dsl::inbox.filter(dsl::leased_by.is_not_null().and(dsl::done_at.is_null()));
    let freed = diesel::update(leased)
        .set((dsl::run_at.eq(tx.now), dsl::leased_by.eq(None::<String>)))
        .execute(tx.conn)?;
    Ok(freed)
}

/// Tries a refused or failed activity again, when its raw body is still there. `false` when there is nothing to try.
///
/// # Errors
/// Only when the database does.
pub fn retry(tx: &mut Tx<'_>, id: RowId) -> Result<bool> {
    use schema::inbox::dsl;
    let row = dsl::inbox.find(id).filter(dsl::body.is_not_null());
    let row = row.filter(dsl::state.eq_any([InboxState::Refused, InboxState::Failed]));
    let changed = diesel::update(row)
        .set((
            dsl::state.eq(InboxState::Waiting),
            dsl::attempts.eq(0_i64),
            dsl::run_at.eq(tx.now),
            // The deadline counts from the new try.
            dsl::created_at.eq(tx.now),
            dsl::done_at.eq(None::<Time>),
        ))
        .execute(tx.conn)?;
    Ok(changed == 1)
}

/// Whether this actor's activity was ever stored here.
///
/// # Errors
/// Only when the database does.
pub fn find(tx: &mut Tx<'_>, actor_uri: &str, activity_uri: &str) -> Result<Option<(InboxState, String)>> {
    use schema::inbox::dsl;
    let query = dsl::inbox
        .filter(dsl::actor_uri.eq(actor_uri).and(dsl::activity_uri.eq(activity_uri)))
        .select((dsl::state, dsl::reason));
    Ok(query.first(tx.conn).optional()?)
}

/// The raw body of a stored activity, to understand another that names it by id alone.
///
/// # Errors
/// Only when the database does.
pub fn body(tx: &mut Tx<'_>, actor_uri: &str, activity_uri: &str) -> Result<Option<String>> {
    use schema::inbox::dsl;
    let query = dsl::inbox
        .filter(dsl::actor_uri.eq(actor_uri).and(dsl::activity_uri.eq(activity_uri)))
        .select(dsl::body);
    Ok(query.first::<Option<String>>(tx.conn).optional()?.flatten())
}

/// A request that was refused at the door.
#[derive(Debug, Clone)]
pub struct Refused {
    /// Host of the actor, as far as it could be read.
    pub host: String,
    /// The actor, as claimed.
    pub actor_uri: String,
    /// The type, as claimed.
    pub kind: String,
    /// The status it was answered with.
    pub status: u16,
    /// Id of the rule.
    pub reason: String,
}

/// Writes a refusal into the log.
///
/// # Errors
/// Only when the database does.
pub fn log_refusal(tx: &mut Tx<'_>, refused: &Refused) -> Result<()> {
    use schema::refusals::dsl;
    let short = |text: &str| text.chars().take(500).collect::<String>();
    diesel::insert_into(dsl::refusals)
        .values((
            dsl::id.eq(RowId::fresh()),
            dsl::host.eq(short(&refused.host)),
            dsl::actor_uri.eq(short(&refused.actor_uri)),
            dsl::kind.eq(short(&refused.kind)),
            dsl::status.eq(i64::from(refused.status)),
            dsl::reason.eq(short(&refused.reason)),
            dsl::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Forgets raw bodies of what was done more than `days` ago, the rows themselves after twice that time, and refusals after
/// `log_days`. 0 keeps for ever. What waits for a moderator is kept for its own time. Tells how many rows it touched.
///
/// # Errors
/// Only when the database does.
pub fn prune(tx: &mut Tx<'_>, days: i64, log_days: i64) -> Result<usize> {
    use schema::{inbox, refusals};
    let mut touched = held::expire(tx)?;
    if days > 0 {
        let decided = || inbox::table.filter(inbox::state.ne(InboxState::Held));
        let old = decided().filter(inbox::done_at.lt(tx.now.plus_days(-days)));
        touched += diesel::update(old.filter(inbox::body.is_not_null()))
            .set(inbox::body.eq(None::<String>))
            .execute(tx.conn)?;
        let older = decided().filter(inbox::done_at.lt(tx.now.plus_days(-2 * days)));
        touched += diesel::delete(older).execute(tx.conn)?;
    }
    if log_days > 0 {
        let old = refusals::created_at.lt(tx.now.plus_days(-log_days));
        touched += diesel::delete(refusals::table.filter(old)).execute(tx.conn)?;
    }
    Ok(touched)
}
