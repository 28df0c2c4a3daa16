//! Finds what looks like personal data in running text: numbers of citizens, accounts, phones and cases, addresses of mail, days of
//! birth.
//!
//! Knows how these are written, not what is to be done about it. It finds what somebody writes by mistake; whoever wants to hide a
//! number from it by spelling it out, can. Addresses of pages are left aside, since numbers of all kinds stand in them.

mod birth;
mod bsn;
mod case_number;
mod email;
mod iban;
mod phone;
mod signs;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;

pub use self::case_number::Pattern;
use self::signs::Signs;
use crate::error::FieldErrors;
use crate::text_enum;

text_enum! {
    /// A kind of personal data. Where two are found at the same place, the first of this list counts.
    Kind {
        /// A citizen service number (burgerservicenummer).
        Bsn = "bsn",
        /// A number of an account at a bank.
        Iban = "iban",
        /// A number of a case or client, as the organisation writes these.
        CaseNumber = "case-number",
        /// A phone number.
        Phone = "phone",
        /// The day on which somebody was born.
        BirthDate = "birth-date",
        /// An e-mail address.
        Email = "email",
    }
}

/// Something that looks like personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it looks like.
    pub kind: Kind,
    /// Where it stands, in bytes.
    pub range: Range<usize>,
    /// As it was written; of a BSN only its end, so that no message repeats it.
    pub excerpt: String,
}

impl fmt::Debug for Finding {
    // What was found belongs into no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finding")
            .field("kind", &self.kind)
            .field("range", &self.range)
            .finish_non_exhaustive()
    }
}

/// All that looks like personal data, in the order of the text; nothing twice. `patterns` say how case numbers look.
#[must_use]
pub fn find(text: &str, patterns: &[Pattern]) -> Vec<Finding> {
    if !signs::may_hold_any(text) {
        return Vec::new();
    }
    let signs = Signs::of(text);
    let accounts = iban::find(&signs);
    let phones = phone::find(&signs, &accounts);
    let bsns = bsn::find(&signs, &both(&accounts, &phones));
    let mut found: Vec<(Range<usize>, Kind)> = Vec::new();
    for (kind, ranges) in [
        (Kind::Bsn, bsns),
        (Kind::Iban, accounts),
        (Kind::CaseNumber, case_number::find(&signs, patterns)),
        (Kind::Phone, phones),
        (Kind::BirthDate, birth::find(&signs)),
        (Kind::Email, email::find(&signs)),
    ] {
        found.extend(ranges.into_iter().map(|range| (range, kind)));
    }
    found.sort_by_key(|(range, kind)| (range.start, *kind));
    let mut kept: Vec<(Range<usize>, Kind)> = Vec::new();
    for (range, kind) in found {
        match kept.last_mut().filter(|last| range.start < last.0.end) {
            Some(last) if kind < last.1 => *last = (range, kind),
            Some(_) => {}
            None => kept.push((range, kind)),
        }
    }
    kept.into_iter().map(|(range, kind)| signs.finding(kind, &range)).collect()
}

/// Whether a BSN stands in a text.
#[must_use]
pub fn has_bsn(text: &str) -> bool {
    !bsns(text).is_empty()
}

/// Notes that a BSN stands in a field, which it may nowhere.
pub fn refuse_bsn(errors: &mut FieldErrors, field: &'static str, text: &str) {
    errors.add_personal(field, "error-bsn", bsns(text));
}

fn bsns(text: &str) -> Vec<Finding> {
    if !signs::may_hold_bsn(text) {
        return Vec::new();
    }
    let signs = Signs::of(text);
    let accounts = iban::find(&signs);
    let phones = phone::find(&signs, &accounts);
    let found = bsn::find(&signs, &both(&accounts, &phones));
    found.iter().map(|range| signs.finding(Kind::Bsn, range)).collect()
}

/// Numbers of accounts and phones, in order: what belongs to one is no BSN.
fn both(accounts: &[Range<usize>], phones: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut both = [accounts, phones].concat();
    both.sort_by_key(|range| range.start);
    both
}

/// Whether a range shares a sign with any of others, which are in order and apart from each other.
fn overlaps(range: &Range<usize>, others: &[Range<usize>]) -> bool {
    let at = others.partition_point(|other| other.end <= range.start);
    others.get(at).is_some_and(|other| other.start < range.end)
}
