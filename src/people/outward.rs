//! What other servers are told of people: reads for `federation`.

use diesel::prelude::*;

use super::{AccountState, PersonRow};
use crate::actors::{self, ActorRow};
use crate::clock::Time;
use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::ids::PersonId;
use crate::media::{self, views::Picture};

/// A person with everything that their document names.
#[derive(Debug, Clone)]
pub struct OutPerson {
    /// The person.
    pub person: PersonRow,
    /// Their address and keys.
    pub actor: ActorRow,
    /// Their picture, when it was uploaded here: its path.
    pub avatar: Option<String>,
}

/// A person with everything that their document names.
///
/// # Errors
/// `NotFound`, also for somebody of this instance whose account was never in use.
pub fn person(tx: &mut Tx<'_>, id: PersonId) -> Result<OutPerson> {
    let person: PersonRow = schema::people::table.find(id).select(PersonRow::as_select()).first(tx.conn)?;
    let actor = actors::find(tx, id.into())?;
    if actor.local && actor.gone_at.is_none() {
        let state: Option<AccountState> =
            schema::accounts::table.find(id).select(schema::accounts::state).first(tx.conn).optional()?;
        if !matches!(state, Some(AccountState::Active | AccountState::Leaving)) {
            return Err(Error::NotFound);
        }
    }
    let avatar = match media::views::avatar(tx, id) {
        Ok(Picture::Here(path)) => Some(path),
        Ok(Picture::Elsewhere(_)) | Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    Ok(OutPerson { person, actor, avatar })
}

/// Addresses of those elsewhere who follow a person: host, shared inbox, inbox.
///
/// # Errors
/// Only when the database does.
pub fn followers(tx: &mut Tx<'_>, id: PersonId) -> Result<Vec<(String, Option<String>, String)>> {
    use schema::{actors, follows};
    let ids = follows::table
        .filter(follows::target_id.eq(id).and(follows::accepted_at.is_not_null()))
        .select(follows::follower_id);
    Ok(actors::table
        .filter(actors::id.eq_any(ids))
        .filter(actors::local.eq(false).and(actors::gone_at.is_null()))
        .order(actors::id)
        .select((actors::host, actors::shared_inbox, actors::inbox))
        .load(tx.conn)?)
}

/// How many follow a person, and how many people and groups the person follows.
///
/// # Errors
/// Only when the database does.
pub fn follow_counts(tx: &mut Tx<'_>, id: PersonId) -> Result<(i64, i64)> {
    use schema::follows::dsl;
    let accepted = dsl::accepted_at.is_not_null();
    let followers = dsl::follows.filter(dsl::target_id.eq(id)).filter(accepted).count();
    let following = dsl::follows.filter(dsl::follower_id.eq(id)).filter(accepted).count();
    Ok((followers.get_result(tx.conn)?, following.get_result(tx.conn)?))
}

/// The id of the `Follow` with which one person asked to follow another, while it stands.
///
/// # Errors
/// Only when the database does.
pub fn follow_uri(tx: &mut Tx<'_>, follower: PersonId, target: PersonId) -> Result<Option<String>> {
    use schema::follows::dsl;
    let row = dsl::follows.filter(dsl::follower_id.eq(follower).and(dsl::target_id.eq(target)));
    Ok(row.select(dsl::uri).first(tx.conn).optional()?)
}

/// Accounts in use: all, and those seen since two moments (a month and half a year ago, for NodeInfo).
///
/// # Errors
/// Only when the database does.
pub fn counts(tx: &mut Tx<'_>, month: Time, half_year: Time) -> Result<(i64, i64, i64)> {
    use diesel::dsl::count;
    use schema::{accounts, sessions};
    let all = accounts::table.filter(accounts::state.eq(AccountState::Active)).count();
    let seen = |since: Time| {
        sessions::table
            .filter(sessions::seen_at.ge(since))
            .select(count(sessions::person_id).aggregate_distinct())
    };
    Ok((all.get_result(tx.conn)?, seen(month).first(tx.conn)?, seen(half_year).first(tx.conn)?))
}

/// The shared inboxes of all servers that somebody here ever heard of: host and address.
///
/// # Errors
/// Only when the database does.
pub fn shared_inboxes(tx: &mut Tx<'_>) -> Result<Vec<(String, String)>> {
    use schema::actors::dsl;
    Ok(dsl::actors
        .filter(dsl::local.eq(false).and(dsl::shared_inbox.is_not_null()))
        .select((dsl::host, dsl::shared_inbox.assume_not_null()))
        .distinct()
        .load(tx.conn)?)
}
