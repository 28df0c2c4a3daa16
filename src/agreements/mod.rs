//! Agreements: what two organisations agreed about closed content, and how far it may go to the other's instance. Owns `agreements`.
//!
//! An agreement is about one host, by its exact name and port: a decision that lets something out never reaches further than it
//! says. Each side keeps its own; content crosses only while that of the side it leaves allows it, and is taken in only while that of
//! the side it comes to does. It is read at the moment of the request or the send, never from a cache.
//!
//! The two sides talk about it: one asks, the other answers, both see how far the other is ([`Theirs`]). That changes nothing of what
//! counts here, but in one place: [`heard`] says where.

pub mod acts;
pub mod heard;
pub mod messages;
pub mod outward;
pub mod views;

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{MultiBackend, Tx, VALUES, among, schema};
use crate::error::{FieldErrors, Result};
use crate::policy::{Class, limits};
use crate::text_enum;

text_enum! {
    /// How far an agreement is. Only one that is agreed counts.
    AgreementState {
        /// One side asked the other for it.
        Requested = "requested",
        /// The two sides talk about it.
        Discussion = "discussion",
        /// It counts, until its last day.
        Agreed = "agreed",
        /// It doesn't count for now.
        Suspended = "suspended",
        /// It is over.
        Ended = "ended",
    }
}

text_enum! {
    /// Whose request is open.
    Asked {
        /// Nobody's.
        Nobody = "nobody",
        /// Ours: the other side hasn't answered.
        Us = "us",
        /// Theirs: nobody here has answered.
        Them = "them",
        /// Ours was: the other side refused it.
        Refused = "refused",
    }
}

/// What was agreed with another instance.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::agreements, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub struct AgreementRow {
    /// `host[:port]` of the other instance.
    pub host: String,
    /// How far it is.
    pub state: AgreementState,
    /// The strictest class that may cross.
    pub ceiling: Class,
    /// Until when it counts; `None`: until it is ended.
    pub until: Option<Time>,
    /// The organisation on the other side.
    pub organisation: String,
    /// Whom to ask there.
    pub contact: String,
    /// What it is for.
    pub purpose: String,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub changed_at: Time,
    /// How many days before its end administrators were last reminded; 0: not yet.
    pub reminded: i64,
}

impl AgreementRow {
    /// The strictest class that may cross at this moment.
    #[must_use]
    pub fn ceiling_at(&self, now: Time) -> Class {
        counting(self.state, self.ceiling, self.until, now)
    }

    /// Whether its last day is past.
    #[must_use]
    pub fn is_over(&self, now: Time) -> bool {
        is_past(self.until, now)
    }

    /// What an administrator decides about it.
    #[must_use]
    pub fn terms(&self) -> Terms {
        Terms {
            state: self.state,
            ceiling: self.ceiling,
            until: self.until,
            organisation: self.organisation.clone(),
            contact: self.contact.clone(),
            purpose: self.purpose.clone(),
        }
    }
}

/// How the talk about an agreement stands: a part of the same row, which nothing that crosses depends on.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::agreements, check_for_backend(MultiBackend))]
pub struct TalkRow {
    /// Whose request is open.
    pub asked: Asked,
    /// The other side is told how things stand here.
    pub told: bool,
    /// How far the other side is, as it last told us.
    pub their_state: Option<AgreementState>,
    /// The strictest class that may cross as far as they are concerned.
    pub their_ceiling: Option<Class>,
    /// Until when it counts for them.
    pub their_until: Option<Time>,
    /// Which organisation they are, as they say.
    pub their_organisation: String,
    /// Whom to ask there, as they say.
    pub their_contact: String,
    /// What it is for, as they say.
    pub their_purpose: String,
    /// Since when things stand so there; `None`: they told us nothing yet.
    pub their_at: Option<Time>,
}

impl TalkRow {
    /// A talk that hasn't begun.
    #[must_use]
    pub fn none() -> Self {
        Self {
            asked: Asked::Nobody,
            told: false,
            their_state: None,
            their_ceiling: None,
            their_until: None,
            their_organisation: String::new(),
            their_contact: String::new(),
            their_purpose: String::new(),
            their_at: None,
        }
    }

    /// What the other side last told us.
    #[must_use]
    pub fn theirs(&self) -> Option<Theirs> {
        Some(Theirs {
            state: self.their_state?,
            ceiling: self.their_ceiling?,
            until: self.their_until,
            organisation: self.their_organisation.clone(),
            contact: self.their_contact.clone(),
            purpose: self.their_purpose.clone(),
            at: self.their_at?,
        })
    }
}

/// What the other side says of its own agreement with us. It decides about nothing here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theirs {
    /// How far it is for them.
    pub state: AgreementState,
    /// The strictest class that may cross: `leden` or `vertrouwelijk`.
    pub ceiling: Class,
    /// Until when it counts; `None`: until it is ended.
    pub until: Option<Time>,
    /// Which organisation they are.
    pub organisation: String,
    /// Whom to ask there; may be empty.
    pub contact: String,
    /// What it is for.
    pub purpose: String,
    /// Since when things stand so.
    pub at: Time,
}

