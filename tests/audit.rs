//! The audit trail: who got in or didn't, who administered or was refused, and who reads that.

use serde_json::{Value, json};

use crate::login::{log_in, logged_in};
use crate::pages::check_page;
use crate::support::app::PASSWORD;
use crate::support::program::{complaint, lines, vakplein};
use crate::support::{Member, TestApp};

/// The trail, the oldest first: what, how it ended, about what, from where; and whose.
async fn trail(boss: &Member) -> Vec<(String, String)> {
    let page = boss.get("/admin/audit?limit=100").await.expect(200);
    let mut lines = page["items"].as_array().unwrap().clone();
    lines.reverse();
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let said = |line: &Value| {
        ["act", "outcome", "object", "origin"].map(|name| text(line, name)).join(" ").replace("  ", " ")
    };
    lines.iter().map(|line| (said(line), text(line, "by"))).collect()
}

fn expected(lines: &[(&str, &Member)]) -> Vec<(String, String)> {
    lines.iter().map(|(said, by)| ((*said).to_owned(), by.id.to_string())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gets_in_and_what_they_change_about_that_leaves_a_line() {
    let app = TestApp::with(|config| config.limits.enabled = true).await;
    let (boss, ana) = (app.admin("boss").await, app.member("ana").await);
    let stranger = app.browser();
    log_in(&stranger, "ana@example.org", "een heel ander wachtwoord").await;
    log_in(&stranger, "niemand@example.org", "een heel ander wachtwoord").await;
    let browser = logged_in(&app, "ana").await;
    // Looking around leaves nothing, nor does what one writes.
    assert_eq!(browser.get("/settings/security").await.status, 200);
    ana.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    browser.get("/settings/tokens").await;
    assert_eq!(
        browser.submit("/settings/tokens", &[("label", "Rooster"), ("scopes", "read")]).await.status,
        200
    );
    browser.get("/settings/account").await;
    let change = [("currentPassword", "verkeerd"), ("newPassword", "de fiets staat buiten")];
    assert_eq!(browser.submit("/settings/password", &change).await.status, 400);
    let change = [("currentPassword", PASSWORD), ("newPassword", "de fiets staat buiten")];
    assert_eq!(browser.submit("/settings/password", &change).await.status, 303);
    assert_eq!(ana.get("/me/export").await.status, 200);
    browser.get("/").await;
    assert_eq!(browser.submit("/logout", &[]).await.status, 303);
    let found = trail(&boss).await;
    let mut lines = expected(&[
        ("log-in wrong 127.0.0.0/24", &ana),
        ("log-in wrong 127.0.0.0/24", &ana),
        ("log-in done 127.0.0.0/24", &ana),
        ("make-token done 127.0.0.0/24", &ana),
        ("password wrong 127.0.0.0/24", &ana),
        ("password done 127.0.0.0/24", &ana),
        ("export done 127.0.0.0/24", &ana),
        ("log-out done 127.0.0.0/24", &ana),
    ]);
    // Of an account that isn't there nothing is known.
    lines[1].1.clear();
    assert_eq!(found, lines);
    // Guessing without end is told, and fills no disk.
    for _ in 0..40 {
        log_in(&stranger, "ana@example.org", "een heel ander wachtwoord").await;
    }
    let paused = trail(&boss).await.iter().filter(|(said, _)| said.starts_with("log-in paused")).count();
    assert!((1..40).contains(&paused), "{paused}");
    let all = format!("{:?}", boss.get("/admin/audit?limit=100").await.json);
    assert!(!all.contains("wachtwoord") && !all.contains("fiets") && !all.contains("example.org"));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_administers_or_may_not_leaves_a_line() {
    let app = TestApp::new().await;
    let (boss, ana) = (app.admin("boss").await, app.member("ana").await);
    let browser = logged_in(&app, "ana").await;
    check_page(&browser.get("/admin/people").await, 403, "nl");
    assert_eq!(ana.patch("/admin/settings", json!({ "name": "Gekaapt" })).await.refused(403), "not-admin");
    assert_eq!(ana.get("/admin/audit").await.refused(403), "not-admin");
    assert_eq!(app.anonymous().get("/admin/audit").await.refused(401), "signed-out");
    boss.patch("/admin/settings", json!({ "name": "Werkplein" })).await.expect(200);
    boss.patch("/admin/settings", json!({ "name": "" })).await.refused(400);
    boss.get("/admin/settings").await.expect(200);
    let person = format!("/admin/people/{}", ana.id);
    boss.put(&format!("{person}/suspension"), json!({ "reason": "Reclame" })).await.expect(204);
    boss.delete(&format!("{person}/suspension")).await.expect(204);
    boss.patch(&person, json!({ "role": "admin" })).await.expect(200);
    lines(&vakplein(&app, &["--as", "boss", "limits", "set", "account-posts", "70"], ""));
    complaint(&vakplein(&app, &["--as", "ben", "limits", "set", "account-posts", "80"], ""));
    let found = trail(&boss).await;
    let line = |what: &str| format!("administer {what} 127.0.0.1");
    let suspension = |method: &str| line(&format!("done {method} /api/v1{person}/suspension"));
    let said = [
        ("log-in done 127.0.0.0/24".to_owned(), ana.id.to_string()),
        (line("refused GET /admin/people"), ana.id.to_string()),
        (line("refused PATCH /api/v1/admin/settings"), ana.id.to_string()),
        (line("refused GET /api/v1/admin/audit"), ana.id.to_string()),
        (line("refused GET /api/v1/admin/audit"), String::new()),
        (line("done PATCH /api/v1/admin/settings"), boss.id.to_string()),
        (line("wrong PATCH /api/v1/admin/settings"), boss.id.to_string()),
        (suspension("PUT"), boss.id.to_string()),
        (suspension("DELETE"), boss.id.to_string()),
        (line(&format!("done PATCH /api/v1{person}")), boss.id.to_string()),
        ("command done limits set command line".to_owned(), boss.id.to_string()),
        ("command failed limits set command line".to_owned(), String::new()),
    ];
    assert_eq!(found, said);
    // In the browser and on the command line it can be read as well.
    let admin = logged_in(&app, "boss").await;
    let page = admin.get("/admin/audit").await;
    check_page(&page, 200, "nl");
    let text = admin.texts("main").concat();
    assert!(
        text.contains("@ana") && text.contains("geweigerd") && text.contains("GET /admin/people"),
        "{text}"
    );
    let printed = lines(&vakplein(&app, &["audit"], ""));
    assert!(printed[0].contains("log-in") && printed.len() == said.len() + 1, "{printed:?}");
    // It goes when the journal does.
    app.clock.advance(366 * 86_400);
    app.settle().await;
    vakplein::prune::round(&app.app).await.unwrap();
    assert!(trail(&boss).await.is_empty());
}
