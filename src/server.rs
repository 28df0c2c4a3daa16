//! One router out of the three edges, its layers, listening, and shutting down.
//!
//! The same address is a page or an ActivityPub document, by `Accept`. Nothing else stands here: every route is an edge's.
#![expect(clippy::disallowed_methods, reason = "tasks are started here, so that shutdown knows them all")]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use anyhow::Context;
use axum::Router;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;

use crate::app::App;
use crate::audit::{Answered, Line};
use crate::load::{Body, Kind};
use crate::request::{self, Asker, Client};
use crate::{api, doctor, federation, listen, web, worker};

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Role {
    /// Answers requests and works on the queues.
    All,
    /// Only answers requests.
    Web,
    /// Only works on the queues.
    Worker,
}

/// Files that may be open at once, where the system allows it.
const OPEN_FILES: u64 = 65_536;
/// Connections at once, when the configuration leaves it to us: half of these files, and no more than so many.
const CONNECTIONS: u64 = 16_384;

/// Each connection is a file to the system, and many systems let a process have 1024 unless it asks for more: deliveries and
/// visitors together need more on a busy day.
fn open_more_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(OPEN_FILES, |most| most.min(OPEN_FILES));
    if limit.current.is_none_or(|current| current >= wanted) {
        return;
    }
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), maximum: limit.maximum })
    {
        tracing::warn!(error = %error, "the limit on open files can't be raised");
    }
}

/// Serves until the process is told to stop (SIGINT, SIGTERM), then lets what runs finish.
///
/// # Errors
/// When the address can't be bound, or the SQLite database is served by another process.
pub async fn run(app: App, role: Role) -> anyhow::Result<()> {
    open_more_files();
    let held = hold_database(&app)?;
    let media = &app.config.media.dir;
    std::fs::create_dir_all(media).with_context(|| format!("can't make {} (media.dir)", media.display()))?;
    if held.is_some() {
        worker::take_over(&app).await?;
    }
    let (stop, stopping) = watch::channel(false);
    let signal = stop_signal();
    let signals = tokio::task::spawn(async move {
        signal.await;
        stop.send_replace(true);
    });
    let (bind, key, router) = match role {
        Role::Worker => (app.config.worker_bind(), "server.worker_bind", state_router(&app)),
        Role::All | Role::Web => {
            let bind = app.config.bind().context("server.bind is no address")?;
            (Some(bind), "server.bind", router(&app))
        }
    };
    let listener = match bind {
        None => None,
        Some(bind) => {
            Some(TcpListener::bind(bind).await.with_context(|| format!("can't listen on {bind} ({key})"))?)
        }
    };
    tracing::info!(domain = app.urls.domain(), ?bind, ?role, "ready");
    run_until(app, listener.map(|listener| (listener, router)), role != Role::Web, stopping).await;
    signals.abort();
    Ok(())
}

/// Answers requests on a listener and works on the queues until `stopping` turns true.
pub async fn serve(app: App, listener: Option<TcpListener>, work: bool, stopping: watch::Receiver<bool>) {
    let router = router(&app);
    run_until(app, listener.map(|listener| (listener, router)), work, stopping).await;
}

async fn run_until(
    app: App,
    pages: Option<(TcpListener, Router)>,
    work: bool,
    stopping: watch::Receiver<bool>,
) {
    let patience = Duration::from_secs(app.config.server.shutdown_timeout);
    let workers = work.then(|| tokio::task::spawn(worker::run(app.clone(), stopping.clone())));
    let most = connections(&app);
    let pages = pages.map(|(listener, router)| {
        let mut stopping = stopping.clone();
        let stopped = async move {
            drop(stopping.wait_for(|stop| *stop).await);
        };
        tokio::task::spawn(listen::serve(listener, router, most, stopped))
    });
    let mut stopping = stopping;
    drop(stopping.wait_for(|stop| *stop).await);
    // What isn't finished in time stays in the queues, and is done at the next start.
    let finish = async {
        if let Some(pages) = pages {
            drop(pages.await);
        }
        if let Some(workers) = workers {
            drop(workers.await);
        }
    };
    if tokio::time::timeout(patience, finish).await.is_err() {
        tracing::warn!("stopped before everything was finished; the queues keep what is left");
    }
}

/// How many connections are taken at once.
fn connections(app: &App) -> usize {
    use rustix::process::{Resource, getrlimit};
    match app.config.server.connections {
        0 => {
            let files = getrlimit(Resource::Nofile).current.unwrap_or(OPEN_FILES);
            usize::try_from((files / 2).min(CONNECTIONS)).unwrap_or(usize::MAX)
        }
        set => set,
    }
}

