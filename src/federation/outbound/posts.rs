//! Posts and reactions: written, changed, deleted, removed, restored, liked.

use serde_json::Value;

use super::{Act, Plan, Scene, links};
use crate::error::{Error, Result};
use crate::federation::audience::Audience;
use crate::federation::objects::activity::{self, in_group};
use crate::federation::objects::{self, put};
use crate::federation::store::outbox;
use crate::policy::Class;
use crate::threads::{ReactionKind, outward, outward::OutPost};

/// The post of the line with its group.
fn subject(plan: &mut Plan<'_, '_>) -> Result<(OutPost, Scene)> {
    let id = plan.entry.post_id.ok_or(Error::NotFound)?;
    let out = outward::post(plan.tx, id)?;
    let scene = plan.scene(out.post.group_id)?;
    Ok((out, scene))
}

/// To whom a post's activities are addressed.
fn addressed(out: &OutPost) -> activity::Audience {
    let (to, cc) = objects::post::audience(out);
    activity::Audience { to, cc }
}

/// Those elsewhere who are named in a post, or whom it answers, as far as no announce reaches them.
fn named(plan: &mut Plan<'_, '_>, out: &OutPost, scene: &Scene) -> Result<Audience> {
    let mut named = Audience::new();
    out.mentions
        .iter()
        .chain(out.parent.iter().map(|parent| &parent.author))
        .for_each(|who| named.add_actor(who));
    let named = named.by_form(plan.tx, Some(scene.ground()))?;
    if !scene.actor.local {
        return Ok(named.all);
    }
    let members = plan.members(scene)?;
    // Where announces of activities are understood, the announce brings it.
    let announced = members.activities.clone().without(&members.bare);
    Ok(named.all.without(&announced))
}

/// Something was written or changed elsewhere: a group hosted here announces it as it came.
fn passed_on(plan: &mut Plan<'_, '_>, kind: &str) -> Result<()> {
    let head = plan.known.head(plan.tx, plan.entry.post_id.ok_or(Error::NotFound)?)?;
    let scene = plan.scene(head.group)?;
    if head.deleted_at.is_some() || head.removed_at.is_some() || !scene.actor.local {
        return Ok(());
    }
    let lane = plan.lane();
    let members = plan.relay(&scene, &head.uri, &lane)?;
    if kind == "Create" && head.is_topic() {
        plan.boost(&scene, &head.uri, &lane, &members.bare)
    } else {
        Ok(())
    }
}

/// Something was written or changed.
pub(super) fn written(plan: &mut Plan<'_, '_>, kind: &str) -> Result<()> {
    if plan.entry.remote {
        return passed_on(plan, kind);
    }
    let (out, scene) = subject(plan)?;
    if out.post.deleted_at.is_some() || out.post.removed_at.is_some() {
        return Ok(());
    }
    let lane = plan.lane();
    let is_topic = out.parent.is_none();
    let fresh_topic = is_topic && kind == "Create";
    let members = {
        let (id, uri) = plan.id(kind);
        let object = objects::post::post(plan.tx.urls, &out);
        // Other members' servers can't read it at its address: there it is for the host alone. So it carries its author's proof itself.
        let object = match scene.class() {
            Class::Openbaar => activity::inner(object),
            _ => plan.seal(object, &out.author)?,
        };
        let document = activity::activity(&uri, kind, &out.author.uri, object, &addressed(&out));
        let document = in_group(document, &out.group.uri);
        let mut also = named(plan, &out, &scene)?;
        let members = plan.members(&scene)?;
        if is_topic && !fresh_topic && scene.actor.local {
            // Microblogs take a change from the author alone, and so does whoever only sees it in another group.
            also.extend(members.bare.clone());
            also.extend(links::onlookers(plan, &out)?.without(&members.activities));
        }
        let act = Act {
            id,
            kind,
            by: &out.author,
            object: &out.post.uri,
            document,
            announce_to: Audience::new(),
            always: kind == "Create",
        };
        plan.act(&scene, &act, &also)?;
        members
    };
    if fresh_topic && scene.actor.local {
        plan.boost(&scene, &out.post.uri, &lane, &members.bare)?;
    }
    Ok(())
}

