//! Topics of other groups that were proposed to a group, for those who keep order in it; and showing one no longer.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::db::Tx;
use crate::db::page::Part;
use crate::error::{Error, Result as DomainResult};
use crate::groups::views::{self, GroupPage};
use crate::ids::{GroupId, PromotionId, ThreadId};
use crate::links::queue::{self, Proposal};
use crate::links::{promotions, views as links};
use crate::membership;
use crate::policy::{Act, Actor};
use crate::threads::views as threads;
use crate::web::confirm::Confirm;
use crate::web::error::{Outcome, Result};
use crate::web::form::Form;
use crate::web::groups::head::{Found, Head};
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::{Group, Pager, Person};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    after: String,
}

/// A topic that was proposed.
#[derive(Debug)]
struct Row {
    id: PromotionId,
    title: String,
    url: String,
    excerpt: String,
    /// The group that it is at home in.
    home: Group,
    /// Who began it.
    asker: Person,
    /// Who proposed it; empty when that isn't known here.
    by: String,
    at: DateTime<Utc>,
    /// Why; may be empty.
    note: String,
}

#[derive(Template)]
#[template(path = "groups/offers.html")]
struct Offers {
    page: Page,
    rows: Vec<Row>,
    back: String,
    pager: Pager,
}

pub(super) async fn list(
    ctx: Ctx,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let part = Part::from(shown::after(&wanted.after));
    let (visit, (found, slice)) = ctx
        .read(move |tx, viewer| {
            viewer.person().ok_or(Error::SignedOut)?;
            let found = views::page(tx, &viewer, &name)?;
            let slice = queue::offers(tx, &viewer, found.group.id, part)?;
            Ok((found, slice))
        })
        .await?;
    let head = Head::new(&visit, &Found { page: found, requests: 0 });
    let title = visit.texts.t_with("offers-title", &[("name", &head.group.title)]);
    let pager = shown::pager(&visit, slice.next);
    let rows = slice.items.iter().map(|proposal| row(&visit, proposal)).collect();
    let mut page = head.page(&visit, Some(title));
    page.noindex = true;
    visit.show(&Offers { page, rows, back: head.link(""), pager })
}

