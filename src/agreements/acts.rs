//! Making, changing and ending an agreement; asking for one, answering and discussing it with the other side; reminding of one that
//! is about to end.
//!
//! What may cross follows from the agreement whenever something is about to; only copies that nobody may read any more are dropped. What
//! the other side is told follows from the journal.

use diesel::prelude::*;

use super::messages::{checked, write as write_message};
use super::views::{self, Sees, is_answerable};
use super::{AgreementRow, AgreementState, Asked, TalkRow, Terms, load, offered};
use crate::db::{Lock, Tx, lock, schema};
use crate::error::{Error, FieldErrors, Result};
use crate::ids::RowId;
use crate::jobs::{self, Job};
use crate::journal::{self, Detail, Did, Line};
use crate::people::admin::must_be_admin;
use crate::policy::Actor;
use crate::policy::federation::{Direction, Passing};
use crate::rules::Policy;

/// Days before its end at which administrators are reminded of an agreement, once each.
const EARLY: i64 = 30;
const LATE: i64 = 7;

/// Days after its end in which the other side is told of it again.
const TOLD_AFTER: i64 = 30;

/// The word of the journal's line that tells of an agreement that is about to end.
pub const ENDS_SOON: &str = "ends-soon";
/// The word of the line that tells that somebody here wrote to the other side. `to` is the message.
pub const SAID: &str = "said";
/// The word of the line by which the other side is told how things stand here once more.
pub const TOLD: &str = "told";

/// Whether a line of the journal with this word is about our side: the other side hears of those.
#[must_use]
pub fn is_ours(word: &str) -> bool {
    matches!(word, SAID | TOLD) || AgreementState::from_word(word).is_some()
}

/// What is answered to the other side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is agreed, by these terms; `None`: by what they have.
    Agree(Option<Terms>),
    /// It has to be talked about first.
    Discuss,
    /// No.
    Refuse,
}

/// Makes an agreement with a host, or changes it. Gives the host as it is kept. What changes nothing leaves no line.
///
/// Where it is asked for or talked about it can stay so with other terms; asking and answering have acts of their own.
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
    let old = load(tx, &host)?;
    if views::is_blocked(tx, &host)? {
        let raised = old.as_ref().is_some_and(|(old, _)| terms.ceiling > old.ceiling);
        if terms.state == AgreementState::Agreed {
            errors.add("state", "error-agreement-blocked");
        } else if raised {
            errors.add("ceiling", "error-agreement-blocked");
        }
    }
    if !may_be_set(old.as_ref(), terms.state) {
        errors.add("state", "error-choice");
    }
    errors.into_result()?;
    let before = old.as_ref().map(|(row, _)| row.terms());
    if before.as_ref() == Some(&terms) {
        return Ok(host);
    }
    let talk = old.as_ref().map_or_else(TalkRow::none, |(_, talk)| talk.clone());
    let asked = match terms.state {
        AgreementState::Requested => Asked::Us,
        AgreementState::Discussion => talk.asked,
        AgreementState::Agreed | AgreementState::Suspended | AgreementState::Ended => Asked::Nobody,
    };
    // Once the two talk, the other side sees each change.
    let told = talk.told || talk.their_at.is_some();
    change(tx, Some(by), &host, &terms, old.as_ref().map(|(row, _)| row), None)?;
    note(tx, &host, asked, told)?;
    Ok(host)
}

/// Asking, and talking about it, begin by other acts.
fn may_be_set(old: Option<&(AgreementRow, TalkRow)>, state: AgreementState) -> bool {
    let same = old.filter(|(row, _)| row.state == state);
    match state {
        AgreementState::Requested => same.is_some_and(|(_, talk)| talk.asked != Asked::Them),
        AgreementState::Discussion => same.is_some(),
        AgreementState::Agreed | AgreementState::Suspended | AgreementState::Ended => true,
    }
}

/// Makes an agreement with a host that has none yet; by terms that are `requested`, asks for it. Gives the host as it is kept.
///
/// # Errors
/// As [`set`] and [`ask`]; `Invalid` when there is one already.
pub fn begin(tx: &mut Tx<'_>, by: &Actor, host: &str, terms: &Terms) -> Result<String> {
    must_be_admin(tx, by)?;
    if let Ok(host) = tx.urls.other_host(host)
        && load(tx, &host)?.is_some()
    {
        return Err(Error::field("host", "error-agreement-there"));
    }
    if terms.state == AgreementState::Requested { ask(tx, by, host, terms) } else { set(tx, by, host, terms) }
}

