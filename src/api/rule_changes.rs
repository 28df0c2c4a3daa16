//! Changes of the rules over the API: proposing one with what it would do, applying what was seen, withdrawing and undoing it. All of it takes an
//! administrator's token with scope `admin`.
#![allow(
    unused_qualifications,
    reason = "the macro that describes a route writes the types of its parameters in full"
)]

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post, put};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::{Administrator, Caller};
use super::error::Result;
use super::groups::Person;
use super::input::{Created, Done, Json, Page, Paging, Path, Query};
use super::rules::{RuleChangePart, parts};
use crate::app::App;
use crate::clock::Time;
use crate::db::Tx;
use crate::error::{Error, Result as DomainResult};
use crate::groups::face;
use crate::ids::{GroupId, RowId};
use crate::policy::federation::{Direction, Effect, Kind, Organisation};
use crate::policy::{Actor, Class, PeerState, Viewer};
use crate::rules::Draft;
use crate::rules::changes::views::{self, Shown};
use crate::rules::changes::{Change, ChangeState, DAYS, Forecast, Sample, Shift, acts};

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/admin/rule-changes", get(list).post(propose))
        .route("/admin/rule-changes/{id}", get(show).delete(withdraw))
        .route("/admin/rule-changes/{id}/forecast", post(rerun))
        .route("/admin/rule-changes/{id}/application", put(apply))
        .route("/admin/rule-changes/{id}/undoing", post(undo))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(list, propose, show, withdraw, rerun, apply, undo))]
    struct Part;
    Part::openapi()
}

/// A change of the rules: what is to change, what that would do, and how far it is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct RuleChange {
    pub(super) id: Uuid,
    /// `proposed`, `awaiting` (a second administrator), `applied`, `undone` or `withdrawn`.
    #[schema(value_type = String)]
    state: ChangeState,
    reason: String,
    /// How much is to change.
    count: usize,
    /// What is to change; only of a single one.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<Vec<RuleChangePart>>,
    /// What it would do; only of a single one.
    #[serde(skip_serializing_if = "Option::is_none")]
    forecast: Option<RuleForecast>,
    /// Names what is to change and what that would do. Applying takes it.
    hash: String,
    /// It touches members, or what is closed: a second administrator has to agree.
    wide: bool,
    /// The forecast is from the last day, as it must be to apply it.
    fresh: bool,
    /// You may apply it, or agree to it.
    may_apply: bool,
    /// It can be undone now.
    undoable: bool,
    /// Who wants it.
    by: Option<Person>,
    /// Who agreed to it.
    second: Option<Person>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// When the forecast was made.
    #[schema(value_type = String, format = DateTime)]
    forecast_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    applied_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    undone_at: Option<Time>,
}

impl RuleChange {
    /// As it stands in a list.
    fn brief(shown: &Shown) -> Self {
        let row = &shown.row;
        Self {
            id: row.id.0,
            state: row.state,
            reason: row.reason.clone(),
            count: shown.changes.len(),
            changes: None,
            forecast: None,
            hash: row.hash.clone(),
            wide: row.wide,
            fresh: shown.fresh,
            may_apply: shown.may_second,
            undoable: shown.undoable,
            by: shown.by.as_deref().map(Person::from),
            second: shown.second.as_deref().map(Person::from),
            created_at: row.created_at,
            forecast_at: row.ran_at,
            applied_at: row.applied_at,
            undone_at: row.undone_at,
        }
    }
}

/// One, with all that there is to say of it.
pub(super) fn one(tx: &mut Tx<'_>, viewer: Viewer, id: RowId) -> DomainResult<RuleChange> {
    let shown = views::find(tx, viewer, id)?;
    let parts = parts(tx, viewer, &shown.changes, &shown.ended)?;
    let brief = RuleChange::brief(&shown);
    Ok(RuleChange { changes: Some(parts), forecast: Some(shown.forecast.into()), ..brief })
}

