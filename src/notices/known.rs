//! What decides about telling many lines of the journal, read at once: the topics they are about, what the people concerned may
//! read, and whom these don't want to meet.

use std::collections::{BTreeSet, HashMap, HashSet};

use diesel::prelude::*;

use crate::db::{Tx, VALUES, schema};
use crate::error::Result;
use crate::ids::{ActorId, GroupId, PersonId, PostId, ThreadId};
use crate::journal::Entry;
use crate::membership;
use crate::threads::ThreadRow;

/// People and groups of which all standings are read at once; where there are more, each is asked for by itself.
const PAIRS: usize = 1_000;

/// See the head of this file.
#[derive(Debug, Default)]
pub(super) struct Known {
    by_post: HashMap<PostId, ThreadRow>,
    by_id: HashMap<ThreadId, ThreadRow>,
    hosts: HashMap<PersonId, String>,
    /// Whom somebody blocked or muted.
    people: HashSet<(PersonId, PersonId)>,
    /// Whose server somebody blocked or muted.
    servers: HashSet<(PersonId, String)>,
}

impl Known {
    /// Reads it for these lines, which concern these people.
    pub(super) fn of(tx: &mut Tx<'_>, entries: &[&Entry], concerned: &BTreeSet<PersonId>) -> Result<Self> {
        let mut known = Self::default();
        if concerned.is_empty() {
            return Ok(known);
        }
        known.topics(tx, entries)?;
        known.avoided(tx, entries, concerned)?;
        let groups: BTreeSet<GroupId> = entries.iter().filter_map(|entry| entry.group_id).collect();
        if !groups.is_empty() && groups.len() * concerned.len() <= PAIRS {
            membership::ahead(tx, concerned, &groups)?;
        }
        Ok(known)
    }

    fn topics(&mut self, tx: &mut Tx<'_>, entries: &[&Entry]) -> Result<()> {
        use schema::{posts, threads};
        let ids: Vec<PostId> = entries.iter().filter_map(|entry| entry.post_id).collect();
        for some in ids.chunks(VALUES) {
            let query = posts::table.inner_join(threads::table).filter(posts::id.eq_any(some));
            let rows: Vec<(PostId, ThreadRow)> =
                query.select((posts::id, ThreadRow::as_select())).load(tx.conn)?;
            self.by_post.extend(rows);
        }
        let alone = entries.iter().filter(|entry| entry.post_id.is_none());
        let ids: Vec<ThreadId> = alone.filter_map(|entry| entry.thread_id).collect();
        for some in ids.chunks(VALUES) {
            let query = threads::table.filter(threads::id.eq_any(some));
            let rows: Vec<ThreadRow> = query.select(ThreadRow::as_select()).load(tx.conn)?;
            self.by_id.extend(rows.into_iter().map(|row| (row.id, row)));
        }
        Ok(())
    }

    fn avoided(&mut self, tx: &mut Tx<'_>, entries: &[&Entry], concerned: &BTreeSet<PersonId>) -> Result<()> {
        use schema::{actors, blocks};
        let people: Vec<PersonId> = concerned.iter().copied().collect();
        for some in people.chunks(VALUES) {
            type Row = (PersonId, Option<PersonId>, Option<String>);
            let query = blocks::table.filter(blocks::person_id.eq_any(some));
            let rows: Vec<Row> =
                query.select((blocks::person_id, blocks::target_id, blocks::target_host)).load(tx.conn)?;
            for (owner, person, host) in rows {
                self.people.extend(person.map(|person| (owner, person)));
                self.servers.extend(host.map(|host| (owner, host)));
            }
        }
        if self.servers.is_empty() {
            return Ok(());
        }
        let by: BTreeSet<ActorId> =
            entries.iter().filter_map(|entry| entry.by_id).map(ActorId::from).collect();
        let by: Vec<ActorId> = by.into_iter().collect();
        for some in by.chunks(VALUES) {
            let query = actors::table.filter(actors::id.eq_any(some));
            let rows: Vec<(ActorId, String)> = query.select((actors::id, actors::host)).load(tx.conn)?;
            self.hosts.extend(rows.into_iter().map(|(id, host)| (PersonId::from(id), host)));
        }
        Ok(())
    }

    /// The topic that a line is about, when it is still there: a notice refers to it.
    pub(super) fn topic(&self, entry: &Entry) -> Option<&ThreadRow> {
        match entry.post_id {
            Some(post) => self.by_post.get(&post),
            None => self.by_id.get(&entry.thread_id?),
        }
    }

    /// Whether a person blocked or muted another, or the other's server.
    pub(super) fn avoids(&self, person: PersonId, other: PersonId) -> bool {
        let server =
            || self.hosts.get(&other).is_some_and(|host| self.servers.contains(&(person, host.clone())));
        self.people.contains(&(person, other)) || server()
    }
}
