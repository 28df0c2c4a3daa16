//! What staff does with a topic: locking, pinning, moving it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

use super::posts;
use crate::db::Tx;
use crate::error::{Error, Result as DomainResult};
use crate::groups::views as groups;
use crate::ids::{GroupId, PostId, ThreadId};
use crate::membership::MembershipState;
use crate::policy::{Actor, Reason, Role};
use crate::threads::{acts, views};
use crate::web::error::Result;
use crate::web::form::{Button, Form, Press};
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::session::{Ctx, Visit};

type Change = fn(&mut Tx<'_>, &Actor, ThreadId) -> DomainResult<()>;

async fn change(ctx: &Ctx, id: ThreadId, change: Change, key: &str) -> Result<Response> {
    ctx.act(move |tx, by| change(tx, by, id)).await?;
    Ok(ctx.redirect_saying(&format!("/t/{id}"), Tone::Ok, key))
}

pub(super) async fn lock(ctx: Ctx, Path(id): Path<ThreadId>, _button: Press<Button>) -> Result<Response> {
    change(&ctx, id, acts::lock, "flash-thread-locked").await
}

pub(super) async fn unlock(ctx: Ctx, Path(id): Path<ThreadId>, _button: Press<Button>) -> Result<Response> {
    change(&ctx, id, acts::unlock, "flash-thread-unlocked").await
}

pub(super) async fn pin(ctx: Ctx, Path(id): Path<ThreadId>, _button: Press<Button>) -> Result<Response> {
    change(&ctx, id, acts::pin, "flash-thread-pinned").await
}

pub(super) async fn unpin(ctx: Ctx, Path(id): Path<ThreadId>, _button: Press<Button>) -> Result<Response> {
    change(&ctx, id, acts::unpin, "flash-thread-unpinned").await
}

#[derive(Template)]
#[template(path = "threads/move.html")]
struct Move {
    page: Page,
    errors: FormErrors,
    /// Groups that it can go to: id and title.
    groups: Vec<(String, String)>,
    back: String,
}

/// The page that asks where to.
async fn ask(ctx: &Ctx, id: ThreadId) -> Result<(Visit, Move)> {
    let (visit, (found, mine)) = ctx
        .read(move |tx, viewer| {
            viewer.person().ok_or(Error::SignedOut)?;
            let found = views::post(tx, &viewer, PostId::from(id))?;
            if !found.may.moderate {
                return Err(Reason::NotStaff.into());
            }
            let mut mine = Vec::new();
            let mut after = None;
            loop {
                let slice = groups::list(tx, &viewer, groups::Filter::Mine, after)?;
                mine.extend(slice.items);
                after = slice.next;
                if after.is_none() {
                    break;
                }
            }
            Ok((found, mine))
        })
        .await?;
    let keeps_order = |listed: &&groups::Listed| {
        listed.group.local
            && listed.group.id != found.group.id
            && listed
                .membership
                .is_some_and(|(role, state)| role != Role::Member && state == MembershipState::Accepted)
    };
    let page = posts::frame(&visit, &found, visit.texts.t("move-title").into_owned());
    let groups = mine
        .iter()
        .filter(keeps_order)
        .map(|listed| (listed.group.id.to_string(), listed.group.title.clone()))
        .collect();
    let back = format!("/t/{id}");
    Ok((visit, Move { page, errors: FormErrors::default(), groups, back }))
}

pub(super) async fn moving(ctx: Ctx, Path(id): Path<ThreadId>) -> Result<Response> {
    let (visit, page) = ask(&ctx, id).await?;
    visit.show(&page)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct To {
    group: Option<GroupId>,
}

pub(super) async fn move_to(ctx: Ctx, Path(id): Path<ThreadId>, Form(form): Form<To>) -> Result<Response> {
    let done = match form.group {
        None => Err(Error::field("group", "error-move-group")),
        Some(group) => {
            ctx.act(move |tx, by| {
                acts::move_thread(tx, by, id, group)?;
                Ok(crate::groups::acts::find(tx, group)?.title)
            })
            .await
        }
    };
    match done {
        Ok(title) => Ok(ctx.redirect_saying_of(&format!("/t/{id}"), Tone::Ok, "flash-thread-moved", &title)),
        Err(error) => {
            let (visit, page) = ask(&ctx, id).await?;
            let errors = visit.problems(error)?;
            visit.show_again(&Move { errors, ..page })
        }
    }
}
