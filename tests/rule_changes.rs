//! Changes of the rules about other servers: what they would have done, who has to agree, and what comes back when one is undone.

use serde_json::{Value, json};

use crate::federation::inbound::Scene;
use crate::federation::pair::{GROUP, Pair, id, joins, titles};
use crate::rules::{CHANGES, add, apply, at, enforce, proposal, propose, rules, server, wrong};
use crate::support::program::{lines, vakplein};
use crate::support::{Member, Reply};

const DAY: i64 = 86_400;
/// The instance on which Bo is.
const THERE: &str = "gemeente.test";

fn block() -> Vec<Value> {
    vec![server(THERE, "blocked")]
}

/// What was decided about a server.
async fn state(boss: &Member, host: &str) -> Value {
    boss.get(&format!("/admin/peers/{host}")).await.expect(200)["state"].clone()
}

/// Lines of the audit trail about the rules, the oldest first.
async fn audited(boss: &Member) -> Vec<String> {
    let page = boss.get("/admin/audit?limit=100").await.expect(200);
    let lines = page["items"].as_array().unwrap().iter().rev().filter(|line| line["act"] == "rules");
    lines.map(|line| line["object"].as_str().unwrap().to_owned()).collect()
}

/// Who follows whom, as each of two people sees it: whether they follow the other.
async fn follows(pair: &Pair) -> [Value; 2] {
    let ana = pair.ana.get("/people/bo@gemeente.test").await.expect(200);
    let bo = pair.bo.get("/people/ana@werkplein.test").await.expect(200);
    [ana["relation"]["following"].clone(), bo["relation"]["following"].clone()]
}

/// What Bo reads in the group: titles, in alphabetical order.
async fn read_by_bo(pair: &Pair) -> Vec<String> {
    titles(&pair.bo, GROUP).await
}

