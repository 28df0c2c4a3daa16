//! Pages of topics: reading, writing, files, history, keeping order, search and feeds, in a browser without script.

use serde_json::json;
use vakplein::policy::limits;

use crate::group_pages::{Sent, send};
use crate::login::logged_in;
use crate::pages::{check_page, in_language};
use crate::support::browser::Browser;
use crate::support::{Member, TestApp};

/// A group of ana's with bob in it, and a topic of bob's; gives the path of the topic.
async fn topic(app: &TestApp) -> (Member, Member, String) {
    let (ana, bob) = (app.member("ana").await, app.member("bob").await);
    ana.post("/groups", json!({ "name": "tuin", "title": "De tuin" })).await.expect(201);
    bob.post("/groups/tuin/memberships", json!({})).await.expect(201);
    let input = json!({ "title": "Snoeien <nu>", "content": "**Wanneer** snoei ik?" });
    let made = bob.post("/groups/tuin/threads", input).await.expect(201);
    let path = format!("/t/{}", made["id"].as_str().unwrap());
    (ana, bob, path)
}

async fn reply(by: &Member, topic: &str, content: &str) -> String {
    let path = format!("/threads/{}/replies", topic.trim_start_matches("/t/"));
    by.post(&path, json!({ "content": content })).await.expect(201)["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_topic_shows_its_replies_and_leads_to_each() {
    let app = TestApp::new().await;
    let (ana, _bob, path) = topic(&app).await;
    let id = reply(&ana, &path, "In de *winter*.").await;
    for lang in ["nl", "en"] {
        let visitor = in_language(&app, lang).await;
        check_page(&visitor.get(&path).await, 200, lang);
        check_page(&visitor.get("/latest").await, 200, lang);
        check_page(&visitor.get("/search?q=winter").await, 200, lang);
        check_page(&visitor.get("/search?q=@a@b.example").await, 200, lang);
        let member = logged_in(&app, "ana").await;
        member.get(&format!("/language/{lang}?to=/")).await;
        for page in [
            path.clone(),
            format!("{path}/reply?to={id}"),
            format!("{path}/move"),
            format!("/p/{id}/edit"),
            format!("/p/{id}/delete"),
            "/g/tuin/new".to_owned(),
        ] {
            check_page(&member.get(&page).await, 200, lang);
        }
    }
    let visitor = app.browser();
    visitor.get(&path).await;
    assert_eq!(visitor.texts("h1"), ["Snoeien <nu>"]);
    assert_eq!(visitor.texts(".reply .prose em"), ["winter"]);
    assert!(visitor.texts("form[method=post]").is_empty(), "visitors have nothing to send");
    assert_eq!(visitor.get(&format!("/p/{id}")).await.location(), format!("{path}#p-{id}"));
    assert_eq!(visitor.get("/t/0198c0de-0000-7000-8000-000000000000").await.status, 404);
    assert!(visitor.get(&format!("{path}/reply")).await.location().starts_with("/login"));
    visitor.get("/search?q=winter").await;
    assert_eq!(visitor.texts(".topic__title"), ["Snoeien <nu>"]);
}

#[tokio::test]
async fn one_writes_with_a_preview_and_keeps_what_was_typed() {
    let app = TestApp::new().await;
    let (_ana, _bob, path) = topic(&app).await;
    let browser = logged_in(&app, "ana").await;
    browser.get("/g/tuin/new").await;
    let reply = send(&browser, "/g/tuin/new", &[("title", ""), ("content", "Mijn _vraag_")], &[]).await;
    check_page(&reply, 400, "nl");
    assert_eq!(browser.texts("#title-error").len(), 1);
    assert_eq!(browser.texts("textarea#content"), ["Mijn _vraag_"]);
    let typed = [("title", "Compost"), ("content", "Mijn _vraag_"), ("preview", "1")];
    let reply = send(&browser, "/g/tuin/new", &typed, &[]).await;
    check_page(&reply, 200, "nl");
    assert_eq!(browser.texts(".preview em"), ["vraag"]);
    assert_eq!(browser.attributes("#title", "value"), ["Compost"]);
    let reply = send(&browser, "/g/tuin/new", &typed[..2], &[]).await;
    assert_eq!(reply.status, 303);
    assert!(reply.location().starts_with("/t/"));
    check_page(&browser.get(reply.location()).await, 200, "nl");
    // A reply, from the form below the topic.
    browser.get(&path).await;
    let reply = send(&browser, &format!("{path}/reply"), &[("content", "Nu!")], &[]).await;
    assert!(reply.location().starts_with("/p/"), "{}", reply.text);
    browser.get(&path).await;
    assert_eq!(browser.texts(".reply .prose"), ["Nu!"]);
    let empty = send(&browser, &format!("{path}/reply"), &[("content", " ")], &[]).await;
    check_page(&empty, 400, "nl");
}

#[tokio::test]
async fn a_picture_is_told_in_words_before_it_is_posted() {
    let app = TestApp::new().await;
    let (_ana, _bob, path) = topic(&app).await;
    let browser = logged_in(&app, "ana").await;
    browser.get(&path).await;
    let mut png = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(4, 3).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let files = [
        Sent { field: "file", name: "boom.png", bytes: png.get_ref() },
        Sent { field: "file", name: "stuk.exe", bytes: b"MZ\x90\0nope" },
    ];
    let to = format!("{path}/reply");
    let answer = send(&browser, &to, &[("content", "Kijk")], &files).await;
    check_page(&answer, 400, "nl");
    assert!(browser.texts("#form-errors li").concat().contains("stuk.exe"));
    let id = browser.attributes("input[name=media]", "value").pop().unwrap();
    let answer = send(&browser, &to, &[("content", "Kijk"), ("media", &id), ("alt", "")], &[]).await;
    check_page(&answer, 400, "nl");
    assert_eq!(browser.texts("#alt-1-error").len(), 1, "{}", answer.text);
    let told = [("content", "Kijk"), ("media", id.as_str()), ("alt", "Een boom")];
    assert_eq!(send(&browser, &to, &told, &[]).await.status, 303);
    browser.get(&path).await;
    assert_eq!(browser.attributes(".reply .files img", "alt"), ["Een boom"]);
    // A preview of other words changes nothing yet.
    let edit = browser.attributes(".reply a[href$='/edit']", "href").remove(0);
    browser.get(&edit).await;
    let told = [("content", "Kijk"), ("media", id.as_str()), ("alt", "Een eik"), ("preview", "1")];
    check_page(&send(&browser, &edit, &told, &[]).await, 200, "nl");
    assert_eq!(browser.attributes("#alt-1", "value"), ["Een eik"]);
    let visitor = app.browser();
    visitor.get(&path).await;
    assert_eq!(visitor.attributes(".reply .files img", "alt"), ["Een boom"]);
    browser.get(&edit).await;
    assert_eq!(send(&browser, &edit, &told[..3], &[]).await.status, 303);
    visitor.get(&path).await;
    assert_eq!(visitor.attributes(".reply .files img", "alt"), ["Een eik"]);
}

#[tokio::test]
async fn what_changes_can_be_seen_and_what_is_deleted_is_gone() {
    let app = TestApp::new().await;
    let (ana, _bob, path) = topic(&app).await;
    let id = reply(&ana, &path, "In de winter snoeien.").await;
    let browser = logged_in(&app, "ana").await;
    let edit = format!("/p/{id}/edit");
    browser.get(&edit).await;
    assert_eq!(browser.texts("textarea#content"), ["In de winter snoeien."]);
    assert_eq!(send(&browser, &edit, &[("content", "In de zomer snoeien.")], &[]).await.status, 303);
    check_page(&browser.get(&format!("/p/{id}/history")).await, 200, "nl");
    assert_eq!(browser.texts("ins"), ["zomer"]);
    assert_eq!(browser.texts("del"), ["winter"]);
    assert_eq!(browser.texts(".diff")[0], "In de winter zomer snoeien.", "the two words stand apart");
    let other = logged_in(&app, "bob").await;
    assert_eq!(other.get(&edit).await.status, 403);
    browser.get(&format!("/p/{id}/delete")).await;
    assert_eq!(browser.submit(&format!("/p/{id}/delete"), &[]).await.location(), path);
    browser.get(&path).await;
    assert!(browser.texts(".reply").is_empty());
}

#[tokio::test]
async fn staff_keeps_order_and_gives_reasons() {
    let app = TestApp::new().await;
    let (_ana, bob, path) = topic(&app).await;
    let id = reply(&bob, &path, "KOOP NU").await;
    let (staff, member) = (logged_in(&app, "ana").await, logged_in(&app, "bob").await);
    let remove = format!("/p/{id}/remove");
    assert_eq!(member.get(&remove).await.status, 403);
    staff.get(&remove).await;
    let answer = staff.submit(&remove, &[("reason", "")]).await;
    check_page(&answer, 400, "nl");
    assert_eq!(staff.submit(&remove, &[("reason", "reclame")]).await.status, 303);
    let visitor = app.browser();
    visitor.get(&path).await;
    assert!(visitor.texts(".reply").is_empty(), "nobody replied to it, so it needs no stub");
    member.get(&path).await;
    assert!(member.texts(".post__gone").concat().contains("reclame"));
    staff.get(&path).await;
    assert_eq!(staff.submit(&format!("/p/{id}/restore"), &[]).await.status, 303);
    staff.get(&path).await;
    assert_eq!(staff.submit(&format!("{path}/lock"), &[]).await.location(), path);
    member.get(&path).await;
    assert!(member.attributes(&format!("form[action=\"{path}/reply\"]"), "action").is_empty());
    check_page(&visitor.get("/g/tuin/log").await, 200, "nl");
    assert_eq!(visitor.texts(".timeline__item").len(), 3);
    // Nobody named Bob stands in the public log.
    assert!(!visitor.texts(".timeline").concat().contains("bob"));
}

#[tokio::test]
async fn a_like_is_a_button_and_reading_is_noted() {
    let app = TestApp::new().await;
    let (_ana, _bob, path) = topic(&app).await;
    let browser = logged_in(&app, "ana").await;
    browser.get("/g/tuin").await;
    assert_eq!(browser.texts(".topic--unread").len(), 1);
    browser.get(&path).await;
    browser.get("/g/tuin").await;
    assert!(browser.texts(".topic--unread").is_empty());
    browser.get(&path).await;
    let like = format!("/p/{}/like", path.trim_start_matches("/t/"));
    assert_eq!(browser.submit(&like, &[("like", "1")]).await.status, 303);
    browser.get(&path).await;
    assert_eq!(browser.attributes(".like", "aria-pressed"), ["true"]);
    assert_eq!(browser.submit(&like, &[("like", "0")]).await.status, 303);
    browser.get(&path).await;
    assert_eq!(browser.attributes(".like", "aria-pressed"), ["false"]);
}

#[tokio::test]
async fn feeds_are_atom_and_escape_what_people_wrote() {
    let app = TestApp::new().await;
    let (ana, _bob, path) = topic(&app).await;
    reply(&ana, &path, "Tekst & meer <script>").await;
    for feed in ["/g/tuin/feed.atom".to_owned(), format!("{path}/feed.atom"), "/latest/feed.atom".to_owned()]
    {
        let reply = app.get(&feed).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert_eq!(reply.header("content-type"), "application/atom+xml; charset=utf-8");
        assert!(reply.text.contains("Snoeien &#60;nu&#62;"), "{}", reply.text);
        assert!(!reply.text.contains("<script>") && !reply.text.contains("<nu>"));
    }
    assert_eq!(app.get("/g/niets/feed.atom").await.status, 404);
    // Each page leads readers of feeds to its own.
    let visitor = app.browser();
    for (page, feed) in [("/g/tuin", "/g/tuin/feed.atom"), (&path, &format!("{path}/feed.atom"))] {
        visitor.get(page).await;
        let linked = visitor.attributes("link[rel=alternate][type='application/atom+xml']", "href");
        assert!(linked.iter().any(|url| url.ends_with(feed)), "{page}: {linked:?}");
    }
    for page in ["/latest", "/"] {
        visitor.get(page).await;
        let linked = visitor.attributes("link[rel=alternate][type='application/atom+xml']", "href");
        assert!(linked.iter().any(|url| url.ends_with("/latest/feed.atom")), "{page}: {linked:?}");
    }
}

#[tokio::test]
async fn a_list_of_topics_goes_on_without_gaps_and_in_the_order_chosen() {
    let app = TestApp::new().await;
    let (_ana, bob, path) = topic(&app).await;
    for number in 1..=24 {
        let input = json!({ "title": format!("Vraag {number}"), "content": "?" });
        bob.post("/groups/tuin/threads", input).await.expect(201);
    }
    reply(&bob, &path, "Nog iemand?").await;
    let visitor = app.browser();
    for list in ["/g/tuin", "/g/tuin?sort=new", "/latest"] {
        let (mut seen, mut next) = (Vec::new(), Some(list.to_owned()));
        while let Some(page) = next {
            check_page(&visitor.get(&page).await, 200, "nl");
            seen.extend(visitor.texts(".topic__title"));
            next = visitor.attributes("a[rel=next]", "href").pop();
        }
        let first = if list.ends_with("new") { "Vraag 24" } else { "Snoeien <nu>" };
        assert_eq!((seen.len(), seen[0].as_str()), (25, first), "{list}");
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 25, "{list}: none twice");
    }
    visitor.get("/g/tuin?sort=unanswered").await;
    assert!(!visitor.texts(".topic__title").contains(&"Snoeien <nu>".to_owned()));
    assert_eq!(
        visitor.get("/g/tuin?after=nonsens").await.status,
        200,
        "a cursor that isn't one is the beginning"
    );
}

