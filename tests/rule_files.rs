//! Rules in files: Mastodon's lists of blocked servers in and out again, lists of who may come, and a whole policy that another
//! instance signed.

use serde_json::{Value, json};

use crate::group_pages::{Sent, send};
use crate::login::logged_in;
use crate::pages::check_page;
use crate::rules::{CHANGES, add, apply, at, enforce, propose, rules, server, wrong};
use crate::support::{Member, Net, Reply, TestApp};

const FILES: &str = "/admin/rule-files";

/// Reads a file: what would change.
async fn read(boss: &Member, format: &str, content: &str) -> Reply {
    let file = json!({ "format": format, "content": content, "reason": "Uit de lijst van de sector" });
    boss.post(FILES, file).await
}

/// Makes a change of a file, and lets it count.
async fn take(boss: &Member, format: &str, content: &str) -> Value {
    let file = json!({ "format": format, "content": content, "reason": "Uit de lijst van de sector" });
    let change = boss.post(&format!("{FILES}?propose=true"), file).await.expect(201);
    let applied = apply(boss, &change).await.expect(200);
    assert_eq!(applied["state"], "applied", "{applied}");
    applied
}

/// A file as it is written.
async fn written(boss: &Member, format: &str) -> String {
    let reply = boss.get(&format!("{FILES}/{format}")).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.text
}

/// What a read file would change, each in a word or two, in alphabetical order.
fn changes(read: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let said = |change: &Value| match change["change"].as_str().unwrap() {
        "set-server" => format!("{} {}", text(&change["host"]), text(&change["state"])),
        "add-rule" => {
            let rule = &change["rule"];
            format!("{} {} {}", text(&rule["host"]), text(&rule["effect"]), text(&rule["kind"]))
        }
        other => other.to_owned(),
    };
    let mut all: Vec<String> =
        read["changes"].as_array().unwrap().iter().map(|change| said(change).trim().to_owned()).collect();
    all.sort();
    all
}

/// The numbers of lines that can't be used.
fn wrong_lines(read: &Value) -> Vec<i64> {
    read["wrong"].as_array().unwrap().iter().map(|line| line["line"].as_i64().unwrap()).collect()
}