/// Asks the other side for an agreement by these terms, or asks anew. When it has agreed to that already, so have we from now on. Gives
/// the host as it is kept.
///
/// # Errors
/// `Denied` to all but administrators; `Conflict` when there is one that counts; `Invalid` when `host` can't be another server, when
/// something is wrong with the terms, or when the other side can't be asked or couldn't answer.
pub fn ask(tx: &mut Tx<'_>, by: &Actor, host: &str, terms: &Terms) -> Result<String> {
    must_be_admin(tx, by)?;
    let mut terms = Terms { state: AgreementState::Requested, ..trimmed(terms) };
    let mut errors = FieldErrors::default();
    let host = errors.gather(tx.urls.other_host(host))?;
    terms.check(tx.now, &mut errors);
    let Some(host) = host else { return Err(Error::Invalid(errors)) };
    lock(tx, Lock::Peer, &host)?;
    let old = load(tx, &host)?;
    let now = tx.now;
    if old.as_ref().is_some_and(|(row, _)| row.state == AgreementState::Agreed && !row.is_over(now)) {
        return Err(Error::Conflict);
    }
    let sees = views::sees(tx, &host)?;
    if views::is_blocked(tx, &host)? {
        errors.add("ask", "error-agreement-blocked");
    } else if is_shut_out(tx, &host)? {
        errors.add("ask", "error-agreement-shut-out");
    } else if sees == Sees::No {
        errors.add("ask", "error-agreement-unseen");
    }
    errors.into_result()?;
    let talk = old.as_ref().map_or_else(TalkRow::none, |(_, talk)| talk.clone());
    if old.as_ref().is_some_and(|(row, talk)| row.terms() == terms && talk.asked == Asked::Us) {
        return Ok(host);
    }
    let covered = talk.theirs().is_some_and(|theirs| {
        theirs.state == AgreementState::Agreed && theirs.covers(terms.ceiling, terms.until)
    });
    if covered {
        terms.state = AgreementState::Agreed;
    }
    change(tx, Some(by), &host, &terms, old.as_ref().map(|(row, _)| row), None)?;
    note(tx, &host, if covered { Asked::Nobody } else { Asked::Us }, true)?;
    if sees == Sees::Unknown {
        // Once it has said what it is, it is told: see `introduced`.
        jobs::enqueue(tx, &Job::Meet { host: host.clone() })?;
    }
    Ok(host)
}

/// Whether what the other side would answer can't come in: only those with whom something is agreed may, or those who are listed.
fn is_shut_out(tx: &mut Tx<'_>, host: &str) -> Result<bool> {
    Ok(Policy::of(tx, [host])?.judge(host, Passing::anything(Direction::In)).refuses())
}

/// Answers what the other side asked for or agreed to, with a message where there is something to say.
///
/// An agreement of ours that counts stays what it is: then agreeing tells how things stand here, and refusing only closes what they asked.
///
/// # Errors
/// `Denied` to all but administrators; `NotFound` when nothing came from this host; `Conflict` when there is nothing to answer;
/// `Invalid` when something is wrong with the terms or the message, or the server is blocked.
pub fn answer(tx: &mut Tx<'_>, by: &Actor, host: &str, answer: &Answer, message: &str) -> Result<()> {
    must_be_admin(tx, by)?;
    lock(tx, Lock::Peer, host)?;
    let (row, talk) = load(tx, host)?.ok_or(Error::NotFound)?;
    let theirs = talk.theirs().ok_or(Error::Conflict)?;
    if !is_answerable(&row, talk.asked, Some(&theirs)) {
        return Err(Error::Conflict);
    }
    let counts = row.state == AgreementState::Agreed;
    let stays = |state| Terms { state: if counts { row.state } else { state }, ..row.terms() };
    let (terms, asked) = match answer {
        Answer::Agree(_) if counts => (row.terms(), Asked::Nobody),
        Answer::Agree(Some(terms)) => {
            (Terms { state: AgreementState::Agreed, ..trimmed(terms) }, Asked::Nobody)
        }
        Answer::Agree(None) => (offered(&row, &theirs), Asked::Nobody),
        Answer::Discuss => (stays(AgreementState::Discussion), talk.asked),
        Answer::Refuse => (stays(AgreementState::Ended), Asked::Nobody),
    };
    let mut errors = FieldErrors::default();
    // Refusing is always possible, whatever stands in what they asked for.
    if matches!(answer, Answer::Agree(_)) && !counts {
        terms.check(tx.now, &mut errors);
    }
    if *answer != Answer::Refuse && views::is_blocked(tx, host)? {
        errors.add("answer", "error-agreement-blocked");
    }
    let said = match (answer, message.trim()) {
        (Answer::Agree(_) | Answer::Refuse, "") => None,
        (_, message) => errors.gather(checked(message, "message"))?,
    };
    errors.into_result()?;
    let said = said.map(|said| write_message(tx, by.person, host, &said)).transpose()?;
    change(tx, Some(by), host, &terms, Some(&row), said)?;
    note(tx, host, asked, true)
}

