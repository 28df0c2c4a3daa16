//! One agreement about closed groups: both sides of it, the answer to what the other side asks, our own terms, and what administrators of
//! both sides wrote about it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use chrono::{DateTime, Utc};

use super::agreements::{
    Filled, HERE, below, concerns, crosses, last_day, left, means, state, tells, they_say,
};
use super::menu;
use crate::agreements::acts::{self, Answer};
use crate::agreements::messages::{self, Message};
use crate::agreements::views::{self, Affected, Agreement, Sees};
use crate::agreements::{AgreementState, Asked, Terms};
use crate::error::{Error, Result as DomainResult};
use crate::fediverse;
use crate::locale::Texts;
use crate::policy::Class;
use crate::web::confirm::Confirm;
use crate::web::error::Result;
use crate::web::form::Form;
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::{Fact, Tab};
use crate::web::session::{Ctx, Visit};

/// A message, as the page shows it.
struct Said {
    by: String,
    content: String,
    at: DateTime<Utc>,
}

/// What they have, to be agreed to with one button.
struct Offer {
    text: String,
    button: String,
    terms: Filled,
}

#[derive(Template)]
#[template(path = "admin/agreement.html")]
struct One {
    page: Page,
    menu: Vec<Tab>,
    errors: FormErrors,
    /// What goes to and fro now, in a sentence.
    crosses: String,
    host: String,
    /// The address of this page.
    base: String,
    /// The server is blocked.
    blocked: bool,
    /// What their software makes of it, where that isn't ours; else empty.
    kept: String,
    /// The other side can't see any of it.
    unable: bool,
    /// How things stand here.
    ours: Vec<Fact>,
    /// How they stand there; nothing: they told us nothing yet.
    theirs: Vec<Fact>,
    /// Why nothing is known of the other side.
    silent: String,
    /// They wait for an answer.
    waits: bool,
    /// There is something to agree to, to refuse or to discuss.
    answers: bool,
    /// They ask, and ours counts already.
    again: bool,
    offer: Option<Offer>,
    /// What an agreement means, in sentences.
    means: Vec<String>,
    /// Whom it concerns when nothing crosses any more, in words.
    concerns: Vec<String>,
    /// How ours is, in a word.
    state: &'static str,
    /// The other side can be asked for what stands in the form.
    can_ask: bool,
    /// What they are told of us with what is asked, answered or written.
    tells: String,
    messages: Vec<Said>,
    /// They can read what is written here.
    can_say: bool,
    form: Filled,
}

/// An agreement as its page shows it.
struct Shown {
    agreement: Agreement,
    /// Whom it concerns when nothing crosses any more.
    affected: Affected,
    /// The strictest class that they keep closed by what they run, once that is known.
    keeps: Option<Class>,
    said: Vec<Message>,
}

impl Shown {
    /// Whether the page asks for an answer, and not for our own terms.
    fn answers(&self) -> bool {
        self.agreement.is_answerable() && self.agreement.row.state != AgreementState::Agreed
    }

    /// What stands in the form at first.
    fn form(&self) -> Filled {
        match self.agreement.offered().filter(|_| self.answers()) {
            Some(offered) => Filled::of(&offered),
            None => Filled::of(&self.agreement.row.terms()),
        }
    }
}

async fn shown(ctx: &Ctx, host: &str) -> Result<(Visit, Shown)> {
    let host = host.to_owned();
    let read = ctx.read(move |tx, viewer| {
        let agreement = views::find(tx, viewer, &host)?;
        let affected = views::affected(tx, viewer, &host, Class::Openbaar)?;
        let keeps = fediverse::keeps(tx, viewer, &host)?;
        Ok(Shown { agreement, affected, keeps, said: messages::list(tx, viewer, &host)? })
    });
    read.await
}

/// What the other side's software makes of what crosses, where that has to be known.
fn kept(texts: &Texts, host: &str, keeps: Option<Class>) -> String {
    match keeps {
        Some(Class::Openbaar) => texts.t_with("agreement-not-kept", &[("host", &host)]),
        Some(Class::Leden) => texts.t_with("agreement-whole", &[("host", &host)]),
        Some(Class::Vertrouwelijk | Class::Lokaal) | None => String::new(),
    }
}

/// What may cross, in words.
fn reach(visit: &Visit, ceiling: Class) -> String {
    visit.texts.t(&format!("agreement-ceiling-{ceiling}")).into_owned()
}

fn fact(visit: &Visit, key: &str, text: String) -> Fact {
    Fact { term: visit.texts.t(key).into_owned(), text, url: String::new() }
}

