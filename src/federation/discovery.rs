//! How others find what is here: WebFinger (RFC 7033), NodeInfo, host-meta.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::actors::{self, ActorKind, ActorRow};
use crate::app::App;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::ids::GroupId;
use crate::policy::visibility;
use crate::urls::Ours;
use crate::{groups, instance, people, request, threads};

/// Mastodon and GoToSocial look for this type exactly.
const SELF_TYPE: &str = "application/activity+json";
const JRD: &str = "application/jrd+json; charset=utf-8";
const ACTOR_TYPE: &str = "https://www.w3.org/ns/activitystreams#type";

/// The routes below `/.well-known`, and where they lead.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/.well-known/webfinger", get(webfinger))
        .route("/.well-known/nodeinfo", get(nodeinfo_index))
        .route("/.well-known/host-meta", get(host_meta))
        .route("/.well-known/host-meta.json", get(host_meta_json))
        .route("/nodeinfo/2.1", get(nodeinfo_2_1))
        .route("/nodeinfo/2.0", get(nodeinfo_2_0))
        .route_layer(middleware::from_fn(request::note_route))
}

fn answer(content_type: &'static str, document: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, content_type), (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    (headers, document.to_string()).into_response()
}

fn refuse(error: &Error) -> Response {
    match error {
        Error::NotFound => StatusCode::NOT_FOUND.into_response(),
        Error::Gone => StatusCode::GONE.into_response(),
        Error::Unavailable(_) => request::come_back(),
        error => {
            tracing::error!(error = %error, "discovery failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[derive(Deserialize)]
struct Asked {
    resource: Option<String>,
}

async fn webfinger(State(app): State<App>, Query(asked): Query<Asked>) -> Response {
    // RFC 7033 §4.2: a resource that names nobody is 404, one that can't name anybody is 400.
    let Some(resource) = asked.resource.filter(|resource| is_resource(resource)) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    if !app.config.federation.enabled {
        return StatusCode::NOT_FOUND.into_response();
    }
    let found = app.db.read(move |tx| {
        let Some(actor) = resolve(tx, &resource)? else {
            // As many statements as for a group that must not be known.
            groups::outward::class(tx, GroupId(Uuid::nil()))?;
            return Err(Error::NotFound);
        };
        check_shown(tx, &actor)?;
        Ok(descriptor(tx, &actor))
    });
    match found.await {
        Ok(document) => answer(JRD, &document),
        Err(error) => refuse(&error),
    }
}

/// Whether this is an address or a handle at all: a bare word is neither.
fn is_resource(resource: &str) -> bool {
    let handle = resource.strip_prefix("acct:").unwrap_or(resource);
    let is_handle = handle
        .trim_start_matches('@')
        .rsplit_once('@')
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    let is_address = resource.contains("://") && url::Url::parse(resource).is_ok_and(|url| url.has_host());
    is_handle || is_address
}

/// Whom a resource names: `acct:name@domain`, with or without the `acct:`, or an address of ours.
fn resolve(tx: &mut Tx<'_>, resource: &str) -> Result<Option<ActorRow>> {
    if resource.starts_with("https://") || resource.starts_with("http://") {
        return match tx.urls.parse(resource) {
            Some(Ours::Instance) => instance::actor(tx).map(Some),
            Some(Ours::Group(name)) => kind(actors::local_by_name(tx, &name)?, ActorKind::Group),
            Some(Ours::Person(name)) => kind(actors::local_by_name(tx, &name)?, ActorKind::Person),
            _ => Ok(None),
        };
    }
    let handle = resource.strip_prefix("acct:").unwrap_or(resource).trim_start_matches('@');
    let Some((name, domain)) = handle.rsplit_once('@') else { return Ok(None) };
    if !domain.eq_ignore_ascii_case(tx.urls.domain()) {
        return Ok(None);
    }
    actors::local_by_name(tx, name)
}

fn kind(actor: Option<ActorRow>, kind: ActorKind) -> Result<Option<ActorRow>> {
    Ok(actor.filter(|actor| actor.kind == kind))
}

/// Of a closed group nobody learns that it exists; of an account that was never in use neither.
fn check_shown(tx: &mut Tx<'_>, actor: &ActorRow) -> Result<()> {
    match actor.kind {
        ActorKind::Group => {
            let row = groups::outward::row(tx, actor.id.into())?;
            visibility::knows_group(row.class, row.face, false)?;
        }
        ActorKind::Person => drop(people::outward::person(tx, actor.id.into())?),
        ActorKind::Application => {}
    }
    if actor.gone_at.is_some() { Err(Error::Gone) } else { Ok(()) }
}

fn descriptor(tx: &Tx<'_>, actor: &ActorRow) -> Value {
    let kind = match actor.kind {
        ActorKind::Person => "Person",
        ActorKind::Group => "Group",
        ActorKind::Application => "Application",
    };
    json!({
        "subject": format!("acct:{}@{}", actor.name, tx.urls.domain()),
        "aliases": [actor.uri],
        "links": [
            { "rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": actor.url },
            { "rel": "self", "type": SELF_TYPE, "href": actor.uri, "properties": { ACTOR_TYPE: kind } },
        ],
    })
}

async fn nodeinfo_index(State(app): State<App>) -> Response {
    let schema = |version: &str| {
        json!({
            "rel": format!("http://nodeinfo.diaspora.software/ns/schema/{version}"),
            "href": app.urls.absolute(&format!("/nodeinfo/{version}")),
        })
    };
    // FEP-2677: who signs in the name of the whole server.
    let application =
        json!({ "rel": "https://www.w3.org/ns/activitystreams#Application", "href": app.urls.instance() });
    answer("application/json", &json!({ "links": [schema("2.1"), schema("2.0"), application] }))
}

async fn nodeinfo_2_1(State(app): State<App>) -> Response {
    nodeinfo(app, "2.1").await
}

async fn nodeinfo_2_0(State(app): State<App>) -> Response {
    nodeinfo(app, "2.0").await
}

async fn nodeinfo(app: App, version: &'static str) -> Response {
    let found = app.db.read(move |tx| {
        let settings = instance::settings(tx)?;
        let (month, half_year) = (tx.now.plus_days(-30), tx.now.plus_days(-180));
        let (total, active_month, active_half_year) = people::outward::counts(tx, month, half_year)?;
        let topics = groups::outward::public_topics(tx)?;
        let replies = threads::outward::public_replies(tx)?;
        let mut software = json!({ "name": "vakplein", "version": env!("CARGO_PKG_VERSION") });
        if version == "2.1" {
            super::objects::put(&mut software, "homepage", tx.urls.instance());
        }
        Ok(json!({
            "version": version,
            "software": software,
            "protocols": ["activitypub"],
            "services": { "inbound": [], "outbound": ["atom1.0"] },
            "openRegistrations": settings.sign_up == instance::SignUp::Open,
            "usage": {
                "users": { "total": total, "activeMonth": active_month, "activeHalfyear": active_half_year },
                "localPosts": topics,
                "localComments": replies,
            },
            "metadata": { "nodeName": settings.name, "nodeDescription": settings.description },
        }))
    });
    let content_type = if version == "2.1" {
        r#"application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#""#
    } else {
        r#"application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.0#""#
    };
    match found.await {
        Ok(document) => answer(content_type, &document),
        Err(error) => refuse(&error),
    }
}

/// RFC 6415; Mastodon asks for it when WebFinger answers 404.
async fn host_meta(State(app): State<App>) -> Response {
    let template = app.urls.absolute("/.well-known/webfinger?resource={uri}");
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<XRD xmlns=\"http://docs.oasis-open.org/ns/xri/xrd-1.0\">\n  \
         <Link rel=\"lrdd\" type=\"application/xrd+xml\" template=\"{template}\"/>\n</XRD>\n"
    );
    ([(header::CONTENT_TYPE, "application/xrd+xml; charset=utf-8")], document).into_response()
}

async fn host_meta_json(State(app): State<App>) -> Response {
    let template = app.urls.absolute("/.well-known/webfinger?resource={uri}");
    let links = json!([{ "rel": "lrdd", "type": "application/jrd+json", "template": template }]);
    answer("application/json", &json!({ "links": links }))
}
