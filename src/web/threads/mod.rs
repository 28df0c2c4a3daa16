//! Pages of topics: reading, writing, changing, history, what staff does with them, and proposing them to other groups.

mod compose;
mod page;
mod places;
mod posts;
mod promote;
mod staff;
mod write;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/g/{name}/new", get(write::new).post(write::start))
        .route("/t/{id}", get(page::thread))
        .route("/t/{id}/reply", get(write::replying).post(write::reply))
        .route("/t/{id}/lock", post(staff::lock))
        .route("/t/{id}/unlock", post(staff::unlock))
        .route("/t/{id}/pin", post(staff::pin))
        .route("/t/{id}/unpin", post(staff::unpin))
        .route("/t/{id}/move", get(staff::moving).post(staff::move_to))
        .route("/t/{id}/promote", get(promote::form).post(promote::propose))
        .route("/promotions/{id}/answer", post(promote::answer))
        .route("/p/{id}", get(page::post))
        .route("/p/{id}/like", post(posts::like))
        .route("/p/{id}/edit", get(write::editing).post(write::edit))
        .route("/p/{id}/history", get(posts::history))
        .route("/p/{id}/delete", get(posts::deleting).post(posts::delete))
        .route("/p/{id}/remove", get(posts::removing).post(posts::remove))
        .route("/p/{id}/restore", post(posts::restore))
}
