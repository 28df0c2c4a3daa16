//! A clock that jumps an hour or a month, ahead and back: nothing waits for a day that is far off, and the order stays.

use diesel::prelude::*;
use serde_json::json;
use vakplein::app::App;
use vakplein::db::schema::{actors, peers};
use vakplein::federation::client::Lookup;
use vakplein::federation::store::inbox::{self, InboxState};
use vakplein::federation::store::outbox;
use vakplein::federation::store::peers::PeerForm;
use vakplein::ids::RowId;
use vakplein::jobs::{self, Share};

use crate::federation::inbound;
use crate::federation::scene::Scene;
use crate::login::logged_in;
use crate::support::TestApp;
use crate::support::receiver::Says;

const HOUR: i64 = 3_600;
const MONTH: i64 = 30 * 86_400;

#[tokio::test]
async fn what_was_claimed_or_failed_by_a_clock_that_was_ahead_is_done_once_it_is_right() {
    for jump in [HOUR, MONTH] {
        let scene = Scene::new().await;
        let clock = scene.app.clock.clone();
        let (lemmy, _) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
        clock.advance(jump);
        // A job that a worker holds which died.
        scene.topic("Titel", "Een.").await;
        let dies = scene.app.app.db.write(|tx| jobs::claim(tx, "dead", Share::Publish, 32));
        assert_eq!(dies.await.unwrap().len(), 1);
        clock.advance(-jump);
        scene.app.settle().await;
        assert_eq!(lemmy.take().len(), 1, "{jump}");
        // A server that rests until a day far off.
        clock.advance(jump);
        lemmy.say([Says(503, Vec::new())]);
        scene.topic("Titel", "Twee.").await;
        scene.app.settle().await;
        assert!(lemmy.take().is_empty(), "{jump}");
        clock.advance(-jump);
        scene.app.settle().await;
        assert_eq!(lemmy.take().len(), 1, "{jump}");
        // A server that is leased by a process that died.
        let dies = scene.app.app.db.write(move |tx| {
            let until = tx.now.plus_seconds(jump + outbox::LEASE);
            let lease = (peers::leased_by.eq("dead"), peers::leased_until.eq(until));
            Ok(diesel::update(peers::table.find("lemmy.test")).set(lease).execute(tx.conn)?)
        });
        dies.await.unwrap();
        scene.topic("Titel", "Drie.").await;
        scene.app.settle().await;
        assert_eq!(lemmy.take().len(), 1, "{jump}");
    }
}

