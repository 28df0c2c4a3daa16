//! Files over the API: upload, describe, delete. The bytes are served at the addresses that come with each file.

use axum::Router;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use bytes::Bytes;
use serde::Deserialize;
use utoipa::{OpenApi, ToSchema};

use super::auth::Bearer;
use super::error::{Failed, Result};
use super::input::{Created, Done, Json, Path};
use super::posts::Attachment;
use super::unreadable::Unreadable;
use crate::app::App;
use crate::error::Error;
use crate::ids::MediaId;
use crate::media::views::Shown;
use crate::media::{Description, acts, store, views};
use crate::people::attempts;
use crate::policy::limits;
use crate::policy::rates::Limit;

/// Bytes of a form around its file.
const FRAME: usize = 64 * 1024;

/// Bytes in a megabyte, as quotas count.
const MEGABYTE: i64 = 1_000_000;

/// Addresses of this file.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/media", post(upload).layer(DefaultBodyLimit::max(limits::FILE + FRAME)))
        .route("/media/{id}", get(show).patch(describe).delete(delete))
}

/// This file's part of the OpenAPI description.
pub(super) fn document() -> utoipa::openapi::OpenApi {
    #[derive(OpenApi)]
    #[openapi(paths(upload, show, describe, delete))]
    struct Part;
    Part::openapi()
}

/// A file with what is said about it.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the form; its parts are read one by one")]
struct UploadForm {
    /// The file. What it is, its bytes tell: picture, PDF, office document or text.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// What is on the picture; needed unless it is decorative.
    alt: Option<String>,
    /// The picture only adorns.
    decorative: Option<bool>,
}

/// Uploads a file. It belongs to nobody's post yet, and goes after a day if that doesn't change.
#[utoipa::path(
    post, path = "/media", tag = "media", security(("bearer" = ["write"])),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Attachment))
)]
async fn upload(
    State(app): State<App>,
    Bearer(caller): Bearer,
    request: Request,
) -> Result<Created<Attachment>> {
    let by = caller.actor;
    // Examining a file is work: first see that whoever sends it may.
    let asks = by.clone();
    app.db.read(move |tx| acts::check_uploader(tx, &asks)).await?;
    if app.config.limits.enabled {
        let by = by.clone();
        app.db.write(move |tx| attempts::by_person(tx, true, Limit::AccountUploads, &by)).await?;
    }
    let form = Multipart::from_request(request, &())
        .await
        .map_err(|_refused| Unreadable::whole("error-read-form"))?;
    let (bytes, name, description) = read(form).await?;
    let saved = store::save(app.config.media.dir.clone(), bytes, name).await?;
    let quota = app.config.media.quota_mb.saturating_mul(MEGABYTE);
    let row = app.db.write(move |tx| acts::store(tx, &by, &saved, &description, quota)).await?;
    let location = app.urls.absolute(&format!("/api/v1/media/{}", row.id));
    Ok(Created(location, Attachment::of(&app, &Shown::from(row))))
}

async fn read(mut form: Multipart) -> Result<(Bytes, String, Description)> {
    let mut file = None;
    let mut description = Description::default();
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        match field.name().unwrap_or_default() {
            "file" => {
                let name = field.file_name().unwrap_or_default().to_owned();
                file = Some((field.bytes().await.map_err(|error| unreadable(&error))?, name));
            }
            "alt" => description.alt = field.text().await.map_err(|error| unreadable(&error))?,
            "decorative" => {
                let text = field.text().await.map_err(|error| unreadable(&error))?;
                description.decorative = matches!(text.as_str(), "true" | "on" | "1");
            }
            other => return Err(Unreadable::unknown(other).into()),
        }
    }
    let (bytes, name) = file.ok_or_else(|| Error::field("file", "error-file-missing"))?;
    if bytes.len() > limits::FILE {
        return Err(Error::field("file", "error-file-too-large").into());
    }
    Ok((bytes, name, description))
}

fn unreadable(error: &MultipartError) -> Failed {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Failed::TooLarge;
    }
    Unreadable::whole("error-read-form").into()
}

/// A file of one's own.
#[utoipa::path(
    get, path = "/media/{id}", tag = "media", security(("bearer" = ["read"])),
    responses((status = 200, body = Attachment))
)]
async fn show(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(id): Path<MediaId>,
) -> Result<Json<Attachment>> {
    let person = caller.actor.person;
    let row = app.db.read(move |tx| views::own(tx, person, id)).await?;
    Ok(Json(Attachment::of(&app, &Shown::from(row))))
}

/// What is said about a picture.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[derive(Default)]
struct DescriptionInput {
    /// What is on the picture; needed unless it is decorative.
    alt: String,
    /// The picture only adorns.
    decorative: bool,
}

/// Changes what is said about a picture of one's own; with a post that is a change of the post.
#[utoipa::path(
    patch, path = "/media/{id}", tag = "media", security(("bearer" = ["write"])),
    request_body = DescriptionInput, responses((status = 200, body = Attachment))
)]
async fn describe(
    State(app): State<App>,
    Bearer(caller): Bearer,
    Path(id): Path<MediaId>,
    Json(input): Json<DescriptionInput>,
) -> Result<Json<Attachment>> {
    let by = caller.actor;
    let description = Description { alt: input.alt, decorative: input.decorative };
    let row = app.db.write(move |tx| acts::describe(tx, &by, id, &description)).await?;
    app.wake.notify_one();
    Ok(Json(Attachment::of(&app, &Shown::from(row))))
}

/// Deletes a file of one's own, also from a post.
#[utoipa::path(
    delete, path = "/media/{id}", tag = "media", security(("bearer" = ["write"])), responses((status = 204))
)]
async fn delete(State(app): State<App>, Bearer(caller): Bearer, Path(id): Path<MediaId>) -> Result<Done> {
    let by = caller.actor;
    app.db.write(move |tx| acts::delete(tx, &by, id)).await?;
    app.wake.notify_one();
    Ok(Done)
}
