//! A post elsewhere: from its document to a draft of ours. Texts are cleaned here; who may post it isn't asked.

use activitypub_federation::kinds::public;
use url::Url;

use super::actor_in::{cut, page};
use super::document::{Document, LIST_MAX};
use crate::app::App;
use crate::federation::quirks;
use crate::policy::limits;
use crate::text::line::one_line;
use crate::text::{excerpt, plain};
use crate::threads::draft::terms;
use crate::threads::{Draft, Remote, RemoteMedia};

/// Types that become topics and replies.
pub const POSTS: &[&str] =
    &["Note", "Page", "Article", "Question", "Event", "Video", "Audio", "Image", "Document", "Link"];

const MARKDOWN: &str = "text/markdown";

/// A post elsewhere.
#[derive(Debug, Clone)]
pub struct RemotePost {
    /// Its id.
    pub id: Url,
    /// Its author.
    pub author: Url,
    /// What it replies to.
    pub reply_to: Option<Url>,
    /// Whether it is addressed to everybody.
    pub public: bool,
    /// Whether it says to whom it is addressed.
    pub addressed: bool,
    /// Everybody it names, groups it may belong to first: `audience`, `to`, `cc`, mentions.
    pub names: Vec<String>,
    /// Mentioned actors.
    pub mentions: Vec<String>,
    /// What would be posted. The title is made from the text when it has none.
    pub draft: Draft,
}

impl RemotePost {
    /// Tells the draft whether it is for everybody, which some software says only on the activity.
    pub fn says_for_whom(&mut self) {
        if let Some(remote) = &mut self.draft.remote {
            remote.public = self.public;
        }
    }
}

