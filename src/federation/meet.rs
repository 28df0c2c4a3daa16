//! Getting to know a peer: its NodeInfo, and what its Application actor says it understands (FEP-844e).

use std::time::Duration;

use serde_json::Value;
use url::Url;

use super::fetch::{Miss, Reach};
use super::guard::same_origin;
use super::objects::document::Document;
use super::quirks;
use super::store::peers::{self, Introduction};
use crate::agreements;
use crate::app::App;
use crate::error::{Error, Result};

/// Requests for one introduction: index, NodeInfo, Application actor.
const REQUESTS: usize = 4;
/// The link to the Application actor (FEP-2677).
const APPLICATION: &str = "https://www.w3.org/ns/activitystreams#Application";
const NODEINFO: &str = "http://nodeinfo.diaspora.software/ns/schema/2.";
const ACCEPT: &str = "application/json";
/// How long somebody's `Follow` waits for it.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longest name and version that are kept.
const WORD: usize = 60;

/// Reads what a peer says of itself, unless that was done meanwhile: `Job::Meet`.
///
/// # Errors
/// When it doesn't answer now, so that the job is tried again; and when the database fails.
pub async fn unless_known(app: &App, host: &str) -> Result<()> {
    if is_known(&Reach::here(app), host).await? { Ok(()) } else { meet(app, host).await }
}

async fn is_known(reach: &Reach, host: &str) -> Result<bool> {
    let host = host.to_owned();
    let known = reach.read(move |tx| peers::find(tx, &host)).await?;
    Ok(known.is_some_and(|peer| peer.nodeinfo_at.is_some()))
}

/// Reads what a peer says of itself. One that says nothing stays unknown, and gets both forms of announce.
///
/// # Errors
/// When it doesn't answer now; and when the database fails.
pub async fn meet(app: &App, host: &str) -> Result<()> {
    let reach = Reach::with(app, REQUESTS);
    let says = match introduction(&reach, host).await {
        Ok(says) => says,
        Err(Miss::Passing(why)) => return Err(Error::internal(format!("no answer: {why}"))),
        Err(Miss::Fault(error)) => return Err(error),
        Err(Miss::Blocked) => return Ok(()),
        Err(_) => Introduction::default(),
    };
    let host = host.to_owned();
    let form = quirks::form(&says.software);
    app.db
        .write(move |tx| {
            peers::introduce(tx, &host, &says, form)?;
            agreements::acts::introduced(tx, &host)
        })
        .await
}

/// Makes sure that a peer has been asked what it is, before something is sent whose form depends on it. One that doesn't answer
/// holds nothing up: it stays unknown, and its job goes on asking.
///
/// # Errors
/// `NotHere` when it would have to be asked and nobody may be asked now; and when the database fails.
pub async fn before_sending(reach: &Reach, host: &str) -> Result<(), Miss> {
    let app = reach.app();
    if is_known(reach, host).await? {
        return Ok(());
    }
    if !reach.is_online() {
        return Err(Miss::NotHere);
    }
    match tokio::time::timeout(PATIENCE, meet(app, host)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(peer = %host, error = %error, "it doesn't say what it is"),
        Err(_late) => tracing::debug!(peer = %host, "it doesn't say in time what it is"),
    }
    Ok(())
}

async fn introduction(reach: &Reach, host: &str) -> Result<Introduction, Miss> {
    let app = reach.app();
    let scheme = if app.config.federation.allow_http { app.urls.scheme() } else { "https" };
    let index = Url::parse(&format!("{scheme}://{host}/.well-known/nodeinfo"));
    let index = index.map_err(|_| Miss::Wrong("no host".to_owned()))?;
    let value: Value = reach.json(&index, ACCEPT).await?.parse()?;
    let mut schemas = Vec::new();
    let mut application = None;
    for link in Document(&value).objects("links") {
        // A link to another server is no introduction of this one.
        let Some(href) = link.link("href").filter(|href| same_origin(href, &index)) else { continue };
        match link.text("rel") {
            Some(APPLICATION) => application = Some(href),
            Some(rel) if rel.starts_with(NODEINFO) => schemas.push((rel.to_owned(), href)),
            _ => {}
        }
    }
    let mut says =
        Introduction { application: application.as_ref().map(Url::to_string), ..Introduction::default() };
    schemas.sort();
    if let Some((_, href)) = schemas.pop() {
        let value: Value = reach.json(&href, ACCEPT).await?.parse()?;
        if let Some(software) = Document(&value).object("software") {
            let word =
                |name: &str| software.text(name).unwrap_or_default().chars().take(WORD).collect::<String>();
            says.software = word("name").to_lowercase();
            says.version = word("version");
        }
    }
    if let Some(url) = application
        && let Ok(found) = reach.document(&url).await
    {
        says.implements = implements(found.document());
    }
    Ok(says)
}

/// FEP-844e: on the actor itself, or on its `generator`.
fn implements(actor: Document<'_>) -> String {
    let generator =
        actor.object("generator").map(|generator| generator.links("implements")).unwrap_or_default();
    let mut words: Vec<String> =
        actor.links("implements").into_iter().chain(generator).map(String::from).collect();
    words.sort();
    words.dedup();
    words.join(" ")
}
