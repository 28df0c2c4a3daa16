//! What was agreed with other instances about closed groups: the list, making an agreement, and changing its terms.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;

use super::{frame, menu};
use crate::agreements::views::{self, Affected, Agreement};
use crate::agreements::{AgreementState, Terms, acts};
use crate::clock::Time;
use crate::error::{Error, FieldErrors, Result as DomainResult};
use crate::locale::Texts;
use crate::policy::Class;
use crate::web::confirm::Confirm;
use crate::web::error::Result;
use crate::web::form::Form;
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::{Fact, Tab};
use crate::web::session::{Ctx, Visit};

/// The list.
pub(super) const HERE: &str = "/admin/agreements";

struct Row {
    host: String,
    organisation: String,
    state: String,
    tone: &'static str,
    /// What goes to and fro now, in a sentence.
    crosses: String,
    until: String,
    /// How long that is still, in words; may be empty.
    left: String,
}

#[derive(Template)]
#[template(path = "admin/agreements.html")]
struct Agreements {
    page: Page,
    menu: Vec<Tab>,
    agreements: Vec<Row>,
}

/// How an agreement is, in words.
fn state(texts: &Texts, shown: &Agreement, now: Time) -> (String, &'static str) {
    let (key, tone) = match shown.row.state {
        AgreementState::Agreed if shown.blocked => ("agreement-blocked", "error"),
        AgreementState::Agreed if shown.row.is_over(now) => ("agreement-over", "warning"),
        AgreementState::Agreed => ("agreement-agreed", "ok"),
        AgreementState::Suspended => ("agreement-suspended", "warning"),
        AgreementState::Ended => ("agreement-ended", ""),
    };
    (texts.t(key).into_owned(), tone)
}

/// What goes to and fro now, in a sentence.
pub(super) fn crosses(texts: &Texts, ceiling: Class) -> String {
    texts.t(&format!("agreement-crosses-{ceiling}")).into_owned()
}

/// The last day, in words.
fn last_day(texts: &Texts, until: Option<Time>) -> String {
    until.map_or_else(
        || texts.t("agreement-no-end").into_owned(),
        |until| texts.date(&until.plus_seconds(-1).utc()),
    )
}

fn left(texts: &Texts, shown: &Agreement) -> String {
    shown.days_left.map_or_else(String::new, |days| texts.t_with("agreement-days-left", &[("count", &days)]))
}

pub(super) async fn list(ctx: Ctx) -> Result<Response> {
    let (visit, found) = ctx.read(views::list).await?;
    let texts = &visit.texts;
    let row = |shown: &Agreement| {
        let (state, tone) = state(texts, shown, visit.now);
        Row {
            host: shown.row.host.clone(),
            organisation: shown.row.organisation.clone(),
            state,
            tone,
            crosses: crosses(texts, shown.ceiling_now),
            until: last_day(texts, shown.row.until),
            left: left(texts, shown),
        }
    };
    let agreements = found.iter().map(row).collect();
    let page = frame(&visit, texts.t("admin-agreements").into_owned());
    visit.show(&Agreements { page, menu: menu(&visit, HERE), agreements })
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    host: String,
    state: String,
    ceiling: String,
    until: String,
    organisation: String,
    contact: String,
    purpose: String,
    /// Whoever lets less cross has read whom that concerns.
    sure: bool,
}

impl Filled {
    fn of(terms: &Terms) -> Self {
        Self {
            host: String::new(),
            state: terms.state.word().to_owned(),
            ceiling: terms.ceiling.word().to_owned(),
            until: terms.until.map_or_else(String::new, Time::last_day),
            organisation: terms.organisation.clone(),
            contact: terms.contact.clone(),
            purpose: terms.purpose.clone(),
            sure: false,
        }
    }

