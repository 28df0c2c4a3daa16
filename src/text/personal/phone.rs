//! Phone numbers: Dutch ones as people write them, and those of any country behind a plus.
//!
//! Numbers that no person can have (0800, 0900 and their like, 14 and an area code) are left aside.

use std::ops::Range;

use super::signs::{ASIDE, Signs};
use super::{birth, overlaps};

/// Where one stands, but for what belongs to other numbers.
pub(super) fn find(signs: &Signs<'_>, taken: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (number, group) in signs.groups().iter().enumerate() {
        if found.last().is_some_and(|last| group.start < last.end) || overlaps(group, taken) {
            continue;
        }
        found.extend(abroad(signs, number).or_else(|| here(signs, number)));
    }
    found
}

/// A Dutch number with the zero before its area.
fn here(signs: &Signs<'_>, first: usize) -> Option<Range<usize>> {
    let start = signs.group(first)?.start;
    if !begins_there(signs, start) {
        return None;
    }
    let (mut digits, mut sizes) = (String::new(), Vec::new());
    for at in first..first + 5 {
        let group = signs.group(at)?;
        if at > first && !joins(signs.between(at - 1)) {
            return None;
        }
        digits.push_str(&signs.text(group.clone()));
        sizes.push(group.len());
        if digits.len() >= 10 {
            let is_one = is_dutch(&digits, &sizes) && ends_there(signs, group.end);
            return is_one.then_some(start..group.end);
        }
    }
    None
}

/// Whether these digits, grouped like this, are a number of a person or an organisation.
fn is_dutch(digits: &str, sizes: &[usize]) -> bool {
    let number = |from: usize, to: usize| -> u32 {
        digits.get(from..to).and_then(|part| part.parse().ok()).unwrap_or_default()
    };
    // 06-12-2026 10:00 is a day and an hour.
    let is_date = sizes.starts_with(&[2, 2, 4]) && birth::is_day(number(0, 2), number(2, 4), number(4, 8));
    let is_nobodys = ["0800", "0900", "0906", "0909"].iter().any(|area| digits.starts_with(area));
    let mut signs = digits.chars();
    let is_grouped = match (signs.next(), signs.next(), signs.next()) {
        (Some('0'), Some('6'), Some('1'..='5' | '8')) => sizes.first().is_some_and(|first| *first >= 2),
        (Some('0'), Some('1'..='5' | '7'..='9'), _) => matches!(sizes.first(), Some(3 | 4 | 10)),
        _ => false,
    };
    digits.len() == 10 && is_grouped && sizes.last().is_some_and(|last| *last >= 2) && !is_date && !is_nobodys
}

/// A number with its country: +31 6 12345678, 0031612345678, +49 30 123456.
fn abroad(signs: &Signs<'_>, first: usize) -> Option<Range<usize>> {
    let group = signs.group(first)?;
    let is_marked = signs.back(group.start, 1) == '+';
    let start = group.start - usize::from(is_marked);
    let is_abroad = is_marked || signs.text(group).starts_with("0031");
    if !is_abroad || !begins_there(signs, start) {
        return None;
    }
    let home = if is_marked { "31" } else { "0031" };
    let (mut digits, mut end) = (String::new(), None);
    for at in first..first + 9 {
        let Some(group) = signs.group(at) else { break };
        if at > first && !joins(signs.between(at - 1)) {
            break;
        }
        digits.push_str(&signs.text(group.clone()));
        if digits.len() > 15 {
            break;
        }
        let ends = ends_there(signs, group.end);
        // The zero before the area stays, in brackets.
        let own = digits.strip_prefix(home).map(|rest| rest.strip_prefix('0').unwrap_or(rest));
        if ends && own.is_some_and(|own| own.len() == 9) {
            return Some(start..group.end);
        }
        if ends && is_marked && digits.len() >= 9 {
            end = Some(group.end);
        }
    }
    end.map(|end| start..end)
}

/// Whether this can stand within a phone number.
fn joins(between: &[char]) -> bool {
    between.len() <= 3 && between.iter().all(|c| " -./()".contains(*c))
}

fn begins_there(signs: &Signs<'_>, start: usize) -> bool {
    let before = signs.back(start, 2);
    match signs.back(start, 1) {
        '#' | '=' | '_' | '@' | '&' | '%' | '+' | '\\' | ASIDE => false,
        '/' => !before.is_alphabetic(),
        '-' | '.' | ',' => !before.is_alphanumeric(),
        other => !other.is_alphanumeric(),
    }
}

fn ends_there(signs: &Signs<'_>, end: usize) -> bool {
    let after = signs.at(end + 1);
    match signs.at(end) {
        '@' | '=' | '%' | '_' | '\\' | ASIDE => false,
        '-' | '.' | ',' => !after.is_ascii_digit(),
        other => !other.is_alphanumeric(),
    }
}