/// What a change would have done in the last days, and would do to what there is. Never a word of what anybody wrote.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RuleForecast {
    /// Days of the log that it was tried on.
    days: i64,
    /// What passed and would have been treated otherwise.
    shifts: Vec<RuleShift>,
    /// Servers that it concerns.
    hosts: Vec<String>,
    /// Follows between people here and there that would end.
    follows: i64,
    /// Memberships of people from there in groups here that would end.
    members: i64,
    /// Memberships of people from here in groups there that would end.
    memberships: i64,
    /// People here whom that concerns, each counted once.
    people_here: i64,
    /// People there whom that concerns, each counted once.
    people_there: i64,
    /// Memberships among these in closed groups.
    closed: i64,
    /// The latest of what would have been treated otherwise.
    sample: Vec<RuleSample>,
}

/// So much would have been treated otherwise.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RuleShift {
    /// `in`, `out` or `fetch`.
    #[schema(value_type = String)]
    direction: Direction,
    /// Effect that it had: `allow`, `hold`, `refuse` and so on.
    #[schema(value_type = String)]
    from: Effect,
    /// Effect that it would have had.
    #[schema(value_type = String)]
    to: Effect,
    count: i64,
}

/// One line of the federation log that would have been treated otherwise.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RuleSample {
    #[schema(value_type = String, format = DateTime)]
    at: Time,
    host: String,
    #[schema(value_type = String)]
    direction: Direction,
    /// Type of the activity.
    activity: String,
    /// Name of the group, if it was about an open one.
    group: Option<String>,
    #[schema(value_type = String)]
    from: Effect,
    #[schema(value_type = String)]
    to: Effect,
}

impl From<Forecast> for RuleForecast {
    fn from(forecast: Forecast) -> Self {
        Self {
            days: DAYS,
            shifts: forecast.shifts.into_iter().map(RuleShift::from).collect(),
            hosts: forecast.hosts,
            follows: forecast.follows,
            members: forecast.members,
            memberships: forecast.memberships,
            people_here: forecast.people_here,
            people_there: forecast.people_there,
            closed: forecast.closed,
            sample: forecast.sample.into_iter().map(RuleSample::from).collect(),
        }
    }
}

impl From<Shift> for RuleShift {
    fn from(shift: Shift) -> Self {
        let Shift { direction, from, to, count } = shift;
        Self { direction, from, to, count }
    }
}

impl From<Sample> for RuleSample {
    fn from(sample: Sample) -> Self {
        let Sample { at, host, direction, activity, group, from, to } = sample;
        Self { at, host, direction, activity, group, from, to }
    }
}

/// Changes of the rules, the latest first.
#[utoipa::path(
    get, path = "/admin/rule-changes", tag = "admin", params(Paging), security(("bearer" = ["read", "admin"])),
    responses((status = 200, body = Page<RuleChange>), (status = 400), (status = 403)),
)]
async fn list(
    State(app): State<App>,
    Administrator(by): Administrator,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<RuleChange>>> {
    let part = paging.part()?;
    let slice = app.db.read(move |tx| views::list(tx, by.viewer, part)).await?;
    Ok(Page::of(slice, |shown| RuleChange::brief(&shown)))
}

/// What is to change, and why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RuleChangeInput {
    changes: Vec<RuleChangePartInput>,
    /// Why; the other administrators read it.
    reason: String,
}

/// One thing that is to change.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "kebab-case", deny_unknown_fields)]
enum RuleChangePartInput {
    /// Makes a rule.
    AddRule { rule: RuleInput },
    /// Takes a rule away.
    EndRule { id: Uuid },
    /// Decides about a server as a whole.
    SetServer {
        host: String,
        /// `open`, `limited` or `blocked`.
        #[schema(value_type = String)]
        state: PeerState,
    },
    /// Notes who runs a server.
    SetOrganisation {
        host: String,
        /// `gemeente`, `werkplein`, `uitvoerder`, `rijk`, `belangenorganisatie`, `bedrijf`, `particulier` or `unknown`.
        #[schema(value_type = String)]
        organisation: Organisation,
    },
}

