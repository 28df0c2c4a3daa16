//! Attacks by what other servers serve: types, redirects, sizes, and lists without end. Numbers as in `hostile`.

use serde_json::json;
use vakplein::federation::resolve::resolve;
use vakplein::search::Resolved;

use super::hostile::{Attack, id};

#[tokio::test(flavor = "multi_thread")]
async fn documents_of_another_type_aren_t_documents_14() {
    let attack = Attack::new().await;
    let document = attack.eve.document.to_string();
    for kind in ["image/png", "application/json", "text/html", "application/ld+json"] {
        attack.evil.serve_as("/users/eve", 200, kind, &document);
        attack.scene.app.app.forget_failures("evil.test");
        assert!(resolve(&attack.scene.app.app, &attack.eve.uri).await.is_err(), "{kind}");
    }
    attack.scene.app.app.forget_failures("evil.test");
    let profile = "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";
    attack.evil.serve_as("/users/eve", 200, profile, &document);
    assert!(resolve(&attack.scene.app.app, &attack.eve.uri).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_lead_nowhere_inside_23_25_26() {
    let attack = Attack::new().await;
    for (number, to) in [
        "http://127.0.0.1:9/x",
        "http://[::1]/x",
        "http://localhost/x",
        "http://werkplein.test/u/ana",
        "http://evil.test/loop",
    ]
    .into_iter()
    .enumerate()
    {
        attack.evil.serve_as("/loop", 302, "text/plain", "http://evil.test/loop");
        attack.evil.serve_as(&format!("/r{number}"), 302, "text/plain", to);
        assert!(
            resolve(&attack.scene.app.app, &attack.evil.url(&format!("/r{number}"))).await.is_err(),
            "{to}"
        );
    }
    assert!(attack.evil.asked_for("/loop") <= 3);
    attack.evil.serve_as("/moved", 302, "text/plain", &attack.eve.uri);
    assert!(resolve(&attack.scene.app.app, &attack.evil.url("/moved")).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn nodeinfo_of_another_server_24() {
    let attack = Attack::new().await;
    let link = |href: &str| {
        json!({"links": [{"rel": "http://nodeinfo.diaspora.software/ns/schema/2.1", "href": href}]})
            .to_string()
    };
    let path = "/.well-known/nodeinfo";
    for href in ["http://127.0.0.1/x", "data:application/json,{}", "http://mastodon.test/nodeinfo"] {
        attack.evil.serve_as(path, 200, "application/json", &link(href));
        attack.scene.app.app.forget_failures("evil.test");
        vakplein::federation::meet::meet(&attack.scene.app.app, "evil.test").await.unwrap();
    }
    assert_eq!(attack.scene.peer.asked_for("/nodeinfo"), 0);
    attack.evil.serve_as(path, 200, "application/json", &link("http://evil.test/nodeinfo"));
    attack.evil.serve_as(
        "/nodeinfo",
        200,
        "application/json",
        &json!({"software": {"name": "Lemmy", "version": "1"}}).to_string(),
    );
    vakplein::federation::meet::meet(&attack.scene.app.app, "evil.test").await.unwrap();
    let find = |tx: &mut vakplein::db::Tx<'_>| vakplein::federation::store::peers::find(tx, "evil.test");
    let peer = attack.scene.app.app.db.read(find).await.unwrap().unwrap();
    assert_eq!((peer.software.as_str(), peer.form.word()), ("lemmy", "threadiverse"));
}

#[tokio::test(flavor = "multi_thread")]
async fn floods_in_one_document_32_33() {
    let attack = Attack::new().await;
    let mut note = attack.eve.note("big", &[&attack.scene.group_uri], None);
    note["name"] = json!("n".repeat(100_000));
    note["type"] = json!("Page");
    note["content"] =
        json!(format!("{}tekst{}", "<div><b>".repeat(5_000), "<img src=x onerror=alert(1)>".repeat(500)));
    note["tag"] = json!(vec![json!({"type": "Mention", "href": attack.scene.app.url("/u/ana")}); 2_000]);
    note["attachment"] =
        json!(vec![json!({"type": "Image", "url": "http://evil.test/x.png", "name": "x"}); 500]);
    let create = attack.eve.activity("Create", "1", note.clone());
    let (_, state, reason) = attack.by_eve(&create).await;
    assert_eq!(state, "applied", "{reason}");
    let (row, thread) = (attack.scene.row(id(&note)).await, attack.scene.thread(id(&note)).await);
    assert!(thread.title.chars().count() <= 200 && row.html.len() < 200_000 && !row.html.contains("onerror"));
    let mut giant = attack.eve.document.clone();
    giant["name"] = json!("x".repeat(50_000));
    giant["id"] = json!(attack.evil.url("/users/giant"));
    giant["publicKey"]["owner"] = giant["id"].clone();
    attack.evil.publish(giant.clone());
    assert!(matches!(resolve(&attack.scene.app.app, id(&giant)).await.unwrap(), Resolved::Person(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn collections_and_threads_without_end_35_36() {
    let attack = Attack::new().await;
    let page = attack.evil.url("/loop");
    attack.evil.serve("/loop", &json!({"id": page, "type": "OrderedCollection", "orderedItems": ["http://evil.test/1"], "next": page, "first": page}));
    let reach = vakplein::federation::fetch::Reach::out(&attack.scene.app.app);
    let items = reach.collection(&page.parse().unwrap(), 1_000).await.unwrap();
    assert!(items.len() <= 2 && attack.evil.asked_for("/loop") <= 2);
    for number in 0..80 {
        let mut note = attack.eve.note(&number.to_string(), &[&attack.scene.group_uri], None);
        note["inReplyTo"] = json!(format!("{}/statuses/{}", attack.eve.uri, number + 1));
        attack.evil.publish(note);
    }
    let before = attack.evil.asked().len();
    let reply =
        attack.eve.note("deep", &[&attack.scene.group_uri], Some(&format!("{}/statuses/0", attack.eve.uri)));
    let create = attack.eve.activity("Create", "deep", reply);
    assert_eq!(attack.by_eve(&create).await.1, "refused");
    assert!(attack.evil.asked().len() - before <= attack.scene.app.app.config.federation.max_fetches + 3);
}
