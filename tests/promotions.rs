//! Proposals to show a topic in another group: with the consent of whoever began it, decided by that group's curators, and taken back.

use serde_json::{Value, json};

use crate::links::{Two, delete, found, joins, linked, log, set, shown_in, titles, told, topic, two};
use crate::support::{Member, Reply};

/// The same two groups, of which `landelijk` shows of `bijstand` what its curators accepted.
async fn choosy() -> (Two, String) {
    let two = two().await;
    let link = linked(&two).await;
    set(&two, &link, json!({ "takes": "promoted" })).await;
    (two, link)
}

async fn proposes(by: &Member, thread: &str) -> Reply {
    let body = json!({ "group": "landelijk", "note": "Leest iedereen" });
    by.post(&format!("/threads/{thread}/promotions"), body).await
}

/// The page of a proposal, for programs.
fn path(made: &Value) -> String {
    format!("/promotions/{}", made["id"].as_str().unwrap())
}

async fn says(by: &Member, path: &str, state: &str) -> Reply {
    by.patch(path, json!({ "state": state })).await
}

/// What waits for the curators.
async fn offers(by: &Member) -> Vec<Value> {
    by.get("/groups/landelijk/offers").await.expect(200)["offers"].as_array().unwrap().clone()
}

async fn proposals(by: &Member, thread: &str) -> Vec<Value> {
    let found = by.get(&format!("/threads/{thread}/promotions")).await.expect(200);
    found["promotions"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_topic_is_shown_with_the_consent_of_who_began_it_once_curators_accept_it() {
    let (two, _link) = choosy().await;
    let Two { app, ana, bob, nico, cor } = &two;
    let (mia, curator) = (app.member("mia").await, app.member("kees").await);
    joins(&mia, "bijstand").await;
    joins(&curator, "landelijk").await;
    let role = json!({ "person": "kees", "role": "moderator" });
    nico.patch("/groups/landelijk/memberships", role).await.expect(204);
    let id = topic(bob, "bijstand", "Werken").await;
    assert!(titles(cor, "landelijk").await.is_empty());

    let proposed = proposes(&mia, &id).await;
    let place = path(&proposed.json);
    assert!(proposed.location().ends_with(&place));
    let made = proposed.expect(201);
    assert_eq!((&made["state"], &made["note"]), (&json!("consent"), &json!("Leest iedereen")));
    assert_eq!((&made["from"]["name"], &made["to"]["name"]), (&json!("bijstand"), &json!("landelijk")));
    assert_eq!((&made["thread"]["title"], &made["thread"]["id"]), (&json!("Werken"), &json!(id)));
    assert_eq!((&made["thread"]["author"]["name"], &made["by"]["name"]), (&json!("bob"), &json!("mia")));
    app.settle().await;
    assert_eq!(told(bob, "promotion-asked").await.len(), 1);
    // Before there is consent nobody else decides, or sees that something is asked.
    assert!(offers(nico).await.is_empty());
    assert!(told(nico, "promotion-offered").await.is_empty());
    assert!(proposals(cor, &id).await.is_empty());
    assert_eq!(cor.get(&place).await.refused(404), "not-found");
    assert_eq!(says(nico, &place, "accepted").await.refused(409), "conflict");
    assert_eq!(says(&mia, &place, "offered").await.refused(403), "not-own");
    assert_eq!(proposes(&mia, &id).await.json["errors"][0]["field"], "group", "one stands");

    assert_eq!(says(bob, &place, "offered").await.expect(200)["state"], "offered");
    assert_eq!(says(bob, &place, "offered").await.refused(409), "conflict");
    app.settle().await;
    for who in [nico, &curator] {
        let said = told(who, "promotion-offered").await;
        assert_eq!(said, [(app.url("/g/landelijk/offers"), String::new())], "{}", who.name);
    }
    let waiting = offers(&curator).await;
    assert_eq!((waiting.len(), &waiting[0]["id"]), (1, &made["id"]));
    for (who, status, word) in [(cor, 403, "not-staff"), (bob, 403, "not-staff"), (ana, 403, "not-staff")] {
        assert_eq!(who.get("/groups/landelijk/offers").await.refused(status), word, "{}", who.name);
        assert_eq!(says(who, &place, "accepted").await.refused(status), word, "{}", who.name);
    }
    assert!(titles(cor, "landelijk").await.is_empty());

    assert_eq!(says(&curator, &place, "accepted").await.expect(200)["state"], "accepted");
    assert_eq!(says(nico, &place, "accepted").await.refused(409), "conflict");
    assert_eq!(titles(cor, "landelijk").await, ["Werken"]);
    assert_eq!(shown_in(&app.anonymous(), &id).await, ["landelijk"]);
    let answered = cor.post(&format!("/threads/{id}/replies"), json!({ "content": "Ja." })).await;
    answered.expect(201);
    assert!(offers(nico).await.is_empty());
    app.settle().await;
    for who in [bob, &mia] {
        assert_eq!(told(who, "promotion-decided").await.len(), 1, "{}", who.name);
    }
    assert_eq!(proposes(bob, &id).await.json["errors"][0]["field"], "group", "it is shown already");

    // It stays theirs to say no.
    assert_eq!(says(bob, &place, "ended").await.expect(200)["state"], "ended");
    assert!(titles(cor, "landelijk").await.is_empty());
    assert!(shown_in(bob, &id).await.is_empty());
    assert_eq!(says(&curator, &place, "accepted").await.refused(409), "conflict");
    assert_eq!(proposals(&mia, &id).await[0]["state"], "ended");
    app.settle().await;
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn who_began_a_topic_proposes_it_without_being_asked_and_curators_refuse_with_a_reason() {
    let (two, _link) = choosy().await;
    let Two { app, ana, bob, nico, cor } = &two;
    let id = topic(bob, "bijstand", "Werken").await;
    let made = proposes(bob, &id).await.expect(201);
    let place = path(&made);
    assert_eq!(made["state"], "offered");
    let without = says(nico, &place, "refused").await;
    assert_eq!(without.refused(400), "invalid");
    assert_eq!(without.json["errors"][0]["field"], "reason");
    assert_eq!(says(nico, &place, "consent").await.refused(400), "invalid");
    assert_eq!(says(nico, &place, "misschien").await.refused(400), "malformed");
    let half = json!({ "label": "Half", "scopes": ["read", "write"] });
    let half = nico.post("/me/tokens", half).await.expect(201);
    let half = app.with_token(nico, half["secret"].as_str().unwrap());
    assert_eq!(says(&half, &place, "accepted").await.refused(403), "scope");
    assert_eq!(half.get("/groups/landelijk/offers").await.refused(403), "scope");
    let no = json!({ "state": "refused", "reason": "Te plaatselijk" });
    let refused = nico.patch(&place, no).await.expect(200);
    assert_eq!((&refused["state"], &refused["reason"]), (&json!("refused"), &json!("Te plaatselijk")));
    app.settle().await;
    let said = told(bob, "promotion-decided").await;
    assert_eq!((said.len(), said[0].1.as_str()), (1, "Te plaatselijk"));
    assert!(titles(cor, "landelijk").await.is_empty());

    // It can be proposed anew, by staff of its group too; what was declined only by whoever did.
    let again = proposes(ana, &id).await.expect(201);
    assert_eq!((&again["state"], &again["reason"]), (&json!("consent"), &json!("")));
    assert_eq!(says(bob, &path(&again), "declined").await.expect(200)["state"], "declined");
    app.settle().await;
    assert_eq!(told(ana, "promotion-decided").await.len(), 1);
    assert_eq!(proposes(ana, &id).await.refused(400), "invalid");
    let own = proposes(bob, &id).await.expect(201);
    // Taken back before anybody decided.
    assert_eq!(says(bob, &path(&own), "ended").await.expect(200)["state"], "ended");
    assert!(offers(nico).await.is_empty());
}

#[tokio::test]
async fn only_members_propose_and_only_where_their_group_is_linked() {
    let (two, link) = choosy().await;
    let Two { app, ana, bob, nico, cor } = &two;
    found(nico, "ander").await;
    nico.post("/groups", json!({ "name": "geheim", "title": "Geheim", "class": "leden" })).await.expect(201);
    let id = topic(bob, "bijstand", "Werken").await;
    assert_eq!(proposes(cor, &id).await.refused(403), "not-member");
    assert_eq!(proposes(&app.anonymous(), &id).await.refused(401), "signed-out");
    let promotions = format!("/threads/{id}/promotions");
    let mut said = Vec::new();
    let elsewhere = ["iets@elders.test", "http://elders.test/g/iets"];
    for group in [["ander", "geheim", "nergens", "bijstand", ""].as_slice(), &elsewhere].concat() {
        let refused = bob.post(&promotions, json!({ "group": group })).await;
        assert_eq!(refused.refused(400), "invalid", "{group}");
        assert_eq!(refused.json["errors"][0]["field"], "group", "{group}");
        said.push(refused.json["errors"][0]["message"].clone());
    }
    said.dedup();
    assert_eq!(said.len(), 1, "{said:?}");
    let long = json!({ "group": "landelijk", "note": "x".repeat(2_001) });
    assert_eq!(bob.post(&promotions, long).await.json["errors"][0]["field"], "note");
    // The other way there is no link.
    let theirs = topic(cor, "landelijk", "Eigen").await;
    let back = json!({ "group": "bijstand" });
    assert_eq!(cor.post(&format!("/threads/{theirs}/promotions"), back).await.refused(400), "invalid");
    assert_eq!(proposes(bob, &nico.id.to_string()).await.refused(404), "not-found");

    // What isn't shown can't be proposed, what is proposed and gone isn't decided about.
    let removed = topic(bob, "bijstand", "Weg").await;
    let made = proposes(bob, &removed).await.expect(201);
    ana.put(&format!("/posts/{removed}/removal"), json!({ "reason": "Reclame" })).await.expect(204);
    assert!(offers(nico).await.is_empty());
    assert_eq!(says(nico, &path(&made), "accepted").await.refused(404), "not-found");
    assert_eq!(proposes(ana, &removed).await.refused(404), "not-found");

    // By its address as well. With the link goes what waits.
    let by_address = json!({ "group": app.url("/g/landelijk") });
    let made = bob.post(&promotions, by_address).await.expect(201);
    ana.delete(&format!("/groups/bijstand/links/{link}")).await.expect(204);
    assert!(offers(nico).await.is_empty());
    assert_eq!(bob.get(&path(&made)).await.refused(404), "not-found");
    assert_eq!(proposes(bob, &id).await.refused(400), "invalid");
}

#[tokio::test]
async fn what_curators_take_off_does_not_come_again() {
    let two = two().await;
    let link = linked(&two).await;
    let Two { app, ana, bob, nico, cor } = &two;
    let id = topic(bob, "bijstand", "Werken").await;
    topic(bob, "bijstand", "Zorg").await;
    let place = format!("/groups/landelijk/shown/{id}");
    for (who, word) in [(cor, "not-staff"), (bob, "not-staff"), (ana, "not-staff")] {
        assert_eq!(delete(app, who, &place, "Zomaar").await.refused(403), word, "{}", who.name);
    }
    let without = delete(app, nico, &place, " ").await;
    assert_eq!(without.refused(400), "invalid");
    assert_eq!(without.json["errors"][0]["field"], "reason");
    assert_eq!(nico.delete(&place).await.refused(400), "malformed");
    let own = topic(cor, "landelijk", "Eigen").await;
    let astray = format!("/groups/landelijk/shown/{own}");
    assert_eq!(delete(app, nico, &astray, "Zomaar").await.refused(404), "not-found");
    assert_eq!(titles(cor, "landelijk").await, ["Eigen", "Zorg", "Werken"]);

    delete(app, nico, &place, "Niet landelijk").await.expect(204);
    assert_eq!(delete(app, nico, &place, "Niet landelijk").await.refused(404), "not-found");
    assert_eq!(titles(cor, "landelijk").await, ["Eigen", "Zorg"]);
    assert_eq!(titles(cor, "bijstand").await, ["Zorg", "Werken"], "it stays where it is");
    let line = ("hide-topic".to_owned(), "Niet landelijk".to_owned());
    assert!(log(&app.anonymous(), "landelijk").await.contains(&line));

    // Neither an answer, nor a change, nor a new link brings it back.
    let answer = json!({ "content": "Zo zit het." });
    bob.post(&format!("/threads/{id}/replies"), answer).await.expect(201);
    bob.patch(&format!("/threads/{id}"), json!({ "title": "Werken en zorg" })).await.expect(200);
    set(&two, &link, json!({ "words": ["werken", "zorg"] })).await;
    set(&two, &link, json!({ "words": [] })).await;
    assert_eq!(titles(cor, "landelijk").await, ["Eigen", "Zorg"]);
    let after = json!({ "content": "Mag ik?" });
    assert_eq!(cor.post(&format!("/threads/{id}/replies"), after).await.refused(403), "not-member");
    ana.delete(&format!("/groups/bijstand/links/{link}")).await.expect(204);
    linked(&two).await;
    assert_eq!(titles(cor, "landelijk").await, ["Eigen", "Zorg"]);

    // They can still be asked, and think better of it.
    let made = proposes(bob, &id).await.expect(201);
    says(nico, &path(&made), "accepted").await.expect(200);
    assert_eq!(titles(cor, "landelijk").await, ["Werken en zorg", "Eigen", "Zorg"]);
    delete(app, nico, &place, "Toch niet").await.expect(204);
    assert_eq!(proposals(bob, &id).await[0]["state"], "ended");
    app.settle().await;
    assert_eq!(told(bob, "promotion-decided").await.len(), 2);
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn offers_wait_in_the_order_in_which_they_came() {
    let (two, _link) = choosy().await;
    let Two { app, bob, nico, .. } = &two;
    for n in 0..5 {
        let id = topic(bob, "bijstand", &format!("Vraag {n}")).await;
        proposes(bob, &id).await.expect(201);
        app.clock.advance(1);
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = nico.get(&format!("/groups/landelijk/offers?limit=2{cursor}")).await.expect(200);
        for offer in page["offers"].as_array().unwrap() {
            seen.push(offer["thread"]["title"].as_str().unwrap().to_owned());
        }
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, (0..5).map(|n| format!("Vraag {n}")).collect::<Vec<_>>());
    assert_eq!(app.anonymous().get("/groups/landelijk/offers").await.refused(401), "signed-out");
}
