//! Delivers what was published: to many hosts at once, in order to each, and never twice what was noted as done.
//!
//! A process leases hosts (`store::outbox`), reads what waits for them, and sends: different lanes at the same time, up to the
//! limits of the configuration. Results are noted in batches. What was sent but not yet noted when a process dies is sent
//! again by the next, with the same id. Policy is read right before each batch goes out. A host that fails rests, longer each
//! time. One that doesn't answer takes no room away from the others, and gets nothing more until it has answered.

mod queue;
mod send;
mod standing;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use moka::sync::Cache;
use tokio::sync::{Notify, watch};
use tokio::task::{Id, JoinSet};

use self::queue::Queue;
use self::send::{Letter, Manner, Outcome};
use self::standing::Standing;
use super::audience::{is_facing, is_inviting, is_parting, is_unlinking, kinds_of};
use super::signatures::Payload;
use super::signers::Signers;
use super::store::outbox::{self, ActivityRow, End, Health, Tried, Waiting};
use super::wire;
use crate::actors::{self, ActorKind};
use crate::app::App;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{self, ActivityId, ActorId, GroupId};
use crate::{groups, threads};

/// How often is looked for what other processes published, and for hosts that have rested long enough.
const POLL: Duration = Duration::from_millis(500);
/// So long is waited, once something has landed, for what is about to: it is noted and followed up together, in a fixed number of
/// statements. Short beside what a request takes.
const GATHER: Duration = Duration::from_millis(2);
/// After this long without an answer a delivery no longer takes room from the others.
const SLOW: Duration = Duration::from_millis(300);
/// How many times the limit on deliveries may be under way when the slow ones are counted too.
const WITH_SLOW: usize = 3;
/// Bytes of activities that are kept while they are sent to many.
const LETTERS: u64 = 64 * 1024 * 1024;

/// Delivers until `stopping` turns true; what is on its way then is awaited and noted.
pub async fn run(app: App, wake: Arc<Notify>, mut stopping: watch::Receiver<bool>) {
    let mut desk = Desk::new(app);
    let mut look = true;
    let mut failed: u32 = 0;
    while !*stopping.borrow() {
        let worked = desk.turn(look).await;
        look = false;
        failed = if worked.is_ok() { 0 } else { failed.saturating_add(1) };
        if let Err(error) = worked {
            tracing::error!(error = %error, "deliveries can't be worked on");
            let pause = POLL.saturating_mul(1 << failed.min(5));
            tokio::select! {
                () = tokio::time::sleep(ids::spread(pause)) => {}
                _ = stopping.changed() => {}
            }
        }
        tokio::select! {
            Some(landed) = desk.sends.join_next_with_id(), if !desk.sends.is_empty() => {
                desk.landed(landed);
                desk.gather().await;
            }
            () = wake.notified() => look = true,
            () = tokio::time::sleep(POLL) => look = true,
            _ = stopping.changed() => {}
        }
    }
    if let Err(error) = desk.close().await {
        tracing::error!(error = %error, "the last deliveries can't be noted; they go out again later");
    }
}

/// Delivers all that can go now, and tells how many tries that took. For tests and for the command line.
///
/// # Errors
/// When the database fails; a delivery that fails is no error here.
pub async fn step(app: &App) -> Result<usize> {
    let mut desk = Desk::new(app.clone());
    desk.turn(true).await?;
    while let Some(landed) = desk.sends.join_next_with_id().await {
        desk.landed(landed);
        desk.turn(true).await?;
    }
    let count = desk.count;
    desk.close().await?;
    Ok(count)
}

type Landed = std::result::Result<(Id, Vec<Outcome>), tokio::task::JoinError>;

/// What one process has in hand.
struct Desk {
    app: App,
    queues: BTreeMap<String, Queue>,
    letters: Cache<ActivityId, Arc<Letter>>,
    sends: JoinSet<Vec<Outcome>>,
    flying: HashMap<Id, Flight>,
    results: Vec<(Waiting, Outcome)>,
    count: usize,
    /// More waits than was read.
    more: bool,
}

/// Deliveries to one host, on their way one after the other.
struct Flight {
    host: String,
    run: Vec<Waiting>,
    manner: Manner,
    began: Instant,
}

