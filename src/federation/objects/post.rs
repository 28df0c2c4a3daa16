//! Posts: a topic is a `Page`, a reply a `Note`.
//!
//! One object has one representation, so it serves everybody at once. Lemmy reads `name`, `source` and `to`; Mastodon
//! shows of a `Page` its `name`, `summary` and link, of a `Note` its `content`; GoToSocial shows `content`. Every post
//! mentions its group: a reply written on Mastodon or GoToSocial reaches us only by that.

use serde_json::{Value, json};

use super::actor::escape;
use super::{PUBLIC, context, put};
use crate::actors::ActorRow;
use crate::media::{MediaKind, views::Shown};
use crate::policy::Class;
use crate::text::{excerpt, microblog, plain};
use crate::threads::outward::OutPost;
use crate::urls::Urls;

/// Longest teaser, in characters as people count them; Mastodon shows it below the title.
const TEASER: usize = 400;

/// Languages with the name that Lemmy wants beside the code. What isn't here goes out without a language.
const LANGUAGES: &[(&str, &str)] = &[
    ("nl", "Nederlands"),
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("fy", "Frysk"),
    ("tr", "Türkçe"),
    ("pl", "Polski"),
    ("ar", "العربية"),
    ("uk", "Українська"),
    ("es", "Español"),
    ("pap", "Papiamentu"),
];

/// The document of a post that was written here, without a proof.
#[must_use]
pub fn post(urls: &Urls, out: &OutPost) -> Value {
    let row = &out.post;
    let (to, cc) = audience(out);
    let is_topic = out.parent.is_none();
    let content = if is_topic { row.html.clone() } else { microblog::for_microblogs(&row.html) };
    let mut document = json!({
        "@context": context(),
        "id": row.uri,
        "type": if is_topic { "Page" } else { "Note" },
        "attributedTo": out.author.uri,
        "to": to,
        "cc": cc,
        "audience": out.group.uri,
        "context": out.thread.context_uri.clone().unwrap_or_else(|| urls.context(out.thread.id)),
    });
    if let Some(parent) = &out.parent {
        put(&mut document, "inReplyTo", parent.uri.as_str());
    } else {
        put(&mut document, "name", out.thread.title.as_str());
        let teaser = excerpt::summary(&plain::to_text(&row.html), TEASER);
        put(&mut document, "summary", format!("<p>{}</p>", escape(&teaser)));
    }
    put(&mut document, "content", content.as_str());
    put_language(&mut document, row.language.as_deref(), &content);
    put(&mut document, "mediaType", "text/html");
    put(&mut document, "source", json!({ "content": row.content, "mediaType": "text/markdown" }));
    put(&mut document, "url", row.url.as_str());
    put(&mut document, "sensitive", row.sensitive);
    put(&mut document, "published", row.created_at.rfc3339());
    if let Some(edited) = row.edited_at {
        put(&mut document, "updated", edited.rfc3339());
    }
    put(&mut document, "tag", tags(out));
    let files: Vec<Value> = out.attached.iter().map(|file| attachment(urls, file)).collect();
    put(&mut document, "attachment", files);
    put(&mut document, "replies", urls.replies(row.id));
    // Without this nobody on Mastodon 4.4 and later can quote it (FEP-044f).
    let quoting = if out.class == Class::Openbaar { PUBLIC } else { out.author.uri.as_str() };
    put(&mut document, "interactionPolicy", json!({ "canQuote": { "automaticApproval": [quoting] } }));
    document
}

/// Whom a post is addressed to: `to` and `cc`. Activities about it have the same.
#[must_use]
pub fn audience(out: &OutPost) -> (Vec<String>, Vec<String>) {
    let mut to = vec![out.group.uri.clone()];
    let mut cc = Vec::new();
    if out.class == Class::Openbaar {
        to.push(PUBLIC.to_owned());
        cc.extend(out.author.followers.clone());
        let people = out.parent.iter().map(|parent| &parent.author).chain(&out.mentions);
        for actor in people {
            if actor.uri != out.author.uri && !to.contains(&actor.uri) && !cc.contains(&actor.uri) {
                cc.push(actor.uri.clone());
            }
        }
    } else {
        // Nobody but members: whoever is only mentioned gets nothing.
        to.extend(out.group.followers.clone());
    }
    (to, cc)
}

fn tags(out: &OutPost) -> Vec<Value> {
    let mention = |actor: &ActorRow| json!({ "type": "Mention", "href": actor.uri, "name": actor.handle() });
    let mut tags = vec![mention(&out.group)];
    let people = out.parent.iter().map(|parent| &parent.author).chain(&out.mentions);
    let mut seen = vec![out.group.uri.as_str(), out.author.uri.as_str()];
    for actor in people {
        if !seen.contains(&actor.uri.as_str()) {
            seen.push(&actor.uri);
            tags.push(mention(actor));
        }
    }
    tags
}

/// `contentMap` for Mastodon and GoToSocial (which wants the very same HTML in it), `language` as Lemmy has it.
fn put_language(document: &mut Value, language: Option<&str>, content: &str) {
    let Some((code, name)) = LANGUAGES.iter().find(|(code, _)| Some(*code) == language) else { return };
    put(document, "contentMap", json!({ *code: content }));
    put(document, "language", json!({ "identifier": code, "name": name }));
}

/// Lemmy takes `Image`, `Document` and `Link` here and nothing else; Mastodon reads `name` as the alternative text.
fn attachment(urls: &Urls, file: &Shown) -> Value {
    let is_image = file.kind == MediaKind::Image;
    let url = file.remote_url.clone().unwrap_or_else(|| urls.absolute(&file.href));
    let name = if is_image { &file.alt } else { &file.name };
    let mut document = json!({
        "type": if is_image { "Image" } else { "Document" },
        "mediaType": file.media_type,
        "url": url,
        "name": name,
    });
    if file.width > 0 && file.height > 0 {
        put(&mut document, "width", file.width);
        put(&mut document, "height", file.height);
    }
    document
}
