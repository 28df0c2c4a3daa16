//! Groups, people and the instance as actors.

use serde_json::{Value, json};

use super::{CLASS, put};
use crate::actors::ActorRow;
use crate::federation::proofs;
use crate::groups::GroupRow;
use crate::groups::outward::OutGroup;
use crate::instance::Settings;
use crate::people::outward::OutPerson;
use crate::policy::{Class, Posting};
use crate::urls::Urls;

/// What this software understands, told to others (FEP-844e): identifier and name.
const IMPLEMENTS: &[(&str, &str)] = &[
    ("https://datatracker.ietf.org/doc/html/rfc9421", "RFC-9421: HTTP Message Signatures"),
    ("https://w3id.org/fep/1b12", "FEP-1b12: Group federation"),
    ("https://w3id.org/fep/8b32", "FEP-8b32: Object Integrity Proofs"),
    ("https://w3id.org/fep/844e", "FEP-844e: Capability discovery"),
];

/// The context of actors.
fn context() -> Value {
    json!([
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/v1",
        "https://www.w3.org/ns/did/v1",
        "https://w3id.org/security/multikey/v1",
        proofs::CONTEXT,
        {
            "toot": "http://joinmastodon.org/ns#",
            "featured": { "@id": "toot:featured", "@type": "@id" },
            "discoverable": "toot:discoverable",
            "indexable": "toot:indexable",
            "suspended": "toot:suspended",
            "manuallyApprovesFollowers": "as:manuallyApprovesFollowers",
            "sensitive": "as:sensitive",
            "schema": "http://schema.org#",
            "PropertyValue": "schema:PropertyValue",
            "value": "schema:value",
            "description": "schema:description",
            "lemmy": "https://join-lemmy.org/ns#",
            "postingRestrictedToMods": "lemmy:postingRestrictedToMods",
            "confidentialityClass": "urn:vakplein:confidentialityClass",
            "moderators": { "@id": "lemmy:moderators", "@type": "@id" },
            "webfinger": "https://purl.archive.org/socialweb/webfinger#webfinger",
            "implements": {
                "@id": "https://w3id.org/fep/844e#implements",
                "@type": "@id",
                "@container": "@set"
            }
        }
    ])
}

/// A group hosted here.
#[must_use]
pub fn group(urls: &Urls, out: &OutGroup) -> Value {
    let (row, actor) = (&out.group, &out.actor);
    let mut document = base(urls, actor, "Group");
    put(&mut document, "name", row.title.as_str());
    let mission = format!("<p>{}</p>", escape(&row.mission));
    let summary = if row.description_html.is_empty() { &mission } else { &row.description_html };
    put(&mut document, "summary", summary.as_str());
    // In one line what the group is for; Lemmy has such a field under this name, too.
    if !row.mission.is_empty() {
        put(&mut document, "description", row.mission.as_str());
    }
    if !row.description.is_empty() {
        put(&mut document, "source", json!({ "content": row.description, "mediaType": "text/markdown" }));
    }
    let moderators = format!("{}/moderators", actor.uri);
    put(&mut document, "attributedTo", moderators.as_str());
    put(&mut document, "moderators", moderators);
    put(&mut document, "featured", format!("{}/featured", actor.uri));
    put(&mut document, "postingRestrictedToMods", row.posting == Posting::Staff);
    put_class(&mut document, row);
    put_picture(&mut document, urls, out.emblem.as_ref(), &row.emblem_alt);
    put(&mut document, "published", actor.created_at.rfc3339());
    put(&mut document, "updated", row.updated_at.rfc3339());
    document
}

/// What a server without a member learns of a closed group, so that its people can join: who it is and where to write. Only a
/// group that shows itself to outsiders says what it is for, too.
#[must_use]
pub fn stub(urls: &Urls, actor: &ActorRow, row: &GroupRow) -> Value {
    let mut document = base(urls, actor, "Group");
    if let Some(members) = document.as_object_mut() {
        members.shift_remove("outbox");
        members.shift_remove("followers");
    }
    if row.face {
        put(&mut document, "name", row.title.as_str());
        put(&mut document, "summary", format!("<p>{}</p>", escape(&row.mission)));
        put(&mut document, "description", row.mission.as_str());
    }
    put_class(&mut document, row);
    document
}