impl Desk {
    fn new(app: App) -> Self {
        let letters = Cache::builder()
            .weigher(|_id, letter: &Arc<Letter>| {
                u32::try_from(letter.payload.bytes().len()).unwrap_or(u32::MAX)
            })
            .max_capacity(LETTERS)
            .build();
        Self {
            app,
            queues: BTreeMap::new(),
            letters,
            sends: JoinSet::new(),
            flying: HashMap::new(),
            results: Vec::new(),
            count: 0,
            more: false,
        }
    }

    /// Notes what has landed, reads what is new (when told to, or when something ran dry), and sends what may go.
    async fn turn(&mut self, look: bool) -> Result<()> {
        while let Some(landed) = self.sends.try_join_next_with_id() {
            self.landed(landed);
        }
        self.settle().await?;
        let low = self.more && self.room() * 2 > self.app.config.federation.deliveries;
        // What waits in the database is many rows when much is under way: it isn't read again before it is needed.
        let dry = self.flying.is_empty() && self.queues.values().all(Queue::is_empty);
        if look || low || dry {
            self.refill().await?;
        }
        loop {
            let dropped = self.dispatch().await?;
            if dropped == 0 {
                return Ok(());
            }
            // What was dropped may have held back others.
            self.settle().await?;
        }
    }

    /// Takes in what lands in the next moment.
    async fn gather(&mut self) {
        let mut over = std::pin::pin!(tokio::time::sleep(GATHER));
        while !self.sends.is_empty() {
            tokio::select! {
                Some(landed) = self.sends.join_next_with_id() => self.landed(landed),
                () = &mut over => return,
            }
        }
    }

    /// Leases hosts and reads what waits for them.
    async fn refill(&mut self) -> Result<()> {
        if !self.app.config.federation.enabled {
            return Ok(());
        }
        let worker = self.app.worker.clone();
        let mut due = self.app.db.read(outbox::due).await?;
        let now = self.app.clock.now();
        let wanted: Vec<String> =
            due.iter().filter(|due| due.wants_lease(&worker, now)).map(|due| due.host.clone()).collect();
        if !wanted.is_empty() {
            let by = worker.clone();
            due = self
                .app
                .db
                .write(move |tx| {
                    outbox::lease(tx, &by, &wanted)?;
                    outbox::due(tx)
                })
                .await?;
        }
        let now = self.app.clock.now();
        let ours: Vec<String> =
            due.into_iter().filter(|due| due.is_ours(&worker, now)).map(|due| due.host).collect();
        for (host, queue) in &mut self.queues {
            if !ours.contains(host) {
                queue.rest();
            }
        }
        self.queues.retain(|_, queue| !queue.is_empty());
        if ours.is_empty() {
            return Ok(());
        }
        let (letters, memory) = (self.letters.clone(), self.app.federation.clone());
        let waiting = self
            .app
            .db
            .read(move |tx| {
                let waiting = outbox::waiting(tx, &ours)?;
                let ids: BTreeSet<ActivityId> = waiting.iter().map(|one| one.activity_id).collect();
                let missing: Vec<ActivityId> =
                    ids.into_iter().filter(|id| !letters.contains_key(id)).collect();
                for (id, letter) in write_letters(tx, &memory, &missing)? {
                    letters.insert(id, Arc::new(letter));
                }
                Ok(waiting)
            })
            .await?;
        self.more = waiting.len() >= outbox::READ;
        for one in waiting {
            self.queues.entry(one.host.clone()).or_default().add(one);
        }
        Ok(())
    }

