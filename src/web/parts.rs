//! The things that pages show again and again, in the form that the macros in `templates/parts/` take.
//!
//! Pages translate a feature's view into these. Everything is ready to print: texts in the reader's language, addresses
//! complete, rights already asked (a button that isn't allowed isn't in here).

use chrono::{DateTime, Utc};
use unicode_segmentation::UnicodeSegmentation;

/// Somebody, as shown beside what they wrote. Macros: `person::avatar`, `person::byline`, `person::card`.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// Display name.
    pub name: String,
    /// Profile address; empty for a deleted account.
    pub url: String,
    /// `@name@host`.
    pub handle: String,
    /// Address of the picture on our own host.
    pub avatar: Option<String>,
    /// What it shows; may be empty.
    pub avatar_alt: String,
    /// What they do: `klantmanager bij gemeente Zutphen`. May be empty.
    pub function: String,
    /// The host they come from; empty for our own people.
    pub host: String,
    /// What they are in this group, as words already translated: `moderator`, `specialist`.
    pub roles: Vec<String>,
}

impl Person {
    /// One or two capitals for a person without a picture.
    #[must_use]
    pub fn initials(&self) -> String {
        initials(&self.name)
    }

    /// A colour from 1 to 8 that stays the same for this person.
    #[must_use]
    pub fn colour(&self) -> u8 {
        colour_of(if self.handle.is_empty() { &self.name } else { &self.handle })
    }
}

/// One or two capitals that stand for a name.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.graphemes(true).next());
    let first = words.next().unwrap_or("?");
    let last = words.next_back().unwrap_or_default();
    format!("{first}{last}").to_uppercase()
}

/// A colour from 1 to 8 that goes with a name, for groups and people that chose none.
#[must_use]
pub fn colour_of(name: &str) -> u8 {
    let sum = name.bytes().fold(7_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    u8::try_from(sum % 8).unwrap_or(0) + 1
}

/// A group, as a card in a list. Macros: `group::card`, `group::emblem`.
#[derive(Debug, Clone, Default)]
pub struct Group {
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: String,
    /// What it is for, in a sentence. May be empty.
    pub mission: String,
    /// Address of the emblem on our own host.
    pub emblem: Option<String>,
    /// The emblem in words; empty when it is decoration.
    pub emblem_alt: String,
    /// Its colour, 1 to 8.
    pub colour: u8,
    /// Who may read it, translated (`group-class-open`…). May be empty.
    pub class: String,
    /// The host it lives on; empty for our own groups.
    pub host: String,
    /// How many members; `None` when that isn't shown.
    pub members: Option<i64>,
    /// How many topics.
    pub topics: Option<i64>,
    /// Topics that the reader hasn't seen.
    pub unread: i64,
    /// Whether the reader is a member.
    pub joined: bool,
    /// When somebody last wrote something.
    pub last: Option<DateTime<Utc>>,
}

impl Group {
    /// The letter that stands for a group without an emblem.
    #[must_use]
    pub fn letter(&self) -> String {
        self.title.graphemes(true).next().unwrap_or("?").to_uppercase()
    }
}

/// A topic, as a row in a list. Macro: `topic::row`.
#[derive(Debug, Clone, Default)]
pub struct Topic {
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: String,
    /// The first words, plain text. May be empty.
    pub excerpt: String,
    /// Who started it.
    pub author: Person,
    /// Title of the group that it is at home in; empty in that group's own list.
    pub group: String,
    /// Address of the group.
    pub group_url: String,
    /// It stands in the list of another group, which shows it.
    pub via: bool,
    /// Colour of the group, 1 to 8; 0 for none.
    pub colour: u8,
    /// Answers.
    pub replies: i64,
    /// Answers that the reader hasn't seen.
    pub unread: i64,
    /// The reader hasn't seen the topic at all.
    pub is_new: bool,
    /// Stays on top of the list.
    pub pinned: bool,
    /// Takes no more answers.
    pub locked: bool,
    /// Asks for an answer and has none.
    pub unanswered: bool,
    /// Sent to its host, which hasn't announced it yet.
    pub pending: bool,
    /// When somebody last wrote in it.
    pub last: DateTime<Utc>,
}

/// A post in a thread. Macro: `post::post`.
#[derive(Debug, Clone, Default)]
pub struct Post {
    /// Goes into the page's anchor: `p-{id}`.
    pub id: String,
    /// Permalink.
    pub url: String,
    /// Who wrote it.
    pub author: Person,
    /// When.
    pub at: DateTime<Utc>,
    /// Safe HTML, as made by `text`.
    pub html: String,
    /// The language it is written in; empty when unknown or the page's own.
    pub lang: String,
    /// 0 for an answer to the topic, 1 for an answer to that…
    pub depth: usize,
    /// Name of the author that this answers; empty for an answer to the topic.
    pub parent_name: String,
    /// Address of the post that this answers.
    pub parent_url: String,
    /// Written by somebody who keeps order in the group.
    pub by_staff: bool,
    /// An answer by whoever began the topic.
    pub by_starter: bool,
    /// The reader hasn't seen it.
    pub unread: bool,
    /// Address of the history, when it was edited.
    pub edited_url: String,
    /// Sent to this host, which hasn't announced it yet; `here` when it is our own.
    pub pending: String,
    /// Why the group's host refused it; empty when it didn't. Only its author sees such a post.
    pub refused: String,
    /// A content warning: the text is folded below it. May be empty.
    pub warning: String,
    /// Taken away; the text is then folded away for staff, and not there for others.
    pub gone: Gone,
    /// How many people find it useful.
    pub likes: i64,
    /// The reader does.
    pub liked: bool,
    /// Where the like form goes (POST); empty when the reader can't.
    pub like_url: String,
    /// Where one answers; empty when the reader can't.
    pub reply_url: String,
    /// What else the reader can do.
    pub actions: Vec<Action>,
    /// Pictures and documents.
    pub files: Vec<File>,
}

/// Whether a post is still there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Gone {
    /// It is.
    #[default]
    No,
    /// Its author took it away.
    Deleted,
    /// A moderator took it away, for this reason (may be empty).
    Removed(String),
}

