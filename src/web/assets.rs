//! Styles, script and pictures of the pages, embedded in the program and served under `/assets`.
//!
//! Owns the files in `src/web/assets/`. Their address carries a hash of their content, so browsers may keep them for
//! good. Does not serve what people upload: that is `media`.

use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

#[derive(rust_embed::Embed)]
#[folder = "$CARGO_MANIFEST_DIR/src/web/assets"]
struct Files;

/// The routes of this file: `/assets/{name}-{hash}.{kind}` and `/favicon.ico`.
pub fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new()
        .route("/assets/{file}", get(serve))
        .route("/favicon.ico", get(async || respond("icon.png", "public, max-age=86400")))
}

/// The address of an asset by its file name: `app.css` gives `/assets/app-1f0c9a4e.css`.
///
/// An unknown name gives its plain address, which answers 404.
#[must_use]
pub fn asset(name: &str) -> String {
    match (Files::get(name), name.rsplit_once('.')) {
        (Some(file), Some((stem, kind))) => format!("/assets/{stem}-{}.{kind}", fingerprint(&file)),
        _ => format!("/assets/{name}"),
    }
}

fn fingerprint(file: &rust_embed::EmbeddedFile) -> String {
    file.metadata.sha256_hash().iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

async fn serve(Path(name): Path<String>) -> Response {
    let plain = name.rsplit_once('.').and_then(|(stem, kind)| {
        let (stem, hash) = stem.rsplit_once('-')?;
        Some((format!("{stem}.{kind}"), hash.to_owned()))
    });
    if let Some((plain, hash)) = plain
        && let Some(file) = Files::get(&plain)
    {
        // During an update a page of the other version may ask for its own file: it gets ours, and may not keep it.
        let fresh = hash == fingerprint(&file);
        return respond(&plain, if fresh { "public, max-age=31536000, immutable" } else { "no-cache" });
    }
    respond(&name, "no-cache")
}

fn respond(name: &str, caching: &'static str) -> Response {
    let Some(file) = Files::get(name) else { return StatusCode::NOT_FOUND.into_response() };
    let kind = match name.rsplit_once('.').map(|(_, kind)| kind) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, caching)];
    (headers, file.data.into_owned()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::Request};
    use tower::ServiceExt;

    async fn fetch(path: &str) -> Response {
        let request = Request::get(path).body(Body::empty()).unwrap();
        routes::<()>().with_state(()).oneshot(request).await.unwrap()
    }

    #[tokio::test]
    async fn an_asset_is_kept_for_good_under_its_hash_only() {
        let answer = fetch(&asset("app.css")).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "text/css; charset=utf-8");
        assert_eq!(answer.headers()["cache-control"], "public, max-age=31536000, immutable");
        for old in ["/assets/app-00000000.css", "/assets/app.css"] {
            let answer = fetch(old).await;
            assert_eq!(answer.status(), StatusCode::OK);
            assert_eq!(answer.headers()["cache-control"], "no-cache");
        }
    }

    #[tokio::test]
    async fn what_is_not_an_asset_is_not_found() {
        for path in ["/assets/none.css", "/assets/..%2Fmod.rs", "/assets/..%2Fassets.rs"] {
            assert_eq!(fetch(path).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(asset("none.css"), "/assets/none.css");
    }
}
