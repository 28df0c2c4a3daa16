//! `Follow` (and `Join`, `Leave`): somebody elsewhere wants to belong to a group hosted here, or follows a person. What a group that follows
//! a group wants is in `linked`.

use super::ruled::{self, Asked};
use super::{Context, Plan, Stop, linked, object};
use crate::actors::{self, ActorKind};
use crate::agreements;
use crate::db::Tx;
use crate::error::Result as Done;
use crate::federation::meet;
use crate::federation::objects::document::Document;
use crate::federation::store::peers;
use crate::groups;
use crate::ids::GroupId;
use crate::membership::{self, refusals};
use crate::people::{follows, remote};
use crate::policy::federation::Kind;
use crate::policy::{Class, visibility};
use crate::urls::Ours;

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    if context.host.is_some() {
        return Err(Stop::refused("not-to-announce"));
    }
    let target = object(activity)?;
    let ours = context.reach.app().urls.parse(target.as_str());
    if !matches!(ours, Some(Ours::Group(_) | Ours::Person(_))) {
        return Err(Stop::Ignored("not-ours"));
    }
    let uri = target.to_string();
    let target = context.reach.known_actor(&uri).await?;
    let target = target.ok_or(Stop::Ignored("unknown-actor"))?;
    if target.gone_at.is_some() {
        return Err(Stop::refused("gone"));
    }
    if context.by.kind == ActorKind::Group && target.kind == ActorKind::Group {
        return linked::followed(context, activity).await;
    }
    let by = context.actor()?;
    let follow_uri = context.uri()?;
    if target.kind == ActorKind::Group {
        // What the group announces to its members has another form for each software.
        meet::before_sending(context.reach, &context.by.host).await?;
        must_keep_closed(context, target.id.into()).await?;
    }
    let group = (target.kind == ActorKind::Group).then(|| target.id.into());
    let asked = Asked::new(&context.by.host, group, Kind::Join);
    let asks = vec![asked.clone()];
    let plan = match target.kind {
        ActorKind::Group => Plan::new(move |tx| {
            let group = target.id.into();
            membership::acts::join(tx, &by, group, "", Some(follow_uri.clone())).map(|_state| ())
        }),
        ActorKind::Person => {
            let released = context.is_released();
            Plan::new(move |tx| {
                ruled::must_pass(tx, &asked, released)?;
                remote::followed(tx, &by, target.id.into(), &follow_uri)
            })
        }
        ActorKind::Application => return Err(Stop::Ignored("not-followed")),
    };
    Ok(plan.asking(asks))
}

/// Somebody joins a closed group only from a server that keeps such a group closed, whatever was agreed with it and whoever invited them.
/// One that can't be asked now what it is has its Follow tried again.
///
/// # Errors
/// Refused where it doesn't; of a group that doesn't show itself in the words for one that isn't there.
async fn must_keep_closed(context: &Context<'_>, group: GroupId) -> Result<(), Stop> {
    let host = context.by.host.clone();
    let read = context.read(move |tx| {
        let Some((class, face)) = groups::outward::face(tx, group)? else { return Ok(None) };
        // Without an agreement the act refuses it.
        if class == Class::Openbaar || !visibility::reaches(agreements::ceiling(tx, &host)?, class) {
            return Ok(None);
        }
        Ok(Some((class, face, peers::find(tx, &host)?)))
    });
    let Some((class, face, peer)) = read.await? else { return Ok(()) };
    match peer.filter(|peer| peer.nodeinfo_at.is_some()) {
        None => Err(Stop::Later("it doesn't say what it is".to_owned())),
        Some(peer) if peer.keeps_closed(class) => Ok(()),
        Some(_) => Err(Stop::refused(if face { "not-kept-closed" } else { "not-found" })),
    }
}

/// A Follow was refused: whoever sent it is told, in the transaction that notes the refusal, a group as well as a person. What may not be
/// known to exist stays silent.
///
/// # Errors
/// Only when the database does.
pub fn turned_away(tx: &mut Tx<'_>, follow: Document<'_>, follower: &str, follow_uri: &str) -> Done<()> {
    let Some(target) = follow.link("object") else { return Ok(()) };
    let target = actors::by_uri(tx, target.as_str())?.filter(|target| target.local);
    let (Some(target), Some(follower)) = (target, actors::by_uri(tx, follower)?) else { return Ok(()) };
    match target.kind {
        ActorKind::Group => refusals::turn_away(tx, target.id.into(), follower.id.into(), follow_uri),
        ActorKind::Person => follows::refuse(tx, follower.id.into(), target.id.into(), follow_uri.to_owned()),
        ActorKind::Application => Ok(()),
    }
}

/// The end of a following: `Undo{Follow}` and `Leave` of this target.
pub(super) async fn leave(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    if context.host.is_some() {
        return Err(Stop::refused("not-to-announce"));
    }
    let uri = object(activity)?.to_string();
    let target = context.reach.known_actor(&uri).await?;
    let target = target.filter(|row| row.local).ok_or(Stop::Ignored("not-ours"))?;
    if context.by.kind == ActorKind::Group && target.kind == ActorKind::Group {
        return linked::left(context, activity).await;
    }
    let by = context.actor()?;
    Ok(match target.kind {
        ActorKind::Group => Plan::new(move |tx| membership::acts::leave(tx, &by, target.id.into())),
        ActorKind::Person => Plan::new(move |tx| remote::unfollowed(tx, by.person, target.id.into())),
        ActorKind::Application => return Err(Stop::Ignored("not-followed")),
    })
}
