//! Keeping order: locks, pins, roles, bans, moves, reports.
//!
//! Each is an activity of the moderator, which the group announces. Mastodon would take a bare `Block` for the moderator's
//! own, so it only goes out wrapped; whoever is banned is put out by `Reject`, and by a `Block` of the group's own where
//! that is what evicts.

use serde_json::{Value, json};

use super::{Act, Plan, Scene, Sheet, membership};
use crate::actors::{self, ActorRow};
use crate::error::{Error, Result};
use crate::federation::audience::Audience;
use crate::federation::objects::activity::{self, in_group};
use crate::federation::objects::{post, put};
use crate::federation::store::outbox;
use crate::ids::PostId;
use crate::instance;
use crate::policy::Role;
use crate::threads;

/// What a moderator does in a group, in the form that Lemmy reads: addressed to the public, with the group.
fn moderate(
    plan: &mut Plan<'_, '_>,
    scene: &Scene,
    kind: &str,
    object: (&str, Value),
    more: &[(&str, Value)],
    announce_to: Audience,
) -> Result<()> {
    let lane = plan.lane();
    if plan.entry.remote {
        if scene.actor.local {
            plan.relay(scene, object.0, &lane)?;
        }
        return Ok(());
    }
    let by = plan.by.clone().unwrap_or_else(|| scene.actor.clone());
    let (wire_kind, _) = kind.split_once('/').unwrap_or((kind, ""));
    let (id, uri) = plan.id(kind);
    let mut document = activity::activity(&uri, wire_kind, &by.uri, object.1, &scene.audience());
    for (name, value) in more {
        put(&mut document, name, value.clone());
    }
    let document = in_group(document, &scene.actor.uri);
    let act = Act { id, kind, by: &by, object: object.0, document, announce_to, always: false };
    plan.act(scene, &act, &Audience::new())
}

fn topic_uri(plan: &mut Plan<'_, '_>) -> Result<String> {
    let thread = plan.entry.thread_id.ok_or(Error::NotFound)?;
    Ok(threads::outward::head(plan.tx, PostId::from(thread))?.uri)
}

/// A topic was locked.
pub(super) fn locked(plan: &mut Plan<'_, '_>) -> Result<()> {
    let scene = plan.own_scene()?;
    let topic = topic_uri(plan)?;
    let reason = Value::from(plan.detail.reason.as_str());
    let object = Value::from(topic.as_str());
    moderate(plan, &scene, "Lock", (&topic, object), &[("summary", reason)], Audience::new())
}

/// A topic was unlocked.
pub(super) fn unlocked(plan: &mut Plan<'_, '_>) -> Result<()> {
    let scene = plan.own_scene()?;
    let topic = topic_uri(plan)?;
    let lock = undone(plan, &scene, "Lock", &topic, Value::from(topic.as_str()), &[])?;
    moderate(plan, &scene, "Undo/Lock", (&topic, lock), &[], Audience::new())
}

/// The activity that is undone: as it went out, else made again. Others match it by what it is about.
fn undone(
    plan: &mut Plan<'_, '_>,
    scene: &Scene,
    kind: &str,
    key: &str,
    object: Value,
    more: &[(&str, Value)],
) -> Result<Value> {
    if let Some(row) = outbox::latest_of(plan.tx, kind, key)? {
        return row.document.read();
    }
    let by = plan.by.clone().unwrap_or_else(|| scene.actor.clone());
    let (_, uri) = plan.id(kind);
    let mut document = activity::activity(&uri, kind, &by.uri, object, &scene.audience());
    for (name, value) in more {
        put(&mut document, name, value.clone());
    }
    Ok(activity::inner(in_group(document, &scene.actor.uri)))
}

/// A topic was pinned (`Add`) or unpinned (`Remove`).
pub(super) fn pinned(plan: &mut Plan<'_, '_>, kind: &str) -> Result<()> {
    let scene = plan.own_scene()?;
    let topic = topic_uri(plan)?;
    let target = scene.row.featured.clone().unwrap_or_else(|| format!("{}/featured", scene.actor.uri));
    let object = Value::from(topic.as_str());
    moderate(plan, &scene, kind, (&topic, object), &[("target", target.into())], Audience::new())
}

