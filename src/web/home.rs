//! The front page: what this is and what is new, for visitors; their own groups, for members.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;

use crate::app::App;
use crate::groups::views::{self as groups, Filter};
use crate::threads::views::{self as threads, Sort, Where};
use crate::web::error::Result;
use crate::web::page::{Alternate, Page, Section};
use crate::web::parts::{Group, Topic};
use crate::web::session::Ctx;
use crate::web::shown;

/// Groups on the front page.
const GROUPS: usize = 6;
/// Topics on the front page.
const TOPICS: usize = 10;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new().route("/", get(home))
}

#[derive(Template)]
#[template(path = "home/visitor.html")]
struct ForVisitor {
    page: Page,
    lead: String,
    groups: Vec<Group>,
    topics: Vec<Topic>,
}

#[derive(Template)]
#[template(path = "home/member.html")]
struct ForMember {
    page: Page,
    name: String,
    unread: i64,
    groups: Vec<Group>,
    topics: Vec<Topic>,
}

async fn home(ctx: Ctx) -> Result<Response> {
    let (visit, (groups, topics)) = ctx
        .read(|tx, viewer| {
            let own = viewer.person().is_some();
            let (filter, from) = if own { (Filter::Mine, Where::Mine) } else { (Filter::All, Where::All) };
            let mut groups = groups::list(tx, &viewer, filter, None)?;
            // What is at home here comes before what is followed elsewhere.
            groups.items.sort_by_key(|listed| !listed.group.local);
            let topics = threads::list(tx, &viewer, from, Sort::Active, None)?;
            Ok((groups.items, topics.items))
        })
        .await?;
    let texts = &visit.texts;
    let groups = groups.iter().take(GROUPS).map(|listed| {
        let mut group = shown::listed(texts, listed);
        group.joined = listed.membership.is_some() && visit.member.is_none();
        group
    });
    let groups = groups.collect();
    let topics = topics.iter().take(TOPICS).map(|line| shown::topic(texts, line, true)).collect();
    // The tab of the front page shows the name of the instance alone.
    let mut page = visit.page("").section(Section::Start);
    page.description.clone_from(&visit.settings.description);
    page.canonical = Some(ctx.app.urls.instance());
    page.alternates.push(Alternate {
        kind: "application/atom+xml",
        url: "/latest/feed.atom".to_owned(),
        title: texts.t("home-latest").into_owned(),
    });
    match &visit.member {
        Some(member) => {
            let (name, unread) = (member.display_name.clone(), member.unread);
            visit.show(&ForMember { page, name, unread, groups, topics })
        }
        None => {
            let own = &visit.settings.description;
            let lead = if own.is_empty() { texts.t("home-lead").into_owned() } else { own.clone() };
            visit.show(&ForVisitor { page, lead, groups, topics })
        }
    }
}
