//! What administrators see of and decide about other servers: the door between pages and programs, and the federation edge.
//!
//! Edges never call each other; this names what they may ask of the tables that the federation edge owns.

use bytes::Bytes;
use diesel::prelude::*;
use url::Url;

use crate::app::App;
use crate::clock::Time;
use crate::db::page::{Part, Slice};
use crate::db::{Db, Tx, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::federation::fetch::Reach;
use crate::federation::store::log as tables;
use crate::federation::store::{outbox_age, peers};
use crate::groups;
use crate::ids::{GroupId, RowId};
use crate::jobs::{self, Job};
use crate::journal::{self, Detail, Did, Line};
use crate::membership::severed;
use crate::people::admin::must_be_admin;
use crate::people::follows;
use crate::policy::{Actor, Class, PeerState, Viewer, limits};
use crate::text_enum;

/// Hosts that one statement names at most.
const HOSTS: usize = 500;

/// Memberships and follows that end in one transaction.
const SEVERED: i64 = 100;

/// Another server, as administrators see it.
#[derive(Debug, Clone)]
pub struct Peer {
    /// `host[:port]`.
    pub host: String,
    /// What was decided about it.
    pub state: PeerState,
    /// Deliveries wait.
    pub paused: bool,
    /// An administrator's note.
    pub note: String,
    /// Name of its software.
    pub software: String,
    /// Its version.
    pub version: String,
    /// Failures in a row.
    pub failures: i64,
    /// Nothing is sent before.
    pub retry_at: Option<Time>,
    /// Last signed request from it.
    pub seen_at: Option<Time>,
    /// Last successful delivery or fetch.
    pub reached_at: Option<Time>,
    /// Last failure.
    pub failed_at: Option<Time>,
    /// What failed.
    pub error: String,
    /// Deliveries that wait.
    pub queue: i64,
    /// Since when the oldest of them does.
    pub oldest: Option<Time>,
    /// First contact.
    pub created_at: Time,
}

/// What there is between this instance and a server, and those that a decision about it reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ties {
    /// Memberships of people from there in groups hosted here, also asked for.
    pub members: i64,
    /// Memberships of people of ours in groups there, also asked for.
    pub memberships: i64,
    /// Follows between people, either way.
    pub follows: i64,
}

impl Ties {
    /// Whether there is anything.
    pub fn any(self) -> bool {
        self != Self::default()
    }
}

text_enum! {
    /// Which way something went.
    Flow {
        /// Came in and was stored.
        In = "in",
        /// Was refused at the door.
        Refused = "refused",
        /// Went out.
        Out = "out",
    }
}

/// A line of the federation log.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its row.
    pub id: RowId,
    /// When it came, or was to go.
    pub at: Time,
    /// The other server.
    pub host: String,
    /// Type of the activity.
    pub kind: String,
    /// How far it is, in a word: of `InboxState` or `DeliveryState`, or the status it was refused with.
    pub outcome: String,
    /// Id of the rule that refused it, or what went wrong.
    pub reason: String,
    /// It can be tried again.
    pub retriable: bool,
}

/// Servers whose name contains `q`, by name, after the one named.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn peers(tx: &mut Tx<'_>, viewer: Viewer, q: &str, after: &str) -> Result<(Vec<Peer>, Option<String>)> {
    viewer.must_be_admin()?;
    let mut found = tables::peers(tx, q, after, Part { after: None, size: limits::PAGE }.limit())?;
    let more = found.len() > limits::PAGE;
    found.truncate(limits::PAGE);
    let next = found.last().filter(|_| more).map(|peer| peer.host.clone());
    Ok((found, next))
}

/// One server.
///
/// # Errors
/// `Denied` to all but administrators; `NotFound` when it was never met.
pub fn peer(tx: &mut Tx<'_>, viewer: Viewer, host: &str) -> Result<Peer> {
    viewer.must_be_admin()?;
    tables::peer(tx, host)?.ok_or(Error::NotFound)
}

