//! Closed groups on one instance: made, shown or hidden, joined, made stricter; and what outsiders learn of them.

use serde_json::{Value, json};

use crate::group_pages::send;
use crate::login::logged_in;
use crate::media::{png, upload};
use crate::pages::{check_page, in_language};
use crate::support::browser::Browser;
use crate::support::program::{lines, vakplein};
use crate::support::{Member, Net, Reply, TestApp};

/// A closed group `vakgroep` of ana's with bob in it, and a topic of his. Cor isn't in it, nor is eva, who administers the instance.
pub struct Scene {
    pub app: TestApp,
    pub ana: Member,
    pub bob: Member,
    pub cor: Member,
    pub eva: Member,
    pub topic: String,
}

pub const SHOWN: &str = "approval";
pub const HIDDEN: &str = "invite";

/// Sets it up; a group that one can ask to join shows itself.
pub async fn scene(class: &str, joining: &str) -> Scene {
    let app = TestApp::new().await;
    let (ana, bob, cor) = (app.member("ana").await, app.member("bob").await, app.member("cor").await);
    let eva = app.admin("eva").await;
    let group = json!({
        "name": "vakgroep", "title": "Zeepaardje", "mission": "Samen duiken", "description": "Over koraal",
        "rules": "1. Zwijg als een oester.", "class": class, "joining": SHOWN, "face": true,
    });
    ana.post("/groups", group).await.expect(201);
    admit(&ana, &bob).await;
    let topic = json!({ "title": "Parelvissen", "content": "Wie weet een goede **plek**?" });
    let topic = bob.post("/groups/vakgroep/threads", topic).await.expect(201);
    if joining == HIDDEN {
        let hide = json!({ "joining": HIDDEN, "face": false });
        ana.patch("/groups/vakgroep", hide).await.expect(200);
    }
    app.settle().await;
    Scene { topic: topic["id"].as_str().unwrap().to_owned(), app, ana, bob, cor, eva }
}

/// Somebody asks to join, and is admitted.
async fn admit(owner: &Member, member: &Member) {
    let asked = member.post("/groups/vakgroep/memberships", json!({})).await.expect(201);
    assert_eq!(asked["state"], "pending");
    let path = format!("/groups/vakgroep/memberships/{}", member.name);
    owner.patch(&path, json!({ "state": "accepted" })).await.expect(204);
}

/// The fields of a problem, in its order.
fn fields(reply: &Reply) -> Vec<&str> {
    reply.json["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect()
}

fn items(page: &Value) -> &Vec<Value> {
    page["items"].as_array().unwrap()
}

async fn found(by: &Member, path: &str) -> usize {
    items(&by.get(path).await.expect(200)).len()
}

#[tokio::test]
async fn a_closed_group_is_made_and_its_name_needs_to_say_nothing() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    for class in ["leden", "vertrouwelijk", "lokaal"] {
        let made = ana.post("/groups", json!({ "title": "Zeepaardje", "class": class })).await.expect(201);
        let name = made["name"].as_str().unwrap();
        assert!(name.starts_with("g-") && name.len() == 12, "{name}");
        assert_eq!((&made["class"], &made["joining"]), (&json!(class), &json!("invite")));
        assert_eq!((&made["face"], &made["memberCount"]), (&json!(false), &json!(1)));
    }
    // Nobody walks into one, and nobody asks to join what can't be seen.
    for (joining, face) in [("open", true), ("open", false), ("approval", false)] {
        let wrong = json!({ "title": "Zeepaardje", "class": "leden", "joining": joining, "face": face });
        let wrong = ana.post("/groups", wrong).await;
        assert_eq!((wrong.refused(400).as_str(), fields(&wrong)), ("invalid", vec!["joining"]));
    }
    let nameless = ana.post("/groups", json!({ "title": "Open" })).await;
    assert_eq!((nameless.status, fields(&nameless)), (400, vec!["name"]), "an open one is called something");

    let browser = logged_in(&app, "ana").await;
    for lang in ["nl", "en"] {
        browser.get(&format!("/language/{lang}")).await;
        check_page(&browser.get("/groups/new").await, 200, lang);
    }
    browser.get("/language/nl").await;
    browser.get("/groups/new").await;
    let classes = browser.attributes("input[name=class]", "value");
    assert_eq!(classes, ["openbaar", "leden", "vertrouwelijk", "lokaal"]);
    let open = [("title", "Koraal"), ("class", "vertrouwelijk"), ("joining", "open"), ("colour", "1")];
    check_page(&send(&browser, "/groups/new", &open, &[]).await, 400, "nl");
    assert_eq!(browser.texts("#joining-error").len(), 1);
    assert_eq!(browser.attributes("input[name=class][checked]", "value"), ["vertrouwelijk"], "kept");
    let right = [("title", "Koraal"), ("class", "vertrouwelijk"), ("joining", "invite"), ("colour", "1")];
    let made = send(&browser, "/groups/new", &right, &[]).await;
    assert!(made.status == 303 && made.location().starts_with("/g/g-"), "{}", made.location());
    check_page(&browser.get(made.location()).await, 200, "nl");
    assert_eq!(browser.texts("h1"), ["Koraal"]);

    let create = ["group", "create", "stil", "--title", "Stil water", "--class", "leden", "--owner", "ana"];
    assert_eq!(lines(&vakplein(&app, &create, "")), [app.url("/g/stil")]);
    let made = ana.get("/groups/stil").await.expect(200);
    assert_eq!((&made["joining"], &made["role"]), (&json!("invite"), &json!("owner")));
    let listed = lines(&vakplein(&app, &["group", "list"], "")).join("\n");
    assert!(listed.contains("\tleden\t1\t") && !listed.contains("Stil water"), "{listed}");
}

