//! What a page answers when something can't be done: what happened, and what to do next, in the reader's language.
//!
//! A handler ends with a [`Fault`]; the layer [`render`] around all pages makes the page of it, so that it has the header,
//! language and theme of every other page. Also gives every page its context ([`Ctx`]) and the headers that protect it.

use std::sync::Arc;
use std::time::Duration;

use askama::Template;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::Error;
use crate::policy::{Reason, limits};
use crate::request;
use crate::web::fields::Fields;
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::session::{Ctx, Visit};

/// What handlers of pages answer with.
pub type Result<T, E = Fault> = std::result::Result<T, E>;

/// Why there is no page to show.
#[derive(Debug)]
pub enum Fault {
    /// A feature says so.
    Domain(Error),
    /// The form's token isn't right: the session ended, or another site sent it.
    Stale {
        /// Where the form was sent to.
        path: String,
        /// What was typed, to send it again.
        fields: Fields,
    },
    /// What was sent is larger than is taken.
    TooLarge,
    /// What was sent can't be read.
    Malformed,
}

impl<E: Into<Error>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Domain(error.into())
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

impl Fault {
    fn status(&self) -> StatusCode {
        match self {
            Self::Domain(error) => request::status(error),
            Self::Stale { .. } => StatusCode::FORBIDDEN,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Malformed => StatusCode::BAD_REQUEST,
        }
    }
}

/// How a page answers: its status, and when the same may be asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// The status.
    pub status: StatusCode,
    /// How long to wait (RFC 9110 §10.2.3); none when waiting doesn't help.
    pub wait: Option<Duration>,
}

impl From<StatusCode> for Outcome {
    fn from(status: StatusCode) -> Self {
        Self { status, wait: None }
    }
}

impl Outcome {
    /// A page as it should be.
    pub const OK: Self = Self { status: StatusCode::OK, wait: None };

    /// How a page answers to an error, also when it shows its form again.
    pub fn of(error: &Error) -> Self {
        Self { status: request::status(error), wait: request::retry_after(error) }
    }

    /// Says in the headers how long to wait.
    pub fn tell(self, headers: &mut HeaderMap) {
        if let Some(wait) = self.wait {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
        }
    }
}

/// Answers an address that no page has.
pub async fn not_found() -> Fault {
    Fault::Domain(Error::NotFound)
}

#[derive(Template)]
#[template(path = "error/error.html")]
struct ErrorPage {
    page: Page,
    /// What happened, below the heading.
    text: String,
    /// What to do next, as sentences.
    next: String,
    errors: FormErrors,
    /// The form, to send it again; empty path: there is none.
    path: String,
    fields: Fields,
    /// The way to the log-in page belongs beside that form.
    log_in: bool,
    /// The page that the form was sent from; empty: not known.
    back: String,
    signed_in: bool,
}

/// The layer around all pages.
pub async fn render(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let ctx = Ctx::new(app.clone(), &parts);
    parts.extensions.insert(ctx.clone());
    let mut response = next.run(Request::from_parts(parts, body)).await;
    if let Some(fault) = response.extensions_mut().remove::<Arc<Fault>>() {
        if let Fault::Domain(error) = &*fault {
            app.limits.note(error);
        }
        response = page_of(ctx, &fault, response).await;
    } else if let Some(fault) = bare(&response) {
        response = page_of(ctx, &fault, response).await;
    }
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        app.note_held_up(false).await;
    }
    protect(&mut response);
    response
}

/// The layer around files: what axum itself refused (an address with no id where one belongs), and a file that is opened as a page and
/// can't be had, is answered by a page there, too.
pub async fn render_refused(State(app): State<App>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let ctx = Ctx::new(app, &parts);
    let mut response = next.run(Request::from_parts(parts, body)).await;
    let told = response.extensions_mut().remove::<Arc<Fault>>();
    let Some(fault) = told.or_else(|| bare(&response).map(Arc::new)) else { return response };
    let mut page = page_of(ctx, &fault, response).await;
    protect(&mut page);
    page
}

/// What axum itself refused, in plain text: a path with no id where one belongs, a method that isn't there.
fn bare(response: &Response) -> Option<Fault> {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if kind.is_some_and(|kind| !kind.starts_with("text/plain")) {
        return None;
    }
    match response.status() {
        StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => {
            Some(Fault::Domain(Error::NotFound))
        }
        StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::UNPROCESSABLE_ENTITY => Some(Fault::Malformed),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Fault::TooLarge),
        _ => None,
    }
}

async fn page_of(ctx: Ctx, fault: &Fault, old: Response) -> Response {
    if let Fault::Domain(Error::Internal(error) | Error::Unavailable(error)) = fault {
        tracing::error!(error = format!("{error:#}"), "a page failed");
    }
    let kept = ctx.kept();
    if let Fault::Domain(Error::SignedOut) = fault
        && (ctx.safe || !has_text(&kept))
    {
        return to_log_in(&ctx);
    }
    let status = if old.status() == StatusCode::METHOD_NOT_ALLOWED { old.status() } else { fault.status() };
    let wait = match fault {
        Fault::Domain(error) => request::retry_after(error),
        _ => None,
    };
    // A database that couldn't be had a moment ago isn't waited for once more.
    let visit = match fault {
        Fault::Domain(Error::Unavailable(_)) => Visit::unknown(ctx),
        _ => match ctx.clone().visit().await {
            Ok(visit) => visit,
            Err(_down) => Visit::unknown(ctx),
        },
    };
    match visit.show_as(Outcome { status, wait }, &error_page(&visit, fault, wait)) {
        Ok(mut response) => {
            let headers = response.headers_mut();
            if let Some(allow) = old.headers().get(header::ALLOW) {
                headers.insert(header::ALLOW, allow.clone());
            }
            response
        }
        Err(_broken) => status.into_response(),
    }
}

