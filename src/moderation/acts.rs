//! What changes reports: making one, deciding about one. Every change is a line in the journal.

use diesel::prelude::*;

use super::{Category, ReportDraft, ReportRow, ReportState};
use crate::actors;
use crate::clock::Time;
use crate::db::{Lock, Tx, lock, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{GroupId, PersonId, PostId, ReportId, ThreadId};
use crate::journal::{self, Did, Line};
use crate::membership;
use crate::people::attempts;
use crate::policy::rates::Limit;
use crate::policy::{Act, Actor, Class, Origin, Reason, limits};

/// Reports a post, a person or a group. `by` is `None` for somebody without an account.
///
/// Whoever may see a thing may report it, also when banned. With a group, its staff decides; without, the administrators.
/// The journal's line (`Did::Report`) carries in `detail.report` the case, in `detail.reason` the reporter's words, and
/// in `detail.inboxes` the inboxes of the group and of the author when they are elsewhere and shall be told.
///
/// # Errors
/// `NotFound` when the reporter can't see it, `Invalid` when the reason is missing, `Denied(Already)` when the same person
/// has an open report about it, `Conflict` when this Flag is known.
pub fn report(tx: &mut Tx<'_>, by: Option<&Actor>, draft: &ReportDraft) -> Result<ReportRow> {
    let about = About::load(tx, by, draft)?;
    match (by, about.group) {
        // A group itself is reported by whoever may know of it.
        (_, Some(group)) if about.post.is_none() && about.person.is_none() => {
            super::check_knows(tx, by.map(|by| by.person), group)?;
        }
        (Some(by), Some(group)) => membership::standing(tx, by, group)?.may(Act::Report)?,
        (None, Some(group)) => super::check_reads(tx, None, group)?,
        (_, None) => {}
    }
    // Only then: what must not be known isn't there, whatever else is wrong.
    check(by, draft)?;
    let key = about.post.map(|id| id.0).or(about.person.map(|id| id.0)).or(about.group.map(|id| id.0));
    let key = key.ok_or_else(|| Error::field("about", "error-report-about"))?;
    lock(tx, Lock::Report, &key.to_string())?;
    let reporter = by.map(|by| by.person);
    let open = open_about(tx, &about)?;
    if reporter.is_some() && open.iter().any(|row| row.reporter_id == reporter) {
        return Err(Reason::Already.into());
    }
    let inboxes = if draft.forward { inboxes_elsewhere(tx, &about)? } else { Vec::new() };
    let id = ReportId::fresh();
    let row = ReportRow {
        id,
        case_id: open.first().map_or(id, |first| first.case_id),
        uri: draft.uri.clone(),
        group_id: about.group,
        post_id: about.post,
        person_id: about.person,
        reporter_id: reporter,
        reporter_name: if by.is_none() { draft.reporter_name.trim().to_owned() } else { String::new() },
        reporter_email: if by.is_none() { draft.reporter_email.trim().to_owned() } else { String::new() },
        reporter_host: draft.reporter_host.clone(),
        entry_id: None,
        category: draft.category,
        // What comes in longer than we let people write is cut, not lost.
        reason: draft.reason.trim().chars().take(limits::REASON).collect(),
        state: ReportState::Open,
        forwarded: !inboxes.is_empty(),
        resolved_by: None,
        resolution: String::new(),
        created_at: tx.now,
        resolved_at: None,
    };
    diesel::insert_into(schema::reports::table).values(&row).execute(tx.conn)?;
    journal::record(tx, &line(by, &row, about.thread, inboxes))?;
    Ok(row)
}

pub(super) fn line(
    by: Option<&Actor>,
    row: &ReportRow,
    thread: Option<ThreadId>,
    inboxes: Vec<String>,
) -> Line {
    let detail = journal::Detail {
        reason: row.reason.clone(),
        word: row.category.word().to_owned(),
        host: row.reporter_host.clone(),
        report: Some(row.id),
        inboxes,
        ..journal::Detail::default()
    };
    Line {
        did: Did::Report,
        by: by.cloned(),
        group: row.group_id,
        thread,
        post: row.post_id,
        person: row.person_id,
        moderation: false,
        detail,
    }
}

/// Refuses whoever reports too often, and counts this report: an account, or an address without one. Nor shall strangers make us
/// send mail to one mailbox without end.
///
/// # Errors
/// `Limited` with the time until there is room again.
pub fn count(tx: &mut Tx<'_>, by: Option<&Actor>, address: &str, email: &str) -> Result<()> {
    if let Some(by) = by {
        return attempts::by_person(tx, true, Limit::AccountReports, by);
    }
    attempts::take(tx, Limit::AddressReports, &attempts::of_address(address))?;
    if email.trim().is_empty() {
        return Ok(());
    }
    attempts::take(tx, Limit::MailboxMails, &attempts::of_mailbox(email))
}

/// The Digital Services Act (art. 16, 2) wants a reason from whoever can be asked for one; other servers send what they have.
fn check(by: Option<&Actor>, draft: &ReportDraft) -> Result<()> {
    let mut errors = FieldErrors::default();
    let here = by.map_or(draft.reporter_host.is_empty(), |by| by.origin == Origin::Here);
    if draft.category == Category::Objection {
        errors.add("category", "error-report-category");
    }
    if here && draft.reason.trim().is_empty() {
        errors.add("reason", "error-report-reason");
    }
    let long = |text: &str, most: usize| text.chars().count() > most;
    if here && long(draft.reason.trim(), limits::REASON) {
        errors.add_limit("reason", "error-report-reason-long", number(limits::REASON));
    }
    if long(&draft.reporter_name, limits::LABEL) {
        errors.add_limit("name", "error-report-name-long", number(limits::LABEL));
    }
    let email = draft.reporter_email.trim();
    if by.is_none() && !email.is_empty() && email.parse::<lettre::Address>().is_err() {
        errors.add("email", "error-report-email");
    }
    errors.into_result()
}

pub(super) fn number(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Open reports about posts of a topic go where the topic went: the staff there decides. Decided ones stay where they were.
///
/// # Errors
/// Only when the database does.
pub fn follow_thread(tx: &mut Tx<'_>, thread: ThreadId, to: GroupId) -> Result<()> {
    use schema::posts;
    use schema::reports::dsl;
    let posts = posts::table.filter(posts::thread_id.eq(thread)).select(posts::id.nullable());
    diesel::update(dsl::reports.filter(dsl::state.eq(ReportState::Open).and(dsl::post_id.eq_any(posts))))
        .set(dsl::group_id.eq(to))
        .execute(tx.conn)?;
    Ok(())
}

/// What a report is about, looked up.
struct About {
    group: Option<GroupId>,
    thread: Option<ThreadId>,
    post: Option<PostId>,
    person: Option<PersonId>,
}

impl About {
    fn load(tx: &mut Tx<'_>, by: Option<&Actor>, draft: &ReportDraft) -> Result<Self> {
        use schema::posts::dsl;
        let Some(post) = draft.post else {
            if let Some(person) = draft.person {
                let gone = actors::find(tx, person.into())?.gone_at;
                gone.map_or(Ok(()), |_| Err(Error::NotFound))?;
                schema::people::table.find(person).select(schema::people::id).first::<PersonId>(tx.conn)?;
            }
            return Ok(Self { group: draft.group, thread: None, post: None, person: draft.person });
        };
        let (group, thread, author, confirmed): (GroupId, ThreadId, PersonId, Option<Time>) = dsl::posts
            .find(post)
            .filter(dsl::deleted_at.is_null().and(dsl::removed_at.is_null()))
            .select((dsl::group_id, dsl::thread_id, dsl::author_id, dsl::confirmed_at))
            .first(tx.conn)?;
        // What the group's host hasn't taken yet only its author sees.
        if confirmed.is_none() && by.is_none_or(|by| by.person != author) {
            return Err(Error::NotFound);
        }
        Ok(Self { group: Some(group), thread: Some(thread), post: Some(post), person: Some(author) })
    }
}

pub(super) fn class_of(tx: &mut Tx<'_>, group: GroupId) -> Result<Class> {
    use schema::{actors, groups};
    Ok(groups::table
        .inner_join(actors::table)
        .filter(groups::id.eq(group).and(actors::gone_at.is_null()))
        .select(groups::class)
        .first(tx.conn)?)
}

/// Open reports about the same thing, the first one first.
fn open_about(tx: &mut Tx<'_>, about: &About) -> Result<Vec<ReportRow>> {
    use schema::reports::dsl;
    let mut query = dsl::reports
        .filter(dsl::state.eq(ReportState::Open).and(dsl::category.ne(Category::Objection)))
        .order((dsl::created_at, dsl::id))
        .select(ReportRow::as_select())
        .into_boxed();
    query = match about.group {
        Some(group) => query.filter(dsl::group_id.eq(group)),
        None => query.filter(dsl::group_id.is_null()),
    };
    query = match (about.post, about.person) {
        (Some(post), _) => query.filter(dsl::post_id.eq(post)),
        (None, Some(person)) => query.filter(dsl::post_id.is_null().and(dsl::person_id.eq(person))),
        (None, None) => query.filter(dsl::post_id.is_null().and(dsl::person_id.is_null())),
    };
    Ok(query.load(tx.conn)?)
}

/// The inboxes of the group and of the person reported, where they are of other servers. Only what is open leaves.
fn inboxes_elsewhere(tx: &mut Tx<'_>, about: &About) -> Result<Vec<String>> {
    if let Some(group) = about.group
        && class_of(tx, group)? != Class::Openbaar
    {
        return Ok(Vec::new());
    }
    let mut inboxes = Vec::new();
    for id in [about.group.map(Into::into), about.person.map(Into::into)].into_iter().flatten() {
        let actor = actors::find(tx, id)?;
        if !actor.local && actor.gone_at.is_none() && !inboxes.contains(&actor.inbox) {
            inboxes.push(actor.inbox);
        }
    }
    Ok(inboxes)
}
