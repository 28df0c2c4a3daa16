//! The one way out: every request to another server is made by this client.
//!
//! It checks each URL and each address against the guard, signs, follows redirects by hand, and bounds time, size,
//! type and nesting of what comes back. How often and how many at once is the caller's business; so is what a
//! document says. Of `activitypub_federation` this replaces the client, the signing and the address guard; its
//! traits, `ObjectId` and WebFinger go through [`Client::middleware`].

mod failure;
mod middleware;
mod names;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Utc};
use http::header::{ACCEPT, CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use http::{HeaderValue, Method, StatusCode};
use reqwest::Response;
use reqwest::redirect::Policy;
use serde::de::DeserializeOwned;
use url::Url;

pub use self::failure::{Failure, is_passing};
pub use self::middleware::SignFor;
use self::names::GuardedResolver;
pub use self::names::{Lookup, Names};
use super::guard::{Guard, Refused};
use super::signatures::{self, Payload, Scheme, Signer};
use super::wire;

/// Redirects that are followed, each checked like the first request. Other software follows one to three.
const REDIRECTS_MAX: usize = 2;
/// Most that is read of an answer to a delivery.
const ANSWER_MAX: usize = 16 * 1024;
/// How long such an answer is waited for once its status is known.
const ANSWER_WAIT: Duration = Duration::from_secs(1);
/// Longest `Retry-After` that is passed on; some servers send nonsense.
const RETRY_AFTER_MAX: Duration = Duration::from_hours(7 * 24);
/// Most characters of such an answer that are kept.
const EXCERPT_MAX: usize = 300;

/// What a client is made with.
#[derive(Debug, Clone)]
pub struct Settings {
    /// This server's `host[:port]` as others see it.
    pub domain: String,
    /// Whether this server itself is reached by https (only shown in the user agent).
    pub https: bool,
    /// Take http URLs beside https; a test setting.
    pub allow_http: bool,
    /// Take loopback and private addresses, and ports in URLs; a test setting.
    pub allow_private: bool,
    /// Limit for making a connection, name look-up and TLS included.
    pub connect_timeout: Duration,
    /// Limit for a whole request, from look-up to the last byte of the body.
    pub timeout: Duration,
    /// Largest document that is read, in bytes.
    pub body_limit: usize,
    /// Where host names are looked up.
    pub lookup: Lookup,
}

impl Settings {
    /// The settings of a server on the open network: 5 s to connect, 10 s in all, 1 MiB.
    #[must_use]
    pub fn new(domain: &str) -> Self {
        Self {
            domain: domain.to_owned(),
            https: true,
            allow_http: false,
            allow_private: false,
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(10),
            body_limit: 1024 * 1024,
            lookup: Lookup::System,
        }
    }
}

/// How a request is signed: by whom, in which scheme, at which time.
#[derive(Debug, Clone)]
pub struct Signing {
    /// Key and key id.
    pub signer: Signer,
    /// The scheme that the peer is known to take.
    pub scheme: Scheme,
    /// Now.
    pub now: DateTime<Utc>,
}

/// A document that was fetched. Its type, size and nesting are checked, what it says is not.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Where it came from in the end. Its `id` must say the same.
    pub url: Url,
    /// The bytes as received.
    pub body: Bytes,
}

impl Fetched {
    /// Reads the document.
    ///
    /// # Errors
    /// [`Failure::Unreadable`].
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        Ok(serde_json::from_slice(&self.body)?)
    }
}

/// A file that was fetched.
#[derive(Debug, Clone)]
pub struct Media {
    /// Where it came from in the end.
    pub url: Url,
    /// The bytes.
    pub bytes: Bytes,
    /// `Content-Type` as sent, which proves nothing; empty when there was none.
    pub content_type: String,
}

/// How a delivery was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status. Redirects are not followed on POST, they show here.
    pub status: StatusCode,
    /// `Retry-After`, from now.
    pub retry_after: Option<Duration>,
    /// The first 300 characters of the body, for the federation log.
    pub excerpt: String,
}

/// The client. Cloning is cheap and shares connections.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    guard: Arc<Guard>,
    body_limit: usize,
}

