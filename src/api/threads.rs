//! Topics over the API: listing, starting, reading, changing, replying. What staff does with them is in `keeping`.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::{Bearer, Looker};
use super::error::Result;
use super::groups::Person;
use super::input::{Created, Done, Json, Page, Paging, Path, Query};
use super::posts::{self, Attachment, EditInput, Post};
use crate::app::App;
use crate::clock::Time;
use crate::db::Tx;
use crate::error::{Error, Result as Domain};
use crate::groups::views::{self as groups, GroupLine};
use crate::ids::{MediaId, PostId, ThreadId};
use crate::links;
use crate::policy::{Actor, Class, Viewer};
use crate::threads::draft::{self, Input};
use crate::threads::lines::{Seen, TopicLine};
use crate::threads::views::{self, PostPage, Sort, Where};
use crate::threads::{ReactionKind, ThreadKind, acts, pace};

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/threads", get(latest))
        .route("/groups/{name}/threads", get(list).post(start))
        .route("/threads/{id}", get(show).patch(edit).delete(remove))
        .route("/threads/{id}/replies", get(replies).post(reply))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(latest, list, start, show, edit, remove, replies, reply))]
    struct Part;
    Part::openapi()
}

/// The group that something stands in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct GroupRef {
    id: Uuid,
    /// What addresses name it by.
    name: String,
    title: String,
    url: String,
    activity_pub_id: String,
}

impl From<&GroupLine> for GroupRef {
    fn from(group: &GroupLine) -> Self {
        Self {
            id: group.id.0,
            name: group.local_name(),
            title: group.title.clone(),
            url: group.url.clone(),
            activity_pub_id: group.uri.clone(),
        }
    }
}

/// A topic in a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Topic {
    id: Uuid,
    url: String,
    activity_pub_id: String,
    /// The group that it is at home in.
    group: GroupRef,
    /// The group whose list this is shows it, and isn't the one that it is at home in.
    via: bool,
    #[schema(value_type = String)]
    kind: ThreadKind,
    title: String,
    /// The beginning of its text, plain.
    excerpt: String,
    author: Person,
    reply_count: i64,
    like_count: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    active_at: Time,
    pinned: bool,
    locked: bool,
    /// One's own, and the group's host hasn't announced it yet.
    pending: bool,
    /// Replies that the caller hasn't seen; null for whoever isn't signed in or never opened it.
    unread: Option<i64>,
}

impl Topic {
    fn of(app: &App, line: TopicLine) -> Self {
        let unread = match line.seen {
            Seen::AllBut(count) => Some(count),
            Seen::Nothing | Seen::Unknown => None,
        };
        Self {
            id: line.id.0,
            url: app.urls.thread(line.id),
            activity_pub_id: line.uri,
            group: GroupRef::from(&*line.group),
            via: line.via,
            kind: line.kind,
            title: line.title,
            excerpt: line.excerpt,
            author: Person::from(&*line.author),
            reply_count: line.reply_count,
            like_count: line.like_count,
            created_at: line.created_at,
            active_at: line.active_at,
            pinned: line.pinned,
            locked: line.locked,
            pending: line.pending,
            unread,
        }
    }
}

/// A topic with its first post.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Thread {
    id: Uuid,
    url: String,
    activity_pub_id: String,
    group: GroupRef,
    /// Other groups that show it too. Their members reply and react in it as those of its own do.
    shown_in: Vec<GroupRef>,
    #[schema(value_type = String)]
    kind: ThreadKind,
    title: String,
    /// What was typed, Markdown. Of a topic that came as HTML alone it is the plain text of that.
    content: String,
    /// Safe HTML.
    html: String,
    author: Person,
    reply_count: i64,
    like_count: i64,
    /// How the caller reacted: `like`.
    #[schema(value_type = Option<String>)]
    reaction: Option<ReactionKind>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    active_at: Time,
    #[schema(value_type = Option<String>, format = DateTime)]
    edited_at: Option<Time>,
    pinned: bool,
    locked: bool,
    /// One's own, and the group's host hasn't announced it yet.
    pending: bool,
    media: Vec<Attachment>,
}

impl Thread {
    fn of(app: &App, (page, shown_in): (PostPage, Vec<GroupLine>)) -> Self {
        let (thread, post) = (page.thread, page.post);
        Self {
            id: thread.id.0,
            url: app.urls.thread(thread.id),
            activity_pub_id: post.uri,
            group: GroupRef::from(&*page.group),
            shown_in: shown_in.iter().map(GroupRef::from).collect(),
            kind: thread.kind,
            title: thread.title,
            content: posts::source(page.content, &post.html),
            html: post.html,
            author: Person::from(&*post.author),
            reply_count: thread.reply_count,
            like_count: post.like_count,
            reaction: post.reaction,
            created_at: thread.created_at,
            active_at: thread.active_at,
            edited_at: post.edited_at,
            pinned: thread.pinned_at.is_some(),
            locked: thread.locked_at.is_some(),
            pending: post.pending,
            media: post.media.iter().map(|file| Attachment::of(app, file)).collect(),
        }
    }
}

