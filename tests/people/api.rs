//! The API: tokens, problems, pages of lists, and the account of whoever holds a token.

use crate::support::{Net, TestApp};

#[tokio::test]
async fn an_instance_answers_and_each_test_has_its_own_database() {
    let net = Net::new();
    let (here, there) = (net.app("werkplein.test").await, net.app("vakgroep.test").await);
    let ana = here.member("ana").await;
    let other = there.member("ana").await;
    assert_ne!(ana.id, other.id);
    assert_eq!(here.get("/healthz").await.text, "ok\n");
    net.settle(&[&here, &there]).await;
    assert_eq!(TestApp::new().await.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn the_api_speaks_in_problems_and_pages() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let nobody = app.anonymous();

    let me = ana.get("/me").await;
    assert_eq!(me.header("api-version"), "1.0.0");
    assert_eq!(me.expect(200)["name"], "ana");
    let refused = nobody.get("/me").await;
    assert_eq!(refused.refused(401), "signed-out");
    assert_eq!(refused.header("www-authenticate"), "Bearer");
    assert_eq!(app.with_token(&ana, "guessed").get("/me").await.refused(401), "signed-out");
    assert_eq!(app.with_token(&ana, "guessed").get("/people/ana").await.status, 401);

    assert_eq!(nobody.get("/instance").await.expect(200)["domain"], "werkplein.test");
    assert_eq!(nobody.get("/instance/").await.refused(404), "not-found");
    assert_eq!(nobody.get("/nothing").await.refused(404), "not-found");
    assert_eq!(nobody.post("/instance", serde_json::json!({})).await.refused(405), "method");
    assert_eq!(nobody.get("/problems/not-member").await.expect(200)["status"], 403);

    let document = nobody.get("/openapi.json").await;
    assert_eq!(document.header("access-control-allow-origin"), "*");
    let document = document.expect(200);
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["paths"]["/me"]["get"]["security"].is_array());
}
