//! Groups: the community itself, with its name, rules and settings, here or elsewhere. Owns `groups`.
//!
//! A group's addresses and keys are in `actors`, under the same id. Who belongs to it is `membership`'s.

use diesel::prelude::*;

use crate::clock::Time;
use crate::db::{MultiBackend, schema};
use crate::ids::{GroupId, MediaId, PersonId};
use crate::policy::{Class, Joining, Posting};

/// A group, here or elsewhere.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::groups, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub struct GroupRow {
    /// Also the id of the actor.
    pub id: GroupId,
    /// The name that is shown.
    pub title: String,
    /// What it is for, in one sentence.
    pub mission: String,
    /// More about it, Markdown.
    pub description: String,
    /// More about it, safe HTML.
    pub description_html: String,
    /// Ground rules, Markdown.
    pub rules: String,
    /// Ground rules, safe HTML.
    pub rules_html: String,
    /// Its picture, uploaded here.
    pub emblem_id: Option<MediaId>,
    /// Its picture elsewhere; shown through our proxy only.
    pub emblem_url: Option<String>,
    /// What is on the picture.
    pub emblem_alt: String,
    /// A colour class of the theme, 1 to 8.
    pub colour: i64,
    /// How far its content may go.
    pub class: Class,
    /// How one joins.
    pub joining: Joining,
    /// Who starts topics.
    pub posting: Posting,
    /// Elsewhere: its collection of pinned topics.
    pub featured: Option<String>,
    /// Elsewhere: its collection of moderators.
    pub moderators: Option<String>,
    /// Accepted members. Elsewhere: as its host says.
    pub member_count: i64,
    /// Topics that are shown.
    pub topic_count: i64,
    /// When something was last posted.
    pub active_at: Time,
    /// Who made it.
    pub created_by: Option<PersonId>,
    /// Nothing new is posted since.
    pub archived_at: Option<Time>,
    /// When its texts or settings last changed.
    pub updated_at: Time,
}
