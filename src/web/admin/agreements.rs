//! What was agreed with other instances about closed groups: the list, and making an agreement or asking for one. The page of a single one
//! stands in `agreement.rs`.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;

use super::{frame, menu};
use crate::agreements::views::{self, Affected, Agreement, Sees};
use crate::agreements::{AgreementState, Asked, Terms, acts};
use crate::clock::Time;
use crate::error::{Error, FieldErrors, Result as DomainResult};
use crate::locale::Texts;
use crate::policy::Class;
use crate::web::error::Result;
use crate::web::form::Form;
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::Tab;
use crate::web::session::{Ctx, Visit};

/// The list.
pub(super) const HERE: &str = "/admin/agreements";

struct Row {
    host: String,
    organisation: String,
    state: String,
    tone: &'static str,
    /// How far we are, in a sentence.
    ours: String,
    /// How far the other side is, in a sentence.
    theirs: String,
    /// What goes to and fro now, in a sentence.
    crosses: String,
    until: String,
    /// How long that is still, in words; may be empty.
    left: String,
}

#[derive(Template)]
#[template(path = "admin/agreements.html")]
struct Agreements {
    page: Page,
    menu: Vec<Tab>,
    /// Those whose other side waits for an answer.
    waiting: Vec<Row>,
    agreements: Vec<Row>,
}

/// How an agreement is, in a word or two.
pub(super) fn state(texts: &Texts, shown: &Agreement, now: Time) -> (String, &'static str) {
    let (key, tone) = match shown.row.state {
        AgreementState::Agreed if shown.blocked => ("agreement-blocked", "error"),
        _ if shown.waits() => ("agreement-waits", "accent"),
        AgreementState::Requested if shown.asked == Asked::Refused => ("agreement-refused", "error"),
        AgreementState::Requested => ("agreement-requested", "info"),
        AgreementState::Discussion => ("agreement-discussion", "info"),
        AgreementState::Agreed if shown.row.is_over(now) => ("agreement-over", "warning"),
        AgreementState::Agreed => ("agreement-agreed", "ok"),
        AgreementState::Suspended => ("agreement-suspended", "warning"),
        AgreementState::Ended => ("agreement-ended", ""),
    };
    (texts.t(key).into_owned(), tone)
}

/// How far one side is: part of a sentence.
fn says(texts: &Texts, state: AgreementState, until: Option<Time>, now: Time) -> String {
    match (state, until) {
        (AgreementState::Agreed, Some(until)) if until <= now => texts.t("agreement-says-over").into_owned(),
        (AgreementState::Agreed, Some(_)) => {
            texts.t_with("agreement-says-until", &[("until", &last_day(texts, until))])
        }
        (state, _) => texts.t(&format!("agreement-says-{state}")).into_owned(),
    }
}

/// How far we are, as part of a sentence.
pub(super) fn we_say(texts: &Texts, shown: &Agreement, now: Time) -> String {
    match (shown.row.state, shown.asked) {
        (AgreementState::Requested, Asked::Them) => texts.t("agreement-says-unanswered").into_owned(),
        (AgreementState::Requested, Asked::Refused) => texts.t("agreement-says-refused").into_owned(),
        (state, _) => says(texts, state, shown.row.until, now),
    }
}

/// How far the other side is, as part of a sentence.
pub(super) fn they_say(texts: &Texts, shown: &Agreement, now: Time) -> String {
    match (&shown.theirs, shown.sees) {
        (Some(theirs), _) => says(texts, theirs.state, theirs.until, now),
        (None, Sees::No) => texts.t("agreement-says-unable").into_owned(),
        (None, Sees::Yes | Sees::Unknown) => texts.t("agreement-says-nothing").into_owned(),
    }
}

/// What goes to and fro now, in a sentence.
pub(super) fn crosses(texts: &Texts, ceiling: Class) -> String {
    texts.t(&format!("agreement-crosses-{ceiling}")).into_owned()
}

