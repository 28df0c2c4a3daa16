//! Search over the API.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::Looker;
use super::error::Result;
use super::groups::Person;
use super::input::{Json, Page, Query};
use super::threads::GroupRef;
use crate::app::App;
use crate::clock::Time;
use crate::policy::limits;
use crate::search;
use crate::threads::hits::PostHit;
use crate::urls::Urls;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/search", get(find)).route("/search/groups", get(find_groups))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(find, find_groups))]
    struct Part;
    Part::openapi()
}

/// What to search for.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    /// Words that must all occur, in any form, in Dutch or English.
    q: String,
    /// The `next` of the page before.
    cursor: Option<usize>,
}

/// A post that was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Hit {
    id: Uuid,
    thread_id: Uuid,
    url: String,
    activity_pub_id: String,
    /// Title of its topic.
    title: String,
    group: GroupRef,
    author: Person,
    /// The beginning of its text, plain.
    excerpt: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

impl Hit {
    fn of(app: &App, hit: PostHit) -> Self {
        Self {
            id: hit.id.0,
            thread_id: hit.thread_id.0,
            url: app.urls.absolute(&Urls::place(hit.thread_id, hit.id)),
            activity_pub_id: hit.uri,
            title: hit.title,
            group: GroupRef::from(&*hit.group),
            author: Person::from(&*hit.author),
            excerpt: hit.excerpt,
            created_at: hit.created_at,
        }
    }
}

/// Posts in open groups and in those that the caller belongs to, the newest first.
#[utoipa::path(get, path = "/search", tag = "search", params(Wanted), responses((status = 200, body = Page<Hit>)))]
async fn find(
    State(app): State<App>,
    Looker(viewer): Looker,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Page<Hit>>> {
    let page = wanted.cursor.unwrap_or(0);
    let found = app.db.read(move |tx| search::posts(tx, &viewer, &wanted.q, false, page)).await?;
    let next = found.more.then(|| (page + 1).to_string());
    let items = found.hits.into_iter().map(|hit| Hit::of(&app, hit)).collect();
    Ok(Json(Page { items, next }))
}

/// Words to find groups by.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
struct Words {
    /// Words that must all occur, in any form, in Dutch or English.
    q: String,
}

/// A group that was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GroupHit {
    #[serde(flatten)]
    group: GroupRef,
    /// What it is for.
    mission: String,
    /// Left out, as the next two are, of a closed group that the caller isn't a member of.
    #[serde(skip_serializing_if = "Option::is_none")]
    member_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    active_at: Option<Time>,
}

/// Groups by their name, title, mission and description, the best first, 20 at most: open ones, one's own, and closed ones that show
/// themselves.
#[utoipa::path(
    get, path = "/search/groups", tag = "search", params(Words), responses((status = 200, body = Page<GroupHit>))
)]
async fn find_groups(
    State(app): State<App>,
    Looker(viewer): Looker,
    Query(words): Query<Words>,
) -> Result<Json<Page<GroupHit>>> {
    let found = app.db.read(move |tx| search::groups(tx, &viewer, &words.q, false, limits::PAGE)).await?;
    let hits = found.into_iter().map(|listed| {
        let (line, inside) = (listed.group, listed.inside);
        GroupHit {
            group: GroupRef::from(&line),
            mission: line.mission,
            member_count: inside.then_some(line.member_count),
            topic_count: inside.then_some(line.topic_count),
            active_at: inside.then_some(line.active_at),
        }
    });
    Ok(Page::whole(hits.collect()))
}
