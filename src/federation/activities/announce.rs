//! `Announce`: a group elsewhere, to which people of ours belong, says what stands in it (FEP-1b12).
//!
//! It isn't believed by itself. New and changed texts come from their origin, or with their author's proof, or are of the host's
//! own people. Only what is the host's to say is believed from it: votes, order, locks, removals, pins, roles, bans.

use std::sync::Arc;

use serde_json::Value;
use url::Url;

use super::{Context, Plan, Stop, closed, create, object, update};
use crate::actors::ActorKind;
use crate::federation::fetch::Found;
use crate::federation::guard::same_origin;
use crate::federation::objects::actor_in::is_actor;
use crate::federation::objects::document::{Document, LIST_MAX, url_of};
use crate::federation::objects::post_in::POSTS;
use crate::federation::store::known::{self, KnownGroup};
use crate::federation::{quirks, verify};
use crate::policy::Incoming;
use crate::threads;

/// What a host may announce beside posts and their changes.
const HOSTS: &[&str] =
    &["Add", "Block", "Delete", "Dislike", "EmojiReact", "Like", "Lock", "Move", "Remove", "Undo"];

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    if context.host.is_some() {
        return Err(Stop::refused("nested-announce"));
    }
    if context.by.kind != ActorKind::Group {
        return Err(Stop::Ignored("boost"));
    }
    let id = context.by.id;
    let (host, followed) = context
        .read(move |tx| Ok((known::group(tx, id.into())?, known::has_members_here(tx, id.into())?)))
        .await?;
    if !followed && !bans_ours(context, activity) && !takes_ours(context, activity) {
        return Err(Stop::Ignored("not-followed"));
    }
    let confidential = closed::agreed(context, &host).await?;
    let mut items = quirks::announced(activity);
    items.truncate(LIST_MAX);
    if items.len() == 1
        && let Some(item) = items.pop()
    {
        return match one(context, &host, &item).await {
            // Its raw form must not stay for longer than that of what changes something.
            Err(Stop::Ignored(_)) if confidential => Ok(Plan::new(|_tx| Ok(())).in_confidence(true)),
            planned => Ok(planned?.in_confidence(confidential)),
        };
    }
    let mut plans = Vec::new();
    for item in items {
        match one(context, &host, &item).await {
            Ok(plan) => plans.push(plan),
            Err(Stop::Ignored(_) | Stop::Refused(_)) => {}
            // All of it waits, or none.
            Err(stop) => return Err(stop),
        }
    }
    if plans.is_empty() {
        return Err(Stop::Ignored("nothing-new"));
    }
    Ok(Plan::all(plans).in_confidence(confidential))
}

/// Whether it is a ban of somebody of ours, or its end: whoever was put out follows no more, and must learn when it is over.
fn bans_ours(context: &Context<'_>, activity: Document<'_>) -> bool {
    let inner = activity.object("object");
    let undone = inner.filter(|inner| inner.kind() == "Undo").and_then(|undo| undo.object("object"));
    let block = undone.or(inner).filter(|block| block.kind() == "Block");
    let person = block.and_then(|block| block.link("object"));
    person.is_some_and(|person| context.reach.app().urls.is_ours(&person))
}

/// Whether it says that a post of ours was taken: its author waits for that, also when nobody here follows the group any more.
fn takes_ours(context: &Context<'_>, activity: Document<'_>) -> bool {
    quirks::announced(activity).iter().take(LIST_MAX).any(|item| {
        let inner = Document(item);
        let is_new = item.is_string() || matches!(inner.kind(), "Create" | "Page" | "Note");
        let post = inner.link("object").filter(|_| inner.kind() == "Create").or_else(|| url_of(item));
        is_new && post.is_some_and(|post| context.reach.app().urls.is_ours(&post))
    })
}

async fn one(context: &Context<'_>, host: &KnownGroup, item: &Value) -> Result<Plan, Stop> {
    let inner = Document(item);
    if inner.kind() == "Announce" {
        return Err(Stop::refused("nested-announce"));
    }
    let is_activity = item.is_object() && inner.get("actor").is_some() && inner.get("object").is_some();
    if is_activity && !POSTS.contains(&inner.kind()) {
        return activity(context, host, inner, false).await;
    }
    let url = url_of(item).ok_or_else(|| Stop::refused("no-object"))?;
    bare(context, host, &url).await
}

