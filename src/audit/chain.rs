//! The chain of the audit trail: each line holds the hash of itself and of the line before it, and for each day is kept how many lines
//! it has and the hash of the last one. Owns `audit_days`.
//!
//! Whoever changes a line, takes one away or puts one in between without making all that follow anew is found out by [`verify`]; whoever
//! does make them anew, or cuts off the end, by the log of the machine, which has the hashes too.
//!
//! The hash of a line is SHA-256, in hexadecimal digits, of this array as RFC 8785 writes JSON:
//! `["vakplein-audit-1", before, id, act, outcome, by, object, origin, at]`. `before` is the hash of the line before it, empty for the
//! very first; `by` an id or null; `at` the moment in UTC with six decimals, `2026-12-01T09:30:00.000000Z`.
//!
//! The order is that of the ids: each is made later than the last one, whatever the clock says. A line counts for the day, in UTC, on
//! which it was written; while the clock is behind the line before it, for the day of that one. Lines from before there was a chain
//! have no hash, and stand before its first. What is past its time goes by whole days, from the front. What is kept of those days stays,
//! so that the first line that is left still has something to follow.

use std::collections::BTreeMap;

use chrono::NaiveTime;
use diesel::prelude::*;
use serde_json::json;

use super::{Act, Line, log};
use crate::clock::Time;
use crate::db::{Lock, MultiBackend, Tx, lock, schema};
use crate::error::Result;
use crate::ids::{self, PersonId, RowId};
use crate::policy::Viewer;

/// What begins all that is hashed, so that a later form can be told from this one.
const FORM: &str = "vakplein-audit-1";
/// Lines that are read at once.
const BATCH: i64 = 1_000;
/// Faults that are told at most.
const FAULTS: usize = 100;
/// Lines from which on a page looks at the last [`DAYS`] days only.
const LONG: i64 = 10_000;
/// Days that a page looks at when there are that many lines.
const DAYS: i64 = 31;
/// Lines written within acts that go to the log of the machine with the next one, at most.
const NOTED: i64 = 20;

/// A line as it stands in the table. Its words are read as they are, so that one that was changed is found and fails nothing.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::audit, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub(super) struct Link {
    id: RowId,
    act: String,
    outcome: String,
    by_id: Option<PersonId>,
    object: String,
    origin: String,
    created_at: Time,
    hash: String,
}

