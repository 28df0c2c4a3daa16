//! The pages: they translate between a browser and the features, and hold no rule of their own.
//!
//! One file per feature. A page takes a [`session::Ctx`], reads what it shows by [`session::Ctx::read`], and shows a
//! template by [`session::Visit::show`]. A form comes in as [`form::Form`], [`form::Upload`] or,
//! when it is only a button, [`form::Press`]; it calls an act by [`session::Ctx::act`], and leads on to a page.

pub mod admin;
pub mod assets;
pub mod busy;
pub mod confirm;
pub mod cookies;
pub mod dev_mail;
pub mod error;
pub mod feeds;
pub mod fields;
pub mod flash;
pub mod form;
pub mod groups;
pub mod home;
pub mod language;
pub mod latest;
pub mod login;
pub mod media;
pub mod moderation;
pub mod notices;
pub mod page;
pub mod pages;
pub mod parts;
pub mod people;
pub mod rules;
pub mod search;
pub mod session;
pub mod settings;
pub mod shown;
pub mod signup;
pub mod threads;
pub mod uploads;

#[cfg(test)]
mod gallery;

use axum::{Router, middleware};

use crate::app::App;
use crate::ids::MediaId;
use crate::request;

/// All pages.
pub fn routes(app: &App) -> Router<App> {
    let pages = Router::new()
        .merge(admin::routes())
        .merge(dev_mail::routes())
        .merge(feeds::routes())
        .merge(groups::routes())
        .merge(home::routes())
        .merge(language::routes())
        .merge(latest::routes())
        .merge(login::routes())
        .merge(moderation::routes())
        .merge(notices::routes())
        .merge(pages::routes())
        .merge(people::routes())
        .merge(search::routes())
        .merge(settings::routes())
        .merge(signup::routes())
        .merge(threads::routes())
        .fallback(error::not_found)
        .layer(middleware::from_fn_with_state(app.clone(), error::render));
    let files = Router::new()
        .merge(assets::routes())
        .merge(media::routes(app))
        .layer(middleware::from_fn_with_state(app.clone(), error::render_refused));
    Router::new().merge(pages).merge(files).layer(middleware::from_fn(request::note_route))
}

/// The address of an uploaded picture.
pub fn media_url(id: MediaId) -> String {
    format!("/media/{id}")
}
