//! What moderators see: cases, and who is banned.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::dsl::not;
use diesel::prelude::*;

use super::{Category, ReportRow, ReportState, Scope, about_group, check_decides};
use crate::clock::Time;
use crate::db::page::{Cursor, Part, Slice};
use crate::db::{Tx, schema};
use crate::error::{Error, Result};
use crate::ids::{EntryId, GroupId, PersonId, PostId, ReportId, RowId, ThreadId};
use crate::membership;
use crate::people::byline::{self, Byline};
use crate::policy::{Actor, Class, Viewer, visibility};
use crate::urls::Urls;

/// Which cases are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Filter {
    /// Those that wait, the oldest first.
    Open,
    /// Those that are decided, the latest first.
    Decided,
}

/// A case: reports about one thing, as a list shows them.
#[derive(Debug, Clone)]
pub struct Case {
    /// The id of its first report, which stands for the case.
    pub id: ReportId,
    /// In which group; `None` is for the administrators.
    pub group: Option<Place>,
    /// What it is about.
    pub about: About,
    /// How many reported it.
    pub count: usize,
    /// What they say is wrong, each once, in order of [`Category`].
    pub categories: Vec<Category>,
    /// Whether reports came from other servers.
    pub elsewhere: bool,
    /// For an objection: the decision.
    pub entry: Option<EntryId>,
    /// How far it is.
    pub state: ReportState,
    /// The decision in the moderator's words.
    pub resolution: String,
    /// Who decided.
    pub resolved_by: Option<Arc<Byline>>,
    /// When it was decided.
    pub resolved_at: Option<Time>,
    /// When the first report came in.
    pub created_at: Time,
}

/// A group, as far as a list names it.
#[derive(Debug, Clone)]
pub struct Place {
    /// Which.
    pub id: GroupId,
    /// Its title; empty when the reader may not know of it.
    pub title: String,
    /// The name in its handle; empty when the reader may not know of it.
    pub name: String,
    /// `host[:port]`.
    pub host: String,
    /// Whether it is of this instance.
    pub local: bool,
}

impl Place {
    /// Whether it is a closed group that the reader may not know of, but for what is told here.
    pub fn is_hidden(&self) -> bool {
        self.name.is_empty()
    }

    /// [`Self::local_name`], of a group that the reader may know of.
    pub fn shown_name(&self) -> Option<String> {
        (!self.is_hidden()).then(|| self.local_name())
    }

    /// `name` for groups of this instance, `name@host` for others: as in paths.
    pub fn local_name(&self) -> String {
        if self.local { self.name.clone() } else { format!("{}@{}", self.name, self.host) }
    }
}

/// What a case is about.
#[derive(Debug, Clone)]
pub enum About {
    /// A post.
    Post {
        /// Which.
        id: PostId,
        /// In which topic.
        thread: ThreadId,
        /// The topic's title.
        title: String,
        /// It is a reply.
        reply: bool,
        /// Who wrote it.
        author: Option<Arc<Byline>>,
        /// Removed by a moderator.
        removed: bool,
        /// Deleted by its author.
        deleted: bool,
        /// Its path.
        path: String,
    },
    /// A person.
    Person(Option<Arc<Byline>>),
    /// The group itself.
    Group,
    /// A post that is there no more.
    Gone,
}

/// One report, as those who decide see it.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// What is wrong.
    pub category: Category,
    /// In the reporter's words.
    pub reason: String,
    /// Who reported, when known here.
    pub reporter: Option<Arc<Byline>>,
    /// The name that somebody without an account gave.
    pub name: String,
    /// Whether somebody without an account can be answered. The address itself is for nobody to see.
    pub answerable: bool,
    /// The server of whoever reported; empty for this one.
    pub host: String,
    /// Sent on to other servers.
    pub forwarded: bool,
    /// When.
    pub created_at: Time,
}

/// A case with all there is to decide about it.
#[derive(Debug, Clone)]
pub struct CasePage {
    /// The case.
    pub case: Case,
    /// Its reports, the first one first.
    pub reports: Vec<Report>,
    /// The post's safe HTML; empty when the case has none or its author deleted it.
    pub html: String,
    /// Cases about the same person in the same group that were decided before.
    pub earlier: i64,
}

