//! Other servers: what they are, what administrators decided about them, and how they were doing. Owns `peers`.
//!
//! What may pass between here and a server is for the rules to say (`rules`, `policy::federation`): here they are read together with
//! what is known of it.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{MultiBackend, Native, Tx, VALUES, schema};
use crate::error::Result;
use crate::federation::quirks;
use crate::federation::signatures::Scheme;
use crate::ids::GroupId;
use crate::jobs::{self, Job};
use crate::keys;
use crate::policy::federation::{Answer, Direction, Organisation, Passing};
use crate::policy::hosts::deciding;
use crate::policy::{Class, PeerState};
use crate::rules::{Known, Policy};
use crate::text_enum;

/// `seen_at` and `reached_at` are written at most this often, in seconds: they only tell whether a server lives.
const NOTED: i64 = 60;
/// How the error begins of a host that answered with a fault.
pub const ANSWERED: &str = "status ";
/// How old what a peer said of itself may be, in days, before it is asked again: servers change their software.
const INTRODUCED: i64 = 7;

text_enum! {
    /// Which form of `Announce` a peer shows.
    PeerForm {
        /// Not known: it gets both forms.
        Unknown = "unknown",
        /// `Announce{activity}` (FEP-1b12).
        Threadiverse = "threadiverse",
        /// `Announce` of the bare object.
        Microblog = "microblog",
    }
}

text_enum! {
    /// How requests to a peer are signed.
    PeerScheme {
        /// draft-cavage with RSA.
        Cavage = "cavage",
        /// RFC 9421 with RSA.
        Rfc9421Rsa = "rfc9421-rsa",
        /// RFC 9421 with Ed25519.
        Rfc9421Ed25519 = "rfc9421-ed25519",
    }
}

impl PeerScheme {
    /// The signature scheme.
    pub fn scheme(self) -> Scheme {
        match self {
            Self::Cavage => Scheme::Cavage,
            Self::Rfc9421Rsa | Self::Rfc9421Ed25519 => Scheme::Rfc9421,
        }
    }

    /// The kind of key.
    pub fn kind(self) -> keys::Kind {
        match self {
            Self::Cavage | Self::Rfc9421Rsa => keys::Kind::Rsa,
            Self::Rfc9421Ed25519 => keys::Kind::Ed25519,
        }
    }

    /// What to knock with when this one was refused.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Cavage => Self::Rfc9421Rsa,
            Self::Rfc9421Rsa | Self::Rfc9421Ed25519 => Self::Cavage,
        }
    }
}

/// Another server.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::peers, check_for_backend(MultiBackend))]
pub struct PeerRow {
    /// `host[:port]`.
    pub host: String,
    /// What administrators decided.
    pub state: PeerState,
    /// Deliveries wait.
    pub paused: bool,
    /// An administrator's note.
    pub note: String,
    /// Name of its software, from NodeInfo.
    pub software: String,
    /// Its version.
    pub version: String,
    /// Which announce it shows.
    pub form: PeerForm,
    /// How to sign to it.
    pub scheme: PeerScheme,
    /// FEP-844e capabilities, words separated by spaces.
    pub implements: String,
    /// Its Application actor (FEP-2677).
    pub application: Option<String>,
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
    /// When it last said what it is, or had nothing to say; `None`: it is to be asked.
    pub nodeinfo_at: Option<Time>,
    /// First contact.
    pub created_at: Time,
    /// Who runs it, as administrators know it: a word of [`Organisation`].
    pub organisation: String,
}

impl PeerRow {
    /// Who runs it; nobody in particular when the word isn't known here.
    #[must_use]
    pub fn organisation(&self) -> Organisation {
        Organisation::kept(&self.organisation)
    }

    /// Whether what it runs keeps a group of this class closed, as far as it said what that is.
    #[must_use]
    pub fn keeps_closed(&self, class: Class) -> bool {
        quirks::keeps_closed(&self.software, &self.version, class)
    }
}

