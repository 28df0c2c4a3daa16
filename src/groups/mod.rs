//! Groups: the community itself, with its name, rules and settings, here or elsewhere. Owns `groups` and `copy_holders`.
//!
//! A group's addresses and keys are in `actors`, under the same id. Who belongs to it is `membership`'s.

pub mod acts;
pub mod admin;
pub mod draft;
pub mod face;
pub mod holders;
pub mod index;
pub mod outward;
pub mod views;

use diesel::prelude::*;

use crate::actors::ActorRow;
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
    /// Of a closed group: outsiders may know that it exists, and see its public part.
    pub face: bool,
}

/// What somebody wants a group to be. `draft` makes the HTML and checks the rest.
#[derive(Debug, Clone)]
pub struct GroupDraft {
    /// Its name in addresses; only asked for when the group is made.
    pub name: String,
    /// The name that is shown.
    pub title: String,
    /// What it is for, in one sentence.
    pub mission: String,
    /// More about it, Markdown.
    pub description: String,
    /// The same as safe HTML, from [`draft::rendered`].
    pub description_html: String,
    /// Ground rules, Markdown.
    pub rules: String,
    /// The same as safe HTML, from [`draft::rendered`].
    pub rules_html: String,
    /// Its picture: an upload by whoever makes or edits the group.
    pub emblem: Option<MediaId>,
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
    /// Of a closed group: outsiders may know that it exists, and see its public part.
    pub face: bool,
}

impl Default for GroupDraft {
    fn default() -> Self {
        Self {
            name: String::new(),
            title: String::new(),
            mission: String::new(),
            description: String::new(),
            description_html: String::new(),
            rules: String::new(),
            rules_html: String::new(),
            emblem: None,
            emblem_alt: String::new(),
            colour: 1,
            class: Class::Openbaar,
            joining: Joining::Open,
            posting: Posting::Members,
            face: false,
        }
    }
}

impl From<&GroupRow> for GroupDraft {
    /// The group as it is now, to change some of it.
    fn from(row: &GroupRow) -> Self {
        let row = row.clone();
        Self {
            name: String::new(),
            title: row.title,
            mission: row.mission,
            description: row.description,
            description_html: row.description_html,
            rules: row.rules,
            rules_html: row.rules_html,
            emblem: row.emblem_id,
            emblem_alt: row.emblem_alt,
            colour: row.colour,
            class: row.class,
            joining: row.joining,
            posting: row.posting,
            face: row.face,
        }
    }
}

/// A group elsewhere, as its document says.
#[derive(Debug, Clone)]
pub struct RemoteGroup {
    /// Its addresses and keys; kind `group`.
    pub actor: ActorRow,
    /// What it is. Its id, count of topics and times of activity are this instance's own affair and not taken over; how many
    /// members it has stands in another document.
    pub group: GroupRow,
    /// It is closed, and its document is the one for outsiders: what is known of its texts stays.
    pub partial: bool,
}
