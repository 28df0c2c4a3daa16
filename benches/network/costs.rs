//! What things cost, out of what was measured, and what follows from it for others than the instances of the run.
//!
//! Some costs are measured by themselves after the year: an instance that nothing happens on, a day without traffic, a page read, an
//! act at home. With these taken off, what a follower has used is for what came in from hosts; with that taken off too, what a host
//! has used is for what went out.

use std::collections::BTreeMap;
use std::time::Instant;

use crate::measure;
use crate::model::{self, Kind, MEMBERS, MUNICIPALITIES, Rates};
use crate::report::{Table, bytes, number};
use crate::sites::{Role, Site};
use crate::traffic::Network;

/// The state of all instances at a moment.
pub struct Snapshot {
    at: Instant,
    processor: Vec<f64>,
    pub own: f64,
    counters: Vec<BTreeMap<String, f64>>,
    bytes: Vec<f64>,
}

impl Snapshot {
    /// Now.
    pub fn take(sites: &[Site]) -> Self {
        let (processor, own) = measure::processor(sites);
        Self {
            at: Instant::now(),
            processor,
            own,
            counters: sites.iter().map(measure::counters).collect(),
            bytes: sites.iter().map(measure::database).collect(),
        }
    }

    /// Seconds since an earlier one.
    pub fn seconds(&self, earlier: &Self) -> f64 {
        (self.at - earlier.at).as_secs_f64()
    }

    /// Processor seconds of an instance since then.
    pub fn processor(&self, earlier: &Self, site: usize) -> f64 {
        self.processor[site] - earlier.processor[site]
    }

    /// How far a counter has moved since then.
    pub fn count(&self, earlier: &Self, site: usize, name: &str) -> f64 {
        let of = |snapshot: &Self| snapshot.counters[site].get(name).copied().unwrap_or_default();
        of(self) - of(earlier)
    }

    /// How far an instance's database has grown since then.
    pub fn growth(&self, earlier: &Self, site: usize) -> f64 {
        self.bytes[site] - earlier.bytes[site]
    }
}

/// Processor seconds that things take, statements, and bytes that stay.
#[derive(Debug, Clone, Copy, Default)]
pub struct Costs {
    /// In a second in which nothing happens.
    pub idle: f64,
    /// For a day without traffic: what is past its time is removed, actors elsewhere are read again.
    pub day: f64,
    pub read: f64,
    pub local: f64,
    /// For an act that comes in from the host of a group.
    pub follow: f64,
    /// For a delivery to an instance of ours, and to another server.
    pub ours: f64,
    pub others: f64,
    /// Statements for an act that comes in.
    pub statements: f64,
    /// Bytes that an act of others leaves for good, at a follower and, on top of that, at the host.
    pub bytes: f64,
    pub bytes_host: f64,
    /// Bytes of it that go again with time.
    pub passing: f64,
    /// Memory of an instance, in MB.
    pub memory: f64,
}

/// How many acts people of an instance did, at home or anywhere.
pub fn acts(network: &Network, site: usize) -> f64 {
    network.done[site]
        .iter()
        .filter(|((_, kind), _)| *kind != Kind::Read)
        .map(|(_, count)| *count as f64)
        .sum()
}

fn pages(network: &Network, site: usize) -> f64 {
    network.done[site]
        .iter()
        .filter(|((_, kind), _)| *kind == Kind::Read)
        .map(|(_, count)| *count as f64)
        .sum()
}

/// Acts in national groups, by everybody.
pub fn national(network: &Network) -> f64 {
    let all = network.done.iter().flatten();
    all.filter(|((local, kind), _)| !local && *kind != Kind::Read).map(|(_, count)| *count as f64).sum()
}

/// The instances of a role.
pub fn with(network: &Network, role: Role) -> Vec<usize> {
    network.sites.iter().filter(|site| site.role == role).map(|site| site.index).collect()
}

fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.into_iter().collect();
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

impl Costs {
    /// What is measured by itself, on an instance that nothing else happens on, and on all of them.
    pub async fn by_themselves(network: &mut Network, site: usize) -> Self {
        const COUNT: u64 = 240;
        const DAYS: usize = 10;
        let sites = std::sync::Arc::clone(&network.sites);
        let mut costs = Self::default();
        let before = Snapshot::take(&sites);
        tokio::time::sleep(std::time::Duration::from_secs(4)).await;
        let after = Snapshot::take(&sites);
        costs.idle = mean((0..sites.len()).map(|n| after.processor(&before, n))) / after.seconds(&before);
        let before = after;
        network.quiet_days(DAYS).await;
        let after = Snapshot::take(&sites);
        let living =
            sites.iter().filter(|one| !one.role.dies()).map(|one| after.processor(&before, one.index));
        costs.day = (mean(living) - costs.idle * after.seconds(&before)) / DAYS as f64;
        let before = after;
        let rates = Rates::new();
        for (kind, rate) in
            [(Kind::Topic, rates.topics), (Kind::Reply, rates.replies), (Kind::Like, rates.likes)]
        {
            network.repeat(site, kind, (COUNT as f64 * rate / rates.acts()).round() as u64).await;
        }
        let after = Snapshot::take(&sites);
        costs.local = (after.processor(&before, site) - costs.idle * after.seconds(&before)) / COUNT as f64;
        let before = after;
        network.repeat(site, Kind::Read, COUNT).await;
        let after = Snapshot::take(&sites);
        costs.read = (after.processor(&before, site) - costs.idle * after.seconds(&before)) / COUNT as f64;
        costs
    }

