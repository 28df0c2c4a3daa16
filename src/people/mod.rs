//! People: local accounts and people elsewhere. Owns `people`, `accounts`, `sessions`, `tokens`, `recovery_codes`,
//! `mail_links`, `attempts`, `blocks`, `follows`.
//!
//! A person's addresses and keys are in `actors`, under the same id. How one signs in is in `login.rs` and
//! `credentials.rs`; edges know sessions and tokens only through this feature.

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{MultiBackend, schema};
use crate::ids::{MediaId, PersonId};
use crate::text_enum;

/// A person, here or elsewhere.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::people, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub struct PersonRow {
    /// Also the id of the actor.
    pub id: PersonId,
    /// The name that is shown.
    pub display_name: String,
    /// About them, Markdown; empty for people elsewhere.
    pub bio: String,
    /// About them, safe HTML.
    pub bio_html: String,
    /// Their picture, uploaded here.
    pub avatar_id: Option<MediaId>,
    /// Their picture elsewhere; shown through our proxy only.
    pub avatar_url: Option<String>,
    /// What is on the picture.
    pub avatar_alt: String,
    /// For whom they work.
    pub employer: String,
    /// As what.
    pub function: String,
    /// An automatic account.
    pub bot: bool,
    /// Whether they want to be found in lists and searches (FEP-5feb).
    pub discoverable: bool,
    /// Suspended by an administrator of this instance.
    pub suspended_at: Option<Time>,
    /// When the profile last changed.
    pub updated_at: Time,
}

text_enum! {
    /// How far an account is.
    AccountState {
        /// The e-mail address isn't proven yet.
        Unconfirmed = "unconfirmed",
        /// Proven, and waits for an administrator's approval.
        Waiting = "waiting",
        /// In use.
        Active = "active",
        /// The member wants to go; deleted when the grace period ends.
        Leaving = "leaving",
    }
}

text_enum! {
    /// What an account may do on the whole instance.
    AccountRole {
        /// Nothing special.
        Member = "member",
        /// Administers the instance.
        Admin = "admin",
    }
}
