//! Rules in files: three to take along, and one to take over after one has seen what it would change.

use askama::Template;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::rules::{HERE as RULES, below};
use super::{menu, rule_changes};
use crate::app::App;
use crate::error::{Error, FieldErrors, Result as DomainResult};
use crate::fediverse;
use crate::policy::Viewer;
use crate::rules::changes::acts;
use crate::rules::exchange::csv::{self, Meaning};
use crate::rules::exchange::{Read, file};
use crate::web::error::{Outcome, Result};
use crate::web::form::{self, File, Upload};
use crate::web::page::{FormErrors, Page};
use crate::web::parts::Tab;
use crate::web::rules::{self as words, Changed, Titles};
use crate::web::session::{Ctx, Visit};

/// What changes, and lines that can't be used, that stand open on the page.
const OPEN: usize = 20;

/// A file that fits into the form that makes a proposal of it, with room for the other fields.
const LARGEST: usize = form::FORM - 32 * 1024;

/// The fields of the form, so that what is wrong with one stands beside it.
const FIELDS: [&str; 4] = ["format", "file", "content", "reason"];

/// The file of our own rules, signed.
const POLICY: &str = "vakplein-policy";

/// What a list of servers is of, by the word for its kind of file.
fn meaning(format: &str) -> Option<Meaning> {
    match format {
        "mastodon-blocks" => Some(Meaning::Blocks),
        "allowed" => Some(Meaning::Allowed),
        _ => None,
    }
}

#[derive(Template)]
#[template(path = "admin/rule_files.html")]
struct Files {
    page: Page,
    menu: Vec<Tab>,
    errors: FormErrors,
    form: Typed,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    format: String,
    content: String,
    reason: String,
    /// What it would change was seen: a change is to be made of it.
    propose: bool,
}

fn page(visit: &Visit, form: Typed, errors: FormErrors) -> Files {
    let page = below(visit, visit.texts.t("files-title").into_owned());
    Files { page, menu: menu(visit, RULES), errors, form }
}

pub(super) async fn show(ctx: Ctx) -> Result<Response> {
    let (visit, ()) = ctx.read(|_tx, viewer| viewer.must_be_admin()).await?;
    let form = Typed { format: "mastodon-blocks".to_owned(), ..Typed::default() };
    visit.show(&page(&visit, form, FormErrors::default()))
}

/// One of the files.
pub(super) async fn get(ctx: Ctx, Path(format): Path<String>) -> Result<Response> {
    let (visit, ()) = ctx.read(|_tx, viewer| viewer.must_be_admin()).await?;
    let viewer = visit.viewer();
    let (content, kind, ending) = match meaning(&format) {
        Some(meaning) => {
            let write = move |tx: &mut crate::db::Tx<'_>| match meaning {
                Meaning::Blocks => csv::write_blocks(tx, viewer),
                Meaning::Allowed => csv::write_allowed(tx, viewer),
            };
            (ctx.app.db.read(write).await?, "text/csv; charset=utf-8", "csv")
        }
        None if format == POLICY => {
            (fediverse::signed_policy(&ctx.app, viewer).await?, "application/json", "json")
        }
        None => return Err(Error::NotFound.into()),
    };
    let day = visit.now.utc().format("%Y-%m-%d");
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{format}-{day}.{ending}\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, content).into_response())
}

/// What was understood of a file.
struct Understood {
    /// Who signed it; empty when nobody did.
    from: String,
    read: Read,
}

/// Takes what the file says in place of what was typed.
fn take_file(typed: &mut Typed, file: Option<&File>) -> DomainResult<()> {
    if let Some(file) = file {
        if let Some(refused) = file.refused {
            return Err(refused.into());
        }
        let text = String::from_utf8_lossy(&file.bytes);
        typed.content = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\0', "");
    }
    if typed.content.len() > LARGEST {
        typed.content.clear();
        return Err(Error::field("file", "error-rules-file-large"));
    }
    Ok(())
}

