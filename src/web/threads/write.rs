//! Starting a topic, replying, changing a post: the same form, with a preview that needs no script.

use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;

use super::compose::{self, Compose, Filled, Parent, Typed};
use super::{page, posts};
use crate::db::Tx;
use crate::error::{Error, Result as DomainResult};
use crate::groups::views::{self as groups, GroupPage};
use crate::ids::{GroupId, PostId, ThreadId};
use crate::links::views::{self as links, Linked};
use crate::links::{LinkState, Side, Takes};
use crate::policy::{Actor, Class, Reason, Viewer};
use crate::threads::personal::Before;
use crate::threads::tree::Gone;
use crate::threads::views::{self, PostPage};
use crate::threads::{Draft, PostRow, acts, draft, pace};
use crate::urls::Urls;
use crate::web::error::{Outcome, Result};
use crate::web::form::Upload;
use crate::web::groups::head::{Found, Head};
use crate::web::page::{FormErrors, Tone};
use crate::web::parts::Group;
use crate::web::session::{Ctx, Visit, restorable};
use crate::web::shown;

/// What is being written.
enum What {
    /// A topic in a group, which has these links with others.
    Topic(Box<GroupPage>, Vec<Linked>),
    /// A reply to a post.
    Reply(Box<PostPage>),
    /// A change of a post.
    Edit(Box<PostPage>),
}

impl What {
    fn is_topic(&self) -> bool {
        match self {
            Self::Topic(..) => true,
            Self::Reply(_) => false,
            Self::Edit(found) => found.post.parent_id.is_none(),
        }
    }

    /// The empty page.
    fn page(&self, visit: &Visit) -> Compose {
        let t = |key: &str| visit.texts.t(key).into_owned();
        let blank = |page, action: String, back: String| Compose {
            page,
            lead: String::new(),
            errors: FormErrors::default(),
            form: Typed::default(),
            asks: false,
            uploads: Vec::new(),
            preview: None,
            parent: None,
            action,
            with_title: self.is_topic(),
            shown_in: Vec::new(),
            perhaps_in: Vec::new(),
            is_new: true,
            content_label: t("threads-content"),
            submit: t("threads-topic-submit"),
            back,
            rules_html: String::new(),
        };
        match self {
            Self::Topic(group, links) => {
                let rules_html = group.group.rules_html.clone();
                let head = Head::new(visit, &Found { page: (**group).clone(), requests: 0 });
                let title = visit.texts.t_with("threads-new-title", &[("name", &head.group.title)]);
                let page = head.page(visit, Some(title));
                Compose {
                    lead: t("threads-new-lead"),
                    rules_html,
                    shown_in: outlets(visit, links, true),
                    perhaps_in: outlets(visit, links, false),
                    ..blank(page, head.link("/new"), head.link(""))
                }
            }
            Self::Reply(found) => {
                let topic = shown::topic_title(&visit.texts, &found.thread.title);
                let title = visit.texts.t_with("threads-reply-page", &[("title", &topic)]);
                let parent = Parent {
                    id: found.post.id,
                    name: shown::person(&visit.texts, &found.post.author).name,
                    html: found.post.html.clone(),
                };
                let action = format!("/t/{}/reply", found.thread.id);
                Compose {
                    lead: page::guest(visit, &found.may, true, &found.group),
                    parent: Some(parent),
                    content_label: t("threads-reply-label"),
                    submit: t("threads-reply-submit"),
                    ..blank(posts::frame(visit, found, title), action, posts::place(found))
                }
            }
            Self::Edit(found) => {
                let key = if self.is_topic() { "threads-edit-topic" } else { "threads-edit-reply" };
                let action = format!("/p/{}/edit", found.post.id);
                Compose {
                    lead: t("threads-edit-lead"),
                    is_new: false,
                    submit: t("threads-save"),
                    ..blank(posts::frame(visit, found, t(key)), action, posts::place(found))
                }
            }
        }
    }

    /// The page, filled in.
    fn show(
        &self,
        visit: &Visit,
        outcome: Outcome,
        filled: Filled,
        preview: Option<String>,
    ) -> Result<Response> {
        Ok(self.keepable(visit.show_as(outcome, &self.page(visit).filled(filled, preview))?))
    }

    /// Where everybody may read along the browser may keep the page, so that what was typed is there when one comes back.
    fn keepable(&self, answer: Response) -> Response {
        let class = match self {
            Self::Topic(group, _) => group.group.class,
            Self::Reply(found) | Self::Edit(found) => found.group.class,
        };
        if class == Class::Openbaar { restorable(answer) } else { answer }
    }

    /// What the act is to be done to.
    fn target(&self) -> Target {
        match self {
            Self::Topic(group, _) => Target::Topic(group.group.id),
            Self::Reply(found) => Target::Reply(found.post.id),
            Self::Edit(found) => Target::Edit(found.post.id),
        }
    }

