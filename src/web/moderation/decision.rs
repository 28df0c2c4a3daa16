//! The statement of reasons: what was decided about somebody, why, and how to object (Digital Services Act, art. 17, 20).

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

use crate::ids::EntryId;
use crate::moderation::log::{self, Capacity, Statement};
use crate::moderation::{ReportState, decisions};
use crate::web::error::Result;
use crate::web::form::Form;
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::Fact;
use crate::web::session::{Ctx, Visit};

#[derive(Template)]
#[template(path = "moderation/decision.html")]
struct Decision {
    page: Page,
    errors: FormErrors,
    facts: Vec<Fact>,
    reason: String,
    until: String,
    can_object: bool,
    /// How far an objection is; empty when there is none.
    objection: String,
    /// What was decided about it.
    answer: String,
    text: String,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    reason: String,
}

fn page(visit: &Visit, said: &Statement, text: String, errors: FormErrors) -> Decision {
    let texts = &visit.texts;
    let t = |key: &str| texts.t(key).into_owned();
    let fact = |key: &str, text: String, url: String| Fact { term: t(key), text, url };
    let what = t(&format!("decision-{}", said.act));
    let mut facts = vec![fact("decision-what", what, String::new())];
    if let Some((_, path)) = &said.post {
        facts.push(fact("decision-post", t("decision-post-see"), path.clone()));
    }
    if let Some(group) = &said.group {
        let (title, url) = super::place(visit, group);
        facts.push(fact("decision-group", title, url));
    }
    let by = match said.capacity {
        Capacity::Group => "log-by-group",
        Capacity::Instance => "log-by-instance",
        Capacity::Elsewhere => "log-by-elsewhere",
    };
    facts.push(fact("decision-by", t(by), String::new()));
    facts.push(fact("decision-when", texts.date_time(&said.at.utc()), String::new()));
    if let Some(until) = said.until {
        facts.push(fact("decision-until", texts.date_time(&until.utc()), String::new()));
    }
    // How another server came to its decision only that server knows.
    if let Some(ground) = said.ground {
        facts.push(fact("decision-ground", t(&format!("decision-ground-{ground}")), String::new()));
        let source = if said.reported { "decision-source-report" } else { "decision-source-own" };
        facts.push(fact("decision-source", t(source), String::new()));
        facts.push(fact("decision-machine", t("decision-machine-no"), String::new()));
    }
    let (objection, answer) = match &said.objection {
        None => (String::new(), String::new()),
        Some((ReportState::Open, _)) => (t("decision-objection-open"), String::new()),
        Some((ReportState::Acted, answer)) => (t("decision-objection-acted"), answer.clone()),
        Some((ReportState::Dismissed, answer)) => (t("decision-objection-dismissed"), answer.clone()),
    };
    let title = t("decision-title");
    let mut page = visit.page(title.clone()).crumb(t("notices-title"), "/notifications").crumb(title, "");
    page.noindex = true;
    Decision {
        page,
        errors,
        facts,
        reason: said.reason.clone(),
        until: texts.date(&said.objection_until.utc()),
        can_object: said.may_object,
        objection,
        answer,
        text,
    }
}

pub(super) async fn show(ctx: Ctx, Path(id): Path<EntryId>) -> Result<Response> {
    let (visit, said) = ctx.read(move |tx, viewer| log::statement(tx, viewer, id)).await?;
    visit.show(&page(&visit, &said, String::new(), FormErrors::default()))
}

pub(super) async fn object(ctx: Ctx, Path(id): Path<EntryId>, Form(form): Form<Filled>) -> Result<Response> {
    let (visit, said) = ctx.read(move |tx, viewer| log::statement(tx, viewer, id)).await?;
    let text = form.reason.clone();
    match ctx.act(move |tx, by| decisions::object_to(tx, by, id, &text).map(|_row| ())).await {
        Ok(()) => {
            let to = format!("/moderation/decisions/{id}");
            Ok(ctx.redirect_saying(&to, Tone::Ok, "flash-objected"))
        }
        Err(error) => {
            let errors = visit.problems(error)?;
            visit.show_again(&page(&visit, &said, form.reason, errors))
        }
    }
}
