//! Closed groups and software that isn't ours: who takes part from a server that runs Lemmy, and what everybody else is told.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::json;
use vakplein::db::schema;
use vakplein::federation::signatures::{Scheme, sign};
use vakplein::federation::store;

use crate::login::logged_in;
use crate::pages::check_page;
use crate::support::peer::{PeerActor, Received};
use crate::support::receiver::kind;
use crate::support::{Member, Net, Peer, Reply, TestApp};

const MASTODON: &str = "mastodon.test";
const LEMMY: &str = "lemmy.test";
/// The name of the groups, which has to be taken for what it is.
const TITLE: &str = "Schuld & <b>hulp</b>";

/// An instance with closed groups of Ana's, and servers of two other kinds.
struct Others {
    net: Net,
    app: TestApp,
    ana: Member,
    boss: Member,
    mastodon: Peer,
    jan: PeerActor,
    lemmy: Peer,
    /// The whole of Lemmy's server, as which it signs what it asks for.
    root: PeerActor,
    kees: PeerActor,
}

impl Others {
    async fn new() -> Self {
        let net = Net::new();
        let app = net.app("werkplein.test").await;
        let (ana, boss) = (app.member("ana").await, app.admin("baas").await);
        let mastodon = Peer::start(net.names(), MASTODON).await;
        mastodon.runs("Mastodon", "4.5.0");
        let lemmy = Peer::start(net.names(), LEMMY).await;
        lemmy.runs("lemmy", "1.0.0-beta.1");
        let (jan, root, kees) = (mastodon.person("jan"), lemmy.application(), lemmy.person("kees"));
        Self { net, app, ana, boss, mastodon, jan, lemmy, root, kees }
    }

    /// A closed group that shows itself; its id on the wire.
    async fn group(&self, name: &str, class: &str) -> String {
        let group = json!({
            "name": name, "title": TITLE, "mission": "Vragen", "class": class, "face": true, "joining": "approval",
        });
        let made = self.ana.post("/groups", group).await.expect(201);
        made["activityPubId"].as_str().unwrap().to_owned()
    }

    async fn agrees(&self, host: &str, ceiling: &str) {
        let agreement = json!({
            "state": "agreed", "ceiling": ceiling, "organisation": "Anderen", "contact": "",
            "purpose": "Overleg tussen klantmanagers",
        });
        let set = self.boss.put(&format!("/admin/agreements/{host}"), agreement).await;
        assert!(matches!(set.status, 200 | 201), "{}", set.text);
    }

    /// Somebody elsewhere follows a group; why that was refused, if it was.
    async fn follows(&self, by: &PeerActor, word: &str, group: &str) -> String {
        let follow = by.activity("Follow", word, json!(group));
        assert_eq!(by.post(&self.app, &follow).await.status, 202);
        self.app.settle().await;
        let (actor, id) = (by.uri.clone(), follow["id"].as_str().unwrap().to_owned());
        let found = self.app.app.db.read(move |tx| store::inbox::find(tx, &actor, &id)).await.unwrap();
        found.unwrap().1
    }

    /// Writes a topic; its id on the wire.
    async fn topic(&self, group: &str, title: &str) -> String {
        let topic = json!({ "title": title, "content": "Zwijgwoord." });
        let made = self.ana.post(&format!("/groups/{group}/threads"), topic).await.expect(201);
        self.app.settle().await;
        made["activityPubId"].as_str().unwrap().to_owned()
    }

    /// A signed GET by somebody elsewhere.
    async fn reads(&self, by: &PeerActor, uri: &str) -> Reply {
        let path = uri.strip_prefix(self.app.app.urls.base()).unwrap();
        let (signer, now) = (by.signer(Scheme::Cavage), self.app.app.clock.now().utc());
        let headers = sign(Scheme::Cavage, &Method::GET, &uri.parse().unwrap(), None, &signer, now);
        let mut sent = vec![("accept", "application/activity+json")];
        sent.extend(headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())));
        self.app.send(Method::GET, path, &sent, None).await
    }

    /// How many belong to any group here, or wait.
    async fn memberships(&self) -> i64 {
        let all = schema::memberships::table;
        let count = self.app.app.db.read(move |tx| Ok(all.count().get_result::<i64>(tx.conn)?));
        count.await.unwrap()
    }
}

