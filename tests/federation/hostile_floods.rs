//! Floods that keep to every other rule: from one person elsewhere, from one server, and what others notice of them. Nothing is
//! lost by it: whoever is told to wait sends it again.

use serde_json::{Value, json};

use super::hostile::Attack;
use super::inbound::Scene;
use crate::support::peer::PeerActor;
use crate::support::{Member, Reply, TestApp};

/// An attack on an instance whose limits count, and its administrator.
async fn flooded() -> (Attack, Member) {
    let scene = Scene::with(|config| config.limits.enabled = true).await;
    let boss = scene.app.admin("boss").await;
    (Attack::on(scene).await, boss)
}

/// Sets a limit, so that a test needs few to reach it.
async fn limit(boss: &Member, name: &str, count: i64) {
    boss.patch(&format!("/admin/limits/{name}"), json!({ "count": count })).await.expect(200);
}

/// How often a limit held somebody up, and whom.
async fn hits(boss: &Member, name: &str) -> (i64, Value) {
    let shown = boss.get(&format!("/admin/limits/{name}")).await.expect(200);
    (shown["hits"].as_i64().unwrap(), shown["who"].clone())
}

async fn taken(by: &PeerActor, app: &TestApp, activity: &Value) {
    let reply = by.post(app, activity).await;
    assert_eq!(reply.status, 202, "{activity}: {}", reply.text);
}

/// That it was turned away, by this limit; after how many seconds there is room.
async fn held_up(by: &PeerActor, app: &TestApp, activity: &Value, name: &str) -> i64 {
    let reply: Reply = by.post(app, activity).await;
    assert_eq!((reply.status, reply.text.trim()), (429, format!("limit: {name}").as_str()), "{activity}");
    reply.header("retry-after").parse().unwrap()
}

/// Sends such activities until a limit turns one away, which it must; how many were taken, and after how many seconds there is room.
async fn flood(by: &PeerActor, app: &TestApp, name: &str, make: impl Fn(&str) -> Value) -> (usize, i64) {
    for number in 0..500 {
        let reply = by.post(app, &make(&format!("flood{number}"))).await;
        if reply.status == 429 {
            assert_eq!(reply.text.trim(), format!("limit: {name}"));
            return (number, reply.header("retry-after").parse().unwrap());
        }
        assert_eq!(reply.status, 202, "{}", reply.text);
    }
    panic!("{name} turns nothing away");
}

