//! Integrity proofs in documents (FEP-8b32, cryptosuite `eddsa-jcs-2022` of W3C Data Integrity).
//!
//! A proof lets a document be believed that arrives by way of somebody else, as in a group's announce. Like
//! signatures of requests, reading and verifying are two steps with the look-up of the key between them. Whether the
//! key that a proof names is among its owner's `assertionMethod` is the caller's to check; linked-data signatures
//! are never believed.

use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use url::Url;

use super::guard::{Origin, same_origin};
use super::signatures::Signer;
use crate::keys::{Kind, PublicKey};

/// The JSON-LD context that defines the words of a proof. Version 1, which more software carries with it than 2.
pub const CONTEXT: &str = "https://w3id.org/security/data-integrity/v1";
const CONTEXT_V2: &str = "https://w3id.org/security/data-integrity/v2";
const ACTIVITY_STREAMS: &str = "https://www.w3.org/ns/activitystreams";

const TYPE: &str = "DataIntegrityProof";
const CRYPTOSUITE: &str = "eddsa-jcs-2022";
const PURPOSE: &str = "assertionMethod";

/// Why a document counts as unproven. By FEP-8b32 the caller then tries another way: it fetches from the origin.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum ProofError {
    /// There is no proof of a kind that is known here.
    #[error("no proof of a known kind")]
    None,
    /// The proof or the document lacks something or has it in a wrong form.
    #[error("malformed proof: {0}")]
    Malformed(&'static str),
    /// The key isn't on the server of the document's owner, or the document isn't.
    #[error("the proof's key and the document's owner are on different servers")]
    Foreign,
    /// The proof says that it is no longer valid.
    #[error("the proof has expired")]
    Expired,
    /// The key didn't make this proof over this document.
    #[error("the proof does not verify")]
    Invalid,
}

/// A proof that is in order in every respect but one: whether the key made it.
#[derive(Debug, Clone)]
pub struct Proof {
    method: Url,
    owner: Url,
    /// What may have been signed: hash of the proof's options, then hash of the document.
    candidates: Vec<Vec<u8>>,
    value: Vec<u8>,
}

impl Proof {
    /// Reads the proof of a document and prepares what has to be verified.
    ///
    /// # Errors
    /// See [`ProofError`].
    pub fn read(document: &Value, now: DateTime<Utc>) -> Result<Self, ProofError> {
        let document = document.as_object().ok_or(ProofError::None)?;
        let proof = known_proof(document.get("proof").ok_or(ProofError::None)?)?;
        let text = |name: &'static str| proof.get(name).and_then(Value::as_str);
        if text("proofPurpose") != Some(PURPOSE) {
            return Err(ProofError::Malformed("its purpose"));
        }
        let method = text("verificationMethod").and_then(|method| Url::parse(method).ok());
        let method = method.ok_or(ProofError::Malformed("its verification method"))?;
        let value = text("proofValue").and_then(|value| value.strip_prefix('z'));
        let value = value.filter(|value| value.len() <= 100).and_then(|v| bs58::decode(v).into_vec().ok());
        let value = value.filter(|value| value.len() == 64).ok_or(ProofError::Malformed("its value"))?;
        for (name, may_be_past) in [("created", true), ("expires", false)] {
            if let Some(time) = proof.get(name) {
                let time = time.as_str().and_then(|time| DateTime::parse_from_rfc3339(time).ok());
                let time = time.ok_or(ProofError::Malformed("a time in it"))?;
                if !may_be_past && time < now {
                    return Err(ProofError::Expired);
                }
            }
        }
        let owner = owner(document)?;
        if !same_origin(&owner, &method) {
            return Err(ProofError::Foreign);
        }
        let candidates = candidates(document, proof)?;
        Ok(Self { method, owner, candidates, value })
    }

    /// URL of the key, as the proof names it. Its owner's document must list it under `assertionMethod`.
    #[must_use]
    pub fn method(&self) -> &Url {
        &self.method
    }