/// A topic came here from another group. Each of the two groups tells its own members: who belongs to one takes no word from
/// the other. To microblogs of the new one it is a new topic.
pub(super) fn moved(plan: &mut Plan<'_, '_>) -> Result<()> {
    let scene = plan.own_scene()?;
    let Some(from) = plan.detail.from_group.filter(|_| scene.actor.local) else { return Ok(()) };
    let (topic, origin, lane) = (topic_uri(plan)?, plan.scene(from)?, plan.lane());
    let (before, members) = (plan.members(&origin)?, plan.members(&scene)?);
    let mut to = members.activities.clone();
    let inner: Value = if plan.entry.remote {
        let Some(raw) = plan.detail.activity.clone() else { return Ok(()) };
        if let Some(by) = plan.by.clone() {
            let mut home = Audience::new();
            home.add_actor(&by);
            to.extend(home.by_form(plan.tx, Some(scene.ground()))?.activities);
        }
        serde_json::from_str(&raw).map_err(Error::internal)?
    } else {
        let by = plan.by.clone().unwrap_or_else(|| scene.actor.clone());
        let (id, uri) = plan.id("Move");
        let mut document =
            activity::activity(&uri, "Move", &by.uri, Value::from(topic.as_str()), &scene.audience());
        put(&mut document, "origin", origin.actor.uri.as_str());
        put(&mut document, "target", scene.actor.uri.as_str());
        let document = plan.seal(in_group(document, &scene.actor.uri), &by)?;
        let group = Some(scene.row.id);
        let sheet =
            Sheet { id, kind: "Move", by: &by, group, object: &topic, lane: &lane, document: &document };
        plan.add(&sheet, &Audience::new())?;
        document
    };
    plan.announce("announce", &scene, &inner, &topic, &lane, &to)?;
    if scene.class() > origin.class() {
        let gone = taken_away(plan, &origin, &topic, &lane)?;
        plan.announce("announce-origin", &origin, &gone, &topic, &lane, &before.activities)?;
    } else {
        plan.announce("announce-origin", &origin, &inner, &topic, &lane, &before.activities)?;
    }
    in_outbox(plan, &origin, &scene, &topic, &lane)?;
    plan.unboost(&origin, &topic, &lane, &before.bare)?;
    plan.boost(&scene, &topic, &lane, &members.bare)
}

/// What members of a group are told of a topic that went into a more closed one: that it is gone. Where to isn't theirs to know.
fn taken_away(plan: &mut Plan<'_, '_>, origin: &Scene, topic: &str, lane: &str) -> Result<Value> {
    let by = plan.by.clone().filter(|by| by.local).unwrap_or_else(|| origin.actor.clone());
    let (id, uri) = plan.id("Delete");
    let mut document = activity::activity(&uri, "Delete", &by.uri, topic, &origin.audience());
    // With a reason it is a moderator's doing, not the author's.
    put(&mut document, "summary", "");
    let document = plan.seal(in_group(document, &origin.actor.uri), &by)?;
    let group = Some(origin.row.id);
    let sheet = Sheet { id, kind: "Delete", by: &by, group, object: topic, lane, document: &document };
    plan.add(&sheet, &Audience::new())?;
    Ok(document)
}

/// The announce by which the new group's outbox shows the topic; the members have the `Move`, so it is sent to nobody. Of a topic
/// of ours it has a `Create` that names the new group, as Lemmy makes one for its outbox; what was written elsewhere stays as it
/// came.
fn in_outbox(plan: &mut Plan<'_, '_>, origin: &Scene, scene: &Scene, topic: &str, lane: &str) -> Result<()> {
    let id = plan.entry.thread_id.ok_or(Error::NotFound)?;
    let out = threads::outward::post(plan.tx, PostId::from(id))?;
    if out.post.deleted_at.is_some() {
        return Ok(());
    }
    let create = if out.author.local {
        let (id, uri) = plan.id("Create");
        let (to, cc) = post::audience(&out);
        let object = activity::inner(post::post(plan.tx.urls, &out));
        let audience = activity::Audience { to, cc };
        let document = activity::activity(&uri, "Create", &out.author.uri, object, &audience);
        let document = plan.seal(in_group(document, &scene.actor.uri), &out.author)?;
        let (by, group) = (&out.author, Some(scene.row.id));
        let sheet = Sheet { id, kind: "Create", by, group, object: topic, lane, document: &document };
        plan.add(&sheet, &Audience::new())?;
        document
    } else {
        let Some(announced) = outbox::announced(plan.tx, origin.actor.id, topic)? else { return Ok(()) };
        let mut announced: Value = announced.read()?;
        announced.get_mut("object").map(Value::take).unwrap_or_default()
    };
    plan.announce("announce-create", scene, &create, topic, lane, &Audience::new())
}

