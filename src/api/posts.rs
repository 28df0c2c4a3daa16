//! Posts over the API: reading, changing, deleting, reacting, earlier versions, and removal by staff.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, put};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::{Bearer, Looker};
use super::error::Result;
use super::groups::Person;
use super::input::{Done, Json, Page, Path};
use crate::app::App;
use crate::clock::Time;
use crate::db::Tx;
use crate::error::{Error, Result as Domain};
use crate::ids::{MediaId, PostId};
use crate::media::MediaKind;
use crate::media::views::Shown;
use crate::moderation::{Category, Why};
use crate::people::Scope;
use crate::policy::rates::Limit;
use crate::policy::{Actor, Role};
use crate::text::plain;
use crate::threads::draft::{self, Input};
use crate::threads::tree::{Gone, PostLine};
use crate::threads::views::{self, PostPage, Revision};
use crate::threads::{Draft, ReactionKind, acts};
use crate::urls::Urls;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/posts/{id}", get(show).patch(edit).delete(remove))
        .route("/posts/{id}/revisions", get(revisions))
        .route("/posts/{id}/reactions/{kind}", put(react).delete(unreact))
        .route("/posts/{id}/removal", put(take_away).delete(restore))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(show, edit, remove, revisions, react, unreact, take_away, restore))]
    struct Part;
    Part::openapi()
}

/// A post: a topic's first message, or a reply.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Post {
    id: Uuid,
    thread_id: Uuid,
    /// What it replies to; null for a topic's first message.
    parent_id: Option<Uuid>,
    url: String,
    activity_pub_id: String,
    author: Person,
    /// What the author is in the group, when it is one of its staff.
    #[schema(value_type = Option<String>)]
    role: Option<Role>,
    /// What was typed, Markdown. Of a post that came as HTML alone it is the plain text of that. Empty when it is gone.
    content: String,
    /// Safe HTML; empty when it is gone.
    html: String,
    /// A content warning.
    summary: String,
    sensitive: bool,
    language: Option<String>,
    /// How many replies stand above it.
    depth: usize,
    like_count: i64,
    /// How the caller reacted: `like`.
    #[schema(value_type = Option<String>)]
    reaction: Option<ReactionKind>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    edited_at: Option<Time>,
    /// One's own, and the group's host hasn't announced it yet.
    pending: bool,
    /// Why the group's host refused it.
    refused_reason: Option<String>,
    /// Whether it is still there.
    state: PostState,
    /// Why a moderator removed it.
    removed_reason: Option<String>,
    media: Vec<Attachment>,
}

/// Whether a post is still there.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum PostState {
    /// It is.
    Visible,
    /// Its author deleted it.
    Deleted,
    /// A moderator removed it.
    Removed,
}

impl Post {
    pub(super) fn of(app: &App, post: PostLine, content: String) -> Self {
        let (state, removed_reason) = match post.gone {
            Gone::No => (PostState::Visible, None),
            Gone::Deleted => (PostState::Deleted, None),
            Gone::Removed(reason) => (PostState::Removed, Some(reason)),
        };
        Self {
            id: post.id.0,
            thread_id: post.thread_id.0,
            parent_id: post.parent_id.map(|id| id.0),
            url: app.urls.absolute(&Urls::place(post.thread_id, post.id)),
            activity_pub_id: post.uri,
            author: Person::from(&*post.author),
            role: post.role,
            content: source(content, &post.html),
            html: post.html,
            summary: post.summary,
            sensitive: post.sensitive,
            language: post.language,
            depth: post.depth,
            like_count: post.like_count,
            reaction: post.reaction,
            created_at: post.created_at,
            edited_at: post.edited_at,
            pending: post.pending,
            refused_reason: post.refused_reason,
            state,
            removed_reason,
            media: post.media.iter().map(|file| Attachment::of(app, file)).collect(),
        }
    }
}

