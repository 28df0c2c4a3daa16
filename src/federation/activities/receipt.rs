//! `Remove` of a closed group of ours from a server: the server says that it has dropped all copies it had.

use super::agreement::is_instance;
use super::{Context, Plan, Stop, object};
use crate::actors::ActorKind;
use crate::federation::objects::document::Document;
use crate::groups::holders;
use crate::ids::GroupId;

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    if context.host.is_some() {
        return Err(Stop::refused("not-to-announce"));
    }
    // Nobody but a server itself knows what is on it.
    let there = activity.link("origin").ok_or_else(|| Stop::refused("no-target"))?;
    if there.as_str() != context.by.uri || !is_instance(context).await? {
        return Err(Stop::refused("not-an-instance"));
    }
    let uri = object(activity)?.to_string();
    let group = context.reach.known_actor(&uri).await?;
    let group = group.filter(|row| row.local && row.kind == ActorKind::Group);
    let group: GroupId = group.ok_or(Stop::Ignored("not-ours"))?.id.into();
    let host = context.by.host.clone();
    Ok(Plan::new(move |tx| holders::dropped(tx, group, &host)))
}
