//! Agreements with other instances about closed groups, over the API. All of it takes an administrator's token with scope `admin`.
#![allow(
    unused_qualifications,
    reason = "the macro that describes a route writes the types of its parameters in full"
)]

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};

use super::auth::Administrator;
use super::error::Result;
use super::input::{Done, Json, Page, Path};
use crate::agreements::{AgreementState, Terms, acts, views};
use crate::app::App;
use crate::clock::Time;
use crate::db::Tx;
use crate::error::Result as DomainResult;
use crate::policy::{Class, Viewer};

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/admin/agreements", get(list))
        .route("/admin/agreements/{host}", get(show).put(set).delete(end))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(list, show, set, end))]
    struct Part;
    Part::openapi()
}

/// What was agreed with another instance about closed groups, on this side.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Agreement {
    /// `host[:port]` of the other instance; the agreement is about exactly that.
    host: String,
    /// `agreed`, `suspended` or `ended`.
    #[schema(value_type = String)]
    state: AgreementState,
    /// The strictest class that may cross: `leden` or `vertrouwelijk`.
    #[schema(value_type = String)]
    ceiling: Class,
    /// The strictest class that may cross at this moment; `openbaar`: nothing of closed groups, since it doesn't count, is over, or
    /// the server is blocked.
    #[schema(value_type = String)]
    ceiling_now: Class,
    /// Until when it counts; null: until it is ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
    /// The organisation on the other side.
    organisation: String,
    /// Whom to ask there; may be empty.
    contact: String,
    /// What it is for.
    purpose: String,
    /// Administrators blocked the server.
    blocked: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    changed_at: Time,
    /// Whom it concerns when nothing crosses any more; only of a single agreement.
    #[serde(skip_serializing_if = "Option::is_none")]
    concerns: Option<AgreementConcerns>,
}

/// Memberships that an agreement lets take part.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AgreementConcerns {
    /// Memberships of people from there in closed groups here, also asked for.
    members: i64,
    /// Memberships of people from here in closed groups there, also asked for.
    memberships: i64,
}

impl From<views::Agreement> for Agreement {
    fn from(agreement: views::Agreement) -> Self {
        let views::Agreement { row, blocked, ceiling_now, days_left: _ } = agreement;
        Self {
            host: row.host,
            state: row.state,
            ceiling: row.ceiling,
            ceiling_now,
            until: row.until,
            organisation: row.organisation,
            contact: row.contact,
            purpose: row.purpose,
            blocked,
            created_at: row.created_at,
            changed_at: row.changed_at,
            concerns: None,
        }
    }
}

/// One, with whom it concerns.
fn one(tx: &mut Tx<'_>, viewer: Viewer, host: &str) -> DomainResult<Agreement> {
    let agreement = views::find(tx, viewer, host)?;
    let affected = views::affected(tx, viewer, host, Class::Openbaar)?;
    let concerns = AgreementConcerns { members: affected.members, memberships: affected.memberships };
    Ok(Agreement { concerns: Some(concerns), ..agreement.into() })
}

/// All agreements, by host.
#[utoipa::path(
    get, path = "/admin/agreements", tag = "admin", security(("bearer" = ["read", "admin"])),
    responses((status = 200, body = Page<Agreement>), (status = 403)),
)]
async fn list(State(app): State<App>, Administrator(by): Administrator) -> Result<Json<Page<Agreement>>> {
    let found = app.db.read(move |tx| views::list(tx, by.viewer)).await?;
    Ok(Page::whole(found.into_iter().map(Agreement::from).collect()))
}

/// The agreement with one instance.
#[utoipa::path(
    get, path = "/admin/agreements/{host}", tag = "admin", params(("host" = String, Path)),
    security(("bearer" = ["read", "admin"])), responses((status = 200, body = Agreement), (status = 404)),
)]
async fn show(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(host): Path<String>,
) -> Result<Json<Agreement>> {
    Ok(Json(app.db.read(move |tx| one(tx, by.viewer, &host)).await?))
}

/// What is agreed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AgreementTerms {
    /// `agreed` (when left out), `suspended` or `ended`.
    #[schema(value_type = Option<String>)]
    state: Option<AgreementState>,
    /// The strictest class that may cross: `leden` or `vertrouwelijk`.
    #[schema(value_type = String)]
    ceiling: Class,
    /// Until when it counts, at most; without it, until it is ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
    /// The organisation on the other side.
    organisation: String,
    /// Whom to ask there.
    #[serde(default)]
    contact: String,
    /// What it is for.
    purpose: String,
}

/// Makes an agreement with an instance, or puts other terms in place of those it had. It counts at once, on this side; the other
/// instance has its own. The host is normalised; `host` of the answer says how it is kept.
#[utoipa::path(
    put, path = "/admin/agreements/{host}", tag = "admin", params(("host" = String, Path)),
    request_body = AgreementTerms, security(("bearer" = ["write", "admin"])),
    responses((status = 200, body = Agreement), (status = 400)),
)]
async fn set(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(host): Path<String>,
    Json(terms): Json<AgreementTerms>,
) -> Result<Json<Agreement>> {
    let terms = Terms {
        state: terms.state.unwrap_or(AgreementState::Agreed),
        ceiling: terms.ceiling,
        until: terms.until,
        organisation: terms.organisation,
        contact: terms.contact,
        purpose: terms.purpose,
    };
    let agreement = app
        .db
        .write(move |tx| {
            let host = acts::set(tx, &by.actor, &host, &terms)?;
            one(tx, by.viewer, &host)
        })
        .await?;
    app.wake.notify_one();
    Ok(Json(agreement))
}

/// Ends an agreement: nothing of closed groups crosses any more, at once. It stays in the list, as `ended`.
#[utoipa::path(
    delete, path = "/admin/agreements/{host}", tag = "admin", params(("host" = String, Path)),
    security(("bearer" = ["write", "admin"])), responses((status = 204), (status = 404), (status = 409)),
)]
async fn end(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(host): Path<String>,
) -> Result<Done> {
    app.db.write(move |tx| acts::end(tx, &by.actor, &host)).await?;
    app.wake.notify_one();
    Ok(Done)
}
