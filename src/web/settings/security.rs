//! The second factor with its recovery codes, and where one is signed in.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{frame, tabs};
use crate::error::Error;
use crate::ids::RowId;
use crate::locale::Texts;
use crate::people::sessions::{self, SessionRow};
use crate::people::{self, password, second_factor};
use crate::web::error::{Outcome, Result};
use crate::web::form::{Button, Form, Press};
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::Tab;
use crate::web::session::{Ctx, Visit};

const HERE: &str = "/settings/security";

#[derive(Template)]
#[template(path = "settings/security.html")]
struct SecurityPage {
    page: Page,
    tabs: Vec<Tab>,
    errors: FormErrors,
    totp: bool,
    codes_left: i64,
    sessions: Vec<Session>,
}

/// A place where one is signed in.
struct Session {
    id: RowId,
    device: String,
    address: String,
    seen: DateTime<Utc>,
    current: bool,
}

#[derive(Template)]
#[template(path = "settings/enrol.html")]
struct EnrolPage {
    page: Page,
    tabs: Vec<Tab>,
    errors: FormErrors,
    qr: String,
    secret: String,
}

#[derive(Template)]
#[template(path = "settings/codes.html")]
struct CodesPage {
    page: Page,
    tabs: Vec<Tab>,
    errors: FormErrors,
    codes: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Given {
    code: String,
    password: String,
}

pub(super) async fn show(ctx: Ctx) -> Result<Response> {
    show_with(&ctx, None).await
}

async fn show_with(ctx: &Ctx, error: Option<Error>) -> Result<Response> {
    let (visit, (account, codes_left, rows)) = ctx
        .read_own(|tx, by| {
            let account = people::account(tx, by.person)?;
            let codes = second_factor::codes_left(tx, by.person)?;
            Ok((account, codes, sessions::list(tx, by.person)?))
        })
        .await?;
    let outcome = error.as_ref().map_or(Outcome::OK, Outcome::of);
    let errors = error.map_or_else(|| Ok(FormErrors::default()), |error| visit.problems(error))?;
    let current = visit.member()?.session;
    let page = SecurityPage {
        page: frame(&visit, "settings-security"),
        tabs: tabs(&visit, HERE),
        errors,
        totp: account.has_second_factor(),
        codes_left,
        sessions: rows.into_iter().map(|row| shown(&visit.texts, row, current)).collect(),
    };
    visit.show_as(outcome, &page)
}

fn shown(texts: &Texts, row: SessionRow, current: RowId) -> Session {
    Session {
        id: row.id,
        device: device_name(&row.device).unwrap_or_else(|| texts.t("settings-session-unknown").into_owned()),
        address: row.address,
        seen: row.seen_at.utc(),
        current: row.id == current,
    }
}

/// `Firefox, Windows` out of what a browser calls itself. Only a help to recognise it; nothing depends on it.
fn device_name(agent: &str) -> Option<String> {
    // The order counts: most browsers also claim to be older ones.
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find = |list: &[(&str, &'static str)]| {
        list.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser}, {system}")),
        (one, other) => one.or(other).map(str::to_owned),
    }
}

pub(super) async fn start(ctx: Ctx, Form(given): Form<Given>) -> Result<Response> {
    match with_password(&ctx, given.password).await {
        Ok(()) => {
            ctx.act(|tx, by| second_factor::begin(tx, by.person)).await?;
            Ok(ctx.redirect("/settings/security/start"))
        }
        Err(error) => show_with(&ctx, Some(error)).await,
    }
}

pub(super) async fn show_enrolment(ctx: Ctx) -> Result<Response> {
    enrolment(&ctx, None).await
}

async fn enrolment(ctx: &Ctx, error: Option<Error>) -> Result<Response> {
    let (visit, account) = ctx.read_own(|tx, by| people::account(tx, by.person)).await?;
    // Nothing was begun, or it is on already: the page before this one tells which.
    let Ok(enrolment) = second_factor::enrolment(&account, &visit.settings.name) else {
        return Ok(ctx.redirect(HERE));
    };
    let outcome = error.as_ref().map_or(Outcome::OK, Outcome::of);
    let errors = error.map_or_else(|| Ok(FormErrors::default()), |error| visit.problems(error))?;
    let page = EnrolPage {
        page: frame(&visit, "settings-enrol"),
        tabs: tabs(&visit, HERE),
        errors,
        qr: enrolment.picture,
        secret: enrolment.secret,
    };
    visit.show_as(outcome, &page)
}

pub(super) async fn confirm(ctx: Ctx, Form(given): Form<Given>) -> Result<Response> {
    let code = given.code;
    match ctx.act(move |tx, by| second_factor::confirm(tx, by.person, &code)).await {
        Ok(codes) => show_codes(&ctx.visit().await?, codes),
        Err(error) => enrolment(&ctx, Some(error)).await,
    }
}

/// Shows recovery codes, this once.
fn show_codes(visit: &Visit, codes: Vec<String>) -> Result<Response> {
    let page = frame(visit, "settings-codes");
    visit.show(&CodesPage { page, tabs: tabs(visit, HERE), errors: FormErrors::default(), codes })
}

pub(super) async fn renew_codes(ctx: Ctx, Form(given): Form<Given>) -> Result<Response> {
    match with_password(&ctx, given.password).await {
        Ok(()) => {
            let codes = ctx.act(|tx, by| second_factor::renew_codes(tx, by.person)).await?;
            show_codes(&ctx.visit().await?, codes)
        }
        Err(error) => show_with(&ctx, Some(error)).await,
    }
}

pub(super) async fn turn_off(ctx: Ctx, Form(given): Form<Given>) -> Result<Response> {
    match with_password(&ctx, given.password).await {
        Ok(()) => {
            ctx.act(|tx, by| second_factor::clear(tx, by.person)).await?;
            Ok(ctx.redirect_saying(HERE, Tone::Ok, "flash-totp-off"))
        }
        Err(error) => show_with(&ctx, Some(error)).await,
    }
}

/// Asks for the password once more, so that an open screen isn't enough.
pub(super) async fn with_password(ctx: &Ctx, given: String) -> crate::error::Result<()> {
    let person = ctx.act(|_tx, by| Ok(by.person)).await?;
    password::verify(&ctx.app.db, &ctx.app.hasher, person, given).await
}

pub(super) async fn end_session(
    ctx: Ctx,
    Path(id): Path<RowId>,
    Press(Button {}): Press<Button>,
) -> Result<Response> {
    ctx.act(move |tx, by| sessions::revoke(tx, by.person, id)).await?;
    Ok(ctx.redirect_saying(HERE, Tone::Ok, "flash-session-ended"))
}

pub(super) async fn end_others(ctx: Ctx, Press(Button {}): Press<Button>) -> Result<Response> {
    let current = ctx.visit().await?.member()?.session;
    ctx.act(move |tx, by| sessions::revoke_all(tx, by.person, Some(current))).await?;
    Ok(ctx.redirect_saying(HERE, Tone::Ok, "flash-sessions-ended"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_named_as_people_know_it() {
        let name = |agent| device_name(agent).unwrap_or_default();
        assert_eq!(
            name("Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"),
            "Firefox, Windows"
        );
        let edge = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/140.0 Safari/537.36 Edg/140.0";
        assert_eq!(name(edge), "Edge, macOS");
        assert_eq!(
            name("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19 Safari/604.1"),
            "Safari, iPhone"
        );
        assert_eq!(name("curl/8"), "");
    }
}
