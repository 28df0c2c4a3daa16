//! `Create`: a post from elsewhere finds its place, as a topic in a group or as a reply in a thread.

use std::pin::Pin;

use url::Url;

use super::guarded::{self, Place};
use super::ruled::Asked;
use super::{Context, Plan, Stop, closed};
use crate::actors::{ActorKind, ActorRow};
use crate::error::Error;
use crate::federation::fetch::Found;
use crate::federation::guard::same_origin;
use crate::federation::objects::document::Document;
use crate::federation::objects::post_in::{self, RemotePost};
use crate::federation::store::known::KnownGroup;
use crate::federation::store::peers;
use crate::federation::waiting;
use crate::ids::{GroupId, PostId};
use crate::policy::federation::{Because, Direction, Kind};
use crate::policy::{Act, Actor, PeerState, Reason};
use crate::threads;
use crate::threads::ahead::Coming;

/// Addresses on a host that are looked at when a topic doesn't name the group that announces it.
const SISTERS: usize = 3;
/// Replies above one that are fetched to find its thread.
const ABOVE: usize = 20;

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    let Some(object) = activity.object("object") else {
        let id = super::object(activity)?;
        let found = owned(context, &id).await?;
        return import(context, &found).await;
    };
    let post = embedded(context, object, Some(activity))?;
    place(context, post, &context.by).await
}

/// Reads an object that its author's own server sent along: it must be at home there, and be the sender's.
///
/// # Errors
/// Refused when it is somebody else's.
pub(super) fn embedded(
    context: &Context<'_>,
    object: Document<'_>,
    activity: Option<Document<'_>>,
) -> Result<RemotePost, Stop> {
    let mut post = read(context, object, &object.raw())?;
    if !context.owns(&post.id) {
        return Err(Stop::refused("foreign-object"));
    }
    if post.author.as_str() != context.by.uri {
        return Err(Stop::refused("not-author"));
    }
    // Some software says only on the activity for whom it is.
    if let Some(activity) = activity.filter(|_| !post.addressed) {
        post.public = activity.is_public();
        post.names
            .extend(["audience", "to", "cc"].iter().flat_map(|name| activity.links(name)).map(String::from));
    }
    Ok(post)
}

fn read(context: &Context<'_>, object: Document<'_>, raw: &str) -> Result<RemotePost, Stop> {
    post_in::read(object, raw, context.reach.app()).map_err(|rule| match rule {
        "not-a-post" | "poll-vote" => Stop::Ignored(rule),
        other => Stop::refused(other),
    })
}

async fn owned(context: &Context<'_>, id: &Url) -> Result<Found, Stop> {
    if !context.owns(id) {
        return Err(Stop::refused("foreign-object"));
    }
    Ok(context.reach.document(id).await?)
}

/// A post that was read from its own address, or that came with its author's proof: believed as its author's.
///
/// # Errors
/// See [`Stop`].
pub async fn import(context: &Context<'_>, found: &Found) -> Result<Plan, Stop> {
    let post = read(context, found.document(), &found.raw)?;
    let author = author(context, &post).await?;
    place(context, post, &author).await
}

/// The author, who must be at home where the post is; of a host that isn't blocked.
pub(super) async fn author(context: &Context<'_>, post: &RemotePost) -> Result<ActorRow, Stop> {
    if !same_origin(&post.id, &post.author) {
        return Err(Stop::refused("not-author"));
    }
    let author = context.person(&post.author).await?;
    if author.local {
        return Err(Stop::refused("our-own"));
    }
    Ok(author)
}

/// Puts a post of somebody elsewhere where it belongs.
pub(super) async fn place(
    context: &Context<'_>,
    mut post: RemotePost,
    author: &ActorRow,
) -> Result<Plan, Stop> {
    // Never shown wider than it was meant: neither followers-only nor private posts belong into an open group.
    if !post.public && !closed::concerns(context, &post).await? {
        return Err(Stop::refused("not-public"));
    }
    post.says_for_whom();
    welcome(context, author).await?;
    let (by, confidential) = (context.acting(author.id.into()), !post.public);
    let plan = if let Some(parent) = post.reply_to.take() {
        let to = parent_of(context, &parent, &post).await?;
        reply(context, by, &author.host, to, post).await?
    } else {
        let group = group_for(context, &post).await?;
        start(context, by, &author.host, group, post).await?
    };
    Ok(plan.in_confidence(confidential))
}

