//! What is done with memberships and bans: joining, admitting, leaving, roles, keeping somebody out.
//!
//! `groups.member_count` of a group hosted here changes in the same transaction as the membership; of a group elsewhere it
//! is what its host says.

use diesel::prelude::*;

use super::ending::{self, belongs};
use super::{MembershipRow, MembershipState, facts, find, invitations, refusals, standing};
use crate::clock::Time;
use crate::db::{Lock, Tx, columns, lock, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{ActivityId, GroupId, PersonId, RowId};
use crate::jobs::{self, Job};
use crate::journal::{self, Detail, Did, Line};
use crate::moderation::Why;
use crate::policy::federation::{Because, Direction, Kind, Passing};
use crate::policy::{Act, Actor, Class, Joining, Origin, Reason, Role, limits};
use crate::rules::Policy;

/// Joins a group, or asks to. An open group hosted here admits at once, except people of instances that are hidden, and every group hosted here
/// whoever is invited by name; a group elsewhere is asked, and answers by [`host_accepted`] or [`host_rejected`].
///
/// `follow_uri` is the id of the Follow that came in. For a member of ours who joins a group elsewhere it is minted here,
/// and whoever sends the Follow gives it this id. A Follow that comes again only changes the id to answer to.
///
/// # Errors
/// `Denied` when banned, suspended, a member already, or when a decision or rule about the other server stands in the way.
pub fn join(
    tx: &mut Tx<'_>,
    by: &Actor,
    group: GroupId,
    motivation: &str,
    follow_uri: Option<String>,
) -> Result<MembershipState> {
    let standing = standing(tx, by, group)?;
    standing.must_pass(Act::Join)?;
    let invited = standing.role.is_none() && invitations::open_for(tx, by.person, group)?;
    if invited && standing.hosted_here {
        return invitations::join_invited(tx, by, &standing, group, follow_uri);
    }
    if by.origin != Origin::Here
        && let Some(known) = find(tx, group, by.person)?
    {
        return join_again(tx, by, known, follow_uri);
    }
    standing.may(if invited && !standing.pending { Act::AcceptInvitation } else { Act::Join })?;
    if !standing.hosted_here && by.origin == Origin::Here {
        must_be_reachable(tx, group)?;
    }
    if motivation.chars().count() > limits::REASON {
        let mut errors = FieldErrors::default();
        errors.add_limit(
            "motivation",
            "error-reason-long",
            i64::try_from(limits::REASON).unwrap_or(i64::MAX),
        );
        return Err(Error::Invalid(errors));
    }
    let at_once = standing.hosted_here && standing.joining == Joining::Open && !standing.needs_approval();
    let minted =
        (!standing.hosted_here && by.origin == Origin::Here).then(|| tx.urls.activity(ActivityId::fresh()));
    let state = if at_once { MembershipState::Accepted } else { MembershipState::Pending };
    ending::end_over(tx, group, by.person)?;
    let row = MembershipRow {
        id: RowId::fresh(),
        group_id: group,
        person_id: by.person,
        role: Role::Member,
        state,
        motivation: motivation.to_owned(),
        follow_uri: follow_uri.or(minted),
        created_at: tx.now,
        accepted_at: at_once.then_some(tx.now),
        until: None,
    };
    diesel::insert_into(schema::memberships::table).values(&row).execute(tx.conn)?;
    if invited {
        // Its host has the say, and lets in once.
        invitations::accept_for_follow(tx, group, by.person)?;
    }
    if at_once {
        count(tx, group, 1)?;
    }
    let did = if at_once { Did::Join } else { Did::AskToJoin };
    journal::record(tx, &line(did, by, &row))?;
    Ok(state)
}

/// The answer to a Follow got lost, or the member's server forgot it: it is given again.
fn join_again(
    tx: &mut Tx<'_>,
    by: &Actor,
    known: MembershipRow,
    follow_uri: Option<String>,
) -> Result<MembershipState> {
    use schema::memberships::dsl;
    diesel::update(dsl::memberships.find(known.id)).set(dsl::follow_uri.eq(&follow_uri)).execute(tx.conn)?;
    if known.state == MembershipState::Accepted {
        let row = MembershipRow { follow_uri, ..known };
        journal::record(tx, &line(Did::Join, by, &row))?;
        return Ok(MembershipState::Accepted);
    }
    Ok(known.state)
}

/// Admits somebody who asked to join. Already a member: nothing changes.
///
/// # Errors
/// `Denied` to all but staff, `NotFound` when they didn't ask.
pub fn accept(tx: &mut Tx<'_>, by: &Actor, group: GroupId, person: PersonId) -> Result<()> {
    standing(tx, by, group)?.may(Act::Admit)?;
    let row = find(tx, group, person)?.ok_or(Error::NotFound)?;
    if row.state == MembershipState::Accepted {
        return Ok(());
    }
    set_accepted(tx, &row)?;
    count(tx, group, 1)?;
    journal::record(tx, &line(Did::Join, by, &row))?;
    Ok(())
}

/// Refuses somebody who asked to join, or puts a member out; that isn't a ban, they may ask again. [`ending::set_until`] does it at a
/// moment.
///
/// # Errors
/// `Denied` to all but staff, and to all but owners for one of the staff; `NotFound` when there is no such membership.
pub fn reject(tx: &mut Tx<'_>, by: &Actor, group: GroupId, person: PersonId) -> Result<()> {
    let standing = standing(tx, by, group)?;
    standing.may(Act::Admit)?;
    let row = find(tx, group, person)?.ok_or(Error::NotFound)?;
    if row.role != Role::Member {
        standing.may(Act::SetRole)?;
    }
    remove(tx, &row)?;
    journal::record(tx, &line(Did::RejectMember, by, &row))?;
    Ok(())
}

/// Leaves a group, or takes back the wish to join.
///
/// # Errors
/// `Denied` to the last owner of a group hosted here, `NotFound` when there is nothing to leave.
pub fn leave(tx: &mut Tx<'_>, by: &Actor, group: GroupId) -> Result<()> {
    let row = find(tx, group, by.person)?.ok_or(Error::NotFound)?;
    remove(tx, &row)?;
    journal::record(tx, &line(Did::Leave, by, &row))?;
    drop_copies(tx, &row)
}

/// Changes what a member is in the group.
///
/// # Errors
/// `Denied` to all but owners, and when the last owner without an end would lose the role; `NotFound` when the person is no member.
pub fn set_role(tx: &mut Tx<'_>, by: &Actor, group: GroupId, person: PersonId, role: Role) -> Result<()> {
    use schema::memberships::dsl;
    let standing = standing(tx, by, group)?;
    standing.may(Act::SetRole)?;
    let known = find(tx, group, person)?.filter(|row| row.state == MembershipState::Accepted);
    let row = match known {
        Some(row) if row.role == role => return Ok(()),
        Some(row) => {
            keep_an_owner(tx, &row)?;
            row
        }
        // A host names moderators of whom nothing was known here.
        None if !standing.hosted_here && by.origin == Origin::Host => {
            diesel::delete(dsl::memberships)
                .filter(dsl::group_id.eq(group).and(dsl::person_id.eq(person)))
                .execute(tx.conn)?;
            insert_accepted(tx, group, person, Role::Member)?
        }
        None => return Err(Error::NotFound),
    };
    diesel::update(dsl::memberships.find(row.id)).set(dsl::role.eq(role)).execute(tx.conn)?;
    if role == Role::Member {
        invitations::end_with(tx, group, person)?;
    }
    let mut line = line(Did::SetRole, by, &row).moderation("");
    role.word().clone_into(&mut line.detail.word);
    journal::record(tx, &line)?;
    Ok(())
}

/// Bans a person from a group, or from the whole instance when no group is named. A membership of the group ends; somebody
/// elsewhere who is banned from the instance is put out of everything here. A ban that is there already gets the new reason
/// and end.
///
/// # Errors
/// `Denied` to all but staff (administrators, for the instance), and for staff to all but owners; `Invalid` when a ban made
/// here has no reason or its end is past.
pub fn ban<'w>(
    tx: &mut Tx<'_>,
    by: &Actor,
    group: Option<GroupId>,
    person: PersonId,
    why: impl Into<Why<'w>>,
    until: Option<Time>,
) -> Result<()> {
    use schema::bans::dsl;
    let Why { ground, reason } = why.into();
    let membership = match group {
        Some(group) => {
            let standing = standing(tx, by, group)?;
            let membership = find(tx, group, person)?;
            standing.may(Act::Ban { target: membership.as_ref().map(|row| row.role) })?;
            membership
        }
        None => {
            admins_only(tx, by)?;
            None
        }
    };
    if by.origin == Origin::Here {
        check_ban(tx, by, person, reason, until)?;
    }
    // The person must exist; a ban of nobody would be one that nobody can lift.
    facts(tx, person)?;
    if let Some(row) = &membership {
        remove(tx, row)?;
    }
    if let Some(known) = standing_ban(tx, group, person)? {
        diesel::update(dsl::bans.find(known))
            .set((dsl::reason.eq(reason), dsl::until.eq(until), dsl::by_id.eq(Some(by.person))))
            .execute(tx.conn)?;
    } else {
        diesel::insert_into(dsl::bans)
            .values((
                dsl::id.eq(RowId::fresh()),
                dsl::group_id.eq(group),
                dsl::person_id.eq(person),
                dsl::by_id.eq(Some(by.person)),
                dsl::reason.eq(reason),
                dsl::created_at.eq(tx.now),
                dsl::until.eq(until),
            ))
            .execute(tx.conn)?;
    }
    let follow_uri = membership.and_then(|row| row.follow_uri);
    let detail = Detail { until, follow_uri, ..Detail::default() };
    let line = about(Did::Ban, by, group, person).detail(detail).moderation(reason);
    journal::record(tx, &line.ground(ground.word()))?;
    if group.is_none() { refusals::put_out(tx, by, person) } else { Ok(()) }
}

