//! The citizen service number (burgerservicenummer, BSN): nine digits that pass the eleven-test. One that begins with a zero is often
//! written with eight.
//!
//! One of eleven numbers passes by chance. So what stands alone counts when it is grouped as people write a BSN; what is grouped
//! otherwise counts beside a word that says what it is.

use std::ops::Range;

use super::birth;
use super::overlaps;
use super::signs::{ASIDE, Signs, begins};

/// What it is called.
const WORDS: [&str; 9] = [
    "bsn",
    "bsnnr",
    "bsnnummer",
    "burgerservicenummer",
    "burgerservicenr",
    "burgerservice nummer",
    "sofinummer",
    "sofi-nummer",
    "citizen service number",
];
/// How far before a number such a word may end, and how far after it begin.
const BEFORE: usize = 40;
const AFTER: usize = 20;

/// Numbers that pass the test by chance, and are called by their name right before them.
const OTHERS: [&str; 11] = [
    "kvk",
    "koophandel",
    "vestigings",
    "rsin",
    "order",
    "bestel",
    "bestelling",
    "factuur",
    "artikel",
    "product",
    "isbn",
];

const WEIGHTS: [u32; 9] = [9, 8, 7, 6, 5, 4, 3, 2, 10];

/// What addresses of pages call it.
const IN_ADDRESSES: [&str; 3] = ["burgerservicenummer", "sofinummer", "bsn"];

/// Digits that lie close together.
struct Number {
    range: Range<usize>,
    digits: Vec<u32>,
    /// How many digits stand together.
    sizes: Vec<usize>,
    /// What stands between them; 0 for more than one sign.
    joints: Vec<char>,
}

/// Where one stands, but for what belongs to other numbers.
pub(super) fn find(signs: &Signs<'_>, taken: &[Range<usize>]) -> Vec<Range<usize>> {
    let words = signs.words(&WORDS);
    let mut found: Vec<Range<usize>> = Vec::new();
    for first in 0..signs.groups().len() {
        let start = signs.group(first).map_or(0, |group| group.start);
        if found.last().is_some_and(|last| start < last.end) {
            continue;
        }
        let counts = |number: &Number| {
            passes(&number.digits)
                && !overlaps(&number.range, taken)
                && !is_date(number)
                && (is_named(signs, &number.range, &words) || stands_alone(signs, number))
        };
        found.extend(numbers(signs, first).into_iter().find(counts).map(|number| number.range));
    }
    found.extend(in_addresses(signs));
    found
}

/// Numbers of eight and nine digits that begin with this group.
fn numbers(signs: &Signs<'_>, first: usize) -> Vec<Number> {
    let mut numbers = Vec::new();
    let (mut digits, mut sizes, mut joints) = (Vec::new(), Vec::new(), Vec::new());
    let mut start = 0;
    for at in first..first + 9 {
        let Some(group) = signs.group(at) else { break };
        if at == first {
            start = group.start;
        } else {
            let joint = signs.between(at - 1);
            if joint.len() > 3 || !joint.iter().all(|c| " .-/,_".contains(*c)) {
                break;
            }
            joints.push(if let [one] = joint { *one } else { '\0' });
        }
        if digits.len() + group.len() > 9 {
            break;
        }
        digits.extend(signs.digits(group.clone()));
        sizes.push(group.len());
        if digits.len() >= 8 {
            let (digits, sizes, joints) = (digits.clone(), sizes.clone(), joints.clone());
            numbers.push(Number { range: start..group.end, digits, sizes, joints });
        }
    }
    numbers
}

/// The eleven-test: the last digit counts −1 times, which is ten times here.
fn passes(digits: &[u32]) -> bool {
    let missing = WEIGHTS.len().checked_sub(digits.len());
    let Some(missing @ 0..=1) = missing else { return false };
    let sum: u32 = WEIGHTS.iter().skip(missing).zip(digits).map(|(weight, digit)| weight * digit).sum();
    sum.is_multiple_of(11) && digits.iter().any(|digit| *digit != 0)
}

/// Whether it is a date in numbers, such as 01-12-2026.
fn is_date(number: &Number) -> bool {
    let number_of = |from: usize, to: usize| {
        number.digits.get(from..to).unwrap_or_default().iter().fold(0, |sum, digit| sum * 10 + digit)
    };
    match number.sizes.as_slice() {
        [2, 2, 4] => birth::is_day(number_of(0, 2), number_of(2, 4), number_of(4, 8)),
        [4, 2, 2] => birth::is_day(number_of(6, 8), number_of(4, 6), number_of(0, 4)),
        _ => false,
    }
}

