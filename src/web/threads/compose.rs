//! The form in which posts are written: what was typed, files that were sent with it, the preview.
//!
//! Files are stored as soon as they arrive, so that nothing has to be chosen again when something else is wrong. A picture
//! is told in words, or marked as decoration, before it is posted; until then it is noted as decoration.

use std::time::Duration;

use askama::Template;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::error::{Error, Result as DomainResult};
use crate::ids::{MediaId, PostId};
use crate::media::{self, Description, MediaKind, views::Shown};
use crate::threads::draft::{self, Input};
use crate::threads::{Draft, personal};
use crate::web::error::{Outcome, Result};
use crate::web::form::{Refused, Upload};
use crate::web::page::{FormErrors, Page};
use crate::web::parts::Group;
use crate::web::session::{Ctx, Visit};
use crate::web::{shown, uploads};

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    /// The topic's title; empty for a reply.
    pub title: String,
    /// Markdown.
    pub content: String,
    /// Only shows what it will look like.
    pub preview: bool,
    /// What it replies to.
    pub to: Option<PostId>,
    /// Files that were sent before.
    pub media: Vec<MediaId>,
    /// What is on each of them, in the same order.
    pub alt: Vec<String>,
    /// Those that only adorn.
    pub decorative: Vec<MediaId>,
    /// Those that shall not be sent after all.
    pub drop: Vec<MediaId>,
    /// What looks like personal data in it is none.
    #[serde(rename = "notPersonal")]
    pub not_personal: bool,
}

/// A file in the form.
#[derive(Debug, Clone)]
pub(super) struct Uploaded {
    pub id: MediaId,
    pub name: String,
    pub kind: String,
    pub size: String,
    pub preview: Option<String>,
    pub alt: String,
    pub decorative: bool,
    pub error: String,
}

/// The form, filled in.
#[derive(Debug, Default)]
pub(super) struct Filled {
    /// What was typed.
    pub typed: Typed,
    /// The files.
    pub uploads: Vec<Uploaded>,
    /// What is wrong.
    pub errors: FormErrors,
    /// Something looks like personal data, and only who writes can say that it is none.
    pub asks: bool,
    /// Pictures came in that haven't been told in words yet.
    pub fresh: bool,
    /// How the form answers when something is wrong with it.
    pub status: Wrong,
}

/// How a form answers when something is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Wrong {
    /// A field isn't right.
    #[default]
    Field,
    /// A file is too large.
    Large,
    /// There were too many files lately; so long to wait.
    Often(Duration),
}

impl From<Wrong> for Outcome {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::Field => StatusCode::BAD_REQUEST.into(),
            Wrong::Large => StatusCode::PAYLOAD_TOO_LARGE.into(),
            Wrong::Often(wait) => Self { status: StatusCode::TOO_MANY_REQUESTS, wait: Some(wait) },
        }
    }
}

/// What is quoted above a reply.
#[derive(Debug)]
pub(super) struct Parent {
    pub id: PostId,
    pub name: String,
    pub html: String,
}

/// The page with the form.
#[derive(Template, Debug)]
#[template(path = "threads/compose.html")]
pub(super) struct Compose {
    pub page: Page,
    pub lead: String,
    pub errors: FormErrors,
    pub form: Typed,
    /// Whether the form asks if what was found is personal data.
    pub asks: bool,
    pub uploads: Vec<Uploaded>,
    pub preview: Option<String>,
    pub parent: Option<Parent>,
    pub action: String,
    pub with_title: bool,
    /// Other groups that will show the topic.
    pub shown_in: Vec<Group>,
    /// Other groups that may show it, as they choose.
    pub perhaps_in: Vec<Group>,
    pub is_new: bool,
    pub content_label: String,
    pub submit: String,
    pub back: String,
    pub rules_html: String,
}

impl Compose {
    /// Puts in what was filled in.
    pub(super) fn filled(mut self, filled: Filled, preview: Option<String>) -> Self {
        self.errors = filled.errors;
        self.asks = filled.asks || filled.typed.not_personal;
        self.form = filled.typed;
        self.uploads = filled.uploads;
        self.preview = preview;
        self
    }
}

/// A file as the form shows it.
pub(super) fn uploaded(visit: &Visit, file: &Shown) -> Uploaded {
    let part = shown::file(&visit.texts, file);
    Uploaded {
        id: file.id,
        name: part.name,
        kind: part.kind,
        size: part.size,
        preview: part.preview,
        alt: file.alt.clone(),
        decorative: file.decorative,
        error: String::new(),
    }
}

