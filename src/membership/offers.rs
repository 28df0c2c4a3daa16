//! What is shown of invitations: to a group's staff the list of them, to whoever is invited what the group is.

use std::sync::Arc;

use diesel::prelude::*;

use super::invitations::{self, InvitationRow};
use super::standing;
use crate::actors;
use crate::clock::Time;
use crate::db::page::{Cursor, Part, Slice};
use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::groups::views::{self as groups, GroupLine};
use crate::ids::{GroupId, PersonId, RowId};
use crate::people::byline::{self, Byline};
use crate::policy::{Actor, Viewer, limits};

/// An invitation as its list shows it.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// What it is.
    pub row: InvitationRow,
    /// Who made it.
    pub by: Option<Arc<Byline>>,
    /// For whom alone.
    pub person: Option<Arc<Byline>>,
    /// Who joined with it.
    pub used_by: Option<Arc<Byline>>,
}

/// What whoever is invited gets to know of a group, before they are in it.
#[derive(Debug, Clone)]
pub struct Offer {
    /// The group.
    pub group: Arc<GroupLine>,
    /// Its ground rules, Markdown.
    pub rules: String,
    /// The same as safe HTML.
    pub rules_html: String,
    /// Until when the invitation can be used.
    pub until: Time,
    /// The reader belongs to the group already.
    pub joined: bool,
}

/// Invitations that wait, and those that were used lately, the newest first.
///
/// # Errors
/// `Denied` to all but staff, and where another server hosts the group.
pub fn list(tx: &mut Tx<'_>, by: &Actor, group: GroupId, part: impl Into<Part>) -> Result<Slice<Invitation>> {
    use schema::invitations::dsl;
    invitations::may_invite(tx, by, group)?;
    let part = part.into();
    let waits = dsl::used_at.is_null().and(dsl::withdrawn_at.is_null()).and(dsl::until.gt(tx.now));
    let lately = tx.now.plus_days(-limits::INVITATION_KEPT);
    let mut query = dsl::invitations
        .filter(dsl::group_id.eq(group))
        .filter(waits.or(dsl::used_at.gt(lately)))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(part.limit())
        .select(InvitationRow::as_select())
        .into_boxed();
    if let Some(Cursor { at, id }) = part.after {
        let id = RowId(id);
        query = query.filter(dsl::created_at.lt(at).or(dsl::created_at.eq(at).and(dsl::id.lt(id))));
    }
    let rows: Vec<InvitationRow> = query.load(tx.conn)?;
    let slice = Slice::cut(rows, part.size, |row| Cursor { at: row.created_at, id: row.id.0 });
    Ok(Slice { items: shown(tx, slice.items)?, next: slice.next })
}

/// Invitations with the people that they name. Whoever calls has asked for rights.
///
/// # Errors
/// Only when the database does.
pub fn shown(tx: &mut Tx<'_>, rows: Vec<InvitationRow>) -> Result<Vec<Invitation>> {
    let named = rows.iter().flat_map(|row| [row.by_id, row.person_id, row.used_by]).flatten();
    let people = byline::of(tx, named)?;
    let named = |id: Option<PersonId>| id.and_then(|id| people.get(&id).cloned());
    let each = |row: InvitationRow| {
        let (by, person, used_by) = (named(row.by_id), named(row.person_id), named(row.used_by));
        Invitation { row, by, person, used_by }
    };
    Ok(rows.into_iter().map(each).collect())
}

/// The group that an address names, by its name or its id: a notice of an invitation mustn't name a closed one.
///
/// # Errors
/// `NotFound` when there is none of that name.
pub fn find(tx: &mut Tx<'_>, name: &str) -> Result<GroupId> {
    name.parse().or_else(|_no_id| groups::find(tx, name))
}

/// What a link leads to, for whoever has it.
///
/// # Errors
/// `NotFound` when there is no such link, it was used or withdrawn or is over, the group is gone, or the reader is banned from it:
/// all of that reads alike.
pub fn by_secret(tx: &mut Tx<'_>, viewer: Viewer, secret: &str) -> Result<Offer> {
    let row = invitations::of_link(tx, secret)?;
    offer(tx, viewer.person(), &row)
}

/// What one is invited to by name.
///
/// # Errors
/// `NotFound`, as [`by_secret`].
pub fn personal(tx: &mut Tx<'_>, by: &Actor, group: GroupId) -> Result<Offer> {
    let row = invitations::of_person(tx, by.person, group)?.ok_or(Error::NotFound)?;
    offer(tx, Some(by.person), &row)
}

fn offer(tx: &mut Tx<'_>, reader: Option<PersonId>, row: &InvitationRow) -> Result<Offer> {
    use schema::groups::dsl;
    let group = row.group_id;
    if actors::find(tx, group.into())?.gone_at.is_some() {
        return Err(Error::NotFound);
    }
    let joined = match reader {
        Some(person) => {
            let standing = standing(tx, &Actor::here(person), group)?;
            if standing.banned {
                return Err(Error::NotFound);
            }
            standing.role.is_some()
        }
        None => false,
    };
    let (rules, rules_html): (String, String) =
        dsl::groups.find(group).select((dsl::rules, dsl::rules_html)).first(tx.conn)?;
    let line = groups::lines(tx, [group])?.remove(&group).filter(|line| line.archived_at.is_none());
    Ok(Offer { group: line.ok_or(Error::NotFound)?, rules, rules_html, until: row.until, joined })
}
