//! Takes connections: how many at once, how long one may take to say what it wants, and how they end at shutdown.
//!
//! What is asked on a connection is the router's business, and how many requests are worked on is that of `load`.
#![expect(clippy::disallowed_methods, reason = "a task for each connection; shutdown waits for all of them")]

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt;

/// How long a request's head may take, and a connection wait for its next request. Longer than proxies keep theirs (60 seconds
/// for nginx), so that none is closed at the moment in which it is used again.
const HEAD: Duration = Duration::from_secs(75);
/// How long is waited when the system gives no more connections.
const NO_MORE: Duration = Duration::from_secs(1);
/// Room for the head of a request, in bytes, with all that comes right after it.
const BUFFER: usize = 64 * 1024;

/// Answers what comes on a listener until `stopped`, on so many connections at once; more wait in the system's queue. Then lets
/// each connection end its request.
pub async fn serve(listener: TcpListener, router: Router, most: usize, stopped: impl Future<Output = ()>) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(most.max(1)));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(BUFFER);
    let mut stopped = std::pin::pin!(stopped);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, accept(&listener).await)
        };
        let (place, (stream, peer)) = tokio::select! {
            next = next => next,
            () = &mut stopped => break,
        };
        let router = router.clone();
        let answer = service_fn(move |request: hyper::Request<Incoming>| {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        let watched = graceful.watch(http.serve_connection(TokioIo::new(stream), answer));
        tokio::task::spawn(async move {
            // Broken connections are everyday; what was answered on them is in the numbers.
            drop(watched.await);
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::trace!(error = %error, "a connection can't be set up");
                }
                return (stream, peer);
            }
            Err(error) if broke_off(&error) => {}
            Err(error) => {
                tracing::error!(error = %error, "no connection can be taken");
                tokio::time::sleep(NO_MORE).await;
            }
        }
    }
}

/// Whether it was the other side that gave up before it was taken.
fn broke_off(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
