//! `vakplein report …`, `settings …`, `text …` and `group invite`: what administrators decide about the community, without a browser.

use std::io::{Read, Write};

use anyhow::Context;
use clap::Subcommand;
use serde_json::Value;

use super::{acting, as_admin, ground, in_words, words};
use crate::app::App;
use crate::db::page::Part;
use crate::error::{Error, Result};
use crate::groups::views as groups;
use crate::ids::ReportId;
use crate::instance::pages::{self, PageName};
use crate::instance::{self, Settings};
use crate::membership::invitations::{self, Wish};
use crate::moderation::decisions::{self, Measure};
use crate::moderation::views::{self, About, Case, Filter};
use crate::moderation::{Category, Outcome, Resolution, Scope, Why};
use crate::people::byline::Byline;
use crate::policy::Viewer;

/// Cases that are listed at most.
const CASES: usize = 100;

/// What is done with reports.
#[derive(Debug, Subcommand)]
pub(super) enum ReportCommand {
    /// List the reports that wait for the administrators: id, since, what about, why.
    List {
        /// Those for the staff of this group instead.
        #[arg(long, value_name = "NAME")]
        group: Option<String>,
        /// Those that were decided, the latest first.
        #[arg(long)]
        decided: bool,
    },
    /// Show a report with all that was said.
    Show {
        /// Its id.
        id: ReportId,
    },
    /// Decide about a report. Whoever reported is told, also without an account.
    Resolve {
        /// Its id.
        id: ReportId,
        /// Something was or is done about it; without this, nothing needs to be done.
        #[arg(long)]
        acted: bool,
        /// For whoever reported.
        #[arg(long, default_value = "")]
        note: String,
        /// Remove the post.
        #[arg(long)]
        remove_post: bool,
        /// Warn its author.
        #[arg(long)]
        warn: bool,
        /// Ban its author, from the group or, where there is none, from this site.
        #[arg(long)]
        ban: bool,
        /// For the author, and for the public log; needed with the three above.
        #[arg(long, default_value = "")]
        reason: String,
        /// On which ground those three: rules, privacy, illegal, spam or other.
        #[arg(long, default_value = "rules", value_parser = ground)]
        ground: Category,
    },
}

/// Runs a command about reports.
pub(super) async fn report(app: &App, by: Option<&str>, command: ReportCommand) -> anyhow::Result<()> {
    match command {
        ReportCommand::List { group, decided } => {
            let filter = if decided { Filter::Decided } else { Filter::Open };
            let listed = as_admin(app, by, move |tx, by| {
                let viewer = Viewer::Member { id: by.person, admin: true };
                let scope = match &group {
                    Some(name) => Scope::Group(groups::find(tx, name)?),
                    None => Scope::Instance,
                };
                views::queue(tx, viewer, scope, filter, Part { after: None, size: CASES })
            });
            for case in listed.await?.items {
                writeln!(std::io::stdout(), "{}", line(app, &case))?;
            }
            Ok(())
        }
        ReportCommand::Show { id } => {
            let page = as_admin(app, by, move |tx, by| {
                views::case(tx, Viewer::Member { id: by.person, admin: true }, id)
            });
            let page = page.await?;
            let mut out = std::io::stdout();
            writeln!(out, "{}", line(app, &page.case))?;
            for report in page.reports {
                let who = match (report.reporter, report.name.is_empty()) {
                    (Some(who), _) => handle(&who),
                    (None, false) => report.name,
                    (None, true) => "somebody without an account".to_owned(),
                };
                writeln!(
                    out,
                    "\n{} {who} ({}): {}",
                    report.created_at.rfc3339(),
                    report.category,
                    report.reason
                )?;
            }
            if !page.html.is_empty() {
                writeln!(out, "\n{}", page.html)?;
            }
            if !page.case.resolution.is_empty() {
                writeln!(out, "\ndecision: {}", page.case.resolution)?;
            }
            Ok(())
        }
        ReportCommand::Resolve { id, acted, note, remove_post, warn, ban, reason, ground } => {
            let chosen = [
                (remove_post, Measure::RemovePost),
                (warn, Measure::Warn),
                (ban, Measure::Ban { until: None }),
            ];
            let measures: Vec<Measure> =
                chosen.into_iter().filter(|(wanted, _)| *wanted).map(|(_, measure)| measure).collect();
            as_admin(app, by, move |tx, by| {
                if measures.is_empty() {
                    let outcome = if acted { Outcome::Acted } else { Outcome::Dismissed };
                    return decisions::resolve(tx, by, id, &Resolution { outcome, note: note.clone() });
                }
                decisions::act(tx, by, id, &measures, Why::on(Some(ground), &reason)?, &note)
            })
            .await?;
            writeln!(std::io::stdout(), "The report is decided; whoever reported is told.")?;
            Ok(())
        }
    }
}

fn handle(who: &Byline) -> String {
    if who.local { format!("@{}", who.name) } else { format!("@{}@{}", who.name, who.host) }
}

/// A case in one line.
fn line(app: &App, case: &Case) -> String {
    let group = case.group.as_ref().and_then(views::Place::shown_name).unwrap_or_default();
    let about = match &case.about {
        About::Post { path, .. } => app.urls.absolute(path),
        About::Person(Some(who)) => handle(who),
        About::Person(None) => "a person who is gone".to_owned(),
        About::Group => "the group".to_owned(),
        About::Gone => "a post that is gone".to_owned(),
    };
    let why = case.categories.iter().map(|category| category.word()).collect::<Vec<_>>().join(",");
    format!("{}\t{}\t{group}\t{about}\t{why}\t{}", case.id, case.created_at.rfc3339(), case.state)
}

