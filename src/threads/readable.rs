//! The first look at a topic or post for whoever reads. Rights are asked in the query too, so that what must not be known takes as many
//! statements as what never was; whoever calls asks the policy all the same.

use diesel::prelude::*;

use super::{PostRow, ThreadRow};
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::ids::{PostId, ThreadId};
use crate::membership::views::mine;
use crate::policy::{Class, Viewer};

/// The topic.
pub(super) fn thread(tx: &mut Tx<'_>, viewer: &Viewer, id: ThreadId) -> Result<ThreadRow> {
    use schema::{groups, threads};
    Ok(threads::table
        .inner_join(groups::table)
        .filter(threads::id.eq(id))
        .filter(groups::class.eq(Class::Openbaar).or(groups::id.eq_any(mine(*viewer, tx.now))))
        .select(ThreadRow::as_select())
        .first(tx.conn)?)
}

/// The post.
pub(super) fn post(tx: &mut Tx<'_>, viewer: &Viewer, id: PostId) -> Result<PostRow> {
    use schema::{groups, posts};
    Ok(posts::table
        .inner_join(groups::table)
        .filter(posts::id.eq(id))
        .filter(groups::class.eq(Class::Openbaar).or(groups::id.eq_any(mine(*viewer, tx.now))))
        .select(PostRow::as_select())
        .first(tx.conn)?)
}
