//! Serves files: what people uploaded, to whoever may see what it belongs to, and by our proxy pictures of other servers and documents
//! that stand in closed groups.
//!
//! A file is never a page of ours: it is served with the type that its bytes have, can run nothing, and can't be taken for an
//! ActivityPub document, not even by a server that asks for one (CVE-2024-25623: whoever can upload such a document speaks
//! for everybody here).

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use url::Url;

use crate::app::App;
use crate::error::{Error, Result};
use crate::fediverse;
use crate::ids::{GroupId, MediaId, PersonId};
use crate::media::elsewhere::{self, Cache};
use crate::media::views::{self, Elsewhere, Picture, Served, Within};
use crate::media::{MediaKind, files, store};
use crate::people::reader;
use crate::policy::{Viewer, limits};
use crate::request;
use crate::web::error::Fault;
use crate::web::session::Ctx;

/// Addresses of this file.
pub fn routes(app: &App) -> Router<App> {
    let cache = Cache::new(&app.config.media.dir, app.clock.clone());
    Router::new()
        .route("/media/{id}", get(picture))
        .route("/media/{id}/{name}", get(file))
        .route("/media/remote/{id}", get(remote))
        .route("/media/avatar/{person}", get(avatar))
        .route("/media/emblem/{group}", get(emblem))
        .layer(axum::Extension(cache))
}

/// Stands where a picture of another server can't be had.
const PLACEHOLDER: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 64 48\" width=\"64\" height=\"48\">\
<rect width=\"64\" height=\"48\" fill=\"#e0e0e0\"/>\
<path d=\"M12 38l14-16 10 11 6-7 10 12z\" fill=\"#757575\"/><circle cx=\"44\" cy=\"15\" r=\"5\" fill=\"#757575\"/></svg>";

#[derive(Debug, Deserialize)]
struct Wanted {
    size: Option<String>,
}

/// A file under its name.
async fn file(
    State(app): State<App>,
    Path((id, name)): Path<(MediaId, String)>,
    Query(wanted): Query<Wanted>,
    parts: Parts,
) -> Response {
    let small = wanted.size.as_deref() == Some("small");
    answer(uploaded(&app, &parts, id, Some(name), small).await)
}

/// A picture by its id alone, small: as avatars and emblems are shown.
async fn picture(State(app): State<App>, Path(id): Path<MediaId>, parts: Parts) -> Response {
    answer(uploaded(&app, &parts, id, None, true).await)
}

async fn uploaded(
    app: &App,
    parts: &Parts,
    id: MediaId,
    name: Option<String>,
    small: bool,
) -> Result<Response> {
    let Served { row, public } = read(app, parts, move |tx, viewer| views::served(tx, viewer, id)).await?;
    // One file has one address: under other names nothing is served, or kept by caches.
    if name.is_some_and(|name| name != row.name) {
        return Err(Error::NotFound);
    }
    let (bytes, media_type) = store::open(app.config.media.dir.clone(), &row, small).await?;
    let disposition = match row.kind {
        MediaKind::Image => "inline".to_owned(),
        MediaKind::Document => format!("attachment; filename=\"{}\"", row.name),
    };
    Ok(served(&parts.headers, bytes, &media_type, &disposition, public))
}

/// A file of a post that stays elsewhere: a picture, or in a closed group a document.
async fn remote(
    State(app): State<App>,
    axum::Extension(cache): axum::Extension<Cache>,
    Path(id): Path<MediaId>,
    parts: Parts,
) -> Response {
    let found = match read(&app, &parts, move |tx, viewer| views::elsewhere(tx, viewer, id)).await {
        Ok(found) => found,
        Err(error) => return answer(Err(error)),
    };
    match found.kind {
        MediaKind::Image => {
            let within = (!found.public).then_some(&found.within);
            answer(proxied(&app, &cache, &parts.headers, &found.url, within).await)
        }
        // Whoever may have it opens it as a page: why it can't be had is told as on any other.
        MediaKind::Document => match document(&app, &parts.headers, &found).await {
            Ok(response) => response,
            Err(error) => Fault::Domain(error).into_response(),
        },
    }
}

/// A document elsewhere, fetched now and kept nowhere.
async fn document(app: &App, asked: &HeaderMap, found: &Elsewhere) -> Result<Response> {
    let url = Url::parse(&found.url).map_err(|_unreadable| Error::NotFound)?;
    let bytes = fediverse::media(app, &url, Some(&found.within), limits::FILE).await?;
    let (media_type, extension) = elsewhere::document_type(&found.media_type);
    let name = files::download_name(&found.name, extension);
    Ok(served(asked, bytes, media_type, &format!("attachment; filename=\"{name}\""), false))
}

