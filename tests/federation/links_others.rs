//! Links with groups of other software, which we play: categories of NodeBB that follow, communities that announce and offer, and what is
//! forged.

use serde_json::{Value, json};

use super::inbound::Scene;
use super::linked::{answers, asks, ends, group, links, replies, states, told, via};
use super::pair::id;
use crate::support::Peer;
use crate::support::peer::{PeerActor, Received};
use crate::support::receiver::kind;

/// Serves a NodeInfo that names this software.
fn introduce(peer: &Peer, software: &str) {
    let schema = "http://nodeinfo.diaspora.software/ns/schema/2.0";
    let found = json!({"links": [{"rel": schema, "href": peer.url("/nodeinfo/2.0")}]});
    peer.serve_as("/.well-known/nodeinfo", 200, "application/jrd+json", &found.to_string());
    let says = json!({"version": "2.0", "software": {"name": software, "version": "4.5.0"}});
    peer.serve_as("/nodeinfo/2.0", 200, "application/json", &says.to_string());
}

/// A category of NodeBB.
fn category(peer: &Peer, number: u32, name: &str) -> PeerActor {
    let keys = peer.person(&format!("keys-{number}")).keys;
    let uri = peer.url(&format!("/category/{number}"));
    let document = json!({
        "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
        "id": uri, "url": format!("{uri}/{name}"), "type": "Group", "preferredUsername": name, "name": name,
        "inbox": format!("{uri}/inbox"), "outbox": format!("{uri}/outbox"), "followers": format!("{uri}/followers"),
        "endpoints": {"sharedInbox": peer.url("/inbox")},
        "publicKey": {"id": format!("{uri}#main-key"), "owner": uri, "publicKeyPem": keys.rsa_public},
    });
    peer.publish(document.clone());
    PeerActor { uri, name: name.to_owned(), keys, document }
}

/// The `Follow` of a category, with an id as NodeBB makes it.
fn follow(by: &PeerActor, handle: &str, group: &str, at: u64) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": format!("{}#activity/follow/{handle}/{at}", by.uri), "type": "Follow",
        "actor": by.uri, "to": [group], "object": group,
    })
}

/// A topic as Lemmy writes it.
pub fn page(by: &PeerActor, group: &str, word: &str, title: &str) -> Value {
    let mut page = by.note(word, &[group], None);
    page["type"] = json!("Page");
    page["name"] = json!(title);
    page["audience"] = json!(group);
    page
}

/// An activity of a group about one of its topics, or itself, for another group.
fn towards(by: &PeerActor, kind: &str, word: &str, object: &str, target: &str) -> Value {
    let mut activity = by.activity(kind, word, json!(object));
    activity["target"] = json!(target);
    activity
}

/// What was posted to a server since the last look.
fn since(peer: &Peer, seen: &mut usize) -> Vec<Received> {
    let all = peer.received();
    let new = all.get(*seen..).unwrap_or_default().to_vec();
    *seen = all.len();
    new
}

fn kinds(received: &[Received]) -> Vec<String> {
    received.iter().map(|one| kind(&one.activity)).collect()
}

async fn offers(scene: &Scene) -> Vec<Value> {
    let found = scene.owner.get("/groups/bijstand/offers").await.expect(200);
    found["offers"].as_array().unwrap().clone()
}

/// A community on `lemmy.test` with Kees, whose topics the group `bijstand` of Ana's shows.
struct Community {
    scene: Scene,
    lemmy: Peer,
    host: PeerActor,
    kees: PeerActor,
    /// What our group sent to follow it.
    follow: Value,
}

