//! What is shown of groups: lists, pages, and who belongs to them.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::dsl::AsSelect;
use diesel::prelude::*;

use super::{GroupRow, outward};
use crate::actors::{self, ActorKind, ActorRow};
use crate::clock::Time;
use crate::db::page::{Cursor, Part, Slice};
use crate::db::{MultiBackend, Tx, among, schema};
use crate::error::{Error, Result};
use crate::ids::{GroupId, MediaId, PersonId, RowId};
use crate::membership::permissions::Permissions;
use crate::membership::{self, MembershipRow, MembershipState, lasts};
use crate::people::byline::{self, Byline};
use crate::policy::federation::{Direction, Passing};
use crate::policy::{Act, Actor, Class, Joining, Reason, Role, Viewer, visibility};
use crate::rules::views::Hidden;

/// Which groups a list has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Those that the reader belongs to or asked to join; of closed ones only those that the reader belongs to.
    Mine,
    /// All that the reader may see.
    All,
    /// Those hosted here.
    Local,
    /// Those hosted elsewhere.
    Remote,
    /// The same with those on servers that are hidden: for administrators.
    Known,
    /// Closed ones that show themselves and that the reader isn't in, and those that the reader asked to join.
    Closed,
}

/// A group in a list, or above a topic.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::groups, check_for_backend(MultiBackend))]
pub struct GroupLine {
    /// Which group.
    pub id: GroupId,
    /// Whether it is hosted here.
    #[diesel(select_expression = schema::actors::local)]
    pub local: bool,
    /// `host[:port]`, ours for our own groups.
    #[diesel(select_expression = schema::actors::host)]
    pub host: String,
    /// The name in its address.
    #[diesel(select_expression = schema::actors::name)]
    pub name: String,
    /// Id on the wire.
    #[diesel(select_expression = schema::actors::uri)]
    pub uri: String,
    /// Page for people, on its own host.
    #[diesel(select_expression = schema::actors::url)]
    pub url: String,
    /// The name that is shown.
    pub title: String,
    /// What it is for.
    pub mission: String,
    /// Its picture, uploaded here.
    pub emblem_id: Option<MediaId>,
    /// Its picture elsewhere.
    pub emblem_url: Option<String>,
    /// What is on the picture.
    pub emblem_alt: String,
    /// A colour class of the theme, 1 to 8.
    pub colour: i64,
    /// How far its content may go.
    pub class: Class,
    /// How one joins.
    pub joining: Joining,
    /// Accepted members.
    pub member_count: i64,
    /// Topics that are shown.
    pub topic_count: i64,
    /// When something was last posted.
    pub active_at: Time,
    /// Nothing new is posted since.
    pub archived_at: Option<Time>,
    /// Of a closed group: outsiders may know of it.
    pub face: bool,
}

impl GroupLine {
    /// `name` for a group hosted here, else `name@host`: how addresses of ours name it.
    #[must_use]
    pub fn local_name(&self) -> String {
        if self.local { self.name.clone() } else { format!("{}@{}", self.name, self.host) }
    }
}

impl From<&GroupPage> for GroupLine {
    fn from(page: &GroupPage) -> Self {
        let GroupPage { group, actor, .. } = page;
        Self {
            id: group.id,
            local: actor.local,
            host: actor.host.clone(),
            name: actor.name.clone(),
            uri: actor.uri.clone(),
            url: actor.url.clone(),
            title: group.title.clone(),
            mission: group.mission.clone(),
            emblem_id: group.emblem_id,
            emblem_url: group.emblem_url.clone(),
            emblem_alt: group.emblem_alt.clone(),
            colour: group.colour,
            class: group.class,
            joining: group.joining,
            member_count: group.member_count,
            topic_count: group.topic_count,
            active_at: group.active_at,
            archived_at: group.archived_at,
            face: group.face,
        }
    }
}

