//! Groups over the API: finding, making, changing, closing and deleting them. Who belongs to them is in `memberships`.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::routing::{get, put};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::{Bearer, Looker};
use super::error::{Failed, Result};
use super::input::{Created, Done, Json, Page, Paging, Path, Query, present};
use crate::app::App;
use crate::clock::Time;
use crate::db::Tx;
use crate::error::{Error, Result as Domain};
use crate::groups::face::{self, Face};
use crate::groups::views::{self, Filter, GroupPage, Listed};
use crate::groups::{GroupDraft, acts, draft};
use crate::ids::{GroupId, MediaId};
use crate::membership::MembershipState;
use crate::people::attempts;
use crate::people::byline::Byline;
use crate::policy::rates::Limit;
use crate::policy::{Actor, Class, Joining, Posting, Role};
use crate::urls::Urls;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/groups", get(list).post(create))
        .route("/groups/{name}", get(show).patch(edit).delete(remove))
        .route("/groups/{name}/archive", put(archive).delete(unarchive))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(list, create, show, edit, remove, archive, unarchive))]
    struct Part;
    Part::openapi()
}

/// Somebody, as shown beside what they wrote.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Person {
    id: Uuid,
    /// The name in their handle.
    pub(super) name: String,
    /// `@name@host`.
    handle: String,
    display_name: String,
    url: String,
    activity_pub_id: String,
    /// Whether they are of this instance.
    local: bool,
    employer: String,
    function: String,
    /// The account was deleted.
    gone: bool,
}

impl From<&Byline> for Person {
    fn from(byline: &Byline) -> Self {
        Self {
            id: byline.id.0,
            name: byline.name.clone(),
            handle: byline.handle(),
            display_name: byline.display_name.clone(),
            url: byline.url.clone(),
            activity_pub_id: byline.uri.clone(),
            local: byline.local,
            employer: byline.employer.clone(),
            function: byline.function.clone(),
            gone: byline.gone_at.is_some(),
        }
    }
}

/// A group.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Group {
    id: Uuid,
    /// What addresses name it by: `name`, or `name@host` for a group elsewhere.
    name: String,
    /// `@name@host`.
    handle: String,
    url: String,
    activity_pub_id: String,
    /// Whether this instance hosts it.
    local: bool,
    title: String,
    mission: String,
    /// Markdown; left out of lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    /// Safe HTML; left out of lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    description_html: Option<String>,
    /// Ground rules, Markdown; left out of lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    rules: Option<String>,
    /// Address of its picture.
    emblem: Option<String>,
    /// The picture in words; empty when it is decoration.
    emblem_alt: String,
    /// A colour of the theme, 1 to 8.
    colour: i64,
    #[schema(value_type = String, example = "openbaar")]
    class: Class,
    #[schema(value_type = String, example = "open")]
    joining: Joining,
    /// Who starts topics: `members` or `staff`. Left out of lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    posting: Option<Posting>,
    /// Outsiders may know of it: always, but for a closed group that doesn't show itself.
    face: bool,
    /// Left out, as the next two are, of a closed group that the caller isn't a member of.
    #[serde(skip_serializing_if = "Option::is_none")]
    member_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    topic_count: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    active_at: Option<Time>,
    archived: bool,
    /// What the caller is in it: `member`, `moderator`, `owner`; null for whoever isn't a member.
    #[schema(value_type = Option<String>)]
    role: Option<Role>,
    /// The caller asked to join, and waits.
    pending: bool,
}

