//! Turns what features show of people, groups and files into the parts that pages print.
//!
//! Every page does it the same way: a name leads to our own page of somebody, also when they are elsewhere; what stays on
//! other servers is shown through our proxy.

use crate::clock::Time;
use crate::db::page::Cursor;
use crate::groups::GroupRow;
use crate::groups::views::{GroupLine, Listed};
use crate::locale::Texts;
use crate::media::{MediaKind, views as media};
use crate::membership::MembershipState;
use crate::people::byline::Byline;
use crate::policy::{Class, Role};
use crate::threads::lines::{Seen, TopicLine};
use crate::web::parts::{File, Group, Pager, Person, Topic};
use crate::web::{media_url, session::Visit};

/// The path of somebody's page here.
pub fn person_url(byline: &Byline) -> String {
    if byline.local { format!("/u/{}", byline.name) } else { format!("/u/{}@{}", byline.name, byline.host) }
}

/// Somebody, as shown beside what they wrote. A deleted account keeps no name.
pub fn person(texts: &Texts, byline: &Byline) -> Person {
    if byline.gone_at.is_some() {
        return Person { name: texts.t("person-gone").into_owned(), ..Person::default() };
    }
    let avatar = match (byline.avatar_id, &byline.avatar_url) {
        (Some(id), _) => Some(media_url(id)),
        (None, Some(_)) => Some(format!("/media/avatar/{}", byline.id)),
        (None, None) => None,
    };
    let works: Vec<&str> = [byline.function.as_str(), byline.employer.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    Person {
        name: byline.display_name.clone(),
        url: person_url(byline),
        handle: byline.handle(),
        avatar,
        avatar_alt: byline.avatar_alt.clone(),
        function: works.join(", "),
        host: if byline.local { String::new() } else { byline.host.clone() },
        roles: Vec::new(),
    }
}

/// Somebody with what they are in the group.
pub fn person_as(texts: &Texts, byline: &Byline, role: Option<Role>) -> Person {
    let mut shown = person(texts, byline);
    if byline.gone_at.is_none() {
        shown.roles.extend(role_word(texts, role));
    }
    shown
}

/// The word for a role that is worth a badge.
pub fn role_word(texts: &Texts, role: Option<Role>) -> Option<String> {
    match role {
        Some(Role::Owner) => Some(texts.t("person-owner").into_owned()),
        Some(Role::Moderator) => Some(texts.t("person-moderator").into_owned()),
        Some(Role::Member) | None => None,
    }
}

/// The word for who may read what is in a group.
pub fn class_word(texts: &Texts, class: Class) -> String {
    let key = match class {
        Class::Openbaar => "group-class-open",
        Class::Leden => "group-class-members",
        Class::Vertrouwelijk => "group-class-confidential",
        Class::Lokaal => "group-class-local",
    };
    texts.t(key).into_owned()
}

/// A group, as a card in a list.
pub fn group(texts: &Texts, line: &GroupLine) -> Group {
    let emblem = match (line.emblem_id, &line.emblem_url) {
        (Some(id), _) => Some(media_url(id)),
        (None, Some(_)) => Some(format!("/media/emblem/{}", line.id)),
        (None, None) => None,
    };
    Group {
        title: line.title.clone(),
        url: format!("/g/{}", line.local_name()),
        mission: line.mission.clone(),
        emblem,
        emblem_alt: line.emblem_alt.clone(),
        colour: colour(line.colour),
        class: class_word(texts, line.class),
        host: if line.local { String::new() } else { line.host.clone() },
        members: members(line.local, line.member_count),
        topics: Some(line.topic_count),
        unread: 0,
        joined: false,
        last: Some(line.active_at.utc()),
    }
}

/// A group as a list has it. Of a closed one that only shows itself there are no counts, no times and no picture.
pub fn listed(texts: &Texts, listed: &Listed) -> Group {
    let card = group(texts, &listed.group);
    if !listed.inside {
        return Group { emblem: None, members: None, topics: None, last: None, ..card };
    }
    let joined = listed.membership.is_some_and(|(_, state)| state == MembershipState::Accepted);
    Group { joined, ..card }
}

/// How many members to tell of; of a group elsewhere that isn't known as long as its host didn't say.
pub fn members(local: bool, count: i64) -> Option<i64> {
    (local || count > 0).then_some(count)
}

/// A topic in a list; with its group where topics of many groups stand together, and where one group shows a topic of another.
pub fn topic(texts: &Texts, line: &TopicLine, with_group: bool) -> Topic {
    let with_group = with_group || line.via;
    let (unread, is_new) = match line.seen {
        Seen::Unknown => (0, false),
        Seen::Nothing => (0, true),
        Seen::AllBut(count) => (count, false),
    };
    Topic {
        title: topic_title(texts, &line.title),
        url: format!("/t/{}", line.id),
        excerpt: line.excerpt.clone(),
        author: person(texts, &line.author),
        group: match (with_group, line.via && !line.group.local) {
            (false, _) => String::new(),
            (true, false) => line.group.title.clone(),
            (true, true) => format!("{} ({})", line.group.title, line.group.host),
        },
        via: line.via,
        group_url: format!("/g/{}", line.group.local_name()),
        colour: if with_group { colour(line.group.colour) } else { 0 },
        replies: line.reply_count,
        unread,
        is_new,
        // It stands above the others in its own group only.
        pinned: line.pinned && !with_group,
        locked: line.locked,
        unanswered: line.reply_count == 0 && !line.locked && !line.pinned,
        pending: line.pending,
        last: line.active_at.utc(),
    }
}

/// A topic's title; one that was deleted has none.
pub fn topic_title(texts: &Texts, title: &str) -> String {
    if title.is_empty() { texts.t("threads-deleted-topic").into_owned() } else { title.to_owned() }
}

/// The address of a group's picture.
pub fn emblem(row: &GroupRow) -> Option<String> {
    match (row.emblem_id, &row.emblem_url) {
        (Some(id), _) => Some(media_url(id)),
        (None, Some(_)) => Some(format!("/media/emblem/{}", row.id)),
        (None, None) => None,
    }
}

/// A group's colour as a class of the theme, 1 to 8.
pub fn colour(colour: i64) -> u8 {
    u8::try_from(colour.clamp(1, 8)).unwrap_or(1)
}

/// A picture or document with a post.
pub fn file(texts: &Texts, shown: &media::Shown) -> File {
    let image = shown.kind == MediaKind::Image;
    let ending = shown.name.rsplit_once('.').map_or("", |(_, ending)| ending).to_uppercase();
    let size = |pixels: i64| u32::try_from(pixels).unwrap_or(0);
    File {
        name: if shown.name.is_empty() { texts.t("file-download").into_owned() } else { shown.name.clone() },
        url: shown.href.clone(),
        kind: if ending.is_empty() { shown.media_type.clone() } else { ending },
        size: texts.size(shown.size),
        preview: image.then(|| shown.small.clone()),
        alt: shown.alt.clone(),
        width: size(shown.width),
        height: size(shown.height),
    }
}

/// The link to the rest of a list: the page's own address with another `after`.
pub fn pager(visit: &Visit, next: Option<Cursor>) -> Pager {
    Pager { newer: None, older: next.map(|next| with_query(&visit.ctx.path, "after", &next.text())) }
}

/// An address with one value of its query replaced.
pub fn with_query(path: &str, name: &str, value: &str) -> String {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let kept = url::form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key != name);
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(kept).append_pair(name, value);
    format!("{path}?{}", query.finish())
}

/// Where a list goes on, from a query.
pub fn after(text: &str) -> Option<Cursor> {
    Cursor::parse(text)
}

/// When something was, for a template.
pub fn at(time: Time) -> chrono::DateTime<chrono::Utc> {
    time.utc()
}
