//! Person follows person. Who follows a group is its member: that is `membership`'s.

use std::sync::Arc;

use diesel::prelude::*;

use super::blocks;
use super::byline::{self, Byline};
use crate::actors;
use crate::clock::Time;
use crate::db::page::{Cursor, Part, Slice};
use crate::db::{MultiBackend, Native, Tx, schema};
use crate::error::{Error, Result};
use crate::ids::{ActivityId, PersonId, RowId};
use crate::journal::{self, Detail, Did, Line};
use crate::membership;
use crate::policy::{Actor, Origin, Reason};

/// Follows somebody. People of this instance are followed at once; somebody elsewhere is asked, and their server answers by
/// [`super::remote::answered`]. `uri` is the id of the Follow that came in; for one of ours it is minted here. A Follow that
/// comes again only changes the id to answer to.
///
/// # Errors
/// `Invalid` for oneself; `Denied` when suspended, or when one of the two blocked the other; `NotFound`.
pub fn follow(tx: &mut Tx<'_>, by: &Actor, target: PersonId, uri: Option<String>) -> Result<()> {
    use schema::follows::dsl;
    if target == by.person {
        return Err(Error::field("person", "error-block-self"));
    }
    let actor = actors::find(tx, target.into())?;
    let facts = membership::facts(tx, target)?;
    if actor.gone_at.is_some() || facts.suspended {
        return Err(Error::NotFound);
    }
    if membership::facts(tx, by.person)?.suspended {
        return Err(Reason::Suspended.into());
    }
    if blocks::between(tx, by.person, target)? {
        return Err(Reason::Blocked.into());
    }
    let known: Option<Option<Time>> = of(tx, by.person, target)?;
    if known.is_some() && by.origin == Origin::Here {
        return Ok(());
    }
    let uri = uri.unwrap_or_else(|| tx.urls.activity(ActivityId::fresh()));
    let accepted_at = known.flatten().or(facts.local.then_some(tx.now));
    let row = (
        dsl::id.eq(RowId::fresh()),
        dsl::follower_id.eq(by.person),
        dsl::target_id.eq(target),
        dsl::uri.eq(&uri),
        dsl::accepted_at.eq(accepted_at),
        dsl::created_at.eq(tx.now),
    );
    let insert = diesel::insert_into(dsl::follows)
        .values(row)
        .on_conflict((dsl::follower_id, dsl::target_id))
        .do_update()
        .set((dsl::uri.eq(&uri), dsl::accepted_at.eq(accepted_at)));
    Native(insert).execute(tx.conn)?;
    record(tx, Did::Follow, by, target, uri)
}

/// Stops following. Not followed: nothing happens.
///
/// # Errors
/// Only when the database does.
pub fn unfollow(tx: &mut Tx<'_>, by: &Actor, target: PersonId) -> Result<()> {
    let Some(uri) = super::outward::follow_uri(tx, by.person, target)? else { return Ok(()) };
    remove(tx, by.person, target)?;
    record(tx, Did::Unfollow, by, target, uri)
}

/// How somebody follows somebody: `None` not at all, `Some(None)` asked, `Some(Some(_))` since then.
///
/// # Errors
/// Only when the database does.
pub fn of(tx: &mut Tx<'_>, follower: PersonId, target: PersonId) -> Result<Option<Option<Time>>> {
    use schema::follows::dsl;
    let row = dsl::follows.filter(dsl::follower_id.eq(follower).and(dsl::target_id.eq(target)));
    Ok(row.select(dsl::accepted_at).first(tx.conn).optional()?)
}

/// A person who follows a person, or asked to.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::follows, check_for_backend(MultiBackend))]
pub struct FollowRow {
    /// Who.
    pub follower_id: PersonId,
    /// Whom.
    pub target_id: PersonId,
    /// Id of the Follow.
    pub uri: String,
    /// Since when; `None`: it wasn't answered yet.
    pub accepted_at: Option<Time>,
    /// When it was asked.
    pub created_at: Time,
}

/// Somebody whom a person follows.
#[derive(Debug, Clone)]
pub struct Following {
    /// Who.
    pub person: Arc<Byline>,
    /// Since when; for whoever hasn't answered yet, when they were asked.
    pub since: Time,
    /// They let the person follow them.
    pub accepted: bool,
}

