//! Federation rules: what may pass between this instance and others beyond what was decided about a server as a whole. Owns `rules`,
//! `rule_changes` and `severed_ties`.
//!
//! The order in which they count stands in [`crate::policy::federation`]. They are read at the moment something comes in, goes out or
//! is read, never from a cache. They change only by a change that was first tried on what passed lately ([`changes`]).

pub mod changes;
pub mod exchange;
pub mod views;

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::agreements;
use crate::clock::Time;
use crate::db::{MultiBackend, Tx, VALUES, among, schema};
use crate::error::{FieldErrors, Result};
use crate::ids::{GroupId, PersonId, RowId};
use crate::policy::federation::{
    Answer, Direction, Effect, Effects, Kind, Organisation, Passing, Rule, Scope, Server, judge, shut,
};
use crate::policy::hosts::deciding;
use crate::policy::{Class, PeerState, limits};

/// A rule as it is kept. Its words are read one by one, so that one which isn't known here makes the rule stricter and never goes unseen.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, Serialize, Deserialize)]
#[diesel(table_name = schema::rules, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub struct RuleRow {
    /// Its id.
    pub id: RowId,
    /// What it does.
    pub effect: String,
    /// A host, or a domain with all names below it.
    pub host: Option<String>,
    /// Kind of organisation.
    pub organisation: Option<String>,
    /// One group.
    pub group_id: Option<GroupId>,
    /// Kind of thing.
    pub kind: Option<String>,
    /// Class of groups.
    pub class: Option<String>,
    /// Which way.
    pub direction: Option<String>,
    /// Until when it counts; `None`: until it is taken away.
    pub until: Option<Time>,
    /// Why there is such a rule.
    pub reason: String,
    /// Who made it.
    pub by_id: Option<PersonId>,
    /// When.
    pub created_at: Time,
}

impl RuleRow {
    /// What it says. A word that isn't known is left out of what it is about, so that it reaches further, and makes it refuse.
    #[must_use]
    pub fn rule(&self) -> Rule {
        fn read<T>(word: Option<&String>, known: fn(&str) -> Option<T>, strange: &mut bool) -> Option<T> {
            let found = word.map(|word| known(word));
            *strange |= found.as_ref().is_some_and(Option::is_none);
            found.flatten()
        }
        let mut strange = false;
        let scope = Scope {
            host: self.host.clone(),
            organisation: read(self.organisation.as_ref(), Organisation::from_word, &mut strange),
            group: self.group_id,
            kind: read(self.kind.as_ref(), Kind::from_word, &mut strange),
            class: read(self.class.as_ref(), Class::from_word, &mut strange),
            direction: read(self.direction.as_ref(), Direction::from_word, &mut strange),
        };
        let effect = Effect::from_word(&self.effect).filter(|_| !strange).unwrap_or(Effect::Refuse);
        Rule { id: self.id, scope, effect }
    }

    /// Whether it counts at this moment.
    #[must_use]
    pub fn counts(&self, now: Time) -> bool {
        self.until.is_none_or(|until| until > now)
    }
}

/// A rule that somebody wants to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// What it is to do.
    pub effect: Effect,
    /// A host or domain.
    pub host: Option<String>,
    /// Kind of organisation.
    pub organisation: Option<Organisation>,
    /// One group.
    pub group: Option<GroupId>,
    /// Kind of thing.
    pub kind: Option<Kind>,
    /// Class of groups.
    pub class: Option<Class>,
    /// Which way.
    pub direction: Option<Direction>,
    /// Until when; `None`: until it is taken away.
    pub until: Option<Time>,
    /// Why.
    pub reason: String,
}

impl Draft {
    /// What it is about.
    #[must_use]
    pub fn scope(&self) -> Scope {
        Scope {
            host: self.host.clone(),
            organisation: self.organisation,
            group: self.group,
            kind: self.kind,
            class: self.class,
            direction: self.direction,
        }
    }

    /// Puts it into the form in which it is kept, and adds what is wrong with it to `errors`: a host that can't be another server, a reason
    /// that is missing or too long, an end that is past, a class that no rule can open, an effect that says nothing in its direction.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn check(&mut self, tx: &mut Tx<'_>, errors: &mut FieldErrors) -> Result<()> {
        if let Some(typed) = self.host.take() {
            self.host = errors.gather(tx.urls.other_host(&typed))?;
        }
        self.reason = self.reason.trim().to_owned();
        if self.reason.is_empty() {
            errors.add("reason", "error-rule-reason");
        } else if self.reason.chars().count() > limits::REASON {
            errors.add_limit("reason", "error-text-long", i64::try_from(limits::REASON).unwrap_or(i64::MAX));
        }
        if self.until.is_some_and(|until| until <= tx.now) {
            errors.add("until", "error-rule-until");
        }
        // What is closed crosses by an agreement; a rule can only take away.
        if self.effect == Effect::Allow && self.class.is_some_and(|class| class > Class::Openbaar) {
            errors.add("class", "error-rule-class");
        }
        let about_coming = matches!(self.effect, Effect::Hold | Effect::ReadOnly | Effect::Hide);
        let nothing_to_take_away = self.effect == Effect::NoMedia && self.direction == Some(Direction::Out);
        if nothing_to_take_away
            || about_coming && self.direction.is_some_and(|direction| direction != Direction::In)
        {
            errors.add("direction", "error-rule-direction");
        }
        if let Some(group) = self.group {
            let there: Option<GroupId> =
                schema::groups::table.find(group).select(schema::groups::id).first(tx.conn).optional()?;
            if there.is_none() {
                errors.add("group", "error-rule-group");
            }
        }
        Ok(())
    }

    /// The row that keeps it.
    #[must_use]
    pub fn row(&self, by: PersonId, now: Time) -> RuleRow {
        RuleRow {
            id: RowId::fresh(),
            effect: self.effect.word().to_owned(),
            host: self.host.clone(),
            organisation: self.organisation.map(|word| word.word().to_owned()),
            group_id: self.group,
            kind: self.kind.map(|word| word.word().to_owned()),
            class: self.class.map(|word| word.word().to_owned()),
            direction: self.direction.map(|word| word.word().to_owned()),
            until: self.until,
            reason: self.reason.clone(),
            by_id: Some(by),
            created_at: now,
        }
    }
}

