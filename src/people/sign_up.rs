//! Signing up: from the form to an account in use. An administrator's part is in `admin`.
//!
//! No answer tells whether an address has an account: its owner learns it by mail. So the name that was chosen with a known
//! address is held for a while, as it would be with an unknown one.

use diesel::prelude::*;

use super::acts::{self, NewPerson};
use super::mail_links::{self, Purpose};
use super::{AccountRole, AccountRow, AccountState, attempts, credentials, fold_email};
use crate::actors;
use crate::db::{Tx, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::PersonId;
use crate::instance::{self, SignUp};
use crate::journal::{self, Did, Line};
use crate::keys::ActorKeys;
use crate::mail::{self, Letter};
use crate::policy::rates::Limit;
use crate::policy::{Actor, Reason, limits};

/// What somebody filled in.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Name in addresses.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
    /// Why they want to take part; asked when an administrator approves.
    pub motivation: String,
    /// Language of the page, for mails.
    pub language: Option<String>,
    /// From which address.
    pub address: String,
    /// Whether limits count (`limits.enabled`).
    pub limited: bool,
}

/// Checks a form, before the password is hashed and keys are made.
///
/// # Errors
/// `Invalid` with all that is wrong.
pub fn check(form: &Form) -> Result<()> {
    let mut errors = FieldErrors::default();
    errors.gather(actors::check_name(&form.name))?;
    errors.gather(credentials::check_email(&form.email))?;
    errors.gather(credentials::check_password("password", &form.password, &[&form.name, &form.email]))?;
    if form.motivation.chars().count() > limits::REASON {
        errors.add_limit(
            "motivation",
            "error-reason-long",
            i64::try_from(limits::REASON).unwrap_or(i64::MAX),
        );
    }
    errors.into_result()
}

/// Checks what only the database can tell: whether the name is still to be had, which is public anyway, and whether a motivation
/// is asked for.
///
/// # Errors
/// `Invalid` with all that is wrong.
pub fn check_now(tx: &mut Tx<'_>, form: &Form) -> Result<()> {
    let mut errors = FieldErrors::default();
    if name_is_held(tx, &form.name)? {
        errors.add("name", "error-name-unavailable");
    }
    errors.gather(actors::check_free(tx, &form.name, false))?;
    if instance::settings(tx)?.sign_up == SignUp::Approval && form.motivation.trim().is_empty() {
        errors.add("motivation", "error-motivation-missing");
    }
    errors.into_result()
}

/// Signs somebody up. The form was checked; hash and keys are made before the transaction.
///
/// The answer is the same whether the address has an account or not.
///
/// # Errors
/// `Denied(SignUpClosed)`; `Busy` after too many; `Invalid` when the name is taken or the motivation is missing.
pub fn sign_up(tx: &mut Tx<'_>, form: &Form, hash: &str, keys: &ActorKeys) -> Result<()> {
    let settings = instance::settings(tx)?;
    if settings.sign_up == SignUp::Closed {
        return Err(Reason::SignUpClosed.into());
    }
    if form.limited {
        attempts::take(tx, Limit::AddressSignUps, &attempts::of_address(&form.address))?;
    }
    check_now(tx, form)?;
    let known: Option<AccountRow> = schema::accounts::table
        .filter(schema::accounts::email_folded.eq(fold_email(&form.email)))
        .select(AccountRow::as_select())
        .first(tx.conn)
        .optional()?;
    if let Some(known) = known {
        hold_name(tx, &form.name)?;
        return mail_known(tx, &known, form.limited);
    }
    let new = NewPerson {
        name: form.name.clone(),
        email: form.email.clone(),
        password_hash: hash.to_owned(),
        state: AccountState::Unconfirmed,
        role: AccountRole::Member,
        language: form.language.clone(),
        motivation: form.motivation.trim().to_owned(),
        trusted: false,
    };
    let id = acts::create(tx, &new, keys)?;
    let account = super::account(tx, id)?;
    mail_confirmation(tx, &account, form.limited)
}

