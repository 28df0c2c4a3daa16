//! People over the API: profiles, and one's own account.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::Bearer;
use super::error::Result;
use super::input::Json;
use crate::actors;
use crate::app::App;
use crate::ids::ActorId;
use crate::people;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/me", get(me))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(me))]
    struct Part;
    Part::openapi()
}

/// One's own account.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Me {
    id: Uuid,
    name: String,
    url: String,
    activity_pub_id: String,
    email: String,
}

/// One's own account.
#[utoipa::path(get, path = "/me", tag = "people", security(("bearer" = ["read"])), responses((status = 200, body = Me)))]
async fn me(State(app): State<App>, Bearer(caller): Bearer) -> Result<Json<Me>> {
    let id = caller.actor.person;
    let (actor, account) =
        app.db.read(move |tx| Ok((actors::find(tx, ActorId::from(id))?, people::account(tx, id)?))).await?;
    Ok(Json(Me {
        id: id.0,
        name: actor.name,
        url: actor.url,
        activity_pub_id: actor.uri,
        email: account.email,
    }))
}
