//! Search: posts by the words in them and groups by what they say of themselves, as far as the reader may see them.
//!
//! What is closed is in the index too; whom it is shown to is part of the query, in `db::search`. What administrators hide, by a rule or
//! because a server is limited, isn't found.

use diesel::prelude::*;

use crate::db::{Lock, Tx, lock, schema, search};
use crate::error::Result;
use crate::groups::views::{self, Listed};
use crate::ids::{GroupId, PersonId, PostId};
use crate::instance;
use crate::jobs::{self, Job};
use crate::policy::federation::{Direction, Kind, Passing};
use crate::policy::{Viewer, limits};
use crate::rules::views::Hidden;
use crate::text::analyse::{self, Query};
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
    let hidden = Hidden::now(tx)?;
    let (fts5, tsquery) = (query.fts5(), query.tsquery());
    let mut ids = search::posts(tx, viewer.person(), (&fts5, &tsquery), &hidden.hosts, size + 1, skip)?;
    let more = ids.len() > limits::PAGE;
    ids.truncate(limits::PAGE);
    let found = hits(tx, viewer, &ids)?;
    let hits = hidden.leave_out(tx, found, |hit| {
        let kind = if hit.first { Kind::Topic } else { Kind::Reply };
        let passing = Passing {
            direction: Direction::In,
            ground: Some((hit.group.id, hit.group.class)),
            kind: Some(kind),
        };
        (!hit.author.local).then_some((hit.author.host.as_str(), passing))
    })?;
    Ok(Found { hits, more })
}

/// Groups that have all the words of a query in their name, title, mission or description, the best first; at most `limit`. With
/// `unfinished` as in [`posts`].
///
/// # Errors
/// Only when the database does.
pub fn groups(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    typed: &str,
    unfinished: bool,
    limit: usize,
) -> Result<Vec<Listed>> {
    let query = Query::parse(typed, unfinished);
    if query.is_empty() {
        return Ok(Vec::new());
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let hidden = Hidden::now(tx)?;
    let (fts5, tsquery) = (query.fts5(), query.tsquery());
    let ids = search::groups(tx, viewer.person(), &fts5, &tsquery, &hidden.hosts, limit)?;
    let found = views::listed(tx, viewer, &ids)?;
    hidden.leave_out(tx, found, Listed::comes_from)
}

/// Whether the terms in the index were made by other rules than those of now.
///
/// # Errors
/// Only when the database does.
pub fn is_outdated(tx: &mut Tx<'_>) -> Result<bool> {
    Ok(instance::indexed_by(tx)? != Some(analyse::VERSION))
}

/// Has everything indexed anew when the rules have changed, in the background: until that is done, some words aren't found.
///
/// # Errors
/// Only when the database does.
pub fn renew(tx: &mut Tx<'_>) -> Result<()> {
    lock(tx, Lock::Settings, "analyser")?;
    if is_outdated(tx)? {
        instance::note_indexed_by(tx, analyse::VERSION)?;
        // At the first start there is nothing yet; posts stand in groups.
        let first: Option<GroupId> =
            schema::groups::table.select(schema::groups::id).limit(1).first(tx.conn).optional()?;
        if first.is_none() {
            return Ok(());
        }
        index_all(tx)?;
    }
    Ok(())
}

/// Has all groups and posts indexed in the background, whatever is in the index.
///
/// # Errors
/// Only when the database does.
pub fn index_all(tx: &mut Tx<'_>) -> Result<()> {
    jobs::enqueue(tx, &Job::IndexGroups { after: None })?;
    jobs::enqueue(tx, &Job::IndexPosts { after: None })
}
