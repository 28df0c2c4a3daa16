//! From signing up to a session: mails, passwords, limits, second factor.

use vakplein::error::{Error, Result};
use vakplein::instance::{self, Settings, SignUp};
use vakplein::mail::{self, Mail};
use vakplein::people::login::{self, Attempt, SignedIn};
use vakplein::people::sessions::Place;
use vakplein::people::{AccountState, credentials, password, second_factor, sessions, sign_up};
use vakplein::policy::Reason;

use crate::support::TestApp;
use crate::support::app::{PASSWORD, keys};

fn form(name: &str, email: &str) -> sign_up::Form {
    sign_up::Form {
        name: name.to_owned(),
        email: email.to_owned(),
        password: "een regenachtige dinsdag".to_owned(),
        motivation: "Ik werk bij de gemeente.".to_owned(),
        language: Some("nl".to_owned()),
        address: "192.0.2.1".to_owned(),
        limited: false,
    }
}

async fn sign_up(app: &TestApp, form: sign_up::Form) -> Result<()> {
    sign_up::check(&form)?;
    // A cheap hash: what signing up does with it is the same.
    let (hash, keys) = (crate::support::app::PASSWORD_HASH.clone(), keys());
    app.app.db.write(move |tx| sign_up::sign_up(tx, &form, &hash, &keys)).await?;
    app.settle().await;
    Ok(())
}

async fn mails(app: &TestApp, to: &str) -> Vec<Mail> {
    let all = mail::inbox(&app.app.config.mail.dir).await.unwrap();
    all.into_iter().filter(|mail| mail.to == to).collect()
}

/// The secret in the newest mail's link below a path.
async fn link(app: &TestApp, to: &str, path: &str) -> String {
    let mails = mails(app, to).await;
    let body = &mails.first().expect("a mail").body;
    let start = app.url(path);
    body.lines().find_map(|line| line.strip_prefix(&start)).expect("a link").to_owned()
}

fn attempt(login: &str, password: &str) -> Attempt {
    Attempt {
        login: login.to_owned(),
        password: password.to_owned(),
        place: Place { device: "Firefox".to_owned(), address: "192.0.2.1".to_owned() },
        device: None,
        limited: true,
    }
}

async fn log_in(app: &TestApp, attempt: Attempt) -> Result<SignedIn> {
    login::log_in(&app.app.db, &app.app.hasher, attempt).await
}

fn field(result: Result<impl std::fmt::Debug>) -> &'static str {
    match result {
        Err(Error::Invalid(fields)) => fields.0.first().unwrap().key,
        other => panic!("{other:?}"),
    }
}

async fn reader_of(app: &TestApp, secret: &str) -> bool {
    let digest = vakplein::ids::digest(secret);
    let reader = app.app.db.read(move |tx| vakplein::people::reader::reader(tx, &digest)).await.unwrap();
    reader.is_some()
}

