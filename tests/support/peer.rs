//! A server of another software: it serves documents, signs and posts activities, and records what it is asked and sent.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Request, Response};
use reqwest::Method as Verb;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;
use vakplein::federation::client::Names;
use vakplein::federation::proofs;
use vakplein::federation::signatures::{self, Payload, Scheme, Signer};
use vakplein::keys::{ActorKeys, SigningKey};

use super::{Reply, TestApp};

/// Everybody.
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";
const ACTIVITY: &str = "application/activity+json";

/// Keys by host and number: no two actors of one test share a key.
static KEYS: LazyLock<Mutex<HashMap<(String, usize), ActorKeys>>> = LazyLock::new(Mutex::default);

fn keys(host: &str, number: usize) -> ActorKeys {
    let mut all = KEYS.lock().unwrap();
    all.entry((host.to_owned(), number)).or_insert_with(|| ActorKeys::generate().unwrap()).clone()
}

/// Something served.
#[derive(Clone)]
struct Served {
    status: u16,
    content_type: String,
    location: String,
    body: String,
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct Received {
    /// Path with query.
    pub path: String,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as JSON.
    pub activity: Value,
}

#[derive(Default)]
struct Inside {
    served: Mutex<HashMap<String, Served>>,
    asked: Mutex<Vec<String>>,
    received: Mutex<Vec<Received>>,
    actors: Mutex<usize>,
}

/// A server.
#[derive(Clone)]
pub struct Peer {
    /// Its host.
    pub host: String,
    inside: Arc<Inside>,
}

/// An actor on it.
#[derive(Debug, Clone)]
pub struct PeerActor {
    /// Its id.
    pub uri: String,
    /// Its name.
    pub name: String,
    /// Its keys.
    pub keys: ActorKeys,
    /// Its document.
    pub document: Value,
}

impl Peer {
    /// Starts a server of this name.
    pub async fn start(names: &Names, host: &str) -> Self {
        let peer = Self { host: host.to_owned(), inside: Arc::default() };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        names.insert(host, address);
        let router = Router::new().fallback(answer).with_state(Arc::clone(&peer.inside));
        tokio::task::spawn(async move { axum::serve(listener, router).await });
        peer
    }

    /// A full address on it.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host)
    }

    /// Serves a document of ActivityPub.
    pub fn serve(&self, path: &str, document: &Value) {
        self.serve_as(path, 200, ACTIVITY, &document.to_string());
    }

    /// Serves anything. With a status of redirection the body is where it leads.
    pub fn serve_as(&self, path: &str, status: u16, content_type: &str, body: &str) {
        let location = if (300..400).contains(&status) { body.to_owned() } else { String::new() };
        let served =
            Served { status, content_type: content_type.to_owned(), location, body: body.to_owned() };
        self.inside.served.lock().unwrap().insert(path.to_owned(), served);
    }

    /// Serves a document at the path of its own id, and gives it back.
    pub fn publish(&self, document: Value) -> Value {
        let id = Url::parse(document["id"].as_str().unwrap()).unwrap();
        self.serve(id.path(), &document);
        document
    }

    /// Says by NodeInfo what it runs.
    pub fn runs(&self, software: &str, version: &str) {
        let schema = "http://nodeinfo.diaspora.software/ns/schema/2.0";
        let found = json!({"links": [{"rel": schema, "href": self.url("/nodeinfo/2.0")}]});
        self.serve_as("/.well-known/nodeinfo", 200, "application/jrd+json", &found.to_string());
        let says = json!({"version": "2.0", "software": {"name": software, "version": version}});
        self.serve_as("/nodeinfo/2.0", 200, "application/json", &says.to_string());
    }

    /// The instance itself, whose document is served at its root: Lemmy signs with its key what it asks for.
    pub fn application(&self) -> PeerActor {
        let mut root = self.actor("Application", "/", &self.host);
        // An actor is served at its path, and names below it what is beside it.
        root.document["inbox"] = json!(self.url("/actor/inbox"));
        self.publish(root.document.clone());
        root
    }

    /// A person, whose document is served.
    pub fn person(&self, name: &str) -> PeerActor {
        self.actor("Person", &format!("/users/{name}"), name)
    }

    /// A group, whose document is served, with collections of its own.
    pub fn group(&self, name: &str) -> PeerActor {
        let mut group = self.actor("Group", &format!("/c/{name}"), name);
        group.document["featured"] = json!(format!("{}/featured", group.uri));
        group.document["attributedTo"] = json!(format!("{}/moderators", group.uri));
        self.publish(group.document.clone());
        group
    }

