//! Changes of the rules: proposed, tried on what passed lately, applied, and undone.
//!
//! What is applied is what was seen: a change carries the hash of what it would do, and applying it takes that very hash. One that
//! touches an instance with members, or anything that is closed, needs a second administrator. For two weeks it can be undone.

pub mod acts;
mod checked;
pub mod forecast;
mod passed;
pub mod ties;
pub mod views;
mod words;
mod worlds;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Draft, RuleRow};
use crate::clock::Time;
use crate::db::types::Json;
use crate::db::{MultiBackend, schema};
use crate::error::Result;
use crate::ids::{PersonId, RowId};
use crate::policy::PeerState;
use crate::policy::federation::{Direction, Effect, Organisation, Scope};
use crate::text_enum;

/// Days of the log that a change is tried on.
pub const DAYS: i64 = 30;
/// How old what it would do may be when it is applied, in seconds: a day.
pub const FRESH: i64 = 86_400;
/// Days within which it can be undone.
pub const UNDO_DAYS: i64 = 14;
/// Lines that are shown of what it would change.
pub const SAMPLE: usize = 20;
/// Changes in one proposal, at most: the largest lists of blocked servers have some thousands.
pub const MOST: usize = 5_000;

text_enum! {
    /// How far a change is.
    ChangeState {
        /// It can be applied.
        Proposed = "proposed",
        /// One administrator wants it; a second has to agree.
        Awaiting = "awaiting",
        /// It counts.
        Applied = "applied",
        /// It was applied and undone.
        Undone = "undone",
        /// It was withdrawn before it was applied.
        Withdrawn = "withdrawn",
    }
}

/// One thing that is to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Change {
    /// A rule is made.
    AddRule {
        /// The rule.
        rule: Draft,
    },
    /// A rule is taken away.
    EndRule {
        /// Which.
        id: RowId,
    },
    /// It is decided about a server as a whole.
    SetServer {
        /// `host[:port]`.
        host: String,
        /// What is decided.
        state: PeerState,
    },
    /// It is noted who runs a server.
    SetOrganisation {
        /// `host[:port]`.
        host: String,
        /// Who.
        organisation: Organisation,
    },
}

impl Change {
    /// The rule that it takes away.
    fn ended(&self) -> Option<RowId> {
        match self {
            Self::EndRule { id } => Some(*id),
            Self::AddRule { .. } | Self::SetServer { .. } | Self::SetOrganisation { .. } => None,
        }
    }

    /// What the rule is about that it makes.
    fn scope(&self) -> Option<Scope> {
        match self {
            Self::AddRule { rule } => Some(rule.scope()),
            Self::EndRule { .. } | Self::SetServer { .. } | Self::SetOrganisation { .. } => None,
        }
    }
}

/// A change as it is kept.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::rule_changes, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub struct ChangeRow {
    /// Its id.
    pub id: RowId,
    /// How far it is.
    pub state: ChangeState,
    /// What is to change: [`Change`]s.
    pub changes: Json,
    /// Why.
    pub reason: String,
    /// What it would do: a [`Forecast`].
    pub result: Json,
    /// SHA-256 of both, in hex.
    pub hash: String,
    /// A second administrator has to agree.
    pub wide: bool,
    /// What stood there before: a [`Before`]; empty until it is applied.
    pub before: Json,
    /// Who proposed it.
    pub by_id: Option<PersonId>,
    /// Who agreed to it.
    pub second_id: Option<PersonId>,
    /// When it was proposed.
    pub created_at: Time,
    /// When it was tried on the log.
    pub ran_at: Time,
    /// When it was applied.
    pub applied_at: Option<Time>,
    /// When it was undone.
    pub undone_at: Option<Time>,
}

impl ChangeRow {
    /// What is to change.
    ///
    /// # Errors
    /// When it can't be read any more.
    pub fn parts(&self) -> Result<Vec<Change>> {
        self.changes.read()
    }

    /// What it would do, as it was last tried.
    ///
    /// # Errors
    /// When it can't be read any more.
    pub fn forecast(&self) -> Result<Forecast> {
        self.result.read()
    }

    /// What stood there before; nothing until it is applied, and once it can't be undone any more.
    ///
    /// # Errors
    /// When it can't be read any more.
    pub fn stood(&self) -> Result<Before> {
        if self.before.0.is_empty() { Ok(Before::default()) } else { self.before.read() }
    }

    /// Whether it can still be applied or withdrawn.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, ChangeState::Proposed | ChangeState::Awaiting)
    }

    /// Whether it was tried lately enough to be applied.
    #[must_use]
    pub fn is_fresh(&self, now: Time) -> bool {
        now.is_within(FRESH, self.ran_at)
    }

    /// Whether it can be undone at this moment.
    #[must_use]
    pub fn is_undoable(&self, now: Time) -> bool {
        let lately = self.applied_at.is_some_and(|at| now.is_within(UNDO_DAYS * 86_400, at));
        self.state == ChangeState::Applied && lately && !self.before.0.is_empty()
    }
}

/// What a change would have done in the last [`DAYS`] days, and would do to what there is. Relations and people are counted apart.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Forecast {
    /// What passed and would have been treated otherwise, by way and effect.
    pub shifts: Vec<Shift>,
    /// Servers that it concerns, by name.
    pub hosts: Vec<String>,
    /// Follows between people here and there that would end.
    pub follows: i64,
    /// Memberships of their people in groups hosted here that would end.
    pub members: i64,
    /// Memberships of people of ours in groups there that would end.
    pub memberships: i64,
    /// People of ours whom that concerns, each counted once.
    pub people_here: i64,
    /// People there whom that concerns, each counted once.
    pub people_there: i64,
    /// Memberships among these in groups that are closed.
    pub closed: i64,
    /// The latest of what would have been treated otherwise.
    pub sample: Vec<Sample>,
}

/// So much would have been treated otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Shift {
    /// Which way.
    pub direction: Direction,
    /// What was done with it.
    pub from: Effect,
    /// What would have been.
    pub to: Effect,
    /// How many.
    pub count: i64,
}

/// One line of the log that would have been treated otherwise. Never a word of what it says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sample {
    /// When it passed.
    pub at: Time,
    /// The other server.
    pub host: String,
    /// Which way.
    pub direction: Direction,
    /// Type of the activity.
    pub activity: String,
    /// The group, if it was about one that is open: kept by its id, and shown by its name as long as it is.
    pub group: Option<String>,
    /// What was done with it.
    pub from: Effect,
    /// What would have been.
    pub to: Effect,
}

/// What stood there before a change was applied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Before {
    /// Rules that it made: undoing takes them away.
    pub added: Vec<RowId>,
    /// Rules that it took away: undoing brings them back.
    pub ended: Vec<RuleRow>,
    /// What had been decided about servers.
    pub servers: Vec<(String, PeerState)>,
    /// Who was said to run them.
    pub organisations: Vec<(String, Organisation)>,
}
