//! `Block` and its undo: a ban from a group, or from a whole site by that site; or a person who blocks a person.

use url::Url;

use super::{Context, Plan, Stop, object};
use crate::actors::{self, ActorKind};
use crate::federation::guard::same_origin;
use crate::federation::objects::document::Document;
use crate::federation::store::known;
use crate::ids::GroupId;
use crate::membership;
use crate::people::remote;
use crate::policy::limits;
use crate::threads;

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>, banned: bool) -> Result<Plan, Stop> {
    let object = object(activity)?;
    if context.host.is_none() && context.by.kind == ActorKind::Group {
        // A group itself puts somebody of ours out (Mastodon's way to evict).
        let person = context.person(&object).await?;
        let group: GroupId = context.by.id.into();
        if !banned || !person.local {
            return Err(Stop::Ignored("not-ours"));
        }
        return Ok(Plan::new(move |tx| membership::acts::host_rejected(tx, group, person.id.into())));
    }
    let Some(target) = activity.link("target") else { return personal(context, &object, banned).await };
    let clear = activity.flag("removeData") && banned;
    let Some(group) = group(context, &target).await? else {
        return site(context, &target, &object, clear).await;
    };
    let reason: String = activity.text("summary").unwrap_or_default().chars().take(limits::REASON).collect();
    let person = context.person(&object).await?.id;
    let by = context.actor()?;
    let until = activity.time("endTime");
    Ok(Plan::new(move |tx| {
        if !banned {
            return membership::acts::unban(tx, &by, Some(group), person.into());
        }
        membership::acts::ban(tx, &by, Some(group), person.into(), reason.as_str(), until)?;
        if clear {
            for (post, place) in known::posts_of(tx, person.into())? {
                if place == group {
                    threads::acts::remove(tx, &by, post, reason.as_str())?;
                }
            }
        }
        Ok(())
    }))
}

/// The group that the target names, when this may speak of it: the host that announced, or one hosted here.
async fn group(context: &Context<'_>, target: &Url) -> Result<Option<GroupId>, Stop> {
    let uris = vec![target.to_string()];
    let Some(group) = context.reach.known_group(&uris).await? else { return Ok(None) };
    match &context.host {
        Some(host) if host.id == group.id => Ok(Some(group.group())),
        None if group.local => Ok(Some(group.group())),
        _ => Err(Stop::refused("other-group")),
    }
}

/// A site bans one of its own people. That they can't write there any more is the site's affair; what it wants taken away of
/// them goes here too.
async fn site(context: &Context<'_>, target: &Url, object: &Url, clear: bool) -> Result<Plan, Stop> {
    if !context.owns(target) || !same_origin(target, object) || context.host.is_some() {
        return Err(Stop::refused("not-its-site"));
    }
    if !clear {
        return Err(Stop::Ignored("site-ban"));
    }
    let uri = object.to_string();
    let row = context.read(move |tx| actors::by_uri(tx, &uri)).await?;
    let person = row.filter(|row| row.kind == ActorKind::Person).ok_or(Stop::Ignored("unknown-actor"))?;
    let author = context.acting(person.id.into());
    Ok(Plan::new(move |tx| {
        for (post, _group) in known::posts_of(tx, author.person)? {
            threads::acts::delete(tx, &author, post)?;
        }
        Ok(())
    }))
}

/// A person blocks a person of ours: they no longer follow each other.
async fn personal(context: &Context<'_>, object: &Url, banned: bool) -> Result<Plan, Stop> {
    let uri = object.to_string();
    let row = context.read(move |tx| actors::by_uri(tx, &uri)).await?;
    let target = row.filter(|row| row.local && row.kind == ActorKind::Person && banned);
    let target = target.ok_or(Stop::Ignored("not-ours"))?.id.into();
    let by = context.actor()?.person;
    Ok(Plan::new(move |tx| {
        remote::unfollowed(tx, by, target)?;
        remote::unfollowed(tx, target, by)
    }))
}
