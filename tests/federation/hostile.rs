//! Attacks that other software fell to, each beside what must still work. Numbers are those of the advisories in `THREATS.md`.

use http::HeaderMap;
use serde_json::{Value, json};
use vakplein::federation::resolve::resolve;
use vakplein::federation::signatures::Scheme;
use vakplein::ids::GroupId;
use vakplein::membership;
use vakplein::policy::{Actor, PeerState};
use vakplein::search::Resolved;

use super::inbound::Scene;
use crate::support::Peer;
use crate::support::peer::{PeerActor, send};

/// A scene with a second server that means no good.
pub struct Attack {
    /// The scene.
    pub scene: Scene,
    /// The second server.
    pub evil: Peer,
    /// Somebody on it.
    pub eve: PeerActor,
}

impl Attack {
    /// Sets it up.
    pub async fn new() -> Self {
        Self::on(Scene::new().await).await
    }

    /// The same on a scene that is there.
    pub async fn on(scene: Scene) -> Self {
        let evil = Peer::start(scene.net.names(), "evil.test").await;
        let eve = evil.person("eve");
        Self { scene, evil, eve }
    }

    /// Posts by Eve; what became of it.
    pub async fn by_eve(&self, activity: &Value) -> (u16, String, String) {
        let status = self.eve.post(&self.scene.app, activity).await.status;
        self.scene.app.settle().await;
        let (state, reason) = self.scene.outcome(activity).await;
        (status, state, reason)
    }

    /// Jan's note in the group.
    async fn note(&self) -> Value {
        let note = self.scene.jan.note("1", &[&self.scene.group_uri], None);
        self.scene.deliver(&self.scene.jan.activity("Create", "1", note.clone())).await;
        assert!(self.scene.post(id(&note)).await.is_some());
        note
    }
}

pub fn id(document: &Value) -> &str {
    document["id"].as_str().unwrap()
}

