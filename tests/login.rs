//! Making an account, logging in, the second factor, sessions, settings: in a browser, with its cookies.

use vakplein::mail;
use vakplein::people::credentials;

use crate::pages::{check_page, in_language};
use crate::support::app::PASSWORD;
use crate::support::browser::Browser;
use crate::support::{Reply, TestApp};

const NEW_PASSWORD: &str = "drie-fietsen-in-de-regen";

/// The link in the newest mail to somebody, as a path.
async fn mailed_link(app: &TestApp, to: &str, below: &str) -> String {
    app.settle().await;
    let mails = mail::inbox(&app.app.config.mail.dir).await.unwrap();
    let start = app.url(below);
    let newest = mails.iter().filter(|mail| mail.to == to);
    let mut links =
        newest.flat_map(|mail| mail.body.split_whitespace()).filter(|word| word.starts_with(&start));
    let link = links.next().unwrap_or_else(|| panic!("no link {start} for {to} in {mails:?}"));
    link.strip_prefix(app.app.urls.base()).unwrap().to_owned()
}

/// Fills in the log-in page.
pub async fn log_in(browser: &Browser, email: &str, password: &str) -> Reply {
    browser.get("/login").await;
    browser.submit("/login", &[("email", email), ("password", password)]).await
}

/// A browser that a member is logged in with.
pub async fn logged_in(app: &TestApp, name: &str) -> Browser {
    let browser = app.browser();
    let reply = log_in(&browser, &format!("{name}@example.org"), PASSWORD).await;
    assert_eq!(reply.status, 303, "{}", reply.text);
    browser
}

/// Whose page it is; none for a visitor.
async fn who(browser: &Browser) -> Vec<String> {
    browser.get("/").await;
    browser.texts(".account__name")
}

async fn totp_code(app: &TestApp, email: &str) -> String {
    let email = email.to_owned();
    let secret = app.app.db.read(move |tx| {
        let account = vakplein::people::login::account_of(tx, &email)?.unwrap();
        Ok((account.totp_secret.unwrap(), tx.now.unix()))
    });
    let (secret, unix) = secret.await.unwrap();
    credentials::totp_code(&secret, unix).unwrap()
}

#[tokio::test]
async fn somebody_signs_up_confirms_and_logs_in() {
    let app = TestApp::new().await;
    let browser = app.browser();
    check_page(&browser.get("/signup").await, 200, "nl");
    let filled =
        [("name", "fatima"), ("email", "fatima@example.org"), ("password", NEW_PASSWORD), ("rules", "1")];
    let reply = browser.submit("/signup", &filled).await;
    assert_eq!((reply.status, reply.location()), (303, "/signup/sent"), "{}", reply.text);
    check_page(&browser.get("/signup/sent").await, 200, "nl");
    // Before the address is proven there is no way in, but a way to another mail.
    let reply = log_in(&browser, "fatima@example.org", NEW_PASSWORD).await;
    check_page(&reply, 403, "nl");
    assert_eq!(browser.attributes("#login-unconfirmed a", "href"), ["/confirm"]);
    let link = mailed_link(&app, "fatima@example.org", "/confirm/").await;
    // Opening the link changes nothing: programs that look at mail do so, too.
    for _ in 0..2 {
        check_page(&browser.get(&link).await, 200, "nl");
    }
    let reply = browser.submit(&link, &[]).await;
    assert_eq!((reply.status, reply.location()), (303, "/login"));
    check_page(&browser.get(&link).await, 404, "nl");
    assert!(browser.attributes("main a", "href").contains(&"/confirm".to_owned()));
    assert!(who(&browser).await.is_empty());
    let reply = log_in(&browser, "fatima@example.org", NEW_PASSWORD).await;
    assert_eq!((reply.status, reply.location()), (303, "/"), "{}", reply.text);
    assert_eq!(who(&browser).await, ["fatima"]);
    let reply = browser.submit("/logout", &[]).await;
    assert_eq!(reply.status, 303);
    assert!(who(&browser).await.is_empty());
}

