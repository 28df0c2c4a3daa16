//! What every edge needs of a request and its answer: who asks, which route answers, which status an error has and how it is told,
//! whether the asker has that answer already.
//!
//! It stands below the edges, so that they need to know neither the server around them nor each other.

use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::body::Body;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::error::{Error, FieldError};
use crate::ids::PersonId;
use crate::load;
use crate::locale::Texts;
use crate::policy::Reason;
use crate::text::personal::Finding;

/// How much of what looks like personal data a message names, and how many characters of each.
const NAMED: (usize, usize) = (5, 60);

/// The address of whoever asks, after trusted proxies were taken away.
#[derive(Debug, Clone, Copy)]
pub struct Client(pub IpAddr);

/// Who asks, once an edge has found out: for whoever looks at the request from outside.
#[derive(Debug, Clone, Default)]
pub struct Asker(Arc<OnceLock<PersonId>>);

impl Asker {
    /// Notes who it is; the first word counts.
    pub fn is(&self, person: PersonId) {
        let _second_word = self.0.set(person);
    }

    /// Who it is, as far as that turned out.
    pub fn person(&self) -> Option<PersonId> {
        self.0.get().copied()
    }
}

/// The pattern of the route that answered, for the numbers. Edges put it on their answers by [`note_route`].
#[derive(Debug, Clone)]
struct Route(String);

/// Notes which route answers. Every edge has this as a layer on its routes.
pub async fn note_route(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|path| Route(path.as_str().to_owned()));
    let mut response = next.run(request).await;
    if let Some(route) = route {
        response.extensions_mut().insert(route);
    }
    response
}

/// The pattern of the route that gave an answer; `other` when none did.
pub fn route(response: &Response) -> &str {
    response.extensions().get::<Route>().map_or("other", |route| route.0.as_str())
}

/// The status that pages and the API answer with for an error.
pub fn status(error: &Error) -> StatusCode {
    match error {
        Error::NotFound => StatusCode::NOT_FOUND,
        Error::Gone => StatusCode::GONE,
        Error::SignedOut => StatusCode::UNAUTHORIZED,
        Error::Denied(Reason::TooMany) | Error::Busy(_) | Error::Limited { .. } => {
            StatusCode::TOO_MANY_REQUESTS
        }
        // It could be done, were things not as they are.
        Error::Denied(Reason::Already | Reason::LastOwner) => StatusCode::CONFLICT,
        Error::Denied(_) => StatusCode::FORBIDDEN,
        Error::Invalid(fields) if fields.are_taken() => StatusCode::CONFLICT,
        Error::Invalid(_) => StatusCode::BAD_REQUEST,
        Error::Conflict => StatusCode::CONFLICT,
        Error::Unreachable => StatusCode::GATEWAY_TIMEOUT,
        Error::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
        Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What is wrong with a field and how to mend it, in words.
pub fn message(texts: &Texts, error: &FieldError) -> String {
    let named = |found: &Finding| {
        let kind = texts.t(&format!("personal-{}", found.kind));
        let excerpt: String = found.excerpt.chars().take(NAMED.1).collect();
        format!("{kind} {excerpt}")
    };
    if !error.personal.is_empty() {
        let mut found: Vec<String> = error.personal.iter().take(NAMED.0).map(named).collect();
        if error.personal.len() > NAMED.0 {
            found.push("…".to_owned());
        }
        return texts.t_with(error.key, &[("found", &found.join(", "))]);
    }
    match error.limit {
        Some(limit) => texts.t_with(error.key, &[("limit", &limit)]),
        None => texts.t(error.key).into_owned(),
    }
}

/// How long whoever gets this error should wait before the next try, where waiting helps.
pub fn retry_after(error: &Error) -> Option<Duration> {
    match error {
        Error::Busy(wait) | Error::Limited { wait, .. } => Some(*wait),
        Error::Denied(Reason::TooMany) => Some(Duration::from_secs(600)),
        Error::Unreachable => Some(Duration::from_mins(2)),
        Error::Unavailable(_) => Some(load::COME_BACK),
        _ => None,
    }
}

/// What a program is told that has to come back: there is too much to do, or the database is gone.
pub fn come_back() -> Response {
    let mut response = Response::new(Body::from("busy\n"));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::RETRY_AFTER, HeaderValue::from(load::COME_BACK.as_secs()));
    response
}

/// The version of a public answer, told by its bytes. Weak, as it may be compressed on its way.
pub fn version_of(bytes: &[u8]) -> String {
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    let hex: String = hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{hex}\"")
}

/// An answer with its version as `ETag`; 304 without a body for whoever has that version already (RFC 9110 §13.1.2).
///
/// Only for what anybody may see: whoever calls has asked the policy for this very request, and a cache may compare versions
/// without asking it.
pub fn versioned(asked: &HeaderMap, version: &str, mut response: Response) -> Response {
    if response.status() != StatusCode::OK {
        return response;
    }
    if has_version(asked, version) {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        *response.body_mut() = Body::empty();
        for name in [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::CONTENT_DISPOSITION] {
            response.headers_mut().remove(name);
        }
    }
    if let Ok(version) = HeaderValue::from_str(version) {
        response.headers_mut().insert(header::ETAG, version);
    }
    response
}

/// Whether `If-None-Match` names a version, by weak comparison.
fn has_version(asked: &HeaderMap, version: &str) -> bool {
    let plain = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let named = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    named.flat_map(|list| list.split(',')).any(|tag| tag.trim() == "*" || plain(tag) == plain(version))
}
