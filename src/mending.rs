//! Mends what a clock left behind that was ahead: work that is due on a day that is far off, once the clock is right again.
//!
//! Whatever waits, waits for a moment. When the clock was an hour or a month ahead, that moment is an hour or a month too late, and
//! nobody would look at it until then. Here is known how far ahead each kind of moment can be by right. A clock that was behind
//! needs no mending: what it made is due at once.

use diesel::prelude::*;
use uuid::Uuid;

use crate::clock::Time;
use crate::db::{Tx, VALUES, schema};
use crate::error::Result;
use crate::federation::store::outbox;
use crate::ids::{ActivityId, EntryId, JobId, PostId, RowId};
use crate::jobs;

/// Clocks of several machines may differ by so many seconds.
const SLACK: i64 = 120;
/// Longest that an activity that came in waits for its next try, and a lease on it lasts, in seconds.
const INBOX: i64 = 600;
/// Longest that a job waits which failed, in seconds.
const JOB: i64 = 6 * 3_600;
/// Longest that a server rests, whatever it asks for, in seconds.
const REST: i64 = 7 * 86_400;

/// Makes due what waits for a moment that can't be right. Tells how much that was. Reads little when all is well.
///
/// # Errors
/// Only when the database does.
pub fn mend(tx: &mut Tx<'_>) -> Result<usize> {
    Ok(jobs(tx)? + activities(tx)? + servers(tx)?)
}

/// Whether there is anything to mend.
///
/// # Errors
/// Only when the database does.
pub fn is_due(tx: &mut Tx<'_>) -> Result<bool> {
    let (_, late) = jobs_late(tx)?;
    Ok(!late.is_empty() || !activities_late(tx)?.is_empty() || !servers_late(tx)?.is_empty())
}

/// The latest id that was made for what keeps its order by its id: later ones must come after it, whatever the clock says now.
///
/// # Errors
/// Only when the database does.
pub fn latest(tx: &mut Tx<'_>) -> Result<Option<Uuid>> {
    use schema::{activities, deliveries, inbox, jobs, journal, posts};
    let job: Option<JobId> = jobs::table.order(jobs::id.desc()).select(jobs::id).first(tx.conn).optional()?;
    let row: Option<RowId> =
        inbox::table.order(inbox::id.desc()).select(inbox::id).first(tx.conn).optional()?;
    let delivery: Option<RowId> =
        deliveries::table.order(deliveries::id.desc()).select(deliveries::id).first(tx.conn).optional()?;
    let line: Option<EntryId> =
        journal::table.order(journal::id.desc()).select(journal::id).first(tx.conn).optional()?;
    let post: Option<PostId> =
        posts::table.order(posts::id.desc()).select(posts::id).first(tx.conn).optional()?;
    let activity: Option<ActivityId> =
        activities::table.order(activities::id.desc()).select(activities::id).first(tx.conn).optional()?;
    let ids = [
        job.map(|id| id.0),
        row.map(|id| id.0),
        delivery.map(|id| id.0),
        line.map(|id| id.0),
        post.map(|id| id.0),
        activity.map(|id| id.0),
    ];
    Ok(ids.into_iter().flatten().max())
}

/// Which job, when it was made, for when it is planned, and whose it is.
type Late = Vec<(JobId, Time, Time, Option<String>)>;

/// Jobs that were made on a later day than today, and those whose lease or pause ends too late.
fn jobs_late(tx: &mut Tx<'_>) -> Result<(Time, Late)> {
    use schema::jobs::dsl;
    let limit = tx.now.plus_seconds(SLACK);
    let held = dsl::leased_by.is_not_null().and(dsl::run_at.gt(limit.plus_seconds(jobs::LEASE)));
    let failed = dsl::attempts.gt(0).and(dsl::run_at.gt(limit.plus_seconds(JOB)));
    let found = dsl::jobs
        .filter(dsl::failed_at.is_null().and(dsl::run_at.gt(limit)))
        .filter(dsl::created_at.gt(limit).or(held).or(failed))
        .order(dsl::id)
        .limit(i64::try_from(VALUES).unwrap_or(i64::MAX))
        .select((dsl::id, dsl::created_at, dsl::run_at, dsl::leased_by))
        .load(tx.conn)?;
    Ok((limit, found))
}

fn jobs(tx: &mut Tx<'_>) -> Result<usize> {
    use schema::jobs::dsl;
    let (limit, late) = jobs_late(tx)?;
    for (id, made, run_at, leased_by) in &late {
        // What was to be done some time after it was made is done as long after today; but not what a worker held.
        let planned = *made > limit && leased_by.is_none();
        let wait = if planned { run_at.seconds_since(*made).max(0) } else { 0 };
        diesel::update(dsl::jobs.find(id))
            .set((
                dsl::run_at.eq(tx.now.plus_seconds(wait)),
                dsl::created_at.eq((*made).min(tx.now)),
                dsl::leased_by.eq(None::<String>),
            ))
            .execute(tx.conn)?;
    }
    Ok(late.len())
}

fn activities_late(tx: &mut Tx<'_>) -> Result<Vec<RowId>> {
    use schema::inbox::dsl;
    let found = dsl::inbox
        .filter(dsl::done_at.is_null().and(dsl::run_at.gt(tx.now.plus_seconds(INBOX + SLACK))))
        .order((dsl::run_at, dsl::id))
        .limit(i64::try_from(VALUES).unwrap_or(i64::MAX))
        .select(dsl::id);
    Ok(found.load(tx.conn)?)
}

fn activities(tx: &mut Tx<'_>) -> Result<usize> {
    use schema::inbox::dsl;
    let late = activities_late(tx)?;
    diesel::update(dsl::inbox.filter(dsl::id.eq_any(&late)))
        .set((dsl::run_at.eq(tx.now), dsl::leased_by.eq(None::<String>)))
        .execute(tx.conn)?;
    Ok(late.len())
}

/// Servers that failed on a later day than today, or rest for longer than any may; and those that are leased for too long.
fn servers_late(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    use schema::peers::dsl;
    let limit = tx.now.plus_seconds(SLACK);
    let rests = dsl::retry_at.gt(tx.now).and(dsl::failed_at.gt(limit));
    let long = dsl::retry_at.gt(limit.plus_seconds(REST));
    let leased = dsl::leased_until.gt(limit.plus_seconds(outbox::LEASE));
    let found = dsl::peers
        .filter(rests.assume_not_null().or(long.assume_not_null()).or(leased.assume_not_null()))
        .order(dsl::host)
        .limit(i64::try_from(VALUES).unwrap_or(i64::MAX))
        .select(dsl::host);
    Ok(found.load(tx.conn)?)
}

fn servers(tx: &mut Tx<'_>) -> Result<usize> {
    use schema::peers::dsl;
    let late = servers_late(tx)?;
    diesel::update(dsl::peers.filter(dsl::host.eq_any(&late)))
        .set((
            dsl::retry_at.eq(None::<Time>),
            dsl::failed_at.eq(None::<Time>),
            dsl::leased_until.eq(None::<Time>),
        ))
        .execute(tx.conn)?;
    Ok(late.len())
}
