//! What the other side tells of its own agreement with us. It is noted and shown; what counts here is ours to decide.
//!
//! In one place their word changes our side: when they agree to what we asked for. Our administrator wanted just that already. When they
//! agree to less, ours becomes something to talk about. A stranger can only ask: that makes a row which nobody here has answered yet,
//! and which follows what they ask until somebody does.
//!
//! Whatever is told is all of it each time, with the moment since when it is so: what comes twice or late changes nothing.

use diesel::prelude::*;

use super::acts::{change, note, record, write};
use super::messages::{self, Said};
use super::{AgreementRow, AgreementState, Asked, TalkRow, Terms, Theirs, load, views};
use crate::db::{Lock, Tx, lock, schema};
use crate::error::{Error, Result};
use crate::journal::Detail;
use crate::policy::{Reason, limits};

/// Requests of others that wait for an answer, at most: whoever has many names can't fill the list.
const OPEN: i64 = 200;

/// How the word of a journal's line begins that tells what the other side did; behind it stands the state that it told, or
/// [`acts::SAID`](super::acts::SAID).
pub const THEIRS: &str = "their-";

/// What the other side tells: how things stand there, and perhaps a message.
#[derive(Debug, Clone)]
pub struct View {
    /// How things stand there; `at` is when they say it became so.
    pub theirs: Theirs,
    /// What somebody there wrote with it.
    pub said: Option<Said>,
}

/// The other side tells how things stand there.
///
/// # Errors
/// `Denied` when the server is blocked, or too many ask; `Conflict` when there is nothing new in it.
pub fn hear(tx: &mut Tx<'_>, host: &str, view: &View) -> Result<()> {
    lock(tx, Lock::Peer, host)?;
    if views::is_blocked(tx, host)? {
        return Err(Reason::Blocked.into());
    }
    // A clock that is ahead there must not keep what comes later out.
    let theirs = Theirs { at: view.theirs.at.min(tx.now), ..view.theirs.clone() };
    let Some((row, talk)) = load(tx, host)? else {
        return stranger(tx, host, &theirs, view.said.as_ref());
    };
    let said = match &view.said {
        Some(said) => messages::take(tx, host, said)?,
        None => false,
    };
    if talk.their_at.is_some_and(|at| theirs.at <= at) {
        // What they wrote counts whenever it comes.
        return if said { told(tx, host, super::acts::SAID) } else { Err(Error::Conflict) };
    }
    remember(tx, host, &theirs)?;
    follow(tx, &row, &talk, &theirs)?;
    if talk.theirs().is_none_or(|before| !before.says_the_same(&theirs)) {
        return told(tx, host, theirs.state.word());
    }
    if said { told(tx, host, super::acts::SAID) } else { Ok(()) }
}

/// Somebody with whom there was nothing so far: only asking makes a row, or that they have agreed to something already.
fn stranger(tx: &mut Tx<'_>, host: &str, theirs: &Theirs, said: Option<&Said>) -> Result<()> {
    use schema::agreements::dsl;
    if !matches!(theirs.state, AgreementState::Requested | AgreementState::Agreed) {
        return Err(Error::Conflict);
    }
    let open = dsl::asked.eq(Asked::Them).and(dsl::state.eq(AgreementState::Requested));
    let waiting: i64 = dsl::agreements.filter(open).count().get_result(tx.conn)?;
    if waiting >= OPEN {
        return Err(Reason::TooMany.into());
    }
    write(tx, host, &proposal(host, theirs), None)?;
    note(tx, host, Asked::Them, false)?;
    remember(tx, host, theirs)?;
    if let Some(said) = said {
        messages::take(tx, host, said)?;
    }
    told(tx, host, AgreementState::Requested.word())
}

/// What they ask for, as a row of ours that nobody has answered.
fn proposal(host: &str, theirs: &Theirs) -> Terms {
    let named = if theirs.organisation.is_empty() { host } else { &theirs.organisation };
    Terms {
        state: AgreementState::Requested,
        ceiling: theirs.ceiling,
        until: theirs.until,
        organisation: named.chars().take(limits::LABEL).collect(),
        contact: theirs.contact.clone(),
        purpose: theirs.purpose.clone(),
    }
}

/// What becomes of our side by what they say.
struct Outcome {
    state: AgreementState,
    asked: Asked,
    /// Our row follows what they ask.
    proposal: bool,
}

fn follow(tx: &mut Tx<'_>, row: &AgreementRow, talk: &TalkRow, theirs: &Theirs) -> Result<()> {
    let Outcome { state, asked, proposal: follows } = outcome(row, talk, theirs, row.is_over(tx.now));
    if state != row.state {
        let terms = Terms { state, ..row.terms() };
        change(tx, None, &row.host, &terms, Some(row), None)?;
    } else if follows {
        write(tx, &row.host, &proposal(&row.host, theirs), Some(row))?;
    }
    if asked == talk.asked { Ok(()) } else { note(tx, &row.host, asked, talk.told) }
}

fn outcome(row: &AgreementRow, talk: &TalkRow, theirs: &Theirs, over: bool) -> Outcome {
    use AgreementState::{Agreed, Discussion, Ended, Requested, Suspended};
    let keep = |asked| Outcome { state: row.state, asked, proposal: false };
    let turn = |state| Outcome { state, asked: Asked::Nobody, proposal: false };
    match (row.state, talk.asked) {
        // We asked, for just this or for less: the one place where their word changes what counts here.
        (Requested, Asked::Us) => match theirs.state {
            Agreed if !over && theirs.covers(row.ceiling, row.until) => turn(Agreed),
            Agreed => turn(Discussion),
            Ended => keep(Asked::Refused),
            Requested | Discussion | Suspended => keep(Asked::Us),
        },
        (Requested, Asked::Them) => match theirs.state {
            Requested | Agreed => Outcome { proposal: true, ..keep(Asked::Them) },
            Discussion => keep(Asked::Them),
            Suspended | Ended => turn(Ended),
        },
        // Our request that was refused stays one until somebody here asks anew or ends it.
        (Requested, asked) => keep(asked),
        (state, asked) => match theirs.state {
            Requested => keep(Asked::Them),
            // They have decided, and we still talk.
            Agreed if state == Discussion => keep(Asked::Them),
            Suspended | Ended if asked == Asked::Them => keep(Asked::Nobody),
            Agreed | Discussion | Suspended | Ended => keep(asked),
        },
    }
}

/// Notes what they told.
fn remember(tx: &mut Tx<'_>, host: &str, theirs: &Theirs) -> Result<()> {
    use schema::agreements::dsl;
    let change = (
        dsl::their_state.eq(theirs.state),
        dsl::their_ceiling.eq(theirs.ceiling),
        dsl::their_until.eq(theirs.until),
        dsl::their_organisation.eq(&theirs.organisation),
        dsl::their_contact.eq(&theirs.contact),
        dsl::their_purpose.eq(&theirs.purpose),
        dsl::their_at.eq(theirs.at),
    );
    diesel::update(dsl::agreements.find(host)).set(change).execute(tx.conn)?;
    Ok(())
}

/// Has administrators told what the other side did.
fn told(tx: &mut Tx<'_>, host: &str, word: &str) -> Result<()> {
    let word = format!("{THEIRS}{word}");
    record(tx, None, Detail { host: host.to_owned(), word, ..Detail::default() })
}
