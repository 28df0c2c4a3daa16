//! Accounts: those that wait for approval, finding one, and what an administrator does with it.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{frame, menu};
use crate::db::Tx;
use crate::error::{Error, Result as DomainResult};
use crate::ids::PersonId;
use crate::moderation::Why;
use crate::people::admin::{self, AccountLine, Which};
use crate::people::{AccountRole, AccountState};
use crate::policy::Actor;
use crate::web::confirm::Confirm;
use crate::web::error::Result;
use crate::web::form::{Button, Form, Press};
use crate::web::moderation;
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::{Fact, Pager, Person, Tab};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    q: String,
    which: String,
    after: String,
}

fn person(visit: &Visit, line: &AccountLine) -> Person {
    Person {
        name: line.display_name.clone(),
        url: format!("/u/{}", line.name),
        handle: visit.ctx.app.urls.handle(&line.name),
        ..Person::default()
    }
}

struct Waiting {
    id: PersonId,
    person: Person,
    email: String,
    since: DateTime<Utc>,
    motivation: String,
    /// The reason for a refusal, as it was typed.
    reason: String,
    /// What is wrong with it.
    error: String,
}

#[derive(Template)]
#[template(path = "admin/approvals.html")]
struct Approvals {
    page: Page,
    menu: Vec<Tab>,
    errors: FormErrors,
    waiting: Vec<Waiting>,
    pager: Pager,
}

async fn approvals(ctx: &Ctx, after: &str) -> Result<(Visit, Approvals)> {
    let after = shown::after(after);
    let (visit, slice) = ctx
        .read(move |tx, viewer| {
            viewer.must_be_admin()?;
            admin::accounts(tx, viewer, "", Which::Waiting, after.into())
        })
        .await?;
    let waiting = |line: &AccountLine| Waiting {
        id: line.id,
        person: person(&visit, line),
        email: line.email.clone(),
        since: line.created_at.utc(),
        motivation: line.motivation.clone(),
        reason: String::new(),
        error: String::new(),
    };
    let page = Approvals {
        page: frame(&visit, visit.texts.t("admin-approvals").into_owned()),
        menu: menu(&visit, "/admin/approvals"),
        errors: FormErrors::default(),
        waiting: slice.items.iter().map(waiting).collect(),
        pager: shown::pager(&visit, slice.next),
    };
    Ok((visit, page))
}

