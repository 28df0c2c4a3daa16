//! What a newly followed group published before we came: its outbox, pinned topics, moderators and threads, within limits.
//!
//! The lists come from the group's host; each text is read from its own origin, unless that is the host itself.

use serde_json::Value;
use url::Url;

use super::activities::{self, Context};
use super::fetch::{Found, Miss, Reach};
use super::guard::same_origin;
use super::objects::document::{Document, url_of};
use super::objects::post_in::POSTS;
use super::store::known;
use super::{quirks, resolve, verify};
use crate::actors;
use crate::app::App;
use crate::error::{Error, Result};
use crate::ids::{GroupId, PersonId};
use crate::policy::{Actor, Class, Origin, Role};
use crate::{groups, membership, threads};

/// Topics, replies, pinned topics and moderators that are read at most.
const TOPICS: usize = 50;
const REPLIES: usize = 200;
const PINNED: usize = 10;
const MODERATORS: usize = 20;
/// Requests for one group in all.
const REQUESTS: usize = 400;

/// Reads it: `Job::Backfill`. What fails is left out; it comes when somebody replies to it.
///
/// # Errors
/// When the group's host doesn't answer now, so that the job is tried again; and when the database fails.
pub async fn run(app: &App, group: GroupId) -> Result<()> {
    let class = app.db.read(move |tx| groups::outward::class(tx, group)).await?;
    let open = class == Some(Class::Openbaar);
    let reach = if open { Reach::with(app, REQUESTS) } else { Reach::into_closed(app, REQUESTS, group) };
    if !open {
        meet_as_member(app, &reach, group).await?;
    }
    let (host, by, (featured, moderators)) = app
        .db
        .read(move |tx| {
            let host = known::group(tx, group)?;
            Ok((host, actors::find(tx, group.into())?, known::group_lists(tx, group)?))
        })
        .await?;
    if host.local || by.gone_at.is_some() {
        return Ok(());
    }
    resolve::count_members(&reach, &by).await?;
    let outbox = host.outbox.clone();
    let context = Context { reach: &reach, by, host: Some(host), incoming: None };
    let moderators = list(&reach, moderators, MODERATORS).await?;
    for url in moderators.iter().filter_map(url_of) {
        moderator(&context, group, &url).await?;
    }
    let mut topics = Vec::new();
    // An outbox begins with the newest; threads are built from the oldest on.
    for item in list(&reach, outbox, TOPICS).await?.iter().rev() {
        topics.extend(take(&context, object_of(item)).await?);
    }
    for item in list(&reach, featured, PINNED).await? {
        if let Some(url) = take(&context, &item).await? {
            pin(&context, &url).await?;
            topics.push(url);
        }
    }
    let mut left = REPLIES;
    for topic in topics {
        for item in replies(&context, &topic, left).await? {
            if take(&context, &item).await?.is_some() {
                left = left.saturating_sub(1);
            }
        }
    }
    Ok(())
}

