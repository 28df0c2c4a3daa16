//! The address guard: which URLs and which network addresses this server may talk to, and when two URLs share an
//! origin.
//!
//! A URL from outside could point at the machine itself, at the office network behind it or at a cloud's metadata
//! service. [`Guard::check_url`] runs before each request and on each redirect; [`Guard::permits`] runs on each
//! address at connect time, so that a name that changes its address between the two gains nothing. Which peers are
//! blocked is not decided here.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};
use url::{Host, Url};

/// Why an address isn't talked to.
#[derive(Debug, thiserror::Error, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Not https, nor http where that is allowed.
    #[error("the scheme is not allowed")]
    Scheme,
    /// A user name or password in the URL.
    #[error("a URL with user information")]
    UserInfo,
    /// An explicit port.
    #[error("a URL with a port")]
    Port,
    /// No host, an IP address, or no full name (`localhost`, `example.org.`).
    #[error("the host is not a full domain name")]
    Host,
    /// This server itself.
    #[error("the URL is on this server")]
    Own,
    /// The name leads to an address that isn't public.
    #[error("the address is not public")]
    Address,
    /// The name isn't in the table of names, which is the only one asked.
    #[error("the name is not known here")]
    Name,
}

/// IPv4 ranges that are not public, from IANA's special-purpose registry (RFC 6890) and the multicast and reserved
/// blocks. Some can't be routed to anything inside; nothing of the fediverse is there either.
const SPECIAL_V4: [Ipv4Net; 15] = [
    v4(0, 0, 0, 0, 8),       // "this network"; reaches loopback on Linux
    v4(10, 0, 0, 0, 8),      // private
    v4(100, 64, 0, 0, 10),   // shared by carriers, used inside clouds
    v4(127, 0, 0, 0, 8),     // loopback
    v4(169, 254, 0, 0, 16),  // link-local, cloud metadata
    v4(172, 16, 0, 0, 12),   // private
    v4(192, 0, 0, 0, 24),    // protocol assignments
    v4(192, 0, 2, 0, 24),    // documentation
    v4(192, 88, 99, 0, 24),  // 6to4 relays
    v4(192, 168, 0, 0, 16),  // private
    v4(198, 18, 0, 0, 15),   // benchmarks
    v4(198, 51, 100, 0, 24), // documentation
    v4(203, 0, 113, 0, 24),  // documentation
    v4(224, 0, 0, 0, 4),     // multicast
    v4(240, 0, 0, 0, 4),     // reserved, and 255.255.255.255
];

/// All of IPv6 that is handed out to networks. What lies outside is refused: `::`, `::1`, addresses that wrap an IPv4
/// one (`::7f00:1`, `::ffff:127.0.0.1`, `::ffff:0:127.0.0.1`, NAT64 in `64:ff9b::/96` and `64:ff9b:1::/48`), discard
/// (`100::/64`), segment routing (`5f00::/16`), unique local (`fc00::/7`), link-local (`fe80::/10`), site-local (`fec0::/10`)
/// and multicast (`ff00::/8`).
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 0, 3);

/// What isn't public within [`GLOBAL_V6`].
const SPECIAL_V6: [Ipv6Net; 4] = [
    v6(0x2001, 0, 0, 23), // protocol assignments, with Teredo (which wraps IPv4) and ORCHID
    v6(0x2001, 0xdb8, 0, 32), // documentation
    v6(0x2002, 0, 0, 16), // 6to4, which wraps IPv4
    v6(0x3fff, 0, 0, 20), // documentation
];

/// Loopback and the private ranges: what the test setting opens. The other special ranges stay shut.
const PRIVATE_V4: [Ipv4Net; 4] =
    [v4(10, 0, 0, 0, 8), v4(127, 0, 0, 0, 8), v4(172, 16, 0, 0, 12), v4(192, 168, 0, 0, 16)];

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(a: u16, b: u16, c: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

/// Whether an address is public: nothing of this machine, its network or a special purpose.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !SPECIAL_V4.iter().any(|range| range.contains(&address)),
        IpAddr::V6(address) => {
            GLOBAL_V6.contains(&address) && !SPECIAL_V6.iter().any(|range| range.contains(&address))
        }
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => PRIVATE_V4.iter().any(|range| range.contains(&address)),
        IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
    }
}

