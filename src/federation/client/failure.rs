//! What can go wrong when another server is asked for something.

use std::error::Error as _;

use http::StatusCode;

use crate::federation::guard::Refused;

/// Why a request gave nothing. The texts hold no address and no content.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The guard didn't let it through, before the request, on a redirect or at connect time.
    #[error("refused: {0}")]
    Refused(#[from] Refused),
    /// No connection, a broken one, no TLS, or no HTTP.
    #[error("network: {0}")]
    Network(String),
    /// Not done within the time, slow bodies included.
    #[error("timed out")]
    Timeout,
    /// The body is larger than the limit.
    #[error("the body is too large")]
    TooLarge,
    /// The `Content-Type` isn't one that was asked for.
    #[error("the content type is {0:?}")]
    WrongType(String),
    /// JSON that is nested too deep.
    #[error("the document is nested too deep")]
    TooDeep,
    /// JSON that can't be read as what was expected.
    #[error("the document can't be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// More redirects than are followed, or one to nowhere.
    #[error("too many redirects or a broken one")]
    Redirects,
    /// 410: what was asked for existed and will not come back.
    #[error("gone")]
    Gone,
    /// Any other status than success.
    #[error("status {0}")]
    Status(StatusCode),
}

impl Failure {
    /// Whether trying again later may help: network errors, timeouts, 408, 429 and all 5xx.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Network(_) | Self::Timeout => true,
            Self::Status(status) => is_passing(*status),
            _ => false,
        }
    }
}

/// Whether a request that was answered so should be tried again later (design of delivery: 408, 429 and 5xx).
#[must_use]
pub fn is_passing(status: StatusCode) -> bool {
    matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS) || status.is_server_error()
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        let mut cause = error.source();
        let mut innermost = None;
        while let Some(inner) = cause {
            if let Some(refused) = inner.downcast_ref::<Refused>() {
                return Self::Refused(*refused);
            }
            innermost = Some(inner);
            cause = inner.source();
        }
        if error.is_timeout() {
            return Self::Timeout;
        }
        // The innermost cause says what happened; the outer ones repeat the URL.
        Self::Network(innermost.map_or_else(|| "failed".to_owned(), ToString::to_string))
    }
}
