//! From what somebody typed to a person, group or post: a handle, or an address of the fediverse.
//!
//! What is known here is found here; else its server is asked, through the guarded client. A handle counts only when its own
//! server and the actor's say the same (loop-back): a stranger's WebFinger can't lend a name to an actor.

use activitypub_federation::fetch::webfinger::Webfinger;
use url::Url;

use super::activities::{self, Context};
use super::client::Fetched;
use super::fetch::{Miss, Reach};
use super::guard::same_origin;
use super::objects::actor_in::is_actor;
use super::store::known;
use crate::actors::{self, ActorKind, ActorRow};
use crate::app::App;
use crate::error::{Error, Result};
use crate::groups;
use crate::ids::GroupId;
use crate::policy::Reason;
use crate::search::Resolved;

/// Requests that one look-up may cause.
const REQUESTS: usize = 12;
/// `self` links of one WebFinger answer that are tried: some servers have a person and a group of one name.
const LINKS: usize = 3;
/// More members than this a group hasn't got.
const MEMBERS: i64 = 1_000_000_000;
const ACCEPT_JRD: &str = "application/jrd+json, application/json";

fn actor(row: &ActorRow) -> Result<Resolved> {
    match row.kind {
        ActorKind::Person => Ok(Resolved::Person(row.id.into())),
        ActorKind::Group => Ok(Resolved::Group(row.id.into())),
        ActorKind::Application => Err(Error::NotFound),
    }
}

impl From<Miss> for Error {
    fn from(miss: Miss) -> Self {
        match miss {
            Miss::Blocked => Self::Denied(Reason::Blocked),
            Miss::Passing(_) => Self::Unreachable,
            Miss::Fault(error) => error,
            Miss::NotHere | Miss::Gone | Miss::Missing | Miss::Wrong(_) => Self::NotFound,
        }
    }
}

/// Finds what a handle (`@name@host`, `!name@host`, `acct:name@host`) or address names. Whoever calls has checked that somebody
/// is signed in: a look-up makes this server ask others.
///
/// # Errors
/// `NotFound`; `Denied` for a blocked server; `Unreachable` when its server doesn't answer now.
pub async fn resolve(app: &App, typed: &str) -> Result<Resolved> {
    let typed = typed.trim();
    let reach = Reach::with(app, REQUESTS);
    if typed.starts_with("https://") || typed.starts_with("http://") {
        let url = Url::parse(typed).map_err(|_| Error::NotFound)?;
        return address(&reach, url).await;
    }
    let wants_group = typed.starts_with('!');
    let handle = typed.strip_prefix("acct:").unwrap_or(typed).trim_start_matches(['@', '!']);
    let (name, host) = handle.split_once('@').ok_or(Error::NotFound)?;
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    if name.is_empty() || name.len() > 200 || !name.chars().all(plain) {
        return Err(Error::NotFound);
    }
    if host == app.urls.domain() || app.client.guard().is_own_domain(&host) {
        let name = name.to_owned();
        let row = app.db.read(move |tx| actors::local_by_name(tx, &name)).await?;
        let row = row.filter(|row| row.gone_at.is_none()).ok_or(Error::NotFound)?;
        return actor(&row);
    }
    let (known_name, known_host) = (name.to_owned(), host.clone());
    let known = app.db.read(move |tx| actors::by_handle(tx, &known_name, &known_host)).await?;
    let known: Vec<ActorRow> = known.into_iter().filter(|row| row.gone_at.is_none()).collect();
    let preferred = known.iter().find(|row| (row.kind == ActorKind::Group) == wants_group).or(known.first());
    if let Some(row) = preferred {
        return actor(row);
    }
    let row = by_handle(&reach, name, &host, wants_group).await?;
    count_members(&reach, &row).await?;
    actor(&row)
}

/// What an address names: an id, or the page of something known.
async fn address(reach: &Reach, url: Url) -> Result<Resolved> {
    let app = reach.app();
    let text = url.to_string();
    let (known, post) =
        app.db.read(move |tx| Ok((known::actor_at(tx, &text)?, known::post_at(tx, &text)?))).await?;
    if let Some(row) = known.filter(|row| row.gone_at.is_none()) {
        return actor(&row);
    }
    if let Some(id) = post {
        return Ok(Resolved::Post(id));
    }
    if app.urls.is_ours(&url) || app.client.guard().is_own_url(&url) {
        return Err(Error::NotFound);
    }
    let found = reach.document(&url).await?;
    let id = found.id.to_string();
    let (known, post) =
        app.db.read(move |tx| Ok((known::actor_at(tx, &id)?, known::post_at(tx, &id)?))).await?;
    if let Some(row) = known {
        return actor(&row);
    }
    if let Some(id) = post {
        return Ok(Resolved::Post(id));
    }
    if is_actor(found.document().kind()) {
        let row = reach.save_actor(&found.value).await?;
        count_members(reach, &row).await?;
        return actor(&row);
    }
    topic(reach, &found).await
}

