//! Profiles, preferences, following, blocks, tokens, leaving and taking one's data along, over the API.

use std::io::Read;

use serde_json::json;

use crate::support::TestApp;
use crate::support::app::PASSWORD;

#[tokio::test]
async fn members_change_their_own_profile_and_everybody_sees_it() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let change = json!({
        "displayName": " Ana\u{202e} Bakker ", "bio": "Ik help **graag**.", "employer": "Gemeente Oost",
        "function": "Klantmanager", "language": "en", "mailReplies": false,
    });
    let me = ana.patch("/me", change).await.expect(200);
    assert_eq!(me["displayName"], "Ana Bakker");
    assert_eq!(me["language"], "en");
    assert_eq!(me["mailReplies"], false);
    let seen = app.anonymous().get("/people/ana").await.expect(200);
    assert_eq!(seen["displayName"], "Ana Bakker");
    assert_eq!(seen["bioHtml"], "<p>Ik help <strong>graag</strong>.</p>");
    assert_eq!(seen["handle"], "@ana@werkplein.test");
    assert!(seen.get("email").is_none() && seen.get("relation").is_none());
    let by_handle = app.anonymous().get("/people/@ana@werkplein.test").await.expect(200);
    assert_eq!(by_handle["id"], seen["id"]);

    // What is left out stays; what can't be is refused, and nothing of it is kept.
    let me = ana.patch("/me", json!({ "language": null })).await.expect(200);
    assert_eq!(me["language"], json!(null));
    assert_eq!(me["employer"], "Gemeente Oost");
    for wrong in [
        json!({ "displayName": "  " }),
        json!({ "employer": "x".repeat(101) }),
        json!({ "language": "tlh" }),
        json!({ "avatar": "00000000-0000-7000-8000-000000000000", "avatarAlt": "Een foto" }),
    ] {
        assert_eq!(ana.patch("/me", wrong.clone()).await.refused(400), "invalid", "{wrong}");
    }
    let all = json!({ "displayName": " ", "employer": "x".repeat(101), "language": "tlh",
        "avatar": "00000000-0000-7000-8000-000000000000", "avatarAlt": "Een foto" });
    let all = ana.patch("/me", all).await;
    assert_eq!(all.refused(400), "invalid");
    let told = all.json["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap());
    assert_eq!(told.collect::<Vec<_>>(), ["employer", "displayName", "avatar", "language"], "all at once");
    assert_eq!(ana.patch("/me", json!({ "role": "admin" })).await.refused(400), "malformed");
    assert_eq!(app.anonymous().patch("/me", json!({ "bio": "x" })).await.refused(401), "signed-out");
    assert_eq!(ana.get("/me").await.expect(200)["displayName"], "Ana Bakker");
    assert_eq!(app.anonymous().get("/people/niemand").await.refused(404), "not-found");
    app.settle().await;
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_token_reaches_as_far_as_its_scopes_and_no_further() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let draft = json!({ "label": "Lezer", "scopes": ["read"] });
    let made = ana.post("/me/tokens", draft).await;
    assert!(made.location().ends_with(made.json["id"].as_str().unwrap()));
    let made = made.expect(201);
    let reader = app.with_token(&ana, made["secret"].as_str().unwrap());
    assert_eq!(reader.get("/me").await.expect(200)["name"], "ana");
    assert_eq!(reader.patch("/me", json!({ "bio": "x" })).await.refused(403), "scope");
    assert_eq!(reader.get("/admin/settings").await.refused(403), "scope");

    // A token can't make one that reaches further, and one that ends stops working.
    let writer = json!({ "label": "Schrijver", "scopes": ["read", "write"] });
    let writer = ana.post("/me/tokens", writer).await.expect(201);
    let writer = app.with_token(&ana, writer["secret"].as_str().unwrap());
    let more = json!({ "label": "Meer", "scopes": ["read", "admin"] });
    assert_eq!(writer.post("/me/tokens", more).await.refused(403), "scope");
    let then = app.clock.now().plus_seconds(60).rfc3339();
    let short = json!({ "label": "Kort", "scopes": ["read"], "expiresAt": then });
    let short = ana.post("/me/tokens", short).await.expect(201);
    let short = app.with_token(&ana, short["secret"].as_str().unwrap());
    assert_eq!(short.get("/me").await.status, 200);
    app.clock.advance(61);
    assert_eq!(short.get("/me").await.refused(401), "signed-out");
    for wrong in [
        json!({ "label": "", "scopes": ["read"] }),
        json!({ "label": "x", "scopes": [] }),
        json!({ "label": "x", "scopes": ["alles"] }),
        json!({ "label": "x", "scopes": ["read"], "expiresAt": "2020-01-01T00:00:00Z" }),
    ] {
        assert_eq!(ana.post("/me/tokens", wrong.clone()).await.refused(400), "invalid", "{wrong}");
    }

    let (bo, id) = (app.member("bo").await, made["id"].as_str().unwrap());
    assert_eq!(bo.delete(&format!("/me/tokens/{id}")).await.refused(404), "not-found");
    assert_eq!(ana.delete(&format!("/me/tokens/{id}")).await.status, 204);
    assert_eq!(reader.get("/me").await.refused(401), "signed-out");
    assert_eq!(ana.get("/me/tokens").await.expect(200)["items"].as_array().unwrap().len(), 3);
    assert_eq!(ana.get("/me/sessions").await.expect(200)["items"], json!([]));
}

