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

#[tokio::test]
async fn one_form_of_a_word_finds_the_other_in_both_languages() {
    const DUTCH: &str = "fiets fietsen, uitkering uitkeringen, huis huizen, brief brieven, vraag vragen, lening leningen, \
        schuld schulden, toeslag toeslagen, bedrag bedragen, adres adressen, kind kinderen, boete boetes, bijstand bijstand";
    const ENGLISH: &str =
        "benefit benefits, house houses, letter letters, question questions, loan loans, city cities";
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    ana.post("/groups", json!({ "name": "woorden", "title": "Woorden" })).await.expect(201);
    let anyone = app.anonymous();
    for (pairs, language) in [(DUTCH, "nl"), (ENGLISH, "en")] {
        let pairs: Vec<(&str, &str)> = pairs.split(", ").map(|pair| pair.split_once(' ').unwrap()).collect();
        let all = |words: Vec<&str>| words.join(", ");
        let one = all(pairs.iter().map(|pair| pair.0).collect());
        let many = all(pairs.iter().map(|pair| pair.1).collect());
        let topic = json!({ "title": "X", "content": one, "language": language });
        let topic = ana.post("/groups/woorden/threads", topic).await.expect(201)["id"].clone();
        let answer = json!({ "content": many, "language": language });
        let path = format!("/threads/{}/replies", topic.as_str().unwrap());
        let answer = ana.post(&path, answer).await.expect(201)["id"].clone();
        for (one, many) in pairs {
            for word in [one, many] {
                let found = found(&anyone, word).await;
                for id in [&answer, &topic] {
                    assert!(found.iter().any(|hit| hit == id.as_str().unwrap()), "{word}: {found:?}");
                }
            }
        }
    }
    assert!(found(&anyone, "fietser+trein").await.is_empty());
}
