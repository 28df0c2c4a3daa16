//! Keys of actors: making them, reading them, writing them down, signing and verifying with them.
//!
//! Owns the encodings (PKCS#8, SPKI and PKCS#1 PEM, Multikey) and the arithmetic, which is aws-lc's. It knows
//! nothing of HTTP, of documents or of where a key is stored.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaPair, KeySize};
use aws_lc_rs::signature::{
    ED25519, Ed25519KeyPair, KeyPair, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA512, RSA_PKCS1_SHA256, UnparsedPublicKey,
};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rsa::pkcs1::RsaPublicKey;
use rsa::pkcs8::{ObjectIdentifier, SubjectPublicKeyInfoRef};

/// Shortest RSA modulus that is accepted, in bits.
const RSA_BITS_MIN: usize = 2048;
/// Longest RSA modulus that is accepted, in bits; a longer one makes each verification expensive.
const RSA_BITS_MAX: usize = 8192;
/// Longest text that is looked at as a key; an 8192-bit key takes about 1.5 kB.
const TEXT_MAX: usize = 16 * 1024;

const RSA_OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ED25519_OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
/// SPKI of an Ed25519 key without its 32 key bytes (RFC 8410 §4).
const ED25519_SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Multicodec prefixes, as varints: `ed25519-pub` (0xed) and `rsa-pub` (0x1205).
const MULTICODEC_ED25519: [u8; 2] = [0xed, 0x01];
const MULTICODEC_RSA: [u8; 2] = [0x85, 0x24];

/// Why a key can't be used.
#[derive(Debug, thiserror::Error, Clone, PartialEq, Eq)]
pub enum KeyError {
    /// The text is no PEM and no Multikey, or what it wraps is no key.
    #[error("not a readable key: {0}")]
    Unreadable(&'static str),
    /// A key of a kind that nothing here signs or verifies with.
    #[error("neither an RSA nor an Ed25519 key")]
    Unsupported,
    /// The RSA modulus has fewer than 2048 or more than 8192 bits.
    #[error("an RSA key of {0} bits; 2048 to 8192 are accepted")]
    Size(usize),
    /// The random generator or the library failed.
    #[error("the key could not be made")]
    Generation,
}

/// The kinds of key that actors have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// RSA with PKCS#1 v1.5 padding, which all fediverse software understands.
    Rsa,
    /// Ed25519, for RFC 9421 and for integrity proofs.
    Ed25519,
}

/// The hash under an RSA signature. Ed25519 has its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RsaHash {
    /// SHA-256, the usual one.
    Sha256,
    /// SHA-512, which some GoToSocial versions use.
    Sha512,
}

/// The two key pairs of one local actor, in the form in which they are stored and published.
#[derive(Clone)]
pub struct ActorKeys {
    /// RSA-2048 private key, PKCS#8 PEM. Secret.
    pub rsa_private: String,
    /// RSA public key, SPKI PEM, for `publicKey.publicKeyPem`.
    pub rsa_public: String,
    /// Ed25519 private key, PKCS#8 PEM. Secret.
    pub ed25519_private: String,
    /// Ed25519 public key as Multikey (`z6Mk…`), for `assertionMethod` (FEP-521a).
    pub ed25519_public: String,
}

impl ActorKeys {
    /// Makes both pairs. Takes 20 to 200 ms of processor time, so run it off the async threads.
    ///
    /// # Errors
    /// [`KeyError::Generation`] when the system has no randomness.
    pub fn generate() -> Result<Self, KeyError> {
        let rsa = RsaPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generation)?;
        let rsa_private: Pkcs8V1Der<'_> = rsa.as_der().map_err(|_| KeyError::Generation)?;
        let rsa_public: PublicKeyX509Der<'_> = rsa.public_key().as_der().map_err(|_| KeyError::Generation)?;
        let ed25519 = Ed25519KeyPair::generate().map_err(|_| KeyError::Generation)?;
        let ed25519_private: Pkcs8V1Der<'_> = ed25519.as_der().map_err(|_| KeyError::Generation)?;
        Ok(Self {
            rsa_private: to_pem("PRIVATE KEY", rsa_private.as_ref()),
            rsa_public: to_pem("PUBLIC KEY", rsa_public.as_ref()),
            ed25519_private: to_pem("PRIVATE KEY", ed25519_private.as_ref()),
            ed25519_public: multibase(MULTICODEC_ED25519, ed25519.public_key().as_ref()),
        })
    }
}

impl fmt::Debug for ActorKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActorKeys").field("ed25519_public", &self.ed25519_public).finish_non_exhaustive()
    }
}

