//! The public face of a closed group: what outsiders see of it, if its owners want that. There are no counts, names or times in it.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use super::GroupRow;
use super::views::{self, GroupPage};
use crate::actors::ActorRow;
use crate::db::{Tx, VALUES, among, schema};
use crate::error::{Error, Result};
use crate::ids::{GroupId, PersonId};
use crate::membership;
use crate::membership::permissions::Permissions;
use crate::policy::{Actor, Class, Joining, Viewer, visibility};

/// What may be known of a group before one is in it.
#[derive(Debug, Clone)]
pub struct Face {
    /// Which group.
    pub id: GroupId,
    /// Whether it is hosted here.
    pub local: bool,
    /// `host[:port]`, ours for our own groups.
    pub host: String,
    /// The name in its address.
    pub name: String,
    /// Id on the wire.
    pub uri: String,
    /// Page for people, on its own host.
    pub url: String,
    /// The name that is shown.
    pub title: String,
    /// What it is for.
    pub mission: String,
    /// More about it, Markdown.
    pub description: String,
    /// More about it, safe HTML.
    pub description_html: String,
    /// Ground rules, Markdown.
    pub rules: String,
    /// Ground rules, safe HTML.
    pub rules_html: String,
    /// A colour class of the theme, 1 to 8.
    pub colour: i64,
    /// How far its content may go.
    pub class: Class,
    /// How one joins.
    pub joining: Joining,
    /// Outsiders may know of it.
    pub shown: bool,
    /// Nothing new is posted, and nobody joins.
    pub archived: bool,
    /// What the reader may do: join, or wait.
    pub may: Permissions,
}

impl Face {
    fn new(group: GroupRow, actor: ActorRow, may: Permissions) -> Self {
        Self {
            id: group.id,
            local: actor.local,
            host: actor.host,
            name: actor.name,
            uri: actor.uri,
            url: actor.url,
            title: group.title,
            mission: group.mission,
            description: group.description,
            description_html: group.description_html,
            rules: group.rules,
            rules_html: group.rules_html,
            colour: group.colour,
            class: group.class,
            joining: group.joining,
            shown: group.face,
            archived: group.archived_at.is_some(),
            may,
        }
    }

    /// `name` for a group hosted here, else `name@host`: how addresses of ours name it.
    #[must_use]
    pub fn local_name(&self) -> String {
        if self.local { self.name.clone() } else { format!("{}@{}", self.name, self.host) }
    }

    /// `@name@host`.
    #[must_use]
    pub fn handle(&self) -> String {
        format!("@{}@{}", self.name, self.host)
    }
}

impl From<GroupPage> for Face {
    fn from(page: GroupPage) -> Self {
        Self::new(page.group, page.actor, page.may)
    }
}

/// The face of a closed group by `name` or `name@host`, for whoever isn't in it: when it shows itself, or the reader asked to join.
///
/// # Errors
/// `NotFound` when there is none; a group that doesn't show itself takes as many statements as one that never was.
pub fn face(tx: &mut Tx<'_>, viewer: &Viewer, name: &str) -> Result<Face> {
    use schema::{actors, groups, memberships};
    let (name, host) = views::handle(tx, name);
    let reader = viewer.person().unwrap_or(PersonId::NOBODY);
    let asked = memberships::table
        .filter(memberships::person_id.eq(reader).and(membership::lasts(tx.now)))
        .select(memberships::group_id);
    let found = views::with_actor()
        .filter(actors::host.eq(host).and(actors::name_folded.eq(name)))
        .filter(groups::class.ne(Class::Openbaar))
        .filter(groups::face.eq(true).or(groups::id.eq_any(asked)))
        .order(actors::id)
        .first(tx.conn)?;
    shown(tx, viewer, found)
}

/// What may be known of a group by whoever wants to join it: the group itself, or the face of a closed one.
///
/// # Errors
/// As [`views::page`].
pub fn at_the_door(tx: &mut Tx<'_>, viewer: &Viewer, name: &str) -> Result<Face> {
    match views::page(tx, viewer, name) {
        Ok(page) => Ok(page.into()),
        Err(Error::NotFound) => face(tx, viewer, name),
        Err(error) => Err(error),
    }
}

/// The same of the group with this id.
///
/// # Errors
/// As [`views::by_id`].
pub fn known(tx: &mut Tx<'_>, viewer: &Viewer, id: GroupId) -> Result<Face> {
    match views::by_id(tx, viewer, id) {
        Ok(page) => Ok(page.into()),
        Err(Error::NotFound) => {
            let found = views::with_actor().filter(schema::groups::id.eq(id)).first(tx.conn)?;
            shown(tx, viewer, found)
        }
        Err(error) => Err(error),
    }
}

/// What a group is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// `name` for a group hosted here, else `name@host`: how addresses of ours name it.
    pub name: String,
    /// Its title.
    pub title: String,
}

/// What groups are called, by their ids.
pub type Names = BTreeMap<GroupId, Named>;

/// What these groups are called, of those that are there and that the reader may know of: administrators don't look over the shoulders of
/// those in closed groups.
///
/// # Errors
/// Only when the database does.
pub fn names(tx: &mut Tx<'_>, viewer: Viewer, groups: impl IntoIterator<Item = GroupId>) -> Result<Names> {
    use schema::{actors, groups as g};
    let ids: BTreeSet<GroupId> = groups.into_iter().collect();
    let mut names = Names::new();
    for some in ids.into_iter().collect::<Vec<_>>().chunks(VALUES) {
        let rows: Vec<(GroupId, Class, bool, String, String, String)> = g::table
            .inner_join(actors::table)
            .filter(among(g::id, some.iter().copied()).and(actors::gone_at.is_null()))
            .order(g::id)
            .select((g::id, g::class, actors::local, actors::name, actors::host, g::title))
            .load(tx.conn)?;
        for (id, class, local, name, host, title) in rows {
            // Of closed ones there are few.
            match (class != Class::Openbaar).then(|| known(tx, &viewer, id)) {
                None | Some(Ok(_)) => {}
                Some(Err(error)) if error.is_fault() => return Err(error),
                Some(Err(_)) => continue,
            }
            let name = if local { name } else { format!("{name}@{host}") };
            names.insert(id, Named { name, title });
        }
    }
    Ok(names)
}

fn shown(tx: &mut Tx<'_>, viewer: &Viewer, (group, actor): (GroupRow, ActorRow)) -> Result<Face> {
    if actor.gone_at.is_some() {
        return Err(Error::NotFound);
    }
    let may = match viewer.person() {
        Some(person) => {
            let standing = membership::standing(tx, &Actor::here(person), group.id)?;
            let tied = standing.role.is_some() || standing.pending;
            visibility::knows_group(group.class, group.face, tied)?;
            Permissions::from(&standing)
        }
        None => {
            visibility::knows_group(group.class, group.face, false)?;
            Permissions::default()
        }
    };
    Ok(Face::new(group, actor, may))
}
