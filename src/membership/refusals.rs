//! Telling people elsewhere that they don't belong to a group: their server would wait for an answer, or go on believing.

use diesel::prelude::*;

use super::{MembershipRow, MembershipState, acts, facts};
use crate::actors::ActorKind;
use crate::clock::Time;
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::ids::{ActorId, GroupId, PersonId};
use crate::journal::{self, Detail, Did, Line};
use crate::people::follows;
use crate::policy::{Actor, Class};

/// In the line of somebody who wasn't let in when they followed, to tell it from that of whoever was put out.
pub const AT_THE_DOOR: &str = "at-the-door";

/// A Follow from elsewhere was refused; the journal makes the answer. Of a closed group nothing is told, not even that, unless it shows
/// itself to outsiders; and to groups elsewhere it isn't there in any case.
///
/// # Errors
/// `NotFound` when there is no such group.
pub fn turn_away(tx: &mut Tx<'_>, group: GroupId, person: PersonId, follow_uri: &str) -> Result<()> {
    use schema::{actors, groups};
    let (class, face, gone): (Class, bool, Option<Time>) = groups::table
        .inner_join(actors::table)
        .filter(groups::id.eq(group))
        .select((groups::class, groups::face, actors::gone_at))
        .first(tx.conn)?;
    if class != Class::Openbaar {
        if !face || gone.is_some() {
            return Ok(());
        }
        let kind: ActorKind =
            actors::table.find(ActorId::from(person)).select(actors::kind).first(tx.conn)?;
        if kind != ActorKind::Person {
            return Ok(());
        }
    }
    let line = Line {
        did: Did::RejectMember,
        by: None,
        group: Some(group),
        thread: None,
        post: None,
        person: Some(person),
        moderation: false,
        detail: Detail {
            activity_uri: Some(follow_uri.to_owned()),
            word: AT_THE_DOOR.to_owned(),
            ..Detail::default()
        },
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
