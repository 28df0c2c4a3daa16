//! Memberships with an end date: who sets one, what is over from that moment on, and who hears of it.

use diesel::prelude::*;
use serde_json::{Value, json};
use vakplein::clock::Time;
use vakplein::db::schema;
use vakplein::jobs::Job;
use vakplein::prune;

use crate::closed_groups::{HIDDEN, Scene, scene};
use crate::login::logged_in;
use crate::pages::check_page;
use crate::support::{Member, TestApp};

const HOUR: i64 = 3_600;

/// A moment so many seconds from now.
fn from_now(app: &TestApp, seconds: i64) -> Time {
    app.clock.now().plus_seconds(seconds)
}

fn ends(until: Time) -> Value {
    json!({ "until": until.rfc3339() })
}

fn items(page: &Value) -> &Vec<Value> {
    page["items"].as_array().unwrap()
}

async fn members(by: &Member, group: &str) -> Vec<String> {
    let page = by.get(&format!("/groups/{group}/members")).await.expect(200);
    let mut names: Vec<String> =
        items(&page).iter().map(|member| member["person"]["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

async fn count(by: &Member, group: &str) -> Value {
    by.get(&format!("/groups/{group}")).await.expect(200)["memberCount"].clone()
}

/// What somebody was told lately, the latest first.
async fn kinds(by: &Member) -> Vec<String> {
    let page = by.get("/me/notices").await.expect(200);
    items(&page).iter().map(|notice| notice["kind"].as_str().unwrap().to_owned()).collect()
}

/// An open group `tuin` of ana's with the members bob, cor and dan; cor is a moderator.
async fn garden() -> (TestApp, [Member; 4]) {
    let app = TestApp::new().await;
    let (ana, bob) = (app.member("ana").await, app.member("bob").await);
    let (cor, dan) = (app.member("cor").await, app.member("dan").await);
    ana.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    for member in [&bob, &cor, &dan] {
        member.post("/groups/tuin/memberships", json!({})).await.expect(201);
    }
    ana.patch("/groups/tuin/memberships/cor", json!({ "role": "moderator" })).await.expect(204);
    app.settle().await;
    (app, [ana, bob, cor, dan])
}

#[tokio::test]
async fn rights_end_at_that_moment_and_not_when_it_is_cleared_away() {
    let Scene { app, ana, bob, topic, .. } = scene("leden", HIDDEN).await;
    let until = from_now(&app, HOUR);
    ana.patch("/groups/vakgroep/memberships/bob", ends(until)).await.expect(204);
    app.settle().await;
    assert_eq!(kinds(&bob).await[0], "until");
    let own = bob.get("/groups/vakgroep/memberships/bob").await.expect(200);
    assert_eq!(Time::parse(own["until"].as_str().unwrap()), Some(until));
    let browser = logged_in(&app, "bob").await;
    let pages = [format!("/t/{topic}"), format!("/p/{topic}"), "/g/vakgroep".to_owned()];
    for page in &pages {
        assert_ne!(browser.get(page).await.status, 404, "{page}");
    }
    let lists = ["/search?q=parelvissen", "/search/groups?q=duiken", "/groups?filter=mine", "/threads"];
    for list in lists {
        assert_eq!(items(&bob.get(list).await.expect(200)).len(), 1, "{list}");
    }

    // No job runs: it is over all the same, for each request.
    app.clock.advance(HOUR);
    for page in &pages {
        assert_eq!(browser.get(page).await.status, 404, "{page}");
    }
    for list in lists {
        assert_eq!(items(&bob.get(list).await.expect(200)).len(), 0, "{list}");
    }
    let paths = ["/groups/vakgroep", "/groups/vakgroep/memberships/bob", "/groups/vakgroep/members"];
    for path in paths.into_iter().map(str::to_owned).chain([format!("/threads/{topic}")]) {
        assert_eq!(bob.get(&path).await.refused(404), "not-found", "{path}");
    }
    let reply = json!({ "content": "Te laat" });
    assert_eq!(bob.post(&format!("/threads/{topic}/replies"), reply).await.refused(404), "not-found");
    assert_eq!(bob.post("/groups/vakgroep/memberships", json!({})).await.refused(404), "not-found");
    assert_eq!(members(&ana, "vakgroep").await, ["ana"]);
    let gone = ana.patch("/groups/vakgroep/memberships/bob", ends(from_now(&app, HOUR))).await;
    assert_eq!(gone.refused(404), "not-found", "what is over isn't made longer");

    // The job clears it away, and tells.
    app.settle().await;
    assert_eq!(count(&ana, "vakgroep").await, 1);
    let told = bob.get("/me/notices").await.expect(200);
    assert_eq!((&told["items"][0]["kind"], &told["items"][0]["group"]), (&json!("over"), &Value::Null));
    let page = browser.get("/notifications").await;
    check_page(&page, 200, "nl");
    assert!(page.text.contains("Uw lidmaatschap van een besloten groep is afgelopen"), "{}", page.text);
    assert!(!page.text.contains("Zeepaardje"));
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn whoever_is_let_in_again_begins_anew() {
    let Scene { app, ana, bob, topic, .. } = scene("leden", HIDDEN).await;
    ana.patch("/groups/vakgroep/memberships/bob", ends(from_now(&app, HOUR))).await.expect(204);
    app.settle().await;
    app.clock.advance(HOUR);
    // Before it was cleared away.
    ana.post("/groups/vakgroep/invitations", json!({ "person": "bob" })).await.expect(201);
    let entered = bob.post("/groups/vakgroep/invitation", json!({})).await;
    assert!(matches!(entered.status, 200 | 201), "{}", entered.text);
    app.settle().await;
    let own = bob.get("/groups/vakgroep/memberships/bob").await.expect(200);
    assert_eq!((&own["state"], &own["until"]), (&json!("accepted"), &Value::Null));
    assert_eq!(bob.get(&format!("/threads/{topic}")).await.status, 200);
    assert_eq!(count(&ana, "vakgroep").await, 2);
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn staff_sets_the_end_and_the_last_owner_has_none() {
    let (app, [ana, bob, cor, dan]) = garden().await;
    let later = ends(from_now(&app, HOUR));
    let path = |name: &str| format!("/groups/tuin/memberships/{name}");
    assert_eq!(bob.patch(&path("dan"), later.clone()).await.refused(403), "not-staff");
    assert_eq!(cor.patch(&path("ana"), later.clone()).await.refused(403), "not-owner");
    assert_eq!(ana.patch(&path("ana"), later.clone()).await.refused(409), "last-owner");
    app.member("eva").await;
    assert_eq!(ana.patch(&path("eva"), later.clone()).await.refused(404), "not-found");
    let past = ana.patch(&path("dan"), ends(from_now(&app, -HOUR))).await;
    assert_eq!((past.refused(400).as_str(), &past.json["errors"][0]["field"]), ("invalid", &json!("until")));
    cor.patch(&path("dan"), later.clone()).await.expect(204);

    // Another owner whose own membership ends is none that stays.
    ana.patch(&path("bob"), json!({ "role": "owner" })).await.expect(204);
    ana.patch(&path("bob"), later.clone()).await.expect(204);
    assert_eq!(bob.patch(&path("ana"), later.clone()).await.refused(409), "last-owner");
    assert_eq!(ana.delete("/groups/tuin/memberships").await.refused(409), "last-owner");
    ana.patch(&path("bob"), json!({ "until": null })).await.expect(204);
    ana.patch(&path("ana"), later).await.expect(204);
    app.clock.advance(2 * HOUR);
    app.settle().await;
    assert_eq!(members(&bob, "tuin").await, ["bob", "cor"]);
    assert_eq!(count(&bob, "tuin").await, 2);
    assert_eq!(kinds(&dan).await, ["over", "until"]);
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn an_end_that_was_moved_counts_and_the_daily_round_misses_none() {
    let (app, [ana, bob, _cor, dan]) = garden().await;
    for seconds in [HOUR, 3 * HOUR] {
        ana.patch("/groups/tuin/memberships/dan", ends(from_now(&app, seconds))).await.expect(204);
    }
    app.clock.advance(2 * HOUR);
    app.settle().await;
    assert_eq!(dan.get("/groups/tuin/memberships/dan").await.status, 200, "the first end doesn't count");
    app.clock.advance(HOUR);
    app.settle().await;
    assert_eq!(dan.get("/groups/tuin/memberships/dan").await.refused(404), "not-found");
    assert_eq!(count(&ana, "tuin").await, 3);

    // A job that got lost is made up for.
    ana.patch("/groups/tuin/memberships/bob", ends(from_now(&app, HOUR))).await.expect(204);
    let lost = app.app.db.write(|tx| {
        let jobs = schema::jobs::table.filter(schema::jobs::kind.eq(Job::EndMemberships.kind()));
        Ok(diesel::delete(jobs).execute(tx.conn)?)
    });
    assert_eq!(lost.await.unwrap(), 1);
    app.clock.advance(HOUR);
    app.settle().await;
    assert_eq!((members(&ana, "tuin").await.len(), count(&ana, "tuin").await), (2, json!(3)));
    app.app.db.write(prune::schedule).await.unwrap();
    app.settle().await;
    assert_eq!((count(&ana, "tuin").await, kinds(&bob).await[0].as_str()), (json!(2), "over"));
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_page_asks_for_the_last_day_and_keeps_what_was_typed() {
    let (app, [_ana, bob, cor, _dan]) = garden().await;
    let browser = logged_in(&app, "ana").await;
    let form = format!("/g/tuin/members/{}/until", bob.id);
    for lang in ["en", "nl"] {
        browser.get(&format!("/language/{lang}")).await;
        check_page(&browser.get(&form).await, 200, lang);
        check_page(&browser.get("/g/tuin/members").await, 200, lang);
    }
    assert!(browser.attributes("main a", "href").contains(&form), "it is found beside the member");
    for wrong in ["gisteren", "2020-01-31"] {
        browser.get(&form).await;
        check_page(&browser.submit(&form, &[("until", wrong)]).await, 400, "nl");
        assert_eq!(browser.texts("#until-error").len(), 1, "{wrong}");
        assert_eq!(browser.attributes("#until", "value"), [wrong]);
    }
    let saved = browser.submit(&form, &[("until", "2099-12-31")]).await;
    assert_eq!((saved.status, saved.location()), (303, "/g/tuin/members"));
    let page = browser.get("/g/tuin/members").await;
    assert!(page.text.contains("tot en met 31 december 2099"), "{}", page.text);
    browser.get(&form).await;
    assert_eq!(browser.attributes("#until", "value"), ["2099-12-31"]);
    assert_eq!(browser.submit(&form, &[("until", "")]).await.status, 303);
    assert!(!browser.get("/g/tuin/members").await.text.contains("tot en met"), "empty: no end");

    app.settle().await;
    let page = logged_in(&app, "bob").await.get("/notifications").await;
    for told in ["van De tuin duurt tot en met 31 december 2099", "van De tuin heeft geen einddatum meer"] {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    // A moderator doesn't set that of an owner; a member nobody's.
    let moderator = logged_in(&app, "cor").await;
    moderator.get("/g/tuin/members").await;
    let links = moderator.attributes("main a", "href");
    assert!(links.contains(&form) && !links.iter().any(|to| to.contains(&format!("/{}/until", cor.id))));
    assert_eq!(logged_in(&app, "dan").await.get(&form).await.status, 403);
}
