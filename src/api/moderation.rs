//! Moderation over the API: warnings, bans that hold, the public log, statements of reasons and objections.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::{Bearer, Looker};
use super::error::Result;
use super::groups::Person;
use super::input::{Created, Done, Json, Page, Paging, Path, Query};
use crate::app::App;
use crate::clock::Time;
use crate::db::page::Part;
use crate::groups::views as groups;
use crate::ids::EntryId;
use crate::journal::Did;
use crate::membership;
use crate::moderation::log::{self, Capacity, LogLine, Statement};
use crate::moderation::{Category, ReportState, Scope as Where, Why, decisions, views};
use crate::people::{Scope, byline};
use crate::policy::Act;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/groups/{name}/warnings", post(warn))
        .route("/groups/{name}/bans", get(group_bans))
        .route("/admin/bans", get(admin_bans))
        .route("/groups/{name}/modlog", get(group_log))
        .route("/modlog", get(whole_log))
        .route("/decisions/{id}", get(decision))
        .route("/decisions/{id}/objection", post(object))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(warn, group_bans, admin_bans, group_log, whole_log, decision, object))]
    struct Described;
    Described::openapi()
}

/// Whom to warn, and why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct WarningInput {
    /// `name` or `name@host`.
    person: String,
    /// They get to read it, and it stands in the log.
    reason: String,
    /// On which ground: `rules` (when none is named), `privacy`, `illegal`, `spam` or `other`. They are told.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    ground: Option<Category>,
}

/// Warns somebody in a group.
#[utoipa::path(
    post, path = "/groups/{name}/warnings", tag = "moderation", security(("bearer" = ["moderate"])),
    request_body = WarningInput, responses((status = 204))
)]
async fn warn(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(name): Path<String>,
    Json(input): Json<WarningInput>,
) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    let by = caller.actor;
    app.db
        .write(move |tx| {
            let group = groups::find(tx, &name)?;
            let person = byline::find(tx, &input.person)?;
            membership::standing(tx, &by, group)?.may(Act::Read)?;
            decisions::warn(tx, &by, group, person, Why::on(input.ground, &input.reason)?)
        })
        .await?;
    app.wake.notify_one();
    Ok(Done)
}

/// A ban that holds.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Ban {
    person: Option<Person>,
    by: Option<Person>,
    reason: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// Null: until it is lifted.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
}

impl From<views::BanShown> for Ban {
    fn from(ban: views::BanShown) -> Self {
        Self {
            person: ban.person.as_deref().map(Person::from),
            by: ban.by.as_deref().map(Person::from),
            reason: ban.reason,
            created_at: ban.created_at,
            until: ban.until,
        }
    }
}

