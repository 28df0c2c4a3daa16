//! One-time invitations: the list that staff keeps, and what whoever is invited sees.
//!
//! Looking at a link changes nothing, only the button does: programs that look at the links in a message must not use it up. Nothing
//! of such a page is kept, and no other page learns its address, which is the secret. It bears the group's name only where people
//! read it, not in the title that ends up in previews and in the history of a browser.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use chrono::{DateTime, Utc};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::db::Tx;
use crate::db::page::Cursor;
use crate::error::{Error, Result as DomainResult};
use crate::groups::views;
use crate::ids::{GroupId, RowId};
use crate::membership::invitations::{self, Wish};
use crate::membership::offers::{self, Invitation, Offer};
use crate::membership::{self, MembershipState};
use crate::people::{attempts, byline};
use crate::policy::rates::Limit;
use crate::policy::{Viewer, limits};
use crate::web::error::{Fault, Outcome, Result};
use crate::web::form::{Button, Form, Press};
use crate::web::groups::head::{Found, Head};
use crate::web::login::Message;
use crate::web::page::{FormErrors, Page, Section, Tone};
use crate::web::parts::{Pager, Person};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    after: String,
}

/// What is filled in for a new invitation.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    person: String,
    note: String,
    days: String,
}

impl Default for Filled {
    fn default() -> Self {
        Self { person: String::new(), note: String::new(), days: limits::INVITATION_DAYS.to_string() }
    }
}

/// An invitation in the list.
#[derive(Debug)]
struct Row {
    title: String,
    note: String,
    by: String,
    until: DateTime<Utc>,
    used: Option<DateTime<Utc>>,
    used_by: Option<Person>,
    /// Where the form goes that withdraws it; empty when it was used.
    withdraw: String,
}

#[derive(Template)]
#[template(path = "groups/invitations.html")]
struct Invitations {
    page: Page,
    errors: FormErrors,
    /// The new link, this once.
    link: String,
    is_archived: bool,
    form: Filled,
    /// The most days that an invitation can be good for.
    most: i64,
    rows: Vec<Row>,
    action: String,
    back: String,
    pager: Pager,
}

pub(super) async fn list(
    ctx: Ctx,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let after = shown::after(&wanted.after);
    list_with(&ctx, name, after, None, Filled::default(), String::new()).await
}

async fn list_with(
    ctx: &Ctx,
    name: String,
    after: Option<Cursor>,
    error: Option<Error>,
    form: Filled,
    link: String,
) -> Result<Response> {
    let (visit, (found, slice)) = ctx
        .read_own(move |tx, by| {
            let group = views::find(tx, &name)?;
            let slice = offers::list(tx, by, group, after)?;
            Ok((views::by_id(tx, &Viewer::Member { id: by.person, admin: false }, group)?, slice))
        })
        .await?;
    let outcome = error.as_ref().map_or(Outcome::OK, Outcome::of);
    let errors = error.map_or_else(|| Ok(FormErrors::default()), |error| visit.problems(error))?;
    let head = Head::new(&visit, &Found { page: found, requests: 0 });
    let title = visit.texts.t_with("invitations-title", &[("name", &head.group.title)]);
    let pager = shown::pager(&visit, slice.next);
    let list = Invitations {
        page: head.page(&visit, Some(title)),
        errors,
        link,
        is_archived: head.is_archived,
        form,
        most: limits::INVITATION_DAYS_MOST,
        rows: slice.items.into_iter().map(|invitation| row(&visit, &head, invitation)).collect(),
        action: head.link("/invitations"),
        back: head.link(""),
        pager,
    };
    visit.show_as(outcome, &list)
}

fn row(visit: &Visit, head: &Head, invitation: Invitation) -> Row {
    let texts = &visit.texts;
    let Invitation { row, by, person, used_by } = invitation;
    let (title, note) = match person {
        Some(person) => (shown::person(texts, &person).name, row.note),
        None if row.note.is_empty() => (texts.t("invitations-for-link").into_owned(), String::new()),
        None => (row.note, String::new()),
    };
    let by = by.map(|by| shown::person(texts, &by).name);
    Row {
        title,
        note,
        by: by.map(|by| texts.t_with("invitations-by", &[("name", &by)])).unwrap_or_default(),
        until: row.until.utc(),
        used: row.used_at.map(crate::clock::Time::utc),
        used_by: used_by.map(|who| shown::person(texts, &who)),
        withdraw: match row.used_at {
            None => head.link(&format!("/invitations/{}/withdraw", row.id)),
            Some(_) => String::new(),
        },
    }
}

