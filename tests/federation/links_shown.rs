//! What groups show of others, among servers: whom a group of ours tells of it and how, and what is believed of a group elsewhere.

use serde_json::{Value, json};
use vakplein::federation::store::peers::{self, Introduction, PeerForm};
use vakplein::ids::GroupId;
use vakplein::membership;
use vakplein::policy::Actor;

use super::inbound::Scene;
use super::linked::{accepts, answers, asks, deletes, ends, starts, via};
use super::links_others::page;
use super::pair::id;
use super::scene::{self, make_group};
use crate::support::Peer;
use crate::support::peer::PeerActor;
use crate::support::receiver::kind;

#[tokio::test(flavor = "multi_thread")]
async fn servers_of_members_hear_of_what_is_shown_in_the_form_that_they_show() {
    let scene = scene::Scene::new().await;
    let (mastodon, _) = scene.member_at("mastodon.test", PeerForm::Microblog).await;
    let (lemmy, _) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
    let (unknown, _) = scene.member_at("unknown.test", PeerForm::Unknown).await;
    let (vakplein, _) = scene.member_at("uwv.test", PeerForm::Threadiverse).await;
    let ours = Introduction { software: "vakplein".to_owned(), ..Introduction::default() };
    let known = scene.app.app.db.write(move |tx| {
        peers::introduce(tx, "uwv.test", &ours, PeerForm::Threadiverse)?;
        let piefed = Introduction { software: "piefed".to_owned(), ..Introduction::default() };
        peers::introduce(tx, "lemmy.test", &piefed, PeerForm::Threadiverse)
    });
    known.await.unwrap();
    let ana = &scene.ana;
    for name in ["wonen", "tuin"] {
        make_group(&scene.app, ana, name).await;
    }
    starts(ana, "wonen", "Van voor die tijd").await;
    assert_eq!(asks(ana, "schulden", "target", "wonen").await["state"], "accepted", "she decides in both");
    scene.app.settle().await;
    assert_eq!(via(ana, "schulden").await, ["Van voor die tijd via wonen"]);
    for server in [&mastodon, &lemmy, &unknown, &vakplein] {
        assert!(server.take().is_empty(), "{}: what is old is no news", server.host);
    }

    let topic = starts(ana, "wonen", "Huurtoeslag").await;
    answers(ana, &topic, "Wie weet het?").await.expect(201);
    scene.app.settle().await;
    for server in [&mastodon, &unknown, &vakplein] {
        let got = server.take();
        assert_eq!(got.iter().map(kind).collect::<Vec<_>>(), ["Announce"], "{}", server.host);
        let announce = &got[0];
        assert_eq!(
            (&announce["actor"], &announce["object"]),
            (&json!(scene.group_uri()), &topic["activityPubId"])
        );
        assert!(announce["published"].is_string());
    }
    assert!(lemmy.take().is_empty(), "it would refuse what isn't of that community");

    // Taken off, moved to where nothing is linked, or at an end: each is taken back from those who were told.
    let second = starts(ana, "wonen", "Verhuizen").await;
    let third = starts(ana, "wonen", "Energie").await;
    scene.app.settle().await;
    let servers = [&mastodon, &unknown, &vakplein];
    assert!(servers.iter().all(|server| server.kinds() == ["Announce", "Announce"]));
    let off = format!("/groups/schulden/shown/{}", id(&topic));
    assert_eq!(deletes(&scene.app, ana, &off, "Past hier niet").await.status, 204);
    let moved = ana.post(&format!("/threads/{}/move", id(&second)), json!({"group": "tuin"})).await;
    assert_eq!(moved.status, 204, "{}", moved.text);
    scene.app.settle().await;
    assert_eq!(via(ana, "schulden").await, ["Energie via wonen", "Van voor die tijd via wonen"]);
    for server in servers {
        let got = server.take();
        let mut taken: Vec<Value> = got.iter().map(|undo| undo["object"]["object"].clone()).collect();
        taken.sort_by_key(Value::to_string);
        let mut expected = vec![topic["activityPubId"].clone(), second["activityPubId"].clone()];
        expected.sort_by_key(Value::to_string);
        assert_eq!(taken, expected, "{}", server.host);
        assert!(got.iter().all(|one| kind(one) == "Undo/Announce" && one["actor"] == scene.group_uri()));
    }
    ends(&scene.app, ana, "schulden", "").await;
    scene.app.settle().await;
    let got = mastodon.take();
    let last = got.iter().map(|undo| &undo["object"]["object"]).collect::<Vec<_>>();
    assert_eq!(last, [&third["activityPubId"]], "and what was never told isn't taken back");
    assert!(lemmy.take().is_empty() && via(ana, "schulden").await.is_empty());
    assert_eq!(scene.app.failures().await, Vec::<String>::new());
}

