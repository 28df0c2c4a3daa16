//! Keyset paging: a list is continued after the last row that was shown, so that new rows never shift a page.

use crate::clock::Time;
use crate::policy::limits;
use uuid::Uuid;

/// Where a page of a list begins: after the row with this time and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The time that the list is ordered by.
    pub at: Time,
    /// The row's id, which makes the order total.
    pub id: Uuid,
}

impl Cursor {
    /// Reads a cursor from a URL; `None` when it isn't one.
    pub fn parse(text: &str) -> Option<Self> {
        let (at, id) = text.split_once('_')?;
        let micros: i64 = at.parse().ok()?;
        Some(Self { at: Time::new(chrono::DateTime::from_timestamp_micros(micros)?), id: id.parse().ok()? })
    }

    /// The form for a URL: `{microseconds}_{id}`.
    pub fn text(self) -> String {
        format!("{}_{}", self.at.utc().timestamp_micros(), self.id.simple())
    }
}

/// Which part of a list: where it begins, and how long it may be. A cursor alone is a part of the usual length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// After this row; `None` for the beginning.
    pub after: Option<Cursor>,
    /// Rows at most.
    pub size: usize,
}

impl Part {
    /// What to ask the database for: one row more, which tells whether there is a next part.
    pub fn limit(self) -> i64 {
        i64::try_from(self.size.saturating_add(1)).unwrap_or(i64::MAX)
    }
}

impl From<Option<Cursor>> for Part {
    fn from(after: Option<Cursor>) -> Self {
        Self { after, size: limits::PAGE }
    }
}

/// A part of a list, and where the next part begins.
#[derive(Debug, Clone)]
pub struct Slice<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Pass this to get the rows after them; `None` at the end.
    pub next: Option<Cursor>,
}

impl<T> Slice<T> {
    /// Cuts `rows`, which were asked with a limit of `size + 1`, to a page; `key` tells a row's place.
    pub fn cut(mut rows: Vec<T>, size: usize, key: impl Fn(&T) -> Cursor) -> Self {
        let more = rows.len() > size;
        rows.truncate(size);
        let next = if more { rows.last().map(key) } else { None };
        Self { items: rows, next }
    }

    /// The same page of other things.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Slice<U> {
        Slice { items: self.items.into_iter().map(f).collect(), next: self.next }
    }
}
