//! The page of a single link, for the owners of a group: accepting it, choosing what it shows, and ending it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

use super::links::{Filled, ending, rests, since, text};
use crate::db::Tx;
use crate::error::{Error, Result as DomainResult};
use crate::groups::views::{self, GroupPage};
use crate::ids::{GroupId, LinkId};
use crate::links::views::{self as links, Linked};
use crate::links::{LinkState, Side, acts};
use crate::policy::{Actor, Viewer};
use crate::web::error::{Outcome, Result};
use crate::web::form::Form;
use crate::web::groups::head::{Found, Head};
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::Group;
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

#[derive(Template)]
#[template(path = "groups/link.html")]
struct One {
    page: Page,
    errors: FormErrors,
    /// The other group.
    group: Group,
    /// What is shown, or what was asked.
    text: String,
    /// Why nothing of it is shown now; empty: it is.
    rests: String,
    /// What was written when asking; may be empty.
    note: String,
    since: String,
    /// The reader chooses which topics are shown.
    chooses: bool,
    form: Filled,
    /// Where the form goes; empty when there is nothing to do but to end it.
    action: String,
    /// What its button says.
    submit: String,
    /// Where one refuses, takes back or ends it.
    end_url: String,
    end_label: String,
    back: String,
}

/// What is read for the pages.
struct Seen {
    found: GroupPage,
    link: Linked,
}

async fn read(ctx: &Ctx, name: String, id: LinkId) -> Result<(Visit, Seen)> {
    let read = ctx.read(move |tx, viewer| {
        viewer.person().ok_or(Error::SignedOut)?;
        let found = views::page(tx, &viewer, &name)?;
        let link = links::find(tx, &viewer, found.group.id, id)?;
        Ok(Seen { found, link })
    });
    read.await
}

/// The frame of a page about a link.
fn frame(visit: &Visit, head: &Head, title: String) -> Page {
    let mut page = head.page(visit, Some(title));
    if let Some(last) = page.crumbs.pop() {
        page = page.crumb(visit.texts.t("links-menu"), head.link("/links"));
        page.crumbs.push(last);
    }
    page.noindex = true;
    page
}

/// What stands in the form at first.
fn kept(link: &Linked) -> Filled {
    Filled { takes: link.row.takes.word().to_owned(), words: link.row.words.clone(), ..Filled::default() }
}

fn page(visit: &Visit, seen: Seen, form: Filled, errors: FormErrors) -> One {
    let texts = &visit.texts;
    let link = &seen.link;
    let head = Head::new(visit, &Found { page: seen.found, requests: 0 });
    let group = shown::group(texts, &link.other);
    let title = texts.t_with("links-one-title", &[("name", &group.title)]);
    let here = head.link(&format!("/links/{}", link.row.id));
    let accepted = link.row.state == LinkState::Accepted;
    let target = link.side == Side::Target;
    let (action, submit) = if link.awaits_us {
        (format!("{here}/accept"), "links-accept")
    } else if accepted && target {
        (here.clone(), "form-save")
    } else {
        (String::new(), "form-save")
    };
    One {
        page: frame(visit, &head, title),
        errors,
        group,
        text: text(visit, link),
        rests: rests(visit, link),
        note: if accepted { String::new() } else { link.row.note.clone() },
        since: since(visit, link),
        chooses: target && !action.is_empty(),
        form,
        action,
        submit: texts.t(submit).into_owned(),
        end_url: format!("{here}/end"),
        end_label: texts.t(&format!("links-{}", ending(link))).into_owned(),
        back: head.link("/links"),
    }
}

pub(super) async fn show(ctx: Ctx, Path((name, id)): Path<(String, LinkId)>) -> Result<Response> {
    let (visit, seen) = read(&ctx, name, id).await?;
    let form = kept(&seen.link);
    visit.show(&page(&visit, seen, form, FormErrors::default()))
}

/// The group and one of its links, for those who may act on it.
fn to_act(tx: &mut Tx<'_>, by: &Actor, name: &str, id: LinkId) -> DomainResult<(GroupId, Linked)> {
    let group = views::find(tx, name)?;
    let link = links::find(tx, &Viewer::Member { id: by.person, admin: false }, group, id)?;
    Ok((group, link))
}

/// Shows the page again, with what was wrong and what was typed.
async fn again(ctx: &Ctx, name: String, id: LinkId, form: Filled, error: Error) -> Result<Response> {
    let outcome = Outcome::of(&error);
    let (visit, seen) = read(ctx, name, id).await?;
    let errors = visit.problems(error)?;
    visit.show_as(outcome, &page(&visit, seen, form, errors))
}