/// The rules for one server, made once from its configuration.
#[derive(Debug, Clone)]
pub struct Guard {
    own_host: String,
    allow_http: bool,
    allow_private: bool,
}

impl Guard {
    /// `domain` is this server's own `host[:port]`. The two settings are for tests: `allow_http` takes http beside
    /// https, `allow_private` takes loopback and private addresses, and ports in URLs.
    #[must_use]
    pub fn new(domain: &str, allow_http: bool, allow_private: bool) -> Self {
        Self { own_host: host_of(domain), allow_http, allow_private }
    }

    /// Whether a request to this URL may be tried. Looks at the URL alone; asks no name server.
    ///
    /// # Errors
    /// The first rule that the URL breaks.
    pub fn check_url(&self, url: &Url) -> Result<(), Refused> {
        match url.scheme() {
            "https" => {}
            "http" if self.allow_http => {}
            _ => return Err(Refused::Scheme),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::UserInfo);
        }
        // Address literals never reach the resolver, which is why this check can't be left to it.
        let Some(Host::Domain(host)) = url.host() else { return Err(Refused::Host) };
        if self.is_own_host(host) {
            return Err(Refused::Own);
        }
        if !is_full_name(host) {
            return Err(Refused::Host);
        }
        if url.port().is_some() && !self.allow_private {
            return Err(Refused::Port);
        }
        Ok(())
    }

    /// Whether a connection to this address may be made.
    #[must_use]
    pub fn permits(&self, address: IpAddr) -> bool {
        is_public(address) || (self.allow_private && is_private(address))
    }

    /// Whether `host[:port]`, in any spelling (`EXAMPLE.org:443`, `example.org.`), is this server.
    ///
    /// The port doesn't count: nothing else that runs on this host is a peer.
    #[must_use]
    pub fn is_own_domain(&self, domain: &str) -> bool {
        host_of(domain) == self.own_host
    }

    /// Whether a URL leads to this server, in any spelling.
    #[must_use]
    pub fn is_own_url(&self, url: &Url) -> bool {
        url.host_str().is_some_and(|host| self.is_own_host(host))
    }

    fn is_own_host(&self, host: &str) -> bool {
        host.trim_end_matches('.').eq_ignore_ascii_case(&self.own_host)
    }
}

/// The host of `host[:port]`, in lower case and without the dot of the root.
fn host_of(domain: &str) -> String {
    let host = match domain.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => domain,
    };
    host.trim_end_matches('.').to_ascii_lowercase()
}

/// At least two labels of letters, digits, `-` and `_`; no dot at the end, which would be another spelling of a
/// name that may be blocked.
fn is_full_name(host: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    host.len() <= 253 && host.contains('.') && host.split('.').all(label)
}

/// Scheme, host and port: what decides who speaks for a URL (FEP-fe34).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    https: bool,
    host: String,
    port: u16,
}

impl Origin {
    /// The origin of an http or https URL with a domain name as host; others have none that could be trusted.
    #[must_use]
    pub fn of(url: &Url) -> Option<Self> {
        let https = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let Some(Host::Domain(host)) = url.host() else { return None };
        // The parser has put the name into lower case and Punycode.
        let host = host.trim_end_matches('.');
        let port = url.port_or_known_default()?;
        (!host.is_empty()).then(|| Self { https, host: host.to_owned(), port })
    }

