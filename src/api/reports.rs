//! Reports over the API: making one, also without a token; queues; deciding about them.

use axum::Router;
use axum::extract::{Extension, State};
use axum::routing::{get, post};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::{Bearer, Looker};
use super::error::Result;
use super::groups::Person;
use super::input::{Created, Done, Json, Page, Paging, Path, Query};
use super::moderation::part;
use crate::app::App;
use crate::clock::Time;
use crate::error::Error;
use crate::groups::views as groups;
use crate::ids::{PostId, ReportId};
use crate::moderation::decisions::{self, Measure};
use crate::moderation::views::{self, About, Case, Filter};
use crate::moderation::{Category, Outcome, ReportDraft, ReportState, Resolution, Scope as Where, Why, acts};
use crate::people::{Scope, byline};
use crate::policy::Actor;
use crate::request::Client;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/reports", post(report))
        .route("/reports/{id}", get(show))
        .route("/reports/{id}/resolution", post(resolve))
        .route("/groups/{name}/reports", get(group_queue))
        .route("/admin/reports", get(admin_queue))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(report, show, resolve, group_queue, admin_queue))]
    struct Described;
    Described::openapi()
}

/// What is wrong, with what.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReportInput {
    /// The post.
    #[schema(value_type = Option<Uuid>)]
    post_id: Option<PostId>,
    /// The person, as `name` or `name@host`.
    person: Option<String>,
    /// The group whose staff shall look at it, as `name` or `name@host`. A post has its own.
    group: Option<String>,
    /// `rules`, `privacy`, `illegal`, `spam` or `other`.
    #[schema(value_type = String)]
    category: Category,
    /// What is wrong, in your own words.
    #[serde(default)]
    reason: String,
    /// Tell the servers of the group and of the author too, where they are elsewhere.
    #[serde(default)]
    forward: bool,
    /// Without a token: your name; may be left out.
    #[serde(default)]
    name: String,
    /// Without a token: a mail address for the answer; may be left out.
    #[serde(default)]
    email: String,
}

/// A report as whoever made it sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReportReceipt)]
struct Receipt {
    id: Uuid,
    #[schema(value_type = String)]
    category: Category,
    /// Whether other servers are told too.
    forwarded: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

/// Reports a post, a person or a group; also without a token.
#[utoipa::path(
    post, path = "/reports", tag = "moderation", security((), ("bearer" = ["write"])),
    request_body = ReportInput, responses((status = 201, body = Receipt))
)]
async fn report(
    State(app): State<App>,
    Looker(viewer): Looker,
    client: Option<Extension<Client>>,
    Json(input): Json<ReportInput>,
) -> Result<Created<Receipt>> {
    let by = viewer.person().map(Actor::here);
    let limited = app.config.limits.enabled;
    let address = client.map_or_else(String::new, |Extension(client)| client.0.to_string());
    let row = app
        .db
        .write(move |tx| {
            if limited {
                acts::count(tx, by.as_ref(), &address, &input.email)?;
            }
            let draft = ReportDraft {
                group: input.group.as_deref().map(|name| groups::find(tx, name)).transpose()?,
                post: input.post_id,
                person: input.person.as_deref().map(|name| byline::find(tx, name)).transpose()?,
                category: input.category,
                reason: input.reason.clone(),
                reporter_name: input.name.clone(),
                reporter_email: input.email.clone(),
                forward: input.forward,
                ..ReportDraft::default()
            };
            acts::report(tx, by.as_ref(), &draft)
        })
        .await?;
    app.wake.notify_one();
    let location = app.urls.absolute(&format!("/api/v1/reports/{}", row.id));
    let receipt = Receipt {
        id: row.id.0,
        category: row.category,
        forwarded: row.forwarded,
        created_at: row.created_at,
    };
    Ok(Created(location, receipt))
}

