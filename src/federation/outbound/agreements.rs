//! What the other side of an agreement is told: how things stand here, by the instance itself, each time all of it.

use super::{Plan, Sheet};
use crate::actors;
use crate::agreements::views::{self, Sees};
use crate::agreements::{acts, outward};
use crate::error::Result;
use crate::federation::audience::Audience;
use crate::federation::objects::{activity, agreement, put};
use crate::instance;

/// One after the other, whatever they are about.
const LANE: &str = "agreement";

/// Something changed on our side, or somebody here wrote to the other.
pub(super) fn told(plan: &mut Plan<'_, '_>) -> Result<()> {
    let host = plan.detail.host.clone();
    // Nobody else would understand it.
    if !acts::is_ours(&plan.detail.word) || views::sees(plan.tx, &host)? != Sees::Yes {
        return Ok(());
    }
    let message = plan.detail.to.parse().ok();
    let Some(out) = outward::view(plan.tx, &host, message)? else { return Ok(()) };
    let by = instance::actor(plan.tx)?;
    let there = format!("{}://{host}/", plan.tx.urls.scheme());
    let mut to = Audience::new();
    match actors::by_uri(plan.tx, &there)? {
        Some(actor) => to.add_actor(&actor),
        // All of our kind have one inbox in the same place.
        None => to.add_shared(host.clone(), format!("{there}inbox")),
    }
    let to = to.by_form(plan.tx, None)?.all;
    if to.is_empty() {
        return Ok(());
    }
    let object = agreement::agreement(plan.tx.urls, &host, &there, &out);
    let about = plan.tx.urls.absolute(&format!("/agreements/{host}"));
    let (id, uri) = plan.id("Offer");
    let audience = activity::Audience::to(&[&there]);
    let mut document = activity::activity(&uri, "Offer", &by.uri, object, &audience);
    put(&mut document, "@context", agreement::context());
    let document = plan.seal(document, &by)?;
    let sheet =
        Sheet { id, kind: "Offer", by: &by, group: None, object: &about, lane: LANE, document: &document };
    plan.add(&sheet, &to)
}