/// What is done with the settings of the instance.
#[derive(Debug, Subcommand)]
pub(super) enum SettingsCommand {
    /// Show all of them.
    Show,
    /// Change one: `settings set signUp approval`.
    Set {
        /// Its name, as `settings show` prints it.
        key: String,
        /// Its new value; true or false for a switch, commas between several.
        value: String,
    },
}

/// Runs a command about settings.
pub(super) async fn settings(app: &App, by: Option<&str>, command: SettingsCommand) -> anyhow::Result<()> {
    match command {
        SettingsCommand::Show => {
            let settings = app.db.read(instance::settings).await?;
            let Value::Object(fields) = serde_json::to_value(&settings)? else { return Ok(()) };
            for (key, value) in fields {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                writeln!(std::io::stdout(), "{key}\t{text}")?;
            }
            Ok(())
        }
        SettingsCommand::Set { key, value } => {
            let locales = app.locales.clone();
            as_admin(app, by, move |tx, by| {
                let settings = changed(&instance::settings(tx)?, &key, &value)?;
                instance::acts::change_settings(tx, by, &settings, &locales).map(|_settings| ())
            })
            .await?;
            writeln!(std::io::stdout(), "The setting is changed.")?;
            Ok(())
        }
    }
}

/// The settings with one of them changed.
fn changed(settings: &Settings, key: &str, value: &str) -> Result<Settings> {
    let mut fields = serde_json::to_value(settings).map_err(Error::internal)?;
    let field = fields.get_mut(key).ok_or_else(|| Error::field("key", "error-setting-unknown"))?;
    *field = match field {
        Value::Bool(_) => {
            Value::Bool(value.parse().map_err(|_neither| Error::field("value", "error-choice"))?)
        }
        Value::Array(_) => value.split(',').map(|one| Value::String(one.trim().to_owned())).collect(),
        _ => Value::String(value.to_owned()),
    };
    serde_json::from_value(fields).map_err(|_not_a_word| Error::field("value", "error-choice"))
}

/// What is done with the pages of text: privacy, accessibility, rules, contact.
#[derive(Debug, Subcommand)]
pub(super) enum TextCommand {
    /// Print a page as Markdown.
    Show {
        /// privacy, accessibility, rules or contact.
        #[arg(value_parser = page_name)]
        name: PageName,
        /// nl or en.
        language: String,
    },
    /// Write a page: Markdown from standard input.
    Write {
        /// privacy, accessibility, rules or contact.
        #[arg(value_parser = page_name)]
        name: PageName,
        /// nl or en.
        language: String,
    },
    /// Go back to the text that the program brings.
    Reset {
        /// privacy, accessibility, rules or contact.
        #[arg(value_parser = page_name)]
        name: PageName,
        /// nl or en.
        language: String,
    },
}

fn page_name(word: &str) -> Result<PageName, String> {
    PageName::from_word(word)
        .ok_or_else(|| format!("one of {}", words(PageName::ALL.iter().map(|name| name.word()))))
}

/// Runs a command about pages of text.
pub(super) async fn text(app: &App, by: Option<&str>, command: TextCommand) -> anyhow::Result<()> {
    let (TextCommand::Show { language, .. }
    | TextCommand::Write { language, .. }
    | TextCommand::Reset { language, .. }) = &command;
    let lang = app.locales.find(language).with_context(|| format!("there are no texts in {language}"))?;
    let language = app.locales.code(lang).to_owned();
    match command {
        TextCommand::Show { name, .. } => {
            let inside = app.clone();
            let page = app.db.read(move |tx| {
                let settings = instance::settings(tx)?;
                pages::page(tx, name, &language, &settings, &inside.markdown)
            });
            writeln!(std::io::stdout(), "{}", page.await?.content.trim_end())?;
            Ok(())
        }
        TextCommand::Write { name, .. } => {
            // Whoever may not write needn't be asked for a text first.
            acting(app, by).await.map_err(|error| in_words(app, error))?;
            let mut content = String::new();
            std::io::stdin().read_to_string(&mut content).context("no text on standard input")?;
            let html = pages::rendered(&content, &app.markdown);
            as_admin(app, by, move |tx, by| {
                instance::acts::write_page(tx, by, name, &language, &content, &html)
            })
            .await?;
            writeln!(std::io::stdout(), "The page is written.")?;
            Ok(())
        }
        TextCommand::Reset { name, .. } => {
            as_admin(app, by, move |tx, by| instance::acts::reset_page(tx, by, name, &language)).await?;
            writeln!(std::io::stdout(), "The page is as the program brings it.")?;
            Ok(())
        }
    }
}

/// Makes an invitation by link, also into a closed group that nobody belongs to yet; the link is printed and stored nowhere.
pub(super) async fn invite(app: &App, by: Option<&str>, name: String, wish: Wish) -> anyhow::Result<()> {
    let made = as_admin(app, by, move |tx, by| {
        let group = groups::find(tx, &name)?;
        invitations::issue(tx, by, group, &wish)
    });
    let (row, secret) = made.await?;
    let mut out = std::io::stdout();
    writeln!(out, "For whoever uses it first, until {}. It can't be shown again:", row.until.rfc3339())?;
    writeln!(out, "{}", app.urls.invitation(&secret.unwrap_or_default()))?;
    Ok(())
}
