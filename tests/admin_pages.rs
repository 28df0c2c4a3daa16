//! The administration in the browser: who sees it, what it shows, what it changes, and what it refuses.

use diesel::prelude::*;
use serde_json::json;
use vakplein::db::{Tx, schema};
use vakplein::federation::signatures::Scheme;
use vakplein::ids::{JobId, PersonId};
use vakplein::jobs::Job;
use vakplein::people::{AccountState, acts};

use crate::login::{log_in, logged_in};
use crate::pages::check_page;
use crate::support::app::{PASSWORD, PASSWORD_HASH, keys};
use crate::support::browser::Browser;
use crate::support::{Peer, TestApp};

/// Every page that stands still.
const PAGES: [&str; 17] = [
    "/admin",
    "/admin/approvals",
    "/admin/people",
    "/admin/people?which=suspended&q=cor",
    "/admin/groups",
    "/admin/groups?which=elsewhere",
    "/admin/settings",
    "/admin/limits",
    "/admin/limits/peer-activities",
    "/admin/texts",
    "/admin/texts/rules/nl",
    "/admin/peers",
    "/admin/federation",
    "/admin/federation?which=refused",
    "/admin/federation?which=out&host=elders.test",
    "/admin/jobs",
    "/admin/audit",
];

/// Somebody whose account waits for approval.
async fn waiting(app: &TestApp, name: &str) -> PersonId {
    let mut new = acts::NewPerson::confirmed(name, &format!("{name}@example.org"), &PASSWORD_HASH);
    new.state = AccountState::Waiting;
    new.motivation = "Ik wil graag helpen.".to_owned();
    let keys = keys();
    app.app.db.write(move |tx| acts::create(tx, &new, &keys)).await.unwrap()
}

/// A job that was given up.
async fn failed_job(app: &TestApp) -> JobId {
    let id = JobId::fresh();
    let insert = move |tx: &mut Tx<'_>| {
        use schema::jobs::dsl;
        let job = Job::Meet { host: "nergens.test".to_owned() };
        diesel::insert_into(dsl::jobs)
            .values((
                dsl::id.eq(id),
                dsl::kind.eq(job.kind()),
                dsl::payload.eq(vakplein::db::types::Json::of(&job)?),
                dsl::lane.eq(""),
                dsl::run_at.eq(tx.now),
                dsl::attempts.eq(18),
                dsl::error.eq("de deur was dicht"),
                dsl::failed_at.eq(Some(tx.now)),
                dsl::created_at.eq(tx.now),
            ))
            .execute(tx.conn)?;
        Ok(())
    };
    app.app.db.write(insert).await.unwrap();
    id
}

/// The page that a redirect leads to.
async fn after(browser: &Browser, reply: crate::support::Reply) -> String {
    assert_eq!(reply.status, 303, "{}", reply.text);
    let page = browser.get(reply.location()).await;
    check_page(&page, 200, "nl");
    page.text
}

fn main_text(browser: &Browser) -> String {
    browser.texts("main").remove(0)
}

