//! The instance over the API: what it is. What administrators do stands in `admin`.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde::Serialize;
use utoipa::{OpenApi, ToSchema};

use super::error::Result;
use super::input::Json;
use crate::app::App;
use crate::instance;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new().route("/instance", get(show))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(show))]
    struct Part;
    Part::openapi()
}

/// What this instance is.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Instance {
    /// Its name.
    name: String,
    /// Who runs it, in a few words.
    tagline: String,
    /// What it is for.
    description: String,
    /// `host[:port]`, as in handles.
    domain: String,
    /// Its front page.
    url: String,
    /// Its id on the wire.
    activity_pub_id: String,
    /// Who can get an account: `open`, `approval` or `closed`.
    #[schema(value_type = String)]
    sign_up: instance::SignUp,
    /// The language of pages for whoever hasn't chosen one.
    language: String,
    /// Address for questions.
    contact_email: String,
    /// Which software it runs.
    software: Software,
}

/// The software of an instance.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct Software {
    name: &'static str,
    version: &'static str,
}

/// What this instance is.
#[utoipa::path(get, path = "/instance", tag = "instance", responses((status = 200, body = Instance)))]
async fn show(State(app): State<App>) -> Result<Json<Instance>> {
    let settings = app.db.read(instance::settings).await?;
    Ok(Json(Instance {
        name: settings.name,
        tagline: settings.tagline,
        description: settings.description,
        domain: app.urls.domain().to_owned(),
        url: app.urls.instance(),
        activity_pub_id: app.urls.instance(),
        sign_up: settings.sign_up,
        language: settings.language,
        contact_email: settings.contact_email,
        software: Software { name: "vakplein", version: env!("CARGO_PKG_VERSION") },
    }))
}
