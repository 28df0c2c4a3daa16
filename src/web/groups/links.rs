//! Links of a group with others: what is shown here of whom and where its own topics are shown; for its owners what waits for an answer, and
//! a form to ask for a link. The page of a single one stands in `link.rs`.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use serde::Deserialize;

use crate::error::{Error, FieldErrors, Result as DomainResult};
use crate::groups::views::{self, GroupPage};
use crate::links::views::{self as links, Linked};
use crate::links::{Choice, LinkState, Side, Takes, Wish, acts};
use crate::membership;
use crate::policy::{Act, Class};
use crate::web::error::{Fault, Outcome, Result};
use crate::web::form::Form;
use crate::web::groups::head::{Found, Head};
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::Group;
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

/// What is filled in, by whoever asks for a link, accepts one or changes what it shows.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    /// The other group, as it was typed.
    pub(super) group: String,
    /// Which end the asking group would be.
    pub(super) side: String,
    /// Which topics are shown.
    pub(super) takes: String,
    /// Of all topics those with one of these words.
    pub(super) words: String,
    /// For the owners of the other group.
    pub(super) note: String,
}

impl Default for Filled {
    fn default() -> Self {
        Self {
            group: String::new(),
            side: Side::Target.word().to_owned(),
            takes: Takes::All.word().to_owned(),
            words: String::new(),
            note: String::new(),
        }
    }
}

impl Filled {
    /// Which topics were chosen.
    pub(super) fn choice(&self) -> DomainResult<Choice> {
        let takes = Takes::from_word(&self.takes).ok_or_else(|| Error::field("takes", "error-choice"))?;
        Ok(Choice { takes, words: self.words.clone() })
    }

    /// Which end the asking group would be, and which topics it would show.
    fn asked(&self) -> DomainResult<(Side, Choice)> {
        let mut errors = FieldErrors::default();
        let side = Side::from_word(&self.side);
        if side.is_none() {
            errors.add("side", "error-choice");
        }
        let choice = errors.gather(self.choice())?;
        errors.into_result()?;
        Ok((side.unwrap_or(Side::Target), choice.unwrap_or_default()))
    }
}

/// A link, as lists show it.
struct Row {
    /// The other group.
    group: Group,
    /// What is shown of it or there, or what was asked, in a sentence.
    text: String,
    /// Why nothing of it is shown now; empty: it is.
    rests: String,
    /// What was written when asking; may be empty.
    note: String,
    /// Since when it is so, or who asked when.
    since: String,
    /// Where the form goes that accepts it at once; empty when it doesn't wait for that.
    accept: String,
    /// Where one answers what takes a choice; empty when there is none to make.
    answer: String,
    /// Where one changes what it shows; empty when one can't.
    change: String,
    /// Where one refuses, takes back or ends it; empty when one can't.
    end: String,
    /// What that is called.
    end_label: String,
}

#[derive(Template)]
#[template(path = "groups/links.html")]
struct Links {
    page: Page,
    errors: FormErrors,
    /// The server of a group elsewhere.
    elsewhere: String,
    is_open: bool,
    /// Those that wait for an answer of this group.
    to_answer: Vec<Row>,
    /// Those that this group asked for.
    asked: Vec<Row>,
    /// Groups whose topics are shown here.
    shows: Vec<Row>,
    /// Groups that show topics of this one.
    shown_in: Vec<Row>,
    /// The reader may ask for one.
    may_ask: bool,
    form: Filled,
    action: String,
    back: String,
}

/// What is read for the page.
struct Seen {
    found: GroupPage,
    links: Vec<Linked>,
}

async fn read(ctx: &Ctx, name: String) -> Result<(Visit, Seen)> {
    let read = ctx.read(move |tx, viewer| {
        let found = views::page(tx, &viewer, &name)?;
        let links = links::list(tx, &viewer, found.group.id)?;
        Ok(Seen { found, links })
    });
    read.await
}

fn page(visit: &Visit, seen: Seen, form: Filled, errors: FormErrors) -> Links {
    let is_open = seen.found.group.class == Class::Openbaar;
    let may_ask = seen.found.may.edit && seen.found.actor.local && is_open;
    let head = Head::new(visit, &Found { page: seen.found, requests: 0 });
    let title = visit.texts.t_with("links-title", &[("name", &head.group.title)]);
    let (mut to_answer, mut asked) = (Vec::new(), Vec::new());
    let (mut shows, mut shown_in) = (Vec::new(), Vec::new());
    for link in &seen.links {
        let list = match (link.row.state, link.side) {
            (LinkState::Asked, _) if link.awaits_us => &mut to_answer,
            (LinkState::Asked, _) => &mut asked,
            (LinkState::Accepted, Side::Target) => &mut shows,
            (LinkState::Accepted, Side::Source) => &mut shown_in,
        };
        list.push(row(visit, &head, link, may_ask));
    }
    Links {
        page: head.page(visit, Some(title)),
        errors,
        elsewhere: head.group.host.clone(),
        is_open,
        to_answer,
        asked,
        shows,
        shown_in,
        may_ask,
        form,
        action: head.link("/links"),
        back: head.link(""),
    }
}

