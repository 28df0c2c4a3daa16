//! Files of a closed group whose members sit on three instances: who opens them, by which server they are handed on, and who is refused.

use diesel::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use vakplein::db::schema;
use vakplein::federation::signatures::{Scheme, sign};

use super::pair::{Pair, id};
use crate::login::logged_in;
use crate::media::{png, upload};
use crate::support::browser::Browser;
use crate::support::{Member, Net, Reply, TestApp};

const HERE: &str = "werkplein.test";
const THERE: &str = "gemeente.test";
const THIRD: &str = "elders.test";
const LETTER: &str = "Zwijgwoord in een brief.";

/// The three, with a closed group of Ana's on the first.
struct Scene {
    net: Net,
    here: TestApp,
    there: TestApp,
    third: TestApp,
    ana: Member,
    bo: Member,
    cas: Member,
    /// Administrator of the second.
    there_admin: Member,
    /// The group's name on its own instance.
    name: String,
}

fn agreement(state: &str) -> Value {
    json!({"state": state, "ceiling": "leden", "organisation": "Gemeente", "contact": "", "purpose": "Overleg"})
}

async fn agree(admin: &Member, host: &str, state: &str) {
    let set = admin.put(&format!("/admin/agreements/{host}"), agreement(state)).await;
    assert!(matches!(set.status, 200 | 201), "{}", set.text);
}

impl Scene {
    /// Both others have an agreement with the first, and none with each other.
    async fn new() -> Self {
        let net = Net::new();
        let (here, there, third) = (net.app(HERE).await, net.app(THERE).await, net.app(THIRD).await);
        let (ana, bo, cas) = (here.member("ana").await, there.member("bo").await, third.member("cas").await);
        let here_admin = here.admin("baas").await;
        let (there_admin, third_admin) = (there.admin("baas").await, third.admin("baas").await);
        for (admin, host) in
            [(&here_admin, THERE), (&here_admin, THIRD), (&there_admin, HERE), (&third_admin, HERE)]
        {
            agree(admin, host, "agreed").await;
        }
        let group =
            json!({"name": "", "title": "Overleg klantmanagers", "mission": "Vragen", "class": "leden"});
        let made = ana.post("/groups", group).await.expect(201);
        let name = made["name"].as_str().unwrap().to_owned();
        Self { net, here, there, third, ana, bo, cas, there_admin, name }
    }

    async fn settle(&self) {
        self.net.settle(&[&self.here, &self.there, &self.third]).await;
    }

    /// The group as others name it.
    fn group(&self) -> String {
        format!("{}@{HERE}", self.name)
    }

    /// Somebody elsewhere is invited and accepts.
    async fn joins(&self, member: &Member, handle: &str) {
        self.ana.get(&format!("/resolve?uri=%40{}", handle.replace('@', "%40"))).await.expect(200);
        let invitations = format!("/groups/{}/invitations", self.name);
        self.ana.post(&invitations, json!({ "person": handle })).await.expect(201);
        self.settle().await;
        let accepted = member.post(&format!("/groups/{}/invitation", self.group()), json!({})).await;
        assert!(matches!(accepted.status, 200 | 201), "{}", accepted.text);
        self.settle().await;
    }

    /// Ana puts somebody out. Nobody has heard of it yet.
    async fn puts_out(&self, handle: &str) {
        let out = self.ana.delete(&format!("/groups/{}/memberships/{handle}", self.name)).await;
        assert_eq!(out.status, 204, "{}", out.text);
    }

    /// Somebody starts a topic with a letter and a picture.
    async fn topic(&self, app: &TestApp, by: &Member, group: &str) -> Value {
        let letter = upload(app, by, "Beleid 2026.txt", LETTER.as_bytes(), &[]).await.expect(201);
        let picture = upload(app, by, "fiets.png", &png(), &[("alt", "Een fiets")]).await.expect(201);
        let topic =
            json!({"title": "Beleid", "content": "Zie de bijlage.", "media": [letter["id"], picture["id"]]});
        let made = by.post(&format!("/groups/{group}/threads"), topic).await.expect(201);
        self.settle().await;
        made
    }
}

/// The files of a topic as a member reads them, wherever: the letter and the picture.
async fn files(member: &Member, topic: &Value) -> (Value, Value) {
    let uri = topic["activityPubId"].as_str().unwrap();
    let found = member.get(&format!("/resolve?uri={uri}")).await.expect(200);
    let post = member.get(&format!("/posts/{}", id(&found))).await.expect(200);
    assert_eq!(post["media"].as_array().map(Vec::len), Some(2), "{post}");
    (post["media"][0].clone(), post["media"][1].clone())
}

/// The path of a file on an instance, which its address must be of.
fn path(app: &TestApp, file: &Value) -> String {
    let url = file["url"].as_str().unwrap();
    url.strip_prefix(&app.url("")).unwrap_or_else(|| panic!("{url} isn't of {}", app.domain)).to_owned()
}

