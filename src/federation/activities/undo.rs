//! `Undo`: takes back what the same actor did before, nested or named by its id.

use serde_json::Value;
use url::Url;

use super::{Context, Plan, Stop, announce, block, delete, featured, follow, linked, lock, object, react};
use crate::actors::ActorKind;
use crate::federation::objects::document::Document;
use crate::federation::store::{inbox, known};
use crate::membership;

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    if let Some(inner) = activity.object("object").filter(|inner| inner.get("type").is_some()) {
        return nested(context, inner).await;
    }
    let id = object(activity)?;
    if !context.owns(&id) {
        return Err(Stop::refused("not-own"));
    }
    let (actor, uri) = (context.by.uri.clone(), id.to_string());
    let body = context.read(move |tx| inbox::body(tx, &actor, &uri)).await?;
    if let Some(value) = body.and_then(|body| serde_json::from_str::<Value>(&body).ok()) {
        return nested(context, Document(&value)).await;
    }
    by_id(context, id).await
}

async fn nested(context: &Context<'_>, inner: Document<'_>) -> Result<Plan, Stop> {
    // Moderators take back what other moderators did; else everybody only what they did themselves.
    let moderation = matches!(inner.kind(), "Add" | "Block" | "Delete" | "Lock" | "Remove");
    let same = inner.link("actor").is_some_and(|actor| actor.as_str() == context.by.uri);
    if !same && !moderation {
        return Err(Stop::refused("not-own"));
    }
    match inner.kind() {
        "Follow" | "Join" => follow::leave(context, inner).await,
        "Like" | "Dislike" | "EmojiReact" => react::plan(context, inner, false).await,
        "Lock" => lock::plan(context, inner, false).await,
        "Add" => featured::plan(context, inner, false).await,
        "Remove" => featured::plan(context, inner, true).await,
        "Block" => block::plan(context, inner, false).await,
        "Delete" => delete::undo(context, inner).await,
        "Announce" => announce::undone(context, inner).await,
        "Invite" if context.by.kind == ActorKind::Group => linked::uninvited(context, inner).await,
        "Offer" if context.by.kind == ActorKind::Group => linked::withdrawn(context, inner),
        _ => Err(Stop::Ignored("unknown-activity")),
    }
}

/// Follows and reactions are kept with the id of what brought them.
async fn by_id(context: &Context<'_>, id: Url) -> Result<Plan, Stop> {
    if context.by.kind == ActorKind::Group && context.host.is_none() {
        return linked::undone_by_id(context, id.to_string());
    }
    if let Some(plan) = react::undo_by_id(context, id.to_string()).await? {
        return Ok(plan);
    }
    let by = context.actor()?;
    let person = by.person;
    let group = context.read(move |tx| known::followed_group(tx, person, id.as_str())).await?;
    let group = group.ok_or(Stop::Ignored("unknown-activity"))?;
    Ok(Plan::new(move |tx| membership::acts::leave(tx, &by, group)))
}