impl Link {
    /// The hash that it must have behind a line with the hash `before`.
    fn hash_behind(&self, before: &str) -> String {
        let fields = json!([
            FORM,
            before,
            self.id,
            self.act,
            self.outcome,
            self.by_id,
            self.object,
            self.origin,
            self.created_at.sortable()
        ]);
        ids::digest(&fields.to_string()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Writes it to the log of the machine.
    pub(super) fn log(&self) {
        log(&self.act, &self.outcome, self.by_id, &self.object, &self.origin, &self.hash);
    }
}

/// What is kept of a day.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::audit_days, check_for_backend(MultiBackend))]
struct Day {
    day: String,
    lines: i64,
    last: String,
}

/// The day of a moment, in UTC.
fn day_of(at: Time) -> String {
    at.utc().format("%Y-%m-%d").to_string()
}

/// When the day of a moment began, in UTC.
fn begin_of(at: Time) -> Time {
    Time::new(at.utc().date_naive().and_time(NaiveTime::MIN).and_utc())
}

/// Puts a line at the end.
///
/// # Errors
/// Only when the database does.
pub(super) fn append(tx: &mut Tx<'_>, line: &Line) -> Result<Link> {
    use schema::{audit, audit_days};
    lock(tx, Lock::Audit, "")?;
    let last: Option<RowId> =
        audit::table.order(audit::id.desc()).select(audit::id).first(tx.conn).optional()?;
    let mut id = RowId::fresh();
    if let Some(last) = last.filter(|last| id <= *last) {
        // The clock was set back, or another process has one that is ahead.
        ids::not_before(last.0);
        id = RowId::fresh();
    }
    let newest: Option<Day> =
        audit_days::table.order(audit_days::day.desc()).select(Day::as_select()).first(tx.conn).optional()?;
    let (today, before) = (day_of(tx.now), newest.as_ref().map_or("", |day| day.last.as_str()));
    let mut link = Link {
        id,
        act: line.act.word().to_owned(),
        outcome: line.outcome.word().to_owned(),
        by_id: line.by,
        object: line.object.clone(),
        origin: line.origin.clone(),
        created_at: tx.now,
        hash: String::new(),
    };
    link.hash = link.hash_behind(before);
    diesel::insert_into(audit::table).values(&link).execute(tx.conn)?;
    match newest.filter(|day| day.day >= today) {
        Some(day) => {
            diesel::update(audit_days::table.find(&day.day))
                .set((audit_days::lines.eq(day.lines + 1), audit_days::last.eq(&link.hash)))
                .execute(tx.conn)?;
        }
        None => {
            let day = Day { day: today, lines: 1, last: link.hash.clone() };
            diesel::insert_into(audit_days::table).values(&day).execute(tx.conn)?;
        }
    }
    Ok(link)
}

/// Puts a line at the end. Gives all that the log of the machine doesn't know yet: those before it that were written within other
/// acts, of which it is certain now that they stay, and it.
///
/// # Errors
/// Only when the database does.
pub(super) fn append_telling(tx: &mut Tx<'_>, line: &Line) -> Result<Vec<Link>> {
    use schema::audit::dsl;
    let link = append(tx, line)?;
    let before: Vec<Link> = dsl::audit
        .filter(dsl::id.lt(link.id))
        .order(dsl::id.desc())
        .limit(NOTED)
        .select(Link::as_select())
        .load(tx.conn)?;
    let noted = before.into_iter().take_while(|link| link.act == Act::Rules.word());
    let mut told: Vec<Link> = noted.collect();
    told.reverse();
    told.push(link);
    Ok(told)
}

/// Forgets the days that ended more than `days` days ago; 0 keeps all. Tells how many lines went.
///
/// # Errors
/// Only when the database does.
pub fn prune(tx: &mut Tx<'_>, days: i64) -> Result<usize> {
    use schema::audit::dsl;
    if days == 0 {
        return Ok(0);
    }
    // A line that comes meanwhile must not go along.
    lock(tx, Lock::Audit, "")?;
    let begin = begin_of(tx.now.plus_days(-days));
    let gone = match first_since(tx, begin)? {
        Some(first) => diesel::delete(dsl::audit.filter(dsl::id.lt(first))).execute(tx.conn)?,
        None => diesel::delete(dsl::audit).execute(tx.conn)?,
    };
    Ok(gone)
}

/// The first line, in the order of the chain, that was written at this moment or later: all before it count for days before.
fn first_since(tx: &mut Tx<'_>, begin: Time) -> Result<Option<RowId>> {
    use schema::audit::dsl;
    let query = dsl::audit.filter(dsl::created_at.ge(begin)).order(dsl::id).select(dsl::id);
    Ok(query.first(tx.conn).optional()?)
}

/// What there is to say of the chain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Days that it was looked at.
    pub days: i64,
    /// Their lines; those from before there was a chain aren't counted.
    pub lines: i64,
    /// Hash of the last line, to hold against what was written down elsewhere; `None` when there never was a line.
    pub last: Option<String>,
    /// What is wrong, in the order in which it was found, a hundred at most. None: nothing was changed, added or taken away.
    pub faults: Vec<AuditFault>,
}

impl Verified {
    /// Whether the chain holds.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFault {
    /// On which day: `2026-12-01`.
    pub day: String,
    /// With which line, if it is one.
    pub id: Option<RowId>,
    /// What, as one of these words:
    /// - `line`: it isn't what was written then, or isn't behind the line that was before it then;
    /// - `unhashed`: it has no hash, and there was a chain already;
    /// - `count`: the day has more lines, or less, than it had;
    /// - `end`: the day doesn't end with the line that it ended with;
    /// - `day`: there are lines, and nothing is kept of the day.
    pub what: &'static str,
}

/// What a page says of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// What was found.
    pub found: Verified,
    /// How many of the last days were looked at; `None`: all.
    pub days: Option<i64>,
}

/// Looks whether anything was changed, added or taken away since it was written. Reads every line.
///
/// Whole days may be missing at the front, as [`prune`] leaves it, but never the last two. That lines are missing at the very end, and
/// what is kept of their day says so too, can only be seen by who wrote down a hash elsewhere.
///
/// # Errors
/// Only when the database does.
pub fn verify(tx: &mut Tx<'_>) -> Result<Verified> {
    Walk::new(tx, None)?.all(tx)
}

