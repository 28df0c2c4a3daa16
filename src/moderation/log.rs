//! The public moderation log, and the statement of reasons that whoever is concerned by a decision gets.
//!
//! To outsiders the log names roles, not people: "the moderators of this group", "a member". Staff sees who it was. What was
//! removed is never shown, nor the title of a topic that is hidden.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;

use super::views::{self, Place};
use super::{Category, ReportState, Scope, check_reads, decisions};
use crate::clock::Time;
use crate::db::page::{Cursor, Part, Slice};
use crate::db::{MultiBackend, Tx, schema};
use crate::error::{Error, Result};
use crate::ids::{EntryId, GroupId, PersonId, PostId, ReportId, ThreadId};
use crate::journal::{self, Detail, Did, Entry};
use crate::membership::{self, MembershipState};
use crate::people::byline::{self, Byline};
use crate::policy::{Act, Actor, Class, Role, Viewer, visibility};
use crate::urls::Urls;

/// In which capacity somebody decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Capacity {
    /// As staff of the group.
    Group,
    /// As administrator of this instance.
    Instance,
    /// On another server, which told us.
    Elsewhere,
}

/// A line of the log.
#[derive(Debug, Clone)]
pub struct LogLine {
    /// The entry of the journal.
    pub id: EntryId,
    /// What was done.
    pub act: Did,
    /// In which group.
    pub group: Option<Place>,
    /// In which topic, when it can be seen: id and title.
    pub thread: Option<(ThreadId, String)>,
    /// In which capacity it was decided.
    pub capacity: Capacity,
    /// By whom; only for staff.
    pub by: Option<Arc<Byline>>,
    /// Whom it concerns; only for staff.
    pub person: Option<Arc<Byline>>,
    /// Why.
    pub reason: String,
    /// Until when, for a ban.
    pub until: Option<Time>,
    /// The new role, for a change of roles; which end of a link the group is; how a link ended, or how a proposal was decided; else empty.
    pub word: String,
    /// The other group of a link or of a proposal to show a topic.
    pub other: Option<Place>,
    /// When.
    pub at: Time,
}

/// The moderation log of a group, or of all groups that the viewer may read and the instance itself; the latest first.
///
/// # Errors
/// `NotFound` when the viewer may not know of the group.
pub fn log(tx: &mut Tx<'_>, viewer: Viewer, scope: Scope, part: impl Into<Part>) -> Result<Slice<LogLine>> {
    let part = part.into();
    use schema::journal::dsl;
    if let Scope::Group(group) = scope {
        check_reads(tx, viewer.person(), group)?;
    }
    let roles = roles_of(tx, viewer)?;
    let mut query = dsl::journal
        .filter(dsl::moderation.eq(true))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .select(Entry::as_select())
        .into_boxed::<MultiBackend>();
    query = match scope {
        Scope::Group(group) => query.filter(dsl::group_id.eq(group)),
        Scope::Instance => {
            use schema::groups;
            let open = groups::table.filter(groups::class.eq(Class::Openbaar)).select(groups::id.nullable());
            let mine: Vec<Option<GroupId>> = roles.keys().copied().map(Some).collect();
            query
                .filter(dsl::group_id.is_null().or(dsl::group_id.eq_any(open)).or(dsl::group_id.eq_any(mine)))
        }
    };
    if let Some(Cursor { at, id }) = part.after {
        let id = EntryId(id);
        query = query.filter(dsl::created_at.lt(at).or(dsl::created_at.eq(at).and(dsl::id.lt(id))));
    }
    let rows: Vec<Entry> = query.limit(part.limit()).load(tx.conn)?;
    let slice = Slice::cut(rows, part.size, |row| Cursor { at: row.created_at, id: row.id.0 });
    let items = lines(tx, viewer, &roles, &slice.items)?;
    Ok(Slice { items, next: slice.next })
}

