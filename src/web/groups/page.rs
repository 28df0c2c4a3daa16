//! A group's first page with its topics, and what it says of itself.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;

use crate::policy::Posting;
use crate::threads::views::{self, Sort};
use crate::web::error::Result;
use crate::web::groups::head::{self, Head};
use crate::web::page::Page;
use crate::web::parts::{Pager, Tab, Topic};
use crate::web::session::Ctx;
use crate::web::shown;

#[derive(Template)]
#[template(path = "groups/group.html")]
struct Topics {
    page: Page,
    head: Head,
    tabs: Vec<Tab>,
    topics: Vec<Topic>,
    pager: Pager,
    empty_title: &'static str,
    empty_text: &'static str,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    sort: String,
    after: String,
}

pub(super) async fn topics(
    ctx: Ctx,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let after = shown::after(&wanted.after);
    let sort = match wanted.sort.as_str() {
        "new" => Sort::New,
        "unanswered" => Sort::Unanswered,
        _ => Sort::Active,
    };
    let (visit, (found, slice)) = ctx
        .read(move |tx, viewer| {
            let found = head::find(tx, &viewer, &name)?;
            let slice = views::in_group(tx, &viewer, &found.page, sort, after)?;
            Ok((found, slice))
        })
        .await?;
    let head = Head::new(&visit, &found);
    let tab = |key: &str, word: &str, this| Tab {
        text: visit.texts.t(key).into_owned(),
        url: if word.is_empty() { head.link("") } else { head.link(&format!("?sort={word}")) },
        current: sort == this,
        count: None,
    };
    let tabs = vec![
        tab("topics-sort-active", "", Sort::Active),
        tab("topics-sort-new", "new", Sort::New),
        tab("topics-sort-unanswered", "unanswered", Sort::Unanswered),
    ];
    let staff_only = found.page.group.posting == Posting::Staff && !found.page.may.moderate;
    let (empty_title, empty_text) = match sort {
        Sort::Unanswered => ("topics-none-unanswered", "topics-none-unanswered-text"),
        Sort::Active | Sort::New if staff_only => ("topics-none", "topics-none-staff"),
        Sort::Active | Sort::New => ("topics-none", "topics-none-text"),
    };
    let pager = shown::pager(&visit, slice.next);
    let topics = slice.items.iter().map(|line| shown::topic(&visit.texts, line, false)).collect();
    let mut page = head.page(&visit, None);
    if found.page.actor.local {
        page.alternates.push(crate::web::page::Alternate {
            kind: "application/activity+json",
            url: found.page.actor.uri.clone(),
            title: String::new(),
        });
    }
    page.canonical = Some(found.page.actor.url.clone());
    visit.show(&Topics { page, head, tabs, topics, pager, empty_title, empty_text })
}

#[derive(Template)]
#[template(path = "groups/about.html")]
struct About {
    page: Page,
    head: Head,
    description_html: String,
}

pub(super) async fn about(ctx: Ctx, Path(name): Path<String>) -> Result<Response> {
    let (visit, found) = ctx.read(move |tx, viewer| head::find(tx, &viewer, &name)).await?;
    let head = Head::new(&visit, &found);
    let page = head.page(&visit, Some(visit.texts.t("groups-about").into_owned()));
    visit.show(&About { page, head, description_html: found.page.group.description_html })
}
