//! The head of every page of a group: what it is, and what the reader is and may do in it.

use crate::db::Tx;
use crate::error::Result;
use crate::groups::views::{self, GroupPage};
use crate::policy::{Class, Joining, Posting, Viewer};
use crate::web::page::{Alternate, Page, Section};
use crate::web::parts::{Action, Fact, Group, Person};
use crate::web::session::Visit;
use crate::web::shown;

/// What is read for a head.
#[derive(Debug)]
pub struct Found {
    /// The group.
    pub page: GroupPage,
    /// How many wait to be admitted, for those who may admit them; a page full at most.
    pub requests: usize,
}

/// Reads a group by `name` or `name@host`.
///
/// # Errors
/// `NotFound`, `Gone`.
pub fn find(tx: &mut Tx<'_>, viewer: &Viewer, name: &str) -> Result<Found> {
    let page = views::page(tx, viewer, name)?;
    let admits = page.may.admit && page.actor.local;
    let requests = if admits { views::pending(tx, viewer, page.group.id, None)?.items.len() } else { 0 };
    Ok(Found { page, requests })
}

/// A group, as its pages show it. Templates: `groups/parts.html`.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a part of the page that is there or not")]
pub struct Head {
    /// Its card.
    pub group: Group,
    /// `@name@host`.
    pub handle: String,
    /// What the reader can do with the group.
    pub actions: Vec<Action>,
    /// Nobody is signed in.
    pub is_visitor: bool,
    /// The reader may join.
    pub may_join: bool,
    /// Staff decides about who joins.
    pub by_approval: bool,
    /// One joins by invitation.
    pub by_invitation: bool,
    /// The reader may start a topic.
    pub may_start: bool,
    /// Nothing new is posted.
    pub is_archived: bool,
    /// The reader is banned.
    pub is_banned: bool,
    /// The reader waits to be admitted.
    pub is_pending: bool,
    /// How many wait to be admitted, for staff.
    pub requests: usize,
    /// How many groups ask for a link and wait for an answer, for owners.
    pub links: i64,
    /// About the group.
    pub facts: Vec<Fact>,
    /// Its ground rules, safe HTML.
    pub rules_html: String,
    /// Who keeps order.
    pub staff: Vec<Person>,
    /// Address of its feed; empty when there is none, as of a closed group: a reader of feeds is no member.
    pub feed: String,
    /// Who reads it, and where what is written in it may go.
    pub class_text: String,
    /// Everybody may read along.
    pub is_open: bool,
}

impl Head {
    /// An address below the group's own: `link("/new")`.
    #[must_use]
    pub fn link(&self, rest: &str) -> String {
        format!("{}{rest}", self.group.url)
    }

    /// The head of a group.
    pub fn new(visit: &Visit, found: &Found) -> Self {
        let texts = &visit.texts;
        let GroupPage { group: row, actor, may, staff } = &found.page;
        let group = card(visit, &found.page);
        let t = |key: &str| texts.t(key).into_owned();
        let is_visitor = visit.member.is_none();
        let is_open = row.class == Class::Openbaar;
        let mut facts = vec![Fact {
            term: t("groups-fact-started"),
            text: texts.date(&actor.created_at.utc()),
            url: String::new(),
        }];
        if actor.local {
            let joining = match row.joining {
                Joining::Open => "groups-joining-open",
                Joining::Approval => "groups-joining-approval",
                Joining::Invite => "groups-joining-invite",
            };
            facts.push(Fact { term: t("groups-fact-joining"), text: t(joining), url: String::new() });
            let posting = match row.posting {
                Posting::Members => "groups-posting-members",
                Posting::Staff => "groups-posting-staff",
            };
            facts.push(Fact { term: t("groups-fact-posting"), text: t(posting), url: String::new() });
        } else {
            facts =
                vec![Fact { term: t("groups-fact-host"), text: actor.host.clone(), url: actor.url.clone() }];
        }
        let members = texts.t_with("group-members", &[("count", &row.member_count)]);
        let url =
            if may.role.is_some() || may.moderate { format!("{}/members", group.url) } else { String::new() };
        if group.members.is_some() {
            facts.push(Fact { term: t("groups-fact-members"), text: members, url });
        }
        Self {
            handle: actor.handle(),
            actions: actions(visit, &found.page, &group.url),
            is_visitor,
            may_join: may.join,
            by_approval: row.joining == Joining::Approval,
            by_invitation: row.joining == Joining::Invite,
            may_start: may.start,
            is_archived: row.archived_at.is_some(),
            is_banned: may.banned,
            is_pending: may.pending,
            requests: found.requests,
            links: 0,
            facts,
            rules_html: row.rules_html.clone(),
            staff: staff.iter().map(|one| shown::person_as(texts, &one.person, Some(one.role))).collect(),
            feed: if is_open { format!("{}/feed.atom", group.url) } else { String::new() },
            class_text: t(&format!("groups-class-{}", row.class)),
            is_open,
            group,
        }
    }

