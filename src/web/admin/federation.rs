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
use crate::web::form::Press;
use crate::web::page::{Page, Tone};
use crate::web::parts::{Pager, Tab};
use crate::web::session::{Ctx, Visit};
use crate::web::{rules, shown};

struct Row {
    at: DateTime<Utc>,
    host: String,
    /// What happened, in plain words.
    what: String,
    /// The type of the activity.
    kind: String,
    outcome: String,
    tone: &'static str,
    /// Why it ended so, in plain words; empty when nothing needs to be said.
    why: String,
    /// The rule or error, as programs name it.
    rule: String,
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
    let flow = Flow::from_word(&wanted.which).unwrap_or(Flow::In);
    let which = flow.word();
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
    let lines = slice.items.iter().map(|event| row(&visit, flow, event)).collect();
    let page = frame(&visit, visit.texts.t("admin-federation").into_owned());
    visit.show(&Log { page, menu: menu(&visit, "/admin/federation"), tabs, which, host, lines, pager })
}

fn row(visit: &Visit, flow: Flow, event: &Event) -> Row {
    let texts = &visit.texts;
    let said = |key: String| texts.has(&key).then(|| texts.t(&key).into_owned());
    // What was refused at the door has the status it was answered with for an outcome.
    let outcome = if flow == Flow::Refused { "refused" } else { event.outcome.as_str() };
    let tone = match outcome {
        "applied" | "done" => "ok",
        "waiting" | "parked" | "held" => "info",
        "ignored" => "",
        _ => "error",
    };
    let rule = match flow {
        Flow::Refused => format!("{} {}", event.outcome, event.reason),
        Flow::Out if outcome == "done" => String::new(),
        Flow::In | Flow::Out => event.reason.clone(),
    };
    Row {
        at: event.at.utc(),
        host: event.host.clone(),
        what: rules::activity(texts, &event.kind),
        kind: event.kind.clone(),
        outcome: said(format!("admin-outcome-{outcome}")).unwrap_or_else(|| outcome.to_owned()),
        tone,
        why: why(visit, flow, outcome, &event.reason),
        rule: rule.trim().to_owned(),
        retry: if event.retriable { format!("/admin/federation/{}/retry", event.id) } else { String::new() },
    }
}

/// A rule or error in plain words. The first word names the rule; what follows is for programs.
fn why(visit: &Visit, flow: Flow, outcome: &str, reason: &str) -> String {
    let texts = &visit.texts;
    let first = reason.split([':', ' ']).next().unwrap_or_default();
    if first.is_empty() || outcome == "done" {
        return String::new();
    }
    if flow == Flow::Out {
        let status = first.parse::<u16>().ok();
        return match status {
            Some(401 | 403) => texts.t("admin-why-refused-there").into_owned(),
            Some(404 | 410) => texts.t("admin-why-gone-there").into_owned(),
            Some(408 | 429 | 500..) => texts.t("admin-why-busy-there").into_owned(),
            Some(_) => texts.t("admin-why-other-there").into_owned(),
            None => texts.t("admin-why-unreachable").into_owned(),
        };
    }
    let key = format!("admin-rule-{first}");
    match (texts.has(&key), outcome) {
        (true, _) => texts.t(&key).into_owned(),
        // Nothing was held back there.
        (false, "ignored" | "parked" | "waiting") => String::new(),
        (false, _) => texts.t("admin-rule-other").into_owned(),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Again {
    /// The server that the list was of; empty: of all.
    host: String,
}

pub(super) async fn retry(ctx: Ctx, Path(id): Path<RowId>, Press(form): Press<Again>) -> Result<Response> {
    let flow = ctx.act(move |tx, by| fediverse::retry(tx, by, id)).await?;
    let mut list = format!("/admin/federation?which={}", flow.word());
    if !form.host.is_empty() {
        list = shown::with_query(&list, "host", &form.host);
    }
    Ok(ctx.redirect_saying(&list, Tone::Ok, "flash-again"))
}
