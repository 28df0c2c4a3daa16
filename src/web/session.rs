//! Who asks for a page, and everything that follows from it: the member, the language, the token in forms.
//!
//! [`Ctx`] is what the request itself says; it reads nothing from the database. [`Ctx::read`] then loads session, settings
//! and the content of the page in one read, and gives a [`Visit`], which makes the [`Page`]. [`Ctx::act`] looks the session
//! up in the very transaction that changes something, so a session that was ended can't act any more.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::clock::Time;
use crate::db::Tx;
use crate::error::{Error, FieldErrors, Result as DomainResult};
use crate::ids;
use crate::instance::{self, Settings, SignUp};
use crate::locale::Texts;
use crate::people::AccountState;
use crate::people::reader::{self, Reader};
use crate::people::sessions::Place;
use crate::policy::{Actor, Viewer};
use crate::request::{self, Asker, Client};
use crate::web::cookies::Cookie;
use crate::web::error::{Fault, Outcome, Result};
use crate::web::fields::Fields;
use crate::web::flash;
use crate::web::form::local_path;
use crate::web::language;
use crate::web::media_url;
use crate::web::page::{Flash, FormErrors, Page, SignedIn, Tone};

/// How long a session may go unseen in the database, in seconds: a write per page would be a waste.
const SEEN: i64 = 3_600;

/// What the request says, as an extractor. Cheap to clone.
#[derive(Clone)]
pub struct Ctx {
    /// The instance.
    pub app: App,
    asked: Arc<Asked>,
    /// What the form said that was sent, in case whoever sent it turns out to be signed out.
    sent: Arc<Mutex<Fields>>,
}

/// The parts of a request that pages look at.
#[derive(Debug)]
pub struct Asked {
    /// Path and query.
    pub path: String,
    /// Whether the request can't change anything: GET or HEAD.
    pub safe: bool,
    /// The address of whoever asks, for limits.
    pub client: IpAddr,
    /// What the browser calls itself; may be empty.
    pub device: String,
    /// Noted here once it is known who asks.
    pub asker: Asker,
    /// The secret in the session cookie.
    pub session: Option<String>,
    /// The secret in the device cookie.
    pub known_device: Option<String>,
    /// The message in the flash cookie.
    pub flash: Option<String>,
    /// Path and query of the page of ours that the request comes from; empty when the browser doesn't say so.
    pub back: String,
    form: String,
    form_is_new: bool,
    language: Option<String>,
    accept_language: Option<String>,
}

impl Deref for Ctx {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        &self.asked
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Ctx {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let found = parts.extensions.get::<Self>().cloned();
        Ok(found.expect("the layer `error::render` stands around every page and puts this there"))
    }
}