fn row(visit: &Visit, proposal: &Proposal) -> Row {
    let texts = &visit.texts;
    let by = proposal.by.as_ref().filter(|by| by.id != proposal.asker.id);
    Row {
        id: proposal.row.id,
        title: shown::topic_title(texts, &proposal.title),
        url: format!("/t/{}", proposal.row.thread_id),
        excerpt: proposal.excerpt.clone(),
        home: shown::group(texts, &proposal.home),
        asker: shown::person(texts, &proposal.asker),
        by: by.map(|by| shown::person(texts, by).name).unwrap_or_default(),
        at: proposal.row.created_at.utc(),
        note: proposal.row.note.clone(),
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Decided {
    /// `accept` or `reject`.
    answer: String,
    /// Why it isn't shown.
    reason: String,
}

pub(super) async fn decide(
    ctx: Ctx,
    Path(id): Path<PromotionId>,
    Form(form): Form<Decided>,
) -> Result<Response> {
    let yes = match form.answer.as_str() {
        "accept" => true,
        "reject" => false,
        _ => return Err(Error::field("answer", "error-choice").into()),
    };
    let reason = form.reason.trim().to_owned();
    let done = ctx
        .act(move |tx, by| {
            let row = promotions::decide(tx, by, id, yes, &reason)?;
            place(tx, row.group_id)
        })
        .await;
    match done {
        Ok((url, title)) => {
            let key = if yes { "flash-promotion-accepted" } else { "flash-promotion-refused" };
            Ok(ctx.redirect_saying_of(&format!("{url}/offers"), Tone::Ok, key, &title))
        }
        Err(error @ Error::Invalid(_)) if !yes => refuse_again(&ctx, id, form, error).await,
        Err(error) => Err(error.into()),
    }
}

/// The form by which a proposal is refused, when something is wrong with it: alone on a page, with what was written.
async fn refuse_again(ctx: &Ctx, id: PromotionId, form: Decided, error: Error) -> Result<Response> {
    let (visit, proposal) = ctx.read(move |tx, viewer| queue::find(tx, &viewer, id)).await?;
    let outcome = Outcome::of(&error);
    let errors = visit.problems(error)?;
    let t = |key: &str| visit.texts.t(key).into_owned();
    let url = format!("/g/{}", proposal.target.local_name());
    let topic = shown::topic_title(&visit.texts, &proposal.title);
    let mut page = visit
        .page_of("offers-refuse-title")
        .crumb(proposal.target.title.clone(), url.clone())
        .crumb(t("offers-refuse-title"), "");
    page.noindex = true;
    let again = Confirm {
        hidden: vec![("answer".to_owned(), form.answer)],
        reason_label: t("offers-reason"),
        reason_hint: t("offers-reason-hint"),
        reason: form.reason,
        errors,
        ..Confirm::new(
            page,
            visit.texts.t_with("offers-refuse-text", &[("title", &topic)]),
            format!("/promotions/{id}/decide"),
            t("offers-refuse"),
            format!("{url}/offers"),
        )
    };
    visit.show_as(outcome, &again)
}

/// Where a group is, and its title.
fn place(tx: &mut Tx<'_>, group: GroupId) -> DomainResult<(String, String)> {
    let line = views::lines(tx, [group])?.remove(&group).ok_or(Error::NotFound)?;
    Ok((format!("/g/{}", line.local_name()), line.title.clone()))
}

/// A group that shows a topic of another, and that topic's title, for those who decide what is shown.
async fn shown_here(ctx: &Ctx, name: String, thread: ThreadId) -> Result<(Visit, (GroupPage, String))> {
    ctx.read(move |tx, viewer| {
        let by = Actor::here(viewer.person().ok_or(Error::SignedOut)?);
        let group = views::page(tx, &viewer, &name)?;
        membership::standing(tx, &by, group.group.id)?.may(Act::Curate)?;
        let found = threads::page(tx, &viewer, thread, None)?;
        if !links::shown_in(tx, &viewer, thread)?.iter().any(|line| line.id == group.group.id) {
            return Err(Error::NotFound);
        }
        Ok((group, found.thread.title))
    })
    .await
}

fn off_page(
    visit: &Visit,
    (group, title): (GroupPage, String),
    thread: ThreadId,
    form: Reasoned,
    errors: FormErrors,
) -> Confirm {
    let texts = &visit.texts;
    let t = |key: &str| texts.t(key).into_owned();
    let head = Head::new(visit, &Found { page: group, requests: 0 });
    let topic = shown::topic_title(texts, &title);
    let name = texts.t_with("promotions-off", &[("group", &head.group.title)]);
    Confirm {
        points: vec![t("shown-off-stays"), t("shown-off-again")],
        reason_label: t("moderation-reason"),
        reason_hint: t("shown-off-reason-hint"),
        reason: form.reason,
        errors,
        kind: "danger",
        ..Confirm::new(
            head.page(visit, Some(name)),
            texts.t_with("shown-off-text", &[("title", &topic)]),
            head.link(&format!("/shown/{thread}/off")),
            t("shown-off-submit"),
            format!("/t/{thread}"),
        )
    }
}

pub(super) async fn taking_off(ctx: Ctx, Path((name, thread)): Path<(String, ThreadId)>) -> Result<Response> {
    let (visit, found) = shown_here(&ctx, name, thread).await?;
    visit.show(&off_page(&visit, found, thread, Reasoned::default(), FormErrors::default()))
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reasoned {
    reason: String,
}

pub(super) async fn take_off(
    ctx: Ctx,
    Path((name, thread)): Path<(String, ThreadId)>,
    Form(form): Form<Reasoned>,
) -> Result<Response> {
    let (wanted, reason) = (name.clone(), form.reason.trim().to_owned());
    let done = ctx
        .act(move |tx, by| {
            let group = views::find(tx, &wanted)?;
            promotions::take_off(tx, by, group, thread, &reason)?;
            place(tx, group)
        })
        .await;
    match done {
        Ok((url, title)) => Ok(ctx.redirect_saying_of(&url, Tone::Ok, "flash-promotion-off", &title)),
        Err(error @ Error::Invalid(_)) => {
            let (visit, found) = shown_here(&ctx, name, thread).await?;
            let outcome = Outcome::of(&error);
            let errors = visit.problems(error)?;
            visit.show_as(outcome, &off_page(&visit, found, thread, form, errors))
        }
        Err(error) => Err(error.into()),
    }
}
