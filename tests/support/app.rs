//! One running instance with a database of its own, reached over real HTTP.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;
use vakplein::app::App;
use vakplein::clock::Clock;
use vakplein::config::Config;
use vakplein::federation::client::{Lookup, Names};
use vakplein::keys::ActorKeys;
use vakplein::people::acts::{self, NewPerson};
use vakplein::people::{AccountRole, Scopes, tokens};
use vakplein::{server, worker};

use super::browser::Browser;
use super::database::Database;
use super::member::{Member, Reply};

/// The password of every member that [`TestApp::member`] makes.
pub const PASSWORD: &str = "paardenbloem-in-mei";
/// Its hash, with a cost so low that tests don't wait for it. Made by `argon2` with m=8, t=1, p=1.
pub static PASSWORD_HASH: LazyLock<String> = LazyLock::new(|| {
    use argon2::password_hash::{PasswordHasher, phc::PasswordHash};
    let cheap = argon2::Argon2::from(argon2::Params::new(8, 1, 1, None).unwrap());
    let hash: PasswordHash = cheap.hash_password(PASSWORD.as_bytes()).unwrap();
    hash.to_string()
});

/// Keys for people and groups in tests. Making RSA keys takes long, and what tells actors apart is the key's id.
static KEYS: LazyLock<Vec<ActorKeys>> =
    LazyLock::new(|| (0..6).map(|_| ActorKeys::generate().unwrap()).collect());
static NEXT_KEYS: AtomicUsize = AtomicUsize::new(0);

/// Keys for a new actor, without the wait.
pub fn keys() -> ActorKeys {
    let next = NEXT_KEYS.fetch_add(1, Ordering::Relaxed);
    KEYS[next % KEYS.len()].clone()
}

/// One running instance.
pub struct TestApp {
    /// The instance itself, for set-up and for looking inside.
    pub app: App,
    /// Its clock: `app.clock.advance(3600)`.
    pub clock: Clock,
    /// Its domain.
    pub domain: String,
    /// Where it listens.
    pub address: SocketAddr,
    /// Hosts that it can reach.
    pub names: Names,
    http: reqwest::Client,
    _stop: watch::Sender<bool>,
    _folder: TempDir,
    // Last, so that the instance is gone before its database is.
    _database: Arc<Database>,
}

impl TestApp {
    /// An instance named `werkplein.test`.
    pub async fn new() -> Self {
        Self::start("werkplein.test", Names::default(), |_config| {}).await
    }

    /// An instance with some settings changed: `TestApp::with(|config| config.limits.enabled = true)`.
    pub async fn with(change: impl Fn(&mut Config)) -> Self {
        Self::start("werkplein.test", Names::default(), change).await
    }

    /// An instance of this name that can reach the hosts in the table, and is entered in it.
    pub async fn start(domain: &str, names: Names, change: impl Fn(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::new(|url| configuration(domain, &folder, url, &change), domain).await;
        let config = configuration(domain, &folder, &database.url(), &change);
        Self::open(config, domain, names, folder, database).await
    }

    /// An instance of this name that comes out of a backup, on a new database.
    pub async fn restored(domain: &str, names: Names, backup: &Path, database: Database) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = configuration(domain, &folder, &database.url(), &|_config| {});
        vakplein::backup::restore(&config, &Clock::system(), backup).await.unwrap();
        Self::open(config, domain, names, folder, database).await
    }

    async fn open(config: Config, domain: &str, names: Names, folder: TempDir, database: Database) -> Self {
        let clock = Clock::system();
        let app = App::open(config, clock.clone(), Lookup::TableOnly(names.clone())).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        names.insert(domain, address);
        let (stop, stopping) = watch::channel(false);
        tokio::task::spawn(server::serve(app.clone(), Some(listener), false, stopping));
        let host = domain.split(':').next().unwrap();
        let http = reqwest::Client::builder()
            .resolve(host, address)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()
            .unwrap();
        Self {
            app,
            clock,
            domain: domain.to_owned(),
            address,
            names,
            http,
            _stop: stop,
            _folder: folder,
            _database: Arc::new(database),
        }
    }

    /// A full address of this instance.
    pub fn url(&self, path: &str) -> String {
        self.app.urls.absolute(path)
    }

    /// A member with an active account, an address `{name}@example.org`, the password [`PASSWORD`], and a token with all
    /// scopes.
    pub async fn member(&self, name: &str) -> Member {
        self.person(name, AccountRole::Member).await
    }

    /// An administrator, else like [`TestApp::member`].
    pub async fn admin(&self, name: &str) -> Member {
        self.person(name, AccountRole::Admin).await
    }

