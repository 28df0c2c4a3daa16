//! Pages of moderation: reporting, queues and cases, what waits because of a rule, bans, warnings, the public log, and the statement of
//! reasons.

mod bans;
mod case;
mod decision;
pub(super) mod held;
mod log;
pub(super) mod queue;
mod report;
mod warn;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;
use crate::clock::Time;
use crate::error::Error;
use crate::locale::Texts;
use crate::moderation::Category;
use crate::moderation::views::Place;
use crate::people::byline::Byline;
use crate::web::session::Visit;
use crate::web::shown;

/// The routes of this folder.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/report", get(report::ask).post(report::send))
        .route("/moderation", get(queue::overview))
        .route("/moderation/site", get(queue::site))
        .route("/g/{name}/reports", get(queue::group))
        .route("/moderation/reports/{id}", get(case::show).post(case::decide))
        .route("/moderation/decisions/{id}", get(decision::show).post(decision::object))
        .route("/moderation/bans", get(bans::site))
        .route("/moderation/ban", get(bans::ask_site).post(bans::ban_site))
        .route("/moderation/unban", post(bans::unban_site))
        .route("/g/{name}/bans", get(bans::group))
        .route("/g/{name}/ban", get(bans::ask).post(bans::ban))
        .route("/g/{name}/unban", post(bans::unban))
        .route("/g/{name}/warn", get(warn::ask).post(warn::warn))
        .route("/g/{name}/held", get(held::group))
        .route("/held/{id}/release", post(held::release))
        .route("/held/{id}/refuse", post(held::refuse))
        .route("/g/{name}/log", get(log::group))
        .route("/log", get(log::site))
}

/// Until when a choice of the form lasts; `None` until it is lifted.
fn until(choice: &str, now: Time) -> Result<Option<Time>, Error> {
    match choice {
        "always" => Ok(None),
        "1" | "7" | "30" | "365" => Ok(Some(now.plus_days(choice.parse().unwrap_or(1)))),
        _ => Err(Error::field("until", "error-until-missing")),
    }
}

/// A ground to choose from, for a moderator's decision.
#[derive(Debug)]
pub struct Ground {
    /// As the form sends it.
    pub word: &'static str,
    /// In the reader's language.
    pub text: String,
    /// Whether it stands chosen.
    pub chosen: bool,
}

/// The grounds of a decision, one of which stands chosen.
pub fn grounds(texts: &Texts, chosen: &str) -> Vec<Ground> {
    let entry = |ground: &Category| {
        let word = ground.word();
        let text = texts.t(&format!("decision-ground-{word}")).into_owned();
        Ground { word, text, chosen: word == chosen }
    };
    Category::GROUNDS.iter().map(entry).collect()
}

/// The ground that was chosen in a form.
pub fn ground(chosen: &str) -> Result<Option<Category>, Error> {
    match Category::from_word(chosen) {
        None => Err(Error::field("ground", "error-report-category")),
        ground => Ok(ground),
    }
}

/// A group's title, and where its pages begin; nowhere for a closed one that the reader may not know of.
fn place(visit: &Visit, place: &Place) -> (String, String) {
    if place.is_hidden() {
        return (visit.texts.t("moderation-closed-group").into_owned(), String::new());
    }
    (place.title.clone(), format!("/g/{}", place.local_name()))
}

/// Somebody's name, also when the account is gone.
fn name(visit: &Visit, who: Option<&Byline>) -> String {
    match who {
        Some(who) => shown::person(&visit.texts, who).name,
        None => visit.texts.t("moderation-somebody").into_owned(),
    }
}
