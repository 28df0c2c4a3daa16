//! Who elsewhere is told of what happens in a group, and what is told of its members: reads for `federation`.

use diesel::prelude::*;

use super::MembershipState;
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::ids::{GroupId, PersonId};
use crate::policy::Role;

/// Addresses of a group's accepted members elsewhere: host, shared inbox, and inbox where there is no shared one. Each
/// address once.
///
/// # Errors
/// Only when the database does.
pub fn addresses(tx: &mut Tx<'_>, group: GroupId) -> Result<Vec<(String, Option<String>, Option<String>)>> {
    use diesel::dsl::case_when;
    use schema::{actors, memberships, people};
    Ok(memberships::table
        .inner_join(people::table.inner_join(actors::table))
        .filter(memberships::group_id.eq(group).and(memberships::state.eq(MembershipState::Accepted)))
        .filter(actors::local.eq(false).and(actors::gone_at.is_null()))
        .select((
            actors::host,
            actors::shared_inbox,
            case_when(actors::shared_inbox.is_null(), actors::inbox.nullable()),
        ))
        .distinct()
        .load(tx.conn)?)
}

/// Ids on the wire of a group's owners and moderators, owners first: Lemmy may read only the first.
///
/// # Errors
/// Only when the database does.
pub fn moderators(tx: &mut Tx<'_>, group: GroupId) -> Result<Vec<String>> {
    use schema::{actors, memberships, people};
    let rows: Vec<(Role, String)> = memberships::table
        .inner_join(people::table.inner_join(actors::table))
        .filter(memberships::group_id.eq(group).and(memberships::state.eq(MembershipState::Accepted)))
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
        .filter(dsl::person_id.eq(person).and(dsl::state.eq(MembershipState::Accepted)))
        .order(dsl::group_id)
        .select(dsl::group_id)
        .load(tx.conn)?)
}