/// Lifts a ban from a group, or from the whole instance when no group is named.
///
/// # Errors
/// `Denied` to all but staff (administrators, for the instance), `NotFound` when there is no ban.
pub fn unban(tx: &mut Tx<'_>, by: &Actor, group: Option<GroupId>, person: PersonId) -> Result<()> {
    use schema::bans::dsl;
    match group {
        Some(group) => standing(tx, by, group)?.may(Act::Ban { target: None })?,
        None => admins_only(tx, by)?,
    }
    let known = standing_ban(tx, group, person)?.ok_or(Error::NotFound)?;
    diesel::update(dsl::bans.find(known)).set(dsl::lifted_at.eq(Some(tx.now))).execute(tx.conn)?;
    journal::record(tx, &about(Did::Unban, by, group, person).moderation(""))?;
    Ok(())
}

/// The host of a group elsewhere admitted a member of ours. What it published before is then fetched.
///
/// # Errors
/// `NotFound` when the person didn't ask; `Denied` when the group is hosted here.
pub fn host_accepted(tx: &mut Tx<'_>, group: GroupId, person: PersonId) -> Result<()> {
    let by = host_says(tx, group, person)?;
    let row = find(tx, group, person)?.ok_or(Error::NotFound)?;
    if row.state == MembershipState::Accepted {
        return Ok(());
    }
    let first = !has_local_members(tx, group)?;
    set_accepted(tx, &row)?;
    journal::record(tx, &line(Did::Join, &by, &row))?;
    if first {
        jobs::enqueue(tx, &Job::Backfill { group })?;
    }
    Ok(())
}

