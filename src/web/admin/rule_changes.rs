//! Changes of the rules: what each changes in sentences, what it would have done lately, and the buttons that apply, withdraw or undo it.
//!
//! What is applied is what was seen: the button carries the hash of what stands on the page.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{menu, rules};
use crate::error::{Error, Result as DomainResult};
use crate::ids::RowId;
use crate::locale::Texts;
use crate::people::byline::Byline;
use crate::rules::changes::acts::{self, Applied};
use crate::rules::changes::views::{self, Shown};
use crate::rules::changes::{ChangeState, Forecast, Sample, UNDO_DAYS};
use crate::web::error::{Outcome, Result};
use crate::web::form::{Button, Press};
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::{Fact, Pager, Tab};
use crate::web::rules::{self as words, Changed, Titles};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

/// The list.
const HERE: &str = "/admin/rule-changes";

/// What a change changes, and the servers that it concerns, that stand open on the page; the rest is folded.
const OPEN: usize = 20;

/// An answer that leads to a change that was just proposed.
pub(super) fn proposed(ctx: &Ctx, id: RowId) -> Response {
    ctx.redirect_saying(&format!("{HERE}/{id}"), Tone::Info, "flash-change-proposed")
}

/// What is wrong, in the reader's language: beside those of these fields that it is about, else about the page as a whole.
pub(super) fn problems(visit: &Visit, error: Error, fields: &[&str]) -> Result<FormErrors> {
    let found = visit.problems(error)?;
    let mut shown = FormErrors::default();
    for error in &found {
        let is_there = fields.contains(&error.field.as_str());
        shown.add(if is_there { error.field.as_str() } else { "" }, error.text.clone());
    }
    Ok(shown)
}

/// Somebody's name, also when they are no longer there.
pub(super) fn name(texts: &Texts, who: Option<&Byline>) -> String {
    match who {
        Some(who) => shown::person(texts, who).name,
        None => texts.t("change-nobody").into_owned(),
    }
}

/// How far a change is, in words.
fn state(texts: &Texts, state: ChangeState) -> (String, &'static str) {
    let tone = match state {
        ChangeState::Proposed => "info",
        ChangeState::Awaiting => "warning",
        ChangeState::Applied => "ok",
        ChangeState::Undone | ChangeState::Withdrawn => "",
    };
    (texts.t(&format!("change-state-{state}")).into_owned(), tone)
}

struct Row {
    /// The first thing that it changes, a whole sentence.
    text: String,
    /// How many more, in words; may be empty.
    more: String,
    url: String,
    state: String,
    tone: &'static str,
    reason: String,
    by: String,
    at: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "admin/rule_changes.html")]
struct Changes {
    page: Page,
    menu: Vec<Tab>,
    changes: Vec<Row>,
    pager: Pager,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    after: String,
}

pub(super) async fn list(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Response> {
    let after = shown::after(&wanted.after);
    let (visit, (slice, titles)) = ctx
        .read(move |tx, viewer| -> DomainResult<_> {
            let slice = views::list(tx, viewer, after.into())?;
            let named = slice.items.iter().flat_map(|one| words::groups_of(&one.changes, &one.ended));
            let titles = words::titles(tx, viewer, named)?;
            Ok((slice, titles))
        })
        .await?;
    let changes = slice.items.iter().map(|one| row(&visit.texts, &titles, one)).collect();
    let pager = shown::pager(&visit, slice.next);
    let page = rules::below(&visit, visit.texts.t("changes-title").into_owned());
    visit.show(&Changes { page, menu: menu(&visit, rules::HERE), changes, pager })
}

fn row(texts: &Texts, titles: &Titles, one: &Shown) -> Row {
    let first = one.changes.first().map(|change| words::changed(texts, titles, change, &one.ended));
    let more = one.changes.len().saturating_sub(1);
    let (state, tone) = state(texts, one.row.state);
    Row {
        text: first.map_or_else(|| texts.t("change-title").into_owned(), |first| first.text),
        more: if more > 0 { texts.t_with("change-and-more", &[("count", &more)]) } else { String::new() },
        url: format!("{HERE}/{}", one.row.id),
        state,
        tone,
        reason: one.row.reason.clone(),
        by: name(texts, one.by.as_deref()),
        at: one.row.created_at.utc(),
    }
}

/// What can be done with a change now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// It is to be tried anew first.
    Rerun,
    /// One administrator may apply it.
    Apply,
    /// A second one can be asked.
    Ask,
    /// The reader is the second one.
    Agree,
    /// Another one has to agree.
    Wait,
    /// It can be undone.
    Undo,
    /// It can't be undone any more.
    Over,
    /// It was undone.
    Undone,
    /// It was withdrawn.
    Withdrawn,
}

