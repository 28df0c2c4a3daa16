//! What is looked at from outside an instance: processor time by thread, memory, the size of databases, the numbers of `/metrics`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use futures_util::future::join_all;
use vakplein::db::DatabaseUrl;
use vakplein::db::schema;

use crate::sites::{Site, thread_name};

/// The threads of this process.
pub fn threads() -> BTreeSet<i32> {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    tasks.filter_map(|task| task.file_name().to_string_lossy().parse().ok()).collect()
}

/// Seconds that each instance's threads have run, and those of the run itself: members, sinks, and this.
pub fn processor(sites: &[Site]) -> (Vec<f64>, f64) {
    let mut used = vec![0.0; sites.len()];
    let mut own = 0.0;
    for thread in threads() {
        let read =
            |file: &str| fs::read_to_string(format!("/proc/self/task/{thread}/{file}")).unwrap_or_default();
        // The first number is the time on a processor, in nanoseconds.
        let nanos = read("schedstat").split(' ').next().and_then(|first| first.parse::<f64>().ok());
        let seconds = nanos.unwrap_or_default() / 1e9;
        let name = read("comm");
        let owner = sites
            .iter()
            .find(|site| name.trim() == thread_name(site.index) || site.threads.contains(&thread));
        match owner {
            Some(site) => used[site.index] += seconds,
            None => own += seconds,
        }
    }
    (used, own)
}

/// Memory of this process that isn't swapped out, in MB.
pub fn memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1024.0
}

/// What waits at an instance.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Depth {
    pub inbox: i64,
    pub jobs: i64,
    /// For servers that can be reached.
    pub deliveries: i64,
    /// For servers that can't.
    pub away: i64,
}

impl Depth {
    /// Nothing that could be done now is left.
    pub fn is_calm(&self) -> bool {
        self.inbox + self.jobs + self.deliveries == 0
    }

    /// The larger of each.
    pub fn max(self, other: Self) -> Self {
        Self {
            inbox: self.inbox.max(other.inbox),
            jobs: self.jobs.max(other.jobs),
            deliveries: self.deliveries.max(other.deliveries),
            away: self.away.max(other.away),
        }
    }
}

/// What waits at each instance; `away` can't be reached now.
pub async fn depths(sites: &[Site], away: &BTreeSet<String>) -> Vec<Depth> {
    join_all(sites.iter().map(|site| depth(site, away.clone()))).await
}

async fn depth(site: &Site, away: BTreeSet<String>) -> Depth {
    use schema::{deliveries, inbox, jobs};
    let read = site.app.app.db.read(move |tx| {
        let mut depth = Depth {
            inbox: inbox::table.filter(inbox::done_at.is_null()).count().get_result(tx.conn)?,
            ..Depth::default()
        };
        let due = jobs::run_at.le(tx.now).or(jobs::leased_by.is_not_null());
        depth.jobs = jobs::table.filter(jobs::failed_at.is_null().and(due)).count().get_result(tx.conn)?;
        let waiting: Vec<(String, i64)> = deliveries::table
            .filter(deliveries::done_at.is_null())
            .group_by(deliveries::host)
            .select((deliveries::host, diesel::dsl::count_star()))
            .load(tx.conn)?;
        for (host, count) in waiting {
            if away.contains(&host) {
                depth.away += count;
            } else {
                depth.deliveries += count;
            }
        }
        Ok(depth)
    });
    read.await.unwrap()
}

#[derive(QueryableByName)]
struct Sized {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    bytes: i64,
}

fn file(site: &Site) -> PathBuf {
    match site.app.app.config.database().unwrap() {
        DatabaseUrl::Sqlite(path) => path,
        DatabaseUrl::Postgres(_) => panic!("this measures SQLite: unset TEST_DATABASE_URL"),
    }
}

fn sized(site: &Site, query: &str) -> Vec<Sized> {
    let mut conn = SqliteConnection::establish(&file(site).to_string_lossy()).unwrap();
    diesel::sql_query(query).load(&mut conn).unwrap()
}

/// Bytes of an instance's database that are in use: without pages that were freed and will be used again.
pub fn database(site: &Site) -> f64 {
    let query = "SELECT '' AS name, (p.page_count - f.freelist_count) * s.page_size AS bytes \
        FROM pragma_page_count() p, pragma_freelist_count() f, pragma_page_size() s";
    sized(site, query).iter().map(|row| row.bytes as f64).sum()
}

/// Bytes of each table with its indexes, the largest first.
pub fn tables(site: &Site) -> Vec<(String, f64)> {
    let query = "SELECT s.tbl_name AS name, SUM(d.pgsize) AS bytes FROM dbstat d JOIN sqlite_schema s ON s.name = d.name \
        GROUP BY s.tbl_name ORDER BY 2 DESC";
    sized(site, query).into_iter().map(|row| (row.name, row.bytes as f64)).collect()
}

/// The counters of an instance.
pub fn counters(site: &Site) -> BTreeMap<String, f64> {
    let text = site.app.app.metrics.text();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| {
        let (name, number) = line.rsplit_once(' ')?;
        let name = name.strip_prefix("vakplein_")?.replace("_total", "");
        Some((name.replace("{outcome=\"", " ").replace("\"}", ""), number.parse().ok()?))
    });
    pairs.collect()
}