impl Theirs {
    /// The strictest class that may cross at this moment, as far as they are concerned.
    #[must_use]
    pub fn ceiling_at(&self, now: Time) -> Class {
        counting(self.state, self.ceiling, self.until, now)
    }

    /// Whether it reaches as far as this, and lasts as long.
    #[must_use]
    pub fn covers(&self, ceiling: Class, until: Option<Time>) -> bool {
        let lasts = match (self.until, until) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(theirs), Some(ours)) => theirs >= ours,
        };
        lasts && self.ceiling >= ceiling
    }

    /// Whether it says the same, since whenever.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        *self == Self { at: self.at, ..other.clone() }
    }
}

/// What an administrator decides about an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// How far it is.
    pub state: AgreementState,
    /// The strictest class that may cross: `leden` or `vertrouwelijk`.
    pub ceiling: Class,
    /// Until when it counts; `None`: until it is ended.
    pub until: Option<Time>,
    /// The organisation on the other side.
    pub organisation: String,
    /// Whom to ask there; may be empty.
    pub contact: String,
    /// What it is for.
    pub purpose: String,
}

impl Terms {
    /// All that is wrong with them at this moment.
    pub fn check(&self, now: Time, errors: &mut FieldErrors) {
        if !matches!(self.ceiling, Class::Leden | Class::Vertrouwelijk) {
            errors.add("ceiling", "error-agreement-ceiling");
        }
        let meant_to_count = matches!(self.state, AgreementState::Agreed | AgreementState::Requested);
        if meant_to_count && is_past(self.until, now) {
            errors.add("until", "error-time-past");
        }
        let texts = [
            ("organisation", &self.organisation, limits::LABEL, Some("error-agreement-organisation")),
            ("contact", &self.contact, limits::TITLE, None),
            ("purpose", &self.purpose, limits::REASON, Some("error-agreement-purpose")),
        ];
        for (field, text, most, missing) in texts {
            if text.chars().count() > most {
                errors.add_limit(field, "error-text-long", i64::try_from(most).unwrap_or(i64::MAX));
            }
            if let Some(key) = missing.filter(|_| text.trim().is_empty()) {
                errors.add(field, key);
            }
        }
    }

    /// The strictest class that may cross by them at this moment.
    #[must_use]
    pub fn ceiling_at(&self, now: Time) -> Class {
        counting(self.state, self.ceiling, self.until, now)
    }
}

/// What agreeing to what the other side has would be: how far, and until when. Of whom it is with, and what for, we keep our own words.
#[must_use]
pub fn offered(row: &AgreementRow, theirs: &Theirs) -> Terms {
    Terms { state: AgreementState::Agreed, ceiling: theirs.ceiling, until: theirs.until, ..row.terms() }
}

fn is_past(until: Option<Time>, now: Time) -> bool {
    until.is_some_and(|until| until <= now)
}

/// What lets closed content cross: that it is agreed, and its last day isn't past.
fn counting(state: AgreementState, ceiling: Class, until: Option<Time>, now: Time) -> Class {
    if state == AgreementState::Agreed && !is_past(until, now) { ceiling } else { Class::Openbaar }
}

/// An agreement with the talk about it.
fn load(tx: &mut Tx<'_>, host: &str) -> Result<Option<(AgreementRow, TalkRow)>> {
    let both = (AgreementRow::as_select(), TalkRow::as_select());
    Ok(schema::agreements::table.find(host).select(both).first(tx.conn).optional()?)
}

/// The strictest class that may cross between this instance and a host now.
///
/// # Errors
/// Only when the database does.
pub fn ceiling(tx: &mut Tx<'_>, host: &str) -> Result<Class> {
    Ok(ceilings(tx, [host])?.remove(host).unwrap_or(Class::Openbaar))
}

/// The same of many hosts; those without an agreement that counts are left out.
///
/// # Errors
/// Only when the database does.
pub fn ceilings<'h>(
    tx: &mut Tx<'_>,
    hosts: impl IntoIterator<Item = &'h str>,
) -> Result<BTreeMap<String, Class>> {
    use schema::agreements::dsl;
    let hosts: BTreeSet<String> = hosts.into_iter().map(str::to_owned).collect();
    let hosts: Vec<String> = hosts.into_iter().collect();
    let mut found = BTreeMap::new();
    for some in hosts.chunks(VALUES) {
        let rows: Vec<AgreementRow> = dsl::agreements
            .filter(among(dsl::host, some.iter().cloned()))
            .select(AgreementRow::as_select())
            .load(tx.conn)?;
        found.extend(rows.into_iter().map(|row| (row.host.clone(), row.ceiling_at(tx.now))));
    }
    found.retain(|_, class| *class > Class::Openbaar);
    Ok(found)
}
