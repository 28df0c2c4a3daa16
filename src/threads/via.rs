//! A group's list of topics: its own, and in one order with them those of other groups that it shows.
//!
//! What it shows is asked in one statement more; where there is nothing, that is all. Whatever isn't open, is hidden or is gone at home
//! isn't in it, nor what administrators hide, nor what is from a server of which nothing is taken now.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use diesel::prelude::*;

use super::lines::{self, TopicLine};
use super::views::{Sort, sorted};
use super::{ThreadRow, views};
use crate::clock::Time;
use crate::db::page::{Cursor, Part, Slice};
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::groups::views::GroupLine;
use crate::ids::{GroupId, PersonId, ThreadId};
use crate::policy::federation::{Direction, Kind, Passing};
use crate::policy::{Class, Viewer, limits};
use crate::rules::Policy;

/// Topics in the list of a group that the reader may read: pinned ones first, then its own and those of others that it shows.
pub(super) fn of_group(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    group: Arc<GroupLine>,
    sort: Sort,
    part: Part,
) -> Result<Slice<TopicLine>> {
    use schema::threads;
    // What is pinned stands first, but among what has no answer only what has none is shown.
    let pins = sort != Sort::Unanswered;
    let top = if pins && part.after.is_none() { on_top(tx, viewer.person(), &group)? } else { Vec::new() };
    let mut query =
        threads::table.filter(threads::hidden.eq(false).and(threads::group_id.eq(group.id))).into_boxed();
    if pins {
        query = query.filter(threads::pinned_at.is_null());
    }
    let part = Part { size: part.size.saturating_sub(top.len()).max(1), ..part };
    let own = sorted(tx, query, sort, part)?;
    let own = own.map(|thread| (Cursor { at: place(&thread, sort), id: thread.id.0 }, thread));
    let Others { topics, next, mut homes, policy } = shown(tx, &group, sort, part)?;
    let slice = merged(own, Slice { items: topics, next }, part.size);
    let threads = top.into_iter().chain(slice.items).collect();
    homes.insert(group.id, Arc::clone(&group));
    let mut lines = lines::lines_in(tx, viewer, threads, &homes)?;
    for line in lines.iter_mut().filter(|line| line.group.id != group.id) {
        line.via = true;
        line.pinned = false;
    }
    Ok(Slice { items: without_unwanted(tx, lines, policy)?, next: slice.next })
}

/// The time that a list in this order goes by.
fn place(thread: &ThreadRow, sort: Sort) -> Time {
    if sort == Sort::Active { thread.active_at } else { thread.created_at }
}

/// Topics of other groups in the list of one.
#[derive(Default)]
struct Others {
    /// With their places in its list.
    topics: Vec<(Cursor, ThreadRow)>,
    /// Where the next part begins.
    next: Option<Cursor>,
    /// Where they are at home.
    homes: HashMap<GroupId, Arc<GroupLine>>,
    /// What decides about the servers of those homes.
    policy: Read,
}

/// A part of a list, each with its place in it.
type Places<T> = Slice<(Cursor, T)>;

/// What decides about some servers, and which they are.
#[derive(Default)]
struct Read {
    policy: Policy,
    hosts: BTreeSet<String>,
}

impl Read {
    fn of(tx: &mut Tx<'_>, hosts: BTreeSet<String>) -> Result<Self> {
        Ok(Self { policy: Policy::of(tx, hosts.iter().map(String::as_str))?, hosts })
    }

    /// Whether topics in this group that come from there are left out of lists of other groups.
    fn keeps_out(&self, host: &str, home: &GroupLine) -> bool {
        let ground = Some((home.id, home.class));
        let exactly = Passing { direction: Direction::In, ground, kind: Some(Kind::Topic) };
        let answer = self.policy.judge(host, exactly);
        answer.refuses() || answer.hidden || self.policy.judge(host, Passing::anything(Direction::In)).hidden
    }
}

/// Puts two parts of lists that go by time, the latest first, into one; each has all that belongs into a part of this size.
fn merged<T>(own: Places<T>, others: Places<T>, size: usize) -> Slice<T> {
    let mut all: Vec<(Cursor, T)> = own.items.into_iter().chain(others.items).collect();
    all.sort_by_key(|(at, _)| Reverse((at.at, at.id)));
    let more = own.next.is_some() || others.next.is_some() || all.len() > size;
    all.truncate(size);
    let next = all.last().filter(|_| more).map(|(place, _)| *place);
    Slice { items: all.into_iter().map(|(_, topic)| topic).collect(), next }
}

