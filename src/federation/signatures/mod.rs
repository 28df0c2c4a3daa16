//! HTTP signatures: who sent this request, and did all that matters arrive as it was sent?
//!
//! Two schemes, both ways: draft-cavage-http-signatures-12, which everybody speaks, and RFC 9421. Reading and
//! verifying are two steps because the key has to be looked up between them: [`read`] checks everything that needs
//! no key (form, coverage, host, clock, digest), [`Claim::verify`] the signature itself. Who may use a key, where
//! keys come from and whether a request was seen before is not decided here.

mod cavage;
mod digest;
mod rfc9421;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use http::header::{HeaderMap, HeaderName};
use http::{HeaderValue, Method};
use url::{Position, Url};

use self::digest::Sha256;
use crate::keys::{Kind, PublicKey, RsaHash, SigningKey};

/// How long after its `expires` a signature is still taken, for clocks that run apart.
const EXPIRY_LEEWAY: TimeDelta = TimeDelta::seconds(30);

/// Why a request isn't taken as signed. The texts hold nothing of what was sent.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No signature header at all.
    #[error("the request is not signed")]
    Unsigned,
    /// A header doesn't have the form that its specification demands.
    #[error("malformed signature: {0}")]
    Malformed(&'static str),
    /// The signature leaves out something that must be covered.
    #[error("the signature does not cover {0}")]
    Uncovered(&'static str),
    /// Made too long ago, too far in the future, or expired.
    #[error("the signature is outside the clock window")]
    Stale,
    /// The body isn't the one that was signed, or its digest isn't of an accepted kind.
    #[error("the digest does not match the body")]
    DigestMismatch,
    /// Made for another host, by another key, or with something that isn't accepted.
    #[error("invalid signature: {0}")]
    Invalid(&'static str),
}

impl Refusal {
    /// The HTTP status to answer with: 400 for what can't be read, 401 for the rest, as Mastodon does.
    #[must_use]
    pub fn status(self) -> http::StatusCode {
        match self {
            Self::Malformed(_) => http::StatusCode::BAD_REQUEST,
            _ => http::StatusCode::UNAUTHORIZED,
        }
    }
}

/// The two ways to sign a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// draft-cavage-http-signatures-12 with RSA-SHA256 (or Ed25519), `algorithm="hs2019"`.
    Cavage,
    /// RFC 9421 with `rsa-v1_5-sha256` or `ed25519`.
    Rfc9421,
}

impl Scheme {
    /// The scheme to knock with when this one was answered by 401.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Cavage => Self::Rfc9421,
            Self::Rfc9421 => Self::Cavage,
        }
    }
}

/// A private key and the id under which the receiver finds its public half.
#[derive(Debug, Clone)]
pub struct Signer {
    /// The key.
    pub key: SigningKey,
    /// URL of the public key, such as `https://example.org/u/jan#main-key`.
    pub key_id: Url,
}

/// A body to send: its bytes, type and digest, made once and sent to many.
#[derive(Clone)]
pub struct Payload {
    bytes: Bytes,
    content_type: &'static str,
    sha256: std::sync::Arc<Sha256>,
}

impl Payload {
    /// Takes the digest of `bytes`.
    #[must_use]
    pub fn new(bytes: Bytes, content_type: &'static str) -> Self {
        let sha256 = std::sync::Arc::new(Sha256::of(&bytes));
        Self { bytes, content_type, sha256 }
    }

    /// The bytes, without copying them.
    #[must_use]
    pub fn bytes(&self) -> Bytes {
        self.bytes.clone()
    }
}

/// Makes the headers that sign a request; `Host` is not among them, the client sets it from the URL.
///
/// With a payload these are `Date`, `Content-Type`, the digest and the signature, without one `Date` and the
/// signature. An RSA signature takes 0.3 ms.
///
/// # Panics
/// Never on a URL that the address guard let pass: everything that is put into a header is visible ASCII then.
#[must_use]
pub fn sign(
    scheme: Scheme,
    method: &Method,
    url: &Url,
    payload: Option<&Payload>,
    signer: &Signer,
    now: DateTime<Utc>,
) -> HeaderMap {
    match scheme {
        Scheme::Cavage => cavage::sign(method, url, payload, signer, now),
        Scheme::Rfc9421 => rfc9421::sign(method, url, payload, signer, now),
    }
}

