//! The command line: operations are subcommands. Works beside a running server, on the same database.

mod user;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::error::Error;
use crate::federation::client::Lookup;
use crate::groups::{self, GroupDraft};
use crate::locale::Texts;
use crate::people::byline;
use crate::policy::Class;
use crate::{demo, server, telemetry};

/// A federated community server.
#[derive(Debug, Parser)]
#[command(name = "vakplein", version)]
struct Arguments {
    /// Configuration file; without it, the defaults and the environment count.
    #[arg(long, global = true, env = "VAKPLEIN_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve pages, API and federation.
    Serve {
        /// What this process does: all of it, only answer requests, or only work on the queues.
        #[arg(long, default_value = "all")]
        role: server::Role,
    },
    /// Bring the database up to date, and stop.
    Migrate,
    /// Two federating instances with sample content on this machine, with no set-up at all.
    Demo {
        /// Keep their data in this folder, and use what is there.
        #[arg(long, value_name = "DIR")]
        keep: Option<PathBuf>,
    },
    /// Accounts.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Groups.
    #[command(subcommand)]
    Group(GroupCommand),
}

#[derive(Debug, Subcommand)]
enum GroupCommand {
    /// Make a group.
    Create {
        /// Its name in addresses.
        name: String,
        /// The name that is shown.
        #[arg(long)]
        title: String,
        /// How far its content may go: openbaar, leden, vertrouwelijk or lokaal. For now only openbaar.
        #[arg(long, value_parser = class)]
        class: Class,
        /// The member who owns it; without one, only administrators keep it.
        #[arg(long, value_name = "USER")]
        owner: Option<String>,
    },
}

fn class(word: &str) -> Result<Class, String> {
    let known = || Class::ALL.iter().map(|class| class.word()).collect::<Vec<_>>().join(", ");
    Class::from_word(word).ok_or_else(|| format!("one of {}", known()))
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    match runtime.block_on(run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    // Nothing is left to do when even stderr is closed.
    drop(writeln!(std::io::stderr(), "vakplein: {error:#}"));
    ExitCode::FAILURE
}

async fn run(arguments: Arguments) -> anyhow::Result<()> {
    if let Command::Demo { keep } = arguments.command {
        // It configures itself; what it prints shall stay readable.
        telemetry::start_logging("text", "warn");
        return demo::run(keep).await;
    }
    let config = Config::load(arguments.config.as_deref(), std::env::vars())?;
    telemetry::start_logging(&config.log.format, &config.log.level);
    match arguments.command {
        Command::Serve { role } => {
            let app = App::open(config, Clock::system(), Lookup::System).await?;
            server::run(app, role).await
        }
        Command::Migrate => {
            App::open(config, Clock::system(), Lookup::System).await?;
            writeln!(std::io::stdout(), "The database is up to date.")?;
            Ok(())
        }
        Command::Demo { keep } => demo::run(keep).await,
        Command::User(command) => {
            let app = App::open(config, Clock::system(), Lookup::System).await?;
            user::run(&app, command).await
        }
        Command::Group(GroupCommand::Create { name, title, class, owner }) => {
            let app = App::open(config, Clock::system(), Lookup::System).await?;
            let draft = GroupDraft { name, title, class, ..GroupDraft::default() };
            let url = found_group(&app, draft, owner).await.map_err(|error| in_words(&app, error))?;
            writeln!(std::io::stdout(), "{url}")?;
            Ok(())
        }
    }
}

/// Makes a group, and tells its address.
async fn found_group(app: &App, draft: GroupDraft, owner: Option<String>) -> crate::error::Result<String> {
    let draft = groups::draft::rendered(draft, &app.markdown);
    groups::draft::check(&draft)?;
    let keys = app.make_keys().await?;
    app.db
        .write(move |tx| {
            let owner = match owner.as_deref().map(|name| byline::find(tx, name)) {
                Some(Err(Error::NotFound)) => return Err(Error::field("owner", "error-person-unknown")),
                Some(found) => Some(found?),
                None => None,
            };
            groups::acts::found(tx, owner, &draft, &keys)?;
            Ok(tx.urls.group(&draft.name))
        })
        .await
}

/// An error as it is told on the command line, in English: what is wrong with which option.
fn in_words(app: &App, error: Error) -> anyhow::Error {
    let lang = app.locales.find("en").unwrap_or_else(|| app.locales.default_lang());
    let texts = Texts::new(Arc::clone(&app.locales), lang);
    match error {
        Error::Invalid(fields) => {
            let said = fields.0.iter().map(|field| match &field.limit {
                Some(limit) => format!("{}: {}", field.field, texts.t_with(field.key, &[("limit", limit)])),
                None => format!("{}: {}", field.field, texts.t(field.key)),
            });
            anyhow::anyhow!("{}", said.collect::<Vec<_>>().join("\n"))
        }
        Error::Denied(reason) => anyhow::anyhow!("{}", texts.t(&format!("reason-{reason}"))),
        other => other.into(),
    }
}
