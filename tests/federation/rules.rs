//! Rules about other servers at work: what comes in, what goes out and what is read elsewhere, with servers that we didn't write. How rules
//! are made stands in `rules`.

use reqwest::Method;
use serde_json::{Value, json};
use vakplein::federation::signatures::{self, Scheme};
use vakplein::federation::store::peers::PeerForm;

use super::inbound::Scene;
use super::scene::Scene as Hosting;
use crate::rules::{add, enforce, rules, server};
use crate::support::peer::PeerActor;
use crate::support::receiver::kind;
use crate::support::{Member, Peer, Reply, TestApp};

const DAY: i64 = 86_400;

fn id(document: &Value) -> &str {
    document["id"].as_str().unwrap()
}

/// One rule counts from now on.
async fn rule(boss: &Member, rule: Value) {
    enforce(boss, &[add(rule)]).await;
}

/// All rules are taken away.
async fn no_rules(boss: &Member) {
    let all = rules(boss).await;
    let ends: Vec<Value> = all.iter().map(|rule| json!({ "change": "end-rule", "id": rule["id"] })).collect();
    enforce(boss, &ends).await;
}

/// Whether what somebody says is let in: at the door, and when it is applied.
async fn passes(scene: &Scene, by: &PeerActor, activity: &Value) -> bool {
    let reply = by.post(&scene.app, activity).await;
    scene.app.settle().await;
    match reply.status {
        202 => {
            let (state, reason) = scene.outcome(activity).await;
            assert!(state == "applied" || reason == "ruled", "{state} {reason}: {activity}");
            state == "applied"
        }
        403 => false,
        status => panic!("{status} {}: {activity}", reply.text),
    }
}

/// A reply of somebody's to a topic.
fn reply(by: &PeerActor, word: &str, to: &str) -> Value {
    by.activity("Create", word, by.note(word, &[], Some(to)))
}

/// A document, asked for with somebody's signature.
async fn reads(app: &TestApp, by: &PeerActor, uri: &str) -> Reply {
    let path = uri.strip_prefix(app.app.urls.base()).unwrap();
    let (signer, now) = (by.signer(Scheme::Cavage), app.app.clock.now().utc());
    let headers = signatures::sign(Scheme::Cavage, &Method::GET, &uri.parse().unwrap(), None, &signer, now);
    let mut sent = vec![("accept", "application/activity+json")];
    sent.extend(headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())));
    app.send(Method::GET, path, &sent, None).await
}

/// How many announcements a server was sent.
fn announced(peer: &Peer) -> usize {
    peer.received().iter().filter(|one| kind(&one.activity).starts_with("Announce")).count()
}