impl Step {
    fn of(one: &Shown) -> Self {
        match one.row.state {
            ChangeState::Proposed if !one.fresh => Self::Rerun,
            ChangeState::Proposed if one.row.wide && !one.alone => Self::Ask,
            ChangeState::Proposed => Self::Apply,
            ChangeState::Awaiting if !one.fresh => Self::Rerun,
            ChangeState::Awaiting if one.may_second => Self::Agree,
            ChangeState::Awaiting => Self::Wait,
            ChangeState::Applied if one.undoable => Self::Undo,
            ChangeState::Applied => Self::Over,
            ChangeState::Undone => Self::Undone,
            ChangeState::Withdrawn => Self::Withdrawn,
        }
    }

    /// The text above the buttons.
    fn text(self, wide: bool) -> &'static str {
        match self {
            Self::Rerun => "change-old",
            Self::Ask => "change-wide",
            Self::Apply if wide => "change-wide-alone",
            Self::Apply => "change-narrow",
            Self::Agree => "change-awaits-you",
            Self::Wait => "change-awaits-other",
            Self::Undo => "change-applied-text",
            Self::Over => "change-undo-over",
            Self::Undone => "change-undone-text",
            Self::Withdrawn => "change-withdrawn-text",
        }
    }

    /// What the button says that applies it; empty: there is none.
    fn apply(self) -> &'static str {
        match self {
            Self::Apply => "change-apply",
            Self::Ask => "change-ask-second",
            Self::Agree => "change-agree",
            Self::Rerun | Self::Wait | Self::Undo | Self::Over | Self::Undone | Self::Withdrawn => "",
        }
    }

    /// Whether it can be undone.
    fn undoes(self) -> bool {
        self == Self::Undo
    }

    /// Whether it hasn't been decided yet.
    fn is_open(self) -> bool {
        matches!(self, Self::Rerun | Self::Apply | Self::Ask | Self::Agree | Self::Wait)
    }
}

/// A line of what would have been treated otherwise.
struct Line {
    text: String,
    /// What was done with it and what would have been.
    then: String,
    at: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "admin/rule_change.html")]
struct One {
    page: Page,
    menu: Vec<Tab>,
    errors: FormErrors,
    base: String,
    state: String,
    tone: &'static str,
    /// What changes: the first of it, and the rest.
    first: Vec<Changed>,
    rest: Vec<Changed>,
    facts: Vec<Fact>,
    ran: String,
    traffic: Vec<String>,
    /// Relations that end, in words.
    ties: Vec<String>,
    /// Whom that concerns, each counted once.
    people: Vec<String>,
    hosts: Vec<String>,
    more_hosts: usize,
    sample: Vec<Line>,
    step: Step,
    /// Above the buttons, in sentences.
    text: Vec<String>,
    hash: String,
}

/// A change as its page shows it.
type Found = (Shown, Titles);

async fn find(ctx: &Ctx, id: RowId) -> Result<(Visit, Found)> {
    ctx.read(move |tx, viewer| {
        let one = views::find(tx, viewer, id)?;
        let titles = words::titles(tx, viewer, words::groups_of(&one.changes, &one.ended))?;
        Ok((one, titles))
    })
    .await
}

