//! What the other side of an agreement is told of ours.

use super::messages::{self, MessageRow};
use super::{AgreementState, load};
use crate::clock::Time;
use crate::db::Tx;
use crate::error::Result;
use crate::ids::RowId;
use crate::instance;
use crate::policy::Class;

/// How things stand here: all that the other side is told, each time.
#[derive(Debug, Clone)]
pub struct Out {
    /// How far it is for us.
    pub state: AgreementState,
    /// The strictest class that may cross.
    pub ceiling: Class,
    /// Until when it counts; `None`: until it is ended.
    pub until: Option<Time>,
    /// Which organisation we are.
    pub organisation: String,
    /// Whom to ask here; may be empty.
    pub contact: String,
    /// What it is for.
    pub purpose: String,
    /// Since when things stand so.
    pub updated: Time,
    /// What somebody here wrote with it.
    pub said: Option<MessageRow>,
}

/// What the other side is told now, with a message. `None`: it isn't told anything, as nobody here asked, answered or wrote yet.
///
/// # Errors
/// Only when the database does.
pub fn view(tx: &mut Tx<'_>, host: &str, message: Option<RowId>) -> Result<Option<Out>> {
    let Some((row, talk)) = load(tx, host)? else { return Ok(None) };
    if !talk.told {
        return Ok(None);
    }
    let settings = instance::settings(tx)?;
    let said = match message {
        Some(id) => messages::find(tx, id)?.filter(|said| said.ours && said.host == host),
        None => None,
    };
    Ok(Some(Out {
        state: row.state,
        ceiling: row.ceiling,
        until: row.until,
        // Whom it is with is what our row says; who we are the other side has to hear.
        organisation: if settings.tagline.is_empty() { settings.name } else { settings.tagline },
        contact: settings.contact_email,
        purpose: row.purpose,
        updated: row.changed_at,
        said,
    }))
}
