//! Topics, replies, votes and what moderators do, as they come in: to groups hosted here, and from groups elsewhere.

use serde_json::{Value, json};
use vakplein::federation::resolve::resolve;
use vakplein::ids::GroupId;
use vakplein::membership;
use vakplein::policy::{Actor, Role};
use vakplein::search::Resolved;
use vakplein::threads;

use super::inbound::{Scene, topic};
use crate::support::Peer;
use crate::support::peer::PeerActor;

fn id(document: &Value) -> &str {
    document["id"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_names_the_group_becomes_a_topic() {
    let scene = Scene::new().await;
    let mut note = scene.jan.note("1", &[], None);
    note["content"] =
        json!("<p>@bijstand Wanneer krijg ik vakantiegeld?</p><script>alert(1)</script><p>Graag snel.</p>");
    note["tag"] = json!([{"type": "Mention", "href": scene.group_uri, "name": "@bijstand@werkplein.test"}]);
    let create = scene.jan.activity("Create", "1", note.clone());
    scene.deliver(&create).await;
    assert_eq!(scene.outcome(&create).await.0, "applied", "{:?}", scene.outcome(&create).await);
    let (row, thread) = (scene.row(id(&note)).await, scene.thread(id(&note)).await);
    assert_eq!(thread.title, "Wanneer krijg ik vakantiegeld?");
    assert!(!thread.hidden && row.confirmed_at.is_some() && !row.local);
    assert!(!row.html.contains("script") && row.document.unwrap().contains("vakantiegeld"));
    // A Page brings its own title, with the group as audience (Lemmy).
    let mut page = scene.jan.note("2", &[], None);
    page["type"] = json!("Page");
    page["name"] = json!("Bijzondere   bijstand");
    page["audience"] = json!(scene.group_uri);
    page["attachment"] = json!([{"type": "Link", "href": "https://voorbeeld.nl/regels"},
        {"type": "Image", "url": "https://voorbeeld.nl/plaatje.png", "name": "Een brief"}]);
    scene.deliver(&scene.jan.activity("Create", "2", page.clone())).await;
    assert_eq!(scene.thread(id(&page)).await.title, "Bijzondere bijstand");
    assert!(scene.row(id(&page)).await.html.contains("https://voorbeeld.nl/regels"));
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_get_the_text_of_what_came_as_html() {
    let scene = Scene::new().await;
    let topic = scene.topic("Vrijlating giften").await;
    let reader = scene.app.anonymous();
    let mut sent = Vec::new();
    for (number, change) in [
        json!({ "content": "<p>Een <b>gift</b> telt</p><p>niet &amp; nooit</p>" }),
        json!({ "content": "<p>Een <b>gift</b></p>",
            "source": { "content": "Een **gift**", "mediaType": "text/markdown" } }),
        json!({ "content": "<p>Een gift</p>", "source": { "content": "[b]Een[/b]", "mediaType": "text/bbcode" } }),
        json!({ "content": "Een *gift*", "mediaType": "text/markdown" }),
    ]
    .iter()
    .enumerate()
    {
        let mut note = scene.jan.note(&number.to_string(), &[], Some(&topic.uri));
        note.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        scene.deliver(&scene.jan.activity("Create", &number.to_string(), note.clone())).await;
        let post = scene.row(id(&note)).await.id;
        sent.push(reader.get(&format!("/posts/{post}")).await.expect(200)["content"].clone());
    }
    assert_eq!(sent, ["Een gift telt\n\nniet & nooit", "Een **gift**", "Een gift", "Een *gift*"]);
    let listed = reader.get(&format!("/threads/{}/replies", topic.thread_id)).await.expect(200);
    let listed: Vec<_> =
        listed["items"].as_array().unwrap().iter().map(|post| post["content"].clone()).collect();
    assert_eq!(listed, sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_refused_among_many_undoes_none_of_the_others() {
    let scene = Scene::new().await;
    let (open, locked) = (scene.topic("Vrijlating giften").await, scene.topic("Vakantiegeld").await);
    let (owner, thread) = (scene.owner.id, locked.thread_id);
    let locked_now = scene.app.app.db.write(move |tx| threads::acts::lock(tx, &Actor::here(owner), thread));
    locked_now.await.unwrap();
    let mut sent = Vec::new();
    for (number, to) in [("1", &open), ("2", &locked), ("3", &open)] {
        let create = scene.jan.activity("Create", number, scene.jan.note(number, &[], Some(&to.uri)));
        assert_eq!(scene.jan.post(&scene.app, &create).await.status, 202);
        sent.push(create);
    }
    scene.app.settle().await;
    let mut outcomes = Vec::new();
    for create in &sent {
        outcomes.push(scene.outcome(create).await);
    }
    let outcomes: Vec<(&str, &str)> =
        outcomes.iter().map(|(state, reason)| (state.as_str(), reason.as_str())).collect();
    assert_eq!(outcomes, [("applied", ""), ("refused", "locked"), ("applied", "")]);
    assert_eq!(scene.thread(&open.uri).await.reply_count, 2);
    // Each of the others is announced, once.
    let announces = scene.peer.received().into_iter().map(|received| received.activity);
    let announced: Vec<Value> = announces
        .filter(|activity| activity["type"] == "Announce")
        .map(|announce| announce["object"]["id"].clone())
        .collect();
    assert_eq!(announced, [sent[0]["id"].clone(), sent[2]["id"].clone()]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_lands_without_a_mention_and_its_parents_are_fetched() {
    let scene = Scene::new().await;
    let topic = scene.topic("Vrijlating giften").await;
    let reply = scene.jan.note("1", &[], Some(&topic.uri));
    scene.deliver(&scene.jan.activity("Create", "1", reply.clone())).await;
    assert_eq!(scene.row(id(&reply)).await.parent_id, Some(topic.id));
    assert_eq!(scene.thread(&topic.uri).await.reply_count, 1);
    // Two replies elsewhere that never came; the third brings them along.
    let piet = Peer::start(scene.net.names(), "gts.test").await.person("piet");
    let second = scene.jan.note("2", &[], Some(id(&reply)));
    scene.peer.publish(second.clone());
    let third = piet.note("3", &[&scene.group_uri], second["id"].as_str());
    let create = piet.activity("Create", "3", third.clone());
    scene.deliver_by(&piet, &create).await;
    assert_eq!(scene.outcome(&create).await.0, "applied", "{:?}", scene.outcome(&create).await);
    let parent = scene.post(id(&second)).await.unwrap();
    assert_eq!(scene.row(id(&third)).await.parent_id, Some(parent.id));
    // What doesn't concern a group of ours makes nobody be asked.
    let before = scene.peer.asked().len();
    let other = piet.note("4", &[], Some(&scene.peer.url("/users/jan/statuses/99")));
    let create = piet.activity("Create", "4", other.clone());
    scene.deliver_by(&piet, &create).await;
    assert_eq!(scene.outcome(&create).await, ("ignored".to_owned(), "unrelated".to_owned()));
    assert_eq!(scene.peer.asked().len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_another_server_keeps_only_its_own_thread_waiting() {
    let scene = Scene::new().await;
    let (one, two) = (scene.topic("Een").await, scene.topic("Twee").await);
    let parent = scene.jan.note("parent", &[], Some(&one.uri));
    let path = "/users/jan/statuses/parent";
    scene.peer.serve_as(path, 503, "text/plain", "");
    let child = scene.jan.note("child", &[&scene.group_uri], parent["id"].as_str());
    let waits = scene.jan.activity("Create", "child", child.clone());
    scene.deliver(&waits).await;
    assert_eq!(scene.outcome(&waits).await.0, "parked");
    let like = scene.jan.activity("Like", "child", child["id"].clone());
    scene.deliver(&like).await;
    assert_eq!(scene.outcome(&like).await.0, "waiting", "it is about what isn't here yet");
    let other = scene.jan.activity("Create", "other", scene.jan.note("other", &[], Some(&two.uri)));
    scene.deliver(&other).await;
    assert_eq!(scene.outcome(&other).await.0, "applied");
    scene.peer.serve(path, &parent);
    // Sooner than after two minutes, when an administrator has that server tried again.
    let (chief, retry) = (scene.app.admin("chef").await, "/admin/peers/mastodon.test/retry");
    assert_eq!(scene.owner.post(retry, json!({})).await.refused(403), "not-admin");
    scene.app.clock.advance(30);
    scene.app.settle().await;
    assert_eq!(scene.outcome(&waits).await.0, "parked");
    assert_eq!(chief.post(retry, json!({})).await.status, 204);
    scene.app.clock.advance(30);
    scene.app.settle().await;
    scene.app.clock.advance(30);
    scene.app.settle().await;
    assert_eq!(scene.outcome(&waits).await.0, "applied", "{:?}", scene.outcome(&waits).await);
    assert_eq!(scene.outcome(&like).await.0, "applied", "{:?}", scene.outcome(&like).await);
    assert_eq!(scene.row(id(&child)).await.like_count, 1);
    // Nobody waits for ever.
    scene.peer.serve_as("/users/jan/statuses/never", 503, "text/plain", "");
    let never = Some("http://mastodon.test/users/jan/statuses/never");
    let lost = scene.jan.activity("Create", "lost", scene.jan.note("lost", &[&scene.group_uri], never));
    scene.deliver(&lost).await;
    for _ in 0..12 {
        scene.app.clock.advance(120);
        scene.app.settle().await;
    }
    assert_eq!(scene.outcome(&lost).await.0, "failed");
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_are_changed_and_deleted_by_their_authors() {
    let scene = Scene::new().await;
    let mut note = scene.jan.note("1", &[&scene.group_uri], None);
    note["type"] = json!("Page");
    note["name"] = json!("Oude titel");
    scene.deliver(&scene.jan.activity("Create", "1", note.clone())).await;
    note["name"] = json!("Nieuwe titel");
    note["updated"] = json!("2026-01-03T10:00:00Z");
    scene.deliver(&scene.jan.activity("Update", "1", note.clone())).await;
    assert_eq!(scene.thread(id(&note)).await.title, "Nieuwe titel");
    note["name"] = json!("Verlate titel");
    note["updated"] = json!("2026-01-02T10:00:00Z");
    scene.deliver(&scene.jan.activity("Update", "2", note.clone())).await;
    assert_eq!(scene.thread(id(&note)).await.title, "Nieuwe titel", "an older change undoes no newer one");
    let tombstone = json!({"type": "Tombstone", "id": note["id"]});
    scene.deliver(&scene.jan.activity("Delete", "1", tombstone)).await;
    assert!(scene.row(id(&note)).await.deleted_at.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_who_deletes_the_account_is_gone_with_all_posts() {
    let scene = Scene::new().await;
    scene.deliver(&scene.jan.activity("Follow", "1", json!(scene.group_uri))).await;
    let note = scene.jan.note("1", &[&scene.group_uri], None);
    scene.deliver(&scene.jan.activity("Create", "1", note.clone())).await;
    let delete = scene.jan.activity("Delete", "1", json!(scene.jan.uri));
    scene.deliver(&delete).await;
    assert_eq!(scene.outcome(&delete).await.0, "applied", "{:?}", scene.outcome(&delete).await);
    assert!(scene.actor(&scene.jan.uri).await.unwrap().gone_at.is_some());
    assert!(scene.row(id(&note)).await.deleted_at.is_some());
    assert!(scene.membership(&scene.jan.uri).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn votes_come_and_go() {
    let scene = Scene::new().await;
    let topic = scene.topic("Stemmen").await;
    let like = scene.jan.activity("Like", "1", json!(topic.uri));
    scene.deliver(&like).await;
    assert_eq!(scene.row(&topic.uri).await.like_count, 1);
    scene.deliver(&scene.jan.activity("Undo", "1", like)).await;
    assert_eq!(scene.row(&topic.uri).await.like_count, 0);
    scene.deliver(&scene.jan.activity("Dislike", "1", json!(topic.uri))).await;
    scene.deliver(&scene.jan.activity("Undo", "2", json!(format!("{}/dislike/1", scene.jan.uri)))).await;
    assert_eq!(scene.row(&topic.uri).await.dislike_count, 0);
    let mut smile = scene.jan.activity("EmojiReact", "1", json!([topic.uri]));
    smile["content"] = json!("👍");
    scene.deliver(&smile).await;
    assert_eq!(scene.row(&topic.uri).await.like_count, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moderator_elsewhere_keeps_order_and_others_do_not() {
    let scene = Scene::new().await;
    let topic = scene.topic("Orde").await;
    scene.deliver(&scene.jan.activity("Follow", "1", json!(scene.group_uri))).await;
    let mut removal = scene.jan.activity("Delete", "1", json!(topic.uri));
    removal["summary"] = json!("hoort hier niet");
    let mut pin = scene.jan.activity("Add", "1", json!(topic.uri));
    pin["target"] = json!(format!("{}/featured", scene.group_uri));
    let lock = scene.jan.activity("Lock", "1", json!(topic.uri));
    for activity in [&removal, &pin, &lock] {
        scene.deliver(activity).await;
        assert_eq!(scene.outcome(activity).await, ("refused".to_owned(), "not-staff".to_owned()));
    }
    let (group, jan, owner) = (scene.group, scene.actor(&scene.jan.uri).await.unwrap().id, scene.owner.id);
    let promote = move |tx: &mut vakplein::db::Tx<'_>| {
        membership::acts::set_role(tx, &Actor::here(owner), group, jan.into(), Role::Moderator)
    };
    scene.app.app.db.write(promote).await.unwrap();
    let again = |activity: &Value| {
        let mut activity = activity.clone();
        activity["id"] = json!(format!("{}/again", id(&activity)));
        activity
    };
    for activity in [again(&pin), again(&lock)] {
        scene.deliver(&activity).await;
    }
    let thread = scene.thread(&topic.uri).await;
    assert!(thread.pinned_at.is_some() && thread.locked_at.is_some());
    scene.deliver(&scene.jan.activity("Undo", "1", again(&lock))).await;
    assert!(scene.thread(&topic.uri).await.locked_at.is_none());
    let removal = again(&removal);
    scene.deliver(&removal).await;
    assert_eq!(scene.row(&topic.uri).await.removed_reason, "hoort hier niet");
    scene.deliver(&scene.jan.activity("Undo", "2", removal)).await;
    assert!(scene.row(&topic.uri).await.removed_at.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_come_in_also_from_an_instance_s_own_actor() {
    use diesel::prelude::*;
    use vakplein::db::schema::reports::dsl;
    let scene = Scene::new().await;
    let topic = scene.topic("Gemeld").await;
    let mut flag = scene.jan.activity("Flag", "1", json!([scene.app.url("/u/ana"), topic.uri]));
    flag["content"] = json!("Dit is reclame");
    scene.deliver(&flag).await;
    assert_eq!(scene.outcome(&flag).await.0, "applied", "{:?}", scene.outcome(&flag).await);
    let rows = scene.app.app.db.read(|tx| {
        Ok(dsl::reports
            .order(dsl::id)
            .select((dsl::reason, dsl::reporter_host))
            .load::<(String, String)>(tx.conn)?)
    });
    assert_eq!(rows.await.unwrap(), [("Dit is reclame".to_owned(), "mastodon.test".to_owned())]);
}

/// A group elsewhere that Ana belongs to, with one of its own people.
async fn mirror(scene: &Scene) -> (Peer, PeerActor, PeerActor, GroupId) {
    let lemmy = Peer::start(scene.net.names(), "lemmy.test").await;
    let (remote, kees) = (lemmy.group("wonen"), lemmy.person("kees"));
    let Resolved::Group(group) = resolve(&scene.app.app, &remote.uri).await.unwrap() else { panic!() };
    let member = scene.owner.id;
    let joined = move |tx: &mut vakplein::db::Tx<'_>| {
        membership::acts::join(tx, &Actor::here(member), group, "", None)?;
        membership::acts::host_accepted(tx, group, member)
    };
    scene.app.app.db.write(joined).await.unwrap();
    scene.app.settle().await;
    (lemmy, remote, kees, group)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_host_announces_is_mirrored_and_what_is_ours_confirmed() {
    let scene = Scene::new().await;
    let (_lemmy, remote, kees, group) = mirror(&scene).await;
    let mut page = kees.note("1", &[&remote.uri], None);
    page["type"] = json!("Page");
    page["name"] = json!("Woonurgentie");
    let announce = remote.activity("Announce", "1", kees.activity("Create", "1", page.clone()));
    scene.deliver_by(&remote, &announce).await;
    assert_eq!(scene.outcome(&announce).await.0, "applied", "{:?}", scene.outcome(&announce).await);
    assert_eq!(scene.thread(id(&page)).await.title, "Woonurgentie");
    // Our member's own topic waits until the host announces it, in whatever form.
    for (number, form) in ["activity", "bare"].into_iter().enumerate() {
        let ours = topic(&scene.app, scene.owner.id, group, &format!("Van ons {number}")).await;
        scene.app.settle().await;
        assert!(ours.confirmed_at.is_none());
        let object = if form == "bare" {
            json!(ours.uri)
        } else {
            json!({"type": "Create", "id": scene.app.url("/activities/x"), "actor": scene.app.url("/u/ana"),
                "object": {"type": "Page", "id": ours.uri, "name": "Iets heel anders"}})
        };
        scene.deliver_by(&remote, &remote.activity("Announce", &format!("ours-{number}"), object)).await;
        assert!(scene.row(&ours.uri).await.confirmed_at.is_some(), "{form}");
        assert_eq!(scene.thread(&ours.uri).await.title, format!("Van ons {number}"));
    }
    // Votes, locks, removals and moderators are the host's to say.
    let vote = kees.activity("Like", "1", page["id"].clone());
    scene.deliver_by(&remote, &remote.activity("Announce", "vote", json!([vote]))).await;
    assert_eq!(scene.row(id(&page)).await.like_count, 1);
    let lock = kees.activity("Lock", "1", page["id"].clone());
    scene.deliver_by(&remote, &remote.activity("Announce", "lock", lock)).await;
    assert!(scene.thread(id(&page)).await.locked_at.is_some());
    let mut add = kees.activity("Add", "1", json!(kees.uri));
    add["target"] = json!(format!("{}/moderators", remote.uri));
    scene.deliver_by(&remote, &remote.activity("Announce", "add", add)).await;
    let kees_id = scene.actor(&kees.uri).await.unwrap().id;
    let role = scene.app.app.db.read(move |tx| membership::find(tx, group, kees_id.into())).await.unwrap();
    assert_eq!(role.unwrap().role, Role::Moderator);
    let mut removal = kees.activity("Delete", "1", json!(format!("{}/p/none", scene.app.url(""))));
    removal["object"] = page["id"].clone();
    removal["summary"] = json!("dubbel");
    scene.deliver_by(&remote, &remote.activity("Announce", "delete", removal)).await;
    assert!(
        scene.row(id(&page)).await.deleted_at.is_some() || scene.row(id(&page)).await.removed_at.is_some()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_comes_in_together_with_its_post_counts() {
    let scene = Scene::new().await;
    scene.deliver(&scene.jan.activity("Follow", "1", json!(scene.group_uri))).await;
    let topic = scene.topic("Vakantiegeld").await;
    let note = scene.jan.note("n", &[&scene.group_uri], Some(&topic.uri));
    let create = scene.jan.activity("Create", "c", note.clone());
    let mut change = scene.jan.activity("Update", "u", note.clone());
    change["object"]["content"] = json!("<p>Op 31 mei, niet eerder.</p>");
    change["object"]["updated"] = json!("2026-01-02T10:00:00Z");
    for activity in [&create, &change] {
        assert_eq!(scene.jan.post(&scene.app, activity).await.status, 202);
    }
    scene.app.settle().await;
    for activity in [&create, &change] {
        assert_eq!(scene.outcome(activity).await.0, "applied");
    }
    assert_eq!(scene.row(note["id"].as_str().unwrap()).await.html, "<p>Op 31 mei, niet eerder.</p>");
}
