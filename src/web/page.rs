//! What every page needs besides its own content: language, reader, navigation, messages, form errors.
//!
//! Every template struct has a field `page: Page` (the macros in `templates/parts/` rely on that name) and extends
//! `base.html`. This file reads nothing from a request and nothing from the database: the caller fills it in.

use std::borrow::Cow;

use chrono::{DateTime, SecondsFormat, Utc};

use crate::{
    locale::{Arg, Texts},
    web::{
        assets::asset,
        parts::{colour_of, initials},
    },
};

/// The frame around a page, and the language that its template writes in.
#[derive(Debug, Clone)]
pub struct Page {
    /// What the page is called, in the reader's language; stands in the tab before the instance's name.
    pub title: String,
    /// The texts in the reader's language.
    pub texts: Texts,
    /// The moment of rendering, which relative times are told from.
    pub now: DateTime<Utc>,
    /// Path and query of this page, without host: `/groups?sort=new`.
    pub path: String,
    /// The name of the instance, as its administrator chose it.
    pub instance: String,
    /// A short line under the instance's name: which municipality or office runs it. May be empty.
    pub tagline: String,
    /// Who looks; `None` for a visitor.
    pub member: Option<SignedIn>,
    /// Whether visitors can sign up, so that the header offers it.
    pub signup: bool,
    /// The token that every form carries in its field `csrf`.
    pub csrf: String,
    /// Messages about what the reader just did, shown once at the top.
    pub flashes: Vec<Flash>,
    /// The way from the front page to here, this page itself last.
    pub crumbs: Vec<Crumb>,
    /// The same content in other forms: the Atom feed, the ActivityPub object.
    pub alternates: Vec<Alternate>,
    /// The full address of record, for search engines and for copies of remote content.
    pub canonical: Option<String>,
    /// A sentence for search engines and link previews. May be empty.
    pub description: String,
    /// Asks search engines to leave the page out.
    pub noindex: bool,
    /// Which entry of the main menu this page belongs to.
    pub section: Section,
    /// Address of the theme's stylesheet; the one file that another look replaces.
    pub theme: String,
    /// Address of the instance's own logo, when it has one.
    pub logo: Option<String>,
    /// Address of the icon sprite.
    pub icons: String,
}

/// The member who looks at the page.
#[derive(Debug, Clone, Default)]
pub struct SignedIn {
    /// Display name.
    pub name: String,
    /// `@name@host`.
    pub handle: String,
    /// Address of the member's profile: `/u/fatima`.
    pub url: String,
    /// Address of the member's picture, if there is one.
    pub avatar: Option<String>,
    /// Notifications that haven't been read.
    pub unread: i64,
    /// Sees the administration.
    pub is_admin: bool,
    /// Sees the moderation queue.
    pub is_moderator: bool,
}

impl SignedIn {
    /// One or two capitals, for a member without a picture.
    #[must_use]
    pub fn initials(&self) -> String {
        initials(&self.name)
    }

    /// The colour that goes with this member everywhere, 1 to 8.
    #[must_use]
    pub fn colour(&self) -> u8 {
        colour_of(&self.handle)
    }
}

/// Entries of the main menu.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Section {
    /// None of them.
    #[default]
    Other,
    /// The front page.
    Start,
    /// Groups and everything in them.
    Groups,
    /// Newest discussions of all groups.
    Latest,
    /// Search.
    Search,
}

impl Section {
    fn word(self) -> &'static str {
        match self {
            Self::Other => "",
            Self::Start => "start",
            Self::Groups => "groups",
            Self::Latest => "latest",
            Self::Search => "search",
        }
    }
}

/// How a message is meant; decides its colour, icon and role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Something to know.
    Info,
    /// It worked.
    Ok,
    /// Take care.
    Warning,
    /// It didn't work.
    Error,
}

impl Tone {
    /// The word in class names and text keys.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A message that is shown once.
#[derive(Debug, Clone)]
pub struct Flash {
    /// How it is meant.
    pub tone: Tone,
    /// The message, in the reader's language.
    pub text: String,
}

/// A step of the breadcrumbs.
#[derive(Debug, Clone)]
pub struct Crumb {
    /// What the page is called.
    pub text: String,
    /// Its address; empty for the page itself.
    pub url: String,
}

/// The same content in another form.
#[derive(Debug, Clone)]
pub struct Alternate {
    /// Media type.
    pub kind: &'static str,
    /// Address.
    pub url: String,
    /// What it is, in the reader's language. May be empty.
    pub title: String,
}

impl Page {
    /// A page for a visitor, without anything but its language, moment and address.
    #[must_use]
    pub fn new(texts: Texts, now: DateTime<Utc>, path: impl Into<String>) -> Self {
        Self {
            title: String::new(),
            texts,
            now,
            path: path.into(),
            instance: "Vakplein".to_owned(),
            tagline: String::new(),
            member: None,
            signup: false,
            csrf: String::new(),
            flashes: Vec::new(),
            crumbs: Vec::new(),
            alternates: Vec::new(),
            canonical: None,
            description: String::new(),
            noindex: false,
            section: Section::Other,
            theme: asset("theme.css"),
            logo: None,
            icons: asset("icons.svg"),
        }
    }

    /// Names the page with a text of its own.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Adds a step to the breadcrumbs; an empty address is the page itself.
    #[must_use]
    pub fn crumb(mut self, text: impl Into<String>, url: impl Into<String>) -> Self {
        self.crumbs.push(Crumb { text: text.into(), url: url.into() });
        self
    }

