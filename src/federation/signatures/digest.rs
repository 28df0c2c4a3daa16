//! Digests of request bodies: `Digest` (RFC 3230) and `Content-Digest` (RFC 9530).
//!
//! Only SHA-256 and, for `Content-Digest`, SHA-512 count. Always taken over the bytes as received, never over JSON
//! that was read and written again.

use aws_lc_rs::digest::{Algorithm, SHA256, SHA512, digest};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sfv::{BareItem, Dictionary, ListEntry, Parser};

use super::Refusal;

/// SHA-256 of a body, in the two forms in which headers carry it.
pub(super) struct Sha256(String);

impl Sha256 {
    pub(super) fn of(body: &[u8]) -> Self {
        Self(BASE64_STANDARD.encode(digest(&SHA256, body)))
    }

    /// Value of `Digest`.
    pub(super) fn legacy(&self) -> String {
        format!("SHA-256={}", self.0)
    }

    /// Value of `Content-Digest`.
    pub(super) fn structured(&self) -> String {
        format!("sha-256=:{}:", self.0)
    }
}

/// Checks a `Digest` header: at least one SHA-256 part, and every SHA-256 part right. Other parts don't count.
pub(super) fn check_legacy(header: &str, body: &[u8]) -> Result<(), Refusal> {
    let mut parts = header
        .split(',')
        .filter_map(|part| part.trim().split_once('='))
        .filter(|(algorithm, _)| algorithm.eq_ignore_ascii_case("sha-256"))
        .map(|(_, value)| value)
        .peekable();
    if parts.peek().is_none() {
        return Err(Refusal::DigestMismatch);
    }
    let expected = digest(&SHA256, body);
    if parts.all(|part| BASE64_STANDARD.decode(part).is_ok_and(|bytes| bytes == expected.as_ref())) {
        Ok(())
    } else {
        Err(Refusal::DigestMismatch)
    }
}

/// Checks a `Content-Digest` header: at least one part of SHA-256 or SHA-512, and all of those right.
pub(super) fn check_structured(header: &str, body: &[u8]) -> Result<(), Refusal> {
    let parts: Dictionary =
        Parser::new(header).parse().map_err(|_| Refusal::Malformed("Content-Digest is no dictionary"))?;
    let mut found = false;
    for (name, algorithm) in [("sha-256", &SHA256), ("sha-512", &SHA512)] {
        if let Some(part) = parts.get(name) {
            if !is_digest(part, algorithm, body) {
                return Err(Refusal::DigestMismatch);
            }
            found = true;
        }
    }
    if found { Ok(()) } else { Err(Refusal::DigestMismatch) }
}

fn is_digest(part: &ListEntry, algorithm: &'static Algorithm, body: &[u8]) -> bool {
    match part {
        ListEntry::Item(item) => match &item.bare_item {
            BareItem::ByteSequence(bytes) => bytes == digest(algorithm, body).as_ref(),
            _ => false,
        },
        ListEntry::InnerList(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"hello": "world"}"#;
    const SHA256_OF_BODY: &str = "X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=";

    #[test]
    fn digests_are_written_and_checked() {
        let sha = Sha256::of(BODY);
        assert_eq!(sha.legacy(), format!("SHA-256={SHA256_OF_BODY}"));
        assert_eq!(sha.structured(), format!("sha-256=:{SHA256_OF_BODY}:"));
        assert_eq!(check_legacy(&sha.legacy(), BODY), Ok(()));
        assert_eq!(check_legacy(&format!("SHA-512=AAAA, sha-256={SHA256_OF_BODY}"), BODY), Ok(()));
        assert_eq!(check_structured(&sha.structured(), BODY), Ok(()));
        // RFC 9421 §B.2, the body of the test request.
        let sha512 = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
        assert_eq!(check_structured(sha512, BODY), Ok(()));
        assert_eq!(check_structured(&format!("{sha512}, md5=:AAAA:"), BODY), Ok(()));
    }

    #[test]
    fn other_bodies_algorithms_and_shapes_are_refused() {
        let sha = Sha256::of(BODY);
        assert_eq!(check_legacy(&sha.legacy(), b"other"), Err(Refusal::DigestMismatch));
        assert_eq!(check_structured(&sha.structured(), b"other"), Err(Refusal::DigestMismatch));
        let two = format!("{},SHA-256=AAAA", sha.legacy());
        assert_eq!(check_legacy(&two, BODY), Err(Refusal::DigestMismatch));
        for header in ["", "SHA-256", "SHA-256=", "md5=AAAA", "SHA-512=AAAA"] {
            assert_eq!(check_legacy(header, BODY), Err(Refusal::DigestMismatch), "{header}");
        }
        for header in ["", "sha-256", "sha-256=1", "md5=:AAAA:", "sha-256=()"] {
            assert_eq!(check_structured(header, BODY), Err(Refusal::DigestMismatch), "{header}");
        }
        assert!(matches!(check_structured("sha-256=:?:", BODY), Err(Refusal::Malformed(_))));
    }
}
