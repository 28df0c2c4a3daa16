//! People: local accounts and people elsewhere. Owns `people`, `accounts`, `sessions`, `tokens`, `recovery_codes`,
//! `devices`, `mail_links`, `attempts`, `blocks`, `follows`.
//!
//! A person's addresses and keys are in `actors`, under the same id. How one signs in is in `login.rs` and
//! `credentials.rs`; edges know sessions and tokens only through this feature.

pub mod acts;
pub mod admin;
pub mod attempts;
pub mod blocks;
pub mod byline;
pub mod credentials;
pub mod export;
pub mod follows;
pub mod leaving;
pub mod login;
pub mod mail_links;
pub mod outward;
pub mod password;
pub mod profile;
pub mod reader;
pub mod remote;
pub mod retention;
pub mod second_factor;
pub mod sessions;
pub mod sign_up;
pub mod tokens;
pub mod views;

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{MultiBackend, Tx, schema};
use crate::error::Result;
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

impl PersonRow {
    /// Somebody of whom nothing is known but the name.
    pub fn named(id: PersonId, name: &str, now: Time) -> Self {
        Self {
            id,
            display_name: name.to_owned(),
            bio: String::new(),
            bio_html: String::new(),
            avatar_id: None,
            avatar_url: None,
            avatar_alt: String::new(),
            employer: String::new(),
            function: String::new(),
            bot: false,
            discoverable: true,
            suspended_at: None,
            updated_at: now,
        }
    }
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

text_enum! {
    /// What an API token may be used for.
    Scope {
        /// See what its owner sees.
        Read = "read",
        /// Post, react, join, change one's own profile.
        Write = "write",
        /// Keep order in groups where its owner does.
        Moderate = "moderate",
        /// Administer the instance, when its owner does.
        Admin = "admin",
    }
}

/// A set of scopes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// These scopes.
    pub fn of(scopes: &[Scope]) -> Self {
        let mut scopes = scopes.to_vec();
        scopes.sort_unstable();
        scopes.dedup();
        Self(scopes)
    }

    /// Every scope there is.
    pub fn all() -> Self {
        Self::of(Scope::ALL)
    }

    /// Reads words that are separated by spaces. Words that aren't known are left out: they allow nothing.
    pub fn parse(text: &str) -> Self {
        Self::of(&text.split_whitespace().filter_map(Scope::from_word).collect::<Vec<_>>())
    }

    /// The words, separated by spaces.
    pub fn text(&self) -> String {
        self.0.iter().map(|scope| scope.word()).collect::<Vec<_>>().join(" ")
    }

    /// Whether a scope is among them.
    pub fn has(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// The scopes in order.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What a person of this instance signs in with.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::accounts, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub struct AccountRow {
    /// Whose it is.
    pub person_id: PersonId,
    /// E-mail address, as it was written.
    pub email: String,
    /// The address for comparing: see [`fold_email`].
    pub email_folded: String,
    /// Argon2id, PHC string.
    pub password_hash: String,
    /// How far the account is.
    pub state: AccountState,
    /// What it may do on the whole instance.
    pub role: AccountRole,
    /// Chosen language; `None`: as the browser asks.
    pub language: Option<String>,
    /// What was written when asking to join the instance.
    pub motivation: String,
    /// Secret of the second factor.
    pub totp_secret: Option<Vec<u8>>,
    /// Since when the second factor counts.
    pub totp_confirmed_at: Option<Time>,
    /// The last time step whose code was used (RFC 6238 §5.2: a code counts once).
    pub totp_last_step: i64,
    /// Wants mail about replies and mentions.
    pub mail_replies: bool,
    /// Wants mail about reports and requests to join.
    pub mail_moderation: bool,
    /// State leaving: when the account is deleted.
    pub delete_after: Option<Time>,
    /// When the e-mail address was proven.
    pub confirmed_at: Option<Time>,
    /// When it was made.
    pub created_at: Time,
    /// Mails about closed groups of class `leden` may name a topic's title.
    pub mail_titles: bool,
}

impl AccountRow {
    /// Whether signing in takes a second factor.
    pub fn has_second_factor(&self) -> bool {
        self.totp_secret.is_some() && self.totp_confirmed_at.is_some()
    }
}

/// An e-mail address for comparing: the whole in lower case, for nobody tells `Ana@` from `ana@`.
pub fn fold_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// The account of a person of this instance.
///
/// # Errors
/// `NotFound` when there is none: a person elsewhere, or a deleted one.
pub fn account(tx: &mut Tx<'_>, id: PersonId) -> Result<AccountRow> {
    Ok(schema::accounts::table.find(id).select(AccountRow::as_select()).first(tx.conn)?)
}

/// A person, here or elsewhere.
///
/// # Errors
/// `NotFound`.
pub fn find(tx: &mut Tx<'_>, id: PersonId) -> Result<PersonRow> {
    Ok(schema::people::table.find(id).select(PersonRow::as_select()).first(tx.conn)?)
}
