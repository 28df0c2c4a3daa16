//! `Add` and `Remove`: pinned topics and moderators of a group (FEP-1b12), told by the collection they go to.

use url::Url;

use super::{Context, Plan, Stop, object};
use crate::federation::objects::document::Document;
use crate::federation::store::known;
use crate::ids::GroupId;
use crate::membership;
use crate::policy::Role;
use crate::threads;

/// Which list of which group.
struct List {
    group: GroupId,
    pinned: bool,
}

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>, add: bool) -> Result<Plan, Stop> {
    let target = activity.link("target").ok_or_else(|| Stop::refused("no-target"))?;
    let list = list(context, &target).await?;
    let by = context.actor()?;
    let object = object(activity)?;
    if list.pinned {
        let post = context.post(&object).await?;
        if post.group != list.group {
            return Err(Stop::refused("other-group"));
        }
        if !post.is_topic() {
            return Err(Stop::Ignored("not-a-topic"));
        }
        return Ok(Plan::new(move |tx| {
            if add {
                threads::acts::pin(tx, &by, post.thread)
            } else {
                threads::acts::unpin(tx, &by, post.thread)
            }
        }));
    }
    let person = context.person(&object).await?.id;
    let role = if add { Role::Moderator } else { Role::Member };
    Ok(Plan::new(move |tx| membership::acts::set_role(tx, &by, list.group, person.into(), role)))
}

async fn list(context: &Context<'_>, target: &Url) -> Result<List, Stop> {
    if let Some(host) = &context.host {
        let group = host.group();
        let (featured, moderators) = context.read(move |tx| known::group_lists(tx, group)).await?;
        let pinned = featured.as_deref() == Some(target.as_str());
        return if pinned || moderators.as_deref() == Some(target.as_str()) {
            Ok(List { group, pinned })
        } else {
            Err(Stop::Ignored("other-collection"))
        };
    }
    // Ours: `/g/{name}/featured` and `/g/{name}/moderators`.
    let (base, last) = target.as_str().rsplit_once('/').ok_or(Stop::Ignored("other-collection"))?;
    let uris = vec![base.to_owned()];
    let group = context.reach.known_group(&uris).await?;
    let group = group.filter(|group| group.local).ok_or(Stop::Ignored("other-collection"))?;
    match last {
        "featured" => Ok(List { group: group.group(), pinned: true }),
        "moderators" => Ok(List { group: group.group(), pinned: false }),
        _ => Err(Stop::Ignored("other-collection")),
    }
}
