//! Attacks on whoever reads a page, by every field that another server fills in: markup, addresses, and names that look like
//! another one. Numbers as in `hostile`.

use scraper::{Html, Selector};
use serde_json::{Value, json};
use vakplein::federation::resolve::resolve;
use vakplein::search::Resolved;

use super::hostile::{Attack, id};
use crate::login::logged_in;

/// What breaks out of a text, an attribute or a template that doesn't look after itself.
const EVIL: &str = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'`{{7*7}}";
const RUNS: &str = "javascript:alert(1)";

/// Nothing on a page runs, is loaded from elsewhere, or leads to a script.
fn harmless(page: &str, at: &str) {
    assert!(!page.contains("<script>alert") && !page.contains("<img src=x"), "{at}: {page}");
    let parsed = Html::parse_document(page);
    for element in parsed.select(&Selector::parse("*").unwrap()) {
        let name = element.value().name();
        assert!(!["iframe", "object", "embed", "base", "style"].contains(&name), "{at}: <{name}>");
        for (key, value) in element.value().attrs() {
            assert!(!key.starts_with("on"), "{at}: {key}={value}");
            let value = value.trim().to_ascii_lowercase();
            assert!(!value.starts_with("javascript:"), "{at}: {key}={value}");
            let own = value.starts_with('/') && !value.starts_with("//");
            assert!(!["src", "srcset"].contains(&key) || own, "{at}: <{name} {key}={value}>");
        }
    }
}

/// An actor's document with something evil in every field.
fn dressed(document: &Value) -> Value {
    let mut document = document.clone();
    document["name"] = json!(EVIL);
    document["summary"] = json!(format!(
        "<p>Over ons</p>{EVIL}<a href=\"{RUNS}\">x</a><a rel=\"me\" href=\"https://x.example/\">y</a>"
    ));
    document["description"] = json!(EVIL);
    document["url"] = json!(RUNS);
    document["icon"] = json!({"type": "Image", "url": RUNS, "name": EVIL});
    document["tag"] = json!([{"type": "Emoji", "name": EVIL,
        "icon": {"type": "Image", "url": "http://evil.test/x\" onerror=\"alert(1)"}}]);
    document["attachment"] = json!([{"type": "PropertyValue", "name": EVIL,
        "value": "<a rel=\"me\" href=\"https://x.example/\">y</a>"}]);
    document
}

