//! Who calls the API: bearer tokens (RFC 6750), read from the database at every request.
//!
//! A handler can't forget the scope: [`Bearer`] asks for `read` on GET and HEAD and for `write` on everything else;
//! [`Administrator`] also asks for `admin`. A handler that keeps order in a group calls [`Caller::needs`] with `moderate`.
//! Cookies count for nothing here, so that no page of another site can act.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Method, header};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};

use super::error::Failed;
use crate::app::App;
use crate::error::{Error, Result};
use crate::people::{Scope, Scopes, tokens};
use crate::policy::rates::{self, Limit};
use crate::policy::{Actor, Reason, Viewer};
use crate::request::{Asker, Client};

/// Who calls, and what the token reaches.
#[derive(Debug, Clone)]
pub struct Caller {
    /// For views. An administrator only as far as the token has the scope `admin`.
    pub viewer: Viewer,
    /// For acts.
    pub actor: Actor,
    /// What the token may be used for.
    pub scopes: Scopes,
}

impl Caller {
    /// Asks for a scope.
    ///
    /// # Errors
    /// `Denied(Scope)` when the token hasn't got it.
    pub fn needs(&self, scope: Scope) -> Result<()> {
        if self.scopes.has(scope) { Ok(()) } else { Err(Error::Denied(Reason::Scope)) }
    }
}

/// Somebody with a token that reaches this far: `read` to look, `write` to change something.
#[derive(Debug, Clone)]
pub struct Bearer(pub Caller);

/// An administrator with a token of scope `admin`.
#[derive(Debug, Clone)]
pub struct Administrator(pub Caller);

/// Whoever looks, with a token or without. A token that isn't valid is refused, never taken for none.
#[derive(Debug, Clone, Copy)]
pub struct Looker(pub Viewer);

async fn caller(parts: &Parts, app: &App) -> Result<Option<Caller>> {
    let Some(value) = parts.headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let secret = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, secret)| secret.trim().to_owned())
        .ok_or(Error::SignedOut)?;
    let bearer = app.db.read(move |tx| tokens::bearer(tx, &secret)).await?;
    if let Some(asker) = parts.extensions.get::<Asker>() {
        asker.is(bearer.person);
    }
    app.allow(Limit::AccountRequests, &bearer.person.to_string()).await?;
    if bearer.stale {
        // When it was last used is worth no refusal: there is still something to read when nothing can be written.
        if let Err(error) = app.db.write(move |tx| tokens::seen(tx, bearer.token)).await {
            tracing::warn!(error = %error, "can't note that a token is in use");
        }
    }
    let caller = Caller {
        viewer: Viewer::Member { id: bearer.person, admin: bearer.admin },
        actor: Actor::here(bearer.person),
        scopes: bearer.scopes,
    };
    let looks = matches!(parts.method, Method::GET | Method::HEAD);
    caller.needs(if looks { Scope::Read } else { Scope::Write })?;
    Ok(Some(caller))
}

impl<S> FromRequestParts<S> for Bearer
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failed> {
        let caller = caller(parts, &App::from_ref(state)).await?;
        Ok(Self(caller.ok_or(Error::SignedOut)?))
    }
}

impl<S> FromRequestParts<S> for Administrator
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failed> {
        let Bearer(caller) = Bearer::from_request_parts(parts, state).await?;
        caller.needs(Scope::Admin)?;
        caller.viewer.must_be_admin()?;
        Ok(Self(caller))
    }
}

impl<S> FromRequestParts<S> for Looker
where
    App: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failed> {
        let app = App::from_ref(state);
        if let Some(caller) = caller(parts, &app).await? {
            return Ok(Self(caller.viewer));
        }
        if let Some(Client(address)) = parts.extensions.get::<Client>() {
            app.allow(Limit::AddressRequests, &rates::counted(*address)).await?;
        }
        Ok(Self(Viewer::Anonymous))
    }
}

/// Describes the bearer token in the OpenAPI document.
pub(super) struct Bearers;

impl utoipa::Modify for Bearers {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "A token made in the settings or by `vakplein user token NAME`. Its scopes: read, write, moderate, admin.",
            ))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}
