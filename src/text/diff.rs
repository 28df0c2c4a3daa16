//! Shows what changed between two versions of a text, word by word.
//!
//! The result is spans for a page (`<ins>`, `<del>`); the template escapes and marks them up.

use similar::{Algorithm, ChangeTag, TextDiff};
use std::time::Duration;

/// Above this number of bytes in both texts together, whole lines are compared instead of words.
const LARGE: usize = 200_000;
/// When comparing takes longer, the rest is taken as replaced.
const PATIENCE: Duration = Duration::from_millis(300);

/// How a span of text relates to the older version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// In both versions.
    Same,
    /// Only in the newer version.
    Added,
    /// Only in the older version.
    Removed,
}

/// A piece of text with its fate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// What happened to it.
    pub change: Change,
    /// The text, with its white space.
    pub text: String,
}

/// The differences in reading order; neighbours always differ in kind, and where words were replaced the removed ones
/// come first. Joining all but the added spans gives `old`, all but the removed ones gives `new`.
pub fn words(old: &str, new: &str) -> Vec<Span> {
    let mut config = TextDiff::configure();
    config.algorithm(Algorithm::Myers).timeout(PATIENCE);
    let diff = if old.len() + new.len() > LARGE {
        config.diff_lines(old, new)
    } else {
        config.diff_unicode_words(old, new)
    };
    let mut spans: Vec<Span> = Vec::new();
    // Added text waits until the removed text it replaces is complete.
    let mut added = String::new();
    let mut lone_space = String::new();
    for change in diff.iter_all_changes() {
        let text = change.value();
        match change.tag() {
            ChangeTag::Equal
                if !added.is_empty()
                    && replaces(&spans)
                    && text.trim().is_empty()
                    && lone_space.is_empty() =>
            {
                lone_space.push_str(text);
            }
            ChangeTag::Equal => {
                flush(&mut spans, &mut added);
                push(&mut spans, Change::Same, &lone_space);
                lone_space.clear();
                push(&mut spans, Change::Same, text);
            }
            ChangeTag::Insert => {
                if !lone_space.is_empty() {
                    // One space between two replaced words: the reader is better served by one replacement.
                    push(&mut spans, Change::Removed, &lone_space);
                    added.push_str(&lone_space);
                    lone_space.clear();
                }
                added.push_str(text);
            }
            ChangeTag::Delete => {
                if !lone_space.is_empty() {
                    push(&mut spans, Change::Removed, &lone_space);
                    added.push_str(&lone_space);
                    lone_space.clear();
                }
                push(&mut spans, Change::Removed, text);
            }
        }
    }
    flush(&mut spans, &mut added);
    push(&mut spans, Change::Same, &lone_space);
    spans
}

fn replaces(spans: &[Span]) -> bool {
    spans.last().is_some_and(|last| last.change == Change::Removed)
}

fn flush(spans: &mut Vec<Span>, added: &mut String) {
    push(spans, Change::Added, added);
    added.clear();
}

fn push(spans: &mut Vec<Span>, change: Change, text: &str) {
    match spans.last_mut() {
        _ if text.is_empty() => {}
        Some(last) if last.change == change => last.text.push_str(text),
        _ => spans.push(Span { change, text: text.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Span, words};

    fn shown(spans: &[Span]) -> String {
        spans
            .iter()
            .map(|span| match span.change {
                Change::Same => span.text.clone(),
                Change::Added => format!("[+{}]", span.text),
                Change::Removed => format!("[-{}]", span.text),
            })
            .collect()
    }

    fn check(old: &str, new: &str) -> String {
        let spans = words(old, new);
        let side = |not: Change| {
            spans.iter().filter(|span| span.change != not).map(|span| span.text.as_str()).collect::<String>()
        };
        assert_eq!(side(Change::Added), old);
        assert_eq!(side(Change::Removed), new);
        assert!(spans.windows(2).all(|pair| pair[0].change != pair[1].change));
        shown(&spans)
    }

    #[test]
    fn changed_words_are_marked_and_both_versions_can_be_rebuilt() {
        assert_eq!(check("De kat zit.", "De hond zit."), "De [-kat][+hond] zit.");
        assert_eq!(check("een twee drie", "vier vijf drie"), "[-een twee][+vier vijf] drie");
        assert_eq!(check("", "nieuw"), "[+nieuw]");
        assert_eq!(check("weg", ""), "[-weg]");
        assert_eq!(check("", ""), "");
        assert_eq!(check("gelijk 👩‍👩‍👧", "gelijk 👩‍👩‍👧"), "gelijk 👩‍👩‍👧");
        check("a b c d e\nf  g\n\nh", "b a c\tx e\nf g\nh i");
    }

    #[test]
    fn large_texts_are_compared_by_line_within_the_time() {
        let old: String = (0..20_000).map(|n| format!("regel {n} met woorden\n")).collect();
        let new: String = (0..20_000).map(|n| format!("regel {} met woorden\n", n * 7 % 19_997)).collect();
        let before = std::time::Instant::now();
        check(&old, &new);
        check(&"a b ".repeat(20_000), &"b c ".repeat(20_000));
        assert!(before.elapsed().as_secs() < 20, "{:?}", before.elapsed());
    }
}
