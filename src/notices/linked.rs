//! Who is told of a line of the journal about a link between groups, or about a topic that is to be shown by one, and at which end they
//! stand: one line tells both.

use diesel::prelude::*;

use super::NoticeKind;
use super::recipients::{self, Plan};
use crate::db::{Tx, schema};
use crate::error::Result;
use crate::ids::{GroupId, LinkId, PersonId, ThreadId};
use crate::journal::{Detail, Did, Entry};
use crate::links::{LinkState, PromotionState, Side, acts, heard};
use crate::policy::Class;

/// Where somebody stands who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    /// The group that it is about for them.
    pub(super) group: GroupId,
    /// The other group of the link, or the one that a topic is to be shown in.
    pub(super) other: GroupId,
    /// How addresses name the group in which they can do something about it; empty: in none.
    pub(super) name: String,
}

/// Who is told of such a line, as what, and where they stand.
pub(super) fn plan(tx: &mut Tx<'_>, entry: &Entry, detail: &Detail) -> Result<Plan> {
    let (Some(group), Some(other)) = (entry.group_id, detail.other) else { return Ok(Plan::default()) };
    match entry.act {
        Did::AskLink if waits(tx, detail, group, other)? => ends(tx, entry, detail, NoticeKind::LinkAsked),
        // What was accepted before was told then.
        Did::AcceptLink if detail.from == heard::AGAIN => Ok(Plan::default()),
        Did::AcceptLink => ends(tx, entry, detail, NoticeKind::LinkAccepted),
        Did::EndLink => ends(tx, entry, detail, NoticeKind::LinkEnded),
        Did::ProposeTopic | Did::AnswerProposal | Did::DecideProposal => {
            proposed(tx, entry, detail, (group, other))
        }
        _ => Ok(Plan::default()),
    }
}

/// Whether a link that was asked for still waits: it may have been answered at once.
fn waits(tx: &mut Tx<'_>, detail: &Detail, group: GroupId, other: GroupId) -> Result<bool> {
    use schema::group_links::dsl;
    let is_source = Side::from_word(&detail.word) == Some(Side::Source);
    let (source, target) = if is_source { (group, other) } else { (other, group) };
    let found: Option<LinkId> = dsl::group_links
        .filter(dsl::source_id.eq(source).and(dsl::target_id.eq(target)))
        .filter(dsl::state.eq(LinkState::Asked))
        .select(dsl::id)
        .first(tx.conn)
        .optional()?;
    Ok(found.is_some())
}

/// What one end did is told to the owners of the other, as far as they are of this instance.
fn ends(tx: &mut Tx<'_>, entry: &Entry, detail: &Detail, kind: NoticeKind) -> Result<Plan> {
    let mut plan = Plan::default();
    let (Some(group), Some(other)) = (entry.group_id, detail.other) else { return Ok(plan) };
    let told = match entry.by_id {
        // Nobody did that at either end.
        None if detail.from == acts::CLOSED => vec![(group, other), (other, group)],
        None => vec![(group, other)],
        Some(_) => vec![(other, group)],
    };
    for (group, other) in told {
        let Some(name) = name(tx, group)? else { continue };
        let end = End { group, other, name };
        add(&mut plan, entry, recipients::owners(tx, group)?, kind, &end);
    }
    Ok(plan)
}

/// A topic that somebody would like to be shown elsewhere: whoever began it consents, then those who choose there decide.
fn proposed(
    tx: &mut Tx<'_>,
    entry: &Entry,
    detail: &Detail,
    (group, other): (GroupId, GroupId),
) -> Result<Plan> {
    let mut plan = Plan::default();
    let Some(thread) = entry.thread_id else { return Ok(plan) };
    let home: Option<GroupId> =
        schema::threads::table.find(thread).select(schema::threads::group_id).first(tx.conn).optional()?;
    let Some(home) = home else { return Ok(plan) };
    let target = if home == other { group } else { other };
    let asker = End { group: home, other: target, name: String::new() };
    match PromotionState::from_word(&detail.word) {
        Some(PromotionState::Consent) => {
            let people = entry.person_id.into_iter().collect();
            add(&mut plan, entry, people, NoticeKind::PromotionAsked, &asker);
        }
        Some(PromotionState::Offered) => {
            let Some(name) = name(tx, target)? else { return Ok(plan) };
            let end = End { group: target, other: target, name };
            let people = recipients::staff(tx, Some(target))?;
            add(&mut plan, entry, people, NoticeKind::PromotionOffered, &end);
        }
        Some(PromotionState::Accepted | PromotionState::Declined | PromotionState::Refused) => {
            let people = entry.person_id.into_iter().chain(proposer(tx, thread, target)?).collect();
            add(&mut plan, entry, people, NoticeKind::PromotionDecided, &asker);
        }
        Some(PromotionState::Ended) | None => {}
    }
    Ok(plan)
}

/// Adds these people, but for whoever did it.
fn add(plan: &mut Plan, entry: &Entry, people: Vec<PersonId>, kind: NoticeKind, end: &End) {
    for person in people.into_iter().filter(|person| Some(*person) != entry.by_id) {
        plan.people.push((person, kind));
        plan.ends.entry(person).or_insert_with(|| end.clone());
    }
}

/// How addresses name a group, when it is hosted here, open and not gone: else nothing can be done about a link there.
fn name(tx: &mut Tx<'_>, group: GroupId) -> Result<Option<String>> {
    use schema::{actors, groups};
    let query = groups::table
        .inner_join(actors::table)
        .filter(groups::id.eq(group).and(groups::class.eq(Class::Openbaar)))
        .filter(actors::local.eq(true).and(actors::gone_at.is_null()))
        .select(actors::name);
    Ok(query.first(tx.conn).optional()?)
}

/// Who proposed to show a topic in a group; nobody when its own group elsewhere did.
fn proposer(tx: &mut Tx<'_>, thread: ThreadId, target: GroupId) -> Result<Option<PersonId>> {
    use schema::promotions::dsl;
    let query =
        dsl::promotions.filter(dsl::thread_id.eq(thread).and(dsl::group_id.eq(target))).select(dsl::by_id);
    Ok(query.first::<Option<PersonId>>(tx.conn).optional()?.flatten())
}