    /// Tells owners how many groups ask for a link and wait for an answer.
    #[must_use]
    pub fn with_links(mut self, visit: &Visit, waiting: i64) -> Self {
        let url = self.link("/links");
        if waiting > 0
            && let Some(entry) = self.actions.iter_mut().find(|action| action.url == url)
        {
            entry.text = visit.texts.t_with("links-menu-waiting", &[("count", &waiting)]);
        }
        self.links = waiting;
        self
    }

    /// The frame of a page of this group; without a title of its own it is the group's first page.
    pub fn page(&self, visit: &Visit, title: Option<String>) -> Page {
        let is_first = title.is_none();
        let mut page = visit
            .page(title.clone().unwrap_or_else(|| self.group.title.clone()))
            .section(Section::Groups)
            .crumb(visit.texts.t("groups-title"), "/groups")
            .crumb(self.group.title.clone(), if is_first { String::new() } else { self.group.url.clone() });
        if let Some(title) = title {
            page = page.crumb(title, "");
        }
        page.noindex = !self.group.host.is_empty() || !self.is_open;
        // Of what is closed there is nothing for search engines, previews of links, and readers of feeds.
        if self.is_open {
            page.description.clone_from(&self.group.mission);
            page.alternates.push(Alternate {
                kind: "application/atom+xml",
                url: self.feed.clone(),
                title: visit.texts.t("groups-feed").into_owned(),
            });
        }
        page
    }
}

/// The group's card, as its own pages show it.
pub fn card(visit: &Visit, found: &GroupPage) -> Group {
    let (row, actor) = (&found.group, &found.actor);
    let name = if actor.local { actor.name.clone() } else { format!("{}@{}", actor.name, actor.host) };
    Group {
        title: row.title.clone(),
        url: format!("/g/{name}"),
        mission: row.mission.clone(),
        emblem: shown::emblem(row),
        emblem_alt: row.emblem_alt.clone(),
        colour: shown::colour(row.colour),
        class: shown::class_word(&visit.texts, row.class),
        host: if actor.local { String::new() } else { actor.host.clone() },
        members: shown::members(actor.local, row.member_count),
        topics: Some(row.topic_count),
        unread: 0,
        joined: found.may.role.is_some(),
        last: Some(row.active_at.utc()),
    }
}

fn actions(visit: &Visit, found: &GroupPage, url: &str) -> Vec<Action> {
    let may = &found.may;
    let mut list = Vec::new();
    let mut add = |key: &str, rest: &str, icon| {
        list.push(Action {
            text: visit.texts.t(key).into_owned(),
            url: format!("{url}{rest}"),
            icon,
            ..Action::default()
        });
    };
    if may.edit {
        add("groups-settings", "/settings", "settings");
    }
    // Only what is open is linked.
    let linkable = found.actor.local && found.group.class == Class::Openbaar;
    if may.edit && linkable {
        add("links-menu", "/links", "link");
    }
    if may.moderate && linkable {
        add("offers-menu", "/offers", "eye");
    }
    if may.admit && found.actor.local {
        add("groups-manage-requests", "/requests", "users");
    }
    if may.invite {
        add("invitations-menu", "/invitations", "mail");
    }
    if may.moderate {
        add("groups-manage-reports", "/reports", "flag");
        add("held-menu", "/held", "clock");
    }
    if may.ban {
        add("groups-manage-bans", "/bans", "ban");
    }
    if may.role.is_some() {
        add("groups-leave", "/leave", "logout");
    }
    list.push(Action {
        text: visit.texts.t("groups-report").into_owned(),
        url: format!("/report?group={}", found.group.id),
        icon: "flag",
        ..Action::default()
    });
    list
}
