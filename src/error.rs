//! What can go wrong, in the language of the domain. Edges decide how to say it; nothing here knows a status code.

use std::time::Duration;

use crate::policy::Reason;
use crate::policy::rates::Limit;
use crate::text::personal::Finding;

/// The crate's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It doesn't exist, or the asker may not know that it does.
    #[error("not found")]
    NotFound,
    /// It existed and was deleted: a tombstone stands in its place.
    #[error("gone")]
    Gone,
    /// Only for people who are signed in.
    #[error("sign in first")]
    SignedOut,
    /// The policy says no, with the reason to show.
    #[error("refused: {0:?}")]
    Denied(Reason),
    /// The input can't be accepted; which fields and why.
    #[error("invalid input: {0:?}")]
    Invalid(FieldErrors),
    /// Already done, or changed by somebody else meanwhile.
    #[error("already done or outdated")]
    Conflict,
    /// Too much at once: try again after this time.
    #[error("try again in {0:?}")]
    Busy(Duration),
    /// A limit is reached: try again after this time.
    #[error("{limit} is reached, try again in {wait:?}")]
    Limited {
        /// Which.
        limit: Limit,
        /// By whom, as administrators see it: a person's id, a host, part of an address. May be empty.
        who: String,
        /// When there is room again.
        wait: Duration,
    },
    /// Another server, which had to be asked, doesn't answer now.
    #[error("another server does not answer")]
    Unreachable,
    /// There is too much to do now, the database can't be reached, or there is no room left to write: nothing was changed, and the same
    /// works once that is over. Logged like a fault.
    #[error(transparent)]
    Unavailable(anyhow::Error),
    /// A fault of ours or of the machine. Logged once where it is handled, never shown.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

impl Error {
    /// One field is wrong: its name in the form, and the locale key of what to do about it.
    pub fn field(name: &'static str, key: &'static str) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(name, key);
        Self::Invalid(errors)
    }

    /// An internal fault with a message for the log.
    pub fn internal(message: impl std::fmt::Display) -> Self {
        Self::Internal(anyhow::anyhow!("{message}"))
    }

    /// What we stand on fails for a while, with a message for the log.
    pub fn unavailable(message: impl std::fmt::Display) -> Self {
        Self::Unavailable(anyhow::anyhow!("{message}"))
    }

    /// Whether something failed that has nothing to do with what was asked: nothing of it may be kept.
    pub fn is_fault(&self) -> bool {
        matches!(self, Self::Internal(_) | Self::Unavailable(_))
    }
}

/// One field that can't be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in forms and JSON.
    pub field: &'static str,
    /// Locale key of the message, which says how to repair it (`error-title-missing`).
    pub key: &'static str,
    /// The number that the message names, such as a maximum length.
    pub limit: Option<i64>,
    /// What looks like personal data, for a message that names it.
    pub personal: Vec<Finding>,
}

/// All that is wrong with an input, in the order of the form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(pub Vec<FieldError>);

impl FieldErrors {
    /// Notes that a field is wrong.
    pub fn add(&mut self, field: &'static str, key: &'static str) {
        self.0.push(FieldError { field, key, limit: None, personal: Vec::new() });
    }

    /// Notes that a field passes a limit.
    pub fn add_limit(&mut self, field: &'static str, key: &'static str, limit: i64) {
        self.0.push(FieldError { field, key, limit: Some(limit), personal: Vec::new() });
    }

    /// Notes that personal data stands in a field, if anything was found.
    pub fn add_personal(&mut self, field: &'static str, key: &'static str, personal: Vec<Finding>) {
        if !personal.is_empty() {
            self.0.push(FieldError { field, key, limit: None, personal });
        }
    }

    /// Takes over what another check found, so that all is told at once. Gives what the check gave, if it found nothing.
    ///
    /// # Errors
    /// Whatever says more than that a field is wrong.
    pub fn gather<T>(&mut self, checked: Result<T>) -> Result<Option<T>> {
        match checked {
            Ok(value) => Ok(Some(value)),
            Err(Error::Invalid(found)) => {
                self.0
                    .extend(found.0.into_iter().filter(|error| !self.0.contains(error)).collect::<Vec<_>>());
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Whether all would be right if others didn't have the same already: choosing something else is all there is to do.
    pub fn are_taken(&self) -> bool {
        const TAKEN: [&str; 2] = ["error-name-unavailable", "error-email-taken"];
        !self.0.is_empty() && self.0.iter().all(|error| TAKEN.contains(&error.key))
    }

    /// `Ok` when nothing was noted.
    pub fn into_result(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self)) }
    }

    /// The first error of a field.
    pub fn of(&self, field: &str) -> Option<&FieldError> {
        self.0.iter().find(|error| error.field == field)
    }
}

impl From<Reason> for Error {
    fn from(reason: Reason) -> Self {
        // Whoever may not know that a thing exists is told that it doesn't.
        if reason == Reason::Hidden { Self::NotFound } else { Self::Denied(reason) }
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error as Diesel};
        match error {
            Diesel::NotFound => Self::NotFound,
            Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Self::Conflict,
            other if is_out_of_service(&other) => Self::Unavailable(other.into()),
            other => Self::Internal(other.into()),
        }
    }
}

/// Whether the database's server is gone or has no room left. Of the second there is no kind in Diesel, only what the database
/// says, which is in the operator's language on some PostgreSQL servers: there it counts as a fault.
fn is_out_of_service(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error as Diesel};
    const SAID: [&str; 8] = [
        "database is locked",
        "database or disk is full",
        "disk I/O error",
        "no connection to the server",
        "No space left on device",
        "server closed the connection",
        "terminating connection",
        "the database system is",
    ];
    match error {
        Diesel::DatabaseError(DatabaseErrorKind::ClosedConnection, _) | Diesel::BrokenTransactionManager => {
            true
        }
        Diesel::DatabaseError(_, info) => SAID.iter().any(|said| info.message().contains(said)),
        Diesel::RollbackErrorOnCommit { commit_error, .. } => is_out_of_service(commit_error),
        _ => false,
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        use std::io::ErrorKind::{QuotaExceeded, StorageFull};
        match error.kind() {
            StorageFull | QuotaExceeded => Self::Unavailable(error.into()),
            _ => Self::Internal(error.into()),
        }
    }
}
