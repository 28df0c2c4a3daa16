//! Groups and membership: making, changing and closing groups; joining, admitting, roles, leaving, bans.

use serde_json::json;

use crate::media::{png, upload};
use crate::support::app::PASSWORD;
use crate::support::member::Reply;
use crate::support::{Member, TestApp};

async fn group(owner: &Member, name: &str) -> serde_json::Value {
    owner.post("/groups", json!({ "name": name, "title": "Bijstand" })).await.expect(201)
}

/// The fields of a problem, in its order.
fn fields(reply: &Reply) -> Vec<&str> {
    reply.json["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect()
}

async fn count(by: &Member, name: &str) -> i64 {
    by.get(&format!("/groups/{name}")).await.expect(200)["memberCount"].as_i64().unwrap()
}

#[tokio::test]
async fn a_member_makes_a_group_and_owns_it() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let reply = ana
        .post(
            "/groups",
            json!({ "name": "bijstand", "title": " Bijstand ", "description": "**Vragen** over <b>geld</b>" }),
        )
        .await;
    assert!(reply.location().ends_with("/api/v1/groups/bijstand"), "{}", reply.location());
    let made = reply.expect(201);
    assert_eq!(made["url"], app.url("/g/bijstand"));
    assert_eq!(made["activityPubId"], app.url("/g/bijstand"));
    assert_eq!(made["title"], "Bijstand");
    assert_eq!(made["class"], "openbaar");
    assert_eq!(made["role"], "owner");
    assert_eq!(made["memberCount"], 1);
    let html = made["descriptionHtml"].as_str().unwrap();
    assert!(html.contains("<strong>Vragen</strong>") && !html.contains("<b>"), "{html}");

    let anyone = app.anonymous();
    assert_eq!(anyone.get("/groups/bijstand").await.expect(200)["role"], json!(null));
    let listed = anyone.get("/groups").await.expect(200);
    assert_eq!(listed["items"][0]["name"], "bijstand");
    assert_eq!(ana.get("/groups?filter=mine").await.expect(200)["items"][0]["role"], "owner");
    assert_eq!(anyone.get("/groups?filter=mine").await.refused(401), "signed-out");
    assert_eq!(anyone.post("/groups", json!({ "name": "x", "title": "X" })).await.refused(401), "signed-out");
}

#[tokio::test]
async fn a_group_that_cannot_be_is_refused_field_by_field() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let wrong =
        ana.post("/groups", json!({ "name": "x", "title": " ", "class": "leden", "colour": 9 })).await;
    assert_eq!(wrong.refused(400), "invalid");
    // A closed group is one, and joined by invitation when nothing else is said.
    assert_eq!(fields(&wrong), ["title", "colour"]);
    // One name space: a person has this name.
    let taken = ana.post("/groups", json!({ "name": "Ana", "title": "A" })).await;
    assert_eq!(taken.refused(409), "taken");
    assert_eq!(taken.json["errors"][0]["field"], "name");
    // All that is wrong is told at once, also what can only be known from the database.
    let all = json!({ "name": "Ana", "title": " ", "mission": "x".repeat(301), "emblem": uuid::Uuid::nil() });
    let all = ana.post("/groups", all).await;
    assert_eq!(all.refused(400), "invalid");
    assert_eq!(fields(&all), ["name", "title", "mission", "emblem"]);
    let unreadable = json!({ "name": 3, "title": [], "class": "geheim", "colour": "rood" });
    let unreadable = ana.post("/groups", unreadable).await;
    assert_eq!(unreadable.refused(400), "malformed");
    assert_eq!(fields(&unreadable), ["name", "title", "class", "colour"]);
    let messages: Vec<&str> = unreadable.json["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["message"].as_str().unwrap())
        .collect();
    assert_eq!(messages[0], "Send a text, between quotation marks.");
    assert_eq!(messages[2], "Choose one of these: openbaar, leden, vertrouwelijk, lokaal.");
    assert!(!unreadable.text.contains("expected"), "{}", unreadable.text);
    assert_eq!(ana.post("/groups", json!({ "name": "a b", "title": "A" })).await.refused(400), "invalid");
    assert_eq!(ana.post("/groups", json!({ "title": 3 })).await.refused(400), "malformed");
    assert_eq!(ana.get("/groups/none").await.refused(404), "not-found");
}

