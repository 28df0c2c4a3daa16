//! People over the API: profiles, following, and one's own profile. Signing in and all that belongs to it is in `me`.

use axum::Router;
use axum::extract::State;
use axum::routing::{get, put};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use uuid::Uuid;

use super::auth::{Bearer, Looker};
use super::error::Result;
use super::groups::Person;
use super::input::{Done, Json, Page, Paging, Path, Query, present};
use crate::app::App;
use crate::clock::Time;
use crate::db::Tx;
use crate::error::{FieldErrors, Result as Domain};
use crate::ids::{MediaId, PersonId};
use crate::media::views::Picture;
use crate::membership::MembershipState;
use crate::people::blocks::BlockKind;
use crate::people::profile::{self, Preferences, ProfileDraft};
use crate::people::views::{self, Profile};
use crate::people::{self, AccountRole, AccountState, attempts, byline, follows};
use crate::policy::Viewer;
use crate::policy::rates::Limit;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/people/{name}", get(show))
        .route("/people/{name}/follow", put(follow).delete(unfollow))
        .route("/me", get(me).patch(change))
        .route("/me/following", get(following))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(show, follow, unfollow, me, change, following))]
    struct Part;
    Part::openapi()
}

/// A person, here or elsewhere.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PersonProfile {
    id: Uuid,
    name: String,
    /// `@name@host`.
    handle: String,
    display_name: String,
    url: String,
    activity_pub_id: String,
    /// Whether they are of this instance.
    local: bool,
    /// Markdown; empty for people elsewhere.
    bio: String,
    /// Safe HTML.
    bio_html: String,
    employer: String,
    function: String,
    /// Address of their picture.
    avatar: Option<String>,
    avatar_alt: String,
    /// An automatic account.
    bot: bool,
    /// They administer this instance.
    admin: bool,
    #[schema(value_type = String, format = DateTime)]
    created_at: Time,
    /// What is between the caller and them; left out without a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    relation: Option<Relation>,
}

/// What is between the caller and somebody.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Relation {
    /// The caller follows them.
    following: bool,
    /// The caller asked to follow them, and waits.
    asked: bool,
    /// They follow the caller.
    followed_by: bool,
    /// `block`, `mute` or null.
    #[schema(value_type = Option<String>)]
    block: Option<BlockKind>,
}

fn shown(app: &App, viewer: Viewer, profile: Profile) -> PersonProfile {
    let avatar = profile.picture.as_ref().map(|picture| match picture {
        Picture::Here(path) => app.urls.absolute(path),
        // Elsewhere: a program may ask for it there; pages show it through our proxy.
        Picture::Elsewhere(url) => url.clone(),
    });
    let relation = viewer.person().filter(|_| !profile.own).map(|_| Relation {
        following: profile.follows.flatten().is_some(),
        asked: profile.follows == Some(None),
        followed_by: profile.followed_by,
        block: profile.block,
    });
    PersonProfile {
        id: profile.person.id.0,
        handle: profile.handle(),
        name: profile.actor.name,
        display_name: profile.person.display_name,
        url: profile.actor.url,
        activity_pub_id: profile.actor.uri,
        local: profile.actor.local,
        bio: profile.person.bio,
        bio_html: profile.person.bio_html,
        employer: profile.person.employer,
        function: profile.person.function,
        avatar,
        avatar_alt: profile.person.avatar_alt,
        bot: profile.person.bot,
        admin: profile.admin,
        created_at: profile.actor.created_at,
        relation,
    }
}

/// A person: `name`, `name@host` or an id.
#[utoipa::path(
    get, path = "/people/{name}", tag = "people", params(("name" = String, Path)),
    responses((status = 200, body = PersonProfile), (status = 404), (status = 410)),
)]
async fn show(
    State(app): State<App>,
    Looker(viewer): Looker,
    Path(name): Path<String>,
) -> Result<Json<PersonProfile>> {
    let profile = app.db.read(move |tx| views::by_handle(tx, viewer, &name)).await?;
    Ok(Json(shown(&app, viewer, profile)))
}

/// Follows a person. Somebody elsewhere has to accept first.
#[utoipa::path(
    put, path = "/people/{name}/follow", tag = "people", params(("name" = String, Path)),
    security(("bearer" = ["write"])), responses((status = 204), (status = 403), (status = 404)),
)]
async fn follow(State(app): State<App>, Bearer(caller): Bearer, Path(name): Path<String>) -> Result<Done> {
    let limited = app.config.limits.enabled;
    app.db
        .write(move |tx| {
            attempts::by_person(tx, limited, Limit::AccountFollows, &caller.actor)?;
            let target = byline::find(tx, &name)?;
            follows::follow(tx, &caller.actor, target, None)
        })
        .await?;
    app.wake.notify_waiters();
    Ok(Done)
}

/// Stops following a person.
#[utoipa::path(
    delete, path = "/people/{name}/follow", tag = "people", params(("name" = String, Path)),
    security(("bearer" = ["write"])), responses((status = 204), (status = 404)),
)]
async fn unfollow(State(app): State<App>, Bearer(caller): Bearer, Path(name): Path<String>) -> Result<Done> {
    app.db
        .write(move |tx| {
            let target = byline::find(tx, &name)?;
            follows::unfollow(tx, &caller.actor, target)
        })
        .await?;
    app.wake.notify_waiters();
    Ok(Done)
}

/// One's own account and profile.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Me {
    #[serde(flatten)]
    profile: PersonProfile,
    email: String,
    /// `active`, or `leaving` while the account waits to be deleted.
    #[schema(value_type = String)]
    state: AccountState,
    #[schema(value_type = String)]
    role: AccountRole,
    discoverable: bool,
    /// Language of pages and mails; null: as the browser asks.
    language: Option<String>,
    mail_replies: bool,
    mail_moderation: bool,
    /// Titles of groups and topics may stand in mails about closed groups of class `leden`.
    mail_titles: bool,
    /// Whether logging in takes a second factor.
    second_factor: bool,
}

