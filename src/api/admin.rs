//! Administration of the instance and its people over the API. All of it takes an administrator's token with scope `admin`.
#![allow(
    unused_qualifications,
    reason = "the macro that describes a route writes the types of its parameters in full"
)]

use axum::Router;
use axum::extract::State;
use axum::routing::{delete, get, post, put};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::Administrator;
use super::error::Result;
use super::input::{Done, Json, Page, Paging, Path, Query};
use crate::app::App;
use crate::clock::Time;
use crate::db::page::Part;
use crate::error::Error;
use crate::ids::PersonId;
use crate::instance::pages::{self, PageName};
use crate::instance::{self, Settings, SignUp};
use crate::moderation::{self, Category};
use crate::people::admin::{self, AccountLine, Which};
use crate::people::{AccountRole, AccountState};

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/admin/settings", get(settings).patch(change_settings))
        .route("/admin/pages/{name}/{language}", get(page).put(write_page).delete(reset_page))
        .route("/admin/people", get(people))
        .route("/admin/people/{id}", get(person).patch(change_person))
        .route("/admin/people/{id}/suspension", put(suspend).delete(unsuspend))
        .route("/admin/people/{id}/second-factor", delete(reset_second_factor))
        .route("/admin/approvals", get(approvals))
        .route("/admin/approvals/{id}", post(decide))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(
        settings,
        change_settings,
        page,
        write_page,
        reset_page,
        people,
        person,
        change_person,
        suspend,
        unsuspend,
        reset_second_factor,
        approvals,
        decide
    ))]
    struct Part;
    Part::openapi()
}

/// What administrators decide about the instance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InstanceSettings {
    name: String,
    tagline: String,
    description: String,
    /// `open`, `approval` or `closed`.
    #[schema(value_type = String)]
    sign_up: SignUp,
    members_make_groups: bool,
    contact_email: String,
    security_contact: String,
    language: String,
    /// How numbers of cases and clients look: `#` for a digit, as in `WMO-####-######`. Posts with one are refused once.
    case_numbers: Vec<String>,
}

impl From<Settings> for InstanceSettings {
    fn from(settings: Settings) -> Self {
        Self {
            name: settings.name,
            tagline: settings.tagline,
            description: settings.description,
            sign_up: settings.sign_up,
            members_make_groups: settings.members_make_groups,
            contact_email: settings.contact_email,
            security_contact: settings.security_contact,
            language: settings.language,
            case_numbers: settings.case_numbers,
        }
    }
}

/// Changes to the settings; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct SettingsChange {
    name: Option<String>,
    tagline: Option<String>,
    description: Option<String>,
    #[schema(value_type = Option<String>)]
    sign_up: Option<SignUp>,
    members_make_groups: Option<bool>,
    contact_email: Option<String>,
    security_contact: Option<String>,
    language: Option<String>,
    case_numbers: Option<Vec<String>>,
}

impl SettingsChange {
    fn apply(self, now: Settings) -> Settings {
        Settings {
            name: self.name.unwrap_or(now.name),
            tagline: self.tagline.unwrap_or(now.tagline),
            description: self.description.unwrap_or(now.description),
            sign_up: self.sign_up.unwrap_or(now.sign_up),
            members_make_groups: self.members_make_groups.unwrap_or(now.members_make_groups),
            contact_email: self.contact_email.unwrap_or(now.contact_email),
            security_contact: self.security_contact.unwrap_or(now.security_contact),
            language: self.language.unwrap_or(now.language),
            case_numbers: self.case_numbers.unwrap_or(now.case_numbers),
        }
    }
}

/// The settings.
#[utoipa::path(
    get, path = "/admin/settings", tag = "admin", security(("bearer" = ["read", "admin"])),
    responses((status = 200, body = InstanceSettings), (status = 403)),
)]
async fn settings(State(app): State<App>, _by: Administrator) -> Result<Json<InstanceSettings>> {
    Ok(Json(app.db.read(instance::settings).await?.into()))
}

