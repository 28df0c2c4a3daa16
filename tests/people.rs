//! People: accounts, log-in, sessions, tokens, profiles, blocks, leaving; and what administrators do with them.

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
