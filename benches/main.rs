//! `cargo bench`: what the speed goals name, measured over loopback HTTP, client and server on the same machine.
//!
//! On SQLite, or on PostgreSQL when `TEST_DATABASE_URL` names a server. `cargo bench -- thread` runs what has that word in its
//! name. Each line tells how many a second, and how long one took: the middle one, and the slowest but one in a hundred.
//! `cargo bench -- texts` tells instead whether hostile texts cost more than their length.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "in a test a panic is the report, and a test may start what it measures"
)]

#[path = "../tests/support/mod.rs"]
mod support;

mod fediverse;
mod texts;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::json;
use vakplein::people::sessions::{self, Place};
use vakplein::worker;

use crate::fediverse::{Fediverse, Kind};
use crate::support::TestApp;

/// Requests under way at once.
const CLIENTS: usize = 8;

#[tokio::main]
async fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let runs = |name: &str| wanted.is_empty() || wanted.iter().any(|word| name.contains(word.as_str()));
    let database = if std::env::var("TEST_DATABASE_URL").is_ok() { "PostgreSQL" } else { "SQLite" };
    println!("on {database}, {CLIENTS} clients");
    println!("{:<44} {:>9} {:>10} {:>10}", "", "a second", "median ms", "p99 ms");
    if wanted.iter().any(|word| word == "texts") {
        texts::run();
        return;
    }
    if runs("pages") {
        pages().await;
    }
    for kind in [Kind::Topic, Kind::Reply, Kind::Like] {
        if runs(&format!("inbound {}", kind.word())) {
            inbound(kind).await;
        }
    }
    if runs("deliveries") {
        deliveries().await;
    }
}

/// Reading: a group's front page and a thread of 500 replies as a member sees them, and a topic as ActivityPub.
async fn pages() {
    let site = TestApp::new().await;
    let ana = site.member("ana").await;
    ana.post("/groups", json!({"name": "bijstand", "title": "Vragen over bijstand"})).await.expect(201);
    let mut thread = String::new();
    for n in 0..40 {
        let topic = json!({"title": format!("Vraag {n} over een brief"), "content": TEXT});
        let reply = ana.post("/groups/bijstand/threads", topic).await;
        thread = reply.expect(201)["id"].as_str().unwrap().to_owned();
    }
    for n in 0..500 {
        let reply = json!({"content": format!("Antwoord {n}. {TEXT}")});
        ana.post(&format!("/threads/{thread}/replies"), reply).await.expect(201);
    }
    site.settle().await;
    let id = ana.id;
    let session =
        site.app.db.write(move |tx| sessions::create(tx, id, &Place::default(), true)).await.unwrap();
    let cookie = format!("vakplein={}", session.1);
    let html = [("accept", "text/html"), ("cookie", cookie.as_str())];
    read("front page of a group, signed in", &site, "/g/bijstand", &html).await;
    read("thread with 500 replies, signed in", &site, &format!("/t/{thread}"), &html).await;
    let document = [("accept", "application/activity+json")];
    read("topic as ActivityPub", &site, &format!("/t/{thread}"), &document).await;
}

async fn read(name: &str, site: &TestApp, path: &str, headers: &[(&str, &str)]) {
    const FOR: Duration = Duration::from_secs(5);
    let url = format!("http://{}{path}", site.address);
    let http = fediverse::http();
    let mut tasks = tokio::task::JoinSet::new();
    let began = Instant::now();
    for _ in 0..CLIENTS {
        let mut request = http.get(&url).header("host", &site.domain);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        tasks.spawn(async move {
            let mut times = Vec::new();
            while began.elapsed() < FOR {
                let one = Instant::now();
                let response = request.try_clone().expect("it has no body").send().await.expect("it answers");
                assert_eq!(response.status(), 200);
                response.bytes().await.expect("the body arrives");
                times.push(one.elapsed());
            }
            times
        });
    }
    let mut times = Vec::new();
    while let Some(done) = tasks.join_next().await {
        times.extend(done.unwrap());
    }
    line(name, times.len(), began.elapsed(), &mut times);
}

