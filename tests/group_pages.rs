//! Pages of groups: reading them, joining, making and changing a group, in a browser.

use serde_json::json;

use crate::login::logged_in;
use crate::pages::{check_page, in_language};
use crate::support::browser::Browser;
use crate::support::{Member, Reply, TestApp};

/// A file for a form.
pub struct Sent<'a> {
    pub field: &'a str,
    pub name: &'a str,
    pub bytes: &'a [u8],
}

/// Sends a form with files as a browser does: the token of the last page stands first.
pub async fn send(browser: &Browser, path: &str, fields: &[(&str, &str)], files: &[Sent<'_>]) -> Reply {
    let token = browser.attributes("input[name=csrf]", "value").pop().expect("a form on the page");
    let mut body = Vec::new();
    let mut part = |head: String, bytes: &[u8]| {
        body.extend_from_slice(
            format!("--edge\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    };
    part("name=\"csrf\"".to_owned(), token.as_bytes());
    for (name, value) in fields {
        part(format!("name=\"{name}\""), value.as_bytes());
    }
    for file in files {
        part(format!("name=\"{}\"; filename=\"{}\"", file.field, file.name), file.bytes);
    }
    body.extend_from_slice(b"--edge--\r\n");
    browser.post_body(path, "multipart/form-data; boundary=edge", body).await
}

async fn group(owner: &Member, name: &str, joining: &str) {
    let rules = "1. Wees vriendelijk.";
    let input = json!({ "name": name, "title": "De tuin", "mission": "Over planten", "rules": rules, "joining": joining });
    owner.post("/groups", input).await.expect(201);
}

#[tokio::test]
async fn pages_of_a_group_say_what_it_is_to_everybody() {
    let app = TestApp::new().await;
    let (ana, bob) = (app.member("ana").await, app.member("bob").await);
    group(&ana, "tuin", "open").await;
    bob.post("/groups/tuin/memberships", json!({})).await.expect(201);
    bob.post("/groups/tuin/threads", json!({ "title": "Snoeien", "content": "Wanneer?" })).await.expect(201);
    for lang in ["nl", "en"] {
        let visitor = in_language(&app, lang).await;
        for path in [
            "/groups",
            "/groups?which=elsewhere",
            "/g/tuin",
            "/g/tuin?sort=unanswered",
            "/g/tuin/about",
            "/g/tuin/log",
        ] {
            check_page(&visitor.get(path).await, 200, lang);
        }
        let owner = logged_in(&app, "ana").await;
        owner.get(&format!("/language/{lang}?to=/")).await;
        for path in [
            "/groups",
            "/groups/new",
            "/g/tuin",
            "/g/tuin/members",
            "/g/tuin/settings",
            "/g/tuin/requests",
            "/g/tuin/archive",
            "/g/tuin/delete",
            "/g/tuin/leave",
        ] {
            check_page(&owner.get(path).await, 200, lang);
        }
        check_page(&owner.get(&format!("/g/tuin/members/{}/role", bob.id)).await, 200, lang);
    }
    let visitor = app.browser();
    visitor.get("/g/tuin").await;
    assert_eq!(visitor.texts("h1"), ["De tuin"]);
    assert_eq!(visitor.texts(".topic__title"), ["Snoeien"]);
    assert_eq!(visitor.get("/g/niets").await.status, 404);
    // Who is a member is for members to know.
    assert_eq!(visitor.get("/g/tuin/members").await.status, 303);
    assert!(visitor.get("/g/tuin/settings").await.location().starts_with("/login"));
    assert_eq!(logged_in(&app, "bob").await.get("/g/tuin/settings").await.status, 403);
}

#[tokio::test]
async fn one_joins_and_leaves_with_a_button() {
    let app = TestApp::new().await;
    let (ana, _bob) = (app.member("ana").await, app.member("bob").await);
    group(&ana, "tuin", "open").await;
    let browser = logged_in(&app, "bob").await;
    browser.get("/g/tuin").await;
    let reply = browser.submit("/g/tuin/join", &[]).await;
    assert_eq!((reply.status, reply.location()), (303, "/g/tuin"));
    browser.get("/g/tuin").await;
    assert!(browser.texts("[role=status]").concat().contains("De tuin"));
    assert_eq!(browser.texts(".card__joined").len(), 1);
    browser.get("/g/tuin/leave").await;
    assert_eq!(browser.submit("/g/tuin/leave", &[]).await.location(), "/g/tuin");
    browser.get("/g/tuin").await;
    assert!(browser.texts(".card__joined").is_empty());
    // The last owner stays, and is told why.
    let owner = logged_in(&app, "ana").await;
    owner.get("/g/tuin/leave").await;
    assert_eq!(owner.submit("/g/tuin/leave", &[]).await.status, 409);
}

#[tokio::test]
async fn staff_answers_those_who_ask_to_join() {
    let app = TestApp::new().await;
    let (ana, _bob, _cor) = (app.member("ana").await, app.member("bob").await, app.member("cor").await);
    group(&ana, "tuin", "approval").await;
    for name in ["bob", "cor"] {
        let browser = logged_in(&app, name).await;
        browser.get("/g/tuin/join").await;
        let reply = browser.post("/g/tuin/join", &[("motivation", "zonder token")]).await;
        assert_eq!(reply.status, 403);
        browser.get("/g/tuin/join").await;
        let token = browser.attributes("input[name=csrf]", "value").pop().unwrap();
        let reply =
            browser.post("/g/tuin/join", &[("csrf", &token), ("motivation", "Ik tuinier graag")]).await;
        assert_eq!(reply.location(), "/g/tuin");
    }
    let owner = logged_in(&app, "ana").await;
    owner.get("/g/tuin/requests").await;
    assert_eq!(owner.texts("blockquote"), ["Ik tuinier graag", "Ik tuinier graag"]);
    assert_eq!(owner.submit("/g/tuin/requests", &[("answer", "accept")]).await.status, 303);
    owner.get("/g/tuin/requests").await;
    assert_eq!(owner.submit("/g/tuin/requests", &[("answer", "reject")]).await.status, 303);
    owner.get("/g/tuin/requests").await;
    assert!(owner.texts("blockquote").is_empty());
    owner.get("/g/tuin/members").await;
    assert_eq!(owner.texts("li.person").len(), 2);
    assert_eq!(logged_in(&app, "bob").await.get("/g/tuin/requests").await.status, 403);
}

#[tokio::test]
async fn a_group_is_made_changed_and_closed_by_forms() {
    let app = TestApp::new().await;
    app.member("ana").await;
    let browser = logged_in(&app, "ana").await;
    browser.get("/groups/new").await;
    let wrong = [
        ("title", ""),
        ("name", "mijn tuin"),
        ("mission", "Over planten"),
        ("joining", "open"),
        ("colour", "3"),
    ];
    let reply = send(&browser, "/groups/new", &wrong, &[]).await;
    check_page(&reply, 400, "nl");
    assert_eq!(browser.attributes("#mission", "value"), ["Over planten"], "what was typed is kept");
    // Both are told at once: the title is missing, and the name has a space in it.
    assert_eq!(browser.texts("#form-errors li").len(), 2, "{:?}", browser.texts("#form-errors li"));
    let right = [
        ("title", "De tuin"),
        ("name", "tuin"),
        ("joining", "open"),
        ("posting", "members"),
        ("colour", "3"),
    ];
    let reply = send(&browser, "/groups/new", &right, &[]).await;
    assert_eq!((reply.status, reply.location()), (303, "/g/tuin"));
    browser.get("/g/tuin/settings").await;
    let changed = [("title", "De moestuin"), ("joining", "approval"), ("posting", "staff"), ("colour", "2")];
    assert_eq!(send(&browser, "/g/tuin/settings", &changed, &[]).await.status, 303);
    browser.get("/g/tuin").await;
    assert_eq!(browser.texts("h1"), ["De moestuin"]);
    browser.get("/g/tuin/archive").await;
    assert_eq!(browser.submit("/g/tuin/archive", &[]).await.status, 303);
    browser.get("/g/tuin").await;
    assert!(browser.texts(".alert").concat().contains("gesloten"));
    browser.get("/g/tuin/delete").await;
    assert_eq!(browser.submit("/g/tuin/delete", &[]).await.location(), "/groups");
    assert_eq!(browser.get("/g/tuin").await.status, 410);
}
