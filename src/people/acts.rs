//! Every change to people: making accounts.

use diesel::prelude::*;

use super::{AccountRole, AccountRow, AccountState, PersonRow, fold_email};
use crate::actors::{self, ActorKind};
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::ids::PersonId;
use crate::keys::ActorKeys;

/// A person of this instance to be made.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Name in addresses.
    pub name: String,
    /// E-mail address, checked by whoever made this.
    pub email: String,
    /// Argon2id, PHC string: hashed before the transaction. Any valid PHC string of Argon2 will do, whatever its cost.
    pub password_hash: String,
    /// How far the account is.
    pub state: AccountState,
    /// What it may do on the whole instance.
    pub role: AccountRole,
    /// Chosen language.
    pub language: Option<String>,
    /// Why they want an account, when an administrator has to decide.
    pub motivation: String,
    /// An administrator made it, so that reserved names are free to take.
    pub trusted: bool,
}

impl NewPerson {
    /// A member who is confirmed at once: made on the command line or by a test.
    pub fn confirmed(name: &str, email: &str, password_hash: &str) -> Self {
        Self {
            name: name.to_owned(),
            email: email.to_owned(),
            password_hash: password_hash.to_owned(),
            state: AccountState::Active,
            role: AccountRole::Member,
            language: None,
            motivation: String::new(),
            trusted: true,
        }
    }
}

/// Makes a person with an account and keys. Keys and hash are made before the transaction.
///
/// # Errors
/// `Invalid` when the name can't be used or is taken; `Conflict` when the e-mail address has an account.
pub fn create(tx: &mut Tx<'_>, new: &NewPerson, keys: &ActorKeys) -> Result<PersonId> {
    let actor = actors::create_local(tx, ActorKind::Person, &new.name, keys, new.trusted)?;
    let id = PersonId::from(actor.id);
    let person = PersonRow::named(id, &actor.name, tx.now);
    diesel::insert_into(schema::people::table).values(&person).execute(tx.conn)?;
    let account = AccountRow {
        person_id: id,
        email: new.email.trim().to_owned(),
        email_folded: fold_email(&new.email),
        password_hash: new.password_hash.clone(),
        state: new.state,
        role: new.role,
        language: new.language.clone(),
        motivation: new.motivation.clone(),
        totp_secret: None,
        totp_confirmed_at: None,
        totp_last_step: 0,
        mail_replies: true,
        mail_moderation: true,
        delete_after: None,
        confirmed_at: (new.state != AccountState::Unconfirmed).then_some(tx.now),
        created_at: tx.now,
        mail_titles: false,
    };
    diesel::insert_into(schema::accounts::table).values(&account).execute(tx.conn)?;
    Ok(id)
}
