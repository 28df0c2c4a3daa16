//! Copies of closed groups elsewhere: they go when nobody here may read them any more.

use diesel::prelude::*;

use crate::agreements;
use crate::db::{Tx, schema, search};
use crate::error::{Error, Result};
use crate::ids::{ActorId, GroupId, PostId, ThreadId};
use crate::policy::{Class, visibility};
use crate::{media, membership};

/// The closed groups elsewhere of which there are copies that nobody here may read: no member of ours is left, or no agreement with
/// their host reaches their class now.
///
/// # Errors
/// Only when the database does.
pub fn due(tx: &mut Tx<'_>) -> Result<Vec<GroupId>> {
    use diesel::dsl::exists;
    use schema::{actors, groups, threads};
    let all: Vec<(GroupId, Class, String)> = groups::table
        .inner_join(actors::table)
        .filter(actors::local.eq(false).and(groups::class.ne(Class::Openbaar)))
        .filter(exists(threads::table.filter(threads::group_id.eq(groups::id))))
        .order(groups::id)
        .select((groups::id, groups::class, actors::host))
        .load(tx.conn)?;
    let mut due = Vec::new();
    for (group, class, host) in all {
        if !may_stay(tx, group, class, &host)? {
            due.push(group);
        }
    }
    Ok(due)
}

fn may_stay(tx: &mut Tx<'_>, group: GroupId, class: Class, host: &str) -> Result<bool> {
    if !visibility::reaches(agreements::ceiling(tx, host)?, class) {
        return Ok(false);
    }
    match membership::outward::member_here(tx, group) {
        Ok(_member) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether anything of a group is here.
///
/// # Errors
/// Only when the database does.
pub fn are_there(tx: &mut Tx<'_>, group: GroupId) -> Result<bool> {
    use schema::threads::dsl;
    Ok(diesel::select(diesel::dsl::exists(dsl::threads.filter(dsl::group_id.eq(group))))
        .get_result(tx.conn)?)
}

/// Drops up to `limit` topics of such a group with all that hangs on them; tells how many. None when the copies may stay after all.
///
/// # Errors
/// Only when the database does.
pub fn drop_some(tx: &mut Tx<'_>, group: GroupId, limit: i64) -> Result<usize> {
    use schema::{actors, groups, posts, threads};
    let found: Option<(bool, Class, String)> = groups::table
        .inner_join(actors::table)
        .filter(actors::id.eq(ActorId::from(group)))
        .select((actors::local, groups::class, actors::host))
        .first(tx.conn)
        .optional()?;
    let Some((local, class, host)) = found else { return Ok(0) };
    if local || class == Class::Openbaar || may_stay(tx, group, class, &host)? {
        return Ok(0);
    }
    let some: Vec<ThreadId> = threads::table
        .filter(threads::group_id.eq(group))
        .order(threads::id)
        .limit(limit)
        .select(threads::id)
        .load(tx.conn)?;
    for thread in &some {
        let all: Vec<PostId> = posts::table
            .filter(posts::thread_id.eq(thread))
            .order(posts::id)
            .select(posts::id)
            .load(tx.conn)?;
        for post in all {
            media::acts::forget_post(tx, post)?;
            search::remove(tx, post)?;
        }
        diesel::delete(threads::table.find(thread)).execute(tx.conn)?;
    }
    if some.is_empty() {
        diesel::update(groups::table.find(group)).set(groups::topic_count.eq(0)).execute(tx.conn)?;
    }
    Ok(some.len())
}
