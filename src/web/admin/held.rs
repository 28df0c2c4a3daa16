//! Everything that waits for a moderator: what of it nobody of a group's own staff can let in or refuse, administrators do.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;

use super::{frame, menu};
use crate::web::error::Result;
use crate::web::moderation::held::{self, Item};
use crate::web::page::Page;
use crate::web::parts::{Pager, Tab};
use crate::web::session::Ctx;
use crate::web::shown;

/// The list.
const HERE: &str = "/admin/held";

#[derive(Template)]
#[template(path = "admin/held.html")]
struct Waiting {
    page: Page,
    menu: Vec<Tab>,
    items: Vec<Item>,
    /// This very list.
    back: &'static str,
    pager: Pager,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    after: String,
}

pub(super) async fn list(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Response> {
    let after = shown::after(&wanted.after);
    let (visit, found) = ctx.read(move |tx, viewer| held::read(tx, viewer, None, after.into())).await?;
    let pager = shown::pager(&visit, found.slice.next);
    let items = held::items(&visit.texts, &found, true);
    let page = frame(&visit, visit.texts.t("held-title").into_owned());
    visit.show(&Waiting { page, menu: menu(&visit, HERE), items, back: HERE, pager })
}