#[tokio::test]
async fn only_administrators_see_the_administration() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    app.admin("boss").await;
    let (member, boss) = (logged_in(&app, "ana").await, logged_in(&app, "boss").await);
    let person = format!("/admin/people/{}", ana.id);
    let pages: Vec<&str> = PAGES.into_iter().chain([person.as_str(), "/admin/peers/elders.test"]).collect();
    for path in &pages {
        let reply = app.browser().get(path).await;
        assert!(
            reply.status == 303 && reply.location().starts_with("/login?next="),
            "{path}: {}",
            reply.status
        );
        check_page(&member.get(path).await, 403, "nl");
        check_page(&boss.get(path).await, 200, "nl");
    }
    // No form is taken from a member, nor from an administrator whose token is missing.
    member.get("/settings").await;
    let token = member.attributes("input[name=csrf]", "value").remove(0);
    let id = ana.id.to_string();
    for (path, field, value) in [
        ("/admin/settings", "name", "Gekaapt"),
        ("/admin/texts/rules/nl", "content", "Gekaapt"),
        ("/admin/limits/account-posts", "count", "1000"),
        ("/admin/approvals", "person", id.as_str()),
        (&format!("{person}/suspend"), "reason", "x"),
        (&format!("{person}/unsuspend"), "reason", ""),
        (&format!("{person}/factor"), "reason", ""),
        (&format!("{person}/promote"), "reason", ""),
        (&format!("{person}/demote"), "reason", ""),
        ("/admin/peers", "host", "elders.test"),
        ("/admin/peers/elders.test", "state", "blocked"),
        ("/admin/peers/elders.test/retry", "x", ""),
        (&format!("/admin/federation/{id}/retry"), "x", ""),
        ("/admin/jobs", "job", id.as_str()),
    ] {
        let refused = member.post(path, &[("csrf", &token), (field, value), ("signUp", "open")]).await;
        assert_eq!(refused.status, 403, "{path}: {}", refused.text);
        assert_eq!(boss.post(path, &[(field, value)]).await.status, 403, "{path} without token");
    }
    assert_eq!(app.anonymous().get("/instance").await.expect(200)["name"], "Vakplein");
    assert_eq!(ana.get("/me").await.expect(200)["role"], "member");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_right_in_every_language_when_there_is_much_to_see() {
    let app = TestApp::new().await;
    let boss = app.admin("boss").await;
    let cor = app.member("cor").await;
    waiting(&app, "wil").await;
    failed_job(&app).await;
    boss.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    let person = format!("/admin/people/{}", cor.id);
    boss.put(&format!("{person}/suspension"), json!({ "reason": "Reclame" })).await.expect(204);
    let elders = Peer::start(&app.names, "elders.test").await;
    let jan = elders.person("jan");
    let follow = jan.activity("Follow", "1", json!(app.url("/g/tuin")));
    jan.post(&app, &follow).await;
    jan.post(&app, &jan.activity("Like", "2", json!(app.url("/p/nergens")))).await;
    app.settle().await;
    let browser = logged_in(&app, "boss").await;
    for lang in ["nl", "en"] {
        browser.get(&format!("/language/{lang}")).await;
        for path in
            PAGES.into_iter().chain([person.as_str(), "/admin/peers/elders.test", "/admin/peers/nieuw.test"])
        {
            check_page(&browser.get(path).await, 200, lang);
            // A text that is missing shows its key.
            let shown = main_text(&browser);
            assert!(!shown.contains("admin-"), "{path}: {shown}");
        }
    }
    for path in [
        "/admin/people/x",
        "/admin/peers/geen%20site",
        "/admin/peers/werkplein.test",
        "/admin/texts/colofon/nl",
    ] {
        check_page(&browser.get(path).await, 404, "en");
    }
}

#[tokio::test]
async fn the_overview_leads_to_what_waits() {
    let app = TestApp::new().await;
    let boss = app.admin("boss").await;
    let browser = logged_in(&app, "boss").await;
    browser.get("/admin").await;
    assert!(main_text(&browser).contains("Er wacht niets op u."));
    boss.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    let topic =
        boss.post("/groups/tuin/threads", json!({ "title": "Hallo", "content": "Welkom" })).await.expect(201);
    waiting(&app, "wil").await;
    failed_job(&app).await;
    // Reports by people without an account: about a person, and about something against the law in a group.
    let about_boss = json!({ "person": "boss", "category": "privacy", "reason": "Mijn adres staat erbij." });
    app.anonymous().post("/reports", about_boss).await.expect(201);
    let illegal = json!({ "postId": topic["id"], "category": "illegal", "reason": "Dit mag niet." });
    app.anonymous().post("/reports", illegal).await.expect(201);
    // What waits in the groups that the administrator keeps order in counts too, and the other case only once.
    let reply = json!({ "content": "Koop hier" });
    let reply = boss.post(&format!("/threads/{}/replies", topic["id"].as_str().unwrap()), reply).await;
    let spam = json!({ "postId": reply.expect(201)["id"], "category": "spam", "reason": "Reclame." });
    app.anonymous().post("/reports", spam).await.expect(201);
    boss.patch("/groups/tuin", json!({ "joining": "approval" })).await.expect(200);
    let asks =
        app.member("eva").await.post("/groups/tuin/memberships", json!({ "motivation": "Graag" })).await;
    assert!(asks.status < 300, "{}", asks.text);
    browser.get("/admin").await;
    let (words, links) = (browser.texts(".links--big a"), browser.attributes(".links--big a", "href"));
    let waits = [
        "1 aanvraag voor een account",
        "2 zaken te beoordelen",
        "1 zaak te beoordelen in uw groepen",
        "1 aanvraag om lid te worden van uw groepen",
        "1 taak is mislukt",
    ];
    assert_eq!(words, waits);
    for link in &links {
        check_page(&browser.get(link).await, 200, "nl");
    }
    browser.get("/moderation/site").await;
    assert_eq!(
        browser.attributes("main a[href^='/moderation/reports/']", "href").len(),
        2,
        "{}",
        main_text(&browser)
    );
    app.settle().await;
}

