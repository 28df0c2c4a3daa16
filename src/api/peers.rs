//! Other servers over the API: how they do, what is decided about them, the federation log, and work that failed. All of it
//! takes an administrator's token with scope `admin`.
#![allow(
    unused_qualifications,
    reason = "the macro that describes a route writes the types of its parameters in full"
)]

use axum::Router;
use axum::extract::State;
use axum::routing::{delete, get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::Administrator;
use super::error::Result;
use super::input::{Done, Json, Page, Paging, Path, Query};
use crate::app::App;
use crate::clock::Time;
use crate::error::Error;
use crate::fediverse::{self, Event, Flow};
use crate::ids::{JobId, RowId};
use crate::jobs;
use crate::people::admin::must_be_admin;
use crate::policy::PeerState;
use crate::policy::federation::Organisation;
use crate::rules::changes::acts::Place;

/// Jobs that are listed at most.
const JOBS: i64 = 100;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/admin/peers", get(peers))
        .route("/admin/peers/{host}", get(peer).patch(decide))
        .route("/admin/peers/{host}/retry", post(retry_peer))
        .route("/admin/peers/{host}/queue", delete(drop_queue))
        .route("/admin/federation", get(log))
        .route("/admin/federation/{id}/retry", post(retry))
        .route("/admin/jobs", get(failed))
        .route("/admin/jobs/{id}", delete(drop_job))
        .route("/admin/jobs/{id}/retry", post(retry_job))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(peers, peer, decide, retry_peer, drop_queue, log, retry, failed, retry_job, drop_job))]
    struct Part;
    Part::openapi()
}

/// Another server.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Peer {
    /// `host[:port]`.
    host: String,
    /// `open`, `limited` or `blocked`.
    #[schema(value_type = String)]
    state: PeerState,
    /// Who runs it, as administrators know it: `unknown`, `gemeente`, `werkplein`, `uitvoerder`, `rijk`, `belangenorganisatie`, `bedrijf`
    /// or `particulier`.
    #[schema(value_type = String)]
    organisation: Organisation,
    /// What is to go there waits.
    paused: bool,
    /// A note of the administrators.
    note: String,
    /// Name of its software; empty while it isn't known.
    software: String,
    version: String,
    /// Activities that wait to go there.
    queue: i64,
    /// Since when the oldest of them waits.
    #[schema(value_type = Option<String>, format = DateTime)]
    oldest_at: Option<Time>,
    /// Failures in a row.
    failures: i64,
    /// What failed the last time.
    error: String,
    /// Nothing is sent before.
    #[schema(value_type = Option<String>, format = DateTime)]
    retry_at: Option<Time>,
    /// Last signed request from it.
    #[schema(value_type = Option<String>, format = DateTime)]
    seen_at: Option<Time>,
    /// Last time that it took or gave something.
    #[schema(value_type = Option<String>, format = DateTime)]
    reached_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    failed_at: Option<Time>,
    /// First contact.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// What ends when it is blocked; only of a single server.
    #[serde(skip_serializing_if = "Option::is_none")]
    ties: Option<Ties>,
}

/// What there is between this instance and another server, with the servers below it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Ties {
    /// Memberships of people from there in groups here, also asked for.
    members: i64,
    /// Memberships of people from here in groups there, also asked for.
    memberships: i64,
    /// Follows between people, either way.
    follows: i64,
}

impl Peer {
    fn with(self, ties: fediverse::Ties) -> Self {
        let ties = Ties { members: ties.members, memberships: ties.memberships, follows: ties.follows };
        Self { ties: Some(ties), ..self }
    }
}

impl From<fediverse::Peer> for Peer {
    fn from(peer: fediverse::Peer) -> Self {
        Self {
            host: peer.host,
            state: peer.state,
            organisation: peer.organisation,
            paused: peer.paused,
            note: peer.note,
            software: peer.software,
            version: peer.version,
            queue: peer.queue,
            oldest_at: peer.oldest,
            failures: peer.failures,
            error: peer.error,
            retry_at: peer.retry_at,
            seen_at: peer.seen_at,
            reached_at: peer.reached_at,
            failed_at: peer.failed_at,
            created_at: peer.created_at,
            ties: None,
        }
    }
}

