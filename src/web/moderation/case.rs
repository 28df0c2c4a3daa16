//! One case: what was reported, by whom, and what is decided about it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{name, queue, until};
use crate::db::Tx;
use crate::error::{Error, Result as DomainResult};
use crate::ids::ReportId;
use crate::moderation::decisions::{self, Measure};
use crate::moderation::views::{self, About, CasePage};
use crate::moderation::{Category, Outcome, ReportState, Resolution, Why};
use crate::policy::Actor;
use crate::web::error::Result;
use crate::web::form::Form;
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

/// What one reporter says.
#[derive(Debug)]
struct Said {
    by: String,
    category: String,
    reason: String,
    at: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "moderation/case.html")]
#[expect(clippy::struct_excessive_bools, reason = "each is a part of the page that is there or not")]
struct Case {
    page: Page,
    errors: FormErrors,
    form: Filled,
    url: String,
    quote_html: String,
    reports: Vec<Said>,
    earlier: i64,
    group: String,
    group_url: String,
    is_open: bool,
    state: String,
    resolution: String,
    resolved_by: String,
    /// Address of the decision that is objected to; empty when it is no objection.
    decision: String,
    can_remove: bool,
    can_warn: bool,
    can_ban: bool,
    grounds: Vec<super::Ground>,
    action: String,
    back: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    remove: bool,
    warn: bool,
    ban: bool,
    until: String,
    ground: String,
    reason: String,
    note: String,
    outcome: String,
}

fn page(visit: &Visit, found: CasePage, form: Filled, errors: FormErrors) -> Case {
    let case = &found.case;
    let texts = &visit.texts;
    let title = queue::about(visit, case);
    let group = case.group.as_ref().map(|group| super::place(visit, group));
    let back = match &group {
        Some((_, url)) if !url.is_empty() => format!("{url}/reports"),
        _ => "/moderation/site".to_owned(),
    };
    let (group_title, group_url) = group.clone().unwrap_or_default();
    let objection = case.categories.contains(&Category::Objection);
    let (url, can_remove, has_person) = match &case.about {
        About::Post { path, removed, deleted, author, .. } => {
            (path.clone(), !removed && !deleted, author.is_some())
        }
        About::Person(who) => {
            (who.as_ref().map(|who| shown::person_url(who)).unwrap_or_default(), false, who.is_some())
        }
        About::Group | About::Gone => (String::new(), false, false),
    };
    // What was reported is proposed; the moderator decides.
    let reported = case.categories.first().map(|category| category.word()).unwrap_or_default();
    let chosen = if form.ground.is_empty() { reported } else { &form.ground };
    let grounds = super::grounds(texts, chosen);
    let reports = found
        .reports
        .iter()
        .map(|report| Said {
            by: reporter(visit, report),
            category: texts.t(&format!("report-category-{}", report.category)).into_owned(),
            reason: report.reason.clone(),
            at: report.created_at.utc(),
        })
        .collect();
    let mut frame = visit
        .page(title.clone())
        .crumb(texts.t("queue-overview"), "/moderation")
        .crumb(
            if group_url.is_empty() { texts.t("queue-site").into_owned() } else { group_title.clone() },
            back.clone(),
        )
        .crumb(title, "");
    frame.noindex = true;
    Case {
        page: frame,
        errors,
        form,
        url,
        quote_html: found.html.clone(),
        reports,
        earlier: found.earlier,
        group: group_title,
        group_url,
        is_open: case.state == ReportState::Open,
        state: queue::state(visit, case.state),
        resolution: case.resolution.clone(),
        resolved_by: case.resolved_by.as_deref().map(|who| name(visit, Some(who))).unwrap_or_default(),
        decision: case.entry.map(|id| format!("/moderation/decisions/{id}")).unwrap_or_default(),
        can_remove: can_remove && !objection,
        can_warn: has_person && group.is_some() && !objection,
        can_ban: has_person && !objection,
        grounds,
        action: format!("/moderation/reports/{}", case.id),
        back,
    }
}

fn reporter(visit: &Visit, report: &views::Report) -> String {
    let who = match &report.reporter {
        Some(who) => name(visit, Some(who)),
        None if !report.name.is_empty() => report.name.clone(),
        None => visit.texts.t("queue-visitor").into_owned(),
    };
    if report.host.is_empty() { who } else { format!("{who} ({})", report.host) }
}

pub(super) async fn show(ctx: Ctx, Path(id): Path<ReportId>) -> Result<Response> {
    let (visit, found) = ctx.read(move |tx, viewer| views::case(tx, viewer, id)).await?;
    visit.show(&page(&visit, found, Filled::default(), FormErrors::default()))
}

pub(super) async fn decide(ctx: Ctx, Path(id): Path<ReportId>, Form(form): Form<Filled>) -> Result<Response> {
    let (visit, found) = ctx.read(move |tx, viewer| views::case(tx, viewer, id)).await?;
    match try_decide(&visit, id, form.clone()).await {
        Ok(()) => {
            let page = page(&visit, found, form, FormErrors::default());
            Ok(ctx.redirect_saying(&page.back, Tone::Ok, "flash-case-decided"))
        }
        Err(error) => {
            let errors = visit.problems(error)?;
            visit.show_again(&page(&visit, found, form, errors))
        }
    }
}

async fn try_decide(visit: &Visit, id: ReportId, form: Filled) -> DomainResult<()> {
    let ctx = &visit.ctx;
    let outcome = match form.outcome.as_str() {
        "measures" => {
            let (measures, ground) = (measures(visit, &form)?, super::ground(&form.ground)?);
            let decide = move |tx: &mut Tx<'_>, by: &Actor| {
                decisions::act(tx, by, id, &measures, Why::on(ground, &form.reason)?, &form.note)
            };
            return ctx.act(decide).await;
        }
        "acted" => Outcome::Acted,
        "dismissed" => Outcome::Dismissed,
        _ => return Err(Error::field("outcome", "error-choice")),
    };
    let resolution = Resolution { outcome, note: form.note };
    ctx.act(move |tx, by| decisions::resolve(tx, by, id, &resolution)).await
}

fn measures(visit: &Visit, form: &Filled) -> DomainResult<Vec<Measure>> {
    let mut list = Vec::new();
    if form.remove {
        list.push(Measure::RemovePost);
    }
    if form.warn {
        list.push(Measure::Warn);
    }
    if form.ban {
        list.push(Measure::Ban { until: until(&form.until, visit.now)? });
    }
    if list.is_empty() {
        return Err(Error::field("measures", "error-measures-missing"));
    }
    Ok(list)
}