    /// Sends what may go now; tells how much was dropped instead.
    async fn dispatch(&mut self) -> Result<usize> {
        let picked = self.pick();
        if picked.is_empty() {
            return Ok(0);
        }
        let asked: BTreeSet<(String, Option<GroupId>)> =
            picked.iter().flatten().map(|one| (one.host.clone(), one.group_id)).collect();
        let letter = |one: &Waiting| self.letters.get(&one.activity_id);
        let about: BTreeSet<GroupId> = picked.iter().flatten().filter_map(|one| letter(one)?.about).collect();
        let standing = self.app.db.read(move |tx| Standing::now(tx, &asked, &about)).await;
        let standing = match standing {
            Ok(standing) => standing,
            Err(error) => {
                picked.iter().for_each(|run| self.put_back(run));
                return Err(error);
            }
        };
        let mut dropped = 0;
        for run in picked {
            let Some(host) = run.first().map(|one| one.host.clone()) else { continue };
            let Some((ready, manner)) = standing.manner(&host) else {
                self.put_back(&run);
                continue;
            };
            let mut letters = Vec::with_capacity(run.len());
            for one in run {
                let letter = self.letters.get(&one.activity_id);
                if let Some(why) = standing.refusal(&one, letter.as_deref()) {
                    dropped += 1;
                    let outcome = Outcome::dropped(&one, why);
                    self.results.push((one, outcome));
                } else if let Some(letter) = letter {
                    letters.push((one, letter));
                }
            }
            if letters.is_empty() {
                self.queues.entry(host).or_default().ended();
            } else if ready {
                self.launch(host, letters, manner);
            } else {
                let run: Vec<Waiting> = letters.into_iter().map(|(one, _)| one).collect();
                self.put_back(&run);
                self.queues.entry(host).or_default().rest();
            }
        }
        Ok(dropped)
    }

    /// Takes what may go, in turns over the hosts, as far as the limits reach.
    fn pick(&mut self) -> Vec<Vec<Waiting>> {
        let per_peer = self.app.config.federation.deliveries_per_peer;
        let mut room = self.room();
        let slow: BTreeSet<String> = self.slow().map(|flight| flight.host.clone()).collect();
        let mut picked = Vec::new();
        let mut more = true;
        while more && room > 0 {
            more = false;
            for (host, queue) in &mut self.queues {
                if room == 0 || queue.runs() >= per_peer || slow.contains(host) {
                    continue;
                }
                if let Some(run) = queue.next() {
                    picked.push(run);
                    room -= 1;
                    more = true;
                }
            }
        }
        picked
    }

    fn slow(&self) -> impl Iterator<Item = &Flight> {
        self.flying.values().filter(|flight| flight.began.elapsed() > SLOW)
    }

    /// How many more may go. Those that wait long for an answer don't count, as far as memory allows.
    fn room(&self) -> usize {
        let most = self.app.config.federation.deliveries;
        let quick = self.flying.len() - self.slow().count();
        most.saturating_sub(quick).min((most * WITH_SLOW).saturating_sub(self.flying.len()))
    }

    /// Puts back a run that isn't sent now.
    fn put_back(&mut self, run: &[Waiting]) {
        if let Some(queue) = run.first().and_then(|one| self.queues.get_mut(&one.host)) {
            queue.ended();
            run.iter().for_each(|one| queue.put_back(one.id));
        }
    }

    fn launch(&mut self, host: String, letters: Vec<(Waiting, Arc<Letter>)>, manner: Manner) {
        self.count += letters.len();
        let run = letters.iter().map(|(one, _)| one.clone()).collect();
        let app = self.app.clone();
        let task = self.sends.spawn(async move { send::send_run(&app, &letters, manner, SLOW).await });
        self.flying.insert(task.id(), Flight { host, run, manner, began: Instant::now() });
    }

    /// Takes results in; they are noted by the next [`Self::settle`]. What wasn't tried is put back.
    fn landed(&mut self, landed: Landed) {
        let (id, outcomes) = match landed {
            Ok((id, outcomes)) => (id, Some(outcomes)),
            Err(error) => (error.id(), None),
        };
        let Some(Flight { run, manner, .. }) = self.flying.remove(&id) else { return };
        let now = self.app.clock.now();
        let mut outcomes = outcomes.unwrap_or_else(|| {
            run.iter().take(1).map(|one| Outcome::broken(one, manner, "an error of ours", now)).collect()
        });
        let rest = run.get(outcomes.len()..).unwrap_or_default().to_vec();
        self.put_back(&rest);
        if rest.is_empty()
            && let Some(queue) = run.first().and_then(|one| self.queues.get_mut(&one.host))
        {
            queue.ended();
        }
        self.count -= rest.len();
        self.results.extend(run.into_iter().zip(outcomes.drain(..)));
    }

