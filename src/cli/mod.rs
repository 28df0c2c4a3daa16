//! The command line: operations are subcommands. Works beside a running server, on the same database.

mod agreements;
mod audit;
mod community;
mod fediverse;
mod forecasts;
mod held;
mod keeping;
mod limits;
mod links;
mod rules;
mod user;

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::app::App;
use crate::audit::Line;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Tx;
use crate::db::page::Part;
use crate::doctor::Verdict;
use crate::error::{Error, FieldError};
use crate::federation::client::Lookup;
use crate::groups::{self, GroupDraft};
use crate::ids::PersonId;
use crate::locale::Texts;
use crate::membership::invitations::Wish;
use crate::moderation::Category;
use crate::people::admin::{self, Which};
use crate::people::byline;
use crate::policy::{Actor, Class, Joining, Viewer};
use crate::{demo, doctor, request, server, telemetry};

/// A federated community server.
#[derive(Debug, Parser)]
#[command(name = "vakplein", version)]
struct Arguments {
    /// Configuration file; without it, the defaults and the environment count.
    #[arg(long, global = true, env = "VAKPLEIN_CONFIG")]
    config: Option<PathBuf>,
    /// The administrator in whose name something is decided; needn't be named where there is only one.
    #[arg(long = "as", global = true, value_name = "ADMIN")]
    by: Option<String>,
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
    /// Look at everything that this instance stands on: database, folders, clock, domain, proxy, mail. Ends with 1 on a fault.
    Doctor {
        /// Say only what isn't well.
        #[arg(long)]
        quiet: bool,
    },
    /// Write the database and the media folder to a file, as they are at this moment; the server may go on meanwhile.
    Backup {
        /// The file; it must not be there yet. It holds all that this instance knows, its keys included: keep it safe.
        file: PathBuf,
    },
    /// Restore a backup into an empty database, of either kind. Nothing is told to other servers again; everybody logs in anew.
    Restore {
        /// The backup.
        file: PathBuf,
        /// Only try whether it can be restored, beside the file; this instance isn't touched.
        #[arg(long)]
        verify: bool,
    },
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
    /// Links between groups, by which one shows topics of another.
    #[command(subcommand)]
    Link(links::LinkCommand),
    /// Reports, also those of people without an account.
    #[command(subcommand)]
    Report(community::ReportCommand),
    /// What administrators decide about this site.
    #[command(subcommand)]
    Settings(community::SettingsCommand),
    /// How often each may do something.
    #[command(subcommand)]
    Limits(limits::LimitsCommand),
    /// The pages about privacy, accessibility, rules and contact.
    #[command(subcommand)]
    Text(community::TextCommand),
    /// Other servers.
    #[command(subcommand)]
    Peer(fediverse::PeerCommand),
    /// What was agreed with other servers about closed groups.
    #[command(subcommand)]
    Agreement(agreements::AgreementCommand),
    /// Rules about what may pass between this instance and others.
    #[command(subcommand)]
    Rules(rules::RulesCommand),
    /// What waits for a moderator because of a rule.
    #[command(subcommand)]
    Held(held::HeldCommand),
    /// The federation log: what came in, what went out, what was refused at the door.
    #[command(subcommand)]
    Log(fediverse::LogCommand),
    /// Print the audit trail, the latest first: when, what, how it ended, who, about what, from where. A line each, as JSON.
    Audit {
        #[command(subcommand)]
        command: Option<audit::AuditCommand>,
    },
    /// Work that failed for good.
    #[command(subcommand)]
    Job(fediverse::JobCommand),
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
        /// How far its content may go: openbaar, leden, vertrouwelijk or lokaal. A closed one is joined by invitation.
        #[arg(long, value_parser = class)]
        class: Class,
        /// Of a closed group: outsiders may know that it is there, and see what it is for.
        #[arg(long)]
        face: bool,
        /// The member who owns it; without one, only administrators keep it, and a closed group is opened by nobody.
        #[arg(long, value_name = "USER")]
        owner: Option<String>,
    },
    /// List the groups that are hosted here: name, class, members, title. Of a closed one that doesn't show itself only the id stands
    /// in place of its name, and no title.
    List,
    /// Make an invitation into a group that is hosted here. Its link, which stands alone on the last line, can't be shown again.
    Invite {
        /// Its name in addresses.
        name: String,
        /// For how many days.
        #[arg(long, default_value_t = crate::policy::limits::INVITATION_DAYS)]
        days: i64,
        /// For whom it is; only the group's moderators see this.
        #[arg(long, default_value = "")]
        note: String,
    },
}

