//! Applies what came in: claims it from the inbox, makes plans, and carries them out in the transaction that marks it as done.
//!
//! Two steps: one with what is known here, which never waits for the network and does many at once, and one for what had to be
//! parked because another server has to be asked. Order is kept within a lane; a fault in one activity stops nothing but its own
//! lane, for a while.

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{FutureExt, StreamExt, stream};
use serde_json::Value;
use url::Url;

use super::activities::{self, Context, Plan, Stop};
use super::fetch::Reach;
use super::glance::Glance;
use super::inbox::FORWARDED;
use super::objects::document::Document;
use super::store::inbox::{self, Claimed, InboxState};
use super::verdict::{Done, Verdict, note};
use super::waiting::Waiting;
use crate::app::App;
use crate::db::{Reading, Tx};
use crate::error::{Error, Result};
use crate::ids::RowId;
use crate::policy::Incoming;
use crate::threads::{self, ahead::Coming};

/// Rows claimed at once to be applied with what is known here, and how many share a transaction, which others wait for.
const HERE: (i64, usize) = (128, 32);
/// Rows claimed at once that need other servers, and how many of them are worked on at once.
const OUT: (i64, usize) = (32, 16);
/// How long one try may take.
const ONE_TRY: Duration = Duration::from_secs(60);

/// Applies what can be applied with what is known here; tells how much was looked at.
///
/// # Errors
/// Only when the database fails.
pub async fn step(app: &App) -> Result<usize> {
    let mut rows = claim(app, InboxState::Waiting, HERE.0).await?;
    let count = rows.len();
    while !rows.is_empty() {
        rows = pass(app, rows).await?;
    }
    Ok(count)
}

/// Applies what needs another server; tells how much was looked at.
///
/// # Errors
/// Only when the database fails.
pub async fn step_parked(app: &App) -> Result<usize> {
    let rows = claim(app, InboxState::Parked, OUT.0).await?;
    let count = rows.len();
    let mut results = stream::iter(rows).map(|row| asking(app, row)).buffer_unordered(OUT.1);
    let mut first_error = Ok(());
    while let Some(result) = results.next().await {
        if first_error.is_ok() {
            first_error = result;
        }
    }
    first_error.map(|()| count)
}

async fn claim(app: &App, state: InboxState, limit: i64) -> Result<Vec<Claimed>> {
    if !app.db.read(move |tx| inbox::is_due(tx, state)).await? {
        return Ok(Vec::new());
    }
    let worker = app.worker.clone();
    app.db.write(move |tx| inbox::claim(tx, &worker, state, limit)).await
}

/// Plans what can be planned before anything of it is applied, and carries that out in one transaction. Gives the rows that
/// are left: their plans depend on what is done now.
async fn pass(app: &App, rows: Vec<Claimed>) -> Result<Vec<Claimed>> {
    let planning = app.clone();
    let (batch, left) = app.db.reading(move |reading| plan_all(&planning, reading, rows)).await?;
    let mut done = Done::default();
    let mut batch = batch.into_iter().peekable();
    while batch.peek().is_some() {
        let part: Arc<Batch> = Arc::new(batch.by_ref().take(HERE.1).collect());
        let held = done.held.clone();
        done.add(together(app, part, held).await?);
    }
    for word in done.words {
        app.metrics.inbox(word);
    }
    let (left, behind): (Vec<_>, Vec<_>) = left.into_iter().partition(|row| !done.held.contains(&row.lane));
    if !behind.is_empty() {
        let ids: Vec<RowId> = behind.iter().map(|row| row.id).collect();
        app.db.write(move |tx| inbox::release(tx, &ids)).await?;
    }
    Ok(left)
}

/// Carries out what shares a transaction; nothing on lanes that are held already.
async fn together(app: &App, batch: Arc<Batch>, held: BTreeSet<String>) -> Result<Done> {
    for careful in [false, true] {
        let (batch, held, worker) = (Arc::clone(&batch), held.clone(), app.worker.clone());
        // When one fails it is done again with a savepoint for each, and only that one is undone; without, all the others take
        // half the time.
        match app.db.write(move |tx| carry_out(tx, &batch, &worker, careful, &held)).await {
            Ok(done) => return Ok(done),
            Err(error) if careful => tracing::warn!(error = %error, "activities are applied one by one"),
            Err(_) => {}
        }
    }
    one_by_one(app, &batch, held).await
}

/// Rows with what is to become of them, in order.
type Batch = Vec<(Claimed, Verdict)>;

