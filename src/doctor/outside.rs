//! Looks from outside: whether the instance's own name leads back here, what the proxy makes of a request, and whose clock is off.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use chrono::{DateTime, Utc};
use http::header::{ACCEPT, AUTHORIZATION, DATE, LOCATION};
use serde_json::Value;

use super::probe::{self, Seen};
use super::{Finding, chain};
use crate::clock::{Clock, Time};
use crate::config::Config;
use crate::db::{Db, health};
use crate::federation::client::Lookup;
use crate::federation::guard::Guard;
use crate::instance::probe as tokens;
use crate::urls::Urls;

/// An address that belongs to nobody (RFC 5737): what a visitor could pretend to be.
const PRETENDED: &str = "192.0.2.1";
/// Further off than this, in seconds, and codes of a second factor begin to fail.
const DRIFT: i64 = 30;
/// Further off than this, in seconds, and other servers refuse our signatures.
const DRIFT_MAX: i64 = 300;

/// Looks at the domain, the proxy and the clock.
pub(super) async fn look(
    config: &Config,
    clock: &Clock,
    lookup: &Lookup,
    urls: &Urls,
    db: Option<&Db>,
    found: &mut Vec<Finding>,
) {
    let addresses = match addresses(urls, lookup).await {
        Ok(addresses) => addresses,
        Err(error) => {
            let repair = "add an A or AAAA record for it, or set server.domain to the name that others use";
            found.push(Finding::fault(
                "domain",
                format!("{} doesn't resolve: {error}", urls.domain()),
                repair,
            ));
            unseen(found);
            clocks(clock, None, db, found).await;
            return;
        }
    };
    let http = match asker(urls, &addresses) {
        Ok(http) => http,
        Err(error) => {
            found.push(Finding::fault(
                "domain",
                chain(&error),
                "check the root certificates of this machine",
            ));
            return;
        }
    };
    let from_outside = match db {
        None => {
            let repair = "repair the database first: the check needs it";
            found.push(Finding::warning("domain", "not checked", repair));
            None
        }
        Some(db) => match ask(&http, urls, db, clock, None).await {
            Ok(answer) => {
                found.push(domain(config, &http, urls, &addresses).await);
                found.extend(proxy(config, &http, urls, db, clock, &answer.seen).await);
                Some(answer)
            }
            Err(fault) => {
                found.push(fault);
                unseen(found);
                None
            }
        },
    };
    clocks(clock, from_outside.as_ref(), db, found).await;
}

fn unseen(found: &mut Vec<Finding>) {
    found.push(Finding::warning("proxy", "not checked", "repair the domain first"));
}

/// Host and port of the instance's own name.
fn place(urls: &Urls) -> (&str, u16) {
    let standard = if urls.https() { 443 } else { 80 };
    match urls.domain().split_once(':') {
        Some((host, port)) => (host, port.parse().unwrap_or(standard)),
        None => (urls.domain(), standard),
    }
}

async fn addresses(urls: &Urls, lookup: &Lookup) -> Result<Vec<SocketAddr>, String> {
    let (host, port) = place(urls);
    match lookup {
        Lookup::TableOnly(names) => {
            return names.get(host).map(|at| vec![at]).ok_or("it is in no table".to_owned());
        }
        Lookup::TableFirst(names) => {
            if let Some(at) = names.get(host) {
                return Ok(vec![at]);
            }
        }
        Lookup::System => {}
    }
    if host == "localhost" || host.ends_with(".localhost") {
        // RFC 6761 §6.3: these names never go to a name server.
        return Ok(vec![SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)]);
    }
    let found = tokio::net::lookup_host((host, port)).await.map_err(|error| error.to_string())?;
    Ok(found.collect())
}

/// A client for our own public address only. It goes past the guard of `federation::client`, which refuses our own name.
fn asker(urls: &Urls, addresses: &[SocketAddr]) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .user_agent(concat!("vakplein-doctor/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .resolve_to_addrs(place(urls).0, addresses)
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(10))
        .build()
}

/// What came back from our public address.
struct Answer {
    seen: Seen,
    /// `Date` of the answer, and when it came.
    date: Option<(DateTime<Utc>, Time)>,
}

