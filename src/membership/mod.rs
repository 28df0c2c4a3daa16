//! Membership: who belongs to a group, in which role, who is invited, and who is banned. Owns `memberships`, `bans` and `invitations`.
//!
//! [`standing`] is the one place where everything that decides about a person in a group is loaded. It is read at the moment
//! of the act, never from a cache.

pub mod acts;
pub mod ending;
pub mod invitations;
pub mod offers;
pub mod outward;
pub mod permissions;
pub mod refusals;
pub mod severed;
pub mod views;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use diesel::prelude::*;

pub use self::ending::{belongs, lasts};
use crate::agreements;
use crate::clock::Time;
use crate::db::{MultiBackend, Tx, VALUES, among, schema};
use crate::error::{Error, Result};
use crate::ids::{GroupId, PersonId, RowId};
use crate::people::{AccountRole, AccountState};
use crate::policy::federation::{Direction, Effects};
use crate::policy::{Actor, Class, Joining, PeerState, Posting, Role, Standing, visibility};
use crate::rules::Policy;
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
    /// Until when; `None`: until it is ended.
    pub until: Option<Time>,
}

/// Loads what decides about `by` in a group. Whether they are a guest depends on the topic: `links::guests::standing` says so.
///
/// # Errors
/// `NotFound` when there is no such group or person.
pub fn standing(tx: &mut Tx<'_>, by: &Actor, group: GroupId) -> Result<Standing> {
    let pair = (by.person, group);
    let known = tx.ahead::<Ahead>().and_then(|ahead| ahead.0.get(&pair).copied());
    let found = match known {
        Some(found) => found,
        None => together(tx, [by.person], [group])?.remove(&pair).ok_or(Error::NotFound)?,
    };
    let (
        (class, joining, posting, face, archived_at, hosted_here),
        person,
        member,
        banned,
        banned_everywhere,
        effects,
    ) = found;
    let accepted = member.filter(|(_, state)| *state == MembershipState::Accepted);
    Ok(Standing {
        class,
        joining,
        posting,
        face,
        hosted_here,
        archived: archived_at.is_some(),
        origin: by.origin,
        role: accepted.map(|(role, _)| role),
        pending: member.is_some() && accepted.is_none(),
        banned,
        suspended: banned_everywhere || person.suspended,
        admin: person.admin,
        local: person.local,
        effects,
        released: by.activity.as_ref().is_some_and(|activity| activity.released),
        guest: false,
    })
}

/// What decides about people in groups, read at once for acts of theirs that come next.
struct Ahead(HashMap<(PersonId, GroupId), Found>);

/// Reads ahead what [`standing`] asks about these people in these groups. Every act that could change it runs without it: see
/// [`Tx::look_anew`].
///
/// # Errors
/// Only when the database does.
pub fn ahead(tx: &mut Tx<'_>, people: &BTreeSet<PersonId>, groups: &BTreeSet<GroupId>) -> Result<()> {
    let found = together(tx, people.iter().copied(), groups.iter().copied())?;
    tx.keep_ahead(Ahead(found));
    Ok(())
}

/// A person's membership of a group, in whatever state, unless it is over.
///
/// # Errors
/// Only when the database does.
pub fn find(tx: &mut Tx<'_>, group: GroupId, person: PersonId) -> Result<Option<MembershipRow>> {
    use schema::memberships::dsl;
    let query = dsl::memberships
        .filter(dsl::group_id.eq(group).and(dsl::person_id.eq(person)).and(lasts(tx.now)))
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
    /// May do nothing: suspended, gone, not confirmed yet, or on an instance of which nothing is taken. Bans are not in here.
    pub suspended: bool,
    /// May do nothing whatever is decided about their instance.
    pub stopped: bool,
    /// What is decided about what comes from their instance, by decisions about it and by rules; `Open` for ours.
    pub peer: PeerState,
}

/// What decides about a person by itself: whether local, host, when gone, when suspended, account.
type Whole = (bool, String, Option<Time>, Option<Time>, Option<(AccountRole, AccountState)>);