/// In which order.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
struct Order {
    /// `active` (when left out), `new`, or `unanswered`: only those without replies.
    sort: Option<Sorting>,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
enum Sorting {
    Active,
    New,
    Unanswered,
}

impl Order {
    fn sort(&self) -> Sort {
        match self.sort {
            None | Some(Sorting::Active) => Sort::Active,
            Some(Sorting::New) => Sort::New,
            Some(Sorting::Unanswered) => Sort::Unanswered,
        }
    }
}

/// Topics of all groups that the caller may read.
#[utoipa::path(get, path = "/threads", tag = "threads", params(Order, Paging), responses((status = 200, body = Page<Topic>)))]
async fn latest(
    State(app): State<App>,
    Looker(viewer): Looker,
    Query(order): Query<Order>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Topic>>> {
    let (part, sort) = (paging.part()?, order.sort());
    let found = app.db.read(move |tx| views::list(tx, &viewer, Where::All, sort, part)).await?;
    Ok(Page::of(found, |line| Topic::of(&app, line)))
}

/// Topics of a group, pinned ones first, and those of other groups that it shows (`via`).
#[utoipa::path(
    get, path = "/groups/{name}/threads", tag = "threads", params(Order, Paging),
    responses((status = 200, body = Page<Topic>))
)]
async fn list(
    State(app): State<App>,
    Looker(viewer): Looker,
    Path(name): Path<String>,
    Query(order): Query<Order>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Topic>>> {
    let (part, sort) = (paging.part()?, order.sort());
    let found = app
        .db
        .read(move |tx| {
            let group = groups::find(tx, &name)?;
            views::list(tx, &viewer, Where::Group(group), sort, part)
        })
        .await?;
    Ok(Page::of(found, |line| Topic::of(&app, line)))
}

/// A new topic.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ThreadInput {
    #[serde(default)]
    #[schema(required = true)]
    title: String,
    /// Markdown.
    #[serde(default)]
    #[schema(required = true)]
    content: String,
    /// `discussion` when left out.
    #[serde(default = "discussion")]
    #[schema(value_type = Option<String>)]
    kind: ThreadKind,
    /// BCP 47.
    language: Option<String>,
    /// Ids of uploaded files.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Uuid>>)]
    media: Vec<MediaId>,
    /// What looks like personal data in it is none.
    #[serde(default)]
    not_personal: bool,
}

fn discussion() -> ThreadKind {
    ThreadKind::Discussion
}

/// Starts a topic.
///
/// The same title and text again within three minutes makes no second one: the answer is the topic that is there.
#[utoipa::path(
    post, path = "/groups/{name}/threads", tag = "threads", security(("bearer" = ["write"])),
    request_body = ThreadInput, responses((status = 201, body = Thread))
)]
async fn start(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(name): Path<String>,
    Json(input): Json<ThreadInput>,
) -> Result<Created<Thread>> {
    // There is one kind so far; an unknown one was refused when the body was read.
    let ThreadKind::Discussion = input.kind;
    let input = Input {
        title: input.title,
        content: input.content,
        language: input.language,
        media: input.media,
        not_personal: input.not_personal,
    };
    draft::check_input(&input, true)?;
    let draft = draft::written(&app.db, &app.markdown, input).await?;
    let (by, limited) = (caller.actor, app.config.limits.enabled);
    let id = app
        .db
        .write(move |tx| {
            if limited {
                pace::count_topic(tx, &by)?;
            }
            let group = groups::find(tx, &name)?;
            Ok(acts::start(tx, &by, group, &draft)?.id)
        })
        .await?;
    app.wake.notify_one();
    let viewer = caller.viewer;
    let page = app.db.read(move |tx| whole(tx, &viewer, id.into())).await?;
    Ok(Created(app.urls.absolute(&format!("/api/v1/threads/{id}")), Thread::of(&app, page)))
}

/// One topic with its first post.
#[utoipa::path(get, path = "/threads/{id}", tag = "threads", responses((status = 200, body = Thread)))]
async fn show(
    State(app): State<App>,
    Looker(viewer): Looker,
    Path(id): Path<ThreadId>,
) -> Result<Json<Thread>> {
    let page = app.db.read(move |tx| whole(tx, &viewer, id)).await?;
    Ok(Json(Thread::of(&app, page)))
}

/// The first post of a topic; a reply's id names no topic.
pub(super) fn topic(tx: &mut Tx<'_>, viewer: &Viewer, id: ThreadId) -> Domain<PostPage> {
    let page = views::post(tx, viewer, id.into())?;
    if page.thread.id == id { Ok(page) } else { Err(Error::NotFound) }
}

