//! What the fuzz targets share: a running instance without a network, and what may stand on a page.
//!
//! A target feeds one way into Vakplein with bytes and says what must be true whatever they are. That nothing panics goes
//! without saying; CONTRIBUTING.md says how they are run.

use std::borrow::Cow;

pub mod instance;
pub mod page;

/// Splits an input into its first line and the rest.
pub fn first_line(text: &str) -> (&str, &str) {
    text.split_once('\n').unwrap_or((text, ""))
}

/// Whether a text can be stored in either database: PostgreSQL takes no character 0.
pub fn storable(text: &str) -> bool {
    !text.contains('\0')
}

/// A text that ends in a character 2 stands for very many of it: what takes longer than its length should shows then.
pub fn very_many(text: &str) -> Cow<'_, str> {
    match text.strip_suffix('\u{2}') {
        Some(unit) if !unit.is_empty() => Cow::Owned(unit.repeat(40_000 / unit.len())),
        _ => Cow::Borrowed(text),
    }
}
