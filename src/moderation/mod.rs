//! Moderation: reports and what is decided about them, warnings, the public log. Owns `reports`.
//!
//! Removing posts and locking topics are acts of `threads`, bans are rows of `membership`; this feature brings them together
//! with the report that led to them. Reports about one thing that are open at the same time are one *case*: they are
//! shown as one and decided as one.

pub mod acts;
pub mod decisions;
pub mod log;
pub mod views;

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{MultiBackend, Tx, schema};
use crate::error::{Error, Result};
use crate::ids::{EntryId, GroupId, PersonId, PostId, ReportId};
use crate::membership;
use crate::policy::{Act, Actor, Class, Reason, visibility};
use crate::text_enum;

text_enum! {
    /// What a report says is wrong. Each has a locale key, `report-category-{word}`.
    Category {
        /// Against the ground rules of the group.
        Rules = "rules",
        /// Personal data of somebody.
        Privacy = "privacy",
        /// Against the law (Digital Services Act, art. 16).
        Illegal = "illegal",
        /// Advertising, or the same thing over and over.
        Spam = "spam",
        /// Something else.
        Other = "other",
        /// Somebody objects to a moderator's decision (Digital Services Act, art. 20). Only [`decisions::object_to`] makes these.
        Objection = "objection",
    }
}

impl Category {
    /// Those that something can be decided on: whoever is restricted is told which (Digital Services Act, art. 17, 3).
    pub const GROUNDS: [Self; 5] = [Self::Rules, Self::Privacy, Self::Illegal, Self::Spam, Self::Other];
}

/// Why a moderator restricts somebody: what is told to them and stands in the public log.
#[derive(Debug, Clone, Copy)]
pub struct Why<'a> {
    /// On which ground; the moderator's own choice, whatever a report said.
    pub ground: Category,
    /// In the moderator's words, plain text.
    pub reason: &'a str,
}

impl<'a> Why<'a> {
    /// On this ground; the rules when none is named.
    ///
    /// # Errors
    /// `Invalid` on `ground` when it is none that something is decided on.
    pub fn on(ground: Option<Category>, reason: &'a str) -> Result<Self> {
        let ground = ground.unwrap_or(Category::Rules);
        if Category::GROUNDS.contains(&ground) {
            return Ok(Self { ground, reason });
        }
        Err(Error::field("ground", "error-report-category"))
    }
}

/// Other servers say no ground, only words.
impl<'a> From<&'a str> for Why<'a> {
    fn from(reason: &'a str) -> Self {
        Self { ground: Category::Rules, reason }
    }
}

text_enum! {
    /// How far a report is.
    ReportState {
        /// Nobody decided yet.
        Open = "open",
        /// Something was done about it. For an objection: the decision was wrong.
        Acted = "acted",
        /// Nothing needed to be done. For an objection: the decision stands.
        Dismissed = "dismissed",
    }
}

/// One report.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::reports, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub struct ReportRow {
    /// Its id.
    pub id: ReportId,
    /// The first report of its case; its own id when it is the first.
    pub case_id: ReportId,
    /// Id of the Flag activity, when it came in.
    pub uri: Option<String>,
    /// In which group; `None` is for the administrators of the instance.
    pub group_id: Option<GroupId>,
    /// Which post.
    pub post_id: Option<PostId>,
    /// Whose post it is, or who is reported, or who objects.
    pub person_id: Option<PersonId>,
    /// Who reports, when known here.
    pub reporter_id: Option<PersonId>,
    /// The name that somebody without an account gave.
    pub reporter_name: String,
    /// The mail address that somebody without an account gave.
    pub reporter_email: String,
    /// The server of whoever reports; empty for this one.
    pub reporter_host: String,
    /// For an objection: the decision.
    pub entry_id: Option<EntryId>,
    /// What is wrong.
    pub category: Category,
    /// In the reporter's words, plain text.
    pub reason: String,
    /// How far it is.
    pub state: ReportState,
    /// Whether the servers of the group and of the author are told too.
    pub forwarded: bool,
    /// Who decided.
    pub resolved_by: Option<PersonId>,
    /// What was decided, in the moderator's words.
    pub resolution: String,
    /// When it came in.
    pub created_at: Time,
    /// When it was decided.
    pub resolved_at: Option<Time>,
}

/// The reports about a group itself: what [`ReportRow::decided_in`] says of one.
#[diesel::dsl::auto_type]
fn about_group() -> _ {
    let objection: Category = Category::Objection;
    let names_nobody = schema::reports::post_id.is_null().and(schema::reports::person_id.is_null());
    names_nobody.and(schema::reports::category.ne(objection))
}

