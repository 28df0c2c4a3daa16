//! `vakplein user …`: making accounts and tokens, and helping people who can't get in any more.

use std::io::{Read, Write};

use anyhow::Context;
use clap::Subcommand;

use super::{as_admin, ground, in_words, words};
use crate::app::App;
use crate::db::Tx;
use crate::db::page::Part;
use crate::error::{Error, Result};
use crate::ids::{self, PersonId};
use crate::moderation::{Category, Why};
use crate::people::acts::{self, NewPerson};
use crate::people::admin::{self, Which};
use crate::people::{
    AccountRole, Scopes, byline, credentials, login, password, second_factor, sessions, tokens,
};
use crate::policy::Viewer;

/// What is done with people.
#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Make an account that is confirmed at once. Without --password-stdin it gets a random password, which is printed.
    Create {
        /// Name in addresses.
        name: String,
        /// E-mail address.
        #[arg(long)]
        email: String,
        /// Read the password from standard input.
        #[arg(long)]
        password_stdin: bool,
        /// Make them an administrator.
        #[arg(long)]
        admin: bool,
    },
    /// Make an API token with all scopes; it stands alone on the last line.
    Token {
        /// Name or e-mail address.
        name: String,
    },
    /// Set another password, and end all sessions. Without --password-stdin it is random, and printed.
    ResetPassword {
        /// Name or e-mail address.
        name: String,
        /// Read the password from standard input.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Take the second factor away from somebody who lost phone and codes.
    #[command(name = "reset-2fa")]
    ResetSecondFactor {
        /// Name or e-mail address.
        name: String,
    },
    /// List the accounts: name, e-mail address, state, role.
    List {
        /// Only those with this in name or address.
        #[arg(default_value = "")]
        q: String,
        /// Only those that wait for approval.
        #[arg(long)]
        waiting: bool,
    },
    /// Let somebody in who signed up and waits for approval.
    Approve {
        /// Name or e-mail address.
        name: String,
    },
    /// Refuse somebody who waits for approval: the account is deleted, and they are told why.
    Reject {
        /// Name or e-mail address.
        name: String,
        /// Why, for whoever is refused.
        #[arg(long)]
        reason: String,
    },
    /// Suspend somebody, here or (name@host) elsewhere. They are told, and the public log shows the reason.
    Suspend {
        /// Name or e-mail address.
        name: String,
        /// Why, for the person and the log.
        #[arg(long)]
        reason: String,
        /// On which ground: rules, privacy, illegal, spam or other.
        #[arg(long, default_value = "rules", value_parser = ground)]
        ground: Category,
    },
    /// Lift a suspension.
    Unsuspend {
        /// Name or e-mail address.
        name: String,
    },
    /// Make somebody an administrator, or an ordinary member again.
    Role {
        /// Name or e-mail address.
        name: String,
        /// admin or member.
        #[arg(value_parser = role)]
        role: AccountRole,
    },
}

fn role(word: &str) -> std::result::Result<AccountRole, String> {
    AccountRole::from_word(word)
        .ok_or_else(|| format!("one of {}", words(AccountRole::ALL.iter().map(|role| role.word()))))
}

