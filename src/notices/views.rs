//! A person's notices, as pages and programs show them.

use std::sync::Arc;

use diesel::prelude::*;

use super::{NoticeKind, NoticeRow, Told, mail};
use crate::clock::Time;
use crate::db::page::{Cursor, Part, Slice};
use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::ids::{EntryId, GroupId, NoticeId, PersonId, PostId, ThreadId};
use crate::membership::{self, invitations};
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
    /// In which group: id and title, when the reader may know of it.
    pub group: Option<(GroupId, String)>,
    /// It is about a closed group that the reader isn't in, or not any more: what is told of it is left out, but for what was decided
    /// about the reader.
    pub closed: bool,
    /// The other group of a link, or the one that a topic is to be shown in: id and title, when the reader may know of it.
    pub other: Option<(GroupId, String)>,
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
    let tolds: Vec<Told> = rows.iter().map(|row| row.detail.read::<Told>()).collect::<Result<_>>()?;
    let others = tolds.iter().filter_map(|told| told.other);
    // A topic may have moved since.
    let named: Vec<GroupId> = rows
        .iter()
        .filter_map(|row| row.group_id)
        .chain(threads.iter().map(|thread| thread.2))
        .chain(others)
        .collect();
    let groups: Vec<(GroupId, String, crate::policy::Class, bool)> = groups::table
        .filter(groups::id.eq_any(&named))
        .select((groups::id, groups::title, groups::class, groups::face))
        .load(tx.conn)?;
    let member_of: Vec<GroupId> = memberships::table
        .filter(memberships::person_id.eq(person))
        .filter(membership::belongs(tx.now))
        .filter(memberships::group_id.eq_any(&named))
        .select(memberships::group_id)
        .load(tx.conn)?;
    // What was told stays told, but of a group only what may be known of it now.
    let of = |id: GroupId| groups.iter().find(|group| group.0 == id);
    let reads = |id: GroupId| {
        of(id).is_some_and(|group| {
            visibility::reads_group(group.2, member_of.contains(&id), viewer.is_admin()).is_ok()
        })
    };
    let knows = |id: GroupId| {
        of(id).filter(|group| visibility::knows_group(group.2, group.3, member_of.contains(&id)).is_ok())
    };
    // Whoever is invited knows of the group as long as the invitation waits.
    let asked = rows.iter().any(|row| row.kind == NoticeKind::Invitation);
    let invited = if asked { invitations::groups_for(tx, person)? } else { Vec::new() };
    rows.into_iter()
        .zip(tolds)
        .map(|(row, mut told)| {
            let thread = row.thread_id.and_then(|id| threads.iter().find(|thread| thread.0 == id));
            let named = thread.map(|thread| thread.2).or(row.group_id);
            let invites = row.kind == NoticeKind::Invitation && named.is_some_and(|id| invited.contains(&id));
            let outside = named.is_none_or(|id| !member_of.contains(&id));
            let over = row.kind == NoticeKind::Invitation && !invites && outside;
            let closed = named.is_some_and(|id| !reads(id)) && !invites;
            let thread = thread.filter(|_| !closed);
            // What moderators decided about somebody they may always read (Digital Services Act, art. 17).
            if closed && !row.kind.decides() {
                told = Told::default();
            }
            Ok(Notice {
                id: row.id,
                kind: row.kind,
                by: row.by_id.filter(|_| !closed).and_then(|by| people.get(&by).cloned()),
                group: named
                    .filter(|_| !over)
                    .and_then(|id| if invites { of(id) } else { knows(id) })
                    .map(|group| (group.0, group.1.clone())),
                closed,
                other: told.other.and_then(knows).map(|group| (group.0, group.1.clone())),
                thread: thread.map(|(id, title, _)| (*id, title.clone())),
                post: row.post_id.filter(|_| !closed),
                entry: row.entry_id,
                told,
                path: if over {
                    "/notifications".to_owned()
                } else if closed {
                    mail::path_outside(&row)
                } else {
                    mail::path(&row)
                },
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
