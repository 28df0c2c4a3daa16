//! What ends between this instance and servers that it blocks: memberships of their people here, and of ours there.
//!
//! It isn't kept for when the block is lifted: whoever wants to belong again asks again, and the other side knows that it has to.

use diesel::prelude::*;

use super::{MembershipRow, MembershipState, acts};
use crate::db::schema::memberships;
use crate::db::{MultiBackend, Tx, schema};
use crate::error::Result;
use crate::ids::ActorId;
use crate::journal::{self, Detail, Did, Line};

type Query<'q> = memberships::BoxedQuery<'q, MultiBackend>;

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

/// Ends such memberships, at most so many of each; tells how many. The journal has each of those servers told, and each member
/// of ours.
///
/// # Errors
/// Only when the database does.
pub fn end(tx: &mut Tx<'_>, hosts: &[String], limit: i64) -> Result<usize> {
    let mut ended = 0;
    for (query, did) in [(theirs(hosts), Did::RejectMember), (ours(hosts), Did::Leave)] {
        let query = query.order(memberships::id).limit(limit).select(MembershipRow::as_select());
        let rows: Vec<MembershipRow> = query.load(tx.conn)?;
        ended += rows.len();
        for row in rows {
            end_one(tx, row, did)?;
        }
    }
    Ok(ended)
}

fn end_one(tx: &mut Tx<'_>, row: MembershipRow, did: Did) -> Result<()> {
    use schema::actors;
    diesel::delete(memberships::table.find(row.id)).execute(tx.conn)?;
    if row.state == MembershipState::Accepted {
        acts::count(tx, row.group_id, -1)?;
    }
    acts::drop_copies(tx, &row)?;
    let host = actors::table.find(ActorId::from(row.group_id)).select(actors::host).first(tx.conn)?;
    // Nobody in particular did it: the instance keeps away from a server.
    let line = Line {
        did,
        by: None,
        group: Some(row.group_id),
        thread: None,
        post: None,
        person: Some(row.person_id),
        moderation: false,
        detail: Detail { activity_uri: row.follow_uri, host, ..Detail::default() },
    };
    journal::record(tx, &line).map(|_id| ())
}
