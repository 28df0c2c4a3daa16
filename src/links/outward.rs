//! Links as they are: what acts ask before they change one, and what `federation` asks of them.

use diesel::prelude::*;

use super::{LinkRow, LinkState, Side};
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::ids::{GroupId, LinkId};
use crate::policy::federation::{Because, Direction, Kind, Passing};
use crate::policy::{Class, Reason};
use crate::rules::Policy;

/// Addresses of the groups elsewhere that show topics of a group: host, shared inbox, and inbox where there is no shared one. Each address
/// once; none unless the group is open.
///
/// # Errors
/// Only when the database does.
pub fn addresses(tx: &mut Tx<'_>, source: GroupId) -> Result<Vec<(String, Option<String>, Option<String>)>> {
    use diesel::dsl::case_when;
    use schema::{actors, group_links, groups};
    Ok(group_links::table
        .inner_join(groups::table.on(groups::id.eq(group_links::source_id)))
        .inner_join(actors::table.on(actors::id.eq(group_links::target_id)))
        .filter(group_links::source_id.eq(source).and(group_links::state.eq(LinkState::Accepted)))
        .filter(groups::class.eq(Class::Openbaar))
        .filter(actors::local.eq(false).and(actors::gone_at.is_null()))
        .select((
            actors::host,
            actors::shared_inbox,
            case_when(actors::shared_inbox.is_null(), actors::inbox.nullable()),
        ))
        .distinct()
        .load(tx.conn)?)
}

/// Whether a group hosted here shows topics of this one, or asked to: what its host sends of it is taken in then, as if somebody here
/// belonged to it.
///
/// # Errors
/// Only when the database does.
pub fn takes_in(tx: &mut Tx<'_>, source: GroupId) -> Result<bool> {
    use schema::{actors, group_links};
    let follows = group_links::state.eq(LinkState::Accepted).or(group_links::asked_by.eq(Side::Target));
    let query = group_links::table
        .inner_join(actors::table.on(actors::id.eq(group_links::target_id)))
        .filter(group_links::source_id.eq(source).and(follows))
        .filter(actors::local.eq(true).and(actors::gone_at.is_null()));
    Ok(diesel::select(diesel::dsl::exists(query)).get_result(tx.conn)?)
}

/// The link that is made by the target's `Follow` with this id.
///
/// # Errors
/// Only when the database does.
pub fn by_follow(tx: &mut Tx<'_>, uri: &str) -> Result<Option<LinkRow>> {
    use schema::group_links::dsl;
    let query = dsl::group_links.filter(dsl::follow_uri.eq(uri)).order(dsl::id).select(LinkRow::as_select());
    Ok(query.first(tx.conn).optional()?)
}

/// The link that was asked for by the source's `Invite` with this id.
///
/// # Errors
/// Only when the database does.
pub fn by_invite(tx: &mut Tx<'_>, uri: &str) -> Result<Option<LinkRow>> {
    use schema::group_links::dsl;
    let query = dsl::group_links.filter(dsl::invite_uri.eq(uri)).order(dsl::id).select(LinkRow::as_select());
    Ok(query.first(tx.conn).optional()?)
}

/// The link by which one group shows topics of another, however far it is.
///
/// # Errors
/// Only when the database does.
pub fn between(tx: &mut Tx<'_>, source: GroupId, target: GroupId) -> Result<Option<LinkRow>> {
    use schema::group_links::dsl;
    let query = dsl::group_links
        .filter(dsl::source_id.eq(source).and(dsl::target_id.eq(target)))
        .select(LinkRow::as_select());
    Ok(query.first(tx.conn).optional()?)
}

/// All links of a group, whichever end it is, in the order in which they were made.
pub(super) fn of_group(tx: &mut Tx<'_>, group: GroupId) -> Result<Vec<LinkRow>> {
    use schema::group_links::dsl;
    let query = dsl::group_links
        .filter(dsl::source_id.eq(group).or(dsl::target_id.eq(group)))
        .order(dsl::id)
        .select(LinkRow::as_select());
    Ok(query.load(tx.conn)?)
}

/// How many links a group has: those that wait for its answer, or all others.
pub(super) fn count(tx: &mut Tx<'_>, group: GroupId, waiting: bool) -> Result<i64> {
    let rows = of_group(tx, group)?.into_iter().filter(|row| row.awaits(group) == waiting).count();
    Ok(i64::try_from(rows).unwrap_or(i64::MAX))
}

/// One of them; `NotFound` when it isn't one of this group.
pub(super) fn find(tx: &mut Tx<'_>, group: GroupId, link: LinkId) -> Result<LinkRow> {
    use schema::group_links::dsl;
    let of_group = dsl::source_id.eq(group).or(dsl::target_id.eq(group));
    let query = dsl::group_links.filter(dsl::id.eq(link)).filter(of_group).select(LinkRow::as_select());
    Ok(query.first(tx.conn)?)
}

/// What decides about a group as an end of a link.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Whether it is for everybody.
    pub(super) class: Class,
    /// Hosted here.
    pub(super) local: bool,
    /// `host[:port]`.
    pub(super) host: String,
    /// It was deleted.
    pub(super) gone: bool,
}

impl Place {
    /// Whether it is there, for everybody.
    pub(super) fn is_open(&self) -> bool {
        self.class == Class::Openbaar && !self.gone
    }
}

/// A group as an end of a link, also one that was deleted; `None` when there is none.
pub(super) fn place(tx: &mut Tx<'_>, group: GroupId) -> Result<Option<Place>> {
    use schema::{actors, groups};
    let found: Option<(Class, bool, String, bool)> = groups::table
        .inner_join(actors::table)
        .filter(groups::id.eq(group))
        .select((groups::class, actors::local, actors::host, actors::gone_at.is_not_null()))
        .first(tx.conn)
        .optional()?;
    Ok(found.map(|(class, local, host, gone)| Place { class, local, host, gone }))
}

/// Why nothing can be asked of the end of a link that is elsewhere, or answered by it; `side` is which end that is.
pub(super) fn refusal(tx: &mut Tx<'_>, there: &Place, side: Side, source: GroupId) -> Result<Option<Reason>> {
    if there.local {
        return Ok(None);
    }
    let policy = Policy::of(tx, [there.host.as_str()])?;
    let follows = (if side == Side::Source { Direction::Out } else { Direction::In }, Some(Kind::Join));
    Ok(refused(&policy, &there.host, source, &[follows])
        .or_else(|| rests(&policy, &there.host, side, source)))
}

/// Why nothing is exchanged over a link with a group on this host, if nothing is; `side` is which end that is.
pub(super) fn rests(policy: &Policy, host: &str, side: Side, source: GroupId) -> Option<Reason> {
    let topics = (if side == Side::Source { Direction::In } else { Direction::Out }, Some(Kind::Topic));
    refused(policy, host, source, &[topics, (Direction::In, None), (Direction::Out, None)])
}

/// What decides against one of these that have to pass, of a source and what is in it.
fn refused(
    policy: &Policy,
    host: &str,
    source: GroupId,
    passes: &[(Direction, Option<Kind>)],
) -> Option<Reason> {
    let ground = Some((source, Class::Openbaar));
    let mut answers = passes
        .iter()
        .map(|(direction, kind)| policy.judge(host, Passing { direction: *direction, ground, kind: *kind }));
    let answer = answers.find(|answer| answer.refuses())?;
    Some(if answer.because == Because::Server { Reason::Blocked } else { Reason::Ruled })
}
