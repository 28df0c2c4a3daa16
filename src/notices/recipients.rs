//! Who is told of a line of the journal, and what.

use std::collections::HashMap;

use diesel::prelude::*;

use super::NoticeKind;
use super::linked::{self, End};
use crate::agreements::AgreementState;
use crate::agreements::acts::ENDS_SOON;
use crate::agreements::heard::THEIRS;
use crate::clock::Time;
use crate::db::{Tx, VALUES, schema};
use crate::error::Result;
use crate::ids::{GroupId, PersonId, PostId};
use crate::journal::{Detail, Did, Entry};
use crate::membership::{self, ending};
use crate::moderation::{Category, ReportRow};
use crate::people::{AccountRole, AccountState};
use crate::policy::Role;
use crate::rules::changes::acts::AWAITING;

/// What is to be told.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// To whom, and as what; somebody may occur twice, the first counts.
    pub(super) people: Vec<(PersonId, NoticeKind)>,
    /// Where those stand who are told of a link, or of a topic that is to be shown by one.
    pub(super) ends: HashMap<PersonId, End>,
    /// Reporters without an account who gave an address.
    pub(super) strangers: Vec<ReportRow>,
    /// Nothing can be told yet: the post waits for its group's host.
    pub(super) later: bool,
}

impl Plan {
    fn all(people: Vec<PersonId>, kind: NoticeKind) -> Self {
        Self { people: people.into_iter().map(|person| (person, kind)).collect(), ..Self::default() }
    }

    fn one(person: Option<PersonId>, kind: NoticeKind) -> Self {
        Self::all(person.into_iter().collect(), kind)
    }
}

/// Who is told of an entry. Only who it concerns: what they may see and want is asked afterwards.
pub(super) fn plan(tx: &mut Tx<'_>, posted: &Posted, entry: &Entry, detail: &Detail) -> Result<Plan> {
    if !entry.act.is_told() {
        return Ok(Plan::default());
    }
    let concerned = entry.person_id.filter(|person| Some(*person) != entry.by_id);
    Ok(match entry.act {
        Did::StartThread | Did::Reply => posted.plan(entry),
        Did::Report => return reported(tx, entry, detail),
        Did::ResolveReport => return resolved(tx, detail),
        Did::AskLink
        | Did::AcceptLink
        | Did::EndLink
        | Did::ProposeTopic
        | Did::AnswerProposal
        | Did::DecideProposal => return linked::plan(tx, entry, detail),
        Did::AskToJoin => Plan::all(staff(tx, entry.group_id)?, NoticeKind::JoinRequest),
        Did::SignUp => Plan::all(admins(tx)?, NoticeKind::SignUp),
        Did::Invite => Plan::one(concerned, NoticeKind::Invitation),
        Did::SetAgreement => match about_agreement(&detail.word) {
            Some(kind) => Plan::all(admins(tx)?, kind),
            None => Plan::default(),
        },
        Did::SetRules if detail.word == AWAITING => {
            let others = admins(tx)?.into_iter().filter(|person| Some(*person) != entry.by_id);
            Plan::all(others.collect(), NoticeKind::RuleChange)
        }
        // What a host answers to a member of ours is noted as that member's act.
        Did::Join if entry.remote => Plan::one(entry.person_id, NoticeKind::Accepted),
        Did::Join => Plan::one(concerned, NoticeKind::Accepted),
        Did::RejectMember if entry.remote => Plan::one(entry.person_id, NoticeKind::Rejected),
        Did::RejectMember if detail.word == ending::OVER => Plan::one(concerned, NoticeKind::Over),
        Did::RejectMember => Plan::one(concerned, NoticeKind::Rejected),
        Did::Leave => Plan::one(concerned, NoticeKind::Severed),
        Did::SetRole => Plan::one(concerned, NoticeKind::Role),
        Did::SetUntil => Plan::one(concerned, NoticeKind::Until),
        Did::RemovePost => Plan::one(author(tx, entry)?, NoticeKind::Removed),
        Did::RestorePost => Plan::one(author(tx, entry)?, NoticeKind::Restored),
        Did::Lock => Plan::one(author(tx, entry)?, NoticeKind::Locked),
        Did::MoveThread => Plan::one(author(tx, entry)?, NoticeKind::Moved),
        Did::Warn => Plan::one(concerned, NoticeKind::Warned),
        Did::Ban => Plan::one(concerned, NoticeKind::Banned),
        Did::Unban => Plan::one(concerned, NoticeKind::Unbanned),
        Did::Suspend => Plan::one(concerned, NoticeKind::Suspended),
        Did::Unsuspend => Plan::one(concerned, NoticeKind::Unsuspended),
        _ => Plan::default(),
    })
}

