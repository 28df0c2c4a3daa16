//! A closed group, asked for at every door that other servers have. Numbers as in `hostile`.

use diesel::prelude::*;
use serde_json::json;
use vakplein::db::schema;
use vakplein::federation::signatures::Scheme;
use vakplein::policy::Class;

use super::hostile::id;
use super::inbound::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_group_looks_like_none_at_every_address_38_to_50() {
    let scene = Scene::new().await;
    // While it was open Jan joined, wrote and liked, and all of that was announced.
    scene.deliver(&scene.jan.activity("Follow", "1", json!(scene.group_uri))).await;
    let topic = scene.topic("Geheim overleg").await;
    scene.app.settle().await;
    let note = scene.jan.note("1", &[&scene.group_uri], Some(&topic.uri));
    scene.deliver(&scene.jan.activity("Create", "1", note.clone())).await;
    scene.deliver(&scene.jan.activity("Like", "1", json!(topic.uri))).await;
    let likes = format!("/posts/{}/reactions/like", topic.id);
    scene.owner.put(&likes, json!({})).await;
    scene.app.settle().await;
    scene.owner.delete(&likes).await;
    scene.owner.put(&format!("/threads/{}/lock", topic.id), json!({})).await;
    scene.app.settle().await;
    let reply = scene.post(id(&note)).await.unwrap();
    let (group, before) = (scene.group, scene.peer.received().len());
    let close = move |tx: &mut vakplein::db::Tx<'_>| {
        let row = schema::groups::table.find(group);
        diesel::update(row).set(schema::groups::class.eq(Class::Leden)).execute(tx.conn)?;
        let of_group = schema::activities::table.filter(schema::activities::group_id.eq(group));
        Ok(of_group.order(schema::activities::id).select(schema::activities::uri).load::<String>(tx.conn)?)
    };
    let activities = scene.app.app.db.write(close).await.unwrap();
    assert!(activities.len() >= 6, "{activities:?}");
    let mut doors: Vec<String> = ["", "/outbox", "/followers", "/featured", "/moderators"]
        .iter()
        .map(|part| format!("/g/bijstand{part}"))
        .collect();
    doors.extend([
        format!("/t/{}", topic.id),
        format!("/t/{}/context", topic.id),
        format!("/p/{}", topic.id),
        format!("/p/{}", reply.id),
        format!("/p/{}/replies", topic.id),
        format!("/p/{}/replies", reply.id),
        "/.well-known/webfinger?resource=acct:bijstand@werkplein.test".to_owned(),
        format!("/.well-known/webfinger?resource={}", scene.group_uri),
    ]);
    let base = scene.app.app.urls.base().to_owned();
    doors.extend(activities.iter().map(|uri| uri.strip_prefix(&base).unwrap().to_owned()));
    let nothing = |path: &str| {
        let other = uuid::Uuid::now_v7().to_string();
        let path = path.replace("bijstand", "bijstond").replace(&topic.id.to_string(), &other);
        path.replace(&reply.id.to_string(), &other)
    };
    for door in &doors {
        let asked = scene.app.document(door).await;
        assert_eq!(asked.status, 404, "{door}: {}", asked.text);
        // Advisory 50: what is hidden answers as what never was.
        if !door.starts_with("/activities/") {
            let absent = scene.app.document(&nothing(door)).await;
            assert_eq!((absent.status, &absent.text), (404, &asked.text), "{door}");
            let names = |reply: &crate::support::Reply| {
                let mut names: Vec<String> = reply.headers.keys().map(ToString::to_string).collect();
                names.sort();
                names
            };
            assert_eq!(names(&absent), names(&asked), "{door}");
        }
        // Nor does a member's signature open it: no closed class crosses yet.
        let url: url::Url = scene.app.url(door).parse().unwrap();
        for scheme in [Scheme::Cavage, Scheme::Rfc9421] {
            let signer = scene.jan.signer(scheme);
            let now = scene.app.app.clock.now().utc();
            let headers = vakplein::federation::signatures::sign(
                scheme,
                &reqwest::Method::GET,
                &url,
                None,
                &signer,
                now,
            );
            let mut sent = vec![("accept", "application/activity+json")];
            sent.extend(headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())));
            let signed = scene.app.send(reqwest::Method::GET, door, &sent, None).await;
            assert_eq!(signed.status, 404, "{door} signed by a member elsewhere");
        }
    }
    // Nothing beside tells of it: people's numbers, NodeInfo, search, pages, feeds.
    assert_eq!(scene.app.document("/u/ana/outbox").await.expect(200)["totalItems"], 0);
    let usage = scene.app.get("/nodeinfo/2.1").await.expect(200)["usage"].clone();
    assert_eq!((&usage["localPosts"], &usage["localComments"]), (&json!(0), &json!(0)));
    for page in ["/", "/groups", "/u/ana", "/search?q=geheim", "/latest"] {
        let page = scene.app.get(page).await;
        assert!(!page.text.contains("Geheim overleg") && !page.text.contains("Vragen over bijstand"));
    }
    for path in ["/g/bijstand".to_owned(), format!("/t/{}", topic.id), "/g/bijstand/feed.atom".to_owned()] {
        assert_eq!(scene.app.get(&path).await.status, 404, "{path}");
    }
    // Advisory 49: nobody reads by way of a report; and what goes on inside goes nowhere.
    let (stranger, body) = (
        scene.app.member("bas").await,
        json!({"postId": topic.id.to_string(), "category": "rules", "reason": "x"}),
    );
    assert_eq!(stranger.post("/reports", body.clone()).await.status, 404);
    assert_eq!(scene.app.anonymous().post("/reports", body).await.status, 404);
    let path = format!("/threads/{}/replies", topic.id);
    scene.owner.post(&path, json!({"content": "Onder ons."})).await.expect(201);
    scene.owner.put(&likes, json!({})).await;
    scene.app.settle().await;
    assert_eq!(scene.peer.received().len(), before, "not even to whoever belonged to it");
    // Whoever belongs to it here reads on.
    scene.owner.get(&format!("/threads/{}", topic.id)).await.expect(200);
    let from_outside = scene.jan.activity("Create", "2", scene.jan.note("2", &[], Some(&topic.uri)));
    scene.deliver(&from_outside).await;
}
