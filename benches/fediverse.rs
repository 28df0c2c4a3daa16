//! People on other servers, as benches need them: known here already, following the group, with an inbox that counts.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::routing::post;
use bytes::Bytes;
use diesel::prelude::*;
use serde_json::json;
use url::Url;
use vakplein::actors::{self, ActorKind, ActorRow};
use vakplein::app::App;
use vakplein::db::{Tx, schema};
use vakplein::federation::signatures::{Payload, Scheme, Signer, sign};
use vakplein::groups;
use vakplein::ids::{ActorId, GroupId, PersonId, RowId};
use vakplein::keys::{ActorKeys, SigningKey};
use vakplein::membership::{MembershipRow, MembershipState};
use vakplein::people::PersonRow;
use vakplein::policy::Role;

use crate::support::TestApp;

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// What is sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Topic,
    Reply,
    Like,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Topic => "topics",
            Self::Reply => "replies",
            Self::Like => "likes",
        }
    }
}

/// Other servers and the people on them.
pub struct Fediverse {
    app: App,
    people: Vec<String>,
    key: SigningKey,
    inbox: Url,
    arrived: Arc<AtomicUsize>,
}

impl Fediverse {
    /// So many people, spread over so many servers, who are members of the group.
    pub async fn new(site: &TestApp, group: &str, servers: usize, people: usize) -> Self {
        let keys = ActorKeys::generate().unwrap();
        let arrived = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&arrived);
        let sink = Router::new().fallback(post(move |body: Bytes| {
            // What tells nothing new (an Accept) isn't counted.
            let counts = body.windows(10).any(|part| part == b"\"Announce\"");
            counter.fetch_add(usize::from(counts), Ordering::Relaxed);
            async { StatusCode::ACCEPTED }
        }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::task::spawn(async move { axum::serve(listener, sink).await });
        for server in 0..servers {
            site.names.insert(&format!("s{server}.test"), address);
        }
        let rows: Vec<ActorRow> = (0..people).map(|n| actor(site, n, servers, &keys)).collect();
        let uris = rows.iter().map(|row| row.uri.clone()).collect();
        let name = group.rsplit('/').next().unwrap().to_owned();
        site.app.db.write(move |tx| join(tx, &rows, &name)).await.unwrap();
        let key = SigningKey::from_pem(&keys.rsa_private).unwrap();
        let inbox = Url::parse(&site.url("/inbox")).unwrap();
        Self { app: site.app.clone(), people: uris, key, inbox, arrived }
    }

    /// Announces that arrived at all servers together.
    pub fn arrived(&self) -> usize {
        self.arrived.load(Ordering::Relaxed)
    }

    /// How many posts or reactions are stored.
    pub async fn stored(&self, kind: Kind) -> i64 {
        self.app
            .db
            .read(move |tx| match kind {
                Kind::Like => Ok(schema::reactions::table.count().get_result(tx.conn)?),
                Kind::Topic | Kind::Reply => Ok(schema::posts::table.count().get_result(tx.conn)?),
            })
            .await
            .unwrap()
    }

    /// Signed activities, ready to send.
    pub fn activities(&self, kind: Kind, count: usize, group: &str, topic: &str) -> Vec<(HeaderMap, Bytes)> {
        (0..count)
            .map(|n| {
                let actor = &self.people[n % self.people.len()];
                self.signed(actor, &activity(kind, n, actor, group, topic))
            })
            .collect()
    }

    fn signed(&self, actor: &str, activity: &serde_json::Value) -> (HeaderMap, Bytes) {
        let body = Bytes::from(activity.to_string());
        let payload = Payload::new(body.clone(), "application/activity+json");
        let signer =
            Signer { key: self.key.clone(), key_id: Url::parse(&format!("{actor}#main-key")).unwrap() };
        let now = self.app.clock.now().utc();
        let mut headers = sign(Scheme::Cavage, &Method::POST, &self.inbox, Some(&payload), &signer, now);
        headers.insert("host", self.app.urls.domain().parse().unwrap());
        headers.insert("content-type", "application/activity+json".parse().unwrap());
        (headers, body)
    }
}

/// A client that keeps its connections.
pub fn http() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().tcp_nodelay(true).build().unwrap()
}

fn activity(kind: Kind, n: usize, actor: &str, group: &str, topic: &str) -> serde_json::Value {
    let base = actor.split("/u/").next().unwrap();
    if kind == Kind::Like {
        return json!({
            "@context": "https://www.w3.org/ns/activitystreams", "id": format!("{base}/like/{n}"), "type": "Like",
            "actor": actor, "object": topic, "audience": group,
        });
    }
    let object_id = format!("{base}/post/{n}");
    let mut object = json!({
        "id": object_id, "attributedTo": actor, "to": [group, PUBLIC], "audience": group,
        "content": format!("<p>{}</p>", crate::TEXT), "mediaType": "text/html",
        "source": {"content": crate::TEXT, "mediaType": "text/markdown"}, "published": "2026-11-22T10:00:00Z",
    });
    if kind == Kind::Topic {
        object["type"] = json!("Page");
        object["name"] = json!(format!("Vraag {n}"));
    } else {
        object["type"] = json!("Note");
        object["inReplyTo"] = json!(topic);
    }
    json!({
        "@context": "https://www.w3.org/ns/activitystreams", "id": format!("{object_id}/create"), "type": "Create",
        "actor": actor, "to": [PUBLIC], "cc": [group], "audience": group, "object": object,
    })
}

/// Somebody on one of so many servers.
pub fn actor(site: &TestApp, n: usize, servers: usize, keys: &ActorKeys) -> ActorRow {
    let host = format!("s{}.test", n % servers);
    let uri = format!("http://{host}/u/p{n}");
    ActorRow {
        id: ActorId::fresh(),
        kind: ActorKind::Person,
        local: false,
        name: format!("p{n}"),
        name_folded: format!("p{n}"),
        url: uri.clone(),
        inbox: format!("{uri}/inbox"),
        shared_inbox: Some(format!("http://{host}/inbox")),
        outbox: None,
        followers: None,
        rsa_key_uri: Some(format!("{uri}#main-key")),
        rsa_key: Some(keys.rsa_public.clone()),
        ed_key_uri: None,
        ed_key: None,
        moved_to: None,
        fetched_at: Some(site.app.clock.now()),
        key_tried_at: None,
        gone_at: None,
        created_at: site.app.clock.now(),
        uri,
        host,
    }
}

/// Makes people elsewhere members of a group, as if their wish had come in and been granted.
pub fn join(tx: &mut Tx<'_>, rows: &[ActorRow], group: &str) -> vakplein::error::Result<()> {
    let group: GroupId = groups::views::find(tx, group)?;
    for row in rows {
        actors::save_remote(tx, row)?;
        let person = PersonRow::named(PersonId::from(row.id), &row.name, tx.now);
        diesel::insert_into(schema::people::table).values(&person).execute(tx.conn)?;
        let membership = MembershipRow {
            id: RowId::fresh(),
            group_id: group,
            person_id: person.id,
            role: Role::Member,
            state: MembershipState::Accepted,
            motivation: String::new(),
            follow_uri: Some(format!("{}/follow", row.uri)),
            created_at: tx.now,
            accepted_at: Some(tx.now),
            until: None,
        };
        diesel::insert_into(schema::memberships::table).values(&membership).execute(tx.conn)?;
    }
    Ok(())
}
