//! Reports, decisions, the public log and objections: each through the API, with what it refuses.

use serde_json::{Value, json};

use crate::support::{Member, TestApp};

/// A group `bijstand` of ana, with the members bob and cor; bob wrote a topic.
async fn forum() -> (TestApp, Member, Member, Member, String) {
    let app = TestApp::new().await;
    let (ana, bob, cor) = (app.member("ana").await, app.member("bob").await, app.member("cor").await);
    ana.post("/groups", json!({ "name": "bijstand", "title": "Bijstand" })).await.expect(201);
    for member in [&bob, &cor] {
        member.post("/groups/bijstand/memberships", json!({})).await.expect(201);
    }
    let topic = json!({ "title": "Koop bij mij", "content": "Goedkope fietsen" });
    let topic = bob.post("/groups/bijstand/threads", topic).await.expect(201);
    (app, ana, bob, cor, topic["id"].as_str().unwrap().to_owned())
}

/// Makes a group one that isn't open.
async fn close(app: &TestApp, title: &'static str) {
    use diesel::prelude::*;
    use vakplein::db::schema::groups::dsl;
    let change = move |tx: &mut vakplein::db::Tx<'_>| {
        let group = dsl::groups.filter(dsl::title.eq(title));
        Ok(diesel::update(group).set(dsl::class.eq(vakplein::policy::Class::Lokaal)).execute(tx.conn)?)
    };
    assert_eq!(app.app.db.write(change).await.unwrap(), 1);
}

fn spam(post: &str) -> Value {
    json!({ "postId": post, "category": "spam", "reason": "Dit is reclame." })
}

async fn items(by: &Member, path: &str) -> Vec<Value> {
    by.get(path).await.expect(200)["items"].as_array().unwrap().clone()
}

