//! What a group's staff does to keep order: removing and restoring, locking, pinning, moving. Callers find them in `acts`.

use diesel::prelude::*;

use super::acts::{line, recount};
use super::draft::limit;
use super::rows::{post, thread};
use super::{ThreadRow, counts};
use crate::clock::Time;
use crate::db::{Tx, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{GroupId, PersonId, PostId, ThreadId};
use crate::journal::{self, Detail, Did, Line};
use crate::links::shown;
use crate::moderation::Why;
use crate::policy::{Act, Actor, Origin, Reason, limits};
use crate::{membership, moderation};

/// Removes a post, by a moderator, with the reason that the author and the moderation log get.
///
/// # Errors
/// `Denied` to all but staff; `Invalid` when a removal here has no reason; `NotFound` when the author deleted it.
pub fn remove<'w>(tx: &mut Tx<'_>, by: &Actor, id: PostId, why: impl Into<Why<'w>>) -> Result<()> {
    use schema::posts::dsl;
    let Why { ground, reason } = why.into();
    let old = post(tx, id)?;
    membership::standing(tx, by, old.group_id)?.may(Act::RemovePost)?;
    check_reason(by, reason)?;
    if old.deleted_at.is_some() {
        return Err(Error::NotFound);
    }
    if old.removed_at.is_some() {
        return Ok(());
    }
    diesel::update(dsl::posts.find(id))
        .set((
            dsl::removed_at.eq(Some(tx.now)),
            dsl::removed_by.eq(Some(by.person)),
            dsl::removed_reason.eq(reason),
        ))
        .execute(tx.conn)?;
    recount(tx, old.thread_id)?;
    let line = line(Did::RemovePost, by, &old).person(old.author_id).moderation(reason).ground(ground.word());
    journal::record(tx, &line)?;
    Ok(())
}

/// Shows a removed post again.
///
/// # Errors
/// `Denied` to all but staff.
pub fn restore(tx: &mut Tx<'_>, by: &Actor, id: PostId) -> Result<()> {
    use schema::posts::dsl;
    let old = post(tx, id)?;
    membership::standing(tx, by, old.group_id)?.may(Act::RemovePost)?;
    if old.removed_at.is_none() {
        return Ok(());
    }
    diesel::update(dsl::posts.find(id))
        .set((
            dsl::removed_at.eq(None::<Time>),
            dsl::removed_by.eq(None::<PersonId>),
            dsl::removed_reason.eq(""),
        ))
        .execute(tx.conn)?;
    recount(tx, old.thread_id)?;
    let line = line(Did::RestorePost, by, &old).person(old.author_id).moderation("");
    journal::record(tx, &line)?;
    Ok(())
}

/// Locks a topic: only staff still replies.
///
/// # Errors
/// `Denied` to all but staff.
pub fn lock(tx: &mut Tx<'_>, by: &Actor, id: ThreadId) -> Result<()> {
    set_locked(tx, by, id, true)
}

/// Unlocks a topic.
///
/// # Errors
/// `Denied` to all but staff.
pub fn unlock(tx: &mut Tx<'_>, by: &Actor, id: ThreadId) -> Result<()> {
    set_locked(tx, by, id, false)
}

fn set_locked(tx: &mut Tx<'_>, by: &Actor, id: ThreadId, locked: bool) -> Result<()> {
    use schema::threads::dsl;
    let thread = thread(tx, id)?;
    membership::standing(tx, by, thread.group_id)?.may(Act::Lock)?;
    if thread.locked_at.is_some() == locked {
        return Ok(());
    }
    diesel::update(dsl::threads.find(id))
        .set(dsl::locked_at.eq(locked.then_some(tx.now)))
        .execute(tx.conn)?;
    let did = if locked { Did::Lock } else { Did::Unlock };
    journal::record(tx, &about(did, by, &thread).moderation(""))?;
    Ok(())
}

/// Pins a topic to the top of its group.
///
/// # Errors
/// `Denied` to all but staff.
pub fn pin(tx: &mut Tx<'_>, by: &Actor, id: ThreadId) -> Result<()> {
    set_pinned(tx, by, id, true)
}

/// Unpins a topic.
///
/// # Errors
/// `Denied` to all but staff.
pub fn unpin(tx: &mut Tx<'_>, by: &Actor, id: ThreadId) -> Result<()> {
    set_pinned(tx, by, id, false)
}

fn set_pinned(tx: &mut Tx<'_>, by: &Actor, id: ThreadId, pinned: bool) -> Result<()> {
    use schema::threads::dsl;
    let thread = thread(tx, id)?;
    membership::standing(tx, by, thread.group_id)?.may(Act::Pin)?;
    if thread.pinned_at.is_some() == pinned {
        return Ok(());
    }
    diesel::update(dsl::threads.find(id))
        .set(dsl::pinned_at.eq(pinned.then_some(tx.now)))
        .execute(tx.conn)?;
    let did = if pinned { Did::Pin } else { Did::Unpin };
    journal::record(tx, &about(did, by, &thread).moderation(""))?;
    Ok(())
}

/// Moves a topic with its replies and the open reports about them to another group of the same host, by staff of both.
///
/// # Errors
/// `Denied` to all but staff of both groups, and when the groups have different hosts; `Invalid` when the other group is
/// less closed.
pub fn move_thread(tx: &mut Tx<'_>, by: &Actor, id: ThreadId, to: GroupId) -> Result<()> {
    use schema::{posts, threads};
    let thread = thread(tx, id)?;
    let from = thread.group_id;
    let (here, there) = (membership::standing(tx, by, from)?, membership::standing(tx, by, to)?);
    // A group that must not be known isn't there, whatever else is wrong.
    there.may(Act::Read)?;
    here.may(Act::Read)?;
    if from == to {
        return Ok(());
    }
    here.may(Act::Move)?;
    there.may(Act::Move)?;
    let by_host = by.origin == Origin::Host && !here.hosted_here && !there.hosted_here;
    let all_here = here.hosted_here && there.hosted_here;
    if !(by_host || all_here) {
        return Err(Reason::NotHost.into());
    }
    if there.class < here.class {
        return Err(Error::field("group", "error-class-falls"));
    }
    diesel::update(threads::table.find(id))
        .set((threads::group_id.eq(to), threads::pinned_at.eq(None::<Time>)))
        .execute(tx.conn)?;
    diesel::update(posts::table.filter(posts::thread_id.eq(id)))
        .set(posts::group_id.eq(to))
        .execute(tx.conn)?;
    moderation::acts::follow_thread(tx, id, to)?;
    if !thread.hidden {
        counts::change_topics(tx, from, -1)?;
        counts::add_topic(tx, to, thread.active_at);
        tx.catch_up()?;
    }
    shown::moved(tx, &thread)?;
    let detail = Detail { from_group: Some(from), ..Detail::default() };
    let line = about(Did::MoveThread, by, &thread).group(to).detail(detail).moderation("");
    journal::record(tx, &line)?;
    Ok(())
}

fn check_reason(by: &Actor, reason: &str) -> Result<()> {
    let mut errors = FieldErrors::default();
    if by.origin == Origin::Here && reason.trim().is_empty() {
        errors.add("reason", "error-reason-missing");
    } else if reason.chars().count() > limits::REASON {
        errors.add_limit("reason", "error-text-long", limit(limits::REASON));
    }
    errors.into_result()
}

fn about(did: Did, by: &Actor, thread: &ThreadRow) -> Line {
    Line::new(did, by)
        .group(thread.group_id)
        .thread(thread.id)
        .post(thread.id.into())
        .person(thread.author_id)
}
