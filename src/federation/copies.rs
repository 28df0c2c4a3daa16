//! Drops the copies of closed groups elsewhere that nobody here may read any more: posts, files, and what was sent and received of them.

use super::store::{held, outbox_age};
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::{journal, threads};

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
        tracing::info!(group = %group, "copies of a closed group are dropped");
    }
    Ok(())
}
