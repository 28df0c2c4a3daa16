//! How often each may do something: every limit with its default and the bounds within which an administrator changes it.
//!
//! Numbers only. `people::attempts` counts in the database what must outlive a restart, `crate::limits` in memory what is too
//! much to write down each time; both ask here how much is let through.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use crate::ids::PersonId;
use crate::text_enum;

/// So many attempts in a window of so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Attempts that are let through.
    pub count: i64,
    /// Length of the window, in seconds.
    pub seconds: i64,
}

text_enum! {
    /// Whom a limit is about.
    Scope {
        /// Somebody with an account here.
        Account = "account",
        /// An address on the network, or a mailbox: whoever has no account.
        Address = "address",
        /// Another server, all of it.
        Peer = "peer",
        /// A person on another server.
        Actor = "actor",
    }
}

text_enum! {
    /// Something that is limited. The texts that explain each are in `locales/*/limits.ftl`.
    Limit {
        /// Topics and replies.
        AccountPosts = "account-posts",
        /// Topics.
        AccountTopics = "account-topics",
        /// Likes, and taking them back.
        AccountReactions = "account-reactions",
        /// Reports.
        AccountReports = "account-reports",
        /// Joining groups and following people.
        AccountFollows = "account-follows",
        /// New groups.
        AccountGroups = "account-groups",
        /// Look-ups of handles and addresses, each of which may ask other servers.
        AccountLookups = "account-lookups",
        /// Files.
        AccountUploads = "account-uploads",
        /// Archives of all that is stored of somebody.
        AccountExports = "account-exports",
        /// Requests of programs, and searches.
        AccountRequests = "account-requests",
        /// Wrong passwords from browsers that never signed in to the account.
        AccountLogins = "account-logins",
        /// Wrong second factors with the right password.
        AccountCodes = "account-codes",
        /// Wrong passwords from one address.
        AddressLogins = "address-logins",
        /// Sign-ups.
        AddressSignUps = "address-sign-ups",
        /// Asking for mails: a new password, a link once more.
        AddressMails = "address-mails",
        /// Reports without an account.
        AddressReports = "address-reports",
        /// Requests of programs without a token, and searches by visitors.
        AddressRequests = "address-requests",
        /// Mails to one mailbox that somebody without an account causes.
        MailboxMails = "mailbox-mails",
        /// Activities of one server.
        PeerActivities = "peer-activities",
        /// People of one server who weren't known yet.
        PeerActors = "peer-actors",
        /// Joining and following by all of one server.
        PeerFollows = "peer-follows",
        /// Reports by all of one server.
        PeerReports = "peer-reports",
        /// What another server tells of its agreement with us.
        PeerAgreements = "peer-agreements",
        /// Posts, and changes to them.
        ActorPosts = "actor-posts",
        /// Likes, and taking them back.
        ActorReactions = "actor-reactions",
        /// Joining, following and leaving.
        ActorFollows = "actor-follows",
        /// People here who are named.
        ActorMentions = "actor-mentions",
        /// Reports.
        ActorReports = "actor-reports",
    }
}

/// What a limit is by default, in a window of so many seconds, and the least and most that it may be set to.
struct Numbers(i64, i64, i64, i64);

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

impl Limit {
    /// What a person elsewhere may do is never less than what an account here may, by default: a server of our kind must not run
    /// into a limit with what it let through itself. A server as a whole may do much more: a host announces for its groups.
    const fn numbers(self) -> Numbers {
        match self {
            Self::AccountPosts => Numbers(60, 10 * MINUTE, 5, 1_000),
            Self::AccountTopics => Numbers(20, HOUR, 1, 1_000),
            Self::AccountReactions => Numbers(60, MINUTE, 5, 1_000),
            Self::AccountReports => Numbers(30, DAY, 3, 1_000),
            Self::AccountFollows => Numbers(60, HOUR, 5, 1_000),
            Self::AccountGroups => Numbers(10, DAY, 1, 100),
            Self::AccountLookups => Numbers(60, 10 * MINUTE, 5, 1_000),
            Self::AccountUploads => Numbers(200, HOUR, 10, 5_000),
            Self::AccountExports => Numbers(5, HOUR, 1, 50),
            Self::AccountRequests => Numbers(600, MINUTE, 60, 10_000),
            Self::AccountLogins => Numbers(10, 15 * MINUTE, 3, 100),
            Self::AccountCodes => Numbers(6, 15 * MINUTE, 3, 20),
            Self::AddressLogins => Numbers(30, 15 * MINUTE, 5, 1_000),
            Self::AddressSignUps | Self::AddressMails | Self::AddressReports => Numbers(10, HOUR, 1, 1_000),
            // A whole town hall may share an address.
            Self::AddressRequests => Numbers(600, MINUTE, 60, 100_000),
            Self::MailboxMails => Numbers(5, HOUR, 1, 50),
            Self::PeerActivities => Numbers(6_000, MINUTE, 60, 1_000_000),
            Self::PeerActors | Self::PeerFollows => Numbers(1_000, HOUR, 10, 100_000),
            Self::PeerReports | Self::PeerAgreements => Numbers(200, DAY, 5, 10_000),
            Self::ActorPosts => Numbers(60, 10 * MINUTE, 5, 1_000),
            Self::ActorReactions => Numbers(120, MINUTE, 5, 1_000),
            Self::ActorFollows => Numbers(120, HOUR, 5, 1_000),
            // No less than the mentions of one post that are told.
            Self::ActorMentions => Numbers(100, HOUR, super::limits::MENTIONS as i64, 10_000),
            Self::ActorReports => Numbers(50, DAY, 3, 1_000),
        }
    }

