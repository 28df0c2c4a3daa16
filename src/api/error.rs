//! What the API answers when something can't be done: problem documents (RFC 9457), in the language that was asked for.
//!
//! A handler ends with [`Failed`]; the layer [`explain`] around all routes writes the document, because only there the
//! language and the addresses of the instance are known. The same layer gives every answer its headers.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::unreadable::Unreadable;
use crate::app::App;
use crate::error::{Error, FieldError, FieldErrors};
use crate::locale::Texts;
use crate::policy::Reason;
use crate::request;
use crate::text::personal::Kind;

/// What handlers of the API answer with.
pub type Result<T, E = Failed> = std::result::Result<T, E>;

/// Why there is no answer of the usual kind.
#[derive(Debug)]
pub enum Failed {
    /// A feature says so.
    Domain(Error),
    /// What was sent can't be read, in these places.
    Malformed(Vec<Unreadable>),
    /// What was sent is larger than is taken.
    TooLarge,
    /// A group becomes stricter, and whoever makes it so hasn't said to know that these servers hold copies.
    Copies(Vec<String>),
}

impl<E: Into<Error>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self::Domain(error.into())
    }
}

impl From<Unreadable> for Failed {
    fn from(wrong: Unreadable) -> Self {
        Self::Malformed(vec![wrong])
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// A problem document (RFC 9457 §3).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Which kind of problem: a URL whose last part is a stable word.
    #[serde(rename = "type")]
    #[schema(example = "https://forum.example.nl/api/v1/problems/not-member")]
    pub kind: String,
    /// The kind in words, in the language asked for.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// Which fields can't be accepted, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldProblem>,
    /// Of the kind `copies`: servers whose members belong to the group, and that hold what is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hosts: Option<Vec<String>>,
}

/// One field that can't be accepted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FieldProblem {
    /// Its name, as it was sent.
    pub field: String,
    /// What to do about it.
    pub message: String,
    /// Which kinds of personal data seem to stand in it: `bsn`, `iban`, `case-number`, `phone`, `birth-date`, `email`. A `bsn` is never
    /// taken; the others are with `notPersonal`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, value_type = Vec<String>)]
    pub kinds: Vec<Kind>,
}

impl Failed {
    fn status(&self) -> StatusCode {
        match self {
            Self::Domain(error) => request::status(error),
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Copies(_) => StatusCode::CONFLICT,
        }
    }

    /// The word at the end of `type`.
    fn word(&self) -> &'static str {
        match self {
            Self::Domain(error) => match error {
                Error::NotFound => "not-found",
                Error::Gone => "gone",
                Error::SignedOut => "signed-out",
                Error::Denied(reason) => reason.word(),
                Error::Invalid(fields) if fields.are_taken() => "taken",
                Error::Invalid(_) => "invalid",
                Error::Conflict => "conflict",
                Error::Busy(_) | Error::Limited { .. } => "too-many",
                Error::Unreachable => "unreachable",
                Error::Unavailable(_) => "unavailable",
                Error::Internal(_) => "internal",
            },
            Self::Malformed(_) => "malformed",
            Self::TooLarge => "too-large",
            Self::Copies(_) => "copies",
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Domain(error) => request::retry_after(error),
            _ => None,
        }
    }

    fn problem(&self, app: &App, texts: &Texts) -> Problem {
        let mut problem = problem(app, texts, self.word(), self.status());
        match self {
            Self::Domain(Error::Invalid(fields)) => problem.errors = field_problems(texts, fields),
            Self::Malformed(wrong) => {
                let whole = wrong.iter().find(|one| one.field.is_empty());
                problem.detail = whole.map_or(problem.detail, |one| one.message(texts));
                problem.errors = wrong.iter().filter_map(|one| one.problem(texts)).collect();
            }
            Self::Copies(hosts) => problem.hosts = Some(hosts.clone()),
            _ => {}
        }
        problem
    }
}

fn problem(app: &App, texts: &Texts, word: &str, status: StatusCode) -> Problem {
    let detail = match Reason::from_word(word) {
        Some(_) => texts.t(&format!("reason-{word}")),
        None => texts.t(&format!("problem-{word}-detail")),
    };
    let title = match Reason::from_word(word) {
        Some(_) if status == StatusCode::CONFLICT => texts.t("problem-not-now"),
        Some(_) => texts.t("problem-denied"),
        None => texts.t(&format!("problem-{word}")),
    };
    Problem {
        kind: app.urls.absolute(&format!("/api/v1/problems/{word}")),
        title: title.into_owned(),
        status: status.as_u16(),
        detail: detail.into_owned(),
        errors: Vec::new(),
        hosts: None,
    }
}

