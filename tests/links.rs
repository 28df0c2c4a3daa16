//! Links between groups of one instance: who asks, accepts, changes and ends them. What is shown by them stands in `shown.rs`, proposals of
//! single topics in `promotions.rs`, links with groups elsewhere in `federation/`.

use reqwest::Method;
use serde_json::{Value, json};
use vakplein::groups::{self, GroupDraft};
use vakplein::links::{Choice, Side, Wish, acts};
use vakplein::policy::Actor;

use crate::support::app::keys;
use crate::support::program::{complaint, lines, vakplein};
use crate::support::{Member, Reply, TestApp};

/// Two open groups: `bijstand` of ana, with bob in it, and `landelijk` of nico, with cor.
pub struct Two {
    pub app: TestApp,
    pub ana: Member,
    pub bob: Member,
    pub nico: Member,
    pub cor: Member,
}

pub async fn two() -> Two {
    let app = TestApp::new().await;
    let (ana, bob) = (app.member("ana").await, app.member("bob").await);
    let (nico, cor) = (app.member("nico").await, app.member("cor").await);
    found(&ana, "bijstand").await;
    found(&nico, "landelijk").await;
    joins(&bob, "bijstand").await;
    joins(&cor, "landelijk").await;
    Two { app, ana, bob, nico, cor }
}

pub async fn found(by: &Member, name: &str) {
    by.post("/groups", json!({ "name": name, "title": name.to_uppercase() })).await.expect(201);
}

pub async fn joins(who: &Member, group: &str) {
    who.post(&format!("/groups/{group}/memberships"), json!({})).await.expect(201);
}

fn id(made: &Value) -> String {
    made["id"].as_str().unwrap().to_owned()
}

pub async fn topic(by: &Member, group: &str, title: &str) -> String {
    let body = json!({ "title": title, "content": "Wie weet dit?" });
    id(&by.post(&format!("/groups/{group}/threads"), body).await.expect(201))
}

/// The topics on the first page of a group's list.
pub async fn titles(by: &Member, group: &str) -> Vec<String> {
    let page = by.get(&format!("/groups/{group}/threads")).await.expect(200);
    let items = page["items"].as_array().unwrap().iter();
    items.map(|topic| topic["title"].as_str().unwrap().to_owned()).collect()
}

/// The groups that show a topic.
pub async fn shown_in(by: &Member, thread: &str) -> Vec<String> {
    let thread = by.get(&format!("/threads/{thread}")).await.expect(200);
    let groups = thread["shownIn"].as_array().unwrap().iter();
    groups.map(|group| group["name"].as_str().unwrap().to_owned()).collect()
}

async fn links(by: &Member, group: &str) -> Vec<Value> {
    let found = by.get(&format!("/groups/{group}/links")).await.expect(200);
    found["links"].as_array().unwrap().clone()
}

async fn asks(by: &Member, group: &str, wish: Value) -> String {
    id(&by.post(&format!("/groups/{group}/links"), wish).await.expect(201))
}

fn show(of: &str) -> Value {
    json!({ "group": of, "side": "target" })
}

/// Has `landelijk` show topics of `bijstand`; tells the link's id.
pub async fn linked(two: &Two) -> String {
    let link = asks(&two.nico, "landelijk", show("bijstand")).await;
    let accepted = json!({ "state": "accepted" });
    two.ana.patch(&format!("/groups/bijstand/links/{link}"), accepted).await.expect(200);
    link
}

/// Says anew which topics `landelijk` shows.
pub async fn set(two: &Two, link: &str, choice: Value) -> Value {
    two.nico.patch(&format!("/groups/landelijk/links/{link}"), choice).await.expect(200)
}

/// `DELETE` with a reason.
pub async fn delete(app: &TestApp, by: &Member, path: &str, reason: &str) -> Reply {
    let bearer = format!("Bearer {}", by.token.as_deref().unwrap());
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = json!({ "reason": reason }).to_string().into_bytes();
    app.send(Method::DELETE, &format!("/api/v1{path}"), &headers, Some(body)).await
}

