//! The time, replaceable in tests.
//!
//! Everything that needs "now" gets it from here: a transaction carries the moment it began (`db::Tx::now`), and long
//! running code asks the [`Clock`] it was given. Times are UTC with microseconds, the finest that both databases keep.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, SubsecRound, TimeDelta, Utc};
use chrono_tz::Europe::Amsterdam;
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Serialize};

/// A moment in UTC, with microseconds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow, Serialize, Deserialize,
)]
#[diesel(sql_type = crate::db::types::sql::UtcTime)]
#[serde(from = "DateTime<Utc>", into = "DateTime<Utc>")]
pub struct Time(DateTime<Utc>);

/// The first and the last moment that there are here: the years 0 to 9999.
const FIRST: DateTime<Utc> = DateTime::from_timestamp(-62_167_219_200, 0).expect("it is in chrono's range");
const LAST: DateTime<Utc> =
    DateTime::from_timestamp(253_402_300_799, 999_999_000).expect("it is in chrono's range");

impl From<DateTime<Utc>> for Time {
    fn from(at: DateTime<Utc>) -> Self {
        Self::new(at)
    }
}

impl From<Time> for DateTime<Utc> {
    fn from(time: Time) -> Self {
        time.0
    }
}

impl Time {
    /// The moment, cut to microseconds.
    ///
    /// RFC 3339 has years of four digits, and so has what SQLite stores: what lies beyond is the first or last moment that fits.
    pub fn new(at: DateTime<Utc>) -> Self {
        Self(at.clamp(FIRST, LAST).trunc_subsecs(6))
    }

    /// Reads RFC 3339, as ActivityPub documents and our API write times.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|at| Self::new(at.to_utc()))
    }

    /// The end of a day in the Netherlands, as somebody typed that day: `2027-12-31`, or `31-12-2027`.
    pub fn end_of_day(typed: &str) -> Option<Self> {
        // A year has four digits, so that none is taken for a day.
        let read = |form: &str| {
            let day = NaiveDate::parse_from_str(typed.trim(), form).ok();
            day.filter(|day| day.year() > 999)
        };
        let day = read("%Y-%m-%d").or_else(|| read("%d-%m-%Y"))?;
        let midnight = day.succ_opt()?.and_time(NaiveTime::MIN);
        midnight.and_local_timezone(Amsterdam).earliest().map(|at| Self::new(at.to_utc()))
    }

    /// The day in the Netherlands that ends at this moment, or within which it lies, as forms and commands write days: `2027-12-31`.
    pub fn last_day(self) -> String {
        self.plus_seconds(-1).0.with_timezone(&Amsterdam).format("%Y-%m-%d").to_string()
    }

    /// The moment as chrono has it.
    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// This many seconds later (earlier, when negative).
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        TimeDelta::try_seconds(seconds).and_then(|by| self.0.checked_add_signed(by)).map_or(self, Self::new)
    }

    /// This many milliseconds later.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        TimeDelta::try_milliseconds(millis)
            .and_then(|by| self.0.checked_add_signed(by))
            .map_or(self, Self::new)
    }

    /// This many days later (earlier, when negative).
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }

    /// Whole seconds from `earlier` to this moment; negative when `earlier` is later.
    pub fn seconds_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_seconds()
    }

    /// Whether this moment is less than so many seconds after `earlier`. Not when it is before it: then one of them comes from a clock
    /// that was wrong, and what was to happen once in a while shouldn't wait for the other.
    pub fn is_within(self, seconds: i64, earlier: Self) -> bool {
        earlier <= self && self.seconds_since(earlier) < seconds
    }

    /// Milliseconds from `earlier` to this moment.
    pub fn millis_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0).num_milliseconds()
    }

    /// Seconds since 1970, as signatures and one-time passwords count.
    pub fn unix(self) -> i64 {
        self.0.timestamp()
    }

    /// RFC 3339 in UTC with as many decimals as needed, for ActivityPub and the API.
    pub fn rfc3339(self) -> String {
        self.0.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
    }

    /// RFC 3339 with six decimals: the form that sorts as text, used by SQLite and in page cursors.
    pub fn sortable(self) -> String {
        self.0.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
    }
}

/// Where the time comes from: the system, or a hand that a test moves.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    // Seconds added to the system's time. Only tests and the demo set it; it keeps time running, so that timeouts still work.
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// The system's time.
    pub fn system() -> Self {
        Self::default()
    }

    /// Now.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the system")]
    pub fn now(&self) -> Time {
        Time::new(Utc::now()).plus_seconds(self.ahead.load(Ordering::Relaxed))
    }

    /// Puts this clock back on the system's time.
    pub fn reset(&self) {
        self.ahead.store(0, Ordering::Relaxed);
    }

    /// Moves this clock forward (back, when negative), for tests of what happens later and for sample content of the past.
    pub fn advance(&self, seconds: i64) {
        self.ahead.fetch_add(seconds, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::Time;

    #[test]
    fn a_day_ends_at_midnight_in_the_netherlands() {
        for (typed, ends, day) in [
            ("2027-12-31", "2027-12-31T23:00:00Z", "2027-12-31"),
            (" 30-6-2027 ", "2027-06-30T22:00:00Z", "2027-06-30"),
            ("2027-03-27", "2027-03-27T23:00:00Z", "2027-03-27"),
            ("2027-03-28", "2027-03-28T22:00:00Z", "2027-03-28"),
        ] {
            let end = Time::end_of_day(typed).unwrap();
            assert_eq!((end.rfc3339().as_str(), end.last_day().as_str()), (ends, day));
            assert_eq!(end.plus_seconds(-3_600).last_day(), day);
        }
        for typed in ["", "morgen", "2027-02-30", "2027", "31/12/2027", "12-31-2027", "30-6-27"] {
            assert_eq!(Time::end_of_day(typed), None, "{typed}");
        }
    }
}
