//! A closed group whose members sit on two instances that have an agreement; a third has one too, and nobody in the group.

use diesel::prelude::*;
use serde_json::{Value, json};
use vakplein::db::schema;
use vakplein::federation::signatures::{Scheme, sign};
use vakplein::policy::Class;

use super::pair::{id, titles};
use crate::support::receiver::kind;
use crate::support::{Member, Net, Peer, Reply, TestApp};

/// The three, with a closed group of Ana's.
struct Closed {
    net: Net,
    here: TestApp,
    there: TestApp,
    third: TestApp,
    ana: Member,
    bo: Member,
    cas: Member,
    /// Administrators of the three.
    admins: [Member; 3],
    /// The group's name on its own instance.
    name: String,
}

const HERE: &str = "werkplein.test";
const THERE: &str = "gemeente.test";
const THIRD: &str = "elders.test";

fn agreement(ceiling: &str) -> Value {
    json!({
        "state": "agreed",
        "ceiling": ceiling,
        "organisation": "Een gemeente",
        "contact": "",
        "purpose": "Overleg tussen klantmanagers",
    })
}

impl Closed {
    async fn new() -> Self {
        let net = Net::new();
        let (here, there, third) = (net.app(HERE).await, net.app(THERE).await, net.app(THIRD).await);
        let (ana, bo, cas) = (here.member("ana").await, there.member("bo").await, third.member("cas").await);
        let admins = [here.admin("baas").await, there.admin("baas").await, third.admin("baas").await];
        let made = ana
            .post(
                "/groups",
                json!({"name": "", "title": "Overleg klantmanagers", "mission": "Vragen", "class": "leden"}),
            )
            .await
            .expect(201);
        let name = made["name"].as_str().unwrap().to_owned();
        let closed = Self { net, here, there, third, ana, bo, cas, admins, name };
        for (admin, other) in [(0, THERE), (0, THIRD), (1, HERE), (2, HERE)] {
            closed.agree(admin, other, &agreement("leden")).await;
        }
        closed
    }

    async fn agree(&self, admin: usize, host: &str, agreement: &Value) {
        let path = format!("/admin/agreements/{host}");
        let set = self.admins[admin].put(&path, agreement.clone()).await;
        assert!(matches!(set.status, 200 | 201), "{}", set.text);
    }

    async fn settle(&self) {
        self.net.settle(&[&self.here, &self.there, &self.third]).await;
    }

    /// The group as others name it.
    fn group(&self) -> String {
        format!("{}@{HERE}", self.name)
    }

    /// Ana invites somebody elsewhere.
    async fn invites(&self, handle: &str) -> Reply {
        self.ana.get(&format!("/resolve?uri=%40{}", handle.replace('@', "%40"))).await.expect(200);
        let path = format!("/groups/{}/invitations", self.name);
        let reply = self.ana.post(&path, json!({ "person": handle })).await;
        self.settle().await;
        reply
    }

    /// Bo is invited and accepts.
    async fn bo_joins(&self) {
        assert_eq!(self.invites("bo@gemeente.test").await.status, 201);
        let accepted = self.bo.post(&format!("/groups/{}/invitation", self.group()), json!({})).await;
        assert!(matches!(accepted.status, 200 | 201), "{} {:#?}", accepted.text, self.story().await);
        self.settle().await;
    }

    /// What went between the two, and what became of it: for whoever wonders why a test failed.
    async fn story(&self) -> Vec<String> {
        let mut told = Vec::new();
        for app in [&self.here, &self.there] {
            let read = app.app.db.read(|tx| {
                use schema::{activities, deliveries, inbox};
                let out: Vec<(String, String, String)> = deliveries::table
                    .inner_join(activities::table)
                    .order(deliveries::id)
                    .select((activities::kind, deliveries::state, deliveries::error))
                    .load(tx.conn)?;
                let came: Vec<(String, String, String)> = inbox::table
                    .order(inbox::id)
                    .select((inbox::kind, inbox::state, inbox::reason))
                    .load(tx.conn)?;
                Ok((out, came))
            });
            let (out, came) = read.await.unwrap();
            told.extend(
                out.iter().map(|(kind, state, why)| format!("{} sent {kind}: {state} {why}", app.domain)),
            );
            told.extend(
                came.iter().map(|(kind, state, why)| format!("{} got {kind}: {state} {why}", app.domain)),
            );
        }
        told
    }