fn person(plan: &mut Plan<'_, '_>) -> Result<ActorRow> {
    let id = plan.entry.person_id.ok_or(Error::NotFound)?;
    actors::find(plan.tx, id.into())
}

/// Somebody became a moderator or owner (`Add`), or is none any more (`Remove`).
pub(super) fn role_set(plan: &mut Plan<'_, '_>) -> Result<()> {
    let scene = plan.own_scene()?;
    let person = person(plan)?;
    let target = scene.row.moderators.clone().unwrap_or_else(|| format!("{}/moderators", scene.actor.uri));
    let kind = if plan.detail.word == Role::Member.word() { "Remove" } else { "Add" };
    let object = Value::from(person.uri.as_str());
    moderate(plan, &scene, kind, (&person.uri, object), &[("target", target.into())], Audience::new())
}

/// Somebody was banned from a group. A ban from the whole instance is nobody else's business.
pub(super) fn banned(plan: &mut Plan<'_, '_>) -> Result<()> {
    if plan.entry.group_id.is_none() {
        return Ok(());
    }
    let scene = plan.own_scene()?;
    let person = person(plan)?;
    let mut more = vec![
        ("target", Value::from(scene.actor.uri.as_str())),
        ("summary", Value::from(plan.detail.reason.as_str())),
        ("removeData", Value::from(false)),
    ];
    if let Some(until) = plan.detail.until {
        more.push(("endTime", until.rfc3339().into()));
        more.push(("expires", until.rfc3339().into()));
    }
    let mut home = Audience::new();
    home.add_actor(&person);
    let home = home.by_form(plan.tx, Some(scene.ground()))?;
    let object = Value::from(person.uri.as_str());
    moderate(plan, &scene, "Block", (&person.uri, object), &more, home.activities.clone())?;
    if scene.actor.local && !person.local {
        if plan.detail.follow_uri.is_some() {
            membership::reject(plan, &scene, &person)?;
        }
        group_block(plan, &scene, &person, &home.bare)?;
    }
    Ok(())
}

/// A block by the group itself: what takes its followers away on GoToSocial.
fn group_block(plan: &mut Plan<'_, '_>, scene: &Scene, person: &ActorRow, to: &Audience) -> Result<()> {
    if to.is_empty() {
        return Ok(());
    }
    let (id, uri) = plan.id("group-block");
    let audience = activity::Audience::to(&[&person.uri]);
    let document = activity::activity(&uri, "Block", &scene.actor.uri, person.uri.as_str(), &audience);
    let document = plan.seal(document, &scene.actor)?;
    let sheet = Sheet {
        id,
        kind: "Block/Group",
        by: &scene.actor,
        group: Some(scene.row.id),
        object: &person.uri,
        lane: "",
        document: &document,
    };
    plan.add(&sheet, to)
}