/// What was made.
enum Made {
    /// A link, with this secret.
    Link(String),
    /// An invitation for somebody of this name, who is of this instance or isn't.
    Personal(String, bool),
}

pub(super) async fn make(ctx: Ctx, Path(name): Path<String>, Form(form): Form<Filled>) -> Result<Response> {
    match try_make(&ctx, &name, &form).await {
        Ok(Made::Link(secret)) => {
            let link = ctx.app.urls.invitation(&secret);
            list_with(&ctx, name, None, None, Filled::default(), link).await
        }
        Ok(Made::Personal(who, local)) => {
            let key = if local { "flash-invitation-sent" } else { "flash-invitation-noted" };
            Ok(ctx.redirect_saying_of(&format!("/g/{name}/invitations"), Tone::Ok, key, &who))
        }
        Err(Fault::Domain(error)) => list_with(&ctx, name, None, Some(error), form, String::new()).await,
        Err(fault) => Err(fault),
    }
}

async fn try_make(ctx: &Ctx, name: &str, form: &Filled) -> Result<Made> {
    let wanted = name.to_owned();
    let (_visit, (group, by)) = ctx
        .read_own(move |tx, by| {
            let group = views::find(tx, &wanted)?;
            invitations::may_invite(tx, by, group).map(|()| (group, by.clone()))
        })
        .await?;
    let person = match form.person.trim() {
        "" => None,
        typed => Some(ctx.app.find_person(&by, typed).await?),
    };
    // What isn't a number is none that can be granted.
    let days = form.days.trim().parse::<i64>().unwrap_or(0);
    let wish = Wish { person, note: form.note.clone(), days };
    let made = ctx
        .act(move |tx, by| {
            let (_row, secret) = invitations::invite(tx, by, group, &wish)?;
            if let Some(secret) = secret {
                return Ok(Made::Link(secret));
            }
            let who = wish.person.ok_or(Error::NotFound)?;
            let who = byline::of(tx, [who])?.remove(&who).ok_or(Error::NotFound)?;
            Ok(Made::Personal(who.display_name.clone(), who.local))
        })
        .await?;
    Ok(made)
}

pub(super) async fn withdraw(
    ctx: Ctx,
    Path((name, id)): Path<(String, RowId)>,
    _button: Press<Button>,
) -> Result<Response> {
    let wanted = name.clone();
    ctx.act(move |tx, by| {
        let group = views::find(tx, &wanted)?;
        invitations::withdraw(tx, by, group, id)
    })
    .await?;
    Ok(ctx.redirect_saying(&format!("/g/{name}/invitations"), Tone::Ok, "flash-invitation-withdrawn"))
}

/// What whoever is invited sees of a group.
#[derive(Template)]
#[template(path = "groups/invitation.html")]
struct OfferPage {
    page: Page,
    title: String,
    mission: String,
    intro: String,
    /// Who can read what is written there.
    readers: String,
    rules_html: String,
    /// Where the form goes.
    action: String,
    /// It is for the reader by name, who may say no.
    personal: bool,
    /// Where one logs in to come back; empty for whoever is.
    login: String,
    /// The group's page, for whoever is in it already; else empty.
    inside: String,
}

fn offer_page(visit: &Visit, offer: Offer, personal: bool) -> OfferPage {
    let texts = &visit.texts;
    let action = visit.ctx.path.split('?').next().unwrap_or_default().to_owned();
    let group = format!("/g/{}", offer.group.local_name());
    OfferPage {
        page: hidden(visit, "invitations-page").section(Section::Groups),
        title: offer.group.title.clone(),
        mission: offer.group.mission.clone(),
        intro: texts.t_with("invitations-intro", &[("date", &texts.date_time(&offer.until.utc()))]),
        readers: texts.t(&format!("groups-class-{}", offer.group.class)).into_owned(),
        rules_html: offer.rules_html,
        login: if visit.member.is_none() { log_in(&action) } else { String::new() },
        inside: if offer.joined { group } else { String::new() },
        action,
        personal,
    }
}

/// The frame of a page that search engines have no business with.
fn hidden(visit: &Visit, key: &str) -> Page {
    let mut page = visit.page_of(key);
    page.noindex = true;
    page
}

/// Where one logs in to come back to a page.
fn log_in(path: &str) -> String {
    format!("/login?next={}", utf8_percent_encode(path, NON_ALPHANUMERIC))
}

/// Nothing of the answer is kept, and no page that it leads to learns its address.
fn sealed(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    answer
}

