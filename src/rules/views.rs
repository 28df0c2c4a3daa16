//! The rules as administrators see them, and as whatever passes is judged by them.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::{Kept, Known, Policy, RuleRow, known_of_all, read_kept};
use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::ids::RowId;
use crate::policy::federation::{Direction, Effect, Organisation, Passing, Rule};
use crate::policy::hosts::deciding;
use crate::policy::{PeerState, Viewer};

/// The rules that count now.
///
/// # Errors
/// Only when the database does.
pub fn counting(tx: &mut Tx<'_>) -> Result<Vec<RuleRow>> {
    use schema::rules::dsl;
    let query = dsl::rules
        .filter(dsl::until.is_null().or(dsl::until.gt(tx.now)))
        .order(dsl::id)
        .select(RuleRow::as_select());
    Ok(query.load(tx.conn)?)
}

/// All rules, also those whose time is over, the newest first.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn list(tx: &mut Tx<'_>, viewer: Viewer) -> Result<Vec<RuleRow>> {
    use schema::rules::dsl;
    viewer.must_be_admin()?;
    Ok(dsl::rules
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .select(RuleRow::as_select())
        .load(tx.conn)?)
}

/// One rule.
///
/// # Errors
/// `Denied` to all but administrators; `NotFound`.
pub fn find(tx: &mut Tx<'_>, viewer: Viewer, id: RowId) -> Result<RuleRow> {
    viewer.must_be_admin()?;
    let query = schema::rules::table.find(id).select(RuleRow::as_select());
    query.first(tx.conn).optional()?.ok_or(Error::NotFound)
}

/// The rules that name a host, or a domain that it is in: those whose time is over, too.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn about(tx: &mut Tx<'_>, viewer: Viewer, host: &str) -> Result<Vec<RuleRow>> {
    use schema::rules::dsl;
    viewer.must_be_admin()?;
    let query = dsl::rules
        .filter(dsl::host.eq_any(deciding(host)))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .select(RuleRow::as_select());
    Ok(query.load(tx.conn)?)
}

/// Servers about which something was decided, or of which it is known who runs them.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn servers(tx: &mut Tx<'_>, viewer: Viewer) -> Result<Known> {
    viewer.must_be_admin()?;
    decided(tx)
}

/// The same for whoever has asked whether that may be.
pub(super) fn decided(tx: &mut Tx<'_>) -> Result<Known> {
    use schema::peers::dsl;
    let rows: Vec<Kept> = dsl::peers
        .filter(dsl::state.ne(PeerState::Open).or(dsl::organisation.ne(Organisation::Unknown)))
        .select((dsl::host, dsl::state, dsl::organisation))
        .order(dsl::host)
        .load(tx.conn)?;
    Ok(rows.into_iter().map(read_kept).collect())
}

impl Policy {
    /// The same as if there were an agreement with each of the hosts.
    #[must_use]
    pub fn with_partners(mut self) -> Self {
        self.servers.values_mut().for_each(|server| server.partner = true);
        self
    }

    /// Whether what comes from a host is hidden as a whole: by a rule, or because the server is limited.
    fn hides(&self, host: &str) -> bool {
        self.judge(host, Passing::anything(Direction::In)).hidden
    }
}

/// What isn't shown in search results and in lists of what is new, as of now.
#[derive(Debug, Clone, Default)]
pub struct Hidden {
    /// Hosts that are hidden as a whole, in order. Mostly none: then a list asks nothing more.
    pub hosts: Vec<String>,
    /// Some rule hides what stands in certain groups, or what is of a certain kind.
    partly: bool,
}

impl Hidden {
    /// Reads it.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn now(tx: &mut Tx<'_>) -> Result<Self> {
        let rules: Vec<Rule> = counting(tx)?.iter().map(RuleRow::rule).collect();
        let hiding = || rules.iter().filter(|rule| rule.effect == Effect::Hide).map(|rule| &rule.scope);
        let partly =
            hiding().any(|scope| scope.group.is_some() || scope.class.is_some() || scope.kind.is_some());
        if hiding().next().is_none() {
            use schema::peers::dsl;
            let limited = dsl::peers.filter(dsl::state.eq(PeerState::Limited)).select(dsl::host).limit(1);
            if limited.first::<String>(tx.conn).optional()?.is_none() {
                return Ok(Self::default());
            }
        }
        // Whoever elsewhere is known here is on a server that has a row.
        let known = known_of_all(tx)?;
        let mut hosts: BTreeSet<&str> = known.keys().map(String::as_str).collect();
        hosts.extend(rules.iter().filter_map(|rule| rule.scope.host.as_deref()));
        let policy = Policy::knowing(tx, hosts.iter().copied(), &known)?;
        let hosts = hosts.into_iter().filter(|host| policy.hides(host)).map(str::to_owned).collect();
        Ok(Self { hosts, partly })
    }

    /// Leaves out what a rule hides by the group that it stands in or by its kind. `place` says from which server something came and
    /// what it is; `None`: it is from here. What is from a host that is hidden as a whole is for the query to leave out.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn leave_out<T>(
        &self,
        tx: &mut Tx<'_>,
        items: Vec<T>,
        place: impl Fn(&T) -> Option<(&str, Passing)>,
    ) -> Result<Vec<T>> {
        if !self.partly || items.is_empty() {
            return Ok(items);
        }
        let policy = Policy::of(tx, items.iter().filter_map(|item| Some(place(item)?.0)))?;
        let shown = |item: &T| {
            place(item).is_none_or(|(host, passing)| {
                self.hosts.binary_search_by(|hidden| hidden.as_str().cmp(host)).is_ok()
                    || !policy.judge(host, passing).hidden
            })
        };
        Ok(items.into_iter().filter(shown).collect())
    }
}

/// Known hosts that are hidden as a whole: what is from there isn't in search results and lists of what is new.
///
/// # Errors
/// Only when the database does.
pub fn hidden_hosts(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    Ok(Hidden::now(tx)?.hosts)
}