/// What administrators are told of a line about an agreement: that it ends soon, or what the other side did.
fn about_agreement(word: &str) -> Option<NoticeKind> {
    if word == ENDS_SOON {
        return Some(NoticeKind::AgreementEnds);
    }
    Some(match AgreementState::from_word(word.strip_prefix(THEIRS)?) {
        Some(AgreementState::Requested) => NoticeKind::AgreementAsked,
        Some(AgreementState::Discussion | AgreementState::Agreed) => NoticeKind::AgreementChanged,
        Some(AgreementState::Suspended | AgreementState::Ended) => NoticeKind::AgreementStopped,
        None => NoticeKind::AgreementSaid,
    })
}

/// What was posted, of many lines: whom each post concerns.
#[derive(Debug, Default)]
pub(super) struct Posted {
    posts: HashMap<PostId, Post>,
    /// By post; people of this instance only.
    mentioned: HashMap<PostId, Vec<PersonId>>,
}

/// A post that is there.
#[derive(Debug)]
struct Post {
    by: PersonId,
    confirmed: bool,
    /// Its host hasn't refused it.
    hopeful: bool,
    /// Who is answered: the author of what it replies to, and who began the topic.
    answered: Vec<PersonId>,
}

impl Posted {
    /// Reads what these lines say was posted.
    pub(super) fn of(tx: &mut Tx<'_>, entries: &[Entry]) -> Result<Self> {
        let is_posted = |entry: &&Entry| matches!(entry.act, Did::StartThread | Did::Reply);
        let ids: Vec<PostId> = entries.iter().filter(is_posted).filter_map(|entry| entry.post_id).collect();
        let mut posted = Self::default();
        for some in ids.chunks(VALUES) {
            posted.read(tx, some)?;
        }
        Ok(posted)
    }

    fn read(&mut self, tx: &mut Tx<'_>, ids: &[PostId]) -> Result<()> {
        use schema::{mentions, posts, threads};
        type Row = (PostId, Option<PostId>, PersonId, Option<Time>, bool, PersonId);
        let rows: Vec<Row> = posts::table
            .inner_join(threads::table)
            .filter(posts::id.eq_any(ids))
            .filter(posts::deleted_at.is_null().and(posts::removed_at.is_null()))
            .select((
                posts::id,
                posts::parent_id,
                posts::author_id,
                posts::confirmed_at,
                posts::refused_reason.is_null(),
                threads::author_id,
            ))
            .load(tx.conn)?;
        let parents: Vec<PostId> = rows.iter().filter_map(|row| row.1).collect();
        let above: Vec<(PostId, PersonId)> = posts::table
            .filter(posts::id.eq_any(&parents))
            .select((posts::id, posts::author_id))
            .load(tx.conn)?;
        let above: HashMap<PostId, PersonId> = above.into_iter().collect();
        for (id, parent, by, confirmed, hopeful, began) in rows {
            let answered =
                parent.map(|parent| above.get(&parent).copied().into_iter().chain([began]).collect());
            let post =
                Post { by, confirmed: confirmed.is_some(), hopeful, answered: answered.unwrap_or_default() };
            self.posts.insert(id, post);
        }
        let mentioned: Vec<(PostId, PersonId)> = mentions::table
            .inner_join(schema::accounts::table.on(schema::accounts::person_id.eq(mentions::actor_id)))
            .filter(mentions::post_id.eq_any(ids))
            .order((mentions::post_id, schema::accounts::person_id))
            .select((mentions::post_id, schema::accounts::person_id))
            .load(tx.conn)?;
        for (post, person) in mentioned {
            self.mentioned.entry(post).or_default().push(person);
        }
        Ok(())
    }

    /// A reply is told to whom it answers and to who began the topic, any post to those whom it mentions.
    fn plan(&self, entry: &Entry) -> Plan {
        let post = entry.post_id.and_then(|id| Some((id, self.posts.get(&id)?)));
        let Some((id, post)) = post else { return Plan::default() };
        if !post.confirmed {
            return Plan { later: post.hopeful, ..Plan::default() };
        }
        let mentioned = self.mentioned.get(&id).map(Vec::as_slice).unwrap_or_default();
        let answered = post.answered.iter().map(|person| (*person, NoticeKind::Reply));
        let people = answered.chain(mentioned.iter().map(|person| (*person, NoticeKind::Mention)));
        Plan { people: people.filter(|(person, _)| *person != post.by).collect(), ..Plan::default() }
    }
}

