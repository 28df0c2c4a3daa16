//! The rules about other servers: each as a sentence, in the order in which they count, with what was decided about whole servers.
//!
//! Nothing changes here: every button leads to a change, which shows first what it would do ([`super::rule_changes`]).

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{frame, menu, rule_changes};
use crate::clock::Time;
use crate::db::Tx;
use crate::error::{Error, Result as DomainResult};
use crate::held;
use crate::ids::{PersonId, RowId};
use crate::locale::Texts;
use crate::people::byline::{self, Byline};
use crate::policy::federation::{Effect, Scope};
use crate::policy::{Actor, PeerState, Viewer};
use crate::rules::changes::{self, Change, acts};
use crate::rules::{Draft, Known, RuleRow, views};
use crate::web::confirm::Confirm;
use crate::web::error::Result;
use crate::web::form::Form;
use crate::web::page::{FormErrors, Page};
use crate::web::parts::Tab;
use crate::web::rules::{self as words, Titles};
use crate::web::session::{Ctx, Visit};

/// The list.
pub(super) const HERE: &str = "/admin/rules";

/// Where it is decided whether all may come or only who is listed.
const LIST_ONLY: &str = "/admin/rules/list-only";

/// Rules of one kind, and servers, that the page shows at most: the rest is found by its address.
const SHOWN: usize = 100;

/// What rules are about first of all, in the order in which they count.
const ABOUT: [&str; 7] = [
    "rules-about-host",
    "rules-about-organisation",
    "rules-about-group",
    "rules-about-kind",
    "rules-about-class",
    "rules-about-direction",
    "rules-about-everything",
];

struct Row {
    sentence: String,
    reason: String,
    /// Until when it counts, in words.
    ends: String,
    /// Its time is over.
    over: bool,
    by: String,
    at: DateTime<Utc>,
    /// Where it is ended.
    end: String,
}

struct Section {
    title: String,
    rules: Vec<Row>,
    /// So many aren't shown.
    more: usize,
}

struct Server {
    host: String,
    sentence: String,
}

#[derive(Template)]
#[template(path = "admin/rules.html")]
struct Rules {
    page: Page,
    menu: Vec<Tab>,
    /// Who may come when no rule says anything, in a sentence.
    default: String,
    /// What the button says that changes that.
    switch: String,
    /// Part of an address that was looked for.
    q: String,
    sections: Vec<Section>,
    servers: Vec<Server>,
    more_servers: usize,
    /// Changes that wait for a second administrator.
    awaiting: i64,
    /// Activities that wait for a moderator.
    held: i64,
}

/// What the page is made of.
struct Found {
    rules: Vec<RuleRow>,
    titles: Titles,
    names: HashMap<PersonId, Arc<Byline>>,
    /// What was decided about servers as a whole.
    servers: Known,
    awaiting: i64,
    held: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    q: String,
}

