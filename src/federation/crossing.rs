//! Whether what is in a closed group may go to a server now: what was agreed with it, who is there, and whether what it runs keeps the
//! group closed. What the rules say about the server comes from `store::peers`, and is part of each destination.
//!
//! Of an open group nothing is asked here, so that its deliveries cost what they did. It is asked when an activity is stored, and
//! again right before it is sent; what ended in between is not sent.

use std::collections::{BTreeMap, BTreeSet};

use super::store::peers::Decided;
use crate::agreements;
use crate::db::Tx;
use crate::error::Result;
use crate::groups;
use crate::ids::GroupId;
use crate::membership;
use crate::policy::{Class, Destination, PeerState, visibility};

/// A group, as far as it decides about what crosses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ground {
    /// Which group.
    pub group: GroupId,
    /// Its class now.
    pub class: Class,
}

impl Ground {
    /// A group as it is now; `None` when there is none.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn now(tx: &mut Tx<'_>, group: GroupId) -> Result<Option<Self>> {
        Ok(groups::outward::class(tx, group)?.map(|class| Self { group, class }))
    }

    /// A group as it is now, and whether it is closed and shows outsiders that it is there; `None` when there is none.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn with_face(tx: &mut Tx<'_>, group: GroupId) -> Result<Option<(Self, bool)>> {
        Ok(groups::outward::face(tx, group)?.map(|(class, face)| (Self { group, class }, face)))
    }

    /// The group and its class, as rules ask for them.
    #[must_use]
    pub fn pair(self) -> (GroupId, Class) {
        (self.group, self.class)
    }
}

/// What decides about hosts and one group, as of now.
#[derive(Debug, Clone, Default)]
pub struct Crossing {
    ceilings: BTreeMap<String, Class>,
    /// Servers with somebody who belongs to the group, that run what keeps it closed.
    holders: BTreeSet<String>,
    /// Servers that hold copies, whatever is agreed with them now.
    copies: BTreeSet<String>,
}

impl Crossing {
    /// Reads it for these hosts, of which it is known what they are. Somebody's membership lets nothing go to software that doesn't keep
    /// the group closed: they may have joined while it was open.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn of<'h>(
        tx: &mut Tx<'_>,
        ground: Ground,
        known: &Decided,
        hosts: impl IntoIterator<Item = &'h str>,
    ) -> Result<Self> {
        if ground.class == Class::Openbaar {
            return Ok(Self::default());
        }
        let ceilings = agreements::ceilings(tx, hosts)?;
        let mut holders = if ceilings.is_empty() {
            BTreeSet::new()
        } else {
            membership::outward::holders(tx, ground.group)?
        };
        holders.retain(|host| known.row(host).is_some_and(|peer| peer.keeps_closed(ground.class)));
        let copies = groups::holders::now(tx, ground.group)?.into_iter().collect();
        Ok(Self { ceilings, holders, copies })
    }

    /// A host as a destination of what is in the group; `state` is what the rules say about what goes there.
    #[must_use]
    pub fn to(&self, host: &str, state: PeerState) -> Destination {
        let member = self.holders.contains(host);
        Destination::Peer { host: host.to_owned(), state, ceiling: self.ceiling(host), member }
    }

    /// Whether a host is told of ties with the group: that somebody is invited, or that a membership has ended. Of an open group that
    /// tells nothing of what is in it, so a blocked server hears of an end, too: it would go on believing, and its people would go on
    /// waiting. Of a closed one only a server with an agreement hears it.
    #[must_use]
    pub fn may_know(&self, host: &str, class: Class) -> bool {
        visibility::reaches(self.ceiling(host), class)
    }

    /// Whether a host is told that a membership of the group has ended: also one that has copies which are to go, though nothing is agreed
    /// with it any more, or not as much as the group asks for now.
    #[must_use]
    pub fn may_hear_of_ends(&self, host: &str, class: Class) -> bool {
        self.may_know(host, class) || self.copies.contains(host)
    }

    fn ceiling(&self, host: &str) -> Class {
        self.ceilings.get(host).copied().unwrap_or(Class::Openbaar)
    }
}
