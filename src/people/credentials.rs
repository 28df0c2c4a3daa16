//! Passwords, one-time codes and recovery codes as such: hashing, checking, rules. Knows no table.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use tokio::sync::Semaphore;
use totp_rs::{Algorithm, Builder, Totp};

use crate::error::{Error, FieldErrors, Result};
use crate::policy::limits;

/// Hashes that are made at once. Each takes 19 MiB and one core for some 20 ms, so more at once would only fill memory.
const AT_ONCE: usize = 4;

/// A hash of nothing anybody knows: checked when there is no account, so that it takes as long as when there is one.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$dmFrcGxlaW4tbm9ib2R5$gKDTsfkGFm6q2TJ3pIYxBYMh7rNVq0pjYV1EgWcWlXc";

/// Hashes passwords off the async threads, a few at a time. Argon2id with the parameters that OWASP recommends: 19 MiB, two
/// passes, one lane.
#[derive(Debug, Clone)]
pub struct Hasher {
    places: Arc<Semaphore>,
}

impl Default for Hasher {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Hasher {
    /// The hash of a password, as a PHC string. The salt is random.
    ///
    /// # Errors
    /// Only when the machine has no memory or randomness left.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.run(move || {
            let hash: PasswordHash =
                Argon2::default().hash_password(password.as_bytes()).map_err(Error::internal)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether a password belongs to a hash. Without a hash the answer is no, after the same time.
    ///
    /// # Errors
    /// When the stored hash can't be read.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        if password.len() > limits::PASSWORD_MAX {
            return Ok(false);
        }
        self.run(move || {
            let stored = PasswordHash::new(hash.as_deref().unwrap_or(NOBODY)).map_err(Error::internal)?;
            let right = Argon2::default().verify_password(password.as_bytes(), &stored).is_ok();
            Ok(right && hash.is_some())
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let _place = self.places.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
    }
}

/// What everybody tries first, beside the words of [`check_password`]. Twelve characters rule out nearly all lists.
const OBVIOUS: &[&str] = &[
    "password",
    "wachtwoord",
    "welkom",
    "welcome",
    "qwerty",
    "azerty",
    "letmein",
    "iloveyou",
    "geheim",
    "gemeente",
    "werkplein",
    "nederland",
    "voetbal",
    "feyenoord",
    "ajax",
    "admin",
    "beheer",
    "vakplein",
    "login",
    "inloggen",
    "zomer",
    "winter",
    "herfst",
    "lente",
    "januari",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1q2w3e4r5t6y",
];

/// Checks a new password: long enough, not obvious, not made of the person's own name or address (NIST SP 800-63B §3.1.1.2;
/// no rules about kinds of characters).
///
/// # Errors
/// `Invalid` on the field.
pub fn check_password(field: &'static str, password: &str, own: &[&str]) -> Result<()> {
    let mut errors = FieldErrors::default();
    let length = password.chars().count();
    if length < limits::PASSWORD_MIN {
        errors.add_limit(field, "error-password-short", amount(limits::PASSWORD_MIN));
    } else if password.len() > limits::PASSWORD_MAX {
        errors.add_limit(field, "error-password-long", amount(limits::PASSWORD_MAX));
    } else if is_obvious(password, own) {
        errors.add(field, "error-password-obvious");
    }
    errors.into_result()
}

fn amount(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Whether little is left of a password when obvious words, digits and signs are taken out of it.
fn is_obvious(password: &str, own: &[&str]) -> bool {
    let password = password.to_lowercase();
    let few = password.chars().collect::<std::collections::HashSet<_>>().len() < 5;
    // Runs such as 123456 and aaaabbbb: most characters are the one before, or its neighbour.
    let pairs = password.chars().zip(password.chars().skip(1));
    let steps = pairs.filter(|(a, b)| u32::from(*a).abs_diff(u32::from(*b)) <= 1).count();
    let run = steps * 3 >= password.chars().count() * 2;
    let mut rest = password;
    let parts = own.iter().flat_map(|text| text.split(['@', '.', ' ', '-', '_'])).map(str::to_lowercase);
    let whole = own.iter().map(|text| text.to_lowercase());
    let mut words: Vec<String> = parts.chain(whole).filter(|word| word.chars().count() >= 3).collect();
    words.extend(OBVIOUS.iter().map(|word| (*word).to_owned()));
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        rest = rest.replace(&word, "");
    }
    let left = rest.chars().filter(|c| c.is_alphabetic()).count();
    // Long phrases may hold an obvious word; a password of such a word and some digits may not.
    few || run || (left < 6 && rest.chars().count() < limits::PASSWORD_MIN)
}

/// Checks an e-mail address as far as that can be done without sending to it.
///
/// # Errors
/// `Invalid` on the field `email`.
pub fn check_email(email: &str) -> Result<()> {
    let email = email.trim();
    let readable = email.parse::<lettre::Address>().is_ok();
    let domain = email.rsplit('@').next().unwrap_or_default();
    let fits = email.len() <= 254 && domain.contains('.') && !domain.starts_with('[');
    if readable && fits { Ok(()) } else { Err(Error::field("email", "error-email")) }
}

/// A new secret for one-time codes: 160 bits (RFC 4226 §4).
pub fn totp_secret() -> Vec<u8> {
    let mut bytes = vec![0_u8; 20];
    SystemRandom::new().fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// How long a one-time code is right, in seconds; and how many such steps after now one can have been used by right.
const PERIOD: i64 = 30;
const AHEAD: i64 = 2;

fn totp(secret: &[u8]) -> Result<Totp> {
    let secret: [u8; 20] =
        secret.try_into().map_err(|_odd| Error::internal("a second factor of another length"))?;
    // What every authenticator app takes for granted (RFC 6238): SHA-1, six digits, 30 seconds; one step of clock error.
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_step_duration(30)
        .with_skew(1)
        .with_secret(secret)
        .build()
        .map_err(|error| Error::internal(format!("{error:?}")))
}

/// The time step that a code belongs to, when it is right now and later than `last`.
///
/// # Errors
/// When the stored secret can't be used.
pub fn totp_step(secret: &[u8], code: &str, unix: i64, last: i64) -> Result<Option<i64>> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    if code.len() != 6 || !code.chars().all(|c| c.is_ascii_digit()) {
        return Ok(None);
    }
    let now = u64::try_from(unix).unwrap_or_default();
    let step = totp(secret)?.check(&code, now).and_then(|step| i64::try_from(step).ok());
    // A last step that lies ahead was one of a clock that was wrong: its codes aren't right now anyway.
    let last = if last > unix / PERIOD + AHEAD { 0 } else { last };
    Ok(step.filter(|step| *step > last))
}

/// The code of a moment, for tests and for nobody else.
///
/// # Errors
/// When the secret can't be used.
pub fn totp_code(secret: &[u8], unix: i64) -> Result<String> {
    Ok(totp(secret)?.generate(u64::try_from(unix).unwrap_or_default()).to_string())
}

/// The address that authenticator apps read from the picture.
pub fn totp_uri(secret: &[u8], site: &str, name: &str) -> String {
    use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let (site, name) = (encode(&site.replace(':', " ")), encode(name));
    let secret = base32(secret);
    format!("otpauth://totp/{site}:{name}?secret={secret}&issuer={site}&algorithm=SHA1&digits=6&period=30")
}

/// A picture of an address for a phone's camera, as SVG without script or style.
///
/// # Errors
/// When the address is too long for a picture.
pub fn qr(address: &str) -> Result<String> {
    use qrcode::QrCode;
    use qrcode::render::svg;
    let code = QrCode::new(address.as_bytes()).map_err(Error::internal)?;
    let picture = code
        .render::<svg::Color<'_>>()
        .min_dimensions(220, 220)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    // Inline in a page: without the XML declaration.
    Ok(picture.split_once("?>").map_or(picture.as_str(), |(_, svg)| svg).to_owned())
}

/// RFC 4648 §6 without padding, as authenticator apps take secrets typed by hand.
pub fn base32(bytes: &[u8]) -> String {
    const LETTERS: [char; 32] = [
        'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', 'P', 'Q', 'R', 'S', 'T',
        'U', 'V', 'W', 'X', 'Y', 'Z', '2', '3', '4', '5', '6', '7',
    ];
    let mut text = String::new();
    let (mut held, mut bits) = (0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            text.extend(LETTERS.get(((held >> bits) & 31) as usize));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        text.extend(LETTERS.get(((held << (5 - bits)) & 31) as usize));
    }
    text
}

/// Ten codes to sign in without the phone, of 80 bits each: `k3xm-7qpa-…`.
pub fn recovery_codes() -> Vec<String> {
    (0..10)
        .map(|_| {
            let mut bytes = [0_u8; 10];
            SystemRandom::new().fill(&mut bytes).expect("the operating system gives random bytes");
            let letters: Vec<char> = base32(&bytes).to_lowercase().chars().collect();
            letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
        })
        .collect()
}

/// A recovery code as it is compared: however it was typed.
pub fn fold_code(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn obvious_passwords_are_refused_and_phrases_taken() {
        let own = ["ana", "ana.bakker@gemeente-oost.nl"];
        let check = |password: &str| check_password("password", password, &own).is_ok();
        for bad in [
            "kort",
            "aaaaaaaaaaaaaaa",
            "Welkom123456!",
            "password1234",
            "vakplein2026!",
            "anabakker1234",
            "123456789012",
            "gemeente-oost-1",
            "Wachtwoord!!!!",
        ] {
            assert!(!check(bad), "{bad}");
        }
        for good in ["paardenbloem-in-mei", "een welkom vergezicht", "x8#kQ!p2vL9z", "correct horse battery"]
        {
            assert!(check(good), "{good}");
        }
        assert!(check_password("password", &"é".repeat(600), &[]).is_err());
    }

    #[test]
    fn a_code_counts_in_its_step_and_the_two_beside_it() {
        // RFC 6238 appendix B: at 59 s the code is 94287082, of which six digits are used.
        let secret = b"12345678901234567890";
        assert_eq!(totp_code(secret, 59).unwrap(), "287082");
        assert_eq!(totp_step(secret, "287 082", 59, 0).unwrap(), Some(1));
        assert_eq!(totp_step(secret, "287082", 89, 0).unwrap(), Some(1));
        assert_eq!(totp_step(secret, "287082", 120, 0).unwrap(), None);
        assert_eq!(totp_step(secret, "287082", 59, 1).unwrap(), None, "used already");
        assert_eq!(
            totp_step(secret, "287082", 59, 86_400).unwrap(),
            Some(1),
            "used by a clock that was ahead"
        );
        assert_eq!(totp_step(secret, "28708", 59, 0).unwrap(), None);
    }

    #[test]
    fn base32_is_that_of_the_rfc() {
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        assert_eq!(base32(b"f"), "MY");
        assert_eq!(recovery_codes().len(), 10);
        assert!(recovery_codes().iter().all(|code| fold_code(code).len() == 16));
    }

    #[test]
    fn addresses_are_looked_at_before_anything_is_sent() {
        for good in ["ana@example.org", "a.b+c@gemeente.nl"] {
            assert!(check_email(good).is_ok(), "{good}");
        }
        for bad in ["", "ana", "ana@localhost", "ana@@example.org", "a b@example.org", "ana@[127.0.0.1]"] {
            assert!(check_email(bad).is_err(), "{bad}");
        }
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let hasher = Hasher::default();
        let hash = hasher.hash("paardenbloem-in-mei".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(hasher.verify("paardenbloem-in-mei".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!hasher.verify("paardenbloem-in-juni".to_owned(), Some(hash)).await.unwrap());
        assert!(!hasher.verify("paardenbloem-in-mei".to_owned(), None).await.unwrap());
    }
}