/// Somebody opens the letter.
async fn opens(browser: &Browser, path: &str) {
    let shown = browser.get(path).await;
    assert_eq!((shown.status, shown.text.as_str()), (200, LETTER));
    assert_eq!(shown.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(shown.header("content-disposition"), "attachment; filename=\"beleid-2026.txt\"");
    assert_eq!(shown.header("x-content-type-options"), "nosniff");
    assert_eq!(shown.header("cache-control"), "private, no-store");
    assert!(shown.header("content-security-policy").contains("sandbox"));
    assert_eq!(shown.header("etag"), "", "nobody learns by a version that it is still there");
}

async fn is_refused(browser: &Browser, path: &str, why: &str) {
    let refused = browser.get(path).await;
    assert_eq!(refused.status, 404, "{why}: {}", refused.text);
    assert!(!refused.text.contains("Zwijgwoord"), "{why}");
}

/// A signed GET by a person of one of the instances, with the person's own key.
async fn signed(to: &TestApp, by: (&TestApp, &Member), uri: &str) -> Reply {
    let path = uri.strip_prefix(to.app.urls.base()).unwrap();
    let (person, memory) = (by.1.id, by.0.app.federation.clone());
    let signers = by.0.app.db.read(move |tx| {
        let actor = vakplein::actors::find(tx, person.into())?;
        vakplein::federation::signers::Signers::load(tx, &memory, &actor)
    });
    let signer = signers.await.unwrap().rsa;
    let now = by.0.app.clock.now().utc();
    let headers = sign(Scheme::Cavage, &Method::GET, &uri.parse().unwrap(), None, &signer, now);
    let mut sent = vec![("accept", "*/*")];
    sent.extend(headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())));
    to.send(Method::GET, path, &sent, None).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_elsewhere_opens_a_document_of_the_host_and_nobody_else_does() {
    let scene = Scene::new().await;
    scene.joins(&scene.bo, "bo@gemeente.test").await;
    let topic = scene.topic(&scene.here, &scene.ana, &scene.name).await;
    let (letter, _) = files(&scene.bo, &topic).await;
    assert_eq!((&letter["kind"], &letter["name"]), (&json!("document"), &json!("beleid-2026.txt")));
    // It is read on one's own instance: its host gives it to no browser.
    let here = path(&scene.there, &letter);
    let bo = logged_in(&scene.there, "bo").await;
    let found = scene.bo.get(&format!("/resolve?uri={}", topic["activityPubId"].as_str().unwrap())).await;
    bo.get(&format!("/t/{}", id(&found.expect(200)))).await;
    assert_eq!(bo.attributes(".files__document a", "href"), std::slice::from_ref(&here));
    opens(&bo, &here).await;

    scene.there.member("dora").await;
    let dora = logged_in(&scene.there, "dora").await;
    is_refused(&dora, &here, "another member of that instance").await;
    is_refused(&scene.there.browser(), &here, "whoever isn't signed in").await;
    let (at_host, _) = files(&scene.ana, &topic).await;
    let origin = at_host["url"].as_str().unwrap();
    is_refused(&scene.here.browser(), &path(&scene.here, &at_host), "whoever goes to its origin").await;
    let shown = signed(&scene.here, (&scene.there, &scene.bo), origin).await;
    assert_eq!((shown.status, shown.text.as_str()), (200, LETTER));
    assert_eq!(shown.header("cache-control"), "private, no-store", "no cache in between keeps it");
    assert_eq!(signed(&scene.here, (&scene.third, &scene.cas), origin).await.status, 404);

    // Once Bo is put out the host gives nothing more, also while his own instance hasn't heard of it; nor does that afterwards.
    scene.puts_out("bo@gemeente.test").await;
    is_refused(&bo, &here, "whoever was put out").await;
    scene.settle().await;
    is_refused(&bo, &here, "whoever knows that they were put out").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_stays_shut_where_the_agreement_has_ended() {
    let scene = Scene::new().await;
    scene.joins(&scene.bo, "bo@gemeente.test").await;
    let topic = scene.topic(&scene.here, &scene.ana, &scene.name).await;
    let (letter, picture) = files(&scene.bo, &topic).await;
    let (letter, picture) = (path(&scene.there, &letter), path(&scene.there, &picture));
    let bo = logged_in(&scene.there, "bo").await;
    opens(&bo, &letter).await;
    assert_eq!(bo.get(&picture).await.status, 200);
    // The host would still give it, and the copy of the picture is there: his own instance doesn't any more.
    agree(&scene.there_admin, HERE, "suspended").await;
    is_refused(&bo, &letter, "across an agreement that is suspended").await;
    assert_eq!(bo.get(&picture).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_passes_on_what_members_elsewhere_attach_and_to_members_alone() {
    let scene = Scene::new().await;
    scene.joins(&scene.bo, "bo@gemeente.test").await;
    scene.joins(&scene.cas, "cas@elders.test").await;
    let topic = scene.topic(&scene.there, &scene.bo, &scene.group()).await;
    // The host has it from the author's server, which gives it to nobody else.
    let (at_host, _) = files(&scene.ana, &topic).await;
    let ana = logged_in(&scene.here, "ana").await;
    let path_at_host = path(&scene.here, &at_host);
    opens(&ana, &path_at_host).await;
    let (own, _) = files(&scene.bo, &topic).await;
    let origin = own["url"].as_str().unwrap();
    assert_eq!(signed(&scene.there, (&scene.third, &scene.cas), origin).await.status, 404);
    // The third instance has it from the host.
    let (letter, picture) = files(&scene.cas, &topic).await;
    let (letter, picture) = (path(&scene.third, &letter), path(&scene.third, &picture));
    let cas = logged_in(&scene.third, "cas").await;
    opens(&cas, &letter).await;
    let shown = cas.get(&picture).await;
    assert_eq!((shown.status, shown.header("content-type")), (200, "image/png"));
    let eva = scene.third.member("eva").await;
    is_refused(&logged_in(&scene.third, "eva").await, &letter, "another member of that instance").await;

    // The host asks who wants it, each time.
    let post = topic["activityPubId"].as_str().unwrap();
    let address = |url: &str| {
        let passed = scene.here.url("/media/passed");
        url::Url::parse_with_params(&passed, [("post", post), ("url", url)]).unwrap().to_string()
    };
    let passed = signed(&scene.here, (&scene.third, &scene.cas), &address(origin)).await;
    assert_eq!((passed.status, passed.text.as_str()), (200, LETTER));
    assert_eq!(passed.header("cache-control"), "private, no-store");
    assert_eq!(passed.header("content-type"), "application/octet-stream");
    assert_eq!(signed(&scene.here, (&scene.third, &eva), &address(origin)).await.status, 404);
    let other = scene.there.url("/media/iets-anders");
    assert_eq!(signed(&scene.here, (&scene.third, &scene.cas), &address(&other)).await.status, 404);
    let unsigned = address(origin).strip_prefix(scene.here.app.urls.base()).unwrap().to_owned();
    assert_eq!(scene.here.document(&unsigned).await.status, 404);
    assert_eq!(scene.here.get(&unsigned).await.status, 404);

    scene.puts_out("cas@elders.test").await;
    is_refused(&cas, &letter, "whoever was put out").await;
    // Nor does the host get anything once the author's side ends the agreement.
    agree(&scene.there_admin, HERE, "suspended").await;
    is_refused(&ana, &path_at_host, "across an agreement that is suspended").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_has_a_file_fetched_in_the_name_of_others_by_naming_its_address() {
    let scene = Scene::new().await;
    scene.joins(&scene.bo, "bo@gemeente.test").await;
    scene.joins(&scene.cas, "cas@elders.test").await;
    let by_ana = scene.topic(&scene.here, &scene.ana, &scene.name).await;
    let by_bo = scene.topic(&scene.there, &scene.bo, &scene.group()).await;
    let (of_ana, of_bo) = (files(&scene.ana, &by_ana).await.0, files(&scene.cas, &by_bo).await.0);
    let cas = logged_in(&scene.third, "cas").await;
    let path = path(&scene.third, &of_bo);
    opens(&cas, &path).await;
    // As if Bo's server had named what lies on the host: his word isn't enough to ask for that in Cas' name.
    let named = of_ana["url"].as_str().unwrap().to_owned();
    let file: uuid::Uuid = id(&of_bo).parse().unwrap();
    let renamed = scene.third.app.db.write(move |tx| {
        use schema::media::dsl;
        let row = dsl::media.find(vakplein::ids::MediaId(file));
        Ok(diesel::update(row).set(dsl::remote_url.eq(&named)).execute(tx.conn)?)
    });
    assert_eq!(renamed.await.unwrap(), 1);
    is_refused(&cas, &path, "an address on another server than the author's").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_of_an_open_group_stays_a_link_to_its_origin() {
    let pair = Pair::new().await;
    let letter = upload(&pair.here, &pair.ana, "Folder.txt", LETTER.as_bytes(), &[]).await.expect(201);
    let topic = json!({"title": "Folder", "content": "Zie de bijlage.", "media": [letter["id"]]});
    let topic = pair.ana.post("/groups/bijstand/threads", topic).await.expect(201);
    pair.settle().await;
    let uri = topic["activityPubId"].as_str().unwrap();
    let found = pair.bo.get(&format!("/resolve?uri={uri}")).await.expect(200);
    let copy = pair.bo.get(&format!("/posts/{}", id(&found))).await.expect(200);
    let file = &copy["media"][0];
    assert_eq!(file["url"], letter["url"], "{copy}");
    // We hand on nothing that everybody may read there.
    let browser = logged_in(&pair.there, "bo").await;
    assert_eq!(browser.get(&format!("/media/remote/{}", id(file))).await.status, 404);
}