#[tokio::test]
async fn a_link_to_a_reply_leads_to_its_page_of_a_long_topic() {
    let app = TestApp::new().await;
    let (_ana, bob, path) = topic(&app).await;
    let (person, thread): (_, vakplein::ids::ThreadId) =
        (bob.id, path.trim_start_matches("/t/").parse().unwrap());
    let draft = |number: usize| vakplein::threads::Draft {
        content: format!("x {number}"),
        html: "<p>x</p>".to_owned(),
        plain: "x".to_owned(),
        ..Default::default()
    };
    let fill = app.app.db.write(move |tx| {
        let by = vakplein::policy::Actor::here(person);
        for number in 0..limits::REPLIES {
            vakplein::threads::acts::reply(tx, &by, thread.into(), &draft(number))?;
        }
        Ok(())
    });
    fill.await.unwrap();
    let last = reply(&bob, &path, "De laatste").await;
    let visitor = app.browser();
    visitor.get(&path).await;
    assert!(!visitor.texts(".reply .prose").contains(&"De laatste".to_owned()));
    let to = visitor.get(&format!("/p/{last}")).await.location().to_owned();
    assert!(to.starts_with(&format!("{path}?after=")) && to.ends_with(&format!("#p-{last}")), "{to}");
    check_page(&visitor.get(&to).await, 200, "nl");
    assert_eq!(visitor.texts(".reply .prose"), ["De laatste"]);
    assert_eq!(visitor.attributes(".reply article", "id"), [format!("p-{last}")]);
}

