//! Numbers of accounts at banks: an IBAN (ISO 13616) of any country, in groups or not, whose check digits are right.

use std::ops::Range;

use super::signs::Signs;

/// Country and length, as in the register of SWIFT.
const COUNTRIES: [(&str, usize); 87] = [
    ("ad", 24),
    ("ae", 23),
    ("al", 28),
    ("at", 20),
    ("az", 28),
    ("ba", 20),
    ("be", 16),
    ("bg", 22),
    ("bh", 22),
    ("bi", 27),
    ("br", 29),
    ("by", 28),
    ("ch", 21),
    ("cr", 22),
    ("cy", 28),
    ("cz", 24),
    ("de", 22),
    ("dj", 27),
    ("dk", 18),
    ("do", 28),
    ("ee", 20),
    ("eg", 29),
    ("es", 24),
    ("fi", 18),
    ("fk", 18),
    ("fo", 18),
    ("fr", 27),
    ("gb", 22),
    ("ge", 22),
    ("gi", 23),
    ("gl", 18),
    ("gr", 27),
    ("gt", 28),
    ("hn", 28),
    ("hr", 21),
    ("hu", 28),
    ("ie", 22),
    ("il", 23),
    ("iq", 23),
    ("is", 26),
    ("it", 27),
    ("jo", 30),
    ("kw", 30),
    ("kz", 20),
    ("lb", 28),
    ("lc", 32),
    ("li", 21),
    ("lt", 20),
    ("lu", 20),
    ("lv", 21),
    ("ly", 25),
    ("mc", 27),
    ("md", 24),
    ("me", 22),
    ("mk", 19),
    ("mn", 20),
    ("mr", 27),
    ("mt", 31),
    ("mu", 30),
    ("ni", 28),
    ("nl", 18),
    ("no", 15),
    ("om", 23),
    ("pk", 24),
    ("pl", 28),
    ("ps", 29),
    ("pt", 25),
    ("qa", 29),
    ("ro", 24),
    ("rs", 22),
    ("ru", 33),
    ("sa", 24),
    ("sc", 31),
    ("sd", 18),
    ("se", 24),
    ("si", 19),
    ("sk", 24),
    ("sm", 27),
    ("so", 23),
    ("st", 25),
    ("sv", 28),
    ("tl", 23),
    ("tn", 24),
    ("tr", 26),
    ("ua", 29),
    ("va", 22),
    ("vg", 24),
];

/// Where one stands.
pub(super) fn find(signs: &Signs<'_>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for group in signs.groups() {
        if found.last().is_some_and(|last| group.start < last.end) {
            continue;
        }
        // The country may stand apart from the check digits.
        let gap = usize::from(signs.back(group.start, 1) == ' ');
        let Some(start) = group.start.checked_sub(2 + gap) else { continue };
        found.extend(end(signs, start).map(|end| start..end));
    }
    found
}

/// Where the one ends that begins here.
fn end(signs: &Signs<'_>, start: usize) -> Option<usize> {
    if signs.back(start, 1).is_alphanumeric() {
        return None;
    }
    let country = signs.text(start..start + 2);
    let length = COUNTRIES.iter().find(|(code, _)| *code == country)?.1;
    let mut number = Vec::with_capacity(length);
    let mut at = start;
    while number.len() < length {
        let sign = signs.at(at);
        if sign.is_ascii_alphanumeric() {
            number.push(sign);
        } else if sign != ' ' || signs.back(at, 1) == ' ' {
            return None;
        }
        at += 1;
    }
    let digits = number.iter().filter(|c| c.is_ascii_digit()).count();
    let is_checked = number.get(2..4).is_some_and(|check| check.iter().all(char::is_ascii_digit));
    let is_whole = !signs.at(at).is_alphanumeric();
    // Words of a sentence can have the length by chance, but not as many digits.
    (is_whole && is_checked && digits >= 8 && remainder(&number) == Some(1)).then_some(at)
}

/// The number modulo 97 with its beginning put to its end and letters as numbers (ISO 7064).
fn remainder(number: &[char]) -> Option<u32> {
    let turned = number.iter().skip(4).chain(number.iter().take(4));
    turned.map(|c| c.to_digit(36)).try_fold(0, |sum, value| {
        let value = value?;
        let shift = if value < 10 { 10 } else { 100 };
        Some((sum * shift + value) % 97)
    })
}
