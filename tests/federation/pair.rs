//! Two instances of ours that know each other only over HTTP: a group on the first, a member of it on the second.

use serde_json::{Value, json};

use crate::support::{Member, Net, TestApp};

/// The two, with the group `bijstand` of Ana's, to which Bo belongs.
pub struct Pair {
    /// The network.
    pub net: Net,
    /// `werkplein.test`, which hosts the group.
    pub here: TestApp,
    /// `gemeente.test`.
    pub there: TestApp,
    /// Owner of the group.
    pub ana: Member,
    /// Member of it on the other instance.
    pub bo: Member,
}

/// The group as the second instance names it.
pub const GROUP: &str = "bijstand@werkplein.test";

impl Pair {
    /// Sets it up; Bo is a member already.
    pub async fn new() -> Self {
        let pair = Self::apart().await;
        pair.joins("bijstand").await;
        pair
    }

    /// Sets it up; Bo doesn't know the group yet.
    pub async fn apart() -> Self {
        let net = Net::new();
        let (here, there) = (net.app("werkplein.test").await, net.app("gemeente.test").await);
        let (ana, bo) = (here.member("ana").await, there.member("bo").await);
        let pair = Self { net, here, there, ana, bo };
        pair.group("bijstand").await;
        pair
    }

    /// Ana makes a group.
    pub async fn group(&self, name: &str) {
        self.ana.post("/groups", json!({"name": name, "title": name, "mission": "Vragen"})).await.expect(201);
    }

    /// Bo joins a group of the first instance.
    pub async fn joins(&self, group: &str) {
        joins(&self.bo, &format!("{group}@werkplein.test")).await;
        self.settle().await;
    }

    /// Works the queues of both off.
    pub async fn settle(&self) {
        self.net.settle(&[&self.here, &self.there]).await;
    }

    /// Time goes by on both.
    pub async fn advance(&self, seconds: i64) {
        self.here.clock.advance(seconds);
        self.there.clock.advance(seconds);
        self.settle().await;
    }

    /// Ana starts a topic.
    pub async fn topic(&self, group: &str, title: &str) -> Value {
        let path = format!("/groups/{group}/threads");
        let made = self.ana.post(&path, json!({"title": title, "content": "Hoe zit dat?"})).await.expect(201);
        self.settle().await;
        made
    }

    /// The copy of a topic as Bo reads it.
    pub async fn copy(&self, topic: &Value) -> Value {
        copy(&self.bo, topic).await
    }

    /// Nothing failed on either side.
    pub async fn check(&self) {
        assert_eq!((self.here.failures().await, self.there.failures().await), (vec![], vec![]));
    }
}

/// Looks a group up, and asks to join it.
pub async fn joins(member: &Member, group: &str) {
    let found = member.get(&format!("/resolve?uri=%21{group}")).await.expect(200);
    assert_eq!(found["name"], group);
    member.post(&format!("/groups/{group}/memberships"), json!({})).await.expect(201);
}

/// The copy of a topic as a member elsewhere reads it.
pub async fn copy(member: &Member, topic: &Value) -> Value {
    let uri = topic["activityPubId"].as_str().unwrap();
    let found = member.get(&format!("/resolve?uri={uri}")).await.expect(200);
    member.get(&format!("/threads/{}", id(&found))).await.expect(200)
}

/// The id of whatever an API answered.
pub fn id(thing: &Value) -> &str {
    thing["id"].as_str().unwrap()
}

/// Titles of a group's topics as a member reads them, in alphabetical order.
pub async fn titles(member: &Member, group: &str) -> Vec<String> {
    let listed = member.get(&format!("/groups/{group}/threads")).await.expect(200);
    let topics = listed["items"].as_array().unwrap().iter();
    let mut titles: Vec<String> = topics.map(|topic| topic["title"].as_str().unwrap().to_owned()).collect();
    titles.sort();
    titles
}
