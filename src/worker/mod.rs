//! Works on the queues: claims jobs and calls the code that does them. The only place that knows both.
#![expect(clippy::disallowed_methods, reason = "tasks are started here, so that shutdown knows them all")]

mod takeover;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};

pub use self::takeover::take_over;
use self::takeover::{attend, look_round};
use crate::app::App;
use crate::error::{Error, Result};
use crate::federation::store::inbox::InboxState;
use crate::federation::{apply, backfill, copies, delivery, meet, outbound, resolve, store};
use crate::fediverse;
use crate::groups;
use crate::ids::{self, JobId};
use crate::jobs::{self, Claimed, Job, Share};
use crate::mail;
use crate::media;
use crate::membership::ending;
use crate::mending;
use crate::notices;
use crate::people::leaving;
use crate::prune;
use crate::rules::changes::ties;
use crate::threads;

/// Jobs claimed at once. Mails among them go out one after the other, all within one lease, so that no other process sends them too.
const BATCH: i64 = 32;

/// Lines of the journal that are published together.
const PUBLISHED: i64 = 128;

/// Loops that ask other servers, each one job at a time: so many servers that don't answer hold up the others for a while.
const ASKERS: usize = 4;

/// How long one such job may take; what it did stays done, and it goes on later. Shorter than its lease.
const ASKING: Duration = Duration::from_secs(100);

/// How often the queues are looked at when nobody wakes us: another process may have filled them.
const POLL: Duration = Duration::from_millis(500);

/// How long a job waits that the database failed, in seconds.
const POSTPONED: i64 = 5;

/// Longest pause of a loop after the database failed again and again.
const LONGEST: Duration = Duration::from_secs(15);

/// How often is looked whether something waits for a day that can't be right.
const MEND: Duration = Duration::from_mins(1);

/// Pauses of a loop after the database failed: each twice as long as the one before, and none quite as long as another loop's, so
/// that not all come at once when it is back.
#[derive(Debug, Default)]
struct Pauses(u32);

impl Pauses {
    /// It worked.
    fn over(&mut self) {
        self.0 = 0;
    }

    /// It failed once more: so long is waited.
    fn next(&mut self) -> Duration {
        let pause = POLL.saturating_mul(1 << self.0.min(6)).min(LONGEST);
        self.0 = self.0.saturating_add(1);
        ids::spread(pause)
    }
}

/// Works until `stopping` turns true; what runs then is finished first. Each queue has a loop of its own, so that none waits
/// for another.
pub async fn run(app: App, stopping: watch::Receiver<bool>) {
    if let Err(error) = app.db.write(prune::schedule).await {
        tracing::error!(error = %error, "what is past its time can't be removed");
    }
    let bells = Bells::default();
    // Before anything is claimed: who isn't known to be at work is taken for gone.
    let mut presence = None;
    look_round(&app, &mut presence).await;
    let attending = tokio::task::spawn(attend(app.clone(), presence));
    let mut loops = vec![
        tokio::task::spawn(work(app.clone(), Queue::Publish, bells.clone(), stopping.clone())),
        tokio::task::spawn(work(app.clone(), Queue::Others, bells.clone(), stopping.clone())),
        tokio::task::spawn(work(app.clone(), Queue::Inbox, bells.clone(), stopping.clone())),
        tokio::task::spawn(work(app.clone(), Queue::Parked, bells.clone(), stopping.clone())),
        tokio::task::spawn(delivery::run(app.clone(), Arc::clone(&bells.deliveries), stopping.clone())),
        tokio::task::spawn(mend(app.clone(), bells.clone(), stopping.clone())),
    ];
    for _ in 0..ASKERS {
        loops.push(tokio::task::spawn(work(app.clone(), Queue::Ask, bells.clone(), stopping.clone())));
    }
    let mut stopped = stopping;
    tokio::select! {
        () = ring(&app, &bells) => {}
        _ = stopped.wait_for(|stop| *stop) => {}
    }
    for running in loops {
        if let Err(error) = running.await {
            tracing::error!(error = %error, "a queue's loop broke off");
        }
    }
    attending.abort();
}

