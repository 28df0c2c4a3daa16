//! One delivery: signed, sent, and its answer judged.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::{Method, StatusCode};
use url::Url;

use crate::app::App;
use crate::clock::Time;
use crate::federation::client::{Answer, Failure, is_passing};
use crate::federation::signatures::{self, Payload};
use crate::federation::signers::Signers;
use crate::federation::store::outbox::{End, Health, Tried, Waiting};
use crate::federation::store::peers::{ANSWERED, PeerScheme};
use crate::ids::GroupId;
use crate::policy::federation::Kind;

/// Pause after the first failure, in seconds; doubled with each one that follows.
const PAUSE: i64 = 60;
/// Longest pause, in seconds.
const PAUSE_MAX: i64 = 24 * 3_600;
/// What of an answer is kept for the log, in characters.
const KEPT: usize = 200;

/// An activity as it is sent to all.
pub(super) struct Letter {
    /// Its bytes, with their digest.
    pub payload: Payload,
    /// The keys of its sender.
    pub signers: Signers,
    /// It only says that a tie has ended: a blocked server gets it, too.
    pub parting: bool,
    /// It says that there is nothing between two groups any more: told also when one of them is closed now.
    pub unlinking: bool,
    /// It tells somebody that they can't become a member of a group which shows itself: told also where nothing of that group may go.
    pub facing: bool,
    /// It invites somebody: their server may know of the group, though nobody there belongs to it yet.
    pub inviting: bool,
    /// What kinds of things it may be for the rules.
    pub kinds: &'static [Option<Kind>],
    /// The group elsewhere that it is about, where it waits for none: whom it asks to join, or to whom it reports.
    pub about: Option<GroupId>,
}

/// How to send to a host.
#[derive(Debug, Clone, Copy)]
pub(super) struct Manner {
    /// The scheme that it took last.
    pub scheme: PeerScheme,
    /// Failures in a row.
    pub failures: i64,
}

/// The result of a try: what to note of the delivery, and what of the host.
#[derive(Debug)]
pub(super) struct Outcome {
    pub tried: Tried,
    pub health: Option<Health>,
}

impl Outcome {
    /// A delivery that isn't even tried.
    pub(super) fn dropped(waiting: &Waiting, why: &str) -> Self {
        Self { tried: tried(waiting, End::Failed, 0, why), health: None }
    }

    /// A try that broke off; the host rests.
    pub(super) fn broken(waiting: &Waiting, manner: Manner, why: &str, now: Time) -> Self {
        let retry_at = now.plus_seconds(pause(manner.failures, None));
        Self {
            tried: tried(waiting, End::Again, 0, why),
            health: Some(Health::Failing(retry_at, why.to_owned())),
        }
    }
}

fn tried(waiting: &Waiting, end: End, status: i64, error: &str) -> Tried {
    let error = error.chars().take(KEPT).collect();
    Tried { id: waiting.id, inbox: waiting.inbox.clone(), end, status, error }
}

/// Sends a run, one after the other, until one holds up the others or time is up; gives what was tried.
pub(super) async fn send_run(
    app: &App,
    run: &[(Waiting, Arc<Letter>)],
    mut manner: Manner,
    time: Duration,
) -> Vec<Outcome> {
    let began = Instant::now();
    let mut outcomes = Vec::with_capacity(run.len());
    for (waiting, letter) in run {
        let outcome = send(app, waiting, letter, manner).await;
        if let Some(Health::Reached(Some(scheme))) = outcome.health {
            manner.scheme = scheme;
        }
        let goes_on = matches!(outcome.tried.end, End::Done | End::Failed);
        outcomes.push(outcome);
        if !goes_on || began.elapsed() > time {
            break;
        }
    }
    outcomes
}

/// Sends, in the host's scheme and after 401 once in the other.
async fn send(app: &App, waiting: &Waiting, letter: &Letter, manner: Manner) -> Outcome {
    let Ok(inbox) = Url::parse(&waiting.inbox) else { return Outcome::dropped(waiting, "no address") };
    let mut scheme = manner.scheme;
    let mut answer = knock(app, &inbox, letter, scheme).await;
    if answer.as_ref().is_ok_and(|answer| answer.status == StatusCode::UNAUTHORIZED) {
        scheme = scheme.other();
        answer = knock(app, &inbox, letter, scheme).await;
    }
    judge(waiting, manner, scheme, answer, app.clock.now())
}

