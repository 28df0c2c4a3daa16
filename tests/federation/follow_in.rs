//! Following groups, both ways, as other servers ask and answer.

use serde_json::json;
use vakplein::federation::resolve::resolve;
use vakplein::federation::store;
use vakplein::federation::store::peers::PeerForm;
use vakplein::ids::GroupId;
use vakplein::membership::{self, MembershipState};
use vakplein::policy::{Actor, Joining};
use vakplein::search::Resolved;

use super::inbound::{Scene, group};
use crate::support::{Net, Peer};

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elsewhere_joins_and_leaves() {
    let scene = Scene::new().await;
    let follow = scene.jan.activity("Follow", "1", json!(scene.group_uri));
    scene.deliver(&follow).await;
    let membership = scene.membership(&scene.jan.uri).await.unwrap();
    assert_eq!(membership.state, MembershipState::Accepted);
    assert_eq!(membership.follow_uri.as_deref(), follow["id"].as_str());
    // Lemmy nests the Follow, with another id if it likes.
    let mut inner = follow.clone();
    inner["id"] = json!(format!("{}/follow/other", scene.jan.uri));
    scene.deliver(&scene.jan.activity("Undo", "1", inner)).await;
    assert!(scene.membership(&scene.jan.uri).await.is_none());
    scene.deliver(&scene.jan.activity("Follow", "2", json!(scene.group_uri))).await;
    let by_id = scene.jan.activity("Undo", "2", json!(format!("{}/follow/2", scene.jan.uri)));
    scene.deliver(&by_id).await;
    assert!(scene.membership(&scene.jan.uri).await.is_none(), "{:?}", scene.outcome(&by_id).await);
}

