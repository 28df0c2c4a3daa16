//! A whole policy as one file, which a sector shares: every rule that isn't about a single group, what was decided about servers, and who
//! runs them.
//!
//! Here it is written and read as a JSON value; that it is signed, and by whom, is the affair of [`crate::fediverse`]. What it says is taken
//! as it stands, also where that is milder than what we have: one sees it before it is applied. What it doesn't name stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Read;
use super::csv::wrong_host;
use crate::clock::Time;
use crate::db::Tx;
use crate::error::{Error, FieldErrors, Result};
use crate::policy::federation::{Direction, Effect, Kind, Organisation, Scope};
use crate::policy::{Class, PeerState, Viewer, limits};
use crate::rules::changes::Change;
use crate::rules::{Draft, RuleRow, views};
use crate::text::line::one_line;

/// How such a file says what it is. Another form gets another word, so that none is read for what it isn't.
pub const FORMAT: &str = "vakplein-policy-1";

/// A word, or something else in an entry, that isn't known here. Nothing of it is guessed: what isn't understood could be what narrows it.
const STRANGE: &str = "error-line-word";

/// A policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyFile {
    /// [`FORMAT`].
    pub format: String,
    /// Whose it is: `host[:port]`.
    pub domain: String,
    /// When it was written.
    pub created: Time,
    /// Rules.
    pub rules: Vec<FileRule>,
    /// Servers about which something was decided, or of which it is known who runs them.
    pub servers: Vec<FileServer>,
}

/// A rule in a policy. Words are those of [`crate::policy::federation`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FileRule {
    /// What it does.
    pub effect: String,
    /// A host, or a domain with all names below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Kind of organisation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Kind of thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Class of groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<String>,
    /// Which way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<String>,
    /// Until when it counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// Why there is such a rule.
    pub reason: String,
}

/// A server in a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FileServer {
    /// `host[:port]`.
    pub host: String,
    /// What was decided about it; without this it says nothing about that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Who runs it, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
}

impl From<RuleRow> for FileRule {
    fn from(row: RuleRow) -> Self {
        Self {
            effect: row.effect,
            host: row.host,
            organisation: row.organisation,
            kind: row.kind,
            class: row.class,
            direction: row.direction,
            until: row.until,
            reason: row.reason,
        }
    }
}

impl FileRule {
    /// As a rule of ours; `None` when a word in it isn't known here.
    fn draft(self) -> Option<Draft> {
        Some(Draft {
            effect: Effect::from_word(&self.effect)?,
            host: self.host,
            organisation: known(self.organisation.as_deref(), Organisation::from_word)?,
            group: None,
            kind: known(self.kind.as_deref(), Kind::from_word)?,
            class: known(self.class.as_deref(), Class::from_word)?,
            direction: known(self.direction.as_deref(), Direction::from_word)?,
            until: self.until,
            reason: one_line(&self.reason).chars().take(limits::REASON).collect(),
        })
    }
}

/// What a word stands for, where there is one; `None` when it isn't known here.
fn known<T>(word: Option<&str>, read: fn(&str) -> Option<T>) -> Option<Option<T>> {
    match word {
        Some(word) => read(word).map(Some),
        None => Some(None),
    }
}

/// Our policy as it counts now, without a signature. Rules about a single group mean nothing elsewhere, and may name what must not be
/// known there. Notes about servers are for our administrators.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn write(tx: &mut Tx<'_>, viewer: Viewer) -> Result<Value> {
    viewer.must_be_admin()?;
    let rules = views::counting(tx)?.into_iter().filter(|row| row.group_id.is_none());
    let servers = views::decided(tx)?.into_iter().map(|(host, (state, organisation))| FileServer {
        host,
        state: (state != PeerState::Open).then(|| state.word().to_owned()),
        organisation: (organisation != Organisation::Unknown).then(|| organisation.word().to_owned()),
    });
    let policy = PolicyFile {
        format: FORMAT.to_owned(),
        domain: tx.urls.domain().to_owned(),
        created: tx.now,
        rules: rules.map(FileRule::from).collect(),
        servers: servers.collect(),
    };
    serde_json::to_value(&policy).map_err(Error::internal)
}

/// What a policy would change. Entries are counted from 1, first the rules, then the servers.
///
/// # Errors
/// `Invalid` on `content` when it isn't a policy of this form.
pub fn read(tx: &mut Tx<'_>, value: &Value) -> Result<Read> {
    let strange = || Error::field("content", "error-policy-file-format");
    if value.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(strange());
    }
    let entries = |name: &str| value.get(name).and_then(Value::as_array).ok_or_else(strange);
    let (rules, servers) = (entries("rules")?, entries("servers")?);
    let mut read = Read::default();
    take_rules(tx, rules, &mut read)?;
    take_servers(tx, servers, rules.len(), &mut read)?;
    Ok(read)
}

