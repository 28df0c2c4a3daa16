//! Attacks on time, memory and caches, and by words with two meanings. Numbers as in `hostile`.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use vakplein::db::schema;
use vakplein::federation::resolve::resolve;
use vakplein::federation::signatures::Scheme;
use vakplein::federation::state::Nothing;

use super::hostile::{Attack, id};
use super::inbound::Scene;
use crate::support::Peer;
use crate::support::peer::send;

#[tokio::test(flavor = "multi_thread")]
async fn words_that_a_context_gives_another_meaning_5_9() {
    let attack = Attack::new().await;
    let (app, victim) = (&attack.scene.app, &attack.scene.jan);
    attack.scene.deliver(&victim.activity("Follow", "1", json!(attack.scene.group_uri))).await;
    let context = json!(["https://www.w3.org/ns/activitystreams",
        {"who": {"@id": "as:actor", "@type": "@id"}, "actor": "as:nothing", "kind": "@type", "type": "as:nothing"}]);
    // To a reader of JSON-LD it is Jan who leaves; here only the plain words count, and those are Eve's.
    let mut two_faced =
        attack.eve.activity("Undo", "1", victim.activity("Follow", "1", json!(attack.scene.group_uri)));
    two_faced["@context"] = context.clone();
    two_faced["who"] = json!(victim.uri);
    assert_eq!(attack.by_eve(&two_faced).await, (202, "refused".to_owned(), "not-own".to_owned()));
    // Words under other names aren't there at all.
    for (plain, other) in [("actor", "as:actor"), ("type", "@type"), ("id", "@id"), ("actor", "who")] {
        let mut hidden = attack.eve.activity("Undo", "2", json!(victim.uri));
        hidden["@context"] = context.clone();
        let value = hidden.as_object_mut().unwrap().shift_remove(plain).unwrap();
        hidden[other] = value;
        assert_eq!(attack.eve.post(app, &hidden).await.status, 400, "{plain} as {other}");
    }
    let graph = json!({"@context": context, "@graph": [victim.activity("Undo", "3", json!(victim.uri))]});
    let body = graph.to_string().into_bytes();
    let headers = attack.eve.headers(app, Scheme::Cavage, "/inbox", &body);
    assert_eq!(send(app, "/inbox", headers, body).await.status, 400);
    assert!(attack.scene.membership(&victim.uri).await.is_some());
    // A name that stands there twice is read by two readers in two ways.
    let twice = attack.eve.activity("Follow", "2", json!(attack.scene.group_uri)).to_string();
    let twice = twice.replacen('{', &format!("{{\"actor\":\"{}\",", victim.uri), 1).into_bytes();
    let headers = attack.eve.headers(app, Scheme::Cavage, "/inbox", &twice);
    assert_eq!(send(app, "/inbox", headers, twice).await.status, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_proxy_takes_no_address_from_whoever_asks_28() {
    let attack = Attack::new().await;
    let mut document = attack.eve.document.clone();
    document["icon"] =
        json!({"type": "Image", "url": "http://evil.test/a.png?x=1&proxy=http://mastodon.test/b"});
    attack.evil.publish(document);
    let found = attack.scene.owner.get("/resolve?uri=http%3A%2F%2Fevil.test%2Fusers%2Feve").await.expect(200);
    let avatar = format!("/media/avatar/{}", found["id"].as_str().unwrap());
    for path in [
        format!("{avatar}?file_type=jpg&proxy=http://mastodon.test/secret"),
        format!("{avatar}?url=http://mastodon.test/secret"),
        "/media/remote/http%3A%2F%2Fmastodon.test%2Fsecret".to_owned(),
        "/media/avatar/..%2F..%2Fetc%2Fpasswd".to_owned(),
    ] {
        assert!(matches!(attack.scene.app.get(&path).await.status, 400 | 404), "{path}");
    }
    assert_eq!(attack.scene.peer.asked(), Vec::<String>::new(), "nobody else was asked");
    assert!(attack.evil.asked().iter().all(|path| !path.contains("file_type") && !path.contains("secret")));
}

#[tokio::test(flavor = "multi_thread")]
async fn markup_that_takes_long_to_read_is_read_soon_30() {
    let attack = Attack::new().await;
    for (number, evil) in [
        "<".repeat(60_000),
        "<a href=\"".repeat(6_000),
        "<p><b><i>".repeat(6_000),
        "&#".repeat(30_000),
        format!("<a {}>", "x ".repeat(30_000)),
        "<!--".repeat(15_000),
        format!("@{}", "a.".repeat(30_000)),
        "(((((((((".repeat(6_000),
    ]
    .into_iter()
    .enumerate()
    {
        let mut note = attack.eve.note(&format!("slow-{number}"), &[&attack.scene.group_uri], None);
        note["content"] = json!(format!("<p>Begin</p>{evil}"));
        note["summary"] = json!(evil);
        let create = attack.eve.activity("Create", &format!("slow-{number}"), note);
        let began = Instant::now();
        let (_, state, reason) = attack.by_eve(&create).await;
        assert_ne!(state, "failed", "{number} {reason}");
        // A second or two, however busy the machine; what grows with the square of the length takes minutes.
        assert!(began.elapsed() < Duration::from_secs(60), "{number} took {:?}", began.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_a_thousand_servers_leave_no_trace_31() {
    let attack = Attack::new().await;
    let hosts =
        |what: &str| (0..1_000).map(|n| json!(format!("http://h{n}.{what}.test/u"))).collect::<Vec<Value>>();
    let mut note = attack.eve.note("names", &[&attack.scene.group_uri], None);
    note["cc"].as_array_mut().unwrap().extend(hosts("cc"));
    note["tag"] = json!(
        hosts("tag").into_iter().map(|href| json!({"type": "Mention", "href": href})).collect::<Vec<_>>()
    );
    let mut create = attack.eve.activity("Create", "names", note.clone());
    create["cc"] = json!(hosts("cc"));
    assert_eq!(attack.by_eve(&create).await.1, "applied");
    // Inboxes on other servers than its own aren't an actor's inboxes.
    let mut document = attack.evil.person("mallory").document;
    document["endpoints"]["sharedInbox"] = json!("http://mastodon.test/inbox");
    attack.evil.publish(document.clone());
    resolve(&attack.scene.app.app, id(&document)).await.unwrap();
    assert_eq!(attack.scene.actor(id(&document)).await.unwrap().shared_inbox, None);
    document["inbox"] = json!("http://mastodon.test/inbox");
    document["id"] = json!("http://evil.test/users/other");
    document["publicKey"]["owner"] = document["id"].clone();
    attack.evil.publish(document.clone());
    assert!(resolve(&attack.scene.app.app, id(&document)).await.is_err());
    attack.scene.topic("Voor iedereen").await;
    attack.scene.app.settle().await;
    let rows = attack.scene.app.app.db.read(|tx| {
        let peers: Vec<String> =
            schema::peers::table.order(schema::peers::host).select(schema::peers::host).load(tx.conn)?;
        let actors: i64 = schema::actors::table.count().get_result(tx.conn)?;
        Ok((peers, actors))
    });
    let (peers, actors) = rows.await.unwrap();
    assert_eq!(peers, ["evil.test"]);
    assert!(actors < 10, "{actors}");
    // What is remembered of addresses that gave nothing has an end.
    let memory = &attack.scene.app.app.federation;
    assert!(memory.failed_lately("http://h1.test/").is_none());
    (0..60_000).for_each(|n| memory.note_failure(&format!("http://h{n}.test/"), Nothing::NoAnswer));
    memory.note_failure("http://last.test/", Nothing::NoAnswer);
    assert!(memory.failures() <= 50_000, "{}", memory.failures());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_trickles_is_given_up_34() {
    let net = crate::support::Net::new();
    let app = net.app_with("werkplein.test", |config| config.federation.timeout = 1).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    net.names().insert("druppel.test", listener.local_addr().unwrap());
    tokio::task::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::task::spawn(async move {
                let mut request = [0_u8; 4_096];
                let _read = stream.read(&mut request).await;
                let head = b"HTTP/1.1 200 OK\r\ncontent-type: application/activity+json\r\ncontent-length: 100000\r\n\r\n";
                let mut going = stream.write_all(head).await.is_ok();
                while going {
                    going = stream.write_all(b" ").await.is_ok() && stream.flush().await.is_ok();
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            });
        }
    });
    let began = Instant::now();
    assert!(resolve(&app.app, "http://druppel.test/users/traag").await.is_err());
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
    // And isn't asked again at once, however often somebody wants to know.
    let again = Instant::now();
    assert!(resolve(&app.app, "http://druppel.test/users/traag").await.is_err());
    assert!(again.elapsed() < Duration::from_millis(900), "{:?}", again.elapsed());
    let quick = Peer::start(net.names(), "vlug.test").await.person("jan");
    assert!(resolve(&app.app, &quick.uri).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cache_in_between_keeps_what_was_shown_to_one_asker_51() {
    let scene = Scene::new().await;
    let topic = scene.topic("Openbaar").await;
    for path in ["/g/bijstand", "/g/bijstand/outbox", "/u/ana", "/", &format!("/t/{}", topic.id)] {
        let document = scene.app.document(path).await;
        assert_eq!(document.status, 200);
        assert!(document.header("cache-control").contains("private"), "{path}");
        let vary = document.headers.get_all("vary").iter().filter_map(|value| value.to_str().ok());
        assert!(vary.collect::<Vec<_>>().join(", ").to_lowercase().contains("accept"), "{path}");
    }
    let page = scene.app.send(Method::GET, "/g/bijstand", &[("accept", "text/html")], None).await;
    assert!(page.header("content-type").starts_with("text/html"));
}
