//! Attacks from a browser or program: sessions, headers, addresses that are claimed, links that outlive what they were for. Numbers
//! are those of the advisories in `THREATS.md`.

use reqwest::Method;
use serde_json::json;
use vakplein::mail;

use crate::login::{log_in, logged_in};
use crate::support::app::PASSWORD;
use crate::support::browser::Browser;
use crate::support::{Reply, TestApp, program};

const NEW_PASSWORD: &str = "een zonnige woensdag";

/// Whose page it is; none for a visitor.
async fn who(browser: &Browser) -> Vec<String> {
    browser.get("/").await;
    browser.texts(".account__name")
}

/// The link in the newest mail to somebody, as a path.
async fn mailed_link(app: &TestApp, to: &str, below: &str) -> String {
    app.settle().await;
    let mails = mail::inbox(&app.app.config.mail.dir).await.unwrap();
    let start = app.url(below);
    let words = mails.iter().filter(|mail| mail.to == to).flat_map(|mail| mail.body.split_whitespace());
    let link = words.filter(|word| word.starts_with(&start)).map(str::to_owned).next();
    let link = link.unwrap_or_else(|| panic!("no link {start} for {to}"));
    link.strip_prefix(&app.url("")).unwrap().to_owned()
}

#[tokio::test]
async fn a_session_that_somebody_planted_opens_nothing() {
    let app = TestApp::new().await;
    app.member("ana").await;
    let planted = "A".repeat(43);
    let (victim, intruder) = (app.browser(), app.browser());
    for browser in [&victim, &intruder] {
        browser.set_cookie("vakplein", &planted);
    }
    assert_eq!(log_in(&victim, "ana@example.org", PASSWORD).await.status, 303);
    assert_eq!(who(&victim).await, ["ana"]);
    let own = victim.cookie("vakplein").unwrap();
    assert_ne!(own, planted);
    assert!(who(&intruder).await.is_empty(), "what was in the cookie before is worth nothing");
    // Nor is what was in it, once she logged out.
    victim.get("/").await;
    assert_eq!(victim.submit("/logout", &[]).await.status, 303);
    intruder.set_cookie("vakplein", &own);
    assert!(who(&intruder).await.is_empty());
}

#[tokio::test]
async fn a_host_that_the_asker_claims_stands_nowhere() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    ana.post("/groups", json!({ "name": "tuin", "title": "Tuin" })).await.expect(201);
    let evil = "evil.example";
    let claims = [
        ("host", evil),
        ("x-forwarded-host", evil),
        ("x-host", evil),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-original-url", "/evil.example"),
    ];
    for (path, kind) in [
        ("/", "text/html"),
        ("/login?next=/groups", "text/html"),
        ("/g/tuin", "text/html"),
        ("/g/tuin/feed.atom", "text/html"),
        ("/robots.txt", "text/plain"),
        ("/.well-known/security.txt", "text/plain"),
        ("/.well-known/nodeinfo", "application/json"),
        ("/.well-known/webfinger?resource=acct:ana@werkplein.test", "application/jrd+json"),
        ("/g/tuin", "application/activity+json"),
        ("/api/v1/groups/tuin", "application/json"),
    ] {
        let headers = [claims.as_slice(), &[("accept", kind)]].concat();
        let reply = app.send(Method::GET, path, &headers, None).await;
        assert_eq!(reply.status, 200, "{path}");
        assert!(!reply.text.contains(evil) && !format!("{:?}", reply.headers).contains(evil), "{path}");
    }
    let browser = app.browser();
    browser.get("/reset").await;
    let token = browser.attributes("form[action='/reset'] input[name=csrf]", "value").remove(0);
    let body = format!("csrf={token}&email=ana%40example.org").into_bytes();
    let asked = browser.post_from("/reset", &claims, body).await;
    assert_eq!((asked.status, asked.location()), (303, "/reset/sent"), "{}", asked.text);
    let link = mailed_link(&app, "ana@example.org", "/reset/").await;
    assert_eq!(app.browser().get(&link).await.status, 200);
    let mails = mail::inbox(&app.app.config.mail.dir).await.unwrap();
    assert!(!mails.is_empty() && mails.iter().all(|mail| !mail.body.contains(evil)));
}

