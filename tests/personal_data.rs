//! The guard against personal data: what may be posted nowhere, what its author is asked about once, in a browser and over the API.

use diesel::prelude::*;
use serde_json::{Value, json};
use vakplein::db::schema::journal;
use vakplein::journal::{Detail, Did, Entry};
use vakplein::text::personal::Kind;

use crate::group_pages::send;
use crate::login::logged_in;
use crate::pages::check_page;
use crate::support::program::{complaint, lines, vakplein};
use crate::support::{Member, Reply, TestApp};

const TOPICS: &str = "/groups/tuin/threads";
/// Passes the eleven-test, and is nobody's as far as we know.
const BSN: &str = "123456782";

/// An instance with a group `tuin` of ana's, of which bob is a member.
async fn forum() -> (TestApp, Member) {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    ana.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    let bob = app.member("bob").await;
    bob.post("/groups/tuin/memberships", json!({})).await.expect(201);
    (app, bob)
}

fn topic(title: &str, content: &str) -> Value {
    json!({ "title": title, "content": content })
}

/// The same, with its author's word that it is no personal data.
fn sure(mut input: Value) -> Value {
    input["notPersonal"] = json!(true);
    input
}

/// Each field that is refused, with the kinds that were found in it.
#[track_caller]
fn found(reply: &Reply) -> Vec<(String, Vec<String>)> {
    assert_eq!(reply.refused(400), "invalid");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let kinds = |error: &Value| error["kinds"].as_array().unwrap().iter().map(text).collect();
    let errors = reply.json["errors"].as_array().unwrap();
    errors.iter().map(|error| (text(&error["field"]), kinds(error))).collect()
}

fn of(field: &str, kinds: &[&str]) -> (String, Vec<String>) {
    (field.to_owned(), kinds.iter().map(|kind| (*kind).to_owned()).collect())
}

/// What the journal says about all acts of a kind: as it is stored, and which kinds are said to be no personal data.
async fn noted(app: &TestApp, did: Did) -> (String, Vec<Vec<Kind>>) {
    let read = app.app.db.read(move |tx| {
        let lines = journal::table.filter(journal::act.eq(did)).order(journal::id);
        Ok(lines.select(Entry::as_select()).load::<Entry>(tx.conn)?)
    });
    let entries = read.await.unwrap();
    let kinds = entries.iter().map(|entry| entry.detail.read::<Detail>().unwrap().not_personal).collect();
    (entries.iter().map(|entry| entry.detail.0.as_str()).collect(), kinds)
}

