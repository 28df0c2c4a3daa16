//! JSON for programs, at `/api/v1`: it translates between HTTP and the features, and holds no rule of its own.
//!
//! One file per feature, each with `routes()` and `document()` (its part of the OpenAPI description). Follows the NLGov REST
//! API Design Rules: `API-Version` on every answer, no slash at the end, camelCase, RFC 9457 problems, bad input is 400.

pub mod admin;
mod admin_groups;
mod agreements;
mod answers;
mod audit;
pub mod auth;
pub mod error;
pub mod groups;
mod held;
pub mod input;
pub mod instance;
pub mod invitations;
pub mod keeping;
mod limits;
mod links;
pub mod me;
pub mod media;
pub mod memberships;
pub mod moderation;
pub mod notices;
pub mod peers;
pub mod people;
pub mod posts;
mod promotions;
pub mod reports;
pub mod resolve;
mod rule_changes;
mod rule_files;
mod rules;
pub mod search;
pub mod threads;
pub mod unreadable;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router, middleware};
use utoipa::OpenApi;

use self::auth::Bearers;
use crate::app::App;
use crate::error::Error;
use crate::request;

/// The version of this API, on every answer.
pub const VERSION: &str = "1.0.0";

/// All of the API.
pub fn routes(app: &App) -> Router<App> {
    let version = Router::new()
        .route("/openapi.json", get(openapi))
        .route("/problems/{word}", get(error::about))
        .merge(instance::routes())
        .merge(people::routes())
        .merge(me::routes())
        .merge(admin::routes())
        .merge(admin_groups::routes())
        .merge(limits::routes())
        .merge(audit::routes())
        .merge(peers::routes())
        .merge(agreements::routes())
        .merge(rules::routes())
        .merge(rule_changes::routes())
        .merge(rule_files::routes())
        .merge(held::routes())
        .merge(groups::routes())
        .merge(memberships::routes())
        .merge(invitations::routes())
        .merge(links::routes())
        .merge(threads::routes())
        .merge(keeping::routes())
        .merge(promotions::routes())
        .merge(posts::routes())
        .merge(search::routes())
        .merge(resolve::routes())
        .merge(media::routes())
        .merge(reports::routes())
        .merge(moderation::routes())
        .merge(notices::routes())
        .fallback(unknown)
        .layer(middleware::from_fn_with_state(app.clone(), error::explain))
        .layer(middleware::from_fn(request::note_route));
    Router::new().nest("/api/v1", version)
}

async fn unknown() -> error::Failed {
    Error::NotFound.into()
}

/// The description of the whole API, in OpenAPI 3.1.
pub fn document(base: &str) -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(
        info(
            title = "Vakplein",
            version = "1.0.0",
            description = "People, groups and discussions of one Vakplein instance. Reading what is public takes no token; \
                           everything else takes a bearer token with the scope that is named. Lists are continued with the \
                           `next` of the page before as `cursor`.",
            license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later"),
            contact(name = "The administrators of this instance"),
        ),
        components(schemas(error::Problem, error::FieldProblem)),
        modifiers(&Bearers),
    )]
    struct Whole;

    let mut whole = Whole::openapi();
    whole.merge(instance::document());
    whole.merge(people::document());
    whole.merge(me::document());
    whole.merge(admin::document());
    whole.merge(admin_groups::document());
    whole.merge(limits::document());
    whole.merge(audit::document());
    whole.merge(peers::document());
    whole.merge(agreements::document());
    whole.merge(rules::document());
    whole.merge(rule_changes::document());
    whole.merge(rule_files::document());
    whole.merge(held::document());
    whole.merge(groups::document());
    whole.merge(memberships::document());
    whole.merge(invitations::document());
    whole.merge(links::document());
    whole.merge(threads::document());
    whole.merge(keeping::document());
    whole.merge(promotions::document());
    whole.merge(posts::document());
    whole.merge(search::document());
    whole.merge(resolve::document());
    whole.merge(media::document());
    whole.merge(reports::document());
    whole.merge(moderation::document());
    whole.merge(notices::document());
    if let Some(contact) = whole.info.contact.as_mut() {
        contact.url = Some(format!("{base}/contact"));
    }
    answers::complete(&mut whole);
    whole.servers = Some(vec![utoipa::openapi::Server::new(format!("{base}/api/v1"))]);
    whole
}

/// Serves the description. Programs in a browser of any site may read it (NLGov API-51).
async fn openapi(State(app): State<App>) -> Response {
    let open = [(HeaderName::from_static("access-control-allow-origin"), HeaderValue::from_static("*"))];
    let kept = [(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=3600"))];
    (open, kept, Json(document(app.urls.base()))).into_response()
}
