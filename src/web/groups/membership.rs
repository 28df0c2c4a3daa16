//! Who belongs to a group: joining, leaving, asking, admitting, roles.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::clock::Time;
use crate::db::Tx;
use crate::error::{Error, Result as DomainResult};
use crate::groups::face::{self, Face};
use crate::groups::holders::{self, Holder};
use crate::groups::views::{self, GroupPage, Member};
use crate::ids::{GroupId, PersonId};
use crate::locale::Texts;
use crate::membership::{self, MembershipRow, MembershipState, acts};
use crate::people::{self, attempts};
use crate::policy::rates::Limit;
use crate::policy::{Act, Actor, Class, Joining, Role};
use crate::web::confirm::Confirm;
use crate::web::error::{Outcome, Result};
use crate::web::form::{Button, Form, Press};
use crate::web::groups::head::{Found, Head};
use crate::web::page::{FormErrors, Page, Section, Tone};
use crate::web::parts::{Action, Pager, Person};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct From {
    after: String,
}

/// Somebody in the list of members.
#[derive(Debug)]
struct Row {
    person: Person,
    since: DateTime<Utc>,
    /// The last day, in words; empty when the membership has no end.
    until: String,
    actions: Vec<Action>,
}

#[derive(Template)]
#[template(path = "groups/members.html")]
struct Members {
    page: Page,
    count: i64,
    elsewhere: String,
    members: Vec<Row>,
    pager: Pager,
    /// Servers that hold copies of what is in a closed group, or held them; for its staff, on the first page.
    holders: Vec<Holder>,
}

pub(super) async fn members(
    ctx: Ctx,
    Path(name): Path<String>,
    Query(from): Query<From>,
) -> Result<Response> {
    let after = shown::after(&from.after);
    let (visit, (found, slice, holders)) = ctx
        .read(move |tx, viewer| {
            let found = views::page(tx, &viewer, &name)?;
            let slice = views::members(tx, &viewer, found.group.id, after)?;
            let asks = found.may.admit && found.actor.local && found.group.class != Class::Openbaar;
            let holders = if asks && after.is_none() {
                holders::list(tx, &viewer, found.group.id)?
            } else {
                Vec::new()
            };
            Ok((found, slice, holders))
        })
        .await?;
    let found = Found { page: found, requests: 0 };
    let head = Head::new(&visit, &found);
    let title = visit.texts.t_with("groups-members", &[("name", &head.group.title)]);
    let me = visit.member.as_ref().map(|member| member.person);
    let pager = shown::pager(&visit, slice.next);
    let row = |member: &Member| Row {
        person: shown::person_as(&visit.texts, &member.person, Some(member.role)),
        since: member.since.utc(),
        until: member.until.map_or_else(String::new, |until| last_day(&visit.texts, until)),
        actions: if me == Some(member.person.id) {
            Vec::new()
        } else {
            can_do(&visit, &head, &found.page, member)
        },
    };
    let members = slice.items.iter().map(row).collect();
    let mut page = head.page(&visit, Some(title));
    page.noindex = true;
    visit.show(&Members {
        page,
        count: found.page.group.member_count,
        elsewhere: head.group.host.clone(),
        members,
        pager,
        holders,
    })
}

/// The last day of a membership, in words.
fn last_day(texts: &Texts, until: Time) -> String {
    texts.t_with("groups-member-lasts", &[("date", &texts.date(&until.plus_seconds(-1).utc()))])
}

/// What the reader can do with a member.
fn can_do(visit: &Visit, head: &Head, found: &GroupPage, member: &Member) -> Vec<Action> {
    let may = &found.may;
    let mut list = Vec::new();
    let mut add = |key: &str, url: String, icon, danger| {
        list.push(Action { text: visit.texts.t(key).into_owned(), url, icon, post: false, danger });
    };
    let id = member.person.id;
    let plain = member.role == Role::Member || may.set_role;
    if may.set_role {
        add("groups-member-role", head.link(&format!("/members/{id}/role")), "key", false);
    }
    if may.moderate && plain {
        add("groups-member-warn", head.link(&format!("/warn?person={id}")), "warning", false);
    }
    if may.admit && plain && found.actor.local {
        add("groups-member-until", head.link(&format!("/members/{id}/until")), "calendar", false);
        add("groups-member-out", head.link(&format!("/members/{id}/out")), "logout", true);
    }
    if may.ban && plain {
        add("groups-member-ban", head.link(&format!("/ban?person={id}")), "ban", true);
    }
    list
}

