//! Membership: who belongs to a group, in which role, and who is banned. Owns `memberships` and `bans`.
//!
//! [`standing`] is the one place where everything that decides about a person in a group is loaded. It is read at the moment
//! of the act, never from a cache.

pub mod acts;
pub mod outward;
pub mod permissions;
pub mod refusals;
pub mod severed;
pub mod views;

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{MultiBackend, Tx, schema};
use crate::error::Result;
use crate::ids::{GroupId, PersonId, RowId};
use crate::people::{AccountRole, AccountState};
use crate::policy::hosts::deciding;
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
    let (person, member, banned, banned_everywhere) = person_in(tx, by.person, group)?;
    let accepted = member.filter(|(_, state)| *state == MembershipState::Accepted);
    Ok(Standing {
        class,
        joining,
        posting,
        hosted_here,
        archived: archived_at.is_some(),
        origin: by.origin,
        role: accepted.map(|(role, _)| role),
        pending: member.is_some() && accepted.is_none(),
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

/// What decides about a person by itself: whether local, host, when gone, when suspended, account.
type Whole = (bool, String, Option<Time>, Option<Time>, Option<(AccountRole, AccountState)>);

impl Facts {
    fn of(tx: &mut Tx<'_>, (local, host, gone, suspended_at, account): Whole) -> Result<Self> {
        let active = account.is_some_and(|(_, state)| state == AccountState::Active);
        let peer = if local { PeerState::Open } else { decided(tx, &host)? };
        let shut_out = (local && !active) || peer == PeerState::Blocked;
        Ok(Self {
            local,
            admin: active && account.is_some_and(|(role, _)| role == AccountRole::Admin),
            suspended: suspended_at.is_some() || gone.is_some() || shut_out,
            limited: peer == PeerState::Limited,
        })
    }
}

/// Loads what counts about a person in every group.
///
/// # Errors
/// `NotFound` when there is no such person.
pub fn facts(tx: &mut Tx<'_>, id: PersonId) -> Result<Facts> {
    use schema::{accounts, actors, people};
    let whole: Whole = people::table
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
    Facts::of(tx, whole)
}

/// The same, with the person's membership of a group, and whether they are banned now: from the group, and from the whole
/// instance. All at once, as every act asks it.
fn person_in(
    tx: &mut Tx<'_>,
    id: PersonId,
    group: GroupId,
) -> Result<(Facts, Option<(Role, MembershipState)>, bool, bool)> {
    use diesel::dsl::exists;
    use schema::{accounts, actors, bans, memberships, people};
    let banned = || {
        bans::table
            .filter(bans::person_id.eq(people::id).and(bans::lifted_at.is_null()))
            .filter(bans::until.is_null().or(bans::until.gt(tx.now)))
    };
    let membership = memberships::person_id.eq(people::id).and(memberships::group_id.eq(group));
    let query = people::table
        .inner_join(actors::table)
        .left_join(accounts::table)
        .left_join(memberships::table.on(membership))
        .filter(people::id.eq(id))
        .select((
            (
                actors::local,
                actors::host,
                actors::gone_at,
                people::suspended_at,
                (accounts::role, accounts::state).nullable(),
            ),
            (memberships::role, memberships::state).nullable(),
            exists(banned().filter(bans::group_id.eq(group))),
            exists(banned().filter(bans::group_id.is_null())),
        ));
    let (whole, member, from_group, from_all): (Whole, _, _, _) = query.first(tx.conn)?;
    Ok((Facts::of(tx, whole)?, member, from_group, from_all))
}

/// What administrators decided about a host, or about a domain that it is in.
fn decided(tx: &mut Tx<'_>, host: &str) -> Result<PeerState> {
    use schema::peers::dsl;
    let found: Vec<PeerState> =
        dsl::peers.filter(dsl::host.eq_any(deciding(host))).select(dsl::state).load(tx.conn)?;
    Ok(found.into_iter().max().unwrap_or(PeerState::Open))
}