/// The host of a group elsewhere refused a member of ours, or put them out.
///
/// # Errors
/// `NotFound` when there is no such membership; `Denied` when the group is hosted here.
pub fn host_rejected(tx: &mut Tx<'_>, group: GroupId, person: PersonId) -> Result<()> {
    let by = host_says(tx, group, person)?;
    let row = find(tx, group, person)?.ok_or(Error::NotFound)?;
    remove(tx, &row)?;
    journal::record(tx, &line(Did::RejectMember, &by, &row))?;
    drop_copies(tx, &row)
}

/// Copies of a closed group elsewhere go with its last member here: it is looked at soon.
pub(super) fn drop_copies(tx: &mut Tx<'_>, row: &MembershipRow) -> Result<()> {
    let ours = hosted_here(tx, row.group_id)?;
    let class: Class =
        schema::groups::table.find(row.group_id).select(schema::groups::class).first(tx.conn)?;
    if ours || class == Class::Openbaar { Ok(()) } else { jobs::enqueue(tx, &Job::DropCopies) }
}

/// Makes somebody a member without asking anything: the maker of a group, and what a host says. Counts nothing.
///
/// # Errors
/// `Conflict` when there is a membership already.
pub(crate) fn insert_accepted(
    tx: &mut Tx<'_>,
    group: GroupId,
    person: PersonId,
    role: Role,
) -> Result<MembershipRow> {
    let row = MembershipRow {
        id: RowId::fresh(),
        group_id: group,
        person_id: person,
        role,
        state: MembershipState::Accepted,
        motivation: String::new(),
        follow_uri: None,
        created_at: tx.now,
        accepted_at: Some(tx.now),
        until: None,
    };
    diesel::insert_into(schema::memberships::table).values(&row).execute(tx.conn)?;
    Ok(row)
}