#[tokio::test]
async fn the_mail_that_proves_an_address_can_be_asked_for_again() {
    let app = TestApp::new().await;
    app.member("ana").await;
    let browser = app.browser();
    browser.get("/signup").await;
    let filled =
        [("name", "fatima"), ("email", "fatima@example.org"), ("password", NEW_PASSWORD), ("rules", "1")];
    browser.submit("/signup", &filled).await;
    let first = mailed_link(&app, "fatima@example.org", "/confirm/").await;
    check_page(&browser.get("/signup/sent").await, 200, "nl");
    assert!(browser.attributes("main a", "href").contains(&"/confirm".to_owned()));
    app.clock.advance(2);
    for lang in ["en", "nl"] {
        browser.get(&format!("/language/{lang}")).await;
        check_page(&browser.get("/confirm").await, 200, lang);
    }
    check_page(&browser.submit("/confirm", &[("email", "nergens")]).await, 400, "nl");
    assert_eq!(browser.attributes("#email", "value"), ["nergens"]);
    // The answer is the same for an address that is proven already, and for one without an account.
    for email in ["fatima@example.org", "ana@example.org", "niemand@example.org"] {
        browser.get("/confirm").await;
        assert_eq!(browser.submit("/confirm", &[("email", email)]).await.location(), "/signup/sent");
    }
    let second = mailed_link(&app, "fatima@example.org", "/confirm/").await;
    assert_ne!(second, first);
    check_page(&browser.get(&first).await, 200, "nl");
    browser.get(&second).await;
    assert_eq!(browser.submit(&second, &[]).await.location(), "/login");
    let mails = mail::inbox(&app.app.config.mail.dir).await.unwrap();
    assert!(mails.iter().any(|mail| mail.to == "ana@example.org" && mail.body.contains("/login")));
    assert!(mails.iter().all(|mail| mail.to != "niemand@example.org"));
    assert_eq!(log_in(&browser, "fatima", NEW_PASSWORD).await.status, 303);
}

#[tokio::test]
async fn an_instance_that_is_closed_takes_nobody_and_one_by_approval_whom_it_approves() {
    use vakplein::instance::{self, SignUp};
    let app = TestApp::new().await;
    app.admin("eva").await;
    let set = async |sign_up: SignUp| {
        let change = move |tx: &mut vakplein::db::Tx<'_>| {
            let settings = instance::Settings { sign_up, ..instance::settings(tx)? };
            instance::save_settings(tx, &settings)
        };
        app.app.db.write(change).await.unwrap();
    };
    let browser = app.browser();
    let filled =
        [("name", "fatima"), ("email", "fatima@example.org"), ("password", NEW_PASSWORD), ("rules", "1")];
    set(SignUp::Closed).await;
    check_page(&browser.get("/signup").await, 200, "nl");
    assert!(browser.texts("form[action='/signup']").is_empty());
    browser.get("/login").await;
    let token = browser.attributes("input[name=csrf]", "value").remove(0);
    let sent = [filled.as_slice(), &[("csrf", token.as_str())]].concat();
    check_page(&browser.post("/signup", &sent).await, 403, "nl");

    set(SignUp::Approval).await;
    check_page(&browser.get("/signup").await, 200, "nl");
    check_page(&browser.submit("/signup", &filled).await, 400, "nl");
    assert_eq!(browser.attributes("[aria-invalid=true]", "id"), ["motivation"]);
    // All that is wrong at once, also what only the database knows.
    let wrong = [("name", "eva"), ("email", "x"), ("password", "kort"), ("rules", "")];
    check_page(&browser.submit("/signup", &wrong).await, 400, "nl");
    let all = ["name", "email", "password", "motivation", "rules"];
    assert_eq!(browser.attributes("form [aria-invalid=true]", "id"), all);
    let links: Vec<String> = all.iter().map(|id| format!("#{id}")).collect();
    assert_eq!(browser.attributes("#form-errors a", "href"), links);
    check_page(&browser.get("/signup").await, 200, "nl");
    let why = [filled.as_slice(), &[("motivation", "Ik werk bij de gemeente.")]].concat();
    assert_eq!(browser.submit("/signup", &why).await.location(), "/signup/sent");
    let link = mailed_link(&app, "fatima@example.org", "/confirm/").await;
    browser.get(&link).await;
    assert_eq!(browser.submit(&link, &[]).await.location(), "/signup/waiting");
    check_page(&log_in(&browser, "fatima@example.org", NEW_PASSWORD).await, 403, "nl");
    let admin = logged_in(&app, "eva").await;
    check_page(&admin.get("/admin/approvals").await, 200, "nl");
    assert_eq!(admin.texts("blockquote p"), ["Ik werk bij de gemeente."]);
    assert_eq!(
        admin.submit("/admin/approvals", &[("answer", "accept")]).await.location(),
        "/admin/approvals"
    );
    assert_eq!(log_in(&browser, "fatima@example.org", NEW_PASSWORD).await.status, 303);
    assert_eq!(browser.get("/admin/approvals").await.status, 403);
}

