//! What waits for a moderator over the API, because of a rule or since personal data seems to stand in it: the lists, letting in and refusing.
//! What is for a group its staff decides about, with scope `moderate`; the list of all takes an administrator's token with scope `admin`.
#![allow(
    unused_qualifications,
    reason = "the macro that describes a route writes the types of its parameters in full"
)]

use axum::Router;
use axum::extract::State;
use axum::routing::{get, put};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::{Administrator, Bearer};
use super::error::Result;
use super::input::{Done, Json, Page, Paging, Path, Query};
use crate::app::App;
use crate::clock::Time;
use crate::groups::views as groups;
use crate::held::{self, Held, HeldFor, HeldIn};
use crate::ids::RowId;
use crate::people::Scope;
use crate::text::personal::Kind;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/admin/held", get(all_held))
        .route("/groups/{name}/held", get(group_held))
        .route("/held/{id}/release", put(release))
        .route("/held/{id}/refusal", put(refuse))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(all_held, group_held, release, refuse))]
    struct Described;
    Described::openapi()
}

/// Something from another server that waits for a moderator.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct HeldItem {
    id: Uuid,
    /// When it came.
    #[schema(value_type = String, format = DateTime)]
    at: Time,
    /// The server that sent it.
    host: String,
    /// Type of the activity: `Create`, `Follow`, `Like` and so on.
    activity: String,
    /// Why it waits: `rule`, `personal-data`, or `with` (it refers to another one that waits).
    reason: &'static str,
    /// Id of the rule, where that is known.
    rule: Option<Uuid>,
    /// Which kinds of personal data seem to stand in it: `iban`, `case-number`, `phone`, `birth-date`, `email`.
    #[schema(value_type = Vec<String>)]
    kinds: Vec<Kind>,
    /// The other one with which it waits: deciding about that decides about this.
    with: Option<Uuid>,
    /// The group that it is for, if it is for one.
    group: Option<HeldGroup>,
    /// Who wrote or did it: a handle, or the address of somebody who isn't known here.
    author: Option<String>,
    /// Its title; null as well, like its text, for whoever doesn't keep order in the closed group that it is for.
    title: Option<String>,
    /// Its text, without markup.
    text: Option<String>,
}

/// The group that something is for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct HeldGroup {
    id: Uuid,
    /// What addresses name it by; null, like its title, for a closed group that doesn't show itself to the caller.
    name: Option<String>,
    title: Option<String>,
}

impl HeldGroup {
    fn of(group: HeldIn) -> Self {
        let (name, title) = group.named.map(|named| (named.name, named.title)).unzip();
        Self { id: group.id.0, name, title }
    }
}

impl From<Held> for HeldItem {
    fn from(held: Held) -> Self {
        let (reason, rule, kinds) = match held.reason {
            HeldFor::Rule(id) => ("rule", Some(id.0).filter(|id| !id.is_nil()), Vec::new()),
            HeldFor::PersonalData(kinds) => ("personal-data", None, kinds),
            HeldFor::With(_) => ("with", None, Vec::new()),
        };
        Self {
            id: held.id.0,
            at: held.at,
            host: held.host,
            activity: held.kind,
            reason,
            rule,
            kinds,
            with: held.with.map(|id| id.0),
            group: held.group.map(HeldGroup::of),
            author: held.author,
            title: held.title,
            text: held.text,
        }
    }
}

/// All that waits on this instance, the oldest first. What is for a closed group its staff reads, and nobody else.
#[utoipa::path(
    get, path = "/admin/held", tag = "admin", params(Paging), security(("bearer" = ["read", "admin"])),
    responses((status = 200, body = Page<HeldItem>), (status = 400), (status = 403)),
)]
async fn all_held(
    State(app): State<App>,
    Administrator(by): Administrator,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<HeldItem>>> {
    let part = paging.part()?;
    let slice = app.db.read(move |tx| held::list(tx, by.viewer, None, part)).await?;
    Ok(Page::of(slice, HeldItem::from))
}

/// What waits in a group, the oldest first; for its staff.
#[utoipa::path(
    get, path = "/groups/{name}/held", tag = "moderation", params(Paging), security(("bearer" = ["moderate"])),
    responses((status = 200, body = Page<HeldItem>), (status = 400), (status = 403)),
)]
async fn group_held(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(name): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<HeldItem>>> {
    caller.needs(Scope::Moderate)?;
    let part = paging.part()?;
    let slice = app
        .db
        .read(move |tx| {
            let group = groups::find(tx, &name)?;
            held::list(tx, caller.viewer, Some(group), part)
        })
        .await?;
    Ok(Page::of(slice, HeldItem::from))
}

/// Lets something in, with all that waits with it, in the order in which it came. It is applied soon after.
#[utoipa::path(
    put, path = "/held/{id}/release", tag = "moderation", params(("id" = Uuid, Path)),
    security(("bearer" = ["moderate"])), responses((status = 204), (status = 404), (status = 409)),
)]
async fn release(State(app): State<App>, Bearer(caller): Bearer, Path(id): Path<Uuid>) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    app.db.write(move |tx| held::release(tx, &caller.actor, RowId(id))).await?;
    app.arrived.notify_one();
    app.wake.notify_one();
    Ok(Done)
}

/// Why something isn't let in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct HeldRefusal {
    /// It stands in the moderation log.
    reason: String,
}

/// Refuses something, with all that waits with it. What stood in it is forgotten.
#[utoipa::path(
    put, path = "/held/{id}/refusal", tag = "moderation", params(("id" = Uuid, Path)), request_body = HeldRefusal,
    security(("bearer" = ["moderate"])),
    responses((status = 204), (status = 400), (status = 404), (status = 409)),
)]
async fn refuse(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(id): Path<Uuid>,
    Json(input): Json<HeldRefusal>,
) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    app.db.write(move |tx| held::refuse(tx, &caller.actor, RowId(id), &input.reason)).await?;
    app.wake.notify_one();
    Ok(Done)
}