    /// Who the document says it is by: its `actor`, else `attributedTo`, or itself when it is an actor. Has the
    /// origin of [`Self::method`].
    #[must_use]
    pub fn owner(&self) -> &Url {
        &self.owner
    }

    /// Whether `key` made this proof over this document. Takes 40 µs.
    ///
    /// # Errors
    /// [`ProofError::Invalid`].
    pub fn verify(&self, key: &PublicKey) -> Result<(), ProofError> {
        let fits = |hashes: &Vec<u8>| key.verifies_ed25519(hashes, &self.value);
        if self.candidates.iter().any(fits) { Ok(()) } else { Err(ProofError::Invalid) }
    }
}

/// Puts a proof into a document, in the place of any that it has. Adds [`CONTEXT`] to `@context` when it is missing.
///
/// # Errors
/// [`ProofError::Malformed`] when the document is no JSON object or the signer's key isn't Ed25519.
pub fn add(document: &mut Value, signer: &Signer, now: DateTime<Utc>) -> Result<(), ProofError> {
    if signer.key.kind() != Kind::Ed25519 {
        return Err(ProofError::Malformed("a key that isn't Ed25519"));
    }
    let document = document.as_object_mut().ok_or(ProofError::Malformed("the document is no object"))?;
    // Not `remove`, which would move the last member into the gap.
    document.shift_remove("proof");
    let context = with_proof_words(document.get("@context"));
    document.insert("@context".to_owned(), context.clone());
    let mut proof = json!({
        "@context": context,
        "type": TYPE,
        "cryptosuite": CRYPTOSUITE,
        "verificationMethod": signer.key_id.as_str(),
        "proofPurpose": PURPOSE,
        "created": now.to_rfc3339_opts(SecondsFormat::Secs, true),
    });
    let message = [hash(&proof)?, hash(&document)?].concat();
    let value = format!("z{}", bs58::encode(signer.key.sign(&message)).into_string());
    if let Some(proof) = proof.as_object_mut() {
        proof.insert("proofValue".to_owned(), Value::String(value));
    }
    document.insert("proof".to_owned(), proof);
    Ok(())
}

/// The first proof of our kind, be it alone or one of several.
fn known_proof(proof: &Value) -> Result<&Map<String, Value>, ProofError> {
    let is_known = |proof: &&Map<String, Value>| {
        proof.get("type").and_then(Value::as_str) == Some(TYPE)
            && proof.get("cryptosuite").and_then(Value::as_str) == Some(CRYPTOSUITE)
    };
    match proof {
        Value::Array(proofs) => proofs.iter().filter_map(Value::as_object).find(is_known),
        proof => proof.as_object().filter(is_known),
    }
    .ok_or(ProofError::None)
}

/// FEP-fe34, ownership. All of several owners, and the document's own id, must share an origin.
fn owner(document: &Map<String, Value>) -> Result<Url, ProofError> {
    let malformed = ProofError::Malformed("the document's owner");
    let is_actor = document.contains_key("inbox");
    let owner = if is_actor {
        document.get("id")
    } else {
        document.get("actor").or_else(|| document.get("attributedTo"))
    };
    let mut owners = match owner.ok_or(malformed)? {
        Value::Array(owners) => owners.iter().map(id_of).collect(),
        owner => vec![id_of(owner)],
    }
    .into_iter();
    let first = owners.next().flatten().ok_or(malformed)?;
    let origin = Origin::of(&first).ok_or(malformed)?;
    if !owners.all(|other| other.and_then(|url| Origin::of(&url)).is_some_and(|other| other == origin)) {
        return Err(ProofError::Foreign);
    }
    if let Some(id) = document.get("id") {
        let id = id_of(id).ok_or(malformed)?;
        if Origin::of(&id) != Some(origin) {
            return Err(ProofError::Foreign);
        }
    }
    Ok(first)
}

fn id_of(value: &Value) -> Option<Url> {
    let id = value.as_str().or_else(|| value.get("id").and_then(Value::as_str))?;
    Url::parse(id).ok()
}

