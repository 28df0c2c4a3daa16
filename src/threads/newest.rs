//! Topics of many groups: the newest of all, or of the reader's own.
//!
//! What administrators hide, by a rule or because a server is limited, is in neither; it stays in its group and topic. Of a group that is
//! hosted on such a server its members find all of it.

use diesel::prelude::*;

use super::lines::TopicLine;
use super::views::{Sort, sorted};
use super::{ThreadRow, lines};
use crate::clock::Time;
use crate::db::page::{Part, Slice};
use crate::db::{MultiBackend, Tx, schema};
use crate::error::{Error, Result};
use crate::membership;
use crate::policy::federation::{Direction, Kind, Passing};
use crate::policy::{Class, Viewer};
use crate::rules::views::Hidden;

type Query<'q> = schema::threads::BoxedQuery<'q, MultiBackend>;

/// Topics of every group that the reader may read; with `own` only of those that the reader is a member of.
///
/// # Errors
/// `SignedOut` when somebody who isn't signed in asks for their own.
pub(super) fn list(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    own: bool,
    sort: Sort,
    part: Part,
) -> Result<Slice<TopicLine>> {
    let now = tx.now;
    let query = if own { of_own(viewer, now)? } else { of_all(viewer, now) };
    let hidden = Hidden::now(tx)?;
    let query = if hidden.hosts.is_empty() { query } else { shown(query, *viewer, &hidden.hosts, now) };
    let slice: Slice<ThreadRow> = sorted(tx, query, sort, part)?;
    let lines = lines::lines(tx, viewer, slice.items)?;
    let items = hidden.leave_out(tx, lines, |line| {
        let passing = Passing {
            direction: Direction::In,
            ground: Some((line.group.id, line.group.class)),
            kind: Some(Kind::Topic),
        };
        (!line.author.local).then_some((line.author.host.as_str(), passing))
    })?;
    Ok(Slice { items, next: slice.next })
}

fn of_all(viewer: &Viewer, now: Time) -> Query<'static> {
    use schema::{actors, groups as g, threads};
    let query = threads::table.filter(threads::hidden.eq(false)).into_boxed::<MultiBackend>();
    // Asked per row, so that the newest twenty cost twenty look-ups, however many groups there are.
    let group =
        g::table.inner_join(actors::table).filter(g::id.eq(threads::group_id).and(actors::gone_at.is_null()));
    match viewer.person() {
        None => query.filter(diesel::dsl::exists(group.filter(g::class.eq(Class::Openbaar)))),
        Some(_reader) => {
            let member = g::id.eq_any(membership::views::mine(*viewer, now));
            let readable = group.filter(g::class.eq(Class::Openbaar).or(member));
            query.filter(diesel::dsl::exists(readable))
        }
    }
}

fn of_own(viewer: &Viewer, now: Time) -> Result<Query<'static>> {
    use schema::{actors, memberships, threads};
    let mine = memberships::table
        .inner_join(actors::table.on(actors::id.eq(memberships::group_id)))
        .filter(memberships::person_id.eq(viewer.person().ok_or(Error::SignedOut)?))
        .filter(membership::belongs(now).and(actors::gone_at.is_null()))
        .select(memberships::group_id);
    let query = threads::table.filter(threads::hidden.eq(false)).into_boxed::<MultiBackend>();
    Ok(query.filter(threads::group_id.eq_any(mine)))
}

/// Without what is by people on these hosts or in groups there, unless the reader belongs to such a group.
fn shown(query: Query<'static>, viewer: Viewer, hosts: &[String], now: Time) -> Query<'static> {
    use schema::{actors, threads};
    let there = || actors::table.filter(actors::host.eq_any(hosts.to_vec())).select(actors::id);
    let here = threads::author_id.ne_all(there()).and(threads::group_id.ne_all(there()));
    if viewer.person().is_none() {
        return query.filter(here);
    }
    let mine = threads::group_id.eq_any(membership::views::mine(viewer, now));
    query.filter(here.or(threads::group_id.eq_any(there()).and(mine)))
}
