//! Looking up what is elsewhere, over the API.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::Bearer;
use super::error::Result;
use super::input::{Json, Query};
use crate::app::App;
use crate::error::Error;
use crate::groups;
use crate::people::{attempts, byline};
use crate::policy::rates::Limit;
use crate::search::Resolved;
use crate::threads;
use crate::urls::Urls;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/resolve", get(resolve))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(resolve))]
    struct Part;
    Part::openapi()
}

/// What to look up.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// A handle (`@name@host`) or an address of the fediverse.
    uri: String,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Thing {
    /// `person`, `group` or `post`.
    kind: &'static str,
    id: Uuid,
    /// How addresses of ours name a person or group: `name`, or `name@host`; empty for a post.
    name: String,
    /// Display name, or title of the topic.
    title: String,
    /// Its page: for a post the one here, else the one of its own server.
    url: String,
    activity_pub_id: String,
}

/// Looks up a handle or address; what isn't known here is asked of its own server.
#[utoipa::path(
    get, path = "/resolve", tag = "search", params(Wanted), security(("bearer" = ["read"])),
    responses((status = 200, body = Thing))
)]
async fn resolve(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Thing>> {
    if app.config.limits.enabled {
        let by = caller.actor.clone();
        app.db.write(move |tx| attempts::by_person(tx, true, Limit::AccountLookups, &by)).await?;
    }
    let found = app.resolve(&wanted.uri).await?;
    let viewer = caller.viewer;
    let thing = app.db.read(move |tx| match found {
        Resolved::Person(id) => {
            let byline = byline::of(tx, [id])?.remove(&id).ok_or(Error::NotFound)?;
            let name = if byline.local {
                byline.name.clone()
            } else {
                byline.handle().trim_start_matches('@').to_owned()
            };
            Ok(Thing {
                kind: "person",
                id: id.0,
                name,
                title: byline.display_name.clone(),
                url: byline.url.clone(),
                activity_pub_id: byline.uri.clone(),
            })
        }
        Resolved::Group(id) => {
            // The view decides whether the reader may know of it.
            let found = groups::face::known(tx, &viewer, id)?;
            Ok(Thing {
                kind: "group",
                id: id.0,
                name: found.local_name(),
                title: found.title,
                url: found.url,
                activity_pub_id: found.uri,
            })
        }
        Resolved::Post(id) => {
            let page = threads::views::post(tx, &viewer, id)?;
            Ok(Thing {
                kind: "post",
                id: id.0,
                name: String::new(),
                title: page.thread.title,
                url: tx.urls.absolute(&Urls::place(page.thread.id, id)),
                activity_pub_id: page.post.uri,
            })
        }
    });
    Ok(Json(thing.await?))
}