/// A group in a list, with what the reader is in it.
#[derive(Debug, Clone)]
pub struct Listed {
    /// The group. Of one that the reader isn't inside of neither counts nor when something was posted are in it: they are 0, and now.
    pub group: GroupLine,
    /// The reader's membership.
    pub membership: Option<(Role, MembershipState)>,
    /// The reader reads what is in it; else it is a closed one that shows itself.
    pub inside: bool,
}

impl Listed {
    fn new(group: GroupLine, membership: Option<(Role, MembershipState)>, now: Time) -> Self {
        let member = membership.is_some_and(|(_, state)| state == MembershipState::Accepted);
        let inside = visibility::reads_group(group.class, member, false).is_ok();
        let group = if inside {
            group
        } else {
            GroupLine { member_count: 0, topic_count: 0, active_at: now, ..group }
        };
        Self { group, membership, inside }
    }

    /// The server that it is shown from, unless it is ours or the reader's own, and what it is for the rules.
    pub(crate) fn comes_from(&self) -> Option<(&str, Passing)> {
        let own = self.membership.is_some_and(|(_, state)| state == MembershipState::Accepted);
        let ground = Some((self.group.id, self.group.class));
        let passing = Passing { ground, ..Passing::anything(Direction::In) };
        (!self.group.local && !own).then_some((self.group.host.as_str(), passing))
    }
}

/// Everything about one group.
#[derive(Debug, Clone)]
pub struct GroupPage {
    /// What it is.
    pub group: GroupRow,
    /// Its addresses and keys.
    pub actor: ActorRow,
    /// What the reader may do.
    pub may: Permissions,
    /// Its owners and moderators.
    pub staff: Vec<Member>,
}

/// Somebody in a group.
#[derive(Debug, Clone)]
pub struct Member {
    /// Who.
    pub person: Arc<Byline>,
    /// As what.
    pub role: Role,
    /// Since when; for whoever waits, when they asked.
    pub since: Time,
    /// Until when; `None`: until it is ended.
    pub until: Option<Time>,
    /// What was written when asking to join.
    pub motivation: String,
}

/// Groups, the most recently active first; those of [`Filter::Closed`] the last made first, as their activity is nobody else's to know.
///
/// Groups on servers that are hidden, by a rule or because they are limited, are for their members alone to find here.
///
/// # Errors
/// `SignedOut` when somebody who isn't signed in asks for their own; `Denied` to all but administrators for [`Filter::Known`].
pub fn list(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    filter: Filter,
    part: impl Into<Part>,
) -> Result<Slice<Listed>> {
    let part = part.into();
    use schema::{actors, groups, memberships};
    let mut query = groups::table
        .inner_join(actors::table)
        .filter(actors::gone_at.is_null())
        .limit(part.limit())
        .select(GroupLine::as_select())
        .into_boxed();
    if filter == Filter::Known {
        viewer.must_be_admin()?;
    }
    // Written out per reader, as a subquery of whoever isn't signed in would be one too many.
    query = match viewer.person() {
        None if filter == Filter::Mine => return Err(Error::SignedOut),
        None if filter == Filter::Closed => {
            query.filter(groups::class.ne(Class::Openbaar).and(groups::face.eq(true)))
        }
        None => query.filter(groups::class.eq(Class::Openbaar)),
        Some(person) => {
            let mine = memberships::table.filter(memberships::person_id.eq(person).and(lasts(tx.now)));
            let asked = groups::id.eq_any(mine.select(memberships::group_id));
            let member = membership::views::mine(*viewer, tx.now);
            match filter {
                // A closed one that somebody only asked to join isn't theirs yet.
                Filter::Mine => {
                    let inside = groups::class.eq(Class::Openbaar).or(groups::id.eq_any(member));
                    query.filter(asked).filter(inside)
                }
                Filter::Closed => query
                    .filter(groups::class.ne(Class::Openbaar).and(groups::id.ne_all(member)))
                    .filter(groups::face.eq(true).or(asked)),
                Filter::All | Filter::Local | Filter::Remote | Filter::Known => {
                    query.filter(groups::class.eq(Class::Openbaar).or(groups::id.eq_any(member)))
                }
            }
        }
    };
    query = match filter {
        Filter::Local => query.filter(actors::local.eq(true)),
        Filter::Remote | Filter::Known => query.filter(actors::local.eq(false)),
        Filter::Mine | Filter::All | Filter::Closed => query,
    };
    let open = matches!(filter, Filter::All | Filter::Remote | Filter::Closed);
    let hidden = if open { Hidden::now(tx)? } else { Hidden::default() };
    if !hidden.hosts.is_empty() {
        let mine = groups::id.eq_any(membership::views::mine(*viewer, tx.now));
        query = query.filter(actors::host.ne_all(hidden.hosts.clone()).or(mine));
    }
    let last = part.after.map(|after| (after.at, GroupId::from(after.id)));
    query = match (filter, last) {
        // Ids are in the order in which they were made.
        (Filter::Closed, None) => query.order(groups::id.desc()),
        (Filter::Closed, Some((_, id))) => query.filter(groups::id.lt(id)).order(groups::id.desc()),
        (_, None) => query.order((groups::active_at.desc(), groups::id.desc())),
        (_, Some((at, id))) => query
            .filter(groups::active_at.lt(at).or(groups::active_at.eq(at).and(groups::id.lt(id))))
            .order((groups::active_at.desc(), groups::id.desc())),
    };
    let found: Vec<GroupLine> = query.load(tx.conn)?;
    let now = tx.now;
    let at = |group: &GroupLine| if filter == Filter::Closed { now } else { group.active_at };
    let slice = Slice::cut(found, part.size, |group| Cursor { at: at(group), id: group.id.0 });
    let mut mine = tied(tx, viewer, slice.items.iter().map(|group| group.id).collect())?;
    let slice = slice.map(|group| {
        let membership = mine.remove(&group.id);
        Listed::new(group, membership, now)
    });
    Ok(Slice { items: hidden.leave_out(tx, slice.items, Listed::comes_from)?, next: slice.next })
}