fn refused(rule: &str) -> (u16, String, String) {
    (202, "refused".to_owned(), rule.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_swapped_after_signing_1() {
    let scene = Scene::new().await;
    for scheme in [Scheme::Cavage, Scheme::Rfc9421] {
        let signed = scene.jan.activity("Follow", &format!("{scheme:?}"), json!(scene.group_uri));
        let body = signed.to_string().into_bytes();
        let headers = scene.jan.headers(&scene.app, scheme, "/inbox", &body);
        let other = String::from_utf8(body.clone()).unwrap().replace("Follow", "Fellow").into_bytes();
        assert_eq!(send(&scene.app, "/inbox", headers.clone(), other).await.status, 401);
        assert_eq!(
            send(&scene.app, "/u/ana/inbox", headers.clone(), body.clone()).await.status,
            401,
            "elsewhere"
        );
        assert_eq!(send(&scene.app, "/inbox", headers, body).await.status, 202);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_somebody_else_2_8_12() {
    let attack = Attack::new().await;
    let (app, victim) = (&attack.scene.app, &attack.scene.jan);
    attack.scene.deliver(&victim.activity("Follow", "1", json!(attack.scene.group_uri))).await;
    // Eve signs with her own key what Jan would say; then under Jan's key id.
    let forged = victim.activity("Undo", "1", victim.activity("Follow", "1", json!(attack.scene.group_uri)));
    assert_eq!(attack.eve.post(app, &forged).await.status, 401);
    let mut under_his_name = attack.eve.clone();
    under_his_name.uri.clone_from(&victim.uri);
    assert_eq!(under_his_name.post(app, &forged).await.status, 401);
    // A neighbour on Jan's own server has a key, too, but it isn't his.
    let piet = attack.scene.peer.person("piet");
    assert_eq!(piet.post(app, &forged).await.status, 401);
    attack.scene.app.settle().await;
    assert!(attack.scene.membership(&victim.uri).await.is_some());
    // A document that lists a key as its own whose owner is another, or that lies elsewhere.
    for (number, (owner, key)) in [
        (victim.uri.clone(), format!("{}#main-key", attack.eve.uri)),
        (attack.eve.uri.clone(), format!("{}#main-key", victim.uri)),
    ]
    .into_iter()
    .enumerate()
    {
        let mallory = attack.evil.person(&format!("mallory{number}"));
        let mut document = mallory.document.clone();
        document["publicKey"]["owner"] = json!(owner);
        document["publicKey"]["id"] = json!(key);
        attack.evil.publish(document);
        let follow = mallory.activity("Follow", "1", json!(attack.scene.group_uri));
        assert_eq!(mallory.post(app, &follow).await.status, 401);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_actor_s_document_that_is_at_home_elsewhere_3() {
    let attack = Attack::new().await;
    let mut document = attack.eve.document.clone();
    document["id"] = json!(attack.scene.jan.uri);
    attack.evil.serve("/users/eve", &document);
    let follow = attack.eve.activity("Follow", "1", json!(attack.scene.group_uri));
    assert_eq!(attack.eve.post(&attack.scene.app, &follow).await.status, 401);
    assert!(attack.scene.actor(&attack.scene.jan.uri).await.is_none());
    assert!(resolve(&attack.scene.app.app, &attack.eve.uri).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn words_put_into_somebody_s_mouth_4() {
    let attack = Attack::new().await;
    let victim = &attack.scene.jan;
    let group = attack.scene.group_uri.as_str();
    let at_home = victim.note("forged", &[group], None);
    let create = attack.eve.activity("Create", "1", at_home.clone());
    assert_eq!(attack.by_eve(&create).await, refused("foreign-object"));
    let mut claimed = attack.eve.note("claimed", &[group], None);
    claimed["attributedTo"] = json!(victim.uri);
    let create = attack.eve.activity("Create", "2", claimed.clone());
    assert_eq!(attack.by_eve(&create).await, refused("not-author"));
    assert!(
        attack.scene.post(id(&at_home)).await.is_none() && attack.scene.post(id(&claimed)).await.is_none()
    );
    let own = attack.eve.activity("Create", "3", attack.eve.note("own", &[group], None));
    assert_eq!(attack.by_eve(&own).await.1, "applied");
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_signatures_and_doubled_parameters_6_7_11() {
    let scene = Scene::new().await;
    let body = scene.jan.activity("Follow", "1", json!(scene.group_uri)).to_string().into_bytes();
    let good = scene.jan.headers(&scene.app, Scheme::Cavage, "/inbox", &body);
    let signature = good["signature"].to_str().unwrap().to_owned();
    let with = |value: &str| {
        let mut headers: HeaderMap = good.clone();
        headers.insert("signature", value.parse().unwrap());
        headers
    };
    for wrong in [
        String::new(),
        "keyId".to_owned(),
        format!("{signature},keyId=\"{}#main-key\"", scene.jan.uri),
        format!("{signature},headers=\"date\""),
        signature.replace("hs2019", "none").replace("rsa-sha256", "none"),
        signature.replace("signature=\"", "signature=\"AAAA"),
        signature.replace(" digest", "").replace("digest ", ""),
    ] {
        let status = send(&scene.app, "/inbox", with(&wrong), body.clone()).await.status;
        assert!(matches!(status, 400 | 401), "{status} {wrong}");
    }
    assert_eq!(send(&scene.app, "/inbox", with(&signature), body).await.status, 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn old_signatures_and_signatures_from_the_future() {
    let scene = Scene::new().await;
    let body = scene.jan.activity("Follow", "1", json!(scene.group_uri)).to_string().into_bytes();
    let headers = scene.jan.headers(&scene.app, Scheme::Cavage, "/inbox", &body);
    scene.app.clock.advance(3 * 3_600);
    assert_eq!(send(&scene.app, "/inbox", headers, body.clone()).await.status, 401);
    let ahead = scene.jan.headers(&scene.app, Scheme::Rfc9421, "/inbox", &body);
    scene.app.clock.advance(-3 * 3_600);
    assert_eq!(send(&scene.app, "/inbox", ahead, body.clone()).await.status, 401);
    let now = scene.jan.headers(&scene.app, Scheme::Cavage, "/inbox", &body);
    assert_eq!(send(&scene.app, "/inbox", now, body).await.status, 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn linked_data_signatures_are_a_hint_and_nothing_more_9_10() {
    let attack = Attack::new().await;
    let (app, victim) = (&attack.scene.app, &attack.scene.jan);
    let group = attack.scene.group_uri.as_str();
    let forged = victim.note("forged", &[group], None);
    let mut create = victim.activity("Create", "forged", forged.clone());
    create["signature"] = json!({"type": "RsaSignature2017", "creator": format!("{}#main-key", victim.uri), "signatureValue": "x"});
    assert_eq!(attack.eve.post(app, &create).await.status, 202);
    app.settle().await;
    assert!(attack.scene.post(id(&forged)).await.is_none(), "its origin doesn't have it");
    // What its origin does have is taken from there, not from who handed it on.
    let real = victim.note("real", &[group], None);
    attack.scene.peer.publish(real.clone());
    let mut altered = real.clone();
    altered["content"] = json!("<p>Iets anders</p>");
    let mut create = victim.activity("Create", "real", altered);
    create["signature"] = json!({"type": "RsaSignature2017"});
    assert_eq!(attack.eve.post(app, &create).await.status, 202);
    app.settle().await;
    assert!(attack.scene.row(id(&real)).await.html.contains("Over real"));
    // And the same activity by Jan himself isn't kept out by what Eve sent before.
    assert_eq!(victim.post(app, &create).await.status, 202);
    // Undo has nothing to read at an origin.
    let mut undo = victim.activity("Undo", "1", victim.activity("Follow", "1", json!(group)));
    undo["signature"] = json!({"type": "RsaSignature2017"});
    undo["@graph"] = json!([{"type": "Undo"}]);
    assert_eq!(attack.eve.post(app, &undo).await.status, 202);
    app.settle().await;
    assert_eq!(attack.scene.outcome(&undo).await.0, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_handed_on_with_its_author_s_proof_counts() {
    let attack = Attack::new().await;
    let victim = &attack.scene.jan;
    let note = victim.note("proven", &[&attack.scene.group_uri], None);
    let mut create = victim.activity("Create", "proven", note.clone());
    victim.prove(&mut create);
    let mut altered = create.clone();
    altered["object"]["content"] = json!("<p>Iets anders</p>");
    altered["id"] = json!(format!("{}/altered", victim.uri));
    assert_eq!(attack.eve.post(&attack.scene.app, &altered).await.status, 202);
    attack.scene.app.settle().await;
    assert!(attack.scene.post(id(&note)).await.is_none());
    assert_eq!(attack.eve.post(&attack.scene.app, &create).await.status, 202);
    attack.scene.app.settle().await;
    assert_eq!(attack.scene.outcome(&create).await.0, "applied", "{:?}", attack.scene.outcome(&create).await);
    assert!(attack.scene.post(id(&note)).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_ours_is_never_overwritten_from_outside_15_60() {
    let attack = Attack::new().await;
    let topic = attack.scene.topic("Van ons").await;
    for (number, at) in [
        topic.uri.clone(),
        topic.uri.replace("werkplein.test", "WERKPLEIN.test:80"),
        topic.uri.replace("werkplein.test", "werkplein.test."),
    ]
    .into_iter()
    .enumerate()
    {
        let mut note = attack.eve.note("x", &[&attack.scene.group_uri], None);
        note["id"] = json!(at);
        for kind in ["Create", "Update", "Delete"] {
            let activity = attack.eve.activity(kind, &format!("{number}"), note.clone());
            let (status, state, _) = attack.by_eve(&activity).await;
            assert!(status == 202 && matches!(state.as_str(), "refused" | "ignored"), "{kind} {at} {state}");
        }
        let row = attack.scene.row(&topic.uri).await;
        assert!(row.local && row.deleted_at.is_none() && row.html == topic.html);
    }
    // Nor can somebody elsewhere be somebody here.
    for uri in [
        attack.scene.app.url("/u/ana"),
        "http://werkplein.test./u/ana".to_owned(),
        "http://WERKPLEIN.test:80/u/ana".to_owned(),
    ] {
        let mut ana = attack.eve.clone();
        ana.uri = uri;
        let status = ana.post(&attack.scene.app, &ana.activity("Delete", "1", json!(topic.uri))).await.status;
        assert!(matches!(status, 400 | 401 | 403), "{} {status}", ana.uri);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unsigned_request_makes_nobody_be_asked_27() {
    let attack = Attack::new().await;
    let body = attack.eve.activity("Follow", "1", json!(attack.scene.group_uri)).to_string().into_bytes();
    let mut headers = attack.eve.headers(&attack.scene.app, Scheme::Cavage, "/inbox", &body);
    attack.scene.decide("evil.test", PeerState::Blocked).await;
    assert_eq!(send(&attack.scene.app, "/inbox", headers.clone(), body.clone()).await.status, 403);
    headers.remove("signature");
    assert_eq!(send(&attack.scene.app, "/inbox", headers, body).await.status, 401);
    assert_eq!(attack.evil.asked(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn deletes_and_updates_by_others_are_refused() {
    let attack = Attack::new().await;
    let note = attack.note().await;
    let piet = attack.scene.peer.person("piet");
    attack.scene.peer.publish(note.clone());
    for (by, rule) in [(&attack.eve, "not-staff"), (&piet, "not-own")] {
        // A Delete by somebody who isn't known here is forgotten at the door.
        attack.scene.deliver_by(by, &by.activity("Follow", "1", json!(attack.scene.group_uri))).await;
        let delete = by.activity("Delete", "1", note["id"].clone());
        attack.scene.deliver_by(by, &delete).await;
        assert_eq!(attack.scene.outcome(&delete).await, ("refused".to_owned(), rule.to_owned()));
        let person = by.activity("Delete", "2", json!(attack.scene.jan.uri));
        attack.scene.deliver_by(by, &person).await;
        assert_eq!(attack.scene.outcome(&person).await, ("refused".to_owned(), "not-itself".to_owned()));
        let mut changed = note.clone();
        changed["content"] = json!("<p>Anders</p>");
        changed["updated"] = json!("2026-02-01T00:00:00Z");
        let update = by.activity("Update", "1", changed);
        attack.scene.deliver_by(by, &update).await;
        assert_eq!(attack.scene.outcome(&update).await.0, "refused");
    }
    assert!(attack.scene.actor(&attack.scene.jan.uri).await.unwrap().gone_at.is_none());
    let row = attack.scene.row(id(&note)).await;
    assert!(row.deleted_at.is_none() && row.removed_at.is_none() && row.html.contains("Over 1"));
    // Its own server has it no more: then also another of its people may say so.
    attack.scene.peer.serve_as("/users/jan/statuses/1", 410, "text/plain", "");
    let delete = piet.activity("Delete", "gone", note["id"].clone());
    attack.scene.deliver_by(&piet, &delete).await;
    assert!(attack.scene.row(id(&note)).await.deleted_at.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn private_posts_stay_out_and_nothing_is_widened_59() {
    let attack = Attack::new().await;
    let group = attack.scene.group_uri.as_str();
    for (number, to) in
        [json!([group]), json!([format!("{}/followers", attack.eve.uri)])].into_iter().enumerate()
    {
        let mut note = attack.eve.note(&format!("private{number}"), &[], None);
        note["to"] = to.clone();
        note["cc"] = json!([group]);
        let mut create = attack.eve.activity("Create", &format!("private{number}"), note.clone());
        create["to"] = json!([crate::support::peer::PUBLIC]);
        assert_eq!(attack.by_eve(&create).await, refused("not-public"));
        assert!(attack.scene.post(id(&note)).await.is_none());
    }
    // A known post that comes again, to another inbox and with other words, stays as it was.
    let note = attack.note().await;
    let mut again = note.clone();
    again["content"] = json!("<p>Anders</p>");
    let create = attack.scene.jan.activity("Create", "again", again);
    let reply = attack.scene.jan.post_in(&attack.scene.app, Scheme::Cavage, "/u/ana/inbox", &create).await;
    assert_eq!(reply.status, 202);
    attack.scene.app.settle().await;
    assert!(attack.scene.row(id(&note)).await.html.contains("Over 1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_puts_no_words_into_anybody_s_mouth_52() {
    let attack = Attack::new().await;
    let scene = &attack.scene;
    let remote = attack.evil.group("valkuil");
    let Resolved::Group(group) = resolve(&scene.app.app, &remote.uri).await.unwrap() else { panic!() };
    let group: GroupId = group;
    let member = scene.owner.id;
    let joined = move |tx: &mut vakplein::db::Tx<'_>| {
        membership::acts::join(tx, &Actor::here(member), group, "", None)?;
        membership::acts::host_accepted(tx, group, member)
    };
    scene.app.app.db.write(joined).await.unwrap();
    scene.app.settle().await;
    let announce = async |word: &str, inner: Value| {
        let announce = remote.activity("Announce", word, inner);
        scene.deliver_by(&remote, &announce).await;
        scene.outcome(&announce).await
    };
    // Jan never wrote this; and what he wrote, he didn't write for this group.
    let forged = scene.jan.note("forged", &[&remote.uri], None);
    let outcome = announce("forged", scene.jan.activity("Create", "forged", forged.clone())).await;
    assert_eq!(outcome, ("refused".to_owned(), "gone".to_owned()));
    let private = scene.jan.note("elsewhere", &[&scene.group_uri], None);
    scene.peer.publish(private.clone());
    assert_eq!(
        announce("bare", private["id"].clone()).await,
        ("refused".to_owned(), "not-in-group".to_owned())
    );
    // What he did write comes in his words, however the host quotes it.
    let real = scene.jan.note("real", &[&remote.uri], None);
    scene.peer.publish(real.clone());
    let mut altered = real.clone();
    altered["content"] = json!("<p>Iets anders</p>");
    let outcome = announce("real", scene.jan.activity("Create", "real", altered.clone())).await;
    assert_eq!(outcome.0, "applied", "{outcome:?}");
    assert!(scene.row(id(&real)).await.html.contains("Over real"));
    altered["updated"] = json!("2026-02-01T00:00:00Z");
    announce("update", scene.jan.activity("Update", "real", altered)).await;
    assert!(scene.row(id(&real)).await.html.contains("Over real"));
    // Nor does it delete a person, speak of another group's posts, or announce announces.
    let person = announce("person", scene.jan.activity("Delete", "1", json!(scene.jan.uri))).await;
    assert_eq!(person, ("refused".to_owned(), "not-itself".to_owned()));
    let ours = scene.topic("Van ons").await;
    let mut removal = attack.eve.activity("Delete", "ours", json!(ours.uri));
    removal["summary"] = json!("weg");
    assert_eq!(announce("ours", removal).await, ("refused".to_owned(), "other-group".to_owned()));
    let nested = announce("nested", remote.activity("Announce", "inner", json!(ours.uri))).await;
    assert_eq!(nested, ("refused".to_owned(), "nested-announce".to_owned()));
    let foreign = json!({"type": "Like", "id": "http://evil.test/likes/1", "actor": scene.jan.uri, "object": real["id"]});
    assert_eq!(announce("foreign", foreign).await, ("refused".to_owned(), "foreign-id".to_owned()));
    // Somebody of a blocked host doesn't come in by way of a host that isn't.
    scene.decide("mastodon.test", PeerState::Blocked).await;
    let blocked = scene.jan.note("blocked", &[&remote.uri], None);
    scene.peer.publish(blocked.clone());
    assert_eq!(
        announce("blocked", blocked["id"].clone()).await,
        ("refused".to_owned(), "blocked".to_owned())
    );
    let vote = scene.jan.activity("Like", "2", real["id"].clone());
    assert_eq!(announce("vote", vote).await, ("refused".to_owned(), "blocked".to_owned()));
}
