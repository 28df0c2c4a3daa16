//! Signed requests: a line with method and path, headers, an empty line, the body.
//!
//! What is accepted must depend on all that matters: another body, host, path or time is refused or gives something else to
//! verify. And what we sign ourselves is accepted.
#![no_main]

use std::sync::LazyLock;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::Method;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use libfuzzer_sys::fuzz_target;
use url::{Position, Url};
use vakplein::federation::signatures::{
    Claim, Incoming, Payload, Refusal, Rules, Scheme, Signer, read, sign,
};
use vakplein::keys::{ActorKeys, SigningKey};
use vakplein_fuzz::first_line;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| {
    let keys = ActorKeys::generate().expect("there is randomness");
    SigningKey::from_pem(&keys.ed25519_private).expect("it was just made")
});

fuzz_target!(|request: &str| {
    let (first, rest) = first_line(request);
    let (method, target) = first.split_once(' ').unwrap_or(("POST", first));
    let Ok(method) = Method::from_bytes(method.as_bytes()) else { return };
    let (head, body) = rest.split_once("\n\n").unwrap_or((rest, ""));
    let mut headers = HeaderMap::new();
    for (name, value) in head.lines().filter_map(|line| line.split_once(':')) {
        if let (Ok(name), Ok(value)) =
            (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value.trim()))
        {
            headers.append(name, value);
        }
    }
    let asked = Asked { method, target: target.to_owned(), headers, body: body.as_bytes().to_vec() };
    if let Ok(claims) = asked.read(&rules("werkplein.test"), now()) {
        check(&asked, &claims);
    }
    round(&asked);
});

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).expect("it is in range")
}

fn rules(domain: &str) -> Rules {
    Rules::new(domain, true, TimeDelta::hours(1))
}

#[derive(Clone)]
struct Asked {
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Asked {
    fn read(&self, rules: &Rules, now: DateTime<Utc>) -> Result<Vec<Claim>, Refusal> {
        let (method, headers) = (&self.method, &self.headers);
        read(&Incoming { method, path_and_query: &self.target, headers, body: &self.body, now }, rules)
    }
}

fn check(asked: &Asked, claims: &[Claim]) {
    assert!((1..=3).contains(&claims.len()));
    for claim in claims {
        assert!(matches!(claim.key_url().scheme(), "http" | "https"));
        assert!(claim.key_document().fragment().is_none());
        assert!((now() - claim.made()).abs() <= TimeDelta::hours(1));
        assert!(claim.verify(&KEY.public()).is_err(), "nobody has that key");
    }
    for later in [TimeDelta::hours(3), -TimeDelta::hours(3)] {
        assert!(asked.read(&rules("werkplein.test"), now() + later).is_err(), "replayed at another time");
    }
    // What would be verified, as far as it can be seen.
    let seen = |claims: Result<Vec<Claim>, Refusal>| -> Vec<String> {
        claims.unwrap_or_default().iter().map(|claim| format!("{claim:?}")).collect()
    };
    let accepted = seen(Ok(claims.to_vec()));
    let differs = |changed: &Asked, domain: &str, what: &str| {
        let claims = seen(changed.read(&rules(domain), now()));
        assert!(claims.iter().all(|claim| !accepted.contains(claim)), "signed for another {what}");
    };
    if !matches!(asked.method, Method::GET | Method::HEAD) {
        let mut other = asked.clone();
        other.body.push(b'!');
        assert!(other.read(&rules("werkplein.test"), now()).is_err(), "another body");
    }
    // A header that names the host is part of what is signed, wherever it leads; that we aren't meant must show.
    differs(asked, "elders.test", "host");
    let mut other = asked.clone();
    other.target = format!("/elders{}", other.target);
    differs(&other, "werkplein.test", "path");
    let mut other = asked.clone();
    other.method = Method::PUT;
    if !asked.method.as_str().eq_ignore_ascii_case("PUT") {
        differs(&other, "werkplein.test", "method");
    }
}

/// What we sign with the same path and body is what we'd accept.
fn round(asked: &Asked) {
    let Ok(mut url) = Url::parse("https://werkplein.test/") else { return };
    let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
    url.set_path(path);
    url.set_query(Some(query).filter(|query| !query.is_empty()));
    let key_id = Url::parse("https://peer.example/users/bob#ed").expect("it is an address");
    let signer = Signer { key: KEY.clone(), key_id };
    let payload = Payload::new(Bytes::copy_from_slice(&asked.body), "application/activity+json");
    for scheme in [Scheme::Cavage, Scheme::Rfc9421] {
        let mut headers = sign(scheme, &Method::POST, &url, Some(&payload), &signer, now());
        headers.insert("host", HeaderValue::from_static("werkplein.test"));
        let target = url[Position::BeforePath..Position::AfterQuery].to_owned();
        let ours = Asked { method: Method::POST, target, headers, body: asked.body.clone() };
        let claims = ours.read(&rules("werkplein.test"), now()).expect("we take what we sign");
        assert!(claims.iter().any(|claim| claim.verify(&KEY.public()).is_ok()), "{url} {scheme:?}");
    }
}
