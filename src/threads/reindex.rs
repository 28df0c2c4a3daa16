//! Indexes all posts anew, page by page, when the rules change by which words become search terms.

use std::collections::HashMap;

use diesel::prelude::*;

use super::{Draft, draft};
use crate::clock::Time;
use crate::db::{Db, Tx, schema, search};
use crate::error::Result;
use crate::ids::PostId;
use crate::jobs::{self, Job};
use crate::text::analyse;
use crate::text::plain::to_text;

/// Posts that are indexed anew in one go.
const PAGE: usize = 100;

/// A post with its terms.
struct Entry {
    id: PostId,
    edited_at: Option<Time>,
    terms: String,
}

/// Indexes a page of posts anew, and has the next one done after it. Whatever stops it, the job that is left goes on from there.
///
/// # Errors
/// Only when the database does.
pub async fn renew(db: &Db, after: Option<PostId>) -> Result<()> {
    let page = db.read(move |tx| read(tx, after)).await?;
    db.write(move |tx| {
        let now = as_they_are(tx, &page)?;
        for entry in &page {
            // What was changed meanwhile was indexed anew by that; what was deleted stays out.
            if now.get(&entry.id) == Some(&entry.edited_at) {
                search::put(tx, entry.id, analyse::VERSION, &entry.terms)?;
            }
        }
        match page.last().filter(|_| page.len() == PAGE) {
            Some(last) => jobs::enqueue(tx, &Job::IndexPosts { after: Some(last.id) }),
            None => Ok(()),
        }
    })
    .await
}

fn read(tx: &mut Tx<'_>, after: Option<PostId>) -> Result<Vec<Entry>> {
    use schema::{posts, threads};
    type Row = (PostId, Option<Time>, Option<PostId>, String, String, String, Option<String>);
    let mut query = posts::table
        .inner_join(threads::table)
        .filter(posts::deleted_at.is_null())
        .order(posts::id)
        .limit(i64::try_from(PAGE).unwrap_or(i64::MAX))
        .select((
            posts::id,
            posts::edited_at,
            posts::parent_id,
            threads::title,
            posts::summary,
            posts::html,
            posts::language,
        ))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(posts::id.gt(after));
    }
    let rows: Vec<Row> = query.load(tx.conn)?;
    let entries = rows.into_iter().map(|(id, edited_at, parent, title, summary, html, language)| {
        let title = if parent.is_none() { title } else { String::new() };
        let draft = Draft { title, summary, plain: to_text(&html), language, ..Draft::default() };
        Entry { id, edited_at, terms: draft::terms(&draft) }
    });
    Ok(entries.collect())
}

/// When the posts of a page were last changed; those deleted aren't in it.
fn as_they_are(tx: &mut Tx<'_>, page: &[Entry]) -> Result<HashMap<PostId, Option<Time>>> {
    use schema::posts::dsl;
    let ids: Vec<PostId> = page.iter().map(|entry| entry.id).collect();
    let rows: Vec<(PostId, Option<Time>)> = dsl::posts
        .filter(dsl::id.eq_any(ids).and(dsl::deleted_at.is_null()))
        .select((dsl::id, dsl::edited_at))
        .load(tx.conn)?;
    Ok(rows.into_iter().collect())
}
