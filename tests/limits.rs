//! Limits on what people here do, over pages, the API and the command line; who sees and changes them.

use diesel::prelude::*;
use serde_json::{Value, json};
use vakplein::db::types::Json;
use vakplein::db::{Tx, schema};

use crate::group_pages::send;
use crate::login::{log_in, logged_in};
use crate::media::upload;
use crate::pages::check_page;
use crate::support::program::{complaint, lines, vakplein};
use crate::support::{Member, Reply, TestApp};

async fn limited() -> TestApp {
    TestApp::with(|config| config.limits.enabled = true).await
}

/// Sets a limit, so that a test needs few to reach it.
async fn limit(boss: &Member, name: &str, count: i64) -> Value {
    boss.patch(&format!("/admin/limits/{name}"), json!({ "count": count })).await.expect(200)
}

async fn shown(boss: &Member, name: &str) -> Value {
    boss.get(&format!("/admin/limits/{name}")).await.expect(200)
}

/// Asks until it is refused, which it must be in the end; how often it wasn't, and the refusal.
async fn until_refused(ask: impl AsyncFn(usize) -> Reply) -> (usize, Reply) {
    for number in 0..500 {
        let reply = ask(number).await;
        if reply.status == 429 {
            return (number, reply);
        }
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
    panic!("nothing is refused");
}

/// What the journal says of settings: what was changed, from what, to what.
async fn changes(app: &TestApp) -> Vec<(String, String, String)> {
    let read = |tx: &mut Tx<'_>| {
        use schema::journal::dsl;
        let lines = dsl::journal.filter(dsl::act.eq("edit-instance")).order(dsl::id).select(dsl::detail);
        let lines: Vec<Json> = lines.load(tx.conn)?;
        lines.iter().map(Json::read::<Value>).collect()
    };
    let read: Vec<Value> = app.app.db.read(read).await.unwrap();
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    read.iter().map(|line| (text(line, "word"), text(line, "from"), text(line, "to"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_see_and_change_the_limits() {
    let app = limited().await;
    let (boss, ana) = (app.admin("boss").await, app.member("ana").await);
    for path in ["/admin/limits", "/admin/limits/account-posts"] {
        assert_eq!(app.anonymous().get(path).await.refused(401), "signed-out");
        assert_eq!(ana.get(path).await.refused(403), "not-admin");
    }
    let path = "/admin/limits/account-posts";
    assert_eq!(ana.patch(path, json!({ "count": 1_000 })).await.refused(403), "not-admin");
    assert_eq!(ana.delete(path).await.refused(403), "not-admin");
    assert_eq!(boss.get("/admin/limits/geen").await.refused(404), "not-found");
    let all = boss.get("/admin/limits").await.expect(200);
    let posts = all["items"].as_array().unwrap().iter().find(|one| one["name"] == "account-posts").unwrap();
    assert_eq!(posts["scope"], "account");
    assert_eq!(
        (&posts["count"], &posts["seconds"], &posts["default"], &posts["hits"], &posts["who"]),
        (&json!(60), &json!(600), &json!(60), &json!(0), &json!([]))
    );
    for (count, word) in [(json!(4), "invalid"), (json!(1_001), "invalid"), (json!("veel"), "malformed")] {
        assert_eq!(boss.patch(path, json!({ "count": count })).await.refused(400), word);
    }
    assert_eq!(limit(&boss, "account-posts", 70).await["count"], 70);

    // In the browser, where what is wrong stays in the form.
    let browser = logged_in(&app, "boss").await;
    check_page(&browser.get("/admin/limits").await, 200, "nl");
    assert!(
        browser.texts("main").concat().contains("70 in 10 minuten aangepast"),
        "{:?}",
        browser.texts("main")
    );
    check_page(&browser.get(path).await, 200, "nl");
    for (count, said) in [
        ("2", "Vul 5 of meer in."),
        ("99.999", "Vul 1.000 of minder in."),
        ("tien", "Vul een heel getal in."),
    ] {
        let wrong = browser.submit("main form", &[("count", count)]).await;
        check_page(&wrong, 400, "nl");
        assert!(browser.texts("#count-error").concat().contains(said), "{:?}", browser.texts("#count-error"));
        assert_eq!(browser.attributes("#count", "value"), [count]);
    }
    assert_eq!(browser.submit("main form", &[("count", "80")]).await.location(), "/admin/limits");
    assert_eq!(shown(&boss, "account-posts").await["count"], 80);
    browser.get(path).await;
    assert_eq!(browser.submit("main section form:not(.form)", &[("reset", "true")]).await.status, 303);
    assert_eq!(shown(&boss, "account-posts").await["count"], 60);
    browser.get(path).await;
    assert_eq!(browser.texts("button[name=reset]").len(), 0, "there is nothing to set back");

    // And on the command line.
    let listed = lines(&vakplein(&app, &["limits", "list"], ""));
    assert!(listed.iter().any(|line| line.starts_with("account-posts\t60\t600\t60\t0")), "{listed:?}");
    lines(&vakplein(&app, &["limits", "set", "account-posts", "90"], ""));
    assert!(
        complaint(&vakplein(&app, &["limits", "set", "account-posts", "-1"], ""))
            .contains("Fill in 5 or more")
    );
    assert!(
        complaint(&vakplein(&app, &["limits", "set", "alles", "1"], "")).contains("one of account-posts")
    );
    assert_eq!(shown(&boss, "account-posts").await["count"], 90);
    lines(&vakplein(&app, &["limits", "reset", "account-posts"], ""));
    limit(&boss, "account-posts", 70).await;
    limit(&boss, "account-posts", 70).await;
    boss.delete(path).await.expect(204);

    // Each change is in the journal with what it was and is; what changed nothing isn't.
    let line = |from: &str, to: &str| ("limits.account-posts".to_owned(), from.to_owned(), to.to_owned());
    let expected =
        [("60", "70"), ("70", "80"), ("80", "60"), ("60", "90"), ("90", "60"), ("60", "70"), ("70", "60")];
    assert_eq!(changes(&app).await, expected.map(|(from, to)| line(from, to)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_counts_here_at_once_and_in_other_processes_soon() {
    let app = limited().await;
    let (boss, ana) = (app.admin("boss").await, app.member("ana").await);
    // Requests are counted in memory. This one is a request as well.
    limit(&boss, "account-requests", 60).await;
    let (many, refused) = until_refused(|_| ana.get("/me")).await;
    assert_eq!((many >= 60, refused.refused(429).as_str()), (true, "too-many"));
    assert_eq!(refused.header("retry-after"), "1");
    boss.get("/me").await.expect(200);
    limit(&boss, "account-requests", 10_000).await;
    app.clock.advance(1);
    for _ in 0..10 {
        ana.get("/me").await.expect(200);
    }
    // Another process says otherwise; within seconds this one does, too.
    lines(&vakplein(&app, &["limits", "set", "account-requests", "60"], ""));
    app.clock.advance(6);
    until_refused(|_| ana.get("/me")).await;
    let hits = shown(&boss, "account-requests").await;
    assert_eq!(hits["who"], json!(["@ana"]));
    assert!(hits["hits"].as_i64().unwrap() >= 2, "{hits}");
    // A day later nobody speaks of it.
    app.clock.advance(90_000);
    assert_eq!(shown(&boss, "account-requests").await["hits"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_starts_too_many_topics_waits_and_keeps_the_text() {
    let app = limited().await;
    let (boss, ana) = (app.admin("boss").await, app.member("ana").await);
    ana.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    limit(&boss, "account-topics", 1).await;
    let topic = |title: &str| json!({ "title": title, "content": "Hoe zit dat?" });
    // What couldn't be posted doesn't count.
    assert_eq!(ana.post("/groups/tuin/threads", topic("")).await.refused(400), "invalid");
    let first = ana.post("/groups/tuin/threads", topic("Een")).await.expect(201);
    let refused = ana.post("/groups/tuin/threads", topic("Twee")).await;
    assert_eq!(refused.refused(429), "too-many");
    assert!((3_500..=3_600).contains(&refused.header("retry-after").parse::<i64>().unwrap()));
    let browser = logged_in(&app, "ana").await;
    browser.get("/g/tuin/new").await;
    let fields = [("title", "Twee"), ("content", "Mijn lange verhaal")];
    let page = send(&browser, "/g/tuin/new", &fields, &[]).await;
    check_page(&page, 429, "nl");
    assert_eq!(browser.texts("textarea#content"), ["Mijn lange verhaal"]);
    assert!(page.text.contains("60 minuten") && !page.header("retry-after").is_empty());
    // Replying goes on, and so does somebody else.
    let id = first["id"].as_str().unwrap();
    ana.post(&format!("/threads/{id}/replies"), json!({ "content": "Ik weet het al." })).await.expect(201);
    boss.post("/groups/tuin/memberships", json!({})).await.expect(201);
    boss.post("/groups/tuin/threads", topic("Drie")).await.expect(201);
    app.clock.advance(3_601);
    ana.post("/groups/tuin/threads", topic("Twee")).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn reports_joins_groups_likes_and_files_have_their_limits() {
    let app = limited().await;
    let (boss, ana, cor) = (app.admin("boss").await, app.member("ana").await, app.member("cor").await);
    for name in ["account-reports", "account-groups", "account-follows", "account-reactions"] {
        let least = shown(&boss, name).await["least"].as_i64().unwrap();
        limit(&boss, name, least).await;
    }
    let group = |number: usize| json!({ "name": format!("groep{number}"), "title": "Een groep" });
    ana.post("/groups", group(1)).await.expect(201);
    assert_eq!(ana.post("/groups", group(2)).await.refused(429), "too-many");
    cor.post("/groups", group(2)).await.expect(201);
    let topic = json!({ "title": "Vraag", "content": "Hoe zit dat?" });
    let topic = ana.post("/groups/groep1/threads", topic).await.expect(201);
    let id = topic["id"].as_str().unwrap();
    for number in 0..5 {
        cor.post("/groups/groep1/memberships", json!({})).await.expect(201);
        cor.delete("/groups/groep1/memberships/cor").await.expect(204);
        let like = format!("/posts/{id}/reactions/like");
        let done = if number % 2 == 0 { ana.put(&like, json!({})).await } else { ana.delete(&like).await };
        assert_eq!(done.status, 204, "{}", done.text);
    }
    assert_eq!(cor.post("/groups/groep1/memberships", json!({})).await.refused(429), "too-many");
    assert_eq!(cor.put("/people/ana/follow", json!({})).await.refused(429), "too-many");
    let like = format!("/posts/{id}/reactions/like");
    assert_eq!(ana.delete(&like).await.refused(429), "too-many");
    boss.post("/groups/groep1/memberships", json!({})).await.expect(201);
    assert_eq!(boss.put(&like, json!({})).await.status, 204);
    limit(&boss, "account-uploads", 10).await;
    for number in 0..10 {
        upload(&app, &ana, &format!("brief{number}.txt"), b"Geachte heer", &[]).await.expect(201);
    }
    assert_eq!(upload(&app, &ana, "brief.txt", b"Geachte heer", &[]).await.refused(429), "too-many");
    upload(&app, &cor, "brief.txt", b"Geachte heer", &[]).await.expect(201);
    limit(&boss, "account-lookups", 5).await;
    for _ in 0..5 {
        ana.get("/resolve?uri=%40cor%40werkplein.test").await.expect(200);
    }
    assert_eq!(ana.get("/resolve?uri=%40cor%40werkplein.test").await.refused(429), "too-many");
    let about = |what: &str, name: &str| json!({ what: name, "category": "other", "reason": "Vreemd" });
    for report in [about("person", "ana"), about("person", "boss"), about("group", "groep1")] {
        cor.post("/reports", report).await.expect(201);
    }
    let report = json!({ "postId": id, "category": "spam", "reason": "Reclame" });
    assert_eq!(cor.post("/reports", report.clone()).await.refused(429), "too-many");
    boss.post("/reports", report).await.expect(201);
    assert_eq!(shown(&boss, "account-reports").await["who"], json!(["@cor"]));
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_search_within_limits_and_their_addresses_are_shown_in_part() {
    let app = limited().await;
    let boss = app.admin("boss").await;
    app.member("ana").await;
    limit(&boss, "address-requests", 60).await;
    limit(&boss, "account-logins", 3).await;
    let visitor = app.browser();
    let search = async |number: usize| visitor.get(&format!("/search?q=woord{number}")).await;
    let (many, refused) = until_refused(search).await;
    check_page(&refused, 429, "nl");
    assert!(many >= 60 && !refused.header("retry-after").is_empty());
    let nobody = app.anonymous();
    let (_, refused) = until_refused(|_| nobody.get("/search?q=woord")).await;
    assert_eq!(refused.refused(429), "too-many");
    // Pages without words to look for, and people who are logged in, go on.
    assert_eq!((visitor.get("/search").await.status, visitor.get("/groups").await.status), (200, 200));
    let member = logged_in(&app, "ana").await;
    assert_eq!(member.get("/search?q=woord").await.status, 200);
    let guess = app.browser();
    for _ in 0..4 {
        log_in(&guess, "ana@example.org", "een heel ander wachtwoord").await;
    }
    assert_eq!(shown(&boss, "account-logins").await["who"], json!(["@ana"]));
    let address = shown(&boss, "address-requests").await;
    assert_eq!((&address["hits"], &address["who"]), (&json!(2), &json!(["127.0.0.0/24"])));
    let page = logged_in(&app, "boss").await.get("/admin/limits").await;
    check_page(&page, 200, "nl");
    assert!(page.text.contains("127.0.0.0/24") && !page.text.contains("127.0.0.1"));
}