impl Client {
    /// Makes a client with its own connections.
    ///
    /// # Errors
    /// [`Failure::Network`] when TLS can't be set up (no root certificates on the machine).
    pub fn new(settings: Settings) -> Result<Self, Failure> {
        let guard = Guard::new(&settings.domain, settings.allow_http, settings.allow_private);
        let scheme = if settings.https { "https" } else { "http" };
        let version = env!("CARGO_PKG_VERSION");
        let http = reqwest::Client::builder()
            .user_agent(format!("Vakplein/{version} (+{scheme}://{}/)", settings.domain))
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .dns_resolver(GuardedResolver::new(guard.clone(), settings.lookup))
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.timeout)
            .tcp_nodelay(true)
            // Some 342 peers, each with a few deliveries under way at most: enough to go on without new handshakes.
            .pool_max_idle_per_host(4)
            .pool_idle_timeout(Duration::from_secs(90))
            .build()?;
        Ok(Self { http, guard: Arc::new(guard), body_limit: settings.body_limit })
    }

    /// The rules that this client keeps to.
    #[must_use]
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// Fetches a document of ActivityPub, signed when `signing` is given; each redirect is signed anew.
    ///
    /// # Errors
    /// See [`Failure`]; [`Failure::Status`] with 401 calls for the other scheme.
    pub async fn get_signed(&self, url: &Url, signing: Option<&Signing>) -> Result<Fetched, Failure> {
        self.get_document(url, wire::ACCEPT_ACTIVITY, wire::is_activity_json, signing).await
    }

    /// Fetches other JSON, unsigned: WebFinger (`accept` is `application/jrd+json, application/json`) and NodeInfo.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn get_json(&self, url: &Url, accept: &'static str) -> Result<Fetched, Failure> {
        self.get_document(url, accept, wire::is_json, None).await
    }

    /// Fetches a file of at most `limit` bytes, unsigned. What it really is has to be told from its bytes.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn get_media(&self, url: &Url, limit: usize) -> Result<Media, Failure> {
        self.get_media_as(url, limit, None).await
    }

    /// The same, signed: files of closed groups are only for members.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn get_media_as(
        &self,
        url: &Url,
        limit: usize,
        signing: Option<&Signing>,
    ) -> Result<Media, Failure> {
        let response = self.get(url, "*/*", signing).await?;
        let (url, content_type) = (response.url().clone(), content_type(&response));
        Ok(Media { url, bytes: read(response, limit).await?, content_type })
    }

    /// Posts a payload with headers from [`signatures::sign`]. Any status is an answer; no redirect is followed.
    ///
    /// # Errors
    /// [`Failure::Refused`], [`Failure::Network`] or [`Failure::Timeout`].
    pub async fn post_signed(
        &self,
        inbox: &Url,
        payload: &Payload,
        headers: HeaderMap,
        now: DateTime<Utc>,
    ) -> Result<Answer, Failure> {
        self.guard.check_url(inbox)?;
        let request = self.http.post(inbox.clone()).headers(headers).body(payload.bytes());
        let response = request.send().await?;
        let status = response.status();
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| retry_after(value, now));
        // The status counts; a body that breaks off or goes on for ever doesn't change it.
        let body = read_start(response).await;
        Ok(Answer { status, retry_after, excerpt: excerpt(&body) })
    }

    async fn get_document(
        &self,
        url: &Url,
        accept: &'static str,
        is_accepted: fn(&str) -> bool,
        signing: Option<&Signing>,
    ) -> Result<Fetched, Failure> {
        let response = self.get(url, accept, signing).await?;
        let content_type = content_type(&response);
        if !is_accepted(&content_type) {
            return Err(Failure::WrongType(content_type.chars().take(EXCERPT_MAX).collect()));
        }
        let url = response.url().clone();
        let body = read(response, self.body_limit).await?;
        if !wire::nests_at_most(&body, wire::DEPTH_MAX) {
            return Err(Failure::TooDeep);
        }
        Ok(Fetched { url, body })
    }

    /// One request and its redirects; gives a response with a status of success.
    async fn get(
        &self,
        url: &Url,
        accept: &'static str,
        signing: Option<&Signing>,
    ) -> Result<Response, Failure> {
        let mut url = url.clone();
        url.set_fragment(None);
        for _ in 0..=REDIRECTS_MAX {
            self.guard.check_url(&url)?;
            let mut headers = signing
                .map(|by| signatures::sign(by.scheme, &Method::GET, &url, None, &by.signer, by.now))
                .unwrap_or_default();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            let response = self.http.get(url.clone()).headers(headers).send().await?;
            match response.status() {
                status if status.is_success() => return Ok(response),
                StatusCode::GONE => return Err(Failure::Gone),
                status if status.is_redirection() => url = redirect(&url, &response)?,
                status => return Err(Failure::Status(status)),
            }
        }
        Err(Failure::Redirects)
    }
}

/// Where a redirect leads. From https it never goes back to http.
fn redirect(from: &Url, response: &Response) -> Result<Url, Failure> {
    let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    let mut to = location.and_then(|location| from.join(location).ok()).ok_or(Failure::Redirects)?;
    to.set_fragment(None);
    if from.scheme() == "https" && to.scheme() != "https" {
        return Err(Failure::Refused(Refused::Scheme));
    }
    Ok(to)
}

fn content_type(response: &Response) -> String {
    let value = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().to_owned()
}

/// Reads a body chunk by chunk and stops as soon as it is over the limit.
async fn read(mut response: Response, limit: usize) -> Result<Bytes, Failure> {
    if response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(Failure::TooLarge);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Err(Failure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// The start of an answer to a delivery, as far as it comes soon. Reading to its end lets the connection be used
/// again.
async fn read_start(mut response: Response) -> BytesMut {
    let mut body = BytesMut::new();
    let reading = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            body.extend_from_slice(&chunk);
            if body.len() >= ANSWER_MAX {
                break;
            }
        }
    };
    // Late or broken, what came by then is enough.
    let _done = tokio::time::timeout(ANSWER_WAIT, reading).await;
    body
}

/// RFC 9110 §10.2.3: seconds, or a date.
fn retry_after(value: &HeaderValue, now: DateTime<Utc>) -> Option<Duration> {
    let text = value.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds).min(RETRY_AFTER_MAX));
    }
    let at: DateTime<Utc> = httpdate::parse_http_date(text).ok()?.into();
    Some((at - now).to_std().unwrap_or_default().min(RETRY_AFTER_MAX))
}

/// The start of a body as one line of text.
fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let text = text.chars().take(EXCERPT_MAX).map(|c| if c.is_control() { ' ' } else { c });
    text.collect::<String>().trim().to_owned()
}
