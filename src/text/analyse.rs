//! Turns text and queries into search terms, the same way for both databases.
//!
//! Unicode words, lower case, diacritics folded, stemmed by language. Terms hold only `[a-z0-9]`, so they are safe in an
//! FTS5 `MATCH` and in `to_tsquery`. Which rows may be found is the search's business, not this module's.
//!
//! A Dutch word has up to two stems, as no stemmer alone is enough: that of Kraaij and Pohlmann knows which vowels change
//! (`huizen`, `huis`) but not where they don't (`toeslagen`, `toeslag`); Porter's is the other way round. Words meet when one
//! of their stems is the same.

use frostem::{Algorithm, Stemmer};
use std::fmt::Write as _;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Stored beside each post in the index, so that a later version knows which ones to index anew.
pub const VERSION: i64 = 2;

/// Longest term, in bytes; a longer word is cut, in texts and queries alike.
const LONGEST_TERM: usize = 64;
/// Most words of a query that count.
const MOST_WORDS: usize = 12;
/// How often a word is stemmed at most; two or three times is enough.
const MOST_ROUNDS: usize = 4;
/// Dutch plurals that no stemmer knows and that are common here.
const IRREGULAR: [(&str, &str); 3] = [("kinderen", "kind"), ("leden", "lid"), ("steden", "stad")];

/// The language that a text is stemmed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Dutch.
    Dutch,
    /// English.
    English,
}

impl Language {
    /// By language tag (`nl`, `nl-NL`, `en-GB`); anything unknown counts as Dutch, the language of the product.
    pub fn from_tag(tag: &str) -> Self {
        match tag.split(['-', '_']).next() {
            Some(primary) if primary.eq_ignore_ascii_case("en") => Self::English,
            _ => Self::Dutch,
        }
    }

    fn stemmers(self) -> Vec<Stemmer> {
        let algorithms: &[Algorithm] = match self {
            Self::Dutch => &[Algorithm::Dutch, Algorithm::DutchPorter],
            Self::English => &[Algorithm::English],
        };
        algorithms.iter().map(|algorithm| Stemmer::new(*algorithm)).collect()
    }
}

/// The terms of a text in order, separated by spaces: what goes into the index.
pub fn terms(text: &str, language: Language) -> String {
    let stemmers = language.stemmers();
    let mut terms = String::with_capacity(text.len());
    for word in text.unicode_words() {
        let Some(folded) = fold(word) else { continue };
        for stem in stems(&stemmers, &folded) {
            if !terms.is_empty() {
                terms.push(' ');
            }
            terms.push_str(&stem);
        }
    }
    terms
}

/// A search as the index understands it: all words must occur.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    words: Vec<Word>,
}

/// One word of a query: any of its forms will do.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    /// The stems in the languages that texts are written in, without doubles.
    stems: Vec<String>,
    /// The unfinished word, matched by its beginning.
    beginning: Option<String>,
}

impl Query {
    /// Reads what somebody typed. Quotation marks have no effect: a phrase finds texts with all its words.
    ///
    /// With `unfinished`, the last word also matches words that begin with it, unless white space follows it.
    pub fn parse(typed: &str, unfinished: bool) -> Self {
        let stemmers = [Language::Dutch.stemmers(), Language::English.stemmers()].concat();
        let folded: Vec<String> = typed.unicode_words().filter_map(fold).take(MOST_WORDS).collect();
        let count = folded.len();
        let ends_open = unfinished && !typed.ends_with(char::is_whitespace);
        let words = folded
            .into_iter()
            .enumerate()
            .map(|(index, folded)| {
                let stems = stems(&stemmers, &folded);
                // One letter would match nearly everything and cost the most.
                let open = ends_open && index + 1 == count && folded.len() > 1;
                Word { stems, beginning: open.then_some(folded) }
            })
            .collect();
        Self { words }
    }

    /// Whether nothing searchable was typed.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The expression for `MATCH` in FTS5; empty when the query is.
    pub fn fts5(&self) -> String {
        self.render(" AND ", " OR ", |form| format!("\"{form}\""), |form| format!("\"{form}\"*"))
    }

    /// The expression for PostgreSQL's `to_tsquery('simple', …)`; empty when the query is.
    pub fn tsquery(&self) -> String {
        self.render(" & ", " | ", |form| format!("'{form}'"), |form| format!("'{form}':*"))
    }

    fn render(
        &self,
        and: &str,
        or: &str,
        whole: impl Fn(&str) -> String,
        beginning: impl Fn(&str) -> String,
    ) -> String {
        let words: Vec<String> = self
            .words
            .iter()
            .map(|word| {
                let mut forms: Vec<String> = word.stems.iter().map(|form| whole(form)).collect();
                forms.extend(word.beginning.iter().map(|form| beginning(form)));
                format!("({})", forms.join(or))
            })
            .collect();
        words.join(and)
    }
}

/// A word in lower case without diacritics, as `[a-z0-9]` only; none when nothing is left.
///
/// Words in other scripts become the hexadecimal form of their UTF-8, so that they can be found too, also by beginning.
fn fold(word: &str) -> Option<String> {
    // "foto's" and "Jan's" are forms of "foto" and "Jan".
    let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("\u{2019}s")).unwrap_or(word);
    let mut folded = String::with_capacity(word.len());
    let mut foreign = false;
    for one in word
        .nfkd()
        .filter(|&one| !unicode_normalization::char::is_combining_mark(one))
        .flat_map(char::to_lowercase)
    {
        match one {
            'a'..='z' | '0'..='9' => folded.push(one),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            'þ' => folded.push_str("th"),
            _ if one.is_alphanumeric() => {
                foreign = true;
                folded.push(one);
            }
            _ => {}
        }
    }
    if foreign {
        let mut hex = String::from("x");
        for byte in folded.bytes() {
            let _ = write!(hex, "{byte:02x}");
        }
        folded = hex;
    }
    folded.truncate(LONGEST_TERM); // ASCII only: every byte is a boundary
    (!folded.is_empty()).then_some(folded)
}

