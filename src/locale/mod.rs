//! The languages of the pages: texts, dates and numbers as a reader of that language expects them.
//!
//! Owns the Fluent files in `src/locales/<language>/<feature>.ftl`, which are embedded in the program. A language is a
//! folder: adding one needs no code. Dutch (`nl`) is the default and the fallback. Texts are plain text, never HTML.

mod plain;

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Datelike, Timelike, Utc};
use chrono_tz::Europe::Amsterdam;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle, types::FluentNumber};
use unic_langid::LanguageIdentifier;

use self::plain::Plain;

/// The language that every key exists in.
pub const DEFAULT: &str = "nl";

#[derive(rust_embed::Embed)]
#[folder = "$CARGO_MANIFEST_DIR/src/locales"]
struct Files;

type Bundle = FluentBundle<FluentResource>;

/// One of the languages that this program has texts for; made by [`Locales`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lang(usize);

struct Language {
    code: String,
    bundle: Bundle,
    /// Those of its texts that need no Fluent.
    plain: HashMap<String, Plain>,
    /// What stands between groups of digits.
    separator: char,
}

/// Every text in every language. Loaded once and shared by all requests.
pub struct Locales {
    languages: Vec<Language>,
    reported: Mutex<HashSet<(Lang, String)>>,
}

/// A language folder that can't be used; it is found at start, never while serving.
#[derive(Debug, thiserror::Error)]
#[error("locale file {file}: {fault}")]
pub struct Fault {
    file: String,
    fault: String,
}

/// A value that can stand in a text: a number (which chooses singular or plural) or a piece of text.
pub trait Arg {
    /// The value as Fluent takes it.
    fn value(&self) -> FluentValue<'_>;
}

impl Arg for str {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::String(Cow::Borrowed(self))
    }
}

impl Arg for String {
    fn value(&self) -> FluentValue<'_> {
        self.as_str().value()
    }
}

impl Arg for Cow<'_, str> {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::String(Cow::Borrowed(self))
    }
}

impl<T: Arg + ?Sized> Arg for &T {
    fn value(&self) -> FluentValue<'_> {
        (**self).value()
    }
}

macro_rules! numbers {
    ($($number:ty),+) => { $(impl Arg for $number {
        fn value(&self) -> FluentValue<'_> {
            FluentValue::from(*self)
        }
    })+ };
}
numbers!(i16, i32, i64, u8, u16, u32, u64, usize);

impl Locales {
    /// Reads all embedded language files.
    ///
    /// # Errors
    /// [`Fault`] when a file isn't Fluent, a key stands in two files of a language, or the default language is absent.
    pub fn load() -> Result<Self, Fault> {
        let mut folders: BTreeMap<(bool, String), Vec<String>> = BTreeMap::new();
        for path in Files::iter() {
            if let Some((folder, file)) = path.split_once('/')
                && file.ends_with(".ftl")
            {
                let key = (folder != DEFAULT, folder.to_owned()); // the default language comes first
                folders.entry(key).or_default().push(path.to_string());
            }
        }
        let languages = folders
            .into_iter()
            .map(|((_, code), files)| Language::load(code, &files))
            .collect::<Result<Vec<_>, _>>()?;
        if languages.first().is_none_or(|first| first.code != DEFAULT) {
            return Err(Fault::new(DEFAULT, "the default language has no files"));
        }
        Ok(Self { languages, reported: Mutex::default() })
    }

    /// The language that is used when nothing else is known.
    #[must_use]
    pub fn default_lang(&self) -> Lang {
        Lang(0)
    }

    /// All languages, the default first.
    pub fn all(&self) -> impl Iterator<Item = Lang> {
        (0..self.languages.len()).map(Lang)
    }