#[derive(Template)]
#[template(path = "groups/role.html")]
struct RolePage {
    page: Page,
    errors: FormErrors,
    who: String,
    role: String,
    back: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RoleForm {
    role: String,
}

/// A group and a member of it, for those who may do this to members.
pub(super) fn member_of(
    tx: &mut Tx<'_>,
    by: &Actor,
    name: &str,
    person: PersonId,
    act: Act,
) -> DomainResult<(GroupPage, String, MembershipRow)> {
    let group = views::find(tx, name)?;
    membership::standing(tx, by, group)?.may(act)?;
    let row = membership::find(tx, group, person)?.ok_or(Error::NotFound)?;
    let viewer = crate::policy::Viewer::Member { id: by.person, admin: false };
    Ok((views::by_id(tx, &viewer, group)?, people::find(tx, person)?.display_name, row))
}

fn role_page(visit: &Visit, found: GroupPage, name: String, role: String, errors: FormErrors) -> RolePage {
    let head = Head::new(visit, &Found { page: found, requests: 0 });
    let title = visit.texts.t_with("groups-role", &[("name", &name)]);
    RolePage { page: head.page(visit, Some(title)), errors, who: name, role, back: head.link("/members") }
}

pub(super) async fn role(ctx: Ctx, Path((name, person)): Path<(String, PersonId)>) -> Result<Response> {
    let (visit, (found, who, row)) =
        ctx.read_own(move |tx, by| member_of(tx, by, &name, person, Act::SetRole)).await?;
    visit.show(&role_page(&visit, found, who, row.role.word().to_owned(), FormErrors::default()))
}

pub(super) async fn set_role(
    ctx: Ctx,
    Path((name, person)): Path<(String, PersonId)>,
    Form(form): Form<RoleForm>,
) -> Result<Response> {
    let wanted = name.clone();
    let (visit, (found, who, _)) =
        ctx.read_own(move |tx, by| member_of(tx, by, &wanted, person, Act::SetRole)).await?;
    let group = found.group.id;
    let done = match Role::from_word(&form.role) {
        Some(role) => ctx.act(move |tx, by| acts::set_role(tx, by, group, person, role)).await,
        None => Err(Error::field("role", "error-role-missing")),
    };
    match done {
        Ok(()) => {
            let to = format!("/g/{name}/members");
            Ok(ctx.redirect_saying_of(&to, Tone::Ok, "flash-member-role", &who))
        }
        Err(error) => {
            let errors = visit.problems(error)?;
            visit.show_again(&role_page(&visit, found, who, form.role, errors))
        }
    }
}

pub(super) async fn out(ctx: Ctx, Path((name, person)): Path<(String, PersonId)>) -> Result<Response> {
    let (visit, (found, who, _)) =
        ctx.read_own(move |tx, by| member_of(tx, by, &name, person, Act::Admit)).await?;
    let head = Head::new(&visit, &Found { page: found, requests: 0 });
    let title = visit.texts.t_with("groups-out-title", &[("name", &who)]);
    let confirm = Confirm {
        kind: "danger",
        ..Confirm::new(
            head.page(&visit, Some(title)),
            visit.texts.t("groups-out-text").into_owned(),
            head.link(&format!("/members/{person}/out")),
            visit.texts.t("groups-member-out").into_owned(),
            head.link("/members"),
        )
    };
    visit.show(&confirm)
}

pub(super) async fn put_out(
    ctx: Ctx,
    Path((name, person)): Path<(String, PersonId)>,
    _button: Press<Button>,
) -> Result<Response> {
    let who = reject(&ctx, &name, person).await?;
    Ok(ctx.redirect_saying_of(&format!("/g/{name}/members"), Tone::Ok, "flash-member-out", &who))
}

async fn reject(ctx: &Ctx, name: &str, person: PersonId) -> Result<String> {
    let name = name.to_owned();
    let who = ctx
        .act(move |tx, by| {
            let group = views::find(tx, &name)?;
            acts::reject(tx, by, group, person)?;
            Ok(people::find(tx, person)?.display_name)
        })
        .await?;
    Ok(who)
}

/// Somebody who waits.
#[derive(Debug)]
struct Request {
    id: PersonId,
    person: Person,
    since: DateTime<Utc>,
    motivation: String,
}

#[derive(Template)]
#[template(path = "groups/requests.html")]
struct Requests {
    page: Page,
    requests: Vec<Request>,
    action: String,
    back: String,
    pager: Pager,
}

pub(super) async fn requests(
    ctx: Ctx,
    Path(name): Path<String>,
    Query(from): Query<From>,
) -> Result<Response> {
    let after = shown::after(&from.after);
    let (visit, (found, slice)) = ctx
        .read(move |tx, viewer| {
            let group = views::find(tx, &name)?;
            let slice = views::pending(tx, &viewer, group, after)?;
            Ok((views::by_id(tx, &viewer, group)?, slice))
        })
        .await?;
    let head = Head::new(&visit, &Found { page: found, requests: 0 });
    let title = visit.texts.t_with("groups-requests-title", &[("name", &head.group.title)]);
    let pager = shown::pager(&visit, slice.next);
    let request = |member: &Member| Request {
        id: member.person.id,
        person: shown::person(&visit.texts, &member.person),
        since: member.since.utc(),
        motivation: member.motivation.clone(),
    };
    let requests = slice.items.iter().map(request).collect();
    let page = head.page(&visit, Some(title));
    visit.show(&Requests { page, requests, action: head.link("/requests"), back: head.link(""), pager })
}

#[derive(Debug, Deserialize)]
pub(super) struct Answer {
    person: PersonId,
    #[serde(default)]
    answer: String,
}

pub(super) async fn answer(
    ctx: Ctx,
    Path(name): Path<String>,
    Press(form): Press<Answer>,
) -> Result<Response> {
    let to = format!("/g/{name}/requests");
    let person = form.person;
    if form.answer == "reject" {
        let who = reject(&ctx, &name, person).await?;
        return Ok(ctx.redirect_saying_of(&to, Tone::Ok, "flash-member-rejected", &who));
    }
    let who = ctx
        .act(move |tx, by| {
            let group = views::find(tx, &name)?;
            acts::accept(tx, by, group, person)?;
            Ok(people::find(tx, person)?.display_name)
        })
        .await?;
    Ok(ctx.redirect_saying_of(&to, Tone::Ok, "flash-member-admitted", &who))
}

#[derive(Template)]
#[template(path = "groups/join.html")]
struct Join {
    page: Page,
    lead: String,
    errors: FormErrors,
    rules_html: String,
    by_approval: bool,
    motivation: String,
    submit: String,
    back: String,
}

fn join_page(visit: &Visit, found: Face, motivation: String, errors: FormErrors) -> Join {
    let by_approval = found.joining == Joining::Approval;
    let back = format!("/g/{}", found.local_name());
    let title = visit.texts.t_with("groups-ask-title", &[("name", &found.title)]);
    let lead = if by_approval { visit.texts.t("groups-ask-lead").into_owned() } else { found.mission };
    let submit = if by_approval { "groups-ask" } else { "groups-join" };
    let mut page = visit
        .page(title.clone())
        .section(Section::Groups)
        .crumb(visit.texts.t("groups-title"), "/groups")
        .crumb(found.title, back.clone())
        .crumb(title, "");
    page.noindex = true;
    Join {
        page,
        lead,
        errors,
        rules_html: found.rules_html,
        by_approval,
        motivation,
        submit: visit.texts.t(submit).into_owned(),
        back,
    }
}

/// Asks whether to join; this is also where somebody lands who signs in to join.
pub(super) async fn ask(ctx: Ctx, Path(name): Path<String>) -> Result<Response> {
    let wanted = name.clone();
    let (visit, found) = ctx
        .read(move |tx, viewer| {
            viewer.person().ok_or(Error::SignedOut)?;
            face::at_the_door(tx, &viewer, &wanted)
        })
        .await?;
    if !found.may.join {
        return Ok(ctx.redirect(&format!("/g/{name}")));
    }
    visit.show(&join_page(&visit, found, String::new(), FormErrors::default()))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Motivation {
    motivation: String,
}

pub(super) async fn join(
    ctx: Ctx,
    Path(name): Path<String>,
    Form(form): Form<Motivation>,
) -> Result<Response> {
    let (wanted, motivation, limited) = (name.clone(), form.motivation.clone(), ctx.limited());
    let done = ctx
        .act(move |tx, by| {
            attempts::by_person(tx, limited, Limit::AccountFollows, by)?;
            let group = views::find(tx, &wanted)?;
            let state = acts::join(tx, by, group, motivation.trim(), None)?;
            Ok((state, title(tx, group)?))
        })
        .await;
    let to = format!("/g/{name}");
    match done {
        Ok((MembershipState::Accepted, title)) => {
            Ok(ctx.redirect_saying_of(&to, Tone::Ok, "flash-group-joined", &title))
        }
        Ok((MembershipState::Pending, _)) => Ok(ctx.redirect_saying(&to, Tone::Ok, "flash-group-asked")),
        Err(error) => {
            let outcome = Outcome::of(&error);
            let (visit, found) = ctx.read(move |tx, viewer| face::at_the_door(tx, &viewer, &name)).await?;
            let errors = visit.problems(error)?;
            visit.show_as(outcome, &join_page(&visit, found, form.motivation, errors))
        }
    }
}

fn title(tx: &mut Tx<'_>, group: GroupId) -> DomainResult<String> {
    Ok(crate::groups::acts::find(tx, group)?.title)
}

pub(super) async fn leaving(ctx: Ctx, Path(name): Path<String>) -> Result<Response> {
    let (visit, found) = ctx
        .read(move |tx, viewer| {
            viewer.person().ok_or(Error::SignedOut)?;
            views::page(tx, &viewer, &name)
        })
        .await?;
    let head = Head::new(&visit, &Found { page: found, requests: 0 });
    let title = visit.texts.t_with("groups-leave-title", &[("name", &head.group.title)]);
    let text = if head.is_open { "groups-leave-text" } else { "groups-leave-text-closed" };
    visit.show(&Confirm::new(
        head.page(&visit, Some(title)),
        visit.texts.t(text).into_owned(),
        head.link("/leave"),
        visit.texts.t("groups-leave").into_owned(),
        head.link(""),
    ))
}

pub(super) async fn leave(ctx: Ctx, Path(name): Path<String>, _button: Press<Button>) -> Result<Response> {
    let wanted = name.clone();
    let (was_member, group) = ctx
        .act(move |tx, by| {
            let group = views::find(tx, &wanted)?;
            let row = membership::find(tx, group, by.person)?.ok_or(Error::NotFound)?;
            acts::leave(tx, by, group)?;
            Ok((row.state == MembershipState::Accepted, crate::groups::acts::find(tx, group)?))
        })
        .await?;
    let key = if was_member { "flash-group-left" } else { "flash-group-withdrawn" };
    // Of a closed group that doesn't show itself there is no page any more for whoever left it.
    let stays = group.class == Class::Openbaar || group.face;
    let to = if stays { format!("/g/{name}") } else { "/groups".to_owned() };
    Ok(ctx.redirect_saying_of(&to, Tone::Ok, key, &group.title))
}
