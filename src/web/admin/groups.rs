//! All groups that this instance knows.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;

use super::{frame, menu};
use crate::groups::views::{self, Filter};
use crate::web::error::Result;
use crate::web::page::Page;
use crate::web::parts::{Group, Pager, Tab};
use crate::web::session::Ctx;
use crate::web::shown;

#[derive(Template)]
#[template(path = "admin/groups.html")]
struct Groups {
    page: Page,
    menu: Vec<Tab>,
    tabs: Vec<Tab>,
    groups: Vec<Group>,
    pager: Pager,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    which: String,
    after: String,
}

pub(super) async fn list(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Response> {
    let after = shown::after(&wanted.after);
    let elsewhere = wanted.which == "elsewhere";
    let filter = if elsewhere { Filter::Remote } else { Filter::Local };
    let (visit, slice) = ctx
        .read(move |tx, viewer| {
            viewer.must_be_admin()?;
            views::list(tx, &viewer, filter, after)
        })
        .await?;
    let tab = |key: &str, url: &str, current| Tab {
        text: visit.texts.t(key).into_owned(),
        url: url.to_owned(),
        current,
        count: None,
    };
    let tabs = vec![
        tab("groups-tab-here", "/admin/groups", !elsewhere),
        tab("groups-tab-elsewhere", "/admin/groups?which=elsewhere", elsewhere),
    ];
    let groups = slice.items.iter().map(|listed| shown::group(&visit.texts, &listed.group)).collect();
    let pager = shown::pager(&visit, slice.next);
    let page = frame(&visit, visit.texts.t("admin-groups").into_owned());
    visit.show(&Groups { page, menu: menu(&visit, "/admin/groups"), tabs, groups, pager })
}
