//! Sending once more what a server refused for good: when an administrator asks for it.

use diesel::prelude::*;

use super::outbox::{CARRYING, DeliveryState};
use crate::clock::Time;
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::ids::RowId;
use crate::threads;

/// Lets a delivery that failed wait again, for at once: the host needn't rest, and an inbox that said it is gone is tried once
/// more. `false` when there is no such delivery, or when the text that it carries is gone meanwhile.
///
/// # Errors
/// Only when the database does.
pub fn retry(tx: &mut Tx<'_>, id: RowId) -> Result<bool> {
    use schema::{activities, closed_inboxes, deliveries, peers};
    type Row = (String, String, String, String);
    let failed = deliveries::table.find(id).filter(deliveries::state.eq(DeliveryState::Failed));
    let found: Option<Row> = failed
        .inner_join(activities::table)
        .select((deliveries::host, deliveries::inbox, activities::kind, activities::object_uri))
        .first(tx.conn)
        .optional()?;
    let Some((host, inbox, kind, object)) = found else { return Ok(false) };
    let carries = CARRYING.contains(&kind.as_str());
    if carries && threads::outward::by_uri(tx, &object)?.is_some_and(|head| head.is_gone()) {
        return Ok(false);
    }
    let changed = diesel::update(deliveries::table.find(id))
        .set((
            deliveries::state.eq(DeliveryState::Waiting),
            deliveries::status.eq(0_i64),
            deliveries::error.eq(""),
            deliveries::done_at.eq(None::<Time>),
        ))
        .execute(tx.conn)?;
    diesel::delete(closed_inboxes::table.find(inbox)).execute(tx.conn)?;
    diesel::update(peers::table.find(host)).set(peers::retry_at.eq(None::<Time>)).execute(tx.conn)?;
    Ok(changed == 1)
}
