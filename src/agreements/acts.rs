//! Making, changing and ending an agreement, and reminding of one that is about to end.
//!
//! What may cross follows from the agreement whenever something is about to; only copies that nobody may read any more are dropped.

use diesel::prelude::*;

use super::{AgreementRow, AgreementState, Terms, views};
use crate::db::{Lock, Tx, lock, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::jobs::{self, Job};
use crate::journal::{self, Detail, Did, Line};
use crate::people::admin::must_be_admin;
use crate::policy::Actor;

/// Days before its end at which administrators are reminded of an agreement, once each.
const EARLY: i64 = 30;
const LATE: i64 = 7;

/// The word of the journal's line that tells of an agreement that is about to end.
pub const ENDS_SOON: &str = "ends-soon";

/// Makes an agreement with a host, or changes it. Gives the host as it is kept. What changes nothing leaves no line.
///
/// # Errors
/// `Denied` to all but administrators; `Invalid` when `host` can't be another server, when something is wrong with the terms, or
/// when they would let more cross to a server that is blocked.
pub fn set(tx: &mut Tx<'_>, by: &Actor, host: &str, terms: &Terms) -> Result<String> {
    must_be_admin(tx, by)?;
    let terms = trimmed(terms);
    let mut errors = FieldErrors::default();
    let host = errors.gather(tx.urls.other_host(host))?;
    terms.check(tx.now, &mut errors);
    let Some(host) = host else { return Err(Error::Invalid(errors)) };
    lock(tx, Lock::Peer, &host)?;
    let old = find(tx, &host)?;
    if views::is_blocked(tx, &host)? {
        let raised = old.as_ref().is_some_and(|old| terms.ceiling > old.ceiling);
        if terms.state == AgreementState::Agreed {
            errors.add("state", "error-agreement-blocked");
        } else if raised {
            errors.add("ceiling", "error-agreement-blocked");
        }
    }
    errors.into_result()?;
    let before = old.as_ref().map(AgreementRow::terms);
    if before.as_ref() == Some(&terms) {
        return Ok(host);
    }
    write(tx, &host, &terms, old.as_ref())?;
    // Copies of what nobody here may read any more go, now and when it is over.
    jobs::enqueue(tx, &Job::DropCopies)?;
    if let Some(until) = terms.until {
        jobs::enqueue_at(tx, &Job::DropCopies, until)?;
    }
    let detail = Detail {
        host: host.clone(),
        word: terms.state.word().to_owned(),
        reason: in_short(&terms),
        from: before.as_ref().map(in_short).unwrap_or_default(),
        ..Detail::default()
    };
    journal::record(tx, &Line::new(Did::SetAgreement, by).detail(detail))?;
    Ok(host)
}

/// Makes an agreement with a host that has none yet. Gives the host as it is kept.
///
/// # Errors
/// As [`set`]; `Invalid` when there is one already.
pub fn begin(tx: &mut Tx<'_>, by: &Actor, host: &str, terms: &Terms) -> Result<String> {
    must_be_admin(tx, by)?;
    if let Ok(host) = tx.urls.other_host(host)
        && find(tx, &host)?.is_some()
    {
        return Err(Error::field("host", "error-agreement-there"));
    }
    set(tx, by, host, terms)
}

/// Ends an agreement.
///
/// # Errors
/// `Denied` to all but administrators; `NotFound` when there is none with this host; `Conflict` when it has ended already.
pub fn end(tx: &mut Tx<'_>, by: &Actor, host: &str) -> Result<()> {
    must_be_admin(tx, by)?;
    let old = find(tx, host)?.ok_or(Error::NotFound)?;
    if old.state == AgreementState::Ended {
        return Err(Error::Conflict);
    }
    set(tx, by, host, &Terms { state: AgreementState::Ended, ..old.terms() }).map(|_host| ())
}

/// Tells administrators of agreements that end soon, 30 days and 7 days before, once each. Called every day.
///
/// # Errors
/// Only when the database does.
pub fn remind(tx: &mut Tx<'_>) -> Result<()> {
    use schema::agreements::dsl;
    for row in views::expiring(tx, EARLY)? {
        let late = row.until.is_some_and(|until| until <= tx.now.plus_days(LATE));
        let step = if late { LATE } else { EARLY };
        if row.reminded != 0 && row.reminded <= step {
            continue;
        }
        diesel::update(dsl::agreements.find(row.host.as_str()))
            .set(dsl::reminded.eq(step))
            .execute(tx.conn)?;
        let detail =
            Detail { host: row.host, word: ENDS_SOON.to_owned(), until: row.until, ..Detail::default() };
        // Nobody in particular did it: the day comes nearer.
        let line = Line {
            did: Did::SetAgreement,
            by: None,
            group: None,
            thread: None,
            post: None,
            person: None,
            moderation: false,
            detail,
        };
        journal::record(tx, &line)?;
    }
    Ok(())
}

fn find(tx: &mut Tx<'_>, host: &str) -> Result<Option<AgreementRow>> {
    let query = schema::agreements::table.find(host).select(AgreementRow::as_select());
    Ok(query.first(tx.conn).optional()?)
}

fn trimmed(terms: &Terms) -> Terms {
    let text = |text: &str| text.trim().to_owned();
    Terms {
        organisation: text(&terms.organisation),
        contact: text(&terms.contact),
        purpose: text(&terms.purpose),
        ..terms.clone()
    }
}

/// Writes the terms down. Once its end or state is another, there is something new to be reminded of.
fn write(tx: &mut Tx<'_>, host: &str, terms: &Terms, old: Option<&AgreementRow>) -> Result<()> {
    use schema::agreements::dsl;
    let terms = terms.clone();
    let Some(old) = old else {
        let row = AgreementRow {
            host: host.to_owned(),
            state: terms.state,
            ceiling: terms.ceiling,
            until: terms.until,
            organisation: terms.organisation,
            contact: terms.contact,
            purpose: terms.purpose,
            created_at: tx.now,
            changed_at: tx.now,
            reminded: 0,
        };
        diesel::insert_into(dsl::agreements).values(&row).execute(tx.conn)?;
        return Ok(());
    };
    let same = old.until == terms.until && old.state == terms.state;
    let change = (
        dsl::state.eq(terms.state),
        dsl::ceiling.eq(terms.ceiling),
        dsl::until.eq(terms.until),
        dsl::organisation.eq(terms.organisation),
        dsl::contact.eq(terms.contact),
        dsl::purpose.eq(terms.purpose),
        dsl::changed_at.eq(tx.now),
        dsl::reminded.eq(if same { old.reminded } else { 0 }),
    );
    diesel::update(dsl::agreements.find(host)).set(change).execute(tx.conn)?;
    Ok(())
}

/// `leden until 2027-12-31`, for the journal.
fn in_short(terms: &Terms) -> String {
    match terms.until {
        Some(until) => format!("{} until {}", terms.ceiling, until.last_day()),
        None => format!("{} until ended", terms.ceiling),
    }
}
