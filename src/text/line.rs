//! One line of text: cleaned, measured, cut. How long texts may be, `policy::limits` says.

use unicode_segmentation::UnicodeSegmentation;

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
    use super::{first_bytes, graphemes, one_line};

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