    /// What it changes.
    fn before(&self) -> Option<Before<'_>> {
        match self {
            Self::Topic(..) | Self::Reply(_) => None,
            Self::Edit(found) => {
                Some(Before { title: &found.thread.title, content: &found.content, html: &found.post.html })
            }
        }
    }

    /// The group's host, when it isn't ours: it has to take the post first.
    fn host(&self) -> Option<&str> {
        match self {
            Self::Topic(group, _) => (!group.actor.local).then_some(group.actor.host.as_str()),
            Self::Reply(found) | Self::Edit(found) => {
                (!found.group.local).then_some(found.group.host.as_str())
            }
        }
    }

    /// The language that it is written in: that of the page, unless the post says so itself.
    fn language(&self, visit: &Visit) -> String {
        let own = match self {
            Self::Edit(found) => found.post.language.clone(),
            Self::Topic(..) | Self::Reply(_) => None,
        };
        own.unwrap_or_else(|| visit.texts.code().to_owned())
    }

    fn said(&self) -> &'static str {
        match (self, self.host().is_some()) {
            (Self::Topic(..), false) => "flash-thread-started",
            (Self::Topic(..), true) => "flash-thread-pending",
            (Self::Reply(_), false) => "flash-reply-posted",
            (Self::Reply(_), true) => "flash-reply-pending",
            (Self::Edit(_), _) => "flash-post-saved",
        }
    }
}

/// Groups that show what is written in a group: for certain those hosted here that take everything; what one takes that picks out words, or
/// is elsewhere, nobody here can tell before.
fn outlets(visit: &Visit, links: &[Linked], certain: bool) -> Vec<Group> {
    let shows = |link: &&Linked| {
        let accepted = link.side == Side::Source && link.row.state == LinkState::Accepted && !link.rests;
        let all = link.row.takes == Takes::All || !link.other.local;
        let told = link.other.local && link.row.words.trim().is_empty();
        accepted && all && told == certain
    };
    links.iter().filter(shows).map(|link| shown::group(&visit.texts, &link.other)).collect()
}

#[derive(Debug, Clone, Copy)]
enum Target {
    Topic(GroupId),
    Reply(PostId),
    Edit(PostId),
}

impl Target {
    fn act(self, tx: &mut Tx<'_>, by: &Actor, draft: &Draft) -> DomainResult<PostRow> {
        match self {
            Self::Topic(group) => acts::start(tx, by, group, draft),
            Self::Reply(to) => acts::reply(tx, by, to, draft),
            Self::Edit(post) => acts::edit(tx, by, post, draft),
        }
    }
}

/// Shows the form for the first time.
fn show(visit: &Visit, what: &What, filled: Filled) -> Result<Response> {
    what.show(visit, Outcome::OK, filled, None)
}

/// Takes the form: shows what it will look like, what is wrong with it, or posts it.
async fn send(visit: Visit, what: What, upload: Upload<Typed>) -> Result<Response> {
    let mut filled = compose::take(&visit, upload).await?;
    let draft = filled.draft(&visit.ctx, &what.language(&visit)).await;
    if filled.typed.preview {
        let (html, checked) = match draft {
            Ok(draft) => {
                let checked = draft.personal.check(what.before());
                (draft.html, checked)
            }
            Err(error) => (String::new(), Err(error)),
        };
        if let Err(error) = checked {
            filled.refused(&visit, error)?;
        }
        return what.show(&visit, Outcome::OK, filled, Some(html));
    }
    filled.add_upload_errors();
    let check = |draft: &Draft| draft::check(draft, what.is_topic(), what.before());
    let draft = match draft.and_then(|draft| check(&draft).map(|()| draft)) {
        Ok(draft) => draft,
        Err(error) => {
            filled.refused(&visit, error)?;
            return what.show(&visit, filled.status.into(), filled, None);
        }
    };
    if !filled.errors.is_empty() {
        return what.show(&visit, filled.status.into(), filled, None);
    }
    if filled.fresh {
        // Everything is right so far; only the new pictures are still to be told in words.
        let mut page = what.page(&visit).filled(filled, None);
        page.page = page.page.flash(Tone::Info, visit.texts.t("threads-describe"));
        return Ok(what.keepable(visit.show(&page)?));
    }
    let target = what.target();
    let limited = visit.ctx.limited();
    let posted = visit.ctx.act(move |tx, by| {
        match target {
            Target::Topic(_) if limited => pace::count_topic(tx, by)?,
            Target::Reply(_) if limited => pace::check(tx, by.person)?,
            Target::Topic(_) | Target::Reply(_) | Target::Edit(_) => {}
        }
        target.act(tx, by, &draft)
    });
    match posted.await {
        Ok(row) => {
            let to = match target {
                Target::Topic(_) => Urls::place(row.thread_id, row.id),
                // Leads on to the page of a long topic on which it stands.
                Target::Reply(_) | Target::Edit(_) => format!("/p/{}", row.id),
            };
            Ok(match what.host() {
                Some(host) => visit.ctx.redirect_saying_of(&to, Tone::Ok, what.said(), host),
                None => visit.ctx.redirect_saying(&to, Tone::Ok, what.said()),
            })
        }
        Err(error) => {
            let outcome = Outcome::of(&error);
            filled.errors = visit.problems(error)?;
            what.show(&visit, outcome, filled, None)
        }
    }
}