#[tokio::test]
async fn what_somebody_types_never_becomes_a_header() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let browser = logged_in(&app, "ana").await;
    let injected = |reply: &Reply| {
        let mut cookies = reply.headers.get_all("set-cookie").iter();
        cookies.any(|value| value.as_bytes().starts_with(b"kaas")) || reply.headers.contains_key("x-kaas")
    };
    let crlf = "%0d%0aset-cookie:%20kaas=1%0d%0ax-kaas:%201";
    for path in [
        format!("/login?next=/{crlf}"),
        format!("/language/{crlf}"),
        format!("/g/{crlf}"),
        format!("/media/avatar/{crlf}"),
        format!("/search?q={crlf}"),
    ] {
        let reply = browser.get(&path).await;
        assert!(!injected(&reply), "{path}: {:?}", reply.headers);
    }
    browser.get("/search").await;
    let token = browser.attributes("input[name=csrf]", "value").remove(0);
    let typed = "@x\r\nset-cookie: kaas=1@evil.example";
    let reply = browser.post("/search", &[("csrf", &token), ("address", typed)]).await;
    assert_eq!(reply.status, 303);
    assert!(!injected(&reply), "{:?}", reply.headers);
    // Nor a header of a mail: a receiver that is two is none, and a subject is one line.
    let report = |email: &str| json!({"person": "ana", "category": "other", "reason": "x", "email": email});
    let two = report("daan@example.org\r\nBcc: veel@example.org");
    assert_eq!(app.anonymous().post("/reports", two).await.refused(400), "invalid");
    app.anonymous().post("/reports", report("daan@example.org")).await.expect(201);
    let name = json!({"displayName": "Ana\r\nBcc: veel@example.org"});
    let named = ana.patch("/me", name).await;
    assert!(matches!(named.status, 200 | 400), "{}", named.text);
    ana.post("/groups", json!({ "name": "tuin", "title": "Tuin\r\nBcc: veel@example.org" }))
        .await
        .expect(201);
    let bob = app.member("bob").await;
    bob.post("/groups/tuin/memberships", json!({})).await.expect(201);
    let topic = json!({"title": "Vraag\r\nBcc: veel@example.org", "content": "Wie?", "notPersonal": true});
    let topic = bob.post("/groups/tuin/threads", topic).await.expect(201);
    let path = format!("/threads/{}/replies", topic["id"].as_str().unwrap());
    ana.post(&path, json!({"content": "Ik."})).await.expect(201);
    app.settle().await;
    let mails = mail::inbox(&app.app.config.mail.dir).await.unwrap();
    assert!(mails.iter().any(|mail| mail.to == "daan@example.org"), "{mails:?}");
    for mail in &mails {
        assert!(!mail.to.contains("veel") && !mail.subject.contains(['\r', '\n']), "{mail:?}");
    }
}

#[tokio::test]
async fn an_address_that_a_visitor_claims_does_not_count_61() {
    let report = json!({ "person": "ana", "category": "other", "reason": "Vreemd" }).to_string().into_bytes();
    let from = async |app: &TestApp, forwarded: &str| {
        let headers = [("content-type", "application/json"), ("x-forwarded-for", forwarded)];
        app.send(Method::POST, "/api/v1/reports", &headers, Some(report.clone())).await.status
    };
    // Behind a proxy its own word counts, which is the last; what stands before that the visitor wrote.
    let behind = TestApp::with(|config| {
        config.limits.enabled = true;
        config.server.trusted_proxies = vec!["127.0.0.1".to_owned()];
    })
    .await;
    behind.member("ana").await;
    for number in 0..10 {
        assert_eq!(from(&behind, format!("192.0.2.{number}, 203.0.113.7").as_str()).await, 201);
    }
    assert_eq!(from(&behind, "192.0.2.99, 203.0.113.7").await, 429);
    assert_eq!(from(&behind, "203.0.113.8").await, 201, "somebody else isn't held up");
    // Without a proxy that is trusted the header is nothing.
    let bare = TestApp::with(|config| config.limits.enabled = true).await;
    bare.member("ana").await;
    for number in 0..10 {
        assert_eq!(from(&bare, format!("203.0.113.{number}").as_str()).await, 201);
    }
    assert_eq!(from(&bare, "203.0.113.99").await, 429);
}

#[tokio::test]
async fn the_numbers_are_for_this_machine_or_whoever_has_the_token_60() {
    let app = TestApp::with(|config| "een-lang-geheim".clone_into(&mut config.metrics.token)).await;
    let ask =
        async |headers: Vec<(&str, &str)>| app.send(Method::GET, "/metrics", &headers, None).await.status;
    let visitor = ("x-forwarded-for", "203.0.113.7");
    assert_eq!(ask(Vec::new()).await, 200);
    assert_eq!(ask(vec![visitor]).await, 404);
    for wrong in ["Bearer een-ander-geheim", "Bearer ", "een-lang-geheim", "Basic een-lang-geheim"] {
        assert_eq!(ask(vec![visitor, ("authorization", wrong)]).await, 404, "{wrong}");
    }
    assert_eq!(ask(vec![visitor, ("authorization", "Bearer een-lang-geheim")]).await, 200);
    // Without a token nobody from outside has one, not even an empty one.
    let none = TestApp::new().await;
    let headers = [visitor, ("authorization", "Bearer ")];
    assert_eq!(none.send(Method::GET, "/metrics", &headers, None).await.status, 404);
}