/// Whether it is called a BSN nearby.
fn is_named(signs: &Signs<'_>, range: &Range<usize>, words: &[Range<usize>]) -> bool {
    let nearest = words.get(words.partition_point(|word| word.end + BEFORE < range.start));
    let Some(word) = nearest.filter(|word| word.start <= range.end + AFTER) else { return false };
    let touches = word.end == range.start || word.start == range.end;
    touches || !(signs.back(range.start, 1).is_alphabetic() || signs.at(range.end).is_alphabetic())
}

/// Whether it is written as a BSN is, and belongs to nothing longer.
fn stands_alone(signs: &Signs<'_>, number: &Number) -> bool {
    let joint = number.joints.first().copied();
    let is_grouped = match number.sizes.as_slice() {
        [8] => !birth::is_compact(&number.digits),
        [9] => true,
        [3, 3, 3] | [4, 2, 3] => {
            let is_usual = joint.is_some_and(|c| " .-".contains(c));
            is_usual && number.joints.iter().all(|other| Some(*other) == joint)
        }
        _ => false,
    };
    // With two zeros at its beginning it was never given out.
    let first = number.digits.iter().take(if number.digits.len() == 9 { 2 } else { 1 });
    is_grouped
        && first.sum::<u32>() > 0
        && begins_there(signs, number.range.start, joint)
        && ends_there(signs, number.range.end, joint)
        && !is_money(signs, &number.range)
        && !is_called_otherwise(signs, number.range.start)
}

fn begins_there(signs: &Signs<'_>, start: usize, joint: Option<char>) -> bool {
    let (last, before) = (signs.back(start, 1), signs.back(start, 2));
    match last {
        '#' | '=' | '+' | '@' | '&' | '%' | '/' | '\\' | ASIDE => false,
        '-' | '_' => !before.is_alphanumeric(),
        '.' | ',' => !before.is_ascii_digit(),
        ' ' => joint != Some(' ') || !before.is_ascii_digit(),
        other => !other.is_alphanumeric(),
    }
}

fn ends_there(signs: &Signs<'_>, end: usize, joint: Option<char>) -> bool {
    let (next, after) = (signs.at(end), signs.at(end + 1));
    match next {
        '@' | '=' | '%' | '/' | '\\' | ASIDE => false,
        '-' | '_' => !after.is_alphanumeric(),
        '.' | ',' | ':' => !after.is_ascii_digit(),
        ' ' => joint != Some(' ') || !after.is_ascii_digit(),
        other => !other.is_alphanumeric(),
    }
}

/// Whether it is an amount of money.
fn is_money(signs: &Signs<'_>, range: &Range<usize>) -> bool {
    let before = signs.text(range.start.saturating_sub(8)..range.start);
    let after = signs.text(range.end..(range.end + 8).min(signs.len()));
    let (before, after) = (before.trim_end(), after.trim_start());
    let no_letter = |c: char| !c.is_alphabetic();
    let words = [before.rsplit(no_letter).next(), after.split(no_letter).next()];
    before.ends_with(['€', '$', '£'])
        || after.starts_with('€')
        || after.starts_with(",-")
        || words.iter().any(|word| matches!(word, Some("eur" | "euro")))
}

/// Whether it is called something else right before it: `KvK-nummer: 12345684`.
fn is_called_otherwise(signs: &Signs<'_>, start: usize) -> bool {
    let before = signs.text(start.saturating_sub(30)..start);
    let line = before.rsplit('\n').next().unwrap_or_default();
    let mut name = line.trim_end_matches(|c: char| !c.is_alphanumeric());
    for tail in ["is", "nummer", "nr", "number", "no"] {
        let shorter = name.strip_suffix(tail).unwrap_or(name);
        name = shorter.trim_end_matches(|c: char| !c.is_alphanumeric());
    }
    OTHERS
        .iter()
        .any(|word| name.strip_suffix(*word).is_some_and(|rest| !rest.ends_with(char::is_alphabetic)))
}

/// Those that an address of a page names as such: `?bsn=…`.
fn in_addresses(signs: &Signs<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (start, typed) in signs.addresses() {
        let mut at = 0;
        while let Some(rest) = typed.get(at..).filter(|rest| !rest.is_empty()) {
            let Some(word) = IN_ADDRESSES.iter().find(|word| begins(rest, word)) else {
                at += 1;
                continue;
            };
            at += word.len();
            let after = typed.get(at..).unwrap_or_default();
            at += after.iter().take(3).take_while(|c| !c.is_alphanumeric()).count();
            let after = typed.get(at..).unwrap_or_default();
            let digits: Vec<u32> = after.iter().map_while(|c| c.to_digit(10)).take(10).collect();
            if passes(&digits) {
                found.push(start + at..start + at + digits.len());
            }
            at += digits.len();
        }
    }
    found
}
