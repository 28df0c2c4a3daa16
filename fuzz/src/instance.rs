//! A running instance with a group, a topic in it, and somebody elsewhere who is a member. It reaches no other server.

use std::sync::{Arc, LazyLock};

use serde_json::json;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use vakplein::actors::ActorRow;
use vakplein::app::App;
use vakplein::clock::Clock;
use vakplein::config::Config;
use vakplein::db::Tx;
use vakplein::error::{Error, Result};
use vakplein::federation::client::{Lookup, Names};
use vakplein::federation::objects::actor_in::{self, RemoteActor};
use vakplein::federation::objects::document::Document;
use vakplein::groups::{GroupDraft, draft};
use vakplein::people::acts::NewPerson;
use vakplein::people::sessions::{self, Place};
use vakplein::people::{AccountRole, Scopes, remote, tokens};
use vakplein::policy::{Actor, Incoming, Origin};
use vakplein::threads::draft::{Input, written};
use vakplein::{actors, groups, membership, people, threads};

/// Somebody elsewhere.
pub const BOB: &str = "https://peer.example/users/bob";
/// A group elsewhere.
pub const CLUB: &str = "https://peer.example/c/club";

/// A running instance.
pub struct Instance {
    /// The instance.
    pub app: App,
    /// Id on the wire of the topic in its group.
    pub topic: String,
    /// A token of an administrator, for the API.
    pub token: String,
    /// The cookie of a session of theirs, for pages.
    pub cookie: String,
    runtime: Runtime,
    _folder: TempDir,
}

static INSTANCE: LazyLock<Instance> = LazyLock::new(Instance::new);

/// The one of this process.
pub fn instance() -> &'static Instance {
    &INSTANCE
}

impl Instance {
    fn new() -> Self {
        let runtime = Runtime::new().expect("the system has threads");
        let folder = tempfile::tempdir().expect("there is room for files");
        let at = |name: &str| folder.path().join(name).display().to_string();
        let env = [
            ("VAKPLEIN_SERVER__DOMAIN", "werkplein.test".to_owned()),
            ("VAKPLEIN_DATABASE__URL", format!("sqlite:{}", at("vakplein.db"))),
            ("VAKPLEIN_MEDIA__DIR", at("media")),
            ("VAKPLEIN_MAIL__DIR", at("mail")),
        ];
        let env = env.into_iter().map(|(name, value)| (name.to_owned(), value));
        let config = Config::load(None, env).expect("it is right");
        let opened = App::open(config, Clock::system(), Lookup::TableOnly(Names::default()));
        let app = runtime.block_on(opened).expect("it opens");
        let (topic, token, session) = runtime.block_on(furnish(&app)).expect("it can be furnished");
        let cookie = format!("__Host-vakplein={session}");
        Self { app, topic, token, cookie, runtime, _folder: folder }
    }

    /// Waits for something of the instance.
    pub fn wait<T>(&self, what: impl Future<Output = T>) -> T {
        self.runtime.block_on(what)
    }

    /// Does something with the database and undoes it, so that one input leaves nothing for the next.
    pub fn undone(&self, act: impl Fn(&mut Tx<'_>) -> Result<()> + Send + 'static) {
        let undone = self.app.db.write(move |tx| -> Result<()> {
            act(tx)?;
            Err(Error::NotFound)
        });
        drop(self.wait(undone));
    }

    /// The actor elsewhere with this id, if it is one of the two that are known.
    pub fn actor(&self, uri: &str) -> Option<ActorRow> {
        let uri = uri.to_owned();
        self.wait(self.app.db.read(move |tx| actors::by_uri(tx, &uri))).expect("the database answers")
    }
}

async fn furnish(app: &App) -> Result<(String, String, String)> {
    let (ana_keys, group_keys) = (app.make_keys().await?, app.make_keys().await?);
    let mut ana = NewPerson::confirmed("ana", "ana@example.org", "");
    ana.role = AccountRole::Admin;
    let described = GroupDraft {
        name: "schulden".to_owned(),
        title: "Schulden en geld".to_owned(),
        ..GroupDraft::default()
    };
    let described = draft::rendered(described, &app.markdown);
    let typed = Input {
        title: "Een vraag".to_owned(),
        content: "Hoe **lang** duurt het?".to_owned(),
        ..Input::default()
    };
    let typed = written(&app.db, &app.markdown, typed).await?;
    let keys = app.make_keys().await?;
    let (bob, club) =
        (elsewhere(app, BOB, "Person", &keys.rsa_public), elsewhere(app, CLUB, "Group", &keys.rsa_public));
    let written = app.db.write(move |tx| {
        let person = people::acts::create(tx, &ana, &ana_keys)?;
        let (_, token) = tokens::create(tx, person, "fuzz", &Scopes::all(), None)?;
        let (_, session) = sessions::create(tx, person, &Place::default(), true)?;
        let by = Actor::here(person);
        let group = groups::acts::create(tx, &by, &described, &group_keys)?.id;
        let topic = threads::acts::start(tx, &by, group, &typed)?;
        if let (RemoteActor::Person(bob), RemoteActor::Group(club)) = (&bob, &club) {
            let bob = remote::save(tx, bob)?;
            groups::acts::save_remote(tx, club)?;
            let uri = format!("{BOB}/follow");
            let follow = Incoming { uri, document: "{}".to_owned(), released: false };
            let bob = Actor::remote(bob, Origin::Peer, Arc::new(follow));
            membership::acts::join(tx, &bob, group, "", Some(format!("{BOB}/follow")))?;
        }
        Ok((topic.uri, token, session))
    });
    written.await
}

fn elsewhere(app: &App, uri: &str, kind: &str, key: &str) -> RemoteActor {
    let name = uri.rsplit('/').next().unwrap_or_default();
    let document = json!({
        "id": uri, "type": kind, "preferredUsername": name, "inbox": format!("{uri}/inbox"),
        "followers": format!("{uri}/followers"), "featured": format!("{uri}/featured"),
        "attributedTo": format!("{uri}/moderators"),
        "publicKey": {"id": format!("{uri}#main-key"), "owner": uri, "publicKeyPem": key},
    });
    actor_in::read(Document(&document), app).expect("it is an actor")
}
