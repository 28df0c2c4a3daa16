//! One running instance: its configuration, database, clock, texts and numbers. Several can live in one process.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use crate::audit::Doors;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{Db, Sizes, migrate};
use crate::error::{Error, Result};
use crate::federation::client::{self, Client, Lookup};
use crate::federation::{resolve, state};
use crate::groups;
use crate::ids::{self, GroupId, PersonId};
use crate::instance;
use crate::keys::ActorKeys;
use crate::limits::Limits;
use crate::load::Load;
use crate::locale::Locales;
use crate::mending;
use crate::people::credentials::Hasher;
use crate::people::{attempts, byline};
use crate::policy::Actor;
use crate::policy::rates::Limit;
use crate::search::{self, Resolved};
use crate::telemetry::Metrics;
use crate::text::markdown::Markdown;
use crate::urls::Urls;

/// What the names of processes begin with that let others know whether they are at work (`db::presence`). Those of earlier versions
/// don't, and may be at work beside this one: what they claimed comes back when its leases end.
pub const ATTENDED: &str = "process:";

/// One running instance. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

/// What an instance is made of.
pub struct Inner {
    /// The configuration it was started with.
    pub config: Config,
    /// Its database.
    pub db: Db,
    /// Its addresses.
    pub urls: Urls,
    /// Its time.
    pub clock: Clock,
    /// Its numbers.
    pub metrics: Metrics,
    /// What it has in hand.
    pub load: Load,
    /// The texts of its pages.
    pub locales: Arc<Locales>,
    /// What is limited and counted in memory.
    pub limits: Limits,
    /// What the audit trail kept lately of what wasn't done.
    pub doors: Doors,
    /// What the federation edge keeps in memory.
    pub federation: state::State,
    /// Turns Markdown into safe HTML, always before a transaction.
    pub markdown: Markdown,
    /// Hashes passwords, a few at a time.
    pub hasher: Hasher,
    /// The one way out to other servers.
    pub client: Client,
    /// Wakes the workers of this process, so that they needn't wait for their next look at the queues.
    pub wake: Notify,
    /// Wakes only what applies activities: they come by the thousand, and nothing else is to be done yet.
    pub arrived: Notify,
    /// Names this process among those that share the database.
    pub worker: String,
}

impl Deref for App {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.inner
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("domain", &self.urls.domain()).finish_non_exhaustive()
    }
}

impl App {
    /// Opens the database and brings it up to date; makes the instance's actor at the first start.
    ///
    /// `lookup` says where the names of other servers are looked up; several instances in one process share a table.
    ///
    /// # Errors
    /// When the database can't be opened, belongs to another domain, or a migration fails.
    pub async fn open(config: Config, clock: Clock, lookup: Lookup) -> Result<Self> {
        let urls = Urls::new(config.server.scheme == "https", &config.server.domain);
        let metrics = Metrics::default();
        let url = config.database().map_err(Error::internal)?;
        let sizes = Sizes {
            connections: config.database.connections,
            wait: Duration::from_secs(config.database.wait),
        };
        let db = Db::sized(&url, sizes, clock.clone(), urls.clone(), metrics.clone())?;
        migrate::run(&db).await?;
        if let Err(pinned) = db.write(instance::pin_domain).await? {
            return Err(Error::internal(format!(
                "this database belongs to {pinned}, and the configuration says {}; set server.domain and server.scheme \
                 back, or name another database.url",
                urls.base()
            )));
        }
        // A clock that was ahead when the last id was made doesn't put what comes now before it.
        db.read(mending::latest).await?.into_iter().for_each(ids::not_before);
        let origin = url::Url::parse(urls.base()).map_err(Error::internal)?;
        let limits = Limits::new(config.limits.enabled, clock.clone());
        let doors = Doors::new(clock.clone());
        let app = Self {
            inner: Arc::new(Inner {
                markdown: Markdown::new(&origin),
                hasher: Hasher::default(),
                client: Client::new(client_settings(&config, lookup)).map_err(Error::internal)?,
                locales: Arc::new(Locales::load().map_err(Error::internal)?),
                load: Load::new(&config, &metrics),
                config,
                db,
                urls,
                clock,
                metrics,
                limits,
                doors,
                federation: state::State::new(),
                wake: Notify::new(),
                arrived: Notify::new(),
                worker: format!("{ATTENDED}{}", ids::RowId::fresh()),
            }),
        };
        app.ensure_actor().await?;
        app.refresh_limits().await;
        if app.db.read(search::is_outdated).await? {
            app.db.write(search::renew).await?;
        }
        Ok(app)
    }

    async fn ensure_actor(&self) -> Result<()> {
        match self.db.read(instance::actor).await {
            Err(Error::NotFound) => {}
            other => return other.map(|_row| ()),
        }
        let keys = self.make_keys().await?;
        self.db.write(move |tx| instance::ensure_actor(tx, &keys)).await
    }

