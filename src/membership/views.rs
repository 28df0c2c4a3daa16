//! What is shown of one person's membership of a group. Lists of members are in `groups::views`.

use std::sync::Arc;

use super::{MembershipRow, MembershipState, find, standing};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::{GroupId, PersonId};
use crate::people::byline::{self, Byline};
use crate::policy::{Act, Actor, Reason, Viewer};

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
