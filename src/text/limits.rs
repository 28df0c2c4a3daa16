//! How long texts may be, and what a single line of text may hold.
//!
//! The numbers bind every edge: a form, the API and a remote activity are measured alike. The features refuse or
//! shorten; here is only the measure.

use unicode_segmentation::UnicodeSegmentation;

/// Longest title of a topic, a group or an event, in graphemes.
pub const TITLE: usize = 200;
/// Longest body of a post or a page, in characters.
pub const BODY: usize = 50_000;
/// Longest HTML body taken from another server, in bytes; longer ones are cut before cleaning.
pub const REMOTE_HTML: usize = 128 * 1024;
/// Longest display name, in graphemes.
pub const DISPLAY_NAME: usize = 60;
/// Longest description of oneself or of a group's mission, in characters.
pub const BIO: usize = 2_000;
/// Longest alternative text of an image, in characters.
pub const ALT_TEXT: usize = 1_500;
/// Shortest and longest name in a handle made here, in characters.
pub const NAME: std::ops::RangeInclusive<usize> = 2..=30;

/// Whether this may be the name of a person or group made here: lower-case letters, digits and `_`, starting with a
/// letter. Lemmy takes nothing else in a name, Mastodon and GoToSocial take more.
pub fn is_name(name: &str) -> bool {
    NAME.contains(&name.len())
        && name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// A text for one line: white space collapsed, control characters and invisible direction marks removed.
///
/// Direction overrides (U+202E and kin) can make a title or a name read as another one.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let start = line.len();
        if start > 0 {
            line.push(' ');
        }
        let kept = line.len();
        line.extend(word.chars().filter(|&one| !one.is_control() && !is_direction_mark(one)));
        if line.len() == kept {
            line.truncate(start);
        }
    }
    line
}

/// The length of a text as people count it.
pub fn graphemes(text: &str) -> usize {
    text.graphemes(true).count()
}

/// The first `max` bytes of a text at most, never cutting a character in two.
pub fn first_bytes(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or(text)
}

fn is_direction_mark(one: char) -> bool {
    matches!(one, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{200b}' | '\u{2060}')
}

#[cfg(test)]
mod tests {
    use super::{first_bytes, graphemes, is_name, one_line};

    #[test]
    fn names_are_short_lower_case_words() {
        for good in ["jan", "werk_en_inkomen", "a1"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "j", "Jan", "jan.smit", "jan-smit", "1jan", "_jan", "jan@x", "jané", &"a".repeat(31)]
        {
            assert!(!is_name(bad), "{bad}");
        }
    }

    #[test]
    fn a_line_has_no_breaks_controls_or_direction_marks() {
        assert_eq!(one_line("  Een\n titel\u{202e}\t\u{200b} met\u{0}  ruimte "), "Een titel met ruimte");
        assert_eq!(one_line("\u{200b}"), "");
        assert_eq!(graphemes("👩‍👩‍👧 é"), 3);
    }

    #[test]
    fn cutting_respects_characters() {
        assert_eq!(first_bytes("aé", 2), "a");
        assert_eq!(first_bytes("aé", 99), "aé");
    }
}
