//! The durable queue: what is to be done after a commit, enqueued in the transaction that made it necessary.
//!
//! A worker claims jobs by a conditional update with a lease, so that many workers share one database; a job whose worker
//! died is claimed again when its lease ends. A job that fails is tried again later and later, and in the end kept as failed.
//! Every job must bear being run twice. Jobs of one lane are done in the order in which they were enqueued.

use std::collections::BTreeSet;
use std::iter;

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::clock::Time;
use crate::db::types::Json;
use crate::db::{AtEnd, MultiBackend, Tx, VALUES, among, schema};
use crate::each;
use crate::error::{Error, Result};
use crate::ids::{EntryId, GroupId, JobId, MediaId, PersonId, PostId, RowId};

/// Something to be done. Adding one: a variant here, its arm in `worker/`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Job {
    /// Tell other servers what a journal entry says.
    Publish {
        /// The entry.
        entry: EntryId,
    },
    /// Tell the people concerned.
    Notify {
        /// The entry.
        entry: EntryId,
    },
    /// Send a mail.
    Mail {
        /// Row of `mails`.
        mail: RowId,
    },
    /// Read what a newly followed group published before we came (outbox, featured, contexts).
    Backfill {
        /// The remote group.
        group: GroupId,
    },
    /// Read a remote actor's document again.
    Refresh {
        /// The actor's id on the wire.
        uri: String,
    },
    /// Read a peer's NodeInfo.
    Meet {
        /// Its host.
        host: String,
    },
    /// End what there is between this instance and a server that was blocked.
    Sever {
        /// Its host.
        host: String,
        /// The change of the rules that blocked it: what ends is kept, for when that is undone.
        #[serde(default)]
        change: Option<RowId>,
    },
    /// Bring back what ended because of a change of the rules which was undone.
    Restore {
        /// The change.
        change: RowId,
    },
    /// Drop copies of closed groups elsewhere that nobody here may read any more.
    DropCopies,
    /// End memberships that are over.
    EndMemberships,
    /// Delete an account whose grace period ended.
    DeleteAccount {
        /// Whose.
        person: PersonId,
    },
    /// Remove a file from the media folder.
    RemoveFile {
        /// The row it belonged to.
        media: MediaId,
        /// Its names below the media folder.
        files: Vec<String>,
    },
    /// Make the search terms of a page of posts anew, and of all that come after it.
    IndexPosts {
        /// The last one that was done.
        after: Option<PostId>,
    },
    /// The same for groups.
    IndexGroups {
        /// The last one that was done.
        after: Option<GroupId>,
    },
    /// Remove rows past their retention.
    Prune,
}

impl Job {
    /// The word for logs and metrics.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Publish { .. } => "publish",
            Self::Notify { .. } => "notify",
            Self::Mail { .. } => "mail",
            Self::Backfill { .. } => "backfill",
            Self::Refresh { .. } => "refresh",
            Self::Meet { .. } => "meet",
            Self::Sever { .. } => "sever",
            Self::Restore { .. } => "restore",
            Self::DropCopies => "drop-copies",
            Self::EndMemberships => "end-memberships",
            Self::DeleteAccount { .. } => "delete-account",
            Self::RemoveFile { .. } => "remove-file",
            Self::IndexPosts { .. } => "index-posts",
            Self::IndexGroups { .. } => "index-groups",
            Self::Prune => "prune",
        }
    }
}

/// How long a worker may take for a job before another takes it over, in seconds.
pub const LEASE: i64 = 120;

/// Tries before a job is kept as failed; with the back-off below that is about two days.
pub const TRIES: i64 = 18;

/// So often a job that fails holds back those behind it on its lane, with the back-off below for five minutes.
const HOLDS: i64 = 5;

/// A job that a worker has claimed.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::jobs, check_for_backend(MultiBackend))]
pub struct Claimed {
    /// Its id.
    pub id: JobId,
    /// The [`Job`], as JSON.
    pub payload: Json,
    /// Its lane.
    pub lane: String,
    /// Earlier tries.
    pub attempts: i64,
    /// When it was enqueued.
    pub created_at: Time,
}

/// Enqueues a job for as soon as this transaction is committed.
///
/// # Errors
/// Only when the database does.
pub fn enqueue(tx: &mut Tx<'_>, job: &Job) -> Result<()> {
    let now = tx.now;
    add(tx, job, "", now)
}

/// Jobs to be enqueued at the end of a transaction, where nothing in it asks for them.
#[derive(Debug, Default)]
struct Following(Vec<NewJob>);

