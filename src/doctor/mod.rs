//! `vakplein doctor`: looks at everything that an instance stands on, and says how to repair what is wrong.
//!
//! It changes nothing but one row for a minute (see [`probe`]), migrates nothing and sends nothing. It works beside a running
//! server as well as without one. Owns no table.

mod mail;
mod outside;
pub mod probe;
mod storage;

use std::fmt;

use crate::clock::Clock;
use crate::config::Config;
use crate::federation::client::Lookup;
use crate::urls::Urls;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it should be.
    Ok,
    /// It works, but not as well or not as safely as it should.
    Warning,
    /// Something doesn't work.
    Fault,
}

impl Verdict {
    /// The word that begins the line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Fault => "fault",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was looked at, in a word.
    pub about: &'static str,
    /// How it is.
    pub verdict: Verdict,
    /// What was found.
    pub found: String,
    /// What to do about it; empty when all is well.
    pub repair: String,
}

impl Finding {
    fn ok(about: &'static str, found: impl Into<String>) -> Self {
        Self { about, verdict: Verdict::Ok, found: found.into(), repair: String::new() }
    }

    fn warning(about: &'static str, found: impl Into<String>, repair: impl Into<String>) -> Self {
        Self { about, verdict: Verdict::Warning, found: found.into(), repair: repair.into() }
    }

    fn fault(about: &'static str, found: impl Into<String>, repair: impl Into<String>) -> Self {
        Self { about, verdict: Verdict::Fault, found: found.into(), repair: repair.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Errors of others may have several lines.
        let found = self.found.split_whitespace().collect::<Vec<_>>().join(" ");
        write!(f, "{:<8} {:<10} {found}", self.verdict.word(), self.about)?;
        if self.repair.is_empty() { Ok(()) } else { write!(f, "\n{:20}repair: {}", "", self.repair) }
    }
}

/// Looks at everything, in the order in which one would repair it.
///
/// `lookup` says where the instance's own name is looked up, as for the server.
pub async fn examine(config: &Config, clock: &Clock, lookup: &Lookup) -> Vec<Finding> {
    let urls = Urls::new(config.server.scheme == "https", &config.server.domain);
    let mut found = Vec::new();
    let db = storage::database(config, clock, &urls, &mut found).await;
    storage::media(config, &mut found).await;
    outside::look(config, clock, lookup, &urls, db.as_ref(), &mut found).await;
    mail::look(config, &mut found).await;
    if let Some(db) = &db {
        storage::queue(db, clock, &mut found).await;
    }
    found
}

/// An error with its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let said = inner.to_string();
        if !text.contains(&said) {
            text.push_str(": ");
            text.push_str(&said);
        }
        cause = inner.source();
    }
    text
}
