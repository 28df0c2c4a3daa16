//! Where a topic is shown besides its own group, and how far proposals are to show it somewhere: what the page of the topic says of it.

use std::collections::HashSet;

use crate::db::Tx;
use crate::error::Result;
use crate::groups::views::{self as groups, GroupLine, Listed};
use crate::ids::{GroupId, PersonId};
use crate::links::queue::{self, Proposal};
use crate::links::{PromotionState, views as links};
use crate::membership::MembershipState;
use crate::policy::{Class, Role, Viewer};
use crate::threads::views::ThreadPage;
use crate::web::parts::{Action, Group};
use crate::web::session::Visit;
use crate::web::shown;

/// What is read of it.
#[derive(Default)]
pub(super) struct Found {
    /// Groups that show the topic.
    shown_in: Vec<GroupLine>,
    /// Those of them in which the reader decides what is shown.
    curated: HashSet<GroupId>,
    /// What the reader may know of proposals.
    proposals: Vec<Proposal>,
    /// The reader can propose it to another group.
    can_propose: bool,
}

/// Reads it for whoever reads the topic. Of a topic that is linked to no other group one statement tells so.
pub(super) fn read(tx: &mut Tx<'_>, viewer: Viewer, page: &ThreadPage) -> Result<Found> {
    // What is closed is shown nowhere else.
    if page.group.class != Class::Openbaar {
        return Ok(Found::default());
    }
    let (id, may) = (page.thread.id, &page.may);
    let own = viewer.person() == Some(page.thread.author_id);
    let concerned = page.group.local && (own || may.role.is_some() || may.moderate);
    if concerned && links::outlets(tx, page.group.id)?.is_empty() {
        return Ok(Found::default());
    }
    let shown_in = links::shown_in(tx, &viewer, id)?;
    let curated = curated(tx, viewer, &shown_in)?;
    if !concerned {
        return Ok(Found { shown_in, curated, ..Found::default() });
    }
    let proposals = queue::of_thread(tx, &viewer, id)?;
    let can_propose = !queue::choices(tx, &viewer, id)?.is_empty();
    Ok(Found { shown_in, curated, proposals, can_propose })
}

/// Those of these groups in which the reader decides what is shown.
fn curated(tx: &mut Tx<'_>, viewer: Viewer, shown_in: &[GroupLine]) -> Result<HashSet<GroupId>> {
    let here: Vec<GroupId> = shown_in.iter().filter(|group| group.local).map(|group| group.id).collect();
    if here.is_empty() || viewer.person().is_none() {
        return Ok(HashSet::new());
    }
    if viewer.is_admin() {
        return Ok(here.into_iter().collect());
    }
    let keeps_order = |listed: &Listed| {
        listed
            .membership
            .is_some_and(|(role, state)| role >= Role::Moderator && state == MembershipState::Accepted)
    };
    let listed = groups::listed(tx, &viewer, &here)?;
    Ok(listed.into_iter().filter(keeps_order).map(|listed| listed.group.id).collect())
}

/// What the page says of it. Templates: `threads/places.html`.
#[derive(Debug)]
pub(super) struct Places {
    /// Groups that show the topic.
    pub groups: Vec<Group>,
    /// What whoever began the topic is asked.
    pub questions: Vec<Question>,
    /// How far proposals are.
    pub states: Vec<State>,
    /// Where the reader proposes it to a group; empty when they can't.
    pub propose: String,
    /// What curators of groups that show it can do: have it shown no longer.
    pub actions: Vec<Action>,
}

/// May the topic be shown there?
#[derive(Debug)]
pub(super) struct Question {
    /// The question.
    pub title: String,
    /// Who proposed it.
    pub text: String,
    /// Why; may be empty.
    pub note: String,
    /// Where it would be shown.
    pub group: Group,
    /// Where the answer goes.
    pub action: String,
}

/// A proposal, and how far it is.
#[derive(Debug)]
pub(super) struct State {
    /// Where it would be shown.
    pub group: Group,
    /// How far it is, in a sentence.
    pub text: String,
    /// Why curators refused it; may be empty.
    pub reason: String,
    /// Where whoever began the topic takes it back; empty when there is nothing to take back.
    pub action: String,
    /// What the button for that says.
    pub button: String,
}

impl Places {
    /// Puts into words what was read.
    pub(super) fn new(visit: &Visit, page: &ThreadPage, found: &Found) -> Self {
        let texts = &visit.texts;
        let thread = page.thread.id;
        let me = visit.member.as_ref().map(|member| member.person);
        let (asked, told): (Vec<&Proposal>, Vec<&Proposal>) =
            found.proposals.iter().partition(|proposal| is_asked(me, proposal));
        let off = |group: &&GroupLine| found.curated.contains(&group.id);
        let actions = found.shown_in.iter().filter(off).map(|group| Action {
            text: texts.t_with("promotions-off", &[("group", &group.title)]),
            url: format!("/g/{}/shown/{thread}/off", group.local_name()),
            icon: "eye-off",
            ..Action::default()
        });
        Self {
            groups: found.shown_in.iter().map(|group| shown::group(texts, group)).collect(),
            questions: asked.into_iter().map(|proposal| question(visit, proposal)).collect(),
            states: told.into_iter().map(|proposal| state(visit, me, proposal)).collect(),
            propose: if found.can_propose { format!("/t/{thread}/promote") } else { String::new() },
            actions: actions.collect(),
        }
    }

    /// Whether nothing of it is for this reader alone, so that the browser may keep the page.
    pub(super) fn are_public(&self) -> bool {
        self.questions.is_empty() && self.states.is_empty() && self.actions.is_empty()
    }
}

/// Whether the reader began the topic and still has to answer.
fn is_asked(me: Option<PersonId>, proposal: &Proposal) -> bool {
    me == Some(proposal.asker.id) && proposal.row.state == PromotionState::Consent
}

fn question(visit: &Visit, proposal: &Proposal) -> Question {
    let texts = &visit.texts;
    let group = shown::group(texts, &proposal.target);
    let who = match &proposal.by {
        Some(by) => shown::person(texts, by).name,
        None => texts.t("moderation-somebody").into_owned(),
    };
    Question {
        title: texts.t_with("promotions-ask-title", &[("group", &group.title)]),
        text: texts.t_with("promotions-ask-text", &[("who", &who), ("group", &group.title)]),
        note: proposal.row.note.clone(),
        action: answer(proposal),
        group,
    }
}

fn state(visit: &Visit, me: Option<PersonId>, proposal: &Proposal) -> State {
    let own = me == Some(proposal.asker.id);
    let key = match proposal.row.state {
        PromotionState::Consent => "promotions-state-consent",
        PromotionState::Offered => "promotions-state-offered",
        PromotionState::Accepted => "promotions-state-accepted",
        PromotionState::Declined if own => "promotions-state-declined-own",
        PromotionState::Declined => "promotions-state-declined",
        PromotionState::Refused => "promotions-state-refused",
        PromotionState::Ended => "promotions-state-ended",
    };
    let shown = proposal.row.state == PromotionState::Accepted;
    let button = if shown { "promotions-stop" } else { "promotions-withdraw" };
    State {
        group: shown::group(&visit.texts, &proposal.target),
        text: visit.texts.t(key).into_owned(),
        reason: proposal.row.reason.clone(),
        action: if own && proposal.row.state.stands() { answer(proposal) } else { String::new() },
        button: visit.texts.t(button).into_owned(),
    }
}

/// Where whoever began the topic answers.
fn answer(proposal: &Proposal) -> String {
    format!("/promotions/{}/answer", proposal.row.id)
}
