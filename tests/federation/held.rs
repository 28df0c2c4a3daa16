//! What waits for a moderator, because a rule says so or because personal data stands in it: who sees it, and what becomes of it.

use serde_json::{Value, json};
use vakplein::prune;

use super::inbound::Scene;
use crate::login::logged_in;
use crate::pages::check_page;
use crate::rules::{add, enforce};
use crate::support::peer::PeerActor;
use crate::support::program::{complaint, lines, vakplein};
use crate::support::receiver::kind;
use crate::support::{Member, Peer};

const DAY: i64 = 86_400;
/// What waits for those who keep order in the group.
const HELD: &str = "/groups/bijstand/held";
/// Passes the eleven-test, and is nobody's as far as we know.
const BSN: &str = "123456782";

fn id(document: &Value) -> &str {
    document["id"].as_str().unwrap()
}

/// What a rule holds of Jan's server, in a group of Ana's; Kees, elsewhere, belongs to it and is told of what is in it.
struct Waiting {
    scene: Scene,
    boss: Member,
    lemmy: Peer,
    kees: PeerActor,
}

impl Waiting {
    /// All that Jan's server sends of this kind waits; whatever it sends, without one.
    async fn new(what: Option<&str>) -> Self {
        let scene = Scene::new().await;
        let boss = scene.app.admin("boss").await;
        let lemmy = Peer::start(scene.net.names(), "lemmy.test").await;
        let kees = lemmy.person("kees");
        scene.deliver_by(&kees, &kees.activity("Follow", "1", json!(scene.group_uri))).await;
        scene.deliver(&scene.jan.activity("Follow", "1", json!(scene.group_uri))).await;
        let rule = json!({ "effect": "hold", "host": "mastodon.test", "kind": what, "direction": "in" });
        enforce(&boss, &[add(rule)]).await;
        Self { scene, boss, lemmy, kees }
    }

    /// A topic of Jan's, as he would start it.
    fn topic(&self, word: &str) -> Value {
        let jan = &self.scene.jan;
        let mut page = jan.note(word, &[&self.scene.group_uri], None);
        page["type"] = json!("Page");
        page["name"] = json!(format!("Vraag {word}"));
        jan.activity("Create", word, page)
    }

    /// What became of an activity, in a word.
    async fn state(&self, activity: &Value) -> String {
        self.scene.outcome(activity).await.0
    }

    /// What somebody may see of what waits.
    async fn seen(&self, by: &Member, path: &str) -> Vec<Value> {
        by.get(path).await.expect(200)["items"].as_array().unwrap().clone()
    }

    /// Ids of the activities that were announced to Kees' server, in order.
    fn announced(&self) -> Vec<String> {
        let all = self.lemmy.received();
        let wrapped = all.iter().filter(|one| kind(&one.activity).starts_with("Announce/"));
        wrapped.map(|one| id(&one.activity["object"]).to_owned()).collect()
    }

    /// The item about an activity of this type.
    async fn item(&self, kind: &str) -> String {
        let all = self.seen(&self.scene.owner, HELD).await;
        let found = all.iter().find(|item| item["activity"] == kind && item["with"].is_null());
        id(found.unwrap_or_else(|| panic!("no {kind} in {all:#?}"))).to_owned()
    }