    async fn person(&self, name: &str, role: AccountRole) -> Member {
        let mut new = NewPerson::confirmed(name, &format!("{name}@example.org"), &PASSWORD_HASH);
        new.role = role;
        let keys = keys();
        let (id, token) = self
            .app
            .db
            .write(move |tx| {
                let id = acts::create(tx, &new, &keys)?;
                let (_row, secret) = tokens::create(tx, id, "test", &Scopes::all(), None)?;
                Ok((id, secret))
            })
            .await
            .unwrap();
        Member::new(id, name, self, Some(token))
    }

    /// Somebody without an account: paths below `/api/v1`.
    pub fn anonymous(&self) -> Member {
        Member::new(vakplein::ids::PersonId::fresh(), "", self, None)
    }

    /// Somebody with another token.
    pub fn with_token(&self, member: &Member, token: &str) -> Member {
        Member::new(member.id, &member.name, self, Some(token.to_owned()))
    }

    /// A browser without a session: it keeps cookies and follows no redirects.
    pub fn browser(&self) -> Browser {
        Browser::new(self)
    }

    /// Closes all groups to whoever isn't a member, whatever they are and without asking anybody.
    pub async fn close_groups(&self) {
        use diesel::prelude::*;
        use vakplein::db::schema::groups::dsl;
        let closed = self
            .app
            .db
            .write(|tx| Ok(diesel::update(dsl::groups).set(dsl::class.eq("leden")).execute(tx.conn)?));
        closed.await.unwrap();
    }

    /// Any request: path from the root, with headers.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Vec<u8>>,
    ) -> Reply {
        let mut request = self.http.request(method, self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.body(body);
        }
        Reply::of(request.send().await.unwrap()).await
    }

    /// Asks for an address as other servers do.
    pub async fn document(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[("accept", "application/activity+json")], None).await
    }

    /// Reads a page or file as a browser without session would.
    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[("accept", "text/html")], None).await
    }

    pub(super) fn http(&self) -> reqwest::Client {
        self.http.clone()
    }

    /// Works the queues off. Fails when they don't come to an end.
    pub async fn settle(&self) {
        for _ in 0..1_000 {
            if self.step().await == 0 {
                return;
            }
        }
        panic!("the queues of {} don't come to rest", self.domain);
    }

    /// Does what is due now, once; tells how much that was.
    pub async fn step(&self) -> usize {
        worker::step(&self.app).await.unwrap()
    }

    /// Jobs that failed at least once and are still there, as `kind: error`.
    pub async fn failures(&self) -> Vec<String> {
        use diesel::prelude::*;
        use vakplein::db::schema::jobs::dsl;
        let rows: Vec<(String, String)> = self
            .app
            .db
            .read(|tx| {
                let failed = dsl::jobs.filter(dsl::attempts.gt(0)).order(dsl::id);
                Ok(failed.select((dsl::kind, dsl::error)).load(tx.conn)?)
            })
            .await
            .unwrap();
        rows.into_iter().map(|(kind, error)| format!("{kind}: {error}")).collect()
    }
}

/// How an instance of this name is configured, with its folders below this one.
fn configuration(domain: &str, folder: &TempDir, url: &str, change: &impl Fn(&mut Config)) -> Config {
    let dir = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let env = [
        ("VAKPLEIN_SERVER__DOMAIN", domain.to_owned()),
        ("VAKPLEIN_SERVER__SCHEME", "http".to_owned()),
        ("VAKPLEIN_SERVER__BIND", "127.0.0.1:0".to_owned()),
        ("VAKPLEIN_DATABASE__URL", url.to_owned()),
        ("VAKPLEIN_MEDIA__DIR", dir("media")),
        ("VAKPLEIN_MAIL__DIR", dir("mail")),
        ("VAKPLEIN_FEDERATION__ALLOW_PRIVATE_ADDRESSES", "true".to_owned()),
        ("VAKPLEIN_FEDERATION__ALLOW_HTTP", "true".to_owned()),
        ("VAKPLEIN_LIMITS__ENABLED", "false".to_owned()),
    ];
    let env = env.into_iter().map(|(key, value)| (key.to_owned(), value));
    let mut config = Config::load(None, env).unwrap();
    change(&mut config);
    config
}

/// What an answer must be, in the words of a test: `expect_json(&reply, 200)`.
pub fn expect_json(reply: &Reply, status: u16) -> &Value {
    assert_eq!(reply.status, status, "{}", reply.text);
    &reply.json
}