impl AtEnd for Following {
    fn write(self: Box<Self>, tx: &mut Tx<'_>) -> Result<()> {
        for some in self.0.chunks(VALUES) {
            each!(tx.conn, |conn| diesel::insert_into(schema::jobs::table).values(some).execute(conn))?;
        }
        Ok(())
    }
}

/// Enqueues what follows from a line of the journal: publishing it, after all that was enqueued on this lane before, and
/// telling people.
///
/// # Errors
/// Only when the database does.
pub fn enqueue_following(tx: &mut Tx<'_>, entry: EntryId, lane: &str, tell: bool) -> Result<()> {
    let publish = NewJob::new(&Job::Publish { entry }, lane, tx.now, tx.now)?;
    let tell = tell.then(|| NewJob::new(&Job::Notify { entry }, "", tx.now, tx.now)).transpose()?;
    tx.at_end::<Following>().0.extend(iter::once(publish).chain(tell));
    Ok(())
}

/// Enqueues a job for later.
///
/// # Errors
/// Only when the database does.
pub fn enqueue_at(tx: &mut Tx<'_>, job: &Job, run_at: Time) -> Result<()> {
    add(tx, job, "", run_at)
}

fn add(tx: &mut Tx<'_>, job: &Job, lane: &str, run_at: Time) -> Result<()> {
    let row = NewJob::new(job, lane, run_at, tx.now)?;
    diesel::insert_into(schema::jobs::table).values(&row).execute(tx.conn)?;
    Ok(())
}

#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = schema::jobs)]
#[diesel(treat_none_as_default_value = false)]
struct NewJob {
    id: JobId,
    kind: String,
    payload: Json,
    lane: String,
    run_at: Time,
    attempts: i64,
    error: String,
    created_at: Time,
}

impl NewJob {
    fn new(job: &Job, lane: &str, run_at: Time, now: Time) -> Result<Self> {
        Ok(Self {
            id: JobId::fresh(),
            kind: job.kind().to_owned(),
            payload: Json::of(job)?,
            lane: lane.to_owned(),
            run_at,
            attempts: 0,
            error: String::new(),
            created_at: now,
        })
    }
}

/// Which jobs are claimed. Publishing has a loop of its own: it is quick, its order matters, and no slow mail may hold it up.
/// What asks other servers has loops of its own, so that a server that doesn't answer delays nobody's mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Those that tell other servers.
    Publish,
    /// Those that ask other servers.
    Ask,
    /// All others.
    Others,
}

impl Share {
    fn has(self, kind: &str) -> bool {
        let of = match kind {
            "publish" => Self::Publish,
            kind if ASKING.contains(&kind) => Self::Ask,
            _ => Self::Others,
        };
        of == self
    }
}

/// Kinds of the jobs that ask other servers.
const ASKING: [&str; 3] = ["backfill", "refresh", "meet"];

/// Whether any job of a share is due. Cheap, and without the queue's lock: a loop that is woken looks before it claims.
///
/// # Errors
/// Only when the database does.
pub fn is_due(tx: &mut Tx<'_>, share: Share) -> Result<bool> {
    use schema::jobs::dsl;
    let due = dsl::jobs
        .filter(dsl::failed_at.is_null().and(dsl::run_at.le(tx.now)))
        .select(dsl::id)
        .limit(1)
        .into_boxed();
    let due = match share {
        Share::Publish => due.filter(dsl::kind.eq("publish")),
        Share::Ask => due.filter(among(dsl::kind, ASKING.map(str::to_owned))),
        Share::Others => due.filter(dsl::kind.ne("publish").and(dsl::kind.ne_all(ASKING))),
    };
    Ok(due.first::<JobId>(tx.conn).optional()?.is_some())
}

