//! Taking one's data along, and leaving.

use askama::Template;
use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::security::with_password;
use super::{frame, tabs};
use crate::error::Error;
use crate::membership;
use crate::people::{export, leaving};
use crate::web::error::{Outcome, Result};
use crate::web::form::{Button, Form, Press};
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::Tab;
use crate::web::session::Ctx;

const HERE: &str = "/settings/data";

#[derive(Template)]
#[template(path = "settings/data.html")]
struct DataPage {
    page: Page,
    tabs: Vec<Tab>,
    errors: FormErrors,
    delete_after: Option<DateTime<Utc>>,
    /// Days to think.
    grace: i64,
    /// Groups that would be left without an owner.
    alone: Vec<Owned>,
}

/// A group that nobody else owns.
struct Owned {
    members: String,
    title: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Given {
    password: String,
}

pub(super) async fn show(ctx: Ctx) -> Result<Response> {
    show_with(&ctx, None).await
}

async fn show_with(ctx: &Ctx, error: Option<Error>) -> Result<Response> {
    let (visit, alone) = ctx.read_own(|tx, by| membership::views::owned_alone(tx, by.person)).await?;
    let alone = alone
        .into_iter()
        .map(|(name, title)| Owned { members: format!("/g/{name}/members"), title })
        .collect();
    let delete_after = visit.member()?.delete_after.map(crate::clock::Time::utc);
    let outcome = error.as_ref().map_or(Outcome::OK, Outcome::of);
    let errors = error.map_or_else(|| Ok(FormErrors::default()), |error| visit.problems(error))?;
    let (page, tabs) = (frame(&visit, "settings-data"), tabs(&visit, HERE));
    let grace = ctx.app.config.retention.grace_days;
    visit.show_as(outcome, &DataPage { page, tabs, errors, delete_after, grace, alone })
}

/// All that is stored of the member, as a file.
pub(super) async fn download(ctx: Ctx, Press(Button {}): Press<Button>) -> Result<Response> {
    if ctx.limited() {
        ctx.act(export::count).await?;
    }
    let (visit, archive) = ctx.read_own(|tx, by| export::gather(tx, by.person)).await?;
    let packed = export::pack(archive, ctx.app.config.media.dir.clone()).await?;
    let day = visit.now.utc().format("%Y-%m-%d");
    let name = format!("attachment; filename=\"vakplein-{}-{day}.zip\"", visit.member()?.name);
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, Body::from_stream(export::pieces(packed))).into_response())
}

pub(super) async fn leave(ctx: Ctx, Form(given): Form<Given>) -> Result<Response> {
    let days = ctx.app.config.retention.grace_days;
    let left = match with_password(&ctx, given.password).await {
        Ok(()) => ctx.act(move |tx, by| leaving::leave(tx, by, days)).await,
        Err(error) => Err(error),
    };
    match left {
        Ok(_then) => Ok(ctx.redirect_saying(HERE, Tone::Info, "flash-leaving")),
        Err(error) => show_with(&ctx, Some(error)).await,
    }
}

pub(super) async fn stay(ctx: Ctx, Press(Button {}): Press<Button>) -> Result<Response> {
    ctx.act(leaving::stay).await?;
    Ok(ctx.redirect_saying(HERE, Tone::Ok, "flash-staying"))
}
