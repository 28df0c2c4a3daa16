//! The day on which somebody was born: a date behind a word that says so.

use std::ops::Range;

use super::signs::Signs;

const WORDS: [&str; 7] = ["geboren", "geboortedatum", "geboortedag", "geb", "born", "date of birth", "dob"];
/// Between the word and the date these speak of people in general: "geboren na 1 januari 1950".
const GENERAL: [&str; 12] =
    ["voor", "vóór", "na", "tussen", "vanaf", "tot", "sinds", "before", "after", "between", "since", "until"];
const MONTHS: &str = "januari january jan februari february feb maart march mrt mar april apr mei may juni june \
    jun juli july jul augustus august aug september sept sep oktober october okt oct november nov december dec";
/// How far behind the word the date begins, at most.
const REACH: usize = 40;

/// Where one stands, with the word.
pub(super) fn find(signs: &Signs<'_>) -> Vec<Range<usize>> {
    signs.words(&WORDS).into_iter().filter_map(|word| behind(signs, &word)).collect()
}

fn behind(signs: &Signs<'_>, word: &Range<usize>) -> Option<Range<usize>> {
    let mut number = signs.groups().partition_point(|group| group.start < word.end);
    while let Some(group) = signs.group(number).filter(|group| group.start <= word.end + REACH) {
        let between = signs.text(word.end..group.start);
        if between.split(|c: char| !c.is_alphabetic()).any(|word| GENERAL.contains(&word)) {
            return None;
        }
        if let Some(end) = date(signs, number) {
            return Some(word.start..end);
        }
        number += 1;
    }
    None
}

/// Where the date ends that begins with this group of digits.
fn date(signs: &Signs<'_>, number: usize) -> Option<usize> {
    let one = signs.group(number)?;
    if one.len() == 8 {
        return is_compact(&signs.digits(one.clone())).then_some(one.end);
    }
    let two = signs.group(number + 1)?;
    let first = signs.between(number);
    if one.len() <= 2 && two.len() == 4 && first.len() <= 20 {
        let may_be = is_day(value(signs, &one), 1, value(signs, &two));
        return (may_be && is_in_month(signs, &one, first)).then_some(two.end);
    }
    let three = signs.group(number + 2)?;
    let sizes = [one.len(), two.len(), three.len()];
    let [a, b, c] = [&one, &two, &three].map(|group| value(signs, group));
    let is_written = match sizes {
        [4, 1..=2, 1..=2] => is_day(c, b, a),
        [1..=2, 1..=2, 4] => is_day(a, b, c),
        [1..=2, 1..=2, 2] => first != [' '] && is_day(a, b, 1900 + c),
        _ => false,
    };
    let is_joined = matches!(first, ['-' | '.' | '/' | ' ']) && first == signs.between(number + 1);
    (is_joined && is_written).then_some(three.end)
}

/// Whether a month stands between day and year, or before the day.
fn is_in_month(signs: &Signs<'_>, day: &Range<usize>, between: &[char]) -> bool {
    let between: String = between.iter().collect();
    let before = signs.text(day.start.saturating_sub(12)..day.start);
    let is_month = |word: &str| MONTHS.split(' ').any(|month| month == word);
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };
    let is_between = words(&between).iter().any(|word| is_month(word));
    is_between || words(&before).last().is_some_and(|word| is_month(word))
}

fn value(signs: &Signs<'_>, group: &Range<usize>) -> u32 {
    signs.digits(group.clone()).iter().take(9).fold(0, |sum, digit| sum * 10 + digit)
}

/// Whether it can be a day in these times.
pub(super) fn is_day(day: u32, month: u32, year: u32) -> bool {
    (1..=31).contains(&day) && (1..=12).contains(&month) && (1900..=2099).contains(&year)
}

/// Whether eight digits are a date without anything between: 31121985, 19851231.
pub(super) fn is_compact(digits: &[u32]) -> bool {
    let [a, b, c, d, e, f, g, h] = *digits else { return false };
    let two = |tens: u32, ones: u32| 10 * tens + ones;
    is_day(two(a, b), two(c, d), 100 * two(e, f) + two(g, h))
        || is_day(two(g, h), two(e, f), 100 * two(a, b) + two(c, d))
}
