//! Full-text search: the one thing that the two databases do in ways of their own.
//!
//! The terms come from `text::analyse`, in Rust, so that both find the same. SQLite keeps them in a contentless FTS5 table,
//! PostgreSQL in a `tsvector`: one index for posts, one for groups. Terms and queries hold nothing but `[a-z0-9]`, quotes and operators that the analyser made.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use diesel::sqlite::Sqlite;

use super::types::sql::{Uid, UtcTime};
use super::{AtEnd, Conn, Tx, VALUES, schema};
use crate::clock::Time;
use crate::each;
use crate::error::{Error, Result};
use crate::ids::{GroupId, PersonId, PostId};

/// That the reader `$1` belongs to the group `g` at the moment `$2`: what `membership::belongs` says, in SQL.
const MEMBER: &str = "EXISTS (SELECT 1 FROM memberships m WHERE m.group_id = g.id AND m.person_id = $1 \
     AND m.state = 'accepted' AND (m.until IS NULL OR m.until > $2))";

/// Makes a new post findable by these terms, at the end of the transaction. That fails when the post is findable already.
pub fn add(tx: &mut Tx<'_>, post: PostId, analyser: i64, terms: &str) {
    let entry = NewEntry { number: number(post.0), post_id: post, analyser, created_at: tx.now };
    let added = tx.at_end::<Added>();
    added.entries.push(entry);
    added.terms.push(terms.to_owned());
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = schema::search_entries)]
struct NewEntry {
    number: i64,
    post_id: PostId,
    analyser: i64,
    created_at: Time,
}

/// Posts to be made findable at the end of a transaction, with their terms.
#[derive(Debug, Default)]
struct Added {
    entries: Vec<NewEntry>,
    terms: Vec<String>,
}

impl AtEnd for Added {
    fn write(self: Box<Self>, tx: &mut Tx<'_>) -> Result<()> {
        for (entries, terms) in self.entries.chunks(VALUES).zip(self.terms.chunks(VALUES)) {
            each!(tx.conn, |conn| diesel::insert_into(schema::search_entries::table)
                .values(entries)
                .execute(conn))?;
            let Conn::Postgres(conn) = &mut *tx.conn else {
                for (entry, terms) in entries.iter().zip(terms) {
                    put_terms(tx, entry.number, terms)?;
                }
                continue;
            };
            let numbers: Vec<i64> = entries.iter().map(|entry| entry.number).collect();
            diesel::sql_query(
                "INSERT INTO search_index (number, terms) SELECT added.number, to_tsvector('simple', added.terms) \
                 FROM unnest($1, $2) AS added (number, terms)",
            )
            .bind::<Array<BigInt>, _>(numbers)
            .bind::<Array<Text>, _>(terms)
            .execute(conn)?;
        }
        Ok(())
    }
}

/// Makes a post findable by these terms, or changes them.
///
/// # Errors
/// Only when the database does.
pub fn put(tx: &mut Tx<'_>, post: PostId, analyser: i64, terms: &str) -> Result<()> {
    use schema::search_entries::dsl;
    tx.catch_up()?;
    let known: Option<i64> =
        dsl::search_entries.filter(dsl::post_id.eq(post)).select(dsl::number).first(tx.conn).optional()?;
    let Some(number) = known else {
        add(tx, post, analyser, terms);
        return Ok(());
    };
    forget_terms(tx, number)?;
    diesel::update(dsl::search_entries.find(number)).set(dsl::analyser.eq(analyser)).execute(tx.conn)?;
    put_terms(tx, number, terms)
}

fn put_terms(tx: &mut Tx<'_>, number: i64, terms: &str) -> Result<()> {
    match tx.conn {
        Conn::Sqlite(conn) => diesel::sql_query("INSERT INTO search_index (rowid, terms) VALUES ($1, $2)")
            .bind::<BigInt, _>(number)
            .bind::<Text, _>(terms)
            .execute(conn)?,
        Conn::Postgres(conn) => diesel::sql_query(
            "INSERT INTO search_index (number, terms) VALUES ($1, to_tsvector('simple', $2))",
        )
        .bind::<BigInt, _>(number)
        .bind::<Text, _>(terms)
        .execute(conn)?,
    };
    Ok(())
}

/// Makes a post unfindable.
///
/// # Errors
/// Only when the database does.
pub fn remove(tx: &mut Tx<'_>, post: PostId) -> Result<()> {
    use schema::search_entries::dsl;
    tx.catch_up()?;
    let known: Option<i64> =
        dsl::search_entries.filter(dsl::post_id.eq(post)).select(dsl::number).first(tx.conn).optional()?;
    if let Some(number) = known {
        forget_terms(tx, number)?;
        diesel::delete(dsl::search_entries.find(number)).execute(tx.conn)?;
    }
    Ok(())
}