#[tokio::test]
async fn on_https_cookies_are_bound_to_this_very_host() {
    let https = |config: &mut vakplein::config::Config| "https".clone_into(&mut config.server.scheme);
    let app = TestApp::start("veilig.test", vakplein::federation::client::Names::default(), https).await;
    let plain = TestApp::new().await;
    for (app, secure) in [(&app, true), (&plain, false)] {
        // The proxy in front speaks TLS; what reaches the instance is plain HTTP.
        let request = reqwest::Client::new().get(format!("http://{}/login", app.address));
        let answer = request.header("host", &app.domain).header("accept", "text/html").send().await.unwrap();
        let headers = answer.headers();
        assert_eq!(headers.contains_key("strict-transport-security"), secure);
        let cookies: Vec<&str> =
            headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
        assert!(!cookies.is_empty());
        for cookie in cookies {
            assert_eq!(cookie.starts_with("__Host-"), secure, "{cookie}");
            assert_eq!(cookie.contains("; Secure"), secure, "{cookie}");
            assert!(cookie.contains("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
        }
    }
}

#[tokio::test]
async fn bad_input_is_explained_and_what_was_typed_is_kept() {
    let app = TestApp::new().await;
    for lang in ["nl", "en"] {
        let browser = in_language(&app, lang).await;
        browser.get("/signup").await;
        let reply =
            browser.submit("/signup", &[("name", "é é"), ("email", "nergens"), ("password", "kort")]).await;
        check_page(&reply, 400, lang);
        assert_eq!(browser.attributes("#name", "value"), ["é é"]);
        assert_eq!(browser.attributes("#email", "value"), ["nergens"]);
        assert_eq!(browser.attributes("#password", "value"), [""], "a password is never sent back");
        assert_eq!(
            browser.attributes("form [aria-invalid=true]", "id"),
            ["name", "email", "password", "rules"]
        );
        assert_eq!(browser.texts("#form-errors li a").len(), 4);
        browser.get("/login").await;
        check_page(&browser.submit("/login", &[("email", ""), ("password", "")]).await, 400, lang);
        browser.get("/reset").await;
        check_page(&browser.submit("/reset", &[("email", "")]).await, 400, lang);
    }
}

#[tokio::test]
async fn no_answer_tells_whether_an_address_has_an_account() {
    let app = TestApp::new().await;
    app.member("ana").await;
    let browser = app.browser();
    let mut answers = Vec::new();
    for email in ["ana@example.org", "nobody@example.org"] {
        let wrong = log_in(&browser, email, "een heel ander wachtwoord").await;
        let texts = browser.texts("#form-errors li");
        browser.get("/reset").await;
        let reset = browser.submit("/reset", &[("email", email)]).await;
        browser.get("/signup").await;
        let name = email.split('@').next().unwrap().replace("ana", "anna").replace("nobody", "iemand");
        let filled = [("name", name.as_str()), ("email", email), ("password", NEW_PASSWORD), ("rules", "1")];
        let signed_up = browser.submit("/signup", &filled).await;
        answers.push((wrong.status, texts, reset.location().to_owned(), signed_up.location().to_owned()));
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0].0, 400);
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let app = TestApp::new().await;
    app.member("ana").await;
    let browser = logged_in(&app, "ana").await;
    browser.get("/settings/account").await;
    let email = "kaper@example.org";
    for token in ["", "0123456789abcdef0123456789abcdef"] {
        let sent = [("csrf", token), ("language", "en"), ("email", email), ("password", PASSWORD)];
        check_page(&browser.post("/settings/account", &sent).await, 403, "nl");
        check_page(&browser.post("/settings/email", &sent).await, 403, "nl");
        check_page(&browser.post("/logout", &sent).await, 403, "nl");
    }
    app.settle().await;
    assert!(mail::inbox(&app.app.config.mail.dir).await.unwrap().iter().all(|mail| mail.to != email));
    assert_eq!(who(&browser).await, ["ana"]);
    // What was typed can be sent again, but for the password.
    let reply =
        browser.post("/settings/email", &[("csrf", "old"), ("email", email), ("password", PASSWORD)]).await;
    assert!(reply.text.contains(email) && !reply.text.contains(PASSWORD));
    // Right beside it: the same form with its token.
    browser.get("/settings/account").await;
    let reply = browser.submit("/settings/account", &[("language", "en")]).await;
    assert_eq!(reply.status, 303);
    check_page(&browser.get("/settings/account").await, 200, "en");
}

#[tokio::test]
async fn a_form_that_another_site_sent_is_refused() {
    let app = TestApp::new().await;
    app.member("ana").await;
    let browser = app.browser();
    browser.get("/login").await;
    let token = browser.attributes("form[action='/login'] input[name=csrf]", "value").remove(0);
    let cookie = format!("vakplein-form={}", browser.cookie("vakplein-form").unwrap());
    let body = format!("csrf={token}&email=ana%40example.org&password={PASSWORD}").into_bytes();
    let send = async |name: &str, value: &str| {
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let headers = [kind, ("cookie", cookie.as_str()), (name, value)];
        app.send(reqwest::Method::POST, "/login", &headers, Some(body.clone())).await
    };
    check_page(&send("sec-fetch-site", "cross-site").await, 403, "nl");
    check_page(&send("origin", "http://evil.example").await, 403, "nl");
    assert_eq!(send("origin", "http://werkplein.test").await.status, 303);
}

#[tokio::test]
async fn pages_of_members_send_visitors_to_the_log_in_page_and_back() {
    let app = TestApp::new().await;
    app.member("ana").await;
    let browser = app.browser();
    let reply = browser.get("/settings/security").await;
    assert_eq!((reply.status, reply.location()), (303, "/login?next=%2Fsettings%2Fsecurity"));
    check_page(&browser.follow("/settings/security").await, 200, "nl");
    let reply = browser.submit("/login", &[("email", "ana@example.org"), ("password", PASSWORD)]).await;
    assert_eq!((reply.status, reply.location()), (303, "/settings/security"));
    let reply = browser.get("/login?next=//evil.example").await;
    assert_eq!((reply.status, reply.location()), (303, "/"));
}

#[tokio::test]
async fn a_second_factor_is_asked_for_once_it_is_on() {
    let app = TestApp::new().await;
    app.member("ana").await;
    let browser = logged_in(&app, "ana").await;
    browser.get("/settings/security").await;
    // An open screen isn't enough: whoever found it could lock its owner out.
    check_page(&browser.submit("/settings/security/start", &[("password", "guessed")]).await, 400, "nl");
    let reply = browser.submit("/settings/security/start", &[("password", PASSWORD)]).await;
    assert_eq!((reply.status, reply.location()), (303, "/settings/security/start"));
    check_page(&browser.get("/settings/security/start").await, 200, "nl");
    check_page(&browser.submit("/settings/security/confirm", &[("code", "000000")]).await, 400, "nl");
    let code = totp_code(&app, "ana@example.org").await;
    let reply = browser.submit("/settings/security/confirm", &[("code", &code)]).await;
    check_page(&reply, 200, "nl");
    assert!(reply.header("cache-control").contains("no-store"));
    let codes = browser.texts(".secrets code");
    assert_eq!(codes.len(), 10);
    check_page(&browser.get("/settings/security").await, 200, "nl");

    let other = app.browser();
    let reply = log_in(&other, "ana@example.org", PASSWORD).await;
    assert_eq!((reply.status, reply.location()), (303, "/login/code?next=%2F"));
    // The password alone opens nothing.
    assert!(who(&other).await.is_empty());
    assert_eq!(other.get("/settings").await.status, 303);
    check_page(&other.get("/login/code").await, 200, "nl");
    // The code that turned it on counts once.
    check_page(&other.submit("/login/code", &[("code", &code)]).await, 400, "nl");
    app.clock.advance(60);
    let code = totp_code(&app, "ana@example.org").await;
    let before = other.cookie("vakplein");
    assert_eq!(other.submit("/login/code", &[("code", &code)]).await.status, 303);
    assert_eq!(who(&other).await, ["ana"]);
    assert_ne!(other.cookie("vakplein"), before, "a session that got rights has a new secret");

    let third = app.browser();
    log_in(&third, "ana@example.org", PASSWORD).await;
    third.get("/login/code").await;
    assert_eq!(third.submit("/login/code", &[("code", &codes[0].to_uppercase())]).await.status, 303);
    // A recovery code counts once.
    let fourth = app.browser();
    log_in(&fourth, "ana@example.org", PASSWORD).await;
    fourth.get("/login/code").await;
    check_page(&fourth.submit("/login/code", &[("code", &codes[0])]).await, 400, "nl");
    assert_eq!(fourth.submit("/login/code", &[("code", &codes[1])]).await.status, 303);
    third.get("/settings/security").await;
    check_page(&third.submit("/settings/security/codes", &[("password", "fout")]).await, 400, "nl");
    let fields = [
        ("csrf", third.attributes("input[name=csrf]", "value").remove(0)),
        ("password", PASSWORD.to_owned()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(third.post("/settings/security/off", &fields).await.status, 303);
    let reply = log_in(&app.browser(), "ana@example.org", PASSWORD).await;
    assert_eq!(reply.location(), "/");
}

#[tokio::test]
async fn members_see_where_they_are_logged_in_and_end_it_there() {
    let app = TestApp::new().await;
    let (ana, bas_over_api) = (app.member("ana").await, app.member("bas").await);
    let (first, second) = (logged_in(&app, "ana").await, logged_in(&app, "ana").await);
    let bas = logged_in(&app, "bas").await;
    check_page(&first.get("/settings/security").await, 200, "nl");
    let forms = first.attributes("form[action^='/settings/sessions/'][action$='/end']", "action");
    let other = forms.iter().find(|action| *action != "/settings/sessions/end").unwrap().clone();
    // Somebody else's session is as if it weren't there.
    bas.get("/settings/security").await;
    let token = bas.attributes("input[name=csrf]", "value").remove(0);
    check_page(&bas.post(&other, &[("csrf", &token)]).await, 404, "nl");
    assert_eq!(who(&second).await, ["ana"]);
    first.get("/settings/security").await;
    assert_eq!(first.submit(&other, &[]).await.status, 303);
    assert!(who(&second).await.is_empty());
    assert_eq!(who(&first).await, ["ana"]);
    // The same over the API.
    let sessions = ana.get("/me/sessions").await.expect(200)["items"].as_array().unwrap().clone();
    assert_eq!(sessions.len(), 1);
    let path = format!("/me/sessions/{}", sessions[0]["id"].as_str().unwrap());
    assert_eq!(bas_over_api.delete(&path).await.refused(404), "not-found");
    ana.delete(&path).await.expect(204);
    assert!(who(&first).await.is_empty());
    logged_in(&app, "ana").await;
    ana.delete("/me/sessions").await.expect(204);
    assert_eq!(ana.get("/me/sessions").await.expect(200)["items"], serde_json::json!([]));
    assert_eq!(who(&bas).await, ["bas"]);
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_mail() {
    let app = TestApp::new().await;
    app.member("ana").await;
    let old = logged_in(&app, "ana").await;
    let browser = app.browser();
    check_page(&browser.get("/reset").await, 200, "nl");
    assert_eq!(browser.submit("/reset", &[("email", "ana@example.org")]).await.location(), "/reset/sent");
    check_page(&browser.get("/reset/sent").await, 200, "nl");
    let link = mailed_link(&app, "ana@example.org", "/reset/").await;
    check_page(&browser.get(&link).await, 200, "nl");
    check_page(&browser.submit(&link, &[("password", "kort")]).await, 400, "nl");
    assert_eq!(browser.submit(&link, &[("password", NEW_PASSWORD)]).await.location(), "/login");
    check_page(&browser.get(&link).await, 404, "nl");
    assert!(who(&old).await.is_empty(), "sessions with the old password end");
    assert_eq!(log_in(&browser, "ana@example.org", PASSWORD).await.status, 400);
    assert_eq!(log_in(&browser, "ana@example.org", NEW_PASSWORD).await.status, 303);
}

#[tokio::test]
async fn password_and_address_are_changed_with_the_old_password() {
    let app = TestApp::new().await;
    app.member("ana").await;
    let (browser, other) = (logged_in(&app, "ana").await, logged_in(&app, "ana").await);
    browser.get("/settings/account").await;
    let wrong = [("currentPassword", "fout"), ("newPassword", NEW_PASSWORD)];
    check_page(&browser.submit("/settings/password", &wrong).await, 400, "nl");
    assert_eq!(browser.attributes("[aria-invalid=true]", "id"), ["currentPassword"]);
    let right = [("currentPassword", PASSWORD), ("newPassword", NEW_PASSWORD)];
    assert_eq!(browser.submit("/settings/password", &right).await.status, 303);
    assert_eq!(who(&browser).await, ["ana"]);
    assert!(who(&other).await.is_empty());

    browser.get("/settings/account").await;
    let wrong = [("email", "nieuw@example.org"), ("password", "fout")];
    check_page(&browser.submit("/settings/email", &wrong).await, 400, "nl");
    assert_eq!(browser.attributes("#email", "value"), ["nieuw@example.org"]);
    let right = [("email", "nieuw@example.org"), ("password", NEW_PASSWORD)];
    assert_eq!(browser.submit("/settings/email", &right).await.status, 303);
    let link = mailed_link(&app, "nieuw@example.org", "/settings/email/").await;
    let elsewhere = app.browser();
    check_page(&elsewhere.get(&link).await, 200, "nl");
    assert_eq!(elsewhere.submit(&link, &[]).await.status, 303);
    assert_eq!(log_in(&elsewhere, "nieuw@example.org", NEW_PASSWORD).await.status, 303);
}

#[tokio::test]
async fn a_token_is_shown_once_and_can_be_revoked() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let browser = logged_in(&app, "ana").await;
    check_page(&browser.get("/settings/tokens").await, 200, "nl");
    check_page(&browser.submit("/settings/tokens", &[("label", "")]).await, 400, "nl");
    let reply = browser.submit("/settings/tokens", &[("label", "Mijn script"), ("scopes", "read")]).await;
    check_page(&reply, 200, "nl");
    let secret = browser.texts(".secret").remove(0);
    let mine = app.with_token(&ana, &secret);
    assert_eq!(mine.get("/instance").await.status, 200);
    check_page(&browser.get("/settings/tokens").await, 200, "nl");
    assert!(browser.texts(".secret").is_empty());
    let revoke = browser.attributes("form[action$='/revoke']", "action").remove(0);
    assert_eq!(browser.submit(&revoke, &[]).await.status, 303);
}

#[tokio::test]
async fn too_many_wrong_passwords_must_wait_but_a_known_browser_still_gets_in() {
    let app = TestApp::with(|config| config.limits.enabled = true).await;
    app.member("ana").await;
    let known = logged_in(&app, "ana").await;
    let stranger = app.browser();
    let mut last = 0;
    for _ in 0..12 {
        last = log_in(&stranger, "ana@example.org", "een heel ander wachtwoord").await.status;
    }
    assert_eq!(last, 429);
    for _ in 0..11 {
        log_in(&app.browser(), "niemand@example.org", "een heel ander wachtwoord").await;
    }
    // What is told doesn't depend on whether there is such an account.
    let mut told = Vec::new();
    for email in ["niemand@example.org", "ana@example.org"] {
        check_page(&log_in(&stranger, email, PASSWORD).await, 429, "nl");
        told.push(stranger.texts("#login-paused").concat());
        assert_eq!(stranger.attributes("#login-paused a", "href"), ["/reset"]);
        assert!(stranger.texts("#form-errors").is_empty());
    }
    assert!(told[0].contains("Over 15 minuten kan het weer."), "{told:?}");
    assert_eq!(told[0], told[1]);
    let refused = log_in(&stranger, "ana@example.org", PASSWORD).await;
    check_page(&refused, 429, "nl");
    let wait: u32 = refused.header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&wait), "the form says when to try again: {wait}");
    assert_eq!(stranger.attributes("#email", "value"), ["ana@example.org"], "and keeps what was typed");
    assert_eq!(log_in(&stranger, "ana@example.org", PASSWORD).await.status, 429);
    known.get("/").await;
    known.submit("/logout", &[]).await;
    assert_eq!(log_in(&known, "ana@example.org", PASSWORD).await.status, 303);
    // Whoever has the mailbox needn't wait either.
    stranger.get("/reset").await;
    stranger.submit("/reset", &[("email", "ana@example.org")]).await;
    let link = mailed_link(&app, "ana@example.org", "/reset/").await;
    stranger.get(&link).await;
    assert_eq!(stranger.submit(&link, &[("password", NEW_PASSWORD)]).await.location(), "/login");
    assert_eq!(log_in(&stranger, "ana@example.org", NEW_PASSWORD).await.status, 303);
}