#[tokio::test]
async fn staff_pins_and_moves_a_topic_by_buttons() {
    let app = TestApp::new().await;
    let (ana, bob, path) = topic(&app).await;
    bob.post("/groups/tuin/threads", json!({ "title": "Nieuwer", "content": "?" })).await.expect(201);
    let made = ana.post("/groups", json!({ "name": "bos", "title": "Het bos" })).await.expect(201);
    let (staff, member) = (logged_in(&app, "ana").await, logged_in(&app, "bob").await);
    member.get(&path).await;
    let token = member.attributes("input[name=csrf]", "value").remove(0);
    for act in ["pin", "unpin", "lock", "unlock"] {
        assert_eq!(member.post(&format!("{path}/{act}"), &[("csrf", &token)]).await.status, 403, "{act}");
    }
    let to = made["id"].as_str().unwrap();
    assert_eq!(member.get(&format!("{path}/move")).await.status, 403);
    assert_eq!(member.post(&format!("{path}/move"), &[("csrf", &token), ("group", to)]).await.status, 403);

    staff.get(&path).await;
    assert_eq!(staff.submit(&format!("{path}/pin"), &[]).await.location(), path);
    staff.get("/g/tuin").await;
    assert_eq!(staff.texts(".topic__title"), ["Snoeien <nu>", "Nieuwer"]);
    staff.get(&path).await;
    assert_eq!(staff.submit(&format!("{path}/unpin"), &[]).await.location(), path);
    staff.get("/g/tuin").await;
    assert_eq!(staff.texts(".topic__title"), ["Nieuwer", "Snoeien <nu>"]);
    staff.get(&path).await;
    assert_eq!(staff.submit(&format!("{path}/lock"), &[]).await.location(), path);
    staff.get(&path).await;
    assert_eq!(staff.submit(&format!("{path}/unlock"), &[]).await.location(), path);

    check_page(&staff.get(&format!("{path}/move")).await, 200, "nl");
    check_page(&staff.submit(&format!("{path}/move"), &[]).await, 400, "nl");
    assert_eq!(staff.submit(&format!("{path}/move"), &[("group", to)]).await.location(), path);
    let visitor = app.browser();
    visitor.get("/g/bos").await;
    assert_eq!(visitor.texts(".topic__title"), ["Snoeien <nu>"]);
    visitor.get("/g/tuin").await;
    assert_eq!(visitor.texts(".topic__title"), ["Nieuwer"]);
}