/// Removes all memberships of a person who was deleted, also as the last owner: administrators look after that group then.
///
/// # Errors
/// Only when the database does.
pub fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    use schema::memberships::dsl;
    let rows: Vec<MembershipRow> = dsl::memberships
        .filter(dsl::person_id.eq(person))
        .order(dsl::id)
        .select(MembershipRow::as_select())
        .load(tx.conn)?;
    for row in &rows {
        if row.state == MembershipState::Accepted {
            count(tx, row.group_id, -1)?;
        }
        diesel::delete(dsl::memberships.find(row.id)).execute(tx.conn)?;
        drop_copies(tx, row)?;
    }
    invitations::forget(tx, person)
}

/// Removes a membership and counts it off; the last owner stays.
fn remove(tx: &mut Tx<'_>, row: &MembershipRow) -> Result<()> {
    keep_an_owner(tx, row)?;
    let gone = diesel::delete(schema::memberships::table.find(row.id)).execute(tx.conn)?;
    if gone == 1 && row.state == MembershipState::Accepted {
        count(tx, row.group_id, -1)?;
        // Nobody keeps a way back in.
        invitations::end_with(tx, row.group_id, row.person_id)?;
    }
    Ok(())
}

/// Refuses when this membership is the last owner's of a group hosted here. Whose own ends by itself doesn't count as another.
pub(super) fn keep_an_owner(tx: &mut Tx<'_>, row: &MembershipRow) -> Result<()> {
    use schema::memberships::dsl;
    if row.role != Role::Owner || !hosted_here(tx, row.group_id)? {
        return Ok(());
    }
    // Two owners who leave at the same moment must not each count on the other.
    lock(tx, Lock::Staff, &row.group_id.to_string())?;
    let others: i64 = dsl::memberships
        .filter(dsl::group_id.eq(row.group_id).and(dsl::role.eq(Role::Owner)))
        .filter(dsl::state.eq(MembershipState::Accepted).and(dsl::until.is_null()).and(dsl::id.ne(row.id)))
        .count()
        .get_result(tx.conn)?;
    if others == 0 { Err(Reason::LastOwner.into()) } else { Ok(()) }
}

fn set_accepted(tx: &mut Tx<'_>, row: &MembershipRow) -> Result<MembershipRow> {
    use schema::memberships::dsl;
    Ok(diesel::update(dsl::memberships.find(row.id))
        .set((dsl::state.eq(MembershipState::Accepted), dsl::accepted_at.eq(Some(tx.now))))
        .returning(columns::<MembershipRow>())
        .get_result(tx.conn)?)
}

/// Counts members of a group hosted here; elsewhere its host counts.
pub(super) fn count(tx: &mut Tx<'_>, group: GroupId, change: i64) -> Result<()> {
    use schema::groups::dsl;
    if hosted_here(tx, group)? {
        diesel::update(dsl::groups.find(group))
            .set(dsl::member_count.eq(dsl::member_count + change))
            .execute(tx.conn)?;
    }
    Ok(())
}

