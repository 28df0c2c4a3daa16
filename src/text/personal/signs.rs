//! A text as it is compared: digits of all scripts are digits, what can't be seen is left out, and addresses of pages are set aside.

use std::ops::Range;

use super::{Finding, Kind};

/// In place of every character of an address: nothing in it counts.
pub(super) const ASIDE: char = '\u{1}';
/// What stands before the beginning of a text and after its end. Neither character can stand in it.
const NOTHING: char = '\0';

/// Where runs of ten digits begin (general category Nd of Unicode 16).
const ZEROS: [u32; 76] = [
    0x0030, 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50,
    0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10, 0x104A0, 0x10D30,
    0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x116D0,
    0x116DA, 0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50, 0x11D50, 0x11DA0, 0x11F50, 0x16130, 0x16A60,
    0x16AC0, 0x16B50, 0x16D70, 0x1CCF0, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140, 0x1E2F0,
    0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0,
];

/// Whether a text holds any sign that all personal data has.
pub(super) fn may_hold_any(text: &str) -> bool {
    text.chars().any(|c| is_digit(c) || matches!(c, '@' | '\u{fe6b}' | '\u{ff20}'))
}

/// Whether a text holds as many digits as a BSN has.
pub(super) fn may_hold_bsn(text: &str) -> bool {
    text.chars().filter(|c| is_digit(*c)).take(8).count() == 8
}

fn is_digit(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { digit(c).is_some() }
}

/// The digit that a character shows.
fn digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let value = match code {
        // Raised, lowered, in circles.
        0x00B2 | 0x00B3 => code - 0x00B0,
        0x00B9 => 1,
        0x2070 | 0x2074..=0x2079 => code - 0x2070,
        0x2080..=0x2089 => code - 0x2080,
        0x24EA | 0x24FF => 0,
        0x2460..=0x2468 => code - 0x245F,
        0x2474..=0x247C => code - 0x2473,
        0x2488..=0x2490 => code - 0x2487,
        0x24F5..=0x24FD => code - 0x24F4,
        0x2776..=0x277E => code - 0x2775,
        0x2780..=0x2788 => code - 0x277F,
        0x278A..=0x2792 => code - 0x2789,
        _ => {
            let at = ZEROS.partition_point(|zero| *zero <= code).checked_sub(1)?;
            code - *ZEROS.get(at)?
        }
    };
    char::from_digit(value, 10)
}

/// Whether a character shows nothing, or only marks the one before it.
fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{300}'..='\u{36f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{fe20}'..='\u{fe2f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

/// A character as it is compared; none when it isn't seen.
pub(super) fn compared(c: char) -> Option<char> {
    Some(match c {
        '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\t' => ' ',
        _ if c.is_ascii() => return (!c.is_ascii_control()).then(|| c.to_ascii_lowercase()),
        _ if is_unseen(c) => return None,
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xFEE0)?.to_ascii_lowercase(),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' => '-',
        '\u{b7}' | '\u{2022}' | '\u{2024}' | '\u{2027}' => '.',
        '\u{2044}' | '\u{2215}' => '/',
        '\u{fe6b}' => '@',
        _ if c.is_whitespace() => ' ',
        _ => digit(c).or_else(|| c.to_lowercase().next())?,
    })
}

/// Whether signs begin with a word.
pub(super) fn begins(signs: &[char], word: &str) -> bool {
    let mut rest = signs.iter();
    word.chars().all(|c| rest.next() == Some(&c))
}

/// A text, sign by sign. Positions are those of signs, not of bytes.
pub(super) struct Signs<'t> {
    text: &'t str,
    /// With the addresses.
    typed: Vec<char>,
    /// With [`ASIDE`] in their place.
    seen: Vec<char>,
    /// Which bytes each is made of.
    bytes: Vec<Range<usize>>,
    addresses: Vec<Range<usize>>,
    groups: Vec<Range<usize>>,
}

impl<'t> Signs<'t> {
    /// Reads a text.
    pub(super) fn of(text: &'t str) -> Self {
        let (mut typed, mut bytes) = (Vec::with_capacity(text.len()), Vec::with_capacity(text.len()));
        for (start, c) in text.char_indices() {
            if let Some(sign) = compared(c) {
                typed.push(sign);
                bytes.push(start..start + c.len_utf8());
            }
        }
        let addresses = addresses(&typed);
        let mut seen = typed.clone();
        for address in &addresses {
            if let Some(part) = seen.get_mut(address.clone()) {
                part.fill(ASIDE);
            }
        }
        let groups = groups(&seen);
        Self { text, typed, seen, bytes, addresses, groups }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.seen.len()
    }

