//! `cargo bench --bench network`: a country of instances in one process, with a year of its traffic in some minutes.
//!
//! Each instance is a whole one: a SQLite file, a runtime and an address of its own; they reach each other over HTTP on loopback, with
//! real signatures, through links that are slow, flap and die. Other servers only take in. What happens is the same for the same seed;
//! the clock decides only how long it took. At the end every living instance must have every post once, or this fails.
//!
//! `--instances 24` `--groups 5` (national ones) `--sinks 100` (other servers) `--people 3` (who write, per instance) `--days 365`
//! `--part 40` (one in so many acts is done) `--day-ms 400` (how long a day lasts) `--seed 1`; `--quick` for a few seconds of it;
//! `--markdown` or `--json`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    missing_docs,
    reason = "in a test a panic is the report, and a test may start what it measures"
)]

#[allow(dead_code, reason = "the other bench uses the rest")]
#[path = "../fediverse.rs"]
mod fediverse;
#[path = "../../tests/support/mod.rs"]
mod support;

mod check;
mod costs;
mod measure;
mod model;
mod report;
mod sinks;
mod sites;
mod traffic;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use vakplein::federation::client::Names;

use crate::costs::{Costs, Snapshot};
use crate::measure::Depth;
use crate::model::{Kind, Plan};
use crate::report::{Form, Table, bytes, duration, number, spread};
use crate::sites::{Role, Site};
use crate::traffic::{Network, To};

/// What the other bench's activities say.
const TEXT: &str = "";

/// Small allocations from many threads: as in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What was asked for on the command line.
#[derive(Debug, Clone)]
struct Options {
    instances: usize,
    groups: usize,
    sinks: usize,
    people: usize,
    days: usize,
    part: f64,
    day: Duration,
    seed: u64,
    form: Form,
}

impl Options {
    fn read() -> Self {
        let words: Vec<String> = std::env::args().skip(1).collect();
        let has = |flag: &str| words.iter().any(|word| word == flag);
        let quick = has("--quick");
        let number = |flag: &str, usual: f64, when_quick: f64| {
            let given = words.iter().position(|word| word == flag).and_then(|place| words.get(place + 1));
            given.map_or(if quick { when_quick } else { usual }, |word| word.parse().expect("a number"))
        };
        let form = match (has("--markdown"), has("--json")) {
            (true, _) => Form::Markdown,
            (_, true) => Form::Json,
            _ => Form::Text,
        };
        let options = Self {
            instances: number("--instances", 24.0, 7.0) as usize,
            groups: number("--groups", 5.0, 2.0) as usize,
            sinks: number("--sinks", 100.0, 20.0) as usize,
            people: number("--people", 3.0, 2.0) as usize,
            days: number("--days", 365.0, 24.0) as usize,
            part: number("--part", 40.0, 200.0),
            day: Duration::from_secs_f64(number("--day-ms", 400.0, 100.0) / 1e3),
            seed: number("--seed", 1.0, 1.0) as u64,
            form,
        };
        assert!(
            options.groups + 5 <= options.instances,
            "five instances more than groups, to have one of each kind"
        );
        assert!(
            options.groups >= 2 && options.sinks >= 1 && options.people >= 1,
            "two groups, a sink, somebody who writes"
        );
        options
    }
}

fn main() -> ExitCode {
    assert!(std::env::var("TEST_DATABASE_URL").is_err(), "this measures SQLite: unset TEST_DATABASE_URL");
    open_files();
    let options = Options::read();
    let empty = measure::memory();
    let began = Instant::now();
    let names = Names::default();
    let start = |index| {
        let role = Role::of(index, options.instances, options.groups);
        Site::start(index, role, options.people, &names)
    };
    let sites: Vec<Site> = (0..options.instances).map(start).collect();
    eprintln!("{} instances started after {}", sites.len(), duration(began.elapsed().as_secs_f64()));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (network, faults) = runtime.block_on(run(&options, sites, empty));
    runtime.shutdown_timeout(Duration::from_secs(1));
    let Network { sites, .. } = network;
    Arc::into_inner(sites).into_iter().flatten().for_each(Site::close);
    if faults.is_empty() {
        eprintln!("every living server has every post once");
        return ExitCode::SUCCESS;
    }
    eprintln!("{} faults:", faults.len());
    faults.iter().take(30).for_each(|fault| eprintln!("  {fault}"));
    ExitCode::FAILURE
}

/// Hundreds of databases and their connections need more open files than one server does.
fn open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        eprintln!("the limit on open files can't be raised: {error}");
    }
}

