//! Ids: one type per thing, so that a post's id can't be passed for a person's.
//!
//! All are UUIDv7 (RFC 9562 §5.7), made by the program before the insert: they sort by time, and the ActivityPub id of a
//! thing is known before it is stored. Random secrets are made here too.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::deserialize::FromSqlRow;
use diesel::expression::AsExpression;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

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
            #[expect(clippy::disallowed_methods, reason = "this is where ids are made")]
            pub fn fresh() -> Self {
                Self(Uuid::now_v7())
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
