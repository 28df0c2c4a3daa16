//! `vakplein backup` and `vakplein restore`: all of an instance comes back, on either database, and nothing happens twice.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::json;
use vakplein::actors::ActorRow;
use vakplein::federation::store::peers::PeerForm;

use crate::media::{png, upload};
use crate::support::app::PASSWORD;
use crate::support::browser::Browser;
use crate::support::database::Database;
use crate::support::program::{command, complaint, lines, vakplein};
use crate::support::{Member, Net, Receiver, TestApp};

/// An instance with a group in which somebody elsewhere is a member, a topic with a picture, and a reply.
struct Site {
    net: Net,
    app: TestApp,
    ana: Member,
    bob: ActorRow,
    elsewhere: Receiver,
    topic: String,
    picture: String,
}

async fn site() -> Site {
    let net = Net::new();
    let app = net.app("werkplein.test").await;
    let ana = app.member("ana").await;
    ana.post("/groups", json!({ "name": "fiets", "title": "Fiets" })).await.expect(201);
    let elsewhere = Receiver::start(&net, "elders.test").await;
    let bob = elsewhere.person(&app, "bob").await;
    elsewhere.shows(&app, PeerForm::Threadiverse).await;
    let group = app.app.db.read(|tx| vakplein::groups::views::find(tx, "fiets")).await.unwrap();
    elsewhere.joins(&app, &bob, group, &app.url("/g/fiets")).await;
    let file = upload(&app, &ana, "fiets.png", &png(), &[("alt", "Een rode fiets")]).await.expect(201);
    let topic = json!({ "title": "Waar vraag ik een fiets aan?", "content": "Ik *zoek* er een.", "media": [file["id"]] });
    let topic = ana.post("/groups/fiets/threads", topic).await.expect(201);
    let topic = topic["id"].as_str().unwrap().to_owned();
    ana.post(&format!("/threads/{topic}/replies"), json!({ "content": "Bij het loket 🚲" }))
        .await
        .expect(201);
    net.settle(&[&app]).await;
    elsewhere.take();
    let picture = file["url"].as_str().unwrap().strip_prefix(&app.url("")).unwrap().to_owned();
    Site { net, app, ana, bob, elsewhere, topic, picture }
}

fn backup(app: &TestApp, file: &Path) -> Vec<String> {
    lines(&vakplein(app, &["backup", &file.to_string_lossy()], ""))
}

#[tokio::test(flavor = "multi_thread")]
async fn all_comes_back_on_either_database_and_nothing_is_told_twice() {
    let Site { net, app, ana, bob, elsewhere, topic, picture } = site().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vakplein.zip");
    let browser = app.browser();
    log_in(&browser).await;
    assert_eq!(browser.get("/settings").await.status, 200);
    // One delivery waits for a server that is down, one topic isn't published yet.
    elsewhere.say_always(503);
    let reply = json!({ "content": "Of per telefoon" });
    ana.post(&format!("/threads/{topic}/replies"), reply).await.expect(201);
    app.settle().await;
    ana.post("/groups/fiets/threads", json!({ "title": "Net geplaatst", "content": "x" })).await.expect(201);
    let (page, document) =
        (app.get(&format!("/t/{topic}")).await.text, app.document("/g/fiets").await.expect(200));

    // The server goes on meanwhile.
    let said = backup(&app, &file);
    assert!(said[0].contains("files: 1"), "{said:?}");
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600,
        "readable to nobody else"
    );
    ana.post("/groups/fiets/threads", json!({ "title": "Van later", "content": "x" })).await.expect(201);

    for database in Database::empty() {
        elsewhere.say_always(202);
        let back = TestApp::restored("werkplein.test", net.names().clone(), &file, database).await;
        net.settle(&[&back]).await;
        assert_eq!(elsewhere.kinds(), [""; 0], "nothing is told again");
        let shown = back.document("/g/fiets").await.expect(200);
        // The proof is made anew for each moment.
        for key in ["publicKey", "assertionMethod", "name", "published", "updated"] {
            assert_eq!(shown[key], document[key], "the same group with the same key");
        }
        let topics = back.anonymous().get("/groups/fiets/threads").await.expect(200);
        let titles: Vec<&str> =
            topics["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap()).collect();
        assert_eq!(titles, ["Net geplaatst", "Waar vraag ik een fiets aan?"]);
        assert_eq!(texts(&back.get(&format!("/t/{topic}")).await.text), texts(&page));
        let shown = back.get(&picture).await;
        assert_eq!((shown.status, shown.header("content-type")), (200, "image/png"));
        let found = back.anonymous().get("/search?q=telefoon").await.expect(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "the index is made anew: {found}");

        // The session is over, the password and the token aren't.
        let again = back.browser();
        again.set_cookie("vakplein", &browser.cookie("vakplein").unwrap());
        assert_eq!(again.get("/settings").await.status, 303);
        log_in(&again).await;
        assert_eq!(again.get("/settings").await.status, 200);

        // Whoever was a member elsewhere still is, and what is new reaches them once their server is tried again.
        back.clock.advance(3_600);
        let ana = back.with_token(&ana, ana.token.as_ref().unwrap());
        ana.post("/groups/fiets/threads", json!({ "title": "Weer verder", "content": "x" }))
            .await
            .expect(201);
        net.settle(&[&back]).await;
        let told = elsewhere.take();
        assert!(
            told.iter().all(|one| one.to_string().contains("Weer verder")) && !told.is_empty(),
            "{told:?}"
        );
        assert!(!back.app.urls.base().is_empty() && bob.uri.contains("elders.test"));
    }
}

