//! Search: posts by the words in them, as far as the reader may see them.
//!
//! Only open groups are searched so far; that is part of the query, in `db::search`.

use crate::db::Tx;
use crate::db::search::open_posts;
use crate::error::Result;
use crate::ids::{GroupId, PersonId, PostId};
use crate::policy::{Viewer, limits};
use crate::text::analyse::Query;
use crate::threads::hits::{PostHit, hits};

/// What a handle or an address of the fediverse names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolved {
    /// A person, here or elsewhere.
    Person(PersonId),
    /// A group, here or elsewhere.
    Group(GroupId),
    /// A post in a group that is known here.
    Post(PostId),
}

/// What a search found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The hits, the newest first.
    pub hits: Vec<PostHit>,
    /// There is a next page.
    pub more: bool,
}

/// Deepest page of results: who needs more asks with other words.
const LAST_PAGE: usize = 50;

/// Posts that have all the words of a query; `page` counts from 0. With `unfinished` the last word also finds words that
/// begin with it.
///
/// # Errors
/// Only when the database does.
pub fn posts(tx: &mut Tx<'_>, viewer: &Viewer, typed: &str, unfinished: bool, page: usize) -> Result<Found> {
    let query = Query::parse(typed, unfinished);
    if query.is_empty() || page > LAST_PAGE {
        return Ok(Found { hits: Vec::new(), more: false });
    }
    let size = i64::try_from(limits::PAGE).unwrap_or(i64::MAX);
    let skip = size * i64::try_from(page).unwrap_or(0);
    let mut ids = open_posts(tx, &query.fts5(), &query.tsquery(), size + 1, skip)?;
    let more = ids.len() > limits::PAGE;
    ids.truncate(limits::PAGE);
    Ok(Found { hits: hits(tx, viewer, &ids)?, more })
}