/// Changes the settings.
#[utoipa::path(
    patch, path = "/admin/settings", tag = "admin", request_body = SettingsChange,
    security(("bearer" = ["write", "admin"])),
    responses((status = 200, body = InstanceSettings), (status = 400), (status = 403)),
)]
async fn change_settings(
    State(app): State<App>,
    Administrator(by): Administrator,
    Json(change): Json<SettingsChange>,
) -> Result<Json<InstanceSettings>> {
    let locales = app.locales.clone();
    let settings = app
        .db
        .write(move |tx| {
            let settings = change.clone().apply(instance::settings(tx)?);
            instance::acts::change_settings(tx, &by.actor, &settings, &locales)
        })
        .await?;
    Ok(Json(settings.into()))
}

/// A page of the instance, in one language.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TextPage {
    /// `privacy`, `accessibility`, `rules` or `contact`.
    #[schema(value_type = String)]
    name: PageName,
    /// In which language it is: that asked for, if there is a text in it.
    language: String,
    /// Markdown, with `{name}`, `{domain}` and `{contact}` in place of what the settings say.
    content: String,
    html: String,
    /// When an administrator wrote it; null for the text that the program brings.
    #[schema(value_type = Option<String>, format = DateTime)]
    updated_at: Option<Time>,
}

impl From<pages::Page> for TextPage {
    fn from(page: pages::Page) -> Self {
        Self {
            name: page.name,
            language: page.language,
            content: page.content,
            html: page.html,
            updated_at: page.updated_at,
        }
    }
}

/// A page to be written.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PageDraft {
    /// Markdown.
    content: String,
}

fn named(app: &App, name: &str, language: &str) -> Result<(PageName, String)> {
    let name = PageName::from_word(name).ok_or(Error::NotFound)?;
    let lang = app.locales.find(language).ok_or(Error::NotFound)?;
    Ok((name, app.locales.code(lang).to_owned()))
}

async fn read_page(app: &App, name: PageName, language: String) -> Result<Json<TextPage>> {
    let inside = app.clone();
    let page = app.db.read(move |tx| {
        let settings = instance::settings(tx)?;
        pages::page(tx, name, &language, &settings, &inside.markdown)
    });
    Ok(Json(page.await?.into()))
}

/// A page of the instance.
#[utoipa::path(
    get, path = "/admin/pages/{name}/{language}", tag = "admin",
    params(("name" = String, Path), ("language" = String, Path)), security(("bearer" = ["read", "admin"])),
    responses((status = 200, body = TextPage), (status = 404)),
)]
async fn page(
    State(app): State<App>,
    _by: Administrator,
    Path((name, language)): Path<(String, String)>,
) -> Result<Json<TextPage>> {
    let (name, language) = named(&app, &name, &language)?;
    read_page(&app, name, language).await
}

/// Writes a page of the instance.
#[utoipa::path(
    put, path = "/admin/pages/{name}/{language}", tag = "admin", request_body = PageDraft,
    params(("name" = String, Path), ("language" = String, Path)), security(("bearer" = ["write", "admin"])),
    responses((status = 200, body = TextPage), (status = 400), (status = 404)),
)]
async fn write_page(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path((name, language)): Path<(String, String)>,
    Json(draft): Json<PageDraft>,
) -> Result<Json<TextPage>> {
    let (name, language) = named(&app, &name, &language)?;
    let html = pages::rendered(&draft.content, &app.markdown);
    let code = language.clone();
    app.db
        .write(move |tx| instance::acts::write_page(tx, &by.actor, name, &code, &draft.content, &html))
        .await?;
    read_page(&app, name, language).await
}

