//! What is done with one post: liking, deleting, removing, and looking at what it was before.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::db::Tx;
use crate::error::{Error, Result as DomainResult};
use crate::ids::PostId;
use crate::moderation::{Why, views as reports};
use crate::policy::rates::Limit;
use crate::policy::{Actor, Reason};
use crate::text::diff::{self, Change, Span};
use crate::text::plain::to_text;
use crate::threads::views::{self, PostPage};
use crate::threads::{ReactionKind, acts};
use crate::urls::Urls;
use crate::web::confirm::Confirm;
use crate::web::error::Result;
use crate::web::form::{Button, Form, Press};
use crate::web::moderation;
use crate::web::page::{FormErrors, Page, Section, Tone};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

/// The frame of a page about one post.
pub(super) fn frame(visit: &Visit, found: &PostPage, title: String) -> Page {
    let topic = shown::topic_title(&visit.texts, &found.thread.title);
    let mut page = visit
        .page(title.clone())
        .section(Section::Groups)
        .crumb(found.group.title.clone(), format!("/g/{}", found.group.local_name()))
        .crumb(topic, format!("/t/{}", found.thread.id))
        .crumb(title, "");
    page.noindex = true;
    page
}

/// Where a post stands.
pub(super) fn place(found: &PostPage) -> String {
    Urls::place(found.thread.id, found.post.id)
}

#[derive(Debug, Deserialize)]
pub(super) struct Like {
    #[serde(default)]
    like: bool,
}

pub(super) async fn like(ctx: Ctx, Path(id): Path<PostId>, Press(form): Press<Like>) -> Result<Response> {
    let like = form.like;
    if ctx.limited() {
        let (_visit, person) = ctx.read_own(|_tx, by| Ok(by.person)).await?;
        ctx.app.allow(Limit::AccountReactions, &person.to_string()).await?;
    }
    ctx.act(move |tx, by| {
        if like { acts::react(tx, by, id, ReactionKind::Like, "", None) } else { acts::unreact(tx, by, id) }
    })
    .await?;
    Ok(ctx.redirect(&format!("/p/{id}")))
}

/// A post, for members.
async fn own(ctx: &Ctx, id: PostId) -> Result<(Visit, PostPage)> {
    ctx.read(move |tx, viewer| {
        viewer.person().ok_or(Error::SignedOut)?;
        views::post(tx, &viewer, id)
    })
    .await
}

pub(super) async fn deleting(ctx: Ctx, Path(id): Path<PostId>) -> Result<Response> {
    let (visit, found) = own(&ctx, id).await?;
    if !found.post.may_delete {
        return Err(Error::NotFound.into());
    }
    let t = |key: &str| visit.texts.t(key).into_owned();
    let key = if found.post.parent_id.is_none() { "threads-delete-topic" } else { "threads-delete-reply" };
    visit.show(&Confirm {
        points: vec![t("threads-delete-elsewhere")],
        quote_html: found.post.html.clone(),
        kind: "danger",
        ..Confirm::new(
            frame(&visit, &found, t(key)),
            t("threads-delete-text"),
            format!("/p/{id}/delete"),
            t("threads-delete-submit"),
            place(&found),
        )
    })
}

pub(super) async fn delete(ctx: Ctx, Path(id): Path<PostId>, _button: Press<Button>) -> Result<Response> {
    let wanted = id;
    let (_visit, found) = own(&ctx, id).await?;
    ctx.act(move |tx, by| acts::delete(tx, by, wanted)).await?;
    // A topic that nobody replied to is gone altogether.
    let alone = found.post.parent_id.is_none() && found.thread.reply_count == 0;
    let to =
        if alone { format!("/g/{}", found.group.local_name()) } else { format!("/t/{}", found.thread.id) };
    Ok(ctx.redirect_saying(&to, Tone::Ok, "flash-post-deleted"))
}

fn remove_page(visit: &Visit, found: &PostPage, form: Reasoned, errors: FormErrors) -> Confirm {
    let t = |key: &str| visit.texts.t(key).into_owned();
    let name = shown::person(&visit.texts, &found.post.author).name;
    let title = visit.texts.t_with("threads-remove-title", &[("name", &name)]);
    Confirm {
        quote_html: found.post.html.clone(),
        grounds: moderation::grounds(&visit.texts, &form.ground),
        reason_label: t("moderation-reason"),
        reason_hint: t("moderation-reason-hint"),
        reason: form.reason,
        errors,
        kind: "danger",
        ..Confirm::new(
            frame(visit, found, title),
            t("threads-remove-text"),
            format!("/p/{}/remove", found.post.id),
            t("threads-remove-submit"),
            place(found),
        )
    }
}

