//! Servers that don't answer: whoever waits for them waits alone.

use std::time::{Duration, Instant};

use diesel::prelude::*;
use serde_json::json;
use tokio::net::TcpListener;
use vakplein::db::schema;
use vakplein::federation::store::peers;
use vakplein::jobs;

use crate::support::app::PASSWORD;
use crate::support::{Net, Peer};

/// A server that takes connections and never says anything.
async fn hanging(net: &Net, host: &str) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    net.names().insert(host, listener.local_addr().unwrap());
    tokio::task::spawn(async move {
        let mut held = Vec::new();
        while let Ok((stream, _)) = listener.accept().await {
            held.push(stream);
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_hangs_delays_no_mail_and_no_other_server() {
    let net = Net::new();
    // One request may take longer than this whole test.
    let app = net.app_with("werkplein.test", |config| config.federation.timeout = 60).await;
    let (ana, alive) = (app.member("ana").await, Peer::start(net.names(), "levend.test").await);
    alive.serve_as("/.well-known/nodeinfo", 200, "application/json", "{\"links\": []}");
    for number in 1..=3 {
        hanging(&net, &format!("traag{number}.test")).await;
    }
    let hosts = ["traag1.test", "traag2.test", "traag3.test", "levend.test"];
    app.app.db.write(move |tx| hosts.iter().try_for_each(|host| peers::meet(tx, host))).await.unwrap();
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let running = tokio::task::spawn(vakplein::worker::run(app.app.clone(), stopping));
    // Only then something that has nothing to do with them.
    tokio::time::sleep(Duration::from_millis(300)).await;
    ana.put("/me/leaving", json!({ "password": PASSWORD })).await.expect(200);
    let began = Instant::now();
    let done = async || {
        app.app
            .db
            .read(|tx| {
                let mailed = schema::mails::table.filter(schema::mails::sent_at.is_not_null());
                let mailed: i64 = mailed.count().get_result(tx.conn)?;
                let met = peers::find(tx, "levend.test")?.is_some_and(|peer| peer.nodeinfo_at.is_some());
                Ok(mailed == 1 && met)
            })
            .await
            .unwrap()
    };
    while !done().await {
        assert!(began.elapsed() < Duration::from_secs(20), "it waits for those that hang");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let meeting = async || {
        let waiting = app.app.db.read(jobs::waiting).await.unwrap();
        waiting.iter().find(|(kind, _, _)| kind == "meet").map(|(_, count, _)| *count)
    };
    // The job of the one that answered is marked as done a moment after what it wrote.
    while meeting().await == Some(4) && began.elapsed() < Duration::from_secs(20) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(meeting().await, Some(3), "they do hang");
    stop.send_replace(true);
    running.abort();
}
