//! Pages of groups: the list, a group with its topics, what it says of itself, members, requests, settings.

mod form;
pub mod head;
mod invitations;
mod link;
mod links;
mod list;
mod membership;
mod offers;
mod page;
mod until;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/groups", get(list::list))
        .route("/groups/new", get(form::new).post(form::create))
        .route("/g/{name}", get(page::topics))
        .route("/g/{name}/about", get(page::about))
        .route("/g/{name}/members", get(membership::members))
        .route("/g/{name}/members/{person}/role", get(membership::role).post(membership::set_role))
        .route("/g/{name}/members/{person}/until", get(until::ask).post(until::set))
        .route("/g/{name}/members/{person}/out", get(membership::out).post(membership::put_out))
        .route("/g/{name}/requests", get(membership::requests).post(membership::answer))
        .route("/g/{name}/invitations", get(invitations::list).post(invitations::make))
        .route("/g/{name}/invitations/{id}/withdraw", post(invitations::withdraw))
        .route("/g/{name}/invitation", get(invitations::personal).post(invitations::answer))
        .route("/g/{name}/links", get(links::list).post(links::ask))
        .route("/g/{name}/links/{id}", get(link::show).post(link::save))
        .route("/g/{name}/links/{id}/accept", post(link::accept))
        .route("/g/{name}/links/{id}/end", get(link::asking).post(link::end))
        .route("/g/{name}/offers", get(offers::list))
        .route("/promotions/{id}/decide", post(offers::decide))
        .route("/g/{name}/shown/{thread}/off", get(offers::taking_off).post(offers::take_off))
        .route("/invitations/{secret}", get(invitations::offer).post(invitations::accept))
        .route("/g/{name}/join", get(membership::ask).post(membership::join))
        .route("/g/{name}/leave", get(membership::leaving).post(membership::leave))
        .route("/g/{name}/settings", get(form::settings).post(form::save))
        .route("/g/{name}/archive", get(form::archiving).post(form::archive))
        .route("/g/{name}/unarchive", get(form::unarchiving).post(form::unarchive))
        .route("/g/{name}/delete", get(form::deleting).post(form::delete))
}
