//! Whom and which sites a member blocks or mutes.

use askama::Template;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{frame, tabs};
use crate::error::Error;
use crate::ids::RowId;
use crate::locale::Texts;
use crate::people::blocks::{self, BlockKind, BlockLine, Target};
use crate::web::error::{Outcome, Result};
use crate::web::form::{Form, Press};
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::Tab;
use crate::web::session::Ctx;
use crate::web::shown;

const HERE: &str = "/settings/blocks";

#[derive(Template)]
#[template(path = "settings/blocks.html")]
struct BlocksPage {
    page: Page,
    tabs: Vec<Tab>,
    errors: FormErrors,
    blocks: Vec<Line>,
    host: String,
}

struct Line {
    id: RowId,
    name: String,
    url: String,
    kind: String,
    since: DateTime<Utc>,
}

#[derive(Deserialize)]
pub(super) struct New {
    host: String,
    kind: BlockKind,
}

#[derive(Deserialize)]
pub(super) struct Old {
    id: RowId,
}

fn line(texts: &Texts, block: BlockLine) -> Line {
    let key = if block.kind == BlockKind::Block { "settings-block-is" } else { "settings-mute-is" };
    let (name, url) = match (&block.person, block.host) {
        (Some(person), _) => {
            (format!("{} ({})", person.display_name, person.handle()), shown::person_url(person))
        }
        (None, host) => (host.unwrap_or_default(), String::new()),
    };
    Line { id: block.id, name, url, kind: texts.t(key).into_owned(), since: block.created_at.utc() }
}

pub(super) async fn show(ctx: Ctx) -> Result<Response> {
    show_with(&ctx, None, String::new()).await
}

async fn show_with(ctx: &Ctx, error: Option<Error>, host: String) -> Result<Response> {
    let (visit, rows) = ctx.read_own(|tx, by| blocks::list(tx, by.person)).await?;
    let outcome = error.as_ref().map_or(Outcome::OK, Outcome::of);
    let errors = error.map_or_else(|| Ok(FormErrors::default()), |error| visit.problems(error))?;
    let (page, tabs) = (frame(&visit, "settings-blocks"), tabs(&visit, HERE));
    let blocks = rows.into_iter().map(|row| line(&visit.texts, row)).collect();
    visit.show_as(outcome, &BlocksPage { page, tabs, errors, blocks, host })
}

pub(super) async fn set(ctx: Ctx, Form(new): Form<New>) -> Result<Response> {
    let (target, kind) = (Target::Host(new.host.trim().to_owned()), new.kind);
    match ctx.act(move |tx, by| blocks::set(tx, by, &target, kind)).await {
        Ok(_id) => Ok(ctx.redirect_saying(HERE, Tone::Ok, "flash-blocked")),
        Err(error) => show_with(&ctx, Some(error), new.host).await,
    }
}

pub(super) async fn lift(ctx: Ctx, Press(old): Press<Old>) -> Result<Response> {
    ctx.act(move |tx, by| blocks::lift(tx, by, old.id)).await?;
    Ok(ctx.redirect_saying(HERE, Tone::Ok, "flash-unblocked"))
}
