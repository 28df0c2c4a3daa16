//! Who isn't let in is told so, and only as much as they may know.

use diesel::prelude::*;
use serde_json::{Value, json};
use vakplein::policy::Class;

use super::inbound::Scene;
use crate::support::receiver::kind;

const JAN: &str = "jan@mastodon.test";

impl Scene {
    /// What was sent to Jan's server since the last look: type, sender, and id of the Follow that it is about.
    fn answers(&self, seen: &mut usize) -> Vec<(String, String, String)> {
        let all = self.peer.received();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let new = all.iter().skip(*seen).map(|one| &one.activity);
        let told = new.map(|one| (kind(one), text(&one["actor"]), text(&one["object"]["id"]))).collect();
        *seen = all.len();
        told
    }

    fn follow(&self, word: &str, what: &str) -> Value {
        let mut follow = self.jan.activity("Follow", word, json!(what));
        follow["x-kept"] = json!({"as": ["it", "came"]});
        follow
    }
}

fn told(kind: &str, by: &str, follow: &Value) -> (String, String, String) {
    (kind.to_owned(), by.to_owned(), follow["id"].as_str().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_follow_is_answered_and_a_later_one_may_be_granted() {
    let (scene, mut seen) = (Scene::new().await, 0);
    let group = scene.group_uri.clone();
    let first = scene.follow("1", &group);
    scene.deliver(&first).await;
    assert_eq!(scene.answers(&mut seen), [told("Accept/Follow", &group, &first)]);
    let ban = format!("/groups/bijstand/bans/{JAN}");
    assert_eq!(scene.owner.put(&ban, json!({"reason": "Reclame"})).await.status, 204);
    scene.app.settle().await;
    let evicted = scene.answers(&mut seen);
    assert!(evicted.contains(&told("Reject/Follow", &group, &first)), "{evicted:?}");

    let second = scene.follow("2", &group);
    scene.deliver(&second).await;
    assert_eq!(scene.outcome(&second).await, ("refused".to_owned(), "banned".to_owned()));
    assert_eq!(scene.answers(&mut seen), [told("Reject/Follow", &group, &second)]);
    let whole = scene.peer.received().last().unwrap().clone();
    assert_eq!(whole.activity["object"], second, "the Follow as it came");
    assert_eq!(whole.path, "/users/jan/inbox");
    // The same activity again isn't answered again.
    assert_eq!(scene.jan.post(&scene.app, &second).await.status, 200);
    scene.app.settle().await;
    assert_eq!(scene.answers(&mut seen), []);

    assert_eq!(scene.owner.delete(&ban).await.status, 204);
    scene.app.settle().await;
    scene.answers(&mut seen);
    let third = scene.follow("3", &group);
    scene.deliver(&third).await;
    assert_eq!(scene.answers(&mut seen), [told("Accept/Follow", &group, &third)]);
    assert_eq!(scene.app.failures().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_that_is_gone_says_so_and_a_closed_one_nothing() {
    let (scene, mut seen) = (Scene::new().await, 0);
    let closed = json!({"name": "intern", "title": "Intern", "mission": "Onder ons"});
    scene.owner.post("/groups", closed).await.expect(201);
    // It was open before, so its name is known.
    let close = |tx: &mut vakplein::db::Tx<'_>| {
        use vakplein::db::schema::groups::dsl;
        let intern = dsl::groups.filter(dsl::title.eq("Intern"));
        Ok(diesel::update(intern).set(dsl::class.eq(Class::Leden)).execute(tx.conn)?)
    };
    assert_eq!(scene.app.app.db.write(close).await.unwrap(), 1);
    for (word, group) in [("1", scene.app.url("/g/intern")), ("2", scene.app.url("/g/nergens"))] {
        let follow = scene.follow(word, &group);
        scene.deliver(&follow).await;
        assert_ne!(scene.outcome(&follow).await.0, "applied", "{group}");
        assert_eq!(scene.answers(&mut seen), [], "closed or never there: the same silence");
    }
    assert_eq!(scene.owner.delete("/groups/bijstand").await.status, 204);
    scene.app.settle().await;
    scene.answers(&mut seen);
    let late = scene.follow("3", &scene.group_uri);
    scene.deliver(&late).await;
    assert_eq!(scene.outcome(&late).await, ("refused".to_owned(), "gone".to_owned()));
    assert_eq!(scene.answers(&mut seen), [told("Reject/Follow", &scene.group_uri, &late)]);
    // A closed group that is gone is as silent as it was.
    assert_eq!(scene.owner.delete("/groups/intern").await.status, 204);
    let late = scene.follow("4", &scene.app.url("/g/intern"));
    scene.deliver(&late).await;
    assert_eq!(scene.answers(&mut seen), []);
    assert_eq!(scene.app.failures().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_put_out_of_the_instance_is_told_by_all_whom_they_followed() {
    let (scene, mut seen) = (Scene::new().await, 0);
    let (chief, ana) = (scene.app.admin("chef").await, scene.app.url("/u/ana"));
    let (member, follower) = (scene.follow("1", &scene.group_uri), scene.follow("2", &ana));
    scene.deliver(&member).await;
    scene.deliver(&follower).await;
    let mut accepts = scene.answers(&mut seen);
    accepts.sort();
    let mut expected =
        [told("Accept/Follow", &scene.group_uri, &member), told("Accept/Follow", &ana, &follower)];
    expected.sort();
    assert_eq!(accepts, expected);
    let suspension = format!("/admin/people/{}/suspension", scene.actor(&scene.jan.uri).await.unwrap().id);
    assert_eq!(scene.owner.put(&suspension, json!({"reason": "x"})).await.status, 403, "not by anybody");
    assert!(scene.membership(&scene.jan.uri).await.is_some());
    assert_eq!(chief.put(&suspension, json!({"reason": "Bedreigingen"})).await.status, 204);
    scene.app.settle().await;
    let mut rejects = scene.answers(&mut seen);
    rejects.sort();
    let mut expected =
        [told("Reject/Follow", &scene.group_uri, &member), told("Reject/Follow", &ana, &follower)];
    expected.sort();
    assert_eq!(rejects, expected);
    assert!(scene.membership(&scene.jan.uri).await.is_none());
    let group = scene.owner.get("/groups/bijstand").await.expect(200);
    assert_eq!(group["memberCount"], 1);

    let (again, person) = (scene.follow("3", &scene.group_uri), scene.follow("4", &ana));
    scene.deliver(&again).await;
    scene.deliver(&person).await;
    assert_eq!(
        scene.answers(&mut seen),
        [told("Reject/Follow", &scene.group_uri, &again), told("Reject/Follow", &ana, &person)]
    );
    assert_eq!(chief.delete(&suspension).await.status, 204);
    let last = scene.follow("5", &scene.group_uri);
    scene.deliver(&last).await;
    assert_eq!(scene.answers(&mut seen), [told("Accept/Follow", &scene.group_uri, &last)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_by_a_moderator_elsewhere_ends_the_right_follow() {
    let (scene, mut seen) = (Scene::new().await, 0);
    let piet = scene.peer.person("piet");
    let follow = scene.follow("1", &scene.group_uri);
    scene.deliver(&follow).await;
    let mut block = piet.activity("Block", "1", json!(scene.jan.uri));
    block["target"] = json!(scene.group_uri);
    block["summary"] = json!("Reclame");
    scene.deliver_by(&piet, &piet.activity("Follow", "1", json!(scene.group_uri))).await;
    scene.deliver_by(&piet, &block).await;
    assert_eq!(scene.outcome(&block).await, ("refused".to_owned(), "not-staff".to_owned()));
    assert!(scene.membership(&scene.jan.uri).await.is_some());
    let role = json!({"person": "piet@mastodon.test", "role": "moderator"});
    assert_eq!(scene.owner.patch("/groups/bijstand/memberships", role).await.status, 204);
    scene.app.settle().await;
    scene.answers(&mut seen);
    block["id"] = json!(format!("{}/blocks/2", piet.uri));
    scene.deliver_by(&piet, &block).await;
    assert_eq!(scene.outcome(&block).await.0, "applied");
    let evicted = scene.answers(&mut seen);
    assert!(evicted.contains(&told("Reject/Follow", &scene.group_uri, &follow)), "{evicted:?}");
    assert!(scene.membership(&scene.jan.uri).await.is_none());
    // And lets them in again.
    let undo = piet.activity("Undo", "1", block);
    scene.deliver_by(&piet, &undo).await;
    assert_eq!(scene.outcome(&undo).await.0, "applied", "{:?}", scene.outcome(&undo).await);
    let again = scene.follow("2", &scene.group_uri);
    scene.deliver(&again).await;
    assert!(scene.membership(&scene.jan.uri).await.is_some());
}