#[tokio::test]
async fn only_the_owner_changes_closes_and_deletes_a_group() {
    let app = TestApp::new().await;
    let (ana, bob) = (app.member("ana").await, app.member("bob").await);
    group(&ana, "bijstand").await;
    bob.post("/groups/bijstand/memberships", json!({})).await.expect(201);
    assert_eq!(bob.patch("/groups/bijstand", json!({ "title": "B" })).await.refused(403), "not-owner");
    let edited =
        ana.patch("/groups/bijstand", json!({ "mission": "Samen", "posting": "staff" })).await.expect(200);
    assert_eq!((edited["title"].as_str(), edited["mission"].as_str()), (Some("Bijstand"), Some("Samen")));
    let topic = json!({ "title": "Mag dit", "content": "Ja?" });
    assert_eq!(bob.post("/groups/bijstand/threads", topic.clone()).await.refused(403), "staff-posts");
    ana.post("/groups/bijstand/threads", topic.clone()).await.expect(201);

    assert_eq!(bob.put("/groups/bijstand/archive", json!({})).await.refused(403), "not-owner");
    ana.put("/groups/bijstand/archive", json!({})).await.expect(204);
    assert_eq!(ana.post("/groups/bijstand/threads", topic.clone()).await.refused(403), "archived");
    ana.delete("/groups/bijstand/archive").await.expect(204);
    let topic = ana.post("/groups/bijstand/threads", topic).await.expect(201);

    assert_eq!(bob.delete("/groups/bijstand").await.refused(403), "not-owner");
    ana.delete("/groups/bijstand").await.expect(204);
    assert_eq!(ana.get("/groups/bijstand").await.refused(410), "gone");
    let topic = format!("/threads/{}", topic["id"].as_str().unwrap());
    assert_eq!(ana.get(&topic).await.refused(410), "gone");
    assert_eq!(ana.get("/groups").await.expect(200)["items"], json!([]));
    assert_eq!(ana.get("/threads").await.expect(200)["items"], json!([]));
    let again = ana.post("/groups", json!({ "name": "bijstand", "title": "B" })).await;
    assert_eq!(again.refused(409), "taken");
    app.settle().await;
}

#[tokio::test]
async fn joining_an_open_group_counts_and_leaving_counts_off() {
    let app = TestApp::new().await;
    let (ana, bob) = (app.member("ana").await, app.member("bob").await);
    group(&ana, "bijstand").await;
    let reply = bob.post("/groups/bijstand/memberships", json!({})).await;
    let place = reply.location().strip_prefix(&app.url("/api/v1")).unwrap().to_owned();
    let joined = reply.expect(201);
    assert_eq!((joined["state"].as_str(), joined["role"].as_str()), (Some("accepted"), Some("member")));
    assert_eq!((&joined["url"], &joined["person"]["name"]), (&json!(app.url("/g/bijstand")), &json!("bob")));
    assert_eq!(bob.get(&place).await.expect(200), joined, "Location leads to what was made");
    assert_eq!(count(&ana, "bijstand").await, 2);
    assert_eq!(bob.post("/groups/bijstand/memberships", json!({})).await.refused(409), "already");
    assert_eq!(count(&ana, "bijstand").await, 2);

    assert_eq!(bob.get("/groups/bijstand/members").await.expect(200)["items"].as_array().unwrap().len(), 2);
    assert_eq!(app.member("cor").await.get("/groups/bijstand/members").await.refused(403), "not-member");
    assert_eq!(app.anonymous().get("/groups/bijstand/members").await.refused(401), "signed-out");

    // Who is in it, only members see, of one as of all.
    assert_eq!(ana.get(&place).await.expect(200)["person"]["name"], "bob");
    assert_eq!(ana.get("/groups/bijstand/memberships/cor").await.refused(404), "not-found");
    assert_eq!(app.member("dirk").await.get(&place).await.refused(403), "not-member");
    assert_eq!(app.anonymous().get(&place).await.refused(401), "signed-out");

    bob.delete(&place).await.expect(204);
    assert_eq!(bob.get(&place).await.refused(404), "not-found");
    assert_eq!(bob.delete("/groups/bijstand/memberships").await.refused(404), "not-found");
    assert_eq!(count(&ana, "bijstand").await, 1);
    assert_eq!(ana.delete("/groups/bijstand/memberships").await.refused(409), "last-owner");
    assert_eq!(count(&ana, "bijstand").await, 1);
}