/// A person's picture, wherever it is.
async fn avatar(
    State(app): State<App>,
    axum::Extension(cache): axum::Extension<Cache>,
    Path(person): Path<PersonId>,
    asked: HeaderMap,
) -> Response {
    let found = async {
        let picture = app.db.read(move |tx| views::avatar(tx, person)).await?;
        either(&app, &cache, &asked, picture, None).await
    };
    answer(found.await)
}

/// A group's picture, wherever it is.
async fn emblem(
    State(app): State<App>,
    axum::Extension(cache): axum::Extension<Cache>,
    Path(group): Path<GroupId>,
    parts: Parts,
) -> Response {
    let found = async {
        let found = read(&app, &parts, move |tx, viewer| views::emblem_for(tx, viewer, group)).await?;
        let (picture, within) = found;
        either(&app, &cache, &parts.headers, picture, within.as_ref()).await
    };
    answer(found.await)
}

/// `within`: as in [`proxied`].
async fn either(
    app: &App,
    cache: &Cache,
    asked: &HeaderMap,
    picture: Picture,
    within: Option<&Within>,
) -> Result<Response> {
    match picture {
        Picture::Here(path) => {
            let place = HeaderValue::from_str(&path).map_err(Error::internal)?;
            let keep = if within.is_none() { "public, max-age=300" } else { "private, no-store" };
            let keep = HeaderValue::from_static(keep);
            let headers = [(header::LOCATION, place), (header::CACHE_CONTROL, keep)];
            Ok((StatusCode::TEMPORARY_REDIRECT, headers).into_response())
        }
        Picture::Elsewhere(url) => proxied(app, cache, asked, &url, within).await,
    }
}

/// `within`: in what a picture stands that isn't for everybody.
async fn proxied(
    app: &App,
    cache: &Cache,
    asked: &HeaderMap,
    url: &str,
    within: Option<&Within>,
) -> Result<Response> {
    let fetch = |url: Url| async move { fediverse::media(app, &url, within, elsewhere::LARGEST).await.ok() };
    let copy = cache.picture(url, fetch).await?;
    Ok(served(asked, copy.bytes, copy.media_type, "inline", within.is_none()))
}

/// Reads with whoever looks; without a session that is anybody.
async fn read<T: Send + 'static>(
    app: &App,
    parts: &Parts,
    f: impl FnOnce(&mut crate::db::Tx<'_>, Viewer) -> Result<T> + Send + 'static,
) -> Result<T> {
    let digest = Ctx::new(app.clone(), parts).session_digest();
    let reading = app.db.read(move |tx| {
        let member = match digest {
            Some(digest) => reader::reader(tx, &digest)?,
            None => None,
        };
        f(tx, member.map_or(Viewer::Anonymous, |member| member.viewer()))
    });
    reading.await
}

fn served(
    asked: &HeaderMap,
    bytes: impl Into<Bytes>,
    media_type: &str,
    disposition: &str,
    public: bool,
) -> Response {
    let bytes: Bytes = bytes.into();
    // What stands under an address never changes, but it can be removed: so not for ever. And what only some may see is asked for each
    // time, so that nobody sees it a moment longer.
    let (keep, share) = if public {
        ("public, max-age=86400, immutable", "cross-origin")
    } else {
        ("private, no-store", "same-origin")
    };
    // What only some may see has no version: nobody learns by one that it is still there.
    let version = public.then(|| request::version_of(&bytes));
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let text = |text: &str| {
        HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("application/octet-stream"))
    };
    headers.insert(header::CONTENT_TYPE, text(media_type));
    headers.insert(header::CONTENT_DISPOSITION, text(disposition));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert("cross-origin-resource-policy", HeaderValue::from_static(share));
    confine(&mut response);
    match version {
        Some(version) => request::versioned(asked, &version, response),
        None => response,
    }
}

/// A browser that opens this as a page of its own runs nothing of it.
fn confine(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'; sandbox"),
    );
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
}

fn answer(result: Result<Response>) -> Response {
    let status = match result {
        Ok(response) => return response,
        Err(Error::Busy(_) | Error::Unavailable(_)) => StatusCode::SERVICE_UNAVAILABLE,
        Err(Error::Internal(error)) => {
            tracing::error!(error = format!("{error:#}"), "a file can't be served");
            StatusCode::INTERNAL_SERVER_ERROR
        }
        // Hidden or absent: nobody is told which.
        Err(_) => StatusCode::NOT_FOUND,
    };
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "private, max-age=60")];
    let mut response = (status, headers, PLACEHOLDER).into_response();
    confine(&mut response);
    response
}