/// A host's announce isn't asked by the acts who wrote it: people suspended here and blocked hosts stay out all the same. What rules say
/// of the author's host in the group the acts ask, also of what a host announces.
pub(super) async fn welcome(context: &Context<'_>, author: &ActorRow) -> Result<(), Stop> {
    let facts = context.reach.facts(author.id.into()).await?;
    if facts.stopped {
        return Err(Stop::refused("suspended"));
    }
    if facts.peer != PeerState::Blocked {
        return Ok(());
    }
    // A rule may let in what is for a certain group, or of a certain kind: that the acts ask.
    let host = author.host.clone();
    let shut = context.read(move |tx| peers::shut(tx, &host, Direction::In)).await?;
    match shut.map(|answer| answer.because) {
        None => Ok(()),
        Some(Because::Server) => Err(Stop::refused("blocked")),
        Some(_) => Err(Stop::refused("ruled")),
    }
}

async fn start(
    context: &Context<'_>,
    by: Actor,
    from: &str,
    group: GroupId,
    post: RemotePost,
) -> Result<Plan, Stop> {
    let place = Place { by: &by, group, act: Act::StartThread, known: None };
    let draft = with_mentions(context, post, place).await?;
    let coming = uri_of(&draft).map(|uri| Coming::Topic(by.person, group, uri)).into_iter().collect();
    let plan = Plan::new(move |tx| threads::acts::start(tx, &by, group, &draft).map(|_post| ()));
    Ok(plan.expecting(coming).asking(vec![Asked::new(from, Some(group), Kind::Topic)]))
}

async fn reply(
    context: &Context<'_>,
    by: Actor,
    from: &str,
    (to, group): (PostId, GroupId),
    post: RemotePost,
) -> Result<Plan, Stop> {
    let place = Place { by: &by, group, act: Act::Reply { locked: false }, known: None };
    let draft = with_mentions(context, post, place).await?;
    let coming = uri_of(&draft).map(|uri| Coming::Reply(by.person, to, uri)).into_iter().collect();
    let plan = Plan::new(move |tx| threads::acts::reply(tx, &by, to, &draft).map(|_post| ()));
    Ok(plan.expecting(coming).asking(vec![Asked::new(from, Some(group), Kind::Reply)]))
}

fn uri_of(draft: &threads::Draft) -> Option<String> {
    draft.remote.as_ref().map(|remote| remote.uri.clone())
}

/// The draft, with those of its mentions that are known here. No post goes past this: personal data is looked for in all of them.
pub(super) async fn with_mentions(
    context: &Context<'_>,
    post: RemotePost,
    place: Place<'_>,
) -> Result<threads::Draft, Stop> {
    guarded::check(context, &post, place).await?;
    let (mut draft, uris) = (post.draft, post.mentions);
    let known = context.reach.known_actors(&uris).await?;
    draft.mentions = known.into_iter().filter(|row| row.gone_at.is_none()).map(|row| row.id).collect();
    Ok(draft)
}

/// The group that a topic is for: the host's own, when it names it or another group of that host, from which it was moved; else
/// the first one hosted here that it names.
async fn group_for(context: &Context<'_>, post: &RemotePost) -> Result<GroupId, Stop> {
    if let Some(host) = &context.host {
        // A host can't pull in what wasn't written for its group.
        return if post.names.contains(&host.uri) || names_sister(context, host, post).await? {
            Ok(host.group())
        } else {
            Err(Stop::refused("not-in-group"))
        };
    }
    let group = context.reach.known_group(&post.names).await?;
    // What is for a group elsewhere its host announces.
    let group = group.filter(|group| group.local).ok_or(Stop::Ignored("unrelated"))?;
    Ok(group.group())
}

