//! Takes everything of a person out of the threads, when their account is deleted. The tombstones of posts stay.

use diesel::prelude::*;

use super::{PostRow, ReactionKind, ThreadRow, counts, files};
use crate::clock::Time;
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::ids::{PersonId, PostId};

/// Makes up to `limit` posts of an author tombstones; tells how many. No line of the journal for each: that the person is
/// gone says it all, also to other servers.
///
/// # Errors
/// Only when the database does.
pub fn author(tx: &mut Tx<'_>, person: PersonId, limit: i64) -> Result<usize> {
    use schema::posts::dsl;
    use schema::threads;
    let posts: Vec<PostRow> = dsl::posts
        .filter(dsl::author_id.eq(person).and(dsl::deleted_at.is_null()))
        .order(dsl::id)
        .limit(limit)
        .select(PostRow::as_select())
        .load(tx.conn)?;
    for post in &posts {
        diesel::update(dsl::posts.find(post.id))
            .set((
                dsl::content.eq(""),
                dsl::html.eq(""),
                dsl::summary.eq(""),
                dsl::document.eq(None::<String>),
                dsl::deleted_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
        if post.parent_id.is_none() {
            diesel::update(threads::table.find(post.thread_id))
                .set((threads::title.eq(""), threads::excerpt.eq(""), threads::pinned_at.eq(None::<Time>)))
                .execute(tx.conn)?;
        }
        files::forget(tx, post)?;
        let thread: ThreadRow =
            threads::table.find(post.thread_id).select(ThreadRow::as_select()).first(tx.conn)?;
        counts::recount(tx, &thread)?;
    }
    Ok(posts.len())
}

/// Takes back all reactions of a person, and forgets what they have read.
///
/// # Errors
/// Only when the database does.
pub fn reactions(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    use schema::{posts, reactions, thread_reads};
    let all: Vec<(PostId, ReactionKind)> = reactions::table
        .filter(reactions::person_id.eq(person))
        .order(reactions::id)
        .select((reactions::post_id, reactions::kind))
        .load(tx.conn)?;
    for (post, kind) in all {
        let post = diesel::update(posts::table.find(post));
        match kind {
            ReactionKind::Like => post.set(posts::like_count.eq(posts::like_count - 1)).execute(tx.conn)?,
            ReactionKind::Dislike => {
                post.set(posts::dislike_count.eq(posts::dislike_count - 1)).execute(tx.conn)?
            }
        };
    }
    diesel::delete(reactions::table.filter(reactions::person_id.eq(person))).execute(tx.conn)?;
    diesel::delete(thread_reads::table.filter(thread_reads::person_id.eq(person))).execute(tx.conn)?;
    Ok(())
}