/// The Markdown of a post, or else the words of its HTML: many servers send nothing but HTML.
pub(super) fn source(content: String, html: &str) -> String {
    if content.is_empty() { plain::to_text(html) } else { content }
}

/// A picture or file with a post.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct Attachment {
    id: Uuid,
    /// `image` or `document`.
    #[schema(value_type = String)]
    kind: MediaKind,
    name: String,
    media_type: String,
    /// In bytes; 0 when unknown.
    size: i64,
    /// In pixels; 0 when unknown.
    width: i64,
    /// In pixels; 0 when unknown.
    height: i64,
    /// The picture in words.
    alt: String,
    /// The picture is decoration.
    decorative: bool,
    url: String,
    /// Address of a smaller version.
    preview_url: String,
}

impl Attachment {
    pub(super) fn of(app: &App, file: &Shown) -> Self {
        // Documents elsewhere have their own full address already.
        let full = |path: &str| if path.starts_with('/') { app.urls.absolute(path) } else { path.to_owned() };
        Self {
            id: file.id.0,
            kind: file.kind,
            name: file.name.clone(),
            media_type: file.media_type.clone(),
            size: file.size,
            width: file.width,
            height: file.height,
            alt: file.alt.clone(),
            decorative: file.decorative,
            url: full(&file.href),
            preview_url: full(&file.small),
        }
    }
}

/// One post.
#[utoipa::path(get, path = "/posts/{id}", tag = "posts", responses((status = 200, body = Post)))]
async fn show(State(app): State<App>, Looker(viewer): Looker, Path(id): Path<PostId>) -> Result<Json<Post>> {
    let page = app.db.read(move |tx| views::post(tx, &viewer, id)).await?;
    Ok(Json(Post::of(&app, page.post, page.content)))
}

/// What shall change in a topic or post; what is left out stays.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct EditInput {
    /// Of a topic.
    title: Option<String>,
    /// Markdown.
    content: Option<String>,
    /// BCP 47.
    language: Option<String>,
    /// Ids of all files that it shall have.
    #[schema(value_type = Option<Vec<Uuid>>)]
    media: Option<Vec<MediaId>>,
    /// What looks like personal data in it is none.
    #[serde(default)]
    not_personal: bool,
}

impl EditInput {
    /// The post as it is, with these changes.
    pub(super) async fn over(self, app: &App, now: PostPage) -> Domain<Draft> {
        let there = || now.post.media.iter().map(|file| file.id).collect();
        let title = if now.post.parent_id.is_none() { now.thread.title } else { String::new() };
        let input = Input {
            title: self.title.unwrap_or(title),
            content: self.content.unwrap_or(now.content),
            language: self.language.or(now.post.language),
            media: self.media.unwrap_or_else(there),
            not_personal: self.not_personal,
        };
        draft::written(&app.db, &app.markdown, input).await
    }
}

/// Changes a post, by its author. The version before is kept.
#[utoipa::path(
    patch, path = "/posts/{id}", tag = "posts", security(("bearer" = ["write"])), request_body = EditInput,
    responses((status = 200, body = Post))
)]
async fn edit(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(id): Path<PostId>,
    Json(input): Json<EditInput>,
) -> Result<Json<Post>> {
    let (viewer, by) = (caller.viewer, caller.actor);
    let now = app.db.read(move |tx| views::post(tx, &viewer, id)).await?;
    let draft = input.over(&app, now).await?;
    app.db.write(move |tx| acts::edit(tx, &by, id, &draft)).await?;
    app.wake.notify_one();
    let page = app.db.read(move |tx| views::post(tx, &viewer, id)).await?;
    Ok(Json(Post::of(&app, page.post, page.content)))
}

