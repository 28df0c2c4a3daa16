//! draft-cavage-http-signatures-12, the scheme that all of the fediverse speaks.
//!
//! Signing strings are built by the crate `http-signature-normalization`. Its parser takes duplicate parameters,
//! prefers `Authorization`, accepts any coverage and can be made to panic by a creation time out of range, so the
//! header is read here, strictly, and the crate is handed a clean one.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use http::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName};
use http::{HeaderValue, Method};
use http_signature_normalization::Config;
use url::{Position, Url};

use super::{
    Algorithm, Claim, Incoming, Payload, Refusal, Rules, Scheme, Signer, authority, check_expiry, digest,
    from_unix, http_date, parse_http_date, value,
};

/// Most headers that a signature may cover; real ones cover two to eight.
const COVERED_MAX: usize = 24;
/// The crate compares dates with its own clock; ours has done that before, so its limit is out of reach: 500 years.
const NEVER: Duration = Duration::from_secs(500 * 365 * 86_400);

const DIGEST: HeaderName = HeaderName::from_static("digest");
const SIGNATURE: HeaderName = HeaderName::from_static("signature");

pub(super) fn sign(
    method: &Method,
    url: &Url,
    payload: Option<&Payload>,
    signer: &Signer,
    now: DateTime<Utc>,
) -> HeaderMap {
    let date = http_date(now);
    let mut covered =
        BTreeMap::from([("host".to_owned(), authority(url).to_owned()), ("date".to_owned(), date.clone())]);
    let mut headers = HeaderMap::with_capacity(4);
    headers.insert(DATE, value(&date));
    if let Some(payload) = payload {
        let digest = payload.sha256.legacy();
        headers.insert(DIGEST, value(&digest));
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(payload.content_type));
        covered.insert("digest".to_owned(), digest);
        covered.insert("content-type".to_owned(), payload.content_type.to_owned());
    }
    let target = &url[Position::BeforePath..Position::AfterQuery];
    let signed = Config::new()
        .dont_use_created_field()
        .begin_sign(method.as_str(), target, covered)
        .expect("the date, the only header it requires, is there")
        .sign(signer.key_id.to_string(), |base| {
            Ok::<_, Infallible>(BASE64_STANDARD.encode(signer.key.sign(base.as_bytes())))
        })
        .unwrap_or_else(|never| match never {});
    headers.insert(SIGNATURE, value(&signed.signature_header()));
    headers
}

/// The parameters of a `Signature` header, each at most once.
#[derive(Default)]
struct Parameters<'a> {
    key_id: Option<&'a str>,
    algorithm: Option<&'a str>,
    created: Option<&'a str>,
    expires: Option<&'a str>,
    headers: Option<&'a str>,
    signature: Option<&'a str>,
}

pub(super) fn read(incoming: &Incoming<'_>, rules: &Rules) -> Result<Claim, Refusal> {
    let header = incoming.header(&SIGNATURE)?.ok_or(Refusal::Unsigned)?;
    let parameters = parse(header)?;
    let key_id = parameters.key_id.ok_or(Refusal::Malformed("no keyId"))?;
    let signature = parameters.signature.ok_or(Refusal::Malformed("no signature"))?;
    let algorithm = match parameters.algorithm {
        None | Some("hs2019") => None,
        Some("rsa-sha256") => Some(Algorithm::RsaSha256),
        Some("rsa-sha512") => Some(Algorithm::RsaSha512),
        Some("ed25519") => Some(Algorithm::Ed25519),
        Some(_) => return Err(Refusal::Invalid("an algorithm that isn't accepted")),
    };
    if signature.is_empty() {
        return Err(Refusal::Invalid("an empty signature"));
    }
    let signature =
        BASE64_STANDARD.decode(signature).map_err(|_| Refusal::Malformed("the signature isn't base64"))?;

    let covered = covered(&parameters)?;
    let covers = |name: &str| covered.iter().any(|covered| covered == name);
    let created = parameters.created.map(unix).transpose()?;
    let expires = parameters.expires.map(unix).transpose()?;

    // Section 2.1.4 of the draft: these pseudo-headers don't go with the old algorithm names.
    if (covers("(created)") || covers("(expires)"))
        && matches!(algorithm, Some(Algorithm::RsaSha256 | Algorithm::RsaSha512))
    {
        return Err(Refusal::Malformed("(created) or (expires) with an rsa algorithm"));
    }
    if !covers("(request-target)") {
        return Err(Refusal::Uncovered("the request target"));
    }
    if !covers("host") {
        return Err(Refusal::Uncovered("the host"));
    }
    if incoming.needs_digest() && !covers("digest") {
        return Err(Refusal::Uncovered("the digest of the body"));
    }

    // What the signing string is made of; the crate finds pseudo-headers among the headers as well.
    let mut values = BTreeMap::new();
    let mut made = None;
    for name in &covered {
        let text = match name.as_str() {
            "(request-target)" => continue,
            "(created)" => {
                made = Some(created.ok_or(Refusal::Malformed("(created) without created"))?);
                parameters.created.unwrap_or_default()
            }
            "(expires)" => parameters.expires.ok_or(Refusal::Malformed("(expires) without expires"))?,
            "authorization" | "signature" => return Err(Refusal::Malformed("it covers itself or a token")),
            name => incoming.covered(name)?,
        };
        match name.as_str() {
            "host" if !rules.is_our_host(text) => return Err(Refusal::Invalid("made for another host")),
            "digest" => digest::check_legacy(text, incoming.body)?,
            "date" => {
                let date = parse_http_date(text)?;
                rules.check_clock(date, incoming.now)?;
                made = made.or(Some(date));
            }
            _ => {}
        }
        values.insert(name.clone(), text.to_owned());
    }
    let made = made.ok_or(Refusal::Uncovered("the time"))?;
    rules.check_clock(made, incoming.now)?;
    check_expiry(expires, incoming.now)?;

    let list = covered.join(" ");
    let mut bases = Vec::with_capacity(2);
    if incoming.query().is_some() {
        bases.push(signing_string(incoming.method, incoming.path_and_query, &list, values.clone())?);
        bases.push(signing_string(incoming.method, incoming.path(), &list, values)?);
    } else {
        bases.push(signing_string(incoming.method, incoming.path_and_query, &list, values)?);
    }
    let mut claim = Claim::new(Scheme::Cavage, key_id, bases, made)?;
    claim.algorithm = algorithm;
    claim.signature = signature;
    Ok(claim)
}

