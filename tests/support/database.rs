//! A database for each test: a copy of one that was migrated once, as SQLite file or as PostgreSQL database.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::sync::LazyLock;

use diesel::{Connection, PgConnection, RunQueryDsl};
use tempfile::TempDir;
use tokio::sync::Mutex;
use vakplein::app::App;
use vakplein::clock::Clock;
use vakplein::config::Config;
use vakplein::federation::client::{Lookup, Names};

/// A database that goes when this is dropped.
pub enum Database {
    Sqlite(TempDir),
    Postgres { url: String, admin: String, name: String },
}

/// One migrated database per domain: it also holds the instance's keys, which take long to make.
static TEMPLATES: LazyLock<Mutex<HashMap<String, String>>> = LazyLock::new(Mutex::default);
/// Holds the SQLite templates. Statics are never dropped, so each run removes what earlier ones left.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let all = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    for entry in std::fs::read_dir(&all).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.strip_prefix("templates-").is_some_and(is_over) {
            drop(std::fs::remove_dir_all(entry.path()));
        }
    }
    let folder = all.join(format!("templates-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
});

/// Whether the process with this number, which left something behind, has ended.
fn is_over(pid: &str) -> bool {
    !PathBuf::from(format!("/proc/{pid}")).exists()
}

impl Database {
    /// A database for this configuration.
    pub async fn new(config: impl Fn(&str) -> Config, domain: &str) -> Self {
        match std::env::var("TEST_DATABASE_URL") {
            Ok(admin) => postgres(config, domain, admin).await,
            Err(_) => sqlite(config, domain).await,
        }
    }

    /// Databases without any table: of the kind that the tests run on and, when that is PostgreSQL, one of SQLite too.
    pub fn empty() -> Vec<Self> {
        let mut empty = vec![Self::Sqlite(tempfile::tempdir().unwrap())];
        if let Ok(admin) = std::env::var("TEST_DATABASE_URL") {
            let name = fresh_name();
            run(&admin, &format!("CREATE DATABASE {name}"));
            empty.push(Self::Postgres { url: named(&admin, &name), admin, name });
        }
        empty
    }

    /// Its URL, for `database.url`.
    pub fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => sqlite_url(&folder.path().join("test.db")),
            Self::Postgres { url, .. } => url.clone(),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Self::Postgres { admin, name, .. } = self {
            run(admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

async fn sqlite(config: impl Fn(&str) -> Config, domain: &str) -> Database {
    let template = {
        let mut templates = TEMPLATES.lock().await;
        if !templates.contains_key(domain) {
            let folder = FOLDER.join(domain.replace(':', "-"));
            std::fs::create_dir_all(&folder).unwrap();
            let (made, file) = (folder.join("made.db"), folder.join("template.db"));
            open(config(&sqlite_url(&made))).await;
            // A whole copy in one file, whatever still stands in the write-ahead log.
            let mut conn = diesel::SqliteConnection::establish(&made.to_string_lossy()).unwrap();
            diesel::sql_query("PRAGMA busy_timeout = 10000").execute(&mut conn).unwrap();
            diesel::sql_query(format!("VACUUM INTO '{}'", file.display())).execute(&mut conn).unwrap();
            templates.insert(domain.to_owned(), file.to_string_lossy().into_owned());
        }
        templates.get(domain).unwrap().clone()
    };
    let folder = tempfile::tempdir().unwrap();
    std::fs::copy(template, folder.path().join("test.db")).unwrap();
    Database::Sqlite(folder)
}

fn sqlite_url(path: &std::path::Path) -> String {
    format!("sqlite:{}", path.display())
}

async fn postgres(config: impl Fn(&str) -> Config, domain: &str, admin: String) -> Database {
    let template = {
        let mut templates = TEMPLATES.lock().await;
        if !templates.contains_key(domain) {
            if templates.is_empty() {
                drop_old_templates(&admin);
            }
            let name = format!("vakplein_template_{}_{:x}", std::process::id(), hash(domain));
            run(&admin, &format!("CREATE DATABASE {name}"));
            open(config(&named(&admin, &name))).await;
            templates.insert(domain.to_owned(), name);
        }
        templates.get(domain).unwrap().clone()
    };
    let name = fresh_name();
    {
        // Two copies of one template can't be made at once.
        let _alone = TEMPLATES.lock().await;
        run(
            &admin,
            &format!(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{template}' \
                 AND pid <> pg_backend_pid()"
            ),
        );
        run(&admin, &format!("CREATE DATABASE {name} TEMPLATE {template}"));
    }
    Database::Postgres { url: named(&admin, &name), admin, name }
}

fn fresh_name() -> String {
    format!("vakplein_test_{}", vakplein::ids::RowId::fresh().0.simple())
}

/// Drops templates of runs that have ended.
fn drop_old_templates(admin: &str) {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let mut conn = PgConnection::establish(admin).expect("TEST_DATABASE_URL can be reached");
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT datname::text AS name FROM pg_database WHERE datname LIKE 'vakplein_template_%'",
    )
    .load(&mut conn)
    .unwrap();
    for Row { name } in rows {
        let pid = name.trim_start_matches("vakplein_template_").split('_').next().unwrap_or_default();
        if is_over(pid) {
            diesel::sql_query(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                .execute(&mut conn)
                .unwrap();
        }
    }
}

/// The same server, another database.
fn named(url: &str, name: &str) -> String {
    let mut url = url::Url::parse(url).expect("TEST_DATABASE_URL is a postgres:// URL");
    url.set_path(&format!("/{name}"));
    url.to_string()
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

fn run(url: &str, sql: &str) {
    let mut conn = PgConnection::establish(url).expect("TEST_DATABASE_URL can be reached");
    diesel::sql_query(sql).execute(&mut conn).unwrap();
}

/// Migrates a database and makes the instance's actor.
async fn open(config: Config) {
    let app = App::open(config, Clock::system(), Lookup::TableOnly(Names::default())).await.unwrap();
    drop(app);
}
