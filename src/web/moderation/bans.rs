//! Who may not take part: in a group, or on the whole instance.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{name, until};
use crate::db::Tx;
use crate::error::{Error, Result as DomainResult};
use crate::groups::views::{self as groups, GroupPage};
use crate::membership::acts;
use crate::moderation::views::{self, BanShown};
use crate::moderation::{Scope, Why};
use crate::people::byline;
use crate::policy::{Reason, Viewer};
use crate::web::error::Result;
use crate::web::form::{Form, Press};
use crate::web::groups::head::{Found, Head};
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::{Pager, Person};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

#[derive(Debug)]
struct Row {
    id: String,
    person: Person,
    by: String,
    until: String,
    reason: String,
    at: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "moderation/bans.html")]
struct Bans {
    page: Page,
    bans: Vec<Row>,
    pager: Pager,
    new: String,
    lift: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct From {
    after: String,
    person: String,
}

fn rows(visit: &Visit, bans: &[BanShown]) -> Vec<Row> {
    let row = |ban: &BanShown| {
        let until = match ban.until {
            Some(until) => {
                visit.texts.t_with("bans-until-date", &[("date", &visit.texts.date_time(&until.utc()))])
            }
            None => visit.texts.t("bans-until-lifted").into_owned(),
        };
        let person = ban.person.as_ref()?;
        Some(Row {
            id: person.id.to_string(),
            person: shown::person(&visit.texts, person),
            by: ban.by.as_deref().map(|by| name(visit, Some(by))).unwrap_or_default(),
            until,
            reason: ban.reason.clone(),
            at: ban.created_at.utc(),
        })
    };
    bans.iter().filter_map(row).collect()
}

pub(super) async fn group(ctx: Ctx, Path(name): Path<String>, Query(from): Query<From>) -> Result<Response> {
    let after = shown::after(&from.after);
    let (visit, (found, slice)) = ctx
        .read(move |tx, viewer| {
            let found = groups::page(tx, &viewer, &name)?;
            let slice = views::bans(tx, viewer, Scope::Group(found.group.id), after)?;
            Ok((found, slice))
        })
        .await?;
    let head = Head::new(&visit, &Found { page: found, requests: 0 });
    let title = visit.texts.t_with("bans-group", &[("name", &head.group.title)]);
    let (new, lift) = (head.link("/ban"), head.link("/unban"));
    let pager = shown::pager(&visit, slice.next);
    visit.show(&Bans {
        page: head.page(&visit, Some(title)),
        bans: rows(&visit, &slice.items),
        pager,
        new,
        lift,
    })
}

pub(super) async fn site(ctx: Ctx, Query(from): Query<From>) -> Result<Response> {
    let after = shown::after(&from.after);
    let (visit, slice) = ctx.read(move |tx, viewer| views::bans(tx, viewer, Scope::Instance, after)).await?;
    let title = visit.texts.t("bans-site").into_owned();
    let page =
        visit.page(title.clone()).crumb(visit.texts.t("queue-overview"), "/moderation").crumb(title, "");
    let (new, lift) = ("/moderation/ban".to_owned(), "/moderation/unban".to_owned());
    let pager = shown::pager(&visit, slice.next);
    visit.show(&Bans { page, bans: rows(&visit, &slice.items), pager, new, lift })
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    person: String,
    until: String,
    ground: String,
    reason: String,
}

#[derive(Template)]
#[template(path = "moderation/ban.html")]
struct Ban {
    page: Page,
    lead: String,
    errors: FormErrors,
    grounds: Vec<super::Ground>,
    form: Filled,
    back: String,
}

/// The form of a ban: from a group, or from the instance when none is named.
fn form(visit: &Visit, group: Option<GroupPage>, form: Filled, errors: FormErrors) -> Ban {
    let texts = &visit.texts;
    let grounds = super::grounds(texts, &form.ground);
    let Some(group) = group else {
        let title = texts.t("bans-new-site").into_owned();
        let page = visit
            .page(title.clone())
            .crumb(texts.t("queue-overview"), "/moderation")
            .crumb(texts.t("bans-site"), "/moderation/bans")
            .crumb(title, "");
        let lead = texts.t("bans-new-site-lead").into_owned();
        return Ban { page, lead, errors, grounds, form, back: "/moderation/bans".to_owned() };
    };
    let head = Head::new(visit, &Found { page: group, requests: 0 });
    let title = texts.t_with("bans-new-group", &[("name", &head.group.title)]);
    let lead = texts.t("bans-new-lead").into_owned();
    Ban { page: head.page(visit, Some(title)), lead, errors, grounds, form, back: head.link("/bans") }
}

/// The handle of whoever is named by id, so that the form shows a person and no number.
fn handle(tx: &mut Tx<'_>, person: &str) -> DomainResult<String> {
    if person.is_empty() {
        return Ok(String::new());
    }
    let id = byline::find(tx, person)?;
    Ok(byline::of(tx, [id])?.get(&id).map(|who| who.handle()).unwrap_or_default())
}

/// The group, for those who may ban from it.
fn to_ban_from(tx: &mut Tx<'_>, viewer: &Viewer, name: &str) -> DomainResult<GroupPage> {
    viewer.person().ok_or(Error::SignedOut)?;
    let found = groups::page(tx, viewer, name)?;
    if found.may.ban { Ok(found) } else { Err(Reason::NotStaff.into()) }
}

pub(super) async fn ask(ctx: Ctx, Path(name): Path<String>, Query(from): Query<From>) -> Result<Response> {
    let (visit, (found, person)) =
        ctx.read(move |tx, viewer| Ok((to_ban_from(tx, &viewer, &name)?, handle(tx, &from.person)?))).await?;
    let filled = Filled { person, until: "7".to_owned(), ..Filled::default() };
    visit.show(&form(&visit, Some(found), filled, FormErrors::default()))
}

pub(super) async fn ban(ctx: Ctx, Path(name): Path<String>, Form(filled): Form<Filled>) -> Result<Response> {
    let wanted = name.clone();
    let (visit, found) = ctx.read(move |tx, viewer| to_ban_from(tx, &viewer, &wanted)).await?;
    match put(&visit, Some(found.group.id), filled.clone()).await {
        Ok(who) => {
            let to = format!("/g/{name}/bans");
            Ok(ctx.redirect_saying_of(&to, Tone::Ok, "flash-banned", &who))
        }
        Err(error) => {
            let errors = visit.problems(error)?;
            visit.show_again(&form(&visit, Some(found), filled, errors))
        }
    }
}

pub(super) async fn ask_site(ctx: Ctx, Query(from): Query<From>) -> Result<Response> {
    let (visit, person) = ctx
        .read(move |tx, viewer| {
            viewer.must_be_admin()?;
            handle(tx, &from.person)
        })
        .await?;
    let filled = Filled { person, until: "7".to_owned(), ..Filled::default() };
    visit.show(&form(&visit, None, filled, FormErrors::default()))
}

pub(super) async fn ban_site(ctx: Ctx, Form(filled): Form<Filled>) -> Result<Response> {
    let visit = ctx.visit().await?;
    match put(&visit, None, filled.clone()).await {
        Ok(who) => Ok(ctx.redirect_saying_of("/moderation/bans", Tone::Ok, "flash-banned", &who)),
        Err(error) => {
            let errors = visit.problems(error)?;
            visit.show_again(&form(&visit, None, filled, errors))
        }
    }
}

async fn put(visit: &Visit, group: Option<crate::ids::GroupId>, filled: Filled) -> DomainResult<String> {
    let (until, ground) = (until(&filled.until, visit.now)?, super::ground(&filled.ground)?);
    visit
        .ctx
        .act(move |tx, by| {
            let person = match byline::find(tx, filled.person.trim()) {
                Err(Error::NotFound) => return Err(Error::field("person", "error-person-unknown")),
                other => other?,
            };
            acts::ban(tx, by, group, person, Why::on(ground, filled.reason.trim())?, until)?;
            Ok(crate::people::find(tx, person)?.display_name)
        })
        .await
}

pub(super) async fn unban(
    ctx: Ctx,
    Path(name): Path<String>,
    Press(filled): Press<Filled>,
) -> Result<Response> {
    let wanted = name.clone();
    ctx.act(move |tx, by| {
        let group = groups::find(tx, &wanted)?;
        let person = byline::find(tx, &filled.person)?;
        acts::unban(tx, by, Some(group), person)
    })
    .await?;
    Ok(ctx.redirect_saying(&format!("/g/{name}/bans"), Tone::Ok, "flash-unbanned"))
}

pub(super) async fn unban_site(ctx: Ctx, Press(filled): Press<Filled>) -> Result<Response> {
    ctx.act(move |tx, by| {
        let person = byline::find(tx, &filled.person)?;
        acts::unban(tx, by, None, person)
    })
    .await?;
    Ok(ctx.redirect_saying("/moderation/bans", Tone::Ok, "flash-unbanned"))
}
