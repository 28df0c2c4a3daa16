//! Atom feeds (RFC 4287) of open groups and their topics. Whoever reads a feed isn't signed in, so it has what anybody sees.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::app::App;
use crate::clock::Time;
use crate::error::Error;
use crate::groups::views as groups;
use crate::ids::ThreadId;
use crate::people::byline::Byline;
use crate::policy::{Viewer, limits};
use crate::request;
use crate::threads::lines::TopicLine;
use crate::threads::tree::{Gone, PostLine};
use crate::threads::views::{self, Sort, Where};
use crate::web::error::Result;
use crate::web::session::{Ctx, Visit};
use crate::web::shown;

/// The routes of this file.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/latest/feed.atom", get(latest))
        .route("/g/{name}/feed.atom", get(group))
        .route("/t/{id}/feed.atom", get(thread))
}

#[derive(Template)]
#[template(path = "parts/feed.xml")]
struct Feed {
    lang: String,
    id: String,
    title: String,
    subtitle: String,
    updated: String,
    own: String,
    url: String,
    entries: Vec<Entry>,
}

struct Entry {
    id: String,
    title: String,
    published: String,
    updated: String,
    url: String,
    author: String,
    author_url: String,
    /// The group that it is at home in, where another one shows it.
    source: Option<Source>,
    html: String,
}

/// Where an entry comes from (RFC 4287 §4.2.11).
struct Source {
    id: String,
    title: String,
    updated: String,
    url: String,
}

async fn group(ctx: Ctx, Path(name): Path<String>, asked: HeaderMap) -> Result<Response> {
    let (visit, (found, topics)) = ctx
        .read(move |tx, _viewer| {
            let nobody = Viewer::Anonymous;
            let found = groups::page(tx, &nobody, &name)?;
            let from = Where::Group(found.group.id);
            let topics = views::list(tx, &nobody, from, Sort::New, None)?;
            Ok((found, topics.items))
        })
        .await?;
    let entries = topics.iter().map(|line| topic(&visit, line)).collect();
    let updated = topics.iter().map(|line| line.created_at).max().unwrap_or(found.group.updated_at);
    let own = visit.ctx.app.urls.absolute(&visit.ctx.path);
    answer(
        &asked,
        &Feed {
            lang: visit.texts.code().to_owned(),
            id: found.actor.uri.clone(),
            title: xml(&visit.texts.t_with("feed-topics", &[("name", &found.group.title)])),
            subtitle: xml(&found.group.mission),
            updated: time(updated),
            url: found.actor.url.clone(),
            own,
            entries,
        },
    )
}

async fn latest(ctx: Ctx, asked: HeaderMap) -> Result<Response> {
    let (visit, slice) =
        ctx.read(|tx, _viewer| views::list(tx, &Viewer::Anonymous, Where::All, Sort::New, None)).await?;
    let urls = &visit.ctx.app.urls;
    let updated = slice.items.iter().map(|line| line.created_at).max().unwrap_or(visit.now);
    answer(
        &asked,
        &Feed {
            lang: visit.texts.code().to_owned(),
            id: urls.absolute("/latest"),
            title: xml(&format!("{}: {}", visit.settings.name, visit.texts.t("latest-title"))),
            subtitle: xml(&visit.settings.tagline),
            updated: time(updated),
            url: urls.absolute("/latest"),
            own: urls.absolute(&visit.ctx.path),
            entries: slice.items.iter().map(|line| topic(&visit, line)).collect(),
        },
    )
}

fn topic(visit: &Visit, line: &TopicLine) -> Entry {
    let urls = &visit.ctx.app.urls;
    let home = line.via.then_some(&line.group);
    // Readers of feeds seldom show the source.
    let via = home.map(|home| paragraph(&visit.texts.t_with("feed-via", &[("group", &home.title)])));
    Entry {
        id: urls.thread(line.id),
        title: xml(&line.title),
        published: time(line.created_at),
        updated: time(line.created_at),
        url: urls.thread(line.id),
        author: author(visit, &line.author),
        author_url: line.author.url.clone(),
        source: home.map(|home| Source {
            id: home.uri.clone(),
            title: xml(&home.title),
            // A feed changes when there is something new in it, not with each reply over there.
            updated: time(line.created_at),
            url: home.url.clone(),
        }),
        html: xml(&(paragraph(&line.excerpt) + &via.unwrap_or_default())),
    }
}

async fn thread(ctx: Ctx, Path(id): Path<ThreadId>, asked: HeaderMap) -> Result<Response> {
    let (visit, found) = ctx.read(move |tx, _viewer| views::page(tx, &Viewer::Anonymous, id, None)).await?;
    let urls = &visit.ctx.app.urls;
    let title = shown::topic_title(&visit.texts, &found.thread.title);
    let there = found.posts.iter().filter(|post| post.gone == Gone::No);
    let mut posts: Vec<&PostLine> = there.collect();
    posts.sort_by_key(|post| (std::cmp::Reverse(post.created_at), post.id));
    posts.truncate(limits::PAGE);
    let entry = |post: &&PostLine| {
        let name = author(&visit, &post.author);
        let first = post.parent_id.is_none();
        Entry {
            id: post.uri.clone(),
            title: xml(&if first {
                title.clone()
            } else {
                visit.texts.t_with("feed-reply-of", &[("name", &name)])
            }),
            published: time(post.created_at),
            updated: time(post.edited_at.unwrap_or(post.created_at)),
            url: urls.absolute(&crate::urls::Urls::place(id, post.id)),
            author_url: post.author.url.clone(),
            author: name,
            source: None,
            // What stands below a warning isn't put before somebody's eyes in a reader.
            html: xml(&if post.summary.is_empty() { post.html.clone() } else { paragraph(&post.summary) }),
        }
    };
    let entries: Vec<Entry> = posts.iter().map(entry).collect();
    let updated = posts.iter().map(|post| post.edited_at.unwrap_or(post.created_at)).max();
    answer(
        &asked,
        &Feed {
            lang: visit.texts.code().to_owned(),
            id: urls.thread(id),
            title: xml(&visit.texts.t_with("feed-replies", &[("title", &title)])),
            subtitle: String::new(),
            updated: time(updated.unwrap_or(found.thread.created_at)),
            url: urls.thread(id),
            own: urls.absolute(&visit.ctx.path),
            entries,
        },
    )
}

fn answer(asked: &HeaderMap, feed: &Feed) -> Result<Response> {
    let text = feed.render().map_err(Error::internal)?;
    let kind = HeaderValue::from_static("application/atom+xml; charset=utf-8");
    let keep = HeaderValue::from_static("public, max-age=300");
    let version = request::version_of(text.as_bytes());
    let response = ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, keep)], text).into_response();
    Ok(request::versioned(asked, &version, response))
}

fn author(visit: &Visit, byline: &Byline) -> String {
    xml(&shown::person(&visit.texts, byline).name)
}

fn time(time: Time) -> String {
    time.utc().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

/// Plain text as a paragraph of HTML.
fn paragraph(text: &str) -> String {
    format!("<p>{}</p>", text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

/// The text without characters that XML can't hold, escaped or not (XML 1.0 §2.2).
fn xml(text: &str) -> String {
    let fits = |c: &char| {
        let blank = matches!(c, '\t' | '\n' | '\r');
        (blank || !c.is_control()) && !matches!(c, '\u{fffe}' | '\u{ffff}')
    };
    text.chars().filter(fits).collect()
}