    async fn topic(&self, title: &str) -> Value {
        let path = format!("/groups/{}/threads", self.name);
        let made = self.ana.post(&path, json!({"title": title, "content": "Zwijgwoord."})).await.expect(201);
        self.settle().await;
        made
    }

    /// The servers that hold copies, as the staff of the group sees them.
    async fn holders(&self) -> Vec<Value> {
        let found = self.ana.get(&format!("/groups/{}/copies", self.name)).await.expect(200);
        found["copies"].as_array().cloned().unwrap_or_default()
    }

    /// A signed GET by a person of one of the instances, with the person's own key.
    async fn signed(&self, by: (&TestApp, &Member), uri: &str) -> Reply {
        let path = uri.strip_prefix(self.here.app.urls.base()).unwrap();
        let (person, memory) = (by.1.id, by.0.app.federation.clone());
        let signers = by.0.app.db.read(move |tx| {
            let actor = vakplein::actors::find(tx, person.into())?;
            vakplein::federation::signers::Signers::load(tx, &memory, &actor)
        });
        let signer = signers.await.unwrap().rsa;
        let now = by.0.app.clock.now().utc();
        let headers = sign(Scheme::Cavage, &reqwest::Method::GET, &uri.parse().unwrap(), None, &signer, now);
        let mut sent = vec![("accept", "application/activity+json")];
        sent.extend(headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())));
        self.here.send(reqwest::Method::GET, path, &sent, None).await
    }

    /// How much a third instance ever got of the group: activities, posts, groups.
    async fn at_third(&self) -> Vec<String> {
        let group = self.name.clone();
        let read = self.third.app.db.read(move |tx| {
            let bodies: Vec<Option<String>> =
                schema::inbox::table.select(schema::inbox::body).load(tx.conn)?;
            let actors: Vec<String> = schema::actors::table.select(schema::actors::uri).load(tx.conn)?;
            let all = bodies.into_iter().flatten().chain(actors);
            Ok(all.filter(|text| text.contains(&group) || text.contains("Zwijgwoord")).collect())
        });
        read.await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_elsewhere_take_part_and_nobody_else_hears_of_it() {
    let closed = Closed::new().await;
    closed.topic("Van voor die tijd").await;
    // Without an invitation the group isn't there, not even for an instance with an agreement.
    let unknown = closed.bo.get(&format!("/groups/{}", closed.group())).await;
    assert_eq!(unknown.status, 404, "{}", unknown.text);
    let resolved = closed.bo.get(&format!("/resolve?uri=%21{}", closed.group().replace('@', "%40"))).await;
    assert_eq!(resolved.status, 404, "{}", resolved.text);

    assert_eq!(closed.invites("bo@gemeente.test").await.status, 201);
    let notices = closed.bo.get("/me/notices").await.expect(200);
    assert_eq!(notices["items"][0]["kind"], "invitation", "{notices} {:#?}", closed.story().await);
    assert!(!notices.to_string().contains("Overleg klantmanagers"), "until then only that there is one");
    let accepted = closed.bo.post(&format!("/groups/{}/invitation", closed.group()), json!({})).await;
    assert!(matches!(accepted.status, 200 | 201), "{} {:#?}", accepted.text, closed.story().await);
    closed.settle().await;
    let group = closed.bo.get(&format!("/groups/{}", closed.group())).await.expect(200);
    assert_eq!((&group["title"], &group["class"]), (&json!("Overleg klantmanagers"), &json!("leden")));
    assert_eq!(titles(&closed.bo, &closed.group()).await, ["Van voor die tijd"], "what was there is fetched");

    let topic = closed.topic("Terugvordering").await;
    let uri = topic["activityPubId"].as_str().unwrap();
    let copy = closed.bo.get(&format!("/resolve?uri={uri}")).await.expect(200);
    let replies = format!("/threads/{}/replies", id(&copy));
    let reply = closed.bo.post(&replies, json!({"content": "Zo doen **wij** het."})).await.expect(201);
    closed.settle().await;
    let own = closed.bo.get(&format!("/posts/{}", id(&reply))).await.expect(200);
    assert_eq!(own["pending"], false, "the host took it: {own}");
    let seen = closed.ana.get(&format!("/threads/{}/replies", id(&topic))).await.expect(200);
    assert!(seen.to_string().contains("<strong>wij</strong>"), "{seen}");
    let like = format!("/posts/{}/reactions/like", id(&reply));
    closed.bo.put(&like, json!({})).await;
    closed.settle().await;

    // Others of the same instance, and an instance with an agreement but nobody in the group, get nothing.
    let dora = closed.there.member("dora").await;
    assert_eq!(dora.get(&format!("/groups/{}", closed.group())).await.status, 404);
    assert_eq!(dora.get(&format!("/threads/{}", id(&copy))).await.status, 404);
    assert_eq!(dora.get(&format!("/resolve?uri={uri}")).await.status, 404);
    assert_eq!(closed.cas.get(&format!("/resolve?uri={uri}")).await.status, 404);
    assert_eq!(closed.at_third().await, Vec::<String>::new());
    // By their own keys: the member gets it, others of that instance or of another don't, nor does whoever doesn't sign.
    assert_eq!(closed.signed((&closed.there, &closed.bo), uri).await.status, 200);
    let group_uri = closed.here.url(&format!("/g/{}", closed.name));
    for uri in [uri, &group_uri, &format!("{group_uri}/outbox"), &format!("{group_uri}/moderators")] {
        let path = uri.strip_prefix(closed.here.app.urls.base()).unwrap();
        assert_eq!(closed.here.document(path).await.status, 404, "{uri}");
        assert_eq!(closed.signed((&closed.there, &closed.bo), uri).await.status, 200, "{uri}");
        assert_eq!(closed.signed((&closed.third, &closed.cas), uri).await.status, 404, "{uri}");
        // That the group is there an instance knows to which somebody in it belongs, and no more than that.
        let asked = closed.signed((&closed.there, &dora), uri).await;
        let stub = *uri == group_uri;
        assert_eq!(asked.status, if stub { 200 } else { 404 }, "{uri}");
        assert!(asked.json["outbox"].is_null() && !asked.text.contains("Overleg"), "{}", asked.text);
    }
    // What went over the wire is for the group alone, and its raw form doesn't stay.
    let bodies = closed.there.app.db.read(|tx| {
        let rows: Vec<(String, Option<String>)> =
            schema::inbox::table.select((schema::inbox::kind, schema::inbox::body)).load(tx.conn)?;
        Ok(rows)
    });
    let bodies = bodies.await.unwrap();
    let kept = bodies.iter().filter(|(kind, body)| kind == "Announce" && body.is_some());
    assert_eq!(kept.count(), 0);
    assert!(bodies.iter().any(|(kind, _)| kind == "Announce"));
    let failures = (closed.here.failures().await, closed.there.failures().await);
    assert_eq!(failures, (vec![], vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_joins_later_reads_what_members_elsewhere_wrote() {
    let closed = Closed::new().await;
    closed.bo_joins().await;
    let topic = json!({"title": "Van Bo", "content": "Zwijgwoord."});
    closed.bo.post(&format!("/groups/{}/threads", closed.group()), topic).await.expect(201);
    closed.settle().await;
    assert_eq!(closed.invites("cas@elders.test").await.status, 201);
    let accepted = closed.cas.post(&format!("/groups/{}/invitation", closed.group()), json!({})).await;
    assert!(matches!(accepted.status, 200 | 201), "{}", accepted.text);
    closed.settle().await;
    // Bo's own server shows it to the host alone: it comes from the host, with his proof.
    assert_eq!(titles(&closed.cas, &closed.group()).await, ["Van Bo"], "{:#?}", closed.story().await);
    let replies = json!({"title": "Nog een", "content": "Zwijgwoord."});
    closed.bo.post(&format!("/groups/{}/threads", closed.group()), replies).await.expect(201);
    closed.settle().await;
    assert_eq!(titles(&closed.cas, &closed.group()).await, ["Nog een", "Van Bo"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ends_ends_at_the_next_delivery_and_the_next_request() {
    let closed = Closed::new().await;
    closed.bo_joins().await;
    let first = closed.topic("Eerste").await;
    let uri = first["activityPubId"].as_str().unwrap();
    assert_eq!(titles(&closed.bo, &closed.group()).await, ["Eerste"]);
    // The host's side of the agreement is suspended: nothing goes there any more, and what is asked for isn't there.
    let mut suspended = agreement("leden");
    suspended["state"] = json!("suspended");
    closed.agree(0, THERE, &suspended).await;
    let second = closed.topic("Tweede").await;
    assert_eq!(titles(&closed.bo, &closed.group()).await, ["Eerste"]);
    assert_eq!(closed.signed((&closed.there, &closed.bo), uri).await.status, 404);
    let copy = closed.bo.get(&format!("/resolve?uri={uri}")).await.expect(200);
    let path = format!("/threads/{}/replies", id(&copy));
    let refused = closed.bo.post(&path, json!({"content": "Te laat."})).await.expect(201);
    closed.settle().await;
    let own = closed.bo.get(&format!("/posts/{}", id(&refused))).await.expect(200);
    assert_eq!(own["pending"], true, "the host doesn't take it: {own}");
    // It counts again: what was posted meanwhile wasn't kept back for later.
    closed.agree(0, THERE, &agreement("leden")).await;
    closed.topic("Derde").await;
    assert_eq!(titles(&closed.bo, &closed.group()).await, ["Derde", "Eerste"]);
    // The member's own instance ends its side: its copies go, and its people read nothing any more.
    closed
        .agree(1, HERE, &{
            let mut ended = agreement("leden");
            ended["state"] = json!("ended");
            ended
        })
        .await;
    assert_eq!(closed.bo.get(&format!("/threads/{}", id(&copy))).await.status, 404);
    closed.settle().await;
    let left =
        closed.there.app.db.read(|tx| Ok(schema::threads::table.count().get_result::<i64>(tx.conn)?));
    assert_eq!(left.await.unwrap(), 0, "no copy stays where nobody may read it");
    drop(second);
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_go_on_the_day_that_an_agreement_is_over() {
    let closed = Closed::new().await;
    closed.bo_joins().await;
    closed.topic("Eerste").await;
    let copies = async || {
        let count =
            |tx: &mut vakplein::db::Tx<'_>| Ok(schema::threads::table.count().get_result::<i64>(tx.conn)?);
        closed.there.app.db.read(count).await.unwrap()
    };
    let mut ends = agreement("leden");
    ends["until"] = json!(closed.there.clock.now().plus_seconds(3_600).rfc3339());
    closed.agree(1, HERE, &ends).await;
    closed.settle().await;
    assert_eq!(copies().await, 1, "it isn't over yet");
    [&closed.here, &closed.there].iter().for_each(|app| app.clock.advance(7_200));
    assert_eq!(closed.bo.get(&format!("/groups/{}", closed.group())).await.status, 404);
    closed.settle().await;
    assert_eq!(copies().await, 0);
    // The host is told, though nothing is agreed any more: its staff sees who still holds something.
    assert!(closed.holders().await[0]["droppedAt"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leaves_or_is_put_out_gets_nothing_more() {
    let closed = Closed::new().await;
    closed.bo_joins().await;
    assert_eq!(closed.holders().await, Vec::<Value>::new(), "that somebody joined is no copy");
    let topic = closed.topic("Eerste").await;
    let holders = closed.holders().await;
    assert!(holders[0]["host"] == THERE && holders[0]["droppedAt"].is_null(), "{holders:?}");
    let uri = topic["activityPubId"].as_str().unwrap();
    let out = format!("/groups/{}/memberships/bo@gemeente.test", closed.name);
    assert_eq!(closed.ana.delete(&out).await.status, 204);
    closed.settle().await;
    assert_eq!(closed.signed((&closed.there, &closed.bo), uri).await.status, 404);
    assert_eq!(closed.bo.get(&format!("/groups/{}", closed.group())).await.status, 404, "and knows it");
    closed.topic("Tweede").await;
    let left =
        closed.there.app.db.read(|tx| Ok(schema::threads::table.count().get_result::<i64>(tx.conn)?));
    assert_eq!(left.await.unwrap(), 0, "the copies went with the last member");
    let holders = closed.holders().await;
    assert!(holders[0]["host"] == THERE && holders[0]["droppedAt"].is_string(), "{holders:?}");
    // Whoever isn't staff doesn't see that.
    assert_eq!(closed.bo.get(&format!("/groups/{}/copies", closed.group())).await.status, 404);
    let asked = closed.bo.post(&format!("/groups/{}/memberships", closed.group()), json!({})).await;
    assert_eq!(asked.status, 404, "nor can he ask to come back: {}", asked.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_above_what_was_agreed_and_what_is_local_stay_here() {
    let closed = Closed::new().await;
    for class in ["vertrouwelijk", "lokaal"] {
        let made = closed
            .ana
            .post("/groups", json!({"name": "", "title": "Strenger", "mission": "x", "class": class}))
            .await
            .expect(201);
        let name = made["name"].as_str().unwrap();
        closed.ana.get("/resolve?uri=%40bo%40gemeente.test").await.expect(200);
        let invited = closed
            .ana
            .post(&format!("/groups/{name}/invitations"), json!({"person": "bo@gemeente.test"}))
            .await;
        closed.settle().await;
        let heard = closed.bo.get("/me/notices").await.expect(200);
        assert_eq!(heard["items"], json!([]), "{class}: {}", invited.text);
    }
    // A higher ceiling on both sides lets what is confidential cross, and never what is local.
    closed.agree(0, THERE, &agreement("vertrouwelijk")).await;
    closed.agree(1, HERE, &agreement("vertrouwelijk")).await;
    let raise = json!({"class": "vertrouwelijk", "confirmCopies": true});
    closed.ana.patch(&format!("/groups/{}", closed.name), raise).await.expect(200);
    closed.bo_joins().await;
    closed.topic("Onder ons").await;
    assert_eq!(titles(&closed.bo, &closed.group()).await, ["Onder ons"]);
    let raise = json!({"class": "lokaal", "confirmCopies": true});
    closed.ana.patch(&format!("/groups/{}", closed.name), raise).await.expect(200);
    let hidden = closed.topic("Alleen hier").await;
    // The other side learns how closed the group is now: what it has goes, as nobody there may read it any more, and it says so.
    assert_eq!(closed.bo.get(&format!("/groups/{}", closed.group())).await.status, 404);
    let left =
        closed.there.app.db.read(|tx| Ok(schema::threads::table.count().get_result::<i64>(tx.conn)?));
    assert_eq!(left.await.unwrap(), 0);
    let holders = closed.holders().await;
    assert!(holders[0]["host"] == THERE && holders[0]["droppedAt"].is_string(), "{holders:?}");
    let uri = hidden["activityPubId"].as_str().unwrap();
    assert_eq!(closed.signed((&closed.there, &closed.bo), uri).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_software_without_an_agreement_learns_nothing_by_following_or_writing() {
    let closed = Closed::new().await;
    let topic = closed.topic("Eerste").await;
    let peer = Peer::start(closed.net.names(), "mastodon.test").await;
    let jan = peer.person("jan");
    let group_uri = closed.here.url(&format!("/g/{}", closed.name));
    let note = jan.note("1", &[&group_uri], topic["activityPubId"].as_str());
    for activity in [jan.activity("Follow", "1", json!(group_uri)), jan.activity("Create", "1", note)] {
        assert_eq!(jan.post(&closed.here, &activity).await.status, 202);
        closed.settle().await;
    }
    assert_eq!(peer.received().len(), 0, "not even a refusal: that would say that it is there");
    let replies = closed.ana.get(&format!("/threads/{}/replies", id(&topic))).await.expect(200);
    assert_eq!(replies["items"].as_array().map_or(0, Vec::len), 0, "{replies}");
    // To join a group that shows itself nobody waits either who couldn't take part; as they may know of it they are told so.
    let shows = json!({"joining": "approval", "face": true});
    let shown = closed.ana.patch(&format!("/groups/{}", closed.name), shows).await.expect(200);
    let follow = jan.activity("Follow", "2", shown["activityPubId"].clone());
    assert_eq!(jan.post(&closed.here, &follow).await.status, 202);
    closed.settle().await;
    let members =
        closed.here.app.db.read(|tx| Ok(schema::memberships::table.count().get_result::<i64>(tx.conn)?));
    assert_eq!(members.await.unwrap(), 1, "Ana alone, and nobody waits");
    let told: Vec<String> = peer.received().iter().map(|one| kind(&one.activity)).collect();
    assert_eq!(told, ["Reject/Follow", "Create"]);
    let said = peer.received().iter().map(|one| one.activity.to_string()).collect::<String>();
    assert!(!said.contains("Zwijgwoord") && !said.contains("Eerste"), "nothing of what is in it: {said}");
    let class = closed
        .here
        .app
        .db
        .read(|tx| Ok(schema::groups::table.select(schema::groups::class).load::<Class>(tx.conn)?));
    assert_eq!(class.await.unwrap(), [Class::Leden]);
}