fn take_rules(tx: &mut Tx<'_>, entries: &[Value], read: &mut Read) -> Result<()> {
    let mut there: BTreeSet<(String, Effect, Option<Time>)> = BTreeSet::new();
    for row in views::counting(tx)? {
        let rule = row.rule();
        there.insert((about(&rule.scope), rule.effect, row.until));
    }
    // A change makes one rule about the same at most: of two the stricter.
    let mut wanted: BTreeMap<String, (usize, Draft)> = BTreeMap::new();
    for (number, entry) in (1..).zip(entries) {
        let rule = match rule(tx, entry)? {
            Ok(rule) => rule,
            Err(key) => {
                read.wrong.push((number, key));
                continue;
            }
        };
        let (scope, over) = (about(&rule.scope()), rule.until.is_some_and(|until| until <= tx.now));
        // What was over since it was written says nothing any more.
        if over || there.contains(&(scope.clone(), rule.effect, rule.until)) {
            read.same += 1;
            continue;
        }
        let before = wanted.get(&scope).map(|(first, other)| (*first, other.effect, other.until));
        match before {
            Some((_, effect, until)) if (effect, until) == (rule.effect, rule.until) => read.same += 1,
            Some((_, effect, _)) if effect >= rule.effect => {
                read.wrong.push((number, "error-change-twice"));
            }
            _ => {
                read.wrong.extend(before.map(|(first, ..)| (first, "error-change-twice")));
                wanted.insert(scope, (number, rule));
            }
        }
    }
    let mut rules: Vec<(usize, Draft)> = wanted.into_values().collect();
    rules.sort_by_key(|(number, _)| *number);
    read.changes.extend(rules.into_iter().map(|(_, rule)| Change::AddRule { rule }));
    read.wrong.sort_unstable();
    Ok(())
}

/// What a rule is about, for comparing.
fn about(scope: &Scope) -> String {
    format!("{scope:?}")
}

/// A rule as an entry says it, in the form in which it is kept, or what is wrong with it. One that is over isn't looked at any further.
fn rule(tx: &mut Tx<'_>, entry: &Value) -> Result<Result<Draft, &'static str>> {
    let rule = FileRule::deserialize(entry).ok().and_then(FileRule::draft);
    let Some(mut rule) = rule else { return Ok(Err(STRANGE)) };
    if rule.until.is_some_and(|until| until <= tx.now) {
        return Ok(Ok(rule));
    }
    let mut errors = FieldErrors::default();
    rule.check(tx, &mut errors)?;
    Ok(errors.0.first().map_or(Ok(rule), |error| Err(said_of_a_line(error.key))))
}

/// What is wrong with a field, said of a line where that has words of its own.
fn said_of_a_line(key: &'static str) -> &'static str {
    match key {
        "error-peer-own" => "error-line-own",
        "error-peer-host" => "error-line-host",
        other => other,
    }
}

fn take_servers(tx: &mut Tx<'_>, entries: &[Value], before: usize, read: &mut Read) -> Result<()> {
    let there = views::decided(tx)?;
    let mut named: BTreeSet<String> = BTreeSet::new();
    for (number, entry) in (before + 1..).zip(entries) {
        let (host, state, organisation) = match server(tx, entry) {
            Ok(server) => server,
            Err(key) => {
                read.wrong.push((number, key));
                continue;
            }
        };
        if !named.insert(host.clone()) {
            read.wrong.push((number, "error-change-twice"));
            continue;
        }
        let now = there.get(&host).copied().unwrap_or((PeerState::Open, Organisation::Unknown));
        let (state, organisation) = (state.unwrap_or(now.0), organisation.unwrap_or(now.1));
        if (state, organisation) == now {
            read.same += 1;
        }
        if state != now.0 {
            read.changes.push(Change::SetServer { host: host.clone(), state });
        }
        if organisation != now.1 {
            read.changes.push(Change::SetOrganisation { host, organisation });
        }
    }
    Ok(())
}

type Server = (String, Option<PeerState>, Option<Organisation>);

/// What an entry says about a server, or what is wrong with it.
fn server(tx: &Tx<'_>, entry: &Value) -> Result<Server, &'static str> {
    let entry = FileServer::deserialize(entry).map_err(|_other| STRANGE)?;
    let host = tx.urls.other_host(&entry.host).map_err(|error| wrong_host(&error))?;
    let state = known(entry.state.as_deref(), PeerState::from_word).ok_or(STRANGE)?;
    let organisation = known(entry.organisation.as_deref(), Organisation::from_word).ok_or(STRANGE)?;
    Ok((host, state, organisation))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn draft(entry: &Value) -> Option<Draft> {
        FileRule::deserialize(entry).ok().and_then(FileRule::draft)
    }

    #[test]
    fn what_is_not_understood_is_no_rule() {
        let entry = json!({
            "effect": "hold", "kind": "topic", "until": "2027-01-01T00:00:00Z", "reason": " Even\nkijken ",
        });
        let rule = draft(&entry).unwrap();
        assert_eq!((rule.effect, rule.kind, rule.host.as_deref()), (Effect::Hold, Some(Kind::Topic), None));
        assert_eq!((rule.until, rule.reason.as_str()), (Time::parse("2027-01-01T00:00:00Z"), "Even kijken"));
        for (name, value) in [
            ("effect", json!("soms")),
            ("kind", json!("verhaal")),
            ("class", json!("geheim")),
            ("direction", json!("om")),
            ("organisation", json!("vereniging")),
            ("until", json!("ooit")),
            ("host", json!(1)),
            ("reason", json!(null)),
            // What narrows a rule of another form would be overlooked.
            ("group", json!("tuin")),
        ] {
            let mut other = entry.clone();
            other[name] = value;
            assert_eq!(draft(&other), None, "{name}");
        }
    }
}
