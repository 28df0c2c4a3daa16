//! What is shown of one person's membership of a group. Lists of members are in `groups::views`.

use std::sync::Arc;

use diesel::prelude::*;

use super::{MembershipRow, MembershipState, find, standing};
use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::ids::{GroupId, PersonId};
use crate::people::byline::{self, Byline};
use crate::policy::{Act, Actor, Reason, Role, Viewer};

/// The groups hosted here that nobody else owns, by name and title: whoever leaves the instance leaves them without an owner.
///
/// # Errors
/// Only when the database does.
pub fn owned_alone(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<(String, String)>> {
    use alias::other_owners;
    use diesel::dsl::{exists, not};
    use schema::{actors, groups, memberships};
    let owner = memberships::role.eq(Role::Owner).and(memberships::state.eq(MembershipState::Accepted));
    let others = other_owners
        .filter(other_owners.field(memberships::group_id).eq(groups::id))
        .filter(other_owners.field(memberships::role).eq(Role::Owner))
        .filter(other_owners.field(memberships::state).eq(MembershipState::Accepted))
        .filter(other_owners.field(memberships::person_id).ne(person));
    let query = groups::table
        .inner_join(actors::table)
        .inner_join(memberships::table)
        .filter(memberships::person_id.eq(person).and(owner))
        .filter(actors::local.and(actors::gone_at.is_null()).and(not(exists(others))))
        .order(groups::title)
        .select((actors::name, groups::title));
    Ok(query.load(tx.conn)?)
}

/// The owners of a group, beside the one that is asked about.
mod alias {
    diesel::alias!(crate::db::schema::memberships as other_owners: OtherOwners);
}

/// One person's membership of a group.
#[derive(Debug, Clone)]
pub struct MemberPage {
    /// Role, state and times. What was written when asking is only there for staff and whoever wrote it.
    pub membership: MembershipRow,
    /// Whose it is.
    pub person: Arc<Byline>,
}

/// One person's membership, to whom the list of members shows it: members see each other, staff also sees who waits. One's
/// own is always shown.
///
/// # Errors
/// `SignedOut` to whoever isn't signed in; `Denied` to whoever is no member; `NotFound` when there is no such membership, or
/// it or the group isn't the reader's to know.
pub fn one(tx: &mut Tx<'_>, viewer: &Viewer, group: GroupId, person: PersonId) -> Result<MemberPage> {
    let reader = viewer.person().ok_or(Error::SignedOut)?;
    let standing = standing(tx, &Actor::here(reader), group)?;
    standing.may(Act::Read)?;
    let (own, staff) = (reader == person, standing.may(Act::Admit).is_ok());
    if !own && !staff && standing.role.is_none() {
        return Err(Reason::NotMember.into());
    }
    let mut membership = find(tx, group, person)?.ok_or(Error::NotFound)?;
    if membership.state == MembershipState::Pending && !own && !staff {
        return Err(Error::NotFound);
    }
    if !own && !staff {
        membership.motivation = String::new();
    }
    let person = byline::of(tx, [person])?.remove(&person).ok_or(Error::NotFound)?;
    Ok(MemberPage { membership, person })
}
