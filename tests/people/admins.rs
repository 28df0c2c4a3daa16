//! What administrators do with people and with the instance, over the API; and that nobody else can.

use serde_json::json;
use vakplein::people::{AccountState, acts, second_factor};

use crate::support::app::{PASSWORD, PASSWORD_HASH, keys};
use crate::support::{Member, TestApp};

/// Somebody whose account waits for approval.
async fn waiting(app: &TestApp, name: &str) -> vakplein::ids::PersonId {
    let mut new = acts::NewPerson::confirmed(name, &format!("{name}@example.org"), &PASSWORD_HASH);
    new.state = AccountState::Waiting;
    new.motivation = "Ik wil graag helpen.".to_owned();
    let keys = keys();
    app.app.db.write(move |tx| acts::create(tx, &new, &keys)).await.unwrap()
}

async fn subjects(app: &TestApp, to: &str) -> Vec<String> {
    let all = vakplein::mail::inbox(&app.app.config.mail.dir).await.unwrap();
    all.into_iter().filter(|mail| mail.to == to).map(|mail| mail.subject).collect()
}

#[tokio::test]
async fn nobody_else_reaches_the_administration() {
    let app = TestApp::new().await;
    let (ana, admin) = (app.member("ana").await, app.admin("boss").await);
    let half = json!({ "label": "Half", "scopes": ["read", "write", "moderate"] });
    let half = admin.post("/me/tokens", half).await.expect(201);
    let half = app.with_token(&admin, half["secret"].as_str().unwrap());
    let id = ana.id;
    for path in ["/admin/settings", "/admin/people", "/admin/approvals", "/admin/pages/privacy/nl"] {
        assert_eq!(app.anonymous().get(path).await.refused(401), "signed-out", "{path}");
        assert_eq!(ana.get(path).await.refused(403), "not-admin", "{path}");
        assert_eq!(half.get(path).await.refused(403), "scope", "{path}");
        assert_eq!(admin.get(path).await.status, 200, "{path}");
    }
    let refused = async |who: &Member| {
        let mut words = Vec::new();
        let suspension = format!("/admin/people/{id}/suspension");
        words.push(who.patch("/admin/settings", json!({ "name": "x" })).await.refused(403));
        words.push(who.put(&suspension, json!({ "reason": "x" })).await.refused(403));
        words.push(who.delete(&suspension).await.refused(403));
        words.push(who.delete(&format!("/admin/people/{id}/second-factor")).await.refused(403));
        words.push(who.patch(&format!("/admin/people/{id}"), json!({ "role": "admin" })).await.refused(403));
        words
            .push(who.post(&format!("/admin/approvals/{id}"), json!({ "approve": true })).await.refused(403));
        words.push(who.put("/admin/pages/rules/nl", json!({ "content": "x" })).await.refused(403));
        words
    };
    assert!(refused(&ana).await.iter().all(|word| word == "not-admin"));
    assert!(refused(&half).await.iter().all(|word| word == "scope"));
}

#[tokio::test]
async fn settings_and_pages_are_changed_by_administrators() {
    let app = TestApp::new().await;
    let admin = app.admin("boss").await;
    let change =
        json!({ "name": "Werkplein Oost", "signUp": "approval", "contactEmail": "info@oost.example" });
    assert_eq!(admin.patch("/admin/settings", change).await.expect(200)["signUp"], "approval");
    let seen = app.anonymous().get("/instance").await.expect(200);
    assert_eq!(seen["name"], "Werkplein Oost");
    assert_eq!(
        admin.get("/admin/settings").await.expect(200)["membersMakeGroups"],
        true,
        "what is left out stays"
    );
    for wrong in [
        json!({ "name": "" }),
        json!({ "language": "tlh" }),
        json!({ "contactEmail": "geen adres" }),
        json!({ "tagline": "x".repeat(300) }),
    ] {
        assert_eq!(admin.patch("/admin/settings", wrong.clone()).await.refused(400), "invalid", "{wrong}");
    }
    assert_eq!(admin.patch("/admin/settings", json!({ "signUp": "maybe" })).await.refused(400), "malformed");

    let shipped = admin.get("/admin/pages/contact/nl").await.expect(200);
    assert_eq!(shipped["updatedAt"], json!(null));
    assert!(shipped["html"].as_str().unwrap().contains("Werkplein Oost"));
    assert!(shipped["html"].as_str().unwrap().contains("info@oost.example"));
    for name in ["privacy", "accessibility", "rules", "contact"] {
        for language in ["nl", "en"] {
            let page = admin.get(&format!("/admin/pages/{name}/{language}")).await.expect(200);
            assert_eq!(page["language"], language, "{name}");
        }
    }
    let own = json!({ "content": "# Wij\n\n{name} <script>alert(1)</script>" });
    let own = admin.put("/admin/pages/contact/nl", own).await.expect(200);
    let html = own["html"].as_str().unwrap();
    assert!(html.contains("Werkplein Oost") && !html.contains("<script"), "{html}");
    assert!(own["updatedAt"].is_string());
    assert_eq!(admin.put("/admin/pages/contact/nl", json!({ "content": " " })).await.refused(400), "invalid");
    assert_eq!(admin.get("/admin/pages/colofon/nl").await.refused(404), "not-found");
    assert_eq!(admin.delete("/admin/pages/contact/nl").await.status, 204);
    let back = admin.get("/admin/pages/contact/nl").await.expect(200);
    assert_eq!(back["content"], shipped["content"]);
}