/// What a server was sent since the last look.
fn since(peer: &Peer, seen: &mut usize) -> Vec<Received> {
    let all = peer.received();
    let new = all[*seen..].to_vec();
    *seen = all.len();
    new
}

fn kinds(received: &[Received]) -> Vec<String> {
    received.iter().map(|one| kind(&one.activity)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_follows_from_software_that_keeps_nothing_closed_is_told_so_in_words() {
    let (others, mut seen) = (Others::new().await, 0);
    let (group, jan) = (others.group("overleg", "leden").await, &others.jan);
    assert_eq!(others.follows(jan, "1", &group).await, "not-found");
    let told = since(&others.mastodon, &mut seen);
    assert_eq!(kinds(&told), ["Reject/Follow", "Create"]);
    for one in &told {
        assert_eq!(one.path, "/users/jan/inbox");
        let activity = &one.activity;
        assert_eq!((&activity["actor"], &activity["to"]), (&json!(group), &json!([jan.uri])));
        assert_eq!(activity["cc"], json!([]));
        let said = activity.as_object().unwrap().iter().filter(|(name, _)| *name != "object");
        assert!(!said.map(|(_, value)| value.to_string()).any(|text| text.contains("#Public")), "{activity}");
        // Nobody finds it afterwards by its id.
        let id = activity["id"].as_str().unwrap();
        assert_eq!(others.reads(jan, id).await.status, 404);
    }
    let page = others.app.url("/g/overleg");
    let summary = told[0].activity["summary"].as_str().unwrap();
    assert!(summary.contains(TITLE) && summary.contains(MASTODON) && summary.ends_with(&page), "{summary}");
    assert_eq!(told[0].activity["object"]["id"], format!("{}/follow/1", jan.uri));
    let note = &told[1].activity["object"];
    assert_eq!((&note["type"], &note["attributedTo"]), (&json!("Note"), &json!(group)));
    assert!(!note.to_string().contains("#Public"), "{note}");
    assert_eq!((&note["to"], &note["cc"]), (&json!([jan.uri]), &json!([])));
    let mention = json!([{ "type": "Mention", "href": jan.uri, "name": "@jan@mastodon.test" }]);
    assert_eq!(note["tag"], mention, "without it Mastodon shows it to nobody");
    for word in ["audience", "context", "inReplyTo", "replies"] {
        assert_eq!(note.get(word), None, "it stands in no group and no thread");
    }
    let content = note["content"].as_str().unwrap();
    assert!(content.contains("Schuld &amp; &lt;b&gt;hulp") && content.contains(&page), "{content}");
    assert_eq!(note["contentMap"]["nl"], note["content"]);

    // Each Follow is answered; the words come once a month.
    others.follows(jan, "2", &group).await;
    assert_eq!(kinds(&since(&others.mastodon, &mut seen)), ["Reject/Follow"]);
    others.app.clock.advance(31 * 86_400);
    others.follows(jan, "3", &group).await;
    assert_eq!(kinds(&since(&others.mastodon, &mut seen)), ["Reject/Follow", "Create"]);

    // No agreement helps, nor an invitation.
    others.agrees(MASTODON, "vertrouwelijk").await;
    let piet = others.mastodon.person("piet");
    assert_eq!(others.follows(&piet, "1", &group).await, "not-kept-closed");
    assert_eq!(kinds(&since(&others.mastodon, &mut seen)), ["Reject/Follow", "Create"]);
    let invitation = json!({ "person": "piet@mastodon.test" });
    others.ana.post("/groups/overleg/invitations", invitation).await.expect(201);
    others.app.settle().await;
    since(&others.mastodon, &mut seen);
    assert_eq!(others.follows(&piet, "2", &group).await, "not-kept-closed");
    assert_eq!(kinds(&since(&others.mastodon, &mut seen)), ["Reject/Follow"]);
    assert_eq!(others.memberships().await, 1, "Ana alone");

    // Of a group that doesn't show itself nobody hears anything.
    let hidden = json!({ "joining": "invite", "face": false });
    others.ana.patch("/groups/overleg", hidden).await.expect(200);
    others.app.settle().await;
    let klaas = others.mastodon.person("klaas");
    assert_eq!(others.follows(&klaas, "1", &group).await, "not-found");
    assert_eq!(others.follows(jan, "4", &group).await, "not-found");
    assert_eq!(kinds(&since(&others.mastodon, &mut seen)), Vec::<String>::new());
    assert_eq!(others.app.failures().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_to_be_told_is_not_when_the_group_was_hidden_meanwhile() {
    let others = Others::new().await;
    let group = others.group("overleg", "leden").await;
    let follow = others.jan.activity("Follow", "1", json!(group));
    assert_eq!(others.jan.post(&others.app, &follow).await.status, 202);
    // It is refused, and nothing is sent yet.
    for _ in 0..3 {
        vakplein::federation::apply::step(&others.app.app).await.unwrap();
        vakplein::federation::apply::step_parked(&others.app.app).await.unwrap();
    }
    let hidden = json!({ "joining": "invite", "face": false });
    others.ana.patch("/groups/overleg", hidden).await.expect(200);
    others.app.settle().await;
    assert_eq!(kinds(&others.mastodon.received()), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn lemmy_belongs_to_a_group_for_members_once_that_is_agreed_and_to_none_that_is_confidential() {
    let (others, mut seen) = (Others::new().await, 0);
    let (group, kees, root) = (others.group("overleg", "leden").await, &others.kees, &others.root);
    // Nothing is agreed. Lemmy shows nobody a note of a group, so there is none.
    assert_eq!(others.follows(kees, "1", &group).await, "not-found");
    let told = since(&others.lemmy, &mut seen);
    assert_eq!(kinds(&told), ["Reject/Follow"]);
    assert!(told[0].activity["summary"].as_str().unwrap().contains("besloten"));
    assert_eq!(others.reads(root, &group).await.status, 404);

    others.agrees(LEMMY, "leden").await;
    let stub = others.reads(root, &group).await.expect(200);
    assert_eq!((&stub["id"], &stub["confidentialityClass"]), (&json!(group), &json!("leden")));
    let outbox = stub["outbox"].as_str().expect("Lemmy takes no group without").to_owned();
    assert_eq!(others.reads(root, &outbox).await.status, 404, "and there is nothing to be had there");
    assert_eq!(others.follows(kees, "2", &group).await, "");
    others.topic("overleg", "Te vroeg").await;
    assert_eq!(kinds(&since(&others.lemmy, &mut seen)), Vec::<String>::new(), "he waits");
    let admitted = json!({ "state": "accepted" });
    others.ana.patch("/groups/overleg/memberships/kees@lemmy.test", admitted).await.expect(204);
    others.app.settle().await;
    assert_eq!(kinds(&since(&others.lemmy, &mut seen)), ["Accept/Follow", "Update"]);

    let topic = others.topic("overleg", "Terugvordering").await;
    let got = since(&others.lemmy, &mut seen);
    assert_eq!(kinds(&got), ["Announce/Create"]);
    assert!(!got[0].activity.to_string().contains("#Public"), "{}", got[0].activity);
    // The instance as a whole, and its member; nobody else there by their own key, and nobody from elsewhere.
    let lies = others.lemmy.person("lies");
    for (by, status) in [(root, 200), (kees, 200), (&lies, 404), (&others.jan, 404)] {
        assert_eq!(others.reads(by, &topic).await.status, status, "{}", by.uri);
    }
    assert_eq!(others.reads(root, &outbox).await.status, 200);

    // What is confidential doesn't go there, however much is agreed: neither a new group nor this one.
    others.agrees(LEMMY, "vertrouwelijk").await;
    let strict = others.group("onderons", "vertrouwelijk").await;
    assert_eq!(others.follows(kees, "3", &strict).await, "not-kept-closed");
    assert_eq!(kinds(&since(&others.lemmy, &mut seen)), ["Reject/Follow"]);
    let raise = json!({ "class": "vertrouwelijk", "confirmCopies": true });
    others.ana.patch("/groups/overleg", raise).await.expect(200);
    let later = others.topic("overleg", "Onder ons").await;
    let got = since(&others.lemmy, &mut seen);
    assert!(!kinds(&got).iter().any(|kind| kind.starts_with("Announce")), "{:?}", kinds(&got));
    for uri in [&topic, &later, &outbox] {
        for by in [root, kees] {
            assert_eq!(others.reads(by, uri).await.status, 404, "{} {uri}", by.uri);
        }
    }
    assert_eq!(others.app.failures().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn no_membership_from_when_a_group_was_open_lets_anything_go_to_software_that_keeps_nothing() {
    let others = Others::new().await;
    let open = json!({ "name": "tuin", "title": "De tuin", "mission": "Vragen" });
    let made = others.ana.post("/groups", open).await.expect(201);
    let group = made["activityPubId"].as_str().unwrap();
    let older = Peer::start(others.net.names(), "oud.test").await;
    older.runs("lemmy", "0.19.12");
    let oda = older.person("oda");
    for (by, host) in [(&others.jan, MASTODON), (&others.kees, LEMMY), (&oda, "oud.test")] {
        assert_eq!(others.follows(by, "1", group).await, "");
        others.agrees(host, "leden").await;
    }
    others.topic("tuin", "Voor iedereen").await;
    let mut seen = [others.mastodon.received().len(), others.lemmy.received().len(), older.received().len()];
    let close = json!({ "class": "leden", "confirmCopies": true });
    others.ana.patch("/groups/tuin", close).await.expect(200);
    others.app.settle().await;
    let topic = others.topic("tuin", "Voor ons").await;
    let got: Vec<Vec<Received>> = [&others.mastodon, &others.lemmy, &older]
        .into_iter()
        .zip(&mut seen)
        .map(|(peer, seen)| since(peer, seen))
        .collect();
    assert!(kinds(&got[1]).contains(&"Announce/Create".to_owned()), "{:?}", kinds(&got[1]));
    for (by, peer, got) in [(&others.jan, MASTODON, &got[0]), (&oda, "oud.test", &got[2])] {
        let said: String = got.iter().map(|one| one.activity.to_string()).collect();
        assert!(!said.contains("Zwijgwoord") && !said.contains("Voor ons"), "{peer}: {said}");
        assert_eq!(others.reads(by, &topic).await.status, 404, "{peer}");
        // Nor is it a way back in.
        assert_eq!(others.follows(by, "2", group).await, "not-found", "{peer}");
    }
    assert_eq!(others.reads(&others.kees, &topic).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_say_now_what_it_is_is_asked_again() {
    let others = Others::new().await;
    let group = others.group("overleg", "leden").await;
    others.agrees(LEMMY, "leden").await;
    others.lemmy.serve_as("/.well-known/nodeinfo", 503, "text/plain", "");
    others.follows(&others.kees, "1", &group).await;
    assert_eq!(others.memberships().await, 1, "what isn't known keeps nothing closed");
    assert_eq!(kinds(&others.lemmy.received()), Vec::<String>::new(), "nor is it refused for that");
    others.lemmy.runs("lemmy", "1.0.0");
    // That it gave nothing is remembered by a clock of its own.
    others.app.app.forget_failures(LEMMY);
    others.app.clock.advance(600);
    others.app.settle().await;
    assert_eq!(others.memberships().await, 2, "Ana, and Kees who waits");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_of_an_agreement_says_what_other_software_makes_of_it() {
    let others = Others::new().await;
    let group = others.group("overleg", "leden").await;
    let browser = logged_in(&others.app, "baas").await;
    for (by, host, says) in [
        (&others.kees, LEMMY, "Dan vertrouwt u de hele site"),
        (&others.jan, MASTODON, "kan niemand van die site lid worden van een besloten groep"),
    ] {
        others.agrees(host, "leden").await;
        let page = format!("/admin/agreements/{host}");
        check_page(&browser.get(&page).await, 200, "nl");
        assert!(!browser.texts("main").concat().contains(says), "{host} hasn't said what it runs");
        others.follows(by, "1", &group).await;
        check_page(&browser.get(&page).await, 200, "nl");
        let shown = browser.texts("main").concat();
        assert!(shown.contains(says), "{host}: {shown}");
        let nothing = shown.contains("Er gaat nu niets uit besloten groepen heen en weer.");
        assert_eq!(nothing, host == MASTODON, "{shown}");
    }
}
