//! The client against small servers on this machine: what it lets through and what it doesn't.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use activitypub_federation::config::FederationConfig;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use chrono::TimeDelta;
use serde_json::Value;

use super::*;
use crate::federation::signatures::{Incoming, Rules};
use crate::keys::{ActorKeys, PublicKey, SigningKey};

const JSON: [(http::HeaderName, &str); 1] = [(CONTENT_TYPE, "application/activity+json; charset=utf-8")];

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a test's own server lives as long as the test's runtime")]
async fn serve(router: Router) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// A client of `garden.test` that knows `square.test` and nothing else; http is allowed, private addresses aren't.
async fn client(router: Router) -> Client {
    client_with(router, |settings| settings).await
}

async fn client_with(router: Router, change: impl FnOnce(Settings) -> Settings) -> Client {
    let names = Names::default();
    names.insert("square.test", serve(router).await);
    let settings = Settings {
        https: false,
        allow_http: true,
        lookup: Lookup::TableOnly(names),
        ..Settings::new("garden.test")
    };
    Client::new(change(settings)).unwrap()
}

fn signing(scheme: Scheme) -> (Signing, PublicKey) {
    let key = SigningKey::from_pem(&ActorKeys::generate().unwrap().rsa_private).unwrap();
    let public = key.public();
    let signer = Signer { key, key_id: url("http://garden.test/#main-key") };
    (Signing { signer, scheme, now: now() }, public)
}

