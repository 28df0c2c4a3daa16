//! The page of a person, here or elsewhere, and what a reader can do with them: follow, mute, block, report.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::response::Response;
use axum::routing::{get, post};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::app::App;
use crate::db::Tx;
use crate::error::Result as DomainResult;
use crate::ids::PersonId;
use crate::locale::Texts;
use crate::people::blocks::{self, BlockKind, Target};
use crate::people::views::{self, Profile};
use crate::people::{attempts, byline, follows};
use crate::policy::Actor;
use crate::policy::rates::Limit;
use crate::threads::hits::PostHit;
use crate::threads::views as threads;
use crate::web::error::Result;
use crate::web::form::{Button, Press};
use crate::web::page::{Alternate, Page, Tone};
use crate::web::parts::{Action, Fact, Pager, Person};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/u/{name}", get(show))
        .route("/u/{name}/follow", post(follow))
        .route("/u/{name}/unfollow", post(unfollow))
        .route("/u/{name}/mute", post(mute))
        .route("/u/{name}/block", post(block))
        .route("/u/{name}/unblock", post(unblock))
}

#[derive(Template)]
#[template(path = "people/person.html")]
struct PersonPage {
    page: Page,
    person: Person,
    bio_html: String,
    facts: Vec<Fact>,
    own: bool,
    /// Where the follow button goes, and what it says; empty for visitors.
    follow_url: String,
    follow_text: String,
    follows: bool,
    follows_you: bool,
    /// A sentence about a block or mute; may be empty.
    blocked: String,
    actions: Vec<Action>,
    posts: Vec<Written>,
    pager: Pager,
}

/// A post of theirs.
struct Written {
    title: String,
    url: String,
    excerpt: String,
    group: String,
    group_url: String,
    first: bool,
    at: DateTime<Utc>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Wanted {
    after: String,
}

async fn show(ctx: Ctx, Path(name): Path<String>, Query(wanted): Query<Wanted>) -> Result<Response> {
    let after = shown::after(&wanted.after);
    let (visit, (profile, byline, posts)) = ctx
        .read(move |tx, viewer| {
            let profile = views::by_handle(tx, viewer, &name)?;
            let id = profile.person.id;
            let posts = threads::by_author(tx, &viewer, id, after)?;
            let mut bylines = byline::of(tx, [id])?;
            let byline = bylines.remove(&id).ok_or(crate::error::Error::NotFound)?;
            Ok((profile, byline, posts))
        })
        .await?;
    let texts = &visit.texts;
    let mut person = shown::person(texts, &byline);
    if profile.admin {
        person.roles.push(texts.t("person-admin").into_owned());
    }
    let here = person.url.clone();
    let next = posts.next;
    let page = PersonPage {
        page: frame(&visit, &profile, &person),
        bio_html: profile.person.bio_html.clone(),
        facts: facts(texts, &profile),
        own: profile.own,
        follow_url: follow_url(&visit, &profile, &here),
        follow_text: texts.t(follow_key(&profile)).into_owned(),
        follows: profile.follows.is_some(),
        follows_you: profile.followed_by,
        blocked: blocked(texts, &profile),
        actions: actions(&visit, &profile, &here),
        posts: posts.items.into_iter().map(|hit| written(texts, hit)).collect(),
        pager: shown::pager(&visit, next),
        person,
    };
    visit.show(&page)
}

fn frame(visit: &Visit, profile: &Profile, person: &Person) -> Page {
    let mut page = visit.page(person.name.clone());
    page.noindex = !profile.person.discoverable;
    page.canonical = Some(profile.actor.url.clone());
    page.alternates.push(Alternate {
        kind: "application/activity+json",
        url: profile.actor.uri.clone(),
        title: String::new(),
    });
    page
}

fn facts(texts: &Texts, profile: &Profile) -> Vec<Fact> {
    let (person, actor) = (&profile.person, &profile.actor);
    let fact = |key: &str, text: &str, url: &str| Fact {
        term: texts.t(key).into_owned(),
        text: text.to_owned(),
        url: url.to_owned(),
    };
    let mut facts = Vec::new();
    if !person.function.is_empty() {
        facts.push(fact("settings-function", &person.function, ""));
    }
    if !person.employer.is_empty() {
        facts.push(fact("settings-employer", &person.employer, ""));
    }
    if actor.local {
        facts.push(fact("people-since", &texts.date(&actor.created_at.utc()), ""));
    } else {
        facts.push(fact("people-elsewhere", &actor.host, &actor.url));
    }
    if let Some(moved) = &actor.moved_to {
        facts.push(fact("people-moved", moved, moved));
    }
    facts
}

fn follow_url(visit: &Visit, profile: &Profile, here: &str) -> String {
    if visit.member.is_none() || profile.own || profile.block == Some(BlockKind::Block) {
        return String::new();
    }
    format!("{here}/{}", if profile.follows.is_some() { "unfollow" } else { "follow" })
}

fn follow_key(profile: &Profile) -> &'static str {
    match profile.follows {
        None => "people-follow",
        Some(None) => "people-follow-asked",
        Some(Some(_)) => "people-unfollow",
    }
}

