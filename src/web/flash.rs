//! A message that is shown once on the next page, kept in a cookie: the server remembers nothing.
//!
//! The cookie names a text by its key and may carry one value, so nobody can make this site say what it doesn't say anyway.

use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::locale::Texts;
use crate::web::page::{Flash, Tone};

/// Longest value that is carried, in characters.
const VALUE: usize = 200;

/// The cookie's value for a message.
pub fn write(tone: Tone, key: &str, value: &str) -> String {
    let short: String = value.chars().take(VALUE).collect();
    format!("{}.{key}.{}", tone.word(), utf8_percent_encode(&short, NON_ALPHANUMERIC))
}

/// The message in a cookie; `None` when it is none of ours.
pub fn read(cookie: &str, texts: &Texts) -> Option<Flash> {
    let mut parts = cookie.splitn(3, '.');
    let (word, key, value) = (parts.next()?, parts.next()?, parts.next()?);
    let tone =
        [Tone::Info, Tone::Ok, Tone::Warning, Tone::Error].into_iter().find(|tone| tone.word() == word)?;
    if !key.starts_with("flash-") || !texts.has(key) {
        return None;
    }
    let value = percent_decode_str(value).decode_utf8().ok()?;
    Some(Flash { tone, text: texts.t_with(key, &[("value", &value)]) })
}
