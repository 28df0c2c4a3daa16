//! A closed group with a member elsewhere who was let in until a moment: what goes to their server from then on.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use vakplein::db::{Tx, schema};
use vakplein::federation::signatures::{Scheme, sign};

use super::pair::{Pair, id, titles};
use crate::support::Reply;

const HERE: &str = "werkplein.test";
const THERE: &str = "gemeente.test";
const HOUR: i64 = 3_600;

/// Both have an agreement; tells the name of a closed group of Ana's, to which Bo belongs.
async fn joined(pair: &Pair) -> String {
    for (app, host) in [(&pair.here, THERE), (&pair.there, HERE)] {
        let terms = json!({
            "state": "agreed", "ceiling": "leden", "organisation": "Gemeente", "contact": "", "purpose": "Overleg",
        });
        let set = app.admin("baas").await.put(&format!("/admin/agreements/{host}"), terms).await;
        assert!(matches!(set.status, 200 | 201), "{}", set.text);
    }
    let group = json!({"name": "", "title": "Overleg klantmanagers", "mission": "Vragen", "class": "leden"});
    let made = pair.ana.post("/groups", group).await.expect(201);
    let name = made["name"].as_str().unwrap().to_owned();
    pair.ana.get("/resolve?uri=%40bo%40gemeente.test").await.expect(200);
    let invitation = json!({ "person": "bo@gemeente.test" });
    pair.ana.post(&format!("/groups/{name}/invitations"), invitation).await.expect(201);
    pair.settle().await;
    let accepted = pair.bo.post(&format!("/groups/{name}@{HERE}/invitation"), json!({})).await;
    assert!(matches!(accepted.status, 200 | 201), "{}", accepted.text);
    pair.settle().await;
    name
}

/// A `GET` of something of the first instance, signed with Bo's own key.
async fn signed(pair: &Pair, uri: &str) -> Reply {
    let path = uri.strip_prefix(pair.here.app.urls.base()).unwrap();
    let (person, memory) = (pair.bo.id, pair.there.app.federation.clone());
    let signers = pair.there.app.db.read(move |tx| {
        let actor = vakplein::actors::find(tx, person.into())?;
        vakplein::federation::signers::Signers::load(tx, &memory, &actor)
    });
    let signer = signers.await.unwrap().rsa;
    let now = pair.there.app.clock.now().utc();
    let headers = sign(Scheme::Cavage, &Method::GET, &uri.parse().unwrap(), None, &signer, now);
    let mut sent = vec![("accept", "application/activity+json")];
    sent.extend(headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())));
    pair.here.send(Method::GET, path, &sent, None).await
}

/// What was sent to the second instance of which this is a word: kinds of activities.
async fn sent(pair: &Pair, word: &'static str) -> Vec<String> {
    let read = pair.here.app.db.read(move |tx| {
        use schema::{activities, deliveries};
        let rows: Vec<(String, String)> = deliveries::table
            .inner_join(activities::table)
            .filter(deliveries::host.eq(THERE))
            .order(deliveries::id)
            .select((activities::kind, activities::document))
            .load(tx.conn)?;
        Ok(rows.into_iter().filter(|(_, document)| document.contains(word)).map(|(kind, _)| kind).collect())
    });
    read.await.unwrap()
}

async fn copies(pair: &Pair) -> i64 {
    let count = |tx: &mut Tx<'_>| Ok(schema::threads::table.count().get_result::<i64>(tx.conn)?);
    pair.there.app.db.read(count).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_elsewhere_gets_nothing_from_the_moment_on_that_was_set() {
    let pair = Pair::apart().await;
    let name = joined(&pair).await;
    let first = pair.topic(&name, "Eerste").await;
    let uri = first["activityPubId"].as_str().unwrap();
    let group_uri = pair.here.url(&format!("/g/{name}"));
    let copy = pair.copy(&first).await;
    let until = pair.here.clock.now().plus_seconds(HOUR).rfc3339();
    let member = format!("/groups/{name}/memberships/bo@gemeente.test");
    pair.ana.patch(&member, json!({ "until": until })).await.expect(204);
    pair.settle().await;
    let theirs = format!("{name}@{HERE}");
    pair.topic(&name, "Tweede").await;
    assert_eq!(titles(&pair.bo, &theirs).await, ["Eerste", "Tweede"], "until then nothing changes");
    for asked in [uri, &group_uri] {
        assert_eq!(signed(&pair, asked).await.status, 200, "{asked}");
    }

    // Written before, published after.
    let third = json!({"title": "Derde", "content": "Zwijgwoord."});
    pair.ana.post(&format!("/groups/{name}/threads"), third).await.expect(201);
    pair.here.clock.advance(HOUR);
    pair.there.clock.advance(HOUR);
    // No job has run: what is asked for isn't there, not even the group.
    for asked in [uri, &group_uri] {
        assert_eq!(signed(&pair, asked).await.status, 404, "{asked}");
    }
    // Their own server hasn't heard of it yet. What they write isn't taken.
    let late = format!("/threads/{}/replies", id(&copy));
    pair.bo.post(&late, json!({"content": "Te laat."})).await.expect(201);
    pair.there.settle().await;
    pair.settle().await;
    assert_eq!(sent(&pair, "Zwijgwoord").await, Vec::<String>::new());
    let replies = pair.ana.get(&format!("/threads/{}/replies", id(&first))).await.expect(200);
    assert_eq!(replies["items"], json!([]), "{replies}");
    let own = pair.ana.get(&format!("/groups/{name}")).await.expect(200);
    assert_eq!(own["memberCount"], 1);

    // Then they are told, and the copies go, as the host hears.
    assert_eq!(pair.bo.get(&format!("/groups/{theirs}")).await.status, 404);
    assert_eq!(copies(&pair).await, 0);
    let told = pair.bo.get("/me/notices").await.expect(200);
    assert_eq!(told["items"][0]["kind"], "rejected", "{told}");
    let holders = pair.ana.get(&format!("/groups/{name}/copies")).await.expect(200);
    let holder: &Value = &holders["copies"][0];
    assert!(holder["host"] == THERE && holder["droppedAt"].is_string(), "{holder}");
    pair.check().await;
}
