//! Agreements as a conversation: two instances ask each other, answer, discuss, stop; and what others make of it.

use serde_json::{Value, json};
use vakplein::clock::Time;
use vakplein::federation::store;

use super::pair::{id, titles};
use crate::login::logged_in;
use crate::pages::check_page;
use crate::support::peer::PeerActor;
use crate::support::{Member, Net, Peer, TestApp};

const HERE: &str = "werkplein.test";
const THERE: &str = "gemeente.test";

/// Two instances with an administrator each, which never met.
struct Two {
    net: Net,
    here: TestApp,
    there: TestApp,
    boss: Member,
    elsa: Member,
}

impl Two {
    async fn new() -> Self {
        let net = Net::new();
        let (here, there) = (net.app(HERE).await, net.app(THERE).await);
        let (boss, elsa) = (here.admin("boss").await, there.admin("elsa").await);
        Self { net, here, there, boss, elsa }
    }

    async fn settle(&self) {
        self.net.settle(&[&self.here, &self.there]).await;
    }

    /// The first instance asks for an agreement.
    async fn asks(&self, ceiling: &str) -> Value {
        let asked = self.boss.post("/admin/agreements", asking(THERE, ceiling)).await.expect(201);
        self.settle().await;
        asked
    }

    /// The second instance answers.
    async fn answers(&self, answer: Value) {
        self.elsa.put(&format!("/admin/agreements/{HERE}/answer"), answer).await.expect(200);
        self.settle().await;
    }

    /// How things stand on the first instance, and on the second: their own, and what they know of the other.
    async fn sides(&self) -> [(String, String); 2] {
        let (here, there) = (self.at_here().await, self.at_there().await);
        [&here, &there].map(|side| (text(&side["state"]), text(&side["theirs"]["state"])))
    }

    async fn at_here(&self) -> Value {
        self.boss.get(&format!("/admin/agreements/{THERE}")).await.expect(200)
    }

    async fn at_there(&self) -> Value {
        self.elsa.get(&format!("/admin/agreements/{HERE}")).await.expect(200)
    }