/// What a peer says of itself.
#[derive(Debug, Clone, Default)]
pub struct Introduction {
    /// Name of its software, in lower case.
    pub software: String,
    /// Its version.
    pub version: String,
    /// FEP-844e capabilities, words separated by spaces.
    pub implements: String,
    /// Its Application actor.
    pub application: Option<String>,
}

/// A peer, if it was ever met.
///
/// # Errors
/// Only when the database does.
pub fn find(tx: &mut Tx<'_>, host: &str) -> Result<Option<PeerRow>> {
    Ok(schema::peers::table.find(host).select(PeerRow::as_select()).first(tx.conn).optional()?)
}

/// What administrators decided about a host as a whole, whatever the rules say. A decision about a domain holds for the names below
/// it, and for every port.
///
/// # Errors
/// Only when the database does.
pub fn decided(tx: &mut Tx<'_>, host: &str) -> Result<PeerState> {
    use schema::peers::dsl;
    let found: Vec<PeerState> = dsl::peers
        .filter(dsl::host.eq_any(deciding(host)))
        .select(dsl::state)
        .order(dsl::host)
        .load(tx.conn)?;
    Ok(found.into_iter().max().unwrap_or(PeerState::Open))
}

/// What happens with something that passes between here and a host, and why: by what was decided about it as a whole, and by the rules.
///
/// # Errors
/// Only when the database does.
pub fn answer(tx: &mut Tx<'_>, host: &str, passing: Passing) -> Result<Answer> {
    Ok(Policy::of(tx, [host])?.judge(host, passing))
}

/// Why nothing at all passes one way between here and a host, if nothing does: for a door at which it isn't known yet what something is
/// about.
///
/// # Errors
/// Only when the database does.
pub fn shut(tx: &mut Tx<'_>, host: &str, direction: Direction) -> Result<Option<Answer>> {
    Ok(Policy::of(tx, [host])?.shut(host, direction))
}

/// What decides about many hosts, and what is known of each.
#[derive(Debug, Clone, Default)]
pub struct Decided {
    policy: Policy,
    hosts: BTreeSet<String>,
    rows: BTreeMap<String, PeerRow>,
}

impl Decided {
    /// Whether it was read for this host; of all others nothing passes.
    #[must_use]
    pub fn knows(&self, host: &str) -> bool {
        self.hosts.contains(host)
    }

    /// What is known of a host, if it was ever met.
    #[must_use]
    pub fn row(&self, host: &str) -> Option<&PeerRow> {
        self.rows.get(host)
    }

    /// What happens with something that passes between here and a host, and why.
    #[must_use]
    pub fn answer(&self, host: &str, passing: Passing) -> Answer {
        self.policy.judge(host, passing)
    }

    /// Why nothing at all passes one way between here and a host, if nothing does.
    #[must_use]
    pub fn shut(&self, host: &str, direction: Direction) -> Option<Answer> {
        self.policy.shut(host, direction)
    }

    /// Whether nothing passes one way, of whatever kind it is: before it is known what exactly goes there.
    #[must_use]
    pub fn shuts_out(&self, host: &str, direction: Direction, ground: Option<(GroupId, Class)>) -> bool {
        self.policy.effects(host, direction, ground).refuse_all()
    }
}

/// What decides about many hosts, and what is known of each.
///
/// # Errors
/// Only when the database does.
pub fn many<'h>(tx: &mut Tx<'_>, hosts: impl Iterator<Item = &'h str>) -> Result<Decided> {
    use schema::peers::dsl;
    let hosts: BTreeSet<&str> = hosts.collect();
    let names: BTreeSet<String> = hosts.iter().flat_map(|host| deciding(host)).collect();
    let names: Vec<String> = names.into_iter().collect();
    let mut rows: BTreeMap<String, PeerRow> = BTreeMap::new();
    for some in names.chunks(VALUES) {
        let found: Vec<PeerRow> = dsl::peers
            .filter(dsl::host.eq_any(some))
            .order(dsl::host)
            .select(PeerRow::as_select())
            .load(tx.conn)?;
        rows.extend(found.into_iter().map(|row| (row.host.clone(), row)));
    }
    let known: Known =
        rows.iter().map(|(host, row)| (host.clone(), (row.state, row.organisation()))).collect();
    let policy = Policy::knowing(tx, hosts.iter().copied(), &known)?;
    rows.retain(|host, _| hosts.contains(host.as_str()));
    Ok(Decided { policy, hosts: hosts.into_iter().map(str::to_owned).collect(), rows })
}