async fn log_in(browser: &Browser) {
    browser.get("/login").await;
    browser.submit("/login", &[("email", "ana@example.org"), ("password", PASSWORD)]).await;
}

/// What a page says, without what is made anew for each visit.
fn texts(page: &str) -> Vec<String> {
    let page = scraper::Html::parse_document(page);
    let posts = scraper::Selector::parse("article").unwrap();
    page.select(&posts).map(|post| post.text().collect::<String>()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_cannot_be_restored_changes_nothing_and_says_why() {
    let Site { app, ana, .. } = site().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vakplein.zip");
    let name = file.to_string_lossy().into_owned();
    backup(&app, &file);

    let said = lines(&vakplein(&app, &["restore", &name, "--verify"], ""));
    assert_eq!(said.last().unwrap(), "It can be restored.");
    let left = || std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(left(), 1, "trying leaves nothing behind");

    let said = complaint(&vakplein(&app, &["backup", &name], ""));
    assert!(said.contains("is there already"), "{said}");
    let said = complaint(&vakplein(&app, &["restore", &name], ""));
    assert!(said.contains("isn't empty"), "{said}");
    ana.get("/me").await.expect(200);

    let empty = folder.path().join("new.db");
    let mut other = command(&app, &["restore", &name]);
    other.env("VAKPLEIN_SERVER__DOMAIN", "ander.test");
    other.env("VAKPLEIN_DATABASE__URL", format!("sqlite:{}", empty.display()));
    let said = complaint(&other.output().unwrap());
    assert!(said.contains("this backup is of http://werkplein.test"), "{said}");
    assert!(!empty.exists());

    // Bytes that changed on the disk are noticed, wherever they stand.
    let whole = std::fs::read(&file).unwrap();
    for (at, length) in [(whole.len() / 3, 64), (whole.len() / 2, 64), (whole.len() - 30, 8)] {
        let mut bytes = whole.clone();
        bytes[at..at + length].iter_mut().for_each(|byte| *byte ^= 0x55);
        std::fs::write(&file, bytes).unwrap();
        let said = complaint(&vakplein(&app, &["restore", &name, "--verify"], ""));
        assert!(said.contains("damaged"), "byte {at}: {said}");
    }
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let said = complaint(&vakplein(&app, &["restore", &name, "--verify"], ""));
    assert!(said.contains("isn't a backup of Vakplein"), "{said}");
    assert_eq!(left(), 1, "nothing is left behind then either");
}
