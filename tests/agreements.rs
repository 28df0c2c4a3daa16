//! Agreements with other instances about closed groups: who makes them and how, whom a change concerns, and the reminders before one
//! ends. What crosses by them stands in `federation/`.

use diesel::prelude::*;
use serde_json::{Value, json};
use vakplein::agreements;
use vakplein::db::schema::journal;
use vakplein::db::types::Json;
use vakplein::journal::{Detail, Did};
use vakplein::policy::Class;
use vakplein::prune;

use crate::login::logged_in;
use crate::pages::check_page;
use crate::support::program::{complaint, lines, vakplein};
use crate::support::{Member, Net, TestApp};

const DAY: i64 = 86_400;

/// The page and the API of the agreement with the neighbours.
const ELDERS: &str = "/admin/agreements/elders.test";

fn terms(ceiling: &str) -> Value {
    json!({ "ceiling": ceiling, "organisation": "Gemeente Elders", "purpose": "Samen leren" })
}

/// What was decided about agreements: host, state, in short, and what it was before.
async fn decisions(app: &TestApp) -> Vec<[String; 4]> {
    let read = app.app.db.read(|tx| {
        let lines = journal::table.filter(journal::act.eq(Did::SetAgreement)).order(journal::id);
        Ok(lines.select(journal::detail).load::<Json>(tx.conn)?)
    });
    let details = read.await.unwrap().into_iter().map(|detail| detail.read::<Detail>().unwrap());
    details.map(|detail| [detail.host, detail.word, detail.reason, detail.from]).collect()
}

/// The strictest class that may cross to the neighbours now.
async fn ceiling(app: &TestApp) -> Class {
    app.app.db.read(|tx| agreements::ceiling(tx, "elders.test")).await.unwrap()
}

async fn joins(member: &Member, group: &str) {
    member.get(&format!("/resolve?uri=%21{group}")).await.expect(200);
    member.post(&format!("/groups/{group}/memberships"), json!({})).await.expect(201);
}

