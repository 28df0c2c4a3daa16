//! What groups say to groups: one elsewhere follows one of ours to show its topics (FEP-d36d), invites one of ours to show its own, answers
//! what ours asked or offered, offers a topic, and takes any of that back.
//!
//! Only its own key speaks for a group, never what somebody announced. Whether ours takes part is for its owners to say. Of a closed group
//! of ours nobody is told that it is there: it answers as one that isn't.

use url::Url;

use super::ruled::{self, Asked};
use super::{Context, Plan, Stop, create, object};
use crate::actors::{self, ActorKind};
use crate::db::Tx;
use crate::error::{Error, Result as Done};
use crate::federation::meet;
use crate::federation::objects::actor_in::cut;
use crate::federation::objects::document::Document;
use crate::federation::objects::post_in;
use crate::federation::store::known::{self, KnownGroup};
use crate::federation::store::outbox;
use crate::groups;
use crate::ids::{ActivityId, GroupId};
use crate::links::{LinkState, heard, outward, promotions};
use crate::policy::federation::Kind;
use crate::policy::{Class, limits};
use crate::text::line::one_line;
use crate::urls::Ours;

/// The group that says it, by its own key.
fn itself(context: &Context<'_>) -> Result<GroupId, Stop> {
    if context.host.is_some() {
        return Err(Stop::refused("not-to-announce"));
    }
    if context.by.kind != ActorKind::Group {
        return Err(Stop::refused("not-a-group"));
    }
    context.uri()?;
    Ok(context.by.id.into())
}

/// The group of ours at an address.
async fn ours(context: &Context<'_>, url: &Url) -> Result<GroupId, Stop> {
    let known = context.reach.known_actor(url.as_str()).await?;
    let known = known.filter(|row| row.local && row.kind == ActorKind::Group && row.gone_at.is_none());
    Ok(known.ok_or(Stop::Ignored("not-ours"))?.id.into())
}

/// Whether a group of ours is for everybody, before anything else is asked about it: what is for a closed one doesn't even wait.
fn must_be_open(tx: &mut Tx<'_>, ours: GroupId) -> Done<()> {
    match groups::outward::class(tx, ours)? {
        Some(Class::Openbaar) => Ok(()),
        _ => Err(Error::NotFound),
    }
}

/// Whether topics of one group may be shown in the other.
///
/// # Errors
/// Only when the database does.
pub(super) fn is_linked(tx: &mut Tx<'_>, source: GroupId, target: GroupId) -> Done<bool> {
    let link = outward::between(tx, source, target)?;
    Ok(link.is_some_and(|link| link.state == LinkState::Accepted))
}

/// Several lines without what can't be seen, and no more of them than one of ours could write.
fn lines(text: &str) -> String {
    let clean: Vec<String> = text.lines().map(one_line).collect();
    cut(clean.join("\n").trim(), limits::REASON)
}

/// What those who ask for something wrote to those who decide.
fn written(activity: Document<'_>) -> String {
    lines(activity.text("content").unwrap_or_default())
}

/// `Follow`: a group elsewhere wants to show the topics of one of ours.
pub(super) async fn followed(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    let target = itself(context)?;
    let source = ours(context, &object(activity)?).await?;
    let (follow_uri, note) = (context.uri()?, written(activity));
    // What the group announces has another form for each software.
    meet::before_sending(context.reach, &context.by.host).await?;
    let asked = Asked::new(&context.by.host, Some(source), Kind::Join);
    let (asks, released) = (vec![asked.clone()], context.is_released());
    let plan = Plan::new(move |tx| {
        must_be_open(tx, source)?;
        ruled::must_pass(tx, &asked, released)?;
        heard::asked(tx, source, target, &follow_uri, &note)
    });
    Ok(plan.asking(asks))
}

/// `Undo{Follow}` and `Leave`: it doesn't want to any more.
pub(super) async fn left(context: &Context<'_>, follow: Document<'_>) -> Result<Plan, Stop> {
    let target = itself(context)?;
    let source = ours(context, &object(follow)?).await?;
    Ok(Plan::new(move |tx| over(tx, source, target, "")))
}

/// Whatever there is between two groups ends, as the one elsewhere says.
fn over(tx: &mut Tx<'_>, source: GroupId, target: GroupId, reason: &str) -> Done<()> {
    match outward::between(tx, source, target)? {
        Some(_) => heard::left(tx, source, target, reason),
        None => Err(Error::Gone),
    }
}

