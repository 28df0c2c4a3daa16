//! What administrators of both sides write each other about an agreement. Owns `agreement_messages`.
//!
//! A message is plain text. It is kept as long as its agreement is talked about, and for a while after that has ended.

use diesel::prelude::*;

use super::AgreementState;
use crate::clock::Time;
use crate::db::{MultiBackend, Native, Tx, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::{PersonId, RowId};
use crate::people::byline;
use crate::policy::{Viewer, limits};

/// Messages of one agreement that are shown, the latest ones.
const SHOWN: i64 = 200;

/// Messages that are taken of one other side in a day; more are passed over.
const TAKEN: i64 = 100;

/// A message.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = schema::agreement_messages, check_for_backend(MultiBackend))]
#[diesel(treat_none_as_default_value = false)]
pub struct MessageRow {
    /// Its id.
    pub id: RowId,
    /// Of the agreement with this host.
    pub host: String,
    /// Its id on the wire.
    pub uri: String,
    /// Written here.
    pub ours: bool,
    /// By whom, when it was written here.
    pub by_id: Option<PersonId>,
    /// Plain text.
    pub content: String,
    /// When it was written, or came.
    pub created_at: Time,
}

/// A message, as administrators see it.
#[derive(Debug, Clone)]
pub struct Message {
    /// The message.
    pub row: MessageRow,
    /// What whoever wrote it here is called; `None` for those of the other side.
    pub by: Option<String>,
}

/// A message of the other side, as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Its id on the wire, which is at home there.
    pub uri: String,
    /// Plain text.
    pub content: String,
}

/// The latest messages of an agreement, in the order in which they were written.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn list(tx: &mut Tx<'_>, viewer: Viewer, host: &str) -> Result<Vec<Message>> {
    use schema::agreement_messages::dsl;
    viewer.must_be_admin()?;
    let mut rows: Vec<MessageRow> = dsl::agreement_messages
        .filter(dsl::host.eq(host))
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(SHOWN)
        .select(MessageRow::as_select())
        .load(tx.conn)?;
    rows.reverse();
    let names = byline::of(tx, rows.iter().filter_map(|row| row.by_id))?;
    let named = |row: MessageRow| {
        let by = row.by_id.and_then(|by| names.get(&by)).map(|by| by.display_name.clone());
        Message { row, by }
    };
    Ok(rows.into_iter().map(named).collect())
}

/// One message.
pub(super) fn find(tx: &mut Tx<'_>, id: RowId) -> Result<Option<MessageRow>> {
    let query = schema::agreement_messages::table.find(id).select(MessageRow::as_select());
    Ok(query.first(tx.conn).optional()?)
}

/// A text that somebody here wrote for the other side, once it is fit to be sent. `field` is where it stands in a form.
pub(super) fn checked(content: &str, field: &'static str) -> Result<String> {
    let content = content.trim();
    if content.is_empty() {
        return Err(Error::field(field, "error-agreement-message"));
    }
    if content.chars().count() > limits::REASON {
        let mut errors = FieldErrors::default();
        errors.add_limit(field, "error-text-long", i64::try_from(limits::REASON).unwrap_or(i64::MAX));
        return Err(Error::Invalid(errors));
    }
    Ok(content.to_owned())
}

/// Keeps what somebody here wrote.
pub(super) fn write(tx: &mut Tx<'_>, by: PersonId, host: &str, content: &str) -> Result<RowId> {
    let id = RowId::fresh();
    let row = MessageRow {
        id,
        host: host.to_owned(),
        uri: tx.urls.absolute(&format!("/agreements/{host}/messages/{id}")),
        ours: true,
        by_id: Some(by),
        content: content.to_owned(),
        created_at: tx.now,
    };
    diesel::insert_into(schema::agreement_messages::table).values(&row).execute(tx.conn)?;
    Ok(id)
}

/// Keeps what the other side wrote; tells whether it is new. One that is here already, and one too many, changes nothing.
pub(super) fn take(tx: &mut Tx<'_>, host: &str, said: &Said) -> Result<bool> {
    use schema::agreement_messages::dsl;
    let today: i64 = dsl::agreement_messages
        .filter(dsl::host.eq(host).and(dsl::ours.eq(false)))
        .filter(dsl::created_at.gt(tx.now.plus_days(-1)))
        .count()
        .get_result(tx.conn)?;
    if today >= TAKEN {
        return Ok(false);
    }
    let row = MessageRow {
        id: RowId::fresh(),
        host: host.to_owned(),
        uri: said.uri.clone(),
        ours: false,
        by_id: None,
        content: said.content.clone(),
        created_at: tx.now,
    };
    let insert = diesel::insert_into(dsl::agreement_messages).values(&row).on_conflict(dsl::uri).do_nothing();
    Ok(Native(insert).execute(tx.conn)? == 1)
}

/// Forgets the messages of agreements that ended more than `days` ago; 0 keeps all. Tells how many went.
///
/// # Errors
/// Only when the database does.
pub fn prune(tx: &mut Tx<'_>, days: i64) -> Result<usize> {
    use schema::{agreement_messages, agreements};
    if days == 0 {
        return Ok(0);
    }
    let ended = agreements::table
        .filter(agreements::state.eq(AgreementState::Ended))
        .filter(agreements::changed_at.lt(tx.now.plus_days(-days)))
        .select(agreements::host);
    let old = agreement_messages::table.filter(agreement_messages::host.eq_any(ended));
    Ok(diesel::delete(old).execute(tx.conn)?)
}
