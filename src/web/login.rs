//! Pages to log in, give the second factor, log out, and choose a new password.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

use crate::app::App;
use crate::error::{Error, FieldErrors};
use crate::people::login::{self, Attempt};
use crate::people::mail_links::{self, Purpose};
use crate::people::{password, sessions};
use crate::policy::{Reason, limits};
use crate::web::cookies::Cookie;
use crate::web::error::{Outcome, Result};
use crate::web::form::{Button, Form, local_path};
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::session::{Ctx, Visit};

/// Where one asks for the link that proves an address once more.
pub const CONFIRM: &str = "/confirm";

/// How long a browser keeps the cookies, in seconds. How long a session lasts is decided here, not there.
pub const KEEP: i64 = 365 * 86_400;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/login", get(show).post(log_in))
        .route("/login/code", get(show_code).post(give_code))
        .route("/logout", post(log_out))
        .route("/reset", get(show_forgot).post(ask_reset))
        .route("/reset/sent", get(sent))
        .route("/reset/{secret}", get(show_reset).post(reset))
}

#[derive(Template)]
#[template(path = "login/login.html")]
struct LoginPage {
    page: Page,
    errors: FormErrors,
    email: String,
    next: String,
    /// Minutes until one may try again; 0: one may.
    paused: u64,
    /// The address isn't proven yet.
    unconfirmed: bool,
}

#[derive(Template)]
#[template(path = "login/code.html")]
struct CodePage {
    page: Page,
    errors: FormErrors,
    next: String,
}

#[derive(Template)]
#[template(path = "login/forgot.html")]
struct ForgotPage {
    page: Page,
    errors: FormErrors,
    email: String,
}

#[derive(Template)]
#[template(path = "login/reset.html")]
struct ResetPage {
    page: Page,
    errors: FormErrors,
    action: String,
    least: usize,
}

/// A page that only says something and leads on.
#[derive(Template)]
#[template(path = "login/message.html")]
pub struct Message {
    /// The frame.
    pub page: Page,
    /// What there is to say.
    pub text: String,
    /// More of it.
    pub more: Vec<String>,
    /// What the button says.
    pub button: String,
    /// Where it leads.
    pub url: String,
}