/// Reads what was sent.
async fn understand(app: &App, viewer: Viewer, typed: &Typed) -> DomainResult<Understood> {
    let mut errors = FieldErrors::default();
    let meaning = meaning(&typed.format);
    if meaning.is_none() && typed.format != POLICY {
        errors.add("format", "error-choice");
    }
    if typed.content.trim().is_empty() {
        errors.add("content", "error-rules-file-empty");
    }
    if typed.reason.trim().is_empty() {
        errors.add("reason", "error-rule-reason");
    }
    errors.into_result()?;
    let Some(meaning) = meaning else {
        let (from, value) = fediverse::read_policy(app, viewer, &typed.content).await?;
        let read = app.db.read(move |tx| file::read(tx, &value)).await?;
        return Ok(Understood { from, read });
    };
    let (content, reason) = (typed.content.clone(), typed.reason.trim().to_owned());
    let read = app.db.read(move |tx| csv::read(tx, &content, meaning, &reason)).await?;
    Ok(Understood { from: String::new(), read })
}

#[derive(Template)]
#[template(path = "admin/rule_file.html")]
struct Diff {
    page: Page,
    menu: Vec<Tab>,
    /// Who signed it, in a sentence; may be empty.
    from: String,
    /// What would change: the first of it, and the rest.
    first: Vec<Changed>,
    rest: Vec<Changed>,
    /// How much is so already, in a sentence; may be empty.
    same: String,
    /// Lines that can't be used, with why.
    wrong: Vec<String>,
    /// How many of these there are in all.
    wrong_count: usize,
    more_wrong: usize,
    form: Typed,
}

fn diff(visit: &Visit, found: &Understood, form: Typed) -> Diff {
    let (texts, read) = (&visit.texts, &found.read);
    // Rules about single groups stay out of such files, and none is taken away.
    let titles = Titles::new();
    let changed = |change| words::changed(texts, &titles, change, &[]);
    let mut first: Vec<Changed> = read.changes.iter().map(changed).collect();
    let rest = first.split_off(first.len().min(OPEN));
    let wrong = read.wrong.iter().take(OPEN).map(|(line, key)| {
        let why = texts.t(key);
        texts.t_with("files-wrong-line", &[("line", line), ("why", &why)])
    });
    let mut page = below(visit, texts.t("files-shown").into_owned());
    if let Some(last) = page.crumbs.pop() {
        page = page.crumb(texts.t("files-title"), format!("{RULES}/files"));
        page.crumbs.push(last);
    }
    Diff {
        page,
        menu: menu(visit, RULES),
        from: if found.from.is_empty() {
            String::new()
        } else {
            texts.t_with("files-from", &[("host", &found.from)])
        },
        first,
        rest,
        same: if read.same > 0 {
            texts.t_with("files-same", &[("count", &read.same)])
        } else {
            String::new()
        },
        wrong: wrong.collect(),
        wrong_count: read.wrong.len(),
        more_wrong: read.wrong.len().saturating_sub(OPEN),
        form,
    }
}

/// Shows what a file would change; makes a change of it once that was seen.
pub(super) async fn take(ctx: Ctx, upload: Upload<Typed>) -> Result<Response> {
    let (visit, ()) = ctx.read(|_tx, viewer| viewer.must_be_admin()).await?;
    let mut typed = upload.input.clone();
    let understood = match take_file(&mut typed, upload.file("file")) {
        Ok(()) => understand(&ctx.app, visit.viewer(), &typed).await,
        Err(error) => Err(error),
    };
    let error = match understood {
        Ok(found) if !typed.propose => return visit.show(&diff(&visit, &found, typed)),
        Ok(found) => {
            let (changes, reason) = (found.read.changes, typed.reason.trim().to_owned());
            match ctx.act(move |tx, by| acts::propose(tx, by, changes.clone(), &reason)).await {
                Ok(id) => return Ok(rule_changes::proposed(&ctx, id)),
                Err(error) => error,
            }
        }
        Err(error) => error,
    };
    let outcome = Outcome::of(&error);
    // What was typed is kept, also when whoever signed it can't be asked now.
    let error = match error {
        Error::Unreachable => Error::field("content", "error-policy-file-unreachable"),
        other => other,
    };
    let errors = rule_changes::problems(&visit, error, &FIELDS)?;
    visit.show_as(outcome, &page(&visit, typed, errors))
}
