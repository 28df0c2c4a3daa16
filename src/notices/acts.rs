//! Writing notices from the journal, and noting that they were read.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use diesel::prelude::*;

use super::known::Known;
use super::linked::End;
use super::recipients::{self, Posted};
use super::{NoticeKind, NoticeRow, Told, mail};
use crate::clock::Time;
use crate::db::types::Json;
use crate::db::{Native, Tx, VALUES, schema};
use crate::error::{Error, Result};
use crate::ids::{EntryId, NoticeId, PersonId, ThreadId};
use crate::jobs::{self, Job};
use crate::journal::{self, Detail, Entry};
use crate::locale::Locales;
use crate::membership::{self, invitations};
use crate::people::AccountState;
use crate::policy::{Act, Actor};
use crate::threads::ThreadRow;

/// Seconds until it is looked again whether the host of a group took a post.
const AGAIN: i64 = 60;

/// Seconds after which nobody is told of a post that its host still hasn't taken.
const GIVE_UP: i64 = 2 * 86_400;

/// Tells the people concerned what these lines of the journal say: a notice in the page, and a mail for who wants it. Running it
/// twice tells nobody twice.
///
/// # Errors
/// Only when the database does; an entry that was pruned is nothing to tell.
pub fn notify(tx: &mut Tx<'_>, ids: &[EntryId], locales: &Arc<Locales>) -> Result<()> {
    let entries = journal::entries(tx, ids)?;
    let posted = Posted::of(tx, &entries)?;
    let mut plans = Vec::with_capacity(entries.len());
    for entry in entries {
        let detail: Detail = entry.detail.read()?;
        let plan = recipients::plan(tx, &posted, &entry, &detail)?;
        plans.push((entry, detail, plan));
    }
    let concerned = plans.iter().flat_map(|(_, _, plan)| plan.people.iter().map(|(person, _)| *person));
    let readers = Recipient::load(tx, concerned.collect())?;
    let told: Vec<&Entry> =
        plans.iter().filter(|(_, _, plan)| !plan.people.is_empty()).map(|(entry, ..)| entry).collect();
    let known = Known::of(tx, &told, &readers.keys().copied().collect())?;
    for (entry, detail, plan) in plans {
        if plan.later {
            if tx.now.seconds_since(entry.created_at) < GIVE_UP {
                let then = tx.now.plus_seconds(AGAIN);
                jobs::enqueue_at(tx, &Job::Notify { entry: entry.id }, then)?;
            }
            continue;
        }
        let mut told = HashSet::new();
        let people: Vec<(&Recipient, NoticeKind)> = plan
            .people
            .iter()
            .filter(|(person, _)| told.insert(*person))
            .filter_map(|(person, kind)| Some((readers.get(person)?, *kind)))
            .collect();
        for (reader, kind) in people {
            let end = plan.ends.get(&reader.id);
            if reader.may_be_told(tx, &known, &entry, end, kind)? {
                let news = News { entry: &entry, detail: &detail, thread: known.topic(&entry), end };
                tell(tx, &news, reader, kind, locales)?;
            }
        }
        for report in &plan.strangers {
            mail::answer(tx, &entry, &detail, report, locales)?;
        }
    }
    Ok(())
}

/// A line of the journal that somebody is told of.
struct News<'a> {
    entry: &'a Entry,
    detail: &'a Detail,
    /// The topic that it is about.
    thread: Option<&'a ThreadRow>,
    /// Where whoever is told stands, when it is about a link between groups.
    end: Option<&'a End>,
}

fn tell(
    tx: &mut Tx<'_>,
    news: &News<'_>,
    reader: &Recipient,
    kind: NoticeKind,
    locales: &Arc<Locales>,
) -> Result<()> {
    let News { entry, detail, thread, end } = *news;
    // What moderators decide they decide for the group; what members do bears their name.
    let named = kind.is_conversation()
        || matches!(kind, NoticeKind::JoinRequest | NoticeKind::SignUp | NoticeKind::RuleChange);
    let row = NoticeRow {
        id: NoticeId::fresh(),
        person_id: reader.id,
        kind,
        by_id: match kind {
            // Whom it concerns is whoever is told.
            NoticeKind::PromotionAsked => entry.by_id,
            _ if named => entry.by_id.or(entry.person_id),
            _ => None,
        },
        group_id: end.map(|end| end.group).or(entry.group_id),
        thread_id: thread.map(|thread| thread.id),
        post_id: entry.post_id.filter(|_| thread.is_some()),
        entry_id: entry.id,
        detail: Json::of(&told(detail, kind, end))?,
        created_at: entry.created_at,
        read_at: None,
        mailed_at: None,
    };
    let insert = diesel::insert_into(schema::notices::table)
        .values(&row)
        .on_conflict((schema::notices::person_id, schema::notices::entry_id))
        .do_nothing();
    if Native(insert).execute(tx.conn)? == 1 && mail::wanted(tx, &row, reader)? {
        mail::write(tx, &row, reader, detail, thread, locales)?;
        let sent = schema::notices::mailed_at.eq(tx.now);
        diesel::update(schema::notices::table.find(row.id)).set(sent).execute(tx.conn)?;
    }
    Ok(())
}