pub(super) async fn list(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Response> {
    let q = wanted.q.trim().to_lowercase();
    let (visit, found) = ctx
        .read(|tx, viewer| -> DomainResult<_> {
            let rules = views::list(tx, viewer)?;
            Ok(Found {
                titles: words::titles(tx, viewer, rules.iter().filter_map(|row| row.group_id))?,
                names: byline::of(tx, rules.iter().filter_map(|row| row.by_id))?,
                servers: views::servers(tx, viewer)?,
                awaiting: changes::views::awaiting(tx, viewer)?,
                held: held::count(tx, viewer, None)?,
                rules,
            })
        })
        .await?;
    let texts = &visit.texts;
    let (default, switch) = default(texts, &found, visit.now);
    let mut servers: Vec<Server> = found
        .servers
        .iter()
        .filter(|(host, (state, _))| *state != PeerState::Open && host.contains(&q))
        .map(|(host, (state, _))| Server {
            sentence: texts.t_with(&format!("rule-server-{state}"), &[("host", host)]),
            host: host.clone(),
        })
        .collect();
    let more_servers = servers.len().saturating_sub(SHOWN);
    servers.truncate(SHOWN);
    let page = frame(&visit, texts.t("rules-title").into_owned());
    visit.show(&Rules {
        page,
        menu: menu(&visit, HERE),
        default,
        switch,
        sections: sections(&visit, &found, &q),
        q,
        servers,
        more_servers,
        awaiting: found.awaiting,
        held: found.held,
    })
}

/// Who may come when no rule says anything, in a sentence, and what the button says that changes that.
fn default(texts: &Texts, found: &Found, now: Time) -> (String, String) {
    let t = |key: &str| texts.t(key).into_owned();
    let (to_list, to_open) = (t("rules-default-to-list"), t("rules-default-to-open"));
    let strictest = found.rules.iter().filter(|row| is_about_everything(row, now));
    let Some(row) = strictest.max_by_key(|row| row.rule().effect) else {
        return (t("rules-default-open"), to_list);
    };
    match row.rule().effect {
        Effect::Allow => (t("rules-default-open"), to_list),
        Effect::Refuse => (t("rules-default-list"), to_open),
        Effect::NoMedia | Effect::Hide | Effect::ReadOnly | Effect::Hold => {
            let sentence = words::of_row(texts, &found.titles, row);
            (texts.t_with("rules-default-other", &[("sentence", &sentence)]), to_list)
        }
    }
}

/// Whether it counts now, for whatever no other rule reaches.
fn is_about_everything(row: &RuleRow, now: Time) -> bool {
    row.counts(now) && row.rule().scope.is_everything()
}

/// The rules by what they are about, in the order in which they count.
fn sections(visit: &Visit, found: &Found, q: &str) -> Vec<Section> {
    let about = |row: &&RuleRow| q.is_empty() || row.host.as_ref().is_some_and(|host| host.contains(q));
    let mut rules: Vec<&RuleRow> = found.rules.iter().filter(about).collect();
    rules.sort_by_cached_key(|row| {
        let scope = row.rule().scope;
        let names = scope.host.as_ref().map_or(0, |host| host.split(['.', ':']).count());
        let open = (scope.organisation.is_none(), scope.group.is_none(), scope.kind.is_none());
        let open = (open, scope.class.is_none(), scope.direction.is_none());
        let over = !row.counts(visit.now);
        (over, Reverse(names), open, Reverse(row.rule().effect), scope.host, Reverse(row.created_at))
    });
    let mut sections = Vec::new();
    for (at, key) in ABOUT.iter().enumerate() {
        let mut shown: Vec<Row> = Vec::new();
        let mut more = 0;
        for row in rules.iter().filter(|row| first_about(&row.rule().scope) == at) {
            if shown.len() < SHOWN {
                shown.push(self::row(visit, found, row));
            } else {
                more += 1;
            }
        }
        if !shown.is_empty() {
            sections.push(Section { title: visit.texts.t(key).into_owned(), rules: shown, more });
        }
    }
    sections
}

/// What a rule is about first of all: a place in [`ABOUT`].
fn first_about(scope: &Scope) -> usize {
    let named = [
        scope.host.is_some(),
        scope.organisation.is_some(),
        scope.group.is_some(),
        scope.kind.is_some(),
        scope.class.is_some(),
        scope.direction.is_some(),
    ];
    named.iter().position(|is_named| *is_named).unwrap_or(named.len())
}

fn row(visit: &Visit, found: &Found, row: &RuleRow) -> Row {
    let texts = &visit.texts;
    let day = row.until.map(|until| texts.date(&until.plus_seconds(-1).utc()));
    let by = row.by_id.and_then(|id| found.names.get(&id));
    Row {
        sentence: words::of_row(texts, &found.titles, row),
        reason: row.reason.clone(),
        ends: texts.t_with("rules-ends", &[("date", &day.unwrap_or_else(|| "none".to_owned()))]),
        over: !row.counts(visit.now),
        by: rule_changes::name(texts, by.map(|who| &**who)),
        at: row.created_at.utc(),
        end: format!("{HERE}/{}/end", row.id),
    }
}

/// The frame of a page below the list.
pub(super) fn below(visit: &Visit, title: String) -> Page {
    let mut page = frame(visit, title);
    if let Some(last) = page.crumbs.pop() {
        page = page.crumb(visit.texts.t("rules-title"), HERE);
        page.crumbs.push(last);
    }
    page
}

/// Why something is to change.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Why {
    reason: String,
    /// Whether all may come (`open`) or only who is listed (`list`), where that is asked.
    to: String,
}

/// Asks for the reason of a change, before it is proposed.
fn ask(visit: &Visit, title: &str, text: String, action: String, why: Why, errors: FormErrors) -> Confirm {
    let texts = &visit.texts;
    Confirm {
        reason_label: texts.t("rules-why").into_owned(),
        reason_hint: texts.t("rules-why-hint").into_owned(),
        reason: why.reason,
        errors,
        ..Confirm::new(
            below(visit, texts.t(title).into_owned()),
            text,
            action,
            texts.t("rules-end-submit").into_owned(),
            HERE.to_owned(),
        )
    }
}

