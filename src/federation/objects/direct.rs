//! A note to one person alone: no post of a group, in no thread, and for nobody else.

use serde_json::{Value, json};

use super::actor::escape;
use super::context;
use crate::actors::ActorRow;
use crate::clock::Time;

/// What is said, as plain text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// The thing itself.
    pub said: String,
    /// What follows from it; ends where an address comes.
    pub more: String,
    /// The address to read on at.
    pub link: String,
    /// The language, as `lang` attributes take it.
    pub language: String,
}

impl Words {
    /// All of it in one line.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{} {} {}", self.said, self.more, self.link)
    }

    /// All of it as HTML. It begins with whom it is for, as a mention does that somebody typed.
    fn html(&self, to: &ActorRow) -> String {
        let (said, more, link) = (escape(&self.said), escape(&self.more), escape(&self.link));
        let (profile, handle) = (escape(&to.url), escape(&to.handle()));
        format!(
            "<p><a href=\"{profile}\" class=\"u-url mention\">{handle}</a> {said}</p>\
             <p>{more} <a href=\"{link}\">{link}</a></p>"
        )
    }
}

/// The document of such a note. Mastodon takes one without followers and public for a direct message to those whom it mentions in `tag`.
#[must_use]
pub fn note(id: &str, by: &ActorRow, to: &ActorRow, words: &Words, at: Time) -> Value {
    let html = words.html(to);
    json!({
        "@context": context(),
        "id": id,
        "type": "Note",
        "attributedTo": by.uri,
        "to": [to.uri],
        "cc": [],
        "content": html,
        "contentMap": { words.language.as_str(): html },
        "mediaType": "text/html",
        "url": words.link,
        "sensitive": false,
        "published": at.rfc3339(),
        "tag": [{ "type": "Mention", "href": to.uri, "name": to.handle() }],
    })
}
