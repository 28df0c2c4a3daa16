//! Reading documents of other servers: actors, objects, collections, within the limits of what one activity may cause.
//!
//! A [`Reach`] says how far one may go: only what is known here, or so many requests. Each document is checked to be at home at
//! the address it came from (FEP-fe34); what it says is for the caller to judge. A host that is blocked, or where rules let us read
//! nothing, is never asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use serde_json::Value;
use url::Url;

use super::client::{Failure, Fetched, Signing};
use super::crossing::Ground;
use super::glance::Glance;
use super::guard::{Refused, same_origin};
use super::objects::actor_in::{self, RemoteActor};
use super::objects::document::Document;
use super::signers::Signers;
use super::state::Nothing;
use super::store::known::{self, KnownGroup, KnownPost};
use super::store::peers::{self, PeerScheme};
use crate::actors::{self, ActorKind, ActorRow};
use crate::app::App;
use crate::db::{Reading, Tx};
use crate::error::Error;
use crate::ids::{GroupId, PersonId};
use crate::membership::{self, Facts};
use crate::urls::host_of;

/// Pages of one collection that are read.
const PAGES: usize = 10;

/// Why something elsewhere isn't had.
#[derive(Debug, thiserror::Error)]
pub enum Miss {
    /// It isn't known here, and nobody may be asked now.
    #[error("not known here")]
    NotHere,
    /// Its origin says that it is gone for good: 410, or a Tombstone.
    #[error("gone")]
    Gone,
    /// Its origin doesn't have it: 404.
    #[error("not there")]
    Missing,
    /// Its host is blocked, a rule lets us read nothing there, or it is this very instance.
    #[error("its host is blocked")]
    Blocked,
    /// Trying again later may help.
    #[error("not now: {0}")]
    Passing(String),
    /// What is there isn't what it has to be.
    #[error("refused: {0}")]
    Wrong(String),
    /// A fault of ours.
    #[error(transparent)]
    Fault(#[from] Error),
}

impl From<Failure> for Miss {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Gone => Self::Gone,
            Failure::Status(status) if status == http::StatusCode::NOT_FOUND => Self::Missing,
            Failure::Refused(Refused::Own) => Self::Blocked,
            other if other.is_passing() => Self::Passing(other.to_string()),
            other => Self::Wrong(other.to_string()),
        }
    }
}

/// A document from its own address.
#[derive(Debug, Clone)]
pub struct Found {
    /// Its id, which is where it came from.
    pub id: Url,
    /// What it says.
    pub value: Value,
    /// The bytes as received, as text.
    pub raw: String,
}

impl Found {
    /// What it says, for reading.
    pub fn document(&self) -> Document<'_> {
        Document(&self.value)
    }
}

/// How far one may go for whatever is being done.
#[derive(Debug)]
pub struct Reach {
    app: App,
    /// Requests that are left.
    left: AtomicUsize,
    online: bool,
    /// The closed group that all of it is about: its host is asked in the name of a member.
    closed: Option<GroupId>,
    /// The connection of whoever does many things in a row, and what they saw before they began.
    reading: Option<(Arc<Reading>, Glance)>,
}

impl Reach {
    /// Only what is known here.
    pub fn here(app: &App) -> Self {
        Self { app: app.clone(), left: AtomicUsize::new(0), online: false, closed: None, reading: None }
    }

    /// Only what is known here, seen already or read on this connection: whatever is done with it is done without waiting.
    pub fn on(app: &App, reading: &Arc<Reading>, glance: Glance) -> Self {
        Self { reading: Some((Arc::clone(reading), glance)), ..Self::here(app) }
    }

    /// As many requests as one incoming activity may cause.
    pub fn out(app: &App) -> Self {
        Self::with(app, app.config.federation.max_fetches)
    }

    /// So many requests.
    pub fn with(app: &App, requests: usize) -> Self {
        Self { app: app.clone(), left: AtomicUsize::new(requests), online: true, closed: None, reading: None }
    }

    /// So many requests for what is in a closed group, in the name of a member of ours: whoever else asks is told that there is nothing.
    pub fn into_closed(app: &App, requests: usize, group: GroupId) -> Self {
        Self { closed: Some(group), ..Self::with(app, requests) }
    }

    /// The instance.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The closed group that all of it is about.
    pub fn closed(&self) -> Option<GroupId> {
        self.closed
    }

    /// Whether other servers may be asked.
    pub fn is_online(&self) -> bool {
        self.online
    }

