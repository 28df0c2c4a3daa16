//! What anybody may see has a version, so that whoever has it already isn't sent it again; nothing else has one.

use reqwest::Method;
use serde_json::json;

use crate::media::{png, upload};
use crate::support::{Reply, TestApp};

async fn ask(app: &TestApp, path: &str, accept: &str, version: &str) -> Reply {
    let mut headers = vec![("accept", accept)];
    if !version.is_empty() {
        headers.push(("if-none-match", version));
    }
    app.send(Method::GET, path, &headers, None).await
}

/// Asks for something public with and without its version. Gives the version.
async fn check(app: &TestApp, path: &str, accept: &str) -> String {
    let whole = ask(app, path, accept, "").await;
    assert_eq!(whole.status, 200, "{path}: {}", whole.text);
    let version = whole.header("etag").to_owned();
    assert!(version.starts_with("W/\"") && version.len() > 20, "{path}: {version}");
    let strong = version.trim_start_matches("W/").to_owned();
    for known in [version.clone(), strong, format!("\"x\", {version}"), "*".to_owned()] {
        let same = ask(app, path, accept, &known).await;
        assert_eq!((same.status, same.bytes.len()), (304, 0), "{path} {known}");
        assert_eq!(same.header("etag"), version);
        assert_eq!(same.header("cache-control"), whole.header("cache-control"));
        assert!(same.header("content-type").is_empty());
    }
    let other = ask(app, path, accept, "W/\"older\"").await;
    assert_eq!(
        (other.status, other.header("etag"), other.bytes.is_empty()),
        (200, &*version, false),
        "{path}"
    );
    version
}

#[tokio::test]
async fn what_is_public_is_sent_once_as_long_as_it_stays_the_same() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    ana.post("/groups", json!({ "name": "tuin", "title": "Tuin" })).await.expect(201);
    let body = json!({ "title": "Zaden", "content": "Wie ruilt?" });
    let topic = ana.post("/groups/tuin/threads", body).await.expect(201)["id"].as_str().unwrap().to_owned();
    app.settle().await;

    let (page, document) = (format!("/t/{topic}"), "application/activity+json");
    let feed = check(&app, "/g/tuin/feed.atom", "*/*").await;
    let replies = check(&app, &format!("{page}/feed.atom"), "*/*").await;
    check(&app, "/latest/feed.atom", "*/*").await;
    let post = check(&app, &page, document).await;
    let context = check(&app, &format!("{page}/context"), document).await;
    for path in ["/g/tuin", "/u/ana", "/", "/g/tuin/outbox", "/g/tuin/followers", "/u/ana/outbox"] {
        check(&app, path, document).await;
    }
    // Another version once it has changed.
    ana.post(&format!("/threads/{topic}/replies"), json!({ "content": "Ik" })).await.expect(201);
    app.clock.advance(5);
    ana.patch(&format!("/threads/{topic}"), json!({ "content": "Wie ruilt zaden?" })).await.expect(200);
    app.settle().await;
    for (path, accept, old) in [
        ("/g/tuin/feed.atom".to_owned(), "*/*", feed),
        (format!("{page}/feed.atom"), "*/*", replies),
        (page.clone(), document, post.clone()),
        (format!("{page}/context"), document, context),
    ] {
        let new = ask(&app, &path, accept, &old).await;
        assert_eq!(new.status, 200, "{path}");
        assert_ne!(new.header("etag"), old, "{path}");
    }
    let now = check(&app, &page, document).await;

    // Whoever has a version isn't told that it is still so once it may not be seen any more.
    ana.put(&format!("/posts/{topic}/removal"), json!({ "reason": "x" })).await.expect(204);
    let removed = ask(&app, &page, document, &now).await;
    assert_eq!((removed.status, removed.header("etag")), (404, ""));
    app.close_groups().await;
    for (path, accept) in [("/g/tuin", document), ("/g/tuin/feed.atom", "*/*"), ("/g/tuin/outbox", document)]
    {
        let closed = ask(&app, path, accept, "*").await;
        assert_eq!((closed.status, closed.header("etag")), (404, ""), "{path}");
    }
}

#[tokio::test]
async fn a_picture_has_a_version_once_everybody_may_see_it() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    ana.post("/groups", json!({ "name": "tuin", "title": "Tuin" })).await.expect(201);
    let file = upload(&app, &ana, "boom.png", &png(), &[("decorative", "true")]).await.expect(201);
    let path = file["url"].as_str().unwrap().strip_prefix(&app.url("")).unwrap().to_owned();
    let own = crate::login::logged_in(&app, "ana").await;
    let kept = own.get(&path).await;
    assert_eq!((kept.status, kept.header("etag")), (200, ""), "only she sees it yet");
    let body = json!({ "title": "Boom", "content": "Kijk", "media": [file["id"]] });
    ana.post("/groups/tuin/threads", body).await.expect(201);
    check(&app, &path, "image/*").await;
}

#[tokio::test]
async fn pages_and_the_api_have_no_version() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    ana.post("/groups", json!({ "name": "tuin", "title": "Tuin" })).await.expect(201);
    for path in ["/g/tuin", "/", "/groups", "/api/v1/groups/tuin"] {
        let reply = ask(&app, path, "text/html, application/json", "*").await;
        assert_eq!((reply.status, reply.header("etag")), (200, ""), "{path}: it differs by who reads");
    }
}
