//! An actor elsewhere: from its document to rows of ours.
//!
//! Strict about who it is (id, keys, inbox share an origin), tolerant about all the rest. Texts are cleaned here.

use activitypub_federation::protocol::public_key::PublicKey as WireKey;
use url::Url;

use super::CLASS;
use super::document::{Document, ID_MAX};
use crate::actors::{ActorKind, ActorRow};
use crate::app::App;
use crate::federation::guard::same_origin;
use crate::federation::quirks;
use crate::groups::{GroupRow, RemoteGroup};
use crate::ids::ActorId;
use crate::keys::{Kind, PublicKey};
use crate::people::PersonRow;
use crate::people::remote::RemotePerson;
use crate::policy::{Class, Joining, Posting, limits};
use crate::text::line::one_line;
use crate::urls::host_of;

/// Keys of one actor that are looked at, as in Mastodon.
const KEYS: usize = 10;
/// Longest name of an actor elsewhere, in characters.
const NAME: usize = 100;

/// An actor elsewhere.
#[derive(Debug, Clone)]
pub enum RemoteActor {
    /// A person, or whatever acts like one.
    Person(Box<RemotePerson>),
    /// A group.
    Group(Box<RemoteGroup>),
}

impl RemoteActor {
    /// Its host.
    pub fn host(&self) -> &str {
        match self {
            Self::Person(person) => &person.actor.host,
            Self::Group(group) => &group.actor.host,
        }
    }
}

/// Whether a type is one of actors.
pub fn is_actor(kind: &str) -> bool {
    matches!(kind, "Person" | "Service" | "Application" | "Organization" | "Group")
}

/// Reads an actor's document, which came from the actor's own address.
///
/// # Errors
/// The rule that it breaks.
pub fn read(document: Document<'_>, app: &App) -> Result<RemoteActor, &'static str> {
    let kind = document.kind();
    if !is_actor(kind) {
        return Err("not-an-actor");
    }
    let addresses = addresses(document, app, kind)?;
    let name = addresses.name.clone();
    let display =
        document.localised("name").0.map(short_label).filter(|text| !text.is_empty()).unwrap_or(name);
    let summary = document.localised("summary").0.unwrap_or_default();
    let about = app.federation.cleaner().clean(summary);
    let (picture, alt) = picture(document);
    let now = app.clock.now();
    if kind != "Group" {
        let person = PersonRow {
            id: addresses.id.into(),
            display_name: display,
            bio: String::new(),
            bio_html: about,
            avatar_id: None,
            avatar_url: picture,
            avatar_alt: alt,
            employer: String::new(),
            function: String::new(),
            bot: matches!(kind, "Service" | "Application"),
            discoverable: document.flag("discoverable"),
            suspended_at: None,
            updated_at: now,
        };
        return Ok(RemoteActor::Person(Box::new(RemotePerson { actor: addresses, person })));
    }
    let approval = document.flag("manuallyApprovesFollowers");
    let staff_only = document.flag("postingRestrictedToMods");
    let own = |name: &str| document.link(name).filter(|url| at_home(url, &addresses.uri)).map(String::from);
    // A word that isn't known here is taken for the strictest: its members read it, and it goes nowhere.
    let class =
        document.text(CLASS).map_or(Class::Openbaar, |word| Class::from_word(word).unwrap_or(Class::Lokaal));
    // Of a closed group whoever isn't in it is told little; that must not wipe out what members know.
    let partial = class != Class::Openbaar && document.get("outbox").is_none();
    let group = GroupRow {
        id: addresses.id.into(),
        title: display,
        mission: document
            .text("description")
            .map(|text| cut(&one_line(text), limits::MISSION))
            .unwrap_or_default(),
        description: String::new(),
        description_html: about,
        rules: String::new(),
        rules_html: String::new(),
        emblem_id: None,
        emblem_url: picture,
        emblem_alt: alt,
        colour: colour(&addresses.uri),
        class,
        joining: if approval || class != Class::Openbaar { Joining::Approval } else { Joining::Open },
        posting: if staff_only { Posting::Staff } else { Posting::Members },
        featured: own("featured"),
        moderators: own("moderators").or_else(|| quirks::moderators(document, &addresses.uri)),
        member_count: 0,
        topic_count: 0,
        active_at: document.time("published").unwrap_or(now).min(now),
        created_by: None,
        archived_at: None,
        updated_at: now,
        face: partial && document.get("name").is_some(),
    };
    Ok(RemoteActor::Group(Box::new(RemoteGroup { actor: addresses, group, partial })))
}

fn addresses(document: Document<'_>, app: &App, kind: &str) -> Result<ActorRow, &'static str> {
    let id = document.id().ok_or("no-id")?;
    if app.client.guard().is_own_url(&id) || app.client.guard().check_url(&id).is_err() {
        return Err("own-or-unreachable-id");
    }
    let host = host_of(&id).ok_or("no-host")?;
    let name = document.text("preferredUsername").unwrap_or_default();
    let wrong = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '@' | '/' | ':' | '<' | '>' | '"' | '\'')
    };
    // An instance's own actor is named like its host, or not at all.
    let name = if name.is_empty() && kind == "Application" { host.as_str() } else { name };
    // What can't be seen makes two names look alike, and direction marks make a handle read backwards.
    if name.is_empty() || name.chars().count() > NAME || name.contains(wrong) || one_line(name) != name {
        return Err("no-name");
    }
    let own = |url: Url| (same_origin(&url, &id) && url.as_str().len() <= ID_MAX).then(|| url.to_string());
    let inbox = document.link("inbox").and_then(own).ok_or("no-inbox")?;
    let shared =
        document.object("endpoints").and_then(|endpoints| endpoints.link("sharedInbox")).and_then(own);
    let keys = keys(document, &id, app);
    let now = app.clock.now();
    Ok(ActorRow {
        id: ActorId::fresh(),
        kind: if kind == "Group" { ActorKind::Group } else { ActorKind::Person },
        local: false,
        name: name.to_owned(),
        name_folded: name.to_lowercase(),
        url: page(document, &id),
        inbox,
        shared_inbox: shared,
        outbox: document.link("outbox").and_then(own),
        followers: document.link("followers").and_then(own),
        rsa_key_uri: keys.rsa.as_ref().map(|key| key.0.clone()),
        rsa_key: keys.rsa.map(|key| key.1),
        ed_key_uri: keys.ed.as_ref().map(|key| key.0.clone()),
        ed_key: keys.ed.map(|key| key.1),
        moved_to: document.link("movedTo").map(String::from),
        fetched_at: Some(now),
        key_tried_at: None,
        gone_at: None,
        created_at: now,
        host,
        uri: id.to_string(),
    })
}

