//! What is served to servers that ask: documents, collections, tombstones, discovery.

use reqwest::Method;
use serde_json::Value;
use vakplein::federation::proofs::Proof;
use vakplein::federation::signatures::{self, Scheme, Signer};
use vakplein::federation::store::peers;
use vakplein::keys::{PublicKey, SigningKey};
use vakplein::policy::PeerState;
use vakplein::threads::acts;

use super::scene::Scene;
use crate::support::{Reply, TestApp};

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

fn check_document(reply: &Reply) -> &Value {
    assert_eq!(reply.status, 200, "{}", reply.text);
    assert_eq!(reply.header("content-type"), "application/activity+json", "exactly, as Lemmy compares it");
    let context = &reply.json["@context"];
    assert_eq!(context.get(0).unwrap_or(context), "https://www.w3.org/ns/activitystreams");
    &reply.json
}

/// Checks that a document's proof was made by the key in its owner's document.
async fn check_proof(app: &TestApp, document: &Value) {
    let proof = Proof::read(document, app.app.clock.now().utc()).unwrap();
    let path = proof.owner().path();
    let owner = app.document(path).await.expect(200);
    let key = &owner["assertionMethod"][0];
    assert_eq!(key["id"], proof.method().as_str());
    assert_eq!(key["type"], "Multikey");
    assert_eq!(key["controller"], owner["id"]);
    let key = PublicKey::from_multikey(key["publicKeyMultibase"].as_str().unwrap()).unwrap();
    proof.verify(&key).unwrap();
}

