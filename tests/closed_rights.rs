//! Closed groups on one instance: who reads them no more or never did, whatever else they may do here.

use serde_json::{Value, json};

use crate::closed_groups::{HIDDEN, SHOWN, Scene, scene};
use crate::login::logged_in;
use crate::pages::check_page;
use crate::support::Member;

fn items(page: &Value) -> &Vec<Value> {
    page["items"].as_array().unwrap()
}

/// What somebody is told, as it stands in the answer.
async fn notices(by: &Member) -> (String, Vec<Value>) {
    let reply = by.get("/me/notices").await;
    (reply.text.clone(), items(&reply.expect(200)).clone())
}

#[tokio::test]
async fn whoever_leaves_or_is_banned_reads_nothing_at_the_next_request() {
    let Scene { app, ana, bob, topic, .. } = scene("leden", HIDDEN).await;
    let words = ["Zeepaardje", "Parelvissen", "plek", "ebstroom"];
    let post = json!({ "content": "Bij @bob, in de ebstroom" });
    ana.post(&format!("/threads/{topic}/replies"), post).await.expect(201);
    app.settle().await;
    let (text, told) = notices(&bob).await;
    assert!(text.contains("Parelvissen") && told.iter().any(|notice| notice["kind"] == "reply"), "{text}");
    let browser = logged_in(&app, "bob").await;
    let pages = [format!("/t/{topic}"), format!("/p/{topic}"), "/g/vakgroep".to_owned()];
    for page in &pages {
        assert_ne!(browser.get(page).await.status, 404, "{page}");
    }

    let ban = json!({ "reason": "Schold" });
    ana.put("/groups/vakgroep/bans/bob", ban).await.expect(204);
    for page in &pages {
        assert_eq!(browser.get(page).await.status, 404, "{page}");
    }
    for path in [format!("/threads/{topic}"), format!("/posts/{topic}"), "/groups/vakgroep".to_owned()] {
        assert_eq!(bob.get(&path).await.refused(404), "not-found", "{path}");
    }
    let like = format!("/posts/{topic}/reactions/like");
    assert_eq!(bob.put(&like, json!({})).await.refused(404), "not-found");
    assert_eq!(bob.post("/groups/vakgroep/memberships", json!({})).await.refused(404), "not-found");
    app.settle().await;
    // What was told is told no more, but why he was put out (Digital Services Act, art. 17).
    let (text, told) = notices(&bob).await;
    assert!(words.iter().all(|word| !text.contains(word)), "{text}");
    let about = |kind: &str| told.iter().find(|notice| notice["kind"] == kind).unwrap();
    assert_eq!((&about("banned")["reason"], &about("banned")["group"]), (&json!("Schold"), &Value::Null));
    assert_eq!((&about("reply")["by"], &about("reply")["threadId"]), (&Value::Null, &Value::Null));
    let page = browser.get("/notifications").await;
    check_page(&page, 200, "nl");
    assert!(words.iter().all(|word| !page.text.contains(word)) && page.text.contains("Schold"));
    let decision = about("banned")["decisionId"].as_str().unwrap();
    let page = browser.get(&format!("/moderation/decisions/{decision}")).await;
    check_page(&page, 200, "nl");
    assert!(page.text.contains("een besloten groep") && !page.text.contains("Zeepaardje"), "{}", page.text);
    // What others called things there doesn't go along either; his own words do.
    let packed = bob.get("/me/export").await.bytes;
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(packed)).unwrap();
    let own = std::io::read_to_string(zip.by_name("posts.json").unwrap()).unwrap();
    assert!(own.contains("Wie weet een goede") && !own.contains("Zeepaardje"), "{own}");
}

#[tokio::test]
async fn administrators_see_that_a_closed_group_is_there_and_whom_to_ask() {
    let Scene { app, ana, bob, eva, topic, .. } = scene("vertrouwelijk", HIDDEN).await;
    let report = json!({ "postId": topic, "category": "illegal", "reason": "Over de oesterbank" });
    ana.post("/reports", report).await.expect(201);
    let listed = eva.get("/admin/groups").await;
    let words = ["Zeepaardje", "vakgroep", "Samen duiken", "Parelvissen", "oesterbank"];
    assert!(words.iter().all(|word| !listed.text.contains(word)), "{}", listed.text);
    let listed = items(&listed.expect(200))[0].clone();
    assert_eq!((&listed["class"], &listed["memberCount"]), (&json!("vertrouwelijk"), &json!(2)));
    assert_eq!((&listed["name"], &listed["topicCount"]), (&Value::Null, &Value::Null));
    assert_eq!((&listed["owners"][0]["name"], &listed["openReports"]), (&json!("ana"), &json!(1)));
    assert_eq!(bob.get("/admin/groups").await.refused(403), "not-admin");

    let browser = logged_in(&app, "eva").await;
    for lang in ["nl", "en"] {
        browser.get(&format!("/language/{lang}")).await;
        let page = browser.get("/admin/groups").await;
        check_page(&page, 200, lang);
        assert!(words.iter().all(|word| !page.text.contains(word)), "{}", page.text);
    }
    browser.get("/language/nl").await;
    let page = browser.get("/admin/groups").await;
    assert!(page.text.contains("Besloten groep") && page.text.contains("/u/ana"), "{}", page.text);
    assert!(page.text.contains("Er wacht 1 melding"), "{}", page.text);
    assert!(items(&eva.get("/admin/reports").await.expect(200)).is_empty());

    // A group that is reported as such comes to them, with what the reporter says and no name of it.
    let report = json!({ "group": "vakgroep", "category": "illegal", "reason": "Dit deugt niet" });
    let id = bob.post("/reports", report).await.expect(201)["id"].as_str().unwrap().to_owned();
    let case = eva.get(&format!("/reports/{id}")).await;
    assert!(words.iter().all(|word| !case.text.contains(word)) && case.text.contains("Dit deugt niet"));
    let page = browser.get(&format!("/moderation/reports/{id}")).await;
    check_page(&page, 200, "nl");
    assert!(words.iter().all(|word| !page.text.contains(word)), "{}", page.text);
}

