//! Keeps the numbers that lists show: replies of a topic, topics of a group, when something was last posted.
//!
//! A new reply only adds; whatever hides or shows posts counts anew, which is rare and can't drift.

use diesel::dsl::case_when;
use diesel::prelude::*;

use super::{PostRow, ThreadRow};
use crate::clock::Time;
use crate::db::types::sql::UtcTime;
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::ids::{GroupId, PostId, ThreadId};

/// Whether everybody who reads the group sees this post.
pub(super) fn is_visible(post: &PostRow) -> bool {
    post.deleted_at.is_none() && post.removed_at.is_none() && post.confirmed_at.is_some()
}

/// A visible topic came into a group.
pub(super) fn add_topic(tx: &mut Tx<'_>, group: GroupId, at: Time) -> Result<()> {
    use schema::groups::dsl;
    diesel::update(dsl::groups.find(group))
        .set((
            dsl::topic_count.eq(dsl::topic_count + 1),
            dsl::active_at
                .eq(case_when(dsl::active_at.lt(at), at.into_sql::<UtcTime>()).otherwise(dsl::active_at)),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// A visible reply came into a topic.
pub(super) fn add_reply(tx: &mut Tx<'_>, thread: ThreadId, group: GroupId, at: Time) -> Result<()> {
    use schema::threads::dsl;
    diesel::update(dsl::threads.find(thread))
        .set((
            dsl::reply_count.eq(dsl::reply_count + 1),
            dsl::active_at
                .eq(case_when(dsl::active_at.lt(at), at.into_sql::<UtcTime>()).otherwise(dsl::active_at)),
        ))
        .execute(tx.conn)?;
    touch_group(tx, group, at)
}

/// Something was posted in a group.
fn touch_group(tx: &mut Tx<'_>, group: GroupId, at: Time) -> Result<()> {
    use schema::groups::dsl;
    diesel::update(dsl::groups.find(group).filter(dsl::active_at.lt(at)))
        .set(dsl::active_at.eq(at))
        .execute(tx.conn)?;
    Ok(())
}

/// Counts a topic's visible replies anew, and hides or shows it as its first post is.
pub(super) fn recount(tx: &mut Tx<'_>, thread: &ThreadRow) -> Result<()> {
    use schema::{posts, threads};
    let first = PostId::from(thread.id);
    let (replies, last): (i64, Option<Time>) = posts::table
        .filter(posts::thread_id.eq(thread.id).and(posts::id.ne(first)))
        .filter(posts::deleted_at.is_null().and(posts::removed_at.is_null()))
        .filter(posts::confirmed_at.is_not_null())
        .select((diesel::dsl::count_star(), diesel::dsl::max(posts::created_at)))
        .first(tx.conn)?;
    let first: PostRow = posts::table.find(first).select(PostRow::as_select()).first(tx.conn)?;
    let hidden = !is_visible(&first);
    let active_at = last.unwrap_or(thread.created_at).max(thread.created_at);
    diesel::update(threads::table.find(thread.id))
        .set((threads::reply_count.eq(replies), threads::active_at.eq(active_at), threads::hidden.eq(hidden)))
        .execute(tx.conn)?;
    if hidden != thread.hidden {
        change_topics(tx, thread.group_id, if hidden { -1 } else { 1 })?;
    }
    Ok(())
}

/// A visible topic came into a group or went out of it.
pub(super) fn change_topics(tx: &mut Tx<'_>, group: GroupId, change: i64) -> Result<()> {
    use schema::groups::dsl;
    diesel::update(dsl::groups.find(group))
        .set(dsl::topic_count.eq(dsl::topic_count + change))
        .execute(tx.conn)?;
    Ok(())
}
