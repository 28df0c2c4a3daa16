//! RFC 9421, HTTP Message Signatures, as far as the fediverse uses it.
//!
//! `rsa-v1_5-sha256` and `ed25519`, over derived components and plain header fields; component parameters, trailers
//! and responses are not supported and never needed here.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName};
use http::{HeaderValue, Method};
use sfv::{BareItem, Dictionary, InnerList, ListEntry, ListSerializer, Parser};
use url::Url;

use super::{
    Algorithm, Claim, Incoming, Payload, Refusal, Rules, Scheme, Signer, check_expiry, digest, from_unix,
    parse_http_date, value,
};
use crate::keys::Kind;

/// Most signatures of one request that are looked at.
const LABELS_MAX: usize = 3;
/// Most components that a signature may cover; real ones cover two to eight.
const COVERED_MAX: usize = 24;

const CONTENT_DIGEST: HeaderName = HeaderName::from_static("content-digest");
const SIGNATURE: HeaderName = HeaderName::from_static("signature");
const SIGNATURE_INPUT: HeaderName = HeaderName::from_static("signature-input");

pub(super) fn sign(
    method: &Method,
    url: &Url,
    payload: Option<&Payload>,
    signer: &Signer,
    now: DateTime<Utc>,
) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(4);
    let mut target = url.clone();
    target.set_fragment(None);
    let mut base = format!("\"@method\": {method}\n\"@target-uri\": {target}\n");
    let mut covered = r#""@method" "@target-uri""#.to_owned();
    if let Some(payload) = payload {
        let digest = payload.sha256.structured();
        let content_type = payload.content_type;
        base.push_str(&format!("\"content-digest\": {digest}\n\"content-type\": {content_type}\n"));
        covered.push_str(r#" "content-digest" "content-type""#);
        headers.insert(CONTENT_DIGEST, value(&digest));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    let algorithm = match signer.key.kind() {
        Kind::Rsa => "rsa-v1_5-sha256",
        Kind::Ed25519 => "ed25519",
    };
    let created = now.timestamp();
    let key_id = &signer.key_id;
    let parameters = format!(r#"({covered});created={created};keyid="{key_id}";alg="{algorithm}""#);
    base.push_str(&format!("\"@signature-params\": {parameters}"));
    let signature = BASE64_STANDARD.encode(signer.key.sign(base.as_bytes()));
    headers.insert(SIGNATURE_INPUT, value(&format!("sig1={parameters}")));
    headers.insert(SIGNATURE, value(&format!("sig1=:{signature}:")));
    headers
}

pub(super) fn read(incoming: &Incoming<'_>, rules: &Rules) -> Result<Vec<Claim>, Refusal> {
    let inputs = dictionary(incoming, &SIGNATURE_INPUT)?;
    let signatures = dictionary(incoming, &SIGNATURE)?;
    let mut claims = Vec::with_capacity(1);
    let mut first_refusal = None;
    for (label, input) in inputs.iter().take(LABELS_MAX) {
        let claim = match (input, signatures.get(label.as_str())) {
            (ListEntry::InnerList(input), Some(signature)) => read_one(incoming, rules, input, signature),
            _ => Err(Refusal::Malformed("a signature input without its signature")),
        };
        match claim {
            Ok(claim) => claims.push(claim),
            Err(refusal) => first_refusal = first_refusal.or(Some(refusal)),
        }
    }
    if claims.is_empty() { Err(first_refusal.unwrap_or(Refusal::Unsigned)) } else { Ok(claims) }
}

fn dictionary(incoming: &Incoming<'_>, name: &HeaderName) -> Result<Dictionary, Refusal> {
    let text = incoming.header(name)?.ok_or(Refusal::Unsigned)?;
    Parser::new(text).parse().map_err(|_| Refusal::Malformed("a signature header is no dictionary"))
}

fn read_one(
    incoming: &Incoming<'_>,
    rules: &Rules,
    input: &InnerList,
    signature: &ListEntry,
) -> Result<Claim, Refusal> {
    let text = |name: &str| match input.params.get(name) {
        None => Ok(None),
        Some(BareItem::String(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(Refusal::Malformed("a signature parameter of the wrong type")),
    };
    let time = |name: &str| match input.params.get(name) {
        None => Ok(None),
        Some(BareItem::Integer(seconds)) => from_unix((*seconds).into()).map(Some),
        Some(_) => Err(Refusal::Malformed("a signature parameter of the wrong type")),
    };
    let key_id = text("keyid")?.ok_or(Refusal::Malformed("no keyid"))?;
    let algorithm = match text("alg")? {
        None => None,
        Some("rsa-v1_5-sha256") => Some(Algorithm::RsaSha256),
        Some("ed25519") => Some(Algorithm::Ed25519),
        Some(_) => return Err(Refusal::Invalid("an algorithm that isn't accepted")),
    };
    let signature = match signature {
        ListEntry::Item(item) => match &item.bare_item {
            BareItem::ByteSequence(bytes) if bytes.is_empty() => {
                return Err(Refusal::Invalid("an empty signature"));
            }
            BareItem::ByteSequence(bytes) => bytes.clone(),
            _ => return Err(Refusal::Malformed("the signature is no byte sequence")),
        },
        ListEntry::InnerList(_) => return Err(Refusal::Malformed("the signature is no byte sequence")),
    };

    let names = covered(input)?;
    check_coverage(incoming, &names)?;
    // `created` is always covered: the parameters are part of what is signed.
    let created = time("created")?;
    let mut made = created;
    for name in &names {
        match *name {
            "host" if !rules.is_our_host(incoming.covered(name)?) => {
                return Err(Refusal::Invalid("made for another host"));
            }
            "date" => {
                let date = parse_http_date(incoming.covered(name)?)?;
                rules.check_clock(date, incoming.now)?;
                made = made.or(Some(date));
            }
            "content-digest" => digest::check_structured(incoming.covered(name)?, incoming.body)?,
            _ => {}
        }
    }
    let made = made.ok_or(Refusal::Uncovered("the time"))?;
    rules.check_clock(made, incoming.now)?;
    check_expiry(time("expires")?, incoming.now)?;

    let base = signature_base(incoming, rules, input, &names)?;
    let mut claim = Claim::new(Scheme::Rfc9421, key_id, vec![base], made)?;
    claim.algorithm = algorithm;
    claim.signature = signature;
    Ok(claim)
}

/// The names of the covered components, each once and without parameters.
fn covered(input: &InnerList) -> Result<Vec<&str>, Refusal> {
    let mut names: Vec<&str> = Vec::with_capacity(input.items.len());
    for item in &input.items {
        let BareItem::String(name) = &item.bare_item else {
            return Err(Refusal::Malformed("a component name is no string"));
        };
        let name = name.as_str();
        if !item.params.is_empty() {
            return Err(Refusal::Malformed("component parameters aren't supported"));
        }
        if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(Refusal::Malformed("a component name in upper case"));
        }
        if names.contains(&name) {
            return Err(Refusal::Malformed("a component is covered twice"));
        }
        if names.len() == COVERED_MAX {
            return Err(Refusal::Malformed("too many components covered"));
        }
        names.push(name);
    }
    Ok(names)
}

fn check_coverage(incoming: &Incoming<'_>, names: &[&str]) -> Result<(), Refusal> {
    let covers = |name: &str| names.contains(&name);
    if !covers("@method") {
        return Err(Refusal::Uncovered("the method"));
    }
    if !covers("@target-uri") {
        if !covers("@authority") && !covers("host") {
            return Err(Refusal::Uncovered("the host"));
        }
        let whole_path = covers("@path") && (covers("@query") || incoming.query().is_none());
        if !covers("@request-target") && !whole_path {
            return Err(Refusal::Uncovered("the request target"));
        }
    }
    if incoming.needs_digest() && !covers("content-digest") {
        return Err(Refusal::Uncovered("the digest of the body"));
    }
    Ok(())
}

/// RFC 9421 §2.5.
fn signature_base(
    incoming: &Incoming<'_>,
    rules: &Rules,
    input: &InnerList,
    names: &[&str],
) -> Result<String, Refusal> {
    let mut base = String::with_capacity(512);
    for name in names {
        base.push('"');
        base.push_str(name);
        base.push_str("\": ");
        match *name {
            "@method" => base.push_str(incoming.method.as_str()),
            "@target-uri" => {
                base.push_str(rules.scheme);
                base.push_str("://");
                base.push_str(&rules.authority);
                base.push_str(incoming.path_and_query);
            }
            "@authority" => base.push_str(&rules.authority),
            "@scheme" => base.push_str(rules.scheme),
            "@request-target" => base.push_str(incoming.path_and_query),
            "@path" => base.push_str(incoming.path()),
            "@query" => {
                base.push('?');
                base.push_str(incoming.query().unwrap_or_default());
            }
            name => base.push_str(incoming.covered(name)?),
        }
        base.push('\n');
    }
    // Parsed and written again: that is the canonical form which the RFC signs.
    let mut parameters = ListSerializer::new();
    parameters.members([&ListEntry::InnerList(input.clone())]);
    base.push_str("\"@signature-params\": ");
    base.push_str(&parameters.finish().unwrap_or_default());
    Ok(base)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::keys::PublicKey;

    const BODY: &[u8] = br#"{"hello": "world"}"#;

    /// The test request of RFC 9421 §B.2.
    fn test_request() -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, text) in [
            ("host", "example.com"),
            ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
            ("content-type", "application/json"),
            (
                "content-digest",
                "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
            ),
            ("content-length", "18"),
        ] {
            headers.insert(name, HeaderValue::from_static(text));
        }
        headers
    }

    #[test]
    fn the_ed25519_vector_of_the_rfc_verifies() {
        // RFC 9421 §B.2.6.
        let input = r#"sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#;
        let signature =
            "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";
        let key = PublicKey::from_pem(
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----",
        )
        .unwrap();

        let headers = test_request();
        let incoming = Incoming {
            method: &Method::POST,
            path_and_query: "/foo?param=Value&Pet=dog",
            headers: &headers,
            body: BODY,
            now: DateTime::from_timestamp(1_618_884_480, 0).unwrap(),
        };
        let rules = Rules::new("example.com", true, TimeDelta::hours(1));
        let inputs: Dictionary = Parser::new(input).parse().unwrap();
        let Some(ListEntry::InnerList(list)) = inputs.get("sig-b26") else { panic!("an inner list") };
        let names = covered(list).unwrap();
        let base = signature_base(&incoming, &rules, list, &names).unwrap();
        let expected = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\
            \"@method\": POST\n\
            \"@path\": /foo\n\
            \"@authority\": example.com\n\
            \"content-type\": application/json\n\
            \"content-length\": 18\n\
            \"@signature-params\": (\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\")\
            ;created=1618884473;keyid=\"test-key-ed25519\"";
        assert_eq!(base, expected);
        assert!(key.verifies_ed25519(base.as_bytes(), &BASE64_STANDARD.decode(signature).unwrap()));
        // As a request to us it wouldn't do: the query and the body aren't covered.
        assert_eq!(check_coverage(&incoming, &names), Err(Refusal::Uncovered("the request target")));
    }
}