/// Taking in: signed activities of one kind by people who follow the group, until all are applied.
async fn inbound(kind: Kind) {
    const COUNT: usize = 2_000;
    let site = TestApp::new().await;
    let ana = site.member("ana").await;
    let group = ana.post("/groups", json!({"name": "bijstand", "title": "Vragen over bijstand"})).await;
    let group = group.expect(201)["activityPubId"].as_str().unwrap().to_owned();
    let topic = ana.post("/groups/bijstand/threads", json!({"title": "Een vraag", "content": TEXT})).await;
    let topic = topic.expect(201)["activityPubId"].as_str().unwrap().to_owned();
    let people = if kind == Kind::Like { COUNT } else { 200 };
    let world = Fediverse::new(&site, &group, 1, people).await;
    site.settle().await;
    let requests = world.activities(kind, COUNT, &group, &topic);
    let before = world.stored(kind).await;
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let working = tokio::task::spawn(worker::run(site.app.clone(), stopping));
    let next = Arc::new(AtomicUsize::new(0));
    let requests = Arc::new(requests);
    let mut tasks = tokio::task::JoinSet::new();
    let began = Instant::now();
    for _ in 0..CLIENTS {
        let (next, requests, http) = (Arc::clone(&next), Arc::clone(&requests), fediverse::http());
        let inbox = format!("http://{}/inbox", site.address);
        tasks.spawn(async move {
            let mut times = Vec::new();
            while let Some((headers, body)) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                let one = Instant::now();
                let request = http.post(&inbox).headers(headers.clone()).body(body.clone());
                let response = request.send().await.expect("it answers");
                let status = response.status();
                assert!(status.is_success(), "{status}: {}", response.text().await.unwrap_or_default());
                times.push(one.elapsed());
            }
            times
        });
    }
    let mut times = Vec::new();
    while let Some(done) = tasks.join_next().await {
        times.extend(done.unwrap());
    }
    line(&format!("inbound {}: accepted", kind.word()), COUNT, began.elapsed(), &mut times);
    while world.stored(kind).await < before + i64::try_from(COUNT).unwrap() {
        assert!(began.elapsed() < Duration::from_secs(120), "not all were applied");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    line(&format!("inbound {}: applied", kind.word()), COUNT, began.elapsed(), &mut []);
    stop.send_replace(true);
    working.await.unwrap();
}

/// Sending: a burst of topics to 342 servers, as many as the Netherlands has municipalities.
async fn deliveries() {
    const SERVERS: usize = 342;
    const TOPICS: usize = 10;
    let site = TestApp::new().await;
    let ana = site.member("ana").await;
    let group = ana.post("/groups", json!({"name": "bijstand", "title": "Vragen over bijstand"})).await;
    let group = group.expect(201)["activityPubId"].as_str().unwrap().to_owned();
    let world = Fediverse::new(&site, &group, SERVERS, SERVERS).await;
    site.settle().await;
    let (stop, stopping) = tokio::sync::watch::channel(false);
    let working = tokio::task::spawn(worker::run(site.app.clone(), stopping));
    for (name, topics) in [("one topic to 342 servers", 1), ("a burst of 10 topics to 342 servers", TOPICS)] {
        let before = world.arrived();
        let began = Instant::now();
        for n in 0..topics {
            let topic = json!({"title": format!("Bericht {n}"), "content": TEXT});
            ana.post("/groups/bijstand/threads", topic).await.expect(201);
        }
        let wanted = before + SERVERS * topics;
        while world.arrived() < wanted {
            assert!(began.elapsed() < Duration::from_secs(120), "{} of {wanted} arrived", world.arrived());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        line(&format!("deliveries: {name}"), SERVERS * topics, began.elapsed(), &mut []);
        println!("{:<44} {:>9.0} ms until the last one has it", "", began.elapsed().as_secs_f64() * 1e3);
    }
    stop.send_replace(true);
    working.await.unwrap();
}

fn line(name: &str, count: usize, took: Duration, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |share: f64| {
        let place = (times.len() as f64 * share) as usize;
        times
            .get(place.min(times.len().saturating_sub(1)))
            .map(|time| format!("{:.2}", time.as_secs_f64() * 1e3))
    };
    let (middle, slow) = (at(0.5).unwrap_or_default(), at(0.99).unwrap_or_default());
    println!("{name:<44} {:>9.0} {middle:>10} {slow:>10}", count as f64 / took.as_secs_f64());
}

const TEXT: &str = "Ik kreeg een brief waarin staat dat mijn **uitkering** verandert, maar ik begrijp niet waarom. \
    Ik heb alles doorgegeven wat ik moest doorgeven. Moet ik bezwaar maken, of is bellen genoeg? Zie ook \
    [de uitleg](https://www.example.nl/uitleg) die ik vond.";
