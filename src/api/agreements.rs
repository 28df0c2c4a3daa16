//! Agreements with other instances about closed groups, over the API. All of it takes an administrator's token with scope `admin`.
#![allow(
    unused_qualifications,
    reason = "the macro that describes a route writes the types of its parameters in full"
)]

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post, put};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::Administrator;
use super::error::Result;
use super::input::{Created, Done, Json, Page, Path};
use crate::agreements::messages::{self, Message};
use crate::agreements::{AgreementState, Asked, Terms, Theirs, acts, offered, views};
use crate::app::App;
use crate::clock::Time;
use crate::db::Tx;
use crate::error::{Error, Result as DomainResult};
use crate::policy::{Class, Viewer};

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/admin/agreements", get(list).post(begin))
        .route("/admin/agreements/{host}", get(show).put(set).delete(end))
        .route("/admin/agreements/{host}/answer", put(answer))
        .route("/admin/agreements/{host}/messages", post(say))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(list, begin, show, set, end, answer, say))]
    struct Part;
    Part::openapi()
}

/// What was agreed with another instance about closed groups, on this side.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Agreement {
    /// `host[:port]` of the other instance; the agreement is about exactly that.
    host: String,
    /// `requested`, `discussion`, `agreed`, `suspended` or `ended`. Only one that is agreed counts.
    #[schema(value_type = String)]
    state: AgreementState,
    /// Whose request is open: `us` when the other side hasn't answered, `them` when nobody here has, `refused` when the other side
    /// refused ours, else `nobody`.
    #[schema(value_type = String)]
    asked: Asked,
    /// The strictest class that may cross: `leden` or `vertrouwelijk`.
    #[schema(value_type = String)]
    ceiling: Class,
    /// The strictest class that may cross at this moment; `openbaar`: nothing of closed groups, since it doesn't count, is over, or
    /// the server is blocked.
    #[schema(value_type = String)]
    ceiling_now: Class,
    /// Until when it counts; null: until it is ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
    /// The organisation on the other side.
    organisation: String,
    /// Whom to ask there; may be empty.
    contact: String,
    /// What it is for.
    purpose: String,
    /// Administrators blocked the server.
    blocked: bool,
    /// The other side is told how things stand here.
    told: bool,
    /// What the other side last told of its own agreement; null: nothing yet. It decides about nothing here.
    theirs: Option<AgreementTheirs>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    #[schema(value_type = String, format = DateTime)]
    changed_at: Time,
    /// Whom it concerns when nothing crosses any more; only of a single agreement.
    #[serde(skip_serializing_if = "Option::is_none")]
    concerns: Option<AgreementConcerns>,
    /// What administrators of both sides wrote each other, the oldest first; only of a single agreement.
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<Vec<AgreementMessage>>,
}

/// The other side of an agreement, as it told us.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AgreementTheirs {
    /// As `state` of our side.
    #[schema(value_type = String)]
    state: AgreementState,
    /// The strictest class that may cross as far as they are concerned: `leden` or `vertrouwelijk`.
    #[schema(value_type = String)]
    ceiling: Class,
    /// Until when it counts for them; null: until it is ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
    /// Which organisation they are, as they say.
    organisation: String,
    /// Whom to ask there, as they say; may be empty.
    contact: String,
    /// What it is for, as they say.
    purpose: String,
    /// Since when things stand so there.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Time,
}

/// What an administrator of one of the two sides wrote about an agreement.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AgreementMessage {
    /// Its id.
    id: Uuid,
    /// It was written here.
    ours: bool,
    /// What whoever wrote it here is called; null for those of the other side, and where that person is gone.
    by: Option<String>,
    /// Plain text.
    text: String,
    /// When it was written, or came.
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
}

/// Memberships that an agreement lets take part.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AgreementConcerns {
    /// Memberships of people from there in closed groups here, also asked for.
    members: i64,
    /// Memberships of people from here in closed groups there, also asked for.
    memberships: i64,
}

impl From<views::Agreement> for Agreement {
    fn from(agreement: views::Agreement) -> Self {
        let views::Agreement { row, asked, told, theirs, blocked, ceiling_now, .. } = agreement;
        Self {
            host: row.host,
            state: row.state,
            asked,
            ceiling: row.ceiling,
            ceiling_now,
            until: row.until,
            organisation: row.organisation,
            contact: row.contact,
            purpose: row.purpose,
            blocked,
            told,
            theirs: theirs.map(AgreementTheirs::from),
            created_at: row.created_at,
            changed_at: row.changed_at,
            concerns: None,
            messages: None,
        }
    }
}

impl From<Theirs> for AgreementTheirs {
    fn from(theirs: Theirs) -> Self {
        Self {
            state: theirs.state,
            ceiling: theirs.ceiling,
            until: theirs.until,
            organisation: theirs.organisation,
            contact: theirs.contact,
            purpose: theirs.purpose,
            updated_at: theirs.at,
        }
    }
}

impl From<Message> for AgreementMessage {
    fn from(Message { row, by }: Message) -> Self {
        Self { id: row.id.0, ours: row.ours, by, text: row.content, created_at: row.created_at }
    }
}

