//! The pages that every instance must have: privacy, accessibility, rules, contact. Owns `pages`.
//!
//! The program brings a text for each in each language (`pages/<language>/<name>.md`); an administrator can write another.
//! In both, `{name}`, `{domain}` and `{contact}` stand for what the settings say. As long as no address is set, what
//! `no-contact.md` says stands in place of the sentence that names it.

use diesel::prelude::*;

use super::Settings;
use crate::clock::Time;
use crate::db::{MultiBackend, Native, Tx, schema};
use crate::error::Result;
use crate::text::markdown::Markdown;
use crate::text_enum;

#[derive(rust_embed::Embed)]
#[folder = "$CARGO_MANIFEST_DIR/src/instance/pages"]
struct Files;

text_enum! {
    /// Which page.
    PageName {
        /// What happens with personal data (GDPR articles 13 and 14).
        Privacy = "privacy",
        /// The accessibility statement (EU directive 2016/2102).
        Accessibility = "accessibility",
        /// House rules (DSA article 14).
        Rules = "rules",
        /// Whom to ask (DSA articles 11 and 12).
        Contact = "contact",
    }
}

/// A page as it is stored.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::pages, check_for_backend(MultiBackend))]
struct PageRow {
    content: String,
    html: String,
    updated_at: Time,
}

/// A page to be shown or edited.
#[derive(Debug, Clone)]
pub struct Page {
    /// Which.
    pub name: PageName,
    /// In which language it is: that asked for, if there is a text in it.
    pub language: String,
    /// Markdown, with placeholders.
    pub content: String,
    /// Safe HTML.
    pub html: String,
    /// When an administrator wrote it; `None` for the text that the program brings.
    pub updated_at: Option<Time>,
}

/// A page in a language, else in the instance's, else in Dutch.
///
/// # Errors
/// Only when the database does.
pub fn page(
    tx: &mut Tx<'_>,
    name: PageName,
    language: &str,
    settings: &Settings,
    markdown: &Markdown,
) -> Result<Page> {
    for language in [language, settings.language.as_str(), crate::locale::DEFAULT] {
        if let Some(row) = find(tx, name, language)? {
            return Ok(Page {
                name,
                language: language.to_owned(),
                content: row.content,
                html: filled(&row.html, language, settings, tx.urls.domain()),
                updated_at: Some(row.updated_at),
            });
        }
        if let Some(content) = shipped(name, language) {
            let html = rendered(&content, markdown);
            return Ok(Page {
                name,
                language: language.to_owned(),
                html: filled(&html, language, settings, tx.urls.domain()),
                content,
                updated_at: None,
            });
        }
    }
    Err(crate::error::Error::NotFound)
}

/// The text that the program brings.
pub fn shipped(name: PageName, language: &str) -> Option<String> {
    let file = Files::get(&format!("{language}/{name}.md"))?;
    String::from_utf8(file.data.into_owned()).ok()
}

/// Safe HTML of a page's Markdown.
pub fn rendered(content: &str, markdown: &Markdown) -> String {
    let html = markdown.render(content, "page", &|_mention| None).html;
    // Posts begin their headings at h3, below the title of the topic; a page has nothing between its h1 and these.
    [("h3", "h2"), ("h4", "h3"), ("h5", "h4"), ("h6", "h5")].iter().fold(html, |html, (from, to)| {
        html.replace(&format!("<{from}>"), &format!("<{to}>"))
            .replace(&format!("</{from}>"), &format!("</{to}>"))
    })
}

/// The HTML with what the settings say in place of the placeholders.
fn filled(html: &str, language: &str, settings: &Settings, domain: &str) -> String {
    let escape = |text: &str| {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    };
    let contact = escape(&settings.contact_email);
    let html = if contact.is_empty() { without_contact(html, language) } else { html.to_owned() };
    html.replace("{name}", &escape(&settings.name))
        .replace("{domain}", &escape(domain))
        .replace("{contact}", &contact)
}

/// The HTML without the sentences that name an address. In place of the first one stands whom to ask instead.
fn without_contact(html: &str, language: &str) -> String {
    const BEGINS: [&str; 7] = [". ", "? ", "! ", "<p>", "<li>", "<td>", "<br>"];
    const ENDS: [&str; 7] = [". ", "? ", "! ", "</p>", "</li>", "</td>", "<br>"];
    let file = Files::get(&format!("{language}/no-contact.md"));
    let mut instead =
        file.and_then(|file| String::from_utf8(file.data.into_owned()).ok()).unwrap_or_default();
    let mut html = html.to_owned();
    while let Some((before, after)) = html.split_once("{contact}") {
        let begin = BEGINS.iter().filter_map(|edge| Some(before.rfind(edge)? + edge.len())).max();
        // The mark that ends a sentence goes with it; the end of a paragraph stays.
        let end = ENDS
            .iter()
            .filter_map(|edge| Some(after.find(edge)? + usize::from(!edge.starts_with('<'))))
            .min();
        let kept = before.get(..begin.unwrap_or(0)).unwrap_or_default();
        let rest = end.and_then(|end| after.get(end..)).unwrap_or_default();
        html = format!("{kept}{}{rest}", instead.trim());
        instead.clear();
    }
    html
}

fn find(tx: &mut Tx<'_>, name: PageName, language: &str) -> Result<Option<PageRow>> {
    use schema::pages::dsl;
    let row = dsl::pages.filter(dsl::name.eq(name.word()).and(dsl::language.eq(language)));
    Ok(row.select(PageRow::as_select()).first(tx.conn).optional()?)
}

pub(super) fn put(tx: &mut Tx<'_>, name: PageName, language: &str, content: &str, html: &str) -> Result<()> {
    use schema::pages::dsl;
    let row = (
        dsl::name.eq(name.word()),
        dsl::language.eq(language),
        dsl::content.eq(content),
        dsl::html.eq(html),
        dsl::updated_at.eq(tx.now),
    );
    let upsert = diesel::insert_into(dsl::pages)
        .values(row)
        .on_conflict((dsl::name, dsl::language))
        .do_update()
        .set((dsl::content.eq(content), dsl::html.eq(html), dsl::updated_at.eq(tx.now)));
    Native(upsert).execute(tx.conn)?;
    Ok(())
}

pub(super) fn remove(tx: &mut Tx<'_>, name: PageName, language: &str) -> Result<()> {
    use schema::pages::dsl;
    diesel::delete(dsl::pages.filter(dsl::name.eq(name.word()).and(dsl::language.eq(language))))
        .execute(tx.conn)?;
    Ok(())
}