    /// The terms, once all is right with them. An end that wasn't changed stays what it is, to the second.
    fn terms(&self, now: Time, kept: Option<Time>) -> DomainResult<Terms> {
        let mut errors = FieldErrors::default();
        let state = AgreementState::from_word(&self.state);
        if state.is_none() {
            errors.add("state", "error-choice");
        }
        let ceiling = Class::from_word(&self.ceiling);
        if ceiling.is_none() {
            errors.add("ceiling", "error-choice");
        }
        let typed = self.until.trim();
        let until = kept.filter(|kept| kept.last_day() == typed).or_else(|| Time::end_of_day(typed));
        if until.is_none() && !typed.is_empty() {
            errors.add("until", "error-agreement-day");
        }
        let terms = Terms {
            state: state.unwrap_or(AgreementState::Agreed),
            ceiling: ceiling.unwrap_or(Class::Leden),
            until,
            organisation: self.organisation.trim().to_owned(),
            contact: self.contact.trim().to_owned(),
            purpose: self.purpose.trim().to_owned(),
        };
        terms.check(now, &mut errors);
        errors.into_result().map(|()| terms)
    }
}

#[derive(Template)]
#[template(path = "admin/agreement.html")]
struct One {
    page: Page,
    menu: Vec<Tab>,
    errors: FormErrors,
    /// There is one already; else one is made.
    known: bool,
    /// What goes to and fro now, in a sentence; empty for a new one.
    crosses: String,
    facts: Vec<Fact>,
    host: String,
    action: String,
    /// The server is blocked.
    blocked: bool,
    /// What an agreement means, in sentences.
    means: Vec<String>,
    /// Whom it concerns when nothing crosses any more, in words.
    concerns: Vec<String>,
    form: Filled,
}

/// What an agreement means, in sentences.
fn means(texts: &Texts, organisation: &str) -> Vec<String> {
    let who = if organisation.is_empty() { texts.t("agreement-somebody") } else { organisation.into() };
    let mut means = vec![texts.t_with("agreement-means-copies", &[("who", &who)])];
    let others = ["agreement-means-both", "agreement-means-address", "agreement-means-at-once"];
    means.extend(others.map(|key| texts.t(key).into_owned()));
    means
}

/// Whom it concerns that less may cross, in words.
fn concerns(texts: &Texts, affected: Affected) -> Vec<String> {
    let each = [("agreement-members", affected.members), ("agreement-memberships", affected.memberships)];
    let some = each.into_iter().filter(|(_, count)| *count > 0);
    some.map(|(key, count)| texts.t_with(key, &[("count", &count)])).collect()
}

