//! Memberships with an end: somebody is let in until a moment, as for a temporary assignment.
//!
//! [`belongs`] says who belongs to a group now, for every query that asks that: what is over counts for nothing from that very moment on,
//! whether or not it was cleared away. [`end_due`] does that afterwards, by a job, and has the member told, and their server.

use diesel::dsl;
use diesel::prelude::*;

use super::{MembershipRow, MembershipState, acts, find, invitations, standing};
use crate::actors;
use crate::clock::Time;
use crate::db::schema::memberships;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::ids::{GroupId, PersonId};
use crate::jobs::{self, Job};
use crate::journal::{self, Detail, Did, Line};
use crate::policy::{Act, Actor, Reason, Role};

/// The word of a line of the journal that tells that a membership is over by itself.
pub const OVER: &str = "over";

/// The word of a line that tells of an end that was set.
const UNTIL: &str = "until";

/// The word of one that tells that there is none any more.
const ALWAYS: &str = "always";

/// Memberships that end in one transaction.
const SOME: i64 = 100;

/// The type of [`lasts`].
pub type Lasts = dsl::Or<dsl::IsNull<memberships::until>, dsl::Gt<memberships::until, Time>>;

/// The type of [`belongs`].
pub type Belongs = dsl::And<dsl::Eq<memberships::state, MembershipState>, Lasts>;

/// That a membership isn't over, however far it is, as a condition of a query.
pub fn lasts(now: Time) -> Lasts {
    memberships::until.is_null().or(memberships::until.gt(now))
}

/// That a membership was accepted and isn't over, as a condition of a query.
pub fn belongs(now: Time) -> Belongs {
    memberships::state.eq(MembershipState::Accepted).and(lasts(now))
}

/// Sets until when somebody belongs to a group hosted here; `None`: until the membership is ended. The member is told.
///
/// # Errors
/// `Denied` to all but staff, to all but owners for one of the staff, where another server hosts the group, and for the last owner without
/// an end; `NotFound` when the person is no member; `Invalid` when the moment is past.
pub fn set_until(
    tx: &mut Tx<'_>,
    by: &Actor,
    group: GroupId,
    person: PersonId,
    until: Option<Time>,
) -> Result<()> {
    let standing = standing(tx, by, group)?;
    standing.may(Act::Admit)?;
    if !standing.hosted_here {
        return Err(Reason::NotHost.into());
    }
    let known = find(tx, group, person)?.filter(|row| row.state == MembershipState::Accepted);
    let row = known.ok_or(Error::NotFound)?;
    if row.role != Role::Member {
        standing.may(Act::SetRole)?;
    }
    if row.until == until {
        return Ok(());
    }
    if let Some(at) = until {
        if at <= tx.now {
            return Err(Error::field("until", "error-time-past"));
        }
        acts::keep_an_owner(tx, &row)?;
        // One for a moment that was set before finds nothing to do.
        jobs::enqueue_at(tx, &Job::EndMemberships, at)?;
    }
    let change = memberships::until.eq(until);
    if diesel::update(memberships::table.find(row.id)).set(change).execute(tx.conn)? == 0 {
        return Err(Error::NotFound);
    }
    let word = if until.is_some() { UNTIL } else { ALWAYS };
    let mut line = acts::line(Did::SetUntil, by, &row);
    line.detail.until = until;
    word.clone_into(&mut line.detail.word);
    journal::record(tx, &line).map(|_id| ())
}

/// Ends all memberships that are over: `Job::EndMemberships`.
///
/// # Errors
/// Only when the database does; what ended stays ended.
pub async fn end_all(db: &Db) -> Result<()> {
    while db.write(end_due).await? > 0 {}
    Ok(())
}

/// Ends some of the memberships that are over; tells how many it found.
///
/// # Errors
/// Only when the database does.
pub fn end_due(tx: &mut Tx<'_>) -> Result<usize> {
    let rows: Vec<MembershipRow> = memberships::table
        .filter(memberships::until.le(tx.now))
        .order((memberships::until, memberships::id))
        .limit(SOME)
        .select(MembershipRow::as_select())
        .load(tx.conn)?;
    for row in &rows {
        end(tx, row)?;
    }
    Ok(rows.len())
}

/// Ends somebody's membership of a group if it is over: before there is a new one.
///
/// # Errors
/// Only when the database does.
pub(super) fn end_over(tx: &mut Tx<'_>, group: GroupId, person: PersonId) -> Result<()> {
    let row: Option<MembershipRow> = memberships::table
        .filter(memberships::group_id.eq(group).and(memberships::person_id.eq(person)))
        .filter(memberships::until.le(tx.now))
        .select(MembershipRow::as_select())
        .first(tx.conn)
        .optional()?;
    row.map_or(Ok(()), |row| end(tx, &row))
}

/// Nobody in particular does it; also for a last owner, as when an account is deleted: administrators look after that group then.
fn end(tx: &mut Tx<'_>, row: &MembershipRow) -> Result<()> {
    // Another process may have been quicker, or the end was moved.
    let over = memberships::table.find(row.id).filter(memberships::until.le(tx.now));
    if diesel::delete(over).execute(tx.conn)? == 0 {
        return Ok(());
    }
    if row.state == MembershipState::Accepted {
        acts::count(tx, row.group_id, -1)?;
    }
    invitations::end_with(tx, row.group_id, row.person_id)?;
    // Of a group that was deleted nothing more is told.
    if actors::find(tx, row.group_id.into())?.gone_at.is_some() {
        return Ok(());
    }
    let line = Line {
        did: Did::RejectMember,
        by: None,
        group: Some(row.group_id),
        thread: None,
        post: None,
        person: Some(row.person_id),
        moderation: false,
        detail: Detail { activity_uri: row.follow_uri.clone(), word: OVER.to_owned(), ..Detail::default() },
    };
    journal::record(tx, &line).map(|_id| ())
}
