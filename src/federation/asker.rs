//! Who asks for a document: a server that signed its request, or anybody.
//!
//! A signature is verified when the key is known here; what is open to anybody needs none. Only keys of servers with an agreement are
//! fetched. A server to which nothing goes, because administrators blocked it or by a rule, is refused as soon as it says who it is.

use axum::http::{HeaderMap, Method, StatusCode, Uri};
use chrono::TimeDelta;

use super::crossing::Ground;
use super::fetch::Reach;
use super::meet;
use super::quirks;
use super::signatures::{self, Claim, Incoming, Rules};
use super::store::{known, peers};
use super::verify;
use crate::actors::{self, ActorKind, ActorRow};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::policy::federation::{Answer, Direction, Passing};
use crate::policy::{Actor, Class, Destination, Origin, visibility};
use crate::rules::Policy;
use crate::urls::host_of;
use crate::{agreements, membership};

/// Who asks.
#[derive(Debug, Clone)]
pub enum Asker {
    /// Anybody at all.
    Anyone,
    /// An actor elsewhere, proven by its own key.
    Peer {
        /// The actor.
        actor: Box<ActorRow>,
        /// What decides about its host, read for this request.
        policy: Policy,
    },
}

impl Asker {
    /// Whether nothing is known of who asks.
    #[must_use]
    pub fn is_anyone(&self) -> bool {
        matches!(self, Self::Anyone)
    }

    /// This asker as a destination of what is in a group, with what the rules say of that. Only of a closed one it is asked what was
    /// agreed, whether what its server runs keeps it closed, and whether the actor itself belongs to it, at this moment.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn towards(&self, tx: &mut Tx<'_>, ground: Ground) -> Result<Destination> {
        let Self::Peer { actor, policy } = self else { return Ok(Destination::Anyone) };
        let (host, state) = (actor.host.clone(), reading(policy, &actor.host, ground).as_state());
        if ground.class == Class::Openbaar {
            return Ok(Destination::Peer { host, state, ceiling: Class::Openbaar, member: false });
        }
        let ceiling = agreements::ceiling(tx, &host)?;
        let reached = visibility::reaches(ceiling, ground.class);
        let peer = if reached { peers::find(tx, &host)? } else { None };
        let member = match peer.filter(|peer| peer.keeps_closed(ground.class)) {
            Some(peer) => reads(tx, actor, ground, &peer.software)?,
            None => false,
        };
        Ok(Destination::Peer { host, state, ceiling, member })
    }

    /// Whether the asker's server may be given the stub of a closed group hosted here: there is an agreement that reaches its class, and
    /// somebody there is invited, waits or belongs to it; or the group shows outsiders that it is there.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn may_meet(&self, tx: &mut Tx<'_>, ground: Ground, face: bool) -> Result<bool> {
        let Self::Peer { actor, policy } = self else { return Ok(false) };
        if reading(policy, &actor.host, ground).refuses()
            || !visibility::reaches(agreements::ceiling(tx, &actor.host)?, ground.class)
        {
            return Ok(false);
        }
        Ok(face || membership::outward::is_awaited(tx, ground.group, &actor.host)?)
    }

    /// Whether the asker's software would take the stub of a closed group only with the address of an outbox in it. There is nothing to be
    /// had at that address yet.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn wants_outbox(&self, tx: &mut Tx<'_>) -> Result<bool> {
        let Self::Peer { actor, .. } = self else { return Ok(false) };
        Ok(peers::find(tx, &actor.host)?.is_some_and(|peer| quirks::wants_outbox(&peer.software)))
    }
}

/// What the rules say of somebody elsewhere who reads what is in a group.
fn reading(policy: &Policy, host: &str, ground: Ground) -> Answer {
    policy.judge(host, Passing { direction: Direction::Out, ground: Some(ground.pair()), kind: None })
}

/// Whether an actor, on a server of this software, reads what is in a closed group: here as its member; in a copy of ours as its host.
fn reads(tx: &mut Tx<'_>, actor: &ActorRow, ground: Ground, software: &str) -> Result<bool> {
    let group = actors::find(tx, ground.group.into())?;
    if !group.local {
        // Other members' servers have what the host delivered. An author's server serves the host alone.
        let speaks = actor.id == group.id || known::is_instance(tx, actor)?;
        return Ok(speaks && actor.host == group.host);
    }
    // Software that asks in the name of the whole instance is trusted as a whole, and no further than the lowest closed class.
    if known::is_instance(tx, actor)? {
        return Ok(ground.class == Class::Leden
            && quirks::asks_as_instance(software)
            && membership::outward::holders(tx, ground.group)?.contains(&actor.host));
    }
    match actor.kind {
        ActorKind::Person => {
            let by = Actor { person: actor.id.into(), origin: Origin::Peer, activity: None };
            match membership::standing(tx, &by, ground.group) {
                Ok(standing) => Ok(standing.role.is_some() && !standing.banned && !standing.suspended),
                Err(Error::NotFound) => Ok(false),
                Err(error) => Err(error),
            }
        }
        ActorKind::Application | ActorKind::Group => Ok(false),
    }
}

