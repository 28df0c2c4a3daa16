//! The client in the form that `activitypub_federation` takes for its own fetches.
//!
//! `FederationConfig::builder().client(client.middleware(sign))`. Requests that the crate makes (`ObjectId`,
//! `CollectionId`, WebFinger) then pass the same guard, resolver and limits of time, and GETs are signed. The crate
//! follows one redirect itself, as a new request, and reads at most 1 MiB. Two things to know: unless its `debug` is
//! on it looks each host up at the system's name server before the request, so with a [`super::Lookup`] table it
//! must be on (our guard doesn't depend on it); and it takes only three spellings of a content type, so the others
//! of the same meaning are rewritten here.

use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{Extensions, HeaderValue, Method};
use reqwest::{Request, Response};
use reqwest_middleware::{ClientBuilder, ClientWithMiddleware, Error, Middleware, Next, Result};
use url::Url;

use super::{Client, Signing};
use crate::federation::guard::Guard;
use crate::federation::{signatures, wire};

/// Says how a request to a URL is to be signed: who, which scheme (remembered per peer), and now. `None` leaves it
/// unsigned.
pub type SignFor = Arc<dyn Fn(&Url) -> Option<Signing> + Send + Sync>;

impl Client {
    /// This client's connections, guard and signatures behind the type that `activitypub_federation` wants.
    #[must_use]
    pub fn middleware(&self, sign: SignFor) -> ClientWithMiddleware {
        let outgoing = Outgoing { guard: Arc::clone(&self.guard), sign };
        ClientBuilder::new(self.http.clone()).with(outgoing).build()
    }
}

struct Outgoing {
    guard: Arc<Guard>,
    sign: SignFor,
}

#[async_trait::async_trait]
impl Middleware for Outgoing {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> Result<Response> {
        self.guard.check_url(request.url()).map_err(Error::middleware)?;
        if *request.method() == Method::GET
            && let Some(by) = (self.sign)(request.url())
        {
            let headers = signatures::sign(by.scheme, &Method::GET, request.url(), None, &by.signer, by.now);
            request.headers_mut().extend(headers);
        }
        let mut response = next.run(request, extensions).await?;
        let content_type = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if content_type.is_some_and(wire::is_activity_json) {
            let plain = HeaderValue::from_static(wire::ACTIVITY_JSON);
            response.headers_mut().insert(CONTENT_TYPE, plain);
        }
        Ok(response)
    }
}
