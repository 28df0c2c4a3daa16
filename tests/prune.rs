//! What is past its time goes, and what must stay stays.

use diesel::prelude::*;
use serde_json::json;
use vakplein::db::{Tx, schema};
use vakplein::ids::{GroupId, ThreadId};
use vakplein::jobs::{self, Job};
use vakplein::links::{PromotionState, promotions};
use vakplein::policy::Actor;
use vakplein::prune;

use crate::support::TestApp;

#[tokio::test]
async fn a_daily_round_removes_what_is_past_its_time_but_not_the_moderation_log() {
    let app = TestApp::new().await;
    let (ana, bob) = (app.member("ana").await, app.member("bob").await);
    ana.post("/groups", json!({ "name": "tuin", "title": "Tuin" })).await.expect(201);
    bob.post("/groups/tuin/memberships", json!({})).await.expect(201);
    ana.post("/groups/tuin/warnings", json!({ "person": "bob", "reason": "Let op" })).await.expect(204);
    app.settle().await;
    bob.put("/me/notices/read", json!({})).await.expect(200);
    let counts = async || {
        app.app
            .db
            .read(|tx| {
                let journal: i64 = schema::journal::table.count().get_result(tx.conn)?;
                let notices: i64 = schema::notices::table.count().get_result(tx.conn)?;
                let mails: i64 = schema::mails::table.count().get_result(tx.conn)?;
                Ok((journal, notices, mails))
            })
            .await
            .unwrap()
    };
    app.app.db.write(prune::schedule).await.unwrap();
    // Scheduled once, however many processes begin to work.
    app.app.db.write(prune::schedule).await.unwrap();
    let waiting = app.app.db.read(jobs::waiting).await.unwrap();
    let rounds = waiting.iter().find(|(kind, _, _)| kind == Job::Prune.kind()).map(|(_, count, _)| *count);
    assert_eq!(rounds, Some(1));
    app.settle().await;
    let before = counts().await;
    assert!(before.0 > 1 && before.1 == 1 && before.2 == 1, "{before:?}");

    app.clock.advance(366 * 86_400);
    app.settle().await;
    assert_eq!(counts().await, (1, 0, 0));
    let log = app.anonymous().get("/groups/tuin/modlog").await.expect(200);
    assert_eq!(log["items"][0]["reason"], "Let op");
    assert_eq!(app.failures().await, Vec::<String>::new());
}

/// How the proposals stand that are still known.
async fn proposals(app: &TestApp) -> Vec<PromotionState> {
    use schema::promotions::dsl;
    let read = app.app.db.read(|tx| Ok(dsl::promotions.order(dsl::id).select(dsl::state).load(tx.conn)?));
    read.await.unwrap()
}

#[tokio::test]
async fn proposals_that_are_over_are_forgotten_but_for_what_keeps_a_topic_out() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let mut groups: Vec<GroupId> = Vec::new();
    for name in ["tuin", "moes", "kas"] {
        let group = ana.post("/groups", json!({ "name": name, "title": name })).await.expect(201);
        groups.push(group["id"].as_str().unwrap().parse().unwrap());
    }
    // Whoever owns both ends has the link at once.
    let all = json!({ "group": "tuin", "side": "target", "takes": "all" });
    let all = ana.post("/groups/moes/links", all).await.expect(201);
    let chosen = json!({ "group": "tuin", "side": "target", "takes": "promoted" });
    ana.post("/groups/kas/links", chosen).await.expect(201);
    let topic = json!({ "title": "Wat groeit hier?", "content": "Ik weet het niet." });
    let topic = ana.post("/groups/tuin/threads", topic).await.expect(201);
    let topic = topic["id"].as_str().unwrap();
    app.settle().await;
    let (by, moes, thread): (_, _, ThreadId) = (Actor::here(ana.id), groups[1], topic.parse().unwrap());
    let off = move |tx: &mut Tx<'_>| promotions::take_off(tx, &by, moes, thread, "Past hier niet.");
    app.app.db.write(off).await.unwrap();
    let proposed = ana.post(&format!("/threads/{topic}/promotions"), json!({ "group": "kas" })).await;
    let proposed = proposed.expect(201);
    let refuse = json!({ "state": "refused", "reason": "Past hier niet." });
    ana.patch(&format!("/promotions/{}", proposed["id"].as_str().unwrap()), refuse).await.expect(200);
    assert_eq!(proposals(&app).await, [PromotionState::Ended, PromotionState::Refused]);

    app.app.db.write(prune::schedule).await.unwrap();
    app.clock.advance(366 * 86_400);
    app.settle().await;
    // While all topics of its group are shown there, this one isn't.
    assert_eq!(proposals(&app).await, [PromotionState::Ended]);
    ana.delete(&format!("/groups/moes/links/{}", all["id"].as_str().unwrap())).await.expect(204);
    app.clock.advance(2 * 86_400);
    app.settle().await;
    assert!(proposals(&app).await.is_empty());
    assert_eq!(app.failures().await, Vec::<String>::new());
}
