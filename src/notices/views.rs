//! A person's notices, as pages and programs show them.

use std::sync::Arc;

use diesel::prelude::*;

use super::{NoticeKind, NoticeRow, Told, mail};
use crate::clock::Time;
use crate::db::page::{Cursor, Part, Slice};
use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::ids::{EntryId, GroupId, NoticeId, PersonId, PostId, ThreadId};
use crate::people::byline::{self, Byline};
use crate::policy::{Viewer, visibility};

/// A notice as it is shown.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Its id.
    pub id: NoticeId,
    /// What is told.
    pub kind: NoticeKind,
    /// Who did it; `None` for what moderators decided.
    pub by: Option<Arc<Byline>>,
    /// In which group: id and title.
    pub group: Option<(GroupId, String)>,
    /// In which topic, when it can be seen: id and title.
    pub thread: Option<(ThreadId, String)>,
    /// Which post.
    pub post: Option<PostId>,
    /// The line of the journal; the decision, for the statement of reasons.
    pub entry: EntryId,
    /// What else is told: a moderator's reason, a role, the end of a ban, the case.
    pub told: Told,
    /// Where it leads: a path.
    pub path: String,
    /// When.
    pub at: Time,
    /// Not read yet.
    pub unread: bool,
}

/// A person's notices, the latest first.
///
/// # Errors
/// `SignedOut`.
pub fn list(tx: &mut Tx<'_>, viewer: Viewer, part: impl Into<Part>) -> Result<Slice<Notice>> {
    let part = part.into();
    use schema::notices::dsl;
    let person = viewer.person().ok_or(Error::SignedOut)?;
    let mut query = dsl::notices
        .filter(dsl::person_id.eq(person))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .select(NoticeRow::as_select())
        .into_boxed();
    if let Some(Cursor { at, id }) = part.after {
        let id = NoticeId(id);
        query = query.filter(dsl::created_at.lt(at).or(dsl::created_at.eq(at).and(dsl::id.lt(id))));
    }
    let rows: Vec<NoticeRow> = query.limit(part.limit()).load(tx.conn)?;
    let slice = Slice::cut(rows, part.size, |row| Cursor { at: row.created_at, id: row.id.0 });
    let items = shown(tx, viewer, person, slice.items)?;
    Ok(Slice { items, next: slice.next })
}

fn shown(tx: &mut Tx<'_>, viewer: Viewer, person: PersonId, rows: Vec<NoticeRow>) -> Result<Vec<Notice>> {
    use schema::{groups, memberships, threads};
    let people = byline::of(tx, rows.iter().filter_map(|row| row.by_id))?;
    let threads: Vec<(ThreadId, String, GroupId)> = threads::table
        .filter(threads::id.eq_any(rows.iter().filter_map(|row| row.thread_id)))
        .filter(threads::hidden.eq(false))
        .select((threads::id, threads::title, threads::group_id))
        .load(tx.conn)?;
    // A topic may have moved since.
    let named: Vec<GroupId> =
        rows.iter().filter_map(|row| row.group_id).chain(threads.iter().map(|thread| thread.2)).collect();
    let groups: Vec<(GroupId, String, crate::policy::Class)> = groups::table
        .filter(groups::id.eq_any(&named))
        .select((groups::id, groups::title, groups::class))
        .load(tx.conn)?;
    let member_of: Vec<GroupId> = memberships::table
        .filter(memberships::person_id.eq(person))
        .filter(memberships::state.eq(crate::membership::MembershipState::Accepted))
        .filter(memberships::group_id.eq_any(&named))
        .select(memberships::group_id)
        .load(tx.conn)?;
    // What was told stays told, but a title is only shown to who may read the group now.
    let reads = |id: GroupId| {
        groups.iter().find(|group| group.0 == id).is_some_and(|group| {
            visibility::reads_group(group.2, member_of.contains(&id), viewer.is_admin()).is_ok()
        })
    };
    rows.into_iter()
        .map(|row| {
            let thread = row.thread_id.and_then(|id| threads.iter().find(|thread| thread.0 == id));
            let thread = thread.filter(|thread| reads(thread.2));
            let group = thread.map(|thread| thread.2).or(row.group_id);
            let group = group.and_then(|id| groups.iter().find(|group| group.0 == id));
            Ok(Notice {
                id: row.id,
                kind: row.kind,
                by: row.by_id.and_then(|by| people.get(&by).cloned()),
                group: group.map(|(id, title, _)| (*id, title.clone())),
                thread: thread.map(|(id, title, _)| (*id, title.clone())),
                post: row.post_id,
                entry: row.entry_id,
                told: row.detail.read()?,
                path: mail::path(&row),
                at: row.created_at,
                unread: row.read_at.is_none(),
            })
        })
        .collect()
}

/// How many notices a person hasn't read.
///
/// # Errors
/// Only when the database does.
pub fn unread(tx: &mut Tx<'_>, person: PersonId) -> Result<i64> {
    use schema::notices::dsl;
    let unread = dsl::notices.filter(dsl::person_id.eq(person).and(dsl::read_at.is_null()));
    Ok(unread.count().get_result(tx.conn)?)
}

/// Where a notice of one's own leads: a path.
///
/// # Errors
/// `NotFound` when it isn't theirs.
pub fn path(tx: &mut Tx<'_>, person: PersonId, id: NoticeId) -> Result<String> {
    use schema::notices::dsl;
    let query = dsl::notices.find(id).filter(dsl::person_id.eq(person)).select(NoticeRow::as_select());
    let row: NoticeRow = query.first(tx.conn)?;
    Ok(mail::path(&row))
}
