//! Links between groups over the API: which there are, asking for one, accepting, changing and ending it. Owners decide, with scope
//! `moderate`. Which single topics are shown is in `promotions`.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::{Bearer, Looker};
use super::error::Result;
use super::groups::Person;
use super::input::{self, Created, Done, Json, Path};
use super::threads::GroupRef;
use crate::app::App;
use crate::clock::Time;
use crate::error::Error;
use crate::groups::views as groups;
use crate::ids::LinkId;
use crate::links::views::{self, Linked};
use crate::links::{Choice, LinkRow, LinkState, Side, Takes, Wish, acts};
use crate::membership;
use crate::people::Scope;
use crate::policy::{Act, Reason};

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/groups/{name}/links", get(list).post(ask))
        .route("/groups/{name}/links/{id}", get(show).patch(change).delete(end))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(list, ask, show, change, end))]
    struct Part;
    Part::openapi()
}

/// A link of a group with another: topics of the source are shown in the target too.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GroupLink {
    id: Uuid,
    /// Which end the group in the address is: `source` or `target`.
    #[schema(value_type = String)]
    side: Side,
    /// `asked` or `accepted`. One that was refused or has ended isn't there any more.
    #[schema(value_type = String)]
    state: LinkState,
    /// It is the group in the address that has to answer.
    awaits_us: bool,
    /// The other group.
    group: GroupRef,
    /// Which topics the target shows: `all`, or `promoted`, those that its curators accepted. What a target elsewhere shows isn't known
    /// here.
    #[schema(value_type = String)]
    takes: Takes,
    /// Of all topics those with one of these words or phrases in the title or the first lines; empty: all of them.
    words: Vec<String>,
    /// What was written when asking; empty for whoever doesn't decide about the link.
    note: String,
    /// Who asked; null as well when it came in from elsewhere, and for whoever doesn't decide about the link.
    by: Option<Person>,
    /// Nothing passes by it now, since the server of one of the groups is blocked or a rule says so.
    rests: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    accepted_at: Option<Time>,
}

impl From<Linked> for GroupLink {
    fn from(link: Linked) -> Self {
        let row = link.row;
        Self {
            id: row.id.0,
            side: link.side,
            state: row.state,
            awaits_us: link.awaits_us,
            group: GroupRef::from(&link.other),
            takes: row.takes,
            words: row.words.lines().map(str::to_owned).collect(),
            note: row.note,
            by: link.by.as_ref().map(Person::from),
            rests: link.rests,
            created_at: row.created_at,
            accepted_at: row.accepted_at,
        }
    }
}

/// All links of a group.
#[derive(Debug, Serialize, ToSchema)]
struct GroupLinks {
    links: Vec<GroupLink>,
}

/// The links of a group: those that were accepted; for its owners also those that wait for an answer.
#[utoipa::path(get, path = "/groups/{name}/links", tag = "groups", responses((status = 200, body = GroupLinks)))]
async fn list(
    State(app): State<App>,
    Looker(viewer): Looker,
    Path(name): Path<String>,
) -> Result<Json<GroupLinks>> {
    let found = app
        .db
        .read(move |tx| {
            let group = groups::find(tx, &name)?;
            views::list(tx, &viewer, group)
        })
        .await?;
    Ok(Json(GroupLinks { links: found.into_iter().map(GroupLink::from).collect() }))
}

/// What is asked of another group.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LinkInput {
    /// The other group: `name`, `name@host` or its address. One that isn't known here is asked of its own server.
    group: String,
    /// Which end the group in the address would be: `target` to show the other's topics, `source` to have its own shown there.
    #[schema(value_type = String)]
    side: Side,
    /// Which topics the group in the address would show: `all` (when left out) or `promoted`. It only matters with `side` `target`.
    #[schema(value_type = Option<String>)]
    takes: Option<Takes>,
    /// Of all topics those with one of these words or phrases; all of them when left out. At most 20, of at most 60 characters.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    words: Vec<String>,
    /// For the owners of the other group.
    #[serde(default)]
    note: String,
}

