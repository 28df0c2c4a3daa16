//! Attacks on who may do what: moderators that are none, hosts that speak for others, what comes twice or too early, and floods.
//! Numbers as in `hostile`.

use serde_json::{Value, json};
use vakplein::federation::signatures::Scheme;
use vakplein::ids::GroupId;
use vakplein::membership::{self, MembershipState};
use vakplein::policy::{Role, limits};

use super::hostile::{Attack, id};
use super::inbound::Scene;
use crate::support::Member;
use crate::support::peer::{PeerActor, send};

fn refused(rule: &str) -> (String, String) {
    ("refused".to_owned(), rule.to_owned())
}

fn ignored(rule: &str) -> (String, String) {
    ("ignored".to_owned(), rule.to_owned())
}

/// Delivers what somebody says; what became of it.
async fn said(scene: &Scene, by: &PeerActor, activity: &Value) -> (String, String) {
    scene.deliver_by(by, activity).await;
    scene.outcome(activity).await
}

/// An activity with a target.
fn aimed(by: &PeerActor, kind: &str, word: &str, object: &str, target: &str) -> Value {
    let mut activity = by.activity(kind, word, json!(object));
    activity["target"] = json!(target);
    activity
}

/// A group on the bad server that Ana asked to join; whether it admitted her is for the test.
async fn trap(attack: &Attack) -> (PeerActor, GroupId, String) {
    let remote = attack.evil.group("valkuil");
    let found = attack.scene.owner.get(&format!("/resolve?uri={}", remote.uri)).await.expect(200);
    let (group, member) = (GroupId(found["id"].as_str().unwrap().parse().unwrap()), attack.scene.owner.id);
    let asked = attack.scene.owner.post("/groups/valkuil@evil.test/memberships", json!({})).await.expect(201);
    assert_eq!(asked["state"], "pending");
    attack.scene.app.settle().await;
    let find = move |tx: &mut vakplein::db::Tx<'_>| membership::find(tx, group, member);
    let row = attack.scene.app.app.db.read(find).await.unwrap().unwrap();
    (remote, group, row.follow_uri.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_moderators_keep_no_order() {
    let attack = Attack::new().await;
    let (scene, eve, jan) = (&attack.scene, &attack.eve, &attack.scene.jan);
    let (topic, group) = (scene.topic("Van ons").await, scene.group_uri.as_str());
    let (moderators, featured) = (format!("{group}/moderators"), format!("{group}/featured"));
    for by in [eve, jan] {
        assert_eq!(said(scene, by, &by.activity("Follow", "1", json!(group))).await.0, "applied");
    }
    let mut removal = eve.activity("Delete", "1", json!(topic.uri));
    removal["summary"] = json!("hoort hier niet");
    // What the owner did is no more Eve's to take back than to do.
    let owners = json!({"type": "Lock", "id": scene.app.url("/activities/x"), "actor": scene.app.url("/u/ana"),
        "object": topic.uri});
    for (activity, rule) in [
        (aimed(eve, "Add", "self", &eve.uri, &moderators), "not-owner"),
        (aimed(eve, "Remove", "owner", &scene.app.url("/u/ana"), &moderators), "not-owner"),
        (aimed(eve, "Add", "pin", &topic.uri, &featured), "not-staff"),
        (aimed(eve, "Block", "jan", &jan.uri, group), "not-staff"),
        (eve.activity("Lock", "1", json!(topic.uri)), "not-staff"),
        (eve.activity("Undo", "lock", owners), "not-staff"),
        (removal, "not-staff"),
    ] {
        assert_eq!(said(scene, eve, &activity).await, refused(rule), "{activity}");
    }
    // A list of moderators on her own server makes nobody one here, and a group there says nothing of a group here.
    let gang = attack.evil.group("bende");
    attack.evil.serve(
        "/c/bende/moderators",
        &json!({"id": format!("{}/moderators", gang.uri), "type": "OrderedCollection", "orderedItems": [eve.uri]}),
    );
    let lock = gang.activity("Lock", "1", json!(topic.uri));
    assert_eq!(said(scene, &gang, &lock).await, refused("not-a-person"));
    let announce = gang.activity("Announce", "1", eve.activity("Lock", "2", json!(topic.uri)));
    assert_eq!(said(scene, &gang, &announce).await, ignored("not-followed"));
    let thread = scene.thread(&topic.uri).await;
    assert!(thread.locked_at.is_none() && thread.pinned_at.is_none());
    assert!(scene.row(&topic.uri).await.removed_at.is_none());
    assert_eq!(scene.membership(&eve.uri).await.unwrap().role, Role::Member);

    // A real one does, as long as the owner wants that, and makes nobody else one.
    let role = |role: &str| json!({"person": "jan@mastodon.test", "role": role});
    let path = "/groups/bijstand/memberships";
    scene.owner.patch(path, role("moderator")).await.expect(204);
    let lock = jan.activity("Lock", "1", json!(topic.uri));
    assert_eq!(said(scene, jan, &lock).await.0, "applied");
    assert!(scene.thread(&topic.uri).await.locked_at.is_some());
    let friend = aimed(jan, "Add", "friend", &eve.uri, &moderators);
    assert_eq!(said(scene, jan, &friend).await, refused("not-owner"));
    scene.owner.patch(path, role("member")).await.expect(204);
    assert_eq!(said(scene, jan, &jan.activity("Undo", "1", lock)).await, refused("not-staff"));
    assert!(scene.thread(&topic.uri).await.locked_at.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_deletes_nothing_in_the_name_of_somebody_here_52() {
    let attack = Attack::new().await;
    let scene = &attack.scene;
    let (remote, _group, follow) = trap(&attack).await;
    assert_eq!(said(scene, &remote, &remote.activity("Accept", "1", json!(follow))).await.0, "applied");
    let body = json!({"title": "Van mij", "content": "Mijn eigen woorden"});
    let mine = scene.owner.post("/groups/valkuil@evil.test/threads", body).await.expect(201);
    scene.app.settle().await;
    let uri = mine["activityPubId"].as_str().unwrap();
    let confirmed = remote.activity("Announce", "mine", json!(uri));
    assert_eq!(said(scene, &remote, &confirmed).await.0, "applied");
    // Ana never said this, though the id is one of her server.
    let forged = json!({"type": "Delete", "id": scene.app.url("/activities/x"), "actor": scene.app.url("/u/ana"),
        "object": uri});
    let announce = remote.activity("Announce", "forged", forged);
    assert_eq!(said(scene, &remote, &announce).await, ignored("our-own"));
    let row = scene.row(uri).await;
    assert!(row.deleted_at.is_none() && row.html.contains("Mijn eigen woorden"));
    // What is the host's to say is that it takes the post away, and then its author still has the text.
    let mut removal = attack.eve.activity("Delete", "1", json!(uri));
    removal["summary"] = json!("Niet hier");
    assert_eq!(said(scene, &remote, &remote.activity("Announce", "away", removal)).await.0, "applied");
    let row = scene.row(uri).await;
    assert!(row.removed_at.is_some() && row.deleted_at.is_none() && row.html.contains("Mijn eigen woorden"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_to_join_that_nobody_answered_shows_nothing_37() {
    let attack = Attack::new().await;
    let (scene, eve) = (&attack.scene, &attack.eve);
    let (remote, group, follow) = trap(&attack).await;
    let member = scene.owner.id;
    let state = async || {
        let find = move |tx: &mut vakplein::db::Tx<'_>| membership::find(tx, group, member);
        scene.app.app.db.read(find).await.unwrap().unwrap().state
    };
    let hidden = |word: &str| {
        let mut note = eve.note(word, &[], None);
        note["to"] = json!([format!("{}/followers", remote.uri)]);
        note["cc"] = json!([remote.uri]);
        note["audience"] = json!(remote.uri);
        note
    };
    // Somebody else's yes is none, and what is for followers is shown to nobody, before it is answered or after.
    let yes = eve.activity("Accept", "1", json!(follow));
    said(scene, eve, &yes).await;
    assert_eq!(state().await, MembershipState::Pending);
    for word in ["before", "after"] {
        if word == "after" {
            assert_eq!(
                said(scene, &remote, &remote.activity("Accept", "1", json!(follow))).await.0,
                "applied"
            );
            assert_eq!(state().await, MembershipState::Accepted);
        }
        let note = hidden(word);
        let announce = remote.activity("Announce", word, eve.activity("Create", word, note.clone()));
        assert_eq!(said(scene, &remote, &announce).await, refused("not-public"), "{word}");
        assert!(scene.post(id(&note)).await.is_none());
    }
    let open = eve.note("open", &[&remote.uri], None);
    let announce = remote.activity("Announce", "open", eve.activity("Create", "open", open.clone()));
    assert_eq!(said(scene, &remote, &announce).await.0, "applied");
    assert!(scene.post(id(&open)).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_twice_late_or_elsewhere_changes_nothing() {
    let attack = Attack::new().await;
    let (scene, jan) = (&attack.scene, &attack.scene.jan);
    let group = scene.group_uri.as_str();
    let topic = scene.topic("Van ons").await;
    // A request that was caught on its way is worth nothing at another server.
    let other = scene.net.app("gemeente.test").await;
    let like = jan.activity("Like", "1", json!(topic.uri));
    let body = like.to_string().into_bytes();
    for scheme in [Scheme::Cavage, Scheme::Rfc9421] {
        let headers = jan.headers(&scene.app, scheme, "/inbox", &body);
        let status = send(&other, "/inbox", headers, body.clone()).await.status;
        assert!(matches!(status, 400 | 401), "{scheme:?} {status}");
    }
    // The same like again counts once, under its own id or another.
    assert_eq!(said(scene, jan, &like).await.0, "applied");
    assert_eq!(jan.post(&scene.app, &like).await.status, 200);
    said(scene, jan, &jan.activity("Like", "2", json!(topic.uri))).await;
    assert_eq!(scene.row(&topic.uri).await.like_count, 1);
    // Whoever left doesn't come in again by what they sent before.
    let follow = jan.activity("Follow", "1", json!(group));
    said(scene, jan, &follow).await;
    said(scene, jan, &jan.activity("Undo", "1", follow.clone())).await;
    assert_eq!(jan.post(&scene.app, &follow).await.status, 200);
    scene.app.settle().await;
    assert!(scene.membership(&jan.uri).await.is_none());
    // Of two changes the later counts, in whatever order they come.
    let note = jan.note("1", &[group], None);
    let create = jan.activity("Create", "1", note.clone());
    assert_eq!(said(scene, jan, &create).await.0, "applied");
    let changed = |word: &str, day: u8| {
        let mut note = note.clone();
        note["content"] = json!(format!("<p>Versie {word}</p>"));
        note["updated"] = json!(format!("2026-02-0{day}T00:00:00Z"));
        jan.activity("Update", word, note)
    };
    said(scene, jan, &changed("nieuw", 2)).await;
    said(scene, jan, &changed("oud", 1)).await;
    assert!(scene.row(id(&note)).await.html.contains("Versie nieuw"));
    // And what was deleted stays so: the same Create again, another one about it, one that somebody else kept.
    assert_eq!(said(scene, jan, &jan.activity("Delete", "1", note["id"].clone())).await.0, "applied");
    assert_eq!(jan.post(&scene.app, &create).await.status, 200);
    said(scene, jan, &jan.activity("Create", "2", note.clone())).await;
    said(scene, jan, &changed("weer", 3)).await;
    let mut kept = jan.activity("Create", "3", note.clone());
    kept["signature"] = json!({"type": "RsaSignature2017", "creator": format!("{}#main-key", jan.uri), "signatureValue": "x"});
    assert_eq!(attack.eve.post(&scene.app, &kept).await.status, 202);
    scene.app.settle().await;
    let row = scene.row(id(&note)).await;
    assert!(row.deleted_at.is_some() && row.html.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn naming_everybody_and_following_without_end_reach_few() {
    let attack = Attack::new().await;
    let (scene, eve) = (&attack.scene, &attack.eve);
    let mut people: Vec<Member> = Vec::new();
    for number in 0..limits::MENTIONS + 10 {
        people.push(scene.app.member(&format!("lid{number}")).await);
    }
    let mut note = eve.note("all", &[&scene.group_uri], None);
    note["tag"] = people
        .iter()
        .map(|one| json!({"type": "Mention", "href": scene.app.url(&format!("/u/{}", one.name))}))
        .collect();
    assert_eq!(said(scene, eve, &eve.activity("Create", "all", note)).await.0, "applied");
    let mut told = 0;
    for one in &people {
        told += one.get("/me/notices").await.expect(200)["items"].as_array().unwrap().len();
    }
    assert_eq!(told, limits::MENTIONS);
    // Following again and again is following once, and nobody is told each time.
    let count = async || scene.owner.get("/groups/bijstand").await.expect(200)["memberCount"].clone();
    let heard = async || scene.owner.get("/me/notices").await.expect(200)["items"].as_array().unwrap().len();
    let (members, before) = (count().await.as_i64().unwrap(), heard().await);
    for number in 0..5 {
        for target in [scene.group_uri.clone(), scene.app.url("/u/ana")] {
            let word = format!("{number}-{}", target.len());
            said(scene, eve, &eve.activity("Follow", &word, json!(target))).await;
        }
    }
    assert_eq!(count().await, members + 1);
    assert_eq!(heard().await, before);
}
