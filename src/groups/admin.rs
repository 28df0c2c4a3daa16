//! The groups hosted here as administrators see them. Nobody looks over their members' shoulders: of a closed group that they may not
//! know of there is its class, how many belong to it and who owns it, so that they can ask.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;

use super::views::GroupLine;
use crate::clock::Time;
use crate::db::page::{Cursor, Part, Slice};
use crate::db::{Tx, among, schema};
use crate::error::Result;
use crate::ids::{GroupId, PersonId};
use crate::membership;
use crate::moderation;
use crate::people::byline::{self, Byline};
use crate::policy::{Class, Role, Viewer, visibility};

/// A group, as far as an administrator sees it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Which group.
    pub id: GroupId,
    /// How far its content may go.
    pub class: Class,
    /// How one finds it; `None` for a closed group that the administrator may not know of.
    pub known: Option<Known>,
    /// Accepted members.
    pub members: i64,
    /// Topics that are shown, and when something was last posted; only of a group that the administrator reads.
    pub activity: Option<(i64, Time)>,
    /// Who owns a closed group.
    pub owners: Vec<Arc<Byline>>,
    /// Reports in a closed group that its staff hasn't decided about yet. What they say is for its staff.
    pub reports: i64,
}

/// How one finds a group.
#[derive(Debug, Clone)]
pub struct Known {
    /// What addresses name it by.
    pub name: String,
    /// The name that is shown.
    pub title: String,
}

/// The groups hosted here, the last made first.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn list(tx: &mut Tx<'_>, viewer: Viewer, part: impl Into<Part>) -> Result<Slice<Kept>> {
    use schema::{actors, groups};
    viewer.must_be_admin()?;
    let part = part.into();
    let mut query = groups::table
        .inner_join(actors::table)
        .filter(actors::local.eq(true).and(actors::gone_at.is_null()))
        .order(groups::id.desc())
        .limit(part.limit())
        .select(GroupLine::as_select())
        .into_boxed();
    if let Some(after) = part.after {
        query = query.filter(groups::id.lt(GroupId::from(after.id)));
    }
    let found: Vec<GroupLine> = query.load(tx.conn)?;
    let now = tx.now;
    // Ids are in the order in which they were made.
    let slice = Slice::cut(found, part.size, |group| Cursor { at: now, id: group.id.0 });
    let closed = slice.items.iter().filter(|group| group.class != Class::Openbaar).map(|group| group.id);
    let closed: Vec<GroupId> = closed.collect();
    let mine = membership::views::among(tx, viewer, closed.clone())?;
    let reports = moderation::views::waiting_in(tx, &closed)?;
    let mut owners = owners(tx, closed)?;
    Ok(slice.map(|group| {
        let member = mine.contains(&group.id);
        let reads = visibility::reads_group(group.class, member, true).is_ok();
        let known = visibility::knows_group(group.class, group.face, member).is_ok();
        Kept {
            id: group.id,
            class: group.class,
            known: known.then_some(Known { name: group.name, title: group.title }),
            members: group.member_count,
            activity: reads.then_some((group.topic_count, group.active_at)),
            owners: owners.remove(&group.id).unwrap_or_default(),
            reports: reports.get(&group.id).copied().unwrap_or_default(),
        }
    }))
}

fn owners(tx: &mut Tx<'_>, groups: Vec<GroupId>) -> Result<HashMap<GroupId, Vec<Arc<Byline>>>> {
    use schema::memberships::dsl;
    let rows: Vec<(GroupId, PersonId)> = dsl::memberships
        .filter(among(dsl::group_id, groups).and(dsl::role.eq(Role::Owner)))
        .filter(membership::belongs(tx.now))
        .order((dsl::created_at, dsl::id))
        .select((dsl::group_id, dsl::person_id))
        .load(tx.conn)?;
    let people = byline::of(tx, rows.iter().map(|row| row.1))?;
    let mut owners: HashMap<GroupId, Vec<Arc<Byline>>> = HashMap::new();
    for (group, person) in rows {
        owners.entry(group).or_default().extend(people.get(&person).cloned());
    }
    Ok(owners)
}
