//! Telling people elsewhere that they don't belong to a group: their server would wait for an answer, or go on believing.

use diesel::prelude::*;

use super::{MembershipRow, MembershipState, acts, facts};
use crate::actors::ActorKind;
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::ids::{GroupId, PersonId};
use crate::journal::{self, Detail, Did, Line};
use crate::people::follows;
use crate::policy::{Actor, Class};

/// A Follow from elsewhere was refused; the journal makes the answer. Of a closed group nothing is told, not even that.
///
/// # Errors
/// `NotFound` when there is no such group.
pub fn turn_away(tx: &mut Tx<'_>, group: GroupId, person: PersonId, follow_uri: &str) -> Result<()> {
    let class: Class = schema::groups::table.find(group).select(schema::groups::class).first(tx.conn)?;
    if class != Class::Openbaar {
        return Ok(());
    }
    let line = Line {
        did: Did::RejectMember,
        by: None,
        group: Some(group),
        thread: None,
        post: None,
        person: Some(person),
        moderation: false,
        detail: Detail { activity_uri: Some(follow_uri.to_owned()), ..Detail::default() },
    };
    journal::record(tx, &line).map(|_id| ())
}

/// Ends all that somebody elsewhere belongs to and follows here: banned from the instance, or suspended on it. Somebody of
/// this instance keeps their memberships, for when that is over.
///
/// # Errors
/// `NotFound` when there is no such person.
pub fn put_out(tx: &mut Tx<'_>, by: &Actor, person: PersonId) -> Result<()> {
    use schema::{actors, groups, memberships};
    if facts(tx, person)?.local {
        return Ok(());
    }
    let rows: Vec<MembershipRow> = memberships::table
        .inner_join(groups::table.inner_join(actors::table))
        .filter(memberships::person_id.eq(person))
        .filter(actors::local.eq(true).and(actors::kind.eq(ActorKind::Group)))
        .order(memberships::id)
        .select(MembershipRow::as_select())
        .load(tx.conn)?;
    for row in rows {
        diesel::delete(memberships::table.find(row.id)).execute(tx.conn)?;
        if row.state == MembershipState::Accepted {
            acts::count(tx, row.group_id, -1)?;
        }
        journal::record(tx, &acts::line(Did::RejectMember, by, &row))?;
    }
    follows::end_all(tx, person)
}