    /// The sign at a position.
    pub(super) fn at(&self, at: usize) -> char {
        self.seen.get(at).copied().unwrap_or(NOTHING)
    }

    /// The sign so many before a position.
    pub(super) fn back(&self, at: usize, by: usize) -> char {
        at.checked_sub(by).map_or(NOTHING, |at| self.at(at))
    }

    /// The signs from a position on.
    pub(super) fn rest(&self, at: usize) -> &[char] {
        self.seen.get(at..).unwrap_or_default()
    }

    /// Signs as a text.
    pub(super) fn text(&self, range: Range<usize>) -> String {
        self.seen.get(range).unwrap_or_default().iter().collect()
    }

    /// Addresses of pages, with what is typed in each.
    pub(super) fn addresses(&self) -> impl Iterator<Item = (usize, &[char])> {
        self.addresses
            .iter()
            .map(move |range| (range.start, self.typed.get(range.clone()).unwrap_or_default()))
    }

    /// Runs of digits, in order.
    pub(super) fn groups(&self) -> &[Range<usize>] {
        &self.groups
    }

    /// One run of digits.
    pub(super) fn group(&self, number: usize) -> Option<Range<usize>> {
        self.groups.get(number).cloned()
    }

    /// What stands between a run of digits and the next one.
    pub(super) fn between(&self, number: usize) -> &[char] {
        match (self.groups.get(number), self.groups.get(number + 1)) {
            (Some(one), Some(next)) => self.seen.get(one.end..next.start).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The digits in a range.
    pub(super) fn digits(&self, range: Range<usize>) -> Vec<u32> {
        let signs = self.seen.get(range).unwrap_or_default();
        signs.iter().filter_map(|c| c.to_digit(10)).collect()
    }

    /// Where any of these words stands, in order: no letter touches it.
    pub(super) fn words(&self, words: &[&str]) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        for start in 0..self.len() {
            if self.back(start, 1).is_alphabetic() {
                continue;
            }
            let rest = self.rest(start);
            for word in words.iter().filter(|word| begins(rest, word)) {
                let end = start + word.chars().count();
                if !self.at(end).is_alphabetic() {
                    found.push(start..end);
                }
            }
        }
        found
    }

    /// What was found at a place.
    pub(super) fn finding(&self, kind: Kind, range: &Range<usize>) -> Finding {
        let of = |at: usize| self.bytes.get(at).cloned().unwrap_or_default();
        let bytes = of(range.start).start..of(range.end.saturating_sub(1)).end;
        let excerpt = if kind == Kind::Bsn {
            let typed = self.typed.get(range.clone()).unwrap_or_default();
            let digits: Vec<&char> = typed.iter().filter(|c| c.is_ascii_digit()).collect();
            let end = digits.get(digits.len().saturating_sub(3)..).unwrap_or_default();
            std::iter::once(&'…').chain(end.iter().copied()).collect()
        } else {
            self.text.get(bytes.clone()).unwrap_or_default().to_owned()
        };
        Finding { kind, range: bytes, excerpt }
    }
}

fn groups(signs: &[char]) -> Vec<Range<usize>> {
    let mut groups: Vec<Range<usize>> = Vec::new();
    for (at, _digit) in signs.iter().enumerate().filter(|(_, sign)| sign.is_ascii_digit()) {
        match groups.last_mut() {
            Some(last) if last.end == at => last.end = at + 1,
            _ => groups.push(at..at + 1),
        }
    }
    groups
}

fn addresses(signs: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = signs.get(at..).filter(|rest| !rest.is_empty()) {
        let before = signs.get(..at).unwrap_or_default();
        let letters = before.iter().rev().take(16).take_while(|c| c.is_ascii_alphabetic()).count();
        let starts = if begins(rest, "://") {
            letters > 0
        } else {
            begins(rest, "www.") && !before.last().is_some_and(|c| c.is_alphanumeric())
        };
        if starts {
            let end = at + length(rest);
            found.push(at - letters..end);
            at = end;
        } else {
            at += 1;
        }
    }
    found
}

/// How long an address is: it ends as in Markdown, where it may stand in brackets.
fn length(rest: &[char]) -> usize {
    let mut open = 0_usize;
    let goes_on = |c: &&char| match **c {
        '(' => {
            open += 1;
            true
        }
        ')' => match open.checked_sub(1) {
            Some(left) => {
                open = left;
                true
            }
            None => false,
        },
        '<' | '>' | '"' | '`' | '|' | ']' => false,
        c => !c.is_whitespace(),
    };
    rest.iter().take_while(goes_on).count()
}
