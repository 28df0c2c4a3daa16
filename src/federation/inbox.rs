//! The door: what other servers post. Checked, stored as it came, answered; applied later by `apply`.
//!
//! Nothing is fetched before the policy was asked, and nothing is believed that a signature or proof doesn't carry. The policy, the
//! key and the id are looked at once more in the transaction that stores, so no cache can outlive a change.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{OriginalUri, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use chrono::TimeDelta;

use super::arrival::{self, Head, KINDS};
use super::fetch::{Miss, Reach};
use super::guard::same_origin;
use super::signatures::{self, Claim, Incoming, Rules};
use super::state::Sender;
use super::store::arrivals::{Arrival, Kept};
use super::store::{inbox, peers};
use super::tally::Tally;
use super::verify::{self, Unverified};
use super::wire;
use crate::app::App;
use crate::error::Error;
use crate::load::COME_BACK;
use crate::policy::federation::{Because, Direction};
use crate::urls::host_of;

/// What is stored of an activity that somebody else handed on: its object is read from its origin.
pub const FORWARDED: &str = "Forwarded";

/// The inboxes: one for all, and one for each actor. They are the same door.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/inbox", post(receive))
        .route("/actor/inbox", post(receive))
        .route("/g/{name}/inbox", post(receive))
        .route("/u/{name}/inbox", post(receive))
}

/// The rule by which nothing is taken from a server that administrators blocked.
const BLOCKED: &str = "blocked";
/// The rule by which nothing is taken from a server because of the federation rules here.
const RULED: &str = "ruled";

/// Why a request isn't taken.
#[derive(Debug)]
struct No {
    status: StatusCode,
    rule: String,
    /// When it may be sent again, where a limit says so.
    wait: Option<Duration>,
}

impl No {
    fn new(status: StatusCode, rule: impl Into<String>) -> Self {
        Self { status, rule: rule.into(), wait: None }
    }

    fn malformed(rule: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, rule)
    }

    fn policy(rule: &'static str) -> Self {
        Self::new(StatusCode::FORBIDDEN, rule)
    }

    fn overload(rule: &'static str) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, rule)
    }

    /// In how many seconds it may be sent again, where waiting helps.
    fn retry_after(&self) -> Option<u64> {
        let overload = (self.status == StatusCode::SERVICE_UNAVAILABLE).then_some(COME_BACK);
        self.wait.or(overload).map(|wait| wait.as_secs().max(1))
    }
}

impl From<Error> for No {
    fn from(error: Error) -> Self {
        if let Error::Limited { limit, wait, .. } = error {
            let no = Self::new(StatusCode::TOO_MANY_REQUESTS, format!("limit: {limit}"));
            return Self { wait: Some(wait), ..no };
        }
        tracing::error!(error = %error, "an activity could not be stored");
        Self::overload("fault")
    }
}

/// What was done with a request that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    Stored,
    Repeated,
    Ignored,
}

async fn receive(State(app): State<App>, OriginalUri(uri): OriginalUri, request: Request<Body>) -> Response {
    let path = uri.path_and_query().map_or_else(|| uri.path().to_owned(), ToString::to_string);
    let mut head = None;
    match take(&app, &path, request, &mut head).await {
        Ok(taken) => {
            let (outcome, status) = match taken {
                Taken::Stored => ("accepted", StatusCode::ACCEPTED),
                Taken::Repeated => ("repeated", StatusCode::OK),
                Taken::Ignored => ("ignored", StatusCode::ACCEPTED),
            };
            app.metrics.inbox(outcome);
            if taken == Taken::Stored {
                app.arrived.notify_one();
            }
            status.into_response()
        }
        Err(no) => {
            app.metrics.inbox(no.status.as_str());
            log(&app, head.as_ref(), &no).await;
            // The rule's id helps the other side to find its fault; it tells nothing about what is here.
            let kind = [(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))];
            let wait = no.retry_after().map(|seconds| [(header::RETRY_AFTER, HeaderValue::from(seconds))]);
            (no.status, kind, wait, format!("{}\n", no.rule)).into_response()
        }
    }
}

async fn log(app: &App, head: Option<&Head>, no: &No) {
    // When there is too much to do, or the database is gone, nothing is written about it.
    if matches!(no.rule.as_str(), "overload" | "fault") {
        return;
    }
    let host = head.and_then(|head| host_of(&head.actor)).unwrap_or_default();
    if !app.federation.may_log(&host) {
        return;
    }
    let refused = inbox::Refused {
        host,
        actor_uri: head.map(|head| head.actor.to_string()).unwrap_or_default(),
        kind: head.map(|head| head.kind.clone()).unwrap_or_default(),
        status: no.status.as_u16(),
        reason: no.rule.clone(),
    };
    if let Err(error) = app.db.write(move |tx| inbox::log_refusal(tx, &refused)).await {
        tracing::error!(error = %error, "a refusal could not be logged");
    }
}

