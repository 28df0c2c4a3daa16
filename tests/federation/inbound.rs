//! What the tests of what comes in stand on: an instance with a group, and a server of another software with a person.

use diesel::prelude::*;
use vakplein::actors::ActorRow;
use vakplein::config::Config;
use vakplein::db::schema;
use vakplein::federation::store;
use vakplein::federation::store::known::KnownPost;
use vakplein::groups::{self, GroupDraft};
use vakplein::ids::{GroupId, PersonId};
use vakplein::membership::{self, MembershipRow};
use vakplein::policy::{Actor, PeerState};
use vakplein::threads::draft::{Input, written};
use vakplein::threads::{self, PostRow, ThreadRow};

use crate::support::peer::PeerActor;
use crate::support::{Member, Net, Peer, TestApp, app};

/// An instance with a group, its owner, and a server of another software with a person.
pub struct Scene {
    /// The network.
    pub net: Net,
    /// The instance.
    pub app: TestApp,
    /// Owner of the group.
    pub owner: Member,
    /// The group.
    pub group: GroupId,
    /// Its id on the wire.
    pub group_uri: String,
    /// The other server.
    pub peer: Peer,
    /// A person there.
    pub jan: PeerActor,
}

impl Scene {
    /// Sets it up.
    pub async fn new() -> Self {
        Self::with(|_config| {}).await
    }

    /// The same, configured otherwise.
    pub async fn with(change: impl Fn(&mut Config)) -> Self {
        let net = Net::new();
        let app = net.app_with("werkplein.test", change).await;
        let owner = app.member("ana").await;
        let group = group(&app, &owner, |_draft| {}).await;
        let peer = Peer::start(net.names(), "mastodon.test").await;
        let jan = peer.person("jan");
        let group_uri = app.url("/g/bijstand");
        Self { net, app, owner, group, group_uri, peer, jan }
    }

    /// Posts an activity by Jan, which must be taken, and works the queues off.
    pub async fn deliver(&self, activity: &serde_json::Value) {
        self.deliver_by(&self.jan, activity).await;
    }

    /// The same by somebody else.
    pub async fn deliver_by(&self, by: &PeerActor, activity: &serde_json::Value) {
        let reply = by.post(&self.app, activity).await;
        assert_eq!(reply.status, 202, "{}", reply.text);
        self.app.settle().await;
    }

    /// A topic in the group, by its owner; its id on the wire.
    pub async fn topic(&self, title: &str) -> PostRow {
        topic(&self.app, self.owner.id, self.group, title).await
    }

    /// What became of an activity.
    pub async fn outcome(&self, activity: &serde_json::Value) -> (String, String) {
        let text = |name: &str| activity[name].as_str().unwrap().to_owned();
        let (actor, id) = (text("actor"), text("id"));
        let found = self.app.app.db.read(move |tx| store::inbox::find(tx, &actor, &id)).await.unwrap();
        found.map(|(state, reason)| (state.word().to_owned(), reason)).unwrap_or_default()
    }

    /// The post with this id on the wire.
    pub async fn post(&self, uri: &str) -> Option<KnownPost> {
        let uri = uri.to_owned();
        self.app.app.db.read(move |tx| store::known::post(tx, &uri)).await.unwrap()
    }

    /// Its row.
    pub async fn row(&self, uri: &str) -> PostRow {
        let uri = uri.to_owned();
        let query = move |tx: &mut vakplein::db::Tx<'_>| {
            let posts = schema::posts::table.filter(schema::posts::uri.eq(uri));
            Ok(posts.select(PostRow::as_select()).first(tx.conn)?)
        };
        self.app.app.db.read(query).await.unwrap()
    }

    /// Its thread.
    pub async fn thread(&self, uri: &str) -> ThreadRow {
        let id = self.row(uri).await.thread_id;
        let query = move |tx: &mut vakplein::db::Tx<'_>| {
            Ok(schema::threads::table.find(id).select(ThreadRow::as_select()).first(tx.conn)?)
        };
        self.app.app.db.read(query).await.unwrap()
    }

    /// An actor, when it is known.
    pub async fn actor(&self, uri: &str) -> Option<ActorRow> {
        let uri = uri.to_owned();
        self.app.app.db.read(move |tx| vakplein::actors::by_uri(tx, &uri)).await.unwrap()
    }

    /// A membership of the group.
    pub async fn membership(&self, uri: &str) -> Option<MembershipRow> {
        let (actor, group) = (self.actor(uri).await?, self.group);
        self.app.app.db.read(move |tx| membership::find(tx, group, actor.id.into())).await.unwrap()
    }

    /// Blocks a host, or opens it again.
    pub async fn decide(&self, host: &str, state: PeerState) {
        let host = host.to_owned();
        self.app.app.db.write(move |tx| store::peers::decide(tx, &host, state, "")).await.unwrap();
    }
}

/// A group named `bijstand`.
pub async fn group(app: &TestApp, owner: &Member, change: impl Fn(&mut GroupDraft)) -> GroupId {
    let mut draft = GroupDraft {
        name: "bijstand".to_owned(),
        title: "Vragen over bijstand".to_owned(),
        mission: "Vragen en antwoorden".to_owned(),
        ..GroupDraft::default()
    };
    change(&mut draft);
    let (by, keys) = (Actor::here(owner.id), app::keys());
    app.app.db.write(move |tx| groups::acts::create(tx, &by, &draft, &keys)).await.unwrap().id
}

/// A topic by a person of the instance.
pub async fn topic(app: &TestApp, by: PersonId, group: GroupId, title: &str) -> PostRow {
    let input = Input { title: title.to_owned(), content: "Hoe zit dat?".to_owned(), ..Input::default() };
    let draft = written(&app.app.db, &app.app.markdown, input).await.unwrap();
    let by = Actor::here(by);
    app.app.db.write(move |tx| threads::acts::start(tx, &by, group, &draft)).await.unwrap()
}
