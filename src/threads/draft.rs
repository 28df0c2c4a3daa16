//! Makes a [`Draft`] from what somebody typed, and checks drafts: limits are the same for a form, the API and the wire.
//!
//! Rendering happens here, before the transaction; only the look-up of those mentioned reads the database.

use std::collections::HashMap;

use diesel::prelude::*;

use super::Draft;
use super::personal::{Before, Personal};
use crate::actors::ActorKind;
use crate::db::{Db, Tx, schema};
use crate::error::{FieldErrors, Result};
use crate::ids::{ActorId, MediaId, RowId};
use crate::instance;
use crate::policy::{Class, limits};
use crate::text::analyse::{self, Language};
use crate::text::line::one_line;
use crate::text::markdown::Markdown;
use crate::text::mentions::{Mention, Target};

/// What somebody typed.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// Title, for a topic; empty for a reply.
    pub title: String,
    /// Markdown.
    pub content: String,
    /// BCP 47, when chosen.
    pub language: Option<String>,
    /// Uploaded files to attach, in order.
    pub media: Vec<MediaId>,
    /// What looks like personal data in it is none, says its author.
    pub not_personal: bool,
}

/// Whether what somebody typed can be posted, before it is rendered: as the first post of a topic, or as a reply.
///
/// # Errors
/// As [`check`].
pub fn check_input(input: &Input, first: bool) -> Result<()> {
    let (title, content, media) = (one_line(&input.title), input.content.clone(), input.media.clone());
    // How case numbers look here is known when it is rendered.
    let personal = Personal::of(input, "", &[]);
    check(&Draft { title, content, media, personal, ..Draft::default() }, first, None)
}

/// Makes a draft from what somebody typed: finds those mentioned, renders, looks for personal data, and prepares the terms for search.
///
/// # Errors
/// `Invalid` when the content is too long to be worth rendering; the rest is checked by the act.
pub async fn written(db: &Db, markdown: &Markdown, input: Input) -> Result<Draft> {
    if input.content.chars().count() > limits::POST {
        let mut errors = FieldErrors::default();
        errors.add_limit("content", "error-text-long", limit(limits::POST));
        errors.into_result()?;
    }
    let mut mentions = markdown.mentions(&input.content);
    mentions.truncate(limits::MENTIONS);
    // No case number is without digits.
    let has_digits = [&input.title, &input.content].iter().any(|text| text.contains(char::is_numeric));
    let (found, patterns) = if mentions.is_empty() && !has_digits {
        (Vec::new(), Vec::new())
    } else {
        db.read(move |tx| {
            let found = if mentions.is_empty() { Vec::new() } else { mentioned(tx, &mentions)? };
            Ok((found, if has_digits { instance::case_numbers(tx)? } else { Vec::new() }))
        })
        .await?
    };
    let targets: HashMap<&Mention, &Target> = found.iter().map(|known| (&known.0, &known.2)).collect();
    // Footnotes only need to differ from those of other texts on the page.
    let scope = RowId::fresh().to_string();
    let rendered =
        markdown.render(&input.content, &scope, &|mention| targets.get(mention).map(|t| (*t).clone()));
    let personal = Personal::of(&input, &rendered.plain, &patterns);
    let mut draft = Draft {
        title: one_line(&input.title),
        content: input.content,
        html: rendered.html,
        plain: rendered.plain,
        language: input.language,
        mentions: found.into_iter().map(|known| known.1).collect(),
        media: input.media,
        personal,
        ..Draft::default()
    };
    draft.terms = terms(&draft);
    Ok(draft)
}

/// The terms by which a draft can be found. Edges put them into drafts from the wire, so that no transaction waits for it.
#[must_use]
pub fn terms(draft: &Draft) -> String {
    let language = Language::from_tag(draft.language.as_deref().unwrap_or_default());
    let text = [draft.title.as_str(), draft.summary.as_str(), draft.plain.as_str()].join("\n");
    analyse::terms(&text, language)
}

/// Who is meant by mentions: those known here, with where a link to them goes. Closed groups can't be mentioned.
///
/// # Errors
/// Only when the database does.
pub fn mentioned(tx: &mut Tx<'_>, mentions: &[Mention]) -> Result<Vec<(Mention, ActorId, Target)>> {
    use schema::{actors, groups};
    let ours = tx.urls.domain().to_owned();
    let names: Vec<String> = mentions.iter().map(|mention| mention.name.to_ascii_lowercase()).collect();
    let rows: Vec<(ActorId, ActorKind, String, String, String)> = actors::table
        .left_join(groups::table)
        .filter(actors::name_folded.eq_any(names))
        .filter(actors::gone_at.is_null().and(actors::kind.ne(ActorKind::Application)))
        .filter(groups::class.is_null().or(groups::class.eq(Class::Openbaar)))
        .order(actors::id)
        .select((actors::id, actors::kind, actors::host, actors::name_folded, actors::url))
        .load(tx.conn)?;
    let found = mentions.iter().filter_map(|mention| {
        let host = mention.host.as_deref().unwrap_or(&ours);
        let wanted = |row: &&(ActorId, ActorKind, String, String, String)| {
            row.2 == host
                && row.3 == mention.name.to_ascii_lowercase()
                && (!mention.group || row.1 == ActorKind::Group)
        };
        let row = rows.iter().find(wanted)?;
        let label =
            if host == ours { format!("@{}", mention.name) } else { format!("@{}@{host}", mention.name) };
        Some((mention.clone(), row.0, Target { href: row.4.clone(), label }))
    });
    Ok(found.collect())
}

/// Whether a draft can be posted: as the first post of a topic, or as a reply; also in place of what stood there before.
///
/// # Errors
/// `Invalid` with every field that can't be accepted.
pub fn check(draft: &Draft, first: bool, before: Option<Before<'_>>) -> Result<()> {
    let mut errors = FieldErrors::default();
    if !first && !draft.title.is_empty() {
        errors.add("title", "error-title-reply");
    } else if first && one_line(&draft.title).is_empty() {
        errors.add("title", "error-title-missing");
    } else if draft.title.chars().count() > limits::TITLE {
        errors.add_limit("title", "error-text-long", limit(limits::TITLE));
    }
    let empty = match &draft.remote {
        None => one_line(&draft.content).is_empty(),
        // Elsewhere a picture alone, or a title with a link, is a post.
        Some(_) => draft.html.is_empty() && draft.remote_media.is_empty() && draft.title.is_empty(),
    };
    if empty {
        errors.add("content", "error-content-missing");
    } else if draft.content.chars().count() > limits::POST {
        errors.add_limit("content", "error-text-long", limit(limits::POST));
    }
    if draft.media.len() > limits::FILES {
        errors.add_limit("media", "error-media-many", limit(limits::FILES));
    }
    errors.gather(draft.personal.check(before))?;
    errors.into_result()
}

pub(super) fn limit(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