/// A report is told to who decides about it, and confirmed to a reporter who only gave an address (Digital Services Act,
/// art. 16, 4).
fn reported(tx: &mut Tx<'_>, entry: &Entry, detail: &Detail) -> Result<Plan> {
    let objection = detail.word == Category::Objection.word();
    let kind = if objection { NoticeKind::Objection } else { NoticeKind::Report };
    let row: Option<ReportRow> = match detail.report {
        Some(id) => {
            schema::reports::table.find(id).select(ReportRow::as_select()).first(tx.conn).optional()?
        }
        None => None,
    };
    let mut people = staff(tx, row.as_ref().and_then(ReportRow::decided_in))?;
    people.retain(|person| Some(*person) != entry.by_id);
    // A group without staff of this instance, or nobody but the one concerned: the administrators decide.
    if people.is_empty() || detail.word == Category::Illegal.word() {
        people.extend(admins(tx)?);
    }
    people.retain(|person| Some(*person) != entry.by_id && Some(*person) != entry.person_id);
    let mut plan = Plan::all(people, kind);
    plan.strangers.extend(row.filter(|row| !row.reporter_email.is_empty()));
    Ok(plan)
}

/// Everyone who reported is answered (Digital Services Act, art. 16, 5).
fn resolved(tx: &mut Tx<'_>, detail: &Detail) -> Result<Plan> {
    use schema::reports::dsl;
    let Some(case) = detail.report else { return Ok(Plan::default()) };
    let rows: Vec<ReportRow> = dsl::reports
        .filter(dsl::case_id.eq(case))
        .order((dsl::created_at, dsl::id))
        .select(ReportRow::as_select())
        .load(tx.conn)?;
    let mut plan = Plan::default();
    for row in rows {
        let objection = row.category == Category::Objection;
        let kind = if objection { NoticeKind::ObjectionResolved } else { NoticeKind::ReportResolved };
        match row.reporter_id {
            Some(person) => plan.people.push((person, kind)),
            None if !row.reporter_email.is_empty() => plan.strangers.push(row),
            None => {}
        }
    }
    Ok(plan)
}

/// The author of the post, unless they did it themselves.
fn author(tx: &mut Tx<'_>, entry: &Entry) -> Result<Option<PersonId>> {
    let Some(post) = entry.post_id else { return Ok(None) };
    let author: Option<PersonId> =
        schema::posts::table.find(post).select(schema::posts::author_id).first(tx.conn).optional()?;
    Ok(author.filter(|author| Some(*author) != entry.by_id))
}

/// The staff of a group that is of this instance.
pub(super) fn staff(tx: &mut Tx<'_>, group: Option<GroupId>) -> Result<Vec<PersonId>> {
    use schema::{accounts, memberships};
    let Some(group) = group else { return Ok(Vec::new()) };
    Ok(memberships::table
        .inner_join(accounts::table.on(accounts::person_id.eq(memberships::person_id)))
        .filter(memberships::group_id.eq(group))
        .filter(membership::belongs(tx.now))
        .filter(memberships::role.ne(Role::Member))
        .order(memberships::person_id)
        .select(memberships::person_id)
        .load(tx.conn)?)
}

/// The owners of a group that are of this instance; of one without any, those who keep it: the administrators.
pub(super) fn owners(tx: &mut Tx<'_>, group: GroupId) -> Result<Vec<PersonId>> {
    use schema::{accounts, memberships};
    let owners: Vec<PersonId> = memberships::table
        .inner_join(accounts::table.on(accounts::person_id.eq(memberships::person_id)))
        .filter(memberships::group_id.eq(group))
        .filter(membership::belongs(tx.now))
        .filter(memberships::role.eq(Role::Owner))
        .order(memberships::person_id)
        .select(memberships::person_id)
        .load(tx.conn)?;
    if owners.is_empty() { admins(tx) } else { Ok(owners) }
}

fn admins(tx: &mut Tx<'_>) -> Result<Vec<PersonId>> {
    use schema::accounts::dsl;
    Ok(dsl::accounts
        .filter(dsl::role.eq(AccountRole::Admin).and(dsl::state.eq(AccountState::Active)))
        .order(dsl::person_id)
        .select(dsl::person_id)
        .load(tx.conn)?)
}
