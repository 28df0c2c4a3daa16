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
    /// one. What is in a group of ours its members' servers serve to its host, which is this instance.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn for_asking(tx: &mut Tx<'_>, state: &State, closed: Option<GroupId>) -> Result<Self> {
        let elsewhere = match closed {
            Some(group) if !actors::find(tx, group.into())?.local => Some(group),
            _ => None,
        };
        let member = match elsewhere.map(|group| membership::outward::member_here(tx, group)) {
            Some(Ok(member)) => Some(actors::find(tx, member.into())?),
            Some(Err(Error::NotFound)) | None => None,
            Some(Err(error)) => return Err(error),
        };
        let actor = match member {
            Some(actor) => actor,
            None => instance::actor(tx)?,
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