impl Gone {
    /// Whether the text is there to show.
    #[must_use]
    pub fn is_shown(&self) -> bool {
        *self == Self::No
    }

    /// The moderator's reason, when a moderator took it away.
    #[must_use]
    pub fn removed(&self) -> Option<&str> {
        match self {
            Self::Removed(reason) => Some(reason),
            Self::No | Self::Deleted => None,
        }
    }
}

/// Something one can do with a thing: an entry of a menu of actions. Macro: `ui::actions`.
#[derive(Debug, Clone, Default)]
pub struct Action {
    /// What it is called.
    pub text: String,
    /// Where it goes.
    pub url: String,
    /// Name of its icon; may be empty.
    pub icon: &'static str,
    /// A form that changes something (POST) instead of a link to a page.
    pub post: bool,
    /// Can't be undone: shown in the colour of danger, and asked about once more.
    pub danger: bool,
}

/// A picture or document with a text. Macro: `post::files`.
#[derive(Debug, Clone, Default)]
pub struct File {
    /// What people call it.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// What kind it is, in words: `PDF`.
    pub kind: String,
    /// How large, in words: `1,4 MB`.
    pub size: String,
    /// For pictures: the address of the version to show.
    pub preview: Option<String>,
    /// The picture in words; empty when it is decoration.
    pub alt: String,
    /// Size of the preview in pixels, so that the page doesn't jump.
    pub width: u32,
    /// See `width`.
    pub height: u32,
}

/// A link to another order or part of a list. Macro: `ui::tabs`.
#[derive(Debug, Clone, Default)]
pub struct Tab {
    /// What it is called.
    pub text: String,
    /// Where it goes.
    pub url: String,
    /// Whether this is what the page shows.
    pub current: bool,
    /// A number behind it, when there is one to show.
    pub count: Option<i64>,
}

/// Links to the next and former part of a long list. Macro: `ui::pager`.
#[derive(Debug, Clone, Default)]
pub struct Pager {
    /// Where newer entries are.
    pub newer: Option<String>,
    /// Where older entries are.
    pub older: Option<String>,
}

/// A term and what is said about it. Macro: `ui::facts`.
#[derive(Debug, Clone, Default)]
pub struct Fact {
    /// The term.
    pub term: String,
    /// What is said about it.
    pub text: String,
    /// Where it goes; may be empty.
    pub url: String,
}

/// One line of a log or history. Macro: `ui::timeline`.
#[derive(Debug, Clone, Default)]
pub struct Event {
    /// When.
    pub at: DateTime<Utc>,
    /// What happened, a whole sentence.
    pub text: String,
    /// More about it; may be empty.
    pub detail: String,
    /// Name of its icon; may be empty.
    pub icon: &'static str,
    /// `ok`, `warning`, `error` or empty.
    pub tone: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_first_and_last_name() {
        let named = |name: &str| Person { name: name.to_owned(), ..Person::default() }.initials();
        assert_eq!(named("Fatima el Amrani"), "FA");
        assert_eq!(named("Édouard"), "É");
        assert_eq!(named(""), "?");
        assert_eq!(named("werkplein eemsdelta"), "WE");
    }

    #[test]
    fn a_colour_is_one_of_eight() {
        for name in ["", "a", "bijstand", "schuldhulp", "participatiewet", "é"] {
            assert!((1..=8).contains(&colour_of(name)));
        }
    }
}