fn signing_string(
    method: &Method,
    target: &str,
    list: &str,
    mut values: BTreeMap<String, String>,
) -> Result<String, Refusal> {
    values.insert("signature".to_owned(), format!(r#"keyId="k",headers="{list}",signature="s""#));
    Config::new()
        .set_expiration(NEVER)
        .begin_verify(method.as_str(), target, values)
        .map(|unverified| unverified.signing_string().to_owned())
        .map_err(|_| Refusal::Malformed("a covered header is missing"))
}

/// The covered names in lower case, in order, each once.
fn covered(parameters: &Parameters<'_>) -> Result<Vec<String>, Refusal> {
    // Section 2.1.6 of the draft: without a list only the creation time is covered.
    let list = parameters.headers.unwrap_or("(created)");
    let mut names: Vec<String> = Vec::new();
    for name in list.split(' ').filter(|name| !name.is_empty()) {
        let name = name.to_ascii_lowercase();
        if names.contains(&name) {
            return Err(Refusal::Malformed("a header is covered twice"));
        }
        if names.len() == COVERED_MAX {
            return Err(Refusal::Malformed("too many headers covered"));
        }
        names.push(name);
    }
    if names.is_empty() { Err(Refusal::Malformed("an empty list of headers")) } else { Ok(names) }
}

fn unix(text: &str) -> Result<DateTime<Utc>, Refusal> {
    text.parse().map_err(|_| Refusal::Malformed("a time is no number")).and_then(from_unix)
}

/// Takes `name="value",name=number,…` apart. Unknown names are skipped, as the draft says; a name given twice, known
/// or not, is refused: two readers could take different ones.
fn parse(header: &str) -> Result<Parameters<'_>, Refusal> {
    let mut parameters = Parameters::default();
    let mut names: Vec<&str> = Vec::with_capacity(6);
    let mut rest = header;
    loop {
        let (name, after) = rest.split_once('=').ok_or(Refusal::Malformed("a parameter without a value"))?;
        let name = name.trim();
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        {
            return Err(Refusal::Malformed("a parameter name"));
        }
        let (text, after) = if let Some(quoted) = after.strip_prefix('"') {
            quoted.split_once('"').ok_or(Refusal::Malformed("an open quotation mark"))?
        } else {
            let end = after.find(',').unwrap_or(after.len());
            after.split_at(end)
        };
        if text.contains(['\\', '"']) {
            return Err(Refusal::Malformed("a parameter value"));
        }
        if names.contains(&name) {
            return Err(Refusal::Malformed("a parameter appears twice"));
        }
        if names.len() == COVERED_MAX {
            return Err(Refusal::Malformed("too many parameters"));
        }
        names.push(name);
        let slot = match name {
            "keyId" => Some(&mut parameters.key_id),
            "algorithm" => Some(&mut parameters.algorithm),
            "created" => Some(&mut parameters.created),
            "expires" => Some(&mut parameters.expires),
            "headers" => Some(&mut parameters.headers),
            "signature" => Some(&mut parameters.signature),
            _ => None,
        };
        if let Some(slot) = slot {
            *slot = Some(text.trim());
        }
        let after = after.trim_start();
        if after.is_empty() {
            return Ok(parameters);
        }
        rest = after.strip_prefix(',').ok_or(Refusal::Malformed("no comma between parameters"))?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_with_and_without_quotes() {
        let header = r#"keyId="https://a.test/u/1#main-key", algorithm="hs2019",created=1700000000, x="y,z",headers="(request-target) Host", signature="c2ln""#;
        let parameters = parse(header).unwrap();
        assert_eq!(parameters.key_id, Some("https://a.test/u/1#main-key"));
        assert_eq!(parameters.created, Some("1700000000"));
        assert_eq!(parameters.expires, None);
        assert_eq!(covered(&parameters).unwrap(), ["(request-target)", "host"]);
    }

    #[test]
    fn malformed_parameters_are_refused() {
        for header in [
            "",
            ",",
            "keyId",
            r#"keyId="a"#,
            r#"keyId="a" signature="b""#,
            r#"keyId="a",keyId="b""#,
            r#"other="a",other="b""#,
            r#"headers="date",signature="b",headers="digest""#,
            r#"keyId="a\",b="c""#,
            r#"="a""#,
            r#"Signature keyId="a""#,
            r#"keyId="a","#,
        ] {
            assert!(matches!(parse(header), Err(Refusal::Malformed(_))), "{header}");
        }
        for headers in ["", " ", "date date", "Date date"] {
            let parameters = Parameters { headers: Some(headers), ..Parameters::default() };
            assert!(matches!(covered(&parameters), Err(Refusal::Malformed(_))), "{headers}");
        }
        for time in ["", "soon", "1.5", "18446744073709551615", "9223372036854775807"] {
            assert!(matches!(unix(time), Err(Refusal::Malformed(_))), "{time}");
        }
    }
}
