//! The state of the instance at a glance: what waits for an administrator stands first.

use askama::Template;
use axum::response::Response;
use chrono::{DateTime, Utc};

use super::menu;
use crate::db::page::Part;
use crate::error::Result as DomainResult;
use crate::groups::admin as groups;
use crate::moderation::views::Case;
use crate::people::admin::{self, Which};
use crate::rules::changes::views as changes;
use crate::web::error::Result;
use crate::web::moderation::queue;
use crate::web::page::Page;
use crate::web::parts::{Fact, Tab};
use crate::web::session::Ctx;
use crate::{agreements, fediverse, held, jobs};

/// Rows that are counted; more are shown as this many and a plus.
const COUNTED: usize = 99;

/// Something to do.
struct Todo {
    text: String,
    url: String,
}

/// Work that waits in the background.
struct Queue {
    name: String,
    count: i64,
    since: Option<DateTime<Utc>>,
}

#[derive(Template)]
#[template(path = "admin/dashboard.html")]
struct Dashboard {
    page: Page,
    menu: Vec<Tab>,
    todo: Vec<Todo>,
    /// Numbers: `term` is the number, `text` says of what.
    tiles: Vec<Fact>,
    queues: Vec<Queue>,
    /// Nobody can find out how to reach the administrators.
    no_contact: bool,
}

pub(super) async fn show(ctx: Ctx) -> Result<Response> {
    let (visit, found) = ctx
        .read(|tx, viewer| -> DomainResult<_> {
            viewer.must_be_admin()?;
            let all = Part { after: None, size: COUNTED };
            let waiting = admin::accounts(tx, viewer, "", Which::Waiting, all)?.items.len();
            let reports = queue::of_the_site(tx, viewer)?;
            let groups_kept = queue::mine(tx, viewer)?;
            let silent = fediverse::held_back(tx, viewer)?;
            let held = held::count(tx, viewer, None)?;
            let changes = changes::awaiting(tx, viewer)?;
            let asked = agreements::views::list(tx, viewer)?.iter().filter(|one| one.waits()).count();
            let failed = jobs::failed(tx, i64::try_from(COUNTED).unwrap_or(i64::MAX))?.len();
            let people = admin::accounts(tx, viewer, "", Which::All, all)?;
            let groups = groups::list(tx, viewer, all)?;
            let (peers, deliveries) = fediverse::counts(tx)?;
            let queues = jobs::waiting(tx)?;
            let todo = (waiting, reports, groups_kept, (silent, held, changes, asked), failed);
            Ok((todo, people, groups, peers, deliveries, queues))
        })
        .await?;
    let (todo, people, groups, peers, deliveries, queues) = found;
    let (waiting, reports, groups_kept, (silent, held, changes, asked), failed) = todo;
    let texts = &visit.texts;
    let mut todo = Vec::new();
    let mut add = |count: i64, key: &str, url: &str| {
        if count > 0 {
            todo.push(Todo { text: texts.t_with(key, &[("count", &count)]), url: url.to_owned() });
        }
    };
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    add(number(waiting), "admin-todo-approvals", "/admin/approvals");
    add(number(reports.len()), "admin-todo-reports", "/moderation/site");
    // What both lists have is told once.
    let kept = |case: &&Case| {
        let group = case.group.as_ref().map(|group| group.id);
        groups_kept.iter().any(|row| Some(row.id) == group)
    };
    let told = number(reports.iter().filter(kept).count());
    let in_groups = groups_kept.iter().map(|row| row.reports).sum::<i64>() - told;
    add(in_groups, "admin-todo-group-reports", "/moderation");
    add(groups_kept.iter().map(|row| number(row.requests)).sum(), "admin-todo-requests", "/moderation");
    add(number(asked), "agreement-todo", "/admin/agreements");
    add(changes, "change-todo", "/admin/rule-changes");
    add(held, "held-todo", "/admin/held");
    add(silent, "admin-todo-held", "/admin/peers");
    add(number(failed), "admin-todo-jobs", "/admin/jobs");
    let counted = |count: usize, more: bool| if more { format!("{count}+") } else { texts.number(count) };
    let tile = |term: String, key: &str, url: &str| Fact {
        term,
        text: texts.t(key).into_owned(),
        url: url.to_owned(),
    };
    let tiles = vec![
        tile(counted(people.items.len(), people.next.is_some()), "admin-people", "/admin/people"),
        tile(counted(groups.items.len(), groups.next.is_some()), "admin-groups", "/admin/groups"),
        tile(texts.number(peers), "admin-peers", "/admin/peers"),
        tile(texts.number(deliveries), "admin-deliveries", "/admin/federation?which=out"),
    ];
    let now = visit.now;
    let queues = queues
        .into_iter()
        // What is planned for later doesn't wait for anything.
        .filter(|(_, _, since)| since.is_some_and(|since| since <= now))
        .map(|(kind, count, since)| Queue {
            name: super::jobs::name(texts, &kind),
            count,
            since: since.map(crate::clock::Time::utc),
        })
        .collect();
    let title = texts.t("admin-title").into_owned();
    let mut page = visit.page(title.clone()).crumb(title, "");
    page.noindex = true;
    let no_contact = visit.settings.contact_email.is_empty();
    visit.show(&Dashboard { page, menu: menu(&visit, "/admin"), todo, tiles, queues, no_contact })
}
