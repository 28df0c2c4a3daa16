//! The federation log: what came in, what was refused at the door, what went out, and what became of it.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{frame, menu};
use crate::fediverse::{self, Event, Flow};
use crate::ids::RowId;
use crate::web::error::Result;
use crate::web::form::Form;
use crate::web::page::{Page, Tone};
use crate::web::parts::{Pager, Tab};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

struct Row {
    at: DateTime<Utc>,
    host: String,
    kind: String,
    outcome: String,
    tone: &'static str,
    reason: String,
    /// Where the form goes that tries it again; empty when it can't be.
    retry: String,
}

#[derive(Template)]
#[template(path = "admin/federation.html")]
struct Log {
    page: Page,
    menu: Vec<Tab>,
    tabs: Vec<Tab>,
    which: &'static str,
    host: String,
    lines: Vec<Row>,
    pager: Pager,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    which: String,
    host: String,
    after: String,
}

pub(super) async fn log(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Response> {
    let (which, flow) = match wanted.which.as_str() {
        "out" => ("out", Flow::Out),
        "refused" => ("refused", Flow::Refused),
        _ => ("in", Flow::In),
    };
    let after = shown::after(&wanted.after);
    let host = wanted.host.trim().to_lowercase();
    let of = host.clone();
    let (visit, slice) =
        ctx.read(move |tx, viewer| fediverse::log(tx, viewer, flow, &of, after.into())).await?;
    let tab = |key: &str, word: &str| Tab {
        text: visit.texts.t(key).into_owned(),
        url: shown::with_query(&format!("/admin/federation?which={word}"), "host", &host),
        current: word == which,
        count: None,
    };
    let tabs =
        vec![tab("admin-fed-in", "in"), tab("admin-fed-refused", "refused"), tab("admin-fed-out", "out")];
    let pager = shown::pager(&visit, slice.next);
    let lines = slice.items.iter().map(|event| row(&visit, event)).collect();
    let page = frame(&visit, visit.texts.t("admin-federation").into_owned());
    visit.show(&Log { page, menu: menu(&visit, "/admin/federation"), tabs, which, host, lines, pager })
}

fn row(visit: &Visit, event: &Event) -> Row {
    let key = format!("admin-outcome-{}", event.outcome);
    let tone = match event.outcome.as_str() {
        "applied" | "done" => "ok",
        "waiting" | "parked" => "info",
        "ignored" => "",
        _ => "error",
    };
    Row {
        at: event.at.utc(),
        host: event.host.clone(),
        kind: event.kind.clone(),
        outcome: if visit.texts.has(&key) { visit.texts.t(&key).into_owned() } else { event.outcome.clone() },
        tone,
        reason: event.reason.clone(),
        retry: if event.retriable { format!("/admin/federation/{}/retry", event.id) } else { String::new() },
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn retry(ctx: Ctx, Path(id): Path<RowId>, _form: Form<Nothing>) -> Result<Response> {
    ctx.act(move |tx, by| fediverse::retry_incoming(tx, by, id)).await?;
    Ok(ctx.redirect_saying("/admin/federation", Tone::Ok, "flash-again"))
}
