//! Language and mail, e-mail address, password.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::{frame, tabs};
use crate::error::{Error, FieldErrors};
use crate::people::{self, AccountRow, password, profile};
use crate::policy::limits;
use crate::web::cookies::Cookie;
use crate::web::error::{Outcome, Result};
use crate::web::form::Form;
use crate::web::login::KEEP;
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::Tab;
use crate::web::session::{Ctx, Visit};

const HERE: &str = "/settings/account";

#[derive(Template)]
#[template(path = "settings/account.html")]
struct AccountPage {
    page: Page,
    tabs: Vec<Tab>,
    errors: FormErrors,
    input: Preferences,
    languages: Vec<(String, String)>,
    email: String,
    new_email: String,
    least: usize,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Preferences {
    language: String,
    mail_replies: bool,
    mail_moderation: bool,
    mail_titles: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Change {
    email: String,
    password: String,
    current_password: String,
    new_password: String,
}

fn account_page(visit: &Visit, account: &AccountRow, errors: FormErrors, new_email: String) -> AccountPage {
    let locales = &visit.ctx.app.locales;
    let own = (visit.texts.code().to_owned(), visit.texts.t("language-name").into_owned());
    let others = visit.texts.others().map(|(code, name)| (code.to_owned(), name.into_owned()));
    let mut languages: Vec<(String, String)> = std::iter::once(own).chain(others).collect();
    // In the order of the program, whatever the reader's own is.
    languages.sort_by_key(|(code, _)| locales.all().position(|lang| locales.code(lang) == code));
    AccountPage {
        page: frame(visit, "settings-account"),
        tabs: tabs(visit, HERE),
        errors,
        input: Preferences {
            language: account.language.clone().unwrap_or_default(),
            mail_replies: account.mail_replies,
            mail_moderation: account.mail_moderation,
            mail_titles: account.mail_titles,
        },
        languages,
        email: account.email.clone(),
        new_email,
        least: limits::PASSWORD_MIN,
    }
}

pub(super) async fn show(ctx: Ctx) -> Result<Response> {
    let (visit, account) = ctx.read_own(|tx, by| people::account(tx, by.person)).await?;
    visit.show(&account_page(&visit, &account, FormErrors::default(), String::new()))
}

/// The page again, with what is wrong.
async fn show_again(ctx: &Ctx, error: Error, new_email: String) -> Result<Response> {
    let (visit, account) = ctx.read_own(|tx, by| people::account(tx, by.person)).await?;
    let outcome = Outcome::of(&error);
    let errors = visit.problems(error)?;
    visit.show_as(outcome, &account_page(&visit, &account, errors, new_email))
}

pub(super) async fn save(ctx: Ctx, Form(input): Form<Preferences>) -> Result<Response> {
    let app = ctx.app.clone();
    let wanted = profile::Preferences {
        language: Some(input.language).filter(|code| !code.is_empty()),
        mail_replies: input.mail_replies,
        mail_moderation: input.mail_moderation,
        mail_titles: input.mail_titles,
    };
    ctx.act(move |tx, by| profile::set_preferences(tx, by.person, &wanted, &app.locales)).await?;
    let answer = ctx.redirect_saying(HERE, Tone::Ok, "flash-saved");
    // What was chosen in this browser before would go before the setting.
    Ok(ctx.without_cookie(answer, Cookie::Language))
}

pub(super) async fn change_email(ctx: Ctx, Form(input): Form<Change>) -> Result<Response> {
    let person = ctx.visit().await?.member()?.person;
    match ask_email(&ctx, person, &input).await {
        Ok(()) => Ok(ctx.redirect_saying_of(HERE, Tone::Info, "flash-email-sent", input.email.trim())),
        Err(error) => show_again(&ctx, error, input.email).await,
    }
}

async fn ask_email(ctx: &Ctx, person: crate::ids::PersonId, input: &Change) -> crate::error::Result<()> {
    password::verify(&ctx.app.db, &ctx.app.hasher, person, input.password.clone()).await?;
    let (email, limited) = (input.email.trim().to_owned(), ctx.limited());
    ctx.act(move |tx, by| password::ask_email(tx, by.person, &email, limited)).await
}

pub(super) async fn change_password(ctx: Ctx, Form(input): Form<Change>) -> Result<Response> {
    let visit = ctx.visit().await?;
    let member = visit.member()?;
    let (db, hasher) = (&ctx.app.db, &ctx.app.hasher);
    let (old, new) = (input.current_password, input.new_password);
    let changed = password::change(db, hasher, member.person, Some(member.session), old, new).await;
    ctx.app.wake.notify_one();
    match changed {
        Ok(secret) => {
            let answer = ctx.redirect_saying(HERE, Tone::Ok, "flash-password-changed");
            Ok(match secret {
                Some(secret) => ctx.with_cookie(answer, Cookie::Session, &secret, Some(KEEP)),
                None => answer,
            })
        }
        Err(error) => show_again(&ctx, renamed(error), String::new()).await,
    }
}

/// The old password has another name in this form, as the page has two fields of that kind.
fn renamed(error: Error) -> Error {
    let Error::Invalid(FieldErrors(mut errors)) = error else { return error };
    for error in errors.iter_mut().filter(|error| error.field == "password") {
        error.field = "currentPassword";
    }
    Error::Invalid(FieldErrors(errors))
}
