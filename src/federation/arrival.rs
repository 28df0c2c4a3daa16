//! What the door reads of an activity before it is stored: who, what, and what it is about. One shallow pass, nothing copied.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;
use url::Url;

use super::objects::document::{id_of, text_of};

/// Nested activities that are looked into: a group announces an undo of a like.
const NESTED: usize = 4;

/// Types that something is done with here; all others are answered by 202 and forgotten.
pub const KINDS: &[&str] = &[
    "Accept",
    "Add",
    "Announce",
    "Block",
    "Create",
    "Delete",
    "Dislike",
    "EmojiReact",
    "Flag",
    "Follow",
    "Invite",
    "Join",
    "Leave",
    "Like",
    "Lock",
    "Move",
    "Offer",
    "Reject",
    "Remove",
    "Undo",
    "Update",
];

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(borrow, default)]
    actor: Option<&'a RawValue>,
    #[serde(borrow, default)]
    object: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "inReplyTo")]
    reply_to: Option<&'a RawValue>,
    #[serde(borrow, default)]
    tag: Option<&'a RawValue>,
    #[serde(borrow, default)]
    proof: Option<&'a RawValue>,
    #[serde(borrow, default)]
    signature: Option<&'a RawValue>,
}

/// The head of an activity.
#[derive(Debug, Clone)]
pub struct Head {
    /// Its id.
    pub id: Url,
    /// Its type.
    pub kind: String,
    /// Who says it.
    pub actor: Url,
    /// What it is about, the nearest first; empty when it is about the actor itself or a membership.
    pub about: Vec<String>,
    /// Id of an activity that it refers to by id alone.
    pub refers_to: Option<String>,
    /// The type of the activity that it undoes, where that stands in it.
    pub undone: Option<String>,
    /// Whom its object names (`Mention`), as addresses.
    pub mentions: Vec<Url>,
    /// Whether it carries a proof (FEP-8b32).
    pub has_proof: bool,
    /// Whether it carries a linked-data signature, which is never believed.
    pub has_ld_signature: bool,
}

/// Reads the head.
///
/// # Errors
/// The rule that it breaks: a field that is missing, stands there twice, or is no web address.
pub fn head(body: &[u8]) -> Result<Head, &'static str> {
    let wire: Wire<'_> = serde_json::from_slice(body).map_err(|_| "not-an-activity")?;
    let id = wire.id.and_then(address).ok_or("no-id")?;
    let actor = wire.actor.and_then(address).ok_or("no-actor")?;
    let kind = wire.kind.and_then(word).ok_or("no-type")?;
    let about = wire.object.map(|object| about(&kind, object, NESTED)).unwrap_or_default();
    let by_id = wire.object.filter(|_| matches!(kind.as_str(), "Undo" | "Accept" | "Reject"));
    let refers_to = by_id.filter(|object| object.get().starts_with('"')).and_then(address).map(String::from);
    let inside = wire.object.filter(|object| object.get().starts_with('{'));
    let inside = inside.and_then(|object| serde_json::from_str::<Wire<'_>>(object.get()).ok());
    let undone = inside.as_ref().filter(|_| kind == "Undo").and_then(|inner| inner.kind.and_then(word));
    let tags = inside.filter(|_| matches!(kind.as_str(), "Create" | "Update")).and_then(|inner| inner.tag);
    Ok(Head {
        id,
        actor,
        about,
        refers_to,
        undone,
        mentions: tags.map(mentions).unwrap_or_default(),
        has_proof: wire.proof.is_some(),
        has_ld_signature: wire.signature.is_some(),
        kind,
    })
}

fn about(kind: &str, object: &RawValue, deeper: usize) -> Vec<String> {
    if matches!(kind, "Follow" | "Join" | "Leave" | "Invite" | "Move" | "Block" | "Flag") {
        return Vec::new();
    }
    if !object.get().starts_with('{') {
        return address(object).map(String::from).into_iter().collect();
    }
    let Ok(inner) = serde_json::from_str::<Wire<'_>>(object.get()) else { return Vec::new() };
    if matches!(kind, "Announce" | "Undo" | "Accept" | "Reject")
        && let Some(object) = inner.object
    {
        let kind = inner.kind.and_then(word).unwrap_or_default();
        return if deeper == 0 { Vec::new() } else { about(&kind, object, deeper - 1) };
    }
    [inner.id, inner.reply_to].into_iter().flatten().filter_map(address).map(String::from).collect()
}