/// By name: what was decided about a host or domain, and who runs it.
pub type Known = BTreeMap<String, (PeerState, Organisation)>;

/// What is known of servers with just these names.
fn known_of(tx: &mut Tx<'_>, names: BTreeSet<String>) -> Result<Known> {
    use schema::peers::dsl;
    let names: Vec<String> = names.into_iter().collect();
    let mut known = Known::new();
    for some in names.chunks(VALUES) {
        let named = dsl::peers.filter(among(dsl::host, some.iter().cloned()));
        let rows: Vec<Kept> = named.select((dsl::host, dsl::state, dsl::organisation)).load(tx.conn)?;
        known.extend(rows.into_iter().map(read_kept));
    }
    Ok(known)
}

/// What is known of all servers.
fn known_of_all(tx: &mut Tx<'_>) -> Result<Known> {
    use schema::peers::dsl;
    let all = dsl::peers.select((dsl::host, dsl::state, dsl::organisation)).order(dsl::host);
    let rows: Vec<Kept> = all.load(tx.conn)?;
    Ok(rows.into_iter().map(read_kept).collect())
}

/// A server as it is kept: its name, what was decided about it, and the word for who runs it.
type Kept = (String, PeerState, String);

fn read_kept((host, state, word): Kept) -> (String, (PeerState, Organisation)) {
    (host, (state, Organisation::kept(&word)))
}

/// The rules of now, and what decides about some servers.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    rules: Vec<Rule>,
    servers: BTreeMap<String, Server>,
}

impl Policy {
    /// Reads what decides about these hosts.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn of<'h>(tx: &mut Tx<'_>, hosts: impl IntoIterator<Item = &'h str>) -> Result<Self> {
        let hosts: BTreeSet<&str> = hosts.into_iter().collect();
        let known = known_of(tx, hosts.iter().flat_map(|host| deciding(host)).collect())?;
        Self::knowing(tx, hosts, &known)
    }

    /// The same for whoever has read the servers already, with the domains that they are in.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn knowing<'h>(
        tx: &mut Tx<'_>,
        hosts: impl IntoIterator<Item = &'h str>,
        known: &Known,
    ) -> Result<Self> {
        let hosts: BTreeSet<&str> = hosts.into_iter().collect();
        // Nobody else is concerned.
        if hosts.is_empty() {
            return Ok(Self::default());
        }
        let rules = views::counting(tx)?;
        let rules: Vec<Rule> = rules.iter().map(RuleRow::rule).collect();
        // Agreements matter only where a rule about everything keeps servers out.
        let partners = if rules.iter().any(|rule| rule.scope.is_everything()) {
            agreements::ceilings(tx, hosts.iter().copied())?
        } else {
            BTreeMap::new()
        };
        let servers = hosts.into_iter().map(|host| {
            let names = deciding(host);
            let decided = || names.iter().filter_map(|name| known.get(name));
            let state = decided().map(|(state, _)| *state).max().unwrap_or(PeerState::Open);
            let organisation = decided().map(|(_, kind)| *kind).find(|kind| *kind != Organisation::Unknown);
            let partner = partners.get(host).is_some_and(|ceiling| *ceiling > Class::Openbaar);
            let organisation = organisation.unwrap_or(Organisation::Unknown);
            (host.to_owned(), Server { state, organisation, partner })
        });
        Ok(Self { servers: servers.collect(), rules })
    }

    /// Whether something may pass between this instance and one of these hosts. Of one that wasn't read nothing passes.
    #[must_use]
    pub fn judge(&self, host: &str, passing: Passing) -> Answer {
        match self.servers.get(host) {
            Some(server) => judge(&self.rules, host, *server, passing),
            None => Answer::UNREAD,
        }
    }

    /// Why nothing at all passes one way between this instance and one of these hosts, if nothing does.
    #[must_use]
    pub fn shut(&self, host: &str, direction: Direction) -> Option<Answer> {
        match self.servers.get(host) {
            Some(server) => shut(&self.rules, host, *server, direction),
            None => Some(Answer::UNREAD),
        }
    }

    /// What counts for whatever passes, by its kind.
    #[must_use]
    pub fn effects(&self, host: &str, direction: Direction, ground: Option<(GroupId, Class)>) -> Effects {
        // Most instances have no rule but those about servers as a whole.
        let first = self.judge(host, Passing { direction, ground, kind: None });
        if self.rules.iter().all(|rule| rule.scope.kind.is_none()) {
            return Effects::of(|_| first);
        }
        Effects::of(|kind| self.judge(host, Passing { direction, ground, kind }))
    }
}
