//! Small files that programs look for: `robots.txt`, `security.txt`, where to change a password.

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;
use crate::error::Error;
use crate::instance;
use crate::web::error::Result;
use crate::web::session::Ctx;

/// Days that `security.txt` is said to hold: RFC 9116 §2.5.5 wants less than a year.
const HOLDS: i64 = 180;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/robots.txt", get(robots))
        .route("/.well-known/security.txt", get(security))
        .route("/.well-known/change-password", get(async |ctx: Ctx| ctx.redirect("/settings/account")))
}

async fn robots() -> Response {
    // What a visitor needs no search engine for, and what would only make load.
    let text = "User-agent: *\nDisallow: /search\nDisallow: /login\nDisallow: /signup\nDisallow: /password\n\
                Disallow: /settings\nDisallow: /language/\nDisallow: /api/\nDisallow: /admin\nDisallow: /dev/\n";
    plain(text.to_owned())
}

/// Whom to tell about a weakness (RFC 9116). Absent as long as no address is set.
async fn security(State(app): State<App>) -> Result<Response> {
    let (settings, now) = app.db.read(|tx| Ok((instance::settings(tx)?, tx.now))).await?;
    let address = Some(settings.security_contact).filter(|address| !address.is_empty());
    let address = address.unwrap_or(settings.contact_email);
    if address.is_empty() {
        return Err(Error::NotFound.into());
    }
    let is_url = address.starts_with("https://") || address.starts_with("mailto:");
    let contact = if is_url { address } else { format!("mailto:{address}") };
    let expires = now.plus_days(HOLDS).utc().format("%Y-%m-%dT00:00:00Z");
    let own = app.urls.absolute("/.well-known/security.txt");
    let languages: Vec<&str> = app.locales.all().map(|lang| app.locales.code(lang)).collect();
    let languages = languages.join(", ");
    Ok(plain(format!(
        "Contact: {contact}\nExpires: {expires}\nPreferred-Languages: {languages}\nCanonical: {own}\n"
    )))
}

fn plain(text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
    ];
    (headers, text).into_response()
}