impl Group {
    /// A group in a list.
    fn line(urls: &Urls, listed: Listed) -> Self {
        let (group, inside) = (listed.group, listed.inside);
        let accepted = listed.membership.filter(|(_, state)| *state == MembershipState::Accepted);
        Self {
            id: group.id.0,
            name: group.local_name(),
            handle: format!("@{}@{}", group.name, group.host),
            url: group.url,
            activity_pub_id: group.uri,
            local: group.local,
            title: group.title,
            mission: group.mission,
            description: None,
            description_html: None,
            rules: None,
            emblem: emblem(urls, group.id, group.emblem_id, group.emblem_url.as_deref()).filter(|_| inside),
            emblem_alt: if inside { group.emblem_alt } else { String::new() },
            colour: group.colour,
            class: group.class,
            joining: group.joining,
            posting: None,
            face: group.class == Class::Openbaar || group.face,
            member_count: inside.then_some(group.member_count),
            topic_count: inside.then_some(group.topic_count),
            active_at: inside.then_some(group.active_at),
            archived: group.archived_at.is_some(),
            role: accepted.map(|(role, _)| role),
            pending: listed.membership.is_some() && accepted.is_none(),
        }
    }

    /// A group by itself.
    fn whole(urls: &Urls, page: GroupPage) -> Self {
        let (group, actor) = (page.group, page.actor);
        Self {
            id: group.id.0,
            name: if actor.local { actor.name.clone() } else { format!("{}@{}", actor.name, actor.host) },
            handle: actor.handle(),
            url: actor.url,
            activity_pub_id: actor.uri,
            local: actor.local,
            title: group.title,
            mission: group.mission,
            description: Some(group.description),
            description_html: Some(group.description_html),
            rules: Some(group.rules),
            emblem: emblem(urls, group.id, group.emblem_id, group.emblem_url.as_deref()),
            emblem_alt: group.emblem_alt,
            colour: group.colour,
            class: group.class,
            joining: group.joining,
            posting: Some(group.posting),
            face: group.class == Class::Openbaar || group.face,
            member_count: Some(group.member_count),
            topic_count: Some(group.topic_count),
            active_at: Some(group.active_at),
            archived: group.archived_at.is_some(),
            role: page.may.role,
            pending: page.may.pending,
        }
    }

    /// A closed group as outsiders see it.
    fn outside(found: Face) -> Self {
        Self {
            id: found.id.0,
            name: found.local_name(),
            handle: found.handle(),
            url: found.url,
            activity_pub_id: found.uri,
            local: found.local,
            title: found.title,
            mission: found.mission,
            description: Some(found.description),
            description_html: Some(found.description_html),
            rules: Some(found.rules),
            emblem: None,
            emblem_alt: String::new(),
            colour: found.colour,
            class: found.class,
            joining: found.joining,
            posting: None,
            face: found.shown,
            member_count: None,
            topic_count: None,
            active_at: None,
            archived: found.archived,
            role: None,
            pending: found.may.pending,
        }
    }
}

/// Address of a group's picture on our own host: the upload, or what our proxy fetches.
fn emblem(urls: &Urls, group: GroupId, here: Option<MediaId>, elsewhere: Option<&str>) -> Option<String> {
    let proxied = elsewhere.map(|_url| format!("/media/emblem/{group}"));
    here.map(|id| format!("/media/{id}")).or(proxied).map(|path| urls.absolute(&path))
}

/// Which groups to list.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    /// `all` (when left out), `mine`, `local` or `remote`; `closed` has the closed groups that show themselves and that the caller isn't
    /// a member of, the last made first, and those that the caller asked to join.
    filter: Option<Which>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum Which {
    All,
    Mine,
    Local,
    Remote,
    Closed,
}