#[tokio::test]
async fn an_account_is_in_use_once_its_address_is_proven() {
    let app = TestApp::new().await;
    assert_eq!(field(sign_up(&app, form("ana!", "ana@example.org")).await), "error-name-characters");
    assert_eq!(field(sign_up(&app, form("beheer", "ana@example.org")).await), "error-name-unavailable");
    sign_up(&app, form("ana", "Ana@example.org")).await.unwrap();
    assert!(matches!(log_in(&app, attempt("ana", PASSWORD)).await, Err(Error::Denied(Reason::Unconfirmed))));
    app.settle().await;

    // The first mail was opened late: logging in sent another, and either of them works, once.
    let secret = link(&app, "Ana@example.org", "/confirm/").await;
    let start = app.url("/confirm/");
    let all = mails(&app, "Ana@example.org").await;
    let mut links =
        all.iter().filter_map(|mail| mail.body.lines().find_map(|line| line.strip_prefix(&start)));
    let first = links.next_back().unwrap().to_owned();
    assert_ne!(first, secret);
    let works = async |secret: String| {
        let works = vakplein::people::mail_links::works;
        let purpose = vakplein::people::mail_links::Purpose::Confirm;
        app.app.db.read(move |tx| works(tx, purpose, &secret)).await.unwrap()
    };
    assert!(works(first).await && works(secret.clone()).await);
    let again = secret.clone();
    let (_, state) = app.app.db.write(move |tx| sign_up::confirm(tx, &secret)).await.unwrap();
    assert_eq!(state, AccountState::Active);
    assert!(app.app.db.write(move |tx| sign_up::confirm(tx, &again)).await.is_err(), "a link works once");
    let signed_in = log_in(&app, attempt("ana@EXAMPLE.org", PASSWORD)).await.unwrap();
    assert!(signed_in.verified && reader_of(&app, &signed_in.session).await);
    assert!(!reader_of(&app, "guessed").await);

    // A link is too old after a day; logging in with the right password sends another.
    sign_up(&app, form("bo", "bo@example.org")).await.unwrap();
    let old = link(&app, "bo@example.org", "/confirm/").await;
    app.clock.advance(86_401);
    assert!(app.app.db.write(move |tx| sign_up::confirm(tx, &old)).await.is_err());
    assert!(log_in(&app, attempt("bo", PASSWORD)).await.is_err());
    app.settle().await;
    let new = link(&app, "bo@example.org", "/confirm/").await;
    assert!(app.app.db.write(move |tx| sign_up::confirm(tx, &new)).await.is_ok());
}

#[tokio::test]
async fn no_answer_tells_whether_an_address_has_an_account() {
    let app = TestApp::new().await;
    app.member("ana").await;
    sign_up(&app, form("spion", "ana@example.org")).await.unwrap();
    sign_up(&app, form("nieuw", "nieuw@example.org")).await.unwrap();
    let told = mails(&app, "ana@example.org").await;
    assert!(told.first().unwrap().subject.starts_with("U hebt al een account"), "{told:?}");
    // The name is held in both cases.
    assert_eq!(field(sign_up(&app, form("spion", "x@example.org")).await), "error-name-unavailable");
    assert_eq!(field(sign_up(&app, form("nieuw", "x@example.org")).await), "error-name-unavailable");

    let ask =
        |email: &'static str| app.app.db.write(move |tx| password::ask_reset(tx, email, "192.0.2.9", true));
    ask("ana@example.org").await.unwrap();
    ask("niemand@example.org").await.unwrap();
    app.settle().await;
    assert_eq!(mails(&app, "ana@example.org").await.len(), 2);
    assert!(mails(&app, "niemand@example.org").await.is_empty());

    let wrong = field(log_in(&app, attempt("ana", "verkeerd")).await);
    assert_eq!(field(log_in(&app, attempt("niemand", "verkeerd")).await), wrong);
    assert_eq!(field(log_in(&app, attempt("niemand@example.org", "verkeerd")).await), wrong);
    assert!(log_in(&app, attempt("ana", PASSWORD)).await.is_ok());
}

#[tokio::test]
async fn an_instance_can_approve_or_be_closed() {
    let app = TestApp::new().await;
    let set = |sign_up| {
        app.app.db.write(move |tx| instance::save_settings(tx, &Settings { sign_up, ..Settings::default() }))
    };
    set(SignUp::Closed).await.unwrap();
    let refused = sign_up(&app, form("ana", "ana@example.org")).await;
    assert!(matches!(refused, Err(Error::Denied(Reason::SignUpClosed))));
    set(SignUp::Approval).await.unwrap();
    let silent = sign_up::Form { motivation: " ".to_owned(), ..form("ana", "ana@example.org") };
    assert_eq!(field(sign_up(&app, silent).await), "error-motivation-missing");
    sign_up(&app, form("ana", "ana@example.org")).await.unwrap();
    let secret = link(&app, "ana@example.org", "/confirm/").await;
    let (_, state) = app.app.db.write(move |tx| sign_up::confirm(tx, &secret)).await.unwrap();
    assert_eq!(state, AccountState::Waiting);
    assert!(matches!(log_in(&app, attempt("ana", PASSWORD)).await, Err(Error::Denied(Reason::NotActive))));
}

