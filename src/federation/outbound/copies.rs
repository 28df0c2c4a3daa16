//! A receipt for the host of a closed group elsewhere: this instance has dropped all that it had of it.

use super::{Plan, Sheet};
use crate::error::Result;
use crate::federation::audience::Audience;
use crate::federation::objects::{activity, put};
use crate::instance;

/// Receipts are for their host alone, one after the other.
const LANE: &str = "copies";

/// All copies of a group are gone. Also told when no agreement stands any more: that is when they go.
pub(super) fn dropped(plan: &mut Plan<'_, '_>) -> Result<()> {
    let scene = plan.own_scene()?;
    if scene.actor.local {
        return Ok(());
    }
    let mut to = Audience::new();
    to.add_actor(&scene.actor);
    if to.is_empty() {
        return Ok(());
    }
    let by = instance::actor(plan.tx)?;
    let (id, uri) = plan.id("Remove");
    let audience = activity::Audience::to(&[&scene.actor.uri]);
    let mut document = activity::activity(&uri, "Remove", &by.uri, scene.actor.uri.as_str(), &audience);
    put(&mut document, "origin", by.uri.as_str());
    let document = plan.seal(document, &by)?;
    let object = scene.actor.uri.as_str();
    let sheet =
        Sheet { id, kind: "Remove/Copies", by: &by, group: None, object, lane: LANE, document: &document };
    plan.add(&sheet, &to)
}
