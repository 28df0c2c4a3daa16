//! `Announce`: a group elsewhere, to which people of ours belong or which a group of ours follows, says what stands in it (FEP-1b12). A bare
//! announce of a topic of another group says that it shows that one by a link, and no more.
//!
//! It isn't believed by itself. New and changed texts come from their origin, or with their author's proof, or are of the host's
//! own people. Only what is the host's to say is believed from it: votes, order, locks, removals, pins, roles, bans.

use std::sync::Arc;

use serde_json::Value;
use url::Url;

use super::ruled::{self, Asked};
use super::{Context, Plan, Stop, closed, create, linked, object, update};
use crate::actors::{ActorKind, ActorRow};
use crate::error::Error;
use crate::federation::fetch::{Found, Miss};
use crate::federation::guard::same_origin;
use crate::federation::objects::actor_in::is_actor;
use crate::federation::objects::document::{Document, LIST_MAX, url_of};
use crate::federation::objects::post_in::{self, POSTS};
use crate::federation::store::known::{self, KnownGroup, KnownPost};
use crate::federation::{quirks, verify};
use crate::groups;
use crate::ids::GroupId;
use crate::links::{outward, shown};
use crate::policy::federation::Kind;
use crate::policy::{Actor, Class, Incoming};
use crate::threads;

/// What a host may announce beside posts and their changes.
const HOSTS: &[&str] =
    &["Add", "Block", "Delete", "Dislike", "EmojiReact", "Like", "Lock", "Move", "Remove", "Undo"];

/// Addresses in a topic that are looked at to find its group, when it isn't that of the group that shows it.
const HOMES: usize = 3;

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    if context.host.is_some() {
        return Err(Stop::refused("nested-announce"));
    }
    if context.by.kind != ActorKind::Group {
        return Err(Stop::Ignored("boost"));
    }
    let group: GroupId = context.by.id.into();
    let (host, followed) = context
        .read(move |tx| {
            let followed = known::has_members_here(tx, group)? || outward::takes_in(tx, group)?;
            Ok((known::group(tx, group)?, followed))
        })
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
        if post.group == host.group() {
            return confirm(host, &post);
        }
        return via(context, host, post).await;
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
    if let Some(home) = home(context, host, &found).await? {
        return brought(context, host, home, &found).await;
    }
    create::import(&context.of_group(host.clone()), &found).await
}

/// The other group that a topic is at home in, if it isn't this one's: one that it names, on the topic's own server, or on that of the group
/// that shows it. No other server can say that it was taken there.
async fn home(context: &Context<'_>, host: &KnownGroup, found: &Found) -> Result<Option<ActorRow>, Stop> {
    let document = found.document();
    if !POSTS.contains(&document.kind()) || document.get("inReplyTo").is_some() {
        return Ok(None);
    }
    let names = post_in::named(document);
    let Ok(by) = Url::parse(&host.uri) else { return Ok(None) };
    if names.contains(&host.uri) {
        return Ok(None);
    }
    let urls = names.iter().filter_map(|name| Url::parse(name).ok());
    for url in urls.filter(|url| same_origin(url, &found.id) || same_origin(url, &by)).take(HOMES) {
        match context.reach.actor(&url).await {
            Ok(row) if row.kind == ActorKind::Group && !row.local => return Ok(Some(row)),
            // Mostly a list of followers.
            Ok(_) | Err(Miss::Gone | Miss::Missing | Miss::Blocked | Miss::Wrong(_)) => {}
            Err(miss) => return Err(miss.into()),
        }
    }
    Ok(None)
}

/// Whether there is anybody here to whom a group elsewhere shows topics of others.
async fn must_be_shown_here(context: &Context<'_>, host: &KnownGroup) -> Result<(), Stop> {
    let group = host.group();
    let there = context.read(move |tx| known::has_members_here(tx, group)).await?;
    if there { Ok(()) } else { Err(Stop::Ignored("not-followed")) }
}