    fn actor(&self, kind: &str, path: &str, name: &str) -> PeerActor {
        let number = {
            let mut actors = self.inside.actors.lock().unwrap();
            *actors += 1;
            *actors
        };
        let (keys, uri) = (keys(&self.host, number), self.url(path));
        let document = json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": uri, "type": kind, "preferredUsername": name, "name": name, "url": uri,
            "inbox": format!("{uri}/inbox"), "outbox": format!("{uri}/outbox"), "followers": format!("{uri}/followers"),
            "endpoints": {"sharedInbox": self.url("/inbox")},
            "publicKey": {"id": format!("{uri}#main-key"), "owner": uri, "publicKeyPem": keys.rsa_public},
            "assertionMethod": [{"id": format!("{uri}#ed25519-key"), "type": "Multikey", "controller": uri,
                "publicKeyMultibase": keys.ed25519_public}],
        });
        self.publish(document.clone());
        PeerActor { uri, name: name.to_owned(), keys, document }
    }

    /// Gives an actor other keys, and serves its document with them.
    pub fn change_keys(&self, actor: &mut PeerActor) {
        let number = {
            let mut actors = self.inside.actors.lock().unwrap();
            *actors += 1;
            *actors
        };
        actor.keys = keys(&self.host, number);
        actor.document["publicKey"]["publicKeyPem"] = json!(actor.keys.rsa_public);
        actor.document["assertionMethod"][0]["publicKeyMultibase"] = json!(actor.keys.ed25519_public);
        self.publish(actor.document.clone());
    }

    /// Paths that were asked for by GET.
    pub fn asked(&self) -> Vec<String> {
        self.inside.asked.lock().unwrap().clone()
    }

    /// How often a path was asked for.
    pub fn asked_for(&self, path: &str) -> usize {
        self.asked().iter().filter(|asked| asked.as_str() == path).count()
    }

    /// What was posted to it.
    pub fn received(&self) -> Vec<Received> {
        self.inside.received.lock().unwrap().clone()
    }
}

async fn answer(State(inside): State<Arc<Inside>>, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default();
    let respond = Response::builder();
    if parts.method == Method::POST {
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let activity = serde_json::from_slice(&body).unwrap_or(Value::Null);
        inside.received.lock().unwrap().push(Received { path, headers: parts.headers, activity });
        return respond.status(202).body(Body::empty()).unwrap();
    }
    inside.asked.lock().unwrap().push(path.clone());
    let served = inside.served.lock().unwrap().get(&path).cloned();
    let Some(served) = served else { return respond.status(404).body(Body::empty()).unwrap() };
    let mut respond = respond.status(served.status).header("content-type", served.content_type);
    if !served.location.is_empty() {
        respond = respond.header("location", served.location);
    }
    respond.body(Body::from(served.body)).unwrap()
}

impl PeerActor {
    /// Its key for a scheme. RFC 9421 is signed with Ed25519 here.
    pub fn signer(&self, scheme: Scheme) -> Signer {
        let (pem, part) = match scheme {
            Scheme::Cavage => (&self.keys.rsa_private, "main-key"),
            Scheme::Rfc9421 => (&self.keys.ed25519_private, "ed25519-key"),
        };
        let key_id = Url::parse(&format!("{}#{part}", self.uri)).unwrap();
        Signer { key: SigningKey::from_pem(pem).unwrap(), key_id }
    }

    /// An activity of its own: id made from a word, addressed to everybody.
    pub fn activity(&self, kind: &str, word: &str, object: Value) -> Value {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": format!("{}/{}/{word}", self.uri, kind.to_lowercase()), "type": kind, "actor": self.uri,
            "to": [PUBLIC], "object": object,
        })
    }

    /// A note of its own, addressed to everybody and these.
    pub fn note(&self, word: &str, to: &[&str], reply_to: Option<&str>) -> Value {
        let mut note = json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": format!("{}/statuses/{word}", self.uri), "type": "Note", "attributedTo": self.uri,
            "to": [PUBLIC], "cc": to, "content": format!("<p>Over {word}: zo doen wij dat.</p>"),
            "published": "2026-01-01T10:00:00Z",
        });
        if let Some(parent) = reply_to {
            note["inReplyTo"] = json!(parent);
        }
        note
    }

    /// Puts its proof into a document.
    pub fn prove(&self, document: &mut Value) {
        let now = vakplein::clock::Clock::system().now().utc();
        proofs::add(document, &self.signer(Scheme::Rfc9421), now).unwrap();
    }

    /// Posts an activity to the shared inbox of an instance.
    pub async fn post(&self, app: &TestApp, activity: &Value) -> Reply {
        self.post_in(app, Scheme::Cavage, "/inbox", activity).await
    }

    /// Posts an activity to an inbox, signed in a scheme.
    pub async fn post_in(&self, app: &TestApp, scheme: Scheme, path: &str, activity: &Value) -> Reply {
        let body = activity.to_string().into_bytes();
        let headers = self.headers(app, scheme, path, &body);
        send(app, path, headers, body).await
    }

    /// The headers that sign a body for an inbox.
    pub fn headers(&self, app: &TestApp, scheme: Scheme, path: &str, body: &[u8]) -> HeaderMap {
        let url = Url::parse(&app.url(path)).unwrap();
        let payload = Payload::new(body.to_vec().into(), ACTIVITY);
        let now = app.app.clock.now().utc();
        signatures::sign(scheme, &Method::POST, &url, Some(&payload), &self.signer(scheme), now)
    }
}

/// Posts a body with these headers.
pub async fn send(app: &TestApp, path: &str, headers: HeaderMap, body: Vec<u8>) -> Reply {
    let headers: Vec<(String, String)> = headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned()))
        .collect();
    let headers: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    app.send(Verb::POST, path, &headers, Some(body)).await
}