/// Whom a person follows or asked to follow, the newest first. When the other side ends it, it is gone from here and nobody is
/// told: that somebody wants to be left alone is theirs to decide, and a message about it would only draw attention.
///
/// # Errors
/// Only when the database does.
pub fn following(tx: &mut Tx<'_>, person: PersonId, part: impl Into<Part>) -> Result<Slice<Following>> {
    use schema::follows::dsl;
    let part = part.into();
    let mut query = dsl::follows
        .filter(dsl::follower_id.eq(person))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(part.limit())
        .select((dsl::id, dsl::target_id, dsl::created_at, dsl::accepted_at))
        .into_boxed();
    if let Some(after) = part.after {
        let id = RowId::from(after.id);
        query =
            query.filter(dsl::created_at.lt(after.at).or(dsl::created_at.eq(after.at).and(dsl::id.lt(id))));
    }
    let rows: Vec<(RowId, PersonId, Time, Option<Time>)> = query.load(tx.conn)?;
    let people = byline::of(tx, rows.iter().map(|row| row.1))?;
    let slice = Slice::cut(rows, part.size, |row| Cursor { at: row.2, id: row.0.0 });
    let next = slice.next;
    let items = slice.items.into_iter().filter_map(|(_, target, asked, accepted)| {
        let person = people.get(&target).filter(|person| person.gone_at.is_none())?;
        let since = accepted.unwrap_or(asked);
        Some(Following { person: Arc::clone(person), since, accepted: accepted.is_some() })
    });
    Ok(Slice { items: items.collect(), next })
}

/// Ends following in both directions: one blocked the other.
pub(super) fn sever(tx: &mut Tx<'_>, by: &Actor, other: PersonId) -> Result<()> {
    unfollow(tx, by, other)?;
    end(tx, other, by.person)
}

/// Somebody elsewhere follows nobody here any more.
///
/// # Errors
/// `NotFound` when there is no such person.
pub fn end_all(tx: &mut Tx<'_>, follower: PersonId) -> Result<()> {
    use schema::follows::dsl;
    let targets: Vec<PersonId> = dsl::follows
        .filter(dsl::follower_id.eq(follower))
        .order(dsl::id)
        .select(dsl::target_id)
        .load(tx.conn)?;
    targets.into_iter().try_for_each(|target| end(tx, follower, target))
}

/// Follows between people of this instance and of these hosts, whichever way: who follows whom.
fn with(hosts: &[String]) -> schema::follows::BoxedQuery<'_, MultiBackend> {
    use schema::actors;
    use schema::follows::dsl;
    let there = || {
        let there = actors::table.filter(actors::host.eq_any(hosts).and(actors::local.eq(false)));
        there.select(actors::id)
    };
    dsl::follows.filter(dsl::follower_id.eq_any(there()).or(dsl::target_id.eq_any(there()))).into_boxed()
}

/// How many such follows there are.
///
/// # Errors
/// Only when the database does.
pub fn count_with(tx: &mut Tx<'_>, hosts: &[String]) -> Result<i64> {
    Ok(with(hosts).count().get_result(tx.conn)?)
}

/// The same follows as pairs, of whoever is of this instance and whoever is there, in no particular order.
///
/// # Errors
/// Only when the database does.
pub fn between(tx: &mut Tx<'_>, hosts: &[String]) -> Result<Vec<(PersonId, PersonId)>> {
    use schema::actors;
    use schema::follows::dsl;
    let there = || {
        let there = actors::table.filter(actors::host.eq_any(hosts).and(actors::local.eq(false)));
        there.select(actors::id)
    };
    let ours = dsl::follows.filter(dsl::target_id.eq_any(there())).select((dsl::follower_id, dsl::target_id));
    let theirs =
        dsl::follows.filter(dsl::follower_id.eq_any(there())).select((dsl::target_id, dsl::follower_id));
    let mut pairs: Vec<(PersonId, PersonId)> = ours.load(tx.conn)?;
    pairs.extend(theirs.load::<(PersonId, PersonId)>(tx.conn)?);
    Ok(pairs)
}

/// Ends such follows, at most so many, and has the other server told of each; gives them as they were.
///
/// # Errors
/// Only when the database does.
pub fn end_with(tx: &mut Tx<'_>, hosts: &[String], limit: i64) -> Result<Vec<FollowRow>> {
    use schema::follows::dsl;
    let query = with(hosts).order(dsl::id).limit(limit).select(FollowRow::as_select());
    let rows: Vec<FollowRow> = query.load(tx.conn)?;
    for FollowRow { follower_id: follower, target_id: target, .. } in &rows {
        if actors::find(tx, (*follower).into())?.local {
            unfollow(tx, &Actor::here(*follower), *target)?;
        } else {
            end(tx, *follower, *target)?;
        }
    }
    Ok(rows)
}

