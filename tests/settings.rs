//! What members decide about themselves and others, in the browser: profile, picture, blocks, their data, leaving.

use crate::login::logged_in;
use crate::pages::check_page;
use crate::support::TestApp;
use crate::support::app::PASSWORD;
use crate::support::browser::Browser;

/// A red picture of four by four pixels.
fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(4, 4, image::Rgb([200, 30, 30]))
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

/// The token in the forms of the last page.
fn token(browser: &Browser) -> String {
    browser.attributes("input[name=csrf]", "value").remove(0)
}

/// Fields and one file, as a browser sends them.
fn multipart(fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend(
            format!("--grens\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    let (name, bytes) = file.unwrap_or(("", b""));
    let head = format!("--grens\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n");
    body.extend(head.bytes());
    body.extend(b"Content-Type: application/octet-stream\r\n\r\n");
    body.extend(bytes);
    body.extend(b"\r\n--grens--\r\n");
    ("multipart/form-data; boundary=grens".to_owned(), body)
}

#[tokio::test]
async fn all_that_is_wrong_with_a_profile_is_told_at_once() {
    let app = TestApp::new().await;
    app.member("ana").await;
    let browser = logged_in(&app, "ana").await;
    browser.get("/settings").await;
    let token = token(&browser);
    let long = "x".repeat(101);
    let filled = [
        ("csrf", token.as_str()),
        ("displayName", ""),
        ("employer", long.as_str()),
        ("function", long.as_str()),
        ("avatarAlt", ""),
    ];
    let (kind, body) = multipart(&filled, Some(("ik.png", &picture())));
    check_page(&browser.post_body("/settings", &kind, body).await, 400, "nl");
    let wrong = browser.attributes("form [aria-invalid=true]", "id");
    assert_eq!(wrong, ["displayName", "employer", "function", "avatarAlt"]);
    let mut links = browser.attributes("#form-errors a", "href");
    links.sort();
    assert_eq!(links, ["#avatarAlt", "#displayName", "#employer", "#function"]);
    assert_eq!(browser.attributes("#employer", "value"), [long], "what was typed is kept");
}

#[tokio::test]
async fn a_profile_is_changed_and_seen_by_others() {
    let app = TestApp::new().await;
    app.member("ana").await;
    let browser = logged_in(&app, "ana").await;
    browser.get("/settings").await;
    let token = token(&browser);
    let filled = [
        ("csrf", token.as_str()),
        ("displayName", "Ana de Wit"),
        ("bio", "Ik help **graag**. <script>alert(1)</script>"),
        ("employer", "Gemeente Zutphen"),
        ("function", "Klantmanager"),
        ("avatarAlt", "Een rood vlak"),
        ("discoverable", "1"),
    ];
    let (kind, body) = multipart(&filled, Some(("ik.png", &picture())));
    let reply = browser.post_body("/settings", &kind, body).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    let visitor = app.browser();
    check_page(&visitor.get("/u/ana").await, 200, "nl");
    assert_eq!(visitor.texts("h1"), ["Ana de Wit"]);
    assert_eq!(visitor.texts(".prose strong"), ["graag"]);
    assert!(visitor.texts(".prose script").is_empty());
    let source = visitor.attributes(".hero img.avatar", "src").remove(0);
    assert_eq!(app.get(&source).await.header("content-type"), "image/png");

    // A file that is no picture, an empty name: told, with what was typed.
    for (name, file) in [("Ana", Some(("x.png", b"geen plaatje".as_slice()))), ("", None)] {
        let filled = [
            ("csrf", token.as_str()),
            ("displayName", name),
            ("bio", "Nieuw verhaal"),
            ("avatarAlt", "Iets"),
        ];
        let (kind, body) = multipart(&filled, file);
        let reply = browser.post_body("/settings", &kind, body).await;
        check_page(&reply, 400, "nl");
        assert_eq!(browser.texts("#bio"), ["Nieuw verhaal"]);
    }
    // Without its token even the file isn't looked at.
    let (kind, body) = multipart(&[("displayName", "Kaper")], Some(("ik.png", &picture())));
    check_page(&browser.post_body("/settings", &kind, body).await, 403, "nl");
    visitor.get("/u/ana").await;
    assert_eq!(visitor.texts("h1"), ["Ana de Wit"]);
}

#[tokio::test]
async fn people_are_followed_muted_and_blocked_from_their_page() {
    let app = TestApp::new().await;
    app.member("ana").await;
    app.member("bas").await;
    let ana = logged_in(&app, "ana").await;
    let visitor = app.browser();
    visitor.get("/u/bas").await;
    assert!(visitor.attributes("form[action='/u/bas/follow']", "action").is_empty());
    ana.get("/u/bas").await;
    assert_eq!(ana.submit("/u/bas/follow", &[]).await.location(), "/u/bas");
    check_page(&ana.get("/u/bas").await, 200, "nl");
    check_page(&ana.get("/settings/follows").await, 200, "nl");
    assert_eq!(ana.texts(".people .person a"), ["bas (@bas@werkplein.test)"]);
    assert_eq!(visitor.get("/settings/follows").await.status, 303, "to log in first");
    ana.get("/u/bas").await;
    assert_eq!(ana.submit("/u/bas/unfollow", &[]).await.status, 303);
    ana.get("/settings/follows").await;
    assert!(ana.texts(".people .person a").is_empty());
    ana.get("/u/bas").await;
    assert_eq!(ana.submit("/u/bas/block", &[]).await.status, 303);
    check_page(&ana.get("/u/bas").await, 200, "nl");
    assert!(ana.attributes("form[action='/u/bas/follow']", "action").is_empty());
    check_page(&ana.get("/settings/blocks").await, 200, "nl");
    assert_eq!(ana.texts(".person a"), ["bas (@bas@werkplein.test)"]);
    assert_eq!(ana.submit("/settings/blocks/remove", &[]).await.status, 303);
    ana.get("/settings/blocks").await;
    check_page(&ana.submit("/settings/blocks", &[("host", "geen site"), ("kind", "mute")]).await, 400, "nl");
    assert_eq!(ana.attributes("#host", "value"), ["geen site"]);
    assert_eq!(
        ana.submit("/settings/blocks", &[("host", "reclame.example"), ("kind", "block")]).await.status,
        303
    );
    ana.get("/settings/blocks").await;
    assert_eq!(ana.texts(".person strong"), ["reclame.example"]);
}

#[tokio::test]
async fn members_take_their_data_along_and_leave_or_stay() {
    let app = TestApp::new().await;
    app.member("ana").await;
    let browser = logged_in(&app, "ana").await;
    browser.get("/settings/data").await;
    let reply = browser.submit("/settings/data", &[]).await;
    assert_eq!((reply.status, reply.header("content-type")), (200, "application/zip"));
    assert!(reply.header("content-disposition").contains("vakplein-ana-"));
    check_page(&browser.submit("/settings/leave", &[("password", "fout")]).await, 400, "nl");
    assert_eq!(browser.submit("/settings/leave", &[("password", PASSWORD)]).await.status, 303);
    check_page(&browser.get("/settings/data").await, 200, "nl");
    assert!(!browser.texts(".alert--warning").is_empty());
    assert_eq!(browser.submit("/settings/stay", &[]).await.status, 303);
    browser.get("/settings/data").await;
    assert_eq!(browser.submit("/settings/leave", &[("password", PASSWORD)]).await.status, 303);
    app.clock.advance(15 * 86_400);
    app.settle().await;
    check_page(&app.browser().get("/u/ana").await, 410, "nl");
    assert_eq!(browser.get("/settings").await.status, 303);
}
