//! Full-text search: the one thing that the two databases do in ways of their own.
//!
//! The terms come from `text::analyse`, in Rust, so that both find the same. SQLite keeps them in a contentless FTS5 table,
//! PostgreSQL in a `tsvector`. Terms and queries hold nothing but `[a-z0-9]`, quotes and operators that the analyser made.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::types::sql::Uid;
use super::{Conn, Tx, schema};
use crate::error::Result;
use crate::ids::PostId;

/// Makes a post findable by these terms, or changes them.
///
/// # Errors
/// Only when the database does.
pub fn put(tx: &mut Tx<'_>, post: PostId, analyser: i64, terms: &str) -> Result<()> {
    use schema::search_entries::dsl;
    let known: Option<i64> =
        dsl::search_entries.filter(dsl::post_id.eq(post)).select(dsl::number).first(tx.conn).optional()?;
    let number = match known {
        Some(number) => {
            forget_terms(tx, number)?;
            diesel::update(dsl::search_entries.find(number))
                .set(dsl::analyser.eq(analyser))
                .execute(tx.conn)?;
            number
        }
        None => {
            // The low bits of a UUIDv7 are random: 62 of them make a number that is as good as unique.
            let number = i64::try_from(post.0.as_u128() & 0x3fff_ffff_ffff_ffff).unwrap_or(i64::MAX);
            diesel::insert_into(dsl::search_entries)
                .values((
                    dsl::number.eq(number),
                    dsl::post_id.eq(post),
                    dsl::analyser.eq(analyser),
                    dsl::created_at.eq(tx.now),
                ))
                .execute(tx.conn)?;
            number
        }
    };
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

#[derive(QueryableByName)]
struct Hit {
    #[diesel(sql_type = Uid)]
    post_id: PostId,
}

/// The newest posts that a query finds and that anybody may read (groups of class *openbaar*, nothing hidden).
///
/// `fts5` and `tsquery` are the same query in each database's words. At most `limit`, after skipping `offset`.
///
/// # Errors
/// Only when the database does.
pub fn open_posts(
    tx: &mut Tx<'_>,
    fts5: &str,
    tsquery: &str,
    limit: i64,
    offset: i64,
) -> Result<Vec<PostId>> {
    // The rights are part of the query, so that what may not be seen isn't counted either.
    const VISIBLE: &str = "JOIN posts p ON p.id = e.post_id JOIN groups g ON g.id = p.group_id \
         JOIN threads t ON t.id = p.thread_id \
         WHERE g.class = 'openbaar' AND p.deleted_at IS NULL AND p.removed_at IS NULL \
         AND p.confirmed_at IS NOT NULL AND NOT t.hidden";
    let order = "ORDER BY p.created_at DESC, p.id DESC LIMIT $2 OFFSET $3";
    let hits: Vec<Hit> = match tx.conn {
        Conn::Sqlite(conn) => diesel::sql_query(format!(
            "SELECT e.post_id FROM search_index i JOIN search_entries e ON e.number = i.rowid {VISIBLE} \
             AND i.terms MATCH $1 {order}"
        ))
        .bind::<Text, _>(fts5)
        .bind::<BigInt, _>(limit)
        .bind::<BigInt, _>(offset)
        .load(conn)?,
        Conn::Postgres(conn) => diesel::sql_query(format!(
            "SELECT e.post_id FROM search_index i JOIN search_entries e ON e.number = i.number {VISIBLE} \
             AND i.terms @@ to_tsquery('simple', $1) {order}"
        ))
        .bind::<Text, _>(tsquery)
        .bind::<BigInt, _>(limit)
        .bind::<BigInt, _>(offset)
        .load(conn)?,
    };
    Ok(hits.into_iter().map(|hit| hit.post_id).collect())
}