/// Reads a rule with what its sentence names.
async fn rule(ctx: &Ctx, id: RowId) -> Result<(Visit, (RuleRow, Titles))> {
    ctx.read(move |tx, viewer| {
        let row = views::find(tx, viewer, id)?;
        let titles = words::titles(tx, viewer, row.group_id)?;
        Ok((row, titles))
    })
    .await
}

fn end_page(visit: &Visit, row: &RuleRow, titles: &Titles, why: Why, errors: FormErrors) -> Confirm {
    let texts = &visit.texts;
    let (sentence, action) = (words::of_row(texts, titles, row), format!("{HERE}/{}/end", row.id));
    let text = texts.t("rules-end-text").into_owned();
    Confirm { points: vec![sentence], ..ask(visit, "rules-end-title", text, action, why, errors) }
}

pub(super) async fn ask_end(ctx: Ctx, Path(id): Path<RowId>) -> Result<Response> {
    let (visit, (row, titles)) = rule(&ctx, id).await?;
    visit.show(&end_page(&visit, &row, &titles, Why::default(), FormErrors::default()))
}

pub(super) async fn end(ctx: Ctx, Path(id): Path<RowId>, Form(why): Form<Why>) -> Result<Response> {
    let (visit, (row, titles)) = rule(&ctx, id).await?;
    let reason = why.reason.trim().to_owned();
    let done = ctx.act(move |tx, by| acts::propose(tx, by, vec![Change::EndRule { id }], &reason)).await;
    match done {
        Ok(id) => Ok(rule_changes::proposed(&ctx, id)),
        Err(error) => {
            let errors = rule_changes::problems(&visit, error, &["reason"])?;
            visit.show_again(&end_page(&visit, &row, &titles, why, errors))
        }
    }
}

/// Whether only who is listed may come now.
fn is_list_only(tx: &mut Tx<'_>, viewer: Viewer) -> DomainResult<bool> {
    viewer.must_be_admin()?;
    let now = tx.now;
    let rules = views::counting(tx)?;
    Ok(rules.iter().any(|row| is_about_everything(row, now) && row.rule().effect == Effect::Refuse))
}

fn default_page(visit: &Visit, why: Why, errors: FormErrors) -> Confirm {
    let (title, text) = if why.to == "open" {
        ("rules-open-title", "rules-open-text")
    } else {
        ("rules-list-title", "rules-list-text")
    };
    let hidden = vec![("to".to_owned(), why.to.clone())];
    let text = visit.texts.t(text).into_owned();
    Confirm { hidden, ..ask(visit, title, text, LIST_ONLY.to_owned(), why, errors) }
}

pub(super) async fn ask_default(ctx: Ctx) -> Result<Response> {
    let (visit, is_list_only) = ctx.read(is_list_only).await?;
    let to = if is_list_only { "open" } else { "list" };
    let why = Why { to: to.to_owned(), ..Why::default() };
    visit.show(&default_page(&visit, why, FormErrors::default()))
}

pub(super) async fn set_default(ctx: Ctx, Form(why): Form<Why>) -> Result<Response> {
    let (visit, _now) = ctx.read(is_list_only).await?;
    let (reason, to) = (why.reason.trim().to_owned(), why.to.clone());
    let done = ctx.act(move |tx, by| propose_default(tx, by, &to, &reason)).await;
    match done {
        Ok(id) => Ok(rule_changes::proposed(&ctx, id)),
        Err(error) => {
            let errors = rule_changes::problems(&visit, error, &["reason"])?;
            visit.show_again(&default_page(&visit, why, errors))
        }
    }
}

fn propose_default(tx: &mut Tx<'_>, by: &Actor, to: &str, reason: &str) -> DomainResult<RowId> {
    let now = tx.now;
    let changes = match to {
        "list" => vec![Change::AddRule { rule: everything_refused(reason) }],
        "open" => {
            let refusing = views::counting(tx)?.into_iter().filter(|row| {
                let is_refused = row.rule().effect == Effect::Refuse;
                is_refused && is_about_everything(row, now)
            });
            refusing.map(|row| Change::EndRule { id: row.id }).collect()
        }
        _ => return Err(Error::field("changes", "error-change-none")),
    };
    acts::propose(tx, by, changes, reason)
}

/// The rule by which only who is listed may come.
fn everything_refused(reason: &str) -> Draft {
    Draft {
        effect: Effect::Refuse,
        host: None,
        organisation: None,
        group: None,
        kind: None,
        class: None,
        direction: None,
        until: None,
        reason: reason.to_owned(),
    }
}
