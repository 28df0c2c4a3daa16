//! Requests of anybody to the whole instance: a line with method and path, headers, an empty line, the body.
//!
//! Whatever is asked, no answer is a fault of ours, and no page runs or loads what isn't ours. With the header `member` it is
//! an administrator who reads.
#![no_main]

use std::net::SocketAddr;
use std::sync::LazyLock;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderName, HeaderValue};
use http::{Method, Request, StatusCode};
use http_body_util::BodyExt;
use libfuzzer_sys::fuzz_target;
use tower::ServiceExt;
use vakplein::server;
use vakplein_fuzz::instance::instance;
use vakplein_fuzz::{first_line, page};

static ROUTER: LazyLock<Router> = LazyLock::new(|| server::router(&instance().app));

fuzz_target!(|text: &str| {
    let site = instance();
    let topic = site.topic.strip_prefix(site.app.urls.base()).unwrap_or_default();
    let text = text.replace("topic:", topic);
    let (first, rest) = first_line(&text);
    let (head, body) = rest.split_once("\n\n").unwrap_or((rest, ""));
    let (method, path) = first.split_once(' ').unwrap_or(("GET", first));
    let Ok(method) = Method::from_bytes(method.as_bytes()) else { return };
    let reads = matches!(method, Method::GET | Method::HEAD);
    let request = Request::builder().method(method).uri(path).header("host", "werkplein.test");
    let Ok(mut request) = request.body(Body::from(body.to_owned())) else { return };
    for (name, value) in head.lines().filter_map(|line| line.split_once(':')) {
        let (name, value) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value.trim()));
        match (name, value) {
            (Ok(name), _) if name == "member" && reads => {
                let ascii = |text: &str| HeaderValue::from_str(text).expect("a secret is ASCII");
                request.headers_mut().insert(AUTHORIZATION, ascii(&format!("Bearer {}", site.token)));
                request.headers_mut().insert(COOKIE, ascii(&site.cookie));
            }
            (Ok(name), Ok(value)) => drop(request.headers_mut().append(name, value)),
            _ => {}
        }
    }
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, 1], 443))));
    let (status, kind, body) = site.wait(async {
        let Ok(answer) = ROUTER.clone().oneshot(request).await;
        let (parts, body) = answer.into_parts();
        let kind = parts.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let plain = !parts.headers.contains_key("content-encoding");
        let kind = if plain { kind.to_owned() } else { String::new() };
        (parts.status, kind, body.collect().await.map(|body| body.to_bytes()).unwrap_or_default())
    });
    assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{first}");
    let body = String::from_utf8_lossy(&body);
    if kind.starts_with("text/html") {
        page::check_whole(&body);
    }
    if kind.contains("json") && !body.is_empty() {
        let parsed = serde_json::from_str::<serde_json::Value>(&body);
        assert!(parsed.is_ok(), "{first}: {body}");
    }
});
