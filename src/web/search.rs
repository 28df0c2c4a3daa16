//! Search: posts by their words, and people, groups and posts elsewhere by their address.

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, Result as DomainResult};
use crate::groups::face;
use crate::people::{attempts, byline};
use crate::policy::Viewer;
use crate::policy::rates::{self, Limit};
use crate::search::{self, Resolved};
use crate::threads::hits::PostHit;
use crate::threads::views as threads;
use crate::urls::Urls;
use crate::web::error::Result;
use crate::web::form::Form;
use crate::web::page::{Page, Section, Tone};
use crate::web::parts::{Group, Pager, Person};
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

/// Longest query that is looked at, in characters.
const LONGEST: usize = 200;

/// Most groups that are shown with the posts.
const GROUPS: usize = 6;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new().route("/search", get(find).post(resolve))
}

/// A post that was found.
struct Hit {
    title: String,
    url: String,
    excerpt: String,
    author: Person,
    group: String,
    group_url: String,
    at: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "search/search.html")]
struct Search {
    page: Page,
    q: String,
    /// A handle or address that was typed; empty when it was words.
    address: String,
    login: String,
    groups: Vec<Group>,
    hits: Vec<Hit>,
    pager: Pager,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    q: String,
    page: usize,
}

async fn find(ctx: Ctx, Query(wanted): Query<Wanted>) -> Result<Response> {
    let q: String = wanted.q.trim().chars().take(LONGEST).collect();
    let address = if is_address(&q) { q.clone() } else { String::new() };
    let (typed, at) = (if address.is_empty() { q.clone() } else { String::new() }, wanted.page);
    ctx.app.refresh_limits().await;
    let (app, client) = (ctx.app.clone(), ctx.client);
    let look = move |tx: &mut Tx<'_>, viewer: Viewer| {
        // Words take work; the empty page and an address take none.
        if !typed.is_empty() {
            match viewer.person() {
                Some(person) => app.limits.take(Limit::AccountRequests, &person.to_string(), 1)?,
                None => app.limits.take(Limit::AddressRequests, &rates::counted(client), 1)?,
            }
        }
        // Groups stand on the first page only: there are few, and the best come first.
        let most = if at == 0 { GROUPS } else { 0 };
        let groups = search::groups(tx, &viewer, &typed, false, most)?;
        Ok((search::posts(tx, &viewer, &typed, false, at)?, groups))
    };
    let (visit, (found, groups)) = ctx.read(look).await?;
    let to = |page: usize| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", &q).append_pair("page", &page.to_string());
        format!("/search?{}", query.finish())
    };
    let pager = Pager {
        newer: (at > 0).then(|| to(at.saturating_sub(1))),
        older: found.more.then(|| to(at.saturating_add(1))),
    };
    let next = url::form_urlencoded::byte_serialize(ctx.path.as_bytes()).collect::<String>();
    let mut page = visit.page_of("search-title").section(Section::Search);
    page.noindex = true;
    visit.show(&Search {
        page,
        address,
        login: format!("/login?next={next}"),
        groups: groups.iter().map(|listed| shown::listed(&visit.texts, listed)).collect(),
        hits: found.hits.iter().map(|hit| shown_hit(&visit, hit)).collect(),
        pager,
        q,
    })
}

fn shown_hit(visit: &Visit, hit: &PostHit) -> Hit {
    Hit {
        title: shown::topic_title(&visit.texts, &hit.title),
        url: Urls::place(hit.thread_id, hit.id),
        excerpt: hit.excerpt.clone(),
        author: shown::person(&visit.texts, &hit.author),
        group: hit.group.title.clone(),
        group_url: format!("/g/{}", hit.group.local_name()),
        at: hit.created_at.utc(),
    }
}

#[derive(Debug, Deserialize)]
struct Address {
    #[serde(default)]
    address: String,
}

/// Looks a handle or address up, also on its own server, and leads to what it names. Only for members: a look-up makes this
/// server ask others.
async fn resolve(ctx: Ctx, Form(form): Form<Address>) -> Result<Response> {
    let (visit, by) = ctx.read_own(|_tx, by| Ok(by.clone())).await?;
    if ctx.limited() {
        ctx.app.db.write(move |tx| attempts::by_person(tx, true, Limit::AccountLookups, &by)).await?;
    }
    let viewer = visit.viewer();
    let found = match ctx.app.resolve(&form.address).await {
        Ok(found) => ctx.app.db.read(move |tx| place(tx, viewer, found)).await,
        Err(error) => Err(error),
    };
    let key = match found {
        Ok(path) => return Ok(ctx.redirect(&path)),
        Err(Error::Unreachable) => "flash-search-busy",
        Err(Error::Denied(_)) => "flash-search-blocked",
        Err(Error::NotFound | Error::Gone) => "flash-search-none",
        Err(other) => return Err(other.into()),
    };
    let q = url::form_urlencoded::byte_serialize(form.address.as_bytes()).collect::<String>();
    Ok(ctx.redirect_saying_of(&format!("/search?q={q}"), Tone::Warning, key, &form.address))
}

/// The path of what was found.
fn place(tx: &mut Tx<'_>, viewer: Viewer, found: Resolved) -> DomainResult<String> {
    match found {
        Resolved::Person(id) => {
            let who = byline::of(tx, [id])?.remove(&id).ok_or(Error::NotFound)?;
            Ok(shown::person_url(&who))
        }
        Resolved::Group(id) => {
            let found = face::known(tx, &viewer, id)?;
            Ok(format!("/g/{}", found.local_name()))
        }
        Resolved::Post(id) => {
            let (thread, _from) = threads::place(tx, &viewer, id)?;
            Ok(Urls::place(thread, id))
        }
    }
}

/// Whether somebody typed a handle (`@name@host`) or an address of the web.
fn is_address(q: &str) -> bool {
    if q.chars().any(char::is_whitespace) {
        return false;
    }
    if q.starts_with("https://") || q.starts_with("http://") {
        return true;
    }
    let handle = q.strip_prefix("acct:").unwrap_or(q).trim_start_matches(['@', '!']);
    handle.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains(['.', ':']))
}

#[cfg(test)]
mod tests {
    use super::is_address;

    #[test]
    fn a_handle_or_address_is_told_from_words() {
        for text in
            ["@tuin@plein.example", "tuin@plein.example", "!tuin@plein.localhost:81", "https://a.example/x"]
        {
            assert!(is_address(text), "{text}");
        }
        for text in ["", "tuin", "@tuin", "mail mij: jan@plein.example", "a@b", "appels en peren"] {
            assert!(!is_address(text), "{text}");
        }
    }
}
