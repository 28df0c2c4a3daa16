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

async fn groups_found(by: &Member, query: &str) -> Vec<String> {
    let page = by.get(&format!("/search/groups?q={query}")).await.expect(200);
    page["items"].as_array().unwrap().iter().map(|hit| hit["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn groups_are_found_by_what_they_say_of_themselves() {
    let app = TestApp::new().await;
    let (ana, anyone) = (app.member("ana").await, app.anonymous());
    let tuin = json!({ "name": "moestuin", "title": "Tuinieren", "mission": "Voor wie groente kweekt",
        "description": "Over **zaden**, compost en connections" });
    ana.post("/groups", json!({ "name": "ruil", "title": "Zaden ruilen" })).await.expect(201);
    ana.post("/groups", tuin).await.expect(201);

    assert_eq!(groups_found(&anyone, "tuinieren").await, ["moestuin"]);
    assert_eq!(groups_found(&anyone, "groenten").await, ["moestuin"], "by its mission");
    assert_eq!(groups_found(&anyone, "connection").await, ["moestuin"], "in English too");
    assert_eq!(groups_found(&anyone, "moestuinen").await, ["moestuin"], "by its name");
    assert_eq!(groups_found(&anyone, "zaad").await.len(), groups_found(&anyone, "zaden").await.len());
    assert_eq!(groups_found(&anyone, "zaden").await, ["ruil", "moestuin"], "a title counts for more");
    assert_eq!(groups_found(&anyone, "zaden+compost").await, ["moestuin"]);
    assert!(groups_found(&anyone, "trein").await.is_empty());
    assert!(groups_found(&anyone, "%22)+OR+1=1").await.is_empty());
    assert_eq!(anyone.get("/search/groups").await.refused(400), "malformed");
    let hit = anyone.get("/search/groups?q=ruilen").await.expect(200)["items"][0].clone();
    assert_eq!((&hit["title"], &hit["url"]), (&json!("Zaden ruilen"), &json!(app.url("/g/ruil"))));

    // They stand on the page of results too, in a section of their own.
    let browser = app.browser();
    browser.get("/search?q=zaden").await;
    assert_eq!(browser.texts(".cards .card__title"), ["Zaden ruilen", "Tuinieren"]);
    browser.get("/search?q=zaden&page=1").await;
    assert!(browser.texts(".cards .card__title").is_empty());

    // What changes is found by its new words only; what is deleted isn't found.
    ana.patch("/groups/moestuin", json!({ "description": "Over gras" })).await.expect(200);
    assert_eq!(groups_found(&anyone, "zaden").await, ["ruil"]);
    assert_eq!(groups_found(&anyone, "gras").await, ["moestuin"]);
    ana.delete("/groups/ruil").await.expect(204);
    assert!(groups_found(&anyone, "zaden").await.is_empty());
    // One that isn't open to all is found by its members only.
    app.close_groups().await;
    assert!(groups_found(&anyone, "gras").await.is_empty());
    assert_eq!(groups_found(&ana, "gras").await, ["moestuin"]);
}

#[tokio::test]
async fn everything_is_indexed_anew_when_the_rules_change() {
    use diesel::prelude::*;
    use vakplein::db::schema::{group_entries, search_entries, settings};
    use vakplein::search;

    let app = TestApp::new().await;
    let (ana, anyone) = (app.member("ana").await, app.anonymous());
    ana.post("/groups", json!({ "name": "tuin", "title": "Tuinieren" })).await.expect(201);
    let topic = json!({ "title": "Bijzondere vergoedingen", "content": "Voor huizen" });
    let topic = ana.post("/groups/tuin/threads", topic).await.expect(201)["id"].as_str().unwrap().to_owned();
    let mut last = String::new();
    for number in 0..120 {
        let content = json!({ "content": format!("Nummer {number}") });
        let reply = ana.post(&format!("/threads/{topic}/replies"), content).await.expect(201);
        last = reply["id"].as_str().unwrap().to_owned();
    }
    ana.delete(&format!("/posts/{last}")).await.expect(204);
    app.settle().await;

    // As an older version would have left it: terms that no query of now asks for.
    let outdate = |tx: &mut vakplein::db::Tx<'_>| {
        for number in search_entries::table.select(search_entries::post_id).load(tx.conn)? {
            vakplein::db::search::put(tx, number, 1, "oud")?;
        }
        for group in group_entries::table.select(group_entries::group_id).load(tx.conn)? {
            vakplein::db::search::put_group(tx, group, 1, "oud", "oud")?;
        }
        Ok(diesel::update(settings::table.find("analyser")).set(settings::value.eq("1")).execute(tx.conn)?)
    };
    assert_eq!(app.app.db.write(outdate).await.unwrap(), 1, "the first start notes it");
    assert!(found(&anyone, "huis").await.is_empty() && groups_found(&anyone, "tuinieren").await.is_empty());

    // What every start does; a second process that starts finds it begun.
    assert!(app.app.db.read(search::is_outdated).await.unwrap());
    app.app.db.write(search::renew).await.unwrap();
    assert!(!app.app.db.read(search::is_outdated).await.unwrap());
    app.app.db.write(search::renew).await.unwrap();
    let waiting = app.app.db.read(vakplein::jobs::waiting).await.unwrap();
    let waiting: Vec<(&str, i64)> = waiting.iter().map(|(kind, count, _)| (kind.as_str(), *count)).collect();
    assert_eq!(waiting, [("index-groups", 1), ("index-posts", 1)]);

    // A page is done; were the process to stop now, the rest would still be in the queue.
    app.step().await;
    assert_eq!(found(&anyone, "huis").await, std::slice::from_ref(&topic));
    assert!(found(&anyone, "nummer+118").await.is_empty());
    let waiting = app.app.db.read(vakplein::jobs::waiting).await.unwrap();
    assert_eq!(waiting.first().map(|(kind, count, _)| (kind.as_str(), *count)), Some(("index-posts", 1)));
    app.settle().await;
    assert_eq!(found(&anyone, "nummer+118").await.len(), 1);
    assert_eq!(found(&anyone, "bijzondere").await, std::slice::from_ref(&topic), "with its title");
    assert!(found(&anyone, "nummer+119").await.is_empty(), "what was deleted stays out");
    assert_eq!(groups_found(&anyone, "tuinieren").await, ["tuin"]);
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn an_excerpt_reads_as_text_also_where_there_is_a_table() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    ana.post("/groups", json!({ "name": "bijstand", "title": "Bijstand" })).await.expect(201);
    let table = "| Soort | Bedrag |\n| --- | ---: |\n| Bijstand | 1.200 |\n\n**Klopt** dit?";
    let body = json!({ "title": "Bedragen", "content": table });
    ana.post("/groups/bijstand/threads", body).await.expect(201);
    let excerpt = ana.get("/search?q=bedrag").await.expect(200)["items"][0]["excerpt"].clone();
    assert_eq!(excerpt, "Soort, Bedrag Bijstand, 1.200 Klopt dit?");
    let listed = ana.get("/groups/bijstand/threads").await.expect(200)["items"][0]["excerpt"].clone();
    assert_eq!(listed, excerpt, "lists show the same");
}