/// Says that an invitation doesn't work, or not any more. Why is nobody's to know.
fn void(visit: &Visit) -> Result<Response> {
    let t = |key: &str| visit.texts.t(key).into_owned();
    let message = Message {
        page: hidden(visit, "invitations-void"),
        text: t("invitations-void-text"),
        more: vec![t("invitations-void-next")],
        button: t("groups-see-here"),
        url: "/groups".to_owned(),
    };
    Ok(sealed(visit.show_as(StatusCode::NOT_FOUND, &message)?))
}

pub(super) async fn offer(ctx: Ctx, Path(secret): Path<String>) -> Result<Response> {
    match ctx.read(move |tx, viewer| offers::by_secret(tx, viewer, &secret)).await {
        Ok((visit, offer)) => Ok(sealed(visit.show(&offer_page(&visit, offer, false))?)),
        Err(Fault::Domain(Error::NotFound)) => void(&ctx.visit().await?),
        Err(fault) => Err(fault),
    }
}

pub(super) async fn accept(
    ctx: Ctx,
    Path(secret): Path<String>,
    button: Result<Press<Button>>,
) -> Result<Response> {
    let back = log_in(&format!("/invitations/{secret}"));
    let limited = ctx.limited();
    let done = match button {
        Ok(_pressed) => ctx
            .act(move |tx, by| {
                attempts::by_person(tx, limited, Limit::AccountFollows, by)?;
                let group = invitations::accept(tx, by, &secret)?;
                place(tx, group)
            })
            .await
            .map_err(Fault::from),
        Err(fault) => Err(fault),
    };
    match done {
        Ok((to, title)) => Ok(sealed(ctx.redirect_saying_of(&to, Tone::Ok, "flash-group-joined", &title))),
        // The browser doesn't say where the button stood.
        Err(Fault::Domain(Error::SignedOut)) => {
            Ok(sealed(ctx.redirect_saying(&back, Tone::Warning, "flash-signed-out")))
        }
        Err(Fault::Domain(Error::NotFound)) => void(&ctx.visit().await?),
        Err(fault) => Err(fault),
    }
}

/// Where a group is, and its title.
fn place(tx: &mut Tx<'_>, group: GroupId) -> DomainResult<(String, String)> {
    let line = views::lines(tx, [group])?.remove(&group).ok_or(Error::NotFound)?;
    Ok((format!("/g/{}", line.local_name()), line.title.clone()))
}

pub(super) async fn personal(ctx: Ctx, Path(name): Path<String>) -> Result<Response> {
    let read = ctx.read_own(move |tx, by| {
        let group = offers::find(tx, &name)?;
        let known = membership::find(tx, group, by.person)?;
        if known.is_some_and(|row| row.state == MembershipState::Accepted) {
            return Ok(Err(place(tx, group)?.0));
        }
        offers::personal(tx, by, group).map(Ok)
    });
    match read.await {
        Ok((visit, Ok(offer))) => Ok(sealed(visit.show(&offer_page(&visit, offer, true))?)),
        Ok((_visit, Err(inside))) => Ok(ctx.redirect(&inside)),
        Err(Fault::Domain(Error::NotFound)) => void(&ctx.visit().await?),
        Err(fault) => Err(fault),
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    answer: String,
}

pub(super) async fn answer(
    ctx: Ctx,
    Path(name): Path<String>,
    Press(form): Press<Answer>,
) -> Result<Response> {
    let (declines, limited) = (form.answer == "decline", ctx.limited());
    let done = ctx
        .act(move |tx, by| {
            let group = offers::find(tx, &name)?;
            if declines {
                return invitations::decline(tx, by, group).map(|()| None);
            }
            attempts::by_person(tx, limited, Limit::AccountFollows, by)?;
            let state = invitations::accept_personal(tx, by, group)?;
            Ok(Some((state, place(tx, group)?)))
        })
        .await;
    match done {
        Ok(None) => Ok(ctx.redirect_saying("/notifications", Tone::Ok, "flash-invitation-declined")),
        Ok(Some((MembershipState::Accepted, (to, title)))) => {
            Ok(ctx.redirect_saying_of(&to, Tone::Ok, "flash-group-joined", &title))
        }
        Ok(Some((MembershipState::Pending, _))) => {
            Ok(ctx.redirect_saying("/groups?which=closed", Tone::Ok, "flash-group-asked"))
        }
        Err(Error::NotFound) => void(&ctx.visit().await?),
        Err(error) => Err(error.into()),
    }
}
