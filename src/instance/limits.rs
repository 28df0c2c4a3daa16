//! The limits as administrators set them, and how often each held somebody up lately. Owns `limit_hits`, and `limits` among the
//! settings. What the limits are stands in `policy::rates`; who is held up is decided where it is counted.

use std::collections::BTreeMap;

use chrono::{DurationRound, TimeDelta};
use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{Lock, Native, Tx, lock, schema};
use crate::error::{FieldErrors, Result};
use crate::journal::{self, Detail, Did, Line};
use crate::people::admin::must_be_admin;
use crate::people::byline;
use crate::policy::rates::{Limit, Rates, Scope};
use crate::policy::{Actor, Viewer};

/// Where they stand among the settings.
const KEY: &str = "limits";

/// Seconds that are looked back.
const LATELY: i64 = 86_400;

/// Rows that are read to tell how often the limits were reached: the fullest.
const ROWS: i64 = 5_000;

/// Those who are named with a limit.
const NAMED: usize = 5;

/// The limits as they are now.
///
/// # Errors
/// Only when the database does.
pub fn rates(tx: &mut Tx<'_>) -> Result<Rates> {
    Ok(super::value(tx, KEY)?.unwrap_or_default())
}

/// Changes a limit; `None` sets it back to what it is by default. Gives all of them.
///
/// # Errors
/// `Denied` to all but administrators; `Invalid` on `count` out of bounds.
pub fn change(tx: &mut Tx<'_>, by: &Actor, limit: Limit, count: Option<i64>) -> Result<Rates> {
    must_be_admin(tx, by)?;
    if let Some(count) = count {
        let mut errors = FieldErrors::default();
        if count < limit.least() {
            errors.add_limit("count", "error-limit-low", limit.least());
        } else if count > limit.most() {
            errors.add_limit("count", "error-limit-high", limit.most());
        }
        errors.into_result()?;
    }
    lock(tx, Lock::Settings, KEY)?;
    let mut rates = rates(tx)?;
    let old = rates.rate(limit).count;
    rates.set(limit, count);
    let new = rates.rate(limit).count;
    super::put(tx, KEY, &rates)?;
    if old != new {
        let detail = Detail {
            word: format!("limits.{limit}"),
            from: old.to_string(),
            to: new.to_string(),
            ..Detail::default()
        };
        journal::record(tx, &Line::new(Did::EditInstance, by).detail(detail))?;
    }
    Ok(rates)
}

/// A limit, as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Which.
    pub limit: Limit,
    /// What is let through in its window.
    pub count: i64,
    /// How often it held somebody up in the last 24 hours.
    pub hits: i64,
    /// Whom, the most often held up first: a name, a host, part of an address.
    pub who: Vec<String>,
}

/// All limits.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn list(tx: &mut Tx<'_>, viewer: Viewer) -> Result<Vec<Shown>> {
    viewer.must_be_admin()?;
    let rates = rates(tx)?;
    let mut hits = hits(tx)?;
    let mut list = Vec::new();
    for limit in Limit::ALL.iter().copied() {
        let mut by: Vec<(String, i64)> = hits.remove(limit.word()).unwrap_or_default().into_iter().collect();
        by.sort_by_key(|(_, count)| -count);
        list.push(Shown {
            limit,
            count: rates.rate(limit).count,
            hits: by.iter().map(|(_, count)| count).sum(),
            who: by.into_iter().map(|(who, _)| who).filter(|who| !who.is_empty()).take(NAMED).collect(),
        });
    }
    put_names(tx, &mut list)?;
    Ok(list)
}

type Hits = BTreeMap<String, BTreeMap<String, i64>>;

/// How often each limit was reached lately, and by whom.
fn hits(tx: &mut Tx<'_>) -> Result<Hits> {
    use schema::limit_hits::dsl;
    let rows: Vec<(String, String, i64)> = dsl::limit_hits
        .filter(dsl::hour.gt(tx.now.plus_seconds(-LATELY)))
        .order(dsl::count.desc())
        .limit(ROWS)
        .select((dsl::name, dsl::who, dsl::count))
        .load(tx.conn)?;
    let mut hits = Hits::new();
    for (name, who, count) in rows {
        *hits.entry(name).or_default().entry(who).or_default() += count;
    }
    Ok(hits)
}

/// Puts names in the place of ids of people.
fn put_names(tx: &mut Tx<'_>, list: &mut [Shown]) -> Result<()> {
    let people: Vec<_> =
        list.iter().flat_map(|shown| &shown.who).filter_map(|who| who.parse().ok()).collect();
    let names = byline::of(tx, people)?;
    for shown in list.iter_mut().filter(|shown| shown.limit.scope() == Scope::Account) {
        for who in &mut shown.who {
            if let Some(byline) = who.parse().ok().and_then(|id| names.get(&id)) {
                *who = format!("@{}", byline.name);
            }
        }
    }
    Ok(())
}

/// Notes that limits held somebody up: which, whom, how often.
///
/// # Errors
/// Only when the database does.
pub fn note(tx: &mut Tx<'_>, hits: &[(Limit, String, i64)]) -> Result<()> {
    use schema::limit_hits::dsl;
    let hour = tx.now.utc().duration_trunc(TimeDelta::hours(1)).map_or(tx.now, Time::new);
    for (limit, who, count) in hits {
        let row = (dsl::name.eq(limit.word()), dsl::who.eq(who), dsl::hour.eq(hour), dsl::count.eq(count));
        let upsert = diesel::insert_into(dsl::limit_hits)
            .values(row)
            .on_conflict((dsl::name, dsl::who, dsl::hour))
            .do_update()
            .set(dsl::count.eq(dsl::count + count));
        Native(upsert).execute(tx.conn)?;
    }
    Ok(())
}

/// Forgets what was longer ago than is shown. Tells how many went.
///
/// # Errors
/// Only when the database does.
pub fn prune(tx: &mut Tx<'_>) -> Result<usize> {
    use schema::limit_hits::dsl;
    let old = dsl::hour.lt(tx.now.plus_seconds(-LATELY));
    Ok(diesel::delete(dsl::limit_hits.filter(old)).execute(tx.conn)?)
}