/// The same, with the groups that show it beside its own. What is closed no other group shows.
fn whole(tx: &mut Tx<'_>, viewer: &Viewer, id: ThreadId) -> Domain<(PostPage, Vec<GroupLine>)> {
    let page = topic(tx, viewer, id)?;
    let is_open = page.group.class == Class::Openbaar;
    let shown_in = if is_open { links::views::shown_in(tx, viewer, id)? } else { Vec::new() };
    Ok((page, shown_in))
}

/// Changes a topic's title or text, by its author.
#[utoipa::path(
    patch, path = "/threads/{id}", tag = "threads", security(("bearer" = ["write"])), request_body = EditInput,
    responses((status = 200, body = Thread))
)]
async fn edit(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(id): Path<ThreadId>,
    Json(input): Json<EditInput>,
) -> Result<Json<Thread>> {
    let (viewer, by) = (caller.viewer, caller.actor);
    let now = app.db.read(move |tx| topic(tx, &viewer, id)).await?;
    let draft = input.over(&app, now).await?;
    app.db.write(move |tx| acts::edit(tx, &by, id.into(), &draft)).await?;
    app.wake.notify_one();
    let page = app.db.read(move |tx| whole(tx, &viewer, id)).await?;
    Ok(Json(Thread::of(&app, page)))
}

/// Runs an act on a topic.
pub(super) async fn on_thread<F>(app: &App, by: Actor, id: ThreadId, act: F) -> Result<Done>
where
    F: Fn(&mut Tx<'_>, &Actor, ThreadId) -> Domain<()> + Send + 'static,
{
    app.db.write(move |tx| act(tx, &by, id)).await?;
    app.wake.notify_one();
    Ok(Done)
}

/// Deletes a topic's first post and title, by its author. Replies stay.
#[utoipa::path(
    delete, path = "/threads/{id}", tag = "threads", security(("bearer" = ["write"])), responses((status = 204))
)]
async fn remove(State(app): State<App>, Bearer(caller): Bearer, Path(id): Path<ThreadId>) -> Result<Done> {
    let viewer = caller.viewer;
    on_thread(&app, caller.actor, id, move |tx, by, id| {
        topic(tx, &viewer, id)?;
        acts::delete(tx, by, id.into())
    })
    .await
}

/// Replies in reading order, each below what it replies to; at most 500 on a page.
#[utoipa::path(
    get, path = "/threads/{id}/replies", tag = "threads", params(Paging), responses((status = 200, body = Page<Post>))
)]
async fn replies(
    State(app): State<App>,
    Looker(viewer): Looker,
    Path(id): Path<ThreadId>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Post>>> {
    let after = paging.after()?;
    let (page, mut sources) = app
        .db
        .read(move |tx| {
            let page = views::page(tx, &viewer, id, after)?;
            let sources = views::sources(tx, &page.posts)?;
            Ok((page, sources))
        })
        .await?;
    let items = page.posts.into_iter().filter(|post| post.parent_id.is_some()).map(|post| {
        let content = sources.remove(&post.id).unwrap_or_default();
        Post::of(&app, post, content)
    });
    Ok(Json(Page { items: items.collect(), next: page.next.map(crate::db::page::Cursor::text) }))
}

/// A new reply.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReplyInput {
    /// Markdown.
    #[serde(default)]
    #[schema(required = true)]
    content: String,
    /// The post that it replies to; the topic itself when left out.
    #[schema(value_type = Option<Uuid>)]
    parent_id: Option<PostId>,
    /// BCP 47.
    language: Option<String>,
    /// Ids of uploaded files.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Uuid>>)]
    media: Vec<MediaId>,
    /// What looks like personal data in it is none.
    #[serde(default)]
    not_personal: bool,
}

/// Replies to a topic, or to a reply in it.
///
/// The same text again at the same place within three minutes makes no second reply: the answer is the one that is there.
#[utoipa::path(
    post, path = "/threads/{id}/replies", tag = "threads", security(("bearer" = ["write"])),
    request_body = ReplyInput, responses((status = 201, body = Post))
)]
async fn reply(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(id): Path<ThreadId>,
    Json(input): Json<ReplyInput>,
) -> Result<Created<Post>> {
    let to = input.parent_id.unwrap_or(id.into());
    let input = Input {
        title: String::new(),
        content: input.content,
        language: input.language,
        media: input.media,
        not_personal: input.not_personal,
    };
    draft::check_input(&input, false)?;
    let draft = draft::written(&app.db, &app.markdown, input).await?;
    let (by, limited) = (caller.actor, app.config.limits.enabled);
    let made = app
        .db
        .write(move |tx| {
            if limited {
                pace::check(tx, by.person)?;
            }
            if views::thread_of(tx, to)? != id {
                return Err(Error::NotFound);
            }
            Ok(acts::reply(tx, &by, to, &draft)?.id)
        })
        .await?;
    app.wake.notify_one();
    let viewer = caller.viewer;
    let page = app.db.read(move |tx| views::post(tx, &viewer, made)).await?;
    Ok(Created(app.urls.absolute(&format!("/api/v1/posts/{made}")), Post::of(&app, page.post, page.content)))
}
