//! Takes in files of forms: they are examined and saved, then noted as the member's own, not yet posted.

use crate::error::Result;
use crate::media::{Description, MediaRow, acts, store as folder};
use crate::people::attempts;
use crate::policy::rates::Limit;
use crate::web::form::File;
use crate::web::session::Ctx;

/// Bytes in a megabyte, as quotas count.
const MEGABYTE: i64 = 1_000_000;

/// Saves a file that was sent, as the member's own. What nothing uses is removed after a day.
///
/// # Errors
/// `SignedOut`; `Limited`; `Denied` when the member may not upload; `Invalid` on `file` or `alt`.
pub async fn store(ctx: &Ctx, file: &File, description: Description) -> Result<MediaRow> {
    if let Some(refused) = file.refused {
        return Err(refused.into());
    }
    // Examining a file is work: first see that somebody is there who may ask for it.
    let limited = ctx.limited();
    ctx.act(move |tx, by| {
        acts::check_uploader(tx, by)?;
        attempts::by_person(tx, limited, Limit::AccountUploads, by)
    })
    .await?;
    let dir = ctx.app.config.media.dir.clone();
    let saved = folder::save(dir, file.bytes.clone(), file.name.clone()).await?;
    let quota = ctx.app.config.media.quota_mb.saturating_mul(MEGABYTE);
    ctx.act(move |tx, by| acts::store(tx, by, &saved, &description, quota)).await
}