impl Ctx {
    /// Reads what pages need from a request.
    pub fn new(app: App, parts: &Parts) -> Self {
        let https = app.urls.https();
        let headers = &parts.headers;
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let form = Cookie::Form.read(headers, https).filter(|secret| secret.len() >= 32);
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let asked = Asked {
            path: path.to_owned(),
            safe: parts.method.is_safe(),
            client: parts
                .extensions
                .get::<Client>()
                .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |client| client.0),
            asker: parts.extensions.get::<Asker>().cloned().unwrap_or_default(),
            device: text(header::USER_AGENT).chars().take(300).collect(),
            session: Cookie::Session.read(headers, https),
            known_device: Cookie::Device.read(headers, https),
            flash: Cookie::Flash.read(headers, https),
            back: text(header::REFERER).strip_prefix(app.urls.base()).map(local_path).unwrap_or_default(),
            form_is_new: form.is_none(),
            form: form.unwrap_or_else(ids::secret),
            language: Cookie::Language.read(headers, https),
            accept_language: headers
                .get(header::ACCEPT_LANGUAGE)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned),
        };
        Self { app, asked: Arc::new(asked), sent: Arc::default() }
    }

    /// Keeps what a form said until the request is answered.
    pub fn keep(&self, fields: Fields) {
        *self.sent.lock().unwrap_or_else(PoisonError::into_inner) = fields;
    }

    /// What the form said that was sent.
    pub fn kept(&self) -> Fields {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The token that forms carry. It is a digest of a secret that only this browser has: of the session for members, of a
    /// cookie of its own for visitors. Another site can neither read nor set those, so it can't know the token.
    pub fn csrf(&self) -> String {
        let secret = self.session.as_ref().unwrap_or(&self.form);
        let digest = ids::digest(&format!("form:{secret}"));
        digest.iter().fold(String::with_capacity(64), |text, byte| text + &format!("{byte:02x}"))
    }

    /// The digest that the session is stored under.
    pub fn session_digest(&self) -> Option<Vec<u8>> {
        self.session.as_deref().map(ids::digest)
    }

    /// Reads the content of a page, together with who looks and the settings. `f` gets the viewer.
    ///
    /// # Errors
    /// What `f` answers with.
    pub async fn read<T, F>(&self, f: F) -> Result<(Visit, T)>
    where
        F: FnOnce(&mut Tx<'_>, Viewer) -> DomainResult<T> + Send + 'static,
        T: Send + 'static,
    {
        let digest = self.session_digest();
        let (now, settings, member, content) = self
            .app
            .db
            .read(move |tx| {
                let member = member_of(tx, digest.as_deref())?;
                let viewer = member.as_ref().map_or(Viewer::Anonymous, Reader::viewer);
                let settings = match &member {
                    Some(member) => member.settings()?,
                    None => instance::settings(tx)?,
                };
                let content = f(tx, viewer)?;
                Ok((tx.now, settings, member, content))
            })
            .await?;
        if let Some(member) = &member {
            self.asker.is(member.person);
        }
        self.note_seen(now, member.as_ref()).await;
        Ok((Visit::new(self.clone(), now, settings, member), content))
    }

    /// Like [`Ctx::read`], for pages of members only: whoever isn't signed in is sent to the log-in page.
    ///
    /// # Errors
    /// `SignedOut`, or what `f` answers with.
    pub async fn read_own<T, F>(&self, f: F) -> Result<(Visit, T)>
    where
        F: FnOnce(&mut Tx<'_>, &Actor) -> DomainResult<T> + Send + 'static,
        T: Send + 'static,
    {
        self.read(move |tx, viewer| f(tx, &Actor::here(viewer.person().ok_or(Error::SignedOut)?))).await
    }

    /// Who looks and the settings, for a page without content of its own.
    ///
    /// # Errors
    /// Only when the database fails.
    pub async fn visit(&self) -> Result<Visit> {
        self.read(|_tx, _viewer| Ok(())).await.map(|(visit, ())| visit)
    }

    /// Changes something as the member who is signed in, and wakes the workers.
    ///
    /// # Errors
    /// `SignedOut`, or what `f` answers with.
    pub async fn act<T, F>(&self, f: F) -> DomainResult<T>
    where
        F: Fn(&mut Tx<'_>, &Actor) -> DomainResult<T> + Send + 'static,
        T: Send + 'static,
    {
        let digest = self.session_digest();
        let (person, done) = self
            .app
            .db
            .write(move |tx| {
                let member = member_of(tx, digest.as_deref())?.ok_or(Error::SignedOut)?;
                Ok((member.person, f(tx, &Actor::here(member.person))?))
            })
            .await?;
        self.asker.is(person);
        self.app.wake.notify_one();
        Ok(done)
    }

    /// Where the request comes from, as sessions note it.
    pub fn place(&self) -> Place {
        Place { device: self.device.clone(), address: self.client.to_string() }
    }

    /// Whether limits count.
    pub fn limited(&self) -> bool {
        self.app.config.limits.enabled
    }

    /// An answer that leads to another page of ours.
    pub fn redirect(&self, to: &str) -> Response {
        let place = HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/"));
        (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response()
    }

    /// An answer that leads to another page of ours, which then shows the text of `key` once.
    pub fn redirect_saying(&self, to: &str, tone: Tone, key: &str) -> Response {
        self.with_cookie(self.redirect(to), Cookie::Flash, &flash::write(tone, key, ""), Some(60))
    }

    /// The same, with a value for `$value` in that text.
    pub fn redirect_saying_of(&self, to: &str, tone: Tone, key: &str, value: &str) -> Response {
        self.with_cookie(self.redirect(to), Cookie::Flash, &flash::write(tone, key, value), Some(60))
    }

    /// Adds a cookie to an answer.
    pub fn with_cookie(
        &self,
        mut answer: Response,
        cookie: Cookie,
        value: &str,
        keep: Option<i64>,
    ) -> Response {
        let line = cookie.set(self.app.urls.https(), value, keep);
        answer.headers_mut().append(header::SET_COOKIE, line);
        answer
    }

    /// Makes the browser forget a cookie.
    pub fn without_cookie(&self, mut answer: Response, cookie: Cookie) -> Response {
        answer.headers_mut().append(header::SET_COOKIE, cookie.clear(self.app.urls.https()));
        answer
    }

    /// Notes now and then that a session is in use. Failing to do so harms nobody.
    async fn note_seen(&self, now: Time, member: Option<&Reader>) {
        let Some(member) = member else { return };
        if now.seconds_since(member.seen_at) < SEEN {
            return;
        }
        let (session, address) = (member.session, self.client.to_string());
        if let Err(error) = self.app.db.write(move |tx| reader::note_seen(tx, session, &address)).await {
            tracing::warn!(error = %error, "can't note that a session is in use");
        }
    }
}

fn member_of(tx: &mut Tx<'_>, digest: Option<&[u8]>) -> DomainResult<Option<Reader>> {
    match digest {
        Some(digest) => reader::reader(tx, digest),
        None => Ok(None),
    }
}

/// Lets the browser keep a page with a form for when somebody comes back to it, so that what was typed stands there still: a
/// page that may not be stored is fetched anew, and empty. Such a page must show nothing but what everybody may read, for
/// whoever has the browser after a log-out can go back to it where the browser doesn't know `Clear-Site-Data`.
pub fn restorable(mut answer: Response) -> Response {
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    answer
}

/// A request whose asker is known: what makes and shows pages.
pub struct Visit {
    /// What the request says.
    pub ctx: Ctx,
    /// The moment.
    pub now: Time,
    /// The instance's settings.
    pub settings: Settings,
    /// Who is signed in.
    pub member: Option<Reader>,
    /// The texts in the reader's language.
    pub texts: Texts,
}

impl Visit {
    fn new(ctx: Ctx, now: Time, settings: Settings, member: Option<Reader>) -> Self {
        let lang = language::choose(
            &ctx.app.locales,
            [ctx.language.as_deref(), member.as_ref().and_then(|member| member.language.as_deref())],
            ctx.accept_language.as_deref(),
            &settings.language,
        );
        let texts = Texts::new(Arc::clone(&ctx.app.locales), lang);
        Self { ctx, now, settings, member, texts }
    }

    /// A visit whose asker isn't known, because the database fails.
    pub fn unknown(ctx: Ctx) -> Self {
        let now = ctx.app.clock.now();
        Self::new(ctx, now, Settings::default(), None)
    }

    /// Who looks, as reads want it.
    pub fn viewer(&self) -> Viewer {
        self.member.as_ref().map_or(Viewer::Anonymous, Reader::viewer)
    }

    /// The member who is signed in.
    ///
    /// # Errors
    /// `SignedOut`: the log-in page follows.
    pub fn member(&self) -> DomainResult<&Reader> {
        self.member.as_ref().ok_or(Error::SignedOut)
    }

    /// The frame of a page called `title`.
    pub fn page(&self, title: impl Into<String>) -> Page {
        let mut page = Page::new(self.texts.clone(), self.now.utc(), self.ctx.path.clone()).titled(title);
        page.instance.clone_from(&self.settings.name);
        page.tagline.clone_from(&self.settings.tagline);
        page.signup = self.settings.sign_up != SignUp::Closed;
        page.csrf = self.ctx.csrf();
        page.member = self.member.as_ref().map(|member| SignedIn {
            name: member.display_name.clone(),
            handle: self.ctx.app.urls.handle(&member.name),
            url: format!("/u/{}", member.name),
            avatar: member.avatar.map(media_url),
            unread: member.unread,
            is_admin: member.is_admin(),
            is_moderator: member.moderates || member.is_admin(),
        });
        if let Some(flash) = self.ctx.flash.as_deref().and_then(|text| flash::read(text, &self.texts)) {
            page.flashes.push(flash);
        }
        if self.member.as_ref().is_some_and(|member| member.state == AccountState::Leaving) {
            page.flashes
                .push(Flash { tone: Tone::Warning, text: self.texts.t("layout-leaving").into_owned() });
        }
        page
    }

    /// The frame of a page whose title is the text of `key`.
    pub fn page_of(&self, key: &str) -> Page {
        self.page(self.texts.t(key))
    }

    /// What is wrong with a form that was sent, in the reader's language, to show it again.
    ///
    /// # Errors
    /// What isn't about the form: not found, signed out, a fault of ours.
    pub fn problems(&self, error: Error) -> Result<FormErrors> {
        let mut shown = FormErrors::default();
        self.ctx.app.limits.note(&error);
        match error {
            Error::Invalid(errors) => self.add_fields(&mut shown, &errors),
            Error::Denied(reason) => shown.add("", self.texts.t(&format!("reason-{reason}"))),
            Error::Conflict => shown.add("", self.texts.t("error-conflict")),
            Error::Busy(wait) | Error::Limited { wait, .. } => {
                let minutes = wait.as_secs().div_ceil(60).max(1);
                shown.add("", self.texts.t_with("error-busy-minutes", &[("count", &minutes)]));
            }
            other => return Err(Fault::from(other)),
        }
        Ok(shown)
    }

    /// Adds what is wrong with fields, in the reader's language.
    pub fn add_fields(&self, shown: &mut FormErrors, errors: &FieldErrors) {
        for error in &errors.0 {
            shown.add(error.field, request::message(&self.texts, error));
        }
    }

    /// The page as an answer.
    ///
    /// # Errors
    /// When the template can't be rendered, which is a fault of ours.
    pub fn show(&self, template: &impl Template) -> Result<Response> {
        self.show_as(StatusCode::OK, template)
    }

    /// The page again, with what was wrong in its form: status 400.
    ///
    /// # Errors
    /// When the template can't be rendered, which is a fault of ours.
    pub fn show_again(&self, template: &impl Template) -> Result<Response> {
        self.show_as(StatusCode::BAD_REQUEST, template)
    }

    /// The page as an answer with this status, and with when the form may be sent again.
    ///
    /// # Errors
    /// When the template can't be rendered, which is a fault of ours.
    pub fn show_as(&self, outcome: impl Into<Outcome>, template: &impl Template) -> Result<Response> {
        let outcome = outcome.into();
        let html = template.render().map_err(Error::internal)?;
        let https = self.ctx.app.urls.https();
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        let keep = if self.member.is_some() { "private, no-store" } else { "private, no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        // A visitor gets the cookie behind the token only with a page that has a form.
        if self.ctx.session.is_none() && self.ctx.form_is_new && html.contains(&self.ctx.csrf()) {
            headers.append(header::SET_COOKIE, Cookie::Form.set(https, &self.ctx.form, None));
        }
        if self.ctx.flash.is_some() {
            headers.append(header::SET_COOKIE, Cookie::Flash.clear(https));
        }
        outcome.tell(&mut headers);
        Ok((outcome.status, headers, html).into_response())
    }
}
