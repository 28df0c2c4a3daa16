//! Applies what came in: claims it from the inbox, makes the plan, and carries it out in the transaction that marks it as done.
//!
//! Two steps: one with what is known here, which never waits for the network, and one for what had to be parked because another
//! server has to be asked. Order is kept within a lane; a fault in one activity stops nothing but its own lane, for a while.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{FutureExt, StreamExt, stream};
use serde_json::Value;
use url::Url;

use super::activities::{self, Context, Plan, Stop};
use super::fetch::Reach;
use super::inbox::FORWARDED;
use super::objects::document::Document;
use super::store::inbox::{self, Claimed, InboxState};
use crate::actors;
use crate::app::App;
use crate::error::{Error, Result};
use crate::ids::RowId;
use crate::policy::{Incoming, Reason};

/// Rows claimed at once, and lanes worked on at once: with what is known here, and with requests.
const HERE: (i64, usize) = (128, 16);
const OUT: (i64, usize) = (32, 16);
/// How long an activity is tried that waits for another server, in seconds.
const DEADLINE: i64 = 600;
/// How long one try may take.
const ONE_TRY: Duration = Duration::from_secs(60);
/// Tries after faults of ours.
const FAULTS: i64 = 8;

/// Applies what can be applied with what is known here; tells how much was looked at.
///
/// # Errors
/// Only when the database fails.
pub async fn step(app: &App) -> Result<usize> {
    round(app, InboxState::Waiting, HERE).await
}

/// Applies what needs another server; tells how much was looked at.
///
/// # Errors
/// Only when the database fails.
pub async fn step_parked(app: &App) -> Result<usize> {
    round(app, InboxState::Parked, OUT).await
}

async fn round(app: &App, state: InboxState, (limit, at_once): (i64, usize)) -> Result<usize> {
    let worker = app.worker.clone();
    let claimed = app.db.write(move |tx| inbox::claim(tx, &worker, state, limit)).await?;
    let count = claimed.len();
    let mut lanes: BTreeMap<String, Vec<Claimed>> = BTreeMap::new();
    for row in claimed {
        lanes.entry(row.lane.clone()).or_default().push(row);
    }
    let mut results = stream::iter(lanes.into_values())
        .map(|rows| lane(app, rows, state == InboxState::Parked))
        .buffer_unordered(at_once);
    let mut first_error = Ok(());
    while let Some(result) = results.next().await {
        if first_error.is_ok() {
            first_error = result;
        }
    }
    first_error.map(|()| count)
}

/// The rows of one lane, in order. What can't go on now keeps back what is behind it.
async fn lane(app: &App, rows: Vec<Claimed>, online: bool) -> Result<()> {
    let mut rows = rows.into_iter();
    while let Some(row) = rows.next() {
        if !one(app, &row, online).await? {
            let rest: Vec<RowId> = rows.map(|row| row.id).collect();
            if !rest.is_empty() {
                app.db.write(move |tx| inbox::release(tx, &rest)).await?;
            }
            return Ok(());
        }
    }
    Ok(())
}

/// One activity; `false` when it isn't done with.
async fn one(app: &App, row: &Claimed, online: bool) -> Result<bool> {
    let reach = if online { Reach::out(app) } else { Reach::here(app) };
    // A panic is a fault of ours in one activity, and no reason to stop the others.
    let trying = AssertUnwindSafe(plan(row, &reach)).catch_unwind();
    let planned = match tokio::time::timeout(ONE_TRY, trying).await {
        Ok(Ok(planned)) => planned,
        Ok(Err(_panic)) => Err(Stop::Fault(Error::internal("applying panicked"))),
        Err(_late) => Err(Stop::Later("timed out".to_owned())),
    };
    let stop = match planned {
        Ok(plan) => match carry_out(app, row, plan).await {
            Ok(()) => {
                app.metrics.inbox("applied");
                return Ok(true);
            }
            Err(error) => stop_for(error),
        },
        Err(Stop::Fault(error)) => stop_for(error),
        Err(stop) => stop,
    };
    settle(app, row, online, stop).await
}

async fn carry_out(app: &App, row: &Claimed, plan: Plan) -> Result<()> {
    let (id, worker) = (row.id, app.worker.clone());
    app.db
        .write(move |tx| {
            plan(tx)?;
            inbox::finish(tx, id, &worker, InboxState::Applied, "")
        })
        .await
}

