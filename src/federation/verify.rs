//! Who sent this? From a signature or proof to the actor who made it, with the key looked up and, once, fetched again.
//!
//! A key counts only for the actor whose document lists it, and only when it and the actor share an origin (FEP-fe34).

use serde_json::Value;
use url::Url;

use super::fetch::{Miss, Reach};
use super::guard::same_origin;
use super::proofs::Proof;
use super::signatures::{Claim, Refusal};
use super::state::Sender;
use super::store::{known, peers};
use crate::actors::{self, ActorRow};
use crate::app::App;
use crate::error::Error;
use crate::policy::federation::{Because, Direction};
use crate::policy::rates::Limit;
use crate::urls::host_of;

/// Requests that finding one key may cause: the actor, a redirect of its id, and nothing else.
const KEY_FETCHES: usize = 2;

/// Why a signed request isn't believed.
#[derive(Debug)]
pub enum Unverified {
    /// The signature or its key.
    Signature(Refusal),
    /// The key is of another server than the actor.
    Foreign,
    /// The actor's host is blocked.
    Blocked,
    /// A rule says that nothing passes, or that its key isn't fetched.
    Ruled,
    /// The actor is gone.
    Gone,
    /// The actor isn't known here, and nobody was asked.
    Unknown,
    /// The key could not be fetched; it may work later.
    Unreachable,
    /// A fault of ours, or a limit that is reached.
    Fault(Error),
}

impl From<Error> for Unverified {
    fn from(error: Error) -> Self {
        Self::Fault(error)
    }
}

/// Verifies that `actor` made one of the claims, with keys from here or, when `may_fetch`, from its server. `direction` is which way
/// goes what the request is about: a server from or to which nothing goes that way isn't verified.
///
/// # Errors
/// See [`Unverified`].
pub async fn request(
    app: &App,
    claims: &[Claim],
    actor: &Url,
    may_fetch: bool,
    direction: Direction,
) -> Result<Sender, Unverified> {
    let ours: Vec<&Claim> = claims.iter().filter(|claim| same_origin(claim.key_url(), actor)).collect();
    if ours.is_empty() {
        return Err(Unverified::Foreign);
    }
    for claim in &ours {
        if let Some(sender) = app.federation.sender(claim.key_id())
            && sender.actor_uri == actor.as_str()
            && let Ok(key) = app.federation.public_key(&sender.key)
            && claim.verify(&key).is_ok()
        {
            return Ok(sender);
        }
    }
    let (uri, host) = (actor.to_string(), host_of(actor).unwrap_or_default());
    let from = host.clone();
    let (row, shut) =
        app.db.read(move |tx| Ok((actors::by_uri(tx, &uri)?, peers::shut(tx, &from, direction)?))).await?;
    if let Some(answer) = shut {
        let whole = answer.because == Because::Server;
        return Err(if whole { Unverified::Blocked } else { Unverified::Ruled });
    }
    let known = match row {
        Some(row) if row.local => return Err(Unverified::Foreign),
        Some(row) if row.gone_at.is_some() => return Err(Unverified::Gone),
        Some(row) => {
            if let Some(sender) = by_keys(app, &ours, &row) {
                return Ok(sender);
            }
            Some(row)
        }
        None if !may_fetch => return Err(Unverified::Unknown),
        None => None,
    };
    let failed = Unverified::Signature(Refusal::Invalid("it does not verify with the actor's key"));
    let stranger = known.is_none();
    if stranger {
        // A server with new people without end would have us ask for each of them.
        app.limits.check(Limit::PeerActors, &host, 1)?;
    }
    if let Some(row) = known {
        // The key may have been changed. One look in five minutes, so that junk can't make us ask.
        let id = row.id;
        if !may_fetch || !app.db.write(move |tx| known::may_try_key(tx, id)).await? {
            return Err(failed);
        }
    }
    let fresh = match Reach::with(app, KEY_FETCHES).fresh_actor(actor).await {
        Ok(row) if row.uri == actor.as_str() => row,
        Ok(_) => return Err(Unverified::Foreign),
        Err(Miss::Gone | Miss::Missing) => return Err(Unverified::Gone),
        // The server as a whole isn't blocked.
        Err(Miss::Blocked) => return Err(Unverified::Ruled),
        Err(Miss::Passing(_)) => return Err(Unverified::Unreachable),
        Err(Miss::NotHere | Miss::Wrong(_)) => return Err(failed),
        Err(Miss::Fault(error)) => return Err(Unverified::Fault(error)),
    };
    let sender = by_keys(app, &ours, &fresh).ok_or(failed)?;
    if stranger {
        // Counted once it is proven that they are theirs: nobody can use up what others have.
        app.limits.take(Limit::PeerActors, &host, 1)?;
    }
    Ok(sender)
}

/// The actor's key that made one of the claims.
fn by_keys(app: &App, claims: &[&Claim], row: &ActorRow) -> Option<Sender> {
    for claim in claims {
        for text in [&row.rsa_key, &row.ed_key].into_iter().flatten() {
            let Ok(key) = app.federation.public_key(text) else { continue };
            if claim.verify(&key).is_ok() {
                let sender = Sender { actor_uri: row.uri.clone(), key: text.clone() };
                app.federation.remember_sender(claim.key_id(), sender.clone());
                return Some(sender);
            }
        }
    }
    None
}

/// Whether a document carries a proof (FEP-8b32) by the actor `owner`, made with a key that its own document lists.
///
/// # Errors
/// When the owner's key isn't known here and can't be asked for now; a proof that doesn't hold is `false`.
pub async fn is_proven(reach: &Reach, document: &Value, owner: &Url) -> Result<bool, Miss> {
    let now = reach.app().clock.now().utc();
    let Ok(proof) = Proof::read(document, now) else { return Ok(false) };
    if proof.owner() != owner || !same_origin(proof.method(), owner) {
        return Ok(false);
    }
    let row = match reach.actor(owner).await {
        Ok(row) => row,
        Err(Miss::Gone | Miss::Missing | Miss::Wrong(_) | Miss::Blocked) => return Ok(false),
        Err(miss) => return Err(miss),
    };
    if row.local || row.ed_key_uri.as_deref() != Some(proof.method().as_str()) {
        return Ok(false);
    }
    let key = row.ed_key.and_then(|text| reach.app().federation.public_key(&text).ok());
    Ok(key.is_some_and(|key| proof.verify(&key).is_ok()))
}
