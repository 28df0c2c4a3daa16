//! Works on the queues: claims jobs and calls the code that does them. The only place that knows both.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};

use crate::app::App;
use crate::error::Result;
use crate::federation::{delivery, outbound};
use crate::jobs::{self, Claimed, Job, Share};
use crate::mail;
use crate::media::store;
use crate::notices;

/// Jobs claimed at once.
const BATCH: i64 = 32;

/// How often the queues are looked at when nobody wakes us: another process may have filled them.
const POLL: Duration = Duration::from_millis(500);

/// Works until `stopping` turns true; what runs then is finished first. Each queue has a loop of its own, so that none waits
/// for another.
pub async fn run(app: App, stopping: watch::Receiver<bool>) {
    let bells = Bells::default();
    let loops = [
        tokio::task::spawn(work(app.clone(), Share::Publish, bells.clone(), stopping.clone())),
        tokio::task::spawn(work(app.clone(), Share::Others, bells.clone(), stopping.clone())),
        tokio::task::spawn(delivery::run(app.clone(), Arc::clone(&bells.deliveries), stopping.clone())),
    ];
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
}

/// What wakes each loop.
#[derive(Clone, Default)]
struct Bells {
    publish: Arc<Notify>,
    others: Arc<Notify>,
    deliveries: Arc<Notify>,
}

/// Passes the one bell of the application on to all loops.
async fn ring(app: &App, bells: &Bells) {
    let mut rung = app.wake.notified();
    loop {
        rung.await;
        // The next ring is listened for before this one is passed on, so that none is lost.
        rung = app.wake.notified();
        for bell in [&bells.publish, &bells.others, &bells.deliveries] {
            bell.notify_one();
        }
    }
}

async fn work(app: App, share: Share, bells: Bells, mut stopping: watch::Receiver<bool>) {
    let bell = if share == Share::Publish { &bells.publish } else { &bells.others };
    while !*stopping.borrow() {
        let worked = jobs_step(&app, share).await;
        if share == Share::Publish && matches!(worked, Ok(1..)) {
            bells.deliveries.notify_one();
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
                tracing::error!(error = %error, "the queue can't be worked on");
                tokio::time::sleep(POLL).await;
            }
        }
    }
}

/// Does what is due now in all queues, once; tells how much that was. Tests call it until nothing is left.
///
/// # Errors
/// When the database fails; a job that fails is retried later and is no error here.
pub async fn step(app: &App) -> Result<usize> {
    let mut count = jobs_step(app, Share::Publish).await?;
    count += jobs_step(app, Share::Others).await?;
    count += delivery::step(app).await?;
    Ok(count)
}

async fn jobs_step(app: &App, share: Share) -> Result<usize> {
    let worker = app.worker.clone();
    let claimed = app.db.write(move |tx| jobs::claim(tx, &worker, share, BATCH)).await?;
    let count = claimed.len();
    for claim in claimed {
        let result = match claim.payload.read::<Job>() {
            Ok(job) => perform(app, &job).await.map(|()| job.kind()),
            Err(error) => Err(error),
        };
        settle(app, claim, result).await?;
    }
    Ok(count)
}

async fn settle(app: &App, claim: Claimed, result: Result<&'static str>) -> Result<()> {
    match result {
        Ok(kind) => {
            app.metrics.job(kind, "done");
            app.db.write(move |tx| jobs::finish(tx, claim.id)).await
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
            app.db.write(move |tx| notices::acts::notify(tx, entry, &locales)).await
        }
        Job::Publish { entry } => outbound::publish(app, *entry).await,
        Job::Mail { mail } => mail::send(app, *mail).await,
        Job::RemoveFile { files, .. } => store::remove(app.config.media.dir.clone(), files.clone()).await,
        other => {
            tracing::debug!(kind = other.kind(), "nothing to do yet");
            Ok(())
        }
    }
}