/// Who is banned from a group now.
#[utoipa::path(
    get, path = "/groups/{name}/bans", tag = "moderation", security(("bearer" = ["moderate"])),
    responses((status = 200, body = Page<Ban>))
)]
async fn group_bans(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(name): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Ban>>> {
    caller.needs(Scope::Moderate)?;
    let part = part(&paging)?;
    let slice = app
        .db
        .read(move |tx| {
            let scope = Where::Group(groups::find(tx, &name)?);
            views::bans(tx, caller.viewer, scope, part)
        })
        .await?;
    Ok(Page::of(slice, Ban::from))
}

/// Who is banned from the instance now.
#[utoipa::path(
    get, path = "/admin/bans", tag = "moderation", security(("bearer" = ["moderate"])),
    responses((status = 200, body = Page<Ban>))
)]
async fn admin_bans(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Ban>>> {
    caller.needs(Scope::Moderate)?;
    let part = part(&paging)?;
    let slice = app.db.read(move |tx| views::bans(tx, caller.viewer, Where::Instance, part)).await?;
    Ok(Page::of(slice, Ban::from))
}

/// A line of the moderation log.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ModerationLogLine)]
struct Line {
    /// For `GET /decisions/{id}`.
    id: Uuid,
    #[schema(value_type = String)]
    act: Did,
    /// The group, as addresses name it.
    group: Option<String>,
    /// The other group of a link, or of a proposal to show a topic, as addresses name it.
    other: Option<String>,
    thread_id: Option<Uuid>,
    /// Title of the topic, when it can be seen.
    thread_title: Option<String>,
    /// In which capacity it was decided: `group`, `instance` or `elsewhere`.
    capacity: &'static str,
    /// By whom; only for staff.
    by: Option<Person>,
    /// Whom it concerns; only for staff.
    person: Option<Person>,
    reason: String,
    /// Until when, for a ban.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

fn capacity(capacity: &Capacity) -> &'static str {
    match capacity {
        Capacity::Group => "group",
        Capacity::Instance => "instance",
        Capacity::Elsewhere => "elsewhere",
    }
}

impl From<LogLine> for Line {
    fn from(line: LogLine) -> Self {
        Self {
            id: line.id.0,
            act: line.act,
            group: line.group.as_ref().and_then(views::Place::shown_name),
            other: line.other.as_ref().and_then(views::Place::shown_name),
            thread_id: line.thread.as_ref().map(|(id, _)| id.0),
            thread_title: line.thread.map(|(_, title)| title),
            capacity: capacity(&line.capacity),
            by: line.by.as_deref().map(Person::from),
            person: line.person.as_deref().map(Person::from),
            reason: line.reason,
            until: line.until,
            created_at: line.at,
        }
    }
}

/// The public moderation log of a group, the latest first.
#[utoipa::path(
    get, path = "/groups/{name}/modlog", tag = "moderation",
    responses((status = 200, body = Page<Line>))
)]
async fn group_log(
    State(app): State<App>,
    Looker(viewer): Looker,
    Path(name): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Line>>> {
    let part = part(&paging)?;
    let slice = app
        .db
        .read(move |tx| {
            let scope = Where::Group(groups::find(tx, &name)?);
            log::log(tx, viewer, scope, part)
        })
        .await?;
    Ok(Page::of(slice, Line::from))
}

/// The public moderation log of the whole instance, the latest first.
#[utoipa::path(
    get, path = "/modlog", tag = "moderation", responses((status = 200, body = Page<Line>))
)]
async fn whole_log(
    State(app): State<App>,
    Looker(viewer): Looker,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Line>>> {
    let part = part(&paging)?;
    let slice = app.db.read(move |tx| log::log(tx, viewer, Where::Instance, part)).await?;
    Ok(Page::of(slice, Line::from))
}

/// Which part of a list is asked for.
pub(super) fn part(paging: &Paging) -> Result<Part> {
    Ok(Part { after: paging.after()?, size: paging.size()? })
}

/// A decision with its reasons (Digital Services Act, art. 17).
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Decision {
    id: Uuid,
    #[schema(value_type = String)]
    act: Did,
    /// Null as well for a closed group that the caller isn't in (any more).
    group: Option<String>,
    capacity: &'static str,
    person: Option<Person>,
    post_id: Option<Uuid>,
    /// The facts and the rule, in the moderator's words.
    reason: String,
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
    /// On which ground. This and the next two are null when another server decided: it doesn't say so.
    #[schema(value_type = Option<String>)]
    ground: Option<Category>,
    /// Whether it followed a report.
    reported: Option<bool>,
    /// Whether it was decided by a machine.
    automated: Option<bool>,
    /// Until when one can object.
    #[schema(value_type = String, format = DateTime)]
    objection_until: Time,
    /// How far the objection is, when there is one: `open`, `acted` (found right) or `dismissed`.
    #[schema(value_type = Option<String>)]
    objection: Option<ReportState>,
    /// Whether you can object now.
    may_object: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

impl From<Statement> for Decision {
    fn from(statement: Statement) -> Self {
        Self {
            id: statement.entry.0,
            act: statement.act,
            group: statement.group.as_ref().and_then(views::Place::shown_name),
            capacity: capacity(&statement.capacity),
            person: statement.person.as_deref().map(Person::from),
            post_id: statement.post.map(|(id, _)| id.0),
            reason: statement.reason,
            until: statement.until,
            ground: statement.ground,
            reported: statement.ground.map(|_| statement.reported),
            automated: statement.ground.map(|_| statement.automated),
            objection_until: statement.objection_until,
            objection: statement.objection.map(|(state, _)| state),
            may_object: statement.may_object,
            created_at: statement.at,
        }
    }
}

/// A decision with its reasons, for whoever it concerns and for staff.
#[utoipa::path(
    get, path = "/decisions/{id}", tag = "moderation", security(("bearer" = ["read"])),
    responses((status = 200, body = Decision))
)]
async fn decision(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(id): Path<EntryId>,
) -> Result<Json<Decision>> {
    let statement = app.db.read(move |tx| log::statement(tx, caller.viewer, id)).await?;
    Ok(Json(statement.into()))
}

/// An objection.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ObjectionInput {
    /// Why the decision is wrong.
    reason: String,
}

/// Objects to a decision about oneself. Somebody else judges it, where there is somebody else.
#[utoipa::path(
    post, path = "/decisions/{id}/objection", tag = "moderation", security(("bearer" = ["write"])),
    request_body = ObjectionInput, responses((status = 201, body = Decision))
)]
async fn object(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(id): Path<EntryId>,
    Json(input): Json<ObjectionInput>,
) -> Result<Created<Decision>> {
    let (by, viewer) = (caller.actor, caller.viewer);
    let statement = app
        .db
        .write(move |tx| {
            decisions::object_to(tx, &by, id, &input.reason)?;
            log::statement(tx, viewer, id)
        })
        .await?;
    app.wake.notify_one();
    Ok(Created(app.urls.absolute(&format!("/api/v1/decisions/{id}")), statement.into()))
}