    /// What it is when no administrator decided otherwise.
    pub const fn default(self) -> Rate {
        let Numbers(count, seconds, _, _) = self.numbers();
        Rate { count, seconds }
    }

    /// Length of its window, in seconds.
    pub const fn seconds(self) -> i64 {
        self.default().seconds
    }

    /// The least that it can be set to.
    pub const fn least(self) -> i64 {
        self.numbers().2
    }

    /// The most that it can be set to.
    pub const fn most(self) -> i64 {
        self.numbers().3
    }

    /// Whom it is about.
    pub fn scope(self) -> Scope {
        match self.word().split('-').next() {
            Some("account") => Scope::Account,
            Some("peer") => Scope::Peer,
            Some("actor") => Scope::Actor,
            _ => Scope::Address,
        }
    }
}

/// The limits as administrators decided: what isn't here is as it comes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rates(
    // By word: what a later release knows stays as it is.
    BTreeMap<String, i64>,
);

impl Rates {
    /// What a limit is now.
    pub fn rate(&self, limit: Limit) -> Rate {
        let Rate { count, seconds } = limit.default();
        let count = self.0.get(limit.word()).copied().unwrap_or(count);
        Rate { count: count.clamp(limit.least(), limit.most()), seconds }
    }

    /// Whether it isn't as it comes.
    pub fn is_changed(&self, limit: Limit) -> bool {
        self.rate(limit) != limit.default()
    }

    /// Changes a limit; `None` leaves it as it comes.
    pub fn set(&mut self, limit: Limit, count: Option<i64>) {
        match count {
            Some(count) if count != limit.default().count => self.0.insert(limit.word().to_owned(), count),
            _ => self.0.remove(limit.word()),
        };
    }
}

/// What an address is counted as: an IPv6 network of one customer is one (RFC 6177), whoever has it chooses the rest.
pub fn counted(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("{}/64", cut(address, 64)),
    }
}

/// What administrators see of whom a limit counts under a key; empty when that tells nothing.
pub fn shown(limit: Limit, key: &str) -> String {
    match limit.scope() {
        // Beside the id there may be a digest, of a browser for instance.
        Scope::Account => {
            key.split(':').find(|part| part.parse::<PersonId>().is_ok()).unwrap_or_default().to_owned()
        }
        Scope::Address => shortened(key),
        Scope::Peer | Scope::Actor => key.to_owned(),
    }
}

/// The neighbourhood of a counted address, not whose it is.
pub fn shortened(counted: &str) -> String {
    let plain = counted.split('/').next().unwrap_or_default();
    match plain.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V4(address)) => {
            let [a, b, c, _] = address.octets();
            format!("{}/24", Ipv4Addr::new(a, b, c, 0))
        }
        Ok(IpAddr::V6(address)) => format!("{}/48", cut(address, 48)),
        Err(_) => String::new(),
    }
}

/// The first so many bits.
fn cut(address: Ipv6Addr, bits: u32) -> Ipv6Addr {
    Ipv6Addr::from_bits(address.to_bits() & !(u128::MAX >> bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_lies_within_its_bounds_and_stays_there() {
        for limit in Limit::ALL.iter().copied() {
            let (default, least, most) = (limit.default().count, limit.least(), limit.most());
            assert!(1 <= least && least <= default && default <= most && limit.seconds() > 0, "{limit}");
            let mut rates = Rates::default();
            for (set, is) in
                [(Some(0), least), (Some(i64::MAX), most), (Some(default), default), (None, default)]
            {
                rates.set(limit, set);
                assert_eq!(rates.rate(limit).count, is, "{limit} {set:?}");
                assert_eq!(rates.is_changed(limit), is != default, "{limit} {set:?}");
            }
        }
        for (here, there) in [
            (Limit::AccountPosts, Limit::ActorPosts),
            (Limit::AccountReactions, Limit::ActorReactions),
            (Limit::AccountFollows, Limit::ActorFollows),
            (Limit::AccountReports, Limit::ActorReports),
            (Limit::ActorReports, Limit::PeerReports),
            (Limit::ActorFollows, Limit::PeerFollows),
        ] {
            assert!(here.default().count <= there.default().count && here.seconds() == there.seconds());
        }
    }

    #[test]
    fn addresses_are_counted_by_customer_and_shown_by_neighbourhood() {
        for (address, as_one, shown) in [
            ("192.0.2.77", "192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ] {
            assert_eq!(counted(address.parse().unwrap()), as_one);
            assert_eq!(shortened(as_one), shown);
        }
        assert_eq!(shortened("0123abcd"), "");
    }
}
