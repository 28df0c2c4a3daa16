//! `Accept` and `Reject`: the answer to a Follow of ours, or a host's refusal of a post of ours. What groups of ours asked is in `linked`.

use url::Url;

use super::{Context, Plan, Stop, linked};
use crate::actors::{self, ActorKind};
use crate::federation::objects::document::Document;
use crate::federation::store::{known, outbox};
use crate::ids::{ActorId, GroupId, PersonId};
use crate::membership::{self, severed};
use crate::people::{follows, remote};
use crate::threads;
use crate::urls::Ours;

/// What a host's refusal is kept as when it gives no reason.
const NO_REASON: &str = "refused-by-host";

pub(super) async fn plan(
    context: &Context<'_>,
    activity: Document<'_>,
    accepted: bool,
) -> Result<Plan, Stop> {
    if context.host.is_some() {
        return Err(Stop::refused("not-to-announce"));
    }
    let inner = activity.object("object");
    let named = activity.link("object");
    // Only whoever was asked answers: the key's owner is the one who was to be followed.
    match context.by.kind {
        ActorKind::Group => {
            let group: GroupId = context.by.id.into();
            if let Some(person) = follower(context, group, inner, named.clone()).await? {
                return Ok(Plan::new(move |tx| {
                    if accepted {
                        membership::acts::host_accepted(tx, group, person)
                    } else {
                        membership::acts::host_rejected(tx, group, person)
                    }
                }));
            }
            if let Some(plan) = linked::answered(context, activity, accepted).await? {
                return Ok(plan);
            }
            if accepted && let Some((person, follow)) = let_go(context, named.clone()).await? {
                let person = person.into();
                return Ok(Plan::new(move |tx| severed::taken_back(tx, group, person, &follow)));
            }
            let about = inner.and_then(|inner| inner.link("object")).or(named);
            let about = about.filter(|_| !accepted).ok_or(Stop::Ignored("unknown-follow"))?;
            refusal(context, group, &about, activity).await
        }
        ActorKind::Person => {
            let follower = inner.and_then(|inner| inner.link("actor"));
            let follower = follower.ok_or(Stop::Ignored("unknown-follow"))?.to_string();
            let row = context.read(move |tx| actors::by_uri(tx, &follower)).await?;
            let row = row.filter(|row| row.local).ok_or(Stop::Ignored("unknown-follow"))?;
            let (follower, target) = (row.id.into(), context.by.id.into());
            let again = if accepted { let_go(context, named).await? } else { None };
            let again = again.filter(|(by, _)| *by == row.id).map(|(_, uri)| uri);
            Ok(Plan::new(move |tx| {
                if let Some(uri) = &again {
                    follows::taken_back(tx, follower, target, uri)?;
                }
                remote::answered(tx, follower, target, accepted)
            }))
        }
        ActorKind::Application => Err(Stop::Ignored("unknown-follow")),
    }
}

/// Who of us asked: by the Follow's id, else by who it says followed whom (Mastodon, Lemmy match so too).
async fn follower(
    context: &Context<'_>,
    group: GroupId,
    inner: Option<Document<'_>>,
    named: Option<Url>,
) -> Result<Option<PersonId>, Stop> {
    if let Some(id) = named {
        let uri = id.to_string();
        let found = context.read(move |tx| known::follower(tx, group, &uri)).await?;
        if found.is_some() || is_earlier(context, &id).await? {
            return Ok(found);
        }
    }
    let Some(follow) = inner.filter(|inner| inner.kind() == "Follow") else { return Ok(None) };
    if follow.link("object").is_none_or(|object| object.as_str() != context.by.uri) {
        return Ok(None);
    }
    let Some(actor) = follow.link("actor").map(String::from) else { return Ok(None) };
    let row = context.read(move |tx| actors::by_uri(tx, &actor)).await?;
    Ok(row.filter(|row| row.local && row.kind == ActorKind::Person).map(|row| row.id.into()))
}

/// Whether this is a Follow that we sent before the present one: it was answered or taken back, and whoever came back since stays.
async fn is_earlier(context: &Context<'_>, id: &Url) -> Result<bool, Stop> {
    let Some(Ours::Activity(id)) = context.reach.app().urls.parse(id.as_str()) else { return Ok(false) };
    let sent = context.read(move |tx| outbox::find_many(tx, &[id])).await?;
    Ok(!sent.is_empty())
}

/// Of whom of ours this is the last Follow of the actor, which they never took back: whoever put them out may let them in again.
async fn let_go(context: &Context<'_>, named: Option<Url>) -> Result<Option<(ActorId, String)>, Stop> {
    let Some(id) = named else { return Ok(None) };
    let Some(Ours::Activity(id)) = context.reach.app().urls.parse(id.as_str()) else { return Ok(None) };
    let target = context.by.uri.clone();
    let found = context.read(move |tx| {
        let Some(follow) = outbox::find_many(tx, &[id])?.pop() else { return Ok(None) };
        if follow.kind != "Follow" || follow.object_uri != target {
            return Ok(None);
        }
        let last = outbox::latest(tx, follow.actor_id, "Follow", &target)?;
        let undone = outbox::latest(tx, follow.actor_id, "Undo/Follow", &target)?;
        let stands = last.is_some_and(|last| last.id == follow.id)
            && undone.is_none_or(|undone| undone.created_at < follow.created_at);
        Ok(stands.then_some((follow.actor_id, follow.uri)))
    });
    Ok(found.await?)
}

/// The host doesn't take a post of ours: its author sees why.
async fn refusal(
    context: &Context<'_>,
    group: GroupId,
    about: &Url,
    activity: Document<'_>,
) -> Result<Plan, Stop> {
    let post = context.post(about).await?;
    if !post.local || post.group != group {
        return Err(Stop::Ignored("not-ours"));
    }
    let reason = activity.text("summary").unwrap_or(NO_REASON).chars().take(500).collect::<String>();
    Ok(Plan::new(move |tx| threads::acts::refuse(tx, post.id, &reason)))
}