/// These groups as a list shows them, to a reader who may know them: whoever calls has asked that in its own query. In the order of
/// `ids`; those that aren't there are left out.
///
/// # Errors
/// Only when the database does.
pub fn listed(tx: &mut Tx<'_>, viewer: &Viewer, ids: &[GroupId]) -> Result<Vec<Listed>> {
    let mut lines = lines(tx, ids.iter().copied())?;
    let mut mine = tied(tx, viewer, ids.to_vec())?;
    let now = tx.now;
    let found = ids.iter().filter_map(|id| {
        let line = Arc::unwrap_or_clone(lines.remove(id)?);
        Some(Listed::new(line, mine.remove(id), now))
    });
    Ok(found.collect())
}

/// What the reader is in these groups.
fn tied(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    groups: Vec<GroupId>,
) -> Result<HashMap<GroupId, (Role, MembershipState)>> {
    match viewer.person() {
        Some(person) if !groups.is_empty() => memberships_of(tx, person, groups),
        _ => Ok(HashMap::new()),
    }
}

/// One group by `name`, or `name@host` for one elsewhere.
///
/// # Errors
/// `NotFound` when there is none, or the reader may not know of it; `Gone` when it was deleted.
pub fn page(tx: &mut Tx<'_>, viewer: &Viewer, name: &str) -> Result<GroupPage> {
    use schema::{actors, groups};
    let (name, host) = handle(tx, name);
    // Asked in the query too, so that one that must not be known takes as many statements as one that never was.
    let mine = membership::views::mine(*viewer, tx.now);
    let found = with_actor()
        .filter(actors::host.eq(host).and(actors::name_folded.eq(name)))
        .filter(groups::class.eq(Class::Openbaar).or(groups::id.eq_any(mine)))
        .order(actors::id)
        .first(tx.conn)?;
    whole(tx, viewer, found)
}

