//! What somebody types to find others, what a WebFinger answer says of them (after the first line), and what an administrator
//! types as the name of a server.
#![no_main]

use bytes::Bytes;
use libfuzzer_sys::fuzz_target;
use url::Url;
use vakplein::error::Error;
use vakplein::federation::client::Fetched;
use vakplein::federation::resolve::{own_links, resolve};
use vakplein::fediverse::peer_or_stranger;
use vakplein::ids::PersonId;
use vakplein::policy::Viewer;
use vakplein_fuzz::first_line;
use vakplein_fuzz::instance::instance;

fuzz_target!(|text: &str| {
    let (typed, answer) = first_line(text);
    let site = instance();
    if let Err(Error::Internal(error)) = site.wait(resolve(&site.app, typed)) {
        panic!("a fault: {error}");
    }
    let host = typed.to_owned();
    let admin = Viewer::Member { id: PersonId::fresh(), admin: true };
    match site.wait(site.app.db.read(move |tx| peer_or_stranger(tx, admin, &host))) {
        Ok((peer, _)) => {
            let url = Url::parse(&format!("https://{}/", peer.host)).expect("a peer has an address");
            assert!(url.domain().is_some_and(|domain| domain.contains('.')), "{}", peer.host);
            assert_eq!(vakplein::urls::host_of(&url).as_deref(), Some(peer.host.as_str()));
            assert!(!site.app.client.guard().is_own_url(&url), "{} is this instance", peer.host);
        }
        Err(Error::Internal(error)) => panic!("a fault: {error}"),
        Err(_) => {}
    }
    let url = Url::parse("https://peer.example/.well-known/webfinger").expect("it is an address");
    let answer = Fetched { url, body: Bytes::copy_from_slice(answer.as_bytes()) };
    if let Ok(links) = own_links(&answer, typed) {
        // The answer was about whom was asked for.
        let subject = answer
            .parse::<serde_json::Value>()
            .ok()
            .and_then(|value| Some(value.get("subject")?.as_str()?.to_owned()));
        assert_eq!(
            subject.map(|subject| subject.to_lowercase()),
            Some(format!("acct:{typed}").to_lowercase())
        );
        assert!(links.len() <= answer.body.len());
    }
});