#[tokio::test]
async fn whoever_is_put_out_reads_nothing_more_55() {
    let app = TestApp::new().await;
    let (admin, ana, bob) = (app.admin("chef").await, app.member("ana").await, app.member("bob").await);
    ana.post("/groups", json!({ "name": "tuin", "title": "Tuin" })).await.expect(201);
    bob.post("/groups/tuin/memberships", json!({})).await.expect(201);
    let topic = json!({ "title": "Onder ons", "content": "Wie?" });
    let topic = ana.post("/groups/tuin/threads", topic).await.expect(201);
    app.close_groups().await;
    let path = format!("/threads/{}", topic["id"].as_str().unwrap());
    let page = format!("/t/{}", topic["id"].as_str().unwrap());
    let browser = logged_in(&app, "bob").await;
    assert_eq!((bob.get(&path).await.status, browser.get(&page).await.status), (200, 200));
    ana.delete("/groups/tuin/memberships/bob").await.expect(204);
    assert_eq!((bob.get(&path).await.status, browser.get(&page).await.status), (404, 404));
    assert_eq!(app.get(&format!("{page}/feed.atom")).await.status, 404);
    // Suspended, with a session and a token that worked a moment ago.
    assert_eq!(who(&browser).await, ["bob"]);
    let suspension = format!("/admin/people/{}/suspension", bob.id);
    admin.put(&suspension, json!({ "reason": "Bedreigingen" })).await.expect(204);
    assert_eq!(bob.get("/me").await.refused(401), "signed-out");
    assert!(who(&browser).await.is_empty());
    assert_eq!(browser.get("/notifications").await.status, 303);
    assert_eq!(log_in(&app.browser(), "bob@example.org", PASSWORD).await.status, 403);
    admin.delete(&suspension).await.expect(204);
    assert_eq!(bob.get("/me").await.status, 200);
}

#[tokio::test]
async fn a_new_password_ends_what_was_begun_before_56_58() {
    let app = TestApp::new().await;
    app.member("ana").await;
    // Somebody who knows the password asks for the account's mail to go to them.
    let thief = logged_in(&app, "ana").await;
    thief.get("/settings/account").await;
    let theirs = [("email", "kaper@example.org"), ("password", PASSWORD)];
    assert_eq!(thief.submit("/settings/email", &theirs).await.status, 303);
    let stolen = mailed_link(&app, "kaper@example.org", "/settings/email/").await;
    assert_eq!(app.browser().get(&stolen).await.status, 200);
    // The password is set anew on the command line: the session is over, and so is the link.
    let reset = ["user", "reset-password", "ana", "--password-stdin"];
    program::lines(&program::vakplein(&app, &reset, &format!("{NEW_PASSWORD}\n")));
    assert!(who(&thief).await.is_empty());
    assert_eq!(app.browser().get(&stolen).await.status, 404);
    assert_eq!(log_in(&app.browser(), "kaper@example.org", NEW_PASSWORD).await.status, 400);
    let owner = app.browser();
    assert_eq!(log_in(&owner, "ana@example.org", NEW_PASSWORD).await.status, 303);

    // Whoever reads the old mailbox gets in no more once the address is another one.
    let reader = app.browser();
    reader.get("/reset").await;
    assert_eq!(reader.submit("/reset", &[("email", "ana@example.org")]).await.status, 303);
    let old = mailed_link(&app, "ana@example.org", "/reset/").await;
    assert_eq!(reader.get(&old).await.status, 200);
    owner.get("/settings/account").await;
    let other = [("email", "nieuw@example.org"), ("password", NEW_PASSWORD)];
    assert_eq!(owner.submit("/settings/email", &other).await.status, 303);
    let link = mailed_link(&app, "nieuw@example.org", "/settings/email/").await;
    owner.get(&link).await;
    assert_eq!(owner.submit(&link, &[]).await.status, 303);
    assert_eq!(reader.get(&old).await.status, 404);
    assert_eq!(log_in(&app.browser(), "nieuw@example.org", NEW_PASSWORD).await.status, 303);
}

#[tokio::test]
async fn no_page_stands_within_a_page_of_another_site() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    ana.post("/groups", json!({ "name": "tuin", "title": "Tuin" })).await.expect(201);
    let browser = logged_in(&app, "ana").await;
    for path in ["/", "/g/tuin", "/g/tuin/new", "/settings/account", "/nergens", "/api/v1/groups/tuin"] {
        let policy = browser.get(path).await.header("content-security-policy").to_owned();
        assert!(policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
    }
    // A form that leads elsewhere is none of ours.
    let policy = app.get("/login").await.header("content-security-policy").to_owned();
    assert!(policy.contains("form-action 'self'") && policy.contains("base-uri 'none'"), "{policy}");
}