/// What the host says about the group, with who it is that did it.
fn within<'a>(context: &Context<'a>, host: &KnownGroup, incoming: Option<Arc<Incoming>>) -> Context<'a> {
    Context { host: Some(host.clone()), incoming, ..context.clone() }
}

/// A bare id: of a post, or of an activity.
async fn bare(context: &Context<'_>, host: &KnownGroup, url: &Url) -> Result<Plan, Stop> {
    let uri = url.to_string();
    let known = context.read(move |tx| known::announced(tx, &uri)).await?;
    if let Some(post) = known {
        return confirm(host, &post);
    }
    if context.reach.app().urls.is_ours(url) {
        return Err(Stop::Ignored("our-own"));
    }
    let found = context.reach.document(url).await?;
    let document = found.document();
    if document.get("actor").is_some() && !POSTS.contains(&document.kind()) {
        // Read from its own address, it is its actor's.
        return activity(context, host, document, true).await;
    }
    // What is read at its own address was brought by nobody; but a moderator may have let in that it was announced.
    let released = context.incoming.clone().filter(|incoming| incoming.released);
    create::import(&within(context, host, released), &found).await
}

/// The host took a post: one that waited is shown from now on.
fn confirm(host: &KnownGroup, post: &known::KnownPost) -> Result<Plan, Stop> {
    if post.group != host.group() {
        return Err(Stop::refused("other-group"));
    }
    if post.confirmed_at.is_some() {
        return Err(Stop::Ignored("known"));
    }
    let id = post.id;
    Ok(Plan::new(move |tx| threads::acts::confirm(tx, id)))
}

/// An announced activity; `authentic` when it was read from its own address.
async fn activity(
    context: &Context<'_>,
    host: &KnownGroup,
    inner: Document<'_>,
    authentic: bool,
) -> Result<Plan, Stop> {
    let actor = inner.link("actor").ok_or_else(|| Stop::refused("no-actor"))?;
    let id = inner.id().ok_or_else(|| Stop::refused("no-id"))?;
    if !same_origin(&id, &actor) {
        return Err(Stop::refused("foreign-id"));
    }
    let released = context.is_released();
    let incoming = Incoming { uri: id.to_string(), document: inner.raw(), released };
    let within = within(context, host, Some(Arc::new(incoming)));
    match inner.kind() {
        "Create" | "Update" => text(&within, host, inner, &actor, authentic).await,
        kind if HOSTS.contains(&kind) => {
            let by = context.reach.actor(&actor).await?;
            if !by.local {
                create::welcome(&within, &by).await?;
            }
            // The plan of an announce can't hold the plan of another one: `host` is set now.
            Box::pin(super::plan(&Context { by, ..within }, inner)).await
        }
        "Announce" => Err(Stop::refused("nested-announce")),
        _ => Err(Stop::Ignored("not-to-announce")),
    }
}

/// New or changed text.
async fn text(
    within: &Context<'_>,
    host: &KnownGroup,
    inner: Document<'_>,
    actor: &Url,
    authentic: bool,
) -> Result<Plan, Stop> {
    let id = object(inner)?;
    let is_new = inner.kind() == "Create";
    if inner.object("object").is_some_and(|object| is_actor(object.kind())) {
        return Box::pin(super::plan(within, inner)).await;
    }
    let known = within.reach.known_post(id.as_str()).await?;
    if let Some(known) = known.filter(|known| known.local || (is_new && known.confirmed_at.is_some())) {
        return confirm(host, &known);
    }
    if within.reach.app().urls.is_ours(&id) {
        return Err(Stop::refused("our-own"));
    }
    let found = match inner.object("object").filter(|_| same_origin(&id, actor)) {
        Some(object) if authentic || is_authentic(within, host, inner, actor).await? => {
            if quirks::author(object).as_ref() != Some(actor) {
                return Err(Stop::refused("not-author"));
            }
            Found { id, value: object.0.clone(), raw: object.raw() }
        }
        _ => within.reach.document(&id).await?,
    };
    if is_new { create::import(within, &found).await } else { update::import(within, &found).await }
}

/// Whether what was announced is its actor's word: of the host's own people, or with their proof.
async fn is_authentic(
    within: &Context<'_>,
    host: &KnownGroup,
    inner: Document<'_>,
    actor: &Url,
) -> Result<bool, Stop> {
    if Url::parse(&host.uri).is_ok_and(|host| same_origin(&host, actor)) {
        return Ok(true);
    }
    Ok(verify::is_proven(within.reach, inner.0, actor).await?)
}
