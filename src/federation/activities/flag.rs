//! `Flag`: somebody elsewhere reports a post or a person. Mastodon sends it from its instance's own actor.

use super::ruled::{self, Asked};
use super::{Context, PERSONAL_DATA, Plan, Stop};
use crate::actors::{self, ActorKind};
use crate::federation::objects::document::Document;
use crate::federation::store::known::{self, KnownPost};
use crate::ids::{GroupId, PersonId};
use crate::moderation::{ReportDraft, acts};
use crate::policy::federation::Kind;
use crate::policy::limits;
use crate::text::{personal, plain};

/// Reports that one Flag may make: Mastodon names the account and each of its posts.
const REPORTS: usize = 10;

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    if context.host.is_some() {
        return Err(Stop::refused("not-to-announce"));
    }
    let (mut posts, mut people, mut groups) =
        (Vec::<KnownPost>::new(), Vec::<PersonId>::new(), Vec::<GroupId>::new());
    for url in activity.links("object") {
        let uri = url.to_string();
        let found = context.read(move |tx| Ok((known::post(tx, &uri)?, actors::by_uri(tx, &uri)?))).await?;
        match found {
            (Some(post), _) => posts.push(post),
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
    // Nor does a report repeat a number that may stand nowhere.
    if personal::has_bsn(&draft.reason) {
        return Err(Stop::refused(PERSONAL_DATA));
    }
    let asked = |group| Asked::new(&context.by.host, group, Kind::Report);
    let about_post =
        |post: KnownPost| (ReportDraft { post: Some(post.id), ..draft.clone() }, asked(Some(post.group)));
    let about_person = |person| (ReportDraft { person: Some(person), ..draft.clone() }, asked(None));
    let about_group = |group| (ReportDraft { group: Some(group), ..draft.clone() }, asked(Some(group)));
    // With posts, the account is named only because they are its own.
    let mut drafts: Vec<(ReportDraft, Asked)> = posts.into_iter().map(about_post).collect();
    if drafts.is_empty() {
        drafts.extend(people.into_iter().map(about_person));
        drafts.extend(groups.into_iter().map(about_group));
    }
    if drafts.is_empty() {
        return Err(Stop::Ignored("unknown-object"));
    }
    drafts.truncate(REPORTS);
    // One Flag has one id, and each report its own row.
    drafts.iter_mut().skip(1).for_each(|(later, _)| later.uri = None);
    // An instance's actor, which is a bot, speaks for somebody whom it doesn't name.
    let person = context.by.id.into();
    let named = !context.read(move |tx| known::is_bot(tx, person)).await?;
    let by = context.actor().ok().filter(|_| named);
    let released = context.is_released();
    let asked = drafts.iter().map(|(_, asked)| asked.clone()).collect();
    let plan = Plan::new(move |tx| {
        for (draft, asked) in &drafts {
            // Whoever isn't named has no standing that the act could ask.
            ruled::must_pass(tx, asked, released)?;
            acts::report(tx, by.as_ref(), draft)?;
        }
        Ok(())
    });
    Ok(plan.asking(asked))
}
