//! What comes in about people: follows, moves to another address, blocks, and who may say that somebody is gone.

use serde_json::{Value, json};
use vakplein::policy::Actor;

use super::inbound::Scene;
use crate::support::Peer;
use crate::support::receiver::kind;

fn outcome(state: &str, rule: &str) -> (String, String) {
    (state.to_owned(), rule.to_owned())
}

impl Scene {
    /// How Jan and Ana follow each other, as Ana sees it: she him, he her.
    async fn between(&self) -> (bool, bool) {
        let seen = self.owner.get("/people/jan@mastodon.test").await.expect(200);
        let is = |what: &str| seen["relation"][what].as_bool().unwrap();
        (is("following"), is("followedBy"))
    }

    /// Whom Ana follows, and how far that is.
    async fn followed(&self) -> Vec<(String, String)> {
        let list = self.owner.get("/me/following").await.expect(200);
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let line = |one: &Value| (text(&one["person"]["name"]), text(&one["state"]));
        list["items"].as_array().unwrap().iter().map(line).collect()
    }

    /// Ana asks to follow Jan; id of the Follow.
    async fn ana_follows_jan(&self) -> Value {
        self.owner.get("/resolve?uri=http%3A%2F%2Fmastodon.test%2Fusers%2Fjan").await.expect(200);
        self.owner.put("/people/jan@mastodon.test/follow", json!({})).await;
        self.app.settle().await;
        let sent = self.peer.received();
        sent.iter().rev().find(|one| kind(&one.activity) == "Follow").unwrap().activity.clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_follow_each_other_and_only_they_end_it() {
    let scene = Scene::new().await;
    let ana = scene.app.url("/u/ana");
    let follow = scene.jan.activity("Follow", "ana", json!(ana));
    scene.deliver(&follow).await;
    assert_eq!(scene.between().await, (false, true));
    let accept = scene.peer.received().pop().unwrap().activity;
    assert_eq!((kind(&accept).as_str(), accept["actor"].as_str()), ("Accept/Follow", Some(ana.as_str())));
    assert_eq!(accept["object"], follow);
    let piet = scene.peer.person("piet");
    let undo = piet.activity("Undo", "1", follow.clone());
    scene.deliver_by(&piet, &undo).await;
    assert_eq!((scene.outcome(&undo).await, scene.between().await.1), (outcome("refused", "not-own"), true));
    scene.deliver(&scene.jan.activity("Undo", "1", follow)).await;
    assert_eq!(scene.between().await, (false, false));

    // The other way: Jan's word counts, and nobody else's.
    let asked = scene.ana_follows_jan().await;
    assert_eq!(scene.followed().await, [("jan".to_owned(), "pending".to_owned())]);
    let by_another = piet.activity("Accept", "1", asked.clone());
    scene.deliver_by(&piet, &by_another).await;
    assert!(!scene.between().await.0);
    scene.deliver(&scene.jan.activity("Accept", "1", asked.clone())).await;
    assert!(scene.between().await.0);
    assert_eq!(scene.followed().await, [("jan".to_owned(), "accepted".to_owned())]);
    scene.deliver_by(&piet, &piet.activity("Reject", "1", asked.clone())).await;
    assert!(scene.between().await.0);
    scene.deliver(&scene.jan.activity("Reject", "1", asked)).await;
    assert!(!scene.between().await.0);
    // Ana's own list says so, and nothing draws her attention to it.
    assert!(scene.followed().await.is_empty());
    assert_eq!(scene.owner.get("/me/notices").await.expect(200)["items"], json!([]));
    assert_eq!(scene.app.anonymous().get("/me/following").await.refused(401), "signed-out");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_actor_moves_when_both_ends_say_so() {
    let scene = Scene::new().await;
    scene.deliver(&scene.jan.activity("Follow", "1", json!(scene.group_uri))).await;
    let other = Peer::start(scene.net.names(), "nieuw.test").await;
    let (new, piet) = (other.person("jan"), scene.peer.person("piet"));
    let moving = |by: &crate::support::peer::PeerActor, word: &str| {
        let mut moved = by.activity("Move", word, json!(scene.jan.uri));
        moved["target"] = json!(new.uri);
        moved
    };
    let moved_to = async || scene.actor(&scene.jan.uri).await.unwrap().moved_to;
    let early = moving(&scene.jan, "early");
    scene.deliver(&early).await;
    assert_eq!(scene.outcome(&early).await, outcome("refused", "not-known-as"));
    let mut document = new.document.clone();
    document["alsoKnownAs"] = json!([scene.jan.uri]);
    other.publish(document);
    let foreign = moving(&piet, "foreign");
    scene.deliver_by(&piet, &foreign).await;
    assert_eq!((scene.outcome(&foreign).await, moved_to().await), (outcome("refused", "not-itself"), None));
    scene.deliver(&moving(&scene.jan, "now")).await;
    assert_eq!(moved_to().await.as_deref(), Some(new.uri.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_by_people_groups_and_sites_reach_as_far_as_they_may() {
    let scene = Scene::new().await;
    let ana = scene.app.url("/u/ana");
    scene.deliver(&scene.jan.activity("Follow", "ana", json!(ana))).await;
    let asked = scene.ana_follows_jan().await;
    scene.deliver(&scene.jan.activity("Accept", "1", asked)).await;
    assert_eq!(scene.between().await, (true, true));
    let piet = scene.peer.person("piet");
    scene.deliver_by(&piet, &piet.activity("Block", "1", json!(ana))).await;
    assert_eq!(scene.between().await, (true, true), "Piet's block is Piet's own");
    scene.deliver(&scene.jan.activity("Block", "1", json!(ana))).await;
    assert_eq!(scene.between().await, (false, false));

    // A group that blocks somebody puts them out (Mastodon's way); a neighbour group doesn't.
    let (wonen, tuinen) = (scene.peer.group("wonen"), scene.peer.group("tuinen"));
    let found = scene.owner.get("/resolve?uri=http%3A%2F%2Fmastodon.test%2Fc%2Fwonen").await.expect(200);
    let (group, member) = (found["id"].as_str().unwrap().parse::<uuid::Uuid>().unwrap(), scene.owner.id);
    let group = vakplein::ids::GroupId(group);
    let joined = move |tx: &mut vakplein::db::Tx<'_>| {
        vakplein::membership::acts::join(tx, &Actor::here(member), group, "", None)?;
        vakplein::membership::acts::host_accepted(tx, group, member)
    };
    scene.app.app.db.write(joined).await.unwrap();
    scene.app.settle().await;
    let role = async || scene.owner.get("/groups/wonen@mastodon.test").await.expect(200)["role"].clone();
    scene.deliver_by(&tuinen, &tuinen.activity("Block", "1", json!(ana))).await;
    assert_eq!(role().await, "member");
    scene.deliver_by(&wonen, &wonen.activity("Block", "1", json!(ana))).await;
    assert_eq!(role().await, Value::Null);

    // A site bans one of its own, and wants what they wrote taken away; of others it is refused.
    let note = scene.jan.note("1", &[&scene.group_uri], None);
    scene.deliver(&scene.jan.activity("Create", "1", note.clone())).await;
    let evil = Peer::start(scene.net.names(), "evil.test").await;
    let eve = evil.person("eve");
    let ban = |by: &crate::support::peer::PeerActor, site: &str| {
        let mut ban = by.activity("Block", &format!("site-{}", site.len()), json!(scene.jan.uri));
        ban["target"] = json!(site);
        ban["removeData"] = json!(true);
        ban
    };
    for site in ["http://evil.test/", "http://mastodon.test/"] {
        let foreign = ban(&eve, site);
        scene.deliver_by(&eve, &foreign).await;
        assert_eq!(scene.outcome(&foreign).await, outcome("refused", "not-its-site"), "{site}");
    }
    let uri = note["id"].as_str().unwrap();
    assert!(scene.row(uri).await.deleted_at.is_none());
    scene.deliver_by(&piet, &ban(&piet, "http://mastodon.test/")).await;
    assert!(scene.row(uri).await.deleted_at.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_changes_by_its_own_server_s_word_alone() {
    let scene = Scene::new().await;
    scene.deliver(&scene.jan.activity("Follow", "1", json!(scene.group_uri))).await;
    let evil = Peer::start(scene.net.names(), "evil.test").await;
    let eve = evil.person("eve");
    let name = async || scene.owner.get("/people/jan@mastodon.test").await.expect(200)["displayName"].clone();
    let mut forged = scene.jan.document.clone();
    forged["name"] = json!("Jan de Bedrieger");
    let update = eve.activity("Update", "1", forged.clone());
    scene.deliver_by(&eve, &update).await;
    assert_eq!(
        (scene.outcome(&update).await, name().await),
        (outcome("refused", "foreign-object"), json!("jan"))
    );
    // Jan's own server says so, but another of its people does: what counts is what stands at Jan's address.
    let mut changed = scene.jan.document.clone();
    changed["name"] = json!("Jan de Vries");
    scene.peer.publish(changed);
    scene.deliver(&scene.jan.activity("Update", "1", forged)).await;
    assert_eq!(name().await, "Jan de Vries", "what is sent along isn't taken, what stands there is");
}