/// Topics of other groups that a group shows, as far as they belong into this part of its list.
fn shown(tx: &mut Tx<'_>, group: &GroupLine, sort: Sort, part: Part) -> Result<Others> {
    // Nothing is linked to what is closed.
    if group.class != Class::Openbaar {
        return Ok(Others::default());
    }
    let mut found = rows(tx, group.id, sort, part, &[])?;
    if found.is_empty() {
        return Ok(Others::default());
    }
    let mut policy = read(tx, found.iter().map(|row| &row.home))?;
    if found.iter().any(|row| is_shut(&policy, &row.home)) {
        // Seldom. All of them are left out at once, so that the part is as long as others.
        let homes = homes(tx, group.id)?;
        policy = read(tx, homes.iter())?;
        let shut: Vec<GroupId> =
            homes.iter().filter(|home| is_shut(&policy, home)).map(|home| home.id).collect();
        found = rows(tx, group.id, sort, part, &shut)?;
        // What was first shown meanwhile isn't known.
        found.retain(|row| !is_shut(&policy, &row.home));
    }
    let slice = Slice::cut(found, part.size, |row| row.place);
    let mut homes = HashMap::new();
    let topics = slice.items.into_iter().map(|Row { place, thread, home }| {
        homes.entry(home.id).or_insert_with(|| Arc::new(home));
        (place, thread)
    });
    let topics = topics.collect();
    Ok(Others { topics, next: slice.next, homes, policy })
}

/// A topic of another group.
struct Row {
    /// Its place in the list.
    place: Cursor,
    thread: ThreadRow,
    home: GroupLine,
}

fn rows(tx: &mut Tx<'_>, group: GroupId, sort: Sort, part: Part, without: &[GroupId]) -> Result<Vec<Row>> {
    use schema::{actors, groups, shown_topics, threads};
    let mut query = shown_topics::table
        .inner_join(threads::table.inner_join(groups::table.inner_join(actors::table)))
        .filter(shown_topics::group_id.eq(group).and(threads::group_id.ne(group)))
        .filter(threads::hidden.eq(false).and(groups::class.eq(Class::Openbaar)))
        .filter(actors::gone_at.is_null())
        .limit(part.limit())
        .select((
            shown_topics::created_at,
            shown_topics::active_at,
            ThreadRow::as_select(),
            GroupLine::as_select(),
        ))
        .into_boxed();
    if sort == Sort::Unanswered {
        query = query.filter(threads::reply_count.eq(0));
    }
    if !without.is_empty() {
        query = query.filter(threads::group_id.ne_all(without.to_vec()));
    }
    let last = part.after.map(|after| (after.at, ThreadId::from(after.id)));
    query = if sort == Sort::Active {
        query.order((shown_topics::active_at.desc(), shown_topics::thread_id.desc()))
    } else {
        query.order((shown_topics::created_at.desc(), shown_topics::thread_id.desc()))
    };
    query = match (sort, last) {
        (_, None) => query,
        (Sort::Active, Some((at, id))) => query.filter(
            shown_topics::active_at
                .lt(at)
                .or(shown_topics::active_at.eq(at).and(shown_topics::thread_id.lt(id))),
        ),
        (_, Some((at, id))) => query.filter(
            shown_topics::created_at
                .lt(at)
                .or(shown_topics::created_at.eq(at).and(shown_topics::thread_id.lt(id))),
        ),
    };
    let found: Vec<(Time, Time, ThreadRow, GroupLine)> = query.load(tx.conn)?;
    let row = |(created_at, active_at, thread, home): (Time, Time, ThreadRow, GroupLine)| {
        let at = if sort == Sort::Active { active_at } else { created_at };
        Row { place: Cursor { at, id: thread.id.0 }, thread, home }
    };
    Ok(found.into_iter().map(row).collect())
}

/// All groups of which a group shows topics.
fn homes(tx: &mut Tx<'_>, group: GroupId) -> Result<Vec<GroupLine>> {
    use schema::{actors, groups, shown_topics, threads};
    let ids: Vec<GroupId> = shown_topics::table
        .inner_join(threads::table)
        .filter(shown_topics::group_id.eq(group))
        .select(threads::group_id)
        .distinct()
        .load(tx.conn)?;
    let query =
        groups::table.inner_join(actors::table).filter(groups::id.eq_any(ids)).select(GroupLine::as_select());
    Ok(query.load(tx.conn)?)
}