/// `Invite`: a group elsewhere would have its topics shown in one of ours.
pub(super) fn invited(context: &Context<'_>, activity: Document<'_>, target: GroupId) -> Result<Plan, Stop> {
    let source = itself(context)?;
    let (invite_uri, note) = (context.uri()?, written(activity));
    let asked = Asked::new(&context.by.host, Some(target), Kind::Join);
    let (asks, released) = (vec![asked.clone()], context.is_released());
    let plan = Plan::new(move |tx| {
        must_be_open(tx, target)?;
        ruled::must_pass(tx, &asked, released)?;
        heard::invited(tx, source, target, &invite_uri, &note)
    });
    Ok(plan.asking(asks))
}

/// `Undo{Invite}`: it wouldn't any more.
pub(super) async fn uninvited(context: &Context<'_>, invite: Document<'_>) -> Result<Plan, Stop> {
    let source = itself(context)?;
    let target = invite.link("target").ok_or_else(|| Stop::refused("no-target"))?;
    let target = ours(context, &target).await?;
    Ok(Plan::new(move |tx| over(tx, source, target, "")))
}

/// What a group of ours said to the one that answers.
enum Said {
    /// It follows it.
    Follow(GroupId),
    /// It invited it.
    Invite(GroupId),
    /// It offered a topic, by this id.
    Offer(String),
    /// Something that is answered or taken back already.
    Earlier,
}

/// `Accept` and `Reject` of what a group of ours asked or offered. `None`: it is about nothing of the kind.
pub(super) async fn answered(
    context: &Context<'_>,
    activity: Document<'_>,
    accepted: bool,
) -> Result<Option<Plan>, Stop> {
    let by = itself(context)?;
    let Some(said) = said_to(context, by, activity).await? else { return Ok(None) };
    let reason = lines(activity.text("summary").unwrap_or_default());
    Ok(Some(match said {
        Said::Follow(target) if accepted => Plan::new(move |tx| heard::accepted(tx, by, target)),
        Said::Follow(target) => Plan::new(move |tx| heard::refused(tx, by, target, &reason)),
        // Who accepts an invitation follows.
        Said::Invite(_) if accepted => return Err(Stop::Ignored("not-followed")),
        Said::Invite(source) => Plan::new(move |tx| over(tx, source, by, &reason)),
        Said::Offer(uri) => Plan::new(move |tx| promotions::answered(tx, by, &uri, accepted, &reason)),
        Said::Earlier => return Err(Stop::Ignored("unknown-follow")),
    }))
}