/// Takes in a form: stores new files, and notes what is said about the pictures.
pub(super) async fn take(visit: &Visit, upload: Upload<Typed>) -> Result<Filled> {
    let ctx = &visit.ctx;
    let mut filled = Filled { typed: upload.input, ..Filled::default() };
    let kept: Vec<MediaId> =
        filled.typed.media.iter().copied().filter(|id| !filled.typed.drop.contains(id)).collect();
    let known = known(ctx, kept).await?;
    for file in known {
        let at = filled.typed.media.iter().position(|id| *id == file.id);
        let alt = at.and_then(|at| filled.typed.alt.get(at)).cloned().unwrap_or_default();
        let decorative = filled.typed.decorative.contains(&file.id);
        filled.describe(visit, &file, Description { alt, decorative }).await?;
    }
    for file in &upload.files {
        match uploads::store(ctx, file, Description { alt: String::new(), decorative: true }).await {
            Ok(row) => {
                filled.fresh |= row.kind == MediaKind::Image;
                let mut new = uploaded(visit, &Shown::from(row));
                new.decorative = false;
                filled.uploads.push(new);
            }
            Err(error) => {
                if matches!(file.refused, Some(Refused::Large | Refused::Together)) {
                    filled.status = Wrong::Large;
                }
                if let Error::Limited { wait, .. } = &error {
                    filled.status = Wrong::Often(*wait);
                }
                for fault in &visit.problems(error)? {
                    let field = if fault.field.is_empty() { "" } else { "file" };
                    filled.errors.add(field, format!("{}: {}", file.name, fault.text));
                }
            }
        }
    }
    filled.typed.media = filled.uploads.iter().map(|file| file.id).collect();
    Ok(filled)
}

/// One's own files among these, in the same order; those that are gone are left out.
async fn known(ctx: &Ctx, ids: Vec<MediaId>) -> Result<Vec<Shown>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (_visit, found) = ctx
        .read_own(move |tx, by| {
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                match media::views::own(tx, by.person, id) {
                    Ok(row) => found.push(Shown::from(row)),
                    Err(Error::NotFound) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(found)
        })
        .await?;
    Ok(found)
}

impl Filled {
    /// Notes what is said about a file; a picture about which nothing is said is asked about again.
    async fn describe(&mut self, visit: &Visit, file: &Shown, said: Description) -> Result<()> {
        let mut item = uploaded(visit, file);
        if file.kind == MediaKind::Image {
            item.alt.clone_from(&said.alt);
            item.decorative = said.decorative;
            if let Err(error) = media::acts::check_description(file.kind, &said) {
                let faults = visit.problems(error)?;
                faults.of("alt").clone_into(&mut item.error);
            } else if !self.typed.preview
                && (said.alt.trim() != file.alt || said.decorative != file.decorative)
            {
                let id = file.id;
                visit.ctx.act(move |tx, by| media::acts::describe(tx, by, id, &said).map(|_row| ())).await?;
            }
        }
        self.uploads.push(item);
        Ok(())
    }

    /// Notes what is wrong with what was typed.
    ///
    /// # Errors
    /// What isn't about the form.
    pub(super) fn refused(&mut self, visit: &Visit, error: Error) -> Result<()> {
        self.asks |= personal::is_warning(&error);
        for fault in &visit.problems(error)? {
            let field = if fault.field == "media" { "file" } else { &fault.field };
            self.errors.add(field, fault.text.clone());
        }
        Ok(())
    }

    /// What is wrong with the files, as links to their fields.
    pub(super) fn add_upload_errors(&mut self) {
        for (number, file) in (1..).zip(&self.uploads) {
            if !file.error.is_empty() {
                self.errors.add(format!("alt-{number}"), format!("{}: {}", file.name, file.error));
            }
        }
    }

    /// The draft of what was typed.
    pub(super) async fn draft(&self, ctx: &Ctx, language: &str) -> DomainResult<Draft> {
        let input = Input {
            title: self.typed.title.clone(),
            content: self.typed.content.clone(),
            language: Some(language.to_owned()),
            media: self.typed.media.clone(),
            not_personal: self.typed.not_personal,
        };
        draft::written(&ctx.app.db, &ctx.app.markdown, input).await
    }
}