fn page(visit: &Visit, (one, titles): &Found, errors: FormErrors) -> One {
    let (texts, row, forecast) = (&visit.texts, &one.row, &one.forecast);
    let step = Step::of(one);
    let (state, tone) = state(texts, row.state);
    let mut first: Vec<Changed> =
        one.changes.iter().map(|change| words::changed(texts, titles, change, &one.ended)).collect();
    // Why it is all proposed stands there once.
    for changed in &mut first {
        if changed.reason.trim() == row.reason.trim() {
            changed.reason.clear();
        }
    }
    let rest = first.split_off(first.len().min(OPEN));
    let mut frame = rules::below(visit, texts.t("change-title").into_owned());
    if let Some(last) = frame.crumbs.pop() {
        frame = frame.crumb(texts.t("changes-title"), HERE);
        frame.crumbs.push(last);
    }
    One {
        page: frame,
        menu: menu(visit, rules::HERE),
        errors,
        base: format!("{HERE}/{}", row.id),
        state,
        tone,
        first,
        rest,
        facts: facts(texts, one),
        ran: texts.t_with("change-ran", &[("date", &texts.date_time(&row.ran_at.utc()))]),
        traffic: traffic(texts, forecast),
        ties: ties(texts, forecast),
        people: people(texts, forecast),
        hosts: forecast.hosts.iter().take(OPEN).cloned().collect(),
        more_hosts: forecast.hosts.len().saturating_sub(OPEN),
        sample: forecast.sample.iter().map(|sample| line(texts, sample)).collect(),
        step,
        text: explained(texts, one, step),
        hash: row.hash.clone(),
    }
}

/// Who proposed it, why, and what became of it.
fn facts(texts: &Texts, one: &Shown) -> Vec<Fact> {
    let row = &one.row;
    let fact = |key: &str, text: String| Fact { term: texts.t(key).into_owned(), text, url: String::new() };
    let mut facts = vec![
        fact("change-reason", row.reason.clone()),
        fact("change-by", name(texts, one.by.as_deref())),
        fact("change-on", texts.date_time(&row.created_at.utc())),
    ];
    if one.second.is_some() {
        facts.push(fact("change-second", name(texts, one.second.as_deref())));
    }
    for (key, at) in [("change-applied", row.applied_at), ("change-undone", row.undone_at)] {
        facts.extend(at.map(|at| fact(key, texts.date_time(&at.utc()))));
    }
    facts
}

/// What passed and would have been treated otherwise, in sentences.
fn traffic(texts: &Texts, forecast: &Forecast) -> Vec<String> {
    let shifts = forecast.shifts.iter().filter(|shift| shift.count > 0);
    let said = shifts.map(|shift| {
        let [from, to] = [shift.from, shift.to].map(|effect| texts.t(&format!("change-done-{effect}")));
        let key = format!("change-shift-{}", shift.direction);
        texts.t_with(&key, &[("count", &shift.count), ("from", &from), ("to", &to)])
    });
    said.collect()
}

/// Relations that end, in words.
fn ties(texts: &Texts, forecast: &Forecast) -> Vec<String> {
    let each = [
        ("change-ties-members", forecast.members),
        ("change-ties-memberships", forecast.memberships),
        ("change-ties-follows", forecast.follows),
    ];
    let some = each.into_iter().filter(|(_, count)| *count > 0);
    some.map(|(key, count)| texts.t_with(key, &[("count", &count)])).collect()
}

/// Whom that concerns, and what of it is closed, in sentences.
fn people(texts: &Texts, forecast: &Forecast) -> Vec<String> {
    let mut said = vec![
        texts.t_with("change-people-here", &[("count", &forecast.people_here)]),
        texts.t_with("change-people-there", &[("count", &forecast.people_there)]),
    ];
    if forecast.closed > 0 {
        said.push(texts.t_with("change-ties-closed", &[("count", &forecast.closed)]));
    }
    said
}

