//! Files of posts, for and from other servers that sign their requests: those of closed groups are for members alone, at this moment.
//!
//! A member's own server shows a file of a closed group to the group's host alone. So the host passes it on to members elsewhere, at an
//! address of its own ([`passed`]), and keeps nothing of it.

use axum::extract::{Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Deserialize;
use url::Url;

use super::asker::{self, Asker};
use super::crossing::Ground;
use super::fetch::{Miss, Reach};
use crate::actors;
use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::MediaId;
use crate::media::views::{self, Within};
use crate::media::{MediaRow, store};
use crate::policy::{Class, limits, visibility};
use crate::request;
use crate::urls::host_of;

/// Where a host passes files on.
const PASSED: &str = "/media/passed";

/// Answers a signed request for a file. What may not be seen isn't there.
pub async fn file(
    State(app): State<App>,
    Path((id, name)): Path<(MediaId, String)>,
    parts: Parts,
) -> Response {
    let found = asked(&app, &parts, move |tx, from| {
        let (row, place) = views::outward(tx, id)?;
        if let Some((group, class)) = place {
            must_cross(tx, from, Ground { group, class })?;
        }
        if row.name == name { Ok(row) } else { Err(Error::NotFound) }
    });
    let row = match found.await {
        Ok(row) => row,
        Err(status) => return refused(status),
    };
    match stored(&app, &row).await {
        Ok(response) => response,
        Err(error) => refused(status(&error)),
    }
}

/// What is asked of a host that passes files on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// Id of the post that shows it.
    post: String,
    /// Its address, as the post says.
    url: String,
}

/// Passes a file of a post in a closed group hosted here on, which stays on its author's server: fetched now, for a member elsewhere who
/// signed. What may not be seen isn't there.
pub async fn passed(State(app): State<App>, Query(wanted): Query<Wanted>, parts: Parts) -> Response {
    let found = asked(&app, &parts, move |tx, from| {
        let found = views::passed_on(tx, &wanted.post, &wanted.url)?;
        // Only the host of a closed group has what it passes on from nobody but the author. All else is read where it is.
        if found.class == Class::Openbaar || !actors::find(tx, found.within.group.into())?.local {
            return Err(Error::NotFound);
        }
        must_cross(tx, from, Ground { group: found.within.group, class: found.class })?;
        Ok(found)
    });
    let found = match found.await {
        Ok(found) => found,
        Err(status) => return refused(status),
    };
    let Ok(url) = Url::parse(&found.url) else { return refused(StatusCode::NOT_FOUND) };
    if !is_at_home(&url, &found.within) {
        return refused(StatusCode::NOT_FOUND);
    }
    match closed(&app, &url, &found.within, limits::FILE).await {
        // What it is, whoever asked was told by the post.
        Ok(bytes) => handed(bytes, HeaderValue::from_static("application/octet-stream")),
        Err(miss) => {
            tracing::debug!(host = url.host_str(), error = %miss, "a file can't be passed on");
            refused(status(&miss.into()))
        }
    }
}

/// A file elsewhere that anybody may have, of at most `limit` bytes.
///
/// # Errors
/// See [`Miss`].
pub async fn open(app: &App, url: &Url, limit: usize) -> Result<Bytes, Miss> {
    Ok(app.client.get_media(url, limit).await?.bytes)
}

/// A file elsewhere that stands in a closed group, of at most `limit` bytes: asked for in the name of a member of ours, or of the group when
/// it is ours. What lies on the server of a member elsewhere is asked of the group's host, unless that is us.
///
/// Nothing is asked in anybody's name but on the server of whoever showed it: one who names an address somewhere else could have us fetch
/// what others may read there. What is there gets us what it gives anybody.
///
/// # Errors
/// See [`Miss`].
pub async fn closed(app: &App, url: &Url, within: &Within, limit: usize) -> Result<Bytes, Miss> {
    if !is_at_home(url, within) {
        return open(app, url, limit).await;
    }
    let id = within.group;
    let group = app.db.read(move |tx| actors::find(tx, id.into())).await?;
    let from = match &within.post {
        Some(post) if !group.local && group.host != within.host => pass(&group.uri, post, url)?,
        _ => url.clone(),
    };
    Reach::into_closed(app, 1, id).file(&from, limit).await
}

/// Whether a file lies on the server of whoever showed it.
fn is_at_home(url: &Url, within: &Within) -> bool {
    host_of(url).is_some_and(|host| host == within.host)
}

/// Where a group's host passes a file of a post on.
fn pass(group: &str, post: &str, url: &Url) -> Result<Url, Miss> {
    let wrong = |error: url::ParseError| Miss::Wrong(error.to_string());
    let mut address = Url::parse(group).and_then(|group| group.join(PASSED)).map_err(wrong)?;
    address.query_pairs_mut().append_pair("post", post).append_pair("url", url.as_str());
    Ok(address)
}

/// Looks for what is asked for, in the name of whoever signed.
async fn asked<T, F>(app: &App, parts: &Parts, look: F) -> std::result::Result<T, StatusCode>
where
    T: Send + 'static,
    F: Fn(&mut Tx<'_>, &Asker) -> Result<T> + Clone + Send + 'static,
{
    // Unsigned, nobody who asks for documents gets a file: what was uploaded must never be taken for one (CVE-2024-25623).
    if !parts.headers.contains_key("signature") {
        return Err(StatusCode::NOT_FOUND);
    }
    let from = asker::asker(app, &parts.method, &parts.uri, &parts.headers).await?;
    let (unknown, again) = (from.is_anyone(), look.clone());
    let found = app.db.read(move |tx| look(tx, &from)).await;
    let found = match found {
        Err(Error::NotFound) if unknown => {
            match asker::partner(app, &parts.method, &parts.uri, &parts.headers).await {
                Ok(partner) => app.db.read(move |tx| again(tx, &partner)).await,
                Err(error) => Err(error),
            }
        }
        found => found,
    };
    found.map_err(|error| status(&error))
}

fn must_cross(tx: &mut Tx<'_>, from: &Asker, ground: Ground) -> Result<()> {
    let to = from.towards(tx, ground)?;
    if visibility::may_cross(ground.class, &to) { Ok(()) } else { Err(Error::NotFound) }
}

fn status(error: &Error) -> StatusCode {
    match error {
        Error::Unavailable(_) | Error::Unreachable => StatusCode::SERVICE_UNAVAILABLE,
        error => {
            if error.is_fault() {
                tracing::error!(error = %error, "a file can't be served");
            }
            StatusCode::NOT_FOUND
        }
    }
}

fn refused(status: StatusCode) -> Response {
    if status == StatusCode::SERVICE_UNAVAILABLE { request::come_back() } else { status.into_response() }
}

async fn stored(app: &App, row: &MediaRow) -> Result<Response> {
    let (bytes, media_type) = store::open(app.config.media.dir.clone(), row, false).await?;
    let media_type = HeaderValue::from_str(&media_type).map_err(Error::internal)?;
    Ok(handed(bytes.into(), media_type))
}

/// The bytes of a file for one server, which nothing in between keeps and nothing shows by itself.
fn handed(bytes: Bytes, media_type: HeaderValue) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    (headers, bytes).into_response()
}
