//! Who belongs where: follows, and the answers to them. `links` says them for groups.
//!
//! Membership of a group is following it. An answer nests the `Follow` as it came in: Lemmy 0.19 takes no bare id, and
//! Mastodon looks for its own.

use serde_json::{Value, json};

use super::{Plan, Scene, Sheet, faces};
use crate::actors::{self, ActorRow};
use crate::error::{Error, Result};
use crate::federation::audience::{Audience, is_parting};
use crate::federation::objects::{self, activity, put};
use crate::federation::store::{inbox, outbox};
use crate::groups;
use crate::ids::ActivityId;
use crate::journal::Did;
use crate::membership::refusals::AT_THE_DOOR;
use crate::policy::Class;
use crate::urls::Ours;

/// The group and the person that a line about a membership is about.
fn parties(plan: &mut Plan<'_, '_>) -> Result<(Scene, ActorRow)> {
    let scene = plan.own_scene()?;
    let id = plan.entry.person_id.or(plan.entry.by_id).ok_or(Error::NotFound)?;
    let person = actors::find(plan.tx, id.into())?;
    Ok((scene, person))
}

/// Somebody joined, was admitted, or asks to join: ours elsewhere sends a `Follow`, theirs here gets an `Accept`.
pub(super) fn joined(plan: &mut Plan<'_, '_>) -> Result<()> {
    let (scene, person) = parties(plan)?;
    if scene.actor.local {
        let admitted = plan.entry.act == Did::Join;
        if !admitted || person.local {
            return Ok(());
        }
        answer(plan, &scene.actor, &person, "Accept")?;
        return introduce(plan, &scene, &person);
    }
    if !person.local || plan.entry.remote {
        return Ok(());
    }
    follow(plan, &person, &scene.actor)
}

/// Tells a new member's server what a closed group is: until now it knew that it is there and no more. An open one it has read already.
fn introduce(plan: &mut Plan<'_, '_>, scene: &Scene, person: &ActorRow) -> Result<()> {
    if scene.class() == Class::Openbaar {
        return Ok(());
    }
    let out = groups::outward::group(plan.tx, scene.row.id)?;
    let object = activity::inner(objects::actor::group(plan.tx.urls, &out));
    let (id, uri) = plan.id("introduce");
    let audience = activity::Audience::to(&[&person.uri]);
    let document = activity::activity(&uri, "Update", &scene.actor.uri, object, &audience);
    send(plan, id, "Update", &scene.actor, person, document)
}

/// Somebody elsewhere was invited into a group hosted here: their server is told, which may know then that the group is there.
pub(super) fn invited(plan: &mut Plan<'_, '_>) -> Result<()> {
    let scene = plan.own_scene()?;
    let Some(id) = plan.entry.person_id else { return Ok(()) };
    let person = actors::find(plan.tx, id.into())?;
    if !scene.actor.local || person.local {
        return Ok(());
    }
    let (id, uri) = plan.id("Invite");
    let audience = activity::Audience::to(&[&person.uri]);
    let mut document =
        activity::activity(&uri, "Invite", &scene.actor.uri, scene.actor.uri.as_str(), &audience);
    put(&mut document, "target", person.uri.as_str());
    send(plan, id, "Invite", &scene.actor, &person, document)
}

/// Somebody was refused or put out.
pub(super) fn rejected(plan: &mut Plan<'_, '_>) -> Result<()> {
    let (scene, person) = parties(plan)?;
    if !scene.actor.local || person.local {
        return Ok(());
    }
    if scene.class() != Class::Openbaar && plan.detail.word == AT_THE_DOOR {
        return faces::turned_away(plan, &scene, &person);
    }
    reject(plan, &scene, &person)
}

/// Tells somebody elsewhere that they aren't a member.
pub(super) fn reject(plan: &mut Plan<'_, '_>, scene: &Scene, person: &ActorRow) -> Result<()> {
    answer(plan, &scene.actor, person, "Reject")
}

/// One of ours left a group elsewhere.
pub(super) fn left(plan: &mut Plan<'_, '_>) -> Result<()> {
    let (scene, person) = parties(plan)?;
    if scene.actor.local || !person.local || plan.entry.remote {
        return Ok(());
    }
    unfollow(plan, &person, &scene.actor)
}

/// A person asked to follow a person: ours elsewhere, or theirs here, which is granted at once.
pub(super) fn followed(plan: &mut Plan<'_, '_>) -> Result<()> {
    let (by, target) = pair(plan)?;
    match (by.local, target.local) {
        (true, false) => follow(plan, &by, &target),
        (false, true) => answer(plan, &target, &by, "Accept"),
        _ => Ok(()),
    }
}