fn blank_page(visit: &Visit, form: Filled, errors: FormErrors) -> One {
    One {
        page: below(visit, visit.texts.t("agreement-new").into_owned()),
        menu: menu(visit, HERE),
        errors,
        known: false,
        crosses: String::new(),
        facts: Vec::new(),
        host: String::new(),
        action: format!("{HERE}/new"),
        blocked: false,
        means: means(&visit.texts, ""),
        concerns: Vec::new(),
        form,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct About {
    host: String,
}

pub(super) async fn blank(ctx: Ctx, Query(about): Query<About>) -> Result<Response> {
    let (visit, ()) = ctx.read(|_tx, viewer| viewer.must_be_admin()).await?;
    let form = Filled {
        host: about.host,
        state: AgreementState::Agreed.word().to_owned(),
        ceiling: Class::Leden.word().to_owned(),
        ..Filled::default()
    };
    visit.show(&blank_page(&visit, form, FormErrors::default()))
}

pub(super) async fn make(ctx: Ctx, Form(form): Form<Filled>) -> Result<Response> {
    let (visit, ()) = ctx.read(|_tx, viewer| viewer.must_be_admin()).await?;
    let mut errors = FieldErrors::default();
    errors.gather(ctx.app.urls.other_host(&form.host))?;
    let terms = errors.gather(form.terms(visit.now, None))?;
    let host = form.host.clone();
    let done = match terms {
        Some(terms) if errors.0.is_empty() => ctx.act(move |tx, by| acts::begin(tx, by, &host, &terms)).await,
        _ => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(host) => {
            let to = format!("{HERE}/{host}");
            Ok(ctx.redirect_saying_of(&to, Tone::Ok, "flash-agreement-saved", &host))
        }
        Err(error) => {
            let errors = visit.problems(error)?;
            visit.show_again(&blank_page(&visit, form, errors))
        }
    }
}

/// An agreement as its page shows it.
struct Shown {
    agreement: Agreement,
    /// Whom it concerns when nothing crosses any more.
    affected: Affected,
}

async fn shown(ctx: &Ctx, host: &str) -> Result<(Visit, Shown)> {
    let host = host.to_owned();
    let read = ctx.read(move |tx, viewer| {
        let agreement = views::find(tx, viewer, &host)?;
        let affected = views::affected(tx, viewer, &host, Class::Openbaar)?;
        Ok(Shown { agreement, affected })
    });
    read.await
}

/// The frame of a page below the list.
fn below(visit: &Visit, title: String) -> Page {
    let mut page = frame(visit, title);
    if let Some(last) = page.crumbs.pop() {
        page = page.crumb(visit.texts.t("admin-agreements"), HERE);
        page.crumbs.push(last);
    }
    page
}

fn page(visit: &Visit, shown: &Shown, form: Filled, errors: FormErrors) -> One {
    let (texts, agreement, row) = (&visit.texts, &shown.agreement, &shown.agreement.row);
    let fact = |key: &str, text: String| Fact { term: texts.t(key).into_owned(), text, url: String::new() };
    let mut facts = vec![
        fact("agreement-state", state(texts, agreement, visit.now).0),
        fact("agreement-until", last_day(texts, row.until)),
    ];
    if agreement.days_left.is_some() {
        facts.push(fact("agreement-left", left(texts, agreement)));
    }
    facts.push(fact("agreement-since", texts.date(&row.created_at.utc())));
    facts.push(fact("agreement-changed", texts.date_time(&row.changed_at.utc())));
    One {
        page: below(visit, texts.t_with("agreement-title", &[("host", &row.host)])),
        menu: menu(visit, HERE),
        errors,
        known: true,
        crosses: crosses(texts, agreement.ceiling_now),
        facts,
        host: row.host.clone(),
        action: format!("{HERE}/{}", row.host),
        blocked: agreement.blocked,
        means: means(texts, &row.organisation),
        concerns: concerns(texts, shown.affected),
        form,
    }
}

pub(super) async fn show(ctx: Ctx, Path(host): Path<String>) -> Result<Response> {
    let (visit, shown) = shown(&ctx, &host).await?;
    let form = Filled::of(&shown.agreement.row.terms());
    visit.show(&page(&visit, &shown, form, FormErrors::default()))
}

pub(super) async fn save(ctx: Ctx, Path(host): Path<String>, Form(form): Form<Filled>) -> Result<Response> {
    let (visit, shown) = shown(&ctx, &host).await?;
    let done = match form.terms(visit.now, shown.agreement.row.until) {
        Ok(terms) => {
            let ceiling = terms.ceiling_at(visit.now);
            // Whoever lets less cross hears first whom that concerns.
            if ceiling < shown.agreement.ceiling_now && !form.sure {
                let about = host.clone();
                let read = ctx.read(move |tx, viewer| views::affected(tx, viewer, &about, ceiling));
                let (_visit, affected) = read.await?;
                if affected.any() {
                    return visit.show(&ask(&visit, &host, &terms, affected, form));
                }
            }
            let to = host.clone();
            ctx.act(move |tx, by| acts::set(tx, by, &to, &terms)).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(host) => Ok(ctx.redirect_saying_of(HERE, Tone::Ok, "flash-agreement-saved", &host)),
        Err(error) => {
            let errors = visit.problems(error)?;
            visit.show_again(&page(&visit, &shown, form, errors))
        }
    }
}

/// Asks before less crosses than now.
fn ask(visit: &Visit, host: &str, terms: &Terms, affected: Affected, form: Filled) -> Confirm {
    let (texts, base) = (&visit.texts, format!("{HERE}/{host}"));
    let kind = terms.state;
    let title = texts.t_with(&format!("agreement-lower-{kind}-title"), &[("host", &host)]);
    let mut page = below(visit, title);
    if let Some(last) = page.crumbs.pop() {
        page = page.crumb(host, base.clone());
        page.crumbs.push(last);
    }
    let mut points = concerns(texts, affected);
    points.push(texts.t("agreement-lower-at-once").into_owned());
    let hidden = [
        ("state", form.state),
        ("ceiling", form.ceiling),
        ("until", form.until),
        ("organisation", form.organisation),
        ("contact", form.contact),
        ("purpose", form.purpose),
        ("sure", "1".to_owned()),
    ];
    Confirm {
        points,
        hidden: hidden.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        kind: "danger",
        ..Confirm::new(
            page,
            texts.t("agreement-lower-text").into_owned(),
            base.clone(),
            texts.t(&format!("agreement-lower-{kind}")).into_owned(),
            base,
        )
    }
}
