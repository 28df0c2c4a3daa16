//! Pages of moderation: reporting without an account, deciding, bans, and what whoever is concerned is told.

use serde_json::json;

use crate::login::logged_in;
use crate::pages::{check_page, in_language};
use crate::support::browser::Browser;
use crate::support::{Member, TestApp};

/// A group `tuin` of ana's with bob in it, and the id of a topic of bob's.
async fn forum(app: &TestApp) -> (Member, Member, String) {
    let (ana, bob) = (app.member("ana").await, app.member("bob").await);
    ana.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    bob.post("/groups/tuin/memberships", json!({})).await.expect(201);
    let input = json!({ "title": "Koop bij mij", "content": "Goedkope fietsen" });
    let made = bob.post("/groups/tuin/threads", input).await.expect(201);
    let id = made["id"].as_str().unwrap().to_owned();
    (ana, bob, id)
}

/// The page in both languages.
async fn in_both(browser: &Browser, path: &str) {
    for lang in ["en", "nl"] {
        browser.get(&format!("/language/{lang}")).await;
        check_page(&browser.get(path).await, 200, lang);
    }
}

#[tokio::test]
async fn a_visitor_reports_a_post_and_staff_decides() {
    let app = TestApp::new().await;
    let (_ana, bob, id) = forum(&app).await;
    let visitor = app.browser();
    let form = format!("/report?post={id}");
    in_both(&visitor, &form).await;
    assert!(visitor.texts("blockquote").concat().contains("Goedkope fietsen"));
    let wrong = [("category", "spam"), ("reason", ""), ("email", "geen adres")];
    check_page(&visitor.submit("/report", &wrong).await, 400, "nl");
    assert_eq!(visitor.attributes("[aria-invalid=true]", "id"), ["reason", "email"]);
    assert_eq!(visitor.attributes("#email", "value"), ["geen adres"], "what was typed is kept");
    let right = [("reason", "Dit is reclame."), ("name", "Daan"), ("email", "daan@example.org")];
    let sent = visitor.submit("/report", &right).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    assert!(sent.location().starts_with(&format!("/t/{id}")), "{}", sent.location());
    assert_eq!(visitor.get("/report?post=0198c0de-0000-7000-8000-000000000000").await.status, 404);

    // The queue and the case are for the staff.
    let (staff, member) = (logged_in(&app, "ana").await, logged_in(&app, "bob").await);
    in_both(&staff, "/moderation").await;
    in_both(&staff, "/g/tuin/reports").await;
    let case = staff.attributes(".topic__title a", "href").remove(0);
    assert_eq!(member.get("/moderation").await.status, 403);
    assert_eq!(member.get("/g/tuin/reports").await.status, 403);
    assert_eq!(member.get(&case).await.status, 404);
    assert!(visitor.get(&case).await.location().starts_with("/login"));
    in_both(&staff, &case).await;
    assert!(staff.texts("li.panel strong").contains(&"Daan".to_owned()));
    assert!(staff.texts("li.panel .lines").contains(&"Dit is reclame.".to_owned()));

    // What was reported is proposed as the ground, here and where the post itself is removed.
    let proposed = || staff.attributes("#ground option[selected]", "value");
    let reported = proposed();
    assert_eq!(reported.len(), 1);
    staff.get(&format!("/p/{id}/remove")).await;
    assert_eq!(proposed(), reported);
    staff.get(&case).await;
    check_page(&staff.submit(&case, &[("reason", "x")]).await, 400, "nl");
    assert_eq!(staff.texts("#measures-error").len(), 1, "no measure was chosen");
    let measures = [("remove", "1"), ("ban", "1"), ("until", "7"), ("reason", "")];
    check_page(&staff.submit(&case, &measures).await, 400, "nl");
    let measures = [("remove", "1"), ("ban", "1"), ("until", "7"), ("reason", "Geen reclame, regel 2.")];
    assert_eq!(staff.submit(&case, &measures).await.location(), "/g/tuin/reports");
    assert!(!visitor.get(&format!("/t/{id}")).await.text.contains("Goedkope"));
    in_both(&staff, "/g/tuin/reports?state=decided").await;
    assert_eq!(staff.texts(".topic").len(), 1);

    // Bob is told what was decided, why and until when, and can object once.
    app.settle().await;
    in_both(&member, "/notifications").await;
    assert_eq!(member.texts(".topic--unread").len(), 2);
    let mut told = Vec::new();
    for link in member.attributes(".topic__title a", "href") {
        check_page(&member.follow(&link).await, 200, "nl");
        told.push(member.texts("main").concat());
    }
    assert!(told.iter().all(|page| page.contains("Geen reclame, regel 2.")), "{told:?}");
    let object = member.attributes("main form", "action").remove(0);
    assert!(object.starts_with("/moderation/decisions/"), "{object}");
    check_page(&member.submit(&object, &[("reason", "")]).await, 400, "nl");
    assert_eq!(member.submit(&object, &[("reason", "Het was een grap.")]).await.location(), object);
    in_both(&member, &object).await;
    assert!(member.attributes("main form", "action").is_empty(), "one objects once");
    assert_eq!(logged_in(&app, "ana").await.get(&object).await.status, 200);
    assert_eq!(visitor.get(&object).await.status, 303);
    member.get("/notifications").await;
    assert!(member.texts(".topic--unread").is_empty(), "opening them was reading them");

    // The ban ends by itself.
    assert_eq!(bob.post("/groups/tuin/memberships", json!({})).await.refused(403), "banned");
    app.clock.advance(7 * 86_400 + 60);
    bob.post("/groups/tuin/memberships", json!({})).await.expect(201);
    check_page(&member.get("/g/tuin/new").await, 200, "nl");
}

