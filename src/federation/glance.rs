//! What is known here of all that a batch of activities names, read at once: planning one then mostly asks nothing more.
//!
//! It is a look at one moment and lives no longer than the making of those plans. What they do is judged anew when it is done.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use super::fetch::Reach;
use super::objects::document::{Document, text_of};
use super::store::known::{self, KnownPost};
use crate::actors::{ActorKind, ActorRow};
use crate::db::Tx;
use crate::error::Result;
use crate::ids::{GroupId, PersonId};
use crate::instance;
use crate::membership::{self, Facts};
use crate::text::personal::Pattern;

/// Fields that name whoever says or gets something.
const ACTORS: [&str; 6] = ["actor", "attributedTo", "to", "cc", "audience", "href"];
/// Fields that name a post, or an actor.
const OBJECTS: [&str; 2] = ["object", "inReplyTo"];
/// Fields with objects that name more.
const WITHIN: [&str; 2] = ["object", "tag"];
/// How deep such objects stand: an announced activity with a post that mentions somebody.
const DEPTH: usize = 4;

/// What is known of what was asked.
#[derive(Debug, Default)]
pub struct Glance {
    /// By id on the wire; `None` where there is none.
    actors: HashMap<String, Option<ActorRow>>,
    /// By id on the wire; `None` where there is none.
    posts: HashMap<String, Option<KnownPost>>,
    facts: HashMap<PersonId, Facts>,
    /// How case numbers look here, once somebody asked.
    case_numbers: OnceLock<Arc<[Pattern]>>,
}

/// How case numbers look here: read once for all that are planned together.
///
/// # Errors
/// Only when the database does.
pub async fn case_numbers(reach: &Reach) -> Result<Arc<[Pattern]>> {
    let seen = reach.glance().map(|glance| &glance.case_numbers);
    if let Some(seen) = seen.and_then(OnceLock::get) {
        return Ok(Arc::clone(seen));
    }
    let read: Arc<[Pattern]> = reach.read(instance::case_numbers).await?.into();
    Ok(seen.map_or_else(|| Arc::clone(&read), |seen| Arc::clone(seen.get_or_init(|| Arc::clone(&read)))))
}

/// The posts and activities that an activity names, as it writes them.
pub fn objects_of(activity: &Value) -> BTreeSet<&str> {
    let mut named = Named::default();
    named.read(Document(activity), DEPTH);
    named.objects
}

impl Glance {
    /// Looks at all that these activities name.
    ///
    /// # Errors
    /// Only when the database does.
    pub fn at<'v>(tx: &mut Tx<'_>, activities: impl Iterator<Item = &'v Value>) -> Result<Self> {
        let mut named = Named::default();
        activities.for_each(|activity| named.read(Document(activity), DEPTH));
        let uris: Vec<&str> = named.actors.union(&named.objects).copied().collect();
        let objects: Vec<&str> = named.objects.into_iter().collect();
        let mut glance = Self::default();
        glance.actors.extend(uris.iter().map(|&uri| (uri.to_owned(), None)));
        glance.posts.extend(objects.iter().map(|&uri| (uri.to_owned(), None)));
        let mut people: Vec<PersonId> = Vec::new();
        for actor in known::actors_named(tx, &uris)? {
            if actor.kind == ActorKind::Person && !actor.local {
                people.push(actor.id.into());
            }
            glance.actors.insert(actor.uri.clone(), Some(actor));
        }
        for post in known::posts(tx, &objects)? {
            glance.posts.insert(post.uri.clone(), Some(post));
        }
        glance.facts = membership::facts_of(tx, &people)?;
        Ok(glance)
    }

    /// The actor with this id on the wire, if there is one; `None` when nobody asked.
    pub fn actor(&self, uri: &str) -> Option<&Option<ActorRow>> {
        self.actors.get(uri)
    }

    /// The post with this id on the wire, if there is one; `None` when nobody asked.
    pub fn post(&self, uri: &str) -> Option<&Option<KnownPost>> {
        self.posts.get(uri)
    }

    /// What counts about a person elsewhere, when they were seen.
    pub fn facts(&self, person: PersonId) -> Option<Facts> {
        self.facts.get(&person).copied()
    }

    /// The group with this id here, when it was seen.
    pub fn group(&self, id: GroupId) -> Option<&ActorRow> {
        self.actors
            .values()
            .flatten()
            .find(|actor| actor.kind == ActorKind::Group && GroupId::from(actor.id) == id)
    }
}

/// The addresses in some documents.
#[derive(Default)]
struct Named<'v> {
    actors: BTreeSet<&'v str>,
    objects: BTreeSet<&'v str>,
}

impl<'v> Named<'v> {
    fn read(&mut self, document: Document<'v>, depth: usize) {
        for field in ACTORS {
            self.actors.extend(addresses(document, field));
        }
        for field in OBJECTS {
            self.objects.extend(addresses(document, field));
        }
        if depth > 0 {
            for inner in WITHIN.iter().flat_map(|field| document.objects(field)) {
                self.read(inner, depth - 1);
            }
        }
    }
}

fn addresses<'v>(document: Document<'v>, field: &str) -> impl Iterator<Item = &'v str> + use<'v> {
    document.all(field).filter_map(|one| text_of(one).or_else(|| one.get("id").and_then(text_of)))
}