    /// The rest, out of the year between two moments. `later` is when all that is kept for a while had gone.
    pub fn of_the_year(&mut self, network: &Network, before: &Snapshot, after: &Snapshot, later: &Snapshot) {
        let days = network.plan.days as f64;
        let rest = |site: usize| {
            after.processor(before, site)
                - self.idle * after.seconds(before)
                - self.day * days
                - self.read * pages(network, site)
                - self.local * acts(network, site)
        };
        let applied = |site: usize| after.count(before, site, "inbox applied");
        let plain = with(network, Role::Plain);
        let follow = mean(plain.iter().map(|site| rest(*site) / applied(*site)));
        let sent = |site: usize| after.count(before, site, "deliveries done");
        let hosts: Vec<usize> = with(network, Role::Host).into_iter().skip(1).collect();
        let ours = mean(hosts.iter().map(|site| (rest(*site) - follow * applied(*site)) / sent(*site)));
        let to_sinks = network.sinks.taken() as f64;
        let others = (rest(0) - follow * applied(0) - ours * (sent(0) - to_sinks)) / to_sinks;
        self.statements = mean(plain.iter().map(|site| {
            let all = after.count(before, *site, "database_statements");
            all / applied(*site)
        }));
        // Where all was measured by itself more was written since.
        let quiet: Vec<usize> = plain.iter().copied().take(plain.len().saturating_sub(1).max(1)).collect();
        let stored = |site: usize| applied(site) + acts(network, site);
        self.bytes = mean(quiet.iter().map(|site| later.growth(before, *site) / stored(*site)));
        self.passing =
            mean(quiet.iter().map(|site| after.growth(before, *site) / stored(*site))) - self.bytes;
        let hosted = national(network) / network.plan.groups as f64;
        let extra = |site: usize| (later.growth(before, site) - self.bytes * stored(site)) / hosted;
        self.bytes_host = mean(hosts.iter().map(|site| extra(*site)));
        (self.follow, self.ours, self.others) = (follow, ours, others);
    }

    /// What each costs.
    pub fn table(&self) -> Table {
        let mut table = Table::new("What things cost", &["", "processor ms"]);
        let mut row = |name: &str, seconds: f64| table.row([name.to_owned(), number(seconds * 1e3)]);
        row("a page that is read", self.read);
        row("an act at home (topic, answer or like, over the API)", self.local);
        row("an act that comes in from a group's host", self.follow);
        row("a delivery to an instance of ours (Ed25519)", self.ours);
        row("a delivery to another server (RSA)", self.others);
        row("1,000 acts at a follower", self.follow * 1e3);
        row("1,000 acts at their host, to 341 instances", (self.follow + 341.0 * self.ours) * 1e3);
        row("a day without traffic", self.day);
        row("an hour in which nothing happens", self.idle * 3_600.0);
        table
    }

    /// What instances of several sizes need.
    pub fn sizing(&self) -> Table {
        let rates = Rates::new();
        let (national, local) = (model::national_acts(), model::local_acts());
        let reads = MEMBERS * rates.reads;
        let topics = national * rates.topics / rates.acts();
        // A thousand other servers follow, a hundred of which get everything.
        let foreign = topics * 900.0 + national * 100.0;
        let cases = [
            ("a municipality", 1.0, national, local, 0.0, 0.0),
            ("ten municipalities", 10.0, national, local * 10.0, 0.0, 0.0),
            (
                "a municipality that hosts all national groups",
                1.0,
                national,
                local,
                national * 341.0,
                foreign,
            ),
            ("the whole country", MUNICIPALITIES, 0.0, national + local * MUNICIPALITIES, 0.0, foreign),
        ];
        let head = [
            "instance",
            "members",
            "acts a year",
            "deliveries a year",
            "processor hours a year",
            "cores in the busiest hour",
            "memory",
            "disk a year",
            "processor s per member and year",
        ];
        let mut table = Table::new("Sizing", &head);
        for (name, size, from_others, at_home, ours, others) in cases {
            let (members, reads) = (MEMBERS * size, reads * size);
            let busy = from_others * self.follow
                + at_home * self.local
                + reads * self.read
                + ours * self.ours
                + others * self.others;
            let year = busy + 365.0 * self.day + 365.0 * 86_400.0 * self.idle;
            let hosted = if ours + others > 0.0 { national } else { 0.0 };
            let disk = (from_others + at_home) * self.bytes + hosted * self.bytes_host;
            table.row([
                name.to_owned(),
                number(members),
                number(from_others + at_home),
                number(ours + others),
                number(year / 3_600.0),
                number(busy * model::busiest_hour() / 3_600.0),
                format!("{} MB", number(self.memory)),
                bytes(disk),
                number(year / members),
            ]);
        }
        table
    }
}
