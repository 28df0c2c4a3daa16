//! Warning a member about their conduct.

use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;

use crate::db::Tx;
use crate::error::{Error, Result as DomainResult};
use crate::groups::views::{self as groups, GroupPage};
use crate::moderation::{Why, decisions};
use crate::people::byline;
use crate::policy::{Reason, Viewer};
use crate::web::confirm::Confirm;
use crate::web::error::Result;
use crate::web::form::Form;
use crate::web::groups::head::{Found, Head};
use crate::web::page::{FormErrors, Tone};
use crate::web::session::{Ctx, Visit};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    person: String,
    ground: String,
    reason: String,
}

fn find(tx: &mut Tx<'_>, viewer: &Viewer, name: &str, person: &str) -> DomainResult<(GroupPage, String)> {
    viewer.person().ok_or(Error::SignedOut)?;
    let found = groups::page(tx, viewer, name)?;
    if !found.may.moderate {
        return Err(Reason::NotStaff.into());
    }
    let id = byline::find(tx, person)?;
    Ok((found, crate::people::find(tx, id)?.display_name))
}

fn page(visit: &Visit, found: GroupPage, who: &str, filled: Filled, errors: FormErrors) -> Confirm {
    let head = Head::new(visit, &Found { page: found, requests: 0 });
    let t = |key: &str| visit.texts.t(key).into_owned();
    let title = visit.texts.t_with("warn-title", &[("name", &who)]);
    Confirm {
        hidden: vec![("person".to_owned(), filled.person)],
        grounds: super::grounds(&visit.texts, &filled.ground),
        reason_label: t("warn-reason"),
        reason_hint: t("warn-reason-hint"),
        reason: filled.reason,
        errors,
        ..Confirm::new(
            head.page(visit, Some(title)),
            t("warn-text"),
            head.link("/warn"),
            t("warn-submit"),
            head.link(""),
        )
    }
}

pub(super) async fn ask(
    ctx: Ctx,
    Path(name): Path<String>,
    Query(filled): Query<Filled>,
) -> Result<Response> {
    let person = filled.person.clone();
    let (visit, (found, who)) = ctx.read(move |tx, viewer| find(tx, &viewer, &name, &person)).await?;
    visit.show(&page(&visit, found, &who, filled, FormErrors::default()))
}

pub(super) async fn warn(ctx: Ctx, Path(name): Path<String>, Form(filled): Form<Filled>) -> Result<Response> {
    let (wanted, person) = (name.clone(), filled.person.clone());
    let (visit, (found, who)) = ctx.read(move |tx, viewer| find(tx, &viewer, &wanted, &person)).await?;
    let (group, said) = (found.group.id, filled.clone());
    let done = ctx
        .act(move |tx, by| {
            let person = byline::find(tx, &said.person)?;
            decisions::warn(tx, by, group, person, Why::on(super::ground(&said.ground)?, &said.reason)?)
        })
        .await;
    match done {
        Ok(()) => Ok(ctx.redirect_saying_of(&format!("/g/{name}"), Tone::Ok, "flash-warned", &who)),
        Err(error) => {
            let errors = visit.problems(error)?;
            visit.show_again(&page(&visit, found, &who, filled, errors))
        }
    }
}