fn class(word: &str) -> Result<Class, String> {
    Class::from_word(word)
        .ok_or_else(|| format!("one of {}", words(Class::ALL.iter().map(|class| class.word()))))
}

/// A ground of a moderator's decision.
fn ground(word: &str) -> Result<Category, String> {
    let found = Category::GROUNDS.into_iter().find(|ground| ground.word() == word);
    found.ok_or_else(|| format!("one of {}", words(Category::GROUNDS.iter().map(|ground| ground.word()))))
}

/// Words as a choice.
fn words<'w>(words: impl Iterator<Item = &'w str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    let matches = Arguments::command().get_matches();
    let arguments = Arguments::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let name = name_of(&matches);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    match runtime.block_on(run(arguments, &name)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    // Nothing is left to do when even stderr is closed.
    drop(writeln!(std::io::stderr(), "vakplein: {error:#}"));
    ExitCode::FAILURE
}

/// What a command is called, without what was given to it: `peer set`.
fn name_of(matches: &ArgMatches) -> String {
    let (mut at, mut words) = (matches, Vec::new());
    while let Some((word, inner)) = at.subcommand() {
        words.push(word);
        at = inner;
    }
    words.join(" ")
}

async fn run(arguments: Arguments, name: &str) -> anyhow::Result<()> {
    if let Command::Demo { keep } = arguments.command {
        // It configures itself; what it prints shall stay readable.
        telemetry::start_logging("text", "warn");
        return demo::run(keep).await;
    }
    let config = Config::load(arguments.config.as_deref(), std::env::vars())?;
    // What the doctor finds shall stand alone.
    let level = if matches!(arguments.command, Command::Doctor { .. }) { "error" } else { &config.log.level };
    telemetry::start_logging(&config.log.format, level);
    let by = arguments.by.as_deref();
    match arguments.command {
        Command::Serve { role } => server::run(open(config).await?, role).await,
        Command::Migrate => {
            open(config).await?;
            writeln!(std::io::stdout(), "The database is up to date.")?;
            Ok(())
        }
        Command::Doctor { quiet } => examine(&config, quiet).await,
        Command::Demo { keep } => demo::run(keep).await,
        Command::Restore { file, verify: true } => keeping::restore(&config, &file, true).await,
        Command::Restore { file, verify: false } => {
            keeping::restore(&config, &file, false).await?;
            open(config).await?.audit(Line::command(name, None, true)).await;
            Ok(())
        }
        other => {
            let app = open(config).await?;
            let done = command(&app, by, other).await;
            let by = acting(&app, by).await.ok().map(|by| by.person);
            app.audit(Line::command(name, by, done.is_ok())).await;
            done
        }
    }
}

/// A command on a database that may be served meanwhile.
async fn command(app: &App, by: Option<&str>, command: Command) -> anyhow::Result<()> {
    match command {
        Command::Backup { file } => keeping::backup(app, &file).await,
        Command::User(command) => user::run(app, by, command).await,
        Command::Group(command) => group(app, by, command).await,
        Command::Link(command) => links::run(app, by, command).await,
        Command::Report(command) => community::report(app, by, command).await,
        Command::Settings(command) => community::settings(app, by, command).await,
        Command::Limits(command) => limits::run(app, by, command).await,
        Command::Text(command) => community::text(app, by, command).await,
        Command::Peer(command) => fediverse::peer(app, by, command).await,
        Command::Agreement(command) => agreements::run(app, by, command).await,
        Command::Rules(command) => rules::run(app, by, command).await,
        Command::Held(command) => held::run(app, by, command).await,
        Command::Log(command) => fediverse::log(app, by, command).await,
        Command::Job(command) => fediverse::job(app, by, command).await,
        Command::Audit { command } => audit::run(app, command).await,
        // Those that open the database by themselves, or none.
        Command::Serve { .. }
        | Command::Migrate
        | Command::Doctor { .. }
        | Command::Demo { .. }
        | Command::Restore { .. } => Ok(()),
    }
}

/// An administrator, as a reader.
fn viewer(by: &Actor) -> Viewer {
    Viewer::Member { id: by.person, admin: true }
}

async fn open(config: Config) -> crate::error::Result<App> {
    App::open(config, Clock::system(), Lookup::System).await
}

