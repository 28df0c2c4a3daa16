//! What waits for a moderator because of a rule, or because personal data seems to stand in it: the list of a group, and the buttons that
//! let something in or refuse it.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::db::Tx;
use crate::db::page::{Part, Slice};
use crate::error::Result as DomainResult;
use crate::groups::views as groups;
use crate::held::{self, Held, HeldFor};
use crate::ids::{GroupId, RowId};
use crate::locale::Texts;
use crate::policy::Viewer;
use crate::rules::{RuleRow, views as rules};
use crate::text::personal::Kind;
use crate::web::error::Result;
use crate::web::form::{Form, Press, local_path};
use crate::web::groups::head::{Found as Group, Head};
use crate::web::page::{Page, Tone};
use crate::web::parts::{Pager, Tab};
use crate::web::rules::{self as words, Titles};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

/// What a list is made of.
#[derive(Debug)]
pub(in crate::web) struct Found {
    /// What waits.
    pub slice: Slice<Held>,
    /// The rules that hold some of it, as far as they still count.
    rules: Vec<RuleRow>,
    /// The groups that these name, as far as the reader may know of them.
    titles: Titles,
}

/// Reads what waits in a group, or anywhere.
pub(in crate::web) fn read(
    tx: &mut Tx<'_>,
    viewer: Viewer,
    group: Option<GroupId>,
    part: Part,
) -> DomainResult<Found> {
    let slice = held::list(tx, viewer, group, part)?;
    let mut counting = if slice.items.is_empty() { Vec::new() } else { rules::counting(tx)? };
    counting.retain(|row| slice.items.iter().any(|held| held.reason == HeldFor::Rule(row.id)));
    let titles = words::titles(tx, viewer, counting.iter().filter_map(|row| row.group_id))?;
    Ok(Found { slice, rules: counting, titles })
}

/// How much waits in a group, or anywhere; nothing for whoever may not know of it.
pub(in crate::web) fn count(tx: &mut Tx<'_>, viewer: Viewer, group: Option<GroupId>) -> DomainResult<i64> {
    match held::count(tx, viewer, group) {
        Err(error) if !error.is_fault() => Ok(0),
        counted => counted,
    }
}

/// Something that waits, as a list shows it. Macro: `parts/held.html`.
#[derive(Debug)]
pub(in crate::web) struct Item {
    /// Its id.
    pub id: RowId,
    /// What it is and from whom.
    pub what: String,
    /// When it came.
    pub at: DateTime<Utc>,
    /// The server that sent it.
    pub host: String,
    /// The group that it is for; empty where that is said already, or there is none.
    pub group: String,
    /// The page of that; empty when the reader may not know of it.
    pub group_url: String,
    /// Why it waits, in sentences.
    pub why: String,
    /// Its title; may be empty.
    pub title: String,
    /// Its text; may be empty.
    pub text: String,
    /// The text isn't for the reader.
    pub is_unread: bool,
    /// The reader may let it in.
    pub may_release: bool,
    /// The reader may refuse it.
    pub may_refuse: bool,
}

/// What waits, in words; with its group where that isn't the group's own list.
pub(in crate::web) fn items(texts: &Texts, found: &Found, with_group: bool) -> Vec<Item> {
    found.slice.items.iter().map(|held| item(texts, found, held, with_group)).collect()
}

fn item(texts: &Texts, found: &Found, held: &Held, with_group: bool) -> Item {
    let what = words::activity(texts, &held.kind);
    let what = match &held.author {
        Some(who) => texts.t_with("held-of", &[("what", &what), ("who", who)]),
        None => texts.t_with("held-of-host", &[("what", &what), ("host", &held.host)]),
    };
    let (group, group_url) = match held.group.as_ref().filter(|_| with_group).map(|group| &group.named) {
        Some(Some(named)) => (named.title.clone(), format!("/g/{}", named.name)),
        Some(None) => (texts.t("held-hidden-group").into_owned(), String::new()),
        None => (String::new(), String::new()),
    };
    Item {
        id: held.id,
        what,
        at: held.at.utc(),
        host: held.host.clone(),
        group,
        group_url,
        why: why(texts, found, &held.reason),
        title: held.title.clone().unwrap_or_default(),
        text: held.text.clone().unwrap_or_default(),
        is_unread: held.unread,
        may_release: held.decides && held.with.is_none(),
        may_refuse: held.decides,
    }
}