/// The same for a page: of a long trail only the last days.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn glance(tx: &mut Tx<'_>, viewer: Viewer) -> Result<Glance> {
    viewer.must_be_admin()?;
    let lines: i64 = schema::audit::table.count().get_result(tx.conn)?;
    if lines <= LONG {
        return Ok(Glance { found: verify(tx)?, days: None });
    }
    let begin = begin_of(tx.now.plus_days(-DAYS));
    Ok(Glance { found: Walk::new(tx, Some(begin))?.all(tx)?, days: Some(DAYS) })
}

/// A walk along the chain.
struct Walk {
    days: BTreeMap<String, Day>,
    /// From this day on there must be lines for whatever is kept of days; empty: that isn't known.
    from: String,
    /// The line that was looked at last, or before which is nothing to look at.
    at: Option<RowId>,
    /// Its hash; `None` before the first that has one.
    before: Option<String>,
    /// The day that it counts for.
    day: String,
    /// By day: how many lines were found, and the hash of the last.
    counted: BTreeMap<String, (i64, String)>,
    /// Lines without a hash before the first that has one.
    unhashed: Vec<AuditFault>,
    faults: Vec<AuditFault>,
}

impl Walk {
    /// From this moment on, which begins a day, or from the very beginning.
    fn new(tx: &mut Tx<'_>, begin: Option<Time>) -> Result<Self> {
        use schema::audit::dsl;
        let mut walk = Self {
            days: days(tx)?,
            from: String::new(),
            at: None,
            before: None,
            day: String::new(),
            counted: BTreeMap::new(),
            unhashed: Vec::new(),
            faults: Vec::new(),
        };
        if let Some(begin) = begin {
            let mut query = dsl::audit.order(dsl::id.desc()).select(dsl::id).into_boxed();
            if let Some(first) = first_since(tx, begin)? {
                query = query.filter(dsl::id.lt(first));
            }
            walk.at = query.first(tx.conn).optional()?;
            // There is an older one, so none of these days is past its time.
            walk.from = walk.at.map_or_else(String::new, |_| day_of(begin));
        }
        Ok(walk)
    }

    /// To the end.
    fn all(mut self, tx: &mut Tx<'_>) -> Result<Verified> {
        self.read(tx)?;
        loop {
            self.days = days(tx)?;
            let last = self.days.values().next_back().map(|day| &day.last);
            // A line that comes meanwhile may be in the one already and not yet in the other: then there is more to read.
            if last == self.before.as_ref() || !self.read(tx)? {
                return Ok(self.end(tx.now));
            }
        }
    }

    /// Reads on; tells whether there was anything.
    fn read(&mut self, tx: &mut Tx<'_>) -> Result<bool> {
        use schema::audit::dsl;
        let mut any = false;
        loop {
            let mut query = dsl::audit.order(dsl::id).limit(BATCH).select(Link::as_select()).into_boxed();
            if let Some(at) = self.at {
                query = query.filter(dsl::id.gt(at));
            }
            let links: Vec<Link> = query.load(tx.conn)?;
            if links.is_empty() {
                return Ok(any);
            }
            any = true;
            links.iter().for_each(|link| self.step(link));
        }
    }

    fn fault(&mut self, day: &str, id: Option<RowId>, what: &'static str) {
        if self.faults.len() < FAULTS {
            self.faults.push(AuditFault { day: day.to_owned(), id, what });
        }
    }

    /// The next line.
    fn step(&mut self, link: &Link) {
        let date = day_of(link.created_at);
        self.at = Some(link.id);
        if link.hash.is_empty() {
            if self.before.is_some() {
                self.fault(&date, Some(link.id), "unhashed");
            } else if self.unhashed.len() < FAULTS {
                self.unhashed.push(AuditFault { day: date, id: Some(link.id), what: "unhashed" });
            }
            return;
        }
        let before = self.before.take().unwrap_or_else(|| self.begin(&date));
        // While the clock is behind, the day goes on.
        let day = date.max(self.day.clone());
        if link.hash_behind(&before) == link.hash {
            self.day.clone_from(&day);
        } else {
            // Whatever it says of its time is worth nothing; and those behind it are looked at as if it were right, to find which are wrong.
            self.fault(&day, Some(link.id), "line");
        }
        let (lines, last) = self.counted.entry(day).or_default();
        *lines += 1;
        last.clone_from(&link.hash);
        self.before = Some(link.hash.clone());
    }