/// SQLite has one server: a second `serve` on the same file is refused. The lock goes with the process.
fn hold_database(app: &App) -> anyhow::Result<Option<std::fs::File>> {
    let crate::db::DatabaseUrl::Sqlite(path) = app.config.database()? else { return Ok(None) };
    let name = path.with_extension("lock");
    let file = std::fs::File::create(&name).with_context(|| format!("can't write {}", name.display()))?;
    file.try_lock().map_err(|_held| {
        anyhow::anyhow!(
            "another vakplein serves {} already; stop it first, or use PostgreSQL",
            path.display()
        )
    })?;
    Ok(Some(file))
}

/// Resolves when the process is told to stop (SIGINT or SIGTERM). It listens from the moment of this call.
pub fn stop_signal() -> impl Future<Output = ()> + Send + 'static {
    use tokio::signal::unix::{SignalKind, signal};
    let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async move {
        let (Ok(mut interrupt), Ok(mut terminate)) = signals else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    }
}

/// Every route there is, by what is asked for: those of ActivityPub documents, and all others. Without what stands around them all,
/// so that tests can see which there are.
pub fn routers(app: &App) -> (Router, Router) {
    let documents = federation::documents().with_state(app.clone());
    let others = Router::new()
        .route("/healthz", get(healthz))
        .route(doctor::probe::PATH, get(doctor::probe::answer))
        .route("/metrics", get(metrics))
        .merge(federation::routes())
        .merge(api::routes(app))
        .merge(web::routes(app))
        .with_state(app.clone());
    (documents, others)
}

/// The whole instance as one service.
pub fn router(app: &App) -> Router {
    let (documents, others) = routers(app);
    let inside = app.clone();
    Router::new()
        .fallback(move |request: Request| {
            // Which router answers is decided by what is asked for, not by where it stands.
            let document = wants_document(&request) || is_signed_file(&request);
            let router = if document { documents.clone() } else { others.clone() };
            let (app, kind) = (inside.clone(), kind_of(&request, document));
            async move {
                match kind {
                    Some(kind) => admit(&app, kind, router, request).await,
                    None => within(&app, router, request).await.unwrap_or_else(|_late| request::come_back()),
                }
            }
        })
        .layer(middleware::from_fn_with_state(app.clone(), frame))
        .layer(CompressionLayer::new())
        .layer(CatchPanicLayer::new())
}

/// What kind of request it is. Whether all is well, and the numbers, are told at any time.
fn kind_of(request: &Request, document: bool) -> Option<Kind> {
    let path = request.uri().path();
    if matches!(path, "/healthz" | "/metrics" | doctor::probe::PATH) {
        return None;
    }
    Some(match request.method() {
        _ if document => Kind::Document,
        method if method.is_safe() => {
            let file = path.starts_with("/media/") || path.starts_with("/assets/");
            if file { Kind::File } else { Kind::Read }
        }
        &Method::POST if path.ends_with("/inbox") => Kind::Inbox,
        _ => Kind::Write,
    })
}

/// How much a request sends (RFC 9112 §6).
fn body_of(request: &Request) -> Body {
    let headers = request.headers();
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return Body::Unknown;
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    length.and_then(|length| length.parse().ok()).map_or(Body::None, Body::Bytes)
}

/// Answers a request once there is a place for it; else asks to come back.
async fn admit(app: &App, kind: Kind, router: Router, request: Request) -> Response {
    let api = request.uri().path().starts_with("/api/");
    let body = body_of(&request);
    let entered = app.load.enter(kind, body).await;
    let _place = match entered {
        Ok(place) => place,
        Err(_full) if api => return api::error::busy(app, request.headers()),
        Err(_full) if matches!(kind, Kind::Read | Kind::Write) => {
            return web::busy::turned_away(app, request).await;
        }
        Err(_full) => return request::come_back(),
    };
    match within(app, router, request).await {
        Ok(response) => response,
        Err(late) => {
            app.load.turned_away("slow");
            match kind {
                _ if api => api::error::busy(app, &HeaderMap::new()),
                Kind::Read | Kind::Write => web::busy::too_late(app, late.safe),
                Kind::File | Kind::Document | Kind::Inbox => request::come_back(),
            }
        }
    }
}

/// It took too long.
struct Late {
    /// It only read.
    safe: bool,
}

/// Answers a request within the time that one may take, whoever sends it slowly included.
async fn within(app: &App, router: Router, request: Request) -> Result<Response, Late> {
    let limit = Duration::from_secs(app.config.server.request_timeout);
    let safe = request.method().is_safe();
    let Ok(answered) = tokio::time::timeout(limit, router.oneshot(request)).await else {
        return Err(Late { safe });
    };
    Ok(answered.unwrap_or_else(|never| match never {}))
}

/// What a process that only works answers: whether it is well, and its numbers.
pub fn state_router(app: &App) -> Router {
    Router::new().route("/healthz", get(healthz)).route("/metrics", get(metrics)).with_state(app.clone())
}

