//! What stands in the collections that FEDERATION.md names, and what doesn't.

use serde_json::{Value, json};
use vakplein::federation::store::peers::PeerForm;
use vakplein::ids::PersonId;
use vakplein::policy::Role;
use vakplein::threads::acts;
use vakplein::{membership, policy::Actor};

use super::scene::Scene;

impl Scene {
    async fn items(&self, path: &str) -> Vec<Value> {
        let found = self.app.document(path).await.expect(200);
        assert_eq!(found["id"], self.app.url(path));
        assert!(found.get("first").is_none(), "unpaged: {found}");
        let items = found.get("orderedItems").or(found.get("items")).unwrap();
        items.as_array().unwrap().clone()
    }
}

fn ids(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["id"].as_str().or(item.as_str()).unwrap()).collect()
}

#[tokio::test]
async fn an_outbox_announces_the_newest_topics_that_are_shown() {
    let scene = Scene::new().await;
    let (one, two, three) =
        (scene.topic("Een", "1").await, scene.topic("Twee", "2").await, scene.topic("Drie", "3").await);
    scene.reply(one.id, "Geen topic.").await;
    scene.app.settle().await;
    let topics = async || {
        let items = scene.items("/g/schulden/outbox").await;
        for item in &items {
            assert_eq!(
                (item["type"].as_str(), item["object"]["type"].as_str()),
                (Some("Announce"), Some("Create"))
            );
            assert_eq!(
                (&item["actor"], &item["object"]["object"]["type"]),
                (&json!(scene.group_uri()), &json!("Page"))
            );
        }
        items
            .iter()
            .map(|item| item["object"]["object"]["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(topics().await, [three.uri.as_str(), &two.uri, &one.uri], "the newest first");
    let (removed, deleted) = (two.id, three.id);
    scene.act(move |tx, by| acts::remove(tx, by, removed, "Namen genoemd")).await;
    scene.act(move |tx, by| acts::delete(tx, by, deleted)).await;
    scene.app.settle().await;
    assert_eq!(topics().await, [one.uri.as_str()]);
    assert_eq!(scene.app.document("/g/schulden/outbox").await.json["totalItems"], 1);
    scene.act(move |tx, by| acts::restore(tx, by, removed)).await;
    assert_eq!(topics().await, [two.uri.as_str(), &one.uri]);
}

#[tokio::test]
async fn featured_holds_whole_topics_and_moderators_their_ids() {
    let scene = Scene::new().await;
    let (one, two) = (scene.topic("Een", "Eerste *tekst*").await, scene.topic("Twee", "2").await);
    assert!(scene.items("/g/schulden/featured").await.is_empty());
    for id in [one.thread_id, two.thread_id] {
        scene.act(move |tx, by| acts::pin(tx, by, id)).await;
    }
    let pinned = scene.items("/g/schulden/featured").await;
    let mut found = ids(&pinned);
    found.sort_unstable();
    let mut expected = [one.uri.as_str(), two.uri.as_str()];
    expected.sort_unstable();
    assert_eq!(found, expected);
    let whole = pinned.iter().find(|page| page["id"] == one.uri).unwrap();
    assert_eq!((whole["type"].as_str(), whole["name"].as_str()), (Some("Page"), Some("Een")));
    assert!(whole["content"].as_str().unwrap().contains("<em>tekst</em>") && whole["proof"].is_object());
    let (id, gone) = (one.thread_id, two.id);
    scene.act(move |tx, by| acts::unpin(tx, by, id)).await;
    scene.act(move |tx, by| acts::remove(tx, by, gone, "Weg")).await;
    assert!(scene.items("/g/schulden/featured").await.is_empty(), "unpinned, and removed");

    let (_lemmy, bob) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
    assert_eq!(ids(&scene.items("/g/schulden/moderators").await), [scene.app.url("/u/ana")]);
    let (group, person) = (scene.group, PersonId::from(bob.id));
    scene.act(move |tx, by| membership::acts::set_role(tx, by, group, person, Role::Moderator)).await;
    let moderators = scene.items("/g/schulden/moderators").await;
    assert_eq!(
        ids(&moderators),
        [scene.app.url("/u/ana").as_str(), &bob.uri],
        "the owner first: Lemmy may read only one"
    );
    let followers = scene.app.document("/g/schulden/followers").await.expect(200);
    assert_eq!(
        (&followers["totalItems"], &followers["items"]),
        (&json!(2), &json!([])),
        "how many, never who"
    );
}

#[tokio::test]
async fn a_thread_s_collections_hold_what_is_shown_wherever_it_was_written() {
    let scene = Scene::new().await;
    let topic = scene.topic("Titel", "Tekst.").await;
    let first = scene.reply(topic.id, "Eerste.").await;
    let below = scene.reply(first.id, "Daaronder.").await;
    let (removed, deleted) = (scene.reply(topic.id, "Weg.").await, scene.reply(topic.id, "Ook weg.").await);
    let context = format!("/t/{}/context", topic.id);
    let replies = format!("/p/{}/replies", topic.id);
    assert_eq!(scene.items(&replies).await.len(), 3, "direct ones only");
    let (one, two) = (removed.id, deleted.id);
    scene.act(move |tx, by| acts::remove(tx, by, one, "Namen genoemd")).await;
    scene.act(move |tx, by| acts::delete(tx, by, two)).await;
    // Bob's reply is served by his server; here it is named.
    let (_lemmy, bob) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
    let uri = "http://lemmy.test/comment/1".to_owned();
    let draft = vakplein::threads::Draft {
        html: "<p>Van elders.</p>".to_owned(),
        plain: "Van elders.".to_owned(),
        remote: Some(vakplein::threads::Remote {
            uri: uri.clone(),
            url: uri.clone(),
            published: scene.app.app.clock.now(),
            updated: None,
            context: None,
            document: "{}".to_owned(),
            public: true,
        }),
        ..vakplein::threads::Draft::default()
    };
    let by = Actor { person: bob.id.into(), origin: vakplein::policy::Origin::Peer, activity: None };
    let to = topic.id;
    scene.app.app.db.write(move |tx| acts::reply(tx, &by, to, &draft)).await.unwrap();
    let all = scene.items(&context).await;
    assert_eq!(ids(&all), [topic.uri.as_str(), &first.uri, &below.uri, &uri], "in the order of writing");
    assert_eq!(scene.app.document(&context).await.json["attributedTo"], scene.group_uri());
    assert_eq!(ids(&scene.items(&replies).await), [first.uri.as_str(), &uri]);
    assert_eq!(ids(&scene.items(&format!("/p/{}/replies", first.id)).await), [below.uri.as_str()]);
    assert_eq!(scene.app.document(&format!("/p/{}/replies", removed.id)).await.status, 404);
}

#[tokio::test]
async fn a_person_s_outbox_holds_what_they_wrote_in_the_open_as_it_is_now() {
    use diesel::prelude::*;
    use vakplein::db::schema::groups::dsl;
    use vakplein::threads::draft::{Input, written};
    let scene = Scene::new().await;
    let topic = scene.topic("Titel", "Tekst.").await;
    let reply = scene.reply(topic.id, "Antwoord.").await;
    let wrong = scene.reply(topic.id, "Vergissing.").await;
    scene.app.settle().await;
    let items = scene.items("/u/ana/outbox").await;
    let objects = |items: &[Value]| -> Vec<String> {
        items.iter().map(|item| item["object"]["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(objects(&items), [wrong.uri.as_str(), &reply.uri, &topic.uri], "the newest first");
    assert!(items.iter().all(|item| item["type"] == "Create" && item["actor"] == scene.app.url("/u/ana")));
    let id = wrong.id;
    scene.act(move |tx, by| acts::delete(tx, by, id)).await;
    let input = Input { content: "Beter *antwoord*.".to_owned(), ..Input::default() };
    let draft = written(&scene.app.app.db, &scene.app.app.markdown, input).await.unwrap();
    let id = reply.id;
    scene.act(move |tx, by| acts::edit(tx, by, id, &draft)).await;
    scene.app.settle().await;
    let now = scene.app.document("/u/ana/outbox").await;
    assert!(
        !now.text.contains("Vergissing") && !now.text.contains("Antwoord."),
        "neither gone nor old: {}",
        now.text
    );
    assert_eq!(now.json["totalItems"], 2);
    // What is written in a closed group isn't even counted.
    let group = scene.group;
    let close = move |tx: &mut vakplein::db::Tx<'_>| {
        let row = dsl::groups.find(group);
        Ok(diesel::update(row).set(dsl::class.eq(vakplein::policy::Class::Leden)).execute(tx.conn)?)
    };
    scene.app.app.db.write(close).await.unwrap();
    let closed = scene.app.document("/u/ana/outbox").await.expect(200);
    assert_eq!((&closed["totalItems"], &closed["orderedItems"]), (&json!(0), &json!([])));
}