async fn run(options: &Options, sites: Vec<Site>, empty: f64) -> (Network, Vec<String>) {
    let began = Instant::now();
    let plan = Plan::new(options.days, options.part, options.groups, options.seed);
    let mut network = Network::new(sites, options.sinks, plan, options.day).await;
    let sites = Arc::clone(&network.sites);
    eprintln!("all have joined after {}", duration(began.elapsed().as_secs_f64()));
    let (started, memory_started) = (Snapshot::take(&sites), measure::memory());
    for day in 0..options.days {
        network.day(day).await;
        if day % 30 == 0 {
            eprintln!("day {day}, {} after the start", duration(began.elapsed().as_secs_f64()));
        }
    }
    let ended = Snapshot::take(&sites);
    let extra = network.finish().await;
    let memory_ended = measure::memory();
    let faults = check::faults(&network).await;
    let left = measure::depths(&sites, &std::collections::BTreeSet::new()).await;
    let biggest: Vec<(usize, Vec<(String, f64)>)> =
        [0, options.groups].into_iter().map(|site| (site, measure::tables(&sites[site]))).collect();
    eprintln!("the year is over, now single costs");
    let last_plain = *costs::with(&network, Role::Plain).last().expect("there is a plain instance");
    let mut costs = Costs::by_themselves(&mut network, last_plain).await;
    // Everything that is kept for 30 or 60 days goes.
    network.advance(61 * 86_400);
    network.quiet_days(1).await;
    let later = Snapshot::take(&sites);
    costs.of_the_year(&network, &started, &ended, &later);
    costs.memory = (memory_ended - empty) / sites.len() as f64;
    let memory = [empty, memory_started, memory_ended];
    let mut tables = vec![
        conditions(options, &network, ended.seconds(&started)),
        work(&network, &started, &ended, extra),
        delays(&network),
        queues(&network, &left),
        databases(&network, &started, &ended, &later),
    ];
    tables.extend(biggest.iter().map(|(site, rows)| largest(&network, *site, rows)));
    tables.extend([machine(&network, &started, &ended, memory, &costs), costs.table(), costs.sizing()]);
    report::print(&tables, options.form);
    drop(sites);
    (network, faults)
}

fn conditions(options: &Options, network: &Network, seconds: f64) -> Table {
    let mut table = Table::new("Conditions", &["", ""]);
    let mut row = |name: &str, value: String| table.row([name.to_owned(), value]);
    for role in [Role::Host, Role::Plain, Role::Slow, Role::Flapping, Role::Refusing, Role::Hanging] {
        row(&format!("instances: {}", role.word()), number(costs::with(network, role).len() as f64));
    }
    row("national groups, which all follow", number(network.plan.groups as f64));
    row("other servers, following the first of them", number(network.sinks.len() as f64));
    row("of these, getting everything", number(network.sinks.threadiverse() as f64));
    let latencies: Vec<i64> =
        network.sites.iter().map(|site| sites::latency(site.index).as_micros() as i64).collect();
    let [_, middle, .., longest] = spread(&latencies);
    row("round trip, median and longest", format!("{middle}, {longest}"));
    row("days", number(options.days as f64));
    row("part of the country's acts that was done", format!("1 in {}", number(options.part)));
    row("the year took", duration(seconds));
    row("time was compressed by", number(options.days as f64 * 86_400.0 / seconds));
    row("traffic was compressed by", number(options.days as f64 * 86_400.0 / seconds / options.part));
    row("seed", number(options.seed as f64));
    table
}

fn work(network: &Network, before: &Snapshot, after: &Snapshot, extra: usize) -> Table {
    let mut table = Table::new("What was done", &["", "count"]);
    let mut row = |name: &str, value: f64| table.row([name.to_owned(), number(value)]);
    let done = |local: bool, kind: Kind| -> f64 {
        network.done.iter().filter_map(|done| done.get(&(local, kind))).map(|count| *count as f64).sum()
    };
    for (local, place) in [(false, "in national groups"), (true, "at home")] {
        for (kind, word) in [
            (Kind::Topic, "topics"),
            (Kind::Reply, "answers"),
            (Kind::Like, "likes"),
            (Kind::Read, "pages read"),
        ] {
            row(&format!("{word} {place}"), done(local, kind));
        }
    }
    let all =
        |name: &str| -> f64 { (0..network.sites.len()).map(|site| after.count(before, site, name)).sum() };
    row("deliveries", all("deliveries done"));
    row("of these, to other servers", network.sinks.taken() as f64);
    row("deliveries tried in vain", all("deliveries retry"));
    row("deliveries given up or refused", all("deliveries failed"));
    row("activities applied", all("inbox applied"));
    row("activities that came twice", all("inbox repeated"));
    row("servers that were dead in the end", network.unreachable() as f64);
    row("minutes that something waited to be tried again", network.late as f64);
    row("days until those that flap had everything", extra as f64);
    row("database statements", all("database_statements"));
    table
}

