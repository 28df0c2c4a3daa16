//! `Invite`: a closed group elsewhere asks somebody of ours to join, or an open one asks a group of ours to show its topics.

use super::{Context, Plan, Stop, closed, linked, object};
use crate::actors::ActorKind;
use crate::federation::objects::document::Document;
use crate::federation::store::known::KnownGroup;
use crate::ids::{GroupId, PersonId};
use crate::membership::invitations;

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    if context.host.is_some() {
        return Err(Stop::refused("not-to-announce"));
    }
    // Others invite to events and the like.
    if context.by.kind != ActorKind::Group || object(activity)?.as_str() != context.by.uri {
        return Err(Stop::Ignored("not-of-its-group"));
    }
    let target = activity.link("target").ok_or_else(|| Stop::refused("no-target"))?;
    let invited = context.reach.known_actor(target.as_str()).await?;
    let invited = invited.filter(|row| row.local && row.gone_at.is_none());
    let invited = invited.ok_or(Stop::Ignored("not-ours"))?;
    let person: PersonId = match invited.kind {
        ActorKind::Person => invited.id.into(),
        ActorKind::Group => return linked::invited(context, activity, invited.id.into()),
        ActorKind::Application => return Err(Stop::Ignored("not-ours")),
    };
    // An open group needs no invitation; without an agreement a closed one mustn't even be heard of.
    if !closed::agreed(context, &KnownGroup::from(&context.by)).await? {
        return Err(Stop::Ignored("open-group"));
    }
    let group: GroupId = context.by.id.into();
    Ok(Plan::new(move |tx| invitations::invited_elsewhere(tx, group, person)))
}