/// The group with its links, for those who may start a topic in it.
fn group(tx: &mut Tx<'_>, viewer: &Viewer, name: &str) -> DomainResult<What> {
    let by = Actor::here(viewer.person().ok_or(Error::SignedOut)?);
    let found = groups::page(tx, viewer, name)?;
    if !found.may.start {
        // Asked again for the reason.
        crate::membership::standing(tx, &by, found.group.id)?.may(crate::policy::Act::StartThread)?;
    }
    let open = found.group.class == Class::Openbaar;
    let links = if open { links::list(tx, viewer, found.group.id)? } else { Vec::new() };
    Ok(What::Topic(Box::new(found), links))
}

pub(super) async fn new(ctx: Ctx, Path(name): Path<String>) -> Result<Response> {
    let (visit, what) = ctx.read(move |tx, viewer| group(tx, &viewer, &name)).await?;
    show(&visit, &what, Filled::default())
}

pub(super) async fn start(ctx: Ctx, Path(name): Path<String>, upload: Upload<Typed>) -> Result<Response> {
    let (visit, what) = ctx.read(move |tx, viewer| group(tx, &viewer, &name)).await?;
    send(visit, what, upload).await
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct To {
    to: Option<PostId>,
}

/// The post that is replied to, for those who may; the topic's first one when none is named.
async fn parent(ctx: &Ctx, thread: ThreadId, to: Option<PostId>) -> Result<(Visit, PostPage)> {
    ctx.read(move |tx, viewer| {
        viewer.person().ok_or(Error::SignedOut)?;
        let found = views::post(tx, &viewer, to.unwrap_or_else(|| PostId::from(thread)))?;
        if found.thread.id != thread || found.post.gone != Gone::No {
            return Err(Error::NotFound);
        }
        Ok(found)
    })
    .await
}

pub(super) async fn replying(
    ctx: Ctx,
    Path(thread): Path<ThreadId>,
    Query(query): Query<To>,
) -> Result<Response> {
    let (visit, found) = parent(&ctx, thread, query.to).await?;
    let locked = found.thread.locked_at.is_some();
    if !(if locked { found.may.reply_locked } else { found.may.reply }) {
        // Whoever may not learns why before anything is written; the act asks again.
        let (by, group) = (Actor::here(visit.member()?.person), found.group.id);
        let act = crate::policy::Act::Reply { locked };
        ctx.app.db.read(move |tx| Ok(crate::membership::standing(tx, &by, group)?.may(act)?)).await?;
    }
    show(&visit, &What::Reply(Box::new(found)), Filled::default())
}

pub(super) async fn reply(ctx: Ctx, Path(thread): Path<ThreadId>, upload: Upload<Typed>) -> Result<Response> {
    let (visit, found) = parent(&ctx, thread, upload.input.to).await?;
    send(visit, What::Reply(Box::new(found)), upload).await
}

/// A post, for its author.
async fn own(ctx: &Ctx, id: PostId) -> Result<(Visit, PostPage)> {
    ctx.read(move |tx, viewer| {
        viewer.person().ok_or(Error::SignedOut)?;
        let found = views::post(tx, &viewer, id)?;
        if found.post.may_edit {
            return Ok(found);
        }
        let own = viewer.person() == Some(found.post.author.id);
        Err(if own { Reason::Locked } else { Reason::NotOwn }.into())
    })
    .await
}

pub(super) async fn editing(ctx: Ctx, Path(id): Path<PostId>) -> Result<Response> {
    let (visit, found) = own(&ctx, id).await?;
    let title = if found.post.parent_id.is_none() { found.thread.title.clone() } else { String::new() };
    let uploads: Vec<_> = found.post.media.iter().map(|file| compose::uploaded(&visit, file)).collect();
    let typed = Typed { title, content: found.content.clone(), ..Typed::default() };
    show(&visit, &What::Edit(Box::new(found)), Filled { typed, uploads, ..Filled::default() })
}

pub(super) async fn edit(ctx: Ctx, Path(id): Path<PostId>, upload: Upload<Typed>) -> Result<Response> {
    let (visit, found) = own(&ctx, id).await?;
    send(visit, What::Edit(Box::new(found)), upload).await
}
