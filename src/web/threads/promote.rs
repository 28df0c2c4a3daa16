//! Proposing a topic to another group, and the answer of whoever began it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

use super::posts;
use crate::db::Tx;
use crate::error::{Error, Result as DomainResult};
use crate::groups::views::{self as groups, GroupLine};
use crate::ids::{GroupId, PostId, PromotionId, ThreadId};
use crate::links::{PromotionState, promotions, queue};
use crate::membership;
use crate::policy::{Act, Actor};
use crate::threads::views;
use crate::web::error::{Outcome, Result};
use crate::web::form::{Form, Press};
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::session::{Ctx, Visit};

/// A group that it can be proposed to.
#[derive(Debug)]
struct Choice {
    id: GroupId,
    title: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "threads/promote.html")]
struct Promote {
    page: Page,
    errors: FormErrors,
    form: Filled,
    /// Groups that it can be proposed to.
    groups: Vec<Choice>,
    /// The reader began the topic themselves, so nobody else has to agree.
    own: bool,
    back: String,
}

/// What is filled in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    group: Option<GroupId>,
    note: String,
}

/// The page that asks where to, and why.
async fn ask(ctx: &Ctx, id: ThreadId, form: Filled) -> Result<(Visit, Promote)> {
    let (visit, (found, groups)) = ctx
        .read(move |tx, viewer| {
            let person = viewer.person().ok_or(Error::SignedOut)?;
            let found = views::post(tx, &viewer, PostId::from(id))?;
            let groups = queue::choices(tx, &viewer, id)?;
            if groups.is_empty() && found.post.author.id != person {
                // Whoever may not propose anything learns why.
                membership::standing(tx, &Actor::here(person), found.group.id)?.may(Act::Promote)?;
            }
            Ok((found, groups))
        })
        .await?;
    let own = visit.member.as_ref().is_some_and(|member| member.person == found.post.author.id);
    // Where there is only one, that is the one.
    let only = groups.len() == 1;
    let promote = Promote {
        page: posts::frame(&visit, &found, visit.texts.t("promote-title").into_owned()),
        errors: FormErrors::default(),
        groups: groups.iter().map(|group| choice(group, only || form.group == Some(group.id))).collect(),
        form,
        own,
        back: format!("/t/{id}"),
    };
    Ok((visit, promote))
}

fn choice(group: &GroupLine, chosen: bool) -> Choice {
    let title = if group.local { group.title.clone() } else { format!("{} ({})", group.title, group.host) };
    Choice { id: group.id, title, chosen }
}

pub(super) async fn form(ctx: Ctx, Path(id): Path<ThreadId>) -> Result<Response> {
    let (visit, page) = ask(&ctx, id, Filled::default()).await?;
    visit.show(&page)
}

pub(super) async fn propose(
    ctx: Ctx,
    Path(id): Path<ThreadId>,
    Form(form): Form<Filled>,
) -> Result<Response> {
    let done = match form.group {
        None => Err(Error::field("group", "error-move-group")),
        Some(group) => {
            let note = form.note.trim().to_owned();
            ctx.act(move |tx, by| {
                let row = promotions::propose(tx, by, id, group, &note)?;
                Ok((row.state, title(tx, group)?))
            })
            .await
        }
    };
    match done {
        Ok((state, title)) => {
            let key = match state {
                PromotionState::Consent => "flash-promotion-asked",
                PromotionState::Accepted => "flash-promotion-shown",
                PromotionState::Offered
                | PromotionState::Declined
                | PromotionState::Refused
                | PromotionState::Ended => "flash-promotion-offered",
            };
            Ok(ctx.redirect_saying_of(&format!("/t/{id}"), Tone::Ok, key, &title))
        }
        Err(error) => {
            let (visit, page) = ask(&ctx, id, form).await?;
            let outcome = Outcome::of(&error);
            let errors = visit.problems(error)?;
            visit.show_as(outcome, &Promote { errors, ..page })
        }
    }
}

/// What a group is called.
fn title(tx: &mut Tx<'_>, group: GroupId) -> DomainResult<String> {
    let line = groups::lines(tx, [group])?.remove(&group).ok_or(Error::NotFound)?;
    Ok(line.title.clone())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Answer {
    answer: String,
}

/// Whoever began the topic agrees, doesn't, or takes it back.
pub(super) async fn answer(
    ctx: Ctx,
    Path(id): Path<PromotionId>,
    Press(form): Press<Answer>,
) -> Result<Response> {
    let yes = match form.answer.as_str() {
        "accept" => true,
        "reject" => false,
        _ => return Err(Error::field("answer", "error-choice").into()),
    };
    let (thread, state, title) = ctx
        .act(move |tx, by| {
            let row = promotions::answer(tx, by, id, yes)?;
            Ok((row.thread_id, row.state, title(tx, row.group_id)?))
        })
        .await?;
    let key = match state {
        PromotionState::Offered | PromotionState::Consent => "flash-promotion-yes",
        PromotionState::Accepted => "flash-promotion-shown",
        PromotionState::Declined | PromotionState::Refused | PromotionState::Ended => "flash-promotion-no",
    };
    Ok(ctx.redirect_saying_of(&format!("/t/{thread}"), Tone::Ok, key, &title))
}
