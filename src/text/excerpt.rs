//! Shortens plain text: summaries, titles for posts that have none, and slugs for addresses.

use super::line::{first_bytes, graphemes, one_line};
use super::mentions;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Longest title made from a body, in graphemes.
pub const MADE_TITLE: usize = 100;
/// Longest slug, in bytes.
const SLUG: usize = 60;

/// The beginning of a text on one line, at most `max` graphemes, cut between words and then ending in `…`.
pub fn summary(plain: &str, max: usize) -> String {
    // No more than this can matter: a grapheme may be long, but nobody needs more than 64 bytes for each of them.
    let line = one_line(first_bytes(plain, max.saturating_mul(64)));
    if graphemes(&line) <= max {
        return line;
    }
    let room: usize = line.graphemes(true).take(max.saturating_sub(1)).map(str::len).sum();
    let cut = first_bytes(&line, room);
    // Back to the last space, unless that would lose most of it (one very long word).
    let ends_at_word = line.get(room..).is_some_and(|rest| rest.starts_with(' '));
    let kept = match cut.rfind(' ') {
        _ if ends_at_word => cut,
        Some(space) if space * 2 >= cut.len() => cut.get(..space).unwrap_or(cut),
        _ => cut,
    };
    format!(
        "{}…",
        kept.trim_end_matches(
            |one: char| one.is_whitespace() || matches!(one, ',' | ';' | ':' | '-' | '–' | '.' | '…')
        )
    )
}

/// A title for a post that came without one: its first line that says something, without the handles in it; the first
/// sentence of that when it is long. None when there are no words at all.
pub fn title(plain: &str) -> Option<String> {
    plain.lines().take(50).find_map(|line| {
        let line = one_line(&without_mentions(first_bytes(line, 4_000)));
        let line = line.trim_start_matches([',', ':', ';', '-', '.', '>', ' ']);
        line.contains(char::is_alphanumeric).then(|| {
            let sentence = if graphemes(line) > MADE_TITLE { first_sentence(line) } else { line };
            summary(sentence, MADE_TITLE)
        })
    })
}

/// A readable part of an address made from a title: `[a-z0-9]` words joined by `-`, maybe empty.
pub fn slug(title: &str) -> String {
    let mut slug = String::new();
    for one in title.nfkd().flat_map(char::to_lowercase) {
        match one {
            'a'..='z' | '0'..='9' => slug.push(one),
            'ß' => slug.push_str("ss"),
            'æ' => slug.push_str("ae"),
            'ø' => slug.push('o'),
            'ł' => slug.push('l'),
            '\'' | '\u{2019}' => {}
            _ if unicode_normalization::char::is_combining_mark(one) => {}
            _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            _ => {}
        }
        if slug.len() > SLUG {
            break;
        }
    }
    if slug.len() > SLUG {
        slug.truncate(SLUG); // ASCII only
        if let Some(hyphen) = slug.rfind('-').filter(|&at| at > SLUG / 2) {
            slug.truncate(hyphen);
        }
    }
    slug.trim_end_matches('-').to_owned()
}

fn without_mentions(line: &str) -> String {
    let mut kept = String::with_capacity(line.len());
    let mut from = 0;
    for (range, _) in mentions::find(line) {
        kept.push_str(line.get(from..range.start).unwrap_or_default());
        from = range.end;
    }
    kept.push_str(line.get(from..).unwrap_or_default());
    kept
}

fn first_sentence(line: &str) -> &str {
    line.char_indices()
        .filter(|(_, one)| matches!(one, '.' | '!' | '?'))
        .map(|(at, _)| at + 1)
        .find(|&end| end > 15 && line.get(end..).is_some_and(|rest| rest.starts_with(' ')))
        .and_then(|end| line.get(..end))
        .unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::{MADE_TITLE, graphemes, slug, summary, title};

    #[test]
    fn a_summary_ends_at_a_word() {
        assert_eq!(summary("Kort  en\nbondig", 20), "Kort en bondig");
        assert_eq!(summary("Een langere zin, met woorden", 17), "Een langere zin…");
        assert_eq!(summary("Een langere zin", 12), "Een langere…");
        assert_eq!(summary(&"x".repeat(50), 10), format!("{}…", "x".repeat(9)));
        assert_eq!(summary("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 2), "👩‍👩‍👧…");
        assert_eq!(summary("", 10), "");
        assert!(graphemes(&summary(&"woord ".repeat(10_000), 400)) <= 400);
        assert!(summary(&"a\u{301}".repeat(1_000_000), 10).len() < 700);
    }

    #[test]
    fn a_post_without_a_title_gets_its_first_words() {
        assert_eq!(title("@ruimte@a.example Wie weet dit?\nMeer").as_deref(), Some("Wie weet dit?"));
        assert_eq!(title("\n@a @b\n\n- Tweede regel").as_deref(), Some("Tweede regel"));
        let long = format!("Dit is de eerste zin. {}", "En dan nog veel meer. ".repeat(20));
        assert_eq!(title(&long).as_deref(), Some("Dit is de eerste zin."));
        assert!(graphemes(&title(&"woord ".repeat(100)).unwrap()) <= MADE_TITLE);
        assert_eq!(title("@jan !! \n ... "), None);
        assert_eq!(title(""), None);
    }

    #[test]
    fn slugs_are_readable_and_plain() {
        assert_eq!(slug("Hoe vraag ik bijzondere bijstand aan?"), "hoe-vraag-ik-bijzondere-bijstand-aan");
        assert_eq!(slug("  Café's & coöperaties/../ "), "cafes-cooperaties");
        assert_eq!(slug("Привет"), "");
        let long = slug(&"lang ".repeat(50));
        assert!(long.len() <= 60 && !long.ends_with('-'), "{long}");
    }
}