/// How things stand here.
fn ours(visit: &Visit, agreement: &Agreement) -> Vec<Fact> {
    let (texts, row) = (&visit.texts, &agreement.row);
    let mut facts = vec![
        fact(visit, "agreement-state", state(texts, agreement, visit.now).0),
        fact(visit, "agreement-ceiling", reach(visit, row.ceiling)),
        fact(visit, "agreement-until", last_day(texts, row.until)),
    ];
    if agreement.days_left.is_some() {
        facts.push(fact(visit, "agreement-left", left(texts, agreement)));
    }
    facts.push(fact(visit, "agreement-since", texts.date(&row.created_at.utc())));
    facts.push(fact(visit, "agreement-changed", texts.date_time(&row.changed_at.utc())));
    facts
}

/// How they stand there, as far as we were told.
fn theirs(visit: &Visit, agreement: &Agreement) -> Vec<Fact> {
    let Some(theirs) = &agreement.theirs else { return Vec::new() };
    let texts = &visit.texts;
    let mut facts = vec![
        fact(visit, "agreement-state", they_say(texts, agreement, visit.now)),
        fact(visit, "agreement-ceiling", reach(visit, theirs.ceiling)),
        fact(visit, "agreement-until", last_day(texts, theirs.until)),
        fact(visit, "agreement-changed", texts.date_time(&theirs.at.utc())),
    ];
    let said = [
        ("agreement-their-organisation", &theirs.organisation),
        ("agreement-their-contact", &theirs.contact),
        ("agreement-their-purpose", &theirs.purpose),
    ];
    let some = said.into_iter().filter(|(_, text)| !text.is_empty());
    facts.extend(some.map(|(key, text)| fact(visit, key, text.clone())));
    facts
}

/// What they ask for or have agreed to, where one button is enough to agree.
fn offer(visit: &Visit, shown: &Shown) -> Option<Offer> {
    let (agreement, texts) = (&shown.agreement, &visit.texts);
    let theirs = agreement.theirs.as_ref().filter(|_| shown.answers() && !agreement.blocked)?;
    let asks = match theirs.state {
        AgreementState::Requested => "asks",
        AgreementState::Agreed => "offers",
        AgreementState::Discussion | AgreementState::Suspended | AgreementState::Ended => return None,
    };
    let terms = agreement.offered()?;
    let (what, until) = (reach(visit, terms.ceiling), last_day(texts, terms.until));
    Some(Offer {
        text: texts.t_with(&format!("agreement-{asks}-text"), &[("what", &what), ("until", &until)]),
        button: texts.t(&format!("agreement-{asks}-take")).into_owned(),
        terms: Filled::of(&terms),
    })
}

fn page(visit: &Visit, shown: &Shown, form: Filled, errors: FormErrors) -> One {
    let (texts, agreement, row) = (&visit.texts, &shown.agreement, &shown.agreement.row);
    let said = |message: &Message| Said {
        by: match (&message.by, message.row.ours) {
            (Some(by), _) => by.clone(),
            (None, true) => texts.t("agreement-we").into_owned(),
            (None, false) => row.host.clone(),
        },
        content: message.row.content.clone(),
        at: message.row.created_at.utc(),
    };
    let counts = row.state == AgreementState::Agreed && !row.is_over(visit.now);
    let asked = row.state == AgreementState::Requested && agreement.asked == Asked::Us;
    let (both, reaches) = (agreement.both_now, !agreement.blocked && agreement.sees != Sees::No);
    One {
        page: below(visit, texts.t_with("agreement-title", &[("host", &row.host)])),
        menu: menu(visit, HERE),
        errors,
        crosses: crosses(texts, shown.keeps.map_or(both, |keeps| keeps.min(both))),
        host: row.host.clone(),
        base: format!("{HERE}/{}", row.host),
        blocked: agreement.blocked,
        kept: kept(texts, &row.host, shown.keeps),
        unable: agreement.sees == Sees::No,
        ours: ours(visit, agreement),
        theirs: theirs(visit, agreement),
        silent: texts.t_with("agreement-theirs", &[("says", &they_say(texts, agreement, visit.now))]),
        waits: agreement.waits(),
        answers: shown.answers(),
        again: agreement.is_answerable() && row.state == AgreementState::Agreed,
        offer: offer(visit, shown),
        means: means(texts, &row.organisation),
        concerns: concerns(texts, shown.affected),
        state: row.state.word(),
        can_ask: reaches && !counts && !asked,
        tells: tells(visit),
        messages: shown.said.iter().map(said).collect(),
        can_say: !agreement.blocked && agreement.sees == Sees::Yes,
        form,
    }
}

pub(super) async fn show(ctx: Ctx, Path(host): Path<String>) -> Result<Response> {
    let (visit, shown) = shown(&ctx, &host).await?;
    visit.show(&page(&visit, &shown, shown.form(), FormErrors::default()))
}

/// Whether what counts now can become that; the act says so where it can't.
fn may_be_set(state: AgreementState) -> bool {
    !matches!(state, AgreementState::Requested | AgreementState::Discussion)
}