/// What the signatures of a request claim; nothing when there is none, or none that can be read.
fn claims(app: &App, method: &Method, uri: &Uri, headers: &HeaderMap) -> Vec<Claim> {
    if !headers.contains_key("signature") {
        return Vec::new();
    }
    let window = TimeDelta::seconds(app.config.federation.clock_window);
    let rules = Rules::new(app.urls.domain(), app.urls.https(), window);
    let path_and_query = uri.path_and_query().map_or("/", |path| path.as_str());
    let incoming = Incoming { method, path_and_query, headers, body: &[], now: app.clock.now().utc() };
    // A signature that says nothing gives nothing: the answer is what anybody would get.
    signatures::read(&incoming, &rules).unwrap_or_default()
}

/// Who makes this request, as far as that is known here.
///
/// # Errors
/// 404 while federation is off, 403 for a server to which nothing goes, 500 when the database fails.
pub async fn asker(app: &App, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<Asker, StatusCode> {
    if !app.config.federation.enabled {
        return Err(StatusCode::NOT_FOUND);
    }
    let claims = claims(app, method, uri, headers);
    if claims.is_empty() {
        return Ok(Asker::Anyone);
    }
    let state = app.federation.clone();
    let known =
        app.db.read(move |tx| claims.iter().map(|claim| who(tx, &state, claim)).collect::<Result<Vec<_>>>());
    let known = known.await.map_err(|error| {
        tracing::error!(error = %error, "can't tell who asks");
        StatusCode::INTERNAL_SERVER_ERROR
    })?;
    if known.iter().any(|known| known.refused) {
        return Err(StatusCode::FORBIDDEN);
    }
    let proven = known.into_iter().find_map(|known| Some((known.actor?, known.policy)));
    Ok(proven.map_or(Asker::Anyone, |(actor, policy)| Asker::Peer { actor: Box::new(actor), policy }))
}

/// Somebody unknown to whom there seems to be nothing to show: when their server has an agreement with us, they are looked up there, as what
/// they ask for may be theirs to see. For anybody else nobody is asked.
///
/// # Errors
/// Only when the database does.
pub async fn partner(app: &App, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<Asker> {
    let claims = claims(app, method, uri, headers);
    for claim in &claims {
        let (actor, host) = (claim.key_document(), host_of(claim.key_url()).unwrap_or_default());
        let asked = host.clone();
        if app.db.read(move |tx| agreements::ceiling(tx, &asked)).await? == Class::Openbaar {
            continue;
        }
        let Ok(sender) = verify::request(app, &claims, &actor, true, Direction::Out).await else { continue };
        // What it runs decides about what it may have, and in which form.
        if let Err(miss) = meet::before_sending(&Reach::out(app), &host).await {
            tracing::debug!(peer = %host, error = %miss, "it doesn't say what it is");
        }
        let found = app.db.read(move |tx| {
            let Some(actor) = actors::by_uri(tx, &sender.actor_uri)? else { return Ok(None) };
            let policy = Policy::of(tx, [actor.host.as_str()])?;
            Ok(Some((actor, policy)))
        });
        if let Some((actor, policy)) = found.await?.filter(|(actor, _)| actor.gone_at.is_none()) {
            return Ok(Asker::Peer { actor: Box::new(actor), policy });
        }
    }
    Ok(Asker::Anyone)
}

/// What is known of whoever says that a key is theirs.
struct Known {
    /// What decides about the host that the key belongs to.
    policy: Policy,
    /// Nothing at all goes there.
    refused: bool,
    /// The actor, if the signature proves it.
    actor: Option<ActorRow>,
}

fn who(tx: &mut Tx<'_>, state: &super::state::State, claim: &Claim) -> Result<Known> {
    let host = host_of(claim.key_url()).unwrap_or_default();
    let policy = Policy::of(tx, [host.as_str()])?;
    let refused = policy.shut(&host, Direction::Out).is_some();
    // Mastodon and Lemmy name `actor#key`; a key that is a document of its own (GoToSocial) is known once its owner wrote.
    let actor = match state.sender(claim.key_id()) {
        Some(sender) => actors::by_uri(tx, &sender.actor_uri)?,
        None => actors::by_uri(tx, claim.key_document().as_str())?,
    };
    let actor = actor.filter(|actor| actor.gone_at.is_none() && actor.host == host).filter(|actor| {
        let rsa = actor.rsa_key.as_ref().filter(|_| actor.rsa_key_uri.as_deref() == Some(claim.key_id()));
        let ed = actor.ed_key.as_ref().filter(|_| actor.ed_key_uri.as_deref() == Some(claim.key_id()));
        let key = rsa.or(ed).and_then(|text| state.public_key(text).ok());
        key.is_some_and(|key| claim.verify(&key).is_ok())
    });
    Ok(Known { policy, refused, actor })
}
