//! What a closed group that shows itself to outsiders tells somebody elsewhere who followed it in vain.
//!
//! Most software shows nobody why they were refused, so where the reason is their server, the group writes that to them. One that doesn't
//! show itself is silent: nothing of it comes here.

use super::membership::{answered, send};
use super::{Plan, Scene};
use crate::actors::ActorRow;
use crate::agreements;
use crate::error::Result;
use crate::federation::objects::direct::{self, Words};
use crate::federation::objects::{activity, put};
use crate::federation::quirks;
use crate::federation::store::{outbox, peers};
use crate::locale::Arg;
use crate::policy::visibility;

/// How the answer and the note are kept: told where nothing else of the group may go, as long as it shows itself.
const REFUSED: &str = "Reject/Face";
const NOTE: &str = "Create/Face";
/// For so many seconds nobody gets such a note of the same group again, however often they try.
const PAUSE: i64 = 30 * 86_400;

/// Somebody followed and isn't let in: that is answered. When nobody on their server can belong to the group, it is said in words too.
pub(super) fn turned_away(plan: &mut Plan<'_, '_>, scene: &Scene, person: &ActorRow) -> Result<()> {
    let group = &scene.actor;
    // It may have been hidden or deleted since.
    if !scene.row.face || group.gone_at.is_some() {
        return Ok(());
    }
    let ceiling = agreements::ceiling(plan.tx, &person.host)?;
    let peer = peers::find(plan.tx, &person.host)?;
    let keeps = peer.as_ref().is_some_and(|peer| peer.keeps_closed(scene.class()));
    let takes_part = keeps && visibility::reaches(ceiling, scene.class());
    let words = if takes_part { None } else { Some(words(plan, scene, person)?) };

    let follow = answered(plan, group, person)?;
    let (id, uri) = plan.id("Reject");
    let audience = activity::Audience::to(&[&person.uri]);
    let mut document = activity::activity(&uri, "Reject", &group.uri, follow, &audience);
    if let Some(words) = &words {
        put(&mut document, "summary", words.line());
    }
    send(plan, id, REFUSED, group, person, document)?;
    let shows = peer.is_none_or(|peer| quirks::shows_notes_of_groups(&peer.software));
    match words {
        Some(words) if shows => write(plan, group, person, &words),
        Some(_) | None => Ok(()),
    }
}

/// That their server can't take part, and where they read how one can.
fn words(plan: &mut Plan<'_, '_>, scene: &Scene, person: &ActorRow) -> Result<Words> {
    let texts = plan.known.texts(plan.tx)?;
    let values: [(&str, &dyn Arg); 2] = [("group", &scene.row.title), ("host", &person.host)];
    Ok(Words {
        said: texts.t_with("face-refused", &values),
        more: texts.t("face-how").into_owned(),
        link: scene.actor.url.clone(),
        language: texts.code().to_owned(),
    })
}

/// Writes it to them, unless they have it already.
fn write(plan: &mut Plan<'_, '_>, group: &ActorRow, person: &ActorRow, words: &Words) -> Result<()> {
    let told = outbox::latest(plan.tx, group.id, NOTE, &person.uri)?;
    if told.is_some_and(|told| plan.tx.now.is_within(PAUSE, told.created_at)) {
        return Ok(());
    }
    let (id, uri) = plan.id(NOTE);
    let note = direct::note(&format!("{uri}#note"), group, person, words, plan.tx.now);
    let audience = activity::Audience::to(&[&person.uri]);
    let document = activity::activity(&uri, "Create", &group.uri, activity::inner(note), &audience);
    send(plan, id, NOTE, group, person, document)
}
