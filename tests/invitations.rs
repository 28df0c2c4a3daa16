//! One-time invitations into groups: whom they let in, whom they don't, and what they tell to nobody.

use diesel::prelude::*;
use serde_json::{Value, json};
use vakplein::db::schema;
use vakplein::db::types::Json;
use vakplein::prune;

use crate::login::logged_in;
use crate::pages::{check_page, in_language};
use crate::support::app::PASSWORD;
use crate::support::database::Database;
use crate::support::program::{complaint, lines, vakplein};
use crate::support::{Member, TestApp};

/// Ana with a closed group `tuin`, of which outsiders know nothing and which one joins by invitation only.
async fn closed(app: &TestApp) -> Member {
    let ana = app.member("ana").await;
    let group = json!({
        "name": "tuin", "title": "Geheime tuin", "mission": "Over vergif", "rules": "1. Zwijg.", "class": "leden",
        "joining": "invite",
    });
    ana.post("/groups", group).await.expect(201);
    ana
}

/// The path of a link: of its page, and below `/api/v1`.
fn path(app: &TestApp, made: &Value) -> String {
    made["url"].as_str().unwrap().strip_prefix(app.app.urls.base()).unwrap().to_owned()
}

/// A new link into the group.
async fn link(app: &TestApp, by: &Member) -> String {
    path(app, &by.post("/groups/tuin/invitations", json!({})).await.expect(201))
}

async fn members(by: &Member) -> i64 {
    by.get("/groups/tuin").await.expect(200)["memberCount"].as_i64().unwrap()
}

/// That a link opens nothing to somebody, by page or API, and says no more than one that never was.
async fn opens_nothing(app: &TestApp, who: &Member, link: &str) {
    let browser = logged_in(app, &who.name).await;
    for link in [link, "/invitations/onzin"] {
        check_page(&browser.get(link).await, 404, "nl");
        assert_eq!(browser.texts("h1"), ["Deze uitnodiging werkt niet"]);
        assert!(!browser.texts("main").concat().contains("tuin"));
        assert_eq!(who.get(link).await.refused(404), "not-found");
        assert_eq!(who.post(link, json!({})).await.refused(404), "not-found");
    }
}

#[tokio::test]
async fn a_link_lets_in_whoever_uses_it_first_and_is_shown_once() {
    let app = TestApp::new().await;
    let ana = closed(&app).await;
    let (_bob, cor) = (app.member("bob").await, app.member("cor").await);
    let staff = logged_in(&app, "ana").await;
    staff.get("/g/tuin/invitations").await;
    let made = staff.submit("/g/tuin/invitations", &[("note", "Voor Bob")]).await;
    check_page(&made, 200, "nl");
    let url = staff.attributes("#link[readonly]", "value").remove(0);
    let link = url.strip_prefix(app.app.urls.base()).unwrap().to_owned();
    check_page(&staff.get("/g/tuin/invitations").await, 200, "nl");
    assert_eq!(staff.texts("li.person strong"), ["Voor Bob"]);
    assert!(staff.attributes("#link", "value").is_empty(), "it can't be shown again");

    // Whoever isn't logged in sees what the group is, and comes back after logging in.
    let browser = app.browser();
    let page = browser.get(&link).await;
    check_page(&page, 200, "nl");
    assert_eq!(browser.texts("h1"), ["Geheime tuin"]);
    assert!(page.text.contains("Over vergif") && page.text.contains("Zwijg"), "{}", page.text);
    assert_eq!(page.header("cache-control"), "private, no-store");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(browser.attributes("meta[name=robots]", "content"), ["noindex"]);
    assert!(!browser.texts("title").concat().contains("Geheim"), "previews name no group");
    assert!(browser.attributes("meta[property]", "content").iter().all(|said| !said.contains("Geheim")));
    let to_log_in = browser.attributes("main a[href^='/login']", "href").remove(0);
    browser.get(&to_log_in).await;
    let login = [("email", "bob@example.org"), ("password", PASSWORD)];
    assert_eq!(browser.submit("/login", &login).await.location(), link);
    check_page(&browser.get(&link).await, 200, "nl");
    let joined = browser.submit(&link, &[]).await;
    assert_eq!((joined.status, joined.location()), (303, "/g/tuin"));
    browser.get("/g/tuin").await;
    assert_eq!(browser.texts("h1"), ["Geheime tuin"]);
    assert_eq!(members(&ana).await, 2);
    opens_nothing(&app, &cor, &link).await;
    assert_eq!(members(&ana).await, 2);
    let used = ana.get("/groups/tuin/invitations").await;
    assert_eq!(used.json["items"][0]["usedBy"]["name"], "bob", "{}", used.text);
}

