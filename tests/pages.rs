//! Pages: every one renders in every language as the rules of accessible pages want, and forms take nothing from elsewhere.

use std::collections::BTreeSet;

use reqwest::Method;
use scraper::{ElementRef, Html, Selector};

use crate::login::logged_in;
use crate::support::browser::Browser;
use crate::support::{Reply, TestApp};

/// What must hold for any page, whatever is on it. Gives the page.
pub fn check_page(reply: &Reply, status: u16, lang: &str) -> Html {
    assert_eq!(reply.status, status, "{}", reply.text);
    assert_eq!(reply.header("content-type"), "text/html; charset=utf-8");
    let policy = reply.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    for name in ["referrer-policy", "permissions-policy", "cross-origin-opener-policy", "cache-control"] {
        assert!(!reply.header(name).is_empty(), "{name}");
    }
    let page = Html::parse_document(&reply.text);
    let find = |selector: &str| page.select(&Selector::parse(selector).unwrap()).collect::<Vec<_>>();
    let html = find("html");
    assert_eq!(html[0].attr("lang"), Some(lang), "{}", reply.text);
    assert!(!text(find("title")[0]).trim().is_empty());
    assert_eq!(find("h1").len(), 1, "one h1: {}", reply.text);
    assert_eq!(find("main").len(), 1);
    let mut ids = BTreeSet::new();
    for element in find("[id]") {
        let id = element.attr("id").unwrap();
        assert!(ids.insert(id.to_owned()), "the id {id} occurs twice");
    }
    for reference in ["aria-describedby", "aria-labelledby", "for"] {
        for element in find(&format!("[{reference}]")) {
            for id in element.attr(reference).unwrap().split_whitespace() {
                assert!(ids.contains(id), "{reference} names {id}, which isn't there");
            }
        }
    }
    let labelled: BTreeSet<&str> = find("label[for]").iter().filter_map(|label| label.attr("for")).collect();
    for field in find("input:not([type=hidden]), select, textarea") {
        let inside =
            field.ancestors().filter_map(ElementRef::wrap).any(|above| above.value().name() == "label");
        let named = field.attr("id").is_some_and(|id| labelled.contains(id));
        assert!(
            inside || named || field.attr("aria-label").is_some(),
            "a field without label: {}",
            field.html()
        );
    }
    for form in find("form[method=post]") {
        let token = form.select(&Selector::parse("input[name=csrf]").unwrap()).next();
        assert!(
            token.is_some_and(|token| token.attr("value").is_some_and(|token| token.len() > 20)),
            "a form without token"
        );
        assert!(form.attr("action").is_some_and(|action| action.starts_with('/')), "a form without action");
    }
    for image in find("img") {
        assert!(image.attr("alt").is_some(), "a picture without alt: {}", image.html());
    }
    for button in find("button, a[href]") {
        let name = text(button) + button.attr("aria-label").unwrap_or_default();
        let pictured = button.select(&Selector::parse("img[alt]").unwrap()).next().is_some();
        assert!(!name.trim().is_empty() || pictured, "a link or button without a name: {}", button.html());
    }
    // A text that is missing shows its key.
    for node in find("main")[0].text() {
        let key = node.trim();
        let words: Vec<&str> = key.split('-').collect();
        let is_key = words.len() > 1
            && [
                "error", "reason", "flash", "home", "login", "signup", "settings", "people", "pages",
                "layout",
            ]
            .contains(&words[0]);
        assert!(!is_key || key.contains(' '), "a text is missing: {key}");
    }
    page
}

fn text(element: ElementRef<'_>) -> String {
    element.text().collect()
}

/// A browser that asks for pages in a language.
pub async fn in_language(app: &TestApp, lang: &str) -> Browser {
    let browser = app.browser();
    assert_eq!(browser.get(&format!("/language/{lang}")).await.status, 303);
    browser
}