    /// Marks an entry of the main menu as the current one.
    #[must_use]
    pub fn section(mut self, section: Section) -> Self {
        self.section = section;
        self
    }

    /// Adds a message to show once.
    #[must_use]
    pub fn flash(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.flashes.push(Flash { tone, text: text.into() });
        self
    }

    /// The language's code.
    #[must_use]
    pub fn lang(&self) -> &str {
        self.texts.code()
    }

    /// The text of a key: `{{ page.t("layout-search") }}`.
    #[must_use]
    pub fn t(&self, key: &str) -> Cow<'_, str> {
        self.texts.t(key)
    }

    /// The text of a key with one value: `{{ page.t1("topic-replies", "count", replies) }}`.
    #[must_use]
    pub fn t1(&self, key: &str, name: &str, value: impl Arg) -> String {
        self.texts.t_with(key, &[(name, &value)])
    }

    /// The text of a key with two values: `{{ page.t2("step", "at", 1, "of", 3) }}`.
    #[must_use]
    pub fn t2(&self, key: &str, name: &str, value: impl Arg, name2: &str, value2: impl Arg) -> String {
        self.texts.t_with(key, &[(name, &value), (name2, &value2)])
    }

    /// `5 minuten geleden`, or the day when that is more than a week ago.
    #[must_use]
    pub fn ago(&self, time: &DateTime<Utc>) -> String {
        self.texts.ago(time, &self.now)
    }

    /// `1 december 2026`.
    #[must_use]
    pub fn date(&self, time: &DateTime<Utc>) -> String {
        self.texts.date(time)
    }

    /// `1 december 2026 14:05`.
    #[must_use]
    pub fn date_time(&self, time: &DateTime<Utc>) -> String {
        self.texts.date_time(time)
    }

    /// The time as machines read it, for the `datetime` attribute.
    #[must_use]
    pub fn iso(&self, time: &DateTime<Utc>) -> String {
        time.to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// A whole number as the language writes it.
    #[must_use]
    pub fn number(&self, number: impl Arg) -> String {
        self.texts.number(number)
    }

    /// What somebody wrote, safe HTML as `text` makes it; a table that may scroll gets a name in the reader's language.
    #[must_use]
    pub fn prose<'h>(&self, html: &'h str) -> Cow<'h, str> {
        const TABLE: &str = "<div class=\"table\" tabindex=\"0\">";
        if !html.contains(TABLE) {
            return Cow::Borrowed(html);
        }
        let said = |key| self.t(key).replace('&', "&amp;").replace('"', "&quot;");
        let named = format!(
            "<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"{}\" data-hint=\"{}\">",
            said("table-region"),
            said("table-hint")
        );
        Cow::Owned(html.replace(TABLE, &named))
    }

    /// The address of a file in `assets/`.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        asset(name)
    }

    /// The link that shows this same page in another language: `/language/en?to=/groups`.
    #[must_use]
    pub fn in_language(&self, code: &str) -> String {
        let to = percent_encoding::utf8_percent_encode(&self.path, percent_encoding::NON_ALPHANUMERIC);
        format!("/language/{code}?to={to}")
    }

    /// Unread notifications; 0 for a visitor.
    #[must_use]
    pub fn unread(&self) -> i64 {
        self.member.as_ref().map_or(0, |member| member.unread)
    }

    /// Whether this page belongs to that entry of the main menu: `start`, `groups`, `latest`, `search`.
    #[must_use]
    pub fn is_in(&self, section: &str) -> bool {
        self.section.word() == section
    }
}

/// What is wrong with a form that was sent, field by field, in the reader's language.
#[derive(Debug, Clone, Default)]
pub struct FormErrors(Vec<FormError>);

/// What is wrong with one field.
#[derive(Debug, Clone)]
pub struct FormError {
    /// The field's name, which is also its id; empty for the form as a whole.
    pub field: String,
    /// What to do about it.
    pub text: String,
}

impl FormErrors {
    /// Adds what is wrong with a field (`""` for the form as a whole).
    pub fn add(&mut self, field: impl Into<String>, text: impl Into<String>) {
        self.0.push(FormError { field: field.into(), text: text.into() });
    }

    /// What is wrong with this field; empty when nothing is.
    #[must_use]
    pub fn of(&self, field: &str) -> &str {
        self.0.iter().find(|error| error.field == field).map_or("", |error| &error.text)
    }

    /// All of it, in the order of the form.
    pub fn iter(&self) -> std::slice::Iter<'_, FormError> {
        self.0.iter()
    }

    /// Whether a field can be mended; else there is only something to know.
    #[must_use]
    pub fn has_fields(&self) -> bool {
        self.0.iter().any(|error| !error.field.is_empty())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the form is fine.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a FormErrors {
    type Item = &'a FormError;
    type IntoIter = std::slice::Iter<'a, FormError>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::locale::Locales;

    #[test]
    fn a_table_in_a_text_is_named_in_the_readers_language() {
        let locales = Arc::new(Locales::load().unwrap());
        let lang = locales.find("en").unwrap();
        let page = Page::new(Texts::new(locales, lang), DateTime::UNIX_EPOCH, "/");
        let html = "<p>a</p><div class=\"table\" tabindex=\"0\"><table></table></div>";
        let named = page.prose(html);
        assert!(
            named.contains("<div class=\"table\" role=\"group\" tabindex=\"0\" aria-label=\"Table,"),
            "{named}"
        );
        assert!(matches!(page.prose("<p>a</p>"), Cow::Borrowed("<p>a</p>")));
    }
}
