//! The pages that every instance must have, written by an administrator, in each language.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::settings::languages;
use super::{frame, menu};
use crate::clock::Time;
use crate::error::Error;
use crate::instance::acts;
use crate::instance::pages::{self, PageName};
use crate::web::error::Result;
use crate::web::form::Form;
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::Tab;
use crate::web::session::{Ctx, Visit};

struct Row {
    word: &'static str,
    name: String,
    language: String,
    url: String,
    at: Option<DateTime<Utc>>,
}

#[derive(Template)]
#[template(path = "admin/texts.html")]
struct Texts {
    page: Page,
    menu: Vec<Tab>,
    texts: Vec<Row>,
}

/// What a page is called.
fn title(visit: &Visit, name: PageName) -> String {
    visit.texts.t(&format!("layout-footer-{name}")).into_owned()
}

pub(super) async fn list(ctx: Ctx) -> Result<Response> {
    let app = ctx.app.clone();
    let (visit, found) = ctx
        .read(move |tx, viewer| {
            viewer.must_be_admin()?;
            let settings = crate::instance::settings(tx)?;
            let mut found = Vec::new();
            for name in PageName::ALL {
                for lang in app.locales.all() {
                    let code = app.locales.code(lang).to_owned();
                    let page = pages::page(tx, *name, &code, &settings, &app.markdown)?;
                    // Another language's text stands in where this one has none.
                    let own = page.language == code;
                    found.push((*name, code, page.updated_at.filter(|_| own)));
                }
            }
            Ok(found)
        })
        .await?;
    let names = languages(&visit);
    let row = |(name, code, at): (PageName, String, Option<Time>)| Row {
        word: name.word(),
        name: title(&visit, name),
        url: format!("/admin/texts/{name}/{code}"),
        language: names.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name.clone()),
        at: at.map(Time::utc),
    };
    let texts = found.into_iter().map(row).collect();
    let page = frame(&visit, visit.texts.t("admin-texts").into_owned());
    visit.show(&Texts { page, menu: menu(&visit, "/admin/texts"), texts })
}

#[derive(Template)]
#[template(path = "admin/text.html")]
struct Text {
    page: Page,
    menu: Vec<Tab>,
    errors: FormErrors,
    content: String,
    preview: Option<String>,
}

fn page(visit: &Visit, name: PageName, code: &str, content: String) -> Text {
    let names = languages(visit);
    let language = names.iter().find(|(known, _)| known == code).map_or(code, |(_, name)| name.as_str());
    Text {
        page: frame(visit, format!("{} ({language})", title(visit, name))),
        menu: menu(visit, "/admin/texts"),
        errors: FormErrors::default(),
        content,
        preview: None,
    }
}

/// The page and the language that an address names.
fn named(ctx: &Ctx, name: &str, code: &str) -> Result<PageName> {
    let name = PageName::from_word(name).ok_or(Error::NotFound)?;
    let known = ctx.app.locales.all().any(|lang| ctx.app.locales.code(lang) == code);
    if known { Ok(name) } else { Err(Error::NotFound.into()) }
}

pub(super) async fn show(ctx: Ctx, Path((name, code)): Path<(String, String)>) -> Result<Response> {
    let name = named(&ctx, &name, &code)?;
    let (app, wanted) = (ctx.app.clone(), code.clone());
    let (visit, found) = ctx
        .read(move |tx, viewer| {
            viewer.must_be_admin()?;
            let settings = crate::instance::settings(tx)?;
            pages::page(tx, name, &wanted, &settings, &app.markdown)
        })
        .await?;
    visit.show(&page(&visit, name, &code, found.content))
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Filled {
    content: String,
    preview: bool,
}

pub(super) async fn save(
    ctx: Ctx,
    Path((name, code)): Path<(String, String)>,
    Form(form): Form<Filled>,
) -> Result<Response> {
    let name = named(&ctx, &name, &code)?;
    let (visit, ()) = ctx.read(|_tx, viewer| viewer.must_be_admin()).await?;
    let html = pages::rendered(&form.content, &ctx.app.markdown);
    if form.preview {
        let page = page(&visit, name, &code, form.content);
        return visit.show(&Text { preview: Some(html), ..page });
    }
    let (language, content) = (code.clone(), form.content.clone());
    let done = ctx
        .act(move |tx, by| {
            // An emptied page goes back to the text that the program brings.
            if content.trim().is_empty() {
                return acts::reset_page(tx, by, name, &language);
            }
            acts::write_page(tx, by, name, &language, &content, &html)
        })
        .await;
    match done {
        Ok(()) => Ok(ctx.redirect_saying("/admin/texts", Tone::Ok, "flash-text-saved")),
        Err(error) => {
            let errors = visit.problems(error)?;
            let page = page(&visit, name, &code, form.content);
            visit.show_again(&Text { errors, ..page })
        }
    }
}