/// An author deleted a post.
pub(super) fn deleted(plan: &mut Plan<'_, '_>) -> Result<()> {
    let (out, scene) = subject(plan)?;
    let lane = plan.lane();
    let is_topic = out.parent.is_none();
    links::unshown(plan, &out)?;
    if plan.entry.remote {
        if scene.actor.local {
            let members = plan.relay(&scene, &out.post.uri, &lane)?;
            if is_topic {
                plan.unboost(&scene, &out.post.uri, &lane, &members.bare)?;
            }
        }
        return Ok(());
    }
    let (id, uri) = plan.id("Delete");
    let document =
        activity::activity(&uri, "Delete", &out.author.uri, out.post.uri.as_str(), &addressed(&out));
    let document = in_group(document, &out.group.uri);
    let mut also = named(plan, &out, &scene)?;
    if is_topic && scene.actor.local {
        let members = plan.members(&scene)?;
        also.extend(members.bare.clone());
        also.extend(links::onlookers(plan, &out)?.without(&members.activities));
        plan.unboost(&scene, &out.post.uri, &lane, &members.bare)?;
    }
    let act = Act {
        id,
        kind: "Delete",
        by: &out.author,
        object: &out.post.uri,
        document,
        announce_to: Audience::new(),
        always: false,
    };
    plan.act(&scene, &act, &also)
}

/// A moderator removed a post. `summary` tells Lemmy that it wasn't the author.
pub(super) fn removed(plan: &mut Plan<'_, '_>) -> Result<()> {
    let (out, scene) = subject(plan)?;
    links::unshown(plan, &out)?;
    let lane = plan.lane();
    let by = plan.by.clone().unwrap_or_else(|| scene.actor.clone());
    if plan.entry.remote {
        if scene.actor.local {
            let members = plan.relay(&scene, &out.post.uri, &lane)?;
            unboost_topic(plan, &out, &scene, &members.bare)?;
        }
        return Ok(());
    }
    let (id, uri) = plan.id("Delete");
    let mut document = activity::activity(&uri, "Delete", &by.uri, out.post.uri.as_str(), &scene.audience());
    put(&mut document, "summary", plan.detail.reason.as_str());
    let document = in_group(document, &out.group.uri);
    let act = Act {
        id,
        kind: "Delete",
        by: &by,
        object: &out.post.uri,
        document,
        announce_to: author(plan, &out, &scene)?,
        always: true,
    };
    plan.act(&scene, &act, &Audience::new())?;
    if scene.actor.local {
        let members = plan.members(&scene)?;
        unboost_topic(plan, &out, &scene, &members.bare)?;
    }
    Ok(())
}

fn unboost_topic(plan: &mut Plan<'_, '_>, out: &OutPost, scene: &Scene, to: &Audience) -> Result<()> {
    let lane = plan.lane();
    if out.parent.is_none() { plan.unboost(scene, &out.post.uri, &lane, to) } else { Ok(()) }
}

/// The server of a post's author, where it understands announces of activities.
fn author(plan: &mut Plan<'_, '_>, out: &OutPost, scene: &Scene) -> Result<Audience> {
    let mut author = Audience::new();
    author.add_actor(&out.author);
    Ok(author.by_form(plan.tx, Some(scene.ground()))?.activities)
}