#[tokio::test]
async fn a_name_that_is_not_available_is_so_for_no_reason_that_is_told() {
    let Scene { app, cor, .. } = scene("leden", HIDDEN).await;
    let mut answers = Vec::new();
    for name in ["vakgroep", "beheer", "ana"] {
        let refused = cor.post("/groups", json!({ "name": name, "title": "Mijn groep" })).await;
        assert_eq!(refused.refused(409), "taken");
        let browser = logged_in(&app, "cor").await;
        browser.get("/groups/new").await;
        let typed = [("title", "Mijn groep"), ("name", name), ("joining", "open"), ("colour", "1")];
        let page = send(&browser, "/groups/new", &typed, &[]).await;
        answers.push((refused.text.clone(), page.status, browser.texts("#form-errors")));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "hidden, reserved and taken read alike: {answers:?}");
}

/// An answer without what differs by the name that was asked for and the moment.
fn told(reply: &Reply, name: &str) -> (u16, String, Vec<(String, String)>) {
    let plain = |text: &str| text.replace(name, "naam");
    let headers = reply.headers.iter().filter(|(key, _)| *key != "date");
    let mut headers: Vec<(String, String)> =
        headers.map(|(key, value)| (key.to_string(), plain(value.to_str().unwrap()))).collect();
    headers.sort();
    (reply.status, plain(&reply.text), headers)
}

#[tokio::test]
async fn a_hidden_group_answers_outsiders_as_one_that_never_was() {
    const PAGES: [&str; 16] = [
        "",
        "/about",
        "/members",
        "/requests",
        "/join",
        "/leave",
        "/settings",
        "/archive",
        "/delete",
        "/log",
        "/reports",
        "/bans",
        "/ban",
        "/new",
        "/feed.atom",
        "/invitations",
    ];
    const PATHS: [&str; 7] =
        ["", "/members", "/members?state=pending", "/memberships/bob", "/threads", "/modlog", "/bans"];
    let Scene { app, bob, cor, eva, .. } = scene("leden", HIDDEN).await;
    // As long as the other name, and nobody's.
    let names = ["vakgroep", "vakgroop"];
    for browser in [app.browser(), logged_in(&app, "cor").await, logged_in(&app, "eva").await] {
        for page in PAGES {
            let [hidden, absent] = names.map(|name| (name, format!("/g/{name}{page}")));
            let hidden = told(&browser.get(&hidden.1).await, hidden.0);
            assert_eq!(hidden, told(&browser.get(&absent.1).await, absent.0), "{page}");
            assert_ne!(hidden.0, 200, "{page}");
        }
        browser.get("/").await;
        let Some(token) = browser.attributes("input[name=csrf]", "value").pop() else { continue };
        for form in ["/join", "/leave", "/archive", "/delete"] {
            let mut answers = Vec::new();
            for name in names {
                let sent = browser.post(&format!("/g/{name}{form}"), &[("csrf", &token)]).await;
                assert_eq!(sent.status, 404, "{form}");
                answers.push(told(&sent, name));
            }
            assert_eq!(answers[0], answers[1], "{form}");
        }
    }
    for by in [app.anonymous(), cor, eva] {
        let mut answers = Vec::new();
        for name in names {
            let mut told_of = Vec::new();
            for path in PATHS {
                told_of.push(told(&by.get(&format!("/groups/{name}{path}")).await, name));
            }
            let group = format!("/groups/{name}");
            told_of.push(told(&by.post(&format!("{group}/memberships"), json!({})).await, name));
            told_of.push(told(&by.delete(&format!("{group}/memberships")).await, name));
            let topic = json!({ "title": "Hallo", "content": "Is daar iemand?" });
            told_of.push(told(&by.post(&format!("{group}/threads"), topic).await, name));
            told_of.push(told(&by.patch(&group, json!({ "title": "Van mij" })).await, name));
            told_of.push(told(&by.put(&format!("{group}/archive"), json!({})).await, name));
            let report = json!({ "group": name, "category": "other", "reason": "Bestaat dit?" });
            told_of.push(told(&by.post("/reports", report).await, name));
            answers.push(told_of);
        }
        assert_eq!(answers[0], answers[1]);
        assert!(answers[0].iter().all(|(status, ..)| [401, 404].contains(status)), "{:?}", answers[0]);
    }
    // Those who belong to it see it, and no cache keeps it.
    let page = logged_in(&app, "bob").await.get("/g/vakgroep").await;
    assert_eq!((page.status, page.header("cache-control")), (200, "private, no-store"));
    assert!(!page.text.contains("og:title") && !page.text.contains("feed.atom"), "{}", page.text);
    bob.get("/groups/vakgroep/members").await.expect(200);
}