/// Writes something to the administrators of the other side. From then on it also sees how things stand here.
///
/// # Errors
/// `Denied` to all but administrators; `NotFound` when there is no agreement with this host; `Invalid` when something is wrong with the
/// text, or when the other side can't be reached by it.
pub fn say(tx: &mut Tx<'_>, by: &Actor, host: &str, text: &str) -> Result<RowId> {
    must_be_admin(tx, by)?;
    lock(tx, Lock::Peer, host)?;
    let (row, talk) = load(tx, host)?.ok_or(Error::NotFound)?;
    let text = checked(text, "text")?;
    if views::is_blocked(tx, host)? {
        return Err(Error::field("text", "error-agreement-blocked"));
    }
    if views::sees(tx, host)? != Sees::Yes {
        return Err(Error::field("text", "error-agreement-unseen"));
    }
    let id = write_message(tx, by.person, host, &text)?;
    if row.state == AgreementState::Requested && talk.asked == Asked::Them {
        // Who writes back without an answer talks about it.
        let terms = Terms { state: AgreementState::Discussion, ..row.terms() };
        change(tx, Some(by), host, &terms, Some(&row), Some(id))?;
    } else {
        let (word, to) = (SAID.to_owned(), id.to_string());
        record(tx, Some(by), Detail { host: host.to_owned(), word, to, ..Detail::default() })?;
    }
    note(tx, host, talk.asked, true)?;
    Ok(id)
}

/// Ends an agreement; one that was only asked for is withdrawn.
///
/// # Errors
/// `Denied` to all but administrators; `NotFound` when there is none with this host; `Conflict` when it has ended already.
pub fn end(tx: &mut Tx<'_>, by: &Actor, host: &str) -> Result<()> {
    must_be_admin(tx, by)?;
    let (old, _) = load(tx, host)?.ok_or(Error::NotFound)?;
    if old.state == AgreementState::Ended {
        return Err(Error::Conflict);
    }
    set(tx, by, host, &Terms { state: AgreementState::Ended, ..old.terms() }).map(|_host| ())
}

/// A server has said what it is: when it can see what we tell it of an agreement, it is told once more, as what was told before may have
/// been lost or not been understood.
///
/// # Errors
/// Only when the database does.
pub fn introduced(tx: &mut Tx<'_>, host: &str) -> Result<()> {
    let Some((row, talk)) = load(tx, host)? else { return Ok(()) };
    let past = row.state == AgreementState::Ended && row.changed_at < tx.now.plus_days(-TOLD_AFTER);
    if !talk.told || past || views::sees(tx, host)? != Sees::Yes {
        return Ok(());
    }
    record(tx, None, Detail { host: host.to_owned(), word: TOLD.to_owned(), ..Detail::default() })
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
        record(tx, None, detail)?;
    }
    Ok(())
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

/// Puts these terms in place of what there was, with the line that tells of it, and with a message to the other side.
pub(super) fn change(
    tx: &mut Tx<'_>,
    by: Option<&Actor>,
    host: &str,
    terms: &Terms,
    old: Option<&AgreementRow>,
    said: Option<RowId>,
) -> Result<()> {
    write(tx, host, terms, old)?;
    // Copies of what nobody here may read any more go, now and when it is over.
    jobs::enqueue(tx, &Job::DropCopies)?;
    if let Some(until) = terms.until {
        jobs::enqueue_at(tx, &Job::DropCopies, until)?;
    }
    let detail = Detail {
        host: host.to_owned(),
        word: terms.state.word().to_owned(),
        reason: in_short(terms),
        from: old.map(|old| in_short(&old.terms())).unwrap_or_default(),
        to: said.map(|said| said.to_string()).unwrap_or_default(),
        ..Detail::default()
    };
    record(tx, by, detail)
}

/// Writes a line of the journal about an agreement.
pub(super) fn record(tx: &mut Tx<'_>, by: Option<&Actor>, detail: Detail) -> Result<()> {
    let line = Line {
        did: Did::SetAgreement,
        by: by.cloned(),
        group: None,
        thread: None,
        post: None,
        person: None,
        moderation: false,
        detail,
    };
    journal::record(tx, &line)?;
    Ok(())
}

/// Notes whose request is open, and whether the other side is told how things stand here.
pub(super) fn note(tx: &mut Tx<'_>, host: &str, asked: Asked, told: bool) -> Result<()> {
    use schema::agreements::dsl;
    diesel::update(dsl::agreements.find(host))
        .set((dsl::asked.eq(asked), dsl::told.eq(told)))
        .execute(tx.conn)?;
    Ok(())
}

/// Writes the terms down. Once its end or state is another, there is something new to be reminded of.
pub(super) fn write(tx: &mut Tx<'_>, host: &str, terms: &Terms, old: Option<&AgreementRow>) -> Result<()> {
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
pub(super) fn in_short(terms: &Terms) -> String {
    match terms.until {
        Some(until) => format!("{} until {}", terms.ceiling, until.last_day()),
        None => format!("{} until ended", terms.ceiling),
    }
}
