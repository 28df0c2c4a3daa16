//! Pages of links between groups: asking, answering, choosing what is shown, ending, and reading with whom a group is linked. In a browser
//! without script.

use serde_json::{Value, json};

use crate::group_pages::send;
use crate::login::logged_in;
use crate::pages::{check_page, in_language};
use crate::support::browser::Browser;
use crate::support::net::Net;
use crate::support::{Member, TestApp};

/// Ana with the open group `tuin`, Bob with `kas`, and Cor, who is in both.
async fn two_groups() -> (TestApp, Member, Member) {
    let app = TestApp::new().await;
    let (ana, bob, cor) = (app.member("ana").await, app.member("bob").await, app.member("cor").await);
    ana.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    bob.post("/groups", json!({ "name": "kas", "title": "De kas" })).await.expect(201);
    for group in ["tuin", "kas"] {
        cor.post(&format!("/groups/{group}/memberships"), json!({})).await.expect(201);
    }
    (app, ana, bob)
}

/// Fills in the form by which a group asks for a link.
async fn ask(browser: &Browser, group: &str, fields: &[(&str, &str)]) -> u16 {
    let path = format!("/g/{group}/links");
    browser.get(&path).await;
    browser.submit(&path, fields).await.status
}

/// The groups that the page of a group's links names.
async fn linked(browser: &Browser, group: &str) -> Vec<String> {
    check_page(&browser.get(&format!("/g/{group}/links")).await, 200, "nl");
    browser.texts("main h3")
}

/// Where the first link on the page that ends so leads.
fn leads(browser: &Browser, ending: &str) -> String {
    let mut found = browser.attributes(&format!("main a[href$='{ending}']"), "href");
    assert!(!found.is_empty(), "nothing ends in {ending}");
    found.remove(0)
}

/// What somebody was told last.
async fn told(app: &TestApp, who: &Member) -> Value {
    app.settle().await;
    let notices = who.get("/me/notices").await.expect(200);
    notices["items"].as_array().unwrap().first().cloned().unwrap_or_default()
}

