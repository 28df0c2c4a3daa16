//! Collections, unpaged, as Lemmy reads them: it takes an outbox or list of moderators whole or not at all.

use serde_json::{Value, json};

use super::{context, put};

/// A list in order.
#[must_use]
pub fn ordered(id: &str, total: i64, items: Vec<Value>) -> Value {
    json!({
        "@context": context(),
        "id": id,
        "type": "OrderedCollection",
        "totalItems": total,
        "orderedItems": items,
    })
}

/// Followers, or whom somebody follows: only how many, never who. Lemmy wants `items` there and empty.
#[must_use]
pub fn counted(id: &str, total: i64) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": id,
        "type": "Collection",
        "totalItems": total,
        "items": [],
    })
}

/// All posts of a thread, in the order of writing, owned by the group (FEP-7888, FEP-f228).
#[must_use]
pub fn thread(id: &str, group: &str, total: i64, uris: Vec<String>) -> Value {
    let mut document = ordered(id, total, uris.into_iter().map(Value::String).collect());
    put(&mut document, "attributedTo", group);
    document
}

/// The direct replies to a post. Mastodon 4.5 and later reads them when somebody opens the post.
#[must_use]
pub fn replies(id: &str, total: i64, uris: Vec<String>) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": id,
        "type": "Collection",
        "totalItems": total,
        "items": uris,
    })
}