/// The notices of a member, as their kinds.
async fn told(app: &TestApp, by: &Member) -> Vec<String> {
    app.settle().await;
    let notices = items(by, "/me/notices").await;
    notices.iter().map(|notice| notice["kind"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn reports_about_one_post_are_one_case_for_the_staff() {
    let (app, ana, bob, cor, post) = forum().await;
    let made = cor.post("/reports", spam(&post)).await;
    assert!(made.location().contains("/api/v1/reports/"), "{}", made.text);
    let id = made.expect(201)["id"].as_str().unwrap().to_owned();
    assert_eq!(cor.post("/reports", spam(&post)).await.refused(409), "already");
    let stranger = json!({ "postId": post, "category": "illegal", "reason": "Heling", "name": "Daan" });
    app.anonymous().post("/reports", stranger).await.expect(201);

    let queue = items(&ana, "/groups/bijstand/reports").await;
    assert_eq!(queue.len(), 1, "{queue:?}");
    assert_eq!((&queue[0]["id"], &queue[0]["count"]), (&json!(id), &json!(2)));
    assert_eq!(queue[0]["categories"], json!(["illegal", "spam"]));
    assert_eq!(
        (&queue[0]["threadTitle"], &queue[0]["person"]["name"]),
        (&json!("Koop bij mij"), &json!("bob"))
    );

    let case = ana.get(&format!("/reports/{id}")).await.expect(200);
    assert_eq!(case["reports"].as_array().unwrap().len(), 2);
    assert_eq!(case["reports"][0]["reporter"]["name"], "cor");
    assert_eq!(
        (&case["reports"][1]["reporter"], &case["reports"][1]["name"]),
        (&Value::Null, &json!("Daan"))
    );
    assert!(case["html"].as_str().unwrap().contains("Goedkope fietsen"));

    for member in [&bob, &cor] {
        assert_eq!(member.get("/groups/bijstand/reports").await.refused(403), "not-staff");
        assert_eq!(member.get(&format!("/reports/{id}")).await.refused(404), "not-found");
    }
    assert_eq!(app.anonymous().get("/groups/bijstand/reports").await.refused(401), "signed-out");
}

#[tokio::test]
async fn a_group_is_reported_to_the_administrators_and_not_to_its_own_staff() {
    let (app, ana, _bob, cor, _post) = forum().await;
    let chief = app.admin("boss").await;
    let report = json!({ "group": "bijstand", "category": "illegal", "reason": "Alleen maar oplichting." });
    let id = cor.post("/reports", report).await.expect(201)["id"].as_str().unwrap().to_owned();
    assert!(items(&ana, "/groups/bijstand/reports").await.is_empty());
    assert_eq!(ana.get(&format!("/reports/{id}")).await.refused(404), "not-found");
    let resolution = (format!("/reports/{id}/resolution"), json!({ "outcome": "dismissed" }));
    assert_eq!(ana.post(&resolution.0, resolution.1.clone()).await.refused(404), "not-found");
    assert!(!told(&app, &ana).await.contains(&"report".to_owned()));
    assert!(told(&app, &chief).await.contains(&"report".to_owned()));
    assert_eq!(items(&chief, "/admin/reports").await.len(), 1);
    chief.post(&resolution.0, resolution.1).await.expect(204);
}

#[tokio::test]
async fn a_report_needs_a_reason_and_something_that_is_there() {
    let (app, _ana, bob, cor, post) = forum().await;
    let fields = |reply: &Value| -> Vec<String> {
        reply["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap().to_owned()).collect()
    };
    let empty =
        cor.post("/reports", json!({ "postId": post, "category": "rules", "reason": " " })).await.expect(400);
    assert_eq!(fields(&empty), ["reason"]);
    let nothing = cor.post("/reports", json!({ "category": "rules", "reason": "x" })).await.expect(400);
    assert_eq!(fields(&nothing), ["about"]);
    let objection = json!({ "postId": post, "category": "objection", "reason": "x" });
    assert_eq!(fields(&cor.post("/reports", objection).await.expect(400)), ["category"]);
    let mail = json!({ "postId": post, "category": "spam", "reason": "x", "email": "geen adres" });
    assert_eq!(fields(&app.anonymous().post("/reports", mail).await.expect(400)), ["email"]);
    bob.delete(&format!("/threads/{post}")).await.expect(204);
    assert_eq!(cor.post("/reports", spam(&post)).await.refused(404), "not-found");
}

#[tokio::test]
async fn a_closed_group_is_reported_by_its_members_only() {
    let (app, ana, _bob, cor, _post) = forum().await;
    ana.post("/groups", json!({ "name": "intern", "title": "Intern" })).await.expect(201);
    close(&app, "Intern").await;
    let topic = json!({ "title": "Geheim", "content": "Alleen voor ons" });
    let topic = ana.post("/groups/intern/threads", topic).await.expect(201);
    let post = topic["id"].as_str().unwrap();
    assert_eq!(cor.post("/reports", spam(post)).await.refused(404), "not-found");
    assert_eq!(app.anonymous().post("/reports", spam(post)).await.refused(404), "not-found");
    ana.post("/reports", spam(post)).await.expect(201);
    let admin = app.admin("eva").await;
    assert_eq!(admin.get("/groups/intern/reports").await.refused(404), "not-found");
    assert!(items(&admin, "/admin/reports").await.is_empty());
    assert_eq!(app.anonymous().get("/groups/intern/modlog").await.refused(404), "not-found");
}

#[tokio::test]
async fn reports_of_strangers_are_limited_by_address() {
    let app = TestApp::with(|config| config.limits.enabled = true).await;
    let (ana, nobody) = (app.member("ana").await, app.anonymous());
    let report = json!({ "person": "ana", "category": "other", "reason": "Vreemd" });
    for _ in 0..10 {
        nobody.post("/reports", report.clone()).await.expect(201);
    }
    let refused = nobody.post("/reports", report.clone()).await;
    assert_eq!(refused.refused(429), "too-many");
    assert!(!refused.header("retry-after").is_empty());
    app.member("bob").await.post("/reports", report).await.expect(201);
    drop(ana);
}

#[tokio::test]
async fn removing_and_deciding_are_one_act_and_everyone_is_told() {
    let (app, ana, bob, cor, post) = forum().await;
    let id = cor.post("/reports", spam(&post)).await.expect(201)["id"].as_str().unwrap().to_owned();
    let path = format!("/reports/{id}/resolution");
    assert_eq!(told(&app, &ana).await, ["report"]);

    let act = json!({
        "outcome": "acted", "measures": ["removePost", "warn"], "reason": "Geen reclame, regel 2.", "note": "Dank u."
    });
    assert_eq!(cor.post(&path, act.clone()).await.refused(404), "not-found");
    let without = json!({ "outcome": "acted", "measures": ["removePost"] });
    assert_eq!(ana.post(&path, without).await.refused(400), "invalid");
    let both = json!({ "outcome": "dismissed", "measures": ["warn"], "reason": "x" });
    assert_eq!(ana.post(&path, both).await.refused(400), "invalid");
    app.anonymous().get(&format!("/threads/{post}")).await.expect(200);
    ana.post(&path, act.clone()).await.expect(204);
    assert_eq!(ana.post(&path, act).await.refused(409), "conflict");

    let gone = app.anonymous().get(&format!("/threads/{post}")).await;
    assert!(!gone.text.contains("Goedkope fietsen"), "{}", gone.text);
    assert!(items(&ana, "/groups/bijstand/reports").await.is_empty());
    let decided = items(&ana, "/groups/bijstand/reports?state=decided").await;
    assert_eq!((&decided[0]["state"], &decided[0]["resolution"]), (&json!("acted"), &json!("Dank u.")));
    assert_eq!(told(&app, &cor).await, ["report-resolved"]);
    let mut kinds = told(&app, &bob).await;
    kinds.sort();
    assert_eq!(kinds, ["removed", "warned"]);
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_log_names_roles_to_outsiders_and_people_to_staff() {
    let (app, ana, bob, cor, post) = forum().await;
    let warning = |reason: &str| json!({ "person": "bob", "reason": reason });
    assert_eq!(cor.post("/groups/bijstand/warnings", warning("Ik wil het")).await.refused(403), "not-staff");
    assert_eq!(ana.post("/groups/bijstand/warnings", warning(" ")).await.refused(400), "invalid");
    ana.post("/groups/bijstand/warnings", warning("Let op uw toon.")).await.expect(204);
    ana.put(&format!("/posts/{post}/removal"), json!({ "reason": "Reclame" })).await.expect(204);

    for (path, viewer) in [("/groups/bijstand/modlog", app.anonymous()), ("/modlog", bob)] {
        let log = items(&viewer, path).await;
        let acts: Vec<&str> = log.iter().map(|line| line["act"].as_str().unwrap()).collect();
        assert_eq!(acts, ["remove-post", "warn"], "{path}");
        assert_eq!(
            (&log[0]["by"], &log[0]["person"], &log[1]["person"]),
            (&Value::Null, &Value::Null, &Value::Null)
        );
        assert_eq!((&log[0]["capacity"], &log[0]["reason"]), (&json!("group"), &json!("Reclame")));
        // The title of a removed topic went with it.
        assert_eq!(log[0]["threadTitle"], Value::Null);
    }
    let log = items(&ana, "/groups/bijstand/modlog?limit=1").await;
    assert_eq!((&log[0]["by"]["name"], &log[0]["person"]["name"]), (&json!("ana"), &json!("bob")));
    let page = ana.get("/groups/bijstand/modlog?limit=1").await.expect(200);
    let next = format!("/groups/bijstand/modlog?limit=1&cursor={}", page["next"].as_str().unwrap());
    let page = ana.get(&next).await.expect(200);
    assert_eq!((&page["items"][0]["act"], &page["next"]), (&json!("warn"), &Value::Null));
}

#[tokio::test]
async fn whoever_is_concerned_gets_reasons_and_can_object_once() {
    let (app, ana, bob, cor, post) = forum().await;
    cor.post("/reports", spam(&post)).await.expect(201);
    // On which ground is the moderator's to say, whatever somebody reported last.
    let stranger = json!({ "postId": post, "category": "illegal", "reason": "Heling", "name": "Daan" });
    app.anonymous().post("/reports", stranger).await.expect(201);
    let removal = format!("/posts/{post}/removal");
    let unfit = json!({ "reason": "Reclame", "ground": "objection" });
    assert_eq!(ana.put(&removal, unfit).await.refused(400), "invalid");
    ana.put(&removal, json!({ "reason": "Reclame", "ground": "spam" })).await.expect(204);
    app.settle().await;
    let notice = items(&bob, "/me/notices").await.remove(0);
    let decision = format!("/decisions/{}", notice["decisionId"].as_str().unwrap());

    let statement = bob.get(&decision).await.expect(200);
    assert_eq!((&statement["act"], &statement["reason"]), (&json!("remove-post"), &json!("Reclame")));
    assert_eq!((&statement["ground"], &statement["reported"]), (&json!("spam"), &json!(true)));
    assert_eq!((&statement["automated"], &statement["mayObject"]), (&json!(false), &json!(true)));
    ana.get(&decision).await.expect(200);
    assert_eq!(cor.get(&decision).await.refused(404), "not-found");

    let objection = format!("{decision}/objection");
    let text = json!({ "reason": "Het was een weggeefactie." });
    assert_eq!(cor.post(&objection, text.clone()).await.refused(404), "not-found");
    assert_eq!(bob.post(&objection, json!({ "reason": "" })).await.refused(400), "invalid");
    let made = bob.post(&objection, text.clone()).await.expect(201);
    assert_eq!((&made["objection"], &made["mayObject"]), (&json!("open"), &json!(false)));
    assert_eq!(bob.post(&objection, text).await.refused(409), "already");

    // Whoever decided doesn't judge, once there is somebody else.
    let dirk = app.member("dirk").await;
    dirk.post("/groups/bijstand/memberships", json!({})).await.expect(201);
    let role = json!({ "person": "dirk", "role": "moderator" });
    ana.patch("/groups/bijstand/memberships", role).await.expect(204);
    let queue = items(&dirk, "/groups/bijstand/reports").await;
    let case = queue.iter().find(|case| case["categories"] == json!(["objection"])).unwrap();
    let resolution = format!("/reports/{}/resolution", case["id"].as_str().unwrap());
    let right = json!({ "outcome": "acted", "note": "U hebt gelijk." });
    assert_eq!(ana.post(&resolution, right.clone()).await.refused(403), "own-decision");
    dirk.post(&resolution, right).await.expect(204);
    let shown = app.anonymous().get(&format!("/threads/{post}")).await.expect(200);
    assert_eq!(shown["content"], "Goedkope fietsen");
    assert!(told(&app, &bob).await.contains(&"objection-resolved".to_owned()));
    // Nobody is told that the post was restored for the reason for which it was removed.
    let log = items(&app.anonymous(), "/groups/bijstand/modlog").await;
    assert_eq!((&log[0]["act"], &log[0]["reason"]), (&json!("restore-post"), &json!("")), "{log:?}");

    // Removed once more, by the way: what was reported and decided long ago has nothing to do with it.
    app.clock.advance(86_400);
    ana.put(&removal, json!({ "reason": "Dubbel" })).await.expect(204);
    app.settle().await;
    let notice = items(&bob, "/me/notices").await.remove(0);
    let statement =
        bob.get(&format!("/decisions/{}", notice["decisionId"].as_str().unwrap())).await.expect(200);
    assert_eq!(statement["ground"], "rules");
}

#[tokio::test]
async fn a_warning_names_only_the_report_that_it_decided() {
    let (app, ana, bob, cor, post) = forum().await;
    let id = cor.post("/reports", spam(&post)).await.expect(201)["id"].as_str().unwrap().to_owned();
    let statement = async |reason: &str| {
        app.settle().await;
        let notices = items(&bob, "/me/notices").await;
        let notice = notices.iter().find(|notice| notice["kind"] == "warned").unwrap();
        let found = bob.get(&format!("/decisions/{}", notice["decisionId"].as_str().unwrap())).await;
        let found = found.expect(200).clone();
        assert_eq!(found["reason"], reason);
        (found["ground"].clone(), found["reported"].clone())
    };
    let warning = json!({ "person": "bob", "reason": "Let op uw toon." });
    ana.post("/groups/bijstand/warnings", warning).await.expect(204);
    assert_eq!(statement("Let op uw toon.").await, (json!("rules"), json!(false)));
    app.clock.advance(60);
    let act =
        json!({ "outcome": "acted", "measures": ["warn"], "reason": "Geen reclame.", "ground": "spam" });
    ana.post(&format!("/reports/{id}/resolution"), act).await.expect(204);
    assert_eq!(statement("Geen reclame.").await, (json!("spam"), json!(true)));
}

#[tokio::test]
async fn objecting_ends_after_six_months() {
    let (app, ana, bob, _cor, post) = forum().await;
    ana.put(&format!("/posts/{post}/removal"), json!({ "reason": "Reclame" })).await.expect(204);
    app.settle().await;
    let notice = items(&bob, "/me/notices").await.remove(0);
    let decision = format!("/decisions/{}", notice["decisionId"].as_str().unwrap());
    app.clock.advance(184 * 86_400);
    assert_eq!(bob.get(&decision).await.expect(200)["mayObject"], false);
    let late = bob.post(&format!("{decision}/objection"), json!({ "reason": "Toch niet" })).await;
    assert_eq!(late.refused(409), "conflict");
}

#[tokio::test]
async fn administrators_decide_about_people_and_see_who_is_banned() {
    let (app, ana, bob, cor, _post) = forum().await;
    let admin = app.admin("eva").await;
    let about = json!({ "person": "bob", "category": "rules", "reason": "Valt mensen lastig" });
    let id = cor.post("/reports", about).await.expect(201)["id"].as_str().unwrap().to_owned();
    assert_eq!(ana.get("/admin/reports").await.refused(403), "not-admin");
    assert_eq!(items(&admin, "/admin/reports").await[0]["person"]["name"], "bob");
    let ban = json!({ "outcome": "acted", "measures": ["ban"], "reason": "Lastigvallen" });
    admin.post(&format!("/reports/{id}/resolution"), ban).await.expect(204);
    let bans = items(&admin, "/admin/bans").await;
    assert_eq!((&bans[0]["person"]["name"], &bans[0]["until"]), (&json!("bob"), &Value::Null));
    assert_eq!(ana.get("/admin/bans").await.refused(403), "not-admin");
    let topic = json!({ "title": "Hallo", "content": "Ik ben er weer" });
    assert_eq!(bob.post("/groups/bijstand/threads", topic).await.refused(403), "suspended");
    assert!(items(&ana, "/groups/bijstand/bans").await.is_empty());
    assert_eq!(cor.get("/groups/bijstand/bans").await.refused(403), "not-staff");
}

#[tokio::test]
async fn a_token_without_the_scope_decides_nothing() {
    use vakplein::people::{Scope, Scopes, tokens};
    let (app, ana, _bob, cor, post) = forum().await;
    let id = cor.post("/reports", spam(&post)).await.expect(201)["id"].as_str().unwrap().to_owned();
    let person = ana.id;
    let (_row, secret) = app
        .app
        .db
        .write(move |tx| tokens::create(tx, person, "lezen", &Scopes::of(&[Scope::Read, Scope::Write]), None))
        .await
        .unwrap();
    let weak = app.with_token(&ana, &secret);
    assert_eq!(weak.get("/groups/bijstand/reports").await.refused(403), "scope");
    let resolution = json!({ "outcome": "dismissed" });
    assert_eq!(
        weak.post(&format!("/reports/{id}/resolution"), resolution.clone()).await.refused(403),
        "scope"
    );
    ana.post(&format!("/reports/{id}/resolution"), resolution).await.expect(204);
}