fn lines(
    tx: &mut Tx<'_>,
    viewer: Viewer,
    roles: &HashMap<GroupId, Role>,
    rows: &[Entry],
) -> Result<Vec<LogLine>> {
    use schema::{groups, threads};
    let shown: Vec<(ThreadId, String, GroupId, Class)> = threads::table
        .inner_join(groups::table)
        .filter(threads::id.eq_any(rows.iter().filter_map(|row| row.thread_id)))
        .filter(threads::hidden.eq(false))
        .select((threads::id, threads::title, groups::id, groups::class))
        .load(tx.conn)?;
    // A topic may have moved since, into a group that the viewer doesn't read.
    let title = |id: ThreadId| {
        let (_, title, group, class) = shown.iter().find(|thread| thread.0 == id)?;
        visibility::reads_group(*class, roles.contains_key(group), false).ok()?;
        Some((id, title.clone()))
    };
    let people = byline::of(tx, rows.iter().flat_map(|row| [row.by_id, row.person_id]).flatten())?;
    let details: Vec<Detail> = rows.iter().map(|row| row.detail.read::<Detail>()).collect::<Result<_>>()?;
    let others = details.iter().filter_map(|detail| detail.other);
    let ids: Vec<GroupId> = rows.iter().filter_map(|row| row.group_id).chain(others).collect();
    let places = views::places(tx, viewer, ids)?;
    let mut lines = Vec::with_capacity(rows.len());
    for (row, detail) in rows.iter().zip(details) {
        let staff_here = row.group_id.and_then(|id| roles.get(&id)).is_some_and(|role| *role != Role::Member);
        let staff = viewer.is_admin() || staff_here;
        let named = |id: Option<PersonId>| id.filter(|_| staff).and_then(|id| people.get(&id).cloned());
        lines.push(LogLine {
            id: row.id,
            act: row.act,
            group: row.group_id.and_then(|id| places.get(&id).cloned()),
            thread: row.thread_id.and_then(&title),
            capacity: capacity(tx, row)?,
            by: named(row.by_id),
            person: named(row.person_id),
            reason: detail.reason,
            until: detail.until,
            word: if row.act == Did::EndLink { detail.to } else { detail.word },
            other: detail.other.and_then(|id| places.get(&id).cloned()),
            at: row.created_at,
        });
    }
    Ok(lines)
}

/// Staff of the group counts first; a role that was lost since makes it the instance's.
fn capacity(tx: &mut Tx<'_>, row: &Entry) -> Result<Capacity> {
    match row.act {
        _ if row.remote => return Ok(Capacity::Elsewhere),
        // What the other end of a link did is nobody's of this instance.
        Did::AcceptLink | Did::EndLink | Did::DecideProposal if row.by_id.is_none() => {
            return Ok(Capacity::Elsewhere);
        }
        // Its staff took it off.
        Did::HideTopic if row.by_id.is_none() => return Ok(Capacity::Group),
        _ => {}
    }
    let (Some(group), Some(by)) = (row.group_id, row.by_id) else { return Ok(Capacity::Instance) };
    let role = membership::find(tx, group, by)?
        .filter(|row| row.state == MembershipState::Accepted)
        .map(|row| row.role);
    Ok(if role.is_some_and(|role| role != Role::Member) { Capacity::Group } else { Capacity::Instance })
}

/// What the viewer is in the groups they belong to.
fn roles_of(tx: &mut Tx<'_>, viewer: Viewer) -> Result<HashMap<GroupId, Role>> {
    use schema::memberships::dsl;
    let Some(person) = viewer.person() else { return Ok(HashMap::new()) };
    let rows: Vec<(GroupId, Role)> = dsl::memberships
        .filter(dsl::person_id.eq(person).and(membership::belongs(tx.now)))
        .select((dsl::group_id, dsl::role))
        .load(tx.conn)?;
    Ok(rows.into_iter().collect())
}

/// The statement of reasons for a decision (Digital Services Act, art. 17), as whoever is concerned by it and staff see it.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The decision.
    pub entry: EntryId,
    /// What was decided: a post removed, a warning, a ban, a suspension.
    pub act: Did,
    /// When.
    pub at: Time,
    /// In which group.
    pub group: Option<Place>,
    /// In which capacity it was decided.
    pub capacity: Capacity,
    /// Whom it concerns.
    pub person: Option<Arc<Byline>>,
    /// The post: its id, and its path for who may still see it.
    pub post: Option<(PostId, String)>,
    /// The facts and the rule, in the moderator's words.
    pub reason: String,
    /// Until when it holds; `None`: until it is undone.
    pub until: Option<Time>,
    /// On which ground; `None` when another server decided, which doesn't say so.
    pub ground: Option<Category>,
    /// Whether it followed a report, or was decided of the moderators' own accord.
    pub reported: bool,
    /// Whether it was decided by a machine: never, here.
    pub automated: bool,
    /// Until when one can object.
    pub objection_until: Time,
    /// The objection, when there is one: how far it is, and what was decided about it.
    pub objection: Option<(ReportState, String)>,
    /// Whether the viewer can object now.
    pub may_object: bool,
}

