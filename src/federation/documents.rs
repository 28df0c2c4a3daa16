//! What is served to whoever asks for an ActivityPub document of ours.
//!
//! Every answer asks `policy::visibility` with the class of the group and the destination. What may not be seen answers 404,
//! as if it didn't exist. What an author deleted is gone for good (410), what a moderator removed can come back (404); both
//! show a tombstone (FEP-4f05). What was written elsewhere is never served from here: the asker is sent to its origin.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use serde_json::Value;
use uuid::Uuid;

use super::asker::{self, Asker};
use super::crossing::Ground;
use super::objects::{self, collection};
use super::signers::Signers;
use super::state::State as Memory;
use super::store::outbox;
use super::{proofs, wire};
use crate::actors::{self, ActorKind, ActorRow};
use crate::app::App;
use crate::clock::Time;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::groups::{self, GroupRow};
use crate::ids::{ActivityId, GroupId, PersonId, PostId, ThreadId};
use crate::policy::{Class, visibility};
use crate::{instance, membership, people, request, threads};

/// Topics in a group's outbox, which Lemmy and new members' servers read of its past; posts in a person's.
const OUTBOX: i64 = 30;
/// Pinned topics that are told.
const PINNED: i64 = 20;
/// Posts in the collections of a thread. Ids only, so this stays far below what others read (200 KiB).
const POSTS: i64 = 1_000;
/// Kinds of activities that are between two, and whose ids answer nobody.
const PRIVATE: [&str; 13] = [
    "Flag",
    "Follow",
    "Undo/Follow",
    "Accept",
    "Reject",
    "Invite",
    "Offer",
    "Reject/Link",
    "Undo/Link",
    "Reject/Face",
    "Create/Face",
    "Reject/Offer",
    "Undo/Offer",
];

/// The routes; `server` sends them the requests that ask for documents.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(application))
        .route("/actor/{part}", get(application_part))
        .route("/g/{name}", get(group))
        .route("/g/{name}/{part}", get(group_part))
        .route("/u/{name}", get(person))
        .route("/u/{name}/{part}", get(person_part))
        .route("/t/{id}", get(topic))
        .route("/t/{id}/context", get(context))
        .route("/p/{id}", get(reply))
        .route("/p/{id}/replies", get(replies))
        .route("/activities/{id}", get(activity))
        .route("/media/passed", get(super::files::passed))
        .route("/media/{id}/{name}", get(super::files::file))
        .route_layer(middleware::from_fn(request::note_route))
}

/// What is answered.
enum Answer {
    /// A document, and which version of it; without one, its bytes tell.
    Document(Bytes, Option<String>),
    /// It lives at another address.
    Elsewhere(String),
    /// A tombstone, with the status that tells whether it can come back.
    Tombstone(StatusCode, Value),
}

impl Answer {
    fn of(document: &Value) -> Result<Self> {
        Ok(Self::Document(serde_json::to_vec(document).map_err(Error::internal)?.into(), None))
    }
}

/// Finds out who asks, reads, and answers.
async fn serve<F>(app: App, from: Request, read: F) -> Response
where
    F: Fn(&mut Tx<'_>, &Memory, &Asker) -> Result<Answer> + Send + Sync + 'static,
{
    let (method, uri, asked) = (from.method().clone(), from.uri().clone(), from.headers().clone());
    let to = match asker::asker(&app, &method, &uri, &asked).await {
        Ok(to) => to,
        Err(status) => return status.into_response(),
    };
    let read = Arc::new(read);
    let look = |to: Asker| {
        let (memory, read) = (app.federation.clone(), Arc::clone(&read));
        app.db.read(move |tx| read(tx, &memory, &to))
    };
    let unknown = to.is_anyone();
    let mut answer = look(to).await;
    if unknown && matches!(answer, Err(Error::NotFound)) {
        answer = match asker::partner(&app, &method, &uri, &asked).await {
            Ok(Asker::Anyone) => Err(Error::NotFound),
            Ok(partner) => look(partner).await,
            Err(error) => Err(error),
        };
    }
    match answer {
        Ok(Answer::Document(bytes, version)) => {
            let version = version.unwrap_or_else(|| request::version_of(&bytes));
            request::versioned(&asked, &version, json(StatusCode::OK, Body::from(bytes)))
        }
        Ok(Answer::Elsewhere(url)) => match HeaderValue::from_str(&url) {
            Ok(url) => (StatusCode::FOUND, [(header::LOCATION, url)]).into_response(),
            Err(_) => StatusCode::NOT_FOUND.into_response(),
        },
        Ok(Answer::Tombstone(status, document)) => json(status, Body::from(document.to_string())),
        Err(Error::NotFound) => StatusCode::NOT_FOUND.into_response(),
        Err(Error::Gone) => StatusCode::GONE.into_response(),
        Err(Error::Unavailable(_)) => request::come_back(),
        Err(error) => {
            tracing::error!(error = %error, "a document can't be served");
            let mut response = request::status(&error).into_response();
            if let Some(wait) = request::retry_after(&error) {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs()));
            }
            response
        }
    }
}

