//! Removes what is past its time, once a day: what each feature keeps only for a while, by `retention` in the configuration.
//! And has read again what other servers said of their people and groups too long ago, and reminds of agreements that end.
//!
//! Each line of [`round`] is one feature's own act, in a transaction of its own; what fails is tried again by the queue.

use diesel::prelude::*;

use crate::app::App;
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::federation::store::{inbox, known, outbox_age};
use crate::jobs::{self, Job};
use crate::links::retention as proposals;
use crate::media::store;
use crate::membership::invitations;
use crate::people::{attempts, retention};
use crate::rules::changes::ties;
use crate::{agreements, audit, instance, journal, mail, media, notices};

/// Seconds between two rounds.
const PAUSE: i64 = 86_400;

/// Days after which an actor elsewhere is read again.
const STALE: i64 = 7;

/// Actors that are read again in one round, and seconds between two of them: all in less than a day.
const REFRESHED: (i64, i64) = (800, 100);

/// Makes sure that a round is due: called when a process begins to work on the queues.
///
/// # Errors
/// Only when the database does.
pub fn schedule(tx: &mut Tx<'_>) -> Result<()> {
    use diesel::dsl::{exists, select};
    use schema::jobs::dsl;
    let waiting = dsl::jobs.filter(dsl::kind.eq(Job::Prune.kind()).and(dsl::failed_at.is_null()));
    if select(exists(waiting)).get_result(tx.conn)? {
        return Ok(());
    }
    jobs::enqueue(tx, &Job::Prune)
}

/// One round, and the next one for tomorrow.
///
/// # Errors
/// When the database or the media folder fails.
pub async fn round(app: &App) -> Result<()> {
    let keep = app.config.retention.clone();
    let db = &app.db;
    let mut gone = 0;
    gone += db.write(move |tx| inbox::prune(tx, keep.inbox_days, keep.log_days)).await?;
    let keep = &app.config.retention;
    let days = keep.deliveries_days;
    gone += db.write(move |tx| outbox_age::prune(tx, days)).await?;
    let days = keep.journal_days;
    gone += db.write(move |tx| journal::prune(tx, days)).await?;
    gone += db.write(move |tx| audit::prune(tx, days)).await?;
    gone += db.write(move |tx| agreements::messages::prune(tx, days)).await?;
    gone += db.write(move |tx| ties::prune(tx, days)).await?;
    gone += db.write(move |tx| proposals::prune(tx, days)).await?;
    let days = keep.notices_days;
    gone += db.write(move |tx| notices::acts::prune(tx, days)).await?;
    let days = keep.log_days;
    gone += db.write(move |tx| jobs::prune(tx, days)).await?;
    gone +=
        db.write(move |tx| if days == 0 { Ok(0) } else { mail::prune(tx, tx.now.plus_days(-days)) }).await?;
    gone += db.write(attempts::prune).await?;
    gone += db.write(instance::limits::prune).await?;
    gone += db.write(invitations::prune).await?;
    let days = keep.sessions_days;
    gone += db.write(move |tx| retention::prune(tx, days)).await?;
    gone += db.write(retention::prune_unconfirmed).await?;
    gone += db.write(media::acts::prune).await?;
    gone += store::sweep(db, app.config.media.dir.clone(), keep.remote_media_days).await?;
    tracing::info!(gone, "what was past its time is removed");
    db.write(agreements::acts::remind).await?;
    if app.config.federation.enabled {
        db.write(refresh).await?;
    }
    // An agreement or a membership may have come to its end without anybody's doing.
    for job in [Job::DropCopies, Job::EndMemberships] {
        db.write(move |tx| jobs::enqueue(tx, &job)).await?;
    }
    db.write(|tx| {
        let then = tx.now.plus_seconds(PAUSE);
        jobs::enqueue_at(tx, &Job::Prune, then)
    })
    .await
}

/// Has actors elsewhere read again whose documents are old, a few at a time.
fn refresh(tx: &mut Tx<'_>) -> Result<()> {
    let (limit, apart) = REFRESHED;
    let mut at = tx.now;
    for uri in known::stale(tx, tx.now.plus_days(-STALE), limit)? {
        jobs::enqueue_at(tx, &Job::Refresh { uri }, at)?;
        at = at.plus_seconds(apart);
    }
    Ok(())
}