/// The addresses of those whom tags name.
fn mentions(tags: &RawValue) -> Vec<Url> {
    #[derive(Deserialize)]
    struct Tag<'a> {
        #[serde(borrow, default, rename = "type")]
        kind: Option<&'a RawValue>,
        #[serde(borrow, default)]
        href: Option<&'a RawValue>,
    }
    let list = serde_json::from_str::<Vec<&RawValue>>(tags.get()).unwrap_or_else(|_one| vec![tags]);
    list.into_iter()
        .filter_map(|tag| serde_json::from_str::<Tag<'_>>(tag.get()).ok())
        .filter(|tag| tag.kind.and_then(word).as_deref() == Some("Mention"))
        .filter_map(|tag| tag.href.and_then(address))
        .collect()
}

/// A web address, or the one of an object in its place; the first of several.
fn address(raw: &RawValue) -> Option<Url> {
    let value: serde_json::Value = serde_json::from_str(raw.get()).ok()?;
    match &value {
        serde_json::Value::Array(values) => id_of(values.first()?),
        one => id_of(one),
    }
}

fn word(raw: &RawValue) -> Option<String> {
    let word = match serde_json::from_str::<Cow<'_, str>>(raw.get()) {
        Ok(word) => word.into_owned(),
        Err(_) => serde_json::from_str::<Vec<String>>(raw.get()).ok()?.into_iter().next()?,
    };
    text_of(&word.into()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Head {
        head(body.as_bytes()).unwrap()
    }

    #[test]
    fn what_it_is_about_is_found_below_wrappers() {
        let like = r#"{"type":"Like","id":"https://a.example/l","actor":"https://a.example/u","object":"https://b.example/p"}"#;
        assert_eq!(read(like).about, ["https://b.example/p"]);
        let undo = format!(
            r#"{{"type":"Undo","id":"https://a.example/u/1","actor":"https://a.example/u","object":{like}}}"#
        );
        let announce = format!(
            r#"{{"type":"Announce","id":"https://c.example/1","actor":"https://c.example/g","object":{undo}}}"#
        );
        assert_eq!(read(&announce).about, ["https://b.example/p"]);
        let create = r#"{"type":["Create"],"id":"https://a.example/c","actor":{"id":"https://a.example/u"},
            "object":{"type":"Note","id":"https://a.example/n","inReplyTo":"https://b.example/p"},"proof":{}}"#;
        let create = read(create);
        assert_eq!(create.about, ["https://a.example/n", "https://b.example/p"]);
        assert!(create.has_proof && !create.has_ld_signature && create.kind == "Create");
        let named = r#"{"type":"Create","id":"https://a.example/c","actor":"https://a.example/u","object":{"type":"Note",
            "id":"https://a.example/n","tag":[{"type":"Mention","href":"https://b.example/u"},{"type":"Hashtag"},7]}}"#;
        let named = read(named);
        assert_eq!((named.mentions.len(), named.undone), (1, None));
        assert_eq!(named.mentions.first().unwrap().as_str(), "https://b.example/u");
        assert_eq!(read(&undo).undone.as_deref(), Some("Like"));
        let follow = r#"{"type":"Follow","id":"https://a.example/f","actor":"https://a.example/u","object":"https://b.example/g"}"#;
        let accept = format!(
            r#"{{"type":"Accept","id":"https://b.example/a","actor":"https://b.example/g","object":{follow}}}"#
        );
        assert!(read(follow).about.is_empty() && read(&accept).about.is_empty());
        let by_id = r#"{"type":"Undo","id":"https://a.example/x","actor":"https://a.example/u","object":"https://a.example/f"}"#;
        assert_eq!(read(by_id).refers_to.as_deref(), Some("https://a.example/f"));
    }

    #[test]
    fn what_lacks_something_or_says_it_twice_is_refused() {
        for body in [
            "[]",
            "{}",
            r#"{"type":"Like","id":"https://a.example/l"}"#,
            r#"{"type":"Like","id":"https://a.example/l","actor":"ftp://a.example/u"}"#,
            r#"{"type":"Like","id":"https://a.example/l","actor":"https://a.example/u","actor":"https://b.example/u"}"#,
            r#"{"id":"https://a.example/l","actor":"https://a.example/u"}"#,
        ] {
            assert!(head(body.as_bytes()).is_err(), "{body}");
        }
    }
}
