//! Work in the background that failed for good.

use askama::Template;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{frame, menu};
use crate::ids::JobId;
use crate::jobs;
use crate::locale::Texts;
use crate::people::admin::must_be_admin;
use crate::web::error::Result;
use crate::web::form::Press;
use crate::web::page::{Page, Tone};
use crate::web::parts::Tab;
use crate::web::session::Ctx;

/// Jobs on the page.
const SHOWN: i64 = 100;

/// What a kind of job does, in plain words.
pub(super) fn name(texts: &Texts, kind: &str) -> String {
    let key = format!("admin-job-{kind}");
    if texts.has(&key) { texts.t(&key).into_owned() } else { kind.to_owned() }
}

struct Row {
    id: JobId,
    /// In plain words.
    name: String,
    kind: String,
    attempts: i64,
    error: String,
    at: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "admin/jobs.html")]
struct Jobs {
    page: Page,
    menu: Vec<Tab>,
    jobs: Vec<Row>,
}

pub(super) async fn list(ctx: Ctx) -> Result<Response> {
    let (visit, found) = ctx
        .read(|tx, viewer| {
            viewer.must_be_admin()?;
            jobs::failed(tx, SHOWN)
        })
        .await?;
    let now = visit.now;
    let row = |job: jobs::Failed| Row {
        id: job.id,
        name: name(&visit.texts, &job.kind),
        kind: job.kind,
        attempts: job.attempts,
        error: job.error,
        at: job.failed_at.unwrap_or(now).utc(),
    };
    let jobs = found.into_iter().map(row).collect();
    let page = frame(&visit, visit.texts.t("admin-jobs").into_owned());
    visit.show(&Jobs { page, menu: menu(&visit, "/admin/jobs"), jobs })
}

#[derive(Debug, Deserialize)]
pub(super) struct Change {
    job: JobId,
    #[serde(default, rename = "do")]
    what: String,
}

pub(super) async fn change(ctx: Ctx, Press(form): Press<Change>) -> Result<Response> {
    let (job, again) = (form.job, form.what == "again");
    ctx.act(move |tx, by| {
        must_be_admin(tx, by)?;
        if again { jobs::again(tx, job) } else { jobs::give_up(tx, job) }
    })
    .await?;
    let key = if again { "flash-again" } else { "flash-job-dropped" };
    Ok(ctx.redirect_saying("/admin/jobs", Tone::Ok, key))
}
