//! Pages where members decide about themselves: profile, account, security, tokens, follows, blocks, their data.

mod account;
mod blocks;
mod data;
mod follows;
mod profile;
mod security;
mod tokens;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;
use crate::web::page::Page;
use crate::web::parts::Tab;
use crate::web::session::Visit;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/settings", get(profile::show).post(profile::save))
        .route("/settings/account", get(account::show).post(account::save))
        .route("/settings/email", post(account::change_email))
        .route("/settings/password", post(account::change_password))
        .route("/settings/security", get(security::show))
        .route("/settings/security/start", get(security::show_enrolment).post(security::start))
        .route("/settings/security/confirm", post(security::confirm))
        .route("/settings/security/codes", post(security::renew_codes))
        .route("/settings/security/off", post(security::turn_off))
        .route("/settings/sessions/end", post(security::end_others))
        .route("/settings/sessions/{id}/end", post(security::end_session))
        .route("/settings/tokens", get(tokens::show).post(tokens::make))
        .route("/settings/tokens/{id}/revoke", post(tokens::revoke))
        .route("/settings/follows", get(follows::show))
        .route("/settings/blocks", get(blocks::show).post(blocks::set))
        .route("/settings/blocks/remove", post(blocks::lift))
        .route("/settings/data", get(data::show).post(data::download))
        .route("/settings/leave", post(data::leave))
        .route("/settings/stay", post(data::stay))
}

/// Address and text key of each part.
const PARTS: [(&str, &str); 7] = [
    ("/settings", "settings-profile"),
    ("/settings/account", "settings-account"),
    ("/settings/security", "settings-security"),
    ("/settings/tokens", "settings-tokens"),
    ("/settings/follows", "settings-follows"),
    ("/settings/blocks", "settings-blocks"),
    ("/settings/data", "settings-data"),
];

/// The links to all parts; `url` is the one that the page belongs to.
fn tabs(visit: &Visit, url: &str) -> Vec<Tab> {
    let tab = |(to, key): (&str, &str)| Tab {
        text: visit.texts.t(key).into_owned(),
        url: to.to_owned(),
        current: to == url,
        count: None,
    };
    PARTS.into_iter().map(tab).collect()
}

/// The frame of a part.
fn frame(visit: &Visit, key: &str) -> Page {
    let mut page = visit.page_of(key);
    page.noindex = true;
    page
}
