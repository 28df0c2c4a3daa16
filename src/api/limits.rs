//! The limits over the API: what each lets through, whom it held up lately, and changing it. All of it takes an administrator's
//! token with scope `admin`.
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
use crate::app::App;
use crate::error::Error;
use crate::instance::limits;
use crate::policy::Viewer;
use crate::policy::rates::{Limit, Scope};

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/admin/limits", get(list))
        .route("/admin/limits/{name}", get(show).patch(change).delete(reset))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(list, show, change, reset))]
    struct Part;
    Part::openapi()
}

/// How often something may be done.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RateLimit {
    /// A stable word, such as `account-posts`.
    #[schema(value_type = String)]
    name: Limit,
    /// Whom it is about: `account`, `address`, `peer` (another server, all of it) or `actor` (a person there).
    #[schema(value_type = String)]
    scope: Scope,
    /// What is let through in the window.
    count: i64,
    /// Length of the window, in seconds.
    seconds: i64,
    /// What `count` is when nobody decided otherwise.
    default: i64,
    /// The least that `count` can be.
    least: i64,
    /// The most that `count` can be.
    most: i64,
    /// How often it held somebody up in the last 24 hours.
    hits: i64,
    /// Whom, at most five, the most often held up first: a name, a host, an actor's id, part of an address.
    who: Vec<String>,
}

impl From<limits::Shown> for RateLimit {
    fn from(shown: limits::Shown) -> Self {
        let limit = shown.limit;
        Self {
            name: limit,
            scope: limit.scope(),
            count: shown.count,
            seconds: limit.seconds(),
            default: limit.default().count,
            least: limit.least(),
            most: limit.most(),
            hits: shown.hits,
            who: shown.who,
        }
    }
}

async fn all(app: &App, viewer: Viewer) -> Result<Vec<RateLimit>> {
    app.note_held_up(true).await;
    let found = app.db.read(move |tx| limits::list(tx, viewer)).await?;
    Ok(found.into_iter().map(RateLimit::from).collect())
}

async fn one(app: &App, viewer: Viewer, limit: Limit) -> Result<Json<RateLimit>> {
    let found = all(app, viewer).await?.into_iter().find(|one| one.name == limit);
    Ok(Json(found.ok_or(Error::NotFound)?))
}

fn named(word: &str) -> Result<Limit> {
    Ok(Limit::from_word(word).ok_or(Error::NotFound)?)
}

/// All limits.
#[utoipa::path(
    get, path = "/admin/limits", tag = "admin", security(("bearer" = ["read", "admin"])),
    responses((status = 200, body = Page<RateLimit>), (status = 403)),
)]
async fn list(State(app): State<App>, Administrator(by): Administrator) -> Result<Json<Page<RateLimit>>> {
    Ok(Page::whole(all(&app, by.viewer).await?))
}

/// One limit.
#[utoipa::path(
    get, path = "/admin/limits/{name}", tag = "admin", params(("name" = String, Path)),
    security(("bearer" = ["read", "admin"])), responses((status = 200, body = RateLimit), (status = 404)),
)]
async fn show(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(name): Path<String>,
) -> Result<Json<RateLimit>> {
    one(&app, by.viewer, named(&name)?).await
}

/// A change to a limit.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LimitChange {
    /// What is let through in the window.
    count: i64,
}

/// Changes a limit. It counts at once.
#[utoipa::path(
    patch, path = "/admin/limits/{name}", tag = "admin", params(("name" = String, Path)), request_body = LimitChange,
    security(("bearer" = ["write", "admin"])),
    responses((status = 200, body = RateLimit), (status = 400), (status = 404)),
)]
async fn change(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(name): Path<String>,
    Json(change): Json<LimitChange>,
) -> Result<Json<RateLimit>> {
    let (limit, viewer) = (named(&name)?, by.viewer);
    let rates = app.db.write(move |tx| limits::change(tx, &by.actor, limit, Some(change.count))).await?;
    app.limits.set(rates);
    one(&app, viewer, limit).await
}

/// Sets a limit back to its default.
#[utoipa::path(
    delete, path = "/admin/limits/{name}", tag = "admin", params(("name" = String, Path)),
    security(("bearer" = ["write", "admin"])), responses((status = 204), (status = 404)),
)]
async fn reset(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(name): Path<String>,
) -> Result<Done> {
    let limit = named(&name)?;
    let rates = app.db.write(move |tx| limits::change(tx, &by.actor, limit, None)).await?;
    app.limits.set(rates);
    Ok(Done)
}
