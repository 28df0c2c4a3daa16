//! Who belongs to a group, over the API: joining, admitting, roles, leaving, and bans.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post, put};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::{Bearer, Looker};
use super::error::Result;
use super::groups::{Person, on_group};
use super::input::{self, Created, Done, Json, Page, Paging, Path, Query};
use crate::actors;
use crate::app::App;
use crate::clock::Time;
use crate::db::Tx;
use crate::error::{Error, Result as Domain};
use crate::groups::holders::{self, Holder};
use crate::groups::views::{self, Member};
use crate::ids::{GroupId, PersonId};
use crate::membership::{self, MembershipState};
use crate::moderation::{Category, Why};
use crate::people::{Scope, attempts, byline};
use crate::policy::rates::Limit;
use crate::policy::{Act, Actor, Reason, Role, Viewer};

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/groups/{name}/members", get(members))
        .route("/groups/{name}/copies", get(copies))
        .route("/groups/{name}/memberships", post(join).patch(change_named).delete(leave))
        .route("/groups/{name}/memberships/{person}", get(show).patch(change).delete(reject))
        .route("/groups/{name}/bans/{person}", put(ban).delete(unban))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(members, copies, join, change_named, leave, show, change, reject, ban, unban))]
    struct Part;
    Part::openapi()
}

/// Somebody's membership of a group.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Membership {
    person: Person,
    #[schema(value_type = String)]
    role: Role,
    /// `accepted` or `pending`.
    #[schema(value_type = String)]
    state: MembershipState,
    #[schema(value_type = String, format = DateTime)]
    since: Time,
    /// Until when; null: until it is ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
    /// What was written when asking to join; only shown to staff, of those who wait.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    motivation: String,
}

impl Membership {
    fn of(member: Member, state: MembershipState) -> Self {
        let motivation = if state == MembershipState::Pending { member.motivation } else { String::new() };
        let person = Person::from(&*member.person);
        Self { person, role: member.role, state, since: member.since, until: member.until, motivation }
    }
}

/// Whom to list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
struct MemberWanted {
    /// `accepted` (when left out), or `pending`: those who ask to join, for staff.
    #[param(value_type = Option<String>)]
    state: Option<MembershipState>,
}

/// Members, the newest first. Only members see who they are.
#[utoipa::path(
    get, path = "/groups/{name}/members", tag = "groups", params(MemberWanted, Paging),
    security(("bearer" = ["read"])), responses((status = 200, body = Page<Membership>))
)]
async fn members(
    State(app): State<App>,
    Looker(viewer): Looker,
    Path(name): Path<String>,
    Query(wanted): Query<MemberWanted>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Membership>>> {
    let part = paging.part()?;
    let state = wanted.state.unwrap_or(MembershipState::Accepted);
    let found = app
        .db
        .read(move |tx| {
            let group = views::find(tx, &name)?;
            match state {
                MembershipState::Accepted => views::members(tx, &viewer, group, part),
                MembershipState::Pending => views::pending(tx, &viewer, group, part),
            }
        })
        .await?;
    Ok(Page::of(found, |member| Membership::of(member, state)))
}

/// A server that holds copies of what is in a closed group, or held them.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CopyHolder {
    host: String,
    /// When something of the group was first delivered there.
    #[schema(value_type = String, format = DateTime)]
    since: Time,
    /// When it last said that it has dropped all it had; `null`: it holds copies.
    #[schema(value_type = Option<String>, format = DateTime)]
    dropped_at: Option<Time>,
}

/// The servers that hold copies of what is in a closed group hosted here, for its staff.
#[derive(Debug, Serialize, ToSchema)]
struct CopyHolders {
    copies: Vec<CopyHolder>,
}

/// Which servers hold copies of what is in a closed group, for its staff: each to which something was delivered.
#[utoipa::path(
    get, path = "/groups/{name}/copies", tag = "groups", security(("bearer" = ["moderate"])),
    responses((status = 200, body = CopyHolders))
)]
async fn copies(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(name): Path<String>,
) -> Result<Json<CopyHolders>> {
    caller.needs(Scope::Moderate)?;
    let found = app
        .db
        .read(move |tx| {
            let group = views::find(tx, &name)?;
            holders::list(tx, &caller.viewer, group)
        })
        .await?;
    let one = |Holder { host, since, dropped_at }| CopyHolder { host, since, dropped_at };
    Ok(Json(CopyHolders { copies: found.into_iter().map(one).collect() }))
}

