//! A server is blocked: what there was between its people and ours ends, and both sides are told.

use serde_json::{Value, json};

use super::inbound::Scene;
use crate::login::logged_in;
use crate::pages::check_page;
use crate::support::receiver::kind;
use crate::support::{Member, Peer};

/// Types of what was sent to a server since the last look, with its sender, in alphabetical order.
fn told(peer: &Peer, seen: &mut usize) -> Vec<(String, String)> {
    let all = peer.received();
    let new = all.iter().skip(*seen).map(|one| &one.activity);
    let mut told: Vec<_> =
        new.map(|one| (kind(one), one["actor"].as_str().unwrap_or_default().to_owned())).collect();
    told.sort();
    *seen = all.len();
    told
}

async fn ties(chief: &Member, host: &str) -> Value {
    chief.get(&format!("/admin/peers/{host}")).await.expect(200)["ties"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn blocking_a_server_ends_what_there_was_and_lifting_the_block_restores_nothing() {
    let scene = Scene::new().await;
    let (app, ana, chief) = (&scene.app, &scene.owner, scene.app.admin("chef").await);
    // Jan and, on a server below his, Piet belong to the group; Jan and Ana follow each other; Ana belongs to a group there.
    let below = Peer::start(scene.net.names(), "sub.mastodon.test").await;
    let piet = below.person("piet");
    let garden = scene.peer.group("tuin");
    scene.deliver(&scene.jan.activity("Follow", "1", json!(scene.group_uri))).await;
    scene.deliver_by(&piet, &piet.activity("Follow", "1", json!(scene.group_uri))).await;
    scene.deliver(&scene.jan.activity("Follow", "2", json!(app.url("/u/ana")))).await;
    assert_eq!(ana.put("/people/jan@mastodon.test/follow", json!({})).await.status, 204);
    ana.get("/resolve?uri=%21tuin@mastodon.test").await;
    let uri = format!("/resolve?uri={}", garden.uri.replace(':', "%3A").replace('/', "%2F"));
    ana.get(&uri).await.expect(200);
    ana.post("/groups/tuin@mastodon.test/memberships", json!({})).await.expect(201);
    app.settle().await;
    let all = json!({ "members": 2, "memberships": 1, "follows": 2 });
    assert_eq!(ties(&chief, "mastodon.test").await, all);
    let (mut seen, mut seen_below) = (scene.peer.received().len(), below.received().len());

    // Nobody but an administrator; and who does it hears first what ends.
    let block = json!({ "state": "blocked" });
    assert_eq!(ana.patch("/admin/peers/mastodon.test", block).await.refused(403), "not-admin");
    let browser = logged_in(app, "chef").await;
    let page = "/admin/peers/mastodon.test";
    browser.get(page).await;
    check_page(&browser.submit(page, &[("state", "blocked"), ("note", "Reclame")]).await, 200, "nl");
    let asked = browser.texts("main").remove(0);
    for part in
        ["2 lidmaatschappen van mensen", "1 lidmaatschap van een lid", "2 keer", "komt dit niet terug"]
    {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    app.settle().await;
    assert_eq!(ties(&chief, "mastodon.test").await, all, "asking does nothing yet");
    assert_eq!(browser.submit(page, &[]).await.location(), page);
    app.settle().await;

    let none = json!({ "members": 0, "memberships": 0, "follows": 0 });
    assert_eq!(ties(&chief, "mastodon.test").await, none);
    let by = |path: &str| app.url(path);
    let mut expected = [
        ("Reject/Follow".to_owned(), scene.group_uri.clone()),
        ("Reject/Follow".to_owned(), by("/u/ana")),
        ("Undo/Follow".to_owned(), by("/u/ana")),
        ("Undo/Follow".to_owned(), by("/u/ana")),
    ];
    expected.sort();
    assert_eq!(told(&scene.peer, &mut seen), expected);
    assert_eq!(told(&below, &mut seen_below), [("Reject/Follow".to_owned(), scene.group_uri.clone())]);
    assert!(scene.membership(&scene.jan.uri).await.is_none() && scene.membership(&piet.uri).await.is_none());
    assert_eq!(ana.get("/groups/bijstand").await.expect(200)["memberCount"], 1);
    let notices = ana.get("/me/notices").await.expect(200);
    assert_eq!(notices["items"][0]["kind"], "severed", "{notices}");
    let reader = logged_in(app, "ana").await;
    reader.get("/notifications").await;
    assert!(reader.texts("main").remove(0).contains("deze site heeft mastodon.test geblokkeerd"));

    // While it lasts nothing new begins, and nothing else is said.
    let again = scene.jan.activity("Follow", "3", json!(scene.group_uri));
    assert_eq!(scene.jan.post(app, &again).await.status, 403);
    assert_eq!(ana.post("/groups/tuin@mastodon.test/memberships", json!({})).await.refused(403), "blocked");
    scene.topic("Over het blok").await;
    app.settle().await;
    assert_eq!(told(&scene.peer, &mut seen), []);

    // Afterwards everybody begins anew.
    chief.patch("/admin/peers/mastodon.test", json!({ "state": "open" })).await.expect(200);
    app.settle().await;
    assert_eq!(ties(&chief, "mastodon.test").await, none);
    scene.deliver(&again).await;
    assert!(scene.membership(&scene.jan.uri).await.is_some());
    assert_eq!(told(&scene.peer, &mut seen), [("Accept/Follow".to_owned(), scene.group_uri.clone())]);
    assert_eq!(app.failures().await, Vec::<String>::new());
}