#[tokio::test]
async fn somebody_who_asked_for_an_account_is_let_in_or_refused_with_a_reason() {
    let app = TestApp::new().await;
    app.admin("boss").await;
    let (yes, no) = (waiting(&app, "ja").await, waiting(&app, "nee").await);
    let browser = logged_in(&app, "boss").await;
    browser.get("/admin/approvals").await;
    assert_eq!(browser.texts("main .panel h2").len(), 2);
    assert!(main_text(&browser).contains("Ik wil graag helpen."));
    let form =
        |id: PersonId, answer: &str| format!("form:has(input[value='{id}']):has(button[value='{answer}'])");

    let long = "x".repeat(2_001);
    for (reason, error) in [("", "Schrijf waarom"), (long.as_str(), "niet meer dan 2.000 tekens")] {
        browser.get("/admin/approvals").await;
        let reply = browser.submit(&form(no, "reject"), &[("answer", "reject"), ("reason", reason)]).await;
        check_page(&reply, 400, "nl");
        assert!(
            browser.texts(".field__error").remove(0).contains(error),
            "{:?}",
            browser.texts(".field__error")
        );
        assert_eq!(browser.texts(&format!("#reason-{no}")), [reason], "what was typed stays");
        assert_eq!(browser.attributes("details[open]", "class").len(), 1, "where the fault is stands open");
    }
    let reply =
        browser.submit(&form(no, "reject"), &[("answer", "reject"), ("reason", "Alleen voor Oost.")]).await;
    assert!(after(&browser, reply).await.contains("De aanvraag is afgewezen."));
    let reply = browser.submit(&form(yes, "accept"), &[("answer", "accept")]).await;
    assert!(after(&browser, reply).await.contains("Het account is goedgekeurd."));
    assert!(main_text(&browser).contains("Er zijn geen aanvragen"));
    app.settle().await;
    assert_eq!(log_in(&app.browser(), "ja@example.org", PASSWORD).await.status, 303);
    assert_ne!(log_in(&app.browser(), "nee@example.org", PASSWORD).await.status, 303);
    let mails = vakplein::mail::inbox(&app.app.config.mail.dir).await.unwrap();
    assert!(mails.iter().any(|mail| mail.to == "nee@example.org" && mail.body.contains("Alleen voor Oost.")));
}

