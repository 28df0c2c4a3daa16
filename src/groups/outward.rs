//! What other servers are told of a group: reads for `federation`.

use diesel::prelude::*;

use super::GroupRow;
use crate::actors::{self, ActorRow};
use crate::clock::Time;
use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::ids::GroupId;
use crate::media::{self, views::Picture};
use crate::policy::Class;

/// A group with everything that its document names.
#[derive(Debug, Clone)]
pub struct OutGroup {
    /// The group.
    pub group: GroupRow,
    /// Its address and keys.
    pub actor: ActorRow,
    /// Its picture, when it was uploaded here: its path.
    pub emblem: Option<String>,
}

/// A group's row, also of one that was deleted.
///
/// # Errors
/// `NotFound`.
pub fn row(tx: &mut Tx<'_>, id: GroupId) -> Result<GroupRow> {
    Ok(schema::groups::table.find(id).select(GroupRow::as_select()).first(tx.conn)?)
}

/// A group hosted here by its name, also one that was deleted. `open`: only when it is for everybody, in as many statements as one that
/// never was.
///
/// # Errors
/// `NotFound`.
pub fn hosted(tx: &mut Tx<'_>, name: &str, open: bool) -> Result<(ActorRow, GroupRow)> {
    use schema::{actors, groups};
    let mut query = groups::table
        .inner_join(actors::table)
        .filter(actors::local.eq(true).and(actors::name_folded.eq(name.to_ascii_lowercase())))
        .select((ActorRow::as_select(), GroupRow::as_select()))
        .into_boxed();
    if open {
        query = query.filter(groups::class.eq(Class::Openbaar));
    }
    Ok(query.first(tx.conn)?)
}

/// A group's class as it is now; `None` when there is no such group.
///
/// # Errors
/// Only when the database does.
pub fn class(tx: &mut Tx<'_>, id: GroupId) -> Result<Option<Class>> {
    Ok(schema::groups::table.find(id).select(schema::groups::class).first(tx.conn).optional()?)
}

/// A group's class as it is now, and whether it is closed and shows outsiders that it is there; `None` when there is no such group.
///
/// # Errors
/// Only when the database does.
pub fn face(tx: &mut Tx<'_>, id: GroupId) -> Result<Option<(Class, bool)>> {
    use schema::{actors, groups};
    let found: Option<(Class, bool, Option<Time>)> = groups::table
        .inner_join(actors::table)
        .filter(groups::id.eq(id))
        .select((groups::class, groups::face, actors::gone_at))
        .first(tx.conn)
        .optional()?;
    // One that is gone shows nothing any more.
    Ok(found.map(|(class, face, gone)| (class, class != Class::Openbaar && face && gone.is_none())))
}

/// A group with everything that its document names.
///
/// # Errors
/// `NotFound`.
pub fn group(tx: &mut Tx<'_>, id: GroupId) -> Result<OutGroup> {
    let group = row(tx, id)?;
    let actor = actors::find(tx, id.into())?;
    let emblem = match media::views::emblem(tx, id) {
        Ok(Picture::Here(path)) => Some(path),
        Ok(Picture::Elsewhere(_)) | Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    Ok(OutGroup { group, actor, emblem })
}

/// Topics in the groups hosted here that everybody may read: what NodeInfo counts.
///
/// # Errors
/// Only when the database does.
pub fn public_topics(tx: &mut Tx<'_>) -> Result<i64> {
    use schema::{actors, groups};
    let counts: Vec<i64> = groups::table
        .inner_join(actors::table)
        .filter(actors::local.eq(true).and(actors::gone_at.is_null()))
        .filter(groups::class.eq(Class::Openbaar))
        .select(groups::topic_count)
        .load(tx.conn)?;
    Ok(counts.iter().sum())
}
