//! Notices: who is told what, who isn't, and reading them.

use diesel::prelude::*;
use serde_json::{Value, json};
use vakplein::db::schema;
use vakplein::ids::PersonId;
use vakplein::policy::Class;

use crate::support::{Member, TestApp};

/// A group `tuin` of ana with the members bob and cor; ana started the topic `id`.
async fn garden() -> (TestApp, Member, Member, Member, String) {
    let app = TestApp::new().await;
    let (ana, bob, cor) = (app.member("ana").await, app.member("bob").await, app.member("cor").await);
    ana.post("/groups", json!({ "name": "tuin", "title": "Tuin" })).await.expect(201);
    for member in [&bob, &cor] {
        member.post("/groups/tuin/memberships", json!({})).await.expect(201);
    }
    let topic = json!({ "title": "Appels snoeien", "content": "Wanneer?" });
    let topic = ana.post("/groups/tuin/threads", topic).await.expect(201);
    (app, ana, bob, cor, topic["id"].as_str().unwrap().to_owned())
}

/// Makes the only group one that isn't open.
async fn close(app: &TestApp) {
    let change = schema::groups::class.eq(Class::Leden);
    app.app
        .db
        .write(move |tx| Ok(diesel::update(schema::groups::table).set(change).execute(tx.conn)?))
        .await
        .unwrap();
}

async fn mute(app: &TestApp, person: PersonId, target: PersonId) {
    use schema::blocks::dsl;
    app.app
        .db
        .write(move |tx| {
            diesel::insert_into(dsl::blocks)
                .values((
                    dsl::id.eq(vakplein::ids::RowId::fresh()),
                    dsl::person_id.eq(person),
                    dsl::kind.eq("mute"),
                    dsl::target_id.eq(target),
                    dsl::created_at.eq(tx.now),
                ))
                .execute(tx.conn)?;
            Ok(())
        })
        .await
        .unwrap();
}

async fn reply(by: &Member, thread: &str, content: &str) -> Value {
    by.post(&format!("/threads/{thread}/replies"), json!({ "content": content })).await.expect(201)
}

async fn notices(app: &TestApp, by: &Member) -> Vec<Value> {
    app.settle().await;
    by.get("/me/notices").await.expect(200)["items"].as_array().unwrap().clone()
}

async fn kinds(app: &TestApp, by: &Member) -> Vec<String> {
    notices(app, by).await.iter().map(|notice| notice["kind"].as_str().unwrap().to_owned()).collect()
}

async fn unread(by: &Member) -> i64 {
    by.get("/me/notices/unread").await.expect(200)["count"].as_i64().unwrap()
}

#[tokio::test]
async fn replies_and_mentions_are_told_once_and_never_to_oneself() {
    let (app, ana, bob, cor, topic) = garden().await;
    // One entry that is a reply and a mention at once is told once.
    let post = reply(&bob, &topic, "In de winter, @ana. Wat zeg jij, @cor en @bob?").await;
    let told = notices(&app, &ana).await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((&told[0]["kind"], &told[0]["by"]["name"]), (&json!("reply"), &json!("bob")));
    assert_eq!((&told[0]["threadTitle"], &told[0]["postId"]), (&json!("Appels snoeien"), &post["id"]));
    assert!(told[0]["url"].as_str().unwrap().ends_with(post["id"].as_str().unwrap()), "{told:?}");
    assert_eq!(kinds(&app, &cor).await, ["mention"]);
    assert_eq!(kinds(&app, &bob).await, Vec::<String>::new());
    assert_eq!(app.failures().await, Vec::<String>::new());
    assert_eq!(app.anonymous().get("/me/notices").await.refused(401), "signed-out");
}