/// One group.
///
/// # Errors
/// As [`page`].
pub fn by_id(tx: &mut Tx<'_>, viewer: &Viewer, id: GroupId) -> Result<GroupPage> {
    let found = with_actor().filter(schema::groups::id.eq(id)).first(tx.conn)?;
    whole(tx, viewer, found)
}

/// Groups with what they share with people: name, addresses and keys.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn with_actor() -> _ {
    let row: AsSelect<GroupRow, MultiBackend> = GroupRow::as_select();
    let actor: AsSelect<ActorRow, MultiBackend> = ActorRow::as_select();
    schema::groups::table.inner_join(schema::actors::table).select((row, actor))
}

fn whole(tx: &mut Tx<'_>, viewer: &Viewer, (group, actor): (GroupRow, ActorRow)) -> Result<GroupPage> {
    if actor.gone_at.is_some() {
        // That a closed group was ever there is told to nobody.
        return Err(if group.class == Class::Openbaar { Error::Gone } else { Error::NotFound });
    }
    let may = permissions(tx, viewer, group.id, group.class)?;
    let staff = staff(tx, viewer, group.id)?;
    Ok(GroupPage { group, actor, may, staff })
}

/// The id of the group with this `name` or `name@host`; a leading `!` or `@` doesn't matter. Deleted ones are found too.
///
/// # Errors
/// `NotFound`.
pub fn find(tx: &mut Tx<'_>, name: &str) -> Result<GroupId> {
    let (name, host) = handle(tx, name);
    let found = actors::by_handle(tx, &name, &host)?;
    let group = found.into_iter().find(|actor| actor.kind == ActorKind::Group);
    let Some(group) = group else {
        // Whoever calls asks next what somebody may do there, also of one that must not be known: that shall take no longer.
        membership::standing(tx, &Actor::here(PersonId::NOBODY), GroupId(PersonId::NOBODY.0))?;
        return Err(Error::NotFound);
    };
    Ok(group.id.into())
}

/// Name and host of a handle, as they are compared.
pub(super) fn handle(tx: &Tx<'_>, name: &str) -> (String, String) {
    let name = name.trim_start_matches(['@', '!']);
    let (name, host) = name.split_once('@').unwrap_or((name, tx.urls.domain()));
    (name.to_ascii_lowercase(), host.to_ascii_lowercase())
}

/// Refuses whoever may not read what is in a group of this class, and tells what the others may do.
///
/// # Errors
/// `NotFound` when the reader may not know of it.
pub fn permissions(tx: &mut Tx<'_>, viewer: &Viewer, group: GroupId, class: Class) -> Result<Permissions> {
    let Some(person) = viewer.person() else {
        visibility::reads_group(class, false, false)?;
        return Ok(Permissions::default());
    };
    let standing = membership::standing(tx, &Actor::here(person), group)?;
    standing.may(Act::Read)?;
    Ok(Permissions::from(&standing))
}

/// Owners and moderators, owners first. Of a group elsewhere, those whom its host named.
///
/// # Errors
/// Only when the database does; whoever calls has seen that the reader may know the group.
pub fn staff(tx: &mut Tx<'_>, _viewer: &Viewer, group: GroupId) -> Result<Vec<Member>> {
    use schema::memberships::dsl;
    use schema::{actors, people};
    let rows: Vec<(Byline, MembershipRow)> = dsl::memberships
        .inner_join(people::table.inner_join(actors::table))
        .filter(dsl::group_id.eq(group).and(among(dsl::role, [Role::Moderator, Role::Owner])))
        .filter(membership::belongs(tx.now).and(actors::gone_at.is_null()))
        .order((dsl::created_at, dsl::id))
        .select((Byline::as_select(), MembershipRow::as_select()))
        .load(tx.conn)?;
    let each = |(person, row): (Byline, MembershipRow)| {
        let MembershipRow { role, until, created_at, accepted_at, .. } = row;
        let since = accepted_at.unwrap_or(created_at);
        Member { person: Arc::new(person), role, since, until, motivation: String::new() }
    };
    let mut staff: Vec<Member> = rows.into_iter().map(each).collect();
    staff.sort_by_key(|member| std::cmp::Reverse(member.role));
    Ok(staff)
}