/// Whether nothing is fetched from a host, for what is in a group or for anything at all, and how it wants requests signed.
///
/// # Errors
/// Only when the database does.
pub fn to_fetch(
    tx: &mut Tx<'_>,
    host: &str,
    ground: Option<(GroupId, Class)>,
) -> Result<(bool, Option<PeerScheme>)> {
    let decided = many(tx, std::iter::once(host))?;
    let refused = match ground {
        Some(_) => {
            decided.answer(host, Passing { direction: Direction::Fetch, ground, kind: None }).refuses()
        }
        // What it is about will be known once it is here.
        None => decided.shut(host, Direction::Fetch).is_some(),
    };
    Ok((refused, decided.row(host).map(|peer| peer.scheme)))
}

/// The hosts that a decision about this one reaches, of those that are known, and itself.
///
/// # Errors
/// Only when the database does.
pub fn below(tx: &mut Tx<'_>, host: &str) -> Result<Vec<String>> {
    use schema::peers::dsl;
    let known: Vec<String> =
        dsl::peers.filter(dsl::host.ne(host)).select(dsl::host).order(dsl::host).load(tx.conn)?;
    let reached = known.into_iter().filter(|known| deciding(known).iter().any(|name| name == host));
    Ok(std::iter::once(host.to_owned()).chain(reached).collect())
}

/// Signed requests came from these hosts, on behalf of actors on those others: notes it, asks for a host's NodeInfo at first
/// contact and when that has become old, and gives what decides about each of them. One from which nothing is taken isn't noted.
///
/// # Errors
/// Only when the database does.
pub fn saw<'h>(
    tx: &mut Tx<'_>,
    hosts: &BTreeSet<&'h str>,
    others: impl Iterator<Item = &'h str>,
) -> Result<Decided> {
    let known = many(tx, hosts.iter().copied().chain(others))?;
    for &host in hosts {
        if known.shut(host, Direction::In).is_none() {
            seen(tx, host, known.row(host))?;
        }
    }
    Ok(known)
}

fn seen(tx: &mut Tx<'_>, host: &str, row: Option<&PeerRow>) -> Result<()> {
    use schema::peers::dsl;
    let Some(row) = row else {
        meet(tx, host)?;
        diesel::update(dsl::peers.find(host)).set(dsl::seen_at.eq(tx.now)).execute(tx.conn)?;
        return Ok(());
    };
    if row.seen_at.is_some_and(|at| tx.now.is_within(NOTED, at)) {
        return Ok(());
    }
    let old = row.nodeinfo_at.is_some_and(|at| at < tx.now.plus_days(-INTRODUCED));
    let introduced_at = if old { None } else { row.nodeinfo_at };
    diesel::update(dsl::peers.find(host))
        .set((dsl::seen_at.eq(tx.now), dsl::nodeinfo_at.eq(introduced_at)))
        .execute(tx.conn)?;
    // Who couldn't be reached and speaks now is there again. One that answered, but with a fault, said itself when to come back.
    if row.failures > 0 && row.retry_at.is_some_and(|at| at > tx.now) && !row.error.starts_with(ANSWERED) {
        diesel::update(dsl::peers.find(host)).set(dsl::retry_at.eq(tx.now)).execute(tx.conn)?;
    }
    // An administrator may have decided about it before it was ever met.
    let unmet = row.nodeinfo_at.is_none() && row.seen_at.is_none() && row.reached_at.is_none();
    if old || unmet { ask(tx, host) } else { Ok(()) }
}

/// First contact: makes the row and asks for the peer's NodeInfo. Does nothing for a known host.
///
/// # Errors
/// Only when the database does.
pub fn meet(tx: &mut Tx<'_>, host: &str) -> Result<()> {
    if add(tx, host)? { ask(tx, host) } else { Ok(()) }
}

