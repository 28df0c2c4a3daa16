//! `vakplein user …`: accounts from the command line, for whoever runs the machine.

use std::io::{BufRead, Write};

use clap::Subcommand;

use crate::app::App;
use crate::error::{Error, Result};
use crate::ids;
use crate::people::acts::{self, NewPerson};
use crate::people::credentials::{check_email, check_password};
use crate::people::{AccountRole, Scopes, byline, tokens};

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Make an account that is confirmed at once. Without --password-stdin a password is made and printed.
    Create {
        /// Its name in addresses.
        name: String,
        /// Its e-mail address.
        #[arg(long)]
        email: String,
        /// Read the password from the first line of standard input.
        #[arg(long)]
        password_stdin: bool,
        /// Administers the instance.
        #[arg(long)]
        admin: bool,
    },
    /// Make a bearer token for the API, with all scopes. The last line is the token alone.
    Token {
        /// Whose.
        name: String,
    },
}

pub(super) async fn run(app: &App, command: UserCommand) -> anyhow::Result<()> {
    let mut out = std::io::stdout();
    match command {
        UserCommand::Create { name, email, password_stdin, admin } => {
            let typed = password_stdin.then(read_password).transpose()?;
            let made = typed.is_none();
            let password = typed.unwrap_or_else(ids::secret);
            let url = create(app, name, email, password.clone(), admin).await;
            let url = url.map_err(|error| super::in_words(app, error))?;
            if made {
                writeln!(out, "Password: {password}")?;
            }
            writeln!(out, "{url}")?;
        }
        UserCommand::Token { name } => {
            let token = app.db.write(move |tx| {
                let person = byline::find(tx, &name)?;
                Ok(tokens::create(tx, person, "command line", &Scopes::all(), None)?.1)
            });
            let token = token.await.map_err(|error| super::in_words(app, unknown(error)))?;
            writeln!(out, "{token}")?;
        }
    }
    Ok(())
}

fn read_password() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn unknown(error: Error) -> Error {
    if matches!(error, Error::NotFound) { Error::field("name", "error-person-unknown") } else { error }
}

async fn create(app: &App, name: String, email: String, password: String, admin: bool) -> Result<String> {
    check_email(&email)?;
    check_password("password", &password, &[&name, &email])?;
    let hash = app.hasher.hash(password).await?;
    let keys = app.make_keys().await?;
    let mut new = NewPerson::confirmed(&name, &email, &hash);
    if admin {
        new.role = AccountRole::Admin;
    }
    let made = app.db.write(move |tx| {
        acts::create(tx, &new, &keys)?;
        Ok(tx.urls.person(&new.name))
    });
    match made.await {
        // The name is checked apart: what is taken is the address.
        Err(Error::Conflict) => Err(Error::field("email", "error-email-taken")),
        other => other,
    }
}
