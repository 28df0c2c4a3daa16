//! The guard against personal data: what was found in a draft, and whether it may be posted all the same.
//!
//! `text::personal` knows what to look for. A citizen service number (BSN) may stand nowhere, whoever says what about it (UAVG art. 46).
//! Of all else whoever writes here is told once, and either removes it or says that it is no personal data; the journal keeps that and
//! the kinds, never the words. Edges look at texts before the transaction; what is said about files is looked at when they are attached.
//! Of what comes from elsewhere the federation edge asks here before there is an act.

use std::collections::{BTreeSet, HashSet};

use super::draft::Input;
use super::{Draft, outward};
use crate::db::Tx;
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{PersonId, PostId};
use crate::journal::Detail;
use crate::text::personal::{self, Finding, Kind, Pattern};
use crate::text::plain::to_text;
use crate::{instance, media};

/// The message about what may be posted when its author says that it is no personal data.
const WARNING: &str = "error-personal";

/// What in a draft looks like personal data.
#[derive(Debug, Clone, Default)]
pub struct Personal {
    /// In the title.
    title: Vec<Finding>,
    /// In the text, as typed and as shown.
    content: Vec<Finding>,
    /// The author says that it is none.
    denied: bool,
}

/// What stood in a post before it is changed: nobody is asked about that again.
#[derive(Debug, Clone, Copy)]
pub struct Before<'b> {
    /// Its topic's title.
    pub title: &'b str,
    /// Markdown.
    pub content: &'b str,
    /// Safe HTML.
    pub html: &'b str,
}

impl Personal {
    /// Looks at what somebody typed, and at the plain text of what it looks like.
    #[must_use]
    pub fn of(input: &Input, plain: &str, patterns: &[Pattern]) -> Self {
        let mut content = personal::find(&input.content, patterns);
        content.extend(personal::find(plain, patterns));
        let mut seen = HashSet::new();
        content.retain(|found| seen.insert((found.kind, found.excerpt.clone())));
        Self { title: personal::find(&input.title, patterns), content, denied: input.not_personal }
    }

    /// Whether it may be posted.
    ///
    /// # Errors
    /// `Invalid` with what was found: a BSN, and all else that its author says nothing about.
    pub fn check(&self, before: Option<Before<'_>>) -> Result<()> {
        let mut errors = FieldErrors::default();
        let asked = if self.denied { [Vec::new(), Vec::new()] } else { self.unanswered(before) };
        let fields = [("title", &self.title), ("content", &self.content)];
        for ((field, found), asked) in fields.into_iter().zip(asked) {
            let bsn = found.iter().filter(|found| found.kind == Kind::Bsn);
            errors.add_personal(field, "error-bsn", bsn.cloned().collect());
            errors.add_personal(field, WARNING, asked);
        }
        errors.into_result()
    }

    /// What the journal keeps of a post with it: which kinds its author says are no personal data.
    #[must_use]
    pub fn detail(&self, before: Option<Before<'_>>) -> Detail {
        if !self.denied {
            return Detail::default();
        }
        let denied = self.unanswered(before);
        let kinds: BTreeSet<Kind> = denied.iter().flatten().map(|found| found.kind).collect();
        Detail { not_personal: kinds.into_iter().collect(), ..Detail::default() }
    }

    /// All but BSNs that wasn't there before, in the title and in the text.
    fn unanswered(&self, before: Option<Before<'_>>) -> [Vec<Finding>; 2] {
        let other = |found: &&Finding| found.kind != Kind::Bsn;
        let mut all: [Vec<Finding>; 2] =
            [&self.title, &self.content].map(|found| found.iter().filter(other).cloned().collect());
        if let Some(before) = before.filter(|_| !all.iter().all(Vec::is_empty)) {
            let shown = to_text(before.html);
            let there = [before.title, before.content, shown.as_str()].join("\n");
            for found in &mut all {
                found.retain(|found| !there.contains(&found.excerpt));
            }
        }
        all
    }
}

/// Whether an error is about something that the author may say is no personal data.
#[must_use]
pub fn is_warning(error: &Error) -> bool {
    matches!(error, Error::Invalid(errors) if errors.0.iter().any(|error| error.key == WARNING))
}

/// Looks at what is said about files that somebody is about to post, and at their names. Those that the post has already were looked at.
///
/// # Errors
/// `Invalid` on `media`, as [`Personal::check`].
pub(super) fn check_files(tx: &mut Tx<'_>, author: PersonId, draft: &Draft) -> Result<()> {
    let mut texts: Vec<String> = Vec::new();
    for &id in &draft.media {
        match media::views::own(tx, author, id) {
            Ok(file) if file.post_id.is_none() => texts.extend([file.alt, file.name]),
            // Whoever attaches it says what is wrong with it.
            Ok(_) | Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    if texts.iter().all(String::is_empty) {
        return Ok(());
    }
    let patterns = instance::case_numbers(tx)?;
    let found = texts.iter().flat_map(|text| personal::find(text, &patterns));
    let (bsn, other): (Vec<Finding>, Vec<Finding>) = found.partition(|found| found.kind == Kind::Bsn);
    let mut errors = FieldErrors::default();
    errors.add_personal("media", "error-bsn", bsn);
    if !draft.personal.denied {
        errors.add_personal("media", WARNING, other);
    }
    errors.into_result()
}

/// All texts of a post from elsewhere.
fn texts(draft: &Draft) -> impl Iterator<Item = &str> {
    let files = draft.remote_media.iter().flat_map(|file| [file.alt.as_str(), file.name.as_str()]);
    let texts = [&draft.title, &draft.summary, &draft.content, &draft.plain];
    texts.into_iter().map(String::as_str).chain(files)
}

/// Whether a BSN stands anywhere in a post from elsewhere.
#[must_use]
pub fn has_bsn(draft: &Draft) -> bool {
    texts(draft).any(personal::has_bsn)
}

/// Whether a digit stands anywhere in a post from elsewhere: no case number is without.
#[must_use]
pub fn has_digits(draft: &Draft) -> bool {
    texts(draft).any(|text| text.contains(char::is_numeric))
}

/// Of which kinds personal data seems to stand in a post from elsewhere.
#[must_use]
pub fn kinds(draft: &Draft, patterns: &[Pattern]) -> BTreeSet<Kind> {
    texts(draft).flat_map(|text| personal::find(text, patterns)).map(|found| found.kind).collect()
}

/// The same of a changed post, but for what stood in it before.
///
/// # Errors
/// `NotFound` when there is no such post.
pub fn new_kinds(
    tx: &mut Tx<'_>,
    post: PostId,
    draft: &Draft,
    patterns: &[Pattern],
) -> Result<BTreeSet<Kind>> {
    let old = outward::post(tx, post)?;
    let shown = to_text(&old.post.html);
    let mut there = [old.thread.title, old.post.summary, old.post.content, shown].join("\n");
    for file in &old.attached {
        for text in [&file.alt, &file.name] {
            there.push('\n');
            there.push_str(text);
        }
    }
    let found = texts(draft).flat_map(|text| personal::find(text, patterns));
    let new = found.filter(|found| found.kind == Kind::Bsn || !there.contains(&found.excerpt));
    Ok(new.map(|found| found.kind).collect())
}