/// What is wrong with each field, in words.
fn field_problems(texts: &Texts, fields: &FieldErrors) -> Vec<FieldProblem> {
    let told = |error: &FieldError| {
        let mut kinds: Vec<Kind> = error.personal.iter().map(|found| found.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        FieldProblem { field: error.field.to_owned(), message: request::message(texts, error), kinds }
    };
    fields.0.iter().map(told).collect()
}

/// The layer around all routes: writes problem documents and the headers that every answer has.
pub async fn explain(State(app): State<App>, request: Request, next: Next) -> Response {
    let texts = texts(&app, request.headers());
    let mut response = next.run(request).await;
    let failed = response.extensions_mut().remove::<Arc<Failed>>();
    if let Some(failed) = failed {
        if let Failed::Domain(error) = &*failed {
            if let Error::Internal(error) | Error::Unavailable(error) = error {
                tracing::error!(error = format!("{error:#}"), "a request to the API failed");
            }
            app.limits.note(error);
            app.note_held_up(false).await;
        }
        let problem = failed.problem(&app, &texts);
        response = written(&problem, failed.retry_after());
    } else if let Some(word) = bare(&response) {
        // What axum itself refused, in plain text or with no body.
        let allow = response.headers().get(header::ALLOW).cloned();
        response = written(&problem(&app, &texts, word, response.status()), None);
        if let Some(allow) = allow {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    frame(&mut response);
    response
}

/// What a program is told that has to come back, as there is too much to do.
pub fn busy(app: &App, headers: &HeaderMap) -> Response {
    let failed = Failed::Domain(Error::unavailable("there is too much to do"));
    let mut response = written(&failed.problem(app, &texts(app, headers)), failed.retry_after());
    frame(&mut response);
    response
}

fn bare(response: &Response) -> Option<&'static str> {
    match response.status() {
        StatusCode::NOT_FOUND => Some("not-found"),
        StatusCode::METHOD_NOT_ALLOWED => Some("method"),
        StatusCode::PAYLOAD_TOO_LARGE => Some("too-large"),
        status if status.is_client_error() => Some("malformed"),
        status if status.is_server_error() => Some("internal"),
        _ => None,
    }
}

fn written(problem: &Problem, retry_after: Option<Duration>) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, axum::Json(problem)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if status == StatusCode::UNAUTHORIZED {
        // RFC 6750 §3.
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if let Some(wait) = retry_after {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    response
}

/// Headers of every answer (NLGov API-57 version, and the module on transport security).
fn frame(response: &mut Response) {
    const HEADERS: [(HeaderName, &str); 4] = [
        (HeaderName::from_static("api-version"), super::VERSION),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    headers.append(header::VARY, HeaderValue::from_static("Authorization, Accept-Language"));
}

/// The texts for whoever asks: the language asked for, else English, as programs expect.
pub(super) fn texts(app: &App, headers: &HeaderMap) -> Texts {
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let lang = app.locales.choose(accept.is_none().then_some("en"), accept);
    Texts::new(Arc::clone(&app.locales), lang)
}

/// What a kind of problem means: the page behind its `type`.
pub(super) async fn about(
    State(app): State<App>,
    axum::extract::Path(word): axum::extract::Path<String>,
    headers: HeaderMap,
) -> Result<Response> {
    const STATUS: [(&str, StatusCode); 14] = [
        ("not-found", StatusCode::NOT_FOUND),
        ("gone", StatusCode::GONE),
        ("signed-out", StatusCode::UNAUTHORIZED),
        ("invalid", StatusCode::BAD_REQUEST),
        ("malformed", StatusCode::BAD_REQUEST),
        ("conflict", StatusCode::CONFLICT),
        ("taken", StatusCode::CONFLICT),
        ("copies", StatusCode::CONFLICT),
        ("too-large", StatusCode::PAYLOAD_TOO_LARGE),
        ("method", StatusCode::METHOD_NOT_ALLOWED),
        ("internal", StatusCode::INTERNAL_SERVER_ERROR),
        ("too-many", StatusCode::TOO_MANY_REQUESTS),
        ("unreachable", StatusCode::GATEWAY_TIMEOUT),
        ("unavailable", StatusCode::SERVICE_UNAVAILABLE),
    ];
    let known = STATUS.iter().find(|(known, _)| *known == word).map(|(_, status)| *status);
    let by_reason = || Reason::from_word(&word).map(|reason| request::status(&Error::Denied(reason)));
    let status = known.or_else(by_reason).ok_or(Error::NotFound)?;
    Ok(axum::Json(problem(&app, &texts(&app, &headers), &word, status)).into_response())
}
