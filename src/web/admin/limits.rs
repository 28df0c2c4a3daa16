//! How often each may do something: what each limit does, whom it held up lately, and changing it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

use super::{frame, menu};
use crate::error::{Error, Result as DomainResult};
use crate::instance::limits::{self, Shown};
use crate::locale::Texts;
use crate::policy::rates::{Limit, Scope};
use crate::web::error::{Outcome, Result};
use crate::web::form::Form;
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::{Fact, Tab};
use crate::web::session::{Ctx, Visit};

const HERE: &str = "/admin/limits";

struct Row {
    name: String,
    url: String,
    /// How much in which time, in words.
    pace: String,
    changed: bool,
    hits: i64,
    who: String,
}

/// Limits about the same.
struct Part {
    title: String,
    lead: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "admin/limits.html")]
struct Limits {
    page: Page,
    menu: Vec<Tab>,
    /// Whether they count at all on this machine.
    enabled: bool,
    sections: Vec<Part>,
}

#[derive(Template)]
#[template(path = "admin/limit.html")]
struct One {
    page: Page,
    menu: Vec<Tab>,
    errors: FormErrors,
    text: String,
    facts: Vec<Fact>,
    count: String,
    hint: String,
    changed: bool,
}

/// `60 in 10 minuten`.
fn pace(texts: &Texts, limit: Limit, count: i64) -> String {
    let (key, many) = match limit.seconds() {
        seconds if seconds % 86_400 == 0 => ("admin-limit-days", seconds / 86_400),
        seconds if seconds % 3_600 == 0 => ("admin-limit-hours", seconds / 3_600),
        seconds => ("admin-limit-minutes", seconds / 60),
    };
    texts.t_with(key, &[("number", &texts.number(count)), ("count", &many)])
}

fn name(texts: &Texts, limit: Limit) -> String {
    texts.t(&format!("limit-{limit}")).into_owned()
}

fn row(texts: &Texts, shown: Shown) -> Row {
    Row {
        name: name(texts, shown.limit),
        url: format!("{HERE}/{}", shown.limit),
        pace: pace(texts, shown.limit, shown.count),
        changed: shown.count != shown.limit.default().count,
        hits: shown.hits,
        who: shown.who.join(", "),
    }
}

pub(super) async fn list(ctx: Ctx) -> Result<Response> {
    ctx.app.note_held_up(true).await;
    let (visit, found) = ctx.read(limits::list).await?;
    let texts = &visit.texts;
    let part = |scope: Scope| Part {
        title: texts.t(&format!("admin-limits-{scope}")).into_owned(),
        lead: texts.t(&format!("admin-limits-{scope}-text")).into_owned(),
        rows: found
            .iter()
            .filter(|shown| shown.limit.scope() == scope)
            .map(|shown| row(texts, shown.clone()))
            .collect(),
    };
    let sections = Scope::ALL.iter().copied().map(part).collect();
    let page = frame(&visit, texts.t("admin-limits").into_owned());
    visit.show(&Limits { page, menu: menu(&visit, HERE), enabled: ctx.limited(), sections })
}

/// The limit that an address names.
fn named(word: &str) -> Result<Limit> {
    Ok(Limit::from_word(word).ok_or(Error::NotFound)?)
}

/// The limit as it is now, for administrators.
async fn read(ctx: &Ctx, limit: Limit) -> Result<(Visit, Shown)> {
    ctx.app.note_held_up(true).await;
    ctx.read(move |tx, viewer| {
        let found = limits::list(tx, viewer)?.into_iter().find(|shown| shown.limit == limit);
        found.ok_or(Error::NotFound)
    })
    .await
}

fn page(visit: &Visit, shown: Shown, count: String, errors: FormErrors) -> One {
    let (texts, limit) = (&visit.texts, shown.limit);
    let fact = |key: &str, text: String| Fact { term: texts.t(key).into_owned(), text, url: String::new() };
    let mut facts = vec![
        fact("admin-limit-now", pace(texts, limit, shown.count)),
        fact("admin-limit-default", pace(texts, limit, limit.default().count)),
        fact("admin-limit-hits", texts.number(shown.hits)),
    ];
    if !shown.who.is_empty() {
        facts.push(fact("admin-limit-who", shown.who.join(", ")));
    }
    One {
        page: frame(visit, name(texts, limit)),
        menu: menu(visit, HERE),
        errors,
        text: texts.t(&format!("limit-{limit}-text")).into_owned(),
        facts,
        count,
        hint: texts.t_with(
            "admin-limit-count-hint",
            &[("least", &texts.number(limit.least())), ("most", &texts.number(limit.most()))],
        ),
        changed: shown.count != limit.default().count,
    }
}

pub(super) async fn show(ctx: Ctx, Path(word): Path<String>) -> Result<Response> {
    let (visit, shown) = read(&ctx, named(&word)?).await?;
    let count = shown.count.to_string();
    visit.show(&page(&visit, shown, count, FormErrors::default()))
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    count: String,
    reset: bool,
}

pub(super) async fn save(ctx: Ctx, Path(word): Path<String>, Form(form): Form<Filled>) -> Result<Response> {
    let limit = named(&word)?;
    let (visit, shown) = read(&ctx, limit).await?;
    match change(&ctx, limit, &form).await {
        Ok(()) => Ok(ctx.redirect_saying(HERE, Tone::Ok, "flash-limit-saved")),
        Err(error) => {
            let outcome = Outcome::of(&error);
            let errors = visit.problems(error)?;
            visit.show_as(outcome, &page(&visit, shown, form.count, errors))
        }
    }
}

async fn change(ctx: &Ctx, limit: Limit, form: &Filled) -> DomainResult<()> {
    let count = match (form.reset, form.count.trim().replace(['.', ' '], "").parse()) {
        (true, _) => None,
        (false, Ok(count)) => Some(count),
        (false, Err(_)) => return Err(Error::field("count", "error-limit-number")),
    };
    let rates = ctx.act(move |tx, by| limits::change(tx, by, limit, count)).await?;
    ctx.app.limits.set(rates);
    Ok(())
}
