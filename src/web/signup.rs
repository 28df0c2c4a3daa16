//! Pages to make an account and to prove an e-mail address.
//!
//! A mailed link leads to a page with a button, and only the button does something: programs that look at the links in a
//! mail must not use them up.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use crate::app::App;
use crate::error::{Error, FieldErrors};
use crate::instance::SignUp;
use crate::people::mail_links::{self, Purpose};
use crate::people::sign_up;
use crate::people::{AccountState, credentials, password};
use crate::policy::{Reason, limits};
use crate::web::error::{Outcome, Result};
use crate::web::form::{Button, Form};
use crate::web::login::{CONFIRM, Message, bad_link};
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::session::{Ctx, Visit};

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/signup", get(show).post(sign_up))
        .route("/signup/sent", get(sent))
        .route("/signup/waiting", get(waiting))
        .route(CONFIRM, get(show_again).post(ask_again))
        .route("/confirm/{secret}", get(show_confirm).post(confirm))
        .route("/settings/email/{secret}", get(show_email).post(confirm_email))
}

#[derive(Template)]
#[template(path = "signup/signup.html")]
struct SignUpPage {
    page: Page,
    errors: FormErrors,
    input: Input,
    closed: bool,
    approval: bool,
    host: String,
    least: usize,
}

#[derive(Template)]
#[template(path = "signup/confirm.html")]
struct ConfirmPage {
    page: Page,
    action: String,
}

/// The page to ask for the link once more.
#[derive(Template)]
#[template(path = "signup/again.html")]
struct AgainPage {
    page: Page,
    errors: FormErrors,
    email: String,
}

#[derive(Default, Clone, Deserialize)]
#[serde(default)]
struct Input {
    name: String,
    email: String,
    password: String,
    motivation: String,
    rules: bool,
}

fn sign_up_page(visit: &Visit, errors: FormErrors, input: Input) -> SignUpPage {
    SignUpPage {
        page: visit.page_of("signup"),
        errors,
        input,
        closed: visit.settings.sign_up == SignUp::Closed,
        approval: visit.settings.sign_up == SignUp::Approval,
        host: visit.ctx.app.urls.domain().to_owned(),
        least: limits::PASSWORD_MIN,
    }
}

async fn show(ctx: Ctx) -> Result<Response> {
    let visit = ctx.visit().await?;
    if visit.member.is_some() {
        return Ok(ctx.redirect("/"));
    }
    visit.show(&sign_up_page(&visit, FormErrors::default(), Input::default()))
}

async fn sign_up(ctx: Ctx, Form(input): Form<Input>) -> Result<Response> {
    let visit = ctx.visit().await?;
    if visit.member.is_some() {
        return Err(Error::Denied(Reason::Already).into());
    }
    match register(&ctx, &input, visit.texts.code()).await {
        Ok(()) => Ok(ctx.redirect("/signup/sent")),
        Err(error) => {
            let outcome = Outcome::of(&error);
            let errors = visit.problems(error)?;
            visit.show_as(outcome, &sign_up_page(&visit, errors, input))
        }
    }
}

async fn register(ctx: &Ctx, input: &Input, language: &str) -> crate::error::Result<()> {
    let form = sign_up::Form {
        name: input.name.trim().to_owned(),
        email: input.email.trim().to_owned(),
        password: input.password.clone(),
        motivation: input.motivation.clone(),
        language: Some(language.to_owned()),
        address: ctx.client.to_string(),
        limited: ctx.limited(),
    };
    // All that is wrong is told at once, also what the database knows.
    let mut errors = FieldErrors::default();
    errors.gather(sign_up::check(&form))?;
    let asked = form.clone();
    errors.gather(ctx.app.db.read(move |tx| sign_up::check_now(tx, &asked)).await)?;
    if !input.rules {
        errors.add("rules", "error-rules-missing");
    }
    let place =
        |field: &str| ["name", "email", "password", "motivation"].iter().position(|one| *one == field);
    errors.0.sort_by_key(|error| place(error.field).unwrap_or(usize::MAX));
    errors.into_result()?;
    let hash = ctx.app.hasher.hash(form.password.clone()).await?;
    let keys = ctx.app.make_keys().await?;
    ctx.app.db.write(move |tx| sign_up::sign_up(tx, &form, &hash, &keys)).await?;
    ctx.app.wake.notify_one();
    Ok(())
}