/// What a reporter wrote stays between the reporter and those who decide.
fn told(detail: &Detail, kind: NoticeKind, end: Option<&End>) -> Told {
    let reason = match kind {
        NoticeKind::Report | NoticeKind::Objection | NoticeKind::JoinRequest | NoticeKind::SignUp => {
            String::new()
        }
        // What is said about a topic stands with the topic, and is to be seen as long as that is.
        NoticeKind::PromotionAsked | NoticeKind::PromotionOffered => String::new(),
        _ => detail.reason.clone(),
    };
    let word = match kind {
        NoticeKind::Severed => &detail.host,
        kind if kind.is_agreement() => &detail.host,
        NoticeKind::RuleChange | NoticeKind::LinkEnded => &detail.to,
        _ => &detail.word,
    };
    Told {
        reason,
        word: word.clone(),
        until: detail.until,
        report: detail.report,
        other: end.map(|end| end.other),
        name: end.map(|end| end.name.clone()).unwrap_or_default(),
    }
}

/// Somebody with an account who may be told something.
#[derive(Debug, Clone, Queryable)]
pub(super) struct Recipient {
    /// Who.
    pub(super) id: PersonId,
    /// Their mail address.
    pub(super) email: String,
    /// Chosen language.
    pub(super) language: Option<String>,
    /// Wants mails about replies and mentions.
    pub(super) mail_replies: bool,
    /// Wants mails about moderation.
    pub(super) mail_moderation: bool,
    /// Wants titles in mails about groups of class *leden*.
    pub(super) mail_titles: bool,
}

impl Recipient {
    /// Those of these people who have an account that is in use.
    fn load(tx: &mut Tx<'_>, people: HashSet<PersonId>) -> Result<HashMap<PersonId, Self>> {
        use schema::accounts::dsl;
        let people: Vec<PersonId> = people.into_iter().collect();
        let mut readers = HashMap::new();
        for some in people.chunks(VALUES) {
            let in_use = dsl::state.eq_any([AccountState::Active, AccountState::Leaving]);
            let query = dsl::accounts.filter(dsl::person_id.eq_any(some).and(in_use)).select((
                dsl::person_id,
                dsl::email,
                dsl::language,
                dsl::mail_replies,
                dsl::mail_moderation,
                dsl::mail_titles,
            ));
            let found: Vec<Self> = query.load(tx.conn)?;
            readers.extend(found.into_iter().map(|reader| (reader.id, reader)));
        }
        Ok(readers)
    }

    fn may_be_told(
        &self,
        tx: &mut Tx<'_>,
        known: &Known,
        entry: &Entry,
        end: Option<&End>,
        kind: NoticeKind,
    ) -> Result<bool> {
        if kind == NoticeKind::Invitation {
            let wanted = entry.by_id.is_none_or(|by| !known.avoids(self.id, by));
            let Some(group) = entry.group_id.filter(|_| wanted) else { return Ok(false) };
            return invitations::open_for(tx, self.id, group);
        }
        if kind == NoticeKind::PromotionAsked {
            return Ok(entry.by_id.is_none_or(|by| !known.avoids(self.id, by)));
        }
        // Decisions about people are told, also to those who may no longer see the group.
        if !kind.is_conversation() && !for_staff(kind) {
            return Ok(true);
        }
        if let Some(group) = end.map(|end| end.group).or(entry.group_id) {
            let standing = match membership::standing(tx, &Actor::here(self.id), group) {
                Err(Error::NotFound) => return Ok(false),
                other => other?,
            };
            if standing.may(Act::Read).is_err() || standing.suspended {
                return Ok(false);
            }
        } else if membership::facts(tx, self.id)?.suspended {
            return Ok(false);
        }
        let Some(by) = entry.by_id.filter(|_| kind.is_conversation()) else { return Ok(true) };
        Ok(!known.avoids(self.id, by))
    }
}

fn for_staff(kind: NoticeKind) -> bool {
    use NoticeKind::{JoinRequest, Objection, PromotionAsked, PromotionDecided, Report, RuleChange, SignUp};
    let about_link = kind.is_link() && !matches!(kind, PromotionAsked | PromotionDecided);
    about_link
        || kind.is_agreement()
        || matches!(kind, Report | Objection | JoinRequest | SignUp | RuleChange)
}

/// Which notices were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Read {
    /// One.
    One(NoticeId),
    /// Those of a topic: it was opened.
    Thread(ThreadId),
    /// All that came in until this moment.
    All(Time),
}

/// Notes that notices of one's own were read; tells how many were not before.
///
/// # Errors
/// `NotFound` when the one named isn't theirs.
pub fn mark_read(tx: &mut Tx<'_>, person: PersonId, read: Read) -> Result<usize> {
    use schema::notices::dsl;
    if let Read::One(id) = read {
        let own = dsl::notices.find(id).filter(dsl::person_id.eq(person)).select(dsl::id);
        own.first::<NoticeId>(tx.conn)?;
    }
    let unread = dsl::notices.filter(dsl::person_id.eq(person).and(dsl::read_at.is_null()));
    let change = dsl::read_at.eq(tx.now);
    Ok(match read {
        Read::One(id) => diesel::update(unread.filter(dsl::id.eq(id))).set(change).execute(tx.conn)?,
        Read::Thread(id) => {
            diesel::update(unread.filter(dsl::thread_id.eq(id))).set(change).execute(tx.conn)?
        }
        Read::All(until) => {
            diesel::update(unread.filter(dsl::created_at.le(until))).set(change).execute(tx.conn)?
        }
    })
}

/// Removes notices that were read more than `days` ago; 0 keeps them. Tells how many went.
///
/// # Errors
/// Only when the database does.
pub fn prune(tx: &mut Tx<'_>, days: i64) -> Result<usize> {
    use schema::notices::dsl;
    if days == 0 {
        return Ok(0);
    }
    Ok(diesel::delete(dsl::notices.filter(dsl::read_at.lt(tx.now.plus_days(-days)))).execute(tx.conn)?)
}
