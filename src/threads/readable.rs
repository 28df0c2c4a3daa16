//! The first look at a topic or post for whoever reads. Rights are asked in the query too, so that what must not be known takes as many
//! statements as what never was; whoever calls asks the policy all the same.

use diesel::prelude::*;

use super::{PostRow, ThreadRow};
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::ids::{PersonId, PostId, ThreadId};
use crate::membership::MembershipState;
use crate::policy::{Class, Viewer};

/// The topic.
pub(super) fn thread(tx: &mut Tx<'_>, viewer: &Viewer, id: ThreadId) -> Result<ThreadRow> {
    use schema::{groups, memberships, threads};
    let mine = memberships::table
        .filter(memberships::person_id.eq(viewer.person().unwrap_or(PersonId::NOBODY)))
        .filter(memberships::state.eq(MembershipState::Accepted))
        .select(memberships::group_id);
    Ok(threads::table
        .inner_join(groups::table)
        .filter(threads::id.eq(id))
        .filter(groups::class.eq(Class::Openbaar).or(groups::id.eq_any(mine)))
        .select(ThreadRow::as_select())
        .first(tx.conn)?)
}

/// The post.
pub(super) fn post(tx: &mut Tx<'_>, viewer: &Viewer, id: PostId) -> Result<PostRow> {
    use schema::{groups, memberships, posts};
    let mine = memberships::table
        .filter(memberships::person_id.eq(viewer.person().unwrap_or(PersonId::NOBODY)))
        .filter(memberships::state.eq(MembershipState::Accepted))
        .select(memberships::group_id);
    Ok(posts::table
        .inner_join(groups::table)
        .filter(posts::id.eq(id))
        .filter(groups::class.eq(Class::Openbaar).or(groups::id.eq_any(mine)))
        .select(PostRow::as_select())
        .first(tx.conn)?)
}
