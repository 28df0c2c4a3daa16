//! One-time invitations: a link for whoever opens it first, or an invitation for one person by name. Owns `invitations`.
//!
//! Of a link only the digest of its secret is stored: neither a list nor a stolen database lets anybody in. An invitation that was
//! used or withdrawn, or that is over, reads like one that never was, and so does any to somebody who was banned. Whoever leaves the
//! staff of a group takes their open invitations along, so that nobody who was put out keeps a key. Into a group elsewhere its host
//! invites; what it says to people of ours is kept here until they answer.

use diesel::prelude::*;

use super::{MembershipRow, MembershipState, acts, ending, find, standing};
use crate::actors;
use crate::agreements;
use crate::clock::Time;
use crate::db::{Lock, MultiBackend, Tx, columns, lock, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{self, GroupId, PersonId, RowId};
use crate::journal::{self, Detail, Did, Line};
use crate::people::blocks;
use crate::policy::{Act, Actor, Class, Reason, Role, Standing, limits, visibility};

/// An invitation, without its secret.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::invitations, check_for_backend(MultiBackend))]
pub struct InvitationRow {
    /// Its id.
    pub id: RowId,
    /// Into which group.
    pub group_id: GroupId,
    /// Who made it; `None` for what the host of a group elsewhere sent.
    pub by_id: Option<PersonId>,
    /// For this person alone; `None`: for whoever has the link.
    pub person_id: Option<PersonId>,
    /// Whom it is meant for, for those who keep the list.
    pub note: String,
    /// When it was made.
    pub created_at: Time,
    /// Until when it can be used.
    pub until: Time,
    /// When it was used.
    pub used_at: Option<Time>,
    /// By whom.
    pub used_by: Option<PersonId>,
    /// When it was withdrawn or declined.
    pub withdrawn_at: Option<Time>,
}

/// What an invitation shall be.
#[derive(Debug, Clone)]
pub struct Wish {
    /// For this person alone; `None`: a link, for whoever opens it first.
    pub person: Option<PersonId>,
    /// Whom it is meant for, for those who keep the list.
    pub note: String,
    /// For how many days.
    pub days: i64,
}

/// Whether somebody may invite people into a group; edges ask before they look a handle up.
///
/// # Errors
/// `Denied` to all but staff, and where another server hosts the group; `NotFound` when they may not know of it.
pub fn may_invite(tx: &mut Tx<'_>, by: &Actor, group: GroupId) -> Result<()> {
    for_staff(tx, by, group).map(|_standing| ())
}

/// Makes an invitation; of a link also the secret, which isn't kept. A person of this instance is told.
///
/// # Errors
/// `Denied` to all but staff, where another server hosts the group, and when it is archived; `Invalid` when the person can't be
/// invited, the wish can't be granted, or too many invitations wait.
pub fn invite(
    tx: &mut Tx<'_>,
    by: &Actor,
    group: GroupId,
    wish: &Wish,
) -> Result<(InvitationRow, Option<String>)> {
    let standing = for_staff(tx, by, group)?;
    make(tx, by, group, &standing, wish)
}

/// The same from the command line, where nobody asks for permission: into a closed group that has no members yet somebody must be
/// let. The group's staff sees in its list who did it.
///
/// # Errors
/// As [`invite`], but for rights.
pub fn issue(
    tx: &mut Tx<'_>,
    by: &Actor,
    group: GroupId,
    wish: &Wish,
) -> Result<(InvitationRow, Option<String>)> {
    let standing = standing(tx, by, group)?;
    make(tx, by, group, &standing, wish)
}

/// Somebody's standing, when they may invite people.
fn for_staff(tx: &mut Tx<'_>, by: &Actor, group: GroupId) -> Result<Standing> {
    let standing = standing(tx, by, group)?;
    standing.may(Act::Invite)?;
    if standing.hosted_here { Ok(standing) } else { Err(Reason::NotHost.into()) }
}

fn make(
    tx: &mut Tx<'_>,
    by: &Actor,
    group: GroupId,
    standing: &Standing,
    wish: &Wish,
) -> Result<(InvitationRow, Option<String>)> {
    if !standing.hosted_here {
        return Err(Reason::NotHost.into());
    }
    if standing.archived {
        return Err(Reason::Archived.into());
    }
    // Two at once mustn't both find the last place free, nor both invite the same person.
    lock(tx, Lock::Invitation, &group.to_string())?;
    let note = wish.note.trim();
    let mut errors = FieldErrors::default();
    if let Some(person) = wish.person {
        errors.gather(check_person(tx, group, standing.class, person))?;
    }
    if note.chars().count() > limits::LABEL {
        errors.add_limit("note", "error-text-long", i64::try_from(limits::LABEL).unwrap_or(i64::MAX));
    }
    if !(1..=limits::INVITATION_DAYS_MOST).contains(&wish.days) {
        errors.add_limit("days", "error-invitation-days", limits::INVITATION_DAYS_MOST);
    }
    if waiting(tx, group)? >= limits::INVITATIONS {
        errors.add_limit("invitations", "error-invitations-many", limits::INVITATIONS);
    }
    errors.into_result()?;
    if let Some(person) = wish.person {
        // Clearing away what is over withdraws what waits for whoever it was: it goes first.
        ending::end_over(tx, group, person)?;
    }
    let secret = wish.person.is_none().then(ids::secret);
    let row = insert(tx, group, Some(by.person), wish, secret.as_deref())?;
    let mut line = Line::new(Did::Invite, by).group(group);
    line.person = wish.person;
    journal::record(tx, &line)?;
    Ok((row, secret))
}

/// Whether somebody can be invited by name.
fn check_person(tx: &mut Tx<'_>, group: GroupId, class: Class, person: PersonId) -> Result<()> {
    let invited = standing(tx, &Actor::here(person), group)?;
    let key = if invited.suspended {
        "error-person-unknown"
    } else if invited.role.is_some() {
        "error-invitation-member"
    } else if invited.pending {
        "error-invitation-asked"
    } else if invited.banned {
        "error-invitation-banned"
    } else if !reaches(tx, class, person)? {
        "error-invitation-elsewhere"
    } else if open_for(tx, person, group)? {
        "error-invitation-open"
    } else {
        return Ok(());
    };
    Err(Error::field("person", key))
}

/// Whether what is in a group of this class may come to somebody's server, without which they couldn't take part.
fn reaches(tx: &mut Tx<'_>, class: Class, person: PersonId) -> Result<bool> {
    let actor = actors::find(tx, person.into())?;
    Ok(actor.local || visibility::reaches(agreements::ceiling(tx, &actor.host)?, class))
}

fn insert(
    tx: &mut Tx<'_>,
    group: GroupId,
    by: Option<PersonId>,
    wish: &Wish,
    secret: Option<&str>,
) -> Result<InvitationRow> {
    use schema::invitations::dsl;
    let row = InvitationRow {
        id: RowId::fresh(),
        group_id: group,
        by_id: by,
        person_id: wish.person,
        note: wish.note.trim().to_owned(),
        created_at: tx.now,
        until: tx.now.plus_days(wish.days),
        used_at: None,
        used_by: None,
        withdrawn_at: None,
    };
    diesel::insert_into(dsl::invitations)
        .values((
            dsl::id.eq(row.id),
            dsl::group_id.eq(row.group_id),
            dsl::by_id.eq(row.by_id),
            dsl::person_id.eq(row.person_id),
            dsl::secret.eq(secret.map(stored)),
            dsl::note.eq(&row.note),
            dsl::created_at.eq(row.created_at),
            dsl::until.eq(row.until),
        ))
        .execute(tx.conn)?;
    Ok(row)
}

/// What stands for a secret in the database.
fn stored(secret: &str) -> String {
    ids::digest(secret).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Withdraws an invitation that wasn't used.
///
/// # Errors
/// `Denied` to all but staff; `NotFound` when the group has no such invitation that waits.
pub fn withdraw(tx: &mut Tx<'_>, by: &Actor, group: GroupId, id: RowId) -> Result<()> {
    use schema::invitations::dsl;
    for_staff(tx, by, group)?;
    let waits = open(tx.now).filter(dsl::id.eq(id).and(dsl::group_id.eq(group)));
    let row: InvitationRow = waits.select(InvitationRow::as_select()).first(tx.conn)?;
    end(tx, &row)?;
    let mut line = Line::new(Did::WithdrawInvitation, by).group(group);
    line.person = row.person_id;
    journal::record(tx, &line)?;
    Ok(())
}

/// Declines an invitation of one's own.
///
/// # Errors
/// `NotFound` when none waits.
pub fn decline(tx: &mut Tx<'_>, by: &Actor, group: GroupId) -> Result<()> {
    let row = of_person(tx, by.person, group)?.ok_or(Error::NotFound)?;
    end(tx, &row)?;
    journal::record(tx, &Line::new(Did::WithdrawInvitation, by).group(group).person(by.person))?;
    Ok(())
}

/// Joins a group by a link, which is used up; tells which group. Whoever waits to be admitted is in at once.
///
/// # Errors
/// `NotFound`, as [`offers::by_secret`](super::offers::by_secret); `Denied` to whoever belongs to it already.
pub fn accept(tx: &mut Tx<'_>, by: &Actor, secret: &str) -> Result<GroupId> {
    let row = of_link(tx, secret)?;
    let standing = standing(tx, by, row.group_id)?;
    if standing.banned || standing.archived {
        return Err(Error::NotFound);
    }
    enter(tx, by, &standing, &row, None)?;
    Ok(row.group_id)
}

/// Joins a group that one is invited to by name; a group elsewhere is asked, and lets in by itself.
///
/// # Errors
/// `NotFound` when no invitation waits, or one was banned meanwhile; else as [`acts::join`].
pub fn accept_personal(tx: &mut Tx<'_>, by: &Actor, group: GroupId) -> Result<MembershipState> {
    of_person(tx, by.person, group)?.ok_or(Error::NotFound)?;
    if standing(tx, by, group)?.banned {
        return Err(Error::NotFound);
    }
    acts::join(tx, by, group, "", None)
}

/// Uses up the invitation of somebody who comes to join; tells whether there was one.
///
/// # Errors
/// `NotFound` when it was used or withdrawn at the same moment.
pub fn accept_for_follow(tx: &mut Tx<'_>, group: GroupId, person: PersonId) -> Result<bool> {
    let Some(row) = of_person(tx, person, group)? else { return Ok(false) };
    use_up(tx, &row, person)?;
    Ok(true)
}

/// Joins a group hosted here with an invitation by name: for [`acts::join`], which has seen that there is one.
pub(super) fn join_invited(
    tx: &mut Tx<'_>,
    by: &Actor,
    standing: &Standing,
    group: GroupId,
    follow_uri: Option<String>,
) -> Result<MembershipState> {
    let row = of_person(tx, by.person, group)?.ok_or(Error::Conflict)?;
    enter(tx, by, standing, &row, follow_uri)?;
    Ok(MembershipState::Accepted)
}

/// Uses an invitation up and lets in whoever holds it.
fn enter(
    tx: &mut Tx<'_>,
    by: &Actor,
    standing: &Standing,
    invitation: &InvitationRow,
    follow_uri: Option<String>,
) -> Result<()> {
    use schema::memberships::dsl;
    let group = invitation.group_id;
    standing.may(Act::AcceptInvitation)?;
    if !reaches(tx, standing.class, by.person)? {
        return Err(Reason::Hidden.into());
    }
    use_up(tx, invitation, by.person)?;
    let known = find(tx, group, by.person)?;
    let counted = known.as_ref().is_some_and(|row| row.state == MembershipState::Accepted);
    let row = match known {
        Some(row) => row,
        None => {
            ending::end_over(tx, group, by.person)?;
            acts::insert_accepted(tx, group, by.person, Role::Member)?
        }
    };
    let row: MembershipRow = diesel::update(dsl::memberships.find(row.id))
        .set((
            dsl::state.eq(MembershipState::Accepted),
            dsl::accepted_at.eq(Some(tx.now)),
            dsl::follow_uri.eq(follow_uri.or(row.follow_uri)),
        ))
        .returning(columns::<MembershipRow>())
        .get_result(tx.conn)?;
    if !counted {
        acts::count(tx, group, 1)?;
    }
    journal::record(tx, &acts::line(Did::Join, by, &row))?;
    Ok(())
}

/// The host of a group elsewhere invites somebody of ours, who is told. Said twice, or of somebody who belongs to it or doesn't want
/// to hear of that server, it changes nothing.
///
/// # Errors
/// `Denied` when the group is hosted here; `NotFound` when there is no such person or group.
pub fn invited_elsewhere(tx: &mut Tx<'_>, group: GroupId, person: PersonId) -> Result<()> {
    let host = actors::find(tx, group.into())?;
    if host.local {
        return Err(Reason::NotHost.into());
    }
    lock(tx, Lock::Invitation, &group.to_string())?;
    let standing = standing(tx, &Actor::here(person), group)?;
    let shut_out = standing.suspended || standing.banned;
    let blocked = blocks::list(tx, person)?;
    let unwanted = blocked.iter().any(|line| line.host.as_deref() == Some(host.host.as_str()));
    let known = standing.role.is_some() || standing.pending || open_for(tx, person, group)?;
    if shut_out || unwanted || known || waiting(tx, group)? >= limits::INVITATIONS {
        return Ok(());
    }
    let wish = Wish { person: Some(person), note: String::new(), days: limits::INVITATION_DAYS_MOST };
    insert(tx, group, None, &wish, None)?;
    let line = Line {
        did: Did::Invite,
        by: None,
        group: Some(group),
        thread: None,
        post: None,
        person: Some(person),
        moderation: false,
        detail: Detail::default(),
    };
    journal::record(tx, &line).map(|_id| ())
}

/// Whether an invitation into a group waits for somebody.
///
/// # Errors
/// Only when the database does.
pub fn open_for(tx: &mut Tx<'_>, person: PersonId, group: GroupId) -> Result<bool> {
    Ok(of_person(tx, person, group)?.is_some())
}

/// The groups into which an invitation waits for somebody.
///
/// # Errors
/// Only when the database does.
pub fn groups_for(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<GroupId>> {
    use schema::invitations::dsl;
    Ok(open(tx.now).filter(dsl::person_id.eq(person)).select(dsl::group_id).load(tx.conn)?)
}

/// Ends what waits by and for somebody who doesn't belong to a group any more, or not to its staff.
///
/// # Errors
/// Only when the database does.
pub(super) fn end_with(tx: &mut Tx<'_>, group: GroupId, person: PersonId) -> Result<()> {
    use schema::invitations::dsl;
    let theirs = dsl::by_id.eq(person).or(dsl::person_id.eq(person));
    let waits = dsl::used_at.is_null().and(dsl::withdrawn_at.is_null());
    diesel::update(dsl::invitations.filter(dsl::group_id.eq(group)).filter(theirs).filter(waits))
        .set(dsl::withdrawn_at.eq(tx.now))
        .execute(tx.conn)?;
    Ok(())
}

/// Forgets what was for somebody who was deleted, and ends what they made.
///
/// # Errors
/// Only when the database does.
pub fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    use schema::invitations::dsl;
    diesel::delete(dsl::invitations.filter(dsl::person_id.eq(person))).execute(tx.conn)?;
    let waits = dsl::used_at.is_null().and(dsl::withdrawn_at.is_null());
    diesel::update(dsl::invitations.filter(dsl::by_id.eq(person)).filter(waits))
        .set(dsl::withdrawn_at.eq(tx.now))
        .execute(tx.conn)?;
    Ok(())
}

/// Withdraws all links: in a database out of a backup those that were used or withdrawn since would work again.
///
/// # Errors
/// Only when the database does.
pub fn void_links(tx: &mut Tx<'_>) -> Result<()> {
    use schema::invitations::dsl;
    let waits = dsl::used_at.is_null().and(dsl::withdrawn_at.is_null());
    diesel::update(dsl::invitations.filter(dsl::secret.is_not_null()).filter(waits))
        .set(dsl::withdrawn_at.eq(tx.now))
        .execute(tx.conn)?;
    Ok(())
}

/// Forgets invitations some time after they were used or withdrawn or were over. Tells how many went.
///
/// # Errors
/// Only when the database does.
pub fn prune(tx: &mut Tx<'_>) -> Result<usize> {
    use schema::invitations::dsl;
    let old = tx.now.plus_days(-limits::INVITATION_KEPT);
    let past = dsl::until.lt(old).or(dsl::used_at.lt(old)).or(dsl::withdrawn_at.lt(old));
    Ok(diesel::delete(dsl::invitations.filter(past)).execute(tx.conn)?)
}

/// Invitations that can be used at a moment.
fn open(now: Time) -> schema::invitations::BoxedQuery<'static, MultiBackend> {
    use schema::invitations::dsl;
    dsl::invitations
        .filter(dsl::used_at.is_null().and(dsl::withdrawn_at.is_null()))
        .filter(dsl::until.gt(now))
        .into_boxed()
}

fn waiting(tx: &mut Tx<'_>, group: GroupId) -> Result<i64> {
    use schema::invitations::dsl;
    Ok(open(tx.now).filter(dsl::group_id.eq(group)).count().get_result(tx.conn)?)
}

/// The invitation by this link, while it can be used.
pub(super) fn of_link(tx: &mut Tx<'_>, secret: &str) -> Result<InvitationRow> {
    use schema::invitations::dsl;
    let link = open(tx.now).filter(dsl::secret.eq(stored(secret)));
    Ok(link.select(InvitationRow::as_select()).first(tx.conn)?)
}

/// The invitation that waits for somebody.
pub(super) fn of_person(tx: &mut Tx<'_>, person: PersonId, group: GroupId) -> Result<Option<InvitationRow>> {
    use schema::invitations::dsl;
    let theirs = open(tx.now).filter(dsl::person_id.eq(person)).filter(dsl::group_id.eq(group));
    let query = theirs.order((dsl::created_at, dsl::id)).select(InvitationRow::as_select());
    Ok(query.first(tx.conn).optional()?)
}

/// The condition decides between two that come at once.
fn use_up(tx: &mut Tx<'_>, row: &InvitationRow, person: PersonId) -> Result<()> {
    use schema::invitations::dsl;
    let waits = dsl::used_at.is_null().and(dsl::withdrawn_at.is_null());
    let used = diesel::update(dsl::invitations.find(row.id).filter(waits))
        .set((dsl::used_at.eq(Some(tx.now)), dsl::used_by.eq(Some(person))))
        .execute(tx.conn)?;
    if used == 1 { Ok(()) } else { Err(Error::NotFound) }
}

fn end(tx: &mut Tx<'_>, row: &InvitationRow) -> Result<()> {
    use schema::invitations::dsl;
    let ended = diesel::update(dsl::invitations.find(row.id).filter(dsl::used_at.is_null()))
        .set(dsl::withdrawn_at.eq(tx.now))
        .execute(tx.conn)?;
    if ended == 1 { Ok(()) } else { Err(Error::NotFound) }
}