    /// `host`, or `host:port` where the port isn't the scheme's own: the name under which a peer is known.
    #[must_use]
    pub fn domain(&self) -> String {
        let default_port = if self.https { 443 } else { 80 };
        if self.port == default_port { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", if self.https { "https" } else { "http" }, self.domain())
    }
}

/// Whether two URLs have the same origin; `false` when either has none.
#[must_use]
pub fn same_origin(a: &Url, b: &Url) -> bool {
    match (Origin::of(a), Origin::of(b)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn special_addresses_are_refused_up_to_their_edges() {
        for refused in [
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.0",
            "10.255.255.255",
            "100.64.0.0",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.0",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.255.255",
            "198.18.0.0",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::8.8.8.8",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::808:808",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:20::1",
            "2001:1ff:ffff::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff:fff::1",
            "5f00::1",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
        ] {
            assert!(!is_public(refused.parse().unwrap()), "{refused}");
        }
        for public in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "192.88.98.1",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::1",
            "2001:db7::1",
            "2003::1",
            "2606:4700::1",
            "2a00:1450::1",
            "3fff:1000::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn the_test_setting_opens_loopback_and_private_ranges_only() {
        let (strict, open) = (Guard::new("garden.test", false, false), Guard::new("garden.test", true, true));
        for address in ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.20.0.1", "::1", "fd00::1"] {
            let address = address.parse().unwrap();
            assert!(!strict.permits(address) && open.permits(address), "{address}");
        }
        for address in ["169.254.169.254", "0.0.0.0", "224.0.0.1", "::ffff:127.0.0.1", "fe80::1"] {
            let address = address.parse().unwrap();
            assert!(!strict.permits(address) && !open.permits(address), "{address}");
        }
        assert!(strict.permits("1.1.1.1".parse().unwrap()));
    }

    #[test]
    fn urls_are_checked_by_form() {
        let strict = Guard::new("Garden.test:8443", false, false);
        for (text, expected) in [
            ("https://a.example/inbox?x=1", Ok(())),
            ("https://a.example:443/inbox", Ok(())),
            ("https://überraschung.example/", Ok(())),
            ("http://a.example/", Err(Refused::Scheme)),
            ("ftp://a.example/", Err(Refused::Scheme)),
            ("data:text/plain,x", Err(Refused::Scheme)),
            ("file:///etc/passwd", Err(Refused::Scheme)),
            ("https://jan@a.example/", Err(Refused::UserInfo)),
            ("https://:x@a.example/", Err(Refused::UserInfo)),
            ("https://a.example:8443/", Err(Refused::Port)),
            ("https://a.example:80/", Err(Refused::Port)),
            ("https://localhost/", Err(Refused::Host)),
            ("https://a.example./", Err(Refused::Host)),
            ("https://a..example/", Err(Refused::Host)),
            ("https://127.0.0.1/", Err(Refused::Host)),
            ("https://2130706433/", Err(Refused::Host)),
            ("https://0x7f.1/", Err(Refused::Host)),
            ("https://[::1]/", Err(Refused::Host)),
            ("https://8.8.8.8/", Err(Refused::Host)),
            ("https://garden.test/", Err(Refused::Own)),
            ("https://GARDEN.test./", Err(Refused::Own)),
            ("https://garden.test:443/", Err(Refused::Own)),
            ("https://sub.garden.test/", Ok(())),
        ] {
            assert_eq!(strict.check_url(&url(text)), expected, "{text}");
        }
        let open = Guard::new("garden.test", true, true);
        assert_eq!(open.check_url(&url("http://a.localhost:8080/")), Ok(()));
        assert_eq!(open.check_url(&url("http://127.0.0.1:8080/")), Err(Refused::Host));
        assert_eq!(open.check_url(&url("http://garden.test:9/")), Err(Refused::Own));
        for own in ["garden.test", "GARDEN.test.", "garden.test:443", "Garden.TEST.:80"] {
            assert!(open.is_own_domain(own), "{own}");
        }
        assert!(!open.is_own_domain("garden.test.example") && !open.is_own_domain("arden.test"));
    }

    #[test]
    fn origins_are_scheme_host_and_port() {
        for (a, b) in [
            ("https://a.example/x", "https://A.EXAMPLE:443/y#z"),
            ("https://a.example./x", "https://a.example/"),
            ("http://a.example:80/", "http://a.example"),
            ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ] {
            assert!(same_origin(&url(a), &url(b)), "{a} {b}");
        }
        for (a, b) in [
            ("https://a.example/", "http://a.example/"),
            ("https://a.example/", "https://a.example:8443/"),
            ("https://a.example/", "https://b.a.example/"),
            ("https://127.0.0.1/", "https://127.0.0.1/"),
            ("data:,x", "data:,x"),
        ] {
            assert!(!same_origin(&url(a), &url(b)), "{a} {b}");
        }
        let origin = |text| Origin::of(&url(text)).unwrap();
        assert_eq!(origin("https://A.example:443/u").to_string(), "https://a.example");
        assert_eq!(origin("http://a.example:8080/u").domain(), "a.example:8080");
    }
}
