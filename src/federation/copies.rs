//! Drops the copies of closed groups elsewhere that nobody here may read any more: posts, files, and what was sent and received of them.
//! Their host is told when all of them are gone: it keeps a list of who holds copies.

use super::store::{held, outbox_age};
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::ids::GroupId;
use crate::journal::{self, Detail, Did, Line};
use crate::threads;

/// Topics that go in one transaction.
const TOPICS: i64 = 50;

/// Drops all that is due: `Job::DropCopies`. What may be read again meanwhile stays.
///
/// # Errors
/// Only when the database does.
pub async fn drop_due(db: &Db) -> Result<()> {
    for group in db.read(threads::copies::due).await? {
        let some = move |tx: &mut Tx<'_>| {
            let dropped = threads::copies::drop_some(tx, group, TOPICS)?;
            if dropped > 0 {
                journal::forget_copies(tx, group)?;
                outbox_age::forget_copies(tx, group)?;
                held::end_in(tx, group, "dropped")?;
            }
            Ok(dropped)
        };
        while db.write(some).await? > 0 {}
        db.write(move |tx| receipt(tx, group)).await?;
        tracing::info!(group = %group, "copies of a closed group are dropped");
    }
    Ok(())
}

/// The host is told, unless somebody may read there again meanwhile.
fn receipt(tx: &mut Tx<'_>, group: GroupId) -> Result<()> {
    if threads::copies::are_there(tx, group)? {
        return Ok(());
    }
    let line = Line {
        did: Did::DropCopies,
        by: None,
        group: Some(group),
        thread: None,
        post: None,
        person: None,
        moderation: false,
        detail: Detail::default(),
    };
    journal::record(tx, &line).map(|_id| ())
}
