//! What the host of a group elsewhere announces, and what moderators elsewhere do in a group here: moves, bans, and taking back.

use serde_json::{Value, json};
use vakplein::ids::GroupId;
use vakplein::membership;
use vakplein::policy::Actor;

use super::hostile::id;
use super::inbound::Scene;
use crate::support::Peer;
use crate::support::peer::PeerActor;

fn outcome(state: &str, rule: &str) -> (String, String) {
    (state.to_owned(), rule.to_owned())
}

/// A group on `lemmy.test` that Ana belongs to, with a person and a topic of its own, and a second group there.
struct Mirror {
    scene: Scene,
    lemmy: Peer,
    host: PeerActor,
    second: PeerActor,
    kees: PeerActor,
    topic: Value,
}

impl Mirror {
    async fn new() -> Self {
        let scene = Scene::new().await;
        let lemmy = Peer::start(scene.net.names(), "lemmy.test").await;
        let (host, second, kees) = (lemmy.group("wonen"), lemmy.group("tuinen"), lemmy.person("kees"));
        let found = scene.owner.get("/resolve?uri=http%3A%2F%2Flemmy.test%2Fc%2Fwonen").await.expect(200);
        let group = GroupId(found["id"].as_str().unwrap().parse().unwrap());
        let member = scene.owner.id;
        let joined = move |tx: &mut vakplein::db::Tx<'_>| {
            membership::acts::join(tx, &Actor::here(member), group, "", None)?;
            membership::acts::host_accepted(tx, group, member)
        };
        scene.app.app.db.write(joined).await.unwrap();
        scene.app.settle().await;
        let mut topic = kees.note("1", &[&host.uri], None);
        topic["type"] = json!("Page");
        topic["name"] = json!("Woonurgentie");
        let mirror = Self { scene, lemmy, host, second, kees, topic };
        let create = mirror.kees.activity("Create", "1", mirror.topic.clone());
        assert_eq!(mirror.announced("create", create).await.0, "applied");
        mirror
    }

    async fn announced(&self, word: &str, inner: Value) -> (String, String) {
        self.announced_by(&self.host, word, inner).await
    }

    async fn announced_by(&self, by: &PeerActor, word: &str, inner: Value) -> (String, String) {
        let announce = by.activity("Announce", word, inner);
        self.scene.deliver_by(by, &announce).await;
        self.scene.outcome(&announce).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_takes_back_removals_and_votes() {
    let mirror = Mirror::new().await;
    let (scene, topic) = (&mirror.scene, id(&mirror.topic).to_owned());
    let mut removal = mirror.kees.activity("Delete", "1", json!(topic));
    removal["summary"] = json!("dubbel");
    let undo = mirror.kees.activity("Undo", "delete", removal.clone());
    assert_eq!(mirror.announced("too-early", undo.clone()).await, outcome("ignored", "not-removed"));
    mirror.announced("delete", removal).await;
    assert!(scene.row(&topic).await.removed_at.is_some());
    assert!(scene.owner.get("/groups/wonen@lemmy.test/threads").await.text.contains("\"items\":[]"));
    let stranger = mirror.announced_by(&mirror.second, "undelete", undo.clone()).await;
    assert_eq!(stranger, outcome("ignored", "not-followed"), "only its host");
    assert_eq!(mirror.announced("undelete", undo).await.0, "applied");
    assert!(scene.row(&topic).await.removed_at.is_none());

    let like = scene.jan.activity("Like", "1", json!(topic));
    assert_eq!(mirror.announced("like", like.clone()).await.0, "applied");
    assert_eq!(scene.row(&topic).await.like_count, 1);
    let foreign = mirror.kees.activity("Undo", "like", like.clone());
    assert_eq!(mirror.announced("foreign", foreign).await, outcome("refused", "not-own"));
    assert_eq!(scene.row(&topic).await.like_count, 1);
    let undo = scene.jan.activity("Undo", "like", like);
    assert_eq!(mirror.announced("unlike", undo).await.0, "applied");
    assert_eq!(scene.row(&topic).await.like_count, 0);
    // Microblogs share and take back; here both are nothing.
    let boost = scene.jan.activity("Announce", "boost", json!(topic));
    let unboost = scene.jan.activity("Undo", "boost", boost.clone());
    scene.deliver(&boost).await;
    scene.deliver(&unboost).await;
    assert_eq!(scene.outcome(&boost).await, outcome("ignored", "boost"));
    assert_eq!(scene.outcome(&unboost).await, outcome("ignored", "undo-announce"));
    // What a group announced, taken back: the removal itself comes too, so that nothing is done.
    let unboost = mirror.host.activity("Undo", "boost", mirror.host.activity("Announce", "b", json!(topic)));
    scene.deliver_by(&mirror.host, &unboost).await;
    assert_eq!(scene.outcome(&unboost).await, outcome("ignored", "undo-announce"));
    assert!(scene.row(&topic).await.removed_at.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_bans_from_its_own_group_alone() {
    let mirror = Mirror::new().await;
    let scene = &mirror.scene;
    let block = |target: &str, word: &str| {
        let mut block = mirror.kees.activity("Block", word, json!(scene.jan.uri));
        block["target"] = json!(target);
        block["summary"] = json!("Reclame");
        block["removeData"] = json!(true);
        block
    };
    let note = scene.jan.note("1", &[&mirror.host.uri], id(&mirror.topic).into());
    scene.peer.publish(note.clone());
    assert_eq!(mirror.announced("note", scene.jan.activity("Create", "1", note.clone())).await.0, "applied");
    for foreign in [&scene.group_uri, &mirror.second.uri] {
        scene.owner.get(&format!("/resolve?uri={foreign}")).await.expect(200);
        let outcome_ = mirror.announced(&format!("to-{}", foreign.len()), block(foreign, "x")).await;
        assert_eq!(outcome_, outcome("refused", "other-group"));
    }
    assert_eq!(mirror.announced("block", block(&mirror.host.uri, "1")).await.0, "applied");
    let row = scene.row(id(&note)).await;
    assert_eq!(
        (row.removed_at.is_some(), row.removed_reason.as_str()),
        (true, "Reclame"),
        "with all he wrote there"
    );
    let (group, jan) = (scene.row(id(&note)).await.group_id, scene.actor(&scene.jan.uri).await.unwrap().id);
    let banned = async || {
        let by = Actor::here(jan.into());
        let standing = move |tx: &mut vakplein::db::Tx<'_>| membership::standing(tx, &by, group);
        scene.app.app.db.read(standing).await.unwrap().banned
    };
    assert!(banned().await);
    let undo = mirror.kees.activity("Undo", "block", block(&mirror.host.uri, "1"));
    assert_eq!(mirror.announced("unblock", undo).await.0, "applied");
    assert!(!banned().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_moves_within_its_host_and_nowhere_else() {
    let mirror = Mirror::new().await;
    let (scene, topic) = (&mirror.scene, id(&mirror.topic).to_owned());
    let moved = |what: &str, target: &str, word: &str| {
        let mut moved = mirror.kees.activity("Move", word, json!(what));
        moved["origin"] = json!(mirror.host.uri);
        moved["target"] = json!(target);
        moved
    };
    let place = async || scene.thread(&topic).await.group_id;
    let before = place().await;
    // Into a group here, to another server, or out of a group here: none of it is the host's to say.
    let ours = scene.topic("Van ons").await;
    let away = scene.peer.group("elders");
    for (number, (what, target)) in [
        (topic.as_str(), &scene.group_uri),
        (topic.as_str(), &away.uri),
        (ours.uri.as_str(), &mirror.host.uri),
    ]
    .into_iter()
    .enumerate()
    {
        let told = mirror.announced(&format!("bad-{number}"), moved(what, target, "x")).await;
        assert_eq!(told, outcome("refused", "other-group"), "{what} {target}");
    }
    assert_eq!((place().await, scene.thread(&ours.uri).await.group_id), (before, scene.group));
    assert_eq!(mirror.announced("move", moved(&topic, &mirror.second.uri, "1")).await.0, "applied");
    let second = scene.actor(&mirror.second.uri).await.unwrap().id;
    assert_eq!(place().await.0, second.0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moderator_elsewhere_moves_a_topic_between_groups_here() {
    let scene = Scene::new().await;
    scene
        .owner
        .post("/groups", json!({"name": "geld", "title": "Geld", "mission": "Vragen"}))
        .await
        .expect(201);
    let topic = scene.topic("Lening").await;
    let group = async || {
        scene.owner.get(&format!("/threads/{}", topic.id)).await.expect(200)["group"]["name"].clone()
    };
    let moved = |word: &str, target: &str| {
        let mut moved = scene.jan.activity("Move", word, json!(topic.uri));
        moved["target"] = json!(target);
        moved
    };
    let target = scene.app.url("/g/geld");
    for name in ["bijstand", "geld"] {
        let follow = scene.jan.activity("Follow", name, json!(scene.app.url(&format!("/g/{name}"))));
        scene.deliver(&follow).await;
    }
    let early = moved("early", &target);
    scene.deliver(&early).await;
    assert_eq!(scene.outcome(&early).await, outcome("refused", "not-staff"));
    for name in ["bijstand", "geld"] {
        let role = json!({"person": "jan@mastodon.test", "role": "moderator"});
        assert_eq!(scene.owner.patch(&format!("/groups/{name}/memberships"), role).await.status, 204);
    }
    let nowhere = moved("nowhere", "http://mastodon.test/c/weg");
    scene.deliver(&nowhere).await;
    assert_eq!(
        (scene.outcome(&nowhere).await, group().await),
        (outcome("refused", "other-group"), json!("bijstand"))
    );
    let now = moved("now", &target);
    scene.deliver(&now).await;
    assert_eq!(group().await, "geld");
    // Both groups announce it as it came.
    let relayed: Vec<Value> = scene.peer.received().into_iter().map(|one| one.activity).collect();
    for name in ["/g/bijstand", "/g/geld"] {
        let by = scene.app.url(name);
        assert!(relayed.iter().any(|one| one["actor"] == by && one["object"] == now), "{name}");
    }
    assert_eq!(scene.app.failures().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_says_itself_that_it_is_gone() {
    let mirror = Mirror::new().await;
    let scene = &mirror.scene;
    let status = async || scene.owner.get("/groups/wonen@lemmy.test").await.status;
    let of = |by: &PeerActor| by.activity("Delete", "group", json!(mirror.host.uri));
    // Not by one of its people alone, nor by a neighbour.
    scene.deliver_by(&mirror.kees, &of(&mirror.kees)).await;
    scene.deliver_by(&mirror.second, &of(&mirror.second)).await;
    assert_eq!(status().await, 200);
    // Lemmy announces it in the name of whoever did it.
    assert_eq!(mirror.announced("gone", of(&mirror.kees)).await.0, "applied");
    assert!(matches!(status().await, 404 | 410));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_elsewhere_is_found_by_what_it_says_of_itself_now() {
    let mirror = Mirror::new().await;
    let scene = &mirror.scene;
    let found = async |word: &str| {
        let page = scene.app.anonymous().get(&format!("/search/groups?q={word}")).await.expect(200);
        let names =
            page["items"].as_array().unwrap().iter().map(|hit| hit["name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    assert_eq!(found("wonen").await, ["wonen@lemmy.test"]);
    assert!(found("huurtoeslag").await.is_empty());

    let mut said = mirror.host.document.clone();
    said["name"] = json!("Huren en wonen");
    said["summary"] = json!("<p>Over huurtoeslagen</p>");
    mirror.lemmy.publish(said.clone());
    scene.app.clock.advance(3_600);
    scene.deliver_by(&mirror.host, &mirror.host.activity("Update", "group", said)).await;
    assert_eq!(found("huurtoeslag").await, ["wonen@lemmy.test"]);
    assert_eq!(found("huren").await, ["wonen@lemmy.test"]);
}
