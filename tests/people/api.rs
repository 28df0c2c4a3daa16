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

#[tokio::test]
async fn the_description_says_how_every_operation_refuses() {
    let app = TestApp::new().await;
    let document = app.anonymous().get("/openapi.json").await.expect(200);
    let at =
        |place: &str| document.pointer(place.trim_start_matches('#')).unwrap_or(&serde_json::Value::Null);
    let mut seen = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            seen += 1;
            let about = format!("{method} {path}");
            let takes = |place: &str| {
                operation["parameters"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter(|one| one["in"] == place)
                    .count()
            };
            assert_eq!(takes("path"), path.matches('{').count(), "{about} names the parts of its path");
            let answers = operation["responses"].as_object().unwrap();
            assert!(answers.keys().any(|status| status.starts_with('2')), "{about}");
            let security = operation["security"].as_array().map(Vec::len).unwrap_or_default();
            let (body, changes) = (operation.get("requestBody").is_some(), method != "get");
            for (status, can) in [
                ("400", body || takes("query") > 0),
                ("401", security > 0),
                ("403", security == 1),
                ("404", path.contains('{')),
                ("409", changes),
                ("413", body),
                ("429", changes),
                ("default", true),
            ] {
                assert!(!can || answers.contains_key(status), "{about} can answer {status}");
            }
            for (status, answer) in answers.iter().filter(|(status, _)| !status.starts_with('2')) {
                let said = answer["$ref"].as_str().map_or(&serde_json::Value::Null, at);
                let schema = said["content"]["application/problem+json"]["schema"]["$ref"].as_str();
                assert_eq!(schema, Some("#/components/schemas/Problem"), "{about} {status}");
                assert!(!said["description"].as_str().unwrap().is_empty());
            }
        }
    }
    assert!(seen > 80, "{seen} operations");
    assert_eq!(at("#/components/schemas/Problem")["properties"]["errors"]["type"], "array");

    // Words that stand at the end of `type` lead to what they mean.
    let word = |name: &str| format!("/problems/{name}");
    assert_eq!(app.anonymous().get(&word("already")).await.expect(200)["status"], 409);
    assert_eq!(app.anonymous().get(&word("taken")).await.expect(200)["status"], 409);
    assert_eq!(app.anonymous().get(&word("not-owner")).await.expect(200)["status"], 403);
    assert_eq!(app.anonymous().get(&word("nothing")).await.refused(404), "not-found");
}

#[tokio::test]
async fn what_cannot_be_read_is_told_in_words_for_the_caller() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let said = |reply: crate::support::Reply| {
        assert_eq!(reply.refused(400), "malformed");
        let errors = reply.json["errors"].as_array().cloned().unwrap_or_default();
        let first = errors.first().map(|error| (error["field"].clone(), error["message"].clone()));
        (reply.json["detail"].as_str().unwrap().to_owned(), first)
    };
    let wrong_query = said(ana.get("/threads?limit=veel").await);
    assert_eq!(wrong_query.1, Some(("limit".into(), "Send a whole number.".into())));
    let wrong_query = said(ana.get("/threads?sort=best").await);
    assert_eq!(wrong_query.1, Some(("sort".into(), "Choose one of these: active, new, unanswered.".into())));
    assert_eq!(said(ana.get("/search").await).1, Some(("q".into(), "This is missing. Add it.".into())));

    let bearer = format!("Bearer {}", ana.token.clone().unwrap());
    let headers = [("authorization", bearer.as_str())];
    for (body, detail) in [
        ("{\"name\": \"x\",}", "The body is not JSON. There is a mistake in line 1, character 14."),
        ("", "The body is empty. Send a JSON object."),
        ("[]", "Send a JSON object, between curly brackets."),
    ] {
        let answer = app.send(reqwest::Method::POST, "/api/v1/groups", &headers, Some(body.into())).await;
        assert_eq!(answer.refused(400), "malformed");
        assert_eq!(answer.json["detail"], detail, "{body}");
    }
}