#[tokio::test]
async fn programs_invite_and_join_with_a_link_too() {
    let app = TestApp::new().await;
    let ana = closed(&app).await;
    let (bob, cor) = (app.member("bob").await, app.member("cor").await);
    let first = link(&app, &ana).await;
    let offer = app.anonymous().get(&first).await.expect(200);
    assert_eq!((&offer["title"], &offer["class"]), (&json!("Geheime tuin"), &json!("leden")));
    assert_eq!((&offer["rules"], &offer["joined"]), (&json!("1. Zwijg."), &json!(false)));
    assert_eq!(app.anonymous().post(&first, json!({})).await.refused(401), "signed-out");
    let joined = bob.post(&first, json!({})).await;
    assert!(joined.location().ends_with("/groups/tuin/memberships/bob"), "{}", joined.location());
    assert_eq!(joined.expect(201)["state"], "accepted");
    // Whoever is in already uses up nothing.
    let second = ana.post("/groups/tuin/invitations", json!({ "note": "Twee" })).await.expect(201);
    let second = path(&app, &second);
    assert_eq!(bob.post(&second, json!({})).await.refused(409), "already");
    assert_eq!(bob.get(&second).await.expect(200)["joined"], true);
    cor.post(&second, json!({})).await.expect(201);
    assert_eq!(members(&ana).await, 3);
    let list = ana.get("/groups/tuin/invitations").await;
    let notes = list.json["items"].as_array().unwrap().iter().map(|item| &item["note"]);
    let notes: Vec<&Value> = notes.collect();
    assert_eq!(notes, ["Twee", ""]);
    let items = list.json["items"].as_array().unwrap();
    assert!(items.iter().all(|item| item.get("url").is_none()), "{}", list.text);
    for (wish, field) in [
        (json!({ "days": 0 }), "days"),
        (json!({ "days": 31 }), "days"),
        (json!({ "note": "x".repeat(101) }), "note"),
        (json!({ "person": "niemand" }), "person"),
        (json!({ "person": "bob" }), "person"),
    ] {
        let refused = ana.post("/groups/tuin/invitations", wish).await;
        assert_eq!(refused.refused(400), "invalid");
        assert_eq!(refused.json["errors"][0]["field"], field, "{}", refused.text);
    }
}

#[tokio::test]
async fn what_is_withdrawn_over_or_for_somebody_banned_opens_nothing() {
    let app = TestApp::new().await;
    let ana = closed(&app).await;
    let (bob, cor) = (app.member("bob").await, app.member("cor").await);
    let made = ana.post("/groups/tuin/invitations", json!({})).await.expect(201);
    let withdrawn = path(&app, &made);
    let place = format!("/groups/tuin/invitations/{}", made["id"].as_str().unwrap());
    ana.delete(&place).await.expect(204);
    assert_eq!(ana.delete(&place).await.refused(404), "not-found");
    opens_nothing(&app, &bob, &withdrawn).await;

    // By the page, too.
    let staff = logged_in(&app, "ana").await;
    let other = link(&app, &ana).await;
    staff.get("/g/tuin/invitations").await;
    let form = staff.attributes("form[action$='/withdraw']", "action").remove(0);
    assert_eq!(staff.submit(&form, &[]).await.location(), "/g/tuin/invitations");
    opens_nothing(&app, &bob, &other).await;

    let for_a_day = ana.post("/groups/tuin/invitations", json!({ "days": 1 })).await.expect(201);
    let for_a_day = path(&app, &for_a_day);
    bob.get(&for_a_day).await.expect(200);
    app.clock.advance(86_401);
    opens_nothing(&app, &bob, &for_a_day).await;

    let good = link(&app, &ana).await;
    ana.put("/groups/tuin/bans/bob", json!({ "reason": "Ruzie" })).await.expect(204);
    opens_nothing(&app, &bob, &good).await;
    cor.post(&good, json!({})).await.expect(201);

    let late = link(&app, &ana).await;
    ana.put("/groups/tuin/archive", json!({})).await.expect(204);
    let dirk = app.member("dirk").await;
    opens_nothing(&app, &dirk, &late).await;
    ana.delete("/groups/tuin").await.expect(204);
    opens_nothing(&app, &dirk, &late).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_use_a_link_at_once_one_gets_in() {
    let app = TestApp::new().await;
    let ana = closed(&app).await;
    let (bob, cor) = (app.member("bob").await, app.member("cor").await);
    for round in 0..4 {
        let link = link(&app, &ana).await;
        let (one, other) = tokio::join!(bob.post(&link, json!({})), cor.post(&link, json!({})));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 404], "round {round}");
        assert_eq!(members(&ana).await, 2);
        let inside = if one.status == 201 { &bob } else { &cor };
        inside.delete("/groups/tuin/memberships").await.expect(204);
    }
}