/// The messages that a proof may have been made over (vc-di-eddsa §3.3.1 and §3.3.4).
fn candidates(document: &Map<String, Value>, proof: &Map<String, Value>) -> Result<Vec<Vec<u8>>, ProofError> {
    let mut unsecured = document.clone();
    unsecured.shift_remove("proof");
    // FEP-8b32, backward compatibility: a linked-data signature is put in after the proof.
    unsecured.shift_remove("signature");
    let mut options = proof.clone();
    options.shift_remove("proofValue");

    if let Some(proven) = options.get("@context") {
        // The document may have got further contexts behind the proven ones; those aren't covered.
        let proven_list = as_list(proven);
        let actual = document.get("@context").map(as_list).unwrap_or_default();
        if !actual.starts_with(proven_list) {
            return Err(ProofError::Malformed("its context isn't the document's"));
        }
        if actual.len() > proven_list.len() {
            unsecured.insert("@context".to_owned(), proven.clone());
        }
        return Ok(vec![[hash(&options)?, hash(&unsecured)?].concat()]);
    }
    // Without a context in the proof the specification signs none; Fedify signs the document's and doesn't send it.
    let document_hash = hash(&unsecured)?;
    let mut candidates = vec![[hash(&options)?, document_hash.clone()].concat()];
    if let Some(context) = document.get("@context") {
        options.insert("@context".to_owned(), context.clone());
        candidates.push([hash(&options)?, document_hash].concat());
    }
    Ok(candidates)
}

fn as_list(context: &Value) -> &[Value] {
    match context {
        Value::Array(list) => list,
        one => std::slice::from_ref(one),
    }
}

/// A context that has the words of a proof in it.
fn with_proof_words(context: Option<&Value>) -> Value {
    let mut list = context.map_or_else(|| vec![json!(ACTIVITY_STREAMS)], |context| as_list(context).to_vec());
    if list.iter().any(|entry| entry == CONTEXT || entry == CONTEXT_V2) {
        return context.cloned().unwrap_or(Value::Array(list));
    }
    list.push(json!(CONTEXT));
    Value::Array(list)
}

/// SHA-256 of the canonical form (RFC 8785).
fn hash<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, ProofError> {
    let canonical = serde_json_canonicalizer::to_vec(value);
    let canonical = canonical.map_err(|_| ProofError::Malformed("it can't be put in canonical form"))?;
    Ok(digest(&SHA256, &canonical).as_ref().to_vec())
}

#[cfg(test)]
mod tests {
    use base64::Engine;

    use super::*;
    use crate::keys::{ActorKeys, SigningKey};

    fn now() -> DateTime<Utc> {
        "2023-02-24T23:36:38Z".parse().unwrap()
    }

    fn signer_at(key_id: &str) -> Signer {
        let keys = ActorKeys::generate().unwrap();
        let key = SigningKey::from_pem(&keys.ed25519_private).unwrap();
        Signer { key, key_id: Url::parse(key_id).unwrap() }
    }

    /// The key of the test vector in FEP-8b32, which is a Multikey of the codec `ed25519-priv` (0x1300).
    fn signer_of_the_fep() -> Signer {
        let seed = bs58::decode("3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq").into_vec().unwrap();
        let pkcs8 = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
        let der = base64::prelude::BASE64_STANDARD.encode([&pkcs8[..], &seed[2..]].concat());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{der}\n-----END PRIVATE KEY-----\n");
        Signer {
            key: SigningKey::from_pem(&pem).unwrap(),
            key_id: Url::parse("https://server.example/users/alice#ed25519-key").unwrap(),
        }
    }

    fn activity_of_the_fep() -> Value {
        json!({
            "@context": ["https://www.w3.org/ns/activitystreams", CONTEXT_V2],
            "id": "https://server.example/activities/1",
            "type": "Create",
            "actor": "https://server.example/users/alice",
            "object": {
                "id": "https://server.example/objects/1",
                "type": "Note",
                "attributedTo": "https://server.example/users/alice",
                "content": "Hello world",
                "location": { "type": "Place", "longitude": -71.184902, "latitude": 25.273962 }
            }
        })
    }

