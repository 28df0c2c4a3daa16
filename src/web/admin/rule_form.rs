//! The forms for a new rule, and for a decision about a server as a whole. Both lead to a change, which shows first what it would do.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;

use super::rules::{HERE, below};
use super::{menu, rule_changes};
use crate::clock::Time;
use crate::db::Tx;
use crate::error::{Error, FieldErrors, Result as DomainResult};
use crate::fediverse;
use crate::groups::views as groups;
use crate::ids::GroupId;
use crate::policy::federation::{Direction, Effect, Kind, Organisation};
use crate::policy::{Class, PeerState, Viewer};
use crate::rules::Draft;
use crate::rules::changes::{Change, acts};
use crate::web::error::Result;
use crate::web::form::Form;
use crate::web::page::{FormErrors, Page};
use crate::web::parts::Tab;
use crate::web::session::{Ctx, Visit};

/// The fields of a rule, so that what is wrong with one stands beside it.
const FIELDS: [&str; 9] =
    ["effect", "host", "organisation", "group", "kind", "class", "direction", "until", "reason"];

/// A choice of a list or of radios.
#[derive(Debug)]
struct Choice {
    /// As the form sends it; empty: nothing in particular.
    word: &'static str,
    text: String,
    /// What it means; may be empty.
    hint: String,
    chosen: bool,
}

/// The choices of a list, in the reader's language: the first one leaves it open. Their texts are `{key}-{word}`.
fn choices(visit: &Visit, open: &str, key: &str, words: &[&'static str], chosen: &str) -> Vec<Choice> {
    let choice = |word: &'static str, key: &str| Choice {
        word,
        text: visit.texts.t(key).into_owned(),
        hint: String::new(),
        chosen: word == chosen,
    };
    let each = words.iter().map(|word| choice(word, &format!("{key}-{word}")));
    std::iter::once(choice("", open)).chain(each).collect()
}

/// What a rule can do.
fn effects(visit: &Visit, chosen: &str) -> Vec<Choice> {
    let choice = |effect: &Effect| {
        let (word, key) = (effect.word(), format!("rules-effect-{effect}"));
        let text = visit.texts.t(&key).into_owned();
        let hint = visit.texts.t(&format!("{key}-hint")).into_owned();
        Choice { word, text, hint, chosen: word == chosen }
    };
    Effect::ALL.iter().map(choice).collect()
}

/// Who can run a server.
fn organisations(visit: &Visit, open: &str, chosen: &str) -> Vec<Choice> {
    let words: Vec<&'static str> = Organisation::ALL.iter().map(|kind| kind.word()).collect();
    choices(visit, open, "organisation", &words, chosen)
}

#[derive(Template)]
#[template(path = "admin/rule.html")]
struct RulePage {
    page: Page,
    menu: Vec<Tab>,
    errors: FormErrors,
    effects: Vec<Choice>,
    organisations: Vec<Choice>,
    kinds: Vec<Choice>,
    classes: Vec<Choice>,
    directions: Vec<Choice>,
    form: Filled,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    effect: String,
    host: String,
    organisation: String,
    group: String,
    kind: String,
    class: String,
    direction: String,
    until: String,
    reason: String,
}

/// What was chosen from a list; nothing when that was left open. A word that isn't in it is an error of its field.
fn chosen<T>(
    errors: &mut FieldErrors,
    field: &'static str,
    typed: &str,
    known: fn(&str) -> Option<T>,
) -> Option<T> {
    let found = known(typed);
    if found.is_none() && !typed.is_empty() {
        errors.add(field, "error-choice");
    }
    found
}

impl Filled {
    /// The rule, once all is right with it.
    fn draft(&self, tx: &mut Tx<'_>, viewer: Viewer) -> DomainResult<Draft> {
        let mut errors = FieldErrors::default();
        let effect = Effect::from_word(&self.effect);
        if effect.is_none() {
            errors.add("effect", "error-choice");
        }
        let until = Time::end_of_day(&self.until);
        if until.is_none() && !self.until.trim().is_empty() {
            errors.add("until", "error-rule-day");
        }
        let host = self.host.trim();
        let mut draft = Draft {
            effect: effect.unwrap_or(Effect::Refuse),
            host: (!host.is_empty()).then(|| host.to_owned()),
            organisation: chosen(&mut errors, "organisation", &self.organisation, Organisation::from_word),
            group: self.group(tx, viewer, &mut errors)?,
            kind: chosen(&mut errors, "kind", &self.kind, Kind::from_word),
            class: chosen(&mut errors, "class", &self.class, Class::from_word),
            direction: chosen(&mut errors, "direction", &self.direction, Direction::from_word),
            until,
            reason: self.reason.clone(),
        };
        draft.check(tx, &mut errors)?;
        errors.into_result().map(|()| draft)
    }