/// Whether a post was written for another group of the same host. Only its author could change that when the host moves it.
async fn names_sister(context: &Context<'_>, host: &KnownGroup, post: &RemotePost) -> Result<bool, Stop> {
    let Ok(host) = Url::parse(&host.uri) else { return Ok(false) };
    let there = post.names.iter().filter_map(|name| Url::parse(name).ok());
    for url in there.filter(|url| same_origin(url, &host)).take(SISTERS) {
        // What isn't known here may be a list of followers: it is left out.
        let actor = context.reach.actor(&url).await;
        if actor.is_ok_and(|actor| actor.kind == ActorKind::Group) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The known post that is replied to, and its group; what stands above it is fetched when the reply concerns a group of ours.
async fn parent_of(
    context: &Context<'_>,
    parent: &Url,
    post: &RemotePost,
) -> Result<(PostId, GroupId), Stop> {
    if let Some(known) = context.reach.known_post(parent.as_str()).await? {
        return in_group(context, known.group).await.map(|()| (known.id, known.group));
    }
    if context.reach.app().urls.is_ours(parent) {
        return Err(Stop::refused("unknown-parent"));
    }
    if context.host.is_none() {
        group_for(context, post).await?;
    }
    above(context, parent.clone(), ABOVE).await
}

/// Whether a group's content is for whoever says this to decide: the host that announced, or a group hosted here.
async fn in_group(context: &Context<'_>, group: GroupId) -> Result<(), Stop> {
    match &context.host {
        Some(host) if host.group() == group => Ok(()),
        Some(_) => Err(Stop::refused("other-group")),
        None => {
            let known = context.reach.group(group).await?;
            if known.local { Ok(()) } else { Err(Stop::Ignored("elsewhere")) }
        }
    }
}

/// Fetches a post and what stands above it, up to one that is known or begins a topic, and stores them. What waits for a moderator isn't
/// fetched to get round that, and what would have to wait isn't taken in: it was brought by nothing that a moderator could let in.
fn above<'a>(
    context: &'a Context<'_>,
    url: Url,
    left: usize,
) -> Pin<Box<dyn Future<Output = Result<(PostId, GroupId), Stop>> + Send + 'a>> {
    Box::pin(async move {
        if let Some(known) = context.reach.known_post(url.as_str()).await? {
            return in_group(context, known.group).await.map(|()| (known.id, known.group));
        }
        if left == 0 {
            return Err(Stop::refused("too-deep-thread"));
        }
        if context.reach.is_online()
            && let Some(wait) = waiting::of(context.reach, &url).await?
        {
            return Err(Stop::Held(wait));
        }
        let found = context.reach.document(&url).await?;
        let mut post = read(context, found.document(), &found.raw)?;
        if !post.public {
            return Err(Stop::refused("not-public"));
        }
        let author = author(context, &post).await?;
        welcome(context, &author).await?;
        // What is fetched was brought by no activity: there is none to announce, nor one that a moderator let in.
        let fetched = Context { incoming: None, ..context.clone() };
        let by = fetched.acting(author.id.into());
        let uri = found.id.to_string();
        let plan = match post.reply_to.take() {
            Some(parent) => {
                let to = above(context, parent, left - 1).await?;
                reply(&fetched, by, &author.host, to, post).await
            }
            None => {
                let group = group_for(context, &post).await.map_err(|_| Stop::refused("no-thread"))?;
                start(&fetched, by, &author.host, group, post).await
            }
        };
        let plan = plan.map_err(|stop| match stop {
            Stop::Held(_) => Stop::refused("parent-personal-data"),
            other => other,
        })?;
        let app = context.reach.app();
        app.db.write(move |tx| plan.carry_out(tx)).await.map_err(|error| match error {
            Error::Denied(Reason::Held) => Stop::refused(Reason::Ruled.word()),
            Error::Denied(reason) => Stop::refused(reason.word()),
            error => error.into(),
        })?;
        let stored = context.reach.known_post(&uri).await?;
        stored.map(|post| (post.id, post.group)).ok_or(Stop::Ignored("unknown-post"))
    })
}
