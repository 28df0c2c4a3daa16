//! Topics that are to be shown in another group, over the API: proposing one, the answer of whoever began it, the decision of the other
//! group's curators, and showing one no longer. Curators need the scope `moderate`.

use axum::Router;
use axum::extract::State;
use axum::routing::{delete, get};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::Bearer;
use super::error::Result;
use super::groups::Person;
use super::input::{Created, Done, Json, Paging, Path, Query};
use super::threads::{self, GroupRef};
use crate::app::App;
use crate::clock::Time;
use crate::db::Tx;
use crate::db::page::Cursor;
use crate::error::{Error, Result as Domain};
use crate::groups::views as groups;
use crate::ids::{GroupId, PromotionId, ThreadId};
use crate::links::queue::{self, Proposal};
use crate::links::{PromotionState, promotions, views};
use crate::people::Scope;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/groups/{name}/offers", get(offers))
        .route("/groups/{name}/shown/{thread}", delete(take_off))
        .route("/threads/{id}/promotions", get(list).post(propose))
        .route("/promotions/{id}", get(show).patch(change))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(offers, take_off, list, propose, show, change))]
    struct Part;
    Part::openapi()
}

/// The topic that a proposal is about.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PromotedThread {
    id: Uuid,
    /// Empty, like the text, when it isn't shown any more.
    title: String,
    /// The beginning of its text, plain.
    excerpt: String,
    /// Who began it.
    author: Person,
    url: String,
}

/// A proposal to show a topic in a group that its own is linked to.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Promotion {
    id: Uuid,
    thread: PromotedThread,
    /// The group that the topic is at home in.
    from: GroupRef,
    /// Where it would be shown.
    to: GroupRef,
    /// `consent`: whoever began it hasn't answered; `offered`: the curators of `to` haven't decided; `accepted`: it is shown; `declined` by
    /// whoever began it; `refused` by the curators; `ended`: it was taken back, or isn't shown any more.
    #[schema(value_type = String)]
    state: PromotionState,
    /// Who proposed it; null when it was offered by a group elsewhere, or that person is gone.
    by: Option<Person>,
    /// Why it was proposed.
    note: String,
    /// Why the curators refused it, or took it off.
    reason: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

impl Promotion {
    fn of(app: &App, proposal: Proposal) -> Self {
        let row = proposal.row;
        Self {
            id: row.id.0,
            thread: PromotedThread {
                id: row.thread_id.0,
                title: proposal.title,
                excerpt: proposal.excerpt,
                author: Person::from(&proposal.asker),
                url: app.urls.thread(row.thread_id),
            },
            from: GroupRef::from(&proposal.home),
            to: GroupRef::from(&proposal.target),
            state: row.state,
            by: proposal.by.as_ref().map(Person::from),
            note: row.note,
            reason: row.reason,
            created_at: row.created_at,
        }
    }
}

/// A part of the topics that wait for a group's curators.
#[derive(Debug, Serialize, ToSchema)]
struct Offers {
    offers: Vec<Promotion>,
    /// Pass this as `cursor` to get the next page; null at the end.
    next: Option<String>,
}

/// Topics of other groups that were offered to a group and wait for its curators, the oldest first.
#[utoipa::path(
    get, path = "/groups/{name}/offers", tag = "groups", params(Paging), security(("bearer" = ["moderate"])),
    responses((status = 200, body = Offers))
)]
async fn offers(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(name): Path<String>,
    Query(paging): Query<Paging>,
) -> Result<Json<Offers>> {
    caller.needs(Scope::Moderate)?;
    let part = paging.part()?;
    let slice = app
        .db
        .read(move |tx| {
            let group = groups::find(tx, &name)?;
            queue::offers(tx, &caller.viewer, group, part)
        })
        .await?;
    let next = slice.next.map(Cursor::text);
    let offers = slice.items.into_iter().map(|proposal| Promotion::of(&app, proposal)).collect();
    Ok(Json(Offers { offers, next }))
}

/// Why a topic isn't shown any more.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TakeOff {
    /// It stands in the moderation log.
    reason: String,
}

/// Shows a topic of another group no longer. A link that takes all topics doesn't bring it back.
#[utoipa::path(
    delete, path = "/groups/{name}/shown/{thread}", tag = "groups", security(("bearer" = ["moderate"])),
    request_body = TakeOff, responses((status = 204))
)]
async fn take_off(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path((name, thread)): Path<(String, Uuid)>,
    Json(input): Json<TakeOff>,
) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    let by = caller.actor;
    app.db
        .write(move |tx| {
            let group = groups::find(tx, &name)?;
            promotions::take_off(tx, &by, group, thread.into(), &input.reason)
        })
        .await?;
    app.wake.notify_one();
    Ok(Done)
}

/// All proposals about a topic that the caller may know.
#[derive(Debug, Serialize, ToSchema)]
struct Promotions {
    promotions: Vec<Promotion>,
}