pub(super) async fn removing(ctx: Ctx, Path(id): Path<PostId>) -> Result<Response> {
    let (visit, found) = own(&ctx, id).await?;
    if !found.may.moderate {
        return Err(Error::from(Reason::NotStaff).into());
    }
    let reported = ctx.app.db.read(move |tx| reports::reported_as(tx, id)).await?;
    let ground = reported.map(|category| category.word().to_owned()).unwrap_or_default();
    let form = Reasoned { ground, ..Reasoned::default() };
    visit.show(&remove_page(&visit, &found, form, FormErrors::default()))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Reasoned {
    ground: String,
    reason: String,
}

pub(super) async fn remove(ctx: Ctx, Path(id): Path<PostId>, Form(form): Form<Reasoned>) -> Result<Response> {
    let (ground, reason) = (form.ground.clone(), form.reason.trim().to_owned());
    let remove = move |tx: &mut Tx<'_>, by: &Actor| {
        acts::remove(tx, by, id, Why::on(moderation::ground(&ground)?, &reason)?)
    };
    let done: DomainResult<()> = ctx.act(remove).await;
    if let Err(error) = done {
        let (visit, found) = own(&ctx, id).await?;
        let errors = visit.problems(error)?;
        return visit.show_again(&remove_page(&visit, &found, form, errors));
    }
    let (_visit, found) = own(&ctx, id).await?;
    Ok(ctx.redirect_saying(&place(&found), Tone::Ok, "flash-post-removed"))
}

pub(super) async fn restore(ctx: Ctx, Path(id): Path<PostId>, _button: Press<Button>) -> Result<Response> {
    ctx.act(move |tx, by| acts::restore(tx, by, id)).await?;
    Ok(ctx.redirect_saying(&format!("/p/{id}"), Tone::Ok, "flash-post-restored"))
}

/// A version of a post, with what changed in it.
#[derive(Debug)]
struct Version {
    number: usize,
    is_now: bool,
    is_first: bool,
    at: DateTime<Utc>,
    by: String,
    /// What changed in the title; empty when nothing did.
    title: Vec<Span>,
    text: Vec<Span>,
}

#[derive(Template)]
#[template(path = "threads/history.html")]
struct History {
    page: Page,
    back: String,
    versions: Vec<Version>,
}

pub(super) async fn history(ctx: Ctx, Path(id): Path<PostId>) -> Result<Response> {
    let (visit, (found, earlier)) = ctx
        .read(move |tx, viewer| Ok((views::post(tx, &viewer, id)?, views::revisions(tx, &viewer, id)?)))
        .await?;
    let now = if found.content.is_empty() { to_text(&found.post.html) } else { found.content.clone() };
    let title = if found.post.parent_id.is_none() { found.thread.title.clone() } else { String::new() };
    let written = found.post.edited_at.unwrap_or(found.post.created_at);
    let mut texts: Vec<(DateTime<Utc>, String, String)> =
        earlier.into_iter().map(|old| (old.created_at.utc(), old.title, old.content)).collect();
    texts.push((written.utc(), title, now));
    let by = shown::person(&visit.texts, &found.post.author).name;
    let last = texts.len();
    let mut before: Option<(String, String)> = None;
    let mut versions = Vec::with_capacity(last);
    for (number, (at, title, text)) in (1..).zip(texts) {
        let (old_title, old_text) = before.as_ref().map_or((title.as_str(), text.as_str()), |(a, b)| (a, b));
        versions.push(Version {
            number,
            is_now: number == last,
            is_first: number == 1,
            at,
            by: by.clone(),
            title: if old_title == title { Vec::new() } else { apart(diff::words(old_title, &title)) },
            text: apart(diff::words(old_text, &text)),
        });
        before = Some((title, text));
    }
    versions.reverse();
    let page = frame(&visit, &found, visit.texts.t("history-title").into_owned());
    visit.show(&History { page, back: place(&found), versions })
}

/// A word and the one that took its place stand apart on the page, where both are seen and read aloud.
fn apart(spans: Vec<Span>) -> Vec<Span> {
    let mut shown: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        let replaces = shown.last().is_some_and(|last| {
            last.change == Change::Removed
                && span.change == Change::Added
                && !last.text.ends_with(char::is_whitespace)
        });
        if replaces && !span.text.starts_with(char::is_whitespace) {
            shown.push(Span { change: Change::Same, text: " ".to_owned() });
        }
        shown.push(span);
    }
    shown
}

impl Version {
    /// Whether a span is new in this version.
    fn is_added(span: &Span) -> bool {
        span.change == Change::Added
    }

    /// Whether a span was taken out in this version.
    fn is_removed(span: &Span) -> bool {
        span.change == Change::Removed
    }
}
