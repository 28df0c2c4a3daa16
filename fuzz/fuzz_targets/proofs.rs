//! Canonical JSON and proofs (FEP-8b32): what we prove verifies, whatever order its members come in, and not when it was changed.
#![no_main]

use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};
use url::Url;
use vakplein::federation::proofs::{self, Proof};
use vakplein::federation::signatures::Signer;
use vakplein::federation::wire;
use vakplein::keys::{ActorKeys, SigningKey};

static SIGNER: LazyLock<Signer> = LazyLock::new(|| {
    let keys = ActorKeys::generate().expect("there is randomness");
    let key = SigningKey::from_pem(&keys.ed25519_private).expect("it was just made");
    Signer { key, key_id: Url::parse("https://peer.example/users/bob#ed").expect("it is an address") }
});

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).expect("it is in range")
}

fuzz_target!(|body: &[u8]| {
    if !wire::nests_at_most(body, wire::DEPTH_MAX) {
        return;
    }
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return };
    let canonical = serde_json_canonicalizer::to_vec(&value).expect("JSON has a canonical form");
    let read: Value = serde_json::from_slice(&canonical).expect("which is JSON");
    assert_eq!(serde_json_canonicalizer::to_vec(&read).expect("it is JSON"), canonical);
    assert_eq!(serde_json_canonicalizer::to_vec(&reversed(&value)).expect("it is JSON"), canonical);

    drop(Proof::read(&value, now()));
    let Value::Object(mut document) = value else { return };
    document.shift_remove("inbox");
    // It isn't covered, and nothing of ours has one.
    document.shift_remove("signature");
    document.insert("id".to_owned(), json!("https://peer.example/1"));
    document.insert("actor".to_owned(), json!("https://peer.example/users/bob"));
    let mut document = Value::Object(document);
    proofs::add(&mut document, &SIGNER, now()).expect("an object can be proven");
    verify(&document).expect("what was just proven");
    let sent: Value = serde_json::from_str(&document.to_string()).expect("it is JSON");
    verify(&sent).expect("what went over the wire");
    verify(&reversed(&document)).expect("the order of members counts for nothing");
    let mut changed = document;
    let before = changed["x-added"].take();
    changed["x-added"] = json!([before]);
    assert!(verify(&changed).is_err(), "something was added");
});

fn verify(document: &Value) -> Result<(), proofs::ProofError> {
    Proof::read(document, now())?.verify(&SIGNER.key.public())
}

fn reversed(value: &Value) -> Value {
    match value {
        Value::Array(values) => values.iter().map(reversed).collect(),
        Value::Object(members) => {
            let members: Map<String, Value> =
                members.iter().rev().map(|(name, value)| (name.clone(), reversed(value))).collect();
            Value::Object(members)
        }
        other => other.clone(),
    }
}
