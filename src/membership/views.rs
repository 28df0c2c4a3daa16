//! What is shown of one person's membership of a group. Lists of members are in `groups::views`.

use std::collections::HashSet;
use std::sync::Arc;

use diesel::prelude::*;

use super::ending::{Belongs, belongs};
use super::{MembershipRow, MembershipState, find, standing};
use crate::clock::Time;
use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::groups;
use crate::ids::{GroupId, PersonId};
use crate::people::byline::{self, Byline};
use crate::policy::{Act, Actor, Reason, Role, Viewer, visibility};

/// The groups hosted here that nobody else owns without an end, by name and title: whoever leaves the instance leaves them without an
/// owner, now or later.
///
/// # Errors
/// Only when the database does.
pub fn owned_alone(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<(String, String)>> {
    use alias::other_owners;
    use diesel::dsl::{exists, not};
    use schema::{actors, groups, memberships};
    let owner = memberships::role.eq(Role::Owner).and(belongs(tx.now));
    let others = other_owners
        .filter(other_owners.field(memberships::group_id).eq(groups::id))
        .filter(other_owners.field(memberships::role).eq(Role::Owner))
        .filter(other_owners.field(memberships::state).eq(MembershipState::Accepted))
        .filter(other_owners.field(memberships::until).is_null())
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

/// The groups that a reader belongs to now, as a condition of a query; none for whoever isn't signed in. A query that holds the rights takes
/// as many statements for what must not be known as for what never was.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn mine(viewer: Viewer, now: Time) -> _ {
    let reader: PersonId = viewer.person().unwrap_or(PersonId::NOBODY);
    let belonging: Belongs = belongs(now);
    schema::memberships::table
        .filter(schema::memberships::person_id.eq(reader))
        .filter(belonging)
        .select(schema::memberships::group_id)
}

/// Those of these groups that a reader belongs to.
///
/// # Errors
/// Only when the database does.
pub fn among(tx: &mut Tx<'_>, viewer: Viewer, groups: Vec<GroupId>) -> Result<HashSet<GroupId>> {
    use schema::memberships::dsl;
    let Some(person) = viewer.person().filter(|_| !groups.is_empty()) else { return Ok(HashSet::new()) };
    let mine: Vec<GroupId> = dsl::memberships
        .filter(dsl::person_id.eq(person).and(belongs(tx.now)))
        .filter(dsl::group_id.eq_any(groups))
        .select(dsl::group_id)
        .load(tx.conn)?;
    Ok(mine.into_iter().collect())
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
    let Some(reader) = viewer.person() else {
        // That it would help to sign in is told of nothing that must not be known.
        let class = groups::outward::class(tx, group)?.ok_or(Error::NotFound)?;
        visibility::reads_group(class, false, false)?;
        return Err(Error::SignedOut);
    };
    let standing = standing(tx, &Actor::here(reader), group)?;
    let (own, staff) = (reader == person, standing.may(Act::Admit).is_ok());
    if own {
        // Also before one is in it.
        visibility::knows_group(standing.class, standing.face, standing.role.is_some() || standing.pending)?;
    } else {
        standing.may(Act::Read)?;
    }
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
