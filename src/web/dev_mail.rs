//! The mails of an instance for trying out: they land in a folder, and are read here.
//!
//! Only there when mail goes to a folder and the domain is one that can't be on the internet, for the mails hold links that
//! open accounts.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;

use crate::app::App;
use crate::error::Error;
use crate::mail::{self, Mail};
use crate::web::error::Result;
use crate::web::page::Page;
use crate::web::session::Ctx;

/// Mails that are shown at most.
const SHOWN: usize = 50;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new().route("/dev/mail", get(show))
}

#[derive(Template)]
#[template(path = "pages/mails.html")]
struct MailsPage {
    page: Page,
    mails: Vec<Shown>,
}

struct Shown {
    to: String,
    subject: String,
    date: String,
    lines: Vec<Vec<Part>>,
}

/// A piece of a line: text, or a link.
struct Part {
    text: String,
    link: bool,
}

async fn show(ctx: Ctx) -> Result<Response> {
    let config = &ctx.app.config;
    if config.mail.transport != "folder" || !config.is_test_domain() {
        return Err(Error::NotFound.into());
    }
    let mails = mail::inbox(&config.mail.dir).await?;
    let visit = ctx.visit().await?;
    let shown = mails.into_iter().take(SHOWN).map(|Mail { to, subject, body, sent_at }| Shown {
        to,
        subject,
        date: visit.texts.date_time(&sent_at.utc()),
        lines: body.lines().filter(|line| !line.trim().is_empty()).map(parts).collect(),
    });
    let mut page = visit.page_of("pages-mail");
    page.noindex = true;
    visit.show(&MailsPage { page, mails: shown.collect() })
}

/// A line with its addresses as links.
fn parts(line: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for word in line.split_inclusive(' ') {
        let link = word.starts_with("http://") || word.starts_with("https://");
        match parts.last_mut() {
            Some(Part { text, link: false }) if !link => text.push_str(word),
            _ => parts
                .push(Part { text: if link { word.trim_end().to_owned() } else { word.to_owned() }, link }),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_a_mail_can_be_clicked() {
        let shown: Vec<(String, bool)> = parts("Open deze link: http://a.test/confirm/x nu")
            .into_iter()
            .map(|part| (part.text, part.link))
            .collect();
        let expected = [("Open deze link: ", false), ("http://a.test/confirm/x", true), ("nu", false)];
        assert_eq!(shown, expected.map(|(text, link)| (text.to_owned(), link)));
    }
}