/// Ana belongs to a group elsewhere, whose host accepted her.
async fn belongs(scene: &Scene, host: &PeerActor) {
    let found = scene.owner.get(&format!("/resolve?uri={}", host.uri)).await.expect(200);
    let (group, member) = (GroupId(id(&found).parse().unwrap()), scene.owner.id);
    let joined = move |tx: &mut vakplein::db::Tx<'_>| {
        membership::acts::join(tx, &Actor::here(member), group, "", None)?;
        membership::acts::host_accepted(tx, group, member)
    };
    scene.app.app.db.write(joined).await.unwrap();
    scene.app.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_group_elsewhere_shows_of_others_is_theirs_only_if_it_is() {
    let scene = Scene::new().await;
    let (lemmy, piefed) = (
        Peer::start(scene.net.names(), "lemmy.test").await,
        Peer::start(scene.net.names(), "piefed.test").await,
    );
    let (host, second, tuinen) = (lemmy.group("wonen"), lemmy.group("zorg"), piefed.group("tuinen"));
    let (lien, evil) = (piefed.person("lien"), Peer::start(scene.net.names(), "evil.test").await);
    let eve = evil.person("eve");
    belongs(&scene, &host).await;
    let shown = async || via(&scene.owner, "wonen@lemmy.test").await;
    let announce = |by: &PeerActor, word: &str, object: Value| by.activity("Announce", word, object);

    let ours = scene.topic("Van ons").await;
    let closed = json!({"name": "overleg", "title": "Overleg", "mission": "Vragen", "class": "leden"});
    scene.owner.post("/groups", closed).await.expect(201);
    let secret = starts(&scene.owner, "overleg", "Zwijgwoord").await;
    let topic = page(&lien, &tuinen.uri, "1", "Moestuin");
    piefed.publish(topic.clone());
    let reply = lien.note("2", &[&tuinen.uri], Some(id(&topic)));
    piefed.publish(reply.clone());
    // Its id is of one server, the group that it claims to be of is at home at another.
    let claimed = evil.publish(page(&eve, &tuinen.uri, "1", "Vals"));
    let claimed_ours = evil.publish(page(&eve, &scene.group_uri, "2", "Ook vals"));
    let mut lent = page(&lien, &tuinen.uri, "3", "Geleend");
    lent["content"] = json!("<p>Koop nu!</p>");
    evil.serve("/posts/lent", &lent);
    let nested = announce(&host, "inner", json!(id(&topic)));
    for (word, by, object) in [
        ("claimed", &host, json!(id(&claimed))),
        ("claimed-ours", &host, json!(id(&claimed_ours))),
        ("lent", &host, json!(evil.url("/posts/lent"))),
        ("closed", &host, secret["activityPubId"].clone()),
        ("nested", &host, nested),
        ("nobody", &host, json!(scene.app.url("/t/00000000-0000-0000-0000-000000000000"))),
        ("stranger", &second, json!(ours.uri)),
    ] {
        scene.deliver_by(by, &announce(by, word, object)).await;
        assert!(shown().await.is_empty(), "{word}");
        assert!(via(&scene.owner, "bijstand").await.is_empty(), "{word}");
    }
    let titles = scene.owner.get("/groups/bijstand/threads").await.expect(200);
    assert_eq!(titles["items"].as_array().unwrap().len(), 1, "nothing came into ours: {titles}");

    // A topic that is at home where it says; and only topics.
    scene.deliver_by(&host, &announce(&host, "good", json!(id(&topic)))).await;
    assert_eq!(shown().await, ["Moestuin via tuinen@piefed.test"]);
    scene.deliver_by(&host, &announce(&host, "reply", json!(id(&reply)))).await;
    assert!(scene.post(id(&reply)).await.is_none());
    // Of a group of ours it shows what our staff let it.
    scene.deliver_by(&host, &announce(&host, "unlinked", json!(ours.uri))).await;
    assert_eq!(shown().await.len(), 1);
    scene.deliver_by(&host, &host.activity("Follow", "1", json!(scene.group_uri))).await;
    accepts(&scene.owner, "bijstand", json!({"state": "accepted"})).await;
    scene.app.settle().await;
    let known = announce(&host, "linked", json!(ours.uri));
    scene.deliver_by(&host, &known).await;
    assert_eq!(shown().await, ["Moestuin via tuinen@piefed.test", "Van ons via bijstand"]);
    // It is shown there once, however often that is said; others don't take it back.
    scene.deliver_by(&host, &announce(&host, "again", json!(ours.uri))).await;
    scene.deliver_by(&second, &second.activity("Undo", "1", known.clone())).await;
    assert_eq!(shown().await.len(), 2);
    scene.deliver_by(&host, &host.activity("Undo", "1", known)).await;
    assert_eq!(shown().await, ["Moestuin via tuinen@piefed.test"]);
    assert_eq!(scene.thread(&ours.uri).await.group_id, scene.group, "at home nothing changed");
    assert_eq!(scene.app.failures().await, Vec::<String>::new());
}
