//! An agreement about closed groups, as one instance tells the other how things stand on its side. All words are ours.

use serde_json::{Value, json};

use super::put;
use crate::agreements::outward::Out;
use crate::federation::proofs;
use crate::urls::Urls;

/// Its type.
pub const KIND: &str = "Agreement";

/// The context of an activity that carries one.
#[must_use]
pub fn context() -> Value {
    json!([
        "https://www.w3.org/ns/activitystreams",
        proofs::CONTEXT,
        {
            "Agreement": "urn:vakplein:Agreement",
            "state": "urn:vakplein:state",
            "ceiling": "urn:vakplein:ceiling",
            "until": "urn:vakplein:until",
            "organisation": "urn:vakplein:organisation",
            "contact": "urn:vakplein:contact",
            "purpose": "urn:vakplein:purpose",
            "message": "urn:vakplein:message"
        }
    ])
}

/// Our side of the agreement with a host, whose instance actor is `target`.
#[must_use]
pub fn agreement(urls: &Urls, host: &str, target: &str, out: &Out) -> Value {
    let mut document = json!({
        "id": urls.absolute(&format!("/agreements/{host}")),
        "type": KIND,
        "attributedTo": urls.instance(),
        "target": target,
        "state": out.state.word(),
        "ceiling": out.ceiling.word(),
        "organisation": out.organisation,
        "contact": out.contact,
        "purpose": out.purpose,
        "updated": out.updated.rfc3339(),
    });
    if let Some(until) = out.until {
        put(&mut document, "until", until.rfc3339());
    }
    if let Some(said) = &out.said {
        let note = json!({
            "id": said.uri,
            "type": "Note",
            "attributedTo": urls.instance(),
            "content": said.content,
            "mediaType": "text/plain",
            "published": said.created_at.rfc3339(),
        });
        put(&mut document, "message", note);
    }
    document
}