#[tokio::test]
async fn actors_have_what_lemmy_and_mastodon_demand() {
    let scene = Scene::new().await;
    let app = &scene.app;
    for (path, kind) in [("/g/schulden", "Group"), ("/u/ana", "Person"), ("/", "Application")] {
        let reply = app.document(path).await;
        let actor = check_document(&reply);
        assert_eq!(actor["type"], kind);
        assert_eq!(actor["id"], app.url(path));
        for required in ["preferredUsername", "inbox", "outbox", "followers", "name", "published"] {
            assert!(actor[required].is_string(), "{kind} {required}: {actor}");
        }
        assert_eq!(actor["publicKey"]["owner"], actor["id"]);
        assert!(actor["publicKey"]["publicKeyPem"].as_str().unwrap().starts_with("-----BEGIN PUBLIC KEY"));
        assert_eq!(actor["endpoints"]["sharedInbox"], app.url("/inbox"));
        assert!(actor["webfinger"].as_str().unwrap().ends_with("@werkplein.test"));
        let implements = actor["generator"]["implements"].as_array().unwrap();
        assert!(implements.iter().any(|one| one["href"].as_str().unwrap().ends_with("rfc9421")));
        let contexts: Vec<&str> =
            actor["@context"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        for context in ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"] {
            assert!(contexts.contains(&context), "{contexts:?}");
        }
        check_proof(app, actor).await;
    }
    let group = app.document("/g/schulden").await.json;
    assert_eq!(group["attributedTo"], app.url("/g/schulden/moderators"));
    assert_eq!(group["featured"], app.url("/g/schulden/featured"));
    assert_eq!(group["postingRestrictedToMods"], false);
    assert_eq!(group["source"]["mediaType"], "text/markdown");
    assert!(group["summary"].as_str().unwrap().contains("<strong>iedereen</strong>"));
    assert_eq!(group["discoverable"], true);
    assert_eq!(app.document("/").await.json["preferredUsername"], "werkplein.test");
    for path in ["/g/ana", "/u/schulden", "/u/nobody", "/g/nothing", "/t/x", "/p/x", "/activities/x"] {
        assert_eq!(app.document(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_topic_is_a_page_and_a_reply_a_note() {
    let scene = Scene::new().await;
    let app = &scene.app;
    let topic = scene.topic("Brief van de deurwaarder", "Wat moet ik *doen*?\n\nBel @ana.").await;
    let reply = scene.reply(topic.id, "Bel eerst.\n\n| a | b |\n|---|---|\n| 1 | 2 |").await;
    let answer = app.document(&format!("/t/{}", topic.id)).await;
    let page = check_document(&answer);
    assert_eq!(page["type"], "Page");
    assert_eq!(page["id"], topic.uri);
    assert_eq!(page["name"], "Brief van de deurwaarder");
    assert_eq!(page["attributedTo"], app.url("/u/ana"));
    assert_eq!(page["to"], serde_json::json!([scene.group_uri(), PUBLIC]));
    assert_eq!(page["audience"], scene.group_uri());
    assert_eq!(page["context"], format!("{}/context", topic.uri));
    assert_eq!(page["summary"], "<p>Wat moet ik doen? Bel @ana.</p>");
    assert!(page["content"].as_str().unwrap().contains("<em>doen</em>"), "{page}");
    assert_eq!(page["contentMap"]["nl"], page["content"]);
    assert_eq!(page["language"]["identifier"], "nl");
    assert_eq!(page["source"]["content"], topic.content);
    assert_eq!(page["tag"][0]["href"], scene.group_uri());
    assert_eq!(page["tag"][0]["name"], "@schulden@werkplein.test");
    assert_eq!(page["interactionPolicy"]["canQuote"]["automaticApproval"][0], PUBLIC);
    assert!(page.get("inReplyTo").is_none());
    check_proof(app, page).await;
    let answer = app.document(&format!("/p/{}", reply.id)).await;
    let note = check_document(&answer);
    assert_eq!(note["type"], "Note");
    assert_eq!(note["inReplyTo"], topic.uri);
    assert!(note.get("name").is_none() && note.get("summary").is_none());
    assert!(!note["content"].as_str().unwrap().contains("<table"), "microblogs show no tables");
    assert_eq!(note["tag"][0]["href"], scene.group_uri());
    check_proof(app, note).await;
    // The same address is a page for people.
    assert_ne!(
        app.get(&format!("/t/{}", topic.id)).await.header("content-type"),
        "application/activity+json"
    );
    // A first post has one address.
    let other = app.document(&format!("/p/{}", topic.id)).await;
    assert_eq!((other.status, other.location()), (302, topic.uri.as_str()));
    assert_eq!(app.document(&format!("/t/{}", reply.id)).await.location(), reply.uri);
}

#[tokio::test]
async fn collections_are_as_lemmy_reads_them() {
    let scene = Scene::new().await;
    let app = &scene.app;
    let topic = scene.topic("Eerste", "Een.").await;
    let reply = scene.reply(topic.id, "Twee.").await;
    scene
        .act({
            let id = topic.thread_id;
            move |tx, by| acts::pin(tx, by, id)
        })
        .await;
    app.settle().await;
    let get = async |path: &str| check_document(&app.document(path).await).clone();
    let outbox = get("/g/schulden/outbox").await;
    assert_eq!(
        (outbox["type"].as_str(), outbox["totalItems"].as_i64()),
        (Some("OrderedCollection"), Some(1))
    );
    let announce = &outbox["orderedItems"][0];
    assert_eq!(
        (announce["type"].as_str(), announce["object"]["type"].as_str()),
        (Some("Announce"), Some("Create"))
    );
    assert_eq!(announce["object"]["object"]["id"], topic.uri);
    check_proof(app, announce).await;
    check_proof(app, &announce["object"]).await;
    let followers = get("/g/schulden/followers").await;
    assert_eq!(
        (followers["type"].as_str(), followers["items"].as_array().map(Vec::len)),
        (Some("Collection"), Some(0))
    );
    assert_eq!(followers["totalItems"], 1);
    assert_eq!(get("/g/schulden/moderators").await["orderedItems"][0], app.url("/u/ana"));
    assert_eq!(get("/g/schulden/featured").await["orderedItems"][0]["id"], topic.uri);
    let context = get(&format!("/t/{}/context", topic.id)).await;
    assert_eq!(context["attributedTo"], scene.group_uri());
    assert_eq!(context["orderedItems"], serde_json::json!([topic.uri, reply.uri]));
    let replies = app.document(&format!("/p/{}/replies", topic.id)).await.expect(200);
    assert_eq!(replies["items"], serde_json::json!([reply.uri]));
    // Every activity answers at its id.
    let id = announce["id"].as_str().unwrap().to_owned();
    assert_eq!(scene.document(&id).await["id"], announce["id"]);
    let id = announce["object"]["id"].as_str().unwrap().to_owned();
    assert_eq!(scene.document(&id).await["object"]["id"], topic.uri);
    assert_eq!(get("/u/ana/outbox").await["totalItems"], 2);
    for path in ["/u/ana/followers", "/u/ana/following", "/actor/outbox", "/actor/followers"] {
        assert_eq!(app.document(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn what_is_deleted_is_gone_and_what_is_removed_can_come_back() {
    let scene = Scene::new().await;
    let app = &scene.app;
    let topic = scene.topic("Eerste", "Een geheim.").await;
    let reply = scene.reply(topic.id, "Twee.").await;
    app.settle().await;
    let create = app.document("/g/schulden/outbox").await.json["orderedItems"][0]["object"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let id = reply.id;
    scene.act(move |tx, by| acts::delete(tx, by, id)).await;
    let gone = app.document(&format!("/p/{id}")).await;
    assert_eq!((gone.status, gone.json["type"].as_str()), (410, Some("Tombstone")));
    assert_eq!(gone.json["formerType"], "Note");
    let id = topic.id;
    scene.act(move |tx, by| acts::remove(tx, by, id, "Namen genoemd")).await;
    let hidden = app.document(&format!("/t/{id}")).await;
    assert_eq!((hidden.status, hidden.json["type"].as_str()), (404, Some("Tombstone")));
    assert!(!hidden.text.contains("geheim"));
    let path = create.strip_prefix(app.app.urls.base()).unwrap();
    let held_back = app.document(path).await;
    assert_eq!(held_back.status, 410, "an activity keeps no text that was removed");
    assert!(!held_back.text.contains("geheim"));
    scene.act(move |tx, by| acts::restore(tx, by, id)).await;
    assert_eq!(app.document(&format!("/t/{id}")).await.status, 200);
    assert_eq!(app.document(path).await.status, 200);
}

#[tokio::test]
async fn handles_and_addresses_are_found() {
    let scene = Scene::new().await;
    let app = &scene.app;
    for (resource, id, kind) in [
        ("acct:schulden@werkplein.test", app.url("/g/schulden"), "Group"),
        ("acct:ana@werkplein.test", app.url("/u/ana"), "Person"),
        ("acct:werkplein.test@werkplein.test", app.url("/"), "Application"),
        ("http://werkplein.test/g/schulden", app.url("/g/schulden"), "Group"),
        ("http://werkplein.test/", app.url("/"), "Application"),
    ] {
        let reply = app.get(&format!("/.well-known/webfinger?resource={resource}")).await;
        assert_eq!(reply.status, 200, "{resource}");
        assert!(reply.header("content-type").starts_with("application/jrd+json"));
        let found =
            reply.json["links"].as_array().unwrap().iter().find(|link| link["rel"] == "self").unwrap();
        assert_eq!(found["type"], "application/activity+json");
        assert_eq!(found["href"], id);
        assert_eq!(found["properties"]["https://www.w3.org/ns/activitystreams#type"], kind);
        if resource.starts_with("acct:") {
            assert_eq!(reply.json["subject"], resource, "Lemmy compares it");
        }
    }
    for (resource, status) in [
        ("acct:niemand@werkplein.test", 404),
        ("niemand@werkplein.test", 404),
        ("acct:ana@elders.test", 404),
        ("http://werkplein.test/u/niemand", 404),
        ("http://elders.test/", 404),
        ("ana", 400),
        ("acct:ana", 400),
        ("@ana", 400),
        ("ana@", 400),
        ("http://", 400),
        ("", 400),
    ] {
        let found = app.get(&format!("/.well-known/webfinger?resource={resource}")).await;
        assert_eq!(found.status, status, "{resource}");
    }
    assert_eq!(app.get("/.well-known/webfinger").await.status, 400);
    let index = app.get("/.well-known/nodeinfo").await.expect(200);
    let links = index["links"].as_array().unwrap();
    assert!(links.iter().any(|link| link["href"] == app.url("/")), "FEP-2677");
    let info = app.get("/nodeinfo/2.1").await.expect(200);
    assert_eq!(
        (info["version"].as_str(), info["software"]["name"].as_str()),
        (Some("2.1"), Some("vakplein"))
    );
    assert_eq!(info["usage"]["users"]["total"], 1);
    assert_eq!(app.get("/nodeinfo/2.0").await.expect(200)["version"], "2.0");
    assert!(app.get("/.well-known/host-meta").await.text.contains("lrdd"));
    assert_eq!(app.get("/.well-known/host-meta.json").await.expect(200)["links"][0]["rel"], "lrdd");
}

#[tokio::test]
async fn a_blocked_server_gets_nothing_once_it_says_who_it_is() {
    let scene = Scene::new().await;
    let (receiver, person) = scene.member_at("elders.test", peers::PeerForm::Threadiverse).await;
    let keys = vakplein::keys::ActorKeys::generate().unwrap();
    let key_id = person.rsa_key_uri.clone().unwrap();
    let signed = async || {
        let url = scene.app.url("/g/schulden").parse().unwrap();
        let signer =
            Signer { key: SigningKey::from_pem(&keys.rsa_private).unwrap(), key_id: key_id.parse().unwrap() };
        let now = scene.app.app.clock.now().utc();
        let headers = signatures::sign(Scheme::Cavage, &Method::GET, &url, None, &signer, now);
        let mut sent = vec![("accept", "application/activity+json")];
        sent.extend(headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())));
        scene.app.send(Method::GET, "/g/schulden", &sent, None).await.status
    };
    assert_eq!(signed().await, 200);
    let host = receiver.host.clone();
    scene.app.app.db.write(move |tx| peers::decide(tx, &host, PeerState::Blocked, "")).await.unwrap();
    assert_eq!(signed().await, 403);
}
