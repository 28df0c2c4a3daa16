//! One schema: SQLite, PostgreSQL and `src/db/tables/` have the same tables, columns, nullability, uniqueness,
//! foreign keys and indexes.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Bool, Text};
use vakplein::clock::Clock;
use vakplein::db::{Backend, Conn, Db, Tx, migrate};
use vakplein::error::Result;
use vakplein::telemetry::Metrics;
use vakplein::urls::Urls;

use crate::support::TestApp;

/// A table as a database describes it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    /// Name → (kind of value, may be NULL).
    columns: BTreeMap<String, (String, bool)>,
    /// Columns that are unique together, in order of name; partial ones carry their condition's column.
    unique: BTreeSet<Vec<String>>,
    /// Column → (table it refers to, what happens on deletion).
    foreign: BTreeMap<String, (String, String)>,
}

type Tables = BTreeMap<String, Table>;

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    owner: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

#[derive(QueryableByName)]
struct Unique {
    #[diesel(sql_type = Text)]
    owner: String,
    #[diesel(sql_type = Text)]
    index: String,
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Foreign {
    #[diesel(sql_type = Text)]
    owner: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    target: String,
    #[diesel(sql_type = Text)]
    deletion: String,
}

/// The tables that only one database has, for its own kind of full-text index, and the migrations' own.
fn is_own(table: &str) -> bool {
    table.starts_with("search_index")
        || table.starts_with("group_index")
        || table.starts_with("__")
        || table.starts_with("sqlite_")
}

fn describe(tx: &mut Tx<'_>) -> Result<Tables> {
    let (names, columns, uniques, foreign) = match tx.conn {
        Conn::Sqlite(conn) => (
            sql_query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").load::<Name>(conn)?,
            sql_query(
                "SELECT t.name AS owner, c.name AS name, c.type AS kind, c.\"notnull\" = 0 AND c.pk = 0 AS nullable \
                 FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'",
            )
            .load::<Column>(conn)?,
            sql_query(
                "SELECT t.name AS owner, i.name AS \"index\", c.name AS name FROM sqlite_schema t \
                 JOIN pragma_index_list(t.name) i JOIN pragma_index_info(i.name) c \
                 WHERE t.type = 'table' AND i.\"unique\" \
                 UNION ALL SELECT t.name, 'primary key', c.name FROM sqlite_schema t \
                 JOIN pragma_table_info(t.name) c WHERE t.type = 'table' AND c.pk > 0 ORDER BY 3",
            )
            .load::<Unique>(conn)?,
            sql_query(
                "SELECT t.name AS owner, f.\"from\" AS name, f.\"table\" AS target, f.on_delete AS deletion \
                 FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'",
            )
            .load::<Foreign>(conn)?,
        ),
        Conn::Postgres(conn) => (
            sql_query(
                "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1",
            )
            .load::<Name>(conn)?,
            sql_query(
                "SELECT table_name::text AS owner, column_name::text AS name, data_type::text AS kind, \
                 is_nullable = 'YES' AS nullable FROM information_schema.columns WHERE table_schema = current_schema()",
            )
            .load::<Column>(conn)?,
            sql_query(
                "SELECT t.relname::text AS owner, i.relname::text AS index, a.attname::text AS name \
                 FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
                 JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (x.indkey) \
                 JOIN pg_namespace n ON n.oid = t.relnamespace \
                 WHERE x.indisunique AND n.nspname = current_schema() ORDER BY a.attname",
            )
            .load::<Unique>(conn)?,
            sql_query(
                "SELECT t.relname::text AS owner, a.attname::text AS name, f.relname::text AS target, \
                 CASE k.confdeltype WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' ELSE 'NO ACTION' END AS deletion \
                 FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid \
                 JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.conkey[1] \
                 JOIN pg_namespace n ON n.oid = t.relnamespace \
                 WHERE k.contype = 'f' AND n.nspname = current_schema()",
            )
            .load::<Foreign>(conn)?,
        ),
    };
    let mut tables: Tables =
        names.into_iter().filter(|row| !is_own(&row.name)).map(|row| (row.name, Table::default())).collect();
    for row in columns {
        if let Some(table) = tables.get_mut(&row.owner) {
            table.columns.insert(row.name, (kind(&row.kind), row.nullable));
        }
    }
    let mut groups: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for row in uniques {
        groups.entry((row.owner, row.index)).or_default().push(row.name);
    }
    for ((owner, _), mut names) in groups {
        names.sort();
        if let Some(table) = tables.get_mut(&owner) {
            table.unique.insert(names);
        }
    }
    for row in foreign {
        if let Some(table) = tables.get_mut(&row.owner) {
            table.foreign.insert(row.name, (row.target, row.deletion));
        }
    }
    Ok(tables)
}

/// The kind of value, whatever the database calls it. Booleans and times have no type of their own on SQLite.
fn kind(name: &str) -> String {
    match name.to_ascii_uppercase().as_str() {
        "UUID" | "BLOB" | "BYTEA" => "bytes",
        "BOOLEAN" | "INTEGER" | "BIGINT" => "number",
        "TEXT" | "TIMESTAMP WITH TIME ZONE" => "text",
        other => other,
    }
    .to_owned()
}

/// Tables and columns as `src/db/tables/` tells Diesel.
fn declared() -> BTreeMap<String, BTreeMap<String, (String, bool)>> {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/db/tables")).unwrap();
    let source: String = folder.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    let mut tables = BTreeMap::new();
    let mut current: Option<(String, BTreeMap<String, (String, bool)>)> = None;
    for line in source.lines().map(str::trim) {
        if let Some((name, _)) = line.strip_suffix(" {").and_then(|head| head.split_once(" (")) {
            current = Some((name.to_owned(), BTreeMap::new()));
        } else if let (Some((_, columns)), Some((name, kind))) = (current.as_mut(), line.split_once(" -> ")) {
            let kind = kind.trim_end_matches(',');
            let inner = kind.strip_prefix("Nullable<").and_then(|rest| rest.strip_suffix('>'));
            let value = match inner.unwrap_or(kind) {
                "Uid" | "Binary" => "bytes",
                "Bool" | "BigInt" => "number",
                "Text" | "UtcTime" => "text",
                other => panic!("tables/ has a type that the migrations don't use: {other}"),
            };
            columns.insert(name.to_owned(), (value.to_owned(), inner.is_some()));
        } else if line == "}"
            && let Some((name, columns)) = current.take()
        {
            tables.insert(name, columns);
        }
    }
    tables
}

/// What the migrations make of an empty SQLite file.
async fn of_sqlite() -> Tables {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("schema.db").display()).parse().unwrap();
    let urls = Urls::new(false, "schema.test");
    let db = Db::open(&url, Clock::system(), urls, Metrics::default()).unwrap();
    assert!(migrate::run(&db).await.unwrap() > 0, "an empty database is migrated");
    assert_eq!(migrate::run(&db).await.unwrap(), 0, "a second run finds nothing to do");
    db.read(describe).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_and_the_program_agree_on_the_schema() {
    let sqlite = of_sqlite().await;
    let columns: BTreeMap<_, _> =
        sqlite.iter().map(|(name, table)| (name.clone(), table.columns.clone())).collect();
    assert_eq!(columns, declared(), "SQLite has what src/db/tables/ declares");
    let instance = TestApp::new().await;
    if instance.app.db.backend() != Backend::Postgres {
        println!("left out: the comparison with PostgreSQL (TEST_DATABASE_URL is not set)");
        return;
    }
    let postgres = instance.app.db.read(describe).await.unwrap();
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>(), "the same tables");
    for (name, table) in &sqlite {
        assert_eq!(table, &postgres[name], "{name} is the same on both");
    }
}