/// One line of what would have been treated otherwise, in words.
fn line(texts: &Texts, sample: &Sample) -> Line {
    let what = words::activity(texts, &sample.activity);
    let key = format!("change-sample-{}", sample.direction);
    let mut text = texts.t_with(&key, &[("what", &what), ("host", &sample.host)]);
    if let Some(group) = &sample.group {
        text.push(' ');
        text.push_str(&texts.t_with("change-sample-group", &[("group", group)]));
    }
    let [from, to] = [sample.from, sample.to].map(|effect| texts.t(&format!("change-done-{effect}")));
    let then = texts.t_with("change-sample-then", &[("from", &from), ("to", &to)]);
    Line { text, then, at: sample.at.utc() }
}

/// What there is to know before one of the buttons is pressed.
fn explained(texts: &Texts, one: &Shown, step: Step) -> Vec<String> {
    let t = |key: &str| texts.t(key).into_owned();
    let mut said = vec![t(step.text(one.row.wide))];
    if one.row.wide && matches!(step, Step::Rerun | Step::Agree | Step::Wait) {
        said.push(t("change-wide"));
    }
    match step {
        Step::Ask | Step::Apply | Step::Agree => said.push(t("change-as-shown")),
        Step::Undo => {
            let until = one.row.applied_at.map(|at| texts.date_time(&at.plus_days(UNDO_DAYS).utc()));
            said.extend(until.map(|until| texts.t_with("change-undo-until", &[("date", &until)])));
            said.push(t("change-undo-what"));
        }
        Step::Rerun | Step::Wait | Step::Over | Step::Undone | Step::Withdrawn => {}
    }
    if !step.apply().is_empty() {
        said.push(t("change-undo-promise"));
    }
    said
}

pub(super) async fn show(ctx: Ctx, Path(id): Path<RowId>) -> Result<Response> {
    let (visit, found) = find(&ctx, id).await?;
    visit.show(&page(&visit, &found, FormErrors::default()))
}

/// Leads back to the change, which says what was done; or shows why that couldn't be, as it is now.
async fn then(ctx: &Ctx, id: RowId, done: DomainResult<&'static str>) -> Result<Response> {
    match done {
        Ok(said) => Ok(ctx.redirect_saying(&format!("{HERE}/{id}"), Tone::Ok, said)),
        Err(error) => {
            let (visit, found) = find(ctx, id).await?;
            let outcome = Outcome::of(&error);
            let errors = problems(&visit, error, &[])?;
            visit.show_as(outcome, &page(&visit, &found, errors))
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Seen {
    /// The hash of what stood on the page.
    hash: String,
}

pub(super) async fn apply(ctx: Ctx, Path(id): Path<RowId>, Press(seen): Press<Seen>) -> Result<Response> {
    let done = ctx.act(move |tx, by| acts::apply(tx, by, id, &seen.hash)).await;
    let said = done.map(|applied| match applied {
        Applied::Done => "flash-change-applied",
        Applied::AwaitsSecond => "flash-change-awaits",
    });
    then(&ctx, id, said).await
}

pub(super) async fn rerun(ctx: Ctx, Path(id): Path<RowId>, _button: Press<Button>) -> Result<Response> {
    let done = ctx.act(move |tx, by| acts::rerun(tx, by, id)).await;
    then(&ctx, id, done.map(|()| "flash-change-rerun")).await
}

pub(super) async fn withdraw(ctx: Ctx, Path(id): Path<RowId>, _button: Press<Button>) -> Result<Response> {
    let done = ctx.act(move |tx, by| acts::withdraw(tx, by, id)).await;
    then(&ctx, id, done.map(|()| "flash-change-withdrawn")).await
}

pub(super) async fn undo(ctx: Ctx, Path(id): Path<RowId>, _button: Press<Button>) -> Result<Response> {
    let done = ctx.act(move |tx, by| acts::undo(tx, by, id)).await;
    then(&ctx, id, done.map(|()| "flash-change-undone")).await
}
