//! What groups hosted here say to groups elsewhere: links that are asked for, answered and ended, and topics that are offered. The group that
//! shows follows the one whose topics it shows (FEP-d36d). And what a group says to its members of the topics of others that it shows.
//!
//! Between two groups hosted here nothing is said. Whoever ends a link is heard also where one of the two is closed now.

use serde_json::{Value, json};

use super::{Plan, Scene, membership};
use crate::actors::{self, ActorRow};
use crate::error::{Error, Result};
use crate::federation::audience::Audience;
use crate::federation::objects::{activity, put};
use crate::federation::store::{inbox, known, outbox};
use crate::links::acts::CLOSED;
use crate::links::{PromotionState, Side};
use crate::policy::Class;
use crate::threads::outward::{self, OutPost, PostHead};
use crate::urls::Ours;

/// How it is kept that a link is refused or taken back, and that one has ended: told to blocked servers, too, and of closed groups.
const REFUSED: &str = "Reject/Link";
const TAKEN_BACK: &str = "Undo/Link";

/// The group hosted here that a line is about, and the other one, when that is elsewhere.
fn ends(plan: &mut Plan<'_, '_>) -> Result<Option<(Scene, ActorRow)>> {
    let scene = plan.own_scene()?;
    let other = plan.detail.other.ok_or(Error::NotFound)?;
    let other = actors::find(plan.tx, other.into())?;
    let heard = scene.actor.local && !other.local && other.gone_at.is_none();
    Ok(heard.then_some((scene, other)))
}

/// Whether somebody here did it; else it came in.
fn is_ours(plan: &Plan<'_, '_>) -> bool {
    plan.entry.by_id.is_some() && !plan.entry.remote
}

/// Which end of the link the group is.
fn side(plan: &Plan<'_, '_>) -> Option<Side> {
    Side::from_word(&plan.detail.word)
}

/// The staff of a group asked for a link: to show the other's topics it follows that one, to have its own shown it invites that one.
pub(super) fn asked(plan: &mut Plan<'_, '_>) -> Result<()> {
    if !is_ours(plan) {
        return Ok(());
    }
    let Some((scene, other)) = ends(plan)? else { return Ok(()) };
    match side(plan) {
        Some(Side::Target) => membership::follow(plan, &scene.actor, &other),
        Some(Side::Source) => {
            let (id, uri) = membership::minted(plan, "Invite");
            let audience = activity::Audience::to(&[&other.uri]);
            let mut document =
                activity::activity(&uri, "Invite", &scene.actor.uri, scene.actor.uri.as_str(), &audience);
            put(&mut document, "target", other.uri.as_str());
            if !plan.detail.reason.is_empty() {
                put(&mut document, "content", plan.detail.reason.as_str());
            }
            membership::send(plan, id, "Invite", &scene.actor, &other, document)
        }
        None => Ok(()),
    }
}

/// A link was accepted: whoever follows is told. An invitation is accepted by following.
pub(super) fn accepted(plan: &mut Plan<'_, '_>) -> Result<()> {
    let Some((scene, other)) = ends(plan)? else { return Ok(()) };
    match side(plan) {
        Some(Side::Source) if plan.detail.follow_uri.is_some() => {
            membership::answer(plan, &scene.actor, &other, "Accept")
        }
        Some(Side::Target) if is_ours(plan) => membership::follow(plan, &scene.actor, &other),
        Some(_) | None => Ok(()),
    }
}

