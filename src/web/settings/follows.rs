//! Whom a member follows, and who hasn't answered yet. Somebody who lets nobody follow them any more is simply not in it.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{frame, tabs};
use crate::db::page::{Cursor, Part};
use crate::people::follows;
use crate::web::error::Result;
use crate::web::page::Page;
use crate::web::parts::Tab;
use crate::web::session::Ctx;
use crate::web::shown;

const HERE: &str = "/settings/follows";

#[derive(Template)]
#[template(path = "settings/follows.html")]
struct FollowsPage {
    page: Page,
    tabs: Vec<Tab>,
    follows: Vec<Line>,
    /// Address of the next page; empty at the end.
    more: String,
}

struct Line {
    name: String,
    url: String,
    waits: bool,
    since: DateTime<Utc>,
}

#[derive(Deserialize)]
pub(super) struct Wanted {
    from: Option<String>,
}

pub(super) async fn show(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Response> {
    let after = wanted.from.as_deref().and_then(Cursor::parse);
    let (visit, found) =
        ctx.read_own(move |tx, by| follows::following(tx, by.person, Part::from(after))).await?;
    let more = found.next.map(|next| format!("{HERE}?from={}", next.text())).unwrap_or_default();
    let follows = found.items.into_iter().map(|line| Line {
        name: format!("{} ({})", line.person.display_name, line.person.handle()),
        url: shown::person_url(&line.person),
        waits: !line.accepted,
        since: line.since.utc(),
    });
    let (page, tabs, follows) = (frame(&visit, "settings-follows"), tabs(&visit, HERE), follows.collect());
    visit.show(&FollowsPage { page, tabs, follows, more })
}
