//! What of our activities and deliveries is forgotten, and when.

use diesel::prelude::*;

use super::outbox::{self, DeliveryState};
use crate::actors;
use crate::clock::Time;
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::ids::{ActorId, GroupId};

/// Forgets finished deliveries, and activities that nobody will ask for or undo, after `days`; gives up what has waited that
/// long. 0 keeps everything. What says that something was written or announced stays: `Undo` needs its id.
///
/// # Errors
/// Only when the database does.
pub fn prune(tx: &mut Tx<'_>, days: i64) -> Result<usize> {
    use schema::{activities, deliveries};
    if days == 0 {
        return Ok(0);
    }
    let before = tx.now.plus_days(-days);
    // What an administrator lets wait isn't given up.
    let paused = schema::peers::table.filter(schema::peers::paused.eq(true)).select(schema::peers::host);
    diesel::update(
        deliveries::table
            .filter(deliveries::done_at.is_null().and(deliveries::created_at.lt(before)))
            .filter(deliveries::host.ne_all(paused)),
    )
    .set((
        deliveries::state.eq(DeliveryState::Failed),
        deliveries::error.eq("waited too long"),
        deliveries::done_at.eq(tx.now),
    ))
    .execute(tx.conn)?;
    let gone = diesel::delete(deliveries::table.filter(deliveries::done_at.lt(before).assume_not_null()))
        .execute(tx.conn)?;
    forget_keys(tx, before)?;
    let kept = ["Create", "Announce", "Announce/Create", "Follow", "Like", "Delete", "Block", "Lock"];
    let old = activities::table
        .filter(activities::created_at.lt(before))
        .filter(activities::kind.ne_all(kept))
        .filter(diesel::dsl::not(diesel::dsl::exists(
            deliveries::table.filter(deliveries::activity_id.eq(activities::id)),
        )));
    Ok(gone + diesel::delete(old).execute(tx.conn)?)
}

/// Removes the keys of actors that were deleted before this moment and whose last words have been delivered.
fn forget_keys(tx: &mut Tx<'_>, before: Time) -> Result<()> {
    use diesel::dsl::{exists, not};
    use schema::{activities, actor_keys, actors as all, deliveries};
    let waiting = deliveries::table
        .inner_join(activities::table)
        .filter(activities::actor_id.eq(all::id).and(deliveries::done_at.is_null()));
    let silent: Vec<ActorId> = actor_keys::table
        .inner_join(all::table)
        .filter(all::gone_at.lt(before).assume_not_null())
        .filter(not(exists(waiting)))
        .order(all::id)
        .select(all::id)
        .load(tx.conn)?;
    silent.into_iter().try_for_each(|id| actors::forget_keys(tx, id))
}

/// Gives up the deliveries that wait for a host, with the reason that the log shows. Tells how many there were.
///
/// # Errors
/// Only when the database does.
pub fn drop_queue(tx: &mut Tx<'_>, host: &str, reason: &str) -> Result<usize> {
    use schema::deliveries::dsl;
    let dropped = diesel::update(dsl::deliveries.filter(dsl::host.eq(host).and(dsl::done_at.is_null())))
        .set((dsl::state.eq(DeliveryState::Failed), dsl::error.eq(reason), dsl::done_at.eq(tx.now)))
        .execute(tx.conn)?;
    Ok(dropped)
}

/// Gives up all deliveries that wait, with the reason that the log shows. Each can still be sent by hand. Tells how many there were.
///
/// # Errors
/// Only when the database does.
pub fn call_off(tx: &mut Tx<'_>, reason: &str) -> Result<usize> {
    use schema::deliveries::dsl;
    let called_off = diesel::update(dsl::deliveries.filter(dsl::done_at.is_null()))
        .set((dsl::state.eq(DeliveryState::Failed), dsl::error.eq(reason), dsl::done_at.eq(tx.now)))
        .execute(tx.conn)?;
    Ok(called_off)
}

/// Forgets what members of ours sent into a closed group elsewhere whose copies are dropped. Ties with it aren't of the group here.
///
/// # Errors
/// Only when the database does.
pub fn forget_copies(tx: &mut Tx<'_>, group: GroupId) -> Result<()> {
    use schema::activities::dsl;
    let carrying = dsl::kind.eq_any(outbox::CARRYING);
    diesel::delete(dsl::activities.filter(dsl::group_id.eq(group).and(carrying))).execute(tx.conn)?;
    Ok(())
}
