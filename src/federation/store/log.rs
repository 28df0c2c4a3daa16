//! What administrators see of `peers`, `inbox`, `refusals` and `deliveries`. Whoever calls has checked that they may.

use diesel::prelude::*;

use super::again;
use super::inbox::{self, InboxState};
use super::outbox::DeliveryState;
use super::peers::{self, PeerRow};
use crate::clock::Time;
use crate::db::page::{Cursor, Part, Slice};
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::fediverse::{Event, Flow, Peer};
use crate::ids::RowId;
use crate::policy::PeerState;

/// Servers whose name contains `q`, by name, after the one named.
///
/// # Errors
/// Only when the database does.
pub fn peers(tx: &mut Tx<'_>, q: &str, after: &str, limit: i64) -> Result<Vec<Peer>> {
    use schema::peers::dsl;
    let mut query = dsl::peers.order(dsl::host).limit(limit).select(PeerRow::as_select()).into_boxed();
    if !q.is_empty() {
        let plain: String = q.chars().filter(|c| !matches!(c, '%' | '_' | '\\')).collect();
        query = query.filter(dsl::host.like(format!("%{}%", plain.to_lowercase())));
    }
    if !after.is_empty() {
        query = query.filter(dsl::host.gt(after.to_owned()));
    }
    let rows: Vec<PeerRow> = query.load(tx.conn)?;
    shown(tx, rows)
}

/// One server.
///
/// # Errors
/// Only when the database does.
pub fn peer(tx: &mut Tx<'_>, host: &str) -> Result<Option<Peer>> {
    let rows: Vec<PeerRow> = peers::find(tx, host)?.into_iter().collect();
    Ok(shown(tx, rows)?.pop())
}

fn shown(tx: &mut Tx<'_>, rows: Vec<PeerRow>) -> Result<Vec<Peer>> {
    use schema::deliveries::dsl;
    let hosts: Vec<&str> = rows.iter().map(|row| row.host.as_str()).collect();
    let waiting: Vec<(String, i64, Option<Time>)> = dsl::deliveries
        .filter(dsl::host.eq_any(hosts).and(dsl::done_at.is_null()))
        .group_by(dsl::host)
        .select((dsl::host, diesel::dsl::count_star(), diesel::dsl::min(dsl::created_at)))
        .load(tx.conn)?;
    let queue = |host: &str| waiting.iter().find(|(known, _, _)| known == host);
    let peers = rows.into_iter().map(|row| Peer {
        queue: queue(&row.host).map_or(0, |(_, count, _)| *count),
        oldest: queue(&row.host).and_then(|(_, _, oldest)| *oldest),
        organisation: row.organisation(),
        host: row.host,
        state: row.state,
        paused: row.paused,
        note: row.note,
        software: row.software,
        version: row.version,
        failures: row.failures,
        retry_at: row.retry_at,
        seen_at: row.seen_at,
        reached_at: row.reached_at,
        failed_at: row.failed_at,
        error: row.error,
        created_at: row.created_at,
    });
    Ok(peers.collect())
}

/// How many servers are known, and how many deliveries wait.
///
/// # Errors
/// Only when the database does.
pub fn counts(tx: &mut Tx<'_>) -> Result<(i64, i64)> {
    use schema::deliveries::dsl;
    let peers = schema::peers::table.count().get_result(tx.conn)?;
    let waiting = dsl::deliveries.filter(dsl::done_at.is_null()).count().get_result(tx.conn)?;
    Ok((peers, waiting))
}

/// Writes down what was decided about a server.
///
/// # Errors
/// Only when the database does.
pub fn decide(tx: &mut Tx<'_>, host: &str, state: PeerState, paused: bool, note: &str) -> Result<()> {
    use schema::peers::dsl;
    peers::decide(tx, host, state, note)?;
    diesel::update(dsl::peers.find(host)).set(dsl::paused.eq(paused)).execute(tx.conn)?;
    Ok(())
}

/// Forgets that a server failed.
///
/// # Errors
/// Only when the database does.
pub fn retry_peer(tx: &mut Tx<'_>, host: &str) -> Result<()> {
    use schema::peers::dsl;
    diesel::update(dsl::peers.find(host))
        .set((dsl::failures.eq(0_i64), dsl::retry_at.eq(None::<Time>)))
        .execute(tx.conn)?;
    Ok(())
}

