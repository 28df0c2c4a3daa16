//! Our activities and where each goes. Owns `activities`, `deliveries` and `closed_inboxes`, and the leases in `peers`.
//!
//! One process at a time delivers to a host: it leases the host, not single deliveries, so that the order per host is kept
//! in its memory and nothing is written before a result is known. A process that dies loses its leases with time, and what
//! it hadn't noted is sent again, with the same activity id.

use std::collections::BTreeMap;

use diesel::prelude::*;

use super::peers;
use crate::clock::Time;
use crate::db::types::Json;
use crate::db::{MultiBackend, Native, Tx, VALUES, schema};
use crate::error::Result;
use crate::ids::{ActivityId, ActorId, GroupId, RowId};
use crate::policy::Class;
use crate::text_enum;

/// How long a host is leased, in seconds: longer than a request may take. It is extended after half of it.
pub const LEASE: i64 = 30;
/// Kinds of activities that carry a text, which must not be told any more once it is gone.
pub const CARRYING: [&str; 5] = ["Create", "Update", "Announce", "Announce/Create", "Announce/Update"];
/// Waiting deliveries that are read at once; when there are more, each host is asked for its first ones.
pub const READ: usize = 4_096;
/// Deliveries of one host that are read then.
const READ_PER_HOST: i64 = 128;

text_enum! {
    /// How far a delivery is.
    DeliveryState {
        /// Not yet taken by the receiver.
        Waiting = "waiting",
        /// Taken.
        Done = "done",
        /// Refused for good, or no longer allowed.
        Failed = "failed",
    }
}

/// An inbox and the host that it is on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    /// `host[:port]`.
    pub host: String,
    /// The inbox: a shared one where there is one.
    pub inbox: String,
}

/// An activity of ours.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::activities, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub struct ActivityRow {
    /// Its id.
    pub id: ActivityId,
    /// Its id on the wire.
    pub uri: String,
    /// Who sends it.
    pub actor_id: ActorId,
    /// Its type; for an announce of an activity `Announce/` and that one's type.
    pub kind: String,
    /// The group whose class decides who may read it.
    pub group_id: Option<GroupId>,
    /// What it is about: for an announce of an activity, that one's object.
    pub object_uri: String,
    /// The document, byte for byte as it is served and sent.
    pub document: Json,
    /// When it was made.
    pub created_at: Time,
}

/// A delivery that waits.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::deliveries, check_for_backend(MultiBackend))]
pub struct Waiting {
    /// Its id; deliveries to one host go out in the order of these.
    pub id: RowId,
    /// What is sent.
    pub activity_id: ActivityId,
    /// To which host.
    pub host: String,
    /// To which inbox.
    pub inbox: String,
    /// Its lane.
    pub lane: String,
    /// Whose class decides whether it may go, and whose barriers hold it back.
    pub group_id: Option<GroupId>,
}

/// An activity.
///
/// # Errors
/// `NotFound`.
pub fn find(tx: &mut Tx<'_>, id: ActivityId) -> Result<ActivityRow> {
    Ok(schema::activities::table.find(id).select(ActivityRow::as_select()).first(tx.conn)?)
}

/// An activity, unless it is of a closed group or about a post in one: that takes as many statements as one that never was.
///
/// # Errors
/// `NotFound`.
pub fn find_open(tx: &mut Tx<'_>, id: ActivityId) -> Result<ActivityRow> {
    use diesel::dsl::{exists, not};
    use schema::activities::dsl;
    use schema::{groups, posts};
    let closed = groups::class.ne(Class::Openbaar);
    let its_group = groups::table.filter(dsl::group_id.eq(groups::id.nullable()).and(closed));
    let its_post = posts::table.inner_join(groups::table).filter(posts::uri.eq(dsl::object_uri).and(closed));
    let query = dsl::activities.find(id).filter(not(exists(its_group))).filter(not(exists(its_post)));
    Ok(query.select(ActivityRow::as_select()).first(tx.conn)?)
}

/// Activities, in the order of their ids.
///
/// # Errors
/// Only when the database does.
pub fn find_many(tx: &mut Tx<'_>, ids: &[ActivityId]) -> Result<Vec<ActivityRow>> {
    use schema::activities::dsl;
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(VALUES) {
        let query = dsl::activities.filter(dsl::id.eq_any(some)).order(dsl::id);
        found.extend(query.select(ActivityRow::as_select()).load(tx.conn)?);
    }
    Ok(found)
}

/// The newest activity of this kind by this actor about something.
///
/// # Errors
/// Only when the database does.
pub fn latest(tx: &mut Tx<'_>, actor: ActorId, kind: &str, object_uri: &str) -> Result<Option<ActivityRow>> {
    use schema::activities::dsl;
    let query = dsl::activities
        .filter(dsl::object_uri.eq(object_uri).and(dsl::actor_id.eq(actor)).and(dsl::kind.eq(kind)))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .select(ActivityRow::as_select());
    Ok(query.first(tx.conn).optional()?)
}