/// Why something waits, in sentences.
fn why(texts: &Texts, found: &Found, reason: &HeldFor) -> String {
    match reason {
        HeldFor::Rule(id) => match found.rules.iter().find(|row| row.id == *id) {
            Some(row) => {
                let rule = words::of_row(texts, &found.titles, row);
                texts.t_with("held-why-rule", &[("rule", &rule)])
            }
            None => texts.t("held-why-rule-gone").into_owned(),
        },
        HeldFor::PersonalData(kinds) => {
            let named = |kind: &Kind| texts.t(&format!("personal-{kind}")).into_owned();
            let kinds: Vec<String> = kinds.iter().map(named).collect();
            texts.t_with("held-why-personal", &[("kinds", &kinds.join(", "))])
        }
        HeldFor::With(_) => texts.t("held-why-with").into_owned(),
    }
}

/// The tab of what waits, beside those of reports, with how much that is; without a number it is the current one.
pub(super) fn tab(visit: &Visit, url: String, count: Option<i64>) -> Tab {
    let current = count.is_none();
    Tab {
        text: visit.texts.t("held-menu").into_owned(),
        url,
        current,
        count: count.filter(|count| *count > 0),
    }
}

#[derive(Template)]
#[template(path = "moderation/held.html")]
struct Waiting {
    page: Page,
    tabs: Vec<Tab>,
    items: Vec<Item>,
    /// This very list.
    back: String,
    pager: Pager,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    after: String,
}

pub(super) async fn group(
    ctx: Ctx,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let after = shown::after(&wanted.after);
    let (visit, (group, found)) = ctx
        .read(move |tx, viewer| {
            let group = groups::page(tx, &viewer, &name)?;
            let found = read(tx, viewer, Some(group.group.id), after.into())?;
            Ok((group, found))
        })
        .await?;
    let head = Head::new(&visit, &Group { page: group, requests: 0 });
    let title = visit.texts.t_with("held-group", &[("name", &head.group.title)]);
    let mut page = head.page(&visit, Some(title));
    page.noindex = true;
    let reports = |key: &str, rest: &str| Tab {
        text: visit.texts.t(key).into_owned(),
        url: head.link(rest),
        current: false,
        count: None,
    };
    let tabs = vec![
        reports("queue-open", "/reports"),
        reports("queue-decided", "/reports?state=decided"),
        tab(&visit, head.link("/held"), None),
    ];
    let pager = shown::pager(&visit, found.slice.next);
    let items = items(&visit.texts, &found, false);
    visit.show(&Waiting { page, tabs, items, back: head.link("/held"), pager })
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Decided {
    /// The list on which the button stands.
    back: String,
    /// Why it is refused; may be empty.
    reason: String,
}

pub(super) async fn release(
    ctx: Ctx,
    Path(id): Path<RowId>,
    Press(form): Press<Decided>,
) -> Result<Response> {
    ctx.act(move |tx, by| held::release(tx, by, id)).await?;
    ctx.app.arrived.notify_one();
    Ok(ctx.redirect_saying(&local_path(&form.back), Tone::Ok, "flash-held-released"))
}

pub(super) async fn refuse(ctx: Ctx, Path(id): Path<RowId>, Form(form): Form<Decided>) -> Result<Response> {
    let reason = form.reason.trim().to_owned();
    ctx.act(move |tx, by| held::refuse(tx, by, id, &reason)).await?;
    Ok(ctx.redirect_saying(&local_path(&form.back), Tone::Ok, "flash-held-refused"))
}
