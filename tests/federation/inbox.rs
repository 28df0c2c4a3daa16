//! The door: statuses, keys, repeats, and what survives a worker that dies.

use reqwest::Method;
use serde_json::json;
use vakplein::federation::signatures::Scheme;
use vakplein::federation::store::inbox::{self, InboxState, LEASE};
use vakplein::policy::PeerState;

use super::inbound::Scene;
use crate::support::peer::send;

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_activity_is_applied_once_in_either_scheme() {
    let scene = Scene::new().await;
    let follow = scene.jan.activity("Follow", "1", json!(scene.group_uri));
    assert_eq!(scene.jan.post(&scene.app, &follow).await.status, 202);
    assert_eq!(scene.jan.post(&scene.app, &follow).await.status, 200, "seen before");
    let again = scene.jan.post_in(&scene.app, Scheme::Rfc9421, "/g/bijstand/inbox", &follow).await;
    assert_eq!(again.status, 200, "another inbox and another scheme make no other activity of it");
    scene.app.settle().await;
    assert_eq!(scene.outcome(&follow).await.0, "applied");
    assert!(scene.membership(&scene.jan.uri).await.is_some());
    let like = scene.jan.activity("Follow", "2", json!(scene.owner_uri()));
    assert_eq!(scene.jan.post_in(&scene.app, Scheme::Rfc9421, "/u/ana/inbox", &like).await.status, 202);
    assert_eq!(scene.peer.asked_for("/users/jan"), 1, "the key is known after the first time");
}

impl Scene {
    fn owner_uri(&self) -> String {
        self.app.url("/u/ana")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_by_the_status() {
    let scene = Scene::new().await;
    let follow = scene.jan.activity("Follow", "1", json!(scene.group_uri));
    let body = follow.to_string().into_bytes();
    let json = &[("content-type", "application/activity+json")][..];
    let unsigned = scene.app.send(Method::POST, "/inbox", json, Some(body.clone())).await;
    assert_eq!(unsigned.status, 401);
    assert_eq!(scene.peer.asked(), Vec::<String>::new(), "an unsigned request makes nobody be asked");
    let html =
        scene.app.send(Method::POST, "/inbox", &[("content-type", "text/html")], Some(body.clone())).await;
    assert_eq!(html.status, 415);
    let mut plain = scene.jan.headers(&scene.app, Scheme::Cavage, "/inbox", &body);
    plain.insert("content-type", "application/json".parse().unwrap());
    assert_eq!(send(&scene.app, "/inbox", plain, body.clone()).await.status, 415);
    for broken in ["", "[]", "{", "{\"type\":\"Follow\"}", "null"] {
        let headers = scene.jan.headers(&scene.app, Scheme::Cavage, "/inbox", broken.as_bytes());
        assert_eq!(send(&scene.app, "/inbox", headers, broken.into()).await.status, 400, "{broken}");
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(40), "]".repeat(40)).into_bytes();
    let headers = scene.jan.headers(&scene.app, Scheme::Cavage, "/inbox", &deep);
    assert_eq!(send(&scene.app, "/inbox", headers, deep).await.status, 400);
    let large = vec![b' '; scene.app.app.config.federation.max_body + 1];
    let headers = scene.jan.headers(&scene.app, Scheme::Cavage, "/inbox", &large);
    assert_eq!(send(&scene.app, "/inbox", headers, large).await.status, 413);
    assert!(scene.peer.asked().is_empty());
    scene.decide("mastodon.test", PeerState::Blocked).await;
    assert_eq!(scene.jan.post(&scene.app, &follow).await.status, 403);
    assert!(scene.peer.asked().is_empty(), "a blocked host isn't even asked for its key");
    scene.decide("mastodon.test", PeerState::Open).await;
    scene.peer.serve_as("/users/jan", 503, "text/plain", "");
    assert_eq!(scene.jan.post(&scene.app, &follow).await.status, 503, "it may work later");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_counts_at_once_also_when_the_key_is_known() {
    let scene = Scene::new().await;
    scene.deliver(&scene.jan.activity("Follow", "1", json!(scene.group_uri))).await;
    scene.decide("mastodon.test", PeerState::Blocked).await;
    let leave = scene.jan.activity("Follow", "2", json!(scene.group_uri));
    assert_eq!(scene.jan.post(&scene.app, &leave).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_types_and_deletes_of_strangers_are_taken_and_forgotten() {
    let scene = Scene::new().await;
    let delete = scene.jan.activity("Delete", "1", json!(scene.jan.uri));
    assert_eq!(scene.jan.post(&scene.app, &delete).await.status, 202);
    let view = scene.jan.activity("View", "1", json!(scene.group_uri));
    assert_eq!(scene.jan.post(&scene.app, &view).await.status, 202);
    assert!(scene.peer.asked().is_empty());
    assert_eq!(scene.outcome(&delete).await.0, "");
    assert!(scene.actor(&scene.jan.uri).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_key_is_fetched_once_in_five_minutes() {
    let mut scene = Scene::new().await;
    let follow = |word: &str| scene.jan.activity("Follow", word, json!(scene.group_uri));
    let (first, second, third) = (follow("1"), follow("2"), follow("3"));
    assert_eq!(scene.jan.post(&scene.app, &first).await.status, 202);
    let old = scene.jan.clone();
    scene.peer.change_keys(&mut scene.jan);
    assert_eq!(scene.jan.post(&scene.app, &second).await.status, 202, "fetched again");
    assert_eq!(
        old.post(&scene.app, &third).await.status,
        401,
        "the old key is no longer its own, cached or not"
    );
    scene.peer.change_keys(&mut scene.jan);
    assert_eq!(scene.jan.post(&scene.app, &third).await.status, 401, "not again so soon");
    assert_eq!(scene.peer.asked_for("/users/jan"), 2);
    scene.app.clock.advance(301);
    assert_eq!(scene.jan.post(&scene.app, &third).await.status, 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_worker_held_is_applied_by_another() {
    let scene = Scene::new().await;
    let follow = scene.jan.activity("Follow", "1", json!(scene.group_uri));
    assert_eq!(scene.jan.post(&scene.app, &follow).await.status, 202);
    let claim = |tx: &mut vakplein::db::Tx<'_>| inbox::claim(tx, "dead", InboxState::Waiting, 10);
    assert_eq!(scene.app.app.db.write(claim).await.unwrap().len(), 1);
    scene.app.settle().await;
    assert_eq!(scene.outcome(&follow).await.0, "waiting", "it is leased");
    scene.app.clock.advance(LEASE + 1);
    scene.app.settle().await;
    assert_eq!(scene.outcome(&follow).await.0, "applied");
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_at_the_door_are_logged_but_not_without_end() {
    use diesel::prelude::*;
    use vakplein::db::schema::refusals::dsl;
    let scene = Scene::new().await;
    let json = &[("content-type", "application/activity+json")][..];
    for number in 0..30 {
        let like = scene.jan.activity("Like", &number.to_string(), json!(scene.group_uri));
        let body = like.to_string().into_bytes();
        assert_eq!(scene.app.send(Method::POST, "/inbox", json, Some(body)).await.status, 401);
    }
    let rows: Vec<(String, i64)> = scene
        .app
        .app
        .db
        .read(|tx| Ok(dsl::refusals.order(dsl::id).select((dsl::host, dsl::status)).load(tx.conn)?))
        .await
        .unwrap();
    assert_eq!(rows.first(), Some(&("mastodon.test".to_owned(), 401)));
    assert!(rows.len() < 30);
}
