//! `Flag`: somebody elsewhere reports a post or a person. Mastodon sends it from its instance's own actor.

use super::{Context, Plan, Stop};
use crate::actors::{self, ActorKind};
use crate::federation::objects::document::Document;
use crate::federation::store::known;
use crate::ids::{GroupId, PersonId, PostId};
use crate::moderation::{ReportDraft, acts};
use crate::policy::limits;
use crate::text::plain;

/// Reports that one Flag may make: Mastodon names the account and each of its posts.
const REPORTS: usize = 10;

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    if context.host.is_some() {
        return Err(Stop::refused("not-to-announce"));
    }
    let (mut posts, mut people, mut groups) =
        (Vec::<PostId>::new(), Vec::<PersonId>::new(), Vec::<GroupId>::new());
    for url in activity.links("object") {
        let uri = url.to_string();
        let found = context.read(move |tx| Ok((known::post(tx, &uri)?, actors::by_uri(tx, &uri)?))).await?;
        match found {
            (Some(post), _) => posts.push(post.id),
            (None, Some(actor)) if actor.kind == ActorKind::Person => people.push(actor.id.into()),
            (None, Some(actor)) if actor.kind == ActorKind::Group => groups.push(actor.id.into()),
            _ => {}
        }
    }
    let words = activity.localised("summary").0.or_else(|| activity.localised("content").0);
    let draft = ReportDraft {
        reason: plain::to_text(words.unwrap_or_default()).chars().take(limits::REASON).collect(),
        reporter_host: context.by.host.clone(),
        uri: Some(context.uri()?),
        ..ReportDraft::default()
    };
    let about_post = |post| ReportDraft { post: Some(post), ..draft.clone() };
    let about_person = |person| ReportDraft { person: Some(person), ..draft.clone() };
    let about_group = |group| ReportDraft { group: Some(group), ..draft.clone() };
    // With posts, the account is named only because they are its own.
    let mut drafts: Vec<ReportDraft> = posts.into_iter().map(about_post).collect();
    if drafts.is_empty() {
        drafts.extend(people.into_iter().map(about_person));
        drafts.extend(groups.into_iter().map(about_group));
    }
    if drafts.is_empty() {
        return Err(Stop::Ignored("unknown-object"));
    }
    drafts.truncate(REPORTS);
    // One Flag has one id, and each report its own row.
    drafts.iter_mut().skip(1).for_each(|later| later.uri = None);
    // An instance's actor, which is a bot, speaks for somebody whom it doesn't name.
    let person = context.by.id.into();
    let named = !context.read(move |tx| known::is_bot(tx, person)).await?;
    let by = context.actor().ok().filter(|_| named);
    Ok(Plan::new(move |tx| {
        for draft in &drafts {
            acts::report(tx, by.as_ref(), draft)?;
        }
        Ok(())
    }))
}