/// A rule that is to be made. What is left out of what it is about stays open: one that names nothing is about everything.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RuleInput {
    /// What it does: `allow`, `no-media`, `hide`, `read-only`, `hold` or `refuse`.
    #[schema(value_type = String)]
    effect: Effect,
    /// A host, or a domain with all names below it.
    host: Option<String>,
    /// Kind of organisation: `gemeente`, `werkplein`, `uitvoerder`, `rijk`, `belangenorganisatie`, `bedrijf`, `particulier`, `unknown`.
    #[schema(value_type = Option<String>)]
    organisation: Option<Organisation>,
    /// Name of a group.
    group: Option<String>,
    /// `topic`, `reply`, `reaction`, `report` or `join`.
    #[schema(value_type = Option<String>)]
    kind: Option<Kind>,
    /// `openbaar`, `leden`, `vertrouwelijk` or `lokaal`.
    #[schema(value_type = Option<String>)]
    class: Option<Class>,
    /// `in`, `out`, or `fetch` (what we read there ourselves).
    #[schema(value_type = Option<String>)]
    direction: Option<Direction>,
    /// Until when it counts: a moment, or the last day (`2027-12-31`); without it, until it is ended.
    #[serde(default, deserialize_with = "end")]
    #[schema(value_type = Option<String>)]
    until: Option<Time>,
    /// Why there is such a rule.
    reason: String,
}

/// A moment, or the end of a day.
fn end<'de, D: Deserializer<'de>>(from: D) -> std::result::Result<Option<Time>, D::Error> {
    let Some(text) = Option::<String>::deserialize(from)? else { return Ok(None) };
    let read = Time::parse(&text).or_else(|| Time::end_of_day(&text));
    read.map(Some).ok_or_else(|| D::Error::custom("expected a date and time"))
}

impl RuleInput {
    fn draft(&self, tx: &mut Tx<'_>, viewer: Viewer) -> DomainResult<Draft> {
        let group = self.group.as_deref().map(|name| group(tx, viewer, name)).transpose()?;
        Ok(Draft {
            effect: self.effect,
            host: self.host.clone(),
            organisation: self.organisation,
            group,
            kind: self.kind,
            class: self.class,
            direction: self.direction,
            until: self.until,
            reason: self.reason.clone(),
        })
    }
}

/// The group of this name, if the viewer may know of it.
fn group(tx: &mut Tx<'_>, viewer: Viewer, name: &str) -> DomainResult<GroupId> {
    match face::at_the_door(tx, &viewer, name) {
        Ok(found) => Ok(found.id),
        Err(Error::NotFound | Error::Gone) => Err(Error::field("group", "error-rule-group")),
        Err(error) => Err(error),
    }
}

impl RuleChangePartInput {
    fn change(&self, tx: &mut Tx<'_>, viewer: Viewer) -> DomainResult<Change> {
        Ok(match self {
            Self::AddRule { rule } => Change::AddRule { rule: rule.draft(tx, viewer)? },
            Self::EndRule { id } => Change::EndRule { id: RowId(*id) },
            Self::SetServer { host, state } => Change::SetServer { host: host.clone(), state: *state },
            Self::SetOrganisation { host, organisation } => {
                Change::SetOrganisation { host: host.clone(), organisation: *organisation }
            }
        })
    }
}

/// Proposes a change. Nothing changes yet: the answer says what it would have done in the last days and would do now, and the `hash` with
/// which it is applied.
#[utoipa::path(
    post, path = "/admin/rule-changes", tag = "admin", request_body = RuleChangeInput,
    security(("bearer" = ["write", "admin"])),
    responses((status = 201, body = RuleChange), (status = 400), (status = 403)),
)]
async fn propose(
    State(app): State<App>,
    Administrator(by): Administrator,
    Json(input): Json<RuleChangeInput>,
) -> Result<Created<RuleChange>> {
    let proposed = app.db.write(move |tx| {
        let mut changes = Vec::with_capacity(input.changes.len());
        for part in &input.changes {
            changes.push(part.change(tx, by.viewer)?);
        }
        let id = acts::propose(tx, &by.actor, changes, &input.reason)?;
        one(tx, by.viewer, id)
    });
    made(&app, proposed.await?)
}

