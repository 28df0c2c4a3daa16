//! A server that isn't ours: it takes what is delivered to it, answers as it is told, and checks each signature.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::IntoResponse;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use vakplein::actors::{self, ActorKind, ActorRow};
use vakplein::federation::signatures::{self, Incoming, Rules, Scheme};
use vakplein::federation::store::peers::{self, Introduction, PeerForm};
use vakplein::ids::{ActorId, GroupId, PersonId};
use vakplein::membership;
use vakplein::people::PersonRow;
use vakplein::policy::{Actor, Incoming as Activity, Origin};

use super::{Net, TestApp};

/// Something that was delivered.
#[derive(Debug, Clone)]
pub struct Received {
    /// The inbox's path.
    pub path: String,
    /// How it was signed.
    pub scheme: Option<Scheme>,
    /// The key that it says made the signature.
    pub key_id: String,
    /// The document.
    pub json: Value,
}

/// What the server answers to one request.
#[derive(Debug, Clone)]
pub struct Says(pub u16, pub Vec<(&'static str, String)>);

/// The server.
#[derive(Clone)]
pub struct Receiver {
    /// Its host.
    pub host: String,
    inner: Arc<Inner>,
}

struct Inner {
    received: Mutex<Vec<Received>>,
    answers: Mutex<VecDeque<Says>>,
    always: Mutex<u16>,
    only: Mutex<Option<Scheme>>,
}

impl Receiver {
    /// Starts a server of this name in a network; it answers 202.
    pub async fn start(net: &Net, host: &str) -> Self {
        let inner = Arc::new(Inner {
            received: Mutex::default(),
            answers: Mutex::default(),
            always: Mutex::new(202),
            only: Mutex::default(),
        });
        let receiver = Self { host: host.to_owned(), inner };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        net.names().insert(host, listener.local_addr().unwrap());
        let router = Router::new().fallback(take).with_state(receiver.clone());
        tokio::task::spawn(async move { axum::serve(listener, router).await.unwrap() });
        receiver
    }

    /// What it took so far (answered with success).
    pub fn received(&self) -> Vec<Received> {
        self.inner.received.lock().unwrap().clone()
    }

    /// The documents that it took, and forgets them.
    pub fn take(&self) -> Vec<Value> {
        self.inner.received.lock().unwrap().drain(..).map(|one| one.json).collect()
    }

    /// The types of what it took: `Announce/Create` for an announced activity. Forgets them.
    pub fn kinds(&self) -> Vec<String> {
        self.take().iter().map(kind).collect()
    }

    /// The next requests are answered so, one after the other.
    pub fn say(&self, answers: impl IntoIterator<Item = Says>) {
        self.inner.answers.lock().unwrap().extend(answers);
    }

    /// From now on everything is answered so; with 0, never.
    pub fn say_always(&self, status: u16) {
        *self.inner.always.lock().unwrap() = status;
    }

    /// Takes only this scheme, and answers 401 to the other.
    pub fn only(&self, scheme: Scheme) {
        *self.inner.only.lock().unwrap() = Some(scheme);
    }

    /// Somebody on this server, known to an instance.
    pub async fn person(&self, app: &TestApp, name: &str) -> ActorRow {
        let base = format!("http://{}", self.host);
        let uri = format!("{base}/users/{name}");
        let keys = super::app::keys();
        let now = app.app.clock.now();
        let row = ActorRow {
            id: ActorId::fresh(),
            kind: ActorKind::Person,
            local: false,
            host: self.host.clone(),
            name: name.to_owned(),
            name_folded: name.to_owned(),
            url: uri.clone(),
            inbox: format!("{uri}/inbox"),
            shared_inbox: Some(format!("{base}/inbox")),
            outbox: None,
            followers: None,
            rsa_key_uri: Some(format!("{uri}#main-key")),
            rsa_key: Some(keys.rsa_public),
            ed_key_uri: None,
            ed_key: None,
            moved_to: None,
            fetched_at: Some(now),
            key_tried_at: None,
            gone_at: None,
            created_at: now,
            uri,
        };
        let actor = row.clone();
        let person = PersonRow::named(row.id.into(), name, now);
        let written = app.app.db.write(move |tx| {
            use diesel::RunQueryDsl;
            actors::save_remote(tx, &row)?;
            diesel::insert_into(vakplein::db::schema::people::table).values(&person).execute(tx.conn)?;
            Ok(())
        });
        written.await.unwrap();
        actor
    }

    /// The `Follow` of somebody here.
    pub fn follow(&self, person: &ActorRow, group: &str) -> Value {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": format!("http://{}/follows/{}", self.host, person.name),
            "type": "Follow",
            "actor": person.uri,
            "object": group,
            "x-kept": { "as": ["it", "came"] },
        })
    }

    /// Makes somebody here a member of an instance's group, as their `Follow` would.
    pub async fn joins(&self, app: &TestApp, person: &ActorRow, group: GroupId, group_uri: &str) {
        let follow = self.follow(person, group_uri);
        let uri = follow["id"].as_str().unwrap().to_owned();
        let activity = Activity { uri: uri.clone(), document: follow.to_string(), released: false };
        let by = Actor::remote(PersonId::from(person.id), Origin::Peer, Arc::new(activity));
        let joined =
            app.app.db.write(move |tx| membership::acts::join(tx, &by, group, "", Some(uri.clone())));
        joined.await.unwrap();
    }

    /// Says which announces this server shows.
    pub async fn shows(&self, app: &TestApp, form: PeerForm) {
        let host = self.host.clone();
        let said = app.app.db.write(move |tx| peers::introduce(tx, &host, &Introduction::default(), form));
        said.await.unwrap();
    }
}