#[tokio::test]
async fn what_is_planned_for_later_stays_planned() {
    let scene = Scene::new().await;
    let (lemmy, _) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
    lemmy.say([Says(429, vec![("retry-after", (6 * 86_400).to_string())])]);
    scene.topic("Titel", "Een.").await;
    scene.app.settle().await;
    // An account that is deleted in two weeks, and a server that asked for six days.
    let eva = scene.app.member("eva").await;
    eva.put("/me/leaving", json!({ "password": crate::support::app::PASSWORD })).await.expect(200);
    scene.app.settle().await;
    let planned = || scene.app.app.db.read(jobs::next_due);
    let before = planned().await.unwrap();
    assert!(before.is_some());
    for jump in [HOUR, -HOUR] {
        scene.app.clock.advance(jump);
        scene.app.settle().await;
    }
    assert_eq!(planned().await.unwrap(), before);
    assert!(lemmy.take().is_empty(), "it is kept to");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_in_by_a_clock_that_was_ahead_is_applied_in_order() {
    for jump in [HOUR, MONTH] {
        let scene = inbound::Scene::new().await;
        let clock = scene.app.clock.clone();
        scene.deliver(&scene.jan.activity("Follow", "1", json!(scene.group_uri))).await;
        clock.advance(jump);
        let mut page = scene.jan.note("a", &[&scene.group_uri], None);
        (page["type"], page["name"]) = (json!("Page"), json!("Snoeien"));
        let first = scene.jan.activity("Create", "a", page);
        assert_eq!(scene.jan.post(&scene.app, &first).await.status, 202);
        let claim = |tx: &mut vakplein::db::Tx<'_>| inbox::claim(tx, "dead", InboxState::Waiting, 10);
        assert_eq!(scene.app.app.db.write(claim).await.unwrap().len(), 1);
        clock.advance(-jump);
        let mut change = scene.jan.activity("Update", "b", first["object"].clone());
        change["object"]["content"] = json!("<p>Veranderd.</p>");
        change["object"]["updated"] = json!("2026-01-02T10:00:00Z");
        assert_eq!(scene.jan.post(&scene.app, &change).await.status, 202);
        scene.app.settle().await;
        for activity in [&first, &change] {
            let outcome = scene.outcome(activity).await;
            assert_eq!(outcome.0, "applied", "{jump} {outcome:?}");
        }
        let html = scene.row(first["object"]["id"].as_str().unwrap()).await.html;
        assert!(html.contains("Veranderd."), "{jump}: {html}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_of_what_came_in_are_counted_and_not_timed() {
    let scene = inbound::Scene::new().await;
    let path = "/users/jan/statuses/parent";
    scene.peer.serve_as(path, 503, "text/plain", "");
    let parent = scene.jan.note("parent", &[&scene.group_uri], None);
    let child = scene.jan.note("child", &[&scene.group_uri], Some(parent["id"].as_str().unwrap()));
    let create = scene.jan.activity("Create", "child", child);
    scene.deliver(&create).await;
    assert_eq!(scene.outcome(&create).await.0, "parked");
    // The clock jumps, or the process was away for a day: that isn't its fault.
    scene.app.clock.advance(86_400);
    scene.app.settle().await;
    assert_eq!(scene.outcome(&create).await.0, "parked");
    scene.peer.serve(path, &parent);
    scene.app.app.forget_failures("mastodon.test");
    for _ in 0..4 {
        scene.app.clock.advance(121);
        scene.app.settle().await;
    }
    assert_eq!(scene.outcome(&create).await.0, "applied", "{:?}", scene.outcome(&create).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_changes_after_a_jump_is_fetched() {
    let mut scene = inbound::Scene::new().await;
    let clock = scene.app.clock.clone();
    clock.advance(MONTH);
    scene.deliver(&scene.jan.activity("Follow", "1", json!(scene.group_uri))).await;
    scene.peer.change_keys(&mut scene.jan);
    let create = scene.jan.activity("Create", "a", scene.jan.note("a", &[&scene.group_uri], None));
    assert_eq!(scene.jan.post(&scene.app, &create).await.status, 202);
    let uri = scene.jan.uri.clone();
    let tried = scene.app.app.db.read(move |tx| {
        let row = actors::table.filter(actors::uri.eq(uri)).select(actors::key_tried_at);
        Ok(row.first::<Option<vakplein::clock::Time>>(tx.conn)?)
    });
    assert!(tried.await.unwrap().is_some_and(|at| at > vakplein::clock::Clock::system().now()));
    clock.advance(-MONTH);
    scene.peer.change_keys(&mut scene.jan);
    let other = scene.jan.activity("Create", "b", scene.jan.note("b", &[&scene.group_uri], None));
    assert_eq!(scene.jan.post(&scene.app, &other).await.status, 202);
}

#[tokio::test]
async fn a_reply_never_comes_before_what_was_there() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    ana.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    app.clock.advance(MONTH);
    let topic =
        ana.post("/groups/tuin/threads", json!({ "title": "Snoeien", "content": "0" })).await.expect(201);
    let id = topic["id"].as_str().unwrap().to_owned();
    let reply = async |content: &str| {
        let path = format!("/threads/{id}/replies");
        ana.post(&path, json!({ "content": content })).await.expect(201);
    };
    reply("1").await;
    for (jump, content) in [(-HOUR, "2"), (-MONTH, "3"), (2 * HOUR, "4"), (MONTH, "5")] {
        app.clock.advance(jump);
        reply(content).await;
    }
    // Page by page, as programs read them, and as a page shows them.
    let (mut read, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/threads/{id}/replies?limit=2{cursor}");
        let page = ana.get(&path).await.expect(200);
        for item in page["items"].as_array().unwrap() {
            read.push(item["html"].as_str().unwrap().replace(['<', '>', '/', 'p', '\n'], ""));
        }
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(read, ["1", "2", "3", "4", "5"]);
    let browser = app.browser();
    browser.get(&format!("/t/{id}")).await;
    assert_eq!(browser.texts(".reply .prose"), ["1", "2", "3", "4", "5"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_logged_out_or_kept_out_by_a_jump() {
    let app = TestApp::with(|config| config.limits.enabled = true).await;
    app.member("ana").await;
    app.clock.advance(MONTH);
    let ahead = logged_in(&app, "ana").await;
    // Somebody guesses until nobody may, by the wrong clock.
    let guess = app.browser();
    for _ in 0..12 {
        guess.get("/login").await;
        guess.submit("/login", &[("login", "ana"), ("password", "fout-fout-fout")]).await;
    }
    let signed_in = async |browser: &crate::support::browser::Browser| {
        browser.get("/").await;
        !browser.texts(".account__name").is_empty()
    };
    assert!(signed_in(&ahead).await);
    app.clock.advance(-MONTH);
    assert!(signed_in(&ahead).await);
    let back = logged_in(&app, "ana").await;
    for jump in [HOUR, -2 * HOUR, HOUR] {
        app.clock.advance(jump);
        assert!(signed_in(&back).await && signed_in(&ahead).await, "{jump}");
    }
}

#[tokio::test]
async fn ids_come_after_those_that_are_there() {
    let scene = Scene::new().await;
    // A refusal isn't asked for its order; a row of the inbox is.
    let (seconds, _) = RowId::fresh().0.get_timestamp().unwrap().to_unix();
    let at = uuid::Timestamp::from_unix(uuid::ContextV7::new(), seconds + 5, 0);
    let ahead = RowId(uuid::Uuid::new_v7(at));
    let stored = scene.app.app.db.write(move |tx| {
        use vakplein::db::schema::jobs::dsl;
        let id = vakplein::ids::JobId(ahead.0);
        jobs::enqueue(tx, &jobs::Job::Prune)?;
        Ok(diesel::update(dsl::jobs.filter(dsl::kind.eq("prune"))).set(dsl::id.eq(id)).execute(tx.conn)?)
    });
    assert_eq!(stored.await.unwrap(), 1);
    let again = App::open(
        scene.app.app.config.clone(),
        scene.app.clock.clone(),
        Lookup::TableOnly(scene.app.names.clone()),
    );
    drop(again.await.unwrap());
    assert!(RowId::fresh() > ahead);
}
