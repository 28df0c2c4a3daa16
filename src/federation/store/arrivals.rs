//! Storing what came in, many activities in one go: a fixed number of statements, however many they are.
//!
//! The rules and the keys are looked at in the transaction that stores. Each row gets its lane: what it must be applied in order
//! with.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::inbox::InboxState;
use super::peers;
use crate::clock::Time;
use crate::db::{Tx, schema};
use crate::each;
use crate::error::Result;
use crate::ids::{RowId, ThreadId};
use crate::policy::federation::{Because, Direction};

/// Open rows about the same things that are read to find lanes; when there are more, each thing is looked up by itself.
const OPEN: i64 = 512;

/// An activity to be stored.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Whose it is, or who handed it on.
    pub actor_uri: String,
    /// The key that the sender signed with, as the actor's row had it.
    pub key: String,
    /// Its id.
    pub activity_uri: String,
    /// Host of the sender.
    pub host: String,
    /// Host of the activity's actor, whose word it is.
    pub actor_host: String,
    /// Its type.
    pub kind: String,
    /// Raw JSON.
    pub body: String,
    /// What it is about, the nearest first: the object, then what that replies to. The first is its `subject`.
    pub about: Vec<String>,
    /// Id of an earlier activity that it refers to by id alone.
    pub refers_to: Option<String>,
}

/// What was done with an arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// It is stored.
    Stored,
    /// It was here before, and nothing is done.
    Repeated,
    /// Its host is blocked.
    Blocked,
    /// A rule says that nothing is taken from its host.
    Ruled,
    /// The actor has another key by now, or is gone.
    KeyChanged,
}

#[derive(Insertable)]
#[diesel(table_name = schema::inbox)]
#[diesel(treat_none_as_default_value = false)]
struct NewRow<'a> {
    id: RowId,
    actor_uri: &'a str,
    activity_uri: &'a str,
    host: &'a str,
    kind: &'a str,
    body: &'a str,
    lane: String,
    subject: &'a str,
    state: InboxState,
    reason: &'a str,
    attempts: i64,
    run_at: Time,
    created_at: Time,
}

/// Stores what may come in, and tells of each what was done with it.
///
/// # Errors
/// Only when the database does.
pub fn store(tx: &mut Tx<'_>, arrivals: &[Arrival]) -> Result<Vec<Kept>> {
    let keys = keys(tx, arrivals)?;
    let senders: BTreeSet<&str> = arrivals.iter().map(|new| new.host.as_str()).collect();
    let actors = arrivals.iter().map(|new| new.actor_host.as_str());
    let decided = peers::saw(tx, &senders, actors)?;
    let refused = |host: &str| {
        let because = decided.shut(host, Direction::In)?.because;
        Some(if because == Because::Server { Kept::Blocked } else { Kept::Ruled })
    };
    let mut kept: Vec<Kept> = arrivals
        .iter()
        .map(|new| {
            if let Some(kept) = refused(&new.host).or_else(|| refused(&new.actor_host)) {
                kept
            } else if keys.get(&new.actor_uri).is_some_and(|keys| keys.contains(&new.key)) {
                Kept::Repeated
            } else {
                Kept::KeyChanged
            }
        })
        .collect();
    let welcome: Vec<(usize, &Arrival)> =
        arrivals.iter().enumerate().filter(|(n, _)| kept.get(*n) == Some(&Kept::Repeated)).collect();
    if welcome.is_empty() {
        return Ok(kept);
    }
    let lanes = lanes(tx, &welcome)?;
    let rows: Vec<NewRow<'_>> = welcome
        .iter()
        .zip(lanes)
        .map(|((_, new), lane)| NewRow {
            id: RowId::fresh(),
            actor_uri: &new.actor_uri,
            activity_uri: &new.activity_uri,
            host: &new.host,
            kind: &new.kind,
            body: &new.body,
            lane,
            subject: new.about.first().map_or("", String::as_str),
            state: InboxState::Waiting,
            reason: "",
            attempts: 0,
            run_at: tx.now,
            created_at: tx.now,
        })
        .collect();
    let stored: Vec<RowId> = each!(tx.conn, |conn| diesel::insert_into(schema::inbox::table)
        .values(&rows)
        .on_conflict((schema::inbox::actor_uri, schema::inbox::activity_uri))
        .do_nothing()
        .returning(schema::inbox::id)
        .get_results(conn))?;
    let stored: BTreeSet<RowId> = stored.into_iter().collect();
    for ((number, _), row) in welcome.iter().zip(&rows) {
        if let Some(kept) = kept.get_mut(*number).filter(|_| stored.contains(&row.id)) {
            *kept = Kept::Stored;
        }
    }
    Ok(kept)
}

