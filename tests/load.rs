//! Too much to do, and a database that is gone: who is turned away, that reading goes on, and that nothing is lost by it.

use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use vakplein::db::Backend;

use crate::login::logged_in;
use crate::pages::check_page;
use crate::support::browser::Browser;
use crate::support::{Member, Peer, Reply, TestApp};

/// Something that is sent and whose end never comes: it keeps its place for as long as it may.
async fn hanging(app: &TestApp, path: &str) -> TcpStream {
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: werkplein.test\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: 100\r\n\r\ncsrf="
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

/// The numbers.
async fn numbers(app: &TestApp) -> String {
    app.send(Method::GET, "/metrics", &[], None).await.text
}

/// Asks until the numbers say so.
async fn until(app: &TestApp, line: &str) {
    for _ in 0..10_000 {
        if numbers(app).await.lines().any(|known| known == line) {
            return;
        }
    }
    panic!("the numbers never said {line}: {}", numbers(app).await);
}

/// Says that one should come back, and when.
#[track_caller]
fn assert_later(reply: &Reply) {
    assert_eq!(reply.status, 503, "{}", reply.text);
    assert!(reply.header("retry-after").parse::<u64>().unwrap() > 0);
}

/// A group of ana's.
async fn group(app: &TestApp) -> Member {
    let ana = app.member("ana").await;
    ana.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    ana
}

fn topic(title: &str) -> Value {
    json!({ "title": title, "content": "Nu al?" })
}

#[tokio::test(flavor = "multi_thread")]
async fn writes_that_hang_keep_nobody_from_reading_and_lose_no_text() {
    let app = TestApp::with(|config| {
        (config.server.requests, config.server.wait) = (2, 0);
    })
    .await;
    let ana = group(&app).await;
    let browser = logged_in(&app, "ana").await;
    browser.get("/g/tuin/new").await;
    let held = hanging(&app, "/login").await;
    until(&app, "vakplein_places_in_use{what=\"write\"} 1").await;
    // A page, in every language, with the form as it was.
    let text = "Eerste regel.\nTweede regel <b>";
    let sent = browser.submit("/g/tuin/new", &[("title", "Snoeien"), ("content", text)]).await;
    assert_later(&sent);
    check_page(&sent, 503, "nl");
    assert_eq!(browser.attributes("section[lang]", "lang"), ["nl", "en"]);
    assert_eq!(browser.attributes("input[name=title]", "value"), ["Snoeien"]);
    // A program, and a form with a secret: that is given back to nobody.
    let refused = ana.post("/groups/tuin/threads", topic("Mesten")).await;
    assert_later(&refused);
    assert_eq!(refused.refused(503), "unavailable");
    let visitor = app.browser();
    let secret = visitor.post("/login", &[("login", "ana"), ("password", "geheim-in-juni")]).await;
    assert_later(&secret);
    assert!(!secret.text.contains("geheim-in-juni") && !secret.text.contains("<form"));
    // Everybody else goes on.
    assert_eq!(browser.get("/g/tuin").await.status, 200);
    ana.get("/groups/tuin").await.expect(200);
    app.document("/").await.expect(200);
    assert_eq!(app.get("/healthz").await.status, 200);
    let odd = app.send(Method::POST, "/inbox", &[("content-type", "text/plain")], Some(b"{}".to_vec())).await;
    assert_eq!(odd.status, 415, "the inbox has places of its own");
    let said = numbers(&app).await;
    assert!(said.contains("vakplein_shed_total{what=\"write\"} 3"), "{said}");
    // Once there is a place, what was typed goes out as it stood there.
    drop(held);
    until(&app, "vakplein_places_in_use{what=\"write\"} 0").await;
    let again = Browser::showing(&browser, &sent);
    let posted = again.submit("/g/tuin/new", &[]).await;
    assert_eq!(posted.status, 303, "{}", posted.text);
    let threads = ana.get("/groups/tuin/threads").await.expect(200);
    assert_eq!(threads["items"].as_array().unwrap().len(), 1, "what was turned away wasn't done: {threads}");
    let id = threads["items"][0]["id"].as_str().unwrap().to_owned();
    let post = ana.get(&format!("/posts/{id}")).await.expect(200);
    assert_eq!(post["content"], text, "{post}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_slowly_is_cut_off() {
    let app = TestApp::with(|config| config.server.request_timeout = 0).await;
    // It may have been done all the same: one is told to look.
    for (path, kind, says) in [
        ("/login", "text/html", "misschien is het toch gelukt"),
        ("/api/v1/reports", "application/problem+json", "/problems/unavailable"),
    ] {
        let mut stream = hanging(&app, path).await;
        let mut said = String::new();
        stream.read_to_string(&mut said).await.unwrap();
        let said = said.to_lowercase();
        assert!(said.starts_with("http/1.1 503") && said.contains("retry-after: 10"), "{path}: {said}");
        assert!(said.contains(&format!("content-type: {kind}")) && said.contains(says), "{path}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_connections_than_there_may_be_wait_for_each_other() {
    let app = TestApp::with(|config| config.server.connections = 1).await;
    let mut first = TcpStream::connect(app.address).await.unwrap();
    let mut second = TcpStream::connect(app.address).await.unwrap();
    let ask = |last: &str| format!("GET /metrics HTTP/1.1\r\nHost: werkplein.test\r\n{last}\r\n");
    second.write_all(ask("Connection: close\r\n").as_bytes()).await.unwrap();
    let mut answer = vec![0; 64 * 1024];
    for _ in 0..20 {
        first.write_all(ask("").as_bytes()).await.unwrap();
        assert!(first.read(&mut answer).await.unwrap() > 0);
    }
    assert!(second.try_read(&mut answer).is_err(), "nothing has come yet");
    drop(first);
    let mut said = String::new();
    second.read_to_string(&mut said).await.unwrap();
    assert!(said.starts_with("HTTP/1.1 200"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_asks_to_come_back_when_too_much_waits() {
    let app = TestApp::with(|config| config.federation.backlog = 4).await;
    let ana = group(&app).await;
    let peer = Peer::start(&app.names, "mastodon.test").await;
    let jan = peer.person("jan");
    let group_uri = app.url("/g/tuin");
    assert_eq!(jan.post(&app, &jan.activity("Follow", "1", json!(group_uri))).await.status, 202);
    app.settle().await;
    let note = |word: &str| jan.activity("Create", word, jan.note(word, &[&group_uri], None));
    for word in ["a", "b", "c", "d", "e"] {
        assert_eq!(jan.post(&app, &note(word)).await.status, 202, "{word}");
    }
    let late = jan.post(&app, &note("f")).await;
    assert_later(&late);
    assert_eq!(late.text, "overload\n");
    assert!(numbers(&app).await.contains("vakplein_shed_total{what=\"backlog\"} 1"));
    // Members' own writes go on, and so does what was taken.
    ana.post("/groups/tuin/threads", topic("Snoeien")).await.expect(201);
    app.settle().await;
    assert_eq!(jan.post(&app, &note("f")).await.status, 202, "it comes again");
    // Nobody applies anything: few wait, but for long.
    app.clock.advance(301);
    assert_later(&jan.post(&app, &note("g")).await);
    app.settle().await;
    assert_eq!(jan.post(&app, &note("g")).await.status, 202);
    app.settle().await;
    let threads = ana.get("/groups/tuin/threads").await.expect(200);
    let log = app.app.db.read(|tx| {
        use diesel::prelude::*;
        use vakplein::db::schema::inbox::dsl;
        Ok(dsl::inbox.filter(dsl::done_at.is_not_null()).count().get_result(tx.conn)?)
    });
    let done: i64 = log.await.unwrap();
    assert_eq!(done, 8, "all that was taken is done: {threads}");
}

/// Keeps all connections for reading in use until what this gives is dropped.
async fn exhausted(app: &TestApp, connections: usize) -> Vec<std::sync::mpsc::Sender<()>> {
    let (begun, mut beginning) = mpsc::unbounded_channel();
    let mut held = Vec::new();
    for _ in 0..connections {
        let (hold, holding) = std::sync::mpsc::channel::<()>();
        let (db, begun) = (app.app.db.clone(), begun.clone());
        tokio::task::spawn(async move {
            let read = db.read(move |_tx| {
                begun.send(()).unwrap();
                // Until the other end is dropped.
                let _over = holding.recv();
                Ok(())
            });
            read.await.unwrap();
        });
        held.push(hold);
    }
    for _ in 0..connections {
        beginning.recv().await.unwrap();
    }
    held
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_connection_to_the_database_everybody_is_asked_to_come_back() {
    let app = TestApp::with(|config| {
        (config.database.connections, config.database.wait) = (2, 0);
    })
    .await;
    let ana = group(&app).await;
    let peer = Peer::start(&app.names, "mastodon.test").await;
    let jan = peer.person("jan");
    let browser = logged_in(&app, "ana").await;
    browser.get("/g/tuin/new").await;
    let held = exhausted(&app, 2).await;
    let text = "Eerste regel.\nTweede regel.";
    let sent = browser.submit("/g/tuin/new", &[("title", "Snoeien"), ("content", text)]).await;
    assert_later(&sent);
    check_page(&sent, 503, "nl");
    assert_eq!(browser.texts("h1"), ["Dat kan nu even niet"]);
    let kept = browser.texts("textarea[name=content]");
    assert_eq!(kept, ["Eerste regel. Tweede regel."]);
    assert_eq!(browser.texts("form[action='/g/tuin/new'] button"), ["Opnieuw versturen"]);
    assert!(
        !browser.attributes("main a", "href").contains(&"/login".to_owned()),
        "nobody is asked to log in for it"
    );
    check_page(&app.browser().get("/").await, 503, "nl");
    let api = ana.get("/groups/tuin").await;
    assert_later(&api);
    assert_eq!(api.refused(503), "unavailable");
    assert_later(&app.document("/g/tuin").await);
    assert_later(&jan.post(&app, &jan.activity("Follow", "1", json!(app.url("/g/tuin")))).await);
    assert_eq!(app.get("/healthz").await.status, 503);
    drop(held);
    let mut posted = browser.submit("/g/tuin/new", &[]).await;
    while posted.status == 503 {
        posted = browser.submit("/g/tuin/new", &[]).await;
    }
    assert_eq!(posted.status, 303, "{}", posted.text);
    assert_eq!(jan.post(&app, &jan.activity("Follow", "1", json!(app.url("/g/tuin")))).await.status, 202);
    assert_eq!(app.get("/healthz").await.status, 200);
}

/// Lets nobody into the instance's PostgreSQL database, or everybody again.
fn admit(app: &TestApp, who: bool) {
    use diesel::{Connection, PgConnection, RunQueryDsl};
    let url = url::Url::parse(&app.app.config.database.url).unwrap();
    let name = url.path().trim_start_matches('/');
    let admin = std::env::var("TEST_DATABASE_URL").unwrap();
    let mut conn = PgConnection::establish(&admin).unwrap();
    diesel::sql_query(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {who}")).execute(&mut conn).unwrap();
    let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
    diesel::sql_query(end).execute(&mut conn).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_and_comes_back_costs_nothing() {
    let app = TestApp::with(|config| config.database.wait = 0).await;
    if app.app.db.backend() != Backend::Postgres {
        println!("left out: a file doesn't go away (TEST_DATABASE_URL is not set)");
        return;
    }
    let ana = group(&app).await;
    ana.post("/groups/tuin/threads", topic("Snoeien")).await.expect(201);
    let peer = Peer::start(&app.names, "mastodon.test").await;
    let jan = peer.person("jan");
    let follow = jan.activity("Follow", "1", json!(app.url("/g/tuin")));
    admit(&app, false);
    for _ in 0..3 {
        check_page(&app.browser().get("/g/tuin").await, 503, "nl");
        assert_eq!(ana.get("/groups/tuin").await.refused(503), "unavailable");
        assert_eq!(ana.post("/groups/tuin/threads", topic("Mesten")).await.refused(503), "unavailable");
        assert_later(&app.document("/g/tuin").await);
        assert_later(&jan.post(&app, &follow).await);
        assert!(vakplein::worker::step(&app.app).await.is_err());
    }
    admit(&app, true);
    while app.get("/healthz").await.status == 503 {}
    while jan.post(&app, &follow).await.status == 503 {}
    app.settle().await;
    while ana.post("/groups/tuin/threads", topic("Mesten")).await.status == 503 {}
    let threads = ana.get("/groups/tuin/threads").await.expect(200);
    assert_eq!(threads["items"].as_array().unwrap().len(), 2, "each once: {threads}");
    app.settle().await;
    assert!(!peer.received().is_empty());
}
