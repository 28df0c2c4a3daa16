//! `Offer` of an `Agreement`: another instance tells how its own agreement with us stands. Only its instance actor can, only to us, and
//! nobody is asked about it.

use super::{Context, Plan, Stop};
use crate::agreements::heard::{self, View};
use crate::agreements::messages::Said;
use crate::agreements::{AgreementState, Theirs};
use crate::federation::objects::actor_in::cut;
use crate::federation::objects::agreement::KIND;
use crate::federation::objects::document::Document;
use crate::federation::store::known;
use crate::policy::{Class, limits};
use crate::text::line::one_line;

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    if context.host.is_some() {
        return Err(Stop::refused("not-to-announce"));
    }
    // Others offer other things.
    let object = activity.object("object").filter(|object| object.kind() == KIND);
    let object = object.ok_or(Stop::Ignored("unknown-object"))?;
    if !is_instance(context).await? {
        return Err(Stop::refused("not-an-instance"));
    }
    let by_it = object.link("attributedTo").is_some_and(|url| url.as_str() == context.by.uri);
    let its_own = by_it && object.id().is_some_and(|id| context.owns(&id));
    if !its_own {
        return Err(Stop::refused("foreign-object"));
    }
    // Handed on by somebody else, it would tell anybody what was meant for another.
    let ours = context.reach.app().urls.instance();
    if object.link("target").is_none_or(|target| target.as_str() != ours) {
        return Err(Stop::refused("not-for-us"));
    }
    context.uri()?;
    let (host, view) = (context.by.host.clone(), read(context, object)?);
    Ok(Plan::new(move |tx| heard::hear(tx, &host, &view)))
}

/// Whether an instance itself speaks.
pub(super) async fn is_instance(context: &Context<'_>) -> Result<bool, Stop> {
    let by = context.by.clone();
    Ok(context.read(move |tx| known::is_instance(tx, &by)).await?)
}

/// What it says. A word that isn't known is refused, as is a time that isn't one; texts are cut.
fn read(context: &Context<'_>, object: Document<'_>) -> Result<View, Stop> {
    let state = object.text("state").and_then(AgreementState::from_word);
    let ceiling = object.text("ceiling").and_then(Class::from_word);
    let ceiling = ceiling.filter(|class| matches!(class, Class::Leden | Class::Vertrouwelijk));
    let until = match object.get("until") {
        None => None,
        Some(_) => Some(object.time("until").ok_or_else(|| Stop::refused("wrong-time"))?),
    };
    let line = |name: &str, most: usize| cut(&one_line(object.text(name).unwrap_or_default()), most);
    let theirs = Theirs {
        state: state.ok_or_else(|| Stop::refused("unknown-state"))?,
        ceiling: ceiling.ok_or_else(|| Stop::refused("unknown-class"))?,
        until,
        organisation: line("organisation", limits::LABEL),
        contact: line("contact", limits::TITLE),
        purpose: lines(object.text("purpose").unwrap_or_default()),
        at: object.time("updated").ok_or_else(|| Stop::refused("wrong-time"))?,
    };
    let said = object.object("message").and_then(|message| {
        let uri = message.id().filter(|id| context.owns(id))?.to_string();
        let content = lines(message.text("content").unwrap_or_default());
        (!content.is_empty()).then_some(Said { uri, content })
    });
    Ok(View { theirs, said })
}

/// Plain text of several lines, without what can't be seen, and no longer than one of ours.
fn lines(text: &str) -> String {
    let clean: Vec<String> = text.lines().map(one_line).collect();
    cut(clean.join("\n").trim(), limits::REASON)
}
