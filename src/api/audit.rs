//! The audit trail over the API, to read or to take along. It takes an administrator's token with scope `admin`.
#![allow(
    unused_qualifications,
    reason = "the macro that describes a route writes the types of its parameters in full"
)]

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::Administrator;
use super::error::Result;
use super::input::{Json, Page, Paging, Query};
use crate::app::App;
use crate::audit::{self, Act, Entry, Outcome};
use crate::clock::Time;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin/audit", get(list))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(list))]
    struct Part;
    Part::openapi()
}

/// A line of the audit trail.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AuditLine {
    id: Uuid,
    #[schema(value_type = String, format = DateTime)]
    at: Time,
    /// What was done, as a stable word: `log-in`, `password`, `administer`.
    #[schema(value_type = String)]
    act: Act,
    /// `done`, `wrong`, `refused`, `paused` or `failed`.
    #[schema(value_type = String)]
    outcome: Outcome,
    /// Id of whoever did it, or of whose account it was tried on.
    by: Option<Uuid>,
    /// Method and path, or the name of a command; may be empty.
    object: String,
    /// The address that it came from, of members only its beginning; or `command line`.
    origin: String,
}

impl From<Entry> for AuditLine {
    fn from(line: Entry) -> Self {
        Self {
            id: line.id.0,
            at: line.created_at,
            act: line.act,
            outcome: line.outcome,
            by: line.by_id.map(|by| by.0),
            object: line.object,
            origin: line.origin,
        }
    }
}

/// Who got in and who administered, the latest first.
#[utoipa::path(
    get, path = "/admin/audit", tag = "admin", params(Paging), security(("bearer" = ["read", "admin"])),
    responses((status = 200, body = Page<AuditLine>), (status = 400), (status = 403)),
)]
async fn list(
    State(app): State<App>,
    Administrator(by): Administrator,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<AuditLine>>> {
    let part = paging.part()?;
    let slice = app.db.read(move |tx| audit::list(tx, by.viewer, part)).await?;
    Ok(Page::of(slice, AuditLine::from))
}