/// A ban was lifted.
pub(super) fn unbanned(plan: &mut Plan<'_, '_>) -> Result<()> {
    if plan.entry.group_id.is_none() {
        return Ok(());
    }
    let scene = plan.own_scene()?;
    let person = person(plan)?;
    let target = [("target", Value::from(scene.actor.uri.as_str()))];
    let mut home = Audience::new();
    home.add_actor(&person);
    let home = home.by_form(plan.tx, Some(scene.ground()))?;
    let block = undone(plan, &scene, "Block", &person.uri, Value::from(person.uri.as_str()), &target)?;
    moderate(plan, &scene, "Undo/Block", (&person.uri, block), &target, home.activities.clone())?;
    if scene.actor.local
        && let Some(block) = outbox::latest(plan.tx, scene.actor.id, "Block/Group", &person.uri)?
        && !home.bare.is_empty()
    {
        let (id, uri) = plan.id("group-unblock");
        let block: Value = block.document.read()?;
        let audience = activity::Audience::to(&[&person.uri]);
        let document = activity::activity(&uri, "Undo", &scene.actor.uri, block, &audience);
        let document = plan.seal(document, &scene.actor)?;
        let sheet = Sheet {
            id,
            kind: "Undo/Block",
            by: &scene.actor,
            group: Some(scene.row.id),
            object: &person.uri,
            lane: "",
            document: &document,
        };
        plan.add(&sheet, &home.bare)?;
    }
    Ok(())
}

/// Something was reported that others decide about: the act names their inboxes. A report to a group's host is the
/// reporter's, as Lemmy wants it; one to an author's server comes from the instance, which names nobody (Mastodon's way).
pub(super) fn reported(plan: &mut Plan<'_, '_>) -> Result<()> {
    if plan.entry.remote || plan.detail.inboxes.is_empty() {
        return Ok(());
    }
    let scene = match plan.entry.group_id {
        Some(id) => Some(plan.scene(id)?),
        None => None,
    };
    let reason = plan.detail.reason.clone();
    let post = match plan.entry.post_id {
        Some(id) => Some(threads::outward::head(plan.tx, id)?.uri),
        None => None,
    };
    let accused = match plan.entry.person_id {
        Some(id) => Some(actors::find(plan.tx, id.into())?),
        None => None,
    };
    let host = scene.as_ref().filter(|scene| !scene.actor.local);
    let to_host: Vec<String> = plan
        .detail
        .inboxes
        .iter()
        .filter(|inbox| {
            host.is_some_and(|host| host.actor.delivery_inbox() == *inbox || host.actor.inbox == **inbox)
        })
        .cloned()
        .collect();
    let to_author: Vec<String> =
        plan.detail.inboxes.iter().filter(|inbox| !to_host.contains(inbox)).cloned().collect();
    if let (Some(scene), Some(about)) = (host, post.as_ref().or(accused.as_ref().map(|who| &who.uri)))
        && !to_host.is_empty()
    {
        let by = match plan.by.clone() {
            Some(by) => by,
            None => instance::actor(plan.tx)?,
        };
        let audience = activity::Audience::to(&[&scene.actor.uri]);
        flag(plan, ("flag-host", &by), Value::from(about.as_str()), about, (&reason, audience), &to_host)?;
    }
    // A host whose own author it is has been told already.
    let by_host =
        |who: &ActorRow| host.is_some_and(|host| host.actor.host == who.host) && !to_host.is_empty();
    if let Some(accused) = accused.filter(|who| !by_host(who))
        && !to_author.is_empty()
    {
        let by = instance::actor(plan.tx)?;
        let about: Vec<&str> = [Some(accused.uri.as_str()), post.as_deref()].into_iter().flatten().collect();
        let audience = activity::Audience::to(&[&accused.uri]);
        flag(plan, ("flag-author", &by), json!(about), &accused.uri, (&reason, audience), &to_author)?;
    }
    Ok(())
}

fn flag(
    plan: &mut Plan<'_, '_>,
    (part, by): (&str, &ActorRow),
    object: Value,
    key: &str,
    (reason, audience): (&str, activity::Audience),
    inboxes: &[String],
) -> Result<()> {
    let (id, uri) = plan.id(part);
    let mut document = activity::activity(&uri, "Flag", &by.uri, object, &audience);
    put(&mut document, "summary", reason);
    put(&mut document, "content", reason);
    let document = plan.seal(document, by)?;
    let mut to = Audience::new();
    to.add_inboxes(inboxes);
    let to = to.by_form(plan.tx, None)?.all;
    let sheet = Sheet { id, kind: "Flag", by, group: None, object: key, lane: "report", document: &document };
    plan.add(&sheet, &to)
}