async fn take(app: &App, path: &str, request: Request<Body>, head: &mut Option<Head>) -> Result<Taken, No> {
    let limits = &app.config.federation;
    if !limits.enabled {
        return Err(No::policy("federation-off"));
    }
    if let Some(what) = app.federation.backlog().too_much(app).await? {
        app.load.turned_away(what);
        return Err(No::overload("overload"));
    }
    let (parts, body) = request.into_parts();
    check_headers(&parts, limits.max_body)?;
    let too_large = |_| No::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large");
    let body = to_bytes(body, limits.max_body).await.map_err(too_large)?;
    if !wire::nests_at_most(&body, limits.max_depth) {
        return Err(No::malformed("too-deep"));
    }
    let activity = arrival::head(&body).map_err(No::malformed)?;
    let activity = &*head.insert(activity);
    if app.client.guard().is_own_url(&activity.actor) {
        return Err(No::policy("own-actor"));
    }
    if app.client.guard().check_url(&activity.actor).is_err() {
        return Err(No::malformed("actor-address"));
    }
    if !same_origin(&activity.id, &activity.actor) {
        return Err(No::malformed("foreign-id"));
    }
    let rules = Rules::new(app.urls.domain(), app.urls.https(), TimeDelta::seconds(limits.clock_window));
    let incoming = Incoming {
        method: &parts.method,
        path_and_query: path,
        headers: &parts.headers,
        body: &body,
        now: app.clock.now().utc(),
    };
    let claims = signatures::read(&incoming, &rules)
        .map_err(|refusal| No::new(refusal.status(), format!("signature: {refusal}")))?;
    if !KINDS.contains(&activity.kind.as_str()) {
        let host = host_of(&activity.actor).unwrap_or_default();
        let shut = app.db.read(move |tx| peers::shut(tx, &host, Direction::In)).await?;
        return match shut.map(|answer| answer.because) {
            Some(Because::Server) => Err(No::policy(BLOCKED)),
            Some(_) => Err(No::policy(RULED)),
            None => Ok(Taken::Ignored),
        };
    }
    let body = String::from_utf8(body.to_vec()).map_err(|_| No::malformed("not-utf8"))?;
    app.refresh_limits().await;
    let tally = Tally::of(app, activity);
    fits(app, tally.check(app)).await?;
    let mut tally = Some(tally);
    // A second round when the key was changed between our look at it and the transaction.
    for _ in 0..2 {
        let sent = sender(app, activity, &claims, &body).await?;
        let Some(Sent { sender, kind, handed_on_by }) = sent else { return Ok(Taken::Ignored) };
        // Once, however many rounds it takes.
        if let Some(tally) = tally.take() {
            let tally = handed_on_by.map_or(tally, Tally::handed_on);
            fits(app, tally.take(app)).await?;
        }
        match keep(app, activity, sender, kind, &body).await? {
            Kept::Stored => return Ok(Taken::Stored),
            Kept::Repeated => return Ok(Taken::Repeated),
            Kept::Blocked => return Err(No::policy(BLOCKED)),
            Kept::Ruled => return Err(No::policy(RULED)),
            Kept::KeyChanged => claims.iter().for_each(|claim| app.federation.forget_sender(claim.key_id())),
        }
    }
    Err(No::overload("key-changed"))
}

/// Whether there is room for it; whom a limit turns away is noted, for administrators.
async fn fits(app: &App, checked: Result<(), Error>) -> Result<(), No> {
    if let Err(error) = checked {
        app.limits.note(&error);
        app.note_held_up(false).await;
        return Err(error.into());
    }
    Ok(())
}

fn check_headers(parts: &Parts, max_body: usize) -> Result<(), No> {
    let header = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if header(header::CONTENT_LENGTH).parse::<usize>().is_ok_and(|length| length > max_body) {
        return Err(No::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large"));
    }
    if !wire::is_activity_json(header(header::CONTENT_TYPE)) {
        return Err(No::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "content-type"));
    }
    Ok(())
}

/// Who sent an activity.
struct Sent {
    sender: Sender,
    /// As which type it is kept.
    kind: String,
    /// The host that handed it on, when it didn't come from its actor.
    handed_on_by: Option<String>,
}