async fn sent(ctx: Ctx) -> Result<Response> {
    let visit = ctx.visit().await?;
    let t = |key: &str| visit.texts.t(key).into_owned();
    visit.show(&Message {
        page: visit.page_of("signup-sent"),
        text: t("signup-sent-text"),
        more: vec![t("login-sent-spam"), t("signup-sent-again")],
        button: t("signup-again-do"),
        url: CONFIRM.to_owned(),
    })
}

fn again_page(visit: &Visit, errors: FormErrors, email: String) -> AgainPage {
    let mut page = visit.page_of("signup-again");
    page.noindex = true;
    AgainPage { page, errors, email }
}

async fn show_again(ctx: Ctx) -> Result<Response> {
    let visit = ctx.visit().await?;
    visit.show(&again_page(&visit, FormErrors::default(), String::new()))
}

async fn ask_again(ctx: Ctx, Form(given): Form<Input>) -> Result<Response> {
    let email = given.email.trim().to_owned();
    let (address, limited) = (ctx.client.to_string(), ctx.limited());
    let asked = match credentials::check_email(&email) {
        Ok(()) => ctx.app.db.write(move |tx| sign_up::ask_confirmation(tx, &email, &address, limited)).await,
        Err(error) => Err(error),
    };
    ctx.app.wake.notify_one();
    match asked {
        Ok(()) => Ok(ctx.redirect("/signup/sent")),
        Err(error) => {
            let outcome = Outcome::of(&error);
            let visit = ctx.visit().await?;
            let errors = visit.problems(error)?;
            visit.show_as(outcome, &again_page(&visit, errors, given.email))
        }
    }
}

async fn waiting(ctx: Ctx) -> Result<Response> {
    let visit = ctx.visit().await?;
    let t = |key: &str| visit.texts.t(key).into_owned();
    visit.show(&Message {
        page: visit.page_of("signup-waiting"),
        text: t("signup-waiting-text"),
        more: Vec::new(),
        button: t("home-see-groups"),
        url: "/groups".to_owned(),
    })
}

async fn show_confirm(ctx: Ctx, Path(secret): Path<String>) -> Result<Response> {
    let asked = secret.clone();
    let (visit, works) = ctx.read(move |tx, _viewer| mail_links::works(tx, Purpose::Confirm, &asked)).await?;
    if !works {
        return bad_link(&visit, CONFIRM);
    }
    visit.show(&ConfirmPage { page: visit.page_of("signup-confirm"), action: format!("/confirm/{secret}") })
}

async fn confirm(ctx: Ctx, Path(secret): Path<String>, Form(Button {}): Form<Button>) -> Result<Response> {
    let confirmed = ctx.app.db.write(move |tx| sign_up::confirm(tx, &secret)).await;
    ctx.app.wake.notify_one();
    match confirmed {
        Ok((_person, AccountState::Waiting)) => Ok(ctx.redirect("/signup/waiting")),
        Ok(_) => Ok(ctx.redirect_saying("/login", Tone::Ok, "flash-confirmed")),
        Err(Error::NotFound) => bad_link(&ctx.visit().await?, CONFIRM),
        Err(error) => Err(error.into()),
    }
}

async fn show_email(ctx: Ctx, Path(secret): Path<String>) -> Result<Response> {
    let asked = secret.clone();
    let (visit, works) = ctx.read(move |tx, _viewer| mail_links::works(tx, Purpose::Email, &asked)).await?;
    if !works {
        return bad_link(&visit, "/settings/account");
    }
    let page = visit.page_of("signup-confirm");
    visit.show(&ConfirmPage { page, action: format!("/settings/email/{secret}") })
}

async fn confirm_email(
    ctx: Ctx,
    Path(secret): Path<String>,
    Form(Button {}): Form<Button>,
) -> Result<Response> {
    let changed = ctx.app.db.write(move |tx| password::confirm_email(tx, &secret)).await;
    ctx.app.wake.notify_one();
    match changed {
        Ok(person) => {
            ctx.asker.is(person);
            Ok(ctx.redirect_saying("/settings/account", Tone::Ok, "flash-email-changed"))
        }
        Err(Error::NotFound) => bad_link(&ctx.visit().await?, "/settings/account"),
        Err(error) => Err(error.into()),
    }
}