/// Proposals to show a topic in other groups, for whoever began it, who proposed one, and staff of its group; for others there are none.
#[utoipa::path(
    get, path = "/threads/{id}/promotions", tag = "threads", security(("bearer" = ["read"])),
    responses((status = 200, body = Promotions))
)]
async fn list(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(id): Path<ThreadId>,
) -> Result<Json<Promotions>> {
    let found = app
        .db
        .read(move |tx| {
            threads::topic(tx, &caller.viewer, id)?;
            queue::of_thread(tx, &caller.viewer, id)
        })
        .await?;
    let promotions = found.into_iter().map(|proposal| Promotion::of(&app, proposal)).collect();
    Ok(Json(Promotions { promotions }))
}

/// Where a topic is to be shown.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PromotionInput {
    /// `name`, `name@host` or address of a group that can show it: of the links of its own group (`GET /groups/{name}/links`) one with
    /// `side` `source`.
    group: String,
    /// Why; whoever began the topic and the curators read it.
    #[serde(default)]
    note: String,
}

/// Proposes to show a topic in another group. Whoever began it is asked first, unless they propose it themselves; then the other group's
/// curators decide.
#[utoipa::path(
    post, path = "/threads/{id}/promotions", tag = "threads", security(("bearer" = ["write"])),
    request_body = PromotionInput, responses((status = 201, body = Promotion))
)]
async fn propose(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(id): Path<ThreadId>,
    Json(input): Json<PromotionInput>,
) -> Result<Created<Promotion>> {
    let (viewer, by) = (caller.viewer, caller.actor);
    let made = app
        .db
        .write(move |tx| {
            let home = threads::topic(tx, &viewer, id)?.group.id;
            let to = outlet(tx, home, &input.group)?;
            let row = promotions::propose(tx, &by, id, to, &input.note)?;
            queue::find(tx, &viewer, row.id)
        })
        .await?;
    app.wake.notify_one();
    let place = app.urls.absolute(&format!("/api/v1/promotions/{}", made.row.id));
    Ok(Created(place, Promotion::of(&app, made)))
}

/// The group that somebody names, among those that a topic of this one can be shown in. Of others it isn't told whether they are there.
fn outlet(tx: &mut Tx<'_>, home: GroupId, typed: &str) -> Domain<GroupId> {
    let typed = typed.trim();
    let name = typed.trim_start_matches(['@', '!']);
    let found = views::outlets(tx, home)?.into_iter().find(|group| {
        let names = [group.local_name(), format!("{}@{}", group.name, group.host)];
        names.iter().any(|known| known.eq_ignore_ascii_case(name)) || typed == group.uri || typed == group.url
    });
    found.map(|group| group.id).ok_or_else(|| Error::field("group", "error-promote-nowhere"))
}

/// A proposal, for whoever began the topic, who proposed it, and staff of the two groups.
#[utoipa::path(
    get, path = "/promotions/{id}", tag = "threads", security(("bearer" = ["read"])),
    responses((status = 200, body = Promotion))
)]
async fn show(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(id): Path<PromotionId>,
) -> Result<Json<Promotion>> {
    let found = app.db.read(move |tx| queue::find(tx, &caller.viewer, id)).await?;
    Ok(Json(Promotion::of(&app, found)))
}

/// What shall become of a proposal.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PromotionChange {
    /// By whoever began the topic: `offered` consents, `declined` or `ended` doesn't, or takes it back. By the curators of the group that
    /// it is offered to: `accepted` or `refused`, with scope `moderate`.
    #[schema(value_type = String)]
    state: PromotionState,
    /// Why curators refuse it; they have to say.
    #[serde(default)]
    reason: String,
}

/// Answers a proposal, takes it back, or decides about it. What is declined or taken back after it was accepted isn't shown any more.
#[utoipa::path(
    patch, path = "/promotions/{id}", tag = "threads", security(("bearer" = ["write"])),
    request_body = PromotionChange, responses((status = 200, body = Promotion))
)]
async fn change(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(id): Path<PromotionId>,
    Json(input): Json<PromotionChange>,
) -> Result<Json<Promotion>> {
    if matches!(input.state, PromotionState::Accepted | PromotionState::Refused) {
        caller.needs(Scope::Moderate)?;
    }
    let (viewer, by) = (caller.viewer, caller.actor);
    let changed = app.db.write(move |tx| {
        match input.state {
            PromotionState::Offered => promotions::answer(tx, &by, id, true)?,
            PromotionState::Declined | PromotionState::Ended => promotions::answer(tx, &by, id, false)?,
            PromotionState::Accepted => promotions::decide(tx, &by, id, true, &input.reason)?,
            PromotionState::Refused => promotions::decide(tx, &by, id, false, &input.reason)?,
            PromotionState::Consent => return Err(Error::field("state", "error-choice")),
        };
        queue::find(tx, &viewer, id)
    });
    let changed = changed.await?;
    app.wake.notify_one();
    Ok(Json(Promotion::of(&app, changed)))
}