    /// The language with this code (`nl`, `en`, also `en-GB`), if there are texts in it.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<Lang> {
        let primary = code.split(['-', '_']).next().unwrap_or(code);
        let at = |wanted: &str| self.languages.iter().position(|l| l.code.eq_ignore_ascii_case(wanted));
        at(code).or_else(|| at(primary)).map(Lang)
    }

    /// The language's code, as the `lang` attribute takes it.
    #[must_use]
    pub fn code(&self, lang: Lang) -> &str {
        &self.language(lang).code
    }

    /// The language for a reader: their own choice, else the best of `Accept-Language` (RFC 9110 §12.5.4), else Dutch.
    #[must_use]
    pub fn choose(&self, chosen: Option<&str>, accept_language: Option<&str>) -> Lang {
        let own = chosen.and_then(|code| self.find(code));
        own.or_else(|| self.accepted(accept_language.unwrap_or_default()))
            .unwrap_or_else(|| self.default_lang())
    }

    /// The best language of an `Accept-Language` header that there are texts in, if any.
    #[must_use]
    pub fn accepted(&self, header: &str) -> Option<Lang> {
        let mut best: Option<(f32, Lang)> = None;
        for item in header.split(',') {
            let mut parts = item.split(';');
            let code = parts.next().unwrap_or_default().trim();
            let weight = parts
                .find_map(|part| part.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            if let Some(lang) = self.find(code)
                && weight > best.map_or(0.0, |(most, _)| most)
            {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }

    /// The keys of a language's own files, sorted; for the test that compares languages.
    ///
    /// # Errors
    /// [`Fault`] when a file isn't Fluent.
    pub fn keys(&self, lang: Lang) -> Result<Vec<String>, Fault> {
        let prefix = format!("{}/", self.code(lang));
        let mut keys = Vec::new();
        for path in Files::iter().filter(|path| path.starts_with(&prefix)) {
            for entry in parse(&path)?.entries() {
                if let fluent_syntax::ast::Entry::Message(message) = entry {
                    keys.push(message.id.name.to_owned());
                }
            }
        }
        keys.sort();
        Ok(keys)
    }

    fn language(&self, lang: Lang) -> &Language {
        let first = self.languages.first().expect("load() refuses to make this without a language");
        self.languages.get(lang.0).unwrap_or(first)
    }

    fn text(&self, lang: Lang, key: &str, values: &[(&str, &dyn Arg)]) -> Cow<'_, str> {
        if let Some(text) = self.language(lang).text(key, values) {
            return text;
        }
        self.report(lang, key);
        let fallback = self.language(self.default_lang()).text(key, values);
        fallback.unwrap_or_else(|| Cow::Owned(key.to_owned()))
    }

    fn report(&self, lang: Lang, key: &str) {
        let mut reported = self.reported.lock().unwrap_or_else(PoisonError::into_inner);
        if reported.insert((lang, key.to_owned())) {
            tracing::warn!(lang = self.code(lang), key, "a text is missing or broken");
        }
    }
}

impl fmt::Debug for Locales {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.languages.iter().map(|l| &l.code)).finish()
    }
}

impl Language {
    fn load(code: String, files: &[String]) -> Result<Self, Fault> {
        let id: LanguageIdentifier = code.parse().map_err(|_| Fault::new(&code, "not a language code"))?;
        let mut bundle = Bundle::new_concurrent(vec![id]);
        bundle.set_use_isolating(false); // the marks show up as boxes in mail subjects and older screen readers
        let mut plain = HashMap::new();
        for file in files {
            let twice = |faults: Vec<_>| Fault::new(file, &format!("{faults:?}"));
            let resource = parse(file)?;
            plain.extend(Plain::all(&resource));
            bundle.add_resource(resource).map_err(twice)?;
        }
        let mut language = Self { code, bundle, plain, separator: '\u{a0}' };
        if let Some(separator @ ("." | ",")) = language.text("number-group", &[]).as_deref() {
            language.separator = if separator == "." { '.' } else { ',' };
        }
        // Fluent takes a plain function here, so the separator picks one.
        language.bundle.set_formatter(match language.separator {
            '.' => Some(|value, _| grouped(value, '.')),
            ',' => Some(|value, _| grouped(value, ',')),
            _ => Some(|value, _| grouped(value, '\u{a0}')),
        });
        Ok(language)
    }

