//! Checks and renders what somebody wants a group to be, before the transaction. It knows no database.

use super::GroupDraft;
use crate::error::{FieldErrors, Result};
use crate::ids;
use crate::policy::{Class, Joining, limits};
use crate::text::line::one_line;
use crate::text::markdown::Markdown;
use crate::text::personal;

/// Letters and digits of a name by chance, after `g-`.
const CHANCE: usize = 10;

/// The draft of a group to be made, with a name that says nothing when it is closed and none was chosen: a name in an address is
/// seen by more than those who belong to it.
#[must_use]
pub fn named(mut draft: GroupDraft) -> GroupDraft {
    if draft.class != Class::Openbaar && draft.name.is_empty() {
        draft.name = format!("g-{}", ids::word(CHANCE));
    }
    draft
}

/// The draft with its single-line texts tidied and its Markdown rendered. Edges call it outside the transaction.
#[must_use]
pub fn rendered(mut draft: GroupDraft, markdown: &Markdown) -> GroupDraft {
    draft.title = one_line(&draft.title);
    draft.mission = one_line(&draft.mission);
    draft.emblem_alt = if draft.emblem.is_some() { one_line(&draft.emblem_alt) } else { String::new() };
    // Of an open group there is nothing to hide.
    draft.face = draft.face && draft.class != Class::Openbaar;
    // Nobody is called by the description of a group, so its mentions stay text.
    draft.description_html = markdown.render(&draft.description, "description", &|_| None).html;
    draft.rules_html = markdown.render(&draft.rules, "rules", &|_| None).html;
    draft
}

/// Whether a group can be like this.
///
/// # Errors
/// `Invalid` with every field that can't be accepted.
pub fn check(draft: &GroupDraft) -> Result<()> {
    let mut errors = FieldErrors::default();
    if draft.title.trim().is_empty() {
        errors.add("title", "error-group-title-missing");
    }
    for (field, text, longest) in [
        ("title", &draft.title, limits::LABEL),
        ("mission", &draft.mission, limits::MISSION),
        ("description", &draft.description, limits::TEXT),
        ("rules", &draft.rules, limits::TEXT),
        ("emblemAlt", &draft.emblem_alt, limits::ALT),
    ] {
        if text.chars().count() > longest {
            errors.add_limit(field, "error-text-long", i64::try_from(longest).unwrap_or(i64::MAX));
        }
        personal::refuse_bsn(&mut errors, field, text);
    }
    // Nobody walks into a closed group, and nobody can ask to who may not know that it is there.
    match draft.joining {
        Joining::Open if draft.class != Class::Openbaar => errors.add("joining", "error-joining-closed"),
        Joining::Approval if draft.class != Class::Openbaar && !draft.face => {
            errors.add("joining", "error-joining-hidden");
        }
        Joining::Open | Joining::Approval | Joining::Invite => {}
    }
    if !(1..=8).contains(&draft.colour) {
        errors.add("colour", "error-colour-unknown");
    }
    errors.into_result()
}