/// Members, the newest first. Only other members see who they are: that somebody asks for help is theirs to tell.
///
/// # Errors
/// `Denied` to whoever is no member; `NotFound` when the reader may not know of the group.
pub fn members(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    group: GroupId,
    part: impl Into<Part>,
) -> Result<Slice<Member>> {
    let standing = standing(tx, viewer, group)?;
    if standing.role.is_none() && !standing.is_staff() {
        return Err(Reason::NotMember.into());
    }
    belonging(tx, group, MembershipState::Accepted, part.into())
}

/// Those who ask to join, the newest first; for staff.
///
/// # Errors
/// `Denied` to all but staff; `NotFound` when the reader may not know of the group.
pub fn pending(
    tx: &mut Tx<'_>,
    viewer: &Viewer,
    group: GroupId,
    part: impl Into<Part>,
) -> Result<Slice<Member>> {
    standing(tx, viewer, group)?.may(Act::Admit)?;
    belonging(tx, group, MembershipState::Pending, part.into())
}

/// Lines of these groups, whoever reads: for lists of things whose own query has asked already.
///
/// # Errors
/// Only when the database does.
pub fn lines(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = GroupId>,
) -> Result<HashMap<GroupId, Arc<GroupLine>>> {
    use schema::{actors, groups};
    let mut ids: Vec<GroupId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    let rows: Vec<GroupLine> = groups::table
        .inner_join(actors::table)
        .filter(among(groups::id, ids))
        .select(GroupLine::as_select())
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|group| (group.id, Arc::new(group))).collect())
}

fn standing(tx: &mut Tx<'_>, viewer: &Viewer, group: GroupId) -> Result<crate::policy::Standing> {
    let Some(person) = viewer.person() else {
        // That it would help to sign in is told of nothing that must not be known.
        let class = outward::class(tx, group)?.ok_or(Error::NotFound)?;
        visibility::reads_group(class, false, false)?;
        return Err(Error::SignedOut);
    };
    let standing = membership::standing(tx, &Actor::here(person), group)?;
    standing.may(Act::Read)?;
    Ok(standing)
}

fn belonging(tx: &mut Tx<'_>, group: GroupId, state: MembershipState, part: Part) -> Result<Slice<Member>> {
    use schema::memberships::dsl;
    let mut query = dsl::memberships
        .filter(dsl::group_id.eq(group).and(dsl::state.eq(state)).and(lasts(tx.now)))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(part.limit())
        .select(MembershipRow::as_select())
        .into_boxed();
    if let Some(after) = part.after {
        let id = RowId::from(after.id);
        query =
            query.filter(dsl::created_at.lt(after.at).or(dsl::created_at.eq(after.at).and(dsl::id.lt(id))));
    }
    let found: Vec<MembershipRow> = query.load(tx.conn)?;
    let people = byline::of(tx, found.iter().map(|row| row.person_id))?;
    let slice = Slice::cut(found, part.size, |row| Cursor { at: row.created_at, id: row.id.0 });
    let next = slice.next;
    let items = slice.items.into_iter().filter_map(|row| {
        let person = Arc::clone(people.get(&row.person_id)?);
        let since = row.accepted_at.unwrap_or(row.created_at);
        Some(Member { person, role: row.role, since, until: row.until, motivation: row.motivation })
    });
    Ok(Slice { items: items.collect(), next })
}

fn memberships_of(
    tx: &mut Tx<'_>,
    person: PersonId,
    groups: Vec<GroupId>,
) -> Result<HashMap<GroupId, (Role, MembershipState)>> {
    use schema::memberships::dsl;
    let rows: Vec<(GroupId, Role, MembershipState)> = dsl::memberships
        .filter(dsl::person_id.eq(person).and(among(dsl::group_id, groups)).and(lasts(tx.now)))
        .select((dsl::group_id, dsl::role, dsl::state))
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|(group, role, state)| (group, (role, state))).collect())
}
