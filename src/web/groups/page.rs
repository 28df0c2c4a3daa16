//! A group's first page with its topics, what it says of itself, and the face of a closed one.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;

use crate::db::Tx;
use crate::db::page::{Cursor, Slice};
use crate::error::{Error, Result as DomainResult};
use crate::groups::face::{self, Face};
use crate::links::LinkState;
use crate::links::views as links;
use crate::policy::{Joining, Posting, Viewer};
use crate::threads::lines::TopicLine;
use crate::threads::views::{self, Sort};
use crate::web::error::Result;
use crate::web::groups::head::{self, Found, Head};
use crate::web::page::{Page, Section};
use crate::web::parts::{Group, Pager, Tab, Topic};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

#[derive(Template)]
#[template(path = "groups/group.html")]
struct Topics {
    page: Page,
    head: Head,
    tabs: Vec<Tab>,
    topics: Vec<Topic>,
    pager: Pager,
    empty_title: &'static str,
    empty_text: &'static str,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    sort: String,
    after: String,
}

pub(super) async fn topics(
    ctx: Ctx,
    Path(name): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let after = shown::after(&wanted.after);
    let sort = match wanted.sort.as_str() {
        "new" => Sort::New,
        "unanswered" => Sort::Unanswered,
        _ => Sort::Active,
    };
    let (visit, seen) = ctx.read(move |tx, viewer| seen(tx, &viewer, &name, sort, after)).await?;
    let (found, slice, waiting) = match seen {
        Seen::Inside(found, slice, waiting) => (*found, slice, waiting),
        Seen::Face(found) => return show_face(&visit, *found),
    };
    let head = Head::new(&visit, &found).with_links(&visit, waiting);
    let tab = |key: &str, word: &str, this| Tab {
        text: visit.texts.t(key).into_owned(),
        url: if word.is_empty() { head.link("") } else { head.link(&format!("?sort={word}")) },
        current: sort == this,
        count: None,
    };
    let tabs = vec![
        tab("topics-sort-active", "", Sort::Active),
        tab("topics-sort-new", "new", Sort::New),
        tab("topics-sort-unanswered", "unanswered", Sort::Unanswered),
    ];
    let staff_only = found.page.group.posting == Posting::Staff && !found.page.may.moderate;
    let (empty_title, empty_text) = match sort {
        Sort::Unanswered => ("topics-none-unanswered", "topics-none-unanswered-text"),
        Sort::Active | Sort::New if staff_only => ("topics-none", "topics-none-staff"),
        Sort::Active | Sort::New => ("topics-none", "topics-none-text"),
    };
    let pager = shown::pager(&visit, slice.next);
    let topics = slice.items.iter().map(|line| shown::topic(&visit.texts, line, false)).collect();
    let mut page = head.page(&visit, None);
    if head.is_open {
        if found.page.actor.local {
            page.alternates.push(crate::web::page::Alternate {
                kind: "application/activity+json",
                url: found.page.actor.uri.clone(),
                title: String::new(),
            });
        }
        page.canonical = Some(found.page.actor.url.clone());
    }
    visit.show(&Topics { page, head, tabs, topics, pager, empty_title, empty_text })
}

/// What a reader sees of a group.
enum Seen {
    /// The group with its topics, and for its owners how many groups wait for an answer about a link.
    Inside(Box<Found>, Slice<TopicLine>, i64),
    /// The face of a closed one.
    Face(Box<Face>),
}

fn seen(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    name: &str,
    sort: Sort,
    after: Option<Cursor>,
) -> DomainResult<Seen> {
    let found = match head::find(tx, viewer, name) {
        Err(Error::NotFound) => return Ok(Seen::Face(Box::new(face::face(tx, viewer, name)?))),
        other => other?,
    };
    let slice = views::in_group(tx, viewer, &found.page, sort, after)?;
    // Whoever isn't an owner isn't asked for: the page takes no more for them.
    let asks = found.page.may.edit && found.page.actor.local;
    let waiting = if asks { links::waiting(tx, viewer, found.page.group.id)? } else { 0 };
    Ok(Seen::Inside(Box::new(found), slice, waiting))
}

#[derive(Template)]
#[template(path = "groups/face.html")]
struct FacePage {
    page: Page,
    group: Group,
    /// Who reads it, and where what is written in it may go.
    class_text: String,
    /// How one joins.
    joining: &'static str,
    description_html: String,
    rules_html: String,
    /// Where one asks to join; empty when one can't.
    ask: String,
    /// Where one takes that back; empty for whoever doesn't wait.
    withdraw: String,
    is_banned: bool,
    report: String,
}

/// What outsiders see of a closed group.
fn show_face(visit: &Visit, found: Face) -> Result<Response> {
    let url = format!("/g/{}", found.local_name());
    let by_approval = found.joining == Joining::Approval && !found.archived;
    // Whoever isn't signed in does that on the way.
    let asks = found.may.join || (visit.member.is_none() && by_approval);
    let mut page = visit
        .page(found.title.clone())
        .section(Section::Groups)
        .crumb(visit.texts.t("groups-title"), "/groups")
        .crumb(found.title.clone(), "");
    page.noindex = true;
    visit.show(&FacePage {
        page,
        class_text: visit.texts.t(&format!("groups-class-{}", found.class)).into_owned(),
        joining: match found.joining {
            _ if found.archived => "groups-face-archived",
            Joining::Open | Joining::Approval => "groups-face-approval",
            Joining::Invite => "groups-face-invite",
        },
        ask: if asks { format!("{url}/join") } else { String::new() },
        withdraw: if found.may.pending { format!("{url}/leave") } else { String::new() },
        is_banned: found.may.banned,
        report: format!("/report?group={}", found.id),
        group: Group {
            title: found.title,
            url,
            mission: found.mission,
            colour: shown::colour(found.colour),
            class: shown::class_word(&visit.texts, found.class),
            host: if found.local { String::new() } else { found.host },
            ..Group::default()
        },
        description_html: found.description_html,
        rules_html: found.rules_html,
    })
}

#[derive(Template)]
#[template(path = "groups/about.html")]
struct About {
    page: Page,
    head: Head,
    description_html: String,
    /// It shows topics of other groups, or others show topics of it.
    is_linked: bool,
}

pub(super) async fn about(ctx: Ctx, Path(name): Path<String>) -> Result<Response> {
    let (visit, (found, is_linked)) = ctx
        .read(move |tx, viewer| {
            let found = head::find(tx, &viewer, &name)?;
            let links = links::list(tx, &viewer, found.page.group.id)?;
            Ok((found, links.iter().any(|link| link.row.state == LinkState::Accepted)))
        })
        .await?;
    let head = Head::new(&visit, &found);
    let page = head.page(&visit, Some(visit.texts.t("groups-about").into_owned()));
    visit.show(&About { page, head, description_html: found.page.group.description_html, is_linked })
}