/// Proves the address of a new account by the secret of the link in the mail. Tells how far the account is now.
///
/// # Errors
/// `NotFound` when the link was used or is too old.
pub fn confirm(tx: &mut Tx<'_>, secret: &str) -> Result<(PersonId, AccountState)> {
    use schema::accounts::dsl;
    let (person, _email) = mail_links::redeem(tx, Purpose::Confirm, secret)?;
    let account = super::account(tx, person)?;
    if account.state != AccountState::Unconfirmed {
        return Ok((person, account.state));
    }
    let state = match instance::settings(tx)?.sign_up {
        // An account asked for when sign-up was open is still welcome.
        SignUp::Open => AccountState::Active,
        SignUp::Closed if account.motivation.is_empty() => AccountState::Active,
        SignUp::Approval | SignUp::Closed => AccountState::Waiting,
    };
    diesel::update(dsl::accounts.find(person))
        .set((dsl::state.eq(state), dsl::confirmed_at.eq(tx.now)))
        .execute(tx.conn)?;
    if state == AccountState::Waiting {
        journal::record(tx, &Line::new(Did::SignUp, &Actor::here(person)).person(person))?;
    }
    Ok((person, state))
}

/// Sends the link that proves an address, again if need be. At most a few an hour to one address.
///
/// # Errors
/// Only when the database does.
pub fn mail_confirmation(tx: &mut Tx<'_>, account: &AccountRow, limited: bool) -> Result<()> {
    if !may_mail(tx, &account.email_folded, limited)? {
        return Ok(());
    }
    let secret =
        mail_links::create(tx, account.person_id, Purpose::Confirm, &account.email, limits::CONFIRM_LINK)?;
    let name = actors::find(tx, account.person_id.into())?.name;
    let link = tx.urls.absolute(&format!("/confirm/{secret}"));
    let letter = Letter::to(account, "confirm").with("name", &name).with("link", &link);
    mail::enqueue(tx, &letter)
}

/// Asks for the link that proves an address once more, by somebody who isn't signed in. The answer is the same whether there
/// is such an account, and whatever state it is in: its owner learns that by mail.
///
/// # Errors
/// `Busy` after too many from one address.
pub fn ask_confirmation(tx: &mut Tx<'_>, email: &str, address: &str, limited: bool) -> Result<()> {
    if limited {
        attempts::take(tx, Limit::AddressMails, &attempts::of_address(address))?;
    }
    let folded = fold_email(email);
    match super::login::account_of(tx, email)?.filter(|account| account.email_folded == folded) {
        Some(account) => mail_known(tx, &account, limited),
        None => mail::enqueue_nothing(tx),
    }
}

fn mail_known(tx: &mut Tx<'_>, account: &AccountRow, limited: bool) -> Result<()> {
    if account.state == AccountState::Unconfirmed {
        return mail_confirmation(tx, account, limited);
    }
    if !may_mail(tx, &account.email_folded, limited)? {
        return Ok(());
    }
    let name = actors::find(tx, account.person_id.into())?.name;
    let letter = Letter::to(account, "known")
        .with("name", &name)
        .with("login", &tx.urls.absolute("/login"))
        .with("reset", &tx.urls.absolute("/reset"));
    mail::enqueue(tx, &letter)
}

/// Whether another mail may go to an address because of somebody who isn't signed in.
pub(super) fn may_mail(tx: &mut Tx<'_>, email_folded: &str, limited: bool) -> Result<bool> {
    if !limited {
        return Ok(true);
    }
    match attempts::take(tx, Limit::MailboxMails, &attempts::of_mailbox(email_folded)) {
        Ok(()) => Ok(true),
        Err(Error::Limited { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

fn held_subject(name: &str) -> String {
    format!("name:{}", name.to_ascii_lowercase())
}

/// Keeps a name taken as long as by a sign-up that nobody confirms.
fn hold_name(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    attempts::hold(tx, &held_subject(name), limits::UNCONFIRMED)
}

fn name_is_held(tx: &mut Tx<'_>, name: &str) -> Result<bool> {
    attempts::is_held(tx, &held_subject(name), limits::UNCONFIRMED)
}
