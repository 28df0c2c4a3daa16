//! Notifications: what happened that concerns the reader.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::app::App;
use crate::ids::NoticeId;
use crate::notices::NoticeKind;
use crate::notices::acts::{self, Read};
use crate::notices::views::{self, Notice};
use crate::web::error::Result;
use crate::web::form::{Button, Press};
use crate::web::page::{Page, Tone};
use crate::web::parts::Pager;
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new().route("/notifications", get(list).post(all_read)).route("/notifications/{id}", get(open))
}

#[derive(Debug)]
struct Row {
    url: String,
    text: String,
    detail: String,
    group: String,
    icon: &'static str,
    at: DateTime<Utc>,
    unread: bool,
}

#[derive(Template)]
#[template(path = "notices/list.html")]
struct List {
    page: Page,
    notices: Vec<Row>,
    unread: bool,
    pager: Pager,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct From {
    after: String,
}

async fn list(ctx: Ctx, Query(from): Query<From>) -> Result<Response> {
    let after = shown::after(&from.after);
    let (visit, slice) = ctx.read(move |tx, viewer| views::list(tx, viewer, after)).await?;
    let title = visit.texts.t("notices-title").into_owned();
    let page = visit.page(title.clone()).crumb(title, "");
    let pager = shown::pager(&visit, slice.next);
    let notices = slice.items.iter().map(|notice| row(&visit, notice)).collect();
    let unread = visit.member.as_ref().is_some_and(|member| member.unread > 0);
    visit.show(&List { page, notices, unread, pager })
}

fn row(visit: &Visit, notice: &Notice) -> Row {
    let texts = &visit.texts;
    let by = notice
        .by
        .as_ref()
        .map_or_else(|| texts.t("moderation-somebody").into_owned(), |by| shown::person(texts, by).name);
    let unnamed = texts.t("notice-closed-group");
    let other = notice.other.as_ref().map_or(&*unnamed, |(_, title)| title.as_str());
    let group = match &notice.group {
        Some((_, title)) => title.as_str(),
        None if notice.closed => unnamed.as_ref(),
        None => visit.settings.name.as_str(),
    };
    // Of what others did in a closed group whoever isn't in it is only told that there was something.
    let kind = match notice.kind {
        NoticeKind::Invitation if notice.group.is_none() => "invitation-over",
        kind if notice.closed && !kind.decides() => "closed",
        kind => kind.word(),
    };
    let title =
        notice.thread.as_ref().map_or_else(|| texts.t("log-topic"), |(_, title)| title.as_str().into());
    let role = match notice.told.word.as_str() {
        "member" | "moderator" | "owner" => {
            texts.t(&format!("notice-role-{}", notice.told.word)).into_owned()
        }
        _ => String::new(),
    };
    let told = &notice.told;
    let until = told.until.map_or_else(String::new, |until| texts.date(&until.plus_seconds(-1).utc()));
    let text = texts.t_with(
        &format!("notice-{kind}"),
        &[
            ("by", &by),
            ("group", &group),
            ("other", &other),
            ("title", &title),
            ("role", &role),
            ("host", &told.word),
            ("until", &until),
            ("outcome", &told.word),
        ],
    );
    let leads = notice.path != "/notifications";
    Row {
        url: if leads { format!("/notifications/{}", notice.id) } else { String::new() },
        text,
        detail: notice.told.reason.clone(),
        group: notice.group.as_ref().map(|(_, title)| title.clone()).unwrap_or_default(),
        icon: icon(notice.kind),
        at: notice.at.utc(),
        unread: notice.unread,
    }
}

fn icon(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Reply | NoticeKind::Mention => "reply",
        NoticeKind::Report
        | NoticeKind::Objection
        | NoticeKind::ReportResolved
        | NoticeKind::ObjectionResolved => "flag",
        NoticeKind::JoinRequest | NoticeKind::SignUp => "users",
        NoticeKind::Accepted | NoticeKind::Restored | NoticeKind::Unbanned | NoticeKind::Unsuspended => {
            "check"
        }
        NoticeKind::LinkAsked | NoticeKind::LinkAccepted | NoticeKind::LinkEnded => "link",
        NoticeKind::PromotionAsked | NoticeKind::PromotionOffered | NoticeKind::PromotionDecided => "eye",
        NoticeKind::Invitation => "mail",
        NoticeKind::Role => "key",
        NoticeKind::Until | NoticeKind::Over => "clock",
        NoticeKind::Rejected | NoticeKind::Severed | NoticeKind::Banned | NoticeKind::Suspended => "ban",
        NoticeKind::Removed => "shield",
        NoticeKind::Locked => "lock",
        NoticeKind::Moved => "move",
        NoticeKind::AgreementAsked | NoticeKind::AgreementChanged | NoticeKind::AgreementSaid => "users",
        NoticeKind::Warned
        | NoticeKind::AgreementEnds
        | NoticeKind::AgreementStopped
        | NoticeKind::RuleChange => "warning",
    }
}

/// Goes to what a notice is about, and notes that it was read.
async fn open(ctx: Ctx, Path(id): Path<NoticeId>) -> Result<Response> {
    let path = ctx
        .act(move |tx, by| {
            acts::mark_read(tx, by.person, Read::One(id))?;
            views::path(tx, by.person, id)
        })
        .await?;
    Ok(ctx.redirect(&path))
}

async fn all_read(ctx: Ctx, _button: Press<Button>) -> Result<Response> {
    ctx.act(|tx, by| {
        let now = tx.now;
        acts::mark_read(tx, by.person, Read::All(now)).map(|_count| ())
    })
    .await?;
    Ok(ctx.redirect_saying("/notifications", Tone::Ok, "flash-notices-read"))
}
