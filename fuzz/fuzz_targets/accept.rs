//! Media types: whether a page or a document is asked for, and what counts as a document of ActivityPub.
#![no_main]

use libfuzzer_sys::fuzz_target;
use vakplein::federation::wire::{is_activity_json, is_json};
use vakplein::server::prefers_document;

fuzz_target!(|text: &str| {
    let lower = text.to_ascii_lowercase();
    let named = lower.contains("application/activity+json") || lower.contains("application/ld+json");
    assert!(named || !prefers_document(text), "nobody asked for a document");
    assert!(!prefers_document(&format!("text/html,{text}")), "who likes a page best gets one");
    assert!(prefers_document(&format!("application/activity+json,{text}")), "who names it first gets it");
    if is_activity_json(text) {
        assert!(named && is_json(text));
        let kind = text.split(';').next().unwrap_or_default();
        assert!(!kind.contains("html") && !kind.contains(','), "{text}");
    }
});