    fn text(&self, key: &str, values: &[(&str, &dyn Arg)]) -> Option<Cow<'_, str>> {
        let plain = self.plain.get(key).and_then(|plain| plain.with(values, self.separator));
        plain.or_else(|| self.by_fluent(key, values))
    }

    fn by_fluent(&self, key: &str, values: &[(&str, &dyn Arg)]) -> Option<Cow<'_, str>> {
        let pattern = self.bundle.get_message(key)?.value()?;
        let mut args = FluentArgs::with_capacity(values.len());
        for (name, value) in values {
            args.set(*name, value.value());
        }
        let mut faults = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&args), &mut faults);
        // What was formatted may lean on the values, which go with this call.
        faults.is_empty().then(|| Cow::Owned(text.into_owned()))
    }
}

impl Fault {
    fn new(file: &str, fault: &str) -> Self {
        Self { file: file.to_owned(), fault: fault.to_owned() }
    }
}

fn parse(path: &str) -> Result<FluentResource, Fault> {
    let file = Files::get(path).ok_or_else(|| Fault::new(path, "not readable"))?;
    let text = String::from_utf8(file.data.into_owned()).map_err(|_| Fault::new(path, "not UTF-8"))?;
    FluentResource::try_new(text).map_err(|(_, faults)| Fault::new(path, &format!("{faults:?}")))
}