/// The queues that are worked on in steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Queue {
    /// Telling other servers.
    Publish,
    /// Asking other servers.
    Ask,
    /// All other jobs.
    Others,
    /// Activities that came in.
    Inbox,
    /// Those that need another server.
    Parked,
}

/// What wakes each loop.
#[derive(Clone, Default)]
struct Bells {
    publish: Arc<Notify>,
    ask: Arc<Notify>,
    others: Arc<Notify>,
    inbox: Arc<Notify>,
    parked: Arc<Notify>,
    deliveries: Arc<Notify>,
}

impl Bells {
    fn of(&self, queue: Queue) -> &Notify {
        match queue {
            Queue::Publish => &self.publish,
            Queue::Ask => &self.ask,
            Queue::Others => &self.others,
            Queue::Inbox => &self.inbox,
            Queue::Parked => &self.parked,
        }
    }

    /// What one queue did is work for the next.
    fn pass_on(&self, queue: Queue) {
        match queue {
            Queue::Publish => self.deliveries.notify_one(),
            Queue::Ask | Queue::Others => {}
            // What is applied is published, and what can't be yet is parked; what waited behind it can go on after it.
            Queue::Inbox | Queue::Parked => {
                for bell in [&self.publish, &self.ask, &self.others, &self.inbox, &self.parked] {
                    bell.notify_one();
                }
            }
        }
    }
}

/// Passes the one bell of the application on to all loops.
async fn ring(app: &App, bells: &Bells) {
    let (mut rung, mut arrived) = (Box::pin(app.wake.notified()), Box::pin(app.arrived.notified()));
    loop {
        // The next ring is listened for before this one is passed on, so that none is lost.
        tokio::select! {
            () = &mut rung => rung = Box::pin(app.wake.notified()),
            () = &mut arrived => {
                arrived = Box::pin(app.arrived.notified());
                bells.inbox.notify_one();
                continue;
            }
        }
        for bell in [&bells.publish, &bells.ask, &bells.others, &bells.inbox, &bells.deliveries] {
            bell.notify_one();
        }
    }
}

/// Looks now and then whether a clock that was ahead left something behind.
async fn mend(app: App, bells: Bells, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        match mend_step(&app).await {
            Ok(0) => {}
            Ok(_) => {
                bells.pass_on(Queue::Inbox);
                bells.deliveries.notify_one();
            }
            Err(error) => tracing::error!(error = %error, "what a wrong clock left can't be mended"),
        }
        tokio::select! {
            () = tokio::time::sleep(MEND) => {}
            _ = stopping.changed() => {}
        }
    }
}

async fn mend_step(app: &App) -> Result<usize> {
    if !app.db.read(mending::is_due).await? {
        return Ok(0);
    }
    let mended = app.db.write(mending::mend).await?;
    tracing::warn!(mended, "the clock was ahead; what waited for a day that is far off is done now");
    Ok(mended)
}

async fn work(app: App, queue: Queue, bells: Bells, mut stopping: watch::Receiver<bool>) {
    let bell = bells.of(queue);
    let (mut broken, mut pauses) = (false, Pauses::default());
    while !*stopping.borrow() {
        if broken {
            match give_back(&app, queue).await {
                Ok(()) => broken = false,
                Err(_still) => {
                    tokio::select! {
                        () = tokio::time::sleep(pauses.next()) => {}
                        _ = stopping.changed() => {}
                    }
                    continue;
                }
            }
        }
        let worked = match queue {
            Queue::Publish => publish_step(&app).await,
            Queue::Ask => jobs_step(&app, Share::Ask, 1).await,
            Queue::Others => jobs_step(&app, Share::Others, BATCH).await,
            Queue::Inbox => apply::step(&app).await,
            Queue::Parked => apply::step_parked(&app).await,
        };
        if matches!(worked, Ok(1..)) {
            bells.pass_on(queue);
        }
        if worked.is_ok() {
            pauses.over();
        }
        match worked {
            Ok(0) => {
                tokio::select! {
                    () = bell.notified() => {}
                    () = tokio::time::sleep(POLL) => {}
                    _ = stopping.changed() => {}
                }
            }
            Ok(_) => {}
            Err(error) => {
                tracing::error!(error = %error, ?queue, "the queue can't be worked on");
                broken = true;
                tokio::select! {
                    () = tokio::time::sleep(pauses.next()) => {}
                    _ = stopping.changed() => {}
                }
            }
        }
    }
}