/// Groups, the most recently active first. Closed ones are in it for their members.
#[utoipa::path(get, path = "/groups", tag = "groups", params(Wanted, Paging), responses((status = 200, body = Page<Group>)))]
async fn list(
    State(app): State<App>,
    Looker(viewer): Looker,
    Query(wanted): Query<Wanted>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Group>>> {
    let filter = match wanted.filter.unwrap_or(Which::All) {
        Which::All => Filter::All,
        Which::Mine => Filter::Mine,
        Which::Local => Filter::Local,
        Which::Remote => Filter::Remote,
        Which::Closed => Filter::Closed,
    };
    let part = paging.part()?;
    let found = app.db.read(move |tx| views::list(tx, &viewer, filter, part)).await?;
    Ok(Page::of(found, |listed| Group::line(&app.urls, listed)))
}

/// What a group shall be. When it is changed, what is left out stays as it is.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct GroupInput {
    /// Its name in addresses; only when it is made. A closed group for which it is left out gets one that says nothing.
    name: Option<String>,
    title: Option<String>,
    /// What it is for, in one sentence.
    mission: Option<String>,
    /// Markdown.
    description: Option<String>,
    /// Ground rules, Markdown.
    rules: Option<String>,
    /// Its picture: an image that the caller uploaded; null takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    emblem: Option<Option<MediaId>>,
    /// The picture in words; empty when it is decoration.
    emblem_alt: Option<String>,
    /// A colour of the theme, 1 to 8.
    colour: Option<i64>,
    /// Who reads it: `openbaar` (when it is made and this is left out), `leden`, `vertrouwelijk` or `lokaal`. It can become stricter,
    /// never the other way.
    #[schema(value_type = Option<String>)]
    class: Option<Class>,
    /// `open`, `approval` or `invite`. A closed group is never open, and by approval only when it shows itself; when this is left out
    /// for one that is made or becomes closed, it is by invitation.
    #[schema(value_type = Option<String>)]
    joining: Option<Joining>,
    /// Outsiders may know of a closed group: its name, what it is for, its rules and how one joins.
    face: Option<bool>,
    /// The caller knows that what is in a group that becomes stricter may have been copied, at the servers of `hosts` among others.
    /// Without it that is refused with 409 and the list.
    confirm_copies: Option<bool>,
    /// Who starts topics: `members` or `staff`.
    #[schema(value_type = Option<String>)]
    posting: Option<Posting>,
}

impl GroupInput {
    fn over(self, draft: GroupDraft) -> GroupDraft {
        let class = self.class.unwrap_or(draft.class);
        let closes = draft.class == Class::Openbaar && class != Class::Openbaar;
        let joining = if closes { Joining::Invite } else { draft.joining };
        GroupDraft {
            name: self.name.unwrap_or(draft.name),
            title: self.title.unwrap_or(draft.title),
            mission: self.mission.unwrap_or(draft.mission),
            description: self.description.unwrap_or(draft.description),
            rules: self.rules.unwrap_or(draft.rules),
            emblem: self.emblem.unwrap_or(draft.emblem),
            emblem_alt: self.emblem_alt.unwrap_or(draft.emblem_alt),
            colour: self.colour.unwrap_or(draft.colour),
            class,
            joining: self.joining.unwrap_or(joining),
            posting: self.posting.unwrap_or(draft.posting),
            face: self.face.unwrap_or(draft.face),
            ..draft
        }
    }
}

/// Makes a group, with the caller as its owner.
#[utoipa::path(
    post, path = "/groups", tag = "groups", security(("bearer" = ["write"])), request_body = GroupInput,
    responses((status = 201, body = Group))
)]
async fn create(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Json(input): Json<GroupInput>,
) -> Result<Created<Group>> {
    let draft = draft::rendered(draft::named(input.over(GroupDraft::default())), &app.markdown);
    let (viewer, by) = (caller.viewer, caller.actor);
    // Keys cost a while to make: not for a group that can't be.
    let (asks, draft) = (by.clone(), Arc::new(draft));
    let checked = Arc::clone(&draft);
    app.db.read(move |tx| acts::check_new(tx, Some(&asks), &checked, false)).await?;
    if app.config.limits.enabled {
        let by = by.clone();
        app.db.write(move |tx| attempts::by_person(tx, true, Limit::AccountGroups, &by)).await?;
    }
    let keys = app.make_keys().await?;
    let page = app
        .db
        .write(move |tx| {
            let group = acts::create(tx, &by, &draft, &keys)?;
            views::by_id(tx, &viewer, group.id)
        })
        .await?;
    app.wake.notify_one();
    let group = Group::whole(&app.urls, page);
    Ok(Created(app.urls.absolute(&format!("/api/v1/groups/{}", group.name)), group))
}

