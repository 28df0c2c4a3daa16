//! The administration without a browser: over the API, and on the command line beside a running server.

use serde_json::{Value, json};

use crate::support::program::{command, complaint, lines, vakplein};
use crate::support::{Member, Peer, TestApp};

async fn items(by: &Member, path: &str) -> Vec<Value> {
    by.get(path).await.expect(200)["items"].as_array().unwrap().clone()
}

/// What a command prints, each line cut at its tabs.
fn table(app: &TestApp, arguments: &[&str]) -> Vec<Vec<String>> {
    let printed = lines(&vakplein(app, arguments, ""));
    printed.iter().map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn other_servers_are_decided_about_over_the_api() {
    let app = TestApp::new().await;
    let (boss, ana) = (app.admin("boss").await, app.member("ana").await);
    boss.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    let nobody = "00000000-0000-7000-8000-000000000000";
    for path in ["/admin/peers", "/admin/peers/elders.test", "/admin/federation", "/admin/jobs"] {
        assert_eq!(app.anonymous().get(path).await.refused(401), "signed-out", "{path}");
        assert_eq!(ana.get(path).await.refused(403), "not-admin", "{path}");
    }
    assert_eq!(
        ana.patch("/admin/peers/elders.test", json!({ "state": "blocked" })).await.refused(403),
        "not-admin"
    );
    assert_eq!(ana.post("/admin/peers/elders.test/retry", json!({})).await.refused(403), "not-admin");
    assert_eq!(
        ana.post(&format!("/admin/federation/{nobody}/retry"), json!({})).await.refused(403),
        "not-admin"
    );
    assert_eq!(ana.delete(&format!("/admin/jobs/{nobody}")).await.refused(403), "not-admin");

    assert!(items(&boss, "/admin/peers").await.is_empty());
    assert_eq!(boss.get("/admin/peers/elders.test").await.refused(404), "not-found");
    assert_eq!(boss.post("/admin/peers/elders.test/retry", json!({})).await.refused(404), "not-found");
    for (host, change, word) in [
        ("werkplein.test", json!({ "state": "blocked" }), "invalid"),
        ("10.0.0.1", json!({ "state": "blocked" }), "invalid"),
        ("elders.test", json!({ "state": "weg" }), "malformed"),
        ("elders.test", json!({ "note": "x".repeat(2_001) }), "invalid"),
    ] {
        assert_eq!(
            boss.patch(&format!("/admin/peers/{host}"), change.clone()).await.refused(400),
            word,
            "{host} {change}"
        );
    }
    let blocked = boss
        .patch("/admin/peers/elders.test", json!({ "state": "blocked", "note": "Reclame" }))
        .await
        .expect(200);
    assert_eq!(
        (&blocked["state"], &blocked["note"], &blocked["queue"]),
        (&json!("blocked"), &json!("Reclame"), &json!(0))
    );
    let elders = Peer::start(&app.names, "elders.test").await;
    let jan = elders.person("jan");
    let follow = jan.activity("Follow", "1", json!(app.url("/g/tuin")));
    assert_eq!(jan.post(&app, &follow).await.status, 403);
    let refused = items(&boss, "/admin/federation?flow=refused").await;
    assert_eq!(
        (&refused[0]["host"], &refused[0]["outcome"], &refused[0]["reason"]),
        (&json!("elders.test"), &json!("403"), &json!("blocked"))
    );
    // What is left out stays.
    let paused =
        boss.patch("/admin/peers/elders.test", json!({ "state": "open", "paused": true })).await.expect(200);
    assert_eq!((&paused["paused"], &paused["note"]), (&json!(true), &json!("Reclame")));
    assert_eq!(jan.post(&app, &follow).await.status, 202);
    app.settle().await;
    assert!(elders.received().is_empty(), "the answer waits");
    let taken = items(&boss, "/admin/federation?host=elders.test").await;
    assert_eq!((&taken[0]["kind"], &taken[0]["outcome"]), (&json!("Follow"), &json!("applied")));
    assert_eq!(boss.get("/admin/federation?flow=weg").await.refused(400), "invalid");
    boss.patch("/admin/peers/elders.test", json!({ "paused": false })).await.expect(200);
    assert_eq!(boss.post("/admin/peers/elders.test/retry", json!({})).await.status, 204);
    app.settle().await;
    assert_eq!(elders.received()[0].activity["type"], "Accept");
    assert_eq!(items(&boss, "/admin/federation?flow=out").await[0]["outcome"], "done");
    assert_eq!(
        boss.post(&format!("/admin/federation/{nobody}/retry"), json!({})).await.refused(409),
        "conflict"
    );
    assert_eq!(boss.post(&format!("/admin/jobs/{nobody}/retry"), json!({})).await.refused(404), "not-found");
    assert_eq!(boss.delete(&format!("/admin/jobs/{nobody}")).await.refused(404), "not-found");
    assert!(items(&boss, "/admin/jobs").await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn other_servers_and_the_log_are_kept_on_the_command_line() {
    let app = TestApp::new().await;
    let boss = app.admin("boss").await;
    boss.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    assert!(lines(&vakplein(&app, &["peer", "list"], "")).is_empty());
    assert!(complaint(&vakplein(&app, &["peer", "show", "elders.test"], "")).contains("not found"));
    assert!(complaint(&vakplein(&app, &["peer", "set", "geen site", "blocked"], "")).contains("host:"));
    assert!(
        complaint(&vakplein(&app, &["peer", "set", "elders.test", "weg"], ""))
            .contains("one of open, limited, blocked")
    );
    lines(&vakplein(&app, &["peer", "set", "elders.test", "limited", "--note", "Even kijken"], ""));
    lines(&vakplein(&app, &["peer", "pause", "elders.test"], ""));
    let row = table(&app, &["peer", "list", "elders"]).remove(0);
    assert_eq!((row[0].as_str(), row[1].as_str(), row[5].as_str()), ("elders.test", "limited", "paused"));
    lines(&vakplein(&app, &["peer", "resume", "elders.test"], ""));
    lines(&vakplein(&app, &["peer", "retry", "elders.test"], ""));
    let shown = lines(&vakplein(&app, &["peer", "show", "elders.test"], "")).join("\n");
    assert!(shown.contains("paused       false") && shown.contains("note         Even kijken"), "{shown}");

    let elders = Peer::start(&app.names, "elders.test").await;
    let jan = elders.person("jan");
    jan.post(&app, &jan.activity("Follow", "1", json!(app.url("/g/tuin")))).await;
    app.settle().await;
    jan.post(&app, &jan.activity("Delete", "2", json!(app.url("/u/boss")))).await;
    app.settle().await;
    let line = table(&app, &["log", "list", "--host", "elders.test"]).remove(0);
    assert_eq!((line[2].as_str(), line[3].as_str(), line[4].as_str()), ("elders.test", "Delete", "refused"));
    lines(&vakplein(&app, &["log", "retry", &line[0]], ""));
    app.settle().await;
    assert!(lines(&vakplein(&app, &["log", "list", "--flow", "refused"], "")).is_empty());
    assert!(
        complaint(&vakplein(&app, &["log", "list", "--flow", "weg"], "")).contains("one of in, refused, out")
    );
    assert!(lines(&vakplein(&app, &["job", "list"], "")).is_empty());
    assert!(complaint(&vakplein(&app, &["job", "retry", &line[0]], "")).contains("not found"));
}

#[tokio::test]
async fn people_are_let_in_and_suspended_in_the_name_of_an_administrator() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let suspend = ["user", "suspend", "ana", "--reason", "Reclame"];
    assert!(
        complaint(&vakplein(&app, &suspend, "")).contains("as: Name with --as"),
        "there is no administrator yet"
    );
    let boss = app.admin("boss").await;
    let empty = ["user", "suspend", "ana", "--reason", " "];
    assert!(complaint(&vakplein(&app, &empty, "")).contains("reason:"));
    lines(&vakplein(&app, &suspend, ""));
    assert_eq!(ana.get("/me").await.refused(401), "signed-out");
    let log = items(&boss, "/modlog").await;
    assert!(log.iter().any(|line| line["reason"] == "Reclame"), "the log says who and why: {log:?}");
    assert!(complaint(&vakplein(&app, &suspend, "")).contains("already done"));
    lines(&vakplein(&app, &["user", "unsuspend", "ana@example.org"], ""));
    assert_eq!(ana.get("/me").await.status, 200);

    // With two administrators it has to be said who decides, and it must be one.
    lines(&vakplein(&app, &["user", "role", "ana", "admin"], ""));
    let demote = ["user", "role", "boss", "member"];
    assert!(complaint(&vakplein(&app, &demote, "")).contains("as:"));
    lines(&vakplein(&app, &[&demote[..], &["--as", "ana"]].concat(), ""));
    assert_eq!(boss.get("/me").await.expect(200)["role"], "member");
    let by_boss = ["--as", "boss", "user", "role", "boss", "admin"];
    assert!(!complaint(&vakplein(&app, &by_boss, "")).is_empty());
    assert!(
        complaint(&vakplein(&app, &["user", "role", "ana", "member"], "")).contains("role:"),
        "the last one stays"
    );

    let mut new = vakplein::people::acts::NewPerson::confirmed("wil", "wil@example.org", "x");
    new.state = vakplein::people::AccountState::Waiting;
    let keys = crate::support::app::keys();
    let mut other = new.clone();
    (other.name, other.email) = ("eva".to_owned(), "eva@example.org".to_owned());
    let make = move |tx: &mut vakplein::db::Tx<'_>| {
        vakplein::people::acts::create(tx, &new, &keys)?;
        vakplein::people::acts::create(tx, &other, &keys)
    };
    app.app.db.write(make).await.unwrap();
    let waiting = table(&app, &["user", "list", "--waiting"]);
    assert_eq!(waiting.len(), 2, "{waiting:?}");
    lines(&vakplein(&app, &["user", "approve", "wil"], ""));
    assert!(complaint(&vakplein(&app, &["user", "approve", "wil"], "")).contains("already done"));
    lines(&vakplein(&app, &["user", "reject", "eva", "--reason", "Alleen voor Oost."], ""));
    assert!(lines(&vakplein(&app, &["user", "list", "--waiting"], "")).is_empty());
    assert_eq!(table(&app, &["user", "list", "WIL"])[0][..2], ["wil", "wil@example.org"]);
    app.settle().await;
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn reports_settings_texts_and_groups_are_kept_on_the_command_line() {
    let app = TestApp::new().await;
    let (boss, bob) = (app.admin("boss").await, app.member("bob").await);
    boss.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    assert_eq!(table(&app, &["group", "list"])[0], ["tuin", "openbaar", "1", "De tuin"]);
    bob.post("/groups/tuin/memberships", json!({})).await.expect(201);
    let topic = json!({ "title": "Koop bij mij", "content": "Goedkope fietsen" });
    let topic = bob.post("/groups/tuin/threads", topic).await.expect(201);
    let report = json!({ "postId": topic["id"], "category": "illegal", "reason": "Heling", "name": "Daan", "email": "daan@example.org" });
    app.anonymous().post("/reports", report).await.expect(201);
    let about = json!({ "person": "bob", "category": "spam", "reason": "Weer hij" });
    app.anonymous().post("/reports", about).await.expect(201);

    let listed = table(&app, &["report", "list"]);
    assert_eq!(listed.len(), 2, "{listed:?}");
    assert_eq!((listed[0][2].as_str(), listed[0][4].as_str()), ("tuin", "illegal"));
    assert_eq!(table(&app, &["report", "list", "--group", "tuin"]).len(), 1);
    let shown = lines(&vakplein(&app, &["report", "show", &listed[0][0]], "")).join("\n");
    assert!(shown.contains("Daan (illegal): Heling") && shown.contains("Goedkope fietsen"), "{shown}");
    let remove = ["report", "resolve", &listed[0][0], "--remove-post"];
    assert!(complaint(&vakplein(&app, &remove, "")).contains("reason:"));
    lines(&vakplein(&app, &[&remove[..], &["--reason", "Verboden waar", "--note", "Dank u"]].concat(), ""));
    assert!(complaint(&vakplein(&app, &["report", "resolve", &listed[0][0]], "")).contains("already done"));
    lines(&vakplein(&app, &["report", "resolve", &listed[1][0], "--note", "Niets aan de hand"], ""));
    assert!(lines(&vakplein(&app, &["report", "list"], "")).is_empty());
    assert_eq!(table(&app, &["report", "list", "--decided"]).len(), 2);
    app.settle().await;
    let mails = vakplein::mail::inbox(&app.app.config.mail.dir).await.unwrap();
    assert!(
        mails.iter().any(|mail| mail.to == "daan@example.org" && mail.body.contains("Dank u")),
        "{mails:?}"
    );

    let settings = table(&app, &["settings", "show"]);
    assert!(settings.contains(&vec!["signUp".to_owned(), "open".to_owned()]), "{settings:?}");
    lines(&vakplein(&app, &["settings", "set", "signUp", "closed"], ""));
    lines(&vakplein(&app, &["settings", "set", "membersMakeGroups", "false"], ""));
    // Nobody fills in a form for nothing.
    app.member("dora").await;
    let browser = crate::login::logged_in(&app, "dora").await;
    assert_eq!(browser.get("/groups/new").await.status, 403);
    let now = boss.get("/admin/settings").await.expect(200);
    assert_eq!((&now["signUp"], &now["membersMakeGroups"]), (&json!("closed"), &json!(false)));
    for (key, value, says) in [
        ("signUp", "soms", "value:"),
        ("membersMakeGroups", "misschien", "value:"),
        ("kleur", "rood", "key:"),
        ("name", "", "name:"),
    ] {
        assert!(complaint(&vakplein(&app, &["settings", "set", key, value], "")).contains(says), "{key}");
    }

    lines(&vakplein(&app, &["text", "write", "rules", "nl"], "Wees **aardig**."));
    assert!(app.get("/rules").await.text.contains("<strong>aardig</strong>"));
    assert_eq!(lines(&vakplein(&app, &["text", "show", "rules", "nl"], "")), ["Wees **aardig**."]);
    assert!(complaint(&vakplein(&app, &["text", "write", "rules", "nl"], " ")).contains("content:"));
    assert!(complaint(&vakplein(&app, &["text", "show", "rules", "tlh"], "")).contains("no texts in tlh"));
    assert!(complaint(&vakplein(&app, &["text", "show", "colofon", "nl"], "")).contains("one of privacy"));
    lines(&vakplein(&app, &["text", "reset", "rules", "nl"], ""));
    assert!(!app.get("/rules").await.text.contains("aardig"));
}

#[tokio::test]
async fn a_process_that_only_works_says_whether_it_is_well() {
    const KEY: &str = "VAKPLEIN_SERVER__WORKER_BIND";
    let app = TestApp::new().await;
    let refused = command(&app, &["migrate"]).env(KEY, "overal").output().unwrap();
    assert!(complaint(&refused).contains("server.worker_bind = overal is wrong"));
    // A port that is free now.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut worker =
        command(&app, &["serve", "--role", "worker"]).env(KEY, address.to_string()).spawn().unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let ask = async |path: &str| {
        let answer = http.get(format!("http://{address}{path}")).send().await;
        answer.map_or(0, |answer| answer.status().as_u16())
    };
    for _ in 0..300 {
        if ask("/healthz").await == 200 {
            break;
        }
        assert!(worker.try_wait().unwrap().is_none(), "it ended by itself");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!((ask("/healthz").await, ask("/metrics").await, ask("/").await), (200, 200, 404));
    // What the image asks, of a web process and a worker alike.
    let asks = || {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/docker/healthcheck");
        let mut check = std::process::Command::new("bash");
        check.arg(script).env("VAKPLEIN_SERVER__BIND", address.to_string());
        check.stderr(std::process::Stdio::null()).status().unwrap().success()
    };
    assert!(asks());
    worker.kill().unwrap();
    worker.wait().unwrap();
    assert!(!asks());
}
