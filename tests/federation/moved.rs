//! A topic is moved to another group of the same host: whoever comes later finds it there.

use serde_json::{Value, json};

use super::pair::{Pair, id, titles};
use crate::support::Peer;

/// Titles of what a group's outbox announces, in alphabetical order.
async fn announced(pair: &Pair, group: &str) -> Vec<String> {
    let outbox = pair.here.document(&format!("/g/{group}/outbox")).await.expect(200);
    let items = outbox["orderedItems"].as_array().unwrap().clone();
    assert_eq!(outbox["totalItems"], items.len(), "{outbox}");
    let title = |item: &Value| {
        assert_eq!(
            (&item["type"], &item["object"]["type"], &item["actor"]),
            (&json!("Announce"), &json!("Create"), &json!(pair.here.url(&format!("/g/{group}")))),
            "Lemmy takes an outbox of nothing else"
        );
        item["object"]["object"]["name"].as_str().unwrap().to_owned()
    };
    let mut titles: Vec<String> = items.iter().map(title).collect();
    titles.sort();
    titles
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moved_topic_stands_in_the_outbox_of_its_new_group_alone() {
    let pair = Pair::apart().await;
    pair.group("wonen").await;
    // Two topics: by Ana, and by somebody on a third server, whose document goes on naming the group that it was written for.
    let own = pair.topic("bijstand", "Van Ana").await;
    let elsewhere = Peer::start(pair.net.names(), "lemmy.test").await;
    let kees = elsewhere.person("kees");
    let group = pair.here.url("/g/bijstand");
    let mut page = kees.note("1", &[&group], None);
    page["type"] = json!("Page");
    page["name"] = json!("Van Kees");
    elsewhere.publish(page.clone());
    let create = kees.activity("Create", "1", page);
    assert_eq!(kees.post(&pair.here, &kees.activity("Follow", "1", json!(group))).await.status, 202);
    pair.settle().await;
    assert_eq!(kees.post(&pair.here, &create).await.status, 202);
    pair.settle().await;
    assert_eq!(announced(&pair, "bijstand").await, ["Van Ana", "Van Kees"]);
    assert!(announced(&pair, "wonen").await.is_empty());

    let listed = pair.ana.get("/groups/bijstand/threads").await.expect(200);
    let to = json!({ "group": "wonen" });
    let cor = pair.here.member("cor").await;
    let path = format!("/threads/{}/move", id(&own));
    assert_eq!(cor.post(&path, to.clone()).await.refused(403), "not-staff");
    assert_eq!(announced(&pair, "bijstand").await.len(), 2);
    for topic in listed["items"].as_array().unwrap() {
        pair.ana.post(&format!("/threads/{}/move", id(topic)), to.clone()).await.expect(204);
    }
    pair.settle().await;
    assert_eq!(announced(&pair, "wonen").await, ["Van Ana", "Van Kees"]);
    assert!(announced(&pair, "bijstand").await.is_empty());
    let outbox = pair.here.document("/g/wonen/outbox").await.expect(200);
    for item in outbox["orderedItems"].as_array().unwrap() {
        let create = &item["object"];
        if create["object"]["name"] == "Van Ana" {
            assert_eq!(create["object"]["audience"], pair.here.url("/g/wonen"));
        } else {
            assert_eq!(create["object"]["cc"], json!([group]), "as it came");
        }
        let path = item["id"].as_str().unwrap().strip_prefix(pair.here.app.urls.base()).unwrap();
        assert_eq!(pair.here.document(path).await.expect(200), *item, "it is served at its id");
    }

    // Who joins now reads what the group published before.
    pair.joins("wonen").await;
    assert_eq!(titles(&pair.bo, "wonen@werkplein.test").await, ["Van Ana", "Van Kees"]);
    pair.joins("bijstand").await;
    assert!(titles(&pair.bo, "bijstand@werkplein.test").await.is_empty());
    pair.check().await;

    // What is deleted is in none.
    pair.ana.delete(&format!("/threads/{}", id(&own))).await.expect(204);
    pair.settle().await;
    assert_eq!(announced(&pair, "wonen").await, ["Van Kees"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_takes_topics_of_its_own_groups_alone() {
    let pair = Pair::new().await;
    let lemmy = Peer::start(pair.net.names(), "lemmy.test").await;
    let (wonen, tuinen, kees) = (lemmy.group("wonen"), lemmy.group("tuinen"), lemmy.person("kees"));
    let mastodon = Peer::start(pair.net.names(), "mastodon.test").await;
    let (jan, chief) = (mastodon.person("jan"), pair.here.admin("chef").await);
    let found = pair.ana.get("/resolve?uri=http%3A%2F%2Flemmy.test%2Fc%2Fwonen").await.expect(200);
    assert_eq!(found["name"], "wonen@lemmy.test");
    pair.ana.post("/groups/wonen@lemmy.test/memberships", json!({})).await.expect(201);
    pair.settle().await;
    let follow = lemmy.received().into_iter().map(|one| one.activity).find(|one| one["type"] == "Follow");
    let accept = wonen.activity("Accept", "1", follow.unwrap());
    assert_eq!(wonen.post(&pair.here, &accept).await.status, 202);
    pair.settle().await;
    // For a sister group; for a person there; for a group elsewhere.
    for (word, named, refused) in [
        ("zus", tuinen.uri.as_str(), ""),
        ("mens", kees.uri.as_str(), "not-in-group"),
        ("elders", &pair.here.url("/g/bijstand"), "not-in-group"),
    ] {
        let mut page = jan.note(word, &[named], None);
        page["type"] = json!("Page");
        page["name"] = json!(word);
        mastodon.publish(page.clone());
        let announce = wonen.activity("Announce", word, jan.activity("Create", word, page));
        assert_eq!(wonen.post(&pair.here, &announce).await.status, 202);
        pair.settle().await;
        let log = chief.get("/admin/federation?host=lemmy.test&limit=1").await.expect(200);
        assert_eq!(log["items"][0]["reason"], refused, "{word}: {log}");
    }
    assert_eq!(titles(&pair.ana, "wonen@lemmy.test").await, ["zus"]);
}
