//! From a host name to network addresses, at connect time, past the guard.
//!
//! The check sits here and not before the request because a name server can answer differently the second time.
//! Addresses from a table that the program itself filled aren't checked: that is how several instances find each
//! other in one process.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use moka::sync::Cache;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::federation::guard::{Guard, Refused};

/// How long an answer of the name server is used again. Short, since its own limit isn't known here.
const KEPT: Duration = Duration::from_mins(1);
/// Most names that are kept.
const KEPT_MAX: u64 = 4096;

/// A table of host names, shared by all clones. Names in it are reached at the address given, port included, when
/// the URL has no port of its own: `http://werkplein.test/` can lead to `127.0.0.1:34567`.
#[derive(Debug, Clone, Default)]
pub struct Names(Arc<RwLock<HashMap<String, SocketAddr>>>);

impl Names {
    /// Enters a name, or gives it another address.
    pub fn insert(&self, host: &str, address: SocketAddr) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).insert(normal(host), address);
    }

    /// The address of a name, in any spelling.
    #[must_use]
    pub fn get(&self, host: &str) -> Option<SocketAddr> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&normal(host)).copied()
    }
}

/// Where names are looked up.
#[derive(Debug, Clone, Default)]
pub enum Lookup {
    /// The system's resolver.
    #[default]
    System,
    /// A table first, the system for names that aren't in it.
    TableFirst(Names),
    /// A table and nothing else: tests never reach the network.
    TableOnly(Names),
}

/// The resolver that the client connects through.
pub(super) struct GuardedResolver {
    guard: Guard,
    lookup: Lookup,
    kept: Cache<String, Vec<SocketAddr>>,
}

impl GuardedResolver {
    pub(super) fn new(guard: Guard, lookup: Lookup) -> Self {
        let kept = Cache::builder().max_capacity(KEPT_MAX).time_to_live(KEPT).build();
        Self { guard, lookup, kept }
    }

    fn in_table(&self, host: &str) -> Result<Option<SocketAddr>, Refused> {
        match &self.lookup {
            Lookup::System => Ok(None),
            Lookup::TableFirst(names) => Ok(names.get(host)),
            Lookup::TableOnly(names) => names.get(host).map(Some).ok_or(Refused::Name),
        }
    }
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = normal(name.as_str());
        match self.in_table(&host) {
            Ok(Some(address)) => return ready(Ok(vec![address])),
            Ok(None) => {}
            Err(refused) => return ready(Err(refused)),
        }
        if is_localhost(&host) {
            // RFC 6761 §6.3: these names never go to a name server. Port 0 means the scheme's own.
            let loopback = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
            return ready(admit(&self.guard, [loopback]));
        }
        if let Some(addresses) = self.kept.get(&host) {
            return ready(Ok(addresses));
        }
        let (guard, kept) = (self.guard.clone(), self.kept.clone());
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            let addresses = admit(&guard, found)?;
            kept.insert(host, addresses.clone());
            Ok(iterate(addresses))
        })
    }
}

/// The addresses that may be connected to; an answer without any is refused.
fn admit(guard: &Guard, addresses: impl IntoIterator<Item = SocketAddr>) -> Result<Vec<SocketAddr>, Refused> {
    let admitted: Vec<_> = addresses.into_iter().filter(|address| guard.permits(address.ip())).collect();
    if admitted.is_empty() { Err(Refused::Address) } else { Ok(admitted) }
}

fn ready(addresses: Result<Vec<SocketAddr>, Refused>) -> Resolving {
    Box::pin(std::future::ready(addresses.map(iterate).map_err(Into::into)))
}

fn iterate(addresses: Vec<SocketAddr>) -> Addrs {
    Box::new(addresses.into_iter())
}

fn is_localhost(host: &str) -> bool {
    host == "localhost" || host.ends_with(".localhost")
}

fn normal(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn ask(resolver: &GuardedResolver, host: &str) -> Result<Vec<SocketAddr>, String> {
        let resolving = resolver.resolve(host.parse().unwrap());
        resolving.await.map(Iterator::collect).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn answers_pass_the_guard_unless_the_program_gave_them() {
        let strict = Guard::new("garden.test", false, false);
        let names = Names::default();
        let here: SocketAddr = "127.0.0.1:4711".parse().unwrap();
        names.insert("Square.test.", here);

        let only = GuardedResolver::new(strict.clone(), Lookup::TableOnly(names.clone()));
        assert_eq!(ask(&only, "square.TEST").await, Ok(vec![here]));
        assert_eq!(ask(&only, "example.org").await, Err(Refused::Name.to_string()));
        names.insert("late.test", here);
        assert_eq!(ask(&only, "late.test").await, Ok(vec![here]), "the table is shared");

        let first = GuardedResolver::new(strict.clone(), Lookup::TableFirst(names));
        assert_eq!(ask(&first, "square.test").await, Ok(vec![here]));
        assert_eq!(ask(&first, "a.localhost").await, Err(Refused::Address.to_string()));
        let system = GuardedResolver::new(strict, Lookup::System);
        assert_eq!(ask(&system, "localhost").await, Err(Refused::Address.to_string()));
        let open = GuardedResolver::new(Guard::new("garden.test", true, true), Lookup::System);
        assert_eq!(ask(&open, "a.localhost").await, Ok(vec!["127.0.0.1:0".parse().unwrap()]));
    }

    #[test]
    fn of_several_addresses_the_public_ones_remain() {
        let guard = Guard::new("garden.test", false, false);
        let [private, public, mapped] = ["10.0.0.1:0", "1.1.1.1:0", "[::ffff:10.0.0.1]:0"]
            .map(|address| address.parse::<SocketAddr>().unwrap());
        assert_eq!(admit(&guard, [private, public, mapped]).unwrap(), [public]);
        assert_eq!(admit(&guard, [private, mapped]), Err(Refused::Address));
        assert_eq!(admit(&guard, []), Err(Refused::Address));
    }
}
