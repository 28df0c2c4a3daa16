//! The list of groups: one's own, those of this instance, those elsewhere, and closed ones that show themselves.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;

use crate::groups::views::{self, Filter};
use crate::web::error::Result;
use crate::web::page::{Page, Section};
use crate::web::parts::{Group, Pager, Tab};
use crate::web::session::Ctx;
use crate::web::shown;

#[derive(Template)]
#[template(path = "groups/list.html")]
struct List {
    page: Page,
    which: &'static str,
    tabs: Vec<Tab>,
    groups: Vec<Group>,
    pager: Pager,
    may_make: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    which: String,
    after: String,
}

pub(super) async fn list(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Response> {
    let after = shown::after(&wanted.after);
    let chosen = wanted.which.clone();
    let (visit, (which, found)) = ctx
        .read(move |tx, viewer| {
            let member = viewer.person().is_some();
            let read = |tx: &mut _, filter| views::list(tx, &viewer, filter, after);
            match chosen.as_str() {
                "mine" => Ok(("mine", read(tx, Filter::Mine)?)),
                "elsewhere" => Ok(("elsewhere", read(tx, Filter::Remote)?)),
                "closed" => Ok(("closed", read(tx, Filter::Closed)?)),
                "" if member => {
                    // A member's own groups come first, once there are any.
                    let mine = read(tx, Filter::Mine)?;
                    if mine.items.is_empty() {
                        Ok(("here", read(tx, Filter::Local)?))
                    } else {
                        Ok(("mine", mine))
                    }
                }
                _ => Ok(("here", read(tx, Filter::Local)?)),
            }
        })
        .await?;
    let tab = |word: &str, key: &str| Tab {
        text: visit.texts.t(key).into_owned(),
        url: format!("/groups?which={word}"),
        current: which == word,
        count: None,
    };
    let mut tabs = Vec::new();
    if visit.member.is_some() {
        tabs.push(tab("mine", "groups-tab-mine"));
    }
    tabs.extend([
        tab("here", "groups-tab-here"),
        tab("elsewhere", "groups-tab-elsewhere"),
        tab("closed", "groups-tab-closed"),
    ]);
    let groups = found.items.iter().map(|listed| shown::listed(&visit.texts, listed)).collect();
    let may_make =
        visit.member.as_ref().is_some_and(|member| member.is_admin() || visit.settings.members_make_groups);
    let mut page = visit.page_of("groups-title").section(Section::Groups);
    page.description = visit.texts.t("groups-lead").into_owned();
    let pager = shown::pager(&visit, found.next);
    visit.show(&List { page, which, tabs, groups, pager, may_make })
}
