//! The audit trail: who got in, and who administered; and whether anybody changed anything in it.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;

use super::{frame, menu};
use crate::audit::{self, AuditFault, Entry, Outcome};
use crate::locale::Texts;
use crate::people::byline;
use crate::web::error::Result;
use crate::web::page::Page;
use crate::web::parts::{Pager, Tab};
use crate::web::session::Ctx;
use crate::web::shown;

struct Row {
    at: DateTime<Utc>,
    what: String,
    outcome: String,
    tone: &'static str,
    who: String,
    object: String,
    origin: String,
}

/// Faults that are told one by one.
const TOLD: usize = 10;

/// What is wrong, in a sentence.
fn told(texts: &Texts, fault: &AuditFault) -> String {
    let day = NaiveDate::parse_from_str(&fault.day, "%Y-%m-%d").ok();
    // What isn't a day any more is told as it stands there.
    let date =
        day.map_or_else(|| fault.day.clone(), |day| texts.date(&day.and_time(NaiveTime::MIN).and_utc()));
    texts.t_with(&format!("admin-audit-fault-{}", fault.what), &[("date", &date)])
}

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct Trail {
    page: Page,
    menu: Vec<Tab>,
    /// That the chain holds, and how much of it was looked at; empty when it doesn't, and on all pages but the first.
    holds: String,
    /// What is wrong with it.
    faults: Vec<String>,
    /// How many more faults there are, at least.
    more: usize,
    lines: Vec<Row>,
    pager: Pager,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    after: String,
}

pub(super) async fn show(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Response> {
    let after = shown::after(&wanted.after);
    let (visit, (slice, names, glance)) = ctx
        .read(move |tx, viewer| {
            let slice = audit::list(tx, viewer, after.into())?;
            let names = byline::of(tx, slice.items.iter().filter_map(|line| line.by_id))?;
            let glance = if after.is_none() { Some(audit::glance(tx, viewer)?) } else { None };
            Ok((slice, names, glance))
        })
        .await?;
    let texts = &visit.texts;
    let row = |line: &Entry| Row {
        at: line.created_at.utc(),
        what: texts.t(&format!("audit-{}", line.act)).into_owned(),
        outcome: texts.t(&format!("audit-outcome-{}", line.outcome)).into_owned(),
        tone: match line.outcome {
            Outcome::Done => "ok",
            Outcome::Wrong | Outcome::Paused => "warning",
            Outcome::Refused | Outcome::Failed => "error",
        },
        who: line.by_id.and_then(|id| names.get(&id)).map(|who| format!("@{}", who.name)).unwrap_or_default(),
        object: line.object.clone(),
        origin: line.origin.clone(),
    };
    let lines = slice.items.iter().map(row).collect();
    // Of a list that never had a line there is nothing to say.
    let seen = glance.filter(|glance| glance.found.last.is_some());
    let holds = seen.as_ref().filter(|glance| glance.found.holds()).map(|glance| match glance.days {
        None => texts.t("admin-audit-whole").into_owned(),
        Some(days) => texts.t_with("admin-audit-lately", &[("days", &days)]),
    });
    let found = seen.map(|glance| glance.found.faults).unwrap_or_default();
    let faults = found.iter().take(TOLD).map(|fault| told(texts, fault)).collect();
    let pager = shown::pager(&visit, slice.next);
    let page = frame(&visit, texts.t("admin-audit").into_owned());
    let more = found.len().saturating_sub(TOLD);
    let holds = holds.unwrap_or_default();
    visit.show(&Trail { page, menu: menu(&visit, "/admin/audit"), holds, faults, more, lines, pager })
}