/// The cases of a group or the instance.
///
/// The instance's are those without a group, those about a group itself, those about open groups hosted elsewhere, and in open groups
/// those about what is against the law. Other cases of a group are for its staff.
///
/// # Errors
/// `SignedOut`, `Denied` to all but those who decide here, `NotFound` when they may not know of the group.
pub fn queue(
    tx: &mut Tx<'_>,
    viewer: Viewer,
    scope: Scope,
    filter: Filter,
    part: impl Into<Part>,
) -> Result<Slice<Case>> {
    use schema::reports::dsl;
    check_scope(tx, viewer, scope)?;
    let mut query = dsl::reports.filter(dsl::id.eq(dsl::case_id)).select(ReportRow::as_select()).into_boxed();
    query = match scope {
        Scope::Group(group) => query.filter(dsl::group_id.eq(group).and(not(about_group()))),
        Scope::Instance => {
            use schema::{actors, groups};
            let open = groups::table.filter(groups::class.eq(Class::Openbaar));
            let open_elsewhere = groups::table
                .inner_join(actors::table)
                .filter(groups::class.eq(Class::Openbaar).and(actors::local.eq(false)))
                .select(groups::id.nullable());
            let others = diesel::alias!(schema::reports as others);
            let illegal = others
                .filter(others.field(dsl::category).eq(Category::Illegal))
                .filter(others.field(dsl::group_id).eq_any(open.select(groups::id.nullable())))
                .select(others.field(dsl::case_id));
            query.filter(
                dsl::group_id
                    .is_null()
                    .or(about_group())
                    .or(dsl::group_id.eq_any(open_elsewhere))
                    .or(dsl::id.eq_any(illegal)),
            )
        }
    };
    let part = part.into();
    query = match filter {
        Filter::Open => {
            query.filter(dsl::state.eq(ReportState::Open)).order((dsl::created_at.asc(), dsl::id.asc()))
        }
        Filter::Decided => {
            query.filter(dsl::state.ne(ReportState::Open)).order((dsl::created_at.desc(), dsl::id.desc()))
        }
    };
    if let Some(Cursor { at, id }) = part.after {
        let id = ReportId(id);
        query = match filter {
            Filter::Open => {
                query.filter(dsl::created_at.gt(at).or(dsl::created_at.eq(at).and(dsl::id.gt(id))))
            }
            Filter::Decided => {
                query.filter(dsl::created_at.lt(at).or(dsl::created_at.eq(at).and(dsl::id.lt(id))))
            }
        };
    }
    let rows: Vec<ReportRow> = query.limit(part.limit()).load(tx.conn)?;
    let slice = Slice::cut(rows, part.size, |row| Cursor { at: row.created_at, id: row.id.0 });
    let items = cases(tx, viewer, &slice.items)?;
    Ok(Slice { items, next: slice.next })
}

/// How many cases wait in each of these groups, for whoever sees that there are some and nothing of them.
///
/// # Errors
/// Only when the database does.
pub fn waiting_in(tx: &mut Tx<'_>, groups: &[GroupId]) -> Result<HashMap<GroupId, i64>> {
    use schema::reports::dsl;
    let open = dsl::reports
        .filter(dsl::id.eq(dsl::case_id).and(dsl::state.eq(ReportState::Open)))
        .filter(dsl::group_id.eq_any(groups).and(not(about_group())))
        .select(dsl::group_id);
    let mut counts = HashMap::new();
    for group in open.load::<Option<GroupId>>(tx.conn)?.into_iter().flatten() {
        *counts.entry(group).or_default() += 1;
    }
    Ok(counts)
}

/// How many cases of a group or the instance wait. Whoever calls has checked that it may be known.
///
/// # Errors
/// Only when the database does.
pub fn waiting(tx: &mut Tx<'_>, group: Option<GroupId>) -> Result<i64> {
    use schema::reports::dsl;
    let open = dsl::reports.filter(dsl::id.eq(dsl::case_id).and(dsl::state.eq(ReportState::Open)));
    Ok(match group {
        Some(group) => {
            open.filter(dsl::group_id.eq(group).and(not(about_group()))).count().get_result(tx.conn)?
        }
        None => open.filter(dsl::group_id.is_null().or(about_group())).count().get_result(tx.conn)?,
    })
}

/// As what a post is reported, when it is and nobody decided yet: to be proposed as the ground. Whoever calls has checked that it may
/// be known.
///
/// # Errors
/// Only when the database does.
pub fn reported_as(tx: &mut Tx<'_>, post: PostId) -> Result<Option<Category>> {
    use schema::reports::dsl;
    let open = dsl::reports
        .filter(dsl::post_id.eq(post).and(dsl::state.eq(ReportState::Open)))
        .filter(dsl::category.ne(Category::Objection))
        .order((dsl::created_at, dsl::id))
        .select(dsl::category);
    Ok(open.first(tx.conn).optional()?)
}

