//! `Update`: a post was changed, or an actor. Believed from where it is at home, or as read there.

use super::create::{self, author, embedded, place, with_mentions};
use super::guarded::Place;
use super::ruled::Asked;
use super::{Context, Plan, Stop, closed, object};
use crate::federation::fetch::Found;
use crate::federation::objects::CLASS;
use crate::federation::objects::actor_in::is_actor;
use crate::federation::objects::document::Document;
use crate::federation::objects::post_in::{self, RemotePost};
use crate::federation::store::known::KnownPost;
use crate::policy::Act;
use crate::policy::federation::Kind;
use crate::threads;

pub(super) async fn plan(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    let id = object(activity)?;
    let whole = activity.object("object");
    if whole.is_some_and(|object| is_actor(object.kind())) || id.as_str() == context.by.uri {
        return actor(context, activity).await;
    }
    if !context.owns(&id) {
        return Err(Stop::refused("foreign-object"));
    }
    let Some(object) = whole else {
        let found = context.reach.document(&id).await?;
        return import(context, &found).await;
    };
    let post = embedded(context, object, Some(activity))?;
    match known(context, &post).await? {
        Some(known) if known.author_uri == context.by.uri => {
            edit(context, known, &context.by.host, post).await
        }
        Some(_) => Err(Stop::refused("not-author")),
        None => place(context, post, &context.by).await,
    }
}

/// A changed post, as read from its own address or with its author's proof.
pub(super) async fn import(context: &Context<'_>, found: &Found) -> Result<Plan, Stop> {
    let post = post_in::read(found.document(), &found.raw, context.reach.app())
        .map_err(|_rule| Stop::Ignored("not-a-post"))?;
    let Some(known) = known(context, &post).await? else { return create::import(context, found).await };
    let author = author(context, &post).await?;
    if known.author_uri != author.uri {
        return Err(Stop::refused("not-author"));
    }
    create::welcome(context, &author).await?;
    edit(context, known, &author.host, post).await
}

async fn known(context: &Context<'_>, post: &RemotePost) -> Result<Option<KnownPost>, Stop> {
    let uri = post.id.to_string();
    let known = context.reach.known_post(&uri).await?;
    match (&context.host, known) {
        (Some(host), Some(known)) if host.group() != known.group => Err(Stop::refused("other-group")),
        // What it changes may have come in with it, and not be applied yet: it is looked for once more after that.
        (_, None) if !context.reach.is_online() => Err(Stop::Later("not-known-here".to_owned())),
        (_, known) => Ok(known),
    }
}

/// The new text. The act leaves it aside when it is older than what is here.
async fn edit(
    context: &Context<'_>,
    known: KnownPost,
    from: &str,
    mut post: RemotePost,
) -> Result<Plan, Stop> {
    if !post.public && !closed::concerns(context, &post).await? {
        return Err(Stop::refused("not-public"));
    }
    post.says_for_whom();
    let public = post.public;
    let by = context.acting(known.author);
    let act = Act::EditPost { own: true, locked: false };
    let place = Place { by: &by, group: known.group, act, known: Some(known.id) };
    let mut draft = with_mentions(context, post, place).await?;
    if !known.is_topic() {
        draft.title.clear();
    }
    let asked = [Kind::Topic, Kind::Reply].map(|kind| Asked::new(from, Some(known.group), kind));
    let plan = Plan::new(move |tx| threads::acts::edit(tx, &by, known.id, &draft).map(|_post| ()));
    Ok(plan.asking(asked.to_vec()).in_confidence(!public))
}

/// An actor is read again from its own address, so that an old update can't undo a newer one.
async fn actor(context: &Context<'_>, activity: Document<'_>) -> Result<Plan, Stop> {
    let id = object(activity)?;
    // A moderator may announce that the group was changed; its own server says how.
    let its_own = id.as_str() == context.by.uri || context.owns(&id);
    let its_host = context.host.as_ref().is_some_and(|host| host.uri == id.as_str());
    if !its_own && !its_host {
        return Err(Stop::refused("foreign-object"));
    }
    // A closed group tells its members' servers itself, under its own key: this is how a new member's server learns what it is called, and
    // one that may get nothing more how closed it is now. That never falls.
    let told = activity.object("object").filter(|object| {
        let itself = context.host.is_none() && id.as_str() == context.by.uri;
        itself && context.incoming.is_some() && object.get(CLASS).is_some()
    });
    if let Some(object) = told {
        if !context.reach.is_online() {
            return Err(Stop::Later("not-known-here".to_owned()));
        }
        context.reach.save_actor(object.0).await?;
        return Ok(Plan::new(|_tx| Ok(())));
    }
    context.reach.fresh_actor(&id).await?;
    Ok(Plan::new(|_tx| Ok(())))
}