/// Which servers.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", default)]
struct Wanted {
    /// Part of the name.
    q: String,
    /// The `next` of the page before; without it, the beginning.
    cursor: String,
}

/// Servers that this one met or decided about, by name.
#[utoipa::path(
    get, path = "/admin/peers", tag = "admin", params(Wanted), security(("bearer" = ["read", "admin"])),
    responses((status = 200, body = Page<Peer>), (status = 403)),
)]
async fn peers(
    State(app): State<App>,
    Administrator(by): Administrator,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<Peer>>> {
    let (found, next) =
        app.db.read(move |tx| fediverse::peers(tx, by.viewer, &wanted.q, &wanted.cursor)).await?;
    Ok(Json(Page { items: found.into_iter().map(Peer::from).collect(), next }))
}

/// One server.
#[utoipa::path(
    get, path = "/admin/peers/{host}", tag = "admin", params(("host" = String, Path)),
    security(("bearer" = ["read", "admin"])), responses((status = 200, body = Peer), (status = 404)),
)]
async fn peer(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(host): Path<String>,
) -> Result<Json<Peer>> {
    let read = app.db.read(move |tx| {
        let peer = fediverse::peer(tx, by.viewer, &host)?;
        let ties = fediverse::ties(tx, by.viewer, &peer.host)?;
        Ok(Peer::from(peer).with(ties))
    });
    Ok(Json(read.await?))
}

/// What is decided about a server; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Decision {
    /// `open`, `limited` (people from there join only when staff approves) or `blocked`.
    #[schema(value_type = Option<String>)]
    state: Option<PeerState>,
    /// Lets what is to go there wait.
    paused: Option<bool>,
    /// For administrators only.
    note: Option<String>,
}

/// Decides about a server, also one that was never met. Blocking it ends its `ties`, soon after; lifting the block doesn't bring
/// them back.
#[utoipa::path(
    patch, path = "/admin/peers/{host}", tag = "admin", params(("host" = String, Path)), request_body = Decision,
    security(("bearer" = ["write", "admin"])), responses((status = 200, body = Peer), (status = 400)),
)]
async fn decide(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(host): Path<String>,
    Json(decision): Json<Decision>,
) -> Result<Json<Peer>> {
    let peer = app
        .db
        .write(move |tx| {
            let (now, _known) = fediverse::peer_or_stranger(tx, by.viewer, &host)?;
            let (state, paused) =
                (decision.state.unwrap_or(now.state), decision.paused.unwrap_or(now.paused));
            let note = decision.note.as_deref().unwrap_or(&now.note);
            fediverse::decide(tx, &by.actor, &now.host, state, paused, note, Place::Afar)?;
            fediverse::peer(tx, by.viewer, &now.host)
        })
        .await?;
    app.wake.notify_one();
    Ok(Json(peer.into()))
}

/// Tries at once what waits for a server that failed.
#[utoipa::path(
    post, path = "/admin/peers/{host}/retry", tag = "admin", params(("host" = String, Path)),
    security(("bearer" = ["write", "admin"])), responses((status = 204), (status = 404)),
)]
async fn retry_peer(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(host): Path<String>,
) -> Result<Done> {
    let wanted = host.clone();
    app.db.write(move |tx| fediverse::retry_peer(tx, &by.actor, &wanted)).await?;
    app.forget_failures(&host);
    Ok(Done)
}

/// What was dropped.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Dropped {
    /// How many activities.
    dropped: usize,
}

/// Drops what waits to go to a server: `queue` of the server says how much that is. It isn't sent any more, but for what is tried
/// again from the log, one by one.
#[utoipa::path(
    delete, path = "/admin/peers/{host}/queue", tag = "admin", params(("host" = String, Path)),
    security(("bearer" = ["write", "admin"])), responses((status = 200, body = Dropped), (status = 404)),
)]
async fn drop_queue(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(host): Path<String>,
) -> Result<Json<Dropped>> {
    let dropped = app.db.write(move |tx| fediverse::drop_queue(tx, &by.actor, &host)).await?;
    app.wake.notify_one();
    Ok(Json(Dropped { dropped }))
}

