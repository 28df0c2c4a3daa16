//! Bylines: who somebody is, as shown beside what they wrote. One query for everybody on a page.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;

use crate::actors::{self, ActorKind};
use crate::clock::Time;
use crate::db::{MultiBackend, Tx, among, schema};
use crate::error::{Error, Result};
use crate::ids::{MediaId, PersonId};

/// Who somebody is.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::people, check_for_backend(MultiBackend))]
pub struct Byline {
    /// Who.
    pub id: PersonId,
    /// Whether they are of this instance.
    #[diesel(select_expression = schema::actors::local)]
    pub local: bool,
    /// `host[:port]`, ours for our own people.
    #[diesel(select_expression = schema::actors::host)]
    pub host: String,
    /// The name in their handle.
    #[diesel(select_expression = schema::actors::name)]
    pub name: String,
    /// Id on the wire.
    #[diesel(select_expression = schema::actors::uri)]
    pub uri: String,
    /// Page for people.
    #[diesel(select_expression = schema::actors::url)]
    pub url: String,
    /// When they were deleted.
    #[diesel(select_expression = schema::actors::gone_at)]
    pub gone_at: Option<Time>,
    /// The name that is shown.
    pub display_name: String,
    /// Their picture, uploaded here.
    pub avatar_id: Option<MediaId>,
    /// Their picture elsewhere; shown through our proxy only.
    pub avatar_url: Option<String>,
    /// What is on the picture.
    pub avatar_alt: String,
    /// For whom they work.
    pub employer: String,
    /// As what.
    pub function: String,
    /// An automatic account.
    pub bot: bool,
}

impl Byline {
    /// `@name@host`.
    #[must_use]
    pub fn handle(&self) -> String {
        format!("@{}@{}", self.name, self.host)
    }
}

/// The bylines of these people, those deleted included. Ids may occur more than once.
///
/// # Errors
/// Only when the database does.
pub fn of(
    tx: &mut Tx<'_>,
    ids: impl IntoIterator<Item = PersonId>,
) -> Result<HashMap<PersonId, Arc<Byline>>> {
    use schema::{actors, people};
    let mut ids: Vec<PersonId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<Byline> = people::table
        .inner_join(actors::table)
        .filter(among(people::id, ids))
        .select(Byline::as_select())
        .load(tx.conn)?;
    Ok(rows.into_iter().map(|byline| (byline.id, Arc::new(byline))).collect())
}

/// The id of the person with this `name` or `name@host`, or with this id; a leading `@` doesn't matter.
///
/// # Errors
/// `NotFound`.
pub fn find(tx: &mut Tx<'_>, name: &str) -> Result<PersonId> {
    let name = name.trim_start_matches('@');
    if let Ok(id) = name.parse::<PersonId>() {
        return Ok(schema::people::table.find(id).select(schema::people::id).first(tx.conn)?);
    }
    let (name, host) = name.split_once('@').unwrap_or((name, tx.urls.domain()));
    let host = host.to_owned();
    let found = actors::by_handle(tx, name, &host)?;
    let person = found.into_iter().find(|actor| actor.kind == ActorKind::Person && actor.gone_at.is_none());
    Ok(person.ok_or(Error::NotFound)?.id.into())
}
