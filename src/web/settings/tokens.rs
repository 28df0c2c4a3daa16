//! Bearer tokens for programs: made, shown once, revoked.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{frame, tabs};
use crate::error::Error;
use crate::ids::RowId;
use crate::locale::Texts;
use crate::people::{Scope, Scopes, tokens};
use crate::web::error::{Outcome, Result};
use crate::web::form::{Button, Form, Press};
use crate::web::page::{FormErrors, Page, Tone};
use crate::web::parts::Tab;
use crate::web::session::Ctx;

const HERE: &str = "/settings/tokens";

#[derive(Template)]
#[template(path = "settings/tokens.html")]
struct TokensPage {
    page: Page,
    tabs: Vec<Tab>,
    errors: FormErrors,
    /// The new token, this once.
    secret: String,
    tokens: Vec<Token>,
    input: Input,
    /// Word, text, and whether it is ticked.
    scopes: Vec<(String, String, bool)>,
}

struct Token {
    id: RowId,
    label: String,
    scopes: String,
    created: DateTime<Utc>,
    seen: Option<DateTime<Utc>>,
    ends: Option<DateTime<Utc>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    label: String,
    scopes: Vec<String>,
}

/// The text of a scope.
fn scope_text(texts: &Texts, scope: Scope) -> String {
    let key = match scope {
        Scope::Read => "settings-scope-read",
        Scope::Write => "settings-scope-write",
        Scope::Moderate => "settings-scope-moderate",
        Scope::Admin => "settings-scope-admin",
    };
    texts.t(key).into_owned()
}

pub(super) async fn show(ctx: Ctx) -> Result<Response> {
    show_with(&ctx, None, Input::default(), String::new()).await
}

async fn show_with(ctx: &Ctx, error: Option<Error>, input: Input, secret: String) -> Result<Response> {
    let (visit, rows) = ctx.read_own(|tx, by| tokens::list(tx, by.person)).await?;
    let outcome = error.as_ref().map_or(Outcome::OK, Outcome::of);
    let errors = error.map_or_else(|| Ok(FormErrors::default()), |error| visit.problems(error))?;
    let texts = &visit.texts;
    let tokens = rows.into_iter().map(|row| Token {
        id: row.id,
        label: row.label,
        scopes: Scopes::parse(&row.scopes)
            .iter()
            .map(|scope| scope_text(texts, scope))
            .collect::<Vec<_>>()
            .join(", "),
        created: row.created_at.utc(),
        seen: row.seen_at.map(crate::clock::Time::utc),
        ends: row.expires_at.map(crate::clock::Time::utc),
    });
    let admin = visit.viewer().is_admin();
    let offered = Scope::ALL.iter().filter(|scope| admin || **scope != Scope::Admin);
    let scopes = offered.map(|scope| {
        let word = scope.word().to_owned();
        let ticked = input.scopes.contains(&word);
        (word, scope_text(texts, *scope), ticked)
    });
    let page = TokensPage {
        page: frame(&visit, "settings-tokens"),
        tabs: tabs(&visit, HERE),
        errors,
        secret,
        tokens: tokens.collect(),
        scopes: scopes.collect(),
        input,
    };
    visit.show_as(outcome, &page)
}

pub(super) async fn make(ctx: Ctx, Form(input): Form<Input>) -> Result<Response> {
    let wanted: Vec<Scope> = input.scopes.iter().filter_map(|word| Scope::from_word(word)).collect();
    let (label, scopes) = (input.label.clone(), Scopes::of(&wanted));
    match ctx.act(move |tx, by| tokens::create(tx, by.person, &label, &scopes, None)).await {
        Ok((_row, secret)) => show_with(&ctx, None, Input::default(), secret).await,
        Err(error) => show_with(&ctx, Some(error), input, String::new()).await,
    }
}

pub(super) async fn revoke(
    ctx: Ctx,
    Path(id): Path<RowId>,
    Press(Button {}): Press<Button>,
) -> Result<Response> {
    ctx.act(move |tx, by| tokens::revoke(tx, by.person, id)).await?;
    Ok(ctx.redirect_saying(HERE, Tone::Ok, "flash-token-revoked"))
}
