//! What closed groups add to the verbs: who may speak of them at all, and what is meant for their members alone.

use super::{Context, Stop};
use crate::agreements;
use crate::federation::objects::post_in::RemotePost;
use crate::federation::store::known::KnownGroup;
use crate::groups;
use crate::policy::{Class, visibility};

/// Whether a post that isn't for everybody is meant for a closed group that is known here: by what it answers, else by whom it names.
/// Nobody is asked about it.
pub(super) async fn concerns(context: &Context<'_>, post: &RemotePost) -> Result<bool, Stop> {
    let group = match &context.host {
        Some(host) => Some(host.group()),
        None => match &post.reply_to {
            Some(parent) => context.reach.known_post(parent.as_str()).await?.map(|parent| parent.group),
            None => context.reach.known_group(&post.names).await?.map(|group| group.group()),
        },
    };
    let known = context.reach.known_post(post.id.as_str()).await?.map(|known| known.group);
    let Some(group) = group.or(known) else { return Ok(false) };
    let class = context.read(move |tx| groups::outward::class(tx, group)).await?;
    Ok(class.is_some_and(|class| class != Class::Openbaar))
}

/// Refuses what the host of a closed group says while no agreement of ours with it reaches the group's class. Tells whether it is closed.
pub(super) async fn agreed(context: &Context<'_>, host: &KnownGroup) -> Result<bool, Stop> {
    let (group, name) = (host.group(), host.host.clone());
    let (class, reached) = context
        .read(move |tx| {
            let class = groups::outward::class(tx, group)?.unwrap_or(Class::Lokaal);
            let open = class == Class::Openbaar;
            Ok((class, open || visibility::reaches(agreements::ceiling(tx, &name)?, class)))
        })
        .await?;
    if reached { Ok(class != Class::Openbaar) } else { Err(Stop::refused("no-agreement")) }
}
