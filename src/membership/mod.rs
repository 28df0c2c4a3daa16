//! Membership: who belongs to a group, in which role, and who is banned. Owns `memberships` and `bans`.
//!
//! [`standing`] is the one place where everything that decides about a person in a group is loaded. It is read at the moment
//! of the act, never from a cache.

pub mod acts;
pub mod outward;
pub mod permissions;
pub mod refusals;

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{MultiBackend, Tx, schema};
use crate::error::Result;
use crate::ids::{GroupId, PersonId, RowId};
use crate::people::{AccountRole, AccountState};
use crate::policy::{Actor, Class, Joining, PeerState, Posting, Role, Standing};
use crate::text_enum;

text_enum! {
    /// How far a membership is.
    MembershipState {
        /// Asked, and not yet answered.
        Pending = "pending",
        /// A member.
        Accepted = "accepted",
    }
}

/// One person's membership of one group.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::memberships, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub struct MembershipRow {
    /// Its id.
    pub id: RowId,
    /// The group.
    pub group_id: GroupId,
    /// The person.
    pub person_id: PersonId,
    /// As what.
    pub role: Role,
    /// How far.
    pub state: MembershipState,
    /// What was written when asking.
    pub motivation: String,
    /// Id of the Follow activity, for Accept, Reject and Undo.
    pub follow_uri: Option<String>,
    /// When it was asked.
    pub created_at: Time,
    /// When it was accepted.
    pub accepted_at: Option<Time>,
}

/// Loads what decides about `by` in a group.
///
/// # Errors
/// `NotFound` when there is no such group or person.
pub fn standing(tx: &mut Tx<'_>, by: &Actor, group: GroupId) -> Result<Standing> {
    use schema::{actors, groups};
    let (class, joining, posting, archived_at, hosted_here): (Class, Joining, Posting, Option<Time>, bool) =
        groups::table
            .inner_join(actors::table)
            .filter(groups::id.eq(group).and(actors::gone_at.is_null()))
            .select((groups::class, groups::joining, groups::posting, groups::archived_at, actors::local))
            .first(tx.conn)?;
    let person = facts(tx, by.person)?;
    let membership = find(tx, group, by.person)?;
    let accepted = membership.as_ref().filter(|row| row.state == MembershipState::Accepted);
    let (banned, banned_everywhere) = bans(tx, group, by.person)?;
    Ok(Standing {
        class,
        joining,
        posting,
        hosted_here,
        archived: archived_at.is_some(),
        origin: by.origin,
        role: accepted.map(|row| row.role),
        pending: membership.is_some() && accepted.is_none(),
        banned,
        suspended: banned_everywhere || person.suspended,
        admin: person.admin,
        local: person.local,
    })
}

/// A person's membership of a group, in whatever state.
///
/// # Errors
/// Only when the database does.
pub fn find(tx: &mut Tx<'_>, group: GroupId, person: PersonId) -> Result<Option<MembershipRow>> {
    use schema::memberships::dsl;
    let query = dsl::memberships
        .filter(dsl::group_id.eq(group).and(dsl::person_id.eq(person)))
        .select(MembershipRow::as_select());
    Ok(query.first(tx.conn).optional()?)
}

/// What counts about a person in every group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Of this instance.
    pub local: bool,
    /// Administers this instance.
    pub admin: bool,
    /// May do nothing: suspended, gone, not confirmed yet, or on a blocked instance. Bans are not in here.
    pub suspended: bool,
    /// On an instance whose people need approval to join.
    pub limited: bool,
}

/// Loads what counts about a person in every group.
///
/// # Errors
/// `NotFound` when there is no such person.
pub fn facts(tx: &mut Tx<'_>, id: PersonId) -> Result<Facts> {
    use schema::{accounts, actors, peers, people};
    let (local, host, gone, suspended_at, account): (
        bool,
        String,
        Option<Time>,
        Option<Time>,
        Option<(AccountRole, AccountState)>,
    ) = people::table
        .inner_join(actors::table)
        .left_join(accounts::table)
        .filter(people::id.eq(id))
        .select((
            actors::local,
            actors::host,
            actors::gone_at,
            people::suspended_at,
            (accounts::role, accounts::state).nullable(),
        ))
        .first(tx.conn)?;
    let active = account.is_some_and(|(_, state)| state == AccountState::Active);
    let peer: Option<PeerState> =
        if local { None } else { peers::table.find(host).select(peers::state).first(tx.conn).optional()? };
    let shut_out = (local && !active) || peer == Some(PeerState::Blocked);
    Ok(Facts {
        local,
        admin: active && account.is_some_and(|(role, _)| role == AccountRole::Admin),
        suspended: suspended_at.is_some() || gone.is_some() || shut_out,
        limited: peer == Some(PeerState::Limited),
    })
}

/// Whether a person is banned now: from the group, and from the whole instance.
fn bans(tx: &mut Tx<'_>, group: GroupId, person: PersonId) -> Result<(bool, bool)> {
    use schema::bans::dsl;
    let rows: Vec<Option<GroupId>> = dsl::bans
        .filter(dsl::person_id.eq(person))
        .filter(dsl::group_id.is_null().or(dsl::group_id.eq(group)))
        .filter(dsl::lifted_at.is_null())
        .filter(dsl::until.is_null().or(dsl::until.gt(tx.now)))
        .select(dsl::group_id)
        .load(tx.conn)?;
    Ok((rows.iter().any(Option::is_some), rows.iter().any(Option::is_none)))
}
