//! A group on an instance, with people who write in it: what most tests of federation begin with.

use serde_json::Value;
use vakplein::actors::ActorRow;
use vakplein::config::Config;
use vakplein::federation::store::peers::PeerForm;
use vakplein::groups::{GroupDraft, acts as groups};
use vakplein::ids::{GroupId, PostId};
use vakplein::policy::Actor;
use vakplein::threads::draft::{Input, written};
use vakplein::threads::{PostRow, acts as threads};

use crate::support::app::keys;
use crate::support::{Member, Net, Receiver, TestApp};

/// An instance `werkplein.test` with a group `schulden` of Ana's.
pub struct Scene {
    /// The network.
    pub net: Net,
    /// The instance.
    pub app: TestApp,
    /// Owner of the group.
    pub ana: Member,
    /// The group.
    pub group: GroupId,
}

impl Scene {
    /// The instance with the group.
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same, configured otherwise.
    pub async fn with(change: impl Fn(&mut Config)) -> Self {
        let net = Net::new();
        let app = net.app_with("werkplein.test", change).await;
        let ana = app.member("ana").await;
        let group = make_group(&app, &ana, "schulden").await;
        Self { net, app, ana, group }
    }

    /// Id of the group on the wire.
    pub fn group_uri(&self) -> String {
        self.app.url("/g/schulden")
    }

    /// A server of this kind with somebody who is a member; what it got for that is forgotten.
    pub async fn member_at(&self, host: &str, form: PeerForm) -> (Receiver, ActorRow) {
        let receiver = Receiver::start(&self.net, host).await;
        let person = receiver.person(&self.app, "bob").await;
        receiver.shows(&self.app, form).await;
        receiver.joins(&self.app, &person, self.group, &self.group_uri()).await;
        self.app.settle().await;
        receiver.take();
        (receiver, person)
    }

    /// Ana starts a topic.
    pub async fn topic(&self, title: &str, content: &str) -> PostRow {
        let (app, by, group) = (&self.app.app, Actor::here(self.ana.id), self.group);
        let draft = written(&app.db, &app.markdown, input(title, content)).await.unwrap();
        app.db.write(move |tx| threads::start(tx, &by, group, &draft)).await.unwrap()
    }

    /// Ana replies.
    pub async fn reply(&self, to: PostId, content: &str) -> PostRow {
        let (app, by) = (&self.app.app, Actor::here(self.ana.id));
        let draft = written(&app.db, &app.markdown, input("", content)).await.unwrap();
        app.db.write(move |tx| threads::reply(tx, &by, to, &draft)).await.unwrap()
    }

    /// Ana does something.
    pub async fn act<T: Send + 'static>(
        &self,
        act: impl Fn(&mut vakplein::db::Tx<'_>, &Actor) -> vakplein::error::Result<T> + Send + 'static,
    ) -> T {
        let by = Actor::here(self.ana.id);
        self.app.app.db.write(move |tx| act(tx, &by)).await.unwrap()
    }

    /// A document of the instance.
    pub async fn document(&self, url: &str) -> Value {
        let path = url.strip_prefix(self.app.app.urls.base()).unwrap();
        self.app.document(path).await.expect(200)
    }
}

/// A group of somebody's.
pub async fn make_group(app: &TestApp, owner: &Member, name: &str) -> GroupId {
    let draft = GroupDraft {
        name: name.to_owned(),
        title: "Schulden en geld".to_owned(),
        mission: "Vragen over schulden & geld".to_owned(),
        description: "Voor **iedereen**.".to_owned(),
        ..GroupDraft::default()
    };
    let draft = vakplein::groups::draft::rendered(draft, &app.app.markdown);
    let (by, keys) = (Actor::here(owner.id), keys());
    app.app.db.write(move |tx| groups::create(tx, &by, &draft, &keys)).await.unwrap().id
}

fn input(title: &str, content: &str) -> Input {
    Input {
        title: title.to_owned(),
        content: content.to_owned(),
        language: Some("nl".to_owned()),
        media: Vec::new(),
        ..Input::default()
    }
}