#[derive(Deserialize)]
struct Next {
    #[serde(default)]
    next: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Given {
    email: String,
    password: String,
    code: String,
    next: String,
}

fn login_page(visit: &Visit, errors: FormErrors, email: String, next: &str) -> LoginPage {
    let page = private(visit, "login");
    LoginPage { page, errors, email, next: local_path(next), paused: 0, unconfirmed: false }
}

/// The frame of a page that search engines have no business with.
fn private(visit: &Visit, key: &str) -> Page {
    let mut page = visit.page_of(key);
    page.noindex = true;
    page
}

async fn show(ctx: Ctx, Query(query): Query<Next>) -> Result<Response> {
    let visit = ctx.visit().await?;
    if visit.member.is_some() {
        return Ok(ctx.redirect(&local_path(&query.next)));
    }
    visit.show(&login_page(&visit, FormErrors::default(), String::new(), &query.next))
}

async fn log_in(ctx: Ctx, Form(given): Form<Given>) -> Result<Response> {
    match enter(&ctx, &given).await {
        Ok(signed_in) => {
            ctx.asker.is(signed_in.person);
            let next = local_path(&given.next);
            let to = if signed_in.verified { next } else { with_next("/login/code", &next) };
            let answer = ctx.with_cookie(ctx.redirect(&to), Cookie::Session, &signed_in.session, Some(KEEP));
            let answer = ctx.with_cookie(answer, Cookie::Device, &signed_in.device, Some(KEEP));
            Ok(ctx.without_cookie(answer, Cookie::Form))
        }
        Err(error) => {
            let outcome = Outcome::of(&error);
            let visit = ctx.visit().await?;
            // Whose account was tried, for the audit trail. It is looked up whether there is one or not.
            let tried = given.email.clone();
            if let Some(account) = ctx.app.db.read(move |tx| login::account_of(tx, &tried)).await? {
                ctx.asker.is(account.person_id);
            }
            let mut shown = login_page(&visit, FormErrors::default(), given.email, &given.next);
            ctx.app.limits.note(&error);
            match error {
                Error::Busy(wait) | Error::Limited { wait, .. } => {
                    shown.paused = wait.as_secs().div_ceil(60).max(1);
                }
                Error::Denied(Reason::Unconfirmed) => shown.unconfirmed = true,
                other => shown.errors = visit.problems(other)?,
            }
            visit.show_as(outcome, &shown)
        }
    }
}

async fn enter(ctx: &Ctx, given: &Given) -> crate::error::Result<login::SignedIn> {
    let mut errors = FieldErrors::default();
    if given.email.trim().is_empty() {
        errors.add("email", "error-login-missing");
    }
    if given.password.is_empty() {
        errors.add("password", "error-password-missing");
    }
    errors.into_result()?;
    let attempt = Attempt {
        login: given.email.trim().to_owned(),
        password: given.password.clone(),
        place: ctx.place(),
        device: ctx.known_device.clone(),
        limited: ctx.limited(),
    };
    let signed_in = login::log_in(&ctx.app.db, &ctx.app.hasher, attempt).await;
    // A refusal may have written a mail, too.
    ctx.app.wake.notify_one();
    signed_in
}

fn with_next(path: &str, next: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    format!("{path}?{}", query.append_pair("next", next).finish())
}

fn code_page(visit: &Visit, errors: FormErrors, next: &str) -> CodePage {
    CodePage { page: private(visit, "login-code-title"), errors, next: local_path(next) }
}

async fn show_code(ctx: Ctx, Query(query): Query<Next>) -> Result<Response> {
    let secret = ctx.session.clone();
    let read = ctx.read(move |tx, _viewer| match secret {
        Some(secret) => sessions::by_secret(tx, &secret),
        None => Ok(None),
    });
    match read.await? {
        (_, None) => Ok(ctx.redirect(&with_next("/login", &local_path(&query.next)))),
        (_, Some(session)) if session.verified => Ok(ctx.redirect(&local_path(&query.next))),
        (visit, Some(_)) => visit.show(&code_page(&visit, FormErrors::default(), &query.next)),
    }
}

async fn give_code(ctx: Ctx, Form(given): Form<Given>) -> Result<Response> {
    let secret = ctx.session.clone().ok_or(Error::SignedOut)?;
    let half = secret.clone();
    if let Some(session) = ctx.app.db.read(move |tx| sessions::by_secret(tx, &half)).await? {
        ctx.asker.is(session.person_id);
    }
    let passed = login::second_step(&ctx.app.db, secret, given.code, ctx.limited()).await;
    ctx.app.wake.notify_one();
    match passed {
        Ok(secret) => {
            let answer = ctx.redirect(&local_path(&given.next));
            Ok(ctx.with_cookie(answer, Cookie::Session, &secret, Some(KEEP)))
        }
        Err(error) => {
            let outcome = Outcome::of(&error);
            let visit = ctx.visit().await?;
            let errors = visit.problems(error)?;
            visit.show_as(outcome, &code_page(&visit, errors, &given.next))
        }
    }
}

async fn log_out(ctx: Ctx, form: Result<Form<Button>>) -> Result<Response> {
    // Whoever logged out in another tab already is told so, whatever token the page of before has.
    if let Some(secret) = ctx.session.clone() {
        form?;
        ctx.visit().await?;
        ctx.app.db.write(move |tx| sessions::end(tx, &secret)).await?;
    }
    let mut answer = ctx.redirect_saying("/", Tone::Ok, "flash-signed-out-now");
    // Pages that the browser kept for going back to them (`session::restorable`) go, too.
    answer.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    Ok(ctx.without_cookie(answer, Cookie::Session))
}

async fn show_forgot(ctx: Ctx) -> Result<Response> {
    let visit = ctx.visit().await?;
    let page = private(&visit, "login-forgot-title");
    visit.show(&ForgotPage { page, errors: FormErrors::default(), email: String::new() })
}

async fn ask_reset(ctx: Ctx, Form(given): Form<Given>) -> Result<Response> {
    let email = given.email.trim().to_owned();
    let (address, limited) = (ctx.client.to_string(), ctx.limited());
    let asked = if email.is_empty() {
        Err(Error::field("email", "error-email-missing"))
    } else {
        ctx.app.db.write(move |tx| password::ask_reset(tx, &email, &address, limited)).await
    };
    ctx.app.wake.notify_one();
    match asked {
        Ok(()) => Ok(ctx.redirect("/reset/sent")),
        Err(error) => {
            let outcome = Outcome::of(&error);
            let visit = ctx.visit().await?;
            let errors = visit.problems(error)?;
            let page = private(&visit, "login-forgot-title");
            visit.show_as(outcome, &ForgotPage { page, errors, email: given.email })
        }
    }
}

async fn sent(ctx: Ctx) -> Result<Response> {
    let visit = ctx.visit().await?;
    let t = |key: &str| visit.texts.t(key).into_owned();
    visit.show(&Message {
        page: private(&visit, "login-forgot-sent"),
        text: t("login-forgot-sent-text"),
        more: vec![t("login-sent-spam")],
        button: t("login"),
        url: "/login".to_owned(),
    })
}

fn reset_page(visit: &Visit, errors: FormErrors, secret: &str) -> ResetPage {
    let page = private(visit, "login-reset-title");
    ResetPage { page, errors, action: format!("/reset/{secret}"), least: limits::PASSWORD_MIN }
}

/// Says that a mailed link doesn't work any more; `again` leads to where one gets another.
///
/// # Errors
/// When the page can't be rendered.
pub fn bad_link(visit: &Visit, again: &str) -> Result<Response> {
    let t = |key: &str| visit.texts.t(key).into_owned();
    let page = private(visit, "login-link-bad");
    // A link that was used has done its work.
    let more = if again == CONFIRM { vec![t("login-link-used")] } else { Vec::new() };
    let message = Message {
        page,
        text: t("login-link-bad-text"),
        more,
        button: t("login-link-again"),
        url: again.to_owned(),
    };
    visit.show_as(StatusCode::NOT_FOUND, &message)
}

async fn show_reset(ctx: Ctx, Path(secret): Path<String>) -> Result<Response> {
    let asked = secret.clone();
    let (visit, works) = ctx.read(move |tx, _viewer| mail_links::works(tx, Purpose::Reset, &asked)).await?;
    if !works {
        return bad_link(&visit, "/reset");
    }
    visit.show(&reset_page(&visit, FormErrors::default(), &secret))
}

async fn reset(ctx: Ctx, Path(secret): Path<String>, Form(given): Form<Given>) -> Result<Response> {
    let changed = password::reset(&ctx.app.db, &ctx.app.hasher, secret.clone(), given.password).await;
    ctx.app.wake.notify_one();
    match changed {
        Ok(person) => {
            ctx.asker.is(person);
            // Whoever has the mailbox isn't a stranger: this browser gets an allowance of attempts of its own.
            let device = ctx.known_device.clone();
            let device =
                ctx.app.db.write(move |tx| sessions::remember_device(tx, person, device.as_deref())).await?;
            let answer = ctx.redirect_saying("/login", Tone::Ok, "flash-password-set");
            let answer = ctx.with_cookie(answer, Cookie::Device, &device, Some(KEEP));
            Ok(ctx.without_cookie(answer, Cookie::Session))
        }
        Err(Error::NotFound) => bad_link(&ctx.visit().await?, "/reset"),
        Err(error) => {
            let visit = ctx.visit().await?;
            let errors = visit.problems(error)?;
            visit.show_again(&reset_page(&visit, errors, &secret))
        }
    }
}
