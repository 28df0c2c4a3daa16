//! What may be sent, as of now: read right before it goes out.

use std::collections::{BTreeMap, BTreeSet};

use super::send::{Letter, Manner};
use crate::db::Tx;
use crate::error::Result;
use crate::federation::crossing::{Crossing, Ground};
use crate::federation::store::outbox::Waiting;
use crate::federation::store::peers::{self, Decided};
use crate::ids::GroupId;
use crate::policy::federation::{Answer, Because, Direction, Kind, Passing};
use crate::policy::visibility;

/// Why nothing goes to a server that administrators blocked.
const BLOCKED: &str = "blocked";
/// Why something doesn't go: a rule, or what was agreed with its server and who is there.
const NOT_ALLOWED: &str = "not allowed";
/// What kind of thing it is that nobody can send any more.
const UNTOLD: &[Option<Kind>] = &[None];

/// What is known of hosts and groups.
pub(super) struct Standing {
    decided: Decided,
    manners: BTreeMap<String, (bool, Manner)>,
    /// The groups that there are. One that isn't there has no class, and nothing of it goes anywhere.
    places: BTreeMap<GroupId, Place>,
}

/// A group, and what decides about what goes out of it.
struct Place {
    ground: Ground,
    /// It is closed, and outsiders may know that it is there.
    face: bool,
    crossing: Crossing,
}

impl Standing {
    /// Reads it for these hosts with what is asked to go there, and for groups that are only named.
    pub(super) fn now(
        tx: &mut Tx<'_>,
        asked: &BTreeSet<(String, Option<GroupId>)>,
        named: &BTreeSet<GroupId>,
    ) -> Result<Self> {
        let decided = peers::many(tx, asked.iter().map(|(host, _)| host.as_str()))?;
        let mut manners = BTreeMap::new();
        for (host, _) in asked {
            if let Some(peer) = decided.row(host) {
                let ready = !peer.paused && peer.retry_at.is_none_or(|at| at <= tx.now);
                let manner = Manner { scheme: peer.scheme, failures: peer.failures };
                manners.insert(host.clone(), (ready, manner));
            }
        }
        let mut hosts: BTreeMap<GroupId, BTreeSet<&str>> =
            named.iter().map(|group| (*group, BTreeSet::new())).collect();
        for (host, group) in asked.iter().filter(|(host, _)| manners.contains_key(host)) {
            if let Some(group) = group {
                hosts.entry(*group).or_default().insert(host);
            }
        }
        let mut places = BTreeMap::new();
        for (group, hosts) in hosts {
            let Some((ground, face)) = Ground::with_face(tx, group)? else { continue };
            let crossing = if hosts.is_empty() {
                Crossing::default()
            } else {
                Crossing::of(tx, ground, &decided, hosts.iter().copied())?
            };
            places.insert(group, Place { ground, face, crossing });
        }
        Ok(Self { decided, manners, places })
    }

    /// Whether a host takes something now, and how to send to it; `None` when it was never met.
    pub(super) fn manner(&self, host: &str) -> Option<(bool, Manner)> {
        self.manners.get(host).copied()
    }

    /// Why something isn't sent, if it isn't. Without a letter its sender is gone.
    pub(super) fn refusal(&self, one: &Waiting, letter: Option<&Letter>) -> Option<&'static str> {
        // Whoever is told knew the group when it was open, and would go on showing it.
        if letter.is_some_and(|letter| letter.unlinking) {
            return None;
        }
        // That a tie has ended is told to blocked servers, too.
        if letter.is_some_and(|letter| letter.parting) {
            return (!self.tells_of_ends(one)).then_some(NOT_ALLOWED);
        }
        let answer = self.answer(one, letter);
        if answer.refuses() {
            return Some(if answer.because == Because::Server { BLOCKED } else { NOT_ALLOWED });
        }
        let Some(letter) = letter else {
            return Some(if self.crosses(one, answer) { "its sender is gone" } else { NOT_ALLOWED });
        };
        let goes = if letter.facing {
            self.place(one).is_some_and(|place| place.face)
        } else if letter.inviting {
            self.tells_of_ties(one)
        } else {
            self.crosses(one, answer)
        };
        (!goes).then_some(NOT_ALLOWED)
    }

    /// What the rules say: the strictest of all that it may be.
    fn answer(&self, one: &Waiting, letter: Option<&Letter>) -> Answer {
        let group = one.group_id.or(letter.and_then(|letter| letter.about));
        let ground = group.and_then(|group| self.places.get(&group)).map(|place| place.ground.pair());
        let kinds = letter.map_or(UNTOLD, |letter| letter.kinds);
        let answers = kinds.iter().map(|kind| {
            let passing = Passing { direction: Direction::Out, ground, kind: *kind };
            self.decided.answer(&one.host, passing)
        });
        answers.reduce(Answer::stricter).unwrap_or(Answer::FREE)
    }

    /// The group that something is of, when there is one.
    fn place(&self, one: &Waiting) -> Option<&Place> {
        one.group_id.and_then(|group| self.places.get(&group))
    }

    /// Whether what is in the group may go there, by its class.
    fn crosses(&self, one: &Waiting, answer: Answer) -> bool {
        let crosses = |place: &Place| {
            let to = place.crossing.to(&one.host, answer.as_state());
            visibility::may_cross(place.ground.class, &to)
        };
        one.group_id.is_none() || self.place(one).is_some_and(crosses)
    }

    /// Whether the end of a membership of the group is told there.
    fn tells_of_ends(&self, one: &Waiting) -> bool {
        let hears = |place: &Place| place.crossing.may_hear_of_ends(&one.host, place.ground.class);
        one.group_id.is_none() || self.place(one).is_some_and(hears)
    }

    /// Whether ties with the group are told of there: that somebody is invited.
    fn tells_of_ties(&self, one: &Waiting) -> bool {
        let hears = |place: &Place| place.crossing.may_know(&one.host, place.ground.class);
        one.group_id.is_none() || self.place(one).is_some_and(hears)
    }
}