/// Gives back what a loop had claimed when the database failed it, so that it needn't wait for its own leases to end. It has
/// nothing in hand then.
async fn give_back(app: &App, queue: Queue) -> Result<()> {
    let worker = app.worker.clone();
    let freed = app.db.write(move |tx| match queue {
        Queue::Publish => jobs::release_of(tx, &worker, Some(Share::Publish)),
        Queue::Others => jobs::release_of(tx, &worker, Some(Share::Others)),
        // Several loops share this one: what the others have in hand stays theirs, and this lease ends by itself.
        Queue::Ask => Ok(0),
        Queue::Inbox => store::inbox::release_of(tx, &worker, &[InboxState::Waiting]),
        Queue::Parked => store::inbox::release_of(tx, &worker, &[InboxState::Parked]),
    });
    freed.await.map(|_count| ())
}

/// Does what is due now in all queues, once; tells how much that was. Tests call it until nothing is left.
///
/// # Errors
/// When the database fails; a job that fails is retried later and is no error here.
pub async fn step(app: &App) -> Result<usize> {
    let mut count = mend_step(app).await?;
    count += apply::step(app).await? + apply::step_parked(app).await?;
    count += publish_step(app).await?;
    for share in [Share::Ask, Share::Others] {
        count += jobs_step(app, share, BATCH).await?;
    }
    count += delivery::step(app).await?;
    Ok(count)
}

/// Publishes what is due, in order, as few transactions as that takes. Behind a job that fails those on its lane wait.
async fn publish_step(app: &App) -> Result<usize> {
    if !app.db.read(|tx| jobs::is_due(tx, Share::Publish)).await? {
        return Ok(0);
    }
    let worker = app.worker.clone();
    let claimed = app.db.write(move |tx| jobs::claim(tx, &worker, Share::Publish, PUBLISHED)).await?;
    let count = claimed.len();
    let mut held = Held::default();
    let mut entries = Vec::with_capacity(count);
    let mut known = Vec::with_capacity(count);
    for claim in claimed {
        match claim.payload.read::<Job>() {
            Ok(Job::Publish { entry }) if !held.is_behind(&claim) => {
                entries.push(entry);
                known.push(claim);
            }
            Ok(Job::Publish { .. }) => held.back(app, claim).await?,
            Ok(other) => {
                let error = Error::internal(format!("{} isn't publishing", other.kind()));
                held.failed(app, claim, error).await?;
            }
            Err(error) => held.failed(app, claim, error).await?,
        }
    }
    let mut done = Vec::with_capacity(count);
    for (claim, result) in known.into_iter().zip(outbound::publish(app, &entries).await) {
        match result {
            Ok(()) => {
                app.metrics.job("publish", "done");
                done.push(claim.id);
            }
            Err(error) => held.failed(app, claim, error).await?,
        }
    }
    if !done.is_empty() {
        app.db.write(move |tx| jobs::finish(tx, &done)).await?;
    }
    Ok(count)
}

/// Lanes on which a job has failed.
#[derive(Default)]
struct Held {
    lanes: BTreeSet<String>,
}

impl Held {
    fn is_behind(&self, claim: &Claimed) -> bool {
        self.lanes.contains(&claim.lane)
    }

    /// The first that fails on a lane is tried again later; those behind it are given back.
    async fn failed(&mut self, app: &App, claim: Claimed, error: Error) -> Result<()> {
        if self.is_behind(&claim) {
            return self.back(app, claim).await;
        }
        if !claim.lane.is_empty() {
            self.lanes.insert(claim.lane.clone());
        }
        settle(app, claim, Err(error)).await
    }

    async fn back(&self, app: &App, claim: Claimed) -> Result<()> {
        app.db.write(move |tx| jobs::release(tx, &[claim.id], 0)).await.map(|_one| ())
    }
}