#[tokio::test]
async fn visitors_see_every_page_in_every_language() {
    let app = TestApp::new().await;
    app.member("ana").await;
    for lang in ["nl", "en"] {
        let browser = in_language(&app, lang).await;
        for path in [
            "/",
            "/groups",
            "/latest",
            "/search?q=fiets",
            "/login",
            "/signup",
            "/signup/sent",
            "/signup/waiting",
            "/reset",
            "/reset/sent",
            "/about",
            "/rules",
            "/contact",
            "/privacy",
            "/accessibility",
            "/dev/mail",
            "/u/ana",
        ] {
            check_page(&browser.get(path).await, 200, lang);
        }
        for path in ["/no-such-page", "/g/niemand", "/u/niemand", "/assets", "/t/x", "/confirm/x", "/reset/x"]
        {
            check_page(&browser.get(path).await, 404, lang);
        }
    }
}

#[tokio::test]
async fn members_see_every_page_of_theirs_in_every_language() {
    let app = TestApp::new().await;
    app.member("ana").await;
    app.admin("bas").await;
    for name in ["ana", "bas"] {
        let browser = logged_in(&app, name).await;
        for lang in ["nl", "en"] {
            browser.get(&format!("/language/{lang}")).await;
            for path in [
                "/",
                "/settings",
                "/settings/account",
                "/settings/security",
                "/settings/tokens",
                "/settings/blocks",
                "/settings/data",
                "/u/ana",
                "/u/bas",
                "/notifications",
                "/groups",
                "/latest",
            ] {
                let reply = browser.get(path).await;
                check_page(&reply, 200, lang);
                assert_eq!(reply.header("cache-control"), "private, no-store", "{path}");
            }
        }
    }
}

#[tokio::test]
async fn the_language_is_what_the_reader_chose_or_the_browser_asks() {
    let app = TestApp::new().await;
    let ask = async |accept: &str| {
        let headers = [("accept", "text/html"), ("accept-language", accept)];
        app.send(Method::GET, "/", &headers, None).await
    };
    check_page(&ask("en-GB,en;q=0.9").await, 200, "en");
    check_page(&ask("fr").await, 200, "nl");
    let browser = app.browser();
    let reply = browser.get("/language/en?to=%2Fgroups%3Fsort%3Dnew").await;
    assert_eq!((reply.status, reply.location()), (303, "/groups?sort=new"));
    check_page(&browser.get("/").await, 200, "en");
    assert_eq!(browser.get("/language/nl?to=//evil.example").await.location(), "/");
    check_page(&browser.get("/").await, 200, "nl");
    check_page(&browser.get("/language/tlh").await, 404, "nl");
}

#[tokio::test]
async fn programs_find_the_files_they_look_for() {
    let app = TestApp::new().await;
    let robots = app.get("/robots.txt").await.text;
    assert!(robots.contains("Disallow: /settings"));
    // What it names is there, but for folders, which have no page of their own.
    for path in robots.lines().filter_map(|line| line.strip_prefix("Disallow: ")) {
        assert!(path.ends_with('/') || app.get(path).await.status != 404, "{path}");
    }
    let reply = app.get("/.well-known/change-password").await;
    assert_eq!((reply.status, reply.location()), (303, "/settings/account"));
    // Without an address it leads to where people are told how to reach somebody.
    let reply = app.get("/.well-known/security.txt").await;
    assert_eq!(reply.status, 200);
    assert!(reply.text.contains("Contact: http://werkplein.test/contact\n"), "{}", reply.text);
    let change = |tx: &mut vakplein::db::Tx<'_>| {
        let mut settings = vakplein::instance::settings(tx)?;
        settings.contact_email = "hulp@werkplein.test".to_owned();
        vakplein::instance::save_settings(tx, &settings)
    };
    app.app.db.write(change).await.unwrap();
    let reply = app.get("/.well-known/security.txt").await;
    assert_eq!(reply.status, 200);
    for line in [
        "Contact: mailto:hulp@werkplein.test",
        "Expires: 20",
        "Canonical: http://werkplein.test/.well-known/security.txt",
    ] {
        assert!(reply.text.contains(line), "{}", reply.text);
    }
}

