//! What happens in a group, as others are told of it.

use serde_json::{Value, json};
use vakplein::federation::store::peers::PeerForm;
use vakplein::threads::{ReactionKind, acts};

use super::scene::Scene;
use crate::media::{png, upload};
use crate::support::receiver::kind;

fn kinds(documents: &[Value]) -> Vec<String> {
    documents.iter().map(kind).collect()
}

#[tokio::test]
async fn a_removal_reaches_every_kind_of_server_and_can_be_undone() {
    let scene = Scene::new().await;
    let (lemmy, _) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
    let (mastodon, _) = scene.member_at("mastodon.test", PeerForm::Microblog).await;
    let topic = scene.topic("Titel", "Tekst.").await;
    scene.app.settle().await;
    lemmy.take();
    let boost = mastodon.take().remove(0);
    let id = topic.id;
    scene.act(move |tx, by| acts::remove(tx, by, id, "Namen genoemd")).await;
    scene.app.settle().await;
    let removal = lemmy.take();
    assert_eq!(kinds(&removal), ["Announce/Delete"]);
    assert_eq!(removal[0]["object"]["summary"], "Namen genoemd", "so Lemmy knows that it was a moderator");
    assert_eq!(removal[0]["object"]["object"], topic.uri);
    let undone = mastodon.take();
    assert_eq!(kinds(&undone), ["Undo/Announce"]);
    assert_eq!(undone[0]["object"]["id"], boost["id"]);
    scene.act(move |tx, by| acts::restore(tx, by, id)).await;
    scene.app.settle().await;
    let restored = lemmy.take();
    assert_eq!(kinds(&restored), ["Announce/Undo"]);
    assert_eq!(restored[0]["object"]["object"]["id"], removal[0]["object"]["id"]);
    let again = mastodon.take();
    assert_eq!(kinds(&again), ["Announce"]);
    assert_ne!(again[0]["id"], boost["id"]);
}

#[tokio::test]
async fn order_is_announced_as_lemmy_reads_it() {
    let scene = Scene::new().await;
    let (lemmy, _) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
    let topic = scene.topic("Titel", "Tekst.").await;
    scene.app.settle().await;
    lemmy.take();
    let id = topic.thread_id;
    scene.act(move |tx, by| acts::lock(tx, by, id)).await;
    scene.act(move |tx, by| acts::unlock(tx, by, id)).await;
    scene.act(move |tx, by| acts::pin(tx, by, id)).await;
    scene.act(move |tx, by| acts::unpin(tx, by, id)).await;
    let post = topic.id;
    scene.act(move |tx, by| acts::react(tx, by, post, ReactionKind::Like, "", None)).await;
    scene.act(move |tx, by| acts::unreact(tx, by, post)).await;
    scene.app.settle().await;
    let told = lemmy.take();
    let inner: Vec<&Value> = told.iter().map(|one| &one["object"]).collect();
    let of: Vec<String> = inner.iter().map(|one| kind(one)).collect();
    assert_eq!(of, ["Lock", "Undo/Lock", "Add", "Remove", "Like", "Undo/Like"]);
    assert_eq!(inner[1]["object"]["id"], inner[0]["id"]);
    assert_eq!(inner[2]["target"], scene.app.url("/g/schulden/featured"));
    assert_eq!(inner[5]["object"]["id"], inner[4]["id"]);
    for one in &inner {
        assert_eq!(one["actor"], scene.app.url("/u/ana"));
        assert_eq!(one["audience"], scene.group_uri());
    }
    assert!(inner[4].get("to").is_none(), "a vote has no audience, as Lemmy sends it");
}

#[tokio::test]
async fn a_change_and_a_deletion_reach_microblogs_from_the_author() {
    let scene = Scene::new().await;
    let (mastodon, _) = scene.member_at("mastodon.test", PeerForm::Microblog).await;
    let topic = scene.topic("Titel", "Tekst.").await;
    scene.app.settle().await;
    mastodon.take();
    let (app, id) = (&scene.app.app, topic.id);
    let input = vakplein::threads::draft::Input {
        title: "Titel".to_owned(),
        content: "Andere tekst.".to_owned(),
        language: Some("nl".to_owned()),
        ..vakplein::threads::draft::Input::default()
    };
    let draft = vakplein::threads::draft::written(&app.db, &app.markdown, input).await.unwrap();
    scene.act(move |tx, by| acts::edit(tx, by, id, &draft)).await;
    scene.app.settle().await;
    let told = mastodon.received();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].json["type"], "Update");
    assert!(told[0].json["object"]["updated"].is_string(), "Mastodon takes no change without");
    assert_eq!(told[0].key_id, scene.app.url("/u/ana#main-key"));
    mastodon.take();
    scene.act(move |tx, by| acts::delete(tx, by, id)).await;
    scene.app.settle().await;
    let mut told = kinds(&mastodon.take());
    told.sort();
    assert_eq!(told, ["Delete", "Undo/Announce"]);
}

#[tokio::test]
async fn a_picture_told_in_other_words_is_a_change_of_the_post() {
    let scene = Scene::new().await;
    let (lemmy, _) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
    let (mastodon, _) = scene.member_at("mastodon.test", PeerForm::Microblog).await;
    let (app, ana) = (&scene.app, &scene.ana);
    let file = upload(app, ana, "boom.png", &png(), &[("alt", "Een struik")]).await.expect(201);
    let topic = json!({ "title": "Met plaatje", "content": "Kijk", "media": [file["id"]] });
    let topic = ana.post("/groups/schulden/threads", topic).await.expect(201);
    app.settle().await;
    lemmy.take();
    mastodon.take();
    let path = format!("/media/{}", file["id"].as_str().unwrap());
    // The same words again change nothing.
    ana.patch(&path, json!({ "alt": "Een struik" })).await.expect(200);
    app.settle().await;
    assert!(lemmy.take().is_empty() && mastodon.take().is_empty());
    ana.patch(&path, json!({ "alt": "Een boom" })).await.expect(200);
    app.settle().await;
    let announced = lemmy.take();
    assert_eq!(kinds(&announced), ["Announce/Update"]);
    assert_eq!(announced[0]["object"]["object"]["id"], topic["activityPubId"]);
    let told = mastodon.take();
    assert_eq!(kinds(&told), ["Update"]);
    for object in [&announced[0]["object"]["object"], &told[0]["object"]] {
        assert_eq!(object["attachment"][0]["name"], "Een boom", "{object}");
        assert!(object["updated"].is_string(), "{object}");
    }
    // So is a picture that is taken away.
    ana.delete(&path).await.expect(204);
    app.settle().await;
    let announced = lemmy.take();
    assert_eq!(kinds(&announced), ["Announce/Update"]);
    let left = &announced[0]["object"]["object"]["attachment"];
    assert!(left.as_array().is_none_or(Vec::is_empty), "{left}");
}