/// Tries an activity that came in, or a delivery, again; tells which it was.
///
/// # Errors
/// Only when the database does.
pub fn retry(tx: &mut Tx<'_>, id: RowId) -> Result<Option<Flow>> {
    if inbox::retry(tx, id)? {
        return Ok(Some(Flow::In));
    }
    Ok(again::retry(tx, id)?.then_some(Flow::Out))
}

/// The log of one direction, the latest first; of one server when `host` isn't empty.
///
/// # Errors
/// Only when the database does.
pub fn log(tx: &mut Tx<'_>, flow: Flow, host: &str, part: Part) -> Result<Slice<Event>> {
    let events = match flow {
        Flow::In => incoming(tx, host, part)?,
        Flow::Refused => refused(tx, host, part)?,
        Flow::Out => outgoing(tx, host, part)?,
    };
    Ok(Slice::cut(events, part.size, |event| Cursor { at: event.at, id: event.id.0 }))
}

fn incoming(tx: &mut Tx<'_>, host: &str, part: Part) -> Result<Vec<Event>> {
    use schema::inbox::dsl;
    type Row = (RowId, Time, String, String, InboxState, String, Option<Time>);
    let mut query = dsl::inbox
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(part.limit())
        .select((dsl::id, dsl::created_at, dsl::host, dsl::kind, dsl::state, dsl::reason, dsl::done_at))
        .into_boxed();
    if !host.is_empty() {
        query = query.filter(dsl::host.eq(host.to_owned()));
    }
    if let Some(Cursor { at, id }) = part.after {
        query = query.filter(dsl::created_at.lt(at).or(dsl::created_at.eq(at).and(dsl::id.lt(RowId(id)))));
    }
    let rows: Vec<Row> = query.load(tx.conn)?;
    let event = |(id, at, host, kind, state, reason, _done): Row| Event {
        id,
        at,
        host,
        kind,
        outcome: state.word().to_owned(),
        reason,
        retriable: matches!(state, InboxState::Refused | InboxState::Failed),
    };
    Ok(rows.into_iter().map(event).collect())
}

fn refused(tx: &mut Tx<'_>, host: &str, part: Part) -> Result<Vec<Event>> {
    use schema::refusals::dsl;
    type Row = (RowId, Time, String, String, i64, String);
    let mut query = dsl::refusals
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(part.limit())
        .select((dsl::id, dsl::created_at, dsl::host, dsl::kind, dsl::status, dsl::reason))
        .into_boxed();
    if !host.is_empty() {
        query = query.filter(dsl::host.eq(host.to_owned()));
    }
    if let Some(Cursor { at, id }) = part.after {
        query = query.filter(dsl::created_at.lt(at).or(dsl::created_at.eq(at).and(dsl::id.lt(RowId(id)))));
    }
    let rows: Vec<Row> = query.load(tx.conn)?;
    let event = |(id, at, host, kind, status, reason): Row| Event {
        id,
        at,
        host,
        kind,
        outcome: status.to_string(),
        reason,
        retriable: false,
    };
    Ok(rows.into_iter().map(event).collect())
}

fn outgoing(tx: &mut Tx<'_>, host: &str, part: Part) -> Result<Vec<Event>> {
    use schema::{activities, deliveries as d};
    type Row = (RowId, Time, String, String, DeliveryState, i64, String);
    let mut query = d::table
        .inner_join(activities::table)
        .order((d::created_at.desc(), d::id.desc()))
        .limit(part.limit())
        .select((d::id, d::created_at, d::host, activities::kind, d::state, d::status, d::error))
        .into_boxed();
    if !host.is_empty() {
        query = query.filter(d::host.eq(host.to_owned()));
    }
    if let Some(Cursor { at, id }) = part.after {
        query = query.filter(d::created_at.lt(at).or(d::created_at.eq(at).and(d::id.lt(RowId(id)))));
    }
    let rows: Vec<Row> = query.load(tx.conn)?;
    let event = |(id, at, host, kind, state, status, error): Row| {
        let status = if status == 0 { String::new() } else { status.to_string() };
        let reason =
            [status, error].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        Event {
            id,
            at,
            host,
            kind,
            outcome: state.word().to_owned(),
            reason,
            retriable: state == DeliveryState::Failed,
        }
    };
    Ok(rows.into_iter().map(event).collect())
}
