//! Search: finds words in any form, and nothing that may not be seen.

use serde_json::json;

use crate::support::{Member, TestApp};

async fn found(by: &Member, query: &str) -> Vec<String> {
    let page = by.get(&format!("/search?q={query}")).await.expect(200);
    page["items"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn search_finds_words_in_any_form_and_only_what_may_be_seen() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    ana.post("/groups", json!({ "name": "bijstand", "title": "Bijstand" })).await.expect(201);
    let body = json!({ "title": "Bijzondere vergoedingen", "content": "Voor nieuwe **huizen**?" });
    let topic =
        ana.post("/groups/bijstand/threads", body).await.expect(201)["id"].as_str().unwrap().to_owned();
    let path = format!("/threads/{topic}/replies");
    let reply = ana.post(&path, json!({ "content": "Een huis, ja" })).await.expect(201);
    let reply = reply["id"].as_str().unwrap().to_owned();

    let anyone = app.anonymous();
    assert_eq!(found(&anyone, "vergoeding").await, std::slice::from_ref(&topic));
    assert_eq!(found(&anyone, "huis").await, [reply.clone(), topic.clone()]);
    assert_eq!(found(&anyone, "huis+vergoeding").await, std::slice::from_ref(&topic));
    assert!(found(&anyone, "trein").await.is_empty());
    assert!(found(&anyone, "%22)+OR+1=1").await.is_empty());
    assert_eq!(anyone.get("/search").await.refused(400), "malformed");
    let hit = anyone.get("/search?q=vergoeding").await.expect(200)["items"][0].clone();
    assert_eq!(hit["title"], "Bijzondere vergoedingen");
    assert_eq!(hit["excerpt"], "Voor nieuwe huizen?");
    assert_eq!(hit["group"]["name"], "bijstand");

    ana.patch(&format!("/posts/{reply}"), json!({ "content": "Met de trein" })).await.expect(200);
    assert_eq!(found(&anyone, "huis").await, std::slice::from_ref(&topic));
    assert_eq!(found(&anyone, "treinen").await, std::slice::from_ref(&reply));
    ana.put(&format!("/posts/{reply}/removal"), json!({ "reason": "x" })).await.expect(204);
    assert!(found(&anyone, "treinen").await.is_empty());
    ana.delete(&format!("/threads/{topic}")).await.expect(204);
    assert!(found(&anyone, "vergoeding").await.is_empty());
}
