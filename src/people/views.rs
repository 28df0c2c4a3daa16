//! What is shown of people: the profile, to whoever may see it.

use diesel::prelude::*;

use super::blocks::{self, BlockKind};
use super::{AccountRole, AccountState, PersonRow, byline, follows};
use crate::actors::{self, ActorRow};
use crate::clock::Time;
use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::ids::PersonId;
use crate::media::{self, views::Picture};
use crate::policy::Viewer;

/// A person's profile.
#[derive(Debug, Clone)]
pub struct Profile {
    /// The person.
    pub person: PersonRow,
    /// Their name, host and addresses.
    pub actor: ActorRow,
    /// Their picture.
    pub picture: Option<Picture>,
    /// They administer this instance.
    pub admin: bool,
    /// The viewer is this person.
    pub own: bool,
    /// What the viewer set against them.
    pub block: Option<BlockKind>,
    /// How the viewer follows them: `Some(None)` asked, `Some(Some(_))` since then.
    pub follows: Option<Option<Time>>,
    /// They follow the viewer.
    pub followed_by: bool,
}

impl Profile {
    /// `@name@host`.
    pub fn handle(&self) -> String {
        self.actor.handle()
    }
}

/// A person's profile.
///
/// # Errors
/// `NotFound` for an account that was never in use, and for a suspended person unless an administrator looks; `Gone` after
/// deletion.
pub fn profile(tx: &mut Tx<'_>, viewer: Viewer, id: PersonId) -> Result<Profile> {
    let person = super::find(tx, id)?;
    let actor = actors::find(tx, id.into())?;
    if actor.gone_at.is_some() {
        return Err(Error::Gone);
    }
    let account: Option<(AccountState, AccountRole)> = schema::accounts::table
        .find(id)
        .select((schema::accounts::state, schema::accounts::role))
        .first(tx.conn)
        .optional()?;
    let in_use =
        account.is_some_and(|(state, _)| matches!(state, AccountState::Active | AccountState::Leaving));
    let hidden = (actor.local && !in_use) || person.suspended_at.is_some();
    if hidden && !viewer.is_admin() {
        return Err(Error::NotFound);
    }
    let picture = match media::views::avatar(tx, id) {
        Ok(picture) => Some(picture),
        Err(Error::NotFound) => None,
        Err(error) => return Err(error),
    };
    let (block, follows, followed_by) = match viewer.person() {
        Some(me) => (
            blocks::of_person(tx, me, id)?,
            follows::of(tx, me, id)?,
            follows::of(tx, id, me)?.flatten().is_some(),
        ),
        None => (None, None, false),
    };
    Ok(Profile {
        own: viewer.person() == Some(id),
        admin: account.is_some_and(|(_, role)| role == AccountRole::Admin),
        person,
        actor,
        picture,
        block,
        follows,
        followed_by,
    })
}

/// The profile of `name`, `@name@host`, or an id.
///
/// # Errors
/// Like [`profile`].
pub fn by_handle(tx: &mut Tx<'_>, viewer: Viewer, handle: &str) -> Result<Profile> {
    match byline::find(tx, handle) {
        Ok(id) => profile(tx, viewer, id),
        // A deleted person of this instance is told apart from one who never was.
        Err(Error::NotFound) => {
            let name = handle.trim_start_matches('@');
            let (name, host) = name.split_once('@').unwrap_or((name, tx.urls.domain()));
            let ours = host.eq_ignore_ascii_case(tx.urls.domain());
            let gone = match actors::local_by_name(tx, name)? {
                Some(actor) if ours => actor.gone_at.is_some() && actor.kind == actors::ActorKind::Person,
                _ => false,
            };
            Err(if gone { Error::Gone } else { Error::NotFound })
        }
        Err(error) => Err(error),
    }
}
