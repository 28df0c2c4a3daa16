//! Every URL that this server mints or recognises.
//!
//! Ids on the wire are these URLs, so they never change: `/g/{name}` and `/u/{name}` for actors, `/t/{id}` for a topic,
//! `/p/{id}` for a reply, `/activities/{id}` for activities.

use std::sync::Arc;

use url::Url;

use crate::error::{Error, Result};
use crate::ids::{ActivityId, MediaId, PostId, ThreadId};

/// The addresses of this instance. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Urls {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    scheme: &'static str,
    domain: String,
    base: String,
}

/// Something of ours that a URL names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ours {
    /// The instance's Application actor.
    Instance,
    /// A group, by name.
    Group(String),
    /// A person, by name.
    Person(String),
    /// A topic.
    Thread(ThreadId),
    /// A reply.
    Post(PostId),
    /// An activity.
    Activity(ActivityId),
}

impl Urls {
    /// Addresses below `scheme://domain`; the domain is `host[:port]` as others see it.
    pub fn new(https: bool, domain: &str) -> Self {
        let scheme = if https { "https" } else { "http" };
        let domain = domain.to_ascii_lowercase();
        let base = format!("{scheme}://{domain}");
        Self { inner: Arc::new(Inner { scheme, domain, base }) }
    }

    /// `host[:port]`, as in handles.
    pub fn domain(&self) -> &str {
        &self.inner.domain
    }

    /// `https` or `http`.
    pub fn scheme(&self) -> &'static str {
        self.inner.scheme
    }

    /// Whether pages come over TLS, so that cookies can demand it.
    pub fn https(&self) -> bool {
        self.inner.scheme == "https"
    }

    /// `scheme://host[:port]`, without a slash at the end.
    pub fn base(&self) -> &str {
        &self.inner.base
    }

    /// A path of ours as a full address. The path begins with a slash.
    pub fn absolute(&self, path: &str) -> String {
        format!("{}{path}", self.inner.base)
    }

    /// The Application actor (FEP-2677, FEP-d556): the address with a slash, as Lemmy demands.
    pub fn instance(&self) -> String {
        self.absolute("/")
    }

    /// The shared inbox.
    pub fn inbox(&self) -> String {
        self.absolute("/inbox")
    }

    /// A group.
    pub fn group(&self, name: &str) -> String {
        self.absolute(&format!("/g/{name}"))
    }

    /// A person.
    pub fn person(&self, name: &str) -> String {
        self.absolute(&format!("/u/{name}"))
    }

    /// A topic: its first post's id on the wire, and its page.
    pub fn thread(&self, id: ThreadId) -> String {
        self.absolute(&format!("/t/{id}"))
    }

    /// A reply's id on the wire; its page leads to the place in the thread.
    pub fn post(&self, id: PostId) -> String {
        self.absolute(&format!("/p/{id}"))
    }

    /// The path of a post's place on its thread's page.
    pub fn place(thread: ThreadId, post: PostId) -> String {
        if post == PostId::from(thread) { format!("/t/{thread}") } else { format!("/t/{thread}#p-{post}") }
    }

    /// All posts of a thread (FEP-7888).
    pub fn context(&self, id: ThreadId) -> String {
        self.absolute(&format!("/t/{id}/context"))
    }

    /// The direct replies to a post.
    pub fn replies(&self, id: PostId) -> String {
        self.absolute(&format!("/p/{id}/replies"))
    }

    /// An activity of ours.
    pub fn activity(&self, id: ActivityId) -> String {
        self.absolute(&format!("/activities/{id}"))
    }

    /// An uploaded file, by the name it is stored under.
    pub fn media(&self, id: MediaId, name: &str) -> String {
        self.absolute(&format!("/media/{id}/{name}"))
    }

    /// The page of an invitation by link.
    pub fn invitation(&self, secret: &str) -> String {
        self.absolute(&format!("/invitations/{secret}"))
    }

    /// The handle of a local name: `@name@domain`.
    pub fn handle(&self, name: &str) -> String {
        format!("@{name}@{}", self.inner.domain)
    }

    /// Whether a URL is of this instance: same scheme, host and port (FEP-fe34).
    pub fn is_ours(&self, url: &Url) -> bool {
        Url::parse(&self.inner.base).is_ok_and(|base| base.origin() == url.origin())
    }

    /// `host[:port]` of another server out of what an administrator typed: a name, an address of a page, or a handle.
    ///
    /// # Errors
    /// `Invalid` on `host` when that can't be the name of another server.
    pub fn other_host(&self, typed: &str) -> Result<String> {
        let wrong = || Error::field("host", "error-peer-host");
        let typed = typed.trim();
        let address = match typed.contains("://") {
            true => typed.to_owned(),
            false => format!("https://{}", typed.rsplit('@').next().unwrap_or(typed)),
        };
        let url = Url::parse(&address).map_err(|_not_one| wrong())?;
        // Addresses by number are never peers, and a name without a dot is only a machine next door.
        let host = match url.host() {
            Some(url::Host::Domain(domain)) if domain.trim_end_matches('.').contains('.') => {
                host_of(&url).ok_or_else(wrong)?
            }
            _ => return Err(wrong()),
        };
        // Dots at its end, which were taken off, can hide that it is a number; and no server is called `*`.
        let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
        let named = Url::parse(&format!("https://{host}/")).is_ok_and(|url| url.domain().is_some());
        if !named || !host.chars().all(is_name) {
            return Err(wrong());
        }
        // As for the guard, the port doesn't count.
        let name = |domain: &str| domain.split(':').next().map(str::to_owned);
        if name(&host) == name(self.domain()) {
            Err(Error::field("host", "error-peer-own"))
        } else {
            Ok(host)
        }
    }

    /// What a URL of ours names; `None` when it isn't ours or names nothing.
    pub fn parse(&self, url: &str) -> Option<Ours> {
        let url = Url::parse(url).ok()?;
        if !self.is_ours(&url) {
            return None;
        }
        let mut parts = url.path_segments()?;
        let found = match (parts.next()?, parts.next()) {
            ("", None) => Ours::Instance,
            ("g", Some(name)) => Ours::Group(name.to_owned()),
            ("u", Some(name)) => Ours::Person(name.to_owned()),
            ("t", Some(id)) => Ours::Thread(id.parse().ok()?),
            ("p", Some(id)) => Ours::Post(id.parse().ok()?),
            ("activities", Some(id)) => Ours::Activity(id.parse().ok()?),
            _ => return None,
        };
        parts.next().is_none().then_some(found)
    }
}

/// `host[:port]` of a URL, lower case, without a default port: how peers are named everywhere.
pub fn host_of(url: &Url) -> Option<String> {
    let host = url.host_str()?.trim_end_matches('.').to_ascii_lowercase();
    Some(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host,
    })
}
