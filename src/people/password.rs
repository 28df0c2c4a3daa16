//! Changing what one signs in with: password and e-mail address, with the old password or by mail.

use diesel::prelude::*;

use super::credentials::{self, Hasher};
use super::mail_links::{self, Purpose};
use super::{AccountRow, AccountState, attempts, fold_email, login, sessions, sign_up, tokens};
use crate::actors;
use crate::db::{Db, Tx, schema};
use crate::error::{Error, Result};
use crate::ids::{PersonId, RowId};
use crate::mail::{self, Letter};
use crate::policy::limits;
use crate::policy::rates::Limit;

/// Asks for a mail with a link to set a new password. The answer is the same whether there is such an account or not.
///
/// # Errors
/// `Busy` after too many from one address.
pub fn ask_reset(tx: &mut Tx<'_>, email: &str, address: &str, limited: bool) -> Result<()> {
    if limited {
        attempts::take(tx, Limit::AddressMails, &attempts::of_address(address))?;
    }
    let account = login::account_of(tx, email)?.filter(|account| account.email_folded == fold_email(email));
    let Some(account) = account else { return mail::enqueue_nothing(tx) };
    match account.state {
        AccountState::Unconfirmed => return sign_up::mail_confirmation(tx, &account, limited),
        AccountState::Waiting | AccountState::Active | AccountState::Leaving => {}
    }
    if !sign_up::may_mail(tx, &account.email_folded, limited)? {
        return mail::enqueue_nothing(tx);
    }
    let secret =
        mail_links::create(tx, account.person_id, Purpose::Reset, &account.email, limits::RESET_LINK)?;
    let link = tx.urls.absolute(&format!("/reset/{secret}"));
    mail::enqueue(tx, &Letter::to(&account, "reset").with("link", &link))
}

/// Sets a new password by the secret of a mailed link. Ends all sessions and tokens; wrong passwords of before count no more. A second
/// factor is still asked for at log-in.
///
/// # Errors
/// `NotFound` when the link was used or is too old; `Invalid` on `password`.
pub async fn reset(db: &Db, hasher: &Hasher, secret: String, password: String) -> Result<PersonId> {
    let asked = secret.clone();
    let works = db.read(move |tx| mail_links::works(tx, Purpose::Reset, &asked)).await?;
    if !works {
        return Err(Error::NotFound);
    }
    credentials::check_password("password", &password, &[])?;
    let hash = hasher.hash(password).await?;
    db.write(move |tx| {
        let (person, _email) = mail_links::redeem(tx, Purpose::Reset, &secret)?;
        store(tx, person, &hash)?;
        sessions::revoke_all(tx, person, None)?;
        // Whoever knew the old password may have made one.
        tokens::revoke_all(tx, person)?;
        login::forgive(tx, person)?;
        Ok(person)
    })
    .await
}

/// Sets a new password with the old one. Ends all other sessions; this one gets a new secret.
///
/// # Errors
/// `Invalid` on `password` (the old one is wrong) or on `newPassword`.
pub async fn change(
    db: &Db,
    hasher: &Hasher,
    person: PersonId,
    session: Option<RowId>,
    old: String,
    new: String,
) -> Result<Option<String>> {
    verify(db, hasher, person, old).await?;
    let own =
        db.read(move |tx| Ok((actors::find(tx, person.into())?.name, super::account(tx, person)?.email)));
    let (name, email) = own.await?;
    credentials::check_password("newPassword", &new, &[&name, &email])?;
    let hash = hasher.hash(new).await?;
    db.write(move |tx| {
        store(tx, person, &hash)?;
        sessions::revoke_all(tx, person, session)?;
        session.map(|session| sessions::rotate(tx, session)).transpose()
    })
    .await
}

/// Asks for the password once more, before something that a passer-by at an open screen mustn't do.
///
/// # Errors
/// `Invalid` on `password`; `Busy` after too many wrong ones.
pub async fn verify(db: &Db, hasher: &Hasher, person: PersonId, password: String) -> Result<()> {
    let key = format!("password:{person}");
    let asked = key.clone();
    let hash = db
        .read(move |tx| {
            attempts::check(tx, Limit::AccountLogins, &asked)?;
            Ok(super::account(tx, person)?.password_hash)
        })
        .await?;
    if hasher.verify(password, Some(hash)).await? {
        return Ok(());
    }
    db.write(move |tx| attempts::count(tx, Limit::AccountLogins, &key)).await?;
    Err(Error::field("password", "error-password-wrong"))
}

/// Stores a new hash, ends links that were mailed before, and tells the owner. The command line and [`reset`] come here with no
/// old password.
///
/// # Errors
/// `NotFound` when there is no such account.
pub fn store(tx: &mut Tx<'_>, person: PersonId, hash: &str) -> Result<()> {
    use schema::accounts::dsl;
    let account = super::account(tx, person)?;
    diesel::update(dsl::accounts.find(person)).set(dsl::password_hash.eq(hash)).execute(tx.conn)?;
    mail_links::end_all(tx, person)?;
    let letter = Letter::to(&account, "password").with("reset", &tx.urls.absolute("/reset"));
    mail::enqueue(tx, &letter)
}

/// Asks for another e-mail address. It counts once the link in the mail to it was followed; the old address is told. The
/// password was asked for with [`verify`]. An address that somebody else has gets no link, and nobody learns that.
///
/// # Errors
/// `Invalid` on `email`.
pub fn ask_email(tx: &mut Tx<'_>, person: PersonId, email: &str, limited: bool) -> Result<()> {
    credentials::check_email(email)?;
    let account = super::account(tx, person)?;
    let folded = fold_email(email);
    if folded == account.email_folded {
        return Err(Error::field("email", "error-email-same"));
    }
    let new = AccountRow { email: email.trim().to_owned(), email_folded: folded.clone(), ..account.clone() };
    if login::account_of(tx, &folded)?.is_some() {
        mail::enqueue(tx, &Letter::to(&new, "email-known").with("site", tx.urls.domain()))?;
    } else if sign_up::may_mail(tx, &folded, limited)? {
        let secret = mail_links::create(tx, person, Purpose::Email, &new.email, limits::CONFIRM_LINK)?;
        let link = tx.urls.absolute(&format!("/settings/email/{secret}"));
        mail::enqueue(tx, &Letter::to(&new, "email-new").with("link", &link))?;
    }
    let letter = Letter::to(&account, "email-old").with("link", &tx.urls.absolute("/settings/security"));
    mail::enqueue(tx, &letter)
}

/// Takes the new address over, by the secret of the link that was mailed to it.
///
/// # Errors
/// `NotFound` when the link was used or is too old; `Conflict` when somebody else has the address by now.
pub fn confirm_email(tx: &mut Tx<'_>, secret: &str) -> Result<PersonId> {
    use schema::accounts::dsl;
    let (person, email) = mail_links::redeem(tx, Purpose::Email, secret)?;
    diesel::update(dsl::accounts.find(person))
        .set((dsl::email.eq(&email), dsl::email_folded.eq(fold_email(&email))))
        .execute(tx.conn)?;
    mail_links::end_all(tx, person)?;
    Ok(person)
}