/// How far a group's content may go. Lemmy takes `manuallyApprovesFollowers` for "private", and then refuses everything that is
/// addressed to the public. Where somebody asks to join an open group and waits, the missing Accept says so.
fn put_class(document: &mut Value, row: &GroupRow) {
    let open = row.class == Class::Openbaar;
    put(document, "manuallyApprovesFollowers", !open);
    put(document, "discoverable", open);
    put(document, "indexable", open);
    if !open {
        put(document, CLASS, row.class.word());
    }
}

/// A person of this instance.
#[must_use]
pub fn person(urls: &Urls, out: &OutPerson) -> Value {
    let (row, actor) = (&out.person, &out.actor);
    let mut document = base(urls, actor, if row.bot { "Service" } else { "Person" });
    let name = if row.display_name.is_empty() { &actor.name } else { &row.display_name };
    put(&mut document, "name", name.as_str());
    put(&mut document, "summary", row.bio_html.as_str());
    if !row.bio.is_empty() {
        put(&mut document, "source", json!({ "content": row.bio, "mediaType": "text/markdown" }));
    }
    let fields: Vec<Value> = [("Organisatie", &row.employer), ("Functie", &row.function)]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| json!({ "type": "PropertyValue", "name": name, "value": escape(value) }))
        .collect();
    put(&mut document, "attachment", fields);
    put(&mut document, "following", format!("{}/following", actor.uri));
    put(&mut document, "manuallyApprovesFollowers", false);
    put(&mut document, "discoverable", row.discoverable);
    put(&mut document, "indexable", row.discoverable);
    if row.suspended_at.is_some() {
        put(&mut document, "suspended", true);
    }
    put_picture(&mut document, urls, out.avatar.as_ref(), &row.avatar_alt);
    put(&mut document, "published", actor.created_at.rfc3339());
    put(&mut document, "updated", row.updated_at.rfc3339());
    document
}

/// The instance itself (FEP-2677, FEP-d556): it signs requests that nobody in particular makes.
#[must_use]
pub fn application(urls: &Urls, actor: &ActorRow, settings: &Settings) -> Value {
    let mut document = base(urls, actor, "Application");
    put(&mut document, "name", settings.name.as_str());
    put(&mut document, "summary", format!("<p>{}</p>", escape(&settings.description)));
    put(&mut document, "implements", implements());
    put(&mut document, "manuallyApprovesFollowers", true);
    put(&mut document, "discoverable", false);
    put(&mut document, "indexable", false);
    put(&mut document, "published", actor.created_at.rfc3339());
    document
}

/// What the documents of all actors have in common.
fn base(urls: &Urls, actor: &ActorRow, kind: &str) -> Value {
    let mut document = json!({
        "@context": context(),
        "id": actor.uri,
        "type": kind,
        "preferredUsername": actor.name,
        "webfinger": format!("{}@{}", actor.name, urls.domain()),
        "url": actor.url,
        "inbox": actor.inbox,
        "outbox": actor.outbox,
        "followers": actor.followers,
        "endpoints": { "sharedInbox": urls.inbox() },
        "generator": { "type": "Application", "id": urls.instance(), "implements": implements() },
    });
    if let (Some(id), Some(pem)) = (&actor.rsa_key_uri, &actor.rsa_key) {
        put(&mut document, "publicKey", json!({ "id": id, "owner": actor.uri, "publicKeyPem": pem }));
    }
    if let (Some(id), Some(key)) = (&actor.ed_key_uri, &actor.ed_key) {
        let key = json!({ "id": id, "type": "Multikey", "controller": actor.uri, "publicKeyMultibase": key });
        put(&mut document, "assertionMethod", vec![key]);
    }
    document
}

fn implements() -> Vec<Value> {
    IMPLEMENTS.iter().map(|(href, name)| json!({ "type": "Link", "href": href, "name": name })).collect()
}

fn put_picture(document: &mut Value, urls: &Urls, path: Option<&String>, alt: &str) {
    if let Some(path) = path {
        let mut icon = json!({ "type": "Image", "url": urls.absolute(path) });
        if !alt.is_empty() {
            put(&mut icon, "name", alt);
        }
        put(document, "icon", icon);
    }
}

/// Text as HTML.
pub(super) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
    html
}