/// One server, or what there is to say of one that was never met: so that one can be blocked before it comes.
///
/// # Errors
/// `Denied` to all but administrators; `Invalid` on `host` when that can't be the name of another server.
pub fn peer_or_stranger(tx: &mut Tx<'_>, viewer: Viewer, typed: &str) -> Result<(Peer, bool)> {
    viewer.must_be_admin()?;
    let host = tx.urls.other_host(typed)?;
    if let Some(peer) = tables::peer(tx, &host)? {
        return Ok((peer, true));
    }
    let stranger = Peer {
        host,
        state: PeerState::Open,
        paused: false,
        note: String::new(),
        software: String::new(),
        version: String::new(),
        failures: 0,
        retry_at: None,
        seen_at: None,
        reached_at: None,
        failed_at: None,
        error: String::new(),
        queue: 0,
        oldest: None,
        created_at: tx.now,
    };
    Ok((stranger, false))
}

/// How many servers are known, and how many deliveries wait for them.
///
/// # Errors
/// Only when the database does.
pub fn counts(tx: &mut Tx<'_>) -> Result<(i64, i64)> {
    tables::counts(tx)
}

/// Servers for which messages wait: an administrator paused them, or they haven't answered for a day.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn held_back(tx: &mut Tx<'_>, viewer: Viewer) -> Result<i64> {
    use schema::{deliveries, peers::dsl};
    viewer.must_be_admin()?;
    let yesterday = tx.now.plus_days(-1);
    let silent =
        dsl::reached_at.lt(yesterday).or(dsl::reached_at.is_null().and(dsl::created_at.lt(yesterday)));
    let waiting = deliveries::table.filter(deliveries::done_at.is_null()).select(deliveries::host);
    let held = dsl::peers
        .filter(dsl::state.ne(PeerState::Blocked).and(dsl::host.eq_any(waiting)))
        .filter(dsl::paused.eq(true).or(dsl::failures.gt(0).and(silent.assume_not_null())));
    Ok(held.count().get_result(tx.conn)?)
}

/// Decides about a server, known or not. With one that is blocked all [`Ties`] end, soon after; lifting the block doesn't bring
/// them back.
///
/// # Errors
/// `Denied` to all but administrators; `Invalid` when the note is too long, or `host` can't be another server.
pub fn decide(
    tx: &mut Tx<'_>,
    by: &Actor,
    host: &str,
    state: PeerState,
    paused: bool,
    note: &str,
) -> Result<()> {
    must_be_admin(tx, by)?;
    let host = tx.urls.other_host(host)?;
    if note.chars().count() > limits::REASON {
        let mut errors = FieldErrors::default();
        errors.add_limit("note", "error-text-long", i64::try_from(limits::REASON).unwrap_or(i64::MAX));
        return errors.into_result();
    }
    let was_paused = peers::find(tx, &host)?.is_some_and(|peer| peer.paused);
    tables::decide(tx, &host, state, paused, note)?;
    if state == PeerState::Blocked {
        jobs::enqueue(tx, &Job::Sever { host: host.clone() })?;
    }
    noted(tx, by, &host, state.word(), "")?;
    if paused != was_paused {
        noted(tx, by, &host, if paused { "paused" } else { "resumed" }, "")?;
    }
    Ok(())
}

/// Writes down what was decided about a server, in a word.
fn noted(tx: &mut Tx<'_>, by: &Actor, host: &str, word: &str, reason: &str) -> Result<()> {
    let (host, word, reason) = (host.to_owned(), word.to_owned(), reason.to_owned());
    let detail = Detail { host, word, reason, ..Detail::default() };
    journal::record(tx, &Line::new(Did::SetPeer, by).detail(detail))?;
    Ok(())
}

/// What ends when a server is blocked.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn ties(tx: &mut Tx<'_>, viewer: Viewer, host: &str) -> Result<Ties> {
    viewer.must_be_admin()?;
    let mut ties = Ties::default();
    for hosts in peers::below(tx, host)?.chunks(HOSTS) {
        let (members, memberships) = severed::count(tx, hosts)?;
        ties.members += members;
        ties.memberships += memberships;
        ties.follows += follows::count_with(tx, hosts)?;
    }
    Ok(ties)
}

