//! All groups that this instance knows. Of closed ones an administrator sees no more than is needed to ask their owners something.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{frame, menu};
use crate::groups::admin::{self, Kept};
use crate::groups::views::{self, Filter, Listed};
use crate::people::byline::Byline;
use crate::web::error::Result;
use crate::web::page::Page;
use crate::web::parts::{Pager, Tab};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

/// A group in the list.
struct Row {
    title: String,
    /// Its page; empty for a closed group that the administrator may not know of.
    url: String,
    host: String,
    class: String,
    members: Option<i64>,
    topics: Option<i64>,
    last: Option<DateTime<Utc>>,
    /// Who owns a closed group: name and address.
    owners: Vec<(String, String)>,
    /// Reports in a closed group that wait for its staff.
    reports: i64,
    /// The administrator may change it.
    manage: bool,
}

#[derive(Template)]
#[template(path = "admin/groups.html")]
struct Groups {
    page: Page,
    menu: Vec<Tab>,
    tabs: Vec<Tab>,
    groups: Vec<Row>,
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
    let (visit, (here, there)) = ctx
        .read(move |tx, viewer| {
            viewer.must_be_admin()?;
            if elsewhere {
                return Ok((None, Some(views::list(tx, &viewer, Filter::Known, after)?)));
            }
            Ok((Some(admin::list(tx, viewer, after)?), None))
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
    let next = here.as_ref().map_or(there.as_ref().and_then(|slice| slice.next), |slice| slice.next);
    let here = here.iter().flat_map(|slice| &slice.items).map(|group| kept(&visit, group));
    let there = there.iter().flat_map(|slice| &slice.items).map(|listed| other(&visit, listed));
    let groups = here.chain(there).collect();
    let pager = shown::pager(&visit, next);
    let page = frame(&visit, visit.texts.t("admin-groups").into_owned());
    visit.show(&Groups { page, menu: menu(&visit, "/admin/groups"), tabs, groups, pager })
}

fn kept(visit: &Visit, group: &Kept) -> Row {
    let (title, url) = match &group.known {
        Some(known) => (known.title.clone(), format!("/g/{}", known.name)),
        None => (visit.texts.t("admin-group-closed").into_owned(), String::new()),
    };
    Row {
        title,
        manage: group.activity.is_some() && group.known.is_some(),
        url,
        host: String::new(),
        class: shown::class_word(&visit.texts, group.class),
        members: Some(group.members),
        topics: group.activity.map(|(topics, _)| topics),
        last: group.activity.map(|(_, at)| at.utc()),
        owners: group.owners.iter().map(|who| owner(visit, who)).collect(),
        reports: group.reports,
    }
}

fn owner(visit: &Visit, who: &Byline) -> (String, String) {
    let person = shown::person(&visit.texts, who);
    (person.name, person.url)
}

fn other(visit: &Visit, listed: &Listed) -> Row {
    let card = shown::listed(&visit.texts, listed);
    Row {
        title: card.title,
        url: card.url,
        host: card.host,
        class: card.class,
        members: card.members,
        topics: card.topics,
        last: card.last,
        owners: Vec::new(),
        reports: 0,
        manage: false,
    }
}