    async fn check(&self) {
        assert_eq!((self.here.failures().await, self.there.failures().await), (vec![], vec![]));
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn both(here: (&str, &str), there: (&str, &str)) -> [(String, String); 2] {
    [here, there].map(|(own, other)| (own.to_owned(), other.to_owned()))
}

fn terms(ceiling: &str) -> Value {
    json!({ "ceiling": ceiling, "organisation": "De buren", "purpose": "Samen leren" })
}

fn asking(host: &str, ceiling: &str) -> Value {
    let mut asking = terms(ceiling);
    asking["host"] = json!(host);
    asking["ask"] = json!(true);
    asking
}

/// A topic in a group of one's own.
async fn starts(member: &Member, group: &str, title: &str) {
    let topic = json!({ "title": title, "content": "Hoe zit dat?" });
    member.post(&format!("/groups/{group}/threads"), topic).await.expect(201);
}

/// What somebody was told about agreements, the latest first.
async fn told(of: &Member) -> Vec<String> {
    let notices = of.get("/me/notices").await.expect(200);
    let kinds = notices["items"].as_array().unwrap().iter().map(|one| text(&one["kind"]));
    kinds.filter(|kind| kind.starts_with("agreement-")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_side_asks_for_counts_once_the_other_agrees() {
    let two = Two::new().await;
    let until = two.here.app.clock.now().plus_days(100);
    let mut asked = asking(THERE, "leden");
    asked["until"] = json!(until.rfc3339());
    let asked = two.boss.post("/admin/agreements", asked).await;
    assert_eq!(asked.location(), two.here.url(&format!("/api/v1/admin/agreements/{THERE}")));
    let asked = asked.expect(201);
    assert_eq!((&asked["state"], &asked["asked"]), (&json!("requested"), &json!("us")));
    assert_eq!((&asked["ceilingNow"], &asked["theirs"]), (&json!("openbaar"), &Value::Null));
    two.settle().await;

    let there = two.at_there().await;
    assert_eq!((&there["state"], &there["asked"]), (&json!("requested"), &json!("them")), "{there}");
    assert_eq!((&there["ceilingNow"], &there["told"]), (&json!("openbaar"), &json!(false)));
    let theirs = &there["theirs"];
    assert_eq!((&theirs["state"], &theirs["ceiling"]), (&json!("requested"), &json!("leden")));
    assert_eq!(theirs["until"], until.rfc3339());
    assert_eq!((&theirs["organisation"], &theirs["purpose"]), (&json!("Vakplein"), &json!("Samen leren")));
    assert_eq!((told(&two.boss).await, told(&two.elsa).await), (vec![], vec!["agreement-asked".to_owned()]));
    let mails = vakplein::mail::inbox(&two.there.app.config.mail.dir).await.unwrap();
    let subject = format!("{HERE} vraagt om een afspraak");
    assert!(mails.iter().any(|mail| mail.to == "elsa@example.org" && mail.subject == subject), "{mails:?}");

    let browser = logged_in(&two.there, "elsa").await;
    check_page(&browser.get("/notifications").await, 200, "nl");
    let said = browser.texts("main").concat();
    assert!(said.contains(&format!("{HERE} vraagt om een afspraak over besloten groepen")), "{said}");
    browser.get("/admin").await;
    assert!(browser.texts("main").concat().contains("1 andere site vraagt om een afspraak"));
    check_page(&browser.get("/admin/agreements").await, 200, "nl");
    let said = browser.texts("main").concat();
    for words in ["Deze sites wachten op uw antwoord", "Zij: aangevraagd", "Wij: nog geen antwoord"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let page = format!("/admin/agreements/{HERE}");
    check_page(&browser.get(&page).await, 200, "nl");
    let said = browser.texts("main").concat();
    for words in ["Er gaat nu niets", "Zij vragen: Alleen groepen voor leden", "Samen leren"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let taken = browser.submit("#take", &[]).await;
    assert_eq!((taken.status, taken.location()), (303, page.as_str()), "{}", taken.text);
    two.settle().await;
    assert_eq!(two.sides().await, both(("agreed", "agreed"), ("agreed", "agreed")));
    for side in [two.at_here().await, two.at_there().await] {
        assert_eq!((&side["ceilingNow"], &side["asked"]), (&json!("leden"), &json!("nobody")), "{side}");
        assert_eq!(side["until"], until.rfc3339());
    }
    assert_eq!(told(&two.boss).await, ["agreement-changed"]);
    assert_eq!(told(&two.elsa).await, ["agreement-changed", "agreement-asked"]);

    // What is closed crosses.
    let (ana, bo) = (two.here.member("ana").await, two.there.member("bo").await);
    let group = json!({ "name": "", "title": "Overleg", "mission": "Vragen", "class": "leden" });
    let name = text(&ana.post("/groups", group).await.expect(201)["name"]);
    ana.get(&format!("/resolve?uri=%40bo%40{THERE}")).await.expect(200);
    let invited = json!({ "person": format!("bo@{THERE}") });
    ana.post(&format!("/groups/{name}/invitations"), invited).await.expect(201);
    two.settle().await;
    let elsewhere = format!("{name}@{HERE}");
    let accepted = bo.post(&format!("/groups/{elsewhere}/invitation"), json!({})).await;
    assert!(matches!(accepted.status, 200 | 201), "{}", accepted.text);
    two.settle().await;
    starts(&ana, &name, "Terugvordering").await;
    two.settle().await;
    assert_eq!(titles(&bo, &elsewhere).await, ["Terugvordering"]);

    // One side stops it: the other sees that, and goes on having agreed.
    let mut stopped = terms("leden");
    stopped["state"] = json!("suspended");
    two.boss.put(&format!("/admin/agreements/{THERE}"), stopped).await.expect(200);
    two.settle().await;
    assert_eq!(two.sides().await, both(("suspended", "agreed"), ("agreed", "suspended")));
    assert_eq!(two.at_there().await["ceilingNow"], "leden");
    assert_eq!(told(&two.elsa).await.first().unwrap(), "agreement-stopped");
    check_page(&browser.get("/admin/agreements").await, 200, "nl");
    let said = browser.texts("main table").concat();
    assert!(said.contains("Zij: tijdelijk gestopt") && said.contains("Er gaat nu niets"), "{said}");
    starts(&ana, &name, "Na die tijd").await;
    two.settle().await;
    assert!(!titles(&bo, &elsewhere).await.contains(&"Na die tijd".to_owned()));

    assert_eq!(two.elsa.delete(&format!("/admin/agreements/{HERE}")).await.status, 204);
    two.settle().await;
    assert_eq!(two.sides().await, both(("suspended", "ended"), ("ended", "suspended")));
    two.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_agrees_to_less_makes_something_to_discuss_which_one_button_takes_over() {
    let two = Two::new().await;
    two.asks("vertrouwelijk").await;
    let refused = json!({ "answer": "agree", "terms": { "ceiling": "lokaal" } });
    let path = format!("/admin/agreements/{HERE}/answer");
    assert_eq!(two.elsa.put(&path, refused).await.refused(400), "invalid");
    two.answers(json!({ "answer": "agree", "terms": { "ceiling": "leden" } })).await;
    assert_eq!(two.sides().await, both(("discussion", "agreed"), ("agreed", "discussion")));
    let here = two.at_here().await;
    assert_eq!((&here["ceiling"], &here["theirs"]["ceiling"]), (&json!("vertrouwelijk"), &json!("leden")));
    assert_eq!(here["ceilingNow"], "openbaar");

    let browser = logged_in(&two.here, "boss").await;
    let page = format!("/admin/agreements/{THERE}");
    for lang in ["nl", "en"] {
        browser.get(&format!("/language/{lang}")).await;
        check_page(&browser.get(&page).await, 200, lang);
        let said = browser.texts("main").concat();
        assert!(!said.contains("agreement-") && !said.contains("agreements-"), "{said}");
    }
    let said = browser.texts("main").concat();
    assert!(said.contains("They have agreed to: Only groups for members"), "{said}");
    // What is wrong with an answer is told, and what was typed stays.
    let wrong = [("answer", "discuss"), ("message", " "), ("purpose", "Iets anders")];
    check_page(&browser.submit("main form.form", &wrong).await, 400, "en");
    assert_eq!(browser.texts("#message-error").len(), 1);
    assert_eq!(browser.texts("#purpose").concat(), "Iets anders");
    check_page(&browser.submit("main form.form", &[("answer", "")]).await, 400, "en");
    assert_eq!(browser.texts("#answer-error").len(), 1);
    browser.get(&page).await;
    assert_eq!(browser.submit("#take", &[]).await.location(), page);
    two.settle().await;
    assert_eq!(two.sides().await, both(("agreed", "agreed"), ("agreed", "agreed")));
    for side in [two.at_here().await, two.at_there().await] {
        assert_eq!((&side["ceilingNow"], &side["theirs"]["ceiling"]), (&json!("leden"), &json!("leden")));
    }
    two.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_talked_about_refused_and_asked_for_anew() {
    let two = Two::new().await;
    two.asks("leden").await;
    let (answer, say) =
        (format!("/admin/agreements/{HERE}/answer"), format!("/admin/agreements/{THERE}/messages"));
    let silent = json!({ "answer": "discuss" });
    assert_eq!(two.elsa.put(&answer, silent).await.refused(400), "invalid");
    two.answers(json!({ "answer": "discuss", "message": "Voor <b>hoelang</b>?\n\nGroet" })).await;
    assert_eq!(two.sides().await, both(("requested", "discussion"), ("discussion", "requested")));
    let said = two.at_here().await["messages"].clone();
    assert_eq!(said[0]["text"], "Voor <b>hoelang</b>?\n\nGroet");
    assert_eq!((&said[0]["ours"], &said[0]["by"]), (&json!(false), &Value::Null));
    for (wrong, status) in [(json!({ "text": " " }), 400), (json!({ "text": "x".repeat(2_001) }), 400)] {
        assert_eq!(two.boss.post(&say, wrong).await.status, status);
    }
    two.boss.post(&say, json!({ "text": "Voor altijd." })).await.expect(201);
    two.settle().await;
    let said = two.at_there().await["messages"].clone();
    assert_eq!((said.as_array().unwrap().len(), &said[1]["text"]), (2, &json!("Voor altijd.")));
    assert_eq!((&said[0]["ours"], &said[0]["by"]), (&json!(true), &json!("elsa")));
    assert_eq!(told(&two.elsa).await, ["agreement-said", "agreement-asked"]);
    let browser = logged_in(&two.there, "elsa").await;
    check_page(&browser.get(&format!("/admin/agreements/{HERE}")).await, 200, "nl");
    let shown = browser.texts("#messages li").concat();
    assert!(shown.contains("Voor <b>hoelang</b>?") && shown.contains("Voor altijd."), "{shown}");

    two.answers(json!({ "answer": "refuse" })).await;
    assert_eq!(two.sides().await, both(("requested", "ended"), ("ended", "requested")));
    assert_eq!(two.at_here().await["asked"], "refused");
    assert_eq!(told(&two.boss).await.first().unwrap(), "agreement-stopped");
    assert_eq!(two.elsa.put(&answer, json!({ "answer": "maybe" })).await.refused(400), "malformed");
    // Whoever changes their mind changes nothing here, until it is asked for anew.
    two.elsa.put(&format!("/admin/agreements/{HERE}"), terms("leden")).await.expect(200);
    two.settle().await;
    assert_eq!(two.sides().await, both(("requested", "agreed"), ("agreed", "requested")));
    assert_eq!(two.at_here().await["ceilingNow"], "openbaar");
    assert_eq!(two.asks("leden").await["state"], "agreed");
    assert_eq!(two.sides().await, both(("agreed", "agreed"), ("agreed", "agreed")));
    assert_eq!(two.boss.post("/admin/agreements", asking(THERE, "leden")).await.refused(409), "conflict");
    // Who asks and thinks better of it leaves nothing to answer.
    two.boss.delete(&format!("/admin/agreements/{THERE}")).await;
    two.elsa.delete(&format!("/admin/agreements/{HERE}")).await;
    two.settle().await;
    two.asks("leden").await;
    assert_eq!(two.at_there().await["asked"], "them");
    two.boss.delete(&format!("/admin/agreements/{THERE}")).await;
    two.settle().await;
    assert_eq!(two.at_there().await["asked"], "nobody");
    assert_eq!(two.elsa.put(&answer, json!({ "answer": "agree" })).await.refused(409), "conflict");
    two.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_here_alone_is_told_to_nobody_and_others_understand_nothing_of_it() {
    let two = Two::new().await;
    two.boss.get(&format!("/resolve?uri=%40elsa%40{THERE}")).await.expect(200);
    two.settle().await;
    two.boss.put(&format!("/admin/agreements/{THERE}"), terms("leden")).await.expect(200);
    two.settle().await;
    assert_eq!(two.elsa.get(&format!("/admin/agreements/{HERE}")).await.status, 404);
    // Once they ask, one's own is told when one wants that.
    two.elsa.post("/admin/agreements", asking(HERE, "vertrouwelijk")).await.expect(201);
    two.settle().await;
    assert_eq!(two.at_here().await["asked"], "them");
    assert_eq!(two.sides().await, both(("agreed", "requested"), ("requested", "")));
    let browser = logged_in(&two.here, "boss").await;
    let page = format!("/admin/agreements/{THERE}");
    check_page(&browser.get(&page).await, 200, "nl");
    let again = format!("{page}/answer");
    assert_eq!(browser.submit(&again, &[("answer", "agree")]).await.location(), page);
    two.settle().await;
    assert_eq!(two.sides().await, both(("agreed", "discussion"), ("discussion", "agreed")));
    assert_eq!(two.at_here().await["ceiling"], "leden");

    let other = Peer::start(two.net.names(), "mastodon.test").await;
    let asked = two.boss.post("/admin/agreements", asking("mastodon.test", "leden")).await.expect(201);
    assert_eq!(asked["state"], "requested");
    two.settle().await;
    assert!(other.received().is_empty(), "{:?}", other.received());
    check_page(&browser.get("/admin/agreements/mastodon.test").await, 200, "nl");
    assert!(browser.texts("main").concat().contains("De andere site gebruikt andere software."));
    let say = json!({ "text": "Hallo?" });
    let path = "/admin/agreements/mastodon.test/messages";
    assert_eq!(two.boss.post(path, say).await.refused(400), "invalid");
    let anew = asking("mastodon.test", "vertrouwelijk");
    assert_eq!(two.boss.post("/admin/agreements", anew).await.refused(400), "invalid");
}

/// A server whose instance actor is played by hand.
struct Stranger {
    app: TestApp,
    boss: Member,
    peer: Peer,
    root: PeerActor,
    eve: PeerActor,
}

impl Stranger {
    async fn new() -> Self {
        let net = Net::new();
        let app = net.app(HERE).await;
        let boss = app.admin("boss").await;
        let peer = Peer::start(net.names(), "evil.test").await;
        let eve = peer.person("eve");
        let keys = peer.person("root").keys;
        let uri = peer.url("/");
        let document = json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": uri, "type": "Application", "preferredUsername": "evil.test", "name": "Evil", "url": uri,
            "inbox": peer.url("/actor/inbox"), "endpoints": { "sharedInbox": peer.url("/inbox") },
            "publicKey": { "id": format!("{uri}#main-key"), "owner": uri, "publicKeyPem": keys.rsa_public },
        });
        peer.publish(document.clone());
        let root = PeerActor { uri, name: "evil.test".to_owned(), keys, document };
        Self { app, boss, peer, root, eve }
    }

    /// Its side of an agreement with us, since so many seconds ago.
    fn side(&self, state: &str, ceiling: &str, ago: i64) -> Value {
        json!({
            "id": self.peer.url(&format!("/agreements/{HERE}")), "type": "Agreement",
            "attributedTo": self.root.uri, "target": self.app.url("/"),
            "state": state, "ceiling": ceiling,
            "organisation": "Kwaad", "contact": "", "purpose": "Meelezen", "updated": self.at(ago),
        })
    }

    fn at(&self, ago: i64) -> String {
        self.app.app.clock.now().plus_seconds(-ago).rfc3339()
    }

    /// Sends an offer; what became of it.
    async fn offers(&self, by: &PeerActor, word: &str, object: Value) -> (u16, String, String) {
        let activity = by.activity("Offer", word, object);
        let status = by.post(&self.app, &activity).await.status;
        self.app.settle().await;
        let (actor, id) = (by.uri.clone(), id(&activity).to_owned());
        let found = self.app.app.db.read(move |tx| store::inbox::find(tx, &actor, &id)).await.unwrap();
        let (state, why) = found.map(|(state, why)| (state.word().to_owned(), why)).unwrap_or_default();
        (status, state, why)
    }

    async fn ours(&self) -> Value {
        self.boss.get("/admin/agreements/evil.test").await.expect(200)
    }
}

fn ended(state: &str, why: &str) -> (u16, String, String) {
    (202, state.to_owned(), why.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_isnt_an_instances_own_word_to_us_changes_nothing() {
    let scene = Stranger::new().await;
    let good = scene.side("requested", "leden", 60);
    let with = |name: &str, value: Value| {
        let mut changed = good.clone();
        changed[name] = value;
        changed
    };
    let mut by_eve = good.clone();
    by_eve["attributedTo"] = json!(scene.eve.uri);
    let person = scene.offers(&scene.eve, "person", by_eve).await;
    assert_eq!(person, ended("refused", "not-an-instance"));
    for (word, object, expected) in [
        ("host", with("id", json!("http://elders.test/agreements/werkplein.test")), "foreign-object"),
        ("author", with("attributedTo", json!("http://elders.test/")), "foreign-object"),
        ("target", with("target", json!("http://elders.test/")), "not-for-us"),
        ("state", with("state", json!("gewonnen")), "unknown-state"),
        ("class", with("ceiling", json!("lokaal")), "unknown-class"),
        ("open", with("ceiling", json!("openbaar")), "unknown-class"),
        ("day", with("until", json!("ooit")), "wrong-time"),
        ("since", with("updated", Value::Null), "wrong-time"),
    ] {
        let became = scene.offers(&scene.root, word, object).await;
        assert_eq!(became, ended("refused", expected), "{word}");
    }
    let other = json!({ "id": scene.peer.url("/tickets/1"), "type": "Ticket" });
    assert_eq!(scene.offers(&scene.root, "other", other).await, ended("ignored", "unknown-object"));
    // Nobody asked them, and they ask for nothing.
    let over = scene.side("ended", "leden", 60);
    assert_eq!(scene.offers(&scene.root, "over", over).await, ended("ignored", "already"));
    let all = scene.boss.get("/admin/agreements").await.expect(200);
    assert_eq!(all["items"], json!([]));
    assert!(told(&scene.boss).await.is_empty());
    let asked = scene.peer.asked();
    assert!(asked.iter().all(|path| !path.contains("agreements")), "nothing is fetched: {asked:?}");

    scene.boss.patch("/admin/peers/evil.test", json!({ "state": "blocked" })).await.expect(200);
    assert_eq!(scene.offers(&scene.root, "blocked", good).await.0, 403);
    assert_eq!(scene.boss.get("/admin/agreements/evil.test").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stranger_tells_never_changes_what_was_agreed() {
    let scene = Stranger::new().await;
    let mut huge = scene.side("requested", "leden", 300);
    huge["organisation"] = json!(format!("<b>Kwaad</b>\n\u{202e}{}", "x".repeat(10_000)));
    huge["contact"] = json!("y".repeat(10_000));
    huge["purpose"] = json!("Meelezen\n".repeat(1_000));
    assert_eq!(scene.offers(&scene.root, "1", huge).await, ended("applied", ""));
    let ours = scene.ours().await;
    assert_eq!((&ours["state"], &ours["asked"]), (&json!("requested"), &json!("them")));
    let length = |text: &Value| text.as_str().unwrap().chars().count();
    let theirs = &ours["theirs"];
    assert_eq!((length(&theirs["organisation"]), length(&theirs["contact"])), (100, 200));
    assert!(text(&theirs["organisation"]).starts_with("<b>Kwaad</b> xxx"));
    assert_eq!(length(&theirs["purpose"]), 2_000);
    let browser = logged_in(&scene.app, "boss").await;
    check_page(&browser.get("/admin/agreements/evil.test").await, 200, "nl");
    assert!(browser.texts("main b").is_empty());
    // What it asks for follows what it says, until somebody answers.
    let less = scene.side("requested", "vertrouwelijk", 250);
    assert_eq!(scene.offers(&scene.root, "2", less.clone()).await, ended("applied", ""));
    assert_eq!(scene.ours().await["ceiling"], "vertrouwelijk");
    let older = scene.side("requested", "leden", 280);
    assert_eq!(scene.offers(&scene.root, "older", older).await, ended("ignored", "already"));
    assert_eq!(scene.ours().await["theirs"]["ceiling"], "vertrouwelijk");
    let again = scene.root.activity("Offer", "2", less);
    assert_eq!(scene.root.post(&scene.app, &again).await.status, 200, "it is here already");

    let agree = json!({ "answer": "agree", "terms": { "ceiling": "leden" } });
    scene.boss.put("/admin/agreements/evil.test/answer", agree).await.expect(200);
    scene.app.settle().await;
    let agreed = |ours: &Value| {
        assert_eq!((&ours["state"], &ours["ceiling"]), (&json!("agreed"), &json!("leden")), "{ours}");
        assert_eq!((&ours["ceilingNow"], &ours["until"]), (&json!("leden"), &Value::Null));
    };
    agreed(&scene.ours().await);
    // It is told by the instance itself, with its proof, and can be read by nobody else.
    let sent = scene.peer.received().pop().unwrap().activity;
    let object = &sent["object"];
    assert_eq!((&sent["type"], &sent["actor"]), (&json!("Offer"), &json!(scene.app.url("/"))));
    assert_eq!(object["id"], scene.app.url("/agreements/evil.test"));
    assert_eq!((&object["target"], &object["state"]), (&json!(scene.root.uri), &json!("agreed")));
    assert_eq!(sent["proof"]["cryptosuite"], "eddsa-jcs-2022");
    let path = id(&sent).strip_prefix(scene.app.app.urls.base()).unwrap().to_owned();
    assert_eq!(scene.app.document(&path).await.status, 404);

    let until: Time = scene.app.app.clock.now().plus_days(1);
    for (word, state, ceiling, ago) in [
        ("more", "requested", "vertrouwelijk", 50),
        ("agreed", "agreed", "vertrouwelijk", 40),
        ("stopped", "suspended", "leden", 30),
        ("over", "ended", "leden", 20),
        ("back", "agreed", "leden", 10),
    ] {
        let mut side = scene.side(state, ceiling, ago);
        side["until"] = json!(until.rfc3339());
        assert_eq!(scene.offers(&scene.root, word, side).await, ended("applied", ""), "{word}");
        let ours = scene.ours().await;
        agreed(&ours);
        assert_eq!(ours["theirs"]["state"], state, "{word}");
    }
    // A message of another host is none, and one that comes twice is one.
    let mut speaking = scene.side("agreed", "leden", 10);
    speaking["until"] = json!(until.rfc3339());
    speaking["message"] = json!({ "id": "http://elders.test/1", "content": "Nee" });
    assert_eq!(scene.offers(&scene.root, "foreign", speaking.clone()).await, ended("applied", ""));
    speaking["message"] = json!({ "id": scene.peer.url("/agreements/1"), "content": "Ja\u{0007}" });
    assert_eq!(scene.offers(&scene.root, "said", speaking.clone()).await, ended("applied", ""));
    speaking["updated"] = json!(scene.at(100));
    assert_eq!(scene.offers(&scene.root, "said-again", speaking).await, ended("ignored", "already"));
    let said = scene.ours().await["messages"].clone();
    assert_eq!((said.as_array().unwrap().len(), &said[0]["text"]), (1, &json!("Ja")));
    assert_eq!(told(&scene.boss).await.first().unwrap(), "agreement-said");
    agreed(&scene.ours().await);
}
