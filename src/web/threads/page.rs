//! A topic with its replies.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use serde::Deserialize;

use super::places::{self, Places};
use crate::error::Error;
use crate::groups::views::GroupLine;
use crate::ids::{PersonId, PostId, ThreadId};
use crate::membership::permissions::Permissions;
use crate::notices::acts::{self as notices, Read};
use crate::people::reader::Reader;
use crate::policy::{Class, Role};
use crate::threads::tree::{Gone as Fate, PostLine};
use crate::threads::views::{self, ThreadPage};
use crate::threads::{ReactionKind, acts};
use crate::urls::Urls;
use crate::web::error::Result;
use crate::web::page::{Alternate, Page, Section};
use crate::web::parts::{Action, Gone, Group, Pager, Post, Topic};
use crate::web::session::{Ctx, Visit, restorable};
use crate::web::shown;

#[derive(Template)]
#[template(path = "threads/thread.html")]
struct Thread {
    page: Page,
    heading: String,
    badges: Topic,
    actions: Vec<Action>,
    group: Group,
    first: Post,
    count: i64,
    replies: Vec<Post>,
    pager: Pager,
    can_reply: bool,
    reply_url: String,
    /// What the note says in place of the form.
    why_title: &'static str,
    /// Why the reader can't reply; empty when they can.
    why: &'static str,
    /// What to do about that: the text of a button, and where it leads.
    why_do: &'static str,
    why_url: String,
    /// What whoever replies without being a member has to know; empty for members.
    guest: String,
    /// Where else it is shown, and is to be shown.
    places: Places,
    feed: String,
    /// Where a topic from elsewhere is at home.
    original: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct From {
    after: String,
}

pub(super) async fn thread(ctx: Ctx, Path(id): Path<ThreadId>, Query(from): Query<From>) -> Result<Response> {
    let after = shown::after(&from.after);
    let (visit, (found, elsewhere)) = ctx
        .read(move |tx, viewer| {
            let found = views::page(tx, &viewer, id, after)?;
            let elsewhere = places::read(tx, viewer, &found)?;
            Ok((found, elsewhere))
        })
        .await?;
    if let Some(member) = &visit.member {
        note_read(&visit, member, &found).await;
    }
    let places = Places::new(&visit, &found, &elsewhere);
    show(&visit, found, places, after.is_some())
}

/// Notes that the reader has seen it, when there was something new or to be told. Failing to do so harms nobody.
async fn note_read(visit: &Visit, member: &Reader, found: &ThreadPage) {
    let is_new = found.read_at.is_none_or(|read| read < found.thread.active_at);
    let told = member.unread > 0;
    if !is_new && !told {
        return;
    }
    let (person, id) = (member.person, found.thread.id);
    let noted = visit.ctx.app.db.write(move |tx| {
        if is_new {
            acts::mark_read(tx, person, id)?;
        }
        if told {
            notices::mark_read(tx, person, Read::Thread(id))?;
        }
        Ok(())
    });
    if let Err(error) = noted.await {
        tracing::warn!(error = %error, "can't note that a topic was read");
    }
}

fn show(visit: &Visit, found: ThreadPage, places: Places, is_later: bool) -> Result<Response> {
    let texts = &visit.texts;
    let (row, line) = (&found.thread, &found.group);
    let heading = shown::topic_title(texts, &row.title);
    let group = shown::group(texts, line);
    let around = Around::new(visit, &found);
    let mut posts = found.posts.iter().map(|post| around.post(post));
    let first = posts.next().ok_or(Error::NotFound)?;
    let replies: Vec<Post> = posts.collect();
    let (why, why_do, why_url) = why(visit, &found, &group.url);
    let original = if line.local {
        String::new()
    } else {
        found.posts.first().map_or_else(String::new, |first| first.uri.clone())
    };
    let mut page = visit
        .page(heading.clone())
        .section(Section::Groups)
        .crumb(texts.t("groups-title"), "/groups")
        .crumb(group.title.clone(), group.url.clone())
        .crumb(heading.clone(), "");
    let is_open = line.class == Class::Openbaar;
    page.noindex = !line.local || row.hidden || !is_open;
    // A closed group has nothing for search engines, previews of links, and readers of feeds.
    let feed = if is_open { format!("/t/{}/feed.atom", row.id) } else { String::new() };
    if is_open {
        let own = visit.ctx.app.urls.thread(row.id);
        page.description.clone_from(&row.excerpt);
        page.canonical = Some(if line.local { own.clone() } else { original.clone() });
        page.alternates.push(Alternate {
            kind: "application/atom+xml",
            url: feed.clone(),
            title: texts.t("threads-feed").into_owned(),
        });
        if line.local {
            let kind = "application/activity+json";
            page.alternates.push(Alternate { kind, url: own, title: String::new() });
        }
    }
    let path = format!("/t/{}", row.id);
    let pager = Pager {
        // Replies stand the oldest first: what comes next is newer.
        newer: found.next.map(|next| format!("{path}?after={}#replies", next.text())),
        older: is_later.then(|| format!("{path}#replies")),
    };
    // What only staff or whoever asks sees isn't kept by the browser.
    let keepable = around.can_reply && is_open && !found.may.moderate && places.are_public();
    let mut actions = manage(visit, &found);
    actions.extend(places.actions.iter().cloned());
    let answer = visit.show(&Thread {
        heading,
        badges: badges(&found, &first),
        actions,
        group,
        first,
        count: row.reply_count,
        replies,
        pager,
        can_reply: around.can_reply,
        reply_url: format!("{path}/reply"),
        why_title: if why == "threads-why-visitor" || why == "threads-why-member" {
            "threads-take-part"
        } else {
            "threads-cannot"
        },
        why,
        why_do,
        why_url,
        guest: guest(visit, &found.may, around.can_reply, line),
        places,
        feed,
        original,
        page,
    })?;
    Ok(if keepable { restorable(answer) } else { answer })
}

/// What whoever replies as a member of another group, one that shows the topic, has to know; empty for all others.
pub(super) fn guest(visit: &Visit, may: &Permissions, can_reply: bool, group: &GroupLine) -> String {
    if visit.member.is_none() || !can_reply || may.role.is_some() || may.moderate {
        return String::new();
    }
    visit.texts.t_with("promotions-guest", &[("group", &group.title)])
}

fn badges(found: &ThreadPage, first: &Post) -> Topic {
    Topic {
        pinned: found.thread.pinned_at.is_some(),
        locked: found.thread.locked_at.is_some(),
        pending: !first.pending.is_empty() && first.refused.is_empty(),
        ..Topic::default()
    }
}

/// Why the reader can't reply, and what to do about that.
fn why(visit: &Visit, found: &ThreadPage, group: &str) -> (&'static str, &'static str, String) {
    let may = &found.may;
    if can_reply(found) {
        return ("", "", String::new());
    }
    if found.group.archived_at.is_some() {
        return ("threads-why-archived", "", String::new());
    }
    if found.thread.locked_at.is_some() {
        return ("threads-why-locked", "", String::new());
    }
    if found.posts.first().is_some_and(|first| first.pending) {
        return ("threads-why-waiting", "", String::new());
    }
    if visit.member.is_none() {
        let next = url::form_urlencoded::byte_serialize(visit.ctx.path.as_bytes()).collect::<String>();
        return ("threads-why-visitor", "layout-login", format!("/login?next={next}"));
    }
    if may.banned {
        return ("threads-why-banned", "", String::new());
    }
    if may.pending {
        return ("threads-why-pending", "", String::new());
    }
    if may.join {
        return ("threads-why-member", "groups-join", format!("{group}/join"));
    }
    ("threads-why-suspended", "", String::new())
}

fn can_reply(found: &ThreadPage) -> bool {
    let first_is_there = found.posts.first().is_some_and(|first| first.gone == Fate::No && !first.pending);
    let may = if found.thread.locked_at.is_some() { found.may.reply_locked } else { found.may.reply };
    may && first_is_there
}

/// What staff can do with the topic.
fn manage(visit: &Visit, found: &ThreadPage) -> Vec<Action> {
    if !found.may.moderate {
        return Vec::new();
    }
    let row = &found.thread;
    let action = |key: &str, word: &str, icon, post| Action {
        text: visit.texts.t(key).into_owned(),
        url: format!("/t/{}/{word}", row.id),
        icon,
        post,
        danger: false,
    };
    let mut list = Vec::new();
    list.push(match row.locked_at {
        None => action("threads-action-lock", "lock", "lock", true),
        Some(_) => action("threads-action-unlock", "unlock", "unlock", true),
    });
    list.push(match row.pinned_at {
        None => action("threads-action-pin", "pin", "pin", true),
        Some(_) => action("threads-action-unpin", "unpin", "pin", true),
    });
    if found.group.local {
        list.push(action("threads-action-move", "move", "move", false));
    }
    list
}

/// What all posts of a topic have in common.
struct Around<'a> {
    visit: &'a Visit,
    may: &'a Permissions,
    thread: ThreadId,
    /// Who began the topic.
    starter: Option<PersonId>,
    can_reply: bool,
    /// Who is named in "reply to …".
    names: HashMap<PostId, &'a str>,
    /// The group's host, `here` when it is ours.
    host: &'a str,
    /// Path of the group.
    group: String,
}

