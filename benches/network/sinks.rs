//! Servers of other kinds that follow the first national group: they take what is delivered, and say who they are.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use vakplein::actors::ActorRow;
use vakplein::clock::Clock;
use vakplein::federation::quirks;
use vakplein::federation::store::peers::{self, Introduction};
use vakplein::keys::ActorKeys;

use crate::fediverse;
use crate::sites::{Site, latency};

/// One of so many is of the kind of Lemmy, which gets all that happens; the rest are of the kind of Mastodon, which get topics.
const LEMMY: usize = 10;

/// One of so many is dead in the end.
const DEAD: usize = 10;

/// The servers. Cheap to clone.
#[derive(Clone)]
pub struct Sinks {
    all: Arc<Vec<Sink>>,
    clock: Clock,
}

struct Sink {
    person: ActorRow,
    latency: Duration,
    dead: AtomicBool,
    took: Mutex<Took>,
}

#[derive(Default)]
struct Took {
    /// Activities, by a hash of their ids, to tell what came twice.
    activities: HashSet<u64>,
    twice: usize,
    /// Posts that were announced, by a hash of their ids, and how often.
    posts: HashMap<u64, u32>,
    /// What came lately: the post, and when, in microseconds.
    lately: Vec<(String, i64)>,
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

fn software(index: usize) -> &'static str {
    if index.is_multiple_of(LEMMY) { "lemmy" } else { "mastodon" }
}

impl Sinks {
    /// So many servers with a member each of a group on this instance.
    pub async fn start(count: usize, site: &Site, group: &str) -> Self {
        let keys = ActorKeys::generate().unwrap();
        let people: Vec<ActorRow> =
            (0..count).map(|n| fediverse::actor(&site.app, n, count.max(1), &keys)).collect();
        let rows = people.clone();
        let group = group.to_owned();
        let joined = site.app.app.db.write(move |tx| {
            fediverse::join(tx, &rows, &group)?;
            for (index, row) in rows.iter().enumerate() {
                let says = Introduction { software: software(index).to_owned(), ..Introduction::default() };
                peers::introduce(tx, &row.host, &says, quirks::form(software(index)))?;
            }
            Ok(())
        });
        joined.await.unwrap();
        let sink = |(index, person)| Sink {
            person,
            latency: latency(index),
            dead: AtomicBool::new(false),
            took: Mutex::default(),
        };
        let all: Vec<Sink> = people.into_iter().enumerate().map(sink).collect();
        let sinks = Self { all: Arc::new(all), clock: site.app.clock.clone() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().fallback(answer).with_state(sinks.clone());
        tokio::task::spawn(async move { axum::serve(listener, router).await });
        for sink in sinks.all.iter() {
            site.app.names.insert(&sink.person.host, address);
        }
        sinks
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// How many get everything.
    pub fn threadiverse(&self) -> usize {
        self.all.len().div_ceil(LEMMY)
    }

    /// Some of them answer no more, from now on.
    pub fn die(&self) {
        self.all
            .iter()
            .skip(DEAD / 2)
            .step_by(DEAD)
            .for_each(|sink| sink.dead.store(true, Ordering::Relaxed));
    }

    /// Hosts of those that don't answer.
    pub fn dead(&self) -> impl Iterator<Item = &str> {
        let dead = self.all.iter().filter(|sink| sink.dead.load(Ordering::Relaxed));
        dead.map(|sink| sink.person.host.as_str())
    }

    /// What came since the last call.
    pub fn lately(&self) -> Vec<(String, i64)> {
        self.all.iter().flat_map(|sink| std::mem::take(&mut sink.took.lock().unwrap().lately)).collect()
    }

    /// Activities that were taken, by all of them.
    pub fn taken(&self) -> usize {
        self.all.iter().map(|sink| sink.took.lock().unwrap().activities.len()).sum()
    }

    /// What living servers lack or got too often of these posts: topics, or all.
    pub fn faults(&self, topics: &[String], all: &[String]) -> Vec<String> {
        let mut faults = Vec::new();
        for (index, sink) in self.all.iter().enumerate() {
            if sink.dead.load(Ordering::Relaxed) {
                continue;
            }
            let took = sink.took.lock().unwrap();
            let wanted = if software(index) == "lemmy" { all } else { topics };
            let count = |uri: &String| took.posts.get(&hash(uri)).copied().unwrap_or(0);
            let lacking = wanted.iter().filter(|uri| count(uri) == 0).count();
            let doubled = wanted.iter().filter(|uri| count(uri) > 1).count();
            if lacking + doubled + took.twice > 0 {
                let (host, twice) = (&sink.person.host, took.twice);
                faults.push(format!(
                    "{host} lacks {lacking} posts, has {doubled} twice, got {twice} activities twice"
                ));
            }
        }
        faults
    }
}

async fn answer(
    State(sinks): State<Sinks>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or_default();
    let number = host.strip_prefix('s').and_then(|host| host.strip_suffix(".test"));
    let Some(index) = number.and_then(|number| number.parse::<usize>().ok()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let sink = &sinks.all[index];
    if sink.dead.load(Ordering::Relaxed) {
        // Half of the dead never answer.
        if (index / DEAD) % 2 == 1 {
            std::future::pending::<()>().await;
        }
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    tokio::time::sleep(sink.latency).await;
    if method == Method::POST {
        let activity: Value = serde_json::from_slice(&body).unwrap_or_default();
        sink.took.lock().unwrap().take(&activity, sinks.clock.now().utc().timestamp_micros());
        return StatusCode::ACCEPTED.into_response();
    }
    match uri.path() {
        "/.well-known/nodeinfo" => {
            let rel = "http://nodeinfo.diaspora.software/ns/schema/2.0";
            let links = json!({"links": [{"rel": rel, "href": format!("http://{host}/nodeinfo")}]});
            document("application/json", &links)
        }
        "/nodeinfo" => {
            document("application/json", &json!({"software": {"name": software(index), "version": "1"}}))
        }
        path if sink.person.uri.ends_with(path) => {
            document("application/activity+json", &person(&sink.person))
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn document(kind: &'static str, value: &Value) -> Response {
    ([("content-type", kind)], value.to_string()).into_response()
}

fn person(row: &ActorRow) -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": row.uri, "type": "Person", "preferredUsername": row.name, "inbox": row.inbox,
        "endpoints": {"sharedInbox": row.shared_inbox},
        "publicKey": {"id": row.rsa_key_uri, "owner": row.uri, "publicKeyPem": row.rsa_key},
    })
}

impl Took {
    fn take(&mut self, activity: &Value, at: i64) {
        if !self.activities.insert(hash(activity["id"].as_str().unwrap_or_default())) {
            self.twice += 1;
            return;
        }
        if activity["type"] != "Announce" {
            return;
        }
        let object = &activity["object"];
        let post = match object.as_str() {
            Some(post) => Some(post),
            None if object["type"] == "Create" => object["object"]["id"].as_str(),
            None => None,
        };
        if let Some(post) = post {
            *self.posts.entry(hash(post)).or_default() += 1;
            self.lately.push((post.to_owned(), at));
        }
    }
}