/// What is answered: by its id, else by who it says said what to whom, as some software keeps no ids. Only the group to which it was said
/// answers it.
async fn said_to(context: &Context<'_>, by: GroupId, answer: Document<'_>) -> Result<Option<Said>, Stop> {
    let named = answer.link("object").map(String::from);
    if let Some(uri) = named {
        let sent = match context.reach.app().urls.parse(&uri) {
            Some(Ours::Activity(id)) => Some(id),
            _ => None,
        };
        let there = context.by.uri.clone();
        let found = context.read(move |tx| said_by_id(tx, by, &there, &uri, sent)).await?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let Some(inner) = answer.object("object") else { return Ok(None) };
    let to = if inner.kind() == "Invite" { "target" } else { "object" };
    if !matches!(inner.kind(), "Follow" | "Invite")
        || inner.link(to).is_none_or(|to| to.as_str() != context.by.uri)
    {
        return Ok(None);
    }
    let Some(actor) = inner.link("actor").map(String::from) else { return Ok(None) };
    let actor = context.reach.known_actor(&actor).await?;
    let actor = actor.filter(|row| row.local && row.kind == ActorKind::Group);
    let Some(group) = actor.map(|row| GroupId::from(row.id)) else { return Ok(None) };
    let follows = inner.kind() == "Follow";
    let (source, target) = if follows { (by, group) } else { (group, by) };
    let link = context.read(move |tx| outward::between(tx, source, target)).await?;
    Ok(Some(match link {
        Some(_) if follows => Said::Follow(group),
        Some(_) => Said::Invite(group),
        None => Said::Earlier,
    }))
}

/// What a group of ours said to this one under an id: a link's, else that of an activity that was `sent`.
fn said_by_id(
    tx: &mut Tx<'_>,
    by: GroupId,
    there: &str,
    uri: &str,
    sent: Option<ActivityId>,
) -> Done<Option<Said>> {
    if let Some(link) = outward::by_follow(tx, uri)?.filter(|link| link.source_id == by) {
        return Ok(Some(Said::Follow(link.target_id)));
    }
    if let Some(link) = outward::by_invite(tx, uri)?.filter(|link| link.target_id == by) {
        return Ok(Some(Said::Invite(link.source_id)));
    }
    let Some(id) = sent else { return Ok(None) };
    let Some(row) = outbox::find_many(tx, &[id])?.pop() else { return Ok(None) };
    if actors::find(tx, row.actor_id)?.kind != ActorKind::Group {
        return Ok(None);
    }
    Ok(match row.kind.as_str() {
        "Offer" if row.object_uri == there => Some(Said::Offer(row.uri)),
        "Follow" | "Invite" | "Offer" => Some(Said::Earlier),
        _ => None,
    })
}

/// `Offer`: a group elsewhere proposes to show one of its topics in a group of ours that is linked to it. A topic that isn't known here comes
/// in as its group's host says.
pub(super) async fn offered(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    let source = itself(context)?;
    let target = activity.link("target").ok_or_else(|| Stop::refused("no-target"))?;
    let target = ours(context, &target).await?;
    if !context.read(move |tx| is_linked(tx, source, target)).await? {
        return Err(Stop::refused("not-linked"));
    }
    let offer_uri = context.uri()?;
    let (uri, import) = topic(context, object(activity)?).await?;
    let note = written(activity);
    let asked = Asked::new(&context.by.host, Some(target), Kind::Topic);
    let mut asks = vec![asked.clone()];
    asks.extend(import.iter().flat_map(|import| import.asked().to_vec()));
    let released = context.is_released();
    let plan = Plan::new(move |tx| {
        must_be_open(tx, target)?;
        ruled::must_pass(tx, &asked, released)?;
        if let Some(import) = &import {
            import.carry_out(tx)?;
        }
        let post = known::topic(tx, &uri)?.filter(|post| post.group == source).ok_or(Error::NotFound)?;
        promotions::offered(tx, source, post.thread, target, &offer_uri, &note)
    });
    Ok(plan.asking(asks))
}

/// A topic of the group that says this: its id and, when it isn't known here, how it comes in.
async fn topic(context: &Context<'_>, url: Url) -> Result<(String, Option<Plan>), Stop> {
    if context.reach.known_post(url.as_str()).await?.is_some() {
        return Ok((url.to_string(), None));
    }
    if context.reach.app().urls.is_ours(&url) {
        return Err(Stop::refused("our-own"));
    }
    let found = context.reach.document(&url).await?;
    if found.document().get("inReplyTo").is_some() {
        return Err(Stop::refused("not-a-topic"));
    }
    // One that was written for another group of the same host isn't this one's to offer.
    if !post_in::named(found.document()).contains(&context.by.uri) {
        return Err(Stop::refused("not-in-group"));
    }
    let import = create::import(&context.of_group(KnownGroup::from(&context.by)), &found).await?;
    Ok((found.id.to_string(), Some(import)))
}

/// `Undo{Offer}`: it doesn't propose that any more.
pub(super) fn withdrawn(context: &Context<'_>, offer: Document<'_>) -> Result<Plan, Stop> {
    let source = itself(context)?;
    let id = offer.id().filter(|id| context.owns(id)).ok_or_else(|| Stop::refused("no-id"))?;
    let uri = id.to_string();
    Ok(Plan::new(move |tx| promotions::withdrawn(tx, source, &uri)))
}

/// `Undo` of something that is named by its id alone, and whose own words aren't kept any more.
pub(super) fn undone_by_id(context: &Context<'_>, uri: String) -> Result<Plan, Stop> {
    let by = itself(context)?;
    Ok(Plan::new(move |tx| {
        if let Some(link) = outward::by_follow(tx, &uri)?.filter(|link| link.target_id == by) {
            return heard::left(tx, link.source_id, by, "");
        }
        if let Some(link) = outward::by_invite(tx, &uri)?.filter(|link| link.source_id == by) {
            return heard::left(tx, by, link.target_id, "");
        }
        promotions::withdrawn(tx, by, &uri)
    }))
}