    #[test]
    fn the_vector_of_fep_8b32_comes_out_and_verifies() {
        let (signer, mut document) = (signer_of_the_fep(), activity_of_the_fep());
        let key = PublicKey::from_multikey("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2").unwrap();
        assert_eq!(signer.key.public(), key);
        add(&mut document, &signer, now()).unwrap();
        assert_eq!(
            document["proof"]["proofValue"],
            "z42ffGu6AUKPCFcFPiabmUvnGLPJzC7e4DGWC52NUasSSH37UMa9c58tdgVszUcZfytxa4fQ5TYHaJENCxUDe9SdL"
        );
        let proof = Proof::read(&document, now()).unwrap();
        assert_eq!(proof.method(), &signer.key_id);
        assert_eq!(proof.owner().as_str(), "https://server.example/users/alice");
        assert_eq!(proof.verify(&key), Ok(()));
    }

    #[test]
    fn our_own_vector_stays_as_it_is() {
        let mut document = json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": "https://server.example/n/1", "type": "Note",
            "attributedTo": "https://server.example/users/alice",
            "content": "<p>Één à twee “weken”\u{2028}\u{7}</p>", "count": 1.50, "z": null, "a": [true, -0.0, 1e21]
        });
        add(&mut document, &signer_of_the_fep(), now()).unwrap();
        assert_eq!(document["@context"], json!(["https://www.w3.org/ns/activitystreams", CONTEXT]));
        assert_eq!(document["@context"], document["proof"]["@context"]);
        // Computed with another implementation as well (JavaScript's number and string forms are JCS's).
        assert_eq!(
            document["proof"]["proofValue"],
            "z42DPFEdpUw8ATXcvRaThmcu1c9vANW1LxeXoitx8Bot59Ba91vhV1DvNzcr6Hy7qd6vUEV6XTnMPACeA54GmDxGk"
        );
        // Written and read again, in any order and with another's context behind ours, it is the same document.
        let mut read: Value =
            serde_json::from_str(&serde_json::to_string_pretty(&document).unwrap()).unwrap();
        read.as_object_mut().unwrap().sort_keys();
        read["@context"].as_array_mut().unwrap().push(json!({"x": "y"}));
        read["signature"] = json!({"type": "RsaSignature2017"});
        let proof = Proof::read(&read, now()).unwrap();
        assert_eq!(proof.verify(&signer_of_the_fep().key.public()), Ok(()));
    }

    #[test]
    fn a_change_anywhere_breaks_the_proof() {
        let signer = signer_of_the_fep();
        let mut document = activity_of_the_fep();
        add(&mut document, &signer, now()).unwrap();
        let changes: [fn(&mut Value); 6] = [
            |d| d["object"]["content"] = json!("Hello worlds"),
            |d| d["object"]["location"]["latitude"] = json!(25.273963),
            |d| d["actor"] = json!("https://server.example/users/bob"),
            |d| d["to"] = json!("https://server.example/users/bob"),
            |d| d["proof"]["created"] = json!("2023-02-24T23:36:39Z"),
            |d| d["proof"]["verificationMethod"] = json!("https://server.example/users/bob#key"),
        ];
        for change in changes {
            let mut changed = document.clone();
            change(&mut changed);
            let proof = Proof::read(&changed, now()).unwrap();
            assert_eq!(proof.verify(&signer.key.public()), Err(ProofError::Invalid), "{changed}");
        }
        let proof = Proof::read(&document, now()).unwrap();
        let other = signer_at("https://server.example/users/alice#ed25519-key");
        assert_eq!(proof.verify(&other.key.public()), Err(ProofError::Invalid));
        let rsa = SigningKey::from_pem(&ActorKeys::generate().unwrap().rsa_private).unwrap();
        assert_eq!(proof.verify(&rsa.public()), Err(ProofError::Invalid));
    }

    #[test]
    fn keys_and_documents_of_other_servers_are_refused() {
        let eve = signer_at("https://eve.example/users/eve#key");
        let mut document = activity_of_the_fep();
        add(&mut document, &eve, now()).unwrap();
        assert_eq!(Proof::read(&document, now()).unwrap_err(), ProofError::Foreign);
        let mut document = activity_of_the_fep();
        document["actor"] = json!({"id": "https://eve.example/users/eve"});
        add(&mut document, &eve, now()).unwrap();
        assert_eq!(Proof::read(&document, now()).unwrap_err(), ProofError::Foreign, "the id is another's");
        document["id"] = json!("https://eve.example/1");
        add(&mut document, &eve, now()).unwrap();
        assert!(Proof::read(&document, now()).is_ok());
        document["actor"] = json!(["https://eve.example/users/eve", "https://server.example/users/alice"]);
        add(&mut document, &eve, now()).unwrap();
        assert_eq!(Proof::read(&document, now()).unwrap_err(), ProofError::Foreign);
        // An actor owns itself, whatever its `attributedTo` (a group's moderators) says.
        let mut group = json!({"id": "https://eve.example/g/a", "type": "Group",
            "inbox": "https://eve.example/inbox", "attributedTo": "https://other.example/mods"});
        add(&mut group, &eve, now()).unwrap();
        assert_eq!(Proof::read(&group, now()).unwrap().owner().as_str(), "https://eve.example/g/a");
    }

    #[test]
    fn proofs_without_a_context_of_their_own_verify_both_ways() {
        // By the specification such a proof covers no context; Fedify's covers the document's.
        let signer = signer_of_the_fep();
        for with_context in [false, true] {
            let mut document = activity_of_the_fep();
            let mut options = json!({
                "type": TYPE, "cryptosuite": CRYPTOSUITE, "proofPurpose": PURPOSE,
                "verificationMethod": signer.key_id.as_str(), "created": "2023-02-24T23:36:38.123Z",
            });
            let sent = options.clone();
            if with_context {
                options["@context"] = document["@context"].clone();
            }
            let message = [hash(&options).unwrap(), hash(&document).unwrap()].concat();
            let value = bs58::encode(signer.key.sign(&message)).into_string();
            document["proof"] = sent;
            document["proof"]["proofValue"] = json!(format!("z{value}"));
            let proof = Proof::read(&document, now()).unwrap();
            assert_eq!(proof.verify(&signer.key.public()), Ok(()), "{with_context}");
        }
    }

    #[test]
    fn other_kinds_and_malformed_proofs_are_refused() {
        let signer = signer_of_the_fep();
        let mut document = activity_of_the_fep();
        assert_eq!(Proof::read(&document, now()).unwrap_err(), ProofError::None);
        add(&mut document, &signer, now()).unwrap();
        let edit = |name: &str, value: Value| {
            let mut edited = document.clone();
            edited["proof"][name] = value;
            Proof::read(&edited, now()).unwrap_err()
        };
        assert_eq!(edit("type", json!("Ed25519Signature2020")), ProofError::None);
        assert_eq!(edit("cryptosuite", json!("eddsa-rdfc-2022")), ProofError::None);
        assert_eq!(edit("expires", json!("2023-02-24T23:36:37Z")), ProofError::Expired);
        assert_eq!(edit("verificationMethod", json!("did:key:z6Mk")), ProofError::Foreign);
        for (name, value) in [
            ("proofPurpose", json!("authentication")),
            ("verificationMethod", json!(1)),
            ("proofValue", json!("z1111")),
            ("proofValue", json!("u1111")),
            ("created", json!("yesterday")),
            ("@context", json!("https://eve.example/context")),
        ] {
            assert!(matches!(edit(name, value), ProofError::Malformed(_)), "{name}");
        }
        let mut several = document.clone();
        several["proof"] = json!([{"type": "Other"}, document["proof"]]);
        assert_eq!(Proof::read(&several, now()).unwrap().verify(&signer.key.public()), Ok(()));
        assert_eq!(Proof::read(&json!([]), now()).unwrap_err(), ProofError::None);
        let rsa = SigningKey::from_pem(&ActorKeys::generate().unwrap().rsa_private).unwrap();
        let rsa = Signer { key: rsa, key_id: signer.key_id };
        assert!(add(&mut document, &rsa, now()).is_err());
    }
}
