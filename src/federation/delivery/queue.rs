//! The order in which the deliveries to one host go.
//!
//! Within a lane (a thread) one goes after the other; different lanes go at the same time. What concerns a whole group has
//! the empty lane: it waits for all that was before it in that group, and all that comes after waits for it.

use std::collections::{BTreeMap, BTreeSet};

use crate::federation::store::outbox::Waiting;
use crate::ids::{GroupId, RowId};

/// How far is looked past deliveries that have to wait.
const LOOK: usize = 256;

/// What waits for one host, and what is on its way there.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: BTreeMap<RowId, Waiting>,
    flying: BTreeMap<RowId, Waiting>,
}

impl Queue {
    /// Adds what isn't there yet.
    pub(super) fn add(&mut self, waiting: Waiting) {
        if !self.flying.contains_key(&waiting.id) {
            self.waiting.entry(waiting.id).or_insert(waiting);
        }
    }

    /// How many are on their way.
    pub(super) fn flying(&self) -> usize {
        self.flying.len()
    }

    /// Whether there is nothing left.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.flying.is_empty()
    }

    /// Forgets what waits: the host rests, and it is read again later.
    pub(super) fn rest(&mut self) {
        self.waiting.clear();
    }

    /// The next one that may go now.
    pub(super) fn next(&mut self) -> Option<Waiting> {
        let mut busy = Busy::default();
        self.flying.values().for_each(|flying| busy.note(flying));
        let mut found = None;
        for one in self.waiting.values().take(LOOK) {
            if busy.lets(one) {
                found = Some(one.id);
                break;
            }
            busy.note(one);
        }
        let one = self.waiting.remove(&found?)?;
        self.flying.insert(one.id, one.clone());
        Some(one)
    }

    /// One that was taken has landed, well or not.
    pub(super) fn landed(&mut self, id: RowId) {
        self.flying.remove(&id);
    }

    /// One that was taken wasn't sent after all.
    pub(super) fn put_back(&mut self, id: RowId) {
        if let Some(one) = self.flying.remove(&id) {
            self.waiting.insert(id, one);
        }
    }
}

/// What is before a delivery and not done.
#[derive(Default)]
struct Busy<'q> {
    lanes: BTreeSet<(Option<GroupId>, &'q str)>,
    groups: BTreeSet<Option<GroupId>>,
}

impl<'q> Busy<'q> {
    fn note(&mut self, one: &'q Waiting) {
        self.lanes.insert((one.group_id, &one.lane));
        self.groups.insert(one.group_id);
    }

    fn lets(&self, one: &Waiting) -> bool {
        if one.lane.is_empty() {
            return !self.groups.contains(&one.group_id);
        }
        !self.lanes.contains(&(one.group_id, one.lane.as_str())) && !self.lanes.contains(&(one.group_id, ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ActivityId;

    fn one(lane: &str, group: GroupId) -> Waiting {
        Waiting {
            id: RowId::fresh(),
            activity_id: ActivityId::fresh(),
            host: "b.test".to_owned(),
            inbox: "https://b.test/inbox".to_owned(),
            lane: lane.to_owned(),
            group_id: Some(group),
        }
    }

    #[test]
    fn lanes_keep_their_order_and_go_beside_each_other() {
        let group = GroupId::fresh();
        let (first, second, other) = (one("a", group), one("a", group), one("b", group));
        let mut queue = Queue::default();
        for waiting in [&other, &second, &first] {
            queue.add(waiting.clone());
        }
        assert_eq!(queue.next().unwrap().id, first.id);
        assert_eq!(queue.next().unwrap().id, other.id, "another lane doesn't wait");
        assert!(queue.next().is_none(), "the same lane does");
        queue.add(first.clone());
        queue.landed(first.id);
        assert_eq!(queue.next().unwrap().id, second.id);
    }

    #[test]
    fn what_concerns_a_group_is_a_barrier_in_that_group_only() {
        let (group, elsewhere) = (GroupId::fresh(), GroupId::fresh());
        let (before, barrier, after) = (one("a", group), one("", group), one("b", group));
        let free = one("c", elsewhere);
        let mut queue = Queue::default();
        for waiting in [&before, &barrier, &after, &free] {
            queue.add(waiting.clone());
        }
        assert_eq!(queue.next().unwrap().id, before.id);
        assert_eq!(queue.next().unwrap().id, free.id);
        assert!(queue.next().is_none());
        queue.landed(before.id);
        assert_eq!(queue.next().unwrap().id, barrier.id);
        assert!(queue.next().is_none());
        queue.landed(barrier.id);
        assert_eq!(queue.next().unwrap().id, after.id);
    }

    #[test]
    fn what_is_put_back_goes_first_again() {
        let group = GroupId::fresh();
        let (first, second) = (one("a", group), one("a", group));
        let mut queue = Queue::default();
        queue.add(first.clone());
        queue.add(second);
        let taken = queue.next().unwrap();
        queue.put_back(taken.id);
        assert_eq!(queue.next().unwrap().id, first.id);
        queue.rest();
        queue.landed(first.id);
        assert!(queue.is_empty());
    }
}