    /// The group that was typed. One that the administrator may not know of isn't there.
    fn group(
        &self,
        tx: &mut Tx<'_>,
        viewer: Viewer,
        errors: &mut FieldErrors,
    ) -> DomainResult<Option<GroupId>> {
        let name = self.group.trim();
        if name.is_empty() {
            return Ok(None);
        }
        match groups::page(tx, &viewer, name) {
            Ok(found) => Ok(Some(found.group.id)),
            Err(Error::NotFound | Error::Gone | Error::Denied(_)) => {
                errors.add("group", "error-rule-group");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}

fn page(visit: &Visit, form: Filled, errors: FormErrors) -> RulePage {
    let kinds: Vec<&'static str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
    let classes: Vec<&'static str> = Class::ALL.iter().map(|class| class.word()).collect();
    let directions: Vec<&'static str> = Direction::ALL.iter().map(|way| way.word()).collect();
    RulePage {
        page: below(visit, visit.texts.t("rules-new").into_owned()),
        menu: menu(visit, HERE),
        errors,
        effects: effects(visit, &form.effect),
        organisations: organisations(visit, "rules-organisation-all", &form.organisation),
        kinds: choices(visit, "rules-kind-all", "rules-kind", &kinds, &form.kind),
        classes: choices(visit, "rules-class-all", "rules-class", &classes, &form.class),
        directions: choices(visit, "rules-direction-any", "rules-direction", &directions, &form.direction),
        form,
    }
}

/// The form, with what the address says already.
pub(super) async fn blank(ctx: Ctx, Query(form): Query<Filled>) -> Result<Response> {
    let (visit, ()) = ctx.read(|_tx, viewer| viewer.must_be_admin()).await?;
    visit.show(&page(&visit, form, FormErrors::default()))
}

pub(super) async fn make(ctx: Ctx, Form(form): Form<Filled>) -> Result<Response> {
    let (visit, ()) = ctx.read(|_tx, viewer| viewer.must_be_admin()).await?;
    let (viewer, filled) = (visit.viewer(), form.clone());
    let done = ctx.act(move |tx, by| {
        let rule = filled.draft(tx, viewer)?;
        acts::propose(tx, by, vec![Change::AddRule { rule }], filled.reason.trim())
    });
    match done.await {
        Ok(id) => Ok(rule_changes::proposed(&ctx, id)),
        Err(error) => {
            let errors = rule_changes::problems(&visit, error, &FIELDS)?;
            visit.show_again(&page(&visit, form, errors))
        }
    }
}

#[derive(Template)]
#[template(path = "admin/rule_server.html")]
struct ServerPage {
    page: Page,
    menu: Vec<Tab>,
    errors: FormErrors,
    /// How it is now, in sentences; none when no server was named yet.
    now: Vec<String>,
    organisations: Vec<Choice>,
    form: Decision,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Decision {
    host: String,
    /// A word of `PeerState`; empty: it stays as it is.
    state: String,
    organisation: String,
    reason: String,
}

/// What is known of a server, known or not; nothing when none was named.
type Known = Option<(String, PeerState, Organisation)>;

fn known(tx: &mut Tx<'_>, viewer: Viewer, host: &str) -> DomainResult<Known> {
    viewer.must_be_admin()?;
    if host.trim().is_empty() {
        return Ok(None);
    }
    match fediverse::peer_or_stranger(tx, viewer, host) {
        Ok((peer, _met)) => Ok(Some((peer.host, peer.state, peer.organisation))),
        Err(Error::Invalid(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

fn server_page(visit: &Visit, known: &Known, form: Decision, errors: FormErrors) -> ServerPage {
    let now = known.iter().flat_map(|(host, state, organisation)| {
        [format!("rule-server-{state}"), format!("rule-run-{organisation}")]
            .map(|key| visit.texts.t_with(&key, &[("host", host)]))
    });
    ServerPage {
        page: below(visit, visit.texts.t("rules-new-server").into_owned()),
        menu: menu(visit, HERE),
        errors,
        now: now.collect(),
        organisations: organisations(visit, "rules-server-keep", &form.organisation),
        form,
    }
}

/// The form, with the server that the address names.
pub(super) async fn blank_server(ctx: Ctx, Query(form): Query<Decision>) -> Result<Response> {
    let host = form.host.clone();
    let (visit, known) = ctx.read(move |tx, viewer| known(tx, viewer, &host)).await?;
    visit.show(&server_page(&visit, &known, form, FormErrors::default()))
}

/// What was decided. What is so already is left out where it is proposed.
fn decisions(form: &Decision) -> DomainResult<Vec<Change>> {
    let mut errors = FieldErrors::default();
    let state = chosen(&mut errors, "state", &form.state, PeerState::from_word);
    let organisation = chosen(&mut errors, "organisation", &form.organisation, Organisation::from_word);
    if form.host.trim().is_empty() {
        errors.add("host", "error-peer-host");
    }
    errors.into_result()?;
    let state = state.map(|state| Change::SetServer { host: form.host.clone(), state });
    let organisation =
        organisation.map(|organisation| Change::SetOrganisation { host: form.host.clone(), organisation });
    Ok(state.into_iter().chain(organisation).collect())
}

pub(super) async fn decide(ctx: Ctx, Form(form): Form<Decision>) -> Result<Response> {
    let host = form.host.clone();
    let (visit, known) = ctx.read(move |tx, viewer| known(tx, viewer, &host)).await?;
    let done = match decisions(&form) {
        Ok(changes) => {
            let reason = form.reason.trim().to_owned();
            ctx.act(move |tx, by| acts::propose(tx, by, changes.clone(), &reason)).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(id) => Ok(rule_changes::proposed(&ctx, id)),
        Err(error) => {
            let errors = rule_changes::problems(&visit, error, &["host", "state", "organisation", "reason"])?;
            visit.show_again(&server_page(&visit, &known, form, errors))
        }
    }
}
