//! The sample content, as `content.toml` has it.

use anyhow::Context;
use serde::Deserialize;

/// All of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Content {
    pub(super) instance: Vec<Instance>,
}

/// An instance.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Instance {
    pub(super) key: String,
    pub(super) host: String,
    pub(super) name: String,
    pub(super) tagline: String,
    pub(super) description: String,
    pub(super) people: Vec<Person>,
    pub(super) groups: Vec<Group>,
}

/// A person of an instance.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) display: String,
    #[serde(default)]
    pub(super) employer: String,
    #[serde(default)]
    pub(super) function: String,
    #[serde(default)]
    pub(super) bio: String,
    #[serde(default)]
    pub(super) admin: bool,
}

/// A group.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    pub(super) name: String,
    pub(super) title: String,
    pub(super) mission: String,
    pub(super) description: String,
    pub(super) rules: String,
    pub(super) colour: i64,
    /// How far its content may go; open to all when it isn't said.
    #[serde(default)]
    pub(super) class: Option<String>,
    pub(super) owner: String,
    pub(super) members: Vec<String>,
    #[serde(default)]
    pub(super) guests: Vec<Guest>,
    /// Groups that it asks to show its topics.
    #[serde(default)]
    pub(super) outlets: Vec<Outlet>,
    #[serde(default)]
    pub(super) threads: Vec<Thread>,
}

/// A member who comes from the other instance.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Guest {
    pub(super) name: String,
    pub(super) from: String,
}

/// A group of the other instance that shows topics of this one: those that its own people choose.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Outlet {
    pub(super) name: String,
    pub(super) on: String,
    /// What is written to its owner.
    pub(super) note: String,
}

/// That a topic is shown in an outlet of its group, as somebody proposed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Promoted {
    /// Name of the outlet.
    pub(super) to: String,
    pub(super) by: String,
    pub(super) note: String,
}

/// A topic.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Thread {
    pub(super) author: String,
    pub(super) title: String,
    pub(super) text: String,
    #[serde(default)]
    pub(super) pinned: bool,
    #[serde(default)]
    pub(super) promoted: Option<Promoted>,
    #[serde(default)]
    pub(super) replies: Vec<Reply>,
}

/// A reply.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Reply {
    pub(super) author: String,
    /// The instance of the author, where it is another one.
    #[serde(default)]
    pub(super) from: Option<String>,
    /// The author hasn't joined the group, and answers where its topic is shown.
    #[serde(default)]
    pub(super) guest: bool,
    /// Which reply it answers, counted from 1; 0 is the topic.
    #[serde(default)]
    pub(super) to: usize,
    pub(super) text: String,
    #[serde(default)]
    pub(super) likes: Vec<String>,
}

impl Instance {
    /// Gives the handles in what is said the domains that the instances have: pairs of host and domain.
    pub(super) fn name_hosts(&mut self, hosts: &[(String, String)]) {
        for thread in self.groups.iter_mut().flat_map(|group| &mut group.threads) {
            let replies = thread.replies.iter_mut().map(|reply| &mut reply.text);
            for text in replies.chain([&mut thread.text]) {
                for (host, domain) in hosts {
                    *text = text.replace(&format!("@{host}"), &format!("@{domain}"));
                }
            }
        }
    }
}

impl Content {
    pub(super) fn load() -> anyhow::Result<Self> {
        toml::from_str(include_str!("content.toml")).context("the sample content can't be read")
    }
}