/// As Mastodon's administrators get and share it, with all that goes wrong in such files.
const BLOCKS: &str = "\u{feff}#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate\r\n\
    Spam.example,suspend,true,true,\"Reclame, veel reclame\",false\r\n\
    luid.example,silence,false,false,,false\r\n\
    plaatjes.example,noop,true,false,Alleen de plaatjes,false\r\n\
    meldt.example,noop,false,true,,false\r\n\
    b\u{fc}cher.example,suspend,false,false,,false\r\n\
    ge***m.example,suspend,false,false,,true\r\n\
    raar.example,verbannen,false,false,,false\r\n\
    10.0.0.1,suspend,false,false,,false\r\n\
    werkplein.test,suspend,false,false,,false\r\n\
    test,suspend,false,false,,false\r\n\
    niets.example,noop,false,false,,false\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_blocked_servers_is_read_shown_taken_over_and_written_again() {
    let app = TestApp::new().await;
    let boss = app.admin("boss").await;
    let shown = read(&boss, "mastodon-blocks", BLOCKS).await.expect(200);
    let expected = [
        "luid.example limited",
        "meldt.example refuse report",
        "plaatjes.example no-media",
        "spam.example blocked",
        "xn--bcher-kva.example blocked",
    ];
    assert_eq!(changes(&shown), expected, "{shown}");
    assert_eq!(wrong_lines(&shown), [7, 8, 9, 10, 11], "{shown}");
    let messages: Vec<&str> =
        shown["wrong"].as_array().unwrap().iter().map(|line| line["message"].as_str().unwrap()).collect();
    assert!(
        messages.iter().all(|message| message.len() > 10 && !message.starts_with("error-")),
        "{messages:?}"
    );
    assert!(rules(&boss).await.is_empty(), "reading does nothing");
    assert_eq!(boss.get("/admin/rule-changes").await.expect(200)["items"], json!([]));

    take(&boss, "mastodon-blocks", BLOCKS).await;
    let state = async |host: &str| {
        boss.get(&format!("/admin/peers/{host}")).await.expect(200)["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        (state("spam.example").await.as_str(), state("luid.example").await.as_str()),
        ("blocked", "limited")
    );
    let kept = rules(&boss).await;
    let pictures = kept.iter().find(|rule| rule["effect"] == "no-media").unwrap();
    assert_eq!(
        (&pictures["host"], &pictures["reason"]),
        (&json!("plaatjes.example"), &json!("Alleen de plaatjes"))
    );
    let reports = kept.iter().find(|rule| rule["kind"] == "report").unwrap();
    assert_eq!(reports["reason"], "Uit de lijst van de sector", "its line gave none");

    let again = read(&boss, "mastodon-blocks", BLOCKS).await.expect(200);
    assert_eq!((again["changes"].clone(), wrong_lines(&again).len()), (json!([]), 5));
    let out = written(&boss, "mastodon-blocks").await;
    let head = "#domain,#severity,#reject_media,#reject_reports,#public_comment,#obfuscate";
    assert_eq!(out.lines().next(), Some(head));
    for line in ["spam.example,suspend,", "luid.example,silence,", "xn--bcher-kva.example,suspend,"] {
        assert!(out.contains(line), "{line}: {out}");
    }
    assert!(out.contains("plaatjes.example,noop,true,false,Alleen de plaatjes,"), "{out}");
    assert!(out.contains("meldt.example,noop,false,true,"), "{out}");
    let own = read(&boss, "mastodon-blocks", &out).await.expect(200);
    assert_eq!((&own["changes"], &own["wrong"]), (&json!([]), &json!([])), "{own}");
    // Somewhere else it does what it did here.
    let elsewhere = Net::new().app("gemeente.test").await;
    let other = elsewhere.admin("boss").await;
    assert_eq!(changes(&read(&other, "mastodon-blocks", &out).await.expect(200)), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_list_a_comment_over_two_lines_and_nonsense_are_taken_as_far_as_they_go() {
    let app = TestApp::new().await;
    let boss = app.admin("boss").await;
    let bare =
        read(&boss, "mastodon-blocks", "spam.example\n\nhttps://luid.example/about\n").await.expect(200);
    assert_eq!(changes(&bare), ["luid.example blocked", "spam.example blocked"]);
    let quoted = "#domain,#severity,#public_comment\nspam.example,suspend,\"een, \"\"twee\"\"\nen drie\"\n";
    assert_eq!(changes(&read(&boss, "mastodon-blocks", quoted).await.expect(200)), ["spam.example blocked"]);
    // A mark that isn't closed swallows what comes after it: that is told, not taken.
    let torn = "#domain,#severity,#public_comment\nspam.example,suspend,\"een\nluid.example,suspend,twee\n";
    let torn = read(&boss, "mastodon-blocks", torn).await.expect(200);
    assert!(!wrong_lines(&torn).is_empty(), "{torn}");
    for nonsense in ["", "\n\n", "#domain,#severity\n"] {
        let reply = read(&boss, "mastodon-blocks", nonsense).await;
        assert!(reply.status == 400 || reply.json["changes"] == json!([]), "{}", reply.text);
    }
    let nothing = json!({ "format": "mastodon-blocks", "content": "#domain\n", "reason": "x" });
    assert!(matches!(
        boss.post(&format!("{FILES}?propose=true"), nothing).await.refused(400).as_str(),
        "invalid"
    ));
    assert_eq!(read(&boss, "kladblok", "spam.example").await.refused(400), "malformed");
    let ana = app.member("ana").await;
    assert_eq!(read(&ana, "mastodon-blocks", "spam.example").await.refused(403), "not-admin");
    assert_eq!(ana.get(&format!("{FILES}/mastodon-blocks")).await.refused(403), "not-admin");
    // A list only makes stricter: what is blocked here stays so, whatever milder it says.
    enforce(&boss, &[server("spam.example", "blocked")]).await;
    let milder = "#domain,#severity\nspam.example,silence\nonder.spam.example,silence\n";
    let milder = read(&boss, "mastodon-blocks", milder).await.expect(200);
    assert_eq!((&milder["changes"], &milder["same"]), (&json!([]), &json!(2)), "{milder}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_who_may_come_is_read_and_written() {
    let app = TestApp::new().await;
    let boss = app.admin("boss").await;
    let list = "#domain\r\nvriend.example\r\nGemeente.example\r\n127.0.0.1\r\n";
    let shown = read(&boss, "allowed", list).await.expect(200);
    assert_eq!(changes(&shown), ["gemeente.example allow", "vriend.example allow"]);
    assert_eq!(wrong_lines(&shown), [4]);
    take(&boss, "allowed", list).await;
    let out = written(&boss, "allowed").await;
    assert_eq!(out.lines().collect::<Vec<_>>(), ["#domain", "gemeente.example", "vriend.example"]);
    assert_eq!(read(&boss, "allowed", &out).await.expect(200)["changes"], json!([]));
    // One of blocked servers, taken for one of those that may come, lets nobody in.
    let blocks = read(&boss, "allowed", "#domain,#severity\nspam.example,suspend\n").await.expect(200);
    assert_eq!((&blocks["changes"], wrong_lines(&blocks).len()), (&json!([]), 1), "{blocks}");
}

/// Two instances, and the administrators of both. The first has a policy.
async fn sector() -> (Net, [TestApp; 2], [Member; 2]) {
    let net = Net::new();
    let (here, there) = (net.app("werkplein.test").await, net.app("gemeente.test").await);
    let (boss, other) = (here.admin("boss").await, there.admin("boss").await);
    boss.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    let organisation =
        json!({ "change": "set-organisation", "host": "bedrijf.example", "organisation": "bedrijf" });
    enforce(
        &boss,
        &[
            server("spam.example", "blocked"),
            server("luid.example", "limited"),
            organisation,
            add(json!({ "effect": "hold", "organisation": "bedrijf", "direction": "in", "reason": "Eerst kijken" })),
            add(json!({ "effect": "no-media", "host": "plaatjes.example", "until": "2099-12-31T00:00:00Z" })),
            add(json!({ "effect": "read-only", "host": "lezer.example", "group": "tuin" })),
        ],
    )
    .await;
    (net, [here, there], [boss, other])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sector_shares_a_signed_policy() {
    let (_net, apps, [boss, other]) = sector().await;
    let file = written(&boss, "vakplein-policy").await;
    let policy: Value = serde_json::from_str(&file).unwrap();
    assert_eq!(
        (&policy["format"], &policy["domain"]),
        (&json!("vakplein-policy-1"), &json!("werkplein.test"))
    );
    assert_eq!(policy["proof"]["cryptosuite"], "eddsa-jcs-2022", "{policy}");
    assert!(!file.contains("lezer.example"), "a rule about a group means nothing elsewhere: {file}");
    assert!(!file.contains("boss") && !file.contains(&boss.id.to_string()), "nor does who made it: {file}");
    let shown = read(&other, "vakplein-policy", &file).await.expect(200);
    let said = changes(&shown);
    for part in ["hold", "luid.example limited", "plaatjes.example no-media", "spam.example blocked"] {
        assert!(said.iter().any(|one| one.contains(part)), "{part}: {said:?}");
    }
    take(&other, "vakplein-policy", &file).await;
    assert_eq!(other.get("/admin/peers/spam.example").await.expect(200)["state"], "blocked");
    assert_eq!(other.get("/admin/peers/bedrijf.example").await.expect(200)["organisation"], "bedrijf");
    let kept = rules(&other).await;
    let media = kept.iter().find(|rule| rule["effect"] == "no-media").unwrap();
    let until = vakplein::clock::Time::parse(media["until"].as_str().unwrap());
    assert_eq!(until, vakplein::clock::Time::parse("2099-12-31T00:00:00Z"));
    let again = read(&other, "vakplein-policy", &file).await.expect(200);
    assert_eq!((&again["changes"], &again["wrong"]), (&json!([]), &json!([])), "{again}");
    // One's own changes nothing, neither here nor there.
    for (by, format) in [(&boss, "vakplein-policy"), (&other, "vakplein-policy"), (&boss, "allowed")] {
        let own = written(by, format).await;
        assert_eq!(read(by, format, &own).await.expect(200)["changes"], json!([]), "{own}");
    }
    assert_eq!((apps[0].failures().await, apps[1].failures().await), (vec![], vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_policy_that_its_signer_did_not_sign_is_refused() {
    let (_net, [_here, there], [boss, other]) = sector().await;
    let file = written(&boss, "vakplein-policy").await;
    let with = |change: &dyn Fn(&mut Value)| {
        let mut policy: Value = serde_json::from_str(&file).unwrap();
        change(&mut policy);
        policy.to_string()
    };
    let unsigned = |policy: &mut Value| drop(policy.as_object_mut().unwrap().remove("proof"));
    for forged in [
        file.replace("spam.example", "span.example"),
        with(&|policy| policy["domain"] = json!("gemeente.test")),
        with(&|policy| policy["domain"] = json!("sub.werkplein.test")),
        with(&|policy| policy["format"] = json!("vakplein-policy-2")),
        with(&|policy| policy["extra"] = json!(1)),
        with(&unsigned),
        "{}".to_owned(),
        "[]".to_owned(),
        "spam.example,suspend".to_owned(),
        String::new(),
    ] {
        let reply = read(&other, "vakplein-policy", &forged).await;
        assert_eq!(wrong(&reply), ["content"], "{forged}");
        let message = reply.json["errors"][0]["message"].as_str().unwrap();
        assert!(message.len() > 10 && !message.starts_with("error-"), "{message}");
    }
    assert!(rules(&other).await.is_empty());
    // Nobody who was here before vouches for it when its server isn't there.
    let alone = Net::new().app("alleen.test").await;
    let lonely = alone.admin("boss").await;
    assert_eq!(wrong(&read(&lonely, "vakplein-policy", &file).await), ["content"]);
    assert_eq!(there.failures().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_file_changes_is_tried_and_undone_like_any_other_change() {
    let app = TestApp::new().await;
    let boss = app.admin("boss").await;
    let own = add(json!({ "effect": "refuse", "host": "eigen.example" }));
    enforce(&boss, &[own]).await;
    let change = take(&boss, "mastodon-blocks", BLOCKS).await;
    assert_eq!(change["reason"], "Uit de lijst van de sector");
    let hosts = change["forecast"]["hosts"].as_array().unwrap();
    assert!(hosts.contains(&json!("spam.example")), "{change}");
    assert!(rules(&boss).await.len() > 1);
    boss.post(&at(&change, "/undoing"), json!({})).await.expect(200);
    let left = rules(&boss).await;
    assert_eq!(
        (left.len(), &left[0]["host"]),
        (1, &json!("eigen.example")),
        "no file ends what it doesn't name"
    );
    let peer = boss.get("/admin/peers/spam.example").await;
    assert!(peer.status == 404 || peer.json["state"] == "open", "{}", peer.text);
    assert_eq!(propose(&boss, &[server("spam.example", "blocked")]).await["state"], "proposed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_looked_at_in_the_browser_before_a_change_is_made_of_it() {
    let app = TestApp::new().await;
    let boss = app.admin("boss").await;
    let (browser, page) = (logged_in(&app, "boss").await, "/admin/rules/files");
    check_page(&browser.get(page).await, 200, "nl");
    let blocks = ("format", "mastodon-blocks");
    check_page(
        &send(&browser, page, &[blocks, ("content", "spam.example\n"), ("reason", "")], &[]).await,
        400,
        "nl",
    );
    assert_eq!(
        (browser.texts("#reason-error").len(), browser.texts("#content")),
        (1, vec!["spam.example".to_owned()])
    );
    let reason = ("reason", "Lijst van de sector");
    check_page(&send(&browser, page, &[blocks, reason], &[]).await, 400, "nl");
    assert_eq!(browser.texts("#content-error").len(), 1, "neither a file nor a text");
    let file = Sent { field: "file", name: "lijst.csv", bytes: BLOCKS.as_bytes() };
    check_page(&send(&browser, page, &[blocks, reason], &[file]).await, 200, "nl");
    let said = browser.texts("main").concat();
    for words in ["spam.example is geblokkeerd", "plaatjes.example", "Regelnummer 7", "Er staan sterretjes"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert_eq!(boss.get(CHANGES).await.expect(200)["items"], json!([]), "looking does nothing");
    let content = browser.attributes("input[name=content]", "value").remove(0);
    let again = [blocks, reason, ("content", content.as_str()), ("propose", "1")];
    let made = send(&browser, page, &again, &[]).await;
    assert!(made.status == 303 && made.location().starts_with(CHANGES), "{}", made.text);
    check_page(&browser.get(made.location()).await, 200, "nl");
    assert!(rules(&boss).await.is_empty(), "nor does proposing");
    let change = boss.get(CHANGES).await.expect(200)["items"][0].clone();
    assert_eq!(apply(&boss, &change).await.expect(200)["state"], "applied");
    browser.get(page).await;
    check_page(&send(&browser, page, &again[..3], &[]).await, 200, "nl");
    assert!(browser.texts("main").concat().contains("Er verandert niets"));
    for (format, kind) in [
        ("mastodon-blocks", "text/csv; charset=utf-8"),
        ("allowed", "text/csv; charset=utf-8"),
        ("vakplein-policy", "application/json"),
    ] {
        let got = browser.get(&format!("{page}/{format}")).await;
        assert_eq!((got.status, got.header("content-type")), (200, kind), "{format}: {}", got.text);
        assert!(got.header("content-disposition").starts_with("attachment"), "{format}");
        assert_eq!(got.text.contains("spam.example"), format != "allowed", "{}", got.text);
    }
    check_page(&browser.get(&format!("{page}/kladblok")).await, 404, "nl");
}
