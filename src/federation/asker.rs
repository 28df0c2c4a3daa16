//! Who asks for a document: a server that signed its request, or anybody.
//!
//! A signature is verified when the key is known here; what is open to anybody needs none. A server that administrators
//! blocked is refused as soon as it says who it is.

use axum::http::{HeaderMap, Method, StatusCode, Uri};
use chrono::TimeDelta;

use super::signatures::{self, Claim, Incoming, Rules};
use super::store::peers;
use crate::actors;
use crate::app::App;
use crate::db::Tx;
use crate::error::Result;
use crate::policy::{Destination, PeerState};
use crate::urls::host_of;

/// Where an answer to this request goes.
///
/// # Errors
/// 404 while federation is off, 403 for a blocked server, 500 when the database fails.
pub async fn destination(
    app: &App,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Destination, StatusCode> {
    if !app.config.federation.enabled {
        return Err(StatusCode::NOT_FOUND);
    }
    if !headers.contains_key("signature") {
        return Ok(Destination::Anyone);
    }
    let window = TimeDelta::seconds(app.config.federation.clock_window);
    let rules = Rules::new(app.urls.domain(), app.urls.https(), window);
    let path_and_query = uri.path_and_query().map_or("/", |path| path.as_str());
    let incoming = Incoming { method, path_and_query, headers, body: &[], now: app.clock.now().utc() };
    // A signature that says nothing gives nothing: the answer is what anybody would get.
    let Ok(claims) = signatures::read(&incoming, &rules) else { return Ok(Destination::Anyone) };
    let state = app.federation.clone();
    let known =
        app.db.read(move |tx| claims.iter().map(|claim| who(tx, &state, claim)).collect::<Result<Vec<_>>>());
    let known = known.await.map_err(|error| {
        tracing::error!(error = %error, "can't tell who asks");
        StatusCode::INTERNAL_SERVER_ERROR
    })?;
    if known.iter().any(|(_, state, _)| *state == PeerState::Blocked) {
        return Err(StatusCode::FORBIDDEN);
    }
    let proven = known.into_iter().find(|(_, _, proven)| *proven);
    Ok(proven.map_or(Destination::Anyone, |(host, state, _)| Destination::Peer { host, state }))
}

/// The host that a key belongs to, what was decided about it, and whether the signature proves it.
fn who(tx: &mut Tx<'_>, state: &super::state::State, claim: &Claim) -> Result<(String, PeerState, bool)> {
    let host = host_of(claim.key_url()).unwrap_or_default();
    let decided = peers::state(tx, &host)?;
    // Mastodon and Lemmy name `actor#key`; a key that is a document of its own (GoToSocial) is known once its owner wrote.
    let actor = match state.sender(claim.key_id()) {
        Some(sender) => actors::by_uri(tx, &sender.actor_uri)?,
        None => actors::by_uri(tx, claim.key_document().as_str())?,
    };
    let proven = actor.filter(|actor| actor.gone_at.is_none()).is_some_and(|actor| {
        let rsa = actor.rsa_key.filter(|_| actor.rsa_key_uri.as_deref() == Some(claim.key_id()));
        let ed = actor.ed_key.filter(|_| actor.ed_key_uri.as_deref() == Some(claim.key_id()));
        let key = rsa.or(ed).and_then(|text| state.public_key(&text).ok());
        key.is_some_and(|key| claim.verify(&key).is_ok())
    });
    Ok((host, decided, proven))
}
