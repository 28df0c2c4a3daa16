//! Two instances of ours: what keeps a group in order is kept on both. Topics that move, roles, bans, numbers of members.

use serde_json::{Value, json};

use super::pair::{GROUP, Pair, copy, id, joins, titles};

async fn names_group(pair: &Pair, topic: &Value) -> String {
    pair.copy(topic).await["group"]["name"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_moves_and_its_copies_with_it() {
    let pair = Pair::new().await;
    pair.group("geld").await;
    // Somebody on a third instance belongs to the other group alone.
    let third = pair.net.app("uwv.test").await;
    let cy = third.member("cy").await;
    joins(&cy, "geld@werkplein.test").await;
    let all = [&pair.here, &pair.there, &third];
    pair.net.settle(&all).await;
    let topic = pair.topic("bijstand", "Lening").await;
    assert_eq!(names_group(&pair, &topic).await, GROUP);
    // Whoever isn't of the staff moves nothing, here or there.
    let there = format!("/threads/{}/move", id(&pair.copy(&topic).await));
    assert_eq!(pair.bo.post(&there, json!({"group": GROUP})).await.status, 204, "where it is already");
    pair.bo.get("/resolve?uri=%21geld%40werkplein.test").await.expect(200);
    assert_eq!(pair.bo.post(&there, json!({"group": "geld@werkplein.test"})).await.status, 403);

    let here = format!("/threads/{}/move", id(&topic));
    assert_eq!(pair.ana.post(&here, json!({"group": "geld"})).await.status, 204);
    pair.net.settle(&all).await;
    assert_eq!(
        names_group(&pair, &topic).await,
        "geld@werkplein.test",
        "also where only the old group is known"
    );
    assert_eq!(titles(&pair.bo, GROUP).await, Vec::<String>::new());
    assert_eq!(titles(&cy, "geld@werkplein.test").await, ["Lening"], "to members of the new one it is new");

    pair.joins("geld").await;
    assert_eq!(pair.ana.post(&here, json!({"group": "bijstand"})).await.status, 204);
    pair.net.settle(&all).await;
    assert_eq!(names_group(&pair, &topic).await, GROUP, "and back, where both are known");
    assert_eq!(copy(&cy, &topic).await["group"]["name"], GROUP);
    assert_eq!(titles(&cy, "geld@werkplein.test").await, Vec::<String>::new());
    // What follows on it is at home in the new place.
    pair.ana.put(&format!("/threads/{}/lock", id(&topic)), json!({})).await;
    pair.settle().await;
    assert_eq!(pair.copy(&topic).await["locked"], true);
    pair.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_counts_on_both_sides() {
    let pair = Pair::new().await;
    let topic = pair.topic("bijstand", "Orde").await;
    let lock = format!("/threads/{}/lock", id(&pair.copy(&topic).await));
    let locked_here =
        async || pair.ana.get(&format!("/threads/{}", id(&topic))).await.expect(200)["locked"].clone();
    let role = async || pair.bo.get(&format!("/groups/{GROUP}")).await.expect(200)["role"].clone();
    assert_eq!((role().await, pair.bo.put(&lock, json!({})).await.status), (json!("member"), 403));

    let change = json!({"person": "bo@gemeente.test", "role": "moderator"});
    assert_eq!(pair.ana.patch("/groups/bijstand/memberships", change).await.status, 204);
    pair.settle().await;
    assert_eq!(role().await, "moderator");
    assert_eq!(pair.bo.put(&lock, json!({})).await.status, 204);
    pair.settle().await;
    assert_eq!(locked_here().await, true, "the host lets its moderator elsewhere lock");

    let change = json!({"person": "bo@gemeente.test", "role": "member"});
    assert_eq!(pair.ana.patch("/groups/bijstand/memberships", change).await.status, 204);
    pair.settle().await;
    assert_eq!((role().await, pair.bo.delete(&lock).await.status), (json!("member"), 403));
    assert_eq!(locked_here().await, true);
    pair.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ban_and_its_end_are_known_on_both_sides() {
    let pair = Pair::new().await;
    let topic = pair.topic("bijstand", "Rust").await;
    let reply = format!("/threads/{}/replies", id(&pair.copy(&topic).await));
    let memberships = format!("/groups/{GROUP}/memberships");
    pair.bo.post(&reply, json!({"content": "Reclame!"})).await.expect(201);
    pair.settle().await;

    let ban = "/groups/bijstand/bans/bo@gemeente.test";
    assert_eq!(pair.ana.put(ban, json!({"reason": "Reclame"})).await.status, 204);
    pair.settle().await;
    let group = pair.bo.get(&format!("/groups/{GROUP}")).await.expect(200);
    assert_eq!(group["role"], Value::Null, "put out");
    // The host says why in words; on which ground it decided, and how it came to that, isn't made up here.
    let notices = pair.bo.get("/me/notices").await.expect(200);
    let told = notices["items"].as_array().unwrap().iter().find(|one| one["kind"] == "banned").unwrap();
    let statement = pair.bo.get(&format!("/decisions/{}", told["decisionId"].as_str().unwrap())).await;
    let statement = statement.expect(200);
    assert_eq!(statement["reason"], "Reclame");
    assert!(["ground", "reported", "automated"].iter().all(|key| statement[key].is_null()), "{statement}");
    assert_eq!(pair.bo.post(&reply, json!({"content": "Nog eens"})).await.status, 403);
    assert_eq!(pair.bo.post(&memberships, json!({})).await.status, 403);

    assert_eq!(pair.ana.delete(ban).await.status, 204);
    pair.settle().await;
    pair.bo.post(&memberships, json!({})).await.expect(201);
    pair.settle().await;
    let group = pair.bo.get(&format!("/groups/{GROUP}")).await.expect(200);
    assert_eq!(group["role"], "member", "in again");
    pair.bo.post(&reply, json!({"content": "Excuses."})).await.expect(201);
    pair.settle().await;
    let replies = pair.ana.get(&format!("/threads/{}/replies", id(&topic))).await.expect(200);
    assert_eq!(replies["items"].as_array().unwrap().len(), 2, "{replies}");
    pair.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_that_the_host_took_is_shown_also_when_nobody_follows_the_group_any_more() {
    use diesel::RunQueryDsl;
    let pair = Pair::new().await;
    let asked = json!({"title": "Vlak voor de breuk", "content": "x"});
    let topic = pair.bo.post(&format!("/groups/{GROUP}/threads"), asked).await.expect(201);
    // As a block does, with the topic on its way.
    let sever = |tx: &mut vakplein::db::Tx<'_>| {
        Ok(diesel::delete(vakplein::db::schema::memberships::table).execute(tx.conn)?)
    };
    assert!(pair.there.app.db.write(sever).await.unwrap() > 0);
    let path = format!("/posts/{}", id(&topic));
    assert_eq!(pair.bo.get(&path).await.expect(200)["pending"], json!(true));
    pair.settle().await;
    assert_eq!(pair.bo.get(&path).await.expect(200)["pending"], json!(false));
    // Other people's posts aren't taken in for nobody.
    pair.topic("bijstand", "Daarna").await;
    assert_eq!(titles(&pair.bo, GROUP).await, ["Vlak voor de breuk"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_says_how_many_members_a_group_has() {
    let pair = Pair::apart().await;
    let count = async || pair.bo.get(&format!("/groups/{GROUP}")).await.expect(200)["memberCount"].clone();
    pair.bo.get(&format!("/resolve?uri=%21{GROUP}")).await.expect(200);
    assert_eq!(count().await, 1, "as soon as it is looked up");
    pair.joins("bijstand").await;
    assert_eq!(count().await, 2);
    let cas = pair.here.member("cas").await;
    cas.post("/groups/bijstand/memberships", json!({})).await.expect(201);
    pair.settle().await;
    assert_eq!(count().await, 2, "a number isn't announced");
    // It is read again with the group itself, once a week, by the daily round.
    pair.there.app.db.write(vakplein::prune::schedule).await.unwrap();
    pair.settle().await;
    assert_eq!(count().await, 2, "too soon");
    pair.advance(8 * 86_400).await;
    // What the round enqueued is spread over the day.
    pair.advance(86_000).await;
    assert_eq!(count().await, 3);
    pair.check().await;
}