/// What an act's answer means for the activity.
fn stop_for(error: Error) -> Stop {
    match error {
        Error::Denied(Reason::Already) | Error::Conflict => Stop::Ignored("already"),
        Error::Denied(reason) => Stop::refused(reason.word()),
        Error::NotFound | Error::SignedOut => Stop::refused("not-found"),
        Error::Gone => Stop::Ignored("gone"),
        Error::Invalid(fields) => {
            let keys: Vec<&str> = fields.0.iter().map(|field| field.key).collect();
            Stop::Refused(format!("invalid: {}", keys.join(" ")))
        }
        Error::Busy(_) => Stop::Later("busy".to_owned()),
        Error::Internal(_) => Stop::Fault(error),
    }
}

async fn settle(app: &App, row: &Claimed, online: bool, stop: Stop) -> Result<bool> {
    let (state, reason) = match stop {
        Stop::Ignored(rule) => (InboxState::Ignored, rule.to_owned()),
        Stop::Refused(rule) => (InboxState::Refused, rule),
        Stop::Later(_) if !online => return park(app, row, row.attempts, 0, "to be fetched").await,
        Stop::Later(why) => {
            let pause = pause(row.attempts);
            if app.clock.now().plus_seconds(pause).seconds_since(row.created_at) < DEADLINE {
                return park(app, row, row.attempts + 1, pause, &why).await;
            }
            (InboxState::Failed, why)
        }
        Stop::Fault(error) => {
            tracing::error!(row = %row.id, kind = %row.kind, error = %error, "an activity could not be applied");
            if row.attempts < FAULTS {
                return park(app, row, row.attempts + 1, pause(row.attempts), "fault").await;
            }
            (InboxState::Failed, "fault".to_owned())
        }
    };
    app.metrics.inbox(state.word());
    tracing::debug!(row = %row.id, kind = %row.kind, state = %state, reason = %reason, "not applied");
    let (row, worker) = (row.clone(), app.worker.clone());
    let reason: String = reason.chars().take(300).collect();
    let follow = follow(&row).filter(|_| state == InboxState::Refused);
    let noted = app.db.write(move |tx| {
        inbox::finish(tx, row.id, &worker, state, &reason)?;
        match &follow {
            Some(follow) => activities::turned_away(tx, Document(follow), &row.actor_uri, &row.activity_uri),
            None => Ok(()),
        }
    });
    match noted.await {
        // Another worker took it over meanwhile.
        Err(Error::Conflict) => Ok(false),
        other => other.map(|()| true),
    }
}

/// The Follow, if it is one: its sender waits for an answer.
fn follow(row: &Claimed) -> Option<Value> {
    let body = row.body.as_deref().filter(|_| matches!(row.kind.as_str(), "Follow" | "Join"))?;
    serde_json::from_str(body).ok()
}

fn pause(attempts: i64) -> i64 {
    5_i64.saturating_mul(1 << attempts.clamp(0, 6))
}

async fn park(app: &App, row: &Claimed, attempts: i64, pause: i64, reason: &str) -> Result<bool> {
    let (row, reason) = (row.clone(), reason.chars().take(300).collect::<String>());
    app.db.write(move |tx| inbox::park(tx, &row, attempts, tx.now.plus_seconds(pause), &reason)).await?;
    Ok(false)
}

/// From the stored body to the plan.
async fn plan(row: &Claimed, reach: &Reach) -> Result<Plan, Stop> {
    let body = row.body.clone().ok_or(Stop::Ignored("pruned"))?;
    let value: Value = serde_json::from_str(&body).map_err(|_| Stop::refused("not-json"))?;
    let uri = row.actor_uri.clone();
    let by = reach.app().db.read(move |tx| actors::by_uri(tx, &uri)).await?;
    let by = by.filter(|row| row.gone_at.is_none()).ok_or(Stop::Ignored("unknown-actor"))?;
    let activity = Document(&value);
    if row.kind == FORWARDED {
        let context = Context { reach, by, host: None, incoming: None };
        return activities::forwarded(&context, activity).await;
    }
    let incoming = Incoming { uri: row.activity_uri.clone(), document: body };
    let context = Context { reach, by, host: None, incoming: Some(Arc::new(incoming)) };
    // The column was read from the first of two types, or of two fields, that a reader could understand otherwise.
    if activity.kind() != row.kind || activity.id() != Url::parse(&row.activity_uri).ok() {
        return Err(Stop::refused("ambiguous"));
    }
    activities::plan(&context, activity).await
}
