//! One-time invitations into groups over the API: making, listing and withdrawing them, and joining with one.

use axum::Router;
use axum::extract::State;
use axum::routing::{delete, get};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::{Bearer, Caller, Looker};
use super::error::Result;
use super::groups::Person;
use super::input::{self, Created, Done, Json, Page, Paging, Path, Query};
use super::memberships::{self, OneMembership};
use crate::app::App;
use crate::clock::Time;
use crate::db::Tx;
use crate::error::{Error, Result as Domain};
use crate::groups::views;
use crate::ids::{GroupId, RowId};
use crate::membership::invitations::{self, Wish};
use crate::membership::offers;
use crate::people::{Scope, attempts};
use crate::policy::rates::Limit;
use crate::policy::{Actor, Class, limits};

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/groups/{name}/invitations", get(list).post(invite))
        .route("/groups/{name}/invitations/{id}", delete(withdraw))
        .route("/groups/{name}/invitation", get(personal).post(accept_personal).delete(decline))
        .route("/invitations/{secret}", get(show).post(accept))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(list, invite, withdraw, personal, accept_personal, decline, show, accept))]
    struct Part;
    Part::openapi()
}

/// An invitation into a group, as its staff sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Invitation {
    id: Uuid,
    /// For whom alone; null: for whoever uses the link first.
    person: Option<Person>,
    /// Whom it is meant for, for staff.
    note: String,
    /// Who made it.
    by: Option<Person>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    until: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    used_at: Option<Time>,
    /// Who joined with it.
    used_by: Option<Person>,
    /// Its link. It is told when it is made and never again.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl Invitation {
    fn of(shown: offers::Invitation) -> Self {
        let row = shown.row;
        Self {
            id: row.id.0,
            person: shown.person.as_deref().map(Person::from),
            note: row.note,
            by: shown.by.as_deref().map(Person::from),
            created_at: row.created_at,
            until: row.until,
            used_at: row.used_at,
            used_by: shown.used_by.as_deref().map(Person::from),
            url: None,
        }
    }
}

/// Invitations that wait, and those that were used in the last 30 days, the newest first. For staff.
#[utoipa::path(
    get, path = "/groups/{name}/invitations", tag = "groups", params(Paging), security(("bearer" = ["read"])),
    responses((status = 200, body = Page<Invitation>))
)]
async fn list(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(name): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Invitation>>> {
    let (part, by) = (paging.part()?, caller.actor);
    let found = app
        .db
        .read(move |tx| {
            let group = views::find(tx, &name)?;
            offers::list(tx, &by, group, part)
        })
        .await?;
    Ok(Page::of(found, Invitation::of))
}

/// What an invitation shall be.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
struct InvitationInput {
    /// For this person alone: `name`, `name@host` or id. Left out: a link, for whoever uses it first.
    person: Option<String>,
    /// Whom it is meant for, for staff.
    note: String,
    /// For how many days, 1 to 30; 14 when left out.
    days: Option<i64>,
}

/// Makes an invitation. `url` is the link of one that isn't for a person; it can't be asked for again. A person of this instance
/// is told, and the instance of a person elsewhere.
#[utoipa::path(
    post, path = "/groups/{name}/invitations", tag = "groups", security(("bearer" = ["moderate"])),
    request_body = InvitationInput, responses((status = 201, body = Invitation))
)]
async fn invite(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(name): Path<String>,
    body: bytes::Bytes,
) -> Result<Created<Invitation>> {
    caller.needs(Scope::Moderate)?;
    // Nothing needs to be said for a link, not even `{}`.
    let input = if body.is_empty() { InvitationInput::default() } else { input::read(&body)? };
    let by = caller.actor;
    let (wanted, asks) = (name.clone(), by.clone());
    let group = app
        .db
        .read(move |tx| {
            let group = views::find(tx, &wanted)?;
            invitations::may_invite(tx, &asks, group).map(|()| group)
        })
        .await?;
    let person = match &input.person {
        Some(typed) => Some(app.find_person(&by, typed).await?),
        None => None,
    };
    let days = input.days.unwrap_or(limits::INVITATION_DAYS);
    let wish = Wish { person, note: input.note, days };
    let (made, secret) = app
        .db
        .write(move |tx| {
            let (row, secret) = invitations::invite(tx, &by, group, &wish)?;
            let made = offers::shown(tx, vec![row])?.pop().ok_or(Error::NotFound)?;
            Ok((made, secret))
        })
        .await?;
    app.wake.notify_one();
    let url = secret.map(|secret| app.urls.invitation(&secret));
    let made = Invitation { url, ..Invitation::of(made) };
    let place = app.urls.absolute(&format!("/api/v1/groups/{name}/invitations/{}", made.id));
    Ok(Created(place, made))
}