/// A link was refused, taken back or ended, by our staff or because one of the groups isn't open any more.
pub(super) fn ended(plan: &mut Plan<'_, '_>) -> Result<()> {
    if !is_ours(plan) && plan.detail.from != CLOSED {
        return Ok(());
    }
    let Some((scene, other)) = ends(plan)? else { return Ok(()) };
    let (ours, theirs) = (&scene.actor, &other);
    let (follow, invite) = (plan.detail.follow_uri.clone(), plan.detail.activity_uri.clone());
    match (side(plan), follow) {
        (Some(Side::Source), Some(_)) => {
            let follow = membership::answered(plan, ours, theirs)?;
            say(plan, REFUSED, &scene, &other, follow)
        }
        (Some(Side::Source), None) => {
            let invite = match sent(plan, invite.as_deref())? {
                Some(invite) => invite,
                None => invitation(invite, ours, theirs),
            };
            say(plan, TAKEN_BACK, &scene, &other, invite)
        }
        (Some(Side::Target), Some(uri)) => {
            let follow = match sent(plan, Some(uri.as_str()))? {
                Some(follow) => follow,
                None => json!({ "id": uri, "type": "Follow", "actor": ours.uri, "object": theirs.uri }),
            };
            say(plan, TAKEN_BACK, &scene, &other, follow)
        }
        (Some(Side::Target), None) => {
            let invite = match came(plan, theirs, invite.as_deref(), "Invite")? {
                Some(invite) => invite,
                None => invitation(invite, theirs, ours),
            };
            say(plan, REFUSED, &scene, &other, invite)
        }
        (None, _) => Ok(()),
    }
}

/// An invitation whose own words aren't kept any more.
fn invitation(uri: Option<String>, source: &ActorRow, target: &ActorRow) -> Value {
    let mut invite =
        json!({ "type": "Invite", "actor": source.uri, "object": source.uri, "target": target.uri });
    if let Some(uri) = uri {
        put(&mut invite, "id", uri);
    }
    invite
}

/// An activity of ours, as it went out.
fn sent(plan: &mut Plan<'_, '_>, uri: Option<&str>) -> Result<Option<Value>> {
    let Some(Ours::Activity(id)) = uri.and_then(|uri| plan.tx.urls.parse(uri)) else { return Ok(None) };
    let row = outbox::find_many(plan.tx, &[id])?.pop();
    row.map(|row| row.document.read()).transpose()
}

/// An activity of theirs, as it came in.
fn came(plan: &mut Plan<'_, '_>, by: &ActorRow, uri: Option<&str>, kind: &str) -> Result<Option<Value>> {
    let Some(uri) = uri else { return Ok(None) };
    let body = inbox::body(plan.tx, &by.uri, uri)?;
    let value: Option<Value> = body.and_then(|body| serde_json::from_str(&body).ok());
    Ok(value.filter(|value| value.get("type").and_then(Value::as_str) == Some(kind)))
}

/// Says something of what was said before, with the reason that the line has. `kind` as it is kept; the first of its words is its type.
fn say(plan: &mut Plan<'_, '_>, kind: &str, scene: &Scene, to: &ActorRow, about: Value) -> Result<()> {
    let (wire_kind, _) = kind.split_once('/').unwrap_or((kind, ""));
    let (id, uri) = plan.id(kind);
    let audience = activity::Audience::to(&[&to.uri]);
    let mut document = activity::activity(&uri, wire_kind, &scene.actor.uri, about, &audience);
    if !plan.detail.reason.is_empty() && wire_kind == "Reject" {
        put(&mut document, "summary", plan.detail.reason.as_str());
    }
    membership::send(plan, id, kind, &scene.actor, to, document)
}

/// The topic of the line.
fn topic(plan: &mut Plan<'_, '_>) -> Result<PostHead> {
    let id = plan.entry.post_id.ok_or(Error::NotFound)?;
    outward::head(plan.tx, id)
}

/// A topic of a group hosted here is offered to a group elsewhere, or that is taken back.
pub(super) fn proposed(plan: &mut Plan<'_, '_>) -> Result<()> {
    let Some((scene, other)) = ends(plan)? else { return Ok(()) };
    match PromotionState::from_word(&plan.detail.word) {
        Some(PromotionState::Offered) => offered(plan, &scene, &other),
        Some(PromotionState::Ended) => {
            let offer = plan.detail.activity_uri.clone();
            // What never went out needn't be taken back.
            let Some(offer) = sent(plan, offer.as_deref())? else { return Ok(()) };
            say(plan, "Undo/Offer", &scene, &other, offer)
        }
        Some(_) | None => Ok(()),
    }
}

