//! Pages of administrators: what waits for them, settings, texts and limits, people, groups, other servers and what was agreed with
//! them, failed work.

mod agreements;
mod audit;
mod federation;
mod groups;
mod jobs;
mod limits;
mod overview;
mod peers;
mod people;
mod settings;
mod texts;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;
use crate::web::page::Page;
use crate::web::parts::Tab;
use crate::web::session::Visit;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/admin", get(overview::show))
        .route("/admin/settings", get(settings::show).post(settings::save))
        .route("/admin/limits", get(limits::list))
        .route("/admin/limits/{name}", get(limits::show).post(limits::save))
        .route("/admin/texts", get(texts::list))
        .route("/admin/texts/{name}/{language}", get(texts::show).post(texts::save))
        .route("/admin/approvals", get(people::waiting).post(people::answer))
        .route("/admin/people", get(people::find))
        .route("/admin/people/{id}", get(people::show))
        .route("/admin/people/{id}/suspend", post(people::suspend))
        .route("/admin/people/{id}/unsuspend", post(people::unsuspend))
        .route("/admin/people/{id}/factor", get(people::ask_factor).post(people::reset_factor))
        .route("/admin/people/{id}/promote", get(people::ask_promote).post(people::promote))
        .route("/admin/people/{id}/demote", get(people::ask_demote).post(people::demote))
        .route("/admin/groups", get(groups::list))
        .route("/admin/peers", get(peers::list).post(peers::go))
        .route("/admin/peers/{host}", get(peers::show).post(peers::decide))
        .route("/admin/peers/{host}/retry", post(peers::retry))
        .route("/admin/peers/{host}/forget", get(peers::ask_forget).post(peers::forget))
        .route("/admin/agreements", get(agreements::list))
        .route("/admin/agreements/new", get(agreements::blank).post(agreements::make))
        .route("/admin/agreements/{host}", get(agreements::show).post(agreements::save))
        .route("/admin/federation", get(federation::log))
        .route("/admin/federation/{id}/retry", post(federation::retry))
        .route("/admin/audit", get(audit::show))
        .route("/admin/jobs", get(jobs::list).post(jobs::change))
}

/// The frame of a page of the administration.
fn frame(visit: &Visit, title: String) -> Page {
    let mut page = visit.page(title.clone()).crumb(visit.texts.t("admin-title"), "/admin").crumb(title, "");
    page.noindex = true;
    page
}

/// The menu beside every page; `at` is the path of the current one.
fn menu(visit: &Visit, at: &str) -> Vec<Tab> {
    let entries = [
        ("admin-title", "/admin"),
        ("admin-approvals", "/admin/approvals"),
        ("admin-people", "/admin/people"),
        ("admin-groups", "/admin/groups"),
        ("queue-overview", "/moderation"),
        ("admin-settings", "/admin/settings"),
        ("admin-texts", "/admin/texts"),
        ("admin-limits", "/admin/limits"),
        ("admin-peers", "/admin/peers"),
        ("admin-agreements", "/admin/agreements"),
        ("admin-federation", "/admin/federation"),
        ("admin-audit", "/admin/audit"),
        ("admin-jobs", "/admin/jobs"),
    ];
    let tab = |(key, url): (&str, &str)| Tab {
        text: visit.texts.t(key).into_owned(),
        url: url.to_owned(),
        current: url == at,
        count: None,
    };
    entries.into_iter().map(tab).collect()
}
