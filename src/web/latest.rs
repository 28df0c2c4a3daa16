//! The newest topics of all groups, or of the reader's own.

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use crate::app::App;
use crate::threads::views::{self, Sort, Where};
use crate::web::error::Result;
use crate::web::page::{Alternate, Page, Section};
use crate::web::parts::{Pager, Tab, Topic};
use crate::web::session::Ctx;
use crate::web::shown;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new().route("/latest", get(latest))
}

#[derive(Template)]
#[template(path = "search/latest.html")]
struct Latest {
    page: Page,
    tabs: Vec<Tab>,
    topics: Vec<Topic>,
    pager: Pager,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    which: String,
    after: String,
}

async fn latest(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Response> {
    let after = shown::after(&wanted.after);
    let mine = wanted.which == "mine";
    let from = if mine { Where::Mine } else { Where::All };
    let (visit, slice) =
        ctx.read(move |tx, viewer| views::list(tx, &viewer, from, Sort::Active, after)).await?;
    let tab = |key: &str, url: &str, current| Tab {
        text: visit.texts.t(key).into_owned(),
        url: url.to_owned(),
        current,
        count: None,
    };
    let tabs = if visit.member.is_some() {
        vec![tab("latest-tab-all", "/latest", !mine), tab("latest-tab-mine", "/latest?which=mine", mine)]
    } else {
        Vec::new()
    };
    let pager = shown::pager(&visit, slice.next);
    let topics = slice.items.iter().map(|line| shown::topic(&visit.texts, line, true)).collect();
    let mut page = visit.page_of("latest-title").section(Section::Latest);
    page.description = visit.texts.t("latest-lead").into_owned();
    page.alternates.push(Alternate {
        kind: "application/atom+xml",
        url: "/latest/feed.atom".to_owned(),
        title: visit.texts.t("latest-title").into_owned(),
    });
    visit.show(&Latest { page, tabs, topics, pager })
}