/// Goes back to the text that the program brings.
#[utoipa::path(
    delete, path = "/admin/pages/{name}/{language}", tag = "admin",
    params(("name" = String, Path), ("language" = String, Path)), security(("bearer" = ["write", "admin"])),
    responses((status = 204), (status = 404)),
)]
async fn reset_page(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path((name, language)): Path<(String, String)>,
) -> Result<Done> {
    let (name, language) = named(&app, &name, &language)?;
    app.db.write(move |tx| instance::acts::reset_page(tx, &by.actor, name, &language)).await?;
    Ok(Done)
}

/// An account, as administrators see it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Account {
    id: Uuid,
    name: String,
    display_name: String,
    email: String,
    /// `unconfirmed`, `waiting`, `active` or `leaving`.
    #[schema(value_type = String)]
    state: AccountState,
    /// `member` or `admin`.
    #[schema(value_type = String)]
    role: AccountRole,
    /// Why they want to take part.
    motivation: String,
    /// Whether logging in takes a second factor.
    second_factor: bool,
    #[schema(value_type = Option<String>, format = DateTime)]
    suspended_at: Option<Time>,
    #[schema(value_type = Option<String>, format = DateTime)]
    delete_after: Option<Time>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// When it was last in use in a browser that is still signed in.
    #[schema(value_type = Option<String>, format = DateTime)]
    seen_at: Option<Time>,
}

impl From<AccountLine> for Account {
    fn from(line: AccountLine) -> Self {
        Self {
            id: line.id.0,
            name: line.name,
            display_name: line.display_name,
            email: line.email,
            state: line.state,
            role: line.role,
            motivation: line.motivation,
            second_factor: line.second_factor,
            suspended_at: line.suspended_at,
            delete_after: line.delete_after,
            created_at: line.created_at,
            seen_at: line.seen_at,
        }
    }
}

/// Which accounts.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase", default)]
struct Filter {
    /// Looked for in names and e-mail addresses.
    q: String,
    /// `all` (proven ones; the default), `waiting`, `unconfirmed`, `suspended`, `admins`, `leaving` or `everything`.
    state: Option<String>,
}

/// Accounts of this instance, the newest first.
#[utoipa::path(
    get, path = "/admin/people", tag = "admin", params(Filter, Paging), security(("bearer" = ["read", "admin"])),
    responses((status = 200, body = Page<Account>), (status = 400), (status = 403)),
)]
async fn people(
    State(app): State<App>,
    Administrator(by): Administrator,
    Query(filter): Query<Filter>,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Account>>> {
    let which = match filter.state.as_deref() {
        None => Which::All,
        Some(word) => Which::from_word(word).ok_or_else(|| Error::field("state", "error-state-unknown"))?,
    };
    let part = Part { after: paging.after()?, size: paging.size()? };
    let slice = app.db.read(move |tx| admin::accounts(tx, by.viewer, &filter.q, which, part)).await?;
    Ok(Page::of(slice, Account::from))
}

/// One account.
#[utoipa::path(
    get, path = "/admin/people/{id}", tag = "admin", params(("id" = Uuid, Path)),
    security(("bearer" = ["read", "admin"])), responses((status = 200, body = Account), (status = 404)),
)]
async fn person(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(id): Path<Uuid>,
) -> Result<Json<Account>> {
    let line = app.db.read(move |tx| admin::account_line(tx, by.viewer, PersonId(id))).await?;
    Ok(Json(line.into()))
}

/// A change to an account.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct AccountChange {
    /// `member` or `admin`.
    #[schema(value_type = String)]
    role: AccountRole,
}

/// Makes somebody an administrator, or an ordinary member again.
#[utoipa::path(
    patch, path = "/admin/people/{id}", tag = "admin", params(("id" = Uuid, Path)), request_body = AccountChange,
    security(("bearer" = ["write", "admin"])),
    responses((status = 200, body = Account), (status = 400), (status = 404)),
)]
async fn change_person(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(id): Path<Uuid>,
    Json(change): Json<AccountChange>,
) -> Result<Json<Account>> {
    let line = app
        .db
        .write(move |tx| {
            admin::set_role(tx, &by.actor, PersonId(id), change.role)?;
            admin::account_line(tx, by.viewer, PersonId(id))
        })
        .await?;
    Ok(Json(line.into()))
}