fn grouped<'a>(value: &FluentValue<'a>, separator: char) -> Option<String> {
    let FluentValue::Number(FluentNumber { value, .. }) = value else { return None };
    let digits = format!("{:.0}", value.abs());
    let mut text = String::from(if *value < 0.0 { "-" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    Some(text)
}

/// The texts in one reader's language. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Texts {
    locales: Arc<Locales>,
    lang: Lang,
}

impl Texts {
    /// Texts in `lang`.
    #[must_use]
    pub fn new(locales: Arc<Locales>, lang: Lang) -> Self {
        Self { locales, lang }
    }

    /// The language's code, for `lang` attributes: `nl`.
    #[must_use]
    pub fn code(&self) -> &str {
        self.locales.code(self.lang)
    }

    /// The language.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The other languages, as (code, own name): for the language switch.
    pub fn others(&self) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
        let others = self.locales.all().filter(|lang| *lang != self.lang);
        others.map(|lang| (self.locales.code(lang), self.locales.text(lang, "language-name", &[])))
    }

    /// Whether there is a text of this key in this language.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.locales.language(self.lang).bundle.has_message(key)
    }

    /// The text of a key. An unknown key gives the key itself and one line in the log.
    #[must_use]
    pub fn t(&self, key: &str) -> Cow<'_, str> {
        self.locales.text(self.lang, key, &[])
    }

    /// The text of a key with values in it: `t_with("x", &[("name", &name), ("count", &3)])`.
    #[must_use]
    pub fn t_with(&self, key: &str, values: &[(&str, &dyn Arg)]) -> String {
        self.locales.text(self.lang, key, values).into_owned()
    }

    /// A whole number as the language writes it: `1.234`.
    #[must_use]
    pub fn number(&self, number: impl Arg) -> String {
        self.t_with("number", &[("number", &number)])
    }

    /// A size in bytes as people read it: `1,4 MB`.
    #[must_use]
    pub fn size(&self, bytes: i64) -> String {
        let (tenths, unit) = match bytes {
            ..1_000 => return self.t_with("size-bytes", &[("count", &bytes)]),
            1_000..1_000_000 => (bytes / 100, "size-kb"),
            1_000_000..1_000_000_000 => (bytes / 100_000, "size-mb"),
            _ => (bytes / 100_000_000, "size-gb"),
        };
        self.t_with(unit, &[("whole", &(tenths / 10)), ("tenth", &(tenths % 10))])
    }

    /// A day in the Netherlands: `1 december 2026`.
    #[must_use]
    pub fn date(&self, time: &DateTime<Utc>) -> String {
        let local = time.with_timezone(&Amsterdam);
        let month = self.t(&format!("month-{}", local.month()));
        let (day, year) = (local.day().to_string(), local.year().to_string());
        self.t_with("date", &[("day", &day), ("month", &month), ("year", &year)])
    }

    /// A moment in the Netherlands: `1 december 2026 14:05`.
    #[must_use]
    pub fn date_time(&self, time: &DateTime<Utc>) -> String {
        let local = time.with_timezone(&Amsterdam);
        let clock = format!("{:02}:{:02}", local.hour(), local.minute());
        self.t_with("date-time", &[("date", &self.date(time)), ("time", &clock)])
    }

    /// How long ago `time` was at `now`: `5 minuten geleden`; the day itself after a week and for times to come.
    #[must_use]
    pub fn ago(&self, time: &DateTime<Utc>, now: &DateTime<Utc>) -> String {
        let minutes = (*now - *time).num_minutes();
        let days = (now.with_timezone(&Amsterdam).date_naive() - time.with_timezone(&Amsterdam).date_naive())
            .num_days();
        match (minutes, days) {
            (..-1, _) | (_, 7..) => self.date(time),
            (..1, _) => self.t("ago-now").into_owned(),
            (..60, _) => self.t_with("ago-minutes", &[("count", &minutes)]),
            (..1_440, _) => self.t_with("ago-hours", &[("count", &(minutes / 60))]),
            _ => self.t_with("ago-days", &[("count", &days)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Duration, TimeZone};

    fn texts(code: &str) -> Texts {
        let locales = Arc::new(Locales::load().unwrap());
        let lang = locales.find(code).unwrap();
        Texts::new(locales, lang)
    }

    #[test]
    fn dates_are_those_of_the_netherlands() {
        let winter = Utc.with_ymd_and_hms(2026, 12, 1, 13, 5, 0).unwrap();
        let summer = Utc.with_ymd_and_hms(2026, 6, 30, 22, 30, 0).unwrap();
        assert_eq!(texts("nl").date_time(&winter), "1 december 2026 14:05");
        assert_eq!(texts("en").date_time(&winter), "1 December 2026 14:05");
        assert_eq!(texts("nl").date(&summer), "1 juli 2026");
    }

    #[test]
    fn time_that_passed_is_told_in_words() {
        let now = Utc.with_ymd_and_hms(2026, 12, 10, 12, 0, 0).unwrap();
        let nl = texts("nl");
        assert_eq!(nl.ago(&(now - Duration::seconds(20)), &now), "zojuist");
        assert_eq!(nl.ago(&(now - Duration::minutes(1)), &now), "1 minuut geleden");
        assert_eq!(nl.ago(&(now - Duration::minutes(5)), &now), "5 minuten geleden");
        assert_eq!(nl.ago(&(now - Duration::hours(3)), &now), "3 uur geleden");
        assert_eq!(nl.ago(&(now - Duration::hours(30)), &now), "gisteren");
        assert_eq!(nl.ago(&(now - Duration::days(3)), &now), "3 dagen geleden");
        assert_eq!(nl.ago(&(now - Duration::days(9)), &now), "1 december 2026");
        assert_eq!(nl.ago(&(now + Duration::days(2)), &now), "12 december 2026");
    }

    #[test]
    fn numbers_and_sizes_follow_the_language() {
        assert_eq!(texts("nl").number(1_234_567), "1.234.567");
        assert_eq!(texts("en").number(-1_234), "-1,234");
        assert_eq!(texts("nl").number(999), "999");
        assert_eq!(texts("nl").size(1_450_000), "1,4 MB");
        assert_eq!(texts("en").size(820), "820 bytes");
    }

    #[test]
    fn the_readers_own_choice_goes_before_the_browsers() {
        let locales = Locales::load().unwrap();
        let code = |chosen, accept| locales.code(locales.choose(chosen, accept));
        assert_eq!(code(None, None), "nl");
        assert_eq!(code(None, Some("en-GB,en;q=0.9,nl;q=0.8")), "en");
        assert_eq!(code(None, Some("fr, en;q=0.2, nl;q=0.7")), "nl");
        assert_eq!(code(None, Some("xx;q=abc,;;,")), "nl");
        assert_eq!(code(Some("nl"), Some("en")), "nl");
        assert_eq!(code(Some("tlh"), Some("en")), "en");
    }

    #[test]
    fn an_unknown_key_shows_itself() {
        assert_eq!(texts("en").t("no-such-key"), "no-such-key");
    }

    #[test]
    fn every_language_has_the_same_keys() {
        let locales = Locales::load().unwrap();
        let expected = locales.keys(locales.default_lang()).unwrap();
        for lang in locales.all() {
            assert_eq!(locales.keys(lang).unwrap(), expected, "{}", locales.code(lang));
        }
    }
}