/// The stems of a word, each once.
fn stems(stemmers: &[Stemmer], folded: &str) -> Vec<String> {
    let regular = IRREGULAR.iter().find(|(plural, _)| *plural == folded).map_or(folded, |(_, word)| word);
    let mut stems: Vec<String> = Vec::with_capacity(stemmers.len());
    for stemmer in stemmers {
        let stem = stem(*stemmer, regular);
        if !stems.contains(&stem) {
            stems.push(stem);
        }
    }
    stems
}

/// Stems until nothing more comes off: the `s` of `fiets` counts as an ending, so that of `fietsen` has to go, too.
fn stem(stemmer: Stemmer, folded: &str) -> String {
    let mut stem = folded.to_owned();
    for _ in 0..MOST_ROUNDS {
        let shorter = stemmer.stem(&stem).into_owned();
        let plain = shorter.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
        if shorter.is_empty() || !plain || shorter == stem {
            break;
        }
        stem = shorter;
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::{Language, Query, terms};

    /// Whether a query finds a text.
    fn finds(query: &str, text: &str, language: Language) -> bool {
        let query = Query::parse(query, false).fts5();
        terms(text, language).split(' ').any(|term| query.contains(&format!("\"{term}\"")))
    }

    #[test]
    fn forms_of_a_word_find_each_other() {
        const DUTCH: &str = "fiets fietsen, uitkering uitkeringen, huis huizen, brief brieven, vraag vragen, \
            lening leningen, kat katten, schuld schulden, toeslag toeslagen, bedrag bedragen, adres adressen, \
            plaats plaatsen, kans kansen, grens grenzen, boete boetes, bijlage bijlagen, bijlage bijlages, \
            bezwaar bezwaren, afspraak afspraken, gemeente gemeenten, kind kinderen, lid leden, stad steden, \
            maatregel maatregelen, dag dagen, inkomen inkomens, account accounts, cliënt cliënten, \
            Vergoedingen vergoeding, foto\u{2019}s foto, geïnd geind, bijstand bijstand";
        const ENGLISH: &str = "benefit benefits, house houses, letter letters, question questions, loan loans, \
            city cities, meeting meetings, connections connected";
        for (pairs, language) in [(DUTCH, Language::Dutch), (ENGLISH, Language::English)] {
            for pair in pairs.split(", ") {
                let (one, other) = pair.split_once(' ').unwrap();
                assert!(finds(one, other, language) && finds(other, one, language), "{pair}");
            }
        }
        for (one, other) in [("fiets", "fiche"), ("huis", "huur"), ("brief", "brug"), ("toeslag", "toestaan")]
        {
            assert!(!finds(one, other, Language::Dutch), "{one} {other}");
        }
        assert_eq!(terms("connections", Language::English), "connect");
        assert_eq!(Language::from_tag("en-GB"), Language::English);
        assert_eq!(Language::from_tag("fy"), Language::Dutch);
    }

    #[test]
    fn terms_hold_only_ascii_letters_and_digits() {
        let text = "Ça va? \"Müller\" & O'Neill :* 12,50 euro — Привет مرحبا 東京 Łódź straße \u{202e} ' ) OR NEAR( -x* e\u{301}";
        let found = terms(text, Language::Dutch);
        assert!(
            found.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b' '),
            "{found}"
        );
        assert!(!found.contains("  "));
        assert!(found.split(' ').any(|term| term == "lodz"), "{found}");
    }

    #[test]
    fn other_scripts_can_be_found() {
        let query = Query::parse("привет", false).fts5();
        let term = terms("Привет!", Language::Dutch);
        assert!(query.contains(&term), "{query} {term}");
    }

    #[test]
    fn queries_find_texts_in_both_languages_and_are_safe() {
        let typed = "\"huizen connections\" \") OR 1=1 --";
        assert!(finds(typed, "huis", Language::Dutch) && finds(typed, "connection", Language::English));
        assert_eq!(Query::parse("bijstand", false).tsquery(), "('bijstand')");
        assert!(Query::parse(" ?! ", true).is_empty());
        assert_eq!(Query::parse("", true).fts5(), "");
    }

    #[test]
    fn the_last_word_may_be_unfinished() {
        let fts5 = Query::parse("gemeente huiz", true).fts5();
        assert_eq!(fts5, "(\"meen\" OR \"gemeent\") AND (\"huiz\" OR \"huiz\"*)");
        assert!(!Query::parse("huiz ", true).fts5().contains('*'));
        assert!(!Query::parse("h", true).fts5().contains('*'));
        assert!(Query::parse("huiz", true).tsquery().ends_with("'huiz':*)"));
    }

    #[test]
    fn very_long_words_and_queries_are_bounded() {
        assert!(terms(&"a".repeat(10_000), Language::Dutch).len() <= 64);
        assert_eq!(Query::parse(&"woord ".repeat(500), false).fts5().matches(" AND ").count(), 11);
    }
}