/// 201 with where a change is.
pub(super) fn made(app: &App, change: RuleChange) -> Result<Created<RuleChange>> {
    app.wake.notify_one();
    let path = format!("/api/v1/admin/rule-changes/{}", change.id);
    Ok(Created(app.urls.absolute(&path), change))
}

/// One change, with what it would do or did.
#[utoipa::path(
    get, path = "/admin/rule-changes/{id}", tag = "admin", params(("id" = Uuid, Path)),
    security(("bearer" = ["read", "admin"])), responses((status = 200, body = RuleChange), (status = 404)),
)]
async fn show(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(id): Path<Uuid>,
) -> Result<Json<RuleChange>> {
    Ok(Json(app.db.read(move |tx| one(tx, by.viewer, RowId(id))).await?))
}

/// Withdraws a change that wasn't applied.
#[utoipa::path(
    delete, path = "/admin/rule-changes/{id}", tag = "admin", params(("id" = Uuid, Path)),
    security(("bearer" = ["write", "admin"])), responses((status = 204), (status = 404), (status = 409)),
)]
async fn withdraw(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(id): Path<Uuid>,
) -> Result<Done> {
    app.db.write(move |tx| acts::withdraw(tx, &by.actor, RowId(id))).await?;
    app.wake.notify_one();
    Ok(Done)
}

/// Does something with a change, and shows it.
async fn on_change(
    app: &App,
    by: Caller,
    id: Uuid,
    act: impl Fn(&mut Tx<'_>, &Actor, RowId) -> DomainResult<()> + Send + 'static,
) -> Result<Json<RuleChange>> {
    let done = app.db.write(move |tx| {
        act(tx, &by.actor, RowId(id))?;
        one(tx, by.viewer, RowId(id))
    });
    let change = done.await?;
    app.wake.notify_one();
    Ok(Json(change))
}

/// Makes the forecast anew; it must be of the last day to apply a change. A change that waits for a second administrator is proposed again.
#[utoipa::path(
    post, path = "/admin/rule-changes/{id}/forecast", tag = "admin", params(("id" = Uuid, Path)),
    security(("bearer" = ["write", "admin"])),
    responses((status = 200, body = RuleChange), (status = 404), (status = 409)),
)]
async fn rerun(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(id): Path<Uuid>,
) -> Result<Json<RuleChange>> {
    on_change(&app, by, id, acts::rerun).await
}

/// What is applied.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RuleApplication {
    /// The `hash` of the change as it was seen.
    hash: String,
}

/// Applies a change as it was seen. One that is `wide` is `awaiting` then, until another administrator does the same.
#[utoipa::path(
    put, path = "/admin/rule-changes/{id}/application", tag = "admin", params(("id" = Uuid, Path)),
    request_body = RuleApplication, security(("bearer" = ["write", "admin"])),
    responses((status = 200, body = RuleChange), (status = 400), (status = 404), (status = 409)),
)]
async fn apply(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(id): Path<Uuid>,
    Json(input): Json<RuleApplication>,
) -> Result<Json<RuleChange>> {
    on_change(&app, by, id, move |tx, by, id| acts::apply(tx, by, id, &input.hash).map(drop)).await
}

/// Undoes a change within two weeks: what stood there before comes back, with the memberships and follows that ended.
#[utoipa::path(
    post, path = "/admin/rule-changes/{id}/undoing", tag = "admin", params(("id" = Uuid, Path)),
    security(("bearer" = ["write", "admin"])),
    responses((status = 200, body = RuleChange), (status = 400), (status = 404), (status = 409)),
)]
async fn undo(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(id): Path<Uuid>,
) -> Result<Json<RuleChange>> {
    on_change(&app, by, id, acts::undo).await
}