#[derive(Default)]
struct Keys {
    rsa: Option<(String, String)>,
    ed: Option<(String, String)>,
}

/// The keys that the actor publishes as its own, under addresses of its own: `publicKey`, then Multikeys (FEP-521a).
fn keys(document: Document<'_>, id: &Url, app: &App) -> Keys {
    let mut keys = Keys::default();
    let at_home = |key: &str| Url::parse(key).is_ok_and(|key| same_origin(&key, id));
    for value in document.all("publicKey").take(KEYS) {
        let Ok(wire) = serde_json::from_value::<WireKey>(value.clone()) else { continue };
        if wire.owner != *id || !at_home(&wire.id) {
            continue;
        }
        let Ok(key) = PublicKey::from_pem(&wire.public_key_pem) else { continue };
        keys.take(wire.id, &key);
    }
    for method in document.objects("assertionMethod").take(KEYS) {
        let owned = method.link("controller").is_some_and(|owner| owner == *id);
        let (Some(key_id), Some(text)) = (method.text("id"), method.text("publicKeyMultibase")) else {
            continue;
        };
        if method.kind() != "Multikey" || !owned || !at_home(key_id) {
            continue;
        }
        let Ok(key) = app.federation.public_key(text) else { continue };
        keys.take(key_id.to_owned(), &key);
    }
    keys
}

impl Keys {
    fn take(&mut self, id: String, key: &PublicKey) {
        match key.kind() {
            Kind::Rsa => self.rsa = self.rsa.take().or_else(|| Some((id, key.to_pem()))),
            Kind::Ed25519 => self.ed = self.ed.take().or_else(|| Some((id, key.multikey()))),
        }
    }
}

/// The page for people: on the actor's own host, else its id.
pub fn page(document: Document<'_>, id: &Url) -> String {
    let html = document.objects("url").find(|link| link.text("mediaType") == Some("text/html"));
    let url = html.and_then(|link| link.link("href")).or_else(|| document.link("url"));
    let fits = |url: &Url| same_origin(url, id) && url.as_str().len() <= ID_MAX;
    url.filter(fits).unwrap_or_else(|| id.clone()).to_string()
}

fn picture(document: Document<'_>) -> (Option<String>, String) {
    let Some(icon) = document.objects("icon").next() else { return (None, String::new()) };
    let alt = icon.text("name").or_else(|| icon.text("summary")).unwrap_or_default();
    (icon.link("url").map(String::from), cut(&one_line(alt), limits::ALT))
}

fn at_home(url: &Url, uri: &str) -> bool {
    Url::parse(uri).is_ok_and(|id| same_origin(&id, url))
}

fn short_label(text: &str) -> String {
    cut(&one_line(text), limits::LABEL)
}

/// The first `max` characters.
pub fn cut(text: &str, max: usize) -> String {
    text.chars().take(max).collect()
}

/// One of the theme's eight colours, always the same for a group.
fn colour(uri: &str) -> i64 {
    i64::from(uri.bytes().fold(0_u8, u8::wrapping_add) % 8) + 1
}
