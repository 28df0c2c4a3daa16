//! What ends between this instance and servers that it blocks: memberships of their people here, and of ours there.
//!
//! The other side is told, so lifting the block doesn't bring it back: whoever wants to belong again asks again. Only when the very
//! change that blocked the server is undone, within two weeks, what it ended is restored ([`restore`]).

use diesel::prelude::*;

use super::{MembershipRow, MembershipState, acts, ending, find, standing};
use crate::db::schema::memberships;
use crate::db::{MultiBackend, Tx, schema};
use crate::error::Result;
use crate::ids::{ActivityId, ActorId, GroupId, PersonId, RowId};
use crate::journal::{self, Detail, Did, Line};
use crate::policy::{Actor, Class, Reason, Role, visibility};
use crate::{actors, agreements};

type Query<'q> = memberships::BoxedQuery<'q, MultiBackend>;

/// Memberships: which group, and who.
pub type Pairs = Vec<(GroupId, PersonId)>;

/// Of people of these hosts in groups hosted here.
fn theirs(hosts: &[String]) -> Query<'_> {
    use schema::actors;
    let groups = actors::table.filter(actors::local.eq(true)).select(actors::id);
    let people = actors::table.filter(actors::host.eq_any(hosts).and(actors::local.eq(false)));
    memberships::table
        .filter(memberships::group_id.eq_any(groups))
        .filter(memberships::person_id.eq_any(people.select(actors::id)))
        .into_boxed()
}

/// Of people of this instance in groups on these hosts.
fn ours(hosts: &[String]) -> Query<'_> {
    use schema::{accounts, actors};
    let groups = actors::table.filter(actors::host.eq_any(hosts).and(actors::local.eq(false)));
    memberships::table
        .filter(memberships::group_id.eq_any(groups.select(actors::id)))
        .filter(memberships::person_id.eq_any(accounts::table.select(accounts::person_id)))
        .into_boxed()
}

/// How many memberships there are between this instance and these hosts: of their people in groups here, and of ours in
/// groups there.
///
/// # Errors
/// Only when the database does.
pub fn count(tx: &mut Tx<'_>, hosts: &[String]) -> Result<(i64, i64)> {
    Ok((theirs(hosts).count().get_result(tx.conn)?, ours(hosts).count().get_result(tx.conn)?))
}

/// The same memberships, one by one, in no particular order.
///
/// # Errors
/// Only when the database does.
pub fn between(tx: &mut Tx<'_>, hosts: &[String]) -> Result<(Pairs, Pairs)> {
    let pair = (memberships::group_id, memberships::person_id);
    Ok((theirs(hosts).select(pair).load(tx.conn)?, ours(hosts).select(pair).load(tx.conn)?))
}

/// Ends such memberships, at most so many of each; gives them as they were. The journal has each of those servers told, and each
/// member of ours.
///
/// # Errors
/// Only when the database does.
pub fn end(tx: &mut Tx<'_>, hosts: &[String], limit: i64) -> Result<Vec<MembershipRow>> {
    let mut ended = Vec::new();
    for (query, did) in [(theirs(hosts), Did::RejectMember), (ours(hosts), Did::Leave)] {
        let query = query.order(memberships::id).limit(limit).select(MembershipRow::as_select());
        let rows: Vec<MembershipRow> = query.load(tx.conn)?;
        for row in &rows {
            end_one(tx, row, did)?;
        }
        ended.extend(rows);
    }
    Ok(ended)
}

fn end_one(tx: &mut Tx<'_>, row: &MembershipRow, did: Did) -> Result<()> {
    use schema::actors;
    diesel::delete(memberships::table.find(row.id)).execute(tx.conn)?;
    if row.state == MembershipState::Accepted {
        acts::count(tx, row.group_id, -1)?;
    }
    acts::drop_copies(tx, row)?;
    let host = actors::table.find(ActorId::from(row.group_id)).select(actors::host).first(tx.conn)?;
    record(tx, did, row, host)
}