enum Private {
    Rsa(RsaPair),
    Ed25519(Ed25519KeyPair),
}

/// A private key that is ready to sign. Cloning is cheap; parsing an RSA key takes 0.2 ms, so keep the parsed one.
#[derive(Clone)]
pub struct SigningKey(Arc<Private>);

impl SigningKey {
    /// Reads a PKCS#8 PEM (or, for RSA, PKCS#1 PEM) private key.
    ///
    /// # Errors
    /// [`KeyError`] when it isn't one, or its size isn't accepted.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let (label, der) = from_pem(pem)?;
        let private = match label {
            "PRIVATE KEY" => match Ed25519KeyPair::from_pkcs8(&der) {
                Ok(pair) => Private::Ed25519(pair),
                Err(_) => Private::Rsa(
                    RsaPair::from_pkcs8(&der)
                        .map_err(|_| KeyError::Unreadable("not a PKCS#8 private key"))?,
                ),
            },
            "RSA PRIVATE KEY" => Private::Rsa(
                RsaPair::from_der(&der).map_err(|_| KeyError::Unreadable("not a PKCS#1 private key"))?,
            ),
            _ => return Err(KeyError::Unsupported),
        };
        if let Private::Rsa(pair) = &private {
            size_accepted(pair.public_modulus_len() * 8)?;
        }
        Ok(Self(Arc::new(private)))
    }

    /// Which kind of key this is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match &*self.0 {
            Private::Rsa(_) => Kind::Rsa,
            Private::Ed25519(_) => Kind::Ed25519,
        }
    }

    /// Signs: RSA as PKCS#1 v1.5 with SHA-256 (0.3 ms), Ed25519 as is (10 µs).
    ///
    /// # Panics
    /// Only when aws-lc fails on a key that it has parsed, which is an error of the library.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &*self.0 {
            Private::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .expect("the buffer has the size of the modulus and the key is sound");
                signature
            }
            Private::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    /// The public half.
    ///
    /// # Panics
    /// Never: a pair that was parsed has a public half of the same size.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        match &*self.0 {
            Private::Rsa(pair) => PublicKey::rsa(pair.public_key().as_ref()),
            Private::Ed25519(pair) => PublicKey::ed25519(pair.public_key().as_ref()),
        }
        .expect("a parsed pair has a readable public half")
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({:?})", self.kind())
    }
}

enum Public {
    /// The parsed key, bound to SHA-256, and its PKCS#1 DER for the rarer hash and for writing it down.
    Rsa(ParsedPublicKey, Box<[u8]>),
    Ed25519(ParsedPublicKey, [u8; 32]),
}

/// A public key that is ready to verify. Cloning is cheap.
#[derive(Clone)]
pub struct PublicKey(Arc<Public>);

