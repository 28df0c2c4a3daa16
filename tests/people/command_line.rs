//! `vakplein user …`, as outside scripts call it.

use crate::support::TestApp;
use crate::support::program::{complaint, lines, vakplein};

#[tokio::test]
async fn accounts_and_tokens_are_made_beside_a_running_server() {
    let app = TestApp::new().await;
    let create = ["user", "create", "beheer", "--email", "beheer@example.org", "--admin", "--password-stdin"];
    let short = vakplein(&app, &create, "kort\n");
    assert!(complaint(&short).contains("password: Choose a longer password"), "{short:?}");
    lines(&vakplein(&app, &create, "een regenachtige dinsdag\n"));
    assert!(complaint(&vakplein(&app, &create, "een regenachtige dinsdag\n")).contains("name:"));
    let same = ["user", "create", "ander", "--email", "Beheer@example.org"];
    assert!(complaint(&vakplein(&app, &same, "")).contains("email:"));
    let made = lines(&vakplein(&app, &["user", "create", "ana", "--email", "ana@example.org"], ""));
    assert!(made.iter().any(|line| line.starts_with("password: ")), "{made:?}");

    let token = lines(&vakplein(&app, &["user", "token", "beheer"], "")).pop().unwrap();
    let admin = app.with_token(&app.anonymous(), &token);
    assert_eq!(admin.get("/me").await.expect(200)["role"], "admin");
    assert_eq!(admin.get("/admin/people").await.expect(200)["items"].as_array().unwrap().len(), 2);
    assert!(complaint(&vakplein(&app, &["user", "token", "niemand"], "")).contains("name:"));

    let listed = lines(&vakplein(&app, &["user", "list"], ""));
    assert_eq!(listed.len(), 2, "{listed:?}");
    assert!(listed.iter().any(|line| line == "beheer\tbeheer@example.org\tactive\tadmin"), "{listed:?}");
    lines(&vakplein(&app, &["user", "reset-password", "ana", "--password-stdin"], "een zonnige woensdag\n"));
    lines(&vakplein(&app, &["user", "reset-2fa", "ana@example.org"], ""));
    assert!(complaint(&vakplein(&app, &["user", "reset-2fa", "niemand"], "")).contains("name:"));
}
