//! What is past its time goes, and what must stay stays.

use diesel::prelude::*;
use serde_json::json;
use vakplein::db::schema;
use vakplein::jobs::{self, Job};
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
