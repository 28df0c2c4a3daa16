//! What an administrator sees of a server for which messages wait, and that they can be dropped: page, program and command line.

use diesel::prelude::*;
use serde_json::json;
use vakplein::db::schema::journal;
use vakplein::federation::store::peers::PeerForm;
use vakplein::ids::GroupId;
use vakplein::journal::{Detail, Did};

use crate::login::logged_in;
use crate::pages::check_page;
use crate::support::program::{complaint, lines, vakplein};
use crate::support::{Member, Net, Receiver, TestApp};

/// An instance with a member elsewhere, on a server that doesn't work.
async fn failing(net: &Net) -> (TestApp, Member, Receiver) {
    let app = net.app("werkplein.test").await;
    let boss = app.admin("boss").await;
    boss.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    let group = boss.get("/groups/tuin").await.expect(200)["id"].as_str().unwrap().parse().unwrap();
    let lemmy = Receiver::start(net, "lemmy.test").await;
    let bob = lemmy.person(&app, "bob").await;
    lemmy.shows(&app, PeerForm::Threadiverse).await;
    lemmy.joins(&app, &bob, GroupId(group), &app.url("/g/tuin")).await;
    app.settle().await;
    lemmy.take();
    lemmy.say_always(503);
    (app, boss, lemmy)
}

/// Messages that wait for it: so many.
async fn queue(app: &TestApp, boss: &Member, count: usize) {
    for _ in 0..count {
        let topic =
            json!({ "title": "Snoeien", "content": format!("Nu {}?", vakplein::ids::RowId::fresh()) });
        boss.post("/groups/tuin/threads", topic).await.expect(201);
    }
    app.settle().await;
}

/// What was decided about servers, in words.
async fn decisions(app: &TestApp) -> Vec<(String, String)> {
    let read = app.app.db.read(|tx| {
        let lines = journal::table.filter(journal::act.eq(Did::SetPeer)).order(journal::id);
        Ok(lines.select(journal::detail).load::<vakplein::db::types::Json>(tx.conn)?)
    });
    let details = read.await.unwrap().into_iter().map(|detail| detail.read::<Detail>().unwrap());
    details.map(|detail| (detail.word, detail.reason)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_server_is_seen_and_dropped_after_a_question() {
    let net = Net::new();
    let (app, boss, lemmy) = failing(&net).await;
    let ana = app.member("ana").await;
    queue(&app, &boss, 3).await;
    let peer = boss.get("/admin/peers/lemmy.test").await.expect(200);
    assert_eq!((&peer["queue"], &peer["error"]), (&json!(3), &json!("status 503")), "{peer}");
    assert!(peer["oldestAt"].is_string() && peer["retryAt"].is_string(), "{peer}");
    let browser = logged_in(&app, "boss").await;
    let page = "/admin/peers/lemmy.test";
    check_page(&browser.get(page).await, 200, "nl");
    let facts = browser.texts("main").join(" ");
    assert!(browser.texts("main dd").contains(&"3".to_owned()), "{facts}");
    for said in ["Te versturen", "Wacht sinds", "Volgende poging", "status 503"] {
        assert!(facts.contains(said), "{said}: {facts}");
    }
    let forget = format!("{page}/forget");
    assert!(browser.attributes("main a", "href").contains(&forget));
    check_page(&browser.get(&forget).await, 200, "nl");
    assert!(browser.texts("main").join(" ").contains("Er wachten 3 berichten."));
    let outsider = logged_in(&app, "ana").await;
    check_page(&outsider.get(&forget).await, 403, "nl");
    outsider.get("/").await;
    let token = outsider.attributes("input[name=csrf]", "value").remove(0);
    check_page(&outsider.post(&forget, &[("csrf", &token)]).await, 403, "nl");
    assert_eq!(ana.delete("/admin/peers/lemmy.test/queue").await.refused(403), "not-admin");
    assert_eq!(boss.get("/admin/peers/lemmy.test").await.expect(200)["queue"], 3);
    let reply = browser.submit(&forget, &[]).await;
    assert_eq!(reply.location(), page);
    let shown = browser.get(page).await;
    check_page(&shown, 200, "nl");
    assert!(shown.text.contains("De wachtende berichten aan lemmy.test zijn weggegooid."));
    assert!(!browser.attributes("main a", "href").contains(&forget), "nothing is left to drop");
    lemmy.say_always(202);
    assert_eq!(boss.post("/admin/peers/lemmy.test/retry", json!({})).await.status, 204);
    app.settle().await;
    assert!(lemmy.take().is_empty());
    assert_eq!(
        decisions(&app).await,
        [("dropped".to_owned(), "3".to_owned()), ("retried".to_owned(), String::new())]
    );
    // What comes after goes out, and one of the dropped can still be sent by hand.
    queue(&app, &boss, 1).await;
    assert_eq!(lemmy.take().len(), 1);
    let log = boss.get("/admin/federation?flow=out").await.expect(200);
    let dropped = log["items"].as_array().unwrap().iter().find(|line| line["retriable"] == true).unwrap();
    assert_eq!(dropped["outcome"], "failed");
    let again = format!("/admin/federation/{}/retry", dropped["id"].as_str().unwrap());
    assert_eq!(boss.post(&again, json!({})).await.status, 204);
    app.settle().await;
    assert_eq!(lemmy.take().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_and_the_command_line_drop_what_waits_too() {
    let net = Net::new();
    let (app, boss, lemmy) = failing(&net).await;
    queue(&app, &boss, 2).await;
    assert_eq!(boss.delete("/admin/peers/nooit.test/queue").await.refused(404), "not-found");
    assert_eq!(boss.delete("/admin/peers/lemmy.test/queue").await.expect(200)["dropped"], 2);
    queue(&app, &boss, 2).await;
    boss.patch("/admin/peers/lemmy.test", json!({ "paused": true })).await.expect(200);
    let told = lines(&vakplein(&app, &["peer", "forget", "lemmy.test"], ""));
    assert_eq!(told, ["Waiting to go to lemmy.test: 2. To drop them, say it again with --yes."]);
    assert!(complaint(&vakplein(&app, &["peer", "forget", "nooit.test", "--yes"], "")).contains("not found"));
    let shown = lines(&vakplein(&app, &["peer", "show", "lemmy.test"], "")).join("\n");
    assert!(shown.contains("waiting      2") && !shown.contains("oldest       never"), "{shown}");
    assert_eq!(lines(&vakplein(&app, &["peer", "forget", "lemmy.test", "--yes"], "")), ["Dropped: 2."]);
    lines(&vakplein(&app, &["peer", "resume", "lemmy.test"], ""));
    let shown = lines(&vakplein(&app, &["peer", "show", "lemmy.test"], "")).join("\n");
    assert!(shown.contains("waiting      0") && shown.contains("oldest       never"), "{shown}");
    lemmy.say_always(202);
    app.clock.advance(7 * 86_400);
    app.settle().await;
    assert!(lemmy.take().is_empty());
    let words: Vec<String> = decisions(&app).await.into_iter().map(|(word, _)| word).collect();
    assert_eq!(words, ["dropped", "open", "paused", "dropped", "open", "resumed"]);
}
