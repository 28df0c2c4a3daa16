//! What passed lately, judged by the rules as they are and as they would be after a change. Headers and ids alone: no body is read.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::{count_star, exists, not};
use diesel::prelude::*;
use uuid::Uuid;

use super::worlds::{Classes, Host, classes};
use super::{DAYS, SAMPLE, Sample, Shift};
use crate::clock::Time;
use crate::db::schema::{activities, deliveries, inbox, posts};
use crate::db::{Tx, VALUES, among};
use crate::error::Result;
use crate::ids::{GroupId, PostId, RowId, ThreadId};
use crate::policy::Class;
use crate::policy::federation::{Direction, Effect, Kind};

diesel::allow_columns_to_appear_in_same_group_by_clause!(
    inbox::host,
    inbox::kind,
    inbox::state,
    posts::group_id
);
diesel::allow_columns_to_appear_in_same_group_by_clause!(
    deliveries::host,
    deliveries::group_id,
    activities::kind
);

/// Lines that are read at once to find the latest that would have been treated otherwise.
const ROWS: i64 = 500;
/// How often that is done at most, for each direction.
const READS: usize = 20;

/// By name: the servers that a change concerns.
pub(super) type Hosts = BTreeMap<String, Host>;

/// What would have been treated otherwise in the last [`DAYS`] days: how much, and the latest of it.
pub(super) fn replay(tx: &mut Tx<'_>, hosts: &Hosts) -> Result<(Vec<Shift>, Vec<Sample>)> {
    let since = tx.now.plus_days(-DAYS);
    let names: Vec<String> = hosts.keys().cloned().collect();
    let mut counted = Vec::new();
    for some in names.chunks(VALUES) {
        counted.extend(came(tx, some, since)?);
        counted.extend(went(tx, some, since)?);
    }
    let classes = classes(tx, counted.iter().filter_map(|(line, _)| line.group))?;
    let (mut shifts, mut moved) = (BTreeMap::new(), BTreeSet::new());
    for (line, count) in &counted {
        if let Some((from, to)) = line.shift(hosts, &classes) {
            *shifts.entry((line.direction, from, to)).or_insert(0_i64) += count;
            moved.insert(line.host.clone());
        }
    }
    let moved: Vec<String> = moved.into_iter().collect();
    let mut found = Vec::new();
    for some in moved.chunks(VALUES) {
        for direction in [Direction::In, Direction::Out] {
            found.extend(latest(tx, direction, some, since, |line| line.shift(hosts, &classes))?);
        }
    }
    found.sort_by_key(|found| std::cmp::Reverse((found.at, found.id)));
    found.truncate(SAMPLE);
    let open = |line: &Line| line.group.filter(|group| classes.get(group) == Some(&Class::Openbaar));
    let sample = found.into_iter().map(|found| Sample {
        at: found.at,
        group: open(&found.line).map(|group| group.to_string()),
        direction: found.line.direction,
        host: found.line.host,
        activity: found.line.activity,
        from: found.from,
        to: found.to,
    });
    let shifts =
        shifts.into_iter().map(|((direction, from, to), count)| Shift { direction, from, to, count });
    Ok((shifts.collect(), sample.collect()))
}

/// A line of the log, or many that are alike.
#[derive(Debug)]
struct Line {
    direction: Direction,
    host: String,
    /// Its type.
    activity: String,
    /// Whether the post that it is about began a topic; `None` when it is about none that is known.
    topic: Option<bool>,
    /// The group of that post, or of what was sent.
    group: Option<GroupId>,
    /// It wasn't taken.
    refused: bool,
}

