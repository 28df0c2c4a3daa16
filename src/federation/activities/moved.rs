//! `Move`: an actor goes on at another address, believed when both ends say so; or a topic goes to another group of its host.

use url::Url;

use super::{Context, Plan, Stop, create, object};
use crate::actors::{self, ActorKind};
use crate::federation::guard::same_origin;
use crate::federation::objects::document::Document;
use crate::federation::store::known::{self, KnownGroup, KnownPost};
use crate::threads;

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    let moved = object(activity)?;
    let target = activity.link("target").ok_or_else(|| Stop::refused("no-target"))?;
    if moved.as_str() == context.by.uri && context.host.is_none() {
        return itself(context, &moved, &target).await;
    }
    let uri = moved.to_string();
    let known = context.read(move |tx| known::post(tx, &uri)).await?;
    match (known, &context.host) {
        (Some(post), Some(host)) => announced(context, host, post, &target).await,
        (Some(post), None) => asked(context, post, &target).await,
        // Somebody else doesn't move an actor, known or not.
        (None, _) if is_actor(context, &moved).await? => Err(Stop::refused("not-itself")),
        // To whoever belongs to the new group alone, it is a new topic.
        (None, Some(host)) if host.uri == target.as_str() => {
            let found = context.reach.document(&moved).await?;
            create::import(context, &found).await
        }
        (None, _) => Err(Stop::Ignored("unknown-post")),
    }
}

async fn is_actor(context: &Context<'_>, url: &Url) -> Result<bool, Stop> {
    let uri = url.to_string();
    Ok(context.read(move |tx| actors::by_uri(tx, &uri)).await?.is_some())
}

async fn itself(context: &Context<'_>, old: &Url, target: &Url) -> Result<Plan, Stop> {
    let found = context.reach.document(target).await?;
    if !found.document().links("alsoKnownAs").contains(old) {
        return Err(Stop::refused("not-known-as"));
    }
    context.reach.save_actor(&found.value).await?;
    let row = actors::ActorRow { moved_to: Some(found.id.to_string()), ..context.by.clone() };
    Ok(Plan::new(move |tx| actors::save_remote(tx, &row).map(|_id| ())))
}

/// The group that the topic leaves or the one that it comes to says so; both are of one host.
async fn announced(
    context: &Context<'_>,
    host: &KnownGroup,
    post: KnownPost,
    target: &Url,
) -> Result<Plan, Stop> {
    let from = post.group;
    let from = context.read(move |tx| known::group(tx, from)).await?;
    let at_host = |uri: &str| {
        let urls = (Url::parse(uri), Url::parse(&host.uri));
        matches!(urls, (Ok(one), Ok(host)) if same_origin(&one, &host))
    };
    let its_own = host.id == from.id || host.uri == target.as_str();
    if !its_own || from.local || !at_host(&from.uri) || !at_host(target.as_str()) {
        return Err(Stop::refused("other-group"));
    }
    let to = context.reach.actor(target).await?;
    if to.kind != ActorKind::Group {
        return Err(Stop::refused("not-a-group"));
    }
    move_to(context, post, to.id)
}

/// A moderator elsewhere moves a topic between groups hosted here; the act asks whether they may.
async fn asked(context: &Context<'_>, post: KnownPost, target: &Url) -> Result<Plan, Stop> {
    let uris = vec![target.to_string()];
    let to = context.reach.known_group(&uris).await?;
    let to = to.filter(|to| to.local).ok_or_else(|| Stop::refused("other-group"))?;
    move_to(context, post, to.id)
}

fn move_to(context: &Context<'_>, post: KnownPost, to: crate::ids::ActorId) -> Result<Plan, Stop> {
    if !post.is_topic() {
        return Err(Stop::Ignored("not-a-topic"));
    }
    let by = context.actor()?;
    Ok(Plan::new(move |tx| threads::acts::move_thread(tx, &by, post.thread, to.into())))
}
