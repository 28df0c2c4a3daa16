//! Takes over what a process had in hand that is gone: at the start of the only one, and from others that share a PostgreSQL.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::app::{ATTENDED, App};
use crate::db::presence::{self, Presence};
use crate::error::Result;
use crate::federation::store;
use crate::federation::store::inbox::InboxState;
use crate::jobs;

/// How often is looked whether those that share the database are still at work.
const ROUND: Duration = Duration::from_secs(1);

/// Lets others know that this process is at work, and takes over from those that aren't any more.
pub(super) async fn attend(app: App, mut presence: Option<Presence>) {
    loop {
        tokio::time::sleep(ROUND).await;
        look_round(&app, &mut presence).await;
    }
}

/// Does that once.
pub(super) async fn look_round(app: &App, presence: &mut Option<Presence>) {
    let looked = async {
        *presence = app.db.attend(&app.worker, presence.take()).await?;
        if presence.is_none() { Ok(0) } else { inherit(app).await }
    };
    match looked.await {
        Ok(0) => {}
        Ok(freed) => {
            tracing::info!(freed, "another process didn't end well; what it had begun is done again");
            app.wake.notify_one();
        }
        Err(error) => tracing::warn!(error = %error, "can't look who else is at work"),
    }
}

/// Gives back what processes had claimed that are gone; tells how much that was.
async fn inherit(app: &App) -> Result<usize> {
    let holders = app.db.read(|tx| {
        let mut holders = jobs::holders(tx)?;
        holders.extend(store::inbox::holders(tx)?);
        holders.extend(store::outbox::holders(tx)?);
        Ok(holders)
    });
    let others: BTreeSet<String> = holders.await?.into_iter().filter(|name| *name != app.worker).collect();
    let mut freed = 0;
    for name in others.into_iter().filter(|name| name.starts_with(ATTENDED)) {
        freed += app
            .db
            .write(move |tx| {
                if !presence::is_gone(tx, &name)? {
                    return Ok(0);
                }
                Ok(jobs::release_of(tx, &name, None)?
                    + store::inbox::release_of(tx, &name, &[InboxState::Waiting, InboxState::Parked])?
                    + store::outbox::release(tx, &name)?)
            })
            .await?;
    }
    Ok(freed)
}

/// Gives back what a process had claimed that died. Only for a start when no other process can be at work: on PostgreSQL, where
/// one can, [`inherit`] looks who is.
///
/// # Errors
/// Only when the database does.
pub async fn take_over(app: &App) -> Result<()> {
    let freed = app.db.write(|tx| {
        Ok(jobs::release_all(tx)? + store::inbox::release_all(tx)? + store::outbox::release_all(tx)?)
    });
    let freed = freed.await?;
    if freed > 0 {
        tracing::info!(freed, "the last process didn't end well; what it had begun is done again");
    }
    Ok(())
}