/// Looks at all rows on one connection. What can't be applied now may only wait for what is before it on its lane: it is left for
/// the next pass, with all that comes after it there.
fn plan_all(app: &App, reading: &Arc<Reading>, rows: Vec<Claimed>) -> Result<(Batch, Vec<Claimed>)> {
    let bodies: Vec<Result<Value, Stop>> = rows.iter().map(parsed).collect();
    let (glance, waiting) = reading.read(|tx| {
        let read = || rows.iter().zip(&bodies).filter_map(|(row, body)| Some((row, body.as_ref().ok()?)));
        Ok((Glance::at(tx, read().map(|(_, body)| body))?, Waiting::at(tx, read())?))
    })?;
    let reach = Reach::on(app, reading, glance);
    let (mut batch, mut left) = (Batch::with_capacity(rows.len()), Vec::new());
    let (mut begun, mut held) = (BTreeSet::new(), BTreeSet::new());
    for (row, body) in rows.into_iter().zip(bodies) {
        if held.contains(&row.lane) {
            left.push(row);
            continue;
        }
        // A panic is a fault of ours in one activity, and no reason to stop the others.
        let planned = match AssertUnwindSafe(plan(&row, body, &reach, &waiting)).catch_unwind().now_or_never()
        {
            Some(Ok(planned)) => planned,
            Some(Err(_panic)) => Err(Stop::Fault(Error::internal("applying panicked"))),
            None => Err(Stop::Later("it waits for something".to_owned())),
        };
        match planned {
            Ok(plan) => {
                begun.insert(row.lane.clone());
                batch.push((row, Verdict::Apply(plan)));
            }
            Err(_) if begun.contains(&row.lane) => {
                held.insert(row.lane.clone());
                left.push(row);
            }
            Err(stop) => {
                let verdict = Verdict::stopped(&row, stop, false);
                if matches!(verdict, Verdict::Later(..)) {
                    held.insert(row.lane.clone());
                }
                // What refers to it is understood once it is written down.
                if matches!(verdict, Verdict::Held(_)) {
                    begun.insert(row.lane.clone());
                }
                batch.push((row, verdict));
            }
        }
    }
    Ok((batch, left))
}

/// Carries a batch out. `careful`: what fails is undone and noted by itself; else it undoes everything.
fn carry_out(
    tx: &mut Tx<'_>,
    batch: &Batch,
    worker: &str,
    careful: bool,
    held: &BTreeSet<String>,
) -> Result<Done> {
    let ids: Vec<RowId> = batch.iter().map(|(row, _)| row.id).collect();
    let ours = inbox::hold(tx, &ids, worker)?;
    let (mut done, mut applied) = (Done::holding(held), Vec::with_capacity(batch.len()));
    let mut known = Known::default();
    for (number, (row, verdict)) in batch.iter().enumerate() {
        if done.held.contains(&row.lane) {
            inbox::release(tx, &[row.id])?;
            continue;
        }
        if !ours.contains(&row.id) {
            // Another worker took it over, with what is behind it.
            done.held.insert(row.lane.clone());
            continue;
        }
        let Verdict::Apply(plan) = verdict else {
            known.let_go(tx);
            note(tx, row, worker, verdict, &mut done)?;
            continue;
        };
        let result = if careful {
            tx.part(|tx| plan.carry_out(tx))
        } else {
            let rest = batch.get(number..).unwrap_or_default();
            known.before(tx, number, rest)?;
            plan.carry_out(tx)
        };
        match result {
            Ok(()) => {
                applied.push(row.id);
                done.words.push("applied");
            }
            Err(error) if !careful || error.is_fault() => return Err(error),
            Err(error) => {
                let verdict = Verdict::answered(row, verdict.asked(), error, false);
                note(tx, row, worker, &verdict, &mut done)?;
            }
        }
    }
    inbox::applied(tx, &applied)?;
    let confidential =
        batch.iter().filter(|(row, verdict)| verdict.is_confidential() && applied.contains(&row.id));
    inbox::forget_bodies(tx, &confidential.map(|(row, _)| row.id).collect::<Vec<_>>())?;
    Ok(done)
}

/// How far what a batch needs to know was read ahead.
#[derive(Default)]
struct Known {
    /// The place in the batch up to which it was.
    end: usize,
}

impl Known {
    /// Before the plan at this place, which is the first of `rest`: reads ahead for it and for those after it that only add posts and
    /// reactions too. None of these changes what was read; before any other it is let go.
    fn before(&mut self, tx: &mut Tx<'_>, place: usize, rest: &[(Claimed, Verdict)]) -> Result<()> {
        if place < self.end {
            return Ok(());
        }
        tx.look_anew();
        let plans = rest.iter().map_while(|(_, verdict)| match verdict {
            Verdict::Apply(plan) => plan.coming(),
            Verdict::Over(..) | Verdict::Later(..) | Verdict::Held(_) | Verdict::TakenBack(_) => None,
        });
        let coming: Vec<&[Coming]> = plans.collect();
        self.end = place + coming.len().max(1);
        threads::ahead::read(tx, &coming.into_iter().flatten().collect::<Vec<_>>())
    }

    fn let_go(&mut self, tx: &mut Tx<'_>) {
        self.end = 0;
        tx.look_anew();
    }
}