/// Who acts: the administrator who is named, or the only one there is.
async fn acting(app: &App, named: Option<&str>) -> crate::error::Result<Actor> {
    let named = named.map(str::to_owned);
    app.db
        .read(move |tx| {
            if let Some(name) = named {
                let by = Actor::here(user::person(tx, &name)?);
                return admin::must_be_admin(tx, &by).map(|()| by);
            }
            // Whoever runs this has the database itself: there is nobody to ask for rights.
            let viewer = Viewer::Member { id: PersonId::fresh(), admin: true };
            let part = Part { after: None, size: 2 };
            let admins = admin::accounts(tx, viewer, "", Which::Admins, part)?.items;
            match admins.as_slice() {
                [only] => Ok(Actor::here(only.id)),
                _ => Err(Error::field("as", "error-admin-which")),
            }
        })
        .await
}

/// Does something in the name of an administrator. The log then says who decided, as for what is done in the browser.
async fn as_admin<T, F>(app: &App, named: Option<&str>, f: F) -> anyhow::Result<T>
where
    F: Fn(&mut Tx<'_>, &Actor) -> crate::error::Result<T> + Send + 'static,
    T: Send + 'static,
{
    let by = acting(app, named).await.map_err(|error| in_words(app, error))?;
    let done = app.db.write(move |tx| {
        admin::must_be_admin(tx, &by)?;
        f(tx, &by)
    });
    done.await.map_err(|error| in_words(app, error))
}

async fn group(app: &App, by: Option<&str>, command: GroupCommand) -> anyhow::Result<()> {
    match command {
        GroupCommand::Create { name, title, class, face, owner } => {
            let joining = if class == Class::Openbaar { Joining::Open } else { Joining::Invite };
            let draft = GroupDraft { name, title, class, face, joining, ..GroupDraft::default() };
            let url = found_group(app, draft, owner).await.map_err(|error| in_words(app, error))?;
            writeln!(std::io::stdout(), "{url}")?;
        }
        GroupCommand::List => {
            let viewer = Viewer::Member { id: PersonId::fresh(), admin: true };
            let mut part = Part { after: None, size: 200 };
            loop {
                let slice = app.db.read(move |tx| groups::admin::list(tx, viewer, part)).await?;
                for group in &slice.items {
                    let (class, members) = (group.class, group.members);
                    let (name, title) = match &group.known {
                        Some(known) => (known.name.clone(), known.title.as_str()),
                        None => (group.id.to_string(), ""),
                    };
                    writeln!(std::io::stdout(), "{name}\t{class}\t{members}\t{title}")?;
                }
                match slice.next {
                    Some(next) => part.after = Some(next),
                    None => break,
                }
            }
        }
        GroupCommand::Invite { name, days, note } => {
            community::invite(app, by, name, Wish { person: None, note, days }).await?;
        }
    }
    Ok(())
}

/// Prints what the doctor finds; a fault is a failure.
async fn examine(config: &Config, quiet: bool) -> anyhow::Result<()> {
    let found = doctor::examine(config, &Clock::system(), &Lookup::System).await;
    for finding in found.iter().filter(|finding| !quiet || finding.verdict != Verdict::Ok) {
        writeln!(std::io::stdout(), "{finding}")?;
    }
    match found.iter().filter(|finding| finding.verdict == Verdict::Fault).count() {
        0 => Ok(()),
        1 => anyhow::bail!("the doctor found a fault"),
        faults => anyhow::bail!("the doctor found {faults} faults"),
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

/// The texts of the command line, which speaks English.
fn texts(app: &App) -> Texts {
    let lang = app.locales.find("en").unwrap_or_else(|| app.locales.default_lang());
    Texts::new(Arc::clone(&app.locales), lang)
}

/// An error as it is told on the command line: what is wrong with which option.
fn in_words(app: &App, error: Error) -> anyhow::Error {
    let texts = texts(app);
    match error {
        Error::Invalid(fields) => {
            let told = |field: &FieldError| format!("{}: {}", field.field, request::message(&texts, field));
            let said = fields.0.iter().map(told);
            anyhow::anyhow!("{}", said.collect::<Vec<_>>().join("\n"))
        }
        Error::Denied(reason) => anyhow::anyhow!("{}", texts.t(&format!("reason-{reason}"))),
        other => other.into(),
    }
}