/// One, with whom it concerns and what was written about it.
fn one(tx: &mut Tx<'_>, viewer: Viewer, host: &str) -> DomainResult<Agreement> {
    let agreement = views::find(tx, viewer, host)?;
    let affected = views::affected(tx, viewer, host, Class::Openbaar)?;
    let concerns = AgreementConcerns { members: affected.members, memberships: affected.memberships };
    let said = messages::list(tx, viewer, host)?.into_iter().map(AgreementMessage::from).collect();
    Ok(Agreement { concerns: Some(concerns), messages: Some(said), ..agreement.into() })
}

/// All agreements, by host; first those whose other side waits for an answer.
#[utoipa::path(
    get, path = "/admin/agreements", tag = "admin", security(("bearer" = ["read", "admin"])),
    responses((status = 200, body = Page<Agreement>), (status = 403)),
)]
async fn list(State(app): State<App>, Administrator(by): Administrator) -> Result<Json<Page<Agreement>>> {
    let found = app.db.read(move |tx| views::list(tx, by.viewer)).await?;
    Ok(Page::whole(found.into_iter().map(Agreement::from).collect()))
}

/// The agreement with one instance.
#[utoipa::path(
    get, path = "/admin/agreements/{host}", tag = "admin", params(("host" = String, Path)),
    security(("bearer" = ["read", "admin"])), responses((status = 200, body = Agreement), (status = 404)),
)]
async fn show(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(host): Path<String>,
) -> Result<Json<Agreement>> {
    Ok(Json(app.db.read(move |tx| one(tx, by.viewer, &host)).await?))
}

/// What is agreed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AgreementTerms {
    /// `agreed` (when left out), `suspended` or `ended`.
    #[schema(value_type = Option<String>)]
    state: Option<AgreementState>,
    /// The strictest class that may cross: `leden` or `vertrouwelijk`.
    #[schema(value_type = String)]
    ceiling: Class,
    /// Until when it counts, at most; without it, until it is ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
    /// The organisation on the other side.
    organisation: String,
    /// Whom to ask there.
    #[serde(default)]
    contact: String,
    /// What it is for.
    purpose: String,
}

impl AgreementTerms {
    fn terms(self) -> Terms {
        Terms {
            state: self.state.unwrap_or(AgreementState::Agreed),
            ceiling: self.ceiling,
            until: self.until,
            organisation: self.organisation,
            contact: self.contact,
            purpose: self.purpose,
        }
    }
}

/// An agreement that is to be made, or asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewAgreement {
    /// `host[:port]` of the other instance.
    host: String,
    /// Asks the other instance for it; without this it is kept here alone, and counts at once.
    #[serde(default)]
    ask: bool,
    /// The strictest class that may cross: `leden` or `vertrouwelijk`.
    #[schema(value_type = String)]
    ceiling: Class,
    /// Until when it counts, at most; without it, until it is ended.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Time>,
    /// The organisation on the other side.
    organisation: String,
    /// Whom to ask there.
    #[serde(default)]
    contact: String,
    /// What it is for.
    purpose: String,
}

/// Makes an agreement with an instance that has none yet. With `ask` the other instance is asked for it, also anew: it counts here as soon
/// as the other one agrees to at least that; when it offers less, that is left to be discussed. The other instance is told the terms,
/// what it is for, and name and contact address of this one.
#[utoipa::path(
    post, path = "/admin/agreements", tag = "admin", request_body = NewAgreement,
    security(("bearer" = ["write", "admin"])),
    responses((status = 201, body = Agreement), (status = 400), (status = 409)),
)]
async fn begin(
    State(app): State<App>,
    Administrator(by): Administrator,
    Json(new): Json<NewAgreement>,
) -> Result<Created<Agreement>> {
    let NewAgreement { host, ask, ceiling, until, organisation, contact, purpose } = new;
    let state = if ask { AgreementState::Requested } else { AgreementState::Agreed };
    let terms = Terms { state, ceiling, until, organisation, contact, purpose };
    let made = app.db.write(move |tx| {
        let host = match state {
            AgreementState::Requested => acts::ask(tx, &by.actor, &host, &terms)?,
            _ => acts::begin(tx, &by.actor, &host, &terms)?,
        };
        one(tx, by.viewer, &host)
    });
    let agreement = made.await?;
    app.wake.notify_one();
    let location = app.urls.absolute(&format!("/api/v1/admin/agreements/{}", agreement.host));
    Ok(Created(location, agreement))
}

/// Makes an agreement with an instance, or puts other terms in place of those it had. It counts at once, on this side; the other
/// instance has its own. One that is requested or discussed can stay so with other terms. The host is normalised; `host` of the answer says how it is kept.
#[utoipa::path(
    put, path = "/admin/agreements/{host}", tag = "admin", params(("host" = String, Path)),
    request_body = AgreementTerms, security(("bearer" = ["write", "admin"])),
    responses((status = 200, body = Agreement), (status = 400)),
)]
async fn set(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(host): Path<String>,
    Json(terms): Json<AgreementTerms>,
) -> Result<Json<Agreement>> {
    let terms = terms.terms();
    let agreement = app
        .db
        .write(move |tx| {
            let host = acts::set(tx, &by.actor, &host, &terms)?;
            one(tx, by.viewer, &host)
        })
        .await?;
    app.wake.notify_one();
    Ok(Json(agreement))
}