#[tokio::test]
async fn nobody_is_told_by_whom_they_muted() {
    let (app, ana, bob, cor, topic) = garden().await;
    mute(&app, ana.id, bob.id).await;
    reply(&bob, &topic, "Hallo @ana").await;
    assert_eq!(kinds(&app, &ana).await, Vec::<String>::new());
    reply(&cor, &topic, "Hallo @ana").await;
    assert_eq!(kinds(&app, &ana).await, ["reply"]);
    // But what moderators decide is told, whoever they are.
    let theirs = reply(&cor, &topic, "Koop hier").await;
    mute(&app, cor.id, ana.id).await;
    let path = format!("/posts/{}/removal", theirs["id"].as_str().unwrap());
    ana.put(&path, json!({ "reason": "Reclame" })).await.expect(204);
    let told = notices(&app, &cor).await;
    assert_eq!((&told[0]["kind"], &told[0]["reason"]), (&json!("removed"), &json!("Reclame")));
    assert_eq!(told[0]["by"], Value::Null);
}

#[tokio::test]
async fn nobody_is_told_what_they_may_not_see() {
    let (app, _ana, bob, _cor, topic) = garden().await;
    let daan = app.member("daan").await;
    close(&app).await;
    reply(&bob, &topic, "Weet @daan dit?").await;
    assert_eq!(kinds(&app, &daan).await, Vec::<String>::new());
    // A post that was removed before the job ran isn't told either.
    assert_eq!(unread(&daan).await, 0);
}

#[tokio::test]
async fn staff_hears_of_requests_and_members_of_the_answer() {
    let (app, ana, bob, _cor, _topic) = garden().await;
    ana.patch("/groups/tuin", json!({ "joining": "approval" })).await.expect(200);
    let daan = app.member("daan").await;
    daan.post("/groups/tuin/memberships", json!({ "motivation": "Ik heb appels" })).await;
    let told = notices(&app, &ana).await;
    assert_eq!((&told[0]["kind"], &told[0]["by"]["name"]), (&json!("join-request"), &json!("daan")));
    assert_eq!(kinds(&app, &bob).await, Vec::<String>::new());
    let path = format!("/groups/tuin/memberships/{}", daan.name);
    ana.patch(&path, json!({ "state": "accepted" })).await.expect(204);
    assert_eq!(kinds(&app, &daan).await, ["accepted"]);
    let role = json!({ "person": "bob", "role": "moderator" });
    ana.patch("/groups/tuin/memberships", role).await.expect(204);
    assert_eq!(kinds(&app, &bob).await, ["role"]);
}

#[tokio::test]
async fn notices_are_read_one_by_one_by_topic_or_all() {
    let (app, ana, bob, _cor, topic) = garden().await;
    let other = json!({ "title": "Peren", "content": "En deze?" });
    let other = ana.post("/groups/tuin/threads", other).await.expect(201)["id"].as_str().unwrap().to_owned();
    for (thread, text) in
        [(&topic, "Nog iets"), (&topic, "En nog iets"), (&other, "Nog iets"), (&other, "Ook dit")]
    {
        reply(&bob, thread, text).await;
    }
    let told = notices(&app, &ana).await;
    assert_eq!((told.len(), unread(&ana).await), (4, 4));
    let first = json!({ "id": told[0]["id"] });
    assert_eq!(bob.put("/me/notices/read", first.clone()).await.refused(404), "not-found");
    assert_eq!(ana.put("/me/notices/read", first.clone()).await.expect(200)["count"], 3);
    assert_eq!(ana.put("/me/notices/read", first).await.expect(200)["count"], 3);
    assert_eq!(ana.put("/me/notices/read", json!({ "threadId": topic })).await.expect(200)["count"], 1);
    let both = json!({ "threadId": topic, "id": told[0]["id"] });
    assert_eq!(ana.put("/me/notices/read", both).await.refused(400), "invalid");
    assert_eq!(ana.put("/me/notices/read", json!({})).await.expect(200)["count"], 0);
    assert!(notices(&app, &ana).await.iter().all(|notice| notice["unread"] == false));
    let page = ana.get("/me/notices?limit=3").await.expect(200);
    let rest =
        ana.get(&format!("/me/notices?limit=3&cursor={}", page["next"].as_str().unwrap())).await.expect(200);
    assert_eq!((page["items"].as_array().unwrap().len(), rest["items"].as_array().unwrap().len()), (3, 1));
}

