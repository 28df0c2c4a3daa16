//! Forms that were sent: the token is checked, sizes are bounded, then the fields become a struct.
//!
//! [`Form`] takes ordinary forms, [`Upload`] those with files, [`Press`] buttons. Nothing of a form is looked at before its token is right; a
//! handler that takes neither can't change anything.

use axum::body::to_bytes;
use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{HeaderMap, StatusCode, header};
use bytes::{Bytes, BytesMut};
use serde::de::DeserializeOwned;
use url::Url;

use crate::error::{Error, FieldErrors};
use crate::policy::limits;
use crate::web::error::Fault;
use crate::web::fields::{self, Fields};
use crate::web::session::Ctx;

/// Largest form without files, in bytes: the longest post, with every character escaped, and some room.
pub const FORM: usize = limits::POST * 12 + 64 * 1024;

/// As much of a form is read at all, in bytes. What is more than is taken is thrown away while it comes in: a browser that
/// is cut off while it sends shows a fault of its own in place of our answer.
const READ: usize = 8 * limits::UPLOAD;

/// The name of the field with the token.
const TOKEN: &str = "csrf";

/// A form that was sent, without files.
#[derive(Debug)]
pub struct Form<T>(pub T);

/// A form that is only a button or a choice, of a member. When it can't be taken there is no text to keep: whoever was logged
/// out is sent to log in, and comes back to where the button is.
#[derive(Debug)]
pub struct Press<T>(pub T);

/// A form in which nothing is filled in.
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
    /// What is in it; empty when it wasn't taken in.
    pub bytes: Bytes,
    /// Why it wasn't taken in.
    pub refused: Option<Refused>,
}

/// Why a file wasn't taken in with the rest of its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It is larger than a file may be.
    Large,
    /// There is no more room beside the other files.
    Together,
    /// There are more files than may go together.
    Many,
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        let (key, limit) = match refused {
            Refused::Large => return Self::field("file", "error-file-too-large"),
            Refused::Together => ("error-files-too-large", limits::UPLOAD / (1024 * 1024)),
            Refused::Many => ("error-media-many", limits::FILES),
        };
        let mut errors = FieldErrors::default();
        errors.add_limit("file", key, i64::try_from(limit).unwrap_or(i64::MAX));
        Self::Invalid(errors)
    }
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
        let asked = Asked::of(&request);
        plain(request, &asked).await.map(Self)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Press<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Fault> {
        let asked = Asked::of(&request);
        let read = plain(request, &asked).await;
        if let Some(ctx) = &asked.ctx {
            ctx.keep(Fields::new());
        }
        let signed_out = asked.ctx.as_ref().is_some_and(|ctx| ctx.session.is_none());
        match read {
            Ok(input) => Ok(Self(input)),
            Err(Fault::Stale { .. }) if asked.from_here && signed_out => Err(Error::SignedOut.into()),
            Err(Fault::Stale { path, .. }) => Err(Fault::Stale { path, fields: Fields::new() }),
            Err(fault) => Err(fault),
        }
    }
}

/// Reads a form without files.
async fn plain<T: DeserializeOwned>(request: Request, asked: &Asked) -> Result<T, Fault> {
    let body = to_bytes(request.into_body(), FORM).await.map_err(|_full| Fault::TooLarge)?;
    let fields: Fields = url::form_urlencoded::parse(&body).into_owned().collect();
    asked.check(&fields)?;
    fields::read(&fields).map_err(|_odd| Fault::Malformed)
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Upload<T> {
    type Rejection = Fault;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Fault> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let asked = Asked::of(&request);
        // What an error page kept comes back without files.
        if kind.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded")) {
            return Ok(Self { input: plain(request, &asked).await?, files: Vec::new() });
        }
        let mut request = request;
        DefaultBodyLimit::max(READ).apply(&mut request);
        let mut parts = Multipart::from_request(request, &()).await.map_err(|_odd| Fault::Malformed)?;
        let mut fields = Fields::new();
        let mut files: Vec<File> = Vec::new();
        let (mut text, mut room) = (0, limits::UPLOAD);
        while let Some(part) = parts.next_field().await.map_err(|error| broken(&error))? {
            let field = part.name().unwrap_or_default().to_owned();
            let Some(name) = part.file_name().map(str::to_owned) else {
                let (bytes, size) = up_to(FORM, part).await?;
                text += size;
                if text > FORM {
                    return Err(Fault::TooLarge);
                }
                fields.push((field, String::from_utf8_lossy(&bytes).into_owned()));
                continue;
            };
            // The token stands first in every form, so a stranger's files aren't even read.
            asked.check(&fields)?;
            let many = files.len() >= limits::FILES;
            let most = if many { 0 } else { limits::FILE.min(room) };
            let (bytes, size) = up_to(most, part).await?;
            if name.is_empty() || size == 0 {
                continue;
            }
            room -= bytes.len();
            let refused = match size {
                _ if many => Some(Refused::Many),
                size if size > limits::FILE => Some(Refused::Large),
                size if size > most => Some(Refused::Together),
                _ => None,
            };
            files.push(File { field, name, bytes, refused });
        }
        asked.check(&fields)?;
        let input = fields::read(&fields).map_err(|_odd| Fault::Malformed)?;
        Ok(Self { input, files })
    }
}

/// A part of a form and how large it is. Of one that is larger than this nothing is kept, but it is read to its end.
async fn up_to(most: usize, mut part: Field<'_>) -> Result<(Bytes, usize), Fault> {
    let (mut bytes, mut size) = (BytesMut::new(), 0);
    while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error))? {
        size += chunk.len();
        if size > most {
            bytes = BytesMut::new();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok((bytes.freeze(), size))
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