#[tokio::test]
async fn staff_warns_bans_and_lifts_a_ban_by_forms() {
    let app = TestApp::new().await;
    let (_ana, _bob, id) = forum(&app).await;
    let (staff, member) = (logged_in(&app, "ana").await, logged_in(&app, "bob").await);
    for page in ["/g/tuin/warn?person=bob", "/g/tuin/ban?person=bob", "/g/tuin/bans"] {
        in_both(&staff, page).await;
        assert_eq!(member.get(page).await.status, 403, "{page}");
        assert!(app.browser().get(page).await.location().starts_with("/login"), "{page}");
    }
    staff.get("/g/tuin/warn?person=bob").await;
    check_page(&staff.submit("/g/tuin/warn", &[("reason", "")]).await, 400, "nl");
    let warned = staff.submit("/g/tuin/warn", &[("reason", "Let op uw toon.")]).await;
    assert_eq!(warned.location(), "/g/tuin");

    staff.get("/g/tuin/ban?person=bob").await;
    assert_eq!(staff.attributes("#person", "value"), ["@bob@werkplein.test"]);
    check_page(&staff.submit("form.form", &[("reason", "")]).await, 400, "nl");
    let nobody = [("person", "niemand"), ("reason", "Ruzie")];
    check_page(&staff.submit("form.form", &nobody).await, 400, "nl");
    assert_eq!(staff.attributes("[aria-invalid=true]", "id"), ["person"]);
    let ban = [("person", "bob"), ("until", "always"), ("reason", "Ruzie")];
    assert_eq!(staff.submit("form.form", &ban).await.location(), "/g/tuin/bans");
    in_both(&staff, "/g/tuin/bans").await;
    assert_eq!(staff.texts("main li .lines"), ["Ruzie"]);
    // Whoever may not write learns so before anything is written.
    assert_eq!(member.get("/g/tuin/new").await.status, 403);
    assert_eq!(member.get(&format!("/t/{id}/reply")).await.status, 403);
    assert_eq!(staff.submit("/g/tuin/unban", &[]).await.location(), "/g/tuin/bans");
    staff.get("/g/tuin/bans").await;
    assert!(staff.texts("main li .lines").is_empty());

    // Everybody reads in the log what was done, not who did it to whom.
    let visitor = in_language(&app, "nl").await;
    for page in ["/g/tuin/log", "/log"] {
        check_page(&visitor.get(page).await, 200, "nl");
        let log = visitor.texts(".timeline").concat();
        assert!(log.contains("Let op uw toon.") && log.contains("Ruzie"), "{log}");
        assert!(!log.contains("bob") && !log.contains("ana"), "{log}");
    }
}

#[tokio::test]
async fn administrators_ban_from_the_whole_instance_by_a_form() {
    let app = TestApp::new().await;
    let (_ana, _bob, _id) = forum(&app).await;
    app.admin("eva").await;
    let (admin, staff, member) =
        (logged_in(&app, "eva").await, logged_in(&app, "ana").await, logged_in(&app, "bob").await);
    // A report about a person is for the administrators.
    staff.get("/report?person=bob").await;
    let report = [("category", "rules"), ("reason", "Valt mensen lastig")];
    assert_eq!(staff.submit("/report", &report).await.location(), "/u/bob");
    for page in ["/moderation/site", "/moderation/bans", "/moderation/ban?person=bob"] {
        in_both(&admin, page).await;
        assert_eq!(staff.get(page).await.status, 403, "{page}");
    }
    admin.get("/moderation/site").await;
    assert_eq!(admin.texts(".topic__title").len(), 1);
    admin.get("/moderation/ban?person=bob").await;
    let ban = [("until", "30"), ("reason", "Lastigvallen")];
    assert_eq!(admin.submit("form.form", &ban).await.location(), "/moderation/bans");
    assert_eq!(member.get("/g/tuin/new").await.status, 403);
    admin.get("/moderation/bans").await;
    assert_eq!(admin.submit("/moderation/unban", &[]).await.location(), "/moderation/bans");
    check_page(&member.get("/g/tuin/new").await, 200, "nl");
    // It ends by itself, too.
    admin.get("/moderation/ban?person=bob").await;
    admin.submit("form.form", &ban).await;
    assert_eq!(member.get("/g/tuin/new").await.status, 403);
    app.clock.advance(30 * 86_400 - 3_600);
    assert_eq!(logged_in(&app, "bob").await.get("/g/tuin/new").await.status, 403);
    app.clock.advance(7_200);
    check_page(&logged_in(&app, "bob").await.get("/g/tuin/new").await, 200, "nl");
}