#[tokio::test]
async fn somebody_invited_by_name_is_told_and_says_yes_or_no() {
    let app = TestApp::new().await;
    let ana = closed(&app).await;
    let (bob, cor) = (app.member("bob").await, app.member("cor").await);
    let staff = logged_in(&app, "ana").await;
    staff.get("/g/tuin/invitations").await;
    assert_eq!(staff.submit("/g/tuin/invitations", &[("person", "@bob")]).await.status, 303);
    let again = staff.submit("/g/tuin/invitations", &[("person", "bob")]).await;
    check_page(&again, 400, "nl");
    assert_eq!(staff.attributes("#person", "value"), ["bob"], "what was typed is kept");
    app.settle().await;
    let told = bob.get("/me/notices").await.expect(200)["items"][0].clone();
    assert_eq!((&told["kind"], &told["group"]), (&json!("invitation"), &json!("Geheime tuin")));
    let mails = vakplein::mail::inbox(&app.app.config.mail.dir).await.unwrap();
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, "bob@example.org"));
    assert_eq!(mails[0].subject, "Nieuws uit een besloten groep");
    for secret in ["tuin", "vergif", "Zwijg"] {
        assert!(!mails[0].body.to_lowercase().contains(secret), "{secret} in {}", mails[0].body);
    }
    let page = told["url"].as_str().unwrap().strip_prefix(app.app.urls.base()).unwrap().to_owned();
    assert!(mails[0].body.contains(&page), "{page} in {}", mails[0].body);

    let stranger = logged_in(&app, "cor").await;
    check_page(&stranger.get(&page).await, 404, "nl");
    check_page(&stranger.get("/g/tuin/invitation").await, 404, "nl");
    let browser = logged_in(&app, "bob").await;
    check_page(&browser.get("/g/tuin/invitation").await, 200, "nl");
    check_page(&browser.get(&page).await, 200, "nl");
    assert_eq!(browser.submit(&page, &[("answer", "accept")]).await.location(), "/g/tuin");
    assert_eq!(browser.get(&page).await.location(), "/g/tuin", "it leads on once one is in");
    assert_eq!(members(&ana).await, 2);

    // No is an answer as well; the notice then names nothing any more.
    ana.post("/groups/tuin/invitations", json!({ "person": "cor" })).await.expect(201);
    app.settle().await;
    assert_eq!(cor.get("/groups/tuin/invitation").await.expect(200)["title"], "Geheime tuin");
    cor.delete("/groups/tuin/invitation").await.expect(204);
    assert_eq!(cor.get("/groups/tuin/invitation").await.refused(404), "not-found");
    assert_eq!(cor.post("/groups/tuin/invitation", json!({})).await.refused(404), "not-found");
    let told = cor.get("/me/notices").await;
    assert_eq!(told.json["items"][0]["group"], Value::Null, "{}", told.text);
    assert!(!told.text.contains("tuin"), "{}", told.text);
    stranger.get("/notifications").await;
    assert!(!stranger.texts("main").concat().contains("tuin"));
    // Asked once more, by a program.
    ana.post("/groups/tuin/invitations", json!({ "person": "@cor@werkplein.test" })).await.expect(201);
    assert_eq!(cor.post("/groups/tuin/invitation", json!({})).await.expect(201)["state"], "accepted");
    assert_eq!(members(&ana).await, 3);
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn whoever_blocked_the_inviter_is_not_told() {
    let app = TestApp::new().await;
    let ana = closed(&app).await;
    let bob = app.member("bob").await;
    bob.post("/me/blocks", json!({ "kind": "block", "person": "ana" })).await.expect(201);
    ana.post("/groups/tuin/invitations", json!({ "person": "bob" })).await.expect(201);
    app.settle().await;
    assert_eq!(bob.get("/me/notices").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn only_staff_invites() {
    let app = TestApp::new().await;
    let ana = closed(&app).await;
    ana.post("/groups", json!({ "name": "plein", "title": "Het plein" })).await.expect(201);
    let bob = app.member("bob").await;
    let browser = logged_in(&app, "bob").await;
    for (group, status, word) in [("tuin", 404, "not-found"), ("plein", 403, "not-staff")] {
        let place = format!("/groups/{group}/invitations");
        assert_eq!(bob.get(&place).await.refused(status), word);
        assert_eq!(bob.post(&place, json!({})).await.refused(status), word);
        assert_eq!(bob.post(&place, json!({ "person": "ana" })).await.refused(status), word);
        assert_eq!(app.anonymous().post(&place, json!({})).await.refused(401), "signed-out");
        check_page(&browser.get(&format!("/g/{group}/invitations")).await, status, "nl");
    }
    bob.post(&link(&app, &ana).await, json!({})).await.expect(201);
    assert_eq!(bob.post("/groups/tuin/invitations", json!({})).await.refused(403), "not-staff");
    let staff = logged_in(&app, "ana").await;
    staff.get("/g/tuin").await;
    assert!(staff.attributes("a", "href").contains(&"/g/tuin/invitations".to_owned()));
    browser.get("/g/tuin").await;
    assert!(!browser.attributes("a", "href").contains(&"/g/tuin/invitations".to_owned()));
}

#[tokio::test]
async fn whoever_leaves_the_staff_takes_their_invitations_along() {
    let app = TestApp::new().await;
    let ana = closed(&app).await;
    let (bob, cor) = (app.member("bob").await, app.member("cor").await);
    bob.post(&link(&app, &ana).await, json!({})).await.expect(201);
    let role = |role: &str| json!({ "person": "bob", "role": role });
    ana.patch("/groups/tuin/memberships", role("moderator")).await.expect(204);
    let (theirs, hers) = (link(&app, &bob).await, link(&app, &ana).await);
    ana.patch("/groups/tuin/memberships", role("member")).await.expect(204);
    opens_nothing(&app, &cor, &theirs).await;
    ana.patch("/groups/tuin/memberships", role("moderator")).await.expect(204);
    let theirs = link(&app, &bob).await;
    ana.patch("/groups/tuin/memberships", role("member")).await.expect(204);
    ana.delete("/groups/tuin/memberships/bob").await.expect(204);
    opens_nothing(&app, &bob, &theirs).await;
    cor.post(&hers, json!({})).await.expect(201);
}

#[tokio::test]
async fn an_invitation_spares_the_wait_in_a_group_that_admits_people_one_by_one() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let (bob, cor) = (app.member("bob").await, app.member("cor").await);
    let group = json!({ "name": "tuin", "title": "Tuin", "joining": "approval" });
    ana.post("/groups", group).await.expect(201);
    bob.post("/groups/tuin/memberships", json!({})).await.expect(201);
    let asked = ana.post("/groups/tuin/invitations", json!({ "person": "bob" })).await;
    assert_eq!(asked.refused(400), "invalid", "who asked is admitted, not invited");
    let joined = bob.post(&link(&app, &ana).await, json!({})).await.expect(201);
    assert_eq!(joined["state"], "accepted");
    assert_eq!(members(&ana).await, 2);
    // Invited by name, one joins as always and is in.
    ana.post("/groups/tuin/invitations", json!({ "person": "cor" })).await.expect(201);
    let joined = cor.post("/groups/tuin/memberships", json!({})).await.expect(201);
    assert_eq!(joined["state"], "accepted");
    assert_eq!(members(&ana).await, 3);
    cor.delete("/groups/tuin/memberships").await.expect(204);
    let once = cor.post("/groups/tuin/memberships", json!({})).await.expect(201);
    assert_eq!(once["state"], "pending", "it was used up");
}

#[tokio::test]
async fn pages_of_invitations_speak_both_languages() {
    let app = TestApp::new().await;
    let ana = closed(&app).await;
    let bob = app.member("bob").await;
    ana.post("/groups/tuin/invitations", json!({ "person": "bob" })).await.expect(201);
    let link = link(&app, &ana).await;
    app.settle().await;
    for lang in ["nl", "en"] {
        let visitor = in_language(&app, lang).await;
        check_page(&visitor.get(&link).await, 200, lang);
        check_page(&visitor.get("/invitations/onzin").await, 404, lang);
        for (name, pages) in [
            ("ana", vec!["/g/tuin", "/g/tuin/invitations", link.as_str()]),
            ("bob", vec!["/g/tuin/invitation", "/notifications", link.as_str()]),
        ] {
            let browser = logged_in(&app, name).await;
            browser.get(&format!("/language/{lang}?to=/")).await;
            for page in pages {
                check_page(&browser.get(page).await, 200, lang);
            }
        }
    }
    assert_eq!(bob.get("/me/notices/unread").await.expect(200)["count"], 1);
}

#[tokio::test]
async fn the_secret_of_a_link_stands_nowhere() {
    let app = TestApp::new().await;
    let ana = closed(&app).await;
    let (bob, boss) = (app.member("bob").await, app.admin("boss").await);
    let link = link(&app, &ana).await;
    let secret = link.strip_prefix("/invitations/").unwrap().to_owned();
    assert!(secret.len() >= 27, "no less than 160 bits");
    app.browser().get(&link).await;
    boss.get("/admin/audit").await.expect(200);
    let browser = logged_in(&app, "bob").await;
    browser.get(&link).await;
    assert_eq!(browser.submit(&link, &[]).await.status, 303);
    assert_eq!(bob.post(&link, json!({})).await.status, 404);
    let written = app.app.db.read(|tx| {
        let journal: Vec<Json> = schema::journal::table.select(schema::journal::detail).load(tx.conn)?;
        let mut written: Vec<String> = journal.into_iter().map(|detail| detail.0).collect();
        written.extend(schema::audit::table.select(schema::audit::object).load::<String>(tx.conn)?);
        let jobs: Vec<Json> = schema::jobs::table.select(schema::jobs::payload).load(tx.conn)?;
        written.extend(jobs.into_iter().map(|payload| payload.0));
        let stored: Vec<Option<String>> =
            schema::invitations::table.select(schema::invitations::secret).load(tx.conn)?;
        written.extend(stored.into_iter().flatten());
        Ok(written)
    });
    let mut written = written.await.unwrap();
    assert!(written.len() > 3, "{written:?}");
    let numbers = app.get("/metrics").await.text;
    assert!(numbers.contains("/invitations/{secret}"), "numbers know the pattern only");
    written.push(numbers);
    written.push(ana.get("/groups/tuin/invitations").await.text);
    written.push(boss.get("/admin/audit").await.text);
    assert!(written.iter().all(|text| !text.contains(&secret)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_lets_somebody_into_a_closed_group() {
    let app = TestApp::new().await;
    let ana = closed(&app).await;
    app.admin("boss").await;
    let bob = app.member("bob").await;
    let invite = ["group", "invite", "tuin", "--days", "3", "--note", "Eerste lid"];
    let printed = lines(&vakplein(&app, &invite, ""));
    let link = printed.last().unwrap().strip_prefix(app.app.urls.base()).unwrap();
    let listed = ana.get("/groups/tuin/invitations").await.expect(200)["items"][0].clone();
    assert_eq!((&listed["note"], &listed["by"]["name"]), (&json!("Eerste lid"), &json!("boss")));
    assert_eq!(bob.post(link, json!({})).await.expect(201)["state"], "accepted");
    let said = complaint(&vakplein(&app, &["group", "invite", "tuin", "--days", "31"], ""));
    assert!(said.contains("30"), "{said}");
    complaint(&vakplein(&app, &["group", "invite", "niets"], ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn invitations_go_in_time_and_links_do_not_outlive_a_restore() {
    let app = TestApp::new().await;
    let ana = closed(&app).await;
    let (bob, cor) = (app.member("bob").await, app.member("cor").await);
    let (used, open) = (link(&app, &ana).await, link(&app, &ana).await);
    bob.post(&used, json!({})).await.expect(201);
    ana.post("/groups/tuin/invitations", json!({ "person": "cor" })).await.expect(201);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vakplein.zip");
    lines(&vakplein(&app, &["backup", &file.to_string_lossy()], ""));
    for database in Database::empty() {
        let back = TestApp::restored("werkplein.test", app.names.clone(), &file, database).await;
        assert_eq!(back.anonymous().get(&open).await.refused(404), "not-found");
        let cor = back.with_token(&cor, cor.token.as_ref().unwrap());
        assert_eq!(cor.post("/groups/tuin/invitation", json!({})).await.expect(201)["state"], "accepted");
    }
    let count = async || {
        let rows = app.app.db.read(|tx| Ok(schema::invitations::table.count().get_result::<i64>(tx.conn)?));
        rows.await.unwrap()
    };
    prune::round(&app.app).await.unwrap();
    assert_eq!(count().await, 3);
    app.clock.advance(31 * 86_400);
    prune::round(&app.app).await.unwrap();
    assert_eq!(count().await, 2, "the used one is gone, the others were over for less than that");
    app.clock.advance(14 * 86_400);
    prune::round(&app.app).await.unwrap();
    assert_eq!(count().await, 0);
}
