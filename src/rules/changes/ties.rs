//! Memberships and follows that ended because of a change: kept as they were, and brought back when the change is undone.
//!
//! What ends is kept in the transaction that ends it, and what comes back is noted in the one that brings it back, some at a time.
//! After [`UNDO_DAYS`] nothing of it is left.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use super::{ChangeState, UNDO_DAYS};
use crate::actors;
use crate::audit::{self, Act, Outcome};
use crate::clock::Time;
use crate::db::types::Json;
use crate::db::{Db, Lock, Tx, VALUES, lock, schema};
use crate::each;
use crate::error::Result;
use crate::ids::{ActorId, GroupId, PersonId, RowId};
use crate::journal::{self, Detail, Did, Line};
use crate::membership::{MembershipRow, MembershipState, severed};
use crate::people::follows::{self, FollowRow};
use crate::policy::Role;
use crate::policy::federation::{Direction, Passing};
use crate::rules::Policy;
use crate::text_enum;

/// Memberships and follows that end in one transaction.
const ENDED: i64 = 100;
/// Ties that are brought back in one transaction.
const SOME: i64 = 50;

text_enum! {
    /// What a row of `severed_ties` is.
    TieKind {
        /// A membership that ended.
        Membership = "membership",
        /// A follow that ended.
        Follow = "follow",
        /// It is there again. Nothing more is kept of it.
        Restored = "restored",
        /// It could not be brought back. Nothing more is kept of it.
        Lost = "lost",
    }
}

/// Something between a person here and one elsewhere, or a group there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "tie", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Tie {
    /// A membership of a group.
    Membership {
        /// The group.
        group: GroupId,
        /// Whose.
        person: PersonId,
        /// As what.
        role: Role,
        /// How far.
        state: MembershipState,
        /// What was written when asking.
        motivation: String,
        /// Id of the Follow.
        follow_uri: Option<String>,
        /// When it was asked.
        created_at: Time,
        /// When it was accepted.
        accepted_at: Option<Time>,
        /// Until when; nothing was kept of that before there could be an end.
        #[serde(default)]
        until: Option<Time>,
    },
    /// Somebody who follows somebody.
    Follow {
        /// Who.
        follower: PersonId,
        /// Whom.
        target: PersonId,
        /// Id of the Follow.
        uri: String,
        /// Since when.
        accepted_at: Option<Time>,
        /// When it was asked.
        created_at: Time,
    },
}

impl From<MembershipRow> for Tie {
    fn from(row: MembershipRow) -> Self {
        Self::Membership {
            group: row.group_id,
            person: row.person_id,
            role: row.role,
            state: row.state,
            motivation: row.motivation,
            follow_uri: row.follow_uri,
            created_at: row.created_at,
            accepted_at: row.accepted_at,
            until: row.until,
        }
    }
}

impl From<FollowRow> for Tie {
    fn from(row: FollowRow) -> Self {
        Self::Follow {
            follower: row.follower_id,
            target: row.target_id,
            uri: row.uri,
            accepted_at: row.accepted_at,
            created_at: row.created_at,
        }
    }
}

impl Tie {
    fn kind(&self) -> TieKind {
        match self {
            Self::Membership { .. } => TieKind::Membership,
            Self::Follow { .. } => TieKind::Follow,
        }
    }

    /// The two that it is between.
    fn ends(&self) -> [ActorId; 2] {
        match self {
            Self::Membership { group, person, .. } => [(*group).into(), (*person).into()],
            Self::Follow { follower, target, .. } => [(*follower).into(), (*target).into()],
        }
    }