#[tokio::test]
async fn members_follow_block_and_mute() {
    let app = TestApp::new().await;
    let (ana, bo) = (app.member("ana").await, app.member("bo").await);
    assert_eq!(ana.put("/people/bo/follow", json!({})).await.status, 204);
    assert_eq!(ana.get("/people/bo").await.expect(200)["relation"]["following"], true);
    assert_eq!(bo.get("/people/ana").await.expect(200)["relation"]["followedBy"], true);
    assert_eq!(ana.put("/people/ana/follow", json!({})).await.refused(400), "invalid");
    assert_eq!(ana.put("/people/niemand/follow", json!({})).await.refused(404), "not-found");

    let block = bo.post("/me/blocks", json!({ "person": "ana" })).await.expect(201);
    assert_eq!(block["person"]["name"], "ana");
    assert_eq!(ana.get("/people/bo").await.expect(200)["relation"]["following"], false);
    assert_eq!(ana.put("/people/bo/follow", json!({})).await.refused(403), "blocked");
    assert_eq!(bo.put("/people/ana/follow", json!({})).await.refused(403), "blocked");
    assert_eq!(bo.get("/people/ana").await.expect(200)["relation"]["block"], "block");
    // Nobody is told.
    assert_eq!(ana.get("/people/bo").await.expect(200)["relation"]["block"], json!(null));

    let id = block["id"].as_str().unwrap();
    assert_eq!(ana.delete(&format!("/me/blocks/{id}")).await.refused(404), "not-found");
    assert_eq!(bo.delete(&format!("/me/blocks/{id}")).await.status, 204);
    assert_eq!(ana.put("/people/bo/follow", json!({})).await.status, 204);
    assert_eq!(ana.delete("/people/bo/follow").await.status, 204);

    ana.post("/me/blocks", json!({ "kind": "mute", "person": "bo" })).await.expect(201);
    ana.post("/me/blocks", json!({ "host": "Elders.example" })).await.expect(201);
    let list = ana.get("/me/blocks").await.expect(200);
    assert_eq!(list["items"][0]["host"], "elders.example");
    assert_eq!(list["items"][1]["kind"], "mute");
    for wrong in [
        json!({ "person": "ana" }),
        json!({ "host": "werkplein.test" }),
        json!({ "host": "geen adres/pad" }),
        json!({ "person": "bo", "host": "elders.example" }),
        json!({ "kind": "ban", "person": "bo" }),
    ] {
        assert_eq!(ana.post("/me/blocks", wrong.clone()).await.refused(400), "invalid", "{wrong}");
    }
    app.settle().await;
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn members_take_their_data_along() {
    let app = TestApp::new().await;
    let (ana, bo) = (app.member("ana").await, app.member("bo").await);
    ana.post("/groups", json!({ "name": "tuin", "title": "Tuin" })).await.expect(201);
    let topic = json!({ "title": "Composteren", "content": "Hoe doe je **dat**?" });
    let topic = ana.post("/groups/tuin/threads", topic).await.expect(201);
    bo.post("/groups/tuin/memberships", json!({})).await.expect(201);
    let id = topic["id"].as_str().unwrap();
    bo.post(&format!("/threads/{id}/replies"), json!({ "content": "Met geduld." })).await.expect(201);

    assert_eq!(app.anonymous().get("/me/export").await.refused(401), "signed-out");
    let reply = ana.get("/me/export").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.header("content-type"), "application/zip");
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(reply.bytes)).unwrap();
    let mut read = |name: &str| {
        let mut text = String::new();
        zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    assert!(read("profile.json").contains("ana@example.org"));
    assert!(read("posts.md").contains("Hoe doe je **dat**?"));
    let posts = read("posts.json");
    assert!(posts.contains("Composteren") && !posts.contains("Met geduld."), "only what is theirs: {posts}");
    assert!(read("memberships.json").contains("owner"));
    for name in [
        "invitations.json",
        "proposals.json",
        "reactions.json",
        "notices.json",
        "relations.json",
        "sessions.json",
        "files.json",
    ] {
        assert!(!read(name).is_empty());
    }
}