fn forget_terms(tx: &mut Tx<'_>, number: i64) -> Result<()> {
    match tx.conn {
        Conn::Sqlite(conn) => diesel::sql_query("DELETE FROM search_index WHERE rowid = $1")
            .bind::<BigInt, _>(number)
            .execute(conn)?,
        Conn::Postgres(conn) => diesel::sql_query("DELETE FROM search_index WHERE number = $1")
            .bind::<BigInt, _>(number)
            .execute(conn)?,
    };
    Ok(())
}

/// The number of an entry. The low bits of a UUIDv7 are random: 62 of them are as good as unique.
fn number(id: uuid::Uuid) -> i64 {
    i64::try_from(id.as_u128() & 0x3fff_ffff_ffff_ffff).unwrap_or(i64::MAX)
}

/// Makes a group findable by these terms, or changes them. Those of its title count for more.
///
/// # Errors
/// Only when the database does.
pub fn put_group(tx: &mut Tx<'_>, group: GroupId, analyser: i64, title: &str, terms: &str) -> Result<()> {
    use schema::group_entries::dsl;
    remove_group(tx, group)?;
    let number = number(group.0);
    diesel::insert_into(dsl::group_entries)
        .values((
            dsl::number.eq(number),
            dsl::group_id.eq(group),
            dsl::analyser.eq(analyser),
            dsl::created_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    match tx.conn {
        Conn::Sqlite(conn) => {
            diesel::sql_query("INSERT INTO group_index (rowid, title, terms) VALUES ($1, $2, $3)")
                .bind::<BigInt, _>(number)
                .bind::<Text, _>(title)
                .bind::<Text, _>(terms)
                .execute(conn)?
        }
        Conn::Postgres(conn) => diesel::sql_query(
            "INSERT INTO group_index (number, terms) VALUES ($1, \
             setweight(to_tsvector('simple', $2), 'A') || to_tsvector('simple', $3))",
        )
        .bind::<BigInt, _>(number)
        .bind::<Text, _>(title)
        .bind::<Text, _>(terms)
        .execute(conn)?,
    };
    Ok(())
}

/// Makes a group unfindable.
///
/// # Errors
/// Only when the database does.
pub fn remove_group(tx: &mut Tx<'_>, group: GroupId) -> Result<()> {
    use schema::group_entries::dsl;
    let gone = diesel::delete(dsl::group_entries.filter(dsl::group_id.eq(group))).execute(tx.conn)?;
    // PostgreSQL's index goes with its entry.
    if let (1, Conn::Sqlite(conn)) = (gone, &mut *tx.conn) {
        diesel::sql_query("DELETE FROM group_index WHERE rowid = $1")
            .bind::<BigInt, _>(number(group.0))
            .execute(conn)?;
    }
    Ok(())
}

/// The hosts that a query leaves out, as SQLite reads them.
fn array(hosts: &[String]) -> Result<String> {
    serde_json::to_string(hosts).map_err(Error::internal)
}

#[derive(QueryableByName)]
struct GroupHit {
    #[diesel(sql_type = Uid)]
    group_id: GroupId,
}

/// The groups that a query finds best and that a reader may know, at most `limit`: open ones, closed ones that show themselves, and those
/// that the reader belongs to; `None` isn't signed in. Those on `hidden` hosts only their members find.
///
/// Those that have all the words in their title come first. No rank counts how rare a word is, for that would tell of groups that aren't
/// shown; and when something was last posted is told of open groups alone.
///
/// # Errors
/// Only when the database does.
pub fn groups(
    tx: &mut Tx<'_>,
    reader: Option<PersonId>,
    fts5: &str,
    tsquery: &str,
    hidden: &[String],
    limit: i64,
) -> Result<Vec<GroupId>> {
    const ORDER: &str = "CASE WHEN g.class = 'openbaar' THEN g.active_at END DESC NULLS LAST, g.id DESC";
    let visible = format!(
        "JOIN groups g ON g.id = e.group_id JOIN actors a ON a.id = g.id \
         WHERE a.gone_at IS NULL AND (g.class = 'openbaar' OR g.face OR {MEMBER})"
    );
    let (reader, now) = (reader.unwrap_or(PersonId::NOBODY), tx.now);
    // SQLite numbers the places in the order in which they stand.
    let hits: Vec<GroupHit> = match tx.conn {
        Conn::Sqlite(conn) => {
            let shown = if hidden.is_empty() {
                String::new()
            } else {
                format!("AND (a.host NOT IN (SELECT value FROM json_each($4)) OR {MEMBER})")
            };
            let mut query = diesel::sql_query(format!(
                "SELECT e.group_id FROM group_index JOIN group_entries e ON e.number = group_index.rowid {visible} \
                 AND group_index MATCH $3 {shown} ORDER BY group_index.rowid IN \
                 (SELECT rowid FROM group_index WHERE group_index MATCH $5) DESC, {ORDER} LIMIT $6"
            ))
            .into_boxed::<Sqlite>()
            .bind::<Uid, _>(reader)
            .bind::<UtcTime, _>(now)
            .bind::<Text, _>(fts5);
            if !hidden.is_empty() {
                query = query.bind::<Text, _>(array(hidden)?);
            }
            query.bind::<Text, _>(format!("title : ({fts5})")).bind::<BigInt, _>(limit).load(conn)?
        }
        Conn::Postgres(conn) => {
            let shown = if hidden.is_empty() {
                String::new()
            } else {
                format!("AND (a.host <> ALL ($5) OR {MEMBER})")
            };
            let mut query = diesel::sql_query(format!(
                "SELECT e.group_id FROM group_index i JOIN group_entries e ON e.number = i.number {visible} \
                 AND i.terms @@ to_tsquery('simple', $3) {shown} \
                 ORDER BY ts_rank(i.terms, to_tsquery('simple', $3)) DESC, {ORDER} LIMIT $4"
            ))
            .into_boxed::<Pg>()
            .bind::<Uid, _>(reader)
            .bind::<UtcTime, _>(now)
            .bind::<Text, _>(tsquery)
            .bind::<BigInt, _>(limit);
            if !hidden.is_empty() {
                query = query.bind::<Array<Text>, _>(hidden);
            }
            query.load(conn)?
        }
    };
    Ok(hits.into_iter().map(|hit| hit.group_id).collect())
}

#[derive(QueryableByName)]
struct Hit {
    #[diesel(sql_type = Uid)]
    post_id: PostId,
}

/// The newest posts that a query finds and that a reader may read: in open groups and in those that the reader belongs to, nothing
/// hidden; `None` isn't signed in. What is by people on `hidden` hosts, or in groups there, is left out, but members of such a group
/// find what is in it.
///
/// `fts5` and `tsquery` are the same query in each database's words. At most `limit`, after skipping `offset`.
///
/// # Errors
/// Only when the database does.
pub fn posts(
    tx: &mut Tx<'_>,
    reader: Option<PersonId>,
    (fts5, tsquery): (&str, &str),
    hidden: &[String],
    limit: i64,
    offset: i64,
) -> Result<Vec<PostId>> {
    // The rights are part of the query, so that what may not be seen isn't counted either.
    const ORDER: &str = "ORDER BY p.created_at DESC, p.id DESC";
    let visible = format!(
        "JOIN posts p ON p.id = e.post_id JOIN groups g ON g.id = p.group_id \
         JOIN actors a ON a.id = g.id JOIN threads t ON t.id = p.thread_id \
         WHERE a.gone_at IS NULL AND p.deleted_at IS NULL AND p.removed_at IS NULL \
         AND p.confirmed_at IS NOT NULL AND NOT t.hidden AND (g.class = 'openbaar' OR {MEMBER})"
    );
    let (reader, now) = (reader.unwrap_or(PersonId::NOBODY), tx.now);
    // Written for both: `there` says how a database reads that a host is one of those.
    let shown = |there: &str| {
        let by = "SELECT w.host FROM actors w WHERE w.id = p.author_id";
        if hidden.is_empty() {
            String::new()
        } else {
            format!("AND (a.host {there} AND {MEMBER} OR NOT (a.host {there} OR ({by}) {there}))")
        }
    };
    // SQLite numbers the places in the order in which they stand.
    let hits: Vec<Hit> = match tx.conn {
        Conn::Sqlite(conn) => {
            let shown = shown("IN (SELECT value FROM json_each($4))");
            let mut query = diesel::sql_query(format!(
                "SELECT e.post_id FROM search_index i JOIN search_entries e ON e.number = i.rowid {visible} \
                 AND i.terms MATCH $3 {shown} {ORDER} LIMIT $5 OFFSET $6"
            ))
            .into_boxed::<Sqlite>()
            .bind::<Uid, _>(reader)
            .bind::<UtcTime, _>(now)
            .bind::<Text, _>(fts5);
            if !hidden.is_empty() {
                query = query.bind::<Text, _>(array(hidden)?);
            }
            query.bind::<BigInt, _>(limit).bind::<BigInt, _>(offset).load(conn)?
        }
        Conn::Postgres(conn) => {
            let shown = shown("= ANY ($6)");
            let mut query = diesel::sql_query(format!(
                "SELECT e.post_id FROM search_index i JOIN search_entries e ON e.number = i.number {visible} \
                 AND i.terms @@ to_tsquery('simple', $3) {shown} {ORDER} LIMIT $4 OFFSET $5"
            ))
            .into_boxed::<Pg>()
            .bind::<Uid, _>(reader)
            .bind::<UtcTime, _>(now)
            .bind::<Text, _>(tsquery)
            .bind::<BigInt, _>(limit)
            .bind::<BigInt, _>(offset);
            if !hidden.is_empty() {
                query = query.bind::<Array<Text>, _>(hidden);
            }
            query.load(conn)?
        }
    };
    Ok(hits.into_iter().map(|hit| hit.post_id).collect())
}
