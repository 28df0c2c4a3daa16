//! The pages of text that every instance has, and small files that programs look for.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, Utc};

use crate::app::App;
use crate::instance::pages::{self, PageName};
use crate::instance::{self, SignUp};
use crate::web::error::Result;
use crate::web::page::Page;
use crate::web::parts::Fact;
use crate::web::session::Ctx;

/// Days that `security.txt` is said to hold: RFC 9116 §2.5.5 wants less than a year.
const HOLDS: i64 = 180;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/about", get(about))
        .route("/privacy", get(async |ctx: Ctx| text(ctx, PageName::Privacy).await))
        .route("/accessibility", get(async |ctx: Ctx| text(ctx, PageName::Accessibility).await))
        // Where the national register of accessibility statements expects it.
        .route("/toegankelijkheid", get(async |ctx: Ctx| ctx.redirect("/accessibility")))
        .route("/rules", get(async |ctx: Ctx| text(ctx, PageName::Rules).await))
        .route("/contact", get(async |ctx: Ctx| text(ctx, PageName::Contact).await))
        .route("/robots.txt", get(robots))
        .route("/.well-known/security.txt", get(security))
        .route("/.well-known/change-password", get(async |ctx: Ctx| ctx.redirect("/settings/account")))
}

#[derive(Template)]
#[template(path = "pages/page.html")]
struct TextPage {
    page: Page,
    /// The language of the text, when it isn't that of the page.
    lang: String,
    html: String,
    updated: Option<DateTime<Utc>>,
}

#[derive(Template)]
#[template(path = "pages/about.html")]
struct AboutPage {
    page: Page,
    facts: Vec<Fact>,
}

/// A page of text, in the reader's language as far as there is a text in it.
async fn text(ctx: Ctx, name: PageName) -> Result<Response> {
    let visit = ctx.visit().await?;
    let (app, language, settings) = (ctx.app.clone(), visit.texts.code().to_owned(), visit.settings.clone());
    let found = ctx.app.db.read(move |tx| pages::page(tx, name, &language, &settings, &app.markdown)).await?;
    let key = match name {
        PageName::Privacy => "pages-privacy",
        PageName::Accessibility => "pages-accessibility",
        PageName::Rules => "pages-rules",
        PageName::Contact => "pages-contact",
    };
    let lang = if found.language == visit.texts.code() { String::new() } else { found.language };
    let updated = found.updated_at.map(crate::clock::Time::utc);
    visit.show(&TextPage { page: visit.page_of(key), lang, html: found.html, updated })
}

async fn about(ctx: Ctx) -> Result<Response> {
    let visit = ctx.visit().await?;
    let (texts, settings) = (&visit.texts, &visit.settings);
    let sign_up = match settings.sign_up {
        SignUp::Open => "pages-about-open",
        SignUp::Approval => "pages-about-approval",
        SignUp::Closed => "pages-about-closed",
    };
    let fact = |key: &str, text: String| Fact { term: texts.t(key).into_owned(), text, url: String::new() };
    let mut facts = vec![fact("pages-about-site", ctx.app.urls.domain().to_owned())];
    if !settings.tagline.is_empty() {
        facts.push(fact("pages-about-by", settings.tagline.clone()));
    }
    facts.push(fact("pages-about-who", texts.t(sign_up).into_owned()));
    facts.push(fact("pages-about-software", format!("Vakplein {}", env!("CARGO_PKG_VERSION"))));
    let mut page = visit.page_of("pages-about");
    page.description.clone_from(&settings.description);
    visit.show(&AboutPage { page, facts })
}

async fn robots() -> Response {
    // What a visitor needs no search engine for, and what would only make load.
    let text = "User-agent: *\nDisallow: /search\nDisallow: /login\nDisallow: /signup\nDisallow: /confirm\nDisallow: /reset\n\
                Disallow: /settings\nDisallow: /language/\nDisallow: /api/\nDisallow: /admin\nDisallow: /dev/\n";
    plain(text.to_owned())
}

/// Whom to tell about a weakness (RFC 9116). Absent as long as no address is set.
async fn security(State(app): State<App>) -> Result<Response> {
    let (settings, now) = app.db.read(|tx| Ok((instance::settings(tx)?, tx.now))).await?;
    let address = Some(settings.security_contact).filter(|address| !address.is_empty());
    let address = address.unwrap_or(settings.contact_email);
    // RFC 9116 §2.5.3 wants a way to reach somebody: where no address is set that is the page on which people find one.
    let address = if address.is_empty() { app.urls.absolute("/contact") } else { address };
    let is_url = ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme));
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