/// Asks the running server how it sees a request, through the public address.
async fn ask(
    http: &reqwest::Client,
    urls: &Urls,
    db: &Db,
    clock: &Clock,
    pretend: Option<&str>,
) -> Result<Answer, Finding> {
    const ABOUT: &str = "domain";
    let address = urls.absolute(probe::PATH);
    let token = db.write(tokens::issue).await.map_err(|error| {
        let repair = "check that this user may write to the database";
        Finding::fault("database", format!("can't be written: {error:#}"), repair)
    })?;
    let mut request = http.get(&address).header(AUTHORIZATION, format!("Bearer {token}"));
    if let Some(address) = pretend {
        request = request.header("x-forwarded-for", address);
    }
    let response = request.send().await.map_err(|error| {
        let repair = if error.is_timeout() || error.is_connect() {
            "check that `vakplein serve` runs, that the proxy in front of it does, and that its certificate fits the name"
        } else {
            "check the proxy in front of vakplein"
        };
        Finding::fault(ABOUT, format!("{address} doesn't answer: {}", chain(&error)), repair)
    })?;
    let (status, now) = (response.status(), clock.now());
    let date = response.headers().get(DATE).and_then(|value| value.to_str().ok());
    let date = date.and_then(|date| DateTime::parse_from_rfc2822(date).ok());
    let date = date.map(|date| (date.to_utc(), now));
    let body = response.bytes().await.unwrap_or_default();
    match serde_json::from_slice(&body) {
        Ok(seen) if status.is_success() => Ok(Answer { seen, date }),
        _ => {
            let repair = "the name leads to something else than this instance: let DNS point here, and the proxy pass all paths \
                          to server.bind";
            Err(Finding::fault(
                ABOUT,
                format!("{address} answers {status}, and not as this instance would"),
                repair,
            ))
        }
    }
}

/// That others find the instance there, too.
async fn domain(config: &Config, http: &reqwest::Client, urls: &Urls, addresses: &[SocketAddr]) -> Finding {
    const ABOUT: &str = "domain";
    let shown = addresses.iter().map(|at| at.ip().to_string()).collect::<Vec<_>>().join(", ");
    if config.federation.enabled {
        for (path, accept, key, value) in [
            ("/.well-known/nodeinfo", "application/json", "/links/0/href", None),
            ("/", "application/activity+json", "/id", Some(urls.instance())),
        ] {
            let address = urls.absolute(path);
            let document = match document(http, &address, accept).await {
                Ok(document) => document,
                Err(error) => {
                    let repair = format!("let the proxy pass {path} with its Accept header, as it came");
                    return Finding::fault(ABOUT, format!("{address} as {accept}: {error}"), repair);
                }
            };
            let told = document.pointer(key).and_then(Value::as_str).unwrap_or_default();
            if told.is_empty() || value.as_ref().is_some_and(|value| value != told) {
                let repair = "set server.domain and server.scheme to what others see";
                return Finding::fault(ABOUT, format!("{address} calls itself {told:?}"), repair);
            }
        }
    }
    let guard = Guard::new(urls.domain(), false, false);
    if !config.is_test_domain() && !addresses.iter().any(|at| guard.permits(at.ip())) {
        let found = format!("{} leads to {shown}, which others can't reach", urls.base());
        return Finding::warning(
            ABOUT,
            found,
            "as seen from here; let its public DNS record name a public address",
        );
    }
    Finding::ok(ABOUT, format!("{} leads to {shown}, and this instance answers there", urls.base()))
}

async fn document(http: &reqwest::Client, address: &str, accept: &str) -> Result<Value, String> {
    let response = http.get(address).header(ACCEPT, accept).send().await.map_err(|error| chain(&error))?;
    let status = response.status();
    if !status.is_success() {
        return Err(format!("answers {status}"));
    }
    let body = response.bytes().await.map_err(|error| chain(&error))?;
    serde_json::from_slice(&body).map_err(|_error| "doesn't answer with JSON".to_owned())
}