pub(super) async fn save(
    ctx: Ctx,
    Path((name, id)): Path<(String, LinkId)>,
    Form(form): Form<Filled>,
) -> Result<Response> {
    let done = match form.choice() {
        Ok(choice) => {
            let wanted = name.clone();
            ctx.act(move |tx, by| {
                let (group, link) = to_act(tx, by, &wanted, id)?;
                acts::set(tx, by, group, id, &choice)?;
                Ok(link.other.title.clone())
            })
            .await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(other) => {
            let to = format!("/g/{name}/links");
            Ok(ctx.redirect_saying_of(&to, Tone::Ok, "flash-link-saved", &other))
        }
        Err(error) => again(&ctx, name, id, form, error).await,
    }
}

pub(super) async fn accept(
    ctx: Ctx,
    Path((name, id)): Path<(String, LinkId)>,
    Form(form): Form<Filled>,
) -> Result<Response> {
    let done = match form.choice() {
        Ok(choice) => {
            let wanted = name.clone();
            ctx.act(move |tx, by| {
                let (group, link) = to_act(tx, by, &wanted, id)?;
                // What is shown the group that shows it chooses.
                let choice = (link.side == Side::Target).then_some(&choice);
                acts::accept(tx, by, group, id, choice)?;
                Ok(link.other.title.clone())
            })
            .await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(other) => {
            let to = format!("/g/{name}/links");
            Ok(ctx.redirect_saying_of(&to, Tone::Ok, "flash-link-made", &other))
        }
        Err(error) => again(&ctx, name, id, form, error).await,
    }
}

#[derive(Template)]
#[template(path = "groups/link_end.html")]
struct Ending {
    page: Page,
    errors: FormErrors,
    /// What happens, in sentences.
    points: Vec<String>,
    /// Whether it is asked why.
    asks_why: bool,
    reason: String,
    action: String,
    submit: String,
    back: String,
}

/// Why a link is ended.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Why {
    reason: String,
}

fn ending_page(visit: &Visit, seen: Seen, reason: String, errors: FormErrors) -> Ending {
    let texts = &visit.texts;
    let link = &seen.link;
    let head = Head::new(visit, &Found { page: seen.found, requests: 0 });
    let word = ending(link);
    let points = match (link.row.state, link.side) {
        (LinkState::Accepted, Side::Target) => vec!["links-end-target", "links-end-stays", "links-end-told"],
        (LinkState::Accepted, Side::Source) => vec!["links-end-source", "links-end-stays", "links-end-told"],
        (LinkState::Asked, _) if link.awaits_us => vec!["links-end-told", "links-refuse-again"],
        (LinkState::Asked, _) => vec!["links-end-told"],
    };
    let title = texts.t_with(&format!("links-{word}-title"), &[("name", &link.other.title)]);
    Ending {
        page: frame(visit, &head, title),
        errors,
        points: points.into_iter().map(|key| texts.t(key).into_owned()).collect(),
        asks_why: word != "withdraw",
        reason,
        action: head.link(&format!("/links/{}/end", link.row.id)),
        submit: texts.t(&format!("links-{word}")).into_owned(),
        back: head.link("/links"),
    }
}

pub(super) async fn asking(ctx: Ctx, Path((name, id)): Path<(String, LinkId)>) -> Result<Response> {
    let (visit, seen) = read(&ctx, name, id).await?;
    visit.show(&ending_page(&visit, seen, String::new(), FormErrors::default()))
}

pub(super) async fn end(
    ctx: Ctx,
    Path((name, id)): Path<(String, LinkId)>,
    Form(why): Form<Why>,
) -> Result<Response> {
    let (wanted, reason) = (name.clone(), why.reason.clone());
    let done = ctx
        .act(move |tx, by| {
            let (group, link) = to_act(tx, by, &wanted, id)?;
            acts::end(tx, by, group, id, &reason)?;
            let key = match ending(&link) {
                "refuse" => "flash-link-refused",
                "withdraw" => "flash-link-withdrawn",
                _ => "flash-link-ended",
            };
            Ok((key, link.other.title.clone()))
        })
        .await;
    match done {
        Ok((key, other)) => Ok(ctx.redirect_saying_of(&format!("/g/{name}/links"), Tone::Ok, key, &other)),
        Err(error) => {
            let outcome = Outcome::of(&error);
            let (visit, seen) = read(&ctx, name, id).await?;
            let errors = visit.problems(error)?;
            visit.show_as(outcome, &ending_page(&visit, seen, why.reason, errors))
        }
    }
}
