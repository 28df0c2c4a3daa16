//! The guard against personal data in what comes in. A citizen service number (BSN) comes in nowhere. Of other kinds a moderator decides
//! before they stand in an open group hosted here, and are announced to others; what stands in a group elsewhere its host decided about.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ruled::Wait;
use super::{Context, PERSONAL_DATA, Stop};
use crate::error::Error;
use crate::federation::glance;
use crate::federation::objects::post_in::RemotePost;
use crate::held::HeldFor;
use crate::ids::{GroupId, PostId};
use crate::membership;
use crate::policy::{Act, Actor, Class, Reason};
use crate::text::personal::{Kind, Pattern};
use crate::threads::personal;

/// Where a post is to stand.
pub(super) struct Place<'a> {
    /// Who wrote it.
    pub by: &'a Actor,
    /// In which group.
    pub group: GroupId,
    /// As what.
    pub act: Act,
    /// What it changes.
    pub known: Option<PostId>,
}

/// Looks at all of a post, once.
///
/// # Errors
/// Refused with a BSN; [`Stop::Held`] with something else that a moderator has to look at.
pub(super) async fn check(context: &Context<'_>, post: &RemotePost, place: Place<'_>) -> Result<(), Stop> {
    let for_all = context.host.is_none() && post.public && !context.is_released();
    if !for_all {
        return if personal::has_bsn(&post.draft) { Err(Stop::refused(PERSONAL_DATA)) } else { Ok(()) };
    }
    let patterns: Arc<[Pattern]> = if personal::has_digits(&post.draft) {
        glance::case_numbers(context.reach).await?
    } else {
        Arc::default()
    };
    let kinds = personal::kinds(&post.draft, &patterns);
    if kinds.contains(&Kind::Bsn) {
        return Err(Stop::refused(PERSONAL_DATA));
    }
    if kinds.is_empty() || !context.reach.group(place.group).await?.local {
        return Ok(());
    }
    let kinds = match place.known {
        Some(known) => {
            let draft = post.draft.clone();
            context.read(move |tx| personal::new_kinds(tx, known, &draft, &patterns)).await?
        }
        None => kinds,
    };
    if kinds.is_empty() || !would_stand(context, &place).await? {
        return Ok(());
    }
    Err(Stop::Held(waits(kinds, place.group)))
}

/// Whether it would be let in but for that: what is refused anyway needn't wait. The act says why.
async fn would_stand(context: &Context<'_>, place: &Place<'_>) -> Result<bool, Stop> {
    let (by, group, act) = (place.by.clone(), place.group, place.act);
    let standing = context.read(move |tx| membership::standing(tx, &by, group)).await;
    match standing {
        Ok(standing) => {
            let stands = matches!(standing.may(act), Ok(()) | Err(Reason::Held));
            Ok(stands && standing.class == Class::Openbaar)
        }
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn waits(kinds: BTreeSet<Kind>, group: GroupId) -> Wait {
    Wait::For(HeldFor::PersonalData(kinds.into_iter().collect()), Some(group))
}