/// The keys that remote actors have now, who aren't gone.
fn keys(tx: &mut Tx<'_>, arrivals: &[Arrival]) -> Result<BTreeMap<String, Vec<String>>> {
    use schema::actors::dsl;
    let uris: BTreeSet<&str> = arrivals.iter().map(|new| new.actor_uri.as_str()).collect();
    let rows: Vec<(String, Option<String>, Option<String>)> = dsl::actors
        .filter(dsl::uri.eq_any(uris).and(dsl::gone_at.is_null()).and(dsl::local.eq(false)))
        .order(dsl::id)
        .select((dsl::uri, dsl::rsa_key, dsl::ed_key))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(uri, rsa, ed)| (uri, rsa.into_iter().chain(ed).collect())).collect())
}

/// The lane of each: that of what it follows on, while that isn't done; else its host and thread.
fn lanes(tx: &mut Tx<'_>, arrivals: &[(usize, &Arrival)]) -> Result<Vec<String>> {
    let about: BTreeSet<&str> =
        arrivals.iter().flat_map(|(_, new)| new.about.iter().map(String::as_str)).collect();
    let mut earlier = earlier(tx, arrivals)?;
    let mut open = open(tx, &about)?;
    let threads = threads(tx, &about)?;
    let mut lanes = Vec::with_capacity(arrivals.len());
    for (_, new) in arrivals {
        let followed =
            new.refers_to.as_ref().and_then(|uri| earlier.get(&(new.actor_uri.clone(), uri.clone())));
        // The newest of those that aren't done.
        let waiting = || {
            let found = new.about.iter().filter_map(|uri| open.get(&(uri.clone(), new.host.clone())));
            found.max_by_key(|(id, _)| *id).map(|(_, lane)| lane)
        };
        let lane = match followed.or_else(waiting) {
            Some(lane) => lane.clone(),
            None => match new.about.last() {
                None => format!("{} {}", new.host, new.actor_uri),
                Some(last) => {
                    let thread = new.about.iter().find_map(|uri| threads.get(uri));
                    thread.map_or_else(|| format!("{} {last}", new.host), |id| format!("{} {id}", new.host))
                }
            },
        };
        earlier.insert((new.actor_uri.clone(), new.activity_uri.clone()), lane.clone());
        if let Some(subject) = new.about.first() {
            open.insert((subject.clone(), new.host.clone()), (RowId::fresh(), lane.clone()));
        }
        lanes.push(lane);
    }
    Ok(lanes)
}

type Lanes<K> = BTreeMap<(String, String), K>;

/// The lanes of earlier activities that are referred to by their ids alone and aren't done, by actor and id.
fn earlier(tx: &mut Tx<'_>, arrivals: &[(usize, &Arrival)]) -> Result<Lanes<String>> {
    use schema::inbox::dsl;
    let named =
        || arrivals.iter().filter_map(|(_, new)| Some((new.actor_uri.as_str(), new.refers_to.as_deref()?)));
    if named().next().is_none() {
        return Ok(Lanes::new());
    }
    let actors: BTreeSet<&str> = named().map(|(actor, _)| actor).collect();
    let uris: BTreeSet<&str> = named().map(|(_, uri)| uri).collect();
    let rows: Vec<(String, String, String)> = dsl::inbox
        .filter(dsl::actor_uri.eq_any(actors).and(dsl::activity_uri.eq_any(uris)))
        .filter(dsl::done_at.is_null())
        .order(dsl::id)
        .select((dsl::actor_uri, dsl::activity_uri, dsl::lane))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(actor, uri, lane)| ((actor, uri), lane)).collect())
}

/// The newest row about each of these things that isn't done, by thing and host.
fn open(tx: &mut Tx<'_>, about: &BTreeSet<&str>) -> Result<Lanes<(RowId, String)>> {
    let mut rows = open_among(tx, about.iter().copied().collect(), OPEN)?;
    if i64::try_from(rows.len()).unwrap_or(i64::MAX) >= OPEN {
        rows.clear();
        for uri in about {
            rows.extend(open_among(tx, vec![uri], 8)?);
        }
    }
    let mut newest: Lanes<(RowId, String)> = Lanes::new();
    for (id, subject, host, lane) in rows {
        let place = newest.entry((subject, host)).or_insert((id, lane.clone()));
        if place.0 < id {
            *place = (id, lane);
        }
    }
    Ok(newest)
}

fn open_among(tx: &mut Tx<'_>, about: Vec<&str>, limit: i64) -> Result<Vec<(RowId, String, String, String)>> {
    use schema::inbox::dsl;
    Ok(dsl::inbox
        .filter(dsl::subject.eq_any(about).and(dsl::done_at.is_null()))
        .order(dsl::id.desc())
        .limit(limit)
        .select((dsl::id, dsl::subject, dsl::host, dsl::lane))
        .load(tx.conn)?)
}

/// The threads of those of these things that are posts known here.
fn threads(tx: &mut Tx<'_>, about: &BTreeSet<&str>) -> Result<BTreeMap<String, ThreadId>> {
    use schema::posts::dsl;
    let rows: Vec<(String, ThreadId)> = dsl::posts
        .filter(dsl::uri.eq_any(about.iter().copied()))
        .order(dsl::id)
        .select((dsl::uri, dsl::thread_id))
        .load(tx.conn)?;
    Ok(rows.into_iter().collect())
}
