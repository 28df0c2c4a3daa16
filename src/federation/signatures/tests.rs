//! Both schemes, both ways, and what an attacker may try.

use chrono::{DateTime, TimeDelta, Utc};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use url::Url;

use super::*;
use crate::keys::ActorKeys;

const TYPE: &str = "application/activity+json";
const INBOX: &str = "https://garden.test/inbox?from=jan";
const BODY: &[u8] = br#"{"type":"Create","id":"https://a.test/1"}"#;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

fn rules() -> Rules {
    Rules::new("garden.test", true, TimeDelta::hours(1))
}

struct Actor {
    rsa: Signer,
    ed25519: Signer,
}

fn actor() -> Actor {
    let keys = ActorKeys::generate().unwrap();
    let signer = |pem: &str, id: &str| Signer {
        key: SigningKey::from_pem(pem).unwrap(),
        key_id: Url::parse(id).unwrap(),
    };
    Actor {
        rsa: signer(&keys.rsa_private, "https://a.test/u/jan#main-key"),
        ed25519: signer(&keys.ed25519_private, "https://a.test/u/jan#ed25519-key"),
    }
}

/// A request as it arrives: what the sender signed, with `Host` as its client sets it.
struct Request {
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Request {
    fn signed(scheme: Scheme, method: Method, url: &str, signer: &Signer) -> Self {
        Self::signed_at(now(), scheme, method, url, signer)
    }

    fn signed_at(at: DateTime<Utc>, scheme: Scheme, method: Method, url: &str, signer: &Signer) -> Self {
        let url = Url::parse(url).unwrap();
        let payload = Payload::new(Bytes::from_static(BODY), TYPE);
        let posts = method == Method::POST;
        let mut headers = sign(scheme, &method, &url, posts.then_some(&payload), signer, at);
        headers.insert("host", authority(&url).parse().unwrap());
        let target = url[Position::BeforePath..Position::AfterQuery].to_owned();
        Self { method, target, headers, body: if posts { BODY.to_vec() } else { Vec::new() } }
    }

    fn read(&self) -> Result<Vec<Claim>, Refusal> {
        self.read_with(&rules())
    }

    fn read_with(&self, rules: &Rules) -> Result<Vec<Claim>, Refusal> {
        let incoming = Incoming {
            method: &self.method,
            path_and_query: &self.target,
            headers: &self.headers,
            body: &self.body,
            now: now(),
        };
        read(&incoming, rules)
    }

    fn verify(&self, key: &SigningKey) -> Result<(), Refusal> {
        let claims = self.read()?;
        claims[0].verify(&key.public())
    }

    /// Signs by hand with draft-cavage, for what [`sign`] never makes.
    fn cavage_by_hand(&mut self, signer: &Signer, parameters: &str, base: &str) {
        use base64::Engine;
        let signature = base64::prelude::BASE64_STANDARD.encode(signer.key.sign(base.as_bytes()));
        let header = format!(r#"keyId="{}",{parameters},signature="{signature}""#, signer.key_id);
        self.headers.insert("signature", header.parse().unwrap());
    }

    fn edit(&mut self, name: &'static str, edit: impl Fn(&str) -> String) {
        let text = edit(self.headers[name].to_str().unwrap());
        self.headers.insert(name, text.parse().unwrap());
    }
}

const SCHEMES: [Scheme; 2] = [Scheme::Cavage, Scheme::Rfc9421];

#[test]
fn every_scheme_key_and_method_comes_round() {
    let (jan, eve) = (actor(), actor());
    for scheme in SCHEMES {
        for method in [Method::GET, Method::POST] {
            for (signer, other, wrong) in
                [(&jan.rsa, &jan.ed25519, &eve.rsa), (&jan.ed25519, &jan.rsa, &eve.ed25519)]
            {
                let request = Request::signed(scheme, method.clone(), INBOX, signer);
                let claims = request.read().unwrap();
                assert_eq!(claims.len(), 1);
                let claim = &claims[0];
                assert_eq!(claim.key_id(), signer.key_id.as_str());
                assert_eq!(claim.key_document().as_str(), "https://a.test/u/jan");
                assert_eq!((claim.scheme(), claim.made()), (scheme, now()));
                assert_eq!(claim.verify(&signer.key.public()), Ok(()), "{scheme:?} {method}");
                assert!(claim.verify(&other.key.public()).is_err());
                assert!(claim.verify(&wrong.key.public()).is_err());
            }
        }
    }
}

#[test]
fn signed_headers_are_the_ones_that_others_expect() {
    let jan = actor();
    let post = Request::signed(Scheme::Cavage, Method::POST, INBOX, &jan.rsa);
    let signature = post.headers["signature"].to_str().unwrap();
    assert!(signature.contains(r#"algorithm="hs2019""#), "{signature}");
    assert!(signature.contains(r#"headers="(request-target) content-type date digest host""#), "{signature}");
    assert_eq!(post.headers["date"], "Tue, 14 Nov 2023 22:13:20 GMT");
    let get = Request::signed(Scheme::Cavage, Method::GET, INBOX, &jan.rsa);
    assert!(get.headers["signature"].to_str().unwrap().contains(r#"headers="(request-target) date host""#));
    assert!(!get.headers.contains_key("digest"));

    let post = Request::signed(Scheme::Rfc9421, Method::POST, INBOX, &jan.rsa);
    assert_eq!(
        post.headers["signature-input"],
        r#"sig1=("@method" "@target-uri" "content-digest" "content-type");created=1700000000;keyid="https://a.test/u/jan#main-key";alg="rsa-v1_5-sha256""#
    );
    let get = Request::signed(Scheme::Rfc9421, Method::GET, INBOX, &jan.ed25519);
    assert_eq!(
        get.headers["signature-input"],
        r#"sig1=("@method" "@target-uri");created=1700000000;keyid="https://a.test/u/jan#ed25519-key";alg="ed25519""#
    );
}

#[test]
fn a_body_swapped_after_signing_is_refused() {
    let jan = actor();
    for scheme in SCHEMES {
        let mut request = Request::signed(scheme, Method::POST, INBOX, &jan.rsa);
        request.body = br#"{"type":"Delete"}"#.to_vec();
        assert_eq!(request.read().unwrap_err(), Refusal::DigestMismatch);
        // And with a digest to match it isn't what was signed.
        let forged = Payload::new(Bytes::from(request.body.clone()), TYPE);
        request.headers.insert("digest", value(&forged.sha256.legacy()));
        request.headers.insert("content-digest", value(&forged.sha256.structured()));
        assert!(matches!(request.verify(&jan.rsa.key), Err(Refusal::Invalid(_))));
    }
}

#[test]
fn what_is_signed_holds_for_one_method_target_and_host_only() {
    let jan = actor();
    for scheme in SCHEMES {
        let mut request = Request::signed(scheme, Method::POST, INBOX, &jan.rsa);
        request.target = "/other".to_owned();
        assert!(matches!(request.verify(&jan.rsa.key), Err(Refusal::Invalid(_))));

        let mut request = Request::signed(scheme, Method::GET, INBOX, &jan.rsa);
        request.method = Method::HEAD;
        assert!(matches!(request.verify(&jan.rsa.key), Err(Refusal::Invalid(_))));

        // A request to another server, replayed here with its own and with our host.
        let mut request = Request::signed(scheme, Method::POST, "https://other.test/inbox", &jan.rsa);
        assert!(matches!(request.verify(&jan.rsa.key), Err(Refusal::Invalid(_))));
        request.headers.insert("host", HeaderValue::from_static("garden.test"));
        assert!(matches!(request.verify(&jan.rsa.key), Err(Refusal::Invalid(_))));
    }
}

#[test]
fn stale_future_and_expired_signatures_are_refused() {
    let jan = actor();
    for scheme in SCHEMES {
        for (minutes, fits) in [(-61, false), (-59, true), (59, true), (61, false), (-60 * 24 * 365, false)] {
            let at = now() + TimeDelta::minutes(minutes);
            let request = Request::signed_at(at, scheme, Method::GET, INBOX, &jan.rsa);
            let expected = if fits { Ok(()) } else { Err(Refusal::Stale) };
            assert_eq!(request.verify(&jan.rsa.key), expected, "{scheme:?} {minutes}");
        }
    }
    for (expires, fits) in [(60, true), (-10, true), (-60, false)] {
        let mut request = Request::signed(Scheme::Cavage, Method::GET, "https://garden.test/a", &jan.rsa);
        let (created, expires) = (now().timestamp() - 5, now().timestamp() + expires);
        request.cavage_by_hand(
            &jan.rsa,
            &format!(r#"algorithm="hs2019",created={created},expires={expires},headers="(request-target) (created) (expires) host""#),
            &format!("(request-target): get /a\n(created): {created}\n(expires): {expires}\nhost: garden.test"),
        );
        let expected = if fits { Ok(()) } else { Err(Refusal::Stale) };
        assert_eq!(request.verify(&jan.rsa.key), expected, "{expires}");
    }
    // A creation time that no clock knows must not bring the server down.
    let mut request = Request::signed(Scheme::Cavage, Method::GET, "https://garden.test/a", &jan.rsa);
    request.cavage_by_hand(
        &jan.rsa,
        r#"created=18446744073709551615,headers="(request-target) (created) host""#,
        "",
    );
    assert!(matches!(request.read(), Err(Refusal::Malformed(_))));
    let mut request = Request::signed(Scheme::Rfc9421, Method::GET, INBOX, &jan.rsa);
    request.edit("signature-input", |text| text.replace("1700000000", "999999999999999"));
    assert!(matches!(request.read(), Err(Refusal::Malformed(_))));
}

#[test]
fn a_signature_that_covers_too_little_is_refused() {
    let jan = actor();
    let request = Request::signed(Scheme::Cavage, Method::POST, "https://garden.test/inbox", &jan.rsa);
    let line = |name: &str| match name {
        "(request-target)" => "(request-target): post /inbox".to_owned(),
        name => format!("{name}: {}", request.headers[name].to_str().unwrap()),
    };
    for (headers, missing) in [
        ("digest", "the request target"),
        ("(request-target) date digest", "the host"),
        ("(request-target) host digest", "the time"),
        ("(request-target) host date", "the digest of the body"),
        ("date", "the request target"),
    ] {
        let base = headers.split(' ').map(line).collect::<Vec<_>>().join("\n");
        let mut request = Request { headers: request.headers.clone(), ..request.copy() };
        request.cavage_by_hand(&jan.rsa, &format!(r#"headers="{headers}""#), &base);
        assert_eq!(request.read().unwrap_err(), Refusal::Uncovered(missing), "{headers}");
    }
    // No list of headers: only the creation time, says the draft.
    let mut bare = request.copy();
    bare.cavage_by_hand(&jan.rsa, "created=1700000000", "(created): 1700000000");
    assert_eq!(bare.read().unwrap_err(), Refusal::Uncovered("the request target"));

    for (from, to, missing) in [
        (r#""@method" "#, "", "the method"),
        (r#""@target-uri""#, r#""@path" "@query""#, "the host"),
        (r#""@target-uri""#, r#""@authority" "@path""#, "the request target"),
        (r#" "content-digest""#, "", "the digest of the body"),
        (";created=1700000000", "", "the time"),
    ] {
        let mut request = Request::signed(Scheme::Rfc9421, Method::POST, INBOX, &jan.rsa);
        request.edit("signature-input", |text| text.replace(from, to));
        assert_eq!(request.read().unwrap_err(), Refusal::Uncovered(missing), "{from}");
    }
}

impl Request {
    fn copy(&self) -> Self {
        Self {
            method: self.method.clone(),
            target: self.target.clone(),
            headers: self.headers.clone(),
            body: self.body.clone(),
        }
    }
}

#[test]
fn duplicates_and_malformed_headers_are_refused() {
    let jan = actor();
    let post = |scheme| Request::signed(scheme, Method::POST, INBOX, &jan.rsa);

    let mut request = post(Scheme::Cavage);
    request.edit("signature", |text| format!(r#"keyId="https://eve.test/u/eve#main-key",{text}"#));
    assert!(matches!(request.read(), Err(Refusal::Malformed(_))));
    for name in ["date", "digest", "host", "signature", "content-type"] {
        let mut request = post(Scheme::Cavage);
        request.headers.append(name, HeaderValue::from_static("x"));
        assert!(matches!(request.read(), Err(Refusal::Malformed(_))), "{name}");
    }
    for name in ["content-digest", "signature", "signature-input"] {
        let mut request = post(Scheme::Rfc9421);
        request.headers.append(name, HeaderValue::from_static("x=1"));
        assert!(matches!(request.read(), Err(Refusal::Malformed(_))), "{name}");
    }
    for (scheme, name, from, to) in [
        (Scheme::Cavage, "signature", "algorithm=\"hs2019\"", "algorithm=\"rsa-sha1\""),
        (Scheme::Cavage, "signature", "hs2019", "none"),
        (Scheme::Rfc9421, "signature-input", "rsa-v1_5-sha256", "hmac-sha256"),
        (Scheme::Rfc9421, "signature-input", "rsa-v1_5-sha256", "ed25519"),
        (Scheme::Rfc9421, "signature-input", "https://a.test", "acct:a.test"),
        (Scheme::Cavage, "signature", "https://a.test", "javascript:a"),
        (Scheme::Rfc9421, "signature-input", "\"@method\"", "\"@method\";req"),
        (Scheme::Rfc9421, "signature-input", "\"@method\"", "\"@method\" \"@method\""),
        (Scheme::Rfc9421, "signature-input", "\"content-type\"", "\"Content-Type\""),
        (Scheme::Rfc9421, "signature-input", "\"content-type\"", "\"x-missing\""),
        (Scheme::Rfc9421, "signature-input", "sig1", "sig2"),
        (Scheme::Cavage, "signature", "content-type", "x-missing"),
        (Scheme::Cavage, "signature", "content-type", "(x)"),
        (Scheme::Cavage, "signature", "content-type", "authorization"),
    ] {
        let mut request = post(scheme);
        request.edit(name, |text| text.replace(from, to));
        let refusal = request.verify(&jan.rsa.key).unwrap_err();
        assert!(matches!(refusal, Refusal::Malformed(_) | Refusal::Invalid(_)), "{from}: {refusal}");
    }
    let mut request = post(Scheme::Cavage);
    request.edit("signature", |text| {
        let (start, _) = text.split_once("signature=\"").unwrap();
        format!("{start}signature=\"\"")
    });
    assert!(matches!(request.read(), Err(Refusal::Invalid(_))));
    let mut request = post(Scheme::Rfc9421);
    request.headers.insert("signature", HeaderValue::from_static("sig1=::"));
    assert!(matches!(request.read(), Err(Refusal::Invalid(_))));

    let mut request = post(Scheme::Cavage);
    let signature = request.headers.remove("signature").unwrap();
    let token = format!("Signature {}", signature.to_str().unwrap());
    request.headers.insert("authorization", token.parse().unwrap());
    let refusal = request.read().unwrap_err();
    assert_eq!((refusal, refusal.status()), (Refusal::Unsigned, StatusCode::UNAUTHORIZED));
}

#[test]
fn the_variants_of_other_software_are_accepted() {
    let jan = actor();
    // GoToSocial: a key with a document of its own, an order of headers of its own, a query left out on retry.
    let gts = Signer { key_id: Url::parse("https://gts.test/users/a/main-key").unwrap(), ..jan.rsa.clone() };
    let mut request = Request::signed(Scheme::Cavage, Method::GET, INBOX, &gts);
    let date = request.headers["date"].to_str().unwrap().to_owned();
    request.cavage_by_hand(
        &gts,
        r#"algorithm="rsa-sha256",headers="(request-target) Host Date""#,
        &format!("(request-target): get /inbox\nhost: garden.test\ndate: {date}"),
    );
    let claims = request.read().unwrap();
    assert_eq!(claims[0].key_document().as_str(), "https://gts.test/users/a/main-key");
    assert_eq!(claims[0].verify(&gts.key.public()), Ok(()));
    assert!(claims[0].verify(&jan.ed25519.key.public()).is_err(), "an RSA algorithm with another key");

    // Lemmy: a signed GET with a digest of the empty body.
    let mut request = Request::signed(Scheme::Cavage, Method::GET, "https://garden.test/g/a", &jan.rsa);
    let digest = Sha256::of(b"").legacy();
    request.headers.insert("digest", value(&digest));
    let base = format!("(request-target): get /g/a\nhost: garden.test\ndate: {date}\ndigest: {digest}");
    request.cavage_by_hand(
        &jan.rsa,
        r#"algorithm="hs2019",headers="(request-target) host date digest""#,
        &base,
    );
    assert_eq!(request.verify(&jan.rsa.key), Ok(()));

    // Mastodon leaves the port out of `Host`; others write the default one.
    let rules = Rules::new("Garden.test:8443", true, TimeDelta::hours(1));
    for url in ["https://garden.test/inbox", "https://garden.test:8443/inbox"] {
        let request = Request::signed(Scheme::Cavage, Method::POST, url, &jan.rsa);
        assert_eq!(request.read_with(&rules).unwrap()[0].verify(&jan.rsa.key.public()), Ok(()));
    }
    let mut request = Request::signed(Scheme::Cavage, Method::POST, "https://garden.test:9/inbox", &jan.rsa);
    assert!(matches!(request.read_with(&rules), Err(Refusal::Invalid(_))));
    request.headers.insert("host", HeaderValue::from_static("garden.test:443"));
    assert!(request.read().is_ok());
}

#[test]
fn of_several_rfc_9421_signatures_each_is_offered() {
    let jan = actor();
    let rsa = Request::signed(Scheme::Rfc9421, Method::POST, INBOX, &jan.rsa);
    let ed25519 = Request::signed(Scheme::Rfc9421, Method::POST, INBOX, &jan.ed25519);
    let mut both = rsa.copy();
    for name in ["signature-input", "signature"] {
        let second = ed25519.headers[name].to_str().unwrap().replacen("sig1", "sig2", 1);
        both.edit(name, |first| format!("proxy=(), {first}, {second}, sig3={second}"));
    }
    // The first label is unusable, the fourth is out of bounds.
    both.edit("signature", |text| {
        text.replace("proxy=()", "proxy=:AAAA:").replace(", sig3=sig2=", ", sig3=")
    });
    both.edit("signature-input", |text| text.replace(", sig3=sig2=", ", sig3="));
    let claims = both.read().unwrap();
    assert_eq!(claims.len(), 2);
    assert_eq!(claims[0].verify(&jan.rsa.key.public()), Ok(()));
    assert_eq!(claims[1].verify(&jan.ed25519.key.public()), Ok(()));
}