async fn knock(app: &App, inbox: &Url, letter: &Letter, scheme: PeerScheme) -> Result<Answer, Failure> {
    let now = app.clock.now().utc();
    let signer = letter.signers.of(scheme);
    let headers = signatures::sign(scheme.scheme(), &Method::POST, inbox, Some(&letter.payload), signer, now);
    app.client.post_signed(inbox, &letter.payload, headers, now).await
}

/// 2xx is done; 408, 429, 5xx and network errors rest the host; 410 closes the inbox; anything else is final.
fn judge(
    waiting: &Waiting,
    manner: Manner,
    scheme: PeerScheme,
    answer: Result<Answer, Failure>,
    now: Time,
) -> Outcome {
    let answer = match answer {
        Ok(answer) => answer,
        // Our own guard said no: nothing was sent, and trying again won't change it.
        Err(Failure::Refused(refused)) => return Outcome::dropped(waiting, &refused.to_string()),
        Err(failure) => return Outcome::broken(waiting, manner, &failure.to_string(), now),
    };
    let status = i64::from(answer.status.as_u16());
    let noted = |end| tried(waiting, end, status, &answer.excerpt);
    if answer.status.is_success() {
        return Outcome {
            tried: tried(waiting, End::Done, status, ""),
            health: Some(Health::Reached(Some(scheme))),
        };
    }
    if is_passing(answer.status) {
        let retry_at = now.plus_seconds(pause(manner.failures, answer.retry_after));
        let health = Health::Failing(retry_at, format!("{ANSWERED}{status}"));
        return Outcome { tried: noted(End::Again), health: Some(health) };
    }
    let end = if answer.status == StatusCode::GONE { End::Closed } else { End::Failed };
    Outcome { tried: noted(end), health: Some(Health::Reached(None)) }
}

/// How long a host rests, in seconds: a minute, doubled with each failure up to a day; longer when it asks for it.
fn pause(failures: i64, asked: Option<Duration>) -> i64 {
    let doubled = PAUSE.saturating_mul(1 << failures.clamp(0, 16)).min(PAUSE_MAX);
    asked.map_or(doubled, |asked| doubled.max(i64::try_from(asked.as_secs()).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ActivityId, RowId};

    fn waiting() -> Waiting {
        Waiting {
            id: RowId::fresh(),
            activity_id: ActivityId::fresh(),
            host: "b.test".to_owned(),
            inbox: "https://b.test/inbox".to_owned(),
            lane: String::new(),
            group_id: None,
        }
    }

    #[test]
    fn pauses_double_from_a_minute_to_a_day_and_longer_when_asked() {
        assert_eq!(pause(0, None), 60);
        assert_eq!(pause(1, None), 120);
        assert_eq!(pause(11, None), PAUSE_MAX);
        assert_eq!(pause(9_999, None), PAUSE_MAX);
        assert_eq!(pause(0, Some(Duration::from_secs(7))), 60);
        assert_eq!(pause(0, Some(Duration::from_secs(3_600))), 3_600);
    }

    #[test]
    fn each_status_has_its_end() {
        let manner = Manner { scheme: PeerScheme::Cavage, failures: 0 };
        let now = crate::clock::Clock::system().now();
        for (status, end, rests) in [
            (200, End::Done, false),
            (202, End::Done, false),
            (301, End::Failed, false),
            (400, End::Failed, false),
            (401, End::Failed, false),
            (403, End::Failed, false),
            (404, End::Failed, false),
            (408, End::Again, true),
            (410, End::Closed, false),
            (413, End::Failed, false),
            (429, End::Again, true),
            (500, End::Again, true),
            (503, End::Again, true),
        ] {
            let answer = Answer {
                status: StatusCode::from_u16(status).unwrap(),
                retry_after: None,
                excerpt: String::new(),
            };
            let outcome = judge(&waiting(), manner, PeerScheme::Cavage, Ok(answer), now);
            assert_eq!(outcome.tried.end, end, "{status}");
            assert_eq!(matches!(outcome.health, Some(Health::Failing(..))), rests, "{status}");
        }
        let outcome = judge(&waiting(), manner, PeerScheme::Cavage, Err(Failure::Timeout), now);
        assert_eq!(outcome.tried.end, End::Again);
    }
}
