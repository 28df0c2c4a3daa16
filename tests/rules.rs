//! Rules about other servers: how they are proposed, tried on what passed lately and applied, by page and by program, and who may do
//! that. What they do to what passes stands in `federation/rules.rs`, who has to agree in `rule_changes.rs`.

use serde_json::{Value, json};
use vakplein::ids::RowId;

use crate::login::logged_in;
use crate::pages::check_page;
use crate::support::browser::Browser;
use crate::support::program::{complaint, lines, vakplein};
use crate::support::{Member, Reply, TestApp};

/// Where rules are read.
pub const RULES: &str = "/admin/rules";
/// Where changes of them are proposed.
pub const CHANGES: &str = "/admin/rule-changes";
const DAY: i64 = 86_400;

/// A change that makes a rule, with a reason.
pub fn add(mut rule: Value) -> Value {
    let reason = rule.as_object_mut().unwrap().entry("reason");
    reason.or_insert_with(|| json!("Afgesproken in het overleg"));
    json!({ "change": "add-rule", "rule": rule })
}

/// A change that decides about a server as a whole.
pub fn server(host: &str, state: &str) -> Value {
    json!({ "change": "set-server", "host": host, "state": state })
}

/// A proposal of these changes.
pub fn proposal(changes: &[Value]) -> Value {
    json!({ "changes": changes, "reason": "Afgesproken in het overleg" })
}

/// Proposes changes; gives the change with what it would do.
pub async fn propose(boss: &Member, changes: &[Value]) -> Value {
    boss.post(CHANGES, proposal(changes)).await.expect(201)
}

/// The address of a change, or of something below it.
pub fn at(change: &Value, below: &str) -> String {
    format!("{CHANGES}/{}{below}", change["id"].as_str().unwrap())
}

/// Applies a change as it was seen.
pub async fn apply(boss: &Member, change: &Value) -> Reply {
    boss.put(&at(change, "/application"), json!({ "hash": change["hash"] })).await
}

/// Lets changes count at once; for an administrator who needs no second one.
pub async fn enforce(boss: &Member, changes: &[Value]) -> Value {
    let proposed = propose(boss, changes).await;
    let applied = apply(boss, &proposed).await.expect(200);
    assert_eq!(applied["state"], "applied", "{applied}");
    applied
}

/// The rules that there are.
pub async fn rules(boss: &Member) -> Vec<Value> {
    boss.get(RULES).await.expect(200)["rules"].as_array().unwrap().clone()
}

/// The fields that were refused.
#[track_caller]
pub fn wrong(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.refused(400), "invalid", "{}", reply.text);
    let errors = reply.json["errors"].as_array().unwrap().iter();
    errors.map(|error| error["field"].as_str().unwrap().to_owned()).collect()
}