/// Host and, unless it is the scheme's own, port: what `Host` and `@authority` say.
#[must_use]
pub fn authority(url: &Url) -> &str {
    // Positions of a parsed URL are always in order and in range.
    &url[Position::BeforeHost..Position::AfterPort]
}

/// What this server accepts; made once from the configuration.
#[derive(Debug, Clone)]
pub struct Rules {
    scheme: &'static str,
    authority: String,
    window: TimeDelta,
}

impl Rules {
    /// `domain` is `host[:port]` as others see it, `https` the scheme they use, `window` how far clocks may differ
    /// either way (an hour is usual).
    #[must_use]
    pub fn new(domain: &str, https: bool, window: TimeDelta) -> Self {
        let (scheme, default_port) = if https { ("https", ":443") } else { ("http", ":80") };
        let domain = domain.to_ascii_lowercase();
        let authority = domain.strip_suffix(default_port).unwrap_or(&domain).to_owned();
        Self { scheme, authority, window }
    }

    /// Whether a `Host` header means this server. Mastodon leaves the port out, so that is taken too.
    fn is_our_host(&self, host: &str) -> bool {
        let default_port = if self.scheme == "https" { ":443" } else { ":80" };
        let host = host.trim();
        let host = host.strip_suffix(default_port).unwrap_or(host);
        let without_port = self.authority.split(':').next().unwrap_or_default();
        host.eq_ignore_ascii_case(&self.authority) || host.eq_ignore_ascii_case(without_port)
    }

    fn check_clock(&self, made: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Refusal> {
        if (now - made).abs() > self.window { Err(Refusal::Stale) } else { Ok(()) }
    }
}

/// One request as it came in.
#[derive(Debug, Clone, Copy)]
pub struct Incoming<'a> {
    /// The method.
    pub method: &'a Method,
    /// Path and query as received, before any router took a prefix off.
    pub path_and_query: &'a str,
    /// All headers.
    pub headers: &'a HeaderMap,
    /// The raw body; empty on GET.
    pub body: &'a [u8],
    /// When it came.
    pub now: DateTime<Utc>,
}

impl<'a> Incoming<'a> {
    fn path(&self) -> &'a str {
        self.path_and_query.split('?').next().unwrap_or_default()
    }

    fn query(&self) -> Option<&'a str> {
        self.path_and_query.split_once('?').map(|(_, query)| query)
    }

    /// Whether the digest of the body has to be covered: on everything that isn't a read.
    fn needs_digest(&self) -> bool {
        !matches!(*self.method, Method::GET | Method::HEAD)
    }

    /// The one value of a header. Two headers of a name are refused: which one would the signature mean?
    fn header(&self, name: &HeaderName) -> Result<Option<&'a str>, Refusal> {
        let mut values = self.headers.get_all(name).iter();
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(Refusal::Malformed("a header appears twice"));
        }
        value
            .to_str()
            .map(|text| Some(text.trim()))
            .map_err(|_| Refusal::Malformed("a header isn't visible ASCII"))
    }

    /// A header that a signature says it covers, by name.
    fn covered(&self, name: &str) -> Result<&'a str, Refusal> {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| Refusal::Malformed("a covered name is no header"))?;
        self.header(&name)?.ok_or(Refusal::Malformed("a covered header is missing"))
    }
}

/// The algorithm that the sender names, where it names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Algorithm {
    RsaSha256,
    RsaSha512,
    Ed25519,
}

/// A signature that is in order in every respect but one: whether the key made it.
#[derive(Debug, Clone)]
pub struct Claim {
    scheme: Scheme,
    key_id: String,
    key_url: Url,
    algorithm: Option<Algorithm>,
    made: DateTime<Utc>,
    /// What the signature may have been made over; the second without the query (Mastodon once signed that).
    bases: Vec<String>,
    signature: Vec<u8>,
}

