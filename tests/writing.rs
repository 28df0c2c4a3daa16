//! Writing in a browser without script: what was typed isn't lost, whatever goes wrong, and nothing is posted twice.

use serde_json::json;
use vakplein::policy::limits;

use crate::group_pages::{Sent, send};
use crate::login::logged_in;
use crate::pages::check_page;
use crate::support::TestApp;

/// An instance with a group `tuin` of ana's and a topic of hers; gives the topic's path.
async fn topic(app: &TestApp) -> String {
    let ana = app.member("ana").await;
    ana.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    let input = json!({ "title": "Snoeien", "content": "Wanneer snoei ik?" });
    let made = ana.post("/groups/tuin/threads", input).await.expect(201);
    app.member("bob").await.post("/groups/tuin/memberships", json!({})).await.expect(201);
    format!("/t/{}", made["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_button_that_is_pressed_twice_posts_once() {
    let app = TestApp::new().await;
    let path = topic(&app).await;
    let browser = logged_in(&app, "bob").await;
    for (form, fields) in [
        ("/g/tuin/new".to_owned(), [("title", "Compost"), ("content", "Hoe maak ik dat?")].as_slice()),
        (format!("{path}/reply"), [("content", "Nu!")].as_slice()),
    ] {
        browser.get(&form).await;
        let first = send(&browser, &form, fields, &[]).await;
        let again = send(&browser, &form, fields, &[]).await;
        assert_eq!((first.status, again.status), (303, 303), "{}", again.text);
        assert_eq!(first.location(), again.location(), "it leads to the post that is there already");
    }
    browser.get("/g/tuin").await;
    assert_eq!(browser.texts(".topic__title").len(), 2);
    browser.get(&path).await;
    assert_eq!(browser.texts(".reply .prose"), ["Nu!"]);
    // The same with a document is the same; with another document it isn't.
    let form = format!("{path}/reply");
    let mut places = Vec::new();
    for bytes in [b"een brief".as_slice(), b"een brief", b"een heel andere brief"] {
        let files = [Sent { field: "file", name: "brief.txt", bytes }];
        places.push(
            send(&browser, &form, &[("content", "Zie de bijlage")], &files).await.location().to_owned(),
        );
    }
    assert!(places.iter().all(|place| place.starts_with("/p/")), "{places:?}");
    assert!(places[0] == places[1] && places[1] != places[2], "{places:?}");
}

#[tokio::test]
async fn a_file_that_is_too_large_costs_no_text() {
    let app = TestApp::new().await;
    topic(&app).await;
    let browser = logged_in(&app, "bob").await;
    browser.get("/g/tuin/new").await;
    let typed = [("title", "Film"), ("content", "Een *lang* verhaal.")];
    let large = vec![b'x'; limits::FILE + 1];
    let film = || Sent { field: "file", name: "film.txt", bytes: &large };
    let small = || Sent { field: "file", name: "brief.txt", bytes: b"een brief" };
    let reply = send(&browser, "/g/tuin/new", &typed, &[film(), small()]).await;
    check_page(&reply, 413, "nl");
    assert_eq!(browser.texts("textarea#content"), ["Een *lang* verhaal."]);
    assert_eq!(browser.attributes("#title", "value"), ["Film"]);
    assert!(browser.texts("#form-errors li").concat().contains("film.txt: Dit bestand is te groot."));
    assert_eq!(browser.texts(".upload legend").len(), 1, "the other one needn't be chosen again");
    // Together too large, and too many.
    let half = vec![b'x'; limits::FILE - 10];
    let halves: Vec<_> = (0..3).map(|_| Sent { field: "file", name: "deel.txt", bytes: &half }).collect();
    let reply = send(&browser, "/g/tuin/new", &typed, &halves).await;
    check_page(&reply, 413, "nl");
    assert!(browser.texts("#form-errors li").concat().contains("hoogstens 40 MB"), "{}", reply.text);
    let many: Vec<_> = (0..=limits::FILES).map(|_| small()).collect();
    let reply = send(&browser, "/g/tuin/new", &typed, &many).await;
    check_page(&reply, 400, "nl");
    assert_eq!(browser.texts(".upload legend").len(), limits::FILES);
    assert_eq!(browser.texts("textarea#content"), ["Een *lang* verhaal."]);
    // A text that is larger than any post isn't read, and the page says how to go on.
    let endless = "x".repeat(limits::POST * 12 + 64 * 1024 + 1);
    check_page(&browser.post("/g/tuin/new", &[("content", &endless)]).await, 413, "nl");
}

#[tokio::test]
async fn one_comes_back_to_a_form_as_one_left_it_but_not_to_what_is_private() {
    let app = TestApp::new().await;
    let path = topic(&app).await;
    let browser = logged_in(&app, "bob").await;
    for page in [path.clone(), format!("{path}/reply"), "/g/tuin/new".to_owned()] {
        let reply = browser.get(&page).await;
        assert_eq!(reply.header("cache-control"), "private, no-cache", "{page}");
    }
    let preview = [("title", "Compost"), ("content", "Hoe?"), ("preview", "1")];
    let reply = send(&browser, "/g/tuin/new", &preview, &[]).await;
    check_page(&reply, 200, "nl");
    assert_eq!(reply.header("cache-control"), "private, no-cache");
    assert_eq!(browser.attributes(".preview a", "href"), ["#content"], "the way on to the form");
    let staff = logged_in(&app, "ana").await;
    for (who, page) in
        [(&staff, path.as_str()), (&browser, "/settings"), (&browser, "/notifications"), (&browser, "/")]
    {
        assert_eq!(who.get(page).await.header("cache-control"), "private, no-store", "{page}");
    }
    // What the browser kept goes with the session.
    let reply = browser.submit("/logout", &[]).await;
    assert_eq!((reply.status, reply.header("clear-site-data")), (303, "\"cache\""));
}

#[tokio::test]
async fn a_button_of_whoever_was_logged_out_leads_to_the_log_in_page_and_back() {
    let app = TestApp::new().await;
    let path = topic(&app).await;
    let browser = logged_in(&app, "bob").await;
    let from = [("referer", app.url(&path))];
    let from: Vec<(&str, &str)> = from.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let like = path.replace("/t/", "/p/") + "/like";
    let expected = format!("/login?next={}", path.replace('/', "%2F").replace('-', "%2D"));
    // The session was ended from elsewhere; or the browser has lost its cookie.
    for lost in [false, true] {
        browser.get(&path).await;
        let token = browser.attributes("input[name=csrf]", "value").remove(0);
        let session = browser.cookie("vakplein").unwrap();
        if lost {
            browser.set_cookie("vakplein", "");
        } else {
            let secret = session.clone();
            let end = move |tx: &mut vakplein::db::Tx<'_>| vakplein::people::sessions::end(tx, &secret);
            app.app.db.write(end).await.unwrap();
        }
        let sent = format!("csrf={token}&like=1").into_bytes();
        let reply = browser.post_from(&like, &from, sent.clone()).await;
        assert_eq!((reply.status, reply.location()), (303, expected.as_str()), "{}", reply.text);
        let page = browser.get(reply.location()).await;
        assert!(page.text.contains("druk daarna nog een keer op de knop"), "{}", page.text);
        // Logging out once more is no fault.
        if lost {
            assert_eq!(browser.post_from("/logout", &from, sent).await.location(), "/");
        }
        let fresh = logged_in(&app, "bob").await;
        browser.set_cookie("vakplein", &fresh.cookie("vakplein").unwrap());
    }
    // Under another session the old page is told apart, without a word of a text that isn't there.
    browser.get(&path).await;
    let reply = browser.post_from(&like, &from, b"csrf=old&like=1".to_vec()).await;
    check_page(&reply, 403, "nl");
    assert!(!reply.text.contains("is bewaard"), "{}", reply.text);
    assert!(browser.attributes("main a", "href").contains(&path), "the way back");
}