/// What the proxy makes of a request.
async fn proxy(
    config: &Config,
    http: &reqwest::Client,
    urls: &Urls,
    db: &Db,
    clock: &Clock,
    seen: &Seen,
) -> Vec<Finding> {
    const ABOUT: &str = "proxy";
    let summary = format!(
        "seen as {}://{} from {}{}",
        seen.forwarded_proto.as_deref().unwrap_or(urls.scheme()),
        seen.host,
        seen.client,
        if seen.client == seen.peer { String::new() } else { format!(", through {}", seen.peer) },
    );
    let mut found = Vec::new();
    if seen.host != urls.domain() {
        let repair =
            format!("let the proxy pass the Host header as it came: other servers sign {}", urls.domain());
        found.push(Finding::fault(ABOUT, summary.clone(), repair));
    }
    if urls.https() && seen.forwarded_proto.as_deref().is_some_and(|scheme| scheme != "https") {
        let repair = "let the proxy set X-Forwarded-Proto itself, to https";
        found.push(Finding::warning(ABOUT, summary.clone(), repair));
    }
    // Over https there is a proxy for certain, as this program speaks no TLS.
    let proxied = urls.https() || seen.forwarded_for.is_some();
    match (proxied, seen.trusted, seen.forwarded_for.is_some()) {
        (true, false, _) => {
            let repair = format!(
                "all visitors count as {}, so one can lock out all: add it to server.trusted_proxies",
                seen.peer
            );
            found.push(Finding::warning(ABOUT, summary.clone(), repair));
        }
        (_, true, false) => {
            let repair = "this address is in server.trusted_proxies but sends no X-Forwarded-For: let the proxy add it";
            found.push(Finding::warning(ABOUT, summary.clone(), repair));
        }
        (true, true, true)
            if !config.trusted_proxies().iter().any(|network| network.contains(&seen.client)) =>
        {
            if let Ok(again) = ask(http, urls, db, clock, Some(PRETENDED)).await
                && again.seen.client.to_string() == PRETENDED
            {
                let repair = "visitors can pretend to be somebody else: let the proxy replace X-Forwarded-For, or add to its end";
                found.push(Finding::fault(ABOUT, summary.clone(), repair));
            }
        }
        _ => {}
    }
    if urls.https() && !urls.domain().contains(':') {
        found.extend(plain(urls, &format!("http://{}/healthz", urls.domain())).await);
    }
    if found.is_empty() {
        found.push(Finding::ok(ABOUT, summary));
    }
    found
}

/// That nobody reads pages without TLS. No answer there is fine.
async fn plain(urls: &Urls, address: &str) -> Option<Finding> {
    // A client of its own: the other one leads the name to the TLS port.
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(Duration::from_secs(5))
        .build()
        .ok()?;
    let response = http.get(address).send().await.ok()?;
    let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok()).unwrap_or_default();
    if response.status().is_redirection() && to.starts_with("https://") {
        return None;
    }
    let found = format!("{address} answers {}, instead of leading to https", response.status());
    Some(Finding::warning("proxy", found, format!("let the proxy redirect http to {}", urls.base())))
}

/// How far our clock is from others that can be asked.
async fn clocks(clock: &Clock, answer: Option<&Answer>, db: Option<&Db>, found: &mut Vec<Finding>) {
    const ABOUT: &str = "clock";
    let mut compared = Vec::new();
    if let Some((date, at)) = answer.and_then(|answer| answer.date) {
        // `Date` has no fractions: half a second is its mean error.
        compared.push((at.millis_since(Time::new(date)) - 500, "the answer over the public address"));
    }
    if let Some(db) = db
        && let Ok(Some(theirs)) = db.read(|tx| health::look(tx).map(|health| health.clock)).await
    {
        compared.push((clock.now().millis_since(theirs), "the database server"));
    }
    let Some((worst, _)) = compared.iter().max_by_key(|(drift, _)| drift.abs()) else {
        found.push(Finding::warning(
            ABOUT,
            "there is nothing to compare it with",
            "check it with `timedatectl`",
        ));
        return;
    };
    let seconds = (worst.abs() + 500) / 1_000;
    let each = |(drift, whom): &(i64, &str)| {
        let way = if *drift < 0 { "behind" } else { "ahead of" };
        format!("{} s {way} {whom}", (drift.abs() + 500) / 1_000)
    };
    let summary = compared.iter().map(each).collect::<Vec<_>>().join(", ");
    let repair = "let the clocks of these machines be set from the network (systemd-timesyncd or chrony)";
    found.push(if seconds > DRIFT_MAX {
        Finding::fault(ABOUT, summary, repair)
    } else if seconds > DRIFT {
        Finding::warning(ABOUT, summary, repair)
    } else {
        Finding::ok(ABOUT, summary)
    });
}