#[tokio::test]
async fn guessing_is_limited_and_locks_nobody_out() {
    let app = TestApp::new().await;
    app.member("ana").await;
    let own = log_in(&app, attempt("ana", PASSWORD)).await.unwrap();
    for _ in 0..10 {
        assert_eq!(field(log_in(&app, attempt("ana", "gok")).await), "error-login-wrong");
    }
    // From elsewhere not even the right password counts now; from the member's own browser it does.
    assert!(matches!(log_in(&app, attempt("ana", PASSWORD)).await, Err(Error::Limited { .. })));
    assert!(matches!(log_in(&app, attempt("ana@example.org", PASSWORD)).await, Err(Error::Limited { .. })));
    let known = Attempt { device: Some(own.device), ..attempt("ana", PASSWORD) };
    assert!(log_in(&app, known).await.is_ok());
    app.clock.advance(901);
    assert!(log_in(&app, attempt("ana", PASSWORD)).await.is_ok());

    // One address can't try many accounts either.
    for number in 0..30 {
        let _wrong = log_in(&app, attempt(&format!("iemand{number}"), "gok")).await;
    }
    assert!(matches!(log_in(&app, attempt("iemand99", "gok")).await, Err(Error::Limited { .. })));
    let elsewhere = Place { device: String::new(), address: "192.0.2.77".to_owned() };
    assert!(log_in(&app, Attempt { place: elsewhere, ..attempt("ana", PASSWORD) }).await.is_ok());
}

#[tokio::test]
async fn a_new_password_ends_all_sessions_and_its_link_works_once() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    ana.get("/me").await.expect(200);
    let before = log_in(&app, attempt("ana", PASSWORD)).await.unwrap();
    app.app.db.write(|tx| password::ask_reset(tx, "ana@example.org", "192.0.2.1", true)).await.unwrap();
    app.settle().await;
    let secret = link(&app, "ana@example.org", "/reset/").await;
    let reset =
        |password: &str| password::reset(&app.app.db, &app.app.hasher, secret.clone(), password.to_owned());
    assert_eq!(field(reset("kort").await), "error-password-short");
    assert_eq!(field(reset("welkom1234567").await), "error-password-obvious");
    reset("de fiets staat buiten").await.unwrap();
    assert!(matches!(reset("nog een ander wachtwoord").await, Err(Error::NotFound)));
    assert!(!reader_of(&app, &before.session).await);
    assert_eq!(ana.get("/me").await.refused(401), "signed-out", "tokens end with it");
    assert!(log_in(&app, attempt("ana", PASSWORD)).await.is_err());
    let now = log_in(&app, attempt("ana", "de fiets staat buiten")).await.unwrap();

    // With the old password it can be changed too: other sessions end, this one gets a new secret.
    let other = log_in(&app, attempt("ana", "de fiets staat buiten")).await.unwrap();
    let secret = now.session.clone();
    let row = app.app.db.read(move |tx| sessions::by_secret(tx, &secret)).await.unwrap().unwrap();
    let change = |old: &str, new: &str| {
        let (old, new) = (old.to_owned(), new.to_owned());
        password::change(&app.app.db, &app.app.hasher, now.person, Some(row.id), old, new)
    };
    assert_eq!(field(change("verkeerd", "een ander lang wachtwoord").await), "error-password-wrong");
    let rotated = change("de fiets staat buiten", "een ander lang wachtwoord").await.unwrap().unwrap();
    assert!(reader_of(&app, &rotated).await);
    assert!(!reader_of(&app, &now.session).await && !reader_of(&app, &other.session).await);
}

