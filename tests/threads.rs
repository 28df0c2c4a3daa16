//! Topics, replies, reactions: each act through the API, with what it refuses.

use serde_json::{Value, json};

use crate::support::{Member, TestApp};

/// An instance with a group `bijstand` of ana, of which bob is a member.
async fn forum() -> (TestApp, Member, Member) {
    let app = TestApp::new().await;
    let (ana, bob) = (app.member("ana").await, app.member("bob").await);
    ana.post("/groups", json!({ "name": "bijstand", "title": "Bijstand" })).await.expect(201);
    bob.post("/groups/bijstand/memberships", json!({})).await.expect(201);
    (app, ana, bob)
}

async fn topic(by: &Member, title: &str) -> String {
    let body = json!({ "title": title, "content": "Wie weet dit?" });
    by.post("/groups/bijstand/threads", body).await.expect(201)["id"].as_str().unwrap().to_owned()
}

async fn reply(by: &Member, thread: &str, content: &str, parent: Option<&str>) -> String {
    let body = json!({ "content": content, "parentId": parent });
    let made = by.post(&format!("/threads/{thread}/replies"), body).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

async fn thread(by: &Member, id: &str) -> Value {
    by.get(&format!("/threads/{id}")).await.expect(200)
}

async fn replies(by: &Member, id: &str) -> Vec<(String, i64)> {
    let page = by.get(&format!("/threads/{id}/replies")).await.expect(200);
    let posts = page["items"].as_array().unwrap().iter();
    posts
        .map(|post| (post["content"].as_str().unwrap().to_owned(), post["depth"].as_i64().unwrap()))
        .collect()
}

async fn topics(by: &Member, query: &str) -> Vec<String> {
    let page = by.get(&format!("/groups/bijstand/threads{query}")).await.expect(200);
    let items = page["items"].as_array().unwrap().iter();
    items.map(|topic| topic["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_member_starts_a_topic_and_everybody_reads_it() {
    let (app, ana, bob) = forum().await;
    let body = json!({ "title": " Mag  ik werken? ", "content": "Dag @ana, **mag** ik werken? @niemand" });
    let made = bob.post("/groups/bijstand/threads", body).await;
    let id = made.json["id"].as_str().unwrap().to_owned();
    assert!(made.location().ends_with(&format!("/api/v1/threads/{id}")));
    let made = made.expect(201);
    assert_eq!(made["title"], "Mag ik werken?");
    assert_eq!((&made["url"], &made["activityPubId"]), (&json!(app.url(&format!("/t/{id}"))), &made["url"]));
    assert_eq!(made["kind"], "discussion");
    let html = made["html"].as_str().unwrap();
    assert!(html.contains("<strong>mag</strong>") && html.contains("/u/ana"), "{html}");
    assert!(!html.contains("/u/niemand"), "{html}");
    assert_eq!(made["author"]["name"], "bob");

    assert_eq!(thread(&app.anonymous(), &id).await["content"], "Dag @ana, **mag** ik werken? @niemand");
    assert_eq!(ana.get("/groups/bijstand").await.expect(200)["topicCount"], 1);
    assert_eq!(app.anonymous().get("/threads").await.expect(200)["items"][0]["id"], id.as_str());

    let cor = app.member("cor").await;
    let plain = json!({ "title": "T", "content": "C" });
    assert_eq!(cor.post("/groups/bijstand/threads", plain.clone()).await.refused(403), "not-member");
    assert_eq!(
        app.anonymous().post("/groups/bijstand/threads", plain.clone()).await.refused(401),
        "signed-out"
    );
    assert_eq!(bob.post("/groups/none/threads", plain).await.refused(404), "not-found");
    app.settle().await;
}

#[tokio::test]
async fn a_topic_needs_a_title_and_a_text_within_bounds() {
    let (_app, _ana, bob) = forum().await;
    let path = "/groups/bijstand/threads";
    for (body, field) in [
        (json!({ "title": " \u{200b}", "content": "C" }), "title"),
        (json!({ "title": "x".repeat(201), "content": "C" }), "title"),
        (json!({ "title": "T", "content": " \n\t" }), "content"),
        (json!({ "title": "T", "content": "x".repeat(50_001) }), "content"),
    ] {
        let refused = bob.post(path, body).await;
        assert_eq!(refused.refused(400), "invalid");
        assert_eq!(refused.json["errors"][0]["field"], field);
    }
    bob.post(path, json!({ "title": "é".repeat(200), "content": "x".repeat(50_000) })).await.expect(201);
    for (body, fields) in [
        (json!({}), ["title", "content"].as_slice()),
        (json!({ "title": "T" }), &["content"]),
        (json!({ "title": "x".repeat(201), "content": "x".repeat(50_001) }), &["title", "content"]),
    ] {
        let refused = bob.post(path, body).await;
        assert_eq!(refused.refused(400), "invalid");
        let told =
            refused.json["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap());
        assert_eq!(told.collect::<Vec<_>>(), fields);
    }
    let unknown = bob.post(path, json!({ "title": "T", "content": "C", "kind": "poll" })).await;
    assert_eq!(unknown.refused(400), "malformed");
}

#[tokio::test]
async fn replies_stand_below_what_they_reply_to() {
    let (app, ana, bob) = forum().await;
    let id = topic(&bob, "Werken").await;
    let first = reply(&ana, &id, "een", None).await;
    reply(&bob, &id, "twee", None).await;
    let under = reply(&bob, &id, "een-een", Some(&first)).await;
    reply(&ana, &id, "een-een-een", Some(&under)).await;
    let tree = replies(&app.anonymous(), &id).await;
    let expected = [("een", 0), ("een-een", 1), ("een-een-een", 2), ("twee", 0)];
    assert_eq!(tree, expected.map(|(text, depth)| (text.to_owned(), depth)));
    assert_eq!(thread(&bob, &id).await["replyCount"], 4);

    let one = bob.get(&format!("/posts/{under}")).await.expect(200);
    assert_eq!(one["parentId"], first.as_str());
    assert_eq!(one["url"], app.url(&format!("/t/{id}#p-{under}")));
    assert_eq!(one["activityPubId"], app.url(&format!("/p/{under}")));
    let other = topic(&bob, "Anders").await;
    let astray = json!({ "content": "x", "parentId": first });
    assert_eq!(bob.post(&format!("/threads/{other}/replies"), astray).await.refused(404), "not-found");
    let stranger = app.member("cor").await;
    let path = format!("/threads/{id}/replies");
    assert_eq!(stranger.post(&path, json!({ "content": "x" })).await.refused(403), "not-member");
    assert_eq!(bob.post(&path, json!({ "content": "" })).await.refused(400), "invalid");
    assert_eq!(bob.get("/threads/none").await.refused(404), "not-found");
    assert_eq!(bob.get(&format!("/threads/{first}")).await.refused(404), "not-found");
    app.settle().await;
}

#[tokio::test]
async fn an_edit_keeps_the_version_before_it() {
    let (_app, ana, bob) = forum().await;
    let id = topic(&bob, "Werken").await;
    let path = format!("/threads/{id}");
    assert_eq!(ana.patch(&path, json!({ "title": "X" })).await.refused(403), "not-own");
    let edited = bob.patch(&path, json!({ "content": "Anders" })).await.expect(200);
    assert_eq!((edited["title"].as_str(), edited["content"].as_str()), (Some("Werken"), Some("Anders")));
    assert!(edited["editedAt"].is_string());
    // Nothing changes: no version more.
    bob.patch(&path, json!({ "content": "Anders" })).await.expect(200);
    bob.patch(&path, json!({ "title": "Werken en bijstand" })).await.expect(200);
    let versions = ana.get(&format!("/posts/{id}/revisions")).await.expect(200);
    let texts: Vec<_> =
        versions["items"].as_array().unwrap().iter().map(|v| (&v["title"], &v["content"])).collect();
    assert_eq!(texts, [(&json!("Werken"), &json!("Wie weet dit?")), (&json!("Werken"), &json!("Anders")),]);
    assert_eq!(bob.patch(&path, json!({ "title": "" })).await.refused(400), "invalid");

    let answer = reply(&bob, &id, "een", None).await;
    let changed = bob.patch(&format!("/posts/{answer}"), json!({ "content": "twee" })).await.expect(200);
    assert_eq!(changed["content"], "twee");
    let titled = bob.patch(&format!("/posts/{answer}"), json!({ "title": "T" })).await;
    assert_eq!(titled.refused(400), "invalid");
    assert_eq!(
        ana.patch(&format!("/posts/{answer}"), json!({ "content": "x" })).await.refused(403),
        "not-own"
    );
}

#[tokio::test]
async fn an_author_deletes_a_post_and_a_stub_stays_above_replies() {
    let (app, ana, bob) = forum().await;
    let id = topic(&bob, "Werken").await;
    let first = reply(&ana, &id, "een", None).await;
    let under = reply(&bob, &id, "twee", Some(&first)).await;
    assert_eq!(bob.delete(&format!("/posts/{first}")).await.refused(403), "not-own");
    ana.delete(&format!("/posts/{first}")).await.expect(204);
    ana.delete(&format!("/posts/{first}")).await.expect(204);
    assert_eq!(ana.get(&format!("/posts/{first}")).await.refused(410), "gone");
    assert_eq!(replies(&bob, &id).await, [(String::new(), 0), ("twee".to_owned(), 1)]);
    assert_eq!(thread(&bob, &id).await["replyCount"], 1);
    assert_eq!(
        ana.post(&format!("/threads/{id}/replies"), json!({ "content": "x", "parentId": first }))
            .await
            .refused(404),
        "not-found"
    );
    bob.delete(&format!("/posts/{under}")).await.expect(204);
    assert_eq!(replies(&bob, &id).await, []);

    bob.delete(&format!("/threads/{id}")).await.expect(204);
    assert_eq!(app.anonymous().get(&format!("/threads/{id}")).await.refused(410), "gone");
    assert_eq!(app.anonymous().get(&format!("/threads/{id}/replies")).await.refused(410), "gone");
    assert!(topics(&ana, "").await.is_empty());
    assert_eq!(ana.get("/groups/bijstand").await.expect(200)["topicCount"], 0);
    app.settle().await;
}

#[tokio::test]
async fn staff_removes_a_post_with_a_reason_and_restores_it() {
    let (app, ana, bob) = forum().await;
    let id = topic(&bob, "Werken").await;
    let post = reply(&bob, &id, "een", None).await;
    let path = format!("/posts/{post}/removal");
    assert_eq!(bob.put(&path, json!({ "reason": "x" })).await.refused(403), "not-staff");
    assert_eq!(ana.put(&path, json!({ "reason": "" })).await.refused(400), "invalid");
    ana.put(&path, json!({ "reason": "Reclame" })).await.expect(204);
    assert_eq!(app.anonymous().get(&format!("/posts/{post}")).await.refused(404), "not-found");
    assert_eq!(replies(&app.anonymous(), &id).await, []);
    let own = bob.get(&format!("/posts/{post}")).await.expect(200);
    assert_eq!((own["removedReason"].as_str(), own["content"].as_str()), (Some("Reclame"), Some("")));
    assert_eq!(ana.get(&format!("/posts/{post}")).await.expect(200)["content"], "een");
    assert_eq!(thread(&bob, &id).await["replyCount"], 0);
    assert_eq!(bob.delete(&path).await.refused(403), "not-staff");
    ana.delete(&path).await.expect(204);
    assert_eq!(replies(&app.anonymous(), &id).await, [("een".to_owned(), 0)]);

    ana.put(&format!("/posts/{id}/removal"), json!({ "reason": "Dubbel" })).await.expect(204);
    assert!(topics(&bob, "").await.is_empty());
    assert_eq!(ana.get("/groups/bijstand").await.expect(200)["topicCount"], 0);
    ana.delete(&format!("/posts/{id}/removal")).await.expect(204);
    assert_eq!(topics(&bob, "").await, ["Werken"]);
    app.settle().await;
}

#[tokio::test]
async fn a_locked_topic_takes_no_replies() {
    let (_app, ana, bob) = forum().await;
    let id = topic(&bob, "Werken").await;
    let (lock, answers) = (format!("/threads/{id}/lock"), format!("/threads/{id}/replies"));
    assert_eq!(bob.put(&lock, json!({})).await.refused(403), "not-staff");
    ana.put(&lock, json!({})).await.expect(204);
    ana.put(&lock, json!({})).await.expect(204);
    assert_eq!(thread(&bob, &id).await["locked"], true);
    assert_eq!(bob.post(&answers, json!({ "content": "x" })).await.refused(403), "locked");
    assert_eq!(bob.patch(&format!("/threads/{id}"), json!({ "content": "x" })).await.refused(403), "locked");
    reply(&ana, &id, "Hiermee gesloten", None).await;
    assert_eq!(bob.delete(&lock).await.refused(403), "not-staff");
    ana.delete(&lock).await.expect(204);
    reply(&bob, &id, "Dank", None).await;
}

#[tokio::test]
async fn pinned_topics_stand_first() {
    let (_app, ana, bob) = forum().await;
    let old = topic(&bob, "Oud").await;
    topic(&bob, "Nieuw").await;
    assert_eq!(topics(&bob, "").await, ["Nieuw", "Oud"]);
    let pin = format!("/threads/{old}/pin");
    assert_eq!(bob.put(&pin, json!({})).await.refused(403), "not-staff");
    ana.put(&pin, json!({})).await.expect(204);
    assert_eq!(topics(&bob, "").await, ["Oud", "Nieuw"]);
    assert_eq!(topics(&bob, "?limit=1").await.len(), 2, "one more than what is pinned");
    // Where only what has no answer is shown, a pin is no reason to stand there.
    assert_eq!(topics(&bob, "?sort=unanswered").await, ["Nieuw", "Oud"]);
    reply(&bob, &old, "een", None).await;
    assert_eq!(topics(&bob, "?sort=unanswered").await, ["Nieuw"]);
    assert_eq!(bob.delete(&pin).await.refused(403), "not-staff");
    ana.delete(&pin).await.expect(204);
    assert_eq!(topics(&bob, "?sort=new").await, ["Nieuw", "Oud"]);
}

#[tokio::test]
async fn topics_are_sorted_and_paged_without_gaps() {
    let (_app, ana, bob) = forum().await;
    let mut ids = Vec::new();
    for number in 0..5 {
        ids.push(topic(&bob, &format!("T{number}")).await);
    }
    reply(&ana, &ids[1], "een", None).await;
    assert_eq!(topics(&bob, "").await, ["T1", "T4", "T3", "T2", "T0"]);
    assert_eq!(topics(&bob, "?sort=new").await, ["T4", "T3", "T2", "T1", "T0"]);
    assert_eq!(topics(&bob, "?sort=unanswered").await, ["T4", "T3", "T2", "T0"]);
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = bob.get(&format!("/groups/bijstand/threads?limit=2{cursor}")).await.expect(200);
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        found.extend(items.iter().map(|topic| topic["title"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(found, ["T1", "T4", "T3", "T2", "T0"]);
    assert_eq!(bob.get("/groups/bijstand/threads?limit=0").await.refused(400), "invalid");
    assert_eq!(bob.get("/groups/bijstand/threads?cursor=x").await.refused(400), "invalid");
    assert_eq!(bob.get("/groups/bijstand/threads?sort=x").await.refused(400), "malformed");
}

#[tokio::test]
async fn staff_of_both_groups_moves_a_topic() {
    let (app, ana, bob) = forum().await;
    let id = topic(&bob, "Werken").await;
    reply(&bob, &id, "een", None).await;
    bob.post("/groups", json!({ "name": "werk", "title": "Werk" })).await.expect(201);
    let path = format!("/threads/{id}/move");
    let to = json!({ "group": "werk" });
    assert_eq!(bob.post(&path, to.clone()).await.refused(403), "not-staff");
    assert_eq!(ana.post(&path, to.clone()).await.refused(403), "not-staff");
    assert_eq!(ana.post(&path, json!({ "group": "none" })).await.refused(404), "not-found");
    ana.post("/groups/werk/memberships", json!({})).await.expect(201);
    bob.patch("/groups/werk/memberships/ana", json!({ "role": "moderator" })).await.expect(204);
    // What is reported goes along, to the staff that decides from now on; what was decided stays.
    let cor = app.member("cor").await;
    let report = |reason: &str| json!({ "postId": id, "category": "rules", "reason": reason });
    let old = cor.post("/reports", report("oud")).await.expect(201)["id"].as_str().unwrap().to_owned();
    ana.post(&format!("/reports/{old}/resolution"), json!({ "outcome": "dismissed" })).await.expect(204);
    let open = cor.post("/reports", report("nieuw")).await.expect(201)["id"].clone();
    ana.post(&path, to).await.expect(204);
    let queue = async |group: &str, state: &str| {
        let found = ana.get(&format!("/groups/{group}/reports?state={state}")).await.expect(200);
        found["items"].as_array().unwrap().iter().map(|case| case["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(queue("werk", "open").await, std::slice::from_ref(&open));
    assert!(queue("bijstand", "open").await.is_empty());
    assert_eq!(queue("bijstand", "decided").await, [json!(old)]);
    // The same person has reported it there already; somebody else's report joins the case.
    assert_eq!(cor.post("/reports", report("nog eens")).await.refused(409), "already");
    app.anonymous().post("/reports", report("ook ik")).await.expect(201);
    assert_eq!(queue("werk", "open").await, std::slice::from_ref(&open));
    let close = format!("/reports/{}/resolution", open.as_str().unwrap());
    bob.post(&close, json!({ "outcome": "dismissed" })).await.expect(204);
    assert_eq!(thread(&bob, &id).await["group"]["name"], "werk");
    assert!(topics(&bob, "").await.is_empty());
    assert_eq!(ana.get("/groups/bijstand").await.expect(200)["topicCount"], 0);
    assert_eq!(ana.get("/groups/werk").await.expect(200)["topicCount"], 1);
    assert_eq!(replies(&bob, &id).await, [("een".to_owned(), 0)]);
    app.settle().await;
    // What was told before the move still names the topic, and the group where it is now.
    ana.post(&format!("/threads/{id}/replies"), json!({ "content": "twee" })).await.expect(201);
    app.settle().await;
    ana.post(&path, json!({ "group": "bijstand" })).await.expect(204);
    app.settle().await;
    let notices = bob.get("/me/notices").await.expect(200);
    let told = notices["items"].as_array().unwrap().iter().find(|notice| notice["kind"] == "reply").unwrap();
    let named = (&told["threadTitle"], &told["group"]);
    assert_eq!(named, (&json!("Werken"), &json!("Bijstand")), "{told}");
}

#[tokio::test]
async fn a_like_counts_once_and_can_be_taken_back() {
    let (app, ana, bob) = forum().await;
    let id = topic(&bob, "Werken").await;
    let like = format!("/posts/{id}/reactions/like");
    ana.put(&like, json!({})).await.expect(204);
    ana.put(&like, json!({})).await.expect(204);
    bob.put(&like, json!({})).await.expect(204);
    let seen = thread(&ana, &id).await;
    assert_eq!((&seen["likeCount"], &seen["reaction"]), (&json!(2), &json!("like")));
    ana.delete(&like).await.expect(204);
    ana.delete(&like).await.expect(204);
    assert_eq!(thread(&ana, &id).await["likeCount"], 1);
    assert_eq!(thread(&ana, &id).await["reaction"], json!(null));
    assert_eq!(app.member("cor").await.put(&like, json!({})).await.refused(403), "not-member");
    assert_eq!(ana.put(&format!("/posts/{id}/reactions/dislike"), json!({})).await.refused(404), "not-found");
    ana.put(&format!("/posts/{id}/removal"), json!({ "reason": "x" })).await.expect(204);
    assert_eq!(ana.put(&like, json!({})).await.refused(404), "not-found");
    app.settle().await;
}

#[tokio::test]
async fn a_token_that_only_reads_writes_nothing_and_one_that_writes_keeps_no_order() {
    use vakplein::people::{Scope, Scopes, tokens};
    let (app, ana, _bob) = forum().await;
    let id = topic(&ana, "Werken").await;
    let person = ana.id;
    let token = |scopes: Scopes| {
        let app = &app.app;
        async move { app.db.write(move |tx| tokens::create(tx, person, "t", &scopes, None)).await.unwrap().1 }
    };
    let reads = app.with_token(&ana, &token(Scopes::of(&[Scope::Read])).await);
    let body = json!({ "title": "T", "content": "C" });
    assert_eq!(reads.post("/groups/bijstand/threads", body).await.refused(403), "scope");
    assert_eq!(thread(&reads, &id).await["title"], "Werken");
    let writes = app.with_token(&ana, &token(Scopes::of(&[Scope::Read, Scope::Write])).await);
    assert_eq!(writes.put(&format!("/threads/{id}/lock"), json!({})).await.refused(403), "scope");
}

#[tokio::test]
async fn what_was_posted_since_is_unread() {
    let (app, ana, bob) = forum().await;
    let id = topic(&bob, "Werken").await;
    let unread = async |by: &Member| {
        by.get("/groups/bijstand/threads").await.expect(200)["items"][0]["unread"].clone()
    };
    assert_eq!(unread(&ana).await, json!(null));
    let (person, thread) = (ana.id, id.parse().unwrap());
    app.app.db.write(move |tx| vakplein::threads::acts::mark_read(tx, person, thread)).await.unwrap();
    assert_eq!(unread(&ana).await, 0);
    reply(&bob, &id, "een", None).await;
    reply(&bob, &id, "twee", None).await;
    reply(&ana, &id, "mijn eigen", None).await;
    assert_eq!(unread(&ana).await, 2);
    assert_eq!(unread(&app.anonymous()).await, json!(null));
}

#[tokio::test]
async fn a_thread_of_more_than_a_page_is_read_page_by_page() {
    let (app, _ana, bob) = forum().await;
    let id = topic(&bob, "Lang").await;
    let (person, thread_id): (_, vakplein::ids::ThreadId) = (bob.id, id.parse().unwrap());
    let draft = |number: usize| vakplein::threads::Draft {
        content: format!("x {number}"),
        html: "<p>x</p>".to_owned(),
        plain: "x".to_owned(),
        ..Default::default()
    };
    let last = app
        .app
        .db
        .write(move |tx| {
            let by = vakplein::policy::Actor::here(person);
            let mut last = None;
            for number in 0..501 {
                last = Some(vakplein::threads::acts::reply(tx, &by, thread_id.into(), &draft(number))?.id);
            }
            Ok(last.unwrap())
        })
        .await
        .unwrap();
    let first = bob.get(&format!("/threads/{id}/replies")).await.expect(200);
    assert_eq!(first["items"].as_array().unwrap().len(), 500);
    let next = first["next"].as_str().unwrap();
    let second = bob.get(&format!("/threads/{id}/replies?cursor={next}")).await.expect(200);
    assert_eq!(second["items"][0]["id"], last.to_string());
    assert_eq!(second["next"], json!(null));
    let viewer = vakplein::policy::Viewer::Anonymous;
    let place = app.app.db.read(move |tx| vakplein::threads::views::place(tx, &viewer, last)).await.unwrap();
    assert_eq!(place.1.unwrap().text(), next);
}

#[tokio::test]
async fn what_is_sent_twice_is_posted_once() {
    let (app, ana, bob) = forum().await;
    let topics_of = |title: &str| json!({ "title": title, "content": "Wie weet dit?" });
    let first = bob.post("/groups/bijstand/threads", topics_of("Werken")).await.expect(201);
    let again = bob.post("/groups/bijstand/threads", topics_of("Werken")).await;
    assert_eq!(again.location(), app.url(&format!("/api/v1/threads/{}", first["id"].as_str().unwrap())));
    assert_eq!(again.expect(201)["id"], first["id"]);
    let id = first["id"].as_str().unwrap().to_owned();
    // Another title, another writer, another place: those are posts of their own.
    assert_ne!(topic(&bob, "Wonen").await, id);
    assert_ne!(topic(&ana, "Werken").await, id);
    let one = reply(&bob, &id, "Dank", None).await;
    assert_eq!(reply(&bob, &id, "Dank", None).await, one);
    assert_ne!(reply(&ana, &id, "Dank", None).await, one);
    let below = reply(&bob, &id, "Dank", Some(&one)).await;
    assert_ne!(below, one);
    assert_eq!(thread(&bob, &id).await["replyCount"], 3);
    // What was deleted, or was said a while ago, may be said again.
    bob.delete(&format!("/posts/{one}")).await.expect(204);
    let second = reply(&bob, &id, "Dank", None).await;
    assert_ne!(second, one);
    app.clock.advance(181);
    assert_ne!(reply(&bob, &id, "Dank", None).await, second);
    app.settle().await;
}