#[tokio::test]
async fn a_closed_group_that_shows_itself_can_be_reported_by_whoever_sees_it() {
    let Scene { app, ana, cor, topic, .. } = scene("leden", SHOWN).await;
    let id = cor.get("/groups/vakgroep").await.expect(200)["id"].as_str().unwrap().to_owned();
    let visitor = app.browser();
    check_page(&visitor.get(&format!("/report?group={id}")).await, 200, "nl");
    let report = json!({ "group": "vakgroep", "category": "illegal", "reason": "Dit deugt niet" });
    cor.post("/reports", report.clone()).await.expect(201);
    app.anonymous().post("/reports", report.clone()).await.expect(201);
    let post = json!({ "postId": topic, "category": "illegal", "reason": "Dit ook niet" });
    assert_eq!(cor.post("/reports", post).await.refused(404), "not-found");
    ana.patch("/groups/vakgroep", json!({ "joining": "invite", "face": false })).await.expect(200);
    assert_eq!(app.anonymous().post("/reports", report).await.refused(404), "not-found");
    assert_eq!(visitor.get(&format!("/report?group={id}")).await.status, 404);
}

#[tokio::test]
async fn a_topic_that_moves_into_a_closed_group_takes_its_title_along() {
    let Scene { app, ana, bob, cor, .. } = scene("leden", HIDDEN).await;
    ana.post("/groups", json!({ "name": "strand", "title": "Strand" })).await.expect(201);
    cor.post("/groups/strand/memberships", json!({})).await.expect(201);
    ana.patch("/groups/strand/memberships/cor", json!({ "role": "moderator" })).await.expect(204);
    let topic = json!({ "title": "Drenkeling", "content": "Wie zag iets?" });
    let topic =
        ana.post("/groups/strand/threads", topic).await.expect(201)["id"].as_str().unwrap().to_owned();
    let report = json!({ "postId": topic, "category": "privacy", "reason": "Staat een naam in" });
    let report = cor.post("/reports", report).await.expect(201)["id"].as_str().unwrap().to_owned();
    let nothing = json!({ "outcome": "dismissed", "note": "Valt mee" });
    ana.post(&format!("/reports/{report}/resolution"), nothing).await.expect(204);
    ana.put(&format!("/threads/{topic}/lock"), json!({})).await.expect(204);
    let log = app.anonymous().get("/groups/strand/modlog").await;
    assert!(log.text.contains("Drenkeling"), "{}", log.text);
    cor.get(&format!("/reports/{report}")).await.expect(200);

    ana.post(&format!("/threads/{topic}/move"), json!({ "group": "vakgroep" })).await.expect(204);
    assert_eq!(app.anonymous().get(&format!("/threads/{topic}")).await.refused(404), "not-found");
    for path in ["/groups/strand/modlog", "/modlog", "/groups/strand/threads", "/search?q=drenkeling"] {
        for by in [&app.anonymous(), &cor] {
            let page = by.get(path).await;
            assert!(page.status == 200 && !page.text.contains("Drenkeling"), "{path}: {}", page.text);
        }
    }
    // Also to whoever decided about it where it stood.
    for path in ["/groups/strand/reports?state=decided".to_owned(), format!("/reports/{report}")] {
        let page = cor.get(&path).await;
        assert!(page.status == 200, "{path}: {}", page.text);
        assert!(
            !page.text.contains("Drenkeling") && !page.text.contains("zag iets"),
            "{path}: {}",
            page.text
        );
    }
    assert_eq!(items(&bob.get("/search?q=drenkeling").await.expect(200)).len(), 1);
    let back = json!({ "group": "strand" });
    let refused = ana.post(&format!("/threads/{topic}/move"), back).await;
    assert_eq!(refused.refused(400), "invalid", "never back into an open one");
}
