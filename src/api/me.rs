//! One's own tokens, sessions, blocks and data over the API, and leaving.
//!
//! Password, e-mail address and second factor are changed in the browser only: a token must not be enough to take an account
//! over.

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, put};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::{Bearer, Caller};
use super::error::Result;
use super::groups::Person;
use super::input::{Created, Done, Json, Page, Path};
use crate::app::App;
use crate::clock::Time;
use crate::error::Error;
use crate::ids::RowId;
use crate::people::blocks::{self, BlockKind, BlockLine, Target};
use crate::people::sessions::SessionRow;
use crate::people::tokens::TokenRow;
use crate::people::{Scope, Scopes, byline, export, leaving, password, sessions, tokens};
use crate::policy::Reason;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/me/tokens", get(list_tokens).post(make_token))
        .route("/me/tokens/{id}", delete(revoke_token))
        .route("/me/sessions", get(list_sessions).delete(end_sessions))
        .route("/me/sessions/{id}", delete(end_session))
        .route("/me/blocks", get(list_blocks).post(block))
        .route("/me/blocks/{id}", delete(unblock))
        .route("/me/export", get(take_along))
        .route("/me/leaving", put(leave))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(
        list_tokens,
        make_token,
        revoke_token,
        list_sessions,
        end_sessions,
        end_session,
        list_blocks,
        block,
        unblock,
        take_along,
        leave
    ))]
    struct Part;
    Part::openapi()
}

/// A token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Token {
    id: Uuid,
    label: String,
    /// `read`, `write`, `moderate`, `admin`.
    scopes: Vec<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// When it was last used, to the hour.
    #[schema(value_type = Option<String>, format = DateTime)]
    seen_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Time>,
}

impl From<TokenRow> for Token {
    fn from(row: TokenRow) -> Self {
        Self {
            id: row.id.0,
            scopes: row.scopes.split_whitespace().map(str::to_owned).collect(),
            label: row.label,
            created_at: row.created_at,
            seen_at: row.seen_at,
            expires_at: row.expires_at,
        }
    }
}

/// A token that was just made, with its secret, which isn't shown again.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NewToken {
    #[serde(flatten)]
    token: Token,
    /// The bearer token.
    secret: String,
}

/// A token to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TokenDraft {
    /// What it is for, in a few words.
    label: String,
    /// Not more than the token that asks has.
    scopes: Vec<String>,
    /// When it ends; left out: never.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<Time>,
}

/// One's own tokens.
#[utoipa::path(
    get, path = "/me/tokens", tag = "me", security(("bearer" = ["read"])),
    responses((status = 200, body = Page<Token>)),
)]
async fn list_tokens(State(app): State<App>, Bearer(caller): Bearer) -> Result<Json<Page<Token>>> {
    let rows = app.db.read(move |tx| tokens::list(tx, caller.actor.person)).await?;
    Ok(Page::whole(rows.into_iter().map(Token::from).collect()))
}

/// Makes a token. It reaches no further than the one that asks.
#[utoipa::path(
    post, path = "/me/tokens", tag = "me", request_body = TokenDraft, security(("bearer" = ["write"])),
    responses((status = 201, body = NewToken), (status = 400), (status = 403)),
)]
async fn make_token(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Json(draft): Json<TokenDraft>,
) -> Result<Created<NewToken>> {
    let scopes = checked_scopes(&caller, &draft.scopes)?;
    let (row, secret) = app
        .db
        .write(move |tx| tokens::create(tx, caller.actor.person, &draft.label, &scopes, draft.expires_at))
        .await?;
    let url = app.urls.absolute(&format!("/api/v1/me/tokens/{}", row.id));
    Ok(Created(url, NewToken { token: row.into(), secret }))
}

fn checked_scopes(caller: &Caller, words: &[String]) -> Result<Scopes> {
    let mut scopes = Vec::with_capacity(words.len());
    for word in words {
        let scope = Scope::from_word(word).ok_or_else(|| Error::field("scopes", "error-scope-unknown"))?;
        if !caller.scopes.has(scope) {
            return Err(Error::Denied(Reason::Scope).into());
        }
        scopes.push(scope);
    }
    Ok(Scopes::of(&scopes))
}

/// Ends a token.
#[utoipa::path(
    delete, path = "/me/tokens/{id}", tag = "me", params(("id" = Uuid, Path)), security(("bearer" = ["write"])),
    responses((status = 204), (status = 404)),
)]
async fn revoke_token(State(app): State<App>, Bearer(caller): Bearer, Path(id): Path<Uuid>) -> Result<Done> {
    app.db.write(move |tx| tokens::revoke(tx, caller.actor.person, RowId(id))).await?;
    Ok(Done)
}

/// A browser that is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Session {
    id: Uuid,
    /// The browser, as it names itself.
    device: String,
    /// From which address it was last seen.
    address: String,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    seen_at: Time,
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        Self {
            id: row.id.0,
            device: row.device,
            address: row.address,
            created_at: row.created_at,
            seen_at: row.seen_at,
        }
    }
}

/// Browsers that are signed in to one's own account.
#[utoipa::path(
    get, path = "/me/sessions", tag = "me", security(("bearer" = ["read"])),
    responses((status = 200, body = Page<Session>)),
)]
async fn list_sessions(State(app): State<App>, Bearer(caller): Bearer) -> Result<Json<Page<Session>>> {
    let rows = app.db.read(move |tx| sessions::list(tx, caller.actor.person)).await?;
    Ok(Page::whole(rows.into_iter().map(Session::from).collect()))
}

/// Ends all sessions.
#[utoipa::path(
    delete, path = "/me/sessions", tag = "me", security(("bearer" = ["write"])), responses((status = 204)),
)]
async fn end_sessions(State(app): State<App>, Bearer(caller): Bearer) -> Result<Done> {
    app.db.write(move |tx| sessions::revoke_all(tx, caller.actor.person, None)).await?;
    Ok(Done)
}