/// Carries each out in a transaction of its own: one of them makes the database fail.
async fn one_by_one(app: &App, batch: &Arc<Batch>, held: BTreeSet<String>) -> Result<Done> {
    let mut done = Done::holding(&held);
    for number in 0..batch.len() {
        let Some((row, verdict)) = batch.get(number) else { break };
        if done.held.contains(&row.lane) {
            let id = row.id;
            app.db.write(move |tx| inbox::release(tx, &[id])).await?;
            continue;
        }
        let (all, worker) = (Arc::clone(batch), app.worker.clone());
        let asked = verdict.asked();
        let carried_out = move |tx: &mut Tx<'_>| {
            all.get(number).map_or(Ok(Done::default()), |(row, verdict)| single(tx, row, verdict, &worker))
        };
        let (row, worker) = (row.clone(), app.worker.clone());
        let one = match app.db.write(carried_out).await {
            Ok(one) => one,
            Err(error) => {
                let verdict = Verdict::answered(&row, asked, error, false);
                app.db.write(move |tx| single(tx, &row, &verdict, &worker)).await?
            }
        };
        done.add(one);
    }
    Ok(done)
}

fn single(tx: &mut Tx<'_>, row: &Claimed, verdict: &Verdict, worker: &str) -> Result<Done> {
    let mut done = Done::default();
    if !inbox::hold(tx, &[row.id], worker)?.contains(&row.id) {
        done.held.insert(row.lane.clone());
        return Ok(done);
    }
    match verdict {
        Verdict::Apply(plan) => {
            plan.carry_out(tx)?;
            inbox::applied(tx, &[row.id])?;
            if plan.is_confidential() {
                inbox::forget_bodies(tx, &[row.id])?;
            }
            done.words.push("applied");
        }
        verdict => note(tx, row, worker, verdict, &mut done)?,
    }
    Ok(done)
}

/// One activity that needs other servers.
async fn asking(app: &App, row: Claimed) -> Result<()> {
    let (reach, body) = (Reach::out(app), parsed(&row));
    let waiting = match &body {
        Ok(value) => {
            let (about, value) = (row.clone(), value.clone());
            app.db.read(move |tx| Waiting::at(tx, std::iter::once((&about, &value)))).await?
        }
        Err(_) => Waiting::default(),
    };
    let trying = AssertUnwindSafe(plan(&row, body, &reach, &waiting)).catch_unwind();
    let planned = match tokio::time::timeout(ONE_TRY, trying).await {
        Ok(Ok(planned)) => planned,
        Ok(Err(_panic)) => Err(Stop::Fault(Error::internal("applying panicked"))),
        Err(_late) => Err(Stop::Later("timed out".to_owned())),
    };
    let verdict = planned.map_or_else(|stop| Verdict::stopped(&row, stop, true), Verdict::Apply);
    let (trying, worker, asked) = (row.clone(), app.worker.clone(), verdict.asked());
    let done = match app.db.write(move |tx| single(tx, &trying, &verdict, &worker)).await {
        Ok(done) => done,
        Err(error) => {
            let verdict = Verdict::answered(&row, asked, error, true);
            let worker = app.worker.clone();
            app.db.write(move |tx| single(tx, &row, &verdict, &worker)).await?
        }
    };
    for word in done.words {
        app.metrics.inbox(word);
    }
    Ok(())
}

/// What the stored body says.
fn parsed(row: &Claimed) -> Result<Value, Stop> {
    let body = row.body.as_deref().ok_or(Stop::Ignored("pruned"))?;
    serde_json::from_str(body).map_err(|_| Stop::refused("not-json"))
}

/// From the stored body, and what it says, to the plan.
async fn plan(
    row: &Claimed,
    parsed: Result<Value, Stop>,
    reach: &Reach,
    waiting: &Waiting,
) -> Result<Plan, Stop> {
    let value = parsed?;
    // Before anything is fetched: what waits isn't got from elsewhere.
    let taken_back = waiting.touched(row, &value)?;
    let by = reach.known_actor(&row.actor_uri).await?;
    let by = by.filter(|row| row.gone_at.is_none()).ok_or(Stop::Ignored("unknown-actor"))?;
    let activity = Document(&value);
    if row.kind == FORWARDED {
        let context = Context { reach, by, host: None, incoming: None };
        return activities::forwarded(&context, activity).await;
    }
    let body = row.body.clone().ok_or(Stop::Ignored("pruned"))?;
    let released = row.released_by.is_some();
    let incoming = Incoming { uri: row.activity_uri.clone(), document: body, released };
    let context = Context { reach, by, host: None, incoming: Some(Arc::new(incoming)) };
    // The column was read from the first of two types, or of two fields, that a reader could understand otherwise.
    if activity.kind() != row.kind || activity.id() != Url::parse(&row.activity_uri).ok() {
        return Err(Stop::refused("ambiguous"));
    }
    let plan = activities::plan(&context, activity).await?;
    Ok(if taken_back.is_empty() { plan } else { plan.taking_back(taken_back) })
}
