//! How this server sees a request: scheme, host and client address, told once to whoever has the token for it.
//!
//! `vakplein doctor` writes a token into the database, asks the public address with it, and so learns what the proxy makes of a
//! request. Without a token that is valid this address doesn't exist. The tokens are `instance::probe`'s.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::error::Error;
use crate::instance::probe;
use crate::request::Client;

/// The address of the probe.
pub const PATH: &str = "/healthz/seen";

/// How a request was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seen {
    /// Whoever connected: the proxy, when there is one.
    pub peer: IpAddr,
    /// Whoever is taken for the visitor.
    pub client: IpAddr,
    /// Whether forwarded headers from the peer count (`server.trusted_proxies`).
    pub trusted: bool,
    /// `Host`.
    pub host: String,
    /// `X-Forwarded-For`, all of them.
    pub forwarded_for: Option<String>,
    /// `X-Forwarded-Proto`.
    pub forwarded_proto: Option<String>,
}

/// Answers the probe.
pub async fn answer(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Response {
    let text = |name: &str| {
        let values: Vec<&str> =
            headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        if values.is_empty() { None } else { Some(values.join(", ")) }
    };
    let given = text(header::AUTHORIZATION.as_str());
    let Some(token) = given.as_deref().and_then(|value| value.strip_prefix("Bearer ")).map(str::to_owned)
    else {
        return not_here();
    };
    match spend(&app, token).await {
        Ok(()) => {}
        Err(Error::NotFound) => return not_here(),
        Err(error) => {
            tracing::error!(error = %error, "the probe's token can't be looked up");
            return not_here();
        }
    }
    let peer = peer.ip();
    let seen = Seen {
        peer,
        client: client.0,
        trusted: app.config.trusted_proxies().iter().any(|network| network.contains(&peer)),
        host: text(header::HOST.as_str()).unwrap_or_default(),
        forwarded_for: text("x-forwarded-for"),
        forwarded_proto: text("x-forwarded-proto"),
    };
    ([(header::CACHE_CONTROL, "no-store")], axum::Json(seen)).into_response()
}

/// A stranger's guess costs one read, and no write.
async fn spend(app: &App, token: String) -> crate::error::Result<()> {
    let tried = token.clone();
    app.db.read(move |tx| probe::check(tx, &tried)).await?;
    app.db.write(move |tx| probe::spend(tx, &token)).await
}

fn not_here() -> Response {
    StatusCode::NOT_FOUND.into_response()
}