    /// Brings it back. `false` when that can't be any more.
    fn restore(self, tx: &mut Tx<'_>) -> Result<bool> {
        match self {
            Self::Membership {
                group,
                person,
                role,
                state,
                motivation,
                follow_uri,
                created_at,
                accepted_at,
                until,
            } => {
                let row = MembershipRow {
                    id: RowId::fresh(),
                    group_id: group,
                    person_id: person,
                    role,
                    state,
                    motivation,
                    follow_uri,
                    created_at,
                    accepted_at,
                    until,
                };
                severed::restore(tx, &row)
            }
            Self::Follow { follower, target, uri, accepted_at, created_at } => {
                let row =
                    FollowRow { follower_id: follower, target_id: target, uri, accepted_at, created_at };
                follows::restore(tx, &row)
            }
        }
    }
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = schema::severed_ties)]
#[diesel(treat_none_as_default_value = false)]
struct NewTie {
    id: RowId,
    change_id: RowId,
    kind: TieKind,
    tie: Json,
    created_at: Time,
}

/// Ends some of what there is between our people and those of these servers; tells how much. What ends because of a `change` is kept. Nothing
/// ends any more when that was undone meanwhile.
///
/// # Errors
/// Only when the database does.
pub fn end(tx: &mut Tx<'_>, hosts: &[String], change: Option<RowId>) -> Result<usize> {
    // Whoever undoes the change waits for this part, and brings it back, too.
    lock(tx, Lock::Rules, "")?;
    let state: Option<ChangeState> = match change {
        Some(change) => {
            let query = schema::rule_changes::table.find(change).select(schema::rule_changes::state);
            query.first(tx.conn).optional()?
        }
        None => None,
    };
    if state.is_some_and(|state| state != ChangeState::Applied) {
        return Ok(0);
    }
    let memberships = severed::end(tx, hosts, ENDED)?;
    let follows = follows::end_with(tx, hosts, ENDED)?;
    let count = memberships.len() + follows.len();
    // One that isn't kept any more can't be undone either.
    if let Some(change) = change.filter(|_| state.is_some()) {
        let ended = memberships.into_iter().map(Tie::from).chain(follows.into_iter().map(Tie::from));
        keep(tx, change, ended.collect())?;
    }
    Ok(count)
}

fn keep(tx: &mut Tx<'_>, change: RowId, ended: Vec<Tie>) -> Result<()> {
    let mut rows = Vec::with_capacity(ended.len());
    for tie in ended {
        rows.push(NewTie {
            id: RowId::fresh(),
            change_id: change,
            kind: tie.kind(),
            tie: Json::of(&tie)?,
            created_at: tx.now,
        });
    }
    for some in rows.chunks(VALUES) {
        each!(tx.conn, |conn| diesel::insert_into(schema::severed_ties::table).values(some).execute(conn))?;
    }
    Ok(())
}

/// Brings back what ended because of a change that was undone, some of it at a time, and tells in the journal and the audit trail how much
/// that was and how much couldn't be brought back: `Job::Restore`.
///
/// # Errors
/// Only when the database does; what is back stays, and the job goes on with the rest.
pub async fn restore(db: &Db, change: RowId) -> Result<()> {
    while db.write(move |tx| restore_some(tx, change)).await? > 0 {}
    db.write(move |tx| tell(tx, change)).await
}

fn restore_some(tx: &mut Tx<'_>, change: RowId) -> Result<usize> {
    use schema::severed_ties::dsl;
    // Nothing else is decided about the servers meanwhile.
    lock(tx, Lock::Rules, "")?;
    let rows: Vec<(RowId, Json)> = dsl::severed_ties
        .filter(dsl::change_id.eq(change))
        .filter(dsl::kind.eq_any([TieKind::Membership, TieKind::Follow]))
        .order(dsl::id)
        .limit(SOME)
        .select((dsl::id, dsl::tie))
        .load(tx.conn)?;
    for (id, tie) in &rows {
        let tie: Tie = tie.read()?;
        let back = match tx.part(|tx| restore_one(tx, tie)) {
            Ok(back) => back,
            Err(error) if error.is_fault() => return Err(error),
            // Somebody is gone, or something stands between the two by now.
            Err(_no) => false,
        };
        let kind = if back { TieKind::Restored } else { TieKind::Lost };
        diesel::update(dsl::severed_ties.find(id))
            .set((dsl::kind.eq(kind), dsl::tie.eq("")))
            .execute(tx.conn)?;
    }
    Ok(rows.len())
}

