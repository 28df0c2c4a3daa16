//! Which servers hold copies of what is in a closed group hosted here: each to which something of it was delivered, until it says that it
//! has dropped all of it. Its owners see that, and need it on the day that something leaks (AVG art. 33).

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::views;
use crate::clock::Time;
use crate::db::{MultiBackend, Native, Tx, among, schema};
use crate::error::{Error, Result};
use crate::ids::GroupId;
use crate::membership;
use crate::policy::{Act, Actor, Class, Viewer};

/// A server that holds copies, or held them.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = schema::copy_holders, check_for_backend(MultiBackend))]
pub struct Holder {
    /// `host[:port]`.
    pub host: String,
    /// When something of the group was first delivered there.
    pub since: Time,
    /// When it said that it has dropped all it had. `None`: it holds copies.
    pub dropped_at: Option<Time>,
}

/// What is in these groups was delivered to these hosts. Open groups are left out: of those everybody may hold copies.
///
/// # Errors
/// Only when the database does.
pub fn delivered(tx: &mut Tx<'_>, to: &BTreeSet<(GroupId, String)>) -> Result<()> {
    use schema::{actors, copy_holders, groups};
    let ids: BTreeSet<GroupId> = to.iter().map(|(group, _)| *group).collect();
    if ids.is_empty() {
        return Ok(());
    }
    // What ours write into a group elsewhere goes to its host, which holds no copy of it.
    let closed: Vec<GroupId> = groups::table
        .inner_join(actors::table)
        .filter(among(groups::id, ids).and(groups::class.ne(Class::Openbaar)))
        .filter(actors::local.eq(true))
        .select(groups::id)
        .load(tx.conn)?;
    for (group, host) in to.iter().filter(|(group, _)| closed.contains(group)) {
        let row = (
            copy_holders::group_id.eq(group),
            copy_holders::host.eq(host),
            copy_holders::since.eq(tx.now),
            copy_holders::dropped_at.eq(None::<Time>),
        );
        let insert = diesel::insert_into(copy_holders::table).values(row);
        let upsert = insert
            .on_conflict((copy_holders::group_id, copy_holders::host))
            .do_update()
            .set(copy_holders::dropped_at.eq(None::<Time>));
        Native(upsert).execute(tx.conn)?;
    }
    Ok(())
}

/// A server says that it has dropped all that it had of a group. Nothing changes for one that never had any.
///
/// # Errors
/// Only when the database does.
pub fn dropped(tx: &mut Tx<'_>, group: GroupId, host: &str) -> Result<()> {
    use schema::copy_holders::dsl;
    diesel::update(dsl::copy_holders.find((group, host)).filter(dsl::dropped_at.is_null()))
        .set(dsl::dropped_at.eq(Some(tx.now)))
        .execute(tx.conn)?;
    Ok(())
}

/// The servers that hold copies of what is in a group, as far as is known.
///
/// # Errors
/// Only when the database does.
pub fn now(tx: &mut Tx<'_>, group: GroupId) -> Result<Vec<String>> {
    use schema::copy_holders::dsl;
    let query = dsl::copy_holders.filter(dsl::group_id.eq(group).and(dsl::dropped_at.is_null()));
    Ok(query.order(dsl::host).select(dsl::host).load(tx.conn)?)
}

/// The same with those that dropped them, for the staff of the group, those that hold some first.
///
/// # Errors
/// `NotFound` when the group isn't the reader's to know, `Denied` to all but its staff.
pub fn list(tx: &mut Tx<'_>, viewer: &Viewer, group: GroupId) -> Result<Vec<Holder>> {
    use schema::copy_holders::dsl;
    let found = views::by_id(tx, viewer, group)?;
    let by = Actor::here(viewer.person().ok_or(Error::SignedOut)?);
    membership::standing(tx, &by, found.group.id)?.may(Act::Admit)?;
    let query = dsl::copy_holders.filter(dsl::group_id.eq(group)).order(dsl::host);
    let mut holders: Vec<Holder> = query.select(Holder::as_select()).load(tx.conn)?;
    holders.sort_by_key(|holder| holder.dropped_at.is_some());
    Ok(holders)
}
