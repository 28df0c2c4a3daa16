//! Activities: the envelope of whatever somebody did.

use serde_json::{Value, json};

use super::{PUBLIC, context, put};
use crate::policy::Class;

/// Whom an activity is addressed to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Audience {
    /// Primary.
    pub to: Vec<String>,
    /// Secondary.
    pub cc: Vec<String>,
}

impl Audience {
    /// To these alone.
    #[must_use]
    pub fn to(to: &[&str]) -> Self {
        Self { to: to.iter().map(|&uri| uri.to_owned()).collect(), cc: Vec::new() }
    }

    /// What a group says: to everybody where it is open, else to its followers alone.
    #[must_use]
    pub fn of_group(group: &str, followers: Option<&str>, class: Class) -> Self {
        let followers = followers.map(str::to_owned);
        if class == Class::Openbaar {
            Self { to: vec![group.to_owned(), PUBLIC.to_owned()], cc: followers.into_iter().collect() }
        } else {
            Self { to: [group.to_owned()].into_iter().chain(followers).collect(), cc: Vec::new() }
        }
    }

    /// An announce that microblogs show: in public, with the followers in copy.
    #[must_use]
    pub fn of_boost(followers: Option<&str>) -> Self {
        Self { to: vec![PUBLIC.to_owned()], cc: followers.map(str::to_owned).into_iter().collect() }
    }
}

/// An activity, without a proof. `to` and `cc` are always there: Lemmy refuses most kinds without.
#[must_use]
pub fn activity(id: &str, kind: &str, actor: &str, object: impl Into<Value>, audience: &Audience) -> Value {
    json!({
        "@context": context(),
        "id": id,
        "type": kind,
        "actor": actor,
        "to": audience.to,
        "cc": audience.cc,
        "object": object.into(),
    })
}

/// The same with the group that it is for; Lemmy, PieFed, NodeBB and Mbin read it (FEP-1b12).
#[must_use]
pub fn in_group(mut activity: Value, group: &str) -> Value {
    put(&mut activity, "audience", group);
    activity
}

/// A vote: by intention with no audience but the group, as Lemmy sends it.
#[must_use]
pub fn vote(id: &str, kind: &str, actor: &str, object: &str, group: &str) -> Value {
    json!({
        "@context": context(),
        "id": id,
        "type": kind,
        "actor": actor,
        "object": object,
        "audience": group,
    })
}

/// An object as it stands inside an activity: the outer document's context counts.
#[must_use]
pub fn inner(mut object: Value) -> Value {
    if let Some(members) = object.as_object_mut() {
        members.shift_remove("@context");
    }
    object
}