/// Names of the indexes that the migrations make in words, with their tables; those of the full text aside.
fn indexes(tx: &mut Tx<'_>) -> Result<BTreeSet<String>> {
    let names: Vec<Name> = match tx.conn {
        Conn::Sqlite(conn) => sql_query(
            "SELECT tbl_name || ' ' || name AS name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
        )
        .load(conn)?,
        Conn::Postgres(conn) => sql_query(
            "SELECT (tablename || ' ' || indexname)::text AS name FROM pg_indexes \
             WHERE schemaname = current_schema() AND indexname NOT LIKE '%_pkey' AND indexname NOT LIKE '%_key'",
        )
        .load(conn)?,
    };
    Ok(names.into_iter().map(|row| row.name).filter(|name| !is_own(name)).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_have_the_same_indexes() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("schema.db").display()).parse().unwrap();
    let db = Db::open(&url, Clock::system(), Urls::new(false, "schema.test"), Metrics::default()).unwrap();
    migrate::run(&db).await.unwrap();
    let sqlite = db.read(indexes).await.unwrap();
    for looked_up in ["posts posts_url", "actors actors_url", "actors actors_handle"] {
        assert!(sqlite.contains(looked_up), "{looked_up}: {sqlite:?}");
    }
    let instance = TestApp::new().await;
    if instance.app.db.backend() == Backend::Postgres {
        assert_eq!(instance.app.db.read(indexes).await.unwrap(), sqlite);
    }
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_is_looked_up_by_its_page_without_reading_all_posts() {
    use vakplein::db::schema::posts::dsl;
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("schema.db").display()).parse().unwrap();
    let db = Db::open(&url, Clock::system(), Urls::new(false, "schema.test"), Metrics::default()).unwrap();
    migrate::run(&db).await.unwrap();
    let plan = db.read(|tx| {
        let Conn::Sqlite(conn) = tx.conn else { panic!("it is SQLite") };
        // As `known::post_at` asks; another way to say "not local" wouldn't find the index.
        let query = dsl::posts.filter(dsl::url.eq("x")).filter(diesel::dsl::not(dsl::local));
        let text = diesel::debug_query::<diesel::sqlite::Sqlite, _>(&query.select(dsl::id)).to_string();
        let text = text.split(" -- ").next().unwrap().replace('?', "'x'");
        Ok(sql_query(format!("EXPLAIN QUERY PLAN {text}")).load::<Step>(conn)?)
    });
    let plan = plan.await.unwrap();
    assert!(plan.iter().all(|step| step.detail.contains("posts_url")), "{:?}", plan[0].detail);
}

/// Without this SQLite makes most statements anew each time they get other values, and takes a lock for each piece of memory:
/// `.cargo/config.toml` says so to the C compiler, and nothing else would notice when it didn't arrive.
#[test]
fn the_sqlite_that_is_linked_in_keeps_its_plans() {
    let mut conn = SqliteConnection::establish(":memory:").unwrap();
    let options: Vec<Name> =
        sql_query("SELECT compile_options AS name FROM pragma_compile_options").load(&mut conn).unwrap();
    let has = |name: &str| options.iter().any(|option| option.name == name);
    assert!(has("ENABLE_QPSG") && has("DEFAULT_MEMSTATUS=0") && has("THREADSAFE=2"));
    assert!(has("ENABLE_FTS5") && !has("ENABLE_STAT4") && !has("ENABLE_MEMORY_MANAGEMENT"));
}