/// One case, by any of its reports.
///
/// # Errors
/// `NotFound` when there is none, or for whoever doesn't decide about it.
pub fn case(tx: &mut Tx<'_>, viewer: Viewer, id: ReportId) -> Result<CasePage> {
    use schema::{posts, reports};
    let person = viewer.person().ok_or(Error::SignedOut)?;
    let first: ReportId = reports::table.find(id).select(reports::case_id).first(tx.conn)?;
    let row: ReportRow = reports::table.find(first).select(ReportRow::as_select()).first(tx.conn)?;
    check_decides(tx, &Actor::here(person), row.decided_in()).map_err(|error| match error {
        Error::Denied(_) => Error::NotFound,
        other => other,
    })?;
    let rows: Vec<ReportRow> = reports::table
        .filter(reports::case_id.eq(first))
        .order((reports::created_at, reports::id))
        .select(ReportRow::as_select())
        .load(tx.conn)?;
    let reporters = byline::of(tx, rows.iter().filter_map(|row| row.reporter_id))?;
    let earlier = earlier(tx, &row)?;
    let case = cases(tx, viewer, std::slice::from_ref(&row))?.pop().ok_or(Error::NotFound)?;
    let html = match case.about {
        About::Post { id, .. } => {
            let there = posts::table.find(id).filter(posts::deleted_at.is_null());
            there.select(posts::html).first(tx.conn).optional()?.unwrap_or_default()
        }
        About::Person(_) | About::Group | About::Gone => String::new(),
    };
    let reports = rows
        .into_iter()
        .map(|row| Report {
            id: row.id,
            category: row.category,
            reason: row.reason,
            reporter: row.reporter_id.and_then(|id| reporters.get(&id).cloned()),
            name: row.reporter_name,
            answerable: !row.reporter_email.is_empty(),
            host: row.reporter_host,
            forwarded: row.forwarded,
            created_at: row.created_at,
        })
        .collect();
    Ok(CasePage { case, reports, html, earlier })
}

fn earlier(tx: &mut Tx<'_>, row: &ReportRow) -> Result<i64> {
    use schema::reports::dsl;
    let Some(person) = row.person_id else { return Ok(0) };
    let decided = dsl::reports
        .filter(dsl::id.eq(dsl::case_id).and(dsl::id.ne(row.id)))
        .filter(dsl::person_id.eq(person).and(dsl::state.ne(ReportState::Open)))
        .filter(dsl::category.ne(Category::Objection));
    Ok(match row.group_id {
        Some(group) => decided.filter(dsl::group_id.eq(group)).count().get_result(tx.conn)?,
        None => decided.count().get_result(tx.conn)?,
    })
}

/// A ban that holds.
#[derive(Debug, Clone)]
pub struct BanShown {
    /// Its row.
    pub id: RowId,
    /// Who is banned.
    pub person: Option<Arc<Byline>>,
    /// By whom.
    pub by: Option<Arc<Byline>>,
    /// Why.
    pub reason: String,
    /// Since when.
    pub created_at: Time,
    /// Until when; `None` until it is lifted.
    pub until: Option<Time>,
}

/// Who is banned now from a group or from the instance, the latest first.
///
/// # Errors
/// As [`queue`].
pub fn bans(tx: &mut Tx<'_>, viewer: Viewer, scope: Scope, part: impl Into<Part>) -> Result<Slice<BanShown>> {
    use schema::bans::dsl;
    let part = part.into();
    type Row = (RowId, PersonId, Option<PersonId>, String, Time, Option<Time>);
    check_scope(tx, viewer, scope)?;
    let mut query = dsl::bans
        .filter(dsl::lifted_at.is_null())
        .filter(dsl::until.is_null().or(dsl::until.gt(tx.now)))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .select((dsl::id, dsl::person_id, dsl::by_id, dsl::reason, dsl::created_at, dsl::until))
        .into_boxed();
    query = match scope {
        Scope::Group(group) => query.filter(dsl::group_id.eq(group)),
        Scope::Instance => query.filter(dsl::group_id.is_null()),
    };
    if let Some(Cursor { at, id }) = part.after {
        query = query.filter(dsl::created_at.lt(at).or(dsl::created_at.eq(at).and(dsl::id.lt(RowId(id)))));
    }
    let rows: Vec<Row> = query.limit(part.limit()).load(tx.conn)?;
    let people = byline::of(tx, rows.iter().flat_map(|row| [Some(row.1), row.2]).flatten())?;
    let slice = Slice::cut(rows, part.size, |row| Cursor { at: row.4, id: row.0.0 });
    Ok(slice.map(|(id, person, by, reason, created_at, until)| BanShown {
        id,
        person: people.get(&person).cloned(),
        by: by.and_then(|by| people.get(&by).cloned()),
        reason,
        created_at,
        until,
    }))
}