/// A post of a group elsewhere, taken over when the group's own server has it. Posts that their host would have to vouch for come
/// when it announces them.
async fn topic(reach: &Reach, found: &super::fetch::Found) -> Result<Resolved> {
    let app = reach.app();
    let mut host = None;
    for field in ["audience", "to", "cc"] {
        for url in found.document().links(field).into_iter().filter(|url| same_origin(url, &found.id)) {
            let Ok(row) = reach.actor(&url).await else { continue };
            if row.kind == ActorKind::Group && !row.local && host.is_none() {
                host = Some(row);
            }
        }
    }
    let by = host.ok_or(Error::NotFound)?;
    let group = GroupId::from(by.id);
    let host = app.db.read(move |tx| known::group(tx, group)).await?;
    let context = Context { reach, by, host: Some(host), incoming: None };
    let plan = activities::import(&context, found).await.map_err(|stop| {
        tracing::debug!(?stop, "a looked-up post is not taken over");
        Error::NotFound
    })?;
    app.db.write(move |tx| plan.carry_out(tx)).await?;
    let id = found.id.to_string();
    let post = app.db.read(move |tx| known::post_at(tx, &id)).await?;
    post.map(Resolved::Post).ok_or(Error::NotFound)
}

/// Asks the host of a handle who that is (RFC 7033), and whether the actor's server agrees.
async fn by_handle(reach: &Reach, name: &str, host: &str, wants_group: bool) -> Result<ActorRow, Miss> {
    let mut found: Vec<ActorRow> = Vec::new();
    for link in finger(reach, name, host).await?.into_iter().take(LINKS) {
        let row = match reach.actor(&link).await {
            Ok(row) => row,
            Err(Miss::Blocked) => return Err(Miss::Blocked),
            Err(_) => continue,
        };
        // An actor of another host than the handle's must be called so by its own host too.
        let agreed = row.host == host || finger(reach, &row.name, &row.host).await?.contains(&link);
        if agreed && row.name_folded == name.to_lowercase() {
            found.push(row);
        }
    }
    let preferred = found.iter().position(|row| (row.kind == ActorKind::Group) == wants_group).unwrap_or(0);
    found.into_iter().nth(preferred).ok_or(Miss::Gone)
}

async fn finger(reach: &Reach, name: &str, host: &str) -> Result<Vec<Url>, Miss> {
    let app = reach.app();
    let scheme = if app.config.federation.allow_http { app.urls.scheme() } else { "https" };
    let address = format!("{scheme}://{host}/.well-known/webfinger");
    let mut url = Url::parse(&address).map_err(|_| Miss::Wrong("no host".to_owned()))?;
    let handle = format!("{name}@{host}");
    url.query_pairs_mut().append_pair("resource", &format!("acct:{handle}"));
    own_links(&reach.json(&url, ACCEPT_JRD).await?, &handle)
}

/// The `self` links of a handle (`name@host`) in an answer of WebFinger. An answer about another handle isn't one.
///
/// # Errors
/// When it isn't an answer of WebFinger, or one about another.
pub fn own_links(answer: &Fetched, handle: &str) -> Result<Vec<Url>, Miss> {
    let answer: Webfinger = answer.parse()?;
    if !answer.subject.eq_ignore_ascii_case(&format!("acct:{handle}")) {
        return Err(Miss::Wrong("webfinger speaks of another".to_owned()));
    }
    let is_activity = |kind: &Option<String>| kind.as_deref().is_some_and(super::wire::is_activity_json);
    let links = answer.links.into_iter();
    let own = links.filter(|link| link.rel.as_deref() == Some("self") && is_activity(&link.kind));
    Ok(own.filter_map(|link| link.href).collect())
}

/// Reads an actor's document again: `Job::Refresh`. What its server doesn't say stays as it is; an actor that is gone there is
/// gone here.
///
/// # Errors
/// Only when the database fails.
pub async fn refresh(app: &App, uri: &str) -> Result<()> {
    let Ok(url) = Url::parse(uri) else { return Ok(()) };
    let reach = Reach::with(app, 4);
    match reach.fresh_actor(&url).await {
        Err(Miss::Fault(error)) => Err(error),
        // Its Delete never came here, or its server only told those whom it knew.
        Err(Miss::Gone) => {
            let uri = uri.to_owned();
            app.db
                .write(move |tx| {
                    match actors::by_uri(tx, &uri)?.filter(|row| !row.local && row.gone_at.is_none()) {
                        Some(row) => activities::actor_gone(tx, &row, None),
                        None => Ok(()),
                    }
                })
                .await
        }
        Err(miss) => {
            tracing::debug!(error = %miss, "an actor could not be read again");
            let uri = uri.to_owned();
            app.db.write(move |tx| known::looked_at(tx, &uri)).await
        }
        Ok(row) => count_members(&reach, &row).await,
    }
}

/// Reads how many members a group elsewhere has: `totalItems` of its followers, which is all that Lemmy and others tell. What
/// its server doesn't say stays as it is.
///
/// # Errors
/// Only when the database fails.
pub async fn count_members(reach: &Reach, row: &ActorRow) -> Result<()> {
    let followers = row.followers.as_deref().and_then(|url| Url::parse(url).ok());
    let Some(followers) = followers.filter(|_| row.kind == ActorKind::Group && !row.local) else {
        return Ok(());
    };
    let found = match reach.document(&followers).await {
        Ok(found) => found,
        Err(Miss::Fault(error)) => return Err(error),
        Err(_) => return Ok(()),
    };
    let total = found.document().get("totalItems").and_then(serde_json::Value::as_i64);
    let Some(total) = total.filter(|total| (0..=MEMBERS).contains(total)) else { return Ok(()) };
    let group = GroupId::from(row.id);
    reach.app().db.write(move |tx| groups::acts::counted_elsewhere(tx, group, total)).await
}