/// A wish to join.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
struct JoinInput {
    /// Why; staff of a group that one joins by approval reads it.
    motivation: String,
}

/// One person's membership of a group.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneMembership {
    id: Uuid,
    /// The group's page.
    url: String,
    /// The group's id on the wire.
    activity_pub_id: String,
    #[serde(flatten)]
    membership: Membership,
}

/// Somebody's membership, for whom it may be shown to.
pub(super) fn one(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    group: GroupId,
    person: PersonId,
) -> Domain<OneMembership> {
    let found = membership::views::one(tx, viewer, group, person)?;
    let actor = actors::find(tx, group.into())?;
    let row = found.membership;
    let since = row.accepted_at.unwrap_or(row.created_at);
    let (role, until) = (row.role, row.until);
    let member = Member { person: found.person, role, since, until, motivation: row.motivation };
    let membership = Membership::of(member, row.state);
    Ok(OneMembership { id: row.id.0, url: actor.url, activity_pub_id: actor.uri, membership })
}

/// Joins a group, or asks to. `state` tells which: `accepted`, or `pending` until staff or the group's host answers.
#[utoipa::path(
    post, path = "/groups/{name}/memberships", tag = "groups", security(("bearer" = ["write"])),
    request_body = JoinInput, responses((status = 201, body = OneMembership))
)]
async fn join(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(name): Path<String>,
    body: bytes::Bytes,
) -> Result<Created<OneMembership>> {
    // Nothing needs to be said to join an open group, not even `{}`.
    let input = if body.is_empty() { JoinInput::default() } else { input::read(&body)? };
    let (viewer, by, limited) = (caller.viewer, caller.actor, app.config.limits.enabled);
    let wanted = name.clone();
    let joined = app
        .db
        .write(move |tx| {
            attempts::by_person(tx, limited, Limit::AccountFollows, &by)?;
            let group = views::find(tx, &wanted)?;
            membership::acts::join(tx, &by, group, &input.motivation, None)?;
            one(tx, &viewer, group, by.person)
        })
        .await?;
    app.wake.notify_one();
    Ok(created(&app, &name, joined))
}

/// The answer to whoever has joined a group, or asks to.
pub(super) fn created(app: &App, group: &str, joined: OneMembership) -> Created<OneMembership> {
    let place = format!("/api/v1/groups/{group}/memberships/{}", joined.membership.person.name);
    Created(app.urls.absolute(&place), joined)
}

/// A membership: one's own, or somebody else's in a group that the caller is a member of. Of those who wait, staff only.
#[utoipa::path(
    get, path = "/groups/{name}/memberships/{person}", tag = "groups", security(("bearer" = ["read"])),
    responses((status = 200, body = OneMembership))
)]
async fn show(
    State(app): State<App>,
    Looker(viewer): Looker,
    Path((name, person)): Path<(String, String)>,
) -> Result<Json<OneMembership>> {
    let found = app
        .db
        .read(move |tx| {
            let group = views::find(tx, &name)?;
            let person = byline::find(tx, &person)?;
            one(tx, &viewer, group, person)
        })
        .await?;
    Ok(Json(found))
}

/// Leaves a group, or takes back the wish to join.
#[utoipa::path(
    delete, path = "/groups/{name}/memberships", tag = "groups", security(("bearer" = ["write"])),
    responses((status = 204))
)]
async fn leave(State(app): State<App>, Bearer(caller): Bearer, Path(name): Path<String>) -> Result<Done> {
    on_group(&app, caller.actor, name, membership::acts::leave).await
}

/// What shall become of a membership.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MembershipInput {
    /// Whose, where the address doesn't say: `name`, `name@host` or id.
    person: Option<String>,
    /// `accepted` admits somebody who asked to join.
    #[schema(value_type = Option<String>)]
    state: Option<MembershipState>,
    /// `member`, `moderator` or `owner`.
    #[schema(value_type = Option<String>)]
    role: Option<Role>,
    /// Until when they belong to the group, which takes a moment in the future; null: until it is ended.
    #[serde(default, deserialize_with = "input::present")]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Option<Time>>,
}