fn row(visit: &Visit, head: &Head, link: &Linked, may_change: bool) -> Row {
    let texts = &visit.texts;
    let here = head.link(&format!("/links/{}", link.row.id));
    let when = |is: bool, url: String| if is && may_change { url } else { String::new() };
    let target = link.side == Side::Target;
    let accepted = link.row.state == LinkState::Accepted;
    Row {
        group: shown::group(texts, &link.other),
        text: text(visit, link),
        rests: rests(visit, link),
        note: if accepted { String::new() } else { link.row.note.clone() },
        since: since(visit, link),
        accept: when(link.awaits_us && !target, format!("{here}/accept")),
        answer: when(link.awaits_us && target, here.clone()),
        change: when(accepted && target, here.clone()),
        end: when(true, format!("{here}/end")),
        end_label: texts.t(&format!("links-{}", ending(link))).into_owned(),
    }
}

/// What is shown by a link, or what was asked, in a sentence.
pub(super) fn text(visit: &Visit, link: &Linked) -> String {
    let texts = &visit.texts;
    let row = &link.row;
    if row.state == LinkState::Asked {
        let who = if link.awaits_us { "links-wants" } else { "links-we-asked" };
        return texts.t(&format!("{who}-{}", link.side)).into_owned();
    }
    // What a group elsewhere shows only that group knows.
    if link.side == Side::Source && !link.other.local {
        return texts.t("links-takes-elsewhere").into_owned();
    }
    let words = row.words.lines().filter(|line| !line.trim().is_empty());
    let words: Vec<String> = words.map(|line| format!("“{line}”")).collect();
    match row.takes {
        Takes::Promoted => texts.t("links-takes-promoted").into_owned(),
        Takes::All if words.is_empty() => texts.t("links-takes-all").into_owned(),
        Takes::All => texts.t_with("links-takes-words", &[("words", &words.join(", "))]),
    }
}

/// Why nothing of a link is shown now; empty: it is.
pub(super) fn rests(visit: &Visit, link: &Linked) -> String {
    if !link.rests {
        return String::new();
    }
    visit.texts.t("links-rests").into_owned()
}

/// Since when a link is there, or when and by whom it was asked.
pub(super) fn since(visit: &Visit, link: &Linked) -> String {
    let texts = &visit.texts;
    if let Some(at) = link.row.accepted_at {
        return texts.t_with("links-since", &[("date", &texts.date(&at.utc()))]);
    }
    let date = texts.date(&link.row.created_at.utc());
    match &link.by {
        Some(by) => {
            let name = shown::person(texts, by).name;
            texts.t_with("links-asked-by", &[("name", &name), ("date", &date)])
        }
        None => texts.t_with("links-asked-on", &[("date", &date)]),
    }
}

/// What it is called when whoever looks ends a link: part of a key.
pub(super) fn ending(link: &Linked) -> &'static str {
    match link.row.state {
        LinkState::Accepted => "end",
        LinkState::Asked if link.awaits_us => "refuse",
        LinkState::Asked => "withdraw",
    }
}

pub(super) async fn list(ctx: Ctx, Path(name): Path<String>) -> Result<Response> {
    let (visit, seen) = read(&ctx, name).await?;
    visit.show(&page(&visit, seen, Filled::default(), FormErrors::default()))
}

pub(super) async fn ask(ctx: Ctx, Path(name): Path<String>, Form(form): Form<Filled>) -> Result<Response> {
    match try_ask(&ctx, &name, &form).await {
        Ok((made, other)) => {
            let key = if made { "flash-link-made" } else { "flash-link-asked" };
            Ok(ctx.redirect_saying_of(&format!("/g/{name}/links"), Tone::Ok, key, &other))
        }
        Err(Fault::Domain(error)) => {
            let outcome = Outcome::of(&error);
            let (visit, seen) = read(&ctx, name).await?;
            let errors = visit.problems(error)?;
            visit.show_as(outcome, &page(&visit, seen, form, errors))
        }
        Err(fault) => Err(fault),
    }
}

/// Asks for a link; tells whether it was made at once, and the title of the other group.
async fn try_ask(ctx: &Ctx, name: &str, form: &Filled) -> Result<(bool, String)> {
    let wanted = name.to_owned();
    let (_visit, (group, by)) = ctx
        .read_own(move |tx, by| {
            let group = views::find(tx, &wanted)?;
            membership::standing(tx, by, group)?.may(Act::Link)?;
            Ok((group, by.clone()))
        })
        .await?;
    let (side, choice) = form.asked()?;
    let other = ctx.app.find_group(Some(&by), &form.group).await?;
    let wish = Wish { other, side, choice, note: form.note.clone() };
    let done = ctx
        .act(move |tx, by| {
            let row = acts::ask(tx, by, group, &wish)?;
            let title = crate::groups::acts::find(tx, wish.other)?.title;
            Ok((row.state == LinkState::Accepted, title))
        })
        .await?;
    Ok(done)
}