/// Of a closed group only its stub is known until a member asks: it names none of its lists.
async fn meet_as_member(app: &App, reach: &Reach, group: GroupId) -> Result<()> {
    let known = app.db.read(move |tx| known::group(tx, group)).await?;
    let Ok(uri) = Url::parse(&known.uri) else { return Ok(()) };
    match reach.fresh_actor(&uri).await {
        Err(Miss::Passing(why)) => Err(Error::internal(format!("no answer: {why}"))),
        Err(Miss::Fault(error)) => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

async fn list(reach: &Reach, url: Option<String>, limit: usize) -> Result<Vec<Value>> {
    let Some(url) = url.and_then(|url| Url::parse(&url).ok()) else { return Ok(Vec::new()) };
    match reach.collection(&url, limit).await {
        Ok(items) => Ok(items),
        Err(Miss::Passing(why)) => Err(Error::internal(format!("no answer: {why}"))),
        Err(Miss::Fault(error)) => Err(error),
        Err(_) => Ok(Vec::new()),
    }
}

/// The post in an outbox's item: below `Announce` and `Create`.
fn object_of(item: &Value) -> &Value {
    let mut value = item;
    for _ in 0..3 {
        let kind = Document(value).kind();
        if !matches!(kind, "Announce" | "Create") {
            break;
        }
        let Some(inner) = Document(value).all("object").next() else { break };
        value = inner;
    }
    value
}

/// Stores one post, and gives its id when it is here then.
async fn take(context: &Context<'_>, item: &Value) -> Result<Option<Url>> {
    let Some(id) = url_of(item) else { return Ok(None) };
    let uri = id.to_string();
    if context.read(move |tx| known::post(tx, &uri)).await?.is_some() {
        return Ok(Some(id));
    }
    let app = context.reach.app();
    if app.urls.is_ours(&id) {
        return Ok(None);
    }
    let is_post = POSTS.contains(&Document(item).kind());
    let at_host = context.owns(&id) && is_post;
    // What other servers' members wrote in a closed group they serve to its host alone: it comes with their proof.
    let proven = !at_host && is_post && context.reach.closed().is_some() && is_proven(context, item).await?;
    let found = if at_host || proven {
        Found { id: id.clone(), value: item.clone(), raw: item.to_string() }
    } else {
        match context.reach.document(&id).await {
            Ok(found) => found,
            Err(Miss::Fault(error)) => return Err(error),
            Err(_) => return Ok(None),
        }
    };
    let plan = match activities::import(context, &found).await {
        Ok(plan) => plan,
        Err(activities::Stop::Fault(error)) if error.is_fault() => return Err(error),
        Err(_) => return Ok(None),
    };
    match app.db.write(move |tx| plan.carry_out(tx)).await {
        Ok(()) => Ok(Some(found.id)),
        Err(error) if error.is_fault() => Err(error),
        Err(_refused) => Ok(None),
    }
}

/// Whether a post carries the proof of its author (FEP-8b32).
async fn is_proven(context: &Context<'_>, item: &Value) -> Result<bool> {
    let Some(author) = quirks::author(Document(item)) else { return Ok(false) };
    match verify::is_proven(context.reach, item, &author).await {
        Ok(proven) => Ok(proven),
        Err(Miss::Fault(error)) => Err(error),
        Err(_) => Ok(false),
    }
}

async fn moderator(context: &Context<'_>, group: GroupId, url: &Url) -> Result<()> {
    let Ok(row) = context.person(url).await else { return Ok(()) };
    let by = host_says(row.id.into());
    let set = move |tx: &mut crate::db::Tx<'_>| {
        membership::acts::set_role(tx, &by, group, by.person, Role::Moderator)
    };
    match context.reach.app().db.write(set).await {
        Err(error) if error.is_fault() => Err(error),
        _ => Ok(()),
    }
}

async fn pin(context: &Context<'_>, url: &Url) -> Result<()> {
    let uri = url.to_string();
    let Some(post) = context.read(move |tx| known::post(tx, &uri)).await? else { return Ok(()) };
    let by = host_says(post.author);
    match context.reach.app().db.write(move |tx| threads::acts::pin(tx, &by, post.thread)).await {
        Err(error) if error.is_fault() => Err(error),
        _ => Ok(()),
    }
}

/// The lists of a host don't say who did it; each entry stands for itself.
fn host_says(person: PersonId) -> Actor {
    Actor { person, origin: Origin::Host, activity: None }
}

/// The posts of a thread, by its `context` (FEP-7888) or else its `replies`; both must be the topic's own server's or the host's.
async fn replies(context: &Context<'_>, topic: &Url, left: usize) -> Result<Vec<Value>> {
    if left == 0 {
        return Ok(Vec::new());
    }
    let uri = topic.to_string();
    let raw = context.read(move |tx| known::raw(tx, &uri)).await?;
    let Some(value) = raw.and_then(|raw| serde_json::from_str::<Value>(&raw).ok()) else {
        return Ok(Vec::new());
    };
    let document = Document(&value);
    for name in ["context", "replies"] {
        let Some(url) = document.link(name).filter(|url| same_origin(url, topic) || context.owns(url)) else {
            continue;
        };
        let items = match context.reach.collection(&url, left).await {
            Ok(items) => items,
            Err(Miss::Fault(error)) => return Err(error),
            Err(_) => continue,
        };
        if !items.is_empty() {
            return Ok(items);
        }
    }
    Ok(Vec::new())
}
