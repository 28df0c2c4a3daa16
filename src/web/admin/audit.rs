//! The audit trail: who got in, and who administered.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{frame, menu};
use crate::audit::{self, Entry, Outcome};
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

#[derive(Template)]
#[template(path = "admin/audit.html")]
struct Trail {
    page: Page,
    menu: Vec<Tab>,
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
    let (visit, (slice, names)) = ctx
        .read(move |tx, viewer| {
            let slice = audit::list(tx, viewer, after.into())?;
            let names = byline::of(tx, slice.items.iter().filter_map(|line| line.by_id))?;
            Ok((slice, names))
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
    let pager = shown::pager(&visit, slice.next);
    let page = frame(&visit, texts.t("admin-audit").into_owned());
    visit.show(&Trail { page, menu: menu(&visit, "/admin/audit"), lines, pager })
}