/// Asks another group for a link, whose owners then accept or refuse it. When they asked for the same already, or whoever asks decides in
/// both groups, it is accepted at once.
#[utoipa::path(
    post, path = "/groups/{name}/links", tag = "groups", security(("bearer" = ["moderate"])),
    request_body = LinkInput, responses((status = 201, body = GroupLink))
)]
async fn ask(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(name): Path<String>,
    Json(input): Json<LinkInput>,
) -> Result<Created<GroupLink>> {
    caller.needs(Scope::Moderate)?;
    let (viewer, by) = (caller.viewer, caller.actor);
    // Whoever may not ask has nobody looked up.
    let (wanted, asks) = (name.clone(), by.clone());
    let group = app
        .db
        .read(move |tx| {
            let group = groups::find(tx, &wanted)?;
            membership::standing(tx, &asks, group)?.may(Act::Link)?;
            Ok(group)
        })
        .await?;
    let other = app.find_group(Some(&by), &input.group).await?;
    let choice = Choice { takes: input.takes.unwrap_or(Takes::All), words: input.words.join("\n") };
    let wish = Wish { other, side: input.side, choice, note: input.note };
    let made = app
        .db
        .write(move |tx| {
            let row = acts::ask(tx, &by, group, &wish)?;
            views::find(tx, &viewer, group, row.id)
        })
        .await?;
    app.wake.notify_one();
    let place = app.urls.absolute(&format!("/api/v1/groups/{name}/links/{}", made.row.id));
    Ok(Created(place, made.into()))
}

/// One link, for the owners of the group.
#[utoipa::path(
    get, path = "/groups/{name}/links/{id}", tag = "groups", security(("bearer" = ["read"])),
    responses((status = 200, body = GroupLink))
)]
async fn show(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path((name, id)): Path<(String, Uuid)>,
) -> Result<Json<GroupLink>> {
    let found = app
        .db
        .read(move |tx| {
            let group = groups::find(tx, &name)?;
            views::find(tx, &caller.viewer, group, id.into())
        })
        .await?;
    Ok(Json(found.into()))
}

/// What shall become of a link. What is left out stays as it is.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LinkChange {
    /// `accepted` accepts what the other group asked for.
    #[schema(value_type = Option<String>)]
    state: Option<LinkState>,
    /// Which topics are shown: `all` or `promoted`. This and `words` are for the group that shows them to say.
    #[schema(value_type = Option<String>)]
    takes: Option<Takes>,
    /// Of all topics those with one of these words or phrases; an empty list: all of them.
    words: Option<Vec<String>>,
}

impl LinkChange {
    /// Which topics are to be shown, when anything was said of that.
    fn choice(&self, now: &LinkRow) -> Option<Choice> {
        if self.takes.is_none() && self.words.is_none() {
            return None;
        }
        let words = self.words.as_ref().map_or_else(|| now.words.clone(), |words| words.join("\n"));
        Some(Choice { takes: self.takes.unwrap_or(now.takes), words })
    }
}

/// Accepts a link, or changes which topics are shown by it.
#[utoipa::path(
    patch, path = "/groups/{name}/links/{id}", tag = "groups", security(("bearer" = ["moderate"])),
    request_body = LinkChange, responses((status = 200, body = GroupLink))
)]
async fn change(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path((name, id)): Path<(String, Uuid)>,
    Json(input): Json<LinkChange>,
) -> Result<Json<GroupLink>> {
    caller.needs(Scope::Moderate)?;
    let (viewer, by, id) = (caller.viewer, caller.actor, LinkId::from(id));
    let changed = app.db.write(move |tx| {
        let group = groups::find(tx, &name)?;
        membership::standing(tx, &by, group)?.may(Act::Link)?;
        let now = views::find(tx, &viewer, group, id)?;
        let choice = input.choice(&now.row);
        if choice.is_some() && now.side == Side::Source {
            return Err(Reason::NotOwner.into());
        }
        let accepts = match input.state {
            Some(LinkState::Asked) => return Err(Error::field("state", "error-choice")),
            Some(LinkState::Accepted) => now.row.state == LinkState::Asked,
            None => false,
        };
        if accepts {
            acts::accept(tx, &by, group, id, choice.as_ref())?;
        } else if let Some(choice) = &choice {
            acts::set(tx, &by, group, id, choice)?;
        }
        views::find(tx, &viewer, group, id)
    });
    let changed = changed.await?;
    app.wake.notify_one();
    Ok(Json(changed.into()))
}

/// Why a link is refused or ended.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct LinkEnd {
    /// The owners of the other group read it.
    reason: String,
}

/// Refuses a link that the other group asked for, takes back what this group asked for, or ends a link. Nothing is shown by it any more;
/// topics and replies stay where they are. It needs no body.
#[utoipa::path(
    delete, path = "/groups/{name}/links/{id}", tag = "groups", security(("bearer" = ["moderate"])),
    request_body = LinkEnd, responses((status = 204))
)]
async fn end(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path((name, id)): Path<(String, Uuid)>,
    body: bytes::Bytes,
) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    let input = if body.is_empty() { LinkEnd::default() } else { input::read(&body)? };
    let by = caller.actor;
    app.db
        .write(move |tx| {
            let group = groups::find(tx, &name)?;
            acts::end(tx, &by, group, id.into(), &input.reason)
        })
        .await?;
    app.wake.notify_one();
    Ok(Done)
}