#[tokio::test]
async fn whoever_is_muted_or_blocked_is_out_of_sight() {
    let app = TestApp::new().await;
    let (ana, _bob, path) = topic(&app).await;
    let cor = app.member("cor").await;
    ana.post("/groups", json!({ "name": "bos", "title": "Het bos" })).await.expect(201);
    cor.post("/groups/tuin/memberships", json!({})).await.expect(201);
    cor.post("/groups/tuin/threads", json!({ "title": "Van Cor", "content": "Winters" })).await.expect(201);
    reply(&cor, &path, "In de winter, zegt Cor.").await;
    let (reader, visitor) = (logged_in(&app, "bob").await, app.browser());
    for act in ["mute", "block"] {
        reader.get("/u/cor").await;
        assert_eq!(reader.submit(&format!("/u/cor/{act}"), &[]).await.status, 303, "{act}");
        for list in ["/g/tuin", "/latest", "/search?q=winter"] {
            reader.get(list).await;
            assert!(!reader.texts("main").concat().contains("Cor"), "{act} {list}");
            visitor.get(list).await;
            assert!(visitor.texts("main").concat().contains("Cor"), "others see it: {list}");
        }
        // In a topic the text is folded, so that what others answered can be followed.
        check_page(&reader.get(&path).await, 200, "nl");
        assert_eq!(reader.texts(".reply details.fold .prose"), ["In de winter, zegt Cor."], "{act}");
        visitor.get(&path).await;
        assert!(visitor.texts(".reply details.fold .prose").is_empty());
        reader.get("/u/cor").await;
        assert_eq!(reader.submit("/u/cor/unblock", &[]).await.status, 303);
        reader.get("/g/tuin").await;
        assert!(reader.texts("main").concat().contains("Van Cor"));
    }
}

