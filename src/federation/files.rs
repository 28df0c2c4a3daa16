//! Files of posts, for other servers that sign their requests: those of closed groups are for members alone, at this moment.

use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::asker::{self, Asker};
use super::crossing::Ground;
use crate::app::App;
use crate::error::{Error, Result};
use crate::ids::MediaId;
use crate::media::{MediaRow, store, views};
use crate::policy::visibility;
use crate::request;

/// Answers a signed request for a file. What may not be seen isn't there.
pub async fn file(
    State(app): State<App>,
    Path((id, name)): Path<(MediaId, String)>,
    request: Request,
) -> Response {
    // Unsigned, nobody who asks for documents gets a file: what was uploaded must never be taken for one (CVE-2024-25623).
    if !request.headers().contains_key("signature") {
        return StatusCode::NOT_FOUND.into_response();
    }
    let from = match asker::asker(&app, request.method(), request.uri(), request.headers()).await {
        Ok(from) => from,
        Err(status) => return status.into_response(),
    };
    let unknown = from.is_anyone();
    let mut found = look(&app, id, &name, from).await;
    if unknown && matches!(found, Err(Error::NotFound)) {
        found = match asker::partner(&app, request.method(), request.uri(), request.headers()).await {
            Ok(partner) => look(&app, id, &name, partner).await,
            Err(error) => Err(error),
        };
    }
    match bytes(&app, found).await {
        Ok(response) => response,
        Err(Error::Unavailable(_)) => request::come_back(),
        Err(error) => {
            if error.is_fault() {
                tracing::error!(error = %error, "a file can't be served");
            }
            StatusCode::NOT_FOUND.into_response()
        }
    }
}

async fn look(app: &App, id: MediaId, name: &str, from: Asker) -> Result<MediaRow> {
    let name = name.to_owned();
    let found = app.db.read(move |tx| {
        let (row, place) = views::outward(tx, id)?;
        if let Some((group, class)) = place {
            let to = from.towards(tx, Ground { group, class })?;
            if !visibility::may_cross(class, &to) {
                return Err(Error::NotFound);
            }
        }
        if row.name == name { Ok(row) } else { Err(Error::NotFound) }
    });
    found.await
}

async fn bytes(app: &App, row: Result<MediaRow>) -> Result<Response> {
    let (bytes, media_type) = store::open(app.config.media.dir.clone(), &row?, false).await?;
    let media_type = HeaderValue::from_str(&media_type).map_err(Error::internal)?;
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    Ok((headers, bytes).into_response())
}
