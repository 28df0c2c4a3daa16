//! Running text: mentions, personal data, lines, slugs, search terms, and the differences between two versions (the text is cut in two at a
//! character 1).
#![no_main]

use libfuzzer_sys::fuzz_target;
use vakplein::media::files::download_name;
use vakplein::text::analyse::{self, Language, Query};
use vakplein::text::diff::{self, Change};
use vakplein::text::line::one_line;
use vakplein::text::personal::{self, Kind};
use vakplein::text::{excerpt, mentions};
use vakplein_fuzz::very_many;

fuzz_target!(|text: &str| {
    let text = &*very_many(text);
    let (old, new) = text.split_once('\u{1}').unwrap_or((text, ""));
    let spans = diff::words(old, new);
    let side = |not: Change| -> String {
        spans.iter().filter(|span| span.change != not).map(|span| span.text.as_str()).collect()
    };
    assert_eq!((side(Change::Added).as_str(), side(Change::Removed).as_str()), (old, new));
    assert!(spans.windows(2).all(|pair| pair[0].change != pair[1].change));

    let mut end = 0;
    for (range, mention) in mentions::find(old) {
        assert!(range.start >= end && old.get(range.clone()).is_some());
        end = range.end;
        let written = &old[range];
        assert!(mention.handle().eq_ignore_ascii_case(written), "{mention:?} out of {written:?}");
        // What is recognised as a mention is recognised by itself, too.
        assert_eq!(mentions::find(&mention.handle()).len(), 1, "{mention:?}");
    }

    let found = personal::find(old, &[]);
    assert!(found.iter().all(|one| old.get(one.range.clone()).is_some_and(|text| !text.is_empty())));
    assert!(found.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
    assert_eq!(personal::has_bsn(old), found.iter().any(|one| one.kind == Kind::Bsn));

    let line = one_line(old);
    assert_eq!(one_line(&line), line);
    assert!(!line.contains(['\n', '\0', '\u{202e}']) && line.trim() == line);
    let slug = excerpt::slug(old);
    assert!(
        slug.len() <= 60 && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    );
    assert_eq!(excerpt::slug(&slug), slug);
    let name = download_name(old, "pdf");
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.';
    assert!(name.ends_with(".pdf") && name.len() < 70 && name.bytes().all(plain) && !name.starts_with('.'));

    for language in [Language::Dutch, Language::English] {
        let terms = analyse::terms(old, language);
        assert!(terms.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b' '));
    }
    let query = Query::parse(old, true);
    let (fts5, tsquery) = (query.fts5(), query.tsquery());
    assert_eq!(query.is_empty(), fts5.is_empty());
    let safe = |text: &str, signs: &[u8], words: [&str; 2]| {
        let rest = words.iter().fold(text.to_owned(), |text, word| text.replace(word, ""));
        rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || signs.contains(&b))
    };
    assert!(safe(&fts5, b"()\"* ", ["AND", "OR"]), "{fts5}");
    assert!(safe(&tsquery, b"()'&|:* ", ["", ""]), "{tsquery}");
});