/// What nobody outside may read: of the topic, of who is in the group, of when something was said.
fn is_discreet(text: &str) -> bool {
    ["Parelvissen", "plek", "bob", "ana@", "2 leden", "1 gesprek"].iter().all(|word| !text.contains(word))
}

#[tokio::test]
async fn a_group_that_shows_itself_tells_what_it_is_for_and_nothing_of_what_is_in_it() {
    let Scene { app, ana, bob, cor, .. } = scene("vertrouwelijk", SHOWN).await;
    for lang in ["nl", "en"] {
        let visitor = in_language(&app, lang).await;
        check_page(&visitor.get("/groups?which=closed").await, 200, lang);
        check_page(&visitor.get("/g/vakgroep").await, 200, lang);
    }
    let visitor = app.browser();
    let page = visitor.get("/g/vakgroep").await;
    for word in ["Zeepaardje", "Samen duiken", "Over koraal", "Zwijg als een oester"] {
        assert!(page.text.contains(word), "{word}");
    }
    assert!(is_discreet(&page.text), "{}", page.text);
    assert_eq!(visitor.attributes("meta[name=robots]", "content"), ["noindex"]);
    for path in ["/g/vakgroep/about", "/g/vakgroep/members", "/g/vakgroep/log", "/g/vakgroep/feed.atom"] {
        assert_eq!(visitor.get(path).await.status, 404, "{path}");
    }
    visitor.get("/groups?which=closed").await;
    assert_eq!(visitor.texts(".card__title"), ["Zeepaardje"]);

    for by in [&app.anonymous(), &cor] {
        let shown = by.get("/groups/vakgroep").await;
        assert!(is_discreet(&shown.text), "{}", shown.text);
        let shown = shown.expect(200);
        assert_eq!((&shown["face"], &shown["role"]), (&json!(true), &Value::Null));
        assert!(
            ["memberCount", "topicCount", "activeAt", "posting"].iter().all(|key| shown.get(key).is_none())
        );
        assert_eq!(found(by, "/groups").await, 0, "it has no place among those sorted by activity");
        for list in ["/groups?filter=closed", "/search/groups?q=duiken"] {
            let listed = by.get(list).await.expect(200);
            assert_eq!(items(&listed)[0]["name"], "vakgroep", "{list}");
            assert!(items(&listed)[0].get("activeAt").is_none(), "{list}: {listed}");
        }
        assert_eq!(found(by, "/search?q=parelvissen").await, 0);
    }
    let mine = bob.get("/groups/vakgroep").await.expect(200);
    assert_eq!((&mine["memberCount"], &mine["topicCount"]), (&json!(2), &json!(1)));
    assert_eq!((found(&bob, "/groups").await, found(&bob, "/groups?filter=closed").await), (1, 0));

    // Hidden again it is nowhere.
    ana.patch("/groups/vakgroep", json!({ "joining": "invite", "face": false })).await.expect(200);
    assert_eq!(visitor.get("/g/vakgroep").await.status, 404);
    for list in ["/groups?filter=closed", "/search/groups?q=duiken"] {
        assert_eq!((found(&cor, list).await, found(&app.anonymous(), list).await), (0, 0), "{list}");
    }
    assert_eq!(found(&bob, "/search/groups?q=duiken").await, 1);
}