fn hosted_here(tx: &mut Tx<'_>, group: GroupId) -> Result<bool> {
    let id = crate::ids::ActorId::from(group);
    Ok(schema::actors::table.find(id).select(schema::actors::local).first(tx.conn)?)
}

/// Refuses to ask a group elsewhere whose server wouldn't hear it, or whose answer wouldn't be taken.
fn must_be_reachable(tx: &mut Tx<'_>, group: GroupId) -> Result<()> {
    use schema::{actors, groups};
    let (class, host): (Class, String) = groups::table
        .inner_join(actors::table)
        .filter(groups::id.eq(group))
        .select((groups::class, actors::host))
        .first(tx.conn)?;
    let policy = Policy::of(tx, [host.as_str()])?;
    let ground = Some((group, class));
    for (direction, kind) in [(Direction::Out, Some(Kind::Join)), (Direction::In, None)] {
        let answer = policy.judge(&host, Passing { direction, ground, kind });
        if answer.refuses() {
            let reason = if answer.because == Because::Server { Reason::Blocked } else { Reason::Ruled };
            return Err(reason.into());
        }
    }
    Ok(())
}

fn has_local_members(tx: &mut Tx<'_>, group: GroupId) -> Result<bool> {
    use schema::{accounts, memberships};
    let found: Option<RowId> = memberships::table
        .inner_join(accounts::table.on(accounts::person_id.eq(memberships::person_id)))
        .filter(memberships::group_id.eq(group).and(belongs(tx.now)))
        .select(memberships::id)
        .first(tx.conn)
        .optional()?;
    Ok(found.is_some())
}

/// Whoever answers for the host of a group elsewhere: told as an act of the member concerned.
fn host_says(tx: &mut Tx<'_>, group: GroupId, person: PersonId) -> Result<Actor> {
    if hosted_here(tx, group)? {
        return Err(Reason::NotHost.into());
    }
    Ok(Actor { person, origin: Origin::Host, activity: None })
}

/// A line about a membership. It carries the Follow's id, which Accept, Reject and Undo name when the row is gone.
pub(super) fn line(did: Did, by: &Actor, row: &MembershipRow) -> Line {
    let detail = Detail { activity_uri: row.follow_uri.clone(), ..Detail::default() };
    Line::new(did, by).group(row.group_id).person(row.person_id).detail(detail)
}

fn admins_only(tx: &mut Tx<'_>, by: &Actor) -> Result<()> {
    if by.origin == Origin::Here && facts(tx, by.person)?.admin {
        return Ok(());
    }
    Err(Reason::NotAdmin.into())
}

fn check_ban(tx: &mut Tx<'_>, by: &Actor, person: PersonId, reason: &str, until: Option<Time>) -> Result<()> {
    let mut errors = FieldErrors::default();
    if by.person == person {
        errors.add("person", "error-ban-self");
    }
    if reason.trim().is_empty() {
        errors.add("reason", "error-reason-missing");
    } else if reason.chars().count() > limits::REASON {
        errors.add_limit("reason", "error-reason-long", i64::try_from(limits::REASON).unwrap_or(i64::MAX));
    }
    if until.is_some_and(|until| until <= tx.now) {
        errors.add("until", "error-time-past");
    }
    errors.into_result()
}

/// The ban that wasn't lifted yet, also one whose time is over.
fn standing_ban(tx: &mut Tx<'_>, group: Option<GroupId>, person: PersonId) -> Result<Option<RowId>> {
    use schema::bans::dsl;
    let rows: Vec<(RowId, Option<GroupId>)> = dsl::bans
        .filter(dsl::person_id.eq(person).and(dsl::lifted_at.is_null()))
        .order(dsl::id)
        .select((dsl::id, dsl::group_id))
        .load(tx.conn)?;
    Ok(rows.into_iter().find(|(_, of)| *of == group).map(|(id, _)| id))
}

fn about(did: Did, by: &Actor, group: Option<GroupId>, person: PersonId) -> Line {
    let mut line = Line::new(did, by).person(person);
    line.group = group;
    line
}
