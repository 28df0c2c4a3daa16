//! Other servers: how they do, and what is decided about them.

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{agreements, frame, menu};
use crate::agreements::views::{self, Agreement};
use crate::clock::Time;
use crate::error::{Error, Result as DomainResult};
use crate::fediverse::{self, Peer, Ties};
use crate::policy::PeerState;
use crate::rules::RuleRow;
use crate::rules::changes::acts::Place;
use crate::web::confirm::Confirm;
use crate::web::error::Result;
use crate::web::form::{Button, Form, Press};
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::{Fact, Pager, Tab};
use crate::web::rules::{self as words, Titles};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

struct Row {
    host: String,
    software: String,
    state: String,
    tone: &'static str,
    queue: i64,
    seen: Option<DateTime<Utc>>,
}

#[derive(Template)]
#[template(path = "admin/peers.html")]
struct Peers {
    page: Page,
    menu: Vec<Tab>,
    errors: FormErrors,
    q: String,
    /// A site that was typed to decide about it.
    host: String,
    peers: Vec<Row>,
    pager: Pager,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    q: String,
    after: String,
}

/// Its software, as far as it told.
fn software(visit: &Visit, peer: &Peer) -> String {
    if peer.software.is_empty() {
        return visit.texts.t("admin-peer-software-unknown").into_owned();
    }
    format!("{} {}", peer.software, peer.version).trim().to_owned()
}

/// How a server is, in a word.
fn state(visit: &Visit, peer: &Peer) -> (String, &'static str) {
    let (key, tone) = match peer.state {
        PeerState::Blocked => ("admin-peer-blocked", "error"),
        PeerState::Limited => ("admin-peer-limited", "warning"),
        PeerState::Open if peer.paused => ("admin-peer-paused", "warning"),
        PeerState::Open if peer.failures > 0 => ("admin-peer-failing", "error"),
        PeerState::Open => ("admin-peer-open", "ok"),
    };
    (visit.texts.t(key).into_owned(), tone)
}

async fn peers(ctx: &Ctx, wanted: Wanted) -> Result<(Visit, Peers)> {
    let (q, after) = (wanted.q.trim().to_owned(), wanted.after);
    let looked = q.clone();
    let (visit, (found, next)) =
        ctx.read(move |tx, viewer| fediverse::peers(tx, viewer, &looked, &after)).await?;
    let row = |peer: &Peer| {
        let (state, tone) = state(&visit, peer);
        Row {
            host: peer.host.clone(),
            software: software(&visit, peer),
            state,
            tone,
            queue: peer.queue,
            seen: peer.seen_at.max(peer.reached_at).map(Time::utc),
        }
    };
    let pager = Pager { newer: None, older: next.map(|next| shown::with_query(&ctx.path, "after", &next)) };
    let page = frame(&visit, visit.texts.t("admin-peers").into_owned());
    let list = Peers {
        page,
        menu: menu(&visit, "/admin/peers"),
        errors: FormErrors::default(),
        q,
        host: String::new(),
        peers: found.iter().map(row).collect(),
        pager,
    };
    Ok((visit, list))
}

