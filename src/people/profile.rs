//! What members change about themselves: profile and preferences.

use diesel::prelude::*;

use super::PersonRow;
use crate::db::{Tx, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{MediaId, PersonId};
use crate::journal::{self, Did, Line};
use crate::locale::Locales;
use crate::media;
use crate::membership;
use crate::policy::{Actor, Reason, limits};
use crate::text::line::one_line;
use crate::text::markdown::Markdown;
use crate::text::personal;

/// What a profile shall say. Made from a form or from JSON; [`rendered`] before the transaction.
#[derive(Debug, Clone, Default)]
pub struct ProfileDraft {
    /// The name that is shown.
    pub display_name: String,
    /// About them, Markdown.
    pub bio: String,
    /// About them, safe HTML, by [`rendered`].
    pub bio_html: String,
    /// For whom they work.
    pub employer: String,
    /// As what.
    pub function: String,
    /// Whether they want to be found in lists and searches.
    pub discoverable: bool,
    /// Their picture: an upload of theirs, or the one they have.
    pub avatar: Option<MediaId>,
    /// What is on the picture.
    pub avatar_alt: String,
}

impl ProfileDraft {
    /// What the profile says now, to be changed in part.
    pub fn of(person: &PersonRow) -> Self {
        Self {
            display_name: person.display_name.clone(),
            bio: person.bio.clone(),
            bio_html: person.bio_html.clone(),
            employer: person.employer.clone(),
            function: person.function.clone(),
            discoverable: person.discoverable,
            avatar: person.avatar_id,
            avatar_alt: person.avatar_alt.clone(),
        }
    }
}

/// The draft with its Markdown rendered, its single lines cleaned.
pub fn rendered(mut draft: ProfileDraft, markdown: &Markdown) -> ProfileDraft {
    draft.bio_html = markdown.render(&draft.bio, "bio", &|_mention| None).html;
    for line in [&mut draft.display_name, &mut draft.employer, &mut draft.function, &mut draft.avatar_alt] {
        *line = one_line(line);
    }
    draft
}

/// Changes a member's profile, and lets other servers know.
///
/// # Errors
/// `Invalid`; `Denied` when suspended or leaving.
pub fn edit(tx: &mut Tx<'_>, by: &Actor, draft: &ProfileDraft) -> Result<PersonRow> {
    use schema::people::dsl;
    if membership::facts(tx, by.person)?.suspended {
        return Err(Reason::Suspended.into());
    }
    let old = super::find(tx, by.person)?;
    let mut errors = FieldErrors::default();
    errors.gather(check(draft))?;
    if let Some(new) = draft.avatar.filter(|new| Some(*new) != old.avatar_id) {
        errors.gather(media::acts::check_picture(tx, by, new, "avatar"))?;
    }
    errors.into_result()?;
    diesel::update(dsl::people.find(by.person))
        .set((
            dsl::display_name.eq(&draft.display_name),
            dsl::bio.eq(&draft.bio),
            dsl::bio_html.eq(&draft.bio_html),
            dsl::employer.eq(&draft.employer),
            dsl::function.eq(&draft.function),
            dsl::discoverable.eq(draft.discoverable),
            dsl::avatar_id.eq(draft.avatar),
            dsl::avatar_alt.eq(if draft.avatar.is_some() { draft.avatar_alt.as_str() } else { "" }),
            dsl::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    if let Some(gone) = old.avatar_id.filter(|old| Some(*old) != draft.avatar) {
        media::acts::delete(tx, by, gone)?;
    }
    journal::record(tx, &Line::new(Did::EditProfile, by).person(by.person))?;
    super::find(tx, by.person)
}

/// Checks what a profile shall say, but for the picture itself.
///
/// # Errors
/// `Invalid` with all that is wrong.
pub fn check(draft: &ProfileDraft) -> Result<()> {
    let mut errors = FieldErrors::default();
    let mut longest = |field, text: &str, most: usize, key| {
        if text.chars().count() > most {
            errors.add_limit(field, key, i64::try_from(most).unwrap_or(i64::MAX));
        }
    };
    longest("displayName", &draft.display_name, limits::LABEL, "error-display-name-long");
    longest("bio", &draft.bio, limits::TEXT, "error-bio-long");
    longest("employer", &draft.employer, limits::LABEL, "error-employer-long");
    longest("function", &draft.function, limits::LABEL, "error-employer-long");
    longest("avatarAlt", &draft.avatar_alt, limits::ALT, "error-avatar-alt-long");
    for (field, text) in
        [("displayName", &draft.display_name), ("bio", &draft.bio), ("function", &draft.function)]
    {
        personal::refuse_bsn(&mut errors, field, text);
    }
    if draft.display_name.trim().is_empty() {
        errors.add("displayName", "error-display-name-missing");
    }
    if draft.avatar.is_some() && draft.avatar_alt.trim().is_empty() {
        errors.add("avatarAlt", "error-avatar-alt-missing");
    }
    errors.into_result()
}

/// What a member prefers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preferences {
    /// Language of pages and mails; `None`: as the browser asks.
    pub language: Option<String>,
    /// Mail about replies and mentions.
    pub mail_replies: bool,
    /// Mail about reports and requests to join.
    pub mail_moderation: bool,
    /// Titles in mails about closed groups of class *leden*.
    pub mail_titles: bool,
}

/// Changes what a member prefers.
///
/// # Errors
/// `Invalid` on `language` when there are no texts in it; `NotFound` without an account.
pub fn set_preferences(
    tx: &mut Tx<'_>,
    person: PersonId,
    preferences: &Preferences,
    locales: &Locales,
) -> Result<()> {
    use schema::accounts::dsl;
    let language = match preferences.language.as_deref().filter(|code| !code.is_empty()) {
        None => None,
        Some(code) => {
            let lang = locales.find(code).ok_or_else(|| Error::field("language", "error-language"))?;
            Some(locales.code(lang).to_owned())
        }
    };
    let changed = diesel::update(dsl::accounts.find(person))
        .set((
            dsl::language.eq(language),
            dsl::mail_replies.eq(preferences.mail_replies),
            dsl::mail_moderation.eq(preferences.mail_moderation),
            dsl::mail_titles.eq(preferences.mail_titles),
        ))
        .execute(tx.conn)?;
    if changed == 0 { Err(Error::NotFound) } else { Ok(()) }
}