#[tokio::test]
async fn a_group_by_approval_admits_whom_its_staff_admits() {
    let app = TestApp::new().await;
    let (ana, bob, cor) = (app.member("ana").await, app.member("bob").await, app.member("cor").await);
    group(&ana, "vakgroep").await;
    ana.patch("/groups/vakgroep", json!({ "joining": "approval" })).await.expect(200);
    let asked =
        bob.post("/groups/vakgroep/memberships", json!({ "motivation": "Ik werk er" })).await.expect(201);
    assert_eq!(asked["state"], "pending");
    cor.post("/groups/vakgroep/memberships", json!({})).await.expect(201);
    assert_eq!(count(&ana, "vakgroep").await, 1);
    let topic = json!({ "title": "Mag dit", "content": "Ja?" });
    assert_eq!(bob.post("/groups/vakgroep/threads", topic.clone()).await.refused(403), "pending");
    assert_eq!(bob.get("/groups/vakgroep/members?state=pending").await.refused(403), "not-staff");
    let waits = ana.get("/groups/vakgroep/memberships/bob").await.expect(200);
    assert_eq!((&waits["state"], &waits["motivation"]), (&json!("pending"), &json!("Ik werk er")));
    assert_eq!(bob.get("/groups/vakgroep/memberships/bob").await.expect(200)["state"], "pending");
    assert_eq!(cor.get("/groups/vakgroep/memberships/bob").await.refused(403), "not-member");
    let waiting = ana.get("/groups/vakgroep/members?state=pending").await.expect(200);
    assert_eq!(waiting["items"][1]["motivation"], "Ik werk er");

    let accept = json!({ "state": "accepted" });
    assert_eq!(bob.patch("/groups/vakgroep/memberships/bob", accept.clone()).await.refused(403), "not-staff");
    ana.patch("/groups/vakgroep/memberships/bob", accept.clone()).await.expect(204);
    ana.patch("/groups/vakgroep/memberships/bob", accept).await.expect(204);
    assert_eq!(count(&ana, "vakgroep").await, 2);
    bob.post("/groups/vakgroep/threads", topic).await.expect(201);
    assert_eq!(
        bob.get("/groups/vakgroep/memberships/cor").await.refused(404),
        "not-found",
        "staff's to know"
    );

    assert_eq!(bob.delete("/groups/vakgroep/memberships/cor").await.refused(403), "not-staff");
    ana.delete("/groups/vakgroep/memberships/cor").await.expect(204);
    assert_eq!(cor.get("/groups/vakgroep").await.expect(200)["pending"], false);
    assert_eq!(count(&ana, "vakgroep").await, 2);
}

#[tokio::test]
async fn roles_are_the_owners_to_give_and_one_owner_stays() {
    let app = TestApp::new().await;
    let (ana, bob) = (app.member("ana").await, app.member("bob").await);
    group(&ana, "bijstand").await;
    bob.post("/groups/bijstand/memberships", json!({})).await.expect(201);
    let path = "/groups/bijstand/memberships";
    let owner = json!({ "role": "owner" });
    assert_eq!(bob.patch(&format!("{path}/bob"), owner.clone()).await.refused(403), "not-owner");
    assert_eq!(ana.patch(&format!("{path}/cor"), owner.clone()).await.refused(404), "not-found");
    let demoted = ana.patch(&format!("{path}/ana"), json!({ "role": "member" })).await;
    assert_eq!(demoted.refused(409), "last-owner");
    ana.patch(path, json!({ "person": "bob", "role": "owner" })).await.expect(204);
    assert_eq!(bob.get("/groups/bijstand").await.expect(200)["role"], "owner");
    ana.delete(path).await.expect(204);
    assert_eq!(bob.delete(path).await.refused(409), "last-owner");
    assert_eq!(ana.patch("/groups/bijstand", json!({ "title": "B" })).await.refused(403), "not-owner");
}