/// Ends an agreement: nothing of closed groups crosses any more, at once. It stays in the list, as `ended`.
#[utoipa::path(
    delete, path = "/admin/agreements/{host}", tag = "admin", params(("host" = String, Path)),
    security(("bearer" = ["write", "admin"])), responses((status = 204), (status = 404), (status = 409)),
)]
async fn end(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(host): Path<String>,
) -> Result<Done> {
    app.db.write(move |tx| acts::end(tx, &by.actor, &host)).await?;
    app.wake.notify_one();
    Ok(Done)
}

/// An answer to what the other instance asked for or agreed to.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AgreementAnswer {
    /// `agree`, `discuss` or `refuse`.
    answer: AgreementAnswerWord,
    /// Something to say with it; needed to discuss.
    #[serde(default)]
    message: String,
    /// By which terms it is agreed, as far as they differ from what the other instance has.
    #[serde(default)]
    terms: AgreementAnswerTerms,
}

/// What is answered.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum AgreementAnswerWord {
    /// It is agreed.
    Agree,
    /// It has to be talked about first.
    Discuss,
    /// No.
    Refuse,
}

/// Terms of one's own in an answer; what is left out is as the other instance has it.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AgreementAnswerTerms {
    /// The strictest class that may cross: `leden` or `vertrouwelijk`.
    #[schema(value_type = Option<String>)]
    ceiling: Option<Class>,
    /// Until when it counts; null: until it is ended.
    #[serde(default, deserialize_with = "super::input::present")]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Option<Time>>,
    /// The organisation on the other side.
    organisation: Option<String>,
    /// Whom to ask there.
    contact: Option<String>,
    /// What it is for.
    purpose: Option<String>,
}

/// Answers what another instance asked for or agreed to. Agreed it counts at once, on this side; agreed to less than was asked for, it is
/// the other side's to take that or not. An agreement here that counts already isn't changed by this.
#[utoipa::path(
    put, path = "/admin/agreements/{host}/answer", tag = "admin", params(("host" = String, Path)),
    request_body = AgreementAnswer, security(("bearer" = ["write", "admin"])),
    responses((status = 200, body = Agreement), (status = 400), (status = 404), (status = 409)),
)]
async fn answer(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(host): Path<String>,
    Json(sent): Json<AgreementAnswer>,
) -> Result<Json<Agreement>> {
    let answered = app.db.write(move |tx| {
        let AgreementAnswer { answer, message, terms } = &sent;
        let answer = match answer {
            AgreementAnswerWord::Agree => {
                let agreement = views::find(tx, by.viewer, &host)?;
                let theirs = agreement.theirs.as_ref().ok_or(Error::Conflict)?;
                let theirs = offered(&agreement.row, theirs);
                let text = |own: &Option<String>, known: String| own.clone().unwrap_or(known);
                acts::Answer::Agree(Some(Terms {
                    state: AgreementState::Agreed,
                    ceiling: terms.ceiling.unwrap_or(theirs.ceiling),
                    until: terms.until.unwrap_or(theirs.until),
                    organisation: text(&terms.organisation, theirs.organisation),
                    contact: text(&terms.contact, theirs.contact),
                    purpose: text(&terms.purpose, theirs.purpose),
                }))
            }
            AgreementAnswerWord::Discuss => acts::Answer::Discuss,
            AgreementAnswerWord::Refuse => acts::Answer::Refuse,
        };
        acts::answer(tx, &by.actor, &host, &answer, message)?;
        one(tx, by.viewer, &host)
    });
    let agreement = answered.await?;
    app.wake.notify_one();
    Ok(Json(agreement))
}

/// A message about an agreement.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewAgreementMessage {
    /// Plain text.
    text: String,
}

/// Writes something to the administrators of the other instance. From then on that one also sees how things stand here.
#[utoipa::path(
    post, path = "/admin/agreements/{host}/messages", tag = "admin", params(("host" = String, Path)),
    request_body = NewAgreementMessage, security(("bearer" = ["write", "admin"])),
    responses((status = 201, body = AgreementMessage), (status = 400), (status = 404)),
)]
async fn say(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(host): Path<String>,
    Json(new): Json<NewAgreementMessage>,
) -> Result<Created<AgreementMessage>> {
    let location = app.urls.absolute(&format!("/api/v1/admin/agreements/{host}"));
    let said = app.db.write(move |tx| {
        let id = acts::say(tx, &by.actor, &host, &new.text)?;
        let said = messages::list(tx, by.viewer, &host)?;
        said.into_iter().find(|said| said.row.id == id).ok_or(Error::NotFound)
    });
    let said = AgreementMessage::from(said.await?);
    app.wake.notify_one();
    Ok(Created(location, said))
}