/// The mails that went out, as receiver and subject, the oldest first.
async fn mails(app: &TestApp) -> Vec<(String, String)> {
    app.settle().await;
    let mails = vakplein::mail::inbox(&app.app.config.mail.dir).await.unwrap();
    mails.into_iter().rev().map(|mail| (mail.to, mail.subject)).collect()
}

#[tokio::test]
async fn a_topic_sends_one_mail_in_an_hour() {
    let (app, ana, bob, cor, topic) = garden().await;
    reply(&bob, &topic, "Nu al").await;
    reply(&cor, &topic, "Nee, later").await;
    let subject = "Antwoord in “Appels snoeien”".to_owned();
    assert_eq!(mails(&app).await, [("ana@example.org".to_owned(), subject.clone())]);
    assert_eq!(unread(&ana).await, 2);
    app.clock.advance(3_700);
    reply(&bob, &topic, "Toch nu").await;
    assert_eq!(mails(&app).await.len(), 2);
    // Who wants no mails gets none, but the statement of reasons always comes.
    let id = bob.id;
    let quiet = (schema::accounts::mail_replies.eq(false), schema::accounts::mail_moderation.eq(false));
    let quiet = move |tx: &mut vakplein::db::Tx<'_>| {
        Ok(diesel::update(schema::accounts::table.find(id)).set(quiet).execute(tx.conn)?)
    };
    app.app.db.write(quiet).await.unwrap();
    reply(&ana, &topic, "Dank je, @bob").await;
    assert_eq!(mails(&app).await.len(), 2);
    let theirs = reply(&bob, &topic, "Koop hier").await;
    let removal = format!("/posts/{}/removal", theirs["id"].as_str().unwrap());
    ana.put(&removal, json!({ "reason": "Regel 3: geen reclame." })).await.expect(204);
    let sent = mails(&app).await;
    assert!(
        sent.contains(&("bob@example.org".to_owned(), "Uw bericht in Tuin is verwijderd".to_owned())),
        "{sent:?}"
    );
    let text = vakplein::mail::inbox(&app.app.config.mail.dir).await.unwrap();
    let text = &text.iter().find(|mail| mail.to == "bob@example.org").unwrap().body;
    for part in ["Regel 3: geen reclame.", "geen computer", "/moderation/decisions/", "nieuwe beoordeling"] {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[tokio::test]
async fn a_mail_tells_nothing_of_a_group_that_is_not_open() {
    let (app, _ana, bob, _cor, topic) = garden().await;
    close(&app).await;
    reply(&bob, &topic, "Geheim antwoord").await;
    app.settle().await;
    let mails = vakplein::mail::inbox(&app.app.config.mail.dir).await.unwrap();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].subject, "Nieuw bericht in een besloten groep");
    for secret in ["Appels", "Tuin", "bob", "Geheim"] {
        assert!(!mails[0].body.contains(secret), "{secret} in {}", mails[0].body);
    }
}

#[tokio::test]
async fn a_reporter_without_an_account_is_answered_by_mail() {
    let (app, ana, _bob, _cor, topic) = garden().await;
    let report = json!({
        "postId": topic, "category": "privacy", "reason": "Mijn adres staat erin", "email": "daan@example.net"
    });
    let id = app.anonymous().post("/reports", report).await.expect(201)["id"].as_str().unwrap().to_owned();
    let to_daan = |mails: Vec<(String, String)>| -> Vec<String> {
        mails.into_iter().filter(|(to, _)| to == "daan@example.net").map(|(_, subject)| subject).collect()
    };
    assert_eq!(to_daan(mails(&app).await), ["Wij bekijken wat u meldde"]);
    let case = ana.get(&format!("/reports/{id}")).await;
    assert!(!case.text.contains("daan@example.net"), "{}", case.text);
    let decision = json!({ "outcome": "dismissed", "note": "Er staat geen adres in." });
    ana.post(&format!("/reports/{id}/resolution"), decision).await.expect(204);
    assert_eq!(to_daan(mails(&app).await).last().unwrap(), "Wat u meldde, is behandeld");
}
