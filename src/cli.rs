//! The command line: operations are subcommands. Works beside a running server, on the same database.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::app::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::federation::client::Lookup;
use crate::{server, telemetry};

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
    }
}
