//! What is to become of an activity that came in, and how that is written down.

use std::collections::BTreeSet;

use serde_json::Value;

use super::activities::ruled::{Asked, Wait};
use super::activities::{self, Plan, Stop};
use super::inbox::FORWARDED;
use super::objects::document::Document;
use super::store::held;
use super::store::inbox::{self, Claimed, InboxState};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::held::HeldFor;
use crate::ids::RowId;
use crate::policy::Reason;

/// Tries of an activity that waits for another server, with the pauses below for ten minutes. They are counted and not timed: one
/// that had to wait for us, or whose clock was set, has them all the same.
const TRIES: i64 = 7;
/// Tries after faults of ours.
const FAULTS: i64 = 8;

/// What is to become of a row.
pub enum Verdict {
    /// It can be applied.
    Apply(Plan),
    /// It is over.
    Over(InboxState, String),
    /// It is tried again later: with how many tries so far, in how many seconds, and why.
    Later(i64, i64, String),
    /// It waits for a moderator.
    Held(Wait),
    /// It takes back these, which wait for a moderator: with that there is nothing left to do.
    TakenBack(Vec<RowId>),
}

impl Verdict {
    /// Whether it was applied in a closed group.
    pub fn is_confidential(&self) -> bool {
        matches!(self, Self::Apply(plan) if plan.is_confidential())
    }

    /// What rules are asked about by the act.
    pub fn asked(&self) -> Vec<Asked> {
        match self {
            Self::Apply(plan) => plan.asked().to_vec(),
            Self::Over(..) | Self::Later(..) | Self::Held(_) | Self::TakenBack(_) => Vec::new(),
        }
    }

    /// What not being able to apply a row means for it.
    pub fn stopped(row: &Claimed, stop: Stop, online: bool) -> Self {
        match stop {
            Stop::Ignored(rule) => Self::Over(InboxState::Ignored, rule.to_owned()),
            Stop::Refused(rule) => Self::Over(InboxState::Refused, rule),
            // Somebody else's word about it: nobody could let it in by that.
            Stop::Held(Wait::Ruled(_)) if row.kind == FORWARDED => {
                Self::Over(InboxState::Refused, Reason::Ruled.word().to_owned())
            }
            Stop::Held(Wait::For(HeldFor::PersonalData(_), _)) if row.kind == FORWARDED => {
                Self::Over(InboxState::Refused, activities::PERSONAL_DATA.to_owned())
            }
            Stop::Held(wait) => Self::Held(wait),
            Stop::TakenBack(rows) => Self::TakenBack(rows),
            Stop::Later(_) if !online => Self::Later(row.attempts, 0, "to be fetched".to_owned()),
            Stop::Later(why) => {
                if row.attempts < TRIES {
                    return Self::Later(row.attempts + 1, pause(row.attempts), why);
                }
                Self::Over(InboxState::Failed, why)
            }
            // No fault of this activity: it isn't counted as a try, however long that lasts.
            Stop::Fault(Error::Unavailable(error)) => {
                tracing::warn!(row = %row.id, kind = %row.kind, error = %error, "an activity has to wait");
                Self::Later(row.attempts, pause(0), "no database".to_owned())
            }
            Stop::Fault(error) => {
                tracing::error!(row = %row.id, kind = %row.kind, error = %error, "an activity could not be applied");
                if row.attempts < FAULTS {
                    return Self::Later(row.attempts + 1, pause(row.attempts), "fault".to_owned());
                }
                Self::Over(InboxState::Failed, "fault".to_owned())
            }
        }
    }

    /// What an act's answer means for the row.
    pub fn answered(row: &Claimed, asked: Vec<Asked>, error: Error, online: bool) -> Self {
        let stop = match error {
            Error::Denied(Reason::Held) => Stop::Held(Wait::Ruled(asked)),
            error => stop_for(error),
        };
        Self::stopped(row, stop, online)
    }
}