/// Withdraws an invitation that wasn't used.
#[utoipa::path(
    delete, path = "/groups/{name}/invitations/{id}", tag = "groups", security(("bearer" = ["moderate"])),
    responses((status = 204))
)]
async fn withdraw(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path((name, id)): Path<(String, Uuid)>,
) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    let by = caller.actor;
    app.db
        .write(move |tx| {
            let group = views::find(tx, &name)?;
            invitations::withdraw(tx, &by, group, RowId(id))
        })
        .await?;
    app.wake.notify_one();
    Ok(Done)
}

/// What whoever is invited gets to know of a group.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Offer {
    title: String,
    mission: String,
    #[schema(value_type = String, example = "leden")]
    class: Class,
    /// Ground rules, Markdown.
    rules: String,
    /// The same as safe HTML.
    rules_html: String,
    #[schema(value_type = String, format = DateTime)]
    until: Time,
    /// The caller belongs to the group already.
    joined: bool,
}

impl From<offers::Offer> for Offer {
    fn from(offer: offers::Offer) -> Self {
        Self {
            title: offer.group.title.clone(),
            mission: offer.group.mission.clone(),
            class: offer.group.class,
            rules: offer.rules,
            rules_html: offer.rules_html,
            until: offer.until,
            joined: offer.joined,
        }
    }
}

/// What one is invited to by name. The group may be named by its id.
#[utoipa::path(
    get, path = "/groups/{name}/invitation", tag = "groups", security(("bearer" = ["read"])),
    responses((status = 200, body = Offer))
)]
async fn personal(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(name): Path<String>,
) -> Result<Json<Offer>> {
    let by = caller.actor;
    let found = app
        .db
        .read(move |tx| {
            let group = offers::find(tx, &name)?;
            offers::personal(tx, &by, group)
        })
        .await?;
    Ok(Json(found.into()))
}

/// Joins a group that one is invited to by name. `state` is `pending` until the host of a group elsewhere answers.
#[utoipa::path(
    post, path = "/groups/{name}/invitation", tag = "groups", security(("bearer" = ["write"])),
    responses((status = 201, body = OneMembership))
)]
async fn accept_personal(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(name): Path<String>,
) -> Result<Created<OneMembership>> {
    enter(&app, caller, move |tx, by| {
        let group = offers::find(tx, &name)?;
        invitations::accept_personal(tx, by, group).map(|_state| group)
    })
    .await
}

/// Joins a group by an act that tells which one it is.
async fn enter<F>(app: &App, caller: Caller, act: F) -> Result<Created<OneMembership>>
where
    F: Fn(&mut Tx<'_>, &Actor) -> Domain<GroupId> + Send + 'static,
{
    let (viewer, by, limited) = (caller.viewer, caller.actor, app.config.limits.enabled);
    let (name, joined) = app
        .db
        .write(move |tx| {
            attempts::by_person(tx, limited, Limit::AccountFollows, &by)?;
            let group = act(tx, &by)?;
            let line = views::lines(tx, [group])?.remove(&group).ok_or(Error::NotFound)?;
            Ok((line.local_name(), memberships::one(tx, &viewer, group, by.person)?))
        })
        .await?;
    app.wake.notify_one();
    Ok(memberships::created(app, &name, joined))
}

/// Declines an invitation by name.
#[utoipa::path(
    delete, path = "/groups/{name}/invitation", tag = "groups", security(("bearer" = ["write"])),
    responses((status = 204))
)]
async fn decline(State(app): State<App>, Bearer(caller): Bearer, Path(name): Path<String>) -> Result<Done> {
    let by = caller.actor;
    app.db
        .write(move |tx| {
            let group = offers::find(tx, &name)?;
            invitations::decline(tx, &by, group)
        })
        .await?;
    app.wake.notify_one();
    Ok(Done)
}

/// What a link leads to. One that was used or withdrawn, or that is over, is told like one that never was.
#[utoipa::path(get, path = "/invitations/{secret}", tag = "groups", responses((status = 200, body = Offer)))]
async fn show(
    State(app): State<App>,
    Looker(viewer): Looker,
    Path(secret): Path<String>,
) -> Result<Json<Offer>> {
    let found = app.db.read(move |tx| offers::by_secret(tx, viewer, &secret)).await?;
    Ok(Json(found.into()))
}

/// Joins a group with a link, which is used up.
#[utoipa::path(
    post, path = "/invitations/{secret}", tag = "groups", security(("bearer" = ["write"])),
    responses((status = 201, body = OneMembership))
)]
async fn accept(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(secret): Path<String>,
) -> Result<Created<OneMembership>> {
    enter(&app, caller, move |tx, by| invitations::accept(tx, by, &secret)).await
}