fn ask(tx: &mut Tx<'_>, host: &str) -> Result<()> {
    jobs::enqueue(tx, &Job::Meet { host: host.to_owned() })
}

/// Makes the row of a host that isn't known yet; tells whether it did.
fn add(tx: &mut Tx<'_>, host: &str) -> Result<bool> {
    use schema::peers::dsl;
    let row = (
        dsl::host.eq(host),
        dsl::state.eq(PeerState::Open),
        dsl::paused.eq(false),
        dsl::note.eq(""),
        dsl::software.eq(""),
        dsl::version.eq(""),
        dsl::form.eq(PeerForm::Unknown),
        dsl::scheme.eq(PeerScheme::Cavage),
        dsl::implements.eq(""),
        dsl::failures.eq(0_i64),
        dsl::error.eq(""),
        dsl::created_at.eq(tx.now),
    );
    let insert = diesel::insert_into(dsl::peers).values(row).on_conflict(dsl::host).do_nothing();
    Ok(Native(insert).execute(tx.conn)? == 1)
}

/// A request to this host succeeded; that may be the first contact. With a scheme, that is the one it takes.
///
/// # Errors
/// Only when the database does.
pub fn reached(tx: &mut Tx<'_>, host: &str, scheme: Option<PeerScheme>) -> Result<()> {
    use schema::peers::dsl;
    let find = dsl::peers.find(host).select((dsl::failures, dsl::reached_at, dsl::scheme));
    let mut known: Option<(i64, Option<Time>, PeerScheme)> = find.first(tx.conn).optional()?;
    if known.is_none() {
        // What we ask of a server can be the first contact, too.
        meet(tx, host)?;
        known = find.first(tx.conn).optional()?;
    }
    let Some((failures, reached_at, old)) = known else { return Ok(()) };
    let scheme = scheme.unwrap_or(old);
    let recent = reached_at.is_some_and(|at| tx.now.is_within(NOTED, at));
    if failures == 0 && recent && scheme == old {
        return Ok(());
    }
    diesel::update(dsl::peers.find(host))
        .set((
            dsl::failures.eq(0_i64),
            dsl::retry_at.eq(None::<Time>),
            dsl::reached_at.eq(tx.now),
            dsl::scheme.eq(scheme),
            dsl::error.eq(""),
        ))
        .execute(tx.conn)?;
    Ok(())
}

/// What a peer said of itself, and which announce its software shows.
///
/// # Errors
/// Only when the database does.
pub fn introduce(tx: &mut Tx<'_>, host: &str, says: &Introduction, form: PeerForm) -> Result<()> {
    use schema::peers::dsl;
    add(tx, host)?;
    diesel::update(dsl::peers.find(host))
        .set((
            dsl::software.eq(&says.software),
            dsl::version.eq(&says.version),
            dsl::implements.eq(&says.implements),
            dsl::application.eq(&says.application),
            dsl::form.eq(form),
            dsl::nodeinfo_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    // FEP-844e: it understands the newer scheme. Should that not be so, the first 401 leads back.
    if says.implements.contains("/rfc9421") {
        diesel::update(dsl::peers.find(host).filter(dsl::scheme.eq(PeerScheme::Cavage)))
            .set(dsl::scheme.eq(PeerScheme::Rfc9421Rsa))
            .execute(tx.conn)?;
    }
    Ok(())
}

/// An administrator's decision about a host, known or not. Whoever calls has checked that it may.
///
/// # Errors
/// Only when the database does.
pub fn decide(tx: &mut Tx<'_>, host: &str, state: PeerState, note: &str) -> Result<()> {
    use schema::peers::dsl;
    add(tx, host)?;
    diesel::update(dsl::peers.find(host)).set((dsl::state.eq(state), dsl::note.eq(note))).execute(tx.conn)?;
    // One that was decided about before there was any contact is asked what it is, unless it is blocked.
    let asked: Option<Time> = dsl::peers.find(host).select(dsl::nodeinfo_at).first(tx.conn)?;
    if state != PeerState::Blocked && asked.is_none() {
        jobs::enqueue(tx, &Job::Meet { host: host.to_owned() })?;
    }
    Ok(())
}