/// Serves a NodeInfo that names this software.
fn introduce(peer: &Peer, software: &str) {
    let schema = "http://nodeinfo.diaspora.software/ns/schema/2.0";
    let links = json!({"links": [{"rel": schema, "href": peer.url("/nodeinfo/2.0")}]});
    peer.serve_as("/.well-known/nodeinfo", 200, "application/jrd+json", &links.to_string());
    let says = json!({"version": "2.0", "software": {"name": software, "version": "4.5.0"}});
    peer.serve_as("/nodeinfo/2.0", 200, "application/json", &says.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_server_is_is_known_before_anything_is_announced_to_it() {
    let scene = Scene::new().await;
    introduce(&scene.peer, "Mastodon");
    // A server that doesn't tell isn't kept waiting, and gets both forms.
    let mute = Peer::start(scene.net.names(), "mute.test").await;
    let piet = mute.person("piet");
    let busy = Peer::start(scene.net.names(), "busy.test").await;
    busy.serve_as("/.well-known/nodeinfo", 503, "text/plain", "");
    let kees = busy.person("kees");
    for by in [&scene.jan, &piet, &kees] {
        let follow = by.activity("Follow", "1", json!(scene.group_uri));
        assert_eq!(by.post(&scene.app, &follow).await.status, 202);
    }
    // Applied, and not one job done: the Follow itself had to wait for it.
    for _ in 0..3 {
        vakplein::federation::apply::step(&scene.app.app).await.unwrap();
        vakplein::federation::apply::step_parked(&scene.app.app).await.unwrap();
    }
    for (host, form) in [
        ("mastodon.test", PeerForm::Microblog),
        ("mute.test", PeerForm::Unknown),
        ("busy.test", PeerForm::Unknown),
    ] {
        let found = scene.app.app.db.read(move |tx| store::peers::find(tx, host)).await.unwrap().unwrap();
        assert_eq!(found.form, form, "{host}");
    }
    for by in [&scene.jan, &piet, &kees] {
        assert_eq!(scene.membership(&by.uri).await.unwrap().state, MembershipState::Accepted);
    }
    let topic = scene.topic("Titel").await;
    scene.app.settle().await;
    let objects = |peer: &Peer| -> Vec<serde_json::Value> {
        let announces = peer.received().into_iter().filter(|one| one.activity["type"] == "Announce");
        announces.map(|one| one.activity["object"].clone()).collect()
    };
    assert_eq!(objects(&scene.peer), [json!(topic.uri)], "Mastodon gets the object only");
    for peer in [&mute, &busy] {
        let got = objects(peer);
        assert_eq!((got.len(), &got[0]["type"], &got[1]), (2, &json!("Create"), &json!(topic.uri)));
    }
    // What couldn't be learned is asked again; what is known, once a week.
    let failures = scene.app.failures().await;
    assert!(matches!(failures.as_slice(), [one] if one.starts_with("meet: ")), "{failures:?}");
    introduce(&scene.peer, "lemmy");
    for (days, number, form) in [(6, "2", PeerForm::Microblog), (2, "3", PeerForm::Threadiverse)] {
        scene.app.clock.advance(days * 86_400);
        scene.deliver(&scene.jan.activity("Like", number, json!(topic.uri))).await;
        let found = scene.app.app.db.read(|tx| store::peers::find(tx, "mastodon.test")).await.unwrap();
        assert_eq!(found.unwrap().form, form, "after {days} days more");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_undoes_what_somebody_else_did() {
    let scene = Scene::new().await;
    let follow = scene.jan.activity("Follow", "1", json!(scene.group_uri));
    scene.deliver(&follow).await;
    let piet = scene.peer.person("piet");
    let undo = piet.activity("Undo", "1", follow.clone());
    scene.deliver_by(&piet, &undo).await;
    assert_eq!(scene.outcome(&undo).await, ("refused".to_owned(), "not-own".to_owned()));
    assert!(scene.membership(&scene.jan.uri).await.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn where_one_has_to_ask_the_follow_waits() {
    let net = Net::new();
    let app = net.app("werkplein.test").await;
    let owner = app.member("ana").await;
    let id = group(&app, &owner, |draft| draft.joining = Joining::Approval).await;
    let peer = Peer::start(net.names(), "mastodon.test").await;
    let jan = peer.person("jan");
    let reply = jan.post(&app, &jan.activity("Follow", "1", json!(app.url("/g/bijstand")))).await;
    assert_eq!(reply.status, 202);
    app.settle().await;
    let uri = jan.uri.clone();
    let row = app
        .app
        .db
        .read(move |tx| {
            let actor = vakplein::actors::by_uri(tx, &uri)?.unwrap();
            membership::find(tx, id, actor.id.into())
        })
        .await
        .unwrap();
    assert_eq!(row.unwrap().state, MembershipState::Pending);
}

#[tokio::test(flavor = "multi_thread")]
async fn our_member_is_in_once_the_host_says_so() {
    let scene = Scene::new().await;
    let lemmy = Peer::start(scene.net.names(), "lemmy.test").await;
    let remote = lemmy.group("wonen");
    lemmy.serve_as(
        "/.well-known/webfinger?resource=acct%3Awonen%40lemmy.test",
        200,
        "application/jrd+json",
        &json!({"subject": "acct:wonen@lemmy.test", "links": [
            {"rel": "self", "type": "application/activity+json", "href": remote.uri}]})
        .to_string(),
    );
    let found = resolve(&scene.app.app, "!wonen@lemmy.test").await.unwrap();
    assert_eq!(resolve(&scene.app.app, &remote.uri).await.unwrap(), found);
    let Resolved::Group(group) = found else { panic!("{found:?}") };
    let (member, app) = (scene.owner.id, &scene.app.app);
    let join = move |tx: &mut vakplein::db::Tx<'_>| {
        membership::acts::join(tx, &Actor::here(member), group, "", None)
    };
    assert_eq!(app.db.write(join).await.unwrap(), MembershipState::Pending);
    let state = move |tx: &mut vakplein::db::Tx<'_>| membership::find(tx, group, member);
    let follow_uri = app.db.read(state).await.unwrap().unwrap().follow_uri.unwrap();

    let stranger = lemmy.group("tuinen");
    let forged = stranger.activity(
        "Accept",
        "1",
        json!({"type": "Follow", "id": follow_uri,
        "actor": scene.app.url("/u/ana"), "object": remote.uri}),
    );
    scene.deliver_by(&stranger, &forged).await;
    assert_eq!(app.db.read(state).await.unwrap().unwrap().state, MembershipState::Pending);

    scene.deliver_by(&remote, &remote.activity("Accept", "1", json!(follow_uri))).await;
    assert_eq!(app.db.read(state).await.unwrap().unwrap().state, MembershipState::Accepted);

    // What is said of an earlier Follow, late or once more, puts nobody out who has come back since.
    scene.app.settle().await;
    let leave = move |tx: &mut vakplein::db::Tx<'_>| membership::acts::leave(tx, &Actor::here(member), group);
    app.db.write(leave).await.unwrap();
    assert_eq!(app.db.write(join).await.unwrap(), MembershipState::Pending);
    scene.app.settle().await;
    let again = app.db.read(state).await.unwrap().unwrap().follow_uri.unwrap();
    assert_ne!(again, follow_uri);
    scene.deliver_by(&remote, &remote.activity("Accept", "2", json!(again))).await;
    let follow = json!({"type": "Follow", "id": follow_uri,
        "actor": scene.app.url("/u/ana"), "object": remote.uri});
    let late = remote.activity("Reject", "0", follow);
    scene.deliver_by(&remote, &late).await;
    assert_eq!(scene.outcome(&late).await.0, "ignored");
    assert_eq!(app.db.read(state).await.unwrap().unwrap().state, MembershipState::Accepted);
    let out = remote.activity(
        "Reject",
        "1",
        json!({"type": "Follow", "id": "http://werkplein.test/activities/x",
        "actor": scene.app.url("/u/ana"), "object": remote.uri}),
    );
    scene.deliver_by(&remote, &out).await;
    assert!(app.db.read(state).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handle_counts_when_both_servers_agree() {
    let scene = Scene::new().await;
    let bank = scene.peer.person("bank");
    // Another server lends its name to an actor that isn't called so (advisory 13).
    let liar = Peer::start(scene.net.names(), "liar.test").await;
    let jrd = |subject: &str| {
        json!({"subject": subject, "links": [
            {"rel": "self", "type": "application/activity+json", "href": bank.uri}]})
        .to_string()
    };
    let path = "/.well-known/webfinger?resource=acct%3Abank%40";
    liar.serve_as(&format!("{path}liar.test"), 200, "application/jrd+json", &jrd("acct:bank@liar.test"));
    assert!(resolve(&scene.app.app, "@bank@liar.test").await.is_err());
    // A server that answers about somebody else answers nothing; the same answer about the right one counts.
    let path = "/.well-known/webfinger?resource=acct%3Ajan%40mastodon.test";
    let of = |subject: &str| jrd(subject).replace(&bank.uri, &scene.jan.uri);
    scene.peer.serve_as(path, 200, "application/jrd+json", &of("acct:baas@mastodon.test"));
    assert!(resolve(&scene.app.app, "@jan@mastodon.test").await.is_err());
    scene.peer.serve_as(path, 200, "application/jrd+json", &of("acct:jan@mastodon.test"));
    assert!(matches!(resolve(&scene.app.app, "@jan@mastodon.test").await.unwrap(), Resolved::Person(_)));
    for local in ["@ana@werkplein.test", "@ana@WERKPLEIN.test", &scene.app.url("/u/ana")] {
        assert_eq!(
            resolve(&scene.app.app, local).await.unwrap(),
            Resolved::Person(scene.owner.id),
            "{local}"
        );
    }
    for inside in
        ["http://127.0.0.1/", "http://localhost/x", "@x@localhost", "@x@127.0.0.1", "file:///etc/passwd"]
    {
        assert!(resolve(&scene.app.app, inside).await.is_err(), "{inside}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn members_look_things_up_over_the_api() {
    let scene = Scene::new().await;
    let wanted = format!("/resolve?uri={}", scene.jan.uri.replace(':', "%3A").replace('/', "%2F"));
    assert_eq!(scene.app.anonymous().get(&wanted).await.status, 401);
    assert!(scene.peer.asked().is_empty(), "nobody is asked for somebody who isn't signed in");
    let found = scene.owner.get(&wanted).await.expect(200);
    assert_eq!((found["kind"].as_str(), found["name"].as_str()), (Some("person"), Some("jan@mastodon.test")));
    assert_eq!(found["activityPubId"].as_str(), Some(scene.jan.uri.as_str()));
    let group = scene.owner.get("/resolve?uri=%21bijstand%40werkplein.test").await.expect(200);
    assert_eq!(
        (group["kind"].as_str(), group["id"].as_str()),
        (Some("group"), Some(scene.group.to_string().as_str()))
    );
    let topic = scene.topic("Gevonden").await;
    let post = scene.owner.get(&format!("/resolve?uri={}", topic.uri)).await.expect(200);
    assert_eq!((post["kind"].as_str(), post["title"].as_str()), (Some("post"), Some("Gevonden")));
    for nothing in
        ["http%3A%2F%2F127.0.0.1%2F", "%40nobody%40werkplein.test", "x", "http%3A%2F%2Fmastodon.test%2Fno"]
    {
        // Asked again it is still nothing, not too much.
        for _ in 0..2 {
            assert_eq!(scene.owner.get(&format!("/resolve?uri={nothing}")).await.status, 404, "{nothing}");
        }
    }
    // A server that is there no more.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    scene.app.names.insert("silent.test", closed);
    for _ in 0..2 {
        let silent = scene.owner.get("/resolve?uri=%40x%40silent.test").await;
        assert_eq!(silent.status, 504, "{}", silent.text);
        assert!(silent.text.contains("/problems/unreachable"), "{}", silent.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_followed_group_is_filled_from_its_outbox() {
    let scene = Scene::new().await;
    let lemmy = Peer::start(scene.net.names(), "lemmy.test").await;
    let (remote, kees) = (lemmy.group("wonen"), lemmy.person("kees"));
    let mut page = kees.note("1", &[&remote.uri], None);
    page["type"] = json!("Page");
    page["name"] = json!("Urgentie aanvragen");
    page["replies"] = json!(lemmy.url("/replies/1"));
    lemmy.publish(page.clone());
    let reply = scene.jan.note("2", &[&remote.uri], page["id"].as_str());
    scene.peer.publish(reply.clone());
    lemmy.serve(
        "/replies/1",
        &json!({"id": lemmy.url("/replies/1"), "type": "Collection", "items": [reply["id"]]}),
    );
    let create = kees.activity("Create", "1", page.clone());
    let outbox = format!("{}/outbox", remote.uri);
    lemmy.serve(
        "/c/wonen/outbox",
        &json!({"id": outbox, "type": "OrderedCollection",
        "orderedItems": [remote.activity("Announce", "1", create)]}),
    );
    lemmy.serve(
        "/c/wonen/featured",
        &json!({"id": format!("{}/featured", remote.uri), "type": "OrderedCollection",
        "orderedItems": [page]}),
    );
    lemmy.serve(
        "/c/wonen/moderators",
        &json!({"id": format!("{}/moderators", remote.uri), "type": "OrderedCollection",
        "orderedItems": [kees.uri]}),
    );
    let Resolved::Group(group) = resolve(&scene.app.app, &remote.uri).await.unwrap() else { panic!() };
    let (member, app) = (scene.owner.id, &scene.app.app);
    let joined = move |tx: &mut vakplein::db::Tx<'_>| {
        membership::acts::join(tx, &Actor::here(member), group, "", None)?;
        membership::acts::host_accepted(tx, group, member)
    };
    app.db.write(joined).await.unwrap();
    scene.app.settle().await;
    let topic = scene.thread(page["id"].as_str().unwrap()).await;
    assert_eq!((topic.title.as_str(), topic.group_id), ("Urgentie aanvragen", group));
    assert!(topic.pinned_at.is_some() && !topic.hidden);
    let stored = scene.row(reply["id"].as_str().unwrap()).await;
    assert_eq!(stored.thread_id, topic.id);
    let kees_id = scene.actor(&kees.uri).await.unwrap().id;
    let role =
        app.db.read(move |tx| membership::find(tx, GroupId::from(group.0), kees_id.into())).await.unwrap();
    assert_eq!(role.unwrap().role, vakplein::policy::Role::Moderator);
}
