//! All rows of a database as lines of JSON, and back: the same lines whichever of the two databases they come from.
//!
//! | column | in a line |
//! |---|---|
//! | `UUID`, `BYTEA` | hexadecimal digits |
//! | `TIMESTAMPTZ` | RFC 3339 with six decimals and `Z` |
//! | `BOOLEAN`, `BIGINT` | a number |
//! | `TEXT` | a string |
//!
//! The full-text indexes aren't in it: they differ, and are made anew from the posts.

use std::collections::BTreeMap;

use diesel::connection::DefaultLoadingMode;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use super::{Conn, Tx};
use crate::error::{Error, Result};

/// What begins a table's name that isn't dumped: the indexes, what is noted about them, and what belongs to the database itself.
const LEFT_OUT: [&str; 6] =
    ["search_index", "search_entries", "group_index", "group_entries", "__diesel", "sqlite_"];

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    columns: Vec<Column>,
}

impl Table {
    /// The names of its columns, in order of the alphabet.
    pub fn columns(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).collect()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    owner: String,
    #[diesel(sql_type = Text)]
    name: String,
    /// As the database calls it.
    #[diesel(sql_type = Text)]
    kind: String,
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// The tables, in order of the alphabet.
///
/// # Errors
/// Only when the database does.
pub fn tables(tx: &mut Tx<'_>) -> Result<Vec<Table>> {
    let columns: Vec<Column> = match tx.conn {
        Conn::Sqlite(conn) => sql_query(
            "SELECT t.name AS owner, c.name AS name, c.type AS kind FROM sqlite_schema t \
             JOIN pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY owner, name",
        )
        .load(conn)?,
        Conn::Postgres(conn) => sql_query(
            "SELECT c.table_name::text AS owner, c.column_name::text AS name, c.data_type::text AS kind \
             FROM information_schema.columns c WHERE c.table_schema = current_schema() \
             ORDER BY c.table_name::text COLLATE \"C\", c.column_name::text COLLATE \"C\"",
        )
        .load(conn)?,
    };
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for column in columns {
        if !LEFT_OUT.iter().any(|start| column.owner.starts_with(start)) {
            tables.entry(column.owner.clone()).or_default().push(column);
        }
    }
    Ok(tables.into_iter().map(|(name, columns)| Table { name, columns }).collect())
}

/// Hands over all rows of a table, a line each, without holding them all.
///
/// # Errors
/// What `each` answers with, or when the database fails.
pub fn rows(tx: &mut Tx<'_>, table: &Table, mut each: impl FnMut(&str) -> Result<()>) -> Result<()> {
    let object = match tx.conn {
        Conn::Sqlite(_) => "json_object",
        Conn::Postgres(_) => "json_build_object",
    };
    let pairs: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            let (name, quoted) = (&column.name, quoted(&column.name));
            let value = match column.kind.as_str() {
                "BLOB" => format!("iif({quoted} IS NULL, NULL, lower(hex({quoted})))"),
                "uuid" => format!("replace({quoted}::text, '-', '')"),
                "bytea" => format!("encode({quoted}, 'hex')"),
                "boolean" => format!("{quoted}::int"),
                "timestamp with time zone" => {
                    format!("to_char({quoted} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
                }
                _ => quoted,
            };
            format!("'{name}', {value}")
        })
        .collect();
    let from = quoted(&table.name);
    match tx.conn {
        Conn::Sqlite(conn) => {
            let query = sql_query(format!("SELECT {object}({}) AS line FROM {from}", pairs.join(", ")));
            for row in query.load_iter::<Line, DefaultLoadingMode>(conn)? {
                each(&row?.line)?;
            }
        }
        Conn::Postgres(conn) => {
            let query = sql_query(format!("SELECT {object}({})::text AS line FROM {from}", pairs.join(", ")));
            for row in query.load_iter::<Line, PgRowByRowLoadingMode>(conn)? {
                each(&row?.line)?;
            }
        }
    }
    Ok(())
}