pub(super) async fn list(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Response> {
    let (visit, page) = peers(&ctx, wanted).await?;
    visit.show(&page)
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    host: String,
}

/// Leads to the page of a server that was typed, known or not.
pub(super) async fn go(ctx: Ctx, Form(typed): Form<Typed>) -> Result<Response> {
    let (visit, page) = peers(&ctx, Wanted::default()).await?;
    let host = typed.host.clone();
    match ctx
        .app
        .db
        .read({
            let viewer = visit.viewer();
            move |tx| fediverse::peer_or_stranger(tx, viewer, &host)
        })
        .await
    {
        Ok((peer, _known)) => Ok(ctx.redirect(&format!("/admin/peers/{}", peer.host))),
        Err(error) => {
            let errors = visit.problems(error)?;
            visit.show_again(&Peers { errors, host: typed.host, ..page })
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    state: String,
    paused: bool,
    note: String,
    /// Whoever blocks has read what ends.
    sure: bool,
}

/// A rule that names the server, or a domain that it is in.
struct Rule {
    sentence: String,
    reason: String,
    /// Its time is over.
    over: bool,
}

#[derive(Template)]
#[template(path = "admin/peer.html")]
struct OnePeer {
    page: Page,
    menu: Vec<Tab>,
    errors: FormErrors,
    /// Something went to and fro already.
    known: bool,
    facts: Vec<Fact>,
    fault: String,
    host: String,
    base: String,
    /// Messages wait for it.
    waits: bool,
    /// What ends when it is blocked, in words.
    ends: Vec<String>,
    /// What crosses by its agreement about closed groups, in a sentence; empty when there is none.
    crosses: String,
    /// The page of that agreement, or where one is made.
    agreement: String,
    rules: Vec<Rule>,
    form: Filled,
}

/// A server as its page shows it.
struct Shown {
    peer: Peer,
    known: bool,
    ties: Ties,
    agreement: Option<Agreement>,
    rules: Vec<RuleRow>,
    titles: Titles,
}

async fn shown(ctx: &Ctx, host: &str) -> Result<(Visit, Shown)> {
    let wanted = host.to_owned();
    let read = ctx.read(move |tx, viewer| {
        let (peer, known) = fediverse::peer_or_stranger(tx, viewer, &wanted).map_err(unnamed)?;
        let ties = fediverse::ties(tx, viewer, &peer.host)?;
        let agreement = views::look(tx, viewer, &peer.host)?;
        let rules = fediverse::rules_about(tx, viewer, &peer.host)?;
        let titles = words::titles(tx, viewer, rules.iter().filter_map(|row| row.group_id))?;
        Ok(Shown { peer, known, ties, agreement, rules, titles })
    });
    read.await
}

/// What ends when it is blocked, in words.
fn ends(visit: &Visit, ties: Ties) -> Vec<String> {
    let each = [
        ("admin-peer-ends-members", ties.members),
        ("admin-peer-ends-memberships", ties.memberships),
        ("admin-peer-ends-follows", ties.follows),
    ];
    let some = each.into_iter().filter(|(_, count)| *count > 0);
    some.map(|(key, count)| visit.texts.t_with(key, &[("count", &count)])).collect()
}

/// The rules that name a server, in words.
fn rules(visit: &Visit, rows: &[RuleRow], titles: &Titles) -> Vec<Rule> {
    let rule = |row: &RuleRow| Rule {
        sentence: words::of_row(&visit.texts, titles, row),
        reason: row.reason.clone(),
        over: !row.counts(visit.now),
    };
    rows.iter().map(rule).collect()
}

fn page(visit: &Visit, shown: &Shown, form: Filled, errors: FormErrors) -> OnePeer {
    let Shown { peer, known, ties, agreement, rules: rows, titles } = shown;
    let texts = &visit.texts;
    let fact = |key: &str, text: String| Fact { term: texts.t(key).into_owned(), text, url: String::new() };
    let when = |time: Option<Time>| {
        time.map_or_else(|| texts.t("admin-never").into_owned(), |time| texts.date_time(&time.utc()))
    };
    let mut facts = vec![
        fact("admin-peer-state", state(visit, peer).0),
        fact("admin-peer-organisation", texts.t(&format!("organisation-{}", peer.organisation)).into_owned()),
        fact("admin-peer-software", software(visit, peer)),
        fact("admin-peer-queue", texts.number(peer.queue)),
        fact("admin-peer-seen", when(peer.seen_at)),
        fact("admin-peer-reached", when(peer.reached_at)),
        fact("admin-peer-since", when(Some(peer.created_at))),
    ];
    if peer.oldest.is_some() {
        facts.push(fact("admin-peer-oldest", when(peer.oldest)));
    }
    if peer.failures > 0 {
        facts.push(fact("admin-peer-failures", texts.number(peer.failures)));
        facts.push(fact("admin-peer-next", when(peer.retry_at)));
    }
    let mut frame = frame(visit, peer.host.clone());
    if let Some(last) = frame.crumbs.pop() {
        frame = frame.crumb(texts.t("admin-peers"), "/admin/peers");
        frame.crumbs.push(last);
    }
    OnePeer {
        page: frame,
        menu: menu(visit, "/admin/peers"),
        errors,
        known: *known,
        facts,
        // What failed before it last worked is history.
        fault: if peer.failures > 0 { peer.error.clone() } else { String::new() },
        base: format!("/admin/peers/{}", peer.host),
        waits: peer.queue > 0,
        host: peer.host.clone(),
        ends: ends(visit, *ties),
        crosses: agreement
            .as_ref()
            .map_or_else(String::new, |agreement| agreements::crosses(texts, agreement.ceiling_now)),
        agreement: match agreement {
            Some(agreement) => format!("{}/{}", agreements::HERE, agreement.row.host),
            None => shown::with_query(&format!("{}/new", agreements::HERE), "host", &peer.host),
        },
        rules: rules(visit, rows, titles),
        form,
    }
}

pub(super) async fn show(ctx: Ctx, Path(host): Path<String>) -> Result<Response> {
    let (visit, shown) = shown(&ctx, &host).await?;
    let peer = &shown.peer;
    if peer.host != host {
        return Ok(ctx.redirect(&format!("/admin/peers/{}", peer.host)));
    }
    let form = Filled {
        state: peer.state.word().to_owned(),
        paused: peer.paused,
        note: peer.note.clone(),
        sure: false,
    };
    visit.show(&page(&visit, &shown, form, FormErrors::default()))
}

/// An address that can't name a server leads nowhere.
fn unnamed(error: Error) -> Error {
    if matches!(error, Error::Invalid(_)) { Error::NotFound } else { error }
}

pub(super) async fn decide(ctx: Ctx, Path(host): Path<String>, Form(form): Form<Filled>) -> Result<Response> {
    let (visit, shown) = shown(&ctx, &host).await?;
    let (to, filled) = (host.clone(), form.clone());
    let done: DomainResult<()> = match PeerState::from_word(&form.state) {
        None => Err(Error::field("state", "error-choice")),
        // What ends comes back only when all of it is undone: the administrator hears first how much that is.
        Some(PeerState::Blocked) if shown.ties.any() && !form.sure => {
            return visit.show(&ask(&visit, &shown, form));
        }
        Some(state) => {
            ctx.act(move |tx, by| {
                fediverse::decide(tx, by, &to, state, filled.paused, filled.note.trim(), Place::Afar)
            })
            .await
        }
    };
    match done {
        Ok(()) => {
            let to = format!("/admin/peers/{host}");
            Ok(ctx.redirect_saying_of(&to, Tone::Ok, "flash-peer-saved", &host))
        }
        Err(error) => {
            let errors = visit.problems(error)?;
            visit.show_again(&page(&visit, &shown, form, errors))
        }
    }
}

/// The frame of a page below that of a server.
fn below(visit: &Visit, host: &str, title: String) -> Page {
    let mut page = frame(visit, title);
    if let Some(last) = page.crumbs.pop() {
        let peers = visit.texts.t("admin-peers").into_owned();
        page = page.crumb(peers, "/admin/peers").crumb(host, format!("/admin/peers/{host}"));
        page.crumbs.push(last);
    }
    page
}

/// Asks before a block.
fn ask(visit: &Visit, shown: &Shown, form: Filled) -> Confirm {
    let (texts, host) = (&visit.texts, &shown.peer.host);
    let base = format!("/admin/peers/{host}");
    let crumbs = below(visit, host, texts.t_with("admin-peer-block-title", &[("host", host)]));
    let mut points = ends(visit, shown.ties);
    points.push(texts.t("admin-peer-ends-told").into_owned());
    points.push(texts.t("admin-peer-ends-for-good").into_owned());
    let mut hidden = vec![("state", form.state), ("note", form.note), ("sure", "1".to_owned())];
    if form.paused {
        hidden.push(("paused", "1".to_owned()));
    }
    Confirm {
        points,
        hidden: hidden.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        kind: "danger",
        ..Confirm::new(
            crumbs,
            texts.t("admin-peer-block-text").into_owned(),
            base.clone(),
            texts.t("admin-peer-block").into_owned(),
            base,
        )
    }
}

pub(super) async fn retry(ctx: Ctx, Path(host): Path<String>, _button: Press<Button>) -> Result<Response> {
    let wanted = host.clone();
    ctx.act(move |tx, by| fediverse::retry_peer(tx, by, &wanted)).await?;
    ctx.app.forget_failures(&host);
    Ok(ctx.redirect_saying_of(&format!("/admin/peers/{host}"), Tone::Ok, "flash-peer-retried", &host))
}

/// Asks before what waits for a server is dropped, and says how much that is.
pub(super) async fn ask_forget(ctx: Ctx, Path(host): Path<String>) -> Result<Response> {
    let wanted = host.clone();
    let (visit, peer) = ctx.read(move |tx, viewer| fediverse::peer(tx, viewer, &wanted)).await?;
    let (texts, base) = (&visit.texts, format!("/admin/peers/{host}"));
    let page = below(&visit, &host, texts.t_with("admin-peer-forget-title", &[("host", &host)]));
    let confirm = Confirm {
        points: vec![texts.t("admin-peer-forget-log").into_owned()],
        kind: "danger",
        ..Confirm::new(
            page,
            texts.t_with("admin-peer-forget-text", &[("count", &peer.queue)]),
            format!("{base}/forget"),
            texts.t("admin-peer-forget").into_owned(),
            base,
        )
    };
    visit.show(&confirm)
}

pub(super) async fn forget(ctx: Ctx, Path(host): Path<String>, _button: Press<Button>) -> Result<Response> {
    let wanted = host.clone();
    ctx.act(move |tx, by| fediverse::drop_queue(tx, by, &wanted)).await?;
    Ok(ctx.redirect_saying_of(&format!("/admin/peers/{host}"), Tone::Ok, "flash-peer-forgotten", &host))
}