impl Community {
    /// Our group asked, and the community hasn't answered.
    async fn asked(takes: &str) -> Self {
        let scene = Scene::new().await;
        let lemmy = Peer::start(scene.net.names(), "lemmy.test").await;
        introduce(&lemmy, "lemmy");
        let (host, kees) = (lemmy.group("wonen"), lemmy.person("kees"));
        let wish = json!({"group": host.uri, "side": "target", "takes": takes});
        scene.owner.post("/groups/bijstand/links", wish).await.expect(201);
        scene.app.settle().await;
        let sent = lemmy.received().pop().unwrap();
        assert_eq!((sent.path.as_str(), kind(&sent.activity).as_str()), ("/c/wonen/inbox", "Follow"));
        let follow = sent.activity;
        assert_eq!((&follow["actor"], &follow["object"]), (&json!(scene.group_uri), &json!(host.uri)));
        Self { scene, lemmy, host, kees, follow }
    }

    /// The community accepted.
    async fn new(takes: &str) -> Self {
        let community = Self::asked(takes).await;
        community.says("Accept", "1", community.follow.clone()).await;
        assert_eq!(states(&community.scene.owner, "bijstand").await, ["target accepted"]);
        community
    }

    /// The community says something.
    async fn says(&self, kind: &str, word: &str, object: Value) {
        self.scene.deliver_by(&self.host, &self.host.activity(kind, word, object)).await;
    }

    /// A topic of Kees', as the community announces it.
    async fn topic(&self, word: &str, title: &str) -> Value {
        let page = page(&self.kees, &self.host.uri, word, title);
        self.says("Announce", word, self.kees.activity("Create", word, page.clone())).await;
        page
    }

