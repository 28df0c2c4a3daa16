//! Two instances of ours: what is between people is known on both. Following, profiles, blocks, reports, and who is gone.

use serde_json::{Value, json};

use super::pair::{GROUP, Pair, id};
use crate::support::app::PASSWORD;

const ANA: &str = "/people/ana@werkplein.test";

#[tokio::test(flavor = "multi_thread")]
async fn a_person_follows_a_person_until_one_is_blocked() {
    let pair = Pair::apart().await;
    let follow = format!("{ANA}/follow");
    pair.bo.get("/resolve?uri=%40ana%40werkplein.test").await.expect(200);
    let relation = async || pair.bo.get(ANA).await.expect(200)["relation"].clone();
    assert_eq!(pair.bo.put(&follow, json!({})).await.status, 204);
    assert_eq!(
        (relation().await["asked"].as_bool(), relation().await["following"].as_bool()),
        (Some(true), Some(false))
    );
    pair.settle().await;
    assert_eq!(relation().await["following"], true, "her server accepted");
    let seen = pair.ana.get("/people/bo@gemeente.test").await.expect(200);
    assert_eq!(seen["relation"]["followedBy"], true);

    // A profile that changes is read again by whoever follows.
    pair.ana.patch("/me", json!({"displayName": "Ana de Wit", "bio": "Vraag *maar*."})).await.expect(200);
    pair.settle().await;
    let profile = pair.bo.get(ANA).await.expect(200);
    assert_eq!(profile["displayName"], "Ana de Wit");
    assert!(profile["bioHtml"].as_str().unwrap().contains("<em>maar</em>"), "{profile}");

    assert_eq!(pair.bo.delete(&follow).await.status, 204);
    pair.settle().await;
    let seen = pair.ana.get("/people/bo@gemeente.test").await.expect(200);
    assert_eq!(seen["relation"]["followedBy"], false);

    pair.bo.put(&follow, json!({})).await;
    pair.settle().await;
    let block = json!({"person": "bo@gemeente.test", "kind": "block"});
    let block = pair.ana.post("/me/blocks", block).await.expect(201);
    pair.settle().await;
    assert_eq!(relation().await["following"], false, "a follower elsewhere learns that it is over");
    assert_eq!(relation().await["block"], Value::Null, "and not why");
    assert_eq!(pair.bo.put(&follow, json!({})).await.status, 204);
    pair.settle().await;
    let again = relation().await;
    assert_eq!(
        (again["asked"].as_bool(), again["following"].as_bool()),
        (Some(false), Some(false)),
        "refused"
    );
    assert_eq!(pair.ana.delete(&format!("/me/blocks/{}", id(&block))).await.status, 204);
    pair.bo.put(&follow, json!({})).await;
    pair.settle().await;
    assert_eq!(relation().await["following"], true);
    pair.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_reaches_those_who_decide_on_either_side() {
    let pair = Pair::new().await;
    let chief = pair.there.admin("chef").await;
    let topic = pair.topic("bijstand", "Gemeld").await;
    let copy = pair.copy(&topic).await;
    let report = |post: &Value, forward: bool| json!({"postId": id(post), "category": "rules", "reason": "Scheldt", "forward": forward});
    let queue = async || pair.ana.get("/groups/bijstand/reports").await.expect(200)["items"].clone();
    // What isn't to be forwarded stays on the reporter's own server.
    let dora = pair.there.member("dora").await;
    let kept = dora.post("/reports", report(&copy, false)).await.expect(201);
    pair.settle().await;
    assert_eq!((kept["forwarded"].as_bool(), queue().await), (Some(false), json!([])));

    let told = pair.bo.post("/reports", report(&copy, true)).await.expect(201);
    assert_eq!(told["forwarded"], true);
    assert_eq!(pair.bo.post("/reports", report(&copy, true)).await.refused(409), "already", "once is enough");
    pair.settle().await;
    let cases = queue().await;
    assert_eq!((cases.as_array().unwrap().len(), &cases[0]["postId"]), (1, &topic["id"]));
    let case = pair.ana.get(&format!("/reports/{}", id(&cases[0]))).await.expect(200);
    let reported = &case["reports"][0];
    assert_eq!(
        (reported["reason"].as_str(), reported["host"].as_str()),
        (Some("Scheldt"), Some("gemeente.test"))
    );
    assert_eq!(
        reported["reporter"]["handle"], "@bo@gemeente.test",
        "a group's host learns who reports, as on Lemmy"
    );

    // The other way: a reply by Bo, reported here, is told to Bo's server, which doesn't learn by whom.
    let replies = format!("/threads/{}/replies", id(&copy));
    let reply = pair.bo.post(&replies, json!({"content": "Koop nu!"})).await.expect(201);
    pair.settle().await;
    let uri = reply["activityPubId"].as_str().unwrap();
    let here = pair.ana.get(&format!("/resolve?uri={uri}")).await.expect(200);
    let cas = pair.here.member("cas").await;
    assert_eq!(cas.post("/reports", report(&here, true)).await.expect(201)["forwarded"], true);
    pair.settle().await;
    let there = chief.get("/admin/reports").await.expect(200);
    let case = there["items"].as_array().unwrap().iter().find(|case| case["postId"] == reply["id"]);
    let case =
        chief.get(&format!("/reports/{}", id(case.unwrap_or_else(|| panic!("{there}"))))).await.expect(200);
    let reported = &case["reports"][0];
    assert_eq!((reported["host"].as_str(), &reported["reporter"]), (Some("werkplein.test"), &Value::Null));
    pair.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_group_is_gone_wherever_there_are_copies() {
    let pair = Pair::new().await;
    let topic = pair.topic("bijstand", "Straks weg").await;
    let copy = pair.copy(&topic).await;
    // Bo left; the copies stayed.
    assert_eq!(pair.bo.delete(&format!("/groups/{GROUP}/memberships")).await.status, 204);
    pair.settle().await;
    assert_eq!(pair.bo.delete(&format!("/groups/{GROUP}")).await.status, 403, "only its owner deletes it");
    pair.bo.get(&format!("/threads/{}", id(&copy))).await.expect(200);
    assert_eq!(pair.ana.delete("/groups/bijstand").await.status, 204);
    pair.settle().await;
    assert!(matches!(pair.bo.get(&format!("/groups/{GROUP}")).await.status, 404 | 410));
    assert!(matches!(pair.bo.get(&format!("/threads/{}", id(&copy))).await.status, 404 | 410));
    assert_eq!(pair.here.document("/g/bijstand").await.status, 410);
    pair.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_person_is_gone_wherever_there_are_copies_but_not_before_the_time() {
    let pair = Pair::new().await;
    let cas = pair.here.member("cas").await;
    cas.post("/groups/bijstand/memberships", json!({})).await.expect(201);
    let made = cas
        .post("/groups/bijstand/threads", json!({"title": "Van Cas", "content": "Geheim"}))
        .await
        .expect(201);
    // A third instance looked Cas up once, and nothing more.
    let third = pair.net.app("uwv.test").await;
    let dora = third.member("dora").await;
    dora.get("/resolve?uri=%40cas%40werkplein.test").await.expect(200);
    let all = [&pair.here, &pair.there, &third];
    pair.net.settle(&all).await;
    let copy = pair.copy(&made).await;
    assert!(copy["html"].as_str().unwrap().contains("Geheim"));
    let post = format!("/posts/{}", id(&copy));

    let days = pair.here.app.config.retention.grace_days;
    cas.put("/me/leaving", json!({ "password": PASSWORD })).await.expect(200);
    pair.net.settle(&all).await;
    let pass = async |seconds: i64| {
        all.iter().for_each(|app| app.clock.advance(seconds));
        pair.net.settle(&all).await;
    };
    pass(days * 86_400 - 60).await;
    assert_eq!(pair.bo.get(&post).await.status, 200, "the grace period isn't over");
    pair.bo.get("/people/cas@werkplein.test").await.expect(200);
    pass(120).await;
    let gone = pair.bo.get(&post).await;
    assert_eq!((gone.status, gone.text.contains("Geheim")), (410, false));
    assert_eq!(pair.bo.get("/people/cas@werkplein.test").await.status, 404);
    assert_eq!(pair.here.document("/u/cas").await.status, 410);
    // Nobody there ever spoke to Cas's server; it learns when it reads the profile again.
    third.app.db.write(vakplein::prune::schedule).await.unwrap();
    pass(86_400).await;
    pass(86_400).await;
    assert_eq!(dora.get("/people/cas@werkplein.test").await.status, 404);
    pair.check().await;
}