#[tokio::test]
async fn leaving_can_be_taken_back_and_then_leaves_nothing_but_tombstones() {
    let app = TestApp::new().await;
    let (ana, bo) = (app.member("ana").await, app.member("bo").await);
    ana.post("/groups", json!({ "name": "tuin", "title": "Tuin" })).await.expect(201);
    bo.post("/groups/tuin/memberships", json!({})).await.expect(201);
    let topic = json!({ "title": "Geheim van Bo", "content": "Mijn eigen woorden." });
    let topic = bo.post("/groups/tuin/threads", topic).await.expect(201);
    let id = topic["id"].as_str().unwrap().to_owned();
    ana.post(&format!("/threads/{id}/replies"), json!({ "content": "Mooi." })).await.expect(201);
    bo.patch("/me", json!({ "displayName": "Bo de Vries", "bio": "Over mij" })).await.expect(200);
    app.settle().await;

    assert!(
        bo.put("/me/leaving", json!({ "password": PASSWORD })).await.expect(200)["deleteAfter"].is_string()
    );
    assert_eq!(bo.get("/me").await.refused(401), "signed-out", "tokens stop at once");
    let by = vakplein::policy::Actor::here(bo.id);
    app.app.db.write(move |tx| vakplein::people::leaving::stay(tx, &by)).await.unwrap();
    app.clock.advance(15 * 86_400);
    app.settle().await;
    assert_eq!(bo.get("/me").await.expect(200)["displayName"], "Bo de Vries", "taken back in time");

    bo.put("/me/leaving", json!({ "password": PASSWORD })).await.expect(200);
    app.clock.advance(13 * 86_400);
    app.settle().await;
    assert_eq!(ana.get("/people/bo").await.status, 200, "the grace period isn't over");
    app.clock.advance(86_401);
    app.settle().await;
    assert_eq!(app.failures().await, Vec::<String>::new());
    assert_eq!(ana.get("/people/bo").await.refused(410), "gone");
    assert_eq!(bo.get("/me").await.refused(401), "signed-out");
    let replies = ana.get(&format!("/threads/{id}/replies")).await;
    assert!(
        !replies.text.contains("eigen woorden") && !replies.text.contains("Bo de Vries"),
        "{}",
        replies.text
    );
    let group = ana.get("/groups/tuin").await.expect(200);
    assert_eq!(group["memberCount"], 1);
    // The name isn't given out again.
    let new = vakplein::people::acts::NewPerson::confirmed("bo", "x@example.org", "x");
    let keys = crate::support::app::keys();
    let again = app.app.db.write(move |tx| vakplein::people::acts::create(tx, &new, &keys)).await;
    assert!(matches!(again, Err(vakplein::error::Error::Invalid(_))));
}
