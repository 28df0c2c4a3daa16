//! Forms that were sent: the token is checked, sizes are bounded, then the fields become a struct.
//!
//! [`Form`] takes ordinary forms, [`Upload`] those with files. Nothing of a form is looked at before its token is right; a
//! handler that takes neither can't change anything.

use axum::body::to_bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use url::Url;

use crate::policy::limits;
use crate::web::error::Fault;
use crate::web::fields::{self, Fields};
use crate::web::session::Ctx;

/// Largest form without files, in bytes: the longest post, with every character escaped, and some room.
pub const FORM: usize = limits::POST * 12 + 64 * 1024;

/// The name of the field with the token.
const TOKEN: &str = "csrf";

/// A form that was sent, without files.
#[derive(Debug)]
pub struct Form<T>(pub T);

/// A form that is only a button.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(default)]
pub struct Button {}

/// A form that was sent, with files.
#[derive(Debug)]
pub struct Upload<T> {
    /// The fields.
    pub input: T,
    /// The files, in the order of the form; fields where none was chosen are left out.
    pub files: Vec<File>,
}

/// A file that was sent. What it says of itself is not to be believed.
#[derive(Debug, Clone)]
pub struct File {
    /// The field of the form.
    pub field: String,
    /// The name that it had where it came from.
    pub name: String,
    /// What is in it.
    pub bytes: Bytes,
}

impl<T> Upload<T> {
    /// The first file of a field.
    pub fn file(&self, field: &str) -> Option<&File> {
        self.files.iter().find(|file| file.field == field)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Fault> {
        plain(request).await.map(Self)
    }
}

/// Reads a form without files.
async fn plain<T: DeserializeOwned>(request: Request) -> Result<T, Fault> {
    let asked = Asked::of(&request);
    let body = to_bytes(request.into_body(), FORM).await.map_err(|_full| Fault::TooLarge)?;
    let fields: Fields = url::form_urlencoded::parse(&body).into_owned().collect();
    asked.check(&fields)?;
    fields::read(&fields).map_err(|_odd| Fault::Malformed)
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Upload<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Fault> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        // What an error page kept comes back without files.
        if kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
            return Ok(Self { input: plain(request).await?, files: Vec::new() });
        }
        let asked = Asked::of(&request);
        let mut request = request;
        DefaultBodyLimit::max(limits::UPLOAD + FORM).apply(&mut request);
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_odd| Fault::Malformed)?;
        let mut fields = Fields::new();
        let mut files: Vec<File> = Vec::new();
        let mut text = 0;
        while let Some(part) = parts.next_field().await.map_err(|error| broken(&error))? {
            let field = part.name().unwrap_or_default().to_owned();
            let name = part.file_name().map(str::to_owned);
            let bytes = part.bytes().await.map_err(|error| broken(&error))?;
            let Some(name) = name else {
                text += bytes.len();
                if text > FORM {
                    return Err(Fault::TooLarge);
                }
                fields.push((field, String::from_utf8_lossy(&bytes).into_owned()));
                continue;
            };
            // The token stands first in every form, so a stranger's files aren't even read.
            asked.check(&fields)?;
            if bytes.len() > limits::FILE || files.len() >= limits::FILES {
                return Err(Fault::TooLarge);
            }
            if !name.is_empty() && !bytes.is_empty() {
                files.push(File { field, name, bytes });
            }
        }
        asked.check(&fields)?;
        let input = fields::read(&fields).map_err(|_odd| Fault::Malformed)?;
        Ok(Self { input, files })
    }
}

fn broken(error: &axum::extract::multipart::MultipartError) -> Fault {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Fault::TooLarge } else { Fault::Malformed }
}

/// What tells a form of ours from one that another site made a browser send.
struct Asked {
    ctx: Option<Ctx>,
    token: String,
    path: String,
    from_here: bool,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let ctx = request.extensions().get::<Ctx>();
        let base = ctx.map(|ctx| ctx.app.urls.base().to_owned()).unwrap_or_default();
        Self {
            ctx: ctx.cloned(),
            token: ctx.map(Ctx::csrf).unwrap_or_default(),
            path: request.uri().path_and_query().map_or_else(String::new, ToString::to_string),
            from_here: is_from(request.headers(), &base),
        }
    }

    fn check(&self, fields: &Fields) -> Result<(), Fault> {
        let sent = fields.iter().find(|(name, _)| name == TOKEN).map_or("", |(_, token)| token.as_str());
        let same = aws_lc_rs::constant_time::verify_slices_are_equal(sent.as_bytes(), self.token.as_bytes());
        let keep = |name: &str| name != TOKEN && !name.contains("password") && !name.contains("code");
        let kept = fields.iter().filter(|(name, _)| keep(name)).cloned();
        if self.from_here && !self.token.is_empty() && same.is_ok() {
            if let Some(ctx) = &self.ctx {
                ctx.keep(kept.collect());
            }
            return Ok(());
        }
        // Only our own page may offer to send it again: a stranger's form would be confirmed by a careless click.
        Err(Fault::Stale {
            path: self.path.clone(),
            fields: if self.from_here { kept.collect() } else { Fields::new() },
        })
    }
}

/// Whether a browser says that the form stood on a page of ours (Fetch Metadata, and RFC 6454 for those without it).
/// A browser that says neither is not stopped by this: the token is the proof, this is a second lock.
fn is_from(headers: &HeaderMap, base: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    text(header::ORIGIN.as_str()).is_none_or(|origin| origin == base || origin == "null")
}

/// A path on this site to go on to, from an address that anybody may have made up: anything else becomes the front page.
pub fn local_path(to: &str) -> String {
    let base = Url::parse("http://here.invalid/").expect("this is a URL");
    let odd = |c: char| c.is_control() || c == '\\';
    if !to.starts_with('/') || to.contains(odd) || to.len() > 2_000 {
        return "/".to_owned();
    }
    match base.join(to) {
        Ok(url) if url.origin() == base.origin() && !url.path().starts_with("//") => {
            let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
            let fragment = url.fragment().map(|part| format!("#{part}")).unwrap_or_default();
            format!("{}{query}{fragment}", url.path())
        }
        _ => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_only_sent_on_to_a_page_of_this_site() {
        assert_eq!(local_path("/g/tuin?sort=new#p-1"), "/g/tuin?sort=new#p-1");
        for odd in [
            "",
            "g",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example/",
            "/\t/evil.example",
            "/\n",
            "/.//evil.example",
            "/a/..//evil.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(local_path(odd), "/", "{odd:?}");
        }
    }

    #[test]
    fn a_form_of_another_site_is_told_by_its_headers() {
        let says = |name: &'static str, value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            is_from(&headers, "https://forum.example")
        };
        assert!(says("sec-fetch-site", "same-origin"));
        assert!(!says("sec-fetch-site", "same-site"));
        assert!(!says("sec-fetch-site", "cross-site"));
        assert!(says("origin", "https://forum.example"));
        assert!(!says("origin", "http://forum.example"));
        assert!(is_from(&HeaderMap::new(), "https://forum.example"));
    }
}
