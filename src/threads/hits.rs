//! Posts out of their threads: in a list of what somebody wrote, and in search results.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::groups::views::{self as groups, GroupLine};
use crate::ids::{GroupId, PersonId, PostId, ThreadId};
use crate::people::blocks;
use crate::people::byline::{self, Byline};
use crate::policy::Viewer;
use crate::text::{excerpt, plain};

/// A post somebody wrote, in a list of theirs or in search results.
#[derive(Debug, Clone)]
pub struct PostHit {
    /// Which post.
    pub id: PostId,
    /// Id on the wire.
    pub uri: String,
    /// In which topic.
    pub thread_id: ThreadId,
    /// The topic's title.
    pub title: String,
    /// Its group.
    pub group: Arc<GroupLine>,
    /// Who wrote it.
    pub author: Arc<Byline>,
    /// The beginning of its text.
    pub excerpt: String,
    /// Whether it is the topic itself.
    pub first: bool,
    /// When it was written.
    pub created_at: Time,
}

/// Length of the excerpt of a hit, in graphemes.
const EXCERPT: usize = 240;

/// Posts as lines with the title and group around them, in the order of `ids`, without those of people whom the reader
/// blocked or muted. Whoever calls has asked in its own query what may be seen.
///
/// # Errors
/// Only when the database does.
pub(crate) fn hits(tx: &mut Tx<'_>, viewer: &Viewer, ids: &[PostId]) -> Result<Vec<PostHit>> {
    use schema::{posts, threads};
    type Found = (PostId, ThreadId, GroupId, PersonId, Option<PostId>, Time, String, String, String);
    let rows: Vec<Found> = posts::table
        .inner_join(threads::table)
        .filter(posts::id.eq_any(ids))
        .select((
            posts::id,
            posts::thread_id,
            posts::group_id,
            posts::author_id,
            posts::parent_id,
            posts::created_at,
            threads::title,
            posts::html,
            posts::uri,
        ))
        .load(tx.conn)?;
    let groups = groups::lines(tx, rows.iter().map(|row| row.2))?;
    let authors = byline::of(tx, rows.iter().map(|row| row.3))?;
    let blocked = blocks::blocked_by(tx, viewer)?;
    let mut found: HashMap<PostId, PostHit> = HashMap::new();
    for (id, thread_id, group, author, parent, created_at, title, html, uri) in rows {
        let (Some(group), Some(author)) = (groups.get(&group), authors.get(&author)) else { continue };
        if blocked.hides(author) {
            continue;
        }
        let excerpt = excerpt::summary(&plain::to_text(&html), EXCERPT);
        let (group, author) = (Arc::clone(group), Arc::clone(author));
        let first = parent.is_none();
        found.insert(id, PostHit { id, uri, thread_id, title, group, author, excerpt, first, created_at });
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}