impl Claim {
    fn new(scheme: Scheme, key_id: &str, bases: Vec<String>, made: DateTime<Utc>) -> Result<Self, Refusal> {
        let key_url = Url::parse(key_id).ok().filter(|url| matches!(url.scheme(), "https" | "http"));
        let key_url = key_url.ok_or(Refusal::Malformed("the key id is no web address"))?;
        let key_id = key_id.to_owned();
        Ok(Self { scheme, key_id, key_url, algorithm: None, made, bases, signature: Vec::new() })
    }

    /// The scheme that was used; the peer speaks it, so answer with it.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The key's id as sent: with `#fragment` (Mastodon, Lemmy) or as its own document (GoToSocial).
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// The key's id as a URL (http or https; not checked by the address guard).
    #[must_use]
    pub fn key_url(&self) -> &Url {
        &self.key_url
    }

    /// The key's URL without fragment: the document that holds the key, often the actor.
    #[must_use]
    pub fn key_document(&self) -> Url {
        let mut url = self.key_url.clone();
        url.set_fragment(None);
        url
    }

    /// When the sender says it signed.
    #[must_use]
    pub fn made(&self) -> DateTime<Utc> {
        self.made
    }

    /// Whether `key` made the signature. 20 µs with RSA, 40 µs with Ed25519.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] when it didn't, or is of another kind than the sender named.
    pub fn verify(&self, key: &PublicKey) -> Result<(), Refusal> {
        let signature = &self.signature;
        let fits = |base: &String| {
            let base = base.as_bytes();
            match (self.algorithm, key.kind()) {
                (Some(Algorithm::RsaSha256), Kind::Rsa) => key.verifies_rsa(RsaHash::Sha256, base, signature),
                (Some(Algorithm::RsaSha512), Kind::Rsa) => key.verifies_rsa(RsaHash::Sha512, base, signature),
                // `hs2019` says that the key decides; with RSA everybody means SHA-256, GoToSocial sometimes SHA-512.
                (None, Kind::Rsa) => {
                    key.verifies_rsa(RsaHash::Sha256, base, signature)
                        || (self.scheme == Scheme::Cavage
                            && key.verifies_rsa(RsaHash::Sha512, base, signature))
                }
                (None | Some(Algorithm::Ed25519), Kind::Ed25519) => key.verifies_ed25519(base, signature),
                _ => false,
            }
        };
        if self.bases.iter().any(fits) {
            Ok(())
        } else {
            Err(Refusal::Invalid("it does not verify with this key"))
        }
    }
}

/// Reads the signature of a request and checks all that can be checked without the key.
///
/// Gives one claim, or with RFC 9421 up to three when a request carries several signatures; one that verifies is
/// enough. Covered must be: method and target, host, and date or creation time; and the digest of the body on all
/// but GET and HEAD. Never looks at `Authorization`, which holds tokens here.
///
/// # Errors
/// A [`Refusal`]: see its variants.
pub fn read(incoming: &Incoming<'_>, rules: &Rules) -> Result<Vec<Claim>, Refusal> {
    if incoming.headers.contains_key("signature-input") {
        rfc9421::read(incoming, rules)
    } else if incoming.headers.contains_key("signature") {
        cavage::read(incoming, rules).map(|claim| vec![claim])
    } else {
        Err(Refusal::Unsigned)
    }
}

/// A header value from text that is ASCII by construction.
fn value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("URLs, base64 and dates are visible ASCII")
}

fn http_date(now: DateTime<Utc>) -> String {
    httpdate::fmt_http_date(now.into())
}

fn parse_http_date(text: &str) -> Result<DateTime<Utc>, Refusal> {
    httpdate::parse_http_date(text).map(Into::into).map_err(|_| Refusal::Malformed("Date is no date"))
}

fn from_unix(seconds: i64) -> Result<DateTime<Utc>, Refusal> {
    DateTime::from_timestamp(seconds, 0).ok_or(Refusal::Malformed("a time is out of range"))
}

fn check_expiry(expires: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), Refusal> {
    match expires {
        Some(expires) if expires < now - EXPIRY_LEEWAY => Err(Refusal::Stale),
        _ => Ok(()),
    }
}
