//! What somebody else handed on without its author's proof: only a hint. What counts is what its origin says.

use super::{Context, Plan, Stop, create, delete, object};
use crate::actors::ActorKind;
use crate::federation::guard::same_origin;
use crate::federation::objects::document::Document;

/// Reads the object that an activity is about from its own address, and goes by that.
///
/// # Errors
/// See [`Stop`].
pub async fn plan(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    let id = object(activity)?;
    let actor = activity.link("actor").ok_or_else(|| Stop::refused("no-actor"))?;
    if !same_origin(&id, &actor) {
        return Err(Stop::refused("foreign-object"));
    }
    if activity.kind() == "Delete" {
        let post = context.post(&id).await?;
        return delete::gone_at_origin(context, &id, post).await;
    }
    let found = context.reach.document(&id).await?;
    let by = context.reach.actor(&actor).await?;
    if by.kind != ActorKind::Person {
        return Err(Stop::refused("not-a-person"));
    }
    let context = Context { by, ..context.clone() };
    match activity.kind() {
        "Update" => super::update::import(&context, &found).await,
        _ => create::import(&context, &found).await,
    }
}