/// A group shows a topic of another that is known here. Of one that is hosted here, whether that may be was decided here.
async fn via(context: &Context<'_>, host: &KnownGroup, post: KnownPost) -> Result<Plan, Stop> {
    let (by, at) = (host.group(), post.group);
    let allowed = context.read(move |tx| {
        let open = groups::outward::class(tx, at)? == Some(Class::Openbaar);
        Ok(open && (!known::group(tx, at)?.local || linked::is_linked(tx, at, by)?))
    });
    if !post.is_topic() || post.confirmed_at.is_none() || !allowed.await? {
        return Err(Stop::refused("other-group"));
    }
    must_be_shown_here(context, host).await?;
    Ok(show(context, host, post.uri, None))
}

/// A group shows a topic of another that isn't known here: it comes in as one of that group, as its server has it.
async fn brought(
    context: &Context<'_>,
    host: &KnownGroup,
    home: ActorRow,
    found: &Found,
) -> Result<Plan, Stop> {
    must_be_shown_here(context, host).await?;
    let group = KnownGroup::from(&home);
    if closed::agreed(context, &group).await? {
        return Err(Stop::refused("not-in-group"));
    }
    let import = create::import(&Context { by: home, ..context.of_group(group) }, found).await?;
    Ok(show(context, host, found.id.to_string(), Some(import)))
}

/// Shows the topic with this id in a group elsewhere, once it is here.
fn show(context: &Context<'_>, host: &KnownGroup, uri: String, import: Option<Plan>) -> Plan {
    let group = host.group();
    let asked = Asked::new(&context.by.host, Some(group), Kind::Topic);
    let mut asks = vec![asked.clone()];
    asks.extend(import.iter().flat_map(|import| import.asked().to_vec()));
    let released = context.is_released();
    let plan = Plan::new(move |tx| {
        ruled::must_pass(tx, &asked, released)?;
        if let Some(import) = &import {
            import.carry_out(tx)?;
        }
        let post = known::topic(tx, &uri)?.ok_or(Error::NotFound)?;
        shown::announced(tx, group, post.thread)
    });
    plan.asking(asks)
}

/// `Undo{Announce}` by a group elsewhere: it shows a topic of another group no longer. What it says so of its own topics is for microblogs:
/// here their removal itself comes too (FEP-1b12).
pub(super) async fn undone(context: &Context<'_>, announce: Document<'_>) -> Result<Plan, Stop> {
    let nothing = || Stop::Ignored("undo-announce");
    if context.host.is_some() || context.by.kind != ActorKind::Group {
        return Err(nothing());
    }
    let group: GroupId = context.by.id.into();
    let uri = announce.link("object").ok_or_else(nothing)?.to_string();
    let post = context.read(move |tx| known::announced(tx, &uri)).await?;
    let post = post.filter(|post| post.group != group && post.is_topic()).ok_or_else(nothing)?;
    let gone = is_gone(context, &post).await?;
    let by = Actor { person: post.author, origin: context.origin(), activity: None };
    Ok(Plan::new(move |tx| {
        shown::taken_back(tx, group, post.thread)?;
        if !gone {
            return Ok(());
        }
        match threads::acts::delete(tx, &by, post.id) {
            // Nothing of its author's server passes: it isn't shown any more all the same.
            Err(Error::Denied(_)) => Ok(()),
            deleted => deleted,
        }
    }))
}

/// Whether a topic that was shown here is gone where it is from. Of a group that nobody here follows nobody tells this server.
async fn is_gone(context: &Context<'_>, post: &KnownPost) -> Result<bool, Stop> {
    let at = post.group;
    let told = context.read(move |tx| {
        let home = known::group(tx, at)?;
        Ok(home.local || known::has_members_here(tx, at)? || outward::takes_in(tx, at)?)
    });
    if post.local || post.deleted_at.is_some() || told.await? {
        return Ok(false);
    }
    let Ok(url) = Url::parse(&post.uri) else { return Ok(false) };
    match context.reach.document(&url).await {
        Err(Miss::Gone | Miss::Missing) => Ok(true),
        Err(miss @ (Miss::NotHere | Miss::Fault(_))) => Err(miss.into()),
        // Whether it answers or not, it isn't shown any more.
        Ok(_) | Err(Miss::Blocked | Miss::Passing(_) | Miss::Wrong(_)) => Ok(false),
    }
}

/// The host took a post: one that waited is shown from now on.
fn confirm(host: &KnownGroup, post: &KnownPost) -> Result<Plan, Stop> {
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