/// What is asked for by hand.
async fn looks_up(member: &Member, uri: &str) -> u16 {
    member.get(&format!("/resolve?uri={}", uri.replace(':', "%3A").replace('/', "%2F"))).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_is_refused_by_server_organisation_group_and_kind() {
    let scene = Scene::new().await;
    let boss = scene.app.admin("boss").await;
    let (jan, lemmy) = (&scene.jan, Peer::start(scene.net.names(), "lemmy.test").await);
    let kees = lemmy.person("kees");
    let below = Peer::start(scene.net.names(), "sub.mastodon.test").await;
    let piet = below.person("piet");
    scene.owner.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    let topic = scene.topic("Vakantiegeld").await;
    let garden = scene.app.url("/g/tuin");
    let said = |by: &PeerActor, word: &str| reply(by, word, &topic.uri);
    let started =
        |by: &PeerActor, word: &str, group: &str| by.activity("Create", word, by.note(word, &[group], None));
    assert!(passes(&scene, jan, &said(jan, "1")).await && passes(&scene, &kees, &said(&kees, "1")).await);

    rule(&boss, json!({ "effect": "refuse", "host": "mastodon.test", "direction": "in" })).await;
    assert!(!passes(&scene, jan, &said(jan, "2")).await);
    assert!(!passes(&scene, &piet, &said(&piet, "2")).await, "it holds for the names below it");
    assert!(passes(&scene, &kees, &said(&kees, "2")).await);
    let door = jan.post(&scene.app, &said(jan, "door")).await;
    assert_eq!((door.status, door.text.trim()), (403, "ruled"), "nothing of it passes, so the door says so");
    // A rule that says more exactly whom it is about goes before it.
    rule(&boss, json!({ "effect": "allow", "host": "sub.mastodon.test", "direction": "in" })).await;
    assert!(passes(&scene, &piet, &said(&piet, "3")).await);
    no_rules(&boss).await;
    assert!(passes(&scene, jan, &said(jan, "3")).await);

    let company =
        |host: &str| json!({ "change": "set-organisation", "host": host, "organisation": "bedrijf" });
    let refuses = add(json!({ "effect": "refuse", "organisation": "bedrijf", "direction": "in" }));
    enforce(&boss, &[company("lemmy.test"), refuses]).await;
    assert!(!passes(&scene, &kees, &said(&kees, "4")).await);
    assert!(passes(&scene, jan, &said(jan, "4")).await, "who runs that is not known");
    no_rules(&boss).await;

    rule(&boss, json!({ "effect": "refuse", "host": "mastodon.test", "group": "tuin" })).await;
    assert!(!passes(&scene, jan, &started(jan, "5", &garden)).await);
    assert!(passes(&scene, jan, &started(jan, "6", &scene.group_uri)).await);
    assert!(passes(&scene, jan, &said(jan, "7")).await);
    no_rules(&boss).await;

    rule(&boss, json!({ "effect": "refuse", "host": "mastodon.test", "kind": "reaction" })).await;
    let like = |word: &str| jan.activity("Like", word, json!(topic.uri));
    assert!(!passes(&scene, jan, &like("1")).await);
    assert!(passes(&scene, jan, &said(jan, "8")).await);
    assert!(passes(&scene, &kees, &kees.activity("Like", "1", json!(topic.uri))).await);
    assert_eq!(scene.row(&topic.uri).await.like_count, 1);
    no_rules(&boss).await;
    // Nothing but what a narrower rule lets in.
    rule(&boss, json!({ "effect": "refuse", "host": "mastodon.test" })).await;
    rule(&boss, json!({ "effect": "allow", "host": "mastodon.test", "kind": "reply" })).await;
    assert!(passes(&scene, jan, &said(jan, "9")).await);
    assert!(!passes(&scene, jan, &started(jan, "10", &scene.group_uri)).await);
    assert!(!passes(&scene, jan, &like("2")).await);
    no_rules(&boss).await;
    rule(&boss, json!({ "effect": "refuse", "host": "mastodon.test" })).await;
    rule(&boss, json!({ "effect": "allow", "host": "mastodon.test", "group": "bijstand" })).await;
    assert!(passes(&scene, jan, &started(jan, "11", &scene.group_uri)).await);
    assert!(!passes(&scene, jan, &started(jan, "12", &garden)).await);
    no_rules(&boss).await;
    rule(&boss, json!({ "effect": "refuse", "kind": "join" })).await;
    assert!(!passes(&scene, jan, &jan.activity("Follow", "1", json!(scene.group_uri))).await);
    assert!(scene.membership(&jan.uri).await.is_none());
    no_rules(&boss).await;
    assert!(passes(&scene, jan, &jan.activity("Follow", "2", json!(scene.group_uri))).await);
    assert_eq!(scene.app.failures().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_only_read_follows_reads_and_takes_back() {
    let scene = Scene::new().await;
    let (boss, jan) = (scene.app.admin("boss").await, &scene.jan);
    let before = reply(jan, "before", &scene.topic("Eerder").await.uri);
    assert!(passes(&scene, jan, &before).await);
    rule(&boss, json!({ "effect": "read-only", "host": "mastodon.test" })).await;
    assert!(passes(&scene, jan, &jan.activity("Follow", "1", json!(scene.group_uri))).await);
    assert!(scene.membership(&jan.uri).await.is_some());
    let topic = scene.topic("Vakantiegeld").await;
    scene.app.settle().await;
    assert!(announced(&scene.peer) > 0, "they read along: {:?}", scene.peer.received());
    assert_eq!(reads(&scene.app, jan, &topic.uri).await.status, 200);
    assert!(!passes(&scene, jan, &reply(jan, "1", &topic.uri)).await);
    let start = jan.activity("Create", "2", jan.note("2", &[&scene.group_uri], None));
    assert!(!passes(&scene, jan, &start).await);
    assert!(!passes(&scene, jan, &jan.activity("Like", "1", json!(topic.uri))).await);
    let mut changed = before["object"].clone();
    changed["content"] = json!("<p>Stiekem iets anders.</p>");
    changed["updated"] = json!("2026-01-02T10:00:00Z");
    assert!(!passes(&scene, jan, &jan.activity("Update", "1", changed)).await);
    // What they said before they may take back: that takes nothing from anybody.
    let gone = jan.activity("Delete", "1", json!(id(&before["object"])));
    assert!(passes(&scene, jan, &gone).await);
    let leaves = jan.activity("Undo", "1", jan.activity("Follow", "1", json!(scene.group_uri)));
    assert!(passes(&scene, jan, &leaves).await);
    assert!(scene.membership(&jan.uri).await.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_come_without_pictures_and_none_is_asked_for() {
    let scene = Scene::new().await;
    let (boss, jan, reader) = (scene.app.admin("boss").await, &scene.jan, scene.app.anonymous());
    scene.peer.serve_as("/a.png", 200, "image/png", "geen plaatje");
    let topic = scene.topic("Vakantiegeld").await;
    let with_picture = |word: &str| {
        let mut activity = reply(jan, word, &topic.uri);
        let picture = json!([{ "type": "Image", "url": scene.peer.url("/a.png"), "name": "Een brief" }]);
        activity["object"]["attachment"] = picture;
        activity
    };
    let files = async |activity: &Value| {
        let post = scene.row(id(&activity["object"])).await.id;
        reader.get(&format!("/posts/{post}")).await.expect(200)["media"].as_array().unwrap().len()
    };
    let before = with_picture("1");
    assert!(passes(&scene, jan, &before).await);
    assert_eq!(files(&before).await, 1);
    rule(&boss, json!({ "effect": "no-media", "host": "mastodon.test" })).await;
    let after = with_picture("2");
    assert!(passes(&scene, jan, &after).await, "the post itself is welcome");
    assert_eq!(files(&after).await, 0);
    assert!(scene.row(id(&after["object"])).await.html.contains("zo doen wij dat"));
    // Nor is the picture of an earlier post asked for any more, whoever looks at it.
    let post = scene.row(id(&before["object"])).await.id;
    let shown = reader.get(&format!("/posts/{post}")).await.expect(200);
    for file in shown["media"].as_array().unwrap() {
        let url = file["url"].as_str().unwrap();
        let path = url.strip_prefix(&scene.app.url("")).unwrap();
        assert_eq!(scene.app.get(path).await.status, 404, "{file}");
    }
    assert_eq!(scene.peer.asked_for("/a.png"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_hidden_is_read_where_it_stands_and_found_nowhere() {
    let scene = Scene::new().await;
    let (boss, jan, reader) = (scene.app.admin("boss").await, &scene.jan, scene.app.anonymous());
    rule(&boss, json!({ "effect": "hide", "host": "mastodon.test" })).await;
    let topic = scene.topic("Vakantiegeld").await;
    let mut hidden = reply(jan, "1", &topic.uri);
    hidden["object"]["content"] = json!("<p>Over kersenpitten.</p>");
    let mut page = jan.note("2", &[&scene.group_uri], None);
    page["type"] = json!("Page");
    page["name"] = json!("Kersenpitten zaaien");
    let started = jan.activity("Create", "2", page.clone());
    assert!(passes(&scene, jan, &hidden).await && passes(&scene, jan, &started).await);
    let found = async |by: &Member| {
        let found = by.get("/search?q=kersenpitten").await.expect(200);
        found["items"].as_array().unwrap().len()
    };
    assert_eq!((found(&reader).await, found(&scene.owner).await), (0, 0));
    let replies = reader.get(&format!("/threads/{}/replies", topic.thread_id)).await.expect(200);
    assert!(replies.to_string().contains("Over kersenpitten."), "{replies}");
    let there = scene.row(id(&page)).await.thread_id;
    assert_eq!(
        reader.get(&format!("/threads/{there}")).await.status,
        200,
        "whoever has the address reads it"
    );
    let latest = scene.app.get("/latest").await;
    assert!(!latest.text.contains("Kersenpitten zaaien"), "{}", latest.text);
    // Joining takes somebody's yes.
    let follow = jan.activity("Follow", "1", json!(scene.group_uri));
    assert!(passes(&scene, jan, &follow).await);
    let state = scene.membership(&jan.uri).await.unwrap().state;
    assert_eq!(state, vakplein::membership::MembershipState::Pending);
    // It counts as it is now, not as it was when they wrote.
    no_rules(&boss).await;
    assert_eq!(found(&reader).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_of_a_server_that_may_not_be_read_1987() {
    let scene = Scene::new().await;
    let (boss, jan) = (scene.app.admin("boss").await, &scene.jan);
    let (closed, lemmy) = (
        Peer::start(scene.net.names(), "dicht.test").await,
        Peer::start(scene.net.names(), "lemmy.test").await,
    );
    let (piet, host) = (closed.person("piet"), lemmy.group("wonen"));
    let note = closed.publish(piet.note("1", &[&scene.group_uri], None));
    rule(&boss, json!({ "effect": "refuse", "host": "dicht.test", "direction": "fetch" })).await;
    // By hand: an actor, a post, a handle.
    for uri in [piet.uri.as_str(), id(&note), "@piet@dicht.test"] {
        let status = looks_up(&scene.owner, uri).await;
        assert!(matches!(status, 403 | 404), "{uri}: {status}");
    }
    // By what others send: a reply to something there, what a group announces, a mention.
    let topic = scene.topic("Vakantiegeld").await;
    let answers = jan.activity("Create", "1", jan.note("1", &[&scene.group_uri], Some(id(&note))));
    assert_eq!(jan.post(&scene.app, &answers).await.status, 202);
    scene.app.settle().await;
    assert_eq!(looks_up(&scene.owner, &host.uri).await, 200);
    scene.owner.post("/groups/wonen@lemmy.test/memberships", json!({})).await.expect(201);
    scene.app.settle().await;
    let follow = lemmy.received().pop().unwrap().activity;
    assert!(passes(&scene, &host, &host.activity("Accept", "1", follow)).await);
    let announce = host.activity("Announce", "1", json!(id(&note)));
    host.post(&scene.app, &announce).await;
    scene.app.settle().await;
    let mut mentions = reply(jan, "2", &topic.uri);
    mentions["object"]["tag"] = json!([{ "type": "Mention", "href": piet.uri, "name": "@piet@dicht.test" }]);
    jan.post(&scene.app, &mentions).await;
    scene.app.settle().await;
    assert_eq!(closed.asked(), Vec::<String>::new());
    assert!(scene.post(id(&note)).await.is_none());
    // Without the rule it is read as any other.
    no_rules(&boss).await;
    assert_eq!(looks_up(&scene.owner, &piet.uri).await, 200);
    assert!(!closed.asked().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_go_out_is_neither_sent_nor_read_there() {
    let scene = Scene::new().await;
    let (boss, jan) = (scene.app.admin("boss").await, &scene.jan);
    scene.owner.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    let garden = scene.app.url("/g/tuin");
    for (word, group) in [("1", scene.group_uri.as_str()), ("2", garden.as_str())] {
        assert!(passes(&scene, jan, &jan.activity("Follow", word, json!(group))).await);
    }
    let start = async |group: &str, title: &str| {
        let topic = json!({ "title": title, "content": "Hoe zit dat?" });
        let made = scene.owner.post(&format!("/groups/{group}/threads"), topic).await.expect(201);
        scene.app.settle().await;
        made["activityPubId"].as_str().unwrap().to_owned()
    };
    let mut seen = announced(&scene.peer);
    let mut heard = || {
        let before = std::mem::replace(&mut seen, announced(&scene.peer));
        seen > before
    };
    let early = start("tuin", "Snoeien").await;
    assert!(heard());
    let out = json!({ "effect": "refuse", "host": "mastodon.test", "group": "tuin", "direction": "out" });
    rule(&boss, out).await;
    let late = start("tuin", "Mesten").await;
    assert!(!heard(), "{:?}", scene.peer.received());
    let other = start("bijstand", "Vakantiegeld").await;
    assert!(heard(), "the rule is about one group");
    for uri in [&early, &late, &garden, &format!("{garden}/outbox")] {
        assert_eq!(reads(&scene.app, jan, uri).await.status, 404, "{uri}");
    }
    for uri in [&other, &scene.group_uri] {
        assert_eq!(reads(&scene.app, jan, uri).await.status, 200, "{uri}");
    }
    let kees = Peer::start(scene.net.names(), "lemmy.test").await.person("kees");
    assert_eq!(reads(&scene.app, &kees, &late).await.status, 200, "it is about one server, too");
    // What they write themselves still comes in.
    let note = jan.activity("Create", "1", jan.note("1", &[&garden], None));
    assert!(passes(&scene, jan, &note).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_to_be_sent_is_judged_by_the_rules_of_the_moment_that_it_is_sent() {
    let scene = Hosting::new().await;
    let boss = scene.app.admin("boss").await;
    let (lemmy, _) = scene.member_at("lemmy.test", PeerForm::Threadiverse).await;
    let (other, _) = scene.member_at("elders.test", PeerForm::Threadiverse).await;
    for receiver in [&lemmy, &other] {
        receiver.say_always(503);
    }
    scene.topic("Vakantiegeld", "Wanneer?").await;
    scene.app.settle().await;
    rule(&boss, json!({ "effect": "refuse", "host": "lemmy.test", "direction": "out" })).await;
    for receiver in [&lemmy, &other] {
        receiver.say_always(202);
    }
    scene.app.clock.advance(3_600);
    scene.app.settle().await;
    assert_eq!(other.kinds(), ["Announce/Create"]);
    assert_eq!(lemmy.kinds(), Vec::<String>::new());
    // It isn't kept back for when the rule is over.
    no_rules(&boss).await;
    scene.app.clock.advance(DAY);
    scene.app.settle().await;
    assert_eq!(lemmy.kinds(), Vec::<String>::new());
    scene.topic("Toeslagen", "Hoeveel?").await;
    scene.app.settle().await;
    assert_eq!(lemmy.kinds(), ["Announce/Create"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_listed_or_has_an_agreement_comes_in() {
    let scene = Scene::new().await;
    let (boss, jan) = (scene.app.admin("boss").await, &scene.jan);
    let stranger = Peer::start(scene.net.names(), "vreemd.test").await.person("piet");
    let partner = Peer::start(scene.net.names(), "gemeente.test").await.person("bo");
    let topic = scene.topic("Vakantiegeld").await;
    let said = |by: &PeerActor, word: &str| reply(by, word, &topic.uri);
    let agreed = json!({ "ceiling": "leden", "organisation": "Gemeente", "purpose": "Samen leren" });
    boss.put("/admin/agreements/gemeente.test", agreed.clone()).await.expect(200);
    enforce(
        &boss,
        &[
            add(json!({ "effect": "refuse", "reason": "Alleen wie op de lijst staat" })),
            add(json!({ "effect": "allow", "host": "mastodon.test" })),
        ],
    )
    .await;
    for (by, status) in [(jan, 202), (&partner, 202), (&stranger, 403)] {
        assert_eq!(by.post(&scene.app, &said(by, "1")).await.status, status, "{}", by.uri);
    }
    scene.app.settle().await;
    assert_eq!(scene.thread(&topic.uri).await.reply_count, 2);
    assert_eq!(reads(&scene.app, jan, &topic.uri).await.status, 200);
    assert_eq!(
        reads(&scene.app, &stranger, &topic.uri).await.status,
        403,
        "as soon as they say who they are"
    );
    assert!(matches!(looks_up(&scene.owner, "@piet@vreemd.test").await, 403 | 404));
    // An agreement that ends lets nobody in any more; nor does one with a server that is blocked.
    assert_eq!(boss.delete("/admin/agreements/gemeente.test").await.status, 204);
    assert_eq!(partner.post(&scene.app, &said(&partner, "2")).await.status, 403);
    boss.put("/admin/agreements/gemeente.test", agreed).await.expect(200);
    enforce(&boss, &[server("gemeente.test", "blocked")]).await;
    assert_eq!(partner.post(&scene.app, &said(&partner, "3")).await.status, 403);
    assert_eq!(jan.post(&scene.app, &said(jan, "3")).await.status, 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_ends_by_itself_when_its_time_is_over() {
    let scene = Scene::new().await;
    let (boss, jan) = (scene.app.admin("boss").await, &scene.jan);
    let topic = scene.topic("Vakantiegeld").await;
    let until = scene.app.app.clock.now().plus_days(7).rfc3339();
    rule(&boss, json!({ "effect": "refuse", "host": "mastodon.test", "until": until })).await;
    assert!(!passes(&scene, jan, &reply(jan, "1", &topic.uri)).await);
    scene.app.clock.advance(7 * DAY - 60);
    assert!(!passes(&scene, jan, &reply(jan, "2", &topic.uri)).await);
    scene.app.clock.advance(120);
    assert!(passes(&scene, jan, &reply(jan, "3", &topic.uri)).await, "and nobody did anything");
    assert_eq!(rules(&boss).await[0]["counts"], false);
}
