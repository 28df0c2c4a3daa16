//! `Like`, `Dislike` and `EmojiReact`, and taking them back.

use super::ruled::Asked;
use super::{Context, Plan, Stop};
use crate::federation::objects::document::Document;
use crate::federation::store::known;
use crate::policy::federation::Kind;
use crate::threads::ahead::Coming;
use crate::threads::{self, ReactionKind};

/// Longest reaction that is kept, in characters: one emoji may be several.
const EMOJI: usize = 16;

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>, given: bool) -> Result<Plan, Stop> {
    let by = context.actor()?;
    if context.by.local {
        return Err(Stop::Ignored("our-own"));
    }
    let (mut posts, mut asked) = (Vec::new(), Vec::<Asked>::new());
    // PieFed announces votes on several posts at once.
    for target in activity.links("object") {
        match context.post(&target).await {
            Ok(post) => {
                let about = Asked::new(&context.by.host, Some(post.group), Kind::Reaction);
                if !asked.contains(&about) {
                    asked.push(about);
                }
                posts.push(post.id);
            }
            Err(Stop::Ignored(_)) => {}
            Err(stop) => return Err(stop),
        }
    }
    if posts.is_empty() {
        return Err(Stop::Ignored("unknown-post"));
    }
    let kind = if activity.kind() == "Dislike" { ReactionKind::Dislike } else { ReactionKind::Like };
    let emoji: String = activity.text("content").unwrap_or_default().chars().take(EMOJI).collect();
    let uri = activity.id().filter(|id| context.owns(id)).map(String::from);
    let coming = posts.iter().map(|post| Coming::Reaction(by.person, *post)).collect();
    Ok(Plan::new(move |tx| {
        for (number, post) in posts.iter().enumerate() {
            if given {
                let uri = uri.clone().filter(|_| number == 0);
                threads::acts::react(tx, &by, *post, kind, &emoji, uri)?;
            } else {
                threads::acts::unreact(tx, &by, *post)?;
            }
        }
        Ok(())
    })
    .expecting(coming)
    .asking(asked))
}

/// Takes back a reaction that is named by its id alone.
pub(super) async fn undo_by_id(context: &Context<'_>, uri: String) -> Result<Option<Plan>, Stop> {
    let by = context.actor()?;
    let person = by.person;
    let post = context.read(move |tx| known::reacted_to(tx, person, &uri)).await?;
    Ok(post.map(|post| Plan::new(move |tx| threads::acts::unreact(tx, &by, post))))
}
