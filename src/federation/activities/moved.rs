//! `Move`: an actor goes on at another address. Believed when both ends say so.

use super::{Context, Plan, Stop, object};
use crate::actors;
use crate::federation::objects::document::Document;

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    let old = object(activity)?;
    if old.as_str() != context.by.uri || context.host.is_some() {
        return Err(Stop::refused("not-itself"));
    }
    let target = activity.link("target").ok_or_else(|| Stop::refused("no-target"))?;
    let found = context.reach.document(&target).await?;
    if !found.document().links("alsoKnownAs").contains(&old) {
        return Err(Stop::refused("not-known-as"));
    }
    context.reach.save_actor(&found.value).await?;
    let row = actors::ActorRow { moved_to: Some(found.id.to_string()), ..context.by.clone() };
    Ok(Box::new(move |tx| actors::save_remote(tx, &row).map(|_id| ())))
}
