//! The pages: they translate between a browser and the features, and hold no rule of their own.

pub mod assets;
pub mod page;
pub mod parts;

#[cfg(test)]
mod gallery;

use axum::{Router, middleware};

use crate::app::App;
use crate::server;

/// All pages.
pub fn routes() -> Router<App> {
    Router::new().merge(assets::routes()).layer(middleware::from_fn(server::note_route))
}