impl<'a> Around<'a> {
    fn new(visit: &'a Visit, found: &'a ThreadPage) -> Self {
        let names = found
            .posts
            .iter()
            .filter(|post| post.author.gone_at.is_none())
            .map(|post| (post.id, post.author.display_name.as_str()))
            .collect();
        Self {
            visit,
            may: &found.may,
            thread: found.thread.id,
            starter: found.posts.first().map(|first| first.author.id),
            can_reply: can_reply(found),
            names,
            host: if found.group.local { "here" } else { &found.group.host },
            group: format!("/g/{}", found.group.local_name()),
        }
    }

    fn post(&self, line: &PostLine) -> Post {
        let texts = &self.visit.texts;
        let is_first = line.parent_id.is_none();
        let there = line.gone == Fate::No && !line.pending;
        let own = self.visit.member.as_ref().is_some_and(|member| member.person == line.author.id);
        // What answers the topic itself needn't say so.
        let parent = line.parent_id.filter(|parent| *parent != PostId::from(self.thread));
        let parent_name = parent.and_then(|id| self.names.get(&id)).copied().unwrap_or_default();
        let id = line.id;
        Post {
            id: id.to_string(),
            url: Urls::place(self.thread, id),
            author: shown::person_as(texts, &line.author, line.role),
            by_staff: matches!(line.role, Some(Role::Owner | Role::Moderator)),
            by_starter: !is_first && self.starter == Some(line.author.id) && line.author.gone_at.is_none(),
            at: line.created_at.utc(),
            html: line.html.clone(),
            lang: line.language.clone().filter(|code| code != texts.code()).unwrap_or_default(),
            depth: line.depth,
            parent_url: if parent_name.is_empty() {
                String::new()
            } else {
                parent.map(|id| format!("#p-{id}")).unwrap_or_default()
            },
            parent_name: parent_name.to_owned(),
            unread: line.unread && !is_first && line.gone == Fate::No,
            edited_url: if line.edited_at.is_some() && line.gone == Fate::No {
                format!("/p/{id}/history")
            } else {
                String::new()
            },
            pending: if line.pending { self.host.to_owned() } else { String::new() },
            refused: line.refused_reason.clone().unwrap_or_default(),
            warning: self.warning(line),
            gone: match &line.gone {
                Fate::No => Gone::No,
                Fate::Deleted => Gone::Deleted,
                Fate::Removed(reason) => Gone::Removed(reason.clone()),
            },
            likes: line.like_count,
            liked: line.reaction == Some(ReactionKind::Like),
            like_url: if there && self.may.react && !own { format!("/p/{id}/like") } else { String::new() },
            reply_url: match (there && self.can_reply, is_first) {
                (false, _) => String::new(),
                (true, true) => "#content".to_owned(),
                (true, false) => format!("/t/{}/reply?to={id}", self.thread),
            },
            actions: self.actions(line, own),
            files: line.media.iter().map(|file| shown::file(texts, file)).collect(),
        }
    }