impl Line {
    /// What it is for the rules: more than one when that can't be told, and then the strictest counts.
    fn kinds(&self) -> &'static [Option<Kind>] {
        let kind = self.activity.strip_prefix("Announce/").unwrap_or(&self.activity);
        match (kind, self.topic) {
            ("Create" | "Update" | "Announce" | "Forwarded", Some(true)) => &[Some(Kind::Topic)],
            ("Create" | "Update" | "Announce" | "Forwarded", Some(false)) => &[Some(Kind::Reply)],
            ("Create" | "Announce" | "Forwarded", None) => &[Some(Kind::Topic), Some(Kind::Reply)],
            ("Like" | "Dislike" | "EmojiReact", _) => &[Some(Kind::Reaction)],
            ("Flag", _) => &[Some(Kind::Report)],
            ("Follow" | "Join", _) => &[Some(Kind::Join)],
            _ => &[None],
        }
    }

    /// What is done with it and what would be, where that differs.
    fn shift(&self, hosts: &Hosts, classes: &Classes) -> Option<(Effect, Effect)> {
        let ground = self.group.map(|group| (group, classes.get(&group).copied().unwrap_or(Class::Lokaal)));
        let (from, to) = hosts.get(&self.host)?.judged(self.direction, ground, self.kinds());
        // What was refused though the rules let it in was refused for another reason, and still would be.
        let otherwise = self.refused && matches!(from, Effect::Allow | Effect::NoMedia | Effect::Hide);
        (from != to && !otherwise).then_some((from, to))
    }
}

/// Whether a post began its topic.
fn is_topic(post: Option<PostId>, thread: Option<ThreadId>) -> Option<bool> {
    post.zip(thread).map(|(post, thread)| post == PostId::from(thread))
}

/// Whether something that came in with this state wasn't taken.
fn is_refused(state: &str) -> bool {
    matches!(state, "refused" | "failed")
}

/// What came in from these servers, counted.
fn came(tx: &mut Tx<'_>, hosts: &[String], since: Time) -> Result<Vec<(Line, i64)>> {
    let mut found = Vec::new();
    let mut add = |host, activity, state: &str, topic, group, count| {
        let refused = is_refused(state);
        found.push((Line { direction: Direction::In, host, activity, topic, group, refused }, count));
    };
    for topic in [true, false] {
        let rows: Vec<(String, String, String, GroupId, i64)> = inbox::table
            .inner_join(posts::table.on(posts::uri.eq(inbox::subject)))
            .filter(inbox::created_at.ge(since))
            .filter(among(inbox::host, hosts.iter().cloned()))
            .filter(posts::id.eq(posts::thread_id).eq(topic))
            .group_by((inbox::host, inbox::kind, inbox::state, posts::group_id))
            .select((inbox::host, inbox::kind, inbox::state, posts::group_id, count_star()))
            .load(tx.conn)?;
        for (host, kind, state, group, count) in rows {
            add(host, kind, &state, Some(topic), Some(group), count);
        }
    }
    let about = posts::table.filter(posts::uri.eq(inbox::subject));
    let rows: Vec<(String, String, String, i64)> = inbox::table
        .filter(inbox::created_at.ge(since))
        .filter(among(inbox::host, hosts.iter().cloned()))
        .filter(not(exists(about)))
        .group_by((inbox::host, inbox::kind, inbox::state))
        .select((inbox::host, inbox::kind, inbox::state, count_star()))
        .load(tx.conn)?;
    for (host, kind, state, count) in rows {
        add(host, kind, &state, None, None, count);
    }
    Ok(found)
}

/// What went, or was to go, to these servers, counted.
fn went(tx: &mut Tx<'_>, hosts: &[String], since: Time) -> Result<Vec<(Line, i64)>> {
    type Row = (String, Option<GroupId>, String, i64);
    let mut found = Vec::new();
    let mut add = |rows: Vec<Row>, topic| {
        found.extend(rows.into_iter().map(|(host, group, activity, count)| {
            (Line { direction: Direction::Out, host, activity, topic, group, refused: false }, count)
        }));
    };
    for topic in [true, false] {
        let rows: Vec<Row> = deliveries::table
            .inner_join(activities::table)
            .inner_join(posts::table.on(posts::uri.eq(activities::object_uri)))
            .filter(deliveries::created_at.ge(since))
            .filter(among(deliveries::host, hosts.iter().cloned()))
            .filter(posts::id.eq(posts::thread_id).eq(topic))
            .group_by((deliveries::host, deliveries::group_id, activities::kind))
            .select((deliveries::host, deliveries::group_id, activities::kind, count_star()))
            .load(tx.conn)?;
        add(rows, Some(topic));
    }
    let about = posts::table.filter(posts::uri.eq(activities::object_uri));
    let rows: Vec<Row> = deliveries::table
        .inner_join(activities::table)
        .filter(deliveries::created_at.ge(since))
        .filter(among(deliveries::host, hosts.iter().cloned()))
        .filter(not(exists(about)))
        .group_by((deliveries::host, deliveries::group_id, activities::kind))
        .select((deliveries::host, deliveries::group_id, activities::kind, count_star()))
        .load(tx.conn)?;
    add(rows, None);
    Ok(found)
}

