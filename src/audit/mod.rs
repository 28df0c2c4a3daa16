//! The audit trail: who got in or didn't, who changed what one gets in with, who administered; from where, and how it ended (BIO2
//! 8.15.01). Owns `audit`.
//!
//! It is written around requests and commands, not in each act: so no page, route or command of the administration can be
//! forgotten. What was decided stands in the journal, written with the act itself. Never a secret, nor a word that somebody wrote
//! (8.15.02): paths, ids, and of members only part of their address. Each line also goes to the log of the machine (target
//! `audit`), where nobody who gets into this instance can take it away, with its hash: the lines are a [`chain`]. Kept as long as
//! the journal (`retention.journal_days`).

pub mod chain;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use diesel::prelude::*;

use self::chain::Link;
pub use self::chain::{AuditFault, Glance, Verified, glance, prune, verify};
use crate::app::App;
use crate::clock::{Clock, Time};
use crate::db::page::{Cursor, Part, Slice};
use crate::db::{MultiBackend, Tx, schema};
use crate::error::Result;
use crate::ids::{PersonId, RowId};
use crate::policy::{Viewer, rates};
use crate::text_enum;

text_enum! {
    /// What was done.
    Act {
        /// Logging in with a password.
        LogIn = "log-in",
        /// Giving the second factor.
        LogInCode = "log-in-code",
        /// Logging out.
        LogOut = "log-out",
        /// Ending other sessions.
        EndSessions = "end-sessions",
        /// Changing the password.
        Password = "password",
        /// Setting a new password by a mailed link.
        ResetPassword = "reset-password",
        /// Changing the e-mail address.
        Email = "email",
        /// Turning the second factor on.
        FactorOn = "factor-on",
        /// Turning the second factor off.
        FactorOff = "factor-off",
        /// Making new recovery codes.
        RecoveryCodes = "recovery-codes",
        /// Making a token.
        MakeToken = "make-token",
        /// Ending a token.
        EndToken = "end-token",
        /// Taking along all that is stored of oneself.
        Export = "export",
        /// Leaving for good.
        Leave = "leave",
        /// Anything in the administration: settings, limits, accounts, roles, other servers.
        Administer = "administer",
        /// Changing the federation rules; written with the change itself.
        Rules = "rules",
        /// A command on the machine itself.
        Command = "command",
    }
}

text_enum! {
    /// How it ended.
    Outcome {
        /// It was done.
        Done = "done",
        /// Something was wrong: the password, the code, a field.
        Wrong = "wrong",
        /// It wasn't allowed.
        Refused = "refused",
        /// It was tried too often.
        Paused = "paused",
        /// It failed.
        Failed = "failed",
    }
}

/// Requests outside the administration that leave a line: method, route, what it is.
const ROUTES: [(&str, &str, Act); 22] = [
    ("POST", "/login", Act::LogIn),
    ("POST", "/login/code", Act::LogInCode),
    ("POST", "/logout", Act::LogOut),
    ("POST", "/reset/{secret}", Act::ResetPassword),
    ("POST", "/settings/password", Act::Password),
    ("POST", "/settings/email", Act::Email),
    ("POST", "/settings/email/{secret}", Act::Email),
    ("POST", "/settings/security/confirm", Act::FactorOn),
    ("POST", "/settings/security/off", Act::FactorOff),
    ("POST", "/settings/security/codes", Act::RecoveryCodes),
    ("POST", "/settings/sessions/end", Act::EndSessions),
    ("POST", "/settings/sessions/{id}/end", Act::EndSessions),
    ("POST", "/settings/tokens", Act::MakeToken),
    ("POST", "/settings/tokens/{id}/revoke", Act::EndToken),
    ("POST", "/settings/data", Act::Export),
    ("POST", "/settings/leave", Act::Leave),
    ("DELETE", "/api/v1/me/sessions", Act::EndSessions),
    ("DELETE", "/api/v1/me/sessions/{id}", Act::EndSessions),
    ("POST", "/api/v1/me/tokens", Act::MakeToken),
    ("DELETE", "/api/v1/me/tokens/{id}", Act::EndToken),
    ("GET", "/api/v1/me/export", Act::Export),
    ("PUT", "/api/v1/me/leaving", Act::Leave),
];

/// Lines about what wasn't done that are kept in a minute, of one address and of all: whoever tries doors can't fill the disk.
const KEPT: (u32, u32) = (20, 300);