/// Ends what there is between this instance and a server that is blocked, some of it at a time. When the block was lifted
/// meanwhile, what is left stays.
///
/// # Errors
/// Only when the database does.
pub async fn sever(db: &Db, host: &str) -> Result<()> {
    let wanted = host.to_owned();
    let hosts = db.read(move |tx| peers::below(tx, &wanted)).await?;
    for hosts in hosts.chunks(HOSTS) {
        let some = || {
            let (host, hosts) = (host.to_owned(), hosts.to_vec());
            move |tx: &mut Tx<'_>| {
                if peers::state(tx, &host)? != PeerState::Blocked {
                    return Ok(0);
                }
                Ok(severed::end(tx, &hosts, SEVERED)? + follows::end_with(tx, &hosts, SEVERED)?)
            }
        };
        while db.write(some()).await? > 0 {}
    }
    Ok(())
}

/// Forgets that a server failed, so that what waits for it is tried at once.
///
/// # Errors
/// `Denied` to all but administrators; `NotFound` when it was never met.
pub fn retry_peer(tx: &mut Tx<'_>, by: &Actor, host: &str) -> Result<()> {
    must_be_admin(tx, by)?;
    tables::peer(tx, host)?.ok_or(Error::NotFound)?;
    tables::retry_peer(tx, host)?;
    noted(tx, by, host, "retried", "")
}

/// Drops what waits to go to a server: it won't be sent any more. Each line of it stays in the log, and can be sent from there all
/// the same. Tells how much that was.
///
/// # Errors
/// `Denied` to all but administrators; `NotFound` when it was never met.
pub fn drop_queue(tx: &mut Tx<'_>, by: &Actor, host: &str) -> Result<usize> {
    must_be_admin(tx, by)?;
    tables::peer(tx, host)?.ok_or(Error::NotFound)?;
    let dropped = outbox_age::drop_queue(tx, host, "dropped by an administrator")?;
    if dropped > 0 {
        noted(tx, by, host, "dropped", &dropped.to_string())?;
    }
    Ok(dropped)
}

/// What came in, was refused, or went out, the latest first; of one server when `host` isn't empty.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn log(tx: &mut Tx<'_>, viewer: Viewer, flow: Flow, host: &str, part: Part) -> Result<Slice<Event>> {
    viewer.must_be_admin()?;
    tables::log(tx, flow, host, part)
}

/// Tries one line of the log again: what came in and was refused or failed, or what another server didn't take. Tells which way
/// it went.
///
/// # Errors
/// `Denied` to all but administrators; `Conflict` when there is nothing to try any more.
pub fn retry(tx: &mut Tx<'_>, by: &Actor, id: RowId) -> Result<Flow> {
    must_be_admin(tx, by)?;
    tables::retry(tx, id)?.ok_or(Error::Conflict)
}

/// A picture on another server, of at most `limit` bytes. `within` names the group of one that isn't for everybody: its server is
/// asked as that of a member.
///
/// # Errors
/// Why it can't be had, in words for the log.
pub async fn picture(
    app: &App,
    url: &Url,
    within: Option<GroupId>,
    limit: usize,
) -> std::result::Result<Bytes, String> {
    let closed = match within {
        Some(group) => {
            let class = app.db.read(move |tx| groups::outward::class(tx, group)).await;
            // In an open one it is a moderator who looks at what was removed.
            (class.map_err(|error| error.to_string())? != Some(Class::Openbaar)).then_some(group)
        }
        None => None,
    };
    match closed {
        Some(group) => {
            Reach::into_closed(app, 1, group).file(url, limit).await.map_err(|miss| miss.to_string())
        }
        None => {
            let media = app.client.get_media(url, limit).await;
            media.map(|media| media.bytes).map_err(|failure| failure.to_string())
        }
    }
}
