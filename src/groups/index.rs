//! Groups in the full-text index: their name, title, mission and description. All are in it; whom they are found by, the query asks.

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{Db, Tx, schema, search};
use crate::error::Result;
use crate::ids::GroupId;
use crate::jobs::{self, Job};
use crate::text::analyse::{self, Language};
use crate::text::plain::to_text;

/// Groups that are indexed anew in one go.
const PAGE: usize = 50;

/// The texts of a group that count for search.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Words {
    id: GroupId,
    updated_at: Time,
    title: String,
    text: String,
}

/// Makes a group findable by what it says now.
///
/// # Errors
/// `NotFound`.
pub(super) fn put(tx: &mut Tx<'_>, group: GroupId) -> Result<()> {
    let words = read(tx, Some(group), None, 1)?.pop().ok_or(crate::error::Error::NotFound)?;
    write(tx, &words)
}

/// Indexes a page of groups anew, and has the next one done after it.
///
/// # Errors
/// Only when the database does.
pub async fn renew(db: &Db, after: Option<GroupId>) -> Result<()> {
    let page = db.read(move |tx| read(tx, None, after, PAGE)).await?;
    db.write(move |tx| {
        for words in &page {
            let now: Option<Time> = schema::groups::table
                .find(words.id)
                .select(schema::groups::updated_at)
                .first(tx.conn)
                .optional()?;
            // What was changed meanwhile was indexed anew by that.
            if now == Some(words.updated_at) {
                write(tx, words)?;
            }
        }
        match page.last().filter(|_| page.len() == PAGE) {
            Some(last) => jobs::enqueue(tx, &Job::IndexGroups { after: Some(last.id) }),
            None => Ok(()),
        }
    })
    .await
}

/// The words of groups, made into terms: of one, or of a page in the order of their ids.
fn read(tx: &mut Tx<'_>, one: Option<GroupId>, after: Option<GroupId>, limit: usize) -> Result<Vec<Words>> {
    use schema::{actors, groups};
    type Row = (GroupId, Time, String, String, String, String);
    let mut query = groups::table
        .inner_join(actors::table)
        .order(groups::id)
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .select((
            groups::id,
            groups::updated_at,
            actors::name,
            groups::title,
            groups::mission,
            groups::description_html,
        ))
        .into_boxed();
    if let Some(one) = one {
        query = query.filter(groups::id.eq(one));
    }
    if let Some(after) = after {
        query = query.filter(groups::id.gt(after));
    }
    let rows: Vec<Row> = query.load(tx.conn)?;
    let words = rows.into_iter().map(|(id, updated_at, name, title, mission, html)| Words {
        id,
        updated_at,
        title: terms(&format!("{name}\n{title}")),
        text: terms(&format!("{mission}\n{}", to_text(&html))),
    });
    Ok(words.collect())
}

/// A group doesn't say in which language it is, so its words stand in the index as words of both.
fn terms(text: &str) -> String {
    [Language::Dutch, Language::English].map(|language| analyse::terms(text, language)).join(" ")
}

fn write(tx: &mut Tx<'_>, words: &Words) -> Result<()> {
    search::put_group(tx, words.id, analyse::VERSION, &words.title, &words.text)
}