async fn notices(member: &Member) -> usize {
    member.get("/me/notices").await.expect(200)["items"].as_array().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_likes_ends_and_nobody_else_feels_it() {
    let (attack, boss) = flooded().await;
    let (app, eve, jan) = (&attack.scene.app, &attack.eve, &attack.scene.jan);
    limit(&boss, "actor-reactions", 5).await;
    let topic = attack.scene.topic("Vakantiegeld").await;
    let like = |by: &PeerActor, number: usize| by.activity("Like", &number.to_string(), json!(topic.uri));
    // Taking it back is no way around, whether the like is told again or only its id.
    taken(eve, app, &like(eve, 1)).await;
    taken(eve, app, &eve.activity("Undo", "1", like(eve, 1))).await;
    taken(eve, app, &like(eve, 2)).await;
    taken(eve, app, &eve.activity("Undo", "2", like(eve, 2)["id"].clone())).await;
    taken(eve, app, &like(eve, 3)).await;
    let late = like(eve, 4);
    let wait = held_up(eve, app, &late, "actor-reactions").await;
    assert!((1..=12).contains(&wait), "{wait}");
    // What isn't a like still comes through, and so does everybody else, also of her server.
    taken(eve, app, &eve.activity("Create", "1", eve.note("1", &[&attack.scene.group_uri], None))).await;
    taken(jan, app, &like(jan, 1)).await;
    let neighbour = attack.evil.person("nina");
    taken(&neighbour, app, &like(&neighbour, 1)).await;
    app.settle().await;
    assert_eq!(attack.scene.row(&topic.uri).await.like_count, 3);
    // Sent again when there is room, as it was told, it counts.
    app.clock.advance(wait);
    taken(eve, app, &late).await;
    flood(eve, app, "actor-reactions", |word| eve.activity("Like", word, json!(topic.uri))).await;
    // An administrator sees it in the log, and by whom it was; who else looks sees nothing.
    let refused = boss.get("/admin/federation?flow=refused&host=evil.test").await.expect(200);
    let first = &refused["items"][0];
    assert_eq!((&first["outcome"], &first["reason"]), (&json!("429"), &json!("limit: actor-reactions")));
    assert_eq!(hits(&boss, "actor-reactions").await, (2, json!([eve.uri])));
    assert_eq!(hits(&boss, "actor-posts").await, (0, json!([])));
    assert_eq!(attack.scene.owner.get("/admin/limits").await.refused(403), "not-admin");
    // Without limits there is none.
    let open = Attack::new().await;
    let topic = open.scene.topic("Vakantiegeld").await;
    for number in 0..200 {
        taken(&open.eve, &open.scene.app, &open.eve.activity("Like", &number.to_string(), json!(topic.uri)))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_names_everybody_is_soon_told_to_wait() {
    let (attack, boss) = flooded().await;
    let (app, eve, group) = (&attack.scene.app, &attack.eve, attack.scene.group_uri.as_str());
    limit(&boss, "actor-mentions", 20).await;
    let naming = |by: &PeerActor, word: &str, kind: Value, named: Vec<String>| {
        let mut note = by.note(word, &[group], None);
        note["tag"] = named.iter().map(|uri| json!({"type": kind, "href": uri})).collect();
        by.activity("Create", word, note)
    };
    let here = |many: usize| (0..many).map(|n| app.url(&format!("/u/lid{n}"))).collect::<Vec<_>>();
    taken(eve, app, &naming(eve, "1", json!("Mention"), here(15))).await;
    let second = naming(eve, "2", json!("Mention"), here(15));
    let wait = held_up(eve, app, &second, "actor-mentions").await;
    // In another spelling they are named as well.
    held_up(eve, app, &naming(eve, "3", json!(["Mention"]), here(15)), "actor-mentions").await;
    // Whoever names nobody here, or few, goes on.
    let elsewhere = (0..30).map(|n| format!("http://mastodon.test/u/{n}")).collect();
    taken(eve, app, &naming(eve, "4", json!("Mention"), elsewhere)).await;
    taken(eve, app, &naming(eve, "5", json!("Mention"), here(3))).await;
    let jan = &attack.scene.jan;
    taken(jan, app, &naming(jan, "1", json!("Mention"), here(15))).await;
    app.clock.advance(wait + 600);
    taken(eve, app, &second).await;
    // However many one post names, it fits when nobody was named for long.
    app.clock.advance(3_600);
    taken(eve, app, &naming(eve, "6", json!("Mention"), here(500))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn joining_and_leaving_again_and_again_keeps_no_moderator_busy() {
    let (attack, boss) = flooded().await;
    let (app, eve, jan, owner) = (&attack.scene.app, &attack.eve, &attack.scene.jan, &attack.scene.owner);
    owner.patch("/groups/bijstand", json!({ "joining": "approval" })).await.expect(200);
    limit(&boss, "actor-follows", 5).await;
    limit(&boss, "peer-follows", 10).await;
    let follow = |by: &PeerActor, number: usize| {
        by.activity("Follow", &number.to_string(), json!(attack.scene.group_uri))
    };
    let before = notices(owner).await;
    for number in 0..5 {
        let activity = if number % 2 == 0 {
            follow(eve, number)
        } else {
            eve.activity("Undo", &number.to_string(), follow(eve, number - 1))
        };
        taken(eve, app, &activity).await;
        app.settle().await;
    }
    let wait = held_up(eve, app, &eve.activity("Undo", "9", follow(eve, 4)), "actor-follows").await;
    assert!((1..=720).contains(&wait), "{wait}");
    held_up(eve, app, &eve.activity("Leave", "9", json!(attack.scene.group_uri)), "actor-follows").await;
    app.settle().await;
    assert!(notices(owner).await - before <= 5);
    taken(jan, app, &follow(jan, 1)).await;
    // All of a server together may ask more, but not without end.
    for number in 0..5 {
        let other = attack.evil.person(&format!("kloon{number}"));
        taken(&other, app, &follow(&other, 1)).await;
    }
    let last = attack.evil.person("kloon9");
    held_up(&last, app, &follow(&last, 1), "peer-follows").await;
    taken(jan, app, &jan.activity("Undo", "1", follow(jan, 1))).await;
    assert_eq!(hits(&boss, "peer-follows").await, (1, json!(["evil.test"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_without_end_reach_nobody() {
    let (attack, boss) = flooded().await;
    let (app, eve, jan) = (&attack.scene.app, &attack.eve, &attack.scene.jan);
    limit(&boss, "actor-reports", 3).await;
    limit(&boss, "peer-reports", 5).await;
    let topic = attack.scene.topic("Vakantiegeld").await;
    let flag = |by: &PeerActor, number: usize| by.activity("Flag", &number.to_string(), json!([topic.uri]));
    for number in 0..3 {
        taken(eve, app, &flag(eve, number)).await;
    }
    held_up(eve, app, &flag(eve, 3), "actor-reports").await;
    let other = attack.evil.person("nina");
    for number in 0..2 {
        taken(&other, app, &flag(&other, number)).await;
    }
    held_up(&other, app, &flag(&other, 2), "peer-reports").await;
    taken(jan, app, &flag(jan, 1)).await;
    // A day later they may again.
    app.clock.advance(86_400);
    taken(eve, app, &flag(eve, 3)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_floods_waits_and_others_are_served() {
    let (attack, boss) = flooded().await;
    let (app, eve, jan) = (&attack.scene.app, &attack.eve, &attack.scene.jan);
    limit(&boss, "peer-activities", 60).await;
    let topic = attack.scene.topic("Vakantiegeld").await;
    // Whoever claims to be Jan uses up nothing of his.
    let mut forger = eve.clone();
    forger.uri.clone_from(&jan.uri);
    for number in 0..70 {
        let forged = jan.activity("Like", &format!("f{number}"), json!(topic.uri));
        assert_eq!(forger.post(app, &forged).await.status, 401);
    }
    // A host that announces what its members do isn't one of them, but it isn't without end either.
    let host = attack.evil.group("plein");
    let boost = |word: &str| host.activity("Announce", word, json!(topic.uri));
    let (many, wait) = flood(&host, app, "peer-activities", boost).await;
    assert!(many >= 60, "{many}");
    // All of its server waits with it.
    flood(eve, app, "peer-activities", |word| eve.activity("Announce", word, json!(topic.uri))).await;
    taken(jan, app, &jan.activity("Like", "1", json!(topic.uri))).await;
    app.clock.advance(wait);
    taken(&host, app, &boost("later")).await;
    assert_eq!(hits(&boss, "peer-activities").await, (2, json!(["evil.test"])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_new_people_without_end_is_not_asked_for_each() {
    let (attack, boss) = flooded().await;
    let app = &attack.scene.app;
    limit(&boss, "peer-actors", 10).await;
    let topic = attack.scene.topic("Vakantiegeld").await;
    let like = |by: &PeerActor, word: &str| by.activity("Like", word, json!(topic.uri));
    let mut known = Vec::new();
    for number in 0..10 {
        let person = attack.evil.person(&format!("kloon{number}"));
        taken(&person, app, &like(&person, "1")).await;
        known.push(person);
    }
    let stranger = attack.evil.person("kloon99");
    let wait = held_up(&stranger, app, &like(&stranger, "1"), "peer-actors").await;
    assert_eq!(attack.evil.asked_for("/users/kloon99"), 0);
    taken(&known[0], app, &like(&known[0], "2")).await;
    taken(&attack.scene.jan, app, &like(&attack.scene.jan, "1")).await;
    app.clock.advance(wait);
    taken(&stranger, app, &like(&stranger, "1")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_hand_on_uses_up_nothing_of_its_author() {
    let (attack, boss) = flooded().await;
    let (app, eve, jan, group) =
        (&attack.scene.app, &attack.eve, &attack.scene.jan, attack.scene.group_uri.as_str());
    limit(&boss, "actor-posts", 5).await;
    let mut create = jan.activity("Create", "1", jan.note("1", &[group], None));
    jan.prove(&mut create);
    for number in 0..8 {
        let status = eve.post(app, &create).await.status;
        assert_eq!(status, if number == 0 { 202 } else { 200 });
    }
    for number in 2..7 {
        let word = number.to_string();
        taken(jan, app, &jan.activity("Create", &word, jan.note(&word, &[group], None))).await;
    }
    held_up(jan, app, &jan.activity("Create", "9", jan.note("9", &[group], None)), "actor-posts").await;
}
