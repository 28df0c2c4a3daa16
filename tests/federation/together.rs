//! Two instances of ours: what is done on one is seen on the other, both ways.

use serde_json::json;

use crate::support::Net;

#[tokio::test(flavor = "multi_thread")]
async fn a_group_lives_on_two_instances() {
    let net = Net::new();
    let (here, there) = (net.app("werkplein.test").await, net.app("gemeente.test").await);
    let apps = [&here, &there];
    let (ana, bo) = (here.member("ana").await, there.member("bo").await);
    let made = ana.post(
        "/groups",
        json!({"name": "bijstand", "title": "Bijstand", "mission": "Vragen", "class": "openbaar"}),
    );
    made.await.expect(201);
    ana.post("/groups/bijstand/threads", json!({"title": "Van voor die tijd", "content": "Oud"}))
        .await
        .expect(201);
    net.settle(&apps).await;

    let found = bo.get("/resolve?uri=%21bijstand%40werkplein.test").await.expect(200);
    let name = found["name"].as_str().unwrap().to_owned();
    assert_eq!(name, "bijstand@werkplein.test");
    assert_eq!(bo.get(&format!("/groups/{name}")).await.expect(200)["mission"], "Vragen");
    bo.post(&format!("/groups/{name}/memberships"), json!({})).await.expect(201);
    net.settle(&apps).await;
    assert_eq!((here.failures().await, there.failures().await), (vec![], vec![]));
    let topics = async || {
        let listed = bo.get(&format!("/groups/{name}/threads")).await.expect(200);
        let titles = listed["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|topic| topic["title"].as_str().unwrap().to_owned());
        titles.collect::<Vec<_>>()
    };
    assert_eq!(topics().await, ["Van voor die tijd"], "what was there before is fetched");

    let asked = ana
        .post("/groups/bijstand/threads", json!({"title": "Vakantiegeld", "content": "Wanneer?"}))
        .await
        .expect(201);
    net.settle(&apps).await;
    assert!(topics().await.contains(&"Vakantiegeld".to_owned()));
    let uri = asked["activityPubId"].as_str().unwrap();
    let copy = bo.get(&format!("/resolve?uri={uri}")).await.expect(200);
    let path = format!("/threads/{}/replies", copy["id"].as_str().unwrap());
    let answered = bo.post(&path, json!({"content": "In **mei**."})).await.expect(201);
    net.settle(&apps).await;
    let thread = ana.get(&format!("/threads/{}/replies", asked["id"].as_str().unwrap())).await.expect(200);
    let html = thread.to_string();
    assert!(html.contains("<strong>mei</strong>"), "{html}");
    let own = bo.get(&format!("/posts/{}", answered["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(own["pending"], json!(false), "{own}");

    let reply = format!("/resolve?uri={}", answered["activityPubId"].as_str().unwrap());
    let there_id = ana.get(&reply).await.expect(200)["id"].as_str().unwrap().to_owned();
    assert!(matches!(
        ana.put(&format!("/posts/{there_id}/reactions/like"), json!({})).await.status,
        200 | 201 | 204
    ));
    net.settle(&apps).await;
    let liked = bo.get(&format!("/posts/{}", answered["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(liked["likeCount"], json!(1), "{liked}");
    assert_eq!((here.failures().await, there.failures().await), (vec![], vec![]));
}
