//! The federation log in the administration: what another server didn't take is sent once more.

use serde_json::{Value, json};
use vakplein::federation::store::peers::PeerForm;
use vakplein::ids::GroupId;

use crate::login::logged_in;
use crate::pages::check_page;
use crate::support::program::{self, vakplein};
use crate::support::receiver::Says;
use crate::support::{Member, Net, Receiver};

#[tokio::test(flavor = "multi_thread")]
async fn one_delivery_that_another_site_refused_is_sent_once_more() {
    let net = Net::new();
    let app = net.app("werkplein.test").await;
    let (boss, ana) = (app.admin("boss").await, app.member("ana").await);
    boss.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    let group = boss.get("/groups/tuin").await.expect(200)["id"].as_str().unwrap().parse().unwrap();
    let lemmy = Receiver::start(&net, "lemmy.test").await;
    let bob = lemmy.person(&app, "bob").await;
    lemmy.shows(&app, PeerForm::Threadiverse).await;
    lemmy.joins(&app, &bob, GroupId(group), &app.url("/g/tuin")).await;
    app.settle().await;
    lemmy.take();
    // One is refused; one comes upon an inbox that is gone; one was deleted before it could be sent again.
    let mut topics = Vec::new();
    for (title, status) in [("Snoeien", 400), ("Mesten", 400), ("Zaaien", 410), ("Weg ermee", 400)] {
        lemmy.say([Says(status, Vec::new())]);
        let topic = json!({ "title": title, "content": "Nu al?" });
        topics.push(boss.post("/groups/tuin/threads", topic).await.expect(201));
        app.settle().await;
        if status == 410 {
            let line = failed(&boss).await.remove(0);
            assert_eq!(ana.post(&again(&line), json!({})).await.refused(403), "not-admin");
            assert_eq!(lemmy.take().len(), 0);
            assert_eq!(boss.post(&again(&line), json!({})).await.status, 204);
            app.settle().await;
            assert_eq!(lemmy.kinds(), ["Announce/Create"], "the inbox is tried once more");
            assert_eq!(boss.post(&again(&line), json!({})).await.refused(409), "conflict", "it has arrived");
        }
    }
    let lines = failed(&boss).await;
    assert_eq!(lines.len(), 3, "{lines:?}");
    boss.delete(&format!("/threads/{}", topics[3]["id"].as_str().unwrap())).await.expect(204);
    app.settle().await;
    lemmy.take();
    assert_eq!(boss.post(&again(&lines[0]), json!({})).await.refused(409), "conflict", "its text is gone");
    let browser = logged_in(&app, "boss").await;
    browser.get("/admin/federation?which=out&host=lemmy.test").await;
    let reply = browser.submit(&again(&lines[2]), &[]).await;
    assert_eq!(reply.location(), "/admin/federation?which=out&host=lemmy.test");
    let shown = browser.get(reply.location()).await;
    check_page(&shown, 200, "nl");
    assert!(shown.text.contains("Het wordt opnieuw geprobeerd."));
    app.settle().await;
    let sent = lemmy.take();
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0]["object"]["object"]["name"], "Snoeien");
    let id = lines[1]["id"].as_str().unwrap();
    assert_eq!(program::lines(&vakplein(&app, &["log", "retry", id], "")), ["It is tried again."]);
    app.settle().await;
    assert_eq!(lemmy.kinds(), ["Announce/Create"]);
    assert!(!program::complaint(&vakplein(&app, &["log", "retry", id], "")).is_empty(), "it has arrived");
}

/// The deliveries that failed, the latest first.
async fn failed(boss: &Member) -> Vec<Value> {
    let log = boss.get("/admin/federation?flow=out").await.expect(200);
    let lines = log["items"].as_array().unwrap().iter();
    lines.filter(|line| line["retriable"] == true).cloned().collect()
}

fn again(line: &Value) -> String {
    format!("/admin/federation/{}/retry", line["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_server_is_named_by_its_name_and_is_not_this_one() {
    let app = crate::support::TestApp::new().await;
    app.admin("boss").await;
    let browser = logged_in(&app, "boss").await;
    for (path, status) in [
        ("/admin/peers/nieuw.test", 200),
        ("/admin/peers/werkplein.test:8443", 404),
        ("/admin/peers/a.8..", 404),
        ("/admin/peers/127.0.0.1", 404),
    ] {
        check_page(&browser.get(path).await, status, "nl");
    }
}