/// Ana and Bo follow each other, Ana belongs to a group of Bo's, and Bo to one of Ana's.
async fn friends() -> Pair {
    let pair = Pair::new().await;
    pair.ana.get("/resolve?uri=%40bo%40gemeente.test").await.expect(200);
    pair.bo.get("/resolve?uri=%40ana%40werkplein.test").await.expect(200);
    assert_eq!(pair.ana.put("/people/bo@gemeente.test/follow", json!({})).await.status, 204);
    assert_eq!(pair.bo.put("/people/ana@werkplein.test/follow", json!({})).await.status, 204);
    pair.bo.post("/groups", json!({ "name": "plein", "title": "Het plein" })).await.expect(201);
    joins(&pair.ana, "plein@gemeente.test").await;
    pair.settle().await;
    pair
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_shows_what_it_would_have_done_and_not_a_word_of_what_was_said() {
    let scene = Scene::new().await;
    let boss = scene.app.admin("boss").await;
    scene.deliver(&scene.jan.activity("Follow", "1", json!(scene.group_uri))).await;
    let mut note = scene.jan.note("1", &[&scene.group_uri], None);
    note["content"] = json!("<p>Zwijgwoord.</p>");
    scene.deliver(&scene.jan.activity("Create", "1", note)).await;
    let change = propose(&boss, &[add(json!({ "effect": "refuse", "host": "mastodon.test" }))]).await;
    let forecast = &change["forecast"];
    assert_eq!(forecast["hosts"], json!(["mastodon.test"]), "{change}");
    let shifts = forecast["shifts"].as_array().unwrap();
    let came = shifts.iter().find(|shift| shift["direction"] == "in").unwrap();
    assert_eq!((&came["from"], &came["to"]), (&json!("allow"), &json!("refuse")), "{forecast}");
    assert_eq!(came["count"], 2, "{forecast}");
    assert!(shifts.iter().any(|shift| shift["direction"] == "out"), "it was answered: {forecast}");
    let sample = forecast["sample"].as_array().unwrap();
    let topic = sample.iter().find(|line| line["activity"] == "Create").unwrap();
    assert_eq!((&topic["host"], &topic["to"]), (&json!("mastodon.test"), &json!("refuse")), "{topic}");
    assert!(!change.to_string().contains("Zwijgwoord"), "{change}");
    // About somebody else it would have done nothing.
    let other = propose(&boss, &[add(json!({ "effect": "refuse", "host": "elders.test" }))]).await;
    assert_eq!(other["forecast"]["shifts"], json!([]), "{other}");
    // What passed longer ago than a month isn't looked at.
    scene.app.clock.advance(31 * DAY);
    let later = boss.post(&at(&change, "/forecast"), json!({})).await.expect(200);
    assert_eq!(later["forecast"]["shifts"], json!([]), "{later}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_passes_meanwhile_changes_the_hash() {
    let scene = Scene::new().await;
    let boss = scene.app.admin("boss").await;
    let change = propose(&boss, &[add(json!({ "effect": "refuse", "host": "mastodon.test" }))]).await;
    let same = boss.post(&at(&change, "/forecast"), json!({})).await.expect(200);
    assert_eq!(same["hash"], change["hash"], "nothing passed");
    scene.deliver(&scene.jan.activity("Create", "1", scene.jan.note("1", &[&scene.group_uri], None))).await;
    let anew = boss.post(&at(&change, "/forecast"), json!({})).await.expect(200);
    assert_ne!(anew["hash"], change["hash"]);
    assert_eq!(wrong(&apply(&boss, &change).await), ["hash"], "that is not what would happen any more");
    assert_eq!(apply(&boss, &anew).await.expect(200)["state"], "applied");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_touches_members_takes_a_second_administrator() {
    let pair = Pair::new().await;
    let (chief, deputy) = (pair.here.admin("chief").await, pair.here.admin("deputy").await);
    let change = propose(&chief, &block()).await;
    let forecast = &change["forecast"];
    assert_eq!((&change["wide"], &forecast["members"]), (&json!(true), &json!(1)), "{change}");
    assert_eq!((&forecast["peopleThere"], &forecast["memberships"]), (&json!(1), &json!(0)));
    let asked = apply(&chief, &change).await.expect(200);
    assert_eq!((&asked["state"], state(&chief, THERE).await), (&json!("awaiting"), json!("open")));
    assert_eq!(apply(&chief, &change).await.refused(403), "not-second");
    assert_eq!(apply(&pair.ana, &change).await.refused(403), "not-admin");
    pair.settle().await;
    // The other is told; whoever proposed it knows.
    let told = async |by: &Member| {
        let notices = by.get("/me/notices").await.expect(200);
        let all = notices["items"].as_array().unwrap().iter().filter(|one| one["kind"] == "rule-change");
        all.map(|one| one["url"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let page = pair.here.url(&format!("/admin/rule-changes/{}", id(&change)));
    assert_eq!((told(&deputy).await, told(&chief).await), (vec![page], vec![]));
    let wrong_hash = json!({ "hash": "f".repeat(64) });
    assert_eq!(wrong(&deputy.put(&at(&change, "/application"), wrong_hash).await), ["hash"]);
    assert_eq!(state(&chief, THERE).await, "open");
    let applied = apply(&deputy, &change).await.expect(200);
    assert_eq!((&applied["state"], state(&chief, THERE).await), (&json!("applied"), json!("blocked")));
    pair.settle().await;
    assert_eq!(pair.ana.get("/groups/bijstand").await.expect(200)["memberCount"], 1);
    // Who wanted it, who agreed, what it was and what was seen.
    let lines = audited(&chief).await;
    let last = lines.last().unwrap();
    let hash = change["hash"].as_str().unwrap();
    for part in [THERE, "blocked", hash] {
        assert!(last.contains(part), "{part}: {lines:?}");
    }
    assert!(last.contains("chief") || last.contains(&chief.id.to_string()), "who asked for it: {last}");
    pair.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_touches_nobody_takes_one_administrator_and_so_does_a_lonely_one() {
    let pair = Pair::new().await;
    let chief = pair.here.admin("chief").await;
    let deputy = pair.here.admin("deputy").await;
    let narrow = propose(&chief, &[server("vreemd.test", "blocked")]).await;
    assert_eq!(narrow["wide"], false, "{narrow}");
    assert_eq!(apply(&chief, &narrow).await.expect(200)["state"], "applied");
    // A rule about closed groups is wide whomever it is about.
    let closed = add(json!({ "effect": "refuse", "host": "vreemd.test", "class": "leden" }));
    assert_eq!(propose(&chief, &[closed]).await["wide"], true);
    // The deputy is an administrator no more: then there is no second one to wait for, and the trail says so.
    let change = propose(&chief, &block()).await;
    chief.patch(&format!("/admin/people/{}", deputy.id), json!({ "role": "member" })).await.expect(200);
    assert_eq!(apply(&deputy, &change).await.refused(403), "not-admin");
    assert_eq!(apply(&chief, &change).await.expect(200)["state"], "applied");
    assert_eq!(state(&chief, THERE).await, "blocked");
    let lines = audited(&chief).await;
    assert!(lines.last().unwrap().contains("alone"), "{lines:?}");
    assert!(!lines[0].contains("alone"), "that took nobody else: {lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_members_is_not_blocked_in_passing() {
    let pair = Pair::new().await;
    let (chief, _deputy) = (pair.here.admin("chief").await, pair.here.admin("deputy").await);
    let peer = |host: &str| format!("/admin/peers/{host}");
    let blocked = json!({ "state": "blocked" });
    let refused = chief.patch(&peer(THERE), blocked.clone()).await;
    assert_eq!(refused.refused(403), "needs-second");
    assert_eq!(state(&chief, THERE).await, "open");
    chief.patch(&peer("vreemd.test"), blocked).await.expect(200);
    assert_eq!(state(&chief, "vreemd.test").await, "blocked");
    // A note, a pause and a limit concern nobody's membership.
    let note = json!({ "state": "limited", "note": "Eerst kijken", "paused": false });
    chief.patch(&peer(THERE), note).await.expect(200);
    pair.settle().await;
    let members = async || pair.ana.get("/groups/bijstand").await.expect(200)["memberCount"].clone();
    assert_eq!(members().await, 2);
    // Whoever sits at the machine can do anything anyway; that, too, can be undone.
    lines(&vakplein(&pair.here, &["--as", "chief", "peer", "set", THERE, "blocked"], ""));
    assert_eq!(state(&chief, THERE).await, "blocked");
    pair.settle().await;
    assert_eq!(members().await, 1);
    let list = chief.get(CHANGES).await.expect(200);
    let change = &list["items"][0];
    assert_eq!((&change["state"], &change["undoable"]), (&json!("applied"), &json!(true)), "{list}");
    chief.post(&at(change, "/undoing"), json!({})).await.expect(200);
    pair.settle().await;
    assert_eq!(
        (members().await, state(&chief, THERE).await),
        (json!(2), json!("limited")),
        "as it was before"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_brings_back_rules_servers_members_and_friends() {
    let pair = friends().await;
    let (chief, deputy) = (pair.here.admin("chief").await, pair.here.admin("deputy").await);
    enforce(&chief, &[add(json!({ "effect": "hide", "host": "vreemd.test" }))]).await;
    let before = rules(&chief).await;
    assert_eq!(follows(&pair).await, [json!(true), json!(true)]);
    pair.topic("bijstand", "Voor het blok").await;
    assert_eq!(read_by_bo(&pair).await, ["Voor het blok"]);

    let end = json!({ "change": "end-rule", "id": before[0]["id"] });
    let organisation = json!({ "change": "set-organisation", "host": THERE, "organisation": "gemeente" });
    let more = add(json!({ "effect": "refuse", "host": "nieuw.test" }));
    let change = propose(&chief, &[server(THERE, "blocked"), end, organisation, more]).await;
    let forecast = &change["forecast"];
    let counts = ["follows", "members", "memberships", "peopleHere", "peopleThere"];
    assert_eq!(json!(counts.map(|name| forecast[name].clone())), json!([2, 1, 1, 1, 1]), "{forecast}");
    apply(&chief, &change).await.expect(200);
    apply(&deputy, &change).await.expect(200);
    pair.settle().await;
    assert_eq!(rules(&chief).await[0]["host"], "nieuw.test");
    assert_eq!(follows(&pair).await, [json!(false), json!(false)]);
    assert_eq!(pair.ana.get("/groups/bijstand").await.expect(200)["memberCount"], 1);
    let role = async || pair.ana.get("/groups/plein@gemeente.test").await.expect(200)["role"].clone();
    assert_eq!(role().await, Value::Null);
    pair.topic("bijstand", "Tijdens het blok").await;
    let during = read_by_bo(&pair).await;
    assert!(!during.contains(&"Tijdens het blok".to_owned()), "{during:?}");

    let shown = chief.get(&at(&change, "")).await.expect(200);
    assert_eq!(shown["undoable"], true, "{shown}");
    pair.advance(13 * DAY).await;
    let undone = chief.post(&at(&change, "/undoing"), json!({})).await.expect(200);
    assert_eq!(undone["state"], "undone", "{undone}");
    pair.settle().await;
    let peer = chief.get(&format!("/admin/peers/{THERE}")).await.expect(200);
    assert_eq!((&peer["state"], &peer["organisation"]), (&json!("open"), &json!("unknown")), "{peer}");
    assert_eq!(rules(&chief).await, before, "the one that was ended is back, the one that was made is gone");
    assert_eq!(follows(&pair).await, [json!(true), json!(true)], "they follow each other again");
    assert_eq!(role().await, "member", "and Ana belongs to Bo's group");
    assert_eq!(pair.ana.get("/groups/bijstand").await.expect(200)["memberCount"], 2);
    // They read and write to each other again.
    let topic = pair.topic("bijstand", "Na het blok").await;
    let after = read_by_bo(&pair).await;
    assert!(after.contains(&"Na het blok".to_owned()), "{after:?}");
    let copy = pair.copy(&topic).await;
    let path = format!("/threads/{}/replies", id(&copy));
    let reply = pair.bo.post(&path, json!({ "content": "Daar ben ik weer." })).await.expect(201);
    pair.settle().await;
    let own = pair.bo.get(&format!("/posts/{}", id(&reply))).await.expect(200);
    assert_eq!(own["pending"], false, "the host took it: {own}");
    let seen = pair.ana.get(&format!("/threads/{}/replies", id(&topic))).await.expect(200);
    assert!(seen.to_string().contains("Daar ben ik weer."), "{seen}");
    assert_eq!(chief.post(&at(&change, "/undoing"), json!({})).await.refused(409), "conflict", "once");
    pair.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_two_weeks_nothing_is_undone() {
    let pair = Pair::new().await;
    let chief = pair.here.admin("chief").await;
    let change = propose(&chief, &block()).await;
    let early = chief.post(&at(&change, "/undoing"), json!({})).await;
    assert_eq!(early.refused(409), "conflict", "it doesn't count yet");
    apply(&chief, &change).await.expect(200);
    pair.settle().await;
    pair.advance(14 * DAY + 1).await;
    vakplein::prune::round(&pair.here.app).await.unwrap();
    assert_eq!(wrong(&chief.post(&at(&change, "/undoing"), json!({})).await), ["id"]);
    assert_eq!(chief.get(&at(&change, "")).await.expect(200)["undoable"], false);
    assert_eq!(state(&chief, THERE).await, "blocked");
    // What ended isn't kept for longer than it can come back.
    let kept = pair.here.app.db.read(|tx| {
        use diesel::prelude::*;
        Ok(vakplein::db::schema::severed_ties::table.count().get_result::<i64>(tx.conn)?)
    });
    assert_eq!(kept.await.unwrap(), 0);
    // The other way round is a change like any other; members begin anew.
    enforce(&chief, &[server(THERE, "open")]).await;
    pair.settle().await;
    assert_eq!(pair.ana.get("/groups/bijstand").await.expect(200)["memberCount"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_withdrawn_before_it_counts_and_not_after() {
    let pair = Pair::new().await;
    let (chief, deputy) = (pair.here.admin("chief").await, pair.here.admin("deputy").await);
    let change = propose(&chief, &block()).await;
    apply(&chief, &change).await.expect(200);
    assert_eq!(deputy.delete(&at(&change, "")).await.status, 204, "the other doesn't agree");
    assert_eq!(chief.get(&at(&change, "")).await.expect(200)["state"], "withdrawn");
    let gone = |reply: Reply| assert_eq!(reply.refused(409), "conflict");
    gone(apply(&deputy, &change).await);
    gone(deputy.delete(&at(&change, "")).await);
    gone(chief.post(&at(&change, "/undoing"), json!({})).await);
    gone(chief.post(&at(&change, "/forecast"), json!({})).await);
    assert_eq!(state(&chief, THERE).await, "open");
    let done = enforce(&chief, &[server("vreemd.test", "limited")]).await;
    gone(chief.delete(&at(&done, "")).await);
    // All of them can be read afterwards, the newest first.
    let list = chief.get(CHANGES).await.expect(200);
    let states: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|one| one["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["applied", "withdrawn"]);
    assert_eq!(wrong(&chief.post(CHANGES, proposal(&[server("vreemd.test", "limited")])).await), ["changes"]);
}