/// Nobody in particular did it: the instance keeps away from a server, or comes back to it.
fn record(tx: &mut Tx<'_>, did: Did, row: &MembershipRow, host: String) -> Result<()> {
    let line = Line {
        did,
        by: None,
        group: Some(row.group_id),
        thread: None,
        post: None,
        person: Some(row.person_id),
        moderation: false,
        detail: Detail { activity_uri: row.follow_uri.clone(), host, ..Detail::default() },
    };
    journal::record(tx, &line).map(|_id| ())
}

/// Brings such a membership back, as it was: somebody there is let in again, and their server is told; for one of ours the host there is
/// asked again, as it heard that they left. `false` when that can't be any more: the group or the person is gone or kept out, or what was
/// agreed doesn't reach the group, or it would be over by now.
///
/// # Errors
/// `NotFound` when there is no such group or person.
pub fn restore(tx: &mut Tx<'_>, row: &MembershipRow) -> Result<bool> {
    let place = actors::find(tx, row.group_id.into())?;
    let member = actors::find(tx, row.person_id.into())?;
    let standing = standing(tx, &Actor::here(row.person_id), row.group_id)?;
    let host = if place.local { &member.host } else { &place.host };
    let gone = place.gone_at.is_some() || member.gone_at.is_some();
    let across = standing.class == Class::Openbaar
        || visibility::reaches(agreements::ceiling(tx, host)?, standing.class);
    let over = row.until.is_some_and(|until| until <= tx.now);
    if gone || over || standing.suspended || standing.banned || !across {
        return Ok(false);
    }
    // They came back by themselves meanwhile, or it never ended.
    if find(tx, row.group_id, row.person_id)?.is_some() {
        return Ok(true);
    }
    let new = MembershipRow { id: RowId::fresh(), ..row.clone() };
    let (new, did) = if place.local {
        (new, (row.state == MembershipState::Accepted).then_some(Did::Join))
    } else {
        let asked = MembershipRow {
            role: Role::Member,
            state: MembershipState::Pending,
            follow_uri: Some(tx.urls.activity(ActivityId::fresh())),
            created_at: tx.now,
            accepted_at: None,
            until: None,
            ..new
        };
        (asked, Some(Did::AskToJoin))
    };
    ending::end_over(tx, new.group_id, new.person_id)?;
    diesel::insert_into(memberships::table).values(&new).execute(tx.conn)?;
    if new.state == MembershipState::Accepted {
        acts::count(tx, new.group_id, 1)?;
    }
    // Whoever had only asked waits again, and hears when there is an answer.
    if let Some(did) = did {
        record(tx, did, &new, String::new())?;
    }
    Ok(true)
}

/// The host of a group elsewhere lets somebody of ours in again whom it had put out: it undid a block. Whoever calls has made sure that it
/// names the last Follow of theirs, which they never took back themselves.
///
/// # Errors
/// `NotFound` when there is no such group or person; `Denied` when the group is hosted here, or the person is kept from it.
pub fn taken_back(tx: &mut Tx<'_>, group: GroupId, person: PersonId, follow_uri: &str) -> Result<()> {
    if find(tx, group, person)?.is_none() {
        let standing = standing(tx, &Actor::here(person), group)?;
        if standing.hosted_here {
            return Err(Reason::NotHost.into());
        }
        if standing.suspended || standing.banned {
            return Err(Reason::Suspended.into());
        }
        let row = MembershipRow {
            id: RowId::fresh(),
            group_id: group,
            person_id: person,
            role: Role::Member,
            state: MembershipState::Pending,
            motivation: String::new(),
            follow_uri: Some(follow_uri.to_owned()),
            created_at: tx.now,
            accepted_at: None,
            until: None,
        };
        diesel::insert_into(memberships::table).values(&row).execute(tx.conn)?;
    }
    acts::host_accepted(tx, group, person)
}