fn pause(attempts: i64) -> i64 {
    5_i64.saturating_mul(1 << attempts.clamp(0, 6))
}

/// What an act's answer means for the activity.
fn stop_for(error: Error) -> Stop {
    match error {
        Error::Denied(Reason::Already) | Error::Conflict => Stop::Ignored("already"),
        Error::Denied(reason) => Stop::refused(reason.word()),
        Error::NotFound | Error::SignedOut => Stop::refused("not-found"),
        Error::Gone => Stop::Ignored("gone"),
        Error::Invalid(fields) => {
            let keys: Vec<&str> = fields.0.iter().map(|field| field.key).collect();
            Stop::Refused(format!("invalid: {}", keys.join(" ")))
        }
        Error::Busy(_) | Error::Limited { .. } => Stop::Later("busy".to_owned()),
        Error::Unreachable => Stop::Later("unreachable".to_owned()),
        Error::Internal(_) | Error::Unavailable(_) => Stop::Fault(error),
    }
}

/// What was done with a batch.
#[derive(Default)]
pub struct Done {
    /// What became of each, for the metrics.
    pub words: Vec<&'static str>,
    /// Lanes on which something has to wait.
    pub held: BTreeSet<String>,
}

impl Done {
    /// Nothing yet, with these lanes to be left alone.
    pub fn holding(held: &BTreeSet<String>) -> Self {
        Self { held: held.clone(), ..Self::default() }
    }

    /// Takes over what was done besides.
    pub fn add(&mut self, other: Self) {
        self.words.extend(other.words);
        self.held.extend(other.held);
    }
}

/// Notes what became of a row that wasn't applied.
///
/// # Errors
/// `Conflict` when the lease has passed to another worker; else only when the database does.
pub fn note(tx: &mut Tx<'_>, row: &Claimed, worker: &str, verdict: &Verdict, done: &mut Done) -> Result<()> {
    match verdict {
        Verdict::Apply(_) => {}
        Verdict::Later(attempts, pause, why) => {
            done.held.insert(row.lane.clone());
            inbox::park(tx, row, *attempts, tx.now.plus_seconds(*pause), &shortened(why))?;
        }
        Verdict::Over(state, rule) => {
            tracing::debug!(row = %row.id, kind = %row.kind, state = %state, reason = %rule, "not applied");
            done.words.push(state.word());
            inbox::finish(tx, row.id, worker, *state, &shortened(rule))?;
            // Nor does what stood in it stay here.
            if rule == activities::PERSONAL_DATA {
                inbox::forget_bodies(tx, &[row.id])?;
            }
            if let Some(follow) = follow(row).filter(|_| *state == InboxState::Refused) {
                activities::turned_away(tx, Document(&follow), &row.actor_uri, &row.activity_uri)?;
            }
        }
        Verdict::Held(wait) => match wait.settled(tx)? {
            Some((why, group)) => {
                tracing::debug!(row = %row.id, kind = %row.kind, reason = %why, "it waits for a moderator");
                done.words.push(InboxState::Held.word());
                held::keep(tx, row.id, worker, &why, group)?;
            }
            // What it was to wait for was decided meanwhile.
            None => {
                done.held.insert(row.lane.clone());
                inbox::park(tx, row, row.attempts, tx.now, "to be looked at again")?;
            }
        },
        Verdict::TakenBack(rows) => {
            held::end(tx, rows, activities::TAKEN_BACK)?;
            done.words.push(InboxState::Ignored.word());
            inbox::finish(tx, row.id, worker, InboxState::Ignored, activities::TAKEN_BACK)?;
        }
    }
    Ok(())
}

fn shortened(reason: &str) -> String {
    reason.chars().take(300).collect()
}

/// The Follow, if it is one: its sender waits for an answer.
fn follow(row: &Claimed) -> Option<Value> {
    let body = row.body.as_deref().filter(|_| matches!(row.kind.as_str(), "Follow" | "Join"))?;
    serde_json::from_str(body).ok()
}