/// The last day, in words.
pub(super) fn last_day(texts: &Texts, until: Option<Time>) -> String {
    until.map_or_else(
        || texts.t("agreement-no-end").into_owned(),
        |until| texts.date(&until.plus_seconds(-1).utc()),
    )
}

pub(super) fn left(texts: &Texts, shown: &Agreement) -> String {
    shown.days_left.map_or_else(String::new, |days| texts.t_with("agreement-days-left", &[("count", &days)]))
}

pub(super) async fn list(ctx: Ctx) -> Result<Response> {
    let (visit, found) = ctx.read(views::list).await?;
    let texts = &visit.texts;
    let row = |shown: &Agreement| {
        let (state, tone) = state(texts, shown, visit.now);
        Row {
            host: shown.row.host.clone(),
            organisation: shown.row.organisation.clone(),
            state,
            tone,
            ours: texts.t_with("agreement-ours", &[("says", &we_say(texts, shown, visit.now))]),
            theirs: texts.t_with("agreement-theirs", &[("says", &they_say(texts, shown, visit.now))]),
            crosses: crosses(texts, shown.both_now),
            until: last_day(texts, shown.row.until),
            left: left(texts, shown),
        }
    };
    let (waiting, others): (Vec<&Agreement>, Vec<&Agreement>) = found.iter().partition(|one| one.waits());
    let waiting = waiting.into_iter().map(row).collect();
    let agreements = others.into_iter().map(row).collect();
    let page = frame(&visit, texts.t("admin-agreements").into_owned());
    visit.show(&Agreements { page, menu: menu(&visit, HERE), waiting, agreements })
}

/// What is filled in: terms, an answer, something to say.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    pub(super) host: String,
    pub(super) state: String,
    pub(super) ceiling: String,
    pub(super) until: String,
    pub(super) organisation: String,
    pub(super) contact: String,
    pub(super) purpose: String,
    /// Whoever lets less cross has read whom that concerns.
    pub(super) sure: bool,
    /// The other side is asked for it.
    pub(super) ask: bool,
    /// `agree`, `discuss` or `refuse`.
    pub(super) answer: String,
    /// What is said with an answer.
    pub(super) message: String,
    /// What is said by itself.
    pub(super) text: String,
}

impl Filled {
    pub(super) fn of(terms: &Terms) -> Self {
        Self {
            state: terms.state.word().to_owned(),
            ceiling: terms.ceiling.word().to_owned(),
            until: terms.until.map_or_else(String::new, Time::last_day),
            organisation: terms.organisation.clone(),
            contact: terms.contact.clone(),
            purpose: terms.purpose.clone(),
            ..Self::default()
        }
    }

    /// The state that was chosen; asking is one, too.
    pub(super) fn chosen(&self) -> Option<AgreementState> {
        if self.ask { Some(AgreementState::Requested) } else { AgreementState::from_word(&self.state) }
    }

    /// The terms, once all is right with them. An end that wasn't changed stays what it is, to the second.
    pub(super) fn terms(
        &self,
        state: Option<AgreementState>,
        now: Time,
        kept: Option<Time>,
    ) -> DomainResult<Terms> {
        let mut errors = FieldErrors::default();
        if state.is_none() {
            errors.add("state", "error-choice");
        }
        let ceiling = Class::from_word(&self.ceiling);
        if ceiling.is_none() {
            errors.add("ceiling", "error-choice");
        }
        let typed = self.until.trim();
        let until = kept.filter(|kept| kept.last_day() == typed).or_else(|| Time::end_of_day(typed));
        if until.is_none() && !typed.is_empty() {
            errors.add("until", "error-agreement-day");
        }
        let terms = Terms {
            state: state.unwrap_or(AgreementState::Agreed),
            ceiling: ceiling.unwrap_or(Class::Leden),
            until,
            organisation: self.organisation.trim().to_owned(),
            contact: self.contact.trim().to_owned(),
            purpose: self.purpose.trim().to_owned(),
        };
        terms.check(now, &mut errors);
        errors.into_result().map(|()| terms)
    }
}