/// Why.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Why {
    /// Told to the person, and shown in the moderation log.
    reason: String,
    /// On which ground: `rules` (when none is named), `privacy`, `illegal`, `spam` or `other`. The person is told.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    ground: Option<Category>,
}

/// Suspends a person, here or elsewhere.
#[utoipa::path(
    put, path = "/admin/people/{id}/suspension", tag = "admin", params(("id" = Uuid, Path)), request_body = Why,
    security(("bearer" = ["write", "admin"])),
    responses((status = 204), (status = 400), (status = 404), (status = 409)),
)]
async fn suspend(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(id): Path<Uuid>,
    Json(why): Json<Why>,
) -> Result<Done> {
    app.db
        .write(move |tx| {
            admin::suspend(tx, &by.actor, PersonId(id), moderation::Why::on(why.ground, &why.reason)?)
        })
        .await?;
    app.wake.notify_waiters();
    Ok(Done)
}

/// Lifts a suspension.
#[utoipa::path(
    delete, path = "/admin/people/{id}/suspension", tag = "admin", params(("id" = Uuid, Path)),
    security(("bearer" = ["write", "admin"])), responses((status = 204), (status = 404), (status = 409)),
)]
async fn unsuspend(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(id): Path<Uuid>,
) -> Result<Done> {
    app.db.write(move |tx| admin::unsuspend(tx, &by.actor, PersonId(id))).await?;
    app.wake.notify_waiters();
    Ok(Done)
}

/// Takes the second factor away from somebody who lost phone and codes. All their sessions end.
#[utoipa::path(
    delete, path = "/admin/people/{id}/second-factor", tag = "admin", params(("id" = Uuid, Path)),
    security(("bearer" = ["write", "admin"])), responses((status = 204), (status = 404)),
)]
async fn reset_second_factor(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(id): Path<Uuid>,
) -> Result<Done> {
    app.db.write(move |tx| admin::reset_second_factor(tx, &by.actor, PersonId(id))).await?;
    app.wake.notify_waiters();
    Ok(Done)
}

/// Accounts that wait for approval.
#[utoipa::path(
    get, path = "/admin/approvals", tag = "admin", params(Paging), security(("bearer" = ["read", "admin"])),
    responses((status = 200, body = Page<Account>), (status = 403)),
)]
async fn approvals(
    State(app): State<App>,
    Administrator(by): Administrator,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Account>>> {
    let part = Part { after: paging.after()?, size: paging.size()? };
    let slice = app.db.read(move |tx| admin::accounts(tx, by.viewer, "", Which::Waiting, part)).await?;
    Ok(Page::of(slice, Account::from))
}

/// What is decided about a sign-up.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Decision {
    /// True lets them in; false deletes the account.
    approve: bool,
    /// Told to somebody who is rejected.
    #[serde(default)]
    reason: String,
}

/// Approves or rejects an account that waits.
#[utoipa::path(
    post, path = "/admin/approvals/{id}", tag = "admin", params(("id" = Uuid, Path)), request_body = Decision,
    security(("bearer" = ["write", "admin"])),
    responses((status = 204), (status = 400), (status = 404), (status = 409)),
)]
async fn decide(
    State(app): State<App>,
    Administrator(by): Administrator,
    Path(id): Path<Uuid>,
    Json(decision): Json<Decision>,
) -> Result<Done> {
    app.db
        .write(move |tx| match decision.approve {
            true => admin::approve(tx, &by.actor, PersonId(id)),
            false => admin::reject(tx, &by.actor, PersonId(id), &decision.reason),
        })
        .await?;
    app.wake.notify_waiters();
    Ok(Done)
}
