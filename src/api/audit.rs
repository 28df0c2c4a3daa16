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
use crate::audit::{self, Act, AuditFault, Entry, Outcome, Verified};
use crate::clock::Time;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin/audit", get(list)).route("/admin/audit/verification", get(verification))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(list, verification))]
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
    /// What was done, as a stable word: `log-in`, `password`, `administer`, `rules`.
    #[schema(value_type = String)]
    act: Act,
    /// `done`, `wrong`, `refused`, `paused` or `failed`.
    #[schema(value_type = String)]
    outcome: Outcome,
    /// Id of whoever did it, or of whose account it was tried on.
    by: Option<Uuid>,
    /// Method and path, the name of a command, or what was changed in the rules; may be empty.
    object: String,
    /// The address that it came from, of members only its beginning; or `command line`.
    origin: String,
    /// SHA-256 of this line and the hash of the line before it; empty when the line is from before there was a chain.
    hash: String,
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
            hash: line.hash,
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

/// Whether the chain of the audit trail holds.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AuditVerification {
    /// Nothing was changed, added or taken away since it was written, but whole days that are past their time.
    holds: bool,
    /// Days that were looked at.
    days: i64,
    /// Their lines.
    lines: i64,
    /// Hash of the last line: it must be the one that the log of the machine has. That nothing was cut off at the end shows only so.
    last: Option<String>,
    /// What is wrong, a hundred things at most.
    faults: Vec<AuditProblem>,
}

/// Something that is wrong with the audit trail.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AuditProblem {
    /// The day, in UTC.
    #[schema(value_type = String, format = Date)]
    day: String,
    /// The line, if it is one.
    id: Option<Uuid>,
    /// `line` (it isn't what was written, or one before it is missing or was added), `unhashed` (it was added), `count` (lines of the day are
    /// missing or were added), `end` (another line is the last of the day) or `day` (nothing is kept of the day).
    what: &'static str,
}

impl From<Verified> for AuditVerification {
    fn from(found: Verified) -> Self {
        let problem = |fault: AuditFault| AuditProblem {
            day: fault.day,
            id: fault.id.map(|id| id.0),
            what: fault.what,
        };
        Self {
            holds: found.holds(),
            days: found.days,
            lines: found.lines,
            last: found.last,
            faults: found.faults.into_iter().map(problem).collect(),
        }
    }
}

/// Looks through the whole audit trail: whether anything was changed, added or taken away.
#[utoipa::path(
    get, path = "/admin/audit/verification", tag = "admin", security(("bearer" = ["read", "admin"])),
    responses((status = 200, body = AuditVerification), (status = 403)),
)]
async fn verification(State(app): State<App>, _by: Administrator) -> Result<Json<AuditVerification>> {
    // As it was at one moment, however long that takes.
    Ok(Json(app.db.snapshot(audit::verify).await?.into()))
}