impl PublicKey {
    /// Reads `publicKeyPem`: SPKI (`PUBLIC KEY`) or PKCS#1 (`RSA PUBLIC KEY`).
    ///
    /// # Errors
    /// [`KeyError`] when it isn't one, or its size isn't accepted.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        let (label, der) = from_pem(pem)?;
        match label {
            "PUBLIC KEY" => Self::from_spki(&der),
            "RSA PUBLIC KEY" => Self::rsa(&der),
            _ => Err(KeyError::Unsupported),
        }
    }

    /// Reads `publicKeyMultibase` of a `Multikey`: base58btc of a multicodec prefix and the key (FEP-521a).
    ///
    /// # Errors
    /// [`KeyError`] when it isn't one, or its size isn't accepted.
    pub fn from_multikey(text: &str) -> Result<Self, KeyError> {
        if text.len() > TEXT_MAX {
            return Err(KeyError::Unreadable("too long"));
        }
        let base58 = text.strip_prefix('z').ok_or(KeyError::Unreadable("not base58btc multibase"))?;
        let bytes =
            bs58::decode(base58).into_vec().map_err(|_| KeyError::Unreadable("not base58btc multibase"))?;
        match bytes.split_first_chunk() {
            Some((&MULTICODEC_ED25519, key)) => Self::ed25519(key),
            Some((&MULTICODEC_RSA, key)) => Self::rsa(key),
            _ => Err(KeyError::Unsupported),
        }
    }

    fn from_spki(der: &[u8]) -> Result<Self, KeyError> {
        let unreadable = KeyError::Unreadable("not an SPKI public key");
        let spki = SubjectPublicKeyInfoRef::try_from(der).map_err(|_| unreadable.clone())?;
        let key = spki.subject_public_key.as_bytes().ok_or(unreadable)?;
        match spki.algorithm.oid {
            RSA_OID => Self::rsa(key),
            ED25519_OID => Self::ed25519(key),
            _ => Err(KeyError::Unsupported),
        }
    }

    fn rsa(pkcs1: &[u8]) -> Result<Self, KeyError> {
        let unreadable = KeyError::Unreadable("not a PKCS#1 public key");
        let key = RsaPublicKey::try_from(pkcs1).map_err(|_| unreadable.clone())?;
        size_accepted(bits(key.modulus.as_bytes()))?;
        let parsed = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pkcs1).map_err(|_| unreadable)?;
        Ok(Self(Arc::new(Public::Rsa(parsed, pkcs1.into()))))
    }

    fn ed25519(bytes: &[u8]) -> Result<Self, KeyError> {
        let unreadable = KeyError::Unreadable("not an Ed25519 public key");
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| unreadable.clone())?;
        let parsed = ParsedPublicKey::new(&ED25519, bytes).map_err(|_| unreadable)?;
        Ok(Self(Arc::new(Public::Ed25519(parsed, bytes))))
    }

    /// Which kind of key this is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match &*self.0 {
            Public::Rsa(..) => Kind::Rsa,
            Public::Ed25519(..) => Kind::Ed25519,
        }
    }

    /// Whether this is an RSA key and made this PKCS#1 v1.5 signature.
    #[must_use]
    pub fn verifies_rsa(&self, hash: RsaHash, message: &[u8], signature: &[u8]) -> bool {
        match (&*self.0, hash) {
            (Public::Rsa(key, _), RsaHash::Sha256) => key.verify_sig(message, signature).is_ok(),
            (Public::Rsa(_, der), RsaHash::Sha512) => {
                UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA512, der).verify(message, signature).is_ok()
            }
            (Public::Ed25519(..), _) => false,
        }
    }

    /// Whether this is an Ed25519 key and made this signature.
    #[must_use]
    pub fn verifies_ed25519(&self, message: &[u8], signature: &[u8]) -> bool {
        match &*self.0 {
            Public::Ed25519(key, _) => key.verify_sig(message, signature).is_ok(),
            Public::Rsa(..) => false,
        }
    }

    /// The key as Multikey text (`z…`), for `publicKeyMultibase`.
    #[must_use]
    pub fn multikey(&self) -> String {
        match &*self.0 {
            Public::Rsa(_, der) => multibase(MULTICODEC_RSA, der),
            Public::Ed25519(_, bytes) => multibase(MULTICODEC_ED25519, bytes),
        }
    }

    /// The key as SPKI PEM, for `publicKeyPem`.
    ///
    /// # Panics
    /// Never: a parsed RSA key can be written.
    #[must_use]
    pub fn to_pem(&self) -> String {
        match &*self.0 {
            Public::Rsa(_, pkcs1) => {
                let key = aws_lc_rs::rsa::PublicKey::from_der(pkcs1).expect("it has been parsed before");
                let spki: PublicKeyX509Der<'_> = key.as_der().expect("a parsed key can be written");
                to_pem("PUBLIC KEY", spki.as_ref())
            }
            Public::Ed25519(_, bytes) => to_pem("PUBLIC KEY", &[&ED25519_SPKI[..], bytes].concat()),
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({:?} {})", self.kind(), self.multikey())
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        match (&*self.0, &*other.0) {
            (Public::Rsa(_, a), Public::Rsa(_, b)) => a == b,
            (Public::Ed25519(_, a), Public::Ed25519(_, b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for PublicKey {}

fn size_accepted(bits: usize) -> Result<(), KeyError> {
    if (RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits) { Ok(()) } else { Err(KeyError::Size(bits)) }
}

/// How many bits a big-endian number has.
fn bits(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((0, tail)) = rest.split_first() {
        rest = tail;
    }
    rest.first().map_or(0, |top| rest.len() * 8 - top.leading_zeros() as usize)
}

fn multibase(codec: [u8; 2], key: &[u8]) -> String {
    format!("z{}", bs58::encode([&codec[..], key].concat()).into_string())
}

/// Takes one PEM block apart. Line lengths and surrounding text don't matter: servers write all kinds.
fn from_pem(text: &str) -> Result<(&str, Vec<u8>), KeyError> {
    let unreadable = KeyError::Unreadable("not PEM");
    if text.len() > TEXT_MAX {
        return Err(KeyError::Unreadable("too long"));
    }
    let (_, rest) = text.split_once("-----BEGIN ").ok_or_else(|| unreadable.clone())?;
    let (label, rest) = rest.split_once("-----").ok_or_else(|| unreadable.clone())?;
    let (body, end) = rest.split_once("-----END ").ok_or_else(|| unreadable.clone())?;
    if !end.strip_prefix(label).is_some_and(|rest| rest.starts_with("-----")) {
        return Err(unreadable);
    }
    let base64: Vec<u8> = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    Ok((label, BASE64_STANDARD.decode(base64).map_err(|_| unreadable)?))
}

fn to_pem(label: &str, der: &[u8]) -> String {
    let base64 = BASE64_STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {label}-----\n");
    for line in base64.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str(&format!("-----END {label}-----\n"));
    pem
}

#[cfg(test)]
mod tests {
    use rsa::pkcs1::UintRef;
    use rsa::pkcs8::der::Encode;

    use super::*;

    #[test]
    fn generated_keys_sign_and_verify_and_survive_being_written_down() {
        let keys = ActorKeys::generate().unwrap();
        let rsa = SigningKey::from_pem(&keys.rsa_private).unwrap();
        let public = PublicKey::from_pem(&keys.rsa_public).unwrap();
        let signature = rsa.sign(b"message");
        assert!(public.verifies_rsa(RsaHash::Sha256, b"message", &signature));
        assert!(!public.verifies_rsa(RsaHash::Sha512, b"message", &signature));
        assert!(!public.verifies_rsa(RsaHash::Sha256, b"massage", &signature));
        assert!(!public.verifies_ed25519(b"message", &signature));
        assert_eq!(public, rsa.public());
        assert_eq!(public.to_pem(), keys.rsa_public);
        assert_eq!(PublicKey::from_multikey(&public.multikey()).unwrap(), public);

        let ed = SigningKey::from_pem(&keys.ed25519_private).unwrap();
        let public = PublicKey::from_multikey(&keys.ed25519_public).unwrap();
        assert!(keys.ed25519_public.starts_with("z6Mk"));
        assert_eq!((ed.kind(), public.kind()), (Kind::Ed25519, Kind::Ed25519));
        let signature = ed.sign(b"message");
        assert!(public.verifies_ed25519(b"message", &signature));
        assert!(!public.verifies_ed25519(b"massage", &signature));
        assert!(!public.verifies_rsa(RsaHash::Sha256, b"message", &signature));
        assert_eq!(PublicKey::from_pem(&public.to_pem()).unwrap(), public);
        assert!(!format!("{keys:?}{ed:?}").contains("PRIVATE"));
    }

    #[test]
    fn pkcs1_pem_and_ragged_pem_are_read() {
        let keys = ActorKeys::generate().unwrap();
        let public = PublicKey::from_pem(&keys.rsa_public).unwrap();
        let Public::Rsa(_, der) = &*public.0 else { panic!("an RSA key") };
        let pkcs1 = to_pem("RSA PUBLIC KEY", der);
        assert_eq!(PublicKey::from_pem(&pkcs1).unwrap(), public);
        let ragged = pkcs1.replace('\n', "\r\n \t");
        assert_eq!(PublicKey::from_pem(&format!("\n{ragged}\n\n")).unwrap(), public);
    }

    #[test]
    fn an_rfc_8410_key_is_read() {
        // RFC 9421 §B.1.4, test-key-ed25519.
        let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----";
        let public = PublicKey::from_pem(pem).unwrap();
        assert_eq!(public.kind(), Kind::Ed25519);
        assert_eq!(public.to_pem().trim(), pem);
    }

    #[test]
    fn keys_of_a_wrong_size_or_kind_are_refused() {
        for bits in [1024, 2040, 8200] {
            let (modulus, exponent) = (vec![0xff; bits / 8], [1, 0, 1]);
            let key = RsaPublicKey {
                modulus: UintRef::new(&modulus).unwrap(),
                public_exponent: UintRef::new(&exponent).unwrap(),
            };
            let refused = PublicKey::from_pem(&to_pem("RSA PUBLIC KEY", &key.to_der().unwrap())).unwrap_err();
            assert_eq!(refused, KeyError::Size(bits));
        }
        for text in ["", "z", "z6Mk", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "u7QE"] {
            assert!(PublicKey::from_pem(text).is_err() && PublicKey::from_multikey(text).is_err());
        }
        // A P-256 Multikey (0x1200) is a key, but not one of ours.
        let p256 = multibase([0x80, 0x24], &[2; 33]);
        assert_eq!(PublicKey::from_multikey(&p256).unwrap_err(), KeyError::Unsupported);
    }
}