/// What decides about the servers of these groups; nothing is asked where all of them are hosted here.
fn read<'g>(tx: &mut Tx<'_>, homes: impl Iterator<Item = &'g GroupLine>) -> Result<Read> {
    let hosts: BTreeSet<String> = homes.filter(|home| !home.local).map(|home| home.host.clone()).collect();
    if hosts.is_empty() { Ok(Read::default()) } else { Read::of(tx, hosts) }
}

fn is_shut(policy: &Read, home: &GroupLine) -> bool {
    !home.local && policy.keeps_out(&home.host, home)
}

/// The lines without topics of other groups that people on servers wrote of which nothing is taken, or whose people are hidden.
fn without_unwanted(tx: &mut Tx<'_>, lines: Vec<TopicLine>, mut known: Read) -> Result<Vec<TopicLine>> {
    let asked = |line: &TopicLine| line.via && !line.author.local;
    let hosts: BTreeSet<&str> =
        lines.iter().filter(|line| asked(line)).map(|line| line.author.host.as_str()).collect();
    if hosts.is_empty() {
        return Ok(lines);
    }
    if hosts.iter().any(|host| !known.hosts.contains(*host)) {
        known = Read::of(tx, hosts.into_iter().map(str::to_owned).collect())?;
    }
    let wanted = |line: &TopicLine| !asked(line) || !known.keeps_out(&line.author.host, &line.group);
    Ok(lines.into_iter().filter(wanted).collect())
}

/// What stands above a group's list: pinned topics, and the reader's own that its host hasn't announced yet.
fn on_top(tx: &mut Tx<'_>, me: Option<PersonId>, group: &GroupLine) -> Result<Vec<ThreadRow>> {
    use schema::{posts, threads};
    let mut top: Vec<ThreadRow> = threads::table
        .filter(threads::group_id.eq(group.id).and(threads::pinned_at.is_not_null()))
        .filter(threads::hidden.eq(false))
        .order((threads::pinned_at.desc(), threads::id.desc()))
        .limit(views::rows_of(limits::PAGE))
        .select(ThreadRow::as_select())
        .load(tx.conn)?;
    // Nothing waits for its host where that is us.
    if let Some(person) = me.filter(|_| !group.local) {
        let mine: Vec<ThreadRow> = threads::table
            .inner_join(posts::table)
            .filter(threads::author_id.eq(person).and(threads::hidden.eq(true)))
            .filter(threads::group_id.eq(group.id).and(posts::parent_id.is_null()))
            .filter(posts::confirmed_at.is_null().and(posts::deleted_at.is_null()))
            .order((threads::created_at.desc(), threads::id.desc()))
            .limit(views::rows_of(limits::PAGE))
            .select(ThreadRow::as_select())
            .load(tx.conn)?;
        top.extend(mine);
    }
    Ok(top)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A part of a list: names with the seconds since 1970 that they go by.
    fn part(items: &[(&'static str, i64)], more: bool) -> Places<&'static str> {
        let at = |seconds| Time::parse("1970-01-01T00:00:00Z").unwrap().plus_seconds(seconds);
        let place = |seconds| Cursor { at: at(seconds), id: uuid::Uuid::nil() };
        let items: Vec<_> = items.iter().map(|(name, seconds)| (place(*seconds), *name)).collect();
        let next = items.last().filter(|_| more).map(|(place, _)| *place);
        Slice { items, next }
    }

    #[test]
    fn what_is_shown_stands_among_what_a_group_has_itself() {
        let own = || part(&[("a", 9), ("c", 7), ("d", 5)], true);
        let slice = merged(own(), part(&[("b", 8), ("e", 1)], false), 3);
        assert_eq!(slice.items, ["a", "b", "c"]);
        // The next part begins after the last that was shown, in both lists.
        assert_eq!(slice.next.map(|next| next.at.unix()), Some(7));
        let slice = merged(own(), part(&[], false), 3);
        assert_eq!((slice.items, slice.next.map(|next| next.at.unix())), (vec!["a", "c", "d"], Some(5)));
        let slice = merged(part(&[("a", 9)], false), part(&[("b", 8)], false), 3);
        assert_eq!((slice.items, slice.next), (vec!["a", "b"], None));
    }
}
