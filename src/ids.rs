//! Ids: one type per thing, so that a post's id can't be passed for a person's.
//!
//! All are UUIDv7 (RFC 9562 §5.7), made by the program before the insert: they sort by time, and the ActivityPub id of a
//! thing is known before it is stored. Random secrets are made here too.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Serialize};
use uuid::{ContextV7, Timestamp, Uuid};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow, Serialize, Deserialize,
        )]
        #[diesel(sql_type = crate::db::types::sql::Uid)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id, unique and later than those made before.
            pub fn fresh() -> Self {
                Self(next())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// Whoever can speak on the wire: a person, a group or an instance. A person's or group's id is its actor's id.
    ActorId;
    /// A person, here or elsewhere.
    PersonId;
    /// A group, here or elsewhere.
    GroupId;
    /// A post: a topic's first message or a reply.
    PostId;
    /// A topic with its replies; the same value as the id of its first post.
    ThreadId;
    /// A line of the journal.
    EntryId;
    /// Something to be done later.
    JobId;
    /// An uploaded or remote file.
    MediaId;
    /// A report to moderators.
    ReportId;
    /// A notification.
    NoticeId;
    /// An activity of ours, served at `/activities/{id}`.
    ActivityId;
    /// A link between two groups.
    LinkId;
    /// A proposal to show a topic in another group.
    PromotionId;
    /// Any other row that needs an id of its own.
    RowId;
}

impl From<PersonId> for ActorId {
    fn from(id: PersonId) -> Self {
        Self(id.0)
    }
}

impl From<GroupId> for ActorId {
    fn from(id: GroupId) -> Self {
        Self(id.0)
    }
}

impl From<ActorId> for PersonId {
    fn from(id: ActorId) -> Self {
        Self(id.0)
    }
}

impl From<ActorId> for GroupId {
    fn from(id: ActorId) -> Self {
        Self(id.0)
    }
}

impl From<ThreadId> for PostId {
    fn from(id: ThreadId) -> Self {
        Self(id.0)
    }
}

impl From<PostId> for ThreadId {
    /// Only right for the first post of a thread.
    fn from(id: PostId) -> Self {
        Self(id.0)
    }
}

/// No id is earlier than this moment, in milliseconds since 1970. Of the whole process, as is what makes ids later than each other.
static FLOOR: AtomicU64 = AtomicU64::new(0);
/// Makes ids later than each other while the system's time is before that moment.
static AHEAD: Mutex<ContextV7> = Mutex::new(ContextV7::new());

/// From now on all ids are later than this one, also when the system's time is before it: the clock was set back.
pub fn not_before(id: Uuid) {
    FLOOR.fetch_max(millis(id).saturating_add(1), Ordering::Relaxed);
}

#[expect(clippy::disallowed_methods, reason = "this is where ids are made")]
fn next() -> Uuid {
    let id = Uuid::now_v7();
    let floor = FLOOR.load(Ordering::Relaxed);
    if millis(id) > floor {
        return id;
    }
    let ahead = AHEAD.lock().unwrap_or_else(PoisonError::into_inner);
    let nanos = u32::try_from(floor % 1_000).unwrap_or_default() * 1_000_000;
    Uuid::new_v7(Timestamp::from_unix(&*ahead, floor / 1_000, nanos))
}

/// When an id was made, in milliseconds since 1970.
fn millis(id: Uuid) -> u64 {
    let (seconds, nanos) = id.get_timestamp().map_or((0, 0), |at| at.to_unix());
    seconds.saturating_mul(1_000).saturating_add(u64::from(nanos / 1_000_000))
}

/// Between half of a time and all of it, by chance: so that many who wait for the same don't all come at once.
pub fn spread(time: Duration) -> Duration {
    let mut bytes = [0_u8; 2];
    SystemRandom::new().fill(&mut bytes).expect("the operating system gives random bytes");
    let share = f64::from(u16::from_le_bytes(bytes)) / f64::from(u16::MAX);
    time.mul_f64(0.5 + share / 2.0)
}

impl GroupId {
    /// The id of no group: of one that isn't there an act says what it says of one that mustn't be known.
    pub const NONE: Self = Self(Uuid::nil());
}

impl PersonId {
    /// Nobody: an id that no person has. With it the database is asked in the same words for what anybody may see as for what
    /// somebody may.
    pub const NOBODY: Self = Self(Uuid::nil());
}

/// A random word of lower-case letters and digits, for a name that says nothing.
pub fn word(length: usize) -> String {
    const LETTERS: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
    let mut word = String::with_capacity(length);
    while word.len() < length {
        let mut bytes = [0_u8];
        SystemRandom::new().fill(&mut bytes).expect("the operating system gives random bytes");
        let [byte] = bytes;
        // What doesn't fit in whole alphabets would make the first letters likelier.
        let letter = LETTERS.get(usize::from(byte % 36)).filter(|_| byte < 252);
        word.extend(letter.map(|letter| char::from(*letter)));
    }
    word
}

/// A random secret of 32 bytes for sessions, tokens and links in mails, as URL-safe text.
pub fn secret() -> String {
    let mut bytes = [0_u8; 32];
    SystemRandom::new().fill(&mut bytes).expect("the operating system gives random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// SHA-256 of a secret: what is stored in its place, so that a stolen database opens no session.
pub fn digest(secret: &str) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, secret.as_bytes()).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_go_on_after_those_of_a_clock_that_was_ahead() {
        let before = RowId::fresh();
        let (seconds, _) = before.0.get_timestamp().unwrap().to_unix();
        // One made when the clock was a month ahead.
        let ahead = Uuid::new_v7(Timestamp::from_unix(ContextV7::new(), seconds + 30 * 86_400, 0));
        not_before(ahead);
        let mut last = RowId(ahead);
        for _ in 0..10_000 {
            let next = RowId::fresh();
            assert!(next > last, "{next} comes after {last}");
            last = next;
        }
        not_before(before.0);
        assert!(RowId::fresh() > last, "an older one changes nothing");
    }

    #[test]
    fn a_word_of_chance_is_one_that_a_name_can_have() {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        let (one, other) = (word(10), word(10));
        assert!(one.len() == 10 && one.chars().all(plain), "{one}");
        assert_ne!(one, other);
    }

    #[test]
    fn waiting_is_spread_over_half_of_its_time() {
        let time = Duration::from_secs(10);
        for _ in 0..100 {
            let spread = spread(time);
            assert!(spread >= time / 2 && spread <= time, "{spread:?}");
        }
    }
}
