//! Changes of actors themselves: groups and people edited or deleted.

use super::{Act, Plan, Scene, Sheet};
use crate::actors::{self, ActorRow};
use crate::error::{Error, Result};
use crate::federation::audience::Audience;
use crate::federation::objects::activity::{self, in_group};
use crate::federation::objects::{self, PUBLIC};
use crate::policy::Class;
use crate::{groups, membership, people};

/// How it is kept that a group is stricter now: for whoever may get nothing else of it.
const CLOSED_FURTHER: &str = "Update/Closed";

/// A group's texts or settings changed. Mastodon takes that from the group itself; Lemmy from a moderator, announced.
pub(super) fn group_edited(plan: &mut Plan<'_, '_>) -> Result<()> {
    let scene = plan.own_scene()?;
    if !scene.actor.local {
        return Ok(());
    }
    let out = groups::outward::group(plan.tx, scene.row.id)?;
    let object = activity::inner(objects::actor::group(plan.tx.urls, &out));
    let members = plan.members(&scene)?;
    let (id, uri) = plan.id("Update");
    let document = activity::activity(&uri, "Update", &scene.actor.uri, object.clone(), &scene.audience());
    speak(plan, &scene, id, "Update", document, &members.bare)?;
    closed_further(plan, &scene, &members.all)?;
    let Some(by) = plan.by.clone() else { return Ok(()) };
    let (id, uri) = plan.id("update-by");
    let document = activity::activity(&uri, "Update", &by.uri, object, &scene.audience());
    let act = Act {
        id,
        kind: "Update",
        by: &by,
        object: &scene.actor.uri,
        document: in_group(document, &scene.actor.uri),
        announce_to: Audience::new(),
        always: false,
    };
    plan.act(&scene, &act, &Audience::new())
}

/// Servers of members that may get nothing more of a closed group, as it is stricter now than what was agreed with them: those that hold
/// copies learn how closed it is, and drop them.
fn closed_further(plan: &mut Plan<'_, '_>, scene: &Scene, reached: &Audience) -> Result<()> {
    if scene.class() == Class::Openbaar {
        return Ok(());
    }
    let beyond = Audience::people(plan.tx, scene.row.id)?.without(reached);
    let stub = activity::inner(objects::actor::stub(plan.tx.urls, &scene.actor, &scene.row));
    let (id, uri) = plan.id("closed-further");
    let audience = activity::Audience::to(&[]);
    let document = activity::activity(&uri, "Update", &scene.actor.uri, stub, &audience);
    speak(plan, scene, id, CLOSED_FURTHER, document, &beyond)
}

/// A group was deleted. Every server that may have copies gets its own `Delete`, also those of former members; members whose
/// server understands announces get that of its owner too.
pub(super) fn group_deleted(plan: &mut Plan<'_, '_>) -> Result<()> {
    let scene = plan.own_scene()?;
    if !scene.actor.local {
        return Ok(());
    }
    if let Some(by) = plan.by.clone() {
        let (id, uri) = plan.id("delete-by");
        let document =
            activity::activity(&uri, "Delete", &by.uri, scene.actor.uri.as_str(), &scene.audience());
        let act = Act {
            id,
            kind: "Delete",
            by: &by,
            object: &scene.actor.uri,
            document: in_group(document, &scene.actor.uri),
            announce_to: Audience::new(),
            always: false,
        };
        plan.act(&scene, &act, &Audience::new())?;
    }
    let mut all = Audience::members(plan.tx, scene.row.id)?;
    all.add_inboxes(&plan.detail.inboxes);
    for (host, shared) in people::outward::shared_inboxes(plan.tx)? {
        all.add_shared(host, shared);
    }
    let all = all.by_form(plan.tx, Some(scene.ground()))?.all;
    let (id, uri) = plan.id("Delete");
    let document =
        activity::activity(&uri, "Delete", &scene.actor.uri, scene.actor.uri.as_str(), &scene.audience());
    speak(plan, &scene, id, "Delete", document, &all)
}

/// Something that a group says itself, about itself, to these.
fn speak(
    plan: &mut Plan<'_, '_>,
    scene: &Scene,
    id: crate::ids::ActivityId,
    kind: &str,
    document: serde_json::Value,
    to: &Audience,
) -> Result<()> {
    if to.is_empty() {
        return Ok(());
    }
    let document = plan.seal(document, &scene.actor)?;
    let sheet = Sheet {
        id,
        kind,
        by: &scene.actor,
        group: Some(scene.row.id),
        object: &scene.actor.uri,
        lane: "",
        document: &document,
    };
    plan.add(&sheet, to)
}

/// The person that the line is about, else who did it.
fn person(plan: &mut Plan<'_, '_>) -> Result<ActorRow> {
    let id = plan.entry.person_id.or(plan.entry.by_id).ok_or(Error::NotFound)?;
    actors::find(plan.tx, id.into())
}

/// Servers that know a person: those of followers, of members of the same groups, and the hosts of groups elsewhere.
fn acquainted(plan: &mut Plan<'_, '_>, who: &ActorRow) -> Result<Audience> {
    let mut known = Audience::new();
    known.add_followers(plan.tx, who.id.into())?;
    for group in membership::outward::groups_of(plan.tx, who.id.into())? {
        let scene = plan.scene(group)?;
        if scene.actor.local {
            known.extend(plan.members(&scene)?.all.clone());
        } else {
            known.add_actor(&scene.actor);
        }
    }
    Ok(known)
}

/// A profile changed.
pub(super) fn profile_edited(plan: &mut Plan<'_, '_>) -> Result<()> {
    let who = person(plan)?;
    if !who.local || plan.entry.remote {
        return Ok(());
    }
    let out = people::outward::person(plan.tx, who.id.into())?;
    let object = activity::inner(objects::actor::person(plan.tx.urls, &out));
    let to = acquainted(plan, &who)?;
    announce_self(plan, &who, "Update", object, &to)
}

/// A person was deleted: everybody who may have copies is told. The act names inboxes that no row leads to any more.
pub(super) fn person_deleted(plan: &mut Plan<'_, '_>) -> Result<()> {
    let who = person(plan)?;
    if !who.local || plan.entry.remote {
        return Ok(());
    }
    let mut to = acquainted(plan, &who)?;
    to.add_inboxes(&plan.detail.inboxes);
    for (host, shared) in people::outward::shared_inboxes(plan.tx)? {
        to.add_shared(host, shared);
    }
    announce_self(plan, &who, "Delete", who.uri.as_str().into(), &to)
}

fn announce_self(
    plan: &mut Plan<'_, '_>,
    who: &ActorRow,
    kind: &str,
    object: serde_json::Value,
    to: &Audience,
) -> Result<()> {
    let to = to.by_form(plan.tx, None)?.all;
    if to.is_empty() {
        return Ok(());
    }
    let (id, uri) = plan.id(kind);
    let cc = who.followers.clone().into_iter().collect();
    let audience = activity::Audience { to: vec![PUBLIC.to_owned()], cc };
    let document = activity::activity(&uri, kind, &who.uri, object, &audience);
    let document = match plan.seal(document, who) {
        // The keys went before this ran: nobody would believe it.
        Err(Error::NotFound) => return Ok(()),
        sealed => sealed?,
    };
    let lane = format!("actor {}", who.id);
    let sheet = Sheet { id, kind, by: who, group: None, object: &who.uri, lane: &lane, document: &document };
    plan.add(&sheet, &to)
}