async fn jobs_step(app: &App, share: Share, limit: i64) -> Result<usize> {
    if !app.db.read(move |tx| jobs::is_due(tx, share)).await? {
        return Ok(0);
    }
    let worker = app.worker.clone();
    let claimed = app.db.write(move |tx| jobs::claim(tx, &worker, share, limit)).await?;
    let count = claimed.len();
    for claim in tell(app, claimed).await? {
        let result = match claim.payload.read::<Job>() {
            Ok(job) => perform(app, &job).await.map(|()| job.kind()),
            Err(error) => Err(error),
        };
        settle(app, claim, result).await?;
    }
    Ok(count)
}

/// Tells people of many lines in one transaction; gives the jobs that are left. When one fails, that are all of them: each is
/// then done by itself.
async fn tell(app: &App, claimed: Vec<Claimed>) -> Result<Vec<Claimed>> {
    let (mut entries, mut ids) = (Vec::new(), Vec::new());
    for claim in &claimed {
        if let Ok(Job::Notify { entry }) = claim.payload.read::<Job>() {
            entries.push(entry);
            ids.push(claim.id);
        }
    }
    if entries.len() < 2 {
        return Ok(claimed);
    }
    let told: BTreeSet<JobId> = ids.iter().copied().collect();
    let locales = app.locales.clone();
    let done = app.db.write(move |tx| {
        notices::acts::notify(tx, &entries, &locales)?;
        jobs::finish(tx, &ids)
    });
    if done.await.is_err() {
        return Ok(claimed);
    }
    told.iter().for_each(|_| app.metrics.job("notify", "done"));
    Ok(claimed.into_iter().filter(|claim| !told.contains(&claim.id)).collect())
}

async fn settle(app: &App, claim: Claimed, result: Result<&'static str>) -> Result<()> {
    match result {
        Ok(kind) => {
            app.metrics.job(kind, "done");
            app.db.write(move |tx| jobs::finish(tx, &[claim.id])).await
        }
        // The job is as good as before, however long that lasts.
        Err(Error::Unavailable(error)) => {
            tracing::warn!(job.id = %claim.id, error = %error, "a job has to wait");
            app.db.write(move |tx| jobs::release(tx, &[claim.id], POSTPONED)).await.map(|_one| ())
        }
        Err(error) => {
            tracing::warn!(job.id = %claim.id, attempts = claim.attempts, error = %error, "a job failed");
            app.metrics.job("any", "retry");
            let text = format!("{error:#}");
            app.db.write(move |tx| jobs::retry(tx, &claim, &text)).await
        }
    }
}

/// Does one job.
async fn perform(app: &App, job: &Job) -> Result<()> {
    match job {
        Job::Notify { entry } => {
            let (entry, locales) = (*entry, app.locales.clone());
            app.db.write(move |tx| notices::acts::notify(tx, &[entry], &locales)).await
        }
        Job::Publish { entry } => outbound::publish(app, &[*entry]).await.into_iter().collect(),
        Job::Mail { mail } => mail::send(app, *mail).await,
        Job::Backfill { group } => in_time(backfill::run(app, *group)).await,
        Job::Refresh { uri } => in_time(resolve::refresh(app, uri)).await,
        Job::Meet { host } => in_time(meet::unless_known(app, host)).await,
        Job::Sever { host, change } => fediverse::sever(&app.db, host, *change).await,
        Job::Restore { change } => ties::restore(&app.db, *change).await,
        Job::DropCopies => copies::drop_due(&app.db).await,
        Job::EndMemberships => ending::end_all(&app.db).await,
        Job::DeleteAccount { person } => leaving::delete(&app.db, *person).await,
        Job::Prune => prune::round(app).await,
        Job::IndexPosts { after } => threads::reindex::renew(&app.db, *after).await,
        Job::IndexGroups { after } => groups::index::renew(&app.db, *after).await,
        Job::RemoveFile { files, .. } => {
            media::store::remove(app.config.media.dir.clone(), files.clone()).await
        }
    }
}

/// Asks other servers, but not for longer than the job is leased.
async fn in_time(asking: impl Future<Output = Result<()>>) -> Result<()> {
    tokio::time::timeout(ASKING, asking)
        .await
        .unwrap_or_else(|_late| Err(Error::internal("it took too long")))
}