#[tokio::test]
async fn who_writes_too_much_is_told_when_to_go_on_and_keeps_the_text() {
    let app = TestApp::with(|config| config.limits.enabled = true).await;
    let (_ana, _bob, path) = topic(&app).await;
    let cor = app.member("cor").await;
    cor.post("/groups/tuin/memberships", json!({})).await.expect(201);
    for number in 0..60 {
        reply(&cor, &path, &format!("Antwoord {number}")).await;
    }
    let browser = logged_in(&app, "cor").await;
    browser.get(&path).await;
    let refused = send(&browser, &format!("{path}/reply"), &[("content", "Nog één")], &[]).await;
    check_page(&refused, 429, "nl");
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!((1..=600).contains(&wait), "{wait}");
    assert_eq!(browser.texts("textarea#content"), ["Nog één"]);
    let ana = logged_in(&app, "ana").await;
    ana.get(&path).await;
    let taken = send(&ana, &format!("{path}/reply"), &[("content", "Van een ander")], &[]).await;
    assert_eq!(taken.status, 303, "others go on: {}", taken.text);
    assert!(taken.header("retry-after").is_empty());
}

#[tokio::test]
async fn whoever_was_logged_out_while_writing_loses_no_text() {
    let app = TestApp::new().await;
    let (_ana, _bob, path) = topic(&app).await;
    let text = "Een lang verhaal over mijn brief.";
    let write = format!("{path}/reply");
    let browser = logged_in(&app, "bob").await;
    browser.get(&path).await;
    browser.set_cookie("vakplein", "");
    // The form of before: its token isn't this visitor's.
    let stale = send(&browser, &write, &[("content", text)], &[]).await;
    check_page(&stale, 403, "nl");
    assert!(stale.text.contains(text) && stale.text.contains("href=\"/login\" target=\"_blank\""));
    // Sent again without logging in it is kept once more.
    let signed_out = browser.submit(&write, &[]).await;
    check_page(&signed_out, 401, "nl");
    assert!(signed_out.text.contains(text), "{}", signed_out.text);
    // In another tab the same browser logs in; the page that stayed open is sent once more.
    let other_tab = logged_in(&app, "bob").await;
    browser.set_cookie("vakplein", &other_tab.cookie("vakplein").unwrap());
    let again = browser.submit(&write, &[]).await;
    check_page(&again, 403, "nl");
    assert!(again.text.contains(text) && !again.text.contains("href=\"/login\" target=\"_blank\""));
    let taken = browser.submit(&write, &[]).await;
    assert_eq!(taken.status, 303, "{}", taken.text);
    browser.get(&path).await;
    assert!(browser.texts(".prose").concat().contains(text));
}

