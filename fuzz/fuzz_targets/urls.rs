//! Addresses: which the guard lets through, whose they are, and which network addresses are public.
#![no_main]

use std::net::IpAddr;

use libfuzzer_sys::fuzz_target;
use url::{Host, Url};
use vakplein::federation::guard::{Guard, Origin, is_public, same_origin};
use vakplein::urls::{Ours, Urls, host_of};

fuzz_target!(|text: &str| {
    if let Ok(address) = text.parse::<IpAddr>() {
        check_address(address);
    }
    let Ok(url) = Url::parse(text) else { return };
    let again = Url::parse(url.as_str()).expect("what was written can be read");
    assert_eq!(url, again);
    let guard = Guard::new("werkplein.test", false, false);
    let passes = guard.check_url(&url).is_ok();
    assert_eq!(passes, guard.check_url(&again).is_ok());
    if passes {
        assert_eq!((url.scheme(), url.port(), url.username(), url.password()), ("https", None, "", None));
        let Some(Host::Domain(host)) = url.host() else { panic!("{url} has no name") };
        assert!(host.contains('.') && !host.ends_with('.') && host.parse::<IpAddr>().is_err(), "{url}");
        assert!(host.is_ascii() && host.bytes().all(|b| !b.is_ascii_uppercase()), "{url}");
        assert!(
            !host.eq_ignore_ascii_case("werkplein.test") && !guard.is_own_url(&url),
            "{url} is this instance"
        );
        let origin = Origin::of(&url).expect("what passes has one");
        assert_eq!(host_of(&url).as_deref(), Some(origin.domain().as_str()));
        assert!(same_origin(&url, &again) && !guard.is_own_domain(host));
        let elsewhere = Url::parse("https://werkplein.test/").expect("it is an address");
        assert!(!same_origin(&url, &elsewhere));
    }
    if let Some(Host::Ipv4(_) | Host::Ipv6(_)) = url.host() {
        assert!(!passes && Origin::of(&url).is_none(), "{url}");
    }
    let urls = Urls::new(true, "werkplein.test");
    if let Some(ours) = urls.parse(text) {
        assert!(urls.is_ours(&url) && guard.is_own_url(&url));
        let minted = match &ours {
            Ours::Instance => urls.instance(),
            Ours::Group(name) => urls.group(name),
            Ours::Person(name) => urls.person(name),
            Ours::Thread(id) => urls.thread(*id),
            Ours::Post(id) => urls.post(*id),
            Ours::Activity(id) => urls.activity(*id),
        };
        assert_eq!(urls.parse(&minted), Some(ours), "{text}");
    }
});

/// What the standard library knows to be special isn't public, also where an IPv4 address hides in an IPv6 one.
fn check_address(address: IpAddr) {
    let special = |address: IpAddr| match address {
        IpAddr::V4(address) => {
            address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_broadcast()
                || address.is_documentation()
                || address.is_multicast()
                || address.is_unspecified()
        }
        IpAddr::V6(address) => {
            address.is_loopback()
                || address.is_unspecified()
                || address.is_multicast()
                || address.is_unique_local()
                || address.is_unicast_link_local()
        }
    };
    let hidden = match address {
        IpAddr::V6(address) => address.to_ipv4().map(IpAddr::V4),
        IpAddr::V4(_) => None,
    };
    if special(address) || hidden.is_some() {
        assert!(!is_public(address), "{address}");
    }
}
