//! What becomes of proposals when their time is over, and when somebody deletes their account.

use diesel::prelude::*;

use super::{PromotionState, Takes};
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::ids::{PersonId, PromotionId};

/// Proposals that one round forgets at most.
const ROUND: i64 = 500;

/// Forgets proposals that came to nothing, or whose topic isn't shown any more, `days` after that; 0 keeps all. Tells how many went.
///
/// While a link takes all topics of its group, each of them stays: it remembers that this topic isn't wanted there.
///
/// # Errors
/// Only when the database does.
pub fn prune(tx: &mut Tx<'_>, days: i64) -> Result<usize> {
    use schema::{group_links, promotions, threads};
    if days == 0 {
        return Ok(0);
    }
    let over = promotions::state
        .eq(PromotionState::Declined)
        .or(promotions::state.eq(PromotionState::Refused))
        .or(promotions::state.eq(PromotionState::Ended));
    let would_show = group_links::source_id
        .eq(threads::group_id)
        .and(group_links::target_id.eq(promotions::group_id))
        .and(group_links::takes.eq(Takes::All));
    let old: Vec<PromotionId> = promotions::table
        .inner_join(threads::table)
        .left_join(group_links::table.on(would_show))
        .filter(over.and(promotions::changed_at.lt(tx.now.plus_days(-days))))
        .filter(group_links::id.is_null())
        .order((promotions::changed_at, promotions::id))
        .limit(ROUND)
        .select(promotions::id)
        .load(tx.conn)?;
    Ok(diesel::delete(promotions::table.filter(promotions::id.eq_any(old))).execute(tx.conn)?)
}

/// Forgets what somebody who was deleted wrote when they proposed something, and ends what there is about their own topics, which
/// are gone: nobody is there any more who could consent. That the person is gone tells other servers all of it.
///
/// # Errors
/// Only when the database does.
pub fn forget(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    use schema::{promotions, shown_topics, threads};
    diesel::update(promotions::table.filter(promotions::by_id.eq(person)))
        .set(promotions::note.eq(""))
        .execute(tx.conn)?;
    let theirs = || threads::table.filter(threads::author_id.eq(person)).select(threads::id);
    let stands = promotions::state
        .eq(PromotionState::Consent)
        .or(promotions::state.eq(PromotionState::Offered))
        .or(promotions::state.eq(PromotionState::Accepted));
    diesel::update(promotions::table.filter(promotions::thread_id.eq_any(theirs())).filter(stands))
        .set((promotions::state.eq(PromotionState::Ended), promotions::changed_at.eq(tx.now)))
        .execute(tx.conn)?;
    diesel::delete(shown_topics::table.filter(shown_topics::thread_id.eq_any(theirs()))).execute(tx.conn)?;
    Ok(())
}