/// The statement of reasons for a decision.
///
/// # Errors
/// `NotFound` when the entry is no such decision, or the viewer is neither concerned nor staff.
pub fn statement(tx: &mut Tx<'_>, viewer: Viewer, entry: EntryId) -> Result<Statement> {
    let person = viewer.person().ok_or(Error::SignedOut)?;
    let entry = journal::entry(tx, entry)?;
    let concerned = decisions::concerned(tx, &entry)?;
    if !entry.moderation || !may_see(tx, viewer, person, concerned, &entry)? {
        return Err(Error::NotFound);
    }
    let detail: Detail = entry.detail.read()?;
    let reported = was_reported(tx, &entry)?;
    let objection = match concerned {
        Some(concerned) => decisions::objection(tx, entry.id, concerned)?,
        None => None,
    };
    let objection_until = entry.created_at.plus_days(decisions::OBJECTION_DAYS);
    let in_time = tx.now <= objection_until;
    let may_object =
        objection.is_none() && in_time && concerned == Some(person) && decisions::is_decision(&entry);
    let place = match entry.group_id {
        Some(group) => views::places(tx, viewer, vec![group])?.remove(&group),
        None => None,
    };
    // Whoever isn't in a closed group any more still reads why, but isn't led into it.
    let post = entry.post_id.zip(entry.thread_id).filter(|_| !place.as_ref().is_some_and(Place::is_hidden));
    let byline = match concerned {
        Some(concerned) => byline::of(tx, [concerned])?.remove(&concerned),
        None => None,
    };
    Ok(Statement {
        entry: entry.id,
        act: entry.act,
        at: entry.created_at,
        group: place,
        capacity: capacity(tx, &entry)?,
        person: byline,
        post: post.map(|(post, thread)| (post, Urls::place(thread, post))),
        reason: detail.reason,
        until: detail.until,
        // Lines of before the ground was noted have none.
        ground: (!entry.remote).then(|| Category::from_word(&detail.ground).unwrap_or(Category::Rules)),
        reported,
        automated: false,
        objection_until,
        objection: objection.map(|row| (row.state, row.resolution)),
        may_object,
    })
}

fn may_see(
    tx: &mut Tx<'_>,
    viewer: Viewer,
    person: PersonId,
    concerned: Option<PersonId>,
    entry: &Entry,
) -> Result<bool> {
    if concerned == Some(person) {
        return Ok(true);
    }
    match entry.group_id {
        Some(group) => {
            let standing = membership::standing(tx, &Actor::here(person), group)?;
            Ok(standing.may(Act::ResolveReports).is_ok())
        }
        None => Ok(viewer.is_admin()),
    }
}

/// Whether somebody had reported what was decided about: a report that was open then, and that wasn't found to be nothing.
fn was_reported(tx: &mut Tx<'_>, entry: &Entry) -> Result<bool> {
    use schema::reports::dsl;
    let mut query = dsl::reports
        .filter(dsl::category.ne(Category::Objection).and(dsl::created_at.le(entry.created_at)))
        .filter(dsl::state.ne(ReportState::Dismissed))
        .select(dsl::id)
        .into_boxed();
    query = match (entry.post_id, entry.person_id) {
        // Another report about the same post that was decided before is no source of this.
        (Some(post), _) => query
            .filter(dsl::post_id.eq(post))
            .filter(dsl::resolved_at.is_null().or(dsl::resolved_at.ge(entry.created_at))),
        // A ban or warning follows a report when it decided that very case: both bear the same moment. Another report about
        // the same person, open or decided, is no source of it.
        (None, Some(person)) => query
            .filter(dsl::person_id.eq(person))
            .filter(dsl::resolved_at.eq(entry.created_at).and(dsl::resolved_by.eq(entry.by_id))),
        (None, None) => return Ok(false),
    };
    query = match entry.group_id {
        Some(group) => query.filter(dsl::group_id.eq(group)),
        None => query.filter(dsl::group_id.is_null()),
    };
    let found: Option<ReportId> = query.first(tx.conn).optional()?;
    Ok(found.is_some())
}
