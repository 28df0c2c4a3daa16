//! Who elsewhere is told of what happens in a group, and what is told of its members: reads for `federation`.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::{belongs, lasts};
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::ids::{ActorId, GroupId, PersonId};
use crate::people::AccountState;
use crate::policy::Role;

/// Addresses of a group's accepted members elsewhere: host, shared inbox, and inbox where there is no shared one. Each
/// address once. Groups that show its topics have theirs in `links::outward`.
///
/// # Errors
/// Only when the database does.
pub fn addresses(tx: &mut Tx<'_>, group: GroupId) -> Result<Vec<(String, Option<String>, Option<String>)>> {
    use diesel::dsl::case_when;
    use schema::{actors, memberships, people};
    Ok(memberships::table
        .inner_join(people::table.inner_join(actors::table))
        .filter(memberships::group_id.eq(group).and(belongs(tx.now)))
        .filter(actors::local.eq(false).and(actors::gone_at.is_null()))
        .select((
            actors::host,
            actors::shared_inbox,
            case_when(actors::shared_inbox.is_null(), actors::inbox.nullable()),
        ))
        .distinct()
        .load(tx.conn)?)
}

/// The hosts that may hold what is in a closed group, as far as membership goes: those of its accepted members who aren't banned or
/// suspended; of a group elsewhere its host alone, which is the only one to pass anything on.
///
/// # Errors
/// `NotFound` when there is no such group.
pub fn holders(tx: &mut Tx<'_>, group: GroupId) -> Result<BTreeSet<String>> {
    use diesel::dsl::{exists, not};
    use schema::{actors, bans, memberships, people};
    let (local, host): (bool, String) =
        actors::table.find(ActorId::from(group)).select((actors::local, actors::host)).first(tx.conn)?;
    if !local {
        return Ok(BTreeSet::from([host]));
    }
    let banned = bans::table
        .filter(bans::person_id.eq(people::id).and(bans::lifted_at.is_null()))
        .filter(bans::group_id.is_null().or(bans::group_id.eq(Some(group))))
        .filter(bans::until.is_null().or(bans::until.gt(tx.now)));
    let hosts: Vec<String> = memberships::table
        .inner_join(people::table.inner_join(actors::table))
        .filter(memberships::group_id.eq(group).and(belongs(tx.now)))
        .filter(actors::local.eq(false).and(actors::gone_at.is_null()).and(people::suspended_at.is_null()))
        .filter(not(exists(banned)))
        .select(actors::host)
        .distinct()
        .load(tx.conn)?;
    Ok(hosts.into_iter().collect())
}

/// Whether somebody of a host belongs to a group hosted here, asked to, or is invited into it.
///
/// # Errors
/// Only when the database does.
pub fn is_awaited(tx: &mut Tx<'_>, group: GroupId, host: &str) -> Result<bool> {
    use diesel::dsl::{exists, select};
    use schema::{actors, invitations, memberships};
    let there = || actors::table.filter(actors::host.eq(host.to_owned())).select(actors::id);
    let member = memberships::table
        .filter(memberships::group_id.eq(group).and(memberships::person_id.eq_any(there())))
        .filter(lasts(tx.now));
    let invited = invitations::table
        .filter(invitations::group_id.eq(group).and(invitations::until.gt(tx.now)))
        .filter(invitations::used_at.is_null().and(invitations::withdrawn_at.is_null()))
        .filter(invitations::person_id.eq_any(there().nullable()));
    Ok(select(exists(member).or(exists(invited))).get_result(tx.conn)?)
}

/// A member of ours in a group: in whose name its host is asked for what is in it.
///
/// # Errors
/// `NotFound` when there is none.
pub fn member_here(tx: &mut Tx<'_>, group: GroupId) -> Result<PersonId> {
    use schema::{accounts, memberships};
    Ok(memberships::table
        .inner_join(accounts::table.on(accounts::person_id.eq(memberships::person_id)))
        .filter(memberships::group_id.eq(group).and(belongs(tx.now)))
        .filter(accounts::state.eq(AccountState::Active))
        .order(memberships::id)
        .select(memberships::person_id)
        .first(tx.conn)?)
}

/// Ids on the wire of a group's owners and moderators, owners first: Lemmy may read only the first.
///
/// # Errors
/// Only when the database does.
pub fn moderators(tx: &mut Tx<'_>, group: GroupId) -> Result<Vec<String>> {
    use schema::{actors, memberships, people};
    let rows: Vec<(Role, String)> = memberships::table
        .inner_join(people::table.inner_join(actors::table))
        .filter(memberships::group_id.eq(group).and(belongs(tx.now)))
        .filter(memberships::role.ne(Role::Member))
        .order((memberships::created_at, memberships::id))
        .select((memberships::role, actors::uri))
        .load(tx.conn)?;
    let (owners, others): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(role, _)| *role == Role::Owner);
    Ok(owners.into_iter().chain(others).map(|(_, uri)| uri).collect())
}

/// The groups that a person belongs to.
///
/// # Errors
/// Only when the database does.
pub fn groups_of(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<GroupId>> {
    use schema::memberships::dsl;
    Ok(dsl::memberships
        .filter(dsl::person_id.eq(person).and(belongs(tx.now)))
        .order(dsl::group_id)
        .select(dsl::group_id)
        .load(tx.conn)?)
}