/// Who looks decides here.
fn check_scope(tx: &mut Tx<'_>, viewer: Viewer, scope: Scope) -> Result<()> {
    let by = Actor::here(viewer.person().ok_or(Error::SignedOut)?);
    match scope {
        Scope::Group(group) => check_decides(tx, &by, Some(group)),
        Scope::Instance => check_decides(tx, &by, None),
    }
}

/// Groups by id, as lists name them: those that the viewer may not know of without a name.
///
/// # Errors
/// Only when the database does.
pub(super) fn places(tx: &mut Tx<'_>, viewer: Viewer, ids: Vec<GroupId>) -> Result<HashMap<GroupId, Place>> {
    use schema::{actors, groups};
    type Row = (GroupId, String, String, String, bool, Class, bool);
    let rows: Vec<Row> = groups::table
        .inner_join(actors::table)
        .filter(groups::id.eq_any(ids))
        .select((
            groups::id,
            groups::title,
            actors::name,
            actors::host,
            actors::local,
            groups::class,
            groups::face,
        ))
        .load(tx.conn)?;
    let closed = rows.iter().filter(|row| row.5 != Class::Openbaar).map(|row| row.0);
    let mine = membership::views::among(tx, viewer, closed.collect())?;
    let place = |(id, title, name, host, local, class, face): Row| {
        let known = visibility::knows_group(class, face, mine.contains(&id)).is_ok();
        let (title, name) = if known { (title, name) } else { (String::new(), String::new()) };
        (id, Place { id, title, name, host, local })
    };
    Ok(rows.into_iter().map(place).collect())
}

type PostFacts = (PostId, ThreadId, String, (GroupId, Class), Option<Time>, Option<Time>);

fn cases(tx: &mut Tx<'_>, viewer: Viewer, rows: &[ReportRow]) -> Result<Vec<Case>> {
    use schema::{groups, posts, reports, threads};
    let ids: Vec<ReportId> = rows.iter().map(|row| row.id).collect();
    let all: Vec<(ReportId, Category, String)> = reports::table
        .filter(reports::case_id.eq_any(ids))
        .select((reports::case_id, reports::category, reports::reporter_host))
        .load(tx.conn)?;
    let found: Vec<PostFacts> = posts::table
        .inner_join(threads::table)
        .inner_join(groups::table)
        .filter(posts::id.eq_any(rows.iter().filter_map(|row| row.post_id)))
        .select((
            posts::id,
            posts::thread_id,
            threads::title,
            (groups::id, groups::class),
            posts::removed_at,
            posts::deleted_at,
        ))
        .load(tx.conn)?;
    let people = byline::of(tx, rows.iter().flat_map(|row| [row.person_id, row.resolved_by]).flatten())?;
    // A topic may have moved since it was decided about, to where whoever decides doesn't read.
    let closed = found.iter().map(|facts| facts.3).filter(|(_, class)| *class != Class::Openbaar);
    let inside = membership::views::among(tx, viewer, closed.map(|(group, _)| group).collect())?;
    let groups = places(tx, viewer, rows.iter().filter_map(|row| row.group_id).collect())?;
    let case = |row: &ReportRow| {
        let mine: Vec<_> = all.iter().filter(|(id, _, _)| *id == row.id).collect();
        let mut categories: Vec<Category> = mine.iter().map(|(_, category, _)| *category).collect();
        categories.sort_unstable();
        categories.dedup();
        let byline = |id: Option<PersonId>| id.and_then(|id| people.get(&id).cloned());
        let readable = |post: PostId| {
            let facts = found.iter().find(|facts| facts.0 == post)?;
            let (group, class) = facts.3;
            visibility::reads_group(class, inside.contains(&group), false).ok().map(|()| facts)
        };
        let about = match row.post_id {
            Some(post) => readable(post).map_or(About::Gone, |facts| {
                let (id, thread, title, _place, removed, deleted) = facts.clone();
                About::Post {
                    id,
                    thread,
                    title,
                    reply: id != PostId::from(thread),
                    author: byline(row.person_id),
                    removed: removed.is_some(),
                    deleted: deleted.is_some(),
                    path: Urls::place(thread, id),
                }
            }),
            None if row.person_id.is_some() => About::Person(byline(row.person_id)),
            None => About::Group,
        };
        Case {
            id: row.id,
            group: row.group_id.and_then(|id| groups.get(&id).cloned()),
            about,
            count: mine.len(),
            categories,
            elsewhere: mine.iter().any(|(_, _, host)| !host.is_empty()),
            entry: row.entry_id,
            state: row.state,
            resolution: row.resolution.clone(),
            resolved_by: byline(row.resolved_by),
            resolved_at: row.resolved_at,
            created_at: row.created_at,
        }
    };
    Ok(rows.iter().map(case).collect())
}