/// What an agreement means, in sentences.
pub(super) fn means(texts: &Texts, organisation: &str) -> Vec<String> {
    let who = if organisation.is_empty() { texts.t("agreement-somebody") } else { organisation.into() };
    let mut means = vec![texts.t_with("agreement-means-copies", &[("who", &who)])];
    let others = ["agreement-means-both", "agreement-means-address", "agreement-means-at-once"];
    means.extend(others.map(|key| texts.t(key).into_owned()));
    means
}

/// What the other side is told of us when it is asked, or answered.
pub(super) fn tells(visit: &Visit) -> String {
    let settings = &visit.settings;
    let who = if settings.tagline.is_empty() { &settings.name } else { &settings.tagline };
    match settings.contact_email.as_str() {
        "" => visit.texts.t_with("agreement-tells", &[("who", who)]),
        contact => visit.texts.t_with("agreement-tells-contact", &[("who", who), ("contact", &contact)]),
    }
}

/// Whom it concerns that less may cross, in words.
pub(super) fn concerns(texts: &Texts, affected: Affected) -> Vec<String> {
    let each = [("agreement-members", affected.members), ("agreement-memberships", affected.memberships)];
    let some = each.into_iter().filter(|(_, count)| *count > 0);
    some.map(|(key, count)| texts.t_with(key, &[("count", &count)])).collect()
}

/// The frame of a page below the list.
pub(super) fn below(visit: &Visit, title: String) -> Page {
    let mut page = frame(visit, title);
    if let Some(last) = page.crumbs.pop() {
        page = page.crumb(visit.texts.t("admin-agreements"), HERE);
        page.crumbs.push(last);
    }
    page
}

/// The form for a new one.
#[derive(Template)]
#[template(path = "admin/agreement_new.html")]
struct New {
    page: Page,
    menu: Vec<Tab>,
    errors: FormErrors,
    /// What an agreement means, in sentences.
    means: Vec<String>,
    /// What the other side is told of us when it is asked.
    tells: String,
    form: Filled,
}

fn new_page(visit: &Visit, form: Filled, errors: FormErrors) -> New {
    New {
        page: below(visit, visit.texts.t("agreement-new").into_owned()),
        menu: menu(visit, HERE),
        errors,
        means: means(&visit.texts, ""),
        tells: tells(visit),
        form,
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct About {
    host: String,
}

pub(super) async fn blank(ctx: Ctx, Query(about): Query<About>) -> Result<Response> {
    let (visit, ()) = ctx.read(|_tx, viewer| viewer.must_be_admin()).await?;
    let form = Filled {
        host: about.host,
        state: AgreementState::Agreed.word().to_owned(),
        ceiling: Class::Leden.word().to_owned(),
        ..Filled::default()
    };
    visit.show(&new_page(&visit, form, FormErrors::default()))
}

pub(super) async fn make(ctx: Ctx, Form(form): Form<Filled>) -> Result<Response> {
    let (visit, ()) = ctx.read(|_tx, viewer| viewer.must_be_admin()).await?;
    let mut errors = FieldErrors::default();
    errors.gather(ctx.app.urls.other_host(&form.host))?;
    let terms = errors.gather(form.terms(form.chosen(), visit.now, None))?;
    let host = form.host.clone();
    let done = match terms {
        Some(terms) if errors.0.is_empty() => ctx.act(move |tx, by| acts::begin(tx, by, &host, &terms)).await,
        _ => Err(Error::Invalid(errors)),
    };
    match done {
        Ok(host) => {
            let (to, said) = (format!("{HERE}/{host}"), if form.ask { "asked" } else { "saved" });
            Ok(ctx.redirect_saying_of(&to, Tone::Ok, &format!("flash-agreement-{said}"), &host))
        }
        Err(error) => {
            let errors = visit.problems(error)?;
            visit.show_again(&new_page(&visit, form, errors))
        }
    }
}