/// Reports about one thing, decided as one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReportCase)]
struct Shown {
    /// The first report's id, which stands for all.
    id: Uuid,
    /// The group, as addresses name it; null for the administrators, and for a closed group that the caller may not know of.
    group: Option<String>,
    post_id: Option<Uuid>,
    thread_id: Option<Uuid>,
    /// Title of the topic.
    thread_title: Option<String>,
    /// Where the post is.
    url: Option<String>,
    /// The post was removed by a moderator.
    removed: bool,
    /// Whose post it is, who is reported, or who objects.
    person: Option<Person>,
    /// How many reported it.
    count: usize,
    #[schema(value_type = Vec<String>)]
    categories: Vec<Category>,
    /// For an objection: the decision.
    decision_id: Option<Uuid>,
    /// `open`, `acted` or `dismissed`.
    #[schema(value_type = String)]
    state: ReportState,
    /// The decision in the moderator's words.
    resolution: String,
    resolved_by: Option<Person>,
    #[schema(value_type = Option<String>, format = DateTime)]
    resolved_at: Option<Time>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

impl Shown {
    fn of(app: &App, case: Case) -> Self {
        let mut shown = Self {
            id: case.id.0,
            group: case.group.as_ref().and_then(views::Place::shown_name),
            post_id: None,
            thread_id: None,
            thread_title: None,
            url: None,
            removed: false,
            person: None,
            count: case.count,
            categories: case.categories,
            decision_id: case.entry.map(|id| id.0),
            state: case.state,
            resolution: case.resolution,
            resolved_by: case.resolved_by.as_deref().map(Person::from),
            resolved_at: case.resolved_at,
            created_at: case.created_at,
        };
        match case.about {
            About::Post { id, thread, title, author, removed, path, .. } => {
                shown.post_id = Some(id.0);
                shown.thread_id = Some(thread.0);
                shown.thread_title = Some(title);
                shown.url = Some(app.urls.absolute(&path));
                shown.removed = removed;
                shown.person = author.as_deref().map(Person::from);
            }
            About::Person(person) => shown.person = person.as_deref().map(Person::from),
            About::Group | About::Gone => {}
        }
        shown
    }
}

/// Which reports.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
struct QueueWanted {
    /// `open` (when left out) or `decided`.
    state: Option<String>,
}

impl QueueWanted {
    fn filter(&self) -> Result<Filter> {
        match self.state.as_deref() {
            None | Some("open") => Ok(Filter::Open),
            Some("decided") => Ok(Filter::Decided),
            Some(_) => Err(Error::field("state", "error-report-state").into()),
        }
    }
}

/// Reports for the staff of a group.
#[utoipa::path(
    get, path = "/groups/{name}/reports", tag = "moderation", security(("bearer" = ["moderate"])), responses((status = 200, body = Page<Shown>))
)]
async fn group_queue(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(name): Path<String>,
    Query(wanted): Query<QueueWanted>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Shown>>> {
    caller.needs(Scope::Moderate)?;
    let (filter, part) = (wanted.filter()?, part(&paging)?);
    let slice = app
        .db
        .read(move |tx| {
            let scope = Where::Group(groups::find(tx, &name)?);
            views::queue(tx, caller.viewer, scope, filter, part)
        })
        .await?;
    Ok(Page::of(slice, |case| Shown::of(&app, case)))
}

/// Reports for the administrators: about people, about groups elsewhere, and about what is against the law.
#[utoipa::path(
    get, path = "/admin/reports", tag = "moderation", security(("bearer" = ["moderate"])), responses((status = 200, body = Page<Shown>))
)]
async fn admin_queue(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Query(wanted): Query<QueueWanted>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Shown>>> {
    caller.needs(Scope::Moderate)?;
    let (filter, part) = (wanted.filter()?, part(&paging)?);
    let reading = app.db.read(move |tx| views::queue(tx, caller.viewer, Where::Instance, filter, part));
    Ok(Page::of(reading.await?, |case| Shown::of(&app, case)))
}

/// One of the reports of a case.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Report)]
struct One {
    id: Uuid,
    #[schema(value_type = String)]
    category: Category,
    reason: String,
    /// Who reported, when known here.
    reporter: Option<Person>,
    /// The name that somebody without an account gave.
    name: String,
    /// The server of whoever reported; empty for this one.
    host: String,
    forwarded: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

/// A case with all there is to decide about it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ReportCaseWhole)]
struct Whole {
    #[serde(flatten)]
    case: Shown,
    reports: Vec<One>,
    /// The post, safe HTML.
    html: String,
    /// Cases about the same person in the same group that were decided before.
    earlier: i64,
}

/// A case, by any of its reports.
#[utoipa::path(
    get, path = "/reports/{id}", tag = "moderation", security(("bearer" = ["moderate"])),
    responses((status = 200, body = Whole))
)]
async fn show(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(id): Path<ReportId>,
) -> Result<Json<Whole>> {
    caller.needs(Scope::Moderate)?;
    let page = app.db.read(move |tx| views::case(tx, caller.viewer, id)).await?;
    let one = |report: views::Report| One {
        id: report.id.0,
        category: report.category,
        reason: report.reason,
        reporter: report.reporter.as_deref().map(Person::from),
        name: report.name,
        host: report.host,
        forwarded: report.forwarded,
        created_at: report.created_at,
    };
    Ok(Json(Whole {
        case: Shown::of(&app, page.case),
        reports: page.reports.into_iter().map(one).collect(),
        html: page.html,
        earlier: page.earlier,
    }))
}

/// The decision about a case.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ResolutionInput {
    /// `acted` or `dismissed`. For an objection: the decision was wrong and is undone, or it stands.
    #[schema(value_type = String)]
    outcome: Outcome,
    /// For whoever reported; may be empty.
    #[serde(default)]
    note: String,
    /// What is done at the same time: `removePost`, `warn`, `ban`.
    #[serde(default)]
    measures: Vec<MeasureInput>,
    /// For whoever the measures concern, and for the log; needed with measures.
    #[serde(default)]
    reason: String,
    /// On which ground the measures are taken: `rules` (when none is named), `privacy`, `illegal`, `spam` or `other`.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    ground: Option<Category>,
    /// For a ban: until when; without it until it is lifted.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
}

/// What is done about what was reported.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum MeasureInput {
    /// Removes the post.
    RemovePost,
    /// Warns its author.
    Warn,
    /// Bans its author from the group, or from the instance when there is no group.
    Ban,
}

/// Decides about a case. With measures all is done or nothing.
#[utoipa::path(
    post, path = "/reports/{id}/resolution", tag = "moderation", security(("bearer" = ["moderate"])),
    request_body = ResolutionInput, responses((status = 204))
)]
async fn resolve(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(id): Path<ReportId>,
    Json(input): Json<ResolutionInput>,
) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    if input.outcome == Outcome::Dismissed && !input.measures.is_empty() {
        return Err(Error::field("measures", "error-measure-unfit").into());
    }
    let by = caller.actor;
    let measure = |measure: &MeasureInput| match measure {
        MeasureInput::RemovePost => Measure::RemovePost,
        MeasureInput::Warn => Measure::Warn,
        MeasureInput::Ban => Measure::Ban { until: input.until },
    };
    let measures: Vec<Measure> = input.measures.iter().map(measure).collect();
    app.db
        .write(move |tx| {
            if measures.is_empty() {
                let resolution = Resolution { outcome: input.outcome, note: input.note.clone() };
                return decisions::resolve(tx, &by, id, &resolution);
            }
            let why = Why::on(input.ground, &input.reason)?;
            decisions::act(tx, &by, id, &measures, why, &input.note)
        })
        .await?;
    app.wake.notify_one();
    Ok(Done)
}