#[tokio::test]
async fn owners_ask_and_agree_by_forms_and_everybody_reads_the_list() {
    let (app, ana, bob) = two_groups().await;
    let (asking, asked) = (logged_in(&app, "ana").await, logged_in(&app, "bob").await);
    let visitor = app.browser();
    assert!(linked(&visitor, "kas").await.is_empty());
    visitor.get("/g/kas/about").await;
    assert!(visitor.attributes("a[href='/g/kas/links']", "href").is_empty(), "there is nothing to see yet");
    let question = [
        ("group", "!kas"),
        ("side", "target"),
        ("takes", "all"),
        ("words", "compost\nsnoeien"),
        ("note", "Mogen wij meelezen?"),
    ];
    assert_eq!(ask(&asking, "tuin", &question).await, 303);
    assert_eq!(linked(&asking, "tuin").await, ["De kas"]);
    assert!(asking.texts("[role=status]").concat().contains("De kas"));
    // What waits is nobody else's to know.
    assert!(linked(&visitor, "tuin").await.is_empty() && linked(&visitor, "kas").await.is_empty());

    let notice = told(&app, &bob).await;
    assert_eq!((&notice["kind"], &notice["other"]), (&json!("link-asked"), &json!("De tuin")));
    assert!(notice["url"].as_str().unwrap().ends_with("/g/kas/links"), "{notice}");
    check_page(&asked.get("/notifications").await, 200, "nl");
    assert!(asked.texts("main").concat().contains("De tuin vraagt om een koppeling met De kas"));
    check_page(&asked.get("/g/kas").await, 200, "nl");
    assert!(asked.texts(".alert a").concat().contains("1 groep vraagt om een koppeling"));
    assert!(asked.texts(".menu__list a").contains(&"Koppelingen (1 te beantwoorden)".to_owned()));
    assert_eq!(linked(&asked, "kas").await, ["De tuin"]);
    assert_eq!(asked.texts("blockquote"), ["Mogen wij meelezen?"]);
    assert_eq!(asked.submit("form[action$='/accept']", &[]).await.location(), "/g/kas/links");
    assert_eq!(linked(&asked, "kas").await, ["De tuin"]);
    assert!(asked.attributes("form[action$='/accept']", "action").is_empty());

    for lang in ["nl", "en"] {
        let visitor = in_language(&app, lang).await;
        for group in ["tuin", "kas"] {
            check_page(&visitor.get(&format!("/g/{group}/links")).await, 200, lang);
            assert_eq!(visitor.texts("main h3").len(), 1, "{lang} {group}");
            assert!(visitor.texts("main").concat().contains("“compost”, “snoeien”"));
            assert!(!visitor.texts("main").concat().contains("meelezen"), "what was written stays inside");
            assert!(visitor.attributes("main form", "action").is_empty());
        }
    }
    visitor.get("/g/kas/about").await;
    assert_eq!(visitor.attributes("main a[href='/g/kas/links']", "href").len(), 1);
    let notice = told(&app, &ana).await;
    assert_eq!((&notice["kind"], &notice["other"]), (&json!("link-accepted"), &json!("De kas")));
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_wrong_is_told_and_what_was_typed_is_kept() {
    let (app, _ana, bob) = two_groups().await;
    let closed = json!({ "name": "geheim", "title": "Geheim", "class": "leden", "joining": "invite" });
    bob.post("/groups", closed).await.expect(201);
    let browser = logged_in(&app, "ana").await;
    let mut said = Vec::new();
    for typed in ["", "bestaat-niet", "geheim", "tuin", "!kas@nergens.test", "https://nergens.test/g/kas"] {
        browser.get("/g/tuin/links").await;
        let note = ("note", "Wij delen graag");
        let fields = [("group", typed), ("side", "source"), ("takes", "promoted"), note];
        check_page(&browser.submit("/g/tuin/links", &fields).await, 400, "nl");
        assert_eq!(browser.attributes("#group[aria-invalid]", "value"), [typed]);
        assert_eq!(browser.texts("#note"), ["Wij delen graag"]);
        assert_eq!(browser.attributes("#side-source[checked], #takes-promoted[checked]", "name").len(), 2);
        let errors = browser.texts("#form-errors li");
        assert_eq!(errors.len(), 1, "{typed}: {errors:?}");
        said.extend(errors);
    }
    assert_eq!(said[1], said[2], "a closed group reads like one that isn't there");
    assert_ne!(said[1], said[3]);
    browser.get("/g/tuin/links").await;
    let odd = browser.submit("/g/tuin/links", &[("group", "kas"), ("words", "compost\n???")]).await;
    check_page(&odd, 400, "nl");
    assert_eq!(browser.texts("#words[aria-invalid]"), ["compost ???"]);
    // All that is wrong with the choices is told at once.
    let token = browser.attributes("input[name=csrf]", "value").pop().unwrap();
    let odd = [("csrf", token.as_str()), ("group", "kas"), ("side", "opzij"), ("takes", "niets")];
    check_page(&browser.post("/g/tuin/links", &odd).await, 400, "nl");
    assert_eq!(browser.texts("#form-errors li").len(), 2);
    assert_eq!(ask(&browser, "tuin", &[("group", "kas")]).await, 303);
    assert_eq!(ask(&browser, "tuin", &[("group", "@kas@werkplein.test")]).await, 400, "it is asked already");
    // A closed group has no links, and nobody outside learns that it is there.
    let inside = logged_in(&app, "bob").await;
    check_page(&inside.get("/g/geheim/links").await, 200, "nl");
    assert!(inside.attributes("main form", "action").is_empty());
    assert_eq!(browser.get("/g/geheim/links").await.status, 404);
    assert_eq!(app.browser().get("/g/geheim/links").await.status, 404);
}

#[tokio::test]
async fn owners_choose_what_is_shown_change_it_and_end_it() {
    let (app, ana, bob) = two_groups().await;
    let (ours, theirs) = (logged_in(&app, "ana").await, logged_in(&app, "bob").await);
    let visitor = app.browser();
    assert_eq!(ask(&ours, "tuin", &[("group", "kas"), ("side", "source")]).await, 303);
    linked(&theirs, "kas").await;
    let end = leads(&theirs, "/end");
    let link = end.strip_suffix("/end").unwrap();
    check_page(&theirs.get(link).await, 200, "nl");
    let accept = format!("{link}/accept");
    check_page(&theirs.submit(&accept, &[("words", "???")]).await, 400, "nl");
    assert_eq!(theirs.texts("#words[aria-invalid]"), ["???"]);
    let chosen = [("takes", "promoted"), ("words", "")];
    assert_eq!(theirs.submit(&accept, &chosen).await.location(), "/g/kas/links");
    assert_eq!(linked(&visitor, "kas").await, ["De tuin"]);
    assert!(visitor.texts("main li").concat().contains("die de moderators uitkozen"));
    assert_eq!(told(&app, &ana).await["kind"], "link-accepted");

    check_page(&theirs.get(link).await, 200, "nl");
    assert_eq!(theirs.attributes("#takes-promoted[checked]", "value"), ["promoted"]);
    check_page(&theirs.submit(link, &[("takes", "all"), ("words", &"x".repeat(61))]).await, 400, "nl");
    assert_eq!(theirs.submit(link, &[("takes", "all"), ("words", "")]).await.status, 303);
    linked(&visitor, "tuin").await;
    assert!(visitor.texts("main li").concat().contains("Alle gesprekken."));

    // Whose topics are shown doesn't choose which.
    let own = link.replace("/g/kas/", "/g/tuin/");
    check_page(&ours.get(&own).await, 200, "nl");
    assert!(ours.attributes("main form", "action").is_empty());
    check_page(&ours.get(&format!("{own}/end")).await, 200, "nl");
    let ended = ours.submit(&format!("{own}/end"), &[("reason", "Het werd te druk")]).await;
    assert_eq!(ended.location(), "/g/tuin/links");
    assert!(linked(&ours, "tuin").await.is_empty() && linked(&visitor, "kas").await.is_empty());
    let notice = told(&app, &bob).await;
    assert_eq!((&notice["kind"], &notice["reason"]), (&json!("link-ended"), &json!("Het werd te druk")));
    check_page(&visitor.get("/g/tuin/log").await, 200, "nl");
    let log = visitor.texts(".timeline__item").concat();
    assert!(log.contains("De kas") && log.contains("Het werd te druk"), "{log}");
    assert_eq!(theirs.get(link).await.status, 404);

    // A question can be taken back, and refused.
    assert_eq!(ask(&ours, "tuin", &[("group", "kas")]).await, 303);
    linked(&ours, "tuin").await;
    let end = leads(&ours, "/end");
    check_page(&ours.get(&end).await, 200, "nl");
    assert!(ours.attributes("#reason", "id").is_empty());
    assert_eq!(ours.submit(&end, &[]).await.status, 303);
    assert!(linked(&theirs, "kas").await.is_empty());
    assert_eq!(ask(&ours, "tuin", &[("group", "kas")]).await, 303);
    linked(&theirs, "kas").await;
    let end = leads(&theirs, "/end");
    check_page(&theirs.get(&end).await, 200, "nl");
    assert_eq!(theirs.submit(&end, &[("reason", "Liever niet")]).await.status, 303);
    assert!(linked(&ours, "tuin").await.is_empty());
    assert_eq!(told(&app, &ana).await["reason"], "Liever niet");
    check_page(&ours.get("/notifications").await, 200, "nl");
    assert!(ours.texts("main").concat().contains("De kas wil geen koppeling met De tuin"));
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn only_owners_decide_about_links() {
    let (app, _ana, _bob) = two_groups().await;
    let ours = logged_in(&app, "ana").await;
    assert_eq!(ask(&ours, "tuin", &[("group", "kas")]).await, 303);
    linked(&ours, "tuin").await;
    let end = leads(&ours, "/end");
    let link = end.strip_suffix("/end").unwrap().replace("/g/tuin/", "/g/kas/");
    let member = logged_in(&app, "cor").await;
    assert!(linked(&member, "kas").await.is_empty());
    assert!(member.attributes("main form", "action").is_empty());
    let token = member.attributes("input[name=csrf]", "value").pop().unwrap();
    let fields = [("csrf", token.as_str()), ("group", "tuin"), ("reason", "Zomaar")];
    check_page(&member.post("/g/kas/links", &fields).await, 403, "nl");
    for path in [link.clone(), format!("{link}/end")] {
        assert_eq!(member.get(&path).await.status, 404, "{path}");
    }
    for path in [link.clone(), format!("{link}/end"), format!("{link}/accept")] {
        assert_eq!(member.post(&path, &fields).await.status, 404, "{path}");
    }
    assert!(app.browser().get(&link).await.location().starts_with("/login"));
    // The owner of one end answers for that end alone.
    assert_eq!(ours.get(&link).await.status, 404);
    assert_eq!(linked(&logged_in(&app, "bob").await, "kas").await, ["De tuin"]);
    check_page(&member.get("/g/kas").await, 200, "nl");
    assert!(!member.texts(".menu__list a").concat().contains("Koppelingen"));
}

#[tokio::test]
async fn whoever_closes_a_group_is_told_that_its_links_end() {
    let (app, _ana, _bob) = two_groups().await;
    let (ours, theirs) = (logged_in(&app, "ana").await, logged_in(&app, "bob").await);
    assert_eq!(ask(&ours, "tuin", &[("group", "kas")]).await, 303);
    linked(&theirs, "kas").await;
    assert_eq!(theirs.submit("form[action$='/accept']", &[]).await.status, 303);
    theirs.get("/g/kas/settings").await;
    let stricter = [
        ("title", "De kas"),
        ("class", "leden"),
        ("joining", "invite"),
        ("posting", "members"),
        ("colour", "1"),
    ];
    check_page(&send(&theirs, "/g/kas/settings", &stricter, &[]).await, 200, "nl");
    assert!(theirs.texts("main li").concat().contains("Dan stoppen die meteen"));
    assert_eq!(linked(&ours, "tuin").await, ["De kas"]);
    assert_eq!(theirs.submit("/g/kas/settings", &[]).await.status, 303);
    assert!(linked(&ours, "tuin").await.is_empty());
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_group_on_another_site_is_asked_by_its_address() {
    let net = Net::new();
    let (here, there) = (net.app("werkplein.test").await, net.app("elders.test").await);
    let (ana, bob) = (here.member("ana").await, there.member("bob").await);
    ana.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    bob.post("/groups", json!({ "name": "kas", "title": "De kas" })).await.expect(201);
    let (ours, theirs) = (logged_in(&here, "ana").await, logged_in(&there, "bob").await);
    assert_eq!(ask(&ours, "tuin", &[("group", "!kas@elders.test")]).await, 303);
    net.settle(&[&here, &there]).await;
    assert_eq!(linked(&theirs, "kas").await, ["De tuin"]);
    // By its web address it is the same group.
    assert_eq!(ask(&ours, "tuin", &[("group", &there.url("/g/kas"))]).await, 400);
    assert!(ours.texts("#form-errors li").concat().contains("Deze koppeling is er al"));
    let told = bob.get("/me/notices").await.expect(200);
    assert_eq!(told["items"][0]["kind"], "link-asked", "{told}");
    linked(&theirs, "kas").await;
    assert_eq!(theirs.submit("form[action$='/accept']", &[]).await.status, 303);
    net.settle(&[&here, &there]).await;
    let visitor = here.browser();
    assert_eq!(linked(&visitor, "tuin").await, ["De kas"]);
    assert!(visitor.texts("main li").concat().contains("Alle gesprekken."));
    let told = ana.get("/me/notices").await.expect(200);
    assert_eq!(told["items"][0]["kind"], "link-accepted", "{told}");
    // What a group elsewhere shows only that group says.
    assert_eq!(linked(&there.browser(), "kas").await, ["De tuin"]);
    assert_eq!(here.failures().await, Vec::<String>::new());
    assert_eq!(there.failures().await, Vec::<String>::new());
}