/// The type of a document; `Announce/Create` when an activity is announced.
pub fn kind(document: &Value) -> String {
    let of = |value: &Value| value["type"].as_str().unwrap_or_default().to_owned();
    match document.get("object") {
        Some(Value::Object(_))
            if matches!(of(document).as_str(), "Announce" | "Undo" | "Accept" | "Reject") =>
        {
            format!("{}/{}", of(document), of(&document["object"]))
        }
        _ => of(document),
    }
}

async fn take(
    State(receiver): State<Receiver>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> impl IntoResponse {
    if method != Method::POST {
        return (StatusCode::NOT_FOUND, HeaderMap::new());
    }
    let inner = &receiver.inner;
    let json: Value = serde_json::from_slice(&body).unwrap();
    let (scheme, key_id) = check(&receiver, &method, &uri, &headers, &body);
    if inner.only.lock().unwrap().is_some_and(|only| only != scheme) {
        return (StatusCode::UNAUTHORIZED, HeaderMap::new());
    }
    let next = inner.answers.lock().unwrap().pop_front();
    let Says(status, said) = next.unwrap_or(Says(*inner.always.lock().unwrap(), Vec::new()));
    if status == 0 {
        std::future::pending::<()>().await;
    }
    let status = StatusCode::from_u16(status).unwrap();
    if status.is_success() {
        let path = uri.path().to_owned();
        inner.received.lock().unwrap().push(Received { path, scheme: Some(scheme), key_id, json });
    }
    let mut headers = HeaderMap::new();
    for (name, value) in said {
        headers.insert(name, value.parse().unwrap());
    }
    (status, headers)
}

/// Checks a signature in all but the key, which tests of `signatures` do.
fn check(
    receiver: &Receiver,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> (Scheme, String) {
    let host = headers.get("host").and_then(|host| host.to_str().ok()).unwrap_or(&receiver.host);
    let rules = Rules::new(host, false, TimeDelta::days(400));
    let now = vakplein::clock::Clock::system().now().utc();
    let incoming =
        Incoming { method, path_and_query: uri.path_and_query().unwrap().as_str(), headers, body, now };
    let claim = signatures::read(&incoming, &rules).unwrap().remove(0);
    (claim.scheme(), claim.key_id().to_owned())
}
