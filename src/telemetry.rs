//! Logs and metrics. Logs carry no personal data: ids and hosts, never names, texts or addresses of people; but for lines of the
//! audit trail (target `audit`), which say from where somebody got in.
//!
//! Metrics belong to one instance, so that several can live in one process; `/metrics` prints them in Prometheus' format.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// The numbers of one instance. Cheap to clone.
#[derive(Clone)]
pub struct Metrics {
    inner: Arc<Inner>,
}

impl std::fmt::Debug for Metrics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

struct Inner {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    request_time: Family<RouteLabels, Histogram>,
    jobs: Family<OutcomeLabels, Counter>,
    jobs_waiting: Family<KindLabels, Gauge>,
    jobs_age: Family<KindLabels, Gauge>,
    deliveries: Family<OneLabel, Counter>,
    inbox: Family<OneLabel, Counter>,
    database: Family<KindLabels, Histogram>,
    statements: Counter,
    shed: Family<WhatLabels, Counter>,
    places: Family<WhatLabels, Gauge>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RequestLabels {
    route: String,
    method: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct KindLabels {
    kind: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OutcomeLabels {
    kind: String,
    outcome: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct OneLabel {
    outcome: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct WhatLabels {
    what: String,
}

fn time_histogram() -> Histogram {
    Histogram::new([0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0])
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("vakplein");
        let requests = Family::default();
        let request_time = Family::new_with_constructor(time_histogram as fn() -> Histogram);
        let jobs = Family::default();
        let jobs_waiting = Family::default();
        let jobs_age = Family::default();
        let deliveries = Family::default();
        let inbox = Family::default();
        let database = Family::new_with_constructor(time_histogram as fn() -> Histogram);
        let statements = Counter::default();
        let shed = Family::default();
        let places = Family::default();
        registry.register("requests", "HTTP requests answered", requests.clone());
        registry.register("request_seconds", "Time to answer a request", request_time.clone());
        registry.register("jobs", "Jobs run, by outcome", jobs.clone());
        registry.register("jobs_waiting", "Jobs that wait", jobs_waiting.clone());
        registry.register("jobs_age_seconds", "Age of the oldest job that is due", jobs_age.clone());
        registry.register("deliveries", "Deliveries to other servers, by outcome", deliveries.clone());
        registry.register("inbox", "Activities that came in, by outcome", inbox.clone());
        registry.register("database_seconds", "Time of a unit of work, waiting included", database.clone());
        registry.register("database_statements", "Statements sent to the database", statements.clone());
        registry.register("shed", "What was turned away, by what there was too much of", shed.clone());
        registry.register("places_in_use", "Places in use, by kind of request", places.clone());
        Self {
            inner: Arc::new(Inner {
                registry,
                requests,
                request_time,
                jobs,
                jobs_waiting,
                jobs_age,
                deliveries,
                inbox,
                database,
                statements,
                shed,
                places,
            }),
        }
    }
}

impl Metrics {
    /// A request was answered. `route` is the pattern, never the path.
    pub fn request(&self, route: &str, method: &str, status: u16, took: Duration) {
        let labels = RequestLabels { route: route.to_owned(), method: method.to_owned(), status };
        self.inner.requests.get_or_create(&labels).inc();
        self.inner
            .request_time
            .get_or_create(&RouteLabels { route: route.to_owned() })
            .observe(took.as_secs_f64());
    }

    /// A job was run: `done`, `retry` or `failed`.
    pub fn job(&self, kind: &str, outcome: &str) {
        let labels = OutcomeLabels { kind: kind.to_owned(), outcome: outcome.to_owned() };
        self.inner.jobs.get_or_create(&labels).inc();
    }

    /// How many jobs of a kind wait, and for how many seconds the oldest has been due.
    pub fn jobs_waiting(&self, kind: &str, count: i64, age: i64) {
        let labels = KindLabels { kind: kind.to_owned() };
        self.inner.jobs_waiting.get_or_create(&labels).set(count);
        self.inner.jobs_age.get_or_create(&labels).set(age);
    }

    /// A delivery ended: `done`, `retry`, `failed`, `closed`.
    pub fn delivery(&self, outcome: &str) {
        self.inner.deliveries.get_or_create(&OneLabel { outcome: outcome.to_owned() }).inc();
    }

    /// An activity came in: `accepted`, `repeated`, `applied`, `ignored`, `refused`, or a status at the door.
    pub fn inbox(&self, outcome: &str) {
        self.inner.inbox.get_or_create(&OneLabel { outcome: outcome.to_owned() }).inc();
    }

    /// Counts the statements of a connection, those that begin and end transactions included.
    pub fn statements(&self) -> Counter {
        self.inner.statements.clone()
    }

    /// A unit of work on the database took this long, waiting included.
    pub fn database(&self, kind: &str, took: Duration) {
        self.inner.database.get_or_create(&KindLabels { kind: kind.to_owned() }).observe(took.as_secs_f64());
    }

    /// Something was turned away, as there was too much of this.
    pub fn shed(&self, what: &str) {
        self.inner.shed.get_or_create(&WhatLabels { what: what.to_owned() }).inc();
    }

    /// How many places of a kind are in use.
    pub fn places(&self, what: &str, used: i64) {
        self.inner.places.get_or_create(&WhatLabels { what: what.to_owned() }).set(used);
    }

    /// All of them, as OpenMetrics text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        match prometheus_client::encoding::text::encode(&mut text, &self.inner.registry) {
            Ok(()) => text,
            Err(_full) => String::new(),
        }
    }
}

/// Starts logging for the whole process, to stderr. Called once, by `main`.
pub fn start_logging(format: &str, level: &str) {
    use tracing_subscriber::EnvFilter;
    let filter = EnvFilter::try_from_env("RUST_LOG")
        .unwrap_or_else(|_unset| EnvFilter::new(format!("{level},hyper=warn,reqwest=warn")));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    // A second start (tests) keeps the first.
    let started = if format == "json" { builder.json().try_init() } else { builder.try_init() };
    drop(started);
}