/// The host of somebody elsewhere.
fn host_of(whole: &Whole) -> Option<&str> {
    (!whole.0).then_some(whole.1.as_str())
}

impl Facts {
    /// `ground`: the group in which it counts, when it is asked about one.
    fn of(whole: &Whole, policy: &Policy, ground: Option<(GroupId, Class)>) -> Self {
        let (local, _, gone, suspended_at, account) = whole;
        let coming = host_of(whole).map(|host| policy.effects(host, Direction::In, ground));
        let active = account.is_some_and(|(_, state)| state == AccountState::Active);
        let stopped = suspended_at.is_some() || gone.is_some() || (*local && !active);
        Self {
            local: *local,
            admin: active && account.is_some_and(|(role, _)| role == AccountRole::Admin),
            // Where a rule takes some kinds of things only, each act is judged by its own.
            suspended: stopped || coming.is_some_and(|effects| effects.refuse_all()),
            stopped,
            peer: coming.map_or(PeerState::Open, |effects| effects.other.as_state()),
        }
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
    let policy = Policy::of(tx, host_of(&whole))?;
    Ok(Facts::of(&whole, &policy, None))
}

/// The same of many, by person; those who aren't there are left out.
///
/// # Errors
/// Only when the database does.
pub fn facts_of(tx: &mut Tx<'_>, ids: &[PersonId]) -> Result<HashMap<PersonId, Facts>> {
    use schema::{accounts, actors, people};
    let mut found: Vec<(PersonId, Whole)> = Vec::with_capacity(ids.len());
    for some in ids.chunks(VALUES) {
        let query = people::table
            .inner_join(actors::table)
            .left_join(accounts::table)
            .filter(people::id.eq_any(some))
            .order(people::id)
            .select((
                people::id,
                (
                    actors::local,
                    actors::host,
                    actors::gone_at,
                    people::suspended_at,
                    (accounts::role, accounts::state).nullable(),
                ),
            ));
        found.extend(query.load::<(PersonId, Whole)>(tx.conn)?);
    }
    let policy = Policy::of(tx, found.iter().filter_map(|(_, whole)| host_of(whole)))?;
    Ok(found.iter().map(|(id, whole)| (*id, Facts::of(whole, &policy, None))).collect())
}

/// What decides about a group: class, how one joins, who starts topics, whether outsiders may know of it, when it was archived, whether it is hosted here.
type Ground = (Class, Joining, Posting, bool, Option<Time>, bool);

/// The actors of groups, beside those of people.
mod alias {
    diesel::alias!(crate::db::schema::actors as group_actors: GroupActors);
}

/// A group with a person, their membership of it, whether they are banned now (from the group, and from the whole instance), and what
/// rules about other servers say.
type Found = (Ground, Facts, Option<(Role, MembershipState)>, bool, bool, Effects);

/// What decides about each of these people in each of these groups, all at once, as every act asks it.
fn together(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = PersonId>,
    of: impl IntoIterator<Item = GroupId>,
) -> Result<HashMap<(PersonId, GroupId), Found>> {
    use alias::group_actors;
    use diesel::dsl::exists;
    use schema::{accounts, actors, bans, groups, memberships, people};
    let banned = || {
        bans::table
            .filter(bans::person_id.eq(people::id).and(bans::lifted_at.is_null()))
            .filter(bans::until.is_null().or(bans::until.gt(tx.now)))
    };
    let membership = memberships::person_id.eq(people::id).and(memberships::group_id.eq(groups::id));
    // One that is over counts for nothing.
    let membership = membership.and(lasts(tx.now));
    let query = people::table
        .inner_join(actors::table)
        .left_join(accounts::table)
        .inner_join(groups::table.on(among(groups::id, of)))
        .inner_join(group_actors.on(group_actors.field(actors::id).eq(groups::id)))
        .left_join(memberships::table.on(membership))
        .filter(among(people::id, ids).and(group_actors.field(actors::gone_at).is_null()))
        .select((
            (people::id, groups::id),
            (
                (
                    groups::class,
                    groups::joining,
                    groups::posting,
                    groups::face,
                    groups::archived_at,
                    group_actors.field(actors::local),
                ),
                group_actors.field(actors::host),
            ),
            (
                actors::local,
                actors::host,
                actors::gone_at,
                people::suspended_at,
                (accounts::role, accounts::state).nullable(),
            ),
            (memberships::role, memberships::state).nullable(),
            exists(banned().filter(bans::group_id.eq(groups::id.nullable()))),
            exists(banned().filter(bans::group_id.is_null())),
        ));
    type Row = ((PersonId, GroupId), (Ground, String), Whole, Option<(Role, MembershipState)>, bool, bool);
    let rows: Vec<Row> = query.load(tx.conn)?;
    // Into and out of a closed group nobody reaches over an agreement that doesn't, whatever their membership says.
    let closed = rows.iter().filter(|((_, _), (ground, _), ..)| ground.0 != Class::Openbaar);
    let across = closed.flat_map(|(_, (ground, host), whole, ..)| {
        let theirs = (!whole.0).then_some(whole.1.as_str());
        [theirs, (!ground.5).then_some(host.as_str())].into_iter().flatten()
    });
    let across: BTreeSet<&str> = across.collect();
    let ceilings =
        if across.is_empty() { BTreeMap::new() } else { agreements::ceilings(tx, across.iter().copied())? };
    let reaches = |class: Class, here: bool, host: &str| {
        let ceiling = ceilings.get(host).copied().unwrap_or(Class::Openbaar);
        here || visibility::reaches(ceiling, class)
    };
    let hosts = rows.iter().flat_map(|(_, (ground, host), whole, ..)| {
        [host_of(whole), (!ground.5).then_some(host.as_str())].into_iter().flatten()
    });
    let policy = Policy::of(tx, hosts)?;
    let found = rows.iter().map(|(pair, (ground, host), whole, member, from_group, from_all)| {
        let across = reaches(ground.0, whole.0, &whole.1) && reaches(ground.0, ground.5, host);
        let member = member.filter(|_| across);
        // Nor does whoever couldn't take part ask to join a group that shows itself.
        let ground = (ground.0, ground.1, ground.2, ground.3 && across, ground.4, ground.5);
        let about = (pair.1, ground.0);
        let facts = Facts::of(whole, &policy, Some(about));
        let elsewhere = (!ground.5).then_some(host.as_str());
        let effects = effects(&policy, about, host_of(whole), elsewhere);
        (*pair, (ground, facts, member, *from_group, *from_all, effects))
    });
    Ok(found.collect())
}

/// What rules say about a person in a group, by the host of each that is elsewhere. What a group's host hands on of others passes through
/// it, too, so rules about it count as well; of ours they only say whether anything goes there at all.
fn effects(policy: &Policy, group: (GroupId, Class), person: Option<&str>, host: Option<&str>) -> Effects {
    let coming = |from: &str| policy.effects(from, Direction::In, Some(group));
    match (person, host) {
        (None, None) => Effects::FREE,
        (None, Some(host)) => policy.effects(host, Direction::Out, Some(group)),
        (Some(from), Some(host)) if from != host => coming(from).stricter(coming(host)),
        (Some(from), _) => coming(from),
    }
}

/// What rules say about what comes from a host, where no act asks for somebody's standing: in a group, or to a person or the instance.
///
/// # Errors
/// `NotFound` when there is no such group.
pub fn coming(tx: &mut Tx<'_>, from: &str, group: Option<GroupId>) -> Result<Effects> {
    use schema::{actors, groups};
    let Some(group) = group else {
        return Ok(Policy::of(tx, [from])?.effects(from, Direction::In, None));
    };
    let (class, local, host): (Class, bool, String) = groups::table
        .inner_join(actors::table)
        .filter(groups::id.eq(group))
        .select((groups::class, actors::local, actors::host))
        .first(tx.conn)?;
    let host = (!local).then_some(host.as_str());
    let policy = Policy::of(tx, [Some(from), host].into_iter().flatten())?;
    Ok(effects(&policy, (group, class), Some(from), host))
}
