//! Keeping order in topics over the API: lock, pin, move.

use axum::Router;
use axum::extract::State;
use axum::routing::{post, put};
use serde::Deserialize;
use utoipa::{OpenApi, ToSchema};

use super::auth::Bearer;
use super::error::Result;
use super::input::{Done, Json, Path};
use super::threads::on_thread;
use crate::app::App;
use crate::groups::views as groups;
use crate::ids::ThreadId;
use crate::people::Scope;
use crate::threads::acts;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/threads/{id}/lock", put(lock).delete(unlock))
        .route("/threads/{id}/pin", put(pin).delete(unpin))
        .route("/threads/{id}/move", post(move_to))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(lock, unlock, pin, unpin, move_to))]
    struct Part;
    Part::openapi()
}

/// Locks a topic: only staff still replies.
#[utoipa::path(
    put, path = "/threads/{id}/lock", tag = "threads", security(("bearer" = ["moderate"])), responses((status = 204))
)]
async fn lock(State(app): State<App>, Bearer(caller): Bearer, Path(id): Path<ThreadId>) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    on_thread(&app, caller.actor, id, acts::lock).await
}

/// Unlocks a topic.
#[utoipa::path(
    delete, path = "/threads/{id}/lock", tag = "threads", security(("bearer" = ["moderate"])),
    responses((status = 204))
)]
async fn unlock(State(app): State<App>, Bearer(caller): Bearer, Path(id): Path<ThreadId>) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    on_thread(&app, caller.actor, id, acts::unlock).await
}

/// Pins a topic to the top of its group.
#[utoipa::path(
    put, path = "/threads/{id}/pin", tag = "threads", security(("bearer" = ["moderate"])), responses((status = 204))
)]
async fn pin(State(app): State<App>, Bearer(caller): Bearer, Path(id): Path<ThreadId>) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    on_thread(&app, caller.actor, id, acts::pin).await
}

/// Unpins a topic.
#[utoipa::path(
    delete, path = "/threads/{id}/pin", tag = "threads", security(("bearer" = ["moderate"])),
    responses((status = 204))
)]
async fn unpin(State(app): State<App>, Bearer(caller): Bearer, Path(id): Path<ThreadId>) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    on_thread(&app, caller.actor, id, acts::unpin).await
}

/// Where a topic goes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MoveInput {
    /// Name of the other group.
    group: String,
}

/// Moves a topic with its replies to another group hosted here.
#[utoipa::path(
    post, path = "/threads/{id}/move", tag = "threads", security(("bearer" = ["moderate"])),
    request_body = MoveInput, responses((status = 204))
)]
async fn move_to(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(id): Path<ThreadId>,
    Json(input): Json<MoveInput>,
) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    on_thread(&app, caller.actor, id, move |tx, by, id| {
        let to = groups::find(tx, &input.group)?;
        acts::move_thread(tx, by, id, to)
    })
    .await
}