#[tokio::test]
async fn one_asks_to_join_a_closed_group_at_its_face() {
    let Scene { app, ana, cor, .. } = scene("leden", SHOWN).await;
    let dirk = app.member("dirk").await;
    let visitor = app.browser();
    visitor.get("/g/vakgroep").await;
    assert_eq!(visitor.attributes(".hero__actions a", "href"), ["/g/vakgroep/join"]);
    assert!(visitor.get("/g/vakgroep/join").await.location().starts_with("/login"));
    let browser = logged_in(&app, "cor").await;
    check_page(&browser.get("/g/vakgroep/join").await, 200, "nl");
    let asked = browser.submit("/g/vakgroep/join", &[("motivation", "Ik duik ook")]).await;
    assert_eq!((asked.status, asked.location()), (303, "/g/vakgroep"));
    check_page(&browser.get("/g/vakgroep").await, 200, "nl");
    assert_eq!(browser.texts("form[action='/g/vakgroep/leave']").len(), 1, "it can be taken back");
    let waits = cor.get("/groups/vakgroep").await.expect(200);
    assert_eq!((&waits["pending"], waits.get("memberCount")), (&json!(true), None));
    assert_eq!(cor.get("/groups/vakgroep/threads").await.refused(404), "not-found");
    assert_eq!(found(&cor, "/groups?filter=mine").await, 0);
    assert_eq!(items(&cor.get("/groups?filter=closed").await.expect(200))[0]["pending"], true);
    ana.patch("/groups/vakgroep/memberships/cor", json!({ "state": "accepted" })).await.expect(204);
    browser.get("/g/vakgroep").await;
    assert_eq!(browser.texts(".topic__title"), ["Parelvissen"]);

    // By the API too; and whoever waits may think again, also when the group has hidden itself meanwhile.
    let asked = dirk.post("/groups/vakgroep/memberships", json!({})).await;
    let place = asked.location().strip_prefix(&app.url("/api/v1")).unwrap().to_owned();
    assert_eq!(asked.expect(201)["state"], "pending");
    assert_eq!(dirk.get(&place).await.expect(200)["state"], "pending");
    ana.patch("/groups/vakgroep", json!({ "joining": "invite" })).await.expect(200);
    let ewout = app.member("ewout").await;
    assert_eq!(ewout.post("/groups/vakgroep/memberships", json!({})).await.refused(403), "invite-only");
    ana.patch("/groups/vakgroep", json!({ "face": false })).await.expect(200);
    assert_eq!(ewout.post("/groups/vakgroep/memberships", json!({})).await.refused(404), "not-found");
    let browser = logged_in(&app, "dirk").await;
    browser.get("/g/vakgroep").await;
    let back = browser.submit("/g/vakgroep/leave", &[]).await;
    assert_eq!((back.status, back.location()), (303, "/groups"));
    assert_eq!(browser.get("/g/vakgroep").await.status, 404);
}

#[tokio::test]
async fn members_find_what_is_written_in_their_closed_groups_and_nobody_else_does() {
    let Scene { app, ana, bob, cor, eva, topic } = scene("lokaal", HIDDEN).await;
    ana.post(&format!("/threads/{topic}/replies"), json!({ "content": "Bij het parelrif" }))
        .await
        .expect(201);
    for (query, hits) in [("parelvissen", 1), ("parelrif", 1), ("plek", 1), ("zeepaard", 0)] {
        let path = format!("/search?q={query}");
        assert_eq!(found(&bob, &path).await, hits, "{query}");
        for by in [&app.anonymous(), &cor, &eva] {
            let page = by.get(&path).await.expect(200);
            assert_eq!((items(&page).len(), &page["next"]), (0, &Value::Null), "{query}");
        }
    }
    let browser = logged_in(&app, "bob").await;
    browser.get("/search?q=parelrif").await;
    assert_eq!(browser.texts(".topic__title"), ["Parelvissen"]);
    for path in ["/", "/latest", "/u/bob", "/search?q=parelrif", "/search?q=duiken"] {
        let page = logged_in(&app, "eva").await.get(path).await;
        let told = page.text.replace("parelrif", "").replace("duiken", "");
        assert!(!told.contains("Parel") && !told.contains("Zeepaardje"), "{path}");
    }
    bob.delete("/groups/vakgroep/memberships").await.expect(204);
    assert_eq!(found(&bob, "/search?q=parelvissen").await, 0, "not a moment longer");
    assert_eq!(found(&bob, "/search/groups?q=duiken").await, 0);
}

