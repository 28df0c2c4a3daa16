//! `Lock` and its undo: only moderators still reply in a topic.

use super::{Context, Plan, Stop, object};
use crate::federation::objects::document::Document;
use crate::threads;

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>, locked: bool) -> Result<Plan, Stop> {
    let post = context.post(&object(activity)?).await?;
    if !post.is_topic() {
        return Err(Stop::Ignored("not-a-topic"));
    }
    let by = context.actor()?;
    Ok(Plan::new(move |tx| {
        if locked {
            threads::acts::lock(tx, &by, post.thread)
        } else {
            threads::acts::unlock(tx, &by, post.thread)
        }
    }))
}