    fn warning(&self, line: &PostLine) -> String {
        let texts = &self.visit.texts;
        if line.collapsed {
            texts.t("post-shunned").into_owned()
        } else if !line.summary.is_empty() {
            texts.t_with("post-warning", &[("summary", &line.summary)])
        } else if line.sensitive {
            texts.t("post-sensitive").into_owned()
        } else {
            String::new()
        }
    }

    fn actions(&self, line: &PostLine, own: bool) -> Vec<Action> {
        let id = line.id;
        let there = line.gone == Fate::No;
        let mut list = Vec::new();
        let mut add = |key: &str, url: String, icon, danger| {
            list.push(Action { text: self.visit.texts.t(key).into_owned(), url, icon, post: false, danger });
        };
        if line.may_edit {
            add("threads-action-edit", format!("/p/{id}/edit"), "edit", false);
        }
        if there && line.edited_at.is_some() {
            add("threads-action-history", format!("/p/{id}/history"), "history", false);
        }
        if there {
            add("threads-action-link", format!("/p/{id}"), "link", false);
        }
        if there && !line.author.local {
            add("threads-original", line.uri.clone(), "external", false);
        }
        if line.may_delete {
            add("threads-action-delete", format!("/p/{id}/delete"), "trash", true);
        }
        if there && !own && !line.pending {
            add("threads-action-report", format!("/report?post={id}"), "flag", false);
        }
        if there && self.may.moderate && !own {
            let person = line.author.id;
            add("threads-action-warn", format!("{}/warn?person={person}", self.group), "warning", false);
            add("threads-action-remove", format!("/p/{id}/remove"), "shield", true);
        }
        if matches!(line.gone, Fate::Removed(_)) && self.may.moderate {
            list.push(Action {
                text: self.visit.texts.t("threads-action-restore").into_owned(),
                url: format!("/p/{id}/restore"),
                icon: "history",
                post: true,
                danger: false,
            });
        }
        list
    }
}

/// The page of a post is its place in the topic.
pub(super) async fn post(ctx: Ctx, Path(id): Path<PostId>) -> Result<Response> {
    let (visit, (thread, from)) = ctx.read(move |tx, viewer| views::place(tx, &viewer, id)).await?;
    let to = match from {
        None => Urls::place(thread, id),
        Some(from) => format!("/t/{thread}?after={}#p-{id}", from.text()),
    };
    Ok(visit.ctx.redirect(&to))
}
