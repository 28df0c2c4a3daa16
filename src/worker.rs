//! Works on the queues: claims jobs and calls the code that does them. The only place that knows both.

use std::time::Duration;

use tokio::sync::watch;

use crate::app::App;
use crate::error::Result;
use crate::jobs::{self, Claimed, Job};
use crate::media::store;
use crate::notices;

/// Jobs claimed at once.
const BATCH: i64 = 32;

/// How often the queues are looked at when nobody wakes us: another process may have filled them.
const POLL: Duration = Duration::from_millis(500);

/// Works until `stopping` turns true; what runs then is finished first.
pub async fn run(app: App, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        match step(&app).await {
            Ok(0) => {
                tokio::select! {
                    () = app.wake.notified() => {}
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

/// Does what is due now, once; tells how much that was. Tests call it until nothing is left.
///
/// # Errors
/// When the database fails; a job that fails is retried later and is no error here.
pub async fn step(app: &App) -> Result<usize> {
    let worker = app.worker.clone();
    let claimed = app.db.write(move |tx| jobs::claim(tx, &worker, BATCH)).await?;
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
        Job::RemoveFile { files, .. } => store::remove(app.config.media.dir.clone(), files.clone()).await,
        other => {
            tracing::debug!(kind = other.kind(), "nothing to do yet");
            Ok(())
        }
    }
}