/// Reads a post's document.
///
/// # Errors
/// The rule that it breaks.
pub fn read(document: Document<'_>, raw: &str, app: &App) -> Result<RemotePost, &'static str> {
    let kind = document.kind();
    if !POSTS.contains(&kind) {
        return Err("not-a-post");
    }
    if quirks::is_poll_vote(document) {
        return Err("poll-vote");
    }
    let id = document.id().ok_or("no-id")?;
    let author = quirks::author(document).ok_or("no-author")?;
    let reply_to = document.link("inReplyTo");
    let (content, language) = document.localised("content");
    let mut html = match document.text("mediaType") {
        Some(MARKDOWN | "text/x.misskeymarkdown") => {
            // Ids differ at their end, and footnotes of two posts on a page must differ, too.
            let scope: String = id.as_str().chars().rev().collect();
            app.markdown.render(content.unwrap_or_default(), &scope, &|_| None).html
        }
        Some("text/plain") => format!("<p>{}</p>", escape(content.unwrap_or_default())),
        _ => app.federation.cleaner().clean(content.unwrap_or_default()),
    };
    let mut media = Vec::new();
    for attachment in document.objects("attachment") {
        attach(attachment, &mut html, &mut media, app);
    }
    let options = quirks::poll_options(document);
    if !options.is_empty() {
        let list: String = options.iter().map(|option| format!("<li>{}</li>", escape(option))).collect();
        html.push_str(&app.federation.cleaner().clean(&format!("<ul>{list}</ul>")));
    }
    let text = plain::to_text(&html);
    let title = if reply_to.is_some() { String::new() } else { title(document, &text, &media, &id) };
    let (is_note, now) = (matches!(kind, "Note" | "Question"), app.clock.now());
    // On other types `summary` is a teaser, not a warning.
    let warning = if is_note { document.localised("summary").0.unwrap_or_default() } else { "" };
    let published = document.time("published").unwrap_or(now).min(now);
    let mut draft = Draft {
        title,
        content: typed(document, content).unwrap_or_default(),
        plain: text,
        html,
        summary: cut(&one_line(&plain::to_text(warning)), limits::TITLE),
        sensitive: document.flag("sensitive"),
        language: language.or_else(|| spoken(document)).filter(|tag| tag.len() <= 35).map(str::to_owned),
        remote_media: media,
        remote: Some(Remote {
            uri: id.to_string(),
            url: page(document, &id),
            published,
            updated: document.time("updated"),
            context: document.link("context").map(String::from),
            document: raw.to_owned(),
            public: document.is_public(),
        }),
        ..Draft::default()
    };
    draft.terms = terms(&draft);
    Ok(RemotePost {
        id,
        author,
        reply_to,
        public: document.is_public(),
        addressed: document.is_addressed(),
        names: named(document),
        mentions: mentions(document),
        draft,
    })
}

/// Everybody whom a post names, groups it may belong to first: `audience`, `to`, `cc`, mentions.
pub fn named(document: Document<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for field in ["audience", "to", "cc"] {
        names.extend(document.links(field).into_iter().filter(|url| *url != public()).map(String::from));
    }
    names.extend(mentions(document));
    names.truncate(2 * LIST_MAX);
    names
}

fn mentions(document: Document<'_>) -> Vec<String> {
    let tags = document.objects("tag").filter(|tag| tag.kind() == "Mention");
    tags.filter_map(|tag| tag.link("href")).map(String::from).collect()
}

/// The Markdown that its author typed, where their server tells it (Lemmy, PieFed and Vakplein do, in `source`). Pages never show
/// it: what counts is the HTML.
fn typed(document: Document<'_>, content: Option<&str>) -> Option<String> {
    let source = document.object("source").filter(|source| source.text("mediaType") == Some(MARKDOWN));
    let itself = content.filter(|_| document.text("mediaType") == Some(MARKDOWN));
    let text = source.and_then(|source| source.text("content")).or(itself)?;
    (text.chars().take(limits::POST + 1).count() <= limits::POST).then(|| text.to_owned())
}

/// Lemmy says the language as an object, others as a tag.
fn spoken(document: Document<'_>) -> Option<&str> {
    let said = document.object("language").and_then(|language| language.text("identifier"));
    said.or_else(|| document.text("language")).filter(|tag| *tag != "und")
}

fn title(document: Document<'_>, text: &str, media: &[RemoteMedia], id: &Url) -> String {
    let named = document.localised("name").0.map(one_line).filter(|name| !name.is_empty());
    let made = || {
        let described = || media.iter().map(|file| one_line(&file.alt)).find(|alt| !alt.is_empty());
        excerpt::title(text).or_else(described).unwrap_or_else(|| id.host_str().unwrap_or("…").to_owned())
    };
    cut(&named.unwrap_or_else(made), limits::TITLE)
}

/// One attachment: a link goes below the text (Lemmy's link posts), pictures and files are kept as addresses.
fn attach(attachment: Document<'_>, html: &mut String, media: &mut Vec<RemoteMedia>, app: &App) {
    let Some(url) = attachment.link("href").or_else(|| attachment.link("url")) else { return };
    let name = attachment.text("name").or_else(|| attachment.text("summary")).unwrap_or_default();
    let media_type = attachment.text("mediaType").unwrap_or_default();
    let kind = attachment.kind();
    let is_file = matches!(kind, "Image" | "Document" | "Video" | "Audio") && media_type != "text/html";
    if is_file {
        if media.len() < limits::FILES {
            let alt = cut(&one_line(name), limits::ALT);
            let file = url.path_segments().and_then(|mut parts| parts.next_back()).unwrap_or_default();
            media.push(RemoteMedia {
                media_type: if media_type.is_empty() && kind == "Image" { "image/*" } else { media_type }
                    .to_owned(),
                name: cut(file, limits::LABEL),
                alt,
                url: url.to_string(),
            });
        }
    } else if kind == "Link" && !html.contains(&escape(url.as_str())) {
        let label = if name.is_empty() { url.as_str() } else { name };
        let link = format!("<p><a href=\"{}\">{}</a></p>", escape(url.as_str()), escape(&one_line(label)));
        html.push_str(&app.federation.cleaner().clean(&link));
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