#[tokio::test]
async fn an_address_with_no_id_where_one_belongs_is_a_page_that_is_not_there() {
    let app = TestApp::new().await;
    app.member("ana").await;
    app.admin("eva").await;
    let (visitor, admin) = (app.browser(), logged_in(&app, "eva").await);
    for path in [
        "/media/nope",
        "/media/nope/x.png",
        "/media/remote/nope",
        "/media/avatar/nope",
        "/media/emblem/nope",
        "/assets/nope.css",
        "/t/nope",
        "/t/nope/reply",
        "/t/nope/feed.atom",
        "/p/nope",
        "/p/nope/history",
        "/p/nope/edit",
        "/activities/nope",
        "/g/%ff",
        "/u/%ff",
        "/moderation/reports/nope",
        "/moderation/decisions/nope",
        "/language/nope",
    ] {
        check_page(&visitor.get(path).await, 404, "nl");
    }
    for path in
        ["/admin/people/nope", "/admin/people/nope/promote", "/g/x/members/nope/role", "/admin/texts/x/nl"]
    {
        check_page(&admin.get(path).await, 404, "nl");
    }
    // What is there is served as before.
    let icon = visitor.get("/favicon.ico").await;
    assert_eq!((icon.status, icon.header("content-type")), (200, "image/png"));
    assert!(icon.header("vary").split(',').all(|name| name.trim() != "Cookie"), "{}", icon.header("vary"));
}

#[tokio::test]
async fn without_an_address_to_mail_to_pages_say_whom_to_ask() {
    let app = TestApp::new().await;
    app.admin("eva").await;
    let (browser, admin) = (app.browser(), logged_in(&app, "eva").await);
    for (lang, instead) in
        [("nl", "nog geen e-mailadres ingevuld"), ("en", "have not entered an email address")]
    {
        browser.get(&format!("/language/{lang}")).await;
        for path in ["/contact", "/accessibility"] {
            let shown =
                check_page(&browser.get(path).await, 200, lang).root_element().text().collect::<String>();
            assert!(shown.contains(instead), "{path}: {shown}");
            assert!(
                !shown.contains("{contact}") && !shown.contains("Mail naar") && !shown.contains("mail to")
            );
        }
    }
    admin.get("/admin").await;
    assert_eq!(admin.attributes("main .alert--warning a", "href"), ["/admin/settings#contactEmail"]);
    admin.get("/admin/settings").await;
    let address = [("contactEmail", "hulp@werkplein.test")];
    assert_eq!(admin.submit("/admin/settings", &address).await.status, 303);
    admin.get("/admin").await;
    admin.get("/admin").await;
    assert!(admin.texts("main .alert--warning").is_empty());
    browser.get("/language/nl").await;
    for path in ["/contact", "/accessibility"] {
        let page = browser.get(path).await;
        assert!(
            page.text.contains("Mail naar hulp@werkplein.test") || page.text.contains("naar hulp@"),
            "{}",
            page.text
        );
        assert!(!page.text.contains("nog geen e-mailadres"));
    }
}

#[tokio::test]
async fn a_method_that_a_page_does_not_have_is_told() {
    let app = TestApp::new().await;
    let reply = app.browser().post("/", &[]).await;
    check_page(&reply, 405, "nl");
    assert!(reply.header("allow").contains("GET"));
}

#[tokio::test]
async fn what_is_asked_for_decides_whether_it_is_a_page_or_a_document() {
    let app = TestApp::new().await;
    app.member("ana").await;
    let (page, document) = ("text/html; charset=utf-8", "application/activity+json");
    for (accept, kind) in [
        ("application/activity+json", document),
        ("application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"", document),
        ("application/activity+json, text/html", document),
        ("text/html;q=0.1, application/activity+json", document),
        ("text/html, application/activity+json", page),
        ("application/activity+json;q=0.1, text/html", page),
        ("application/activity+json;q=0", page),
        ("text/html,application/xhtml+xml,*/*;q=0.8", page),
        ("*/*", page),
    ] {
        let reply = app.send(Method::GET, "/u/ana", &[("accept", accept)], None).await;
        assert_eq!(reply.status, 200, "{accept}");
        let found = reply.header("content-type");
        assert_eq!(found.split(';').next(), kind.split(';').next(), "{accept}");
    }
}