/// Claims up to `limit` jobs of a share that are due, the oldest first, but none of a lane on which one is claimed or waits for its next try.
///
/// # Errors
/// Only when the database does.
pub fn claim(tx: &mut Tx<'_>, worker: &str, share: Share, limit: i64) -> Result<Vec<Claimed>> {
    use schema::jobs::dsl;
    let open = || dsl::jobs.filter(dsl::failed_at.is_null());
    let held: Vec<String> = open()
        .filter(dsl::lane.ne("").and(dsl::run_at.gt(tx.now)).and(dsl::attempts.lt(HOLDS)))
        .select(dsl::lane)
        .distinct()
        .order(dsl::lane)
        .load(tx.conn)?;
    let due = open()
        .filter(dsl::run_at.le(tx.now).and(dsl::lane.ne_all(held)))
        .limit(limit)
        .select((dsl::id, dsl::lane))
        .into_boxed();
    let due: Vec<(JobId, String)> = match share {
        // In the order in which they were made, also those that were tried before.
        Share::Publish => due.filter(dsl::kind.eq("publish")).order(dsl::id).load(tx.conn)?,
        Share::Ask => due.filter(dsl::kind.eq_any(ASKING)).order((dsl::run_at, dsl::id)).load(tx.conn)?,
        Share::Others => due
            .filter(dsl::kind.ne("publish").and(dsl::kind.ne_all(ASKING)))
            .order((dsl::run_at, dsl::id))
            .load(tx.conn)?,
    };
    if due.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<JobId> = due.iter().map(|(id, _)| *id).collect();
    // Whoever moves `run_at` first has the job.
    let leased = tx.now.plus_seconds(LEASE);
    diesel::update(dsl::jobs.filter(dsl::id.eq_any(&ids)).filter(dsl::run_at.le(tx.now)))
        .set((dsl::run_at.eq(leased), dsl::leased_by.eq(worker)))
        .execute(tx.conn)?;
    let mut claimed: Vec<Claimed> = dsl::jobs
        .filter(dsl::id.eq_any(&ids))
        .filter(dsl::leased_by.eq(worker).and(dsl::run_at.eq(leased)))
        .order(dsl::id)
        .select(Claimed::as_select())
        .load(tx.conn)?;
    if claimed.len() < due.len() {
        // Another worker was quicker with some of them: what is behind those on their lanes isn't ours either.
        let ours: BTreeSet<JobId> = claimed.iter().map(|job| job.id).collect();
        let lost: BTreeSet<&str> = due
            .iter()
            .filter(|(id, lane)| !lane.is_empty() && !ours.contains(id))
            .map(|(_, lane)| lane.as_str())
            .collect();
        for job in claimed.extract_if(.., |job| lost.contains(job.lane.as_str())) {
            release(tx, &[job.id], 0)?;
        }
    }
    Ok(claimed)
}

/// Jobs are done: they go.
///
/// # Errors
/// Only when the database does.
pub fn finish(tx: &mut Tx<'_>, ids: &[JobId]) -> Result<()> {
    use schema::jobs::dsl;
    diesel::delete(dsl::jobs.filter(dsl::id.eq_any(ids))).execute(tx.conn)?;
    Ok(())
}

