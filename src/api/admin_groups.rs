//! The groups hosted here over the API, as administrators see them. It takes an administrator's token with scope `admin`.
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
use super::groups::Person;
use super::input::{Json, Page, Paging, Query};
use crate::app::App;
use crate::clock::Time;
use crate::groups::admin::{self, Kept};
use crate::policy::Class;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/admin/groups", get(list))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(list))]
    struct Part;
    Part::openapi()
}

/// A group, as far as an administrator sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = KeptGroup)]
struct Group {
    id: Uuid,
    /// What addresses name it by; null, like its title, for a closed group that doesn't show itself to the administrator.
    name: Option<String>,
    title: Option<String>,
    #[schema(value_type = String, example = "leden")]
    class: Class,
    member_count: i64,
    /// Null, like `activeAt`, for a closed group that the administrator isn't a member of.
    topic_count: Option<i64>,
    #[schema(value_type = Option<String>, format = DateTime)]
    active_at: Option<Time>,
    /// Whom to ask about a closed group.
    owners: Vec<Person>,
    /// How many reports in a closed group wait for its staff, who alone can read them.
    open_reports: i64,
}

impl From<Kept> for Group {
    fn from(kept: Kept) -> Self {
        let (name, title) = kept.known.map(|known| (known.name, known.title)).unzip();
        let (topic_count, active_at) = kept.activity.unzip();
        Self {
            id: kept.id.0,
            name,
            title,
            class: kept.class,
            member_count: kept.members,
            topic_count,
            active_at,
            owners: kept.owners.iter().map(|who| Person::from(&**who)).collect(),
            open_reports: kept.reports,
        }
    }
}

/// The groups that this instance hosts, the last made first. Nobody looks over their shoulder: of a closed one there is hardly more than
/// whom to ask.
#[utoipa::path(
    get, path = "/admin/groups", tag = "admin", params(Paging), security(("bearer" = ["read", "admin"])),
    responses((status = 200, body = Page<Group>))
)]
async fn list(
    State(app): State<App>,
    Administrator(caller): Administrator,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Group>>> {
    let part = paging.part()?;
    let found = app.db.read(move |tx| admin::list(tx, caller.viewer, part)).await?;
    Ok(Page::of(found, Group::from))
}