#[tokio::test(flavor = "multi_thread")]
async fn markup_in_every_field_that_others_fill_in_stays_text_63_64_68() {
    let attack = Attack::new().await;
    let (scene, eve) = (&attack.scene, &attack.eve);
    attack.evil.publish(dressed(&eve.document));
    let remote = attack.evil.group("valkuil");
    attack.evil.publish(dressed(&remote.document));
    scene.owner.get(&format!("/resolve?uri={}", remote.uri)).await.expect(200);
    scene.app.admin("chef").await;

    let mut page = eve.note("1", &[&scene.group_uri], None);
    page["type"] = json!("Page");
    page["name"] = json!(EVIL);
    page["url"] = json!(RUNS);
    page["summary"] = json!(EVIL);
    page["content"] = json!(format!("<p>Begin</p>{EVIL}<a href=\"{RUNS}\">x</a>"));
    page["contentMap"] = json!({"\" onmouseover=\"alert(1)": page["content"]});
    page["attachment"] = json!([
        {"type": "Image", "url": "http://evil.test/a.png?\" onerror=\"alert(1)", "name": EVIL},
        {"type": "Document", "mediaType": EVIL, "url": "http://evil.test/\"><script>alert(1)</script>", "name": EVIL},
        {"type": "Link", "href": "http://evil.test/\"><script>alert(1)</script>", "name": EVIL},
        {"type": "Link", "href": RUNS, "name": EVIL},
    ]);
    page["tag"] = json!([
        {"type": "Mention", "href": scene.app.url("/u/ana"), "name": EVIL},
        {"type": "Hashtag", "href": RUNS, "name": EVIL},
        {"type": "Emoji", "name": EVIL, "icon": {"type": "Image", "url": "http://evil.test/x\" onerror=\"alert(1)"}},
    ]);
    assert_eq!(attack.by_eve(&eve.activity("Create", "1", page.clone())).await.1, "applied");
    let mut reply = eve.note("2", &[&scene.group_uri], page["id"].as_str());
    reply["summary"] = json!(EVIL);
    reply["sensitive"] = json!(true);
    reply["content"] = json!(format!("# {EVIL}\n\n[x]({RUNS})"));
    reply["mediaType"] = json!("text/markdown");
    assert_eq!(attack.by_eve(&eve.activity("Create", "2", reply)).await.1, "applied");
    let mut flag = eve.activity("Flag", "1", json!([page["id"]]));
    flag["content"] = json!(EVIL);
    assert_eq!(attack.by_eve(&flag).await.1, "applied");
    let reports = scene.owner.get("/groups/bijstand/reports").await.expect(200);
    let report = reports["items"][0]["id"].as_str().unwrap().to_owned();

    let thread = format!("/t/{}", scene.row(id(&page)).await.thread_id);
    let browser = logged_in(&scene.app, "ana").await;
    let report = format!("/moderation/reports/{report}");
    for at in [
        "/",
        "/latest",
        "/groups",
        "/g/bijstand",
        "/g/bijstand/members",
        "/g/bijstand/log",
        "/g/bijstand/reports",
        &thread,
        &report,
        "/u/eve@evil.test",
        "/g/valkuil@evil.test",
        "/g/valkuil@evil.test/about",
        "/search?q=begin",
        "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "/notifications",
    ] {
        let reply = browser.get(at).await;
        assert_eq!(reply.status, 200, "{at}: {}", reply.text);
        harmless(&reply.text, at);
    }
    let chief = logged_in(&scene.app, "chef").await;
    for at in ["/admin", "/admin/peers", "/admin/peers/evil.test", "/admin/federation", "/admin/groups"] {
        let reply = chief.get(at).await;
        assert_eq!(reply.status, 200, "{at}");
        harmless(&reply.text, at);
    }
    for at in
        ["/latest/feed.atom".to_owned(), "/g/bijstand/feed.atom".to_owned(), format!("{thread}/feed.atom")]
    {
        let feed = scene.app.get(&at).await;
        assert_eq!(feed.status, 200, "{at}");
        assert!(!feed.text.contains("<script") && !feed.text.contains("<img"), "{at}: {}", feed.text);
    }
    // It isn't lost: whoever reads sees the signs that were sent.
    browser.get(&thread).await;
    assert!(browser.texts("h1").concat().contains("<script>alert(1)</script>"), "{:?}", browser.texts("h1"));
    // A profile elsewhere vouches for nobody.
    browser.get("/u/eve@evil.test").await;
    assert!(browser.texts("main").concat().contains("Over ons"));
    assert!(browser.attributes("a[rel~=me]", "href").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_look_like_another_one_are_told_apart() {
    let attack = Attack::new().await;
    let scene = &attack.scene;
    // What can't be seen, or turns around what one sees, is no part of a name.
    for (number, name) in ["ana\u{202e}", "a\u{200b}na", "\u{2066}ana\u{2069}", "ana\u{feff}", "a\u{2060}na"]
        .into_iter()
        .enumerate()
    {
        let mut document = attack.evil.person(&format!("kopie{number}")).document;
        document["preferredUsername"] = json!(name);
        attack.evil.publish(document.clone());
        assert!(resolve(&scene.app.app, id(&document)).await.is_err(), "{name:?}");
    }
    // Letters of another alphabet make another name, and every name elsewhere says where.
    let mut document = attack.evil.person("kopie").document;
    document["preferredUsername"] = json!("\u{430}na");
    document["name"] = json!("Ana\u{202e} \u{200b}");
    attack.evil.publish(document.clone());
    let Resolved::Person(copy) = resolve(&scene.app.app, id(&document)).await.unwrap() else { panic!() };
    assert_ne!(copy, scene.owner.id);
    let found = scene.owner.get(&format!("/resolve?uri={}", id(&document))).await.expect(200);
    assert_eq!((found["name"].as_str(), found["title"].as_str()), (Some("\u{430}na@evil.test"), Some("Ana")));
    let ours = scene.owner.get("/resolve?uri=%40ana%40werkplein.test").await.expect(200);
    assert_eq!(ours["id"], json!(scene.owner.id.to_string()));
    // A host in another alphabet is another host, and is shown as such.
    let twin = crate::support::Peer::start(scene.net.names(), "xn--wrkplein-c8g.test").await;
    let ana = twin.person("ana");
    let typed = "http%3A%2F%2Fw%D0%B5rkplein.test%2Fusers%2Fana";
    let found = scene.owner.get(&format!("/resolve?uri={typed}")).await.expect(200);
    assert_eq!(found["name"], "ana@xn--wrkplein-c8g.test");
    assert_eq!(found["activityPubId"], json!(ana.uri));
    // Nobody here takes such a name, nor one that differs by capitals.
    let group = |name: &str| json!({"name": name, "title": "Bijstand", "mission": "Vragen"});
    for name in ["bijst\u{430}nd", "bijstand\u{200b}", "BIJSTAND"] {
        let made = scene.owner.post("/groups", group(name)).await;
        assert!(matches!(made.status, 400 | 409), "{name:?}: {}", made.text);
    }
    scene.owner.post("/groups", group("bijstand2")).await.expect(201);
}
