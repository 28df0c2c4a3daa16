//! What waits for a moderator: an overview of groups, and the cases of a group or of the instance.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::held;
use crate::db::Tx;
use crate::db::page::Part;
use crate::error::{Error, Result as DomainResult};
use crate::groups::views::{self as groups, Filter as Groups};
use crate::ids::GroupId;
use crate::membership::MembershipState;
use crate::moderation::views::{self, About, Case, Filter};
use crate::moderation::{Category, ReportState, Scope};
use crate::policy::{Reason, Role, Viewer};
use crate::web::error::Result;
use crate::web::groups::head::{Found, Head};
use crate::web::page::Page;
use crate::web::parts::{Pager, Tab};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

/// A group that the reader keeps order in.
#[derive(Debug)]
pub(in crate::web) struct Row {
    /// Which.
    pub id: GroupId,
    title: String,
    url: String,
    /// Cases that wait.
    pub reports: i64,
    /// People who ask to join; of many no more than a page is counted.
    pub requests: usize,
    /// What a rule has wait.
    held: i64,
    /// It is hosted here, so people ask here to join.
    local: bool,
}

#[derive(Template)]
#[template(path = "moderation/overview.html")]
struct Overview {
    page: Page,
    groups: Vec<Row>,
    /// Cases of the instance, for administrators.
    site: Option<usize>,
    /// What a rule has wait anywhere, for administrators.
    held: i64,
}

pub(super) async fn overview(ctx: Ctx) -> Result<Response> {
    let (visit, (rows, site, held)) = ctx
        .read(|tx, viewer| {
            viewer.person().ok_or(Error::SignedOut)?;
            let rows = mine(tx, viewer)?;
            let site = if viewer.is_admin() { Some(of_the_site(tx, viewer)?.len()) } else { None };
            if rows.is_empty() && site.is_none() {
                return Err(Reason::NotStaff.into());
            }
            Ok((rows, site, held::count(tx, viewer, None)?))
        })
        .await?;
    let title = visit.texts.t("queue-overview").into_owned();
    let page = visit.page(title.clone()).crumb(title, "");
    visit.show(&Overview { page, groups: rows, site, held })
}

/// The groups that the reader keeps order in, with what waits in each.
pub(in crate::web) fn mine(tx: &mut Tx<'_>, viewer: Viewer) -> DomainResult<Vec<Row>> {
    let mut rows = Vec::new();
    let mut after = None;
    loop {
        let slice = groups::list(tx, &viewer, Groups::Mine, after)?;
        for listed in slice.items {
            let staff = listed
                .membership
                .is_some_and(|(role, state)| role != Role::Member && state == MembershipState::Accepted);
            if !staff {
                continue;
            }
            let group = listed.group;
            let requests =
                if group.local { groups::pending(tx, &viewer, group.id, None)?.items.len() } else { 0 };
            rows.push(Row {
                id: group.id,
                reports: views::waiting(tx, Some(group.id))?,
                requests,
                held: held::count(tx, viewer, Some(group.id))?,
                url: format!("/g/{}", group.local_name()),
                local: group.local,
                title: group.title,
            });
        }
        after = slice.next;
        if after.is_none() {
            return Ok(rows);
        }
    }
}

/// Cases of the instance that wait, as its own list has them; no more than can be counted at a glance.
pub(in crate::web) fn of_the_site(tx: &mut Tx<'_>, viewer: Viewer) -> DomainResult<Vec<Case>> {
    let all = Part { after: None, size: 99 };
    Ok(views::queue(tx, viewer, Scope::Instance, Filter::Open, all)?.items)
}

/// A case in a list.
#[derive(Debug)]
struct Item {
    about: String,
    url: String,
    category: String,
    tone: &'static str,
    state: String,
    count: usize,
    elsewhere: bool,
    group: String,
    group_url: String,
    at: DateTime<Utc>,
    resolution: String,
}

#[derive(Template)]
#[template(path = "moderation/queue.html")]
struct Queue {
    page: Page,
    tabs: Vec<Tab>,
    cases: Vec<Item>,
    pager: Pager,
    decided: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    state: String,
    after: String,
}

impl Wanted {
    fn filter(&self) -> Filter {
        if self.state == "decided" { Filter::Decided } else { Filter::Open }
    }
}

