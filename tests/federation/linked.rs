//! Two instances with a group each that can be linked, and what tests of links do and see over the API.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use vakplein::db::schema;
use vakplein::db::types::Json;

use super::pair::id;
use crate::support::{Member, Net, Reply, TestApp};

/// The group whose topics are shown, as the other instance names it.
pub const SOURCE: &str = "bijstand@werkplein.test";
/// The group that shows them.
pub const TARGET: &str = "wonen@gemeente.test";

/// Two instances: `bijstand` of Ana's on the first, `wonen` of Bo's on the second. Els belongs to the latter, too.
pub struct Two {
    /// The network.
    pub net: Net,
    /// `werkplein.test`.
    pub here: TestApp,
    /// `gemeente.test`.
    pub there: TestApp,
    /// Owner of the source.
    pub ana: Member,
    /// Owner of the target.
    pub bo: Member,
    /// Member of the target alone.
    pub els: Member,
}

impl Two {
    /// Sets them up; the groups have nothing to do with each other.
    pub async fn new() -> Self {
        let net = Net::new();
        let (here, there) = (net.app("werkplein.test").await, net.app("gemeente.test").await);
        let (ana, bo, els) = (here.member("ana").await, there.member("bo").await, there.member("els").await);
        group(&ana, "bijstand").await;
        group(&bo, "wonen").await;
        els.post("/groups/wonen/memberships", json!({})).await.expect(201);
        let two = Self { net, here, there, ana, bo, els };
        two.settle().await;
        two
    }

    /// The same with a link: `wonen` shows all topics of `bijstand`.
    pub async fn linked() -> Self {
        let two = Self::new().await;
        two.link("bijstand", "wonen", "all").await;
        two
    }

    /// A group of Bo's asks to show topics of one of Ana's, who accepts.
    pub async fn link(&self, source: &str, target: &str, takes: &str) {
        let wish = json!({"group": format!("{source}@werkplein.test"), "side": "target", "takes": takes});
        self.bo.post(&format!("/groups/{target}/links"), wish).await.expect(201);
        self.settle().await;
        accepts(&self.ana, source, json!({"state": "accepted"})).await;
        self.settle().await;
    }

    /// Works the queues of both off.
    pub async fn settle(&self) {
        self.net.settle(&[&self.here, &self.there]).await;
    }

    /// Ana starts a topic in a group of hers.
    pub async fn topic(&self, group: &str, title: &str) -> Value {
        let made = starts(&self.ana, group, title).await;
        self.settle().await;
        made
    }

    /// Nothing failed on either side.
    pub async fn check(&self) {
        assert_eq!((self.here.failures().await, self.there.failures().await), (vec![], vec![]));
    }
}

/// Somebody makes a group.
pub async fn group(by: &Member, name: &str) {
    by.post("/groups", json!({"name": name, "title": name, "mission": "Vragen"})).await.expect(201);
}

/// Somebody starts a topic.
pub async fn starts(by: &Member, group: &str, title: &str) -> Value {
    let topic = json!({"title": title, "content": "Hoe zit dat?"});
    by.post(&format!("/groups/{group}/threads"), topic).await.expect(201)
}

/// Somebody replies to a topic.
pub async fn answers(by: &Member, topic: &Value, content: &str) -> Reply {
    by.post(&format!("/threads/{}/replies", id(topic)), json!({"content": content})).await
}

/// The replies to a topic, as text.
pub async fn replies(by: &Member, topic: &Value) -> Vec<String> {
    let found = by.get(&format!("/threads/{}/replies", id(topic))).await.expect(200);
    let texts = found["items"].as_array().unwrap().iter().map(|post| text(&post["html"]));
    texts.collect()
}

/// A text.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The links of a group, as somebody sees them.
pub async fn links(by: &Member, group: &str) -> Vec<Value> {
    let found = by.get(&format!("/groups/{group}/links")).await.expect(200);
    found["links"].as_array().unwrap().clone()
}

/// How far the links of a group are, each with its side.
pub async fn states(by: &Member, group: &str) -> Vec<String> {
    let mut all: Vec<String> = links(by, group)
        .await
        .iter()
        .map(|link| format!("{} {}", text(&link["side"]), text(&link["state"])))
        .collect();
    all.sort();
    all
}

/// The staff of a group asks for a link with another.
pub async fn asks(by: &Member, group: &str, side: &str, other: &str) -> Value {
    by.post(&format!("/groups/{group}/links"), json!({"group": other, "side": side})).await.expect(201)
}

/// The staff of a group accepts the link that waits for it.
pub async fn accepts(by: &Member, group: &str, change: Value) -> Value {
    let all = links(by, group).await;
    let waits = all.iter().find(|link| link["awaitsUs"] == true).unwrap_or_else(|| panic!("{all:?}"));
    by.patch(&format!("/groups/{group}/links/{}", id(waits)), change).await.expect(200)
}

/// `DELETE` with a reason.
pub async fn deletes(app: &TestApp, by: &Member, path: &str, reason: &str) -> Reply {
    let token = format!("Bearer {}", by.token.as_deref().unwrap());
    let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
    let body = json!({"reason": reason}).to_string().into_bytes();
    app.send(Method::DELETE, &format!("/api/v1{path}"), &headers, Some(body)).await
}

/// The staff of a group ends its first link, refuses it or takes it back.
pub async fn ends(app: &TestApp, by: &Member, group: &str, reason: &str) {
    let link = links(by, group).await.remove(0);
    let ended = deletes(app, by, &format!("/groups/{group}/links/{}", id(&link)), reason).await;
    assert_eq!(ended.status, 204, "{}", ended.text);
}

/// What a group shows of others, in alphabetical order: `title via group`.
pub async fn via(by: &Member, group: &str) -> Vec<String> {
    let listed = by.get(&format!("/groups/{group}/threads")).await.expect(200);
    let topics = listed["items"].as_array().unwrap().iter().filter(|topic| topic["via"] == true);
    let mut shown: Vec<String> = topics
        .map(|topic| format!("{} via {}", text(&topic["title"]), text(&topic["group"]["name"])))
        .collect();
    shown.sort();
    shown
}

/// What somebody was told about links and proposals, the latest first.
pub async fn told(of: &Member) -> Vec<String> {
    let notices = of.get("/me/notices").await.expect(200);
    let kinds = notices["items"].as_array().unwrap().iter().map(|one| text(&one["kind"]));
    kinds.filter(|kind| kind.starts_with("link-") || kind.starts_with("promotion-")).collect()
}

/// The fields that can't be accepted.
pub fn fields(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.refused(400), "invalid", "{}", reply.text);
    reply.json["errors"].as_array().unwrap().iter().map(|error| text(&error["field"])).collect()
}

/// The activities of an instance, as it sends them.
pub async fn sent(app: &TestApp) -> Vec<Value> {
    let read = app.app.db.read(|tx| {
        use schema::activities::dsl;
        let rows: Vec<Json> = dsl::activities.order(dsl::id).select(dsl::document).load(tx.conn)?;
        Ok(rows)
    });
    read.await.unwrap().iter().map(|row| row.read().unwrap()).collect()
}

/// How much of a type came to an instance from a host.
pub async fn arrived(app: &TestApp, host: &str, kind: &str) -> i64 {
    let (host, kind) = (host.to_owned(), kind.to_owned());
    let counted = app.app.db.read(move |tx| {
        use schema::inbox::dsl;
        let rows = dsl::inbox.filter(dsl::host.eq(host)).filter(dsl::kind.eq(kind));
        Ok(rows.count().get_result(tx.conn)?)
    });
    counted.await.unwrap()
}