/// Whether a request asks for an ActivityPub document.
fn wants_document(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    matches!(*request.method(), Method::GET | Method::HEAD) && accept.is_some_and(prefers_document)
}

/// Whether another server asks for a file in somebody's name: a member's, for what isn't for everybody.
fn is_signed_file(request: &Request) -> bool {
    let signed = request.headers().contains_key("signature");
    signed
        && matches!(*request.method(), Method::GET | Method::HEAD)
        && request.uri().path().starts_with("/media/")
}

/// Whether an `Accept` header asks for an ActivityPub document: it names one of the two media types (ActivityPub §3.2), and likes
/// HTML no better. Of two that it likes as much the first counts (RFC 9110 §12.5.1 leaves that open).
pub fn prefers_document(accept: &str) -> bool {
    let document = liked(accept, &["application/activity+json", "application/ld+json"]);
    let html = liked(accept, &["text/html", "application/xhtml+xml"]);
    document.is_some_and(|(much, place)| {
        much > 0 && html.is_none_or(|(html, later)| much > html || (much == html && place < later))
    })
}

/// How much an `Accept` header likes one of these media types, in thousandths, and at which place it says so.
fn liked(accept: &str, kinds: &[&str]) -> Option<(u32, usize)> {
    let mut best: Option<(u32, usize)> = None;
    // A quoted parameter (the profile of JSON-LD) holds no comma.
    for (place, one) in accept.split(',').enumerate() {
        let mut parts = one.split(';').map(str::trim);
        if !parts.next().is_some_and(|kind| kinds.iter().any(|known| kind.eq_ignore_ascii_case(known))) {
            continue;
        }
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        let much = quality.map_or(1.0, |text| text.trim().parse::<f32>().unwrap_or(1.0)).clamp(0.0, 1.0);
        let much = (much * 1000.0).round() as u32;
        if best.is_none_or(|(known, _)| much > known) {
            best = Some((much, place));
        }
    }
    best
}

/// What surrounds every request: the asker's address, the numbers, and headers that every answer has.
async fn frame(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    if let Some(peer) = peer {
        let client = client_address(peer, request.headers(), &app.config.trusted_proxies());
        request.extensions_mut().insert(Client(client));
    }
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let address = request.extensions().get::<Client>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |it| it.0);
    let asker = Asker::default();
    request.extensions_mut().insert(asker.clone());
    // No name and no text has a character 0 in it, and PostgreSQL fails over one.
    let odd = request.uri().path_and_query().is_some_and(|asked| asked.as_str().contains("%00"));
    let mut response = if odd { StatusCode::BAD_REQUEST.into_response() } else { next.run(request).await };
    let route = request::route(&response).to_owned();
    let line = Line::of(Answered {
        method: method.as_str(),
        route: &route,
        path: &path,
        status: response.status().as_u16(),
        by: asker.person(),
        address,
    });
    if let Some(line) = line {
        app.audit(line).await;
    }
    app.metrics.request(&route, method.as_str(), response.status().as_u16(), began.elapsed());
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Accept"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if app.urls.https() {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    response
}

/// The first address, from the right, that isn't a trusted proxy's.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[ipnet::IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    if !is_trusted(&peer) {
        return peer;
    }
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    let mut client = peer;
    for text in forwarded.into_iter().rev() {
        let Ok(address) = text.trim().parse() else { break };
        client = address;
        if !is_trusted(&address) {
            break;
        }
    }
    client
}

/// Says that this process answers and its database does.
async fn healthz(State(app): State<App>) -> Response {
    match app.db.read(|tx| crate::jobs::next_due(tx).map(|_due| ())).await {
        Ok(()) => "ok\n".into_response(),
        Err(error) => {
            tracing::error!(error = %error, "the database doesn't answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database doesn't answer\n").into_response()
        }
    }
}

/// The numbers, for this machine or whoever has the token.
async fn metrics(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response {
    let token = &app.config.metrics.token;
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let known = !token.is_empty()
        && given.and_then(|value| value.strip_prefix("Bearer ")).is_some_and(|given| {
            aws_lc_rs::constant_time::verify_slices_are_equal(given.as_bytes(), token.as_bytes()).is_ok()
        });
    // Behind a proxy every request comes from loopback: one that was forwarded is not from this machine.
    let here = peer.ip().is_loopback() && !headers.contains_key("x-forwarded-for");
    if !here && !known {
        return StatusCode::NOT_FOUND.into_response();
    }
    app.load.note();
    let now = app.clock.now();
    match app.db.read(crate::jobs::waiting).await {
        Ok(waiting) => {
            for (kind, count, due) in waiting {
                app.metrics.jobs_waiting(&kind, count, due.map_or(0, |due| now.seconds_since(due).max(0)));
            }
        }
        Err(error) => tracing::error!(error = %error, "can't count the jobs"),
    }
    let kind = [(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")];
    (kind, app.metrics.text()).into_response()
}
