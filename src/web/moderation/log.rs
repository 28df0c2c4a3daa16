//! The public log of what moderators did.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;

use super::name;
use crate::groups::views as groups;
use crate::journal::Did;
use crate::moderation::Scope;
use crate::moderation::log::{self, Capacity, LogLine};
use crate::web::error::Result;
use crate::web::groups::head::{Found, Head};
use crate::web::page::Page;
use crate::web::parts::{Event, Pager};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

#[derive(Template)]
#[template(path = "moderation/log.html")]
struct Log {
    page: Page,
    /// Whether names stand in it.
    lead: &'static str,
    lines: Vec<Event>,
    pager: Pager,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct From {
    after: String,
}

pub(super) async fn group(ctx: Ctx, Path(name): Path<String>, Query(from): Query<From>) -> Result<Response> {
    let after = shown::after(&from.after);
    let (visit, (found, slice)) = ctx
        .read(move |tx, viewer| {
            let found = groups::page(tx, &viewer, &name)?;
            let slice = log::log(tx, viewer, Scope::Group(found.group.id), after)?;
            Ok((found, slice))
        })
        .await?;
    let head = Head::new(&visit, &Found { page: found, requests: 0 });
    let title = visit.texts.t_with("log-group", &[("name", &head.group.title)]);
    let pager = shown::pager(&visit, slice.next);
    let lines = slice.items.iter().map(|line| event(&visit, line, false)).collect();
    visit.show(&Log { page: head.page(&visit, Some(title)), lead: lead(&slice.items), lines, pager })
}

pub(super) async fn site(ctx: Ctx, Query(from): Query<From>) -> Result<Response> {
    let after = shown::after(&from.after);
    let (visit, slice) = ctx.read(move |tx, viewer| log::log(tx, viewer, Scope::Instance, after)).await?;
    let title = visit.texts.t("log-site").into_owned();
    let page = visit.page(title.clone()).crumb(title, "");
    let pager = shown::pager(&visit, slice.next);
    let lines = slice.items.iter().map(|line| event(&visit, line, true)).collect();
    visit.show(&Log { page, lead: lead(&slice.items), lines, pager })
}

/// Moderators see who did it; the public doesn't.
fn lead(lines: &[LogLine]) -> &'static str {
    if lines.iter().any(|line| line.by.is_some()) { "log-lead-names" } else { "log-lead" }
}

/// A line in words: who did what to whom, as far as the reader may know, and why.
fn event(visit: &Visit, line: &LogLine, with_group: bool) -> Event {
    let texts = &visit.texts;
    let by = match &line.by {
        Some(by) => name(visit, Some(by)),
        None => capacity(visit, &line.capacity),
    };
    let person = line
        .person
        .as_deref()
        .map_or_else(|| texts.t("moderation-member").into_owned(), |person| name(visit, Some(person)));
    let topic = line.thread.as_ref().map_or_else(
        || texts.t("log-topic").into_owned(),
        |(_, title)| texts.t_with("log-topic-named", &[("title", title)]),
    );
    let role = match line.word.as_str() {
        "member" | "moderator" | "owner" => texts.t(&format!("notice-role-{}", line.word)).into_owned(),
        _ => line.word.clone(),
    };
    let group = line.group.as_ref().map(|group| super::place(visit, group).0).unwrap_or_default();
    let other = line.other.as_ref().map(|other| super::place(visit, other).0).unwrap_or_default();
    // Curators decide what their own group shows; what they decided elsewhere is told by the group that the topic is in.
    let target = if line.capacity == Capacity::Elsewhere { &other } else { &group };
    let key = format!("log-{}", line.act);
    let key = if texts.has(&key) { key } else { "log-other".to_owned() };
    let text = texts.t_with(
        &key,
        &[
            ("by", &by),
            ("person", &person),
            ("topic", &topic),
            ("role", &role),
            ("group", &group),
            ("other", &other),
            ("target", target),
            ("word", &line.word),
        ],
    );
    let mut detail = Vec::new();
    if !line.reason.is_empty() {
        detail.push(texts.t_with("log-reason", &[("reason", &line.reason)]));
    }
    if let Some(until) = line.until {
        detail.push(texts.t_with("bans-until-date", &[("date", &texts.date_time(&until.utc()))]));
    }
    if with_group && !group.is_empty() {
        detail.push(texts.t_with("log-in-group", &[("group", &group)]));
    }
    let (icon, tone) = look(line.act);
    let detail: Vec<String> = detail.into_iter().map(closed).collect();
    Event { at: line.at.utc(), text, detail: detail.join(" "), icon, tone }
}

/// As a sentence: what a moderator wrote needn't end in a full stop, and another sentence follows.
fn closed(mut text: String) -> String {
    if !text.ends_with(['.', '!', '?', '…']) {
        text.push('.');
    }
    text
}

fn capacity(visit: &Visit, capacity: &Capacity) -> String {
    let key = match capacity {
        Capacity::Group => "log-by-group",
        Capacity::Instance => "log-by-instance",
        Capacity::Elsewhere => "log-by-elsewhere",
    };
    visit.texts.t(key).into_owned()
}

fn look(act: Did) -> (&'static str, &'static str) {
    match act {
        Did::RemovePost => ("shield", "error"),
        Did::RestorePost | Did::Unban | Did::Unsuspend => ("history", "ok"),
        Did::Lock => ("lock", ""),
        Did::Unlock => ("unlock", ""),
        Did::Pin | Did::Unpin => ("pin", ""),
        Did::MoveThread => ("move", ""),
        Did::Ban | Did::Suspend => ("ban", "error"),
        Did::Warn => ("warning", "warning"),
        Did::SetRole => ("key", ""),
        Did::AcceptLink | Did::EndLink | Did::SetLink => ("link", ""),
        Did::DecideProposal => ("eye", ""),
        Did::HideTopic => ("eye-off", ""),
        _ => ("shield", ""),
    }
}