#[tokio::test]
async fn sign_ups_are_approved_or_rejected() {
    let app = TestApp::new().await;
    let admin = app.admin("boss").await;
    let (yes, no) = (waiting(&app, "yes").await, waiting(&app, "no").await);
    let list = admin.get("/admin/approvals").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    assert_eq!(list["items"][0]["motivation"], "Ik wil graag helpen.");
    assert_eq!(app.anonymous().get("/people/yes").await.refused(404), "not-found");

    let decide = async |id, decision| admin.post(&format!("/admin/approvals/{id}"), decision).await;
    assert_eq!(decide(yes, json!({ "approve": true })).await.status, 204);
    assert_eq!(decide(yes, json!({ "approve": true })).await.refused(409), "conflict");
    assert_eq!(decide(no, json!({ "approve": false })).await.refused(400), "invalid");
    assert_eq!(decide(no, json!({ "approve": false, "reason": "Alleen voor Oost." })).await.status, 204);
    assert_eq!(decide(no, json!({ "approve": true })).await.refused(404), "not-found");
    app.settle().await;
    assert_eq!(app.failures().await, Vec::<String>::new());
    assert_eq!(app.anonymous().get("/people/yes").await.status, 200);
    assert_eq!(subjects(&app, "yes@example.org").await.len(), 1);
    assert_eq!(subjects(&app, "no@example.org").await.len(), 1);
    // A rejected name is free again.
    waiting(&app, "no").await;
    assert_eq!(admin.get("/admin/approvals").await.expect(200)["items"][0]["name"], "no");
}

#[tokio::test]
async fn administrators_find_suspend_and_help_people() {
    let app = TestApp::new().await;
    let (admin, ana) = (app.admin("boss").await, app.member("ana").await);
    app.member("bo").await;
    let found = admin.get("/admin/people?q=ANA").await.expect(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
    assert_eq!(found["items"][0]["email"], "ana@example.org");
    assert_eq!(admin.get("/admin/people?q=%25").await.expect(200)["items"], json!([]));
    assert_eq!(admin.get("/admin/people?state=admins").await.expect(200)["items"][0]["name"], "boss");
    assert_eq!(admin.get("/admin/people?state=alles").await.refused(400), "invalid");
    let first = admin.get("/admin/people?limit=2").await.expect(200);
    let next = first["next"].as_str().unwrap();
    let rest = admin.get(&format!("/admin/people?limit=2&cursor={next}")).await.expect(200);
    assert_eq!(rest["items"][0]["name"], "boss");
    assert_eq!(rest["next"], json!(null));

    let suspension = format!("/admin/people/{}/suspension", ana.id);
    assert_eq!(admin.put(&suspension, json!({ "reason": " " })).await.refused(400), "invalid");
    let own = format!("/admin/people/{}/suspension", admin.id);
    assert_eq!(admin.put(&own, json!({ "reason": "x" })).await.refused(400), "invalid");
    assert_eq!(admin.put(&suspension, json!({ "reason": "Reclame" })).await.status, 204);
    assert_eq!(admin.put(&suspension, json!({ "reason": "Reclame" })).await.refused(409), "conflict");
    assert_eq!(ana.get("/me").await.refused(401), "signed-out");
    assert_eq!(app.anonymous().get("/people/ana").await.refused(404), "not-found");
    assert_eq!(admin.get("/people/ana").await.status, 200);
    assert_eq!(admin.get("/admin/people?state=suspended").await.expect(200)["items"][0]["name"], "ana");
    app.settle().await;
    assert_eq!(subjects(&app, "ana@example.org").await.len(), 1, "told by mail");
    assert_eq!(admin.delete(&suspension).await.status, 204);
    assert_eq!(admin.delete(&suspension).await.refused(409), "conflict");
    assert_eq!(ana.get("/me").await.status, 200);

    // The last administrator stays one; with a second, they may go.
    let role = |id, role: &str| (format!("/admin/people/{id}"), json!({ "role": role }));
    let (path, change) = role(admin.id, "member");
    assert_eq!(admin.patch(&path, change).await.refused(400), "invalid");
    let (path, change) = role(ana.id, "admin");
    assert_eq!(admin.patch(&path, change).await.expect(200)["role"], "admin");
    let (path, change) = role(admin.id, "member");
    assert_eq!(admin.patch(&path, change).await.expect(200)["role"], "member");
    assert_eq!(admin.get("/admin/people").await.refused(403), "not-admin");
    assert_eq!(
        ana.put("/me/leaving", json!({ "password": PASSWORD })).await.refused(400),
        "invalid",
        "the last administrator stays"
    );
    app.settle().await;
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_lost_phone_is_taken_away_from_an_account() {
    let app = TestApp::new().await;
    let (admin, ana) = (app.admin("boss").await, app.member("ana").await);
    let id = ana.id;
    app.app.db.write(move |tx| second_factor::begin(tx, id)).await.unwrap();
    let account = app.app.db.read(move |tx| vakplein::people::account(tx, id)).await.unwrap();
    let secret = account.totp_secret.unwrap();
    let code = vakplein::people::credentials::totp_code(&secret, app.clock.now().unix()).unwrap();
    app.app.db.write(move |tx| second_factor::confirm(tx, id, &code)).await.unwrap();
    assert_eq!(ana.get("/me").await.expect(200)["secondFactor"], true);
    let path = format!("/admin/people/{id}/second-factor");
    assert_eq!(ana.delete(&path).await.refused(403), "not-admin");
    assert_eq!(admin.delete(&path).await.status, 204);
    assert_eq!(ana.get("/me").await.expect(200)["secondFactor"], false);
    let nobody = "/admin/people/00000000-0000-7000-8000-000000000000/second-factor";
    assert_eq!(admin.delete(nobody).await.refused(404), "not-found");
}
