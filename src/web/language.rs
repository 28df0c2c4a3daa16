//! Which language a page is in, and the links that change it.
//!
//! The choice made in this browser goes before the member's own setting, so that the link in the header works for
//! everybody; saving the setting forgets that choice.

use axum::Router;
use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use crate::app::App;
use crate::error::Error;
use crate::locale::{Lang, Locales};
use crate::web::cookies::Cookie;
use crate::web::error::Result;
use crate::web::form::local_path;
use crate::web::session::Ctx;

/// How long a browser keeps its language, in seconds: a year.
const KEEP: i64 = 365 * 86_400;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new().route("/language/{code}", get(switch))
}

/// The language for a reader: their choices in this order, else what the browser asks, else what the instance prefers.
pub fn choose(locales: &Locales, choices: [Option<&str>; 2], accept: Option<&str>, preferred: &str) -> Lang {
    choices
        .into_iter()
        .flatten()
        .find_map(|code| locales.find(code))
        .or_else(|| locales.accepted(accept.unwrap_or_default()))
        .or_else(|| locales.find(preferred))
        .unwrap_or_else(|| locales.default_lang())
}

#[derive(Deserialize)]
struct To {
    #[serde(default)]
    to: String,
}

async fn switch(ctx: Ctx, Path(code): Path<String>, Query(query): Query<To>) -> Result<Response> {
    let lang = ctx.app.locales.find(&code).ok_or(Error::NotFound)?;
    let answer = ctx.redirect(&local_path(&query.to));
    let code = ctx.app.locales.code(lang).to_owned();
    Ok(ctx.with_cookie(answer, Cookie::Language, &code, Some(KEEP)))
}