/// A moderator restored a post: the removal is undone, and microblogs get a new announce, as they keep to an id once undone.
pub(super) fn restored(plan: &mut Plan<'_, '_>) -> Result<()> {
    let (out, scene) = subject(plan)?;
    links::shown_again(plan, &out)?;
    let lane = plan.lane();
    let by = plan.by.clone().unwrap_or_else(|| scene.actor.clone());
    let members = if plan.entry.remote {
        if !scene.actor.local {
            return Ok(());
        }
        plan.relay(&scene, &out.post.uri, &lane)?
    } else {
        let (id, uri) = plan.id("Undo");
        let removal = match outbox::latest_of(plan.tx, "Delete", &out.post.uri)? {
            Some(row) => row.document.read()?,
            None => {
                let (_, uri) = plan.id("Delete");
                let audience = scene.audience();
                activity::inner(activity::activity(&uri, "Delete", &by.uri, out.post.uri.as_str(), &audience))
            }
        };
        let document = activity::activity(&uri, "Undo", &by.uri, removal, &scene.audience());
        let act = Act {
            id,
            kind: "Undo/Delete",
            by: &by,
            object: &out.post.uri,
            document: in_group(document, &out.group.uri),
            announce_to: author(plan, &out, &scene)?,
            always: false,
        };
        plan.act(&scene, &act, &Audience::new())?;
        if !scene.actor.local {
            return Ok(());
        }
        plan.members(&scene)?
    };
    if out.parent.is_none() {
        plan.boost(&scene, &out.post.uri, &lane, &members.bare)?;
    }
    Ok(())
}

fn vote_kind(plan: &Plan<'_, '_>) -> &'static str {
    if plan.detail.word == ReactionKind::Dislike.word() { "Dislike" } else { "Like" }
}

/// The author of a post where only the activity itself is understood: Mastodon tells them.
fn fan_of(plan: &mut Plan<'_, '_>, out: &OutPost, scene: &Scene) -> Result<Audience> {
    let mut author = Audience::new();
    author.add_actor(&out.author);
    let author = author.by_form(plan.tx, Some(scene.ground()))?;
    Ok(if scene.actor.local { author.bare } else { Audience::new() })
}

/// Somebody liked a post.
pub(super) fn reacted(plan: &mut Plan<'_, '_>) -> Result<()> {
    if plan.entry.remote {
        return relay_if_hosted(plan);
    }
    let (out, scene) = subject(plan)?;
    let (by, kind) = (plan.by()?, vote_kind(plan));
    let (id, uri) = plan.id(kind);
    let act = Act {
        id,
        kind,
        by: &by,
        object: &out.post.uri,
        document: activity::vote(&uri, kind, &by.uri, &out.post.uri, &out.group.uri),
        announce_to: Audience::new(),
        always: false,
    };
    let also = fan_of(plan, &out, &scene)?;
    plan.act(&scene, &act, &also)
}

/// Somebody took that back.
pub(super) fn unreacted(plan: &mut Plan<'_, '_>) -> Result<()> {
    if plan.entry.remote {
        return relay_if_hosted(plan);
    }
    let (out, scene) = subject(plan)?;
    let (by, kind) = (plan.by()?, vote_kind(plan));
    let vote: Value = match outbox::latest(plan.tx, by.id, kind, &out.post.uri)? {
        Some(row) => row.document.read()?,
        None => {
            let (_, uri) = plan.id(kind);
            activity::inner(activity::vote(&uri, kind, &by.uri, &out.post.uri, &out.group.uri))
        }
    };
    let (id, uri) = plan.id("Undo");
    let mut document =
        activity::activity(&uri, "Undo", &by.uri, vote, &activity::Audience::to(&[&out.group.uri]));
    put(&mut document, "audience", out.group.uri.as_str());
    let act = Act {
        id,
        kind: "Undo/Like",
        by: &by,
        object: &out.post.uri,
        document,
        announce_to: Audience::new(),
        always: false,
    };
    let also = fan_of(plan, &out, &scene)?;
    plan.act(&scene, &act, &also)
}

fn relay_if_hosted(plan: &mut Plan<'_, '_>) -> Result<()> {
    let head = plan.known.head(plan.tx, plan.entry.post_id.ok_or(Error::NotFound)?)?;
    let scene = plan.scene(head.group)?;
    if scene.actor.local {
        let lane = plan.lane();
        plan.relay(&scene, &head.uri, &lane)?;
    }
    Ok(())
}