/// A line that would have been treated otherwise.
struct Found {
    at: Time,
    id: RowId,
    line: Line,
    from: Effect,
    to: Effect,
}

/// The latest lines of these servers that would have been treated otherwise, up to [`SAMPLE`].
fn latest(
    tx: &mut Tx<'_>,
    direction: Direction,
    hosts: &[String],
    since: Time,
    shift: impl Fn(&Line) -> Option<(Effect, Effect)>,
) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    let mut before = (tx.now.plus_days(1), RowId(Uuid::max()));
    for _ in 0..READS {
        let rows = match direction {
            Direction::In => came_before(tx, hosts, since, before)?,
            Direction::Out | Direction::Fetch => went_before(tx, hosts, since, before)?,
        };
        let Some((at, id, _)) = rows.last() else { break };
        before = (*at, *id);
        for (at, id, line) in rows {
            if let Some((from, to)) = shift(&line) {
                found.push(Found { at, id, line, from, to });
            }
        }
        if found.len() >= SAMPLE {
            found.truncate(SAMPLE);
            break;
        }
    }
    Ok(found)
}

fn came_before(
    tx: &mut Tx<'_>,
    hosts: &[String],
    since: Time,
    (at, id): (Time, RowId),
) -> Result<Vec<(Time, RowId, Line)>> {
    type Row = (Time, RowId, String, String, String, Option<GroupId>, Option<PostId>, Option<ThreadId>);
    let rows: Vec<Row> = inbox::table
        .left_join(posts::table.on(posts::uri.eq(inbox::subject)))
        .filter(inbox::created_at.ge(since))
        .filter(among(inbox::host, hosts.iter().cloned()))
        .filter(inbox::created_at.lt(at).or(inbox::created_at.eq(at).and(inbox::id.lt(id))))
        .order((inbox::created_at.desc(), inbox::id.desc()))
        .limit(ROWS)
        .select((
            inbox::created_at,
            inbox::id,
            inbox::host,
            inbox::kind,
            inbox::state,
            posts::group_id.nullable(),
            posts::id.nullable(),
            posts::thread_id.nullable(),
        ))
        .load(tx.conn)?;
    let line = |(at, id, host, activity, state, group, post, thread): Row| {
        let (topic, refused) = (is_topic(post, thread), is_refused(&state));
        (at, id, Line { direction: Direction::In, host, activity, topic, group, refused })
    };
    Ok(rows.into_iter().map(line).collect())
}

fn went_before(
    tx: &mut Tx<'_>,
    hosts: &[String],
    since: Time,
    (at, id): (Time, RowId),
) -> Result<Vec<(Time, RowId, Line)>> {
    type Row = (Time, RowId, String, Option<GroupId>, String, Option<PostId>, Option<ThreadId>);
    let rows: Vec<Row> = deliveries::table
        .inner_join(activities::table)
        .left_join(posts::table.on(posts::uri.eq(activities::object_uri)))
        .filter(deliveries::created_at.ge(since))
        .filter(among(deliveries::host, hosts.iter().cloned()))
        .filter(deliveries::created_at.lt(at).or(deliveries::created_at.eq(at).and(deliveries::id.lt(id))))
        .order((deliveries::created_at.desc(), deliveries::id.desc()))
        .limit(ROWS)
        .select((
            deliveries::created_at,
            deliveries::id,
            deliveries::host,
            deliveries::group_id,
            activities::kind,
            posts::id.nullable(),
            posts::thread_id.nullable(),
        ))
        .load(tx.conn)?;
    let line = |(at, id, host, group, activity, post, thread): Row| {
        let topic = is_topic(post, thread);
        (at, id, Line { direction: Direction::Out, host, activity, topic, group, refused: false })
    };
    Ok(rows.into_iter().map(line).collect())
}