/// Runs a command.
pub(super) async fn run(app: &App, by: Option<&str>, command: UserCommand) -> anyhow::Result<()> {
    match command {
        UserCommand::Create { name, email, password_stdin, admin } => {
            create(app, &name, &email, password_stdin, admin).await
        }
        UserCommand::Token { name } => {
            let made = app
                .db
                .write(move |tx| {
                    let person = person(tx, &name)?;
                    tokens::create(tx, person, "vakplein user token", &Scopes::all(), None)
                })
                .await;
            let (_row, secret) = made.map_err(|error| in_words(app, error))?;
            writeln!(std::io::stdout(), "{secret}")?;
            Ok(())
        }
        UserCommand::ResetPassword { name, password_stdin } => {
            let (password, made) = new_password(app, &name, "", password_stdin)?;
            let hash = app.hasher.hash(password.clone()).await?;
            let done = app.db.write(move |tx| {
                let person = person(tx, &name)?;
                password::store(tx, person, &hash)?;
                sessions::revoke_all(tx, person, None)
            });
            done.await.map_err(|error| in_words(app, error))?;
            tell_password(&password, made)
        }
        UserCommand::ResetSecondFactor { name } => {
            let done = app.db.write(move |tx| {
                let person = person(tx, &name)?;
                second_factor::clear(tx, person)?;
                sessions::revoke_all(tx, person, None)
            });
            done.await.map_err(|error| in_words(app, error))?;
            writeln!(std::io::stdout(), "The second factor is off, and all sessions have ended.")?;
            Ok(())
        }
        UserCommand::List { q, waiting } => {
            list(app, &q, if waiting { Which::Waiting } else { Which::Everything }).await
        }
        UserCommand::Approve { name } => {
            let done = as_admin(app, by, move |tx, by| {
                let person = person(tx, &name)?;
                admin::approve(tx, by, person)
            });
            tell(done.await, "The account is approved, and its owner is told.")
        }
        UserCommand::Reject { name, reason } => {
            let done = as_admin(app, by, move |tx, by| {
                let person = person(tx, &name)?;
                admin::reject(tx, by, person, &reason)
            });
            tell(done.await, "The account is deleted, and its owner is told.")
        }
        UserCommand::Suspend { name, reason, ground } => {
            let done = as_admin(app, by, move |tx, by| {
                let person = person(tx, &name)?;
                admin::suspend(tx, by, person, Why::on(Some(ground), &reason)?)
            });
            tell(done.await, "The account is suspended.")
        }
        UserCommand::Unsuspend { name } => {
            let done = as_admin(app, by, move |tx, by| {
                let person = person(tx, &name)?;
                admin::unsuspend(tx, by, person)
            });
            tell(done.await, "The account is no longer suspended.")
        }
        UserCommand::Role { name, role } => {
            let done = as_admin(app, by, move |tx, by| {
                let person = person(tx, &name)?;
                admin::set_role(tx, by, person, role)
            });
            tell(done.await, "The role is changed.")
        }
    }
}

fn tell(done: anyhow::Result<()>, text: &str) -> anyhow::Result<()> {
    done?;
    writeln!(std::io::stdout(), "{text}")?;
    Ok(())
}

async fn create(app: &App, name: &str, email: &str, from_stdin: bool, is_admin: bool) -> anyhow::Result<()> {
    credentials::check_email(email).map_err(|error| in_words(app, error))?;
    let (password, made) = new_password(app, name, email, from_stdin)?;
    let hash = app.hasher.hash(password.clone()).await?;
    let keys = app.make_keys().await?;
    let mut new = NewPerson::confirmed(name, email, &hash);
    if is_admin {
        new.role = AccountRole::Admin;
    }
    match app.db.write(move |tx| acts::create(tx, &new, &keys)).await {
        Ok(_id) => {}
        Err(Error::Conflict) => return Err(in_words(app, Error::field("email", "error-email-taken"))),
        Err(error) => return Err(in_words(app, error)),
    }
    writeln!(std::io::stdout(), "{}", app.urls.person(name))?;
    tell_password(&password, made)
}

/// The password from standard input, or one that nobody has to think of. Tells whether it was made here.
fn new_password(app: &App, name: &str, email: &str, from_stdin: bool) -> anyhow::Result<(String, bool)> {
    if !from_stdin {
        return Ok((ids::secret().chars().take(24).collect(), true));
    }
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).context("no password on standard input")?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    credentials::check_password("password", &password, &[name, email])
        .map_err(|error| in_words(app, error))?;
    Ok((password, false))
}

fn tell_password(password: &str, made: bool) -> anyhow::Result<()> {
    if made {
        writeln!(std::io::stdout(), "password: {password}")?;
    }
    Ok(())
}

/// Whose name or address this is.
pub(super) fn person(tx: &mut Tx<'_>, name: &str) -> Result<PersonId> {
    match login::account_of(tx, name)? {
        Some(account) => Ok(account.person_id),
        None => match byline::find(tx, name) {
            Ok(id) => Ok(id),
            Err(Error::NotFound) => Err(Error::field("name", "error-person-unknown")),
            Err(error) => Err(error),
        },
    }
}

async fn list(app: &App, q: &str, which: Which) -> anyhow::Result<()> {
    // Whoever runs this has the database itself: there is nobody to ask for rights.
    let viewer = Viewer::Member { id: PersonId::fresh(), admin: true };
    let mut part = Part { after: None, size: 200 };
    loop {
        let q = q.to_owned();
        let slice = app.db.read(move |tx| admin::accounts(tx, viewer, &q, which, part)).await?;
        for line in slice.items {
            let suspended = if line.suspended_at.is_some() { "\tsuspended" } else { "" };
            writeln!(
                std::io::stdout(),
                "{}\t{}\t{}\t{}{suspended}",
                line.name,
                line.email,
                line.state,
                line.role
            )?;
        }
        match slice.next {
            Some(next) => part.after = Some(next),
            None => return Ok(()),
        }
    }
}