fn json(status: StatusCode, body: Body) -> Response {
    let headers = [
        (header::CONTENT_TYPE, wire::ACTIVITY_JSON),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        // Who may see it is decided each time; a cache in between would go on telling whoever was blocked.
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    (status, headers, body).into_response()
}

/// Refuses whoever may not be given what is in this group: as if it didn't exist.
fn crosses(tx: &mut Tx<'_>, group: GroupId, class: Class, to: &Asker) -> Result<()> {
    let to = to.towards(tx, Ground { group, class })?;
    if visibility::may_cross(class, &to) { Ok(()) } else { Err(Error::NotFound) }
}

/// Adds the proof of the actor that answers for a document, and writes it as bytes.
fn prove(tx: &mut Tx<'_>, memory: &Memory, mut document: Value, by: &ActorRow) -> Result<Bytes> {
    let signers = Signers::load(tx, memory, by)?;
    proofs::add(&mut document, &signers.ed, tx.now.utc()).map_err(Error::internal)?;
    Ok(serde_json::to_vec(&document).map_err(Error::internal)?.into())
}

// Actors

async fn application(State(app): State<App>, request: Request) -> Response {
    serve(app, request, |tx, memory, _to| {
        let actor = instance::actor(tx)?;
        let settings = instance::settings(tx)?;
        let document = objects::actor::application(tx.urls, &actor, &settings);
        // Its proof is made anew each time.
        let version = request::version_of(document.to_string().as_bytes());
        Ok(Answer::Document(prove(tx, memory, document, &actor)?, Some(version)))
    })
    .await
}

async fn application_part(State(app): State<App>, Path(part): Path<String>, request: Request) -> Response {
    serve(app, request, move |tx, _memory, _to| {
        let id = tx.urls.absolute(&format!("/actor/{part}"));
        match part.as_str() {
            "outbox" => Answer::of(&collection::ordered(&id, 0, Vec::new())),
            "followers" => Answer::of(&collection::counted(&id, 0)),
            _ => Err(Error::NotFound),
        }
    })
    .await
}

/// A person of this instance by name, or what stands in their place.
fn local(tx: &mut Tx<'_>, name: &str) -> Result<Result<ActorRow, Answer>> {
    let found = actors::local_by_name(tx, name)?.filter(|actor| actor.kind == ActorKind::Person);
    let actor = found.ok_or(Error::NotFound)?;
    if actor.gone_at.is_none() {
        return Ok(Ok(actor));
    }
    let tombstone = objects::tombstone(&actor.uri, "Person", actor.gone_at);
    Ok(Err(Answer::Tombstone(StatusCode::GONE, tombstone)))
}

/// A document that is made once per version of what it shows.
fn versioned(
    tx: &mut Tx<'_>,
    memory: &Memory,
    key: (Uuid, Uuid, i64),
    make: impl FnOnce(&mut Tx<'_>) -> Result<(Value, ActorRow)>,
) -> Result<Answer> {
    // A later release may write the same otherwise.
    let version = format!("{key:?} {}", env!("CARGO_PKG_VERSION"));
    let version = Some(request::version_of(version.as_bytes()));
    if let Some(bytes) = memory.document(&key) {
        return Ok(Answer::Document(bytes, version));
    }
    let (document, by) = make(tx)?;
    let bytes = prove(tx, memory, document, &by)?;
    memory.keep_document(key, bytes.clone());
    Ok(Answer::Document(bytes, version))
}

fn micros(at: Time) -> i64 {
    at.utc().timestamp_micros()
}

async fn group(State(app): State<App>, Path(name): Path<String>, request: Request) -> Response {
    serve(app, request, move |tx, memory, to| {
        let (actor, row) = groups::outward::hosted(tx, &name, to.is_anyone())?;
        let ground = Ground { group: row.id, class: row.class };
        match crosses(tx, row.id, row.class, to) {
            // That it is there may be told to a server whose people may join it, and nothing else.
            Err(Error::NotFound) if actor.gone_at.is_none() && to.may_meet(tx, ground, row.face)? => {
                let mut stub = objects::actor::stub(tx.urls, &actor, &row);
                if to.wants_outbox(tx)? {
                    objects::put(&mut stub, "outbox", actor.outbox.as_deref());
                }
                return Answer::of(&stub);
            }
            other => other?,
        }
        if actor.gone_at.is_some() {
            return Ok(Answer::Tombstone(
                StatusCode::GONE,
                objects::tombstone(&actor.uri, "Group", actor.gone_at),
            ));
        }
        let version = (actor.id.0, actor.id.0, micros(row.updated_at));
        versioned(tx, memory, version, |tx| {
            let out = groups::outward::group(tx, actor.id.into())?;
            Ok((objects::actor::group(tx.urls, &out), actor))
        })
    })
    .await
}

async fn group_part(
    State(app): State<App>,
    Path((name, part)): Path<(String, String)>,
    request: Request,
) -> Response {
    serve(app, request, move |tx, memory, to| {
        let (actor, row) = groups::outward::hosted(tx, &name, to.is_anyone())?;
        crosses(tx, row.id, row.class, to)?;
        if actor.gone_at.is_some() {
            return Err(Error::NotFound);
        }
        let id = format!("{}/{part}", actor.uri);
        match part.as_str() {
            "outbox" => Answer::of(&collection::ordered(&id, row.topic_count, announces(tx, &row)?)),
            "followers" => Answer::of(&collection::counted(&id, row.member_count)),
            "featured" => {
                let items = pinned(tx, memory, row.id)?;
                let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
                Answer::of(&collection::ordered(&id, total, items))
            }
            "moderators" => {
                let items: Vec<Value> =
                    membership::outward::moderators(tx, row.id)?.into_iter().map(Value::String).collect();
                let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
                Answer::of(&collection::ordered(&id, total, items))
            }
            _ => Err(Error::NotFound),
        }
    })
    .await
}

/// The newest topics as the group announced them: Lemmy takes an outbox of nothing else.
fn announces(tx: &mut Tx<'_>, group: &GroupRow) -> Result<Vec<Value>> {
    let mut items = Vec::new();
    for id in threads::outward::topics(tx, group.id, false, OUTBOX)? {
        let head = threads::outward::head(tx, id)?;
        if let Some(document) = outbox::announced(tx, group.id.into(), &head.uri)? {
            items.push(document.read()?);
        }
    }
    Ok(items)
}

/// Pinned topics, whole: Lemmy takes nothing else. What was written elsewhere stands there as it came in.
fn pinned(tx: &mut Tx<'_>, memory: &Memory, group: GroupId) -> Result<Vec<Value>> {
    let mut items = Vec::new();
    for id in threads::outward::topics(tx, group, true, PINNED)? {
        let out = threads::outward::post(tx, id)?;
        let document = match &out.post.document {
            Some(document) => serde_json::from_str(document).map_err(Error::internal)?,
            None => {
                let mut document = objects::post::post(tx.urls, &out);
                let signers = Signers::load(tx, memory, &out.author)?;
                proofs::add(&mut document, &signers.ed, tx.now.utc()).map_err(Error::internal)?;
                document
            }
        };
        items.push(document);
    }
    Ok(items)
}

async fn person(State(app): State<App>, Path(name): Path<String>, request: Request) -> Response {
    serve(app, request, move |tx, memory, _to| {
        let actor = match local(tx, &name)? {
            Ok(actor) => actor,
            Err(tombstone) => return Ok(tombstone),
        };
        let out = people::outward::person(tx, actor.id.into())?;
        let version = (actor.id.0, actor.id.0, micros(out.person.updated_at));
        versioned(tx, memory, version, |tx| Ok((objects::actor::person(tx.urls, &out), actor)))
    })
    .await
}

async fn person_part(
    State(app): State<App>,
    Path((name, part)): Path<(String, String)>,
    request: Request,
) -> Response {
    serve(app, request, move |tx, _memory, _to| {
        let Ok(actor) = local(tx, &name)? else { return Err(Error::NotFound) };
        let person = PersonId::from(actor.id);
        people::outward::person(tx, person)?;
        let id = format!("{}/{part}", actor.uri);
        let (followers, following) = people::outward::follow_counts(tx, person)?;
        match part.as_str() {
            "outbox" => {
                let total = threads::outward::open_posts(tx, person)?;
                Answer::of(&collection::ordered(&id, total, wrote(tx, &actor)?))
            }
            "followers" => Answer::of(&collection::counted(&id, followers)),
            "following" => Answer::of(&collection::counted(&id, following)),
            _ => Err(Error::NotFound),
        }
    })
    .await
}

/// What somebody wrote last in the open, as it went out. Of a post that was changed the change stands here: an old text is told
/// to nobody any more.
fn wrote(tx: &mut Tx<'_>, actor: &ActorRow) -> Result<Vec<Value>> {
    let mut items = Vec::new();
    for (uri, changed) in threads::outward::latest_by(tx, actor.id.into(), OUTBOX)? {
        let kind = if changed { "Update" } else { "Create" };
        if let Some(row) = outbox::latest(tx, actor.id, kind, &uri)? {
            items.push(row.document.read()?);
        }
    }
    Ok(items)
}

// Posts

async fn topic(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response {
    let Ok(id) = id.parse::<ThreadId>() else { return StatusCode::NOT_FOUND.into_response() };
    serve(app, request, move |tx, memory, to| {
        let asked = tx.urls.thread(id);
        post(tx, memory, to, id.into(), &asked)
    })
    .await
}

async fn reply(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response {
    let Ok(id) = id.parse::<PostId>() else { return StatusCode::NOT_FOUND.into_response() };
    serve(app, request, move |tx, memory, to| {
        let asked = tx.urls.post(id);
        post(tx, memory, to, id, &asked)
    })
    .await
}

fn post(tx: &mut Tx<'_>, memory: &Memory, to: &Asker, id: PostId, asked: &str) -> Result<Answer> {
    let head = threads::outward::head(tx, id)?;
    crosses(tx, head.group, head.class, to)?;
    if head.refused {
        return Err(Error::NotFound);
    }
    let former = if PostId::from(head.thread) == id { "Page" } else { "Note" };
    let gone = head.deleted_at.map(|at| (StatusCode::GONE, at));
    if let Some((status, at)) = gone.or_else(|| head.removed_at.map(|at| (StatusCode::NOT_FOUND, at))) {
        return Ok(Answer::Tombstone(status, objects::tombstone(&head.uri, former, Some(at))));
    }
    if !head.local || head.uri != asked {
        return Ok(Answer::Elsewhere(head.uri));
    }
    let version = (id.0, head.group.0, head.edited_at.map_or(0, micros));
    versioned(tx, memory, version, |tx| {
        let out = threads::outward::post(tx, id)?;
        Ok((objects::post::post(tx.urls, &out), out.author))
    })
}

async fn context(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response {
    let Ok(thread) = id.parse::<ThreadId>() else { return StatusCode::NOT_FOUND.into_response() };
    serve(app, request, move |tx, _memory, to| {
        let (group, class) = threads::outward::thread_head(tx, thread)?;
        crosses(tx, group, class, to)?;
        let group = actors::find(tx, group.into())?;
        // Only the host says what belongs to a thread.
        if !group.local {
            return Err(Error::NotFound);
        }
        let (total, uris) = threads::outward::context(tx, thread, POSTS)?;
        Answer::of(&collection::thread(&tx.urls.context(thread), &group.uri, total, uris))
    })
    .await
}

async fn replies(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response {
    let Ok(id) = id.parse::<PostId>() else { return StatusCode::NOT_FOUND.into_response() };
    serve(app, request, move |tx, _memory, to| {
        let head = threads::outward::head(tx, id)?;
        crosses(tx, head.group, head.class, to)?;
        if head.deleted_at.is_some() || head.removed_at.is_some() || head.refused {
            return Err(Error::NotFound);
        }
        let (total, uris) = threads::outward::replies(tx, id, POSTS)?;
        Answer::of(&collection::replies(&tx.urls.replies(id), total, uris))
    })
    .await
}

async fn activity(State(app): State<App>, Path(id): Path<String>, request: Request) -> Response {
    let Ok(id) = id.parse::<ActivityId>() else { return StatusCode::NOT_FOUND.into_response() };
    serve(app, request, move |tx, _memory, to| {
        let row = if to.is_anyone() { outbox::find_open(tx, id)? } else { outbox::find(tx, id)? };
        if let Some(group) = row.group_id {
            let class = groups::outward::row(tx, group)?.class;
            crosses(tx, group, class, to)?;
        }
        // What it is about may stand in another group meanwhile, and in a more closed one.
        let about = threads::outward::by_uri(tx, &row.object_uri)?;
        if let Some(head) = &about {
            crosses(tx, head.group, head.class, to)?;
        }
        // A report is for those who decide about it; who follows whom, and what is agreed or offered, is between those two.
        if PRIVATE.contains(&row.kind.as_str()) {
            return Err(Error::NotFound);
        }
        // What carries a text must not keep it after the text is gone.
        if outbox::CARRYING.contains(&row.kind.as_str()) && about.is_some_and(|head| head.is_gone()) {
            return Err(Error::Gone);
        }
        Ok(Answer::Document(row.document.0.into(), None))
    })
    .await
}