/// One group. Of a closed one that shows itself whoever isn't in it gets that part: no counts, no times, no settings but how one joins.
#[utoipa::path(get, path = "/groups/{name}", tag = "groups", responses((status = 200, body = Group)))]
async fn show(
    State(app): State<App>,
    Looker(viewer): Looker,
    Path(name): Path<String>,
) -> Result<Json<Group>> {
    let urls = app.urls.clone();
    let found = app.db.read(move |tx| match views::page(tx, &viewer, &name) {
        Ok(page) => Ok(Group::whole(&urls, page)),
        Err(Error::NotFound) => Ok(Group::outside(face::face(tx, &viewer, &name)?)),
        Err(error) => Err(error),
    });
    Ok(Json(found.await?))
}

/// Changes a group's texts and settings. Making it stricter takes `confirmCopies`.
#[utoipa::path(
    patch, path = "/groups/{name}", tag = "groups", security(("bearer" = ["write"])), request_body = GroupInput,
    responses((status = 200, body = Group))
)]
async fn edit(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(name): Path<String>,
    Json(input): Json<GroupInput>,
) -> Result<Json<Group>> {
    let (viewer, by) = (caller.viewer, caller.actor);
    let now = app.db.read(move |tx| views::page(tx, &viewer, &name)).await?;
    let id = now.group.id;
    let confirmed = input.confirm_copies == Some(true);
    let draft = draft::rendered(input.over(GroupDraft::from(&now.group)), &app.markdown);
    let edited = app.db.write(move |tx| {
        if !confirmed && let Some(hosts) = acts::raises(tx, &by, id, &draft)? {
            return Ok(Err(hosts));
        }
        acts::edit(tx, &by, id, &draft)?;
        views::by_id(tx, &viewer, id).map(Ok)
    });
    let page = edited.await?.map_err(Failed::Copies)?;
    app.wake.notify_one();
    Ok(Json(Group::whole(&app.urls, page)))
}

/// Deletes a group. Its name isn't given out again.
#[utoipa::path(
    delete, path = "/groups/{name}", tag = "groups", security(("bearer" = ["write"])), responses((status = 204))
)]
async fn remove(State(app): State<App>, Bearer(caller): Bearer, Path(name): Path<String>) -> Result<Done> {
    on_group(&app, caller.actor, name, acts::delete).await
}

/// Closes a group for everything new.
#[utoipa::path(
    put, path = "/groups/{name}/archive", tag = "groups", security(("bearer" = ["write"])), responses((status = 204))
)]
async fn archive(State(app): State<App>, Bearer(caller): Bearer, Path(name): Path<String>) -> Result<Done> {
    on_group(&app, caller.actor, name, acts::archive).await
}

/// Opens an archived group again.
#[utoipa::path(
    delete, path = "/groups/{name}/archive", tag = "groups", security(("bearer" = ["write"])), responses((status = 204))
)]
async fn unarchive(State(app): State<App>, Bearer(caller): Bearer, Path(name): Path<String>) -> Result<Done> {
    on_group(&app, caller.actor, name, acts::unarchive).await
}

/// Runs an act on the group of this name.
pub(super) async fn on_group<F>(app: &App, by: Actor, name: String, act: F) -> Result<Done>
where
    F: Fn(&mut Tx<'_>, &Actor, GroupId) -> Domain<()> + Send + 'static,
{
    app.db
        .write(move |tx| {
            let group = views::find(tx, &name)?;
            act(tx, &by, group)
        })
        .await?;
    app.wake.notify_one();
    Ok(Done)
}