    /// Notes all results in one transaction.
    async fn settle(&mut self) -> Result<()> {
        if self.results.is_empty() {
            return Ok(());
        }
        let tried: Arc<Vec<Tried>> =
            Arc::new(self.results.iter().map(|(_, outcome)| outcome.tried.clone()).collect());
        let mut hosts: BTreeMap<String, Health> = BTreeMap::new();
        for (waiting, outcome) in &self.results {
            let Some(health) = &outcome.health else { continue };
            let worse = !matches!(
                (hosts.get(&waiting.host), health),
                (Some(Health::Failing(..)), _) | (Some(Health::Reached(Some(_))), Health::Reached(None))
            );
            if worse {
                hosts.insert(waiting.host.clone(), health.clone());
            }
        }
        let noted = Arc::new(hosts);
        let (to_note, health) = (Arc::clone(&tried), Arc::clone(&noted));
        let holders = Arc::new(self.delivered());
        self.app
            .db
            .write(move |tx| {
                outbox::settle(tx, &to_note, &health)?;
                groups::holders::delivered(tx, &holders)
            })
            .await?;
        for (waiting, outcome) in self.results.drain(..) {
            let word = match outcome.tried.end {
                End::Done => "done",
                End::Failed => "failed",
                End::Closed => "closed",
                End::Again => "retry",
            };
            self.app.metrics.delivery(word);
            if outcome.tried.end == End::Failed {
                tracing::info!(
                    host = %waiting.host, status = outcome.tried.status, activity = %waiting.activity_id,
                    "a delivery was refused"
                );
            }
            if let Some(queue) = self.queues.get_mut(&waiting.host) {
                queue.landed(waiting.id);
                if matches!(noted.get(&waiting.host), Some(Health::Failing(..)))
                    || outcome.tried.end == End::Closed
                {
                    // Read again from the database when the time has come.
                    queue.rest();
                }
            }
        }
        Ok(())
    }

    /// Of which groups something was delivered, and where: posts and what changes them, not who joins or leaves.
    fn delivered(&self) -> BTreeSet<(GroupId, String)> {
        let done = self.results.iter().filter(|(_, outcome)| outcome.tried.end == End::Done);
        done.filter(|(one, _)| !one.lane.is_empty())
            .filter_map(|(one, _)| Some((one.group_id?, one.host.clone())))
            .collect()
    }

    /// Awaits what is on its way, notes it, and gives the hosts back.
    async fn close(mut self) -> Result<()> {
        while let Some(landed) = self.sends.join_next_with_id().await {
            self.landed(landed);
        }
        self.settle().await?;
        let worker = self.app.worker.clone();
        self.app.db.write(move |tx| outbox::release(tx, &worker)).await.map(|_hosts| ())
    }
}

/// Activities ready to be sent, but for those whose senders have no keys any more.
fn write_letters(
    tx: &mut Tx<'_>,
    memory: &super::state::State,
    ids: &[ActivityId],
) -> Result<Vec<(ActivityId, Letter)>> {
    let mut signers: BTreeMap<ActorId, Option<Signers>> = BTreeMap::new();
    let mut written = Vec::with_capacity(ids.len());
    for row in outbox::find_many(tx, ids)? {
        let known = match signers.entry(row.actor_id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let actor = actors::find(tx, row.actor_id)?;
                place.insert(match Signers::load(tx, memory, &actor) {
                    Ok(keys) => Some(keys),
                    Err(crate::error::Error::NotFound) => None,
                    Err(error) => return Err(error),
                })
            }
        };
        if let Some(signers) = known {
            let (parting, inviting) = (is_parting(&row.kind), is_inviting(&row.kind));
            let (unlinking, facing) = (is_unlinking(&row.kind), is_facing(&row.kind));
            let (kinds, about) = (kinds_of(&row.kind, &row.document.0), about(tx, &row)?);
            let payload = Payload::new(Bytes::from(row.document.0), wire::ACTIVITY_JSON);
            let signers = signers.clone();
            let letter = Letter { payload, signers, parting, unlinking, facing, inviting, kinds, about };
            written.push((row.id, letter));
        }
    }
    Ok(written)
}

/// The group elsewhere that an activity without one is about, as far as rules may name it.
fn about(tx: &mut Tx<'_>, row: &ActivityRow) -> Result<Option<GroupId>> {
    match row.kind.as_str() {
        _ if row.group_id.is_some() => Ok(None),
        "Follow" => {
            let asked = actors::by_uri(tx, &row.object_uri)?;
            Ok(asked.filter(|actor| actor.kind == ActorKind::Group).map(|group| group.id.into()))
        }
        "Flag" => Ok(threads::outward::by_uri(tx, &row.object_uri)?.map(|head| head.group)),
        _ => Ok(None),
    }
}