    /// What the first line that has a hash is behind: the end of the newest day before its own, or nothing.
    fn begin(&mut self, date: &str) -> String {
        let earlier = self.days.range(..date.to_owned()).next_back().map(|(_, day)| day.last.clone());
        if earlier.is_none() {
            // The chain begins here.
            self.unhashed.clear();
        }
        self.faults.append(&mut self.unhashed);
        earlier.unwrap_or_default()
    }

    /// Holds what was found against what is kept of the days.
    fn end(mut self, now: Time) -> Verified {
        if self.before.is_none() && !self.days.is_empty() {
            self.faults.append(&mut self.unhashed);
        }
        let yesterday = day_of(now.plus_days(-1));
        // No day goes before it is over for a day, and none but from the front.
        let first = self.counted.keys().next().map_or(&yesterday, |first| first.min(&yesterday));
        let from = if self.from.is_empty() { first.clone() } else { self.from.clone() };
        let (counted, days) = (std::mem::take(&mut self.counted), std::mem::take(&mut self.days));
        for (day, (lines, last)) in &counted {
            match days.get(day) {
                None => self.fault(day, None, "day"),
                Some(kept) if kept.lines != *lines => self.fault(day, None, "count"),
                Some(kept) if kept.last != *last => self.fault(day, None, "end"),
                Some(_) => {}
            }
        }
        for day in days.range(from..).map(|(day, _)| day).filter(|day| !counted.contains_key(*day)) {
            self.fault(day, None, "count");
        }
        let newest = days.into_values().next_back().map(|day| day.last);
        Verified {
            days: i64::try_from(counted.len()).unwrap_or(i64::MAX),
            lines: counted.values().map(|(lines, _)| lines).sum(),
            last: self.before.or(newest),
            faults: self.faults,
        }
    }
}

/// What is kept of days.
fn days(tx: &mut Tx<'_>) -> Result<BTreeMap<String, Day>> {
    let days: Vec<Day> = schema::audit_days::table.select(Day::as_select()).load(tx.conn)?;
    Ok(days.into_iter().map(|day| (day.day.clone(), day)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> Link {
        Link {
            id: "0193812e-5c00-7000-8000-000000000001".parse().unwrap(),
            act: "rules".to_owned(),
            outcome: "done".to_owned(),
            by_id: Some("0193812e-5c00-7000-8000-000000000002".parse().unwrap()),
            object: "\"é\"\n".to_owned(),
            origin: "192.0.2.0/24".to_owned(),
            created_at: Time::parse("2026-12-01T09:30:00Z").unwrap(),
            hash: String::new(),
        }
    }

    #[test]
    fn the_hash_is_what_the_head_of_this_file_says() {
        let said = r#"["vakplein-audit-1","abc","0193812e-5c00-7000-8000-000000000001","rules","done","0193812e-5c00-7000-8000-000000000002","\"é\"\n","192.0.2.0/24","2026-12-01T09:30:00.000000Z"]"#;
        let hash: String = ids::digest(said).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(link().hash_behind("abc"), hash);
        assert_eq!(hash, "0daae3884ac395978d64e2e61eec3c0e01ce06f4c37a3e782b0aed99f9254e0f");
    }

    #[test]
    fn every_field_counts_and_none_can_pass_for_another() {
        let other = RowId::fresh();
        let changed: [fn(&mut Link); 7] = [
            |link| link.act = "command".to_owned(),
            |link| link.outcome = "failed".to_owned(),
            |link| link.by_id = None,
            |link| link.object.push(' '),
            |link| link.origin.clear(),
            |link| link.created_at = link.created_at.plus_millis(1),
            |link| {
                link.object = String::new();
                link.origin = "\"é\"\n192.0.2.0/24".to_owned();
            },
        ];
        let mut hashes = vec![link().hash_behind("abc"), link().hash_behind("")];
        hashes.push(Link { id: other, ..link() }.hash_behind("abc"));
        for change in changed {
            let mut link = link();
            change(&mut link);
            hashes.push(link.hash_behind("abc"));
        }
        let count = hashes.len();
        hashes.sort_unstable();
        hashes.dedup();
        assert_eq!(hashes.len(), count);
    }

    #[test]
    fn a_day_begins_at_midnight_in_utc() {
        let at = Time::parse("2026-12-01T23:30:00.5Z").unwrap();
        assert_eq!(day_of(at), "2026-12-01");
        assert_eq!(begin_of(at).rfc3339(), "2026-12-01T00:00:00Z");
        assert_eq!(day_of(at.plus_seconds(1_800)), "2026-12-02");
    }
}