/// What somebody was told of one kind: where it leads, and the reason.
pub async fn told(of: &Member, kind: &str) -> Vec<(String, String)> {
    let notices = of.get("/me/notices").await.expect(200);
    let found = notices["items"].as_array().unwrap().iter().filter(|one| one["kind"] == kind);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    found.map(|one| (text(&one["url"]), text(&one["reason"]))).collect()
}

/// What a group's moderation log says: acts and reasons, the latest first.
pub async fn log(by: &Member, group: &str) -> Vec<(String, String)> {
    let log = by.get(&format!("/groups/{group}/modlog")).await.expect(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let lines = log["items"].as_array().unwrap().iter();
    lines.map(|line| (text(&line["act"]), text(&line["reason"]))).collect()
}

fn fields(refused: &Reply) -> Vec<String> {
    assert_eq!(refused.refused(400), "invalid", "{}", refused.text);
    let errors = refused.json["errors"].as_array().unwrap().iter();
    errors.map(|error| error["field"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_group_shows_topics_of_another_once_its_owners_agree() {
    let Two { app, ana, bob, nico, cor } = two().await;
    let nobody = app.anonymous();
    let early = topic(&bob, "bijstand", "Vroeg").await;
    let wish = json!({ "group": "@bijstand@werkplein.test", "side": "target", "note": "Graag!" });
    let asked = nico.post("/groups/landelijk/links", wish).await;
    let link = id(&asked.json);
    assert!(asked.location().ends_with(&format!("/api/v1/groups/landelijk/links/{link}")));
    let asked = asked.expect(201);
    assert_eq!((&asked["side"], &asked["state"]), (&json!("target"), &json!("asked")));
    assert_eq!((&asked["awaitsUs"], &asked["rests"]), (&json!(false), &json!(false)));
    assert_eq!((&asked["group"]["name"], &asked["by"]["name"]), (&json!("bijstand"), &json!("nico")));

    // What waits is the owners' to know, and nothing is shown by it.
    let waiting = links(&ana, "bijstand").await;
    assert_eq!((waiting.len(), &waiting[0]["id"]), (1, &json!(link)));
    assert_eq!((&waiting[0]["side"], &waiting[0]["awaitsUs"]), (&json!("source"), &json!(true)));
    assert_eq!((&waiting[0]["group"]["name"], &waiting[0]["note"]), (&json!("landelijk"), &json!("Graag!")));
    for who in [&nobody, &bob, &cor] {
        assert!(links(who, "bijstand").await.is_empty() && links(who, "landelijk").await.is_empty());
    }
    assert!(titles(&cor, "landelijk").await.is_empty());

    let (here, there) = (format!("/groups/bijstand/links/{link}"), format!("/groups/landelijk/links/{link}"));
    let accept = json!({ "state": "accepted" });
    assert_eq!(nico.patch(&there, accept.clone()).await.refused(409), "conflict");
    assert_eq!(ana.patch(&here, json!({ "state": "asked" })).await.refused(400), "invalid");
    let accepted = ana.patch(&here, accept.clone()).await.expect(200);
    assert_eq!((&accepted["state"], &accepted["awaitsUs"]), (&json!("accepted"), &json!(false)));
    assert!(accepted["acceptedAt"].is_string());
    assert_eq!(ana.patch(&here, accept).await.expect(200), accepted, "it is so already");

    topic(&bob, "bijstand", "Laat").await;
    topic(&cor, "landelijk", "Eigen").await;
    assert_eq!(titles(&nobody, "landelijk").await, ["Eigen", "Laat", "Vroeg"]);
    assert_eq!(titles(&nobody, "bijstand").await, ["Laat", "Vroeg"]);
    let items = nobody.get("/groups/landelijk/threads").await.expect(200)["items"].clone();
    assert_eq!((&items[0]["via"], &items[0]["group"]["name"]), (&json!(false), &json!("landelijk")));
    assert_eq!((&items[1]["via"], &items[1]["group"]["name"]), (&json!(true), &json!("bijstand")));
    assert_eq!(nobody.get("/groups/bijstand/threads").await.expect(200)["items"][0]["via"], false);
    // Among those of all groups each stands once, in its own.
    let all = nobody.get("/threads").await.expect(200)["items"].clone();
    assert_eq!(all.as_array().unwrap().len(), 3);
    assert!(all.as_array().unwrap().iter().all(|topic| topic["via"] == false));
    assert_eq!(shown_in(&nobody, &early).await, ["landelijk"]);
    let public = links(&nobody, "landelijk").await;
    assert_eq!((public.len(), &public[0]["note"], &public[0]["by"]), (1, &json!(""), &Value::Null));

    // There is one such link, whoever asks.
    assert_eq!(fields(&nico.post("/groups/landelijk/links", show("bijstand")).await), ["group"]);
    let offer = json!({ "group": "landelijk", "side": "source" });
    assert_eq!(fields(&ana.post("/groups/bijstand/links", offer).await), ["group"]);

    assert_eq!(delete(&app, &ana, &here, &"x".repeat(2_001)).await.refused(400), "invalid");
    delete(&app, &ana, &here, "Het past niet meer.").await.expect(204);
    assert_eq!(titles(&nobody, "landelijk").await, ["Eigen"]);
    assert!(shown_in(&bob, &early).await.is_empty());
    assert!(links(&nico, "landelijk").await.is_empty());
    assert_eq!(nico.get(&there).await.refused(404), "not-found");
    assert_eq!(nico.delete(&there).await.refused(404), "not-found");
    app.settle().await;
    assert_eq!(app.failures().await, Vec::<String>::new());
}

#[tokio::test]
async fn either_side_asks_and_both_ways_are_two_links() {
    let Two { app, ana, bob, nico, cor } = two().await;
    topic(&bob, "bijstand", "Huur").await;
    topic(&cor, "landelijk", "Fiets").await;
    let offer = json!({ "group": app.url("/g/landelijk"), "side": "source", "takes": "promoted" });
    let one = asks(&ana, "bijstand", offer).await;
    let waiting = links(&nico, "landelijk").await;
    assert_eq!((&waiting[0]["side"], &waiting[0]["takes"]), (&json!("target"), &json!("all")));
    let there = format!("/groups/landelijk/links/{one}");
    let chosen = json!({ "state": "accepted", "words": ["huur", "zorg"] });
    assert_eq!(nico.patch(&there, chosen).await.expect(200)["words"], json!(["huur", "zorg"]));
    assert_eq!(titles(&cor, "landelijk").await, ["Fiets", "Huur"]);
    // The source has no say in what is shown.
    let here = format!("/groups/bijstand/links/{one}");
    assert_eq!(ana.patch(&here, json!({ "words": [] })).await.refused(403), "not-owner");

    // Whoever asks for what the other side asked for already accepts it.
    let other = asks(&nico, "landelijk", json!({ "group": "bijstand", "side": "source" })).await;
    assert_eq!(titles(&bob, "bijstand").await, ["Huur"]);
    let taken = ana.post("/groups/bijstand/links", show("landelijk")).await.expect(201);
    assert_eq!((id(&taken), &taken["state"]), (other, &json!("accepted")));
    assert_eq!(titles(&bob, "bijstand").await, ["Fiets", "Huur"]);
    assert_eq!((links(&bob, "bijstand").await.len(), links(&cor, "landelijk").await.len()), (2, 2));
    ana.delete(&here).await.expect(204);
    assert_eq!(titles(&cor, "landelijk").await, ["Fiets"], "the other way goes on");
    assert_eq!(titles(&bob, "bijstand").await, ["Fiets", "Huur"]);

    // Refused, and taken back: it can be asked again.
    let dora = app.member("dora").await;
    found(&dora, "buurt").await;
    let refused = asks(&dora, "buurt", show("landelijk")).await;
    nico.delete(&format!("/groups/landelijk/links/{refused}")).await.expect(204);
    assert!(links(&dora, "buurt").await.is_empty());
    let again = asks(&dora, "buurt", show("landelijk")).await;
    dora.delete(&format!("/groups/buurt/links/{again}")).await.expect(204);
    assert_eq!(links(&nico, "landelijk").await.len(), 1);

    // Whoever decides in both groups needn't answer themselves.
    found(&ana, "tweede").await;
    let own = ana.post("/groups/tweede/links", show("bijstand")).await.expect(201);
    assert_eq!(own["state"], "accepted");
    assert_eq!(titles(&ana, "tweede").await, ["Huur"], "what is shown goes no further");
}

#[tokio::test]
async fn only_owners_decide_about_links() {
    let two = two().await;
    let link = linked(&two).await;
    let Two { app, ana, bob: _, nico, cor } = &two;
    let (mia, dora, boss) = (app.member("mia").await, app.member("dora").await, app.admin("boss").await);
    joins(&mia, "landelijk").await;
    let role = json!({ "person": "mia", "role": "moderator" });
    nico.patch("/groups/landelijk/memberships", role).await.expect(204);
    found(ana, "derde").await;
    let (all, one) = ("/groups/landelijk/links", format!("/groups/landelijk/links/{link}"));
    for who in [cor, &mia, &dora, ana] {
        assert_eq!(who.post(all, show("derde")).await.refused(403), "not-owner", "{}", who.name);
        assert_eq!(who.patch(&one, json!({ "words": ["x"] })).await.refused(403), "not-owner");
        assert_eq!(who.delete(&one).await.refused(403), "not-owner");
        assert_eq!(who.get(&one).await.refused(404), "not-found");
    }
    let nobody = app.anonymous();
    assert_eq!(nobody.post(all, show("derde")).await.refused(401), "signed-out");
    assert_eq!(nobody.get(&one).await.refused(401), "signed-out");
    assert_eq!(nobody.patch(&one, json!({})).await.refused(401), "signed-out");
    assert_eq!(nobody.delete(&one).await.refused(401), "signed-out");
    let half = json!({ "label": "Half", "scopes": ["read", "write"] });
    let half = nico.post("/me/tokens", half).await.expect(201);
    let half = app.with_token(nico, half["secret"].as_str().unwrap());
    assert_eq!(half.post(all, show("derde")).await.refused(403), "scope");
    assert_eq!(half.patch(&one, json!({ "words": ["x"] })).await.refused(403), "scope");
    assert_eq!(half.delete(&one).await.refused(403), "scope");
    half.get(&one).await.expect(200);

    // A link is named with one of its groups.
    let astray = format!("/groups/derde/links/{link}");
    assert_eq!(ana.get(&astray).await.refused(404), "not-found");
    assert_eq!(ana.patch(&astray, json!({ "state": "accepted" })).await.refused(404), "not-found");
    assert_eq!(ana.delete(&astray).await.refused(404), "not-found");
    assert_eq!(links(nico, "landelijk").await[0]["words"], json!([]));
    boss.patch(&one, json!({ "words": ["huur"] })).await.expect(200);
    assert_eq!(links(cor, "landelijk").await[0]["words"], json!(["huur"]));
    boss.delete(&one).await.expect(204);
}

#[tokio::test]
async fn closed_groups_have_no_links_and_what_is_wrong_is_told_at_its_field() {
    let Two { app: _app, ana, bob, nico, .. } = two().await;
    ana.post("/groups", json!({ "name": "geheim", "title": "Geheim", "class": "leden" })).await.expect(201);
    found(&ana, "weg").await;
    ana.delete("/groups/weg").await.expect(204);
    let path = "/groups/landelijk/links";
    // A closed one, one that is gone and one that never was read alike.
    let mut said = Vec::new();
    for other in ["geheim", "nergens", "weg", "!nergens@werkplein.test", "http://werkplein.test/g/geheim"] {
        for side in ["source", "target"] {
            let refused = nico.post(path, json!({ "group": other, "side": side })).await;
            assert_eq!(fields(&refused), ["group"], "{other}");
            said.push(refused.json["errors"][0]["message"].clone());
        }
    }
    said.dedup();
    assert_eq!(said.len(), 1, "{said:?}");
    for who in [&bob, &nico] {
        assert_eq!(who.get("/groups/geheim/links").await.refused(404), "not-found");
        assert_eq!(who.post("/groups/geheim/links", show("landelijk")).await.refused(404), "not-found");
    }
    assert_eq!(ana.post("/groups/geheim/links", show("landelijk")).await.refused(403), "not-open");

    let with = |name: &str, value: Value| {
        let mut wish = show("bijstand");
        wish[name] = value;
        wish
    };
    let many: Vec<String> = (0..21).map(|n| format!("woord {n}")).collect();
    for (wish, field) in [
        (with("group", json!("landelijk")), "group"),
        (with("group", json!(" ")), "group"),
        (with("words", json!(many)), "words"),
        (with("words", json!(["goed", "x".repeat(61)])), "words"),
        (with("words", json!(["?!"])), "words"),
        (with("words", json!(["112"])), "words"),
        (with("note", json!("x".repeat(2_001))), "note"),
    ] {
        assert_eq!(fields(&nico.post(path, wish.clone()).await), [field], "{wish}");
    }
    let wrong = json!({ "group": "geheim", "side": "target", "words": ["?!"], "note": "x".repeat(2_001) });
    assert_eq!(fields(&nico.post(path, wrong).await), ["group", "words", "note"]);
    for wish in [with("side", json!("beide")), with("takes", json!("niets")), with("extra", json!(1))] {
        assert_eq!(nico.post(path, wish.clone()).await.refused(400), "malformed", "{wish}");
    }
    assert!(links(&nico, "landelijk").await.is_empty());
    let most = with("words", json!(many[..20]));
    let made = nico.post(path, most).await.expect(201);
    assert_eq!(made["words"].as_array().unwrap().len(), 20);
}

#[tokio::test]
async fn a_group_has_a_hundred_links_at_most() {
    let Two { app, ana, nico, .. } = two().await;
    let (by, keys) = (Actor::here(nico.id), keys());
    let filled = app.app.db.write(move |tx| {
        let here = groups::views::find(tx, "landelijk")?;
        for n in 0..100 {
            let (name, title) = (format!("groep{n}"), format!("Groep {n}"));
            let draft = GroupDraft { name, title, ..GroupDraft::default() };
            let other = groups::acts::found(tx, None, &draft, &keys)?.id;
            let wish = Wish { other, side: Side::Target, choice: Choice::default(), note: String::new() };
            acts::ask(tx, &by, here, &wish)?;
        }
        Ok(())
    });
    filled.await.unwrap();
    assert_eq!(fields(&nico.post("/groups/landelijk/links", show("bijstand")).await), ["group"]);
    // Others can still ask, and a place that is free again is one.
    asks(&ana, "bijstand", show("landelijk")).await;
    let first = id(&links(&nico, "landelijk").await[0]);
    nico.delete(&format!("/groups/landelijk/links/{first}")).await.expect(204);
    asks(&nico, "landelijk", show("bijstand")).await;
}

#[tokio::test]
async fn a_link_takes_the_topics_that_have_one_of_its_words() {
    let two = two().await;
    let Two { bob, cor, .. } = &two;
    let link = linked(&two).await;
    let set = async |choice: Value| set(&two, &link, choice).await;
    topic(bob, "bijstand", "Mijn fiets is weg").await;
    set(json!({ "words": ["huurtoeslag", "bijzondere bijstand"] })).await;
    topic(bob, "bijstand", "Waar blijven mijn huurtoeslagen?").await;
    topic(bob, "bijstand", "Bijstand, en wat is bijzonder?").await;
    topic(bob, "bijstand", "Iets bijzonders").await;
    let body = json!({ "title": "Wat nu?", "content": "Het gaat over **huurtoeslag**." });
    bob.post("/groups/bijstand/threads", body).await.expect(201);
    let huur = "Waar blijven mijn huurtoeslagen?";
    assert_eq!(titles(cor, "landelijk").await, ["Wat nu?", "Bijstand, en wat is bijzonder?", huur]);
    // What was there before is looked at anew when the words change.
    let changed = set(json!({ "words": ["Fietsen", " ", "Fietsen"] })).await;
    assert_eq!(changed["words"], json!(["Fietsen"]));
    assert_eq!(titles(cor, "landelijk").await, ["Mijn fiets is weg"]);
    set(json!({ "words": [] })).await;
    assert_eq!(titles(cor, "landelijk").await.len(), 5);
    set(json!({ "takes": "promoted" })).await;
    topic(bob, "bijstand", "Nog een fiets").await;
    assert!(titles(cor, "landelijk").await.is_empty());
    set(json!({ "takes": "all" })).await;
    assert_eq!(titles(cor, "landelijk").await.len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn links_are_kept_on_the_command_line() {
    let Two { app, ana, bob, nico, cor } = two().await;
    app.admin("boss").await;
    let run = |arguments: &[&str]| vakplein(&app, &[["link"].as_slice(), arguments].concat(), "");
    assert!(lines(&run(&["list", "landelijk"])).is_empty());
    let ask = |other: &str, side: &str| run(&["ask", "landelijk", other, "--side", side]);
    assert!(complaint(&ask("nergens", "target")).contains("group: "));
    assert!(complaint(&ask("bijstand", "beide")).contains("one of source, target"));
    assert!(complaint(&run(&["ask", "landelijk", "bijstand"])).contains("--side"));
    // Administrators decide in both.
    let wish = ["ask", "landelijk", "bijstand", "--side", "target", "--word", "huur", "--word", "fiets"];
    let made = lines(&run(&wish));
    let link = made[0].split('\t').next().unwrap().to_owned();
    assert_eq!(made, [format!("{link}\tbijstand\ttarget\taccepted\tall\thuur, fiets")]);
    topic(&bob, "bijstand", "Huur").await;
    let offered = topic(&bob, "bijstand", "Zorg").await;
    assert_eq!(titles(&cor, "landelijk").await, ["Huur"]);
    assert!(complaint(&run(&["set", "landelijk", &link, "--word", "?!"])).contains("words: "));
    let set = lines(&run(&["set", "landelijk", &link, "--takes", "promoted"]));
    assert_eq!(set, [format!("{link}\tbijstand\ttarget\taccepted\tpromoted\t")]);
    let listed = lines(&run(&["list", "bijstand"]));
    assert_eq!(listed, [format!("{link}\tlandelijk\tsource\taccepted\tpromoted\t")]);

    assert!(lines(&run(&["offers", "landelijk"])).is_empty());
    let path = format!("/threads/{offered}/promotions");
    bob.post(&path, json!({ "group": "landelijk", "note": "Leest iedereen" })).await.expect(201);
    let line = lines(&run(&["offers", "landelijk"])).remove(0);
    let parts: Vec<&str> = line.split('\t').collect();
    assert_eq!(parts[2..], ["bijstand", "@bob@werkplein.test", "Zorg", "Leest iedereen"]);
    assert!(complaint(&run(&["decide", parts[0]])).contains("--accept"));
    assert!(complaint(&run(&["decide", parts[0], "--accept", "--refuse"])).contains("--refuse"));
    assert!(complaint(&run(&["decide", parts[0], "--refuse"])).contains("reason: "));
    lines(&run(&["decide", parts[0], "--accept"]));
    assert_eq!(titles(&cor, "landelijk").await, ["Zorg"]);
    assert!(complaint(&run(&["decide", parts[0], "--accept"])).contains("already done"));

    let waiting = asks(&ana, "bijstand", show("landelijk")).await;
    assert!(lines(&run(&["list", "bijstand"]))[1].contains("\tasked\t"));
    assert!(lines(&run(&["list", "landelijk"]))[1].contains("\tsource\tto answer\t"));
    assert!(lines(&run(&["accept", "landelijk", &waiting]))[0].contains("\tsource\taccepted\tall\t"));
    lines(&run(&["end", "landelijk", &link, "--reason", "Klaar"]));
    assert!(complaint(&run(&["end", "landelijk", &link])).contains("not found"));
    assert_eq!(links(&nico, "landelijk").await.len(), 1);
}