/// Subject and text of the mails that went out to ana since.
async fn mails(app: &TestApp, before: usize) -> Vec<(String, String)> {
    app.settle().await;
    let all = vakplein::mail::inbox(&app.app.config.mail.dir).await.unwrap();
    let mut to_ana: Vec<(String, String)> = all
        .into_iter()
        .rev()
        .filter(|mail| mail.to == "ana@example.org")
        .map(|mail| (mail.subject, mail.body))
        .collect();
    to_ana.drain(..before);
    to_ana
}

#[tokio::test]
async fn a_mail_names_a_title_only_to_whoever_chose_that_and_only_of_a_group_for_members() {
    let Scene { app, ana, bob, .. } = scene("leden", HIDDEN).await;
    let topic = json!({ "title": "Schildpadden", "content": "Waar?" });
    let topic = ana.post("/groups/vakgroep/threads", topic).await.expect(201)["id"].clone();
    let path = format!("/threads/{}/replies", topic.as_str().unwrap());
    let sent = mails(&app, 0).await.len();
    let answer = async |text: &str| {
        app.clock.advance(4_000);
        bob.post(&path, json!({ "content": text })).await.expect(201);
    };
    let secret = |text: &str, words: &[&str]| words.iter().all(|word| !text.contains(word));
    answer("Bij laagwater").await;
    let (subject, body) = mails(&app, sent).await.remove(0);
    assert_eq!(subject, "Nieuw bericht in een besloten groep");
    assert!(secret(&body, &["Schildpadden", "Zeepaardje", "bob", "laagwater"]), "{body}");

    // Ana chooses to see titles: names and words stay inside.
    let browser = logged_in(&app, "ana").await;
    browser.get("/settings/account").await;
    assert_eq!(browser.submit("/settings/account", &[("mailTitles", "1")]).await.status, 303);
    assert_eq!(ana.get("/me").await.expect(200)["mailTitles"], true);
    answer("Bij hoogwater").await;
    let (subject, body) = mails(&app, sent + 1).await.remove(0);
    assert_eq!(subject, "Nieuw bericht in “Schildpadden”");
    assert!(body.contains("Zeepaardje") && secret(&body, &["bob", "hoogwater"]), "{body}");
    // Of a stricter group never.
    let raise = json!({ "class": "vertrouwelijk", "confirmCopies": true });
    ana.patch("/groups/vakgroep", raise).await.expect(200);
    answer("Bij stormweer").await;
    let (subject, body) = mails(&app, sent + 2).await.remove(0);
    assert_eq!(subject, "Nieuw bericht in een besloten groep");
    assert!(secret(&body, &["Schildpadden", "Zeepaardje", "bob", "stormweer"]), "{body}");
    assert_eq!(ana.patch("/me", json!({ "mailTitles": false })).await.expect(200)["mailTitles"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_gets_stricter_once_its_owner_knows_who_holds_copies_and_never_more_open() {
    let net = Net::new();
    let (here, there) = (net.app("werkplein.test").await, net.app("gemeente.test").await);
    let (ana, bo) = (here.member("ana").await, there.member("bo").await);
    ana.post("/groups", json!({ "name": "tuin", "title": "Tuin" })).await.expect(201);
    bo.get("/resolve?uri=%21tuin@werkplein.test").await.expect(200);
    bo.post("/groups/tuin@werkplein.test/memberships", json!({})).await.expect(201);
    net.settle(&[&here, &there]).await;
    let topic = json!({ "title": "Snoeien", "content": "Wanneer?" });
    let topic = ana.post("/groups/tuin/threads", topic).await.expect(201)["id"].as_str().unwrap().to_owned();
    net.settle(&[&here, &there]).await;

    let path = format!("/threads/{topic}");
    let close = json!({ "class": "leden" });
    let asks = ana.patch("/groups/tuin", close).await;
    assert_eq!((asks.refused(409).as_str(), &asks.json["hosts"]), ("copies", &json!(["gemeente.test"])));
    here.anonymous().get(&path).await.expect(200);
    assert_eq!(here.anonymous().get("/problems/copies").await.expect(200)["status"], 409);
    let confirmed = json!({ "class": "leden", "confirmCopies": true });
    let closed = ana.patch("/groups/tuin", confirmed).await.expect(200);
    assert_eq!((&closed["class"], &closed["joining"]), (&json!("leden"), &json!("invite")));
    // All that is in it obeys at once.
    assert_eq!(here.anonymous().get(&path).await.refused(404), "not-found");
    assert_eq!(here.get(&format!("/t/{topic}/feed.atom")).await.status, 404);
    let lower = ana.patch("/groups/tuin", json!({ "class": "openbaar" })).await;
    assert_eq!((lower.refused(400).as_str(), fields(&lower)), ("invalid", vec!["class"]));

    let browser = logged_in(&here, "ana").await;
    browser.get("/g/tuin/settings").await;
    assert_eq!(browser.attributes("input[name=class]", "value"), ["leden", "vertrouwelijk", "lokaal"]);
    let stricter = [
        ("title", "Moestuin"),
        ("class", "lokaal"),
        ("joining", "invite"),
        ("posting", "members"),
        ("colour", "2"),
    ];
    let asks = send(&browser, "/g/tuin/settings", &stricter, &[]).await;
    check_page(&asks, 200, "nl");
    assert!(browser.texts("main li").concat().contains("gemeente.test"), "{}", asks.text);
    assert_eq!(ana.get("/groups/tuin").await.expect(200)["class"], "leden", "not yet");
    assert_eq!(browser.submit("main form", &[]).await.status, 303);
    let now = ana.get("/groups/tuin").await.expect(200);
    assert_eq!((&now["class"], &now["title"]), (&json!("lokaal"), &json!("Moestuin")));
    browser.get("/g/tuin/settings").await;
    let back = [("title", "Moestuin"), ("class", "leden"), ("joining", "invite"), ("colour", "2")];
    check_page(&send(&browser, "/g/tuin/settings", &back, &[]).await, 400, "nl");
    assert_eq!(browser.texts("#class-error").len(), 1);
}

/// Status and what caches may do, as a browser gets a file.
async fn file(browser: &Browser, path: &str) -> (u16, String) {
    let reply = browser.get(path).await;
    assert!(reply.header("etag").is_empty(), "{path}: {}", reply.header("etag"));
    (reply.status, reply.header("cache-control").to_owned())
}

#[tokio::test]
async fn files_of_a_closed_group_are_for_its_members_at_each_request() {
    let Scene { app, ana, bob, .. } = scene("leden", HIDDEN).await;
    let path = |file: &Value| file["url"].as_str().unwrap().strip_prefix(&app.url("")).unwrap().to_owned();
    let picture = upload(&app, &bob, "rif.png", &png(), &[("alt", "Een rif")]).await.expect(201);
    let topic = json!({ "title": "Rif", "content": "Kijk", "media": [picture["id"]] });
    bob.post("/groups/vakgroep/threads", topic).await.expect(201);
    let plate = upload(&app, &ana, "plaat.png", &png(), &[("decorative", "true")]).await.expect(201);
    let with = ana.patch("/groups/vakgroep", json!({ "emblem": plate["id"] })).await.expect(200);
    let emblem = format!("/media/{}", plate["id"].as_str().unwrap());
    let by_group = format!("/media/emblem/{}", with["id"].as_str().unwrap());
    let picture = path(&picture);
    let (member, outsider) = (logged_in(&app, "bob").await, logged_in(&app, "cor").await);
    let nobody = app.browser();
    let kept = "private, no-store".to_owned();
    for path in [&picture, &emblem] {
        assert_eq!(file(&member, path).await, (200, kept.clone()), "{path}");
    }
    assert_eq!(file(&member, &by_group).await, (307, kept.clone()));
    for browser in [&outsider, &nobody, &logged_in(&app, "eva").await] {
        for path in [&picture, &emblem, &by_group] {
            assert_eq!(file(browser, path).await.0, 404, "{path}");
        }
    }
    // What shows itself shows its picture, and still to each by itself.
    ana.patch("/groups/vakgroep", json!({ "face": true })).await.expect(200);
    assert_eq!(file(&nobody, &emblem).await, (200, kept));
    assert_eq!(file(&nobody, &picture).await.0, 404);
    ana.patch("/groups/vakgroep", json!({ "face": false })).await.expect(200);
    assert_eq!(file(&nobody, &emblem).await.0, 404);
    bob.delete("/groups/vakgroep/memberships").await.expect(204);
    assert_eq!(file(&member, &emblem).await.0, 404, "not even to whoever was in it a moment ago");
}