async fn change_membership(
    app: &App,
    by: Actor,
    name: String,
    person: String,
    input: MembershipInput,
) -> Result<Done> {
    on_member(app, by, (name, person), move |tx, by, group, person| {
        match input.state {
            Some(MembershipState::Accepted) => membership::acts::accept(tx, by, group, person)?,
            Some(MembershipState::Pending) => return Err(Error::field("state", "error-choice")),
            None => {}
        }
        if let Some(role) = input.role {
            membership::acts::set_role(tx, by, group, person, role)?;
        }
        match input.until {
            Some(until) => membership::ending::set_until(tx, by, group, person, until),
            None => Ok(()),
        }
    })
    .await
}

/// Admits the person named, changes their role, or until when they are a member.
#[utoipa::path(
    patch, path = "/groups/{name}/memberships", tag = "groups", security(("bearer" = ["moderate"])),
    request_body = MembershipInput, responses((status = 204))
)]
async fn change_named(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(name): Path<String>,
    Json(input): Json<MembershipInput>,
) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    let person = input.person.clone().ok_or_else(|| Error::field("person", "error-person-missing"))?;
    change_membership(&app, caller.actor, name, person, input).await
}

/// Admits a person, changes their role, or until when they are a member.
#[utoipa::path(
    patch, path = "/groups/{name}/memberships/{person}", tag = "groups", security(("bearer" = ["moderate"])),
    request_body = MembershipInput, responses((status = 204))
)]
async fn change(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path((name, person)): Path<(String, String)>,
    Json(input): Json<MembershipInput>,
) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    change_membership(&app, caller.actor, name, person, input).await
}

/// Refuses somebody who asked to join, or puts a member out; one's own membership is left, which takes the scope `write` only.
#[utoipa::path(
    delete, path = "/groups/{name}/memberships/{person}", tag = "groups", security(("bearer" = ["moderate"])),
    responses((status = 204))
)]
async fn reject(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(path): Path<(String, String)>,
) -> Result<Done> {
    let moderates = caller.scopes.has(Scope::Moderate);
    on_member(&app, caller.actor, path, move |tx, by, group, person| {
        if person == by.person {
            return membership::acts::leave(tx, by, group);
        }
        if !moderates {
            return Err(Reason::Scope.into());
        }
        membership::acts::reject(tx, by, group, person)
    })
    .await
}

/// Why and for how long somebody is kept out.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BanInput {
    /// The person concerned and the moderation log get it.
    reason: String,
    /// On which ground: `rules` (when none is named), `privacy`, `illegal`, `spam` or `other`. The person is told.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    ground: Option<Category>,
    /// Until when; null until it is lifted.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
}

/// Bans somebody from a group.
#[utoipa::path(
    put, path = "/groups/{name}/bans/{person}", tag = "groups", security(("bearer" = ["moderate"])),
    request_body = BanInput, responses((status = 204))
)]
async fn ban(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(path): Path<(String, String)>,
    Json(input): Json<BanInput>,
) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    on_member(&app, caller.actor, path, move |tx, by, group, person| {
        membership::acts::ban(tx, by, Some(group), person, Why::on(input.ground, &input.reason)?, input.until)
    })
    .await
}

/// Lifts a ban.
#[utoipa::path(
    delete, path = "/groups/{name}/bans/{person}", tag = "groups", security(("bearer" = ["moderate"])),
    responses((status = 204))
)]
async fn unban(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(path): Path<(String, String)>,
) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    on_member(&app, caller.actor, path, |tx, by, group, person| {
        membership::acts::unban(tx, by, Some(group), person)
    })
    .await
}

/// Runs an act on a person in the group of this name.
async fn on_member<F>(app: &App, by: Actor, (name, person): (String, String), act: F) -> Result<Done>
where
    F: Fn(&mut Tx<'_>, &Actor, GroupId, PersonId) -> Domain<()> + Send + 'static,
{
    on_group(app, by, name, move |tx, by, group| {
        let person = byline::find(tx, &person)?;
        // A group that must not be known isn't there, whatever else is wrong; but a wish to join it can be taken back.
        if person != by.person {
            membership::standing(tx, by, group)?.may(Act::Read)?;
        }
        act(tx, by, group, person)
    })
    .await
}