/// A line of the federation log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LogLine {
    id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    at: Time,
    host: String,
    /// Type of the activity.
    kind: String,
    /// How far it is, in a word; of what was refused at the door the HTTP status.
    outcome: String,
    /// Id of the rule that refused it, or what went wrong.
    reason: String,
    /// It can be tried again.
    retriable: bool,
}

impl From<Event> for LogLine {
    fn from(event: Event) -> Self {
        Self {
            id: event.id.0,
            at: event.at,
            host: event.host,
            kind: event.kind,
            outcome: event.outcome,
            reason: event.reason,
            retriable: event.retriable,
        }
    }
}

/// Which lines.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", default)]
struct LogWanted {
    /// `in` (when left out), `out`, or `refused` (at the door).
    flow: Option<String>,
    /// Of this server only.
    host: String,
}

/// What came in, went out or was refused at the door, the latest first.
#[utoipa::path(
    get, path = "/admin/federation", tag = "admin", params(LogWanted, Paging),
    security(("bearer" = ["read", "admin"])),
    responses((status = 200, body = Page<LogLine>), (status = 400), (status = 403)),
)]
async fn log(
    State(app): State<App>,
    Administrator(by): Administrator,
    Query(wanted): Query<LogWanted>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<LogLine>>> {
    let flow = match wanted.flow.as_deref() {
        None => Flow::In,
        Some(word) => Flow::from_word(word).ok_or_else(|| Error::field("flow", "error-flow-unknown"))?,
    };
    let part = paging.part()?;
    let slice = app.db.read(move |tx| fediverse::log(tx, by.viewer, flow, &wanted.host, part)).await?;
    Ok(Page::of(slice, LogLine::from))
}

/// Tries a line of the log again: what came in and was refused or failed, or what another server didn't take.
#[utoipa::path(
    post, path = "/admin/federation/{id}/retry", tag = "admin", params(("id" = Uuid, Path)),
    security(("bearer" = ["write", "admin"])), responses((status = 204), (status = 409)),
)]
async fn retry(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(id): Path<Uuid>,
) -> Result<Done> {
    app.db.write(move |tx| fediverse::retry(tx, &by.actor, RowId(id))).await?;
    app.wake.notify_one();
    Ok(Done)
}

/// Work that was tried many times and given up.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FailedJob {
    id: Uuid,
    kind: String,
    attempts: i64,
    /// What went wrong the last time.
    error: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    failed_at: Option<Time>,
}

/// Jobs that failed for good, the latest first; a hundred at most.
#[utoipa::path(
    get, path = "/admin/jobs", tag = "admin", security(("bearer" = ["read", "admin"])),
    responses((status = 200, body = Page<FailedJob>), (status = 403)),
)]
async fn failed(State(app): State<App>, _by: Administrator) -> Result<Json<Page<FailedJob>>> {
    let jobs = app.db.read(|tx| jobs::failed(tx, JOBS)).await?;
    let each = |job: jobs::Failed| FailedJob {
        id: job.id.0,
        kind: job.kind,
        attempts: job.attempts,
        error: job.error,
        failed_at: job.failed_at,
    };
    Ok(Page::whole(jobs.into_iter().map(each).collect()))
}

/// Tries such a job again.
#[utoipa::path(
    post, path = "/admin/jobs/{id}/retry", tag = "admin", params(("id" = Uuid, Path)),
    security(("bearer" = ["write", "admin"])), responses((status = 204), (status = 404)),
)]
async fn retry_job(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(id): Path<Uuid>,
) -> Result<Done> {
    app.db
        .write(move |tx| {
            must_be_admin(tx, &by.actor)?;
            jobs::again(tx, JobId(id))
        })
        .await?;
    app.wake.notify_one();
    Ok(Done)
}

/// Throws such a job away.
#[utoipa::path(
    delete, path = "/admin/jobs/{id}", tag = "admin", params(("id" = Uuid, Path)),
    security(("bearer" = ["write", "admin"])), responses((status = 204), (status = 404)),
)]
async fn drop_job(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(id): Path<Uuid>,
) -> Result<Done> {
    app.db
        .write(move |tx| {
            must_be_admin(tx, &by.actor)?;
            jobs::give_up(tx, JobId(id))
        })
        .await?;
    Ok(Done)
}
