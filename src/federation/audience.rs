//! Where something goes: the inboxes of those concerned, each once, and in which form each host shows it.
//!
//! Whether it may go there is asked again when it is sent; here only what can't be meant to go is left out.

use std::collections::BTreeSet;

use serde_json::Value;

use super::crossing::{Crossing, Ground};
use super::quirks;
use super::store::outbox::Address;
use super::store::peers::{self, Decided, PeerForm};
use crate::actors::ActorRow;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{GroupId, PersonId};
use crate::policy::federation::{Direction, Kind};
use crate::policy::{PeerState, visibility};
use crate::{links, membership, people};

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

    /// Those who are told of all that happens in a group: its accepted members who are elsewhere, and the groups there that show its topics.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn members(tx: &mut Tx<'_>, group: GroupId) -> Result<Self> {
        let mut audience = Self::people(tx, group)?;
        for (host, shared, own) in links::outward::addresses(tx, group)? {
            audience.add(host, shared.or(own));
        }
        Ok(audience)
    }

    /// The accepted members alone. What a group shows of others goes no further than to them.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn people(tx: &mut Tx<'_>, group: GroupId) -> Result<Self> {
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

    /// Parts the inboxes by what their software shows. What may not go to a host now is left out: by the class of the group, because the
    /// host is blocked, or by rules, when they let nothing of any kind go there. What exactly goes is judged when it is sent.
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
            Some(ground) => Crossing::of(tx, ground, known, self.hosts())?,
            None => Crossing::default(),
        };
        let mut parts = ByForm::default();
        for address in &self.addresses {
            let host = &address.host;
            let shut_out = known.shuts_out(host, Direction::Out, ground.map(Ground::pair));
            let state = if shut_out { PeerState::Blocked } else { PeerState::Open };
            let form = known.row(host).map_or(PeerForm::Unknown, |peer| peer.form);
            let takes = known.row(host).is_some_and(|peer| quirks::shows_of_others(&peer.software));
            let crosses = ground
                .map_or(!shut_out, |ground| visibility::may_cross(ground.class, &crossing.to(host, state)));
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
            if form != PeerForm::Threadiverse || takes {
                parts.shown.addresses.insert(address.clone());
            }
        }
        Ok(parts)
    }
}

/// Whether an activity of this kind only says that a tie has ended, or that copies are gone or have to go: those go to blocked servers, too.
pub fn is_parting(kind: &str) -> bool {
    matches!(kind, "Reject" | "Remove/Copies" | "Undo/Follow" | "Update/Closed") || is_unlinking(kind)
}

/// Whether an activity of this kind says that there is nothing between two groups any more, as one of them may be closed now.
pub fn is_unlinking(kind: &str) -> bool {
    matches!(kind, "Reject/Link" | "Undo/Link")
}

/// Whether an activity of this kind tells somebody who followed a closed group that they can't become a member by that: they may know of
/// the group, as long as it shows itself to outsiders.
pub fn is_facing(kind: &str) -> bool {
    matches!(kind, "Reject/Face" | "Create/Face")
}

/// Whether an activity of this kind invites somebody who isn't a member yet.
pub fn is_inviting(kind: &str) -> bool {
    kind == "Invite"
}

/// What kinds of things an activity may be for the rules: more than one when that can't be told, and then the strictest counts. `kind` is
/// its type as it is stored. What changes a post carries it, and is judged as that.
pub fn kinds_of(kind: &str, document: &str) -> &'static [Option<Kind>] {
    match kind.strip_prefix("Announce/").unwrap_or(kind) {
        "Create" | "Update" => kinds_of_object(kind, document),
        // Nothing but topics is announced by itself.
        "Announce" => &[Some(Kind::Topic)],
        "Like" | "Dislike" | "EmojiReact" => &[Some(Kind::Reaction)],
        "Flag" => &[Some(Kind::Report)],
        "Follow" => &[Some(Kind::Join)],
        "Offer" => kinds_of_offer(document),
        _ => &[None],
    }
}

/// A group offers a topic, by its address; an instance an agreement, as a whole.
fn kinds_of_offer(document: &str) -> &'static [Option<Kind>] {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    if document.get("object").is_some_and(Value::is_object) { &[None] } else { &[Some(Kind::Topic)] }
}

/// The same of an activity that carries a post, or what an actor says of itself.
fn kinds_of_object(kind: &str, document: &str) -> &'static [Option<Kind>] {
    let document: Value = serde_json::from_str(document).unwrap_or_default();
    let depth = if kind.starts_with("Announce/") { 2 } else { 1 };
    let object = (0..depth).try_fold(&document, |outer, _| outer.get("object"));
    let Some(object) = object.filter(|object| object.is_object()) else {
        return &[Some(Kind::Topic), Some(Kind::Reply)];
    };
    let of_type = object.get("type").and_then(Value::as_str).unwrap_or_default();
    if matches!(of_type, "Application" | "Group" | "Organization" | "Person" | "Service") {
        return &[None];
    }
    match object.get("inReplyTo") {
        None | Some(Value::Null) => &[Some(Kind::Topic)],
        Some(_) => &[Some(Kind::Reply)],
    }
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
    /// Where an `Announce` of a topic of another group is shown, or may be.
    pub shown: Audience,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_read_from_what_an_activity_carries_and_both_count_when_it_does_not_tell() {
        let topic = r#"{"type":"Create","object":{"type":"Page"}}"#;
        let reply = r#"{"type":"Announce","object":{"type":"Create","object":{"type":"Note","inReplyTo":"https://a.test/1"}}}"#;
        let linked = r#"{"type":"Announce","object":{"type":"Create","object":"https://a.test/2"}}"#;
        let profile = r#"{"type":"Update","object":{"type":"Person"}}"#;
        let either = [Some(Kind::Topic), Some(Kind::Reply)];
        for (kind, document, expected) in [
            ("Create", topic, &[Some(Kind::Topic)][..]),
            ("Announce/Create", reply, &[Some(Kind::Reply)]),
            ("Announce/Update", reply, &[Some(Kind::Reply)]),
            ("Announce/Create", linked, &either),
            ("Create", "no JSON", &either),
            ("Update", profile, &[None]),
            ("Announce", "{}", &[Some(Kind::Topic)]),
            ("Announce/Dislike", "{}", &[Some(Kind::Reaction)]),
            ("Undo/Like", "{}", &[None]),
            ("Flag", "{}", &[Some(Kind::Report)]),
            ("Follow", "{}", &[Some(Kind::Join)]),
            ("Accept", "{}", &[None]),
            ("Offer", r#"{"object":{"type":"Agreement"}}"#, &[None]),
            ("Offer", r#"{"object":"https://a.test/t/1"}"#, &[Some(Kind::Topic)]),
            ("Reject/Link", "{}", &[None]),
            ("Reject/Face", "{}", &[None]),
            ("Create/Face", reply, &[None]),
        ] {
            assert_eq!(kinds_of(kind, document), expected, "{kind} {document}");
        }
    }
}