pub(super) async fn waiting(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Response> {
    let (visit, page) = approvals(&ctx, &wanted.after).await?;
    visit.show(&page)
}

#[derive(Debug, Clone, Deserialize)]
pub(super) struct Answer {
    person: PersonId,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    reason: String,
}

pub(super) async fn answer(ctx: Ctx, Form(form): Form<Answer>) -> Result<Response> {
    let (who, rejects, reason) = (form.person, form.answer == "reject", form.reason.clone());
    let done = ctx
        .act(
            move |tx, by| {
                if rejects { admin::reject(tx, by, who, &reason) } else { admin::approve(tx, by, who) }
            },
        )
        .await;
    match done {
        Ok(()) => {
            let key = if rejects { "flash-account-rejected" } else { "flash-account-approved" };
            Ok(ctx.redirect_saying("/admin/approvals", Tone::Ok, key))
        }
        Err(error) => {
            let (visit, mut page) = approvals(&ctx, "").await?;
            let problems = visit.problems(error)?;
            for fault in &problems {
                let field =
                    if fault.field.is_empty() { String::new() } else { format!("{}-{who}", fault.field) };
                page.errors.add(field, fault.text.clone());
            }
            if let Some(row) = page.waiting.iter_mut().find(|row| row.id == who) {
                row.reason = form.reason;
                problems.of("reason").clone_into(&mut row.error);
            }
            visit.show_again(&page)
        }
    }
}

struct Row {
    person: Person,
    badges: Vec<String>,
    url: String,
}

#[derive(Template)]
#[template(path = "admin/people.html")]
struct People {
    page: Page,
    menu: Vec<Tab>,
    tabs: Vec<Tab>,
    q: String,
    which: &'static str,
    people: Vec<Row>,
    pager: Pager,
}

fn badges(visit: &Visit, line: &AccountLine) -> Vec<String> {
    let mut keys = Vec::new();
    if line.role == AccountRole::Admin {
        keys.push("person-admin");
    }
    if line.suspended_at.is_some() {
        keys.push("admin-state-suspended");
    }
    match line.state {
        AccountState::Unconfirmed => keys.push("admin-state-unconfirmed"),
        AccountState::Waiting => keys.push("admin-state-waiting"),
        AccountState::Leaving => keys.push("admin-state-leaving"),
        AccountState::Active => {}
    }
    keys.into_iter().map(|key| visit.texts.t(key).into_owned()).collect()
}

pub(super) async fn find(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Response> {
    let which = Which::from_word(&wanted.which).unwrap_or(Which::All);
    let (q, after) = (wanted.q.trim().to_owned(), shown::after(&wanted.after));
    let looked = q.clone();
    let (visit, slice) = ctx
        .read(move |tx, viewer| {
            viewer.must_be_admin()?;
            admin::accounts(tx, viewer, &looked, which, after.into())
        })
        .await?;
    let tab = |of: Which| Tab {
        text: visit.texts.t(&format!("admin-which-{of}")).into_owned(),
        url: shown::with_query(&format!("/admin/people?which={of}"), "q", &q),
        current: of == which,
        count: None,
    };
    let tabs = vec![
        tab(Which::All),
        tab(Which::Unconfirmed),
        tab(Which::Suspended),
        tab(Which::Admins),
        tab(Which::Leaving),
    ];
    let row = |line: &AccountLine| Row {
        person: person(&visit, line),
        badges: badges(&visit, line),
        url: format!("/admin/people/{}", line.id),
    };
    let people = slice.items.iter().map(row).collect();
    let pager = shown::pager(&visit, slice.next);
    let page = frame(&visit, visit.texts.t("admin-people").into_owned());
    let menu = menu(&visit, "/admin/people");
    visit.show(&People { page, menu, tabs, q, which: which.word(), people, pager })
}

/// Something that can be done with an account.
struct Deed {
    word: &'static str,
    title: String,
    text: String,
    action: String,
    submit: String,
    /// It wants a reason.
    reason: bool,
    /// A page asks once more first.
    asks: bool,
    danger: bool,
}

#[derive(Template)]
#[template(path = "admin/person.html")]
struct Account {
    page: Page,
    menu: Vec<Tab>,
    errors: FormErrors,
    who: Person,
    facts: Vec<Fact>,
    forms: Vec<Deed>,
    grounds: Vec<moderation::Ground>,
    reason: String,
}

async fn account(ctx: &Ctx, id: PersonId, form: Reasoned) -> Result<(Visit, Account)> {
    let (visit, line) = ctx
        .read(move |tx, viewer| {
            viewer.must_be_admin()?;
            admin::account_line(tx, viewer, id)
        })
        .await?;
    let texts = &visit.texts;
    let t = |key: &str| texts.t(key).into_owned();
    let fact = |key: &str, text: String| Fact { term: t(key), text, url: String::new() };
    let yes = |yes: bool| t(if yes { "admin-yes" } else { "admin-no" });
    let mut facts = vec![
        fact("admin-person-email", line.email.clone()),
        fact("admin-person-since", texts.date_time(&line.created_at.utc())),
        fact(
            "admin-person-seen",
            line.seen_at.map_or_else(|| t("admin-never"), |at| texts.date_time(&at.utc())),
        ),
        fact("admin-person-factor", yes(line.second_factor)),
    ];
    let words = badges(&visit, &line);
    if !words.is_empty() {
        facts.push(fact("admin-person-state", words.join(", ")));
    }
    if let Some(at) = line.delete_after {
        facts.push(fact("admin-person-gone", texts.date(&at.utc())));
    }
    if !line.motivation.is_empty() {
        facts.push(fact("admin-person-motivation", line.motivation.clone()));
    }
    let deed = |word: &'static str, reason, danger| Deed {
        word,
        title: t(&format!("admin-do-{word}")),
        text: t(&format!("admin-do-{word}-text")),
        action: format!("/admin/people/{id}/{word}"),
        submit: t(&format!("admin-do-{word}")),
        reason,
        asks: matches!(word, "promote" | "demote" | "factor"),
        danger,
    };
    let own = visit.member.as_ref().is_some_and(|member| member.person == id);
    let mut forms = Vec::new();
    if line.second_factor {
        forms.push(deed("factor", false, true));
    }
    match line.role {
        AccountRole::Admin => forms.push(deed("demote", false, true)),
        AccountRole::Member if line.suspended_at.is_none() && line.state == AccountState::Active => {
            forms.push(deed("promote", false, false));
        }
        AccountRole::Member => {}
    }
    match (line.suspended_at, own) {
        (Some(_), _) => forms.push(deed("unsuspend", false, false)),
        (None, false) => forms.push(deed("suspend", true, true)),
        (None, true) => {}
    }
    let mut page = frame(&visit, line.display_name.clone());
    if let Some(last) = page.crumbs.pop() {
        page = page.crumb(t("admin-people"), "/admin/people");
        page.crumbs.push(last);
    }
    let found = Account {
        page,
        menu: menu(&visit, "/admin/people"),
        errors: FormErrors::default(),
        who: person(&visit, &line),
        facts,
        forms,
        grounds: moderation::grounds(&visit.texts, &form.ground),
        reason: form.reason,
    };
    Ok((visit, found))
}

pub(super) async fn show(ctx: Ctx, Path(id): Path<PersonId>) -> Result<Response> {
    let (visit, page) = account(&ctx, id, Reasoned::default()).await?;
    visit.show(&page)
}

/// The page that asks once more before something heavy is done with an account.
async fn ask(ctx: Ctx, id: PersonId, word: &str) -> Result<Response> {
    let (visit, found) = account(&ctx, id, Reasoned::default()).await?;
    // What can't be done with this account now isn't asked about either.
    let deed = found.forms.into_iter().find(|deed| deed.asks && deed.word == word);
    let deed = deed.ok_or(Error::NotFound)?;
    let t = |key: &str| visit.texts.t(&format!("admin-do-{word}-{key}")).into_owned();
    let back = format!("/admin/people/{id}");
    let title = visit.texts.t_with(&format!("admin-do-{word}-title"), &[("name", &found.who.name)]);
    let mut page = found.page;
    if let Some(last) = page.crumbs.last_mut() {
        last.url.clone_from(&back);
    }
    let own = visit.member.as_ref().is_some_and(|member| member.person == id);
    let mut points = vec![t("point-1"), t("point-2")];
    if own && word == "demote" {
        points.insert(0, t("own"));
    }
    page.title.clone_from(&title);
    visit.show(&Confirm {
        points,
        kind: if deed.danger { "danger" } else { "primary" },
        ..Confirm::new(page.crumb(title, ""), deed.text, deed.action, deed.submit, back)
    })
}

pub(super) async fn ask_promote(ctx: Ctx, Path(id): Path<PersonId>) -> Result<Response> {
    ask(ctx, id, "promote").await
}

pub(super) async fn ask_demote(ctx: Ctx, Path(id): Path<PersonId>) -> Result<Response> {
    ask(ctx, id, "demote").await
}

pub(super) async fn ask_factor(ctx: Ctx, Path(id): Path<PersonId>) -> Result<Response> {
    ask(ctx, id, "factor").await
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reasoned {
    ground: String,
    reason: String,
}

/// Does something with an account, and shows it again.
async fn change<F>(ctx: Ctx, id: PersonId, form: Reasoned, key: &str, f: F) -> Result<Response>
where
    F: Fn(&mut Tx<'_>, &Actor) -> DomainResult<()> + Send + 'static,
{
    match ctx.act(f).await {
        Ok(()) => Ok(ctx.redirect_saying(&format!("/admin/people/{id}"), Tone::Ok, key)),
        Err(error) => {
            let (visit, page) = account(&ctx, id, form).await?;
            let errors = visit.problems(error)?;
            visit.show_again(&Account { errors, ..page })
        }
    }
}

pub(super) async fn suspend(
    ctx: Ctx,
    Path(id): Path<PersonId>,
    Form(form): Form<Reasoned>,
) -> Result<Response> {
    let why = form.clone();
    let suspend = move |tx: &mut Tx<'_>, by: &Actor| {
        admin::suspend(tx, by, id, Why::on(moderation::ground(&why.ground)?, &why.reason)?)
    };
    change(ctx, id, form, "flash-suspended", suspend).await
}

pub(super) async fn unsuspend(
    ctx: Ctx,
    Path(id): Path<PersonId>,
    _button: Press<Button>,
) -> Result<Response> {
    change(ctx, id, Reasoned::default(), "flash-unsuspended", move |tx, by| admin::unsuspend(tx, by, id))
        .await
}

pub(super) async fn reset_factor(
    ctx: Ctx,
    Path(id): Path<PersonId>,
    _button: Press<Button>,
) -> Result<Response> {
    change(ctx, id, Reasoned::default(), "flash-factor-reset", move |tx, by| {
        admin::reset_second_factor(tx, by, id)
    })
    .await
}

pub(super) async fn promote(ctx: Ctx, Path(id): Path<PersonId>, _button: Press<Button>) -> Result<Response> {
    let set = move |tx: &mut Tx<'_>, by: &Actor| admin::set_role(tx, by, id, AccountRole::Admin);
    change(ctx, id, Reasoned::default(), "flash-promoted", set).await
}

pub(super) async fn demote(ctx: Ctx, Path(id): Path<PersonId>, _button: Press<Button>) -> Result<Response> {
    let set = move |tx: &mut Tx<'_>, by: &Actor| admin::set_role(tx, by, id, AccountRole::Member);
    change(ctx, id, Reasoned::default(), "flash-demoted", set).await
}