/// Ends a session.
#[utoipa::path(
    delete, path = "/me/sessions/{id}", tag = "me", params(("id" = Uuid, Path)), security(("bearer" = ["write"])),
    responses((status = 204), (status = 404)),
)]
async fn end_session(State(app): State<App>, Bearer(caller): Bearer, Path(id): Path<Uuid>) -> Result<Done> {
    app.db.write(move |tx| sessions::revoke(tx, caller.actor.person, RowId(id))).await?;
    Ok(Done)
}

/// A block or mute.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Block {
    id: Uuid,
    /// `block` or `mute`.
    #[schema(value_type = String)]
    kind: BlockKind,
    /// Whom, if it is a person.
    person: Option<Person>,
    /// Which instance, if it is one.
    host: Option<String>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

impl From<BlockLine> for Block {
    fn from(line: BlockLine) -> Self {
        Self {
            id: line.id.0,
            kind: line.kind,
            person: line.person.as_deref().map(Person::from),
            host: line.host,
            created_at: line.created_at,
        }
    }
}

/// Whom or what to block or mute: a person or a host.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct BlockDraft {
    /// `block` (the default) or `mute`.
    #[serde(default)]
    kind: Option<String>,
    /// `name`, `name@host` or an id.
    #[serde(default)]
    person: Option<String>,
    /// `host` or `host:port`.
    #[serde(default)]
    host: Option<String>,
}

/// One's own blocks and mutes.
#[utoipa::path(
    get, path = "/me/blocks", tag = "me", security(("bearer" = ["read"])),
    responses((status = 200, body = Page<Block>)),
)]
async fn list_blocks(State(app): State<App>, Bearer(caller): Bearer) -> Result<Json<Page<Block>>> {
    let rows = app.db.read(move |tx| blocks::list(tx, caller.actor.person)).await?;
    Ok(Page::whole(rows.into_iter().map(Block::from).collect()))
}

/// Blocks or mutes a person or an instance. Nobody is told.
#[utoipa::path(
    post, path = "/me/blocks", tag = "me", request_body = BlockDraft, security(("bearer" = ["write"])),
    responses((status = 201, body = Block), (status = 400), (status = 404)),
)]
async fn block(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Json(draft): Json<BlockDraft>,
) -> Result<Created<Block>> {
    let kind = match draft.kind.as_deref() {
        None => BlockKind::Block,
        Some(word) => BlockKind::from_word(word).ok_or_else(|| Error::field("kind", "error-block-kind"))?,
    };
    let line = app
        .db
        .write(move |tx| {
            let target = match (&draft.person, &draft.host) {
                (Some(person), None) => Target::Person(byline::find(tx, person)?),
                (None, Some(host)) => Target::Host(host.clone()),
                _ => return Err(Error::field("person", "error-block-target")),
            };
            let id = blocks::set(tx, &caller.actor, &target, kind)?;
            let lines = blocks::list(tx, caller.actor.person)?;
            lines.into_iter().find(|line| line.id == id).ok_or(Error::NotFound)
        })
        .await?;
    app.wake.notify_waiters();
    let url = app.urls.absolute(&format!("/api/v1/me/blocks/{}", line.id));
    Ok(Created(url, line.into()))
}

/// Lifts a block or mute.
#[utoipa::path(
    delete, path = "/me/blocks/{id}", tag = "me", params(("id" = Uuid, Path)), security(("bearer" = ["write"])),
    responses((status = 204), (status = 404)),
)]
async fn unblock(State(app): State<App>, Bearer(caller): Bearer, Path(id): Path<Uuid>) -> Result<Done> {
    app.db.write(move |tx| blocks::lift(tx, &caller.actor, RowId(id))).await?;
    Ok(Done)
}

/// Everything that is stored of oneself, as a zip file of JSON, Markdown and the files that were uploaded.
#[utoipa::path(
    get, path = "/me/export", tag = "me", security(("bearer" = ["read"])),
    responses((status = 200, content_type = "application/zip", body = Vec<u8>)),
)]
async fn take_along(State(app): State<App>, Bearer(caller): Bearer) -> Result<Response> {
    let by = caller.actor;
    if app.config.limits.enabled {
        let by = by.clone();
        app.db.write(move |tx| export::count(tx, &by)).await?;
    }
    let archive = app.db.read(move |tx| export::gather(tx, by.person)).await?;
    let zip = export::pack(archive, app.config.media.dir.clone()).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"vakplein.zip\"")),
    ];
    Ok((headers, Body::from_stream(export::pieces(zip))).into_response())
}

/// When an account will be deleted.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Leaving {
    #[schema(value_type = String, format = DateTime)]
    delete_after: Time,
}

/// The wish to go, with what proves whose it is.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LeavingInput {
    /// The password of the account: a token alone, which may be in other hands, deletes nothing.
    password: String,
}

/// Wishes to go: the account is deleted when the grace period ends. Tokens stop working at once, so it is taken back in the browser.
#[utoipa::path(
    put, path = "/me/leaving", tag = "me", security(("bearer" = ["write"])), request_body = LeavingInput,
    responses((status = 200, body = Leaving), (status = 400), (status = 409)),
)]
async fn leave(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Json(input): Json<LeavingInput>,
) -> Result<Json<Leaving>> {
    password::verify(&app.db, &app.hasher, caller.actor.person, input.password).await?;
    let days = app.config.retention.grace_days;
    let delete_after = app.db.write(move |tx| leaving::leave(tx, &caller.actor, days)).await?;
    app.wake.notify_waiters();
    Ok(Json(Leaving { delete_after }))
}