    /// Finds what a handle or an address of the fediverse names; what isn't known here is asked of its own server. Whoever calls
    /// has checked that somebody is signed in.
    ///
    /// # Errors
    /// `NotFound`; `Denied` for a blocked server; `Unreachable` when its server doesn't answer now.
    pub async fn resolve(&self, typed: &str) -> Result<Resolved> {
        resolve::resolve(self, typed).await
    }

    /// The person whom a member names in a form, by name, handle or id; somebody elsewhere who isn't known here is asked of their
    /// own server, which counts as a look-up.
    ///
    /// # Errors
    /// `Invalid` on the field `person` when there is nobody of that name, or their server doesn't answer now; `Denied` for a blocked
    /// server; `Limited` after too many look-ups.
    pub async fn find_person(&self, by: &Actor, typed: &str) -> Result<PersonId> {
        let name = typed.trim().to_owned();
        let asked = name.clone();
        match self.db.read(move |tx| byline::find(tx, &asked)).await {
            Err(Error::NotFound) => {}
            known => return known,
        }
        let host = name.trim_start_matches('@').split_once('@').map(|(_, host)| host);
        if host.is_none_or(|host| host.eq_ignore_ascii_case(self.urls.domain())) {
            return Err(Error::field("person", "error-person-unknown"));
        }
        let (limited, by) = (self.config.limits.enabled, by.clone());
        self.db.write(move |tx| attempts::by_person(tx, limited, Limit::AccountLookups, &by)).await?;
        match self.resolve(&name).await {
            Ok(Resolved::Person(id)) => Ok(id),
            Ok(_) | Err(Error::NotFound | Error::Gone) => Err(Error::field("person", "error-person-unknown")),
            Err(Error::Unreachable) => Err(Error::field("person", "error-person-unreachable")),
            Err(other) => Err(other),
        }
    }

    /// The group whose name, handle or address somebody typed in the field `group`; one elsewhere that isn't known here is asked of its own
    /// server, which counts as a look-up of whoever asks, unless an administrator does on the command line. [`GroupId::NONE`] when there is
    /// none: the act that follows says so, after as much work as for one that is closed, and with all else that is wrong.
    ///
    /// # Errors
    /// `Invalid` when nothing was typed, its server is blocked or doesn't answer now; `Limited` after too many look-ups.
    pub async fn find_group(&self, by: Option<&Actor>, typed: &str) -> Result<GroupId> {
        let typed = typed.trim().to_owned();
        if typed.is_empty() {
            return Err(Error::field("group", "error-link-group"));
        }
        if !typed.starts_with("https://") && !typed.starts_with("http://") {
            let name = typed.clone();
            match self.db.read(move |tx| groups::views::find(tx, &name)).await {
                Err(Error::NotFound) => {}
                known => return known,
            }
            // A name alone is that of a group of this instance.
            if !typed.trim_start_matches(['@', '!']).contains('@') {
                return Ok(GroupId::NONE);
            }
        }
        if let Some(by) = by.cloned() {
            let limited = self.config.limits.enabled;
            self.db.write(move |tx| attempts::by_person(tx, limited, Limit::AccountLookups, &by)).await?;
        }
        match self.resolve(&typed).await {
            Ok(Resolved::Group(id)) => Ok(id),
            Ok(_) | Err(Error::NotFound | Error::Gone) => Ok(GroupId::NONE),
            Err(Error::Unreachable) => Err(Error::field("group", "error-link-unreachable")),
            Err(Error::Denied(_)) => Err(Error::field("group", "error-link-blocked")),
            Err(other) => Err(other),
        }
    }

    /// Forgets what a server didn't give a moment ago, so that it is asked again: an administrator has it tried at once. Another
    /// process forgets it by itself, after two minutes.
    pub fn forget_failures(&self, host: &str) {
        self.federation.forget_failures(host);
        self.wake.notify_one();
    }

    /// Makes the keys of a new actor, off the async threads: an RSA key takes up to 0.2 s.
    ///
    /// # Errors
    /// When the operating system gives no randomness.
    pub async fn make_keys(&self) -> Result<ActorKeys> {
        tokio::task::spawn_blocking(ActorKeys::generate)
            .await
            .map_err(Error::internal)?
            .map_err(Error::internal)
    }
}

fn client_settings(config: &Config, lookup: Lookup) -> client::Settings {
    client::Settings {
        https: config.server.scheme == "https",
        allow_http: config.federation.allow_http,
        allow_private: config.federation.allow_private_addresses,
        timeout: Duration::from_secs(config.federation.timeout),
        body_limit: config.federation.max_body,
        lookup,
        ..client::Settings::new(&config.server.domain)
    }
}