#[tokio::test]
async fn somebody_is_found_suspended_and_made_an_administrator() {
    let app = TestApp::new().await;
    let boss = app.admin("boss").await;
    let ana = app.member("ana").await;
    let browser = logged_in(&app, "boss").await;
    browser.get("/admin/people?q=ANA").await;
    assert_eq!(browser.texts("main .person__name"), ["ana"]);
    let page = browser.attributes("main .person__side a", "href").remove(0);
    assert_eq!(page, format!("/admin/people/{}", ana.id));
    browser.get("/admin/people?q=niemand").await;
    assert!(main_text(&browser).contains("Niemand gevonden"));

    browser.get(&page).await;
    assert!(main_text(&browser).contains("ana@example.org"));
    let suspend = format!("{page}/suspend");
    check_page(&browser.submit(&suspend, &[("reason", " ")]).await, 400, "nl");
    let long = "y".repeat(2_001);
    check_page(&browser.submit(&suspend, &[("reason", &long)]).await, 400, "nl");
    assert_eq!(browser.texts("textarea[name=reason]"), [long], "what was typed stays");
    let reply = browser.submit(&suspend, &[("reason", "Reclame")]).await;
    assert!(after(&browser, reply).await.contains("Het account is geblokkeerd."));
    assert_ne!(log_in(&app.browser(), "ana@example.org", PASSWORD).await.status, 303);
    let reply = browser.submit(&format!("{page}/unsuspend"), &[]).await;
    after(&browser, reply).await;
    assert_eq!(log_in(&app.browser(), "ana@example.org", PASSWORD).await.status, 303);

    let own = format!("/admin/people/{}", boss.id);
    browser.get(&own).await;
    assert!(
        !browser.attributes("form", "action").contains(&format!("{own}/suspend")),
        "nobody suspends themselves"
    );
    browser.get(&format!("{own}/demote")).await;
    assert!(main_text(&browser).contains("Dit bent u zelf."));
    check_page(&browser.submit(&format!("{own}/demote"), &[]).await, 400, "nl");
    assert_eq!(boss.get("/me").await.expect(200)["role"], "admin", "the last one stays");
    // A page asks first, and does nothing by itself.
    for (word, role, said) in
        [("promote", "admin", "Deze persoon is nu beheerder."), ("demote", "member", "geen beheerder meer")]
    {
        browser.get(&page).await;
        let ask = format!("{page}/{word}");
        assert!(browser.attributes("main a", "href").contains(&ask), "{word}");
        assert!(!browser.attributes("main form", "action").contains(&ask), "{word}");
        for lang in ["en", "nl"] {
            browser.get(&format!("/language/{lang}")).await;
            check_page(&browser.get(&ask).await, 200, lang);
            assert!(!main_text(&browser).contains("admin-"), "{}", main_text(&browser));
        }
        assert_ne!(ana.get("/me").await.expect(200)["role"], role, "only asked so far");
        let reply = browser.submit(&ask, &[]).await;
        assert!(after(&browser, reply).await.contains(said));
        assert_eq!(ana.get("/me").await.expect(200)["role"], role);
        // What is so already isn't asked again.
        assert_eq!(browser.get(&ask).await.status, 404);
    }
    assert_eq!(browser.get(&format!("{page}/factor")).await.status, 404, "there is none to switch off");
    let member = logged_in(&app, "ana").await;
    check_page(&member.get(&format!("{page}/promote")).await, 403, "nl");
    app.settle().await;
}

