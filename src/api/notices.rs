//! Notices over the API: what one is told, and noting that it was read.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, put};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::Bearer;
use super::error::Result;
use super::groups::Person;
use super::input::{Json, Page, Paging, Query};
use crate::app::App;
use crate::clock::Time;
use crate::db::page::Part;
use crate::error::Error;
use crate::ids::{NoticeId, ThreadId};
use crate::notices::NoticeKind;
use crate::notices::acts::{self, Read};
use crate::notices::views::{self, Notice};

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/me/notices", get(list))
        .route("/me/notices/unread", get(unread))
        .route("/me/notices/read", put(read))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(list, unread, read))]
    struct Described;
    Described::openapi()
}

/// Something that one is told.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Notice)]
struct Told {
    id: Uuid,
    /// What: `reply`, `mention`, `report`, `removed`, …
    #[schema(value_type = String)]
    kind: NoticeKind,
    /// Who did it; null for what moderators decided.
    by: Option<Person>,
    /// Title of the group; null as well when it is a closed one that the caller isn't in: then the names, titles and links of what
    /// others did there are left out too.
    group: Option<String>,
    /// Title of the other group of a link, or of the one that a topic is to be shown in, when the caller may know of it.
    other: Option<String>,
    /// The topic, when it can be seen.
    thread_id: Option<Uuid>,
    /// Title of the topic.
    thread_title: Option<String>,
    post_id: Option<Uuid>,
    /// A moderator's reason or answer; may be empty.
    reason: String,
    /// The decision, for `GET /decisions/{id}`.
    decision_id: Uuid,
    /// Where it leads.
    url: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    unread: bool,
}

impl Told {
    fn of(app: &App, notice: Notice) -> Self {
        Self {
            id: notice.id.0,
            kind: notice.kind,
            by: notice.by.as_deref().map(Person::from),
            group: notice.group.map(|(_, title)| title),
            other: notice.other.map(|(_, title)| title),
            thread_id: notice.thread.as_ref().map(|(id, _)| id.0),
            thread_title: notice.thread.map(|(_, title)| title),
            post_id: notice.post.map(|id| id.0),
            reason: notice.told.reason,
            decision_id: notice.entry.0,
            url: app.urls.absolute(&notice.path),
            created_at: notice.at,
            unread: notice.unread,
        }
    }
}

/// One's notices, the latest first.
#[utoipa::path(
    get, path = "/me/notices", tag = "notices", security(("bearer" = ["read"])),
    responses((status = 200, body = Page<Told>))
)]
async fn list(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Told>>> {
    let part = Part { after: paging.after()?, size: paging.size()? };
    let slice = app.db.read(move |tx| views::list(tx, caller.viewer, part)).await?;
    Ok(Page::of(slice, |notice| Told::of(&app, notice)))
}

/// How many notices wait.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Unread {
    count: i64,
}

/// How many notices one hasn't read.
#[utoipa::path(
    get, path = "/me/notices/unread", tag = "notices", security(("bearer" = ["read"])),
    responses((status = 200, body = Unread))
)]
async fn unread(State(app): State<App>, Bearer(caller): Bearer) -> Result<Json<Unread>> {
    let count = app.db.read(move |tx| views::unread(tx, caller.actor.person)).await?;
    Ok(Json(Unread { count }))
}

/// Which notices were read: one, those of a topic, or with neither all of them.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct ReadInput {
    /// One notice.
    #[schema(value_type = Option<Uuid>)]
    id: Option<NoticeId>,
    /// Those of a topic.
    #[schema(value_type = Option<Uuid>)]
    thread_id: Option<ThreadId>,
}

/// Notes that notices were read; tells how many are left.
#[utoipa::path(
    put, path = "/me/notices/read", tag = "notices", security(("bearer" = ["write"])),
    request_body = ReadInput, responses((status = 200, body = Unread))
)]
async fn read(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Json(input): Json<ReadInput>,
) -> Result<Json<Unread>> {
    let person = caller.actor.person;
    if input.id.is_some() && input.thread_id.is_some() {
        return Err(Error::field("threadId", "error-notice-choice").into());
    }
    let count = app
        .db
        .write(move |tx| {
            let read = match (input.id, input.thread_id) {
                (Some(id), _) => Read::One(id),
                (None, Some(thread)) => Read::Thread(thread),
                (None, None) => Read::All(tx.now),
            };
            acts::mark_read(tx, person, read)?;
            views::unread(tx, person)
        })
        .await?;
    Ok(Json(Unread { count }))
}
