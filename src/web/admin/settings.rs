//! What an administrator decides about the instance.

use askama::Template;
use axum::response::Response;
use serde::Deserialize;

use super::{frame, menu};
use crate::error::{Error, Result as DomainResult};
use crate::instance::{Settings, SignUp, acts};
use crate::web::error::Result;
use crate::web::form::Form;
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::Tab;
use crate::web::session::{Ctx, Visit};

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Filled {
    name: String,
    tagline: String,
    description: String,
    sign_up: String,
    members_make_groups: bool,
    contact_email: String,
    security_contact: String,
    language: String,
    /// One on each line.
    case_numbers: String,
}

impl From<&Settings> for Filled {
    fn from(settings: &Settings) -> Self {
        let settings = settings.clone();
        Self {
            name: settings.name,
            tagline: settings.tagline,
            description: settings.description,
            sign_up: settings.sign_up.word().to_owned(),
            members_make_groups: settings.members_make_groups,
            contact_email: settings.contact_email,
            security_contact: settings.security_contact,
            language: settings.language,
            case_numbers: settings.case_numbers.join("\n"),
        }
    }
}

#[derive(Template)]
#[template(path = "admin/settings.html")]
struct SettingsPage {
    page: Page,
    menu: Vec<Tab>,
    errors: FormErrors,
    form: Filled,
    /// Codes and what they are called.
    languages: Vec<(String, String)>,
}

/// The languages that there are texts in, each by its own name.
pub(super) fn languages(visit: &Visit) -> Vec<(String, String)> {
    let own = (visit.texts.code().to_owned(), visit.texts.t("language-name").into_owned());
    let others = visit.texts.others().map(|(code, name)| (code.to_owned(), name.into_owned()));
    std::iter::once(own).chain(others).collect()
}

fn page(visit: &Visit, form: Filled, errors: FormErrors) -> SettingsPage {
    SettingsPage {
        page: frame(visit, visit.texts.t("admin-settings").into_owned()),
        menu: menu(visit, "/admin/settings"),
        errors,
        form,
        languages: languages(visit),
    }
}

pub(super) async fn show(ctx: Ctx) -> Result<Response> {
    let (visit, ()) = ctx.read(|_tx, viewer| viewer.must_be_admin()).await?;
    let form = Filled::from(&visit.settings);
    visit.show(&page(&visit, form, FormErrors::default()))
}

pub(super) async fn save(ctx: Ctx, Form(form): Form<Filled>) -> Result<Response> {
    let (visit, ()) = ctx.read(|_tx, viewer| viewer.must_be_admin()).await?;
    match try_save(&ctx, form.clone()).await {
        Ok(()) => Ok(ctx.redirect_saying("/admin/settings", Tone::Ok, "flash-settings-saved")),
        Err(error) => {
            let errors = visit.problems(error)?;
            visit.show_again(&page(&visit, form, errors))
        }
    }
}

async fn try_save(ctx: &Ctx, form: Filled) -> DomainResult<()> {
    let sign_up = SignUp::from_word(&form.sign_up).ok_or_else(|| Error::field("signUp", "error-choice"))?;
    let locales = std::sync::Arc::clone(&ctx.app.locales);
    ctx.act(move |tx, by| {
        let settings = Settings {
            name: form.name.clone(),
            tagline: form.tagline.clone(),
            description: form.description.clone(),
            sign_up,
            members_make_groups: form.members_make_groups,
            contact_email: form.contact_email.clone(),
            security_contact: form.security_contact.clone(),
            language: form.language.clone(),
            case_numbers: form.case_numbers.lines().map(str::to_owned).collect(),
        };
        acts::change_settings(tx, by, &settings, &locales).map(|_settings| ())
    })
    .await
}
