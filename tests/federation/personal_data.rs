//! A citizen service number in what comes in: it is neither taken in, kept, nor handed on.

use diesel::prelude::*;
use serde_json::{Value, json};
use vakplein::db::schema::inbox;

use super::inbound::Scene;
use crate::support::Peer;

/// Passes the eleven-test, and is nobody's as far as we know.
const BSN: &str = "123456782";

fn id(document: &Value) -> &str {
    document["id"].as_str().unwrap()
}

fn refused() -> (String, String) {
    ("refused".to_owned(), "personal-data".to_owned())
}

/// Whether the number stands in any activity that came in, as it is kept.
async fn is_kept(scene: &Scene) -> bool {
    let read = scene.app.app.db.read(|tx| {
        let bodies: Vec<Option<String>> = inbox::table.select(inbox::body).load(tx.conn)?;
        Ok(bodies)
    });
    read.await.unwrap().iter().flatten().any(|body| body.contains(BSN))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_with_a_bsn_is_refused_and_handed_on_to_nobody() {
    let scene = Scene::new().await;
    let topic = scene.topic("Vakantiegeld").await;
    let lemmy = Peer::start(scene.net.names(), "lemmy.test").await;
    let kees = lemmy.person("kees");
    scene.deliver_by(&kees, &kees.activity("Follow", "1", json!(scene.group_uri))).await;
    let handed_on = || lemmy.received().iter().filter(|it| it.activity["type"] == "Announce").count();
    let before = handed_on();
    let changes = [
        json!({ "content": format!("<p>Mijn nummer is {BSN}.</p>") }),
        json!({ "content": "<p>BSN: 12<b>34</b> 567&#8203;82</p>" }),
        json!({ "type": "Page", "name": format!("Over {BSN}"), "content": "<p>Wie weet dit?</p>" }),
        json!({ "summary": BSN }),
        json!({ "attachment": [{ "type": "Image", "url": "https://mastodon.test/a.png", "name": BSN }] }),
        json!({ "source": { "content": BSN, "mediaType": "text/markdown" } }),
    ];
    for (number, change) in changes.iter().enumerate() {
        for (word, parent) in [("topic", None), ("reply", Some(topic.uri.as_str()))] {
            let word = format!("{word}{number}");
            let mut note = scene.jan.note(&word, &[&scene.group_uri], parent);
            note.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            if parent.is_some() && note["type"] == "Page" {
                continue;
            }
            let create = scene.jan.activity("Create", &word, note.clone());
            scene.deliver(&create).await;
            assert_eq!(scene.outcome(&create).await, refused(), "{note}");
            assert!(scene.post(id(&note)).await.is_none());
        }
    }
    assert_eq!(handed_on(), before);
    assert!(!is_kept(&scene).await);
    // Mended by its author, it is a post like any other.
    let note = scene.jan.note("topic0", &[&scene.group_uri], None);
    scene.deliver(&scene.jan.activity("Update", "1", note.clone())).await;
    assert!(scene.post(id(&note)).await.is_some());
    assert!(handed_on() > before, "{:?}", lemmy.received());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_brings_a_bsn_changes_nothing() {
    let scene = Scene::new().await;
    let mut note = scene.jan.note("1", &[&scene.group_uri], None);
    note["content"] = json!("<p>Bel of mail ons.</p>");
    scene.deliver(&scene.jan.activity("Create", "1", note.clone())).await;
    let row = scene.row(id(&note)).await;
    note["content"] = json!(format!("<p>Of schrijf naar BSN {BSN}.</p>"));
    note["updated"] = json!("2026-01-02T10:00:00Z");
    let update = scene.jan.activity("Update", "1", note.clone());
    scene.deliver(&update).await;
    assert_eq!(scene.outcome(&update).await, refused());
    assert_eq!(scene.row(id(&note)).await.html, row.html);
    assert!(!is_kept(&scene).await);
    note["content"] = json!("<p>Of kom langs.</p>");
    note["updated"] = json!("2026-01-03T10:00:00Z");
    let update = scene.jan.activity("Update", "2", note.clone());
    scene.deliver(&update).await;
    assert_eq!(scene.outcome(&update).await.0, "applied");
    assert_eq!(scene.row(id(&note)).await.html, "<p>Of kom langs.</p>");
}