#[tokio::test]
async fn settings_and_texts_are_changed_and_bad_input_stays_to_be_mended() {
    let app = TestApp::new().await;
    app.admin("boss").await;
    let browser = logged_in(&app, "boss").await;
    browser.get("/admin/settings").await;
    let wrong =
        [("name", ""), ("tagline", "Gemeente Oost"), ("contactEmail", "geen adres"), ("signUp", "approval")];
    check_page(&browser.submit("/admin/settings", &wrong).await, 400, "nl");
    assert_eq!(browser.attributes("#tagline", "value"), ["Gemeente Oost"]);
    assert_eq!(browser.attributes("#contactEmail", "value"), ["geen adres"]);
    assert_eq!(browser.attributes("input[name=signUp][checked]", "value"), ["approval"]);
    assert_eq!(browser.texts(".field__error").len(), 2);
    let right = [("name", "Werkplein Oost"), ("contactEmail", "info@oost.example")];
    let reply = browser.submit("/admin/settings", &right).await;
    assert!(after(&browser, reply).await.contains("De instellingen zijn opgeslagen."));
    let seen = app.anonymous().get("/instance").await.expect(200);
    assert_eq!((&seen["name"], &seen["signUp"]), (&json!("Werkplein Oost"), &json!("approval")));

    browser.get("/admin/texts").await;
    let pages = browser.attributes("main td a", "href");
    assert_eq!(pages.len(), 8, "four pages in two languages: {pages:?}");
    let rules = "/admin/texts/rules/nl";
    let shipped = app.get("/rules").await.text;
    browser.get(rules).await;
    let reply = browser.submit(rules, &[("content", "Wees **aardig** bij {name}."), ("preview", "1")]).await;
    let page = check_page(&reply, 200, "nl").html();
    assert!(
        page.contains("<strong>aardig</strong>") && app.get("/rules").await.text == shipped,
        "only a preview"
    );
    let long = "z".repeat(20_001);
    check_page(&browser.submit(rules, &[("content", &long)]).await, 400, "nl");
    assert_eq!(browser.texts("#content"), [long]);
    let reply =
        browser.submit(rules, &[("content", "Wees **aardig** bij {name}. <script>alert(1)</script>")]).await;
    assert!(after(&browser, reply).await.contains("De tekst is opgeslagen."));
    let shown = app.get("/rules").await.text;
    assert!(
        shown.contains("<strong>aardig</strong> bij Werkplein Oost") && !shown.contains("<script>alert"),
        "{shown}"
    );
    browser.get(rules).await;
    let reply = browser.submit(rules, &[("content", "")]).await;
    after(&browser, reply).await;
    assert!(!app.get("/rules").await.text.contains("aardig"), "an emptied page is as the program brings it");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_is_understood_limited_and_blocked() {
    let app = TestApp::new().await;
    let boss = app.admin("boss").await;
    boss.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    let browser = logged_in(&app, "boss").await;
    browser.get("/admin/peers").await;
    assert!(main_text(&browser).contains("Nog geen andere sites"));
    for (typed, error) in
        [("geen site", "Vul het adres"), ("10.0.0.1", "Vul het adres"), ("werkplein.test", "deze site zelf")]
    {
        let reply = browser.submit("form[method=post][action='/admin/peers']", &[("host", typed)]).await;
        check_page(&reply, 400, "nl");
        assert!(browser.texts(".field__error").remove(0).contains(error), "{typed}");
        assert_eq!(browser.attributes("#host", "value"), [typed]);
    }
    // Before there is any contact.
    let reply =
        browser.submit("form[method=post][action='/admin/peers']", &[("host", "https://Spam.test/@x")]).await;
    assert_eq!(reply.location(), "/admin/peers/spam.test");
    assert!(after(&browser, reply).await.contains("nog geen contact"));
    let reply = browser
        .submit("/admin/peers/spam.test", &[("state", "blocked"), ("note", "Bekend van reclame")])
        .await;
    assert!(after(&browser, reply).await.contains("Het besluit over spam.test is opgeslagen."));
    let spam = Peer::start(&app.names, "spam.test").await;
    let follow = spam.person("jan").activity("Follow", "1", json!(app.url("/g/tuin")));
    assert_eq!(spam.person("jan").post(&app, &follow).await.status, 403);

    let elders = Peer::start(&app.names, "elders.test").await;
    let jan = elders.person("jan");
    let follow = jan.activity("Follow", "1", json!(app.url("/g/tuin")));
    assert_eq!(jan.post_in(&app, Scheme::Cavage, "/inbox", &follow).await.status, 202);
    app.settle().await;
    browser.get("/admin/peers?q=ELD").await;
    assert_eq!(browser.texts("main th[scope=row]"), ["elders.test"]);
    let page = "/admin/peers/elders.test";
    browser.get(page).await;
    let long = "n".repeat(2_001);
    check_page(&browser.submit(page, &[("state", "limited"), ("note", &long)]).await, 400, "nl");
    assert_eq!(browser.texts("#note"), [long]);
    check_page(&browser.submit(page, &[("state", "misschien")]).await, 400, "nl");
    let reply = browser.submit(page, &[("state", "limited"), ("paused", "1"), ("note", "Even kijken")]).await;
    after(&browser, reply).await;
    assert_eq!(browser.attributes("input[name=state][checked]", "value"), ["limited"]);
    // What is to go there waits until the pause ends.
    let before = elders.received().len();
    let topic = json!({ "title": "Snoeien", "content": "Nu al?" });
    boss.post("/groups/tuin/threads", topic).await.expect(201);
    app.settle().await;
    assert_eq!(elders.received().len(), before);
    let peer = boss.get("/admin/peers/elders.test").await.expect(200);
    assert!(peer["queue"].as_i64().unwrap() > 0 && peer["paused"] == true, "{peer}");
    browser.get(page).await;
    let token = browser.attributes("input[name=csrf]", "value").remove(0);
    let open = [("csrf", token.as_str()), ("state", "open"), ("note", "")];
    assert_eq!(browser.post(page, &open).await.status, 303);
    app.settle().await;
    assert!(elders.received().len() > before);
    browser.get(page).await;
    let reply = browser.submit("/admin/peers/elders.test/retry", &[]).await;
    assert!(after(&browser, reply).await.contains("We proberen elders.test nu opnieuw."));
    check_page(&browser.post("/admin/peers/nooit.test/retry", &[("csrf", &token)]).await, 404, "nl");

    // It is asked what it is, also when something was decided before there was any contact.
    assert_eq!(elders.asked_for("/.well-known/nodeinfo"), 1);
    let late = Peer::start(&app.names, "later.test").await;
    browser.get("/admin/peers/later.test").await;
    assert_eq!(browser.submit("/admin/peers/later.test", &[("state", "limited")]).await.status, 303);
    app.settle().await;
    assert_eq!(late.asked_for("/.well-known/nodeinfo"), 1);
    assert_eq!(spam.asked_for("/.well-known/nodeinfo"), 0, "nobody asks a server that is blocked");

    // The log says in plain words what went to and fro.
    browser.get("/admin/federation?host=elders.test").await;
    assert!(main_text(&browser).contains("Wil volgen of lid worden Follow"), "{}", main_text(&browser));
    browser.get("/admin/federation?which=refused").await;
    let refused = main_text(&browser);
    assert!(refused.contains("spam.test") && refused.contains("Deze site is geblokkeerd."), "{refused}");
    browser.get("/admin/federation?which=out").await;
    assert!(main_text(&browser).contains("aangekomen"));
    browser.get("/admin/federation?host=onbekend.test").await;
    assert!(main_text(&browser).contains("Hier is niets te zien"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_in_and_was_refused_is_tried_again() {
    let app = TestApp::new().await;
    let boss = app.admin("boss").await;
    boss.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    let elders = Peer::start(&app.names, "elders.test").await;
    let jan = elders.person("jan");
    let follow = jan.activity("Follow", "1", json!(app.url("/g/tuin")));
    assert_eq!(jan.post(&app, &follow).await.status, 202);
    app.settle().await;
    // Only the boss can delete the boss.
    let delete = jan.activity("Delete", "2", json!(app.url("/u/boss")));
    assert_eq!(jan.post(&app, &delete).await.status, 202);
    app.settle().await;
    let log = boss.get("/admin/federation").await.expect(200);
    let line = log["items"].as_array().unwrap().iter().find(|line| line["kind"] == "Delete").unwrap().clone();
    assert_eq!((&line["outcome"], &line["retriable"]), (&json!("refused"), &json!(true)), "{log}");
    let browser = logged_in(&app, "boss").await;
    browser.get("/admin/federation").await;
    let retry = format!("/admin/federation/{}/retry", line["id"].as_str().unwrap());
    let reply = browser.submit(&retry, &[]).await;
    assert!(after(&browser, reply).await.contains("Het wordt opnieuw geprobeerd."));
    app.settle().await;
    let token = browser.attributes("input[name=csrf]", "value").remove(0);
    let nothing = format!("/admin/federation/{}/retry", JobId::fresh());
    check_page(&browser.post(&nothing, &[("csrf", &token)]).await, 409, "nl");
}

#[tokio::test]
async fn work_that_failed_is_tried_again_or_thrown_away() {
    let app = TestApp::new().await;
    app.admin("boss").await;
    let browser = logged_in(&app, "boss").await;
    browser.get("/admin/jobs").await;
    assert!(main_text(&browser).contains("Er zijn geen mislukte taken"));
    let (first, second) = (failed_job(&app).await, failed_job(&app).await);
    browser.get("/admin/jobs").await;
    let text = main_text(&browser);
    assert!(text.contains("Kennismaken met een site") && text.contains("de deur was dicht"));
    let form = |id: JobId| format!("form:has(input[value='{id}'])");
    let reply = browser.submit(&form(first), &[("do", "again")]).await;
    assert!(after(&browser, reply).await.contains("Het wordt opnieuw geprobeerd."));
    let reply = browser.submit(&form(second), &[("do", "drop")]).await;
    assert!(after(&browser, reply).await.contains("De taak is weggegooid."));
    let token = browser.attributes("input[name=csrf]", "value").remove(0);
    let again = [("csrf", token.as_str()), ("job", &second.to_string()), ("do", "again")];
    check_page(&browser.post("/admin/jobs", &again).await, 404, "nl");
}