    async fn release(&self, item: &str) {
        assert_eq!(self.scene.owner.put(&format!("/held/{item}/release"), json!({})).await.status, 204);
        self.scene.app.settle().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_topic_waits_with_all_that_is_about_it_and_is_let_in_in_order() {
    let held = Waiting::new(Some("topic")).await;
    let (scene, jan, kees) = (&held.scene, &held.scene.jan, &held.kees);
    let topic = held.topic("1");
    let topic_uri = id(&topic["object"]).to_owned();
    scene.deliver(&topic).await;
    let (state, reason) = scene.outcome(&topic).await;
    assert!(state == "held" && reason.starts_with("held: rule"), "{state} {reason}");
    assert!(scene.post(&topic_uri).await.is_none());
    assert!(!scene.app.get("/g/bijstand").await.text.contains("Vraag 1"));

    // What is about it waits with it, whoever says it; what is about something else doesn't.
    let answer = kees.activity("Create", "1", kees.note("1", &[&scene.group_uri], Some(&topic_uri)));
    let second = kees.activity("Create", "2", kees.note("2", &[], Some(id(&answer["object"]))));
    let like = kees.activity("Like", "1", json!(topic_uri));
    for activity in [&answer, &second, &like] {
        scene.deliver_by(kees, activity).await;
        assert_eq!(held.state(activity).await, "held", "{activity}");
    }
    let other = scene.topic("Van hier").await;
    let besides = jan.activity("Create", "9", jan.note("9", &[], Some(&other.uri)));
    let free = kees.activity("Create", "9", kees.note("9", &[], Some(&other.uri)));
    scene.deliver(&besides).await;
    scene.deliver_by(kees, &free).await;
    assert_eq!((held.state(&besides).await, held.state(&free).await), ("applied".into(), "applied".into()));
    scene.app.settle().await;
    let told = held.announced();
    for activity in [&topic, &answer, &second, &like] {
        assert!(!told.contains(&id(activity).to_owned()), "{activity}");
    }

    let before = told.len();
    held.release(&held.item("Create").await).await;
    for activity in [&topic, &answer, &second, &like] {
        assert_eq!(held.state(activity).await, "applied", "{activity} {:?}", scene.outcome(activity).await);
    }
    let thread = scene.thread(&topic_uri).await;
    assert_eq!((thread.reply_count, scene.row(&topic_uri).await.like_count), (2, 1));
    assert_eq!(
        scene.row(id(&second["object"])).await.parent_id,
        Some(scene.row(id(&answer["object"])).await.id)
    );
    let told = held.announced().split_off(before);
    let order = [&topic, &answer, &second].map(|activity| {
        let place = told.iter().position(|announced| announced == id(activity));
        place.unwrap_or_else(|| panic!("{} isn't in {told:?}", id(activity)))
    });
    assert!(order.is_sorted(), "{told:?}");
    assert!(held.seen(&scene.owner, HELD).await.is_empty());
    assert_eq!(scene.app.failures().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_never_comes_in_nor_does_what_was_about_it() {
    let held = Waiting::new(Some("topic")).await;
    let (scene, kees) = (&held.scene, &held.kees);
    let topic = held.topic("1");
    scene.deliver(&topic).await;
    let answer = kees.activity("Create", "1", kees.note("1", &[], Some(id(&topic["object"]))));
    scene.deliver_by(kees, &answer).await;
    let item = held.item("Create").await;
    let path = format!("/held/{item}/refusal");
    let long = json!({ "reason": "x".repeat(5_000) });
    assert_eq!(scene.owner.put(&path, long).await.refused(400), "invalid");
    assert_eq!(scene.owner.put(&path, json!({ "reason": "Reclame" })).await.status, 204);
    scene.app.settle().await;
    let refused = ("refused".to_owned(), "held-refused".to_owned());
    assert_eq!((scene.outcome(&topic).await, scene.outcome(&answer).await), (refused.clone(), refused));
    assert!(scene.post(id(&topic["object"])).await.is_none());
    assert_eq!(scene.owner.put(&path, json!({ "reason": "Reclame" })).await.refused(409), "conflict");
    let release = format!("/held/{item}/release");
    assert_eq!(scene.owner.put(&release, json!({})).await.refused(409), "conflict");
    // The same again is the same; another one waits anew.
    assert_eq!(scene.jan.post(&scene.app, &topic).await.status, 200);
    let next = held.topic("2");
    scene.deliver(&next).await;
    assert_eq!(held.state(&next).await, "held");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wrote_what_waits_takes_it_back() {
    let held = Waiting::new(None).await;
    let (scene, jan) = (&held.scene, &held.scene.jan);
    let topic = held.topic("1");
    scene.deliver(&topic).await;
    let uri = id(&topic["object"]).to_owned();
    // Nobody else can; and what he says anew of it waits, too.
    let stranger = scene.peer.person("piet");
    let forged = stranger.activity("Delete", "1", json!(uri));
    scene.deliver_by(&stranger, &forged).await;
    assert_eq!(held.state(&topic).await, "held");
    let mut better = topic["object"].clone();
    better["content"] = json!("<p>Zo bedoelde ik het.</p>");
    better["updated"] = json!("2026-01-02T10:00:00Z");
    scene.deliver(&jan.activity("Update", "1", better)).await;
    assert_eq!(held.state(&topic).await, "held");
    let delete = jan.activity("Delete", "1", json!(uri));
    scene.deliver(&delete).await;
    assert!(held.seen(&scene.owner, HELD).await.is_empty(), "{:#?}", held.seen(&scene.owner, HELD).await);
    assert_ne!(held.state(&topic).await, "held");
    assert!(scene.post(&uri).await.is_none());
    let kept = scene.app.app.db.read(|tx| {
        use diesel::prelude::*;
        use vakplein::db::schema::inbox;
        Ok(inbox::table.select(inbox::body).load::<Option<String>>(tx.conn)?)
    });
    let kept = kept.await.unwrap();
    assert!(
        !kept.iter().flatten().any(|body| body.contains("Zo bedoelde ik het")),
        "what was taken back stays"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_keep_order_see_what_waits_and_nobody_else_does() {
    let held = Waiting::new(Some("topic")).await;
    let (scene, boss) = (&held.scene, &held.boss);
    let outsider = scene.app.member("bob").await;
    scene.deliver(&held.topic("1")).await;
    let item = held.item("Create").await;
    for (by, path) in [(&scene.owner, HELD), (boss, "/admin/held")] {
        let all = held.seen(by, path).await;
        let [one] = all.as_slice() else { panic!("{path}: {all:#?}") };
        assert_eq!((id(one), &one["host"]), (item.as_str(), &json!("mastodon.test")));
        assert_eq!((&one["title"], &one["group"]["name"]), (&json!("Vraag 1"), &json!("bijstand")), "{one}");
        assert!(one["text"].as_str().unwrap().contains("zo doen wij dat"), "{one}");
    }
    let (anyone, act) = (scene.app.anonymous(), format!("/held/{item}/release"));
    assert_eq!(outsider.get(HELD).await.refused(403), "not-staff");
    assert_eq!(outsider.get("/admin/held").await.refused(403), "not-admin");
    assert_eq!(anyone.get(HELD).await.refused(401), "signed-out");
    assert_eq!(outsider.put(&act, json!({})).await.refused(404), "not-found");
    assert_eq!(anyone.put(&act, json!({})).await.refused(401), "signed-out");
    let refusal = json!({ "reason": "Niets voor mij" });
    assert_eq!(outsider.put(&format!("/held/{item}/refusal"), refusal).await.refused(404), "not-found");
    // In the browser alike.
    let (staff, admin, member) = (
        logged_in(&scene.app, "ana").await,
        logged_in(&scene.app, "boss").await,
        logged_in(&scene.app, "bob").await,
    );
    check_page(&staff.get("/g/bijstand/held").await, 200, "nl");
    assert!(staff.texts("main").concat().contains("Vraag 1"));
    check_page(&admin.get("/admin/held").await, 200, "nl");
    check_page(&member.get("/g/bijstand/held").await, 403, "nl");
    check_page(&member.get("/admin/held").await, 403, "nl");

    // The group closes: its staff goes on, and nobody looks over their shoulder.
    scene.app.close_groups().await;
    assert_eq!(held.seen(&scene.owner, HELD).await[0]["title"], "Vraag 1");
    let all = boss.get("/admin/held").await;
    assert_eq!(all.status, 200);
    for word in ["Vraag 1", "zo doen wij dat", "bijstand"] {
        assert!(!all.text.contains(word), "{word}: {}", all.text);
    }
    for by in [boss, &outsider] {
        assert_eq!(by.get(HELD).await.refused(404), "not-found");
    }
    // There is somebody who can read it.
    assert_eq!(boss.put(&act, json!({})).await.refused(404), "not-found");
    assert_eq!(outsider.put(&act, json!({})).await.refused(404), "not-found");
    check_page(&member.get("/g/bijstand/held").await, 404, "nl");
    let page = admin.get("/admin/held").await;
    assert!(!page.text.contains("Vraag 1") && !page.text.contains("bijstand"), "{}", page.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_decided_in_the_browser_and_on_the_command_line_too() {
    let held = Waiting::new(Some("topic")).await;
    let scene = &held.scene;
    let topics = ["1", "2", "3"].map(|word| held.topic(word));
    let mut items = Vec::new();
    for topic in &topics {
        scene.deliver(topic).await;
        let all = held.seen(&scene.owner, HELD).await;
        items.push(id(all.last().unwrap()).to_owned());
    }
    let (list, staff) = ("/g/bijstand/held", logged_in(&scene.app, "ana").await);
    check_page(&staff.get(list).await, 200, "nl");
    let said = staff.texts("main").concat();
    assert!(said.contains("Een regel houdt dit vast: Van mastodon.test wachten nieuwe gesprekken"), "{said}");
    let released = staff.submit(&format!("/held/{}/release", items[0]), &[]).await;
    assert_eq!((released.status, released.location()), (303, list), "{}", released.text);
    scene.app.settle().await;
    assert_eq!(held.state(&topics[0]).await, "applied");
    staff.get(list).await;
    let refused = staff.submit(&format!("/held/{}/refuse", items[1]), &[("reason", "Reclame")]).await;
    assert_eq!((refused.status, refused.location()), (303, list), "{}", refused.text);
    assert_eq!(held.state(&topics[1]).await, "refused");
    let log = scene.app.anonymous().get("/groups/bijstand/modlog").await.expect(200);
    assert!(log.to_string().contains("Reclame"), "{log}");
    let run = |arguments: &[&str]| vakplein(&scene.app, &[["held"].as_slice(), arguments].concat(), "");
    let printed = lines(&run(&["list"]));
    let [line] = printed.as_slice() else { panic!("{printed:?}") };
    assert!(line.starts_with(&items[2]) && line.contains("Vraag 3"), "{line}");
    lines(&run(&["release", &items[2]]));
    scene.app.settle().await;
    assert_eq!(held.state(&topics[2]).await, "applied");
    assert!(!complaint(&run(&["refuse", &items[2]])).is_empty(), "it doesn't wait any more");
    assert!(lines(&run(&["list"])).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_looks_like_personal_data_waits_and_a_bsn_never_comes_in() {
    let scene = Scene::new().await;
    let (jan, topic) = (&scene.jan, scene.topic("Vakantiegeld").await);
    let lemmy = Peer::start(scene.net.names(), "lemmy.test").await;
    let kees = lemmy.person("kees");
    scene.deliver_by(&kees, &kees.activity("Follow", "1", json!(scene.group_uri))).await;
    let announced = || lemmy.received().iter().filter(|one| one.activity["type"] == "Announce").count();
    let before = announced();
    let said = |word: &str, text: &str| {
        let mut note = jan.note(word, &[], Some(&topic.uri));
        note["content"] = json!(format!("<p>{text}</p>"));
        jan.activity("Create", word, note)
    };
    for (word, text, kind) in [
        ("iban", "Maak het over op NL91 ABNA 0417 1643 00.", "iban"),
        ("phone", "Bel mij op 06-12345678.", "phone"),
        ("mail", "Schrijf naar fatima@example.org.", "email"),
    ] {
        let activity = said(word, text);
        scene.deliver(&activity).await;
        let (state, reason) = scene.outcome(&activity).await;
        assert!(state == "held" && reason.contains(kind), "{text}: {state} {reason}");
        assert!(scene.post(id(&activity["object"])).await.is_none());
    }
    let bsn = said("bsn", &format!("Mijn nummer is {BSN}."));
    scene.deliver(&bsn).await;
    assert_eq!(scene.outcome(&bsn).await, ("refused".to_owned(), "personal-data".to_owned()));
    let harmless = said("free", "Dat gaat vanzelf.");
    scene.deliver(&harmless).await;
    assert_eq!(scene.outcome(&harmless).await.0, "applied", "others aren't held up");
    assert_eq!(announced(), before + 1, "nothing that waits is handed on");
    assert_eq!(scene.thread(&topic.uri).await.reply_count, 1);

    // Those who keep order are told what it is about, and read it before they decide.
    let all = scene.owner.get(HELD).await.expect(200)["items"].as_array().unwrap().clone();
    assert_eq!(all.len(), 3, "{all:#?}");
    let phone = all.iter().find(|item| item["text"].as_str().unwrap().contains("06-12345678")).unwrap();
    assert_eq!(phone["kinds"], json!(["phone"]), "{phone}");
    let released = scene.owner.put(&format!("/held/{}/release", id(phone)), json!({})).await;
    assert_eq!(released.status, 204);
    scene.app.settle().await;
    assert_eq!(scene.thread(&topic.uri).await.reply_count, 2);
    assert_eq!(announced(), before + 2);
    // A change that brings some changes nothing until somebody looks.
    let mut changed = harmless["object"].clone();
    changed["content"] = json!("<p>Bel 06-12345678.</p>");
    changed["updated"] = json!("2026-01-02T10:00:00Z");
    let update = jan.activity("Update", "1", changed);
    scene.deliver(&update).await;
    assert_eq!(scene.outcome(&update).await.0, "held");
    assert!(scene.row(id(&harmless["object"])).await.html.contains("vanzelf"));
    assert_eq!(scene.app.failures().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_looks_at_for_a_month_is_refused() {
    let held = Waiting::new(Some("topic")).await;
    let scene = &held.scene;
    let (first, second) = (held.topic("1"), held.topic("2"));
    scene.deliver(&first).await;
    scene.app.clock.advance(2 * DAY);
    scene.deliver(&second).await;
    scene.app.clock.advance(27 * DAY);
    prune::round(&scene.app.app).await.unwrap();
    assert_eq!((held.state(&first).await, held.state(&second).await), ("held".into(), "held".into()));
    scene.app.clock.advance(DAY + 60);
    prune::round(&scene.app.app).await.unwrap();
    scene.app.settle().await;
    assert_eq!((held.state(&first).await, held.state(&second).await), ("refused".into(), "held".into()));
    // The other is let in as if it had come today.
    held.release(&held.item("Create").await).await;
    assert_eq!(held.state(&second).await, "applied", "{:?}", scene.outcome(&second).await);
    assert!(scene.post(id(&second["object"])).await.is_some());
}