/// Whoever must sign in first comes back to where they were; after a button that is the page on which it stands.
fn to_log_in(ctx: &Ctx) -> Response {
    let next = if ctx.safe { &ctx.path } else { &ctx.back };
    let next = percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC);
    let to = format!("/login?next={next}");
    if ctx.safe { ctx.redirect(&to) } else { ctx.redirect_saying(&to, Tone::Warning, "flash-signed-out") }
}

fn error_page(visit: &Visit, fault: &Fault, wait: Option<Duration>) -> ErrorPage {
    let texts = &visit.texts;
    let t = |key: &str| texts.t(key).into_owned();
    // Whoever has a session isn't asked to log in because the database can't be asked for it.
    let away = matches!(fault, Fault::Domain(Error::Unavailable(_)));
    let signed_in = visit.member.is_some() || (away && visit.ctx.session.is_some());
    let mut errors = FormErrors::default();
    let (name, text, next) = match fault {
        Fault::Domain(Error::NotFound) => {
            let next = if signed_in { "error-not-found-next" } else { "error-not-found-next-visitor" };
            ("not-found", t("error-not-found-text"), t(next))
        }
        Fault::Domain(Error::Gone) => ("gone", t("error-gone-text"), t("error-gone-next")),
        Fault::Domain(Error::Denied(Reason::TooMany) | Error::Busy(_) | Error::Limited { .. }) => {
            let minutes = wait.unwrap_or_default().as_secs().div_ceil(60).max(1);
            ("busy", t("error-busy-text"), texts.t_with("error-busy-minutes", &[("count", &minutes)]))
        }
        Fault::Domain(Error::Unreachable) => {
            ("unreachable", t("error-unreachable-text"), t("error-unreachable-next"))
        }
        Fault::Domain(Error::Denied(reason)) => {
            ("denied", t(&format!("reason-{reason}")), t("error-denied-next"))
        }
        Fault::Domain(Error::Invalid(fields)) => {
            visit.add_fields(&mut errors, fields);
            ("invalid", String::new(), t("error-back"))
        }
        Fault::Domain(Error::Conflict) => ("outdated", t("error-conflict"), t("error-back")),
        Fault::Domain(Error::SignedOut) => {
            ("signed-out", t("error-signed-out-text"), t("error-signed-out-next"))
        }
        Fault::Domain(Error::Unavailable(_)) => {
            let next =
                if has_text(&visit.ctx.kept()) { "error-unavailable-kept" } else { "error-unavailable-next" };
            ("unavailable", t("error-unavailable-text"), t(next))
        }
        Fault::Domain(Error::Internal(_)) => ("internal", t("error-internal-text"), t("error-internal-next")),
        Fault::Stale { fields, .. } if fields.is_empty() => {
            ("stale", t("error-stale-text"), t("error-stale-next"))
        }
        Fault::Stale { .. } => ("stale", t("error-stale-text"), t("error-stale-again")),
        Fault::TooLarge => {
            let most = texts.size(i64::try_from(limits::FILE).unwrap_or(i64::MAX));
            let next = if has_text(&visit.ctx.kept()) { "error-large-kept" } else { "error-large-next" };
            ("large", texts.t_with("error-large-text", &[("size", &most)]), t(next))
        }
        Fault::Malformed => ("malformed", t("error-malformed-text"), t("error-back")),
    };
    let (path, fields) = match fault {
        Fault::Stale { path, fields } if !fields.is_empty() => (path.clone(), fields.clone()),
        Fault::Domain(Error::SignedOut) => (visit.ctx.path.clone(), visit.ctx.kept()),
        Fault::TooLarge | Fault::Domain(Error::Unavailable(_)) if has_text(&visit.ctx.kept()) => {
            (visit.ctx.path.clone(), visit.ctx.kept())
        }
        _ => (String::new(), Fields::new()),
    };
    let log_in = !signed_in && matches!(fault, Fault::Domain(Error::SignedOut) | Fault::Stale { .. });
    let back = if visit.ctx.safe { String::new() } else { visit.ctx.back.clone() };
    let mut page = visit.page_of(&format!("error-{name}"));
    page.noindex = true;
    ErrorPage { page, text, next, errors, path, fields, log_in, back, signed_in }
}

/// Whether something was typed into a form.
fn has_text(fields: &Fields) -> bool {
    fields.iter().any(|(_, value)| !value.trim().is_empty())
}

/// Headers that every page has. The policy allows nothing but what comes from this very host.
pub(super) fn protect(response: &mut Response) {
    const HEADERS: [(HeaderName, &str); 6] = [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; \
             manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        ),
        (header::REFERRER_POLICY, "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), browsing-topics=()",
        ),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.append(header::VARY, HeaderValue::from_static("Cookie, Accept-Language"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
}
