//! The order in which the deliveries to one host go.
//!
//! Within a lane (a thread) one goes after the other; different lanes go at the same time. What concerns a whole group has
//! the empty lane: it waits for all that was before it in that group, and all that comes after waits for it.

use std::collections::{BTreeMap, BTreeSet};

use crate::federation::store::outbox::Waiting;
use crate::ids::{GroupId, RowId};

/// How far is looked past deliveries that have to wait.
const LOOK: usize = 256;
/// Deliveries of one lane that are taken together, to be sent one right after the other.
const RUN: usize = 16;

/// What waits for one host, and what is on its way there.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: BTreeMap<RowId, Waiting>,
    flying: BTreeMap<RowId, Waiting>,
    /// Runs that were taken and haven't ended.
    runs: usize,
}

impl Queue {
    /// Adds what isn't there yet.
    pub(super) fn add(&mut self, waiting: Waiting) {
        if !self.flying.contains_key(&waiting.id) {
            self.waiting.entry(waiting.id).or_insert(waiting);
        }
    }

    /// How many runs are on their way.
    pub(super) fn runs(&self) -> usize {
        self.runs
    }

    /// Whether there is nothing left.
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.flying.is_empty()
    }

    /// Forgets what waits: the host rests, and it is read again later.
    pub(super) fn rest(&mut self) {
        self.waiting.clear();
    }

    /// The next ones that may go now, one right after the other: of one lane, the oldest first.
    pub(super) fn next(&mut self) -> Option<Vec<Waiting>> {
        let mut busy = Busy::default();
        self.flying.values().for_each(|flying| busy.note(flying));
        let mut run: Vec<RowId> = Vec::new();
        let mut lane: Option<&Waiting> = None;
        for one in self.waiting.values().take(LOOK) {
            match lane {
                None if busy.lets(one) => {
                    run.push(one.id);
                    lane = Some(one);
                }
                None => busy.note(one),
                Some(first) if one.group_id != first.group_id => {}
                // A barrier goes alone, and nothing of its group goes past it.
                Some(first) if first.lane.is_empty() || one.lane.is_empty() => break,
                Some(first) if one.lane == first.lane => run.push(one.id),
                Some(_) => {}
            }
            if run.len() == RUN {
                break;
            }
        }
        if run.is_empty() {
            return None;
        }
        let run: Vec<Waiting> = run.iter().filter_map(|id| self.waiting.remove(id)).collect();
        self.flying.extend(run.iter().map(|one| (one.id, one.clone())));
        self.runs += 1;
        Some(run)
    }

    /// A run has ended: each of it has landed or is put back.
    pub(super) fn ended(&mut self) {
        self.runs = self.runs.saturating_sub(1);
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

    fn ids(run: Option<Vec<Waiting>>) -> Vec<RowId> {
        run.unwrap_or_default().iter().map(|one| one.id).collect()
    }

    #[test]
    fn lanes_keep_their_order_and_go_beside_each_other() {
        let group = GroupId::fresh();
        let (first, second, other) = (one("a", group), one("a", group), one("b", group));
        let mut queue = Queue::default();
        for waiting in [&other, &second, &first] {
            queue.add(waiting.clone());
        }
        assert_eq!(ids(queue.next()), [first.id, second.id], "a lane goes one after the other");
        assert_eq!(ids(queue.next()), [other.id], "another lane doesn't wait");
        assert_eq!(queue.runs(), 2);
        let third = one("a", group);
        queue.add(third.clone());
        assert!(queue.next().is_none(), "the same lane does");
        queue.add(first.clone());
        queue.ended();
        queue.landed(first.id);
        assert!(queue.next().is_none(), "until all of it has landed");
        queue.landed(second.id);
        assert_eq!(ids(queue.next()), [third.id]);
    }

    #[test]
    fn a_run_has_an_end() {
        let group = GroupId::fresh();
        let mut queue = Queue::default();
        (0..RUN + 3).for_each(|_| queue.add(one("a", group)));
        let run = queue.next().unwrap();
        assert_eq!(run.len(), RUN);
        run.iter().for_each(|one| queue.landed(one.id));
        assert_eq!(queue.next().unwrap().len(), 3);
    }

    #[test]
    fn what_concerns_a_group_is_a_barrier_in_that_group_only() {
        let (group, elsewhere) = (GroupId::fresh(), GroupId::fresh());
        let (before, barrier, after) = (one("a", group), one("", group), one("a", group));
        let free = one("c", elsewhere);
        let mut queue = Queue::default();
        for waiting in [&before, &barrier, &after, &free] {
            queue.add(waiting.clone());
        }
        assert_eq!(ids(queue.next()), [before.id], "nothing goes past a barrier, also of its own lane");
        assert_eq!(ids(queue.next()), [free.id]);
        assert!(queue.next().is_none());
        queue.landed(before.id);
        assert_eq!(ids(queue.next()), [barrier.id]);
        assert!(queue.next().is_none());
        queue.landed(barrier.id);
        assert_eq!(ids(queue.next()), [after.id]);
    }

    #[test]
    fn what_is_put_back_goes_first_again() {
        let group = GroupId::fresh();
        let (first, second) = (one("a", group), one("a", group));
        let mut queue = Queue::default();
        queue.add(first.clone());
        queue.add(second.clone());
        let taken = queue.next().unwrap();
        taken.iter().for_each(|one| queue.put_back(one.id));
        assert_eq!(ids(queue.next()), [first.id, second.id]);
        queue.rest();
        queue.landed(first.id);
        queue.landed(second.id);
        assert!(queue.is_empty());
    }
}
