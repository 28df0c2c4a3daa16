//! Where something goes: the inboxes of those concerned, each once, and in which form each host shows it.
//!
//! Whether it may go there is asked again when it is sent; here only what can't be meant to go is left out.

use std::collections::BTreeSet;

use super::crossing::{Crossing, Ground};
use super::store::outbox::Address;
use super::store::peers::{self, Decided, PeerForm};
use crate::actors::ActorRow;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{GroupId, PersonId};
use crate::policy::{PeerState, visibility};
use crate::{membership, people};

/// Inboxes, each once.
#[derive(Debug, Clone, Default)]
pub struct Audience {
    addresses: BTreeSet<Address>,
}

impl Audience {
    /// Nobody.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The accepted members of a group who are elsewhere.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn members(tx: &mut Tx<'_>, group: GroupId) -> Result<Self> {
        let mut audience = Self::new();
        for (host, shared, own) in membership::outward::addresses(tx, group)? {
            audience.add(host, shared.or(own));
        }
        Ok(audience)
    }

    /// Adds those who follow a person.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn add_followers(&mut self, tx: &mut Tx<'_>, person: PersonId) -> Result<()> {
        for (host, shared, own) in people::outward::followers(tx, person)? {
            self.add(host, Some(shared.unwrap_or(own)));
        }
        Ok(())
    }

    /// Adds one actor, unless it is of this instance or gone.
    pub fn add_actor(&mut self, actor: &ActorRow) {
        if !actor.local && actor.gone_at.is_none() {
            self.add(actor.host.clone(), Some(actor.delivery_inbox().to_owned()));
        }
    }

    /// Adds one actor's own inbox: for what only the actor is to get. Other software takes a Follow nowhere else.
    pub fn add_personally(&mut self, actor: &ActorRow) {
        if !actor.local && actor.gone_at.is_none() {
            self.add(actor.host.clone(), Some(actor.inbox.clone()));
        }
    }

    /// Adds inboxes by their address alone.
    pub fn add_inboxes(&mut self, inboxes: &[String]) {
        for inbox in inboxes {
            let host = url::Url::parse(inbox).ok().and_then(|url| crate::urls::host_of(&url));
            if let Some(host) = host {
                self.add(host, Some(inbox.clone()));
            }
        }
    }

    /// Adds a server by its shared inbox.
    pub fn add_shared(&mut self, host: String, inbox: String) {
        self.add(host, Some(inbox));
    }

    /// Adds all of another audience.
    pub fn extend(&mut self, other: Self) {
        self.addresses.extend(other.addresses);
    }

    /// Takes out what another audience has.
    #[must_use]
    pub fn without(mut self, other: &Self) -> Self {
        self.addresses.retain(|address| !other.addresses.contains(address));
        self
    }

    /// Whether nobody is concerned.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.addresses.is_empty()
    }

    /// The inboxes.
    #[must_use]
    pub fn addresses(&self) -> Vec<Address> {
        self.addresses.iter().cloned().collect()
    }

    fn add(&mut self, host: String, inbox: Option<String>) {
        if let Some(inbox) = inbox {
            self.addresses.insert(Address { host, inbox });
        }
    }

    /// Parts the inboxes by what their software shows. What may not go to a host now, by the class of the group or because the host
    /// is blocked, is left out; without a group only blocked hosts are.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn by_form(&self, tx: &mut Tx<'_>, ground: Option<Ground>) -> Result<ByForm> {
        let known = peers::many(tx, self.hosts())?;
        self.parted(tx, &known, ground)
    }

    /// The hosts, each as often as it has inboxes.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.addresses.iter().map(|address| address.host.as_str())
    }

    /// The same as [`Audience::by_form`] with what is known of its hosts; one that isn't is left out.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn parted(&self, tx: &mut Tx<'_>, known: &Decided, ground: Option<Ground>) -> Result<ByForm> {
        let crossing = match ground {
            Some(ground) => Crossing::of(tx, ground, self.hosts())?,
            None => Crossing::default(),
        };
        let mut parts = ByForm::default();
        for address in &self.addresses {
            let Some((state, peer)) = known.get(&address.host) else { continue };
            let (state, form) = (*state, peer.as_ref().map_or(PeerForm::Unknown, |peer| peer.form));
            let crosses = ground.map_or(state != PeerState::Blocked, |ground| {
                visibility::may_cross(ground.class, &crossing.to(&address.host, state))
            });
            if !crosses {
                continue;
            }
            parts.all.addresses.insert(address.clone());
            if form != PeerForm::Microblog {
                parts.activities.addresses.insert(address.clone());
            }
            if form != PeerForm::Threadiverse {
                parts.bare.addresses.insert(address.clone());
            }
        }
        Ok(parts)
    }
}

/// Whether an activity of this kind only says that a tie has ended: those go to blocked servers, too.
pub fn is_parting(kind: &str) -> bool {
    matches!(kind, "Reject" | "Undo/Follow")
}

/// Whether an activity of this kind invites somebody who isn't a member yet.
pub fn is_inviting(kind: &str) -> bool {
    kind == "Invite"
}

/// Inboxes by the form of an announce that is shown there. What isn't known stands in both.
#[derive(Debug, Clone, Default)]
pub struct ByForm {
    /// All of them.
    pub all: Audience,
    /// Where `Announce` of an activity is understood, or may be.
    pub activities: Audience,
    /// Where only an `Announce` of the object itself is shown, or may be.
    pub bare: Audience,
}
