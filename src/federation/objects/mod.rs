//! Between the wire and the domain: what documents look like. `document` reads what comes in, the others write what goes out.
//!
//! The shapes are those that Lemmy parses (one wrongly typed field and it drops the whole object) and that Mastodon and
//! GoToSocial show. Nothing here asks whether something may go out; whoever calls has asked `policy::visibility`.

pub mod activity;
pub mod actor;
pub mod actor_in;
pub mod agreement;
pub mod collection;
pub mod direct;
pub mod document;
pub mod post;
pub mod post_in;

use serde_json::{Value, json};

use crate::clock::Time;
use crate::federation::proofs;

/// Everybody, as an address (ActivityPub §5.6). Lemmy 0.19 reads only this long form.
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// The word on a group that says how far its content may go: `leden`, `vertrouwelijk`. Open groups don't have it.
pub const CLASS: &str = "confidentialityClass";

/// The context of posts, activities and collections. It holds every word of ours that isn't in ActivityStreams, so that
/// software which reads documents as JSON-LD finds them.
#[must_use]
pub fn context() -> Value {
    json!([
        "https://www.w3.org/ns/activitystreams",
        proofs::CONTEXT,
        {
            "Hashtag": "as:Hashtag",
            "sensitive": "as:sensitive",
            "lemmy": "https://join-lemmy.org/ns#",
            "language": "lemmy:language",
            "removeData": "lemmy:removeData",
            "Lock": "lemmy:Lock",
            "gts": "https://gotosocial.org/ns#",
            "interactionPolicy": { "@id": "gts:interactionPolicy", "@type": "@id" },
            "canQuote": { "@id": "gts:canQuote", "@type": "@id" },
            "automaticApproval": { "@id": "gts:automaticApproval", "@type": "@id" }
        }
    ])
}

/// What stands in the place of something that was deleted (ActivityStreams §3.2).
#[must_use]
pub fn tombstone(id: &str, former: &str, deleted: Option<Time>) -> Value {
    let mut document = json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": id,
        "type": "Tombstone",
        "formerType": former,
    });
    if let Some(at) = deleted {
        put(&mut document, "deleted", at.rfc3339());
    }
    document
}

/// Sets a member of an object. Does nothing on other values: all documents here are objects.
pub(super) fn put(document: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(object) = document.as_object_mut() {
        object.insert(name.to_owned(), value.into());
    }
}
