//! Guests: whoever belongs to a group that shows a topic takes part in it without joining the group that it stands in.

use diesel::prelude::*;

use super::LinkState;
use crate::actors;
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::membership;
use crate::policy::{Actor, Class, Joining, Origin, Standing};
use crate::threads::ThreadRow;

/// Whether somebody belongs to a group that shows a topic. Of somebody elsewhere their own server says who belongs to a group there: it
/// counts that such a group shows topics of this one.
///
/// # Errors
/// `NotFound` when there is no such person.
pub fn is_guest(tx: &mut Tx<'_>, by: &Actor, thread: &ThreadRow) -> Result<bool> {
    use diesel::dsl::{exists, select};
    use schema::{actors as a, group_links, memberships, shown_topics};
    if by.origin == Origin::Host {
        return Ok(false);
    }
    let belongs = shown_topics::table
        .inner_join(memberships::table.on(memberships::group_id.eq(shown_topics::group_id)))
        .filter(shown_topics::thread_id.eq(thread.id).and(shown_topics::group_id.ne(thread.group_id)))
        .filter(memberships::person_id.eq(by.person))
        .filter(membership::belongs(tx.now));
    if select(exists(belongs)).get_result(tx.conn)? {
        return Ok(true);
    }
    if by.origin != Origin::Peer {
        return Ok(false);
    }
    let person = actors::find(tx, by.person.into())?;
    if person.local {
        return Ok(false);
    }
    let linked = group_links::table
        .inner_join(a::table.on(a::id.eq(group_links::target_id)))
        .filter(group_links::source_id.eq(thread.group_id))
        .filter(group_links::state.eq(LinkState::Accepted))
        .filter(a::local.eq(false).and(a::gone_at.is_null()).and(a::host.eq(person.host)));
    Ok(select(exists(linked)).get_result(tx.conn)?)
}

/// Somebody's standing in a topic: that in its group, and whether they are a guest, which is only asked where it matters.
///
/// # Errors
/// `NotFound` when there is no such group or person.
pub fn standing(tx: &mut Tx<'_>, by: &Actor, thread: &ThreadRow) -> Result<Standing> {
    let mut standing = membership::standing(tx, by, thread.group_id)?;
    let shut_out = standing.archived || standing.banned || standing.suspended;
    let welcome = standing.role.is_some()
        || by.origin == Origin::Host
        || (by.origin == Origin::Peer && standing.joining == Joining::Open);
    // Nothing closed is shown anywhere else.
    if standing.class == Class::Openbaar && !shut_out && !welcome {
        standing.guest = is_guest(tx, by, thread)?;
    }
    Ok(standing)
}