/// A request that was answered.
#[derive(Debug, Clone, Copy)]
pub struct Answered<'a> {
    /// Its method.
    pub method: &'a str,
    /// The pattern of the route that answered.
    pub route: &'a str,
    /// Its path, without the query.
    pub path: &'a str,
    /// The status of the answer.
    pub status: u16,
    /// Who asked, as far as that turned out.
    pub by: Option<PersonId>,
    /// From where.
    pub address: IpAddr,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What was done.
    pub act: Act,
    /// How it ended.
    pub outcome: Outcome,
    /// By whom.
    pub by: Option<PersonId>,
    /// About what: method and path, or the name of a command; may be empty.
    pub object: String,
    /// From where.
    pub origin: String,
}

impl Line {
    /// The line that a request leaves, if it leaves one.
    pub fn of(answered: Answered<'_>) -> Option<Self> {
        let Answered { method, route, path, status, by, address } = answered;
        let is_admin = ["/admin", "/api/v1/admin"].iter().any(|start| {
            route.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        let outcome = match status {
            // A page that sends a stranger to the log-in page has done nothing.
            ..400 if by.is_some() => Outcome::Done,
            ..400 | 401 | 403 | 404 => Outcome::Refused,
            429 => Outcome::Paused,
            400..500 => Outcome::Wrong,
            _ => Outcome::Failed,
        };
        let line = |act, object, origin| Self { act, outcome, by, object, origin };
        if is_admin {
            let only_looks = matches!(method, "GET" | "HEAD");
            // Looking is noted when it wasn't allowed.
            let noted = if only_looks { matches!(status, 401 | 403) } else { by.is_some() };
            let object: String = format!("{method} {path}").chars().take(300).collect();
            return noted.then(|| line(Act::Administer, object, address.to_canonical().to_string()));
        }
        let (_, _, act) = ROUTES.iter().find(|(verb, known, _)| *verb == method && *known == route)?;
        // Whoever isn't signed in has nothing that could be changed.
        let open = matches!(act, Act::LogIn | Act::LogInCode | Act::ResetPassword);
        let origin = rates::shortened(&rates::counted(address));
        (open || by.is_some()).then(|| line(*act, String::new(), origin))
    }

    /// The line that a command leaves.
    pub fn command(name: &str, by: Option<PersonId>, done: bool) -> Self {
        let outcome = if done { Outcome::Done } else { Outcome::Failed };
        Self { act: Act::Command, outcome, by, object: name.to_owned(), origin: "command line".to_owned() }
    }
}

/// What was kept lately of what wasn't done. Belongs to one process.
#[derive(Debug)]
pub struct Doors {
    clock: Clock,
    tried: Mutex<(i64, BTreeMap<String, u32>)>,
}

impl Doors {
    /// Nothing yet.
    pub fn new(clock: Clock) -> Self {
        Self { clock, tried: Mutex::default() }
    }

    fn may_keep(&self, origin: &str) -> bool {
        let minute = self.clock.now().unix() / 60;
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        if tried.0 != minute {
            *tried = (minute, BTreeMap::new());
        }
        if tried.1.values().sum::<u32>() >= KEPT.1 {
            return false;
        }
        let count = tried.1.entry(origin.to_owned()).or_default();
        *count += 1;
        *count <= KEPT.0
    }
}

impl App {
    /// Writes a line, to the trail and to the log of the machine.
    pub async fn audit(&self, line: Line) {
        // Whoever gives a command sees what it says; more on their screen only gets in the way.
        let logged = line.act != Act::Command;
        if line.outcome != Outcome::Done && !self.doors.may_keep(&line.origin) {
            if logged {
                log(line.act.word(), line.outcome.word(), line.by, &line.object, &line.origin, "");
            }
            return;
        }
        let kept = line.clone();
        match self.db.write(move |tx| chain::append_telling(tx, &kept)).await {
            Ok(links) if logged => links.iter().for_each(Link::log),
            Ok(_) => {}
            Err(error) => {
                if logged {
                    log(line.act.word(), line.outcome.word(), line.by, &line.object, &line.origin, "");
                }
                tracing::error!(error = %error, "a line of the audit trail could not be written");
            }
        }
    }
}

/// To the log of the machine. What isn't kept in the trail has no hash.
fn log(act: &str, outcome: &str, by: Option<PersonId>, object: &str, origin: &str, hash: &str) {
    let by = by.map(|by| by.to_string()).unwrap_or_default();
    tracing::info!(target: "audit", %act, %outcome, by, object, origin, hash, "audit");
}

/// Writes a line about something in the very transaction that does it: it stands when that is done, and only then. The log of the
/// machine gets it with the next line, once it is certain that it stays.
/// On PostgreSQL all other lines wait until the transaction ends, so this is best done last.
///
/// # Errors
/// Only when the database does.
pub fn note(tx: &mut Tx<'_>, line: &Line) -> Result<()> {
    chain::append(tx, line).map(drop)
}

/// A line of the trail.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = schema::audit, check_for_backend(MultiBackend))]
pub struct Entry {
    /// Its id.
    pub id: RowId,
    /// What was done.
    pub act: Act,
    /// How it ended.
    pub outcome: Outcome,
    /// By whom.
    pub by_id: Option<PersonId>,
    /// About what; may be empty.
    pub object: String,
    /// From where.
    pub origin: String,
    /// When.
    pub created_at: Time,
    /// What chains it to the line before it; empty when it is from before there was a chain.
    pub hash: String,
}

/// The trail, the latest first.
///
/// # Errors
/// `Denied` to all but administrators.
pub fn list(tx: &mut Tx<'_>, viewer: Viewer, part: Part) -> Result<Slice<Entry>> {
    use schema::audit::dsl;
    viewer.must_be_admin()?;
    let mut query = dsl::audit
        .order((dsl::created_at.desc(), dsl::id.desc()))
        .limit(part.limit())
        .select(Entry::as_select())
        .into_boxed();
    if let Some(Cursor { at, id }) = part.after {
        query = query.filter(dsl::created_at.lt(at).or(dsl::created_at.eq(at).and(dsl::id.lt(RowId(id)))));
    }
    let rows: Vec<Entry> = query.load(tx.conn)?;
    Ok(Slice::cut(rows, part.size, |row| Cursor { at: row.created_at, id: row.id.0 }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(method: &str, route: &str, status: u16, by: Option<PersonId>) -> Option<(Act, Outcome, String)> {
        let address = "192.0.2.77".parse().unwrap();
        let line = Line::of(Answered { method, route, path: route, status, by, address })?;
        Some((line.act, line.outcome, line.origin))
    }

    #[test]
    fn what_matters_leaves_a_line_and_nothing_else_does() {
        let ana = Some(PersonId::fresh());
        let short = "192.0.2.0/24".to_owned();
        for (status, by, outcome) in [
            (303, ana, Outcome::Done),
            (400, ana, Outcome::Wrong),
            (429, None, Outcome::Paused),
            (403, ana, Outcome::Refused),
            (500, None, Outcome::Failed),
        ] {
            assert_eq!(line("POST", "/login", status, by), Some((Act::LogIn, outcome, short.clone())));
        }
        assert_eq!(line("GET", "/login", 200, None), None);
        assert_eq!(line("POST", "/settings/password", 303, None), None, "sent to the log-in page");
        assert_eq!(line("POST", "/t/{id}/reply", 303, ana), None);
        let whole = "192.0.2.77".to_owned();
        for (method, route, status, outcome) in [
            ("POST", "/admin/settings", 303, Some(Outcome::Done)),
            ("PATCH", "/api/v1/admin/limits/{name}", 200, Some(Outcome::Done)),
            ("PATCH", "/api/v1/admin/limits/{name}", 400, Some(Outcome::Wrong)),
            ("GET", "/admin", 403, Some(Outcome::Refused)),
            ("GET", "/admin/people", 200, None),
            ("POST", "/administratie", 303, None),
        ] {
            let expected = outcome.map(|outcome| (Act::Administer, outcome, whole.clone()));
            assert_eq!(line(method, route, status, ana), expected, "{method} {route}");
        }
        assert_eq!(
            line("POST", "/admin/settings", 303, None),
            None,
            "a stranger was sent to the log-in page"
        );
    }

    #[test]
    fn whoever_tries_doors_fills_no_disk() {
        let clock = Clock::system();
        let doors = Doors::new(clock.clone());
        let kept = |origin: &str| (0..100).filter(|_| doors.may_keep(origin)).count();
        let first = kept("192.0.2.0/24");
        assert!((20..=40).contains(&first), "{first}");
        let all: usize = (0..100).map(|number| kept(&format!("198.51.{number}.0/24"))).sum();
        assert!(all <= 600, "{all}");
        clock.advance(60);
        assert!(doors.may_keep("192.0.2.0/24"));
    }
}
