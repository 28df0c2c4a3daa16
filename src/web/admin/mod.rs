//! Pages of administrators: what waits for them, settings, texts and limits, people, groups, other servers, what was agreed with them and
//! the rules about them, failed work.

mod agreement;
mod agreements;
mod audit;
mod federation;
mod groups;
mod held;
mod jobs;
mod limits;
mod overview;
mod peers;
mod people;
mod rule_changes;
mod rule_files;
mod rule_form;
mod rules;
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
        .route("/admin/agreements/{host}", get(agreement::show).post(agreement::save))
        .route("/admin/agreements/{host}/answer", post(agreement::answer))
        .route("/admin/agreements/{host}/messages", post(agreement::say))
        .route("/admin/rules", get(rules::list))
        .route("/admin/rules/new", get(rule_form::blank).post(rule_form::make))
        .route("/admin/rules/server", get(rule_form::blank_server).post(rule_form::decide))
        .route("/admin/rules/list-only", get(rules::ask_default).post(rules::set_default))
        .route("/admin/rules/files", get(rule_files::show).post(rule_files::take))
        .route("/admin/rules/files/{format}", get(rule_files::get))
        .route("/admin/rules/{id}/end", get(rules::ask_end).post(rules::end))
        .route("/admin/rule-changes", get(rule_changes::list))
        .route("/admin/rule-changes/{id}", get(rule_changes::show))
        .route("/admin/rule-changes/{id}/apply", post(rule_changes::apply))
        .route("/admin/rule-changes/{id}/forecast", post(rule_changes::rerun))
        .route("/admin/rule-changes/{id}/withdraw", post(rule_changes::withdraw))
        .route("/admin/rule-changes/{id}/undo", post(rule_changes::undo))
        .route("/admin/held", get(held::list))
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
        ("rules-title", "/admin/rules"),
        ("held-title", "/admin/held"),
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