fn delays(network: &Network) -> Table {
    let head = ["from writing to being applied", "posts", "p50", "p95", "p99", "max"];
    let mut table = Table::new("Delays", &head);
    for ((law, to), micros) in &network.delays {
        let whom = match to {
            To::TheHost => "the group's host".to_owned(),
            To::Site(role) => format!("an instance ({})", role.word()),
            To::Sinks => "another server".to_owned(),
        };
        let day = if *law { "the day a law changes" } else { "other days" };
        table.row([format!("{day}: {whom}")].into_iter().chain(spread(micros)));
    }
    for (law, micros) in &network.reads {
        let day = if *law { "the day a law changes" } else { "other days" };
        table.row([format!("{day}: a page is read")].into_iter().chain(spread(micros)));
    }
    table
}

fn queues(network: &Network, left: &[Depth]) -> Table {
    let head = ["", "acts", "p50", "p99", "inbox", "jobs", "deliveries", "for unreachable"];
    let mut table = Table::new("Queues: the deepest at any instance, and delays to plain instances", &head);
    let mut row = |name: String, acts: String, delays: [String; 2], depth: Depth| {
        let counts =
            [depth.inbox, depth.jobs, depth.deliveries, depth.away].map(|count| number(count as f64));
        table.row([name, acts].into_iter().chain(delays).chain(counts));
    };
    for (n, month) in network.months.iter().enumerate() {
        let [_, middle, _, slow, _] = spread(&month.delays);
        row(format!("twelfth {}", n + 1), number(month.acts as f64), [middle, slow], month.depth);
    }
    let none = || [String::new(), String::new()];
    row("the day a law changes".to_owned(), String::new(), none(), network.law_depth);
    let mut deepest = left.iter().copied().fold(Depth::default(), Depth::max);
    // Only the dead are left.
    (deepest.away, deepest.deliveries) = (deepest.deliveries, 0);
    row("at the end".to_owned(), String::new(), none(), deepest);
    table
}

fn databases(network: &Network, before: &Snapshot, after: &Snapshot, later: &Snapshot) -> Table {
    let head = [
        "database, without media",
        "grew in the year",
        "acts",
        "per act",
        "left when the rest had gone",
        "per act",
    ];
    let mut table = Table::new("Databases", &head);
    let plain = costs::with(network, Role::Plain);
    for site in [0, 1, plain[0]] {
        let acts = after.count(before, site, "inbox applied") + costs::acts(network, site);
        let (grew, left) = (after.growth(before, site), later.growth(before, site));
        let role = if site == 0 { "host, with other servers" } else { network.sites[site].role.word() };
        table.row([
            role.to_owned(),
            bytes(grew),
            number(acts),
            bytes(grew / acts),
            bytes(left),
            bytes(left / acts),
        ]);
    }
    table
}

fn largest(network: &Network, site: usize, rows: &[(String, f64)]) -> Table {
    let title = format!("Largest tables at the end of the year: {}", network.sites[site].role.word());
    let mut table = Table::new(&title, &["table, with its indexes", "size"]);
    rows.iter().take(10).for_each(|(name, size)| table.row([name.clone(), bytes(*size)]));
    table
}

fn machine(network: &Network, before: &Snapshot, after: &Snapshot, memory: [f64; 3], costs: &Costs) -> Table {
    let mut table = Table::new("Processor and memory", &["", ""]);
    let mut row = |name: &str, value: String| table.row([name.to_owned(), value]);
    let of = |role: Role| {
        let sites = costs::with(network, role);
        let all: f64 = sites.iter().map(|site| after.processor(before, *site)).sum();
        duration(all / sites.len().max(1) as f64)
    };
    row("processor time in the year: the host with other servers", duration(after.processor(before, 0)));
    row("the host of another group", duration(after.processor(before, 1)));
    row("a plain instance", of(Role::Plain));
    row("members, other servers and this program", duration(after.own - before.own));
    row("statements for an act that comes in, reading included", number(costs.statements));
    let [empty, started, ended] = memory;
    let each = |memory: f64| format!("{} MB", number((memory - empty) / network.sites.len() as f64));
    row("memory of an instance: after the start", each(started));
    row("memory of an instance: after the year", each(ended));
    table
}