/// Who sent it. `None`: it is taken and forgotten.
async fn sender(app: &App, activity: &Head, claims: &[Claim], body: &str) -> Result<Option<Sent>, No> {
    // A deleted account's server tells everybody; whoever isn't known here needn't be asked for.
    let is_delete = activity.kind == "Delete";
    match verify::request(app, claims, &activity.actor, !is_delete, Direction::In).await {
        Ok(sender) => Ok(Some(Sent { sender, kind: activity.kind.clone(), handed_on_by: None })),
        Err(Unverified::Foreign) => handed_on(app, activity, claims, body).await,
        Err(Unverified::Unknown | Unverified::Gone) if is_delete => Ok(None),
        Err(unverified) => Err(refusal(app, unverified).await),
    }
}

async fn refusal(app: &App, unverified: Unverified) -> No {
    match unverified {
        Unverified::Signature(refusal) => No::new(refusal.status(), format!("signature: {refusal}")),
        Unverified::Foreign => No::new(StatusCode::UNAUTHORIZED, "foreign-key"),
        Unverified::Unknown | Unverified::Gone => No::new(StatusCode::UNAUTHORIZED, "unknown-actor"),
        Unverified::Blocked => No::policy(BLOCKED),
        Unverified::Ruled => No::policy(RULED),
        Unverified::Unreachable => No::overload("key-unreachable"),
        Unverified::Fault(error) => match fits(app, Err(error)).await {
            Err(no) => no,
            Ok(()) => No::overload("fault"),
        },
    }
}

/// Signed by another server than the actor's, as when Mastodon forwards a reply to followers of the thread. A proof by the
/// actor (FEP-8b32) makes it as good as signed; else only the hint is taken that there is something to read at the origin.
async fn handed_on(app: &App, activity: &Head, claims: &[Claim], body: &str) -> Result<Option<Sent>, No> {
    let foreign = || No::new(StatusCode::UNAUTHORIZED, "foreign-key");
    if !(activity.has_proof || activity.has_ld_signature) {
        return Err(foreign());
    }
    let Some(forwarder) = claims.first().map(Claim::key_document) else { return Err(foreign()) };
    // Whoever forwards must be somebody: an unsigned request makes us ask nobody.
    let by = match verify::request(app, claims, &forwarder, true, Direction::In).await {
        Ok(sender) => sender,
        Err(unverified) => return Err(refusal(app, unverified).await),
    };
    let handed_on_by = Some(host_of(&forwarder).unwrap_or_default());
    if activity.has_proof {
        let value = serde_json::from_str(body).map_err(|_| No::malformed("not-json"))?;
        let reach = if activity.kind == "Delete" { Reach::here(app) } else { Reach::with(app, 2) };
        match verify::is_proven(&reach, &value, &activity.actor).await {
            Ok(true) => {
                let uri = activity.actor.to_string();
                let row = app.db.read(move |tx| crate::actors::by_uri(tx, &uri)).await?;
                if let Some(key) = row.and_then(|row| row.ed_key) {
                    let sender = Sender { actor_uri: activity.actor.to_string(), key };
                    return Ok(Some(Sent { sender, kind: activity.kind.clone(), handed_on_by }));
                }
            }
            Ok(false) => {}
            Err(Miss::Passing(_)) => return Err(No::overload("key-unreachable")),
            Err(Miss::Fault(error)) => return Err(error.into()),
            Err(_) => return Ok(None),
        }
    }
    if matches!(activity.kind.as_str(), "Create" | "Update" | "Delete") {
        return Ok(Some(Sent { sender: by, kind: FORWARDED.to_owned(), handed_on_by }));
    }
    Ok(None)
}

/// Stores it together with what comes at the same moment, unless the policy or the key says otherwise then.
async fn keep(app: &App, activity: &Head, sender: Sender, kind: String, body: &str) -> Result<Kept, No> {
    let actor_host = host_of(&activity.actor).ok_or_else(|| No::malformed("actor-address"))?;
    let host = url::Url::parse(&sender.actor_uri).ok().and_then(|url| host_of(&url)).unwrap_or_default();
    let arrival = Arrival {
        actor_uri: sender.actor_uri,
        key: sender.key,
        activity_uri: activity.id.to_string(),
        host,
        actor_host,
        kind,
        body: body.to_owned(),
        about: activity.about.clone(),
        refers_to: activity.refers_to.clone(),
    };
    Ok(app.federation.gathering().store(app, arrival).await?)
}
