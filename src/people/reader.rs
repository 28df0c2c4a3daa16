//! Who is looking: the member behind a session, with what the frame of every page shows of them.
//!
//! One query, since every page of every member begins with it. Does not make, renew or end sessions: that is the rest of
//! this feature's.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::clock::Time;
use crate::db::types::Json;
use crate::db::{Tx, among, schema};
use crate::error::Result;
use crate::ids::{MediaId, PersonId, RowId};
use crate::instance::{self, Settings};
use crate::membership;
use crate::people::{AccountRole, AccountState};
use crate::policy::{Role, Viewer, limits};

/// A member who is signed in.
#[derive(Debug, Clone, Queryable)]
pub struct Reader {
    /// The session that they are signed in by.
    pub session: RowId,
    /// When the session was last seen.
    pub seen_at: Time,
    /// Who.
    pub person: PersonId,
    /// Their name in handles and addresses.
    pub name: String,
    /// The name that is shown.
    pub display_name: String,
    /// Their picture.
    pub avatar: Option<MediaId>,
    /// How far the account is: `active` or `leaving`.
    pub state: AccountState,
    /// What they may do on the instance.
    pub role: AccountRole,
    /// The language that they chose.
    pub language: Option<String>,
    /// When the account will be deleted, if they asked for that.
    pub delete_after: Option<Time>,
    /// Notifications that they haven't read.
    pub unread: i64,
    /// Whether they keep order in a group.
    pub moderates: bool,
    /// The instance's settings as they are kept, which every page needs too.
    settings: Option<Json>,
}

impl Reader {
    /// Whether they administer this instance.
    pub fn is_admin(&self) -> bool {
        self.role == AccountRole::Admin
    }

    /// The instance's settings, read along.
    ///
    /// # Errors
    /// When what is kept can't be read.
    pub fn settings(&self) -> Result<Settings> {
        Settings::of(self.settings.as_ref())
    }

    /// As reads want it.
    pub fn viewer(&self) -> Viewer {
        Viewer::Member { id: self.person, admin: self.is_admin() }
    }
}

/// The member whose session has this digest. `None` when it ended, still lacks its second factor, or the account is not in
/// use: not confirmed, not approved, suspended or gone.
///
/// # Errors
/// Only when the database does.
pub fn reader(tx: &mut Tx<'_>, digest: &[u8]) -> Result<Option<Reader>> {
    use schema::{accounts, actors, memberships, notices, people, sessions};
    let unread = notices::table
        .filter(notices::person_id.eq(sessions::person_id).and(notices::read_at.is_null()))
        .count()
        .single_value()
        .assume_not_null();
    let moderates = exists(
        memberships::table
            .filter(memberships::person_id.eq(sessions::person_id))
            .filter(among(memberships::role, [Role::Moderator, Role::Owner]))
            .filter(membership::lasts(tx.now)),
    );
    let query = sessions::table
        .inner_join(accounts::table.inner_join(people::table.inner_join(actors::table)))
        .filter(sessions::digest.eq(digest).and(sessions::verified))
        .filter(sessions::expires_at.gt(tx.now))
        .filter(among(accounts::state, [AccountState::Active, AccountState::Leaving]))
        .filter(people::suspended_at.is_null().and(actors::gone_at.is_null()))
        .select((
            sessions::id,
            sessions::seen_at,
            people::id,
            actors::name,
            people::display_name,
            people::avatar_id,
            accounts::state,
            accounts::role,
            accounts::language,
            accounts::delete_after,
            unread,
            moderates,
            instance::kept(),
        ));
    Ok(query.first(tx.conn).optional()?)
}

/// Notes that a session is in use, and from where; it lasts from now on anew.
///
/// # Errors
/// Only when the database does.
pub fn note_seen(tx: &mut Tx<'_>, session: RowId, address: &str) -> Result<()> {
    use schema::sessions::dsl;
    diesel::update(dsl::sessions.find(session))
        .set((
            dsl::seen_at.eq(tx.now),
            dsl::address.eq(address),
            dsl::expires_at.eq(tx.now.plus_seconds(limits::SESSION)),
        ))
        .execute(tx.conn)?;
    Ok(())
}