/// Statements that the database is asked for a page, the least of some visits: a connection is now and then asked whether it lives.
async fn statements(app: &TestApp, browser: &Browser, path: &str) -> usize {
    let so_far = async || {
        let numbers = app.get("/metrics").await.text;
        let line = numbers.lines().find_map(|line| line.strip_prefix("vakplein_database_statements_total "));
        line.unwrap().parse::<usize>().unwrap()
    };
    let mut least = usize::MAX;
    for _ in 0..4 {
        let before = so_far().await;
        assert_eq!(browser.get(path).await.status, 200, "{path}");
        least = least.min(so_far().await - before);
    }
    least
}

#[tokio::test]
async fn a_page_takes_as_many_statements_however_much_is_on_it() {
    let app = TestApp::new().await;
    let (ana, bob, path) = topic(&app).await;
    reply(&ana, &path, "In de winter.").await;
    let (member, visitor) = (logged_in(&app, "bob").await, app.browser());
    let pages = ["/g/tuin", &path, "/latest", "/"];
    let count = async || {
        let mut counts = Vec::new();
        for page in pages {
            for browser in [&member, &visitor] {
                counts.push((page, statements(&app, browser, page).await));
            }
        }
        counts
    };
    let few = count().await;
    for number in 0..12 {
        let by = if number % 2 == 0 { &ana } else { &bob };
        reply(by, &path, &format!("Antwoord {number}.")).await;
        let input = json!({ "title": format!("Vraag {number}"), "content": "Wie weet dit?" });
        by.post("/groups/tuin/threads", input).await.expect(201);
    }
    assert_eq!(count().await, few);
    // One of them asks whether the topic's group is linked to others, or shows topics of others: where it isn't, that is all.
    assert!(few.iter().all(|(_, count)| *count <= 14), "{few:?}");
}