    async fn shown(&self) -> Vec<String> {
        via(&self.scene.owner, "bijstand").await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_category_that_follows_waits_for_staff_and_gets_each_topic_once() {
    let scene = Scene::new().await;
    let nodebb = Peer::start(scene.net.names(), "nodebb.test").await;
    introduce(&nodebb, "nodebb");
    let (housing, piet) = (category(&nodebb, 5, "huisvesting"), nodebb.person("piet"));
    scene.deliver_by(&piet, &piet.activity("Follow", "1", json!(scene.group_uri))).await;
    let mut seen = nodebb.received().len();
    let first = follow(&housing, "bijstand@werkplein.test", &scene.group_uri, 1_760_000_000_000);
    // Nobody else says it in its name.
    let eve = nodebb.person("eve");
    assert_eq!(eve.post(&scene.app, &first).await.status, 401);
    scene.app.settle().await;
    assert!(links(&scene.owner, "bijstand").await.is_empty());
    scene.deliver_by(&housing, &first).await;
    let waits = links(&scene.owner, "bijstand").await;
    assert_eq!((waits.len(), &waits[0]["side"], &waits[0]["awaitsUs"]), (1, &json!("source"), &json!(true)));
    assert_eq!(
        (&waits[0]["group"]["name"], &waits[0]["state"]),
        (&json!("huisvesting@nodebb.test"), &json!("asked"))
    );
    assert_eq!(told(&scene.owner).await, ["link-asked"]);
    assert!(since(&nodebb, &mut seen).is_empty(), "it isn't accepted by itself");
    let members = scene.owner.get("/groups/bijstand").await.expect(200);
    assert_eq!(members["memberCount"], 2, "nor is a group a member");

    let path = format!("/groups/bijstand/links/{}", id(&waits[0]));
    scene.owner.patch(&path, json!({"state": "accepted"})).await.expect(200);
    scene.app.settle().await;
    let accept = since(&nodebb, &mut seen).remove(0);
    assert_eq!(
        (accept.path.as_str(), kind(&accept.activity).as_str()),
        ("/category/5/inbox", "Accept/Follow")
    );
    assert_eq!((&accept.activity["actor"], &accept.activity["object"]), (&json!(scene.group_uri), &first));
    // It may have lost the answer, and asks again.
    let again = follow(&housing, "bijstand@werkplein.test", &scene.group_uri, 1_760_000_000_001);
    scene.deliver_by(&housing, &again).await;
    let answered = since(&nodebb, &mut seen);
    assert_eq!(kinds(&answered), ["Accept/Follow"]);
    assert_eq!(answered[0].activity["object"]["id"], again["id"]);

    scene.topic("Vakantiegeld").await;
    scene.app.settle().await;
    let announced = since(&nodebb, &mut seen);
    assert_eq!(kinds(&announced), ["Announce/Create"], "once, though Piet is a member as well");
    assert_eq!(announced[0].path, "/inbox");
    scene
        .deliver_by(&piet, &piet.activity("Undo", "1", piet.activity("Follow", "1", json!(scene.group_uri))))
        .await;
    scene.topic("Voor de categorie").await;
    scene.app.settle().await;
    assert_eq!(kinds(&since(&nodebb, &mut seen)), ["Announce/Create"], "also without a member there");

    // A neighbour doesn't end it; the category does.
    let other = category(&nodebb, 6, "zorg");
    let undo = |by: &PeerActor, word: &str| by.activity("Undo", word, again.clone());
    scene.deliver_by(&other, &undo(&other, "1")).await;
    assert_eq!(states(&scene.owner, "bijstand").await, ["source accepted"]);
    scene.deliver_by(&housing, &undo(&housing, "1")).await;
    assert!(links(&scene.owner, "bijstand").await.is_empty());
    assert_eq!(told(&scene.owner).await[0], "link-ended");
    scene.topic("Daarna").await;
    scene.app.settle().await;
    assert!(since(&nodebb, &mut seen).is_empty());

    // The staff refuses another.
    let third = follow(&other, "bijstand@werkplein.test", &scene.group_uri, 1_760_000_000_002);
    scene.deliver_by(&other, &third).await;
    ends(&scene.app, &scene.owner, "bijstand", "Nu niet").await;
    scene.app.settle().await;
    let refused = since(&nodebb, &mut seen).remove(0);
    assert_eq!(
        (refused.path.as_str(), kind(&refused.activity).as_str()),
        ("/category/6/inbox", "Reject/Follow")
    );
    assert_eq!(refused.activity["object"]["id"], third["id"]);
    assert_eq!(scene.app.failures().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn to_other_groups_a_closed_one_is_one_that_isnt_there() {
    let scene = Scene::new().await;
    let nodebb = Peer::start(scene.net.names(), "nodebb.test").await;
    let housing = category(&nodebb, 5, "huisvesting");
    for (name, face) in [("stil", false), ("zichtbaar", true)] {
        let joining = if face { "approval" } else { "invite" };
        let closed = json!({"name": name, "title": name, "mission": "Vragen", "class": "leden", "face": face,
            "joining": joining});
        scene.owner.post("/groups", closed).await.expect(201);
    }
    for (at, name) in (1..).zip(["nergens", "stil", "zichtbaar"]) {
        let group = scene.app.url(&format!("/g/{name}"));
        scene.deliver_by(&housing, &follow(&housing, name, &group, at)).await;
        scene.deliver_by(&housing, &towards(&housing, "Invite", name, &housing.uri, &group)).await;
        assert!(nodebb.received().is_empty(), "{name}: {:?}", nodebb.received());
    }
    for name in ["stil", "zichtbaar"] {
        assert!(links(&scene.owner, name).await.is_empty(), "{name}");
        let outward = json!({"group": housing.uri, "side": "source"});
        let refused = scene.owner.post(&format!("/groups/{name}/links"), outward).await;
        assert_eq!(refused.refused(403), "not-open");
    }
    assert!(told(&scene.owner).await.is_empty());

    // The other way, nothing that is closed elsewhere comes to be shown here.
    let mut secret = nodebb.group("geheim");
    secret.document["confidentialityClass"] = json!("leden");
    nodebb.publish(secret.document.clone());
    scene.deliver_by(&secret, &follow(&secret, "bijstand", &scene.group_uri, 9)).await;
    scene.deliver_by(&secret, &towards(&secret, "Invite", "1", &secret.uri, &scene.group_uri)).await;
    let topic = page(&secret, &secret.uri, "1", "Geheim");
    scene.deliver_by(&secret, &towards(&secret, "Offer", "1", id(&topic), &scene.group_uri)).await;
    assert!(links(&scene.owner, "bijstand").await.is_empty() && offers(&scene).await.is_empty());
    let wish = json!({"group": secret.uri, "side": "target"});
    let refused = scene.owner.post("/groups/bijstand/links", wish).await;
    assert!(matches!(refused.status, 400 | 404), "{}", refused.text);
    // What is open may.
    scene.deliver_by(&housing, &towards(&housing, "Invite", "open", &housing.uri, &scene.group_uri)).await;
    assert_eq!(states(&scene.owner, "bijstand").await, ["target asked"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_community_elsewhere_is_shown_once_it_accepts_and_answers_go_to_it() {
    let community = Community::asked("all").await;
    let Community { scene, lemmy, host, kees, follow } = &community;
    let (els, fien) = (scene.app.member("els").await, scene.app.member("fien").await);
    els.post("/groups/bijstand/memberships", json!({})).await.expect(201);
    // Only whoever was asked accepts.
    let second = lemmy.group("tuinen");
    for by in [&second, kees, &scene.jan] {
        scene.deliver_by(by, &by.activity("Accept", "forged", follow.clone())).await;
        assert_eq!(states(&scene.owner, "bijstand").await, ["target asked"], "{}", by.uri);
    }
    community.says("Accept", "1", follow.clone()).await;
    assert_eq!(states(&scene.owner, "bijstand").await, ["target accepted"]);
    assert_eq!(told(&scene.owner).await, ["link-accepted"]);
    let topic = community.topic("1", "Woonurgentie").await;
    assert_eq!(community.shown().await, ["Woonurgentie via wonen@lemmy.test"]);
    let reply = scene.jan.note("2", &[&host.uri], Some(id(&topic)));
    scene.peer.publish(reply.clone());
    community.says("Announce", "2", scene.jan.activity("Create", "2", reply)).await;
    let listed = els.get("/groups/bijstand/threads").await.expect(200)["items"].clone();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["replyCount"]), (1, &json!(1)), "{listed}");
    assert_eq!(replies(&els, &listed[0]).await.len(), 1);

    assert_eq!(answers(&fien, &listed[0], "Ik ook").await.refused(403), "not-member");
    let mut seen = lemmy.received().len();
    let own = answers(&els, &listed[0], "Bij ons ook.").await.expect(201);
    scene.app.settle().await;
    let sent = since(lemmy, &mut seen);
    assert_eq!(kinds(&sent), ["Create"]);
    assert_eq!(sent[0].activity["object"]["id"], own["activityPubId"]);
    assert_eq!(sent[0].activity["object"]["inReplyTo"], topic["id"]);

    // Neighbours don't end it; the community does.
    for by in [&second, kees] {
        scene.deliver_by(by, &by.activity("Reject", "forged", follow.clone())).await;
        assert_eq!(community.shown().await.len(), 1, "{}", by.uri);
    }
    community.says("Reject", "1", follow.clone()).await;
    assert!(links(&scene.owner, "bijstand").await.is_empty() && community.shown().await.is_empty());
    assert_eq!(told(&scene.owner).await[0], "link-ended");
    community.topic("3", "Daarna").await;
    assert!(community.shown().await.is_empty());
    assert_eq!(answers(&els, &listed[0], "Nog iets").await.refused(403), "not-member");

    // Asked anew, and taken back: it is told.
    asks(&scene.owner, "bijstand", "target", &host.uri).await;
    scene.app.settle().await;
    ends(&scene.app, &scene.owner, "bijstand", "").await;
    scene.app.settle().await;
    assert_eq!(kinds(&since(lemmy, &mut seen)), ["Follow", "Undo/Follow"]);
    assert_eq!(scene.app.failures().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_counts_only_over_a_link_and_from_the_topics_own_group() {
    let community = Community::new("promoted").await;
    let Community { scene, lemmy, host, kees, .. } = &community;
    let ours = scene.topic("Van ons").await;
    group(&scene.owner, "geld").await;
    let (to, geld) = (scene.group_uri.as_str(), scene.app.url("/g/geld"));
    let piefed = Peer::start(scene.net.names(), "piefed.test").await;
    let (second, gardens, lien) = (lemmy.group("zorg"), piefed.group("tuinen"), piefed.person("lien"));
    let neighbours = lemmy.publish(page(kees, &second.uri, "of-second", "Van de buren"));
    let foreign = piefed.publish(page(&lien, &gardens.uri, "1", "Moestuin"));
    let first = community.topic("1", "Woonurgentie").await;
    assert!(community.shown().await.is_empty(), "only what curators accept");
    for (word, by, object, target) in [
        ("unlinked", &second, id(&neighbours), to),
        ("of-another", &second, id(&first), to),
        ("not-its-own", host, id(&foreign), to),
        ("ours", host, ours.uri.as_str(), to),
        ("by-a-person", kees, id(&first), to),
        ("elsewhere", host, id(&first), geld.as_str()),
        ("to-itself", host, id(&first), host.uri.as_str()),
        ("nothing", host, "http://lemmy.test/post/999", to),
    ] {
        scene.deliver_by(by, &towards(by, "Offer", word, object, target)).await;
        assert!(offers(scene).await.is_empty(), "{word}");
    }
    let in_geld = scene.owner.get("/groups/geld/offers").await.expect(200);
    assert_eq!(in_geld["offers"], json!([]));
    assert!(!told(&scene.owner).await.contains(&"promotion-offered".to_owned()));

    let offer = towards(host, "Offer", "1", id(&first), to);
    scene.deliver_by(host, &offer).await;
    assert_eq!(told(&scene.owner).await[0], "promotion-offered");
    let waits = offers(scene).await;
    assert_eq!((waits.len(), &waits[0]["thread"]["title"]), (1, &json!("Woonurgentie")));
    assert_eq!(waits[0]["from"]["name"], "wonen@lemmy.test");
    assert!(community.shown().await.is_empty());
    let mut seen = lemmy.received().len();
    let accept = json!({"state": "accepted"});
    scene.owner.patch(&format!("/promotions/{}", id(&waits[0])), accept).await.expect(200);
    scene.app.settle().await;
    assert_eq!(community.shown().await, ["Woonurgentie via wonen@lemmy.test"]);
    let told_them = since(lemmy, &mut seen).remove(0);
    assert_eq!(
        (told_them.path.as_str(), kind(&told_them.activity)),
        ("/c/wonen/inbox", "Accept/Offer".to_owned())
    );
    assert_eq!(told_them.activity["object"]["id"], offer["id"]);
    // Another doesn't take it back.
    scene.deliver_by(&second, &second.activity("Undo", "1", offer.clone())).await;
    assert_eq!(community.shown().await.len(), 1);
    scene.deliver_by(host, &host.activity("Undo", "1", offer)).await;
    assert!(community.shown().await.is_empty());

    let next = community.topic("2", "Huurverhoging").await;
    scene.deliver_by(host, &towards(host, "Offer", "2", id(&next), to)).await;
    let waits = offers(scene).await.remove(0);
    let no = json!({"state": "refused", "reason": "Te plaatselijk"});
    scene.owner.patch(&format!("/promotions/{}", id(&waits)), no).await.expect(200);
    scene.app.settle().await;
    let refused = since(lemmy, &mut seen).remove(0).activity;
    assert_eq!((kind(&refused).as_str(), &refused["summary"]), ("Reject/Offer", &json!("Te plaatselijk")));
    assert!(community.shown().await.is_empty());
}