pub(super) async fn group(
    ctx: Ctx,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let (filter, after) = (wanted.filter(), shown::after(&wanted.after));
    let (visit, (found, slice, held)) = ctx
        .read(move |tx, viewer| {
            let found = groups::page(tx, &viewer, &name)?;
            let slice = views::queue(tx, viewer, Scope::Group(found.group.id), filter, after)?;
            let held = held::count(tx, viewer, Some(found.group.id))?;
            Ok((found, slice, held))
        })
        .await?;
    let head = Head::new(&visit, &Found { page: found, requests: 0 });
    let title = visit.texts.t_with("queue-group", &[("name", &head.group.title)]);
    let page = head.page(&visit, Some(title));
    let base = head.link("/reports");
    let pager = shown::pager(&visit, slice.next);
    let held = held::tab(&visit, head.link("/held"), Some(held));
    show(&visit, page, (base.as_str(), held), filter, &slice.items, pager)
}

pub(super) async fn site(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Response> {
    let (filter, after) = (wanted.filter(), shown::after(&wanted.after));
    let (visit, (slice, held)) = ctx
        .read(move |tx, viewer| -> DomainResult<_> {
            let slice = views::queue(tx, viewer, Scope::Instance, filter, after)?;
            Ok((slice, held::count(tx, viewer, None)?))
        })
        .await?;
    let title = visit.texts.t("queue-site").into_owned();
    let page =
        visit.page(title.clone()).crumb(visit.texts.t("queue-overview"), "/moderation").crumb(title, "");
    let pager = shown::pager(&visit, slice.next);
    let held = held::tab(&visit, "/admin/held".to_owned(), Some(held));
    show(&visit, page, ("/moderation/site", held), filter, &slice.items, pager)
}

/// Shows cases of a list at `base`, beside which is what a rule has wait.
fn show(
    visit: &Visit,
    mut page: Page,
    (base, held): (&str, Tab),
    filter: Filter,
    cases: &[Case],
    pager: Pager,
) -> Result<Response> {
    page.noindex = true;
    let decided = filter == Filter::Decided;
    let tab = |key: &str, query: &str, current| Tab {
        text: visit.texts.t(key).into_owned(),
        url: format!("{base}{query}"),
        current,
        count: None,
    };
    let tabs = vec![tab("queue-open", "", !decided), tab("queue-decided", "?state=decided", decided), held];
    let cases = cases.iter().map(|case| item(visit, case)).collect();
    visit.show(&Queue { page, tabs, cases, pager, decided })
}

fn item(visit: &Visit, case: &Case) -> Item {
    let words: Vec<String> = case
        .categories
        .iter()
        // That is what the title says.
        .filter(|category| **category != Category::Objection)
        .map(|category| visit.texts.t(&format!("report-category-{category}")).into_owned())
        .collect();
    let urgent =
        case.categories.iter().any(|category| matches!(category, Category::Illegal | Category::Privacy));
    let (group, group_url) = case.group.as_ref().map(|group| super::place(visit, group)).unwrap_or_default();
    Item {
        about: about(visit, case),
        url: format!("/moderation/reports/{}", case.id),
        category: words.join(", "),
        tone: if urgent { "error" } else { "info" },
        state: state(visit, case.state),
        count: case.count,
        elsewhere: case.elsewhere,
        group,
        group_url,
        at: case.created_at.utc(),
        resolution: case.resolution.clone(),
    }
}

/// What was decided; empty while nothing is.
pub(super) fn state(visit: &Visit, state: ReportState) -> String {
    match state {
        ReportState::Open => String::new(),
        ReportState::Acted => visit.texts.t("queue-state-acted").into_owned(),
        ReportState::Dismissed => visit.texts.t("queue-state-dismissed").into_owned(),
    }
}

/// What a case is about, in words.
pub(super) fn about(visit: &Visit, case: &Case) -> String {
    let texts = &visit.texts;
    if case.categories.contains(&Category::Objection) {
        return texts.t("queue-about-objection").into_owned();
    }
    match &case.about {
        About::Post { author, title, reply, .. } => {
            let who = super::name(visit, author.as_deref());
            let title = shown::topic_title(texts, title);
            let key = if *reply { "queue-about-reply" } else { "queue-about-topic" };
            texts.t_with(key, &[("name", &who), ("title", &title)])
        }
        About::Person(who) => {
            texts.t_with("queue-about-person", &[("name", &super::name(visit, who.as_deref()))])
        }
        About::Group => texts.t("queue-about-group").into_owned(),
        About::Gone => texts.t("queue-about-gone").into_owned(),
    }
}
