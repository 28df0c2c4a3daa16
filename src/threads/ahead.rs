//! What acts that come in together need to know, read at once: the posts they are about, which of theirs are there already, and the
//! standing of whoever acts. The acts look here first (`rows.rs`), and take out what they change.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::rows::Reaction;
use super::{PostRow, ThreadRow};
use crate::db::{Tx, VALUES, among, schema};
use crate::error::Result;
use crate::ids::{GroupId, PersonId, PostId};
use crate::membership;

/// An act that is about to be done, with what it is about.
#[derive(Debug, Clone)]
pub enum Coming {
    /// Somebody starts a topic in this group; it has this id on the wire.
    Topic(PersonId, GroupId, String),
    /// Somebody replies to this post; the reply has this id on the wire.
    Reply(PersonId, PostId, String),
    /// Somebody reacts to this post, or takes that back.
    Reaction(PersonId, PostId),
}

/// What was read for them.
#[derive(Debug, Default)]
pub(super) struct Ahead {
    /// Posts that are replied or reacted to.
    pub posts: HashMap<PostId, (PostRow, ThreadRow)>,
    /// By id on the wire; `None` where there is no such post.
    pub known: HashMap<String, Option<PostRow>>,
    /// What somebody's reaction to a post is; `None` where there is none.
    pub reactions: HashMap<(PostId, PersonId), Option<Reaction>>,
}

/// Reads ahead for these. Of a single one, and of more than fit into a statement, each asks for itself.
///
/// # Errors
/// Only when the database does.
pub fn read(tx: &mut Tx<'_>, coming: &[&Coming]) -> Result<()> {
    let mut named = Named::default();
    coming.iter().for_each(|coming| named.add(coming));
    let most = named.posts.len().max(named.uris.len()).max(named.people.len());
    if coming.len() < 2 || most > VALUES {
        return Ok(());
    }
    let mut ahead = Ahead::default();
    if !named.posts.is_empty() {
        use schema::{posts, threads};
        let rows: Vec<(PostRow, ThreadRow)> = posts::table
            .inner_join(threads::table)
            .filter(among(posts::id, named.posts.iter().copied()))
            .select((PostRow::as_select(), ThreadRow::as_select()))
            .load(tx.conn)?;
        named.groups.extend(rows.iter().map(|(post, _)| post.group_id));
        ahead.posts.extend(rows.into_iter().map(|(post, thread)| (post.id, (post, thread))));
    }
    if !named.uris.is_empty() {
        use schema::posts::dsl;
        let there: Vec<PostRow> = dsl::posts
            .filter(among(dsl::uri, named.uris.iter().copied()))
            .select(PostRow::as_select())
            .load(tx.conn)?;
        ahead.known.extend(named.uris.iter().map(|&uri| (uri.to_owned(), None)));
        ahead.known.extend(there.into_iter().map(|post| (post.uri.clone(), Some(post))));
    }
    if !named.reactions.is_empty() {
        use schema::reactions::dsl;
        let there: Vec<(PostId, PersonId, Reaction)> = dsl::reactions
            .filter(among(
                dsl::post_id,
                named.reactions.iter().map(|(post, _)| *post).collect::<BTreeSet<_>>(),
            ))
            .filter(among(dsl::person_id, named.reactions.iter().map(|(_, by)| *by).collect::<BTreeSet<_>>()))
            .select((dsl::post_id, dsl::person_id, Reaction::as_select()))
            .load(tx.conn)?;
        ahead.reactions.extend(named.reactions.iter().map(|&pair| (pair, None)));
        ahead.reactions.extend(there.into_iter().map(|(post, by, old)| ((post, by), Some(old))));
    }
    tx.keep_ahead(ahead);
    membership::ahead(tx, &named.people, &named.groups)
}

/// All that these acts are about.
#[derive(Default)]
struct Named<'c> {
    people: BTreeSet<PersonId>,
    groups: BTreeSet<GroupId>,
    posts: BTreeSet<PostId>,
    uris: BTreeSet<&'c str>,
    reactions: BTreeSet<(PostId, PersonId)>,
}

impl<'c> Named<'c> {
    fn add(&mut self, coming: &'c Coming) {
        let (Coming::Topic(by, ..) | Coming::Reply(by, ..) | Coming::Reaction(by, _)) = coming;
        self.people.insert(*by);
        match coming {
            Coming::Topic(_, group, uri) => {
                self.groups.insert(*group);
                self.uris.insert(uri);
            }
            Coming::Reply(_, to, uri) => {
                self.posts.insert(*to);
                self.uris.insert(uri);
            }
            Coming::Reaction(by, to) => {
                self.posts.insert(*to);
                self.reactions.insert((*to, *by));
            }
        }
    }
}