/// Keeps our own terms, or asks the other side for them.
pub(super) async fn save(ctx: Ctx, Path(host): Path<String>, Form(form): Form<Filled>) -> Result<Response> {
    let (visit, shown) = shown(&ctx, &host).await?;
    let asks = form.ask;
    let done = match form.terms(form.chosen(), visit.now, shown.agreement.row.until) {
        Ok(terms) => {
            let ceiling = terms.ceiling_at(visit.now);
            // Whoever lets less cross hears first whom that concerns.
            if may_be_set(terms.state) && ceiling < shown.agreement.ceiling_now && !form.sure {
                let about = host.clone();
                let read = ctx.read(move |tx, viewer| views::affected(tx, viewer, &about, ceiling));
                let (_visit, affected) = read.await?;
                if affected.any() {
                    return visit.show(&confirm(&visit, &host, &terms, affected, form));
                }
            }
            let to = host.clone();
            let act = if asks { acts::ask } else { acts::set };
            ctx.act(move |tx, by| act(tx, by, &to, &terms)).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(host) if asks => {
            let to = format!("{HERE}/{host}");
            Ok(ctx.redirect_saying_of(&to, Tone::Ok, "flash-agreement-asked", &host))
        }
        Ok(host) => Ok(ctx.redirect_saying_of(HERE, Tone::Ok, "flash-agreement-saved", &host)),
        Err(error) => {
            let errors = visit.problems(error)?;
            visit.show_again(&page(&visit, &shown, form, errors))
        }
    }
}

/// What was chosen as an answer.
fn chosen(visit: &Visit, shown: &Shown, form: &Filled) -> DomainResult<Answer> {
    let agreement = &shown.agreement;
    match form.answer.as_str() {
        // What counts already is only told.
        "agree" if agreement.row.state == AgreementState::Agreed => Ok(Answer::Agree(None)),
        "agree" => {
            let kept = agreement.theirs.as_ref().and_then(|theirs| theirs.until);
            let terms = form.terms(Some(AgreementState::Agreed), visit.now, kept)?;
            Ok(Answer::Agree(Some(terms)))
        }
        "discuss" => Ok(Answer::Discuss),
        "refuse" => Ok(Answer::Refuse),
        _ => Err(Error::field("answer", "error-choice")),
    }
}

pub(super) async fn answer(ctx: Ctx, Path(host): Path<String>, Form(form): Form<Filled>) -> Result<Response> {
    let (visit, shown) = shown(&ctx, &host).await?;
    let done = match chosen(&visit, &shown, &form) {
        Ok(answer) => {
            let (to, message) = (host.clone(), form.message.clone());
            ctx.act(move |tx, by| acts::answer(tx, by, &to, &answer, &message)).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => {
            let to = format!("{HERE}/{host}");
            Ok(ctx.redirect_saying_of(&to, Tone::Ok, "flash-agreement-answered", &host))
        }
        Err(error) => {
            let errors = visit.problems(error)?;
            visit.show_again(&page(&visit, &shown, form, errors))
        }
    }
}

pub(super) async fn say(ctx: Ctx, Path(host): Path<String>, Form(form): Form<Filled>) -> Result<Response> {
    let (visit, shown) = shown(&ctx, &host).await?;
    let (to, text) = (host.clone(), form.text.clone());
    match ctx.act(move |tx, by| acts::say(tx, by, &to, &text)).await {
        Ok(_id) => {
            let to = format!("{HERE}/{host}#messages");
            Ok(ctx.redirect_saying_of(&to, Tone::Ok, "flash-agreement-said", &host))
        }
        Err(error) => {
            let errors = visit.problems(error)?;
            let form = Filled { text: form.text, ..shown.form() };
            visit.show_again(&page(&visit, &shown, form, errors))
        }
    }
}

/// Asks before less crosses than now.
fn confirm(visit: &Visit, host: &str, terms: &Terms, affected: Affected, form: Filled) -> Confirm {
    let (texts, base) = (&visit.texts, format!("{HERE}/{host}"));
    let kind = terms.state;
    let title = texts.t_with(&format!("agreement-lower-{kind}-title"), &[("host", &host)]);
    let mut page = below(visit, title);
    if let Some(last) = page.crumbs.pop() {
        page = page.crumb(host, base.clone());
        page.crumbs.push(last);
    }
    let mut points = concerns(texts, affected);
    points.push(texts.t("agreement-lower-at-once").into_owned());
    let hidden = [
        ("state", form.state),
        ("ceiling", form.ceiling),
        ("until", form.until),
        ("organisation", form.organisation),
        ("contact", form.contact),
        ("purpose", form.purpose),
        ("sure", "1".to_owned()),
    ];
    Confirm {
        points,
        hidden: hidden.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        kind: "danger",
        ..Confirm::new(
            page,
            texts.t("agreement-lower-text").into_owned(),
            base.clone(),
            texts.t(&format!("agreement-lower-{kind}")).into_owned(),
            base,
        )
    }
}
