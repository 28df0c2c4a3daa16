//! What a browser gets when there is too much to do: a page that asks nothing of the database, in every language that there is, and
//! gives back what was typed.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::body::to_bytes;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::load;
use crate::locale::Texts;
use crate::request;
use crate::web::assets;
use crate::web::error::protect;
use crate::web::fields::Fields;
use crate::web::form::FORM;

/// Largest form that is read to be given back, in bytes: a text, and not the files beside it.
const MOST: u64 = 2 * FORM as u64;
/// How long whoever sends it may take.
const SOON: Duration = Duration::from_secs(5);

/// What is said in one language.
struct Said {
    lang: String,
    title: String,
    text: String,
    next: String,
    send: String,
}

#[derive(Template)]
#[template(path = "error/busy.html")]
struct Busy {
    said: Vec<Said>,
    theme: String,
    style: String,
    /// Where the form goes; empty: there is none.
    path: String,
    fields: Fields,
}

/// What happened, which decides what to do next.
#[derive(Clone, Copy)]
enum Next {
    /// A page wasn't read.
    Reload,
    /// A form wasn't looked at, and stands here again.
    Send,
    /// A form wasn't looked at, and the browser still has it.
    SendByReloading,
    /// A form was looked at for too long: perhaps it was done.
    Look,
}

impl Next {
    fn key(self) -> &'static str {
        match self {
            Self::Reload => "busy-reload",
            Self::Send => "busy-send-text",
            Self::SendByReloading => "busy-send-reload",
            Self::Look => "busy-look",
        }
    }
}

/// Asks to come back, before anything was done.
pub async fn turned_away(app: &App, request: Request) -> Response {
    if request.method().is_safe() {
        return page(app, Next::Reload, String::new(), Fields::new());
    }
    let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
    match typed(app, request).await {
        Some(fields) => page(app, Next::Send, path, fields),
        None => page(app, Next::SendByReloading, String::new(), Fields::new()),
    }
}

/// Says that it took too long.
pub fn too_late(app: &App, safe: bool) -> Response {
    page(app, if safe { Next::Reload } else { Next::Look }, String::new(), Fields::new())
}

/// The form that was sent, as it was sent: its token proves when it comes again that it stood on a page of ours. Nothing of one
/// with a secret in it, or one that is too large or too slow.
async fn typed(app: &App, request: Request) -> Option<Fields> {
    let _leave = app.load.give_back()?;
    let (length, kind) = {
        let header = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let length: u64 = header(header::CONTENT_LENGTH)?.parse().ok()?;
        (length, header(header::CONTENT_TYPE)?.to_owned())
    };
    if length > MOST {
        return None;
    }
    let read = async {
        if kind.starts_with("application/x-www-form-urlencoded") {
            let body = to_bytes(request.into_body(), FORM).await.ok()?;
            Some(url::form_urlencoded::parse(&body).into_owned().collect::<Fields>())
        } else if kind.starts_with("multipart/form-data") {
            texts(request).await
        } else {
            None
        }
    };
    let fields: Fields = tokio::time::timeout(SOON, read).await.ok().flatten()?;
    let secret = |name: &str| name.contains("password") || name.contains("code");
    let kept = !fields.is_empty() && !fields.iter().any(|(name, _)| secret(name));
    kept.then_some(fields)
}

/// The texts of a form with files.
async fn texts(request: Request) -> Option<Fields> {
    let mut parts = Multipart::from_request(request, &()).await.ok()?;
    let mut fields = Fields::new();
    while let Some(part) = parts.next_field().await.ok()? {
        if part.file_name().is_none() {
            let name = part.name().unwrap_or_default().to_owned();
            fields.push((name, part.text().await.ok()?));
        }
    }
    Some(fields)
}

fn page(app: &App, next: Next, path: String, fields: Fields) -> Response {
    let said = app.locales.all().map(|lang| {
        let texts = Texts::new(Arc::clone(&app.locales), lang);
        let t = |key: &str| texts.t(key).into_owned();
        Said {
            lang: texts.code().to_owned(),
            title: t("busy-title"),
            text: t("busy-text"),
            next: t(next.key()),
            send: t("error-stale-send"),
        }
    });
    let busy = Busy {
        said: said.collect(),
        theme: assets::asset("theme.css"),
        style: assets::asset("app.css"),
        path,
        fields,
    };
    let Ok(html) = busy.render() else { return request::come_back() };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::RETRY_AFTER, HeaderValue::from(load::COME_BACK.as_secs())),
    ];
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, headers, html).into_response();
    protect(&mut response);
    response
}