/// Brings such a follow back: somebody there is let follow again, and their server is told; for one of ours whoever is there is asked again,
/// as they heard that it ended. `false` when that can't be any more: one of the two is gone, suspended or avoids the other, or it was never
/// answered.
///
/// # Errors
/// `NotFound` when one of them isn't there, `Denied` when they are kept from each other.
pub fn restore(tx: &mut Tx<'_>, row: &FollowRow) -> Result<bool> {
    use schema::follows::dsl;
    let (follower, target) = (row.follower_id, row.target_id);
    let (by, whom) = (actors::find(tx, follower.into())?, actors::find(tx, target.into())?);
    if by.gone_at.is_some() || whom.gone_at.is_some() {
        return Ok(false);
    }
    if of(tx, follower, target)?.is_some() {
        return Ok(true);
    }
    if by.local {
        follow(tx, &Actor::here(follower), target, None)?;
        return Ok(true);
    }
    let kept_out = membership::facts(tx, follower)?.suspended || membership::facts(tx, target)?.suspended;
    if row.accepted_at.is_none() || kept_out || blocks::between(tx, follower, target)? {
        return Ok(false);
    }
    let new = (
        dsl::id.eq(RowId::fresh()),
        dsl::follower_id.eq(follower),
        dsl::target_id.eq(target),
        dsl::uri.eq(&row.uri),
        dsl::accepted_at.eq(row.accepted_at),
        dsl::created_at.eq(row.created_at),
    );
    diesel::insert_into(dsl::follows).values(new).execute(tx.conn)?;
    let by = Actor { person: follower, origin: Origin::Peer, activity: None };
    record(tx, Did::Follow, &by, target, row.uri.clone())?;
    Ok(true)
}

/// Somebody elsewhere lets a person of ours follow them again whom they had refused: their server undid a block. Whoever calls has made
/// sure that they name the last Follow of that person, who never took it back.
///
/// # Errors
/// `NotFound` when one of them isn't there.
pub fn taken_back(tx: &mut Tx<'_>, follower: PersonId, target: PersonId, uri: &str) -> Result<()> {
    use schema::follows::dsl;
    let kept_out = membership::facts(tx, follower)?.suspended || membership::facts(tx, target)?.suspended;
    if kept_out || blocks::between(tx, follower, target)? || of(tx, follower, target)?.is_some() {
        return Ok(());
    }
    let new = (
        dsl::id.eq(RowId::fresh()),
        dsl::follower_id.eq(follower),
        dsl::target_id.eq(target),
        dsl::uri.eq(uri),
        dsl::accepted_at.eq(Some(tx.now)),
        dsl::created_at.eq(tx.now),
    );
    diesel::insert_into(dsl::follows).values(new).execute(tx.conn)?;
    Ok(())
}

fn end(tx: &mut Tx<'_>, follower: PersonId, target: PersonId) -> Result<()> {
    let Some(uri) = super::outward::follow_uri(tx, follower, target)? else { return Ok(()) };
    remove(tx, follower, target)?;
    refuse(tx, follower, target, uri)
}

/// Somebody elsewhere isn't let follow a person of this instance, or no longer; the journal makes the answer, which gives no
/// reason. Of somebody whose account was never in use nothing is told.
///
/// # Errors
/// `NotFound` when there is no such follower.
pub fn refuse(tx: &mut Tx<'_>, follower: PersonId, target: PersonId, uri: String) -> Result<()> {
    let local = actors::find(tx, follower.into())?.local;
    match super::outward::person(tx, target) {
        Err(Error::NotFound) => Ok(()),
        Err(error) => Err(error),
        Ok(person) if local || !person.actor.local => Ok(()),
        Ok(_) => record(tx, Did::RefuseFollow, &Actor::here(target), follower, uri),
    }
}

fn remove(tx: &mut Tx<'_>, follower: PersonId, target: PersonId) -> Result<()> {
    use schema::follows::dsl;
    diesel::delete(dsl::follows.filter(dsl::follower_id.eq(follower).and(dsl::target_id.eq(target))))
        .execute(tx.conn)?;
    Ok(())
}

fn record(tx: &mut Tx<'_>, did: Did, by: &Actor, target: PersonId, uri: String) -> Result<()> {
    let detail = Detail { activity_uri: Some(uri), ..Detail::default() };
    journal::record(tx, &Line::new(did, by).person(target).detail(detail)).map(|_id| ())
}
