//! What administrators change about the instance.

use super::pages::PageName;
use super::{Settings, pages, save_settings};
use crate::db::Tx;
use crate::error::{Error, FieldErrors, Result};
use crate::journal::{self, Detail, Did, Line};
use crate::locale::Locales;
use crate::people::admin::must_be_admin;
use crate::people::credentials::check_email;
use crate::policy::{Actor, limits};
use crate::text::line::one_line;
use crate::text::personal::Pattern;

/// Changes the settings.
///
/// # Errors
/// `Denied` to all but administrators; `Invalid`.
pub fn change_settings(
    tx: &mut Tx<'_>,
    by: &Actor,
    settings: &Settings,
    locales: &Locales,
) -> Result<Settings> {
    must_be_admin(tx, by)?;
    let settings = Settings {
        name: one_line(&settings.name),
        tagline: one_line(&settings.tagline),
        description: settings.description.trim().to_owned(),
        contact_email: settings.contact_email.trim().to_owned(),
        security_contact: settings.security_contact.trim().to_owned(),
        case_numbers: tidied(&settings.case_numbers),
        ..settings.clone()
    };
    check(&settings, locales)?;
    save_settings(tx, &settings)?;
    record(tx, by, "settings")?;
    Ok(settings)
}

/// The lines that aren't empty, each once.
fn tidied(lines: &[String]) -> Vec<String> {
    let mut tidy: Vec<String> = Vec::new();
    for line in lines.iter().map(|line| one_line(line)).filter(|line| !line.is_empty()) {
        if !tidy.contains(&line) {
            tidy.push(line);
        }
    }
    tidy
}

fn check(settings: &Settings, locales: &Locales) -> Result<()> {
    let mut errors = FieldErrors::default();
    let mut longest = |field, text: &str, most: usize| {
        if text.chars().count() > most {
            errors.add_limit(field, "error-setting-long", i64::try_from(most).unwrap_or(i64::MAX));
        }
    };
    longest("name", &settings.name, limits::LABEL);
    longest("tagline", &settings.tagline, limits::TITLE);
    longest("description", &settings.description, limits::REASON);
    longest("securityContact", &settings.security_contact, limits::TITLE);
    if settings.name.is_empty() {
        errors.add("name", "error-setting-missing");
    }
    if !settings.contact_email.is_empty() && check_email(&settings.contact_email).is_err() {
        errors.add("contactEmail", "error-email");
    }
    let security = &settings.security_contact;
    let reachable = security.is_empty()
        || security.starts_with("https://")
        || security.starts_with("mailto:")
        || check_email(security).is_ok();
    if !reachable {
        errors.add("securityContact", "error-email");
    }
    if locales.find(&settings.language).is_none() {
        errors.add("language", "error-language");
    }
    if settings.case_numbers.len() > limits::CASE_NUMBERS {
        let most = i64::try_from(limits::CASE_NUMBERS).unwrap_or(i64::MAX);
        errors.add_limit("caseNumbers", "error-case-numbers-many", most);
    }
    if settings.case_numbers.iter().any(|text| Pattern::parse(text).is_none()) {
        errors.add("caseNumbers", "error-case-number");
    }
    errors.into_result()
}

/// Writes a page, in one language. The HTML is made by [`pages::rendered`] before the transaction.
///
/// # Errors
/// `Denied` to all but administrators; `Invalid` when it is empty or too long.
pub fn write_page(
    tx: &mut Tx<'_>,
    by: &Actor,
    name: PageName,
    language: &str,
    content: &str,
    html: &str,
) -> Result<()> {
    must_be_admin(tx, by)?;
    if content.trim().is_empty() {
        return Err(Error::field("content", "error-page-missing"));
    }
    if content.chars().count() > limits::TEXT {
        let most = i64::try_from(limits::TEXT).unwrap_or(i64::MAX);
        let mut errors = FieldErrors::default();
        errors.add_limit("content", "error-setting-long", most);
        return errors.into_result();
    }
    pages::put(tx, name, language, content, html)?;
    record(tx, by, name.word())
}

/// Goes back to the text that the program brings.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn reset_page(tx: &mut Tx<'_>, by: &Actor, name: PageName, language: &str) -> Result<()> {
    must_be_admin(tx, by)?;
    pages::remove(tx, name, language)?;
    record(tx, by, name.word())
}

fn record(tx: &mut Tx<'_>, by: &Actor, what: &str) -> Result<()> {
    let detail = Detail { word: what.to_owned(), ..Detail::default() };
    journal::record(tx, &Line::new(Did::EditInstance, by).detail(detail)).map(|_id| ())
}