/// The newest activity of this kind about something, by whomever.
///
/// # Errors
/// Only when the database does.
pub fn latest_of(tx: &mut Tx<'_>, kind: &str, object_uri: &str) -> Result<Option<ActivityRow>> {
    use schema::activities::dsl;
    let query = dsl::activities
        .filter(dsl::object_uri.eq(object_uri).and(dsl::kind.eq(kind)))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .select(ActivityRow::as_select());
    Ok(query.first(tx.conn).optional()?)
}

/// How a group announced that something was written.
///
/// # Errors
/// Only when the database does.
pub fn announced(tx: &mut Tx<'_>, group: ActorId, object_uri: &str) -> Result<Option<Json>> {
    Ok(latest(tx, group, "Announce/Create", object_uri)?.map(|row| row.document))
}

/// Leases every host that has something waiting, isn't paused and may be tried again now, and isn't another process's.
/// Gives the hosts that are ours then.
///
/// # Errors
/// Only when the database does.
pub fn lease(tx: &mut Tx<'_>, worker: &str, hosts: &[String]) -> Result<()> {
    use schema::peers::dsl;
    for some in hosts.chunks(VALUES) {
        let free = dsl::leased_until
            .is_null()
            .or(dsl::leased_until.le(tx.now))
            .or(dsl::leased_by.eq(worker))
            .assume_not_null();
        diesel::update(dsl::peers.filter(dsl::host.eq_any(some)).filter(free))
            .set((dsl::leased_by.eq(worker), dsl::leased_until.eq(tx.now.plus_seconds(LEASE))))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// A host that something waits for.
#[derive(Debug, Clone, Queryable)]
pub struct Due {
    /// The host.
    pub host: String,
    /// Who delivers to it.
    pub leased_by: Option<String>,
    /// Until when.
    pub leased_until: Option<Time>,
}

impl Due {
    /// Whether this process may deliver to it now.
    pub fn is_ours(&self, worker: &str, now: Time) -> bool {
        self.leased_by.as_deref() == Some(worker) && self.leased_until.is_some_and(|until| until > now)
    }

    /// Whether it is time to lease it, or to extend the lease.
    pub fn wants_lease(&self, worker: &str, now: Time) -> bool {
        match self.leased_until {
            Some(until) if until > now => {
                self.leased_by.as_deref() == Some(worker) && until < now.plus_seconds(LEASE / 2)
            }
            _ => true,
        }
    }
}

/// The hosts that something waits for and that may be tried now.
///
/// # Errors
/// Only when the database does.
pub fn due(tx: &mut Tx<'_>) -> Result<Vec<Due>> {
    use diesel::dsl::exists;
    use schema::{deliveries, peers};
    let waiting =
        deliveries::table.filter(deliveries::host.eq(peers::host).and(deliveries::done_at.is_null()));
    Ok(peers::table
        .filter(peers::paused.eq(false))
        .filter(peers::retry_at.is_null().or(peers::retry_at.le(tx.now).assume_not_null()))
        .filter(exists(waiting))
        .order(peers::host)
        .select((peers::host, peers::leased_by, peers::leased_until))
        .load(tx.conn)?)
}

/// What waits for these hosts, the oldest first: all of it, or the first of each host when that is too much.
///
/// # Errors
/// Only when the database does.
pub fn waiting(tx: &mut Tx<'_>, hosts: &[String]) -> Result<Vec<Waiting>> {
    use schema::deliveries::dsl;
    let mut found = Vec::new();
    for some in hosts.chunks(VALUES) {
        let rows: Vec<Waiting> = dsl::deliveries
            .filter(dsl::host.eq_any(some).and(dsl::done_at.is_null()))
            .order(dsl::id)
            .limit(i64::try_from(READ).unwrap_or(i64::MAX))
            .select(Waiting::as_select())
            .load(tx.conn)?;
        if rows.len() < READ {
            found.extend(rows);
            continue;
        }
        for host in some {
            let rows: Vec<Waiting> = dsl::deliveries
                .filter(dsl::host.eq(host).and(dsl::done_at.is_null()))
                .order(dsl::id)
                .limit(READ_PER_HOST)
                .select(Waiting::as_select())
                .load(tx.conn)?;
            found.extend(rows);
        }
    }
    Ok(found)
}

/// What happened to a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The receiver took it.
    Done,
    /// It won't go: refused for good, blocked, or not allowed any more.
    Failed,
    /// The inbox is gone (410): nothing goes there any more.
    Closed,
    /// Tried in vain; it goes on waiting.
    Again,
}

/// The result of one try.
#[derive(Debug, Clone)]
pub struct Tried {
    /// Which delivery.
    pub id: RowId,
    /// To which inbox.
    pub inbox: String,
    /// What happened.
    pub end: End,
    /// HTTP status; 0 when there was no answer.
    pub status: i64,
    /// What the receiver or the network said.
    pub error: String,
}

/// How a host did in a batch of tries.
#[derive(Debug, Clone)]
pub enum Health {
    /// It answered; with the scheme that it took.
    Reached(Option<peers::PeerScheme>),
    /// It isn't to be tried before this moment.
    Failing(Time, String),
}

/// Notes the results of a batch, and how the hosts did.
///
/// # Errors
/// Only when the database does.
pub fn settle(tx: &mut Tx<'_>, tried: &[Tried], hosts: &BTreeMap<String, Health>) -> Result<()> {
    use schema::deliveries::dsl;
    // The same words for many rows: one statement.
    let mut alike: BTreeMap<(DeliveryState, i64, &str), Vec<RowId>> = BTreeMap::new();
    for one in tried {
        let state = match one.end {
            End::Done => DeliveryState::Done,
            End::Failed | End::Closed => DeliveryState::Failed,
            End::Again => DeliveryState::Waiting,
        };
        alike.entry((state, one.status, &one.error)).or_default().push(one.id);
    }
    for ((state, status, error), ids) in alike {
        let done_at = (state != DeliveryState::Waiting).then_some(tx.now);
        for ids in ids.chunks(VALUES) {
            diesel::update(dsl::deliveries.filter(dsl::id.eq_any(ids)))
                .set((
                    dsl::state.eq(state),
                    dsl::status.eq(status),
                    dsl::error.eq(error),
                    dsl::attempts.eq(dsl::attempts + 1),
                    dsl::done_at.eq(done_at),
                ))
                .execute(tx.conn)?;
        }
    }
    for one in tried.iter().filter(|one| one.end == End::Closed) {
        close(tx, &one.inbox)?;
    }
    for (host, health) in hosts {
        match health {
            Health::Reached(scheme) => peers::reached(tx, host, *scheme)?,
            Health::Failing(retry_at, error) => failing(tx, host, *retry_at, error)?,
        }
    }
    Ok(())
}

fn close(tx: &mut Tx<'_>, inbox: &str) -> Result<()> {
    use schema::{closed_inboxes, deliveries};
    let row = (closed_inboxes::url.eq(inbox), closed_inboxes::closed_at.eq(tx.now));
    Native(diesel::insert_into(closed_inboxes::table).values(row).on_conflict_do_nothing())
        .execute(tx.conn)?;
    diesel::update(deliveries::table.filter(deliveries::inbox.eq(inbox).and(deliveries::done_at.is_null())))
        .set((
            deliveries::state.eq(DeliveryState::Failed),
            deliveries::status.eq(410_i64),
            deliveries::error.eq("inbox closed"),
            deliveries::done_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    Ok(())
}

fn failing(tx: &mut Tx<'_>, host: &str, retry_at: Time, error: &str) -> Result<()> {
    use schema::peers::dsl;
    diesel::update(dsl::peers.find(host))
        .set((
            dsl::failures.eq(dsl::failures + 1),
            dsl::retry_at.eq(retry_at),
            dsl::failed_at.eq(tx.now),
            dsl::error.eq(error),
            dsl::leased_until.eq(None::<Time>),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// Which processes have leased hosts.
///
/// # Errors
/// Only when the database does.
pub fn holders(tx: &mut Tx<'_>) -> Result<Vec<String>> {
    use schema::peers::dsl;
    let leased = dsl::peers.filter(dsl::leased_by.is_not_null()).filter(dsl::leased_until.gt(tx.now));
    Ok(leased.select(dsl::leased_by.assume_not_null()).distinct().load(tx.conn)?)
}

/// Gives all hosts of a process back: at its shutdown, or when it is gone.
///
/// # Errors
/// Only when the database does.
pub fn release(tx: &mut Tx<'_>, worker: &str) -> Result<usize> {
    use schema::peers::dsl;
    let leased = dsl::peers.filter(dsl::leased_by.eq(worker).and(dsl::leased_until.is_not_null()));
    Ok(diesel::update(leased).set(dsl::leased_until.eq(None::<Time>)).execute(tx.conn)?)
}

/// Gives back the hosts of any process: for a start when no other process can be at work.
///
/// # Errors
/// Only when the database does.
pub fn release_all(tx: &mut Tx<'_>) -> Result<usize> {
    use schema::peers::dsl;
    let freed = diesel::update(dsl::peers.filter(dsl::leased_until.is_not_null()))
        .set((dsl::leased_until.eq(None::<Time>), dsl::leased_by.eq(None::<String>)))
        .execute(tx.conn)?;
    Ok(freed)
}