fn blocked(texts: &Texts, profile: &Profile) -> String {
    match profile.block {
        None => String::new(),
        Some(BlockKind::Block) => texts.t("people-is-blocked").into_owned(),
        Some(BlockKind::Mute) => texts.t("people-is-muted").into_owned(),
    }
}

fn actions(visit: &Visit, profile: &Profile, here: &str) -> Vec<Action> {
    if profile.own {
        return Vec::new();
    }
    let action = |key: &str, url: String, icon: &'static str, post: bool| Action {
        text: visit.texts.t(key).into_owned(),
        url,
        icon,
        post,
        danger: false,
    };
    let mut actions = Vec::new();
    if visit.member.is_some() {
        match profile.block {
            Some(_) => actions.push(action("people-unblock", format!("{here}/unblock"), "check", true)),
            None => {
                actions.push(action("people-mute", format!("{here}/mute"), "eye-off", true));
                actions.push(action("people-block", format!("{here}/block"), "ban", true));
            }
        }
    }
    actions.push(action(
        "people-report",
        format!(
            "/report?person={}",
            percent_encoding::utf8_percent_encode(&profile.handle(), percent_encoding::NON_ALPHANUMERIC)
        ),
        "flag",
        false,
    ));
    if visit.viewer().is_admin() {
        actions.push(action(
            "people-admin",
            format!("/admin/people/{}", profile.person.id),
            "building",
            false,
        ));
    }
    actions
}

fn written(texts: &Texts, hit: PostHit) -> Written {
    Written {
        title: shown::topic_title(texts, &hit.title),
        url: crate::urls::Urls::place(hit.thread_id, hit.id),
        excerpt: hit.excerpt,
        group: hit.group.title.clone(),
        group_url: format!("/g/{}", hit.group.local_name()),
        first: hit.first,
        at: hit.created_at.utc(),
    }
}

/// Does something with somebody, and goes back to their page.
async fn act(
    ctx: &Ctx,
    name: String,
    flash: &str,
    f: impl Fn(&mut Tx<'_>, &Actor, PersonId) -> DomainResult<()> + Send + 'static,
) -> Result<Response> {
    let back = format!("/u/{name}");
    ctx.act(move |tx, by| {
        let target = byline::find(tx, &name)?;
        f(tx, by, target)
    })
    .await?;
    Ok(ctx.redirect_saying(&back, Tone::Ok, flash))
}

async fn follow(ctx: Ctx, Path(name): Path<String>, Press(Button {}): Press<Button>) -> Result<Response> {
    let limited = ctx.limited();
    act(&ctx, name, "flash-followed", move |tx, by, person| {
        attempts::by_person(tx, limited, Limit::AccountFollows, by)?;
        follows::follow(tx, by, person, None)
    })
    .await
}

async fn unfollow(ctx: Ctx, Path(name): Path<String>, Press(Button {}): Press<Button>) -> Result<Response> {
    act(&ctx, name, "flash-unfollowed", follows::unfollow).await
}

async fn mute(ctx: Ctx, Path(name): Path<String>, Press(Button {}): Press<Button>) -> Result<Response> {
    act(&ctx, name, "flash-blocked", |tx, by, person| {
        blocks::set(tx, by, &Target::Person(person), BlockKind::Mute).map(|_id| ())
    })
    .await
}

async fn block(ctx: Ctx, Path(name): Path<String>, Press(Button {}): Press<Button>) -> Result<Response> {
    act(&ctx, name, "flash-blocked", |tx, by, person| {
        blocks::set(tx, by, &Target::Person(person), BlockKind::Block).map(|_id| ())
    })
    .await
}

async fn unblock(ctx: Ctx, Path(name): Path<String>, Press(Button {}): Press<Button>) -> Result<Response> {
    act(&ctx, name, "flash-unblocked", |tx, by, person| blocks::lift_target(tx, by, &Target::Person(person)))
        .await
}
