//! The five cookies: session, browser, form secret of visitors, language, and a message to show once.
//!
//! On https their names begin with `__Host-` (RFC 6265bis §4.1.3.2), so that no other host under the same domain can set
//! them. All of them are needed for what the visitor asks for, so no consent is asked. Nothing here knows what is in them.

use axum::http::{HeaderMap, HeaderValue, header};

/// A cookie of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// The secret of a member's session.
    Session,
    /// The secret of a browser that somebody signed in from: it keeps an allowance of attempts of its own.
    Device,
    /// The secret that the tokens in a visitor's forms are made from.
    Form,
    /// The language chosen in this browser.
    Language,
    /// A message about what was just done.
    Flash,
}

impl Cookie {
    /// Its name; `https` tells whether pages come over TLS.
    pub fn name(self, https: bool) -> &'static str {
        match (self, https) {
            (Self::Session, true) => "__Host-vakplein",
            (Self::Session, false) => "vakplein",
            (Self::Device, true) => "__Host-vakplein-device",
            (Self::Device, false) => "vakplein-device",
            (Self::Form, true) => "__Host-vakplein-form",
            (Self::Form, false) => "vakplein-form",
            (Self::Language, true) => "__Host-vakplein-language",
            (Self::Language, false) => "vakplein-language",
            (Self::Flash, true) => "__Host-vakplein-flash",
            (Self::Flash, false) => "vakplein-flash",
        }
    }

    /// What a browser sent for it.
    pub fn read(self, headers: &HeaderMap, https: bool) -> Option<String> {
        let name = self.name(https);
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
        lines.flat_map(|line| line.split(';')).find_map(|pair| {
            let (key, value) = pair.trim().split_once('=')?;
            (key == name && !value.is_empty()).then(|| value.to_owned())
        })
    }

    /// The header that sets it; `seconds` is how long it is kept, `None` until the browser closes.
    ///
    /// The value must be of characters that a cookie can hold; one that isn't gives an empty cookie.
    pub fn set(self, https: bool, value: &str, seconds: Option<i64>) -> HeaderValue {
        let secure = if https { "; Secure" } else { "" };
        let age = seconds.map(|seconds| format!("; Max-Age={}", seconds.max(0))).unwrap_or_default();
        let name = self.name(https);
        let line = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}");
        HeaderValue::from_str(&line).unwrap_or_else(|_odd| self.clear(https))
    }

    /// The header that makes a browser forget it.
    pub fn clear(self, https: bool) -> HeaderValue {
        let secure = if https { "; Secure" } else { "" };
        let line = format!("{}=; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age=0", self.name(https));
        HeaderValue::from_str(&line).expect("these are plain letters")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_only_under_its_own_name() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=b; vakplein=one;vakplein-form=two"));
        headers.append(header::COOKIE, HeaderValue::from_static("vakplein-language=en; vakplein-flash="));
        assert_eq!(Cookie::Session.read(&headers, false).as_deref(), Some("one"));
        assert_eq!(Cookie::Form.read(&headers, false).as_deref(), Some("two"));
        assert_eq!(Cookie::Language.read(&headers, false).as_deref(), Some("en"));
        assert_eq!(Cookie::Flash.read(&headers, false), None);
        assert_eq!(Cookie::Session.read(&headers, true), None);
    }

    #[test]
    fn on_https_a_cookie_is_bound_to_this_host() {
        let line = Cookie::Session.set(true, "x", Some(60));
        assert_eq!(line, "__Host-vakplein=x; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60");
        assert_eq!(Cookie::Session.set(false, "x", None), "vakplein=x; Path=/; HttpOnly; SameSite=Lax");
        assert_eq!(Cookie::Session.set(false, "a\nb", None), Cookie::Session.clear(false));
    }
}