/// Puts rows into a table. What they refer to may come later, after [`put_off_references`].
///
/// # Errors
/// When a line isn't what [`rows`] writes for this table, or the row is there already.
pub fn put(tx: &mut Tx<'_>, table: &Table, lines: &[String]) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    let values: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            let text = format!("r.value ->> '{}'", column.name);
            match column.kind.as_str() {
                "BLOB" => format!("unhex({text})"),
                "uuid" => format!("({text})::uuid"),
                "bytea" => format!("decode({text}, 'hex')"),
                "boolean" => format!("({text})::int::boolean"),
                "bigint" => format!("({text})::bigint"),
                "timestamp with time zone" => format!("({text})::timestamptz"),
                _ => text,
            }
        })
        .collect();
    let names: Vec<String> = table.columns.iter().map(|column| quoted(&column.name)).collect();
    let insert =
        format!("INSERT INTO {} ({}) SELECT {}", quoted(&table.name), names.join(", "), values.join(", "));
    let array = format!("[{}]", lines.join(","));
    let inserted = match tx.conn {
        Conn::Sqlite(conn) => {
            sql_query(format!("{insert} FROM json_each($1) r")).bind::<Text, _>(array).execute(conn)?
        }
        Conn::Postgres(conn) => sql_query(format!("{insert} FROM json_array_elements($1::json) r"))
            .bind::<Text, _>(array)
            .execute(conn)?,
    };
    if inserted == lines.len() { Ok(()) } else { Err(Error::internal("a line isn't one row")) }
}

/// How many rows a table has.
///
/// # Errors
/// Only when the database does.
pub fn count(tx: &mut Tx<'_>, table: &Table) -> Result<i64> {
    let query = format!("SELECT count(*) AS count FROM {}", quoted(&table.name));
    let count: Count = crate::each!(tx.conn, |conn| sql_query(query).get_result(conn))?;
    Ok(count.count)
}

#[derive(QueryableByName)]
struct Reference {
    #[diesel(sql_type = Text)]
    owner: String,
    #[diesel(sql_type = Text)]
    name: String,
}

fn references(conn: &mut PgConnection) -> QueryResult<Vec<Reference>> {
    sql_query(
        "SELECT t.relname::text AS owner, k.conname::text AS name FROM pg_constraint k \
         JOIN pg_class t ON t.oid = k.conrelid JOIN pg_namespace n ON n.oid = t.relnamespace \
         WHERE k.contype = 'f' AND n.nspname = current_schema() ORDER BY 1, 2",
    )
    .load(conn)
}

fn alter_references(conn: &mut PgConnection, how: &str) -> QueryResult<()> {
    for reference in references(conn)? {
        let (owner, name) = (quoted(&reference.owner), quoted(&reference.name));
        sql_query(format!("ALTER TABLE {owner} ALTER CONSTRAINT {name} {how}")).execute(conn)?;
    }
    Ok(())
}

/// From here on, in this transaction, rows may refer to rows that come later; [`check_references`] must follow.
///
/// # Errors
/// Only when the database does.
pub fn put_off_references(tx: &mut Tx<'_>) -> Result<()> {
    match tx.conn {
        Conn::Sqlite(conn) => {
            sql_query("PRAGMA defer_foreign_keys = ON").execute(conn)?;
        }
        Conn::Postgres(conn) => alter_references(conn, "DEFERRABLE INITIALLY DEFERRED")?,
    }
    Ok(())
}

/// Whether everything that rows refer to is there; the tables in which something refers to nothing.
///
/// # Errors
/// When the database does; PostgreSQL says itself what is missing.
pub fn check_references(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    match tx.conn {
        Conn::Sqlite(conn) => {
            let broken: Vec<Line> = sql_query(
                "SELECT DISTINCT \"table\" AS line FROM pragma_foreign_key_check ORDER BY \"table\"",
            )
            .load(conn)?;
            Ok(broken.into_iter().map(|row| row.line).collect())
        }
        Conn::Postgres(conn) => {
            sql_query("SET CONSTRAINTS ALL IMMEDIATE").execute(conn)?;
            alter_references(conn, "NOT DEFERRABLE")?;
            Ok(Vec::new())
        }
    }
}

/// Table and column names are ours: letters, digits and `_`.
fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}