#[tokio::test]
async fn the_second_factor_is_asked_for_and_each_code_counts_once() {
    let app = TestApp::new().await;
    let ana = app.member("ana").await;
    let id = ana.id;
    app.app.db.write(move |tx| second_factor::begin(tx, id)).await.unwrap();
    let account = app.app.db.read(move |tx| vakplein::people::account(tx, id)).await.unwrap();
    let shown = second_factor::enrolment(&account, "Werkplein").unwrap();
    assert!(shown.picture.contains("<svg") && shown.address.contains(&shown.secret));
    let totp = account.totp_secret.clone().unwrap();
    let code = |totp: &[u8]| credentials::totp_code(totp, app.clock.now().unix()).unwrap();

    // Not confirmed yet: it isn't asked for.
    assert!(log_in(&app, attempt("ana", PASSWORD)).await.unwrap().verified);
    let wrong = app.app.db.write(move |tx| second_factor::confirm(tx, id, "000000x")).await;
    assert_eq!(field(wrong), "error-code-wrong");
    let first = code(&totp);
    let used = first.clone();
    let recovery = app.app.db.write(move |tx| second_factor::confirm(tx, id, &first)).await.unwrap();
    assert_eq!(recovery.len(), 10);

    let half = log_in(&app, attempt("ana", PASSWORD)).await.unwrap();
    assert!(!half.verified && !reader_of(&app, &half.session).await);
    let step = |session: &str, code: &str| {
        login::second_step(&app.app.db, session.to_owned(), code.to_owned(), true)
    };
    assert_eq!(field(step(&half.session, &used).await), "error-code-wrong");
    app.clock.advance(60);
    let whole = step(&half.session, &code(&totp)).await.unwrap();
    assert!(reader_of(&app, &whole).await && !reader_of(&app, &half.session).await);
    assert!(step(&half.session, &code(&totp)).await.is_err(), "the half session is gone");

    // The phone is lost: a recovery code works, once.
    let typed = recovery[3].to_uppercase().replace('-', " ");
    let half = log_in(&app, attempt("ana", PASSWORD)).await.unwrap();
    assert!(step(&half.session, &typed).await.is_ok());
    let half = log_in(&app, attempt("ana", PASSWORD)).await.unwrap();
    assert_eq!(field(step(&half.session, &typed).await), "error-code-wrong");
    let left = app.app.db.read(move |tx| second_factor::codes_left(tx, id)).await.unwrap();
    assert_eq!(left, 9);

    // A password reset by mail doesn't get around it.
    app.app.db.write(|tx| password::ask_reset(tx, "ana@example.org", "192.0.2.1", true)).await.unwrap();
    app.settle().await;
    let secret = link(&app, "ana@example.org", "/reset/").await;
    let new = "een heel ander wachtwoord".to_owned();
    password::reset(&app.app.db, &app.app.hasher, secret, new.clone()).await.unwrap();
    assert!(!log_in(&app, attempt("ana", &new)).await.unwrap().verified);

    // Guessing codes is limited.
    let half = log_in(&app, attempt("ana", &new)).await.unwrap();
    for _ in 0..6 {
        let _wrong = step(&half.session, "123456").await;
    }
    app.clock.advance(60);
    assert!(matches!(step(&half.session, &code(&totp)).await, Err(Error::Limited { .. })));
}

#[tokio::test]
async fn an_address_changes_once_the_new_one_is_proven() {
    let app = TestApp::new().await;
    let (ana, _bo) = (app.member("ana").await, app.member("bo").await);
    let id = ana.id;
    let ask = |email: &'static str| app.app.db.write(move |tx| password::ask_email(tx, id, email, false));
    assert_eq!(field(ask("geen adres").await), "error-email");
    ask("bo@example.org").await.unwrap();
    ask("nieuw@example.org").await.unwrap();
    app.settle().await;
    assert!(mails(&app, "bo@example.org").await.first().unwrap().subject.contains("hoort al bij"));
    assert_eq!(mails(&app, "ana@example.org").await.len(), 2, "the old address is told each time");
    assert!(log_in(&app, attempt("nieuw@example.org", PASSWORD)).await.is_err());
    let secret = link(&app, "nieuw@example.org", "/settings/email/").await;
    app.app.db.write(move |tx| password::confirm_email(tx, &secret)).await.unwrap();
    assert!(log_in(&app, attempt("nieuw@example.org", PASSWORD)).await.is_ok());
    assert!(log_in(&app, attempt("ana@example.org", PASSWORD)).await.is_err());
}