/// One of ours doesn't let somebody elsewhere follow them, or no longer.
pub(super) fn refused(plan: &mut Plan<'_, '_>) -> Result<()> {
    let (by, follower) = pair(plan)?;
    if by.local && !follower.local { answer(plan, &by, &follower, "Reject") } else { Ok(()) }
}

/// One of ours stopped following somebody elsewhere.
pub(super) fn unfollowed(plan: &mut Plan<'_, '_>) -> Result<()> {
    let (by, target) = pair(plan)?;
    if by.local && !target.local { unfollow(plan, &by, &target) } else { Ok(()) }
}

fn pair(plan: &mut Plan<'_, '_>) -> Result<(ActorRow, ActorRow)> {
    let target = plan.entry.person_id.ok_or(Error::NotFound)?;
    Ok((plan.by()?, actors::find(plan.tx, target.into())?))
}

/// The id that the act gave to what we say, as a `Follow`; else one of this line.
pub(super) fn minted(plan: &Plan<'_, '_>, kind: &str) -> (ActivityId, String) {
    let minted = plan.detail.activity_uri.as_deref().and_then(|uri| plan.tx.urls.parse(uri));
    match minted {
        Some(Ours::Activity(id)) => (id, plan.tx.urls.activity(id)),
        _ => plan.id(kind),
    }
}

pub(super) fn follow(plan: &mut Plan<'_, '_>, by: &ActorRow, target: &ActorRow) -> Result<()> {
    let (id, uri) = minted(plan, "Follow");
    let audience = activity::Audience::to(&[&target.uri]);
    let mut document = activity::activity(&uri, "Follow", &by.uri, target.uri.as_str(), &audience);
    // For those who decide about it.
    if !plan.detail.reason.is_empty() {
        put(&mut document, "content", plan.detail.reason.as_str());
    }
    send(plan, id, "Follow", by, target, document)
}

fn unfollow(plan: &mut Plan<'_, '_>, by: &ActorRow, target: &ActorRow) -> Result<()> {
    let follow: Value = match outbox::latest(plan.tx, by.id, "Follow", &target.uri)? {
        Some(row) => row.document.read()?,
        None => {
            let (_, uri) = minted(plan, "Follow");
            json!({ "id": uri, "type": "Follow", "actor": by.uri, "object": target.uri })
        }
    };
    let (id, uri) = plan.id("Undo");
    let audience = activity::Audience::to(&[&target.uri]);
    let document = activity::activity(&uri, "Undo", &by.uri, follow, &audience);
    send(plan, id, "Undo/Follow", by, target, document)
}

/// Answers a `Follow`, nested as it came in.
pub(super) fn answer(plan: &mut Plan<'_, '_>, by: &ActorRow, follower: &ActorRow, kind: &str) -> Result<()> {
    let follow = answered(plan, by, follower)?;
    let (id, uri) = plan.id(kind);
    let audience = activity::Audience::to(&[&follower.uri]);
    let document = activity::activity(&uri, kind, &by.uri, follow, &audience);
    send(plan, id, kind, by, follower, document)
}

/// The `Follow` that is answered, as it came in.
pub(super) fn answered(plan: &mut Plan<'_, '_>, by: &ActorRow, follower: &ActorRow) -> Result<Value> {
    let follow_uri = plan.detail.follow_uri.clone().or_else(|| plan.detail.activity_uri.clone());
    let follow_uri = follow_uri.unwrap_or_default();
    let read = |raw: String| {
        let value: Option<Value> = serde_json::from_str(&raw).ok();
        value.filter(|value| value.get("type").and_then(Value::as_str) == Some("Follow"))
    };
    let follow = match plan.detail.activity.clone().and_then(read) {
        Some(follow) => Some(follow),
        None => inbox::body(plan.tx, &follower.uri, &follow_uri)?.and_then(read),
    };
    Ok(follow.unwrap_or_else(
        || json!({ "id": follow_uri, "type": "Follow", "actor": follower.uri, "object": by.uri }),
    ))
}

/// Sends something to one actor, ahead of all that follows in the same group: who isn't a member yet takes no posts.
pub(super) fn send(
    plan: &mut Plan<'_, '_>,
    id: ActivityId,
    kind: &str,
    by: &ActorRow,
    target: &ActorRow,
    document: Value,
) -> Result<()> {
    let document = plan.seal(document, by)?;
    let mut to = Audience::new();
    to.add_personally(target);
    let to = if is_parting(kind) { to } else { to.by_form(plan.tx, None)?.all };
    // A group hosted here is what the barrier is about; that of a group elsewhere is its host's to keep.
    let hosted = by.kind == actors::ActorKind::Group;
    let group = if hosted { plan.entry.group_id } else { None };
    let sheet = Sheet { id, kind, by, group, object: &target.uri, lane: "", document: &document };
    plan.add(&sheet, &to)
}
