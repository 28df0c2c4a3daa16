//! People elsewhere: storing what their servers say of them, and following between people.

use diesel::prelude::*;

use super::{PersonRow, follows};
use crate::actors::{self, ActorRow};
use crate::db::{Native, Tx, schema};
use crate::error::{Error, Result};
use crate::ids::PersonId;
use crate::policy::Actor;

/// A person elsewhere, as their document says.
#[derive(Debug, Clone)]
pub struct RemotePerson {
    /// Addresses and keys; kind `person`.
    pub actor: ActorRow,
    /// The profile. Its id and suspension are this instance's own affair and not taken over.
    pub person: PersonRow,
}

/// Stores a person elsewhere, or brings what is known up to date.
///
/// # Errors
/// `Conflict` when the document would turn something else into a person, or is about a person of this instance.
pub fn save(tx: &mut Tx<'_>, remote: &RemotePerson) -> Result<PersonId> {
    use schema::people::dsl;
    let id = PersonId::from(actors::save_remote(tx, &remote.actor)?);
    let new = PersonRow { id, ..remote.person.clone() };
    let change = (
        dsl::display_name.eq(&new.display_name),
        dsl::bio_html.eq(&new.bio_html),
        dsl::avatar_url.eq(&new.avatar_url),
        dsl::avatar_alt.eq(&new.avatar_alt),
        dsl::bot.eq(new.bot),
        dsl::discoverable.eq(new.discoverable),
        dsl::updated_at.eq(tx.now),
    );
    let insert = diesel::insert_into(dsl::people).values(&new).on_conflict(dsl::id).do_update().set(change);
    Native(insert).execute(tx.conn)?;
    Ok(id)
}

/// A person elsewhere is gone, as their own server says: what is known of them goes, their address stays as a tombstone. Posts
/// and memberships are `threads`' and `membership`'s to forget.
///
/// # Errors
/// `NotFound`; `Conflict` for a person of this instance.
pub fn gone_elsewhere(tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
    use schema::{follows, people};
    if actors::find(tx, person.into())?.local {
        return Err(Error::Conflict);
    }
    actors::mark_gone(tx, person.into())?;
    diesel::update(people::table.find(person))
        .set((
            people::display_name.eq(""),
            people::bio_html.eq(""),
            people::avatar_url.eq(None::<String>),
            people::avatar_alt.eq(""),
            people::updated_at.eq(tx.now),
        ))
        .execute(tx.conn)?;
    diesel::delete(follows::table)
        .filter(follows::follower_id.eq(person).or(follows::target_id.eq(person)))
        .execute(tx.conn)?;
    Ok(())
}

/// A person elsewhere follows a person of this instance. That is accepted at once; the journal makes the answer.
///
/// # Errors
/// `NotFound` when the person isn't of this instance or is gone; `Denied` when one of the two blocked the other.
pub fn followed(tx: &mut Tx<'_>, by: &Actor, target: PersonId, uri: &str) -> Result<()> {
    if !actors::find(tx, target.into())?.local {
        return Err(Error::NotFound);
    }
    follows::follow(tx, by, target, Some(uri.to_owned()))
}

/// A person elsewhere no longer follows a person of this instance, or is no longer let.
///
/// # Errors
/// Only when the database does.
pub fn unfollowed(tx: &mut Tx<'_>, follower: PersonId, target: PersonId) -> Result<()> {
    use schema::follows::dsl;
    diesel::delete(dsl::follows)
        .filter(dsl::follower_id.eq(follower).and(dsl::target_id.eq(target)))
        .execute(tx.conn)?;
    Ok(())
}

/// The person elsewhere answered whether a person of this instance may follow them.
///
/// # Errors
/// Only when the database does.
pub fn answered(tx: &mut Tx<'_>, follower: PersonId, target: PersonId, accepted: bool) -> Result<()> {
    use schema::follows::dsl;
    if !accepted {
        return unfollowed(tx, follower, target);
    }
    diesel::update(dsl::follows)
        .filter(dsl::follower_id.eq(follower).and(dsl::target_id.eq(target)))
        .set(dsl::accepted_at.eq(tx.now))
        .execute(tx.conn)?;
    Ok(())
}