/// Answers 200 when the request's signature is in order, for `square.test`.
async fn checks_signature(State(key): State<PublicKey>, request: Request) -> impl IntoResponse {
    let (parts, body) = request.into_parts();
    let body = axum::body::to_bytes(body, 100_000).await.unwrap();
    let incoming = Incoming {
        method: &parts.method,
        path_and_query: parts.uri.path_and_query().unwrap().as_str(),
        headers: &parts.headers,
        body: &body,
        now: now() + TimeDelta::seconds(3),
    };
    let rules = Rules::new("square.test", false, TimeDelta::hours(1));
    match signatures::read(&incoming, &rules).and_then(|claims| claims[0].verify(&key)) {
        Ok(()) => (StatusCode::OK, JSON, format!(r#"{{"id":"x","host":{:?}}}"#, parts.headers["host"])),
        Err(refusal) => (refusal.status(), JSON, refusal.to_string()),
    }
}

#[tokio::test]
async fn a_name_from_the_table_is_reached_on_its_port_with_a_signed_get() {
    for scheme in [Scheme::Cavage, Scheme::Rfc9421] {
        let (signing, key) = signing(scheme);
        let router = Router::new()
            .route("/doc", get(checks_signature))
            .route("/from", get(|| async { Redirect::to("/doc?page=2") }))
            .with_state(key);
        let client = client(router).await;
        for path in ["doc", "doc?page=1#part", "from"] {
            let url = url(&format!("http://square.test/{path}"));
            let fetched = client.get_signed(&url, Some(&signing)).await.unwrap();
            let document: Value = fetched.parse().unwrap();
            assert_eq!(document["host"], "square.test");
            assert_eq!(fetched.url.fragment(), None);
        }
        let unsigned = client.get_signed(&url("http://square.test/doc"), None).await.unwrap_err();
        assert!(matches!(unsigned, Failure::Status(StatusCode::UNAUTHORIZED)));
    }
}

#[tokio::test]
async fn deliveries_are_signed_and_any_answer_is_an_answer() {
    for scheme in [Scheme::Cavage, Scheme::Rfc9421] {
        let (signing, key) = signing(scheme);
        let busy = || async {
            let headers = [(RETRY_AFTER, "120")];
            (StatusCode::TOO_MANY_REQUESTS, headers, "slow\ndown, ".repeat(100))
        };
        let router = Router::new()
            .route("/inbox", post(checks_signature))
            .route("/busy", post(busy))
            .route("/moved", post(|| async { Redirect::temporary("/inbox") }))
            .with_state(key);
        let client = client(router).await;
        let payload = Payload::new(Bytes::from_static(b"{}"), wire::ACTIVITY_JSON);
        let post = async |path: &str| {
            let inbox = url("http://square.test").join(path).unwrap();
            let signer = &signing.signer;
            let headers = signatures::sign(scheme, &Method::POST, &inbox, Some(&payload), signer, now());
            client.post_signed(&inbox, &payload, headers, now()).await.unwrap()
        };
        assert_eq!(post("inbox").await.status, StatusCode::OK);
        let busy = post("busy").await;
        assert_eq!(
            (busy.status, busy.retry_after),
            (StatusCode::TOO_MANY_REQUESTS, Some(Duration::from_mins(2)))
        );
        assert!(busy.excerpt.starts_with("slow down") && busy.excerpt.len() <= EXCERPT_MAX);
        assert_eq!(post("moved").await.status, StatusCode::TEMPORARY_REDIRECT);
    }
}

#[tokio::test]
async fn nothing_private_own_or_unknown_is_reached() {
    let hits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&hits);
    let secret = serve(Router::new().fallback(move || async move {
        counted.fetch_add(1, Ordering::SeqCst);
        (JSON, "{}")
    }))
    .await;
    let port = secret.port();
    let redirects = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://[::1]:{port}/"),
        format!("http://localhost:{port}/"),
        format!("http://secret.localhost:{port}/"),
        "http://garden.test/own".to_owned(),
        "http://GARDEN.test.:80/own".to_owned(),
        "http://unknown.test/".to_owned(),
        "data:application/activity+json,{}".to_owned(),
        "file:///etc/passwd".to_owned(),
        "http://jan@square.test/ok".to_owned(),
    ];
    let targets = redirects.clone();
    let router = Router::new().route("/ok", get(|| async { (JSON, "{}") })).route(
        "/to/{n}",
        get(async move |axum::extract::Path(n): axum::extract::Path<usize>| {
            (StatusCode::FOUND, [(LOCATION, targets[n].clone())])
        }),
    );
    let client = client(router).await;
    assert!(client.get_signed(&url("http://square.test/ok"), None).await.is_ok());
    for (n, target) in redirects.iter().enumerate() {
        let direct = client.get_signed(&url(target), None).await.unwrap_err();
        assert!(matches!(direct, Failure::Refused(_)), "{target}: {direct}");
        let redirected = client.get_signed(&url(&format!("http://square.test/to/{n}")), None).await;
        let redirected = redirected.unwrap_err();
        assert!(matches!(redirected, Failure::Refused(_)), "{target}: {redirected}");
        let media = client.get_media(&url(target), 10).await.unwrap_err();
        assert!(matches!(media, Failure::Refused(_)));
        let payload = Payload::new(Bytes::new(), wire::ACTIVITY_JSON);
        let posted = client.post_signed(&url(target), &payload, HeaderMap::new(), now()).await;
        assert!(matches!(posted, Err(Failure::Refused(_))));
    }
    assert_eq!(hits.load(Ordering::SeqCst), 0);

    // The resolver refuses by itself a name that leads inside, and opens for the test setting.
    let strict = Settings { allow_http: true, ..Settings::new("garden.test") };
    let open = Settings { allow_private: true, ..strict.clone() };
    let inside = url("http://secret.localhost/");
    let refused = Client::new(strict).unwrap().get_signed(&inside, None).await.unwrap_err();
    assert!(matches!(refused, Failure::Refused(Refused::Address)), "{refused}");
    let inside = url(&format!("http://secret.localhost:{port}/"));
    assert!(Client::new(open).unwrap().get_signed(&inside, None).await.is_ok());
    assert_eq!(hits.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn redirects_end() {
    let hits = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&hits);
    let circle = async move || {
        counted.fetch_add(1, Ordering::SeqCst);
        Redirect::temporary("/circle")
    };
    let router = Router::new()
        .route("/circle", get(circle))
        .route("/nowhere", get(|| async { StatusCode::FOUND }))
        .route("/gone", get(|| async { StatusCode::GONE }))
        .route("/missing", get(|| async { StatusCode::NOT_FOUND }));
    let client = client(router).await;
    let fail = async |path: &str| {
        client.get_signed(&url(&format!("http://square.test/{path}")), None).await.unwrap_err()
    };
    assert!(matches!(fail("circle").await, Failure::Redirects));
    assert_eq!(hits.load(Ordering::SeqCst), REDIRECTS_MAX + 1);
    assert!(matches!(fail("nowhere").await, Failure::Redirects));
    assert!(matches!(fail("gone").await, Failure::Gone));
    assert!(matches!(fail("missing").await, Failure::Status(StatusCode::NOT_FOUND)));
}

#[tokio::test]
async fn what_is_too_large_too_slow_too_deep_or_of_another_type_is_not_read() {
    let chunks = |count: usize, pause: u64| {
        let chunks = futures_util::stream::unfold(0, move |n| async move {
            tokio::time::sleep(Duration::from_millis(pause)).await;
            (n < count).then(|| (Ok::<_, std::io::Error>(Bytes::from(vec![b' '; 1000])), n + 1))
        });
        (JSON, Body::from_stream(chunks)).into_response()
    };
    let typed =
        |content_type: &'static str| get(move || async move { ([(CONTENT_TYPE, content_type)], "{}") });
    let router = Router::new()
        .route("/sized", get(|| async { (JSON, " ".repeat(10_001)) }))
        .route("/endless", get(move || async move { chunks(usize::MAX, 0) }))
        .route("/slow", get(move || async move { chunks(usize::MAX, 300) }))
        .route("/fits", get(move || async move { chunks(9, 1) }))
        .route("/deep", get(|| async { (JSON, "[".repeat(100) + &"]".repeat(100)) }))
        .route("/not-json", get(|| async { (JSON, "<html>") }))
        .route("/image", typed("image/png"))
        .route("/json", typed("application/json"))
        .route("/ld", typed("application/ld+json"))
        .route(
            "/profile",
            typed(r#"application/ld+json; charset=utf-8; profile="https://www.w3.org/ns/activitystreams""#),
        );
    let client = client_with(router, |settings| Settings {
        body_limit: 10_000,
        timeout: Duration::from_secs(1),
        ..settings
    })
    .await;
    let fetch = async |path: &str| client.get_signed(&url(&format!("http://square.test/{path}")), None).await;
    assert!(matches!(fetch("sized").await, Err(Failure::TooLarge)));
    assert!(matches!(fetch("endless").await, Err(Failure::TooLarge)));
    assert!(matches!(fetch("slow").await, Err(Failure::Timeout)));
    assert_eq!(fetch("fits").await.unwrap().body.len(), 9000);
    assert!(matches!(fetch("deep").await, Err(Failure::TooDeep)));
    let parsed = fetch("not-json").await.unwrap().parse::<Value>();
    assert!(matches!(parsed, Err(Failure::Unreadable(_))));
    for path in ["image", "json", "ld"] {
        assert!(matches!(fetch(path).await, Err(Failure::WrongType(_))), "{path}");
    }
    assert!(fetch("profile").await.is_ok());

    let json = url("http://square.test/json");
    assert!(client.get_json(&json, "application/jrd+json, application/json").await.is_ok());
    let image = url("http://square.test/image");
    assert!(matches!(client.get_json(&image, "application/json").await, Err(Failure::WrongType(_))));
    let media = client.get_media(&image, 2).await.unwrap();
    assert_eq!((media.bytes.as_ref(), media.content_type.as_str()), (&b"{}"[..], "image/png"));
    assert!(matches!(client.get_media(&image, 1).await, Err(Failure::TooLarge)));
}

#[tokio::test]
async fn servers_that_are_not_there_are_a_passing_failure() {
    let names = Names::default();
    names.insert("square.test", "127.0.0.1:1".parse().unwrap());
    let settings = Settings { allow_http: true, lookup: Lookup::TableOnly(names), ..Settings::new("a.test") };
    let failure = Client::new(settings).unwrap().get_signed(&url("http://square.test/"), None).await;
    let failure = failure.unwrap_err();
    assert!(matches!(failure, Failure::Network(_)) && failure.is_passing(), "{failure}");
    assert!(!failure.to_string().contains("square.test"));
    assert!(is_passing(StatusCode::BAD_GATEWAY) && is_passing(StatusCode::REQUEST_TIMEOUT));
    assert!(!is_passing(StatusCode::NOT_FOUND) && !Failure::Gone.is_passing());
}

#[tokio::test]
async fn the_crates_own_fetches_are_signed_and_guarded() {
    use activitypub_federation::fetch::fetch_object_http;

    let (signing, key) = signing(Scheme::Cavage);
    let document = async |State(key): State<PublicKey>, request: Request| {
        let response = checks_signature(State(key), request).await.into_response();
        let id = r#"{"id":"http://square.test/doc"}"#;
        let odd = r#"application/ld+json; charset=utf-8; profile="https://www.w3.org/ns/activitystreams""#;
        (response.status(), [(CONTENT_TYPE, odd)], id)
    };
    let port = serve(Router::new()).await.port();
    let inside = format!("http://localhost:{port}/");
    let router = Router::new()
        .route("/doc", get(document))
        .route("/inside", get(async move || (StatusCode::FOUND, [(LOCATION, inside)])))
        .with_state(key);
    let client = client(router).await;
    let sign: SignFor = Arc::new(move |_| Some(signing.clone()));
    let config = FederationConfig::builder()
        .domain("garden.test")
        .app_data(())
        .client(client.middleware(sign))
        .debug(true)
        .build()
        .await
        .unwrap();
    let data = config.to_request_data();
    let fetched = fetch_object_http::<_, Value>(&url("http://square.test/doc"), &data).await.unwrap();
    assert_eq!(fetched.object["id"], "http://square.test/doc");
    for refused in ["http://square.test/inside", "http://127.0.0.1/", "http://unknown.test/doc"] {
        assert!(fetch_object_http::<_, Value>(&url(refused), &data).await.is_err(), "{refused}");
    }
}

#[test]
fn retry_after_is_read_as_seconds_or_a_date() {
    let read = |text: &'static str| retry_after(&HeaderValue::from_static(text), now());
    assert_eq!(read("120"), Some(Duration::from_mins(2)));
    assert_eq!(read("Tue, 14 Nov 2023 22:14:20 GMT"), Some(Duration::from_mins(1)));
    assert_eq!(read("Tue, 14 Nov 2000 22:14:20 GMT"), Some(Duration::ZERO));
    assert_eq!(read("99999999999999"), Some(RETRY_AFTER_MAX));
    assert_eq!(read("soon"), None);
}