/// Runs an act on a post.
async fn on_post<F>(app: &App, by: Actor, id: PostId, act: F) -> Result<Done>
where
    F: Fn(&mut Tx<'_>, &Actor, PostId) -> Domain<()> + Send + 'static,
{
    app.db.write(move |tx| act(tx, &by, id)).await?;
    app.wake.notify_one();
    Ok(Done)
}

/// Deletes a post, by its author.
#[utoipa::path(
    delete, path = "/posts/{id}", tag = "posts", security(("bearer" = ["write"])), responses((status = 204))
)]
async fn remove(State(app): State<App>, Bearer(caller): Bearer, Path(id): Path<PostId>) -> Result<Done> {
    on_post(&app, caller.actor, id, acts::delete).await
}

/// An earlier version of a post.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Version {
    id: Uuid,
    /// The topic's title then; empty for replies.
    title: String,
    /// Markdown, or plain text of something from elsewhere.
    content: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

impl From<Revision> for Version {
    fn from(revision: Revision) -> Self {
        Self {
            id: revision.id.0,
            title: revision.title,
            content: revision.content,
            created_at: revision.created_at,
        }
    }
}

/// Earlier versions of a post, the oldest first.
#[utoipa::path(get, path = "/posts/{id}/revisions", tag = "posts", responses((status = 200, body = Page<Version>)))]
async fn revisions(
    State(app): State<App>,
    Looker(viewer): Looker,
    Path(id): Path<PostId>,
) -> Result<Json<Page<Version>>> {
    let found = app.db.read(move |tx| views::revisions(tx, &viewer, id)).await?;
    Ok(Page::whole(found.into_iter().map(Version::from).collect()))
}

/// The reaction that a word names; dislikes only come from elsewhere.
fn reaction(word: &str) -> Domain<ReactionKind> {
    ReactionKind::from_word(word).filter(|kind| *kind == ReactionKind::Like).ok_or(Error::NotFound)
}

/// Likes a post: `kind` is `like`.
#[utoipa::path(
    put, path = "/posts/{id}/reactions/{kind}", tag = "posts", security(("bearer" = ["write"])),
    responses((status = 204))
)]
async fn react(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path((id, kind)): Path<(Uuid, String)>,
) -> Result<Done> {
    let kind = reaction(&kind)?;
    app.allow(Limit::AccountReactions, &caller.actor.person.to_string()).await?;
    on_post(&app, caller.actor, id.into(), move |tx, by, id| acts::react(tx, by, id, kind, "", None)).await
}

/// Takes a like back.
#[utoipa::path(
    delete, path = "/posts/{id}/reactions/{kind}", tag = "posts", security(("bearer" = ["write"])),
    responses((status = 204))
)]
async fn unreact(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path((id, kind)): Path<(Uuid, String)>,
) -> Result<Done> {
    reaction(&kind)?;
    app.allow(Limit::AccountReactions, &caller.actor.person.to_string()).await?;
    on_post(&app, caller.actor, id.into(), acts::unreact).await
}

/// Why a post is removed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RemovalInput {
    /// The author and the moderation log get it.
    reason: String,
    /// On which ground: `rules` (when none is named), `privacy`, `illegal`, `spam` or `other`. The author is told.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    ground: Option<Category>,
}

/// Removes somebody's post, by staff of the group.
#[utoipa::path(
    put, path = "/posts/{id}/removal", tag = "posts", security(("bearer" = ["moderate"])),
    request_body = RemovalInput, responses((status = 204))
)]
async fn take_away(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(id): Path<PostId>,
    Json(input): Json<RemovalInput>,
) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    on_post(&app, caller.actor, id, move |tx, by, id| {
        acts::remove(tx, by, id, Why::on(input.ground, &input.reason)?)
    })
    .await
}

/// Shows a removed post again.
#[utoipa::path(
    delete, path = "/posts/{id}/removal", tag = "posts", security(("bearer" = ["moderate"])),
    responses((status = 204))
)]
async fn restore(State(app): State<App>, Bearer(caller): Bearer, Path(id): Path<PostId>) -> Result<Done> {
    caller.needs(Scope::Moderate)?;
    on_post(&app, caller.actor, id, acts::restore).await
}