fn restore_one(tx: &mut Tx<'_>, tie: Tie) -> Result<bool> {
    for id in tie.ends() {
        let actor = actors::find(tx, id)?;
        if !actor.local && is_shut(tx, &actor.host)? {
            return Ok(false);
        }
    }
    tie.restore(tx)
}

/// Whether another decision or rule still stands between this instance and a server.
fn is_shut(tx: &mut Tx<'_>, host: &str) -> Result<bool> {
    let policy = Policy::of(tx, [host])?;
    let refuses = |direction| policy.judge(host, Passing::anything(direction)).refuses();
    Ok(refuses(Direction::In) || refuses(Direction::Out))
}

/// Says what became of the ties of a change that was undone.
fn tell(tx: &mut Tx<'_>, change: RowId) -> Result<()> {
    let count = |tx: &mut Tx<'_>, kind: TieKind| -> Result<i64> {
        use schema::severed_ties::dsl;
        let query = dsl::severed_ties.filter(dsl::change_id.eq(change).and(dsl::kind.eq(kind)));
        Ok(query.count().get_result(tx.conn)?)
    };
    let (restored, lost) = (count(tx, TieKind::Restored)?, count(tx, TieKind::Lost)?);
    if restored + lost == 0 {
        return Ok(());
    }
    let told = format!("{restored} restored, {lost} lost");
    // It follows from what an administrator did: nobody does anything more.
    let line = Line {
        did: Did::SetRules,
        by: None,
        group: None,
        thread: None,
        post: None,
        person: None,
        moderation: false,
        detail: Detail {
            word: "restored".to_owned(),
            reason: told.clone(),
            to: change.to_string(),
            ..Detail::default()
        },
    };
    journal::record(tx, &line)?;
    let line = audit::Line {
        act: Act::Rules,
        outcome: Outcome::Done,
        by: None,
        object: format!("memberships and follows of change {change}: {told}"),
        origin: "rules".to_owned(),
    };
    audit::note(tx, &line)
}

/// Forgets what can't be undone any more: ties that ended, and what stood there before a change. Changes themselves are kept as long as
/// the journal; 0 keeps them all. Tells how many rows it touched.
///
/// # Errors
/// Only when the database does.
pub fn prune(tx: &mut Tx<'_>, journal_days: i64) -> Result<usize> {
    use schema::{rule_changes, severed_ties};
    let old = tx.now.plus_days(-UNDO_DAYS);
    let mut gone =
        diesel::delete(severed_ties::table.filter(severed_ties::created_at.lt(old))).execute(tx.conn)?;
    let past = rule_changes::table.filter(rule_changes::applied_at.lt(old));
    gone += diesel::update(past.filter(rule_changes::before.ne("")))
        .set(rule_changes::before.eq(""))
        .execute(tx.conn)?;
    if journal_days > 0 {
        let old = tx.now.plus_days(-journal_days.max(UNDO_DAYS));
        let applied = rule_changes::applied_at.is_null().or(rule_changes::applied_at.lt(old));
        let past = rule_changes::table.filter(rule_changes::created_at.lt(old)).filter(applied);
        gone += diesel::delete(past).execute(tx.conn)?;
    }
    Ok(gone)
}

#[cfg(test)]
mod tests {
    use super::Tie;

    #[test]
    fn a_tie_that_was_kept_before_memberships_could_end_is_read() {
        let id = "0198c0de-0000-7000-8000-000000000000";
        let kept = format!(
            r#"{{"tie":"membership","group":"{id}","person":"{id}","role":"member","state":"accepted","motivation":"",
            "followUri":null,"createdAt":"2026-11-30T12:00:00Z","acceptedAt":null}}"#
        );
        let tie: Tie = serde_json::from_str(&kept).unwrap();
        assert!(matches!(tie, Tie::Membership { until: None, .. }), "{tie:?}");
    }
}
