//! Membership across servers, as it goes out.

use serde_json::{Value, json};
use vakplein::federation::store::peers::PeerForm;
use vakplein::ids::PersonId;
use vakplein::membership::acts;

use super::scene::Scene;
use crate::support::Receiver;
use crate::support::app::PASSWORD;
use crate::support::receiver::kind;

#[tokio::test]
async fn a_follow_is_accepted_with_the_follow_as_it_came() {
    let scene = Scene::new().await;
    let lemmy = Receiver::start(&scene.net, "lemmy.test").await;
    let bob = lemmy.person(&scene.app, "bob").await;
    lemmy.joins(&scene.app, &bob, scene.group, &scene.group_uri()).await;
    scene.app.settle().await;
    let received = lemmy.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].path, "/users/bob/inbox", "to the person, who may be the only one of a server");
    assert_eq!(received[0].key_id, scene.app.url("/g/schulden#main-key"));
    let accept = &received[0].json;
    assert_eq!(kind(accept), "Accept/Follow");
    assert_eq!(accept["actor"], scene.group_uri());
    assert_eq!(accept["to"][0], bob.uri);
    assert_eq!(accept["object"], lemmy.follow(&bob, &scene.group_uri()), "unknown members and all");
}

#[tokio::test]
async fn who_is_put_out_is_told() {
    let scene = Scene::new().await;
    let (lemmy, bob) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
    let (group, person) = (scene.group, PersonId::from(bob.id));
    scene.act(move |tx, by| acts::reject(tx, by, group, person)).await;
    scene.app.settle().await;
    let told = lemmy.take();
    assert_eq!(kind(&told[0]), "Reject/Follow");
    assert_eq!(told[0]["object"]["id"], "http://lemmy.test/follows/bob");
    scene.topic("Titel", "Tekst.").await;
    scene.app.settle().await;
    assert!(lemmy.take().is_empty(), "and gets nothing any more");
}

#[tokio::test]
async fn a_ban_evicts_in_the_way_that_each_software_understands() {
    let scene = Scene::new().await;
    let (lemmy, _) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
    let (gts, bob) = scene.member_at("gts.test", PeerForm::Microblog).await;
    let (group, person) = (scene.group, PersonId::from(bob.id));
    scene.act(move |tx, by| acts::ban(tx, by, Some(group), person, "Reclame", None)).await;
    scene.app.settle().await;
    let announced = lemmy.take();
    assert_eq!(announced.iter().map(kind).collect::<Vec<_>>(), ["Announce/Block"]);
    let block = &announced[0]["object"];
    assert_eq!(
        (block["target"].as_str(), block["summary"].as_str()),
        (Some(&*scene.group_uri()), Some("Reclame"))
    );
    let evicted = gts.take();
    let mut kinds: Vec<String> = evicted.iter().map(kind).collect();
    kinds.sort();
    assert_eq!(kinds, ["Block", "Reject/Follow"]);
    for one in &evicted {
        assert_eq!(one["actor"], scene.group_uri(), "the group evicts, not the moderator");
    }
}

#[tokio::test]
async fn who_deletes_the_account_is_gone_everywhere_once_the_grace_period_is_over() {
    let scene = Scene::new().await;
    let (lemmy, _) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
    let (mastodon, _) = scene.member_at("mastodon.test", PeerForm::Microblog).await;
    let cor = scene.app.member("cor").await;
    cor.post("/groups/schulden/memberships", json!({})).await.expect(201);
    let topic = json!({ "title": "Van Cor", "content": "Mijn eigen woorden." });
    cor.post("/groups/schulden/threads", topic).await.expect(201);
    scene.app.settle().await;
    cor.put("/me/leaving", json!({ "password": PASSWORD })).await.expect(200);
    scene.app.settle().await;
    lemmy.take();
    mastodon.take();
    scene.app.clock.advance(13 * 86_400);
    scene.app.settle().await;
    let is_goodbye = |document: &Value| {
        document["type"] == "Delete"
            && document["object"] == scene.app.url("/u/cor")
            && document["actor"] == scene.app.url("/u/cor")
    };
    assert!(!lemmy.take().iter().chain(&mastodon.take()).any(is_goodbye), "the grace period isn't over");
    scene.app.clock.advance(2 * 86_400);
    scene.app.settle().await;
    for server in [&lemmy, &mastodon] {
        assert_eq!(server.take().iter().filter(|document| is_goodbye(document)).count(), 1, "told once");
    }
    assert_eq!(scene.app.document("/u/cor").await.status, 410);
}