/// Two instances with a group each, closed by now, of which somebody of the other is a member; and the first one's administrator.
async fn neighbours() -> (Net, TestApp, TestApp, Member) {
    let net = Net::new();
    let (here, there) = (net.app("werkplein.test").await, net.app("elders.test").await);
    let (boss, elsa) = (here.admin("boss").await, there.admin("elsa").await);
    boss.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    elsa.post("/groups", json!({ "name": "plein", "title": "Het plein" })).await.expect(201);
    joins(&here.member("ana").await, "plein@elders.test").await;
    joins(&there.member("jan").await, "tuin@werkplein.test").await;
    net.settle(&[&here, &there]).await;
    here.close_groups().await;
    there.close_groups().await;
    (net, here, there, boss)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_makes_an_agreement_in_the_browser() {
    let app = TestApp::new().await;
    let boss = app.admin("boss").await;
    let browser = logged_in(&app, "boss").await;
    check_page(&browser.get("/admin/agreements").await, 200, "nl");
    assert!(browser.texts("main").concat().contains("Nog geen afspraken"));
    let menu = browser.attributes("aside a[aria-current=page]", "href");
    assert_eq!(menu, ["/admin/agreements"]);
    // From the page of the other site, whose name then stands in the form.
    check_page(&browser.get("/admin/peers/elders.test").await, 200, "nl");
    let new = "/admin/agreements/new?host=elders.test".to_owned();
    assert!(browser.attributes("main a", "href").contains(&new));
    check_page(&browser.get(&new).await, 200, "nl");
    assert_eq!(browser.attributes("#host", "value"), ["elders.test"]);
    let said = browser.texts("main").concat();
    assert!(said.contains("De beheerders daar kunnen het lezen."), "{said}");
    // All that is wrong is told at once, and what was typed stays.
    let wrong = [("host", "10.0.0.1"), ("until", "ooit"), ("contact", "Fatima")];
    check_page(&browser.submit("main form.form", &wrong).await, 400, "nl");
    for field in ["host", "until", "organisation", "purpose"] {
        assert_eq!(browser.texts(&format!("#{field}-error")).len(), 1, "{field}");
        assert!(browser.attributes("#form-errors a", "href").contains(&format!("#{field}")), "{field}");
    }
    assert_eq!(browser.attributes("#host", "value"), ["10.0.0.1"]);
    assert_eq!(browser.attributes("#contact", "value"), ["Fatima"]);
    let filled = [("organisation", "Gemeente Elders"), ("purpose", "Samen leren"), ("until", "")];
    for host in ["werkplein.test", "WERKPLEIN.test:8080", "*.elders.test", "elders", "[::1]", "10.0.0.1."] {
        let fields = [filled.as_slice(), &[("host", host)]].concat();
        check_page(&browser.submit("main form.form", &fields).await, 400, "nl");
        assert_eq!(browser.texts("#host-error").len(), 1, "{host}");
    }
    for ceiling in ["openbaar", "lokaal", "alles"] {
        let fields = [filled.as_slice(), &[("host", "elders.test"), ("ceiling", ceiling)]].concat();
        check_page(&browser.submit("main form.form", &fields).await, 400, "nl");
        assert_eq!(browser.texts("#ceiling-error").len(), 1, "{ceiling}");
    }
    browser.get(&new).await;
    let past = [filled.as_slice(), &[("host", "elders.test"), ("until", "2020-01-01")]].concat();
    check_page(&browser.submit("main form.form", &past).await, 400, "nl");
    assert_eq!(browser.texts("#until-error").len(), 1);
    assert!(decisions(&app).await.is_empty());

    let fields = [filled.as_slice(), &[("host", "https://Elders.test/"), ("until", "31-12-2099")]].concat();
    let made = browser.submit("main form.form", &fields).await;
    assert_eq!((made.status, made.location()), (303, ELDERS), "{}", made.text);
    assert_eq!(ceiling(&app).await, Class::Leden);
    check_page(&browser.get(ELDERS).await, 200, "nl");
    let said = browser.texts("main").concat();
    for words in ["Afspraak met elders.test", "Vertrouwelijke groepen niet.", "31 december 2099"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert_eq!(browser.attributes("#until", "value"), ["2099-12-31"]);
    // One there is already isn't made anew, and one whose form wasn't changed leaves no line.
    browser.get(&new).await;
    check_page(&browser.submit("main form.form", &filled).await, 400, "nl");
    assert!(browser.texts("#host-error").concat().contains("al een afspraak"));
    browser.get(ELDERS).await;
    assert_eq!(browser.submit("main form.form", &[]).await.status, 303);
    browser.get("/admin/peers/elders.test").await;
    assert!(browser.attributes("main a", "href").contains(&ELDERS.to_owned()));
    let line = |word: &str, reason: &str, from: &str| ["elders.test", word, reason, from].map(str::to_owned);
    assert_eq!(decisions(&app).await, [line("agreed", "leden until 2099-12-31", "")]);

    // A site that is blocked gets no more than before, and what it had doesn't count.
    boss.patch("/admin/peers/elders.test", json!({ "state": "blocked" })).await.expect(200);
    check_page(&browser.get("/admin/agreements").await, 200, "nl");
    let said = browser.texts("main table").concat();
    assert!(said.contains("Site is geblokkeerd") && said.contains("Er gaat nu niets"), "{said}");
    check_page(&browser.get(ELDERS).await, 200, "nl");
    check_page(&browser.submit("main form.form", &[("ceiling", "vertrouwelijk")]).await, 400, "nl");
    assert_eq!(browser.texts("#state-error").len(), 1);
    let more = [("state", "suspended"), ("ceiling", "vertrouwelijk")];
    check_page(&browser.submit("main form.form", &more).await, 400, "nl");
    assert_eq!(browser.texts("#ceiling-error").len(), 1);
    let less = [("state", "suspended"), ("ceiling", "leden")];
    assert_eq!(browser.submit("main form.form", &less).await.location(), "/admin/agreements");
    browser.get("/language/en").await;
    for path in ["/admin/agreements", "/admin/agreements/new", ELDERS, "/admin/peers/elders.test"] {
        check_page(&browser.get(path).await, 200, "en");
        let said = browser.texts("main").concat();
        assert!(!said.contains("agreement-") && !said.contains("agreements-"), "{path}: {said}");
    }
    check_page(&browser.get("/admin/agreements/nergens.test").await, 404, "en");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_lets_less_cross_hears_first_whom_that_concerns() {
    let (_net, here, _there, boss) = neighbours().await;
    boss.put(ELDERS, terms("vertrouwelijk")).await.expect(200);
    let shown = boss.get(ELDERS).await.expect(200);
    assert_eq!(shown["concerns"], json!({ "members": 1, "memberships": 1 }));
    let browser = logged_in(&here, "boss").await;
    check_page(&browser.get(ELDERS).await, 200, "nl");
    // Both groups are of the class leden: those go on.
    assert_eq!(browser.submit("main form.form", &[("ceiling", "leden")]).await.status, 303);
    assert_eq!(ceiling(&here).await, Class::Leden);
    for (state, said) in [("suspended", "Afspraak stoppen"), ("ended", "Afspraak beëindigen")] {
        browser.get(ELDERS).await;
        let purpose = format!("Samen leren\n\nNu {state}");
        let asked = browser.submit("main form.form", &[("state", state), ("purpose", &purpose)]).await;
        check_page(&asked, 200, "nl");
        let points = browser.texts("main li").concat();
        for words in ["1 lidmaatschap van iemand van die site", "1 lidmaatschap van een lid van ons"] {
            assert!(points.contains(words), "{points}");
        }
        assert!(browser.texts("main button").concat().contains(said));
        assert_eq!(ceiling(&here).await, Class::Leden, "nothing is done yet");
        assert_eq!(browser.submit("main form.form", &[]).await.location(), "/admin/agreements");
        assert_eq!(ceiling(&here).await, Class::Openbaar);
        assert_eq!(boss.get(ELDERS).await.expect(200)["purpose"], purpose);
        boss.put(ELDERS, terms("leden")).await.expect(200);
        assert_eq!(ceiling(&here).await, Class::Leden);
    }
    // Where nobody is concerned nothing is asked.
    boss.put("/admin/agreements/nieuw.test", terms("leden")).await.expect(200);
    browser.get("/admin/agreements/nieuw.test").await;
    assert_eq!(browser.submit("main form.form", &[("state", "ended")]).await.status, 303);
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_make_change_and_end_agreements() {
    let app = TestApp::new().await;
    let boss = app.admin("boss").await;
    assert_eq!(boss.get(ELDERS).await.refused(404), "not-found");
    assert_eq!(boss.delete(ELDERS).await.refused(404), "not-found");
    let with = |name: &str, value: Value| {
        let mut changed = terms("leden");
        changed[name] = value;
        changed
    };
    for (path, body, word) in [
        ("/admin/agreements/werkplein.test", terms("leden"), "invalid"),
        ("/admin/agreements/10.0.0.1", terms("leden"), "invalid"),
        ("/admin/agreements/*.elders.test", terms("leden"), "invalid"),
        (ELDERS, terms("openbaar"), "invalid"),
        (ELDERS, terms("lokaal"), "invalid"),
        (ELDERS, terms("geheim"), "malformed"),
        (ELDERS, with("organisation", json!(" ")), "invalid"),
        (ELDERS, with("organisation", json!("x".repeat(101))), "invalid"),
        (ELDERS, with("contact", json!("x".repeat(201))), "invalid"),
        (ELDERS, with("purpose", json!("x".repeat(2_001))), "invalid"),
        (ELDERS, with("until", json!("2020-01-01T00:00:00Z")), "invalid"),
        (ELDERS, with("until", json!("ooit")), "malformed"),
        (ELDERS, with("state", json!("misschien")), "malformed"),
        (ELDERS, with("extra", json!(1)), "malformed"),
    ] {
        assert_eq!(boss.put(path, body.clone()).await.refused(400), word, "{path} {body}");
    }
    let until = app.app.clock.now().plus_days(100);
    let body = with("until", json!(until.rfc3339()));
    let made = boss.put("/admin/agreements/ELDERS.test", body).await.expect(200);
    assert_eq!(
        (&made["host"], &made["state"], &made["ceiling"], &made["ceilingNow"], &made["blocked"]),
        (&json!("elders.test"), &json!("agreed"), &json!("leden"), &json!("leden"), &json!(false))
    );
    assert_eq!(made["until"], until.rfc3339());
    // It is about exactly this host, and counts until its end.
    let elsewhere = app.app.db.read(|tx| {
        let others = ["elders.test:8080", "a.elders.test", "test"];
        agreements::ceilings(tx, others)
    });
    assert!(elsewhere.await.unwrap().is_empty());
    let list = boss.get("/admin/agreements").await.expect(200);
    assert_eq!((&list["items"][0]["host"], list["items"][0].get("concerns")), (&json!("elders.test"), None));
    app.clock.advance(100 * DAY + 1);
    assert_eq!(boss.get(ELDERS).await.expect(200)["ceilingNow"], "openbaar");
    assert_eq!(ceiling(&app).await, Class::Openbaar);
    boss.put(ELDERS, terms("vertrouwelijk")).await.expect(200);
    boss.put(ELDERS, terms("vertrouwelijk")).await.expect(200);
    assert_eq!(ceiling(&app).await, Class::Vertrouwelijk);
    boss.patch("/admin/peers/elders.test", json!({ "state": "blocked" })).await.expect(200);
    assert_eq!(boss.get(ELDERS).await.expect(200)["ceilingNow"], "openbaar");
    assert_eq!(boss.put(ELDERS, terms("leden")).await.refused(400), "invalid");
    assert_eq!(boss.put("/admin/agreements/a.elders.test", terms("leden")).await.refused(400), "invalid");
    assert_eq!(boss.delete(ELDERS).await.status, 204);
    assert_eq!(boss.delete(ELDERS).await.refused(409), "conflict");
    assert_eq!(boss.get(ELDERS).await.expect(200)["state"], "ended");
    let (long, now) = (format!("leden until {}", until.last_day()), "vertrouwelijk until ended");
    let line = |word: &str, reason: &str, from: &str| ["elders.test", word, reason, from].map(str::to_owned);
    assert_eq!(
        decisions(&app).await,
        [line("agreed", &long, ""), line("agreed", now, &long), line("ended", now, now)]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn agreements_are_kept_on_the_command_line() {
    let app = TestApp::new().await;
    app.admin("boss").await;
    let run = |arguments: &[&str]| vakplein(&app, &[["agreement"].as_slice(), arguments].concat(), "");
    assert!(lines(&run(&["list"])).is_empty());
    let rest = ["--organisation", "Gemeente Elders", "--purpose", "Samen leren", "--ceiling"];
    let set = |host: &str, more: &[&str]| run(&[["set", host].as_slice(), &rest, more].concat());
    assert!(complaint(&set("geen site", &["leden"])).contains("host:"));
    assert!(complaint(&set("elders.test", &["openbaar"])).contains("ceiling:"));
    assert!(complaint(&set("elders.test", &["alles"])).contains("one of openbaar, leden"));
    assert!(complaint(&set("elders.test", &["leden", "--until", "ooit"])).contains("a day such as"));
    assert!(complaint(&set("elders.test", &["leden", "--until", "2020-01-01"])).contains("until:"));
    assert!(complaint(&run(&["end", "elders.test"])).contains("not found"));
    let shown = lines(&set("elders.test", &["leden", "--until", "2099-12-31"])).join("\n");
    assert!(shown.contains("now          leden") && shown.contains("last day     2099-12-31"), "{shown}");
    assert_eq!(ceiling(&app).await, Class::Leden);
    assert_eq!(lines(&run(&["list"])), ["elders.test\tagreed\tleden\tleden\t2099-12-31\tGemeente Elders"]);
    lines(&set("elders.test", &["leden", "--state", "suspended"]));
    assert_eq!(lines(&run(&["list"])), ["elders.test\tsuspended\tleden\topenbaar\tnone\tGemeente Elders"]);
    lines(&run(&["end", "elders.test"]));
    assert!(complaint(&run(&["end", "elders.test"])).contains("already done"));
    let words: Vec<String> = decisions(&app).await.into_iter().map(|[_, word, ..]| word).collect();
    assert_eq!(words, ["agreed", "suspended", "ended"]);
}

#[tokio::test]
async fn nobody_else_sees_or_changes_agreements() {
    let app = TestApp::new().await;
    let (boss, ana) = (app.admin("boss").await, app.member("ana").await);
    boss.put(ELDERS, terms("leden")).await.expect(200);
    for path in ["/admin/agreements", ELDERS] {
        assert_eq!(app.anonymous().get(path).await.refused(401), "signed-out", "{path}");
        assert_eq!(ana.get(path).await.refused(403), "not-admin", "{path}");
    }
    assert_eq!(ana.put(ELDERS, terms("vertrouwelijk")).await.refused(403), "not-admin");
    assert_eq!(ana.delete(ELDERS).await.refused(403), "not-admin");
    let half = json!({ "label": "Half", "scopes": ["read", "write", "moderate"] });
    let half = boss.post("/me/tokens", half).await.expect(201);
    let half = app.with_token(&boss, half["secret"].as_str().unwrap());
    assert_eq!(half.put(ELDERS, terms("vertrouwelijk")).await.refused(403), "scope");
    let (member, visitor) = (logged_in(&app, "ana").await, app.browser());
    member.get("/settings").await;
    let token = member.attributes("input[name=csrf]", "value").remove(0);
    for path in ["/admin/agreements", "/admin/agreements/new", ELDERS, "/admin/agreements/nergens.test"] {
        check_page(&member.get(path).await, 403, "nl");
        assert!(visitor.get(path).await.location().starts_with("/login?next="), "{path}");
    }
    for path in ["/admin/agreements/new", ELDERS] {
        let fields = [("csrf", token.as_str()), ("state", "agreed"), ("ceiling", "vertrouwelijk")];
        assert_eq!(member.post(path, &fields).await.status, 403, "{path}");
    }
    assert_eq!(boss.get(ELDERS).await.expect(200)["ceiling"], "leden");
    assert_eq!(decisions(&app).await.len(), 1);
}

/// What somebody was told of agreements that end: where the notices lead.
async fn told(of: &Member) -> Vec<String> {
    let notices = of.get("/me/notices").await.expect(200);
    let ends = notices["items"].as_array().unwrap().iter().filter(|one| one["kind"] == "agreement-ends");
    ends.map(|one| one["url"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_are_reminded_a_month_and_a_week_before_an_agreement_ends() {
    let app = TestApp::new().await;
    let (boss, deputy, ana) = (app.admin("boss").await, app.admin("deputy").await, app.member("ana").await);
    let ends = |days: i64| {
        let mut ends = terms("leden");
        ends["until"] = json!(app.app.clock.now().plus_days(days).rfc3339());
        ends
    };
    boss.put(ELDERS, ends(40)).await.expect(200);
    // Those that don't count, or have no end, need no reminder.
    let mut suspended = ends(20);
    suspended["state"] = json!("suspended");
    boss.put("/admin/agreements/stil.test", suspended).await.expect(200);
    boss.put("/admin/agreements/altijd.test", terms("leden")).await.expect(200);
    app.app.db.write(prune::schedule).await.unwrap();
    let after = async |days: i64| {
        app.clock.advance(days * DAY);
        app.settle().await;
        told(&boss).await.len()
    };
    assert_eq!(after(0).await, 0);
    assert_eq!(after(9).await, 0);
    assert_eq!(after(2).await, 1);
    assert_eq!(after(1).await, 1, "once");
    assert_eq!(after(20).await, 1);
    assert_eq!(after(2).await, 2);
    assert_eq!(after(1).await, 2, "once");
    assert_eq!(after(30).await, 2, "it is over");
    assert_eq!(told(&deputy).await, vec![app.url(ELDERS); 2]);
    assert!(told(&ana).await.is_empty());
    let mails = vakplein::mail::inbox(&app.app.config.mail.dir).await.unwrap();
    let subject = "De afspraak met elders.test loopt binnenkort af";
    let to = |name: &str| {
        let to = format!("{name}@example.org");
        mails.iter().filter(|mail| mail.to == to && mail.subject == subject).count()
    };
    assert_eq!((to("boss"), to("deputy"), to("ana")), (2, 2, 0));
    assert!(mails.iter().any(|mail| mail.body.contains(&app.url(ELDERS))), "{mails:?}");
    // With another end there is something new to be reminded of; one that is made so late is told once.
    boss.put(ELDERS, ends(5)).await.expect(200);
    assert_eq!(after(1).await, 3);
    assert_eq!(after(1).await, 3);
    let browser = logged_in(&app, "boss").await;
    check_page(&browser.get("/notifications").await, 200, "nl");
    let said = browser.texts("main").concat();
    assert!(said.contains("De afspraak met elders.test over besloten groepen loopt af"), "{said}");
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_is_asked_for_in_the_form_or_on_the_command_line() {
    let app = TestApp::new().await;
    let boss = app.admin("boss").await;
    let browser = logged_in(&app, "boss").await;
    browser.get("/admin/agreements/new?host=elders.test").await;
    let buttons = browser.texts("main form button").concat();
    assert!(buttons.contains("Vraag aan") && buttons.contains("Leg alleen hier vast"), "{buttons}");
    let wrong = browser.submit("main form.form", &[("ask", "1")]).await;
    check_page(&wrong, 400, "nl");
    assert_eq!(browser.texts("#purpose-error").len(), 1);
    let filled = [("organisation", "Gemeente Elders"), ("purpose", "Samen leren"), ("ask", "1")];
    let asked = browser.submit("main form.form", &filled).await;
    assert_eq!((asked.status, asked.location()), (303, ELDERS), "{}", asked.text);
    check_page(&browser.get(ELDERS).await, 200, "nl");
    let said = browser.texts("main").concat();
    assert!(said.contains("Aangevraagd") && said.contains("Zij: nog niets laten weten"), "{said}");
    assert_eq!(ceiling(&app).await, Class::Openbaar, "it doesn't count yet");
    // What is asked for can be changed; what nobody asked for can't be said to be asked for.
    assert_eq!(browser.attributes("input[name=state][checked]", "value"), ["requested"]);
    let more = [("ceiling", "vertrouwelijk")];
    assert_eq!(browser.submit("main form.form", &more).await.location(), "/admin/agreements");
    let shown = boss.get(ELDERS).await.expect(200);
    assert_eq!((&shown["state"], &shown["asked"]), (&json!("requested"), &json!("us")));
    assert_eq!((&shown["ceiling"], &shown["told"]), (&json!("vertrouwelijk"), &json!(true)));
    let mut pretended = terms("leden");
    for state in ["requested", "discussion"] {
        pretended["state"] = json!(state);
        assert_eq!(boss.put("/admin/agreements/nieuw.test", pretended.clone()).await.refused(400), "invalid");
    }
    assert_eq!(boss.put(ELDERS, pretended).await.refused(400), "invalid");

    let run = |arguments: &[&str]| vakplein(&app, &[["agreement"].as_slice(), arguments].concat(), "");
    let rest =
        ["--organisation", "Anders", "--purpose", "Leren", "--ceiling", "leden", "--until", "2099-12-31"];
    let asked = lines(&run(&[["ask", "anders.test"].as_slice(), &rest].concat())).join("\n");
    assert!(asked.contains("state        requested") && asked.contains("they say     nothing"), "{asked}");
    let listed = lines(&run(&["list"]));
    assert_eq!(listed[0], "anders.test\trequested\tleden\topenbaar\t2099-12-31\tAnders");
    assert!(lines(&run(&["show", "anders.test"])).join("\n").contains("purpose      Leren"));
    assert!(complaint(&run(&["show", "nergens.test"])).contains("not found"));
    assert!(complaint(&run(&["answer", "anders.test", "agree"])).contains("already done"));
    assert!(complaint(&run(&["answer", "nergens.test", "refuse"])).contains("not found"));
    assert!(complaint(&run(&["say", "anders.test", "Hallo"])).contains("text:"));
    assert!(complaint(&run(&["ask", "anders.test", "--ceiling", "openbaar"])).contains("--organisation"));
    lines(&run(&["end", "anders.test"]));
    let words: Vec<String> = decisions(&app).await.into_iter().map(|[_, word, ..]| word).collect();
    assert_eq!(words, ["requested", "requested", "requested", "ended"]);
    // Whom rules keep out couldn't answer.
    boss.put("/admin/agreements/altijd.test", terms("leden")).await.expect(200);
    assert_eq!(
        boss.post("/admin/agreements", ask("altijd.test")).await.refused(409),
        "conflict",
        "it counts already"
    );
    boss.patch("/admin/peers/dicht.test", json!({ "state": "blocked" })).await.expect(200);
    assert_eq!(boss.post("/admin/agreements", ask("dicht.test")).await.refused(400), "invalid");
}

fn ask(host: &str) -> Value {
    let mut asked = terms("leden");
    asked["host"] = json!(host);
    asked["ask"] = json!(true);
    asked
}
