//! The instances: each with a database, a runtime and threads of its own, so that what it costs can be told from the others', and a
//! link through which all others reach it.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tower::ServiceExt;
use vakplein::federation::client::Names;
use vakplein::people::sessions::{self, Place};
use vakplein::{server, worker};

use crate::measure;
use crate::support::{Member, TestApp};

/// How long a request to another server may take here, in seconds: a minute of the run is months, and a server that never answers
/// shouldn't hold a place for a month.
const PATIENCE: u64 = 1;

/// How much later the answers of a slow instance come.
const SLOW: Duration = Duration::from_millis(500);

/// How an instance fares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Hosts a national group.
    Host,
    /// Follows all of them.
    Plain,
    /// Answers late.
    Slow,
    /// Is down for three days of ten.
    Flapping,
    /// Refuses connections from some day on, for good.
    Refusing,
    /// Takes requests and never answers, from some day on.
    Hanging,
}

impl Role {
    /// The word for it in the report.
    pub fn word(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Plain => "plain",
            Self::Slow => "slow",
            Self::Flapping => "flapping",
            Self::Refusing => "dead, refusing",
            Self::Hanging => "dead, hanging",
        }
    }

    /// Whether it dies on the way.
    pub fn dies(self) -> bool {
        matches!(self, Self::Refusing | Self::Hanging)
    }

    /// The role of the nth of so many instances, of which the first so many are hosts: one in twelve is dead in the end, one in
    /// twelve flaps, one in twenty is slow, and at least one of each.
    pub fn of(index: usize, instances: usize, hosts: usize) -> Self {
        let some = |share: f64| ((instances as f64 * share).round() as usize).max(1);
        let (dead, flapping, slow) = (some(1.0 / 12.0), some(1.0 / 12.0), some(1.0 / 20.0));
        let from_end = instances - 1 - index;
        if index < hosts {
            Self::Host
        } else if from_end < dead {
            if from_end.is_multiple_of(2) { Self::Refusing } else { Self::Hanging }
        } else if from_end < dead + flapping {
            Self::Flapping
        } else if from_end < dead + flapping + slow {
            Self::Slow
        } else {
            Self::Plain
        }
    }
}

const UP: u8 = 0;
const DOWN: u8 = 1;
const HUNG: u8 = 2;

/// The way to an instance, as others have it.
pub struct Link {
    /// A round trip.
    latency: Duration,
    late: Duration,
    state: AtomicU8,
}

impl Link {
    async fn pass(&self, router: Router, request: Request) -> Response {
        match self.state.load(Ordering::Relaxed) {
            // What a proxy says whose server is down.
            DOWN => return StatusCode::BAD_GATEWAY.into_response(),
            HUNG => std::future::pending::<()>().await,
            _ => {}
        }
        tokio::time::sleep(self.latency / 2).await;
        let response = router.oneshot(request).await;
        tokio::time::sleep(self.latency / 2 + self.late).await;
        response.into_response()
    }
}

/// A round trip to the nth server: most of 10 to 30 milliseconds, some up to 100.
pub fn latency(index: usize) -> Duration {
    let place = (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54;
    let part = place as f64 / 1024.0;
    Duration::from_secs_f64((10.0 + 90.0 * part.powi(3)) / 1e3)
}

/// One instance.
pub struct Site {
    pub index: usize,
    pub role: Role,
    pub app: TestApp,
    pub people: Vec<Member>,
    /// Its threads that aren't named after it.
    pub threads: BTreeSet<i32>,
    link: Arc<Link>,
    linked: SocketAddr,
    names: Names,
    stop: watch::Sender<bool>,
    runtime: Runtime,
}

/// What the threads of the nth instance are called.
pub fn thread_name(index: usize) -> String {
    format!("site-{index:03}")
}

impl Site {
    /// Starts an instance with some people. Not within another runtime.
    pub fn start(index: usize, role: Role, people: usize, names: &Names) -> Self {
        let before = measure::threads();
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name(thread_name(index))
            // A thread that ends takes the time along that it has used.
            .thread_keep_alive(Duration::from_hours(24))
            .enable_all()
            .build()
            .unwrap();
        let domain = format!("g{index:03}.test");
        let link = Arc::new(Link {
            latency: latency(index),
            late: if role == Role::Slow { SLOW } else { Duration::ZERO },
            state: AtomicU8::new(UP),
        });
        let (stop, stopping) = watch::channel(false);
        let (way, table) = (Arc::clone(&link), names.clone());
        let (app, linked, people) = runtime.block_on(async {
            let app = TestApp::start(&domain, table, |config| config.federation.timeout = PATIENCE).await;
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let linked = listener.local_addr().unwrap();
            let router = server::router(&app.app);
            let entrance = Router::new().fallback(move |request: Request| {
                let (way, router) = (Arc::clone(&way), router.clone());
                async move { way.pass(router, request).await }
            });
            let service = entrance.into_make_service_with_connect_info::<SocketAddr>();
            tokio::task::spawn(async move { axum::serve(listener, service).await });
            tokio::task::spawn(worker::run(app.app.clone(), stopping));
            let mut members = Vec::new();
            for n in 0..people {
                members.push(app.member(&format!("p{n}")).await);
            }
            (app, linked, members)
        });
        names.insert(&domain, linked);
        let after = measure::threads();
        let threads = after.difference(&before).copied().collect();
        Self { index, role, app, people, threads, link, linked, names: names.clone(), stop, runtime }
    }

    /// Others reach it.
    pub fn up(&self) {
        self.link.state.store(UP, Ordering::Relaxed);
        self.names.insert(&self.app.domain, self.linked);
    }

    /// Others don't reach it.
    pub fn down(&self) {
        self.link.state.store(if self.role == Role::Hanging { HUNG } else { DOWN }, Ordering::Relaxed);
        if self.role == Role::Refusing {
            // Port 9 (discard), on which nothing listens.
            self.names.insert(&self.app.domain, SocketAddr::from(([127, 0, 0, 1], 9)));
        }
    }

    /// Whether it is down on a day; those that die do so on the day named.
    pub fn is_down(&self, day: usize, death: usize) -> bool {
        match self.role {
            Role::Flapping => day >= 5 && (day + self.index) % 10 < 3,
            role => role.dies() && day >= death,
        }
    }

    /// Makes a group here, owned by the first member.
    pub async fn make_group(&self, name: &str) {
        let group = json!({"name": name, "title": name, "mission": "Vragen en antwoorden"});
        self.people[0].post("/groups", group).await.expect(201);
    }

    /// Everybody here joins a group.
    pub async fn join(&self, group: &str) {
        for (n, member) in self.people.iter().enumerate() {
            if n == 0 {
                member.get(&format!("/resolve?uri=%21{group}")).await.expect(200);
            }
            member.post(&format!("/groups/{group}/memberships"), json!({})).await.expect(201);
        }
    }

    /// A browser's cookie for a member.
    pub async fn cookie(&self, member: usize) -> String {
        let id = self.people[member].id;
        let session = self.app.app.db.write(move |tx| sessions::create(tx, id, &Place::default(), true));
        format!("vakplein={}", session.await.unwrap().1)
    }

    /// Stops it. Not within another runtime.
    pub fn close(self) {
        self.stop.send_replace(true);
        self.runtime.shutdown_timeout(Duration::from_secs(2));
    }
}