    /// Reads the database.
    ///
    /// # Errors
    /// As the closure, and when the database fails.
    pub async fn read<T, F>(&self, f: F) -> crate::error::Result<T>
    where
        F: FnOnce(&mut Tx<'_>) -> crate::error::Result<T> + Send + 'static,
        T: Send + 'static,
    {
        match &self.reading {
            Some((reading, _)) => reading.read(f),
            None => self.app.db.read(f).await,
        }
    }

    pub(super) fn glance(&self) -> Option<&Glance> {
        self.reading.as_ref().map(|(_, glance)| glance)
    }

    /// The actor with this id on the wire, if it is known here.
    ///
    /// # Errors
    /// Only when the database fails.
    pub async fn known_actor(&self, uri: &str) -> crate::error::Result<Option<ActorRow>> {
        if let Some(seen) = self.glance().and_then(|glance| glance.actor(uri)) {
            return Ok(seen.clone());
        }
        let uri = uri.to_owned();
        self.read(move |tx| actors::by_uri(tx, &uri)).await
    }

    /// Those of these addresses that are actors known here, in the order given.
    ///
    /// # Errors
    /// Only when the database fails.
    pub async fn known_actors(&self, uris: &[String]) -> crate::error::Result<Vec<ActorRow>> {
        let seen = self.glance().and_then(|glance| uris.iter().map(|uri| glance.actor(uri)).collect());
        if let Some(seen) = seen {
            let seen: Vec<&Option<ActorRow>> = seen;
            return Ok(seen.into_iter().flatten().cloned().collect());
        }
        let uris = uris.to_vec();
        self.read(move |tx| {
            let named: Vec<&str> = uris.iter().map(String::as_str).collect();
            let found = known::actors_named(tx, &named)?;
            Ok(uris.iter().filter_map(|uri| found.iter().find(|actor| actor.uri == *uri).cloned()).collect())
        })
        .await
    }

    /// The first of these addresses that is a group known here.
    ///
    /// # Errors
    /// Only when the database fails.
    pub async fn known_group(&self, uris: &[String]) -> crate::error::Result<Option<KnownGroup>> {
        let there = |actor: &&ActorRow| actor.kind == ActorKind::Group && actor.gone_at.is_none();
        Ok(self.known_actors(uris).await?.iter().find(there).map(KnownGroup::from))
    }

    /// The group with this id here.
    ///
    /// # Errors
    /// `NotFound`, and when the database fails.
    pub async fn group(&self, id: GroupId) -> crate::error::Result<KnownGroup> {
        match self.glance().and_then(|glance| glance.group(id)) {
            Some(seen) => Ok(seen.into()),
            None => self.read(move |tx| known::group(tx, id)).await,
        }
    }

    /// The post with this id on the wire, if it is known here.
    ///
    /// # Errors
    /// Only when the database fails.
    pub async fn known_post(&self, uri: &str) -> crate::error::Result<Option<KnownPost>> {
        if let Some(seen) = self.glance().and_then(|glance| glance.post(uri)) {
            return Ok(seen.clone());
        }
        let uri = uri.to_owned();
        self.read(move |tx| known::post(tx, &uri)).await
    }

    /// What counts about a person in every group.
    ///
    /// # Errors
    /// `NotFound`, and when the database fails.
    pub async fn facts(&self, person: PersonId) -> crate::error::Result<Facts> {
        match self.glance().and_then(|glance| glance.facts(person)) {
            Some(seen) => Ok(seen),
            None => self.read(move |tx| membership::facts(tx, person)).await,
        }
    }

    /// Fetches a document from its own address, signed by the instance's actor.
    ///
    /// A document whose `id` is another address of the same origin is fetched from there, once.
    ///
    /// # Errors
    /// See [`Miss`].
    pub async fn document(&self, url: &Url) -> Result<Found, Miss> {
        let mut found = self.fetch(url).await?;
        let Some(id) = Document(&found.value).id() else { return Err(Miss::Wrong("no id".to_owned())) };
        if !same_document(&id, &found.id) {
            if !same_origin(&id, &found.id) {
                return Err(Miss::Wrong("its id is elsewhere".to_owned()));
            }
            found = self.fetch(&id).await?;
            let again = Document(&found.value).id();
            if !again.is_some_and(|again| same_document(&again, &found.id)) {
                return Err(Miss::Wrong("its id is another".to_owned()));
            }
        }
        if found.document().kind() == "Tombstone" {
            return Err(Miss::Gone);
        }
        found.id = id;
        Ok(found)
    }

    /// The raw request: policy, budget, a place among the requests to that host, and both signature schemes.
    async fn fetch(&self, url: &Url) -> Result<Found, Miss> {
        let app = &self.app;
        let Admitted { host, scheme, closed } = self.admit(url).await?;
        let places = app.federation.places(&host);
        let _place = places.acquire().await.map_err(Error::internal)?;
        let first = scheme.unwrap_or(PeerScheme::Cavage);
        let (result, took) = match self.knock(url, first, closed).await {
            Err(Failure::Status(status)) if matches!(status.as_u16(), 400 | 401) => {
                (self.knock(url, first.other(), closed).await, first.other())
            }
            result => (result, first),
        };
        match result {
            Ok(fetched) => {
                let taken = (scheme != Some(took)).then_some(took);
                app.db.write(move |tx| peers::reached(tx, &host, taken)).await?;
                read(&fetched)
            }
            Err(failure) => {
                if !matches!(failure, Failure::Gone) {
                    app.federation.note_failure(url.as_str(), nothing(&failure));
                }
                tracing::debug!(peer = %host, error = %failure, "a document could not be fetched");
                Err(failure.into())
            }
        }
    }

    /// Whether one more request may be made, and to this host.
    async fn admit(&self, url: &Url) -> Result<Admitted, Miss> {
        if !self.online {
            return Err(Miss::NotHere);
        }
        let app = &self.app;
        app.client.guard().check_url(url).map_err(|refused| Miss::from(Failure::Refused(refused)))?;
        let host = host_of(url).ok_or_else(|| Miss::Wrong("no host".to_owned()))?;
        // What isn't there for the instance may be there for a member.
        let failed = app.federation.failed_lately(url.as_str()).filter(|_| self.closed.is_none());
        match failed {
            None => {}
            Some(Nothing::Missing) => return Err(Miss::Missing),
            Some(Nothing::NoAnswer) => {
                return Err(Miss::Passing("it gave nothing a moment ago".to_owned()));
            }
        }
        let took = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if took.is_err() {
            return Err(Miss::Wrong("too many requests for one activity".to_owned()));
        }
        let (name, uri, about) = (host.clone(), url.to_string(), self.closed);
        let read = app.db.read(move |tx| {
            let closed = about.map_or_else(|| known::closed_group(tx, &uri), |group| Ok(Some(group)))?;
            let ground = closed.map(|group| Ground::now(tx, group)).transpose()?.flatten().map(Ground::pair);
            let (refused, scheme) = peers::to_fetch(tx, &name, ground)?;
            Ok((refused, scheme, closed))
        });
        let (refused, scheme, closed) = read.await?;
        if refused {
            return Err(Miss::Blocked);
        }
        Ok(Admitted { host, scheme, closed })
    }

    /// Fetches other JSON, unsigned: WebFinger and NodeInfo.
    ///
    /// # Errors
    /// See [`Miss`].
    pub async fn json(&self, url: &Url, accept: &'static str) -> Result<Fetched, Miss> {
        let host = self.admit(url).await?.host;
        let places = self.app.federation.places(&host);
        let _place = places.acquire().await.map_err(Error::internal)?;
        let fetched = self.app.client.get_json(url, accept).await;
        if let Err(failure) = &fetched {
            self.app.federation.note_failure(url.as_str(), nothing(failure));
        }
        Ok(fetched?)
    }

    async fn knock(
        &self,
        url: &Url,
        scheme: PeerScheme,
        closed: Option<GroupId>,
    ) -> Result<Fetched, Failure> {
        let signing = self.signing(scheme, closed).await?;
        self.app.client.get_signed(url, Some(&signing)).await
    }

    async fn signing(&self, scheme: PeerScheme, closed: Option<GroupId>) -> Result<Signing, Failure> {
        let state = self.app.federation.clone();
        let signers = self.app.db.read(move |tx| Signers::for_asking(tx, &state, closed));
        let signers = signers.await.map_err(|error| Failure::Network(error.to_string()))?;
        let (signer, now) = (signers.of(scheme).clone(), self.app.clock.now().utc());
        Ok(Signing { signer, scheme: scheme.scheme(), now })
    }

    /// A file of a closed group, of at most `limit` bytes, asked for as its members' server.
    ///
    /// # Errors
    /// See [`Miss`].
    pub async fn file(&self, url: &Url, limit: usize) -> Result<Bytes, Miss> {
        let Admitted { host, scheme, closed } = self.admit(url).await?;
        let places = self.app.federation.places(&host);
        let _place = places.acquire().await.map_err(Error::internal)?;
        let signing = self.signing(scheme.unwrap_or(PeerScheme::Cavage), closed).await?;
        Ok(self.app.client.get_media_as(url, limit, Some(&signing)).await?.bytes)
    }

    /// The actor with this id, from here when it is known.
    ///
    /// # Errors
    /// See [`Miss`]; `Gone` also for one that is known to be deleted.
    pub async fn actor(&self, uri: &Url) -> Result<ActorRow, Miss> {
        if let Some(known) = self.known_actor(uri.as_str()).await? {
            return if known.gone_at.is_some() { Err(Miss::Gone) } else { Ok(known) };
        }
        self.fresh_actor(uri).await
    }

    /// The actor with this id, its document read now. An address of ours is never asked.
    ///
    /// # Errors
    /// See [`Miss`].
    pub async fn fresh_actor(&self, uri: &Url) -> Result<ActorRow, Miss> {
        if self.app.urls.is_ours(uri) {
            return Err(Miss::Gone);
        }
        let found = self.document(uri).await?;
        self.save_actor(&found.value).await
    }

    /// Stores an actor as its own document says; whoever calls knows that the document is authentic.
    ///
    /// # Errors
    /// `Wrong` when the document can't be an actor's.
    pub async fn save_actor(&self, document: &Value) -> Result<ActorRow, Miss> {
        let app = &self.app;
        let remote = actor_in::read(Document(document), app).map_err(|rule| Miss::Wrong(rule.to_owned()))?;
        let row = app
            .db
            .write(move |tx| {
                peers::meet(tx, remote.host())?;
                let id = match &remote {
                    RemoteActor::Person(person) => crate::people::remote::save(tx, person)?.into(),
                    RemoteActor::Group(group) => crate::groups::acts::save_remote(tx, group)?.into(),
                };
                actors::find(tx, id)
            })
            .await;
        match row {
            Err(Error::Conflict) => Err(Miss::Wrong("it is known as something else".to_owned())),
            Ok(row) if row.gone_at.is_some() => Err(Miss::Gone),
            other => Ok(other?),
        }
    }

    /// The items of a collection, in its order, from at most [`PAGES`] pages; a page that was seen isn't read again.
    ///
    /// # Errors
    /// See [`Miss`]; a later page that fails ends the list.
    pub async fn collection(&self, url: &Url, limit: usize) -> Result<Vec<Value>, Miss> {
        let first = self.document(url).await?;
        let mut items = Vec::new();
        take_items(first.document(), &mut items, limit);
        let mut seen = vec![first.id.clone()];
        let mut next = match first.document().object("first") {
            Some(page) => {
                take_items(page, &mut items, limit);
                page.link("next")
            }
            None => first.document().link("first").or_else(|| first.document().link("next")),
        };
        for _ in 0..PAGES {
            let Some(url) = next.take().filter(|url| items.len() < limit && !seen.contains(url)) else {
                break;
            };
            // A page is a document of the same origin; its id may carry parameters that its address doesn't.
            if !same_origin(&url, &first.id) {
                break;
            }
            seen.push(url.clone());
            let Ok(page) = self.fetch(&url).await else { break };
            let before = items.len();
            take_items(page.document(), &mut items, limit);
            if items.len() == before {
                break;
            }
            next = page.document().link("next");
        }
        Ok(items)
    }
}

/// A request that may be made.
struct Admitted {
    host: String,
    /// The scheme that the host is known to take.
    scheme: Option<PeerScheme>,
    /// The closed group that it is about.
    closed: Option<GroupId>,
}

fn take_items(page: Document<'_>, items: &mut Vec<Value>, limit: usize) {
    for name in ["orderedItems", "items"] {
        let room = limit.saturating_sub(items.len());
        items.extend(page.all(name).take(room).cloned());
    }
}

/// What is remembered of a request that failed.
fn nothing(failure: &Failure) -> Nothing {
    match failure {
        Failure::Status(status) if *status == http::StatusCode::NOT_FOUND => Nothing::Missing,
        _ => Nothing::NoAnswer,
    }
}

fn read(fetched: &Fetched) -> Result<Found, Miss> {
    let raw = String::from_utf8(fetched.body.to_vec()).map_err(|_| Miss::Wrong("not UTF-8".to_owned()))?;
    let value: Value = serde_json::from_str(&raw).map_err(|error| Miss::Wrong(error.to_string()))?;
    if !value.is_object() {
        return Err(Miss::Wrong("no JSON object".to_owned()));
    }
    Ok(Found { id: fetched.url.clone(), value, raw })
}

/// Whether two addresses are of one document: a fragment is a part of it.
fn same_document(a: &Url, b: &Url) -> bool {
    let (mut a, mut b) = (a.clone(), b.clone());
    a.set_fragment(None);
    b.set_fragment(None);
    a == b
}
