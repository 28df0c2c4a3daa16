//! What administrators see of and decide about other servers: the door between pages and programs, and the federation edge.
//!
//! Edges never call each other; this names what they may ask of the tables that the federation edge owns.

use bytes::Bytes;
use diesel::prelude::*;
use serde_json::Value;
use url::Url;

use crate::app::App;
use crate::clock::Time;
use crate::db::page::{Part, Slice};
use crate::db::{Db, Tx, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::federation::fetch::{Miss, Reach};
use crate::federation::files;
use crate::federation::proofs::{self, Proof};
use crate::federation::quirks;
use crate::federation::signers::Signers;
use crate::federation::store::log as tables;
use crate::federation::store::{outbox_age, peers};
use crate::federation::verify;
use crate::ids::RowId;
use crate::jobs::{self, Job};
use crate::journal::{self, Detail, Did, Line};
use crate::media::views::Within;
use crate::membership::severed;
use crate::people::admin::must_be_admin;
use crate::people::follows;
use crate::policy::federation::Organisation;
use crate::policy::{Actor, Class, PeerState, Viewer, limits};
use crate::rules::changes::acts::{Place, decide_directly};
use crate::rules::changes::ties as kept;
use crate::rules::exchange::file;
use crate::rules::{self, RuleRow};
use crate::text_enum;
use crate::urls::host_of;
use crate::{groups, instance};

/// Hosts that one statement names at most.
const HOSTS: usize = 500;

/// Requests that reading a policy of another instance may cause: for its actor, and for a redirect of that.
const SIGNER_FETCHES: usize = 2;

/// Another server, as administrators see it.
#[derive(Debug, Clone)]
pub struct Peer {
    /// `host[:port]`.
    pub host: String,
    /// What was decided about it.
    pub state: PeerState,
    /// Who runs it, as administrators know it.
    pub organisation: Organisation,
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
        organisation: Organisation::Unknown,
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

/// The rules that name a server, or a domain that it is in, the newest first; those whose time is over, too.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn rules_about(tx: &mut Tx<'_>, viewer: Viewer, host: &str) -> Result<Vec<RuleRow>> {
    rules::views::about(tx, viewer, host)
}

/// The strictest class of groups that a server keeps closed by what it runs; `None`: it hasn't said yet what that is.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn keeps(tx: &mut Tx<'_>, viewer: Viewer, host: &str) -> Result<Option<Class>> {
    viewer.must_be_admin()?;
    let peer = peers::find(tx, host)?.filter(|peer| peer.nodeinfo_at.is_some());
    Ok(peer.map(|peer| quirks::keeps(&peer.software, &peer.version)))
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
/// them back. What changes about it as a whole is kept as a change of the rules: undoing that within two weeks does bring them back.
///
/// # Errors
/// `Denied` to all but administrators, and when a server that somebody belongs to would be blocked from afar while there is another
/// administrator who could agree; `Invalid` when the note is too long, or `host` can't be another server.
pub fn decide(
    tx: &mut Tx<'_>,
    by: &Actor,
    host: &str,
    state: PeerState,
    paused: bool,
    note: &str,
    at: Place,
) -> Result<()> {
    must_be_admin(tx, by)?;
    let host = tx.urls.other_host(host)?;
    if note.chars().count() > limits::REASON {
        let mut errors = FieldErrors::default();
        errors.add_limit("note", "error-text-long", i64::try_from(limits::REASON).unwrap_or(i64::MAX));
        return errors.into_result();
    }
    let known = peers::find(tx, &host)?;
    let was_paused = known.as_ref().is_some_and(|peer| peer.paused);
    if known.map_or(PeerState::Open, |peer| peer.state) != state {
        decide_directly(tx, by, &host, state, note, at)?;
    } else if state == PeerState::Blocked {
        jobs::enqueue(tx, &Job::Sever { host: host.clone(), change: None })?;
    }
    tables::decide(tx, &host, state, paused, note)?;
    noted(tx, by, &host, state.word(), "")?;
    if paused != was_paused {
        noted(tx, by, &host, if paused { "paused" } else { "resumed" }, "")?;
    }
    Ok(())
}

/// Decides about a server as a whole, known or not, and leaves all else of it as it is; gives what was decided before. For `rules`, which
/// asks whether that may be, and has ended what then ends.
///
/// # Errors
/// Only when the database does.
pub(crate) fn set_server(tx: &mut Tx<'_>, host: &str, state: PeerState) -> Result<PeerState> {
    let known = peers::find(tx, host)?;
    let was = known.as_ref().map_or(PeerState::Open, |peer| peer.state);
    peers::decide(tx, host, state, known.as_ref().map_or("", |peer| peer.note.as_str()))?;
    Ok(was)
}

/// Notes who runs a server, known or not; gives what was noted before. For `rules`, which asks whether that may be.
///
/// # Errors
/// Only when the database does.
pub(crate) fn set_organisation(
    tx: &mut Tx<'_>,
    host: &str,
    organisation: Organisation,
) -> Result<Organisation> {
    use schema::peers::dsl;
    peers::meet(tx, host)?;
    let was = peers::find(tx, host)?.map_or(Organisation::Unknown, |peer| peer.organisation());
    diesel::update(dsl::peers.find(host)).set(dsl::organisation.eq(organisation.word())).execute(tx.conn)?;
    Ok(was)
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
/// meanwhile, what is left stays. What ends because of a `change` of the rules is kept, for when that is undone.
///
/// # Errors
/// Only when the database does.
pub async fn sever(db: &Db, host: &str, change: Option<RowId>) -> Result<()> {
    let wanted = host.to_owned();
    let hosts = db.read(move |tx| peers::below(tx, &wanted)).await?;
    for hosts in hosts.chunks(HOSTS) {
        let some = || {
            let (host, hosts) = (host.to_owned(), hosts.to_vec());
            move |tx: &mut Tx<'_>| {
                if peers::decided(tx, &host)? != PeerState::Blocked {
                    return Ok(0);
                }
                kept::end(tx, &hosts, change)
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

/// A picture or document on another server, of at most `limit` bytes. `within` says in what one stands that isn't for everybody: in a
/// closed group it is asked for as its members' server. Whoever calls has asked whether its reader may have it.
///
/// # Errors
/// `NotFound` when it can't be had, `Unreachable` when that may be otherwise soon, `Denied` when nothing is read there.
pub async fn media(app: &App, url: &Url, within: Option<&Within>, limit: usize) -> Result<Bytes> {
    let closed = match within {
        Some(within) => {
            let group = within.group;
            let class = app.db.read(move |tx| groups::outward::class(tx, group)).await?;
            // In an open one it is a moderator who looks at what was removed.
            (class != Some(Class::Openbaar)).then_some(within)
        }
        None => None,
    };
    let got = match closed {
        Some(within) => files::closed(app, url, within, limit).await,
        None => files::open(app, url, limit).await,
    };
    got.map_err(|miss| {
        tracing::debug!(host = url.host_str(), error = %miss, "a file elsewhere can't be had");
        miss.into()
    })
}

/// Our whole policy as one file that others can take over: JSON, with a proof by this instance's own actor.
///
/// # Errors
/// `Denied` to all but administrators.
pub async fn signed_policy(app: &App, viewer: Viewer) -> Result<String> {
    let state = app.federation.clone();
    let read = app.db.read(move |tx| {
        let policy = file::write(tx, viewer)?;
        let actor = instance::actor(tx)?;
        let signer = Signers::load(tx, &state, &actor)?.ed;
        Ok((policy, actor.uri, signer))
    });
    let (mut policy, by, signer) = read.await?;
    if let Some(members) = policy.as_object_mut() {
        members.insert("attributedTo".to_owned(), Value::String(by));
    }
    proofs::add(&mut policy, &signer, app.clock.now().utc()).map_err(Error::internal)?;
    serde_json::to_string_pretty(&policy).map_err(Error::internal)
}

/// Reads such a file, and gives it with the domain whose instance signed it. That is asked for its key each time: a file is believed by
/// the key of now, not by one that was lost since.
///
/// # Errors
/// `Denied` to all but administrators, and when its server is blocked; `Invalid` on `content` when it is no such file, or isn't what
/// the instance that it names signed; `Unreachable` when that doesn't answer now.
pub async fn read_policy(app: &App, viewer: Viewer, text: &str) -> Result<(String, Value)> {
    viewer.must_be_admin()?;
    let wrong = |key| Error::field("content", key);
    let policy: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|_not_json| wrong("error-policy-file-json"))?;
    if policy.get("format").and_then(Value::as_str) != Some(file::FORMAT) {
        return Err(wrong("error-policy-file-format"));
    }
    let domain = policy.get("domain").and_then(Value::as_str).unwrap_or_default().to_owned();
    let proof = Proof::read(&policy, app.clock.now().utc());
    let proof = proof.map_err(|_unproven| wrong("error-policy-file-proof"))?;
    let ours = domain == app.urls.domain();
    let scheme = if ours || app.config.federation.allow_http { app.urls.scheme() } else { "https" };
    // Only the instance itself speaks for all of it, nobody who has an account there.
    let home = Url::parse(&format!("{scheme}://{domain}/")).ok();
    let home = home.filter(|home| home == proof.owner() && host_of(home).as_ref() == Some(&domain));
    let home = home.ok_or_else(|| wrong("error-policy-file-domain"))?;
    let holds = if ours {
        let own = app.db.read(instance::actor).await?;
        let named = own.ed_key_uri.as_deref() == Some(proof.method().as_str());
        let key = own.ed_key.and_then(|text| app.federation.public_key(&text).ok());
        named && key.is_some_and(|key| proof.verify(&key).is_ok())
    } else {
        let reach = Reach::with(app, SIGNER_FETCHES);
        match reach.fresh_actor(&home).await {
            Ok(_known_now) => verify::is_proven(&reach, &policy, &home).await?,
            Err(Miss::NotHere | Miss::Gone | Miss::Missing | Miss::Wrong(_)) => {
                return Err(wrong("error-policy-file-domain"));
            }
            Err(miss) => return Err(miss.into()),
        }
    };
    if holds { Ok((domain, policy)) } else { Err(wrong("error-policy-file-proof")) }
}