/// An instance with a group `tuin`, and its administrator.
async fn instance() -> (TestApp, Member) {
    let app = TestApp::new().await;
    let boss = app.admin("boss").await;
    boss.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    (app, boss)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_proposed_seen_and_applied_by_the_hash_of_what_was_seen() {
    let (app, boss) = instance().await;
    let until = app.app.clock.now().plus_days(30);
    let rule = json!({ "effect": "hold", "host": "https://Elders.test/over", "group": "tuin", "kind": "topic",
        "direction": "in", "until": until.rfc3339(), "reason": " Veel reclame " });
    let made = boss.post(CHANGES, proposal(&[add(rule)])).await;
    let location = made.location().to_owned();
    let change = made.expect(201);
    assert!(location.ends_with(&format!("/api/v1{}", at(&change, ""))), "{location}");
    assert_eq!((&change["state"], &change["wide"]), (&json!("proposed"), &json!(false)), "{change}");
    assert_eq!(change["hash"].as_str().map(str::len), Some(64));
    assert_eq!(change["forecast"]["hosts"], json!(["elders.test"]), "{change}");
    assert_eq!(boss.get(&at(&change, "")).await.expect(200)["hash"], change["hash"]);
    assert!(rules(&boss).await.is_empty(), "proposing does nothing yet");

    let other = json!({ "hash": "0".repeat(64) });
    assert_eq!(wrong(&boss.put(&at(&change, "/application"), other).await), ["hash"]);
    assert!(rules(&boss).await.is_empty());
    let applied = apply(&boss, &change).await.expect(200);
    assert_eq!(applied["state"], "applied");
    assert_eq!(apply(&boss, &change).await.refused(409), "conflict", "once");
    let listed = rules(&boss).await;
    assert_eq!(listed.len(), 1);
    let kept = ["effect", "host", "kind", "direction", "class", "organisation", "reason", "counts"];
    assert_eq!(
        json!(kept.map(|name| listed[0][name].clone())),
        json!(["hold", "elders.test", "topic", "in", null, null, "Veel reclame", true])
    );
    assert_eq!(listed[0]["group"]["name"], "tuin");
    let end = listed[0]["until"].as_str().unwrap();
    assert_eq!(vakplein::clock::Time::parse(end), Some(until));
    let list = boss.get(CHANGES).await.expect(200);
    assert_eq!(list["items"][0]["id"], change["id"]);
    // Its time goes by: it is still there to be read, and counts no more.
    app.clock.advance(30 * DAY + 1);
    assert_eq!(rules(&boss).await[0]["counts"], false);
    // One is ended as it was made: by a change.
    let rule = listed[0]["id"].clone();
    enforce(&boss, &[json!({ "change": "end-rule", "id": rule })]).await;
    assert!(rules(&boss).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_rule_can_say_is_refused_by_the_field_that_is_wrong() {
    let (app, boss) = instance().await;
    let day = |days: i64| json!(app.app.clock.now().plus_days(days).rfc3339());
    let refused = |host: &str| json!({ "effect": "refuse", "host": host });
    let with = |name: &str, value: Value| {
        let mut rule = refused("elders.test");
        rule[name] = value;
        rule
    };
    for (rule, field) in [
        (with("reason", json!(" ")), "reason"),
        (with("reason", json!("x".repeat(5_000))), "reason"),
        (with("until", day(-1)), "until"),
        (refused("werkplein.test"), "host"),
        (refused("WERKPLEIN.test:8080"), "host"),
        (refused("10.0.0.1"), "host"),
        (refused("[::1]"), "host"),
        (refused("test"), "host"),
        (refused("*.test"), "host"),
        (with("group", json!("nergens")), "group"),
        (json!({ "effect": "allow", "class": "leden" }), "class"),
        (json!({ "effect": "allow", "host": "elders.test", "class": "lokaal" }), "class"),
        (json!({ "effect": "hold", "direction": "out" }), "direction"),
        (json!({ "effect": "hide", "direction": "fetch" }), "direction"),
        (json!({ "effect": "read-only", "direction": "out" }), "direction"),
        (json!({ "effect": "no-media", "direction": "out" }), "direction"),
    ] {
        let reply = boss.post(CHANGES, proposal(&[add(rule.clone())])).await;
        assert_eq!(wrong(&reply), [field], "{rule}");
        assert!(reply.json["errors"][0]["message"].as_str().is_some_and(|text| !text.is_empty()));
    }
    for rule in [
        json!({ "effect": "misschien" }),
        json!({ "effect": "refuse", "kind": "gedicht" }),
        json!({ "effect": "refuse", "class": "geheim" }),
        json!({ "effect": "refuse", "organisation": "bank" }),
        json!({ "effect": "refuse", "direction": "op" }),
        json!({ "effect": "refuse", "until": "ooit" }),
        json!({ "effect": "refuse", "soort": "topic" }),
        json!({ "host": "elders.test" }),
    ] {
        let reply = boss.post(CHANGES, proposal(&[add(rule.clone())])).await;
        assert_eq!(reply.refused(400), "malformed", "{rule}");
    }
    // What is wrong with one rule of two is told as with one; and a change needs a reason as each of its rules does.
    let two = proposal(&[add(refused("elders.test")), add(refused("10.0.0.1"))]);
    assert_eq!(wrong(&boss.post(CHANGES, two).await), ["host"]);
    let mut without = proposal(&[add(refused("elders.test"))]);
    without["reason"] = json!("");
    assert_eq!(wrong(&boss.post(CHANGES, without).await), ["reason"]);
    assert_eq!(wrong(&boss.post(CHANGES, proposal(&[])).await), ["changes"]);
    let nowhere = json!({ "change": "end-rule", "id": RowId::fresh() });
    assert_eq!(boss.post(CHANGES, proposal(&[nowhere])).await.refused(404), "not-found");
    let own = boss.post(CHANGES, proposal(&[server("werkplein.test", "blocked")])).await;
    assert_eq!(wrong(&own), ["host"]);
    assert_eq!(boss.get(CHANGES).await.expect(200)["items"], json!([]), "nothing of it was kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_changes_nothing_or_says_two_things_is_refused() {
    let (_app, boss) = instance().await;
    let rule = || add(json!({ "effect": "refuse", "host": "elders.test", "direction": "in" }));
    assert_eq!(wrong(&boss.post(CHANGES, proposal(&[rule(), rule()])).await), ["changes"], "twice the same");
    let both = [server("elders.test", "blocked"), server("Elders.test", "limited")];
    assert_eq!(wrong(&boss.post(CHANGES, proposal(&both)).await), ["changes"], "one and the other");
    enforce(&boss, &[rule()]).await;
    assert_eq!(wrong(&boss.post(CHANGES, proposal(&[rule()])).await), ["changes"], "it is so already");
    assert_eq!(rules(&boss).await.len(), 1);
    // The same about something else, or another effect, is another rule.
    let other = add(json!({ "effect": "refuse", "host": "elders.test", "direction": "out" }));
    enforce(&boss, &[other]).await;
    enforce(&boss, &[server("elders.test", "blocked")]).await;
    let again = boss.post(CHANGES, proposal(&[server("elders.test", "blocked")])).await;
    assert_eq!(wrong(&again), ["changes"]);
    let organisation =
        |word: &str| json!({ "change": "set-organisation", "host": "elders.test", "organisation": word });
    assert_eq!(wrong(&boss.post(CHANGES, proposal(&[organisation("unknown")])).await), ["changes"]);
    enforce(&boss, &[organisation("gemeente")]).await;
    let peer = boss.get("/admin/peers/elders.test").await.expect(200);
    assert_eq!((&peer["state"], &peer["organisation"]), (&json!("blocked"), &json!("gemeente")), "{peer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_seen_a_day_ago_is_looked_at_again_before_it_counts() {
    let (app, boss) = instance().await;
    let change = propose(&boss, &[add(json!({ "effect": "refuse", "host": "elders.test" }))]).await;
    app.clock.advance(DAY + 1);
    assert_eq!(wrong(&apply(&boss, &change).await), ["hash"]);
    assert!(rules(&boss).await.is_empty());
    let anew = boss.post(&at(&change, "/forecast"), json!({})).await.expect(200);
    assert_eq!(anew["state"], "proposed");
    assert_eq!(apply(&boss, &anew).await.expect(200)["state"], "applied");
    assert_eq!(boss.post(&at(&change, "/forecast"), json!({})).await.refused(409), "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_sees_or_changes_rules() {
    let (app, boss) = instance().await;
    let ana = app.member("ana").await;
    let rule = || proposal(&[add(json!({ "effect": "refuse", "host": "elders.test" }))]);
    let change = boss.post(CHANGES, rule()).await.expect(201);
    let one = at(&change, "");
    for path in [RULES, CHANGES, one.as_str(), "/admin/held", "/admin/rule-files/allowed"] {
        assert_eq!(app.anonymous().get(path).await.refused(401), "signed-out", "{path}");
        assert_eq!(ana.get(path).await.refused(403), "not-admin", "{path}");
    }
    assert_eq!(ana.post(CHANGES, rule()).await.refused(403), "not-admin");
    assert_eq!(apply(&ana, &change).await.refused(403), "not-admin");
    assert_eq!(ana.delete(&one).await.refused(403), "not-admin");
    for part in ["/forecast", "/undoing"] {
        assert_eq!(ana.post(&at(&change, part), json!({})).await.refused(403), "not-admin", "{part}");
    }
    let half = json!({ "label": "Half", "scopes": ["read", "write", "moderate"] });
    let half = boss.post("/me/tokens", half).await.expect(201);
    let half = app.with_token(&boss, half["secret"].as_str().unwrap());
    assert_eq!(half.post(CHANGES, rule()).await.refused(403), "scope");
    assert_eq!(apply(&half, &change).await.refused(403), "scope");
    let unknown = format!("{CHANGES}/{}", RowId::fresh());
    assert_eq!(boss.get(&unknown).await.refused(404), "not-found");
    assert_eq!(boss.delete(&unknown).await.refused(404), "not-found");
    let (member, visitor) = (logged_in(&app, "ana").await, app.browser());
    member.get("/settings").await;
    let token = member.attributes("input[name=csrf]", "value").remove(0);
    for path in [RULES, "/admin/rules/new", "/admin/rules/files", CHANGES, one.as_str(), "/admin/held"] {
        check_page(&member.get(path).await, 403, "nl");
        assert!(visitor.get(path).await.location().starts_with("/login?next="), "{path}");
    }
    let fields = [("csrf", token.as_str()), ("effect", "refuse"), ("host", "elders.test"), ("reason", "x")];
    assert_eq!(member.post("/admin/rules/new", &fields).await.status, 403);
    assert_eq!(boss.get(&one).await.expect(200)["state"], "proposed");
    assert!(rules(&boss).await.is_empty());
}

/// What the main part of the page that is shown says.
fn said(browser: &Browser) -> String {
    browser.texts("main").concat()
}

/// Presses a button of the change that is shown; gives what the page says then.
async fn press(browser: &Browser, change: &str, button: &str) -> String {
    let reply = browser.submit(&format!("{change}/{button}"), &[]).await;
    assert_eq!((reply.status, reply.location()), (303, change), "{button}: {}", reply.text);
    let page = browser.get(change).await;
    check_page(&page, 200, "nl");
    page.text
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_makes_a_rule_in_the_browser_and_nothing_typed_is_lost() {
    const SENTENCE: &str = "Van elders.test wachten nieuwe gesprekken in de groep “De tuin” op een moderator";
    let (app, boss) = instance().await;
    let browser = logged_in(&app, "boss").await;
    check_page(&browser.get(RULES).await, 200, "nl");
    assert_eq!(browser.attributes("aside a[aria-current=page]", "href"), [RULES]);
    for words in ["Er zijn nog geen regels", "Elke andere site mag met ons uitwisselen", "het preciest"] {
        assert!(said(&browser).contains(words), "{words}: {}", said(&browser));
    }
    let new = "/admin/rules/new";
    check_page(&browser.get(new).await, 200, "nl");
    let typed = [
        ("effect", "hold"),
        ("host", "10.0.0.1"),
        ("group", "nergens"),
        ("kind", "topic"),
        ("direction", "out"),
        ("until", "2020-01-01"),
    ];
    check_page(&browser.submit(new, &typed).await, 400, "nl");
    for field in ["host", "group", "direction", "until", "reason"] {
        assert_eq!(browser.texts(&format!("#{field}-error")).len(), 1, "{field}: {}", said(&browser));
        assert!(browser.attributes("#form-errors a", "href").contains(&format!("#{field}")), "{field}");
    }
    assert_eq!(browser.attributes("input[name=effect][checked]", "value"), ["hold"]);
    for (field, value) in [("#host", "10.0.0.1"), ("#group", "nergens"), ("#until", "2020-01-01")] {
        assert_eq!(browser.attributes(field, "value"), [value]);
    }
    for (list, value) in [("#kind", "topic"), ("#direction", "out"), ("#class", ""), ("#organisation", "")] {
        assert_eq!(browser.attributes(&format!("{list} option[selected]"), "value"), [value], "{list}");
    }
    let until = app.app.clock.now().plus_days(30).last_day();
    let right = [
        ("host", "https://Elders.test/"),
        ("group", "tuin"),
        ("direction", "in"),
        ("until", until.as_str()),
        ("reason", "Veel reclame"),
    ];
    let made = browser.submit(new, &right).await;
    let change = made.location().to_owned();
    assert!(made.status == 303 && change.starts_with(CHANGES), "{} {change} {}", made.status, made.text);
    check_page(&browser.get(&change).await, 200, "nl");
    for words in [SENTENCE, "Veel reclame", "Er stoppen geen lidmaatschappen", "Voorstel", "elders.test"] {
        assert!(said(&browser).contains(words), "{words}: {}", said(&browser));
    }
    assert!(rules(&boss).await.is_empty(), "nothing counts yet");

    // What is applied is what stands on the page.
    let apply = format!("{change}/apply");
    let stale = Browser::showing(&browser, &browser.get(&change).await);
    check_page(&stale.submit(&apply, &[("hash", "0")]).await, 400, "nl");
    assert!(said(&stale).contains("ondertussen opnieuw doorgerekend"), "{}", said(&stale));
    app.clock.advance(DAY + 1);
    browser.get(&change).await;
    assert!(
        said(&browser).contains("ouder dan een dag")
            && !browser.attributes("form", "action").contains(&apply)
    );
    assert!(press(&browser, &change, "forecast").await.contains("Voorstel"));
    assert!(press(&browser, &change, "apply").await.contains("De wijziging geldt nu."));
    assert_eq!(rules(&boss).await.len(), 1);
    check_page(&browser.get(RULES).await, 200, "nl");
    assert!(said(&browser).contains(SENTENCE) && !said(&browser).contains("Voorbij"));
    // Whoever stays away for a month is logged out.
    app.clock.advance(20 * DAY);
    browser.get(RULES).await;
    app.clock.advance(11 * DAY);
    browser.get(RULES).await;
    assert!(said(&browser).contains(SENTENCE) && said(&browser).contains("Voorbij"), "{}", said(&browser));

    // It ends by a change, which wants a reason.
    let end = browser.attributes("main a[href$='/end']", "href").remove(0);
    check_page(&browser.get(&end).await, 200, "nl");
    check_page(&browser.submit(&end, &[]).await, 400, "nl");
    let ends = browser.submit(&end, &[("reason", "Het is opgelost")]).await;
    let ends = ends.location().to_owned();
    browser.get(&ends).await;
    press(&browser, &ends, "apply").await;
    assert!(rules(&boss).await.is_empty());
    check_page(&browser.get(CHANGES).await, 200, "nl");
    assert_eq!(browser.attributes("main h2 a", "href"), [ends, change.clone()]);
    browser.get("/language/en").await;
    for path in
        [RULES, new, "/admin/rules/server", "/admin/rules/files", CHANGES, change.as_str(), "/admin/held"]
    {
        check_page(&browser.get(path).await, 200, "en");
        let text = said(&browser);
        assert!(
            !["rule-", "rules-", "change-", "held-"].iter().any(|key| text.contains(key)),
            "{path}: {text}"
        );
    }
    check_page(&browser.get(&format!("{CHANGES}/{}", RowId::fresh())).await, 404, "en");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_listed_may_come_after_one_button_and_all_after_another() {
    let (app, boss) = instance().await;
    let browser = logged_in(&app, "boss").await;
    let list_only = "/admin/rules/list-only";
    for (reason, default) in [
        ("Alleen overheden", "Alleen sites die in een regel zijn toegelaten"),
        ("Toch niet", "Elke andere site mag met ons uitwisselen"),
    ] {
        check_page(&browser.get(list_only).await, 200, "nl");
        check_page(&browser.submit(list_only, &[("reason", "")]).await, 400, "nl");
        let made = browser.submit(list_only, &[("reason", reason)]).await;
        let change = made.location().to_owned();
        assert!(change.starts_with(CHANGES), "{}", made.text);
        browser.get(&change).await;
        // It is about everybody, so it takes a second administrator; there is none.
        assert!(said(&browser).contains("Daarom beslist u alleen."), "{}", said(&browser));
        press(&browser, &change, "apply").await;
        browser.get(RULES).await;
        assert!(said(&browser).contains(default), "{default}: {}", said(&browser));
    }
    assert!(rules(&boss).await.is_empty());
    // About one server, in the browser.
    let server = "/admin/rules/server";
    check_page(&browser.get(&format!("{server}?host=elders.test")).await, 200, "nl");
    assert_eq!(browser.attributes("#host", "value"), ["elders.test"]);
    check_page(&browser.submit(server, &[("host", "werkplein.test"), ("state", "blocked")]).await, 400, "nl");
    assert_eq!(browser.texts("#host-error").len(), 1);
    let decided =
        [("host", "elders.test"), ("state", "limited"), ("organisation", "gemeente"), ("reason", "Nieuw")];
    let change = browser.submit(server, &decided).await.location().to_owned();
    browser.get(&change).await;
    assert!(said(&browser).contains("elders.test is een site van een gemeente"), "{}", said(&browser));
    press(&browser, &change, "apply").await;
    let peer = boss.get("/admin/peers/elders.test").await.expect(200);
    assert_eq!((&peer["state"], &peer["organisation"]), (&json!("limited"), &json!("gemeente")));
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_kept_on_the_command_line() {
    let (app, boss) = instance().await;
    let run = |arguments: &[&str]| vakplein(&app, &[["rules"].as_slice(), arguments].concat(), "");
    assert!(lines(&run(&["list"])).is_empty());
    assert!(complaint(&run(&["add", "misschien", "--reason", "x"])).contains("one of allow"));
    assert!(complaint(&run(&["add", "refuse", "--host", "10.0.0.1", "--reason", "x"])).contains("host:"));
    assert!(complaint(&run(&["add", "hold", "--direction", "out", "--reason", "x"])).contains("direction:"));
    assert!(
        complaint(&run(&["add", "refuse", "--host", "a.test", "--until", "2020-01-01", "--reason", "x"]))
            .contains("until:")
    );
    let shown = lines(&run(&["add", "refuse", "--host", "elders.test", "--reason", "Reclame"])).join("\n");
    assert!(shown.contains("proposed") && shown.contains("What changes:"), "{shown}");
    assert!(rules(&boss).await.is_empty());
    let changes = lines(&run(&["changes"]));
    let id = changes[0].split('\t').next().unwrap().to_owned();
    let hash = boss.get(&format!("{CHANGES}/{id}")).await.expect(200)["hash"].as_str().unwrap().to_owned();
    assert!(complaint(&run(&["apply", &id, "--hash", "0"])).contains("hash:"));
    lines(&run(&["apply", &id, "--hash", &hash]));
    assert_eq!(rules(&boss).await[0]["host"], "elders.test");
    assert!(lines(&run(&["list"]))[0].contains("refuse: everything"));
    lines(&run(&["undo", &id]));
    assert!(rules(&boss).await.is_empty());
    let server = ["server", "spam.test", "blocked", "--reason", "Reclame", "--apply"];
    lines(&run(&server));
    assert!(complaint(&run(&server)).contains("changes:"), "it is so already");
    let list = lines(&run(&["export", "mastodon-blocks"])).join("\n");
    assert!(list.contains("spam.test,suspend,"), "{list}");
    let import = ["rules", "import", "mastodon-blocks", "-", "--reason", "Lijst", "--apply"];
    lines(&vakplein(&app, &import, "luid.test,silence\nge**m.test,suspend\n"));
    assert_eq!(boss.get("/admin/peers/luid.test").await.expect(200)["state"], "limited");
    // A second administrator has to agree at the machine, too, to what takes one.
    app.admin("deputy").await;
    assert!(complaint(&run(&["list"])).contains("--as"), "whose name it is done in");
    let wide = ["--as", "boss", "rules", "add", "refuse", "--reason", "Niemand", "--apply"];
    lines(&vakplein(&app, &wide, ""));
    assert!(rules(&boss).await.is_empty());
}