/// A job failed: it is tried again after a pause that grows, or kept as failed after [`TRIES`].
///
/// # Errors
/// Only when the database does.
pub fn retry(tx: &mut Tx<'_>, job: &Claimed, error: &str) -> Result<()> {
    use schema::jobs::dsl;
    let attempts = job.attempts + 1;
    let pause = 5_i64.saturating_mul(1 << attempts.clamp(0, 12)).min(6 * 3_600);
    let failed_at = (attempts >= TRIES).then_some(tx.now);
    diesel::update(dsl::jobs.find(job.id))
        .set((
            dsl::attempts.eq(attempts),
            dsl::run_at.eq(tx.now.plus_seconds(pause)),
            dsl::leased_by.eq(None::<String>),
            dsl::failed_at.eq(failed_at),
            dsl::error.eq(error.chars().take(500).collect::<String>()),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Gives claimed jobs back unchanged, for so many seconds from now.
///
/// # Errors
/// Only when the database does.
pub fn release(tx: &mut Tx<'_>, ids: &[JobId], pause: i64) -> Result<usize> {
    use schema::jobs::dsl;
    Ok(diesel::update(dsl::jobs.filter(dsl::id.eq_any(ids)))
        .set((dsl::run_at.eq(tx.now.plus_seconds(pause)), dsl::leased_by.eq(None::<String>)))
        .execute(tx.conn)?)
}

/// Which processes have claimed jobs.
///
/// # Errors
/// Only when the database does.
pub fn holders(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    use schema::jobs::dsl;
    let leased = dsl::jobs.filter(dsl::failed_at.is_null().and(dsl::leased_by.is_not_null()));
    let running = leased.filter(dsl::run_at.gt(tx.now).and(dsl::run_at.le(tx.now.plus_seconds(LEASE))));
    Ok(running.select(dsl::leased_by.assume_not_null()).distinct().load(tx.conn)?)
}

/// Gives back what a process had claimed, of one share or of all.
///
/// # Errors
/// Only when the database does.
pub fn release_of(tx: &mut Tx<'_>, worker: &str, share: Option<Share>) -> Result<usize> {
    use schema::jobs::dsl;
    let leased = dsl::jobs.filter(dsl::failed_at.is_null().and(dsl::leased_by.eq(worker)));
    let leased: Vec<(JobId, String)> = leased.select((dsl::id, dsl::kind)).load(tx.conn)?;
    let ours = leased.iter().filter(|(_, kind)| share.is_none_or(|share| share.has(kind)));
    let ids: Vec<JobId> = ours.map(|(id, _)| *id).collect();
    release(tx, &ids, 0)
}

/// Gives back what any process had claimed: for a start when no other process can be at work.
///
/// # Errors
/// Only when the database does.
pub fn release_all(tx: &mut Tx<'_>) -> Result<usize> {
    use schema::jobs::dsl;
    let leased = dsl::jobs.filter(dsl::leased_by.is_not_null().and(dsl::failed_at.is_null()));
    Ok(diesel::update(leased)
        .set((dsl::run_at.eq(tx.now), dsl::leased_by.eq(None::<String>)))
        .execute(tx.conn)?)
}

/// Forgets what was going to be told to anybody: in a database that is restored from a backup it was told long ago.
///
/// # Errors
/// Only when the database does.
pub fn forget_telling(tx: &mut Tx<'_>) -> Result<()> {
    const TELLING: [&str; 3] = ["publish", "notify", "mail"];
    use schema::jobs::dsl;
    diesel::delete(dsl::jobs.filter(dsl::kind.eq_any(TELLING).and(dsl::failed_at.is_null())))
        .execute(tx.conn)?;
    release_all(tx).map(|_freed| ())
}

/// Forgets jobs that were given up more than `days` ago. 0 keeps all. Tells how many went.
///
/// # Errors
/// Only when the database does.
pub fn prune(tx: &mut Tx<'_>, days: i64) -> Result<usize> {
    use schema::jobs::dsl;
    if days == 0 {
        return Ok(0);
    }
    Ok(diesel::delete(dsl::jobs.filter(dsl::failed_at.lt(tx.now.plus_days(-days)))).execute(tx.conn)?)
}

/// How many jobs wait, by kind, and since when the oldest has been due: for `/metrics` and the admin page.
///
/// # Errors
/// Only when the database does.
pub fn waiting(tx: &mut Tx<'_>) -> Result<Vec<(String, i64, Option<Time>)>> {
    use diesel::dsl::{count_star, min};
    use schema::jobs::dsl;
    Ok(dsl::jobs
        .filter(dsl::failed_at.is_null())
        .group_by(dsl::kind)
        .select((dsl::kind, count_star(), min(dsl::run_at)))
        .order(dsl::kind)
        .load(tx.conn)?)
}

/// The next moment at which a job is due; `None` when nothing waits.
///
/// # Errors
/// Only when the database does.
pub fn next_due(tx: &mut Tx<'_>) -> Result<Option<Time>> {
    use schema::jobs::dsl;
    Ok(dsl::jobs.filter(dsl::failed_at.is_null()).select(diesel::dsl::min(dsl::run_at)).first(tx.conn)?)
}

/// A job that was given up.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::jobs, check_for_backend(MultiBackend))]
pub struct Failed {
    /// Its id.
    pub id: JobId,
    /// What kind.
    pub kind: String,
    /// How often it was tried.
    pub attempts: i64,
    /// What went wrong the last time.
    pub error: String,
    /// When it was given up.
    pub failed_at: Option<Time>,
}

/// Jobs that were given up, the latest first, at most `limit`: for the admin page.
///
/// # Errors
/// Only when the database does.
pub fn failed(tx: &mut Tx<'_>, limit: i64) -> Result<Vec<Failed>> {
    use schema::jobs::dsl;
    let query = dsl::jobs
        .filter(dsl::failed_at.is_not_null())
        .order((dsl::failed_at.desc(), dsl::id.desc()))
        .limit(limit)
        .select(Failed::as_select());
    Ok(query.load(tx.conn)?)
}

/// Tries a job again that was given up. Whoever calls has checked that it may.
///
/// # Errors
/// `NotFound` when there is no such job.
pub fn again(tx: &mut Tx<'_>, id: JobId) -> Result<()> {
    use schema::jobs::dsl;
    let changed = diesel::update(dsl::jobs.find(id).filter(dsl::failed_at.is_not_null()))
        .set((dsl::failed_at.eq(None::<Time>), dsl::attempts.eq(0_i64), dsl::run_at.eq(tx.now)))
        .execute(tx.conn)?;
    if changed == 0 { Err(Error::NotFound) } else { Ok(()) }
}

/// Removes a job that was given up. Whoever calls has checked that it may.
///
/// # Errors
/// `NotFound` when there is no such job.
pub fn give_up(tx: &mut Tx<'_>, id: JobId) -> Result<()> {
    use schema::jobs::dsl;
    let gone = diesel::delete(dsl::jobs.find(id).filter(dsl::failed_at.is_not_null())).execute(tx.conn)?;
    if gone == 0 { Err(Error::NotFound) } else { Ok(()) }
}
