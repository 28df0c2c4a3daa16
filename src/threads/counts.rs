//! Keeps the numbers that lists show: reactions to a post, replies of a topic, topics of a group, when something was last posted.
//!
//! A new reply only adds; whatever hides or shows posts counts anew, which is rare and can't drift. Where other groups show a topic, its
//! place in their lists is brought up along.

use std::collections::BTreeMap;

use diesel::dsl::case_when;
use diesel::prelude::*;

use super::{PostRow, ReactionKind, ThreadRow};
use crate::clock::Time;
use crate::db::types::sql::UtcTime;
use crate::db::{AtEnd, Tx, schema};
use crate::error::Result;
use crate::ids::{GroupId, PostId, ThreadId};
use crate::links::shown;

/// Whether everybody who reads the group sees this post.
pub(super) fn is_visible(post: &PostRow) -> bool {
    post.deleted_at.is_none() && post.removed_at.is_none() && post.confirmed_at.is_some()
}

/// A visible topic came into a group. Whoever reads the numbers in the same transaction calls [`Tx::catch_up`] before.
pub(super) fn add_topic(tx: &mut Tx<'_>, group: GroupId, at: Time) {
    tx.at_end::<Added>().group(group, 1, at);
}

/// A visible reply came into a topic. Whoever reads the numbers in the same transaction calls [`Tx::catch_up`] before.
pub(super) fn add_reply(tx: &mut Tx<'_>, thread: ThreadId, group: GroupId, at: Time) {
    let added = tx.at_end::<Added>();
    let (replies, last) = added.threads.entry(thread).or_insert((0, at));
    *replies += 1;
    *last = at.max(*last);
    added.group(group, 0, at);
}

/// A reaction was added (1) or taken away (-1). Whoever reads the numbers in the same transaction calls [`Tx::catch_up`] before.
pub(super) fn add_reaction(tx: &mut Tx<'_>, post: PostId, kind: ReactionKind, change: i64) {
    let (likes, dislikes) = tx.at_end::<Added>().posts.entry(post).or_default();
    match kind {
        ReactionKind::Like => *likes += change,
        ReactionKind::Dislike => *dislikes += change,
    }
}

/// What came to posts, into topics and into groups, to be counted at the end of a transaction: how much, and when the last of it was written. In
/// order, so that two transactions don't wait for each other.
#[derive(Debug, Default)]
struct Added {
    /// Likes and dislikes.
    posts: BTreeMap<PostId, (i64, i64)>,
    threads: BTreeMap<ThreadId, (i64, Time)>,
    groups: BTreeMap<GroupId, (i64, Time)>,
}

impl Added {
    fn group(&mut self, group: GroupId, topics: i64, at: Time) {
        let (count, last) = self.groups.entry(group).or_insert((0, at));
        *count += topics;
        *last = at.max(*last);
    }
}

impl AtEnd for Added {
    fn write(self: Box<Self>, tx: &mut Tx<'_>) -> Result<()> {
        use schema::{groups, posts, threads};
        for (id, (likes, dislikes)) in self.posts {
            diesel::update(posts::table.find(id))
                .set((
                    posts::like_count.eq(posts::like_count + likes),
                    posts::dislike_count.eq(posts::dislike_count + dislikes),
                ))
                .execute(tx.conn)?;
        }
        let replied: Vec<ThreadId> = self.threads.keys().copied().collect();
        for (id, (replies, at)) in self.threads {
            let later = case_when(threads::active_at.lt(at), at.into_sql::<UtcTime>());
            diesel::update(threads::table.find(id))
                .set((
                    threads::reply_count.eq(threads::reply_count + replies),
                    threads::active_at.eq(later.otherwise(threads::active_at)),
                ))
                .execute(tx.conn)?;
        }
        shown::bring_up(tx, &replied)?;
        for (id, (topics, at)) in self.groups {
            if topics == 0 {
                diesel::update(groups::table.find(id).filter(groups::active_at.lt(at)))
                    .set(groups::active_at.eq(at))
                    .execute(tx.conn)?;
                continue;
            }
            let later = case_when(groups::active_at.lt(at), at.into_sql::<UtcTime>());
            diesel::update(groups::table.find(id))
                .set((
                    groups::topic_count.eq(groups::topic_count + topics),
                    groups::active_at.eq(later.otherwise(groups::active_at)),
                ))
                .execute(tx.conn)?;
        }
        Ok(())
    }
}

/// Counts a topic's visible replies anew, and hides or shows it as its first post is.
pub(super) fn recount(tx: &mut Tx<'_>, thread: &ThreadRow) -> Result<()> {
    use schema::{posts, threads};
    tx.catch_up()?;
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
    shown::bring_up(tx, &[thread.id])?;
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