fn offered(plan: &mut Plan<'_, '_>, scene: &Scene, other: &ActorRow) -> Result<()> {
    let head = topic(plan)?;
    // It may have been taken away, or elsewhere, while this waited.
    if head.is_gone() || head.group != scene.row.id || head.class != Class::Openbaar {
        return Ok(());
    }
    let (id, uri) = membership::minted(plan, "Offer");
    let audience = activity::Audience::to(&[&other.uri]);
    let mut document = activity::activity(&uri, "Offer", &scene.actor.uri, head.uri.as_str(), &audience);
    put(&mut document, "target", other.uri.as_str());
    if !plan.detail.reason.is_empty() {
        put(&mut document, "content", plan.detail.reason.as_str());
    }
    membership::send(plan, id, "Offer", &scene.actor, other, document)
}

/// Curators of a group hosted here decided about a topic that a group elsewhere offered.
pub(super) fn decided(plan: &mut Plan<'_, '_>) -> Result<()> {
    if !is_ours(plan) {
        return Ok(());
    }
    let Some((scene, other)) = ends(plan)? else { return Ok(()) };
    let Some(uri) = plan.detail.activity_uri.clone() else { return Ok(()) };
    let offer = match came(plan, &other, Some(uri.as_str()), "Offer")? {
        Some(offer) => offer,
        None => {
            let topic = topic(plan)?.uri;
            let ours = scene.actor.uri.as_str();
            json!({ "id": uri, "type": "Offer", "actor": other.uri, "object": topic, "target": ours })
        }
    };
    let accepted = plan.detail.word == PromotionState::Accepted.word();
    say(plan, if accepted { "Accept" } else { "Reject/Offer" }, &scene, &other, offer)
}

/// The members to whom a group tells which topics of others it shows.
fn members(plan: &mut Plan<'_, '_>, scene: &Scene) -> Result<Audience> {
    let people = Audience::people(plan.tx, scene.row.id)?;
    Ok(people.by_form(plan.tx, Some(scene.ground()))?.shown)
}

/// A group hosted here shows a topic of another.
pub(super) fn shown(plan: &mut Plan<'_, '_>) -> Result<()> {
    let (scene, head) = (plan.own_scene()?, topic(plan)?);
    if !scene.actor.local || head.is_gone() || head.refused || head.class != Class::Openbaar {
        return Ok(());
    }
    let (lane, to) = (plan.lane(), members(plan, &scene)?);
    plan.boost(&scene, &head.uri, &lane, &to)
}

/// A group hosted here shows a topic of another no longer.
pub(super) fn hidden(plan: &mut Plan<'_, '_>) -> Result<()> {
    let (scene, head) = (plan.own_scene()?, topic(plan)?);
    if !scene.actor.local {
        return Ok(());
    }
    let (lane, to) = (plan.lane(), members(plan, &scene)?);
    plan.unboost(&scene, &head.uri, &lane, &to)
}

/// The groups hosted here that show a topic of another group.
fn showing(plan: &mut Plan<'_, '_>, out: &OutPost) -> Result<Vec<Scene>> {
    // Nothing closed is shown anywhere else, nor are replies.
    if out.class != Class::Openbaar || out.parent.is_some() {
        return Ok(Vec::new());
    }
    let groups = known::shown_in(plan.tx, out.thread.id)?;
    groups.into_iter().map(|group| plan.scene(group)).collect()
}

/// Members of groups hosted here that show a topic of another group.
pub(super) fn onlookers(plan: &mut Plan<'_, '_>, out: &OutPost) -> Result<Audience> {
    let mut all = Audience::new();
    for scene in showing(plan, out)? {
        all.extend(members(plan, &scene)?);
    }
    Ok(all)
}

/// A topic was deleted or removed: groups hosted here that show it take that back.
pub(super) fn unshown(plan: &mut Plan<'_, '_>, out: &OutPost) -> Result<()> {
    for scene in showing(plan, out)? {
        let (lane, to) = (plan.lane(), members(plan, &scene)?);
        plan.unboost_as(&format!("unboost {}", scene.row.id), &scene, &out.post.uri, &lane, &to)?;
    }
    Ok(())
}

/// A topic was restored: they show it again.
pub(super) fn shown_again(plan: &mut Plan<'_, '_>, out: &OutPost) -> Result<()> {
    for scene in showing(plan, out)? {
        let (lane, to) = (plan.lane(), members(plan, &scene)?);
        plan.boost_as(&format!("boost {}", scene.row.id), &scene, &out.post.uri, &lane, &to)?;
    }
    Ok(())
}
