//! Numbers of cases and clients, as an organisation writes them: letters and signs as they are, `#` for a digit.

use std::ops::Range;

use super::signs::{Signs, compared};
use crate::policy::limits;

/// How numbers of one kind look: `WMO-####-######`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<char>);

impl Pattern {
    /// Reads one. It holds letters, digits, `#`, and between them `-`, `.`, `/`, `_` and spaces; at least four places for digits, six
    /// when there is no letter, so that not every year is a case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let signs: Vec<char> = text.trim().chars().filter_map(compared).collect();
        let is_filled = |c: &char| c.is_alphanumeric() || *c == '#';
        let ends = [signs.first()?, signs.last()?];
        let least = if signs.iter().any(|c| c.is_alphabetic()) { 4 } else { 6 };
        let fits = signs.len() <= limits::CASE_NUMBER
            && signs.iter().all(|c| is_filled(c) || "-./_ ".contains(*c))
            && ends.into_iter().all(is_filled)
            && signs.iter().filter(|c| **c == '#').count() >= least;
        fits.then_some(Self(signs))
    }

    /// Whether such a number begins at this place.
    fn fits(&self, signs: &[char]) -> bool {
        let mut rest = signs.iter();
        self.0.iter().all(|wanted| match rest.next() {
            Some(sign) if *wanted == '#' => sign.is_ascii_digit(),
            sign => sign == Some(wanted),
        })
    }
}

/// Where one stands.
pub(super) fn find(signs: &Signs<'_>, patterns: &[Pattern]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    if patterns.is_empty() {
        return found;
    }
    let mut at = 0;
    while at < signs.len() {
        let rest = signs.rest(at);
        let is_one =
            |pattern: &&Pattern| pattern.fits(rest) && !signs.at(at + pattern.0.len()).is_alphanumeric();
        // The end of a longer number isn't one.
        let (last, before) = (signs.back(at, 1), signs.back(at, 2));
        let goes_on = matches!(last, '-' | '/' | '_') && before.is_alphanumeric();
        let begins = !last.is_alphanumeric() && !goes_on;
        match patterns.iter().filter(|_| begins).find(is_one) {
            Some(pattern) => {
                found.push(at..at + pattern.0.len());
                at += pattern.0.len();
            }
            None => at += 1,
        }
    }
    found
}
