//! `Delete`: of a post by its author or, with a reason, by a moderator; of an actor by that very actor. And taking that back.

use std::sync::Arc;

use url::Url;

use super::{Context, Plan, Stop, TAKEN_BACK, object};
use crate::actors::{ActorKind, ActorRow};
use crate::db::Tx;
use crate::federation::fetch::Miss;
use crate::federation::objects::document::Document;
use crate::federation::quirks;
use crate::federation::store::held;
use crate::federation::store::known::{self, KnownPost};
use crate::groups;
use crate::membership;
use crate::people::remote;
use crate::policy::{Actor, Incoming, Origin, limits};
use crate::threads;

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    let id = object(activity)?;
    if id.as_str() == context.by.uri {
        return itself(context);
    }
    // A group that announces its own end: Lemmy says it in the name of whoever did it.
    if let Some(host) = context.host.as_ref().filter(|host| host.uri == id.as_str()) {
        let group = host.group();
        return Ok(Plan::new(move |tx| groups::acts::gone_elsewhere(tx, group)));
    }
    let post = match context.post(&id).await {
        Err(Stop::Ignored(_)) => return unknown(context, &id).await,
        other => other?,
    };
    let reason = quirks::removal_reason(activity);
    // A moderator may remove a post of their own; the group's host then says so by the reason.
    let removal = context.host.is_some() && reason.is_some();
    if post.author_uri == context.by.uri && !removal {
        // Whoever is of this instance deleted it here, before the host heard of it: it can't say so in their name.
        if context.by.local {
            return Err(Stop::Ignored("our-own"));
        }
        let by = context.actor()?;
        return Ok(Plan::new(move |tx| threads::acts::delete(tx, &by, post.id)));
    }
    // Somebody else at the post's own server: that server says whether it is still there.
    if context.host.is_none() && context.owns(&id) && !is_staff(context, &post).await? {
        return gone_at_origin(context, &id, post).await;
    }
    let by = context.actor()?;
    let reason: String = reason.unwrap_or_default().chars().take(limits::REASON).collect();
    Ok(Plan::new(move |tx| threads::acts::remove(tx, &by, post.id, reason.as_str())))
}

/// Something that isn't known: of a person other than the sender it is never believed.
async fn unknown(context: &Context<'_>, id: &Url) -> Result<Plan, Stop> {
    let uri = id.to_string();
    let actor = context.read(move |tx| crate::actors::by_uri(tx, &uri)).await?;
    Err(if actor.is_some() { Stop::refused("not-itself") } else { Stop::Ignored("unknown-post") })
}

async fn is_staff(context: &Context<'_>, post: &KnownPost) -> Result<bool, Stop> {
    let Ok(by) = context.actor() else { return Ok(false) };
    let group = post.group;
    Ok(context.read(move |tx| Ok(membership::standing(tx, &by, group)?.is_staff())).await?)
}

/// Deletes a post that its own server no longer has.
pub(super) async fn gone_at_origin(context: &Context<'_>, id: &Url, post: KnownPost) -> Result<Plan, Stop> {
    match context.reach.document(id).await {
        Err(Miss::Gone | Miss::Missing) => {
            let by = Actor { person: post.author, origin: context.origin(), activity: None };
            Ok(Plan::new(move |tx| threads::acts::delete(tx, &by, post.id)))
        }
        Ok(_) => Err(Stop::refused("not-own")),
        Err(miss) => Err(miss.into()),
    }
}

/// An actor deletes itself. Nobody else's word counts, also not a group's that announces it.
fn itself(context: &Context<'_>) -> Result<Plan, Stop> {
    if context.host.is_some() {
        return Err(Stop::refused("not-itself"));
    }
    let (row, incoming) = (context.by.clone(), context.incoming.clone());
    Ok(Plan::new(move |tx| actor_gone(tx, &row, incoming.clone())))
}

/// An actor elsewhere is gone, as it says itself or as its own address does: with all that it wrote, and out of all groups.
///
/// # Errors
/// Only when the database does.
pub fn actor_gone(
    tx: &mut Tx<'_>,
    row: &ActorRow,
    incoming: Option<Arc<Incoming>>,
) -> crate::error::Result<()> {
    // What waits for a moderator goes as well.
    held::end_of(tx, &row.uri, TAKEN_BACK)?;
    match row.kind {
        ActorKind::Group => groups::acts::gone_elsewhere(tx, row.id.into()),
        ActorKind::Application => Ok(()),
        ActorKind::Person => {
            let by = Actor { person: row.id.into(), origin: Origin::Peer, activity: incoming };
            for (post, _group) in known::posts_of(tx, by.person)? {
                threads::acts::delete(tx, &by, post)?;
            }
            membership::acts::forget(tx, by.person)?;
            remote::gone_elsewhere(tx, by.person)
        }
    }
}

/// `Undo{Delete}`: a moderator shows a removed post again. What its author deleted is gone.
pub(super) async fn undo(context: &Context<'_>, inner: Document<'_>) -> Result<Plan, Stop> {
    let post = context.post(&object(inner)?).await?;
    if post.removed_at.is_none() {
        return Err(Stop::Ignored("not-removed"));
    }
    let by = context.actor()?;
    Ok(Plan::new(move |tx| threads::acts::restore(tx, &by, post.id)))
}