fn own(app: &App, tx: &mut Tx<'_>, id: PersonId) -> Domain<Me> {
    let viewer = Viewer::Member { id, admin: false };
    let profile = views::profile(tx, viewer, id)?;
    let account = people::account(tx, id)?;
    let discoverable = profile.person.discoverable;
    Ok(Me {
        profile: shown(app, viewer, profile),
        second_factor: account.has_second_factor(),
        email: account.email,
        state: account.state,
        role: account.role,
        discoverable,
        language: account.language,
        mail_replies: account.mail_replies,
        mail_moderation: account.mail_moderation,
        mail_titles: account.mail_titles,
    })
}

/// One's own account and profile.
#[utoipa::path(
    get, path = "/me", tag = "me", security(("bearer" = ["read"])), responses((status = 200, body = Me), (status = 401)),
)]
async fn me(State(app): State<App>, Bearer(caller): Bearer) -> Result<Json<Me>> {
    let (id, inside) = (caller.actor.person, app.clone());
    Ok(Json(app.db.read(move |tx| own(&inside, tx, id)).await?))
}

/// Changes to one's own profile; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct MeChange {
    display_name: Option<String>,
    /// Markdown.
    bio: Option<String>,
    employer: Option<String>,
    function: Option<String>,
    discoverable: Option<bool>,
    /// An upload of one's own; null takes the picture away.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<Uuid>)]
    avatar: Option<Option<Uuid>>,
    avatar_alt: Option<String>,
    /// `nl` or `en`; null: as the browser asks.
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    language: Option<Option<String>>,
    mail_replies: Option<bool>,
    mail_moderation: Option<bool>,
    /// Titles of groups and topics in mails about closed groups of class `leden`; never of stricter ones.
    mail_titles: Option<bool>,
}

impl MeChange {
    fn touches_profile(&self) -> bool {
        self.display_name.is_some()
            || self.bio.is_some()
            || self.employer.is_some()
            || self.function.is_some()
            || self.discoverable.is_some()
            || self.avatar.is_some()
            || self.avatar_alt.is_some()
    }

    fn touches_preferences(&self) -> bool {
        self.language.is_some()
            || self.mail_replies.is_some()
            || self.mail_moderation.is_some()
            || self.mail_titles.is_some()
    }

    fn apply(&self, draft: &mut ProfileDraft) {
        let set = |from: &Option<String>, to: &mut String| {
            if let Some(text) = from {
                to.clone_from(text);
            }
        };
        set(&self.display_name, &mut draft.display_name);
        set(&self.bio, &mut draft.bio);
        set(&self.employer, &mut draft.employer);
        set(&self.function, &mut draft.function);
        set(&self.avatar_alt, &mut draft.avatar_alt);
        draft.discoverable = self.discoverable.unwrap_or(draft.discoverable);
        if let Some(avatar) = self.avatar {
            draft.avatar = avatar.map(MediaId);
        }
    }
}

/// Changes one's own profile and preferences.
#[utoipa::path(
    patch, path = "/me", tag = "me", request_body = MeChange, security(("bearer" = ["write"])),
    responses((status = 200, body = Me), (status = 400), (status = 401)),
)]
async fn change(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Json(change): Json<MeChange>,
) -> Result<Json<Me>> {
    let (by, id) = (caller.actor.clone(), caller.actor.person);
    let person = app.db.read(move |tx| people::find(tx, id)).await?;
    let mut draft = ProfileDraft::of(&person);
    change.apply(&mut draft);
    let draft = profile::rendered(draft, &app.markdown);
    let inside = app.clone();
    let me = app
        .db
        .write(move |tx| {
            let mut errors = FieldErrors::default();
            if change.touches_profile() {
                errors.gather(profile::edit(tx, &by, &draft))?;
            }
            if change.touches_preferences() {
                let now = people::account(tx, id)?;
                let preferences = Preferences {
                    language: change.language.clone().unwrap_or(now.language),
                    mail_replies: change.mail_replies.unwrap_or(now.mail_replies),
                    mail_moderation: change.mail_moderation.unwrap_or(now.mail_moderation),
                    mail_titles: change.mail_titles.unwrap_or(now.mail_titles),
                };
                errors.gather(profile::set_preferences(tx, id, &preferences, &inside.locales))?;
            }
            errors.into_result()?;
            own(&inside, tx, id)
        })
        .await?;
    app.wake.notify_waiters();
    Ok(Json(me))
}

/// Somebody whom the caller follows.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Followed {
    person: Person,
    /// Since when; for whoever hasn't answered yet, when they were asked.
    #[schema(value_type = String, format = DateTime)]
    since: Time,
    /// `accepted`, or `pending` until they answer.
    #[schema(value_type = String)]
    state: MembershipState,
}

/// Whom the caller follows, the newest first. Somebody who ended it is not in it any more; nobody is told of that.
#[utoipa::path(
    get, path = "/me/following", tag = "me", params(Paging), security(("bearer" = ["read"])),
    responses((status = 200, body = Page<Followed>)),
)]
async fn following(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Query(paging): Query<Paging>,
) -> Result<Json<Page<Followed>>> {
    let part = paging.part()?;
    let found = app.db.read(move |tx| follows::following(tx, caller.actor.person, part)).await?;
    Ok(Page::of(found, |line| {
        let state = if line.accepted { MembershipState::Accepted } else { MembershipState::Pending };
        Followed { person: Person::from(&*line.person), since: line.since, state }
    }))
}
