//! The private keys of our actors, ready to sign requests and to prove documents.

use url::Url;

use super::signatures::Signer;
use super::state::State;
use super::store::peers::PeerScheme;
use crate::actors::{self, ActorRow};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::GroupId;
use crate::keys::Kind;
use crate::{instance, membership};

/// Both keys of an actor, with their ids.
#[derive(Debug, Clone)]
pub struct Signers {
    /// RSA, which all software takes.
    pub rsa: Signer,
    /// Ed25519: for proofs, and for requests to whoever takes it.
    pub ed: Signer,
}

impl Signers {
    /// The keys of a local actor. Their texts are read each time, so that a change counts at once; parsing is remembered.
    ///
    /// # Errors
    /// `NotFound` when the actor is elsewhere, or gone for good.
    pub fn load(tx: &mut Tx<'_>, state: &State, actor: &ActorRow) -> Result<Self> {
        let keys = actors::private_keys(tx, actor.id)?;
        Ok(Self {
            rsa: signer(state, &keys.rsa_private, actor.rsa_key_uri.as_deref())?,
            ed: signer(state, &keys.ed_private, actor.ed_key_uri.as_deref())?,
        })
    }

    /// The keys of whoever asks other servers: the instance; or, for what is in a closed group elsewhere, a member of ours, while there is
    /// one. For what is in a group of ours that group itself: to it its members' servers serve what they wrote there, and nothing else.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn for_asking(tx: &mut Tx<'_>, state: &State, closed: Option<GroupId>) -> Result<Self> {
        let Some(group) = closed else {
            let actor = instance::actor(tx)?;
            return Self::load(tx, state, &actor);
        };
        let host = actors::find(tx, group.into())?;
        if host.local {
            return Self::load(tx, state, &host);
        }
        let actor = match membership::outward::member_here(tx, group) {
            Ok(member) => actors::find(tx, member.into())?,
            Err(Error::NotFound) => instance::actor(tx)?,
            Err(error) => return Err(error),
        };
        Self::load(tx, state, &actor)
    }

    /// The key for a scheme.
    #[must_use]
    pub fn of(&self, scheme: PeerScheme) -> &Signer {
        match scheme.kind() {
            Kind::Rsa => &self.rsa,
            Kind::Ed25519 => &self.ed,
        }
    }
}

fn signer(state: &State, pem: &str, id: Option<&str>) -> Result<Signer> {
    let key = state.signing_key(pem).map_err(Error::internal)?;
    let key_id = Url::parse(id.unwrap_or_default()).map_err(Error::internal)?;
    Ok(Signer { key, key_id })
}