impl ReportRow {
    /// The group whose staff decides; `None`: the administrators. They do when the group itself is reported, since its staff would
    /// judge itself, and read who reported it.
    pub fn decided_in(&self) -> Option<GroupId> {
        let about_group =
            self.post_id.is_none() && self.person_id.is_none() && self.category != Category::Objection;
        self.group_id.filter(|_| !about_group)
    }
}

/// A report to be made. At least one of `group`, `post` and `person` says what it is about.
#[derive(Debug, Clone)]
pub struct ReportDraft {
    /// The group whose staff shall look at it. A post's own group goes before it.
    pub group: Option<GroupId>,
    /// The post.
    pub post: Option<PostId>,
    /// The person. A post's author goes before it.
    pub person: Option<PersonId>,
    /// What is wrong.
    pub category: Category,
    /// In the reporter's words, plain text.
    pub reason: String,
    /// Name, from somebody without an account; may be empty.
    pub reporter_name: String,
    /// Mail address for the answer, from somebody without an account; may be empty.
    pub reporter_email: String,
    /// The server of whoever reports, for what came in; else empty.
    pub reporter_host: String,
    /// Id of the Flag activity, for what came in.
    pub uri: Option<String>,
    /// Tell the servers of the group and of the author too, where they are not of this instance.
    pub forward: bool,
}

impl Default for ReportDraft {
    fn default() -> Self {
        Self {
            group: None,
            post: None,
            person: None,
            category: Category::Other,
            reason: String::new(),
            reporter_name: String::new(),
            reporter_email: String::new(),
            reporter_host: String::new(),
            uri: None,
            forward: false,
        }
    }
}

/// What is decided about a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Something was done about it.
    Acted,
    /// Nothing needed to be done.
    Dismissed,
}

/// The decision about a case.
#[derive(Debug, Clone)]
pub struct Resolution {
    /// What is decided.
    pub outcome: Outcome,
    /// Why, for whoever reported. May be empty.
    pub note: String,
}

/// Where moderators look: one group, or the instance as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// One group; its staff.
    Group(GroupId),
    /// The instance; its administrators.
    Instance,
}

/// Whether somebody decides about reports here: staff of the group, or administrators where no group is named. They also
/// decide about open groups hosted elsewhere, whose staff isn't of this instance.
///
/// # Errors
/// `Denied`, or `NotFound` when they may not know of the group.
pub fn check_decides(tx: &mut Tx<'_>, by: &Actor, group: Option<GroupId>) -> Result<()> {
    let Some(group) = group else {
        return if is_admin(tx, by)? { Ok(()) } else { Err(Reason::NotAdmin.into()) };
    };
    let standing = membership::standing(tx, by, group)?;
    match standing.may(Act::ResolveReports) {
        Ok(()) => Ok(()),
        Err(_) if standing.class == Class::Openbaar && is_admin(tx, by)? => Ok(()),
        Err(reason) => Err(reason.into()),
    }
}

/// Whether an administrator of this instance acts, from here.
fn is_admin(tx: &mut Tx<'_>, by: &Actor) -> Result<bool> {
    let facts = membership::facts(tx, by.person)?;
    Ok(by.origin == crate::policy::Origin::Here && facts.admin && !facts.suspended)
}

/// Whether somebody may know of a group; `None` isn't signed in.
fn check_knows(tx: &mut Tx<'_>, person: Option<PersonId>, group: GroupId) -> Result<()> {
    use schema::{actors, groups};
    let (class, face): (Class, bool) = groups::table
        .inner_join(actors::table)
        .filter(groups::id.eq(group).and(actors::gone_at.is_null()))
        .select((groups::class, groups::face))
        .first(tx.conn)?;
    let tied = match person {
        Some(person) => membership::find(tx, group, person)?.is_some(),
        None => false,
    };
    Ok(visibility::knows_group(class, face, tied)?)
}

/// Whether somebody reads what is in a group; `None` isn't signed in.
fn check_reads(tx: &mut Tx<'_>, person: Option<PersonId>, group: GroupId) -> Result<()> {
    match person {
        Some(person) => Ok(membership::standing(tx, &Actor::here(person), group)?.may(Act::Read)?),
        None => Ok(visibility::reads_group(acts::class_of(tx, group)?, false, false)?),
    }
}