async fn topics(app: &TestApp) -> usize {
    app.anonymous().get(TOPICS).await.expect(200)["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_bsn_is_never_posted_whatever_its_author_says() {
    let (app, bob) = forum().await;
    for (input, fields) in [
        (topic("Vraag", &format!("Mijn nummer is {BSN}.")), vec![of("content", &["bsn"])]),
        (topic(&format!("Over {BSN}"), "Wie weet dit?"), vec![of("title", &["bsn"])]),
        (topic("Vraag", "1234**5**6782"), vec![of("content", &["bsn"])]),
        (topic("Vraag", "BSN 12\u{200b}34 56 78\u{ad}2"), vec![of("content", &["bsn"])]),
        (topic("Vraag", "１２３４５６７８２"), vec![of("content", &["bsn"])]),
    ] {
        assert_eq!(found(&bob.post(TOPICS, input.clone()).await), fields, "{input}");
        assert_eq!(found(&bob.post(TOPICS, sure(input)).await), fields);
    }
    // All that is wrong is told at once, and no message repeats the number.
    let both = bob.post(TOPICS, topic("", &format!("{BSN} of 06-12345678"))).await;
    let told: Vec<_> = both.json["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    assert_eq!(told, ["title", "content", "content"]);
    assert!(both.text.contains("…782") && !both.text.contains(BSN), "{}", both.text);
    assert_eq!(topics(&app).await, 0);
    // In a reply and in a change as little.
    let made = bob.post(TOPICS, topic("Vraag", "Wie weet dit?")).await.expect(201);
    let path = format!("/threads/{}", made["id"].as_str().unwrap());
    let wrong = sure(json!({ "content": format!("Dat is {BSN}") }));
    let reply = bob.post(&format!("{path}/replies"), wrong.clone()).await;
    assert_eq!(found(&reply), [of("content", &["bsn"])]);
    assert_eq!(found(&bob.patch(&path, wrong).await), [of("content", &["bsn"])]);
    assert_eq!(bob.get(&path).await.expect(200)["content"], "Wie weet dit?");
    // Other numbers, and addresses of the fediverse, go through.
    let plain =
        "Zaak 0198c0de-0000-7000-8000-123456782abc, € 123.456.782, artikel 18 lid 4: vraag @jan@ver.test.";
    bob.post(TOPICS, topic("Anders", plain)).await.expect(201);
}

#[tokio::test]
async fn a_page_keeps_the_text_with_a_bsn_and_offers_no_way_around() {
    let (app, _bob) = forum().await;
    let browser = logged_in(&app, "bob").await;
    browser.get("/g/tuin/new").await;
    assert!(browser.texts("#notPersonal").is_empty(), "nothing is asked before anything is written");
    let content = format!("Mijn nummer is {BSN}.");
    let typed = [("title", "Vraag"), ("content", content.as_str())];
    for (more, status) in [(("to", ""), 400), (("notPersonal", "1"), 400), (("preview", "1"), 200)] {
        let fields = [typed[0], typed[1], more];
        let reply = send(&browser, "/g/tuin/new", &fields, &[]).await;
        check_page(&reply, status, "nl");
        assert_eq!(browser.texts("textarea#content"), [content.as_str()]);
        let told = browser.texts("#content-error").concat();
        assert!(told.contains("burgerservicenummer …782") && told.contains("Haal dit weg"), "{told}");
        assert_eq!(browser.texts("#form-errors li").len(), 1);
    }
    assert_eq!(topics(&app).await, 0);
    let mended = [typed[0], ("content", "Mijn nummer is weg.")];
    let reply = send(&browser, "/g/tuin/new", &mended, &[]).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
}

#[tokio::test]
async fn programs_are_told_once_what_looks_like_personal_data() {
    let (app, bob) = forum().await;
    let input = topic("Bel 06-12345678", "Of mail jan@elders.test, IBAN NL91 ABNA 0417 1643 00.");
    let refused = bob.post(TOPICS, input.clone()).await;
    assert_eq!(found(&refused), [of("title", &["phone"]), of("content", &["iban", "email"])]);
    assert!(refused.text.contains("phone number 06-12345678"), "{}", refused.text);
    assert!(refused.text.contains("email address jan@elders.test"), "{}", refused.text);
    let odd = json!({ "title": "T", "content": "C", "notPersonal": "ja" });
    assert_eq!(bob.post(TOPICS, odd).await.refused(400), "malformed");
    assert_eq!(topics(&app).await, 0);
    let made = bob.post(TOPICS, sure(input)).await.expect(201);
    let path = format!("/threads/{}", made["id"].as_str().unwrap());
    let birth = json!({ "content": "Ik ben geboren op 3 mei 1990." });
    let replies = format!("{path}/replies");
    assert_eq!(found(&bob.post(&replies, birth.clone()).await), [of("content", &["birth-date"])]);
    bob.post(&replies, sure(birth)).await.expect(201);
    bob.post(&replies, sure(json!({ "content": "Niets aan de hand." }))).await.expect(201);
    // The journal keeps that, and which kinds, but none of the words.
    let (stored, kinds) = noted(&app, Did::StartThread).await;
    assert_eq!(kinds, [[Kind::Iban, Kind::Phone, Kind::Email]]);
    assert!(!stored.contains("12345678") && !stored.contains("elders.test"), "{stored}");
    assert_eq!(noted(&app, Did::Reply).await.1, [vec![Kind::BirthDate], Vec::new()]);

    // A change isn't asked about what stood there already, but about what is new.
    let now = json!({ "content": "Of mail jan@elders.test, IBAN NL91 ABNA 0417 1643 00. Graag vandaag." });
    bob.patch(&path, now).await.expect(200);
    bob.patch(&path, json!({ "title": "Bel mij" })).await.expect(200);
    let new = json!({ "content": "Of mail jan@elders.test of piet@elders.test" });
    assert_eq!(found(&bob.patch(&path, new.clone()).await), [of("content", &["email"])]);
    let told = bob.patch(&path, new.clone()).await;
    assert!(told.text.contains("piet@") && !told.text.contains("jan@"), "{}", told.text);
    bob.patch(&path, sure(new)).await.expect(200);
    assert_eq!(noted(&app, Did::EditPost).await.1, [Vec::new(), Vec::new(), vec![Kind::Email]]);
}

#[tokio::test]
async fn a_page_asks_once_and_goes_on_when_told_that_it_is_no_personal_data() {
    let (app, _bob) = forum().await;
    let browser = logged_in(&app, "bob").await;
    browser.get("/g/tuin/new").await;
    let typed = [("title", "Vraag"), ("content", "Bel de balie: 050-1234567.")];
    let preview = [typed[0], typed[1], ("preview", "1")];
    for (fields, status) in [(&preview[..], 200), (&typed[..], 400), (&typed[..], 400)] {
        let reply = send(&browser, "/g/tuin/new", fields, &[]).await;
        check_page(&reply, status, "nl");
        assert_eq!(browser.texts("textarea#content"), ["Bel de balie: 050-1234567."]);
        assert!(browser.texts("#content-error").concat().contains("telefoonnummer 050-1234567"));
        assert_eq!(browser.attributes("#notPersonal", "checked").len(), 0, "only who writes can say so");
        assert_eq!(browser.texts("label[for=notPersonal]"), ["Dit is geen persoonsgegeven"]);
    }
    assert_eq!(topics(&app).await, 0);
    // What was said stays said while something else is wrong.
    let untitled = [("title", ""), typed[1], ("notPersonal", "1")];
    check_page(&send(&browser, "/g/tuin/new", &untitled, &[]).await, 400, "nl");
    assert_eq!(browser.attributes("#notPersonal", "checked").len(), 1);
    assert!(browser.texts("#content-error").is_empty());
    let told = [typed[0], typed[1], ("notPersonal", "1")];
    let reply = send(&browser, "/g/tuin/new", &told, &[]).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    assert_eq!(noted(&app, Did::StartThread).await.1, [[Kind::Phone]]);

    // The form of the same post doesn't ask again; a reply does.
    let topic = reply.location().split('#').next().unwrap().to_owned();
    let edit = topic.replace("/t/", "/p/") + "/edit";
    browser.get(&edit).await;
    let more = [typed[0], ("content", "Bel de balie: 050-1234567. Na negen uur.")];
    assert_eq!(send(&browser, &edit, &more, &[]).await.status, 303);
    browser.get(&topic).await;
    let answer = [("content", "Of mail balie@elders.test")];
    check_page(&send(&browser, &format!("{topic}/reply"), &answer, &[]).await, 400, "nl");
    let reply = send(&browser, &format!("{topic}/reply"), &[answer[0], ("notPersonal", "1")], &[]).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_say_how_case_numbers_look() {
    let (app, bob) = forum().await;
    let boss = app.admin("boss").await;
    let input = topic("Mijn zaak", "Het gaat om wmo-2026-000123.");
    bob.post(TOPICS, input).await.expect(201);
    let settings = "/admin/settings";
    assert_eq!(boss.get(settings).await.expect(200)["caseNumbers"], json!([]));
    let patterns = json!({ "caseNumbers": [" WMO-####-###### ", "", "WMO-####-######"] });
    assert_eq!(bob.patch(settings, patterns.clone()).await.refused(403), "not-admin");
    assert_eq!(boss.patch(settings, patterns).await.expect(200)["caseNumbers"], json!(["WMO-####-######"]));
    for wrong in [json!(["####"]), json!(["WMO-####!"]), json!(vec!["x"; 3]), json!(["#".repeat(41)])] {
        let refused = boss.patch(settings, json!({ "caseNumbers": wrong })).await;
        assert_eq!(refused.refused(400), "invalid", "{wrong}");
        assert_eq!(refused.json["errors"][0]["field"], "caseNumbers");
    }
    let many: Vec<String> = (0..21).map(|number| format!("Z{number}-####")).collect();
    assert_eq!(boss.patch(settings, json!({ "caseNumbers": many })).await.refused(400), "invalid");

    let input = topic("Nog een zaak", "Het gaat om wmo-2026-000124.");
    assert_eq!(found(&bob.post(TOPICS, input.clone()).await), [of("content", &["case-number"])]);
    bob.post(TOPICS, sure(input)).await.expect(201);
    // In the browser and on the command line.
    let browser = logged_in(&app, "boss").await;
    browser.get(settings).await;
    assert_eq!(browser.texts("textarea#caseNumbers"), ["WMO-####-######"]);
    check_page(&browser.submit(settings, &[("caseNumbers", "##\nJZ/####")]).await, 400, "nl");
    assert_eq!(browser.texts("textarea#caseNumbers"), ["## JZ/####"]);
    assert_eq!(browser.texts("#caseNumbers-error").len(), 1);
    assert_eq!(browser.submit(settings, &[("caseNumbers", "JZ/####\n\nKL ####")]).await.status, 303);
    assert_eq!(boss.get(settings).await.expect(200)["caseNumbers"], json!(["JZ/####", "KL ####"]));
    let set = |value: &str| vakplein(&app, &["settings", "set", "caseNumbers", value], "");
    lines(&set("JZ/####, ABC-######"));
    assert!(complaint(&set("###")).contains("caseNumbers:"));
    assert_eq!(boss.get(settings).await.expect(200)["caseNumbers"], json!(["JZ/####", "ABC-######"]));
    let browser = logged_in(&app, "bob").await;
    browser.get("/g/tuin/new").await;
    let typed = [("title", "Brief"), ("content", "Kenmerk ABC-123456")];
    check_page(&send(&browser, "/g/tuin/new", &typed, &[]).await, 400, "nl");
    assert!(browser.texts("#content-error").concat().contains("zaaknummer ABC-123456"));
}

#[tokio::test]
async fn a_bsn_stands_in_no_group_and_no_profile() {
    let (app, bob) = forum().await;
    let wrong = format!("Mijn BSN: {BSN}");
    for field in ["title", "mission", "description", "rules"] {
        let mut group = json!({ "name": "hof", "title": "Het hof" });
        group[field] = json!(wrong);
        assert_eq!(found(&bob.post("/groups", group).await), [of(field, &["bsn"])]);
    }
    let group = json!({ "name": "hof", "title": "Het hof", "rules": "Bel 050-1234567." });
    bob.post("/groups", group).await.expect(201);
    let changed = bob.patch("/groups/hof", json!({ "rules": wrong })).await;
    assert_eq!(found(&changed), [of("rules", &["bsn"])]);
    assert_eq!(found(&bob.patch("/me", json!({ "bio": wrong })).await), [of("bio", &["bsn"])]);
    assert_eq!(found(&bob.patch("/me", json!({ "displayName": BSN })).await), [of("displayName", &["bsn"])]);
    bob.patch("/me", json!({ "bio": "Mail mij: bob@elders.test" })).await.expect(200);
    let browser = logged_in(&app, "bob").await;
    browser.get("/settings").await;
    let profile = [("displayName", "Bob"), ("bio", wrong.as_str())];
    check_page(&send(&browser, "/settings", &profile, &[]).await, 400, "nl");
    assert!(browser.texts("#bio-error").concat().contains("burgerservicenummer …782"));
}