#[tokio::test]
async fn a_banned_member_is_out_until_the_ban_ends() {
    let app = TestApp::new().await;
    let (ana, bob) = (app.member("ana").await, app.member("bob").await);
    group(&ana, "bijstand").await;
    bob.post("/groups/bijstand/memberships", json!({})).await.expect(201);
    let ban = json!({ "reason": "Schold" });
    assert_eq!(bob.put("/groups/bijstand/bans/ana", ban.clone()).await.refused(403), "not-staff");
    assert_eq!(ana.put("/groups/bijstand/bans/bob", json!({ "reason": " " })).await.refused(400), "invalid");
    let until = app.clock.now().plus_days(2).rfc3339();
    ana.put("/groups/bijstand/bans/bob", json!({ "reason": "Schold", "until": until })).await.expect(204);
    assert_eq!(count(&ana, "bijstand").await, 1);
    assert_eq!(bob.post("/groups/bijstand/memberships", json!({})).await.refused(403), "banned");
    app.clock.advance(3 * 86_400);
    bob.post("/groups/bijstand/memberships", json!({})).await.expect(201);

    ana.put("/groups/bijstand/bans/bob", ban).await.expect(204);
    assert_eq!(bob.post("/groups/bijstand/memberships", json!({})).await.refused(403), "banned");
    assert_eq!(bob.delete("/groups/bijstand/bans/bob").await.refused(403), "banned");
    ana.delete("/groups/bijstand/bans/bob").await.expect(204);
    assert_eq!(ana.delete("/groups/bijstand/bans/bob").await.refused(404), "not-found");
    bob.post("/groups/bijstand/memberships", json!({})).await.expect(201);
    assert_eq!(count(&ana, "bijstand").await, 2);
    app.settle().await;
}

#[tokio::test]
async fn a_group_has_an_emblem_told_in_words() {
    let app = TestApp::new().await;
    let (ana, bob) = (app.member("ana").await, app.member("bob").await);
    let picture = upload(&app, &ana, "boom.png", &png(), &[("decorative", "true")]).await.expect(201);
    let other = upload(&app, &bob, "boom.png", &png(), &[("decorative", "true")]).await.expect(201);
    let with =
        json!({ "name": "tuin", "title": "Tuin", "emblem": picture["id"], "emblemAlt": " Een\nboom " });
    let made = ana.post("/groups", with).await.expect(201);
    assert_eq!(made["emblemAlt"], "Een boom");
    let path = made["emblem"].as_str().unwrap().strip_prefix(&app.url("")).unwrap().to_owned();
    assert_eq!(app.get(&path).await.header("content-type"), "image/png");
    let listed = app.anonymous().get("/groups").await.expect(200);
    assert_eq!(
        (&listed["items"][0]["emblem"], &listed["items"][0]["emblemAlt"]),
        (&made["emblem"], &json!("Een boom"))
    );
    // Other software sees it too.
    let icon = app.document("/g/tuin").await.expect(200)["icon"].clone();
    assert_eq!(icon["name"], "Een boom", "{icon}");

    // What is left out stays; somebody else's picture can't be taken; null takes the emblem away with its words.
    let edited = ana.patch("/groups/tuin", json!({ "mission": "Groen" })).await.expect(200);
    assert_eq!((&edited["emblem"], &edited["emblemAlt"]), (&made["emblem"], &json!("Een boom")));
    assert_eq!(ana.patch("/groups/tuin", json!({ "emblem": other["id"] })).await.refused(400), "invalid");
    assert_eq!(ana.patch("/groups/tuin", json!({ "emblem": "boom" })).await.refused(400), "malformed");
    assert_eq!(bob.patch("/groups/tuin", json!({ "emblem": null })).await.refused(403), "not-owner");
    let without = ana.patch("/groups/tuin", json!({ "emblem": null })).await.expect(200);
    assert_eq!((&without["emblem"], &without["emblemAlt"]), (&json!(null), &json!("")));
    assert!(app.document("/g/tuin").await.expect(200).get("icon").is_none());

    // It is the group's: it stays when whoever brought it leaves.
    let again = upload(&app, &ana, "boom.png", &png(), &[("decorative", "true")]).await.expect(201);
    let with = json!({ "emblem": again["id"], "emblemAlt": "Een boom" });
    let made = ana.patch("/groups/tuin", with).await.expect(200);
    let path = made["emblem"].as_str().unwrap().strip_prefix(&app.url("")).unwrap().to_owned();
    assert_eq!(ana.put("/me/leaving", json!({ "password": "mis" })).await.refused(400), "invalid");
    ana.put("/me/leaving", json!({ "password": PASSWORD })).await.expect(200);
    app.clock.advance(31 * 86_400);
    app.settle().await;
    assert_eq!(app.get("/u/ana").await.status, 410);
    let left = bob.get("/groups/tuin").await.expect(200);
    assert_eq!((&left["emblem"], app.get(&path).await.status), (&made["emblem"], 200));
}
